//! Money that moves: `currency issue`, `redeem`, `transfer`, `balance`, `repay`, `charge`, `take`,
//! `discard` and `spend-pot`.

use super::{issued, named};
use crate::{commands::Context, output::report::Report};
use ourledger_client::{
	money::{
		holding::Holding,
		payments::{self, DemurrageCharged, Discarded, Repaid, Taken},
		reference_text,
	},
	Result,
};

/// `currency issue`.
pub async fn issue(ctx: &Context, currency: &str, to: &str, amount: &str) -> Result<()> {
	let (state, currency) = issued(ctx, currency).await?;
	let amount = currency.parse_positive(amount)?;
	let to = ctx.party(&state, to).await?;
	let draft = payments::issue(&state, &currency, &to, amount).await?;
	ctx.submit_telling(draft, |_| {
		Ok(Report::new()
			.json("currency", currency.id)
			.json("to", &to)
			.field("amount", "issued", currency.amount(amount))
			.line("to", to))
	})
	.await
}

/// `currency redeem`.
pub async fn redeem(
	ctx: &Context,
	currency: &str,
	amount: &str,
	reference: [u8; 32],
) -> Result<()> {
	let (state, currency) = named(ctx, currency).await?;
	let amount = currency.parse_positive(amount)?;
	let from = ctx.own_party(&state).await?;
	let draft = payments::redeem(&state, &currency, &from, amount, reference).await?;
	ctx.submit_telling(draft, |_| {
		Ok(Report::new()
			.json("currency", currency.id)
			.json("from", &from)
			.field("amount", "redeemed", currency.amount(amount))
			.json("reference", reference_text(&reference))
			.line("by", from))
	})
	.await
}

/// `currency transfer`.
pub async fn transfer(
	ctx: &Context,
	currency: &str,
	to: &str,
	amount: &str,
	reference: [u8; 32],
) -> Result<()> {
	let (state, currency) = named(ctx, currency).await?;
	let amount = currency.parse_positive(amount)?;
	let from = ctx.own_party(&state).await?;
	let to = ctx.party(&state, to).await?;
	let (draft, drawn) =
		payments::transfer(&state, &currency, (&from, &to), amount, reference).await?;
	ctx.submit_telling(draft, |_| {
		Ok(Report::new()
			.json("currency", currency.id)
			.line("paid", currency.show(amount))
			.field("from", "from", from)
			.field("to", "to", to)
			.json("amount", currency.amount(amount))
			.json("drawn", currency.amount(drawn))
			.json("reference", reference_text(&reference)))
	})
	.await
}

/// `currency balance`.
pub async fn balance(ctx: &Context, currency: &str, account: Option<&str>) -> Result<()> {
	let (state, currency) = named(ctx, currency).await?;
	let party = ctx.party_or_own(&state, account).await?;
	let holding = Holding::read(&state, currency.id, party.account).await?;
	let report = Report::new()
		.json_of(holding.json())
		.line("account", &party)
		.line("currency", currency.label())
		.lines(holding.lines(&currency))
		.json("currency", currency.id)
		.json("account", party.account)
		.json("twin", party.twin)
		.json("block", state.block_json());
	ctx.out.show(&report);
	Ok(())
}

/// `currency repay`.
pub async fn repay(ctx: &Context, currency: &str, amount: &str) -> Result<()> {
	let (state, currency) = named(ctx, currency).await?;
	let amount = currency.parse_positive(amount)?;
	let from = ctx.own_party(&state).await?;
	let draft = payments::repay(&state, &currency, &from, amount).await?;
	ctx.submit_telling(draft, |done| {
		let Repaid { debt } = done.expect("Currencies", "Repaid")?;
		Ok(Report::new()
			.json("currency", currency.id)
			.json("from", &from)
			.field("amount", "repaid", currency.amount(amount))
			.line("by", from)
			.field("debt", "still owed", currency.amount(debt)))
	})
	.await
}

/// `currency charge`.
pub async fn charge(ctx: &Context, currency: &str, account: Option<&str>) -> Result<()> {
	let (state, currency) = named(ctx, currency).await?;
	let party = ctx.party_or_own(&state, account).await?;
	let draft = payments::charge(&state, &currency, &party)?;
	ctx.submit_telling(draft, |done| {
		let charged: Option<DemurrageCharged> = done.find("Currencies", "DemurrageCharged")?;
		let amount = charged.map_or(0, |charged| charged.amount);
		Ok(Report::new()
			.json("currency", currency.id)
			.json("account", &party)
			.field("amount", "charged", currency.amount(amount))
			.line("account", party))
	})
	.await
}

/// `currency take`.
pub async fn take(ctx: &Context, currency: &str, owner: Option<&str>) -> Result<()> {
	let (state, currency) = named(ctx, currency).await?;
	let owner = ctx.party_or_own(&state, owner).await?;
	let draft = payments::take(&state, &currency, &owner).await?;
	ctx.submit_telling(draft, |done| {
		let Taken { nominal, charge } = done.expect("Currencies", "Taken")?;
		Ok(Report::new()
			.json("currency", currency.id)
			.json("owner", &owner)
			.json("nominal", currency.amount(nominal))
			.line("taken", currency.show(nominal.saturating_sub(charge)))
			.line("by", owner)
			.field("charge", "demurrage", currency.amount(charge))
			.json("paid", currency.amount(nominal.saturating_sub(charge))))
	})
	.await
}

/// `currency discard`.
pub async fn discard(ctx: &Context, currency: &str) -> Result<()> {
	let (state, currency) = named(ctx, currency).await?;
	let from = ctx.own_party(&state).await?;
	let draft = payments::discard(&state, &currency, &from).await?;
	ctx.submit_telling(draft, |done| {
		let Discarded { amount } = done.expect("Currencies", "Discarded")?;
		Ok(Report::new()
			.json("currency", currency.id)
			.json("from", &from)
			.field("amount", "discarded", currency.amount(amount))
			.line("by", from))
	})
	.await
}

/// `currency spend-pot`.
pub async fn spend_pot(
	ctx: &Context,
	currency: &str,
	to: &str,
	amount: &str,
	reference: [u8; 32],
) -> Result<()> {
	let (state, currency) = issued(ctx, currency).await?;
	let amount = currency.parse_positive(amount)?;
	let to = ctx.party(&state, to).await?;
	let draft = payments::spend_pot(&state, &currency, &to, amount, reference).await?;
	ctx.submit_telling(draft, |_| {
		Ok(Report::new()
			.json("currency", currency.id)
			.json("to", &to)
			.field("amount", "spent", currency.amount(amount))
			.json("reference", reference_text(&reference))
			.line("to", to))
	})
	.await
}
