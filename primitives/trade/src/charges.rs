//! What a bill charges and what of it was taken, under its heads and by code; and the arithmetic from
//! amounts and rates.

use crate::{
	invoice::{AsOne, Bill, LevyAmount, LevyItem, Prices, Subtotal},
	tax::{share_of, Deductible, TaxCode, TaxKind, VatCategory},
	Balance, CurrencyId, Refusal,
};
use alloc::{vec, vec::Vec};
use ourledger_math::{
	payment,
	rounding::{signed_mul_div_half, Ppm},
	tax::{self, tax_on, Amount, Document, Levy, Line, Prices as MathPrices, Withholding},
	MathError,
};

/// What becomes of what is kept from a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadKind {
	/// Nets, and may be credited to the buyer: of a code or, where VAT is taken as one, of all.
	Vat(Option<TaxCode>),
	/// Goes to the treasury whole.
	Levy(TaxCode),
	/// Goes to the treasury whole, and is of the seller's net.
	Withholding(TaxCode),
}

/// What is kept from payments under one head, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
	/// What becomes of it.
	pub kind: HeadKind,
	/// All of it.
	pub tax: Balance,
	/// What payments have given of it.
	pub taken: Balance,
	/// What of that the buyer was credited with.
	pub credited: Balance,
}

impl Head {
	/// Whether it is VAT.
	pub fn is_vat(&self) -> bool {
		matches!(self.kind, HeadKind::Vat(_))
	}

	/// What a buyer may deduct of it: the share of its code or, where VAT is taken as one, the share
	/// that was kept, if the buyer is still registered.
	pub(crate) fn share(&self, as_one: Option<&AsOne>, deductible: Deductible<'_>) -> Ppm {
		match self.kind {
			HeadKind::Vat(Some(code)) => share_of(deductible, code),
			HeadKind::Vat(None) if deductible.is_some() => as_one.map_or(0, |it| it.share),
			_ => 0,
		}
	}
}

/// What is kept from payments of `bill`: VAT, levies, withholding, in its order. What a buyer books
/// under reverse charge isn't.
pub fn heads(bill: &Bill) -> Result<Vec<Head>, MathError> {
	let mut heads = Vec::new();
	if let Some(AsOne { taken, credited, .. }) = bill.as_one {
		let vat = bill.subtotals.iter().filter(|it| !it.is_reverse()).map(|it| it.vat);
		let tax = positive(signed_total(vat)?)?;
		heads.push(Head { kind: HeadKind::Vat(None), tax, taken, credited });
	} else {
		for it in bill.subtotals.iter().filter(|it| !it.is_reverse()) {
			let (tax, taken) = (positive(it.vat)?, positive(it.taken)?);
			let kind = HeadKind::Vat(Some(it.code));
			heads.push(Head { kind, tax, taken, credited: it.credited });
		}
	}
	heads.extend(bill.levies.iter().map(|it| {
		let kind = HeadKind::Levy(it.code);
		Head { kind, tax: it.tax, taken: it.taken, credited: 0 }
	}));
	heads.extend(bill.withheld.iter().map(|it| {
		let kind = HeadKind::Withholding(it.code);
		Head { kind, tax: it.tax, taken: it.taken, credited: 0 }
	}));
	Ok(heads)
}

/// Write what was taken and credited back into the bill that `heads` are from. It has been paid.
pub(crate) fn put_back(bill: &mut Bill, heads: &[Head]) -> Result<(), MathError> {
	let (gross, paid) = (bill.gross, bill.paid);
	let mut heads = heads.iter();
	let own = bill.subtotals.iter_mut().filter(|it| !it.is_reverse());
	if let Some(as_one) = &mut bill.as_one {
		if let Some(head) = heads.next() {
			(as_one.taken, as_one.credited) = (head.taken, head.credited);
		}
		let own = own.collect::<Vec<_>>();
		let taxes = own.iter().map(|it| it.vat).collect::<Vec<_>>();
		let shown = payment::shown(gross, &taxes, paid, as_one.taken)?;
		own.into_iter().zip(shown).for_each(|(it, taken)| it.taken = taken);
	} else {
		for (it, head) in own.zip(heads.by_ref()) {
			(it.taken, it.credited) = (signed(head.taken)?, head.credited);
		}
	}
	let levies = bill.levies.iter_mut().map(|it| &mut it.taken);
	let withheld = bill.withheld.iter_mut().map(|it| &mut it.taken);
	levies.chain(withheld).zip(heads).for_each(|(taken, head)| *taken = head.taken);
	Ok(())
}

/// One figure of each head.
pub(crate) fn of(heads: &[Head], figure: impl Fn(&Head) -> Balance) -> Vec<Balance> {
	heads.iter().map(figure).collect()
}

/// What a code has of what was paid so far, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
	/// The code.
	pub code: TaxCode,
	/// What it charges.
	pub kind: TaxKind,
	/// What counts as sold; zero for levies and withholding, so that nets sum up to the bill's.
	pub sold: i128,
	/// What was taken, or booked by the buyer.
	pub taken: i128,
	/// Nothing under reverse charge, and where VAT is taken as one.
	pub credited: Balance,
}

/// What each code has of what was paid of `bill`, in its order: VAT, levies, withholding. A levy per
/// unit is in the bill's currency.
pub fn parts(bill: &Bill, currency: CurrencyId) -> Result<Vec<Part>, MathError> {
	let mut parts = Vec::new();
	for it in &bill.subtotals {
		parts.push(Part {
			code: it.code,
			kind: TaxKind::Vat(it.category),
			sold: so_far(bill, it.net)?,
			taken: it.taken,
			credited: if it.is_reverse() { 0 } else { it.credited },
		});
	}
	for it in &bill.levies {
		let in_vat_base = it.in_vat_base;
		let kind = match it.amount {
			LevyAmount::OnNet(_) => TaxKind::LevyOnNet { in_vat_base },
			LevyAmount::PerUnit(..) => TaxKind::LevyPerUnit { in_vat_base, currency },
		};
		let taken = signed(it.taken)?;
		parts.push(Part { code: it.code, kind, sold: 0, taken, credited: 0 });
	}
	for it in &bill.withheld {
		let (kind, taken) = (TaxKind::Withholding, signed(it.taken)?);
		parts.push(Part { code: it.code, kind, sold: 0, taken, credited: 0 });
	}
	Ok(parts)
}

/// How much of `amount` goes with what was paid so far: all of it, where there is nothing to pay.
pub(crate) fn so_far(bill: &Bill, amount: i128) -> Result<i128, MathError> {
	if bill.gross == 0 {
		return Ok(amount);
	}
	signed_mul_div_half(amount, bill.paid, bill.gross)
}

/// What each head has given once `paid` was paid at once.
pub(crate) fn at_once(
	bill: &Bill,
	heads: &[Head],
	paid: Balance,
) -> Result<Vec<Balance>, MathError> {
	payment::share(bill.gross, &of(heads, |it| it.tax), paid)
}

/// Whether tax was taken ahead of payment: more than is due for what was paid.
pub(crate) fn is_ahead(bill: &Bill, heads: &[Head]) -> Result<bool, MathError> {
	let tax = total(of(heads, |it| it.tax))?;
	Ok(total(of(heads, |it| it.taken))? > payment::due(bill.gross, tax, bill.paid)?)
}

/// VAT that was taken ahead of payment: the buyer is credited with it only once it pays, however
/// late.
pub(crate) fn ahead(bill: &Bill) -> Result<Balance, MathError> {
	let heads = heads(bill)?;
	if !is_ahead(bill, &heads)? {
		return Ok(0);
	}
	let due = at_once(bill, &heads, bill.paid)?;
	let vat = heads.iter().zip(due).filter(|(it, _)| it.is_vat());
	total(vat.map(|(it, due)| it.taken.saturating_sub(due)))
}

/// Taken from payments, or booked by the buyer, without giving a buyer credit.
pub(crate) fn uncredited(bill: &Bill) -> Result<Balance, MathError> {
	let kept = heads(bill)?.into_iter().map(|it| it.taken.saturating_sub(it.credited));
	let booked = bill.subtotals.iter().filter(|it| it.is_reverse());
	let booked = booked.map(|it| Ok(positive(it.taken)?.saturating_sub(it.credited)));
	total(kept.chain(booked.collect::<Result<Vec<_>, MathError>>()?))
}

/// The sum of amounts.
pub(crate) fn total(amounts: impl IntoIterator<Item = Balance>) -> Result<Balance, MathError> {
	amounts
		.into_iter()
		.try_fold(0, |sum: Balance, amount| sum.checked_add(amount))
		.ok_or(MathError::Overflow)
}

/// The sum of signed amounts.
pub(crate) fn signed_total(amounts: impl IntoIterator<Item = i128>) -> Result<i128, MathError> {
	amounts
		.into_iter()
		.try_fold(0, |sum: i128, amount| sum.checked_add(amount))
		.ok_or(MathError::Overflow)
}

/// Work out nets, taxes and gross of `bill` from its amounts, rates and quantities.
///
/// `line_taxes` are the sums of its lines' taxes, by subtotal, where VAT was rounded per line; they
/// count for standard rates only.
pub(crate) fn reckon(bill: &mut Bill, line_taxes: &[i128]) -> Result<(), Refusal> {
	let per_line = bill.lines.is_some();
	if per_line && bill.prices == Prices::Gross && !bill.levies.is_empty() {
		return Err(MathError::LevyWithinLinePrices.into());
	}
	let totals = totals_without_lines(bill, line_taxes)?;
	for (levy, tax) in bill.levies.iter_mut().zip(&totals.levies) {
		levy.tax = *tax;
	}
	for (item, tax) in bill.withheld.iter_mut().zip(&totals.withheld) {
		item.tax = *tax;
	}
	let mut of_lines = 0;
	for (place, part) in totals.subtotals.iter().enumerate() {
		let item = &bill.subtotals[place];
		let vat = match item.category {
			VatCategory::ReverseCharge if part.net < 0 => {
				return Err(Refusal::ReturnsOfReverse(item.code));
			},
			VatCategory::ReverseCharge => tax_on(part.base, item.rate)?,
			VatCategory::Standard if per_line => {
				let lines = line_taxes.get(place).copied().unwrap_or(0);
				let vat = signed_total([lines, vat_on_levies(bill, place)?])?;
				of_lines = signed_total([of_lines, vat])?;
				vat
			},
			_ => part.vat,
		};
		let item = &mut bill.subtotals[place];
		(item.net, item.vat) = (part.net, vat);
	}
	let gross = total([totals.gross, positive(of_lines)?])?;
	bill.gross = gross;
	let own = bill.subtotals.iter().filter(|it| !it.is_reverse());
	let vat = positive(signed_total(own.map(|it| it.vat))?)?;
	let others = bill.levies.iter().map(|it| it.tax).chain(bill.withheld.iter().map(|it| it.tax));
	if total(others.chain([vat]))? > gross {
		return Err(MathError::TaxBeyondGross.into());
	}
	Ok(())
}

/// The totals with the VAT of all but standard rates left out, and of those too where their lines
/// say what it is.
fn totals_without_lines(bill: &Bill, line_taxes: &[i128]) -> Result<tax::Totals, MathError> {
	let per_line = bill.lines.is_some();
	let shown = |it: &Subtotal| {
		let rounded_here = it.category == VatCategory::Standard && !per_line;
		if rounded_here {
			it.rate
		} else {
			0
		}
	};
	let rates = bill.subtotals.iter().map(shown).collect::<Vec<_>>();
	let within_lines = per_line && bill.prices == Prices::Gross;
	let mut lines = Vec::with_capacity(rates.len());
	for (category, it) in bill.subtotals.iter().enumerate() {
		let inside = if within_lines { line_taxes.get(category).copied().unwrap_or(0) } else { 0 };
		let amount = it.amount.checked_sub(inside).ok_or(MathError::Overflow)?;
		lines.push(Line { category, amount });
	}
	let levies = bill.levies.iter().map(|it| Levy {
		category: it.on.into(),
		amount: match it.amount {
			LevyAmount::OnNet(rate) => Amount::OnNet(rate),
			LevyAmount::PerUnit(each, thousandths) => {
				Amount::PerUnit { each, thousandths: thousandths.into() }
			},
		},
		in_vat_base: it.in_vat_base,
	});
	let withholdings = bill.withheld.iter().map(|it| Withholding { category: None, rate: it.rate });
	tax::totals(&Document {
		prices: if per_line { MathPrices::Net } else { math_prices(bill.prices) },
		rounding: tax::Rounding::Category,
		rates: &rates,
		lines: &lines,
		levies: &levies.collect::<Vec<_>>(),
		withholdings: &withholdings.collect::<Vec<_>>(),
		untaxed: bill.tip,
	})
}

/// Prices, as the arithmetic names them.
pub(crate) fn math_prices(prices: Prices) -> MathPrices {
	match prices {
		Prices::Net => MathPrices::Net,
		Prices::Gross => MathPrices::Gross,
	}
}

/// VAT on the levies that enter the base of subtotal `place`. Where VAT is rounded per line, each
/// is a line of its own.
fn vat_on_levies(bill: &Bill, place: usize) -> Result<i128, MathError> {
	let rate = bill.subtotals.get(place).map_or(0, |it| it.rate);
	let taxes = entering(bill, place).map(|levy| tax_on(signed(levy.tax)?, rate));
	signed_total(taxes.collect::<Result<Vec<_>, _>>()?)
}

/// What VAT is charged on under subtotal `place` of a bill: its net, and the levies that enter.
pub fn base_of(bill: &Bill, place: usize) -> Result<i128, MathError> {
	let net = bill.subtotals.get(place).map_or(0, |it| it.net);
	let levies = entering(bill, place).map(|levy| signed(levy.tax));
	let levies = signed_total(levies.collect::<Result<Vec<_>, _>>()?)?;
	net.checked_add(levies).ok_or(MathError::Overflow)
}

/// The levies that enter the base of subtotal `place`.
fn entering(bill: &Bill, place: usize) -> impl Iterator<Item = &LevyItem> {
	bill.levies.iter().filter(move |it| usize::from(it.on) == place && it.in_vat_base)
}

/// The sums of lines' taxes that `bill` was made with.
pub(crate) fn line_taxes(bill: &Bill) -> Result<Vec<i128>, MathError> {
	let mut taxes = vec![0; bill.subtotals.len()];
	for (place, it) in bill.subtotals.iter().enumerate() {
		if bill.lines.is_some() && it.category == VatCategory::Standard {
			let levied = vat_on_levies(bill, place)?;
			taxes[place] = it.vat.checked_sub(levied).ok_or(MathError::Overflow)?;
		}
	}
	Ok(taxes)
}

/// A tax that isn't negative.
pub(crate) fn positive(tax: i128) -> Result<Balance, MathError> {
	tax.try_into().map_err(|_| MathError::NegativeTax)
}

pub(crate) fn signed(amount: Balance) -> Result<i128, MathError> {
	amount.try_into().map_err(|_| MathError::Overflow)
}
