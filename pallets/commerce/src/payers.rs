//! Who paid an invoice, and who gets what back.

use crate::*;
use alloc::vec::Vec;
use frame::prelude::*;
use ourledger_primitives::{
	invoice::{Payer, MAX_PAYERS},
	money::{Kept, LocalMoney},
	tax::refunds,
	twin::Twins,
	Balance,
};

impl<T: Config> Pallet<T> {
	/// Whether the account is that of the invoice's buyer.
	pub(crate) fn is_buyers(account: &T::AccountId, invoice: &InvoiceOf<T>) -> bool {
		let twin = T::Twins::number_of(account);
		twin.is_some() && twin == invoice.buyer
	}

	/// Note that `account` pays so much of what has arrived, and so much of what waits. Whoever has
	/// paid before becomes the newest.
	pub(crate) fn add_payer(
		invoice: &mut InvoiceOf<T>,
		account: &T::AccountId,
		paid: Balance,
		kept: Kept,
	) -> Result<(), Error<T>> {
		let place = invoice.payers.iter().position(|payer| payer.account == *account);
		let is_full = invoice.payers.len() + 1 >= MAX_PAYERS as usize;
		// Nobody else takes the last place from the buyer, who may still want to pay.
		let is_kept = place.is_none() && is_full && invoice.buyer.is_some();
		ensure!(!is_kept || Self::is_buyers(account, invoice), Error::<T>::TooManyPayers);

		let new = Payer { account: account.clone(), paid: 0, kept: Kept::default() };
		let mut payer = place.map_or(new, |place| invoice.payers.remove(place));
		// Saturating: all payments together are at most the gross.
		payer.paid = payer.paid.saturating_add(paid);
		payer.kept.add(kept);
		invoice.payers.try_push(payer).map_err(|_| Error::<T>::TooManyPayers)
	}

	/// All that waits in escrow, as one; it has arrived from now on.
	pub(crate) fn take_all_kept(invoice: &mut InvoiceOf<T>) -> Kept {
		let mut all = Kept::default();
		for payer in invoice.payers.iter_mut() {
			let kept = core::mem::take(&mut payer.kept);
			all.add(kept);
			// Saturating: all payments together are at most the gross.
			payer.paid = payer.paid.saturating_add(kept.nominal);
		}
		invoice.escrowed = 0;
		all
	}

	/// Take `amount` off what waits in escrow, newest payment first, and say whose it was. At most
	/// four.
	pub(crate) fn take_off_kept(
		invoice: &mut InvoiceOf<T>,
		amount: Balance,
	) -> Vec<(T::AccountId, Kept)> {
		let mut left = amount.min(invoice.escrowed);
		invoice.escrowed -= left;
		let mut shares = Vec::new();
		for payer in invoice.payers.iter_mut().rev() {
			let nominal = payer.kept.nominal.min(left);
			// No more than there is.
			let Some(share) = payer.kept.split(nominal) else { continue };
			left -= nominal;
			if nominal > 0 {
				shares.push((payer.account.clone(), share));
			}
		}
		invoice.payers.retain(|payer| payer.paid > 0 || payer.kept.nominal > 0);
		shares
	}

	/// Take `amount` off what has arrived, newest payment first, and say whose it was. At most four.
	pub(crate) fn take_off_paid(
		invoice: &mut InvoiceOf<T>,
		amount: Balance,
	) -> Vec<(T::AccountId, Balance)> {
		let mut payers = invoice.payers.to_vec();
		let shares = refunds(&mut payers, amount);
		// No more than there were.
		invoice.payers = BoundedVec::truncate_from(payers);
		shares
	}

	/// Give `amount` of what is in escrow back to whoever paid, newest payment first.
	pub(crate) fn return_escrow(
		id: InvoiceId,
		invoice: &mut InvoiceOf<T>,
		amount: Balance,
	) -> DispatchResult {
		let pot = Self::escrow_account();
		for (payer, kept) in Self::take_off_kept(invoice, amount) {
			let settled = T::Money::settle(invoice.currency, &pot, &payer, kept)?;
			Self::deposit_event(Event::EscrowReturned {
				invoice: id,
				payer,
				amount: kept.nominal,
				charged: settled.charged,
				set_aside: settled.set_aside,
			});
		}
		Ok(())
	}

	/// Let the seller pay `amount` back to whoever paid, newest payment first.
	pub(crate) fn refund(
		id: InvoiceId,
		invoice: &mut InvoiceOf<T>,
		amount: Balance,
	) -> DispatchResult {
		let from = Self::account_of(id.seller)?;
		for (payer, amount) in Self::take_off_paid(invoice, amount) {
			let settled = T::Money::repay(invoice.currency, &from, &payer, amount)?;
			let set_aside = settled.set_aside;
			Self::deposit_event(Event::Refunded { invoice: id, payer, amount, set_aside });
		}
		Ok(())
	}
}
