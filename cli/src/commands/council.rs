//! `ourledger chain council`: the council's members and motions.

use super::{finality, parse, queue::Pending, Context};
use crate::output;
use clap::{Subcommand, ValueEnum};
use ourledger_client::{
	call::{Call, Encoded},
	chain::State,
	error::{Error, Result},
	hash::blake2_256,
	rehearsal::{Power, Rehearsal},
	submit::{Draft, Submitted},
	ticks::{self, Clock, When},
};
use serde_json::{json, Value as Json};
use subxt::{
	dynamic::Value,
	ext::scale_decode::DecodeAsType,
	utils::{AccountId32, H256},
};

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
			let call = parse::call(ctx, &state, &call, &arguments).await?;
			let call = if root { state.call("Governance", "queue", (call,))? } else { call };
			let Some((done, proposed)) = propose(ctx, &state, &call, threshold, Vec::new()).await?
			else {
				return Ok(());
			};
			ctx.out.done(&done, proposed.json(), [("motion", proposed.text())]);
			Ok(())
		},
		Command::Vote { motion, vote } => cast(ctx, &motion, vote == Vote::Aye).await,
		Command::RestoreFinality(arguments) => finality::restore(ctx, arguments).await,
		Command::Close { motion } => close(ctx, &motion).await,
	}
}

/// The members of the council.
pub async fn members(state: &State) -> Result<Vec<AccountId32>> {
	Ok(state.storage("Council", "Members", ()).await?.unwrap_or_default())
}

/// Refuses what only members may do.
async fn ensure_member(ctx: &Context, state: &State) -> Result<()> {
	is_member(&members(state).await?, &ctx.acting_account().await?)
}

fn is_member(members: &[AccountId32], account: &AccountId32) -> Result<()> {
	if members.contains(account) {
		return Ok(());
	}
	Err(Error::refused(format!(
		"{account} is no member of the council, and only members propose and vote; \"ourledger chain \
		 council show\" names them"
	)))
}

/// Ayes that two thirds of the seats are.
fn supermajority(seats: usize) -> u32 {
	(2 * seats).div_ceil(3) as u32
}

/// The power of a motion of two thirds.
pub async fn two_thirds(state: &State) -> Result<Power> {
	let seats = members(state).await?.len();
	Ok(Power::Council { ayes: supermajority(seats), seats: seats as u32 })
}

/// How a motion stands.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Votes {
	index: u32,
	threshold: u32,
	ayes: Vec<AccountId32>,
	nays: Vec<AccountId32>,
	end: u32,
}

/// An open motion.
struct Motion {
	hash: H256,
	votes: Votes,
	call: Option<Vec<u8>>,
}

impl Motion {
	async fn read(state: &State, hash: H256) -> Result<Option<Self>> {
		let Some(votes) = state.storage("Council", "Voting", (hash,)).await? else {
			return Ok(None);
		};
		let call = call_of(state, hash).await?;
		Ok(Some(Self { hash, votes, call }))
	}

	async fn all(state: &State) -> Result<Vec<Self>> {
		let open: Vec<((H256,), Votes)> = state.entries("Council", "Voting", ()).await?;
		let mut motions = Vec::new();
		for ((hash,), votes) in open {
			let call = call_of(state, hash).await?;
			motions.push(Self { hash, votes, call });
		}
		motions.sort_by_key(|motion| motion.votes.index);
		Ok(motions)
	}

	/// The motion of this number or hash.
	async fn find(state: &State, text: &str) -> Result<Self> {
		let found = match (parse::hash(text), text.parse::<u32>()) {
			(Some(hash), _) => Self::read(state, H256(hash)).await?,
			(None, Ok(index)) => {
				Self::all(state).await?.into_iter().find(|motion| motion.votes.index == index)
			},
			(None, Err(_)) => {
				return Err(Error::input(format!(
					"the motion {text:?} is neither a number nor a hash"
				)))
			},
		};
		found.ok_or_else(|| Error::not_found(format!("no motion {text} is open")))
	}

	fn call(&self, state: &State) -> Option<Call> {
		Call::decode(self.call.as_deref()?, &state.metadata()).ok()
	}

	/// What it would do in the end.
	async fn pending(&self, state: &State, seats: usize) -> Pending {
		pending(state, self.votes.threshold, seats, self.call.as_deref()).await
	}

	fn json(&self, state: &State, pending: &Pending) -> Json {
		let mut json = pending.json(&state.metadata());
		json["index"] = self.votes.index.into();
		json["hash"] = format!("{:?}", self.hash).into();
		json["call"] = self.call(state).map(|call| call.to_json(&state.metadata())).into();
		json["threshold"] = self.votes.threshold.into();
		json["ayes"] = json!(self.votes.ayes);
		json["nays"] = json!(self.votes.nays);
		json["end"] = self.votes.end.into();
		json
	}
}

/// The bytes of a motion's call. Votes are for a hash: a node that shows another call for it lies.
async fn call_of(state: &State, hash: H256) -> Result<Option<Vec<u8>>> {
	let bytes = state.storage_bytes("Council", "ProposalOf", (hash,)).await?;
	bytes.map(|bytes| hashed_to(hash, bytes)).transpose()
}

/// Bytes, if they have this hash.
pub fn hashed_to(hash: H256, bytes: Vec<u8>) -> Result<Vec<u8>> {
	match H256(blake2_256(&bytes)) == hash {
		true => Ok(bytes),
		false => Err(Error::verification(format!(
			"the node shows a call for {hash:?} that has another hash: believe nothing that it says"
		))),
	}
}

/// What a motion of so many ayes would do in the end: a call that it queues runs as Root, if it
/// comes that far, any other one with the council's own power.
async fn pending(state: &State, ayes: u32, seats: usize, bytes: Option<&[u8]>) -> Pending {
	let power = Power::Council { ayes, seats: seats as u32 };
	let whole = Pending::of(state, power, bytes).await;
	let queue = queue_prefix(state).ok();
	let queued = queue.and_then(|queue| Some(bytes?.strip_prefix(&queue[..])?.to_vec()));
	let Some(queued) = queued else {
		return whole;
	};
	let pending = Pending::of(state, Power::Root, Some(&queued)).await;
	match whole.told {
		// Too few ayes to queue anything, or no room in the queue.
		told @ Rehearsal::Fails(_) => Pending { told, ..pending },
		_ => pending,
	}
}

async fn show(ctx: &Context) -> Result<()> {
	let state = ctx.state().await?;
	let members = members(&state).await?;
	let mut motions = Vec::new();
	for motion in Motion::all(&state).await? {
		let pending = motion.pending(&state, members.len()).await;
		motions.push((motion, pending));
	}
	let needed: u32 = state.view("Governance", "veto_threshold", ()).await?;
	let timelock: u32 = state.view("Governance", "timelock", ()).await?;
	let clock = Clock::at(&state).await?;
	let json = json!({
		"members": members,
		"supermajority": supermajority(members.len()),
		"vetoThreshold": needed,
		"timelock": timelock,
		"motions": motions.iter().map(|(motion, it)| motion.json(&state, it)).collect::<Json>(),
		"block": state.block_json(),
	});
	ctx.out.print(&json, || {
		let seats: Vec<_> = members.iter().map(AccountId32::to_string).collect();
		let mut parts = vec![output::fields([
			("members", seats.join("\n")),
			("two thirds", format!("{} of {}", supermajority(seats.len()), seats.len())),
			("vetoes", format!("{needed} stop a queued call")),
			("timelock", timelock_text(timelock)),
		])];
		let metadata = state.metadata();
		parts.extend(motions.iter().map(|(motion, pending)| {
			let call = motion.call(&state).map(|call| call.to_text(&metadata));
			let votes = &motion.votes;
			let mut fields = vec![
				("motion", format!("{} {:?}", votes.index, motion.hash)),
				("call", call.unwrap_or_else(|| "unreadable".into())),
			];
			fields.extend(pending.fields(&metadata));
			fields.extend([
				("ayes", format!("{} of the {} needed", votes.ayes.len(), votes.threshold)),
				("nays", votes.nays.len().to_string()),
				(
					"ends",
					format!("at block {}, {}", votes.end, clock.blocks_away(votes.end.into())),
				),
			]);
			output::fields(fields)
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

/// Ticks that are waited for; with a longer timelock others look later.
const PATIENCE_TICKS: u32 = 20;

/// A Root call that a proposal queued.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Waiting {
	/// Its number.
	pub id: u64,
	/// From when on it can run.
	pub at: When,
	/// Ticks until then.
	waits: u32,
}

impl Waiting {
	/// Whether it is worth while to wait for it.
	pub fn is_soon(&self) -> bool {
		self.waits <= PATIENCE_TICKS
	}
}

/// What became of a proposal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Proposed {
	/// The motion's number and hash; none if it ran at once.
	pub motion: Option<(u32, H256)>,
	/// The Root call that it queued.
	pub queued: Option<Waiting>,
}

impl Proposed {
	/// For programs.
	pub fn json(&self) -> Json {
		json!({
			"executed": self.motion.is_none(),
			"motion": self.motion.map(|(index, _)| index),
			"hash": self.motion.map(|(_, hash)| format!("{hash:?}")),
			"queued": self.queued.map(|waiting| waiting.id),
			"enactAt": self.queued.map(|waiting| waiting.at.tick),
		})
	}

	/// For people.
	pub fn text(&self) -> String {
		match (self.motion, self.queued) {
			(Some((index, hash)), _) => {
				format!("{index} {hash:?}; now members vote: chain council vote {index} aye")
			},
			(None, Some(Waiting { id, at, .. })) => {
				format!("passed; proposal {id} is queued, and runs at {at}")
			},
			(None, None) => "passed, and the call ran".into(),
		}
	}
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct QueuedEvent {
	id: u64,
	enact_at: u32,
}

async fn queued_in(ctx: &Context, done: &Submitted) -> Result<Option<Waiting>> {
	let event: Option<QueuedEvent> = done.find("Governance", "Queued")?;
	let Some(QueuedEvent { id, enact_at }) = event else {
		return Ok(None);
	};
	let clock = Clock::at(&ctx.chain().await?.at(done.block_hash).await?).await?;
	let waits = enact_at.saturating_sub(clock.now());
	Ok(Some(Waiting { id, at: clock.when(enact_at), waits }))
}

/// Proposes a motion of two thirds, or of `threshold` ayes, whose call has these effects.
pub async fn propose(
	ctx: &Context,
	state: &State,
	call: &Call,
	threshold: Option<u32>,
	effects: Vec<String>,
) -> Result<Option<(Submitted, Proposed)>> {
	ensure_member(ctx, state).await?;
	let seats = members(state).await?.len();
	let threshold = threshold.unwrap_or_else(|| supermajority(seats));
	let encoded = call.encode();
	let length = encoded.len() as u32;
	let motion = state.call("Council", "propose", (threshold, call.clone(), length))?;
	// Whatever threshold is named, the proposer's own aye counts.
	let pending = pending(state, threshold.max(1), seats, Some(&encoded)).await;
	let effect = match threshold {
		0 | 1 => "the call runs at once, on this one aye".to_owned(),
		ayes => format!("a motion opens, which passes with {ayes} of {seats} ayes"),
	};
	let draft = Draft::new(motion).effect(effect).effects(effects).effects(pending.told.warning());
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(None);
	};

	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct ProposedEvent {
		proposal_index: u32,
		proposal_hash: H256,
	}
	let opened: Option<ProposedEvent> = done.find("Council", "Proposed")?;
	let proposed = Proposed {
		motion: opened.map(|event| (event.proposal_index, event.proposal_hash)),
		queued: queued_in(ctx, &done).await?,
	};
	Ok(Some((done, proposed)))
}

/// An open motion to queue a call.
pub struct ToQueue {
	/// Number of the motion.
	pub index: u32,
	/// Ayes so far.
	pub ayes: usize,
	/// Ayes that it needs.
	pub needed: u32,
	/// The encoded call that would be queued.
	pub call: Vec<u8>,
}

/// The open motions to queue a call.
pub async fn motions_to_queue(state: &State) -> Result<Vec<ToQueue>> {
	let queue = queue_prefix(state)?;
	let motions = Motion::all(state).await?.into_iter();
	let found = motions.filter_map(|motion| {
		let call = motion.call.as_deref()?.strip_prefix(&queue[..])?.to_vec();
		let Votes { index, threshold: needed, ayes, .. } = motion.votes;
		Some(ToQueue { index, ayes: ayes.len(), needed, call })
	});
	Ok(found.collect())
}

/// What an encoded call begins with that queues another one; the other one follows.
fn queue_prefix(state: &State) -> Result<Vec<u8>> {
	Ok(state.call("Governance", "queue", (Encoded(Vec::new()),))?.encode())
}

async fn cast(ctx: &Context, motion: &str, approve: bool) -> Result<()> {
	let state = ctx.state().await?;
	ensure_member(ctx, &state).await?;
	let motion = Motion::find(&state, motion).await?;
	let index = motion.votes.index;
	let call = state.call("Council", "vote", (motion.hash, index, approve))?;
	let vote = if approve { "aye" } else { "nay" };
	let mut draft = Draft::new(call).effect(format!("you vote {vote} on motion {index}"));
	match motion.call(&state) {
		Some(inner) => {
			draft = draft
				.effect(format!("the motion is: {}", inner.to_text(&state.metadata())))
				.effects(finality::effects_of_motion(ctx, &state, &inner).await);
		},
		None => {
			draft = draft.effect(format!(
				"the motion's call is NOT KNOWN: its hash is {:?}, and that is all that you vote on",
				motion.hash
			));
		},
	}
	let pending = motion.pending(&state, members(&state).await?.len()).await;
	draft = draft.effects(pending.told.warning());
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};

	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct Voted {
		yes: u32,
		no: u32,
	}
	let Voted { yes, no } = done.expect("Council", "Voted")?;
	let needed = motion.votes.threshold;
	let mut tally = format!("{yes} ayes of the {needed} needed, {no} nays");
	if yes >= needed {
		tally += &format!("; it has passed: chain council close {index}");
	}
	let json =
		json!({ "motion": index, "vote": vote, "ayes": yes, "nays": no, "threshold": needed });
	ctx.out.done(&done, json, [("votes", tally)]);
	Ok(())
}

async fn close(ctx: &Context, motion: &str) -> Result<()> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct Info {
		weight: Weight,
	}
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct Weight {
		ref_time: u64,
		proof_size: u64,
	}

	let state = ctx.state().await?;
	let motion = Motion::find(&state, motion).await?;
	let index = motion.votes.index;
	let passes = motion.votes.ayes.len() >= motion.votes.threshold as usize;
	let length = motion.call.as_ref().map_or(0, Vec::len) as u32;
	let inner = motion.call(&state);
	let weight = match &inner {
		Some(inner) => {
			let question = (inner.clone(), length);
			let info: Info =
				state.runtime_api("TransactionPaymentCallApi", "query_call_info", question).await?;
			info.weight
		},
		None if passes => {
			return Err(Error::connection(format!("the call of motion {index} is unreadable")))
		},
		// A call that doesn't run has no weight.
		None => Weight { ref_time: 0, proof_size: 0 },
	};
	let bound = Value::named_composite([
		("ref_time", Value::u128(weight.ref_time.into())),
		("proof_size", Value::u128(weight.proof_size.into())),
	]);
	let call = state.call("Council", "close", (motion.hash, index, bound, length))?;
	let draft = match inner.filter(|_| passes) {
		Some(inner) => {
			let pending = motion.pending(&state, members(&state).await?.len()).await;
			let text = inner.to_text(&state.metadata());
			Draft::new(call)
				.effect(format!("motion {index} passes: {text}"))
				.effects(pending.told.warning())
		},
		None => {
			let what = motion.call(&state).map(|inner| inner.to_text(&state.metadata()));
			let what =
				what.unwrap_or_else(|| format!("{:?}, whose call is not known", motion.hash));
			let effect = format!("motion {index} is closed without having passed: {what}");
			Draft::new(call).effect(effect)
		},
	};
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};

	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct Approved {}
	let approved = done.find::<Approved>("Council", "Approved")?.is_some();
	let queued = queued_in(ctx, &done).await?;
	let outcome = match (approved, queued) {
		(false, _) => "did not pass".into(),
		(true, None) => "passed, and the call ran".into(),
		(true, Some(Waiting { id, at, .. })) => {
			format!("passed; proposal {id} is queued, and runs at {at}")
		},
	};
	let json = json!({
		"motion": index,
		"approved": approved,
		"queued": queued.map(|waiting| waiting.id),
		"enactAt": queued.map(|waiting| waiting.at.tick),
	});
	ctx.out.done(&done, json, [("motion", outcome)]);
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn call_that_is_not_of_the_hash_is_refused() {
		let hash = H256(blake2_256(b"call"));
		assert_eq!(hashed_to(hash, b"call".to_vec()), Ok(b"call".to_vec()));
		assert_eq!(hashed_to(hash, b"cell".to_vec()).map_err(|error| error.code()), Err(6));
	}

	#[test]
	fn two_thirds_round_up() {
		for (seats, ayes) in
			[(1, 1), (2, 2), (3, 2), (4, 3), (5, 4), (6, 4), (7, 5), (9, 6), (10, 7)]
		{
			assert_eq!(supermajority(seats), ayes, "{seats} seats");
		}
	}

	#[test]
	fn only_members_pass() {
		let [alice, bob] = [AccountId32([1; 32]), AccountId32([2; 32])];
		assert_eq!(is_member(&[alice, bob], &bob), Ok(()));
		let error = is_member(&[alice], &bob).expect_err("is none");
		assert_eq!(error.code(), 1);
		assert!(error.to_string().contains("is no member of the council"), "{error}");
		assert!(is_member(&[], &bob).is_err());
	}

	#[test]
	fn outcome_of_a_proposal_has_its_stable_shape() {
		let open = Proposed { motion: Some((4, H256([1; 32]))), queued: None }.json();
		assert_eq!(open["executed"], false);
		assert_eq!(open["motion"], 4);
		assert_eq!(open["queued"], Json::Null);
		let waiting = Waiting { id: 7, at: When { tick: 100, moment: 0 }, waits: 3 };
		let queued = Proposed { motion: None, queued: Some(waiting) }.json();
		assert_eq!(queued["executed"], true);
		assert_eq!(queued["queued"], 7);
		assert_eq!(queued["enactAt"], 100);
	}
}
