//! `audit trace`.

use super::bar;
use crate::{commands::Context, output};
use ourledger_audit::{
	chain_source::ChainSource,
	ledgers::events::{Item, Kind, TaxReversed},
	row::{amount, Row},
	trace::{
		trade::{self, Escrow, InvoiceKey, Move, Note, Way},
		Credit, Subject, Trace,
	},
};
use ourledger_client::{chain::State, error::Result, money::Currency, tax::notation};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a payment's event says.
#[derive(Deserialize)]
struct Payment {
	currency: u32,
	seller: u64,
	number: u64,
	buyer: Option<u64>,
	payer: String,
	#[serde(with = "amount")]
	amount: u128,
	items: Vec<Item>,
	#[serde(with = "amount")]
	used: u128,
	#[serde(with = "amount")]
	remitted: u128,
	#[serde(with = "amount")]
	credited: u128,
	/// Whether the buyer buys as a business, if that is told.
	business: Option<bool>,
	#[serde(default, with = "amount")]
	tip: i128,
	#[serde(default, with = "amount")]
	charged: u128,
	#[serde(default, with = "amount")]
	set_aside: u128,
}

/// What an event says of reverse charge that a credit note undid.
#[derive(Deserialize)]
struct Undone {
	buyer: u64,
	code: u16,
	#[serde(with = "amount")]
	output: u128,
	#[serde(with = "amount")]
	returned: u128,
}

/// What a tax is, in words.
fn words(kind: &Kind) -> String {
	match kind {
		Kind::Vat(category) => format!("VAT ({category})"),
		Kind::LevyOnNet(_) | Kind::LevyPerUnit(_) => "levy".into(),
		Kind::Withholding => "withholding".into(),
	}
}

impl Payment {
	/// What went to the treasury: VAT that no credit was set against, levies, what was withheld.
	fn to_treasury(&self) -> u128 {
		let others = self.items.iter().filter(|item| !item.kind.is_vat());
		others.map(|item| item.tax.unsigned_abs()).fold(self.remitted, u128::saturating_add)
	}

	/// `release` is what let it out of escrow, if it was there: its payers are the real ones.
	fn text(&self, row: &Row, release: Option<&Move>, currency: &Currency) -> String {
		let to_treasury = self.to_treasury();
		let amount = currency.show(self.amount);
		let mut lines = vec![("invoice", trade::name((self.seller, self.number)))];
		match release.map(|it| &it.way) {
			Some(Way::Released { by, payers, .. }) => {
				lines.push(("paid", format!("{amount} out of escrow, released {}", releaser(by))));
				lines.extend(payers.iter().map(|share| {
					("", format!("{} of it by {}", currency.show(share.amount), share.payer))
				}));
			},
			_ => lines.push(("paid", format!("{amount} by {}", self.payer))),
		}
		lines.push(("in", place(row.block, row.event)));
		let privately = if self.business == Some(false) { ", privately" } else { "" };
		lines.extend(self.buyer.map(|twin| ("buyer", format!("twin {twin}{privately}"))));
		let to_seller = self.amount.saturating_sub(to_treasury).saturating_sub(self.charged);
		let to_seller = currency.show(to_seller);
		lines.push(("to", format!("{to_seller} to twin {}", self.seller)));
		lines.push(("", format!("{} to the treasury", currency.show(to_treasury))));
		lines.extend(waits(self.charged, self.set_aside, currency));
		if self.tip != 0 {
			lines.push(("tip", format!("{} of it, untaxed", currency.show_signed(self.tip))));
		}
		lines.extend(self.items.iter().map(|item| ("tax", item_text(item, currency))));
		if self.used > 0 {
			lines.push(("used", format!("{} of the seller's credit", currency.show(self.used))));
		}
		if self.credited > 0 {
			lines.push(("credited", format!("{} to the buyer", currency.show(self.credited))));
		}
		output::fields(lines)
	}
}

fn item_text(item: &Item, currency: &Currency) -> String {
	format!(
		"{} {} of code {} on {}",
		currency.show_signed(item.tax),
		words(&item.kind),
		notation::code(item.code),
		currency.show_signed(item.net)
	)
}

fn place(block: u64, event: u32) -> String {
	format!("block {block}, event {event}")
}

/// What released money, as the chain calls it, in words.
fn releaser(what: &str) -> String {
	match what {
		"Deadline" => "by its deadline".into(),
		who => format!("by the {}", who.to_lowercase()),
	}
}

/// Runs the command.
pub async fn run(ctx: &Context, what: &str) -> Result<()> {
	let subject = Subject::parse(what)?;
	let mut source = ChainSource::open(ctx.chain_to_read().await?, 0, None).await?;
	let bar = bar(&ctx.out, source.len());
	let trace = Trace::follow(subject, &mut source, |_| bar.inc(1)).await;
	bar.finish_and_clear();
	let trace = trace?;
	let mut json = trace.json();
	json["block"] = source.last().block_json();
	let text = match ctx.out.is_json() {
		true => String::new(),
		false => text(source.last(), &trace).await?,
	};
	ctx.out.print(&json, || text);
	Ok(())
}

async fn text(state: &State, trace: &Trace) -> Result<String> {
	let rows = trace.events.iter().map(|row| {
		[row.block.to_string(), row.event.to_string(), format!("{}.{}", row.pallet, row.name)]
	});
	let mut parts = vec![output::table(["block", "event", "what happened"], rows)];
	let mut currencies = BTreeMap::new();
	for row in trace.payments() {
		let payment: Payment = row.read()?;
		let currency = known(state, &mut currencies, payment.currency).await?;
		parts.push(payment.text(row, trace.trade.release_of(row), currency));
	}
	for (invoice, escrow) in trace.escrows() {
		if let Some(currency) = trace.trade.currencies.get(&invoice) {
			let currency = known(state, &mut currencies, *currency).await?;
			parts.push(escrow_text(invoice, escrow, currency));
		}
	}
	for (invoice, note) in trace.notes() {
		if let Some(currency) = trace.trade.currencies.get(&invoice) {
			let currency = known(state, &mut currencies, *currency).await?;
			parts.push(note_text(invoice, note, currency)?);
		}
	}
	for credit in &trace.credits {
		let currency = known(state, &mut currencies, credit.account.2).await?;
		parts.push(credit_text(credit, currency));
	}
	Ok(parts.join("\n\n"))
}

async fn known<'all>(
	state: &State,
	all: &'all mut BTreeMap<u32, Currency>,
	id: u32,
) -> Result<&'all Currency> {
	let currency = match all.remove(&id) {
		Some(currency) => currency,
		None => Currency::read(state, id).await?,
	};
	Ok(all.entry(id).or_insert(currency))
}

fn escrow_text(invoice: InvoiceKey, escrow: &Escrow, currency: &Currency) -> String {
	let mut lines = vec![("escrow", format!("of invoice {}", trade::name(invoice)))];
	for it in &escrow.moves {
		let (amount, at) = (currency.show(it.amount), place(it.at.0, it.at.1));
		let name = it.way.name();
		match &it.way {
			Way::PaidIn { payer } => lines.push((name, format!("{amount} by {payer}, in {at}"))),
			Way::Returned { payer, charged, set_aside } => {
				lines.push((name, format!("{amount} to {payer}, in {at}")));
				lines.extend(waits(*charged, *set_aside, currency));
			},
			Way::Released { to_seller, to_treasury, charged, set_aside, by, .. } => {
				lines.push((name, format!("{amount} {}, in {at}", releaser(by))));
				let to_seller = currency.show(*to_seller);
				lines.push(("", format!("{to_seller} to twin {}", invoice.0)));
				lines.push(("", format!("{} to the treasury", currency.show(*to_treasury))));
				lines.extend(waits(*charged, *set_aside, currency));
			},
		}
	}
	lines.push(("held", currency.show(escrow.left())));
	lines.extend(
		escrow
			.held
			.iter()
			.map(|share| ("", format!("{} of {}", currency.show(share.amount), share.payer))),
	);
	output::fields(lines)
}

/// A note by its own number, if it has one.
fn note_name(invoice: InvoiceKey, note: &Note) -> String {
	let on = format!("on invoice {}", trade::name(invoice));
	match note.number {
		Some(number) => format!("{} {on}", trade::name((invoice.0, number))),
		None => on,
	}
}

/// What became of money that waited, or has to wait once more.
fn waits(
	charged: u128,
	set_aside: u128,
	currency: &Currency,
) -> impl Iterator<Item = (&'static str, String)> {
	let figures = [
		(charged, "demurrage for the wait, to the currency's pot"),
		(set_aside, "set aside: the account can't hold it"),
	];
	let some = figures.into_iter().filter(|(amount, _)| *amount > 0);
	let lines = some.map(|(amount, what)| ("", format!("{} {what}", currency.show(amount))));
	lines.collect::<Vec<_>>().into_iter()
}

fn note_text(invoice: InvoiceKey, note: &Note, currency: &Currency) -> Result<String> {
	let mut lines = vec![
		("credit note", note_name(invoice, note)),
		("in", place(note.at.0, note.at.1)),
		("total now", currency.show(note.gross)),
		("refund", format!("{} by twin {}", currency.show(note.refund), invoice.0)),
	];
	lines.extend(
		note.refunded.iter().map(|share| {
			("refunded", format!("{} to {}", currency.show(share.amount), share.payer))
		}),
	);
	lines.extend(waits(0, note.set_aside, currency));
	for row in &note.undone {
		let Undone { buyer, code, output, returned } = row.read()?;
		lines.push((
			"undone",
			format!(
				"{} reverse charge of code {}; {} of it to the credit of twin {buyer}",
				currency.show(output),
				notation::code(code),
				currency.show(returned)
			),
		));
	}
	let Some(tax) = &note.tax else { return Ok(output::fields(lines)) };
	let it: TaxReversed = tax.read()?;
	lines.extend(it.items.iter().map(|item| ("tax", item_text(item, currency))));
	let figures = [
		("returned", it.returned, "to the seller's credit"),
		("used", it.used, "of the seller's credit"),
		("remitted", it.remitted, "to the treasury by the seller"),
		("reversed", it.reversed, "of what the buyer had been credited"),
		("made good", it.made_good, "of that to the treasury, out of the money going back"),
		("covered", it.covered, "of that to the treasury by the buyer"),
		("credited", it.credited, "to the buyer"),
	];
	let some = figures.into_iter().filter(|(_, amount, _)| *amount > 0);
	lines.extend(
		some.map(|(label, amount, what)| (label, format!("{} {what}", currency.show(amount)))),
	);
	Ok(output::fields(lines))
}

fn credit_text(credit: &Credit, currency: &Currency) -> String {
	let period = notation::period(credit.period);
	let arose = format!(
		"{} of twin {} for {period}, in {}",
		currency.show_signed(credit.amount),
		credit.account.1,
		place(credit.at.0, credit.at.1)
	);
	let mut lines = vec![("credit", arose)];
	for it in &credit.uses {
		let what = match (it.invoice, it.claim) {
			(Some((seller, number)), _) => format!(", invoice {seller}/{number}"),
			(None, Some(claim)) => format!(", claim {claim}"),
			(None, None) => String::new(),
		};
		let amount = currency.show_signed(it.amount);
		let end = match it.end {
			Some((end, at)) => format!("; {} in {}", end.name(), place(at.0, at.1)),
			None => String::new(),
		};
		let at = place(it.at.0, it.at.1);
		lines.push(("used", format!("{amount} {}{what}, in {at}{end}", it.why)));
	}
	lines.push(("left", currency.show_signed(credit.left)));
	output::fields(lines)
}

#[cfg(test)]
mod tests {
	use super::*;
	use ourledger_audit::{
		row::example::row,
		trace::{trade::Share, End, Use},
	};
	use ourledger_client::money;
	use serde_json::json;

	#[test]
	fn payment_is_told_in_words() {
		let row = row(
			7,
			3,
			"Tax.TaxCollected",
			json!({
				"currency": 3, "seller": 2, "number": 5, "buyer": 4, "payer": "5F",
				"amount": "11500", "used": "500", "remitted": "1000", "credited": "1500",
				"items": [
					{ "code": 1, "kind": { "Vat": "Standard" }, "net": "9980", "tax": "1500" },
					{ "code": 7, "kind": "Withholding", "net": "0", "tax": "20" },
				],
			}),
		);
		let payment: Payment = row.read().expect("is one");
		let text = payment.text(&row, None, &money::example(3, "TSH"));
		for part in [
			"115.00 TSH by 5F",
			"104.80 TSH to twin 2",
			"10.20 TSH to the treasury",
			"15.00 TSH VAT (Standard) of code 1 on 99.80 TSH",
			"5.00 TSH of the seller's credit",
			"15.00 TSH to the buyer",
		] {
			assert!(text.contains(part), "{part} in {text}");
		}
	}

	fn share(payer: &str, amount: u128) -> Share {
		Share { payer: payer.into(), amount }
	}

	fn escrow() -> Escrow {
		let returned = Way::Returned { payer: "5A".into(), charged: 20, set_aside: 1_980 };
		let way = Way::Released {
			charged: 0,
			set_aside: 0,
			to_seller: 8_500,
			to_treasury: 1_500,
			by: "Arbiter".into(),
			payers: vec![share("5A", 7_000), share("5B", 3_000)],
			tax: Some((7, 3)),
		};
		let moves = vec![
			Move { at: (5, 1), amount: 9_000, way: Way::PaidIn { payer: "5A".into() } },
			Move { at: (6, 1), amount: 3_000, way: Way::PaidIn { payer: "5B".into() } },
			Move { at: (7, 2), amount: 2_000, way: returned },
			Move { at: (7, 4), amount: 10_000, way },
			Move { at: (8, 1), amount: 500, way: Way::PaidIn { payer: "5B".into() } },
		];
		Escrow { moves, held: vec![share("5B", 500)] }
	}

	#[test]
	fn payment_out_of_escrow_names_who_had_paid_it() {
		let fields = json!({
			"currency": 3, "seller": 2, "number": 5, "buyer": 4, "payer": "5Pot",
			"amount": "10000", "used": "0", "remitted": "1500", "credited": "1500", "items": [],
		});
		let row = row(7, 3, "Tax.TaxCollected", fields);
		let payment: Payment = row.read().expect("is one");
		let text = payment.text(&row, Some(&escrow().moves[3]), &money::example(3, "TSH"));
		for part in [
			"paid      100.00 TSH out of escrow, released by the arbiter",
			"70.00 TSH of it by 5A",
			"30.00 TSH of it by 5B",
		] {
			assert!(text.contains(part), "{part} in {text}");
		}
		assert!(!text.contains("5Pot"), "{text}");
	}

	#[test]
	fn payment_that_waited_is_told_with_its_demurrage() {
		let fields = json!({
			"currency": 3, "seller": 2, "number": 5, "buyer": 4, "business": false, "payer": "5Pot",
			"amount": "10000", "used": "0", "remitted": "1500", "credited": "0", "items": [],
			"tip": "50", "charged": "30", "set_aside": "8470",
		});
		let row = row(7, 3, "Tax.TaxCollected", fields);
		let payment: Payment = row.read().expect("is one");
		let text = payment.text(&row, None, &money::example(3, "TSH"));
		for part in [
			"twin 4, privately",
			"84.70 TSH to twin 2",
			"15.00 TSH to the treasury",
			"0.30 TSH demurrage for the wait",
			"84.70 TSH set aside",
			"0.50 TSH of it, untaxed",
		] {
			assert!(text.contains(part), "{part} in {text}");
		}
	}

	#[test]
	fn escrow_is_told_whole() {
		let text = escrow_text((2, 5), &escrow(), &money::example(3, "TSH"));
		let expected = "escrow    of invoice 2/5\n\
			paid in   90.00 TSH by 5A, in block 5, event 1\n\
			paid in   30.00 TSH by 5B, in block 6, event 1\n\
			returned  20.00 TSH to 5A, in block 7, event 2\n          \
			0.20 TSH demurrage for the wait, to the currency's pot\n          \
			19.80 TSH set aside: the account can't hold it\n\
			released  100.00 TSH by the arbiter, in block 7, event 4\n          \
			85.00 TSH to twin 2\n          \
			15.00 TSH to the treasury\n\
			paid in   5.00 TSH by 5B, in block 8, event 1\n\
			held      5.00 TSH\n          \
			5.00 TSH of 5B";
		assert_eq!(text, expected);
		assert_eq!(releaser("Deadline"), "by its deadline");
	}

	#[test]
	fn credit_note_is_told_with_what_it_gave_and_took() {
		let undone = json!({ "buyer": 4, "code": 9, "output": "600", "returned": "200" });
		let tax = json!({
			"items": [{ "code": 1, "kind": { "Vat": "Standard" }, "net": "-4000", "tax": "-600" }],
			"returned": "600", "used": "0", "remitted": "0", "reversed": "600",
			"credited": "0", "made_good": "250", "covered": "50",
		});
		let note = Note {
			at: (9, 4),
			number: Some(7),
			receipt: None,
			set_aside: 100,
			gross: 6_900,
			refund: 4_350,
			refunded: vec![share("5A", 4_000), share("5B", 350)],
			tax: Some(row(9, 3, "Tax.TaxReversed", tax)),
			undone: vec![row(9, 2, "Tax.ReverseUndone", undone)],
		};
		let text = note_text((2, 5), &note, &money::example(3, "TSH")).expect("can be read");
		for part in [
			"credit note  2/7 on invoice 2/5\nin           block 9, event 4",
			"total now    69.00 TSH",
			"refund       43.50 TSH by twin 2",
			"refunded     40.00 TSH to 5A\nrefunded     3.50 TSH to 5B",
			"1.00 TSH set aside: the account can't hold it",
			"undone       6.00 TSH reverse charge of code 9; 2.00 TSH of it to the credit of twin 4",
			"tax          -6.00 TSH VAT (Standard) of code 1 on -40.00 TSH",
			"returned     6.00 TSH to the seller's credit",
			"reversed     6.00 TSH of what the buyer had been credited",
			"made good    2.50 TSH of that to the treasury, out of the money going back",
			"covered      0.50 TSH of that to the treasury by the buyer",
		] {
			assert!(text.contains(part), "{part} in {text}");
		}
		assert!(!text.contains("credited  "), "{text}");
	}

	#[test]
	fn credit_is_told_with_its_uses() {
		let uses = vec![
			Use {
				amount: 400,
				why: "set against VAT that is due",
				at: (9, 1),
				invoice: Some((4, 2)),
				claim: None,
				end: None,
			},
			Use {
				amount: 100,
				why: "claimed as a refund",
				at: (10, 1),
				invoice: None,
				claim: Some(3),
				end: Some((End::Denied, (11, 2))),
			},
		];
		let credit = Credit {
			account: (0, 4, 3),
			amount: 1_500,
			left: 1_100,
			period: 2026 * 12 + 10,
			at: (7, 3),
			uses,
		};
		let text = credit_text(&credit, &money::example(3, "TSH"));
		assert!(text.contains("15.00 TSH of twin 4 for 2026-11, in block 7, event 3"), "{text}");
		assert!(
			text.contains("4.00 TSH set against VAT that is due, invoice 4/2, in block 9, event 1"),
			"{text}"
		);
		let claimed =
			"1.00 TSH claimed as a refund, claim 3, in block 10, event 1; denied in block 11, \
		               event 2";
		assert!(text.contains(claimed), "{text}");
		assert!(text.contains("left    11.00 TSH"), "{text}");
	}
}
