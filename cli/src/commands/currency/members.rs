//! Members and their credit: `currency admit`, `expel`, `credit-line` and `write-off`.

use super::{ensure_issuer, positive, with_deposit};
use crate::commands::{twin, Context};
use ourledger_client::{
	chain::State,
	error::{Error, Result},
	money::{holding::Holding, Currency},
	submit::Draft,
};
use serde_json::json;
use subxt::{ext::scale_decode::DecodeAsType, utils::AccountId32};

/// A twin as a holder of a currency.
struct Member {
	number: u64,
	account: AccountId32,
	holding: Holding,
}

impl Member {
	async fn find(ctx: &Context, state: &State, currency: &Currency, text: &str) -> Result<Self> {
		let twin = twin::lookup(ctx, state, text).await?;
		let holding = Holding::read(state, currency.id, twin.controller).await?;
		Ok(Self { number: twin.number, account: twin.controller, holding })
	}

	fn line(&self) -> (&'static str, String) {
		("twin", format!("{} ({})", self.number, self.account))
	}
}

/// `currency admit`.
pub async fn admit(ctx: &Context, currency: &str, twin: &str) -> Result<()> {
	let state = ctx.state().await?;
	let currency = Currency::find(&state, currency).await?;
	ensure_issuer(ctx, &state, &currency).await?;
	let member = Member::find(ctx, &state, &currency, twin).await?;
	if member.holding.member == Some(false) {
		return Err(Error::input(format!(
			"twin {} is a member of {currency} already",
			member.number
		)));
	}
	let call = state.call("Currencies", "admit", (currency.id, member.number))?;
	let mut draft = Draft::new(call);
	// Who was expelled and still has money has an entry.
	if member.holding.member.is_none() {
		draft = with_deposit(&state, draft, |deposits| deposits.member).await?;
	}
	draft = draft.effect(format!("twin {} becomes a member of {currency}", member.number));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	ctx.out.done(
		&done,
		json!({ "currency": currency.id, "twin": member.number, "account": member.account }),
		[("admitted to", currency.to_string()), member.line()],
	);
	Ok(())
}

/// `currency expel`.
pub async fn expel(ctx: &Context, currency: &str, twin: &str) -> Result<()> {
	let state = ctx.state().await?;
	let currency = Currency::find(&state, currency).await?;
	ensure_issuer(ctx, &state, &currency).await?;
	let member = Member::find(ctx, &state, &currency, twin).await?;
	if member.holding.member != Some(false) {
		return Err(Error::input(format!("twin {} is no member of {currency}", member.number)));
	}
	let call = state.call("Currencies", "expel", (currency.id, member.number))?;
	let mut draft = Draft::new(call)
		.effect(format!("twin {} can't pay or be paid in {currency} any more", member.number));
	if member.holding.balance > 0 {
		draft = draft.effect(format!(
			"it keeps {}, and can still redeem or repay",
			currency.show(member.holding.balance)
		));
	}
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	ctx.out.done(
		&done,
		json!({ "currency": currency.id, "twin": member.number, "account": member.account }),
		[("expelled from", currency.to_string()), member.line()],
	);
	Ok(())
}

/// `currency credit-line`.
pub async fn credit_line(ctx: &Context, currency: &str, twin: &str, limit: &str) -> Result<()> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct CreditLineSet {
		limit: u128,
		debt: u128,
	}
	let state = ctx.state().await?;
	let currency = Currency::find(&state, currency).await?;
	ensure_mutual_credit(&currency)?;
	ensure_issuer(ctx, &state, &currency).await?;
	let limit = currency.parse(limit)?;
	let member = Member::find(ctx, &state, &currency, twin).await?;
	let call = state.call("Currencies", "set_credit_line", (currency.id, member.number, limit))?;
	let mut draft = Draft::new(call);
	if limit > 0 && member.holding.credit_limit == 0 && member.holding.debt == 0 {
		draft = with_deposit(&state, draft, |deposits| deposits.credit_line).await?;
	}
	draft = draft.effect(format!(
		"twin {} may owe up to {} (so far {})",
		member.number,
		currency.show(limit),
		currency.show(member.holding.credit_limit)
	));
	if member.holding.debt > limit {
		draft = draft.effect(format!(
			"it owes {}, and can't draw more before it has repaid",
			currency.show(member.holding.debt)
		));
	}
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let set: CreditLineSet = done.expect("Currencies", "CreditLineSet")?;
	ctx.out.done(
		&done,
		json!({
			"currency": currency.id,
			"twin": member.number,
			"account": member.account,
			"limit": set.limit.to_string(),
			"debt": set.debt.to_string(),
		}),
		[
			("currency", currency.label()),
			member.line(),
			("credit line", currency.show(set.limit)),
			("owed", currency.show(set.debt)),
		],
	);
	Ok(())
}

/// `currency write-off`.
pub async fn write_off(ctx: &Context, currency: &str, twin: &str, amount: &str) -> Result<()> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct WrittenOff {
		debt: u128,
	}
	let state = ctx.state().await?;
	let currency = Currency::find(&state, currency).await?;
	ensure_mutual_credit(&currency)?;
	ensure_issuer(ctx, &state, &currency).await?;
	let amount = positive(&currency, amount)?;
	let member = Member::find(ctx, &state, &currency, twin).await?;
	if member.holding.debt < amount {
		return Err(Error::refused(format!(
			"twin {} owes {}, not {}",
			member.number,
			currency.show(member.holding.debt),
			currency.show(amount)
		)));
	}
	let pot = Holding::read(&state, currency.id, currency.pot).await?.balance;
	if pot < amount {
		return Err(Error::refused(format!(
			"the pot of {currency}, which bears it, has {}",
			currency.show(pot)
		)));
	}
	let call = state.call("Currencies", "write_off", (currency.id, member.number, amount))?;
	let draft = Draft::new(call)
		.effect(format!("twin {} owes {} less", member.number, currency.show(amount)))
		.effect(format!("{} of the pot are burnt", currency.show(amount)));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let written: WrittenOff = done.expect("Currencies", "WrittenOff")?;
	ctx.out.done(
		&done,
		json!({
			"currency": currency.id,
			"twin": member.number,
			"account": member.account,
			"amount": amount.to_string(),
			"debt": written.debt.to_string(),
		}),
		[
			("written off", currency.show(amount)),
			member.line(),
			("still owed", currency.show(written.debt)),
		],
	);
	Ok(())
}

fn ensure_mutual_credit(currency: &Currency) -> Result<()> {
	match currency.terms.is_mutual_credit() {
		true => Ok(()),
		false => Err(Error::refused(format!("{currency} is issued: it knows no credit lines"))),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use ourledger_client::money::{self, Supply};

	#[test]
	fn only_mutual_credit_has_credit_lines() {
		let mut currency = money::example(1, "TSH");
		assert_eq!(ensure_mutual_credit(&currency).map_err(|error| error.code()), Err(1));
		currency.terms.supply = Supply::MutualCredit;
		assert_eq!(ensure_mutual_credit(&currency), Ok(()));
	}
}
