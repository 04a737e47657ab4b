//! Attempts to recover an account.

use super::Group;
use crate::{
	amount,
	call::Call,
	chain::State,
	draft::Draft,
	error::{Error, Result},
	outcome::Submitted,
	ticks,
};
use ourledger_primitives::currency::deposit;
use serde_json::{json, Value as Json};
use subxt::{
	ext::scale_decode::DecodeAsType,
	utils::{AccountId32, MultiAddress},
};

/// Bytes that the chain counts for an attempt: group, initiator, two heights and the approvals.
const ATTEMPT_BYTES: u32 = 4 + 32 + 4 + 4 + 5;

/// Bytes that the chain counts for an heir: priority and account.
const HEIR_BYTES: u32 = 4 + 32;

/// An attempt, as the chain has it.
#[derive(Clone, Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Entry {
	friend_group_index: u32,
	initiator: AccountId32,
	init_block: u32,
	last_approval_block: u32,
	approvals: Vec<u16>,
}

/// An attempt to recover an account.
#[derive(Clone, Debug)]
pub struct Attempt {
	/// The lost account.
	pub account: AccountId32,
	/// The group of friends that makes it.
	pub group: Group,
	/// The group's place among those of the account.
	pub index: u32,
	/// Who started it.
	pub initiator: AccountId32,
	/// The tick in which it started.
	pub started: u32,
	last_approval: u32,
	approvals: Vec<u16>,
}

impl Attempt {
	fn new(account: AccountId32, group: Group, entry: Entry) -> Self {
		Self {
			account,
			group,
			index: entry.friend_group_index,
			initiator: entry.initiator,
			started: entry.init_block,
			last_approval: entry.last_approval_block,
			approvals: entry.approvals,
		}
	}

	/// All on an account, by their groups.
	pub async fn all(state: &State, account: AccountId32) -> Result<Vec<Self>> {
		let found: Vec<(Group, Entry)> = state.view("Recovery", "attempts", (account,)).await?;
		let mut attempts: Vec<_> =
			found.into_iter().map(|(group, entry)| Self::new(account, group, entry)).collect();
		attempts.sort_by_key(|attempt| attempt.index);
		Ok(attempts)
	}

	/// The attempt of a group, or the only one.
	pub async fn find(state: &State, account: AccountId32, group: Option<u32>) -> Result<Self> {
		let mut attempts = Self::all(state, account).await?;
		attempts.retain(|attempt| group.is_none_or(|group| group == attempt.index));
		if attempts.len() > 1 {
			let groups: Vec<_> = attempts.iter().map(|it| it.index.to_string()).collect();
			return Err(Error::usage(format!(
				"several groups of friends attempt to recover {account}: name one of {} by --group",
				groups.join(", ")
			)));
		}
		attempts.pop().ok_or_else(|| {
			let whose = group.map(|group| format!(" of the group {group}")).unwrap_or_default();
			Error::not_found(format!("there is no attempt{whose} to recover {account}"))
		})
	}

	/// The friends who have approved.
	pub fn approved_by(&self) -> Vec<&AccountId32> {
		let is_set = |place: usize| {
			self.approvals.get(place / 16).is_some_and(|word| word >> (place % 16) & 1 == 1)
		};
		let friends = self.group.friends.iter().enumerate();
		friends.filter(|(place, _)| is_set(*place)).map(|(_, friend)| friend).collect()
	}

	/// The first tick in which it can be finished, once it is approved.
	pub fn open_from(&self) -> u32 {
		self.started.saturating_add(self.group.inheritance_delay)
	}

	/// The first tick in which the initiator may cancel.
	pub fn cancellable_from(&self) -> u32 {
		self.last_approval.saturating_add(self.group.cancel_delay)
	}

	/// As JSON.
	pub fn json(&self) -> Json {
		json!({
			"group": self.index,
			"initiator": self.initiator,
			"approvals": self.approved_by(),
			"needed": self.group.friends_needed,
			"heir": self.group.inheritor,
			"started": self.started,
			"finishableFrom": self.open_from(),
			"cancellableFrom": self.cancellable_from(),
		})
	}

	/// A call on it.
	fn call(&self, state: &State, name: &str) -> Result<Call> {
		state.call("Recovery", name, (MultiAddress::<_, ()>::Id(self.account), self.index))
	}

	/// A friend approves it. With it the number of approvals then.
	pub fn approve(&self, state: &State) -> Result<(Draft, usize)> {
		let approvals = self.approved_by().len() + 1;
		let Group { friends_needed: needed, inheritor, .. } = &self.group;
		let draft = Draft::new(self.call(state, "approve_attempt")?).effect(format!(
			"you agree that {} is handed to {inheritor}: approval {approvals} of the {needed} needed",
			self.account
		));
		Ok((draft, approvals))
	}

	/// Anyone finishes it.
	pub fn finish(&self, state: &State) -> Result<Draft> {
		Ok(Draft::new(self.call(state, "finish_attempt")?)
			.effect(format!("{} gets full access to {}", self.group.inheritor, self.account))
			.effect(format!("{} gets its deposits back", self.initiator))
			.deposit(deposit(1, HEIR_BYTES)))
	}

	/// Its initiator or the owner cancels it.
	pub fn cancel(&self, state: &State) -> Result<Draft> {
		Ok(Draft::new(self.call(state, "cancel_attempt")?)
			.effect(format!("the attempt to recover {} ends", self.account))
			.effect(format!("{} gets its deposits back", self.initiator)))
	}

	/// The owner takes the initiator's security. With it that, in base units.
	pub fn slash(&self, state: &State) -> Result<(Draft, u128)> {
		let security: u128 = state.constant("Recovery", "SecurityDeposit")?;
		let call = state.call("Recovery", "slash_attempt", (self.index,))?;
		let draft = Draft::new(call)
			.effect(format!("the attempt to recover {} ends", self.account))
			.effect(format!(
				"{} loses {}, which go to the treasury",
				self.initiator,
				amount::format(security)
			));
		Ok((draft, security))
	}
}

/// A friend starts to recover an account: in the named group, else in the only one that it is in.
/// With it that group, after its place.
pub async fn start(
	state: &State,
	lost: AccountId32,
	friend: AccountId32,
	index: Option<u32>,
) -> Result<(Draft, u32, Group)> {
	let mut groups = Group::all(state, lost).await?;
	let index = match index {
		Some(index) => index,
		None => group_of(&groups, lost, friend)?,
	};
	if index as usize >= groups.len() {
		return Err(Error::not_found(format!(
			"{lost} has {} group(s) of friends, none of them {index}",
			groups.len()
		)));
	}
	let group = groups.swap_remove(index as usize);
	let security: u128 = state.constant("Recovery", "SecurityDeposit")?;
	let arguments = (MultiAddress::<_, ()>::Id(lost), index);
	let call = state.call("Recovery", "initiate_attempt", arguments)?;
	let draft = Draft::new(call)
		.effect(format!(
			"{} of {} friends are needed to hand {lost} to {}; this is the first approval",
			group.friends_needed,
			group.friends.len(),
			group.inheritor
		))
		.effect(format!(
			"it can be finished after {}, if the owner does not stop it",
			ticks::span(group.inheritance_delay)
		))
		.effect(format!(
			"{} are at stake: the owner takes them from {friend} if this is theft; else they come \
			 back at the end",
			amount::format(security)
		))
		.deposit(security.saturating_add(deposit(1, ATTEMPT_BYTES)));
	Ok((draft, index, group))
}

/// The one group that a friend is in.
fn group_of(groups: &[Group], lost: AccountId32, friend: AccountId32) -> Result<u32> {
	let own: Vec<_> =
		(0..groups.len()).filter(|index| groups[*index].friends.contains(&friend)).collect();
	match own[..] {
		[index] => Ok(index as u32),
		[] if groups.is_empty() => {
			Err(Error::not_found(format!("{lost} has no friends who could recover it")))
		},
		[] => Err(Error::input(format!("{friend} is no friend of {lost}"))),
		_ => Err(Error::usage(format!(
			"{friend} is in several groups of friends of {lost}: name one of {own:?} by --group"
		))),
	}
}

/// Who is the heir after an attempt was finished.
pub fn heir_after(done: &Submitted) -> Result<AccountId32> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct AttemptFinished {
		inheritor: AccountId32,
	}
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct AttemptDiscarded {
		existing_inheritor: AccountId32,
	}
	let finished: Option<AttemptFinished> = done.find("Recovery", "AttemptFinished")?;
	match finished {
		Some(finished) => Ok(finished.inheritor),
		// Another group of the same or a higher rank was faster.
		None => {
			let kept: AttemptDiscarded = done.expect("Recovery", "AttemptDiscarded")?;
			Ok(kept.existing_inheritor)
		},
	}
}

#[cfg(test)]
mod tests {
	use super::{
		super::tests::{group, ANNA, BERT, CARL},
		*,
	};

	#[test]
	fn group_is_the_only_one_that_the_friend_is_in() {
		let groups = [group(&[ANNA, BERT]), group(&[BERT, CARL])];
		let lost = AccountId32([9; 32]);
		assert_eq!(group_of(&groups, lost, ANNA), Ok(0));
		assert_eq!(group_of(&groups, lost, CARL), Ok(1));
		for (count, friend, code) in [(2, BERT, 2), (1, CARL, 4), (0, CARL, 5)] {
			let error = group_of(&groups[..count], lost, friend).expect_err("isn't clear");
			assert_eq!(error.code(), code, "{error}");
		}
	}

	#[test]
	fn approvals_are_the_bits_of_the_friends() {
		let friends: Vec<_> = (0..20).map(|byte| AccountId32([byte; 32])).collect();
		let attempt = Attempt {
			account: ANNA,
			group: group(&friends),
			index: 0,
			initiator: friends[1],
			started: 7,
			last_approval: 9,
			approvals: vec![0b1000_0000_0000_0010, 0b10],
		};
		assert_eq!(attempt.approved_by(), [&friends[1], &friends[15], &friends[17]]);
		assert_eq!(attempt.open_from(), 107);
		assert_eq!(attempt.cancellable_from(), 19);
	}
}
