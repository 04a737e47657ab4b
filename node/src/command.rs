//! What each command does.

use crate::{
	cli::{self, Cli, Subcommand},
	output, purge,
	service::{self, Backend, Client, Parts},
	signing_journal,
};
use ourledger_primitives::{BlockNumber, OpaqueBlock as Block};
use sc_cli::{KeySubcommand, Result, SubstrateCli};
use std::{process::ExitCode, sync::Arc};

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
			cli.create_runner(cmd)?.sync_run(|config| purge::run(cmd, &config))
		},
		Some(Subcommand::ChainInfo(cmd)) => {
			cli.create_runner(cmd)?.sync_run(|config| cmd.run::<Block>(&config))
		},
		Some(Subcommand::Completions { shell }) => {
			// The generator can't fail, so it writes where nothing does.
			let mut script = Vec::new();
			let name = Cli::executable_name();
			clap_complete::generate(*shell, &mut cli::described(), name, &mut script);
			output::print(script)
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
