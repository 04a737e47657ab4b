//! What the chain keeps of an account, and payments in OUR.

use crate::{
	amount,
	chain::Kind,
	chain::State,
	draft::Draft,
	error::{Error, Result},
};
use serde_json::{json, Value as Json};
use subxt::{
	dynamic::Value,
	ext::{
		scale_decode::DecodeAsType,
		scale_value::{Composite, ValueDef},
	},
	utils::{AccountId32, MultiAddress},
};

/// An account; nothing but zeros if it doesn't exist.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Account {
	/// How many transactions it has signed.
	pub nonce: u32,
	/// What needs it to exist.
	pub consumers: u32,
	/// What makes it exist, and can be consumed.
	pub providers: u32,
	/// What makes it exist by itself.
	pub sufficients: u32,
	/// What it owns.
	pub data: Balance,
}

/// What an account owns, in base units of OUR.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Balance {
	/// Owned, and on no hold.
	pub free: u128,
	/// On hold.
	pub reserved: u128,
	/// What must stay, be it free or on hold.
	pub frozen: u128,
}

impl Account {
	/// Reads an account.
	pub async fn read(state: &State, account: AccountId32) -> Result<Self> {
		let found = state.storage("System", "Account", (account,)).await?;
		found.ok_or_else(|| Error::connection("System.Account has no default"))
	}

	/// Whether it is on the chain.
	pub fn exists(&self) -> bool {
		self.providers > 0 || self.sufficients > 0
	}

	/// Whether it has ever signed anything, and so has a key. Acting by proxies doesn't count.
	pub fn has_signed(&self) -> bool {
		self.nonce > 0
	}

	/// What it can spend, in base units.
	pub fn spendable(&self) -> u128 {
		let Balance { free, reserved, frozen } = self.data;
		// What is held counts towards what is frozen.
		free.saturating_sub(frozen.saturating_sub(reserved))
	}
}

/// An amount on hold, and what for.
#[derive(Clone, Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Hold {
	id: Value,
	/// Base units of OUR.
	pub amount: u128,
}

impl Hold {
	/// Those of an account.
	pub async fn all(state: &State, account: AccountId32) -> Result<Vec<Self>> {
		Ok(state.storage("Balances", "Holds", (account,)).await?.unwrap_or_default())
	}

	/// What for: the pallet and its reason, as `Twins.Key`.
	pub fn reason(&self) -> String {
		let mut names = Vec::new();
		let mut next = Some(&self.id);
		while let Some(Value { value: ValueDef::Variant(variant), .. }) = next {
			names.push(variant.name.as_str());
			next = match &variant.values {
				Composite::Unnamed(values) => values.first(),
				Composite::Named(_) => None,
			};
		}
		names.join(".")
	}

	/// As JSON, with the amount as a decimal string.
	pub fn json(&self) -> Json {
		json!({ "reason": self.reason(), "amount": self.amount.to_string() })
	}
}

/// OUR that an account paid to another.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Transfer {
	/// Base units.
	pub amount: u128,
}

/// `from` pays so many base units of OUR to `to`; without a number all that it has.
pub async fn pay(
	state: &State,
	from: AccountId32,
	to: AccountId32,
	units: Option<u128>,
) -> Result<Draft> {
	if from == to {
		return Err(Error::input(format!("{from} can't pay itself")));
	}
	let destination = MultiAddress::<_, ()>::Id(to);
	let (call, effect) = match units {
		Some(units) => (
			state.call("Balances", "transfer_keep_alive", (destination, units))?,
			format!("{from} pays {} to {to}", amount::format(units)),
		),
		None => (
			state.call("Balances", "transfer_all", (destination, false))?,
			format!("{from} pays all it has to {to} and ceases to exist"),
		),
	};
	// Whoever pays all it has pays what the fee leaves.
	let draft = Draft::new(call).effect(effect).spends(Kind::Native, units.unwrap_or(0));
	Ok(match Account::read(state, to).await?.exists() {
		true => draft,
		false => draft.effect(format!("the account {to} begins to exist")),
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn reason_is_pallet_and_name() {
		let id = Value::unnamed_variant("Twins", [Value::unnamed_variant("Key", [])]);
		assert_eq!(Hold { id, amount: 0 }.reason(), "Twins.Key");
	}
}
