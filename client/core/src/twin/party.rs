//! Who pays or is paid: an account, or the twin behind it.

use crate::{
	error::{Error, Result},
	twin::TwinInfo,
	State,
};
use serde::Serialize;
use std::fmt;
use subxt::utils::AccountId32;

/// An account, and its twin if it controls one.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Party {
	/// The account.
	pub account: AccountId32,
	/// The twin that it controls.
	pub twin: Option<u64>,
}

impl Party {
	/// Who an account belongs to.
	pub async fn of(state: &State, account: AccountId32) -> Result<Self> {
		let twin: Option<u64> = state.view("Twins", "number_of", (account,)).await?;
		Ok(Self { account, twin })
	}

	/// A twin that can act.
	pub fn of_twin(twin: &TwinInfo) -> Result<Self> {
		match twin.deactivated() {
			None => Ok(Self { account: twin.controller, twin: Some(twin.number) }),
			Some(block) => Err(Error::refused(format!(
				"twin {} was deactivated in block {block}, and that is for ever",
				twin.number
			))),
		}
	}
}

/// As it stands in sentences: `twin 7 (5F…)`, or the account alone.
impl fmt::Display for Party {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self.twin {
			Some(twin) => write!(formatter, "twin {twin} ({})", self.account),
			None => self.account.fmt(formatter),
		}
	}
}
