//! Money that waits: in a pot, under the invoice's books, until somebody or a day decides.

use crate::*;
use frame::prelude::*;
use ourledger_primitives::{
	invoice::{Delivery, Settlement},
	money::LocalMoney,
	tax::{Source, TaxRules},
	twin::Twins,
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
		let Invoice { jurisdiction, currency, buyer, .. } = *invoice;
		if let Some(buyer) = buyer {
			// At the release it might come to owe more tax that it doesn't pay.
			T::Tax::ensure_no_arrears(jurisdiction, buyer, currency)?;
		}
		ensure!(!invoice.bill.is_mostly_tax(), Error::<T>::EscrowMostlyTax);
		let kept = T::Money::keep(currency, amount)?;
		Self::add_payer(invoice, payer, 0, kept)?;
		T::Money::pay(currency, payer, &Self::escrow_account(), amount)?;
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
		Self::unschedule_release(id, invoice);
		let kept = Self::take_all_kept(invoice);
		let amount = kept.nominal;
		if amount == 0 {
			return Ok(());
		}
		let trade = invoice.trade(id);
		let pot = Self::escrow_account();
		let from = Source::Pot { pot: &pot, kept };
		let split = T::Tax::collect(&trade, &mut invoice.bill, from, amount)?;
		Self::deposit_event(Event::EscrowReleased {
			invoice: id,
			amount,
			to_seller: split.seller,
			to_treasury: split.treasury,
			used: split.used,
			credited: split.credited,
			charged: split.charged,
			set_aside: split.set_aside,
			by,
		});
		Ok(())
	}

	pub(crate) fn do_deliver(caller: T::AccountId, id: InvoiceId) -> DispatchResult {
		let twin = T::Twins::acting(&caller)?;
		let mut invoice = Self::invoice_of(id)?;
		ensure!(twin == id.seller, Error::<T>::NotSeller);
		Self::ensure_valid(&invoice)?;
		ensure!(invoice.delivery == Delivery::Pending, Error::<T>::NothingToDeliver);

		invoice.delivery = Delivery::Delivered;
		Self::store(id, invoice);
		Self::deposit_event(Event::Delivered { invoice: id });
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
			invoice.state = match invoice.writer {
				Writer::Seller => InvoiceState::Accepted,
				// Its own bill, a buyer can't accept.
				Writer::Buyer { .. } => InvoiceState::Issued,
			};
		}
		Self::deposit_event(Event::DeliveryConfirmed { invoice: id });
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
		// Neither arbiter nor buyer can let it wait for ever.
		Self::schedule_release(id, &mut invoice, T::DisputeDays::get());
		Self::store(id, invoice);
		Self::deposit_event(Event::Disputed { invoice: id, reason });
		Ok(())
	}

	pub(crate) fn do_resolve(
		caller: T::AccountId,
		id: InvoiceId,
		to_buyer: Balance,
		reason: Hash32,
	) -> DispatchResult {
		let twin = T::Twins::acting(&caller)?;
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
		// Nor has the seller agreed to what the arbiter left by being silent before.
		invoice.end_silence();
		Self::deposit_event(Event::Resolved { invoice: id, to_buyer, to_seller, reason });
		Self::return_escrow(id, &mut invoice, to_buyer)?;
		Self::release_escrow(id, &mut invoice, Release::Arbiter)?;
		Self::close_if_settled(id, &mut invoice);
		Self::store(id, invoice);
		Ok(())
	}

	pub(crate) fn do_release(id: InvoiceId) -> DispatchResult {
		let mut invoice = Self::invoice_of(id)?;
		ensure!(invoice.escrowed > 0, Error::<T>::NothingEscrowed);
		let is_due = invoice.release.is_some_and(|day| day <= Self::today());
		ensure!(is_due, Error::<T>::NotDue);

		if invoice.state == InvoiceState::Disputed {
			return Self::give_up_dispute(id, invoice);
		}
		Self::release_escrow(id, &mut invoice, Release::Deadline)?;
		Self::close_if_settled(id, &mut invoice);
		Self::store(id, invoice);
		Ok(())
	}

	/// Nobody decided: everything is as before it was paid.
	fn give_up_dispute(id: InvoiceId, mut invoice: InvoiceOf<T>) -> DispatchResult {
		Self::unschedule_release(id, &mut invoice);
		invoice.state = InvoiceState::Issued;
		invoice.end_silence();
		Self::deposit_event(Event::DisputeLapsed { invoice: id });
		let escrowed = invoice.escrowed;
		Self::return_escrow(id, &mut invoice, escrowed)?;
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
