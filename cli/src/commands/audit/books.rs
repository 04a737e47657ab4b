//! `audit totals` and `audit statement`.

use super::ledgers;
use crate::commands::{
	tax::{
		books::{
			book_figures, statement_figures, statement_json, statement_text, treasuries,
			treasury_json, treasury_text, StatementKey,
		},
		StatementArguments, TotalsArguments,
	},
	Context,
};
use ourledger_audit::chain_source::ChainSource;
use ourledger_client::{
	error::{Error, Result},
	money::Currency,
	tax::{Statement, TreasuryBook, TreasuryInfo},
};
use serde_json::{json, Value as Json};

/// What must hold of a treasury: what is summed up, what it has to be, and what it is.
fn rules(treasury: &TreasuryInfo) -> [(&'static str, Option<u128>, u128); 3] {
	let book = &treasury.book;
	let came = [book.levies, book.withheld, book.made_good, book.gifts]
		.into_iter()
		.try_fold(book.remitted, u128::checked_add);
	let money = came.and_then(|came| came.checked_sub(book.refunds)?.checked_sub(book.sweeps));
	let rose =
		book.credited.checked_add(book.returned).and_then(|it| it.checked_add(book.made_good));
	let owed = [book.reversed, book.used, book.refunds, book.forfeited]
		.into_iter()
		.try_fold(rose, |left, it| Some(left?.checked_sub(it)))
		.flatten();
	[
		(
			"remitted = output - used - arrears",
			book.output.checked_sub(book.used).and_then(|due| due.checked_sub(book.arrears)),
			book.remitted,
		),
		(
			"treasury = remitted + levies + withheld + made good + gifts - refunds - sweeps",
			money,
			treasury.balance,
		),
		(
			"credits + pending = credited + returned + made good - reversed - used - refunds - \
			 forfeited",
			owed,
			book.credits.saturating_add(book.pending),
		),
	]
}

/// The first rule that a treasury breaks.
fn broken_rule(currency: &Currency, treasury: &TreasuryInfo) -> Option<String> {
	rules(treasury).into_iter().find(|(_, right, is)| *right != Some(*is)).map(
		|(rule, right, is)| {
			let right = right.map_or("no amount".into(), |right| currency.show(right));
			format!("{rule} doesn't hold in {currency}: it is {}, not {right}", currency.show(is))
		},
	)
}

/// The first figure in which two differ.
fn difference(
	currency: &Currency,
	kept: &[(&'static str, u128)],
	computed: &[(&'static str, u128)],
) -> Option<String> {
	let pair = kept.iter().zip(computed).find(|(kept, computed)| kept != computed);
	pair.map(|((name, kept), (_, computed))| {
		format!(
			"the chain keeps {} as {name}, but the events make it {}",
			currency.show(*kept),
			currency.show(*computed)
		)
	})
}

/// `audit totals`.
pub async fn totals(ctx: &Context, of: TotalsArguments, from_events: bool) -> Result<()> {
	let state = ctx.state().await?;
	let treasuries = treasuries(&state, of.jurisdiction, of.currency.as_deref()).await?;
	let mut wrong: Option<String> =
		treasuries.iter().find_map(|(currency, it)| broken_rule(currency, it));
	if from_events {
		let mut source = ChainSource::open(ctx.chain().await?, 0, Some(state.number())).await?;
		let ledgers = ledgers(ctx, &mut source).await?;
		for (currency, treasury) in &treasuries {
			let key = (of.jurisdiction, currency.id);
			let computed = ledgers.treasuries.get(&key).cloned().unwrap_or_default();
			let (kept, computed) = (book_figures(&treasury.book), book_figures(&computed));
			wrong = wrong.or_else(|| difference(currency, &kept, &computed));
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
		"treasuries": treasuries.iter().map(|(it, info)| treasury_json(it, info)).collect::<Json>(),
		"sumsHold": true,
		"equalsEvents": from_events.then_some(true),
		"block": state.block_json(),
	});
	ctx.out.print(&json, || {
		let mut parts: Vec<_> =
			treasuries.iter().map(|(currency, it)| treasury_text(currency, it)).collect();
		let number = state.number();
		let sums = rules_text();
		parts.push(match from_events {
			true => format!("{sums}\nAll events up to block {number} make the same figures."),
			false => sums,
		});
		parts.join("\n\n")
	});
	Ok(())
}

fn rules_text() -> String {
	let empty = TreasuryInfo { book: TreasuryBook::default(), balance: 0, reserved: 0, free: 0 };
	let rules = rules(&empty).map(|(rule, _, _)| format!("  {rule}"));
	format!("The sums hold:\n{}", rules.join("\n"))
}

/// `audit statement`.
pub async fn statement(ctx: &Context, of: StatementArguments, from_events: bool) -> Result<()> {
	let state = ctx.state().await?;
	let (twin, currency) = (of.taxpayer.as_deref(), of.currency.as_deref());
	let period = of.period.as_deref();
	let key = StatementKey::find(ctx, &state, of.jurisdiction, twin, currency, period).await?;
	let statement = key.read(&state).await?;
	let mut wrong = broken_statement(&key.currency, &statement);
	if from_events {
		let mut source = ChainSource::open(ctx.chain().await?, 0, Some(state.number())).await?;
		let ledgers = ledgers(ctx, &mut source).await?;
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
	let mut json = statement_json(&key, &statement);
	json["equalsEvents"] = from_events.then_some(true).into();
	json["block"] = state.block_json();
	ctx.out.print(&json, || {
		let text = statement_text(&key, &statement);
		let number = state.number();
		match from_events {
			true => format!("{text}\n\nAll events up to block {number} make the same figures."),
			false => text,
		}
	});
	Ok(())
}

/// The sum of a statement that doesn't hold.
fn broken_statement(currency: &Currency, statement: &Statement) -> Option<String> {
	let Statement { output, settled, used, remitted, deferred, .. } = statement;
	let sum = |parts: &[u128]| parts.iter().try_fold(0u128, |sum, part| sum.checked_add(*part));
	let (due, met) = (sum(&[*output, *settled]), sum(&[*used, *remitted, *deferred]));
	if due.is_some() && due == met {
		return None;
	}
	let show = |amount: Option<u128>| amount.map_or("too much".into(), |it| currency.show(it));
	Some(format!(
		"output + settled = used + remitted + deferred: one side is {}, the other {}",
		show(due),
		show(met)
	))
}

fn statement_difference(
	currency: &Currency,
	kept: &Statement,
	computed: &Statement,
) -> Option<String> {
	let figures = difference(currency, &statement_figures(kept), &statement_figures(computed));
	let codes = [
		("sales", &kept.sales, &computed.sales),
		("purchases", &kept.purchases, &computed.purchases),
	];
	let tips = (kept.tips != computed.tips).then(|| {
		let (kept, computed) =
			(currency.show_signed(kept.tips), currency.show_signed(computed.tips));
		format!("the chain keeps {kept} as tips, but the events make it {computed}")
	});
	figures.or(tips).or_else(|| {
		let (name, ..) = codes.into_iter().find(|(_, kept, computed)| kept != computed)?;
		Some(format!("the events make other {name} by code than the chain keeps"))
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use ourledger_client::{money, tax::CodeTotal};

	fn treasury() -> TreasuryInfo {
		let book = TreasuryBook {
			output: 1_000,
			used: 300,
			remitted: 700,
			gifts: 50,
			sweeps: 100,
			credited: 500,
			credits: 150,
			pending: 50,
			..TreasuryBook::default()
		};
		TreasuryInfo { book, balance: 650, reserved: 200, free: 450 }
	}

	#[test]
	fn sums_that_hold_are_no_news() {
		assert_eq!(broken_rule(&money::example(3, "TSH"), &treasury()), None);
		assert!(rules_text().contains("remitted = output - used - arrears"));
	}

	#[test]
	fn arrears_are_due_and_not_paid() {
		let shilling = money::example(3, "TSH");
		let mut owed = treasury();
		(owed.book.output, owed.book.arrears) = (1_200, 200);
		assert_eq!(broken_rule(&shilling, &owed), None);
		owed.book.arrears = 199;
		assert!(broken_rule(&shilling, &owed).is_some());
	}

	#[test]
	fn statement_that_does_not_add_up_is_named() {
		let shilling = money::example(3, "TSH");
		let statement = Statement {
			output: 100,
			settled: 30,
			used: 60,
			remitted: 20,
			deferred: 50,
			..Statement::default()
		};
		assert_eq!(broken_statement(&shilling, &statement), None);
		let wrong = Statement { deferred: 49, ..statement };
		let text = broken_statement(&shilling, &wrong).expect("is broken");
		assert_eq!(
			text,
			"output + settled = used + remitted + deferred: one side is 1.30 TSH, the other 1.29 TSH"
		);
	}

	#[test]
	fn broken_sum_is_named() {
		let shilling = money::example(3, "TSH");
		let mut wrong = treasury();
		wrong.balance = 649;
		let text = broken_rule(&shilling, &wrong).expect("is broken");
		assert!(text.starts_with("treasury = remitted + levies"), "{text}");
		assert!(text.ends_with("it is 6.49 TSH, not 6.50 TSH"), "{text}");
		let mut wrong = treasury();
		wrong.book.used = 1_001;
		let text = broken_rule(&shilling, &wrong).expect("is broken");
		assert!(text.contains("not no amount"), "{text}");
	}

	#[test]
	fn figure_that_differs_is_named() {
		let shilling = money::example(3, "TSH");
		let kept = Statement { output: 100, ..Statement::default() };
		let computed = Statement { output: 101, ..Statement::default() };
		assert_eq!(
			statement_difference(&shilling, &kept, &computed).expect("differ"),
			"the chain keeps 1.00 TSH as output, but the events make it 1.01 TSH"
		);
		let sales = vec![CodeTotal { code: 1, net: 1, tax: 0 }];
		let computed = Statement { sales, ..kept.clone() };
		let text = statement_difference(&shilling, &kept, &computed).expect("differ");
		assert!(text.contains("other sales by code"), "{text}");
		assert_eq!(statement_difference(&shilling, &kept, &kept), None);
	}
}
