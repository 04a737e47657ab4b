//! What each hook weighs.
//!
//! The figures belong to the runtime, which measures them: `runtime/src/weights/pallet_fees.rs`.

use frame::prelude::Weight;

/// Weights that a runtime measures.
pub trait WeightInfo {
	/// Weight of sharing what was gathered, at the end of a block.
	fn share() -> Weight;
}

/// For tests, in milliseconds.
#[cfg(test)]
impl WeightInfo for () {
	fn share() -> Weight {
		Weight::from_parts(1_000_000_000, 0)
	}
}
