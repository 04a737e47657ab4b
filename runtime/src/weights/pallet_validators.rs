//! Weights of `pallet_validators`.
//!
//! NOT MEASURED yet: storage accesses counted by hand, over a generous figure for everything else.
//! `scripts/bench-weights pallet_validators` replaces this file.

#![cfg_attr(rustfmt, rustfmt_skip)]

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};

/// Weights of `pallet_validators`.
pub struct WeightInfo<T>(PhantomData<T>);
impl<T: frame_system::Config> ::pallet_validators::WeightInfo for WeightInfo<T> {
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
