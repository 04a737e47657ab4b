//! `ourledger chain council`: the council's members and motions.

use super::{chain, finality, queue, Context};
use crate::{output, output::report::Report};
use clap::{Subcommand, ValueEnum};
use ourledger_client::{
	call::Call,
	chain::State,
	error::Result,
	governance::{
		motions::{self, supermajority, Closed, Motion, Voted},
		queue::vetoes_needed,
	},
	submit::Submitted,
	ticks::{self, Clock},
};
use serde_json::{json, Value as Json};
use subxt::utils::AccountId32;

pub use ourledger_client::governance::motions::Proposed;

/// Commands on the council.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// The members, and the motions that are open.
	Show,
	/// Propose a motion, as a member. It passes with two thirds of all seats.
	///
	/// Accounts are written as everywhere, amounts as "2.5 OUR" or in base units, bytes as text or
	/// 0x…, everything else as {a: 1, b: (true, Variant(2))}.
	Propose {
		/// The call: Pallet.call, or an encoded call as 0x….
		call: String,
		/// Its arguments, in their order.
		arguments: Vec<String>,
		/// Queue the call to run as Root, instead of running it with the council's own power.
		#[arg(long)]
		root: bool,
		/// Ayes that the motion needs, if not two thirds. With fewer most calls are refused.
		#[arg(long, value_name = "AYES")]
		threshold: Option<u32>,
	},
	/// Vote on a motion, as a member. Silence is a no.
	Vote {
		/// The motion, by its number or hash.
		motion: String,
		/// What you vote: yes or no.
		vote: Vote,
	},
	/// Propose that finality goes to the validators that are left, when too many are lost for good.
	///
	/// Read the runbook first: finality-lost.md, in docs/runbooks or /usr/share/doc/ourledger. "chain
	/// finality" shows what is filled in.
	RestoreFinality(finality::Restore),
	/// Close a motion that has enough ayes, can't get them any more, or ran out of time. Anyone
	/// may.
	Close {
		/// The motion, by its number or hash.
		motion: String,
	},
}

/// A vote on a motion.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Vote {
	/// Yes.
	Aye,
	/// No.
	Nay,
}

/// Runs a command.
pub async fn run(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::Show => show(ctx).await,
		Command::Propose { call, arguments, root, threshold } => {
			let state = ctx.state().await?;
			let call = chain::named_call(ctx, &state, &call, &arguments).await?;
			let call = if root { motions::queue(&state, &call)? } else { call };
			propose_and_tell(ctx, &state, &call, threshold, Vec::new()).await
		},
		Command::Vote { motion, vote } => cast(ctx, &motion, vote).await,
		Command::RestoreFinality(arguments) => finality::restore(ctx, arguments).await,
		Command::Close { motion } => close(ctx, &motion).await,
	}
}

async fn show(ctx: &Context) -> Result<()> {
	let state = ctx.state().await?;
	let metadata = state.metadata();
	let members = motions::members(&state).await?;
	let mut shown = Vec::new();
	for motion in Motion::all(&state).await? {
		let pending = motion.pending(&state, members.len()).await;
		shown.push((motion, pending));
	}
	let needed = vetoes_needed(&state).await?;
	let timelock = motions::timelock(&state).await?;
	let clock = Clock::at(&state).await?;
	let two_thirds = supermajority(members.len());
	let json = json!({
		"members": members,
		"supermajority": two_thirds,
		"vetoThreshold": needed,
		"timelock": timelock,
		"motions": shown.iter().map(|(motion, it)| motion.json(&state, it)).collect::<Json>(),
		"block": state.block_json(),
	});
	ctx.out.print(&json, || {
		let seats: Vec<_> = members.iter().map(AccountId32::to_string).collect();
		let mut parts = vec![output::fields([
			("members", seats.join("\n")),
			("two thirds", format!("{two_thirds} of {}", seats.len())),
			("vetoes", format!("{needed} stop a queued call")),
			("timelock", timelock_text(timelock)),
		])];
		parts.extend(shown.iter().map(|(motion, pending)| {
			let votes = &motion.votes;
			let away = clock.blocks_away(votes.end.into());
			Report::new()
				.line("motion", format!("{} {:?}", votes.index, motion.hash))
				.line("call", motion.call_text(&state).unwrap_or_else(|| "unreadable".into()))
				.lines(queue::what_would_be(pending, &metadata))
				.line("ayes", format!("{} of the {} needed", votes.ayes.len(), votes.threshold))
				.line("nays", votes.nays.len())
				.line("ends", format!("at block {}, {away}", votes.end))
				.to_text()
		}));
		parts.join("\n\n")
	});
	Ok(())
}

/// A timelock as people think of it.
fn timelock_text(ticks: u32) -> String {
	match ticks {
		0 => "none: a queued call runs at once".into(),
		ticks => ticks::span(ticks),
	}
}

/// Proposes a motion of two thirds, or of `threshold` ayes, whose call has these effects.
pub async fn propose(
	ctx: &Context,
	state: &State,
	call: &Call,
	threshold: Option<u32>,
	effects: Vec<String>,
) -> Result<Option<(Submitted, Proposed)>> {
	let member = ctx.acting_account().await?;
	let draft = motions::propose(state, &member, call, threshold, effects).await?;
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(None);
	};
	let proposed = Proposed::of(ctx.chain().await?, &done).await?;
	Ok(Some((done, proposed)))
}

/// As [`propose`], and says what became of it.
pub async fn propose_and_tell(
	ctx: &Context,
	state: &State,
	call: &Call,
	threshold: Option<u32>,
	effects: Vec<String>,
) -> Result<()> {
	if let Some((done, proposed)) = propose(ctx, state, call, threshold, effects).await? {
		ctx.out.done(&done, proposed.json(), [("motion", proposed.text())]);
	}
	Ok(())
}

async fn cast(ctx: &Context, motion: &str, vote: Vote) -> Result<()> {
	let state = ctx.state().await?;
	motions::ensure_member(&state, &ctx.acting_account().await?).await?;
	let motion = Motion::find(&state, motion).await?;
	let is_aye = vote == Vote::Aye;
	let draft = motions::vote(ctx.chain().await?, &state, &motion, is_aye).await?;
	let told = ctx.submit_telling(draft, |done| {
		let Voted { yes, no } = done.expect("Council", "Voted")?;
		let (index, needed) = (motion.votes.index, motion.votes.threshold);
		let mut tally = format!("{yes} ayes of the {needed} needed, {no} nays");
		if yes >= needed {
			tally += &format!("; it has passed: chain council close {index}");
		}
		Ok(Report::new()
			.json("motion", index)
			.json("vote", if is_aye { "aye" } else { "nay" })
			.json("ayes", yes)
			.json("nays", no)
			.json("threshold", needed)
			.line("votes", tally))
	});
	told.await
}

async fn close(ctx: &Context, motion: &str) -> Result<()> {
	let state = ctx.state().await?;
	let motion = Motion::find(&state, motion).await?;
	let Some(done) = ctx.submit(motions::close(&state, &motion).await?).await? else {
		return Ok(());
	};
	let closed = Closed::of(ctx.chain().await?, &done).await?;
	let report = Report::new()
		.json("motion", motion.votes.index)
		.line("motion", closed.text())
		.json("approved", closed.approved)
		.json("queued", closed.queued.map(|waiting| waiting.id))
		.json("enactAt", closed.queued.map(|waiting| waiting.at.tick));
	ctx.out.told(&done, report);
	Ok(())
}
