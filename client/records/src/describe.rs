//! Descriptors of files, and of folders of them.

use ourledger_client::hash;
use ourledger_primitives::{
	record::{Descriptor, Encryption, MediaType},
	Moment,
};
use serde_json::{json, Value as Json};
use std::{
	fs::{self, File},
	io::{self, Read},
	path::{Path, PathBuf},
};

/// Media type of what has no better one.
const UNKNOWN_MEDIA_TYPE: &str = "application/octet-stream";

/// Bytes that are read at once. BLAKE3 is at its fastest from 128 KiB on.
const CHUNK_BYTES: usize = 256 * 1024;

/// Why something can't be described.
#[derive(Debug, thiserror::Error)]
pub enum DescribeError {
	/// A file or a folder can't be read.
	#[error("{} can't be read: {source}", path.display())]
	Unreadable {
		/// What can't be read.
		path: PathBuf,
		/// Why.
		source: io::Error,
	},
	/// There is nothing to describe.
	#[error("{} has no files", .0.display())]
	NoFiles(PathBuf),
	/// Neither a file nor a folder.
	#[error("{} is no file", .0.display())]
	NotAFile(PathBuf),
}

/// What a file contains, in short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Content {
	/// BLAKE3 of all bytes.
	pub hash: [u8; 32],
	/// Number of bytes.
	pub size: u64,
}

/// How far the description of many files is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress<'a> {
	/// Files described.
	pub files: usize,
	/// Files there are.
	pub of_files: usize,
	/// Bytes read.
	pub bytes: u64,
	/// The file that is next, or that is being read; none at the end.
	pub at: Option<&'a Path>,
}

/// A folder's files and what they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Described {
	/// Paths below the folder in the order of their bytes, with their descriptors.
	pub files: Vec<(PathBuf, Descriptor)>,
	/// What is neither file nor folder: links, which might lead out of the folder, and devices.
	pub skipped: Vec<PathBuf>,
}

/// Hash and size of a file, read as a stream.
pub fn measure(path: &Path) -> Result<Content, DescribeError> {
	measure_with(path, |_| ())
}

/// Descriptor of a file that everybody may read and that replaces nothing.
pub fn describe_file(path: &Path, expires: Option<Moment>) -> Result<Descriptor, DescribeError> {
	let metadata = fs::metadata(path).map_err(unreadable(path))?;
	if !metadata.is_file() {
		return Err(DescribeError::NotAFile(path.to_owned()));
	}
	Ok(descriptor(path, measure(path)?, expires))
}

/// Descriptors of all files in a folder and in those within it.
///
/// `progress` is called before each file and each part of it that is read, and at the end.
pub fn describe_folder(
	folder: &Path,
	expires: Option<Moment>,
	mut progress: impl FnMut(Progress),
) -> Result<Described, DescribeError> {
	let mut described = Described::default();
	let mut paths = Vec::new();
	walk(folder, Path::new(""), &mut paths, &mut described.skipped)?;
	if paths.is_empty() {
		return Err(DescribeError::NoFiles(folder.to_owned()));
	}
	// The order must not depend on the file system, so that the same folder gives the same records.
	paths.sort_by(|a, b| a.as_os_str().cmp(b.as_os_str()));
	described.skipped.sort();

	let of_files = paths.len();
	let mut bytes = 0;
	for (files, path) in paths.into_iter().enumerate() {
		let at = Some(path.as_path());
		progress(Progress { files, of_files, bytes, at });
		let content = measure_with(&folder.join(&path), |read| {
			bytes += read;
			progress(Progress { files, of_files, bytes, at });
		})?;
		let descriptor = descriptor(&path, content, expires);
		described.files.push((path, descriptor));
	}
	progress(Progress { files: of_files, of_files, bytes, at: None });
	Ok(described)
}

/// A descriptor as JSON.
pub fn json(descriptor: &Descriptor) -> Json {
	let readers = match &descriptor.encryption {
		Encryption::None => Json::Null,
		Encryption::Envelopes(envelopes) => envelopes
			.iter()
			.map(|envelope| json!({ "twin": envelope.reader, "key": envelope.key }))
			.collect(),
	};
	json!({
		"content": hash::text(&descriptor.content),
		"size": descriptor.size,
		"mediaType": media_type_of(descriptor),
		"readers": readers,
		"dispersal": descriptor.dispersal.as_ref().map(|dispersal| json!({
			"needed": dispersal.needed,
			"leases": dispersal.shards.to_vec(),
		})),
		"supersedes": descriptor.supersedes,
		"expires": descriptor.expires,
	})
}

/// The media type that a descriptor names.
pub fn media_type_of(descriptor: &Descriptor) -> String {
	String::from_utf8_lossy(&descriptor.media_type).into_owned()
}

/// A descriptor to test with, of which everything is said, or no more than must be.
#[cfg(any(test, feature = "testing"))]
pub fn example(is_full: bool) -> Descriptor {
	use ourledger_primitives::record::{Dispersal, Envelope};

	let plain = Descriptor {
		content: [7; 32],
		size: 9,
		media_type: MediaType::try_from(b"text/plain".to_vec()).expect("fits"),
		encryption: Encryption::None,
		dispersal: None,
		supersedes: None,
		expires: None,
	};
	if !is_full {
		return plain;
	}
	let envelope = Envelope { reader: 3, key: 2, sealed: Default::default() };
	let envelopes = vec![envelope].try_into().expect("is one");
	let shards = vec![8, 9].try_into().expect("are two");
	Descriptor {
		encryption: Encryption::Envelopes(envelopes),
		dispersal: Some(Dispersal { needed: 1, shards }),
		supersedes: Some(4),
		expires: Some(5),
		..plain
	}
}

/// Media type by the extension of a file's name.
fn media_type(path: &Path) -> MediaType {
	let guess = mime_guess::from_path(path).first_raw();
	let fits = |name: &str| MediaType::try_from(name.to_ascii_lowercase().into_bytes()).ok();
	// A type that is too long for a descriptor is as good as unknown.
	guess.and_then(fits).or_else(|| fits(UNKNOWN_MEDIA_TYPE)).unwrap_or_default()
}

fn descriptor(path: &Path, content: Content, expires: Option<Moment>) -> Descriptor {
	Descriptor {
		content: content.hash,
		size: content.size,
		media_type: media_type(path),
		encryption: Encryption::None,
		dispersal: None,
		supersedes: None,
		expires,
	}
}

fn measure_with(path: &Path, mut read: impl FnMut(u64)) -> Result<Content, DescribeError> {
	let mut file = File::open(path).map_err(unreadable(path))?;
	let mut hasher = blake3::Hasher::new();
	let mut chunk = vec![0; CHUNK_BYTES];
	loop {
		match file.read(&mut chunk) {
			Ok(0) => break,
			Ok(length) => {
				hasher.update(&chunk[..length]);
				read(length as u64);
			},
			Err(error) if error.kind() == io::ErrorKind::Interrupted => (),
			Err(error) => return Err(unreadable(path)(error)),
		}
	}
	// As many as were hashed: the file may have grown since it was listed.
	Ok(Content { hash: hasher.finalize().into(), size: hasher.count() })
}

/// Collect the files below `base`/`within`, as paths below `base`.
fn walk(
	base: &Path,
	within: &Path,
	files: &mut Vec<PathBuf>,
	skipped: &mut Vec<PathBuf>,
) -> Result<(), DescribeError> {
	let folder = base.join(within);
	for entry in fs::read_dir(&folder).map_err(unreadable(&folder))? {
		let entry = entry.map_err(unreadable(&folder))?;
		let kind = entry.file_type().map_err(unreadable(&entry.path()))?;
		let path = within.join(entry.file_name());
		if kind.is_dir() {
			walk(base, &path, files, skipped)?;
		} else if kind.is_file() {
			files.push(path);
		} else {
			skipped.push(path);
		}
	}
	Ok(())
}

fn unreadable(path: &Path) -> impl Fn(io::Error) -> DescribeError + '_ {
	move |source| DescribeError::Unreadable { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;

	fn folder_with(files: &[(&str, &[u8])]) -> tempfile::TempDir {
		let folder = tempfile::tempdir().expect("a folder can be made");
		for (name, content) in files {
			let path = folder.path().join(name);
			fs::create_dir_all(path.parent().expect("is in the folder")).expect("can be made");
			fs::write(path, content).expect("can be written");
		}
		folder
	}

	fn names(described: &Described) -> Vec<&str> {
		described.files.iter().map(|(path, _)| path.to_str().expect("is ASCII")).collect()
	}

	#[test]
	fn describe_file_tells_hash_size_and_type() {
		let content = vec![7; 3 * CHUNK_BYTES + 1];
		let folder = folder_with(&[("a.txt", &content)]);
		let descriptor =
			describe_file(&folder.path().join("a.txt"), Some(5)).expect("can be described");
		assert_eq!(descriptor.content, *blake3::hash(&content).as_bytes());
		assert_eq!(descriptor.size, content.len() as u64);
		assert_eq!(&descriptor.media_type[..], b"text/plain");
		assert_eq!(descriptor.expires, Some(5));
		assert_eq!(descriptor.check(), Ok(()));
	}

	#[test]
	fn describe_file_describes_an_empty_file() {
		let folder = folder_with(&[("empty", b"")]);
		let descriptor =
			describe_file(&folder.path().join("empty"), None).expect("can be described");
		assert_eq!(descriptor.content, *blake3::hash(b"").as_bytes());
		assert_eq!(descriptor.size, 0);
		assert_eq!(descriptor.expires, None);
	}

	#[test]
	fn describe_file_fails_when_it_is_missing_or_a_folder() {
		let folder = folder_with(&[]);
		let missing = describe_file(&folder.path().join("nothing"), None);
		assert!(matches!(missing, Err(DescribeError::Unreadable { .. })), "{missing:?}");
		let not_a_file = describe_file(folder.path(), None);
		assert!(matches!(not_a_file, Err(DescribeError::NotAFile(_))), "{not_a_file:?}");
	}

	#[test]
	fn media_type_follows_the_extension() {
		for (name, expected) in [
			("a.pdf", "application/pdf"),
			("a.JPG", "image/jpeg"),
			("a.tar.gz", "application/gzip"),
			("a", UNKNOWN_MEDIA_TYPE),
			("a.no-such-extension", UNKNOWN_MEDIA_TYPE),
		] {
			assert_eq!(media_type(Path::new(name)).to_vec(), expected.as_bytes(), "{name}");
		}
	}

	#[test]
	fn media_type_is_always_one_that_a_descriptor_may_have() {
		// Among them are some that are longer than a descriptor allows.
		for extension in ["docx", "pptx", "xlsx", "odt", "html", "svg", "mp4", "json", "wasm"] {
			let path = PathBuf::from(format!("a.{extension}"));
			let descriptor = descriptor(&path, Content { hash: [0; 32], size: 0 }, None);
			assert_eq!(descriptor.check(), Ok(()), "{extension}");
		}
	}

	#[test]
	fn describe_folder_is_sorted_and_deep() {
		let folder = folder_with(&[
			("b", b"1"),
			("a/z", b"2"),
			("a.txt", b"3"),
			("a/b/c", b"4"),
			("B", b"5"),
			("10", b"6"),
			("9", b"7"),
		]);
		let described = describe_folder(folder.path(), None, |_| ()).expect("can be described");
		assert_eq!(names(&described), ["10", "9", "B", "a.txt", "a/b/c", "a/z", "b"]);
		for (path, descriptor) in &described.files {
			let alone = describe_file(&folder.path().join(path), None).expect("can be described");
			assert_eq!(alone.encode(), descriptor.encode());
		}
	}

	#[test]
	fn describe_folder_reports_its_progress() {
		let long = vec![1; 2 * CHUNK_BYTES];
		let folder = folder_with(&[("a", b"123"), ("b", &long)]);
		let mut seen = Vec::new();
		describe_folder(folder.path(), None, |progress| {
			assert_eq!(progress.of_files, 2);
			seen.push((progress.files, progress.bytes, progress.at.map(Path::to_owned)));
		})
		.expect("can be described");
		let (a, b) = (Some(PathBuf::from("a")), Some(PathBuf::from("b")));
		let chunk = CHUNK_BYTES as u64;
		let expected = [
			(0, 0, a.clone()),
			(0, 3, a),
			(1, 3, b.clone()),
			(1, 3 + chunk, b.clone()),
			(1, 3 + 2 * chunk, b),
			(2, 3 + 2 * chunk, None),
		];
		assert_eq!(seen, expected);
	}

	#[test]
	fn describe_folder_fails_when_it_has_no_files() {
		let folder = folder_with(&[]);
		fs::create_dir(folder.path().join("empty")).expect("can be made");
		let error = describe_folder(folder.path(), None, |_| ());
		assert!(matches!(error, Err(DescribeError::NoFiles(_))), "{error:?}");
	}

	#[cfg(unix)]
	#[test]
	fn describe_folder_does_not_follow_links() {
		let outside = folder_with(&[("secret", b"1")]);
		let folder = folder_with(&[("a", b"2")]);
		std::os::unix::fs::symlink(outside.path(), folder.path().join("link")).expect("can be");
		let described = describe_folder(folder.path(), None, |_| ()).expect("can be described");
		assert_eq!(names(&described), ["a"]);
		assert_eq!(described.skipped, [PathBuf::from("link")]);
	}

	#[test]
	fn json_has_its_stable_shape() {
		assert_eq!(
			json(&example(true)),
			json!({
				"content": format!("0x{}", "07".repeat(32)),
				"size": 9,
				"mediaType": "text/plain",
				"readers": [{ "twin": 3, "key": 2 }],
				"dispersal": { "needed": 1, "leases": [8, 9] },
				"supersedes": 4,
				"expires": 5,
			})
		);
		let plain = json(&example(false));
		assert_eq!(plain["readers"], Json::Null);
		assert_eq!(plain["dispersal"], Json::Null);
	}
}
