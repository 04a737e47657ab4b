//! Money that waits: in a pot, under the invoice's books, until somebody or a day decides.

use crate::*;
use alloc::vec::Vec;
use frame::prelude::*;
use ourledger_primitives::{
	invoice::{Delivery, Payer, Settlement},
	money::LocalMoney,
	tax::{refunds, TaxRules},
	Balance,
};

impl<T: Config> Pallet<T> {
	/// Let an account pay into the escrow. With the last part, the deadline begins to run.
	pub(crate) fn take_into_escrow(
		payer: &T::AccountId,
		id: InvoiceId,
		invoice: &mut InvoiceOf<T>,
		amount: Balance,
		days: u16,
	) -> DispatchResult {
		Self::add_payer(invoice, payer, amount)?;
		let pot = Self::escrow_account();
		if !T::Money::is_pot(&pot) {
			T::Money::open_pot(&pot)?;
		}
		T::Money::pay(invoice.currency, payer, &pot, amount)?;
		// Saturating: no more than the gross.
		invoice.escrowed = invoice.escrowed.saturating_add(amount);
		if invoice.outstanding() == 0 {
			Self::schedule_release(id, invoice, days);
		}
		Self::tell_payment(payer, id, invoice, amount, None);
		Ok(())
	}

	/// Pay all that is in escrow to the seller, the taxes being split off.
	pub(crate) fn release_escrow(
		id: InvoiceId,
		invoice: &mut InvoiceOf<T>,
		by: Release,
	) -> DispatchResult {
		let amount = invoice.escrowed;
		Self::unschedule_release(id, invoice);
		if amount == 0 {
			return Ok(());
		}
		let trade = invoice.trade(id);
		let pot = Self::escrow_account();
		let split = T::Tax::collect(&trade, &mut invoice.bill, &pot, amount)?;
		invoice.escrowed = 0;
		let (seller, number) = id;
		Self::deposit_event(Event::EscrowReleased {
			seller,
			number,
			amount,
			to_seller: split.seller,
			to_treasury: split.treasury,
			by,
		});
		Ok(())
	}

	/// Give `amount` of what is in escrow back to whoever paid, newest payment first.
	pub(crate) fn return_escrow(
		id: InvoiceId,
		invoice: &mut InvoiceOf<T>,
		amount: Balance,
	) -> DispatchResult {
		// Saturating: callers return no more than is there.
		invoice.escrowed = invoice.escrowed.saturating_sub(amount);
		let pot = Self::escrow_account();
		let (seller, number) = id;
		for share in Self::take_off_payers(invoice, amount) {
			let Payer { account: payer, paid: amount, since } = share;
			T::Money::give_back(invoice.currency, &pot, &payer, amount, since)?;
			Self::deposit_event(Event::EscrowReturned { seller, number, payer, amount });
		}
		Ok(())
	}

	/// Take `amount` off what the payers paid, newest first, and say whose it was since when. At
	/// most four.
	pub(crate) fn take_off_payers(
		invoice: &mut InvoiceOf<T>,
		amount: Balance,
	) -> Vec<Payer<T::AccountId>> {
		let before = invoice.payers.clone();
		let mut payers = before.to_vec();
		let shares = refunds(&mut payers, amount);
		// No more than there were.
		invoice.payers = BoundedVec::truncate_from(payers);
		let share = |(account, paid)| {
			let payer = before.iter().find(|payer| payer.account == account)?;
			Some(Payer { account, paid, since: payer.since })
		};
		shares.into_iter().filter_map(share).collect()
	}

	pub(crate) fn do_deliver(caller: T::AccountId, id: InvoiceId) -> DispatchResult {
		let twin = Self::ensure_twin(&caller)?;
		let mut invoice = Self::invoice_of(id)?;
		let (seller, number) = id;
		ensure!(twin == seller, Error::<T>::NotSeller);
		Self::ensure_valid(&invoice)?;
		ensure!(invoice.delivery == Delivery::Pending, Error::<T>::NothingToDeliver);

		invoice.delivery = Delivery::Delivered;
		Self::store(id, invoice);
		Self::deposit_event(Event::Delivered { seller, number });
		Ok(())
	}

	pub(crate) fn do_confirm(caller: T::AccountId, id: InvoiceId) -> DispatchResult {
		let mut invoice = Self::invoice_for_buyer(&caller, id)?;
		Self::ensure_valid(&invoice)?;
		ensure!(invoice.delivery != Delivery::Pending, Error::<T>::NotDelivered);
		let delivered = invoice.delivery == Delivery::Delivered;
		ensure!(delivered || invoice.escrowed > 0, Error::<T>::NothingToDeliver);

		if delivered {
			invoice.delivery = Delivery::Confirmed;
		}
		if invoice.state == InvoiceState::Disputed {
			invoice.state = InvoiceState::Accepted;
			invoice.cancel = None;
		}
		let (seller, number) = id;
		Self::deposit_event(Event::DeliveryConfirmed { seller, number });
		Self::release_escrow(id, &mut invoice, Release::Buyer)?;
		Self::close_if_settled(id, &mut invoice);
		Self::store(id, invoice);
		Ok(())
	}

	pub(crate) fn do_dispute(
		caller: T::AccountId,
		id: InvoiceId,
		reason: Hash32,
	) -> DispatchResult {
		let mut invoice = Self::invoice_for_buyer(&caller, id)?;
		ensure!(invoice.is_open(), Error::<T>::NotOpen);
		ensure!(invoice.escrowed > 0, Error::<T>::NothingEscrowed);

		Self::unschedule_release(id, &mut invoice);
		invoice.state = InvoiceState::Disputed;
		Self::store(id, invoice);
		let (seller, number) = id;
		Self::deposit_event(Event::Disputed { seller, number, reason });
		Ok(())
	}

	pub(crate) fn do_resolve(
		caller: T::AccountId,
		id: InvoiceId,
		to_buyer: Balance,
		reason: Hash32,
	) -> DispatchResult {
		let twin = Self::ensure_twin(&caller)?;
		let mut invoice = Self::invoice_of(id)?;
		let decides = matches!(
			invoice.settlement,
			Settlement::Escrow { arbiter, .. } if arbiter == twin
		);
		ensure!(decides, Error::<T>::NotArbiter);
		ensure!(invoice.escrowed > 0, Error::<T>::NothingEscrowed);
		let to_seller =
			invoice.escrowed.checked_sub(to_buyer).ok_or(Error::<T>::PaymentTooLarge)?;

		// What the buyer was given back it doesn't owe by having accepted; nor is tax of it due.
		invoice.state = InvoiceState::Issued;
		invoice.cancel = None;
		let (seller, number) = id;
		Self::deposit_event(Event::Resolved { seller, number, to_buyer, to_seller, reason });
		Self::return_escrow(id, &mut invoice, to_buyer)?;
		Self::release_escrow(id, &mut invoice, Release::Arbiter)?;
		Self::close_if_settled(id, &mut invoice);
		Self::store(id, invoice);
		Ok(())
	}

	pub(crate) fn do_release(id: InvoiceId) -> DispatchResult {
		let mut invoice = Self::invoice_of(id)?;
		ensure!(invoice.escrowed > 0, Error::<T>::NothingEscrowed);
		ensure!(invoice.is_open(), Error::<T>::NotOpen);
		let is_due = invoice.release.is_some_and(|day| day <= Self::today());
		ensure!(is_due, Error::<T>::NotDue);

		Self::release_escrow(id, &mut invoice, Release::Deadline)?;
		Self::close_if_settled(id, &mut invoice);
		Self::store(id, invoice);
		Ok(())
	}

	/// Neither rejected nor cancelled.
	pub(crate) fn ensure_valid(invoice: &InvoiceOf<T>) -> Result<(), Error<T>> {
		let void = matches!(invoice.state, InvoiceState::Rejected | InvoiceState::Cancelled);
		ensure!(!void, Error::<T>::NotOpen);
		Ok(())
	}
}
