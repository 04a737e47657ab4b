//! What this node has signed as a validator, on disk before the signature leaves the process.
//!
//! # What it protects from
//!
//! A validator that signs two blocks for one slot, or two different votes for one GRANDPA round,
//! is slashed and disabled. A running node never does so. A node that was killed may: ParityDB
//! queues what it commits, so after `kill -9` the database can be some milliseconds older than
//! what the node had already sent to the network, and after a power cut (its log is synced only
//! every 64 MiB) a good deal older. Started from there, the node has forgotten its last votes and
//! would cast new ones. The same holds for a database that was restored from a backup.
//!
//! # How
//!
//! - [`Journal`] is one small file beside the database: the last slot in which a block was begun,
//!   and GRANDPA's state at the last vote. It is synced *before* a block is made or a vote is
//!   signed, so it is never older than the network.
//! - [`GuardedEnvironment`] asks it before a block is proposed. A slot that isn't later than the
//!   last one is left out; the next one is authored as usual.
//! - [`GuardedKeystore`] keeps the state before GRANDPA signs. GRANDPA has written it into the
//!   database by then, and it holds the vote; see `votes`.
//! - [`Gate::recover`] runs once at start. Where the database has forgotten the last vote in the
//!   current authority set, it puts the state back, and GRANDPA repeats its votes word for word.
//!   That is more than safety: if all validators of a network are killed at once, its rounds can
//!   only be completed by the very votes that were already cast.
//! - [`VotedBlocks`] keeps the blocks those votes are for, since a database that forgot a vote may
//!   have forgotten its block too. [`restore_blocks`] puts them back.
//! - Where the state can't be put back (the database is older than its authority set, or lacks its
//!   block), [`Gate`] makes the node a mere listener until the network is past the last vote. If
//!   the database reaches that set and block before, [`restart`] starts the node anew.
//!
//! # Limits
//!
//! - It guards one base path. The same keys in two running nodes equivocate; nothing local can
//!   prevent that.
//! - It keeps 64 blocks and two authority sets. If *all* validators start from databases older than
//!   that, finality stands, since nobody can repeat what was voted. Then, with every validator
//!   stopped, the journals have to be removed by hand, on all of them.
//! - `purge-chain` keeps the journal, except on development and local chains; see [`forget`].

mod blocks;
mod database;
mod file;
mod keystore;
mod proposer;
mod recovery;
pub mod restart;
mod restore;
mod votes;

pub use blocks::VotedBlocks;
pub use file::Journal;
pub use keystore::GuardedKeystore;
pub use proposer::GuardedEnvironment;
pub use recovery::Gate;
pub use restore::restore_blocks;

#[cfg(test)]
pub use file::tests;

use std::{
	fs, io,
	path::{Path, PathBuf},
};

/// Log target of everything here.
const LOG_TARGET: &str = "signing-journal";

/// Name of the journal's folder in that of the chain (`<base path>/chains/<id>/`).
const DIR_NAME: &str = "signing-journal";

/// The folder in which the journal of the chain with folder `chain_dir` is kept.
pub fn path_in(chain_dir: &Path) -> PathBuf {
	chain_dir.join(DIR_NAME)
}

/// The folder of the blocks that were voted for.
pub fn blocks_path_in(chain_dir: &Path) -> PathBuf {
	blocks::path_in(&path_in(chain_dir))
}

/// Delete the journal of the chain with folder `chain_dir`. Returns whether there was one.
///
/// Only right for a chain that starts anew from its genesis, where rounds count from one again and
/// nobody remembers the old ones: a development or local test chain. On any other the journal has
/// to outlive the database.
pub fn forget(chain_dir: &Path) -> io::Result<bool> {
	match fs::remove_dir_all(path_in(chain_dir)) {
		Ok(()) => Ok(true),
		Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
		Err(e) => Err(e),
	}
}
