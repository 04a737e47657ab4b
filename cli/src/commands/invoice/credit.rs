//! `invoice credit`: credit notes.

use super::{
	ensure_own,
	given::SaleArguments,
	paper::{self, PaperArguments},
	InvoiceId,
};
use crate::{commands::Context, output::report::Report};
use clap::Args;
use ourledger_client::{amount, Result};
use ourledger_documents::on_chain::{
	credit::{Correctable, Order},
	events::{CreditNoteIssued, CreditNoteWaits},
	known::Known,
};
use std::path::PathBuf;

/// Arguments of `credit`.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
	/// The invoice, as seller/number.
	invoice: InvoiceId,
	/// Take back all that is left of it.
	#[arg(long, conflicts_with_all = ["file", "line"])]
	full: bool,
	/// The document of the last credit note on the invoice, where VAT is rounded per line: it has what
	/// is left of the lines.
	#[arg(long, value_name = "FILE")]
	last_note: Option<PathBuf>,
	#[command(flatten)]
	sale: SaleArguments,
	/// The invoice's document, or the quote of what was sold at a till. The note refers to the invoice
	/// by the number that the buyer has, which is in it if it isn't the chain's, and takes the parties'
	/// addresses from it. Unless given, it is looked for under the name that "issue" gives it.
	///
	/// Where VAT is rounded per line it has the lines, of which the chain keeps the hash alone: what is
	/// taken back is of the line of the same name, or of the one that is named by its number, as in
	/// "#3;1;1.50;vat-standard".
	#[arg(long, value_name = "FILE")]
	invoice_document: Option<PathBuf>,
	/// Issue the note though no UBL can be made of it, as of the invoice.
	#[arg(long)]
	no_ubl: bool,
	#[command(flatten)]
	paper: PaperArguments,
}

/// `invoice credit`.
pub async fn run(ctx: &Context, arguments: Arguments) -> Result<()> {
	let at = arguments.invoice;
	ensure_own(ctx, at)?;
	let state = ctx.state().await?;
	let correctable = Correctable::read(&state, at).await?;
	let document = match arguments.full {
		true => correctable.whole(),
		false => arguments.sale.document()?,
	};
	let known = Known::read(
		at,
		&correctable.invoice,
		arguments.invoice_document.as_deref(),
		arguments.last_note.as_deref(),
		correctable.place.rules.decimals,
	)?;
	let order =
		Order { document, is_whole: arguments.full, known, goes_without_ubl: arguments.no_ubl };
	let wanted = arguments.paper.wanted();
	let mut note = correctable.prepare(&state, order, &wanted).await?;
	let draft = note.draft.clone();
	let Some(done) = paper::submit(ctx, &mut note.papers, draft).await? else {
		return Ok(());
	};
	let issued = CreditNoteIssued::of(&done)?;
	let waits = CreditNoteWaits::of(&done)?;
	let record = match wanted.record {
		true => {
			paper::record(ctx, &note.papers, at.seller, &format!("the note on {at} is made"))
				.await?
		},
		false => None,
	};
	let currency = &correctable.place.currency;
	let show = |units| currency.show(units);
	let receipt = issued.as_ref().map(CreditNoteIssued::receipt);
	let chains = issued.as_ref().map(|note| format!("{}/{}", at.seller, note.note));
	let number = note.number(chains.as_deref());
	// Its own, in a series that the seller has beside the chain's.
	let known_as = number.clone().filter(|note| chains.as_ref().is_some_and(|own| own != note));
	let left = receipt.as_ref().map(|note| note.left.gross.clone());
	let waiting = waits.as_ref().map(|note| {
		let most = amount::fixed(note.missing, currency.decimals.into());
		let cover = format!("ourledger invoice cover {at} --max {most}");
		("waits", format!("until the buyer covers {}: {cover}", show(note.missing)))
	});
	let report = Report::new()
		.json("seller", at.seller)
		.json("number", at.number)
		.line("invoice", at)
		.json("note", number)
		.json("noteNumber", issued.as_ref().map(|note| note.note))
		.lines(chains.map(|number| ("credit note", number)))
		.lines(known_as.map(|name| ("known as", name)))
		.field("credited", "taken back", currency.amount(note.back))
		.json("left", left)
		.json("refund", issued.as_ref().map(|note| currency.amount(note.refund)))
		.lines(issued.map(|note| {
			let left = format!("{}, refunded {}", show(note.left.gross), show(note.refund));
			("left of it", left)
		}))
		.json("missing", waits.map(|note| currency.amount(note.missing)))
		.lines(waiting)
		.json("expected", note.foreseen.json())
		.json("document", note.papers.json())
		.lines(note.papers.lines())
		.optional("record", "record", record)
		.json("receipt", receipt);
	ctx.out.told(&done, report);
	Ok(())
}
