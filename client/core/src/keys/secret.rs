//! From a secret phrase or seed to a key pair whose secret can be written to a file.

use crate::error::{Error, Result};
use rand::{rngs::OsRng, RngCore};
use schnorrkel::{
	derive::{ChainCode, Derivation},
	ExpansionMode, Keypair, MiniSecretKey,
};
use std::str::FromStr;
use subxt_signer::{bip39::Mnemonic, DeriveJunction, ExposeSecret, SecretUri};

/// Words of a new secret phrase, by their number; each three words carry four bytes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum Words {
	/// 128 bits.
	#[cfg_attr(feature = "clap", value(name = "12"))]
	Twelve,
	/// 256 bits.
	#[cfg_attr(feature = "clap", value(name = "24"))]
	TwentyFour,
}

/// A new secret phrase, from the operating system's randomness.
pub fn new_phrase(words: Words) -> String {
	let mut entropy = [0; 32];
	let entropy = match words {
		Words::Twelve => &mut entropy[..16],
		Words::TwentyFour => &mut entropy[..],
	};
	OsRng.fill_bytes(entropy);
	let phrase = Mnemonic::from_entropy(entropy).expect("16 and 32 bytes have a phrase; qed");
	phrase.to_string()
}

/// The key pair of a secret: a phrase or a seed of 32 bytes in hexadecimal, with derivation paths
/// (`//hard`, `/soft`) and a password (`///password`) if it has them.
pub fn pair_of(secret: &str) -> Result<Keypair> {
	let not_valid = |why: String| Error::input(format!("the secret is not valid: {why}"));
	// The library would take the development phrase, which everybody knows.
	if secret.is_empty() || secret.starts_with('/') {
		return Err(not_valid("it has neither a phrase nor a seed".into()));
	}
	let SecretUri { phrase, password, junctions } =
		SecretUri::from_str(secret).map_err(|error| not_valid(error.to_string()))?;
	let phrase = phrase.expose_secret();
	let seed = if let Some(seed) = phrase.strip_prefix("0x") {
		let seed = hex::decode(seed).map_err(|error| not_valid(error.to_string()))?;
		MiniSecretKey::from_bytes(&seed)
			.map_err(|_| not_valid("a seed has 32 bytes, 64 hexadecimal digits".into()))?
	} else {
		let phrase = Mnemonic::parse(phrase).map_err(|error| not_valid(error.to_string()))?;
		let password = password.as_ref().map_or("", |password| password.expose_secret());
		substrate_bip39::mini_secret_from_entropy(&phrase.to_entropy(), password)
			.map_err(|_| not_valid("a phrase has 12 to 24 words".into()))?
	};
	let root = seed.expand(ExpansionMode::Ed25519);
	let derived = junctions.into_iter().fold(root, |secret, junction| match junction {
		DeriveJunction::Soft(code) => secret.derived_key_simple(ChainCode(code), []).0,
		DeriveJunction::Hard(code) => secret
			.hard_derive_mini_secret_key(Some(ChainCode(code)), b"")
			.0
			.expand(ExpansionMode::Ed25519),
	});
	Ok(derived.to_keypair())
}

#[cfg(test)]
mod tests {
	use super::*;
	use subxt_signer::sr25519;

	fn public_of(secret: &str) -> [u8; 32] {
		pair_of(secret).expect("is valid").public.to_bytes()
	}

	#[test]
	fn pair_is_the_one_that_wallets_derive() {
		let phrase = "bottom drive obey lake curtain smoke basket hold race lonely fit walk";
		let seed = "0xe5be9a5092b81bca64be81d212e7f2f9eba183bb7a90954f7b76361f6edb5c0a";
		for root in [phrase, seed] {
			for path in ["", "//Alice", "/soft", "//hard/soft//1", "//Alice///password"] {
				let uri = format!("{root}{path}");
				let parsed = SecretUri::from_str(&uri).expect("is valid");
				let expected = sr25519::Keypair::from_uri(&parsed).expect("is valid");
				assert_eq!(public_of(&uri), expected.public_key().0, "{uri}");
			}
		}
	}

	#[test]
	fn new_phrases_have_their_words_and_differ() {
		for (words, count) in [(Words::Twelve, 12), (Words::TwentyFour, 24)] {
			let phrase = new_phrase(words);
			assert_eq!(phrase.split(' ').count(), count);
			assert!(pair_of(&phrase).is_ok());
			assert_ne!(phrase, new_phrase(words));
		}
	}

	#[test]
	fn pair_is_refused_when_the_secret_is_not_valid() {
		for secret in ["", "//Alice", "one two three", "0x00", "0xzz"] {
			assert_eq!(pair_of(secret).err().map(|error| error.code()), Some(4), "{secret:?}");
		}
	}
}
