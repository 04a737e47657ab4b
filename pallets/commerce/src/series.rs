//! A seller's series: one run of numbers and one chain of receipts for invoices and notes on them.

use crate::*;
use alloc::vec::Vec;
use frame::prelude::*;
use ourledger_primitives::{
	invoice::{Bill, InvoiceNumber},
	money::Day,
	receipt::{prove, Link, NoteCore, ReceiptCore, Totals},
	tax::{JurisdictionId, TaxRules},
	twin::TwinNumber,
	Balance,
};

impl<T: Config> Pallet<T> {
	/// Give what `link` is about the next number of its series, and a link of the chain.
	fn append(book: &mut Book, link: &Link) -> DispatchResult {
		book.receipt = link.receipt(&book.receipt);
		book.next = book.next.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		Ok(())
	}

	/// Give the invoice the next number of its seller's series, a link of the chain of receipts and
	/// a place of the room. `book` is the seller's, with room.
	pub(crate) fn register(
		seller: TwinNumber,
		mut book: Book,
		invoice: &InvoiceOf<T>,
	) -> DispatchResult {
		let Totals { net, tax, tip, gross } = Totals::from(&invoice.bill);
		let Invoice { buyer, jurisdiction, currency, supply, document, till, reporting, .. } =
			*invoice;
		let number = book.next;
		let core = ReceiptCore {
			seller,
			number,
			buyer,
			jurisdiction,
			currency,
			supply,
			net,
			tax,
			tip,
			gross,
			document,
		};
		Self::append(&mut book, &Link::Invoice(core))?;
		// Below the room, hence below the type's end.
		book.open = book.open.saturating_add(1);
		Self::deposit_event(Event::InvoiceIssued {
			invoice: InvoiceId { seller, number },
			buyer,
			jurisdiction,
			currency,
			supply,
			net,
			tax,
			tip,
			gross,
			document,
			receipt: book.receipt,
			till,
			reporting,
		});
		Books::<T>::insert(seller, book);
		Ok(())
	}

	/// Give the note that makes the invoice's `bill` of what it was the next number of the seller's
	/// series, and a link of the chain of receipts. It needs no room: nothing of it stays.
	pub(crate) fn register_note(
		id: InvoiceId,
		invoice: &InvoiceOf<T>,
		bill: &Bill,
		document: Hash32,
		refund: Balance,
	) -> DispatchResult {
		let left = Totals::from(bill);
		// A note raises nothing: so the taxes have seen to it.
		let taken = Totals::from(&invoice.bill).less(&left).ok_or(ArithmeticError::Underflow)?;
		let day = T::Tax::today(invoice.jurisdiction)?;
		let InvoiceId { seller, number: invoice } = id;
		let mut book = Books::<T>::get(seller);
		let note = book.next;
		let core = NoteCore { seller, number: note, invoice, day, taken, left, document };
		Self::append(&mut book, &Link::Note(core))?;
		Self::deposit_event(Event::CreditNoteIssued {
			invoice: id,
			note,
			day,
			taken,
			left,
			document,
			refund,
			receipt: book.receipt,
		});
		Books::<T>::insert(seller, book);
		Ok(())
	}

	/// The last day on which a note can take effect on what was supplied on `supply`.
	pub(crate) fn last_correction(
		jurisdiction: JurisdictionId,
		supply: Day,
	) -> Result<Day, DispatchError> {
		let window = T::Tax::correction_days(jurisdiction)?;
		// Saturating: no clock comes that far.
		Ok(supply.saturating_add(window))
	}

	/// What is left of the invoice with which `links` begin, if they lead to the end of its chain.
	pub(crate) fn check_proof(previous: Hash32, links: &[Link]) -> Option<Totals> {
		let book = Books::<T>::get(links.first()?.seller());
		let proof = prove(links, &previous).ok()?;
		(proof.receipt == book.receipt).then_some(proof.left)
	}

	pub(crate) fn page(
		seller: TwinNumber,
		from: InvoiceNumber,
		limit: u32,
	) -> Vec<(InvoiceNumber, InvoiceOf<T>)> {
		let limit = InvoiceNumber::from(limit.min(MAX_PAGE));
		let first = from.max(1);
		// Saturating: numbers end before that.
		let end = first.saturating_add(limit).min(Books::<T>::get(seller).next);
		(first..end)
			.filter_map(|number| Some((number, Invoices::<T>::get(seller, number)?)))
			.collect()
	}
}
