//! The golden vectors of `vectors/tax.json`, which `tests/vectors/tax.py` recomputes by its own means.
//! Every figure is compared to the unit.

use ourledger_math::{
	credit_note::{remaining_lines, settle, Buyer, Code, Invoice, Movement, Note, Outcome},
	demurrage::{Holding, Index, Schedule, MINIMUM},
	netting::buyer_credit,
	payment::{shown, split, Bill},
	rounding::Ppm,
	tax::{totals, Amount, Document, Levy, Line, Prices, Rounding, Totals, Withholding},
	MathError,
};
use serde::Deserialize;
use std::collections::BTreeSet;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vectors {
	#[serde(rename = "about")]
	_about: Vec<String>,
	invoices: Vec<Case>,
	refused: Vec<Case>,
	payments: Vec<Payment>,
	as_one: Vec<AsOneCase>,
	lines: Vec<LinesCase>,
	notes: Vec<NoteCase>,
	demurrage: Vec<Charged>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
	name: String,
	kind: Option<String>,
	source: String,
	rule: Option<String>,
	#[serde(rename = "note")]
	_note: Option<String>,
	#[serde(rename = "currency")]
	_currency: Option<String>,
	decimals: u32,
	prices: String,
	rounding: String,
	categories: Vec<(String, String)>,
	lines: Vec<(usize, String)>,
	#[serde(default)]
	adjustments: Vec<(usize, String)>,
	#[serde(default)]
	levies: Vec<LevyCase>,
	#[serde(default)]
	withholding: Vec<WithholdingCase>,
	untaxed: Option<String>,
	expected: Option<Expected>,
	error: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LevyCase {
	category: usize,
	rate: Option<String>,
	each: Option<String>,
	quantity: Option<String>,
	in_base: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WithholdingCase {
	rate: String,
	category: Option<usize>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
	subtotals: Vec<(String, String)>,
	#[serde(default)]
	levies: Vec<String>,
	#[serde(default)]
	withheld: Vec<String>,
	net: String,
	tax: String,
	gross: String,
	payable: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Payment {
	name: String,
	#[serde(rename = "kind")]
	_kind: String,
	#[serde(rename = "source")]
	_source: String,
	decimals: u32,
	gross: String,
	taxes: Vec<String>,
	payments: Vec<String>,
	expected: Vec<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AsOneCase {
	name: String,
	#[serde(rename = "kind")]
	_kind: String,
	#[serde(rename = "source")]
	_source: String,
	decimals: u32,
	gross: String,
	taxes: Vec<String>,
	share: String,
	payments: Vec<String>,
	expected: Vec<AsOneExpected>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AsOneExpected {
	taken: String,
	shown: Vec<String>,
	credited: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LinesCase {
	name: String,
	#[serde(rename = "kind")]
	_kind: String,
	#[serde(rename = "source")]
	_source: String,
	decimals: u32,
	prices: String,
	rate: String,
	was: Vec<String>,
	remain: Vec<String>,
	expected: LinesExpected,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum LinesExpected {
	Left { amount: String, tax: String },
	Refused(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoteCase {
	name: String,
	#[serde(rename = "kind")]
	_kind: String,
	#[serde(rename = "source")]
	_source: String,
	decimals: u32,
	invoice: InvoiceCase,
	note: Remaining,
	buyer: BuyerCase,
	expected: NoteExpected,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InvoiceCase {
	gross: String,
	paid: String,
	codes: Vec<CodeCase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CodeCase {
	tax: String,
	taken: String,
	credited: String,
	share: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Remaining {
	gross: String,
	taxes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BuyerCase {
	credit: String,
	cover: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum NoteExpected {
	Waits {
		waits: String,
	},
	Settled {
		excess: Vec<String>,
		shortfall: Vec<String>,
		credited: String,
		reversed: String,
		made_good: String,
		covered: String,
		refund: String,
		paid: String,
		codes: Vec<(String, String)>,
	},
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Charged {
	name: String,
	#[serde(rename = "kind")]
	_kind: String,
	#[serde(rename = "source")]
	_source: String,
	decimals: u32,
	rates: Vec<(u32, Ppm)>,
	moves: Vec<(u32, String)>,
	day: u32,
	expected: String,
}

fn vectors() -> Vectors {
	serde_json::from_str(include_str!("../vectors/tax.json")).expect("the vectors are well-formed")
}

/// A decimal number in units of 10 to the minus `decimals`.
fn signed(text: &str, decimals: u32) -> i128 {
	let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
	let zeros = decimals as usize - fraction.len();
	format!("{whole}{fraction}{}", "0".repeat(zeros)).parse().expect("a number")
}

fn unsigned(text: &str, decimals: u32) -> u128 {
	signed(text, decimals).try_into().expect("not negative")
}

fn all(texts: &[String], decimals: u32) -> Vec<u128> {
	texts.iter().map(|text| unsigned(text, decimals)).collect()
}

/// Per cent in parts per million.
fn ppm(text: &str) -> Ppm {
	unsigned(text, 4).try_into().expect("a rate")
}

fn prices(text: &str) -> Prices {
	match text {
		"net" => Prices::Net,
		"gross" => Prices::Gross,
		other => panic!("prices are net or gross, not {other}"),
	}
}

fn work_out(case: &Case) -> Result<Totals, MathError> {
	let entries = case.lines.iter().chain(&case.adjustments);
	let lines = entries
		.map(|(category, amount)| Line {
			category: *category,
			amount: signed(amount, case.decimals),
		})
		.collect::<Vec<_>>();
	let levies = case.levies.iter().map(|levy| {
		let amount = match (&levy.rate, &levy.each, &levy.quantity) {
			(Some(rate), None, None) => Amount::OnNet(ppm(rate)),
			(None, Some(each), Some(quantity)) => Amount::PerUnit {
				each: unsigned(each, case.decimals),
				thousandths: unsigned(quantity, 3),
			},
			_ => panic!("{}: a levy has a rate, or an amount and a quantity", case.name),
		};
		Levy { category: levy.category, amount, in_vat_base: levy.in_base }
	});
	let withholdings = case
		.withholding
		.iter()
		.map(|kept| Withholding { category: kept.category, rate: ppm(&kept.rate) });
	totals(&Document {
		prices: prices(&case.prices),
		rounding: match &*case.rounding {
			"category" => Rounding::Category,
			"line" => Rounding::Line,
			other => panic!("rounding is per category or line, not {other}"),
		},
		rates: &case.categories.iter().map(|(_, rate)| ppm(rate)).collect::<Vec<_>>(),
		lines: &lines,
		levies: &levies.collect::<Vec<_>>(),
		withholdings: &withholdings.collect::<Vec<_>>(),
		untaxed: case.untaxed.as_deref().map_or(0, |text| unsigned(text, case.decimals)),
	})
}

#[test]
fn vectors_are_enough_and_cited() {
	let vectors = vectors();
	let published = |case: &&Case| case.kind.as_deref() == Some("published");
	let computed = |case: &&Case| case.kind.as_deref() == Some("computed");
	assert_eq!(vectors.invoices.iter().filter(published).count(), 75);
	assert_eq!(vectors.invoices.iter().filter(computed).count(), 37);
	assert!(vectors.invoices.iter().filter(computed).all(|case| case.rule.is_some()));
	let every = || vectors.invoices.iter().chain(&vectors.refused);
	assert!(every().all(|case| case.source.len() > 15));
	let names = every().map(|case| &case.name).collect::<BTreeSet<_>>();
	assert_eq!(names.len(), 112 + 4);
	assert_eq!(vectors.payments.len(), 9);
	assert_eq!((vectors.as_one.len(), vectors.lines.len()), (5, 8));
	assert_eq!(vectors.notes.len(), 9);
	assert_eq!(vectors.demurrage.len(), 5);
}

#[test]
fn invoices_are_as_in_the_vectors() {
	for case in vectors().invoices {
		let Case { name, decimals, .. } = &case;
		let expected = case.expected.as_ref().expect("an invoice has figures");
		let found = work_out(&case).expect("an invoice is accepted");
		let subtotals = expected.subtotals.iter();
		let subtotals = subtotals
			.map(|(net, vat)| (signed(net, *decimals), signed(vat, *decimals)))
			.collect::<Vec<_>>();
		let nets = found.subtotals.iter().map(|subtotal| (subtotal.net, subtotal.vat));
		assert_eq!(nets.collect::<Vec<_>>(), subtotals, "{name}");
		assert_eq!(found.levies, all(&expected.levies, *decimals), "{name}");
		assert_eq!(found.withheld, all(&expected.withheld, *decimals), "{name}");
		assert_eq!(found.net, unsigned(&expected.net, *decimals), "{name}");
		assert_eq!(found.tax, unsigned(&expected.tax, *decimals), "{name}");
		assert_eq!(found.gross, unsigned(&expected.gross, *decimals), "{name}");
		let payable = expected.payable.as_ref().unwrap_or(&expected.gross);
		assert_eq!(found.payable, unsigned(payable, *decimals), "{name}");
	}
}

#[test]
fn documents_that_are_no_invoices_are_refused() {
	for case in vectors().refused {
		let error = work_out(&case).expect_err(&case.name);
		let expected = case.error.expect("a refused document has an error");
		assert!(expected.contains(&format!("{error:?}")), "{}: {error:?}", case.name);
	}
}

#[test]
fn payments_split_as_in_the_vectors() {
	for Payment { name, decimals, gross, taxes, payments, expected, .. } in vectors().payments {
		let taxes = all(&taxes, decimals);
		let mut taken = vec![0; taxes.len()];
		let mut paid = 0;
		for (payment, expected) in all(&payments, decimals).into_iter().zip(expected) {
			let gross = unsigned(&gross, decimals);
			let bill = Bill { gross, taxes: &taxes, paid, taken: &taken };
			let found = split(&bill, payment).expect("a payment is accepted");
			assert_eq!(found.taxes, all(&expected, decimals), "{name}");
			assert_eq!(found.seller + found.tax, payment, "{name}");
			paid += payment;
			for (taken, part) in taken.iter_mut().zip(found.taxes) {
				*taken += part;
			}
		}
	}
}

#[test]
fn tax_is_taken_as_one_as_in_the_vectors() {
	for AsOneCase { name, decimals, gross, taxes, share, payments, expected, .. } in
		vectors().as_one
	{
		let gross = unsigned(&gross, decimals);
		let taxes = taxes.iter().map(|tax| signed(tax, decimals)).collect::<Vec<_>>();
		let tax = [u128::try_from(taxes.iter().sum::<i128>()).expect("not negative")];
		let (mut paid, mut taken) = (0, 0);
		for (payment, expected) in all(&payments, decimals).into_iter().zip(expected) {
			let bill = Bill { gross, taxes: &tax, paid, taken: &[taken] };
			taken += split(&bill, payment).expect("a payment is accepted").tax;
			paid += payment;
			assert_eq!(taken, unsigned(&expected.taken, decimals), "{name}");
			let parts = expected.shown.iter().map(|part| signed(part, decimals));
			let found = shown(gross, &taxes, paid, taken);
			assert_eq!(found, Ok(parts.collect()), "{name}");
			let credited = unsigned(&expected.credited, decimals);
			assert_eq!(buyer_credit(0, taken, ppm(&share)), Ok(credited), "{name}");
		}
		assert_eq!(paid, gross, "{name}");
	}
}

#[test]
fn lines_remain_as_in_the_vectors() {
	for LinesCase { name, decimals, prices: of, rate, was, remain, expected, .. } in vectors().lines
	{
		let money =
			|texts: &[String]| texts.iter().map(|text| signed(text, decimals)).collect::<Vec<_>>();
		let found = remaining_lines(prices(&of), &money(&was), &money(&remain), ppm(&rate));
		match expected {
			LinesExpected::Left { amount, tax } => {
				let expected = (signed(&amount, decimals), signed(&tax, decimals));
				assert_eq!(found, Ok(expected), "{name}");
			},
			LinesExpected::Refused(error) => {
				assert_eq!(format!("{:?}", found.expect_err(&name)), error, "{name}");
			},
		}
	}
}

#[test]
fn notes_settle_as_in_the_vectors() {
	for NoteCase { name, decimals, invoice, note, buyer, expected, .. } in vectors().notes {
		let money = |text: &String| unsigned(text, decimals);
		let codes = invoice.codes.iter().map(|code| Code {
			tax: money(&code.tax),
			taken: money(&code.taken),
			credited: money(&code.credited),
			share: ppm(&code.share),
		});
		let invoice = Invoice {
			gross: money(&invoice.gross),
			paid: money(&invoice.paid),
			codes: codes.collect(),
		};
		let taxes = all(&note.taxes, decimals);
		let note = Note { gross: money(&note.gross), taxes: &taxes };
		let buyer = Buyer { credit: money(&buyer.credit), cover: money(&buyer.cover) };
		let found = settle(&invoice, &note, &buyer).expect("a note is accepted");
		match (found, expected) {
			(Outcome::Waits { missing }, NoteExpected::Waits { waits }) => {
				assert_eq!(missing, money(&waits), "{name}");
			},
			(Outcome::Settled { movements, invoice: left }, expected) => {
				let NoteExpected::Settled {
					excess,
					shortfall,
					credited,
					reversed,
					made_good,
					covered,
					refund,
					paid,
					codes,
				} = expected
				else {
					panic!("{name}: didn't wait");
				};
				let mut wanted = Vec::new();
				for (code, (excess, shortfall)) in excess.iter().zip(&shortfall).enumerate() {
					wanted.push(Movement::Excess { code, amount: money(excess) });
					wanted.push(Movement::Shortfall { code, amount: money(shortfall) });
				}
				wanted.push(Movement::Credited(money(&credited)));
				wanted.push(Movement::Reversed(money(&reversed)));
				wanted.push(Movement::MadeGood(money(&made_good)));
				wanted.push(Movement::Covered(money(&covered)));
				wanted.push(Movement::Refund(money(&refund)));
				wanted.retain(|movement| movement.amount() > 0);
				assert_eq!(movements, wanted, "{name}");
				assert_eq!((left.paid, left.gross), (money(&paid), note.gross), "{name}");
				let found = left.codes.iter().map(|code| (code.taken, code.credited));
				let codes = codes.iter().map(|(taken, left)| (money(taken), money(left)));
				assert_eq!(found.collect::<Vec<_>>(), codes.collect::<Vec<_>>(), "{name}");
			},
			(found, NoteExpected::Settled { .. }) => panic!("{name}: {found:?}"),
		}
	}
}

#[test]
fn demurrage_is_as_in_the_vectors() {
	for Charged { name, decimals, rates, moves, day, expected, .. } in vectors().demurrage {
		let schedule = |day: u32| {
			rates.iter().filter(|(since, _)| *since <= day).fold(None, |before, (since, rate)| {
				Some(match before {
					None => Schedule::new(Index::ONE, *since, *rate).expect("a rate"),
					Some(before) => Schedule::change(&before, *since, *rate).expect("a rate"),
				})
			})
		};
		let index =
			|day| schedule(day).expect("a rate by then").index(day).expect("not before its start");
		let mut holding: Option<Holding> = None;
		for (day, amount) in moves {
			let amount = signed(&amount, decimals);
			let size = amount.unsigned_abs();
			holding = match holding {
				None => Holding::open(size, index(day)).ok(),
				Some(held) if amount < 0 => held.withdraw(size, index(day)).expect("enough"),
				Some(held) => held.deposit(size, index(day)).ok(),
			};
		}
		let balance = holding.expect("an open account").balance(index(day)).expect("fits");
		assert_eq!(balance, unsigned(&expected, decimals), "{name}");
		assert!(balance >= MINIMUM);
	}
}
