//! The OurLedger node: validator and full node.
//!
//! - [`cli`]: what can be typed, and the defaults;
//! - [`command`]: what each command does;
//! - [`chain_spec`]: the networks;
//! - [`service`]: the parts of a running node and how they fit together;
//! - [`rpc`]: what clients may ask it;
//! - [`signing_journal`]: what keeps a validator from signing twice after a crash;
//! - [`validator`]: the helper for those who want to become one.

// The SDK's errors are large; here they only pass through, when something starts or ends.
#![allow(clippy::result_large_err)]

mod chain_spec;
mod cli;
mod command;
mod rpc;
mod service;
mod signing_journal;
mod validator;

use std::process::ExitCode;

fn main() -> ExitCode {
	command::run().unwrap_or_else(|error| {
		eprintln!("Error: {}", sentence(&error));
		ExitCode::FAILURE
	})
}

/// What went wrong, without the names that the SDK gives to the places an error passed through.
fn sentence(error: &sc_cli::Error) -> String {
	use sc_service::Error as Service;
	match error {
		sc_cli::Error::Service(Service::Application(e)) | sc_cli::Error::Application(e) => {
			e.to_string()
		},
		sc_cli::Error::Input(reason) => reason.clone(),
		sc_cli::Error::NetworkKeyNotFound(path) => format!(
			"A validator needs a network key, so that others find it again; there is none at {}. \
			 Make one with: key generate-node-key, and the --chain and --base-path of the node.",
			path.display(),
		),
		other => other.to_string(),
	}
}
