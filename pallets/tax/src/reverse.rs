//! Reverse charge: the tax that a buyer books itself, and what it owes of it.

use crate::{
	books::{Books, Settling},
	settings::Place,
	*,
};
use alloc::vec::Vec;
use frame::{deps::frame_support::storage::with_storage_layer, prelude::*};
use ourledger_primitives::{
	money::{CurrencyId, LocalMoney},
	tax::{Booking, JurisdictionId, Period, Trade},
	twin::{TwinNumber, Twins},
	Balance,
};
use ourledger_trade::{
	payment::Plan,
	reverse::{self, Reverse},
};

impl<T: Config> Pallet<T> {
	/// Let the buyer pay what it has to, with `charge` or without, or owe it if it can't: whole, either
	/// way.
	pub(crate) fn pay_or_owe(trade: &Trade, place: &Place<T>, plan: &mut Plan, charge: Balance) {
		// Why it can't is its own affair: somebody else's money waits.
		let pay = |charge| {
			with_storage_layer(|| Self::pay_reverse(trade, place, &plan.reverse, charge)).is_ok()
		};
		if !pay(charge) && !pay(0) {
			plan.defer();
		}
	}

	/// Let the buyer pay what it has to, and `charge`: demurrage of the credit that it used.
	pub(crate) fn pay_reverse(
		trade: &Trade,
		place: &Place<T>,
		reverse: &[Reverse],
		charge: Balance,
	) -> DispatchResult {
		let due = reverse::paid(reverse).map_err(Error::<T>::from)?;
		let Some(buyer) = trade.buyer.filter(|_| due > 0 || charge > 0) else { return Ok(()) };
		let buyer = T::Twins::account_of(buyer)?;
		T::Money::pay(trade.currency, &buyer, &place.treasury, due)?;
		T::Money::pay_demurrage(trade.currency, &buyer, &buyer, charge)
	}

	pub(crate) fn announce_reverse(
		trade: &Trade,
		place: &Place<T>,
		reverse: &[Reverse],
		supply: Option<Period>,
	) {
		let booking = Booking::of(trade, place.period);
		for it in reverse {
			Self::deposit_event(Event::ReverseCharged {
				booking,
				supply,
				code: it.code,
				output: it.output,
				input: it.input,
				used: it.used,
				remitted: it.remitted,
				deferred: it.deferred,
			});
		}
	}

	/// What `twin` owes of reverse charge.
	pub(crate) fn arrears_of(
		jurisdiction: JurisdictionId,
		twin: TwinNumber,
		currency: CurrencyId,
	) -> Balance {
		Accounts::<T>::get((jurisdiction, twin, currency)).arrears
	}

	pub(crate) fn do_pay_arrears(
		payer: T::AccountId,
		jurisdiction: JurisdictionId,
		twin: TwinNumber,
		currency: CurrencyId,
		amount: Balance,
	) -> DispatchResult {
		let place = Self::place(jurisdiction)?;
		ensure!(amount > 0, Error::<T>::AmountZero);
		let arrears = Self::arrears_of(jurisdiction, twin, currency);
		let left = arrears.checked_sub(amount).ok_or(Error::<T>::ArrearsLower)?;
		T::Money::pay(currency, &payer, &place.treasury, amount)?;
		Self::book_paid_arrears(&place, (jurisdiction, twin, currency), payer, (amount, left))
	}

	/// The same as far as the account goes, for whoever acts for it. Returns what was paid.
	pub(crate) fn do_pay_arrears_out_of(
		account: &T::AccountId,
		jurisdiction: JurisdictionId,
		twin: TwinNumber,
		currency: CurrencyId,
	) -> Result<Balance, DispatchError> {
		let place = Self::place(jurisdiction)?;
		let arrears = Self::arrears_of(jurisdiction, twin, currency);
		let amount = arrears.min(T::Money::balance(currency, account));
		if amount == 0 {
			return Ok(0);
		}
		T::Money::collect(currency, account, &place.treasury, amount)?;
		let key = (jurisdiction, twin, currency);
		// Saturating: the amount is at most all of them.
		let left = arrears.saturating_sub(amount);
		Self::book_paid_arrears(&place, key, account.clone(), (amount, left))?;
		Ok(amount)
	}

	/// Somebody has paid so much of what a twin owes, and so much is left.
	fn book_paid_arrears(
		place: &Place<T>,
		(jurisdiction, twin, currency): (JurisdictionId, TwinNumber, CurrencyId),
		payer: T::AccountId,
		(amount, left): (Balance, Balance),
	) -> DispatchResult {
		let mut books = Books::<T>::open(jurisdiction, currency, place.period);
		books.pay_arrears(twin, amount)?;
		books.close();
		Self::deposit_event(Event::ArrearsSettled {
			jurisdiction,
			currency,
			period: place.period,
			twin,
			payer: Some(payer),
			used: 0,
			remitted: amount,
			left,
		});
		Ok(())
	}

	/// Tell which credit went against arrears as it arose.
	pub(crate) fn announce_settlings(
		jurisdiction: JurisdictionId,
		currency: CurrencyId,
		period: Period,
		settlings: Vec<Settling>,
	) {
		for Settling { twin, used, left } in settlings {
			Self::deposit_event(Event::ArrearsSettled {
				jurisdiction,
				currency,
				period,
				twin,
				payer: None,
				used,
				remitted: 0,
				left,
			});
		}
	}
}
