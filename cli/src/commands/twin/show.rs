//! `twin show`, `twin find` and `twin list`.

use super::name::{obstacle, Status, LOOK_ALIKES};
use crate::{commands::Context, output};
use ourledger_client::twin::TwinInfo;
use ourledger_client::{
	chain::State,
	did::{self, Did},
	error::{Error, Result},
	keys, texts,
};
use ourledger_primitives::name::normalise;
use serde_json::{json, Value as Json};
use std::str::FromStr;
use subxt::utils::AccountId32;

/// Twins on one page, as many as the chain gives.
const PAGE: u64 = 100;

/// `twin show`.
pub async fn show(ctx: &Context, what: Option<&str>) -> Result<()> {
	let state = ctx.state().await?;
	let twin = find_or_own(ctx, &state, what).await?;
	let did = Did::of(ctx.chain().await?.genesis_hash(), twin.number);
	let mut json = twin.json(&did);
	json["block"] = state.block_json();
	ctx.out.print(&json, || text(&twin, &did));
	Ok(())
}

/// `twin find`.
pub async fn find(ctx: &Context, what: &str) -> Result<()> {
	let state = ctx.state().await?;
	let twin = lookup(ctx, &state, what).await?;
	let mut json = summary(&twin);
	json["block"] = state.block_json();
	ctx.out.print(&json, || {
		let shown = match twin.deactivated() {
			None => twin.profile.display_name(),
			Some(block) => format!("deactivated in block {block}"),
		};
		let name = twin.name().map(|name| format!(", named {name}")).unwrap_or_default();
		format!(
			"Twin {} ({}): {shown}{name}, controller {}",
			twin.number,
			twin.kind.name(),
			twin.controller
		)
	});
	Ok(())
}

/// `twin list`.
pub async fn list(ctx: &Context, from: u64, limit: u64) -> Result<()> {
	let state = ctx.state().await?;
	let count: u64 = state.view("Twins", "count", ()).await?;
	let first = from.max(1);
	let mut twins: Vec<TwinInfo> = Vec::new();
	while (twins.len() as u64) < limit {
		let wanted = PAGE.min(limit - twins.len() as u64) as u32;
		let next = first.saturating_add(twins.len() as u64);
		let page: Vec<TwinInfo> = state.view("Twins", "twins", (next, wanted)).await?;
		if page.is_empty() {
			break;
		}
		twins.extend(page);
	}
	let next = twins.last().map_or(first, |twin| twin.number + 1);
	let next = (next <= count).then_some(next);
	let json = json!({
		"twins": twins.iter().map(summary).collect::<Json>(),
		"count": count,
		"next": next,
		"block": state.block_json(),
	});
	ctx.out.print(&json, || {
		if twins.is_empty() {
			return match count {
				0 => "There are no twins yet.".into(),
				last => format!("The last twin is number {last}."),
			};
		}
		let rows = twins.iter().map(|twin| {
			let shown = match twin.deactivated() {
				None => twin.profile.display_name(),
				Some(_) => "(deactivated)".into(),
			};
			[
				twin.number.to_string(),
				twin.kind.name().into(),
				twin.name().unwrap_or_default(),
				twin.profile.country().unwrap_or_default(),
				shown,
			]
		});
		let table = output::table(["twin", "kind", "name", "country", "shown as"], rows);
		match next {
			Some(next) => format!("{table}\n\n{count} twins in all; --from {next} goes on."),
			None => table,
		}
	});
	Ok(())
}

/// The twin that `what` names, else the one that is acted for.
pub async fn find_or_own(ctx: &Context, state: &State, what: Option<&str>) -> Result<TwinInfo> {
	match what {
		Some(what) => lookup(ctx, state, what).await,
		None => ctx.own_twin(state).await,
	}
}

/// What an argument that names a twin is.
#[derive(Debug, Eq, PartialEq)]
enum What<'text> {
	Number(u64),
	Did(Did),
	Account,
	Name(&'text str),
	/// A name in the phonebook, and not that of a key.
	AtName(&'text str),
}

impl<'text> What<'text> {
	fn of(text: &'text str) -> Result<Self> {
		if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
			let number = text.parse();
			return number
				.map(Self::Number)
				.map_err(|_| Error::not_found(format!("there is no twin {text}")));
		}
		if did::is_did(text) {
			return text.parse().map(Self::Did);
		}
		if let Some(name) = text.strip_prefix('@') {
			return Ok(Self::AtName(name));
		}
		// No name has a colon or a slash in it, or is as long as an address.
		let is_account = text.starts_with("//")
			|| text.starts_with("0x")
			|| text.starts_with("twin:")
			|| AccountId32::from_str(text).is_ok();
		Ok(if is_account { Self::Account } else { Self::Name(text) })
	}
}

/// The twin that `text` names: its number, DID, name or controller. A name in the phonebook goes
/// before that of a key on this machine; with an @ before it, it can only be the former.
pub async fn lookup(ctx: &Context, state: &State, text: &str) -> Result<TwinInfo> {
	match What::of(text)? {
		What::Number(number) => TwinInfo::read(state, number).await,
		What::Did(did) => {
			did.ensure_on(ctx.chain().await?.genesis_hash())?;
			TwinInfo::read(state, did.number).await
		},
		What::Account => of_account(state, ctx.account(text).await?).await,
		What::Name(name) => named(ctx, state, name).await,
		What::AtName(name) => match in_phonebook(state, name).await? {
			Some(twin) => Ok(twin),
			None => Err(no_such_name(state, name).await?),
		},
	}
}

async fn of_account(state: &State, account: AccountId32) -> Result<TwinInfo> {
	TwinInfo::of(state, account).await?.ok_or_else(|| {
		Error::not_found(format!(
			"the account {account} controls no twin; that of a proxy finds none"
		))
	})
}

async fn named(ctx: &Context, state: &State, text: &str) -> Result<TwinInfo> {
	if let Some(twin) = in_phonebook(state, text).await? {
		return Ok(twin);
	}
	if ctx.store.contains(text) {
		return of_account(state, keys::account(text, &ctx.store)?).await;
	}
	Err(no_such_name(state, text).await?)
}

/// The twin that has a name.
async fn in_phonebook(state: &State, name: &str) -> Result<Option<TwinInfo>> {
	match normalise(name.as_bytes()) {
		Ok(_) => state.view("Twins", "twin_named", (name.as_bytes().to_vec(),)).await,
		Err(_) => Ok(None),
	}
}

/// Why a name finds no twin.
async fn no_such_name(state: &State, text: &str) -> Result<Error> {
	if normalise(text.as_bytes()).is_err() {
		return Ok(Error::input(format!(
			"{text:?} is neither a twin's number, nor a name that one could have, nor an account, \
			 nor a DID"
		)));
	}
	let similar = match Status::read(state, text).await? {
		Status::LooksAlike { twin, name } => format!(
			"; twin {twin} has the name {}, which looks like it ({LOOK_ALIKES})",
			texts::shown(&name)
		),
		status @ Status::Resting { .. } => {
			obstacle(&status, text).map(|why| format!("; {why}")).unwrap_or_default()
		},
		_ => String::new(),
	};
	Ok(Error::not_found(format!("no twin has the name {text:?}{similar}")))
}

/// What lists and searches say of a twin.
fn summary(twin: &TwinInfo) -> Json {
	json!({
		"number": twin.number,
		"kind": twin.kind.name(),
		"state": twin.state_name(),
		"displayName": twin.profile.display_name(),
		"country": twin.profile.country(),
		"name": twin.name(),
		"controller": twin.controller,
	})
}

/// All of a twin for people.
fn text(twin: &TwinInfo, did: &Did) -> String {
	let mut lines = vec![("twin", format!("{} ({})", twin.number, twin.kind.name()))];
	match twin.state {
		TwinState::Active => lines.push(("shown as", twin.profile.display_name())),
		TwinState::Deactivated(block) => {
			lines.push(("state", format!("deactivated in block {block}")));
		},
	}
	lines.extend(twin.name().map(|name| ("name", name)));
	lines.extend(twin.profile.country().map(|country| ("country", country)));
	lines.extend(twin.profile.logo().map(|logo| ("logo", logo)));
	lines.push(("controller", twin.controller.to_string()));
	lines.push(("did", did.to_string()));
	lines.extend(twin.endpoints().map(|endpoint| ("endpoint", endpoint)));
	lines.extend(
		twin.keys.iter().map(|key| {
			("key", format!("{}  {:14}  {}", key.id, key.purpose.name(), key.key.text()))
		}),
	);
	let paid = if twin.depositor == twin.controller {
		String::new()
	} else {
		format!(", paid by {}", twin.depositor)
	};
	lines.push(("registered", format!("in block {}{paid}", twin.registered)));
	output::fields(lines)
}

#[cfg(test)]
mod tests {
	use super::*;
	use ourledger_client::twin::example;

	#[test]
	fn argument_is_a_number_did_account_or_name() {
		assert_eq!(What::of("7"), Ok(What::Number(7)));
		assert_eq!(What::of("anna"), Ok(What::Name("anna")));
		assert_eq!(What::of("4ever"), Ok(What::Name("4ever")));
		assert_eq!(What::of("@anna"), Ok(What::AtName("anna")));
		assert_eq!(What::of(""), Ok(What::Name("")));
		let alice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
		for account in ["//Alice", "0x00", "twin:7", alice] {
			assert_eq!(What::of(account), Ok(What::Account), "{account}");
		}
		assert!(matches!(
			What::of("did:ourledger:abababababababababababababababab:7"),
			Ok(What::Did(did)) if did.number == 7
		));
		assert_eq!(What::of("did:key:z6Mk").map_err(|error| error.code()), Err(4));
		assert_eq!(What::of("18446744073709551616").map_err(|error| error.code()), Err(5));
	}

	#[test]
	fn summary_has_its_stable_shape() {
		assert_eq!(
			summary(&example(7)).to_string(),
			format!(
				r#"{{"number":7,"kind":"person","state":"active","displayName":"Anna","country":null,"name":null,"controller":"{}"}}"#,
				AccountId32([1; 32])
			)
		);
	}
}
