//! What files tell of an invoice: its document and, of its lines, what the chain keeps the hash of
//! alone.

use super::{papers::usual_path, Invoice, InvoiceId};
use crate::{
	canonical,
	document::{read_text, Document, CREDIT_NOTE},
	lines::AllLines,
	quote::Given,
};
use ourledger_client::{
	bounded,
	error::{Error, Result},
};
use serde_json::Value as Json;
use std::path::Path;

/// What is known of an invoice.
#[derive(Debug, PartialEq)]
pub struct Known {
	/// Its document, if it is there. What was sold at a till has none: the quote is it.
	pub document: Option<Document>,
	/// Its lines as they are now, where VAT is rounded per line; none if they aren't known.
	pub lines: AllLines,
}

impl Known {
	/// What an invoice's document, or quote, and that of the last note on it say. The document is looked
	/// for under its usual name unless it is named. `decimals` are those of the invoice's currency.
	pub fn read(
		at: InvoiceId,
		invoice: &Invoice,
		named: Option<&Path>,
		last_note: Option<&Path>,
		decimals: u8,
	) -> Result<Self> {
		let (document, lines) = match (invoice.till, named) {
			(Some(_), Some(path)) => (None, Some(of_quote(at, invoice, path)?)),
			(Some(_), None) => (None, None),
			(None, named) => {
				let document = document_of(at, &invoice.document, named)?;
				let lines = document.as_ref();
				let lines = lines.map(|it| AllLines::of_document(it, &invoice.bill, decimals));
				(document, lines.transpose()?)
			},
		};
		let lines =
			match (lines, last_note) {
				_ if invoice.bill.lines.is_none() => AllLines::default(),
				(Some(lines), Some(path)) => left_by(at, lines, path, decimals)?,
				(Some(lines), None) => lines,
				(None, None) => AllLines::default(),
				(None, Some(_)) => return Err(Error::usage(
					"--last-note has what is left of the lines: their names are in the invoice's \
					 document, so name that by --invoice-document, too",
				)),
			};
		Ok(Self { document, lines })
	}
}

/// The lines in the quote of what was sold at a till.
fn of_quote(at: InvoiceId, invoice: &Invoice, path: &Path) -> Result<AllLines> {
	let quote = Given::read(&path.display().to_string())?.signed.quote;
	match quote.document() == invoice.document {
		true => Ok(AllLines::of_sale(&quote.sale)),
		false => Err(another(at, path)),
	}
}

/// The invoice's document: the one that is named, which has to be it; else what has the name that it
/// was given at issue, if it is it.
pub fn document_of(
	at: InvoiceId,
	issued: &[u8; 32],
	named: Option<&Path>,
) -> Result<Option<Document>> {
	let usual = usual_path(issued);
	let path = named.unwrap_or(&usual);
	if named.is_none() && !path.exists() {
		return Ok(None);
	}
	let json = read_text(path).and_then(|text| {
		bounded::parse_unique(&text).map_err(|error| Error::input(format!("no document: {error}")))
	});
	let is_it = |json: &Json| canonical::hash(json).is_ok_and(|hash| hash == *issued);
	match (json, named) {
		(Ok(json), _) if is_it(&json) => Document::read(path).map(Some),
		(Ok(_), Some(path)) => Err(another(at, path)),
		(Err(error), Some(path)) => {
			Err(error.explained(|why| format!("{}: {why}", path.display())))
		},
		(_, None) => Ok(None),
	}
}

fn another(at: InvoiceId, path: &Path) -> Error {
	Error::verification(format!(
		"{} is not the document of {at}: its hash is another",
		path.display()
	))
}

/// What the last note left of them. That it is the last one, the hash of the lines tells.
fn left_by(at: InvoiceId, lines: AllLines, path: &Path, decimals: u8) -> Result<AllLines> {
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
		assess::{
			assess,
			tests::{by_line, rules, sale, sale_by_line, STANDARD},
		},
		complete::{complete, Of, Writing},
		on_chain::example::invoice,
		quote::Signed,
	};
	use ourledger_primitives::invoice::Quote;
	use serde_json::json;

	const AT: InvoiceId = InvoiceId { seller: 2, number: 7 };

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
			let known = Known::read(AT, there, document.as_deref(), note.as_deref(), 2);
			known.map(|known| known.lines)
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

	#[test]
	fn quote_is_the_document_of_what_was_sold_at_a_till() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("quote.txt");
		let quote = Quote {
			seller: 2,
			till: 1,
			nonce: [3; 16],
			jurisdiction: 0,
			currency: 1,
			buyer: None,
			sale: sale_by_line(STANDARD, &[3, 5]),
			expires: 100,
		};
		let (_, bill) = assess(&quote.sale, &by_line()).expect("is fine");
		let mut there = Invoice { till: Some(1), ..invoice(bill) };
		there.document = quote.document();
		let signed = Signed::new(quote, [9; 32], &subxt_signer::sr25519::dev::alice());
		std::fs::write(&path, signed.text()).expect("is written");
		let known = Known::read(AT, &there, Some(&path), None, 2).expect("is it");
		assert!(known.document.is_none() && known.lines.are_of(&there.bill));
		there.document = [8; 32];
		let error = Known::read(AT, &there, Some(&path), None, 2).expect_err("is another");
		assert_eq!(error.code(), 6);
	}
}
