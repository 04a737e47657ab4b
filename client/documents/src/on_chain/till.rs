//! Tills: keys that sign quotes, and nothing else.

use super::room::Book;
use ourledger_client::{
	error::{Error, Result},
	submit::Draft,
	ticks::{Clock, When},
	State,
};
use ourledger_primitives::twin::TwinNumber;
use subxt::{ext::scale_decode::DecodeAsType, utils::AccountId32};

/// A till.
#[derive(Clone, Copy, Debug, DecodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Till {
	/// Whose signature makes a quote.
	pub key: AccountId32,
	/// The last tick in which it does.
	pub expires: u32,
}

impl Till {
	/// Reads a till, if there is one.
	pub async fn find(state: &State, seller: TwinNumber, number: u16) -> Result<Option<Self>> {
		state.view("Commerce", "till", (seller, number)).await
	}

	/// Reads a till.
	pub async fn read(state: &State, seller: TwinNumber, number: u16) -> Result<Self> {
		let found = Self::find(state, seller, number).await?;
		found.ok_or_else(|| Error::not_found(format!("twin {seller} has no till {number}")))
	}
}

/// Lets a key sign quotes for a seller for so many ticks from now on, in place of the till's key before
/// it. Tells until when, too.
pub async fn set(
	state: &State,
	seller: TwinNumber,
	till: u16,
	key: AccountId32,
	ticks: u32,
) -> Result<(Draft, When)> {
	let clock = Clock::at(state).await?;
	let until = clock.when(clock.after(ticks)?);
	let call = state.call("Commerce", "set_till", (till, key, until.tick))?;
	let draft = Draft::new(call)
		.for_twin(seller)
		.effect(format!("{key} signs quotes at till {till} of twin {seller}, until {until}"));
	if Till::find(state, seller, till).await?.is_some() {
		return Ok((draft, until));
	}
	Book::read(state, seller).await?.ensure_room(seller)?;
	Ok((draft.effect("it takes the place of one invoice, until it is removed"), until))
}

/// Lets a till sign no more quotes.
pub async fn remove(state: &State, seller: TwinNumber, till: u16) -> Result<Draft> {
	Till::read(state, seller, till).await?;
	Ok(Draft::new(state.call("Commerce", "remove_till", (till,))?)
		.for_twin(seller)
		.effect(format!("nobody signs at till {till} of twin {seller} any more"))
		.effect("its place is free for an invoice again"))
}
