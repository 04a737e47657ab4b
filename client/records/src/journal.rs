//! A file that only grows, of entries that are there whole or not at all.
//!
//! An entry counts once it is on disk. What a crash leaves at the end of the file in the middle of
//! an entry is cut off at the next opening; damage anywhere else is an error.
//!
//! | Bytes | |
//! |---|---|
//! | 4 | length of the content, little endian |
//! | 4 | start of the BLAKE3 hash of that length |
//! | length | content |
//! | 8 | start of the BLAKE3 hash of the content |

use ourledger_client::private;
use std::{
	fs::{File, OpenOptions, TryLockError},
	io::{self, Read, Seek, SeekFrom, Write},
	path::{Path, PathBuf},
};

const HEAD_BYTES: usize = 8;
const END_BYTES: usize = 8;

/// Longest content. Guards memory against a damaged length that its check happens to fit.
const MAX_CONTENT_BYTES: u32 = 64 * 1024 * 1024;

/// Why a journal can't be used.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
	/// The file system refused.
	#[error("{} can't be used: {source}", path.display())]
	Io {
		/// What can't be used.
		path: PathBuf,
		/// What it says.
		source: io::Error,
	},
	/// Another process writes it.
	#[error("{} is in use by another process", .0.display())]
	InUse(PathBuf),
	/// Its content isn't what was written.
	#[error("{} is damaged at byte {offset}: restore it from a copy", path.display())]
	Damaged {
		/// The file.
		path: PathBuf,
		/// Where the entry begins that isn't whole.
		offset: u64,
	},
	/// Writing has failed before.
	#[error("{} could not be written before: open it again", .0.display())]
	Broken(PathBuf),
	/// The entry is longer than an entry may be.
	#[error("an entry of {0} bytes is too long")]
	TooLong(usize),
}

/// An open journal. No other process can open it meanwhile.
#[derive(Debug)]
pub struct Journal {
	path: PathBuf,
	file: File,
	/// End of the last whole entry.
	end: u64,
	/// Whether an entry may have been written in part.
	is_broken: bool,
}

impl Journal {
	/// Open the journal, or begin it; `take` gets each entry with the offset of its content.
	pub fn open(
		path: &Path,
		mut take: impl FnMut(u64, &[u8]) -> Result<(), ()>,
	) -> Result<Self, JournalError> {
		let failed = |source| JournalError::Io { path: path.to_owned(), source };
		let is_new = !path.exists();
		let mut options = OpenOptions::new();
		let file = options.read(true).append(true).create(true).open(path).map_err(failed)?;
		match file.try_lock() {
			Ok(()) => (),
			Err(TryLockError::WouldBlock) => return Err(JournalError::InUse(path.to_owned())),
			Err(TryLockError::Error(source)) => return Err(failed(source)),
		}
		let length = file.metadata().map_err(failed)?.len();
		if is_new {
			private::sync_folder_of(path).map_err(failed)?;
		}

		let mut journal = Self { path: path.to_owned(), file, end: 0, is_broken: false };
		let mut reader = io::BufReader::new(&journal.file);
		let mut end = 0;
		while end < length {
			let next = match read_entry(&mut reader, length - end).map_err(failed)? {
				Next::Entry(content) => {
					let next = end + (HEAD_BYTES + content.len() + END_BYTES) as u64;
					take(end + HEAD_BYTES as u64, &content).map(|()| next).ok()
				},
				Next::Torn => break,
				Next::Damaged => None,
			};
			let damaged = || JournalError::Damaged { path: path.to_owned(), offset: end };
			end = next.ok_or_else(damaged)?;
		}
		drop(reader);
		if end < length {
			journal.file.set_len(end).and_then(|()| journal.file.sync_all()).map_err(failed)?;
		}
		journal.end = end;
		Ok(journal)
	}

	/// Write an entry; returns the offset of its content once it is on disk.
	pub fn append(&mut self, content: &[u8]) -> Result<u64, JournalError> {
		if self.is_broken {
			return Err(JournalError::Broken(self.path.clone()));
		}
		let length =
			u32::try_from(content.len()).ok().filter(|length| *length <= MAX_CONTENT_BYTES);
		let length = length.ok_or(JournalError::TooLong(content.len()))?.to_le_bytes();
		let mut entry = Vec::with_capacity(HEAD_BYTES + content.len() + END_BYTES);
		entry.extend(length);
		entry.extend(&blake3::hash(&length).as_bytes()[..HEAD_BYTES - length.len()]);
		entry.extend(content);
		entry.extend(&blake3::hash(content).as_bytes()[..END_BYTES]);

		// Half an entry must not be followed by others; the next opening cuts it off.
		self.is_broken = true;
		self.file
			.write_all(&entry)
			.and_then(|()| self.file.sync_data())
			.map_err(|source| self.failed(source))?;
		self.is_broken = false;
		let offset = self.end + HEAD_BYTES as u64;
		self.end += entry.len() as u64;
		Ok(offset)
	}

	/// Bytes of an entry's content, by their offset in the file.
	pub fn read(&mut self, offset: u64, length: usize) -> Result<Vec<u8>, JournalError> {
		let mut bytes = vec![0; length];
		self.file
			.seek(SeekFrom::Start(offset))
			.and_then(|_| self.file.read_exact(&mut bytes))
			.map_err(|source| self.failed(source))?;
		Ok(bytes)
	}

	/// The file.
	pub fn path(&self) -> &Path {
		&self.path
	}

	fn failed(&self, source: io::Error) -> JournalError {
		JournalError::Io { path: self.path.clone(), source }
	}
}

/// What stands at a place of the file.
enum Next {
	Entry(Vec<u8>),
	/// An entry that a crash has interrupted, and nothing after it.
	Torn,
	Damaged,
}

/// Read the entry that begins here, where `left` bytes of the file are left.
fn read_entry(reader: &mut impl Read, left: u64) -> io::Result<Next> {
	if left < HEAD_BYTES as u64 {
		return Ok(Next::Torn);
	}
	let mut head = [0; HEAD_BYTES];
	reader.read_exact(&mut head)?;
	let (length, check) = head.split_at(4);
	if blake3::hash(length).as_bytes()[..check.len()] != *check {
		// After a power cut a file system may show the new length without the new bytes.
		return Ok(if head == [0; HEAD_BYTES] && is_zero(reader)? {
			Next::Torn
		} else {
			Next::Damaged
		});
	}
	let length = u32::from_le_bytes(length.try_into().unwrap_or_default());
	if length > MAX_CONTENT_BYTES {
		return Ok(Next::Damaged);
	}
	let whole = HEAD_BYTES as u64 + u64::from(length) + END_BYTES as u64;
	if left < whole {
		return Ok(Next::Torn);
	}
	let mut content = vec![0; length as usize];
	let mut end = [0; END_BYTES];
	reader.read_exact(&mut content)?;
	reader.read_exact(&mut end)?;
	Ok(if blake3::hash(&content).as_bytes()[..END_BYTES] == end {
		Next::Entry(content)
	} else if left == whole {
		Next::Torn
	} else {
		Next::Damaged
	})
}

fn is_zero(reader: &mut impl Read) -> io::Result<bool> {
	let mut chunk = [0; 4096];
	loop {
		match reader.read(&mut chunk)? {
			0 => return Ok(true),
			length if chunk[..length].iter().all(|byte| *byte == 0) => (),
			_ => return Ok(false),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::fs;

	struct Place(tempfile::TempDir);

	impl Place {
		fn new() -> Self {
			Self(tempfile::tempdir().expect("a folder can be made"))
		}

		fn path(&self) -> PathBuf {
			self.0.path().join("journal")
		}

		fn open(&self) -> Result<(Journal, Vec<Vec<u8>>), JournalError> {
			let mut entries = Vec::new();
			let journal = Journal::open(&self.path(), |_, content| {
				entries.push(content.to_vec());
				Ok(())
			})?;
			Ok((journal, entries))
		}

		fn entries(&self) -> Vec<Vec<u8>> {
			self.open().expect("is sound").1
		}

		/// Three entries; their ends.
		fn filled(&self) -> [u64; 3] {
			let (mut journal, _) = self.open().expect("is sound");
			[b"one".to_vec(), Vec::new(), vec![3; 1_000]].map(|content| {
				journal.append(&content).expect("can be written");
				journal.end
			})
		}

		fn change(&self, change: impl FnOnce(&mut Vec<u8>)) {
			let mut bytes = fs::read(self.path()).expect("is there");
			change(&mut bytes);
			fs::write(self.path(), bytes).expect("can be written");
		}
	}

	#[test]
	fn journal_keeps_its_entries() {
		let place = Place::new();
		assert_eq!(place.entries(), Vec::<Vec<u8>>::new());
		place.filled();
		let (mut journal, entries) = place.open().expect("is sound");
		assert_eq!(entries, [b"one".to_vec(), Vec::new(), vec![3; 1_000]]);
		let offset = journal.append(b"fourth").expect("can be written");
		assert_eq!(journal.read(offset + 2, 3).expect("is there"), b"urt");
		drop(journal);
		assert_eq!(place.entries().len(), 4);
	}

	#[test]
	fn journal_loses_only_the_torn_entry_when_cut_anywhere() {
		let place = Place::new();
		let ends = place.filled();
		let whole = fs::read(place.path()).expect("is there");
		for length in 0..whole.len() {
			fs::write(place.path(), &whole[..length]).expect("can be written");
			let kept = ends.iter().filter(|end| **end <= length as u64).count();
			let (mut journal, entries) = place.open().expect("is sound");
			assert_eq!(entries.len(), kept, "{length}");
			// What is written then is not spoilt by what was cut off.
			journal.append(b"after").expect("can be written");
			drop(journal);
			assert_eq!(place.entries().last().map(Vec::as_slice), Some(&b"after"[..]), "{length}");
		}
	}

	#[test]
	fn journal_loses_only_the_torn_entry_when_its_end_is_zero() {
		let place = Place::new();
		place.filled();
		place.change(|bytes| bytes.extend([0; 10_000]));
		assert_eq!(place.entries().len(), 3);
		place.change(|bytes| {
			let length = bytes.len();
			bytes[length - 500..].fill(0);
		});
		assert_eq!(place.entries().len(), 2);
	}

	#[test]
	fn journal_is_refused_when_damaged_before_its_last_entry() {
		let place = Place::new();
		let ends = place.filled();
		let whole = fs::read(place.path()).expect("is there");
		for byte in 0..ends[1] as usize {
			fs::write(place.path(), &whole).expect("can be written");
			place.change(|bytes| bytes[byte] ^= 0x10);
			let error = place.open();
			assert!(matches!(error, Err(JournalError::Damaged { .. })), "{byte}: {error:?}");
		}
	}

	#[test]
	fn journal_is_refused_when_an_entry_makes_no_sense() {
		let place = Place::new();
		let ends = place.filled();
		let opened = Journal::open(&place.path(), |_, content| match content {
			[] => Err(()),
			_ => Ok(()),
		});
		let error = opened.expect_err("is refused");
		assert!(matches!(error, JournalError::Damaged { offset, .. } if offset == ends[0]));
	}

	#[test]
	fn journal_is_refused_when_in_use() {
		let place = Place::new();
		let first = place.open().expect("is sound");
		assert!(matches!(place.open(), Err(JournalError::InUse(_))));
		drop(first);
		place.open().expect("is free again");
	}

	#[test]
	fn journal_is_refused_when_a_length_is_beyond_all_bounds() {
		let place = Place::new();
		place.filled();
		let length = (MAX_CONTENT_BYTES + 1).to_le_bytes();
		place.change(|bytes| {
			bytes.extend(length);
			bytes.extend(&blake3::hash(&length).as_bytes()[..4]);
		});
		assert!(matches!(place.open(), Err(JournalError::Damaged { .. })));
	}

	#[test]
	fn append_fails_for_good_when_writing_has_failed() {
		let place = Place::new();
		place.filled();
		let (mut journal, _) = place.open().expect("is sound");
		let read_only = File::open(place.path()).expect("is there");
		let writable = std::mem::replace(&mut journal.file, read_only);
		assert!(matches!(journal.append(b"lost"), Err(JournalError::Io { .. })));
		journal.file = writable;
		assert!(matches!(journal.append(b"late"), Err(JournalError::Broken(_))));
		drop(journal);
		assert_eq!(place.entries().len(), 3);
	}

	#[test]
	fn append_fails_when_the_entry_is_too_long() {
		let place = Place::new();
		let (mut journal, _) = place.open().expect("is sound");
		let long = vec![0; MAX_CONTENT_BYTES as usize + 1];
		assert!(matches!(journal.append(&long), Err(JournalError::TooLong(_))));
		journal.append(&long[1..]).expect("fits");
		drop(journal);
		assert_eq!(place.entries().len(), 1);
	}
}
