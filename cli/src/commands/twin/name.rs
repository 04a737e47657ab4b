//! `twin name`: the one name of a twin.

use crate::{commands::Context, output, output::report::Report};
use clap::Subcommand;
use ourledger_client::{
	amount,
	twin::{
		name::{self, Status},
		Deposits,
	},
	Result,
};

/// Commands on the twin's name.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Claim a name that nobody has, nor one that looks like it.
	Claim {
		/// 3 to 32 letters, digits and single hyphens, a letter first. Capitals become small.
		name: String,
	},
	/// Give the name up. It rests then: for a while only this twin can claim it again.
	Release,
	/// Take a name out of the state that has rested; its deposit goes back to whoever had it.
	Clear {
		/// The name of a twin.
		name: String,
	},
	/// Ask whether a name could be claimed.
	Check {
		/// The name of a twin.
		name: String,
	},
}

/// Runs a command.
pub async fn run(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::Claim { name } => claim(ctx, &name).await,
		Command::Release => release(ctx).await,
		Command::Clear { name } => clear(ctx, &name).await,
		Command::Check { name } => check(ctx, &name).await,
	}
}

async fn claim(ctx: &Context, raw: &str) -> Result<()> {
	let name = name::valid(raw)?;
	let state = ctx.state().await?;
	let twin = ctx.own_active_twin(&state).await?;
	let draft = name::claim(&state, &twin, &name).await?;
	ctx.submit_telling(draft, |_| {
		Ok(Report::new().field("twin", "twin", twin.number).field("name", "name", name))
	})
	.await
}

async fn release(ctx: &Context) -> Result<()> {
	let state = ctx.state().await?;
	let twin = ctx.own_active_twin(&state).await?;
	let (draft, name) = name::release(&state, &twin)?;
	ctx.submit_telling(draft, |_| {
		Ok(Report::new().field("twin", "twin", twin.number).field("released", "released", name))
	})
	.await
}

async fn clear(ctx: &Context, raw: &str) -> Result<()> {
	let name = name::valid(raw)?;
	let state = ctx.state().await?;
	let draft = name::clear(&state, &name).await?;
	ctx.submit_telling(draft, |_| Ok(Report::new().field("cleared", "cleared", name))).await
}

async fn check(ctx: &Context, raw: &str) -> Result<()> {
	let name = match name::valid(raw) {
		Ok(name) => name,
		Err(why) => {
			let json = name::invalid_json(raw, &why);
			ctx.out.print(&json, || format!("Can't be claimed: {why}."));
			return Ok(());
		},
	};
	let state = ctx.state().await?;
	let status = Status::read(&state, &name).await?;
	let deposit = match status {
		Status::Free => amount::format(Deposits::read(&state).await?.name),
		_ => String::new(),
	};
	ctx.out.print(&status.json(&name), || match status.obstacle(&name) {
		Some(why) => format!("Can't be claimed: {why}."),
		None => output::fields([("name", format!("{name} can be claimed")), ("deposit", deposit)]),
	});
	Ok(())
}
