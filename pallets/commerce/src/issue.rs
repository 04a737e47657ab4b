//! Invoices that sellers, or buyers in their name, write; and what ends them unpaid.

use crate::*;
use frame::prelude::*;
use ourledger_primitives::{
	invoice::{Amounts, Bill, Delivery, Sale, SaleItem, Settlement},
	money::Day,
	tax::{TaxRules, Trade},
	twin::{TwinNumber, Twins},
};

impl<T: Config> Pallet<T> {
	/// What is added to the weight of issuing `sale`, since it may come to nothing. It says so without
	/// looking, since whoever offers a transaction hasn't paid for that.
	pub(crate) fn weight_of_nothing(sale: &Sale) -> Weight {
		let is_more = |it: &SaleItem| match &it.amounts {
			Amounts::Sum(amount) => *amount > 0,
			Amounts::Lines(lines) => lines.iter().all(|line| i128::from(*line) > 0),
		};
		match sale.items.iter().all(is_more) {
			true => Weight::zero(),
			false => T::WeightInfo::nothing(),
		}
	}

	/// Whether nothing is to be paid, so that it was booked and closed.
	pub(crate) fn do_issue(
		seller: TwinNumber,
		buyer: Option<TwinNumber>,
		writer: Writer,
		conditions: Conditions,
		sale: &Sale,
	) -> Result<bool, DispatchError> {
		let Conditions { jurisdiction, currency, settlement, document, due_days, .. } = conditions;
		Self::ensure_days(due_days)?;
		let book = Self::ensure_room(seller)?;
		let issued = T::Tax::today(jurisdiction)?;
		Self::ensure_arbiter(seller, buyer, &settlement)?;
		let supply = conditions.supply.unwrap_or(issued);
		let number = book.next;
		let id = InvoiceId { seller, number };
		let business = true;
		let trade = Trade { seller, number, buyer, jurisdiction, currency, supply, business };
		let mut bill = T::Tax::assess(&trade, sale)?;
		let waits = matches!(settlement, Settlement::Escrow { .. });
		ensure!(!waits || !bill.is_mostly_tax(), Error::<T>::EscrowMostlyTax);

		T::Tax::book_issue(&trade, &mut bill)?;
		let mut invoice = Self::draft(&trade, bill, issued, document);
		// Saturating: no clock comes that far.
		invoice.due = issued.saturating_add(due_days.into());
		invoice.settlement = settlement;
		invoice.writer = writer;
		if conditions.delivery {
			invoice.delivery = Delivery::Pending;
		}
		Self::register(seller, book, &invoice)?;
		// What costs nothing is paid.
		Self::close_if_settled(id, &mut invoice);
		let is_nothing = !invoice.is_open();
		Self::store(id, invoice);
		Ok(is_nothing)
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
			writer: Writer::Seller,
			business: trade.business,
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

	fn ensure_arbiter(
		seller: TwinNumber,
		buyer: Option<TwinNumber>,
		settlement: &Settlement,
	) -> Result<(), Error<T>> {
		let Settlement::Escrow { arbiter, days } = *settlement else { return Ok(()) };
		Self::ensure_days(days)?;
		let buyer = buyer.ok_or(Error::<T>::BuyerNeeded)?;
		ensure!(arbiter != seller && arbiter != buyer, Error::<T>::ArbiterIsParty);
		ensure!(T::Twins::is_active(arbiter), Error::<T>::ArbiterNotFound);
		Ok(())
	}

	/// The buyer accepts what the seller wrote. What the buyer wrote itself, the seller does, by its
	/// word or, from the day on that its consent says, by not having cancelled it.
	pub(crate) fn do_accept(caller: T::AccountId, id: InvoiceId) -> DispatchResult {
		let mut invoice = Self::invoice_of(id)?;
		match invoice.writer {
			Writer::Seller => {
				let twin = T::Twins::acting(&caller)?;
				ensure!(invoice.buyer == Some(twin), Error::<T>::NotBuyer);
			},
			Writer::Buyer { silence } => {
				let is_silent = silence.is_some_and(|day| day <= Self::today());
				let may = is_silent || T::Twins::acting(&caller)? == id.seller;
				ensure!(may, Error::<T>::NotSeller);
			},
		}
		Self::ensure_unaccepted(&invoice)?;

		invoice.state = InvoiceState::Accepted;
		Self::store(id, invoice);
		Self::deposit_event(Event::InvoiceAccepted { invoice: id });
		Ok(())
	}

	pub(crate) fn do_reject(caller: T::AccountId, id: InvoiceId) -> DispatchResult {
		let invoice = Self::invoice_for_buyer(&caller, id)?;
		Self::ensure_unaccepted(&invoice)?;
		Self::ensure_unpaid(&invoice)?;

		Self::annul(id, invoice, InvoiceState::Rejected)?;
		Self::deposit_event(Event::InvoiceRejected { invoice: id });
		Ok(())
	}

	pub(crate) fn do_cancel(caller: T::AccountId, id: InvoiceId) -> DispatchResult {
		let by = T::Twins::acting(&caller)?;
		let mut invoice = Self::invoice_of(id)?;
		let InvoiceId { seller, number } = id;
		let alone = by == seller && invoice.state == InvoiceState::Issued;
		let shared = matches!(invoice.state, InvoiceState::Accepted | InvoiceState::Disputed);
		let is_party = by == seller || invoice.buyer == Some(by);
		ensure!(by == seller || (is_party && shared), Error::<T>::NotSeller);
		ensure!(alone || shared, Error::<T>::NotOpen);
		Self::ensure_unpaid(&invoice)?;

		if !alone && invoice.cancel.is_none_or(|asked| asked == by) {
			invoice.cancel = Some(by);
			// Kept as it is: storing an act would end the request.
			Invoices::<T>::insert(seller, number, invoice);
			Self::deposit_event(Event::CancelRequested { invoice: id, by });
			return Ok(());
		}
		Self::annul(id, invoice, InvoiceState::Cancelled)?;
		Self::deposit_event(Event::InvoiceCancelled { invoice: id });
		Ok(())
	}

	pub(crate) fn do_withdraw_cancel(caller: T::AccountId, id: InvoiceId) -> DispatchResult {
		let by = T::Twins::acting(&caller)?;
		let invoice = Self::invoice_of(id)?;
		ensure!(invoice.cancel == Some(by), Error::<T>::NoCancelRequest);

		Self::store(id, invoice);
		Self::deposit_event(Event::CancelWithdrawn { invoice: id, by });
		Ok(())
	}

	/// End an unpaid invoice in `state`: what is in escrow goes back.
	fn annul(id: InvoiceId, mut invoice: InvoiceOf<T>, state: InvoiceState) -> DispatchResult {
		let escrowed = invoice.escrowed;
		Self::return_escrow(id, &mut invoice, escrowed)?;
		Self::unschedule_release(id, &mut invoice);
		invoice.state = state;
		invoice.note = None;
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
		let has_vat = bill.subtotals.iter().any(|it| it.taken != 0)
			|| bill.as_one.as_ref().is_some_and(|it| it.taken > 0);
		let others = bill.levies.iter().map(|it| it.taken);
		let has_others = others.chain(bill.withheld.iter().map(|it| it.taken)).any(|tax| tax > 0);
		// Tax alone is taken of invoices that stay unpaid; a credit note gives it back.
		ensure!(bill.paid == 0 && !has_vat && !has_others, Error::<T>::AlreadyPaid);
		Ok(())
	}
}
