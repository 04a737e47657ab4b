//! What a sale charges, worked out as the chain does.

use super::{decimal::Decimal, document::CodeRef};
use crate::error::{Error, Result};
use ourledger_math::{
	rounding::MILLION,
	tax::{self as math, Amount, Document, Levy, Rounding, Withholding},
	MathError,
};
use ourledger_primitives::{
	invoice::{Bill, LevyAmount, LevyItem, Prices, Sale, Subtotal, WithheldItem},
	money::CurrencyId,
	tax::{Ppm, TaxCode, TaxKind, VatCategory},
};

/// A jurisdiction's tax code on one day.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Code {
	/// Its number.
	pub number: TaxCode,
	/// Its name.
	pub name: String,
	/// What it charges.
	pub kind: TaxKind,
	/// Its rate on that day: parts per million, or minor units for one unit. None, if it had none
	/// yet.
	pub rate: Option<u128>,
}

impl Code {
	/// The category, of a VAT code.
	pub fn category(&self) -> Option<VatCategory> {
		match self.kind {
			TaxKind::Vat(category) => Some(category),
			_ => None,
		}
	}

	/// The rate in parts per million.
	fn ppm(&self) -> Result<Ppm> {
		let rate = self.rate()?;
		Ppm::try_from(rate).ok().filter(|ppm| *ppm <= MILLION).ok_or_else(|| {
			Error::input(format!("the tax code {} has a rate beyond 100 %", self.name))
		})
	}

	fn rate(&self) -> Result<u128> {
		self.rate.ok_or_else(|| {
			Error::input(format!("the tax code {} has no rate on the day of supply", self.name))
		})
	}
}

/// What is known of the place of supply and of the money.
#[derive(Clone, Debug)]
pub struct Rules {
	/// Where VAT is rounded.
	pub rounding: Rounding,
	/// The currency of the sale.
	pub currency: CurrencyId,
	/// Its decimals.
	pub decimals: u8,
	/// The tax codes.
	pub codes: Vec<Code>,
}

impl Rules {
	/// The tax code that a document means.
	pub fn code(&self, wanted: &CodeRef) -> Result<&Code> {
		let found = match wanted {
			CodeRef::Number(number) => self.codes.iter().find(|code| code.number == *number),
			CodeRef::Name(name) => {
				self.codes.iter().find(|code| code.name == *name).or_else(|| {
					let number = name.parse::<TaxCode>().ok()?;
					self.codes.iter().find(|code| code.number == number)
				})
			},
		};
		found.ok_or_else(|| {
			let wanted = match wanted {
				CodeRef::Number(number) => number.to_string(),
				CodeRef::Name(name) => format!("{name:?}"),
			};
			let codes: Vec<_> = self.codes.iter().map(|code| code.name.as_str()).collect();
			Error::not_found(format!(
				"the jurisdiction has no tax code {wanted}; it has {}",
				if codes.is_empty() { "none".into() } else { codes.join(", ") }
			))
		})
	}

	/// The name of a tax code, or its number if it isn't known.
	pub fn name(&self, number: TaxCode) -> String {
		let code = self.codes.iter().find(|code| code.number == number);
		code.map_or_else(|| number.to_string(), |code| code.name.clone())
	}

	/// An amount as documents have it.
	pub fn amount(&self, units: i128) -> Decimal {
		Decimal::of_units(units, self.decimals)
	}
}

impl From<MathError> for Error {
	fn from(error: MathError) -> Self {
		Self::input(format!("the amounts can't be: {error}"))
	}
}

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
	fn new(bill: &Bill, totals: &math::Totals) -> Self {
		let parts = bill.subtotals.iter().zip(&totals.subtotals).map(|(part, worked)| Part {
			code: part.code,
			category: part.category,
			rate: part.rate,
			net: worked.net,
			base: worked.base,
			vat: signed(worked.vat),
		});
		let levies = bill.levies.iter().zip(&totals.levies).map(|(levy, tax)| ChargedLevy {
			code: levy.code,
			on: levy.on.into(),
			in_vat_base: levy.in_vat_base,
			tax: signed(*tax),
		});
		let withheld = bill.withheld.iter().zip(&totals.withheld);
		Self {
			parts: parts.collect(),
			levies: levies.collect(),
			withheld: withheld.map(|(kept, tax)| (kept.code, signed(*tax))).collect(),
			tip: signed(bill.tip),
			gross: signed(totals.gross),
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
pub fn assess(sale: &Sale, rules: &Rules) -> Result<(Charges, Bill)> {
	let mut bill = unworked(sale, rules)?;
	let line_taxes = given_line_taxes(sale, &bill)?;
	let totals = totals(&bill, &line_taxes)?;
	put_into(&mut bill, &totals)?;
	Ok((Charges::new(&bill, &totals), bill))
}

/// Puts into a bill what was worked out of it.
fn put_into(bill: &mut Bill, totals: &math::Totals) -> Result<()> {
	for (part, worked) in bill.subtotals.iter_mut().zip(&totals.subtotals) {
		part.net = worked.net;
		part.vat = match part.is_reverse() {
			true => unsigned(math::tax_on(worked.base, part.rate)?)?,
			false => worked.vat,
		};
	}
	for (levy, tax) in bill.levies.iter_mut().zip(&totals.levies) {
		levy.tax = *tax;
	}
	for (kept, tax) in bill.withheld.iter_mut().zip(&totals.withheld) {
		kept.tax = *tax;
	}
	bill.gross = totals.gross;
	Ok(())
}

/// What a credit note takes back of a bill, which is what it charges less what it will charge then;
/// and what it leaves of the bill, of whose payments nothing has gone back yet.
pub fn assess_note(note: &Sale, bill: &Bill) -> Result<(Charges, Bill)> {
	let line_taxes = line_taxes_of(bill)?;
	let before = totals(bill, &line_taxes)?;
	let (mut rest, mut left_of_lines) = (bill.clone(), line_taxes);
	for item in &note.items {
		let place = bill.subtotals.iter().position(|part| part.code == item.code);
		let place = place.ok_or_else(|| {
			Error::input(format!("the invoice has nothing under the tax code {}", item.code))
		})?;
		let part = &mut rest.subtotals[place];
		part.amount = less(part.amount, item.amount)?;
		let tax = item.line_tax.unwrap_or(0);
		left_of_lines[place] = left_of_lines[place].checked_sub(tax).ok_or_else(too_large)?;
	}
	for levy in &note.levies {
		let on = bill.subtotals.iter().position(|part| part.code == levy.on);
		let mut levies = rest.levies.iter_mut();
		let left = levies.find(|left| left.code == levy.code && Some(usize::from(left.on)) == on);
		let left = left.ok_or_else(|| {
			Error::input(format!(
				"the invoice has no levy {} on the tax code {}",
				levy.code, levy.on
			))
		})?;
		if let LevyAmount::PerUnit(_, thousandths) = &mut left.amount {
			*thousandths = thousandths.checked_sub(levy.thousandths).ok_or_else(too_large)?;
		}
	}
	rest.tip = rest.tip.checked_sub(note.tip).ok_or_else(too_large)?;
	let after = totals(&rest, &left_of_lines)?;
	put_into(&mut rest, &after)?;
	Ok((Charges::new(bill, &before).less(&Charges::new(&rest, &after)), rest))
}

/// Makes a note on all of a bill take back all of its tax, where VAT was rounded per line: the lines
/// themselves aren't known any more.
pub fn give_all_line_taxes(note: &mut Sale, bill: &Bill) -> Result<()> {
	if !bill.per_line {
		return Ok(());
	}
	let taxes = line_taxes_of(bill)?;
	for item in &mut note.items {
		let part = bill.subtotals.iter().zip(&taxes).find(|(part, _)| part.code == item.code);
		if let Some((_, tax)) = part.filter(|(part, _)| part.category == VatCategory::Standard) {
			item.line_tax = Some(*tax);
			// As many as there can have been: the chain allows half a unit for each.
			item.lines = u16::MAX;
		}
	}
	Ok(())
}

fn too_large() -> Error {
	Error::input("the credit note takes back more than the invoice has left")
}

fn less(amount: i128, by: i128) -> Result<i128> {
	amount.checked_sub(by).ok_or_else(too_large)
}

fn unsigned(tax: i128) -> Result<u128> {
	u128::try_from(tax).map_err(|_| MathError::NegativeTax.into())
}

/// The bill of a sale with its codes, categories and rates, but without taxes yet.
fn unworked(sale: &Sale, rules: &Rules) -> Result<Bill> {
	let mut bill = Bill {
		prices: sale.prices,
		per_line: rules.rounding == Rounding::Line,
		subtotals: Default::default(),
		levies: Default::default(),
		withheld: Default::default(),
		tip: sale.tip,
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
		let part = Subtotal {
			code: item.code,
			category,
			rate,
			amount: item.amount,
			net: 0,
			vat: 0,
			taken: 0,
			credited: 0,
		};
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

/// The sums of lines' taxes that a sale gives, by VAT code, where VAT is rounded per line.
fn given_line_taxes(sale: &Sale, bill: &Bill) -> Result<Vec<u128>> {
	let given = sale.items.iter().zip(&bill.subtotals).map(|(item, part)| {
		// Only what is charged can have been rounded.
		let is_needed = bill.per_line && part.category == VatCategory::Standard;
		match item.line_tax {
			Some(tax) if is_needed => Ok(tax),
			None if !is_needed => Ok(0),
			None => Err(Error::input(
				"the jurisdiction rounds per line, but the sale doesn't give its lines' tax",
			)),
			Some(_) => Err(Error::input(
				"the sale gives its lines' tax, which isn't rounded per line here",
			)),
		}
	});
	given.collect()
}

/// The sums of lines' taxes that a bill was made with: its VAT less that on levies.
fn line_taxes_of(bill: &Bill) -> Result<Vec<u128>> {
	let taxes = bill.subtotals.iter().enumerate().map(|(place, part)| {
		if !bill.per_line || part.category != VatCategory::Standard {
			return Ok(0);
		}
		let levies = bill.levies.iter().map(|levy| levy.tax).collect::<Vec<_>>();
		let on_levies = vat_on_levies(bill, &levies, place)?;
		part.vat.checked_sub(on_levies).ok_or_else(|| MathError::NegativeTax.into())
	});
	taxes.collect()
}

/// VAT on the levies that enter the base of the part at `place`. Where VAT is rounded per line,
/// each is a line of its own.
fn vat_on_levies(bill: &Bill, levied: &[u128], place: usize) -> Result<u128> {
	let entering = bill.levies.iter().zip(levied);
	let entering = entering.filter(|(levy, _)| usize::from(levy.on) == place && levy.in_vat_base);
	let rate = bill.subtotals[place].rate;
	entering.map(|(_, tax)| unsigned(math::tax_on(signed(*tax), rate)?)).sum()
}

/// The totals of a bill, from its amounts and rates and, where VAT is rounded per line, from the
/// sums of its lines' taxes.
fn totals(bill: &Bill, line_taxes: &[u128]) -> Result<math::Totals> {
	let is_gross = bill.prices == Prices::Gross;
	if bill.per_line && is_gross && !bill.levies.is_empty() {
		return Err(MathError::LevyWithinLinePrices.into());
	}
	let rates: Vec<_> = bill
		.subtotals
		.iter()
		.map(|part| match part.category {
			VatCategory::Standard if !bill.per_line => part.rate,
			_ => 0,
		})
		.collect();
	let mut lines = Vec::with_capacity(rates.len());
	for (category, (part, tax)) in bill.subtotals.iter().zip(line_taxes).enumerate() {
		let inside = if bill.per_line && is_gross { signed(*tax) } else { 0 };
		lines.push(math::Line { category, amount: less(part.amount, inside)? });
	}
	let levies: Vec<_> = bill
		.levies
		.iter()
		.map(|levy| Levy {
			category: levy.on.into(),
			amount: match levy.amount {
				LevyAmount::OnNet(rate) => Amount::OnNet(rate),
				LevyAmount::PerUnit(each, thousandths) => {
					Amount::PerUnit { each, thousandths: thousandths.into() }
				},
			},
			in_vat_base: levy.in_vat_base,
		})
		.collect();
	let withholdings: Vec<_> =
		bill.withheld.iter().map(|kept| Withholding { category: None, rate: kept.rate }).collect();
	let mut totals = math::totals(&Document {
		prices: if is_gross && !bill.per_line { math::Prices::Gross } else { math::Prices::Net },
		rounding: Rounding::Category,
		rates: &rates,
		lines: &lines,
		levies: &levies,
		withholdings: &withholdings,
		untaxed: bill.tip,
	})?;
	if bill.per_line {
		for (place, part) in bill.subtotals.iter().enumerate() {
			if part.category == VatCategory::Standard {
				let vat = line_taxes[place] + vat_on_levies(bill, &totals.levies, place)?;
				totals.subtotals[place].vat = vat;
				totals.tax += vat;
				totals.gross += vat;
				totals.payable += vat;
			}
		}
	}
	Ok(totals)
}

#[cfg(test)]
pub mod tests {
	use super::*;
	use ourledger_primitives::invoice::{SaleItem, SaleLevy};

	pub const STANDARD: TaxCode = 1;
	pub const REDUCED: TaxCode = 2;
	pub const REVERSE: TaxCode = 3;
	pub const OUTSIDE: TaxCode = 4;
	pub const TOURISM: TaxCode = 5;
	pub const DEPOSIT: TaxCode = 6;
	pub const WITHHOLDING: TaxCode = 7;

	/// A jurisdiction with a code of each kind.
	pub fn rules() -> Rules {
		let code = |number, name: &str, kind, rate| Code {
			number,
			name: name.into(),
			kind,
			rate: Some(rate),
		};
		Rules {
			rounding: Rounding::Category,
			currency: 1,
			decimals: 2,
			codes: vec![
				code(STANDARD, "vat-standard", TaxKind::Vat(VatCategory::Standard), 150_000),
				code(REDUCED, "vat-reduced", TaxKind::Vat(VatCategory::Standard), 50_000),
				code(REVERSE, "vat-reverse", TaxKind::Vat(VatCategory::ReverseCharge), 150_000),
				code(OUTSIDE, "no-vat", TaxKind::Vat(VatCategory::OutOfScope), 0),
				code(TOURISM, "tourism", TaxKind::LevyOnNet { in_vat_base: false }, 15_000),
				code(DEPOSIT, "sugar", TaxKind::LevyPerUnit { in_vat_base: true, currency: 1 }, 10),
				code(WITHHOLDING, "withholding", TaxKind::Withholding, 20_000),
			],
		}
	}

	/// A sale of so much under each of these codes.
	pub fn sale(items: &[(TaxCode, i128)]) -> Sale {
		let items: Vec<_> = items
			.iter()
			.map(|(code, amount)| SaleItem {
				code: *code,
				amount: *amount,
				line_tax: None,
				lines: 0,
			})
			.collect();
		Sale {
			prices: Prices::Net,
			items: items.try_into().expect("are few"),
			levies: Default::default(),
			withholdings: Default::default(),
			tip: 0,
			evidence: None,
		}
	}

	#[test]
	fn sale_is_charged_with_every_kind_of_tax() {
		let mut sale = sale(&[(STANDARD, 10_000), (REVERSE, 2_000)]);
		let levies = vec![
			SaleLevy { code: TOURISM, on: STANDARD, thousandths: 0 },
			SaleLevy { code: DEPOSIT, on: STANDARD, thousandths: 6_000 },
		];
		sale.levies = levies.try_into().expect("are few");
		sale.withholdings = vec![WITHHOLDING].try_into().expect("is one");
		sale.tip = 500;
		let (charges, bill) = assess(&sale, &rules()).expect("is fine");
		// VAT on 100.00 and the levy of 0.60; tourism 1.50; nothing on the tip.
		assert_eq!(bill.subtotals[0].vat, 1_509);
		assert_eq!(bill.subtotals[1].vat, 300);
		assert_eq!(charges.parts[1].vat, 0);
		assert_eq!(bill.levies.iter().map(|levy| levy.tax).collect::<Vec<_>>(), [150, 60]);
		assert_eq!(bill.withheld[0].tax, 240);
		assert_eq!(bill.tax(), 1_509 + 150 + 60);
		assert_eq!(bill.gross, bill.net() + bill.tax() + 500);
	}

	#[test]
	fn note_takes_back_what_the_rest_is_charged_less() {
		// 0.03 at 15 % is 0.0045, twice 0.009: by difference the second note takes the cent.
		let (_, bill) = assess(&sale(&[(STANDARD, 6)]), &rules()).expect("is fine");
		assert_eq!(bill.gross, 7);
		let (charges, rest) = assess_note(&sale(&[(STANDARD, 3)]), &bill).expect("is fine");
		assert_eq!((charges.parts[0].net, charges.parts[0].vat, charges.gross), (3, 1, 4));
		assert_eq!((rest.subtotals[0].net, rest.subtotals[0].vat, rest.gross), (3, 0, 3));
		let error = assess_note(&sale(&[(REDUCED, 3)]), &bill).expect_err("was not sold");
		assert!(error.to_string().contains("tax code 2"), "{error}");
	}

	#[test]
	fn tax_per_line_is_taken_as_given() {
		let rules = Rules { rounding: Rounding::Line, ..rules() };
		let mut sale = sale(&[(STANDARD, 6)]);
		assert!(assess(&sale, &rules).is_err());
		sale.items[0].line_tax = Some(0);
		sale.items[0].lines = 2;
		let (charges, bill) = assess(&sale, &rules).expect("is fine");
		assert_eq!((charges.parts[0].vat, bill.gross), (0, 6));
		sale.prices = Prices::Gross;
		sale.items[0].line_tax = Some(1);
		let (charges, bill) = assess(&sale, &rules).expect("is fine");
		assert_eq!((charges.parts[0].net, bill.gross), (5, 6));
	}

	#[test]
	fn codes_are_found_by_name_and_number() {
		let rules = rules();
		assert_eq!(rules.code(&"1".into()).map(|code| code.number), Ok(1));
		assert_eq!(rules.code(&"tourism".into()).map(|code| code.number), Ok(TOURISM));
		let error = rules.code(&"luxury".into()).expect_err("is none");
		assert!(error.to_string().contains("vat-standard, vat-reduced"), "{error}");
	}

	#[test]
	fn code_without_a_rate_is_refused() {
		let mut rules = rules();
		rules.codes[0].rate = None;
		let error = assess(&sale(&[(STANDARD, 6)]), &rules).expect_err("has no rate");
		assert!(error.to_string().contains("no rate on the day of supply"), "{error}");
		assert!(assess(&sale(&[(TOURISM, 6)]), &rules).is_err());
	}
}
