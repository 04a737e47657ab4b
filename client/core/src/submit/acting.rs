//! For whom a key acts: for itself, or as a proxy of a twin's controller.

use crate::{
	account::Account,
	amount,
	call::Call,
	chain::State,
	error::{Error, Result},
	proxies::{Proxies, Proxy, Scope},
};
use subxt::{
	dynamic::Value,
	ext::scale_decode::DecodeAsType,
	utils::{AccountId32, MultiAddress},
};

/// For whom a key acts.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Acting {
	/// The key's own account.
	Directly(AccountId32),
	/// Another account, whose proxy the key is.
	Through {
		/// The other account.
		real: AccountId32,
		/// The proxy's scope.
		scope: String,
	},
}

impl Acting {
	/// The account in whose name the call is made.
	pub fn account(&self) -> AccountId32 {
		match self {
			Self::Directly(account) | Self::Through { real: account, .. } => *account,
		}
	}

	/// The call that the key signs. If there is a top-up, the other account is sent so much first.
	pub fn wrap(&self, state: &State, call: &Call, top_up: u128) -> Result<Call> {
		let Self::Through { real, scope } = self else {
			return Ok(call.clone());
		};
		let real = MultiAddress::<_, ()>::Id(*real);
		let scope = Some(Named(scope.clone()));
		let proxied = state.call("Proxy", "proxy", (real.clone(), scope, call.clone()))?;
		if top_up == 0 {
			return Ok(proxied);
		}
		let transfer = state.call("Balances", "transfer_keep_alive", (real, top_up))?;
		state.call("Utility", "batch_all", (vec![transfer, proxied],))
	}

	/// What `key` has to send to the account that it acts for, so that this can pay a deposit and
	/// still exist: nothing if that has enough, or is the key's own.
	pub async fn top_up(&self, state: &State, key: AccountId32, deposit: u128) -> Result<u128> {
		let owned = Account::read(state, key).await?.spendable();
		match self {
			Self::Directly(_) if owned < deposit => Err(Error::refused(format!(
				"the deposit is {}, and the account {key} has {} to spend",
				amount::format(deposit),
				amount::format(owned)
			))),
			Self::Directly(_) => Ok(0),
			Self::Through { real, .. } => {
				let lacking = lacks(state, *real, deposit).await?;
				if lacking > owned {
					return Err(Error::refused(format!(
						"the account {real} lacks {} for the deposit of {}, and {key}, which \
						 would send it, has {} to spend",
						amount::format(lacking),
						amount::format(deposit),
						amount::format(owned)
					)));
				}
				Ok(lacking)
			},
		}
	}
}

/// How much an account lacks to put `units` down and to go on existing, in base units.
pub async fn lacks(state: &State, account: AccountId32, units: u128) -> Result<u128> {
	let least: u128 = state.constant("Balances", "ExistentialDeposit")?;
	Ok(lacking(Account::read(state, account).await?.spendable(), units, least))
}

/// What an account that owns so much lacks, to pay a deposit and keep `least`.
fn lacking(owned: u128, deposit: u128, least: u128) -> u128 {
	deposit.saturating_add(least).saturating_sub(owned)
}

/// A scope by its name, as an argument of a call.
struct Named(String);

impl subxt::ext::scale_encode::EncodeAsType for Named {
	fn encode_as_type_to<R: subxt::ext::scale_type_resolver::TypeResolver>(
		&self,
		type_id: R::TypeId,
		types: &R,
		out: &mut Vec<u8>,
	) -> Result<(), subxt::ext::scale_encode::Error> {
		Value::unnamed_variant(self.0.clone(), []).encode_as_type_to(type_id, types, out)
	}
}

/// The controller of a twin.
pub async fn controller_of(state: &State, twin: u64) -> Result<AccountId32> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct Twin {
		controller: AccountId32,
	}
	let found: Option<Twin> = state.view("Twins", "twin", (twin,)).await?;
	found
		.map(|twin| twin.controller)
		.ok_or_else(|| Error::not_found(format!("there is no twin {twin}")))
}

/// For whom `key` acts when it makes `call` for a twin, or for itself.
pub async fn find(
	state: &State,
	key: AccountId32,
	twin: Option<u64>,
	call: &Call,
) -> Result<Acting> {
	let Some(twin) = twin else {
		return Ok(Acting::Directly(key));
	};
	let controller = controller_of(state, twin).await?;
	if controller == key {
		return Ok(Acting::Directly(key));
	}
	let proxies = Proxies::of(state, controller).await?;
	match best_scope(&proxies.list, key, call.pallet()) {
		Ok(scope) => Ok(Acting::Through { real: controller, scope: scope.into() }),
		Err(why) => Err(Error::input(format!(
			"the key {key} can't act for twin {twin}, whose controller is {controller}: {why}"
		))),
	}
}

/// The widest scope that `key` has without delay.
fn best_scope<'proxies>(
	proxies: &'proxies [Proxy],
	key: AccountId32,
	pallet: &str,
) -> Result<&'proxies str, &'static str> {
	let own = || proxies.iter().filter(|proxy| proxy.delegate == key);
	if own().next().is_none() {
		return Err("it is neither the controller nor one of its proxies");
	}
	let at_once: Vec<_> = own().filter(|proxy| proxy.delay == 0).map(Proxy::scope).collect();
	Scope::for_pallet(pallet)
		.find_map(|wanted| at_once.iter().find(|scope| **scope == wanted.name()))
		.or(at_once.first())
		.copied()
		.ok_or("it is a proxy with a delay, which has to announce each call first")
}

#[cfg(test)]
mod tests {
	use super::*;

	const KEY: AccountId32 = AccountId32([1; 32]);
	const OTHER: AccountId32 = AccountId32([2; 32]);

	fn proxy(delegate: AccountId32, scope: &str, delay: u32) -> Proxy {
		Proxy::example(delegate, scope, delay)
	}

	#[test]
	fn lacking_is_what_deposit_and_existence_take_beyond_what_is_there() {
		assert_eq!(lacking(0, 10, 1), 11);
		assert_eq!(lacking(10, 10, 1), 1);
		assert_eq!(lacking(11, 10, 1), 0);
		assert_eq!(lacking(12, 10, 1), 0);
		assert_eq!(lacking(0, u128::MAX, 1), u128::MAX);
	}

	#[test]
	fn any_is_the_widest_scope() {
		let proxies = [proxy(KEY, "Payments", 0), proxy(KEY, "Any", 0)];
		assert_eq!(best_scope(&proxies, KEY, "Balances"), Ok("Any"));
	}

	#[test]
	fn of_narrow_scopes_the_one_that_fits_is_taken() {
		let proxies = [proxy(KEY, "Payments", 0), proxy(KEY, "Records", 0)];
		assert_eq!(best_scope(&proxies, KEY, "Records"), Ok("Records"));
		assert_eq!(best_scope(&proxies, KEY, "Balances"), Ok("Payments"));
		assert_eq!(best_scope(&proxies, KEY, "System"), Ok("Payments"));
	}

	#[test]
	fn several_scopes_may_fit() {
		let proxies = [proxy(KEY, "Records", 0), proxy(KEY, "Payments", 0)];
		assert_eq!(best_scope(&proxies, KEY, "Commerce"), Ok("Payments"));
		let proxies = [proxy(KEY, "Payments", 0), proxy(KEY, "Commerce", 0)];
		assert_eq!(best_scope(&proxies, KEY, "Commerce"), Ok("Commerce"));
		assert_eq!(best_scope(&proxies, KEY, "Currencies"), Ok("Payments"));
	}

	#[test]
	fn proxies_of_others_don_t_count() {
		let proxies = [proxy(OTHER, "Any", 0), proxy(KEY, "Records", 0)];
		assert_eq!(best_scope(&proxies, KEY, "Balances"), Ok("Records"));
		assert!(best_scope(&proxies[..1], KEY, "Balances").is_err());
	}

	#[test]
	fn delayed_proxies_don_t_count() {
		let proxies = [proxy(KEY, "Any", 5)];
		let why = best_scope(&proxies, KEY, "Balances").expect_err("has a delay");
		assert!(why.contains("delay"), "{why}");
		let proxies = [proxy(KEY, "Any", 5), proxy(KEY, "Records", 0)];
		assert_eq!(best_scope(&proxies, KEY, "Balances"), Ok("Records"));
	}
}
