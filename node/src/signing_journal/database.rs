//! What the journal needs of the node's database.

use crate::service::Client;
use ourledger_primitives::{BlockNumber, Hash, OpaqueBlock as Block};
use sc_client_api::{AuxStore, BlockBackend, HeaderBackend};

/// The database of the chain.
pub trait Database: Send + Sync {
	/// The block with this hash.
	fn block(&self, hash: Hash) -> Option<Block>;
	/// Whether the header of this block is there.
	fn is_known(&self, hash: Hash) -> bool;
	/// Number of the last final block.
	fn finalized(&self) -> BlockNumber;
	/// What is kept under `key` beside the chain, as GRANDPA keeps its state.
	fn aux(&self, key: &[u8]) -> Result<Option<Vec<u8>>, String>;
	/// Keep `value` under `key`.
	fn set_aux(&self, key: &[u8], value: &[u8]) -> Result<(), String>;
}

impl Database for Client {
	fn block(&self, hash: Hash) -> Option<Block> {
		BlockBackend::block(self, hash).ok().flatten().map(|signed| signed.block)
	}

	fn is_known(&self, hash: Hash) -> bool {
		matches!(self.header(hash), Ok(Some(_)))
	}

	fn finalized(&self) -> BlockNumber {
		self.info().finalized_number
	}

	fn aux(&self, key: &[u8]) -> Result<Option<Vec<u8>>, String> {
		self.get_aux(key).map_err(|e| e.to_string())
	}

	fn set_aux(&self, key: &[u8], value: &[u8]) -> Result<(), String> {
		self.insert_aux(&[(key, value)], &[]).map_err(|e| e.to_string())
	}
}

#[cfg(test)]
pub mod tests {
	use super::*;
	use ourledger_primitives::Header;
	use sp_runtime::traits::{Block as _, Header as _};
	use std::{collections::HashMap, sync::Mutex};

	/// A chain in memory.
	#[derive(Default)]
	pub struct MemoryDatabase {
		blocks: Mutex<HashMap<Hash, Block>>,
		pub finalized: BlockNumber,
		aux: Mutex<HashMap<Vec<u8>, Vec<u8>>>,
	}

	impl Database for MemoryDatabase {
		fn block(&self, hash: Hash) -> Option<Block> {
			self.blocks.lock().expect("not poisoned").get(&hash).cloned()
		}

		fn is_known(&self, hash: Hash) -> bool {
			hash == Hash::zero() || self.block(hash).is_some()
		}

		fn finalized(&self) -> BlockNumber {
			self.finalized
		}

		fn aux(&self, key: &[u8]) -> Result<Option<Vec<u8>>, String> {
			Ok(self.aux.lock().expect("not poisoned").get(key).cloned())
		}

		fn set_aux(&self, key: &[u8], value: &[u8]) -> Result<(), String> {
			self.aux.lock().expect("not poisoned").insert(key.to_vec(), value.to_vec());
			Ok(())
		}
	}

	impl MemoryDatabase {
		/// Lose a block.
		pub fn forget(&self, hash: Hash) {
			self.blocks.lock().expect("not poisoned").remove(&hash);
		}

		/// Import a block.
		pub fn add(&self, block: Block) {
			self.blocks.lock().expect("not poisoned").insert(block.hash(), block);
		}
	}

	/// A chain of `length` blocks, and the hashes of its genesis and of them.
	pub fn chain(length: BlockNumber) -> (MemoryDatabase, Vec<Hash>) {
		let database = MemoryDatabase::default();
		let mut hashes = vec![Hash::zero()];
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
			database.add(block);
		}
		(database, hashes)
	}
}
