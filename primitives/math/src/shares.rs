//! What shares are given, to the last fraction, however many hold them and however they move.
//!
//! # How
//!
//! A distribution looks at no holder. It raises what *one share* has been given since the
//! beginning, a sum that never falls. The entry of a holder keeps the sum of its last settlement,
//! and what has accrued.
//!
//! ```text
//! distribute n:  sum := sum + floor((n × 2⁶⁴ + rest) / shares), rest := what the division leaves
//! settle:        accrued := accrued + (sum − since) × shares held, since := sum
//! claim:         settle, pay floor(accrued / 2⁶⁴), keep the fraction
//! ```
//!
//! Sums, rests and accruals are in 2⁻⁶⁴ of a minor unit. A change of a holding settles first both
//! the one that falls and the one that rises.
//!
//! # Who loses
//!
//! - Nobody by a distribution: what its division leaves is carried to the next. All accruals and
//!   the rest come to what was distributed and not paid yet, times 2⁶⁴, exactly.
//! - Nobody by a settlement: it is a product of whole numbers. Settling early, often or in parts
//!   changes nothing.
//! - A claim rounds down, and the fraction stays with the entry: many claims pay what one pays.
//! - Who has no share left and has been paid leaves a fraction of less than one minor unit, which
//!   [`PerShare::add_rest`] gives to all others.
//!
//! So holders that act together, and split, merge and move what they have, end with at most one
//! minor unit more; others lose less than one each time that they sell out.
//!
//! # Why nothing overflows
//!
//! At most [`MAX_DISTRIBUTED`], 2⁶³ minor units, is ever distributed; the caller sees to it. As a
//! sum, an accrual and a rest are each at most all that was distributed × 2⁶⁴, they are at most
//! 2¹²⁷, for any number of shares from 1 to [`MAX_SHARES`].

use crate::{
	rounding::{mul_div_down, Ppm, MILLION, WHOLE},
	wide::Wide,
	MathError,
};

/// A minor unit, in sums, rests and accruals: these are in 2⁻⁶⁴ of one.
pub const UNIT: u128 = 1 << 64;

/// Most shares that there can be.
pub const MAX_SHARES: u64 = 1 << 40;

/// Most that the price times the largest number of shares may come to, in minor units.
pub const MAX_RAISED: u128 = 1 << 62;

/// Most that all dividends may come to, before tax, in minor units.
pub const MAX_DECLARED: u128 = 1 << 62;

/// Most that is ever distributed, in minor units: what is raised, and what is declared.
pub const MAX_DISTRIBUTED: u128 = 1 << 63;

/// The rest with which [`withheld`] begins, in millionths of a minor unit. With a half, what was
/// withheld in all is at any time the exact tax to the nearest minor unit, a half up.
pub const FIRST_REST: Ppm = MILLION / 2;

/// What one share has been given since the beginning, and what couldn't be divided yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PerShare {
	/// Given to one share so far, in 2⁻⁶⁴ of a minor unit. Never falls.
	pub sum: u128,
	/// What the next distribution gives in addition, in 2⁻⁶⁴ of a minor unit. Below the number of
	/// shares after each distribution; leavers' fractions come on top until the next.
	pub rest: u128,
}

impl PerShare {
	/// What shares have been given, from storage: sum and rest.
	pub fn from_bits((sum, rest): (u128, u128)) -> Self {
		Self { sum, rest }
	}

	/// What shares have been given, for storage: sum and rest.
	pub fn to_bits(self) -> (u128, u128) {
		(self.sum, self.rest)
	}

	/// Distributes `amount` minor units over `shares`, which are all there are. Nobody loses by it:
	/// what the division leaves is carried.
	///
	/// Refused without shares ([`MathError::DivisionByZero`]), with over [`MAX_SHARES`]
	/// ([`MathError::TooManyShares`]), and beyond what fits ([`MathError::Overflow`]). Whatever is
	/// refused changes nothing.
	pub fn distribute(&mut self, amount: u128, shares: u64) -> Result<(), MathError> {
		if shares == 0 {
			return Err(MathError::DivisionByZero);
		}
		if shares > MAX_SHARES {
			return Err(MathError::TooManyShares);
		}
		let shares = u128::from(shares);
		let given = amount.checked_mul(UNIT).and_then(|given| given.checked_add(self.rest));
		let given = given.ok_or(MathError::Overflow)?;
		let sum = self.sum.checked_add(given / shares).ok_or(MathError::Overflow)?;
		*self = Self { sum, rest: given % shares };
		Ok(())
	}

	/// What `shares` have accrued since the sum was `since`, in 2⁻⁶⁴ of a minor unit. Exact.
	///
	/// Fits as long as there were at least so many shares at each distribution since. A sum that
	/// is still to come is refused as [`MathError::NotCumulative`].
	pub fn accrued(&self, since: u128, shares: u64) -> Result<u128, MathError> {
		let each = self.sum.checked_sub(since).ok_or(MathError::NotCumulative)?;
		each.checked_mul(shares.into()).ok_or(MathError::Overflow)
	}

	/// Gives all others the `fraction` that a leaver couldn't be paid, in 2⁻⁶⁴ of a minor unit: the
	/// next distribution has it in addition.
	///
	/// Any number of fractions fits, since they were distributed. Whatever is refused changes
	/// nothing.
	pub fn add_rest(&mut self, fraction: u128) -> Result<(), MathError> {
		self.rest = self.rest.checked_add(fraction).ok_or(MathError::Overflow)?;
		Ok(())
	}
}

/// An accrual, in 2⁻⁶⁴ of a minor unit, as whole minor units and the fraction that is left, which
/// is below [`UNIT`]. Nobody loses: the fraction is kept.
pub fn split(accrued: u128) -> (u128, u128) {
	(accrued / UNIT, accrued % UNIT)
}

/// The tax to withhold of `amount`, in minor units, and the new rest:
///
/// ```text
/// tax = floor((amount × rate + rest) / 10⁶)
/// ```
///
/// `rest` is what earlier ones left, in millionths of a minor unit, below a million; the first has
/// [`FIRST_REST`]. A thousand small amounts come to what one large does, at any rates, and all that
/// was withheld is at most half a minor unit from the exact tax. Never more than the amount. A rate
/// above the whole, or a rest of a whole unit, is refused.
pub fn withheld(amount: u128, rate: Ppm, rest: Ppm) -> Result<(u128, Ppm), MathError> {
	if rate > MILLION || rest >= MILLION {
		return Err(MathError::ShareAboveWhole);
	}
	// Neither overflows: amount × rate + rest is below (amount + 1) × 10⁶.
	let owed = Wide::product(amount, rate.into()).checked_add(Wide { high: 0, low: rest.into() });
	let (tax, rest) = owed.and_then(|owed| owed.div_rem(WHOLE)).ok_or(MathError::Overflow)?;
	let rest = Ppm::try_from(rest).map_err(|_| MathError::Overflow)?;
	Ok((tax, rest))
}

/// `part` of `whole` of `amount`, rounded down: whoever receives it loses less than 1, and what it
/// loses is left for the others. The part is at most the whole.
///
/// Exits and releases take a part of what is left, and then count no longer in the whole. So
/// nobody gets less for being late, nobody gains by going in pieces, and the last takes all.
pub fn part_of(amount: u128, part: u128, whole: u128) -> Result<u128, MathError> {
	if part > whole {
		return Err(MathError::ShareAboveWhole);
	}
	mul_div_down(amount, part, whole)
}
