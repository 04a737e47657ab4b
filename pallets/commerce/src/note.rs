//! Credit notes: what a seller takes back.

use crate::*;
use frame::prelude::*;
use ourledger_primitives::{
	invoice::{Bill, InvoiceNumber, Note},
	tax::{NoteOutcome, TaxRules},
	twin::Twins,
	Balance,
};

impl<T: Config> Pallet<T> {
	/// What a note weighs at most: giving back what waits weighs no more than a cancel, and its seller may
	/// be charged for credit that it uses.
	pub(crate) fn weight_of_note(note: &Note) -> Weight {
		let weight = T::WeightInfo::credit_note(note.lines());
		Self::with_all_going_back(weight)
	}

	/// What covering a note weighs at most.
	pub(crate) fn weight_of_cover() -> Weight {
		Self::with_all_going_back(T::WeightInfo::cover_note())
	}

	fn with_all_going_back(weight: Weight) -> Weight {
		let more = T::WeightInfo::cancel().saturating_add(T::WeightInfo::charge());
		weight.saturating_add(more).saturating_add(Self::newcomers(BACK))
	}

	pub(crate) fn do_credit_note(
		caller: T::AccountId,
		number: InvoiceNumber,
		note: &Note,
		document: Hash32,
	) -> DispatchResult {
		let seller = T::Twins::acting(&caller)?;
		let id = InvoiceId { seller, number };
		let mut invoice = Self::invoice_of(id)?;
		Self::ensure_correctable(&invoice)?;
		ensure!(invoice.note.is_none(), Error::<T>::NoteWaiting);

		let left = T::Tax::remainder(&invoice.bill, note)?;
		let mut bill = invoice.bill.clone();
		match T::Tax::credit(&invoice.trade(id), &mut bill, &left, 0)? {
			NoteOutcome::Settled { refund } => {
				Self::settle_note(id, invoice, bill, document, refund)?;
			},
			NoteOutcome::Waits { missing } => {
				invoice.note = Some(WaitingNote { left, document });
				Self::store(id, invoice);
				Self::deposit_event(Event::CreditNoteWaits { invoice: id, document, missing });
			},
		}
		Ok(())
	}

	pub(crate) fn do_cover_note(
		caller: T::AccountId,
		id: InvoiceId,
		max: Balance,
	) -> DispatchResult {
		let mut invoice = Self::invoice_for_buyer(&caller, id)?;
		let WaitingNote { left, document } =
			invoice.note.take().ok_or(Error::<T>::NoNoteWaiting)?;
		Self::ensure_correctable(&invoice)?;

		let mut bill = invoice.bill.clone();
		match T::Tax::credit(&invoice.trade(id), &mut bill, &left, max)? {
			NoteOutcome::Settled { refund } => {
				Self::settle_note(id, invoice, bill, document, refund)
			},
			NoteOutcome::Waits { .. } => Err(Error::<T>::NoteWaiting.into()),
		}
	}

	pub(crate) fn do_withdraw_note(caller: T::AccountId, number: InvoiceNumber) -> DispatchResult {
		let id = InvoiceId { seller: T::Twins::acting(&caller)?, number };
		let mut invoice = Self::invoice_of(id)?;
		ensure!(invoice.note.take().is_some(), Error::<T>::NoNoteWaiting);

		Self::store(id, invoice);
		Self::deposit_event(Event::CreditNoteWithdrawn { invoice: id });
		Ok(())
	}

	/// Put the note's `bill` in place, and pay the payers back: first what waits, if anything does.
	fn settle_note(
		id: InvoiceId,
		mut invoice: InvoiceOf<T>,
		bill: Bill,
		document: Hash32,
		refund: Balance,
	) -> DispatchResult {
		let waits = invoice.escrowed;
		Self::return_escrow(id, &mut invoice, waits)?;
		// Saturating, both: a note lowers what is paid by the refund at least.
		let back = invoice.bill.paid.saturating_sub(bill.paid);
		let made_good = back.saturating_sub(refund);
		Self::register_note(id, &invoice, &bill, document, refund)?;
		invoice.bill = bill;
		Self::refund(id, &mut invoice, refund)?;
		// What went to the treasury in place of the buyer's credit isn't paid any more, either.
		Self::take_off_paid(&mut invoice, made_good);
		Self::close_if_settled(id, &mut invoice);
		Self::store(id, invoice);
		Ok(())
	}

	/// In a state, and at a time, in which a note can take effect. A part that waits without a deadline
	/// doesn't keep the seller from it: else a buyer that pays a part and vanishes would.
	fn ensure_correctable(invoice: &InvoiceOf<T>) -> DispatchResult {
		Self::ensure_valid(invoice)?;
		ensure!(invoice.escrowed == 0 || invoice.waits_for_nobody(), Error::<T>::InEscrow);
		let today = T::Tax::today(invoice.jurisdiction)?;
		let last = Self::last_correction(invoice.jurisdiction, invoice.supply)?;
		ensure!(today <= last, Error::<T>::CorrectionOver);
		Ok(())
	}
}
