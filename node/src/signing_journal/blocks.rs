//! The blocks that this node has voted for, kept until they are surely on disk elsewhere.
//!
//! A vote that is repeated is of use only if the block it is for still exists. A database that
//! forgot the vote may have forgotten the block as well, and if that happened to all validators at
//! once (a power cut in one data centre), nobody has it: the round of those votes could never be
//! completed, and finality would stand for ever. So each block is written here, and synced, before
//! a vote for it is signed, and put back into the database at the next start if it is missing.
//!
//! One file per block, named by number and hash. A file gets its name only when it is whole.

use super::{database::Database, file::write_synced, LOG_TARGET};
use codec::{Decode, DecodeAll, Encode};
use ourledger_primitives::{BlockNumber, Hash, OpaqueBlock as Block};
use sp_runtime::traits::{Block as _, Header as _};
use std::{
	collections::BTreeSet,
	fs::{self, File},
	io,
	path::{Path, PathBuf},
	sync::{Mutex, PoisonError},
};

/// Number of blocks that are kept: a minute at least, at a block per second. A system writes its
/// cache to disk after about half a minute, so an older block isn't lost.
const KEPT_BLOCKS: BlockNumber = 64;

/// The block a vote is for.
#[derive(Clone, Copy, Debug, Decode, Encode, PartialEq)]
pub struct Target {
	pub hash: Hash,
	pub number: BlockNumber,
}

/// The folder of the blocks.
pub struct VotedBlocks {
	dir: PathBuf,
	kept: Mutex<BTreeSet<(BlockNumber, Hash)>>,
}

impl VotedBlocks {
	/// Use the folder `dir`; it is made if it is missing.
	pub fn open(dir: PathBuf) -> io::Result<Self> {
		fs::create_dir_all(&dir)?;
		let mut kept = BTreeSet::new();
		for entry in fs::read_dir(&dir)? {
			let path = entry?.path();
			match path.file_name().and_then(|name| parse_name(name.to_str()?)) {
				Some(block) => {
					kept.insert(block);
				},
				// A block that was being written.
				None => fs::remove_file(path)?,
			}
		}
		Ok(Self { dir, kept: Mutex::new(kept) })
	}

	/// Keep the block that a vote is for, and those before it up to the last final one. Returns
	/// when they are on disk.
	pub fn keep(&self, target: Target, database: &dyn Database) -> io::Result<()> {
		let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
		let finalized = database.finalized();
		let (mut number, mut hash) = (target.number, target.hash);
		let mut is_new = false;
		// At most `KEPT_BLOCKS` steps, and one as a rule: the blocks before the last vote's target
		// are here already.
		while number > finalized && number + KEPT_BLOCKS > target.number {
			if kept.contains(&(number, hash)) {
				break;
			}
			let Some(block) = database.block(hash) else {
				// Only its header came with the chain's download; others have the body.
				break;
			};
			write_synced(&self.dir.join(name(number, hash)), &block.encode())?;
			kept.insert((number, hash));
			is_new = true;
			hash = *block.header().parent_hash();
			number -= 1;
		}
		if is_new {
			File::open(&self.dir)?.sync_all()?;
			self.prune(&mut kept);
		}
		Ok(())
	}

	/// The blocks that `database` lacks, lowest first. Damaged ones are left out.
	pub fn missing(&self, database: &dyn Database) -> Vec<(Hash, Block)> {
		let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone();
		kept.into_iter()
			.filter(|(_, hash)| !database.is_known(*hash))
			.filter_map(|(number, hash)| Some((hash, self.read(number, hash)?)))
			.collect()
	}

	/// Whether `database` has this block, or can get it from here: it and all before it, down to
	/// one that the database has.
	pub fn can_provide(&self, mut hash: Hash, database: &dyn Database) -> bool {
		let missing = self.missing(database);
		// At most as many steps as blocks: a hash is never its own ancestor.
		while !database.is_known(hash) {
			let Some((_, block)) = missing.iter().find(|(kept, _)| *kept == hash) else {
				return false;
			};
			hash = *block.header().parent_hash();
		}
		true
	}

	fn read(&self, number: BlockNumber, hash: Hash) -> Option<Block> {
		let bytes = fs::read(self.dir.join(name(number, hash))).ok()?;
		let block = Block::decode_all(&mut &bytes[..]).ok().filter(|block| block.hash() == hash);
		if block.is_none() {
			log::warn!(target: LOG_TARGET, "The kept copy of block #{number} is damaged");
		}
		block
	}

	fn prune(&self, kept: &mut BTreeSet<(BlockNumber, Hash)>) {
		let last = kept.last().map_or(0, |(number, _)| *number);
		while let Some((number, hash)) = kept.first().copied() {
			if number + KEPT_BLOCKS > last {
				break;
			}
			kept.pop_first();
			if let Err(e) = fs::remove_file(self.dir.join(name(number, hash))) {
				log::warn!(target: LOG_TARGET, "Can't remove the copy of block #{number}: {e}");
			}
		}
	}
}

fn name(number: BlockNumber, hash: Hash) -> String {
	format!("{number}-{hash:?}")
}

fn parse_name(text: &str) -> Option<(BlockNumber, Hash)> {
	let (number, hash) = text.split_once('-')?;
	let parsed = (number.parse().ok()?, hash.parse().ok()?);
	// Only what `name` makes, so that every block listed can be found again.
	(name(parsed.0, parsed.1) == text).then_some(parsed)
}

/// The folder of the blocks, in that of the journal.
pub fn path_in(journal: &Path) -> PathBuf {
	journal.join("blocks")
}

#[cfg(test)]
pub mod tests {
	use super::{
		super::{
			database::tests::{chain, MemoryDatabase},
			file::tests::TempDir,
		},
		*,
	};

	pub fn blocks_in(dir: &TempDir) -> VotedBlocks {
		VotedBlocks::open(path_in(dir.path())).expect("opens")
	}

	fn numbers(blocks: &VotedBlocks) -> Vec<BlockNumber> {
		let missing = blocks.missing(&MemoryDatabase::default());
		missing.iter().map(|(_, block)| *block.header().number()).collect()
	}

	fn target(hashes: &[Hash], number: BlockNumber) -> Target {
		Target { hash: hashes[number as usize], number }
	}

	#[test]
	fn blocks_since_finality_are_kept_across_restarts() {
		let dir = TempDir::new();
		let (mut database, hashes) = chain(10);
		database.finalized = 3;
		blocks_in(&dir).keep(target(&hashes, 6), &database).expect("keeps");
		assert_eq!(numbers(&blocks_in(&dir)), [4, 5, 6]);

		// Finality may pass blocks that were never voted for one by one.
		database.finalized = 5;
		blocks_in(&dir).keep(target(&hashes, 8), &database).expect("keeps");
		assert_eq!(numbers(&blocks_in(&dir)), [4, 5, 6, 7, 8]);
	}

	#[test]
	fn old_blocks_go() {
		let dir = TempDir::new();
		let (mut database, hashes) = chain(KEPT_BLOCKS + 3);
		let blocks = blocks_in(&dir);
		for number in 1..=KEPT_BLOCKS + 3 {
			blocks.keep(target(&hashes, number), &database).expect("keeps");
			database.finalized = number;
		}
		let left: Vec<_> = (4..=KEPT_BLOCKS + 3).collect();
		assert_eq!(numbers(&blocks), left);
		assert_eq!(numbers(&blocks_in(&dir)), left);
	}

	#[test]
	fn far_behind_finality_only_the_newest_are_kept() {
		let dir = TempDir::new();
		let (database, hashes) = chain(KEPT_BLOCKS * 2);
		let blocks = blocks_in(&dir);
		blocks.keep(target(&hashes, KEPT_BLOCKS * 2), &database).expect("keeps");
		assert_eq!(numbers(&blocks).len(), KEPT_BLOCKS as usize);
	}

	#[test]
	fn unfinished_and_damaged_files_are_left_out() {
		let dir = TempDir::new();
		let (database, hashes) = chain(2);
		blocks_in(&dir).keep(target(&hashes, 2), &database).expect("keeps");
		let folder = path_in(dir.path());
		fs::write(folder.join("3-0x00.new"), b"half").expect("writes");
		fs::write(folder.join(name(1, hashes[1])), b"damaged").expect("writes");
		assert_eq!(numbers(&blocks_in(&dir)), [2]);
		assert_eq!(fs::read_dir(folder).expect("lists").count(), 2);
	}

	#[test]
	fn block_is_provided_when_all_before_it_are_there() {
		let dir = TempDir::new();
		let (database, hashes) = chain(4);
		let blocks = blocks_in(&dir);
		blocks.keep(target(&hashes, 3), &database).expect("keeps");
		let lacking = |lost: &[usize]| {
			let (database, _) = chain(4);
			lost.iter().for_each(|number| database.forget(hashes[*number]));
			database
		};
		assert!(blocks.can_provide(hashes[4], &lacking(&[])));
		assert!(blocks.can_provide(hashes[3], &lacking(&[2, 3])));
		assert!(!blocks.can_provide(hashes[4], &lacking(&[4])));
		fs::remove_file(path_in(dir.path()).join(name(2, hashes[2]))).expect("removes");
		assert!(!blocks.can_provide(hashes[3], &lacking(&[2, 3])));
		assert!(blocks.can_provide(hashes[3], &lacking(&[3])));
	}
}
