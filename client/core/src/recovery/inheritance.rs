//! What an heir does with a recovered account, and how it is dismissed.

use super::heir_of;
use crate::{
	account::Account,
	amount,
	call::Call,
	chain::State,
	error::{Error, Result},
	proxies::{self, Proxies, Proxy, Scope},
	submit::{acting::lacks, Draft},
};
use subxt::utils::{AccountId32, MultiAddress};

/// A recovered account that gets a new key.
#[derive(Clone, Debug)]
pub struct TakeOver {
	/// The account.
	pub lost: AccountId32,
	/// Whoever takes it over.
	pub heir: AccountId32,
	/// The account that may do everything for it from then on.
	pub new: AccountId32,
	/// Its proxies until then.
	before: Proxies,
}

impl TakeOver {
	/// The account `acting`, which has to be the heir, takes a lost one over for a new one.
	pub async fn find(
		state: &State,
		lost: AccountId32,
		acting: AccountId32,
		new: AccountId32,
	) -> Result<Self> {
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
		let before = Proxies::of(state, lost).await?;
		let found = Self { lost, heir, new, before };
		if !found.before.list.is_empty() && found.leaving().next().is_none() {
			return Err(Error::input(format!("{new} alone may act for {lost} already")));
		}
		Ok(found)
	}

	/// Whether `proxy` lets the new account do everything at once.
	fn is_new(&self, proxy: &Proxy) -> bool {
		proxy.is(self.new, Scope::Any, 0)
	}

	/// Whoever may not act for the account any more.
	pub fn leaving(&self) -> impl Iterator<Item = &Proxy> {
		self.before.list.iter().filter(|proxy| !self.is_new(proxy))
	}

	/// The call with which the lost account changes its proxies.
	fn exchange(&self, state: &State) -> Result<Call> {
		// Of whatever scope: by one that may only pay others, whoever has its key could still take
		// everything.
		let mut calls =
			self.leaving().map(|proxy| proxy.remove(state)).collect::<Result<Vec<_>>>()?;
		if calls.len() == self.before.list.len() {
			// First, so that there is a proxy at any time. But whoever stole the keys may have
			// added so many proxies that there is no place.
			let most: u32 = state.constant("Proxy", "MaxProxies")?;
			let add = proxies::add(state, self.new, Scope::Any, 0)?;
			calls.insert(usize::from(self.before.list.len() >= most as usize), add);
		}
		state.call("Utility", "batch_all", (calls,))
	}

	/// What the heir sends to the account, so that this can pay for its new proxy, in base units.
	async fn missing(&self, state: &State) -> Result<u128> {
		if self.leaving().count() < self.before.list.len() {
			return Ok(0);
		}
		lacks(state, self.lost, self.before.price_of_next(state)?).await
	}

	/// All of it in one transaction.
	pub async fn draft(&self, state: &State) -> Result<Draft> {
		let Self { lost, heir, new, .. } = self;
		let real = || MultiAddress::<_, ()>::Id(*lost);
		let exchange = self.exchange(state)?;
		let mut call = state.call("Recovery", "control_inherited_account", (real(), exchange))?;
		let mut effects = vec![format!("{new} may do everything that {lost} may")];
		let missing = self.missing(state).await?;
		if missing > 0 {
			let pay = state.call("Balances", "transfer_keep_alive", (real(), missing))?;
			call = state.call("Utility", "batch_all", (vec![pay, call],))?;
			effects.push(format!(
				"{heir} pays {} to {lost}, which lacks them for the deposit of its new proxy",
				amount::format(missing)
			));
		}
		effects.extend(self.leaving().map(|proxy| {
			format!("{} may not act for it any more (scope {})", proxy.delegate, proxy.scope())
		}));
		if Account::read(state, *lost).await?.has_signed() {
			effects.push(format!(
				"{lost} HAS A KEY OF ITS OWN, which nobody can take from it: who has that key can still \
				 act, so pay out what it owns"
			));
		}
		effects.push(format!(
			"{heir} stays the heir, and may take it over again, until {new} dismisses it"
		));
		Ok(Draft::new(call).effects(effects))
	}

	/// Refuses where, after it, anybody else may act: whoever holds the old keys may have added a
	/// proxy in the last moment.
	pub async fn ensure_done(&self, after: &State) -> Result<()> {
		let Self { lost, new, .. } = self;
		let others = Proxies::of(after, *lost).await?.list;
		match others.iter().find(|proxy| !self.is_new(proxy)) {
			Some(other) => Err(Error::refused(format!(
				"in block {} {new} took {lost} over, but {} was made a proxy meanwhile: take it \
				 over again",
				after.number(),
				other.delegate
			))),
			None => Ok(()),
		}
	}
}

/// An account dismisses its heir. With it whoever that was.
pub async fn dismiss(state: &State, account: AccountId32) -> Result<(Draft, AccountId32)> {
	let heir = heir_of(state, account)
		.await?
		.ok_or_else(|| Error::not_found(format!("{account} has no heir to dismiss")))?;
	let draft = Draft::new(state.call("Recovery", "revoke_inheritor", ())?)
		.effect(format!("{heir} can't act for {account} any more as its heir"))
		.effect("who finished the recovery gets the deposit for it back");
	Ok((draft, heir))
}
