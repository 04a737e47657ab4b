//! Calls that run as Root: through the council and the queue.

use crate::commands::{
	council::{self, Proposed},
	Context,
};
use ourledger_client::{
	call::Call,
	chain::{ChainConfig, State},
	error::{Error, Result},
	errors_of_chain,
	submit::Submitted,
	ticks::{Clock, When},
	value,
};
use serde_json::json;
use subxt::{
	events::Events,
	ext::{
		scale_decode::{DecodeAsFields, DecodeAsType},
		scale_value::ValueDef,
	},
	ArcMetadata,
};

/// A Root call that was proposed.
pub struct Outcome {
	/// The transaction that proposed it.
	pub done: Submitted,
	/// What became of the proposal.
	pub proposed: Proposed,
	/// The block in which it ran, if that was soon enough.
	pub ran: Option<Ran>,
}

/// The block in which a Root call ran.
pub struct Ran {
	/// Height of the block.
	pub block: u64,
	events: Events<ChainConfig>,
}

impl Ran {
	/// Reads the fields of the last event of a kind in the block that is wanted.
	pub fn find<T: DecodeAsFields>(
		&self,
		pallet: &str,
		event: &str,
		is_wanted: impl Fn(&T) -> bool,
	) -> Result<Option<T>> {
		let mut last = None;
		for found in self.events.iter() {
			let found = found?;
			if (found.pallet_name(), found.event_name()) == (pallet, event) {
				last = Some(found.decode_fields_unchecked_as()?).filter(&is_wanted).or(last);
			}
		}
		Ok(last)
	}

	/// Reads the fields of the last event of a kind in the block.
	pub fn expect<T: DecodeAsFields>(&self, pallet: &str, event: &str) -> Result<T> {
		self.find(pallet, event, |_| true)?.ok_or_else(|| {
			Error::connection(format!(
				"the call ran in block {}, but caused no {pallet}.{event}",
				self.block
			))
		})
	}
}

/// Prints a call for somebody else to propose.
pub fn print(ctx: &Context, state: &State, call: &Call) {
	let encoded = format!("0x{}", hex::encode(call.encode()));
	let metadata = state.metadata();
	ctx.out.print(&json!({ "call": call.to_json(&metadata), "encoded": encoded }), || {
		let call = call.to_text(&metadata);
		format!(
			"{call}\n{encoded}\nA member proposes it: ourledger chain council propose --root 0x…"
		)
	});
}

/// Proposes a call to run as Root and, where it runs soon, waits until it has.
pub async fn propose(ctx: &Context, state: &State, call: &Call) -> Result<Option<Outcome>> {
	let motion = state.call("Governance", "queue", (call.clone(),))?;
	let Some((done, proposed)) = council::propose(ctx, state, &motion, None, Vec::new()).await?
	else {
		return Ok(None);
	};
	let ran = match proposed.queued {
		Some(waiting) if waiting.is_soon() => {
			ctx.out.line(format!("Proposed in block {}; it runs at {}.", done.block, waiting.at));
			Some(wait(ctx, waiting.id, done.block, waiting.at).await?)
		},
		_ => None,
	};
	Ok(Some(Outcome { done, proposed, ran }))
}

/// Waits for the block in which proposal `id` runs. It may be final already.
async fn wait(ctx: &Context, id: u64, after: u64, at: When) -> Result<Ran> {
	let chain = ctx.chain().await?;
	let mut blocks = chain.finalised_blocks().await?;
	let mut next = after;
	while let Some(block) = blocks.next().await {
		let newest = chain.at(block?.hash()).await?;
		while next <= newest.number() {
			let hash = chain.block_hash(next).await?.ok_or_else(|| {
				Error::connection(format!("the node has no block {next}, which is final"))
			})?;
			let state = chain.at(hash).await?;
			let events = state.events().await?;
			if has_run(&events, &state.dictionary(), id)? {
				return Ok(Ran { block: next, events });
			}
			next += 1;
		}
		// It runs in the first block of this tick, or after it.
		if Clock::at(&newest).await?.now() > at.tick + 1 {
			return Err(Error::refused(format!(
				"proposal {id} should have run at {at}, but did not; look at: chain queue"
			)));
		}
	}
	Err(Error::connection("the node sends no more blocks"))
}

/// Whether a block's events say that proposal `id` ran; an error if its call failed.
fn has_run(events: &Events<ChainConfig>, metadata: &ArcMetadata, id: u64) -> Result<bool> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct Enacted {
		id: u64,
	}
	for event in events.iter() {
		let event = event?;
		if (event.pallet_name(), event.event_name()) != ("Governance", "Enacted") {
			continue;
		}
		let enacted: Enacted = event.decode_fields_unchecked_as()?;
		if enacted.id != id {
			continue;
		}
		let fields = errors_of_chain::fields_of(&event, metadata)?;
		for field in fields.values() {
			let ValueDef::Variant(result) = &field.value else { continue };
			let error = result.values.values().next().filter(|_| result.name == "Err");
			if let Some(error) = error.and_then(|error| value::dispatch_error(error, metadata)) {
				return Err(Error::refused(format!(
					"proposal {id} ran, but its call failed: {}",
					errors_of_chain::sentence(&error)
				)));
			}
		}
		return Ok(true);
	}
	Ok(false)
}
