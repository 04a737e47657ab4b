//! `purge-chain`: remove the database and, where the chain can start anew, the signing journal.

use crate::{chain_spec, output, service::trouble::advice, signing_journal};
use sc_cli::{Error, PurgeChainCmd, Result};
use sc_service::{ChainType, Configuration};
use std::{
	fs::{self, File, OpenOptions, TryLockError},
	io,
	path::Path,
};

/// File in the database's folder that ParityDB locks while the database is open.
const LOCK: &str = "lock";

/// Ask, unless told not to, and remove.
pub fn run(cmd: &PurgeChainCmd, config: &Configuration) -> Result<()> {
	let database = config
		.database
		.path()
		.ok_or_else(|| Error::Input("The database has no folder of its own".into()))?;
	// Held to the end: no node starts on what is being removed.
	let _lock = lock(database)?;
	let folder = database.parent().unwrap_or(database);
	if !cmd.yes && !is_agreed_to(folder)? {
		return output::line("Aborted");
	}
	let was_there = remove(folder)?;
	let journal = purge_journal(&config.chain_spec.chain_type(), &config.data_path)?;
	// Only now: what can't be printed must not leave half of the work.
	output::line(match was_there {
		true => format!("{folder:?} removed."),
		false => format!("{folder:?} did not exist."),
	})?;
	journal.map_or(Ok(()), output::line)
}

/// Take the lock of the database at `path`, if there is one.
fn lock(path: &Path) -> Result<Option<File>> {
	let path = path.join(LOCK);
	let trouble =
		|e: io::Error| Error::Input(format!("Can't lock {}: {e}.{}", path.display(), advice(&e)));
	let file = match OpenOptions::new().write(true).open(&path) {
		Ok(file) => file,
		Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
		Err(e) => return Err(trouble(e)),
	};
	match file.try_lock() {
		Ok(()) => Ok(Some(file)),
		Err(TryLockError::WouldBlock) => {
			Err(Error::Input("A node runs on this base path: stop it first.".into()))
		},
		Err(TryLockError::Error(e)) => Err(trouble(e)),
	}
}

fn is_agreed_to(folder: &Path) -> Result<bool> {
	output::print(format!("Are you sure to remove {folder:?}? [y/N]: "))?;
	let mut answer = String::new();
	io::stdin().read_line(&mut answer)?;
	Ok(answer.trim().starts_with(['y', 'Y']))
}

/// Remove a folder. Returns whether it was there.
fn remove(folder: &Path) -> Result<bool> {
	match fs::remove_dir_all(folder) {
		Ok(()) => Ok(true),
		Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(false),
		Err(e) => {
			let folder = folder.display();
			Err(Error::Input(format!("Can't remove {folder}: {e}.{}", advice(&e))))
		},
	}
}

/// Remove the signing journal of a chain that starts anew with its database, and no other. Returns
/// what there is to say about it.
fn purge_journal(kind: &ChainType, chain_dir: &Path) -> Result<Option<String>> {
	let journal = signing_journal::path_in(chain_dir);
	Ok(if chain_spec::starts_anew(kind) {
		signing_journal::forget(chain_dir)?.then(|| format!("{journal:?} removed."))
	} else {
		journal.exists().then(|| {
			format!(
				"{journal:?} stays: it keeps this validator from signing twice while the chain is \
				 downloaded again.",
			)
		})
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::signing_journal::tests::TempDir;

	#[test]
	fn purge_keeps_the_journal_unless_the_chain_is_known_to_start_anew() -> Result<()> {
		let folder = TempDir::new();
		for (kind, stays) in [
			(ChainType::Development, false),
			(ChainType::Local, false),
			(ChainType::Live, true),
			(ChainType::Custom("OurTown".into()), true),
			(ChainType::Custom("Development".into()), true),
			(ChainType::Custom("local".into()), true),
		] {
			let chain_dir = folder.path().join("chain");
			let journal = signing_journal::path_in(&chain_dir);
			fs::create_dir_all(&journal)?;
			assert!(purge_journal(&kind, &chain_dir)?.is_some());
			assert_eq!(journal.exists(), stays, "{kind:?}");

			remove(&chain_dir)?;
			assert_eq!(purge_journal(&kind, &chain_dir)?, None);
			assert!(!chain_dir.exists(), "{kind:?} without a journal");
		}
		Ok(())
	}

	#[test]
	fn database_of_a_running_node_is_not_purged() -> Result<()> {
		let folder = TempDir::new();
		assert!(lock(folder.path())?.is_none(), "nothing is there to be locked");

		// As an open database has it.
		let held = File::create(folder.path().join(LOCK))?;
		held.lock()?;
		let refused = lock(folder.path()).expect_err("it is locked").to_string();
		assert!(refused.ends_with("A node runs on this base path: stop it first."), "{refused}");

		drop(held);
		let locked = lock(folder.path())?;
		assert!(locked.is_some() && lock(folder.path()).is_err());
		Ok(())
	}
}
