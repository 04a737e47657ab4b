//! Amounts of OUR: decimals for people, whole base units for the chain. Never a float.

use crate::error::{Error, Result};
use serde::{Serialize, Serializer};
use std::fmt;

/// Places after the decimal point.
const DECIMALS: usize = 12;

/// Base units of one OUR.
pub const UNIT: u128 = 10u128.pow(DECIMALS as u32);

/// The base units that `text` stands for: "2", "2.5" or "2.5 OUR".
pub fn parse(text: &str) -> Result<u128> {
	let number = text.trim();
	let number = number.strip_suffix("OUR").unwrap_or(number).trim_end();
	decimal(text, number, DECIMALS)
}

/// The units that the decimal `number` stands for, if a unit is the last of `places` after the
/// point. It is what `text` has of the amount.
pub fn decimal(text: &str, number: &str, places: usize) -> Result<u128> {
	let (whole, fraction) = match number.split_once('.') {
		Some((whole, fraction)) => (whole, Some(fraction)),
		None => (number, None),
	};
	let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
	if !digits(whole) || !fraction.is_none_or(digits) {
		return Err(Error::input(format!(
			"the amount {text:?} is not a decimal number such as 2 or 2.5"
		)));
	}
	let fraction = fraction.unwrap_or_default();
	if fraction.len() > places {
		return Err(Error::input(format!(
			"the amount {text:?} has more than {places} places after the point"
		)));
	}
	// Without the point, it is a number of units.
	format!("{whole}{fraction:0<places$}")
		.parse()
		.map_err(|_| Error::input(format!("the amount {text:?} is too large")))
}

/// `units` as people read them: "2.5 OUR".
pub fn format(units: u128) -> String {
	let (whole, fraction) = (units / UNIT, units % UNIT);
	if fraction == 0 {
		return format!("{whole} OUR");
	}
	let fraction = format!("{fraction:0>DECIMALS$}");
	format!("{whole}.{} OUR", fraction.trim_end_matches('0'))
}

/// An amount of any money: a decimal string of its smallest units for programs, which floats would
/// round; with its symbol for people.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Amount {
	units: u128,
	text: String,
}

impl Amount {
	/// So many units, which people read as `text`.
	pub fn new(units: u128, text: String) -> Self {
		Self { units, text }
	}

	/// So many base units of OUR.
	pub fn our(units: u128) -> Self {
		Self::new(units, format(units))
	}

	/// Whether there is none.
	pub fn is_zero(&self) -> bool {
		self.units == 0
	}
}

impl Serialize for Amount {
	fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
		serializer.collect_str(&self.units)
	}
}

impl fmt::Display for Amount {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		formatter.write_str(&self.text)
	}
}

/// `units` as a decimal with exactly so many places.
pub fn fixed(units: u128, places: usize) -> String {
	let digits = format!("{units:0>least$}", least = places + 1);
	let (whole, fraction) = digits.split_at(digits.len() - places);
	match fraction {
		"" => whole.into(),
		fraction => format!("{whole}.{fraction}"),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn parse_reads_decimals_exactly() {
		for (text, units) in [
			("0", 0),
			("2", 2_000_000_000_000),
			("2.5", 2_500_000_000_000),
			("2.5 OUR", 2_500_000_000_000),
			("2.5OUR", 2_500_000_000_000),
			(" 1 OUR ", 1_000_000_000_000),
			("0.000000000001", 1),
			("0.1", 100_000_000_000),
			("340282366920938463463374607.431768211455", u128::MAX),
		] {
			assert_eq!(parse(text), Ok(units), "{text}");
		}
	}

	#[test]
	fn parse_refuses_what_is_not_a_plain_decimal() {
		for text in ["", "OUR", ".5", "5.", "-1", "+1", "1e3", "1,5", "1_000", "1.2.3", "0x10", "١"]
		{
			assert!(matches!(parse(text), Err(Error::Input(_))), "{text}");
		}
	}

	#[test]
	fn parse_refuses_a_thirteenth_place() {
		assert!(parse("0.0000000000010").is_err());
		assert!(parse("0.000000000001").is_ok());
	}

	#[test]
	fn parse_refuses_more_than_fits() {
		let error = parse("340282366920938463463374607.431768211456").expect_err("too large");
		assert!(error.to_string().contains("too large"));
	}

	#[test]
	fn fixed_has_all_its_places() {
		for (units, places, text) in
			[(0, 2, "0.00"), (5, 2, "0.05"), (1_250, 2, "12.50"), (7, 0, "7")]
		{
			assert_eq!(fixed(units, places), text);
			assert_eq!(decimal(text, text, places), Ok(units));
		}
	}

	#[test]
	fn format_is_the_inverse_of_parse() {
		for units in [0, 1, 10, UNIT - 1, UNIT, UNIT + 1, 25 * UNIT / 10, u128::MAX] {
			assert_eq!(parse(&format(units)), Ok(units));
		}
		assert_eq!(format(2_500_000_000_000), "2.5 OUR");
		assert_eq!(format(3_000_000_000_000), "3 OUR");
		assert_eq!(format(1), "0.000000000001 OUR");
	}
}
