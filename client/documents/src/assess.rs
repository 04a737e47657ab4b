//! What a sale charges, and what a credit note takes back, by the chain's own arithmetic.

use super::{
	refusal::{of_note, said},
	rules::Rules,
};
use ourledger_client::error::Result;
use ourledger_primitives::{
	invoice::{blake2_256, Bill, Lines, Note, Remainder, Sale},
	tax::{Ppm, TaxCode, VatCategory},
};
use ourledger_trade::{
	assess::Rated,
	charges::base_of,
	note::{reduce, remainder},
};

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
	/// What a bill charges.
	fn of(bill: &Bill) -> Result<Self> {
		let parts = bill.subtotals.iter().enumerate().map(|(place, part)| {
			Ok(Part {
				code: part.code,
				category: part.category,
				rate: part.rate,
				net: part.net,
				base: base_of(bill, place)?,
				vat: if part.is_reverse() { 0 } else { part.vat },
			})
		});
		let levies = bill.levies.iter().map(|levy| ChargedLevy {
			code: levy.code,
			on: levy.on.into(),
			in_vat_base: levy.in_vat_base,
			tax: signed(levy.tax),
		});
		Ok(Self {
			parts: parts.collect::<Result<_>>()?,
			levies: levies.collect(),
			withheld: bill.withheld.iter().map(|kept| (kept.code, signed(kept.tax))).collect(),
			tip: signed(bill.tip),
			gross: signed(bill.gross),
		})
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
	let rate_of = |code| rules.rate_of(code);
	let rated = Rated::of(sale, rules.terms(), rate_of);
	let bill = rated.and_then(|rated| rated.bill(rate_of, blake2_256));
	let bill = bill.map_err(|refusal| said(refusal, rules))?;
	Ok((Charges::of(&bill)?, bill))
}

/// What a credit note takes back of a bill, which is what it charges less what it will charge then;
/// and what it leaves of the bill, of whose payments nothing has gone back yet.
pub fn assess_note(note: &Note, bill: &Bill, rules: &Rules) -> Result<(Charges, Bill)> {
	let left = remainder(bill, note, blake2_256).map_err(|refusal| of_note(refusal, rules))?;
	let rest = left_by(&left, bill, rules)?;
	Ok((Charges::of(bill)?.less(&Charges::of(&rest)?), rest))
}

/// What a note leaves of a bill, of whose taxes nothing has gone back yet.
pub fn left_by(left: &Remainder, bill: &Bill, rules: &Rules) -> Result<Bill> {
	reduce(bill, left).map_err(|refusal| of_note(refusal, rules))
}

/// Amounts of lines, in minor units.
pub fn amounts_of(lines: &Lines) -> Vec<i128> {
	lines.iter().map(|line| (*line).into()).collect()
}

#[cfg(test)]
#[path = "assess_tests.rs"]
pub(crate) mod tests;
