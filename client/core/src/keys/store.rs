//! The folder of stored keys: one file `NAME.json` each, readable by its owner alone.

use super::file::KeyFile;
use crate::{
	bounded,
	error::{Error, Result},
	private, texts,
};
use std::{
	fs, io,
	path::{Path, PathBuf},
	process,
	str::FromStr,
};
use subxt::utils::AccountId32;

/// Longest key file that is read.
const MAX_FILE_BYTES: u64 = 64 * 1024;

const EXTENSION: &str = "json";

/// Longest name of a key, in bytes.
const MAX_NAME_BYTES: usize = 64;

/// The folder of stored keys.
#[derive(Clone, Debug)]
pub struct KeyStore(PathBuf);

impl KeyStore {
	/// The store in `folder`, which need not exist yet.
	pub fn new(folder: PathBuf) -> Self {
		Self(folder)
	}

	/// The file of a key.
	pub fn path(&self, name: &str) -> PathBuf {
		self.0.join(format!("{name}.{EXTENSION}"))
	}

	/// Whether there is a key of this name.
	pub fn contains(&self, name: &str) -> bool {
		check_name(name).is_ok() && self.path(name).is_file()
	}

	/// Reads a key's file.
	pub fn read(&self, name: &str) -> Result<KeyFile> {
		check_name(name)?;
		read_file(&self.path(name)).map_err(|error| match error {
			Error::NotFound(_) => Error::not_found(format!("there is no key named {name:?}")),
			other => other,
		})
	}

	/// Refuses a name that is not valid or taken.
	pub fn ensure_free(&self, name: &str) -> Result<()> {
		check_name(name)?;
		if self.path(name).exists() {
			return Err(Error::input(format!("there is a key named {name:?} already")));
		}
		Ok(())
	}

	/// Stores a new key. The file appears whole or not at all, and never replaces another.
	pub fn add(&self, name: &str, key: &KeyFile) -> Result<PathBuf> {
		self.ensure_free(name)?;
		self.place(name, key)
	}

	/// As [`KeyStore::add`], unless `show`, which is given the file, can't show the key's phrase:
	/// nothing could restore that key.
	pub fn add_shown(
		&self,
		name: &str,
		key: &KeyFile,
		show: impl FnOnce(&Path) -> Result<()>,
	) -> Result<()> {
		let path = self.add(name, key)?;
		show(&path).map_err(|error| {
			let removed = self.remove(name);
			error.explained(|why| match removed {
				Ok(()) => format!("the key is not kept, since its phrase can't be shown: {why}"),
				Err(_) => format!(
					"nobody has seen the phrase of the key {name}, which is still stored: remove it \
					 (ourledger key remove {name}), and make another; {why}"
				),
			})
		})
	}

	fn place(&self, name: &str, key: &KeyFile) -> Result<PathBuf> {
		let path = self.path(name);
		let fail = |error: io::Error| {
			Error::input(format!("the key can't be written to {}: {error}", path.display()))
		};
		private::create_folder(&self.0).map_err(fail)?;
		let draft = self.0.join(format!(".{name}.{}", process::id()));
		let written = private::write_new(&draft, key.to_text().as_bytes())
			// Unlike a rename, a link fails where a file is.
			.and_then(|()| fs::hard_link(&draft, &path));
		let _ = fs::remove_file(&draft);
		written.map_err(fail)?;
		// The entry itself should outlast a power cut too.
		let _ = private::sync_folder_of(&path);
		Ok(path)
	}

	/// Removes a key for ever.
	pub fn remove(&self, name: &str) -> Result<()> {
		check_name(name)?;
		fs::remove_file(self.path(name)).map_err(|error| match error.kind() {
			io::ErrorKind::NotFound => Error::not_found(format!("there is no key named {name:?}")),
			_ => Error::input(format!("the key {name:?} can't be removed: {error}")),
		})
	}

	/// The names and accounts of the stored keys, by name. Files that are no keys are left out.
	pub fn list(&self) -> Result<Vec<(String, AccountId32)>> {
		let folder = match fs::read_dir(&self.0) {
			Ok(folder) => folder,
			Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
			Err(error) => {
				return Err(Error::input(format!("{} can't be read: {error}", self.0.display())))
			},
		};
		let mut keys: Vec<_> = folder
			.filter_map(|entry| {
				let path = entry.ok()?.path();
				let name = path.file_stem()?.to_str()?.to_owned();
				let is_key = path.extension()? == EXTENSION && check_name(&name).is_ok();
				is_key.then(|| read_file(&path).ok().map(|key| (name, key.address)))?
			})
			.collect();
		keys.sort();
		Ok(keys)
	}
}

/// Reads a key file anywhere.
pub fn read_file(path: &Path) -> Result<KeyFile> {
	let text = bounded::read_text(path, MAX_FILE_BYTES).map_err(|error| match error.kind() {
		io::ErrorKind::NotFound => {
			Error::not_found(format!("there is no key file {}", path.display()))
		},
		_ => Error::input(format!("the key file {} can't be read: {error}", path.display())),
	})?;
	KeyFile::parse(&text)
}

/// Names must be files' names, and nothing that an account or a key is written as elsewhere.
fn check_name(name: &str) -> Result<()> {
	let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
	if name.is_empty() || name.len() > MAX_NAME_BYTES || !name.bytes().all(allowed) {
		let name = texts::quoted(name);
		return Err(Error::input(format!(
			"the key's name {name} does not consist of 1 to {MAX_NAME_BYTES} letters, digits, \
			 points, underscores and hyphens"
		)));
	}
	if name.starts_with(['.', '-']) || name.starts_with("0x") {
		return Err(Error::input(format!(
			"the key's name {name:?} begins with a point, a hyphen or 0x"
		)));
	}
	if AccountId32::from_str(name).is_ok() {
		return Err(Error::input(format!("the key's name {name:?} is an account's address")));
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	fn key(byte: u8) -> KeyFile {
		let address = AccountId32([byte; 32]);
		KeyFile::parse(&format!(
			r#"{{ "encoded": "", "encoding": {{}}, "address": "{address}", "meta": {{}} }}"#
		))
		.expect("is a key file")
	}

	fn store() -> (tempfile::TempDir, KeyStore) {
		let folder = tempfile::tempdir().expect("a folder");
		let store = KeyStore::new(folder.path().join("keys"));
		(folder, store)
	}

	#[test]
	fn stored_key_is_read_and_listed_by_name() {
		let (_folder, store) = store();
		assert_eq!(store.list(), Ok(Vec::new()));
		store.add("bea", &key(2)).expect("is stored");
		store.add("anna", &key(1)).expect("is stored");
		assert_eq!(store.read("anna").map(|key| key.address), Ok(AccountId32([1; 32])));
		assert!(store.contains("bea") && !store.contains("carl"));
		assert_eq!(
			store.list(),
			Ok(vec![("anna".into(), AccountId32([1; 32])), ("bea".into(), AccountId32([2; 32]))])
		);
	}

	#[test]
	fn stored_key_is_never_replaced() {
		let (_folder, store) = store();
		store.add("anna", &key(1)).expect("is stored");
		assert_eq!(store.add("anna", &key(2)).map_err(|error| error.code()), Err(4));
		assert_eq!(store.read("anna").map(|key| key.address), Ok(AccountId32([1; 32])));
	}

	#[test]
	fn stored_key_is_kept_when_another_of_its_name_is_written_at_the_same_time() {
		let (_folder, store) = store();
		store.place("anna", &key(1)).expect("is stored");
		assert_eq!(store.place("anna", &key(2)).map_err(|error| error.code()), Err(4));
		assert_eq!(store.read("anna").map(|key| key.address), Ok(AccountId32([1; 32])));
	}

	#[test]
	fn nothing_but_the_key_stays_behind() {
		let (_folder, store) = store();
		let path = store.add("anna", &key(1)).expect("is stored");
		let entries = fs::read_dir(path.parent().expect("has one")).expect("is readable");
		assert_eq!(entries.count(), 1);
	}

	#[test]
	fn key_is_not_kept_when_its_phrase_can_not_be_shown() {
		let (_folder, store) = store();
		let error = store.add_shown("anna", &key(1), |_| Err(Error::output("it is full")));
		let error = error.expect_err("nobody saw it");
		assert_eq!(error.code(), 8);
		assert!(error.to_string().contains("not kept"), "{error}");
		assert_eq!(store.ensure_free("anna"), Ok(()));

		store
			.add_shown("anna", &key(1), |path| {
				assert!(path.is_file());
				Ok(())
			})
			.expect("is kept");
		assert!(store.contains("anna"));
	}

	#[test]
	fn unknown_file_is_not_found() {
		let error = read_file(Path::new("/nowhere/at/all")).expect_err("is missing");
		assert_eq!(error.code(), 5);
	}

	#[cfg(unix)]
	#[test]
	fn stored_key_is_its_owners_alone() {
		use std::os::unix::fs::PermissionsExt;
		let (_folder, store) = store();
		let path = store.add("anna", &key(1)).expect("is stored");
		let mode = |path: &Path| fs::metadata(path).expect("exists").permissions().mode() & 0o777;
		assert_eq!(mode(&path), 0o600);
		assert_eq!(mode(path.parent().expect("has one")), 0o700);
	}

	#[test]
	fn removed_key_is_gone() {
		let (_folder, store) = store();
		store.add("anna", &key(1)).expect("is stored");
		store.remove("anna").expect("is removed");
		assert_eq!(store.read("anna").map_err(|error| error.code()).err(), Some(5));
		assert_eq!(store.remove("anna").map_err(|error| error.code()), Err(5));
	}

	#[test]
	fn names_that_mean_something_else_are_refused() {
		let (_folder, store) = store();
		let long = "x".repeat(MAX_NAME_BYTES + 1);
		let address = AccountId32([7; 32]).to_string();
		for name in
			["", ".", "..", "a/b", "//Alice", "twin:1", "0xab", "-y", "a b", &long, &address]
		{
			assert_eq!(store.ensure_free(name).map_err(|error| error.code()), Err(4), "{name:?}");
		}
		assert!(store.ensure_free(&long[1..]).is_ok());
		let error = store.ensure_free(&"x".repeat(4_000)).expect_err("is too long");
		assert!(error.to_string().len() < 300, "{error}");
	}
}
