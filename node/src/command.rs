//! What each command does.

use crate::{
	cli::{self, Cli, Subcommand},
	service::{self, Backend, Client, Parts},
	signing_journal,
};
use ourledger_primitives::{BlockNumber, OpaqueBlock as Block};
use sc_cli::{KeySubcommand, PurgeChainCmd, Result, SubstrateCli};
use sc_service::{ChainType, Configuration};
use std::{io, path::Path, process::ExitCode, sync::Arc};

/// Parse the command line and do as it says.
pub fn run() -> Result<ExitCode> {
	let cli = Cli::from_args();
	match &cli.subcommand {
		None => run_node(&cli),
		Some(Subcommand::Validator(cmd)) => return cmd.run(&cli),
		Some(Subcommand::Key(cmd)) => match cmd {
			// Into a file or on the screen a node key needs no chain.
			KeySubcommand::GenerateNodeKey(cmd) if cmd.chain.is_none() => cmd.common.run(),
			_ => cmd.run(&cli),
		},
		Some(Subcommand::BuildSpec(cmd)) => {
			cli.create_runner(cmd)?.sync_run(|config| cmd.run(config.chain_spec, config.network))
		},
		Some(Subcommand::ExportChainSpec(cmd)) => cmd.run(cli.load_spec(&cmd.chain)?),
		Some(Subcommand::CheckBlock(cmd)) => cli.create_runner(cmd)?.async_run(|config| {
			let Parts { client, task_manager, import_queue, .. } = Parts::new(&config)?;
			Ok((cmd.run(client, import_queue), task_manager))
		}),
		Some(Subcommand::ExportBlocks(cmd)) => cli.create_runner(cmd)?.async_run(|config| {
			let Parts { client, task_manager, .. } = Parts::new(&config)?;
			Ok((cmd.run(client, config.database), task_manager))
		}),
		Some(Subcommand::ImportBlocks(cmd)) => cli.create_runner(cmd)?.async_run(|config| {
			let Parts { client, task_manager, import_queue, .. } = Parts::new(&config)?;
			Ok((cmd.run(client, import_queue), task_manager))
		}),
		Some(Subcommand::Revert(cmd)) => cli.create_runner(cmd)?.async_run(|config| {
			let Parts { client, task_manager, backend, .. } = Parts::new(&config)?;
			Ok((cmd.run(client, backend, Some(Box::new(revert_consensus))), task_manager))
		}),
		Some(Subcommand::PurgeChain(cmd)) => {
			cli.create_runner(cmd)?.sync_run(|config| purge(cmd, config))
		},
		Some(Subcommand::ChainInfo(cmd)) => {
			cli.create_runner(cmd)?.sync_run(|config| cmd.run::<Block>(&config))
		},
		Some(Subcommand::Completions { shell }) => {
			let name = Cli::executable_name();
			clap_complete::generate(*shell, &mut cli::described(), name, &mut io::stdout());
			Ok(())
		},
		Some(Subcommand::ManPages { folder }) => {
			clap_mangen::generate_to(cli::described(), folder).map_err(sc_cli::Error::from)
		},
	}?;
	Ok(ExitCode::SUCCESS)
}

fn run_node(cli: &Cli) -> Result<()> {
	let storage_monitor = cli.storage_monitor.clone();
	let result = cli.create_runner(&cli.run)?.run_node_until_exit(|config| async move {
		service::start(config, storage_monitor).await.map_err(sc_cli::Error::Service)
	});
	if signing_journal::restart::is_wanted() {
		return Err(signing_journal::restart::execute().into());
	}
	result
}

/// What consensus keeps beside the blocks goes back with them.
fn revert_consensus(client: Arc<Client>, backend: Arc<Backend>, blocks: BlockNumber) -> Result<()> {
	sc_consensus_babe::revert(client.clone(), backend, blocks)?;
	sc_consensus_grandpa::revert(client, blocks)?;
	Ok(())
}

/// Remove the database and, where the chain can start anew, the signing journal.
fn purge(cmd: &PurgeChainCmd, config: Configuration) -> Result<()> {
	let database = config.database.path().map(Path::to_owned);
	cmd.run(config.database)?;
	if database.is_some_and(|path| path.exists()) {
		// The question whether to go on was answered with no.
		return Ok(());
	}
	purge_journal(&config.chain_spec.chain_type(), &config.data_path)
}

/// Remove the signing journal of a chain that starts anew with its database, and no other.
fn purge_journal(kind: &ChainType, chain_dir: &Path) -> Result<()> {
	let journal = signing_journal::path_in(chain_dir);
	if starts_anew(kind) {
		if signing_journal::forget(chain_dir)? {
			println!("{journal:?} removed.");
		}
	} else if journal.exists() {
		println!(
			"{journal:?} stays: it keeps this validator from signing twice while the chain \
			 is downloaded again.",
		);
	}
	Ok(())
}

/// Whether a chain of this kind is over when its database is: nobody else goes on with it, or
/// remembers what was signed on it.
// Names the kinds that are; of any other, also one that somebody else made up, nothing is known.
fn starts_anew(kind: &ChainType) -> bool {
	matches!(kind, ChainType::Development | ChainType::Local)
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::fs;

	#[test]
	fn purge_keeps_the_journal_unless_the_chain_is_known_to_start_anew() -> Result<()> {
		let folder = std::env::temp_dir().join(format!("ourledger-purge-{}", std::process::id()));
		for (kind, stays) in [
			(ChainType::Development, false),
			(ChainType::Local, false),
			(ChainType::Live, true),
			(ChainType::Custom("OurTown".into()), true),
			(ChainType::Custom("Development".into()), true),
			(ChainType::Custom("local".into()), true),
		] {
			let journal = signing_journal::path_in(&folder);
			fs::create_dir_all(&journal)?;
			purge_journal(&kind, &folder)?;
			assert_eq!(journal.exists(), stays, "{kind:?}");

			fs::remove_dir_all(&folder)?;
			purge_journal(&kind, &folder)?;
			assert!(!folder.exists(), "{kind:?} without a journal");
		}
		Ok(())
	}
}
