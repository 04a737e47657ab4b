//! `ourledger chain queue`: the calls that wait for their timelock, and what each of them would do.

use super::{council, upgrade::Announced, Context};
use crate::output;
use ourledger_client::{
	call::Call,
	chain::State,
	error::Result,
	rehearsal::{Power, Rehearsal},
	ticks::Clock,
	value,
};
use serde_json::{json, Value as Json};
use subxt::{
	ext::scale_decode::DecodeAsType,
	utils::{AccountId32, H256},
	ArcMetadata,
};

/// Proposals on one page, as many as the chain gives.
const PAGE: u32 = 50;

/// A call by value, or by hash and length in the preimage store.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
enum Bounded {
	Legacy { hash: H256 },
	Inline(Vec<u8>),
	Lookup { hash: H256, len: u32 },
}

/// A call that waits to run as Root.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Queued {
	call: Bounded,
	queued_at: u32,
	/// First tick in which it can run.
	pub enact_at: u32,
	vetoes: Vec<AccountId32>,
}

impl Queued {
	/// The encoded call, if the chain has it.
	pub async fn call_bytes(&self, state: &State) -> Result<Option<Vec<u8>>> {
		match &self.call {
			Bounded::Inline(bytes) => Ok(Some(bytes.clone())),
			Bounded::Lookup { hash, len } => {
				let bytes: Option<Vec<u8>> =
					state.storage("Preimage", "PreimageFor", ((*hash, *len),)).await?;
				bytes.map(|bytes| council::hashed_to(*hash, bytes)).transpose()
			},
			Bounded::Legacy { hash: _ } => Ok(None),
		}
	}

	/// The call, for people: whoever objects to it has to see to what.
	pub async fn text(&self, state: &State) -> String {
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

	fn hash(&self) -> Option<H256> {
		match &self.call {
			Bounded::Legacy { hash } | Bounded::Lookup { hash, .. } => Some(*hash),
			Bounded::Inline(_) => None,
		}
	}
}

/// The queue, lowest number first.
pub async fn queued(state: &State) -> Result<Vec<(u64, Queued)>> {
	let mut all = Vec::new();
	let mut start = 0u64;
	loop {
		let page: Vec<(u64, Queued)> = state.view("Governance", "proposals", (start, PAGE)).await?;
		let Some((last, _)) = page.last() else {
			return Ok(all);
		};
		start = last + 1;
		all.extend(page);
	}
}

/// A call that somebody has to decide on: what it says, what it would do, whether it upgrades.
pub struct Pending {
	/// The call, if it can be read.
	pub call: Option<Call>,
	/// What it would do.
	pub told: Rehearsal,
	/// The upgrade that it authorises.
	pub upgrade: Option<Announced>,
}

impl Pending {
	/// Reads the bytes of a call, and rehearses it. What can't be told is said to be so: it must
	/// not keep anybody from deciding, nor from seeing what else is pending.
	pub async fn of(state: &State, power: Power, bytes: Option<&[u8]>) -> Self {
		let metadata = state.metadata();
		let call = bytes.and_then(|bytes| Call::decode(bytes, &metadata).ok());
		let told = match &call {
			Some(call) => {
				let told = Rehearsal::of(state, power, call).await;
				told.unwrap_or_else(|error| Rehearsal::Untold(error.to_string()))
			},
			None => Rehearsal::Refused("no call of this runtime".into()),
		};
		let mut upgrade = call.as_ref().and_then(|call| Announced::by(&call.to_json(&metadata)));
		if let Some(upgrade) = &mut upgrade {
			upgrade.look_for_code(state).await;
		}
		Self { call, told, upgrade }
	}

	/// What it would do, and the upgrade in it, for people.
	pub fn fields(&self, metadata: &ArcMetadata) -> Vec<(&'static str, String)> {
		let mut fields = vec![("would", self.told.text(metadata))];
		fields.extend(self.upgrade.iter().map(|upgrade| ("upgrade", upgrade.text())));
		fields
	}

	/// For programs.
	pub fn json(&self, metadata: &ArcMetadata) -> Json {
		json!({
			"call": self.call.as_ref().map(|call| call.to_json(metadata)),
			"rehearsal": self.told.json(metadata),
			"upgrade": self.upgrade.as_ref().map(Announced::json),
		})
	}
}

/// Shows the queue.
pub async fn show(ctx: &Context) -> Result<()> {
	let state = ctx.state().await?;
	let metadata = state.metadata();
	let needed: u32 = state.view("Governance", "veto_threshold", ()).await?;
	let clock = Clock::at(&state).await?;
	let mut json = Vec::new();
	let mut text = Vec::new();
	for (id, proposal) in queued(&state).await? {
		let (bytes, unread) = match proposal.call_bytes(&state).await {
			Ok(bytes) => (bytes, None),
			Err(error) => (None, Some(error.to_string())),
		};
		let mut pending = Pending::of(&state, Power::Root, bytes.as_deref()).await;
		if let Some(why) = &unread {
			pending.told = Rehearsal::Untold(why.clone());
		}
		let mut shown = pending.json(&metadata);
		shown["id"] = id.into();
		shown["callHash"] = proposal.hash().map(|hash| format!("{hash:?}")).into();
		shown["queuedAt"] = proposal.queued_at.into();
		shown["enactAt"] = proposal.enact_at.into();
		shown["vetoes"] = json!(proposal.vetoes);
		json.push(shown);
		let call = match &unread {
			Some(_) => format!("{:?}, whose bytes can't be read", proposal.hash()),
			None => proposal.text_of(pending.call.as_ref(), bytes.as_deref(), &metadata),
		};
		let mut fields = vec![("proposal", ctx.out.bold(&id.to_string())), ("call", call)];
		fields.extend(pending.fields(&metadata));
		fields.extend([
			("runs", format!("at {}", clock.when(proposal.enact_at))),
			("vetoes", format!("{} of the {needed} that stop it", proposal.vetoes.len())),
		]);
		text.push(output::fields(fields));
	}
	let json = json!({
		"proposals": Json::from(json),
		"vetoThreshold": needed,
		"tick": clock.now(),
		"block": state.block_json(),
	});
	ctx.out.print(&json, || match text.is_empty() {
		true => "Nothing is queued.".into(),
		false => text.join("\n\n"),
	});
	Ok(())
}
