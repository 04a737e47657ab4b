//! What a jurisdiction's authority may do: let nothing leave an account for a while.

use super::{holding::Holding, Currency, Deposits};
use crate::{
	draft::Draft,
	error::{Error, Result},
	ticks::{self, Clock, When},
	twin::party::Party,
	State,
};

/// The authority lets nothing leave an account for so many ticks, with the hash of its reason. Also
/// gives when that ends.
pub async fn freeze(
	state: &State,
	currency: &Currency,
	party: &Party,
	span: u32,
	reason: [u8; 32],
) -> Result<(Draft, When)> {
	let most: u32 = state.constant("Currencies", "MaxFreezeTicks")?;
	if !(1..=most).contains(&span) {
		return Err(Error::input(format!(
			"a freeze lasts {} to {}, not {}",
			ticks::span(1),
			ticks::span(most),
			ticks::span(span)
		)));
	}
	let balance = Holding::read(state, currency.id, party.account).await?.balance;
	let clock = Clock::at(state).await?;
	let until = clock.when(clock.after(span)?);
	let values = (currency.id, party.account, reason, until.tick);
	let draft = Draft::new(state.call("Currencies", "freeze", values)?)
		.deposit(Deposits::read(state).await?.freeze)
		.effect(format!(
			"nothing of the {} that {party} has can be paid before {until}; it can still be paid, \
			 and repay debts",
			currency.show(balance)
		));
	Ok((draft, until))
}

/// The authority ends a freeze; anyone, when it is over.
pub fn unfreeze(state: &State, currency: &Currency, party: &Party) -> Result<Draft> {
	let call = state.call("Currencies", "unfreeze", (currency.id, party.account))?;
	Ok(Draft::new(call).effect(format!("{party} can pay again what it has of {currency}")))
}
