//! The taxes and totals of an invoice.
//!
//! Amounts are whole numbers of the currency's minor unit, whatever its decimals; rates are parts
//! per million. Every tax is rounded once, half away from zero.
//!
//! # The rules
//!
//! | What | Formula | Source |
//! |---|---|---|
//! | tax of a category | taxable × rate | EN 16931, BR-CO-17 and the `-09` rules |
//! | tax per line | Σ over its lines of (line × rate), each rounded | where a jurisdiction allows it: UAE VATP006, the line methods of IRAS and Belastingdienst |
//! | net of tax-inclusive prices | gross × 10⁶ / (10⁶ + rate), per category; tax = gross − net | EU Directive 2006/112, art. 78; CGST rule 35 |
//! | levy on net | net of its category × rate | |
//! | levy per unit | amount × quantity | |
//! | VAT on a category with levies | (net + levies that enter the base) × rate | Directive 2006/112, art. 78 (a) |
//! | withheld | net × rate | |
//!
//! Levies don't compound with each other. Within tax-inclusive prices they are part of the price;
//! what is left after the net and the levies per unit is shared among the others and VAT by
//! largest remainder of their exact amounts, so it always sums to the price.
//!
//! Half a unit at most goes either way for each tax; splitting an invoice gains at most that for
//! each part. Within tax-inclusive prices it is the net that is rounded: at an exact tie (2.99 at
//! 4 %) the unit is the seller's, where rounding the tax would give it to the treasury.
//!
//! # Signs
//!
//! A line may be negative: a return, an allowance, a prepayment taken off. So may a category, with
//! its VAT, where returns outweigh: bottles that come back beside milk. It bears no levy. The total
//! net and the total VAT may not: a document that is negative as a whole is a credit note. VAT of a
//! document that has such a category is taken and credited as one ([`crate::payment::shown`]).

use crate::{
	apportion::largest_remainder,
	rounding::{mul_div_half, signed_mul_div_half, signed_total, total, Ppm, WHOLE},
	MathError,
};
use alloc::vec::Vec;

/// What the lines' amounts are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prices {
	/// Without tax.
	Net,
	/// With VAT, and with the category's levies.
	Gross,
}

/// Where VAT is rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounding {
	/// Once per category.
	Category,
	/// Per line; a levy that enters the base counts as a line.
	Line,
}

/// A line, an allowance (negative) or a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
	/// Place of its category.
	pub category: usize,
	/// Minor units.
	pub amount: i128,
}

/// How much a levy is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
	/// On the net of its category.
	OnNet(Ppm),
	/// Per unit.
	PerUnit {
		/// Minor units for one unit.
		each: u128,
		/// Quantity, in thousandths of a unit.
		thousandths: u128,
	},
}

/// A levy on a category.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Levy {
	/// Place of its category.
	pub category: usize,
	/// How much it is.
	pub amount: Amount,
	/// Whether VAT is charged on it.
	pub in_vat_base: bool,
}

/// What the payer keeps back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Withholding {
	/// Place of the category whose net it is worked out on; the total net if there is none.
	pub category: Option<usize>,
	/// Parts per million.
	pub rate: Ppm,
}

/// What an invoice is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Document<'a> {
	/// What the lines' amounts are.
	pub prices: Prices,
	/// Where VAT is rounded.
	pub rounding: Rounding,
	/// VAT rate of each category; zero for Z, E, AE, G, O.
	pub rates: &'a [Ppm],
	/// Lines, allowances and charges.
	pub lines: &'a [Line],
	/// Levies.
	pub levies: &'a [Levy],
	/// Withholdings.
	pub withholdings: &'a [Withholding],
	/// What is paid without tax and isn't turnover: a tip. Minor units.
	pub untaxed: u128,
}

/// One category of an invoice, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Subtotal {
	/// Net: its lines, allowances and charges.
	pub net: i128,
	/// What VAT is charged on: the net and the levies that enter it.
	pub base: i128,
	/// VAT. Negative where returns outweigh.
	pub vat: i128,
}

/// The totals of an invoice, in minor units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Totals {
	/// The categories, in the document's order.
	pub subtotals: Vec<Subtotal>,
	/// The levies, in the document's order.
	pub levies: Vec<u128>,
	/// What is withheld, in the document's order.
	pub withheld: Vec<u128>,
	/// Σ nets.
	pub net: u128,
	/// Σ VAT and levies.
	pub tax: u128,
	/// Net + tax + untaxed.
	pub gross: u128,
	/// Gross less what is withheld: what reaches the seller before taxes are split off.
	pub payable: u128,
}

/// Tax on `taxable` minor units, half away from zero: either side loses at most half a unit.
///
/// EN 16931, BR-CO-17. A negative amount gives a negative tax; callers sum and check.
pub fn tax_on(taxable: i128, rate: Ppm) -> Result<i128, MathError> {
	signed_mul_div_half(taxable, rate.into(), WHOLE)
}

/// Net and tax within `gross` minor units: the net half away from zero, the tax the rest, so they
/// sum to the gross. Either side loses at most half a unit.
pub fn within(gross: i128, rate: Ppm) -> Result<(i128, i128), MathError> {
	let divisor = WHOLE.checked_add(rate.into()).ok_or(MathError::Overflow)?;
	let net = signed_mul_div_half(gross, WHOLE, divisor)?;
	Ok((net, gross.checked_sub(net).ok_or(MathError::Overflow)?))
}

/// A levy of `each` minor units on a quantity in thousandths, half up: either side loses at most
/// half a unit.
pub fn levy_per_unit(each: u128, thousandths: u128) -> Result<u128, MathError> {
	mul_div_half(each, thousandths, 1_000)
}

/// The VAT of lines, each rounded on its own as [`tax_on`] or [`within`] does: either side loses at
/// most half a unit a line.
pub fn tax_of_lines(
	prices: Prices,
	lines: impl IntoIterator<Item = i128>,
	rate: Ppm,
) -> Result<i128, MathError> {
	let taxes = lines.into_iter().map(|line| match prices {
		Prices::Net => tax_on(line, rate),
		Prices::Gross => within(line, rate).map(|(_, tax)| tax),
	});
	signed_total(taxes.collect::<Result<Vec<_>, _>>()?)
}

/// Works out a document's taxes and totals.
pub fn totals(document: &Document<'_>) -> Result<Totals, MathError> {
	let count = document.rates.len();
	let lines = document.lines.iter().map(|line| line.category);
	let levies = document.levies.iter().map(|levy| levy.category);
	let withholdings = document.withholdings.iter().filter_map(|kept| kept.category);
	if lines.chain(levies).chain(withholdings).any(|category| category >= count) {
		return Err(MathError::UnknownCategory);
	}

	let mut subtotals = Vec::with_capacity(count);
	let mut levied = alloc::vec![0; document.levies.len()];
	for (category, rate) in document.rates.iter().enumerate() {
		let lines = document.lines.iter().filter(|line| line.category == category);
		let amounts = lines.map(|line| line.amount).collect::<Vec<_>>();
		let own = document.levies.iter().enumerate();
		let own = own.filter(|(_, levy)| levy.category == category).collect::<Vec<_>>();
		let part = Category { rate: *rate, amounts: &amounts, levies: &own };
		subtotals.push(match document.prices {
			Prices::Net => part.on_net(document.rounding, &mut levied)?,
			Prices::Gross if own.is_empty() => part.within_gross(document.rounding)?,
			Prices::Gross if document.rounding == Rounding::Line => {
				return Err(MathError::LevyWithinLinePrices);
			},
			Prices::Gross => part.within_gross_and_levies(&mut levied)?,
		});
	}

	let net = signed_total(subtotals.iter().map(|subtotal| subtotal.net))?;
	let total_net = u128::try_from(net).map_err(|_| MathError::NegativeNet)?;
	let withheld = document.withholdings.iter().map(|kept| {
		let base = kept.category.map_or(net, |category| subtotals[category].net);
		positive(tax_on(base, kept.rate)?)
	});
	let withheld = withheld.collect::<Result<Vec<_>, _>>()?;
	let vat = positive(signed_total(subtotals.iter().map(|subtotal| subtotal.vat))?)?;
	let tax = total(levied.iter().copied().chain([vat]))?;
	let gross = total([total_net, tax, document.untaxed])?;
	let payable = gross.checked_sub(total(withheld.iter().copied())?);
	let payable = payable.ok_or(MathError::WithheldBeyondGross)?;
	Ok(Totals { subtotals, levies: levied, withheld, net: total_net, tax, gross, payable })
}

/// A tax, which isn't negative.
fn positive(tax: i128) -> Result<u128, MathError> {
	tax.try_into().map_err(|_| MathError::NegativeTax)
}

/// A category being worked out.
struct Category<'a> {
	rate: Ppm,
	amounts: &'a [i128],
	/// Its levies with their places in the document.
	levies: &'a [(usize, &'a Levy)],
}

impl Category<'_> {
	/// From net prices. Writes the levies into their places.
	fn on_net(&self, rounding: Rounding, levied: &mut [u128]) -> Result<Subtotal, MathError> {
		let net = signed_total(self.amounts.iter().copied())?;
		self.ensure_levies(net)?;
		// What VAT is rounded on, one by one where it is rounded per line.
		let mut taxed = self.amounts.to_vec();
		for (place, levy) in self.levies {
			let amount = match levy.amount {
				Amount::OnNet(rate) => positive(tax_on(net, rate)?)?,
				Amount::PerUnit { each, thousandths } => levy_per_unit(each, thousandths)?,
			};
			levied[*place] = amount;
			if levy.in_vat_base {
				taxed.push(amount.try_into().map_err(|_| MathError::Overflow)?);
			}
		}
		let base = signed_total(taxed.iter().copied())?;
		let vat = match rounding {
			Rounding::Category => tax_on(base, self.rate)?,
			Rounding::Line => tax_of_lines(Prices::Net, taxed, self.rate)?,
		};
		Ok(Subtotal { net, base, vat })
	}

	/// Returns bear no levy: it would be one that somebody gets.
	fn ensure_levies(&self, amount: i128) -> Result<(), MathError> {
		if amount < 0 && !self.levies.is_empty() {
			return Err(MathError::LevyOnReturns);
		}
		Ok(())
	}

	/// From prices with VAT and without levies.
	fn within_gross(&self, rounding: Rounding) -> Result<Subtotal, MathError> {
		let gross = signed_total(self.amounts.iter().copied())?;
		let vat = match rounding {
			Rounding::Category => within(gross, self.rate)?.1,
			Rounding::Line => tax_of_lines(Prices::Gross, self.amounts.iter().copied(), self.rate)?,
		};
		let net = gross.checked_sub(vat).ok_or(MathError::Overflow)?;
		Ok(Subtotal { net, base: net, vat })
	}

	/// From prices with VAT and levies. Writes the levies into their places.
	///
	/// With *a* and *b* the sums of the rates on net that enter the base and that don't, *p* and
	/// *q* the same for levies per unit, and *v* the rate of VAT, all as fractions:
	///
	/// ```text
	/// gross = net + a net + b net + p + q + v (net + a net + p)
	/// net   = (gross − q − p − v p) / ((1 + a) (1 + v) + b)
	/// ```
	fn within_gross_and_levies(&self, levied: &mut [u128]) -> Result<Subtotal, MathError> {
		let gross = signed_total(self.amounts.iter().copied())?;
		self.ensure_levies(gross)?;
		// It isn't negative: there are levies.
		let gross = u128::try_from(gross).map_err(|_| MathError::LevyOnReturns)?;
		let (mut rate_in, mut rate_out, mut unit_in, mut unit_all) = (0u128, 0u128, 0u128, 0u128);
		let mut on_net = Vec::new();
		for (place, levy) in self.levies {
			match levy.amount {
				Amount::OnNet(rate) => {
					let sum = if levy.in_vat_base { &mut rate_in } else { &mut rate_out };
					*sum = total([*sum, rate.into()])?;
					on_net.push((*place, u128::from(rate)));
				},
				Amount::PerUnit { each, thousandths } => {
					let amount = levy_per_unit(each, thousandths)?;
					levied[*place] = amount;
					unit_all = total([unit_all, amount])?;
					if levy.in_vat_base {
						unit_in = total([unit_in, amount])?;
					}
				},
			}
		}
		let rate = u128::from(self.rate);
		let product = |a: u128, b: u128| a.checked_mul(b).ok_or(MathError::Overflow);
		let divisor = product(WHOLE + rate_in, WHOLE + rate)?;
		let divisor = total([divisor, product(rate_out, WHOLE)?])?;
		let rest = gross.checked_sub(unit_all).ok_or(MathError::NegativeNet)?;
		let millionths = product(rest, WHOLE)?.checked_sub(product(unit_in, rate)?);
		let net = mul_div_half(millionths.ok_or(MathError::NegativeNet)?, WHOLE, divisor)?;

		// The net is at most the rest, as the divisor is at least 10¹².
		let taxes = rest.checked_sub(net).ok_or(MathError::Overflow)?;
		// Exact amounts, in units of 10⁻¹². Of a net of zero, the rates say who gets a unit.
		let basis = net.max(1);
		let vat_base = total([product(WHOLE + rate_in, basis)?, product(WHOLE, unit_in)?])?;
		let weights = on_net.iter().map(|(_, rate)| product(product(*rate, WHOLE)?, basis));
		let weights = weights.chain([product(rate, vat_base)]).collect::<Result<Vec<_>, _>>()?;
		let mut shares = largest_remainder(taxes, &weights)?;
		let vat = shares.pop().unwrap_or(0);
		for ((place, _), share) in on_net.iter().zip(shares) {
			levied[*place] = share;
		}
		let in_base = self.levies.iter().filter(|(_, levy)| levy.in_vat_base);
		let base = total(in_base.map(|(place, _)| levied[*place]).chain([net]))?;
		let signed = |amount: u128| amount.try_into().map_err(|_| MathError::Overflow);
		Ok(Subtotal { net: signed(net)?, base: signed(base)?, vat: signed(vat)? })
	}
}
