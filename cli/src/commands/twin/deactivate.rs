//! `twin deactivate`.

use super::name;
use crate::commands::Context;
use ourledger_client::twin::{Deposits, TwinInfo};
use ourledger_client::{amount, error::Result, submit::Draft};
use serde_json::json;

/// `twin deactivate`.
pub async fn run(ctx: &Context) -> Result<()> {
	let state = ctx.state().await?;
	let twin = ctx.own_active_twin(&state).await?;
	let number = twin.number;
	let deposits = Deposits::read(&state).await?;
	let mut draft = Draft::new(state.call("Twins", "deactivate", ())?)
		.effect(format!("twin {number} never acts again; there is no way back"))
		.effect("profile, endpoints, keys and name are gone")
		.effect(format!(
			"for ever stay the number {number}, its controller {}, its records, and the deposit \
			 of {} for them",
			twin.controller,
			amount::format(deposits.tombstone)
		))
		.effect(format!("the rest of that deposit comes back to {}", twin.depositor));
	if let Some(name) = twin.name() {
		let span = name::rest(&state)?;
		draft = draft.effect(format!(
			"the name {name} rests for {span}; its deposit comes back to {} when another twin claims \
			 it after that, or with \"ourledger twin name clear {name}\"",
			twin.controller
		));
	}
	if !twin.keys.is_empty() {
		draft = draft.effect(format!("the deposit for the keys comes back to {}", twin.controller));
	}
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	ctx.out.done(
		&done,
		json!({ "twin": number, "deactivated": done.block }),
		[("deactivated", format!("twin {number}"))],
	);
	Ok(())
}
