//! The command line: the options that all commands share, and the commands.

use crate::commands::{
	account, audit, chain, currency, invoice, key, pool, proxy, record, recovery, submit, swap,
	tax, twin,
};
use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;
use std::path::PathBuf;

const HEADING: &str = "Options of all commands";

/// The exit codes, as `--help` shows them.
const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  the chain refused
  2  wrong usage of the command line
  3  no connection, or no chain that this tool understands
  4  an input is not valid
  5  not found
  6  a verification failed
  7  declined by the person who was asked
  8  standard output can't be written; the message says what was done
  9  a transaction was sent, and what became of it, or of what comes after it, is not
     known: don't send it again, \"ourledger submit status\" asks for it";

/// The command line of OurLedger.
///
/// Amounts of OUR are decimals with up to 12 places: 2, 2.5, "2.5 OUR". An account is an SS58
/// address, 32 bytes in hexadecimal, a development seed (//Alice), a stored key's name, or twin:N
/// for the controller of a twin. Who pays or is paid local money can also be named as a twin, by its
/// number or @name. A currency is named by its id, or by its symbol if no other one has that.
#[derive(Debug, Parser)]
#[command(name = "ourledger", version, after_help = EXIT_CODES, max_term_width = 100)]
pub struct Cli {
	/// Shared options.
	#[command(flatten)]
	pub options: Options,
	/// What to do.
	#[command(subcommand)]
	pub command: Command,
}

/// Options of all commands.
#[derive(Args, Clone, Debug, Default)]
pub struct Options {
	/// WebSocket of a node [environment: OURLEDGER_URL, default: ws://127.0.0.1:9944].
	///
	/// Goes before the profile's, which goes before the environment's.
	#[arg(long, global = true, value_name = "URL", help_heading = HEADING)]
	pub url: Option<String>,

	/// Network by its name in profiles.toml.
	///
	/// The file is in the configuration directory, which OURLEDGER_CONFIG names. A profile has
	/// url, chain_spec, genesis, key, twin and trust_metadata, all optional; without url, chain_spec
	/// is for a light client. A chain of another genesis than the profile or its chain_spec names is
	/// refused.
	#[arg(long, global = true, value_name = "NAME", help_heading = HEADING)]
	pub network: Option<String>,

	/// Key to sign with: a development seed (//Alice), a stored key's name, or a key file.
	#[arg(long, global = true, env = "OURLEDGER_KEY", help_heading = HEADING)]
	pub key: Option<String>,

	/// Act for a twin, as its controller or as a proxy of its controller.
	#[arg(long, global = true, value_name = "N", help_heading = HEADING)]
	pub twin: Option<u64>,

	/// Key that pays: the call is signed by --key as a meta-transaction, and submitted by this one.
	#[arg(long, global = true, value_name = "KEY", help_heading = HEADING)]
	pub sponsor: Option<String>,

	/// Only sign the call as a meta-transaction, into a file that a sponsor submits.
	#[arg(
		long,
		global = true,
		value_name = "FILE",
		conflicts_with = "sponsor",
		help_heading = HEADING
	)]
	pub sign_only: Option<PathBuf>,

	/// Pay the fee in a local currency, by its id or symbol, if a pool exchanges it for OUR.
	///
	/// It is paid by whoever submits: by --key, also where that is a proxy, or by --sponsor.
	#[arg(
		long,
		global = true,
		value_name = "CURRENCY",
		conflicts_with = "sign_only",
		help_heading = HEADING
	)]
	pub fee_in: Option<String>,

	/// Work on the best block, and wait no longer than until one holds the transaction.
	///
	/// For a chain whose finality stands, where nothing else ends: read by "chain finality". What
	/// is read and written so can still be reverted.
	#[arg(long, global = true, help_heading = HEADING)]
	pub best: bool,

	/// Sign by what the node says of the chain's calls, without having the chain check it.
	///
	/// Otherwise a signature is for the digest of the metadata by which it was shown, and a chain of
	/// other metadata doesn't take it. For runtimes that were built without a digest.
	#[arg(long, global = true, help_heading = HEADING)]
	pub trust_metadata: bool,

	/// Don't ask; do it.
	#[arg(long, short, global = true, help_heading = HEADING)]
	pub yes: bool,

	/// Print one JSON object; errors too, on standard error.
	#[arg(long, global = true, help_heading = HEADING)]
	pub json: bool,

	/// No colours. NO_COLOR does the same.
	#[arg(long, global = true, help_heading = HEADING)]
	pub no_color: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Keys on this machine.
	#[command(subcommand)]
	Key(key::Command),
	/// Accounts: what they own, and payments.
	#[command(subcommand)]
	Account(account::Command),
	/// The phonebook: twins, their profiles, keys and names.
	#[command(subcommand)]
	Twin(twin::Command),
	/// The chain: its state, its council, upgrades.
	#[command(subcommand)]
	Chain(chain::Command),
	/// Who may act for an account.
	#[command(subcommand)]
	Proxy(proxy::Command),
	/// Friends who hand a lost account to its heir.
	#[command(subcommand)]
	Recovery(recovery::Command),
	/// Records of twins.
	#[command(subcommand)]
	Record(record::Command),
	/// Money that communities issue: currencies, their members, payments.
	#[command(subcommand)]
	Currency(currency::Command),
	/// Exchange one money for another, in pools.
	#[command(subcommand)]
	Swap(swap::Command),
	/// Pools in which two kinds of money are exchanged.
	#[command(subcommand)]
	Pool(pool::Command),
	/// Taxes: jurisdictions, rates, taxpayers, refunds.
	#[command(subcommand)]
	Tax(tax::Command),
	/// Checking a jurisdiction's books from the chain's blocks.
	#[command(subcommand)]
	Audit(audit::Command),
	/// Invoices: issue, pay, correct, deliver.
	#[command(subcommand)]
	Invoice(invoice::Command),
	/// Submit a meta-transaction that somebody signed with --sign-only, and pay for it; or ask what
	/// became of a transaction.
	Submit(submit::Arguments),
	/// Print a completion script for a shell.
	Completions {
		/// The shell that completes.
		shell: Shell,
	},
	/// Write a manual page for each command; packages are made with it.
	#[command(hide = true)]
	ManPages {
		/// An existing folder for them.
		folder: PathBuf,
	},
}

#[cfg(test)]
mod tests {
	use super::*;
	use clap::CommandFactory;

	#[test]
	fn command_line_is_consistent() {
		Cli::command().debug_assert();
	}

	/// clap takes two arguments of the same name for one, and panics if their types differ, but not
	/// before somebody gives such a command.
	#[test]
	fn arguments_have_other_names_than_shared_options() {
		let root = Cli::command();
		let shared: Vec<_> = root.get_arguments().map(|it| it.get_id().clone()).collect();
		let mut open: Vec<_> = root.get_subcommands().collect();
		let mut clashes = Vec::new();
		while let Some(command) = open.pop() {
			let own = command.get_arguments().filter(|it| shared.contains(it.get_id()));
			clashes.extend(own.map(|it| format!("{} {it}", command.get_name())));
			open.extend(command.get_subcommands());
		}
		assert_eq!(clashes, [""; 0]);
	}

	#[test]
	fn twins_and_keys_of_commands_are_not_those_of_shared_options() {
		for line in [
			"currency admit TSH @mill --twin 1",
			"currency expel TSH @mill --twin 1",
			"currency credit-line TSH @mill 500 --twin 1",
			"currency write-off TSH @mill 5 --twin 1",
			"invoice till set 1 //Till --for 9h --twin 1 --key //Bob",
			"record list 2 --twin 1",
		] {
			let words = ["ourledger"].into_iter().chain(line.split_whitespace());
			let cli = Cli::try_parse_from(words).expect(line);
			assert_eq!(cli.options.twin, Some(1), "{line}");
			assert!(cli.options.key.is_none_or(|key| key == "//Bob"), "{line}");
		}
	}

	#[test]
	fn shared_options_go_after_the_command_too() {
		let line = ["ourledger", "account", "show", "//Alice", "--json", "--url", "ws://x"];
		let cli = Cli::try_parse_from(line).expect("is valid");
		assert!(cli.options.json);
		assert_eq!(cli.options.url.as_deref(), Some("ws://x"));
	}

	#[test]
	fn help_has_the_exit_codes() {
		for code in 0..=9 {
			assert!(EXIT_CODES.contains(&format!("\n  {code}  ")), "{code}");
		}
		assert!(Cli::command().render_long_help().to_string().contains("declined by the person"));
	}

	#[test]
	fn every_command_has_a_manual_page() {
		let folder = tempfile::tempdir().expect("can be made");
		clap_mangen::generate_to(Cli::command(), folder.path()).expect("can be written");
		for name in ["ourledger", "ourledger-twin", "ourledger-twin-register"] {
			let path = folder.path().join(format!("{name}.1"));
			let page = std::fs::read_to_string(path).expect(name);
			assert!(page.contains(".SH NAME") && page.contains("fee\\-in"), "{name}");
		}
	}

	#[test]
	fn sign_only_excludes_a_sponsor() {
		let line = ["ourledger", "chain", "status", "--sponsor", "//Bob", "--sign-only", "file"];
		assert!(Cli::try_parse_from(line).is_err());
	}

	#[test]
	fn who_only_signs_says_nothing_on_the_fee() {
		let line = ["ourledger", "chain", "status", "--fee-in", "TSH", "--sign-only", "file"];
		assert!(Cli::try_parse_from(line).is_err());
	}
}
