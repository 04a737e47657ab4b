//! What a currency is worth in what an authority reports in, as authorities publish it.

use crate::iso;
use ourledger_client::{
	error::{Error, Result},
	money::Currency,
};

/// Whole units that a rate is shown for, besides one.
const EXAMPLE_UNITS: u32 = 1_000;

/// A rate of exchange.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ExchangeRate {
	/// So many minor units of the reporting currency …
	pub numerator: u64,
	/// … are worth so many of the currency.
	pub denominator: u64,
	/// What it comes to in whole units, for people.
	pub text: String,
}

impl ExchangeRate {
	/// The rate by which one whole unit is worth `whole` whole ones, a fraction, of the reporting
	/// currency. An error where that is too large, or too fine, for minor units.
	pub fn of(currency: &Currency, reporting: &str, whole: (u64, u64)) -> Result<Self> {
		let (numerator, denominator) = iso::minor_rate(whole, currency.decimals, reporting)?;
		let parts: [Result<_>; 2] = [(1, "is"), (EXAMPLE_UNITS, "are")].map(|(whole, verb)| {
			let units = currency.units_of(whole.into());
			let worth = iso::in_reporting(units, reporting, (numerator, denominator))?;
			Ok(format!("{} {verb} worth {worth} {reporting}", currency.show(units)))
		});
		let [one, many] = parts;
		Ok(Self { numerator, denominator, text: format!("{}, and {}", one?, many?) })
	}
}

/// A rate of exchange as a fraction: "3/4", or a decimal such as "0.75".
pub fn parse(text: &str) -> Result<(u64, u64)> {
	let whole = |text: &str| {
		let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
		text.parse::<u64>().ok().filter(|_| is_number)
	};
	let (numerator, denominator) = match text.trim().split_once('/') {
		Some((over, under)) => (whole(over), whole(under)),
		None => {
			let (units, places) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
			let digits = whole(&format!("{units}{places}")).filter(|_| !units.is_empty());
			(digits, u32::try_from(places.len()).ok().and_then(|it| 10u64.checked_pow(it)))
		},
	};
	match (numerator, denominator) {
		(Some(numerator @ 1..), Some(denominator @ 1..)) => Ok((numerator, denominator)),
		_ => Err(Error::input(format!(
			"{text:?} is not a rate of exchange such as 0.75 or 3/4, above zero"
		))),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use ourledger_client::money;

	#[test]
	fn rate_is_told_in_whole_units() {
		let shilling = money::example(3, "TSH");
		let text = |rate: &str, code: &str| {
			let rate = parse(rate).expect("is one");
			ExchangeRate::of(&shilling, code, rate).expect("fits").text
		};
		let dinars = "1.00 TSH is worth 0.333 KWD, and 1000.00 TSH are worth 333.300 KWD";
		assert_eq!(text("0.3333", "KWD"), dinars);
		let yen = "1.00 TSH is worth 2 JPY, and 1000.00 TSH are worth 1500 JPY";
		assert_eq!(text("1.5", "JPY"), yen);
	}

	#[test]
	fn rates_of_exchange_are_fractions() {
		for (text, rate) in
			[("3/4", (3, 4)), ("0.75", (75, 100)), ("1", (1, 1)), (" 12.5 ", (125, 10))]
		{
			assert_eq!(parse(text), Ok(rate), "{text}");
		}
		for text in ["", "0", "0.0", "1/0", "0/1", "-1", "1/2/3", ".5", "1e3", "a"] {
			assert!(parse(text).is_err(), "{text}");
		}
	}
}
