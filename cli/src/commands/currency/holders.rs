//! Money that moves: `currency issue`, `redeem`, `transfer`, `balance`, `repay`, `charge`, `take`,
//! `discard` and `spend-pot`.

use super::{ensure_issuer, positive};
use crate::{commands::Context, report::Report};
use ourledger_client::{
	money::{
		holding::Holding,
		payments::{self, DemurrageCharged, Discarded, Repaid, Taken},
		Currency,
	},
	Result,
};

/// `currency issue`.
pub async fn issue(ctx: &Context, currency: &str, to: &str, amount: &str) -> Result<()> {
	let state = ctx.state().await?;
	let currency = Currency::find(&state, currency).await?;
	let amount = positive(&currency, amount)?;
	ensure_issuer(ctx, &state, &currency).await?;
	let to = ctx.party(&state, to).await?;
	let draft = payments::issue(&state, &currency, &to, amount).await?;
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let report = Report::new()
		.json("currency", currency.id)
		.json("to", &to)
		.field("amount", "issued", currency.amount(amount))
		.line("to", to);
	ctx.out.told(&done, report);
	Ok(())
}

/// `currency redeem`.
pub async fn redeem(
	ctx: &Context,
	currency: &str,
	amount: &str,
	reference: [u8; 32],
) -> Result<()> {
	let state = ctx.state().await?;
	let currency = Currency::find(&state, currency).await?;
	let amount = positive(&currency, amount)?;
	let from = ctx.own_party(&state).await?;
	let draft = payments::redeem(&state, &currency, &from, amount, reference).await?;
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let report = Report::new()
		.json("currency", currency.id)
		.json("from", &from)
		.field("amount", "redeemed", currency.amount(amount))
		.json("reference", reference_text(&reference))
		.line("by", from);
	ctx.out.told(&done, report);
	Ok(())
}

/// `currency transfer`.
pub async fn transfer(
	ctx: &Context,
	currency: &str,
	to: &str,
	amount: &str,
	reference: [u8; 32],
) -> Result<()> {
	let state = ctx.state().await?;
	let currency = Currency::find(&state, currency).await?;
	let amount = positive(&currency, amount)?;
	let from = ctx.own_party(&state).await?;
	let to = ctx.party(&state, to).await?;
	let (draft, drawn) =
		payments::transfer(&state, &currency, (&from, &to), amount, reference).await?;
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let report = Report::new()
		.json("currency", currency.id)
		.line("paid", currency.show(amount))
		.field("from", "from", from)
		.field("to", "to", to)
		.json("amount", currency.amount(amount))
		.json("drawn", currency.amount(drawn))
		.json("reference", reference_text(&reference));
	ctx.out.told(&done, report);
	Ok(())
}

/// `currency balance`.
pub async fn balance(ctx: &Context, currency: &str, account: Option<&str>) -> Result<()> {
	let state = ctx.state().await?;
	let currency = Currency::find(&state, currency).await?;
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
	let state = ctx.state().await?;
	let currency = Currency::find(&state, currency).await?;
	let amount = positive(&currency, amount)?;
	let from = ctx.own_party(&state).await?;
	let draft = payments::repay(&state, &currency, &from, amount).await?;
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let Repaid { debt } = done.expect("Currencies", "Repaid")?;
	let report = Report::new()
		.json("currency", currency.id)
		.json("from", &from)
		.field("amount", "repaid", currency.amount(amount))
		.line("by", from)
		.field("debt", "still owed", currency.amount(debt));
	ctx.out.told(&done, report);
	Ok(())
}

/// `currency charge`.
pub async fn charge(ctx: &Context, currency: &str, account: Option<&str>) -> Result<()> {
	let state = ctx.state().await?;
	let currency = Currency::find(&state, currency).await?;
	let party = ctx.party_or_own(&state, account).await?;
	let draft = payments::charge(&state, &currency, &party)?;
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let charged: Option<DemurrageCharged> = done.find("Currencies", "DemurrageCharged")?;
	let amount = charged.map_or(0, |charged| charged.amount);
	let report = Report::new()
		.json("currency", currency.id)
		.json("account", &party)
		.field("amount", "charged", currency.amount(amount))
		.line("account", party);
	ctx.out.told(&done, report);
	Ok(())
}

/// `currency take`.
pub async fn take(ctx: &Context, currency: &str, owner: Option<&str>) -> Result<()> {
	let state = ctx.state().await?;
	let currency = Currency::find(&state, currency).await?;
	let owner = ctx.party_or_own(&state, owner).await?;
	let draft = payments::take(&state, &currency, &owner).await?;
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let Taken { nominal, charge } = done.expect("Currencies", "Taken")?;
	let report = Report::new()
		.json("currency", currency.id)
		.json("owner", &owner)
		.json("nominal", currency.amount(nominal))
		.line("taken", currency.show(nominal.saturating_sub(charge)))
		.line("by", owner)
		.field("charge", "demurrage", currency.amount(charge))
		.json("paid", currency.amount(nominal.saturating_sub(charge)));
	ctx.out.told(&done, report);
	Ok(())
}

/// `currency discard`.
pub async fn discard(ctx: &Context, currency: &str) -> Result<()> {
	let state = ctx.state().await?;
	let currency = Currency::find(&state, currency).await?;
	let from = ctx.own_party(&state).await?;
	let draft = payments::discard(&state, &currency, &from).await?;
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let Discarded { amount } = done.expect("Currencies", "Discarded")?;
	let report = Report::new()
		.json("currency", currency.id)
		.json("from", &from)
		.field("amount", "discarded", currency.amount(amount))
		.line("by", from);
	ctx.out.told(&done, report);
	Ok(())
}

/// `currency spend-pot`.
pub async fn spend_pot(
	ctx: &Context,
	currency: &str,
	to: &str,
	amount: &str,
	reference: [u8; 32],
) -> Result<()> {
	let state = ctx.state().await?;
	let currency = Currency::find(&state, currency).await?;
	let amount = positive(&currency, amount)?;
	ensure_issuer(ctx, &state, &currency).await?;
	let to = ctx.party(&state, to).await?;
	let draft = payments::spend_pot(&state, &currency, &to, amount, reference).await?;
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let report = Report::new()
		.json("currency", currency.id)
		.json("to", &to)
		.field("amount", "spent", currency.amount(amount))
		.json("reference", reference_text(&reference))
		.line("to", to);
	ctx.out.told(&done, report);
	Ok(())
}

/// A reference as it stands in results: nothing if there is none.
fn reference_text(reference: &[u8; 32]) -> Option<String> {
	(*reference != [0; 32]).then(|| format!("0x{}", hex::encode(reference)))
}
