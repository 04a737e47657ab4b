//! Who pays or is paid: an account, or the twin behind it.

use super::{twin, Context};
use ourledger_client::{
	chain::State,
	error::{Error, Result},
};
use serde_json::{json, Value as Json};
use std::fmt;
use subxt::utils::AccountId32;

/// An account, and its twin if it controls one.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Party {
	/// The account.
	pub account: AccountId32,
	/// The twin that it controls.
	pub twin: Option<u64>,
}

impl Party {
	/// Whom `text` names: a twin by its number or @name, else an account as everywhere.
	pub async fn find(ctx: &Context, state: &State, text: &str) -> Result<Self> {
		if names_twin(text) {
			return Self::of_twin(&twin::lookup(ctx, state, text).await?);
		}
		Self::of(state, ctx.account(text).await?).await
	}

	/// Who an account belongs to.
	pub async fn of(state: &State, account: AccountId32) -> Result<Self> {
		let twin: Option<u64> = state.view("Twins", "number_of", (account,)).await?;
		Ok(Self { account, twin })
	}

	/// Whom the command line acts for.
	pub async fn own(ctx: &Context, state: &State) -> Result<Self> {
		Self::of(state, ctx.acting_account().await?).await
	}

	/// A twin that can act.
	fn of_twin(twin: &TwinInfo) -> Result<Self> {
		match twin.deactivated() {
			None => Ok(Self { account: twin.controller, twin: Some(twin.number) }),
			Some(block) => Err(Error::refused(format!(
				"twin {} was deactivated in block {block}, and that is for ever",
				twin.number
			))),
		}
	}

	/// As it stands in results.
	pub fn json(&self) -> Json {
		json!({ "account": self.account, "twin": self.twin })
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

/// Whether a party is named as a twin, and not as an account.
fn names_twin(text: &str) -> bool {
	let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
	is_number || text.starts_with('@')
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn numbers_and_names_with_an_at_are_twins() {
		for text in ["7", "@modern-bakery"] {
			assert!(names_twin(text), "{text}");
		}
		for text in ["", "//Alice", "mira", "twin:7", "0x07"] {
			assert!(!names_twin(text), "{text}");
		}
	}

	#[test]
	fn party_is_shown_with_its_twin() {
		let account = AccountId32([1; 32]);
		assert_eq!(Party { account, twin: None }.to_string(), account.to_string());
		assert_eq!(Party { account, twin: Some(7) }.to_string(), format!("twin 7 ({account})"));
	}
}
