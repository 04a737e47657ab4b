//! What a rule owes: it reaches its owner whatever became of it, and what an account can't hold is
//! set aside.

use crate::{ledger::Ledger, *};
use frame::{prelude::*, traits::fungibles::Inspect};
use ourledger_primitives::{
	money::{CurrencyId, Kept, Settled},
	Balance,
};

impl<T: Config> Ledger<T> {
	/// Pay what was kept for `owner` from a pot, or set it aside. Never asks whether the owner may
	/// be paid.
	pub fn settle(
		&self,
		pot: &T::AccountId,
		owner: &T::AccountId,
		kept: Kept,
	) -> Result<Settled, DispatchError> {
		// What is worth nothing any more needs no account.
		if self.can_be_paid(owner) || self.worth(owner, &kept)? == 0 {
			return self.pay_kept(pot, owner, kept);
		}
		self.shift(pot, &Pallet::<T>::set_aside_pot(), kept.nominal)?;
		self.set_aside(owner, kept)
	}

	/// Pay `amount` from an account that may pay it, or set it aside.
	pub fn repay(
		&self,
		from: &T::AccountId,
		owner: &T::AccountId,
		amount: Balance,
	) -> Result<Settled, DispatchError> {
		if from == owner {
			// Nothing moves, but it has to be there.
			ensure!(self.funds(from, 0) >= amount, Error::<T>::BalanceTooLow);
			return Ok(Settled { paid: amount, ..Default::default() });
		}
		if self.can_be_paid(owner) {
			self.move_money(from, &[(owner.clone(), amount)], amount, 0)?;
			return Ok(Settled { paid: amount, ..Default::default() });
		}
		let place = Pallet::<T>::set_aside_pot();
		self.move_money(from, &[(place, amount)], amount, 0)?;
		self.set_aside(owner, self.kept(amount))
	}

	/// Pay what was kept from a pot to `owner`, who can hold what is left of it.
	fn pay_kept(
		&self,
		pot: &T::AccountId,
		owner: &T::AccountId,
		kept: Kept,
	) -> Result<Settled, DispatchError> {
		let paid = self.worth(owner, &kept)?;
		let charged = kept.nominal.saturating_sub(paid);
		if pot != owner {
			self.move_money(pot, &[(owner.clone(), paid)], paid, 0)?;
		}
		if charged > 0 {
			self.shift(pot, &self.pot, charged)?;
			self.charged(owner, charged);
		}
		Ok(Settled { paid, charged, set_aside: 0 })
	}

	/// Note for whom money is that has come into the pot of all that is set aside.
	fn set_aside(&self, owner: &T::AccountId, kept: Kept) -> Result<Settled, DispatchError> {
		let total = SetAsideTotals::<T>::get(self.id).checked_add(kept.nominal);
		SetAsideTotals::<T>::insert(self.id, total.ok_or(ArithmeticError::Overflow)?);
		SetAside::<T>::mutate(self.id, owner, |entry| {
			entry.get_or_insert_default().add(kept);
		});
		let (currency, owner) = (self.id, owner.clone());
		let Kept { nominal, units } = kept;
		Pallet::<T>::deposit_event(Event::SetAside { currency, owner, nominal, units });
		Ok(Settled { set_aside: nominal, ..Default::default() })
	}

	fn can_be_paid(&self, who: &T::AccountId) -> bool {
		self.ensure_can_hold(who, T::Assets::balance(self.id, who)).is_ok()
	}
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_take(currency: CurrencyId, owner: T::AccountId) -> DispatchResult {
		let ledger = Ledger::<T>::of(currency)?;
		let kept = SetAside::<T>::get(currency, &owner).ok_or(Error::<T>::NothingSetAside)?;
		if ledger.worth(&owner, &kept)? > 0 {
			ledger.ensure_can_hold(&owner, T::Assets::balance(currency, &owner))?;
		}
		let total = SetAsideTotals::<T>::get(currency).checked_sub(kept.nominal);
		let total = total.ok_or(DispatchError::Corruption)?;

		SetAside::<T>::remove(currency, &owner);
		match total {
			0 => SetAsideTotals::<T>::remove(currency),
			_ => SetAsideTotals::<T>::insert(currency, total),
		}
		let settled = ledger.pay_kept(&Self::set_aside_pot(), &owner, kept)?;
		let (nominal, charge) = (kept.nominal, settled.charged);
		Self::deposit_event(Event::Taken { currency, owner, nominal, charge });
		Ok(())
	}
}
