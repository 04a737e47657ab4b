//! What a pallet that winds up a twin's affairs asks: the twin's debts are paid, and its taxes.

use crate::*;
use frame::prelude::*;
use ourledger_primitives::{
	invoice::{Creditors, InvoiceNumber},
	twin::TwinNumber,
	Balance,
};

impl<T: Config> Creditors<T::AccountId> for Pallet<T> {
	fn pay_accepted(
		account: &T::AccountId,
		buyer: TwinNumber,
		id: InvoiceId,
	) -> Result<Balance, DispatchError> {
		let invoice = Self::invoice_of(id)?;
		ensure!(invoice.buyer == Some(buyer), Error::<T>::NotBuyer);
		let amount = Self::payable(&invoice)?;
		ensure!(invoice.state == InvoiceState::Accepted, Error::<T>::NotAccepted);
		Self::take_payment(account, id, invoice, amount)?;
		Ok(amount)
	}

	fn collect_tax(seller: TwinNumber, number: InvoiceNumber) -> Result<Balance, DispatchError> {
		let id = InvoiceId { seller, number };
		let invoice = Self::unpaid(id)?;
		Self::take_unpaid_tax(id, invoice)
	}
}
