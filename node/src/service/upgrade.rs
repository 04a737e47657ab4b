//! Compiles the code of an upgrade before the chain runs it.
//!
//! A runtime is compiled when it is first called. The executor holds a lock meanwhile, so nothing
//! else in the node can call any runtime, and no validator makes or checks a block. At an upgrade all
//! of them would stop at once, for as long as their machines compile. So compiled code is kept in a
//! folder, from which the executor takes it; and code that is both authorised and published, as a
//! preimage, is compiled into that folder beside the node's work, by an executor of its own.

use super::{Client, HostFunctions};
use codec::Decode;
use futures::StreamExt;
use ourledger_primitives::Hash;
use sc_client_api::{BlockchainEvents, StorageKey, StorageProvider};
use sc_executor::{
	HeapAllocStrategy, RuntimeVersion, RuntimeVersionOf, WasmExecutor, DEFAULT_HEAP_ALLOC_STRATEGY,
};
use sc_service::{config::ExecutorConfiguration, Configuration, SpawnTaskHandle};
use sp_core::traits::{RuntimeCode, WrappedRuntimeCode};
use sp_io::hashing::{blake2_256, twox_128};
use std::{
	path::{Path, PathBuf},
	sync::Arc,
	time::Instant,
};

const LOG_TARGET: &str = "upgrade";

/// The folder of compiled code, in that of the chain. It may be deleted while the node is stopped.
const FOLDER: &str = "compiled-runtimes";

/// Makes executors that share their compiled code.
#[derive(Clone)]
pub struct Executors {
	config: ExecutorConfiguration,
	folder: PathBuf,
}

impl Executors {
	/// As the node's configuration says.
	pub fn new(config: &Configuration) -> Self {
		Self::keeping_in(&config.data_path.join(FOLDER), config.executor.clone())
	}

	fn keeping_in(folder: &Path, config: ExecutorConfiguration) -> Self {
		// Compiled code is only kept below an absolute path.
		let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.into());
		Self { config, folder }
	}

	/// An executor as the SDK makes it, but for the folder.
	pub fn make(&self) -> WasmExecutor<HostFunctions> {
		let config = &self.config;
		let strategy = config.default_heap_pages.map_or(DEFAULT_HEAP_ALLOC_STRATEGY, |pages| {
			HeapAllocStrategy::Static { extra_pages: pages as _ }
		});
		WasmExecutor::builder()
			.with_execution_method(config.wasm_method)
			.with_onchain_heap_alloc_strategy(strategy)
			.with_offchain_heap_alloc_strategy(strategy)
			.with_max_runtime_instances(config.max_runtime_instances)
			.with_runtime_cache_size(config.runtime_cache_size)
			.with_cache_path(&self.folder)
			.build()
	}

	/// Compile `code` into the folder.
	fn compile(&self, code: &[u8]) -> Result<RuntimeVersion, sc_executor::error::Error> {
		let hash = blake2_256(code).to_vec();
		let fetched = WrappedRuntimeCode(code.into());
		let code = RuntimeCode { code_fetcher: &fetched, hash, heap_pages: None };
		let mut state = sp_io::TestExternalities::default();
		// One of its own: the lock of the node's executor must stay free.
		self.make().runtime_version(&mut state.ext(), &code)
	}
}

/// Compile each upgrade that is authorised and published.
pub async fn watch(client: Arc<Client>, executors: Executors, tasks: SpawnTaskHandle) {
	let mut last = None;
	let mut blocks = client.import_notification_stream();
	while let Some(block) = blocks.next().await {
		if !block.is_new_best {
			continue;
		}
		let Some(hash) = authorised(&client, block.hash).filter(|hash| last != Some(*hash)) else {
			continue;
		};
		let Some(code) = published(&client, block.hash, hash) else { continue };
		last = Some(hash);
		let executors = executors.clone();
		tasks.spawn_blocking("compile-upgrade", None, async move {
			let begun = Instant::now();
			match executors.compile(&code) {
				Ok(version) => log::info!(
					target: LOG_TARGET,
					"Compiled the authorised runtime {} {} in {} ms",
					version.spec_name,
					version.spec_version,
					begun.elapsed().as_millis(),
				),
				Err(e) => log::warn!(target: LOG_TARGET, "Can't compile authorised code: {e}"),
			}
		});
	}
}

/// The hash of the code that may be applied, in the state after a block.
fn authorised(client: &Client, block: Hash) -> Option<Hash> {
	let key = item_key("System", "AuthorizedUpgrade");
	let value = client.storage(block, &StorageKey(key)).ok()??;
	// Whether its version is checked follows.
	Hash::decode(&mut &value.0[..]).ok()
}

/// The code with this hash, if somebody has published it.
fn published(client: &Client, block: Hash, hash: Hash) -> Option<Vec<u8>> {
	// Hash and length are the key, as they are.
	let begin = [item_key("Preimage", "PreimageFor"), hash.as_bytes().to_vec()].concat();
	let mut keys = client.storage_keys(block, Some(&StorageKey(begin)), None).ok()?;
	let value = client.storage(block, &keys.next()?).ok()??;
	let code = Vec::<u8>::decode(&mut &value.0[..]).ok()?;
	(blake2_256(&code) == hash.0).then_some(code)
}

/// Where a storage item begins.
fn item_key(pallet: &str, item: &str) -> Vec<u8> {
	[twox_128(pallet.as_bytes()), twox_128(item.as_bytes())].concat()
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::fs;

	fn files_in(folder: &Path) -> usize {
		let Ok(entries) = fs::read_dir(folder) else { return 0 };
		entries
			.flatten()
			.map(|entry| match entry.path() {
				path if path.is_dir() => files_in(&path),
				_ => 1,
			})
			.sum()
	}

	#[test]
	fn compiled_code_is_kept_and_taken() {
		let Some(code) = ourledger_runtime::WASM_BINARY else { return };
		let folder = std::env::temp_dir().join(format!("ourledger-code-{}", std::process::id()));
		let config = ExecutorConfiguration { max_runtime_instances: 1, ..Default::default() };
		let executors = Executors::keeping_in(&folder, config);

		let begun = Instant::now();
		let version = executors.compile(code).expect("is a runtime");
		let compiling = begun.elapsed();
		assert_eq!(version.spec_version, ourledger_runtime::VERSION.spec_version);
		let kept = files_in(&folder);
		assert!(kept > 0);

		// By another executor, which knows nothing but the folder.
		let begun = Instant::now();
		executors.compile(code).expect("is a runtime");
		assert_eq!(files_in(&folder), kept);
		assert!(begun.elapsed() < compiling / 2, "it was compiled again");
		fs::remove_dir_all(&folder).expect("is there");
	}
}
