//! What each call weighs.
//!
//! The figures belong to the runtime, which measures them: `runtime/src/weights/pallet_records.rs`.

use frame::prelude::Weight;

/// Weights that a runtime measures.
pub trait WeightInfo {
	/// Weight of `append` for `n` leaves.
	fn append(n: u32) -> Weight;
	/// Weight of `pin`.
	fn pin() -> Weight;
	/// Weight of `unpin`.
	fn unpin() -> Weight;
}

/// For tests: each call weighs something else, in milliseconds.
#[cfg(test)]
impl WeightInfo for () {
	fn append(n: u32) -> Weight {
		Weight::from_parts(1_000_000_000, 0).saturating_mul(1 + u64::from(n))
	}
	fn pin() -> Weight {
		Weight::from_parts(2_000_000_000, 0)
	}
	fn unpin() -> Weight {
		Weight::from_parts(3_000_000_000, 0)
	}
}
