//! Files and folders that are nobody else's to read.

use std::{
	fs::{self, DirBuilder, File, OpenOptions},
	io::{self, Write},
	path::Path,
	process,
};

/// Makes a folder, and those above it, as far as they are missing.
pub fn create_folder(path: &Path) -> io::Result<()> {
	let mut builder = DirBuilder::new();
	builder.recursive(true);
	#[cfg(unix)]
	std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
	builder.create(path)
}

/// Writes a new file, which outlasts a power cut. It never overwrites one.
pub fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
	let mut options = OpenOptions::new();
	options.write(true).create_new(true);
	#[cfg(unix)]
	std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
	let mut file = options.open(path)?;
	file.write_all(bytes)?;
	file.sync_all()
}

/// Writes a file in the place of the one that is there, if one is, and the folder that it is in. It
/// appears whole or not at all, and outlasts a power cut.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
	let folder = path.parent().unwrap_or(Path::new("."));
	create_folder(folder)?;
	let draft = path.with_extension(format!("new.{}", process::id()));
	// One that a crash left.
	let _ = fs::remove_file(&draft);
	write_new(&draft, bytes).and_then(|()| fs::rename(&draft, path)).inspect_err(|_| {
		let _ = fs::remove_file(&draft);
	})?;
	sync_folder(folder);
	Ok(())
}

/// So that what is in a folder outlasts a power cut, too, where the system can do that.
pub fn sync_folder(folder: &Path) {
	let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn replaced_file_is_whole_and_its_owners_alone() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("a").join("b.json");
		for content in ["1", "2"] {
			replace(&path, content.as_bytes()).expect("there is room");
			assert_eq!(fs::read_to_string(&path).expect("is there"), content);
		}
		let within = path.parent().expect("has one");
		assert_eq!(fs::read_dir(within).expect("is there").count(), 1);
		#[cfg(unix)]
		{
			use std::os::unix::fs::PermissionsExt;
			let mode =
				|path: &Path| fs::metadata(path).expect("is there").permissions().mode() & 0o777;
			assert_eq!((mode(&path), mode(within)), (0o600, 0o700));
		}
	}

	#[test]
	fn new_file_replaces_none() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("a");
		write_new(&path, b"1").expect("is new");
		let error = write_new(&path, b"2").expect_err("is there");
		assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
	}
}
