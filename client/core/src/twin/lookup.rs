//! Twins by what people call them.

use super::{
	name::{Status, LOOK_ALIKES},
	TwinInfo,
};
use crate::{
	chain::State,
	error::{Error, Result},
	texts,
	twin::did::{self, Did},
};
use ourledger_primitives::name::normalise;
use std::str::FromStr;
use subxt::utils::AccountId32;

/// What a text that names a twin is.
#[derive(Debug, Eq, PartialEq)]
pub enum What<'text> {
	/// Its number.
	Number(u64),
	/// Its identifier.
	Did(Did),
	/// Its controller, however an account is written.
	Account,
	/// A name: one in the phonebook, else that of a key.
	Name(&'text str),
	/// A name in the phonebook, and not that of a key; without the @ before it.
	AtName(&'text str),
}

impl<'text> What<'text> {
	/// What `text` is.
	pub fn of(text: &'text str) -> Result<Self> {
		if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
			let number = text.parse();
			return number
				.map(Self::Number)
				.map_err(|_| Error::not_found(format!("there is no twin {text}")));
		}
		if did::is_did(text) {
			return text.parse().map(Self::Did);
		}
		if let Some(name) = text.strip_prefix('@') {
			return Ok(Self::AtName(name));
		}
		// No name has a colon or a slash in it, or is as long as an address.
		let is_account = text.starts_with("//")
			|| text.starts_with("0x")
			|| text.starts_with("twin:")
			|| AccountId32::from_str(text).is_ok();
		Ok(if is_account { Self::Account } else { Self::Name(text) })
	}
}

impl TwinInfo {
	/// As [`TwinInfo::of`], of an account that has to control one.
	pub async fn controlled_by(state: &State, account: AccountId32) -> Result<Self> {
		Self::of(state, account).await?.ok_or_else(|| {
			Error::not_found(format!(
				"the account {account} controls no twin; that of a proxy finds none"
			))
		})
	}

	/// The twin that has a name, if one has.
	pub async fn named(state: &State, name: &str) -> Result<Option<Self>> {
		match normalise(name.as_bytes()) {
			Ok(_) => state.view("Twins", "twin_named", (name.as_bytes().to_vec(),)).await,
			Err(_) => Ok(None),
		}
	}
}

/// Why a name finds no twin.
pub async fn no_such_name(state: &State, text: &str) -> Result<Error> {
	if normalise(text.as_bytes()).is_err() {
		return Ok(Error::input(format!(
			"{text:?} is neither a twin's number, nor a name that one could have, nor an account, \
			 nor a DID"
		)));
	}
	let similar = match Status::read(state, text).await? {
		Status::LooksAlike { twin, name } => format!(
			"; twin {twin} has the name {}, which looks like it ({LOOK_ALIKES})",
			texts::shown(&name)
		),
		status @ Status::Resting { .. } => {
			status.obstacle(text).map(|why| format!("; {why}")).unwrap_or_default()
		},
		_ => String::new(),
	};
	Ok(Error::not_found(format!("no twin has the name {text:?}{similar}")))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn text_is_a_number_did_account_or_name() {
		assert_eq!(What::of("7"), Ok(What::Number(7)));
		assert_eq!(What::of("anna"), Ok(What::Name("anna")));
		assert_eq!(What::of("4ever"), Ok(What::Name("4ever")));
		assert_eq!(What::of("@anna"), Ok(What::AtName("anna")));
		assert_eq!(What::of(""), Ok(What::Name("")));
		let alice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
		for account in ["//Alice", "0x00", "twin:7", alice] {
			assert_eq!(What::of(account), Ok(What::Account), "{account}");
		}
		assert!(matches!(
			What::of("did:ourledger:abababababababababababababababab:7"),
			Ok(What::Did(did)) if did.number == 7
		));
		assert_eq!(What::of("did:key:z6Mk").map_err(|error| error.code()), Err(4));
		assert_eq!(What::of("18446744073709551616").map_err(|error| error.code()), Err(5));
	}
}
