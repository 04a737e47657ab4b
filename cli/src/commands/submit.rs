//! `ourledger submit`: a sponsor submits what somebody else signed, and what was sent is asked for.

use super::Context;
use crate::{
	error::{Error, Result},
	output,
	submit::{
		self,
		meta::{MetaFile, MetaTx},
		sent::{self, Sent, Span},
		VALID_BLOCKS,
	},
};
use clap::{Args, Subcommand};
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
	/// Ask what became of a transaction that was sent.
	///
	/// Ends as the command that sent it would have: 0 if it is done, 1 if it failed in a final block
	/// or no block can hold it any more, 9 if neither is certain yet.
	Status(Status),
}

/// Arguments of `submit status`.
#[derive(Args, Debug)]
pub struct Status {
	/// The transaction's hash.
	#[arg(value_parser = hash)]
	hash: H256,
	/// The block at which it was signed, where another machine sent it.
	#[arg(long, value_name = "BLOCK")]
	signed_at: Option<u64>,
}

fn hash(text: &str) -> Result<H256> {
	let mut bytes = [0; 32];
	let digits = text.strip_prefix("0x").unwrap_or(text);
	hex::decode_to_slice(digits, &mut bytes)
		.map(|()| H256(bytes))
		.map_err(|_| Error::input("a hash is 32 bytes in hexadecimal"))
}

/// Runs the command.
pub async fn run(ctx: &Context, arguments: Arguments) -> Result<()> {
	match (arguments.command, arguments.file) {
		(Some(Command::Status(arguments)), _) => status(ctx, arguments).await,
		(None, Some(file)) => sponsor(ctx, file).await,
		(None, None) => Err(Error::usage("no file is given")),
	}
}

async fn sponsor(ctx: &Context, file: PathBuf) -> Result<()> {
	let file = MetaFile::read(&file)?;
	let meta = MetaTx::from_file(&file, ctx.chain().await?).await?;
	let signer = meta.signer();
	let done = submit::sponsor(ctx, meta).await?;
	done.print(&ctx.out, json!({ "signer": signer }), [("signed by", signer.to_string())]);
	Ok(())
}

async fn status(ctx: &Context, Status { hash, signed_at }: Status) -> Result<()> {
	let chain = ctx.chain_to_read().await?;
	let sent = Sent::find(ctx.folder(), hash)?;
	let span = match (&sent, signed_at) {
		(_, Some(block)) => Span::signed_at(block, VALID_BLOCKS),
		(Some(sent), None) => Span::of(sent, chain.genesis_hash())?,
		(None, None) => Span::default(),
	};
	let asked = sent::ask(chain, hash, span).await;
	// A block that the person named may be a wrong one.
	let is_certain = signed_at.is_none() && !matches!(asked, Err(Error::Unknown { .. }));
	if let Some(sent) = sent.filter(|_| is_certain) {
		sent.forget(ctx.folder());
	}
	let done = asked?;
	let block = json!({ "number": done.number, "hash": format!("{:?}", done.hash) });
	let extrinsic = done.events.index();
	let result = json!({
		"transaction": format!("{hash:?}"),
		"block": block,
		"extrinsic": extrinsic,
	});
	ctx.out.print(&result, || {
		output::fields([
			("transaction", format!("{hash:?}")),
			("block", format!("{} {:?}, final", done.number, done.hash)),
			("outcome", "done".into()),
		])
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use crate::args::Cli;
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
		assert!(parsed("status").is_err());
		assert!(parsed("status 0x12").is_err());
	}
}
