//! How documents are called (BT-1), and what they refer to (BT-25).

use super::document::{Document, CREDIT_NOTE};
use ourledger_client::error::{Error, Result};

/// Digits after the invoice's number in what stands for a note's.
const PLACEHOLDER_DIGITS: usize = 8;

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
/// series, else the one that the chain gave the note as it took effect, `chain`. There is no third
/// one: whoever has the note would know it by two names.
pub fn of_note(document: &Document, chain: Option<&str>) -> Result<String> {
	let number = document.invoice_number.as_deref().or(chain);
	let number = number.ok_or_else(|| {
		Error::usage(
			"the credit note has no invoiceNumber: name its own number by --number SELLER/NUMBER, not the \
			 invoice's. The chain gave it as the note took effect: \"ourledger invoice credit\" or \
			 \"cover\" said it, and the seller's receipts do",
		)
	})?;
	let preceding = document.preceding_invoice_reference.as_ref();
	match preceding.is_some_and(|it| it.preceding_invoice_number == number) {
		true => Err(Error::input(format!(
			"the credit note's invoiceNumber is {number:?}, which is that of the invoice: it needs \
			 another, or none"
		))),
		false => Ok(number.into()),
	}
}

/// The number of an invoice or a credit note, as [`of_invoice`] and [`of_note`] have it.
pub fn of(document: &Document, chain: Option<&str>) -> Result<String> {
	match is_note(document) {
		true => of_note(document, chain),
		false => of_invoice(document, chain),
	}
}

/// What stands for the number of a credit note in the check before its issue, when the chain hasn't
/// given it one yet. No document leaves with it.
pub fn of_note_to_come(document: &Document) -> Result<String> {
	let on = invoice_of(document)
		.ok_or_else(|| Error::input("the credit note doesn't say which invoice it is on"))?;
	of_note(document, Some(&format!("{on}-{}", "0".repeat(PLACEHOLDER_DIGITS))))
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
	use crate::document::Preceding;

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
	fn one_note_has_one_number() {
		let note = note("2/40", "INV-2026-0042");
		// The chain's, and nothing in its place.
		assert_eq!(of_note(&note, Some("2/41")), Ok("2/41".into()));
		let error = of_note(&note, None).expect_err("has none");
		assert_eq!(error.code(), 2);
		assert!(error.to_string().contains("its own number by --number"), "{error}");
		// One in the seller's own series goes before, whatever else is named.
		let mut own = Document { invoice_number: Some("CN-1".into()), ..note };
		for chain in [None, Some("2/41"), Some("2/40")] {
			assert_eq!(of_note(&own, chain), Ok("CN-1".into()));
		}
		own.invoice_number = Some("INV-2026-0042".into());
		let error = of_note(&own, Some("2/41")).expect_err("is the invoice's").to_string();
		assert!(error.contains("that of the invoice"), "{error}");
	}

	#[test]
	fn note_is_checked_before_it_has_a_number() {
		let mut note = note("2/40", "2/40");
		assert_eq!(of_note_to_come(&note), Ok("2/40-00000000".into()));
		note.invoice_number = Some("CN-1".into());
		assert_eq!(of_note_to_come(&note), Ok("CN-1".into()));
		note.invoice_number = Some("2/40".into());
		assert!(of_note_to_come(&note).is_err());
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
		assert!(of_note_to_come(&note).is_err());
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
