//! `ourledger submit`: a sponsor submits what somebody else signed.

use super::Context;
use crate::{
	error::Result,
	submit::{
		self,
		meta::{MetaFile, MetaTx},
	},
};
use clap::Args;
use serde_json::json;
use std::path::PathBuf;

/// Arguments of `submit`.
#[derive(Args, Debug)]
pub struct Arguments {
	/// The file that --sign-only made. The key pays.
	file: PathBuf,
}

/// Runs the command.
pub async fn run(ctx: &Context, arguments: Arguments) -> Result<()> {
	let file = MetaFile::read(&arguments.file)?;
	let meta = MetaTx::from_file(&file, ctx.chain().await?).await?;
	let signer = meta.signer();
	let done = submit::sponsor(ctx, meta).await?;
	done.print(&ctx.out, json!({ "signer": signer }), [("signed by", signer.to_string())]);
	Ok(())
}
