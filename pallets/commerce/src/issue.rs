//! Invoices that sellers, or buyers in their name, write; and what ends them unpaid.

use crate::*;
use frame::prelude::*;
use ourledger_primitives::{
	invoice::{Bill, Delivery, ReceiptCore, Sale, Settlement},
	money::{CurrencyId, Day},
	tax::{JurisdictionId, TaxRules, Trade},
	twin::{TwinNumber, Twins},
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_issue(
		seller: TwinNumber,
		buyer: Option<TwinNumber>,
		terms: Conditions,
		sale: &Sale,
	) -> DispatchResult {
		let Conditions { jurisdiction, currency, settlement, document, .. } = terms;
		let book = Self::ensure_room(seller)?;
		let issued = Self::ensure_accepted(jurisdiction, currency)?;
		Self::ensure_arbiter(seller, buyer, &settlement)?;
		let supply = terms.supply.unwrap_or(issued);
		let id = (seller, book.next);
		let trade = Trade { seller, number: book.next, buyer, jurisdiction, currency, supply };
		let bill = T::Tax::assess(&trade, sale)?;

		let mut invoice = Self::draft(&trade, bill, issued, document);
		// Saturating: no clock comes that far.
		invoice.due = issued.saturating_add(terms.due_days.into());
		invoice.settlement = settlement;
		if terms.delivery {
			invoice.delivery = Delivery::Pending;
		}
		Self::register(seller, book, &invoice)?;
		// What costs nothing is paid.
		Self::close_if_settled(id, &mut invoice);
		Self::store(id, invoice);
		Ok(())
	}

	/// An invoice due at once, directly, with nothing to deliver.
	pub(crate) fn draft(trade: &Trade, bill: Bill, issued: Day, document: Hash32) -> InvoiceOf<T> {
		Invoice {
			buyer: trade.buyer,
			jurisdiction: trade.jurisdiction,
			currency: trade.currency,
			supply: trade.supply,
			issued,
			due: issued,
			document,
			settlement: Settlement::Direct,
			delivery: Delivery::None,
			till: None,
			bill,
			payers: BoundedVec::new(),
			escrowed: 0,
			release: None,
			state: InvoiceState::Issued,
			note: None,
			cancel: None,
			reporting: T::Tax::reporting_rate(trade.jurisdiction, trade.currency),
			removal: None,
		}
	}

	/// Give the invoice the next number of its seller's series, a link of the chain of receipts and
	/// a place of the room. `book` is the seller's, with room.
	pub(crate) fn register(
		seller: TwinNumber,
		mut book: Book,
		invoice: &InvoiceOf<T>,
	) -> DispatchResult {
		let core = ReceiptCore {
			seller,
			number: book.next,
			buyer: invoice.buyer,
			jurisdiction: invoice.jurisdiction,
			currency: invoice.currency,
			supply: invoice.supply,
			net: invoice.bill.net(),
			tax: invoice.bill.tax(),
			tip: invoice.bill.tip,
			gross: invoice.bill.gross,
			document: invoice.document,
		};
		book.receipt = core.receipt(&book.receipt);
		book.next = book.next.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		// Below the room, hence below the type's end.
		book.open = book.open.saturating_add(1);
		let ReceiptCore {
			number, buyer, jurisdiction, currency, supply, net, tax, tip, gross, ..
		} = core;
		Self::deposit_event(Event::InvoiceIssued {
			seller,
			number,
			buyer,
			jurisdiction,
			currency,
			supply,
			net,
			tax,
			tip,
			gross,
			document: core.document,
			receipt: book.receipt,
			till: invoice.till,
			reporting: invoice.reporting,
		});
		Books::<T>::insert(seller, book);
		Ok(())
	}

	/// Today by the jurisdiction's clock, if it accepts the currency.
	pub(crate) fn ensure_accepted(
		jurisdiction: JurisdictionId,
		currency: CurrencyId,
	) -> Result<Day, Error<T>> {
		let today = Self::today_in(jurisdiction)?;
		ensure!(T::Tax::accepts(jurisdiction, currency), Error::<T>::CurrencyNotAccepted);
		Ok(today)
	}

	fn ensure_arbiter(
		seller: TwinNumber,
		buyer: Option<TwinNumber>,
		settlement: &Settlement,
	) -> Result<(), Error<T>> {
		let Settlement::Escrow { arbiter, .. } = *settlement else { return Ok(()) };
		let buyer = buyer.ok_or(Error::<T>::BuyerNeeded)?;
		ensure!(arbiter != seller && arbiter != buyer, Error::<T>::ArbiterIsParty);
		ensure!(T::Twins::is_active(arbiter), Error::<T>::ArbiterNotFound);
		Ok(())
	}

	pub(crate) fn ensure_consent(seller: TwinNumber, buyer: TwinNumber) -> Result<(), Error<T>> {
		let until = SelfBilling::<T>::get(seller, buyer).ok_or(Error::<T>::NoConsent)?;
		ensure!(until >= Self::today(), Error::<T>::NoConsent);
		Ok(())
	}

	pub(crate) fn do_consent(
		caller: T::AccountId,
		buyer: TwinNumber,
		until: Option<Day>,
	) -> DispatchResult {
		let seller = Self::ensure_twin(&caller)?;
		if let Some(until) = until {
			Self::ensure_active(buyer)?;
			ensure!(until >= Self::today(), Error::<T>::NoConsent);
			SelfBilling::<T>::insert(seller, buyer, until);
			Self::deposit_event(Event::SelfBillingAllowed { seller, buyer, until });
		} else {
			SelfBilling::<T>::take(seller, buyer).ok_or(Error::<T>::NoConsent)?;
			Self::deposit_event(Event::SelfBillingEnded { seller, buyer });
		}
		Ok(())
	}

	pub(crate) fn do_accept(caller: T::AccountId, id: InvoiceId) -> DispatchResult {
		let mut invoice = Self::invoice_for_buyer(&caller, id)?;
		Self::ensure_unaccepted(&invoice)?;

		invoice.state = InvoiceState::Accepted;
		Self::store(id, invoice);
		let (seller, number) = id;
		Self::deposit_event(Event::InvoiceAccepted { seller, number });
		Ok(())
	}

	pub(crate) fn do_reject(caller: T::AccountId, id: InvoiceId) -> DispatchResult {
		let invoice = Self::invoice_for_buyer(&caller, id)?;
		Self::ensure_unaccepted(&invoice)?;
		Self::ensure_unpaid(&invoice)?;

		Self::annul(id, invoice, InvoiceState::Rejected)?;
		let (seller, number) = id;
		Self::deposit_event(Event::InvoiceRejected { seller, number });
		Ok(())
	}

	pub(crate) fn do_cancel(caller: T::AccountId, id: InvoiceId) -> DispatchResult {
		let by = Self::ensure_twin(&caller)?;
		let mut invoice = Self::invoice_of(id)?;
		let (seller, number) = id;
		let alone = by == seller && invoice.state == InvoiceState::Issued;
		let shared = matches!(invoice.state, InvoiceState::Accepted | InvoiceState::Disputed);
		let is_party = by == seller || invoice.buyer == Some(by);
		ensure!(by == seller || (is_party && shared), Error::<T>::NotSeller);
		ensure!(alone || shared, Error::<T>::NotOpen);
		Self::ensure_unpaid(&invoice)?;

		if !alone && invoice.cancel.is_none_or(|asked| asked == by) {
			invoice.cancel = Some(by);
			Self::store(id, invoice);
			Self::deposit_event(Event::CancelRequested { seller, number, by });
			return Ok(());
		}
		Self::annul(id, invoice, InvoiceState::Cancelled)?;
		Self::deposit_event(Event::InvoiceCancelled { seller, number });
		Ok(())
	}

	/// End an unpaid invoice in `state`: what is in escrow goes back.
	fn annul(id: InvoiceId, mut invoice: InvoiceOf<T>, state: InvoiceState) -> DispatchResult {
		let escrowed = invoice.escrowed;
		Self::return_escrow(id, &mut invoice, escrowed)?;
		Self::unschedule_release(id, &mut invoice);
		invoice.state = state;
		invoice.note = None;
		invoice.cancel = None;
		// Nothing was paid, so nothing remains to be corrected.
		Self::retain(&mut invoice, Self::today());
		Self::put_on_agenda(id, &invoice);
		Self::store(id, invoice);
		Ok(())
	}

	fn ensure_unaccepted(invoice: &InvoiceOf<T>) -> Result<(), Error<T>> {
		ensure!(invoice.state != InvoiceState::Accepted, Error::<T>::AlreadyAccepted);
		ensure!(invoice.state == InvoiceState::Issued, Error::<T>::NotOpen);
		Ok(())
	}

	/// Neither the seller nor the treasury has got anything of it.
	fn ensure_unpaid(invoice: &InvoiceOf<T>) -> Result<(), Error<T>> {
		let bill = &invoice.bill;
		let taken = bill.subtotals.iter().map(|it| it.taken);
		let taken = taken.chain(bill.levies.iter().map(|it| it.taken));
		let mut taken = taken.chain(bill.withheld.iter().map(|it| it.taken));
		// Tax alone is taken of invoices that stay unpaid; a credit note gives it back.
		ensure!(bill.paid == 0 && taken.all(|tax| tax == 0), Error::<T>::AlreadyPaid);
		Ok(())
	}
}
