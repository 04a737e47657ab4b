//! `ourledger recovery`: friends who together hand a lost account to its heir.

use super::Context;
use crate::{output, output::report::Report};
use clap::{Args, Subcommand};
use ourledger_client::{
	amount::Amount,
	recovery::{
		self,
		attempts::{self, Attempt},
		inheritance::{self, TakeOver},
		Group,
	},
	ticks::{self, Clock},
	Result, State,
};
use serde_json::Value as Json;
use subxt::utils::AccountId32;

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

impl Attempted {
	async fn find(&self, ctx: &Context) -> Result<(State, Attempt)> {
		let lost = ctx.account(&self.account).await?;
		let state = ctx.state().await?;
		let attempt = Attempt::find(&state, lost, self.group).await?;
		Ok((state, attempt))
	}
}

/// Runs a command.
pub async fn run(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::Set(friends) => set(ctx, friends).await,
		Command::Clear => clear(ctx).await,
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

async fn set(ctx: &Context, arguments: Friends) -> Result<()> {
	let account = ctx.acting_account().await?;
	let mut friends = Vec::new();
	for text in &arguments.friends {
		friends.push(ctx.account(text.trim()).await?);
	}
	let group = Group {
		friends,
		friends_needed: arguments.needed,
		inheritor: ctx.account(&arguments.heir).await?,
		inheritance_delay: arguments.delay,
		inheritance_priority: 0,
		cancel_delay: arguments.cancel_delay,
	};
	let (draft, group) = recovery::set(&ctx.state().await?, account, group).await?;
	ctx.submit_telling(draft, |_| {
		let (count, needed) = (group.friends.len(), group.friends_needed);
		let report = Report::new()
			.field("account", "account", account)
			.json("groups", [group.json(0)])
			.line("friends", format!("{count}, of whom {needed} are needed"))
			.line("heir", group.inheritor);
		Ok(report)
	})
	.await
}

async fn clear(ctx: &Context) -> Result<()> {
	let account = ctx.acting_account().await?;
	let draft = recovery::clear(&ctx.state().await?, account).await?;
	ctx.submit_telling(draft, |_| {
		Ok(Report::new()
			.field("account", "account", account)
			.json("groups", Json::Array(Vec::new()))
			.line("friends", "none"))
	})
	.await
}

async fn show(ctx: &Context, account: Option<&str>) -> Result<()> {
	let account = match account {
		Some(text) => ctx.account(text).await?,
		None => ctx.acting_account().await?,
	};
	let state = ctx.state().await?;
	let groups = Group::all(&state, account).await?;
	let attempts = Attempt::all(&state, account).await?;
	let heir = recovery::heir_of(&state, account).await?;
	let clock = Clock::at(&state).await?;
	let indexed = || groups.iter().enumerate();
	let report = Report::new()
		.field("account", "account", account)
		.json("groups", indexed().map(|(index, group)| group.json(index)).collect::<Json>())
		.json("attempts", attempts.iter().map(Attempt::json).collect::<Json>())
		.json("heir", heir)
		.line("heir", heir.map_or("none: it was not recovered".into(), |heir| heir.to_string()))
		.json("block", state.block_json());
	let mut parts = vec![report.to_text()];
	if groups.is_empty() {
		parts.push("It has no friends who could recover it.".into());
	}
	parts.extend(indexed().map(|(index, group)| {
		output::fields([
			("group", index.to_string()),
			("friends", below(&group.friends)),
			("needed", format!("{} of {}", group.friends_needed, group.friends.len())),
			("heir", group.inheritor.to_string()),
			("delay", ticks::span(group.inheritance_delay)),
			("cancel delay", ticks::span(group.cancel_delay)),
		])
	}));
	parts.extend(attempts.iter().map(|attempt| {
		let by = attempt.approved_by();
		output::fields([
			("attempt", format!("of group {}", attempt.index)),
			("started by", attempt.initiator.to_string()),
			("approvals", of_needed(by.len(), &attempt.group)),
			("", below(by)),
			("finish", format!("from {} on", clock.when(attempt.open_from()))),
		])
	}));
	ctx.out.print(&report.to_json(), || parts.join("\n\n"));
	Ok(())
}

/// Accounts below each other.
fn below<'a>(accounts: impl IntoIterator<Item = &'a AccountId32>) -> String {
	accounts.into_iter().map(AccountId32::to_string).collect::<Vec<_>>().join("\n")
}

/// How many of those who have to approve have done so.
fn of_needed(approvals: usize, group: &Group) -> String {
	format!("{approvals} of the {} needed", group.friends_needed)
}

/// How many have approved, and when it can be finished: of an attempt by a group.
fn progress(approvals: usize, (index, group): (u32, &Group), open: ticks::When) -> Report {
	Report::new()
		.json("group", index)
		.json("approvals", approvals)
		.json("needed", group.friends_needed)
		.json("finishableFrom", open.tick)
		.line("approvals", of_needed(approvals, group))
		.line("finish", format!("from {open} on"))
}

async fn start(ctx: &Context, account: &str, group: Option<u32>) -> Result<()> {
	let lost = ctx.account(account).await?;
	let friend = ctx.acting_account().await?;
	let state = ctx.state().await?;
	let (draft, index, group) = attempts::start(&state, lost, friend, group).await?;
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let clock = Clock::at(&ctx.chain().await?.at(done.block_hash).await?).await?;
	let open = clock.when(clock.after(group.inheritance_delay)?);
	let report = Report::new().field("account", "account", lost);
	ctx.out.told(&done, report.and(progress(1, (index, &group), open)));
	Ok(())
}

async fn approve(ctx: &Context, attempted: Attempted) -> Result<()> {
	let (state, attempt) = attempted.find(ctx).await?;
	let open = Clock::at(&state).await?.when(attempt.open_from());
	let (draft, approvals) = attempt.approve(&state)?;
	ctx.submit_telling(draft, |_| {
		let report = Report::new().json("account", attempt.account);
		Ok(report.and(progress(approvals, (attempt.index, &attempt.group), open)))
	})
	.await
}

async fn finish(ctx: &Context, attempted: Attempted) -> Result<()> {
	let (state, attempt) = attempted.find(ctx).await?;
	let draft = attempt.finish(&state)?;
	ctx.submit_telling(draft, |done| {
		let account = attempt.account;
		let report = ended(&attempt)
			.line("account", account)
			.field("heir", "heir", attempts::heir_after(done)?)
			.line(
				"next",
				format!("the heir runs: ourledger recovery take-over {account} --new ACCOUNT"),
			);
		Ok(report)
	})
	.await
}

async fn cancel(ctx: &Context, attempted: Attempted) -> Result<()> {
	let (state, attempt) = attempted.find(ctx).await?;
	let draft = attempt.cancel(&state)?;
	ctx.submit_telling(draft, |_| {
		Ok(ended(&attempt)
			.json("initiator", attempt.initiator)
			.line("cancelled", format!("the attempt to recover {}", attempt.account)))
	})
	.await
}

async fn slash(ctx: &Context, group: Option<u32>) -> Result<()> {
	let account = ctx.acting_account().await?;
	let state = ctx.state().await?;
	let attempt = Attempt::find(&state, account, group).await?;
	let (draft, security) = attempt.slash(&state)?;
	ctx.submit_telling(draft, |_| {
		Ok(ended(&attempt).field("initiator", "slashed", attempt.initiator).field(
			"slashed",
			"amount",
			Amount::our(security),
		))
	})
	.await
}

/// An attempt that is no more.
fn ended(attempt: &Attempt) -> Report {
	Report::new().json("account", attempt.account).json("group", attempt.index)
}

async fn take_over(ctx: &Context, lost: &str, new: &str) -> Result<()> {
	let state = ctx.state().await?;
	let (lost, new) = (ctx.account(lost).await?, ctx.account(new).await?);
	let taken = TakeOver::find(&state, lost, ctx.acting_account().await?, new).await?;
	let Some(done) = ctx.submit(taken.draft(&state).await?).await? else {
		return Ok(());
	};
	taken.ensure_done(&ctx.chain().await?.at(done.block_hash).await?).await?;
	let removed: Vec<_> = taken.leaving().map(|proxy| proxy.json()).collect();
	let proxies = if removed.len() == 1 { "proxy" } else { "proxies" };
	let report = Report::new()
		.field("account", "account", lost)
		.json("heir", taken.heir)
		.field("new", "new key", new)
		.line("removed", format!("{} {proxies}", removed.len()))
		.json("removed", removed);
	ctx.out.told(&done, report);
	Ok(())
}

async fn dismiss(ctx: &Context) -> Result<()> {
	let account = ctx.acting_account().await?;
	let (draft, heir) = inheritance::dismiss(&ctx.state().await?, account).await?;
	ctx.submit_telling(draft, |_| {
		Ok(Report::new().json("account", account).field("heir", "dismissed", heir))
	})
	.await
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn default_delays_are_spans() {
		assert_eq!(ticks::parse_span(DELAY), Ok(201_600));
		assert_eq!(some_span(CANCEL_DELAY), Ok(28_800));
		assert!(some_span("0").is_err());
	}
}
