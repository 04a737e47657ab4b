//! Members and their credit: `currency admit`, `expel`, `credit-line` and `write-off`.

use super::issued;
use crate::{
	commands::{twin, Context},
	output::report::Report,
};
use ourledger_client::{
	money::{
		members::{self, CreditLineSet, WrittenOff},
		Currency,
	},
	twin::TwinInfo,
	Result, State,
};
use std::fmt::Display;

/// A currency whose issuer acts, and a twin.
async fn named(ctx: &Context, currency: &str, twin: &str) -> Result<(State, Currency, TwinInfo)> {
	let (state, currency) = issued(ctx, currency).await?;
	let twin = twin::lookup(ctx, &state, twin).await?;
	Ok((state, currency, twin))
}

/// What was done to a twin, whose line comes after that of `label`.
fn of_member(
	label: &'static str,
	what: impl Display,
	currency: &Currency,
	twin: &TwinInfo,
) -> Report {
	Report::new()
		.json("currency", currency.id)
		.json("twin", twin.number)
		.json("account", twin.controller)
		.line(label, what)
		.line("twin", format!("{} ({})", twin.number, twin.controller))
}

/// `currency admit`.
pub async fn admit(ctx: &Context, currency: &str, twin: &str) -> Result<()> {
	let (state, currency, twin) = named(ctx, currency, twin).await?;
	let draft = members::admit(&state, &currency, &twin).await?;
	ctx.submit_telling(draft, |_| Ok(of_member("admitted to", &currency, &currency, &twin))).await
}

/// `currency expel`.
pub async fn expel(ctx: &Context, currency: &str, twin: &str) -> Result<()> {
	let (state, currency, twin) = named(ctx, currency, twin).await?;
	let draft = members::expel(&state, &currency, &twin).await?;
	ctx.submit_telling(draft, |_| Ok(of_member("expelled from", &currency, &currency, &twin))).await
}

/// `currency credit-line`.
pub async fn credit_line(ctx: &Context, currency: &str, twin: &str, limit: &str) -> Result<()> {
	let (state, currency, twin) = named(ctx, currency, twin).await?;
	let limit = currency.parse(limit)?;
	let draft = members::set_credit_line(&state, &currency, &twin, limit).await?;
	ctx.submit_telling(draft, |done| {
		let CreditLineSet { limit, debt } = done.expect("Currencies", "CreditLineSet")?;
		Ok(of_member("currency", currency.label(), &currency, &twin)
			.field("limit", "credit line", currency.amount(limit))
			.field("debt", "owed", currency.amount(debt)))
	})
	.await
}

/// `currency write-off`.
pub async fn write_off(ctx: &Context, currency: &str, twin: &str, amount: &str) -> Result<()> {
	let (state, currency, twin) = named(ctx, currency, twin).await?;
	let amount = currency.parse_positive(amount)?;
	let draft = members::write_off(&state, &currency, &twin, amount).await?;
	ctx.submit_telling(draft, |done| {
		let WrittenOff { debt } = done.expect("Currencies", "WrittenOff")?;
		Ok(of_member("written off", currency.show(amount), &currency, &twin)
			.json("amount", currency.amount(amount))
			.field("debt", "still owed", currency.amount(debt)))
	})
	.await
}
