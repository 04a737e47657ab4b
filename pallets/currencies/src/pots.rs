//! Accounts of parts of the chain, and which of them have to be there before anybody needs them.
//!
//! Their addresses can be worked out by everybody. Whoever sent something to one before it is a pot
//! would find it in the pot's balance later, or in the way of what the pot is for.

use crate::{ledger::Ledger, *};
use alloc::vec::Vec;
use frame::{prelude::*, traits::fungibles::Inspect};
use ourledger_primitives::money::{CurrencyId, LocalMoney};

impl<T: Config> Pallet<T> {
	/// Account of a currency's pot.
	pub(crate) fn pot_account(currency: CurrencyId) -> T::AccountId {
		T::PalletId::get().into_sub_account_truncating(currency)
	}

	/// Account of all that is set aside.
	pub fn set_aside_pot() -> T::AccountId {
		// Four bytes longer than the number of a currency, and so no currency's.
		T::PalletId::get().into_sub_account_truncating(*b"setaside")
	}

	/// Pots that are open at any time, beside those of what exists.
	pub(crate) fn known_pots() -> Vec<T::AccountId> {
		let own = [Self::set_aside_pot(), Self::pot_account(NextCurrency::<T>::get())];
		own.into_iter().chain([T::Treasury::get()]).chain(T::StandingPots::get()).collect()
	}

	/// Open them.
	pub(crate) fn open_known_pots() {
		for pot in Self::known_pots() {
			let _ = Self::open_pot(&pot).defensive_proof("an account can be opened");
		}
	}

	/// Make accounts ready that weren't pots yet: empty that of what is set aside, and collect what the
	/// chain's treasury owes, which as a pot it never would. Returns at how many balances it looked.
	pub(crate) fn prepare_pots() -> u32 {
		let (aside, treasury) = (Self::set_aside_pot(), T::Treasury::get());
		if Pots::<T>::contains_key(&aside) {
			return 0;
		}
		// Each has cost its issuer a deposit.
		let currencies = NextCurrency::<T>::get();
		for id in 0..currencies {
			if T::Assets::balance(id, &aside) > 0 {
				let cleared = Ledger::<T>::of(id).and_then(|it| it.clear(&aside));
				let _ = cleared.defensive_proof("what an account has can go to the pot");
			}
			if T::Assets::balance(id, &treasury) > 0 {
				let collected = Ledger::<T>::of(id).and_then(|it| it.collect(&treasury));
				let _ = collected.defensive_proof("what an account owes can be collected");
				Holdings::<T>::remove(id, &treasury);
			}
		}
		currencies.saturating_mul(2)
	}
}
