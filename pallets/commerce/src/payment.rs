//! Payments, whole or in part, and the tax of what stays unpaid.

use crate::*;
use frame::prelude::*;
use ourledger_primitives::{
	invoice::Settlement,
	tax::{PaymentSplit, TaxRules},
	twin::Twins,
	Balance,
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_pay(
		payer: T::AccountId,
		id: InvoiceId,
		amount: Option<Balance>,
	) -> DispatchResult {
		let mut invoice = Self::invoice_of(id)?;
		ensure!(!matches!(invoice.state, InvoiceState::Closed(_)), Error::<T>::AlreadyPaid);
		ensure!(invoice.is_open(), Error::<T>::NotOpen);
		let outstanding = invoice.outstanding();
		ensure!(outstanding > 0, Error::<T>::AlreadyPaid);
		let amount = amount.unwrap_or(outstanding);
		ensure!(amount > 0, Error::<T>::AmountZero);
		ensure!(amount <= outstanding, Error::<T>::PaymentTooLarge);
		Self::ensure_liable(&payer, &invoice)?;

		match invoice.settlement {
			Settlement::Direct => Self::collect_from(&payer, id, &mut invoice, amount)?,
			Settlement::Escrow { days, .. } => {
				Self::take_into_escrow(&payer, id, &mut invoice, amount, days)?;
			},
		}
		Self::close_if_settled(id, &mut invoice);
		Self::store(id, invoice);
		Ok(())
	}

	/// A payment under reverse charge makes the buyer owe tax: nobody else starts that before the
	/// buyer has accepted.
	fn ensure_liable(payer: &T::AccountId, invoice: &InvoiceOf<T>) -> Result<(), Error<T>> {
		let reverse = invoice.bill.subtotals.iter().any(|it| it.is_reverse());
		let owed = reverse && invoice.state == InvoiceState::Issued;
		let own = T::Twins::number_of(payer);
		ensure!(!owed || own.is_some() && own == invoice.buyer, Error::<T>::NotAccepted);
		Ok(())
	}

	/// Let an account pay the seller, the taxes being split off.
	pub(crate) fn collect_from(
		payer: &T::AccountId,
		id: InvoiceId,
		invoice: &mut InvoiceOf<T>,
		amount: Balance,
	) -> DispatchResult {
		Self::add_payer(invoice, payer, amount)?;
		let split = T::Tax::collect(&invoice.trade(id), &mut invoice.bill, payer, amount)?;
		Self::tell_payment(payer, id, invoice, amount, Some(split));
		Ok(())
	}

	/// Emit a payment that was split or, without a split, went into escrow.
	pub(crate) fn tell_payment(
		payer: &T::AccountId,
		(seller, number): InvoiceId,
		invoice: &InvoiceOf<T>,
		amount: Balance,
		split: Option<PaymentSplit>,
	) {
		let escrowed = split.is_none();
		let split = split.unwrap_or_default();
		let gross = invoice.bill.gross;
		Self::deposit_event(Event::PaymentReceived {
			seller,
			number,
			payer: payer.clone(),
			amount,
			to_seller: split.seller,
			to_treasury: split.treasury,
			used: split.used,
			credited: split.credited,
			escrowed,
			// Saturating: what is outstanding is a part of the gross.
			paid: gross.saturating_sub(invoice.outstanding()),
			gross,
		});
	}

	pub(crate) fn do_collect_unpaid(id: InvoiceId) -> DispatchResult {
		let mut invoice = Self::invoice_of(id)?;
		ensure!(invoice.state == InvoiceState::Accepted, Error::<T>::NotOpen);
		// What waits in escrow is paid, as far as the buyer can.
		ensure!(invoice.outstanding() > 0, Error::<T>::AlreadyPaid);
		let today = Self::today_in(invoice.jurisdiction)?;
		let grace = T::Tax::unpaid_days(invoice.jurisdiction);
		let grace = grace.ok_or(Error::<T>::JurisdictionNotFound)?;
		// Saturating: no clock comes that far.
		ensure!(today >= invoice.due.saturating_add(grace), Error::<T>::NotDue);

		let split = T::Tax::collect_unpaid(&invoice.trade(id), &mut invoice.bill)?;
		// Saturating: both are parts of the tax.
		let amount = split.treasury.saturating_add(split.used);
		ensure!(amount > 0, Error::<T>::AlreadyPaid);
		Self::store(id, invoice);
		let (seller, number) = id;
		Self::deposit_event(Event::UnpaidTaxCollected { seller, number, amount });
		Ok(())
	}
}
