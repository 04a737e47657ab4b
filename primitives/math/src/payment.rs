//! The tax within a part payment.
//!
//! Tax is collected when the seller is paid. Of an invoice of gross *g* with tax *t*, the tax due
//! after *p* was paid in all is
//!
//! ```text
//! due(p) = t × p / g, rounded half away from zero
//! ```
//!
//! and a payment takes the difference of two such values. So the total taken depends on what was
//! paid in all, never on the number of payments, and at full payment it is the tax to the unit.
//! 115.00 with 15.00 tax, paid as 33.33 + 33.33 + 48.34, gives 4.35 + 4.34 + 6.31.
//!
//! What a payment takes is then shared among the codes: each up to its floor share of the paid
//! part, the rest in code order, never beyond a code's tax. How a total is shared between codes
//! before full payment may depend on the payments that led there, each code being at most as many
//! units from its exact share as there are codes; at full payment every code has its tax to the
//! unit.
//!
//! Codes are whatever is kept from the seller: VAT, levies and withholding, in the order of the
//! invoice. Where the VAT of a code is negative, the VAT of all is taken as one code, and [`shown`] by
//! code.

use crate::{
	rounding::{mul_div_down, mul_div_half, signed_mul_div_half, signed_total, total},
	MathError,
};
use alloc::vec::Vec;

/// An invoice as a payment finds it, in minor units. The lists follow the invoice's codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bill<'a> {
	/// What is to be paid in all.
	pub gross: u128,
	/// Tax of each code.
	pub taxes: &'a [u128],
	/// What was paid before.
	pub paid: u128,
	/// What was taken before, of each code's tax.
	pub taken: &'a [u128],
}

/// What becomes of a payment, in minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
	/// Taken for each code.
	pub taxes: Vec<u128>,
	/// Taken for all codes together.
	pub tax: u128,
	/// What is left for the seller.
	pub seller: u128,
}

/// Tax due once `paid` of `gross` was paid, in minor units, half away from zero: seller or
/// treasury waits for at most half a unit until more is paid.
pub fn due(gross: u128, tax: u128, paid: u128) -> Result<u128, MathError> {
	if paid > gross {
		return Err(MathError::Overpaid);
	}
	if tax > gross {
		return Err(MathError::TaxBeyondGross);
	}
	if gross == 0 {
		return Ok(0);
	}
	mul_div_half(tax, paid, gross)
}

/// Splits `payment`, in minor units, into the tax of each code and the seller's part.
///
/// A payment never gives more than itself: should the state owe more (none that comes from this
/// module does), the next one does.
pub fn split(bill: &Bill<'_>, payment: u128) -> Result<Split, MathError> {
	if bill.taxes.len() != bill.taken.len() {
		return Err(MathError::LengthMismatch);
	}
	if bill.taxes.iter().zip(bill.taken).any(|(tax, taken)| taken > tax) {
		return Err(MathError::TakenBeyondTax);
	}
	let paid = bill.paid.checked_add(payment).ok_or(MathError::Overflow)?;
	let due = due(bill.gross, total(bill.taxes.iter().copied())?, paid)?;
	let taken = total(bill.taken.iter().copied())?;
	// Not money lost: what was taken early isn't taken again.
	let tax = due.saturating_sub(taken).min(payment);
	let mut left = tax;
	let mut taxes = Vec::with_capacity(bill.taxes.len());
	for (tax, taken) in bill.taxes.iter().zip(bill.taken) {
		let floor = if bill.gross == 0 { 0 } else { mul_div_down(*tax, paid, bill.gross)? };
		let part = floor.saturating_sub(*taken).min(left);
		left -= part;
		taxes.push(part);
	}
	for (part, (tax, taken)) in taxes.iter_mut().zip(bill.taxes.iter().zip(bill.taken)) {
		// None underflows: the floor share is at most the tax, and so was what was taken.
		let more = (tax - taken - *part).min(left);
		left -= more;
		*part += more;
	}
	// All is given out: what is due is at most the sum of the taxes.
	debug_assert_eq!(left, 0);
	Ok(Split { taxes, tax, seller: payment - tax })
}

/// What each code has given once `paid` of `gross` was paid at once.
///
/// The state from which a credit note goes on: it doesn't remember the payments that led there.
pub fn share(gross: u128, taxes: &[u128], paid: u128) -> Result<Vec<u128>, MathError> {
	let none = alloc::vec![0; taxes.len()];
	let bill = Bill { gross, taxes, paid: 0, taken: &none };
	split(&bill, paid).map(|split| split.taxes)
}

/// How VAT that is taken for all codes as one is shown by code, some of which are negative: each by
/// what is paid, half away from zero, and what they lack to `taken` at the largest; of several, at the
/// first. All of it, once all is taken, and where there is nothing to pay.
///
/// Nothing depends on it: who pays and who is credited follows `taken` alone.
pub fn shown(gross: u128, taxes: &[i128], paid: u128, taken: u128) -> Result<Vec<i128>, MathError> {
	let tax = signed_total(taxes.iter().copied())?;
	let taken = i128::try_from(taken).map_err(|_| MathError::Overflow)?;
	if gross == 0 || (taken == tax && tax > 0) {
		return Ok(taxes.to_vec());
	}
	let parts = taxes.iter().map(|tax| signed_mul_div_half(*tax, paid, gross));
	let mut parts = parts.collect::<Result<Vec<_>, _>>()?;
	let sum = signed_total(parts.iter().copied())?;
	let rest = taken.checked_sub(sum).ok_or(MathError::Overflow)?;
	// Of equal ones `max_by_key` would find the last.
	let largest = (0..taxes.len()).rev().max_by_key(|place| taxes[*place].unsigned_abs());
	if let Some(place) = largest {
		parts[place] = parts[place].checked_add(rest).ok_or(MathError::Overflow)?;
	}
	Ok(parts)
}
