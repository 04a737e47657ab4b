//! New files. None ever takes the place of one that is there.

use crate::error::{Error, Result};
use serde::Serialize;
use std::{
	fs::{File, OpenOptions},
	io::{self, ErrorKind, Write},
	path::Path,
};

/// Who may read a new file.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Readers {
	/// Whoever the system lets.
	All,
	/// Its owner alone, where the system can do that.
	Owner,
}

/// Makes an empty file, to be written.
pub fn create(path: &Path, readers: Readers) -> io::Result<File> {
	let mut options = OpenOptions::new();
	options.write(true).create_new(true);
	#[cfg(unix)]
	if readers == Readers::Owner {
		std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
	}
	#[cfg(not(unix))]
	let _ = readers;
	options.open(path)
}

/// Makes a file of these bytes, which outlasts a power cut.
pub fn write(path: &Path, bytes: &[u8], readers: Readers) -> io::Result<()> {
	let mut file = create(path, readers)?;
	file.write_all(bytes)?;
	file.sync_all()
}

/// Writes `content` as JSON into a new file, for everybody.
pub fn write_json(path: &Path, content: &impl Serialize) -> Result<()> {
	let text = serde_json::to_string_pretty(content).expect("all its keys are strings; qed");
	write(path, format!("{text}\n").as_bytes(), Readers::All)
		.map_err(|error| not_written(path, &error, "name another file, or remove it first"))
}

/// Why a new file wasn't written. Where one is there already, `instead` says what to do.
pub fn not_written(path: &Path, error: &io::Error, instead: &str) -> Error {
	let path = path.display();
	Error::input(match error.kind() {
		ErrorKind::AlreadyExists => format!("{path} exists already; {instead}"),
		_ => format!("{path} can't be written: {error}"),
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn existing_file_is_kept() {
		let folder = tempfile::tempdir().expect("there is room");
		let path = folder.path().join("file.json");
		write_json(&path, &1).expect("it is new");
		let error = write_json(&path, &2).expect_err("it is not");
		assert!(error.to_string().contains("exists already"), "{error}");
		for readers in [Readers::All, Readers::Owner] {
			let error = write(&path, b"2", readers).expect_err("is there");
			assert_eq!(error.kind(), ErrorKind::AlreadyExists);
		}
		assert_eq!(std::fs::read_to_string(&path).expect("it was written"), "1\n");
	}
}
