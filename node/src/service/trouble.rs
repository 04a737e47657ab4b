//! What errors of files mean for the one who started the node.

use sc_network::config::{NodeKeyConfig, Secret};
use sc_service::{config::KeystoreConfig, error::Error, Configuration};
use std::{io, path::Path};

/// What to do where a file or folder may not be read.
const OTHER_USER: &str = " It belongs to another user: run this as the node's user.";

/// What to do about an error of a file; nothing where the error says all.
pub fn advice(error: &io::Error) -> &'static str {
	match error.kind() {
		io::ErrorKind::PermissionDenied => OTHER_USER,
		_ => "",
	}
}

/// Say what an error of the database or of the keystore means.
pub fn explain(config: &Configuration, error: Error) -> Error {
	let sentence = match (error, &config.keystore) {
		(Error::Client(e), _) => {
			of_database(config.database.path().unwrap_or(&config.data_path), &e.to_string())
		},
		(Error::Keystore(e), KeystoreConfig::Path { path, .. }) => of_keystore(path, &e),
		(other, _) => return other,
	};
	Error::Application(sentence.into())
}

/// What an error of the database means. Its kind is only told in words.
fn of_database(path: &Path, reason: &str) -> String {
	let says = |words: &[&str]| words.iter().any(|words| reason.contains(words));
	if let Some(stored) = stored_pruning(reason) {
		return format!(
			"The database {} was made with {stored}, which can't be changed: give that or leave it \
			 out, or give another --base-path.",
			path.display(),
		);
	}
	let advice = if says(&["in use"]) {
		" Another node runs on this base path: stop it, or give this one its own with --base-path."
	} else if says(&["Permission denied"]) {
		OTHER_USER
	} else if says(&["Read-only file system", "No space left", "Too many open files"]) {
		// These say it themselves, and the database is as good as before.
		""
	} else {
		" If it is damaged, remove it with purge-chain; the chain is then downloaded again, keys \
		 stay."
	};
	format!("Can't open the database {}: {reason}.{advice}", path.display())
}

/// How the database keeps states, if the error is that it was to keep them otherwise.
fn stored_pruning(reason: &str) -> Option<&'static str> {
	let (_, stored) = reason.split_once("Incompatible pruning modes [stored: ")?;
	Some(match stored {
		_ if stored.starts_with("ArchiveAll") => "--state-pruning archive",
		_ if stored.starts_with("ArchiveCanonical") => "--state-pruning archive-canonical",
		_ => "a number of blocks for --state-pruning",
	})
}

/// What an error of the keystore's folder means.
pub fn of_keystore(path: &Path, error: &sc_keystore::Error) -> String {
	let advice = match error {
		sc_keystore::Error::Io(e) => advice(e),
		_ => "",
	};
	format!("Can't open the keystore {}: {error}.{advice}", path.display())
}

/// Refuse a network key that can't be used. Makes one where a node that isn't a validator has none.
pub fn refuse_bad_network_key(key: &NodeKeyConfig) -> Result<(), Error> {
	match key {
		NodeKeyConfig::Ed25519(Secret::File(path)) => {
			let made = key.clone().into_keypair();
			made.map(drop).map_err(|e| Error::Application(of_network_key(path, &e).into()))
		},
		_ => Ok(()),
	}
}

/// What an error of the network key's file means.
pub fn of_network_key(path: &Path, error: &io::Error) -> String {
	let path = path.display();
	match error.kind() {
		io::ErrorKind::InvalidData => format!(
			"The network key {path} is damaged: it is neither 64 hexadecimal digits nor 32 bytes. \
			 Put your copy of it back; or remove it and make another with: key generate-node-key, \
			 and the --chain and --base-path of the node. Others then know the node by another \
			 address.",
		),
		_ => format!("Can't use the network key {path}: {error}.{}", advice(error)),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::signing_journal::tests::TempDir;
	use std::fs;

	/// What is said about an error of the database.
	fn said(reason: &str) -> String {
		of_database(Path::new("/folder"), reason)
	}

	#[test]
	fn only_what_may_be_damaged_is_said_to_be() {
		let damaged = said("Backend error: Corruption: Bad value table");
		assert!(damaged.contains("purge-chain") && damaged.contains("/folder"), "{damaged}");
		for reason in [
			"Backend error: Database file is in use. (Resource temporarily unavailable)",
			"Backend error: IO Error: Permission denied (os error 13)",
			"Backend error: IO Error: Read-only file system (os error 30)",
			"Backend error: IO Error: No space left on device (os error 28)",
			"State database error: Incompatible pruning modes [stored: ArchiveAll; requested: \
			 Constrained(Constraints { max_blocks: Some(256) })]",
		] {
			let sentence = said(reason);
			assert!(sentence.contains("/folder"), "{sentence}");
			assert!(!sentence.contains("purge-chain"), "{sentence}");
			assert!(!sentence.contains("damaged"), "{sentence}");
		}
		assert!(said("IO Error: Permission denied (os error 13)").contains("another user"));
	}

	#[test]
	fn pruning_is_named_as_it_is_given() {
		for (stored, named) in [
			("ArchiveAll", "--state-pruning archive,"),
			("ArchiveCanonical", "--state-pruning archive-canonical,"),
			("Constrained(…", "a number of blocks for --state-pruning,"),
		] {
			let reason = format!("Incompatible pruning modes [stored: {stored}; requested: …]");
			assert!(said(&reason).contains(named), "{}", said(&reason));
		}
	}

	#[test]
	fn damaged_network_key_is_named_and_stays() {
		let folder = TempDir::new();
		let path = folder.path().join("secret_ed25519");
		let key = NodeKeyConfig::Ed25519(Secret::File(path.clone()));
		// One that isn't there is made, and then taken.
		assert!(refuse_bad_network_key(&key).is_ok() && refuse_bad_network_key(&key).is_ok());
		for damaged in [&b""[..], &[b'a'; 63], &[7; 31]] {
			fs::write(&path, damaged).expect("writes");
			let refused = refuse_bad_network_key(&key).expect_err("it is damaged").to_string();
			assert!(refused.contains(&path.display().to_string()), "{refused}");
			assert!(refused.contains("generate-node-key"), "{refused}");
			assert_eq!(fs::read(&path).expect("reads"), damaged);
		}
	}

	#[test]
	fn unreadable_files_are_said_to_be_of_another_user() {
		let denied = || io::Error::from(io::ErrorKind::PermissionDenied);
		let path = Path::new("/folder/file");
		for sentence in
			[of_network_key(path, &denied()), of_keystore(path, &sc_keystore::Error::Io(denied()))]
		{
			assert!(sentence.contains("/folder/file"), "{sentence}");
			assert!(sentence.ends_with(OTHER_USER), "{sentence}");
		}
	}
}
