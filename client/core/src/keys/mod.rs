//! Keys to sign with: development seeds and, with the feature `keystore`, stored keys and key files.

#[cfg(feature = "keystore")]
pub mod file;
#[cfg(feature = "keystore")]
mod named;
#[cfg(feature = "keystore")]
pub mod secret;
#[cfg(feature = "keystore")]
pub mod store;

#[cfg(feature = "keystore")]
pub use named::{account, KeyRef};

use crate::{
	error::{Error, Result},
	texts,
};
use std::str::FromStr;
use subxt::utils::AccountId32;
use subxt_signer::{sr25519, SecretUri};

/// A key that can sign.
#[derive(Clone)]
pub struct Key {
	/// The pair.
	pub pair: sr25519::Keypair,
}

impl Key {
	/// The key of a development seed such as `//Alice`, which anybody can derive.
	pub fn development(seed: &str) -> Result<Self> {
		let uri = SecretUri::from_str(seed).ok();
		let pair = uri.and_then(|uri| sr25519::Keypair::from_uri(&uri).ok());
		pair.map(|pair| Self { pair }).ok_or_else(|| {
			Error::input(format!("the development seed {} is not valid", texts::quoted(seed)))
		})
	}

	/// The account that the key controls by itself.
	pub fn account(&self) -> AccountId32 {
		AccountId32(self.pair.public_key().0)
	}
}
