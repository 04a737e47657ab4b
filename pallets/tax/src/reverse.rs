//! Reverse charge: the tax that a buyer books itself, and what it owes of it.

use crate::{
	books::{Books, Delta, Settling},
	charges::{positive, signed, so_far, total},
	settings::Place,
	*,
};
use alloc::vec::Vec;
use frame::{deps::frame_support::storage::with_storage_layer, prelude::*};
use ourledger_math::{netting, rounding::mul_div_down, MathError};
use ourledger_primitives::{
	invoice::Bill,
	money::{CurrencyId, LocalMoney},
	tax::{JurisdictionId, Period, Ppm, TaxCode, Trade},
	twin::TwinNumber,
	Balance,
};

/// What a buyer books under reverse charge, in minor units.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reverse {
	pub code: TaxCode,
	pub output: Balance,
	/// Cancels as much of the output at once.
	pub input: Balance,
	/// Set against the buyer's credit.
	pub used: Balance,
	/// Paid by the buyer.
	pub remitted: Balance,
	/// Owed by the buyer: its arrears.
	pub deferred: Balance,
}

/// What a note changes of reverse charges: the buyer's own tax.
#[derive(Default)]
pub(crate) struct ReverseNote {
	/// What it has to book in addition.
	pub booked: Vec<Reverse>,
	/// Code, output and input that were booked too much.
	pub undone: Vec<(TaxCode, Balance, Balance)>,
}

impl<T: Config> Pallet<T> {
	/// Book the tax of reverse charge that is due now that the bill is paid so far. It is no part of
	/// the payment: the buyer owes what it can't deduct.
	pub(crate) fn book_reverse(
		trade: &Trade,
		bill: &mut Bill,
		share_of: impl Fn(TaxCode) -> Ppm,
		books: &Books<T>,
	) -> Result<Vec<Reverse>, Error<T>> {
		let dues = dues(bill)?;
		let mut booked = Vec::new();
		let mut credit = None;
		for (it, due) in bill.subtotals.iter_mut().zip(dues).filter(|(it, _)| it.is_reverse()) {
			let taken = positive(it.taken)?;
			let due = due.max(taken);
			let reverse = netting::reverse_charge(taken, due, share_of(it.code))?;
			if reverse.output == 0 {
				continue;
			}
			let buyer = trade.buyer.ok_or(Error::<T>::BuyerUnknown)?;
			let offset =
				netting::offset(reverse.due, credit.unwrap_or_else(|| books.credit_of(buyer)));
			credit = Some(offset.credit);
			it.taken = signed(due)?;
			it.credited = total([it.credited, reverse.input])?;
			booked.push(Reverse {
				code: it.code,
				output: reverse.output,
				input: reverse.input,
				used: offset.used,
				remitted: offset.remitted,
				deferred: 0,
			});
		}
		Ok(booked)
	}

	/// Let the buyer pay what it has to or, if it can't, owe it: whole, either way.
	pub(crate) fn pay_or_owe(trade: &Trade, place: &Place<T>, reverse: &mut [Reverse]) {
		// Why it can't is its own affair: somebody else's money waits.
		if with_storage_layer(|| Self::pay_reverse(trade, place, reverse)).is_err() {
			defer(reverse);
		}
	}

	pub(crate) fn pay_reverse(
		trade: &Trade,
		place: &Place<T>,
		reverse: &[Reverse],
	) -> DispatchResult {
		let due = total(reverse.iter().map(|it| it.remitted)).map_err(Error::<T>::from)?;
		let Some(buyer) = trade.buyer.filter(|_| due > 0) else { return Ok(()) };
		let buyer = Self::controller_of(buyer)?;
		T::Money::pay(trade.currency, &buyer, &place.treasury, due)
	}

	pub(crate) fn announce_reverse(trade: &Trade, place: &Place<T>, reverse: &[Reverse]) {
		let Some(buyer) = trade.buyer else { return };
		for it in reverse {
			Self::deposit_event(Event::ReverseCharged {
				jurisdiction: trade.jurisdiction,
				currency: trade.currency,
				period: place.period,
				seller: trade.seller,
				number: trade.number,
				buyer,
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
		let mut books = Books::<T>::open(jurisdiction, currency, place.period);
		books.pay_arrears(twin, amount)?;
		books.close();
		T::Money::pay(currency, &payer, &place.treasury, amount)?;
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

/// What the buyer has to have booked of each subtotal under reverse charge, now that the bill is paid
/// so far. Of others, what is due is of no account.
fn dues(bill: &Bill) -> Result<Vec<Balance>, MathError> {
	let due = |vat| if vat > 0 { positive(so_far(bill, vat)?) } else { Ok(0) };
	bill.subtotals.iter().map(|it| due(it.vat)).collect()
}

/// Let the buyer owe all that it would have to pay.
pub(crate) fn defer(reverse: &mut [Reverse]) {
	for it in reverse {
		(it.deferred, it.remitted) = (it.remitted, 0);
	}
}

/// As the buyer's books see it.
pub(crate) fn reverse_delta(reverse: &[Reverse]) -> Result<Delta, MathError> {
	Ok(Delta {
		output: total(reverse.iter().map(|it| it.output))?,
		cancelled: total(reverse.iter().map(|it| it.input))?,
		used: total(reverse.iter().map(|it| it.used))?,
		remitted: total(reverse.iter().map(|it| it.remitted))?,
		deferred: total(reverse.iter().map(|it| it.deferred))?,
		..Delta::default()
	})
}

impl ReverseNote {
	/// Bring the reverse charges of what remains to what stays paid. Nothing of what the buyer has to
	/// book in addition is set against its credit yet.
	pub fn of(rest: &mut Bill, share_of: impl Fn(TaxCode) -> Ppm) -> Result<Self, MathError> {
		let dues = dues(rest)?;
		let mut note = Self::default();
		for (it, due) in rest.subtotals.iter_mut().zip(dues).filter(|(it, _)| it.is_reverse()) {
			let taken = positive(it.taken)?;
			if due < taken {
				let credited = mul_div_down(it.credited, due, taken)?;
				let input = it.credited.saturating_sub(credited);
				note.undone.push((it.code, taken.saturating_sub(due), input));
				it.credited = credited;
			} else if due > taken {
				let more = netting::reverse_charge(taken, due, share_of(it.code))?;
				note.booked.push(Reverse {
					code: it.code,
					output: more.output,
					input: more.input,
					used: 0,
					remitted: more.due,
					deferred: 0,
				});
				it.credited = total([it.credited, more.input])?;
			}
			it.taken = signed(due)?;
		}
		Ok(note)
	}

	/// Set what the buyer has to book in addition against `credit`, code by code. Returns what is
	/// left for it to pay, which doesn't depend on their order.
	pub fn set_against(&mut self, mut credit: Balance) -> Result<Balance, MathError> {
		for it in &mut self.booked {
			let offset = netting::offset(it.remitted, credit);
			(it.used, it.remitted, credit) = (offset.used, offset.remitted, offset.credit);
		}
		total(self.booked.iter().map(|it| it.remitted))
	}

	/// What the buyer had paid, or set against its credit, or owes, and now gets back as credit.
	pub fn returned(&self) -> Result<Balance, MathError> {
		total(self.undone.iter().map(|(_, output, input)| output.saturating_sub(*input)))
	}
}
