//! What an heir does with a recovered account, and how it is dismissed.

use super::heir_of;
use crate::commands::{proxy, Context};
use ourledger_client::{
	account::Account,
	amount,
	call::Call,
	chain::State,
	error::{Error, Result},
	submit::{
		acting::{lacks, proxies_of, Proxy},
		Draft,
	},
};
use serde_json::{json, Value as Json};
use subxt::utils::{AccountId32, MultiAddress};

/// Who takes what over.
#[derive(Clone, Copy)]
struct Parties {
	lost: AccountId32,
	heir: AccountId32,
	new: AccountId32,
}

impl Parties {
	async fn find(ctx: &Context, state: &State, lost: &str, new: &str) -> Result<Self> {
		let lost = ctx.account(lost).await?;
		let new = ctx.account(new).await?;
		let acting = ctx.acting_account().await?;
		let heir = heir_of(state, lost).await?.ok_or_else(|| {
			Error::not_found(format!("{lost} has no heir: no attempt to recover it was finished"))
		})?;
		if acting != heir {
			return Err(Error::input(format!(
				"the heir of {lost} is {heir}; {acting} can't take it over"
			)));
		}
		if new == lost {
			return Err(Error::input("the new account is the lost one"));
		}
		Ok(Self { lost, heir, new })
	}

	/// Whether `proxy` lets the new account do everything at once.
	fn is_new(&self, proxy: &Proxy) -> bool {
		(proxy.delegate, proxy.scope(), proxy.delay) == (self.new, proxy::Scope::Any.name(), 0)
	}

	/// The call with which the lost account changes its proxies.
	fn exchange(&self, state: &State, proxies: &[Proxy]) -> Result<Call> {
		let old = proxies.iter().filter(|proxy| !self.is_new(proxy));
		// Of whatever scope: by one that may only pay others, whoever has its key could still take
		// everything.
		let mut calls = old.map(|proxy| proxy.remove(state)).collect::<Result<Vec<_>>>()?;
		if calls.len() == proxies.len() {
			let delegate = MultiAddress::<_, ()>::Id(self.new);
			let arguments = (delegate, proxy::Scope::Any.value(), 0u32);
			let add = state.call("Proxy", "add_proxy", arguments)?;
			// First, so that there is a proxy at any time. But whoever stole the keys may have
			// added so many proxies that there is no place.
			let most: u32 = state.constant("Proxy", "MaxProxies")?;
			calls.insert(usize::from(proxies.len() >= most as usize), add);
		}
		state.call("Utility", "batch_all", (calls,))
	}
}

/// Gives a recovered account a new key, and takes it from all others.
pub async fn take_over(ctx: &Context, lost: &str, new: &str) -> Result<()> {
	let state = ctx.state().await?;
	let parties = Parties::find(ctx, &state, lost, new).await?;
	let Parties { lost, heir, new } = parties;
	let proxies = proxies_of(&state, lost).await?;
	let old: Vec<_> = proxies.iter().filter(|proxy| !parties.is_new(proxy)).collect();
	if old.is_empty() && !proxies.is_empty() {
		return Err(Error::input(format!("{new} alone may act for {lost} already")));
	}

	let real = || MultiAddress::<_, ()>::Id(lost);
	let exchange = parties.exchange(&state, &proxies)?;
	let mut call = state.call("Recovery", "control_inherited_account", (real(), exchange))?;
	let mut effects = vec![format!("{new} may do everything that {lost} may")];
	let missing = match old.len() < proxies.len() {
		true => 0,
		false => lacks(&state, lost, proxy::price_of_next(&state, proxies.len())?).await?,
	};
	if missing > 0 {
		let pay = state.call("Balances", "transfer_keep_alive", (real(), missing))?;
		call = state.call("Utility", "batch_all", (vec![pay, call],))?;
		effects.push(format!(
			"{heir} pays {} to {lost}, which lacks them for the deposit of its new proxy",
			amount::format(missing)
		));
	}
	effects.extend(old.iter().map(|proxy| {
		format!("{} may not act for it any more (scope {})", proxy.delegate, proxy.scope())
	}));
	if Account::read(&state, lost).await?.has_signed() {
		effects.push(format!(
			"{lost} HAS A KEY OF ITS OWN, which nobody can take from it: who has that key can still \
			 act, so pay out what it owns"
		));
	}
	effects.push(format!(
		"{heir} stays the heir, and may take it over again, until {new} dismisses it"
	));
	let draft = Draft::new(call).effects(effects);
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};

	// Whoever holds the old keys may have added a proxy in the last moment.
	let after = ctx.chain().await?.at(done.block_hash).await?;
	let others = proxies_of(&after, lost).await?;
	if let Some(other) = others.iter().find(|proxy| !parties.is_new(proxy)) {
		return Err(Error::refused(format!(
			"in block {} {new} took {lost} over, but {} was made a proxy meanwhile: take it over \
			 again",
			done.block, other.delegate
		)));
	}
	let removed: Json = old.iter().map(|proxy| proxy.json()).collect();
	let result = json!({ "account": lost, "heir": heir, "new": new, "removed": removed });
	ctx.out.done(
		&done,
		result,
		[
			("account", lost.to_string()),
			("new key", new.to_string()),
			("removed", format!("{} prox{}", old.len(), if old.len() == 1 { "y" } else { "ies" })),
		],
	);
	Ok(())
}

/// Dismisses the heir of the acting account.
pub async fn dismiss(ctx: &Context) -> Result<()> {
	let account = ctx.acting_account().await?;
	let state = ctx.state().await?;
	let heir = heir_of(&state, account)
		.await?
		.ok_or_else(|| Error::not_found(format!("{account} has no heir to dismiss")))?;
	let call = state.call("Recovery", "revoke_inheritor", ())?;
	let draft = Draft::new(call)
		.effect(format!("{heir} can't act for {account} any more as its heir"))
		.effect("who finished the recovery gets the deposit for it back");
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let result = json!({ "account": account, "heir": heir });
	ctx.out.done(&done, result, [("dismissed", heir.to_string())]);
	Ok(())
}
