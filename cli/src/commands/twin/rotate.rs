//! `twin rotate`: a new key for a keyless controller, in place of an old one.

use crate::{
	commands::{proxy::Scope, Context},
	output,
};
use clap::Args;
use ourledger_client::twin::TwinInfo;
use ourledger_client::{
	account::Account,
	error::{Error, Result},
	submit::{
		acting::{self, Proxy},
		Draft,
	},
};
use serde_json::{json, Value as Json};
use subxt::utils::{AccountId32, MultiAddress};

/// Arguments of `twin rotate`.
#[derive(Args, Debug)]
pub struct Arguments {
	/// The account that acts for the twin from now on.
	#[arg(long, value_name = "ACCOUNT")]
	new: String,
	/// The account that does nothing for it any more; without it, the key's own.
	#[arg(long, value_name = "ACCOUNT")]
	old: Option<String>,
}

/// Runs the command.
pub async fn run(ctx: &Context, arguments: Arguments) -> Result<()> {
	let state = ctx.state().await?;
	let twin = ctx.own_twin(&state).await?;
	let key = ctx.key_account()?;
	let new = ctx.account(&arguments.new).await?;
	let old = match &arguments.old {
		Some(old) => ctx.account(old).await?,
		None => key,
	};
	let proxies = acting::proxies_of(&state, twin.controller).await?;
	let leaving = check(&twin, &proxies, key, old, new)?;

	let delegate = MultiAddress::<_, ()>::Id(new);
	let mut calls = vec![state.call("Proxy", "add_proxy", (delegate, Scope::Any.value(), 0u32))?];
	for proxy in leaving {
		calls.push(proxy.remove(&state)?);
	}
	// The new one comes first: without any proxy, nobody could act for the controller.
	let mut draft = Draft::new(state.call("Utility", "batch_all", (calls,))?)
		.deposit(state.constant("Proxy", "ProxyDepositFactor")?)
		.effect(format!("{new} acts for twin {} and may do everything", twin.number))
		.effect(format!("{old} does nothing for twin {} any more", twin.number));
	if Account::read(&state, new).await?.spendable() == 0 {
		draft = draft.effect(format!("{new} owns no OUR, and needs some before it can act"));
	}
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};

	let proxies = acting::proxies_of(&ctx.state().await?, twin.controller).await?;
	let result = json!({
		"twin": twin.number,
		"controller": twin.controller,
		"added": new,
		"removed": old,
		"proxies": proxies
			.iter()
			.map(Proxy::json)
			.collect::<Json>(),
	});
	let rows = proxies
		.iter()
		.map(|proxy| [proxy.delegate.to_string(), proxy.scope().into(), proxy.delay.to_string()]);
	ctx.out.done(
		&done,
		result,
		[
			("twin", twin.number.to_string()),
			("controller", twin.controller.to_string()),
			("acted for by", output::table(["account", "scope", "delay"], rows)),
		],
	);
	Ok(())
}

/// Refuses a change of keys that makes no sense, or that the chain would refuse; else returns what
/// the old account loses.
fn check<'proxies>(
	twin: &TwinInfo,
	proxies: &'proxies [Proxy],
	key: AccountId32,
	old: AccountId32,
	new: AccountId32,
) -> Result<Vec<&'proxies Proxy>> {
	let (number, controller) = (twin.number, twin.controller);
	if controller == key {
		return Err(Error::input(format!(
			"the key itself is the controller of twin {number}, for ever: only the proxies of a \
			 keyless controller can be exchanged"
		)));
	}
	if new == controller {
		return Err(Error::input(format!("the new account is the controller of twin {number}")));
	}
	let scopes = |account: AccountId32| proxies.iter().filter(move |at| at.delegate == account);
	if !scopes(key).any(|proxy| proxy.scope() == Scope::Any.name() && proxy.delay == 0) {
		return Err(Error::input(format!(
			"the key {key} may not do everything for twin {number}: it is no proxy of its \
			 controller {controller} with the scope {} and without delay",
			Scope::Any.name()
		)));
	}
	if let Some(proxy) = scopes(new).next() {
		return Err(Error::input(format!(
			"the new account {new} acts for twin {number} already, with the scope {}",
			proxy.scope()
		)));
	}
	let leaving: Vec<_> = scopes(old).collect();
	if leaving.is_empty() {
		return Err(Error::not_found(format!(
			"the old account {old} is no proxy of the controller of twin {number}"
		)));
	}
	Ok(leaving)
}

#[cfg(test)]
mod tests {
	use super::*;
	use ourledger_client::twin::example;

	const KEY: AccountId32 = AccountId32([5; 32]);
	const OLD: AccountId32 = AccountId32([6; 32]);
	const NEW: AccountId32 = AccountId32([7; 32]);

	fn proxies() -> Vec<Proxy> {
		vec![
			Proxy::example(KEY, "Any", 0),
			Proxy::example(OLD, "Any", 0),
			Proxy::example(OLD, "Records", 3),
		]
	}

	#[test]
	fn old_account_loses_every_scope() {
		let (twin, proxies) = (example(7), proxies());
		let lost = |old| {
			let leaving = check(&twin, &proxies, KEY, old, NEW).expect("is possible");
			leaving.iter().map(|proxy| (proxy.scope(), proxy.delay)).collect::<Vec<_>>()
		};
		assert_eq!(lost(OLD), [("Any", 0), ("Records", 3)]);
		assert_eq!(lost(KEY), [("Any", 0)]);
	}

	#[test]
	fn rotation_is_refused_when_it_makes_no_sense() {
		let twin = example(7);
		let code =
			|key, old, new| check(&twin, &proxies(), key, old, new).err().map(|error| error.code());
		assert_eq!(code(twin.controller, KEY, NEW), Some(4));
		assert_eq!(code(KEY, KEY, twin.controller), Some(4));
		assert_eq!(code(KEY, KEY, OLD), Some(4));
		assert_eq!(code(KEY, KEY, KEY), Some(4));
		assert_eq!(code(KEY, NEW, AccountId32([9; 32])), Some(5));
		assert_eq!(code(NEW, KEY, AccountId32([9; 32])), Some(4));
	}

	#[test]
	fn rotation_needs_the_widest_scope_at_once() {
		for weak in [Proxy::example(KEY, "Records", 0), Proxy::example(KEY, "Any", 1)] {
			let error = check(&example(7), &[weak], KEY, KEY, NEW).expect_err("is too weak");
			assert_eq!(error.code(), 4);
		}
	}
}
