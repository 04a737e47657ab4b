//! What can be typed, and the defaults.
//!
//! The flags are the SDK's. Some of its defaults are meant for developers and are replaced here by
//! ones that are safe on the open internet; `--help` shows ours. Flags given on the command line
//! always win.

use crate::{chain_spec, validator::ValidatorCmd};
use clap::Parser;
use clap_complete::Shell;
use sc_cli::SubstrateCli;
use std::path::PathBuf;

/// Which RPC methods are served: without those that read or change keys, peers or the log, and
/// without those that cost much. The SDK serves them all on loopback, where any local program or
/// web page can reach them. Nothing that a wallet, an application or our own helper needs is among
/// them.
const RPC_METHODS: &str = "safe";

/// Calls per minute and connection, 20 per second on average. An application that follows the
/// chain and reads some balances needs a few per second. More are slowed down first and refused
/// after ten attempts.
const RPC_RATE_LIMIT: &str = "1200";

/// Addresses that the rate limit doesn't apply to: this machine. A reverse proxy on this machine
/// makes every client look local, unless it sets `X-Real-IP` or `Forwarded` and
/// `--rpc-rate-limit-trust-proxy-headers` is given.
const RPC_UNLIMITED: [&str; 2] = ["127.0.0.0/8", "::1/128"];

/// Requests in one batch. The rate limit counts a batch's requests one by one; this bounds the
/// work that arrives in one message. No common client library batches more by itself.
const RPC_MAX_BATCH: &str = "10";

/// Concurrent RPC connections.
const RPC_MAX_CONNECTIONS: &str = "100";

/// The command line.
#[derive(Debug, Parser)]
pub struct Cli {
	/// What to do; without it, the node runs.
	#[command(subcommand)]
	pub subcommand: Option<Subcommand>,

	/// How to run the node.
	#[command(flatten)]
	pub run: sc_cli::RunCmd,

	/// When to stop because the disk is almost full.
	#[command(flatten)]
	pub storage_monitor: sc_storage_monitor::StorageMonitorParams,
}

/// What the node can do other than run.
#[derive(Debug, clap::Subcommand)]
#[allow(clippy::large_enum_variant)] // Parsed once.
pub enum Subcommand {
	/// Become a validator: make keys, see what to submit, check that the node is ready.
	#[command(subcommand)]
	Validator(ValidatorCmd),

	/// Make, inspect and insert keys.
	#[command(subcommand)]
	Key(sc_cli::KeySubcommand),

	/// Print a chain spec, with a boot node on this machine.
	BuildSpec(sc_cli::BuildSpecCmd),

	/// Print a chain spec as it is.
	ExportChainSpec(sc_cli::ExportChainSpecCmd),

	/// Execute a stored block again.
	CheckBlock(sc_cli::CheckBlockCmd),

	/// Write blocks to a file.
	ExportBlocks(sc_cli::ExportBlocksCmd),

	/// Read blocks from a file.
	ImportBlocks(sc_cli::ImportBlocksCmd),

	/// Remove the newest blocks that aren't final.
	Revert(sc_cli::RevertCmd),

	/// Remove the database; keys stay.
	PurgeChain(sc_cli::PurgeChainCmd),

	/// Print what the database holds.
	ChainInfo(sc_cli::ChainInfoCmd),

	/// Print a completion script for a shell.
	Completions {
		/// The shell.
		shell: Shell,
	},

	/// Write a manual page for each command; packages are made with it.
	#[command(hide = true)]
	ManPages {
		/// An existing folder for them.
		folder: PathBuf,
	},
}

/// The command line as it is parsed, to describe it elsewhere.
pub fn described() -> clap::Command {
	Cli::setup_command(<Cli as clap::CommandFactory>::command())
}

impl SubstrateCli for Cli {
	fn impl_name() -> String {
		"OurLedger Node".into()
	}

	fn impl_version() -> String {
		env!("SUBSTRATE_CLI_IMPL_VERSION").into()
	}

	fn description() -> String {
		env!("CARGO_PKG_DESCRIPTION").into()
	}

	fn author() -> String {
		env!("CARGO_PKG_AUTHORS").into()
	}

	fn support_url() -> String {
		"the issues of the repository this node was built from".into()
	}

	fn copyright_start_year() -> i32 {
		2025
	}

	fn load_spec(&self, name: &str) -> Result<Box<dyn sc_service::ChainSpec>, String> {
		Ok(Box::new(chain_spec::load(name)?))
	}

	/// The SDK's set-up of the command line, with our defaults.
	fn setup_command(command: clap::Command) -> clap::Command {
		with_our_defaults(command)
			.name(Self::executable_name())
			.version(Self::impl_version())
			.author(Self::author())
			.about(Self::description())
			.long_about(Self::description())
			.after_help(format!("Support: {}", Self::support_url()))
			.propagate_version(true)
			.args_conflicts_with_subcommands(true)
			.subcommand_negates_reqs(true)
	}
}

/// Replace the SDK's defaults. A default, unlike a given flag, conflicts with nothing, so that
/// for example `--rpc-disable-batch-requests` still works.
fn with_our_defaults(command: clap::Command) -> clap::Command {
	command
		.mut_arg("rpc_methods", |arg| arg.default_value(RPC_METHODS))
		.mut_arg("rpc_rate_limit", |arg| {
			arg.default_value(RPC_RATE_LIMIT)
				.help("RPC rate limit (calls per minute) for each connection")
				.long_help(None::<&str>)
		})
		.mut_arg("rpc_rate_limit_whitelisted_ips", |arg| arg.default_values(RPC_UNLIMITED))
		.mut_arg("rpc_max_batch_request_len", |arg| arg.default_value(RPC_MAX_BATCH))
		.mut_arg("rpc_max_connections", |arg| arg.default_value(RPC_MAX_CONNECTIONS))
		// A node key in a base path belongs to a chain; the SDK would fall back to a default one.
		.mut_subcommand("key", |key| {
			key.mut_subcommand("generate-node-key", |generate| {
				generate
					.mut_arg("base_path", |arg| arg.requires("chain"))
					.mut_arg("default_base_path", |arg| arg.requires("chain"))
			})
		})
}

#[cfg(test)]
mod tests {
	use super::*;
	use sc_cli::{CliConfiguration, Result};
	use sc_service::config::{RpcBatchRequestConfig, RpcMethods};

	fn parse(args: &[&str]) -> Cli {
		Cli::try_from_iter([&["ourledger-node"], args].concat()).expect("parses")
	}

	#[test]
	fn command_line_is_sound() {
		described().debug_assert();
	}

	#[test]
	fn rpc_defaults_are_pinned() -> Result<()> {
		for args in [&[][..], &["--dev"], &["--chain=local", "--alice"], &["--validator"]] {
			let run = parse(args).run;
			assert!(matches!(run.rpc_methods()?, RpcMethods::Safe), "{args:?}");
			assert_eq!(run.rpc_rate_limit()?.map(|limit| limit.get()), Some(1_200));
			assert!(matches!(run.rpc_batch_config()?, RpcBatchRequestConfig::Limit(10)));
			assert_eq!(run.rpc_max_connections()?, 100);
			let unlimited: Vec<_> =
				run.rpc_rate_limit_whitelisted_ips()?.iter().map(ToString::to_string).collect();
			assert_eq!(unlimited, RPC_UNLIMITED);
			assert!(!run.rpc_rate_limit_trust_proxy_headers()?);
			assert!(!run.rpc_params.rpc_external);

			// What the server is really given.
			for endpoint in run.rpc_addr(9944)?.into_iter().flatten() {
				assert!(endpoint.listen_addr.ip().is_loopback());
				assert_eq!(endpoint.rpc_methods, sc_cli::RpcMethods::Safe);
				assert_eq!(endpoint.rate_limit.map(|limit| limit.get()), Some(1_200));
				assert!(matches!(endpoint.batch_config, RpcBatchRequestConfig::Limit(10)));
			}
		}
		Ok(())
	}

	/// Both walk through all commands, and would panic where two arguments clash.
	#[test]
	fn completions_and_manual_show_our_commands_and_defaults() {
		for shell in <Shell as clap::ValueEnum>::value_variants() {
			let mut script = Vec::new();
			clap_complete::generate(*shell, &mut described(), "ourledger-node", &mut script);
			let script = String::from_utf8(script).expect("is text");
			assert!(script.contains("generate-node-key"), "{shell}");
		}
		let mut page = Vec::new();
		clap_mangen::Man::new(described()).render(&mut page).expect("is written to memory");
		let page = String::from_utf8(page).expect("is text");
		assert!(page.contains("validator") && page.contains(RPC_RATE_LIMIT));
	}

	#[test]
	fn given_flags_win() -> Result<()> {
		let run = parse(&[
			"--rpc-methods=unsafe",
			"--rpc-rate-limit=5",
			"--rpc-max-batch-request-len=3",
			"--rpc-max-connections=7",
			"--rpc-rate-limit-whitelisted-ips=10.0.0.0/8",
		])
		.run;
		assert!(matches!(run.rpc_methods()?, RpcMethods::Unsafe));
		assert_eq!(run.rpc_rate_limit()?.map(|limit| limit.get()), Some(5));
		assert!(matches!(run.rpc_batch_config()?, RpcBatchRequestConfig::Limit(3)));
		assert_eq!(run.rpc_max_connections()?, 7);
		assert_eq!(run.rpc_rate_limit_whitelisted_ips()?.len(), 1);

		let run = parse(&["--rpc-disable-batch-requests"]).run;
		assert!(matches!(run.rpc_batch_config()?, RpcBatchRequestConfig::Disabled));
		Ok(())
	}

	#[test]
	fn endpoints_can_be_given_one_by_one() {
		let cli = parse(&["--experimental-rpc-endpoint", "listen-addr=127.0.0.1:9944"]);
		assert_eq!(cli.run.rpc_params.experimental_rpc_endpoint.len(), 1);
	}

	#[test]
	fn node_key_in_a_base_path_needs_a_chain() {
		let generate = |args: &[&str]| {
			let start = ["ourledger-node", "key", "generate-node-key"];
			Cli::try_from_iter([&start[..], args].concat())
		};
		assert!(generate(&[]).is_ok());
		assert!(generate(&["--file=key"]).is_ok());
		assert!(generate(&["--base-path=x"]).is_err());
		assert!(generate(&["--base-path=x", "--chain=local"]).is_ok());
	}

	#[test]
	fn telemetry_is_off_by_default() {
		assert!(parse(&["--dev"]).run.telemetry_params.telemetry_endpoints.is_empty());
		if ourledger_runtime::WASM_BINARY.is_some() {
			let spec = parse(&[]).load_spec("staging").expect("is known");
			assert!(spec.telemetry_endpoints().is_none());
		}
	}

	#[test]
	fn node_stops_before_the_disk_is_full() {
		assert_eq!(parse(&[]).storage_monitor.threshold, 1_024);
	}
}
