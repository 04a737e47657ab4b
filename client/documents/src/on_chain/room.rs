//! A seller's series of numbers, and the room that its invoices have in the chain's state.

use ourledger_client::{
	amount,
	error::{Error, Result},
	submit::{acting, Draft},
	State,
};
use ourledger_primitives::twin::TwinNumber;
use subxt::{ext::scale_decode::DecodeAsType, utils::AccountId32};

/// A seller's series of invoices, and the room for them.
#[derive(Clone, Copy, Debug, DecodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Book {
	/// Number of the next invoice or credit note.
	pub next: u64,
	/// The last receipt.
	pub receipt: [u8; 32],
	/// Invoices in the chain's state, and tills, each of which takes the place of one.
	pub open: u32,
	/// For how many there is room.
	pub room: u32,
}

impl Book {
	/// Reads a seller's book.
	pub async fn read(state: &State, seller: TwinNumber) -> Result<Self> {
		state.view("Commerce", "book", (seller,)).await
	}

	/// Insists on room for one more.
	pub fn ensure_room(&self, seller: TwinNumber) -> Result<()> {
		if self.open < self.room {
			return Ok(());
		}
		Err(Error::refused(format!(
			"twin {seller} has no room left: {} of {} places are taken; add some with \
			 \"ourledger invoice room add\"",
			self.open, self.room
		)))
	}
}

/// Adds room for so many more invoices of a seller. `payer` pays the deposit: anyone may.
pub async fn add(
	state: &State,
	seller: TwinNumber,
	invoices: u32,
	payer: AccountId32,
) -> Result<Draft> {
	// Whose money it is need not control the seller.
	acting::controller_of(state, seller).await?;
	let had = added_by(state, seller, payer).await?;
	let has = had
		.checked_add(invoices)
		.ok_or_else(|| Error::input(format!("there can't be room for {invoices} more invoices")))?;
	let deposit = deposit_for(state, has).await?;
	let deposit = deposit.saturating_sub(deposit_for(state, had).await?);
	Ok(Draft::new(state.call("Commerce", "add_room", (seller, invoices))?)
		.deposit(deposit)
		.effect(format!("twin {seller} has room for {invoices} more invoices")))
}

/// Removes room for so many invoices that `payer` added, as far as it is free.
pub async fn remove(
	state: &State,
	seller: TwinNumber,
	invoices: u32,
	payer: AccountId32,
) -> Result<Draft> {
	let had = added_by(state, seller, payer).await?;
	let left = had.checked_sub(invoices).ok_or_else(|| {
		Error::refused(format!(
			"{payer} has added room for {had} invoices of twin {seller}, and can't remove {invoices}"
		))
	})?;
	let back = deposit_for(state, had).await?.saturating_sub(deposit_for(state, left).await?);
	Ok(Draft::new(state.call("Commerce", "remove_room", (seller, invoices))?)
		.effect(format!("twin {seller} has room for {invoices} fewer invoices"))
		.effect(format!("{} come back to {payer}", amount::format(back))))
}

/// For how many of a seller's invoices an account has added room.
async fn added_by(state: &State, seller: TwinNumber, account: AccountId32) -> Result<u32> {
	state.view("Commerce", "room", (seller, account)).await
}

async fn deposit_for(state: &State, invoices: u32) -> Result<u128> {
	match invoices {
		0 => Ok(0),
		_ => state.view("Commerce", "room_deposit", (invoices,)).await,
	}
}
