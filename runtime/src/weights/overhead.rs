//! What a block and a transaction cost before they do anything, measured by
//! `scripts/bench-weights overhead`.
//!
//! Date: 2026-11-20. Processor: AMD EPYC. 60 blocks, the fullest with 3,269 transactions; the means.

use frame_support::{parameter_types, weights::Weight};

/// Speed of the measuring machine, in hundredths of the reference hardware's.
const SPEED_PERCENT: u64 = 120;

const fn measured(picoseconds: u64) -> Weight {
	super::scaled(picoseconds, SPEED_PERCENT)
}

parameter_types! {
	/// Time to execute an empty block.
	pub const BlockExecutionWeight: Weight = measured(311_908_000);
	/// Time to execute a transaction that does nothing, its signature's check included.
	pub const ExtrinsicBaseWeight: Weight = measured(178_231_000);
}
