//! What is sold becomes a bill.

use crate::{settings::Place, types::Rounding, *};
use frame::prelude::*;
use ourledger_primitives::{
	invoice::{blake2_256, Bill, Sale, Subtotal},
	tax::{Deductible, Trade},
	twin::TwinNumber,
};
use ourledger_trade::{
	assess::{keep_share, Rated, Terms},
	rules::{self, Standing},
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_assess(trade: &Trade, sale: &Sale) -> Result<Bill, DispatchError> {
		let place = Self::place(trade.jurisdiction)?;
		Self::ensure_trade(trade, &place)?;
		let terms = Terms {
			per_line: place.settings.rounding == Rounding::Line,
			tip_limit: place.settings.tip_limit,
			currency: trade.currency,
		};
		let rate_of = |code| Self::kind_and_rate(trade.jurisdiction, code, trade.supply);
		let rated = Rated::of(sale, terms, rate_of).map_err(Error::<T>::from)?;
		Self::ensure_sellable(trade, &place, rated.subtotals(), sale.evidence.is_some())?;
		let mut bill = rated.bill(rate_of, blake2_256).map_err(Error::<T>::from)?;
		if bill.as_one.is_some() {
			let buyer = Self::registered_buyer(trade, &place);
			keep_share(&mut bill, deductible_of(buyer.as_ref())).map_err(Error::<T>::from)?;
		}
		Ok(bill)
	}

	fn ensure_trade(trade: &Trade, place: &Place<T>) -> Result<(), Error<T>> {
		let accepted = place.settings.currencies.contains(&trade.currency);
		ensure!(accepted, Error::<T>::CurrencyNotAccepted);
		rules::ensure_parties(trade.seller, trade.buyer)?;
		rules::ensure_supply(trade.supply, place.today, place.settings.supply_bound_days)?;
		Ok(())
	}

	/// The seller may sell, and the buyer buy, what is sold.
	fn ensure_sellable(
		trade: &Trade,
		place: &Place<T>,
		subtotals: &[Subtotal],
		has_evidence: bool,
	) -> Result<(), Error<T>> {
		rules::ensure_scope(subtotals)?;
		let seller = Self::registration(trade.jurisdiction, trade.seller, place.today);
		let allowed = seller.as_ref().map(|it| &it.terms.zero_codes[..]);
		rules::ensure_seller(subtotals, allowed)?;
		let is_registered =
			|twin: TwinNumber| Self::registration(trade.jurisdiction, twin, place.today).is_some();
		rules::ensure_reverse(subtotals, || {
			trade.buyer.map(|buyer| Standing {
				registered: trade.business && is_registered(buyer),
				arrears: Self::arrears_of(trade.jurisdiction, buyer, trade.currency),
			})
		})?;
		rules::ensure_export(subtotals, has_evidence, || trade.buyer.map(is_registered))?;
		Ok(())
	}
}

/// What a buyer that is registered may deduct.
pub(crate) fn deductible_of<AccountId, Ticket>(
	buyer: Option<&Taxpayer<AccountId, Ticket>>,
) -> Deductible<'_> {
	buyer.map(|it| &it.terms.deductible[..])
}
