//! Tills: keys that sign quotes, and nothing else.

use ourledger_client::{
	error::{Error, Result},
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
	/// The last block in which it does.
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
