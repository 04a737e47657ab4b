//! A seller's series of numbers, and the room that its invoices have in the chain's state.

use ourledger_client::{
	error::{Error, Result},
	State,
};
use ourledger_primitives::twin::TwinNumber;
use subxt::ext::scale_decode::DecodeAsType;

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
