//! Calls that run as Root: through the council and the queue.

use crate::{
	commands::{council, Context},
	output::report::Report,
};
use ourledger_client::{
	call::Call,
	governance::{
		enacted::Enacted,
		motions::{self, Proposed},
	},
	hash,
	submit::Submitted,
	Result, State,
};
use serde_json::json;

/// A Root call that was proposed.
pub struct Outcome {
	/// The transaction that proposed it.
	pub done: Submitted,
	/// What became of the proposal.
	proposed: Proposed,
	/// The block in which it ran, if that was soon enough.
	pub ran: Option<Enacted>,
}

impl Outcome {
	/// What is told of every proposal, after and before what is told of this one.
	pub fn report(&self, of: Report) -> Report {
		let report = Report::new()
			.json_of(self.proposed.json())
			.and(of)
			.json("ranAt", self.ran.as_ref().map(|ran| ran.block));
		match &self.ran {
			Some(ran) => report.line("ran", format!("in block {}", ran.block)),
			None => report.line("motion", self.proposed.text()),
		}
	}
}

/// Proposes a call to run as Root and, where it runs soon, waits until it has; or only `prints` it, for
/// somebody else to propose.
pub async fn propose(
	ctx: &Context,
	state: &State,
	call: &Call,
	prints: bool,
) -> Result<Option<Outcome>> {
	if prints {
		print(ctx, state, call);
		return Ok(None);
	}
	let motion = motions::queue(state, call)?;
	let Some((done, proposed)) = council::propose(ctx, state, &motion, None, Vec::new()).await?
	else {
		return Ok(None);
	};
	let ran = match proposed.queued {
		Some(waiting) if waiting.is_soon() => {
			ctx.out.line(format!("Proposed in block {}; it runs at {}.", done.block, waiting.at));
			Some(Enacted::wait(ctx.chain().await?, waiting.id, done.block, waiting.at).await?)
		},
		_ => None,
	};
	Ok(Some(Outcome { done, proposed, ran }))
}

fn print(ctx: &Context, state: &State, call: &Call) {
	let encoded = hash::text(&call.encode());
	let metadata = state.metadata();
	ctx.out.print(&json!({ "call": call.to_json(&metadata), "encoded": encoded }), || {
		let call = call.to_text(&metadata);
		format!(
			"{call}\n{encoded}\nA member proposes it: ourledger chain council propose --root 0x…"
		)
	});
}
