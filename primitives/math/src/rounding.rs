//! Division with a stated rounding, and shares in parts per million.
//!
//! Every function computes the exact quotient and rounds once. Products are held in 256 bits, so
//! only a *result* that doesn't fit is refused, as [`MathError::Overflow`].
//!
//! | Name ends in | The quotient becomes |
//! |---|---|
//! | `_down` | the next whole number towards zero |
//! | `_up` | the next whole number away from zero |
//! | `_half` | the nearest whole number; a half goes away from zero |
//!
//! Half away from zero is what EN 16931 means by rounding to two decimals (BR-CO-17; its
//! validation artefacts round the absolute value), what HMRC's VATREC12030, the Belastingdienst,
//! s 9-90 of the Australian GST Act and s 66 of the South African VAT Act prescribe, and what
//! Article 5 of Council Regulation (EC) 1103/97 prescribes for the euro.

use crate::{wide::Wide, MathError};

/// Parts per million: a tax rate, or a share.
pub type Ppm = u32;

/// The whole, in parts per million.
pub const MILLION: Ppm = 1_000_000;

/// [`MILLION`] as an amount.
pub(crate) const WHOLE: u128 = MILLION as u128;

fn quotient(a: u128, b: u128, divisor: u128) -> Result<(u128, u128), MathError> {
	if divisor == 0 {
		return Err(MathError::DivisionByZero);
	}
	Wide::product(a, b).div_rem(divisor).ok_or(MathError::Overflow)
}

/// `a` × `b` / `divisor`, rounded down: whoever receives it loses less than 1.
pub fn mul_div_down(a: u128, b: u128, divisor: u128) -> Result<u128, MathError> {
	quotient(a, b, divisor).map(|(whole, _)| whole)
}

/// `a` × `b` / `divisor`, rounded up: whoever gives it loses less than 1.
pub fn mul_div_up(a: u128, b: u128, divisor: u128) -> Result<u128, MathError> {
	let (whole, rest) = quotient(a, b, divisor)?;
	whole.checked_add((rest > 0).into()).ok_or(MathError::Overflow)
}

/// `a` × `b` / `divisor`, to the nearest, a half up: either side loses at most a half.
pub fn mul_div_half(a: u128, b: u128, divisor: u128) -> Result<u128, MathError> {
	let (whole, rest) = quotient(a, b, divisor)?;
	// The same as 2 × rest ≥ divisor, but can't overflow.
	whole.checked_add((rest >= divisor - rest).into()).ok_or(MathError::Overflow)
}

/// `a` × `b` / `divisor`, to the nearest, a half away from zero.
///
/// The sign is that of `a`: −x gives exactly the negative of what x gives.
pub fn signed_mul_div_half(a: i128, b: u128, divisor: u128) -> Result<i128, MathError> {
	let size = mul_div_half(a.unsigned_abs(), b, divisor)?;
	let signed = if a < 0 { 0i128.checked_sub_unsigned(size) } else { size.try_into().ok() };
	signed.ok_or(MathError::Overflow)
}

/// `a` / `divisor`, to the nearest, a half up.
pub fn div_half(a: u128, divisor: u128) -> Result<u128, MathError> {
	mul_div_half(a, 1, divisor)
}

/// `a` / `divisor`, to the nearest, a half away from zero. The divisor may be negative.
pub fn signed_div_half(a: i128, divisor: i128) -> Result<i128, MathError> {
	let size = div_half(a.unsigned_abs(), divisor.unsigned_abs())?;
	let negative = (a < 0) != (divisor < 0);
	let signed = if negative { 0i128.checked_sub_unsigned(size) } else { size.try_into().ok() };
	signed.ok_or(MathError::Overflow)
}

/// `share` of `amount`, rounded down: whoever receives it loses less than 1. The share is at most
/// the whole.
pub fn share_down(amount: u128, share: Ppm) -> Result<u128, MathError> {
	mul_div_down(amount, checked_share(share)?, WHOLE)
}

/// `share` of `amount`, rounded up: whoever gives it loses less than 1. The share is at most the
/// whole.
pub fn share_up(amount: u128, share: Ppm) -> Result<u128, MathError> {
	mul_div_up(amount, checked_share(share)?, WHOLE)
}

fn checked_share(share: Ppm) -> Result<u128, MathError> {
	if share > MILLION {
		return Err(MathError::ShareAboveWhole);
	}
	Ok(share.into())
}

/// The sum of amounts.
pub(crate) fn total(amounts: impl IntoIterator<Item = u128>) -> Result<u128, MathError> {
	amounts
		.into_iter()
		.try_fold(0u128, |sum, amount| sum.checked_add(amount))
		.ok_or(MathError::Overflow)
}

/// The sum of signed amounts.
pub(crate) fn signed_total(amounts: impl IntoIterator<Item = i128>) -> Result<i128, MathError> {
	amounts
		.into_iter()
		.try_fold(0i128, |sum, amount| sum.checked_add(amount))
		.ok_or(MathError::Overflow)
}
