//! What must always hold. Iterates over all invoices, so it never runs on a live chain.

#![cfg(any(test, feature = "try-runtime"))]

use crate::*;
use alloc::collections::{BTreeMap, BTreeSet};
use frame::{deps::sp_runtime::TryRuntimeError, prelude::*};
use ourledger_primitives::{
	invoice::{Payer, Settlement},
	money::{CurrencyId, LocalMoney},
	twin::TwinNumber,
	Balance,
};

impl<T: Config> Pallet<T> {
	/// Checks every invariant that the README lists.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		let sold = Quotes::<T>::iter();
		let sold = sold.map(|(_, quote, number)| InvoiceId { seller: quote.0, number });
		let sold = sold.collect::<BTreeSet<_>>();
		for (seller, number, invoice) in Invoices::<T>::iter() {
			let id = InvoiceId { seller, number };
			Self::try_state_amounts(&invoice)?;
			Self::try_state_state(&invoice)?;
			Self::try_state_days(id, &invoice, sold.contains(&id))?;
		}
		Self::try_state_escrow()?;
		Self::try_state_books()?;
		Self::try_state_cursors()
	}

	/// An invoice's sums hold.
	fn try_state_amounts(invoice: &InvoiceOf<T>) -> Result<(), TryRuntimeError> {
		let bill = &invoice.bill;
		let parts = [bill.net(), bill.tax(), bill.tip].into_iter().fold(0, Balance::saturating_add);
		ensure!(parts == bill.gross, "net, tax and tip don't sum to the gross");
		let paid = bill.paid.saturating_add(invoice.escrowed);
		ensure!(paid <= bill.gross, "more is paid than the gross");
		let payers = &invoice.payers;
		let sum = |part: fn(&Payer<T::AccountId>) -> Balance| {
			payers.iter().map(part).fold(0, Balance::saturating_add)
		};
		ensure!(sum(|it| it.paid) == bill.paid, "the payers didn't pay what was paid");
		let kept = sum(|it| it.kept.nominal);
		ensure!(kept == invoice.escrowed, "the payers didn't pay what is in escrow");
		for (place, payer) in payers.iter().enumerate() {
			ensure!(payer.paid > 0 || payer.kept.nominal > 0, "a payer paid nothing");
			let has_units = !payer.kept.units.is_zero();
			ensure!(
				has_units == (payer.kept.nominal > 0),
				"what waits has no units, or units wait"
			);
			let earlier = &payers[..place];
			ensure!(
				earlier.iter().all(|other| other.account != payer.account),
				"a payer is there twice"
			);
		}
		Ok(())
	}

	/// An invoice's state fits what was paid of it.
	fn try_state_state(invoice: &InvoiceOf<T>) -> Result<(), TryRuntimeError> {
		let settled = invoice.bill.open() == 0 && invoice.escrowed == 0;
		let fits = match invoice.state {
			InvoiceState::Issued | InvoiceState::Accepted => !settled,
			InvoiceState::Disputed => invoice.escrowed > 0,
			InvoiceState::Closed(_) => settled,
			InvoiceState::Rejected | InvoiceState::Cancelled => {
				invoice.bill.paid == 0 && invoice.escrowed == 0
			},
		};
		ensure!(fits, "an invoice's state doesn't fit what was paid");
		let is_direct = invoice.settlement == Settlement::Direct;
		ensure!(!is_direct || invoice.escrowed == 0, "a direct invoice has money in escrow");
		ensure!(is_direct || invoice.buyer.is_some(), "nobody can confirm an escrow");
		let by_buyer = matches!(invoice.writer, Writer::Buyer { .. });
		ensure!(!by_buyer || invoice.buyer.is_some(), "nobody wrote an invoice");
		let shared = matches!(invoice.state, InvoiceState::Accepted | InvoiceState::Disputed);
		ensure!(shared || invoice.cancel.is_none(), "what one party can cancel is asked for");
		Ok(())
	}

	/// What is to happen to an invoice is on the agenda, or will be when its quote is forgotten.
	fn try_state_days(
		id: InvoiceId,
		invoice: &InvoiceOf<T>,
		has_quote: bool,
	) -> Result<(), TryRuntimeError> {
		let is_final = !invoice.is_open() && invoice.state != InvoiceState::Disputed;
		ensure!(invoice.removal.is_some() == is_final, "the wrong invoices are to be removed");
		if let Some(day) = invoice.removal {
			let known = has_quote || Agenda::<T>::contains_key(day, id);
			ensure!(known, "a removal isn't on the agenda");
		}
		let full = invoice.is_open() && invoice.escrowed > 0 && invoice.outstanding() == 0;
		let runs = full || invoice.state == InvoiceState::Disputed;
		ensure!(invoice.release.is_some() == runs, "the wrong escrows have a deadline");
		if let Some(day) = invoice.release {
			// Taken up already, it stays if something was wrong.
			let known = Agenda::<T>::contains_key(day, id) || day <= Self::today();
			ensure!(known, "a deadline isn't on the agenda");
		}
		Ok(())
	}

	/// The pot holds what the invoices say.
	fn try_state_escrow() -> Result<(), TryRuntimeError> {
		let mut sums = BTreeMap::<CurrencyId, Balance>::new();
		for (_, _, invoice) in Invoices::<T>::iter() {
			let sum = sums.entry(invoice.currency).or_default();
			*sum = sum.saturating_add(invoice.escrowed);
		}
		let pot = Self::escrow_account();
		for (currency, sum) in sums {
			// On chains from before genesis opened it, anybody could have sent it something.
			ensure!(T::Money::balance(currency, &pot) >= sum, "the escrow doesn't hold its sum");
		}
		ensure!(T::Money::is_pot(&pot), "the escrow is no pot");
		Ok(())
	}

	/// The books count what there is.
	fn try_state_books() -> Result<(), TryRuntimeError> {
		// Places taken, and all places.
		let mut counts = BTreeMap::<TwinNumber, (u32, u32)>::new();
		for (seller, number, _) in Invoices::<T>::iter() {
			let given = 1..Books::<T>::get(seller).next;
			ensure!(given.contains(&number), "an invoice's number was never given");
			let open = &mut counts.entry(seller).or_default().0;
			*open = open.saturating_add(1);
		}
		for (seller, _) in Tills::<T>::iter_keys() {
			let open = &mut counts.entry(seller).or_default().0;
			*open = open.saturating_add(1);
		}
		for (seller, _, room) in Rooms::<T>::iter() {
			ensure!(room.invoices > 0, "an entry of room is for nothing");
			let sum = &mut counts.entry(seller).or_default().1;
			*sum = sum.saturating_add(room.invoices);
		}
		for (seller, book) in Books::<T>::iter() {
			let (open, room) = counts.remove(&seller).unwrap_or_default();
			ensure!(book.open == open, "a book miscounts its places");
			ensure!(book.room == room, "a book miscounts the room");
			ensure!(open <= room, "more places are taken than there are");
		}
		ensure!(counts.is_empty(), "a seller has no book");
		Ok(())
	}

	/// Nothing lies behind a cursor, and the agenda is about what there is.
	fn try_state_cursors() -> Result<(), TryRuntimeError> {
		for (day, id, ()) in Agenda::<T>::iter() {
			let cursor = AgendaCursor::<T>::get().ok_or("nothing would work off the agenda")?;
			ensure!(day >= cursor, "the agenda has a day that is over");
			let invoice = Self::invoice_of(id).map_err(|_| "the agenda has a missing invoice")?;
			let on_day = invoice.release == Some(day) || invoice.removal == Some(day);
			ensure!(on_day, "the agenda has the wrong day of an invoice");
		}
		for (expires, quote, _) in Quotes::<T>::iter() {
			let cursor = QuoteCursor::<T>::get().ok_or("nothing would forget quotes")?;
			let passed = cursor.after.is_some_and(|last| {
				let key = |quote| Quotes::<T>::hashed_key_for(expires, quote);
				expires == cursor.tick && key(quote) <= key(last)
			});
			ensure!(expires >= cursor.tick && !passed, "a quote would never be forgotten");
		}
		Ok(())
	}
}
