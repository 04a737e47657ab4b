//! The papers of an invoice: its document, the sealed copy, the record.

use crate::commands::{record, Context};
use ourledger_client::{
	submit::{Draft, Submitted},
	Result,
};
use ourledger_documents::{
	codes,
	document::ElectronicAddress,
	iso,
	on_chain::{
		known_keys::KnownKeys,
		papers::{Papers, Wanted},
		parties::Said,
	},
};
use ourledger_primitives::twin::TwinNumber;
use std::path::PathBuf;

/// Where the papers go.
#[derive(clap::Args, Clone, Debug)]
pub struct PaperArguments {
	/// Where to write the document; the sealed copy is beside it, with the ending .sealed. The name
	/// is made from the hash unless given.
	#[arg(long, value_name = "FILE")]
	pub out: Option<PathBuf>,
	/// ISO 4217 code that the currency is pegged to, one to one: documents say it instead of XXX. It
	/// is refused where the authority publishes another rate for it.
	#[arg(long, value_name = "CODE", value_parser = iso::code)]
	pub peg: Option<String>,
	/// A note to the buyer.
	#[arg(long, value_name = "TEXT")]
	pub note: Option<String>,
	#[command(flatten)]
	pub parties: PartyArguments,
	/// Append the sealed document as a record of the own twin.
	#[arg(long)]
	pub record: bool,
}

/// What a document says of its parties, where neither it nor the phonebook does.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct PartyArguments {
	/// The seller's electronic address, with its scheme in the EAS list, such as 0208:0403170701. That
	/// of the phonebook unless given: an endpoint iso6523-actorid-upis::SCHEME:ADDRESS, else
	/// mailto:ADDRESS. If both parties have one in Peppol's network, the UBL is for it.
	#[arg(long, value_name = "SCHEME:ADDRESS", value_parser = codes::parse_address)]
	pub seller_address: Option<ElectronicAddress>,
	/// The buyer's electronic address, in the same form.
	#[arg(long, value_name = "SCHEME:ADDRESS", value_parser = codes::parse_address)]
	pub buyer_address: Option<ElectronicAddress>,
	/// The seller's country, such as BE; the phonebook's unless given.
	#[arg(long, value_name = "CODE", value_parser = codes::parse_country)]
	pub seller_country: Option<String>,
	/// The buyer's country, such as BE; the phonebook's unless given.
	#[arg(long, value_name = "CODE", value_parser = codes::parse_country)]
	pub buyer_country: Option<String>,
}

impl PaperArguments {
	/// What is wanted.
	pub fn wanted(self) -> Wanted {
		let Self { out, peg, note, parties, record } = self;
		Wanted { out, peg, note, parties: parties.said(), record }
	}
}

impl PartyArguments {
	/// What is said.
	pub fn said(self) -> Said {
		let Self { seller_address, buyer_address, seller_country, buyer_country } = self;
		Said { seller_address, buyer_address, seller_country, buyer_country }
	}
}

/// Submits what has these papers.
pub async fn submit(ctx: &Context, papers: &mut Papers, draft: Draft) -> Result<Option<Submitted>> {
	let mut known = KnownKeys::of_chain(ctx.chain().await?.genesis_hash(), ctx.folder())?;
	let draft = papers.drafted(draft, &known);
	let submitted = ctx
		.submit_noting(draft, |_| {
			if let Some(error) = papers.file(&mut known)? {
				ctx.out.notice(error.to_string());
			}
			Ok(())
		})
		.await;
	papers.settle(&submitted);
	submitted
}

/// Appends the sealed copy as a record, and returns its name. `done` is what is done already.
pub async fn record(
	ctx: &Context,
	papers: &Papers,
	twin: TwinNumber,
	done: &str,
) -> Result<Option<String>> {
	let Some((sealed, path)) = papers.sealed() else {
		return Ok(None);
	};
	let appended = record::append_descriptor(ctx, twin, &sealed.descriptor()).await;
	let appended = appended.map_err(|error| {
		error.explained(|why| {
			format!(
				"{why} ({done}; for the record run \"ourledger invoice document record {}\")",
				path.display()
			)
		})
	})?;
	Ok(appended.map(|number| format!("{twin}:{number}")))
}
