//! `ourledger recovery`: friends who together hand a lost account to its heir.

mod attempt;
mod take_over;

use super::Context;
use crate::output;
use clap::{Args, Subcommand};
use codec::Encode;
use ourledger_client::{
	amount,
	chain::State,
	error::{Error, Result},
	submit::Draft,
	ticks::{self, Clock},
};
use ourledger_primitives::currency::deposit;
use serde_json::{json, Value as Json};
use subxt::{
	ext::{scale_decode::DecodeAsType, scale_encode::EncodeAsType},
	utils::AccountId32,
};

/// Time between the start of an attempt and its end, unless another is named: for the owner to notice
/// a theft.
const DELAY: &str = "7d";

/// Time after an approval before the initiator may cancel, unless another is named.
const CANCEL_DELAY: &str = "1d";

/// Commands on recovery. An account is given as everywhere, as twin:7 for the controller of twin 7.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Name the friends who may together hand the account to its heir: the controller of --twin,
	/// else the key's own account. Replaces the friends it had.
	Set(Friends),
	/// Have no friends any more, and get the deposit for them back: nobody can recover the account
	/// then.
	Clear,
	/// The friends of an account, the attempts to recover it, and its heir.
	Show {
		/// The account; without it, the one that --twin and --key name.
		account: Option<String>,
	},
	/// Start to recover a friend's account. Puts a security deposit at stake, and counts as the
	/// first approval.
	Start {
		/// The lost account.
		account: String,
		/// Which of its groups of friends; needed if you are in several.
		#[arg(long, value_name = "I")]
		group: Option<u32>,
	},
	/// Approve that a friend's account is recovered.
	Approve(Attempted),
	/// Finish an attempt that has all approvals, after its delay. Anyone may.
	Finish(Attempted),
	/// Stop an attempt: the account's owner at any time, who started it after a delay. Nobody loses
	/// anything.
	Cancel(Attempted),
	/// Stop an attempt to steal this account: who started it loses the security deposit.
	Slash {
		/// The group of friends that makes the attempt; needed if several do.
		#[arg(long, value_name = "I")]
		group: Option<u32>,
	},
	/// As the heir: give a recovered account a new key, and take it from all others.
	TakeOver {
		/// The recovered account.
		account: String,
		/// The account of the new key, which may do everything from then on.
		#[arg(long, value_name = "ACCOUNT")]
		new: String,
	},
	/// Dismiss the heir, who else may take the account over again at any time, and in whose time
	/// friends of the same rank can't recover it again.
	Dismiss,
}

/// Arguments of `set`.
#[derive(Args, Debug)]
pub struct Friends {
	/// The friends' accounts, separated by commas.
	#[arg(long, value_name = "ACCOUNTS", value_delimiter = ',', required = true)]
	friends: Vec<String>,
	/// How many of them have to approve.
	#[arg(long, value_name = "N")]
	needed: u32,
	/// The account that gets access. It may be one of the friends.
	#[arg(long, value_name = "ACCOUNT")]
	heir: String,
	/// Time between the start of an attempt and its end, in which the owner can stop a theft.
	#[arg(
		long,
		value_name = ticks::SPAN,
		default_value = DELAY,
		value_parser = ticks::parse_span
	)]
	delay: u32,
	/// Time after an approval before the initiator may cancel, in which the owner can slash.
	#[arg(
		long,
		value_name = ticks::SPAN,
		default_value = CANCEL_DELAY,
		value_parser = some_span
	)]
	cancel_delay: u32,
}

/// Reads a span of time that isn't none.
fn some_span(text: &str) -> std::result::Result<u32, String> {
	match ticks::parse_span(text)? {
		0 => Err("the initiator can't cancel at once".into()),
		span => Ok(span),
	}
}

/// An attempt to recover an account.
#[derive(Args, Debug)]
pub struct Attempted {
	/// The lost account.
	account: String,
	/// The group of friends that makes the attempt; needed if several do.
	#[arg(long, value_name = "I")]
	group: Option<u32>,
}

/// Runs a command.
pub async fn run(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::Set(friends) => set(ctx, friends).await,
		Command::Clear => clear(ctx).await,
		Command::Show { account } => show(ctx, account.as_deref()).await,
		Command::Start { account, group } => attempt::start(ctx, &account, group).await,
		Command::Approve(attempted) => attempt::approve(ctx, attempted).await,
		Command::Finish(attempted) => attempt::finish(ctx, attempted).await,
		Command::Cancel(attempted) => attempt::cancel(ctx, attempted).await,
		Command::Slash { group } => attempt::slash(ctx, group).await,
		Command::TakeOver { account, new } => take_over::take_over(ctx, &account, &new).await,
		Command::Dismiss => take_over::dismiss(ctx).await,
	}
}

/// A group of friends, as the chain has it.
#[derive(Clone, Debug, DecodeAsType, EncodeAsType, Encode)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
struct Group {
	friends: Vec<AccountId32>,
	friends_needed: u32,
	inheritor: AccountId32,
	inheritance_delay: u32,
	inheritance_priority: u32,
	cancel_delay: u32,
}

/// An attempt, as the chain has it.
#[derive(Clone, Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Attempt {
	friend_group_index: u32,
	initiator: AccountId32,
	init_block: u32,
	last_approval_block: u32,
	approvals: Vec<u16>,
}

impl Group {
	/// What the chain holds for an account's groups.
	fn deposit_for(groups: &[Self]) -> u128 {
		match groups {
			[] => 0,
			groups => deposit(1, groups.encoded_size() as u32),
		}
	}

	fn json(&self, index: usize) -> Json {
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
}

impl Attempt {
	/// The friends who have approved.
	fn approved_by<'group>(&self, group: &'group Group) -> Vec<&'group AccountId32> {
		let is_set = |place: usize| {
			self.approvals.get(place / 16).is_some_and(|word| word >> (place % 16) & 1 == 1)
		};
		let friends = group.friends.iter().enumerate();
		friends.filter(|(place, _)| is_set(*place)).map(|(_, friend)| friend).collect()
	}

	/// The first tick in which the attempt can be finished, once it is approved.
	fn open_from(&self, group: &Group) -> u32 {
		self.init_block.saturating_add(group.inheritance_delay)
	}

	/// The first tick in which the initiator may cancel.
	fn cancellable_from(&self, group: &Group) -> u32 {
		self.last_approval_block.saturating_add(group.cancel_delay)
	}

	fn json(&self, group: &Group) -> Json {
		let approvals = self.approved_by(group);
		json!({
			"group": self.friend_group_index,
			"initiator": self.initiator,
			"approvals": approvals,
			"needed": group.friends_needed,
			"heir": group.inheritor,
			"started": self.init_block,
			"finishableFrom": self.open_from(group),
			"cancellableFrom": self.cancellable_from(group),
		})
	}
}

async fn groups_of(state: &State, account: AccountId32) -> Result<Vec<Group>> {
	state.view("Recovery", "friend_groups", (account,)).await
}

async fn attempts_on(state: &State, account: AccountId32) -> Result<Vec<(Group, Attempt)>> {
	let mut attempts: Vec<(Group, Attempt)> =
		state.view("Recovery", "attempts", (account,)).await?;
	attempts.sort_by_key(|(_, attempt)| attempt.friend_group_index);
	Ok(attempts)
}

async fn heir_of(state: &State, account: AccountId32) -> Result<Option<AccountId32>> {
	state.view("Recovery", "inheritor", (account,)).await
}

/// The attempt of a group, or the only one.
async fn attempt_on(
	state: &State,
	account: AccountId32,
	group: Option<u32>,
) -> Result<(Group, Attempt)> {
	let mut attempts = attempts_on(state, account).await?;
	attempts.retain(|(_, attempt)| group.is_none_or(|group| group == attempt.friend_group_index));
	if attempts.len() > 1 {
		let groups: Vec<_> =
			attempts.iter().map(|(_, attempt)| attempt.friend_group_index.to_string()).collect();
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

async fn set(ctx: &Context, arguments: Friends) -> Result<()> {
	let account = ctx.acting_account().await?;
	let mut friends = Vec::new();
	for text in &arguments.friends {
		friends.push(ctx.account(text.trim()).await?);
	}
	let inheritor = ctx.account(&arguments.heir).await?;
	let state = ctx.state().await?;
	let friends = sorted_friends(friends, account, arguments.needed)?;
	let most: u32 = state.constant("Recovery", "MaxFriendsPerConfig")?;
	if friends.len() > most as usize {
		return Err(Error::input(format!("an account may have no more than {most} friends")));
	}
	if inheritor == account {
		return Err(Error::input("the heir can't be the account itself: it would be lost as well"));
	}
	let group = Group {
		friends,
		friends_needed: arguments.needed,
		inheritor,
		inheritance_delay: arguments.delay,
		inheritance_priority: 0,
		cancel_delay: arguments.cancel_delay,
	};

	let old = groups_of(&state, account).await?;
	let held = Group::deposit_for(&old);
	let groups = vec![group.clone()];
	let price = Group::deposit_for(&groups);
	let call = state.call("Recovery", "set_friend_groups", (groups,))?;
	let mut draft = Draft::new(call)
		.effect(format!(
			"any {} of {} friends can hand {account} to {inheritor}, {} after they begin",
			group.friends_needed,
			group.friends.len(),
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
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let result = json!({ "account": account, "groups": [group.json(0)] });
	ctx.out.done(
		&done,
		result,
		[
			("account", account.to_string()),
			(
				"friends",
				format!("{}, of whom {} are needed", group.friends.len(), group.friends_needed),
			),
			("heir", inheritor.to_string()),
		],
	);
	Ok(())
}

async fn clear(ctx: &Context) -> Result<()> {
	let account = ctx.acting_account().await?;
	let state = ctx.state().await?;
	let old = groups_of(&state, account).await?;
	if old.is_empty() {
		return Err(Error::not_found(format!("{account} has no friends who could recover it")));
	}
	let none: Vec<Group> = Vec::new();
	let back = amount::format(Group::deposit_for(&old));
	let draft = Draft::new(state.call("Recovery", "set_friend_groups", (none,))?)
		.effect(format!("nobody can recover {account} any more: a lost key is lost for ever"))
		.effect(format!("{back} of deposit come back"));
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let result = json!({ "account": account, "groups": [] });
	ctx.out.done(&done, result, [("account", account.to_string()), ("friends", "none".into())]);
	Ok(())
}

/// The friends as the chain wants them, if they are fit.
fn sorted_friends(
	mut friends: Vec<AccountId32>,
	account: AccountId32,
	needed: u32,
) -> Result<Vec<AccountId32>> {
	friends.sort();
	if let Some(twice) = friends.windows(2).find(|pair| pair[0] == pair[1]) {
		return Err(Error::input(format!("the friend {} is named twice", twice[0])));
	}
	if friends.contains(&account) {
		return Err(Error::input(format!("the account {account} can't be its own friend")));
	}
	if !(1..=friends.len()).contains(&(needed as usize)) {
		return Err(Error::input(format!(
			"the number of friends needed is from 1 to {}, not {needed}",
			friends.len()
		)));
	}
	Ok(friends)
}

async fn show(ctx: &Context, account: Option<&str>) -> Result<()> {
	let account = match account {
		Some(text) => ctx.account(text).await?,
		None => ctx.acting_account().await?,
	};
	let state = ctx.state().await?;
	let groups = groups_of(&state, account).await?;
	let attempts = attempts_on(&state, account).await?;
	let heir = heir_of(&state, account).await?;
	let clock = Clock::at(&state).await?;
	let json = json!({
		"account": account,
		"groups": groups
			.iter()
			.enumerate()
			.map(|(index, group)| group.json(index))
			.collect::<Json>(),
		"attempts": attempts.iter().map(|(group, attempt)| attempt.json(group)).collect::<Json>(),
		"heir": heir,
		"block": state.block_json(),
	});
	let mut parts = vec![output::fields([
		("account", account.to_string()),
		("heir", heir.map_or("none: it was not recovered".into(), |heir| heir.to_string())),
	])];
	if groups.is_empty() {
		parts.push("It has no friends who could recover it.".into());
	}
	for (index, group) in groups.iter().enumerate() {
		let friends: Vec<_> = group.friends.iter().map(AccountId32::to_string).collect();
		parts.push(output::fields([
			("group", index.to_string()),
			("friends", friends.join("\n")),
			("needed", format!("{} of {}", group.friends_needed, friends.len())),
			("heir", group.inheritor.to_string()),
			("delay", ticks::span(group.inheritance_delay)),
			("cancel delay", ticks::span(group.cancel_delay)),
		]));
	}
	parts.extend(attempts.iter().map(|(group, attempt)| {
		let approvals: Vec<_> =
			attempt.approved_by(group).into_iter().map(AccountId32::to_string).collect();
		output::fields([
			("attempt", format!("of group {}", attempt.friend_group_index)),
			("started by", attempt.initiator.to_string()),
			("approvals", format!("{} of the {} needed", approvals.len(), group.friends_needed)),
			("", approvals.join("\n")),
			("finish", format!("from {} on", clock.when(attempt.open_from(group)))),
		])
	}));
	ctx.out.print(&json, || parts.join("\n\n"));
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	pub(in crate::commands::recovery) const ANNA: AccountId32 = AccountId32([1; 32]);
	pub(in crate::commands::recovery) const BERT: AccountId32 = AccountId32([2; 32]);
	pub(in crate::commands::recovery) const CARL: AccountId32 = AccountId32([3; 32]);

	pub(in crate::commands::recovery) fn group(friends: &[AccountId32]) -> Group {
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
		let friends = sorted_friends(vec![CARL, ANNA, BERT], AccountId32([4; 32]), 3);
		assert_eq!(friends, Ok(vec![ANNA, BERT, CARL]));
	}

	#[test]
	fn friends_are_refused_when_the_chain_would_refuse_them() {
		for (friends, needed, why) in [
			(vec![ANNA, ANNA], 1, "twice"),
			(vec![ANNA, CARL], 1, "its own friend"),
			(vec![ANNA, BERT], 0, "from 1 to 2, not 0"),
			(vec![ANNA, BERT], 3, "from 1 to 2, not 3"),
		] {
			let error = sorted_friends(friends, CARL, needed).expect_err(why);
			assert!(error.to_string().contains(why), "{error}");
		}
	}

	#[test]
	fn approvals_are_the_bits_of_the_friends() {
		let friends: Vec<_> = (0..20).map(|byte| AccountId32([byte; 32])).collect();
		let group = group(&friends);
		let attempt = Attempt {
			friend_group_index: 0,
			initiator: friends[1],
			init_block: 7,
			last_approval_block: 9,
			approvals: vec![0b1000_0000_0000_0010, 0b10],
		};
		assert_eq!(attempt.approved_by(&group), [&friends[1], &friends[15], &friends[17]]);
		assert_eq!(attempt.open_from(&group), 107);
		assert_eq!(attempt.cancellable_from(&group), 19);
	}

	#[test]
	fn deposit_is_that_of_the_encoded_groups() {
		assert_eq!(Group::deposit_for(&[]), 0);
		// Two lists of one and two items, three accounts, four numbers.
		let bytes = 1 + 1 + 3 * 32 + 4 * 4;
		assert_eq!(Group::deposit_for(&[group(&[ANNA, BERT])]), deposit(1, bytes));
	}

	#[test]
	fn default_delays_are_spans() {
		assert_eq!(ticks::parse_span(DELAY), Ok(201_600));
		assert_eq!(some_span(CANCEL_DELAY), Ok(28_800));
		assert!(some_span("0").is_err());
	}
}
