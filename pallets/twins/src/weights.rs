//! What each call weighs.
//!
//! The figures belong to the runtime, which measures them: `runtime/src/weights/pallet_twins.rs`.

use frame::prelude::Weight;

/// Weights that a runtime measures.
pub trait WeightInfo {
	/// Weight of `register` with a keyless controller, which has to be made.
	fn register_keyless() -> Weight;
	/// Weight of `register` with the caller as controller.
	fn register_caller() -> Weight;
	/// Weight of `register_for`, the checks of the signature included.
	fn register_for() -> Weight;
	/// Weight of `set_profile`.
	fn set_profile() -> Weight;
	/// Weight of `set_endpoints` with `n` endpoints.
	fn set_endpoints(n: u32) -> Weight;
	/// Weight of `add_key`.
	fn add_key() -> Weight;
	/// Weight of `remove_key`.
	fn remove_key() -> Weight;
	/// Weight of `claim_name`.
	fn claim_name() -> Weight;
	/// Weight of `release_name`.
	fn release_name() -> Weight;
	/// Weight of `deactivate`.
	fn deactivate() -> Weight;
	/// Weight of `clear_name`.
	fn clear_name() -> Weight;
}

/// For tests: each call weighs something else, in milliseconds.
#[cfg(test)]
impl WeightInfo for () {
	fn register_keyless() -> Weight {
		Weight::from_parts(1_000_000_000, 0)
	}
	fn register_caller() -> Weight {
		Weight::from_parts(2_000_000_000, 0)
	}
	fn register_for() -> Weight {
		Weight::from_parts(3_000_000_000, 0)
	}
	fn set_profile() -> Weight {
		Weight::from_parts(4_000_000_000, 0)
	}
	fn set_endpoints(n: u32) -> Weight {
		Weight::from_parts(50_000_000_000, 0).saturating_mul(1 + u64::from(n))
	}
	fn add_key() -> Weight {
		Weight::from_parts(6_000_000_000, 0)
	}
	fn remove_key() -> Weight {
		Weight::from_parts(7_000_000_000, 0)
	}
	fn claim_name() -> Weight {
		Weight::from_parts(8_000_000_000, 0)
	}
	fn release_name() -> Weight {
		Weight::from_parts(9_000_000_000, 0)
	}
	fn deactivate() -> Weight {
		Weight::from_parts(10_000_000_000, 0)
	}
	fn clear_name() -> Weight {
		Weight::from_parts(11_000_000_000, 0)
	}
}
