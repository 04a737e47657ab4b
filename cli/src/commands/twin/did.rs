//! `twin did`.

use super::show::find_or_own;
use crate::commands::Context;
use chrono::{DateTime, SecondsFormat};
use clap::Args;
use codec::{Compact, Decode};
use ourledger_client::{
	call::Call,
	chain::{Chain, State},
	did::{self, Did},
	error::Result,
};
use subxt::{utils::H256, ArcMetadata};

/// Arguments of `twin did`.
#[derive(Args, Debug)]
pub struct Arguments {
	/// Number, name, controller or DID of the twin; without it, that of --twin or of the key.
	what: Option<String>,
	/// The result of a resolution: the document with its metadata.
	#[arg(long)]
	resolution: bool,
}

/// Runs the command.
pub async fn run(ctx: &Context, arguments: Arguments) -> Result<()> {
	let chain = ctx.chain().await?;
	let state = ctx.state().await?;
	let twin = find_or_own(ctx, &state, arguments.what.as_deref()).await?;
	let did = Did::of(chain.genesis_hash(), twin.number);
	let json = if arguments.resolution {
		let created = time_of(chain, &state, twin.registered).await;
		did::resolution(&did, &twin, created.as_deref(), state.number())
	} else {
		if let (Some(block), false) = (twin.deactivated(), ctx.out.is_json()) {
			ctx.out.notice(format!("Twin {} was deactivated in block {block}.", twin.number));
		}
		did::document(&did, &twin)
	};
	ctx.out.print(&json, || {
		serde_json::to_string_pretty(&json).expect("all its keys are strings; qed")
	});
	Ok(())
}

/// When a block was made. From its body: its state is soon forgotten. Nothing if the node has
/// neither.
async fn time_of(chain: &Chain, state: &State, number: u64) -> Option<String> {
	let hash: H256 = chain.block_hash(number).await.ok()??;
	let block = chain.node().chain_get_block(Some(hash)).await.ok()??.block;
	// Where that is forgotten, the present runtime's words have to do: those for the time are old.
	let written = chain.archived(number).await;
	let metadata = written.map_or_else(|_| state.metadata(), |(written, _)| written.dictionary());
	let moment = block.extrinsics.iter().find_map(|bytes| moment(bytes, &metadata))?;
	let time = DateTime::from_timestamp_millis(i64::try_from(moment).ok()?)?;
	Some(time.to_rfc3339_opts(SecondsFormat::Secs, true))
}

/// The milliseconds that a transaction says it is, if it is the one that says so.
fn moment(mut bytes: &[u8], metadata: &ArcMetadata) -> Option<u64> {
	Compact::<u32>::decode(&mut bytes).ok()?;
	// Its version comes first, and it has neither signature nor extensions.
	let call = Call::decode(bytes.get(1..)?, metadata).ok()?;
	if call.pallet() != "Timestamp" {
		return None;
	}
	call.to_json(metadata)["args"]["now"].as_u64()
}
