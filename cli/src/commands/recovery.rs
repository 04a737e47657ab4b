//! `ourledger recovery`: friends who together hand a lost account to its heir.

use super::{proxy, Context};
use crate::{
	amount,
	call::Call,
	chain::State,
	error::{Error, Result},
	output,
	submit::{
		acting::{proxies_of, spendable, Proxy},
		Draft,
	},
};
use clap::{Args, Subcommand};
use codec::Encode;
use ourledger_primitives::currency::deposit;
use serde_json::{json, Value as Json};
use subxt::{
	ext::{
		scale_decode::DecodeAsType,
		scale_encode::EncodeAsType,
		scale_value::Value,
	},
	utils::{AccountId32, MultiAddress},
};

/// A day in blocks.
const DAY: u32 = 28_800;

/// Blocks between the start of an attempt and its end, unless others are named: time for the owner
/// to notice a theft.
const DELAY: u32 = 7 * DAY;

/// Blocks after an approval before the initiator may cancel, unless others are named.
const CANCEL_DELAY: u32 = DAY;

/// Bytes that the chain counts for an attempt: group, initiator, two heights and the approvals.
const ATTEMPT_BYTES: u32 = 4 + 32 + 4 + 4 + 5;

/// Bytes that the chain counts for an heir: priority and account.
const HEIR_BYTES: u32 = 4 + 32;

/// Commands on recovery. An account is given as everywhere, as twin:7 for the controller of twin 7.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Name the friends who may together hand the account to its heir: the controller of --twin,
	/// else the key's own account. Replaces the friends it had.
	Set(Friends),
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
	/// Blocks between the start of an attempt and its end, in which the owner can stop a theft;
	/// 28800 are a day.
	#[arg(long, value_name = "BLOCKS", default_value_t = DELAY)]
	delay: u32,
	/// Blocks after an approval before the initiator may cancel, in which the owner can slash.
	#[arg(
		long,
		value_name = "BLOCKS",
		default_value_t = CANCEL_DELAY,
		value_parser = clap::value_parser!(u32).range(1..)
	)]
	cancel_delay: u32,
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
		Command::Show { account } => show(ctx, account.as_deref()).await,
		Command::Start { account, group } => start(ctx, &account, group).await,
		Command::Approve(attempted) => approve(ctx, attempted).await,
		Command::Finish(attempted) => finish(ctx, attempted).await,
		Command::Cancel(attempted) => cancel(ctx, attempted).await,
		Command::Slash { group } => slash(ctx, group).await,
		Command::TakeOver { account, new } => take_over(ctx, &account, &new).await,
		Command::Dismiss => dismiss(ctx).await,
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

	/// The first block in which the attempt can be finished, once it is approved.
	fn open_from(&self, group: &Group) -> u32 {
		self.init_block.saturating_add(group.inheritance_delay)
	}

	/// The first block in which the initiator may cancel.
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

/// A stretch of blocks as people think of it.
fn span(state: &State, blocks: u32) -> Result<String> {
	let millis: u64 = state.constant("Babe", "ExpectedBlockTime")?;
	Ok(span_text(blocks, millis))
}

fn span_text(blocks: u32, millis: u64) -> String {
	let seconds = u64::from(blocks) * millis / 1_000;
	let (count, unit) = match seconds {
		0..120 => (seconds, "seconds"),
		120..7_200 => (seconds / 60, "minutes"),
		7_200..172_800 => (seconds / 3_600, "hours"),
		_ => (seconds / 86_400, "days"),
	};
	let plural = if blocks == 1 { "" } else { "s" };
	format!("{blocks} block{plural} (about {count} {unit})")
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
			span(&state, group.inheritance_delay)?
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
	done.print(&ctx.out, result, [
		("account", account.to_string()),
		("friends", format!("{}, of whom {} are needed", group.friends.len(), group.friends_needed)),
		("heir", inheritor.to_string()),
	]);
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
	let json = json!({
		"account": account,
		"groups": groups
			.iter()
			.enumerate()
			.map(|(index, group)| group.json(index))
			.collect::<Json>(),
		"attempts": attempts.iter().map(|(group, attempt)| attempt.json(group)).collect::<Json>(),
		"heir": heir,
		"block": { "number": state.number(), "hash": format!("{:?}", state.hash()) },
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
			("delay", span(&state, group.inheritance_delay)?),
			("cancel delay", span(&state, group.cancel_delay)?),
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
			(
				"finish",
				format!("from block {} on; final now: {}", attempt.open_from(group), state.number()),
			),
		])
	}));
	ctx.out.print(&json, || parts.join("\n\n"));
	Ok(())
}

async fn start(ctx: &Context, account: &str, group: Option<u32>) -> Result<()> {
	let lost = ctx.account(account).await?;
	let friend = ctx.acting_account().await?;
	let state = ctx.state().await?;
	let groups = groups_of(&state, lost).await?;
	let index = match group {
		Some(index) => index,
		None => group_of(&groups, friend).map_err(|why| why.error(lost, friend))?,
	};
	let group = groups.get(index as usize).ok_or_else(|| {
		Error::not_found(format!("{lost} has {} group(s) of friends, none of them {index}", groups.len()))
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
			span(&state, group.inheritance_delay)?
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
	let result = json!({
		"account": lost,
		"group": index,
		"approvals": 1,
		"needed": group.friends_needed,
		"finishableFrom": done.block.saturating_add(group.inheritance_delay.into()),
	});
	done.print(&ctx.out, result, [
		("account", lost.to_string()),
		("approvals", format!("1 of the {} needed", group.friends_needed)),
	]);
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

async fn approve(ctx: &Context, attempted: Attempted) -> Result<()> {
	let lost = ctx.account(&attempted.account).await?;
	let state = ctx.state().await?;
	let (group, attempt) = attempt_on(&state, lost, attempted.group).await?;
	let approvals = attempt.approved_by(&group).len() + 1;
	let needed = group.friends_needed;
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
	done.print(&ctx.out, result, [
		("approvals", format!("{approvals} of the {needed} needed")),
		("finish", format!("from block {} on", attempt.open_from(&group))),
	]);
	Ok(())
}

async fn finish(ctx: &Context, attempted: Attempted) -> Result<()> {
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
	let result =
		json!({ "account": lost, "group": attempt.friend_group_index, "heir": heir });
	done.print(&ctx.out, result, [
		("account", lost.to_string()),
		("heir", heir.to_string()),
		("next", format!("the heir runs: ourledger recovery take-over {lost} --new ACCOUNT")),
	]);
	Ok(())
}

async fn cancel(ctx: &Context, attempted: Attempted) -> Result<()> {
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
	done.print(&ctx.out, result, [("cancelled", format!("the attempt to recover {lost}"))]);
	Ok(())
}

/// A call on an attempt.
fn on_attempt(state: &State, name: &str, lost: AccountId32, attempt: &Attempt) -> Result<Call> {
	let lost = MultiAddress::<_, ()>::Id(lost);
	state.call("Recovery", name, (lost, attempt.friend_group_index))
}

async fn slash(ctx: &Context, group: Option<u32>) -> Result<()> {
	let account = ctx.acting_account().await?;
	let state = ctx.state().await?;
	let (_, attempt) = attempt_on(&state, account, group).await?;
	let security: u128 = state.constant("Recovery", "SecurityDeposit")?;
	let call = state.call("Recovery", "slash_attempt", (attempt.friend_group_index,))?;
	let draft = Draft::new(call)
		.effect(format!("the attempt to recover {account} ends"))
		.effect(format!(
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
	done.print(&ctx.out, result, [
		("slashed", attempt.initiator.to_string()),
		("amount", amount::format(security)),
	]);
	Ok(())
}

async fn dismiss(ctx: &Context) -> Result<()> {
	let account = ctx.acting_account().await?;
	let state = ctx.state().await?;
	let heir = heir_of(&state, account)
		.await?
		.ok_or_else(|| Error::not_found(format!("{account} has no heir to dismiss")))?;
	let call = state.call("Recovery", "revoke_inheritor", ())?;
	let draft = Draft::new(call)
		.effect(format!("{heir} can't act for {account} any more as its heir"))
		.effect("who finished the recovery gets the deposit for it back");
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let result = json!({ "account": account, "heir": heir });
	done.print(&ctx.out, result, [("dismissed", heir.to_string())]);
	Ok(())
}

async fn take_over(ctx: &Context, account: &str, new: &str) -> Result<()> {
	let lost = ctx.account(account).await?;
	let new = ctx.account(new).await?;
	let acting = ctx.acting_account().await?;
	let state = ctx.state().await?;
	let heir = heir_of(&state, lost).await?.ok_or_else(|| {
		Error::not_found(format!("{lost} has no heir: no attempt to recover it was finished"))
	})?;
	if acting != heir {
		return Err(Error::input(format!(
			"the heir of {lost} is {heir}; {acting} can't take it over"
		)));
	}
	if new == lost {
		return Err(Error::input("the new account is the lost one"));
	}

	let proxies = proxies_of(&state, lost).await?;
	let is_new = |proxy: &Proxy| is_full(proxy, new);
	let old: Vec<_> = proxies.iter().filter(|proxy| !is_new(proxy)).collect();
	let has_new = old.len() < proxies.len();
	if has_new && old.is_empty() {
		return Err(Error::input(format!("{new} alone may act for {lost} already")));
	}
	let mut calls = old.iter().map(|proxy| remove(&state, proxy)).collect::<Result<Vec<_>>>()?;
	if !has_new {
		let delegate = MultiAddress::<_, ()>::Id(new);
		let arguments = (delegate, proxy::Scope::Any.value(), 0u32);
		let add = state.call("Proxy", "add_proxy", arguments)?;
		// First, so that there is a proxy at any time. But whoever stole the keys may have added
		// so many proxies that there is no place.
		let most: u32 = state.constant("Proxy", "MaxProxies")?;
		calls.insert(usize::from(proxies.len() >= most as usize), add);
	}
	let inner = state.call("Utility", "batch_all", (calls,))?;
	let real = MultiAddress::<_, ()>::Id(lost);
	let mut call = state.call("Recovery", "control_inherited_account", (real, inner))?;
	let mut draft_effects = vec![format!("{new} may do everything that {lost} may")];
	if !has_new {
		let missing = missing(&state, lost, proxy::extra(&state)?).await?;
		if missing > 0 {
			let real = MultiAddress::<_, ()>::Id(lost);
			let pay = state.call("Balances", "transfer_keep_alive", (real, missing))?;
			call = state.call("Utility", "batch_all", (vec![pay, call],))?;
			draft_effects.push(format!(
				"{heir} pays {} to {lost}, which lacks them for the deposit of its new proxy",
				amount::format(missing)
			));
		}
	}
	draft_effects.extend(old.iter().map(|proxy| {
		format!("{} may not act for it any more (scope {})", proxy.delegate, proxy.scope())
	}));
	if proxy::has_signed(&state, lost).await? {
		draft_effects.push(format!(
			"{lost} HAS A KEY OF ITS OWN, which nobody can take from it: who has that key can still \
			 act, so pay out what it owns"
		));
	}
	draft_effects.push(format!(
		"{heir} stays the heir, and may take it over again, until {new} dismisses it"
	));
	let draft = draft_effects.into_iter().fold(Draft::new(call), Draft::effect);
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};

	// Whoever holds the old keys may have added a proxy in the last moment.
	let after = ctx.chain().await?.at(done.block_hash).await?;
	let others = proxies_of(&after, lost).await?;
	if let Some(other) = others.iter().find(|proxy| !is_new(proxy)) {
		return Err(Error::refused(format!(
			"in block {} {new} took {lost} over, but {} was made a proxy meanwhile: take it over again",
			done.block, other.delegate
		)));
	}
	let removed: Json = old
		.iter()
		.map(|proxy| json!({ "delegate": proxy.delegate, "scope": proxy.scope(), "delay": proxy.delay }))
		.collect();
	let result = json!({ "account": lost, "heir": heir, "new": new, "removed": removed });
	done.print(&ctx.out, result, [
		("account", lost.to_string()),
		("new key", new.to_string()),
		("removed", format!("{} prox{}", old.len(), if old.len() == 1 { "y" } else { "ies" })),
	]);
	Ok(())
}

/// Whether `proxy` lets `account` do everything at once.
fn is_full(proxy: &Proxy, account: AccountId32) -> bool {
	(proxy.delegate, proxy.scope(), proxy.delay) == (account, proxy::Scope::Any.name(), 0)
}

/// The call that removes a proxy, whatever its scope: by one that may only pay others, whoever has
/// its key could still take everything.
fn remove(state: &State, proxy: &Proxy) -> Result<Call> {
	let delegate = MultiAddress::<_, ()>::Id(proxy.delegate);
	let scope = Value::unnamed_variant(proxy.scope(), []);
	state.call("Proxy", "remove_proxy", (delegate, scope, proxy.delay))
}

/// How much an account lacks to put `units` down and to go on existing, in base units.
async fn missing(state: &State, account: AccountId32, units: u128) -> Result<u128> {
	let least: u128 = state.constant("Balances", "ExistentialDeposit")?;
	Ok((units + least).saturating_sub(spendable(state, account).await?))
}

#[cfg(test)]
mod tests {
	use super::*;

	const ANNA: AccountId32 = AccountId32([1; 32]);
	const BERT: AccountId32 = AccountId32([2; 32]);
	const CARL: AccountId32 = AccountId32([3; 32]);

	fn group(friends: &[AccountId32]) -> Group {
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
	fn group_is_the_only_one_that_the_friend_is_in() {
		let groups = [group(&[ANNA, BERT]), group(&[BERT, CARL])];
		assert_eq!(group_of(&groups, ANNA), Ok(0));
		assert_eq!(group_of(&groups, CARL), Ok(1));
		assert_eq!(group_of(&groups, BERT), Err(Unclear::Several(vec![0, 1])));
		assert_eq!(group_of(&groups[..1], CARL), Err(Unclear::NoFriend));
		assert_eq!(group_of(&[], CARL), Err(Unclear::NoGroups));
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
	fn span_is_rounded_down_to_what_people_think_in() {
		for (blocks, text) in [
			(1, "1 block (about 3 seconds)"),
			(39, "39 blocks (about 117 seconds)"),
			(40, "40 blocks (about 2 minutes)"),
			(2_400, "2400 blocks (about 2 hours)"),
			(DELAY, "201600 blocks (about 7 days)"),
		] {
			assert_eq!(span_text(blocks, 3_000), text);
		}
	}
}
