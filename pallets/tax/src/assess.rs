//! What is sold becomes a bill.

use crate::{
	charges::{prices, reckon},
	settings::{all_different, Place},
	types::Rounding,
	*,
};
use alloc::vec::Vec;
use frame::prelude::*;
use ourledger_math::{
	rounding::{share_down, MILLION},
	tax::tax_of_lines,
};
use ourledger_primitives::{
	invoice::{
		hash_of_lines, Amounts, AsOne, Bill, LevyAmount, LevyItem, Lines, Prices, Sale, SaleItem,
		SaleLevy, Subtotal, WithheldItem, MAX_AMOUNT, MAX_LINES,
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

		let (mut subtotals, mut line_taxes) = (Vec::new(), Vec::new());
		for item in &sale.items {
			let (category, rate) = Self::vat_on(trade, item.code)?;
			let by_line = per_line && category == VatCategory::Standard;
			let (amount, line_tax) = Self::amount_of(item, sale.prices, rate, by_line)?;
			line_taxes.push(line_tax);
			let (code, net, vat, taken, credited) = (item.code, 0, 0, 0, 0);
			subtotals.push(Subtotal { code, category, rate, amount, net, vat, taken, credited });
		}
		Self::ensure_categories(trade, &place, &subtotals, sale.evidence.is_some())?;
		let levies = sale.levies.iter().map(|levy| Self::levy(trade, &subtotals, levy));
		let levies = levies.collect::<Result<Vec<_>, _>>()?;
		let withheld = sale.withholdings.iter().map(|code| Self::withholding(trade, *code));
		let withheld = withheld.collect::<Result<Vec<_>, _>>()?;

		let mut bill = Bill {
			prices: sale.prices,
			lines: per_line.then(|| hash_of_lines(lines_of(sale))),
			as_one: None,
			// As many as the sale has, which has the same bounds.
			subtotals: BoundedVec::truncate_from(subtotals),
			levies: BoundedVec::truncate_from(levies),
			withheld: BoundedVec::truncate_from(withheld),
			tip: sale.tip,
			tip_limit: place.settings.tip_limit,
			gross: 0,
			paid: 0,
		};
		reckon(&mut bill, &line_taxes).map_err(Error::<T>::from)?;
		let booked = bill.subtotals.iter().map(|it| it.vat.unsigned_abs());
		let too_large = bill.gross > MAX_AMOUNT || booked.max().is_some_and(|it| it > MAX_AMOUNT);
		ensure!(!too_large, Error::<T>::TooLarge);
		Self::ensure_bill(&bill)?;
		if bill.subtotals.iter().any(|it| it.vat < 0) {
			Self::ensure_sold(trade, &place, &bill)?;
			let share = Self::share_as_one(trade, &place, &bill)?;
			bill.as_one = Some(AsOne { share, taken: 0, credited: 0 });
		}
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
		ensure!(sale.lines() <= MAX_LINES, Error::<T>::TooManyLines);
		ensure!(sale.tip <= MAX_AMOUNT, Error::<T>::TooLarge);
		let different = all_different(sale.items.iter().map(|item| item.code))
			&& all_different(sale.levies.iter().map(|levy| (levy.code, levy.on)))
			&& all_different(sale.withholdings.iter());
		ensure!(different, Error::<T>::DuplicateCode);
		Ok(())
	}

	/// What must hold of a bill, at issue and once a note has taken something off: the tip is within
	/// its share, and whoever books a reverse charge has something to pay.
	pub(crate) fn ensure_bill(bill: &Bill) -> Result<(), Error<T>> {
		// Saturates beyond what any bill has.
		let base = bill.net().saturating_add(bill.tax());
		ensure!(bill.tip <= share_down(base, bill.tip_limit)?, Error::<T>::TipTooHigh);
		let reverse = bill.subtotals.iter().any(|it| it.is_reverse() && it.vat > 0);
		ensure!(bill.gross > 0 || !reverse, Error::<T>::NothingToPay);
		Ok(())
	}

	/// What a buyer that is registered may deduct of VAT that is taken as one: the same of each code.
	fn share_as_one(trade: &Trade, place: &Place<T>, bill: &Bill) -> Result<Ppm, Error<T>> {
		let Some(buyer) = Self::registered_buyer(trade, place) else { return Ok(0) };
		let taxed = bill.subtotals.iter().filter(|it| !it.is_reverse() && it.vat != 0);
		let mut shares = taxed.map(|it| buyer.share_of(it.code));
		let share = shares.next().unwrap_or(MILLION);
		ensure!(shares.all(|other| other == share), Error::<T>::SharesDiffer);
		Ok(share)
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
			ensure!(registered()? && trade.business, Error::<T>::BuyerNotRegistered);
			let owes = |buyer| Self::arrears_of(trade.jurisdiction, buyer, trade.currency) > 0;
			ensure!(!trade.buyer.is_some_and(owes), Error::<T>::BuyerInArrears);
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

	/// What an item comes to, and the tax of its lines if VAT is rounded per line; else nothing.
	fn amount_of(
		item: &SaleItem,
		of: Prices,
		rate: Ppm,
		by_line: bool,
	) -> Result<(i128, i128), Error<T>> {
		let is_small = |amount: &i128| amount.unsigned_abs() <= MAX_AMOUNT;
		let amount = item.amounts.sum().filter(is_small).ok_or(Error::<T>::TooLarge)?;
		match &item.amounts {
			Amounts::Sum(_) => {
				ensure!(!by_line, Error::<T>::LinesMissing);
				Ok((amount, 0))
			},
			Amounts::Lines(lines) => {
				ensure!(by_line, Error::<T>::LinesUnexpected);
				ensure!(!lines.is_empty(), Error::<T>::LinesMissing);
				let lines = lines.iter().map(|line| i128::from(*line));
				ensure!(lines.clone().all(|line| is_small(&line)), Error::<T>::TooLarge);
				Ok((amount, tax_of_lines(prices(of), lines, rate)?))
			},
		}
	}

	fn ppm(rate: Balance) -> Result<Ppm, Error<T>> {
		rate.try_into().map_err(|_| Error::<T>::RateInvalid)
	}
}

/// The lines of a sale, by code.
fn lines_of(sale: &Sale) -> impl Iterator<Item = (TaxCode, &Lines)> {
	sale.items.iter().filter_map(|item| match &item.amounts {
		Amounts::Sum(_) => None,
		Amounts::Lines(lines) => Some((item.code, lines)),
	})
}
