//! What a command is given of a sale: lines, or a document, and where and in what it takes place.

use clap::Args;
use ourledger_client::{
	error::{Error, Result},
	State,
};
use ourledger_documents::{
	document::{Document, Prices, Withheld},
	notation,
	on_chain::Place,
};
use std::path::PathBuf;

/// What is sold, and where.
#[derive(Args, Clone, Debug)]
pub struct SaleArguments {
	/// A document: JSON with the business terms of EN 16931 by name. What can be worked out (codes'
	/// rates, totals, names of the parties) is left out of it.
	#[arg(long, value_name = "FILE")]
	pub file: Option<PathBuf>,
	/// A line: what, quantity, price of one, VAT code and, if need be, levies, as in
	/// "Bread;2;1.50;vat-standard" or "Cola;6;1.20;vat-standard;sugar,tourism". Codes are names or
	/// numbers of the jurisdiction's.
	#[arg(long, value_name = "LINE")]
	pub line: Vec<String>,
	/// The prices of the lines include VAT and levies.
	#[arg(long, conflicts_with = "file")]
	pub gross: bool,
	/// A tip: untaxed, and no turnover.
	#[arg(long, value_name = "AMOUNT", conflicts_with = "file")]
	pub tip: Option<String>,
	/// Code of what the payer keeps back for the seller's account.
	#[arg(long, value_name = "CODE", conflicts_with = "file")]
	pub withhold: Vec<String>,
	/// The currency, by its id or symbol.
	#[arg(long, value_name = "CURRENCY")]
	pub currency: Option<String>,
	/// The place of supply; the currency's own jurisdiction unless given.
	#[arg(long, value_name = "N")]
	pub jurisdiction: Option<u32>,
}

impl SaleArguments {
	/// The document, as far as it is given.
	pub fn document(&self) -> Result<Document> {
		if let Some(path) = &self.file {
			if !self.line.is_empty() {
				return Err(Error::usage("--file has the lines: leave --line out"));
			}
			return Document::read_given(path);
		}
		if self.line.is_empty() {
			return Err(Error::usage(
				"nothing is sold: name a document by --file, or lines by --line",
			));
		}
		let mut document = Document::default();
		if self.gross {
			document.ourledger.prices = Prices::Gross;
		}
		let lines = self.line.iter().map(|text| notation::line(text, self.gross));
		document.invoice_lines = lines.collect::<Result<_>>()?;
		let tip = self
			.tip
			.as_deref()
			.map(|text| text.parse().map_err(|why| Error::input(format!("the tip: {why}"))));
		document.ourledger.tip = tip.transpose()?;
		let codes = self.withhold.iter();
		document.ourledger.withholdings =
			codes.map(|code| Withheld { tax_code: code.as_str().into(), amount: None }).collect();
		Ok(document)
	}

	/// Where and in what it is sold; what the command line says goes before what the document does.
	/// Puts it into the document.
	pub async fn place(&self, state: &State, document: &mut Document) -> Result<Place> {
		Place::of_sale(state, document, self.currency.as_deref(), self.jurisdiction).await
	}
}

/// What proves an export.
#[derive(Args, Clone, Debug)]
pub struct EvidenceArgument {
	/// The evidence that codes of category G need: its BLAKE2b-256 as 0x…, or the file, such as a
	/// customs declaration, which is hashed. Others get to know nothing but the hash.
	#[arg(long, value_name = "HEX|FILE")]
	evidence: Option<String>,
}

impl EvidenceArgument {
	/// Puts the hash into a document.
	pub fn put_into(&self, document: &mut Document) -> Result<()> {
		if let Some(text) = &self.evidence {
			document.ourledger.evidence = Some(notation::evidence(text)?);
		}
		Ok(())
	}
}
