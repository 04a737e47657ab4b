//! Credit notes: what remains of a bill, and what moves.

use crate::{
	assess::ensure_bill,
	books::{items, tip_between, totals_of, turnover, Delta, Item, Parties, Reserve},
	charges::{
		at_once, heads, is_ahead, line_taxes, math_prices, of, put_back, reckon, total, Head,
	},
	invoice::{
		hash_lines, Bill, Blake2, Change, LevyAmount, LevyItem, Lines, Note, Remainder, SaleLevy,
		Subtotal, MAX_AMOUNT,
	},
	payment::Taken,
	reverse::{defer, delta, ReverseNote},
	tax::{Deductible, TaxCode, VatCategory},
	Balance, CurrencyId, Refusal,
};
use alloc::{boxed::Box, vec::Vec};
use bounded_collections::BoundedVec;
use ourledger_math::{
	credit_note::{self, is_less, remaining_lines, settle, Movement},
	netting, MathError,
};

/// What `note` leaves of `bill`, if it takes back what is there and nothing else. It stays right until
/// the next note takes effect, whatever is paid meanwhile.
pub fn remainder(bill: &Bill, note: &Note, blake2: Blake2) -> Result<Remainder, Refusal> {
	if note.parts.is_empty() && note.levies.is_empty() && note.tip == 0 {
		return Err(Refusal::NothingSold);
	}
	let line_taxes = line_taxes(bill)?;
	let amounts = bill.subtotals.iter().zip(line_taxes).map(|(it, tax)| (it.amount, tax));
	let mut amounts = amounts.collect::<Vec<_>>();
	let (mut was, mut remain) = (Vec::new(), Vec::new());
	for (at, part) in note.parts.iter().enumerate() {
		if note.parts[..at].iter().any(|other| other.code == part.code) {
			return Err(Refusal::DuplicateCode);
		}
		let place = bill.subtotals.iter().position(|it| it.code == part.code);
		let place = place.ok_or(Refusal::CodeNotFound(part.code))?;
		let subtotal = &bill.subtotals[place];
		amounts[place] = reduced(bill, subtotal, &part.change)?;
		if let Change::Lines { was: before, remain: after } = &part.change {
			was.push((place, part.code, before));
			remain.push((place, part.code, after));
		}
	}
	let mut lines = bill.lines;
	if !was.is_empty() {
		if lines != Some(in_order(was, blake2)) {
			return Err(Refusal::LinesDiffer);
		}
		lines = Some(in_order(remain, blake2));
	}
	Ok(Remainder {
		// As many as the bill has, which has the same bounds.
		amounts: BoundedVec::truncate_from(amounts),
		thousandths: BoundedVec::truncate_from(thousandths(bill, &note.levies)?),
		tip: bill.tip.checked_sub(note.tip).ok_or(Refusal::NoteTooLarge)?,
		lines,
	})
}

/// Amount, and tax of lines, that `change` leaves of a subtotal.
fn reduced(bill: &Bill, subtotal: &Subtotal, change: &Change) -> Result<(i128, i128), Refusal> {
	let by_line = bill.lines.is_some() && subtotal.category == VatCategory::Standard;
	match change {
		Change::Less(_) if by_line => Err(Refusal::LinesMissing(subtotal.code)),
		Change::Less(amount) if amount.unsigned_abs() > MAX_AMOUNT => Err(Refusal::TooLarge),
		Change::Less(amount) => {
			let left = subtotal.amount.checked_sub(*amount).ok_or(Refusal::TooLarge)?;
			Ok((left, 0))
		},
		Change::Lines { .. } if !by_line => Err(Refusal::LinesUnexpected(subtotal.code)),
		Change::Lines { was, remain } => {
			let signed =
				|lines: &Lines| lines.iter().map(|line| i128::from(*line)).collect::<Vec<_>>();
			let of = math_prices(bill.prices);
			Ok(remaining_lines(of, &signed(was), &signed(remain), subtotal.rate)?)
		},
	}
}

/// The quantities that remain of levies per unit.
fn thousandths(bill: &Bill, taken: &[SaleLevy]) -> Result<Vec<u64>, Refusal> {
	let quantity = |amount: LevyAmount| match amount {
		LevyAmount::PerUnit(_, thousandths) => thousandths,
		LevyAmount::OnNet(_) => 0,
	};
	let mut left = bill.levies.iter().map(|it| quantity(it.amount)).collect::<Vec<_>>();
	for SaleLevy { code: levy, on, thousandths } in taken.iter().copied() {
		let place = bill.subtotals.iter().position(|it| it.code == on);
		let place = place.ok_or(Refusal::LevyOnUnknownItem { levy, on })?;
		let is_it = |it: &LevyItem| it.code == levy && usize::from(it.on) == place;
		let place = bill.levies.iter().position(is_it);
		let place = place.ok_or(Refusal::LevyNotFound { levy, on })?;
		if let LevyAmount::PerUnit(..) = bill.levies[place].amount {
			let less = left[place].checked_sub(thousandths);
			left[place] = less.ok_or(Refusal::NoteTooLarge)?;
		}
	}
	Ok(left)
}

/// `bill` with what is left: the same codes at the same rates, on less. As much of it stays paid as
/// it charges.
pub fn reduce(bill: &Bill, left: &Remainder) -> Result<Bill, Refusal> {
	let fits = left.amounts.len() == bill.subtotals.len()
		&& left.thousandths.len() == bill.levies.len()
		&& left.lines.is_some() == bill.lines.is_some();
	if !fits {
		return Err(Refusal::BillMalformed);
	}
	let ensure = |holds: bool| if holds { Ok(()) } else { Err(Refusal::NoteTooLarge) };
	ensure(left.tip <= bill.tip)?;
	let mut rest = bill.clone();
	for (it, (amount, _)) in rest.subtotals.iter_mut().zip(&left.amounts) {
		ensure(is_less(it.amount, *amount))?;
		it.amount = *amount;
	}
	for (it, thousandths) in rest.levies.iter_mut().zip(&left.thousandths) {
		if let LevyAmount::PerUnit(_, quantity) = &mut it.amount {
			ensure(thousandths <= quantity)?;
			*quantity = *thousandths;
		}
	}
	(rest.tip, rest.lines) = (left.tip, left.lines);
	let line_taxes = left.amounts.iter().map(|(_, tax)| *tax).collect::<Vec<_>>();
	reckon(&mut rest, &line_taxes)?;
	let mut taxes = bill.subtotals.iter().zip(&rest.subtotals);
	ensure(taxes.all(|(old, new)| is_less(old.vat, new.vat)))?;
	let falls = [
		(bill.net(), rest.net()),
		(bill.vat(), rest.vat()),
		(bill.tax(), rest.tax()),
		(bill.gross, rest.gross),
	];
	ensure(falls.iter().all(|(old, new)| new <= old))?;
	ensure_bill(&rest)?;
	rest.paid = bill.paid.min(rest.gross);
	Ok(rest)
}

/// What a note asks of the buyer, and what it gives back, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Buyers {
	/// What comes off its credit.
	pub from_credit: Balance,
	/// What the seller pays instead, out of the money going back.
	pub made_good: Balance,
	/// What the buyer pays instead.
	pub covered: Balance,
	/// What it is credited.
	pub credited: Balance,
	/// What still goes back to whoever paid.
	pub refund: Balance,
}

/// What a note does, for whoever has the ledgers to write it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
	/// The bill afterwards.
	pub bill: Bill,
	/// What each code has of it.
	pub items: Vec<Item>,
	/// How much less of the tip is paid.
	pub tip: i128,
	/// What the seller owes now.
	pub taken: Taken,
	/// What the seller is credited.
	pub returned: Balance,
	/// What it asks of the buyer, and gives it.
	pub buyers: Buyers,
	/// The buyer's own tax. It pays what is remitted to the treasury.
	pub reverse: ReverseNote,
	/// What the treasury keeps for the invoice.
	pub reserve: Reserve,
	/// Whether the buyer is registered, and buys as a business: its statement has what is taken back.
	is_registered: bool,
}

/// What comes of a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
	/// It waits until the buyer covers this much, in minor units. Nothing moves.
	Waits {
		/// How much.
		missing: Balance,
	},
	/// It takes effect.
	Settles(Box<Plan>),
}

impl Outcome {
	/// Of a note that leaves `rest` of `bill`, as [`reduce`] says it. `currency` is what was paid in, and
	/// `cover` what the buyer is ready to add: for credit that it lacks, then for reverse charge that the
	/// note makes due, if it suffices for all of that; else that becomes its arrears.
	pub fn of(
		bill: &Bill,
		mut rest: Bill,
		currency: CurrencyId,
		parties: &Parties<'_>,
		cover: Balance,
	) -> Result<Self, Refusal> {
		let before = heads(bill)?;
		let mut reverse = ReverseNote::of(&mut rest, parties.deductible())?;
		// What comes back to the buyer counts before anything that the note asks of it, but for what it
		// owes: it may never have paid that.
		let credit = parties.buyer.unwrap_or_default().credit_with(reverse.returned()?)?;
		let having = credit_note::Buyer { credit, cover };
		let (movements, invoice) = match weigh(bill, &rest, &before, parties.deductible(), having)?
		{
			credit_note::Outcome::Waits { missing } => return Ok(Self::Waits { missing }),
			credit_note::Outcome::Settled { movements, invoice } => (movements, invoice),
		};
		let buyers = Buyers::of(&movements);
		let own = reverse.set_against(buyers.left_of(credit)?)?;
		// Never underflows: settling refuses to take more than the cover.
		if own > cover.saturating_sub(buyers.covered) {
			defer(&mut reverse.booked);
		}
		let mut after = heads(&rest)?;
		for (head, code) in after.iter_mut().zip(&invoice.codes) {
			(head.taken, head.credited) = (code.taken, code.credited);
		}
		put_back(&mut rest, &after)?;
		let mut taken = Taken::of(&after, &more(&before, &after))?;
		// Less was taken: that becomes the seller's credit, against which what it owes is set.
		let returned = total(more(&after, &before))?;
		taken.used = netting::offset(taken.vat, total([parties.seller_credit, returned])?).used;
		Ok(Self::Settles(Box::new(Plan {
			items: items(Some(bill), &rest, currency)?,
			tip: tip_between(bill, &rest)?,
			taken,
			returned,
			buyers,
			reverse,
			reserve: Reserve::between(bill, &rest)?,
			is_registered: parties.is_registered(),
			bill: rest,
		})))
	}
}

impl Plan {
	/// What counts as turnover.
	pub fn turnover(&self) -> i128 {
		turnover(&self.items)
	}

	/// What the seller pays to the treasury.
	pub fn seller_to_treasury(&self) -> Result<Balance, MathError> {
		total([self.taken.to_treasury(), self.buyers.made_good])
	}

	/// What is set against credit that the seller had before: what this note gives it goes first.
	pub fn seller_used(&self) -> Balance {
		self.taken.used.saturating_sub(self.returned)
	}

	/// What changes in the seller's books.
	pub fn of_seller(&self) -> Delta {
		Delta {
			returned: self.returned,
			tips: self.tip,
			sales: totals_of(&self.items, Item::of_seller),
			..self.taken.delta()
		}
	}

	/// What changes in the books of the buyer, if it has any of it.
	pub fn of_buyer(&self) -> Result<Option<Delta>, MathError> {
		let reversed = self.buyers.reversed()?;
		let ReverseNote { booked, undone } = &self.reverse;
		let is_touched = reversed > 0 || !booked.is_empty() || !undone.is_empty();
		if !self.is_registered && !is_touched {
			return Ok(None);
		}
		Ok(Some(Delta {
			input: self.buyers.credited,
			reversed,
			made_good: self.buyers.paid_in(),
			returned: self.reverse.returned()?,
			purchases: totals_of(&self.items, Item::of_buyer),
			..delta(booked)?
		}))
	}
}

/// Hash of lines by code, given with their places on the bill.
fn in_order(mut lines: Vec<(usize, TaxCode, &Lines)>, blake2: Blake2) -> [u8; 32] {
	lines.sort_by_key(|(place, ..)| *place);
	hash_lines(lines.into_iter().map(|(_, code, lines)| (code, lines)), blake2)
}

/// What the note moves, of all that is kept from the seller.
///
/// Tax that was taken ahead of payment is given back first: it isn't part of what was paid, nor of
/// the buyer's credit, which must not fall with it.
fn weigh(
	bill: &Bill,
	rest: &Bill,
	before: &[Head],
	deductible: Deductible<'_>,
	buyer: credit_note::Buyer,
) -> Result<credit_note::Outcome, MathError> {
	let mut taken = of(before, |it| it.taken);
	if is_ahead(bill, before)? {
		let due = at_once(bill, before, bill.paid)?;
		let credited = of(before, |it| it.credited);
		taken = due.into_iter().zip(credited).map(|(due, credited)| due.max(credited)).collect();
	}
	let codes = before.iter().zip(taken).map(|(it, taken)| credit_note::Code {
		tax: it.tax,
		taken,
		credited: it.credited,
		share: it.share(bill.as_one.as_ref(), deductible),
	});
	let invoice =
		credit_note::Invoice { gross: bill.gross, paid: bill.paid, codes: codes.collect() };
	let taxes = of(&heads(rest)?, |it| it.tax);
	settle(&invoice, &credit_note::Note { gross: rest.gross, taxes: &taxes }, &buyer)
}

/// By how much more was taken under each head.
fn more(old: &[Head], new: &[Head]) -> Vec<Balance> {
	old.iter().zip(new).map(|(old, new)| new.taken.saturating_sub(old.taken)).collect()
}

impl Buyers {
	fn of(movements: &[Movement]) -> Self {
		let mut sums = Self::default();
		for movement in movements {
			match *movement {
				Movement::Refund(amount) => sums.refund = amount,
				Movement::MadeGood(amount) => sums.made_good = amount,
				Movement::Covered(amount) => sums.covered = amount,
				Movement::Reversed(amount) => sums.from_credit = amount,
				Movement::Credited(amount) => sums.credited = amount,
				// The seller's: seen from what was taken before and after, advances included.
				Movement::Excess { .. } | Movement::Shortfall { .. } => (),
			}
		}
		sums
	}

	/// What the treasury gets instead of credit.
	pub fn paid_in(&self) -> Balance {
		// Parts of one fall of credit.
		self.made_good.saturating_add(self.covered)
	}

	/// What is left of the buyer's credit.
	fn left_of(&self, credit: Balance) -> Result<Balance, MathError> {
		// Settling takes no more than there is.
		total([credit.saturating_sub(self.from_credit), self.credited])
	}

	/// All that the buyer's input falls by.
	pub fn reversed(&self) -> Result<Balance, MathError> {
		total([self.from_credit, self.made_good, self.covered])
	}
}
