//! What each call weighs.
//!
//! The figures belong to the runtime, which measures them: `runtime/src/weights/pallet_validators.rs`.

use frame::prelude::Weight;

/// Weights that a runtime measures.
pub trait WeightInfo {
	/// Weight of `apply`.
	fn apply() -> Weight;
	/// Weight of `withdraw_application`.
	fn withdraw_application() -> Weight;
	/// Weight of `approve`.
	fn approve() -> Weight;
	/// Weight of `remove` for an applicant.
	fn remove_applicant() -> Weight;
	/// Weight of `remove` for a validator.
	fn remove_validator() -> Weight;
	/// Weight of `leave`.
	fn leave() -> Weight;
	/// Weight of `withdraw_bond`.
	fn withdraw_bond() -> Weight;
	/// Weight of `restore_finality` without `l` validators.
	fn restore_finality(l: u32) -> Weight;
	/// Weight of handling an offence of `o` validators.
	fn on_offence(o: u32) -> Weight;
}

/// For tests: each call weighs something else, in milliseconds.
#[cfg(test)]
impl WeightInfo for () {
	fn apply() -> Weight {
		Weight::from_parts(1_000_000_000, 0)
	}
	fn withdraw_application() -> Weight {
		Weight::from_parts(2_000_000_000, 0)
	}
	fn approve() -> Weight {
		Weight::from_parts(3_000_000_000, 0)
	}
	fn remove_applicant() -> Weight {
		Weight::from_parts(4_000_000_000, 0)
	}
	fn remove_validator() -> Weight {
		Weight::from_parts(5_000_000_000, 0)
	}
	fn leave() -> Weight {
		Weight::from_parts(6_000_000_000, 0)
	}
	fn withdraw_bond() -> Weight {
		Weight::from_parts(7_000_000_000, 0)
	}
	fn restore_finality(l: u32) -> Weight {
		Weight::from_parts(9_000_000_000, 0).saturating_mul(1 + u64::from(l))
	}
	fn on_offence(o: u32) -> Weight {
		Weight::from_parts(8_000_000_000, 0).saturating_mul(1 + u64::from(o))
	}
}
