//! The phonebook as other pallets see it.

use crate::*;
use frame::prelude::*;
use ourledger_primitives::twin::{TwinNumber, Twins as Phonebook};

impl<T: Config> Phonebook<T::AccountId> for Pallet<T> {
	fn acting(account: &T::AccountId) -> Result<TwinNumber, DispatchError> {
		let (number, _) = Self::ensure_controller(account)?;
		Ok(number)
	}

	fn controller_of(number: TwinNumber) -> Option<T::AccountId> {
		Twins::<T>::get(number).map(|twin| twin.controller)
	}

	fn is_active(number: TwinNumber) -> bool {
		Twins::<T>::get(number).is_some_and(|twin| twin.state == TwinState::Active)
	}

	fn not_found() -> DispatchError {
		Error::<T>::TwinNotFound.into()
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn register(account: T::AccountId) -> TwinNumber {
		benchmarking::registered::<T>(account)
	}
}
