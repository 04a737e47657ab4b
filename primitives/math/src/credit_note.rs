//! What a credit note moves.
//!
//! A note leaves a smaller invoice: a lower gross and a tax per code, recomputed on the remaining
//! net with the rates of the original (by [`crate::tax`]). From that alone follows
//!
//! - **the money going back**: what was paid beyond the remaining gross. The seller pays it to
//!   whoever had paid;
//! - **the tax**: what the remaining invoice would have given, had it been paid at once with what
//!   stays paid ([`crate::payment::share`]). Where more had been taken, the *excess* becomes the
//!   seller's credit, remitted or netted alike. Where less, the seller pays the *shortfall* at
//!   once. That happens when a note leaves the taxed part of a partly paid invoice;
//! - **the buyer's credit**: it falls in proportion to the tax, rounded down, to the buyer's loss
//!   of less than one unit per code and note. What the buyer no longer has is taken from the money
//!   going back, then from what the buyer adds, and goes to the treasury. If that is too little,
//!   the note *waits* and nothing moves.
//!
//! No credit is ever negative. For every note, the treasury's gain less the gain of all credits is
//! the fall of the buyer's credit less the fall of the tax: for each invoice the treasury keeps
//! exactly the tax taken less the credit given, which is never below zero. So a chain of sales,
//! notes and refunds gains nobody anything, whoever vanishes.
//!
//! A note takes back what is there and nothing else: each part of it moves its category, and each of
//! its lines, towards zero and never past it ([`is_less`]). Else one part would pay for another: on a
//! sale of 10,000 at 15 % and 1 at 0 %, a note of 10,000 and −11,500 would give nobody money back, and
//! the seller a credit of 1,500.
//!
//! VAT that is taken as one, since that of a code is negative, is one code here.
//!
//! Two notes end with the same tax as one note for both; the buyer may lose a unit per code more.

use crate::{
	netting::buyer_credit,
	payment::share,
	rounding::{mul_div_down, signed_total, total, Ppm},
	tax::{tax_of_lines, Prices},
	MathError,
};
use alloc::vec::Vec;

/// One code of an invoice, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Code {
	/// Its tax.
	pub tax: u128,
	/// How much of the tax payments have given.
	pub taken: u128,
	/// What the buyer was credited of that; nothing for levies and withholding.
	pub credited: u128,
	/// Deductible part of further tax, should the note take more: zero if the buyer gets no
	/// credit, and for levies and withholding.
	pub share: Ppm,
}

/// An invoice as a note finds or leaves it, in minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invoice {
	/// What is to be paid in all, less what earlier notes took off.
	pub gross: u128,
	/// What was paid, less what went back.
	pub paid: u128,
	/// Its codes.
	pub codes: Vec<Code>,
}

/// What a note leaves of an invoice, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Note<'a> {
	/// The remaining gross.
	pub gross: u128,
	/// The remaining tax of each code.
	pub taxes: &'a [u128],
}

/// What the buyer has to answer for a note, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Buyer {
	/// The credit it has.
	pub credit: u128,
	/// The money it is ready to add; only what is missing is taken.
	pub cover: u128,
}

/// A movement of money or credit, never of zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movement {
	/// The seller pays whoever had paid.
	Refund(u128),
	/// The seller pays the treasury out of the money going back, for credit the buyer lacks.
	MadeGood(u128),
	/// The buyer pays the treasury, for credit that the money going back doesn't make good.
	Covered(u128),
	/// The seller's credit rises by tax that was taken.
	Excess {
		/// Place of the code.
		code: usize,
		/// How much.
		amount: u128,
	},
	/// The seller owes the treasury tax that wasn't taken; VAT may be set against its credit,
	/// the excess of this note included ([`crate::netting::offset`]).
	Shortfall {
		/// Place of the code.
		code: usize,
		/// How much.
		amount: u128,
	},
	/// The buyer's credit falls.
	Reversed(u128),
	/// The buyer's credit rises by its part of a shortfall.
	Credited(u128),
}

/// What comes of a note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
	/// It takes effect.
	Settled {
		/// What moves.
		movements: Vec<Movement>,
		/// What is left of the invoice.
		invoice: Invoice,
	},
	/// It waits: the buyer has to add this much more, in minor units.
	Waits {
		/// What is missing.
		missing: u128,
	},
}

/// Whether `after` is left of `before`: of its sign, or nothing, and no larger.
pub fn is_less(before: i128, after: i128) -> bool {
	let same_sign = (before < 0) == (after < 0);
	after == 0 || (same_sign && after.unsigned_abs() <= before.unsigned_abs())
}

/// Amount and VAT of a category of which lines remain, each rounded on its own.
///
/// What remains is taxed, never what is taken: lines of a note's own choice could take back a unit of
/// tax for every few units of money, as 100 lines of 0.04 at 15 % do.
pub fn remaining_lines(
	prices: Prices,
	was: &[i128],
	remain: &[i128],
	rate: Ppm,
) -> Result<(i128, i128), MathError> {
	if was.len() != remain.len() {
		return Err(MathError::LengthMismatch);
	}
	let before = signed_total(was.iter().copied())?;
	let after = signed_total(remain.iter().copied())?;
	let mut lines = was.iter().zip(remain);
	if !is_less(before, after) || !lines.all(|(was, is)| is_less(*was, *is)) {
		return Err(MathError::NoteRaisesInvoice);
	}
	Ok((after, tax_of_lines(prices, remain.iter().copied(), rate)?))
}

/// Works out what `note` moves.
pub fn settle(invoice: &Invoice, note: &Note<'_>, buyer: &Buyer) -> Result<Outcome, MathError> {
	check(invoice, note)?;
	let paid = invoice.paid.min(note.gross);
	let back = invoice.paid - paid;
	let taken = share(note.gross, note.taxes, paid)?;

	let mut movements = Vec::new();
	let mut codes = Vec::with_capacity(taken.len());
	let (mut falls, mut rises) = (0u128, 0u128);
	for (place, (old, (tax, taken))) in
		invoice.codes.iter().zip(note.taxes.iter().zip(taken)).enumerate()
	{
		let mut credited = old.credited;
		if taken < old.taken {
			// Rounds down: the buyer loses the fraction.
			credited = mul_div_down(old.credited, taken, old.taken)?;
			falls = falls.checked_add(old.credited - credited).ok_or(MathError::Overflow)?;
			movements.push(Movement::Excess { code: place, amount: old.taken - taken });
		} else if taken > old.taken {
			let rise = buyer_credit(old.taken, taken, old.share)?;
			credited = credited.checked_add(rise).ok_or(MathError::Overflow)?;
			rises = rises.checked_add(rise).ok_or(MathError::Overflow)?;
			movements.push(Movement::Shortfall { code: place, amount: taken - old.taken });
		}
		codes.push(Code { tax: *tax, taken, credited, share: old.share });
	}

	// A rise of one code makes good a fall of another.
	let fall = falls.saturating_sub(rises);
	let reversed = fall.min(buyer.credit);
	let made_good = (fall - reversed).min(back);
	let covered = fall - reversed - made_good;
	if covered > buyer.cover {
		return Ok(Outcome::Waits { missing: covered - buyer.cover });
	}
	let credited = rises.saturating_sub(falls);
	movements.extend(
		[
			Movement::Credited(credited),
			Movement::Reversed(reversed),
			Movement::MadeGood(made_good),
			Movement::Covered(covered),
			Movement::Refund(back - made_good),
		]
		.into_iter()
		.filter(|movement| movement.amount() > 0),
	);
	Ok(Outcome::Settled { movements, invoice: Invoice { gross: note.gross, paid, codes } })
}

impl Movement {
	/// How much moves, in minor units.
	pub fn amount(&self) -> u128 {
		match *self {
			Self::Refund(amount)
			| Self::MadeGood(amount)
			| Self::Covered(amount)
			| Self::Excess { amount, .. }
			| Self::Shortfall { amount, .. }
			| Self::Reversed(amount)
			| Self::Credited(amount) => amount,
		}
	}
}

fn check(invoice: &Invoice, note: &Note<'_>) -> Result<(), MathError> {
	if note.taxes.len() != invoice.codes.len() {
		return Err(MathError::LengthMismatch);
	}
	if invoice.paid > invoice.gross {
		return Err(MathError::Overpaid);
	}
	if total(invoice.codes.iter().map(|code| code.tax))? > invoice.gross {
		return Err(MathError::TaxBeyondGross);
	}
	if invoice.codes.iter().any(|code| code.taken > code.tax) {
		return Err(MathError::TakenBeyondTax);
	}
	if invoice.codes.iter().any(|code| code.credited > code.taken) {
		return Err(MathError::CreditBeyondTax);
	}
	let raises = invoice.codes.iter().zip(note.taxes).any(|(code, tax)| *tax > code.tax);
	if raises || note.gross > invoice.gross {
		return Err(MathError::NoteRaisesInvoice);
	}
	Ok(())
}
