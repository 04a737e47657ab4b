use super::*;
use crate::rules::Code;
use ourledger_math::tax::Rounding;
use ourledger_primitives::{
	invoice::{
		hash_of_lines, Amounts, AsOne, Change, NotePart, Prices, SaleItem, SaleLevy, Zigzag,
	},
	tax::TaxKind,
};

pub const STANDARD: TaxCode = 1;
pub const REDUCED: TaxCode = 2;
pub const REVERSE: TaxCode = 3;
pub const OUTSIDE: TaxCode = 4;
pub const TOURISM: TaxCode = 5;
pub const DEPOSIT: TaxCode = 6;
pub const WITHHOLDING: TaxCode = 7;

/// A jurisdiction with a code of each kind.
pub fn rules() -> Rules {
	let code =
		|number, name: &str, kind, rate| Code { number, name: name.into(), kind, rate: Some(rate) };
	Rules {
		rounding: Rounding::Category,
		currency: 1,
		decimals: 2,
		tip_limit: 200_000,
		codes: vec![
			code(STANDARD, "vat-standard", TaxKind::Vat(VatCategory::Standard), 150_000),
			code(REDUCED, "vat-reduced", TaxKind::Vat(VatCategory::Standard), 50_000),
			code(REVERSE, "vat-reverse", TaxKind::Vat(VatCategory::ReverseCharge), 150_000),
			code(OUTSIDE, "no-vat", TaxKind::Vat(VatCategory::OutOfScope), 0),
			code(TOURISM, "tourism", TaxKind::LevyOnNet { in_vat_base: false }, 15_000),
			code(DEPOSIT, "sugar", TaxKind::LevyPerUnit { in_vat_base: true, currency: 1 }, 10),
			code(WITHHOLDING, "withholding", TaxKind::Withholding, 20_000),
		],
	}
}

/// A sale of so much under each of these codes.
pub fn sale(items: &[(TaxCode, i128)]) -> Sale {
	let items = items.iter().map(|(code, amount)| (*code, Amounts::Sum(*amount)));
	sale_of(items.collect())
}

/// A sale of lines under a code.
pub fn sale_by_line(code: TaxCode, amounts: &[i128]) -> Sale {
	sale_of(vec![(code, Amounts::Lines(lines(amounts)))])
}

pub fn lines(amounts: &[i128]) -> Lines {
	amounts.iter().map(|it| Zigzag::from(*it)).collect::<Vec<_>>().try_into().expect("are few")
}

fn sale_of(items: Vec<(TaxCode, Amounts)>) -> Sale {
	let items = items.into_iter().map(|(code, amounts)| SaleItem { code, amounts });
	Sale {
		prices: Prices::Net,
		items: items.collect::<Vec<_>>().try_into().expect("are few"),
		levies: Default::default(),
		withholdings: Default::default(),
		tip: 0,
		evidence: None,
	}
}

/// A note on so much under each of these codes.
pub fn note(parts: &[(TaxCode, i128)]) -> Note {
	let parts = parts.iter();
	let parts = parts.map(|(code, amount)| NotePart { code: *code, change: Change::Less(*amount) });
	Note {
		parts: parts.collect::<Vec<_>>().try_into().expect("are few"),
		levies: Default::default(),
		tip: 0,
	}
}

pub fn by_line() -> Rules {
	Rules { rounding: Rounding::Line, ..rules() }
}

#[test]
fn sale_is_charged_with_every_kind_of_tax() {
	let mut sale = sale(&[(STANDARD, 10_000), (REVERSE, 2_000)]);
	let levies = vec![
		SaleLevy { code: TOURISM, on: STANDARD, thousandths: 0 },
		SaleLevy { code: DEPOSIT, on: STANDARD, thousandths: 6_000 },
	];
	sale.levies = levies.try_into().expect("are few");
	sale.withholdings = vec![WITHHOLDING].try_into().expect("is one");
	sale.tip = 500;
	let (charges, bill) = assess(&sale, &rules()).expect("is fine");
	// VAT on 100.00 and the levy of 0.60; tourism 1.50; nothing on the tip.
	assert_eq!(bill.subtotals[0].vat, 1_509);
	assert_eq!(bill.subtotals[1].vat, 300);
	assert_eq!(charges.parts[1].vat, 0);
	assert_eq!(bill.levies.iter().map(|levy| levy.tax).collect::<Vec<_>>(), [150, 60]);
	assert_eq!(bill.withheld[0].tax, 240);
	assert_eq!(bill.tax(), 1_509 + 150 + 60);
	assert_eq!(bill.gross, bill.net() + bill.tax() + 500);
	assert_eq!(bill.as_one, None);
}

#[test]
fn note_takes_back_what_the_rest_is_charged_less() {
	// 0.03 at 15 % is 0.0045, twice 0.009: by difference the second note takes the cent.
	let (_, bill) = assess(&sale(&[(STANDARD, 6)]), &rules()).expect("is fine");
	assert_eq!(bill.gross, 7);
	let (charges, rest) = assess_note(&note(&[(STANDARD, 3)]), &bill, &rules()).expect("is fine");
	assert_eq!((charges.parts[0].net, charges.parts[0].vat, charges.gross), (3, 1, 4));
	assert_eq!((rest.subtotals[0].net, rest.subtotals[0].vat, rest.gross), (3, 0, 3));
	let error = assess_note(&note(&[(REDUCED, 3)]), &bill, &rules()).expect_err("wasn't sold");
	assert!(error.to_string().contains("tax code vat-reduced"), "{error}");
	let nothing = assess_note(&note(&[]), &bill, &rules()).expect_err("is of nothing");
	assert!(nothing.to_string().contains("takes nothing back"), "{nothing}");
}

#[test]
fn note_goes_towards_zero_and_not_past_it() {
	let (_, bill) =
		assess(&sale(&[(STANDARD, 10_000), (REDUCED, -100)]), &rules()).expect("is fine");
	for parts in [
		&[(STANDARD, 10_001)][..],
		&[(STANDARD, -1)],
		&[(REDUCED, -101)],
		&[(REDUCED, 1)],
		&[(STANDARD, 100), (REDUCED, 100)],
		// What remains would be worth less than nothing.
		&[(STANDARD, 10_000)],
	] {
		assert!(assess_note(&note(parts), &bill, &rules()).is_err(), "{parts:?}");
	}
	let all = assess_note(&note(&[(STANDARD, 10_000), (REDUCED, -100)]), &bill, &rules());
	let (charges, rest) = all.expect("is fine");
	assert_eq!((charges.gross, rest.gross), (11_500 - 105, 0));
}

#[test]
fn tax_per_line_is_that_of_its_lines() {
	// 2,000.00 in one line, and the same in lines of which the tax is rounded away.
	let (charges, bill) = assess(&sale_by_line(STANDARD, &[200_000]), &by_line()).expect("is fine");
	assert_eq!((charges.parts[0].vat, bill.gross), (30_000, 230_000));
	let mut sale = sale_by_line(STANDARD, &[3, 3]);
	let (charges, bill) = assess(&sale, &by_line()).expect("is fine");
	assert_eq!((charges.parts[0].vat, bill.gross), (0, 6));
	assert_eq!(bill.lines, Some(hash_of_lines([(STANDARD, &lines(&[3, 3]))])));
	sale.prices = Prices::Gross;
	let (charges, bill) = assess(&sale, &by_line()).expect("is fine");
	assert_eq!((charges.parts[0].net, bill.gross), (6, 6));
	for (sale, rules) in [
		(super::tests::sale(&[(STANDARD, 6)]), by_line()),
		(sale_by_line(STANDARD, &[3, 3]), rules()),
		(sale_by_line(REVERSE, &[3, 3]), by_line()),
	] {
		assert!(assess(&sale, &rules).is_err(), "{sale:?}");
	}
}

#[test]
fn waiting_note_leaves_what_it_would_have() {
	let (_, bill) = assess(&sale_by_line(STANDARD, &[4; 100]), &by_line()).expect("is fine");
	let left = Remainder {
		amounts: vec![(396, 99)].try_into().expect("is one"),
		thousandths: Default::default(),
		tip: 0,
		lines: Some([7; 32]),
	};
	let rest = left_by(&left, &bill, &by_line()).expect("is fine");
	assert_eq!((rest.gross, rest.subtotals[0].vat, rest.lines), (495, 99, Some([7; 32])));
}

#[test]
fn sale_has_at_most_128_lines() {
	let most = sale_by_line(STANDARD, &[100; 128]);
	assert!(assess(&most, &by_line()).is_ok());
	let mut more = sale_by_line(STANDARD, &[100; 128]);
	let item = SaleItem { code: REDUCED, amounts: Amounts::Lines(lines(&[100])) };
	more.items.try_push(item).expect("has room");
	let error = assess(&more, &by_line()).expect_err("are too many").to_string();
	assert!(error.contains("at most 128 lines") && error.contains("not 129"), "{error}");
}

#[test]
fn tax_of_a_note_on_lines_is_that_of_what_remains() {
	// 100 lines of 0.04 at 15 % have 0.01 of tax each. Taken back as one sum of 4.00 it would be
	// 0.60; what remains says that it is 1.00.
	let (_, bill) = assess(&sale_by_line(STANDARD, &[4; 100]), &by_line()).expect("is fine");
	assert_eq!(bill.gross, 500);
	let of_lines = |was: &[i128], remain: &[i128]| Note {
		parts: vec![NotePart {
			code: STANDARD,
			change: Change::Lines { was: lines(was), remain: lines(remain) },
		}]
		.try_into()
		.expect("is one"),
		levies: Default::default(),
		tip: 0,
	};
	let note = of_lines(&[4; 100], &[0; 100]);
	let (charges, rest) = assess_note(&note, &bill, &by_line()).expect("is fine");
	assert_eq!((charges.gross, rest.gross), (500, 0));
	assert_eq!(rest.lines, Some(hash_of_lines([(STANDARD, &lines(&[0; 100]))])));
	// 0.03 of a line takes its cent of tax; of another line nothing.
	let mut remain = [4; 100];
	remain[0] = 1;
	let note = of_lines(&[4; 100], &remain);
	let (charges, rest) = assess_note(&note, &bill, &by_line()).expect("is fine");
	assert_eq!((charges.parts[0].net, charges.parts[0].vat, rest.gross), (3, 1, 496));
	for remain in [[5; 100], [-1; 100]] {
		let note = of_lines(&[4; 100], &remain);
		assert!(assess_note(&note, &bill, &by_line()).is_err(), "{remain:?}");
	}
}

#[test]
fn returns_may_outweigh_under_a_code_but_not_in_all() {
	// Milk at 15 %, bottles that come back at 5 %.
	let (charges, bill) =
		assess(&sale(&[(STANDARD, 1_000), (REDUCED, -250)]), &rules()).expect("is fine");
	assert_eq!((charges.parts[1].net, charges.parts[1].vat), (-250, -13));
	assert_eq!((bill.net(), bill.tax(), bill.gross), (750, 137, 887));
	assert_eq!(bill.as_one, Some(AsOne { share: 0, taken: 0, credited: 0 }));
	// All is paid ahead: a final invoice of nothing.
	let (_, bill) = assess(&sale(&[(STANDARD, 0)]), &rules()).expect("is fine");
	assert_eq!(bill.gross, 0);
	let mut with_levy = sale(&[(STANDARD, 1_000), (REDUCED, -250)]);
	let levy = SaleLevy { code: TOURISM, on: REDUCED, thousandths: 0 };
	with_levy.levies = vec![levy].try_into().expect("is one");
	for (sale, said) in [
		(sale(&[(STANDARD, 1_000), (REDUCED, -1_001)]), "outweigh all that is sold"),
		(sale(&[(STANDARD, -100), (REDUCED, 200)]), "more VAT would be given back"),
		(sale(&[(STANDARD, 1_000), (REVERSE, -1)]), "reverse charge"),
		(with_levy, "leave the levy out"),
		(sale(&[(STANDARD, -100), (REVERSE, 100)]), "more VAT"),
	] {
		let error = assess(&sale, &rules()).expect_err(said).to_string();
		assert!(error.contains(said), "{error}");
	}
}

#[test]
fn tip_is_a_share_of_net_and_tax() {
	let rules = Rules { tip_limit: 100_000, ..rules() };
	let mut sale = sale(&[(STANDARD, 10_000)]);
	sale.tip = 1_150;
	let (_, bill) = assess(&sale, &rules).expect("is fine");
	assert_eq!(bill.tip_limit, 100_000);
	// What a note leaves has to bear the tip, too.
	let error = assess_note(&note(&[(STANDARD, 1)]), &bill, &rules).expect_err("is too high");
	assert!(error.to_string().contains("at most 10 % of net and tax"), "{error}");
	let with_tip = Note { tip: 1, ..note(&[(STANDARD, 1)]) };
	assert!(assess_note(&with_tip, &bill, &rules).is_ok());
	sale.tip = 1_151;
	let error = assess(&sale, &rules).expect_err("is too high").to_string();
	assert!(error.contains("the tip of 11.51") && error.contains("which is 11.50"), "{error}");
}

#[test]
fn reverse_charge_needs_something_to_pay() {
	let (_, bill) = assess(&sale(&[(REVERSE, 100)]), &rules()).expect("is fine");
	assert_eq!(bill.gross, 100);
	let error = assess(&sale(&[(REVERSE, 100), (OUTSIDE, -100)]), &rules()).expect_err("no");
	assert!(error.to_string().contains("vat-reverse is under reverse charge"), "{error}");
}

#[test]
fn codes_are_found_by_name_and_number() {
	let rules = rules();
	assert_eq!(rules.code(&"1".into()).map(|code| code.number), Ok(1));
	assert_eq!(rules.code(&"tourism".into()).map(|code| code.number), Ok(TOURISM));
	let error = rules.code(&"luxury".into()).expect_err("is none");
	assert!(error.to_string().contains("vat-standard, vat-reduced"), "{error}");
}

#[test]
fn code_without_a_rate_is_refused() {
	let mut rules = rules();
	rules.codes[0].rate = None;
	let error = assess(&sale(&[(STANDARD, 6)]), &rules).expect_err("has no rate");
	assert!(error.to_string().contains("no rate on the day of supply"), "{error}");
	assert!(assess(&sale(&[(TOURISM, 6)]), &rules).is_err());
}

#[test]
fn whatever_the_chain_refuses_of_a_note_is_refused() {
	let (_, bill) = assess(&sale_by_line(STANDARD, &[4; 100]), &by_line()).expect("is fine");
	let of_lines = |was: &[i128], remain: &[i128]| {
		let change = Change::Lines { was: lines(was), remain: lines(remain) };
		let parts = vec![NotePart { code: STANDARD, change }];
		Note { parts: parts.try_into().expect("is one"), ..note(&[]) }
	};
	let (_, plain) = assess(&sale(&[(STANDARD, 100)]), &rules()).expect("is fine");
	for (note, bill, said) in [
		// As many lines that come to as much, but others.
		(of_lines(&[2, 6], &[0, 0]), &bill, "has other lines"),
		(note(&[(STANDARD, 4)]), &bill, "only the sum under vat-standard"),
		(of_lines(&[100], &[0]), &plain, "where the invoice has none"),
		(note(&[(STANDARD, 1), (STANDARD, 1)]), &plain, "twice"),
	] {
		let error = assess_note(&note, bill, &rules()).expect_err(said).to_string();
		assert!(error.contains(said), "{error}");
	}
}

#[test]
fn whatever_the_chain_refuses_of_a_sale_is_refused() {
	let levied = |thousandths| {
		let mut sale = sale(&[(STANDARD, 100)]);
		let levy = SaleLevy { code: DEPOSIT, on: STANDARD, thousandths };
		sale.levies = vec![levy].try_into().expect("is one");
		assess(&sale, &rules()).map(|(charges, _)| charges.levies[0].tax)
	};
	assert_eq!(levied(1_000), Ok(10));
	let error = levied(0).expect_err("says nothing").to_string();
	assert!(error.contains("sugar is one per unit"), "{error}");
	// Zero from tomorrow on.
	let mut rules = rules();
	rules.codes[usize::from(OUTSIDE) - 1].rate = None;
	let error = assess(&sale(&[(OUTSIDE, 1)]), &rules).expect_err("has no rate").to_string();
	assert!(error.contains("no-vat has no rate on the day of supply"), "{error}");
	let error = assess(&sale(&[(STANDARD, 1 << 101)]), &rules).expect_err("is huge").to_string();
	assert!(error.contains("2¹⁰⁰"), "{error}");
}
