//! Returns within invoices: no more tax comes back under a code than was sold under it.

use crate::{settings::Place, *};
use frame::prelude::*;
use ourledger_primitives::{
	invoice::{Bill, Subtotal},
	tax::{TaxCode, Trade},
};

impl<T: Config> Pallet<T> {
	/// What a bill takes off for returns, its seller has sold under the same codes in this period or the
	/// one before. Tax of other codes would be given back otherwise, which nobody ever paid for returns.
	pub(crate) fn ensure_sold(trade: &Trade, place: &Place<T>, bill: &Bill) -> DispatchResult {
		let returns = bill.subtotals.iter().filter(|it| it.vat < 0).map(|it| (it.code, it.vat));
		Self::ensure_covered(trade, place, returns)
	}

	/// The same of what a payment books. Others may have been paid since the issue.
	pub(crate) fn ensure_items_sold(
		trade: &Trade,
		place: &Place<T>,
		bill: &Bill,
		items: &[Item],
	) -> DispatchResult {
		// A unit that rounding takes off a part of what was sold is no return.
		let is_return =
			|code| bill.subtotals.iter().any(|it: &Subtotal| it.code == code && it.vat < 0);
		let returns = items.iter().filter(|it| it.tax < 0 && is_return(it.code));
		Self::ensure_covered(trade, place, returns.map(|it| (it.code, it.tax)))
	}

	fn ensure_covered(
		trade: &Trade,
		place: &Place<T>,
		returns: impl Iterator<Item = (TaxCode, i128)>,
	) -> DispatchResult {
		let mut returns = returns.peekable();
		if returns.peek().is_none() {
			return Ok(());
		}
		let [before, now] = [place.period.saturating_sub(1), place.period].map(|period| {
			let key = (trade.jurisdiction, trade.seller, trade.currency, period);
			Statements::<T>::get(key).sales
		});
		for (code, tax) in returns {
			// Among all other codes, it couldn't be told what was sold under this one.
			ensure!(books::is_told_apart(&now, code), Error::<T>::ReturnsUnsold);
			let sold = [&before, &now].map(|sales| books::tax_under(sales, code));
			let left = sold[0].checked_add(sold[1]).and_then(|sold| sold.checked_add(tax));
			ensure!(left.is_some_and(|left| left >= 0), Error::<T>::ReturnsUnsold);
		}
		Ok(())
	}
}
