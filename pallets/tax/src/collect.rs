//! Payments: the taxes split off, netted, credited and booked.

use crate::{
	books::{Books, Delta},
	charges::{ahead, at_once, charges, is_ahead, kept, put_back, sold, total, Charge},
	settings::Place,
	*,
};
use alloc::vec::Vec;
use frame::prelude::*;
use ourledger_math::{netting, payment, rounding::mul_div_half, MathError};
use ourledger_primitives::{
	invoice::Bill,
	money::LocalMoney,
	tax::{PaymentSplit, TaxCode, TaxKind, Trade, VatCategory},
	twin::{TwinNumber, Twins},
	Balance,
};

/// What is kept from the seller, in minor units.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Taken {
	pub vat: Balance,
	pub levies: Balance,
	pub withheld: Balance,
	/// Of the VAT, what was set against the seller's credit.
	pub used: Balance,
}

impl Taken {
	/// Sums up what each of the kept charges gives, in their order.
	pub fn of(charges: &[Charge], parts: &[Balance]) -> Result<Self, MathError> {
		let mut sums = Self::default();
		for (charge, part) in charges.iter().filter(|it| it.is_kept()).zip(parts) {
			let sum = match charge.kind {
				TaxKind::Vat(_) => &mut sums.vat,
				TaxKind::LevyOnNet { .. } | TaxKind::LevyPerUnit { .. } => &mut sums.levies,
				TaxKind::Withholding => &mut sums.withheld,
			};
			*sum = total([*sum, *part])?;
		}
		Ok(sums)
	}

	/// What goes to the treasury.
	pub fn to_treasury(self) -> Balance {
		// Parts of one payment, which was a sum of them.
		self.remitted().saturating_add(self.levies).saturating_add(self.withheld)
	}

	/// VAT that goes to the treasury.
	pub fn remitted(self) -> Balance {
		self.vat.saturating_sub(self.used)
	}

	/// As the seller's books see it.
	pub fn delta(self) -> Delta {
		Delta {
			output: self.vat,
			used: self.used,
			remitted: self.remitted(),
			levies: self.levies,
			withheld: self.withheld,
			..Delta::default()
		}
	}
}

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
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_collect(
		trade: &Trade,
		bill: &mut Bill,
		payer: &T::AccountId,
		amount: Balance,
	) -> Result<PaymentSplit, DispatchError> {
		let place = Self::place(trade.jurisdiction)?;
		let seller = Self::controller_of(trade.seller)?;
		let before = charges(bill, trade.currency);
		let mut after = before.clone();
		let was = bill.clone();

		let split = Self::split(bill, &before, amount)?;
		let mut books = Books::<T>::open(trade.jurisdiction, trade.currency, place.period);
		let mut taken = Taken::of(&before, &split.taxes).map_err(Error::<T>::from)?;
		taken.used = netting::offset(taken.vat, books.credit_of(trade.seller)).used;
		for (charge, part) in after.iter_mut().filter(|it| it.is_kept()).zip(&split.taxes) {
			charge.taken = total([charge.taken, *part]).map_err(Error::<T>::from)?;
		}
		bill.paid = bill.paid.checked_add(amount).ok_or(Error::<T>::Overflow)?;

		let buyer = Self::registered_buyer(trade, &place);
		let shares = |code| buyer.as_ref().map_or(0, |it| it.share_of(code));
		let reverse = Self::book_reverse(trade, bill, &mut after, &shares, &books)?;
		if buyer.is_some() {
			credit_buyer(&was, bill, &before, &mut after, shares).map_err(Error::<T>::from)?;
		}
		let items = items(&was, bill, &before, &after).map_err(Error::<T>::from)?;
		put_back(bill, &after);

		let mut delta = taken.delta();
		delta.sales = totals_of(&items, |it| it.of_seller());
		books.apply(trade.seller, &delta)?;
		let credited = total(items.iter().map(|it| it.credited)).map_err(Error::<T>::from)?;
		Self::book_buyer(trade, &mut books, &items, credited, buyer.is_some(), &reverse)?;
		reserve(&mut books, trade, (&was, &before), (bill, &after))?;
		books.close();

		let to_treasury = taken.to_treasury();
		let rest = amount.checked_sub(to_treasury).ok_or(Error::<T>::TaxBeyondGross)?;
		let parts = [(place.treasury.clone(), to_treasury), (seller, rest)];
		T::Money::pay_parts(trade.currency, payer, &parts)?;
		Self::pay_reverse(trade, &place, &reverse)?;

		let turnover = items.iter().map(|it| it.net).fold(0, i128::saturating_add);
		Self::announce(trade, &place, payer.clone(), amount, items, &taken, credited);
		Self::announce_reverse(trade, &place, &reverse);
		Self::count_turnover(trade, &place, bill, turnover)?;
		Ok(PaymentSplit { seller: rest, treasury: to_treasury, used: taken.used, credited })
	}

	pub(crate) fn do_collect_unpaid(
		trade: &Trade,
		bill: &mut Bill,
	) -> Result<PaymentSplit, DispatchError> {
		let place = Self::place(trade.jurisdiction)?;
		let seller = Self::controller_of(trade.seller)?;
		let before = charges(bill, trade.currency);
		let rest = kept(&before, |it| it.tax.saturating_sub(it.taken));
		let mut after = before.clone();
		for charge in after.iter_mut().filter(|it| it.is_kept()) {
			charge.taken = charge.tax;
		}
		let mut books = Books::<T>::open(trade.jurisdiction, trade.currency, place.period);
		let mut taken = Taken::of(&before, &rest).map_err(Error::<T>::from)?;
		if taken.vat == 0 && taken.to_treasury() == 0 {
			return Ok(PaymentSplit::default());
		}
		taken.used = netting::offset(taken.vat, books.credit_of(trade.seller)).used;
		// Nothing was paid, so nothing more was sold and nobody is credited.
		let items = items(bill, bill, &before, &after).map_err(Error::<T>::from)?;
		put_back(bill, &after);

		let mut delta = taken.delta();
		delta.sales = totals_of(&items, |it| it.of_seller());
		books.apply(trade.seller, &delta)?;
		reserve(&mut books, trade, (bill, &before), (bill, &after))?;
		books.close();
		let to_treasury = taken.to_treasury();
		T::Money::pay(trade.currency, &seller, &place.treasury, to_treasury)?;
		let (treasury, used) = (to_treasury, taken.used);
		Self::announce(trade, &place, seller, to_treasury, items, &taken, 0);
		Ok(PaymentSplit { seller: 0, treasury, used, credited: 0 })
	}

	fn split(bill: &Bill, charges: &[Charge], amount: Balance) -> Result<payment::Split, Error<T>> {
		let (taxes, taken) = (kept(charges, |it| it.tax), kept(charges, |it| it.taken));
		let bill =
			payment::Bill { gross: bill.gross, taxes: &taxes, paid: bill.paid, taken: &taken };
		Ok(payment::split(&bill, amount)?)
	}

	/// The buyer's registration, if it counts today: only then is the buyer credited.
	pub(crate) fn registered_buyer(trade: &Trade, place: &Place<T>) -> Option<TaxpayerOf<T>> {
		let buyer = trade.buyer.filter(|buyer| *buyer != trade.seller)?;
		Self::registration(trade.jurisdiction, buyer, place.today)
	}

	/// Book the tax of reverse charge that is due now that the bill is paid so far. It is no part of
	/// the payment: the buyer owes what it can't deduct.
	fn book_reverse(
		trade: &Trade,
		bill: &Bill,
		charges: &mut [Charge],
		shares: &impl Fn(TaxCode) -> u32,
		books: &Books<T>,
	) -> Result<Vec<Reverse>, Error<T>> {
		let mut booked = Vec::new();
		let mut credit = None;
		for charge in charges.iter_mut().filter(|it| it.is_reverse()) {
			let due = reverse_due(bill, charge)?.max(charge.taken);
			let reverse = netting::reverse_charge(charge.taken, due, shares(charge.code))?;
			if reverse.output == 0 {
				continue;
			}
			let buyer = trade.buyer.ok_or(Error::<T>::BuyerUnknown)?;
			let offset =
				netting::offset(reverse.due, credit.unwrap_or_else(|| books.credit_of(buyer)));
			credit = Some(offset.credit);
			charge.taken = due;
			charge.credited = total([charge.credited, reverse.input])?;
			booked.push(Reverse {
				code: charge.code,
				output: reverse.output,
				input: reverse.input,
				used: offset.used,
				remitted: offset.remitted,
			});
		}
		Ok(booked)
	}

	fn book_buyer(
		trade: &Trade,
		books: &mut Books<T>,
		items: &[Item],
		credited: Balance,
		registered: bool,
		reverse: &[Reverse],
	) -> DispatchResult {
		let Some(buyer) = trade.buyer.filter(|_| registered || !reverse.is_empty()) else {
			return Ok(());
		};
		let mut delta =
			Delta { input: credited, ..reverse_delta(reverse).map_err(Error::<T>::from)? };
		delta.purchases = totals_of(items, |it| it.of_buyer());
		books.apply(buyer, &delta)
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

	fn announce(
		trade: &Trade,
		place: &Place<T>,
		payer: T::AccountId,
		amount: Balance,
		items: Vec<Item>,
		taken: &Taken,
		credited: Balance,
	) {
		Self::deposit_event(Event::TaxCollected {
			jurisdiction: trade.jurisdiction,
			currency: trade.currency,
			period: place.period,
			seller: trade.seller,
			number: trade.number,
			buyer: trade.buyer,
			payer,
			amount,
			// A bill has no more.
			items: BoundedVec::truncate_from(items),
			used: taken.used,
			remitted: taken.remitted(),
			credited,
		});
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
			});
		}
	}

	/// Add to the turnover of whoever owns a seller that isn't registered: one that sells nothing
	/// but what is out of scope of VAT, and isn't registered today.
	pub(crate) fn count_turnover(
		trade: &Trade,
		place: &Place<T>,
		bill: &Bill,
		amount: i128,
	) -> DispatchResult {
		let out_of_scope = |it: &VatCategory| *it == VatCategory::OutOfScope;
		if amount == 0 || !bill.subtotals.iter().all(|it| out_of_scope(&it.category)) {
			return Ok(());
		}
		if Self::registration(trade.jurisdiction, trade.seller, place.today).is_some() {
			return Ok(());
		}
		let (jurisdiction, currency) = (trade.jurisdiction, trade.currency);
		let owner = Owners::<T>::get(trade.seller).unwrap_or(trade.seller);
		let year = place.period / 12;
		let before = Turnovers::<T>::get((jurisdiction, owner, currency, year));
		// A note on last year's sales can't make this year's negative.
		let turnover = before.saturating_add_signed(amount);
		Turnovers::<T>::insert((jurisdiction, owner, currency, year), turnover);
		Self::deposit_event(Event::TurnoverCounted {
			jurisdiction,
			owner,
			currency,
			year,
			amount,
			turnover,
		});
		let threshold = place.threshold_of(currency);
		if threshold.is_some_and(|threshold| before < threshold && turnover >= threshold) {
			Self::deposit_event(Event::ThresholdCrossed {
				jurisdiction,
				owner,
				currency,
				year,
				turnover,
			});
		}
		Ok(())
	}

	pub(crate) fn controller_of(twin: TwinNumber) -> Result<T::AccountId, Error<T>> {
		T::Twins::controller_of(twin).ok_or(Error::<T>::TwinNotFound)
	}
}

/// What the buyer has to have booked of a reverse charge, now that the bill is paid so far.
pub(crate) fn reverse_due(bill: &Bill, charge: &Charge) -> Result<Balance, MathError> {
	if bill.gross == 0 {
		return Ok(0);
	}
	mul_div_half(charge.tax, bill.paid, bill.gross)
}

/// As the buyer's books see it.
pub(crate) fn reverse_delta(reverse: &[Reverse]) -> Result<Delta, MathError> {
	Ok(Delta {
		output: total(reverse.iter().map(|it| it.output))?,
		cancelled: total(reverse.iter().map(|it| it.input))?,
		used: total(reverse.iter().map(|it| it.used))?,
		remitted: total(reverse.iter().map(|it| it.remitted))?,
		..Delta::default()
	})
}

/// Credit the buyer with what it may deduct of the VAT that was taken for what was paid.
///
/// Where tax was taken ahead, there is more of it: the credit then follows the tax within what is
/// paid.
fn credit_buyer(
	was: &Bill,
	bill: &Bill,
	before: &[Charge],
	after: &mut [Charge],
	share_of: impl Fn(TaxCode) -> u32,
) -> Result<(), MathError> {
	let (mut old, mut new) = (kept(before, |it| it.taken), kept(after, |it| it.taken));
	if is_ahead(was, before)? {
		let (was_due, due) = (at_once(was, before, was.paid)?, at_once(bill, before, bill.paid)?);
		old = old.into_iter().zip(was_due).map(|(taken, due)| taken.min(due)).collect();
		new = new.into_iter().zip(due).map(|(taken, due)| taken.min(due)).collect();
	}
	let kept = after.iter_mut().filter(|it| it.is_kept());
	for (charge, (old, new)) in kept.zip(old.into_iter().zip(new)) {
		if charge.is_vat() && new > old {
			let credit = netting::buyer_credit(old, new, share_of(charge.code))?;
			charge.credited = total([charge.credited, credit])?.min(charge.taken);
		}
	}
	Ok(())
}

/// What each code has of a payment: the difference between two states of a bill.
fn items(
	was: &Bill,
	bill: &Bill,
	before: &[Charge],
	after: &[Charge],
) -> Result<Vec<Item>, MathError> {
	let item = |(old, new): (&Charge, &Charge)| {
		let credited = if new.is_kept() { new.credited.saturating_sub(old.credited) } else { 0 };
		let net = sold(bill, new)?.checked_sub(sold(was, old)?).ok_or(MathError::Overflow)?;
		let tax = new.taken.saturating_sub(old.taken);
		Ok(Item { code: new.code, kind: new.kind, net, tax, credited })
	};
	before.iter().zip(after).map(item).collect()
}

/// Keep in the treasury what this invoice can still turn into credit: its bill and taxes went from
/// `before` to `after`.
pub(crate) fn reserve<T: Config>(
	books: &mut Books<T>,
	trade: &Trade,
	before: (&Bill, &[Charge]),
	after: (&Bill, &[Charge]),
) -> DispatchResult {
	let uncredited = |charges: &[Charge]| total(charges.iter().map(Charge::uncredited));
	let was = uncredited(before.1).map_err(Error::<T>::from)?;
	let is = uncredited(after.1).map_err(Error::<T>::from)?;
	books.reserve(calendar::period_of(trade.supply), was, is)?;
	let was = ahead(before.0, before.1).map_err(Error::<T>::from)?;
	let is = ahead(after.0, after.1).map_err(Error::<T>::from)?;
	books.take_ahead(was, is)
}

impl Item {
	/// What the seller's statement has of it: a reverse charge's tax is the buyer's.
	fn of_seller(&self) -> Option<CodeTotal> {
		let reverse = self.kind == TaxKind::Vat(VatCategory::ReverseCharge);
		// A tax fits: it was a difference of two that are at most `MAX_AMOUNT`.
		let tax = if reverse { 0 } else { self.tax.try_into().unwrap_or(i128::MAX) };
		Some(CodeTotal { code: self.code, net: self.net, tax })
	}

	/// What the buyer's statement has of it: VAT alone.
	fn of_buyer(&self) -> Option<CodeTotal> {
		matches!(self.kind, TaxKind::Vat(_)).then(|| CodeTotal {
			code: self.code,
			net: self.net,
			tax: self.tax.try_into().unwrap_or(i128::MAX),
		})
	}
}

/// Totals for a statement, but for those of nothing.
pub(crate) fn totals_of<I>(items: &[I], total: impl Fn(&I) -> Option<CodeTotal>) -> Vec<CodeTotal> {
	items.iter().filter_map(total).filter(|it| it.net != 0 || it.tax != 0).collect()
}
