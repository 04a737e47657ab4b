//! Keys by what people call them.

use super::{
	file::KeyFile,
	store::{self, KeyStore},
	Key,
};
use crate::{
	error::{Error, Result},
	texts,
};
use std::{
	path::{Path, PathBuf},
	str::FromStr,
};
use subxt::utils::AccountId32;

/// A key as people name it. Its account is known without its password.
pub struct KeyRef {
	name: String,
	source: Source,
}

enum Source {
	/// `//Alice`: anybody can derive it.
	Dev(Box<Key>),
	/// A stored key, or a file elsewhere.
	File(Box<KeyFile>),
}

impl KeyRef {
	/// Finds the key that `text` names: a development seed, a stored key or the path of a file.
	pub fn find(text: &str, store: &KeyStore) -> Result<Self> {
		let source = if text.starts_with("//") {
			Source::Dev(Box::new(Key::development(text)?))
		} else if store.contains(text) {
			Source::File(Box::new(store.read(text)?))
		} else if Path::new(text).is_file() {
			Source::File(Box::new(store::read_file(&PathBuf::from(text))?))
		} else {
			return Err(Error::not_found(format!(
				"the key {} is neither a development seed such as //Alice, nor the name of a stored \
				 key, nor a file",
				texts::quoted(text)
			)));
		};
		Ok(Self { name: text.into(), source })
	}

	/// The account that the key controls by itself.
	pub fn account(&self) -> AccountId32 {
		match &self.source {
			Source::Dev(key) => key.account(),
			Source::File(file) => file.address,
		}
	}

	/// Makes the key ready to sign. `password` gives the password of the key of a name, if it has one.
	pub fn unlock(self, password: impl FnOnce(&str) -> Result<String>) -> Result<Key> {
		match self.source {
			Source::Dev(key) => Ok(*key),
			Source::File(file) => Ok(Key { pair: file.decrypt(&password(&self.name)?)? }),
		}
	}
}

/// The account that `text` writes out: an SS58 address, 32 bytes in hexadecimal, a development
/// seed or a stored key's name.
pub fn account(text: &str, store: &KeyStore) -> Result<AccountId32> {
	if text.starts_with("//") {
		return Ok(Key::development(text)?.account());
	}
	if let Some(digits) = text.strip_prefix("0x") {
		let mut bytes = [0; 32];
		return hex::decode_to_slice(digits, &mut bytes)
			.map(|()| AccountId32(bytes))
			.map_err(|_| not_32_bytes(text));
	}
	if store.contains(text) {
		return store.read(text).map(|file| file.address);
	}
	AccountId32::from_str(text).map_err(|error| {
		Error::input(format!(
			"the account {} is neither an address ({error}), nor 32 bytes in hexadecimal, nor a \
			 development seed such as //Alice, nor the name of a stored key, nor twin:N",
			texts::quoted(text)
		))
	})
}

fn not_32_bytes(account: &str) -> Error {
	Error::input(format!("the account {} is not 32 bytes long", texts::quoted(account)))
}

#[cfg(test)]
mod tests {
	use super::*;

	const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
	const ALICE_HEX: &str = "0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d";

	fn empty_store() -> (tempfile::TempDir, KeyStore) {
		let folder = tempfile::tempdir().expect("a folder");
		let store = KeyStore::new(folder.path().join("keys"));
		(folder, store)
	}

	#[test]
	fn account_is_written_in_several_ways() {
		let (_folder, store) = empty_store();
		for text in [ALICE, ALICE_HEX, "//Alice"] {
			assert_eq!(account(text, &store).expect("is valid").to_string(), ALICE, "{text}");
		}
	}

	#[test]
	fn account_of_a_stored_key_needs_no_password() {
		let (_folder, store) = empty_store();
		let text = format!(r#"{{ "encoded": "", "encoding": {{}}, "address": "{ALICE}" }}"#);
		store.add("anna", &KeyFile::parse(&text).expect("is one")).expect("is stored");
		assert_eq!(account("anna", &store).expect("is stored").to_string(), ALICE);
		assert_eq!(KeyRef::find("anna", &store).expect("is there").account().to_string(), ALICE);
	}

	#[test]
	fn account_is_refused_when_it_is_not_valid() {
		let (_folder, store) = empty_store();
		let checksum = ALICE.replace("KutQY", "KutQX");
		for text in ["", "anna", "0x00", &ALICE_HEX[..64], &checksum] {
			assert_eq!(account(text, &store).map_err(|error| error.code()), Err(4), "{text:?}");
		}
	}

	#[test]
	fn key_is_found_by_seed_and_path() {
		let (folder, store) = empty_store();
		assert_eq!(KeyRef::find("//Alice", &store).expect("is one").account().to_string(), ALICE);
		let path = folder.path().join("elsewhere.json");
		let text = format!(r#"{{ "encoded": "", "encoding": {{}}, "address": "{ALICE}" }}"#);
		std::fs::write(&path, text).expect("is written");
		let key = KeyRef::find(path.to_str().expect("is UTF-8"), &store).expect("is there");
		assert_eq!(key.account().to_string(), ALICE);
		assert_eq!(KeyRef::find("nobody", &store).err().map(|error| error.code()), Some(5));
	}
}
