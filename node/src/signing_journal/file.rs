//! The journal on disk: an append-only file whose every record is synced before it counts.
//!
//! Layout: [`MAGIC`], the genesis hash, a checksum of both; then records, each its length (one
//! byte), its SCALE encoding and a checksum. A record that was being written when the machine lost
//! power is cut off or wrong, and is always the last; whatever it stood for was never signed, so it
//! is dropped. Damage anywhere else is reported, never repaired by guessing.

use super::{
	memory::{Entry, Memory, Refusal, Verdict, Vote},
	LOG_TARGET,
};
use codec::{DecodeAll, Encode};
use ourledger_primitives::Hash;
use sp_io::hashing::twox_64;
use std::{
	fs::{self, File, OpenOptions},
	io::{self, Write},
	path::{Path, PathBuf},
	sync::{Mutex, MutexGuard, PoisonError},
};

/// Name of the file in the journal's folder.
const FILE_NAME: &str = "records";

/// First bytes of a journal; the digit is the version of the layout.
const MAGIC: [u8; 8] = *b"OURSIGN1";

/// Length of the part before the first record.
const HEADER_LEN: usize = MAGIC.len() + 32 + CHECKSUM_LEN;

const CHECKSUM_LEN: usize = 8;

/// No record is longer: a length byte, what it can count, a checksum.
const MAX_RECORD_LEN: usize = 1 + u8::MAX as usize + CHECKSUM_LEN;

/// Number of records after which the file is written anew with only what is still remembered.
/// Three records per round and slot come to a rewrite in about an hour, and to a file of at most
/// half a megabyte.
const RECORDS_PER_REWRITE: usize = 4_096;

/// Why the journal can't be used, or refuses.
#[derive(Debug)]
pub enum Error {
	/// Signing would contradict an earlier signature.
	Refused(Refusal),
	/// The record could not be made durable, so nothing may be signed.
	Io { path: PathBuf, error: io::Error },
	/// The file is damaged at `offset`.
	Damaged { path: PathBuf, offset: usize },
}

impl std::fmt::Display for Error {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		match self {
			Self::Refused(refusal) => write!(f, "Refused to sign: {refusal}"),
			Self::Io { path, error } => {
				write!(f, "Can't write the signing journal {}: {error}", path.display())
			},
			Self::Damaged { path, offset } => write!(
				f,
				"The signing journal {} is damaged at byte {offset}. It keeps this validator from \
				 signing twice after a crash. Let the network finalise blocks for a minute while \
				 this node is stopped, then remove the file and start again.",
				path.display(),
			),
		}
	}
}

impl std::error::Error for Error {}

/// The journal of one validator on one chain.
#[derive(Debug)]
pub struct Journal {
	path: PathBuf,
	genesis: Hash,
	inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
	memory: Memory,
	file: File,
	/// Length of the file up to which its records are whole.
	len: u64,
	/// Records in the file.
	records: usize,
}

impl Journal {
	/// Open the journal in the folder `dir` for the chain with this genesis, or begin one.
	///
	/// A journal of another chain is moved aside: signatures there bind nobody here.
	pub fn open(dir: &Path, genesis: Hash) -> Result<Self, Error> {
		let path = dir.join(FILE_NAME);
		let io = |error| Error::Io { path: path.clone(), error };
		let memory = match fs::read(&path) {
			Ok(bytes) => match read_header(&bytes) {
				Some(found) if found == genesis => read_records(&bytes)
					.map_err(|offset| Error::Damaged { path: path.clone(), offset })?,
				Some(found) => {
					let aside = dir.with_extension(format!("{found:?}"));
					log::warn!(
						target: LOG_TARGET,
						"The signing journal belongs to another chain; moved to {}",
						aside.display(),
					);
					fs::rename(dir, aside).map_err(io)?;
					Memory::default()
				},
				None => return Err(Error::Damaged { path, offset: 0 }),
			},
			Err(e) if e.kind() == io::ErrorKind::NotFound => Memory::default(),
			Err(e) => return Err(io(e)),
		};
		fs::create_dir_all(dir).map_err(io)?;
		let inner = write_anew(&path, genesis, memory).map_err(io)?;
		Ok(Self { path, genesis, inner: Mutex::new(inner) })
	}

	/// Claim `slot` for one block. Returns only when the claim is on disk.
	pub fn claim_slot(&self, slot: u64) -> Result<(), Error> {
		let mut inner = self.lock();
		inner.memory.judge_slot(slot).map_err(Error::Refused)?;
		self.record(&mut inner, Entry::Slot(slot))
	}

	/// Claim the right to sign `vote`. Returns only when the claim is on disk.
	pub fn claim_vote(&self, vote: &Vote) -> Result<(), Error> {
		let mut inner = self.lock();
		match inner.memory.judge_vote(vote).map_err(Error::Refused)? {
			Verdict::Repeat => Ok(()),
			Verdict::New => self.record(&mut inner, Entry::Vote(vote.clone())),
		}
	}

	/// A copy of what is remembered.
	pub fn memory(&self) -> Memory {
		self.lock().memory.clone()
	}

	/// Forget every vote. Only safe where nobody else votes.
	pub fn forget_votes(&self) -> Result<(), Error> {
		let mut inner = self.lock();
		let mut memory = inner.memory.clone();
		memory.forget_votes();
		*inner = write_anew(&self.path, self.genesis, memory).map_err(|e| self.io(e))?;
		Ok(())
	}

	fn record(&self, inner: &mut Inner, entry: Entry) -> Result<(), Error> {
		let record = frame(&entry);
		if let Err(error) = inner.append(&record) {
			// Half a record must not end up in the middle of the file. If it can't be cut off
			// either, the next attempt fails in the same way, so nothing is ever signed on it.
			let _ = inner.file.set_len(inner.len);
			return Err(self.io(error));
		}
		inner.memory.absorb(entry);
		if inner.records >= RECORDS_PER_REWRITE {
			// The record is safe already; a failure only means that the file stays long.
			match write_anew(&self.path, self.genesis, inner.memory.clone()) {
				Ok(rewritten) => *inner = rewritten,
				Err(e) => log::warn!(target: LOG_TARGET, "{}", self.io(e)),
			}
		}
		Ok(())
	}

	fn io(&self, error: io::Error) -> Error {
		Error::Io { path: self.path.clone(), error }
	}

	/// A panic elsewhere can't leave the memory half changed: it is changed in one step, after the
	/// file.
	fn lock(&self) -> MutexGuard<'_, Inner> {
		self.inner.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

impl Inner {
	fn append(&mut self, record: &[u8]) -> io::Result<()> {
		// Cuts off what a failed attempt may have left, see `Journal::record`.
		if self.file.metadata()?.len() != self.len {
			self.file.set_len(self.len)?;
		}
		self.file.write_all(record)?;
		self.file.sync_data()?;
		self.len += record.len() as u64;
		self.records += 1;
		Ok(())
	}
}

/// Write a journal with just this memory, and put it in place of the old one in one step.
fn write_anew(path: &Path, genesis: Hash, memory: Memory) -> io::Result<Inner> {
	let entries = memory.entries();
	let mut bytes = header(genesis);
	entries.iter().for_each(|entry| bytes.extend(frame(entry)));

	let draft = path.with_extension("new");
	let mut file = File::create(&draft)?;
	file.write_all(&bytes)?;
	file.sync_all()?;
	fs::rename(&draft, path)?;
	if let Some(dir) = path.parent() {
		// The rename itself has to survive a power cut.
		File::open(dir)?.sync_all()?;
	}
	let file = OpenOptions::new().append(true).open(path)?;
	Ok(Inner { memory, file, len: bytes.len() as u64, records: entries.len() })
}

fn header(genesis: Hash) -> Vec<u8> {
	let mut bytes = MAGIC.to_vec();
	bytes.extend(genesis.as_bytes());
	let checksum = twox_64(&bytes);
	bytes.extend(checksum);
	bytes
}

fn read_header(bytes: &[u8]) -> Option<Hash> {
	let genesis = Hash::from_slice(bytes.get(MAGIC.len()..MAGIC.len() + 32)?);
	(bytes.get(..HEADER_LEN)? == header(genesis)).then_some(genesis)
}

fn frame(entry: &Entry) -> Vec<u8> {
	let payload = entry.encode();
	let length = u8::try_from(payload.len()).expect("the largest entry, a vote, has 90 bytes; qed");
	let mut bytes = vec![length];
	bytes.extend(payload);
	let checksum = twox_64(&bytes);
	bytes.extend(checksum);
	bytes
}

/// Read every record. `Err` is the offset of the damage.
fn read_records(bytes: &[u8]) -> Result<Memory, usize> {
	let mut memory = Memory::default();
	let mut offset = HEADER_LEN;
	while offset < bytes.len() {
		let rest = &bytes[offset..];
		let length = 1 + usize::from(rest[0]) + CHECKSUM_LEN;
		match rest.get(..length).and_then(read_record) {
			Some(entry) => {
				memory.absorb(entry);
				offset += length;
			},
			None if is_torn(rest) => break,
			None => return Err(offset),
		}
	}
	Ok(memory)
}

/// Whether `rest`, which begins with no whole record, is what a power cut leaves of the last one:
/// a part of it, or zeros, with nothing valid behind.
fn is_torn(rest: &[u8]) -> bool {
	let record_at = |start: usize| {
		let length = 1 + usize::from(rest[start]) + CHECKSUM_LEN;
		rest.get(start..start + length).and_then(read_record)
	};
	(rest.len() <= MAX_RECORD_LEN || rest.iter().all(|byte| *byte == 0))
		&& (1..rest.len()).all(|start| record_at(start).is_none())
}

fn read_record(record: &[u8]) -> Option<Entry> {
	let (content, checksum) = record.split_at(record.len() - CHECKSUM_LEN);
	(twox_64(content) == *checksum).then(|| Entry::decode_all(&mut &content[1..]).ok()).flatten()
}

#[cfg(test)]
pub mod tests {
	use super::{
		super::memory::{tests::vote, Stage},
		*,
	};
	use std::sync::atomic::{AtomicU32, Ordering};

	const GENESIS: Hash = Hash::repeat_byte(1);

	/// A folder that is removed when it goes out of scope.
	pub struct TempDir(PathBuf);

	impl TempDir {
		pub fn new() -> Self {
			static COUNT: AtomicU32 = AtomicU32::new(0);
			let unique = format!(
				"ourledger-node-{}-{}",
				std::process::id(),
				COUNT.fetch_add(1, Ordering::Relaxed)
			);
			let path = std::env::temp_dir().join(unique);
			fs::create_dir_all(&path).expect("the temporary folder is writable");
			Self(path)
		}

		pub fn path(&self) -> &Path {
			&self.0
		}
	}

	impl Drop for TempDir {
		fn drop(&mut self) {
			let _ = fs::remove_dir_all(&self.0);
		}
	}

	pub fn journal_in(dir: &TempDir) -> Journal {
		Journal::open(&super::super::path_in(dir.path()), GENESIS).expect("opens")
	}

	/// The journal's file.
	fn file_in(dir: &TempDir) -> PathBuf {
		super::super::path_in(dir.path()).join(FILE_NAME)
	}

	fn is_refused(result: Result<(), Error>) -> bool {
		matches!(result, Err(Error::Refused(_)))
	}

	#[test]
	fn claims_survive_reopening() {
		let dir = TempDir::new();
		let cast = vote((1, 2), Stage::Prevote, 3);
		{
			let journal = journal_in(&dir);
			assert!(journal.claim_slot(10).is_ok());
			assert!(journal.claim_vote(&cast).is_ok());
			// No orderly end: the process is killed here.
			std::mem::forget(journal);
		}
		let journal = journal_in(&dir);
		assert!(is_refused(journal.claim_slot(10)));
		assert!(journal.claim_slot(11).is_ok());
		assert!(journal.claim_vote(&cast).is_ok());
		assert!(is_refused(journal.claim_vote(&vote((1, 2), Stage::Prevote, 4))));
		assert!(journal.claim_vote(&vote((1, 2), Stage::Precommit, 3)).is_ok());
	}

	#[test]
	fn last_record_is_dropped_when_torn() {
		for torn in 1..20 {
			let dir = TempDir::new();
			let journal = journal_in(&dir);
			assert!(journal.claim_slot(10).is_ok());
			assert!(journal.claim_slot(11).is_ok());
			let path = file_in(&dir);
			let whole = fs::read(&path).expect("reads");
			let record = frame(&Entry::Slot(11)).len();
			if torn >= record {
				break;
			}
			fs::write(&path, &whole[..whole.len() - torn]).expect("writes");

			let journal = journal_in(&dir);
			assert!(is_refused(journal.claim_slot(10)), "torn by {torn}");
			assert!(journal.claim_slot(11).is_ok(), "torn by {torn}");
		}
	}

	#[test]
	fn zeros_at_the_end_are_dropped() {
		let dir = TempDir::new();
		assert!(journal_in(&dir).claim_slot(10).is_ok());
		let path = file_in(&dir);
		let mut bytes = fs::read(&path).expect("reads");
		bytes.extend([0; 500]);
		fs::write(&path, bytes).expect("writes");
		assert!(is_refused(journal_in(&dir).claim_slot(10)));
	}

	#[test]
	fn damage_in_the_middle_is_reported() {
		let dir = TempDir::new();
		let journal = journal_in(&dir);
		assert!(journal.claim_slot(10).is_ok());
		assert!(journal.claim_slot(11).is_ok());
		let path = file_in(&dir);
		for offset in [0, MAGIC.len() + 3, HEADER_LEN, HEADER_LEN + 3] {
			let mut bytes = fs::read(&path).expect("reads");
			bytes[offset] ^= 1;
			let copy = dir.path().join("copy");
			fs::create_dir_all(&copy).expect("is writable");
			fs::write(copy.join(FILE_NAME), bytes).expect("writes");
			assert!(
				matches!(Journal::open(&copy, GENESIS), Err(Error::Damaged { .. })),
				"byte {offset}"
			);
		}
	}

	#[test]
	fn journal_of_another_chain_is_moved_aside() {
		let dir = TempDir::new();
		assert!(journal_in(&dir).claim_slot(10).is_ok());
		let path = super::super::path_in(dir.path());
		let other = Journal::open(&path, Hash::repeat_byte(2)).expect("opens");
		assert!(other.claim_slot(10).is_ok());
		assert_eq!(fs::read_dir(dir.path()).expect("lists").count(), 2);
	}

	#[test]
	fn file_stays_small() {
		let dir = TempDir::new();
		let journal = journal_in(&dir);
		{
			// Written without syncing: this test is about length, and syncs are slow.
			let mut inner = journal.lock();
			inner.records = RECORDS_PER_REWRITE - 1;
		}
		assert!(journal.claim_slot(1).is_ok());
		assert_eq!(journal.lock().records, 1);
		assert!(is_refused(journal_in(&dir).claim_slot(1)));
	}

	#[test]
	fn forgetting_votes_keeps_slots() {
		let dir = TempDir::new();
		let journal = journal_in(&dir);
		assert!(journal.claim_slot(10).is_ok());
		assert!(journal.claim_vote(&vote((1, 2), Stage::Prevote, 3)).is_ok());
		assert!(journal.forget_votes().is_ok());

		let journal = journal_in(&dir);
		assert!(is_refused(journal.claim_slot(10)));
		assert!(journal.claim_vote(&vote((1, 2), Stage::Prevote, 4)).is_ok());
	}

	#[test]
	fn nothing_is_claimed_when_it_cannot_be_written() {
		let dir = TempDir::new();
		let journal = journal_in(&dir);
		{
			// A handle that can't write stands for a full disk.
			let path = file_in(&dir);
			journal.lock().file = File::open(path).expect("opens");
		}
		assert!(matches!(journal.claim_slot(10), Err(Error::Io { .. })));
		assert_eq!(journal.memory().judge_slot(10), Ok(()));
	}

	#[test]
	fn largest_record_fits_its_length_byte() {
		let largest = Entry::Vote(vote((u64::MAX, u64::MAX), Stage::Precommit, 255));
		assert!(frame(&largest).len() <= 1 + usize::from(u8::MAX) + CHECKSUM_LEN);
	}
}
