//! Proxies: accounts that may act for another one, and within what scope.

use crate::{
	account::Account,
	amount,
	call::Call,
	chain::State,
	draft::Draft,
	error::{Error, Result},
	ticks,
};
use serde_json::{json, Value as Json};
use subxt::{
	dynamic::Value,
	ext::{scale_decode::DecodeAsType, scale_encode::EncodeAsType, scale_value::ValueDef},
	utils::{AccountId32, MultiAddress},
};

/// Of several narrow scopes, those that allow calls of a pallet, the best first. Where this list
/// does not know, the first scope is tried, and the chain decides.
const SCOPES_OF_PALLETS: [(&str, Scope); 8] = [
	("Balances", Scope::Payments),
	("Commerce", Scope::Commerce),
	("Commerce", Scope::Payments),
	("Council", Scope::Voting),
	("Currencies", Scope::Payments),
	("Governance", Scope::Voting),
	("Records", Scope::Records),
	("Tax", Scope::Commerce),
];

/// What a proxy may do.
#[derive(Clone, Copy, Debug, EncodeAsType, Eq, PartialEq)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub enum Scope {
	/// Everything, also adding and removing proxies.
	Any,
	/// Paying others, in OUR and in local money, also what they invoice.
	Payments,
	/// A business's daily trade: its invoices, as seller and as buyer, and refunds of tax.
	Commerce,
	/// Appending, pinning and unpinning a twin's records.
	Records,
	/// A council member's motions, votes and vetoes.
	Voting,
}

impl Scope {
	/// Its name on the chain.
	pub fn name(self) -> &'static str {
		match self {
			Self::Any => "Any",
			Self::Payments => "Payments",
			Self::Commerce => "Commerce",
			Self::Records => "Records",
			Self::Voting => "Voting",
		}
	}

	/// The scopes to try for a call of a pallet, the best first.
	pub fn for_pallet(pallet: &str) -> impl Iterator<Item = Self> + '_ {
		let fitting = SCOPES_OF_PALLETS.into_iter().filter(move |(of, _)| *of == pallet);
		[Self::Any].into_iter().chain(fitting.map(|(_, scope)| scope))
	}

	/// What comes after "A may" when it acts for `account`.
	fn power(self, account: AccountId32) -> String {
		match self {
			Self::Any => format!("do everything that {account} may, also pay out all it owns"),
			Self::Payments => format!("pay others what {account} owns"),
			Self::Commerce => {
				format!("issue, accept, pay and correct invoices, and claim refunds of tax, as {account}")
			},
			Self::Records => format!("append, pin and unpin records as {account}"),
			Self::Voting => format!("propose, vote and veto in the council as {account}"),
		}
	}
}

/// One of an account's proxies.
#[derive(Clone, Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Proxy {
	/// Who may act.
	pub delegate: AccountId32,
	proxy_type: Value,
	/// Ticks between announcing and acting.
	pub delay: u32,
}

impl Proxy {
	/// The name of the scope, which may be one that is not known here.
	pub fn scope(&self) -> &str {
		match &self.proxy_type.value {
			ValueDef::Variant(variant) => &variant.name,
			_ => "unknown",
		}
	}

	/// Whether it is this account's proxy, with this scope and delay.
	pub fn is(&self, who: AccountId32, scope: Scope, delay: u32) -> bool {
		(self.delegate, self.scope(), self.delay) == (who, scope.name(), delay)
	}

	/// The proxy as it stands in results.
	pub fn json(&self) -> Json {
		json!({ "delegate": self.delegate, "scope": self.scope(), "delay": self.delay })
	}

	/// The call that removes it.
	pub fn remove(&self, state: &State) -> Result<Call> {
		let delegate = MultiAddress::<_, ()>::Id(self.delegate);
		let scope = Value::unnamed_variant(self.scope(), []);
		state.call("Proxy", "remove_proxy", (delegate, scope, self.delay))
	}
}

#[cfg(any(test, feature = "testing"))]
impl Proxy {
	/// A proxy for tests.
	pub fn example(delegate: AccountId32, scope: &str, delay: u32) -> Self {
		Self { delegate, proxy_type: Value::unnamed_variant(scope, []), delay }
	}
}

/// The call by which an account makes `who` its proxy.
pub fn add(state: &State, who: AccountId32, scope: Scope, delay: u32) -> Result<Call> {
	state.call("Proxy", "add_proxy", (MultiAddress::<_, ()>::Id(who), scope, delay))
}

/// The deposit for `count` proxies, in base units.
pub fn price(state: &State, count: usize) -> Result<u128> {
	if count == 0 {
		return Ok(0);
	}
	let base: u128 = state.constant("Proxy", "ProxyDepositBase")?;
	let factor: u128 = state.constant("Proxy", "ProxyDepositFactor")?;
	Ok(base.saturating_add(factor.saturating_mul(count as u128)))
}

/// The proxies of an account.
#[derive(Clone, Debug)]
pub struct Proxies {
	/// The account.
	pub account: AccountId32,
	/// Who may act for it.
	pub list: Vec<Proxy>,
	/// What the chain holds for them, in base units.
	pub deposit: u128,
}

impl Proxies {
	/// Those of an account.
	pub async fn of(state: &State, account: AccountId32) -> Result<Self> {
		let found: Option<(Vec<Proxy>, u128)> =
			state.storage("Proxy", "Proxies", (account,)).await?;
		let (list, deposit) = found.unwrap_or_default();
		Ok(Self { account, list, deposit })
	}

	/// As they stand in results.
	pub fn json(&self) -> Json {
		self.list.iter().map(Proxy::json).collect()
	}

	/// What the next one adds to the deposit, in base units.
	pub fn price_of_next(&self, state: &State) -> Result<u128> {
		let count = self.list.len();
		Ok(price(state, count + 1)?.saturating_sub(price(state, count)?))
	}

	/// `who` may act from now on, `delay` ticks after it announced what.
	pub fn add(&self, state: &State, who: AccountId32, scope: Scope, delay: u32) -> Result<Draft> {
		let account = self.account;
		if who == account {
			return Err(Error::input(format!("the account {account} needs no proxy of itself")));
		}
		if self.list.iter().any(|proxy| proxy.is(who, scope, delay)) {
			return Err(Error::input(format!("{who} is such a proxy of {account} already")));
		}
		let deposit = price(state, self.list.len() + 1)?.saturating_sub(self.deposit);
		let draft = Draft::new(add(state, who, scope, delay)?)
			.deposit(deposit)
			.effect(format!("{who} may {}", scope.power(account)));
		if delay == 0 {
			return Ok(draft);
		}
		Ok(draft.effect(format!(
			"it has to announce each call {} before it makes it, and can be stopped meanwhile",
			ticks::span(delay)
		)))
	}

	/// The proxy of `who` with this scope; with this delay, if it has the scope with several.
	pub fn find(&self, who: AccountId32, scope: Scope, delay: Option<u32>) -> Result<&Proxy> {
		let of = || self.list.iter().filter(|it| (it.delegate, it.scope()) == (who, scope.name()));
		let mut meant = of().filter(|proxy| delay.is_none_or(|delay| delay == proxy.delay));
		let (account, scope) = (self.account, scope.name().to_lowercase());
		match (meant.next(), meant.next()) {
			(Some(only), None) => Ok(only),
			(None, _) => Err(Error::not_found(format!(
				"{who} is no such proxy (scope {scope}) of {account}"
			))),
			(Some(_), Some(_)) => Err(Error::usage(format!(
				"{who} is a proxy (scope {scope}) of {account} with several delays: name one by \
				 --delay"
			))),
		}
	}

	/// `who` may not act any more, as the one that [`Proxies::find`] finds. The last proxy that may
	/// do everything for an account of which nothing shows that somebody has its key stays, unless
	/// by force; `key` signs.
	pub async fn remove(
		&self,
		state: &State,
		(who, scope, delay): (AccountId32, Scope, Option<u32>),
		key: AccountId32,
		force: bool,
	) -> Result<Draft> {
		let account = self.account;
		let proxy = self.find(who, scope, delay)?;
		let everything = self.list.iter().filter(|it| it.scope() == Scope::Any.name()).count();
		let is_fatal = scope == Scope::Any
			&& everything == 1
			&& account != key
			&& !Account::read(state, account).await?.has_signed();
		if is_fatal && !force {
			return Err(Error::input(format!(
				"{who} is the last proxy with the scope any of {account}, which seems to have no \
				 key of its own: nobody could act for it again; --force removes it all the same"
			)));
		}
		let draft = Draft::new(proxy.remove(state)?)
			.effect(format!("{who} may no longer {}", scope.power(account)));
		Ok(match is_fatal {
			true => draft.effect(format!(
				"NOBODY CAN ACT FOR {account} AGAIN, unless its friends recover it"
			)),
			false => {
				let back = self.deposit.saturating_sub(price(state, self.list.len() - 1)?);
				draft.effect(format!("{} of deposit come back to it", amount::format(back)))
			},
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	const WHO: AccountId32 = AccountId32([1; 32]);

	fn proxies(delays: &[u32]) -> Proxies {
		let list = delays.iter().map(|delay| Proxy::example(WHO, "Records", *delay)).collect();
		Proxies { account: AccountId32([9; 32]), list, deposit: 0 }
	}

	#[test]
	fn proxy_is_the_only_one_that_is_meant() {
		let delay = |delays: &[u32], wanted| {
			let proxies = proxies(delays);
			let found = proxies.find(WHO, Scope::Records, wanted).map(|proxy| proxy.delay);
			found.map_err(|error| error.code())
		};
		assert_eq!(delay(&[7], None), Ok(7));
		assert_eq!(delay(&[0, 5], Some(5)), Ok(5));
		assert_eq!(delay(&[0, 5], None), Err(2));
		assert_eq!(delay(&[0, 5], Some(6)), Err(5));
		assert_eq!(delay(&[0], Some(6)), Err(5));
		assert_eq!(delay(&[], None), Err(5));
		assert!(proxies(&[7]).find(WHO, Scope::Any, None).is_err());
		assert!(proxies(&[7]).find(AccountId32([2; 32]), Scope::Records, None).is_err());
	}

	#[test]
	fn scope_of_everything_is_the_best_for_any_pallet() {
		let scopes = |pallet| Scope::for_pallet(pallet).collect::<Vec<_>>();
		assert_eq!(scopes("System"), [Scope::Any]);
		assert_eq!(scopes("Commerce"), [Scope::Any, Scope::Commerce, Scope::Payments]);
	}
}
