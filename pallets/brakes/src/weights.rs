//! What each call weighs.
//!
//! The figures belong to the runtime, which measures them: `runtime/src/weights/pallet_brakes.rs`.

use frame::prelude::Weight;

/// Weights that a runtime measures.
pub trait WeightInfo {
	/// Weight of `apply`.
	fn apply() -> Weight;
	/// Weight of `release`.
	fn release() -> Weight;
}

/// For tests: each call weighs something else, in milliseconds.
#[cfg(test)]
impl WeightInfo for () {
	fn apply() -> Weight {
		Weight::from_parts(1_000_000_000, 0)
	}
	fn release() -> Weight {
		Weight::from_parts(2_000_000_000, 0)
	}
}
