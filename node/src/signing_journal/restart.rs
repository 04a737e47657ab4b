//! Starting the node anew, once that lets it repeat votes.
//!
//! Votes are repeated by way of the database, which GRANDPA reads only at its start. Where the
//! database had forgotten even the authority set in which votes were cast, or their blocks, it has
//! to reach those first, while the node listens; then one more start completes the recovery. Nobody
//! should have to be awake for that: if all validators went through it at once, finality would wait
//! for them.

use super::{Gate, LOG_TARGET};
use futures::{future::pending, Stream, StreamExt};
use std::{
	env, io,
	os::unix::process::CommandExt,
	process::Command,
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
};

/// Number of blocks to wait for before the restart. By then GRANDPA has caught up, if the network
/// goes on without this node, and the gate is open; and what the database has reached is on disk.
const BLOCKS_BEFORE_RESTART: u32 = 10;

/// Whether the node stops only to start anew.
static WANTED: AtomicBool = AtomicBool::new(false);

/// Ends when the node should start anew. Spawned as an essential task, so that its end stops the
/// node in good order. Looks whenever a block is imported.
pub async fn watch<Import>(gate: Arc<Gate>, mut imports: impl Stream<Item = Import> + Unpin) {
	let mut blocks = 0;
	while blocks < BLOCKS_BEFORE_RESTART {
		if imports.next().await.is_none() {
			// The node is about to stop anyway.
			return pending().await;
		}
		blocks = if gate.awaits_restart() { blocks + 1 } else { 0 };
	}
	log::info!(target: LOG_TARGET, "This node starts anew, to repeat its votes in GRANDPA.");
	WANTED.store(true, Ordering::SeqCst);
}

/// Whether the node has stopped only to start anew.
pub fn is_wanted() -> bool {
	WANTED.load(Ordering::SeqCst)
}

/// Replace this process by a new one with the same command line and process id. Returns only if
/// that fails.
pub fn execute() -> io::Error {
	match env::current_exe() {
		Ok(program) => Command::new(program).args(env::args_os().skip(1)).exec(),
		Err(e) => e,
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use futures::{stream, FutureExt};

	/// Whether the node wants to start anew after this many blocks.
	fn wants(gate: Gate, blocks: u32) -> bool {
		watch(Arc::new(gate), stream::iter(0..blocks)).now_or_never().is_some()
	}

	#[test]
	fn restart_waits_for_some_blocks() {
		assert!(!wants(Gate::for_tests(true), BLOCKS_BEFORE_RESTART - 1));
		assert!(wants(Gate::for_tests(true), BLOCKS_BEFORE_RESTART));
	}

	#[test]
	fn no_restart_without_need() {
		assert!(!wants(Gate::for_tests(false), 100));
	}
}
