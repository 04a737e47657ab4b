//! `twin register`.

use super::profile;
use crate::commands::Context;
use clap::Args;
use ourledger_client::twin::{Deposits, Kind};
use ourledger_client::{
	amount,
	chain::State,
	did::Did,
	error::{Error, Result},
	submit::{Draft, Submitted},
};
use serde_json::{json, Value as Json};
use std::path::PathBuf;
use subxt::{
	dynamic::Value,
	ext::scale_decode::DecodeAsType,
	utils::{AccountId32, MultiAddress},
};

/// Arguments of `twin register`.
#[derive(Args, Debug)]
pub struct Arguments {
	/// What the twin is.
	#[arg(value_enum)]
	kind: Kind,
	/// What people see. Not unique: the unique name is claimed with "twin name".
	name: String,
	/// Country, two letters as in ISO 3166.
	#[arg(long, value_name = "BE")]
	country: Option<String>,
	/// An image, of which the chain keeps the hash.
	#[arg(long, value_name = "FILE")]
	logo: Option<PathBuf>,
	/// Make the key itself the controller, for ever: if it is lost, so is the twin.
	#[arg(long)]
	own_key: bool,
	/// Send the new controller so much OUR, in a second transaction.
	#[arg(long, value_name = "AMOUNT", conflicts_with = "own_key")]
	fund: Option<String>,
}

/// The event of every registration.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct TwinRegistered {
	/// Its number.
	pub twin: u64,
	/// The account that acts for it.
	pub controller: AccountId32,
}

/// Runs the command.
pub async fn run(ctx: &Context, arguments: Arguments) -> Result<()> {
	let Arguments { kind, name, country, logo, own_key, fund } = arguments;
	let profile = profile::new(&name, country.as_deref(), logo.as_deref())?;
	let fund = fund.as_deref().map(amount::parse).transpose()?.filter(|units| *units > 0);
	if fund.is_some() && ctx.sign_only().is_some() {
		return Err(Error::usage("--fund is a second transaction, so --sign-only excludes it"));
	}
	let key = ctx.key_account()?;
	let state = ctx.state().await?;
	if own_key {
		ensure_no_twin(&state, key).await?;
	}
	let deposits = Deposits::read(&state).await?;
	let choice = if own_key { "Caller" } else { "Keyless" };
	let call =
		state.call("Twins", "register", (kind, profile, Value::unnamed_variant(choice, [])))?;
	let mut draft = Draft::new(call).in_own_name();
	if own_key {
		draft = draft
			.deposit(deposits.twin)
			.kept(deposits.tombstone)
			.effect(format!("{key} controls the twin, for ever: its key can't be changed"));
	} else {
		let proxy = proxy_deposit(&state)?;
		draft = draft
			.deposit(deposits.twin.saturating_add(proxy))
			.kept(deposits.tombstone.saturating_add(proxy))
			.effect(format!(
				"a new account without a key controls the twin, and {key} acts for it: \
				 {} of the deposit are for that",
				amount::format(proxy)
			));
	}
	if let Some(units) = fund {
		let sum = amount::format(units);
		draft = draft.effect(format!("then {sum} go to that account, in a second transaction"));
	}
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let registered: TwinRegistered = done.expect("Twins", "TwinRegistered")?;
	if let Some(units) = fund {
		send(ctx, &registered, units).await?;
	}
	let mut result = json_of(ctx, &registered, kind).await?;
	result["keyless"] = (!own_key).into();
	result["funded"] = fund.map(|units| units.to_string()).into();
	print(ctx, &done, &registered, result, fund, !own_key);
	Ok(())
}

/// Refuses an account that controls a twin, or did.
pub async fn ensure_no_twin(state: &State, account: AccountId32) -> Result<()> {
	let number: Option<u64> = state.view("Twins", "number_of", (account,)).await?;
	match number {
		Some(number) => Err(Error::refused(format!(
			"the account {account} controls twin {number}, and never another one"
		))),
		None => Ok(()),
	}
}

/// What a registration is, as JSON.
pub async fn json_of(ctx: &Context, registered: &TwinRegistered, kind: Kind) -> Result<Json> {
	let did = Did::of(ctx.chain().await?.genesis_hash(), registered.twin);
	Ok(json!({
		"twin": registered.twin,
		"did": did.to_string(),
		"kind": kind.name(),
		"controller": registered.controller,
	}))
}

/// Deposit of an account with one proxy.
fn proxy_deposit(state: &State) -> Result<u128> {
	let base: u128 = state.constant("Proxy", "ProxyDepositBase")?;
	let factor: u128 = state.constant("Proxy", "ProxyDepositFactor")?;
	Ok(base.saturating_add(factor))
}

/// Sends OUR to a new controller.
async fn send(ctx: &Context, registered: &TwinRegistered, units: u128) -> Result<()> {
	let TwinRegistered { twin, controller } = registered;
	let sending = async {
		let to = MultiAddress::<_, ()>::Id(*controller);
		let call = ctx.state().await?.call("Balances", "transfer_keep_alive", (to, units))?;
		let sum = amount::format(units);
		let draft = Draft::new(call)
			.in_own_name()
			.effect(format!("{sum} go to {controller}, the controller of twin {twin}"));
		ctx.submit(draft).await
	};
	sending.await.map_err(|error| {
		error.explained(|why| {
			format!("twin {twin} is registered (its controller is {controller}), but was sent nothing: {why}")
		})
	})?;
	Ok(())
}

fn print(
	ctx: &Context,
	done: &Submitted,
	registered: &TwinRegistered,
	result: Json,
	fund: Option<u128>,
	keyless: bool,
) {
	let twin = registered.twin;
	let mut lines = vec![
		("twin", ctx.out.bold(&twin.to_string())),
		("controller", registered.controller.to_string()),
	];
	lines.extend(fund.map(|units| ("sent to it", amount::format(units))));
	if keyless {
		lines.push(("act for it", format!("with --twin {twin}")));
	}
	ctx.out.done(&done, result, lines);
}
