//! Measures weights of a runtime, and what a database takes, outside a node.
//! `scripts/bench-weights` calls it.

use clap::Parser;
use frame_benchmarking_cli::{BlockCmd, OpaqueBlock, OverheadCmd, PalletCmd, StorageCmd};
use sp_api::{Core, ProvideRuntimeApi};
use sp_runtime::traits::BlakeTwo256;
use tracing_subscriber::EnvFilter;

mod database;
mod machine;
mod runtime_api;

/// Measures weights of a runtime that was compiled to WASM with its benchmarks, and databases that
/// a node has left.
#[derive(Parser)]
enum Command {
	/// The calls of a pallet.
	Pallet(PalletCmd),
	/// What a block costs, and what a transaction does, whatever is in it.
	Overhead(OverheadCmd),
	/// What it takes to read a value of a database and to write one. Takes back what it writes.
	Storage(StorageCmd),
	/// How much of the weight that they declared the blocks of a database use on this machine, up to
	/// the newest. They are executed, but not written.
	Block(BlockCmd),
	/// How fast this machine copies memory, in hundredths of the reference hardware's speed.
	Memory,
}

// Both commands say what they measure in their logs.
const LOGS: &str = "warn,benchmark::block::weight=info,frame_benchmarking_cli::storage=info";

fn main() -> sc_cli::Result<()> {
	let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(LOGS));
	tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
	// The runtime calls none but the SDK's own host functions.
	match Command::parse() {
		Command::Pallet(command) => command.run_with_spec::<BlakeTwo256, ()>(None),
		Command::Overhead(command) => {
			command.run_with_default_builder_and_spec::<OpaqueBlock, ()>(None)
		},
		Command::Storage(command) => database::with(command, |command, config, client, backend| {
			let storage = backend.expose_storage();
			let trie_cache = backend.expose_shared_trie_cache();
			command.run(config, client, backend.expose_db(), storage, trie_cache)
		}),
		Command::Block(command) => database::with(command, |mut command, _, client, _| {
			let best = client.chain_info();
			command.params.to = command.params.to.min(best.best_number);
			// Compiles the runtime, which else the first block would be charged with.
			client.runtime_api().version(best.best_hash).map_err(|error| error.to_string())?;
			command.run(client)
		}),
		Command::Memory => {
			println!("{}", machine::memory_percent());
			Ok(())
		},
	}
}
