//! What a block and a transaction cost before they do anything, measured by
//! `scripts/bench-weights overhead`.
//!
//! Date: 2026-11-20. Processor: AMD EPYC. 60 blocks, the fullest with 3,269 transactions; the means.

use super::measured;
use frame_support::{parameter_types, weights::Weight};

parameter_types! {
	/// Time to execute an empty block.
	pub const BlockExecutionWeight: Weight = measured(311_908_000);
	/// Time to execute a transaction that does nothing, its signature's check included.
	pub const ExtrinsicBaseWeight: Weight = measured(178_231_000);
}
