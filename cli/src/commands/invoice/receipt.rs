//! `invoice receipt`: receipts, whether they are the chain's, and what they prove.

use super::InvoiceId;
use crate::{commands::Context, output::report::Report};
use ourledger_client::{
	chain::State,
	hash,
	money::{self, Currency},
	Error, Result,
};
use ourledger_documents::{
	document::read_text,
	on_chain::series::{invoice_text, note_json, note_text, totals_text, Series, Window},
	receipt::{read_all, Sums},
};
use serde_json::Value as Json;
use std::path::PathBuf;

/// Commands on receipts.
///
/// A seller's invoices and the credit notes on them have one series of numbers, and each receipt
/// hashes the one before it. The chain keeps the last.
#[derive(clap::Subcommand, Debug)]
pub enum Command {
	/// Verify a seller's receipts, in their order and without gaps, against the last one, which the
	/// chain keeps.
	Verify(Arguments),
	/// What is left of an invoice, as its seller's receipts prove it.
	///
	/// They have to go from the invoice's own to the last one, without gaps, so that no credit note
	/// is left out. Notes can take effect as long as the jurisdiction's days of correction run: only
	/// a proof to the last receipt of the last such day, or a later one, is final. It is so for ever
	/// once the invoice has left the chain's state: until then the jurisdiction can lengthen those
	/// days.
	Check {
		/// The invoice, as seller/number.
		invoice: InvoiceId,
		#[command(flatten)]
		arguments: Arguments,
	},
}

/// What is verified, and against what.
#[derive(clap::Args, Debug)]
pub struct Arguments {
	/// The receipts: JSON, one after the other or in a list, as "issue --json", "sell --json", "credit
	/// --json" and "cover --json" have them at result.receipt. Their whole output will do.
	file: PathBuf,
	/// The receipt before the first, unless that is the seller's number 1.
	#[arg(long, value_name = "HASH")]
	previous: Option<String>,
	/// What the last one has to be, from somebody you trust; then no node is asked for it.
	#[arg(long, value_name = "HASH")]
	last: Option<String>,
	/// The block after which the last one was the seller's last. A node that keeps old states is
	/// needed. The last final block unless given.
	#[arg(long, value_name = "NUMBER", conflicts_with = "last")]
	block: Option<u64>,
}

/// Runs a command.
pub async fn run(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::Verify(arguments) => verify(ctx, &arguments).await,
		Command::Check { invoice, arguments } => check(ctx, invoice, &arguments).await,
	}
}

/// Receipts that lead to the last one, how that is known, and the chain's state if it was asked.
async fn read(ctx: &Context, arguments: &Arguments) -> Result<(Series, String, Option<State>)> {
	let links = read_all(&read_text(&arguments.file)?)?;
	let previous = arguments.previous.as_deref().map(hash_of).transpose()?;
	let series = Series::new(links, previous)?;
	if let Some(text) = &arguments.last {
		series.ensure_ends_with(hash_of(text)?)?;
		return Ok((series, "the hash that was given".into(), None));
	}
	let state = state_at(ctx, arguments.block).await?;
	series.ensure_ends_as_in(&state).await?;
	Ok((series, format!("block {}, as the node says", state.number()), Some(state)))
}

/// What it took to verify them.
fn told(series: &Series, against: &str) -> Report {
	Report::new()
		.json_of(series.json())
		.line("receipts", series.span())
		.line("last", hash::text(&series.head()))
		.line("checked by", against)
}

/// The state after this block, or after the last final one.
async fn state_at(ctx: &Context, block: Option<u64>) -> Result<State> {
	let Some(number) = block else { return ctx.state().await };
	let chain = ctx.chain().await?;
	let hash = chain.block_hash(number).await?;
	let missing = || Error::not_found(format!("the chain has no block {number} yet"));
	chain.at(hash.ok_or_else(missing)?).await
}

fn hash_of(text: &str) -> Result<[u8; 32]> {
	hash::parse(text)
		.ok_or_else(|| Error::input(format!("{text:?} is no hash of 32 bytes, written 0x…")))
}

async fn verify(ctx: &Context, arguments: &Arguments) -> Result<()> {
	let (series, against, _) = read(ctx, arguments).await?;
	let report = told(&series, &against)
		.lines(series.invoices().map(|invoice| ("invoice", invoice_text(invoice))))
		.lines(series.notes().map(|note| ("credit note", note_text(note))));
	print(ctx, "Verified.", &report);
	Ok(())
}

fn print(ctx: &Context, head: &str, report: &Report) {
	ctx.out.print(&report.to_json(), || format!("{}\n{}", ctx.out.green(head), report.to_text()));
}

async fn check(ctx: &Context, at: InvoiceId, arguments: &Arguments) -> Result<()> {
	let (series, against, state) = read(ctx, arguments).await?;
	let (invoice, proof) = series.prove(at)?;
	// Of whoever trusts a hash, no node is asked: amounts stay as they are then.
	let (currency, window) = match &state {
		Some(state) => {
			let currency = Currency::read(state, invoice.currency).await?;
			(Some(currency), Window::read(state, invoice).await?)
		},
		None => (None, None),
	};
	let show = |totals| totals_text(totals, currency.as_ref());
	let own: Vec<_> = series.notes().filter(|note| note.invoice == at.number).collect();
	let notes = own.iter().map(|note| {
		let (number, day) = (note.number, money::date(note.day));
		("credit note", format!("{}/{number} of {day} took {}", at.seller, show(note.taken)))
	});
	let is_final = match &window {
		Some(window) => window.text(),
		None => "if the hash was the seller's last when no credit note could take effect any more"
			.into(),
	};
	let report = Report::new()
		.line("invoice", at)
		.line("issued", show(invoice.totals()))
		.lines(notes)
		.line("left", show(proof.left))
		.line("final", is_final)
		.and(told(&series, &against))
		.json("invoice", at.number)
		.json("notes", own.iter().map(|note| note_json(note)).collect::<Json>())
		.json("issued", Sums::from(invoice.totals()))
		.json("left", Sums::from(proof.left))
		.json("final", window.map(|window| window.is_final()))
		.json("inState", window.map(|window| window.in_state))
		.json("correctableUntil", window.map(|window| money::date(window.until)));
	print(ctx, "Proved.", &report);
	Ok(())
}
