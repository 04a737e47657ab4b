//! Tests of local money.

use super::*;
use codec::Encode;

#[test]
fn parse_reads_decimals_exactly() {
	let shilling = example(1, "TSH");
	for (text, units) in [
		("0", 0),
		("12", 1_200),
		("12.5", 1_250),
		("12.50", 1_250),
		(" 12.50 TSH ", 1_250),
		("12.50TSH", 1_250),
		("0.01", 1),
	] {
		assert_eq!(shilling.parse(text), Ok(units), "{text}");
	}
}

#[test]
fn parse_refuses_what_is_no_amount_of_the_example() {
	let shilling = example(1, "TSH");
	for text in ["", "TSH", "-1", "1.234", "12.5 OUR", "12.5 EUR", ".5", "5.", "1,5", "1e3"] {
		assert!(matches!(shilling.parse(text), Err(Error::Input(_))), "{text}");
	}
	let error = shilling.parse("12.5 EUR").expect_err("is another currency");
	assert!(error.to_string().contains("is not in TSH"), "{error}");
}

#[test]
fn symbol_that_looks_like_a_number_needs_a_space() {
	let fifty = example(1, "50");
	assert_eq!(fifty.parse("12.50"), Ok(1_250));
	assert_eq!(fifty.parse("12.50 50"), Ok(1_250));
	let mixed = example(1, "5A");
	assert_eq!(mixed.parse("1.5 5A"), Ok(150));
	assert!(mixed.parse("1.55A").is_err());
}

#[test]
fn show_has_all_places_and_is_the_inverse_of_parse() {
	let shilling = example(1, "TSH");
	assert_eq!(shilling.show(1_250), "12.50 TSH");
	assert_eq!(shilling.show(5), "0.05 TSH");
	for units in [0, 1, 99, 100, 101, u128::MAX] {
		assert_eq!(shilling.parse(&shilling.show(units)), Ok(units));
	}
	let whole = Currency { decimals: 0, ..shilling };
	assert_eq!(whole.show(12), "12 TSH");
	assert_eq!(whole.parse("12"), Ok(12));
	assert!(whole.parse("12.0").is_err());
}

#[test]
fn negative_amounts_have_their_sign() {
	let shilling = example(1, "TSH");
	assert_eq!(shilling.show_signed(-1_250), "-12.50 TSH");
	assert_eq!(shilling.show_signed(-5), "-0.05 TSH");
	assert_eq!(shilling.show_signed(5), "0.05 TSH");
	assert_eq!(shilling.show_signed(0), "0.00 TSH");
}

#[test]
fn currency_is_named_by_id_or_symbol() {
	assert_eq!(Named::of("3"), Ok(Named::Id(3)));
	assert_eq!(Named::of("tsh"), Ok(Named::Symbol("TSH".into())));
	assert_eq!(Named::of("99999999999").map_err(|error| error.code()), Err(5));
	for text in ["", "OUR", "our", "T-H", "Süd"] {
		assert_eq!(Named::of(text).map_err(|error| error.code()), Err(4), "{text:?}");
	}
}

#[test]
fn symbol_of_several_currencies_names_none() {
	let all = || vec![example(1, "TSH"), example(2, "ABC"), example(5, "TSH")];
	assert_eq!(the_one(all(), "ABC").map(|found| found.id), Ok(2));
	assert_eq!(the_one(all(), "XYZ").map_err(|error| error.code()), Err(5));
	let error = the_one(all(), "TSH").expect_err("is unclear").to_string();
	assert!(error.contains("1 (Town shilling, of twin 1), 5 (Town shilling"), "{error}");
}

#[test]
fn kind_is_encoded_as_the_chain_does() {
	assert_eq!(Kind::Native.encode(), [0]);
	assert_eq!(Kind::WithId(7).encode(), [1, 7, 0, 0, 0]);
	assert!(Kind::Native < Kind::WithId(0));
}

#[test]
fn terms_are_said_in_words() {
	let shilling = example(1, "TSH");
	assert_eq!(
		shilling.terms_text(&shilling.terms),
		"issued, up to 10000.00 TSH; open to everybody"
	);
	let terms = Terms {
		supply: Supply::MutualCredit,
		access: Access::Members,
		invoice_only: true,
		demurrage: 250,
	};
	assert_eq!(
		shilling.terms_text(&terms),
		"mutual credit; for members only; businesses are paid by invoice only; loses 0.025 % a day"
	);
}

#[test]
fn reference_is_a_hash_or_of_a_text() {
	assert_eq!(reference(None), [0; 32]);
	assert_eq!(reference(Some(&format!("0x{}", "07".repeat(32)))), [7; 32]);
	assert_eq!(reference(Some("bread")), blake2_256(b"bread"));
	assert_eq!(reference(Some("0x07")), blake2_256(b"0x07"));
	assert_eq!(reference_text(&[7; 32]), Some(format!("0x{}", "07".repeat(32))));
	assert_eq!(reference_text(&reference(None)), None);
}

#[test]
fn amounts_of_payments_are_not_zero() {
	let shilling = example(1, "TSH");
	assert_eq!(shilling.parse_positive("0.01"), Ok(1));
	assert_eq!(shilling.parse_positive("0.00 TSH").map_err(|error| error.code()), Err(4));
	assert!(Money::Our.parse_positive("0").is_err());
}

#[test]
fn issuer_alone_acts_as_such() {
	let shilling = example(3, "TSH");
	let party = |twin| Party { account: AccountId32([1; 32]), twin };
	assert_eq!(shilling.ensure_issuer(&party(Some(1))), Ok(()));
	for other in [Some(2), None] {
		let error = shilling.ensure_issuer(&party(other)).expect_err("is another").to_string();
		assert!(error.starts_with("only twin 1, the issuer of currency 3 (TSH), "), "{error}");
	}
}

#[test]
fn percentages_are_exact() {
	for (text, ppm) in [("0", 0), ("0.025 %", 250), ("21%", 210_000), ("100", 1_000_000)] {
		assert_eq!(parse_percent(text), Ok(ppm), "{text}");
		assert_eq!(parse_percent(&percent(ppm)), Ok(ppm));
	}
	for text in ["100.0001", "0.00001", "-1", "x"] {
		assert!(parse_percent(text).is_err(), "{text}");
	}
}

#[test]
fn days_are_dates() {
	for (day, text) in [(0, "1970-01-01"), (20_574, "2026-05-01")] {
		assert_eq!(date(day), text);
		assert_eq!(parse_date(text), Ok(day));
	}
	for text in ["1969-12-31", "2026-02-30", "tomorrow", ""] {
		assert!(parse_date(text).is_err(), "{text}");
	}
}
