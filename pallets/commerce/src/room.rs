//! Room for a seller's invoices, paid for in bulk by itself or by sponsors.

use crate::*;
use frame::{
	prelude::*,
	traits::{Consideration, Footprint},
};
use ourledger_primitives::{
	invoice::InvoiceNumber,
	money::Day,
	twin::{TwinNumber, Twins},
};

impl<T: Config> Pallet<T> {
	/// The seller's book, in which there is room.
	pub(crate) fn ensure_room(seller: TwinNumber) -> Result<Book, Error<T>> {
		let book = Books::<T>::get(seller);
		ensure!(book.open < book.room, Error::<T>::NoRoom);
		Ok(book)
	}

	pub(crate) fn do_add_room(
		payer: T::AccountId,
		seller: TwinNumber,
		invoices: u32,
	) -> DispatchResult {
		ensure!(invoices > 0, Error::<T>::AmountZero);
		T::Twins::ensure_active(seller)?;
		let mut book = Books::<T>::get(seller);
		book.room = book.room.checked_add(invoices).ok_or(ArithmeticError::Overflow)?;

		let room = match Rooms::<T>::get(seller, &payer) {
			Some(room) => {
				let invoices =
					room.invoices.checked_add(invoices).ok_or(ArithmeticError::Overflow)?;
				let footprint = Self::room_footprint(invoices);
				Room { invoices, ticket: room.ticket.update(&payer, footprint)? }
			},
			None => {
				let ticket = T::RoomDeposit::new(&payer, Self::room_footprint(invoices))?;
				Room { invoices, ticket }
			},
		};
		Rooms::<T>::insert(seller, &payer, room);
		Books::<T>::insert(seller, book);
		if !AgendaCursor::<T>::exists() {
			// Nothing can be on the agenda before there is room for an invoice.
			AgendaCursor::<T>::put(Self::today());
		}
		Self::deposit_event(Event::RoomAdded { seller, payer, invoices });
		Ok(())
	}

	pub(crate) fn do_remove_room(
		payer: T::AccountId,
		seller: TwinNumber,
		invoices: u32,
	) -> DispatchResult {
		ensure!(invoices > 0, Error::<T>::AmountZero);
		let room = Rooms::<T>::get(seller, &payer).ok_or(Error::<T>::NoRoom)?;
		let left = room.invoices.checked_sub(invoices).ok_or(Error::<T>::NoRoom)?;
		let mut book = Books::<T>::get(seller);
		// Saturating: the room is the sum of all payers' room.
		book.room = book.room.saturating_sub(invoices);
		ensure!(book.room >= book.open, Error::<T>::RoomInUse);

		if left == 0 {
			room.ticket.drop(&payer)?;
			Rooms::<T>::remove(seller, &payer);
		} else {
			let ticket = room.ticket.update(&payer, Self::room_footprint(left))?;
			Rooms::<T>::insert(seller, &payer, Room { invoices: left, ticket });
		}
		Books::<T>::insert(seller, book);
		Self::deposit_event(Event::RoomRemoved { seller, payer, invoices });
		Ok(())
	}

	/// Take an invoice out of the state and out of its seller's room.
	pub(crate) fn do_prune(id: InvoiceId) -> DispatchResult {
		let invoice = Self::invoice_of(id)?;
		let day = invoice.removal.ok_or(Error::<T>::NotOpen)?;
		ensure!(day <= Self::today(), Error::<T>::RetentionRunning);

		Invoices::<T>::remove(id.seller, id.number);
		Agenda::<T>::remove(day, id);
		// Saturating: every invoice in the state is counted.
		Books::<T>::mutate(id.seller, |book| book.open = book.open.saturating_sub(1));
		Self::deposit_event(Event::InvoicePruned { invoice: id });
		Ok(())
	}

	/// So many invoices at their largest, with their places in the agenda. With the keys of the
	/// maps, but not their hashes.
	pub(crate) fn room_footprint(invoices: u32) -> Footprint {
		let key = TwinNumber::max_encoded_len() + InvoiceNumber::max_encoded_len();
		let agenda = Day::max_encoded_len() + InvoiceId::max_encoded_len();
		let each = key + InvoiceOf::<T>::max_encoded_len() + agenda;
		Footprint::from_parts(invoices as usize, each)
	}
}
