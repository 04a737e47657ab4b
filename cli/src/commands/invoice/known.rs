//! What files tell of an invoice's lines, of which the chain keeps the hash alone.

use super::{reads::Invoice, Address};
use crate::{
	error::{Error, Result},
	invoices::{
		canonical,
		document::{read_text, Document, CREDIT_NOTE},
		lines::AllLines,
		quote::Given,
	},
};
use std::path::Path;

/// The lines of an invoice as they are now, as far as its document, or quote, and that of the last
/// note on it say; none if nothing is said, or VAT isn't rounded per line.
pub fn lines(
	at: Address,
	invoice: &Invoice,
	document: Option<&Path>,
	last_note: Option<&Path>,
	decimals: u8,
) -> Result<AllLines> {
	let Some(path) = document.filter(|_| invoice.bill.lines.is_some()) else {
		return match (last_note, invoice.bill.lines) {
			(Some(_), Some(_)) => Err(Error::usage(
				"--last-note has what is left of the lines: their names are in the invoice's document, \
				 so name that by --invoice-document, too",
			)),
			_ => Ok(AllLines::default()),
		};
	};
	let lines = match invoice.till {
		Some(_) => of_quote(at, invoice, path)?,
		None => of_document(at, invoice, path, decimals)?,
	};
	match last_note {
		Some(path) => left_by(at, lines, path, decimals),
		None => Ok(lines),
	}
}

fn of_quote(at: Address, invoice: &Invoice, path: &Path) -> Result<AllLines> {
	let name = path.display().to_string();
	let quote = Given::read(&name)?.signed.quote;
	ensure_same(at, &name, quote.document() == invoice.document)?;
	Ok(AllLines::of_sale(&quote.sale))
}

fn of_document(at: Address, invoice: &Invoice, path: &Path, decimals: u8) -> Result<AllLines> {
	let json = serde_json::from_str(&read_text(path)?)
		.map_err(|error| Error::input(format!("{} is no document: {error}", path.display())))?;
	let is_it = canonical::hash(&json)? == invoice.document;
	ensure_same(at, &path.display().to_string(), is_it)?;
	AllLines::of_document(&Document::read(path)?, &invoice.bill, decimals)
}

fn ensure_same(at: Address, path: &str, is_it: bool) -> Result<()> {
	match is_it {
		true => Ok(()),
		false => Err(Error::verification(format!(
			"{path} isn't the document of {at}: the chain has another hash of that"
		))),
	}
}

/// What the last note left of them. That it is the last one, the hash of the lines tells.
fn left_by(at: Address, lines: AllLines, path: &Path, decimals: u8) -> Result<AllLines> {
	let document = Document::read(path)?;
	let left = &document.ourledger.lines_left;
	if document.invoice_type_code.as_deref() != Some(CREDIT_NOTE) || left.is_empty() {
		return Err(Error::input(format!(
			"{} isn't the document of a credit note that has left lines of {at} (linesLeft)",
			path.display()
		)));
	}
	lines.left_by(left, decimals)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		commands::invoice::reads::tests::invoice,
		invoices::{
			assess::assess,
			assess::tests::{by_line, rules, sale, STANDARD},
			complete::{complete, Of, Writing},
		},
	};
	use serde_json::json;

	const AT: Address = Address { seller: 2, number: 7 };

	#[test]
	fn lines_come_from_the_document_and_the_last_note() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = |name: &str| folder.path().join(name);
		let line = json!({
			"itemName": "Sweet", "invoicedQuantity": 1, "itemNetPrice": "0.04", "taxCode": STANDARD,
		});
		let document = serde_json::from_value(json!({ "invoiceLines": [line] })).expect("is one");
		let done = complete(document, &by_line(), Of::Invoice, &Writing::default());
		let done = done.expect("is fine");
		let text = done.document.json();
		std::fs::write(path("invoice.json"), text.to_string()).expect("is written");
		let mut there = invoice(done.bill.clone());
		there.document = canonical::hash(&text).expect("is JSON");

		let read = |there: &Invoice, document: Option<&str>, note: Option<&str>| {
			let (document, note) = (document.map(path), note.map(path));
			lines(AT, there, document.as_deref(), note.as_deref(), 2)
		};
		let known = read(&there, Some("invoice.json"), None).expect("is it");
		assert!(known.are_of(&there.bill));
		assert_eq!(read(&there, None, None), Ok(AllLines::default()));
		let other = Invoice { document: [8; 32], ..there.clone() };
		let error = read(&other, Some("invoice.json"), None).expect_err("is another");
		assert_eq!(error.code(), 6);

		let mut note = done.document.clone();
		note.invoice_type_code = Some(CREDIT_NOTE.into());
		std::fs::write(path("note.json"), note.json().to_string()).expect("is written");
		assert!(read(&there, Some("invoice.json"), Some("note.json")).is_err(), "it left no lines");
		note.ourledger.lines_left = known.emptied().left(&there.bill, 2);
		std::fs::write(path("note.json"), note.json().to_string()).expect("is written");
		let left = read(&there, Some("invoice.json"), Some("note.json")).expect("is one");
		assert_eq!(left, known.emptied());
		let error = read(&there, None, Some("note.json")).expect_err("lacks the names");
		assert_eq!(error.code(), 2);
		// Where VAT is rounded per code, nobody needs to know.
		let (_, bill) = assess(&sale(&[(STANDARD, 4)]), &rules()).expect("is fine");
		let plain = invoice(bill);
		assert_eq!(read(&plain, None, Some("note.json")), Ok(AllLines::default()));
	}
}
