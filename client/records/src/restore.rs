//! The leaves of a twin's records from the chain's own transactions, for a record book that was lost,
//! or doesn't have what was appended from another machine. Takes an archive node.

use crate::{on_chain::index_of, proof::Index};
use codec::Decode;
use ourledger_client::{
	chain::{written::belongs, Chain, State},
	nesting,
	value::Typed,
	Error, Result,
};
use ourledger_math::mmr;
use ourledger_primitives::twin::TwinNumber;
use subxt::{
	ext::{
		scale_decode::DecodeAsType,
		scale_value::{scale, Composite, ValueDef, Variant},
	},
	Metadata,
};

/// How far the work is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Step {
	/// The blocks are looked for, and so many were asked.
	Asked(usize),
	/// This block is read.
	Reading(u64),
}

/// The leaves of a twin's records after those of the index `known`, up to the index `last` that it has
/// in the block of this height.
pub async fn leaves_after(
	chain: &Chain,
	twin: TwinNumber,
	known: &Index,
	(height, last): (u64, &Index),
	mut progress: impl FnMut(Step),
) -> Result<Vec<mmr::Hash>> {
	let blocks = blocks(chain, twin, known.count, (height, last.count), &mut progress).await?;
	let mut reached = known.clone();
	let mut leaves = Vec::new();
	for number in blocks {
		progress(Step::Reading(number));
		leaves.extend(leaves_of(chain, twin, number, &mut reached).await?);
	}
	Ok(leaves)
}

/// The blocks in which the twin's records after the first `known` were appended, up to a block and
/// the number of records in it; found by halving, since numbers only grow.
async fn blocks(
	chain: &Chain,
	twin: TwinNumber,
	known: u64,
	last: (u64, u64),
	mut progress: impl FnMut(Step),
) -> Result<Vec<u64>> {
	let mut blocks = Vec::new();
	let mut asked = 0;
	// Genesis has no records.
	let mut spans = vec![((0, 0), last)];
	while let Some((low, high)) = spans.pop() {
		if high.1 <= known || high.1 == low.1 {
			continue;
		}
		if high.0 - low.0 <= 1 {
			blocks.push(high.0);
			continue;
		}
		let number = low.0 + (high.0 - low.0) / 2;
		let middle = (number, index_at(&at(chain, number).await?, twin).await?.count);
		asked += 1;
		progress(Step::Asked(asked));
		spans.extend([(low, middle), (middle, high)]);
	}
	blocks.sort_unstable();
	Ok(blocks)
}

async fn at(chain: &Chain, number: u64) -> Result<State> {
	let hash = chain
		.block_hash(number)
		.await?
		.ok_or_else(|| Error::connection(format!("the node has no block {number}")))?;
	chain.at(hash).await.map_err(|error| archive(number, &error))
}

/// Only an archive node knows old states.
fn archive(number: u64, error: &Error) -> Error {
	Error::connection(format!(
		"the node can't tell about block {number}: this takes an archive node, one that was started \
		 with --state-pruning archive and --blocks-pruning archive ({error})"
	))
}

async fn index_at(state: &State, twin: TwinNumber) -> Result<Index> {
	if !state.has_view("Records", "index_of") {
		// Before the upgrade that brought records.
		return Ok(Index::default());
	}
	index_of(state, twin).await.map_err(|error| archive(state.number(), &error))
}

/// The leaves that were appended in a block, which lead from one index of the twin to the next.
async fn leaves_of(
	chain: &Chain,
	twin: TwinNumber,
	number: u64,
	reached: &mut Index,
) -> Result<Vec<mmr::Hash>> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct RecordsAppended {
		twin: TwinNumber,
		count: u32,
	}
	let state = at(chain, number).await?;
	let after = index_at(&state, twin).await?;
	let metadata = state.dictionary();
	// How many each call appended, and all lists of leaves in the calls that may have done it.
	let mut counts = Vec::new();
	let mut lists = Vec::new();
	let extrinsics = state.extrinsics().await?;
	let events = state.events().await?;
	for extrinsic in extrinsics.iter() {
		let extrinsic = extrinsic.map_err(|error| Error::connection(error.to_string()))?;
		let before = counts.len();
		for event in events.iter() {
			let event = event?;
			let is_its = belongs(event.phase(), extrinsic.index());
			let name = (event.pallet_name(), event.event_name());
			if is_its && name == ("Records", "RecordsAppended") {
				let appended: RecordsAppended = event.decode_fields_unchecked_as()?;
				counts.extend((appended.twin == twin).then_some(appended.count as usize));
			}
		}
		if counts.len() > before {
			let calls = metadata.outer_enums().call_enum_ty();
			let call = nesting::decode(&mut extrinsic.call_data_bytes(), calls, &metadata)
				.map_err(Error::connection)?;
			find_lists(&call, &metadata, &mut lists);
		}
	}
	let leaves = fitting(reached, &after, &counts, &lists).ok_or_else(|| {
		Error::not_found(format!(
			"twin {twin} got records in block {number}, but no transaction there has their hashes"
		))
	})?;
	*reached = after;
	Ok(leaves)
}

/// Collects the lists of leaves in all calls of `Records.append` within a call, however deep.
fn find_lists(value: &Typed, metadata: &Metadata, lists: &mut Vec<Vec<mmr::Hash>>) {
	match &value.value {
		ValueDef::Variant(Variant { name, values }) if name == "Records" => {
			for call in values.values() {
				lists.extend(leaves_in(call, metadata));
			}
		},
		ValueDef::Variant(Variant { values: parts, .. }) | ValueDef::Composite(parts) => {
			parts.values().for_each(|part| find_lists(part, metadata, lists));
		},
		_ => {},
	}
}

/// The leaves in a call of the pallet, if it is `append`.
fn leaves_in(call: &Typed, metadata: &Metadata) -> Option<Vec<mmr::Hash>> {
	let ValueDef::Variant(Variant { name, values: Composite::Named(arguments) }) = &call.value
	else {
		return None;
	};
	let (_, leaves) = arguments.iter().find(|(of, _)| name == "append" && of == "leaves")?;
	let mut bytes = Vec::new();
	scale::encode_as_type(leaves, leaves.context, metadata.types(), &mut bytes).ok()?;
	Vec::decode(&mut &bytes[..]).ok()
}

/// Of `lists`, those that were appended, one per count: a list may also be another twin's, or be in
/// a call that failed. What leads to the index `after` is right.
fn fitting(
	before: &Index,
	after: &Index,
	counts: &[usize],
	lists: &[Vec<mmr::Hash>],
) -> Option<Vec<mmr::Hash>> {
	let Some((count, counts)) = counts.split_first() else {
		return (before == after).then(Vec::new);
	};
	lists.iter().enumerate().filter(|(_, list)| list.len() == *count).find_map(|(place, list)| {
		let next = before.append(list).ok()?;
		// Calls are made in the order in which they stand.
		let rest = fitting(&next, after, counts, &lists[place + 1..])?;
		Some([&list[..], &rest].concat())
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	fn list(seed: u8, count: u8) -> Vec<mmr::Hash> {
		(0..count).map(|place| [seed + place; 32]).collect()
	}

	fn index(lists: &[&[mmr::Hash]]) -> Index {
		Index::default().append(&lists.concat()).expect("is short")
	}

	#[test]
	fn lists_that_lead_to_the_index_are_taken() {
		let (own, others, more) = (list(10, 2), list(20, 2), list(30, 3));
		let lists = [others.clone(), own.clone(), more.clone()];
		let before = Index::default();
		let both = index(&[&own, &more]);
		assert_eq!(fitting(&before, &both, &[2, 3], &lists), Some([own.clone(), more].concat()));
		assert_eq!(fitting(&before, &index(&[&own]), &[2], &lists), Some(own));
		assert_eq!(fitting(&before, &before, &[], &lists), Some(Vec::new()));
	}

	#[test]
	fn nothing_is_taken_when_no_lists_lead_to_the_index() {
		let (own, others) = (list(10, 2), list(20, 2));
		let before = Index::default();
		assert_eq!(fitting(&before, &index(&[&own]), &[2], std::slice::from_ref(&others)), None);
		assert_eq!(fitting(&before, &index(&[&own]), &[], std::slice::from_ref(&own)), None);
		assert_eq!(fitting(&before, &index(&[&own, &others]), &[2, 2], &[others, own]), None);
	}
}
