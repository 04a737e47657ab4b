//! What must always hold. Iterates over everything, so it never runs on a live chain.

#![cfg(any(test, feature = "try-runtime"))]

use crate::{ledger::Ledger, *};
use frame::{deps::sp_runtime::TryRuntimeError, prelude::*, traits::fungibles::Inspect};
use ourledger_math::demurrage::Index;
use ourledger_primitives::{money::FIRST_SHARE, twin::Twins, Balance};

impl<T: Config> Pallet<T> {
	/// Checks every invariant that the README lists.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::try_state_currencies()?;
		Self::try_state_credit()?;
		Self::try_state_holdings()?;
		Self::try_state_members()?;
		Self::try_state_set_aside()?;
		Self::try_state_pots()
	}

	/// Numbers have no gaps, and none is a share's; each currency has an issuer, possible terms, an
	/// asset and a pot.
	fn try_state_currencies() -> Result<(), TryRuntimeError> {
		let next = NextCurrency::<T>::get();
		ensure!(next <= FIRST_SHARE, "an id is a share's");
		ensure!(Currencies::<T>::iter_keys().count() == next as usize, "ids have a gap");
		for (id, currency) in Currencies::<T>::iter() {
			ensure!(id < next, "a currency has an id that wasn't given yet");
			ensure!(
				T::Twins::controller_of(currency.issuer).is_some(),
				"a currency's issuer isn't in the phonebook"
			);
			let later = currency.pending.map_or(currency.terms, |(terms, _)| terms);
			ensure!(
				currency.terms.demurrage.max(later.demurrage) <= MAX_DEMURRAGE,
				"demurrage is too high"
			);
			ensure!(later.supply.is_like(&currency.terms.supply), "a kind of supply changes");
			ensure!(Ledger::<T>::of(id).is_ok(), "demurrage can't be worked out");
			ensure!(T::Assets::asset_exists(id), "a currency has no asset");
			ensure!(T::Assets::minimum_balance(id) == 1, "a minimum balance isn't 1");
			ensure!(T::Assets::total_issuance(id) <= MAX_SUPPLY, "there is too much of a currency");
			ensure!(Pots::<T>::contains_key(Self::pot_account(id)), "a currency has no pot");
		}
		Ok(())
	}

	/// Debts sum to what was drawn, which is all there is of a mutual credit.
	fn try_state_credit() -> Result<(), TryRuntimeError> {
		for (id, currency) in Currencies::<T>::iter() {
			let lines = CreditLines::<T>::iter_prefix_values(id);
			let sum: Balance = lines.map(|line| line.debt).sum();
			ensure!(Debts::<T>::get(id) == sum, "the sum of debts is wrong");
			ensure!(
				currency.terms.supply != Supply::MutualCredit
					|| T::Assets::total_issuance(id) == sum,
				"a mutual credit isn't worth its debts"
			);
			ensure!(
				currency.terms.supply == Supply::MutualCredit
					|| CreditLines::<T>::iter_prefix(id).next().is_none(),
				"an issued currency has a credit line"
			);
		}
		for (id, _, line) in CreditLines::<T>::iter() {
			ensure!(Currencies::<T>::contains_key(id), "a credit line has no currency");
			ensure!(line.limit > 0 || line.debt > 0, "a credit line is empty");
		}
		Ok(())
	}

	/// Every entry belongs to a balance that is at least what the entry comes to.
	fn try_state_holdings() -> Result<(), TryRuntimeError> {
		let today = Self::today();
		for (id, account, bits) in Holdings::<T>::iter() {
			let ledger = Ledger::<T>::of(id).map_err(|_| "a holding has no currency")?;
			let index = ledger.currency.index_of(today).map_err(|_| "an index is corrupt")?;
			ensure!(index > Index::ONE, "a holding is kept for nothing");
			if Pots::<T>::contains_key(&account) {
				continue;
			}
			let stored = T::Assets::balance(id, &account);
			ensure!(stored > 0, "a holding has no balance");
			let net = ourledger_math::demurrage::Holding::from_bits(bits).balance(index);
			ensure!(net.is_ok_and(|net| net <= stored), "a holding is more than its balance");
		}
		Ok(())
	}

	/// Members and freezes are of currencies that exist.
	fn try_state_members() -> Result<(), TryRuntimeError> {
		for (id, _) in Members::<T>::iter_keys() {
			ensure!(Currencies::<T>::contains_key(id), "a member has no currency");
		}
		for (id, _, freeze) in Freezes::<T>::iter() {
			let currency = Currencies::<T>::get(id).ok_or("a freeze has no currency")?;
			ensure!(currency.jurisdiction.is_some(), "an account is frozen by nobody");
			ensure!(
				T::Twins::controller_of(freeze.authority).is_some(),
				"a freeze's authority isn't in the phonebook"
			);
		}
		Ok(())
	}

	/// What is set aside is in its pot, to the unit, and was worth no more when it came.
	fn try_state_set_aside() -> Result<(), TryRuntimeError> {
		let pot = Self::set_aside_pot();
		for id in 0..NextCurrency::<T>::get() {
			let total = SetAsideTotals::<T>::get(id);
			let sum: Balance = SetAside::<T>::iter_prefix_values(id).map(|kept| kept.nominal).sum();
			ensure!(sum == total, "the sum of what is set aside is wrong");
			ensure!(T::Assets::balance(id, &pot) == total, "what is set aside isn't in its pot");
		}
		for (id, _, kept) in SetAside::<T>::iter() {
			let ledger = Ledger::<T>::of(id).map_err(|_| "what is set aside has no currency")?;
			ensure!(kept.nominal > 0, "nothing is set aside");
			ensure!(kept.units <= ledger.kept(kept.nominal).units, "what is set aside has grown");
		}
		for id in SetAsideTotals::<T>::iter_keys() {
			ensure!(Currencies::<T>::contains_key(id), "what is set aside has no currency");
		}
		Ok(())
	}

	/// Pots exist, whatever they hold, and those that will be needed are open.
	fn try_state_pots() -> Result<(), TryRuntimeError> {
		for pot in Self::known_pots() {
			ensure!(Pots::<T>::contains_key(pot), "a pot that has to be there isn't open");
		}
		for pot in Pots::<T>::iter_keys() {
			ensure!(frame_system::Pallet::<T>::providers(&pot) > 0, "a pot doesn't exist");
		}
		Ok(())
	}
}
