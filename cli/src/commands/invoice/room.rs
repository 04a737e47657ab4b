//! `invoice room`: how many invoices of a seller the chain's state has room for.

use crate::{commands::Context, output::report::Report};
use ourledger_client::{error::Result, hash, submit::Draft};
use ourledger_documents::on_chain::room::{self, Book};
use ourledger_primitives::twin::TwinNumber;

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
	let state = ctx.state().await?;
	let (Command::Show { seller } | Command::Add { seller, .. } | Command::Remove { seller, .. }) =
		&command;
	let seller = ctx.twin_or_own(&state, seller.as_deref()).await?.number;
	let draft = match command {
		Command::Show { .. } => {
			let book = Book::read(&state, seller).await?;
			let report = report(seller, &book)
				.json("next", book.next)
				.line("next", format!("{seller}/{}", book.next))
				.field("receipt", "receipt", hash::text(&book.receipt))
				.json("block", state.block_json());
			ctx.out.show(&report);
			return Ok(());
		},
		Command::Add { invoices, .. } => {
			room::add(&state, seller, invoices, ctx.acting_account().await?).await?
		},
		Command::Remove { invoices, .. } => {
			room::remove(&state, seller, invoices, ctx.acting_account().await?).await?
		},
	};
	changed(ctx, draft, seller).await
}

fn report(seller: TwinNumber, book: &Book) -> Report {
	Report::new()
		.json("seller", seller)
		.line("seller", format!("twin {seller}"))
		.json("room", book.room)
		.line("room", format!("for {} invoices, of which {} are taken", book.room, book.open))
		.json("open", book.open)
}

async fn changed(ctx: &Context, draft: Draft, seller: TwinNumber) -> Result<()> {
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let after = ctx.chain().await?.at(done.block_hash).await?;
	ctx.out.told(&done, report(seller, &Book::read(&after, seller).await?));
	Ok(())
}
