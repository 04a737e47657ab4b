//! Files and folders that are nobody else's to read.

use crate::new_file::{self, Readers};
use std::{
	fs::{self, DirBuilder, File},
	io::{self, ErrorKind},
	path::Path,
	process,
};

/// Makes a folder, and those above it, as far as they are missing. They outlast a power cut where the
/// system can do that.
pub fn create_folder(path: &Path) -> io::Result<()> {
	let is_missing = |path: &&Path| !path.as_os_str().is_empty() && !path.exists();
	let missing: Vec<_> = path.ancestors().take_while(is_missing).collect();
	for folder in missing.into_iter().rev() {
		let mut builder = DirBuilder::new();
		#[cfg(unix)]
		std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
		match builder.create(folder) {
			Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
			// It is there, whatever comes of this.
			_ => _ = sync_folder_of(folder),
		}
	}
	match path.as_os_str().is_empty() || path.is_dir() {
		true => Ok(()),
		false => Err(ErrorKind::NotADirectory.into()),
	}
}

/// Writes a new file, which outlasts a power cut. It never overwrites one.
pub fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
	new_file::write(path, bytes, Readers::Owner)
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
	// It is there, whatever comes of this.
	let _ = sync_folder_of(path);
	Ok(())
}

/// Makes the name of a new file or folder last: it stands in the folder above.
pub fn sync_folder_of(path: &Path) -> io::Result<()> {
	match path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
		// Elsewhere a folder can't be opened, and the file system sees to it.
		Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
		_ => Ok(()),
	}
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

	#[cfg(unix)]
	#[test]
	fn folders_are_made_for_their_owner_alone() {
		use std::os::unix::fs::PermissionsExt;
		let place = tempfile::tempdir().expect("a folder");
		let folder = place.path().join("a/b");
		create_folder(&folder).expect("can be made");
		create_folder(&folder).expect("is there");
		for path in [place.path().join("a"), folder] {
			let mode = fs::metadata(path).expect("is there").permissions().mode();
			assert_eq!(mode & 0o777, 0o700);
		}
	}

	#[cfg(unix)]
	#[test]
	fn what_is_no_folder_is_not_taken_for_one() {
		let place = tempfile::tempdir().expect("a folder");
		let [file, link] = ["file", "link"].map(|name| place.path().join(name));
		fs::write(&file, "").expect("can be written");
		std::os::unix::fs::symlink("nowhere", &link).expect("can be made");
		for path in [file, link] {
			assert!(create_folder(&path).is_err(), "{}", path.display());
		}
	}
}
