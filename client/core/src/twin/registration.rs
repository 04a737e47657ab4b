//! How a twin begins and ends.

use super::{name, Deposits, Kind, Profile, TwinInfo};
use crate::{
	amount,
	chain::State,
	draft::Draft,
	error::{Error, Result},
	proxies,
	twin::party::Party,
};
use subxt::{
	dynamic::Value,
	ext::scale_decode::DecodeAsType,
	utils::{AccountId32, MultiAddress},
};

/// The event of every registration.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct TwinRegistered {
	/// Its number.
	pub twin: u64,
	/// The account that acts for it.
	pub controller: AccountId32,
}

/// Refuses an account that controls a twin, or did.
pub async fn ensure_no_twin(state: &State, account: AccountId32) -> Result<()> {
	match Party::of(state, account).await?.twin {
		Some(number) => Err(Error::refused(format!(
			"the account {account} controls twin {number}, and never another one"
		))),
		None => Ok(()),
	}
}

/// `key` registers a twin, and pays. Its controller is the key's own account, or a new one without a
/// key, for which the key may act.
pub async fn register(
	state: &State,
	key: AccountId32,
	(kind, profile): (Kind, Profile),
	own_key: bool,
) -> Result<Draft> {
	if own_key {
		ensure_no_twin(state, key).await?;
	}
	let deposits = Deposits::read(state).await?;
	let choice = if own_key { "Caller" } else { "Keyless" };
	let call =
		state.call("Twins", "register", (kind, profile, Value::unnamed_variant(choice, [])))?;
	let draft = Draft::new(call).in_own_name();
	if own_key {
		return Ok(draft
			.deposit(deposits.twin)
			.kept(deposits.tombstone)
			.effect(format!("{key} controls the twin, for ever: its key can't be changed")));
	}
	let proxy = proxies::price(state, 1)?;
	Ok(draft
		.deposit(deposits.twin.saturating_add(proxy))
		.kept(deposits.tombstone.saturating_add(proxy))
		.effect(format!(
			"a new account without a key controls the twin, and {key} acts for it: {} of the \
			 deposit are for that",
			amount::format(proxy)
		)))
}

/// Whoever registered a twin sends its controller so many base units of OUR.
pub fn fund(state: &State, registered: &TwinRegistered, units: u128) -> Result<Draft> {
	let TwinRegistered { twin, controller } = registered;
	let to = MultiAddress::<_, ()>::Id(*controller);
	let call = state.call("Balances", "transfer_keep_alive", (to, units))?;
	let sum = amount::format(units);
	Ok(Draft::new(call)
		.in_own_name()
		.effect(format!("{sum} go to {controller}, the controller of twin {twin}")))
}

/// A twin ends.
pub async fn deactivate(state: &State, twin: &TwinInfo) -> Result<Draft> {
	let TwinInfo { number, controller, depositor, .. } = twin;
	let deposits = Deposits::read(state).await?;
	let mut draft = Draft::new(state.call("Twins", "deactivate", ())?)
		.effect(format!("twin {number} never acts again; there is no way back"))
		.effect("profile, endpoints, keys and name are gone")
		.effect(format!(
			"for ever stay the number {number}, its controller {controller}, its records, and the \
			 deposit of {} for them",
			amount::format(deposits.tombstone)
		))
		.effect(format!("the rest of that deposit comes back to {depositor}"));
	if let Some(name) = twin.name() {
		draft = draft.effect(format!(
			"the name {name} rests for {}; its deposit {}",
			name::rest(state)?,
			name::comes_back(twin, &name)
		));
	}
	if !twin.keys.is_empty() {
		draft = draft.effect(format!("the deposit for the keys comes back to {controller}"));
	}
	Ok(draft)
}
