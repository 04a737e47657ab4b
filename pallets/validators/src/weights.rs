//! Weights of `pallet_validators`.
//!
//! NOT MEASURED: these are the storage accesses counted by hand, over a round 200 µs for everything
//! else. `scripts/bench-weights pallet_validators` replaces this file with measurements.

#![cfg_attr(rustfmt, rustfmt_skip)]
#![allow(unused_parens)]
#![allow(unused_imports)]
#![allow(missing_docs)]
#![allow(dead_code)]

use frame::weights_prelude::*;

/// Weight functions needed for `pallet_validators`.
pub trait WeightInfo {
	fn apply() -> Weight;
	fn withdraw_application() -> Weight;
	fn approve() -> Weight;
	fn remove_applicant() -> Weight;
	fn remove_validator() -> Weight;
	fn leave() -> Weight;
	fn withdraw_bond() -> Weight;
	fn on_offence(o: u32, ) -> Weight;
}

/// Weights for `pallet_validators` with the runtime's database weights.
pub struct SubstrateWeight<T>(PhantomData<T>);
impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
	/// Candidacies, Holds, Account, Bond.
	fn apply() -> Weight {
		Weight::from_parts(200_000_000, 8_000).saturating_add(T::DbWeight::get().reads_writes(4, 3))
	}
	/// Candidacies, Holds, Account.
	fn withdraw_application() -> Weight {
		Weight::from_parts(200_000_000, 8_000).saturating_add(T::DbWeight::get().reads_writes(3, 3))
	}
	/// Candidacies, NextKeys, Approved.
	fn approve() -> Weight {
		Weight::from_parts(200_000_000, 8_000).saturating_add(T::DbWeight::get().reads_writes(3, 2))
	}
	/// Candidacies, Holds, Account.
	fn remove_applicant() -> Weight {
		Weight::from_parts(200_000_000, 8_000).saturating_add(T::DbWeight::get().reads_writes(3, 3))
	}
	/// Candidacies, Approved, CurrentIndex, LeavingSessions.
	fn remove_validator() -> Weight {
		Weight::from_parts(200_000_000, 8_000).saturating_add(T::DbWeight::get().reads_writes(4, 2))
	}
	/// Candidacies, Approved, CurrentIndex, LeavingSessions.
	fn leave() -> Weight {
		Weight::from_parts(200_000_000, 8_000).saturating_add(T::DbWeight::get().reads_writes(4, 2))
	}
	/// Candidacies, CurrentIndex, Holds, Account.
	fn withdraw_bond() -> Weight {
		Weight::from_parts(200_000_000, 8_000).saturating_add(T::DbWeight::get().reads_writes(4, 3))
	}
	/// Once: CurrentIndex, LeavingSessions, SlashedFractions, Approved, Validators,
	/// DisabledValidators, treasury. Per offender: Candidacies, Holds, Account.
	fn on_offence(o: u32, ) -> Weight {
		Weight::from_parts(200_000_000, 8_000)
			.saturating_add(Weight::from_parts(200_000_000, 8_000).saturating_mul(o.into()))
			.saturating_add(T::DbWeight::get().reads_writes(7, 4))
			.saturating_add(T::DbWeight::get().reads_writes(3, 3).saturating_mul(o.into()))
	}
}

// For tests only.
impl WeightInfo for () {
	fn apply() -> Weight {
		Weight::from_parts(200_000_000, 8_000).saturating_add(ParityDbWeight::get().reads_writes(4, 3))
	}
	fn withdraw_application() -> Weight {
		Weight::from_parts(200_000_000, 8_000).saturating_add(ParityDbWeight::get().reads_writes(3, 3))
	}
	fn approve() -> Weight {
		Weight::from_parts(200_000_000, 8_000).saturating_add(ParityDbWeight::get().reads_writes(3, 2))
	}
	fn remove_applicant() -> Weight {
		Weight::from_parts(200_000_000, 8_000).saturating_add(ParityDbWeight::get().reads_writes(3, 3))
	}
	fn remove_validator() -> Weight {
		Weight::from_parts(200_000_000, 8_000).saturating_add(ParityDbWeight::get().reads_writes(4, 2))
	}
	fn leave() -> Weight {
		Weight::from_parts(200_000_000, 8_000).saturating_add(ParityDbWeight::get().reads_writes(4, 2))
	}
	fn withdraw_bond() -> Weight {
		Weight::from_parts(200_000_000, 8_000).saturating_add(ParityDbWeight::get().reads_writes(4, 3))
	}
	fn on_offence(o: u32, ) -> Weight {
		Weight::from_parts(200_000_000, 8_000)
			.saturating_add(Weight::from_parts(200_000_000, 8_000).saturating_mul(o.into()))
			.saturating_add(ParityDbWeight::get().reads_writes(7, 4))
			.saturating_add(ParityDbWeight::get().reads_writes(3, 3).saturating_mul(o.into()))
	}
}
