//! Files of X25519 keys, with which documents are opened. They don't sign, so wallets have no use
//! for them; like other keys they are encrypted under a password.

use crate::document::read_text;
use base64::{engine::general_purpose::STANDARD, Engine};
use crypto_box::{PublicKey, SecretKey};
use crypto_secretbox::{
	aead::{Aead, KeyInit},
	Key as BoxKey, Nonce, XSalsa20Poly1305,
};
use ourledger_client::{
	bounded,
	error::{Error, Result},
	hash, new_file, private,
};
use rand::{rngs::OsRng, RngCore};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// What such a file says it is.
const KIND: &str = "ourledger/x25519/1";

const SALT_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;

/// scrypt's parameters: 32 MiB, a fraction of a second.
const SCRYPT_LOG_N: u8 = 15;
const SCRYPT_R: u32 = 8;
const SCRYPT_P: u32 = 1;

/// A key's file.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct KeyFile {
	kind: String,
	/// The public key, as `twin add-key key-agreement` takes it.
	pub public: String,
	/// Base64 of salt, nonce and the box around the secret key.
	encrypted: String,
}

impl KeyFile {
	/// Makes a new key.
	pub fn generate(password: &str) -> Self {
		Self::encrypt(&SecretKey::generate(&mut OsRng), password)
	}

	fn encrypt(secret: &SecretKey, password: &str) -> Self {
		let mut head = [0; SALT_BYTES + NONCE_BYTES];
		OsRng.fill_bytes(&mut head);
		let (salt, nonce) = head.split_at(SALT_BYTES);
		let sealed = cipher(password, salt)
			.encrypt(Nonce::from_slice(nonce), &secret.to_bytes()[..])
			.expect("a short message can be encrypted; qed");
		Self {
			kind: KIND.into(),
			public: text_of(&secret.public_key()),
			encrypted: STANDARD.encode([&head[..], &sealed].concat()),
		}
	}

	/// Reads a key's file. A field that stands twice is refused.
	pub fn read(path: &Path) -> Result<Self> {
		let file: Self = bounded::parse(&read_text(path)?).map_err(|error| {
			Error::input(format!("{} is not the file of an X25519 key: {error}", path.display()))
		})?;
		if file.kind != KIND {
			return Err(Error::input(format!(
				"{} is a {:?}, but an X25519 key's file is a {KIND:?}",
				path.display(),
				file.kind
			)));
		}
		Ok(file)
	}

	/// Decrypts the key.
	pub fn decrypt(&self, password: &str) -> Result<SecretKey> {
		let bytes = STANDARD.decode(&self.encrypted).unwrap_or_default();
		if bytes.len() < SALT_BYTES + NONCE_BYTES {
			return Err(Error::input("the key file's field \"encrypted\" is too short"));
		}
		let (salt, rest) = bytes.split_at(SALT_BYTES);
		let (nonce, sealed) = rest.split_at(NONCE_BYTES);
		let secret = cipher(password, salt)
			.decrypt(Nonce::from_slice(nonce), sealed)
			.map_err(|_| Error::input("the key's password is wrong"))?;
		let secret: [u8; 32] = secret
			.try_into()
			.map_err(|_| Error::input("the key file's secret has not 32 bytes"))?;
		Ok(SecretKey::from(secret))
	}

	/// Writes the file, for its owner alone. An existing one stays.
	pub fn write(&self, path: &Path) -> Result<()> {
		let text = serde_json::to_string_pretty(self).expect("all its keys are strings; qed");
		let written = private::write_new(path, format!("{text}\n").as_bytes());
		written.map_err(|error| new_file::not_written(path, &error, "name another file"))
	}
}

fn cipher(password: &str, salt: &[u8]) -> XSalsa20Poly1305 {
	let parameters = scrypt::Params::new(SCRYPT_LOG_N, SCRYPT_R, SCRYPT_P, 32)
		.expect("the parameters are within scrypt's bounds; qed");
	let mut key = BoxKey::default();
	scrypt::scrypt(password.as_bytes(), salt, &parameters, &mut key)
		.expect("the key has the length that the parameters say; qed");
	XSalsa20Poly1305::new(&key)
}

/// A public key as `twin add-key` takes it.
fn text_of(key: &PublicKey) -> String {
	format!("x25519:{}", hash::text(key.as_bytes()))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn file_opens_with_its_password_alone() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("key.json");
		KeyFile::generate("correct horse").write(&path).expect("is new");
		assert!(KeyFile::generate("other").write(&path).is_err());
		let file = KeyFile::read(&path).expect("is there");
		let secret = file.decrypt("correct horse").expect("is right");
		assert_eq!(text_of(&secret.public_key()), file.public);
		let error = file.decrypt("battery staple").map(|_| ()).expect_err("is wrong");
		assert!(error.to_string().contains("password is wrong"), "{error}");
	}

	#[test]
	fn other_files_are_refused() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("key.json");
		assert_eq!(KeyFile::read(&path).map(|_| ()).map_err(|error| error.code()), Err(5));
		std::fs::write(&path, "{\"kind\":\"x\",\"public\":\"\",\"encrypted\":\"\"}").expect("is");
		let error = KeyFile::read(&path).map(|_| ()).expect_err("is another kind");
		assert!(error.to_string().contains(KIND), "{error}");
		let text = format!(r#"{{"kind":"{KIND}","public":"a","public":"b","encrypted":""}}"#);
		std::fs::write(&path, text).expect("is");
		let error = KeyFile::read(&path).map(|_| ()).expect_err("has two public keys");
		assert!(error.to_string().contains("stands twice"), "{error}");
	}
}
