//! Statements, totals and treasuries: `tax statement`, `totals`, `sweep`, `give` and `pay-arrears`.

use super::{all_or, authority_state, named_twin, StatementArguments, TotalsArguments};
use crate::{commands::Context, output, output::report::Report};
use ourledger_client::{
	money::Currency,
	tax::{
		books::{
			self, ArrearsSettled, CodeTotal, Figure, GiftReceived, Statement, StatementKey,
			TreasuryBook, TreasuryInfo,
		},
		notation, Jurisdiction,
	},
	Result, State,
};
use ourledger_primitives::tax::JurisdictionId;
use serde_json::{json, Value as Json};

/// The statement that arguments ask for.
pub async fn find_statement(
	ctx: &Context,
	state: &State,
	of: &StatementArguments,
) -> Result<(StatementKey, Statement)> {
	let twin = super::twin_or_own(ctx, state, of.taxpayer.as_deref()).await?;
	let (currency, period) = (of.currency.as_deref(), of.period.as_deref());
	let key = StatementKey::find(state, of.jurisdiction, twin, currency, period).await?;
	let statement = key.read(state).await?;
	Ok((key, statement))
}

/// A statement for people.
pub fn statement_text(key: &StatementKey, statement: &Statement) -> String {
	let currency = &key.currency;
	let mut parts = vec![output::fields([
		("statement", format!("of twin {} for {}", key.twin, notation::period(key.period))),
		("currency", currency.to_string()),
	])];
	let totals = [("sales by code", &statement.sales), ("purchases by code", &statement.purchases)];
	for (title, totals) in totals.into_iter().filter(|(_, totals)| !totals.is_empty()) {
		let rows = totals.iter().map(|CodeTotal { code, net, tax }| {
			[notation::code(*code), currency.show_signed(*net), currency.show_signed(*tax)]
		});
		parts.push(output::table([title, "net", "tax"], rows));
	}
	let tips = format!("{:>16}  untaxed, and no turnover", currency.show_signed(statement.tips));
	let figures = figures(currency, &statement.figures());
	parts.push(output::fields([("tips", tips)].into_iter().chain(figures)));
	parts.join("\n\n")
}

/// Figures below each other, with what they are.
fn figures(currency: &Currency, figures: &[Figure]) -> Vec<(&'static str, String)> {
	let line = |it: &Figure| (it.name, format!("{:>16}  {}", currency.show(it.units), it.meaning));
	figures.iter().map(line).collect()
}

/// `tax statement`.
pub async fn statement(ctx: &Context, of: StatementArguments) -> Result<()> {
	let state = ctx.state().await?;
	let (key, statement) = find_statement(ctx, &state, &of).await?;
	let mut json = key.json(&statement);
	json["block"] = state.block_json();
	ctx.out.print(&json, || statement_text(&key, &statement));
	Ok(())
}

/// Treasuries as JSON.
pub fn treasuries_json(treasuries: &[(Currency, TreasuryInfo)]) -> Json {
	treasuries.iter().map(|(currency, it)| it.json(currency.id)).collect()
}

/// A treasury for people.
pub fn treasury_text(currency: &Currency, treasury: &TreasuryInfo) -> String {
	let show = |units| currency.show(units);
	let head = output::fields([
		("currency", currency.to_string()),
		("treasury", show(treasury.balance)),
		("reserved", format!("{} for credits, claims and corrections", show(treasury.reserved))),
		("free", format!("{} to sweep", show(treasury.free))),
	]);
	format!("{head}\n\n{}", output::fields(figures(currency, &treasury.book.figures())))
}

/// Treasuries for people. Those of which all is zero are only named, unless one was asked for.
fn treasuries_text(treasuries: &[(Currency, TreasuryInfo)], is_named: bool) -> String {
	let is_empty = |it: &TreasuryInfo| it.balance == 0 && it.book == TreasuryBook::default();
	let (empty, others): (Vec<_>, Vec<_>) =
		treasuries.iter().partition(|(_, it)| !is_named && is_empty(it));
	let texts = others.into_iter().map(|(currency, it)| treasury_text(currency, it));
	let mut texts: Vec<_> = texts.collect();
	if !empty.is_empty() {
		let names: Vec<_> = empty.iter().map(|(currency, _)| currency.to_string()).collect();
		texts.push(format!("Nothing yet in {}.", names.join(", ")));
	}
	texts.join("\n\n")
}

/// `tax totals`.
pub async fn totals(ctx: &Context, of: TotalsArguments) -> Result<()> {
	let state = ctx.state().await?;
	let currency = of.currency.as_deref();
	let treasuries = TreasuryInfo::all(&state, of.jurisdiction, currency).await?;
	let json = json!({
		"jurisdiction": of.jurisdiction,
		"treasuries": treasuries_json(&treasuries),
		"block": state.block_json(),
	});
	ctx.out.print(&json, || treasuries_text(&treasuries, currency.is_some()));
	Ok(())
}

/// `tax sweep`.
pub async fn sweep(
	ctx: &Context,
	jurisdiction: JurisdictionId,
	currency: &str,
	amount: &str,
	to: &str,
) -> Result<()> {
	let state = authority_state(ctx, jurisdiction).await?;
	let currency = Currency::find(&state, currency).await?;
	let amount = currency.parse_positive(amount)?;
	let to = ctx.party(&state, to).await?;
	let draft = books::sweep(&state, jurisdiction, &currency, amount, &to).await?;
	let report = Report::new()
		.json("jurisdiction", jurisdiction)
		.json("currency", currency.id)
		.field("amount", "swept", currency.amount(amount))
		.field("to", "to", to);
	ctx.submit_telling(draft, |_| Ok(report)).await
}

/// `tax give`.
pub async fn give(
	ctx: &Context,
	jurisdiction: JurisdictionId,
	currency: &str,
	amount: &str,
) -> Result<()> {
	let state = ctx.state().await?;
	let there = Jurisdiction::read(&state, jurisdiction).await?;
	let currency = Currency::find(&state, currency).await?;
	let amount = currency.parse_positive(amount)?;
	let draft = books::give(&state, (jurisdiction, &there), &currency, amount)?;
	ctx.submit_telling(draft, |done| {
		let GiftReceived { amount } = done.expect("Tax", "GiftReceived")?;
		Ok(Report::new()
			.json("jurisdiction", jurisdiction)
			.json("currency", currency.id)
			.field("amount", "given", currency.amount(amount))
			.line("to", format!("the treasury of {}", there.name())))
	})
	.await
}

/// `tax pay-arrears`.
pub async fn pay_arrears(
	ctx: &Context,
	jurisdiction: JurisdictionId,
	twin: &str,
	currency: &str,
	amount: &str,
) -> Result<()> {
	let state = ctx.state().await?;
	let twin = named_twin(ctx, &state, twin).await?;
	let currency = Currency::find(&state, currency).await?;
	let amount = all_or(&currency, amount)?;
	let payer = ctx.own_party(&state).await?;
	let draft = books::pay_arrears(&state, jurisdiction, twin, &currency, amount, &payer).await?;
	ctx.submit_telling(draft, |done| {
		let ArrearsSettled { remitted, left } = done.expect("Tax", "ArrearsSettled")?;
		Ok(Report::new()
			.json("jurisdiction", jurisdiction)
			.json("twin", twin)
			.json("currency", currency.id)
			.field("paid", "paid", currency.amount(remitted))
			.field("arrears", "still owed", currency.amount(left)))
	})
	.await
}

#[cfg(test)]
mod tests {
	use super::*;
	use ourledger_client::money;

	#[test]
	fn statement_is_shown_in_its_currency() {
		let currency = money::example(3, "TSH");
		let key = StatementKey { jurisdiction: 0, twin: 2, currency, period: 2026 * 12 + 10 };
		let statement = Statement {
			sales: vec![CodeTotal { code: 1, net: -10_000, tax: -1_500 }],
			output: 1_500,
			tips: -50,
			deferred: 760,
			settled: 100,
			..Statement::default()
		};
		let text = statement_text(&key, &statement);
		for part in [
			"of twin 2 for 2026-11",
			"currency 3 (TSH)",
			"-100.00 TSH",
			"15.00 TSH  VAT on",
			"-0.50 TSH  untaxed",
			"7.60 TSH  VAT under reverse charge",
			"1.00 TSH  arrears",
		] {
			assert!(text.contains(part), "{part} in {text}");
		}
		assert!(!text.contains("purchases by code"), "{text}");
	}

	#[test]
	fn treasury_is_shown_with_what_is_free() {
		let book = TreasuryBook { remitted: 700, ..TreasuryBook::default() };
		let treasury = TreasuryInfo { book, balance: 700, reserved: 200, free: 500 };
		let text = treasury_text(&money::example(3, "TSH"), &treasury);
		assert!(text.contains("free      5.00 TSH to sweep"), "{text}");
		assert!(text.contains("7.00 TSH  of it paid in"), "{text}");
	}

	#[test]
	fn treasuries_without_anything_are_only_named() {
		let empty = TreasuryInfo::default();
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
}
