//! How much fits in a block.

use frame_support::weights::{constants::WEIGHT_REF_TIME_PER_MILLIS, Weight};
use ourledger_primitives::time::SLOT_MILLIS;
use sp_runtime::Perbill;

/// Share of a slot of 3 s that executing its block may take, on reference hardware. The other half is
/// for the block's journey and its import by the others.
pub const EXECUTION_SHARE: Perbill = Perbill::from_percent(50);

/// Share of a block open to normal transactions. The rest is kept for operational ones, so that
/// the council can act on a full chain.
pub const NORMAL_SHARE: Perbill = Perbill::from_percent(80);

/// Share of a block that hooks at its start are assumed to take, when a single transaction's
/// largest weight is computed.
pub const INITIALIZATION_SHARE: Perbill = Perbill::from_percent(10);

/// Largest block, in bytes: 5 MiB. The network protocols carry no more than 16 MiB.
pub const MAX_BLOCK_BYTES: u32 = 5 * 1024 * 1024;

/// Largest computation in a block: 1.5 s of reference time, half a slot of 3 s. It is the same on
/// chains with shorter slots, which are for development: there a call fits that fits on a real chain,
/// and a block that full costs them a slot or two. There is no bound on proof size, since no relay
/// chain has to verify one.
pub fn max_block_weight() -> Weight {
	Weight::from_parts(EXECUTION_SHARE * (SLOT_MILLIS * WEIGHT_REF_TIME_PER_MILLIS), u64::MAX)
}
