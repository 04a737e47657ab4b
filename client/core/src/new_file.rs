//! Files that the tool writes for others. It never overwrites one.

use crate::error::{Error, Result};
use serde::Serialize;
use std::{
	fs::OpenOptions,
	io::{ErrorKind, Write},
	path::Path,
};

/// Writes `content` as JSON into a new file.
pub fn write_json(path: &Path, content: &impl Serialize) -> Result<()> {
	let text = serde_json::to_string_pretty(content).expect("all its keys are strings; qed");
	OpenOptions::new()
		.write(true)
		.create_new(true)
		.open(path)
		.and_then(|mut file| writeln!(file, "{text}"))
		.map_err(|error| {
			let path = path.display();
			Error::input(match error.kind() {
				ErrorKind::AlreadyExists => {
					format!("{path} exists already; name another file, or remove it first")
				},
				_ => format!("{path} can't be written: {error}"),
			})
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
		assert_eq!(std::fs::read_to_string(&path).expect("it was written"), "1\n");
	}
}
