//! `invoice till`: keys that sign quotes, and nothing else.

use super::reads::{Book, Till};
use crate::{
	commands::{twin, Context},
	output,
};
use ourledger_client::{
	error::Result,
	submit::Draft,
	ticks::{self, Clock},
	twin::TwinInfo,
};
use serde_json::json;

/// Commands on tills.
#[derive(clap::Subcommand, Debug)]
pub enum Command {
	/// A seller's till.
	Show {
		/// The till's number.
		till: u16,
		/// The seller; the own twin unless given.
		#[arg(long)]
		seller: Option<String>,
	},
	/// Let a key sign quotes for the own twin, in place of the till's key before it if there is one.
	Set {
		/// The till's number, which the seller chooses.
		till: u16,
		/// The account of the till's key.
		#[arg(value_name = "KEY")]
		account: String,
		/// For how long from now on, such as 8h or 30d.
		#[arg(long = "for", value_name = ticks::SPAN, value_parser = ticks::parse_span)]
		span: u32,
	},
	/// Let a till sign no more quotes. Those that it has signed are void.
	Remove {
		/// The till's number.
		till: u16,
	},
}

/// Runs a command.
pub async fn run(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::Show { till, seller } => show(ctx, till, seller.as_deref()).await,
		Command::Set { till, account, span } => set(ctx, till, &account, span).await,
		Command::Remove { till } => remove(ctx, till).await,
	}
}

async fn show(ctx: &Context, number: u16, seller: Option<&str>) -> Result<()> {
	let state = ctx.state().await?;
	let seller = match seller {
		Some(text) => twin::lookup(ctx, &state, text).await?.number,
		None => ctx.own_twin(&state).await?.number,
	};
	let till = Till::read(&state, seller, number).await?;
	let clock = Clock::at(&state).await?;
	let json = json!({
		"seller": seller,
		"till": number,
		"key": till.key,
		"expires": till.expires,
		"block": state.block_json(),
	});
	ctx.out.print(&json, || {
		output::fields([
			("till", format!("{number} of twin {seller}")),
			("key", till.key.to_string()),
			("signs", format!("until {}", clock.when(till.expires))),
		])
	});
	Ok(())
}

async fn set(ctx: &Context, number: u16, account: &str, span: u32) -> Result<()> {
	let state = ctx.state().await?;
	let seller = ctx.own_active_twin(&state).await?;
	let key = ctx.account(account).await?;
	let clock = Clock::at(&state).await?;
	let expires = clock.after(span)?;
	let until = clock.when(expires);
	let call = state.call("Commerce", "set_till", (number, key, expires))?;
	let mut draft = Draft::new(call).for_twin(seller.number).effect(format!(
		"{key} signs quotes at till {number} of twin {}, until {until}",
		seller.number
	));
	if Till::find(&state, seller.number, number).await?.is_none() {
		Book::read(&state, seller.number).await?.ensure_room(seller.number)?;
		draft = draft.effect("it takes the place of one invoice, until it is removed");
	}
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	ctx.out.done(
		&done,
		json!({ "seller": seller.number, "till": number, "key": key, "expires": expires }),
		[
			("till", format!("{number} of twin {}", seller.number)),
			("key", key.to_string()),
			("signs", format!("until {until}")),
		],
	);
	Ok(())
}

async fn remove(ctx: &Context, number: u16) -> Result<()> {
	let state = ctx.state().await?;
	let seller = ctx.own_twin(&state).await?;
	Till::read(&state, seller.number, number).await?;
	let draft = Draft::new(state.call("Commerce", "remove_till", (number,))?)
		.for_twin(seller.number)
		.effect(format!("nobody signs at till {number} of twin {} any more", seller.number))
		.effect("its place is free for an invoice again");
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	ctx.out.done(
		&done,
		json!({ "seller": seller.number, "removed": number }),
		[("removed", format!("till {number} of twin {}", seller.number))],
	);
	Ok(())
}
