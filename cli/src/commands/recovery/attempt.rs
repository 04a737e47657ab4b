//! Attempts to recover an account.

use super::{attempt_on, groups_of, Attempt, Attempted, Group};
use crate::commands::Context;
use ourledger_client::{
	amount,
	call::Call,
	chain::State,
	error::{Error, Result},
	submit::Draft,
	ticks::{self, Clock},
};
use ourledger_primitives::currency::deposit;
use serde_json::json;
use subxt::{
	ext::scale_decode::DecodeAsType,
	utils::{AccountId32, MultiAddress},
};

/// Bytes that the chain counts for an attempt: group, initiator, two heights and the approvals.
const ATTEMPT_BYTES: u32 = 4 + 32 + 4 + 4 + 5;

/// Bytes that the chain counts for an heir: priority and account.
const HEIR_BYTES: u32 = 4 + 32;

/// Starts an attempt.
pub async fn start(ctx: &Context, account: &str, group: Option<u32>) -> Result<()> {
	let lost = ctx.account(account).await?;
	let friend = ctx.acting_account().await?;
	let state = ctx.state().await?;
	let groups = groups_of(&state, lost).await?;
	let index = match group {
		Some(index) => index,
		None => group_of(&groups, friend).map_err(|why| why.error(lost, friend))?,
	};
	let group = groups.get(index as usize).ok_or_else(|| {
		Error::not_found(format!(
			"{lost} has {} group(s) of friends, none of them {index}",
			groups.len()
		))
	})?;

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
		.deposit(security + deposit(1, ATTEMPT_BYTES));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let clock = Clock::at(&ctx.chain().await?.at(done.block_hash).await?).await?;
	let open_from = clock.after(group.inheritance_delay)?;
	let result = json!({
		"account": lost,
		"group": index,
		"approvals": 1,
		"needed": group.friends_needed,
		"finishableFrom": open_from,
	});
	ctx.out.done(
		&done,
		result,
		[
			("account", lost.to_string()),
			("approvals", format!("1 of the {} needed", group.friends_needed)),
			("finish", format!("from {} on", clock.when(open_from))),
		],
	);
	Ok(())
}

/// Why it isn't clear which group a friend is in.
#[derive(Debug, Eq, PartialEq)]
enum Unclear {
	NoGroups,
	NoFriend,
	Several(Vec<usize>),
}

impl Unclear {
	fn error(self, lost: AccountId32, friend: AccountId32) -> Error {
		match self {
			Self::NoGroups => {
				Error::not_found(format!("{lost} has no friends who could recover it"))
			},
			Self::NoFriend => Error::input(format!("{friend} is no friend of {lost}")),
			Self::Several(groups) => Error::usage(format!(
				"{friend} is in several groups of friends of {lost}: name one of {groups:?} by --group"
			)),
		}
	}
}

/// The one group that a friend is in.
fn group_of(groups: &[Group], friend: AccountId32) -> Result<u32, Unclear> {
	let own: Vec<_> =
		(0..groups.len()).filter(|index| groups[*index].friends.contains(&friend)).collect();
	match own[..] {
		[index] => Ok(index as u32),
		[] if groups.is_empty() => Err(Unclear::NoGroups),
		[] => Err(Unclear::NoFriend),
		_ => Err(Unclear::Several(own)),
	}
}

/// Approves one.
pub async fn approve(ctx: &Context, attempted: Attempted) -> Result<()> {
	let lost = ctx.account(&attempted.account).await?;
	let state = ctx.state().await?;
	let (group, attempt) = attempt_on(&state, lost, attempted.group).await?;
	let approvals = attempt.approved_by(&group).len() + 1;
	let needed = group.friends_needed;
	let clock = Clock::at(&state).await?;
	let draft = Draft::new(on_attempt(&state, "approve_attempt", lost, &attempt)?).effect(format!(
		"you agree that {lost} is handed to {}: approval {approvals} of the {needed} needed",
		group.inheritor
	));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let result = json!({
		"account": lost,
		"group": attempt.friend_group_index,
		"approvals": approvals,
		"needed": needed,
		"finishableFrom": attempt.open_from(&group),
	});
	ctx.out.done(
		&done,
		result,
		[
			("approvals", format!("{approvals} of the {needed} needed")),
			("finish", format!("from {} on", clock.when(attempt.open_from(&group)))),
		],
	);
	Ok(())
}

/// Finishes one.
pub async fn finish(ctx: &Context, attempted: Attempted) -> Result<()> {
	let lost = ctx.account(&attempted.account).await?;
	let state = ctx.state().await?;
	let (group, attempt) = attempt_on(&state, lost, attempted.group).await?;
	let draft = Draft::new(on_attempt(&state, "finish_attempt", lost, &attempt)?)
		.effect(format!("{} gets full access to {lost}", group.inheritor))
		.effect(format!("{} gets its deposits back", attempt.initiator))
		.deposit(deposit(1, HEIR_BYTES));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};

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
	let heir = match finished {
		Some(finished) => finished.inheritor,
		// Another group of the same or a higher rank was faster.
		None => {
			let kept: AttemptDiscarded = done.expect("Recovery", "AttemptDiscarded")?;
			kept.existing_inheritor
		},
	};
	let result = json!({ "account": lost, "group": attempt.friend_group_index, "heir": heir });
	ctx.out.done(
		&done,
		result,
		[
			("account", lost.to_string()),
			("heir", heir.to_string()),
			("next", format!("the heir runs: ourledger recovery take-over {lost} --new ACCOUNT")),
		],
	);
	Ok(())
}

/// Cancels one.
pub async fn cancel(ctx: &Context, attempted: Attempted) -> Result<()> {
	let lost = ctx.account(&attempted.account).await?;
	let state = ctx.state().await?;
	let (_, attempt) = attempt_on(&state, lost, attempted.group).await?;
	let draft = Draft::new(on_attempt(&state, "cancel_attempt", lost, &attempt)?)
		.effect(format!("the attempt to recover {lost} ends"))
		.effect(format!("{} gets its deposits back", attempt.initiator));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let result = json!({
		"account": lost,
		"group": attempt.friend_group_index,
		"initiator": attempt.initiator,
	});
	ctx.out.done(&done, result, [("cancelled", format!("the attempt to recover {lost}"))]);
	Ok(())
}

/// A call on an attempt.
fn on_attempt(state: &State, name: &str, lost: AccountId32, attempt: &Attempt) -> Result<Call> {
	let lost = MultiAddress::<_, ()>::Id(lost);
	state.call("Recovery", name, (lost, attempt.friend_group_index))
}

/// Slashes one on the acting account.
pub async fn slash(ctx: &Context, group: Option<u32>) -> Result<()> {
	let account = ctx.acting_account().await?;
	let state = ctx.state().await?;
	let (_, attempt) = attempt_on(&state, account, group).await?;
	let security: u128 = state.constant("Recovery", "SecurityDeposit")?;
	let call = state.call("Recovery", "slash_attempt", (attempt.friend_group_index,))?;
	let draft =
		Draft::new(call).effect(format!("the attempt to recover {account} ends")).effect(format!(
			"{} loses {}, which go to the treasury",
			attempt.initiator,
			amount::format(security)
		));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let result = json!({
		"account": account,
		"group": attempt.friend_group_index,
		"initiator": attempt.initiator,
		"slashed": security.to_string(),
	});
	ctx.out.done(
		&done,
		result,
		[("slashed", attempt.initiator.to_string()), ("amount", amount::format(security))],
	);
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::commands::recovery::tests::{group, ANNA, BERT, CARL};

	#[test]
	fn group_is_the_only_one_that_the_friend_is_in() {
		let groups = [group(&[ANNA, BERT]), group(&[BERT, CARL])];
		assert_eq!(group_of(&groups, ANNA), Ok(0));
		assert_eq!(group_of(&groups, CARL), Ok(1));
		assert_eq!(group_of(&groups, BERT), Err(Unclear::Several(vec![0, 1])));
		assert_eq!(group_of(&groups[..1], CARL), Err(Unclear::NoFriend));
		assert_eq!(group_of(&[], CARL), Err(Unclear::NoGroups));
	}
}
