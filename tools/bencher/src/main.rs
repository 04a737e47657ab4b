//! Measures weights of a runtime with its benchmarks, outside a node. `scripts/bench-weights` calls
//! it.

use clap::Parser;
use frame_benchmarking_cli::{OpaqueBlock, OverheadCmd, PalletCmd};
use sp_runtime::traits::BlakeTwo256;
use tracing_subscriber::EnvFilter;

/// Measures weights of a runtime that was compiled to WASM with its benchmarks.
#[derive(Parser)]
enum Command {
	/// The calls of a pallet.
	Pallet(PalletCmd),
	/// What a block costs, and what a transaction does, whatever is in it.
	Overhead(OverheadCmd),
}

fn main() -> sc_cli::Result<()> {
	let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn"));
	tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
	// The runtime calls none but the SDK's own host functions.
	match Command::parse() {
		Command::Pallet(command) => command.run_with_spec::<BlakeTwo256, ()>(None),
		Command::Overhead(command) => {
			command.run_with_default_builder_and_spec::<OpaqueBlock, ()>(None)
		},
	}
}
