//! What becomes of a payment: the taxes are split off, netted, credited and booked.

use crate::{
	books::{items, tip_between, totals_of, turnover, Delta, Item, Parties, Reserve},
	charges::{at_once, heads, is_ahead, of, put_back, total, Head, HeadKind},
	invoice::Bill,
	reverse::{self, Reverse},
	tax::Deductible,
	Balance, CurrencyId, Refusal,
};
use alloc::vec::Vec;
use ourledger_math::{netting, payment, MathError};

/// What is kept from the seller, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
	/// VAT.
	pub vat: Balance,
	/// Levies.
	pub levies: Balance,
	/// What is withheld.
	pub withheld: Balance,
	/// Of the VAT, what is set against the seller's credit.
	pub used: Balance,
}

impl Taken {
	/// Sum up what each head gives, in their order.
	pub(crate) fn of(heads: &[Head], parts: &[Balance]) -> Result<Self, MathError> {
		let mut sums = Self::default();
		for (head, part) in heads.iter().zip(parts) {
			let sum = match head.kind {
				HeadKind::Vat(_) => &mut sums.vat,
				HeadKind::Levy(_) => &mut sums.levies,
				HeadKind::Withholding(_) => &mut sums.withheld,
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
	pub(crate) fn delta(self) -> Delta {
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

/// What a payment does, for whoever has the ledgers to write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
	/// The bill afterwards.
	pub bill: Bill,
	/// What is kept from the seller, and of it what goes to the treasury.
	pub taken: Taken,
	/// The same by head, in the bill's order.
	pub heads: Vec<(HeadKind, Balance)>,
	/// What each code has of it.
	pub items: Vec<Item>,
	/// How much more of the tip is paid.
	pub tip: i128,
	/// What the buyer is credited with, reverse charge apart.
	pub credited: Balance,
	/// What the buyer books itself. It pays what is remitted to the treasury, besides.
	pub reverse: Vec<Reverse>,
	/// What the treasury keeps for the invoice.
	pub reserve: Reserve,
	/// Whether the buyer is registered, and buys as a business: its statement has the purchase.
	is_registered: bool,
}

impl Plan {
	/// Pay `amount` of `bill`. `currency` is what is paid in.
	pub fn of_payment(
		bill: &Bill,
		amount: Balance,
		currency: CurrencyId,
		parties: &Parties<'_>,
	) -> Result<Self, Refusal> {
		let mut after = bill.clone();
		let heads = split(&mut after, amount, parties.deductible())?;
		let mut taken = heads.taken;
		taken.used = netting::offset(taken.vat, parties.seller_credit).used;
		let reverse = reverse::book(&mut after, parties)?;
		Ok(Self {
			taken,
			heads: heads.parts,
			items: items(Some(bill), &after, currency)?,
			tip: tip_between(bill, &after)?,
			credited: credited_between(bill, &after)?,
			reverse,
			reserve: Reserve::between(bill, &after)?,
			is_registered: parties.is_registered(),
			bill: after,
		})
	}

	/// Book what is sold though nothing is to be paid: of a bill of gross 0, all. Nothing, if there is
	/// nothing to book.
	pub fn at_issue(
		bill: &Bill,
		currency: CurrencyId,
		is_registered: bool,
	) -> Result<Option<Self>, Refusal> {
		if bill.gross > 0 {
			return Ok(None);
		}
		let mut after = bill.clone();
		put_back(&mut after, &heads(bill)?)?;
		let items = items(None, &after, currency)?;
		if items.iter().all(|it| it.net == 0 && it.tax == 0) {
			return Ok(None);
		}
		Ok(Some(Self {
			bill: after,
			taken: Taken::default(),
			heads: Vec::new(),
			items,
			tip: 0,
			credited: 0,
			reverse: Vec::new(),
			reserve: Reserve::default(),
			is_registered,
		}))
	}

	/// Take all tax that `bill` still owes from its seller, who has this credit: nothing was paid, so
	/// nothing more is sold, and nobody is credited. Nothing, if it owes none.
	pub fn of_unpaid(
		bill: &Bill,
		currency: CurrencyId,
		seller_credit: Balance,
	) -> Result<Option<Self>, Refusal> {
		let before = heads(bill)?;
		let rest = of(&before, |it| it.tax.saturating_sub(it.taken));
		let all = before.iter().map(|it| Head { taken: it.tax, ..*it }).collect::<Vec<_>>();
		let mut taken = Taken::of(&before, &rest)?;
		if taken.vat == 0 && taken.to_treasury() == 0 {
			return Ok(None);
		}
		taken.used = netting::offset(taken.vat, seller_credit).used;
		let mut after = bill.clone();
		put_back(&mut after, &all)?;
		Ok(Some(Self {
			taken,
			heads: before.iter().map(|it| it.kind).zip(rest).collect(),
			items: items(Some(bill), &after, currency)?,
			tip: 0,
			credited: 0,
			reverse: Vec::new(),
			reserve: Reserve::between(bill, &after)?,
			is_registered: false,
			bill: after,
		}))
	}

	/// Let the buyer owe what it would have to pay of reverse charge: whole.
	pub fn defer(&mut self) {
		reverse::defer(&mut self.reverse);
	}

	/// What the buyer pays to the treasury besides, of reverse charge.
	pub fn reverse_paid(&self) -> Result<Balance, MathError> {
		reverse::paid(&self.reverse)
	}

	/// What the buyer owes from then on, of reverse charge.
	pub fn deferred(&self) -> Result<Balance, MathError> {
		reverse::sum(&self.reverse, |it| it.deferred)
	}

	/// What of a payment of `amount` is the seller's.
	pub fn to_seller(&self, amount: Balance) -> Result<Balance, MathError> {
		amount.checked_sub(self.taken.to_treasury()).ok_or(MathError::TaxBeyondGross)
	}

	/// What counts as turnover.
	pub fn turnover(&self) -> i128 {
		turnover(&self.items)
	}

	/// What changes in the seller's books.
	pub fn of_seller(&self) -> Result<Delta, MathError> {
		let returns = self.items.iter().filter(|it| it.tax < 0).map(|it| it.tax.unsigned_abs());
		Ok(Delta {
			sales: totals_of(&self.items, Item::of_seller),
			tips: self.tip,
			taken_off: total(returns)?,
			..self.taken.delta()
		})
	}

	/// What changes in the books of the buyer, if it has any of it.
	pub fn of_buyer(&self) -> Result<Option<Delta>, MathError> {
		if !self.is_registered && self.reverse.is_empty() {
			return Ok(None);
		}
		Ok(Some(Delta {
			input: self.credited,
			purchases: totals_of(&self.items, Item::of_buyer),
			..reverse::delta(&self.reverse)?
		}))
	}
}

/// What a payment takes.
struct Split {
	taken: Taken,
	parts: Vec<(HeadKind, Balance)>,
}

/// Take the taxes within a payment off it: the bill remembers what was paid, taken and, if the buyer is
/// registered, credited.
fn split(bill: &mut Bill, amount: Balance, deductible: Deductible<'_>) -> Result<Split, MathError> {
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
	if deductible.is_some() {
		credit_buyer(&was, bill, &before, &mut after, deductible)?;
	}
	put_back(bill, &after)?;
	let taken = Taken::of(&before, &split.taxes)?;
	Ok(Split { taken, parts: before.iter().map(|it| it.kind).zip(split.taxes).collect() })
}

/// Credit the buyer with what it may deduct of the VAT that was taken for what was paid.
///
/// Where tax was taken ahead, there is more of it: the credit then follows the tax within what is
/// paid.
fn credit_buyer(
	was: &Bill,
	bill: &Bill,
	before: &[Head],
	after: &mut [Head],
	deductible: Deductible<'_>,
) -> Result<(), MathError> {
	let (mut old, mut new) = (of(before, |it| it.taken), of(after, |it| it.taken));
	if is_ahead(was, before)? {
		let (was_due, due) = (at_once(was, before, was.paid)?, at_once(bill, before, bill.paid)?);
		old = old.into_iter().zip(was_due).map(|(taken, due)| taken.min(due)).collect();
		new = new.into_iter().zip(due).map(|(taken, due)| taken.min(due)).collect();
	}
	for (head, (old, new)) in after.iter_mut().zip(old.into_iter().zip(new)) {
		if head.is_vat() && new > old {
			let share = head.share(bill.as_one.as_ref(), deductible);
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
