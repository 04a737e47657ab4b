//! `twin add-key`, `twin remove-key` and `twin rotate`.

use crate::{commands::Context, output, output::report::Report};
use clap::Args;
use ourledger_client::{
	proxies::Proxies,
	twin::{
		keys::{self, KeyAdded},
		PublicKey, Purpose,
	},
	Result,
};

/// Arguments of `twin add-key`.
#[derive(Args, Debug)]
pub struct AddArguments {
	/// What the key is for.
	#[arg(value_enum)]
	purpose: Purpose,
	/// sr25519:0x…, ed25519:0x…, p256:0x… (compressed), x25519:0x…, ml-kem-768-hash:0x…
	/// (BLAKE2b-256) or ml-kem-768:FILE, which is hashed. To sign: the first three; to encrypt:
	/// the others.
	#[arg(value_name = "KEY")]
	public_key: String,
}

/// Arguments of `twin rotate`.
#[derive(Args, Debug)]
pub struct RotateArguments {
	/// The account that acts for the twin from now on.
	#[arg(long, value_name = "ACCOUNT")]
	new: String,
	/// The account that does nothing for it any more; without it, the key's own.
	#[arg(long, value_name = "ACCOUNT")]
	old: Option<String>,
}

/// `twin add-key`.
pub async fn add(ctx: &Context, arguments: AddArguments) -> Result<()> {
	let AddArguments { purpose, public_key } = arguments;
	let key: PublicKey = public_key.parse()?;
	key.ensure_serves(purpose)?;
	let state = ctx.state().await?;
	let twin = ctx.own_active_twin(&state).await?;
	let draft = keys::add(&state, &twin, purpose, key).await?;
	ctx.submit_telling(draft, |done| {
		let KeyAdded { twin, id } = done.expect("Twins", "KeyAdded")?;
		let report = Report::new()
			.field("twin", "twin", twin)
			.field("id", "id", id)
			.field("purpose", "purpose", purpose.name())
			.field("key", "key", key.text());
		Ok(report)
	})
	.await
}

/// `twin remove-key`.
pub async fn remove(ctx: &Context, id: u16) -> Result<()> {
	let state = ctx.state().await?;
	let twin = ctx.own_active_twin(&state).await?;
	let draft = keys::remove(&state, &twin, id)?;
	ctx.submit_telling(draft, |_| {
		Ok(Report::new()
			.field("twin", "twin", twin.number)
			.json("removed", id)
			.line("removed", format!("key {id}")))
	})
	.await
}

/// `twin rotate`.
pub async fn rotate(ctx: &Context, arguments: RotateArguments) -> Result<()> {
	let state = ctx.state().await?;
	let twin = ctx.own_twin(&state).await?;
	let key = ctx.key_account()?;
	let new = ctx.account(&arguments.new).await?;
	let old = match &arguments.old {
		Some(old) => ctx.account(old).await?,
		None => key,
	};
	let draft = keys::rotate(&state, &twin, key, (old, new)).await?;
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let proxies = Proxies::of(&ctx.state().await?, twin.controller).await?;
	let rows = proxies
		.list
		.iter()
		.map(|proxy| [proxy.delegate.to_string(), proxy.scope().into(), proxy.delay.to_string()]);
	let report = Report::new()
		.field("twin", "twin", twin.number)
		.field("controller", "controller", twin.controller)
		.json("added", new)
		.json("removed", old)
		.json("proxies", proxies.json())
		.line("acted for by", output::table(["account", "scope", "delay"], rows));
	ctx.out.told(&done, report);
	Ok(())
}
