//! `ourledger chain upgrade`: a new runtime, through the council and the queue.
//!
//! The chain itself says which step is next: authorised code is applied; a queued or proposed
//! authorisation is waited for; else one is proposed.

use super::{council, parse, queue, Context};
use crate::output;
use ourledger_client::{
	call::Call,
	chain::State,
	error::{Error, Result},
	runtime_code::RuntimeCode,
	submit::Draft,
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
const MAX_SOURCE_BYTES: usize = 512;

/// Calls that run other calls, which stand in their argument `calls`.
const BATCHES: [&str; 3] = ["batch", "batch_all", "force_batch"];

/// An upgrade that a call authorises.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Announced {
	/// The hash of the code, in hexadecimal.
	code_hash: String,
	/// Whether the code has to be of this chain and of a higher version.
	checked: bool,
	/// What the remark beside it says of source and code.
	source: Option<String>,
	/// Version and length of the code, if somebody has published it on the chain.
	published: Option<(String, usize)>,
	/// Why it can't be told whether somebody has.
	unread: Option<String>,
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
		let Some(hash) = parse::hash(&self.code_hash) else { return };
		match published(state, H256(hash)).await {
			Ok(code) => {
				self.published = code.map(|code| (code.version_text(), code.bytes.len()));
			},
			// It doesn't keep anybody from deciding.
			Err(error) => self.unread = Some(error.to_string()),
		}
	}

	/// For people.
	pub fn text(&self) -> String {
		let source = match &self.source {
			Some(source) => format!("source and code, so it says: {source}"),
			None => "where source and code are, the call does not say".into(),
		};
		let checked = match self.checked {
			true => "it has to be of this chain and of a higher version",
			false => "it may be ANY code, of any chain and version",
		};
		let published = match (&self.published, &self.unread) {
			(Some((version, bytes)), _) => {
				format!("the code is on the chain: {version}, {bytes} bytes")
			},
			(None, Some(why)) => format!("whether the code is on the chain can't be told: {why}"),
			(None, None) => "the code is not on the chain".into(),
		};
		format!(
			"to the code with the hash {}; {checked}\n{source}\n{published}\ncompare a file with it: \
			 ourledger chain upgrade --check FILE",
			self.code_hash
		)
	}

	/// For programs.
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

/// Publishes the code on the chain, against a deposit.
pub async fn publish(ctx: &Context, wasm: &Path) -> Result<()> {
	let code = sendable(wasm)?;
	let state = ctx.state().await?;
	let hash = format!("{:?}", code.hash);
	if published(&state, code.hash).await?.is_some() {
		return Err(Error::input("the code is on the chain already"));
	}
	let call = state.call("Preimage", "note_preimage", (code.bytes,))?;
	let effect = format!(
		"the code is on the chain, and validators compile it once it is authorised; a deposit is \
		 held until you take it back: ourledger chain call Preimage.unnote_preimage {hash}"
	);
	let Some(done) = ctx.submit(Draft::new(call).effect(effect)).await? else {
		return Ok(());
	};
	ctx.out.done(&done, json!({ "codeHash": hash }), [("code", hash.clone())]);
	Ok(())
}

/// Reads code that a block has room for.
fn sendable(wasm: &Path) -> Result<RuntimeCode> {
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
enum Stage {
	/// A motion is open, and has so many of the ayes that it needs.
	Proposed { motion: u32, ayes: usize, needed: u32 },
	/// A proposal waits for its time.
	Queued { id: u64, at: When },
	/// Anyone may apply it.
	Authorised,
	/// The chain runs it.
	Running,
}

impl Stage {
	/// The stage of a code; the furthest one.
	async fn of(state: &State, code: &RuntimeCode) -> Result<Option<Self>> {
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
		for (id, proposal) in queue::queued(state).await? {
			if proposal.call_bytes(state).await?.is_some_and(|bytes| announces(&bytes)) {
				let at = Clock::at(state).await?.when(proposal.enact_at);
				return Ok(Some(Self::Queued { id, at }));
			}
		}
		let motions = council::motions_to_queue(state).await?;
		let found = motions.into_iter().find(|motion| announces(&motion.call));
		Ok(found.map(|it| Self::Proposed { motion: it.index, ayes: it.ayes, needed: it.needed }))
	}

	fn name(&self) -> &'static str {
		match self {
			Self::Proposed { .. } => "proposed",
			Self::Queued { .. } => "queued",
			Self::Authorised => "authorised",
			Self::Running => "running",
		}
	}

	fn id(&self) -> Option<u64> {
		match self {
			Self::Proposed { motion, .. } => Some((*motion).into()),
			Self::Queued { id, .. } => Some(*id),
			Self::Authorised | Self::Running => None,
		}
	}

	fn text(&self) -> String {
		match self.id() {
			Some(id) => format!("{}, number {id}", self.name()),
			None => self.name().into(),
		}
	}

	/// What has to happen next.
	fn next(&self) -> String {
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

/// Compares a file with what the chain knows; fails if that is nothing.
pub async fn check(ctx: &Context, wasm: &Path) -> Result<()> {
	let code = RuntimeCode::read(wasm)?;
	let state = ctx.state().await?;
	let stage = Stage::of(&state, &code).await?.ok_or_else(|| {
		Error::verification(format!(
			"the code of {} with the hash {:?} is neither proposed nor queued, authorised or running \
			 here",
			code.version_text(),
			code.hash
		))
	})?;
	let mut json = code.json();
	json["stage"] = stage.name().into();
	json["id"] = stage.id().into();
	json["runningSpecVersion"] = state.spec_version().into();
	json["block"] = state.block_json();
	ctx.out.print(&json, || {
		output::fields([
			("code", format!("{:?}", code.hash)),
			(
				"runtime",
				format!("{}; the chain runs version {}", code.version_text(), state.spec_version()),
			),
			("stage", stage.text()),
			("next", stage.next()),
		])
	});
	Ok(())
}

/// Runs the next step.
pub async fn run(ctx: &Context, wasm: &Path, source: Option<String>) -> Result<()> {
	let code = sendable(wasm)?;
	if source.as_ref().is_some_and(|source| source.len() > MAX_SOURCE_BYTES) {
		return Err(Error::input(format!("--source takes {MAX_SOURCE_BYTES} bytes at most")));
	}
	let hash = code.hash;
	let state = ctx.state().await?;
	match Stage::of(&state, &code).await? {
		Some(Stage::Authorised) => return apply(ctx, &state, code).await,
		Some(Stage::Running) => {
			return Err(Error::input("the chain runs this very code already"));
		},
		Some(stage) => {
			pending(ctx, hash, &stage);
			return Ok(());
		},
		None => {},
	}

	let mut call = state.call("System", "authorize_upgrade", (hash,))?;
	if let Some(source) = source {
		let remark = state.call("System", "remark", (source.into_bytes(),))?;
		call = state.call("Utility", "batch_all", (vec![remark, call],))?;
	}
	let motion = state.call("Governance", "queue", (call,))?;
	let Some((done, proposed)) = council::propose(ctx, &state, &motion, None, Vec::new()).await?
	else {
		return Ok(());
	};
	match proposed.queued {
		Some(waiting) if waiting.is_soon() => {
			let at = waiting.at;
			ctx.out.line(format!("Proposed in block {}; it runs at {at}.", done.block));
			let state = wait_until_authorised(ctx, hash, at).await?;
			apply(ctx, &state, code).await
		},
		queued => {
			let stage = if queued.is_some() { "queued" } else { "proposed" };
			let mut result = proposed.json();
			result["stage"] = stage.into();
			result["codeHash"] = format!("{hash:?}").into();
			ctx.out.done(
				&done,
				result,
				[
					("code", format!("{hash:?}")),
					("motion", proposed.text()),
					("next", "run this again when the call has run".into()),
				],
			);
			Ok(())
		},
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

async fn wait_until_authorised(ctx: &Context, hash: H256, at: When) -> Result<State> {
	let chain = ctx.chain().await?;
	let mut blocks = chain.finalised_blocks().await?;
	while let Some(block) = blocks.next().await {
		let state = chain.at(block?.hash()).await?;
		if authorised(&state).await? == Some(hash) {
			return Ok(state);
		}
		// It runs in the first block of this tick, or after it.
		if Clock::at(&state).await?.now() > at.tick + 1 {
			return Err(Error::refused(format!(
				"the queued call should have run at {at}, but the code is not authorised; look at \
				 Governance.Enacted in the blocks since"
			)));
		}
	}
	Err(Error::connection("the node sends no more blocks"))
}

async fn apply(ctx: &Context, state: &State, code: RuntimeCode) -> Result<()> {
	let from = state.spec_version();
	let (hash, bytes) = (code.hash, code.bytes.len());
	let effect = format!(
		"the next block runs the new runtime, {}, {bytes} bytes with the hash {hash:?}",
		code.version_text()
	);
	let call = state.call("System", "apply_authorized_upgrade", (code.bytes,))?;
	let draft = Draft::new(call).effect(effect);
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};

	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct CodeUpdated {}
	let _: CodeUpdated = done.expect("System", "CodeUpdated")?;
	let result = json!({
		"stage": "applied",
		"codeHash": format!("{hash:?}"),
		"fromSpecVersion": from,
	});
	ctx.out.done(
		&done,
		result,
		[
			("code", format!("{hash:?}")),
			("runtime", format!("replaces version {from} from block {} on", done.block + 1)),
		],
	);
	Ok(())
}

/// Somebody else has to act, or time has to pass.
fn pending(ctx: &Context, hash: H256, stage: &Stage) {
	let json = json!({
		"stage": stage.name(),
		"codeHash": format!("{hash:?}"),
		"id": stage.id(),
		"next": stage.next(),
	});
	ctx.out.print(&json, || {
		output::fields([
			("code", format!("{hash:?}")),
			("stage", stage.text()),
			("next", stage.next()),
		])
	});
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
		let text = alone.text();
		assert!(text.contains("0x07") && text.contains("does not say"), "{text}");

		let calls = json!({ "calls": [
			{ "System": { "remark": { "remark": "0x763722" } } },
			{ "System": { "authorize_upgrade": authorise } },
		] });
		let sourced = by(&call("Utility", "batch_all", calls));
		assert_eq!(sourced.source.as_deref(), Some(r#""v7\"""#));
		assert!(sourced.text().contains(r#""v7\"""#));
	}

	#[test]
	fn upgrade_without_checks_is_said_to_be_one() {
		let hash = json!({ "code_hash": "0x07" });
		let any = Announced::by(&call("System", "authorize_upgrade_without_checks", hash));
		assert!(any.expect("is an upgrade").text().contains("ANY code"));
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
