//! The phonebook as other pallets see it.

use crate::*;
use ourledger_primitives::twin::{TwinNumber, Twins as Phonebook};

impl<T: Config> Phonebook<T::AccountId> for Pallet<T> {
	fn number_of(account: &T::AccountId) -> Option<TwinNumber> {
		Numbers::<T>::get(account).filter(|number| Self::is_active(*number))
	}

	fn controller_of(number: TwinNumber) -> Option<T::AccountId> {
		Twins::<T>::get(number).map(|twin| twin.controller)
	}

	fn is_active(number: TwinNumber) -> bool {
		Twins::<T>::get(number).is_some_and(|twin| twin.state == TwinState::Active)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn register(account: T::AccountId) -> TwinNumber {
		benchmarking::registered::<T>(account)
	}
}
