//! Reverse charge: the tax that a buyer books itself, and what it owes of it.

use crate::{
	books::{Delta, Parties},
	charges::{positive, signed, so_far, total},
	invoice::Bill,
	tax::{share_of, Deductible, TaxCode},
	Balance, Refusal,
};
use alloc::vec::Vec;
use ourledger_math::{netting, rounding::mul_div_down, MathError};

/// What a buyer books under reverse charge, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reverse {
	/// The code.
	pub code: TaxCode,
	/// What it books.
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

/// Book the tax of reverse charge that is due now that `bill` is paid so far. It is no part of the
/// payment: the buyer owes what it can't deduct.
pub(crate) fn book(bill: &mut Bill, parties: &Parties<'_>) -> Result<Vec<Reverse>, Refusal> {
	let dues = dues(bill)?;
	let mut booked = Vec::new();
	let mut credit = None;
	for (it, due) in bill.subtotals.iter_mut().zip(dues).filter(|(it, _)| it.is_reverse()) {
		let taken = positive(it.taken)?;
		let due = due.max(taken);
		let share = share_of(parties.deductible(), it.code);
		let reverse = netting::reverse_charge(taken, due, share)?;
		if reverse.output == 0 {
			continue;
		}
		let buyer = parties.buyer.ok_or(Refusal::BuyerUnknown(it.code))?;
		let offset = netting::offset(reverse.due, credit.unwrap_or(buyer.credit));
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

/// What the buyer has to have booked of each subtotal under reverse charge, now that the bill is paid
/// so far. Of others, what is due is of no account.
fn dues(bill: &Bill) -> Result<Vec<Balance>, MathError> {
	let due = |vat| if vat > 0 { positive(so_far(bill, vat)?) } else { Ok(0) };
	bill.subtotals.iter().map(|it| due(it.vat)).collect()
}

/// Let the buyer owe all that it would have to pay: whole, or not at all.
pub(crate) fn defer(reverse: &mut [Reverse]) {
	for it in reverse {
		(it.deferred, it.remitted) = (it.remitted, 0);
	}
}

/// What the buyer pays to the treasury.
pub fn paid(reverse: &[Reverse]) -> Result<Balance, MathError> {
	sum(reverse, |it| it.remitted)
}

/// What is set against the buyer's credit.
pub fn used(reverse: &[Reverse]) -> Result<Balance, MathError> {
	sum(reverse, |it| it.used)
}

/// The sum of one figure.
pub(crate) fn sum(
	reverse: &[Reverse],
	figure: impl Fn(&Reverse) -> Balance,
) -> Result<Balance, MathError> {
	total(reverse.iter().map(figure))
}

/// As the buyer's books see it.
pub(crate) fn delta(reverse: &[Reverse]) -> Result<Delta, MathError> {
	Ok(Delta {
		output: sum(reverse, |it| it.output)?,
		cancelled: sum(reverse, |it| it.input)?,
		used: used(reverse)?,
		remitted: sum(reverse, |it| it.remitted)?,
		deferred: sum(reverse, |it| it.deferred)?,
		..Delta::default()
	})
}

/// What a note takes back of a reverse charge, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undone {
	/// The code.
	pub code: TaxCode,
	/// Output that was booked too much.
	pub output: Balance,
	/// Input that had cancelled a part of it.
	pub input: Balance,
}

impl Undone {
	/// What the buyer had paid, or set against its credit, or owes, and now gets back as credit.
	pub fn returned(&self) -> Balance {
		self.output.saturating_sub(self.input)
	}
}

/// What a note changes of reverse charges: the buyer's own tax.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReverseNote {
	/// What it has to book in addition.
	pub booked: Vec<Reverse>,
	/// What was booked too much.
	pub undone: Vec<Undone>,
}

impl ReverseNote {
	/// Bring the reverse charges of what remains to what stays paid. Nothing of what the buyer has to
	/// book in addition is set against its credit yet.
	pub(crate) fn of(rest: &mut Bill, deductible: Deductible<'_>) -> Result<Self, MathError> {
		let dues = dues(rest)?;
		let mut note = Self::default();
		for (it, due) in rest.subtotals.iter_mut().zip(dues).filter(|(it, _)| it.is_reverse()) {
			let taken = positive(it.taken)?;
			if due < taken {
				let credited = mul_div_down(it.credited, due, taken)?;
				let input = it.credited.saturating_sub(credited);
				let output = taken.saturating_sub(due);
				note.undone.push(Undone { code: it.code, output, input });
				it.credited = credited;
			} else if due > taken {
				let share = share_of(deductible, it.code);
				let more = netting::reverse_charge(taken, due, share)?;
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
	pub(crate) fn set_against(&mut self, mut credit: Balance) -> Result<Balance, MathError> {
		for it in &mut self.booked {
			let offset = netting::offset(it.remitted, credit);
			(it.used, it.remitted, credit) = (offset.used, offset.remitted, offset.credit);
		}
		self.paid()
	}

	/// What the buyer gets back as credit.
	pub fn returned(&self) -> Result<Balance, MathError> {
		total(self.undone.iter().map(Undone::returned))
	}

	/// What the buyer books in addition.
	pub fn output(&self) -> Result<Balance, MathError> {
		sum(&self.booked, |it| it.output)
	}

	/// What the buyer pays of that.
	pub fn paid(&self) -> Result<Balance, MathError> {
		paid(&self.booked)
	}

	/// What the buyer owes of that from then on.
	pub fn deferred(&self) -> Result<Balance, MathError> {
		sum(&self.booked, |it| it.deferred)
	}
}
