//! Upgrades of the runtime, through the council and the queue.
//!
//! The chain itself says which step is next: authorised code is applied; a queued or proposed
//! authorisation is waited for; else one is proposed.

use super::{motions, queue::Queued};
use crate::{
	call::Call,
	chain::{Chain, State},
	draft::Draft,
	error::{Error, Result},
	hash,
	runtime_code::RuntimeCode,
	ticks::{Clock, When},
};
use serde_json::{json, Value as Json};
use std::path::Path;
use subxt::{ext::scale_decode::DecodeAsType, utils::H256};

/// Longest code, in bytes. Nodes make blocks of 4 MiB; a longer transaction would wait in their
/// pools until it expires, and those that the account sends after it with it. A little is left for
/// the rest of the block.
const MAX_CODE_BYTES: usize = 4 * 1024 * 1024 - 16 * 1024;

/// Longest text on where source and code are, in bytes. Longer calls are not shown in full.
pub const MAX_SOURCE_BYTES: usize = 512;

/// Calls that run other calls, which stand in their argument `calls`.
const BATCHES: [&str; 3] = ["batch", "batch_all", "force_batch"];

/// An upgrade that a call authorises.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Announced {
	/// The hash of the code, in hexadecimal.
	pub code_hash: String,
	/// Whether the code has to be of this chain and of a higher version.
	pub checked: bool,
	/// What the remark beside it says of source and code.
	pub source: Option<String>,
	/// Version and length of the code, if somebody has published it on the chain.
	pub published: Option<(String, usize)>,
	/// Why it can't be told whether somebody has.
	pub unread: Option<String>,
}

impl Announced {
	/// The upgrade that a call authorises, by itself or in a batch.
	pub fn by(call: &Json) -> Option<Self> {
		let (pallet, name, arguments) = (call["pallet"].as_str()?, &call["name"], &call["args"]);
		if pallet == "Utility" && BATCHES.iter().any(|batch| name == batch) {
			let inner: Vec<_> = arguments["calls"].as_array()?.iter().filter_map(parts).collect();
			let mut found = inner
				.iter()
				.find_map(|(pallet, name, arguments)| Self::directly(pallet, name, arguments))?;
			found.source = inner.iter().find_map(remark);
			return Some(found);
		}
		Self::directly(pallet, name.as_str()?, arguments)
	}

	fn directly(pallet: &str, name: &str, arguments: &Json) -> Option<Self> {
		let checked = match (pallet, name) {
			("System", "authorize_upgrade") => true,
			("System", "authorize_upgrade_without_checks") => false,
			_ => return None,
		};
		let code_hash = arguments["code_hash"].as_str()?.to_owned();
		Some(Self { code_hash, checked, source: None, published: None, unread: None })
	}

	/// Looks whether somebody has published the code.
	pub async fn look_for_code(&mut self, state: &State) {
		let Some(hash) = hash::parse(&self.code_hash) else { return };
		match published(state, H256(hash)).await {
			Ok(code) => {
				self.published = code.map(|code| (code.version_text(), code.bytes.len()));
			},
			// It doesn't keep anybody from deciding.
			Err(error) => self.unread = Some(error.to_string()),
		}
	}

	/// `codeHash`, `checked`, `source`, and the version that is `published`.
	pub fn json(&self) -> Json {
		let version = self.published.as_ref().map(|(version, _)| version);
		json!({
			"codeHash": self.code_hash,
			"checked": self.checked,
			"source": self.source,
			"published": version,
		})
	}
}

/// The code with this hash, if somebody has published it as a preimage.
async fn published(state: &State, hash: H256) -> Result<Option<RuntimeCode>> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	enum Status {
		Unrequested { len: u32 },
		Requested { maybe_len: Option<u32> },
	}
	let status: Option<Status> = state.storage("Preimage", "RequestStatusFor", (hash,)).await?;
	let len = match status {
		Some(Status::Unrequested { len } | Status::Requested { maybe_len: Some(len) }) => len,
		Some(Status::Requested { maybe_len: None }) | None => return Ok(None),
	};
	let bytes: Option<Vec<u8>> = state.storage("Preimage", "PreimageFor", ((hash, len),)).await?;
	// The chain has any bytes for a hash, also such as are no runtime.
	let code = bytes.and_then(|bytes| RuntimeCode::from_bytes(bytes).ok());
	Ok(code.filter(|code| code.hash == hash))
}

/// Anyone publishes code on the chain, against a deposit. Refuses code that is there already.
pub async fn publish(state: &State, code: RuntimeCode) -> Result<Draft> {
	let hash = format!("{:?}", code.hash);
	if published(state, code.hash).await?.is_some() {
		return Err(Error::input("the code is on the chain already"));
	}
	let call = state.call("Preimage", "note_preimage", (code.bytes,))?;
	Ok(Draft::new(call).effect(format!(
		"the code is on the chain, and validators compile it once it is authorised; a deposit is \
		 held until you take it back: ourledger chain call Preimage.unnote_preimage {hash}"
	)))
}

/// The call that queues the authorisation of code, for a motion of two thirds. `source` says where
/// source and code are, for those who decide, in [`MAX_SOURCE_BYTES`] at most.
pub fn authorise(state: &State, code: H256, source: Option<String>) -> Result<Call> {
	let mut call = state.call("System", "authorize_upgrade", (code,))?;
	if let Some(source) = source {
		let remark = state.call("System", "remark", (source.into_bytes(),))?;
		call = state.call("Utility", "batch_all", (vec![remark, call],))?;
	}
	motions::queue(state, &call)
}

/// Anyone applies code that is authorised. Then `System.CodeUpdated` follows.
pub fn apply(state: &State, code: RuntimeCode) -> Result<Draft> {
	let effect = format!(
		"the next block runs the new runtime, {}, {} bytes with the hash {:?}",
		code.version_text(),
		code.bytes.len(),
		code.hash
	);
	let call = state.call("System", "apply_authorized_upgrade", (code.bytes,))?;
	Ok(Draft::new(call).effect(effect))
}

/// Reads a file of code that a block has room for.
pub fn sendable(wasm: &Path) -> Result<RuntimeCode> {
	let code = RuntimeCode::read(wasm)?;
	if code.bytes.len() > MAX_CODE_BYTES {
		return Err(Error::input(format!(
			"{} has {} bytes, but a block has room for {MAX_CODE_BYTES}: take the compressed code, \
			 which the build leaves as …compact.compressed.wasm",
			wasm.display(),
			code.bytes.len(),
		)));
	}
	Ok(code)
}

/// Pallet, name and arguments of a call within a call.
fn parts(call: &Json) -> Option<(&str, &str, &Json)> {
	let (pallet, inner) = call.as_object()?.iter().next()?;
	let (name, arguments) = inner.as_object()?.iter().next()?;
	Some((pallet, name, arguments))
}

/// The text of a remark.
fn remark((pallet, name, arguments): &(&str, &str, &Json)) -> Option<String> {
	if (*pallet, *name) != ("System", "remark") {
		return None;
	}
	let bytes = hex::decode(arguments["remark"].as_str()?.strip_prefix("0x")?).ok()?;
	// Quoted, so that no character of it can pass for one of this tool's.
	Some(format!("{:?}", String::from_utf8(bytes).ok()?))
}

/// How far a code has come.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Stage {
	/// A motion is open.
	Proposed {
		/// Its number.
		motion: u32,
		/// The ayes that it has.
		ayes: usize,
		/// The ayes that it needs.
		needed: u32,
	},
	/// A proposal waits for its time.
	Queued {
		/// Its number.
		id: u64,
		/// From when on it can run.
		at: When,
	},
	/// Anyone may apply it.
	Authorised,
	/// The chain runs it.
	Running,
}

impl Stage {
	/// The stage of a code; the furthest one.
	pub async fn of(state: &State, code: &RuntimeCode) -> Result<Option<Self>> {
		let hash = format!("{:?}", code.hash);
		if authorised(state).await? == Some(code.hash) {
			return Ok(Some(Self::Authorised));
		}
		if state.inner().storage().runtime_wasm_code().await? == code.bytes {
			return Ok(Some(Self::Running));
		}
		let metadata = state.metadata();
		let announces = |bytes: &[u8]| {
			let call = Call::decode(bytes, &metadata).ok();
			let announced = call.and_then(|call| Announced::by(&call.to_json(&metadata)));
			announced.is_some_and(|it| it.code_hash == hash)
		};
		for (id, proposal) in Queued::all(state).await? {
			if proposal.call_bytes(state).await?.is_some_and(|bytes| announces(&bytes)) {
				let at = Clock::at(state).await?.when(proposal.enact_at);
				return Ok(Some(Self::Queued { id, at }));
			}
		}
		let motions = motions::to_queue(state).await?;
		let found = motions.into_iter().find(|(_, call)| announces(call));
		Ok(found.map(|(motion, _)| Self::Proposed {
			motion: motion.votes.index,
			ayes: motion.votes.ayes.len(),
			needed: motion.votes.threshold,
		}))
	}

	/// Its name: `proposed`, `queued`, `authorised` or `running`.
	pub fn name(&self) -> &'static str {
		match self {
			Self::Proposed { .. } => "proposed",
			Self::Queued { .. } => "queued",
			Self::Authorised => "authorised",
			Self::Running => "running",
		}
	}

	/// Number of the motion or the proposal.
	pub fn id(&self) -> Option<u64> {
		match self {
			Self::Proposed { motion, .. } => Some((*motion).into()),
			Self::Queued { id, .. } => Some(*id),
			Self::Authorised | Self::Running => None,
		}
	}

	/// For people.
	pub fn text(&self) -> String {
		match self.id() {
			Some(id) => format!("{}, number {id}", self.name()),
			None => self.name().into(),
		}
	}

	/// What has to happen next.
	pub fn next(&self) -> String {
		match self {
			Self::Proposed { motion, ayes, needed } => format!(
				"it has {ayes} of the {needed} ayes that it needs: chain council vote {motion} aye, \
				 then chain council close {motion}"
			),
			Self::Queued { at, .. } => format!("it runs at {at}; run this again then"),
			Self::Authorised => "anyone may apply it: chain upgrade FILE".into(),
			Self::Running => "nothing".into(),
		}
	}
}

/// The hash of the code that may be applied.
async fn authorised(state: &State) -> Result<Option<H256>> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct Authorisation {
		code_hash: H256,
	}
	let found: Option<Authorisation> = state.storage("System", "AuthorizedUpgrade", ()).await?;
	Ok(found.map(|authorisation| authorisation.code_hash))
}

/// Waits for the final block in which queued code is authorised, and gives the state after it.
/// Refuses once that should have been.
pub async fn wait_until_authorised(chain: &Chain, hash: H256, at: When) -> Result<State> {
	let mut blocks = chain.finalised_blocks().await?;
	while let Some(block) = blocks.next().await {
		let state = chain.at(block?.hash()).await?;
		if authorised(&state).await? == Some(hash) {
			return Ok(state);
		}
		// It runs in the first block of this tick, or after it.
		if Clock::at(&state).await?.now() > at.tick.saturating_add(1) {
			return Err(Error::refused(format!(
				"the queued call should have run at {at}, but the code is not authorised; look at \
				 Governance.Enacted in the blocks since"
			)));
		}
	}
	Err(Error::connection("the node sends no more blocks"))
}

#[cfg(test)]
mod tests {
	use super::*;

	fn call(pallet: &str, name: &str, arguments: Json) -> Json {
		json!({ "pallet": pallet, "name": name, "args": arguments })
	}

	#[test]
	fn upgrade_is_seen_by_itself_and_in_a_batch() {
		let authorise = json!({ "code_hash": "0x07" });
		let by = |call: &Json| Announced::by(call).expect("is an upgrade");
		let alone = by(&call("System", "authorize_upgrade", authorise.clone()));
		assert_eq!((alone.code_hash.as_str(), alone.checked, &alone.source), ("0x07", true, &None));

		let calls = json!({ "calls": [
			{ "System": { "remark": { "remark": "0x763722" } } },
			{ "System": { "authorize_upgrade": authorise } },
		] });
		let sourced = by(&call("Utility", "batch_all", calls));
		assert_eq!(sourced.source.as_deref(), Some(r#""v7\"""#));
	}

	#[test]
	fn upgrade_without_checks_is_said_to_be_one() {
		let hash = json!({ "code_hash": "0x07" });
		let any = Announced::by(&call("System", "authorize_upgrade_without_checks", hash));
		assert!(!any.expect("is an upgrade").checked);
	}

	#[test]
	fn other_calls_are_no_upgrades() {
		for other in [
			call("System", "remark", json!({ "remark": "0x00" })),
			call("Utility", "batch", json!({ "calls": [{ "System": { "remark": {} } }] })),
			call("Utility", "batch", json!({ "bytes": 2000, "hash": "0x" })),
		] {
			assert_eq!(Announced::by(&other), None, "{other}");
		}
	}
}
