//! Currencies of ISO 4217, which documents are told in besides their own.

use super::decimal::Decimal;
use iso_currency::Currency as Iso;
use ourledger_client::{
	error::{Error, Result},
	money::Currency,
};
use ourledger_math::rounding::{mul_div_half, signed_mul_div_half};

/// Most places of an amount in a document of EN 16931.
pub const DOCUMENT_DECIMALS: u8 = 2;

/// Places of a currency's minor unit where ISO 4217 says nothing of it.
const USUAL_DECIMALS: u16 = 2;

/// The code of a currency that somebody can be paid in: neither XXX, no currency, nor XTS, a test.
pub fn code(text: &str) -> Result<String, String> {
	let known = Iso::from_code(text).filter(|iso| !matches!(iso, Iso::XXX | Iso::XTS));
	known.map(|iso| iso.code().into()).ok_or_else(|| {
		format!("{text:?} is no code of a currency in ISO 4217, such as EUR, in capitals")
	})
}

/// Places of a currency's minor unit.
pub fn decimals(code: &str) -> u8 {
	let known = Iso::from_code(code).and_then(|iso| iso.exponent());
	u8::try_from(known.unwrap_or(USUAL_DECIMALS)).unwrap_or(u8::MAX)
}

/// Minor units at the rate of a reporting currency: how many of its minor units one is worth.
pub fn in_reporting(units: u128, code: &str, rate: (u64, u64)) -> Result<Decimal> {
	let units = mul_div_half(units, rate.0.into(), rate.1.into())?;
	let units = i128::try_from(units).map_err(|_| Error::input("an amount is too large"))?;
	Ok(Decimal::of_units(units, decimals(code)))
}

/// An amount at the rate of a reporting currency, as documents have it: with two places at most, as
/// EN 16931 allows (BR-DEC-15), also where the currency has more. It is rounded once.
pub fn in_document(units: i128, code: &str, rate: (u64, u64)) -> Result<Decimal> {
	let places = decimals(code);
	let surplus = places.saturating_sub(DOCUMENT_DECIMALS);
	let divisor = 10u128.pow(surplus.into()).saturating_mul(rate.1.into());
	let units = signed_mul_div_half(units, rate.0.into(), divisor)?;
	Ok(Decimal::of_units(units, places - surplus))
}

/// How many minor units of a reporting currency one minor unit of another is worth, where one whole
/// unit is worth so many whole ones.
pub fn minor_rate(rate: (u64, u64), places: u8, code: &str) -> Result<(u64, u64)> {
	let too_fine = || {
		Error::input(format!(
			"the rate is too large, or has too many digits, to be kept in minor units of {code}"
		))
	};
	let scaled = |factor: u64, places: u8| {
		10u128.checked_pow(places.into()).and_then(|it| it.checked_mul(factor.into()))
	};
	let numerator = scaled(rate.0, decimals(code)).ok_or_else(too_fine)?;
	let denominator = scaled(rate.1, places).ok_or_else(too_fine)?;
	let (mut common, mut rest) = (numerator, denominator);
	while rest > 0 {
		(common, rest) = (rest, common % rest);
	}
	let shortened = |part: u128| {
		let part = part.checked_div(common).and_then(|part| u64::try_from(part).ok());
		part.filter(|part| *part > 0).ok_or_else(too_fine)
	};
	Ok((shortened(numerator)?, shortened(denominator)?))
}

/// Insists that a peg, which is one to one, doesn't contradict the rate that an authority publishes
/// for that currency.
pub fn ensure_peg(
	peg: &str,
	currency: &Currency,
	reporting: &str,
	rate: Option<(u64, u64)>,
) -> Result<()> {
	let Some(rate) = rate.filter(|_| peg == reporting) else {
		return Ok(());
	};
	let one = Decimal::of_units(1, 0);
	let is_one_to_one = {
		let scaled = |factor: u64, places: u8| {
			10u128.checked_pow(places.into()).and_then(|it| it.checked_mul(factor.into()))
		};
		scaled(rate.0, currency.decimals) == scaled(rate.1, decimals(reporting))
	};
	if is_one_to_one {
		return Ok(());
	}
	let unit = one.units(currency.decimals).and_then(|units| u128::try_from(units).ok());
	let worth = in_reporting(unit.unwrap_or(0), reporting, rate)?;
	Err(Error::input(format!(
		"--peg {peg} says that one {} is one {peg}, but the authority's rate makes it {worth} {peg}: \
		 leave --peg out, then documents tell the tax in {peg} besides",
		currency.symbol
	)))
}

#[cfg(test)]
mod tests {
	use super::*;
	use ourledger_client::money;

	#[test]
	fn codes_are_those_of_iso_4217() {
		for text in ["EUR", "USD", "JPY", "XAF"] {
			assert_eq!(code(text), Ok(text.into()));
		}
		for text in ["", "eur", "EURO", "ZZZ", "XXX", "XTS"] {
			assert!(code(text).is_err(), "{text}");
		}
	}

	#[test]
	fn minor_units_have_their_places() {
		for (code, places) in [("EUR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), ("ZZZ", 2)] {
			assert_eq!(decimals(code), places, "{code}");
		}
	}

	#[test]
	fn amounts_are_rounded_at_the_rate() {
		let text = |units, code, rate| in_reporting(units, code, rate).expect("fits").to_string();
		assert_eq!(text(6_210, "EUR", (1, 20)), "3.11");
		assert_eq!(text(6_210, "JPY", (3, 2)), "9315");
		assert!(in_reporting(u128::MAX, "EUR", (1, 1)).is_err());
	}

	/// UBL-DT-01: KWD has three places, CLF four.
	#[test]
	fn documents_have_two_places_of_any_currency() {
		let text = |units, code, rate| in_document(units, code, rate).expect("fits").to_string();
		assert_eq!(text(6_210, "EUR", (1, 20)), "3.11");
		assert_eq!(text(6_210, "JPY", (3, 2)), "9315");
		assert_eq!(text(6_210, "KWD", (1, 2)), "3.11");
		assert_eq!(text(-6_210, "KWD", (1, 2)), "-3.11");
		// 0.0145 KWD: rounded twice it would be 0.02.
		assert_eq!(text(29, "KWD", (1, 2)), "0.01");
		assert_eq!(text(12_345, "CLF", (1, 1)), "1.23");
		assert!(in_document(i128::MAX, "EUR", (u64::MAX, 1)).is_err());
	}

	#[test]
	fn rate_of_whole_units_is_kept_in_minor_ones() {
		for (rate, places, code, kept, units, text) in [
			// 15.00 TSH at 0.3333 KWD a shilling: a dinar has three places.
			((3_333, 10_000), 2, "KWD", (3_333, 1_000), 1_500, "5.000"),
			// A yen has none.
			((3, 2), 2, "JPY", (3, 200), 1_500, "23"),
			((1, 20), 2, "EUR", (1, 20), 6_210, "3.11"),
			((1, 20), 0, "EUR", (5, 1), 62, "3.10"),
			((75, 100), 2, "EUR", (3, 4), 100, "0.75"),
		] {
			let minor = minor_rate(rate, places, code).expect("fits");
			assert_eq!(minor, kept, "{code}");
			assert_eq!(in_reporting(units, code, minor).expect("fits").to_string(), text);
		}
		assert!(minor_rate((u64::MAX, 1), 2, "KWD").is_err());
		assert!(minor_rate((1, u64::MAX), 6, "JPY").is_err());
	}

	#[test]
	fn peg_does_not_contradict_the_published_rate() {
		let shilling = money::example(1, "TSH");
		let peg = |peg: &str, reporting: &str, rate| ensure_peg(peg, &shilling, reporting, rate);
		assert_eq!(peg("EUR", "EUR", Some((1, 1))), Ok(()));
		assert_eq!(peg("EUR", "EUR", Some((7, 7))), Ok(()));
		assert_eq!(peg("EUR", "EUR", None), Ok(()));
		assert_eq!(peg("EUR", "USD", Some((1, 20))), Ok(()));
		// One shilling of two places is one yen, which has none.
		assert_eq!(peg("JPY", "JPY", Some((1, 100))), Ok(()));
		assert!(peg("JPY", "JPY", Some((1, 1))).is_err());
		let error = peg("EUR", "EUR", Some((1, 20))).expect_err("is another").to_string();
		assert!(error.contains("makes it 0.05 EUR"), "{error}");
	}
}
