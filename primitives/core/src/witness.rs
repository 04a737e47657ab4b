//! The witness key: the session key with which a validator signs what it saw of a node.
//!
//! It is part of the session keys from the first genesis, since a key that is added later costs
//! every validator a new `set_keys`.

use sp_application_crypto::{app_crypto, sr25519, KeyTypeId};

/// Key type of the witness key in a node's keystore.
pub const KEY_TYPE: KeyTypeId = KeyTypeId(*b"witn");

mod app {
	use super::*;
	app_crypto!(sr25519, KEY_TYPE);
}

/// Public witness key of a validator, sr25519.
pub type AuthorityId = app::Public;

/// Signature by a witness key.
pub type AuthoritySignature = app::Signature;

#[cfg(feature = "std")]
sp_application_crypto::with_pair! {
	/// Witness key with its secret.
	pub type AuthorityPair = app::Pair;
}
