use super::*;
use ourledger_client::money;

fn key() -> StatementKey {
	StatementKey {
		jurisdiction: 0,
		twin: 2,
		currency: money::example(3, "TSH"),
		period: 2026 * 12 + 10,
	}
}

fn statement() -> Statement {
	Statement {
		sales: vec![CodeTotal { code: 1, net: -10_000, tax: -1_500 }],
		output: 1_500,
		..Statement::default()
	}
}

#[test]
fn statement_is_shown_in_its_currency() {
	let text = statement_text(&key(), &statement());
	for part in ["of twin 2 for 2026-11", "currency 3 (TSH)", "-100.00 TSH", "15.00 TSH  VAT on"] {
		assert!(text.contains(part), "{part} in {text}");
	}
	assert!(!text.contains("purchases by code"), "{text}");
}

#[test]
fn statement_tells_tips_and_arrears() {
	let statement = Statement { tips: -50, deferred: 760, settled: 100, ..statement() };
	let text = statement_text(&key(), &statement);
	for part in ["-0.50 TSH  untaxed", "7.60 TSH  VAT under reverse charge", "1.00 TSH  arrears"] {
		assert!(text.contains(part), "{part} in {text}");
	}
	let json = statement_json(&key(), &statement);
	assert_eq!((&json["tips"], &json["deferred"]), (&"-50".into(), &"760".into()));
	assert_eq!(json["settled"], "100");
}

#[test]
fn statement_as_json_has_minor_units() {
	let json = statement_json(&key(), &statement());
	assert_eq!(json["output"], "1500");
	assert_eq!(json["sales"][0]["net"], "-10000");
	assert_eq!(json["period"], "2026-11");
}

#[test]
fn treasury_is_shown_with_what_is_free() {
	let treasury = TreasuryInfo {
		book: TreasuryBook { remitted: 700, ..TreasuryBook::default() },
		balance: 700,
		reserved: 200,
		free: 500,
	};
	let text = treasury_text(&money::example(3, "TSH"), &treasury);
	assert!(text.contains("free      5.00 TSH to sweep"), "{text}");
	assert!(text.contains("7.00 TSH  of it paid in"), "{text}");
	let json = treasury_json(&money::example(3, "TSH"), &treasury);
	assert_eq!(json["book"]["remitted"], "700");
}

#[test]
fn treasuries_without_anything_are_only_named() {
	let empty = TreasuryInfo { book: TreasuryBook::default(), balance: 0, reserved: 0, free: 0 };
	let full = TreasuryInfo { balance: 700, free: 700, ..empty.clone() };
	let all = [
		(money::example(3, "TSH"), full),
		(money::example(4, "HRS"), empty.clone()),
		(money::example(5, "PTS"), empty),
	];
	let text = treasuries_text(&all, false);
	assert!(text.starts_with("currency  currency 3 (TSH)\n"), "{text}");
	assert!(text.ends_with("\n\nNothing yet in currency 4 (HRS), currency 5 (PTS)."), "{text}");
	assert!(treasuries_text(&all[1..2], true).contains("0.00 HRS"));
	// What was once there is told of.
	let mut spent = all[1].clone();
	spent.1.book.remitted = 5;
	assert!(treasuries_text(&[spent], false).contains("0.05 HRS  of it paid in"));
}

#[test]
fn amounts_are_not_zero() {
	assert!(positive(&money::example(3, "TSH"), "0.00").is_err());
	assert_eq!(positive(&money::example(3, "TSH"), "0.01"), Ok(1));
}
