//! Payments, whole or in part, and the tax of what stays unpaid.

use crate::*;
use frame::prelude::*;
use ourledger_primitives::{
	invoice::Settlement,
	money::Kept,
	tax::{PaymentSplit, Source, TaxRules},
	Balance,
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_pay(
		payer: T::AccountId,
		id: InvoiceId,
		amount: Option<Balance>,
		business: bool,
	) -> DispatchResult {
		let mut invoice = Self::invoice_of(id)?;
		let outstanding = Self::payable(&invoice)?;
		let amount = amount.unwrap_or(outstanding);
		ensure!(amount > 0, Error::<T>::AmountZero);
		ensure!(amount <= outstanding, Error::<T>::PaymentTooLarge);
		// Parts are the buyer's: a stranger's would bind both parties to what they can still undo.
		let is_buyers = Self::is_buyers(&payer, &invoice);
		ensure!(is_buyers || amount == outstanding, Error::<T>::PartByStranger);
		// A payment under reverse charge makes the buyer owe tax: nobody else starts that before the
		// buyer has accepted.
		let starts = invoice.has_reverse_charge() && invoice.state == InvoiceState::Issued;
		ensure!(is_buyers || !starts, Error::<T>::NotAccepted);
		if is_buyers {
			Self::state_purpose(&mut invoice, business)?;
		}
		Self::take_payment(&payer, id, invoice, amount)
	}

	/// What is outstanding of an invoice that can be paid.
	pub(crate) fn payable(invoice: &InvoiceOf<T>) -> Result<Balance, Error<T>> {
		ensure!(!matches!(invoice.state, InvoiceState::Closed(_)), Error::<T>::AlreadyPaid);
		ensure!(invoice.is_open(), Error::<T>::NotOpen);
		let outstanding = invoice.outstanding();
		ensure!(outstanding > 0, Error::<T>::AlreadyPaid);
		Ok(outstanding)
	}

	/// Let an account pay so much of what is outstanding, the way that the invoice says.
	pub(crate) fn take_payment(
		payer: &T::AccountId,
		id: InvoiceId,
		mut invoice: InvoiceOf<T>,
		amount: Balance,
	) -> DispatchResult {
		// Whoever pays: the buyer has other accounts.
		invoice.end_silence();

		match invoice.settlement {
			Settlement::Direct => Self::collect_from(payer, id, &mut invoice, amount)?,
			Settlement::Escrow { days, .. } => {
				Self::take_into_escrow(payer, id, &mut invoice, amount, days)?;
			},
		}
		Self::close_if_settled(id, &mut invoice);
		Self::store(id, invoice);
		Ok(())
	}

	/// The buyer says what it buys as, with its first payment.
	fn state_purpose(invoice: &mut InvoiceOf<T>, business: bool) -> Result<(), Error<T>> {
		if invoice.business == business {
			return Ok(());
		}
		ensure!(invoice.payers.is_empty(), Error::<T>::PurposeFixed);
		invoice.business = business;
		Self::ensure_purpose(invoice)
	}

	/// Only a business books its seller's tax.
	pub(crate) fn ensure_purpose(invoice: &InvoiceOf<T>) -> Result<(), Error<T>> {
		ensure!(invoice.business || !invoice.has_reverse_charge(), Error::<T>::PurposeFixed);
		Ok(())
	}

	/// Let an account pay the seller, the taxes being split off.
	pub(crate) fn collect_from(
		payer: &T::AccountId,
		id: InvoiceId,
		invoice: &mut InvoiceOf<T>,
		amount: Balance,
	) -> DispatchResult {
		Self::add_payer(invoice, payer, amount, Kept::default())?;
		let from = Source::Account(payer);
		let split = T::Tax::collect(&invoice.trade(id), &mut invoice.bill, from, amount)?;
		Self::tell_payment(payer, id, invoice, amount, Some(split));
		Ok(())
	}

	/// Emit a payment that was split or, without a split, went into escrow.
	pub(crate) fn tell_payment(
		payer: &T::AccountId,
		id: InvoiceId,
		invoice: &InvoiceOf<T>,
		amount: Balance,
		split: Option<PaymentSplit>,
	) {
		let escrowed = split.is_none();
		let split = split.unwrap_or_default();
		let gross = invoice.bill.gross;
		Self::deposit_event(Event::PaymentReceived {
			invoice: id,
			payer: payer.clone(),
			amount,
			to_seller: split.seller,
			to_treasury: split.treasury,
			used: split.used,
			credited: split.credited,
			charged: split.charged,
			escrowed,
			// Saturating: what is outstanding is a part of the gross.
			paid: gross.saturating_sub(invoice.outstanding()),
			gross,
		});
	}

	pub(crate) fn do_collect_unpaid(id: InvoiceId) -> DispatchResult {
		let invoice = Self::unpaid(id)?;
		let today = T::Tax::today(invoice.jurisdiction)?;
		let grace = T::Tax::unpaid_days(invoice.jurisdiction)?;
		// From the end of the day on which it was due. Saturating: no clock comes that far.
		let over = invoice.due.saturating_add(1).saturating_add(grace);
		ensure!(today >= over, Error::<T>::NotDue);
		Self::take_unpaid_tax(id, invoice)?;
		Ok(())
	}

	/// An invoice that its buyer owes, and hasn't paid.
	pub(crate) fn unpaid(id: InvoiceId) -> Result<InvoiceOf<T>, Error<T>> {
		let invoice = Self::invoice_of(id)?;
		ensure!(invoice.state == InvoiceState::Accepted, Error::<T>::NotOpen);
		// What waits in escrow is paid, as far as the buyer can.
		ensure!(invoice.outstanding() > 0, Error::<T>::AlreadyPaid);
		Ok(invoice)
	}

	/// Take from the seller all tax that such an invoice still owes; how much that was, with what was
	/// set against the seller's credit.
	pub(crate) fn take_unpaid_tax(
		id: InvoiceId,
		mut invoice: InvoiceOf<T>,
	) -> Result<Balance, DispatchError> {
		let split = T::Tax::collect_unpaid(&invoice.trade(id), &mut invoice.bill)?;
		// Saturating: both are parts of the tax.
		let amount = split.treasury.saturating_add(split.used);
		ensure!(amount > 0, Error::<T>::AlreadyPaid);
		Self::store(id, invoice);
		Self::deposit_event(Event::UnpaidTaxCollected { invoice: id, amount });
		Ok(amount)
	}
}
