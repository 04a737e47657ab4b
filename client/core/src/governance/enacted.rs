//! Calls that run as Root when their timelock is over: the block in which one did, and what it caused.

use crate::{
	chain::{Chain, ChainConfig},
	error::{Error, Result},
	errors_of_chain,
	ticks::{Clock, When},
	value,
};
use subxt::{
	events::Events,
	ext::{
		scale_decode::{DecodeAsFields, DecodeAsType},
		scale_value::ValueDef,
	},
	ArcMetadata,
};

/// The block in which a Root call ran.
pub struct Enacted {
	/// Height of the block.
	pub block: u64,
	events: Events<ChainConfig>,
}

impl Enacted {
	/// Waits for the block in which proposal `id` runs, which is one after the block `after` and may be
	/// final already. Refused if its call failed, or it didn't run when it should have.
	pub async fn wait(chain: &Chain, id: u64, after: u64, at: When) -> Result<Self> {
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
					return Ok(Self { block: next, events });
				}
				next += 1;
			}
			// It runs in the first block of this tick, or after it.
			if Clock::at(&newest).await?.now() > at.tick.saturating_add(1) {
				return Err(Error::refused(format!(
					"proposal {id} should have run at {at}, but did not; look at: chain queue"
				)));
			}
		}
		Err(Error::connection("the node sends no more blocks"))
	}

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

	/// Reads the fields of the last event of a kind in the block, which the call can't be without.
	pub fn expect<T: DecodeAsFields>(&self, pallet: &str, event: &str) -> Result<T> {
		self.find(pallet, event, |_| true)?.ok_or_else(|| {
			Error::connection(format!(
				"the call ran in block {}, but caused no {pallet}.{event}",
				self.block
			))
		})
	}
}

/// Whether a block's events say that proposal `id` ran; an error if its call failed.
fn has_run(events: &Events<ChainConfig>, metadata: &ArcMetadata, id: u64) -> Result<bool> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct Ran {
		id: u64,
	}
	for event in events.iter() {
		let event = event?;
		if (event.pallet_name(), event.event_name()) != ("Governance", "Enacted") {
			continue;
		}
		let ran: Ran = event.decode_fields_unchecked_as()?;
		if ran.id != id {
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
