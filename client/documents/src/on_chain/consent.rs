//! Whether a buyer bills itself in a seller's name.

use ourledger_client::{
	error::{Error, Result},
	money, State,
};
use ourledger_primitives::{money::Day, twin::TwinNumber};
use subxt::{ext::scale_decode::DecodeAsType, utils::AccountId32};

/// A seller's consent that a buyer bills itself in its name.
#[derive(Clone, Copy, Debug, DecodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Consent {
	/// The last day, by UTC, on which the buyer may.
	pub until: Day,
	/// Within how many days the seller has to object to an invoice, if its silence is as good as its
	/// word.
	pub objection: Option<u16>,
	/// Who paid the deposit.
	pub payer: AccountId32,
}

impl Consent {
	/// Reads a consent, if there is one.
	pub async fn find(
		state: &State,
		seller: TwinNumber,
		buyer: TwinNumber,
	) -> Result<Option<Self>> {
		state.view("Commerce", "self_billing", (seller, buyer)).await
	}

	/// Who accepts what the buyer writes today.
	pub async fn effect(&self, state: &State, seller: TwinNumber) -> Result<String> {
		let today = money::today(state).await?;
		Ok(match self.objection {
			Some(days) => format!(
				"twin {seller} accepts it, or cancels it: from {} on, {days} whole days after today, \
				 anybody can accept it in its name",
				money::midnight(money::after_a_wait(today, days))
			),
			None => format!("twin {seller} has to accept it; until then it can cancel it alone"),
		})
	}

	/// What it says, for people.
	pub fn text(&self) -> String {
		let until = money::date(self.until);
		match self.objection {
			Some(days) => format!(
				"until {until}; what isn't cancelled within {days} whole days counts as accepted"
			),
			None => format!("until {until}; the seller accepts each invoice itself"),
		}
	}
}
