//! The journal on disk: one small file that is replaced as a whole.
//!
//! A new one is written beside it, synced, and then given its name. So a kill or a power cut leaves
//! the old one or the new one, and what was being written was never signed. Damage is reported,
//! never repaired by guessing.
//!
//! Layout: [`MAGIC`], the genesis hash, the SCALE encoding of [`Memory`], a checksum of all that.

use super::{votes::Voted, LOG_TARGET};
use codec::{Decode, DecodeAll, Encode};
use ourledger_primitives::Hash;
use sp_consensus_grandpa::SetId;
use sp_io::hashing::twox_64;
use std::{
	fs::{self, File},
	io::{self, Write},
	path::{Path, PathBuf},
	sync::{Mutex, MutexGuard, PoisonError},
};

const FILE_NAME: &str = "last-signed";

/// First bytes of a journal; the digit is the version of the layout.
const MAGIC: [u8; 8] = *b"OURSIGN2";

/// Number of authority sets whose last vote is remembered. If all validators lose a change of the
/// set, the votes of the set before are what brings it about again.
const KEPT_SETS: usize = 2;

/// All that is remembered.
#[derive(Clone, Debug, Decode, Default, Encode, PartialEq)]
pub struct Memory {
	/// The last slot in which a block was begun.
	pub slot: Option<u64>,
	/// The last vote in each of the last [`KEPT_SETS`] authority sets, the latest set last.
	pub voted: Vec<Voted>,
}

impl Memory {
	/// The last vote in this authority set.
	pub fn voted_in(&self, set_id: SetId) -> Option<&Voted> {
		self.voted.iter().find(|voted| voted.set_id == set_id)
	}

	/// Remember this as the last vote in its set.
	pub fn note(&mut self, last: Voted) {
		self.voted.retain(|voted| voted.set_id != last.set_id);
		self.voted.push(last);
		self.voted.sort_by_key(|voted| voted.set_id);
		if self.voted.len() > KEPT_SETS {
			self.voted.remove(0);
		}
	}
}

/// The journal of one validator on one chain.
#[derive(Debug)]
pub struct Journal {
	path: PathBuf,
	genesis: Hash,
	memory: Mutex<Memory>,
}

impl Journal {
	/// Open the journal in the folder `dir` for the chain with this genesis, or begin one.
	///
	/// A journal of another chain is moved aside, since signatures there bind nobody here, and taken
	/// back when the node is on that chain again.
	pub fn open(dir: &Path, genesis: Hash) -> Result<Self, String> {
		let path = dir.join(FILE_NAME);
		let io = |e: io::Error| format!("Can't use the signing journal {}: {e}", path.display());
		let mut known = load(&path)?;
		if let Some((other, _)) = known.take_if(|(found, _)| *found != genesis) {
			let aside = aside_of(dir, other);
			log::warn!(
				target: LOG_TARGET,
				"The signing journal belongs to another chain; moved to {}",
				aside.display(),
			);
			fs::rename(dir, aside).map_err(io)?;
		}
		let aside = aside_of(dir, genesis);
		if known.is_none() && aside.try_exists().map_err(io)? {
			log::info!(target: LOG_TARGET, "The signing journal {} is taken back", aside.display());
			// Without a journal in it, it holds nothing that counts.
			if dir.try_exists().map_err(io)? {
				fs::remove_dir_all(dir).map_err(io)?;
			}
			fs::rename(aside, dir).map_err(io)?;
			known = load(&path)?;
		}
		let memory = known.map(|(_, memory)| memory).unwrap_or_default();
		fs::create_dir_all(dir).map_err(io)?;
		// Shows before anything is signed that it can be written.
		replace(&path, genesis, &memory).map_err(io)?;
		Ok(Self { path, genesis, memory: Mutex::new(memory) })
	}

	/// Begin the one block of `slot`. Returns only when that is on disk.
	pub fn begin_slot(&self, slot: u64) -> Result<(), String> {
		self.change(|memory| match memory.slot.replace(slot) {
			Some(last) if slot <= last => Err(format!(
				"slot {slot} isn't later than slot {last}, in which this node has begun a block; \
				 is the clock right?",
			)),
			_ => Ok(()),
		})
	}

	/// Change what is remembered, unless `change` fails. Returns only when that is on disk.
	pub fn change(
		&self,
		change: impl FnOnce(&mut Memory) -> Result<(), String>,
	) -> Result<(), String> {
		let mut memory = self.lock();
		let mut changed = memory.clone();
		change(&mut changed)?;
		if changed != *memory {
			replace(&self.path, self.genesis, &changed)
				.map_err(|e| format!("can't write {}: {e}", self.path.display()))?;
			*memory = changed;
		}
		Ok(())
	}

	/// A copy of what is remembered.
	pub fn memory(&self) -> Memory {
		self.lock().clone()
	}

	/// A panic elsewhere can't leave the memory half changed: it is changed in one step.
	fn lock(&self) -> MutexGuard<'_, Memory> {
		self.memory.lock().unwrap_or_else(PoisonError::into_inner)
	}
}

/// Where the journal in `dir` is kept while the node is on another chain than its own.
fn aside_of(dir: &Path, genesis: Hash) -> PathBuf {
	dir.with_extension(format!("{genesis:?}"))
}

/// The journal in the file at `path`, with its chain's genesis; none if there is no file.
fn load(path: &Path) -> Result<Option<(Hash, Memory)>, String> {
	let bytes = match fs::read(path) {
		Ok(bytes) => bytes,
		Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
		Err(e) => return Err(format!("Can't read the signing journal {}: {e}", path.display())),
	};
	let known = read(&bytes).ok_or_else(|| {
		format!(
			"The signing journal {} is damaged. It keeps this validator from signing twice after a \
			 crash. Let the network finalise blocks for a minute while this node is stopped, then \
			 remove the file and start again.",
			path.display(),
		)
	})?;
	Ok(Some(known))
}

/// Put a file with this content in place of the one at `path`, so that it outlives a power cut.
fn replace(path: &Path, genesis: Hash, memory: &Memory) -> io::Result<()> {
	let mut bytes = (MAGIC, genesis, memory).encode();
	bytes.extend(twox_64(&bytes));
	write_synced(path, &bytes)?;
	path.parent().map_or(Ok(()), |dir| File::open(dir)?.sync_all())
}

/// Write the file at `path`: as a whole, or not at all. Its name is on disk only when the folder is
/// synced too.
pub fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
	let draft = path.with_extension("new");
	let mut file = File::create(&draft)?;
	file.write_all(bytes)?;
	file.sync_all()?;
	fs::rename(draft, path)
}

fn read(bytes: &[u8]) -> Option<(Hash, Memory)> {
	let (content, checksum) = bytes.split_last_chunk::<8>()?;
	let (magic, genesis, memory) = <([u8; 8], Hash, Memory)>::decode_all(&mut &content[..]).ok()?;
	(magic == MAGIC && twox_64(content) == *checksum).then_some((genesis, memory))
}

#[cfg(test)]
pub mod tests {
	use super::{super::path_in, *};
	use std::sync::atomic::{AtomicU32, Ordering};

	const GENESIS: Hash = Hash::repeat_byte(1);

	/// A folder that is removed when it goes out of scope.
	pub struct TempDir(PathBuf);

	impl TempDir {
		pub fn new() -> Self {
			static COUNT: AtomicU32 = AtomicU32::new(0);
			let count = COUNT.fetch_add(1, Ordering::Relaxed);
			let path =
				std::env::temp_dir().join(format!("ourledger-node-{}-{count}", std::process::id()));
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
		Journal::open(&path_in(dir.path()), GENESIS).expect("opens")
	}

	fn file_in(dir: &TempDir) -> PathBuf {
		path_in(dir.path()).join(FILE_NAME)
	}

	#[test]
	fn slots_are_begun_once_and_in_order_across_restarts() {
		let dir = TempDir::new();
		assert!(journal_in(&dir).begin_slot(10).is_ok());
		let journal = journal_in(&dir);
		assert!(journal.begin_slot(10).is_err());
		assert!(journal.begin_slot(9).is_err());
		assert!(journal.begin_slot(11).is_ok());
	}

	#[test]
	fn what_was_being_written_counts_for_nothing() {
		let dir = TempDir::new();
		assert!(journal_in(&dir).begin_slot(10).is_ok());
		let whole = fs::read(file_in(&dir)).expect("reads");
		fs::write(file_in(&dir).with_extension("new"), &whole[..9]).expect("writes");
		let journal = journal_in(&dir);
		assert!(journal.begin_slot(10).is_err());
		assert!(journal.begin_slot(11).is_ok());
	}

	#[test]
	fn damage_is_reported() {
		let dir = TempDir::new();
		assert!(journal_in(&dir).begin_slot(10).is_ok());
		let whole = fs::read(file_in(&dir)).expect("reads");
		let flipped = |offset: usize| {
			let mut bytes = whole.clone();
			bytes[offset] ^= 1;
			bytes
		};
		let cut = [0, 7, whole.len() - 1].map(|length| whole[..length].to_vec());
		// Of another layout, but whole.
		let mut other = flipped(7);
		other.truncate(whole.len() - 8);
		other.extend(twox_64(&other));
		for bytes in (0..whole.len()).map(flipped).chain(cut).chain([other]) {
			fs::write(file_in(&dir), &bytes).expect("writes");
			let opened = Journal::open(&path_in(dir.path()), GENESIS);
			assert!(opened.is_err_and(|e| e.contains("is damaged")), "{bytes:?}");
		}
	}

	fn other_journal_in(dir: &TempDir) -> Journal {
		Journal::open(&path_in(dir.path()), Hash::repeat_byte(2)).expect("opens")
	}

	#[test]
	fn journal_of_another_chain_is_moved_aside_and_taken_back() {
		let dir = TempDir::new();
		assert!(journal_in(&dir).begin_slot(10).is_ok());
		assert!(other_journal_in(&dir).begin_slot(3).is_ok());
		assert_eq!(fs::read_dir(dir.path()).expect("lists").count(), 2);
		// As often as chains change.
		for _ in 0..3 {
			assert!(journal_in(&dir).begin_slot(10).is_err());
			assert!(other_journal_in(&dir).begin_slot(3).is_err());
		}
	}

	#[test]
	fn journal_is_taken_back_where_another_was_only_begun() {
		let dir = TempDir::new();
		assert!(journal_in(&dir).begin_slot(10).is_ok());
		other_journal_in(&dir);
		// As after a crash between making the folder and writing the file.
		fs::remove_file(file_in(&dir)).expect("removes");
		assert!(journal_in(&dir).begin_slot(10).is_err());
	}

	#[test]
	fn nothing_is_begun_when_it_cannot_be_written() {
		let dir = TempDir::new();
		let journal = journal_in(&dir);
		fs::remove_dir_all(path_in(dir.path())).expect("removes");
		assert!(journal.begin_slot(10).is_err());
		assert_eq!(journal.memory().slot, None);
	}
}
