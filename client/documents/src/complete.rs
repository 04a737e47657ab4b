//! From what a seller knows to a whole document, and to the sale that the chain is told.

use super::{
	assess::{assess, assess_note, Charges},
	decimal::Decimal,
	document::{Adjustment, CodeRef, Document, Line, LineLevy, Prices},
	lines::{are_told, packed, AllLines, Kind, Take},
	rules::{Code, Rules},
};
use ourledger_client::error::{Error, Result};
use ourledger_math::tax::Rounding;
use ourledger_primitives::{
	invoice::{self, Amounts, Bill, Change, Note, NotePart, Sale, SaleItem, SaleLevy},
	tax::{TaxCode, TaxKind, VatCategory},
};
use ourledger_trade::{rules, Refusal};
use std::collections::BTreeMap;

/// UN/ECE Recommendation 20's code of "one".
const ONE: &str = "C62";

/// Places of a levy's quantity.
const LEVY_PLACES: u8 = 3;

/// In which currencies a document is written.
#[derive(Clone, Debug, Default)]
pub struct Writing {
	/// The ISO code that the currency is pegged to.
	pub peg: Option<String>,
	/// The jurisdiction's reporting currency, and how many of its minor units one minor unit is
	/// worth.
	pub reporting: Option<(String, (u64, u64))>,
}

/// What a document is of.
pub enum Of<'bill> {
	/// An invoice.
	Invoice,
	/// A credit note on an invoice with this bill and, where VAT is rounded per line, these lines.
	Note(&'bill Bill, &'bill AllLines),
	/// A credit note on all that is left of it.
	WholeNote(&'bill Bill, &'bill AllLines),
}

/// A document that is complete, and the sale that it describes.
#[derive(Clone, Debug)]
pub struct Completed {
	/// The document.
	pub document: Document,
	/// What the chain is told of an invoice.
	pub sale: Sale,
	/// What the chain is told of a credit note.
	pub note: Option<Note>,
	/// What is charged, or taken back.
	pub charges: Charges,
	/// The bill that the chain will make of it or, of a credit note, what it leaves of the bill.
	pub bill: Bill,
}

/// Completes a document.
pub fn complete(
	document: Document,
	rules: &Rules,
	of: Of<'_>,
	writing: &Writing,
) -> Result<Completed> {
	let mut work = Work::new(document, rules)?;
	let sale = work.sale()?;
	let (note, (charges, bill)) = match of {
		Of::Invoice => {
			work.ensure_no_note()?;
			(None, assess(&sale, rules)?)
		},
		Of::Note(bill, lines) => {
			let note = work.note(&sale, bill, lines, false)?;
			let assessed = assess_note(&note, bill, rules)?;
			(Some(note), assessed)
		},
		Of::WholeNote(bill, lines) => {
			let note = work.note(&sale, bill, lines, true)?;
			let assessed = assess_note(&note, bill, rules)?;
			(Some(note), assessed)
		},
	};
	let document = work.fill(&charges, writing)?;
	Ok(Completed { document, sale, note, charges, bill })
}

impl Completed {
	/// Insists on something that is sold, which EN 16931 doesn't but everybody means; and on the
	/// evidence that exports need. All can have been paid ahead, so that nothing is to be paid.
	pub fn ensure_issuable(&self, of: &Rules) -> Result<()> {
		let is_empty = self.document.invoice_lines.iter().all(|line| {
			let amount = line.invoice_line_net_amount.or(line.amount_with_tax);
			amount.is_none_or(|amount| amount.is_zero())
		});
		if self.bill.gross == 0 && is_empty {
			return Err(Error::input(
				"nothing is charged: the amount of every line is zero (see their quantities and \
				 prices)",
			));
		}
		let has_evidence = self.sale.evidence.is_some();
		rules::ensure_evidence(&self.bill.subtotals, has_evidence).map_err(|refusal| {
			let Refusal::ExportNeedsEvidence(code) = refusal else {
				return Error::input(refusal.to_string());
			};
			Error::input(format!(
				"the tax code {} is one of exports, which need evidence: name it by --evidence \
				 HEX|FILE, or by its hash as ourledger.evidence of the document",
				of.name(code)
			))
		})
	}
}

/// A line, an allowance (negative) or a charge, in minor units as it was given.
pub(super) struct Entry {
	pub(super) place: Place,
	pub(super) code: TaxCode,
	pub(super) amount: i128,
}

/// Where an entry stands in the document.
#[derive(Clone, Copy)]
pub(super) enum Place {
	Line(usize),
	Allowance(usize),
	Charge(usize),
}

/// A document at work.
pub(super) struct Work<'rules> {
	pub(super) document: Document,
	pub(super) rules: &'rules Rules,
	pub(super) entries: Vec<Entry>,
	/// VAT codes, in the order in which they occur.
	pub(super) codes: Vec<TaxCode>,
	/// Levies by their code and that of what they are on, with thousandths of units.
	levies: BTreeMap<(TaxCode, TaxCode), u64>,
}

impl<'rules> Work<'rules> {
	fn new(document: Document, rules: &'rules Rules) -> Result<Self> {
		let mut work =
			Self { document, rules, entries: vec![], codes: vec![], levies: BTreeMap::new() };
		if work.document.invoice_lines.is_empty() {
			return Err(Error::input("the document has no invoiceLines"));
		}
		if work.document.document_totals.is_some() || !work.document.vat_breakdown.is_empty() {
			return Err(Error::input(
				"the document has documentTotals or vatBreakdown, which are worked out: leave them \
				 out",
			));
		}
		let mut lines = std::mem::take(&mut work.document.invoice_lines);
		for (place, line) in lines.iter_mut().enumerate() {
			let name = format!("line {}", place + 1);
			work.line(place, line)
				.map_err(|error| error.explained(|why| format!("{name}: {why}")))?;
		}
		work.document.invoice_lines = lines;
		let mut allowances = std::mem::take(&mut work.document.document_level_allowances);
		for (place, allowance) in allowances.iter_mut().enumerate() {
			work.adjustment(Place::Allowance(place), allowance)?;
		}
		work.document.document_level_allowances = allowances;
		let mut charges = std::mem::take(&mut work.document.document_level_charges);
		for (place, charge) in charges.iter_mut().enumerate() {
			work.adjustment(Place::Charge(place), charge)?;
		}
		work.document.document_level_charges = charges;
		Ok(work)
	}

	fn vat_code(&self, code: &CodeRef) -> Result<&'rules Code> {
		let code = self.rules.code(code)?;
		if code.category().is_none() {
			return Err(Error::input(format!("the tax code {} is not one of VAT", code.name)));
		}
		Ok(code)
	}

	fn enter(&mut self, place: Place, code: TaxCode, amount: i128) {
		if !self.codes.contains(&code) {
			self.codes.push(code);
		}
		self.entries.push(Entry { place, code, amount });
	}

	fn line(&mut self, place: usize, line: &mut Line) -> Result<()> {
		let code = self.vat_code(&line.tax_code)?.number;
		line.tax_code = CodeRef::Number(code);
		line.invoice_line_identifier.get_or_insert_with(|| (place + 1).to_string());
		line.invoiced_quantity_unit_of_measure_code.get_or_insert_with(|| ONE.into());
		let amount = match self.document.ourledger.prices {
			Prices::Net => self.net_amount(line)?,
			Prices::Gross => self.gross_amount(line)?,
		};
		for levy in &mut line.levies {
			self.levy(code, levy, line.invoiced_quantity)?;
		}
		self.enter(Place::Line(place), code, amount);
		Ok(())
	}

	/// The net amount of a line: BT-131.
	fn net_amount(&self, line: &Line) -> Result<i128> {
		if line.price_with_tax.is_some() || line.amount_with_tax.is_some() {
			return Err(Error::input(
				"it has a price with tax, but the document's prices are net (ourledger.prices)",
			));
		}
		let price = line.item_net_price.ok_or_else(|| Error::input("itemNetPrice is missing"))?;
		if price.is_negative() {
			return Err(Error::input(
				"itemNetPrice is negative; to take something back, make the quantity negative",
			));
		}
		let base = line.item_price_base_quantity.unwrap_or(Decimal::ONE);
		let mut amount = self.product(&line.invoiced_quantity, &price, &base)?;
		for allowance in &line.invoice_line_allowances {
			amount -= self.units("an allowance", &allowance.amount)?;
		}
		for charge in &line.invoice_line_charges {
			amount += self.units("a charge", &charge.amount)?;
		}
		if let Some(given) = line.invoice_line_net_amount {
			if self.units("invoiceLineNetAmount", &given)? != amount {
				return Err(Error::input(format!(
					"invoiceLineNetAmount is {given}, not {} as quantity and price say",
					self.rules.amount(amount)
				)));
			}
		}
		Ok(amount)
	}

	/// The amount of a line with VAT and levies.
	fn gross_amount(&self, line: &mut Line) -> Result<i128> {
		if !(line.invoice_line_allowances.is_empty() && line.invoice_line_charges.is_empty()) {
			return Err(Error::input(
				"where prices are with tax, allowances and charges are those of the document, with \
				 the taxCode of what they are on",
			));
		}
		if line.item_net_price.is_some() {
			return Err(Error::input(
				"it has itemNetPrice, but the document's prices are with tax: give priceWithTax",
			));
		}
		let price = line.price_with_tax.ok_or_else(|| Error::input("priceWithTax is missing"))?;
		if price.is_negative() {
			return Err(Error::input(
				"priceWithTax is negative; to take something back, make the quantity negative",
			));
		}
		let amount = self.product(&line.invoiced_quantity, &price, &Decimal::ONE)?;
		line.amount_with_tax = Some(self.rules.amount(amount));
		Ok(amount)
	}

	fn levy(&mut self, on: TaxCode, levy: &mut LineLevy, quantity: Decimal) -> Result<()> {
		let code = self.rules.code(&levy.tax_code)?;
		levy.tax_code = CodeRef::Number(code.number);
		let thousandths = match code.kind {
			TaxKind::LevyOnNet { .. } => {
				if levy.quantity.is_some() {
					return Err(Error::input(format!(
						"the levy {} is on the net, so it has no quantity",
						code.name
					)));
				}
				0
			},
			TaxKind::LevyPerUnit { .. } => {
				let quantity = *levy.quantity.get_or_insert(quantity);
				let thousandths = quantity.units(LEVY_PLACES);
				thousandths.and_then(|units| u64::try_from(units).ok()).ok_or_else(|| {
					Error::input(format!(
						"the levy {} can't be on a quantity of {quantity}: it has to be positive, \
						 with up to {LEVY_PLACES} places after the point",
						code.name
					))
				})?
			},
			_ => return Err(Error::input(format!("the tax code {} is no levy", code.name))),
		};
		let sum = self.levies.entry((code.number, on)).or_default();
		*sum = sum.checked_add(thousandths).ok_or_else(too_large)?;
		Ok(())
	}

	fn adjustment(&mut self, place: Place, adjustment: &mut Adjustment) -> Result<()> {
		let what = match place {
			Place::Charge(_) => "a charge",
			_ => "an allowance",
		};
		let code = adjustment.tax_code.as_ref().ok_or_else(|| {
			Error::input(format!("{what} of the document lacks the taxCode of what it is on"))
		})?;
		let code = self.vat_code(code)?.number;
		adjustment.tax_code = Some(CodeRef::Number(code));
		let amount = self.units(what, &adjustment.amount)?;
		if amount < 0 {
			return Err(Error::input(format!("{what} of the document is negative")));
		}
		if adjustment.amount_with_tax.is_some() {
			return Err(Error::input(format!(
				"{what} of the document has amountWithTax: it is worked out from amount, which is \
				 with tax where prices are"
			)));
		}
		if self.document.ourledger.prices == Prices::Gross {
			adjustment.amount_with_tax = Some(adjustment.amount);
		}
		let signed = if matches!(place, Place::Allowance(_)) { -amount } else { amount };
		self.enter(place, code, signed);
		Ok(())
	}

	/// Quantity times price, in minor units.
	fn product(&self, quantity: &Decimal, price: &Decimal, base: &Decimal) -> Result<i128> {
		let product = quantity.times_over(price, base, self.rules.decimals);
		product.filter(|units| units.unsigned_abs() <= invoice::MAX_AMOUNT).ok_or_else(too_large)
	}

	/// An amount of money in minor units.
	pub(super) fn units(&self, what: &str, amount: &Decimal) -> Result<i128> {
		amount.units(self.rules.decimals).ok_or_else(|| {
			Error::input(format!(
				"{what} of {amount} has more places after the point than the currency, which has {}",
				self.rules.decimals
			))
		})
	}

	/// What the chain is told.
	fn sale(&mut self) -> Result<Sale> {
		let items = self.codes.iter().map(|code| {
			let amounts = self.entries.iter().filter(|entry| entry.code == *code);
			let amounts: Vec<_> = amounts.map(|entry| entry.amount).collect();
			let amounts = match self.is_by_line(*code)? {
				true => Amounts::Lines(packed(&amounts).ok_or_else(|| {
					Error::input(format!(
						"where VAT is rounded per line, a sale has at most {} lines, allowances and \
						 charges: make several invoices of it",
						invoice::MAX_LINES
					))
				})?),
				false => Amounts::Sum(amounts.iter().sum()),
			};
			Ok(SaleItem { code: *code, amounts })
		});
		let items = items.collect::<Result<Vec<_>>>()?;
		let too_many =
			|what: &str, most: u32| Error::input(format!("an invoice has at most {most} {what}"));
		let levies = self.levies.iter().map(|((code, on), thousandths)| SaleLevy {
			code: *code,
			on: *on,
			thousandths: *thousandths,
		});
		let levies: Vec<_> = levies.collect();
		let mut withholdings = Vec::new();
		for kept in &mut self.document.ourledger.withholdings {
			let code = self.rules.code(&kept.tax_code)?.number;
			kept.tax_code = CodeRef::Number(code);
			withholdings.push(code);
		}
		let tip = self.document.ourledger.tip.unwrap_or(Decimal::of_units(0, 0));
		let tip = u128::try_from(self.units("the tip", &tip)?)
			.map_err(|_| Error::input("the tip is negative"))?;
		let evidence = self.document.ourledger.evidence.as_deref().map(|text| {
			ourledger_client::hash::parse(text).ok_or_else(|| {
				Error::input("ourledger.evidence is no hash of 32 bytes, written 0x…")
			})
		});
		Ok(Sale {
			prices: match self.document.ourledger.prices {
				Prices::Net => invoice::Prices::Net,
				Prices::Gross => invoice::Prices::Gross,
			},
			items: items.try_into().map_err(|_| too_many("VAT codes", invoice::MAX_SUBTOTALS))?,
			levies: levies.try_into().map_err(|_| too_many("levies", invoice::MAX_LEVIES))?,
			withholdings: withholdings
				.try_into()
				.map_err(|_| too_many("withholdings", invoice::MAX_WITHHOLDINGS))?,
			tip,
			evidence: evidence.transpose()?,
		})
	}

	/// Whether the chain is told each line under a VAT code: where VAT is rounded per line, of what is
	/// charged.
	fn is_by_line(&self, code: TaxCode) -> Result<bool> {
		let code = self.rules.code(&CodeRef::Number(code))?;
		let is_standard = code.category() == Some(VatCategory::Standard);
		Ok(self.rules.rounding == Rounding::Line && is_standard)
	}

	/// Refuses what only credit notes say.
	fn ensure_no_note(&self) -> Result<()> {
		let of_line = self.document.invoice_lines.iter().any(|line| line.of_line.is_some());
		match of_line || !self.document.ourledger.lines_left.is_empty() {
			true => Err(Error::input("ofLine and linesLeft are for credit notes alone")),
			false => Ok(()),
		}
	}

	/// What the chain is told of a credit note, on all that is left of the bill or not. Puts into the
	/// document what it leaves of the invoice's lines.
	fn note(&mut self, sale: &Sale, bill: &Bill, lines: &AllLines, is_whole: bool) -> Result<Note> {
		let mut parts = Vec::new();
		for item in &sale.items {
			if !are_told(bill, item.code) {
				let amount = item.amounts.sum().ok_or_else(too_large)?;
				parts.push(NotePart { code: item.code, change: Change::Less(amount) });
			}
		}
		let takes = self.takes(bill);
		if !takes.is_empty() {
			if !lines.are_of(bill) {
				return Err(Error::input(
					"the jurisdiction rounds VAT per line, so a credit note needs the lines as they are \
					 now, and these aren't known: name the invoice's document by --invoice-document \
					 and, if there were notes on it before, the last one's by --last-note",
				));
			}
			let rest = match is_whole {
				true => lines.emptied(),
				false => {
					let show = |units| self.rules.amount(units).to_string();
					let takes: Vec<_> = takes.iter().map(|(_, take)| take.clone()).collect();
					let (rest, places) = lines.less(&takes, show)?;
					self.name_lines(lines, &places, bill);
					rest
				},
			};
			parts.extend(lines.parts(&rest, bill)?);
			self.document.ourledger.lines_left = rest.left(bill, self.rules.decimals);
		}
		let too_many = || Error::input("a credit note has no room for so many VAT codes");
		Ok(Note {
			parts: parts.try_into().map_err(|_| too_many())?,
			levies: sale.levies.clone(),
			tip: sale.tip,
		})
	}

	/// What of the invoice's lines the document takes back, with the place of its own line.
	fn takes(&self, bill: &Bill) -> Vec<(Option<usize>, Take)> {
		let told = self.entries.iter().filter(|entry| are_told(bill, entry.code));
		let takes = told.map(|entry| {
			let (own, kind, of, name) = match entry.place {
				Place::Line(place) => {
					let line = &self.document.invoice_lines[place];
					(Some(place), Kind::Line, line.of_line.clone(), line.item_name.clone())
				},
				Place::Allowance(place) => {
					let it = &self.document.document_level_allowances[place];
					(None, Kind::Allowance, None, it.reason.clone().unwrap_or_default())
				},
				Place::Charge(place) => {
					let it = &self.document.document_level_charges[place];
					(None, Kind::Charge, None, it.reason.clone().unwrap_or_default())
				},
			};
			(own, Take { code: entry.code, kind, of, name, amount: entry.amount })
		});
		takes.collect()
	}

	/// Puts into the document of which lines of the invoice its own are, which may have been named by
	/// their numbers alone.
	fn name_lines(&mut self, lines: &AllLines, places: &[usize], bill: &Bill) {
		let takes = self.takes(bill);
		for ((own, take), place) in takes.into_iter().zip(places) {
			let known = &lines.0[*place];
			let Some(line) = own.map(|own| &mut self.document.invoice_lines[own]) else { continue };
			let number = take.of.map(|of| format!("#{of}"));
			if number.as_ref() == Some(&take.name) {
				line.item_name = known.name.clone().unwrap_or(take.name);
			}
			line.of_line.clone_from(&known.identifier);
		}
	}
}

pub(super) fn too_large() -> Error {
	Error::input("an amount is too large")
}

#[cfg(test)]
#[path = "complete_tests.rs"]
mod tests;
