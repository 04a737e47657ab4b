//! `invoice room`: how many invoices of a seller the chain's state has room for.

use super::reads::Book;
use crate::{
	commands::{twin, Context},
	output,
};
use ourledger_client::{
	amount,
	chain::State,
	error::{Error, Result},
	submit::{acting, Draft},
	twin::TwinInfo,
};
use serde_json::json;
use subxt::utils::AccountId32;

/// Commands on room. Whoever adds it pays the deposit, and gets it back with what is removed.
#[derive(clap::Subcommand, Debug)]
pub enum Command {
	/// How much room there is.
	Show {
		/// The seller; the own twin unless given.
		seller: Option<String>,
	},
	/// Add room for so many invoices. Anyone may, for any seller.
	Add {
		/// For how many invoices.
		invoices: u32,
		/// The seller; the own twin unless given.
		#[arg(long)]
		seller: Option<String>,
	},
	/// Remove room that this account added, as far as it is free.
	Remove {
		/// For how many invoices.
		invoices: u32,
		/// The seller; the own twin unless given.
		#[arg(long)]
		seller: Option<String>,
	},
}

/// Runs a command.
pub async fn run(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::Show { seller } => show(ctx, seller.as_deref()).await,
		Command::Add { invoices, seller } => add(ctx, invoices, seller.as_deref()).await,
		Command::Remove { invoices, seller } => remove(ctx, invoices, seller.as_deref()).await,
	}
}

async fn seller_of(ctx: &Context, state: &State, seller: Option<&str>) -> Result<u64> {
	Ok(match seller {
		Some(text) => twin::lookup(ctx, state, text).await?.number,
		None => ctx.own_twin(state).await?.number,
	})
}

async fn show(ctx: &Context, seller: Option<&str>) -> Result<()> {
	let state = ctx.state().await?;
	let seller = seller_of(ctx, &state, seller).await?;
	let book = Book::read(&state, seller).await?;
	let json = json!({
		"seller": seller,
		"room": book.room,
		"open": book.open,
		"next": book.next,
		"receipt": super::given::hex(&book.receipt),
		"block": state.block_json(),
	});
	ctx.out.print(&json, || {
		output::fields([
			("seller", format!("twin {seller}")),
			("room", format!("for {} invoices, of which {} are taken", book.room, book.open)),
			("next", format!("{seller}/{}", book.next)),
			("receipt", super::given::hex(&book.receipt)),
		])
	});
	Ok(())
}

/// For how many of a seller's invoices an account has added room.
async fn added_by(state: &State, seller: u64, account: AccountId32) -> Result<u32> {
	state.view("Commerce", "room", (seller, account)).await
}

async fn deposit_for(state: &State, invoices: u32) -> Result<u128> {
	match invoices {
		0 => Ok(0),
		_ => state.view("Commerce", "room_deposit", (invoices,)).await,
	}
}

async fn add(ctx: &Context, invoices: u32, seller: Option<&str>) -> Result<()> {
	let state = ctx.state().await?;
	let seller = seller_of(ctx, &state, seller).await?;
	// Whose money it is need not control the seller.
	acting::controller_of(&state, seller).await?;
	let had = added_by(&state, seller, ctx.acting_account().await?).await?;
	let has = had
		.checked_add(invoices)
		.ok_or_else(|| Error::input(format!("there can't be room for {invoices} more invoices")))?;
	let deposit = deposit_for(&state, has).await?;
	let deposit = deposit.saturating_sub(deposit_for(&state, had).await?);
	let draft = Draft::new(state.call("Commerce", "add_room", (seller, invoices))?)
		.deposit(deposit)
		.effect(format!("twin {seller} has room for {invoices} more invoices"));
	finish(ctx, draft, seller).await
}

async fn remove(ctx: &Context, invoices: u32, seller: Option<&str>) -> Result<()> {
	let state = ctx.state().await?;
	let seller = seller_of(ctx, &state, seller).await?;
	let account = ctx.acting_account().await?;
	let had = added_by(&state, seller, account).await?;
	let left = had.checked_sub(invoices).ok_or_else(|| {
		Error::refused(format!(
			"{account} has added room for {had} invoices of twin {seller}, and can't remove {invoices}"
		))
	})?;
	let back = deposit_for(&state, had).await?.saturating_sub(deposit_for(&state, left).await?);
	let draft = Draft::new(state.call("Commerce", "remove_room", (seller, invoices))?)
		.effect(format!("twin {seller} has room for {invoices} fewer invoices"))
		.effect(format!("{} come back to {account}", amount::format(back)));
	finish(ctx, draft, seller).await
}

async fn finish(ctx: &Context, draft: Draft, seller: u64) -> Result<()> {
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let after = ctx.chain().await?.at(done.block_hash).await?;
	let book = Book::read(&after, seller).await?;
	ctx.out.done(
		&done,
		json!({ "seller": seller, "room": book.room, "open": book.open }),
		[
			("seller", format!("twin {seller}")),
			("room", format!("for {} invoices, of which {} are taken", book.room, book.open)),
		],
	);
	Ok(())
}
