//! `twin show`, `twin find`, `twin list` and `twin did`; and twins by what people call them.

use crate::{commands::Context, output, output::report::Report};
use clap::Args;
use ourledger_client::{
	did::{self, Did},
	keys,
	twin::{
		lookup::{no_such_name, What},
		TwinInfo,
	},
	Result, State,
};
use serde_json::{json, Value as Json};

/// Arguments of `twin did`.
#[derive(Args, Debug)]
pub struct DidArguments {
	/// Number, name, controller or DID of the twin; without it, that of --twin or of the key.
	what: Option<String>,
	/// The result of a resolution: the document with its metadata.
	#[arg(long)]
	resolution: bool,
}

/// `twin show`.
pub async fn show(ctx: &Context, what: Option<&str>) -> Result<()> {
	let state = ctx.state().await?;
	let twin = ctx.twin_or_own(&state, what).await?;
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
	let mut json = twin.summary();
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
	let count = TwinInfo::count(&state).await?;
	let first = from.max(1);
	let twins = TwinInfo::list(&state, first, limit).await?;
	let next = twins.last().map_or(first, |twin| twin.number + 1);
	let next = (next <= count).then_some(next);
	let json = json!({
		"twins": twins.iter().map(TwinInfo::summary).collect::<Json>(),
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

/// `twin did`.
pub async fn did(ctx: &Context, arguments: DidArguments) -> Result<()> {
	let chain = ctx.chain().await?;
	let state = ctx.state().await?;
	let twin = ctx.twin_or_own(&state, arguments.what.as_deref()).await?;
	let did = Did::of(chain.genesis_hash(), twin.number);
	let json = if arguments.resolution {
		did::resolve(chain, &state, &did, &twin).await
	} else {
		if let (Some(block), false) = (twin.deactivated(), ctx.out.is_json()) {
			ctx.out.notice(format!("Twin {} was deactivated in block {block}.", twin.number));
		}
		did::document(&did, &twin)
	};
	ctx.out.print(&json, || {
		serde_json::to_string_pretty(&json).expect("all its keys are strings; qed")
	});
	Ok(())
}

/// The twin that `text` names: its number, DID, name or controller. A name in the phonebook goes
/// before that of a key on this machine; with an @ before it, it can only be the former.
pub async fn lookup(ctx: &Context, state: &State, text: &str) -> Result<TwinInfo> {
	let (name, of_key) = match What::of(text)? {
		What::Number(number) => return TwinInfo::read(state, number).await,
		What::Did(did) => {
			did.ensure_on(ctx.chain().await?.genesis_hash())?;
			return TwinInfo::read(state, did.number).await;
		},
		What::Account => return TwinInfo::controlled_by(state, ctx.account(text).await?).await,
		What::Name(name) => (name, ctx.store.contains(name)),
		What::AtName(name) => (name, false),
	};
	match TwinInfo::named(state, name).await? {
		Some(twin) => Ok(twin),
		None if of_key => TwinInfo::controlled_by(state, keys::account(name, &ctx.store)?).await,
		None => Err(no_such_name(state, name).await?),
	}
}

/// All of a twin for people.
fn text(twin: &TwinInfo, did: &Did) -> String {
	let mut lines = Report::new().line("twin", format!("{} ({})", twin.number, twin.kind.name()));
	lines = match twin.deactivated() {
		None => lines.line("shown as", twin.profile.display_name()),
		Some(block) => lines.line("state", format!("deactivated in block {block}")),
	};
	let paid = match twin.depositor == twin.controller {
		true => String::new(),
		false => format!(", paid by {}", twin.depositor),
	};
	let keys = twin.keys.iter();
	lines
		.lines(twin.name().map(|name| ("name", name)))
		.lines(twin.profile.country().map(|country| ("country", country)))
		.lines(twin.profile.logo().map(|logo| ("logo", logo)))
		.line("controller", twin.controller)
		.line("did", did)
		.lines(twin.endpoints().map(|endpoint| ("endpoint", endpoint)))
		.lines(keys.map(|key| {
			("key", format!("{}  {:14}  {}", key.id, key.purpose.name(), key.key.text()))
		}))
		.line("registered", format!("in block {}{paid}", twin.registered))
		.to_text()
}
