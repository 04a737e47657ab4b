//! Members of currencies, and what they may owe.

use super::{holding::Holding, Currency, Deposits};
use crate::{
	draft::Draft,
	error::{Error, Result},
	twin::TwinInfo,
	State,
};
use subxt::ext::scale_decode::DecodeAsType;

/// A credit line, as it is now.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct CreditLineSet {
	/// How much may be owed, in minor units.
	pub limit: u128,
	/// How much is owed, in minor units.
	pub debt: u128,
}

/// What is still owed after something was written off.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct WrittenOff {
	/// Minor units.
	pub debt: u128,
}

/// The issuer admits a twin.
pub async fn admit(state: &State, currency: &Currency, twin: &TwinInfo) -> Result<Draft> {
	let holding = Holding::read(state, currency.id, twin.controller).await?;
	let call = state.call("Currencies", "admit", (currency.id, twin.number))?;
	let draft =
		Draft::new(call).effect(format!("twin {} becomes a member of {currency}", twin.number));
	match holding.member {
		None => Ok(draft.deposit(Deposits::read(state).await?.member)),
		// Who was expelled and still has money has an entry.
		Some(_) => Ok(draft),
	}
}

/// The issuer expels a member.
pub async fn expel(state: &State, currency: &Currency, twin: &TwinInfo) -> Result<Draft> {
	let Holding { balance, member, .. } =
		Holding::read(state, currency.id, twin.controller).await?;
	// What the chain says of this is about payers.
	if member != Some(false) {
		return Err(Error::input(format!("twin {} is no member of {currency}", twin.number)));
	}
	let call = state.call("Currencies", "expel", (currency.id, twin.number))?;
	let draft = Draft::new(call)
		.effect(format!("twin {} can't pay or be paid in {currency} any more", twin.number));
	Ok(match balance {
		0 => draft,
		_ => draft
			.effect(format!("it keeps {}, and can still redeem or repay", currency.show(balance))),
	})
}

/// The issuer of a mutual credit sets how much a twin may owe, in minor units. The event is
/// `Currencies.CreditLineSet`.
pub async fn set_credit_line(
	state: &State,
	currency: &Currency,
	twin: &TwinInfo,
	limit: u128,
) -> Result<Draft> {
	let holding = Holding::read(state, currency.id, twin.controller).await?;
	let call = state.call("Currencies", "set_credit_line", (currency.id, twin.number, limit))?;
	let mut draft = Draft::new(call).effect(format!(
		"twin {} may owe up to {} (so far {})",
		twin.number,
		currency.show(limit),
		currency.show(holding.credit_limit)
	));
	if limit > 0 && holding.credit_limit == 0 && holding.debt == 0 {
		draft = draft.deposit(Deposits::read(state).await?.credit_line);
	}
	if holding.debt > limit {
		draft = draft.effect(format!(
			"it owes {}, and can't draw more before it has repaid",
			currency.show(holding.debt)
		));
	}
	Ok(draft)
}

/// The issuer of a mutual credit writes off what a twin won't repay. The event is
/// `Currencies.WrittenOff`.
pub async fn write_off(
	state: &State,
	currency: &Currency,
	twin: &TwinInfo,
	amount: u128,
) -> Result<Draft> {
	let debt = Holding::read(state, currency.id, twin.controller).await?.debt;
	let (number, shown) = (twin.number, currency.show(amount));
	if debt < amount {
		let debt = currency.show(debt);
		return Err(Error::refused(format!("twin {number} owes {debt}, not {shown}")));
	}
	let pot = Holding::read(state, currency.id, currency.pot).await?.balance;
	if pot < amount {
		let pot = currency.show(pot);
		return Err(Error::refused(format!("the pot of {currency}, which bears it, has {pot}")));
	}
	let call = state.call("Currencies", "write_off", (currency.id, number, amount))?;
	Ok(Draft::new(call)
		.effect(format!("twin {number} owes {shown} less"))
		.effect(format!("{shown} of the pot are burnt")))
}
