//! What is sold becomes a bill.

use crate::{
	charges::reckon,
	settings::{all_different, Place},
	types::Rounding,
	*,
};
use alloc::vec::Vec;
use frame::prelude::*;
use ourledger_math::rounding::MILLION;
use ourledger_primitives::{
	invoice::{
		Bill, LevyAmount, LevyItem, Prices, Sale, SaleItem, SaleLevy, Subtotal, WithheldItem,
		MAX_AMOUNT,
	},
	tax::{Ppm, TaxCode, TaxKind, Trade, VatCategory},
	Balance,
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_assess(trade: &Trade, sale: &Sale) -> Result<Bill, DispatchError> {
		let place = Self::place(trade.jurisdiction)?;
		Self::ensure_trade(trade, &place)?;
		Self::ensure_sale(sale)?;
		let per_line = place.settings.rounding == Rounding::Line;

		let (mut subtotals, mut lines) = (Vec::new(), Vec::new());
		for item in &sale.items {
			let (category, rate) = Self::vat_on(trade, item.code)?;
			let by_line = per_line && category == VatCategory::Standard;
			lines.push(Self::line_tax(item, sale.prices, rate, by_line)?);
			let (code, amount) = (item.code, item.amount);
			let (net, vat, taken, credited) = (0, 0, 0, 0);
			subtotals.push(Subtotal { code, category, rate, amount, net, vat, taken, credited });
		}
		Self::ensure_categories(trade, &place, &subtotals, sale.evidence.is_some())?;
		let levies = sale.levies.iter().map(|levy| Self::levy(trade, &subtotals, levy));
		let levies = levies.collect::<Result<Vec<_>, _>>()?;
		let withheld = sale.withholdings.iter().map(|code| Self::withholding(trade, *code));
		let withheld = withheld.collect::<Result<Vec<_>, _>>()?;

		let mut bill = Bill {
			prices: sale.prices,
			per_line,
			// As many as the sale has, which has the same bounds.
			subtotals: BoundedVec::truncate_from(subtotals),
			levies: BoundedVec::truncate_from(levies),
			withheld: BoundedVec::truncate_from(withheld),
			tip: sale.tip,
			gross: 0,
			paid: 0,
		};
		reckon(&mut bill, &lines).map_err(Error::<T>::from)?;
		let booked = bill.subtotals.iter().map(|it| it.vat);
		let too_large = bill.gross > MAX_AMOUNT || booked.max().is_some_and(|it| it > MAX_AMOUNT);
		ensure!(!too_large, Error::<T>::TooLarge);
		Ok(bill)
	}

	fn ensure_trade(trade: &Trade, place: &Place<T>) -> Result<(), Error<T>> {
		let accepted = place.settings.currencies.contains(&trade.currency);
		ensure!(accepted, Error::<T>::CurrencyNotAccepted);
		ensure!(trade.buyer != Some(trade.seller), Error::<T>::SameParty);
		ensure!(trade.supply <= place.today, Error::<T>::SupplyInFuture);
		let bound = place.settings.supply_bound_days.into();
		let age = place.today.saturating_sub(trade.supply);
		ensure!(age <= bound, Error::<T>::SupplyOutsideBound);
		Ok(())
	}

	fn ensure_sale(sale: &Sale) -> Result<(), Error<T>> {
		ensure!(!sale.items.is_empty(), Error::<T>::NothingSold);
		let amounts = sale.items.iter().map(|item| item.amount.unsigned_abs());
		let fits = amounts.chain([sale.tip]).all(|amount| amount <= MAX_AMOUNT);
		ensure!(fits, Error::<T>::TooLarge);
		let different = all_different(sale.items.iter().map(|item| item.code))
			&& all_different(sale.levies.iter().map(|levy| (levy.code, levy.on)))
			&& all_different(sale.withholdings.iter());
		ensure!(different, Error::<T>::DuplicateCode);
		Ok(())
	}

	fn ensure_categories(
		trade: &Trade,
		place: &Place<T>,
		subtotals: &[Subtotal],
		evidence: bool,
	) -> Result<(), Error<T>> {
		let has = |category| subtotals.iter().any(|it| it.category == category);
		let out_of_scope = has(VatCategory::OutOfScope);
		ensure!(!out_of_scope || subtotals.len() == 1, Error::<T>::OutOfScopeAlone);
		let Some(seller) = Self::registration(trade.jurisdiction, trade.seller, place.today) else {
			ensure!(out_of_scope, Error::<T>::SellerNotRegistered);
			return Ok(());
		};
		let allowed = |it: &Subtotal| {
			!it.category.needs_permission() || seller.terms.zero_codes.contains(&it.code)
		};
		ensure!(subtotals.iter().all(allowed), Error::<T>::CodeNotAllowed);
		let registered = || -> Result<bool, Error<T>> {
			let buyer = trade.buyer.ok_or(Error::<T>::BuyerUnknown)?;
			Ok(Self::registration(trade.jurisdiction, buyer, place.today).is_some())
		};
		if has(VatCategory::ReverseCharge) {
			ensure!(registered()?, Error::<T>::BuyerNotRegistered);
		}
		if has(VatCategory::Export) {
			let at_home = registered()?;
			ensure!(evidence, Error::<T>::ExportNeedsEvidence);
			ensure!(!at_home, Error::<T>::ExportToTaxpayer);
		}
		Ok(())
	}

	fn vat_on(trade: &Trade, code: TaxCode) -> Result<(VatCategory, Ppm), Error<T>> {
		match Self::kind_and_rate(trade.jurisdiction, code, trade.supply)? {
			(TaxKind::Vat(category), rate) => Ok((category, Self::ppm(rate)?)),
			_ => Err(Error::<T>::WrongCodeKind),
		}
	}

	fn levy(trade: &Trade, subtotals: &[Subtotal], levy: &SaleLevy) -> Result<LevyItem, Error<T>> {
		let on = subtotals.iter().position(|it| it.code == levy.on);
		let on = on.and_then(|place| place.try_into().ok());
		let on = on.ok_or(Error::<T>::LevyOnUnknownItem)?;
		let (kind, rate) = Self::kind_and_rate(trade.jurisdiction, levy.code, trade.supply)?;
		let (amount, in_vat_base) = match kind {
			TaxKind::LevyOnNet { in_vat_base } => {
				(LevyAmount::OnNet(Self::ppm(rate)?), in_vat_base)
			},
			TaxKind::LevyPerUnit { in_vat_base, currency } => {
				ensure!(currency == trade.currency, Error::<T>::LevyInOtherCurrency);
				ensure!(levy.thousandths > 0, Error::<T>::QuantityMissing);
				(LevyAmount::PerUnit(rate, levy.thousandths), in_vat_base)
			},
			_ => return Err(Error::<T>::WrongCodeKind),
		};
		Ok(LevyItem { code: levy.code, on, amount, in_vat_base, tax: 0, taken: 0 })
	}

	fn withholding(trade: &Trade, code: TaxCode) -> Result<WithheldItem, Error<T>> {
		match Self::kind_and_rate(trade.jurisdiction, code, trade.supply)? {
			(TaxKind::Withholding, rate) => {
				Ok(WithheldItem { code, rate: Self::ppm(rate)?, tax: 0, taken: 0 })
			},
			_ => Err(Error::<T>::WrongCodeKind),
		}
	}

	/// The tax of an item's lines, if VAT is rounded per line; else nothing.
	///
	/// The lines aren't known, so what can be checked is that each may have been rounded by half a
	/// unit.
	pub(crate) fn line_tax(
		item: &SaleItem,
		prices: Prices,
		rate: Ppm,
		by_line: bool,
	) -> Result<Balance, Error<T>> {
		let Some(tax) = item.line_tax.filter(|_| by_line) else {
			ensure!(!by_line, Error::<T>::LineTaxMissing);
			ensure!(item.line_tax.is_none() && item.lines == 0, Error::<T>::LineTaxUnexpected);
			return Ok(0);
		};
		ensure!(tax <= MAX_AMOUNT, Error::<T>::TooLarge);
		let tax_signed = i128::try_from(tax).map_err(|_| Error::<T>::TooLarge)?;
		let (rate, million) = (i128::from(rate), i128::from(MILLION));
		// Tax within a price is a part of 1 + rate.
		let whole = if prices == Prices::Gross { million + rate } else { million };
		let products = (tax_signed.checked_mul(whole), item.amount.checked_mul(rate));
		let (Some(given), Some(exact)) = products else { return Err(Error::<T>::TooLarge) };
		let off = given.checked_sub(exact).and_then(|it| it.checked_mul(2));
		let off = off.ok_or(Error::<T>::TooLarge)?.unsigned_abs();
		// Both at most 2²¹ and 2¹⁶.
		let tolerated = whole.unsigned_abs().saturating_mul(item.lines.into());
		ensure!(off <= tolerated, Error::<T>::LineTaxWrong);
		Ok(tax)
	}

	fn ppm(rate: Balance) -> Result<Ppm, Error<T>> {
		rate.try_into().map_err(|_| Error::<T>::RateInvalid)
	}
}
