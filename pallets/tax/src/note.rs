//! Credit notes: what [`ourledger_trade::note`] plans is booked, moved and told.

use crate::{assess::deductible_of, books::Books, settings::Place, *};
use frame::prelude::*;
use ourledger_primitives::{
	invoice::{blake2_256, Bill, Note, Remainder},
	money::LocalMoney,
	tax::{Booking, NoteOutcome, Trade},
	twin::Twins,
	Balance,
};
use ourledger_trade::{
	books::{Buyer, Item, Parties},
	note::{reduce, remainder, Outcome, Plan},
	reverse::Undone,
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_remainder(bill: &Bill, note: &Note) -> Result<Remainder, Error<T>> {
		Ok(remainder(bill, note, blake2_256)?)
	}

	pub(crate) fn do_credit(
		trade: &Trade,
		bill: &mut Bill,
		left: &Remainder,
		cover: Balance,
	) -> Result<NoteOutcome, DispatchError> {
		let place = Self::place(trade.jurisdiction)?;
		let rest = reduce(bill, left).map_err(Error::<T>::from)?;
		let mut books = Books::<T>::open(trade.jurisdiction, trade.currency, place.period);
		let registration = Self::registered_buyer(trade, &place);
		let parties = Parties {
			seller_credit: books.credit_of(trade.seller),
			buyer: trade.buyer.map(|buyer| Buyer {
				credit: books.credit_of(buyer),
				arrears: Self::arrears_of(trade.jurisdiction, buyer, trade.currency),
				deductible: deductible_of(registration.as_ref()),
			}),
		};
		let outcome = Outcome::of(bill, rest, trade.currency, &parties, cover);
		let plan = match outcome.map_err(Error::<T>::from)? {
			Outcome::Waits { missing } => return Ok(NoteOutcome::Waits { missing }),
			Outcome::Settles(plan) => plan,
		};

		let deferred = plan.reverse.deferred().map_err(Error::<T>::from)?;
		Self::reserve(trade, &mut books, &plan.reserve, deferred)?;
		let supply = Some(calendar::period_of(trade.supply));
		let charged = books.charge_on(trade.seller, plan.seller_used(), supply)?;
		books.apply(trade.seller, &plan.of_seller(), supply)?;
		let of_buyer = plan.of_buyer().map_err(Error::<T>::from)?;
		if let Some((buyer, delta)) = trade.buyer.zip(of_buyer) {
			books.apply(buyer, &delta, supply)?;
		}
		let settlings = books.close();
		Self::pay_note(trade, &place, &plan, charged)?;

		Self::announce_note(trade, &place, &plan, charged);
		Self::announce_settlings(trade.jurisdiction, trade.currency, place.period, settlings);
		Self::count_turnover(trade, &place, &plan.bill, plan.turnover())?;
		*bill = plan.bill;
		Ok(NoteOutcome::Settled { refund: plan.buyers.refund })
	}

	/// Let seller and buyer pay what they have to, and the seller what it is charged for credit that it
	/// used. The buyer isn't: a seller's note takes nothing from it that it doesn't cover itself.
	fn pay_note(trade: &Trade, place: &Place<T>, plan: &Plan, charged: Balance) -> DispatchResult {
		let due = plan.seller_to_treasury().map_err(Error::<T>::from)?;
		if due > 0 || charged > 0 {
			let seller = T::Twins::account_of(trade.seller)?;
			T::Money::pay(trade.currency, &seller, &place.treasury, due)?;
			T::Money::pay_demurrage(trade.currency, &seller, &seller, charged)?;
		}
		let covered = plan.buyers.covered;
		if let Some(buyer) = trade.buyer.filter(|_| covered > 0) {
			let buyer = T::Twins::account_of(buyer)?;
			T::Money::pay(trade.currency, &buyer, &place.treasury, covered)?;
		}
		Self::pay_reverse(trade, place, &plan.reverse.booked, 0)
	}

	fn announce_note(trade: &Trade, place: &Place<T>, plan: &Plan, charged: Balance) {
		let booking = Booking::of(trade, place.period);
		let supply = calendar::period_of(trade.supply);
		let Plan { items, tip, taken, returned, buyers, reverse, .. } = plan;
		// In the order of the books: what is given, what is taken, what is set against the rest.
		for it in &reverse.undone {
			let Undone { code, output, input } = *it;
			Self::deposit_event(Event::ReverseUndone {
				booking,
				supply,
				code,
				output,
				input,
				returned: it.returned(),
			});
		}
		Self::deposit_event(Event::TaxReversed {
			booking,
			supply,
			business: trade.business,
			// A bill has no more.
			items: BoundedVec::truncate_from(items.iter().copied().map(NoteItem::from).collect()),
			tip: *tip,
			returned: *returned,
			used: taken.used,
			remitted: taken.remitted(),
			// Checked when it was booked.
			reversed: buyers.from_credit.saturating_add(buyers.paid_in()),
			credited: buyers.credited,
			made_good: buyers.made_good,
			covered: buyers.covered,
			charged,
		});
		Self::announce_reverse(trade, place, &reverse.booked, Some(supply));
	}
}

impl From<Item> for NoteItem {
	fn from(Item { code, kind, net, tax, .. }: Item) -> Self {
		Self { code, kind, net, tax }
	}
}
