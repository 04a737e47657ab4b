//! The first block of a chain specification.
//!
//! A folder's name is that of the chain, which a specification can share with that of another
//! chain. The node would go on with the database, and never tell that it follows another chain than
//! it was told to.

use super::executor::embedded_version;
use crate::chain_spec;
use ourledger_primitives::{Hash, OpaqueBlock as Block};
use sc_service::{construct_genesis_block, error::Error, ChainSpec, Configuration};
use sp_core::storage::{
	well_known_keys::{is_child_storage_key, CODE},
	StateVersion, Storage,
};

/// What the chain begins with.
pub fn storage_of(spec: &dyn ChainSpec) -> Result<Storage, Error> {
	spec.as_storage_builder().build_storage().map_err(|e| {
		let sentence = format!("The chain specification makes no first block: {e}.");
		Error::Application(sentence.into())
	})
}

/// Hash of the first block of a chain that begins with `storage`; none if that can't be told
/// without running the chain's code.
pub fn hash_of(storage: Storage) -> Option<Hash> {
	// The SDK runs the code to learn this, which would be compiled for that alone once the chain has
	// been upgraded.
	let version = embedded_version(storage.top.get(CODE)?).ok()??.state_version();
	(!storage.top.keys().any(|key| is_child_storage_key(key))).then(|| hash_with(storage, version))
}

fn hash_with(storage: Storage, version: StateVersion) -> Hash {
	let code = storage.top.get(CODE).cloned().unwrap_or_default();
	let state = sp_io::TestExternalities::new_with_code_and_state(&code, storage, version);
	construct_genesis_block::<Block>(*state.backend.root(), version).header.hash()
}

/// Refuse a database that is of another chain than the specification.
pub fn refuse_other(
	config: &Configuration,
	storage: &Storage,
	in_database: Hash,
) -> Result<(), Error> {
	// A development chain goes on after its runtime was built anew, which changes its genesis; and
	// an empty database is of any chain.
	if chain_spec::starts_anew(&config.chain_spec.chain_type()) || in_database == Hash::default() {
		return Ok(());
	}
	match hash_of(storage.clone()) {
		Some(specified) if specified != in_database => {
			let folder = config.database.path().unwrap_or(&config.data_path).display();
			let sentence = format!(
				"{folder} holds another chain of the same name: its first block is {in_database:?}, \
				 that of the chain specification {specified:?}. Give the specification of that \
				 chain with --chain, use another --base-path, or remove the database with \
				 purge-chain.",
			);
			Err(Error::Application(sentence.into()))
		},
		_ => Ok(()),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;
	use sc_executor::{error::Error as ExecutorError, RuntimeVersion, RuntimeVersionOf};
	use sc_service::{BuildGenesisBlock, GenesisBlockBuilder};
	use sp_core::traits::{Externalities, RuntimeCode};
	use std::sync::{Arc, LazyLock};

	/// What the SDK asks of an executor, without one.
	struct Version;

	impl RuntimeVersionOf for Version {
		fn runtime_version(
			&self,
			_: &mut dyn Externalities,
			_: &RuntimeCode,
		) -> Result<RuntimeVersion, ExecutorError> {
			Ok(ourledger_runtime::VERSION)
		}
	}

	/// What the network staging begins with; none if this was built without a runtime.
	fn staging() -> Option<Storage> {
		// Making it runs the runtime, which is compiled for that: once is enough.
		static STAGING: LazyLock<Option<Storage>> = LazyLock::new(|| {
			ourledger_runtime::WASM_BINARY?;
			Some(storage_of(&chain_spec::load("staging").expect("is known")).expect("builds"))
		});
		if STAGING.is_none() {
			eprintln!("skipped: built without a runtime");
		}
		STAGING.clone()
	}

	#[test]
	fn first_block_is_the_one_that_the_sdk_makes() {
		let Some(storage) = staging() else { return };
		let backend = Arc::new(sc_client_api::in_mem::Backend::<Block>::new());
		let builder = GenesisBlockBuilder::<Block, _, _>::new_with_storage(
			storage.clone(),
			false,
			backend,
			Version,
		);
		let (block, _) = builder.and_then(BuildGenesisBlock::build_genesis_block).expect("builds");
		assert_eq!(hash_of(storage), Some(block.header.hash()));
	}

	#[test]
	fn first_block_differs_by_what_the_chain_begins_with() {
		let Some(storage) = staging() else { return };
		let mut other = storage.clone();
		other.top.insert(b"ours".encode(), vec![1]);
		assert_ne!(hash_of(other), hash_of(storage));
	}

	#[test]
	fn code_that_does_not_tell_its_version_is_not_run() {
		let Some(mut storage) = staging() else { return };
		storage.top.insert(CODE.to_vec(), b"\0asm\x01\0\0\0".to_vec());
		assert_eq!(hash_of(storage.clone()), None);
		storage.top.remove(CODE);
		assert_eq!(hash_of(storage), None);
	}
}
