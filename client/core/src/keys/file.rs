//! The file of a key: encrypted JSON as polkadot-js writes it, so that wallets open it.
//!
//! Version 3: the base64 of salt, scrypt parameters, nonce and the xsalsa20-poly1305 box around
//! the pkcs8 encoding of an sr25519 key pair.

use crate::{
	bounded,
	error::{Error, Result},
};
use base64::{engine::general_purpose::STANDARD, Engine};
use crypto_secretbox::{
	aead::{Aead, KeyInit},
	Key as BoxKey, Nonce, XSalsa20Poly1305,
};
use rand::{rngs::OsRng, RngCore};
use schnorrkel::Keypair;
use serde::{Deserialize, Serialize};
use serde_json::{json, Map, Value as Json};
use std::time::SystemTime;
use subxt::utils::AccountId32;
use subxt_signer::{polkadot_js_compat, sr25519};

const SALT_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;
/// What stands before the encrypted box: the salt, three numbers of four bytes, the nonce.
const HEADER_BYTES: usize = SALT_BYTES + 3 * 4 + NONCE_BYTES;

/// scrypt's parameters, one of the sets that wallets accept: 32 MiB, a fraction of a second.
const SCRYPT_LOG_N: u8 = 15;
const SCRYPT_P: u32 = 1;
const SCRYPT_R: u32 = 8;

/// Begins the pkcs8 encoding of a secret key.
const PKCS8_HEADER: [u8; 16] = [48, 83, 2, 1, 1, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];
/// Stands between the secret and the public key.
const PKCS8_DIVIDER: [u8; 5] = [161, 35, 3, 33, 0];

/// A key's file.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct KeyFile {
	encoded: String,
	encoding: Json,
	/// The key's account.
	pub address: AccountId32,
	/// The name and whatever else the wallet wrote.
	#[serde(default)]
	meta: Map<String, Json>,
}

impl KeyFile {
	/// Encrypts a key pair.
	pub fn encrypt(pair: &Keypair, name: &str, password: &str) -> Self {
		let mut salt_and_nonce = [0; SALT_BYTES + NONCE_BYTES];
		OsRng.fill_bytes(&mut salt_and_nonce);
		let (salt, nonce) = salt_and_nonce.split_at(SALT_BYTES);

		let parameters = scrypt::Params::new(SCRYPT_LOG_N, SCRYPT_R, SCRYPT_P, 32)
			.expect("the parameters are within scrypt's bounds; qed");
		let mut key = BoxKey::default();
		scrypt::scrypt(password.as_bytes(), salt, &parameters, &mut key)
			.expect("the key has the length that the parameters say; qed");

		let public = pair.public.to_bytes();
		let plain =
			[&PKCS8_HEADER[..], &pair.secret.to_ed25519_bytes(), &PKCS8_DIVIDER, &public].concat();
		let sealed = XSalsa20Poly1305::new(&key)
			.encrypt(Nonce::from_slice(nonce), &plain[..])
			.expect("a short message can be encrypted; qed");

		let encoded = [
			salt,
			&(1u32 << SCRYPT_LOG_N).to_le_bytes(),
			&SCRYPT_P.to_le_bytes(),
			&SCRYPT_R.to_le_bytes(),
			nonce,
			&sealed,
		]
		.concat();
		let created = SystemTime::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_millis() as u64);
		let mut file = Self {
			encoded: STANDARD.encode(encoded),
			encoding: json!({
				"content": ["pkcs8", "sr25519"],
				"type": ["scrypt", "xsalsa20-poly1305"],
				"version": "3",
			}),
			address: AccountId32(public),
			meta: Map::new(),
		};
		file.meta.insert("whenCreated".into(), created.into());
		file.named(name)
	}

	/// The same key under another name.
	pub fn named(mut self, name: &str) -> Self {
		self.meta.insert("name".into(), name.into());
		self
	}

	/// Reads a file's text. A field that stands twice is refused: another wallet may take the other.
	pub fn parse(text: &str) -> Result<Self> {
		bounded::parse(text)
			.map_err(|error| Error::input(format!("the file is not that of a key: {error}")))
	}

	/// The file's text.
	pub fn to_text(&self) -> String {
		serde_json::to_string_pretty(self).expect("strings and maps with string keys; qed")
	}

	/// Decrypts the key pair.
	pub fn decrypt(&self, password: &str) -> Result<sr25519::Keypair> {
		use polkadot_js_compat::Error as Why;

		// The library takes the header for granted.
		let length = STANDARD.decode(&self.encoded).map_or(0, |bytes| bytes.len());
		if length < HEADER_BYTES {
			return Err(Error::input("the key file's field \"encoded\" is too short"));
		}
		polkadot_js_compat::decrypt_json(&self.to_text(), password).map_err(|error| match error {
			Why::Secretbox(_) => Error::input("the key's password is wrong"),
			Why::UnsupportedEncoding => Error::input(
				"the key file's field \"encoding\" is not that of an encrypted sr25519 key, \
				 version 3",
			),
			other => Error::input(format!("the key file is not valid: {other}")),
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::keys::secret::{new_phrase, pair_of, Words};

	fn refusal(file: &KeyFile) -> String {
		file.decrypt("x").map(|_| "opened").map_err(|error| error.to_string()).expect_err("opens")
	}

	// One key for several checks: the derivation is slow on purpose.
	#[test]
	fn file_opens_with_its_password_alone_also_in_the_library_of_wallets() {
		let pair = pair_of(&new_phrase(Words::Twelve)).expect("is valid");
		let file = KeyFile::encrypt(&pair, "anna", "correct horse");
		let text = file.to_text();

		let opened = polkadot_js_compat::decrypt_json(&text, "correct horse").expect("opens");
		assert_eq!(opened.public_key().0, pair.public.to_bytes());
		// The secret is the same too, not only the public key in the file.
		let signature = opened.sign(b"message");
		assert!(sr25519::verify(&signature, b"message", &sr25519::PublicKey(file.address.0)));

		let read = KeyFile::parse(&text).expect("is a key file");
		assert_eq!(read.decrypt("wrong").err(), Some(Error::input("the key's password is wrong")));
		let json: Json = serde_json::from_str(&text).expect("is JSON");
		assert_eq!(json["address"], AccountId32(pair.public.to_bytes()).to_string());
		assert_eq!(json["meta"]["name"], "anna");
		assert_eq!(json["encoding"]["version"], "3");
	}

	#[test]
	fn file_of_a_wallet_opens() {
		let text = r#"{
			"encoded": "DumgApKCTqoCty1OZW/8WS+sgo6RdpHhCwAkA2IoDBMAgAAAAQAAAAgAAAB6IG/q24EeVf0JqWqcBd5m2tKq5BlyY84IQ8oamLn9DZe9Ouhgunr7i36J1XxUnTI801axqL/ym1gil0U8440Qvj0lFVKwGuxq38zuifgoj0B3Yru0CI6QKEvQPU5xxj4MpyxdSxP+2PnTzYao0HDH0fulaGvlAYXfqtU89xrx2/z9z7IjSwS3oDFPXRQ9kAdDebtyCVreZ9Otw9v3",
			"encoding": { "content": ["pkcs8", "sr25519"], "type": ["scrypt", "xsalsa20-poly1305"], "version": "3" },
			"address": "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY",
			"meta": { "genesisHash": "", "name": "Alice", "whenCreated": 1718265838755 }
		}"#;
		let pair = KeyFile::parse(text).expect("is one").decrypt("whoisalice").expect("opens");
		assert_eq!(pair.public_key().0, sr25519::dev::alice().public_key().0);
	}

	#[test]
	fn field_that_stands_twice_is_refused() {
		let file = |meta: &str| {
			let text = format!(
				r#"{{ "encoded": "", "encoding": {{}}, "address": "{}", "meta": {{ {meta} }} }}"#,
				AccountId32([1; 32])
			);
			KeyFile::parse(&text)
		};
		assert!(file(r#""name": "anna""#).is_ok());
		let error = file(r#""name": "anna", "name": "ben""#).expect_err("has two names");
		assert!(error.to_string().contains("stands twice"), "{error}");
	}

	#[test]
	fn short_file_is_refused() {
		let mut file = KeyFile {
			encoded: STANDARD.encode([0; HEADER_BYTES - 1]),
			encoding: json!({
				"content": ["pkcs8", "sr25519"],
				"type": ["scrypt", "xsalsa20-poly1305"],
				"version": "3",
			}),
			address: AccountId32([1; 32]),
			meta: Map::new(),
		};
		let error = refusal(&file);
		assert!(error.contains("too short"), "{error}");

		file.encoded = STANDARD.encode([0; HEADER_BYTES]);
		let error = refusal(&file);
		assert!(!error.contains("too short"), "{error}");
	}

	#[test]
	fn other_encodings_are_refused() {
		let file = KeyFile {
			encoded: STANDARD.encode([0; 200]),
			encoding: json!({ "content": ["pkcs8", "ed25519"], "type": ["none"], "version": "3" }),
			address: AccountId32([1; 32]),
			meta: Map::new(),
		};
		let error = refusal(&file);
		assert!(error.contains("\"encoding\""), "{error}");
	}
}
