//! Tills, and sales at them: one transaction, by whoever pays.

use crate::*;
use frame::{prelude::*, traits::Verify};
use frame_system::Pallet as System;
use ourledger_primitives::{
	invoice::{Quote, Sale, TillNumber},
	money::LocalMoney,
	tax::{TaxRules, Trade},
	twin::{TwinNumber, Twins},
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_sell(
		payer: T::AccountId,
		quote: &Quote,
		signature: &T::Signature,
		business: bool,
	) -> DispatchResult {
		let Quote { seller, till, jurisdiction, currency, .. } = *quote;
		let key = Self::ensure_till(seller, till)?;
		let expires = Self::ensure_timely(quote)?;
		let quote_id = (seller, till, quote.nonce);
		ensure!(!Quotes::<T>::contains_key(expires, quote_id), Error::<T>::QuoteUsed);
		let buyer = T::Twins::number_of(&payer);
		ensure!(quote.buyer.is_none() || quote.buyer == buyer, Error::<T>::WrongBuyer);
		Self::ensure_signature(quote, signature, &key)?;
		T::Twins::ensure_active(seller)?;
		let book = Self::ensure_room(seller)?;
		let today = T::Tax::today(jurisdiction)?;
		let (number, supply) = (book.next, today);
		let id = InvoiceId { seller, number };
		let trade = Trade { seller, number, buyer, jurisdiction, currency, supply, business };
		let mut bill = T::Tax::assess(&trade, &quote.sale)?;

		T::Tax::book_issue(&trade, &mut bill)?;
		let mut invoice = Self::draft(&trade, bill, today, quote.document());
		invoice.till = Some(till);
		Quotes::<T>::insert(expires, quote_id, number);
		Self::register(seller, book, &invoice)?;
		let gross = invoice.bill.gross;
		if gross > 0 {
			Self::collect_from(&payer, id, &mut invoice, gross)?;
		}
		Self::close(id, &mut invoice);
		Self::store(id, invoice);
		Ok(())
	}

	/// What a sale weighs at most: in any currency, of which seller and treasury have none yet. It
	/// says so without looking, since whoever offers a transaction hasn't paid for that.
	pub(crate) fn weight_of(sale: &Sale) -> Weight {
		T::WeightInfo::sell_dear(sale.codes(), sale.lines()).saturating_add(Self::newcomers(2))
	}

	/// What a sale weighs in a currency in which balances alone move, and of which
	/// seller and treasury have some already: mostly it is so.
	pub(crate) fn plain_weight_of(quote: &Quote) -> Option<Weight> {
		let Quote { seller, jurisdiction, currency, ref sale, .. } = *quote;
		let holds = |who: T::AccountId| T::Money::balance(currency, &who) > 0;
		let is_plain = T::Money::is_plain(currency)
			&& T::Twins::controller_of(seller).is_some_and(holds)
			&& T::Tax::treasury(jurisdiction).is_some_and(holds);
		is_plain.then(|| T::WeightInfo::sell(sale.codes(), sale.lines()))
	}

	/// What is added to a weight when so many accounts get their first money in a currency: for each,
	/// the entry that counts its references. Setting money aside instead costs no more.
	pub(crate) fn newcomers(count: u64) -> Weight {
		T::DbWeight::get().reads_writes(count, count)
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
		let seller = T::Twins::acting(&caller)?;
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
			QuoteCursor::<T>::put(Cursor { tick: now, after: None });
		}
		Self::deposit_event(Event::TillSet { seller, till, key, expires });
		Ok(())
	}

	pub(crate) fn do_remove_till(caller: T::AccountId, till: TillNumber) -> DispatchResult {
		let seller = T::Twins::acting(&caller)?;
		ensure!(Tills::<T>::contains_key(seller, till), Error::<T>::TillUnknown);
		Tills::<T>::remove(seller, till);
		// Saturating: every till is counted.
		Books::<T>::mutate(seller, |book| book.open = book.open.saturating_sub(1));
		Self::deposit_event(Event::TillRemoved { seller, till });
		Ok(())
	}
}
