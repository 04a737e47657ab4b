//! `invoice till`: keys that sign quotes, and nothing else.

use crate::{commands::Context, output::report::Report};
use ourledger_client::{
	error::Result,
	ticks::{self, Clock},
};
use ourledger_documents::on_chain::till::{self, Till};

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

fn report(seller: u64, till: u16) -> Report {
	Report::new()
		.json("seller", seller)
		.json("till", till)
		.line("till", format!("{till} of twin {seller}"))
}

async fn show(ctx: &Context, number: u16, seller: Option<&str>) -> Result<()> {
	let state = ctx.state().await?;
	let seller = ctx.twin_or_own(&state, seller).await?.number;
	let till = Till::read(&state, seller, number).await?;
	let until = Clock::at(&state).await?.when(till.expires);
	let report = report(seller, number)
		.field("key", "key", till.key)
		.json("expires", till.expires)
		.line("signs", format!("until {until}"))
		.json("block", state.block_json());
	ctx.out.show(&report);
	Ok(())
}

async fn set(ctx: &Context, number: u16, account: &str, span: u32) -> Result<()> {
	let state = ctx.state().await?;
	let seller = ctx.own_active_twin(&state).await?.number;
	let key = ctx.account(account).await?;
	let (draft, until) = till::set(&state, seller, number, key, span).await?;
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let report = report(seller, number)
		.field("key", "key", key)
		.json("expires", until.tick)
		.line("signs", format!("until {until}"));
	ctx.out.told(&done, report);
	Ok(())
}

async fn remove(ctx: &Context, number: u16) -> Result<()> {
	let state = ctx.state().await?;
	let seller = ctx.own_twin(&state).await?.number;
	let Some(done) = ctx.submit(till::remove(&state, seller, number).await?).await? else {
		return Ok(());
	};
	let report = Report::new()
		.json("seller", seller)
		.json("removed", number)
		.line("removed", format!("till {number} of twin {seller}"));
	ctx.out.told(&done, report);
	Ok(())
}
