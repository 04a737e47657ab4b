//! What a jurisdiction's authority may do: `currency freeze` and `unfreeze`.

use super::with_deposit;
use crate::commands::Context;
use ourledger_client::{
	error::{Error, Result},
	money::{self, holding::Holding, Currency},
	submit::Draft,
	ticks::{self, Clock},
};
use serde_json::json;

/// `currency freeze`.
pub async fn freeze(
	ctx: &Context,
	currency: &str,
	account: &str,
	span: u32,
	reason: &str,
) -> Result<()> {
	let state = ctx.state().await?;
	let currency = Currency::find(&state, currency).await?;
	if currency.jurisdiction.is_none() {
		return Err(Error::refused(format!(
			"{currency} belongs to no jurisdiction, so nobody can freeze accounts in it"
		)));
	}
	let most: u32 = state.constant("Currencies", "MaxFreezeTicks")?;
	if !(1..=most).contains(&span) {
		return Err(Error::input(format!(
			"a freeze lasts {} to {}, not {}",
			ticks::span(1),
			ticks::span(most),
			ticks::span(span)
		)));
	}
	let party = ctx.party(&state, account).await?;
	let holding = Holding::read(&state, currency.id, party.account).await?;
	let clock = Clock::at(&state).await?;
	let until = clock.after(span)?;
	let when = clock.when(until);
	let reason = money::reference(Some(reason));
	let call = state.call("Currencies", "freeze", (currency.id, party.account, reason, until))?;
	let draft = with_deposit(&state, Draft::new(call), |deposits| deposits.freeze).await?;
	let draft = draft.effect(format!(
		"nothing of the {} that {party} has can be paid before {when}; it can still be paid, and \
		 repay debts",
		currency.show(holding.balance)
	));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	ctx.out.done(
		&done,
		json!({
			"currency": currency.id,
			"account": party.account,
			"until": until,
			"reason": format!("0x{}", hex::encode(reason)),
		}),
		[
			("frozen", party.to_string()),
			("currency", currency.label()),
			("until", when.to_string()),
		],
	);
	Ok(())
}

/// `currency unfreeze`.
pub async fn unfreeze(ctx: &Context, currency: &str, account: &str) -> Result<()> {
	let state = ctx.state().await?;
	let currency = Currency::find(&state, currency).await?;
	let party = ctx.party(&state, account).await?;
	let call = state.call("Currencies", "unfreeze", (currency.id, party.account))?;
	let draft = Draft::new(call).effect(format!("{party} can pay again what it has of {currency}"));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	ctx.out.done(
		&done,
		json!({ "currency": currency.id, "account": party.account }),
		[("unfrozen", party.to_string()), ("currency", currency.label())],
	);
	Ok(())
}
