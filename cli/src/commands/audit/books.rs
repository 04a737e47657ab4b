//! `audit totals` and `audit statement`.

use super::bar;
use crate::commands::{
	tax::{
		books::{find_statement, statement_text, treasuries_json, treasury_text},
		StatementArguments, TotalsArguments,
	},
	Context,
};
use ourledger_audit::{
	books::{
		broken_statement, broken_treasury, statement_difference, treasury_difference,
		treasury_rules,
	},
	chain_source::ChainSource,
	ledgers::Ledgers,
};
use ourledger_client::{tax::TreasuryInfo, Error, Result, State};
use serde_json::json;

/// `audit totals`.
pub async fn totals(ctx: &Context, of: TotalsArguments, from_events: bool) -> Result<()> {
	let state = ctx.state().await?;
	let currency = of.currency.as_deref();
	let treasuries = TreasuryInfo::all(&state, of.jurisdiction, currency).await?;
	let mut wrong = treasuries.iter().find_map(|(currency, it)| broken_treasury(currency, it));
	if from_events {
		let ledgers = ledgers(ctx, &state).await?;
		for (currency, treasury) in &treasuries {
			let key = (of.jurisdiction, currency.id);
			let computed = ledgers.treasuries.get(&key).cloned().unwrap_or_default();
			wrong = wrong.or_else(|| treasury_difference(currency, &treasury.book, &computed));
		}
	}
	if let Some(wrong) = wrong {
		return Err(Error::verification(format!(
			"the books of jurisdiction {} are wrong at block {}: {wrong}",
			of.jurisdiction,
			state.number()
		)));
	}
	let json = json!({
		"jurisdiction": of.jurisdiction,
		"treasuries": treasuries_json(&treasuries),
		"sumsHold": true,
		"equalsEvents": from_events.then_some(true),
		"block": state.block_json(),
	});
	ctx.out.print(&json, || {
		let mut parts: Vec<_> =
			treasuries.iter().map(|(currency, it)| treasury_text(currency, it)).collect();
		let rules = treasury_rules().map(|rule| format!("  {rule}"));
		let sums = format!("The sums hold:\n{}", rules.join("\n"));
		parts.push(match from_events {
			true => format!("{sums}\n{}", same_figures(&state)),
			false => sums,
		});
		parts.join("\n\n")
	});
	Ok(())
}

/// `audit statement`.
pub async fn statement(ctx: &Context, of: StatementArguments, from_events: bool) -> Result<()> {
	let state = ctx.state().await?;
	let (key, statement) = find_statement(ctx, &state, &of).await?;
	let mut wrong = broken_statement(&key.currency, &statement);
	if from_events {
		let ledgers = ledgers(ctx, &state).await?;
		let place = (key.jurisdiction, key.twin, key.currency.id, key.period);
		let computed = ledgers.statements.get(&place).cloned().unwrap_or_default();
		wrong = wrong.or_else(|| statement_difference(&key.currency, &statement, &computed));
	}
	if let Some(wrong) = wrong {
		return Err(Error::verification(format!(
			"the statement of twin {} is wrong at block {}: {wrong}",
			key.twin,
			state.number()
		)));
	}
	let mut json = key.json(&statement);
	json["equalsEvents"] = from_events.then_some(true).into();
	json["block"] = state.block_json();
	ctx.out.print(&json, || {
		let text = statement_text(&key, &statement);
		match from_events {
			true => format!("{text}\n\n{}", same_figures(&state)),
			false => text,
		}
	});
	Ok(())
}

fn same_figures(state: &State) -> String {
	format!("All events up to block {} make the same figures.", state.number())
}

/// The ledgers as all events up to the block of a state make them.
async fn ledgers(ctx: &Context, state: &State) -> Result<Ledgers> {
	let mut source = ChainSource::open(ctx.chain().await?, 0, Some(state.number())).await?;
	let bar = bar(&ctx.out, source.blocks());
	let ledgers = Ledgers::of(&mut source, || bar.inc(1)).await;
	bar.finish_and_clear();
	ledgers
}
