//! `ourledger chain`: the chain's state, the queue of Root calls, vetoes.

use super::{council, upgrade, Context};
use crate::{
	account::Account,
	amount,
	call::Call,
	chain::State,
	error::{Error, Result},
	output,
	submit::Draft,
	value,
};
use clap::Subcommand;
use serde_json::{json, Value as Json};
use std::path::PathBuf;
use subxt::{
	ext::scale_decode::DecodeAsType,
	utils::{AccountId32, H256},
};

/// Proposals on one page, as many as the chain gives.
const PAGE: u32 = 50;

/// Commands on the chain as a whole.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Name, version, blocks, peers, validators, council, treasury.
	Status,
	/// The council: its members, its motions.
	#[command(subcommand)]
	Council(council::Command),
	/// Upgrade the runtime, one step at a time: propose it, see it through the queue, apply it.
	///
	/// Run it again with the same file for the next step. A council of one does all at once.
	Upgrade {
		/// The compressed runtime.
		wasm: PathBuf,
	},
	/// The calls that wait for their timelock, to run as Root.
	Queue,
	/// Object to a queued call, as a member of the council.
	Veto {
		/// The number of the proposal.
		id: u64,
		/// Take the veto back.
		#[arg(long)]
		withdraw: bool,
	},
}

/// Runs a command.
pub async fn run(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::Status => status(ctx).await,
		Command::Council(command) => council::run(ctx, command).await,
		Command::Upgrade { wasm } => upgrade::run(ctx, &wasm).await,
		Command::Queue => queue(ctx).await,
		Command::Veto { id, withdraw } => veto(ctx, id, withdraw).await,
	}
}

async fn status(ctx: &Context) -> Result<()> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct Version {
		spec_name: String,
		spec_version: u32,
	}

	let chain = ctx.chain().await?;
	let node = chain.node();
	let name = node.system_chain().await?;
	let node_name = node.system_name().await?;
	let node_version = node.system_version().await?;
	let health = node.system_health().await?;
	let best = chain.best().await?;
	let state = chain.finalised().await?;
	let version: Version = state.constant("System", "Version")?;
	let validators: Vec<AccountId32> =
		state.storage("Session", "Validators", ()).await?.unwrap_or_default();
	let members = council::members(&state).await?;
	let treasury: AccountId32 = state.constant("Treasury", "pot_account")?;
	let owned = Account::read(&state, treasury).await?.data.free;
	let spec = format!("{} {}", version.spec_name, version.spec_version);

	let json = json!({
		"name": name,
		"genesis": format!("{:?}", chain.genesis_hash()),
		"node": { "name": node_name, "version": node_version },
		"spec": { "name": version.spec_name, "version": version.spec_version },
		"best": best.block_json(),
		"finalised": state.block_json(),
		"peers": health.peers,
		"syncing": health.is_syncing,
		"validators": validators,
		"council": members,
		"treasury": { "account": treasury, "free": owned.to_string() },
	});
	ctx.out.print(&json, || {
		let syncing = if health.is_syncing { ", still syncing" } else { "" };
		output::fields([
			("chain", name.clone()),
			("genesis", format!("{:?}", chain.genesis_hash())),
			("node", format!("{node_name} {node_version}")),
			("runtime", spec.clone()),
			("best block", format!("{} {:?}", best.number(), best.hash())),
			("final block", format!("{} {:?}", state.number(), state.hash())),
			("peers", format!("{}{syncing}", health.peers)),
			("validators", list(&validators)),
			("council", list(&members)),
			("treasury", format!("{} {treasury}", amount::format(owned))),
		])
	});
	Ok(())
}

/// Accounts below each other, after their number.
fn list(accounts: &[AccountId32]) -> String {
	let lines = accounts.iter().map(|account| account.to_string());
	std::iter::once(accounts.len().to_string()).chain(lines).collect::<Vec<_>>().join("\n")
}

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
	/// First block in which it can run.
	pub enact_at: u32,
	vetoes: Vec<AccountId32>,
}

impl Queued {
	/// The encoded call, if the chain has it.
	pub async fn call_bytes(&self, state: &State) -> Result<Option<Vec<u8>>> {
		match &self.call {
			Bounded::Inline(bytes) => Ok(Some(bytes.clone())),
			Bounded::Lookup { hash, len } => {
				state.storage("Preimage", "PreimageFor", ((*hash, *len),)).await
			},
			Bounded::Legacy { hash: _ } => Ok(None),
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

async fn queue(ctx: &Context) -> Result<()> {
	let state = ctx.state().await?;
	let metadata = state.metadata();
	let needed: u32 = state.view("Governance", "veto_threshold", ()).await?;
	let mut json = Vec::new();
	let mut text = Vec::new();
	for (id, proposal) in queued(&state).await? {
		let bytes = proposal.call_bytes(&state).await?;
		let call = bytes.as_deref().and_then(|bytes| Call::decode(bytes, &metadata).ok());
		json.push(json!({
			"id": id,
			"call": call.as_ref().map(|call| call.to_json(&metadata)),
			"callHash": proposal.hash().map(|hash| format!("{hash:?}")),
			"queuedAt": proposal.queued_at,
			"enactAt": proposal.enact_at,
			"vetoes": proposal.vetoes,
		}));
		let call = match (&call, &bytes, proposal.hash()) {
			(Some(call), _, _) => call.to_text(&metadata),
			(None, Some(bytes), _) => value::bytes_to_text(bytes),
			(None, None, hash) => format!("{hash:?}, whose bytes the chain does not have"),
		};
		text.push(output::fields([
			("proposal", ctx.out.bold(&id.to_string())),
			("call", call),
			("runs", format!("at block {} (final now: {})", proposal.enact_at, state.number())),
			("vetoes", format!("{} of the {needed} that stop it", proposal.vetoes.len())),
		]));
	}
	let json = json!({
		"proposals": Json::from(json),
		"vetoThreshold": needed,
		"block": state.block_json(),
	});
	ctx.out.print(&json, || match text.is_empty() {
		true => "Nothing is queued.".into(),
		false => text.join("\n\n"),
	});
	Ok(())
}

async fn veto(ctx: &Context, id: u64, withdraw: bool) -> Result<()> {
	let state = ctx.state().await?;
	if queued(&state).await?.iter().all(|(queued, _)| *queued != id) {
		return Err(Error::not_found(format!("no proposal {id} is queued")));
	}
	let (name, effect) = match withdraw {
		false => ("veto", format!("your veto on proposal {id} counts")),
		true => ("withdraw_veto", format!("your veto on proposal {id} counts no more")),
	};
	let call = state.call("Governance", name, (id,))?;
	let Some(done) = ctx.submit(Draft::new(call).effect(effect)).await? else {
		return Ok(());
	};

	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct Tally {
		vetoes: u32,
		needed: u32,
	}
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct Vetoed {
		id: u64,
	}
	let event = if withdraw { "VetoWithdrawn" } else { "VetoCast" };
	let tally: Tally = done.expect("Governance", event)?;
	let vetoed: Option<Vetoed> = done.find("Governance", "Vetoed")?;
	let removed = vetoed.is_some_and(|vetoed| vetoed.id == id);
	let json = json!({
		"id": id,
		"vetoes": tally.vetoes,
		"needed": tally.needed,
		"removed": removed,
	});
	let outcome = match removed {
		true => format!("proposal {id} is removed"),
		false => format!("{} of the {} that stop it", tally.vetoes, tally.needed),
	};
	done.print(&ctx.out, json, [("vetoes", outcome)]);
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn list_begins_with_the_number() {
		let account = AccountId32([1; 32]);
		assert_eq!(list(&[]), "0");
		assert_eq!(list(&[account]), format!("1\n{account}"));
	}
}
