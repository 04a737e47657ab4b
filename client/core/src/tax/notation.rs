//! Percentages, periods and reasons as people write them.

use super::{TaxKind, OTHER_CODES};
use crate::{
	chain::State,
	error::{Error, Result},
	money::{self, Currency},
};
use ourledger_primitives::tax::{Period, Ppm, TaxCode};

/// Months of a year.
const MONTHS: Period = 12;

/// Millionths as a percentage: "7.5%".
pub fn percent(ppm: Ppm) -> String {
	money::percent(ppm).replace(' ', "")
}

/// A period as its month: "2026-11".
pub fn period(period: Period) -> String {
	format!("{:04}-{:02}", period / MONTHS, period % MONTHS + 1)
}

/// The period that a month stands for.
pub fn parse_period(text: &str) -> Result<Period> {
	let not_valid = || Error::input(format!("{text:?} is not a month such as 2026-11"));
	let (year, month) = text.trim().split_once('-').ok_or_else(not_valid)?;
	let is_number =
		|text: &str, digits| text.len() == digits && text.bytes().all(|it| it.is_ascii_digit());
	if !is_number(year, 4) || !is_number(month, 2) {
		return Err(not_valid());
	}
	let year: Period = year.parse().map_err(|_| not_valid())?;
	let month: Period = month.parse().map_err(|_| not_valid())?;
	if !(1..=MONTHS).contains(&month) {
		return Err(not_valid());
	}
	Ok(year * MONTHS + month - 1)
}

/// Three letters of a currency, as ISO 4217 has them.
pub fn parse_letters(text: &str) -> Result<[u8; 3]> {
	let letters: Option<[u8; 3]> = text.as_bytes().try_into().ok();
	letters.filter(|letters| letters.iter().all(u8::is_ascii_uppercase)).ok_or_else(|| {
		Error::input(format!("{text:?} is not a currency's three capital letters, such as EUR"))
	})
}

/// A code's number, or what it stands for in a statement.
pub fn code(code: TaxCode) -> String {
	match code {
		OTHER_CODES => "others".into(),
		code => code.to_string(),
	}
}

/// A code and a percentage of it: "1=50%".
pub fn parse_share(text: &str) -> Result<(TaxCode, Ppm)> {
	let not_valid = || Error::input(format!("{text:?} is not a code and its share, such as 1=50%"));
	let (code, share) = text.split_once('=').ok_or_else(not_valid)?;
	let code = code.trim().parse().map_err(|_| not_valid())?;
	Ok((code, money::parse_percent(share)?))
}

/// The rate that `text` stands for: a percentage, or an amount for one unit.
pub async fn parse_rate(state: &State, kind: &TaxKind, text: &str) -> Result<u128> {
	match kind {
		TaxKind::LevyPerUnit { currency, .. } => {
			Currency::read(state, *currency).await?.parse(text)
		},
		_ => Ok(money::parse_percent(text)?.into()),
	}
}

/// A rate as people read it.
pub async fn rate(state: &State, kind: &TaxKind, rate: u128) -> Result<String> {
	Ok(match kind {
		TaxKind::LevyPerUnit { currency, .. } => {
			let currency = Currency::read(state, *currency).await?;
			format!("{} a unit", currency.show(rate))
		},
		_ => percentage(rate),
	})
}

/// A rate that is a share.
fn percentage(rate: u128) -> String {
	match Ppm::try_from(rate) {
		Ok(ppm) => percent(ppm),
		Err(_) => format!("{rate} millionths"),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn percentages_have_no_space() {
		assert_eq!(percent(150_000), "15%");
		assert_eq!(percent(75_000), "7.5%");
		assert_eq!(percent(0), "0%");
		assert_eq!(percentage(150_000), "15%");
		assert_eq!(percentage(u128::MAX), format!("{} millionths", u128::MAX));
	}

	#[test]
	fn periods_are_months() {
		for (number, text) in [(2026 * 12 + 10, "2026-11"), (2027 * 12, "2027-01"), (11, "0000-12")]
		{
			assert_eq!(period(number), text);
			assert_eq!(parse_period(text), Ok(number));
		}
		for text in ["", "2026", "2026-13", "2026-00", "2026-1", "26-11", "2026-11-21", "+026-11"] {
			assert!(parse_period(text).is_err(), "{text}");
		}
	}

	#[test]
	fn shares_name_a_code() {
		assert_eq!(parse_share("1=50%"), Ok((1, 500_000)));
		assert_eq!(parse_share("12 = 7.5"), Ok((12, 75_000)));
		for text in ["1", "x=5%", "70000=5%", "1=101%"] {
			assert!(parse_share(text).is_err(), "{text}");
		}
	}

	#[test]
	fn reporting_currency_is_three_capitals() {
		assert_eq!(parse_letters("EUR"), Ok(*b"EUR"));
		for text in ["eur", "EU", "EURO", "€"] {
			assert!(parse_letters(text).is_err(), "{text}");
		}
	}

	#[test]
	fn codes_without_room_are_the_others() {
		assert_eq!(code(3), "3");
		assert_eq!(code(OTHER_CODES), "others");
	}
}
