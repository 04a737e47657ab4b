//! What runs the runtime: the SDK's executor of WASM, but for two things.
//!
//! - Compiled code is kept in a folder; `upgrade` says why.
//! - Code is never run only to learn its version. Where no section of the code tells it, the SDK's
//!   executor calls a function of that code, for as long as it likes to run; and the code may be a
//!   stranger's, who has the node rehearse `System.set_code`.

use codec::Encode;
use sc_executor::{
	error::Error, read_embedded_version, HeapAllocStrategy, RuntimeVersion, RuntimeVersionOf,
	WasmExecutor, DEFAULT_HEAP_ALLOC_STRATEGY,
};
use sc_executor_common::runtime_blob::RuntimeBlob;
use sc_service::{config::ExecutorConfiguration, Configuration};
use sp_core::traits::{
	CallContext, CodeExecutor, Externalities, ReadRuntimeVersion, RuntimeCode, WrappedRuntimeCode,
};
use sp_io::hashing::blake2_256;
use std::path::{Path, PathBuf};

/// Functions that the runtime may call in the node.
type HostFunctions = sp_io::SubstrateHostFunctions;

/// The folder of compiled code, in that of the chain. It may be deleted while the node is stopped.
const FOLDER: &str = "compiled-runtimes";

/// Runs the runtime.
#[derive(Clone)]
pub struct Executor(WasmExecutor<HostFunctions>);

impl CodeExecutor for Executor {
	type Error = Error;

	fn call(
		&self,
		ext: &mut dyn Externalities,
		runtime_code: &RuntimeCode,
		method: &str,
		data: &[u8],
		context: CallContext,
	) -> (Result<Vec<u8>, Error>, bool) {
		self.0.call(ext, runtime_code, method, data, context)
	}
}

impl RuntimeVersionOf for Executor {
	fn runtime_version(
		&self,
		ext: &mut dyn Externalities,
		runtime_code: &RuntimeCode,
	) -> Result<RuntimeVersion, Error> {
		self.0.runtime_version(ext, runtime_code)
	}
}

// All nodes have to agree on it: it decides whether `set_code` succeeds.
impl ReadRuntimeVersion for Executor {
	fn read_runtime_version(
		&self,
		code: &[u8],
		_ext: &mut dyn Externalities,
	) -> Result<Vec<u8>, String> {
		embedded_version(code)?
			.map(|version| version.encode())
			.ok_or_else(|| "the code has no section with its version".into())
	}
}

/// The version that `code` tells without being run, if it does.
pub fn embedded_version(code: &[u8]) -> Result<Option<RuntimeVersion>, String> {
	let blob = RuntimeBlob::uncompress_if_needed(code).map_err(|e| e.to_string())?;
	read_embedded_version(&blob).map_err(|e| e.to_string())
}

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
	pub fn make(&self) -> Executor {
		let config = &self.config;
		let strategy = config.default_heap_pages.map_or(DEFAULT_HEAP_ALLOC_STRATEGY, |pages| {
			HeapAllocStrategy::Static { extra_pages: pages as _ }
		});
		let executor = WasmExecutor::builder()
			.with_execution_method(config.wasm_method)
			.with_onchain_heap_alloc_strategy(strategy)
			.with_offchain_heap_alloc_strategy(strategy)
			.with_max_runtime_instances(config.max_runtime_instances)
			.with_runtime_cache_size(config.runtime_cache_size)
			.with_cache_path(&self.folder)
			.build();
		Executor(executor)
	}

	/// Compile `code` into the folder.
	pub fn compile(&self, code: &[u8]) -> Result<RuntimeVersion, Error> {
		let hash = blake2_256(code).to_vec();
		let fetched = WrappedRuntimeCode(code.into());
		let code = RuntimeCode { code_fetcher: &fetched, hash, heap_pages: None };
		let mut state = sp_io::TestExternalities::default();
		// One of its own: the lock of the node's executor must stay free.
		self.make().runtime_version(&mut state.ext(), &code)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::signing_journal::tests::TempDir;
	use codec::Decode;
	use std::{fs, time::Instant};

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
		let folder = TempDir::new();
		let config = ExecutorConfiguration { max_runtime_instances: 1, ..Default::default() };
		let executors = Executors::keeping_in(folder.path(), config);

		let begun = Instant::now();
		let version = executors.compile(code).expect("is a runtime");
		let compiling = begun.elapsed();
		assert_eq!(version.spec_version, ourledger_runtime::VERSION.spec_version);
		let kept = files_in(folder.path());
		assert!(kept > 0);

		// By another executor, which knows nothing but the folder.
		let begun = Instant::now();
		executors.compile(code).expect("is a runtime");
		assert_eq!(files_in(folder.path()), kept);
		assert!(begun.elapsed() < compiling / 2, "it was compiled again");
	}

	/// As `System.set_code` asks for it.
	fn version_in(code: &[u8]) -> Result<Vec<u8>, String> {
		let folder = TempDir::new();
		let executors = Executors::keeping_in(folder.path(), Default::default());
		let mut state = sp_io::TestExternalities::default();
		executors.make().read_runtime_version(code, &mut state.ext())
	}

	#[test]
	fn code_tells_its_version_itself() {
		let Some(code) = ourledger_runtime::WASM_BINARY else { return };
		let version = version_in(code).expect("is a runtime");
		let version = RuntimeVersion::decode(&mut &version[..]).expect("is a version");
		// The linker chooses in which order the code tells its interfaces.
		let sorted = |mut version: RuntimeVersion| {
			version.apis.to_mut().sort();
			version
		};
		assert_eq!(sorted(version), sorted(ourledger_runtime::VERSION));
	}

	#[test]
	fn code_is_not_run_to_learn_its_version() {
		// A module whose `Core_version` traps; it might as well never end.
		let silent = [
			&b"\0asm\x01\0\0\0"[..],
			b"\x01\x07\x01\x60\x02\x7f\x7f\x01\x7e",
			b"\x03\x02\x01\x00",
			b"\x05\x03\x01\x00\x20",
			b"\x06\x07\x01\x7f\x00\x41\x80\x08\x0b",
			b"\x07\x27\x03\x06memory\x02\x00\x0b__heap_base\x03\x00\x0cCore_version\x00\x00",
			b"\x0a\x05\x01\x03\x00\x00\x0b",
		]
		.concat();
		let refused = version_in(&silent).expect_err("it tells no version");
		assert_eq!(refused, "the code has no section with its version");
	}
}
