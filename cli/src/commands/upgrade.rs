//! `ourledger chain upgrade`: a new runtime, through the council and the queue.

use super::{council, Context};
use crate::output::report::Report;
use ourledger_client::{
	chain::State,
	error::{Error, Result},
	governance::upgrades::{self, Stage, MAX_SOURCE_BYTES},
	runtime_code::RuntimeCode,
};
use std::path::Path;
use subxt::ext::scale_decode::DecodeAsType;

/// Publishes the code on the chain, against a deposit.
pub async fn publish(ctx: &Context, wasm: &Path) -> Result<()> {
	let code = upgrades::sendable(wasm)?;
	let hash = format!("{:?}", code.hash);
	let draft = upgrades::publish(&ctx.state().await?, code).await?;
	ctx.submit_telling(draft, |_| Ok(Report::new().field("codeHash", "code", hash))).await
}

/// Compares a file with what the chain knows; fails if that is nothing.
pub async fn check(ctx: &Context, wasm: &Path) -> Result<()> {
	let code = RuntimeCode::read(wasm)?;
	let state = ctx.state().await?;
	let version = code.version_text();
	let stage = Stage::of(&state, &code).await?.ok_or_else(|| {
		Error::verification(format!(
			"the code of {version} with the hash {:?} is neither proposed nor queued, authorised or \
			 running here",
			code.hash
		))
	})?;
	let runs = state.spec_version();
	let report = Report::new()
		.json_of(code.json())
		.line("code", format!("{:?}", code.hash))
		.line("runtime", format!("{version}; the chain runs version {runs}"))
		.json("stage", stage.name())
		.line("stage", stage.text())
		.json("id", stage.id())
		.json("runningSpecVersion", runs)
		.json("block", state.block_json())
		.line("next", stage.next());
	ctx.out.show(&report);
	Ok(())
}

/// Runs the next step.
pub async fn run(ctx: &Context, wasm: &Path, source: Option<String>) -> Result<()> {
	let code = upgrades::sendable(wasm)?;
	if source.as_ref().is_some_and(|source| source.len() > MAX_SOURCE_BYTES) {
		return Err(Error::input(format!("--source takes {MAX_SOURCE_BYTES} bytes at most")));
	}
	let hash = code.hash;
	let hash_text = format!("{hash:?}");
	let state = ctx.state().await?;
	match Stage::of(&state, &code).await? {
		Some(Stage::Authorised) => return apply(ctx, &state, code).await,
		Some(Stage::Running) => {
			return Err(Error::input("the chain runs this very code already"));
		},
		// Somebody else has to act, or time has to pass.
		Some(stage) => {
			let report = Report::new()
				.json("stage", stage.name())
				.field("codeHash", "code", hash_text)
				.line("stage", stage.text())
				.json("id", stage.id())
				.field("next", "next", stage.next());
			ctx.out.show(&report);
			return Ok(());
		},
		None => {},
	}

	let motion = upgrades::authorise(&state, hash, source)?;
	let Some((done, proposed)) = council::propose(ctx, &state, &motion, None, Vec::new()).await?
	else {
		return Ok(());
	};
	match proposed.queued {
		Some(waiting) if waiting.is_soon() => {
			let at = waiting.at;
			ctx.out.line(format!("Proposed in block {}; it runs at {at}.", done.block));
			let state = upgrades::wait_until_authorised(ctx.chain().await?, hash, at).await?;
			apply(ctx, &state, code).await
		},
		queued => {
			let report = Report::new()
				.json_of(proposed.json())
				.json("stage", if queued.is_some() { "queued" } else { "proposed" })
				.field("codeHash", "code", hash_text)
				.line("motion", proposed.text())
				.line("next", "run this again when the call has run");
			ctx.out.told(&done, report);
			Ok(())
		},
	}
}

async fn apply(ctx: &Context, state: &State, code: RuntimeCode) -> Result<()> {
	let from = state.spec_version();
	let hash = format!("{:?}", code.hash);
	let draft = upgrades::apply(state, code)?;

	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct CodeUpdated {}
	let told = ctx.submit_telling(draft, |done| {
		let CodeUpdated {} = done.expect("System", "CodeUpdated")?;
		let runs = format!("replaces version {from} from block {} on", done.block + 1);
		Ok(Report::new()
			.json("stage", "applied")
			.field("codeHash", "code", hash)
			.json("fromSpecVersion", from)
			.line("runtime", runs))
	});
	told.await
}
