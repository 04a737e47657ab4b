//! Friends who together hand a lost account to its heir.

pub mod attempts;
pub mod inheritance;

use crate::{
	amount,
	chain::State,
	draft::Draft,
	error::{Error, Result},
	ticks,
};
use codec::Encode;
use ourledger_primitives::currency::deposit;
use serde_json::{json, Value as Json};
use subxt::{
	ext::{scale_decode::DecodeAsType, scale_encode::EncodeAsType},
	utils::AccountId32,
};

/// A group of friends.
#[derive(Clone, Debug, DecodeAsType, EncodeAsType, Encode)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct Group {
	/// In order of their accounts, none twice.
	pub friends: Vec<AccountId32>,
	/// How many of them have to approve.
	pub friends_needed: u32,
	/// Who gets access: the heir.
	pub inheritor: AccountId32,
	/// Ticks between the start of an attempt and its end, in which the owner can stop a theft.
	pub inheritance_delay: u32,
	/// Its rank, 0 the highest: a group may take an account from the heir of one below it.
	pub inheritance_priority: u32,
	/// Ticks after an approval before the initiator may cancel, in which the owner can slash.
	pub cancel_delay: u32,
}

impl Group {
	/// Those of an account.
	pub async fn all(state: &State, account: AccountId32) -> Result<Vec<Self>> {
		state.view("Recovery", "friend_groups", (account,)).await
	}

	/// What the chain holds for an account's groups, in base units.
	fn deposit_for(groups: &[Self]) -> u128 {
		match groups {
			[] => 0,
			groups => deposit(1, groups.encoded_size() as u32),
		}
	}

	/// As JSON, with its place among the account's groups.
	pub fn json(&self, index: usize) -> Json {
		json!({
			"index": index,
			"friends": self.friends,
			"needed": self.friends_needed,
			"heir": self.inheritor,
			"delay": self.inheritance_delay,
			"cancelDelay": self.cancel_delay,
			"priority": self.inheritance_priority,
		})
	}

	/// Refuses what the chain would refuse of the friends of `account`, but for their order, which
	/// this sees to.
	fn sorted(mut self, account: AccountId32) -> Result<Self> {
		self.friends.sort();
		if let Some(twice) = self.friends.windows(2).find(|pair| pair[0] == pair[1]) {
			return Err(Error::input(format!("the friend {} is named twice", twice[0])));
		}
		if self.friends.contains(&account) {
			return Err(Error::input(format!("the account {account} can't be its own friend")));
		}
		let (count, needed) = (self.friends.len(), self.friends_needed);
		if !(1..=count).contains(&(needed as usize)) {
			return Err(Error::input(format!(
				"the number of friends needed is from 1 to {count}, not {needed}"
			)));
		}
		Ok(self)
	}
}

/// The heir of an account that was recovered.
pub async fn heir_of(state: &State, account: AccountId32) -> Result<Option<AccountId32>> {
	state.view("Recovery", "inheritor", (account,)).await
}

/// An account has this group of friends and no other. With it the group as the chain keeps it.
pub async fn set(state: &State, account: AccountId32, group: Group) -> Result<(Draft, Group)> {
	let group = group.sorted(account)?;
	let most: u32 = state.constant("Recovery", "MaxFriendsPerConfig")?;
	if group.friends.len() > most as usize {
		return Err(Error::input(format!("an account may have no more than {most} friends")));
	}
	if group.inheritor == account {
		return Err(Error::input("the heir can't be the account itself: it would be lost as well"));
	}
	let old = Group::all(state, account).await?;
	let held = Group::deposit_for(&old);
	let groups = vec![group.clone()];
	let price = Group::deposit_for(&groups);
	let call = state.call("Recovery", "set_friend_groups", (groups,))?;
	let mut draft = Draft::new(call)
		.effect(format!(
			"any {} of {} friends can hand {account} to {}, {} after they begin",
			group.friends_needed,
			group.friends.len(),
			group.inheritor,
			ticks::span(group.inheritance_delay)
		))
		.effect(format!("until then {account} can cancel, or slash who started"));
	if !old.is_empty() {
		draft = draft.effect(format!("the {} group(s) it had are replaced", old.len()));
	}
	draft = match price.checked_sub(held) {
		Some(more) => draft.deposit(more),
		None => draft.effect(format!("{} of deposit come back", amount::format(held - price))),
	};
	Ok((draft, group))
}

/// An account has no friends any more.
pub async fn clear(state: &State, account: AccountId32) -> Result<Draft> {
	let old = Group::all(state, account).await?;
	if old.is_empty() {
		return Err(Error::not_found(format!("{account} has no friends who could recover it")));
	}
	let none: Vec<Group> = Vec::new();
	let back = amount::format(Group::deposit_for(&old));
	Ok(Draft::new(state.call("Recovery", "set_friend_groups", (none,))?)
		.effect(format!("nobody can recover {account} any more: a lost key is lost for ever"))
		.effect(format!("{back} of deposit come back")))
}

#[cfg(test)]
mod tests {
	use super::*;

	pub(super) const ANNA: AccountId32 = AccountId32([1; 32]);
	pub(super) const BERT: AccountId32 = AccountId32([2; 32]);
	pub(super) const CARL: AccountId32 = AccountId32([3; 32]);

	pub(super) fn group(friends: &[AccountId32]) -> Group {
		Group {
			friends: friends.to_vec(),
			friends_needed: 2,
			inheritor: ANNA,
			inheritance_delay: 100,
			inheritance_priority: 0,
			cancel_delay: 10,
		}
	}

	#[test]
	fn friends_are_sorted() {
		let group = group(&[CARL, ANNA, BERT]).sorted(AccountId32([4; 32])).expect("are fit");
		assert_eq!(group.friends, [ANNA, BERT, CARL]);
	}

	#[test]
	fn friends_are_refused_when_the_chain_would_refuse_them() {
		for (friends, needed, why) in [
			([ANNA, ANNA], 1, "twice"),
			([ANNA, CARL], 1, "its own friend"),
			([ANNA, BERT], 0, "from 1 to 2, not 0"),
			([ANNA, BERT], 3, "from 1 to 2, not 3"),
		] {
			let group = Group { friends_needed: needed, ..group(&friends) };
			let error = group.sorted(CARL).expect_err(why);
			assert!(error.to_string().contains(why), "{error}");
		}
	}

	#[test]
	fn deposit_is_that_of_the_encoded_groups() {
		assert_eq!(Group::deposit_for(&[]), 0);
		// Two lists of one and two items, three accounts, four numbers.
		let bytes = 1 + 1 + 3 * 32 + 4 * 4;
		assert_eq!(Group::deposit_for(&[group(&[ANNA, BERT])]), deposit(1, bytes));
	}
}
