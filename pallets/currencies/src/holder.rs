//! What holders and debtors do.

use crate::{ledger::Ledger, *};
use frame::prelude::*;
use ourledger_primitives::{money::CurrencyId, Balance};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_redeem(
		from: T::AccountId,
		currency: CurrencyId,
		amount: Balance,
		reference: Hash32,
	) -> DispatchResult {
		let ledger = Ledger::<T>::of(currency)?;
		ledger.ensure_issued()?;
		ensure!(amount > 0, Error::<T>::AmountZero);
		ledger.ensure_not_frozen(&from)?;

		ledger.burn(&from, amount)?;
		Self::forget_expelled(&ledger, &from)?;
		Self::deposit_event(Event::Redeemed { currency, from, amount, reference });
		Ok(())
	}

	pub(crate) fn do_transfer(
		from: T::AccountId,
		currency: CurrencyId,
		to: T::AccountId,
		amount: Balance,
		reference: Hash32,
	) -> DispatchResult {
		let ledger = Ledger::<T>::of(currency)?;
		ensure!(amount > 0, Error::<T>::AmountZero);
		ledger.ensure_payee(&to)?;
		ledger.ensure_no_invoice_needed(&to)?;

		Self::pay_several(&ledger, &from, &[(to.clone(), amount)], 0)?;
		Self::deposit_event(Event::Transferred { currency, from, to, amount, reference });
		Ok(())
	}

	/// Pay under every rule, except that a business may be paid and so may a pot.
	pub(crate) fn pay_several(
		ledger: &Ledger<T>,
		from: &T::AccountId,
		parts: &[(T::AccountId, Balance)],
		keep: Balance,
	) -> DispatchResult {
		ledger.ensure_may_pay(from)?;
		let (mut moved, mut total): (Balance, Balance) = (0, 0);
		for (to, amount) in parts.iter().filter(|(_, amount)| *amount > 0) {
			ledger.ensure_may_receive(to)?;
			total = total.checked_add(*amount).ok_or(ArithmeticError::Overflow)?;
			// Part of the total.
			moved = moved.saturating_add(if to == from { 0 } else { *amount });
		}
		// Nothing is drawn on a credit line to pay oneself, but it has to be there.
		let enough = total == moved || ledger.funds(from, keep) >= total;
		ensure!(enough, Error::<T>::BalanceTooLow);
		ledger.move_money(from, parts, moved, keep)?;
		if ledger.admits(from) {
			return Ok(());
		}
		// It may have been the last of a mutual credit.
		Self::forget_expelled(ledger, from)
	}

	pub(crate) fn do_repay(
		account: T::AccountId,
		currency: CurrencyId,
		amount: Balance,
	) -> DispatchResult {
		let ledger = Ledger::<T>::of(currency)?;
		ledger.ensure_mutual()?;
		ensure!(amount > 0, Error::<T>::AmountZero);

		let debt = Self::lower_debt(&ledger, &account, amount)?;
		ledger.burn(&account, amount)?;
		Self::forget_expelled(&ledger, &account)?;
		Self::deposit_event(Event::Repaid { currency, account, amount, debt });
		Ok(())
	}

	pub(crate) fn do_discard(from: T::AccountId, currency: CurrencyId) -> DispatchResult {
		let ledger = Ledger::<T>::of(currency)?;
		// The issuer could spend it back.
		ledger.ensure_not_frozen(&from)?;
		// Its debt is what others' money is worth; with what it has it can always repay.
		let debt = CreditLines::<T>::get(currency, &from).map_or(0, |line| line.debt);
		ensure!(debt == 0, Error::<T>::InDebt);
		let amount = ledger.balance(&from);
		ensure!(amount > 0, Error::<T>::AmountZero);

		ledger.move_money(&from, &[(ledger.pot.clone(), amount)], amount, 0)?;
		Self::forget_expelled(&ledger, &from)?;
		Self::deposit_event(Event::Discarded { currency, from, amount });
		Ok(())
	}

	pub(crate) fn do_charge(currency: CurrencyId, account: T::AccountId) -> DispatchResult {
		Ledger::<T>::of(currency)?.collect(&account)
	}
}
