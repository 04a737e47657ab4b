//! The calls that wait for their timelock, and the vetoes of them.

use super::{
	pending::{hashed_to, Pending},
	rehearsal::{Power, Rehearsal},
};
use crate::{
	call::Call,
	draft::Draft,
	error::{Error, Result},
	outcome::Submitted,
	value, State,
};
use serde_json::{json, Value as Json};
use subxt::{
	ext::scale_decode::DecodeAsType,
	utils::{AccountId32, H256},
	ArcMetadata,
};

/// Proposals on one page, as many as the chain gives.
const PAGE: u32 = 50;

/// Most proposals that are read: a node may make up more.
const MOST: usize = 10_000;

/// A call by value, or by hash and length in the preimage store.
#[derive(Clone, Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
enum Bounded {
	Legacy { hash: H256 },
	Inline(Vec<u8>),
	Lookup { hash: H256, len: u32 },
}

/// A call that waits to run as Root.
#[derive(Clone, Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Queued {
	call: Bounded,
	/// Tick in which it was queued.
	pub queued_at: u32,
	/// First tick in which it can run.
	pub enact_at: u32,
	/// Members who object to it.
	pub vetoes: Vec<AccountId32>,
}

impl Queued {
	/// The queue, lowest number first.
	pub async fn all(state: &State) -> Result<Vec<(u64, Self)>> {
		let mut all = Vec::new();
		let mut start = 0u64;
		loop {
			let page: Vec<(u64, Self)> =
				state.view("Governance", "proposals", (start, PAGE)).await?;
			let Some((last, _)) = page.last() else {
				return Ok(all);
			};
			let next = last.checked_add(1).filter(|next| *next > start);
			all.extend(page);
			match next {
				Some(next) if all.len() < MOST => start = next,
				_ => return Ok(all),
			}
		}
	}

	/// The encoded call, if the chain has it.
	pub async fn call_bytes(&self, state: &State) -> Result<Option<Vec<u8>>> {
		match &self.call {
			Bounded::Inline(bytes) => Ok(Some(bytes.clone())),
			Bounded::Lookup { hash, len } => {
				let bytes: Option<Vec<u8>> =
					state.storage("Preimage", "PreimageFor", ((*hash, *len),)).await?;
				bytes.map(|bytes| hashed_to(*hash, bytes)).transpose()
			},
			Bounded::Legacy { hash: _ } => Ok(None),
		}
	}

	/// The call's hash, if it doesn't stand in the queue itself.
	pub fn hash(&self) -> Option<H256> {
		match &self.call {
			Bounded::Legacy { hash } | Bounded::Lookup { hash, .. } => Some(*hash),
			Bounded::Inline(_) => None,
		}
	}

	/// The call, for people: whoever objects to it has to see to what.
	async fn text(&self, state: &State) -> String {
		match self.call_bytes(state).await {
			Ok(bytes) => {
				let metadata = state.metadata();
				let call = bytes.as_deref().and_then(|it| Call::decode(it, &metadata).ok());
				self.text_of(call.as_ref(), bytes.as_deref(), &metadata)
			},
			Err(error) => format!("NOT KNOWN: {error}"),
		}
	}

	fn text_of(&self, call: Option<&Call>, bytes: Option<&[u8]>, metadata: &ArcMetadata) -> String {
		match (call, bytes, self.hash()) {
			(Some(call), _, _) => call.to_text(metadata),
			(None, Some(bytes), _) => value::bytes_to_text(bytes),
			(None, None, hash) => format!("{hash:?}, whose bytes the chain does not have"),
		}
	}
}

/// A queued call, with what it would do.
#[derive(Clone, Debug)]
pub struct Proposal {
	/// Its number.
	pub id: u64,
	/// What the chain has of it.
	pub queued: Queued,
	/// What it would do.
	pub pending: Pending,
	/// The call, for people.
	pub call_text: String,
}

impl Proposal {
	/// The queue, lowest number first. What of a proposal can't be read is said to be so, and keeps
	/// nobody from seeing the others.
	pub async fn all(state: &State) -> Result<Vec<Self>> {
		let metadata = state.metadata();
		let mut all = Vec::new();
		for (id, queued) in Queued::all(state).await? {
			let read = queued.call_bytes(state).await;
			let bytes = read.as_ref().ok().and_then(Option::as_deref);
			let mut pending = Pending::of(state, Power::Root, bytes).await;
			let call_text = match &read {
				Err(why) => {
					pending.told = Rehearsal::Untold(why.to_string());
					format!("{:?}, whose bytes can't be read", queued.hash())
				},
				Ok(_) => queued.text_of(pending.call.as_ref(), bytes, &metadata),
			};
			all.push(Self { id, queued, pending, call_text });
		}
		Ok(all)
	}

	/// [`Pending::json`] with `id`, `callHash`, `queuedAt`, `enactAt` (ticks) and `vetoes`.
	pub fn json(&self, metadata: &ArcMetadata) -> Json {
		let mut json = self.pending.json(metadata);
		json["id"] = self.id.into();
		json["callHash"] = self.queued.hash().map(|hash| format!("{hash:?}")).into();
		json["queuedAt"] = self.queued.queued_at.into();
		json["enactAt"] = self.queued.enact_at.into();
		json["vetoes"] = json!(self.queued.vetoes);
		json
	}
}

/// How many vetoes stop a queued call.
pub async fn vetoes_needed(state: &State) -> Result<u32> {
	state.view("Governance", "veto_threshold", ()).await
}

/// A member objects to a queued call.
pub async fn veto(state: &State, id: u64) -> Result<Draft> {
	about(state, "veto", id, format!("your veto on proposal {id} counts")).await
}

/// A member takes a veto back.
pub async fn withdraw_veto(state: &State, id: u64) -> Result<Draft> {
	about(state, "withdraw_veto", id, format!("your veto on proposal {id} counts no more")).await
}

async fn about(state: &State, call: &str, id: u64, effect: String) -> Result<Draft> {
	let what = match Queued::all(state).await {
		Ok(queued) => match queued.iter().find(|(queued, _)| *queued == id) {
			Some((_, proposal)) => format!("proposal {id} is: {}", proposal.text(state).await),
			None => return Err(Error::not_found(format!("no proposal {id} is queued"))),
		},
		// That keeps nobody from objecting: the chain knows by itself what is queued.
		Err(error) => format!("what proposal {id} is can't be told: {error}"),
	};
	Ok(Draft::new(state.call("Governance", call, (id,))?).effect(effect).effect(what))
}

/// How the vetoes of a queued call stand after one was cast or withdrawn.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Tally {
	/// Vetoes so far.
	pub vetoes: u32,
	/// Those that stop it.
	pub needed: u32,
	/// Whether it is removed by now.
	pub removed: bool,
}

impl Tally {
	/// What [`veto`] or, if it was `withdrawn`, [`withdraw_veto`] of a proposal did.
	pub fn of(done: &Submitted, id: u64, withdrawn: bool) -> Result<Self> {
		#[derive(DecodeAsType)]
		#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
		struct Counted {
			vetoes: u32,
			needed: u32,
		}
		#[derive(DecodeAsType)]
		#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
		struct Vetoed {
			id: u64,
		}
		let event = if withdrawn { "VetoWithdrawn" } else { "VetoCast" };
		let Counted { vetoes, needed } = done.expect("Governance", event)?;
		let vetoed: Option<Vetoed> = done.find("Governance", "Vetoed")?;
		Ok(Self { vetoes, needed, removed: vetoed.is_some_and(|vetoed| vetoed.id == id) })
	}
}
