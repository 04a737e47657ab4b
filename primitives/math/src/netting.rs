//! What becomes of the VAT within a payment: set against the seller's credit, credited to the
//! buyer.
//!
//! Only VAT nets. A levy and a withheld amount go to the treasury whole, and nobody is credited.
//!
//! The treasury stays solvent because a credit arises only from VAT that was split off, and is at
//! most that VAT: what is *used* moves from one credit to another, what is *remitted* is money.
//!
//! A sells to B for 1,000 + 150, B to C for 2,000 + 300: A's payment remits 150 and credits B with
//! 150; C's uses these 150 and remits 150.

use crate::{rounding::share_down, rounding::Ppm, MathError};

/// Where the VAT within a payment goes, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offset {
	/// Set against the seller's credit.
	pub used: u128,
	/// Sent to the treasury.
	pub remitted: u128,
	/// What is left of the seller's credit.
	pub credit: u128,
}

/// Sets `vat` against the seller's `credit` first; the rest is remitted. Exact.
pub fn offset(vat: u128, credit: u128) -> Offset {
	let used = vat.min(credit);
	Offset { used, remitted: vat - used, credit: credit - used }
}

/// What a payment adds to the buyer's credit for one VAT code, in minor units.
///
/// `before` and `after` are the VAT taken for this code of this invoice in all, before and after
/// the payment, and `share` is the deductible part. The credit in all is the share rounded down,
/// so the buyer loses less than one unit per code and invoice, and splitting a payment gains
/// nothing: the parts add up to the whole.
pub fn buyer_credit(before: u128, after: u128, share: Ppm) -> Result<u128, MathError> {
	if before > after {
		return Err(MathError::NotCumulative);
	}
	let (before, after) = (share_down(before, share)?, share_down(after, share)?);
	Ok(after - before)
}

/// The VAT that a buyer books for a seller who charged none, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReverseCharge {
	/// Output tax of the buyer.
	pub output: u128,
	/// The deductible part, which cancels at once.
	pub input: u128,
	/// What the buyer pays to the treasury; its credit may be set against it.
	pub due: u128,
}

/// Books reverse-charged VAT on a payment. `before` and `after` as in [`buyer_credit`]: the buyer
/// loses less than one unit per code and invoice.
pub fn reverse_charge(before: u128, after: u128, share: Ppm) -> Result<ReverseCharge, MathError> {
	let input = buyer_credit(before, after, share)?;
	let output = after - before;
	// The share is at most the whole, but a difference of two floors may exceed the difference of
	// what they are floors of by a fraction, never by a unit: both are whole numbers.
	let due = output.checked_sub(input).ok_or(MathError::Overflow)?;
	Ok(ReverseCharge { output, input, due })
}
