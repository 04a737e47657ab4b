//! What each call weighs.
//!
//! The figures belong to the runtime, which measures them: `runtime/src/weights/pallet_governance.rs`.

use frame::prelude::Weight;

/// Weights that a runtime measures.
pub trait WeightInfo {
	/// Weight of `queue`.
	fn queue() -> Weight;
	/// Weight of `enact`, without the call that it runs.
	fn enact() -> Weight;
	/// Weight of `veto`.
	fn veto() -> Weight;
	/// Weight of `withdraw_veto`.
	fn withdraw_veto() -> Weight;
	/// Weight of `set_timelock`.
	fn set_timelock() -> Weight;
}

/// For tests: each call weighs something else, in milliseconds.
#[cfg(test)]
impl WeightInfo for () {
	fn queue() -> Weight {
		Weight::from_parts(1_000_000_000, 0)
	}
	fn enact() -> Weight {
		Weight::from_parts(2_000_000_000, 0)
	}
	fn veto() -> Weight {
		Weight::from_parts(3_000_000_000, 0)
	}
	fn withdraw_veto() -> Weight {
		Weight::from_parts(4_000_000_000, 0)
	}
	fn set_timelock() -> Weight {
		Weight::from_parts(5_000_000_000, 0)
	}
}
