//! How documents are called (BT-1), and what they refer to (BT-25).

use super::document::{Document, CREDIT_NOTE};
use crate::error::{Error, Result};

/// Digits of a note's hash in a name that is made of it.
const HASH_DIGITS: usize = 8;

/// Whether a document is a credit note.
pub fn is_note(document: &Document) -> bool {
	document.invoice_type_code.as_deref() == Some(CREDIT_NOTE)
}

/// The number of an invoice that its buyer knows it by: the seller's own, if the document has one,
/// else the chain's.
pub fn of_invoice(document: &Document, chain: Option<&str>) -> Result<String> {
	let number = document.invoice_number.as_deref().or(chain);
	number.map(Into::into).ok_or_else(|| {
		Error::usage(
			"the document has no invoiceNumber: name the chain's by --number SELLER/NUMBER",
		)
	})
}

/// The number of a credit note, which no other document of the seller has: its own in the seller's
/// series, else the chain's, `chain`, once it is known. Until then it is made of the invoice's and
/// the note's hash: there may be several notes on one invoice.
pub fn of_note(document: &Document, chain: Option<&str>, hash: &[u8; 32]) -> Result<String> {
	let preceding = document.preceding_invoice_reference.as_ref();
	let known_as = preceding.map(|it| it.preceding_invoice_number.as_str());
	if let Some(number) = document.invoice_number.as_deref().or(chain) {
		return match known_as == Some(number) {
			true => Err(Error::input(format!(
				"the credit note's invoiceNumber is {number:?}, which is that of the invoice: it needs \
				 another, or none"
			))),
			false => Ok(number.into()),
		};
	}
	let on = invoice_of(document)
		.ok_or_else(|| Error::input("the credit note doesn't say which invoice it is on"))?;
	Ok(format!("{on}-{}", &hex::encode(hash)[..HASH_DIGITS]))
}

/// The chain's address of the invoice that a credit note is on. Notes of old have it in place of the
/// number that the buyer knows.
pub fn invoice_of(document: &Document) -> Option<&str> {
	let preceding = document.preceding_invoice_reference.as_ref();
	let named = document.ourledger.preceding_invoice.as_deref();
	named.or(preceding.map(|it| it.preceding_invoice_number.as_str()))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::invoices::document::Preceding;

	fn note(on: &str, known_as: &str) -> Document {
		let code = Some(CREDIT_NOTE.into());
		let mut note = Document { invoice_type_code: code, ..Document::default() };
		let number = known_as.into();
		note.preceding_invoice_reference =
			Some(Preceding { preceding_invoice_number: number, ..Preceding::default() });
		note.ourledger.preceding_invoice = Some(on.into());
		note
	}

	#[test]
	fn notes_on_one_invoice_have_numbers_of_their_own() {
		let note = note("2/40", "INV-2026-0042");
		let (one, other) = (of_note(&note, None, &[1; 32]), of_note(&note, None, &[2; 32]));
		assert_eq!(one, Ok("2/40-01010101".into()));
		assert_ne!(one, other);
		let invoice = of_invoice(&Document::default(), Some("2/40")).expect("has one");
		assert!(![one, other].contains(&Ok(invoice)));
		// As soon as the chain's is known, it is that; one in the seller's own series goes before.
		assert_eq!(of_note(&note, Some("2/41"), &[1; 32]), Ok("2/41".into()));
		let mut own = Document { invoice_number: Some("CN-1".into()), ..note };
		assert_eq!(of_note(&own, Some("2/41"), &[1; 32]), Ok("CN-1".into()));
		own.invoice_number = Some("INV-2026-0042".into());
		let error =
			of_note(&own, Some("2/41"), &[1; 32]).expect_err("is the invoice's").to_string();
		assert!(error.contains("that of the invoice"), "{error}");
	}

	#[test]
	fn note_says_which_invoice_it_is_on() {
		let mut note = note("2/40", "INV-2026-0042");
		assert_eq!(invoice_of(&note), Some("2/40"));
		// As notes of old do.
		note.ourledger.preceding_invoice = None;
		assert_eq!(invoice_of(&note), Some("INV-2026-0042"));
		note.preceding_invoice_reference = None;
		assert_eq!(invoice_of(&note), None);
		assert!(of_note(&note, None, &[1; 32]).is_err());
	}

	#[test]
	fn invoice_has_the_sellers_number_or_the_chains() {
		let mut document = Document::default();
		assert_eq!(of_invoice(&document, None).map_err(|error| error.code()), Err(2));
		assert_eq!(of_invoice(&document, Some("2/7")), Ok("2/7".into()));
		document.invoice_number = Some("INV-2026-0042".into());
		assert_eq!(of_invoice(&document, Some("2/7")), Ok("INV-2026-0042".into()));
	}
}
