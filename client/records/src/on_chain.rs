//! What a node says of records.

use crate::{address::Address, proof::Index};
use codec::{Decode, Encode};
use ourledger_client::{Result, State};
use ourledger_primitives::{record::Descriptor, twin::TwinNumber, BlockNumber};
use subxt::ext::scale_decode::DecodeAsType;

/// What the chain holds, in base units of OUR.
#[derive(Clone, Copy, Debug, DecodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Deposits {
	/// For an index of so many records.
	pub index: u128,
	/// For a pin of a descriptor of so many bytes.
	pub pin: u128,
}

impl Deposits {
	/// For an index of `count` records, and for a pin of a descriptor of `bytes` bytes.
	pub async fn read(state: &State, count: u64, bytes: u32) -> Result<Self> {
		state.view("Records", "deposits", (count, bytes)).await
	}
}

/// How many records a twin has, and what commits to them.
pub async fn index_of(state: &State, twin: TwinNumber) -> Result<Index> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct Found {
		count: u64,
		peaks: Vec<[u8; 32]>,
	}
	let Found { count, peaks } = state.view("Records", "index_of", (twin,)).await?;
	Ok(Index { count, peaks })
}

/// The encoded descriptor of a record, if it is pinned.
pub async fn pinned(state: &State, record: Address) -> Result<Option<Vec<u8>>> {
	let keys = (record.twin, record.number);
	let pin = state.storage_bytes("Records", "Pinned", keys).await?;
	Ok(pin.as_deref().and_then(descriptor_of_pin))
}

/// The encoded descriptor in an entry of the map of pins, which begins with it.
pub fn descriptor_of_pin(mut pin: &[u8]) -> Option<Vec<u8>> {
	Some(Descriptor::decode(&mut pin).ok()?.encode())
}

/// Height of a block, as the chain counts.
pub fn height(state: &State) -> BlockNumber {
	BlockNumber::try_from(state.number()).unwrap_or(BlockNumber::MAX)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::describe::example;

	#[test]
	fn descriptor_is_found_in_a_pin() {
		let encoded = example(false).encode();
		let pin = [&encoded[..], &7u128.encode()].concat();
		assert_eq!(descriptor_of_pin(&pin), Some(encoded));
		assert_eq!(descriptor_of_pin(&pin[..20]), None);
	}
}
