//! Payments: the taxes split off, netted, credited and booked.

use crate::{
	books::{Books, Delta},
	charges::{
		ahead, at_once, heads, is_ahead, of, parts, put_back, tip_so_far, total, uncredited, Head,
		HeadKind, Part,
	},
	reverse::{reverse_delta, Reverse},
	settings::Place,
	*,
};
use alloc::vec::Vec;
use frame::prelude::*;
use ourledger_math::{netting, payment, MathError};
use ourledger_primitives::{
	invoice::Bill,
	money::{CurrencyId, LocalMoney, Settled},
	tax::{PaymentSplit, Source, TaxKind, Trade, VatCategory},
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
	/// Sums up what each head gives, in their order.
	pub fn of(heads: &[Head], parts: &[Balance]) -> Result<Self, MathError> {
		let mut sums = Self::default();
		for (head, part) in heads.iter().zip(parts) {
			let sum = match head.kind {
				HeadKind::Vat(_) => &mut sums.vat,
				HeadKind::Levy => &mut sums.levies,
				HeadKind::Withholding => &mut sums.withheld,
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

/// What of a payment is told besides its items, in minor units.
#[derive(Clone, Copy, Debug, Default)]
struct Paid {
	amount: Balance,
	tip: i128,
	credited: Balance,
	settled: Settled,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_collect(
		trade: &Trade,
		bill: &mut Bill,
		from: Source<'_, T::AccountId>,
		amount: Balance,
	) -> Result<PaymentSplit, DispatchError> {
		let place = Self::place(trade.jurisdiction)?;
		let seller = Self::controller_of(trade.seller)?;
		let was = bill.clone();
		let buyer = Self::registered_buyer(trade, &place);
		let mut books = Books::<T>::open(trade.jurisdiction, trade.currency, place.period);

		let mut taken = split_payment::<T>(bill, amount, buyer.as_ref())?;
		taken.used = netting::offset(taken.vat, books.credit_of(trade.seller)).used;
		let shares = |code| buyer.as_ref().map_or(0, |it| it.share_of(code));
		let mut reverse = Self::book_reverse(trade, bill, shares, &books)?;
		if let Source::Pot { .. } = from {
			Self::pay_or_owe(trade, &place, &mut reverse);
		}
		let items = items(Some(&was), bill, trade.currency).map_err(Error::<T>::from)?;
		Self::ensure_items_sold(trade, &place, bill, &items)?;
		let credited = credited_between(&was, bill).map_err(Error::<T>::from)?;
		let tip = tip_between(Some(&was), bill).map_err(Error::<T>::from)?;

		Self::book_sale(trade, &mut books, &items, tip, taken.delta())?;
		reserve(&mut books, trade, Some(&was), bill, &reverse)?;
		Self::book_buyer(trade, &mut books, &items, credited, buyer.is_some(), &reverse)?;
		let settlings = books.close();

		let to_treasury = taken.to_treasury();
		let rest = amount.checked_sub(to_treasury).ok_or(Error::<T>::TaxBeyondGross)?;
		let settled = match from {
			Source::Account(payer) => {
				let parts = [(place.treasury.clone(), to_treasury), (seller.clone(), rest)];
				T::Money::pay_parts(trade.currency, payer, &parts)?;
				Self::pay_reverse(trade, &place, &reverse)?;
				Settled { paid: rest, ..Settled::default() }
			},
			Source::Pot { pot, kept } => {
				ensure!(kept.nominal == amount, DispatchError::Corruption);
				T::Money::pay(trade.currency, pot, &place.treasury, to_treasury)?;
				let paid = T::Money::keep(trade.currency, to_treasury)?;
				let own = kept.without(paid).ok_or(Error::<T>::TaxBeyondGross)?;
				T::Money::settle(trade.currency, pot, &seller, own)?
			},
		};

		let turnover = items.iter().map(|it| it.net).fold(0, i128::saturating_add);
		let payer = match from {
			Source::Account(account) | Source::Pot { pot: account, .. } => account.clone(),
		};
		let paid = Paid { amount, tip, credited, settled };
		Self::announce(trade, &place, payer, items, &taken, paid);
		Self::announce_reverse(trade, &place, &reverse);
		Self::announce_settlings(trade.jurisdiction, trade.currency, place.period, settlings);
		Self::count_turnover(trade, &place, bill, turnover)?;
		Ok(PaymentSplit {
			seller: settled.paid.saturating_add(settled.set_aside),
			set_aside: settled.set_aside,
			treasury: to_treasury,
			charged: settled.charged,
			used: taken.used,
			credited,
		})
	}

	/// Book what is sold though nothing is to be paid.
	pub(crate) fn do_book_issue(trade: &Trade, bill: &mut Bill) -> DispatchResult {
		if bill.gross > 0 {
			return Ok(());
		}
		let place = Self::place(trade.jurisdiction)?;
		let seller = Self::controller_of(trade.seller)?;
		let heads = heads(bill).map_err(Error::<T>::from)?;
		put_back(bill, &heads).map_err(Error::<T>::from)?;
		let items = items(None, bill, trade.currency).map_err(Error::<T>::from)?;
		if items.iter().all(|it| it.net == 0 && it.tax == 0) {
			return Ok(());
		}
		let registered = Self::registered_buyer(trade, &place).is_some();
		let mut books = Books::<T>::open(trade.jurisdiction, trade.currency, place.period);
		Self::book_sale(trade, &mut books, &items, 0, Delta::default())?;
		Self::book_buyer(trade, &mut books, &items, 0, registered, &[])?;
		// Nothing was credited, so nothing is set against arrears.
		books.close();
		Self::announce(trade, &place, seller, items, &Taken::default(), Paid::default());
		Ok(())
	}

	pub(crate) fn do_collect_unpaid(
		trade: &Trade,
		bill: &mut Bill,
	) -> Result<PaymentSplit, DispatchError> {
		let place = Self::place(trade.jurisdiction)?;
		let seller = Self::controller_of(trade.seller)?;
		let was = bill.clone();
		let before = heads(bill).map_err(Error::<T>::from)?;
		let rest = of(&before, |it| it.tax.saturating_sub(it.taken));
		let after = before.iter().map(|it| Head { taken: it.tax, ..*it }).collect::<Vec<_>>();
		let mut books = Books::<T>::open(trade.jurisdiction, trade.currency, place.period);
		let mut taken = Taken::of(&before, &rest).map_err(Error::<T>::from)?;
		if taken.vat == 0 && taken.to_treasury() == 0 {
			return Ok(PaymentSplit::default());
		}
		taken.used = netting::offset(taken.vat, books.credit_of(trade.seller)).used;
		put_back(bill, &after).map_err(Error::<T>::from)?;
		// Nothing was paid, so nothing more was sold and nobody is credited.
		let items = items(Some(&was), bill, trade.currency).map_err(Error::<T>::from)?;
		Self::ensure_items_sold(trade, &place, bill, &items)?;

		Self::book_sale(trade, &mut books, &items, 0, taken.delta())?;
		reserve(&mut books, trade, Some(&was), bill, &[])?;
		books.close();
		let to_treasury = taken.to_treasury();
		T::Money::pay(trade.currency, &seller, &place.treasury, to_treasury)?;
		let paid = Paid { amount: to_treasury, ..Paid::default() };
		Self::announce(trade, &place, seller, items, &taken, paid);
		Ok(PaymentSplit { treasury: to_treasury, used: taken.used, ..PaymentSplit::default() })
	}

	/// The buyer's registration, if it counts today and the buyer buys as a business: only then is it
	/// credited.
	pub(crate) fn registered_buyer(trade: &Trade, place: &Place<T>) -> Option<TaxpayerOf<T>> {
		let is_other = |buyer: &TwinNumber| trade.business && *buyer != trade.seller;
		let buyer = trade.buyer.filter(is_other)?;
		Self::registration(trade.jurisdiction, buyer, place.today)
	}

	fn book_sale(
		trade: &Trade,
		books: &mut Books<T>,
		items: &[Item],
		tips: i128,
		taken: Delta,
	) -> DispatchResult {
		let returns = items.iter().filter(|it| it.tax < 0).map(|it| it.tax.unsigned_abs());
		let taken_off = total(returns).map_err(Error::<T>::from)?;
		let sales = totals_of(items, |it| it.of_seller());
		books.apply(trade.seller, &Delta { sales, tips, taken_off, ..taken })
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

	fn announce(
		trade: &Trade,
		place: &Place<T>,
		payer: T::AccountId,
		items: Vec<Item>,
		taken: &Taken,
		paid: Paid,
	) {
		Self::deposit_event(Event::TaxCollected {
			jurisdiction: trade.jurisdiction,
			currency: trade.currency,
			period: place.period,
			seller: trade.seller,
			number: trade.number,
			buyer: trade.buyer,
			business: trade.business,
			payer,
			amount: paid.amount,
			// A bill has no more.
			items: BoundedVec::truncate_from(items),
			tip: paid.tip,
			used: taken.used,
			remitted: taken.remitted(),
			credited: paid.credited,
			charged: paid.settled.charged,
			set_aside: paid.settled.set_aside,
		});
	}

	pub(crate) fn controller_of(twin: TwinNumber) -> Result<T::AccountId, Error<T>> {
		T::Twins::controller_of(twin).ok_or(Error::<T>::TwinNotFound)
	}
}

/// Take the taxes within a payment off it: the bill remembers what was paid, taken and, if `buyer` is
/// registered, credited.
fn split_payment<T: Config>(
	bill: &mut Bill,
	amount: Balance,
	buyer: Option<&TaxpayerOf<T>>,
) -> Result<Taken, Error<T>> {
	let was = bill.clone();
	let before = heads(bill)?;
	let (taxes, taken) = (of(&before, |it| it.tax), of(&before, |it| it.taken));
	let (gross, paid) = (bill.gross, bill.paid);
	let split =
		payment::split(&payment::Bill { gross, taxes: &taxes, paid, taken: &taken }, amount)?;
	let mut after = before.clone();
	for (head, part) in after.iter_mut().zip(&split.taxes) {
		head.taken = total([head.taken, *part])?;
	}
	bill.paid = total([paid, amount])?;
	if let Some(buyer) = buyer {
		credit_buyer::<T>(&was, bill, &before, &mut after, buyer)?;
	}
	put_back(bill, &after)?;
	Ok(Taken::of(&before, &split.taxes)?)
}

/// Credit the buyer with what it may deduct of the VAT that was taken for what was paid.
///
/// Where tax was taken ahead, there is more of it: the credit then follows the tax within what is
/// paid.
fn credit_buyer<T: Config>(
	was: &Bill,
	bill: &Bill,
	before: &[Head],
	after: &mut [Head],
	buyer: &TaxpayerOf<T>,
) -> Result<(), MathError> {
	let (mut old, mut new) = (of(before, |it| it.taken), of(after, |it| it.taken));
	if is_ahead(was, before)? {
		let (was_due, due) = (at_once(was, before, was.paid)?, at_once(bill, before, bill.paid)?);
		old = old.into_iter().zip(was_due).map(|(taken, due)| taken.min(due)).collect();
		new = new.into_iter().zip(due).map(|(taken, due)| taken.min(due)).collect();
	}
	for (head, (old, new)) in after.iter_mut().zip(old.into_iter().zip(new)) {
		if head.is_vat() && new > old {
			let share = head.share(bill.as_one.as_ref(), |code| buyer.share_of(code));
			let credit = netting::buyer_credit(old, new, share)?;
			head.credited = total([head.credited, credit])?.min(head.taken);
		}
	}
	Ok(())
}

/// What the buyer is credited of a payment, reverse charge apart.
fn credited_between(was: &Bill, bill: &Bill) -> Result<Balance, MathError> {
	let credited = |bill: &Bill| total(of(&heads(bill)?, |it| it.credited));
	// Payments only add.
	Ok(credited(bill)?.saturating_sub(credited(was)?))
}

/// What each code had of `was`, or nothing, and has of `bill`.
fn between(
	was: Option<&Bill>,
	bill: &Bill,
	currency: CurrencyId,
) -> Result<Vec<(Part, Part)>, MathError> {
	let new = parts(bill, currency)?;
	let old = match was {
		Some(was) => parts(was, currency)?,
		None => new.iter().map(|it| Part { sold: 0, taken: 0, credited: 0, ..*it }).collect(),
	};
	Ok(old.into_iter().zip(new).collect())
}

/// How much more, or less, of the tip was paid.
pub(crate) fn tip_between(was: Option<&Bill>, bill: &Bill) -> Result<i128, MathError> {
	let old = was.map_or(Ok(0), tip_so_far)?;
	tip_so_far(bill)?.checked_sub(old).ok_or(MathError::Overflow)
}

/// What each code has of a payment or a note: the difference between two states of a bill.
pub(crate) fn items(
	was: Option<&Bill>,
	bill: &Bill,
	currency: CurrencyId,
) -> Result<Vec<Item>, MathError> {
	let item = |(old, new): (Part, Part)| {
		Ok(Item {
			code: new.code,
			kind: new.kind,
			net: new.sold.checked_sub(old.sold).ok_or(MathError::Overflow)?,
			tax: new.taken.checked_sub(old.taken).ok_or(MathError::Overflow)?,
			credited: new.credited.saturating_sub(old.credited),
		})
	};
	between(was, bill, currency)?.into_iter().map(item).collect()
}

/// Keep in the treasury what this invoice can still turn into credit: its bill went from `was` to
/// `bill`. What became arrears isn't there to be kept; it is once they are settled.
pub(crate) fn reserve<T: Config>(
	books: &mut Books<T>,
	trade: &Trade,
	was: Option<&Bill>,
	bill: &Bill,
	reverse: &[Reverse],
) -> DispatchResult {
	let figure = |of: fn(&Bill) -> Result<Balance, MathError>| {
		let before = was.map_or(Ok(0), of).map_err(Error::<T>::from)?;
		Ok::<_, Error<T>>((before, of(bill).map_err(Error::<T>::from)?))
	};
	let (before, after) = figure(uncredited)?;
	let supply = calendar::period_of(trade.supply);
	books.reserve(supply, before, after)?;
	let deferred = total(reverse.iter().map(|it| it.deferred)).map_err(Error::<T>::from)?;
	books.reserve(supply, deferred, 0)?;
	let (before, after) = figure(ahead)?;
	books.take_ahead(before, after)
}

impl Item {
	/// What the seller's statement has of it: a reverse charge's tax is the buyer's.
	pub(crate) fn of_seller(&self) -> Option<CodeTotal> {
		let reverse = self.kind == TaxKind::Vat(VatCategory::ReverseCharge);
		let tax = if reverse { 0 } else { self.tax };
		Some(CodeTotal { code: self.code, net: self.net, tax })
	}

	/// What the buyer's statement has of it: VAT alone.
	pub(crate) fn of_buyer(&self) -> Option<CodeTotal> {
		let vat = matches!(self.kind, TaxKind::Vat(_));
		vat.then_some(CodeTotal { code: self.code, net: self.net, tax: self.tax })
	}
}

/// Totals for a statement, but for those of nothing.
pub(crate) fn totals_of(
	items: &[Item],
	total: impl Fn(&Item) -> Option<CodeTotal>,
) -> Vec<CodeTotal> {
	items.iter().filter_map(total).filter(|it| it.net != 0 || it.tax != 0).collect()
}
