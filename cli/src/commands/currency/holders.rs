//! Money that moves: `currency issue`, `redeem`, `transfer`, `balance`, `repay`, `charge`, `take`,
//! `discard` and `spend-pot`.

use super::{ensure_issuer, party_or_own, positive};
use crate::{
	commands::{party::Party, Context},
	output,
};
use ourledger_client::{
	error::{Error, Result},
	money::{holding::Holding, Currency, Kind, Supply},
	submit::Draft,
};
use serde_json::{json, Value as Json};
use subxt::ext::scale_decode::DecodeAsType;

/// `currency issue`.
pub async fn issue(ctx: &Context, currency: &str, to: &str, amount: &str) -> Result<()> {
	let state = ctx.state().await?;
	let currency = Currency::find(&state, currency).await?;
	let amount = positive(&currency, amount)?;
	ensure_issuer(ctx, &state, &currency).await?;
	ensure_issuable(&currency, amount)?;
	let to = Party::find(ctx, &state, to).await?;
	let holding = Holding::read(&state, currency.id, to.account).await?;
	holding.ensure_may_receive(&currency, &to)?;
	let call = state.call("Currencies", "issue", (currency.id, to.account, amount))?;
	let supply = currency.supply.saturating_add(amount);
	let draft = Draft::new(call)
		.effect(format!("{} begin to exist, and belong to {to}", currency.show(amount)))
		.effect(format!("there are {} in all then", currency.show(supply)));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	ctx.out.done(
		&done,
		json!({ "currency": currency.id, "to": to.json(), "amount": amount.to_string() }),
		[("issued", currency.show(amount)), ("to", to.to_string())],
	);
	Ok(())
}

/// Refuses to issue what the terms of today don't allow.
fn ensure_issuable(currency: &Currency, amount: u128) -> Result<()> {
	let Supply::Issued { cap } = currency.terms.supply else {
		return Err(Error::refused(format!(
			"{currency} is mutual credit: its members make it when they pay"
		)));
	};
	let left = cap.saturating_sub(currency.supply);
	if amount > left {
		return Err(Error::refused(format!(
			"of {currency} no more than {} may exist, so {} can still be issued",
			currency.show(cap),
			currency.show(left)
		)));
	}
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
	if currency.terms.is_mutual_credit() {
		return Err(Error::refused(format!("{currency} is mutual credit, which nobody redeems")));
	}
	let from = Party::own(ctx, &state).await?;
	let holding = Holding::read(&state, currency.id, from.account).await?;
	ensure_has(&currency, &from, &holding, amount)?;
	let call = state.call("Currencies", "redeem", (currency.id, amount, reference))?;
	let draft = Draft::new(call)
		.effect(format!("{} of {from} are burnt", currency.show(amount)))
		.effect(format!("twin {} owes what they stand for", currency.issuer))
		.spends(Kind::WithId(currency.id), amount);
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	ctx.out.done(
		&done,
		json!({
			"currency": currency.id,
			"from": from.json(),
			"amount": amount.to_string(),
			"reference": reference_json(&reference),
		}),
		[("redeemed", currency.show(amount)), ("by", from.to_string())],
	);
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
	let from = Party::own(ctx, &state).await?;
	let to = Party::find(ctx, &state, to).await?;
	if from.account == to.account {
		return Err(Error::input(format!("{from} can't pay itself")));
	}
	let payer = Holding::read(&state, currency.id, from.account).await?;
	payer.ensure_can_pay(&currency, &from, amount)?;
	let payee = Holding::read(&state, currency.id, to.account).await?;
	payee.ensure_may_receive(&currency, &to)?;

	let call =
		state.call("Currencies", "transfer", (currency.id, to.account, amount, reference))?;
	let mut draft = Draft::new(call)
		.effect(format!("{from} pays {} to {to}", currency.show(amount)))
		.spends(Kind::WithId(currency.id), amount);
	let drawn = payer.drawn_by(amount);
	if drawn > 0 {
		draft = draft.effect(format!(
			"{} of it are drawn from the credit line, and {} are owed then",
			currency.show(drawn),
			currency.show(payer.debt.saturating_add(drawn))
		));
	}
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	ctx.out.done(
		&done,
		json!({
			"currency": currency.id,
			"from": from.json(),
			"to": to.json(),
			"amount": amount.to_string(),
			"drawn": drawn.to_string(),
			"reference": reference_json(&reference),
		}),
		[("paid", currency.show(amount)), ("from", from.to_string()), ("to", to.to_string())],
	);
	Ok(())
}

/// `currency balance`.
pub async fn balance(ctx: &Context, currency: &str, account: Option<&str>) -> Result<()> {
	let state = ctx.state().await?;
	let currency = Currency::find(&state, currency).await?;
	let party = party_or_own(ctx, &state, account).await?;
	let holding = Holding::read(&state, currency.id, party.account).await?;
	let mut json = holding.json();
	json["currency"] = currency.id.into();
	json["account"] = json!(party.account);
	json["twin"] = party.twin.into();
	json["block"] = state.block_json();
	ctx.out.print(&json, || {
		let own = [("account", party.to_string()), ("currency", currency.label())];
		output::fields(own.into_iter().chain(holding.lines(&currency)))
	});
	Ok(())
}

/// `currency repay`.
pub async fn repay(ctx: &Context, currency: &str, amount: &str) -> Result<()> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct Repaid {
		debt: u128,
	}
	let state = ctx.state().await?;
	let currency = Currency::find(&state, currency).await?;
	let amount = positive(&currency, amount)?;
	let from = Party::own(ctx, &state).await?;
	let holding = Holding::read(&state, currency.id, from.account).await?;
	if holding.debt < amount {
		return Err(Error::refused(format!(
			"{from} owes {}, not {}",
			currency.show(holding.debt),
			currency.show(amount)
		)));
	}
	if holding.balance < amount {
		return Err(too_little(&currency, &from, &holding, amount));
	}
	let call = state.call("Currencies", "repay", (currency.id, amount))?;
	let draft = Draft::new(call)
		.effect(format!("{} of {from} are burnt", currency.show(amount)))
		.effect(format!("{} are owed then", currency.show(holding.debt.saturating_sub(amount))))
		.spends(Kind::WithId(currency.id), amount);
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let repaid: Repaid = done.expect("Currencies", "Repaid")?;
	ctx.out.done(
		&done,
		json!({
			"currency": currency.id,
			"from": from.json(),
			"amount": amount.to_string(),
			"debt": repaid.debt.to_string(),
		}),
		[
			("repaid", currency.show(amount)),
			("by", from.to_string()),
			("still owed", currency.show(repaid.debt)),
		],
	);
	Ok(())
}

/// `currency charge`.
pub async fn charge(ctx: &Context, currency: &str, account: Option<&str>) -> Result<()> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct DemurrageCharged {
		amount: u128,
	}
	let state = ctx.state().await?;
	let currency = Currency::find(&state, currency).await?;
	let party = party_or_own(ctx, &state, account).await?;
	let call = state.call("Currencies", "charge", (currency.id, party.account))?;
	let draft = Draft::new(call)
		.effect(format!("the demurrage that {party} owes by today goes to the pot of {currency}"));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let charged: Option<DemurrageCharged> = done.find("Currencies", "DemurrageCharged")?;
	let amount = charged.map_or(0, |charged| charged.amount);
	ctx.out.done(
		&done,
		json!({ "currency": currency.id, "account": party.json(), "amount": amount.to_string() }),
		[("charged", currency.show(amount)), ("account", party.to_string())],
	);
	Ok(())
}

/// `currency take`.
pub async fn take(ctx: &Context, currency: &str, owner: Option<&str>) -> Result<()> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct SetAside {
		nominal: u128,
		payable: u128,
	}
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct Taken {
		nominal: u128,
		charge: u128,
	}
	let state = ctx.state().await?;
	let currency = Currency::find(&state, currency).await?;
	let owner = party_or_own(ctx, &state, owner).await?;
	let there: Option<SetAside> =
		state.view("Currencies", "set_aside", (currency.id, owner.account)).await?;
	let SetAside { nominal, payable } = there
		.ok_or_else(|| Error::refused(format!("nothing of {currency} is set aside for {owner}")))?;
	let call = state.call("Currencies", "take", (currency.id, owner.account))?;
	let charge = nominal.saturating_sub(payable);
	let mut draft = Draft::new(call)
		.effect(format!("{} that are set aside reach {owner}", currency.show(payable)));
	if charge > 0 {
		draft = draft.effect(format!(
			"{} go to the pot of {currency}: demurrage of the time that they waited",
			currency.show(charge)
		));
	}
	if payable == 0 {
		draft = draft.effect("nothing is left of it, so the entry only goes");
	}
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let taken: Taken = done.expect("Currencies", "Taken")?;
	let paid = taken.nominal.saturating_sub(taken.charge);
	ctx.out.done(
		&done,
		json!({
			"currency": currency.id,
			"owner": owner.json(),
			"nominal": taken.nominal.to_string(),
			"charge": taken.charge.to_string(),
			"paid": paid.to_string(),
		}),
		[
			("taken", currency.show(paid)),
			("by", owner.to_string()),
			("demurrage", currency.show(taken.charge)),
		],
	);
	Ok(())
}

/// `currency discard`.
pub async fn discard(ctx: &Context, currency: &str) -> Result<()> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct Discarded {
		amount: u128,
	}
	let state = ctx.state().await?;
	let currency = Currency::find(&state, currency).await?;
	let from = Party::own(ctx, &state).await?;
	let holding = Holding::read(&state, currency.id, from.account).await?;
	ensure_discardable(&currency, &from, &holding)?;
	let call = state.call("Currencies", "discard", (currency.id,))?;
	let draft = Draft::new(call).effect(format!(
		"all that {from} has of it, {}, goes to the pot of {currency}, which the issuer may spend: \
		 nothing comes back",
		currency.show(holding.balance)
	));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let Discarded { amount } = done.expect("Currencies", "Discarded")?;
	ctx.out.done(
		&done,
		json!({ "currency": currency.id, "from": from.json(), "amount": amount.to_string() }),
		[("discarded", currency.show(amount)), ("by", from.to_string())],
	);
	Ok(())
}

/// Refuses to give away what the chain keeps: what is frozen, and what a debt needs.
fn ensure_discardable(currency: &Currency, who: &Party, holding: &Holding) -> Result<()> {
	holding.ensure_free(currency, who)?;
	if holding.debt > 0 {
		return Err(Error::refused(format!(
			"{who} owes {}: what it has can repay that (\"currency repay\")",
			currency.show(holding.debt)
		)));
	}
	match holding.balance {
		0 => Err(Error::refused(format!("{who} has nothing of {currency}"))),
		_ => Ok(()),
	}
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
	let to = Party::find(ctx, &state, to).await?;
	let payee = Holding::read(&state, currency.id, to.account).await?;
	payee.ensure_may_receive(&currency, &to)?;
	let pot = Holding::read(&state, currency.id, currency.pot).await?.balance;
	if pot < amount {
		return Err(Error::refused(format!(
			"the pot of {currency} has {}, not {}",
			currency.show(pot),
			currency.show(amount)
		)));
	}
	let values = (currency.id, to.account, amount, reference);
	let call = state.call("Currencies", "spend_pot", values)?;
	let draft = Draft::new(call).effect(format!(
		"the pot of {currency} pays {} to {to}, and keeps {}",
		currency.show(amount),
		currency.show(pot.saturating_sub(amount))
	));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	ctx.out.done(
		&done,
		json!({
			"currency": currency.id,
			"to": to.json(),
			"amount": amount.to_string(),
			"reference": reference_json(&reference),
		}),
		[("spent", currency.show(amount)), ("to", to.to_string())],
	);
	Ok(())
}

/// Refuses to give back more than there is, or what is frozen. An expelled member may.
fn ensure_has(currency: &Currency, who: &Party, holding: &Holding, amount: u128) -> Result<()> {
	holding.ensure_free(currency, who)?;
	match holding.balance < amount {
		true => Err(too_little(currency, who, holding, amount)),
		false => Ok(()),
	}
}

fn too_little(currency: &Currency, who: &Party, holding: &Holding, amount: u128) -> Error {
	Error::refused(format!(
		"{who} has {}, not {}",
		currency.show(holding.balance),
		currency.show(amount)
	))
}

/// A reference as it stands in results: `null` if there is none.
fn reference_json(reference: &[u8; 32]) -> Json {
	match reference {
		[0, rest @ ..] if rest.iter().all(|byte| *byte == 0) => Json::Null,
		reference => format!("0x{}", hex::encode(reference)).into(),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use ourledger_client::{money, ticks::When};
	use subxt::utils::AccountId32;

	fn holding() -> Holding {
		Holding {
			balance: 1_000,
			spendable: 0,
			frozen_until: None,
			credit_limit: 0,
			debt: 0,
			member: Some(true),
			may_receive: false,
			set_aside: 0,
		}
	}

	#[test]
	fn no_more_is_issued_than_the_cap_leaves() {
		let mut currency = money::example(1, "TSH");
		currency.supply = 999_000;
		assert_eq!(ensure_issuable(&currency, 1_000), Ok(()));
		let error = ensure_issuable(&currency, 1_001).expect_err("is too much");
		assert!(error.to_string().ends_with("10.00 TSH can still be issued"), "{error}");
		currency.terms.supply = Supply::MutualCredit;
		assert!(ensure_issuable(&currency, 1).is_err());
	}

	#[test]
	fn expelled_holder_redeems_all_it_has() {
		let currency = money::example(1, "TSH");
		let who = Party { account: AccountId32([1; 32]), twin: Some(7) };
		assert_eq!(ensure_has(&currency, &who, &holding(), 1_000), Ok(()));
		assert!(ensure_has(&currency, &who, &holding(), 1_001).is_err());
		let frozen = Holding { frozen_until: Some(When { tick: 9, moment: 27_000 }), ..holding() };
		assert!(ensure_has(&currency, &who, &frozen, 1).is_err());
	}

	#[test]
	fn what_is_discarded_is_there_and_neither_frozen_nor_owed() {
		let currency = money::example(1, "TSH");
		let who = Party { account: AccountId32([1; 32]), twin: Some(7) };
		assert_eq!(ensure_discardable(&currency, &who, &holding()), Ok(()));
		let frozen = Holding { frozen_until: Some(When { tick: 9, moment: 27_000 }), ..holding() };
		let owing = Holding { debt: 1, ..holding() };
		let empty = Holding { balance: 0, ..holding() };
		for (refused, why) in [(frozen, "frozen"), (owing, "can repay"), (empty, "has nothing")] {
			let error = ensure_discardable(&currency, &who, &refused).expect_err(why).to_string();
			assert!(error.contains(why), "{error}");
		}
	}

	#[test]
	fn reference_of_zeros_is_none() {
		assert_eq!(reference_json(&[0; 32]), Json::Null);
		assert_eq!(reference_json(&[7; 32]), format!("0x{}", "07".repeat(32)));
	}
}
