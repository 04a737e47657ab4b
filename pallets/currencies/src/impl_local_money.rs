//! What other pallets do with local money.

use crate::{ledger::Ledger, *};
use frame::prelude::*;
use ourledger_primitives::{
	money::{CurrencyId, Day, LocalMoney},
	Balance,
};

impl<T: Config> LocalMoney<T::AccountId> for Pallet<T> {
	fn exists(currency: CurrencyId) -> bool {
		Currencies::<T>::contains_key(currency)
	}

	fn balance(currency: CurrencyId, who: &T::AccountId) -> Balance {
		Ledger::<T>::of(currency).map_or(0, |ledger| ledger.balance(who))
	}

	fn pay(
		currency: CurrencyId,
		from: &T::AccountId,
		to: &T::AccountId,
		amount: Balance,
	) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		Self::pay_between(&Ledger::<T>::of(currency)?, from, to, amount, 0)
	}

	fn give_back(
		currency: CurrencyId,
		pot: &T::AccountId,
		owner: &T::AccountId,
		amount: Balance,
		since: Day,
	) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		let ledger = Ledger::<T>::of(currency)?;
		// Anybody else has rules to follow.
		ensure!(Pots::<T>::contains_key(pot), DispatchError::Unavailable);
		ensure!(ledger.balance(pot) >= amount, Error::<T>::PotTooLow);
		ledger.give_back(pot, owner, amount, since)
	}

	fn open_pot(account: &T::AccountId) -> DispatchResult {
		if !Pots::<T>::contains_key(account) {
			frame_system::Pallet::<T>::inc_providers(account);
			Pots::<T>::insert(account, ());
			Self::deposit_event(Event::PotOpened { account: account.clone() });
		}
		Ok(())
	}

	fn is_pot(account: &T::AccountId) -> bool {
		Pots::<T>::contains_key(account)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn create() -> CurrencyId {
		let currency = NextCurrency::<T>::get();
		Self::create_for_benchmark(currency).expect("nothing is in the way of a new currency");
		// Demurrage has begun, so that each account has an entry that moves with its balance.
		Currencies::<T>::mutate(currency, |entry| {
			let entry = entry.as_mut().expect("it was just made");
			entry.index = 2 * ourledger_math::demurrage::Index::ONE.to_bits();
			entry.terms.demurrage = 1;
		});
		currency
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn mint(currency: CurrencyId, who: &T::AccountId, amount: Balance) {
		use frame::traits::fungibles::Mutate;
		if !frame_system::Pallet::<T>::account_exists(who) {
			frame_system::Pallet::<T>::inc_providers(who);
		}
		let ledger = Ledger::<T>::of(currency).expect("a benchmark has made it");
		ledger.mint(who, amount).expect("whoever exists can be paid");
		// One more that is owed already: the dearest kind of holder.
		T::Assets::mint_into(currency, who, 1).expect("whoever exists can be paid");
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl<T: Config> Pallet<T> {
	/// A currency of this id, open to all, without limit.
	pub(crate) fn create_for_benchmark(currency: CurrencyId) -> DispatchResult {
		use frame::{
			benchmarking::prelude::account,
			traits::{
				fungibles::{metadata, Create},
				Consideration,
			},
		};
		use ourledger_math::demurrage::Index;
		use ourledger_primitives::twin::Twins;

		let controller: T::AccountId = account("issuer", currency, 0);
		let issuer = T::Twins::register(controller.clone());
		T::CurrencyDeposit::ensure_successful(&controller, Self::currency_footprint());
		let ticket = T::CurrencyDeposit::new(&controller, Self::currency_footprint())?;
		let terms = Terms {
			supply: Supply::Issued { cap: MAX_SUPPLY },
			access: Access::Open,
			invoice_only: false,
			demurrage: 0,
		};
		let entry = Currency {
			issuer,
			jurisdiction: None,
			decimals: 2,
			terms,
			notice_days: T::MinNoticeDays::get(),
			pending: None,
			index: Index::ONE.to_bits(),
			since: Self::today(),
			ticket,
		};
		Currencies::<T>::insert(currency, entry);
		NextCurrency::<T>::mutate(|next| *next = (*next).max(currency.saturating_add(1)));
		let pot = Self::pot_account(currency);
		Self::open_pot(&pot)?;
		T::Assets::create(currency, pot.clone(), false, 1)?;
		let (name, symbol) = (b"Currency".to_vec(), b"CUR".to_vec());
		<T::Assets as metadata::Mutate<_>>::set(currency, &pot, name, symbol, 2)
	}
}
