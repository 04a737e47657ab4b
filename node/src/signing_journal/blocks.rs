//! The blocks that this node has voted for, kept until they are surely on disk elsewhere.
//!
//! A vote that is repeated is of use only if the block it is for still exists. A database that
//! forgot the vote may have forgotten the block as well, and if that happened to all validators at
//! once (a power cut in one data centre), nobody has it: the round of those votes could never be
//! completed, and finality would stand for ever. So each block is written here, and synced, before
//! a vote for it is signed, and put back into the database at the next start if it is missing.
//!
//! One file per block, named by number and hash. A file gets its name only when it is whole.

use super::{memory::Target, LOG_TARGET};
use codec::{DecodeAll, Encode};
use ourledger_primitives::{BlockNumber, Hash, OpaqueBlock as Block};
use sc_client_api::{BlockBackend, HeaderBackend};
use sp_runtime::traits::{Block as _, Header as _};
use std::{
	collections::BTreeSet,
	fs::{self, File},
	io::{self, Write},
	path::{Path, PathBuf},
	sync::{Mutex, PoisonError},
};

/// Number of blocks that are kept: over three minutes of the chain. A system writes its cache to
/// disk after about half a minute, so an older block isn't lost.
const KEPT_BLOCKS: BlockNumber = 64;

/// Where blocks are taken from.
pub trait BlockSource: Send + Sync {
	/// The block with this hash.
	fn block(&self, hash: Hash) -> Option<Block>;
	/// Number of the last final block.
	fn finalized(&self) -> BlockNumber;
}

impl BlockSource for crate::service::Client {
	fn block(&self, hash: Hash) -> Option<Block> {
		BlockBackend::block(self, hash).ok().flatten().map(|signed| signed.block)
	}

	fn finalized(&self) -> BlockNumber {
		self.info().finalized_number
	}
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
	pub fn keep(&self, target: Target, source: &dyn BlockSource) -> io::Result<()> {
		let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
		let finalized = source.finalized();
		let (mut number, mut hash) = (target.number, target.hash);
		let mut is_new = false;
		// At most `KEPT_BLOCKS` steps, and one as a rule: the blocks before the last vote's target
		// are here already.
		while number > finalized && number + KEPT_BLOCKS > target.number {
			if kept.contains(&(number, hash)) {
				break;
			}
			let Some(block) = source.block(hash) else {
				// Only its header came with the chain's download; others have the body.
				break;
			};
			self.write(number, hash, &block)?;
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

	/// The blocks that `is_known` doesn't know, lowest first. Damaged ones are left out.
	pub fn missing(&self, is_known: impl Fn(Hash) -> bool) -> Vec<(Hash, Block)> {
		let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone();
		kept.into_iter()
			.filter(|(_, hash)| !is_known(*hash))
			.filter_map(|(number, hash)| Some((hash, self.read(number, hash)?)))
			.collect()
	}

	fn write(&self, number: BlockNumber, hash: Hash, block: &Block) -> io::Result<()> {
		let path = self.dir.join(name(number, hash));
		let draft = path.with_extension("new");
		let mut file = File::create(&draft)?;
		file.write_all(&block.encode())?;
		file.sync_all()?;
		fs::rename(draft, path)
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

/// Whether a block that isn't `is_known` can be brought back: it and all before it are `kept`, down
/// to one that is known.
pub fn is_restorable(
	blocks: &[(Hash, Block)],
	hash: Hash,
	is_known: impl Fn(Hash) -> bool,
) -> bool {
	let mut hash = hash;
	// At most as many steps as blocks: a hash is never its own ancestor.
	while !is_known(hash) {
		let Some((_, block)) = blocks.iter().find(|(kept, _)| *kept == hash) else {
			return false;
		};
		hash = *block.header().parent_hash();
	}
	true
}

/// The folder of the blocks, in that of the journal.
pub fn path_in(journal: &Path) -> PathBuf {
	journal.join("blocks")
}

#[cfg(test)]
pub mod tests {
	use super::{super::file::tests::TempDir, *};
	use ourledger_primitives::Header;
	use std::collections::HashMap;

	/// A chain in memory.
	#[derive(Default)]
	pub struct Chain {
		pub blocks: HashMap<Hash, Block>,
		pub finalized: BlockNumber,
	}

	impl BlockSource for Chain {
		fn block(&self, hash: Hash) -> Option<Block> {
			self.blocks.get(&hash).cloned()
		}

		fn finalized(&self) -> BlockNumber {
			self.finalized
		}
	}

	impl Chain {
		/// A chain of `length` blocks above a genesis, and the hashes of all of them.
		pub fn of_length(length: BlockNumber) -> (Self, Vec<Hash>) {
			let mut chain = Self::default();
			let mut hashes = vec![Hash::repeat_byte(0)];
			for number in 1..=length {
				let parent = hashes[number as usize - 1];
				let header = Header::new(
					number,
					Default::default(),
					Default::default(),
					parent,
					Default::default(),
				);
				let block = Block::new(header, Vec::new());
				hashes.push(block.hash());
				chain.blocks.insert(block.hash(), block);
			}
			(chain, hashes)
		}
	}

	fn open(dir: &TempDir) -> VotedBlocks {
		VotedBlocks::open(path_in(dir.path())).expect("opens")
	}

	fn numbers(blocks: &VotedBlocks) -> Vec<BlockNumber> {
		blocks.missing(|_| false).iter().map(|(_, block)| *block.header().number()).collect()
	}

	fn target(hashes: &[Hash], number: BlockNumber) -> Target {
		Target { hash: hashes[number as usize], number }
	}

	#[test]
	fn blocks_since_finality_are_kept_across_restarts() {
		let dir = TempDir::new();
		let (mut chain, hashes) = Chain::of_length(10);
		chain.finalized = 3;
		open(&dir).keep(target(&hashes, 6), &chain).expect("keeps");
		assert_eq!(numbers(&open(&dir)), [4, 5, 6]);

		// Finality may pass blocks that were never voted for one by one.
		chain.finalized = 5;
		open(&dir).keep(target(&hashes, 8), &chain).expect("keeps");
		assert_eq!(numbers(&open(&dir)), [4, 5, 6, 7, 8]);
	}

	#[test]
	fn only_missing_blocks_are_named() {
		let dir = TempDir::new();
		let (chain, hashes) = Chain::of_length(3);
		let blocks = open(&dir);
		blocks.keep(target(&hashes, 3), &chain).expect("keeps");
		let missing = blocks.missing(|hash| hash == hashes[2]);
		assert_eq!(
			missing.iter().map(|(hash, _)| *hash).collect::<Vec<_>>(),
			[hashes[1], hashes[3]]
		);
	}

	#[test]
	fn old_blocks_go() {
		let dir = TempDir::new();
		let (mut chain, hashes) = Chain::of_length(KEPT_BLOCKS + 3);
		let blocks = open(&dir);
		for number in 1..=KEPT_BLOCKS + 3 {
			blocks.keep(target(&hashes, number), &chain).expect("keeps");
			chain.finalized = number;
		}
		let left: Vec<_> = (4..=KEPT_BLOCKS + 3).collect();
		assert_eq!(numbers(&blocks), left);
		assert_eq!(numbers(&open(&dir)), left);
	}

	#[test]
	fn far_behind_finality_only_the_newest_are_kept() {
		let dir = TempDir::new();
		let (chain, hashes) = Chain::of_length(KEPT_BLOCKS * 2);
		let blocks = open(&dir);
		blocks.keep(target(&hashes, KEPT_BLOCKS * 2), &chain).expect("keeps");
		assert_eq!(numbers(&blocks).len(), KEPT_BLOCKS as usize);
	}

	#[test]
	fn unfinished_and_damaged_files_are_left_out() {
		let dir = TempDir::new();
		let (chain, hashes) = Chain::of_length(2);
		open(&dir).keep(target(&hashes, 2), &chain).expect("keeps");
		let folder = path_in(dir.path());
		fs::write(folder.join("3-0x00.new"), b"half").expect("writes");
		fs::write(folder.join(name(1, hashes[1])), b"damaged").expect("writes");
		assert_eq!(numbers(&open(&dir)), [2]);
		assert_eq!(fs::read_dir(folder).expect("lists").count(), 2);
	}

	#[test]
	fn block_is_restorable_when_all_before_it_are_there() {
		let (chain, hashes) = Chain::of_length(4);
		let kept = |numbers: &[usize]| -> Vec<_> {
			numbers.iter().map(|n| (hashes[*n], chain.blocks[&hashes[*n]].clone())).collect()
		};
		let is_known = |hash| hash == hashes[1];
		assert!(is_restorable(&[], hashes[1], is_known));
		assert!(is_restorable(&kept(&[2, 3]), hashes[3], is_known));
		assert!(!is_restorable(&kept(&[3]), hashes[3], is_known));
		assert!(!is_restorable(&kept(&[2, 3]), hashes[4], is_known));
	}
}
