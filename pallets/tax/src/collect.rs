//! Payments: what [`ourledger_trade::payment`] plans is booked, moved and told.

use crate::{assess::deductible_of, books::Books, settings::Place, *};
use frame::{deps::frame_support::storage::with_storage_layer, prelude::*};
use ourledger_primitives::{
	invoice::Bill,
	money::{LocalMoney, Settled},
	tax::{Booking, PaymentSplit, Source, Trade},
	twin::{TwinNumber, Twins},
	Balance,
};
use ourledger_trade::{
	books::{Buyer, Parties, Reserve},
	payment::Plan,
	reverse,
};

/// Demurrage of the credit that a payment uses, in minor units.
#[derive(Clone, Copy, Debug)]
struct Charges {
	seller: Balance,
	buyer: Balance,
}

/// What became of a payment's money, in minor units.
#[derive(Clone, Copy, Debug, Default)]
struct Moved {
	amount: Balance,
	settled: Settled,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_collect(
		trade: &Trade,
		bill: &mut Bill,
		from: Source<'_, T::AccountId>,
		amount: Balance,
	) -> Result<PaymentSplit, DispatchError> {
		let place = Self::place(trade.jurisdiction)?;
		let seller = T::Twins::account_of(trade.seller)?;
		let buyer = Self::registered_buyer(trade, &place);
		let mut books = Books::<T>::open(trade.jurisdiction, trade.currency, place.period);
		let is_reverse = bill.subtotals.iter().any(|it| it.is_reverse());
		let parties = Parties {
			seller_credit: books.credit_of(trade.seller),
			buyer: trade.buyer.map(|twin| Buyer {
				credit: if is_reverse { books.credit_of(twin) } else { 0 },
				arrears: 0,
				deductible: deductible_of(buyer.as_ref()),
			}),
		};
		let mut plan =
			Plan::of_payment(bill, amount, trade.currency, &parties).map_err(Error::<T>::from)?;
		let charges = Self::charges(trade, &books, &plan)?;
		if let Source::Pot { .. } = from {
			Self::pay_or_owe(trade, &place, &mut plan, charges.buyer);
		}

		Self::book_seller(trade, &mut books, &plan)?;
		let deferred = plan.deferred().map_err(Error::<T>::from)?;
		Self::reserve(trade, &mut books, &plan.reserve, deferred)?;
		Self::book_buyer(trade, &mut books, &plan)?;
		let settlings = books.close();

		let payer = match from {
			Source::Account(account) | Source::Pot { pot: account, .. } => account.clone(),
		};
		let settled = Self::pay_out(trade, &place, &seller, &plan, from, amount, charges)?;
		Self::announce(trade, &place, payer, &plan, Moved { amount, settled });
		Self::announce_reverse(trade, &place, &plan.reverse, None);
		Self::announce_settlings(trade.jurisdiction, trade.currency, place.period, settlings);
		Self::count_turnover(trade, &place, &plan.bill, plan.turnover())?;
		*bill = plan.bill;
		Ok(PaymentSplit {
			seller: settled.paid.saturating_add(settled.set_aside),
			set_aside: settled.set_aside,
			treasury: plan.taken.to_treasury(),
			charged: settled.charged,
			used: plan.taken.used,
			credited: plan.credited,
		})
	}

	/// What seller and buyer are charged for the wait of the credit that they use.
	fn charges(trade: &Trade, books: &Books<T>, plan: &Plan) -> Result<Charges, DispatchError> {
		let of_buyer = reverse::used(&plan.reverse).map_err(Error::<T>::from)?;
		let buyer = match trade.buyer {
			Some(buyer) => books.charge_on(buyer, of_buyer, None)?,
			None => 0,
		};
		Ok(Charges { seller: books.charge_on(trade.seller, plan.taken.used, None)?, buyer })
	}

	/// Pay `amount` to treasury, currency and seller. What became of the seller's part.
	fn pay_out(
		trade: &Trade,
		place: &Place<T>,
		seller: &T::AccountId,
		plan: &Plan,
		from: Source<'_, T::AccountId>,
		amount: Balance,
		charges: Charges,
	) -> Result<Settled, DispatchError> {
		let (currency, charged) = (trade.currency, charges.seller);
		let to_treasury = plan.taken.to_treasury();
		match from {
			Source::Account(payer) => {
				let rest = plan.to_seller(amount).map_err(Error::<T>::from)?;
				// Of what was used, which the seller keeps.
				let paid = rest.checked_sub(charged).ok_or(DispatchError::Corruption)?;
				let parts = [(place.treasury.clone(), to_treasury), (seller.clone(), paid)];
				T::Money::pay_parts(currency, payer, &parts)?;
				T::Money::pay_demurrage(currency, payer, seller, charged)?;
				Self::pay_reverse(trade, place, &plan.reverse, charges.buyer)?;
				Ok(Settled { paid, charged, ..Settled::default() })
			},
			Source::Pot { pot, kept } => {
				ensure!(kept.nominal == amount, DispatchError::Corruption);
				T::Money::pay(currency, pot, &place.treasury, to_treasury)?;
				T::Money::pay_demurrage(currency, pot, seller, charged)?;
				let gone = T::Money::keep(currency, to_treasury.saturating_add(charged))?;
				let own = kept.without(gone).ok_or(Error::<T>::TaxBeyondGross)?;
				let settled = T::Money::settle(currency, pot, seller, own)?;
				Ok(Settled { charged: settled.charged.saturating_add(charged), ..settled })
			},
		}
	}

	/// Book what is sold though nothing is to be paid.
	pub(crate) fn do_book_issue(trade: &Trade, bill: &mut Bill) -> DispatchResult {
		if bill.gross > 0 {
			return Ok(());
		}
		let place = Self::place(trade.jurisdiction)?;
		let seller = T::Twins::account_of(trade.seller)?;
		let is_registered = Self::registered_buyer(trade, &place).is_some();
		let plan = Plan::at_issue(bill, trade.currency, is_registered).map_err(Error::<T>::from)?;
		let Some(plan) = plan else { return Ok(()) };
		let mut books = Books::<T>::open(trade.jurisdiction, trade.currency, place.period);
		Self::book_seller(trade, &mut books, &plan)?;
		Self::book_buyer(trade, &mut books, &plan)?;
		// Nothing was credited, so nothing is set against arrears.
		books.close();
		Self::announce(trade, &place, seller, &plan, Moved::default());
		*bill = plan.bill;
		Ok(())
	}

	pub(crate) fn do_collect_unpaid(
		trade: &Trade,
		bill: &mut Bill,
	) -> Result<PaymentSplit, DispatchError> {
		let place = Self::place(trade.jurisdiction)?;
		let seller = T::Twins::account_of(trade.seller)?;
		let mut books = Books::<T>::open(trade.jurisdiction, trade.currency, place.period);
		let credit = books.credit_of(trade.seller);
		let plan = Plan::of_unpaid(bill, trade.currency, credit).map_err(Error::<T>::from)?;
		let Some(plan) = plan else { return Ok(PaymentSplit::default()) };
		let charged = books.charge_on(trade.seller, plan.taken.used, None)?;

		Self::book_seller(trade, &mut books, &plan)?;
		Self::reserve(trade, &mut books, &plan.reserve, 0)?;
		books.close();
		let to_treasury = plan.taken.to_treasury();
		T::Money::pay(trade.currency, &seller, &place.treasury, to_treasury)?;
		// Whoever has no money still has its tax taken.
		let charge = || T::Money::pay_demurrage(trade.currency, &seller, &seller, charged);
		let charged = if with_storage_layer(charge).is_ok() { charged } else { 0 };
		let settled = Settled { charged, ..Settled::default() };
		let moved = Moved { amount: to_treasury, settled };
		Self::announce(trade, &place, seller, &plan, moved);
		let used = plan.taken.used;
		*bill = plan.bill;
		Ok(PaymentSplit { treasury: to_treasury, used, charged, ..PaymentSplit::default() })
	}

	/// The buyer's registration, if it counts today and the buyer buys as a business: only then is it
	/// credited.
	pub(crate) fn registered_buyer(trade: &Trade, place: &Place<T>) -> Option<TaxpayerOf<T>> {
		let is_other = |buyer: &TwinNumber| trade.business && *buyer != trade.seller;
		let buyer = trade.buyer.filter(is_other)?;
		Self::registration(trade.jurisdiction, buyer, place.today)
	}

	fn book_seller(trade: &Trade, books: &mut Books<T>, plan: &Plan) -> DispatchResult {
		let delta = plan.of_seller().map_err(Error::<T>::from)?;
		books.apply(trade.seller, &delta, None)
	}

	fn book_buyer(trade: &Trade, books: &mut Books<T>, plan: &Plan) -> DispatchResult {
		let delta = plan.of_buyer().map_err(Error::<T>::from)?;
		let Some((buyer, delta)) = trade.buyer.zip(delta) else { return Ok(()) };
		books.apply(buyer, &delta, None)
	}

	/// Keep in the treasury what this invoice can still turn into credit. What became arrears isn't
	/// there to be kept; it is once they are settled.
	pub(crate) fn reserve(
		trade: &Trade,
		books: &mut Books<T>,
		reserve: &Reserve,
		deferred: Balance,
	) -> DispatchResult {
		let supply = calendar::period_of(trade.supply);
		let (before, after) = reserve.uncredited;
		books.reserve(supply, before, after)?;
		books.reserve(supply, deferred, 0)?;
		let (before, after) = reserve.ahead;
		books.take_ahead(before, after)
	}

	fn announce(trade: &Trade, place: &Place<T>, payer: T::AccountId, plan: &Plan, moved: Moved) {
		Self::deposit_event(Event::TaxCollected {
			booking: Booking::of(trade, place.period),
			business: trade.business,
			payer,
			amount: moved.amount,
			// A bill has no more.
			items: BoundedVec::truncate_from(plan.items.clone()),
			tip: plan.tip,
			used: plan.taken.used,
			remitted: plan.taken.remitted(),
			credited: plan.credited,
			charged: moved.settled.charged,
			set_aside: moved.settled.set_aside,
		});
	}
}
