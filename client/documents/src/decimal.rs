//! Decimal numbers, exactly: quantities and prices may have more places than an amount of money.

use ourledger_math::{rounding::signed_mul_div_half, MathError};
use serde::{de, Deserialize, Deserializer, Serialize, Serializer};
use std::{fmt, str::FromStr};

/// Most places after the point.
const MAX_PLACES: usize = 12;

/// Most digits in all: more than any amount of money needs, and within 128 bits.
const MAX_DIGITS: usize = 30;

/// A decimal number.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Decimal {
	digits: i128,
	places: u32,
}

impl Decimal {
	/// One.
	pub const ONE: Self = Self { digits: 1, places: 0 };

	/// An amount of so many minor units, all its places written out.
	pub fn of_units(units: i128, decimals: u8) -> Self {
		Self { digits: units, places: decimals.into() }
	}

	/// Parts per million as per cent.
	pub fn per_cent(ppm: u32) -> Self {
		Self { digits: ppm.into(), places: 4 }.shortened()
	}

	/// Whether it is zero.
	pub fn is_zero(&self) -> bool {
		self.digits == 0
	}

	/// Whether it is below zero.
	pub fn is_negative(&self) -> bool {
		self.digits < 0
	}

	/// Without its sign.
	pub fn magnitude(mut self) -> Self {
		self.digits = self.digits.abs();
		self
	}

	/// Exactly this many units of 10^-`places`; nothing if there is more than that to it, or if it
	/// is too large.
	pub fn units(&self, places: u8) -> Option<i128> {
		let short = self.shortened();
		let missing = u32::from(places).checked_sub(short.places)?;
		short.digits.checked_mul(10i128.checked_pow(missing)?)
	}

	/// This times `other`, divided by `by`, in units of 10^-`places`, rounded half away from zero.
	/// Nothing if it is too large, or if `by` isn't above zero.
	pub fn times_over(&self, other: &Self, by: &Self, places: u8) -> Option<i128> {
		let (one, other, by) = (self.shortened(), other.shortened(), by.shortened());
		let product = one.digits.checked_mul(other.digits)?;
		let up = 10u128.checked_pow(by.places + u32::from(places))?;
		let down = 10u128.checked_pow(one.places + other.places)?;
		let divisor = u128::try_from(by.digits).ok()?.checked_mul(down)?;
		signed_mul_div_half(product, up, divisor).ok()
	}

	/// With so many places at most, rounded half away from zero.
	pub fn rounded(self, places: u8) -> Result<Self, MathError> {
		let Some(surplus) = self.places.checked_sub(places.into()) else { return Ok(self) };
		let divisor = 10u128.checked_pow(surplus).ok_or(MathError::Overflow)?;
		Ok(Self::of_units(signed_mul_div_half(self.digits, 1, divisor)?, places))
	}

	/// Without zeroes at its end.
	fn shortened(mut self) -> Self {
		while self.places > 0 && self.digits % 10 == 0 {
			self.digits /= 10;
			self.places -= 1;
		}
		self
	}
}

impl FromStr for Decimal {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		let parsed = || {
			let (sign, plain) = match text.strip_prefix('-') {
				Some(plain) => (-1, plain),
				None => (1, text),
			};
			let (whole, fraction) = match plain.split_once('.') {
				Some((_, "")) => return None,
				Some(parts) => parts,
				None => (plain, ""),
			};
			let all = [whole, fraction].concat();
			let is_plain = !whole.is_empty() && all.bytes().all(|byte| byte.is_ascii_digit());
			if !is_plain || fraction.len() > MAX_PLACES || all.len() > MAX_DIGITS {
				return None;
			}
			let digits = all.parse::<i128>().ok()?;
			Some(Self { digits: sign * digits, places: u32::try_from(fraction.len()).ok()? })
		};
		parsed().ok_or_else(|| {
			format!(
				"{text:?} is no decimal number such as 2 or 1.50, with up to {MAX_DIGITS} digits, \
				 of which up to {MAX_PLACES} after the point"
			)
		})
	}
}

impl fmt::Display for Decimal {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let sign = if self.digits < 0 { "-" } else { "" };
		let places = self.places as usize;
		let digits = format!("{:0>width$}", self.digits.unsigned_abs(), width = places + 1);
		let (whole, fraction) = digits.split_at(digits.len() - places);
		match fraction {
			"" => write!(f, "{sign}{whole}"),
			fraction => write!(f, "{sign}{whole}.{fraction}"),
		}
	}
}

impl Serialize for Decimal {
	fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
		serializer.collect_str(self)
	}
}

impl<'de> Deserialize<'de> for Decimal {
	fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
		struct Visitor;

		impl de::Visitor<'_> for Visitor {
			type Value = Decimal;

			fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
				f.write_str("a whole number, or a decimal written as a string, such as \"1.50\"")
			}

			fn visit_str<E: de::Error>(self, text: &str) -> Result<Decimal, E> {
				text.parse().map_err(E::custom)
			}

			fn visit_u64<E: de::Error>(self, number: u64) -> Result<Decimal, E> {
				number.to_string().parse().map_err(E::custom)
			}

			fn visit_i64<E: de::Error>(self, number: i64) -> Result<Decimal, E> {
				number.to_string().parse().map_err(E::custom)
			}
		}

		deserializer.deserialize_any(Visitor)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn decimal(text: &str) -> Decimal {
		text.parse().expect("is one")
	}

	#[test]
	fn decimals_are_read_and_written_exactly() {
		for text in ["0", "2", "1.50", "-0.05", "123456789012.345678", "0.000000000001"] {
			assert_eq!(decimal(text).to_string(), text);
		}
		for text in
			["", ".5", "5.", "-", "+1", "1e3", "1,5", "1.2.3", "1234567890123456789012345678901"]
		{
			assert!(text.parse::<Decimal>().is_err(), "{text}");
		}
	}

	#[test]
	fn products_are_rounded_half_away_from_zero() {
		for (one, other, by, places, units) in [
			("3", "1.50", "1", 2, 450),
			("0.5", "0.01", "1", 2, 1),
			("-0.5", "0.01", "1", 2, -1),
			("0.333", "10", "1", 2, 333),
			("7", "1", "1", 3, 7_000),
			("250", "3.99", "100", 2, 998),
			("1", "1", "0.03", 0, 33),
		] {
			let product = decimal(one).times_over(&decimal(other), &decimal(by), places);
			assert_eq!(product, Some(units), "{one} x {other} / {by}");
		}
		assert_eq!(decimal("1").times_over(&decimal("1"), &decimal("0"), 2), None);
	}

	#[test]
	fn units_are_exact_or_nothing() {
		assert_eq!(decimal("1.50").units(2), Some(150));
		assert_eq!(decimal("1.500").units(2), Some(150));
		assert_eq!(decimal("1.505").units(2), None);
		assert_eq!(decimal("-2").units(3), Some(-2_000));
		assert_eq!(Decimal::of_units(-5, 2).to_string(), "-0.05");
		assert_eq!(Decimal::of_units(5, 0).to_string(), "5");
		assert_eq!(Decimal::per_cent(99_750).to_string(), "9.975");
		assert_eq!(Decimal::per_cent(150_000).to_string(), "15");
		assert_eq!(Decimal::per_cent(0).to_string(), "0");
	}

	#[test]
	fn places_are_rounded_away_half_away_from_zero() {
		for (long, short) in
			[("1.005", "1.01"), ("-1.005", "-1.01"), ("1.004", "1.00"), ("1.5", "1.5")]
		{
			assert_eq!(decimal(long).rounded(2).expect("fits").to_string(), short);
		}
	}

	#[test]
	fn json_has_strings_or_whole_numbers() {
		let read = |text: &str| serde_json::from_str::<Decimal>(text);
		assert_eq!(read("\"1.50\"").expect("is one"), decimal("1.50"));
		assert_eq!(read("2").expect("is one"), decimal("2"));
		assert!(read("1.5").expect_err("is a float").to_string().contains("as a string"));
		assert_eq!(serde_json::to_string(&decimal("1.50")).expect("is one"), "\"1.50\"");
	}
}
