//! `audit trace`.

use super::bar;
use crate::{
	audit::{
		chain_source::ChainSource,
		ledgers::events::{Item, Kind},
		row::{amount, Row},
		trace::{Credit, Subject, Trace},
	},
	chain::State,
	commands::{tax::notation, Context},
	error::Result,
	money::Currency,
	output,
};
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

	fn text(&self, row: &Row, currency: &Currency) -> String {
		let to_treasury = self.to_treasury();
		let mut lines = vec![
			("invoice", format!("{}/{}", self.seller, self.number)),
			("paid", format!("{} by {}", currency.show(self.amount), self.payer)),
			("in", place(row.block, row.event)),
		];
		lines.extend(self.buyer.map(|twin| ("buyer", format!("twin {twin}"))));
		let to_seller = currency.show(self.amount.saturating_sub(to_treasury));
		lines.push(("to", format!("{to_seller} to twin {}", self.seller)));
		lines.push(("", format!("{} to the treasury", currency.show(to_treasury))));
		for item in &self.items {
			lines.push((
				"tax",
				format!(
					"{} {} of code {} on {}",
					currency.show_signed(item.tax),
					words(&item.kind),
					notation::code(item.code),
					currency.show_signed(item.net)
				),
			));
		}
		if self.used > 0 {
			lines.push(("used", format!("{} of the seller's credit", currency.show(self.used))));
		}
		if self.credited > 0 {
			lines.push(("credited", format!("{} to the buyer", currency.show(self.credited))));
		}
		output::fields(lines)
	}
}

fn place(block: u64, event: u32) -> String {
	format!("block {block}, event {event}")
}

/// Runs the command.
pub async fn run(ctx: &Context, what: &str) -> Result<()> {
	let subject = Subject::parse(what)?;
	let mut source = ChainSource::open(ctx.chain().await?, 0, None).await?;
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
		parts.push(payment.text(row, currency));
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
		lines.push(("used", format!("{amount} {}{what}, in {}", it.why, place(it.at.0, it.at.1))));
	}
	lines.push(("left", currency.show_signed(credit.left)));
	output::fields(lines)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		audit::{row::example::row, trace::Use},
		money,
	};
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
		let text = payment.text(&row, &money::example(3, "TSH"));
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

	#[test]
	fn credit_is_told_with_its_uses() {
		let uses = vec![Use {
			amount: 400,
			why: "set against VAT that is due",
			at: (9, 1),
			invoice: Some((4, 2)),
			claim: None,
		}];
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
		assert!(text.contains("left    11.00 TSH"), "{text}");
	}
}
