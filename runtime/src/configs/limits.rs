//! How much fits in a block.

use frame_support::weights::{constants::WEIGHT_REF_TIME_PER_SECOND, Weight};

/// Largest computation in a block: 2 s of reference time, two thirds of a slot of 3 s.
///
/// Weights are worst cases, and an author stops after half a slot of real time, so blocks leave
/// others time for their import: docs/design/0023-lean-transactions.md has the figures. The limit is
/// the same on chains with shorter slots, which are for development: there a call fits that fits on a
/// real chain, and a block that full costs them a slot or two. There is no bound on proof size, since
/// no relay chain has to verify one.
pub const MAX_BLOCK_WEIGHT: Weight = Weight::from_parts(2 * WEIGHT_REF_TIME_PER_SECOND, u64::MAX);

/// Share of a block open to normal transactions, in hundredths. The rest is kept for operational
/// ones, so that the council can act on a full chain.
pub const NORMAL_PERCENT: u32 = 85;

/// Share of a block that hooks at its start are assumed to take, in hundredths, when a single
/// transaction's largest weight is computed.
pub const INITIALIZATION_PERCENT: u32 = 10;

/// Largest block, in bytes: 5 MiB. The network protocols carry no more than 16 MiB.
pub const MAX_BLOCK_BYTES: u32 = 5 * 1024 * 1024;

/// Bytes of a block that are open to normal transactions: 4 MiB.
pub const MAX_NORMAL_BYTES: u32 = 4 * 1024 * 1024;

/// So many hundredths of a block's weight.
pub const fn of_block(percent: u32) -> Weight {
	Weight::from_parts(MAX_BLOCK_WEIGHT.ref_time() / 100 * percent as u64, u64::MAX)
}
