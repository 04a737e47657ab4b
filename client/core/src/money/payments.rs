//! Money that moves: calls that issue, pay, burn, charge or give it away, and what they do.

use super::{holding::Holding, Currency, Kind, Supply};
use crate::{
	draft::Draft,
	error::{Error, Result},
	twin::party::Party,
	State,
};
use subxt::ext::scale_decode::DecodeAsType;

/// What a debtor owes after a repayment.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Repaid {
	/// Minor units.
	pub debt: u128,
}

/// Demurrage that was taken.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct DemurrageCharged {
	/// Minor units.
	pub amount: u128,
}

/// What was set aside, and reached its owner.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Taken {
	/// Minor units, demurrage included.
	pub nominal: u128,
	/// Demurrage, in minor units.
	pub charge: u128,
}

/// What was given away.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Discarded {
	/// Minor units.
	pub amount: u128,
}

/// The issuer issues to an account.
pub async fn issue(state: &State, currency: &Currency, to: &Party, amount: u128) -> Result<Draft> {
	ensure_issuable(currency, amount)?;
	let holding = Holding::read(state, currency.id, to.account).await?;
	holding.ensure_may_receive(currency, to)?;
	let call = state.call("Currencies", "issue", (currency.id, to.account, amount))?;
	let supply = currency.supply.saturating_add(amount);
	Ok(Draft::new(call)
		.effect(format!("{} begin to exist, and belong to {to}", currency.show(amount)))
		.effect(format!("there are {} in all then", currency.show(supply))))
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

/// A holder gives money back to its issuer. `reference` says what for; zeroes if nothing does.
pub async fn redeem(
	state: &State,
	currency: &Currency,
	from: &Party,
	amount: u128,
	reference: [u8; 32],
) -> Result<Draft> {
	if currency.terms.is_mutual_credit() {
		return Err(Error::refused(format!("{currency} is mutual credit, which nobody redeems")));
	}
	let holding = Holding::read(state, currency.id, from.account).await?;
	ensure_has(currency, from, &holding, amount)?;
	let call = state.call("Currencies", "redeem", (currency.id, amount, reference))?;
	Ok(Draft::new(call)
		.effect(format!("{} of {from} are burnt", currency.show(amount)))
		.effect(format!("twin {} owes what they stand for", currency.issuer))
		.spends(Kind::WithId(currency.id), amount))
}

/// A payment, and what of it the payer's credit line gives. `reference` says what for; zeroes if
/// nothing does.
pub async fn transfer(
	state: &State,
	currency: &Currency,
	(from, to): (&Party, &Party),
	amount: u128,
	reference: [u8; 32],
) -> Result<(Draft, u128)> {
	if from.account == to.account {
		return Err(Error::input(format!("{from} can't pay itself")));
	}
	let payer = Holding::read(state, currency.id, from.account).await?;
	payer.ensure_can_pay(currency, from, amount)?;
	let payee = Holding::read(state, currency.id, to.account).await?;
	payee.ensure_may_receive(currency, to)?;
	let call =
		state.call("Currencies", "transfer", (currency.id, to.account, amount, reference))?;
	let draft = Draft::new(call)
		.effect(format!("{from} pays {} to {to}", currency.show(amount)))
		.spends(Kind::WithId(currency.id), amount);
	let drawn = payer.drawn_by(amount);
	if drawn == 0 {
		return Ok((draft, drawn));
	}
	let effect = format!(
		"{} of it are drawn from the credit line, and {} are owed then",
		currency.show(drawn),
		currency.show(payer.debt.saturating_add(drawn))
	);
	Ok((draft.effect(effect), drawn))
}

/// A debtor repays a mutual credit.
pub async fn repay(
	state: &State,
	currency: &Currency,
	from: &Party,
	amount: u128,
) -> Result<Draft> {
	let holding = Holding::read(state, currency.id, from.account).await?;
	if holding.debt < amount {
		return Err(Error::refused(format!(
			"{from} owes {}, not {}",
			currency.show(holding.debt),
			currency.show(amount)
		)));
	}
	if holding.balance < amount {
		return Err(too_little(currency, from, &holding, amount));
	}
	let call = state.call("Currencies", "repay", (currency.id, amount))?;
	Ok(Draft::new(call)
		.effect(format!("{} of {from} are burnt", currency.show(amount)))
		.effect(format!("{} are owed then", currency.show(holding.debt.saturating_sub(amount))))
		.spends(Kind::WithId(currency.id), amount))
}

/// Anyone takes the demurrage of an account.
pub fn charge(state: &State, currency: &Currency, party: &Party) -> Result<Draft> {
	let call = state.call("Currencies", "charge", (currency.id, party.account))?;
	Ok(Draft::new(call)
		.effect(format!("the demurrage that {party} owes by today goes to the pot of {currency}")))
}

/// Anyone pays an account what is set aside for it.
pub async fn take(state: &State, currency: &Currency, owner: &Party) -> Result<Draft> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct SetAside {
		nominal: u128,
		payable: u128,
	}
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
	Ok(draft)
}

/// A holder gives all that it has to the currency's pot.
pub async fn discard(state: &State, currency: &Currency, from: &Party) -> Result<Draft> {
	let holding = Holding::read(state, currency.id, from.account).await?;
	ensure_discardable(currency, from, &holding)?;
	let call = state.call("Currencies", "discard", (currency.id,))?;
	Ok(Draft::new(call).effect(format!(
		"all that {from} has of it, {}, goes to the pot of {currency}, which the issuer may spend: \
		 nothing comes back",
		currency.show(holding.balance)
	)))
}

/// The issuer spends what the pot has. `reference` says what for; zeroes if nothing does.
pub async fn spend_pot(
	state: &State,
	currency: &Currency,
	to: &Party,
	amount: u128,
	reference: [u8; 32],
) -> Result<Draft> {
	let payee = Holding::read(state, currency.id, to.account).await?;
	payee.ensure_may_receive(currency, to)?;
	let pot = Holding::read(state, currency.id, currency.pot).await?.balance;
	if pot < amount {
		return Err(Error::refused(format!(
			"the pot of {currency} has {}, not {}",
			currency.show(pot),
			currency.show(amount)
		)));
	}
	let values = (currency.id, to.account, amount, reference);
	let call = state.call("Currencies", "spend_pot", values)?;
	Ok(Draft::new(call).effect(format!(
		"the pot of {currency} pays {} to {to}, and keeps {}",
		currency.show(amount),
		currency.show(pot.saturating_sub(amount))
	)))
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

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{money, ticks::When};
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
}
