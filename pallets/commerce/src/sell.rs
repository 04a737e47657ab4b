//! Tills, and sales at them: one transaction, by whoever pays.

use crate::*;
use frame::{prelude::*, traits::Verify};
use frame_system::Pallet as System;
use ourledger_primitives::{
	invoice::{Quote, TillNumber},
	money::LocalMoney,
	tax::{TaxRules, Trade},
	twin::{TwinNumber, Twins},
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_sell(
		payer: T::AccountId,
		quote: Quote,
		signature: &T::Signature,
	) -> DispatchResult {
		let Quote { seller, till, jurisdiction, currency, .. } = quote;
		let key = Self::ensure_till(seller, till)?;
		let expires = Self::ensure_timely(&quote)?;
		let quote_id = (seller, till, quote.nonce);
		ensure!(!Quotes::<T>::contains_key(expires, quote_id), Error::<T>::QuoteUsed);
		let buyer = T::Twins::number_of(&payer);
		ensure!(quote.buyer.is_none() || quote.buyer == buyer, Error::<T>::WrongBuyer);
		Self::ensure_signature(&quote, signature, &key)?;
		Self::ensure_active(seller)?;
		let book = Self::ensure_room(seller)?;
		let today = Self::ensure_accepted(jurisdiction, currency)?;
		let id = (seller, book.next);
		let trade =
			Trade { seller, number: book.next, buyer, jurisdiction, currency, supply: today };
		let bill = T::Tax::assess(&trade, &quote.sale)?;

		let mut invoice = Self::draft(&trade, bill, today, quote.document());
		invoice.till = Some(till);
		Quotes::<T>::insert(expires, quote_id, book.next);
		Self::register(seller, book, &invoice)?;
		let gross = invoice.bill.gross;
		if gross > 0 {
			Self::collect_from(&payer, id, &mut invoice, gross)?;
		}
		Self::close(id, &mut invoice);
		Self::store(id, invoice);
		Ok(())
	}

	/// What a sale weighs. Mostly, it only moves balances between accounts that have some; else it
	/// may draw on credit, charge demurrage, and make the accounts of seller and treasury known to
	/// the currency.
	pub(crate) fn weight_of(quote: &Quote) -> Weight {
		let Quote { seller, jurisdiction, currency, ref sale, .. } = *quote;
		let holds = |who: T::AccountId| T::Money::balance(currency, &who) > 0;
		let is_plain = T::Money::is_plain(currency)
			&& T::Twins::controller_of(seller).is_some_and(holds)
			&& T::Tax::treasury(jurisdiction).is_some_and(holds);
		if is_plain {
			T::WeightInfo::sell(sale.codes())
		} else {
			T::WeightInfo::sell_dear(sale.codes()).saturating_add(Self::first_of_a_currency())
		}
	}

	/// What it adds that seller and treasury get their first of a currency: an entry each of who
	/// refers to an account.
	pub(crate) fn first_of_a_currency() -> Weight {
		T::DbWeight::get().reads_writes(2, 2)
	}

	/// Whose signature makes a quote of this till.
	fn ensure_till(seller: TwinNumber, till: TillNumber) -> Result<T::AccountId, Error<T>> {
		let till = Tills::<T>::get(seller, till).ok_or(Error::<T>::TillUnknown)?;
		ensure!(
			till.expires >= T::BlockNumberProvider::current_block_number(),
			Error::<T>::TillExpired
		);
		Ok(till.key)
	}

	/// The last tick of a quote that is neither over nor too far ahead.
	fn ensure_timely(quote: &Quote) -> Result<BlockNumberFor<T>, Error<T>> {
		let expires = BlockNumberFor::<T>::from(quote.expires);
		let now = T::BlockNumberProvider::current_block_number();
		ensure!(expires >= now, Error::<T>::QuoteExpired);
		// Saturating: no tick is numbered that high.
		let latest = now.saturating_add(T::MaxQuoteTicks::get());
		ensure!(expires <= latest, Error::<T>::QuoteTooLong);
		Ok(expires)
	}

	fn ensure_signature(
		quote: &Quote,
		signature: &T::Signature,
		key: &T::AccountId,
	) -> Result<(), Error<T>> {
		// The pallet that keeps them never prunes the first.
		let genesis = System::<T>::block_hash(BlockNumberFor::<T>::zero());
		let payload = quote.payload(genesis);
		ensure!(signature.verify(payload.as_slice(), key), Error::<T>::BadSignature);
		Ok(())
	}

	pub(crate) fn do_set_till(
		caller: T::AccountId,
		till: TillNumber,
		key: T::AccountId,
		expires: BlockNumberFor<T>,
	) -> DispatchResult {
		let seller = Self::ensure_twin(&caller)?;
		let now = T::BlockNumberProvider::current_block_number();
		ensure!(expires >= now, Error::<T>::TillExpired);

		if !Tills::<T>::contains_key(seller, till) {
			let mut book = Self::ensure_room(seller)?;
			// Fits: it was below the room.
			book.open = book.open.saturating_add(1);
			Books::<T>::insert(seller, book);
		}
		Tills::<T>::insert(seller, till, Till { key: key.clone(), expires });
		if !QuoteCursor::<T>::exists() {
			// No quote can have been used before there was a till.
			QuoteCursor::<T>::put(now);
		}
		Self::deposit_event(Event::TillSet { seller, till, key, expires });
		Ok(())
	}

	pub(crate) fn do_remove_till(caller: T::AccountId, till: TillNumber) -> DispatchResult {
		let seller = Self::ensure_twin(&caller)?;
		ensure!(Tills::<T>::contains_key(seller, till), Error::<T>::TillUnknown);
		Tills::<T>::remove(seller, till);
		// Saturating: every till is counted.
		Books::<T>::mutate(seller, |book| book.open = book.open.saturating_sub(1));
		Self::deposit_event(Event::TillRemoved { seller, till });
		Ok(())
	}
}
