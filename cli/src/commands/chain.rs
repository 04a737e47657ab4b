//! `ourledger chain`: the chain's state, the queue of Root calls, vetoes.

use super::{council, finality, parse, queue, upgrade, Context};
use crate::output;
use clap::Subcommand;
use ourledger_client::{
	account::Account,
	amount,
	error::{Error, Result},
	rehearsal::{Power, Rehearsal},
	submit::Draft,
	ticks::Clock,
};
use serde_json::json;
use std::path::PathBuf;
use subxt::{ext::scale_decode::DecodeAsType, utils::AccountId32};

/// Commands on the chain as a whole.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Name, version, blocks, peers, validators, council, treasury.
	Status,
	/// Whether finality goes on: last final block, authority set, and while it stands, the validators
	/// whose votes are missing.
	Finality,
	/// The council: its members, its motions.
	#[command(subcommand)]
	Council(council::Command),
	/// Upgrade the runtime, one step at a time: propose it, see it through the queue, apply it.
	///
	/// Run it again with the same file for the next step. A council of one does all at once.
	Upgrade {
		/// The compressed runtime.
		wasm: PathBuf,
		/// Only compare the file with what is proposed, queued, authorised or running.
		#[arg(long, conflicts_with = "source")]
		check: bool,
		/// Put the code on the chain, against a deposit: everybody finds it there, and validators
		/// compile it before it is applied.
		#[arg(long, conflicts_with_all = ["check", "source"])]
		publish: bool,
		/// Where source and code are, for those who decide: stands in the queue beside the hash.
		#[arg(long, value_name = "TEXT")]
		source: Option<String>,
	},
	/// Make any call, as your account.
	///
	/// Arguments are written as in "chain council propose".
	Call {
		/// The call: Pallet.call, or an encoded call as 0x….
		call: String,
		/// Its arguments, in their order.
		arguments: Vec<String>,
	},
	/// The calls that wait for their timelock, to run as Root, and what each would do now.
	Queue,
	/// What a call would do now, as Root. Nothing is submitted.
	Rehearse {
		/// The call: Pallet.call, or an encoded call as 0x….
		call: String,
		/// Its arguments, in their order.
		arguments: Vec<String>,
		/// With the power of a motion of two thirds, instead of Root's.
		#[arg(long)]
		council: bool,
	},
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
		Command::Finality => finality::show(ctx).await,
		Command::Council(command) => council::run(ctx, command).await,
		Command::Upgrade { wasm, check: true, .. } => upgrade::check(ctx, &wasm).await,
		Command::Upgrade { wasm, publish: true, .. } => upgrade::publish(ctx, &wasm).await,
		Command::Upgrade { wasm, source, .. } => upgrade::run(ctx, &wasm, source).await,
		Command::Call { call: name, arguments } => call(ctx, &name, &arguments).await,
		Command::Queue => queue::show(ctx).await,
		Command::Rehearse { call, arguments, council } => {
			rehearse(ctx, &call, &arguments, council).await
		},
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
	let standing = finality::Standing::read(chain).await?;
	let version: Version = state.constant("System", "Version")?;
	let validators: Vec<AccountId32> =
		state.storage("Session", "Validators", ()).await?.unwrap_or_default();
	let members = council::members(&state).await?;
	let treasury: AccountId32 = state.constant("Treasury", "pot_account")?;
	let owned = Account::read(&state, treasury).await?.data.free;
	let spec = format!("{} {}", version.spec_name, version.spec_version);
	let clock = Clock::at(&state).await?;
	let slot = clock.slot_millis();

	let json = json!({
		"name": name,
		"genesis": format!("{:?}", chain.genesis_hash()),
		"node": { "name": node_name, "version": node_version },
		"spec": { "name": version.spec_name, "version": version.spec_version },
		"best": best.block_json(),
		"finalised": state.block_json(),
		"tick": clock.now(),
		"slotMillis": slot,
		"finality": standing.json(),
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
			("tick", format!("{}, since {}", clock.now(), clock.when(clock.now()))),
			("a slot", format!("{} s", slot / 1_000)),
			("finality", standing.text()),
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

async fn call(ctx: &Context, name: &str, arguments: &[String]) -> Result<()> {
	let call = parse::call(ctx, &ctx.state().await?, name, arguments).await?;
	let Some(done) = ctx.submit(Draft::new(call)).await? else {
		return Ok(());
	};
	ctx.out.done(&done, json!({}), [("events", done.event_names())]);
	Ok(())
}

async fn rehearse(ctx: &Context, call: &str, arguments: &[String], council: bool) -> Result<()> {
	let state = ctx.state().await?;
	let metadata = state.metadata();
	let call = parse::call(ctx, &state, call, arguments).await?;
	let power = match council {
		true => council::two_thirds(&state).await?,
		false => Power::Root,
	};
	let told = Rehearsal::of(&state, power, &call).await?;
	let json = json!({
		"call": call.to_json(&metadata),
		"bytes": format!("0x{}", hex::encode(call.encode())),
		"rehearsal": told.json(&metadata),
		"block": state.block_json(),
	});
	ctx.out.print(&json, || {
		output::fields([("call", call.to_text(&metadata)), ("would", told.text(&metadata))])
	});
	Ok(())
}

async fn veto(ctx: &Context, id: u64, withdraw: bool) -> Result<()> {
	let state = ctx.state().await?;
	let what = match queue::queued(&state).await {
		Ok(queued) => match queued.iter().find(|(queued, _)| *queued == id) {
			Some((_, proposal)) => format!("proposal {id} is: {}", proposal.text(&state).await),
			None => return Err(Error::not_found(format!("no proposal {id} is queued"))),
		},
		// That keeps nobody from objecting: the chain knows by itself what is queued.
		Err(error) => format!("what proposal {id} is can't be told: {error}"),
	};
	let (name, effect) = match withdraw {
		false => ("veto", format!("your veto on proposal {id} counts")),
		true => ("withdraw_veto", format!("your veto on proposal {id} counts no more")),
	};
	let call = state.call("Governance", name, (id,))?;
	let draft = Draft::new(call).effect(effect).effect(what);
	let Some(done) = ctx.submit(draft).await? else {
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
	ctx.out.done(&done, json, [("vetoes", outcome)]);
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
