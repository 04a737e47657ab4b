//! The council and its motions.

use super::{
	finality,
	pending::{hashed_to, Pending},
	rehearsal::{Power, Rehearsal},
};
use crate::{
	call::{Call, Encoded},
	draft::Draft,
	error::{Error, Result},
	hash,
	outcome::Submitted,
	ticks::{Clock, When},
	Chain, State,
};
use serde_json::{json, Value as Json};
use subxt::{
	dynamic::Value,
	ext::scale_decode::DecodeAsType,
	utils::{AccountId32, H256},
};

/// Ticks that are waited for; with a longer timelock others look later.
const PATIENCE_TICKS: u32 = 20;

/// The members of the council.
pub async fn members(state: &State) -> Result<Vec<AccountId32>> {
	Ok(state.storage("Council", "Members", ()).await?.unwrap_or_default())
}

/// Refuses what only members may do.
pub async fn ensure_member(state: &State, account: &AccountId32) -> Result<()> {
	is_member(&members(state).await?, account)
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
pub fn supermajority(seats: usize) -> u32 {
	(2 * seats).div_ceil(3) as u32
}

/// The power of a motion of two thirds.
pub async fn two_thirds(state: &State) -> Result<Power> {
	let seats = members(state).await?.len();
	Ok(Power::Council { ayes: supermajority(seats), seats: seats as u32 })
}

/// Ticks that a queued call waits before it runs.
pub async fn timelock(state: &State) -> Result<u32> {
	state.view("Governance", "timelock", ()).await
}

/// How a motion stands.
#[derive(Clone, Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Votes {
	/// Number of the motion.
	pub index: u32,
	/// Ayes that it needs.
	pub threshold: u32,
	/// Members for it.
	pub ayes: Vec<AccountId32>,
	/// Members against it.
	pub nays: Vec<AccountId32>,
	/// Block at which it runs out of time.
	pub end: u32,
}

/// An open motion.
#[derive(Clone, Debug)]
pub struct Motion {
	/// The hash of its call.
	pub hash: H256,
	/// How it stands.
	pub votes: Votes,
	/// Its encoded call, if the chain has it.
	pub bytes: Option<Vec<u8>>,
}

impl Motion {
	async fn with(state: &State, hash: H256, votes: Votes) -> Result<Self> {
		let bytes = state.storage_bytes("Council", "ProposalOf", (hash,)).await?;
		let bytes = bytes.map(|bytes| hashed_to(hash, bytes)).transpose()?;
		Ok(Self { hash, votes, bytes })
	}

	/// All that are open, lowest number first.
	pub async fn all(state: &State) -> Result<Vec<Self>> {
		let open: Vec<((H256,), Votes)> = state.entries("Council", "Voting", ()).await?;
		let mut motions = Vec::new();
		for ((hash,), votes) in open {
			motions.push(Self::with(state, hash, votes).await?);
		}
		motions.sort_by_key(|motion| motion.votes.index);
		Ok(motions)
	}

	/// The motion of this number or hash, as people write them.
	pub async fn find(state: &State, text: &str) -> Result<Self> {
		let found = match (hash::parse(text), text.parse::<u32>()) {
			(Some(hash), _) => {
				let hash = H256(hash);
				match state.storage("Council", "Voting", (hash,)).await? {
					Some(votes) => Some(Self::with(state, hash, votes).await?),
					None => None,
				}
			},
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

	/// Its call, if it can be read.
	pub fn call(&self, state: &State) -> Option<Call> {
		Call::decode(self.bytes.as_deref()?, &state.metadata()).ok()
	}

	/// Its call for people, if it can be read.
	pub fn call_text(&self, state: &State) -> Option<String> {
		self.call(state).map(|call| call.to_text(&state.metadata()))
	}

	/// What it would do in the end, in a council of so many seats.
	pub async fn pending(&self, state: &State, seats: usize) -> Pending {
		pending(state, self.votes.threshold, seats, self.bytes.as_deref()).await
	}

	async fn warning(&self, state: &State) -> Result<Option<String>> {
		Ok(self.pending(state, members(state).await?.len()).await.told.warning())
	}

	/// [`Pending::json`], with the motion's own call, `index`, `hash`, `threshold`, `ayes`, `nays` and
	/// `end` (a block).
	pub fn json(&self, state: &State, pending: &Pending) -> Json {
		let metadata = state.metadata();
		let mut json = pending.json(&metadata);
		json["index"] = self.votes.index.into();
		json["hash"] = format!("{:?}", self.hash).into();
		json["call"] = self.call(state).map(|call| call.to_json(&metadata)).into();
		json["threshold"] = self.votes.threshold.into();
		json["ayes"] = json!(self.votes.ayes);
		json["nays"] = json!(self.votes.nays);
		json["end"] = self.votes.end.into();
		json
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

/// What an encoded call begins with that queues another one; the other one follows.
fn queue_prefix(state: &State) -> Result<Vec<u8>> {
	Ok(state.call("Governance", "queue", (Encoded(Vec::new()),))?.encode())
}

/// The call that queues another one to run as Root.
pub fn queue(state: &State, call: &Call) -> Result<Call> {
	state.call("Governance", "queue", (call.clone(),))
}

/// The open motions to queue a call, with the encoded call that each would queue.
pub async fn to_queue(state: &State) -> Result<Vec<(Motion, Vec<u8>)>> {
	let queue = queue_prefix(state)?;
	let motions = Motion::all(state).await?.into_iter();
	let found = motions.filter_map(|motion| {
		let call = motion.bytes.as_deref()?.strip_prefix(&queue[..])?.to_vec();
		Some((motion, call))
	});
	Ok(found.collect())
}

/// A Root call that a motion queued.
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
	/// What a transaction queued, if it did.
	async fn of(chain: &Chain, done: &Submitted) -> Result<Option<Self>> {
		#[derive(DecodeAsType)]
		#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
		struct Queued {
			id: u64,
			enact_at: u32,
		}
		let Some(Queued { id, enact_at }) = done.find("Governance", "Queued")? else {
			return Ok(None);
		};
		let clock = Clock::at(&chain.at(done.block_hash).await?).await?;
		let waits = enact_at.saturating_sub(clock.now());
		Ok(Some(Self { id, at: clock.when(enact_at), waits }))
	}

	/// Whether it is worth while to wait for it.
	pub fn is_soon(&self) -> bool {
		self.waits <= PATIENCE_TICKS
	}
}

/// What a motion that passed did.
fn passed(queued: Option<Waiting>) -> String {
	match queued {
		Some(Waiting { id, at, .. }) => {
			format!("passed; proposal {id} is queued, and runs at {at}")
		},
		None => "passed, and the call ran".into(),
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
	/// What [`propose`] did.
	pub async fn of(chain: &Chain, done: &Submitted) -> Result<Self> {
		#[derive(DecodeAsType)]
		#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
		struct Opened {
			proposal_index: u32,
			proposal_hash: H256,
		}
		let opened: Option<Opened> = done.find("Council", "Proposed")?;
		Ok(Self {
			motion: opened.map(|event| (event.proposal_index, event.proposal_hash)),
			queued: Waiting::of(chain, done).await?,
		})
	}

	/// `executed`, `motion` and `hash` if it is open, `queued` and `enactAt` (a tick) if it queued a
	/// call.
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
		match self.motion {
			Some((index, hash)) => {
				format!("{index} {hash:?}; now members vote: chain council vote {index} aye")
			},
			None => passed(self.queued),
		}
	}
}

/// A member proposes a motion of two thirds, or of `threshold` ayes. `effects` are those of the
/// call. What it did, [`Proposed::of`] tells.
pub async fn propose(
	state: &State,
	member: &AccountId32,
	call: &Call,
	threshold: Option<u32>,
	effects: Vec<String>,
) -> Result<Draft> {
	let members = members(state).await?;
	is_member(&members, member)?;
	let seats = members.len();
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
	Ok(Draft::new(motion).effect(effect).effects(effects).effects(pending.told.warning()))
}

/// A member votes on a motion. What it did, [`Voted`] tells, in `Council.Voted`.
pub async fn vote(chain: &Chain, state: &State, motion: &Motion, aye: bool) -> Result<Draft> {
	let index = motion.votes.index;
	let call = state.call("Council", "vote", (motion.hash, index, aye))?;
	let vote = if aye { "aye" } else { "nay" };
	let draft = Draft::new(call).effect(format!("you vote {vote} on motion {index}"));
	let draft = match motion.call(state) {
		Some(inner) => draft
			.effect(format!("the motion is: {}", inner.to_text(&state.metadata())))
			.effects(finality::effects_of_motion(chain, state, &inner).await),
		None => draft.effect(format!(
			"the motion's call is NOT KNOWN: its hash is {:?}, and that is all that you vote on",
			motion.hash
		)),
	};
	Ok(draft.effects(motion.warning(state).await?))
}

/// The event of a vote.
#[derive(Clone, Copy, Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Voted {
	/// Ayes by now.
	pub yes: u32,
	/// Nays by now.
	pub no: u32,
}

/// Anyone closes a motion that has enough ayes, can't get them any more, or ran out of time. What it
/// did, [`Closed::of`] tells.
pub async fn close(state: &State, motion: &Motion) -> Result<Draft> {
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

	let index = motion.votes.index;
	let passes = motion.votes.ayes.len() >= motion.votes.threshold as usize;
	let length = motion.bytes.as_ref().map_or(0, Vec::len) as u32;
	let weight = match motion.call(state) {
		Some(inner) => {
			let question = (inner, length);
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
	let what = motion
		.call_text(state)
		.unwrap_or_else(|| format!("{:?}, whose call is not known", motion.hash));
	if passes {
		return Ok(Draft::new(call)
			.effect(format!("motion {index} passes: {what}"))
			.effects(motion.warning(state).await?));
	}
	let effect = format!("motion {index} is closed without having passed: {what}");
	Ok(Draft::new(call).effect(effect))
}

/// What became of a motion that was closed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Closed {
	/// Whether it passed.
	pub approved: bool,
	/// The Root call that it queued.
	pub queued: Option<Waiting>,
}

impl Closed {
	/// What [`close`] did.
	pub async fn of(chain: &Chain, done: &Submitted) -> Result<Self> {
		#[derive(DecodeAsType)]
		#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
		struct Approved {}
		let approved = done.find::<Approved>("Council", "Approved")?.is_some();
		Ok(Self { approved, queued: Waiting::of(chain, done).await? })
	}

	/// For people.
	pub fn text(&self) -> String {
		match self.approved {
			true => passed(self.queued),
			false => "did not pass".into(),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

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
