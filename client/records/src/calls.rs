//! Calls on records, and what they do.

use crate::{
	address::Address,
	on_chain::{pinned, Deposits},
	proof::Index,
};
use ourledger_client::{
	amount,
	call::Encoded,
	submit::Draft,
	twin::{TwinInfo, TwinState},
	Error, Result, State,
};
use ourledger_math::mmr;
use ourledger_primitives::twin::TwinNumber;

/// Appends `leaves` to the records of a twin, after those of its `index`.
pub async fn append(
	state: &State,
	twin: TwinNumber,
	index: &Index,
	leaves: Vec<mmr::Hash>,
) -> Result<Draft> {
	let (first, count) = (index.count, leaves.len() as u64);
	let total = first
		.checked_add(count)
		.ok_or_else(|| Error::input(format!("twin {twin} can have no more records")))?;
	let call = state.call("Records", "append", (leaves,))?;
	let effect = match count {
		1 => format!("the record {twin}:{first} begins to exist, for ever"),
		_ => format!("the records {twin}:{first} to {twin}:{} begin to exist, for ever", total - 1),
	};
	let draft = Draft::new(call).for_twin(twin).effect(effect);
	// The deposit is for as many hashes as the count has bits.
	if first.leading_zeros() == total.leading_zeros() {
		return Ok(draft);
	}
	let more = Deposits::read(state, total, 0).await?.index;
	let held = if first == 0 { 0 } else { Deposits::read(state, first, 0).await?.index };
	let deposit = more.saturating_sub(held);
	// The index stays for ever, and the deposit with it.
	Ok(draft.deposit(deposit).kept(deposit))
}

/// Puts a record's encoded descriptor on the chain, for those who have nothing else. `index` is what
/// the twin has there, and `proof` that of the record for it.
pub async fn pin(
	state: &State,
	record: Address,
	index: &Index,
	encoded: Vec<u8>,
	proof: Vec<mmr::Hash>,
) -> Result<Draft> {
	let bytes = encoded.len() as u32;
	let deposit = Deposits::read(state, index.count, bytes).await?.pin;
	let call = state.call("Records", "pin", (record.number, Encoded(encoded), proof))?;
	Ok(Draft::new(call)
		.for_twin(record.twin)
		.effect(format!(
			"everybody can read the descriptor of {record} from the chain ({bytes} bytes)"
		))
		.deposit(deposit))
}

/// Takes a record's descriptor off the chain. The record stays.
pub async fn unpin(state: &State, record: Address) -> Result<Draft> {
	let encoded = pinned(state, record)
		.await?
		.ok_or_else(|| Error::not_found(format!("the record {record} is not pinned")))?;
	let twin = TwinInfo::read(state, record.twin).await?;
	let deposit = Deposits::read(state, 1, encoded.len() as u32).await?.pin;
	let call = state.call("Records", "unpin", (record.twin, record.number))?;
	let (deposit, owner) = (amount::format(deposit), twin.controller);
	let draft = Draft::new(call)
		.effect(format!("the descriptor of {record} leaves the chain; the record stays"))
		.effect(format!("{deposit} of deposit come back to {owner}"));
	Ok(match twin.state {
		TwinState::Active => draft.for_twin(record.twin),
		// Anyone may clean up after a deactivated twin.
		TwinState::Deactivated(_) => draft.in_own_name(),
	})
}
