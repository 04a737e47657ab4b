//! What a block and a transaction cost before they do anything, measured by
//! `scripts/bench-weights overhead`.
//!
//! A transaction: 2026-11-20, AMD EPYC, 60 blocks, the fullest with 3,269 of them. It took 8 % less on
//! 2026-11-30, on the machine of the block's figure: Intel Xeon, 100 blocks. All are means.

use super::scaled;
use frame_support::{parameter_types, weights::Weight};

parameter_types! {
	/// Time to execute an empty block, at the speed of the measuring machine in hundredths of the
	/// reference hardware's.
	pub const BlockExecutionWeight: Weight = scaled(613_301_000, 70);
	/// Time to execute a transaction that does nothing, its signature's check included.
	pub const ExtrinsicBaseWeight: Weight = scaled(178_231_000, 120);
}
