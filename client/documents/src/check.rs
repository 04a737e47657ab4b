//! Whether a completed document adds up, by itself: nobody has to be asked for that.

use super::{
	decimal::Decimal,
	document::{Adjustment, Document, DocumentTotals, Line, Prices, CREDIT_NOTE},
};
use ourledger_client::error::{Error, Result};
use ourledger_math::rounding::{signed_mul_div_half, MILLION};

/// Places of a rate in per cent, if it is in parts per million.
const RATE_PLACES: u8 = 4;

/// Insists that the amounts of a completed document follow from its quantities and prices, as
/// EN 16931 has it: of the lines (BT-131), the totals (BR-CO-10 to BR-CO-16) and the breakdown.
///
/// The VAT of a credit note is a difference of two that are rounded, so it isn't worked out from a
/// rate. What is told in another currency follows from a rate that a document doesn't have.
pub fn ensure_adds_up(document: &Document) -> Result<()> {
	let decimals = document.ourledger.currency_decimals.ok_or_else(|| lacks("currencyDecimals"))?;
	Check { document, decimals }.run()
}

/// A document that is being checked.
struct Check<'document> {
	document: &'document Document,
	decimals: u8,
}

impl Check<'_> {
	fn run(&self) -> Result<()> {
		for (place, line) in self.document.invoice_lines.iter().enumerate() {
			self.line(line)
				.map_err(|error| error.explained(|why| format!("line {}: {why}", place + 1)))?;
		}
		let totals = self.document.document_totals.as_ref();
		let totals = totals.ok_or_else(|| lacks("documentTotals"))?;
		self.totals(totals)?;
		self.breakdown()?;
		if self.document.ourledger.prices == Prices::Gross {
			self.prices_with_tax(totals)?;
		}
		Ok(())
	}

	/// BT-131, from quantity and price.
	fn line(&self, line: &Line) -> Result<()> {
		let net = line.invoice_line_net_amount.ok_or_else(|| lacks("invoiceLineNetAmount"))?;
		let price = line.item_net_price.ok_or_else(|| lacks("itemNetPrice"))?;
		let base = line.item_price_base_quantity.unwrap_or(Decimal::ONE);
		let worked = self.product(&line.invoiced_quantity, &price, &base)?
			+ self.sum_of(&line.invoice_line_charges)?
			- self.sum_of(&line.invoice_line_allowances)?;
		self.ensure("invoiceLineNetAmount", net, worked)?;
		match (line.price_with_tax, line.amount_with_tax) {
			(Some(price), Some(amount)) => {
				let worked = self.product(&line.invoiced_quantity, &price, &Decimal::ONE)?;
				self.ensure("amountWithTax", amount, worked)
			},
			_ => Ok(()),
		}
	}

	/// BG-22.
	fn totals(&self, totals: &DocumentTotals) -> Result<()> {
		let lines = self.sum(
			self.document.invoice_lines.iter().filter_map(|line| line.invoice_line_net_amount),
		)?;
		let allowances = self.sum_of(&self.document.document_level_allowances)?;
		let charges = self.sum_of(&self.document.document_level_charges)?;
		let vat =
			self.sum(self.document.vat_breakdown.iter().map(|part| part.vat_category_tax_amount))?;
		let without = lines - allowances + charges;
		let paid = self.sum(totals.paid_amount.into_iter())?;
		let rounding = self.sum(totals.rounding_amount.into_iter())?;
		let none = Decimal::of_units(0, self.decimals);
		for (field, amount, worked) in [
			("sumOfInvoiceLineNetAmount", totals.sum_of_invoice_line_net_amount, lines),
			(
				"sumOfAllowancesOnDocumentLevel",
				totals.sum_of_allowances_on_document_level.unwrap_or(none),
				allowances,
			),
			(
				"sumOfChargesOnDocumentLevel",
				totals.sum_of_charges_on_document_level.unwrap_or(none),
				charges,
			),
			("invoiceTotalAmountWithoutVat", totals.invoice_total_amount_without_vat, without),
			("invoiceTotalVatAmount", totals.invoice_total_vat_amount, vat),
			("invoiceTotalAmountWithVat", totals.invoice_total_amount_with_vat, without + vat),
			("amountDueForPayment", totals.amount_due_for_payment, without + vat - paid + rounding),
		] {
			self.ensure(field, amount, worked)?;
		}
		Ok(())
	}

	/// BG-23: the bases and, of an invoice, the tax on them.
	fn breakdown(&self) -> Result<()> {
		let lines = self.document.invoice_lines.iter().map(|line| {
			let letter = line.invoiced_item_vat_category_code.as_deref();
			(letter, line.invoiced_item_vat_rate, line.invoice_line_net_amount, 1)
		});
		let adjustment = |sign| {
			move |it: &'_ Adjustment| (it.vat_category_code.clone(), it.vat_rate, it.amount, sign)
		};
		let mut entries = Vec::new();
		for (letter, rate, amount, sign) in lines {
			let amount = amount.ok_or_else(|| lacks("invoiceLineNetAmount"))?;
			entries.push((letter.map(str::to_owned), rate, amount, sign));
		}
		entries.extend(self.document.document_level_allowances.iter().map(adjustment(-1)));
		entries.extend(self.document.document_level_charges.iter().map(adjustment(1)));
		let parts = &self.document.vat_breakdown;
		for (letter, rate, ..) in &entries {
			let is_there = parts.iter().any(|part| {
				Some(&part.vat_category_code) == letter.as_ref() && part.vat_category_rate == *rate
			});
			if !is_there {
				return Err(Error::input(
					"the document doesn't add up: vatBreakdown lacks a category and rate that it \
					 has amounts of",
				));
			}
		}
		for part in parts {
			let (mut base, mut own) = (0, 0);
			for (letter, rate, amount, sign) in &entries {
				let is_own = letter.as_ref() == Some(&part.vat_category_code)
					&& *rate == part.vat_category_rate;
				if is_own {
					base += sign * self.units(amount)?;
					own += 1;
				}
			}
			self.ensure("vatCategoryTaxableAmount", part.vat_category_taxable_amount, base)?;
			if self.document.invoice_type_code.as_deref() != Some(CREDIT_NOTE) {
				let rate = part.vat_category_rate.and_then(|rate| rate.units(RATE_PLACES));
				let rate = u128::try_from(rate.unwrap_or(0)).map_err(|_| too_large())?;
				let worked = signed_mul_div_half(base, rate, MILLION.into())?;
				let vat = self.units(&part.vat_category_tax_amount)?;
				if vat.abs_diff(worked) > self.rounded_away(own, rate) {
					self.ensure("vatCategoryTaxAmount", part.vat_category_tax_amount, worked)?;
				}
			}
		}
		Ok(())
	}

	/// By how many units VAT at this rate may differ from that on the sum of so many entries. A
	/// document doesn't say whether VAT was rounded per line, so it may have been.
	fn rounded_away(&self, entries: u128, rate: u128) -> u128 {
		let million = u128::from(MILLION);
		// Half a unit with each entry, and with the VAT on their sum. What is rounded away from VAT
		// within a price is in the base instead, and so is charged at the rate as well.
		let each = match self.document.ourledger.prices {
			Prices::Net => million,
			Prices::Gross => million.saturating_add(rate),
		};
		entries.saturating_mul(each).saturating_add(million) / (2 * million)
	}

	/// Prices with tax make what is to be paid.
	fn prices_with_tax(&self, totals: &DocumentTotals) -> Result<()> {
		let document = self.document;
		let sum_of = |adjustments: &[Adjustment]| {
			self.sum(adjustments.iter().filter_map(|it| it.amount_with_tax))
		};
		let lines = self.sum(document.invoice_lines.iter().filter_map(|it| it.amount_with_tax))?;
		let worked = lines - sum_of(&document.document_level_allowances)?
			+ sum_of(&document.document_level_charges)?
			+ self.sum(document.ourledger.tip.into_iter())?;
		self.ensure("invoiceTotalAmountWithVat", totals.invoice_total_amount_with_vat, worked)
	}

	fn product(&self, quantity: &Decimal, price: &Decimal, base: &Decimal) -> Result<i128> {
		quantity.times_over(price, base, self.decimals).ok_or_else(too_large)
	}

	fn units(&self, amount: &Decimal) -> Result<i128> {
		amount.units(self.decimals).ok_or_else(|| {
			Error::input(format!(
				"the amount {amount} has more places after the point than the currency, which has {}",
				self.decimals
			))
		})
	}

	fn sum(&self, amounts: impl Iterator<Item = Decimal>) -> Result<i128> {
		let mut sum = 0i128;
		for amount in amounts {
			sum = sum.checked_add(self.units(&amount)?).ok_or_else(too_large)?;
		}
		Ok(sum)
	}

	fn sum_of(&self, adjustments: &[Adjustment]) -> Result<i128> {
		self.sum(adjustments.iter().map(|it| it.amount))
	}

	fn ensure(&self, field: &str, amount: Decimal, worked: i128) -> Result<()> {
		if self.units(&amount)? == worked {
			return Ok(());
		}
		Err(Error::input(format!(
			"the document doesn't add up: {field} is {amount}, but {} is what the rest of it makes",
			Decimal::of_units(worked, self.decimals)
		)))
	}
}

fn lacks(field: &str) -> Error {
	Error::input(format!(
		"the document lacks {field}: it has to be one that \"ourledger invoice issue\" completed"
	))
}

fn too_large() -> Error {
	Error::input("an amount of the document is too large")
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		assess::tests::{rules, DEPOSIT, OUTSIDE, STANDARD},
		complete::{complete, Of, Writing},
		rules::Rules,
	};
	use ourledger_math::tax::Rounding;
	use serde_json::{json, Value as Json};

	fn completed(prices: &str) -> Json {
		let price = if prices == "net" { "itemNetPrice" } else { "priceWithTax" };
		let mut line = json!({
			"itemName": "Cola", "invoicedQuantity": 6, "taxCode": STANDARD,
			"levies": [{ "taxCode": DEPOSIT }],
		});
		line[price] = json!("1.50");
		let json = json!({
			"invoiceLines": [line],
			"documentLevelAllowances": [{ "amount": "1.00", "taxCode": STANDARD }],
			"ourledger": { "prices": prices, "tip": "0.50" },
		});
		let document = serde_json::from_value(json).expect("is a document");
		let done = complete(document, &rules(), Of::Invoice, &Writing::default());
		done.expect("is fine").document.json()
	}

	fn checked(json: &Json) -> Result<()> {
		ensure_adds_up(&serde_json::from_value(json.clone()).expect("is a document"))
	}

	#[test]
	fn every_changed_amount_is_noticed() {
		for (prices, paths) in [
			(
				"net",
				&[
					"/invoiceLines/0/itemNetPrice",
					"/invoiceLines/0/invoicedQuantity",
					"/invoiceLines/0/invoiceLineNetAmount",
					"/documentLevelAllowances/0/amount",
					"/documentLevelCharges/0/amount",
					"/vatBreakdown/0/vatCategoryTaxableAmount",
					"/vatBreakdown/0/vatCategoryTaxAmount",
					"/documentTotals/sumOfInvoiceLineNetAmount",
					"/documentTotals/sumOfAllowancesOnDocumentLevel",
					"/documentTotals/sumOfChargesOnDocumentLevel",
					"/documentTotals/invoiceTotalAmountWithoutVat",
					"/documentTotals/invoiceTotalVatAmount",
					"/documentTotals/invoiceTotalAmountWithVat",
					"/documentTotals/amountDueForPayment",
				][..],
			),
			(
				"gross",
				&[
					"/invoiceLines/0/itemNetPrice",
					"/invoiceLines/0/priceWithTax",
					"/invoiceLines/0/amountWithTax",
					"/ourledger/tip",
				],
			),
		] {
			let json = completed(prices);
			assert_eq!(checked(&json), Ok(()), "{prices}");
			for path in paths {
				let mut changed = json.clone();
				*changed.pointer_mut(path).expect(path) = json!("7.77");
				let why = checked(&changed).expect_err(path).to_string();
				assert!(why.contains("doesn't add up"), "{path}: {why}");
			}
		}
	}

	#[test]
	fn changed_category_and_rate_are_noticed() {
		for (path, value) in [
			("/invoiceLines/0/invoicedItemVatRate", "5"),
			("/invoiceLines/0/invoicedItemVatCategoryCode", "AE"),
			("/vatBreakdown/0/vatCategoryRate", "21"),
		] {
			let mut changed = completed("net");
			*changed.pointer_mut(path).expect(path) = json!(value);
			assert!(checked(&changed).is_err(), "{path}");
		}
	}

	#[test]
	fn vat_may_differ_by_what_its_own_entries_round_away() {
		let line = |code| {
			json!({
				"itemName": "Bread", "invoicedQuantity": 1, "itemNetPrice": "9.00", "taxCode": code,
			})
		};
		let mut lines = vec![line(STANDARD)];
		lines.extend((0..4).map(|_| line(OUTSIDE)));
		let document = serde_json::from_value(json!({ "invoiceLines": lines })).expect("is one");
		let done = complete(document, &rules(), Of::Invoice, &Writing::default()).expect("is fine");
		for (vat, with_vat, is_fine) in
			[("1.35", "46.35", true), ("1.36", "46.36", true), ("1.37", "46.37", false)]
		{
			let mut changed = done.document.json();
			for (path, amount) in [
				("/vatBreakdown/0/vatCategoryTaxAmount", vat),
				("/documentTotals/invoiceTotalVatAmount", vat),
				("/documentTotals/invoiceTotalAmountWithVat", with_vat),
				("/documentTotals/amountDueForPayment", with_vat),
			] {
				*changed.pointer_mut(path).expect(path) = json!(amount);
			}
			assert_eq!(checked(&changed).is_ok(), is_fine, "{vat}");
		}
	}

	#[test]
	fn vat_within_prices_that_is_rounded_per_line_adds_up() {
		// 0.00478… is rounded away with each, and charged as part of the base.
		let line = json!({
			"itemName": "Sweet", "invoicedQuantity": 1, "priceWithTax": "0.19", "taxCode": STANDARD,
		});
		let json = json!({
			"invoiceLines": vec![line; 20],
			"ourledger": { "prices": "gross" },
		});
		let rules = Rules { rounding: Rounding::Line, ..rules() };
		let document = serde_json::from_value(json).expect("is a document");
		let done = complete(document, &rules, Of::Invoice, &Writing::default()).expect("is fine");
		let part = &done.document.vat_breakdown[0];
		assert_eq!(part.vat_category_taxable_amount.to_string(), "3.40");
		assert_eq!(part.vat_category_tax_amount.to_string(), "0.40");
		assert_eq!(ensure_adds_up(&done.document), Ok(()));
	}

	#[test]
	fn document_that_nobody_completed_is_refused() {
		let error = ensure_adds_up(&Document::default()).expect_err("has no totals");
		assert!(error.to_string().contains("invoice issue"), "{error}");
	}
}
