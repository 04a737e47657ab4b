//! What the chain keeps of an account.

use crate::{
	chain::State,
	error::{Error, Result},
};
use subxt::{ext::scale_decode::DecodeAsType, utils::AccountId32};

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
