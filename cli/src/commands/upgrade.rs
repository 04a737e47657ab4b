//! `ourledger chain upgrade`: a new runtime, through the council and the queue.
//!
//! The chain itself says which step is next: authorised code is applied; a queued or proposed
//! authorisation is waited for; else one is proposed.

use super::{chain, council, Context};
use crate::{
	chain::State,
	error::{Error, Result},
	hash::blake2_256,
	output,
	submit::Draft,
};
use serde_json::json;
use std::path::Path;
use subxt::{ext::scale_decode::DecodeAsType, utils::H256};

/// Blocks that are waited for; with a longer timelock the command is run again later.
const PATIENCE_BLOCKS: u64 = 20;

/// Longest code, in bytes. Nodes make blocks of 4 MiB; a longer transaction would wait in their
/// pools until it expires, and those that the account sends after it with it. A little is left for
/// the rest of the block.
const MAX_CODE_BYTES: usize = 4 * 1024 * 1024 - 16 * 1024;

/// Runs the next step.
pub async fn run(ctx: &Context, wasm: &Path) -> Result<()> {
	let code = std::fs::read(wasm)
		.map_err(|error| Error::input(format!("{} can't be read: {error}", wasm.display())))?;
	if code.len() > MAX_CODE_BYTES {
		return Err(Error::input(format!(
			"{} has {} bytes, but a block has room for {MAX_CODE_BYTES}: take the compressed code, \
			 which the build leaves as …compact.compressed.wasm",
			wasm.display(),
			code.len(),
		)));
	}
	let hash = H256(blake2_256(&code));
	let state = ctx.state().await?;
	if authorised(&state).await? == Some(hash) {
		return apply(ctx, &state, code, hash).await;
	}

	if state.inner().storage().runtime_wasm_code().await? == code {
		return Err(Error::input("the chain runs this very code already"));
	}

	let authorise = state.call("System", "authorize_upgrade", (hash,))?;
	for (id, proposal) in chain::queued(&state).await? {
		if proposal.call_bytes(&state).await?.as_ref() == Some(&authorise.encode()) {
			let next = format!("it runs at block {}; run this again then", proposal.enact_at);
			pending(ctx, hash, "queued", id, &next);
			return Ok(());
		}
	}
	let motion = state.call("Governance", "queue", (authorise,))?;
	if let Some((index, _, ayes, needed)) = council::open_motion(&state, &motion).await? {
		let next = format!(
			"it has {ayes} of the {needed} ayes that it needs: chain council vote {index} aye, \
			 then chain council close {index}"
		);
		pending(ctx, hash, "proposed", index.into(), &next);
		return Ok(());
	}

	let Some((done, proposed)) = council::propose(ctx, &state, &motion, None).await? else {
		return Ok(());
	};
	match proposed.queued {
		Some((_, at)) if u64::from(at) <= done.block + PATIENCE_BLOCKS => {
			ctx.out.line(format!("Proposed in block {}; waiting for block {at}.", done.block));
			let state = wait_until_authorised(ctx, hash, at.into()).await?;
			apply(ctx, &state, code, hash).await
		},
		queued => {
			let stage = if queued.is_some() { "queued" } else { "proposed" };
			let mut result = proposed.json();
			result["stage"] = stage.into();
			result["codeHash"] = format!("{hash:?}").into();
			done.print(
				&ctx.out,
				result,
				[
					("code", format!("{hash:?}")),
					("motion", proposed.text()),
					("next", "run this again when the call has run".into()),
				],
			);
			Ok(())
		},
	}
}

/// The hash of the code that may be applied.
async fn authorised(state: &State) -> Result<Option<H256>> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct Authorisation {
		code_hash: H256,
	}
	let found: Option<Authorisation> = state.storage("System", "AuthorizedUpgrade", ()).await?;
	Ok(found.map(|authorisation| authorisation.code_hash))
}

async fn wait_until_authorised(ctx: &Context, hash: H256, at: u64) -> Result<State> {
	let mut blocks = ctx.chain().await?.finalised_blocks().await?;
	while let Some(block) = blocks.next().await {
		let state = State::from(block?.at().await?);
		if authorised(&state).await? == Some(hash) {
			return Ok(state);
		}
		if state.number() > at + 1 {
			return Err(Error::refused(format!(
				"the queued call should have run at block {at}, but the code is not authorised; \
				 look at Governance.Enacted in that block"
			)));
		}
	}
	Err(Error::connection("the node sends no more blocks"))
}

async fn apply(ctx: &Context, state: &State, code: Vec<u8>, hash: H256) -> Result<()> {
	let from = state.spec_version();
	let bytes = code.len();
	let call = state.call("System", "apply_authorized_upgrade", (code,))?;
	let draft = Draft::new(call).effect(format!(
		"the next block runs the new runtime, {bytes} bytes with the hash {hash:?}"
	));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};

	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct CodeUpdated {}
	let _: CodeUpdated = done.expect("System", "CodeUpdated")?;
	let result = json!({
		"stage": "applied",
		"codeHash": format!("{hash:?}"),
		"fromSpecVersion": from,
	});
	done.print(
		&ctx.out,
		result,
		[
			("code", format!("{hash:?}")),
			("runtime", format!("replaces version {from} from block {} on", done.block + 1)),
		],
	);
	Ok(())
}

/// Somebody else has to act, or time has to pass.
fn pending(ctx: &Context, hash: H256, stage: &str, id: u64, next: &str) {
	let json = json!({ "stage": stage, "codeHash": format!("{hash:?}"), "id": id, "next": next });
	ctx.out.print(&json, || {
		output::fields([
			("code", format!("{hash:?}")),
			("stage", format!("{stage}, number {id}")),
			("next", next.to_owned()),
		])
	});
}
