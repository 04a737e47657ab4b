//! The phonebook as other pallets see it.

use crate::*;
use frame::prelude::*;
use ourledger_primitives::{
	twin::{Profile, Registrar, TwinKind, TwinNumber, Twins as Phonebook},
	Balance,
};

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

impl<T: Config> Registrar<T::AccountId> for Pallet<T> {
	fn kind_of(number: TwinNumber) -> Option<TwinKind> {
		Twins::<T>::get(number).map(|twin| twin.kind)
	}

	fn register_keyless(
		account: &T::AccountId,
		kind: TwinKind,
		profile: Profile,
	) -> Result<TwinNumber, DispatchError> {
		Self::ensure_profile(&profile)?;
		Self::enter(kind, profile, account.clone(), account.clone())
	}

	fn keyless_deposit() -> Balance {
		Self::deposits_today().twin
	}

	fn deactivate(number: TwinNumber) -> DispatchResult {
		Self::do_deactivate(Self::account_of(number)?)
	}
}
