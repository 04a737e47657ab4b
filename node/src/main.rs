//! The OurLedger node: validator and full node.
//!
//! - [`cli`]: what can be typed, and the defaults;
//! - [`command`]: what each command does;
//! - [`chain_spec`]: the networks;
//! - [`service`]: the parts of a running node and how they fit together;
//! - [`rpc`]: what clients may ask it;
//! - [`output`]: what its commands print;
//! - [`purge`]: removing the database;
//! - [`signing_journal`]: what keeps a validator from signing twice after a crash;
//! - [`validator`]: the helper for those who want to become one.

// The SDK's errors are large; here they only pass through, when something starts or ends.
#![allow(clippy::result_large_err)]

mod chain_spec;
mod cli;
mod command;
mod output;
mod purge;
mod rpc;
mod service;
mod signing_journal;
mod validator;

use rustix::{fs::Mode, process::umask};
use std::{
	io::{self, Write},
	process::ExitCode,
};

fn main() -> ExitCode {
	keep_private();
	command::run().unwrap_or_else(|error| {
		let _ = writeln!(io::stderr(), "Error: {}", sentence(&error));
		ExitCode::FAILURE
	})
}

/// Make all files from now on readable by the node's user alone: among them are keys, for which
/// neither the SDK nor a service's settings care everywhere.
fn keep_private() {
	umask(Mode::RWXG | Mode::RWXO);
}

/// What went wrong, without the names that the SDK gives to the places an error passed through.
fn sentence(error: &sc_cli::Error) -> String {
	use sc_service::Error as Service;
	match error {
		sc_cli::Error::Service(Service::Application(e)) | sc_cli::Error::Application(e) => {
			e.to_string()
		},
		sc_cli::Error::Input(reason) => reason.clone(),
		sc_cli::Error::NetworkKeyNotFound(path) => match path.try_exists() {
			// To the SDK, what can't be looked at isn't there.
			Err(e) => service::trouble::of_network_key(path, &e),
			Ok(_) => format!(
				"A validator needs a network key, so that others find it again; there is none at \
				 {}. Make one with: key generate-node-key, and the --chain and --base-path of the \
				 node.",
				path.display(),
			),
		},
		other => other.to_string(),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use signing_journal::tests::TempDir;
	use std::{
		fs::{self, File},
		os::unix::fs::PermissionsExt,
	};

	#[test]
	fn files_are_readable_by_their_owner_alone() -> io::Result<()> {
		keep_private();
		let dir = TempDir::new();
		let (folder, file) = (dir.path().join("folder"), dir.path().join("file"));
		fs::create_dir(&folder)?;
		File::create(&file)?;
		for path in [folder, file] {
			assert_eq!(path.metadata()?.permissions().mode() & 0o077, 0, "{path:?}");
		}
		Ok(())
	}

	#[test]
	fn network_key_that_cannot_be_looked_for_is_not_said_to_be_missing() -> io::Result<()> {
		let dir = TempDir::new();
		let missing = dir.path().join("secret_ed25519");
		let said = sentence(&sc_cli::Error::NetworkKeyNotFound(missing));
		assert!(said.contains("generate-node-key"), "{said}");

		// Below a file nothing can be looked for, by no user.
		let file = dir.path().join("file");
		File::create(&file)?;
		let said = sentence(&sc_cli::Error::NetworkKeyNotFound(file.join("secret_ed25519")));
		assert!(!said.contains("generate-node-key"), "{said}");
		assert!(said.contains("Can't use the network key"), "{said}");
		Ok(())
	}
}
