//! The taxes of a bill as one list, and their arithmetic from amounts and rates.

use alloc::{vec, vec::Vec};
use ourledger_math::{
	payment,
	rounding::signed_mul_div_half,
	tax::{self, tax_on, Amount, Document, Levy, Line, Prices as MathPrices, Withholding},
	MathError,
};
use ourledger_primitives::{
	invoice::{Bill, LevyAmount, Prices, Subtotal},
	money::CurrencyId,
	tax::{TaxCode, TaxKind, VatCategory},
	Balance,
};

/// A tax of a bill, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Charge {
	pub code: TaxCode,
	pub kind: TaxKind,
	/// Of VAT what it is charged on, levies apart; else zero, so that nets sum up to the bill's.
	pub net: i128,
	pub tax: Balance,
	pub taken: Balance,
	pub credited: Balance,
}

impl Charge {
	pub fn is_vat(&self) -> bool {
		matches!(self.kind, TaxKind::Vat(_))
	}

	pub fn is_reverse(&self) -> bool {
		self.kind == TaxKind::Vat(VatCategory::ReverseCharge)
	}

	/// Whether it is kept from what is paid, rather than booked by the buyer.
	pub fn is_kept(&self) -> bool {
		!self.is_reverse()
	}

	/// Taken from payments without giving a buyer credit.
	pub fn uncredited(&self) -> Balance {
		self.taken.saturating_sub(self.credited)
	}
}

/// All taxes of `bill`, in its order: VAT, levies, withholding. A levy per unit is in the bill's
/// currency.
pub(crate) fn charges(bill: &Bill, currency: CurrencyId) -> Vec<Charge> {
	let vat = bill.subtotals.iter().map(|it| Charge {
		code: it.code,
		kind: TaxKind::Vat(it.category),
		net: it.net,
		tax: it.vat,
		taken: it.taken,
		credited: it.credited,
	});
	let levies = bill.levies.iter().map(|it| {
		let in_vat_base = it.in_vat_base;
		let kind = match it.amount {
			LevyAmount::OnNet(_) => TaxKind::LevyOnNet { in_vat_base },
			LevyAmount::PerUnit(..) => TaxKind::LevyPerUnit { in_vat_base, currency },
		};
		Charge { code: it.code, kind, net: 0, tax: it.tax, taken: it.taken, credited: 0 }
	});
	let withheld = bill.withheld.iter().map(|it| Charge {
		code: it.code,
		kind: TaxKind::Withholding,
		net: 0,
		tax: it.tax,
		taken: it.taken,
		credited: 0,
	});
	vat.chain(levies).chain(withheld).collect()
}

/// Write what was taken and credited back into the bill that `charges` are from.
pub(crate) fn put_back(bill: &mut Bill, charges: &[Charge]) {
	let (vat, others) = charges.split_at(bill.subtotals.len());
	let (levies, withheld) = others.split_at(bill.levies.len());
	for (it, charge) in bill.subtotals.iter_mut().zip(vat) {
		(it.taken, it.credited) = (charge.taken, charge.credited);
	}
	for (it, charge) in bill.levies.iter_mut().zip(levies) {
		it.taken = charge.taken;
	}
	for (it, charge) in bill.withheld.iter_mut().zip(withheld) {
		it.taken = charge.taken;
	}
}

/// What is kept from payments: one figure of each charge.
pub(crate) fn kept(charges: &[Charge], figure: impl Fn(&Charge) -> Balance) -> Vec<Balance> {
	charges.iter().filter(|it| it.is_kept()).map(figure).collect()
}

/// What each kept charge has given once `paid` was paid at once.
pub(crate) fn at_once(
	bill: &Bill,
	charges: &[Charge],
	paid: Balance,
) -> Result<Vec<Balance>, MathError> {
	payment::share(bill.gross, &kept(charges, |it| it.tax), paid)
}

/// Whether tax was taken ahead of payment: more than is due for what was paid.
pub(crate) fn is_ahead(bill: &Bill, charges: &[Charge]) -> Result<bool, MathError> {
	let tax = total(kept(charges, |it| it.tax))?;
	Ok(total(kept(charges, |it| it.taken))? > payment::due(bill.gross, tax, bill.paid)?)
}

/// VAT that was taken ahead of payment: the buyer is credited with it only once it pays, however
/// late.
pub(crate) fn ahead(bill: &Bill, charges: &[Charge]) -> Result<Balance, MathError> {
	if !is_ahead(bill, charges)? {
		return Ok(0);
	}
	let due = at_once(bill, charges, bill.paid)?;
	let kept = charges.iter().filter(|it| it.is_kept()).zip(due).filter(|(it, _)| it.is_vat());
	total(kept.map(|(it, due)| it.taken.saturating_sub(due)))
}

/// How much of a charge's net counts as sold: in proportion to what was paid in all.
pub(crate) fn sold(bill: &Bill, charge: &Charge) -> Result<i128, MathError> {
	if bill.gross == 0 {
		return Ok(0);
	}
	signed_mul_div_half(charge.net, bill.paid, bill.gross)
}

/// The sum of amounts.
pub(crate) fn total(amounts: impl IntoIterator<Item = Balance>) -> Result<Balance, MathError> {
	amounts
		.into_iter()
		.try_fold(0, |sum: Balance, amount| sum.checked_add(amount))
		.ok_or(MathError::Overflow)
}

/// Work out nets, taxes and gross of `bill` from its amounts, rates and quantities.
///
/// `line_taxes` are the sums of its lines' taxes, by subtotal, where VAT was rounded per line; they
/// count for standard rates only.
pub(crate) fn reckon(bill: &mut Bill, line_taxes: &[Balance]) -> Result<(), MathError> {
	if bill.per_line && bill.prices == Prices::Gross && !bill.levies.is_empty() {
		return Err(MathError::LevyWithinLinePrices);
	}
	let totals = totals_without_lines(bill, line_taxes)?;
	for (levy, tax) in bill.levies.iter_mut().zip(&totals.levies) {
		levy.tax = *tax;
	}
	for (item, tax) in bill.withheld.iter_mut().zip(&totals.withheld) {
		item.tax = *tax;
	}
	let mut gross = totals.gross;
	for (place, part) in totals.subtotals.iter().enumerate() {
		let item = &bill.subtotals[place];
		let vat = match item.category {
			VatCategory::ReverseCharge => positive(tax_on(part.base, item.rate)?)?,
			VatCategory::Standard if bill.per_line => {
				let lines = line_taxes.get(place).copied().unwrap_or(0);
				let vat = total([lines, vat_on_levies(bill, place)?])?;
				gross = total([gross, vat])?;
				vat
			},
			_ => part.vat,
		};
		let item = &mut bill.subtotals[place];
		(item.net, item.vat) = (part.net, vat);
	}
	bill.gross = gross;
	let kept = total(kept(&charges(bill, 0), |it| it.tax))?;
	if kept > gross {
		return Err(MathError::TaxBeyondGross);
	}
	Ok(())
}

/// The totals with the VAT of all but standard rates left out, and of those too where their lines
/// say what it is.
fn totals_without_lines(bill: &Bill, line_taxes: &[Balance]) -> Result<tax::Totals, MathError> {
	let shown = |it: &Subtotal| {
		let rounded_here = it.category == VatCategory::Standard && !bill.per_line;
		if rounded_here {
			it.rate
		} else {
			0
		}
	};
	let rates = bill.subtotals.iter().map(shown).collect::<Vec<_>>();
	let within_lines = bill.per_line && bill.prices == Prices::Gross;
	let mut lines = Vec::with_capacity(rates.len());
	for (category, it) in bill.subtotals.iter().enumerate() {
		let inside = if within_lines { line_taxes.get(category).copied().unwrap_or(0) } else { 0 };
		let amount = it.amount.checked_sub_unsigned(inside).ok_or(MathError::Overflow)?;
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
		prices: if bill.prices == Prices::Gross && !bill.per_line {
			MathPrices::Gross
		} else {
			MathPrices::Net
		},
		rounding: tax::Rounding::Category,
		rates: &rates,
		lines: &lines,
		levies: &levies.collect::<Vec<_>>(),
		withholdings: &withholdings.collect::<Vec<_>>(),
		untaxed: bill.tip,
	})
}

/// VAT on the levies that enter the base of subtotal `place`. Where VAT is rounded per line, each
/// is a line of its own.
fn vat_on_levies(bill: &Bill, place: usize) -> Result<Balance, MathError> {
	let rate = bill.subtotals.get(place).map_or(0, |it| it.rate);
	let entering = bill.levies.iter().filter(|it| usize::from(it.on) == place && it.in_vat_base);
	let mut sum = 0;
	for levy in entering {
		let base = levy.tax.try_into().map_err(|_| MathError::Overflow)?;
		sum = total([sum, positive(tax_on(base, rate)?)?])?;
	}
	Ok(sum)
}

/// The sums of lines' taxes that `bill` was made with.
pub(crate) fn line_taxes(bill: &Bill) -> Result<Vec<Balance>, MathError> {
	let mut taxes = vec![0; bill.subtotals.len()];
	for (place, it) in bill.subtotals.iter().enumerate() {
		if bill.per_line && it.category == VatCategory::Standard {
			let levied = vat_on_levies(bill, place)?;
			taxes[place] = it.vat.checked_sub(levied).ok_or(MathError::NegativeTax)?;
		}
	}
	Ok(taxes)
}

fn positive(tax: i128) -> Result<Balance, MathError> {
	tax.try_into().map_err(|_| MathError::NegativeTax)
}
