//! What a command is given of a sale: lines, or a document, and where and in what it takes place.

use super::reads::Place;
use crate::commands::parse;
use clap::Args;
use ourledger_client::{
	chain::State,
	error::{Error, Result},
	hash::blake2_256,
	money::{self, Currency},
	texts,
};
use ourledger_documents::document::{
	read_bytes, CodeRef, Document, Line, LineLevy, Prices, Withheld,
};
use std::path::{Path, PathBuf};

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
		let lines = self.line.iter().map(|text| line(text, self.gross));
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
		let currency = match (&self.currency, document.ourledger.currency) {
			(Some(text), _) => Currency::find(state, text).await?,
			(None, Some(id)) => Currency::read(state, id).await?,
			(None, None) => return Err(Error::usage("no currency is given: use --currency")),
		};
		let jurisdiction =
			self.jurisdiction.or(document.ourledger.jurisdiction).or(currency.jurisdiction);
		let jurisdiction = jurisdiction.ok_or_else(|| {
			Error::usage(format!(
				"{currency} belongs to no jurisdiction: name the place of supply by --jurisdiction"
			))
		})?;
		let supply = document.actual_delivery_date.as_deref().map(money::parse_date).transpose()?;
		let place = Place::read(state, jurisdiction, currency, supply).await?;
		document.ourledger.jurisdiction = Some(jurisdiction);
		document.ourledger.currency_symbol = Some(place.currency.symbol.clone());
		document.actual_delivery_date = Some(money::date(place.supply));
		document.invoice_issue_date = Some(money::date(place.today));
		Ok(place)
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
		let Some(text) = &self.evidence else {
			return Ok(());
		};
		let hash = match parse::hash(text) {
			Some(hash) => hash,
			None => blake2_256(&read_bytes(Path::new(text))?),
		};
		document.ourledger.evidence = Some(hex(&hash));
		Ok(())
	}
}

/// A line of a document from its short form.
fn line(text: &str, is_gross: bool) -> Result<Line> {
	let not_valid = |why: String| {
		Error::input(format!(
			"the line {text:?} is not valid: {why}. It is written as what;quantity;price;code, or \
			 what;quantity;price;code;levies"
		))
	};
	let parts: Vec<_> = text.split(';').map(str::trim).collect();
	let (name, quantity, price, code, levies) = match parts[..] {
		[name, quantity, price, code] => (name, quantity, price, code, ""),
		[name, quantity, price, code, levies] => (name, quantity, price, code, levies),
		_ => return Err(not_valid(format!("it has {} parts", parts.len()))),
	};
	if name.is_empty() || code.is_empty() {
		return Err(not_valid("it lacks a name or a code".into()));
	}
	texts::ensure_lines("itemName", name)?;
	let price = Some(price.parse().map_err(not_valid)?);
	let levies = levies.split(',').map(str::trim).filter(|levy| !levy.is_empty());
	Ok(Line {
		invoice_line_identifier: None,
		invoice_line_note: None,
		invoiced_quantity: quantity.parse().map_err(not_valid)?,
		invoiced_quantity_unit_of_measure_code: None,
		invoice_line_net_amount: None,
		invoice_line_allowances: vec![],
		invoice_line_charges: vec![],
		item_net_price: price.filter(|_| !is_gross),
		item_price_base_quantity: None,
		invoiced_item_vat_category_code: None,
		invoiced_item_vat_rate: None,
		item_name: name.into(),
		of_line: None,
		item_description: None,
		item_sellers_identifier: None,
		tax_code: CodeRef::from(code),
		levies: levies
			.map(|levy| LineLevy { tax_code: CodeRef::from(levy), quantity: None })
			.collect(),
		price_with_tax: price.filter(|_| is_gross),
		amount_with_tax: None,
	})
}

/// A hash as text and JSON have it.
pub fn hex(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn line_has_four_or_five_parts() {
		let plain = line("Bread; 2; 1.50; vat-standard", false).expect("is valid");
		assert_eq!(plain.item_name, "Bread");
		assert_eq!(plain.item_net_price.map(|price| price.to_string()), Some("1.50".into()));
		assert!(plain.levies.is_empty() && plain.price_with_tax.is_none());
		let full = line("Cola;6;1.20;1;sugar,9", true).expect("is valid");
		assert_eq!(full.tax_code, CodeRef::Number(1));
		assert_eq!(full.levies.len(), 2);
		assert_eq!(full.levies[1].tax_code, CodeRef::Number(9));
		assert!(full.item_net_price.is_none() && full.price_with_tax.is_some());
		for text in ["", "Bread", "Bread;2;1.50", ";2;1.50;1", "Bread;two;1.50;1", "a;1;1;1;;1"] {
			let error = line(text, false).expect_err(text).to_string();
			assert!(error.contains("what;quantity;price;code"), "{error}");
		}
	}

	#[test]
	fn line_is_of_something_that_shows() {
		for name in ["\u{3164}", "\u{2800}", "a\u{b}b", "a\u{fffe}"] {
			let error = line(&format!("{name};1;1.50;1"), false).expect_err(name).to_string();
			assert!(error.contains("itemName"), "{error}");
		}
	}

	#[test]
	fn evidence_is_a_hash_or_a_file() {
		let put = |text: &str| {
			let mut document = Document::default();
			let argument = EvidenceArgument { evidence: Some(text.into()) };
			argument.put_into(&mut document).map(|()| document.ourledger.evidence)
		};
		let hash = format!("0x{}", "12".repeat(32));
		assert_eq!(put(&hash), Ok(Some(hash)));
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("declaration.pdf");
		std::fs::write(&path, "abc").expect("is written");
		let evidence = put(path.to_str().expect("is UTF-8"));
		assert_eq!(evidence, Ok(Some(hex(&blake2_256(b"abc")))));
		assert_eq!(put("0x1234").map_err(|error| error.code()), Err(5));
	}
}
