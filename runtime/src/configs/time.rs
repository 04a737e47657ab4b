//! Time: the ticks by which spans are counted, and what has to be counted in blocks all the same.

use crate::{BlockNumber, Runtime, System};
#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
use ourledger_primitives::time::slots_until;
use ourledger_primitives::time::{tick_of, TICK_MILLIS};
use pallet_babe::{CurrentSlot, GenesisSlot, Initialized};
use pallet_validators::SlotMillis;
use sp_consensus_babe::{digests::CompatibleDigestItem, Slot};
use sp_runtime::traits::{BlockNumberProvider, Zero};

/// The number of the present tick: spans of three seconds since the slot of the first block.
///
/// Pallets that count a span count in these. Blocks would not do: a chain whose finality is lost
/// makes one in eleven slots or fewer, and its governance, which has to mend that, would wait that
/// much longer.
/// Ticks pass whether there are blocks or not, so the numbers of two blocks that follow each other
/// may be the same, or far apart; they never fall.
pub struct Ticks;

impl Ticks {
	/// The slot of the block that is being made, else of the last one.
	fn slot() -> Slot {
		// BABE takes note of a block's slot when its hook runs. Some hooks, the scheduler's among
		// them, run before; for them, what BABE will read is in the block's digest.
		let noted = CurrentSlot::<Runtime>::get();
		if Initialized::<Runtime>::exists() {
			return noted;
		}
		System::digest()
			.logs
			.iter()
			.find_map(|log| log.as_babe_pre_digest())
			.map_or(noted, |claim| claim.slot().max(noted))
	}
}

impl BlockNumberProvider for Ticks {
	type BlockNumber = BlockNumber;

	fn current_block_number() -> BlockNumber {
		let first = GenesisSlot::<Runtime>::get();
		// There is no first block, or this is it, and BABE has yet to note it.
		if first.is_zero() {
			return 0;
		}
		// Saturating: no block is before the first.
		let passed = Self::slot().saturating_sub(*first);
		tick_of(*passed, SlotMillis::<Runtime>::get())
	}

	#[cfg(any(feature = "std", feature = "runtime-benchmarks"))]
	fn set_block_number(tick: BlockNumber) {
		let first = GenesisSlot::<Runtime>::mutate(|first| {
			*first = (**first).max(1).into();
			**first
		});
		let passed = slots_until(tick, SlotMillis::<Runtime>::get());
		CurrentSlot::<Runtime>::put(Slot::from(first.saturating_add(passed)));
	}
}

/// As many blocks as a chain makes in so many ticks while each slot has one: at least as many as it
/// makes in any case.
///
/// For pallets of the SDK that know no other clock than the number of blocks. Where blocks are rare
/// these spans grow about elevenfold: authors wait ten slots after each block. Slots of lost
/// validators stay empty besides.
pub fn blocks_in(ticks: BlockNumber) -> BlockNumber {
	// Both fit: 32 bits of ticks are less than 2^44 ms. A length of zero is no slot's.
	let blocks = u64::from(ticks) * TICK_MILLIS / SlotMillis::<Runtime>::get().max(1);
	BlockNumber::try_from(blocks).unwrap_or(BlockNumber::MAX)
}
