//! `ourledger chain`: the chain's state, the queue of Root calls, vetoes.

use super::{
	council,
	finality::{self, counted},
	queue, upgrade, Context,
};
use crate::output::report::Report;
use clap::Subcommand;
use ourledger_client::{
	account::Account,
	amount,
	call::Call,
	chain::State,
	error::Result,
	governance::{
		finality::Standing,
		motions,
		rehearsal::{Power, Rehearsal},
	},
	hash,
	submit::{Draft, Submitted},
	ticks::Clock,
	words,
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
		Command::Veto { id, withdraw } => queue::veto(ctx, id, withdraw).await,
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
	let standing = Standing::read(chain).await?;
	let Version { spec_name, spec_version } = state.constant("System", "Version")?;
	let validators: Vec<AccountId32> =
		state.storage("Session", "Validators", ()).await?.unwrap_or_default();
	let members = motions::members(&state).await?;
	let treasury: AccountId32 = state.constant("Treasury", "pot_account")?;
	let owned = Account::read(&state, treasury).await?.data.free;
	let clock = Clock::at(&state).await?;
	let slot = clock.slot_millis();
	let syncing = if health.is_syncing { ", still syncing" } else { "" };
	let report = Report::new()
		.field("name", "chain", name)
		.field("genesis", "genesis", format!("{:?}", chain.genesis_hash()))
		.line("node", format!("{node_name} {node_version}"))
		.json("node", json!({ "name": node_name, "version": node_version }))
		.line("runtime", format!("{spec_name} {spec_version}"))
		.json("spec", json!({ "name": spec_name, "version": spec_version }))
		.json("best", best.block_json())
		.line("best block", format!("{} {:?}", best.number(), best.hash()))
		.json("finalised", state.block_json())
		.line("final block", format!("{} {:?}", state.number(), state.hash()))
		.json("tick", clock.now())
		.line("tick", format!("{}, since {}", clock.now(), clock.when(clock.now())))
		.json("slotMillis", slot)
		.line("a slot", format!("{} s", slot / 1_000))
		.json("finality", standing.json())
		.line("finality", standing.text())
		.json("peers", health.peers)
		.line("peers", format!("{}{syncing}", health.peers))
		.json("syncing", health.is_syncing)
		.line("validators", counted(&validators))
		.json("validators", validators)
		.line("council", counted(&members))
		.json("council", members)
		.json("treasury", json!({ "account": treasury, "free": owned.to_string() }))
		.line("treasury", format!("{} {treasury}", amount::format(owned)));
	ctx.out.show(&report);
	Ok(())
}

/// The call that a command line names.
pub async fn named_call(
	ctx: &Context,
	state: &State,
	name: &str,
	arguments: &[String],
) -> Result<Call> {
	words::call(state, name, arguments, async |text: &str| ctx.account(text).await).await
}

async fn call(ctx: &Context, name: &str, arguments: &[String]) -> Result<()> {
	let call = named_call(ctx, &ctx.state().await?, name, arguments).await?;
	let events = |done: &Submitted| Ok(Report::new().line("events", done.event_names()));
	ctx.submit_telling(Draft::new(call), events).await
}

async fn rehearse(ctx: &Context, call: &str, arguments: &[String], council: bool) -> Result<()> {
	let state = ctx.state().await?;
	let metadata = state.metadata();
	let call = named_call(ctx, &state, call, arguments).await?;
	let power = match council {
		true => motions::two_thirds(&state).await?,
		false => Power::Root,
	};
	let told = Rehearsal::of(&state, power, &call).await?;
	let report = Report::new()
		.json("call", call.to_json(&metadata))
		.line("call", call.to_text(&metadata))
		.json("bytes", hash::text(&call.encode()))
		.json("rehearsal", told.json(&metadata))
		.line("would", told.text(&metadata))
		.json("block", state.block_json());
	ctx.out.show(&report);
	Ok(())
}
