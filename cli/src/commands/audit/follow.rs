//! `audit trace`.

use super::bar;
use crate::{commands::Context, output, output::report::Report};
use ourledger_audit::{
	chain_source::ChainSource,
	ledgers::{Item, TaxReversed},
	row::Row,
	trace::{
		payment::{Payment, Undone},
		trade::{Escrow, Move, Note, Place, Way},
		Credit, Subject, Trace,
	},
};
use ourledger_client::{money::Currency, tax::notation, Result, State};
use ourledger_documents::on_chain::InvoiceId;
use std::collections::BTreeMap;

/// Runs the command.
pub async fn run(ctx: &Context, what: &str) -> Result<()> {
	let subject = Subject::parse(what)?;
	let mut source = ChainSource::open(ctx.chain_to_read().await?, 0, None).await?;
	let bar = bar(&ctx.out, source.blocks());
	let trace = Trace::follow(subject, &mut source, || bar.inc(1)).await;
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
	let mut known = Known { state, all: BTreeMap::new() };
	for row in trace.payments() {
		let payment: Payment = row.read()?;
		let currency = known.currency(payment.currency).await?;
		let release = trace.trade.release_of(row);
		parts.push(of_payment(&payment, row, release, currency).to_text());
	}
	for (invoice, escrow) in trace.escrows() {
		if let Some(currency) = trace.trade.currencies.get(&invoice) {
			parts.push(of_escrow(invoice, escrow, known.currency(*currency).await?).to_text());
		}
	}
	for (invoice, note) in trace.notes() {
		if let Some(currency) = trace.trade.currencies.get(&invoice) {
			parts.push(of_note(invoice, note, known.currency(*currency).await?)?.to_text());
		}
	}
	for credit in &trace.credits {
		parts.push(of_credit(credit, known.currency(credit.account.2).await?).to_text());
	}
	Ok(parts.join("\n\n"))
}

/// Currencies that were looked up.
struct Known<'state> {
	state: &'state State,
	all: BTreeMap<u32, Currency>,
}

impl Known<'_> {
	async fn currency(&mut self, id: u32) -> Result<&Currency> {
		let currency = match self.all.remove(&id) {
			Some(currency) => currency,
			None => Currency::read(self.state, id).await?,
		};
		Ok(self.all.entry(id).or_insert(currency))
	}
}

fn place((block, event): Place) -> String {
	format!("block {block}, event {event}")
}

/// What released money, as the chain calls it, in words.
fn releaser(what: &str) -> String {
	match what {
		"Deadline" => "by its deadline".into(),
		who => format!("by the {}", who.to_lowercase()),
	}
}

/// A payment. `release` is what let it out of escrow, if it was there: its payers are the real ones.
fn of_payment(it: &Payment, row: &Row, release: Option<&Move>, currency: &Currency) -> Report {
	let show = |amount| currency.show(amount);
	let invoice = InvoiceId { seller: it.seller, number: it.number };
	let mut report = Report::new().line("invoice", invoice);
	report = match release.map(|it| &it.way) {
		Some(Way::Released { by, payers, .. }) => report
			.line("paid", format!("{} out of escrow, released {}", show(it.amount), releaser(by)))
			.lines(
				payers
					.iter()
					.map(|share| ("", format!("{} of it by {}", show(share.amount), share.payer))),
			),
		_ => report.line("paid", format!("{} by {}", show(it.amount), it.payer)),
	};
	let privately = if it.business == Some(false) { ", privately" } else { "" };
	let amounts = |label, amount: u128, what: &str| {
		(amount > 0).then(|| (label, format!("{} {what}", show(amount))))
	};
	report
		.line("in", place((row.block, row.event)))
		.lines(it.buyer.map(|twin| ("buyer", format!("twin {twin}{privately}"))))
		.line("to", format!("{} to twin {}", show(it.to_seller()), it.seller))
		.line("", format!("{} to the treasury", show(it.to_treasury())))
		.lines(waits(it.charged, it.set_aside, currency))
		.lines(
			(it.tip != 0)
				.then(|| ("tip", format!("{} of it, untaxed", currency.show_signed(it.tip)))),
		)
		.lines(taxes(&it.items, currency))
		.lines(amounts("used", it.used, "of the seller's credit"))
		.lines(amounts("credited", it.credited, "to the buyer"))
}

fn taxes<'all>(
	items: &'all [Item],
	currency: &'all Currency,
) -> impl Iterator<Item = (&'static str, String)> + 'all {
	items.iter().map(move |item| {
		let text = format!(
			"{} {} of code {} on {}",
			currency.show_signed(item.tax),
			item.kind.words(),
			notation::code(item.code),
			currency.show_signed(item.net)
		);
		("tax", text)
	})
}

/// What became of money that waited, or has to wait once more.
fn waits(charged: u128, set_aside: u128, currency: &Currency) -> Vec<(&'static str, String)> {
	let figures = [
		(charged, "demurrage for the wait, to the currency's pot"),
		(set_aside, "set aside: the account can't hold it"),
	];
	let some = figures.into_iter().filter(|(amount, _)| *amount > 0);
	some.map(|(amount, what)| ("", format!("{} {what}", currency.show(amount)))).collect()
}

fn of_escrow(invoice: InvoiceId, escrow: &Escrow, currency: &Currency) -> Report {
	let show = |amount| currency.show(amount);
	let mut report = Report::new().line("escrow", format!("of invoice {invoice}"));
	for it in &escrow.moves {
		let (amount, at, name) = (show(it.amount), place(it.at), it.way.name());
		report = match &it.way {
			Way::PaidIn { payer } => report.line(name, format!("{amount} by {payer}, in {at}")),
			Way::Returned { payer, charged, set_aside } => report
				.line(name, format!("{amount} to {payer}, in {at}"))
				.lines(waits(*charged, *set_aside, currency)),
			Way::Released { to_seller, to_treasury, charged, set_aside, by, .. } => report
				.line(name, format!("{amount} {}, in {at}", releaser(by)))
				.line("", format!("{} to twin {}", show(*to_seller), invoice.seller))
				.line("", format!("{} to the treasury", show(*to_treasury)))
				.lines(waits(*charged, *set_aside, currency)),
		};
	}
	let held = escrow.held.iter();
	report
		.line("held", show(escrow.left()))
		.lines(held.map(|share| ("", format!("{} of {}", show(share.amount), share.payer))))
}

fn of_note(invoice: InvoiceId, note: &Note, currency: &Currency) -> Result<Report> {
	let show = |amount| currency.show(amount);
	let on = format!("on invoice {invoice}");
	let name = match note.number {
		Some(number) => format!("{} {on}", InvoiceId { number, ..invoice }),
		None => on,
	};
	let refunded = note.refunded.iter();
	let mut report = Report::new()
		.line("credit note", name)
		.line("in", place(note.at))
		.line("total now", show(note.gross))
		.line("refund", format!("{} by twin {}", show(note.refund), invoice.seller))
		.lines(refunded.map(|it| ("refunded", format!("{} to {}", show(it.amount), it.payer))))
		.lines(waits(0, note.set_aside, currency));
	for row in &note.undone {
		let Undone { buyer, code, output, returned } = row.read()?;
		report = report.line(
			"undone",
			format!(
				"{} reverse charge of code {}; {} of it to the credit of twin {buyer}",
				show(output),
				notation::code(code),
				show(returned)
			),
		);
	}
	let Some(tax) = &note.tax else { return Ok(report) };
	let it: TaxReversed = tax.read()?;
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
	Ok(report
		.lines(taxes(&it.items, currency))
		.lines(some.map(|(label, amount, what)| (label, format!("{} {what}", show(amount))))))
}

fn of_credit(credit: &Credit, currency: &Currency) -> Report {
	let uses = credit.uses.iter().map(|it| {
		let what = match (it.invoice, it.claim) {
			(Some(invoice), _) => format!(", invoice {invoice}"),
			(None, Some(claim)) => format!(", claim {claim}"),
			(None, None) => String::new(),
		};
		let end = match it.end {
			Some((end, at)) => format!("; {} in {}", end.name(), place(at)),
			None => String::new(),
		};
		let amount = currency.show_signed(it.amount);
		("used", format!("{amount} {}{what}, in {}{end}", it.why, place(it.at)))
	});
	let arose = format!(
		"{} of twin {} for {}, in {}",
		currency.show_signed(credit.amount),
		credit.account.1,
		notation::period(credit.period),
		place(credit.at)
	);
	Report::new().line("credit", arose).lines(uses).line("left", currency.show_signed(credit.left))
}

#[cfg(test)]
mod tests {
	use super::*;
	use ourledger_audit::{
		row::example::row,
		trace::{trade::Share, End, Use},
	};
	use ourledger_client::money;
	use serde_json::{json, Value as Json};

	fn ensure_says(report: Report, parts: &[&str]) {
		let text = report.to_text();
		for part in parts {
			assert!(text.contains(part), "{part} in {text}");
		}
	}

	/// What is told of a payment of 100.00, 15.00 of them to the treasury, with further fields.
	fn paid(more: Json, release: Option<&Move>) -> Report {
		let mut fields = json!({
			"currency": 3, "seller": 2, "number": 5, "buyer": 4, "payer": "5F", "amount": "10000",
			"used": "0", "remitted": "1500", "credited": "0", "items": [],
		});
		fields.as_object_mut().expect("is one").extend(more.as_object().expect("is one").clone());
		let row = row(7, 3, "Tax.TaxCollected", fields);
		let payment = row.read().expect("is one");
		of_payment(&payment, &row, release, &money::example(3, "TSH"))
	}

	#[test]
	fn payment_is_told_in_words() {
		let levied = json!({
			"amount": "11500", "used": "500", "remitted": "1000", "credited": "1500",
			"items": [
				{ "code": 1, "kind": { "Vat": "Standard" }, "net": "9980", "tax": "1500" },
				{ "code": 7, "kind": "Withholding", "net": "0", "tax": "20" },
			],
		});
		let parts = [
			"115.00 TSH by 5F",
			"in        block 7, event 3",
			"104.80 TSH to twin 2",
			"10.20 TSH to the treasury",
			"15.00 TSH VAT (Standard) of code 1 on 99.80 TSH",
			"5.00 TSH of the seller's credit",
			"15.00 TSH to the buyer",
		];
		ensure_says(paid(levied, None), &parts);
		let waited = json!({
			"business": false, "tip": "50", "charged": "30", "set_aside": "8470",
		});
		let parts = [
			"twin 4, privately",
			"84.70 TSH to twin 2",
			"15.00 TSH to the treasury",
			"0.30 TSH demurrage for the wait",
			"84.70 TSH set aside",
			"0.50 TSH of it, untaxed",
		];
		ensure_says(paid(waited, None), &parts);
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
			Move { at: (7, 2), amount: 2_000, way: returned },
			Move { at: (7, 4), amount: 10_000, way },
			Move { at: (8, 1), amount: 500, way: Way::PaidIn { payer: "5B".into() } },
		];
		Escrow { moves, held: vec![share("5B", 500)] }
	}

	#[test]
	fn payment_out_of_escrow_names_who_had_paid_it() {
		let report = paid(json!({ "payer": "5Pot" }), Some(&escrow().moves[2]));
		assert!(!report.to_text().contains("5Pot"), "{report:?}");
		let parts = [
			"paid     100.00 TSH out of escrow, released by the arbiter",
			"70.00 TSH of it by 5A",
			"30.00 TSH of it by 5B",
		];
		ensure_says(report, &parts);
	}

	#[test]
	fn escrow_is_told_whole() {
		let text =
			of_escrow(InvoiceId { seller: 2, number: 5 }, &escrow(), &money::example(3, "TSH"))
				.to_text();
		let expected = "escrow    of invoice 2/5\n\
			paid in   90.00 TSH by 5A, in block 5, event 1\n\
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
		let report = of_note(InvoiceId { seller: 2, number: 5 }, &note, &money::example(3, "TSH"))
			.expect("can be read");
		assert!(!report.to_text().contains("credited  "), "{report:?}");
		let parts = [
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
		];
		ensure_says(report, &parts);
	}

	#[test]
	fn credit_is_told_with_its_uses() {
		let used = Use {
			amount: 400,
			why: "set against VAT that is due",
			at: (9, 1),
			invoice: Some(InvoiceId { seller: 4, number: 2 }),
			claim: None,
			end: None,
		};
		let claimed = Use {
			amount: 100,
			why: "claimed as a refund",
			at: (10, 1),
			invoice: None,
			claim: Some(3),
			end: Some((End::Denied, (11, 2))),
		};
		let credit = Credit {
			account: (0, 4, 3),
			amount: 1_500,
			left: 1_000,
			period: 2026 * 12 + 10,
			at: (7, 3),
			uses: vec![used, claimed],
		};
		let parts = [
			"credit  15.00 TSH of twin 4 for 2026-11, in block 7, event 3",
			"4.00 TSH set against VAT that is due, invoice 4/2, in block 9, event 1",
			"1.00 TSH claimed as a refund, claim 3, in block 10, event 1; denied in block 11, event 2",
			"left    10.00 TSH",
		];
		ensure_says(of_credit(&credit, &money::example(3, "TSH")), &parts);
	}
}
