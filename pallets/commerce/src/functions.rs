//! What several calls share: who acts, what day it is, and when an invoice is closed.

use crate::*;
use frame::{deps::frame_support::traits::Time, prelude::*, traits::AccountIdConversion};
use ourledger_primitives::{
	money::{day_of, Day},
	tax::TaxRules,
	twin::{TwinNumber, Twins},
};

impl<T: Config> Pallet<T> {
	/// Today, by UTC.
	pub(crate) fn today() -> Day {
		day_of(T::Time::now())
	}

	/// The day, by UTC, that begins when `days` days have passed for whoever waits from now on: as
	/// many times 24 hours at least, however close the next midnight is.
	pub(crate) fn after_a_wait(days: u16) -> Day {
		// Saturating: no clock comes that far.
		Self::today().saturating_add(days.into()).saturating_add(1)
	}

	pub(crate) fn ensure_days(days: u16) -> Result<(), Error<T>> {
		ensure!(days <= MAX_DAYS, Error::<T>::TooManyDays);
		Ok(())
	}

	pub(crate) fn invoice_of(id: InvoiceId) -> Result<InvoiceOf<T>, Error<T>> {
		Invoices::<T>::get(id.seller, id.number).ok_or(Error::<T>::InvoiceNotFound)
	}

	/// Keep what was done with the invoice. It ends a request to cancel: that was made before.
	pub(crate) fn store(id: InvoiceId, mut invoice: InvoiceOf<T>) {
		invoice.cancel = None;
		Invoices::<T>::insert(id.seller, id.number, invoice);
	}

	/// The invoice, for its buyer. What the buyer does with a bill of its own ends the silence.
	pub(crate) fn invoice_for_buyer(
		caller: &T::AccountId,
		id: InvoiceId,
	) -> Result<InvoiceOf<T>, DispatchError> {
		let twin = T::Twins::acting(caller)?;
		let mut invoice = Self::invoice_of(id)?;
		ensure!(invoice.buyer == Some(twin), Error::<T>::NotBuyer);
		invoice.end_silence();
		Ok(invoice)
	}

	/// The account of a seller, which the phonebook never forgets.
	pub(crate) fn account_of(seller: TwinNumber) -> Result<T::AccountId, DispatchError> {
		T::Twins::controller_of(seller).ok_or(DispatchError::Corruption)
	}

	/// The pot in which escrowed money waits.
	pub(crate) fn escrow_account() -> T::AccountId {
		T::EscrowPalletId::get().into_account_truncating()
	}

	/// Close the invoice if nothing of it is left to pay nor to release.
	pub(crate) fn close_if_settled(id: InvoiceId, invoice: &mut InvoiceOf<T>) {
		if !invoice.is_open() || invoice.bill.open() > 0 || invoice.escrowed > 0 {
			return;
		}
		Self::close(id, invoice);
		Self::put_on_agenda(id, invoice);
	}

	/// Close the invoice, of which nothing is left to pay nor to release. It still has to be put on
	/// the agenda.
	pub(crate) fn close(id: InvoiceId, invoice: &mut InvoiceOf<T>) {
		let today = Self::today();
		invoice.state = InvoiceState::Closed(today);
		let correction = T::Tax::correction_days(invoice.jurisdiction).unwrap_or(0);
		// Saturating: no clock comes that far.
		Self::retain(invoice, today.saturating_add(correction));
		Self::deposit_event(Event::InvoiceClosed { invoice: id });
	}
}
