//! What a sale charges, worked out as the chain does.

use super::{document::CodeRef, rules::Rules};
use crate::{
	error::{Error, Result},
	money::percent,
};
use ourledger_math::{
	credit_note,
	rounding::share_down,
	tax::{self as math, Amount, Document, Levy, Rounding, Withholding},
	MathError,
};
use ourledger_primitives::{
	invoice::{
		hash_of_lines, Amounts, AsOne, Bill, Change, LevyAmount, LevyItem, Lines, Note, Prices,
		Remainder, Sale, Subtotal, WithheldItem, MAX_LINES,
	},
	tax::{Ppm, TaxCode, TaxKind, VatCategory},
};

impl From<MathError> for Error {
	fn from(error: MathError) -> Self {
		Self::input(match error {
			MathError::NegativeNet => {
				"returns outweigh all that is sold: take them back by a credit note on their own \
				 invoice"
					.into()
			},
			MathError::NegativeTax => {
				"more VAT would be given back than is charged: take the returns back by a credit note \
				 on their own invoice"
					.into()
			},
			MathError::LevyOnReturns => {
				"a levy is on a tax code under which returns outweigh: leave the levy out, or take the \
				 returns back by a credit note on their own invoice"
					.into()
			},
			MathError::LevyWithinLinePrices => {
				"the jurisdiction rounds VAT per line, so prices with tax can't have levies in them: \
				 give prices without tax"
					.into()
			},
			MathError::WithheldBeyondGross | MathError::TaxBeyondGross => {
				"more tax would be kept back than is to be paid".into()
			},
			MathError::NoteRaisesInvoice => TAKES_TOO_MUCH.into(),
			error => format!("the amounts can't be: {error}"),
		})
	}
}

/// What is wrong with a note that takes back what isn't there.
const TAKES_TOO_MUCH: &str = "the credit note takes back more than the invoice has left, or raises \
	 something: each of its parts moves its tax code, and each of its lines, towards zero and not past \
	 it";

/// What is charged under one VAT code, in minor units.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Part {
	/// The code.
	pub code: TaxCode,
	/// Its category.
	pub category: VatCategory,
	/// Its rate, or what the buyer books.
	pub rate: Ppm,
	/// Without tax.
	pub net: i128,
	/// What VAT is charged on: the net, and levies that enter the base.
	pub base: i128,
	/// VAT that the seller charges.
	pub vat: i128,
}

/// A levy that is charged, in minor units.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ChargedLevy {
	/// Its code.
	pub code: TaxCode,
	/// Place of the part that it is on.
	pub on: usize,
	/// Whether VAT is charged on it.
	pub in_vat_base: bool,
	/// The levy.
	pub tax: i128,
}

/// What a sale charges, or what a credit note takes back, in minor units.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Charges {
	/// By VAT code.
	pub parts: Vec<Part>,
	/// Levies.
	pub levies: Vec<ChargedLevy>,
	/// What the payer keeps back, by code.
	pub withheld: Vec<(TaxCode, i128)>,
	/// Untaxed.
	pub tip: i128,
	/// Net, taxes and tip.
	pub gross: i128,
}

impl Charges {
	/// What a bill that has been worked out charges, VAT being on these bases.
	fn of(bill: &Bill, bases: &[i128]) -> Self {
		let parts = bill.subtotals.iter().zip(bases).map(|(part, base)| Part {
			code: part.code,
			category: part.category,
			rate: part.rate,
			net: part.net,
			base: *base,
			vat: if part.is_reverse() { 0 } else { part.vat },
		});
		let levies = bill.levies.iter().map(|levy| ChargedLevy {
			code: levy.code,
			on: levy.on.into(),
			in_vat_base: levy.in_vat_base,
			tax: signed(levy.tax),
		});
		Self {
			parts: parts.collect(),
			levies: levies.collect(),
			withheld: bill.withheld.iter().map(|kept| (kept.code, signed(kept.tax))).collect(),
			tip: signed(bill.tip),
			gross: signed(bill.gross),
		}
	}

	/// What is charged less what would be charged after a credit note: what the note takes back.
	fn less(mut self, after: &Self) -> Self {
		for (part, after) in self.parts.iter_mut().zip(&after.parts) {
			part.net -= after.net;
			part.base -= after.base;
			part.vat -= after.vat;
		}
		for (levy, after) in self.levies.iter_mut().zip(&after.levies) {
			levy.tax -= after.tax;
		}
		for (kept, after) in self.withheld.iter_mut().zip(&after.withheld) {
			kept.1 -= after.1;
		}
		self.tip -= after.tip;
		self.gross -= after.gross;
		self
	}
}

/// An amount, which is far below 2¹²⁷ wherever the arithmetic above has let it through.
fn signed(amount: u128) -> i128 {
	amount.try_into().unwrap_or(i128::MAX)
}

/// What a sale charges, and the bill that the chain will keep of it.
///
/// If the VAT of a code is negative, what the buyer may deduct of the bill as one isn't known yet: see
/// [`super::bill::keep_share`].
pub fn assess(sale: &Sale, rules: &Rules) -> Result<(Charges, Bill)> {
	let mut bill = unworked(sale, rules)?;
	let line_taxes = taxes_of_lines(sale, &bill, rules)?;
	let charges = work_out(&mut bill, &line_taxes)?;
	ensure_bill(&bill, rules)?;
	if bill.subtotals.iter().any(|part| part.vat < 0) {
		bill.as_one = Some(AsOne { share: 0, taken: 0, credited: 0 });
	}
	Ok((charges, bill))
}

/// What must hold of a bill, at issue and once a note has taken something off.
fn ensure_bill(bill: &Bill, rules: &Rules) -> Result<()> {
	let show = |units: u128| rules.amount(signed(units));
	let most = share_down(bill.net().saturating_add(bill.tax()), bill.tip_limit)?;
	if bill.tip > most {
		return Err(Error::input(format!(
			"the tip of {} is too high: tips are at most {} of net and tax here, which is {}",
			show(bill.tip),
			percent(bill.tip_limit),
			show(most)
		)));
	}
	let reverse = bill.subtotals.iter().find(|part| part.is_reverse() && part.vat > 0);
	match reverse {
		Some(part) if bill.gross == 0 => Err(Error::input(format!(
			"nothing is left to pay, but what is sold under {} is under reverse charge, which the \
			 buyer books as it pays: give it an invoice of its own",
			rules.name(part.code)
		))),
		_ => Ok(()),
	}
}

/// Works out nets, taxes and gross of a bill from its amounts, rates and quantities, as the chain
/// does. `line_taxes` are the sums of its lines' taxes, by VAT code, where VAT is rounded per line.
fn work_out(bill: &mut Bill, line_taxes: &[i128]) -> Result<Charges> {
	let per_line = bill.lines.is_some();
	if per_line && bill.prices == Prices::Gross && !bill.levies.is_empty() {
		return Err(MathError::LevyWithinLinePrices.into());
	}
	let totals = totals_without_lines(bill, line_taxes)?;
	for (levy, tax) in bill.levies.iter_mut().zip(&totals.levies) {
		levy.tax = *tax;
	}
	for (kept, tax) in bill.withheld.iter_mut().zip(&totals.withheld) {
		kept.tax = *tax;
	}
	let mut of_lines = 0;
	for (place, worked) in totals.subtotals.iter().enumerate() {
		let part = &bill.subtotals[place];
		let vat = match part.category {
			VatCategory::ReverseCharge if worked.net < 0 => return Err(Error::input(
				"returns outweigh under a tax code of reverse charge: take them back by a credit \
					 note on their own invoice",
			)),
			VatCategory::ReverseCharge => math::tax_on(worked.base, part.rate)?,
			VatCategory::Standard if per_line => {
				let vat = signed_total([line_taxes[place], vat_on_levies(bill, place)?])?;
				of_lines = signed_total([of_lines, vat])?;
				vat
			},
			_ => worked.vat,
		};
		let part = &mut bill.subtotals[place];
		(part.net, part.vat) = (worked.net, vat);
	}
	bill.gross = total([totals.gross, positive(of_lines)?])?;
	let kept = bill.levies.iter().map(|it| it.tax).chain(bill.withheld.iter().map(|it| it.tax));
	if total(kept.chain([positive(charged_vat(bill)?)?]))? > bill.gross {
		return Err(MathError::TaxBeyondGross.into());
	}
	let bases = totals.subtotals.iter().map(|it| it.base).collect::<Vec<_>>();
	Ok(Charges::of(bill, &bases))
}

/// VAT that the seller charges, all codes together.
pub(super) fn charged_vat(bill: &Bill) -> Result<i128> {
	let own = bill.subtotals.iter().filter(|part| !part.is_reverse());
	signed_total(own.map(|part| part.vat))
}

/// What a credit note takes back of a bill, which is what it charges less what it will charge then;
/// and what it leaves of the bill, of whose payments nothing has gone back yet.
pub fn assess_note(note: &Note, bill: &Bill, rules: &Rules) -> Result<(Charges, Bill)> {
	if note.parts.is_empty() && note.levies.is_empty() && note.tip == 0 {
		return Err(Error::input("the credit note takes nothing back"));
	}
	let mut line_taxes = line_taxes_of(bill)?;
	let before = work_out(&mut bill.clone(), &line_taxes)?;
	let mut rest = bill.clone();
	let mut remain = Vec::new();
	for part in &note.parts {
		let place = bill.subtotals.iter().position(|it| it.code == part.code);
		let place = place.ok_or_else(|| {
			Error::input(format!(
				"the invoice has nothing under the tax code {}",
				rules.name(part.code)
			))
		})?;
		let left = &mut rest.subtotals[place];
		match &part.change {
			Change::Less(amount) => left.amount = less(left.amount, *amount)?,
			Change::Lines { was, remain: after } => {
				let (was, is) = (amounts_of(was), amounts_of(after));
				let prices = math_prices(bill.prices);
				(left.amount, line_taxes[place]) =
					credit_note::remaining_lines(prices, &was, &is, left.rate)?;
				remain.push((place, part.code, after));
			},
		}
		ensure_less(bill.subtotals[place].amount, left.amount)?;
	}
	if !remain.is_empty() {
		// As the sale had them.
		remain.sort_by_key(|(place, ..)| *place);
		let remain = remain.into_iter().map(|(_, code, lines)| (code, lines));
		rest.lines = Some(hash_of_lines(remain));
	}
	take_levies(&mut rest, note, rules)?;
	rest.tip = rest.tip.checked_sub(note.tip).ok_or_else(too_large)?;
	let after = work_out(&mut rest, &line_taxes)?;
	for (old, new) in bill.subtotals.iter().zip(&rest.subtotals) {
		ensure_less(old.vat, new.vat)?;
	}
	let falls = [
		(bill.net(), rest.net()),
		(bill.vat(), rest.vat()),
		(bill.tax(), rest.tax()),
		(bill.gross, rest.gross),
	];
	if falls.iter().any(|(old, new)| new > old) {
		return Err(too_large());
	}
	ensure_bill(&rest, rules)?;
	Ok((before.less(&after), rest))
}

/// What a note that waits leaves of a bill, of whose payments nothing has gone back yet.
pub fn left_by(left: &Remainder, bill: &Bill, rules: &Rules) -> Result<Bill> {
	let mut rest = bill.clone();
	for (part, (amount, _)) in rest.subtotals.iter_mut().zip(&left.amounts) {
		part.amount = *amount;
	}
	for (levy, thousandths) in rest.levies.iter_mut().zip(&left.thousandths) {
		if let LevyAmount::PerUnit(_, quantity) = &mut levy.amount {
			*quantity = *thousandths;
		}
	}
	(rest.tip, rest.lines) = (left.tip, left.lines);
	let line_taxes = left.amounts.iter().map(|(_, tax)| *tax).collect::<Vec<_>>();
	work_out(&mut rest, &line_taxes)?;
	ensure_bill(&rest, rules)?;
	Ok(rest)
}

/// Takes a note's levies off a bill.
fn take_levies(rest: &mut Bill, note: &Note, rules: &Rules) -> Result<()> {
	for levy in &note.levies {
		let on = rest.subtotals.iter().position(|part| part.code == levy.on);
		let mut levies = rest.levies.iter_mut();
		let left = levies.find(|left| left.code == levy.code && Some(usize::from(left.on)) == on);
		let left = left.ok_or_else(|| {
			Error::input(format!(
				"the invoice has no levy {} on the tax code {}",
				rules.name(levy.code),
				rules.name(levy.on)
			))
		})?;
		if let LevyAmount::PerUnit(_, thousandths) = &mut left.amount {
			*thousandths = thousandths.checked_sub(levy.thousandths).ok_or_else(too_large)?;
		}
	}
	Ok(())
}

/// Amounts of lines, in minor units.
pub fn amounts_of(lines: &Lines) -> Vec<i128> {
	lines.iter().map(|line| (*line).into()).collect()
}

fn ensure_less(before: i128, after: i128) -> Result<()> {
	match credit_note::is_less(before, after) {
		true => Ok(()),
		false => Err(too_large()),
	}
}

fn too_large() -> Error {
	Error::input(TAKES_TOO_MUCH)
}

fn less(amount: i128, by: i128) -> Result<i128> {
	amount.checked_sub(by).ok_or_else(too_large)
}

/// The sum of amounts.
pub(super) fn total(amounts: impl IntoIterator<Item = u128>) -> Result<u128> {
	let sum = amounts.into_iter().try_fold(0u128, u128::checked_add);
	sum.ok_or_else(|| MathError::Overflow.into())
}

/// The sum of signed amounts.
pub(super) fn signed_total(amounts: impl IntoIterator<Item = i128>) -> Result<i128> {
	let sum = amounts.into_iter().try_fold(0i128, i128::checked_add);
	sum.ok_or_else(|| MathError::Overflow.into())
}

pub(super) fn positive(tax: i128) -> Result<u128> {
	u128::try_from(tax).map_err(|_| MathError::NegativeTax.into())
}

fn math_prices(prices: Prices) -> math::Prices {
	match prices {
		Prices::Net => math::Prices::Net,
		Prices::Gross => math::Prices::Gross,
	}
}

/// The bill of a sale with its codes, categories and rates, but without taxes yet.
fn unworked(sale: &Sale, rules: &Rules) -> Result<Bill> {
	if sale.lines() > MAX_LINES {
		return Err(Error::input(format!(
			"where VAT is rounded per line, a sale has at most {MAX_LINES} lines, allowances and \
			 charges, not {}: make several invoices of it",
			sale.lines()
		)));
	}
	let lines = sale.items.iter().filter_map(|item| match &item.amounts {
		Amounts::Sum(_) => None,
		Amounts::Lines(lines) => Some((item.code, lines)),
	});
	let per_line = rules.rounding == Rounding::Line;
	let mut bill = Bill {
		prices: sale.prices,
		lines: per_line.then(|| hash_of_lines(lines)),
		as_one: None,
		subtotals: Default::default(),
		levies: Default::default(),
		withheld: Default::default(),
		tip: sale.tip,
		tip_limit: rules.tip_limit,
		gross: 0,
		paid: 0,
	};
	let too_many = |what: &str| Error::input(format!("an invoice has no room for so many {what}"));
	for item in &sale.items {
		let code = rules.code(&CodeRef::Number(item.code))?;
		let category = code
			.category()
			.ok_or_else(|| Error::input(format!("the tax code {} is not one of VAT", code.name)))?;
		let rate = match category {
			VatCategory::Standard | VatCategory::ReverseCharge => code.ppm()?,
			_ => 0,
		};
		let amount = item.amounts.sum().ok_or(MathError::Overflow)?;
		let (code, net, vat, taken, credited) = (item.code, 0, 0, 0, 0);
		let part = Subtotal { code, category, rate, amount, net, vat, taken, credited };
		bill.subtotals.try_push(part).map_err(|_| too_many("VAT codes"))?;
	}
	for levy in &sale.levies {
		let code = rules.code(&CodeRef::Number(levy.code))?;
		let on = bill.subtotals.iter().position(|part| part.code == levy.on);
		let on = on.and_then(|place| u8::try_from(place).ok()).ok_or_else(|| {
			Error::input(format!("the levy {} is on a tax code that isn't sold", code.name))
		})?;
		let (amount, in_vat_base) = match code.kind {
			TaxKind::LevyOnNet { in_vat_base } => (LevyAmount::OnNet(code.ppm()?), in_vat_base),
			TaxKind::LevyPerUnit { in_vat_base, currency } if currency == rules.currency => {
				(LevyAmount::PerUnit(code.rate()?, levy.thousandths), in_vat_base)
			},
			TaxKind::LevyPerUnit { currency, .. } => {
				return Err(Error::input(format!(
					"the levy {} is in currency {currency}, the sale in {}",
					code.name, rules.currency
				)))
			},
			_ => return Err(Error::input(format!("the tax code {} is no levy", code.name))),
		};
		let levy = LevyItem { code: levy.code, on, amount, in_vat_base, tax: 0, taken: 0 };
		bill.levies.try_push(levy).map_err(|_| too_many("levies"))?;
	}
	for number in &sale.withholdings {
		let code = rules.code(&CodeRef::Number(*number))?;
		if code.kind != TaxKind::Withholding {
			return Err(Error::input(format!("the tax code {} withholds nothing", code.name)));
		}
		let kept = WithheldItem { code: *number, rate: code.ppm()?, tax: 0, taken: 0 };
		bill.withheld.try_push(kept).map_err(|_| too_many("withholdings"))?;
	}
	Ok(bill)
}

/// The sums of lines' taxes of a sale, by VAT code, where VAT is rounded per line; else nothing.
fn taxes_of_lines(sale: &Sale, bill: &Bill, rules: &Rules) -> Result<Vec<i128>> {
	let taxes = sale.items.iter().zip(&bill.subtotals).map(|(item, part)| {
		// Only what is charged is rounded.
		let is_needed = bill.lines.is_some() && part.category == VatCategory::Standard;
		match &item.amounts {
			Amounts::Sum(_) if is_needed => Err(Error::input(format!(
				"the jurisdiction rounds VAT per line, but the sale has only the sum under {}",
				rules.name(item.code)
			))),
			Amounts::Lines(_) if !is_needed => Err(Error::input(format!(
				"the sale has lines under {}, where VAT isn't rounded per line",
				rules.name(item.code)
			))),
			Amounts::Sum(_) => Ok(0),
			Amounts::Lines(lines) => {
				let prices = math_prices(sale.prices);
				Ok(math::tax_of_lines(prices, amounts_of(lines), part.rate)?)
			},
		}
	});
	taxes.collect()
}

/// The sums of lines' taxes that a bill was made with: its VAT less that on levies.
fn line_taxes_of(bill: &Bill) -> Result<Vec<i128>> {
	let taxes = bill.subtotals.iter().enumerate().map(|(place, part)| {
		if bill.lines.is_none() || part.category != VatCategory::Standard {
			return Ok(0);
		}
		Ok(part.vat.checked_sub(vat_on_levies(bill, place)?).ok_or(MathError::Overflow)?)
	});
	taxes.collect()
}

/// VAT on the levies that enter the base of the part at `place`. Where VAT is rounded per line,
/// each is a line of its own.
fn vat_on_levies(bill: &Bill, place: usize) -> Result<i128> {
	let entering = bill.levies.iter();
	let entering = entering.filter(|levy| usize::from(levy.on) == place && levy.in_vat_base);
	let rate = bill.subtotals[place].rate;
	let taxes = entering.map(|levy| math::tax_on(signed(levy.tax), rate));
	signed_total(taxes.collect::<Result<Vec<_>, _>>()?)
}

/// The totals with the VAT of all but standard rates left out, and of those too where their lines
/// say what it is.
fn totals_without_lines(bill: &Bill, line_taxes: &[i128]) -> Result<math::Totals> {
	let (per_line, is_gross) = (bill.lines.is_some(), bill.prices == Prices::Gross);
	let rates = bill.subtotals.iter().map(|part| match part.category {
		VatCategory::Standard if !per_line => part.rate,
		_ => 0,
	});
	let rates = rates.collect::<Vec<_>>();
	let mut lines = Vec::with_capacity(rates.len());
	for (category, (part, tax)) in bill.subtotals.iter().zip(line_taxes).enumerate() {
		let inside = if per_line && is_gross { *tax } else { 0 };
		let amount = part.amount.checked_sub(inside).ok_or(MathError::Overflow)?;
		lines.push(math::Line { category, amount });
	}
	let levies = bill.levies.iter().map(|levy| Levy {
		category: levy.on.into(),
		amount: match levy.amount {
			LevyAmount::OnNet(rate) => Amount::OnNet(rate),
			LevyAmount::PerUnit(each, thousandths) => {
				Amount::PerUnit { each, thousandths: thousandths.into() }
			},
		},
		in_vat_base: levy.in_vat_base,
	});
	let withheld = bill.withheld.iter();
	let withheld = withheld.map(|kept| Withholding { category: None, rate: kept.rate });
	Ok(math::totals(&Document {
		prices: if per_line { math::Prices::Net } else { math_prices(bill.prices) },
		rounding: Rounding::Category,
		rates: &rates,
		lines: &lines,
		levies: &levies.collect::<Vec<_>>(),
		withholdings: &withheld.collect::<Vec<_>>(),
		untaxed: bill.tip,
	})?)
}

#[cfg(test)]
#[path = "assess_tests.rs"]
pub mod tests;
