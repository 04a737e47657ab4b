//! From what is sold to what is charged for it.

use crate::{
	charges::{math_prices, reckon},
	invoice::{
		hash_lines, Amounts, AsOne, Bill, Blake2, LevyAmount, LevyItem, Lines, Prices, Sale,
		SaleItem, SaleLevy, Subtotal, WithheldItem, MAX_AMOUNT, MAX_LINES,
	},
	rules::ensure_returns,
	tax::{share_of, Deductible, Ppm, TaxCode, TaxKind, VatCategory},
	Balance, CurrencyId, Refusal,
};
use alloc::vec::Vec;
use bounded_collections::BoundedVec;
use ourledger_math::{
	rounding::{share_down, MILLION},
	tax::tax_of_lines,
};

/// What a jurisdiction says of all sales in it, and what is paid in.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
	/// Whether the VAT of standard rates is rounded per line, rather than per code.
	pub per_line: bool,
	/// Which share of net and tax a tip can be.
	pub tip_limit: Ppm,
	/// What is paid in.
	pub currency: CurrencyId,
}

/// What a tax code charges, and its rate on the day of supply.
pub type Rate = Result<(TaxKind, Balance), Refusal>;

/// A sale whose VAT codes, categories and rates are known, but not yet what it charges.
pub struct Rated<'a> {
	sale: &'a Sale,
	terms: Terms,
	subtotals: Vec<Subtotal>,
	/// Sums of the taxes of lines, by subtotal, where VAT is rounded per line.
	line_taxes: Vec<i128>,
}

impl<'a> Rated<'a> {
	/// Look up the VAT codes of a sale by `rate_of`, once it has been seen to be whole.
	pub fn of(
		sale: &'a Sale,
		terms: Terms,
		rate_of: impl Fn(TaxCode) -> Rate,
	) -> Result<Self, Refusal> {
		ensure_whole(sale)?;
		let (mut subtotals, mut line_taxes) = (Vec::new(), Vec::new());
		for item in &sale.items {
			let code = item.code;
			let (category, rate) = match rate_of(code)? {
				(TaxKind::Vat(category), rate) => (category, ppm(code, rate)?),
				_ => return Err(Refusal::NotVat(code)),
			};
			let by_line = terms.per_line && category == VatCategory::Standard;
			let (amount, line_tax) = amount_of(item, sale.prices, rate, by_line)?;
			line_taxes.push(line_tax);
			let (net, vat, taken, credited) = (0, 0, 0, 0);
			subtotals.push(Subtotal { code, category, rate, amount, net, vat, taken, credited });
		}
		Ok(Self { sale, terms, subtotals, line_taxes })
	}

	/// What is sold by VAT code, of which only code, category, rate and amount are known: enough for
	/// [`crate::rules`].
	pub fn subtotals(&self) -> &[Subtotal] {
		&self.subtotals
	}

	/// What is charged for it; levies and withholdings are looked up by `rate_of`.
	///
	/// If the VAT of a code is negative, what the buyer may deduct of the bill as one isn't in it yet:
	/// see [`keep_share`].
	pub fn bill(self, rate_of: impl Fn(TaxCode) -> Rate, blake2: Blake2) -> Result<Bill, Refusal> {
		let Self { sale, terms, subtotals, line_taxes } = self;
		let levies = sale.levies.iter().map(|it| levy(it, &subtotals, terms.currency, &rate_of));
		let levies = levies.collect::<Result<Vec<_>, _>>()?;
		let withheld = sale.withholdings.iter().map(|code| match rate_of(*code)? {
			(TaxKind::Withholding, rate) => {
				Ok(WithheldItem { code: *code, rate: ppm(*code, rate)?, tax: 0, taken: 0 })
			},
			_ => Err(Refusal::NotWithholding(*code)),
		});
		let withheld = withheld.collect::<Result<Vec<_>, _>>()?;
		let mut bill = Bill {
			prices: sale.prices,
			lines: terms.per_line.then(|| hash_lines(lines_of(sale), blake2)),
			as_one: None,
			// As many as the sale has, which has the same bounds.
			subtotals: BoundedVec::truncate_from(subtotals),
			levies: BoundedVec::truncate_from(levies),
			withheld: BoundedVec::truncate_from(withheld),
			tip: sale.tip,
			tip_limit: terms.tip_limit,
			gross: 0,
			paid: 0,
		};
		reckon(&mut bill, &line_taxes)?;
		let mut booked = bill.subtotals.iter().map(|it| it.vat.unsigned_abs());
		if bill.gross > MAX_AMOUNT || booked.any(|it| it > MAX_AMOUNT) {
			return Err(Refusal::TooLarge);
		}
		ensure_bill(&bill)?;
		if bill.subtotals.iter().any(|it| it.vat < 0) {
			bill.as_one = Some(AsOne { share: 0, taken: 0, credited: 0 });
		}
		Ok(bill)
	}
}

/// Keep in a new bill what its buyer may deduct of VAT that is taken as one: the same of each code. Does
/// nothing to any other bill.
pub fn keep_share(bill: &mut Bill, deductible: Deductible<'_>) -> Result<(), Refusal> {
	let Some(as_one) = &mut bill.as_one else { return Ok(()) };
	if deductible.is_none() {
		return Ok(());
	}
	let taxed = bill.subtotals.iter().filter(|it| !it.is_reverse() && it.vat != 0);
	let mut shares = taxed.map(|it| (it.code, share_of(deductible, it.code)));
	let (first, share) = shares.next().unwrap_or((0, MILLION));
	if let Some((other, _)) = shares.find(|(_, other)| *other != share) {
		return Err(Refusal::SharesDiffer(first, other));
	}
	as_one.share = share;
	Ok(())
}

/// What must hold of a bill, at issue and once a note has taken something off: the tip is within its
/// share, returns take off no more than they may, and whoever books a reverse charge has something to
/// pay.
pub(crate) fn ensure_bill(bill: &Bill) -> Result<(), Refusal> {
	// Saturates beyond what any bill has.
	let most = share_down(bill.net().saturating_add(bill.tax()), bill.tip_limit)?;
	if bill.tip > most {
		return Err(Refusal::TipTooHigh { tip: bill.tip, limit: bill.tip_limit, most });
	}
	ensure_returns(&bill.subtotals)?;
	let reverse = bill.subtotals.iter().find(|it| it.is_reverse() && it.vat > 0);
	match reverse {
		Some(it) if bill.gross == 0 => Err(Refusal::NothingToPay(it.code)),
		_ => Ok(()),
	}
}

fn ensure_whole(sale: &Sale) -> Result<(), Refusal> {
	if sale.items.is_empty() {
		return Err(Refusal::NothingSold);
	}
	if sale.lines() > MAX_LINES {
		return Err(Refusal::TooManyLines { lines: sale.lines() });
	}
	if sale.tip > MAX_AMOUNT {
		return Err(Refusal::TooLarge);
	}
	let different = all_different(sale.items.iter().map(|item| item.code))
		&& all_different(sale.levies.iter().map(|levy| (levy.code, levy.on)))
		&& all_different(sale.withholdings.iter());
	if different {
		Ok(())
	} else {
		Err(Refusal::DuplicateCode)
	}
}

fn levy(
	levy: &SaleLevy,
	subtotals: &[Subtotal],
	paid_in: CurrencyId,
	rate_of: impl Fn(TaxCode) -> Rate,
) -> Result<LevyItem, Refusal> {
	let SaleLevy { code, on, thousandths } = *levy;
	let place = subtotals.iter().position(|it| it.code == on);
	let place = place.and_then(|place| place.try_into().ok());
	let place = place.ok_or(Refusal::LevyOnUnknownItem { levy: code, on })?;
	let (kind, rate) = rate_of(code)?;
	let (amount, in_vat_base) = match kind {
		TaxKind::LevyOnNet { in_vat_base } => (LevyAmount::OnNet(ppm(code, rate)?), in_vat_base),
		TaxKind::LevyPerUnit { currency, .. } if currency != paid_in => {
			return Err(Refusal::LevyInOtherCurrency { levy: code, currency });
		},
		TaxKind::LevyPerUnit { .. } if thousandths == 0 => {
			return Err(Refusal::QuantityMissing(code));
		},
		TaxKind::LevyPerUnit { in_vat_base, .. } => {
			(LevyAmount::PerUnit(rate, thousandths), in_vat_base)
		},
		_ => return Err(Refusal::NotLevy(code)),
	};
	Ok(LevyItem { code, on: place, amount, in_vat_base, tax: 0, taken: 0 })
}

/// What an item comes to, and the tax of its lines if VAT is rounded per line; else nothing.
fn amount_of(
	item: &SaleItem,
	prices: Prices,
	rate: Ppm,
	by_line: bool,
) -> Result<(i128, i128), Refusal> {
	let is_small = |amount: &i128| amount.unsigned_abs() <= MAX_AMOUNT;
	let amount = item.amounts.sum().filter(is_small).ok_or(Refusal::TooLarge)?;
	match &item.amounts {
		Amounts::Sum(_) if by_line => Err(Refusal::LinesMissing(item.code)),
		Amounts::Sum(_) => Ok((amount, 0)),
		Amounts::Lines(_) if !by_line => Err(Refusal::LinesUnexpected(item.code)),
		Amounts::Lines(lines) if lines.is_empty() => Err(Refusal::LinesMissing(item.code)),
		Amounts::Lines(lines) => {
			let all = lines.iter().map(|line| i128::from(*line));
			if !all.clone().all(|line| is_small(&line)) {
				return Err(Refusal::TooLarge);
			}
			Ok((amount, tax_of_lines(math_prices(prices), all, rate)?))
		},
	}
}

/// The lines of a sale, by code.
fn lines_of(sale: &Sale) -> impl Iterator<Item = (TaxCode, &Lines)> {
	sale.items.iter().filter_map(|item| match &item.amounts {
		Amounts::Sum(_) => None,
		Amounts::Lines(lines) => Some((item.code, lines)),
	})
}

fn ppm(code: TaxCode, rate: Balance) -> Result<Ppm, Refusal> {
	rate.try_into().map_err(|_| Refusal::RateInvalid(code))
}

/// Whether no two of a few are equal.
pub(crate) fn all_different<I: PartialEq>(items: impl Iterator<Item = I> + Clone) -> bool {
	items.clone().enumerate().all(|(place, item)| !items.clone().take(place).any(|it| it == item))
}
