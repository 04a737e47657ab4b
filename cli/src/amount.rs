//! Amounts of OUR: decimals for people, whole base units for the chain. Never a float.

use crate::error::{Error, Result};

/// Places after the decimal point.
const DECIMALS: usize = 12;

/// Base units of one OUR.
const UNIT: u128 = 10u128.pow(DECIMALS as u32);

/// The base units that `text` stands for: "2", "2.5" or "2.5 OUR".
pub fn parse(text: &str) -> Result<u128> {
	let number = text.trim();
	let number = number.strip_suffix("OUR").unwrap_or(number).trim_end();
	let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
	let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
	if !digits(whole) || !digits(fraction) {
		return Err(Error::input(format!(
			"the amount {text:?} is not a decimal number such as 2 or 2.5"
		)));
	}
	if fraction.len() > DECIMALS {
		return Err(Error::input(format!(
			"the amount {text:?} has more than {DECIMALS} places after the point"
		)));
	}
	let parsed = || {
		let whole = whole.parse::<u128>().ok()?.checked_mul(UNIT)?;
		whole.checked_add(format!("{fraction:0<DECIMALS$}").parse().ok()?)
	};
	parsed().ok_or_else(|| Error::input(format!("the amount {text:?} is too large")))
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
	fn format_is_the_inverse_of_parse() {
		for units in [0, 1, 10, UNIT - 1, UNIT, UNIT + 1, 25 * UNIT / 10, u128::MAX] {
			assert_eq!(parse(&format(units)), Ok(units));
		}
		assert_eq!(format(2_500_000_000_000), "2.5 OUR");
		assert_eq!(format(3_000_000_000_000), "3 OUR");
		assert_eq!(format(1), "0.000000000001 OUR");
	}
}
