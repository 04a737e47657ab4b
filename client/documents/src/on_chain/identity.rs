//! Of which invoice or credit note a document is, as far as the chain's state still tells: documents
//! are kept for longer than invoices.

use super::{room::Book, Invoice, InvoiceId};
use crate::{document::Document, number};
use ourledger_client::{
	error::{Error, Result},
	hash, State,
};

/// Insists that the document with this hash is the one of an invoice.
pub async fn ensure_of(state: &State, at: InvoiceId, hash: &[u8; 32]) -> Result<()> {
	let invoice = Invoice::read(state, at).await?;
	ensure_same(at, &invoice.document, hash)
}

fn ensure_same(at: InvoiceId, issued: &[u8; 32], hash: &[u8; 32]) -> Result<()> {
	if issued == hash {
		return Ok(());
	}
	Err(Error::verification(format!(
		"this is not the document of {at}: its hash is {}, not {}",
		hash::text(hash),
		hash::text(issued)
	)))
}

/// Insists that a credit note is on this invoice, by what it says itself: the chain keeps no hash
/// of a note once it has taken effect.
fn ensure_note_on(at: InvoiceId, named: &str) -> Result<()> {
	if named == at.to_string() {
		return Ok(());
	}
	Err(Error::verification(format!(
		"this is no credit note on {at}, but on {named:?} (ourledger.precedingInvoice)"
	)))
}

/// Refuses what can't be the number of a note on this invoice: one that isn't after it in the same
/// series, or that the series hasn't come to. `next` is the series' next one.
fn ensure_possible(at: InvoiceId, on: InvoiceId, next: u64) -> Result<()> {
	if at.seller != on.seller || at.number <= on.number {
		return Err(Error::verification(format!(
			"{at} is no number of a credit note on {on}: it would be a later one in the same series"
		)));
	}
	match at.number < next {
		true => Ok(()),
		false => Err(Error::verification(format!("the chain hasn't given the number {at} yet"))),
	}
}

/// What the chain says of a document.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Numbered {
	/// The number that the chain gave, if it is the document's.
	pub number: Option<String>,
	/// What could not be checked.
	pub warnings: Vec<String>,
}

impl Numbered {
	/// Insists that the document with this hash is that of the invoice `at`. Of a credit note, `at` is
	/// its own number in the same series, of which the state has nothing, or the invoice that it is on.
	pub async fn read(
		state: &State,
		at: InvoiceId,
		document: &Document,
		hash: &[u8; 32],
	) -> Result<Self> {
		let found = Invoice::find(state, at).await?;
		let mut warnings = Vec::new();
		if !number::is_note(document) {
			match found {
				Some(invoice) => ensure_same(at, &invoice.document, hash)?,
				None => warnings.push(format!(
					"the hash could not be checked. The chain's state has no invoice {at}: it was pruned, \
					 or never issued."
				)),
			}
			return Ok(Self { number: Some(at.to_string()), warnings });
		}
		let on = number::invoice_of(document).unwrap_or_default();
		let is_on = on == at.to_string();
		if is_on && found.is_none() {
			warnings.push(format!(
				"that there is an invoice {at} could not be checked. The chain's state has none: it was \
				 pruned, or never issued."
			));
		}
		// If no invoice has this number, it can be the note's.
		let other = on.parse::<InvoiceId>().ok().filter(|_| !is_on && found.is_none());
		let Some(on) = other else {
			ensure_note_on(at, on)?;
			return Ok(Self { number: None, warnings });
		};
		let book = Book::read(state, at.seller).await?;
		ensure_possible(at, on, book.next)?;
		warnings.push(format!(
			"that this is the credit note {at} could not be checked. The chain's state keeps nothing of \
			 credit notes: the seller's receipts tell which has this number (\"ourledger invoice receipt \
			 verify\")."
		));
		Ok(Self { number: Some(at.to_string()), warnings })
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn document_of_another_invoice_is_refused() {
		let at = InvoiceId { seller: 2, number: 7 };
		assert_eq!(ensure_same(at, &[1; 32], &[1; 32]), Ok(()));
		let error = ensure_same(at, &[1; 32], &[2; 32]).expect_err("differs");
		assert!(error.to_string().contains("not the document of 2/7"), "{error}");
		assert_eq!(ensure_note_on(at, "2/7"), Ok(()));
		let error = ensure_note_on(at, "2/8").expect_err("is on another");
		assert!(error.to_string().contains("no credit note on 2/7"), "{error}");
	}

	#[test]
	fn note_has_a_later_number_of_the_same_series() {
		let on = InvoiceId { seller: 2, number: 7 };
		let check = |seller, number| ensure_possible(InvoiceId { seller, number }, on, 10);
		assert_eq!(check(2, 8), Ok(()));
		assert_eq!(check(2, 9), Ok(()));
		for (seller, number) in [(2, 7), (2, 6), (3, 8), (2, 10)] {
			assert_eq!(check(seller, number).map_err(|error| error.code()), Err(6), "{number}");
		}
	}
}
