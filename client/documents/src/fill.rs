//! What was worked out of a sale, put into its document.

use super::{
	assess::{Charges, Part},
	complete::{Place, Work, Writing},
	decimal::Decimal,
	document::{
		Adjustment, Breakdown, CodeRef, Document, DocumentTotals, Line, Prices, NO_CURRENCY,
	},
	iso::in_document,
};
use ourledger_client::error::{Error, Result};
use ourledger_math::{rounding::signed_mul_div_half, tax as math};
use ourledger_primitives::tax::{TaxCode, VatCategory};

/// The letter of what carries no VAT beside goods that do: levies outside the base, and tips.
const EXEMPT: &str = "E";

/// The reason of such, as documents give it.
pub(super) const OUTSIDE_VAT: &str = "Levies and tips that carry no VAT";

impl Work<'_> {
	/// Puts into the document what was worked out.
	pub(super) fn fill(mut self, charges: &Charges, writing: &Writing) -> Result<Document> {
		let nets = self.nets(charges)?;
		let part_of = |code: TaxCode| charges.parts.iter().find(|part| part.code == code);
		for (entry, net) in self.entries.iter().zip(nets) {
			let Some(part) = part_of(entry.code) else { continue };
			let (letter, rate) = category_of(part);
			match entry.place {
				Place::Line(place) => {
					let line = &mut self.document.invoice_lines[place];
					line.invoice_line_net_amount = Some(self.rules.amount(net));
					line.invoiced_item_vat_category_code = Some(letter);
					line.invoiced_item_vat_rate = rate;
					if self.document.ourledger.prices == Prices::Gross {
						price_of_all(line, self.rules.amount(net.abs()));
					}
				},
				Place::Allowance(place) => {
					let allowance = &mut self.document.document_level_allowances[place];
					allowance.amount = self.rules.amount(-net);
					allowance.vat_category_code = Some(letter);
					allowance.vat_rate = rate;
				},
				Place::Charge(place) => {
					let charge = &mut self.document.document_level_charges[place];
					charge.amount = self.rules.amount(net);
					charge.vat_category_code = Some(letter);
					charge.vat_rate = rate;
				},
			}
		}
		self.add_levies_and_tip(charges);
		for (kept, (_, amount)) in
			self.document.ourledger.withholdings.iter_mut().zip(&charges.withheld)
		{
			kept.amount = Some(self.rules.amount(*amount));
		}
		let code = writing.peg.clone().unwrap_or_else(|| NO_CURRENCY.into());
		self.document.vat_breakdown = self.breakdown(charges)?;
		self.document.document_totals = Some(self.totals(charges, writing, &code)?);
		self.document.vat_accounting_currency_code =
			writing.reporting.as_ref().map(|(code, _)| code.clone()).filter(|it| *it != code);
		self.document.invoice_currency_code = Some(code);
		self.document.ourledger.currency = Some(self.rules.currency);
		self.document.ourledger.currency_decimals = Some(self.rules.decimals);
		Ok(self.document)
	}

	/// The net of each entry. Of prices with tax, the net of a code is shared among its entries.
	fn nets(&self, charges: &Charges) -> Result<Vec<i128>> {
		let amounts: Vec<_> = self.entries.iter().map(|entry| entry.amount).collect();
		let mut nets = amounts.clone();
		if self.document.ourledger.prices == Prices::Net {
			return Ok(nets);
		}
		for part in &charges.parts {
			let own: Vec<_> = self
				.entries
				.iter()
				.enumerate()
				.filter(|(_, entry)| entry.code == part.code)
				.map(|(place, _)| place)
				.collect();
			let gross: i128 = own.iter().map(|place| nets[*place]).sum();
			// Each by its rate, if they sum up: always, where VAT is rounded per line.
			let rate = charged_rate(part);
			let alone = own.iter().map(|place| Ok(math::within(nets[*place], rate)?.0));
			let mut parts = alone.collect::<Result<Vec<_>>>()?;
			if gross != 0 && parts.iter().sum::<i128>() != part.net {
				let (net, gross) = (part.net.unsigned_abs(), gross.unsigned_abs());
				let shares = own.iter().map(|place| signed_mul_div_half(nets[*place], net, gross));
				parts = shares.collect::<Result<_, _>>()?;
			}
			for (place, net) in own.iter().zip(parts) {
				nets[*place] = net;
			}
			let shared: i128 = own.iter().map(|place| nets[*place]).sum();
			spread(part.net - shared, &amounts, &own, &mut nets);
		}
		Ok(nets)
	}

	/// Levies and the tip, as charges of the document.
	fn add_levies_and_tip(&mut self, charges: &Charges) {
		let outside = self.outside(charges);
		for levy in charges.levies.iter().filter(|levy| levy.tax != 0) {
			let (letter, rate) = match levy.in_vat_base {
				true => category_of(&charges.parts[levy.on]),
				false => outside.clone(),
			};
			self.document.document_level_charges.push(Adjustment {
				amount: self.rules.amount(levy.tax),
				reason: Some(self.rules.name(levy.code)),
				vat_category_code: Some(letter),
				vat_rate: rate,
				tax_code: Some(CodeRef::Number(levy.code)),
				amount_with_tax: None,
			});
		}
		if charges.tip != 0 {
			let (letter, rate) = outside;
			self.document.document_level_charges.push(Adjustment {
				amount: self.rules.amount(charges.tip),
				reason: Some("Tip".into()),
				vat_category_code: Some(letter),
				vat_rate: rate,
				tax_code: None,
				amount_with_tax: None,
			});
		}
	}

	/// The category of what carries no VAT: O where all is out of scope, since O stands alone.
	fn outside(&self, charges: &Charges) -> (String, Option<Decimal>) {
		let out = VatCategory::OutOfScope;
		match charges.parts.iter().any(|part| part.category == out) {
			true => (out.letter().into(), None),
			false => (EXEMPT.into(), Some(Decimal::per_cent(0))),
		}
	}

	/// BG-23: by category and rate, as EN 16931 has it; two tax codes may share these.
	fn breakdown(&self, charges: &Charges) -> Result<Vec<Breakdown>> {
		let mut groups: Vec<(String, Option<Decimal>, i128, i128, bool)> = Vec::new();
		let mut add = |(letter, rate): (String, Option<Decimal>), base, vat, is_outside| {
			let found = groups.iter_mut().find(|group| group.0 == letter && group.1 == rate);
			match found {
				Some(group) => {
					group.2 += base;
					group.3 += vat;
				},
				None => groups.push((letter, rate, base, vat, is_outside)),
			}
		};
		// A note leaves the codes alone that it doesn't name.
		for part in charges.parts.iter().filter(|part| self.codes.contains(&part.code)) {
			add(category_of(part), part.base, part.vat, false);
		}
		let outside = charges.levies.iter().filter(|levy| !levy.in_vat_base);
		let outside = outside.map(|levy| levy.tax).sum::<i128>() + charges.tip;
		if outside != 0 {
			add(self.outside(charges), outside, 0, true);
		}
		let breakdown = groups.into_iter().map(|(letter, rate, base, vat, is_outside)| {
			let (text, code) = match is_outside {
				true => (Some(OUTSIDE_VAT), None),
				false => exemption(&letter),
			};
			Breakdown {
				vat_category_taxable_amount: self.rules.amount(base),
				vat_category_tax_amount: self.rules.amount(vat),
				vat_category_code: letter,
				vat_category_rate: rate,
				vat_exemption_reason_text: text.map(Into::into),
				vat_exemption_reason_code: code.map(Into::into),
			}
		});
		Ok(breakdown.collect())
	}

	/// BG-22.
	fn totals(&self, charges: &Charges, writing: &Writing, code: &str) -> Result<DocumentTotals> {
		let sum = |amounts: &mut dyn Iterator<Item = Option<Decimal>>| {
			let units = amounts.flatten().map(|amount| self.units("an amount", &amount));
			units.sum::<Result<i128>>()
		};
		let lines = &self.document.invoice_lines;
		let lines = sum(&mut lines.iter().map(|line| line.invoice_line_net_amount))?;
		let of =
			|adjustments: &[Adjustment]| sum(&mut adjustments.iter().map(|it| Some(it.amount)));
		let allowances = of(&self.document.document_level_allowances)?;
		let surcharges = of(&self.document.document_level_charges)?;
		let vat: i128 = charges.parts.iter().map(|part| part.vat).sum();
		let without = lines - allowances + surcharges;
		if without + vat != charges.gross {
			return Err(Error::input(format!(
				"the document's amounts don't sum up: {} without and {} with VAT",
				self.rules.amount(without),
				self.rules.amount(charges.gross)
			)));
		}
		let reported = match &writing.reporting {
			Some((reporting, rate)) if reporting != code => {
				Some(in_document(vat, reporting, *rate)?)
			},
			_ => None,
		};
		let some = |units| (units != 0).then(|| self.rules.amount(units));
		Ok(DocumentTotals {
			sum_of_invoice_line_net_amount: self.rules.amount(lines),
			sum_of_allowances_on_document_level: some(allowances),
			sum_of_charges_on_document_level: some(surcharges),
			invoice_total_amount_without_vat: self.rules.amount(without),
			invoice_total_vat_amount: self.rules.amount(vat),
			invoice_total_vat_amount_in_accounting_currency: reported,
			invoice_total_amount_with_vat: self.rules.amount(charges.gross),
			paid_amount: None,
			rounding_amount: None,
			amount_due_for_payment: self.rules.amount(charges.gross),
		})
	}
}

/// Gives units that were rounded away to entries that have an amount: a unit each, the largest
/// first, and none that would get another sign by it. At most half a unit per such entry was rounded
/// away.
fn spread(mut missing: i128, amounts: &[i128], own: &[usize], nets: &mut [i128]) {
	let mut own: Vec<_> = own.iter().copied().filter(|place| amounts[*place] != 0).collect();
	own.sort_by_key(|place| std::cmp::Reverse(amounts[*place].unsigned_abs()));
	let step = missing.signum();
	for place in own {
		let net = nets[place] + step;
		if missing != 0 && net.signum() != -amounts[place].signum() {
			nets[place] = net;
			missing -= step;
		}
	}
}

/// The rate that the seller charges.
fn charged_rate(part: &Part) -> u32 {
	match part.category {
		VatCategory::Standard => part.rate,
		_ => 0,
	}
}

/// Letter and rate of what is sold. Out of scope has no rate; of all but S it is zero.
fn category_of(part: &Part) -> (String, Option<Decimal>) {
	let rate = match part.category {
		VatCategory::Standard => Some(Decimal::per_cent(part.rate)),
		VatCategory::OutOfScope => None,
		_ => Some(Decimal::per_cent(0)),
	};
	(part.category.letter().into(), rate)
}

/// Why there is no VAT, in words and by the VATEX list.
fn exemption(letter: &str) -> (Option<&'static str>, Option<&'static str>) {
	match letter {
		"E" => (Some("Exempt from VAT"), None),
		"AE" => (Some("Reverse charge"), Some("VATEX-EU-AE")),
		"G" => (Some("Export outside the jurisdiction"), Some("VATEX-EU-G")),
		"O" => (Some("Not subject to VAT"), Some("VATEX-EU-O")),
		_ => (None, None),
	}
}

/// Of prices with tax: the net price of all of a line's units, so that it is exact.
fn price_of_all(line: &mut Line, net: Decimal) {
	let quantity = line.invoiced_quantity.magnitude();
	if quantity.is_zero() {
		line.item_net_price = Some(Decimal::of_units(0, 0));
		return;
	}
	line.item_net_price = Some(net);
	line.item_price_base_quantity = (quantity != Decimal::ONE).then_some(quantity);
}
