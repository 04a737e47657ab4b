//! `ourledger submit`: a sponsor submits what somebody else signed, and what was sent is asked for.

use super::Context;
use crate::output::report::{self, Report};
use clap::{Args, Subcommand};
use ourledger_client::{
	error::{Error, Result},
	outcome::InBlock,
	submit::{
		meta::{MetaFile, MetaTx},
		sent::{self, Sent},
	},
};
use serde_json::json;
use std::path::PathBuf;
use subxt::utils::H256;

/// Arguments of `submit`.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Arguments {
	/// The file that --sign-only made. The key pays.
	#[arg(required = true)]
	file: Option<PathBuf>,
	#[command(subcommand)]
	command: Option<Command>,
}

/// The commands of `submit`.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Ask what became of a transaction that was sent, or of all whose fate isn't known.
	///
	/// Ends as the command that sent it would have: 0 if it is done, 1 if it failed in a final block
	/// or no block can hold it any more, 9 if neither is certain yet. Without a hash it asks for all
	/// that this machine sent to this chain and keeps a file of, a line each: 9 if any is not certain
	/// yet, else 0.
	Status(Status),
}

/// Arguments of `submit status`.
#[derive(Args, Debug)]
pub struct Status {
	/// The transaction's hash.
	#[arg(value_parser = sent::parse_hash)]
	hash: Option<H256>,
	/// The block at which it was signed, where another machine sent it. What this machine knows of
	/// it goes before that; by this alone nothing is said to be impossible.
	#[arg(long, value_name = "BLOCK", requires = "hash")]
	signed_at: Option<u64>,
}

/// Runs the command.
pub async fn run(ctx: &Context, arguments: Arguments) -> Result<()> {
	match (arguments.command, arguments.file) {
		(Some(Command::Status(Status { hash: Some(hash), signed_at })), _) => {
			status(ctx, hash, signed_at).await
		},
		(Some(Command::Status(Status { hash: None, .. })), _) => status_of_all(ctx).await,
		(None, Some(file)) => sponsor(ctx, file).await,
		(None, None) => Err(Error::usage("no file is given")),
	}
}

async fn sponsor(ctx: &Context, file: PathBuf) -> Result<()> {
	let file = MetaFile::read(&file)?;
	let meta = MetaTx::from_file(&file, ctx.chain().await?).await?;
	let signer = meta.signer();
	let done = ctx.wallet().await?.submit_signed(meta).await?;
	ctx.out.told(&done, Report::new().field("signer", "signed by", signer));
	Ok(())
}

async fn status(ctx: &Context, hash: H256, signed_at: Option<u64>) -> Result<()> {
	let chain = ctx.chain_to_read().await?;
	let done = sent::status(chain, ctx.folder(), hash, signed_at).await?;
	let block_hash = format!("{:?}", done.hash);
	let report = Report::new()
		.field("transaction", "transaction", format!("{hash:?}"))
		.line("block", format!("{} {block_hash}, final", done.number))
		.json("block", json!({ "number": done.number, "hash": block_hash }))
		.json("extrinsic", done.events.index())
		.line("outcome", "done");
	ctx.out.show(&report);
	Ok(())
}

/// What became of a transaction, in a word, and why.
fn fate(asked: &Result<InBlock>) -> (&'static str, String) {
	match asked {
		Ok(done) => ("done", format!("in block {}", done.number)),
		Err(error) => (error.kind(), error.to_string()),
	}
}

async fn status_of_all(ctx: &Context) -> Result<()> {
	let chain = ctx.chain_to_read().await?;
	let (mut rows, mut unknown) = (Vec::new(), None);
	for sent in Sent::all(ctx.folder(), chain.genesis_hash())? {
		let hash = sent.hash()?;
		let asked = sent.settle(chain, ctx.folder()).await;
		let (outcome, why) = fate(&asked);
		if matches!(asked, Err(Error::Unknown { .. })) {
			unknown.get_or_insert(hash);
		}
		let row = Report::new()
			.field("transaction", "transaction", format!("{hash:?}"))
			.field("call", "call", sent.call())
			.json("signer", sent.signer())
			.field("outcome", "outcome", outcome)
			.json("block", asked.ok().map(|done| done.number))
			.field("why", "", why);
		rows.push(row);
	}
	ctx.out.print(&json!({ "transactions": report::list(&rows) }), || match rows.is_empty() {
		true => "There is no transaction whose fate is not known.".into(),
		false => report::table(&rows),
	});
	match unknown {
		None => Ok(()),
		Some(hash) => Err(Error::unknown(
			hash,
			"what became of some transactions is not known yet: don't send them again",
		)),
	}
}

#[cfg(test)]
mod tests {
	use crate::commands::args::Cli;
	use clap::Parser;

	#[test]
	fn submit_takes_a_file_or_asks_for_a_hash() {
		let parsed = |line: &str| {
			let words = ["ourledger", "submit"].into_iter().chain(line.split_whitespace());
			Cli::try_parse_from(words).map(|cli| format!("{:?}", cli.command))
		};
		assert!(parsed("signed.json").expect("is a file").contains("signed.json"));
		let status = format!("status 0x{}", "ab".repeat(32));
		assert!(parsed(&status).expect("is a hash").contains("Status"));
		assert!(parsed(&format!("{status} --signed-at 7")).is_ok());
		assert!(parsed("").is_err());
		// Then it asks for all.
		assert!(parsed("status").is_ok());
		assert!(parsed("status --signed-at 7").is_err());
		assert!(parsed("status 0x12").is_err());
	}
}
