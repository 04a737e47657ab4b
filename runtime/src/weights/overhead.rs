//! What a block and a transaction cost before they do anything, measured by
//! `scripts/bench-weights overhead`.
//!
//! Date: 2026-12-01. Processor: Intel(R) Xeon(R) Processor. The least median of 2 runs of 100 blocks.

use super::scaled;
use frame_support::{parameter_types, weights::Weight};

/// Speed of the measuring machine, in hundredths of the reference hardware's.
const SPEED_PERCENT: u64 = 95;

/// Picoseconds of a transaction that does nothing, all told.
const TRANSACTION: u64 = 137_185_000;

/// Picoseconds of its extensions, which weigh by themselves; measured one by one, where they take
/// longer than within a transaction.
const EXTENSIONS: u64 = 101_072_000;

/// Picoseconds of the check of its signature: what it takes at least besides its extensions.
const SIGNATURE: u64 = 53_476_000;

const REST: u64 = TRANSACTION - EXTENSIONS;
const BASE: u64 = if REST > SIGNATURE { REST } else { SIGNATURE };

parameter_types! {
	/// Time to execute an empty block.
	pub const BlockExecutionWeight: Weight = scaled(295_113_000, SPEED_PERCENT);
	/// Time to execute a transaction that does nothing, besides what its extensions weigh.
	pub const ExtrinsicBaseWeight: Weight = scaled(BASE, SPEED_PERCENT);
}
