//! Products of two 128-bit numbers, whole, and their division.

/// A number of 256 bits: `high` × 2¹²⁸ + `low`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Wide {
	/// Compared first, hence first.
	pub(crate) high: u128,
	pub(crate) low: u128,
}

const HALF_BITS: u32 = 64;
const HALF_MASK: u128 = (1 << HALF_BITS) - 1;

impl Wide {
	/// `a` × `b`; always fits.
	pub(crate) fn product(a: u128, b: u128) -> Self {
		if let Some(low) = a.checked_mul(b) {
			return Self { high: 0, low };
		}
		let (a1, a0) = (a >> HALF_BITS, a & HALF_MASK);
		let (b1, b0) = (b >> HALF_BITS, b & HALF_MASK);
		// A product of two halves plus two halves is at most (2⁶⁴ − 1)² + 2 (2⁶⁴ − 1) = 2¹²⁸ − 1:
		// none of these sums overflows.
		let low = a0 * b0;
		let middle = a1 * b0 + (low >> HALF_BITS);
		let other = a0 * b1 + (middle & HALF_MASK);
		let high = a1 * b1 + (middle >> HALF_BITS) + (other >> HALF_BITS);
		Self { high, low: (other << HALF_BITS) | (low & HALF_MASK) }
	}

	pub(crate) fn checked_add(self, other: Self) -> Option<Self> {
		let (low, carry) = self.low.overflowing_add(other.low);
		let high = self.high.checked_add(other.high)?.checked_add(carry.into())?;
		Some(Self { high, low })
	}

	pub(crate) fn checked_sub(self, other: Self) -> Option<Self> {
		let (low, borrow) = self.low.overflowing_sub(other.low);
		let high = self.high.checked_sub(other.high)?.checked_sub(borrow.into())?;
		Some(Self { high, low })
	}

	/// Quotient and remainder; nothing if the divisor is zero or the quotient has over 128 bits.
	///
	/// Knuth, *The Art of Computer Programming* 2, 4.3.1, algorithm D, with digits of 64 bits.
	pub(crate) fn div_rem(self, divisor: u128) -> Option<(u128, u128)> {
		if self.high == 0 {
			return Some((self.low.checked_div(divisor)?, self.low.checked_rem(divisor)?));
		}
		if self.high >= divisor {
			return None;
		}
		// From here on the divisor is at least 2, so the shift is below 128.
		let shift = divisor.leading_zeros();
		let divisor = divisor << shift;
		let carried = self.low.checked_shr(u128::BITS - shift).unwrap_or(0);
		let high = (self.high << shift) | carried;
		let low = self.low << shift;
		let (first, rest) = Self::digit(high, low >> HALF_BITS, divisor);
		let (second, rest) = Self::digit(rest, low & HALF_MASK, divisor);
		Some(((first << HALF_BITS) | second, rest >> shift))
	}

	/// One digit of a quotient: that of `rest` × 2⁶⁴ + `next`, and what remains.
	///
	/// `rest` is below `divisor`, whose first bit is set; `next` is one digit.
	fn digit(rest: u128, next: u128, divisor: u128) -> (u128, u128) {
		let (d1, d0) = (divisor >> HALF_BITS, divisor & HALF_MASK);
		let (mut guess, mut left) = (rest / d1, rest % d1);
		// At most two too high, as the first bit of the divisor is set.
		while guess > HALF_MASK || guess * d0 > ((left << HALF_BITS) | next) {
			guess -= 1;
			left += d1;
			if left > HALF_MASK {
				break;
			}
		}
		// Modulo 2¹²⁸ on purpose: the true difference lies between 0 and the divisor.
		let whole = (rest << HALF_BITS) | next;
		(guess, whole.wrapping_sub(guess.wrapping_mul(divisor)))
	}
}
