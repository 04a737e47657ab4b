//! The document of an invoice: JSON whose fields are the business terms of EN 16931, by name.
//!
//! What EN 16931 has no term for is in the object `ourledger` of the document, and in the fields
//! `taxCode`, `levies`, `priceWithTax` and `amountWithTax` of a line. A document that is given to
//! `invoice issue` has what only the seller knows; what can be worked out is filled in.

use super::{canonical, decimal::Decimal, fit::ensure_fit};
use ourledger_client::{
	bounded,
	error::{Error, Result},
};
use ourledger_primitives::{
	money::CurrencyId,
	tax::{JurisdictionId, TaxCode},
	twin::TwinNumber,
};
use rand::{rngs::OsRng, RngCore};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::path::Path;

/// Type code of a commercial invoice, by UNTDID 1001.
pub const INVOICE: &str = "380";

/// Type code of a credit note.
pub const CREDIT_NOTE: &str = "381";

/// Type code of an invoice that the buyer makes.
pub const SELF_BILLED: &str = "389";

/// ISO 4217's code of no currency.
pub const NO_CURRENCY: &str = "XXX";

/// Bytes of a salt: nobody tries as many.
const SALT_BYTES: usize = 16;

/// A document.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Document {
	/// BT-1, if the seller has a series of its own. The chain's number is given at inclusion, and
	/// can't be in a document whose hash is included.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub invoice_number: Option<String>,
	/// BT-2, as 2026-11-21.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub invoice_issue_date: Option<String>,
	/// BT-3.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub invoice_type_code: Option<String>,
	/// BT-5: the ISO code that the currency is pegged to, else XXX.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub invoice_currency_code: Option<String>,
	/// BT-6: the jurisdiction's reporting currency, if there is a rate for it.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub vat_accounting_currency_code: Option<String>,
	/// BT-9.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub payment_due_date: Option<String>,
	/// BT-10.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub buyer_reference: Option<String>,
	/// BT-13.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub purchase_order_reference: Option<String>,
	/// BT-20.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub payment_terms: Option<String>,
	/// BT-22.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub invoice_note: Option<String>,
	/// BG-3: what a credit note corrects, by the number that the buyer has.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub preceding_invoice_reference: Option<Preceding>,
	/// BG-4.
	#[serde(default)]
	pub seller: Party,
	/// BG-7.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub buyer: Option<Party>,
	/// BT-72: the day of supply, which chooses the rates.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub actual_delivery_date: Option<String>,
	/// BG-20.
	#[serde(default, skip_serializing_if = "Vec::is_empty")]
	pub document_level_allowances: Vec<Adjustment>,
	/// BG-21, with those levies that are worked out.
	#[serde(default, skip_serializing_if = "Vec::is_empty")]
	pub document_level_charges: Vec<Adjustment>,
	/// BG-22.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub document_totals: Option<DocumentTotals>,
	/// BG-23.
	#[serde(default, skip_serializing_if = "Vec::is_empty")]
	pub vat_breakdown: Vec<Breakdown>,
	/// BG-25.
	#[serde(default)]
	pub invoice_lines: Vec<Line>,
	/// What EN 16931 has no terms for.
	#[serde(default)]
	pub ourledger: Extension,
}

/// BG-3.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Preceding {
	/// BT-25.
	pub preceding_invoice_number: String,
	/// BT-26.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub preceding_invoice_issue_date: Option<String>,
}

/// BG-4 or BG-7.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Party {
	/// BT-27, BT-44: from the phonebook unless given.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub name: Option<String>,
	/// BT-31, BT-48: the tax number of the jurisdiction unless given, if it begins with a country.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub vat_identifier: Option<String>,
	/// BT-32: the tax number of the jurisdiction, if it doesn't. EN 16931 has no such term for a
	/// buyer, whose number is told as BT-47 if there is no other.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub tax_registration_identifier: Option<String>,
	/// BT-30, BT-47.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub legal_registration_identifier: Option<String>,
	/// BT-30-1, BT-47-1: its scheme in the ISO 6523 list.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub legal_registration_scheme_identifier: Option<String>,
	/// BT-34, BT-49.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub electronic_address: Option<ElectronicAddress>,
	/// BG-5, BG-8.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub postal_address: Option<PostalAddress>,
	/// The twin.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub twin: Option<TwinNumber>,
}

/// BT-34 or BT-49 with its scheme.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ElectronicAddress {
	/// The address.
	pub identifier: String,
	/// Its scheme in the EAS list, such as EM for electronic mail.
	pub scheme_identifier: String,
}

/// BG-5 or BG-8.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PostalAddress {
	/// BT-35, BT-50.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub line_1: Option<String>,
	/// BT-36, BT-51.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub line_2: Option<String>,
	/// BT-37, BT-52.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub city: Option<String>,
	/// BT-38, BT-53.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub post_code: Option<String>,
	/// BT-40, BT-55: from the phonebook unless given.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub country_code: Option<String>,
}

/// BG-20, BG-21, BG-27 or BG-28: an allowance or a charge.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Adjustment {
	/// BT-92, BT-99, BT-136, BT-141: never negative.
	pub amount: Decimal,
	/// BT-97, BT-104, BT-139, BT-144.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub reason: Option<String>,
	/// BT-95, BT-102; not of a line's.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub vat_category_code: Option<String>,
	/// BT-96, BT-103, in per cent.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub vat_rate: Option<Decimal>,
	/// The tax code: of the goods that it is on or, of a levy, its own. Not of a line's.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub tax_code: Option<CodeRef>,
	/// With tax, where the prices are.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub amount_with_tax: Option<Decimal>,
}

/// BG-25.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Line {
	/// BT-126: the line's place unless given.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub invoice_line_identifier: Option<String>,
	/// BT-127.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub invoice_line_note: Option<String>,
	/// BT-129.
	pub invoiced_quantity: Decimal,
	/// BT-130, by UN/ECE Recommendation 20: C62, one, unless given.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub invoiced_quantity_unit_of_measure_code: Option<String>,
	/// BT-131.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub invoice_line_net_amount: Option<Decimal>,
	/// BG-27.
	#[serde(default, skip_serializing_if = "Vec::is_empty")]
	pub invoice_line_allowances: Vec<Adjustment>,
	/// BG-28.
	#[serde(default, skip_serializing_if = "Vec::is_empty")]
	pub invoice_line_charges: Vec<Adjustment>,
	/// BT-146: the price without tax.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub item_net_price: Option<Decimal>,
	/// BT-149: for how many units the price is; for one unless given.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub item_price_base_quantity: Option<Decimal>,
	/// BT-151.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub invoiced_item_vat_category_code: Option<String>,
	/// BT-152, in per cent.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub invoiced_item_vat_rate: Option<Decimal>,
	/// BT-153.
	pub item_name: String,
	/// Of a credit note where VAT is rounded per line: the identifier of the invoice's line that it
	/// takes something of. Unless given, the one of the same name.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub of_line: Option<String>,
	/// BT-154.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub item_description: Option<String>,
	/// BT-155.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub item_sellers_identifier: Option<String>,
	/// The jurisdiction's VAT code.
	pub tax_code: CodeRef,
	/// Levies on this line.
	#[serde(default, skip_serializing_if = "Vec::is_empty")]
	pub levies: Vec<LineLevy>,
	/// The price of one with VAT and levies, where the prices are with tax.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub price_with_tax: Option<Decimal>,
	/// The line's amount with VAT and levies, where the prices are with tax.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub amount_with_tax: Option<Decimal>,
}

impl Line {
	/// So much of something at a price for one, which is with tax if `is_gross`.
	pub fn new(
		name: String,
		quantity: Decimal,
		price: Decimal,
		code: CodeRef,
		is_gross: bool,
	) -> Self {
		Self {
			invoice_line_identifier: None,
			invoice_line_note: None,
			invoiced_quantity: quantity,
			invoiced_quantity_unit_of_measure_code: None,
			invoice_line_net_amount: None,
			invoice_line_allowances: vec![],
			invoice_line_charges: vec![],
			item_net_price: (!is_gross).then_some(price),
			item_price_base_quantity: None,
			invoiced_item_vat_category_code: None,
			invoiced_item_vat_rate: None,
			item_name: name,
			of_line: None,
			item_description: None,
			item_sellers_identifier: None,
			tax_code: code,
			levies: vec![],
			price_with_tax: is_gross.then_some(price),
			amount_with_tax: None,
		}
	}
}

/// A levy on a line.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LineLevy {
	/// The levy's code.
	pub tax_code: CodeRef,
	/// Of a levy per unit, how many units; the line's quantity unless given.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub quantity: Option<Decimal>,
}

/// A tax code by its number, or by its name in the jurisdiction. Completed documents have numbers.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(untagged)]
pub enum CodeRef {
	/// Its number.
	Number(TaxCode),
	/// Its name, or its number in digits.
	Name(String),
}

impl From<&str> for CodeRef {
	fn from(text: &str) -> Self {
		text.parse().map_or_else(|_| Self::Name(text.into()), Self::Number)
	}
}

/// BG-22.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DocumentTotals {
	/// BT-106.
	pub sum_of_invoice_line_net_amount: Decimal,
	/// BT-107.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub sum_of_allowances_on_document_level: Option<Decimal>,
	/// BT-108.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub sum_of_charges_on_document_level: Option<Decimal>,
	/// BT-109.
	pub invoice_total_amount_without_vat: Decimal,
	/// BT-110.
	pub invoice_total_vat_amount: Decimal,
	/// BT-111.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub invoice_total_vat_amount_in_accounting_currency: Option<Decimal>,
	/// BT-112.
	pub invoice_total_amount_with_vat: Decimal,
	/// BT-113.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub paid_amount: Option<Decimal>,
	/// BT-114.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub rounding_amount: Option<Decimal>,
	/// BT-115.
	pub amount_due_for_payment: Decimal,
}

/// BG-23.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Breakdown {
	/// BT-116.
	pub vat_category_taxable_amount: Decimal,
	/// BT-117.
	pub vat_category_tax_amount: Decimal,
	/// BT-118.
	pub vat_category_code: String,
	/// BT-119, in per cent; none of what is out of scope.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub vat_category_rate: Option<Decimal>,
	/// BT-120.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub vat_exemption_reason_text: Option<String>,
	/// BT-121.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub vat_exemption_reason_code: Option<String>,
}

/// What the amounts of a document's lines are.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Prices {
	/// Without tax.
	#[default]
	Net,
	/// With VAT and levies.
	Gross,
}

/// What EN 16931 has no terms for.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Extension {
	/// The place of supply.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub jurisdiction: Option<JurisdictionId>,
	/// The currency.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub currency: Option<CurrencyId>,
	/// Its symbol.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub currency_symbol: Option<String>,
	/// Its decimals.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub currency_decimals: Option<u8>,
	/// What the amounts of lines, allowances and charges are as they were given.
	#[serde(default)]
	pub prices: Prices,
	/// Untaxed, and no turnover.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub tip: Option<Decimal>,
	/// Of a credit note: the chain's address of the invoice that it is on, as 2/7.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub preceding_invoice: Option<String>,
	/// What the payer keeps back.
	#[serde(default, skip_serializing_if = "Vec::is_empty")]
	pub withholdings: Vec<Withheld>,
	/// Of a credit note where VAT is rounded per line: what it leaves of the invoice's lines, which the
	/// next note has to know.
	#[serde(default, skip_serializing_if = "Vec::is_empty")]
	pub lines_left: Vec<LinesLeft>,
	/// The evidence that an export needs: its hash in hexadecimal.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub evidence: Option<String>,
	/// Random bytes in hexadecimal, so that nobody finds out by its hash what a small invoice says,
	/// and no two documents have the same. Documents of old have none.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub salt: Option<String>,
}

/// What is left of an invoice's lines, allowances and charges under one VAT code, in its order.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LinesLeft {
	/// The code.
	pub tax_code: CodeRef,
	/// With or without tax, as the document's prices are.
	pub amounts: Vec<Decimal>,
}

/// What the payer keeps back for one code.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Withheld {
	/// The code.
	pub tax_code: CodeRef,
	/// How much.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub amount: Option<Decimal>,
}

impl Document {
	/// Reads a document. What it has that isn't known is refused: it would be hashed unseen.
	pub fn parse(text: &str) -> Result<Self> {
		bounded::parse(text)
			.map_err(|error| Error::input(format!("the document is not valid: {error}")))
	}

	/// Reads a document's file.
	pub fn read(path: &Path) -> Result<Self> {
		Self::parse(&read_text(path)?).map_err(|error| of_file(error, path))
	}

	/// Reads the file of a document that is to be issued: nothing is issued that no other program
	/// could be given. Documents that were issued already are read as they are.
	pub fn read_given(path: &Path) -> Result<Self> {
		let document = Self::read(path)?;
		ensure_fit(&document).map_err(|error| of_file(error, path))?;
		Ok(document)
	}

	/// The document with a salt of its own. One that it has is replaced: its readers know that.
	pub fn salted(mut self) -> Self {
		let mut salt = [0; SALT_BYTES];
		OsRng.fill_bytes(&mut salt);
		self.ourledger.salt = Some(hex::encode(salt));
		self
	}

	/// The document as JSON.
	pub fn json(&self) -> Json {
		serde_json::to_value(self).expect("all its keys are strings; qed")
	}
}

/// Reads the JSON of a document as it was written, with the hash that the chain is told of it.
pub fn read_hashed(path: &Path) -> Result<(Json, [u8; 32])> {
	let json = bounded::parse_unique(&read_text(path)?)
		.map_err(|error| Error::input(format!("{} is no document: {error}", path.display())))?;
	let hash = canonical::hash(&json)?;
	Ok((json, hash))
}

fn of_file(error: Error, path: &Path) -> Error {
	error.explained(|why| format!("{}: {why}", path.display()))
}

/// Longest file that is read.
const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;

/// Reads a file of text.
pub fn read_text(path: &Path) -> Result<String> {
	String::from_utf8(read_bytes(path)?)
		.map_err(|_| Error::input(format!("{} is no text", path.display())))
}

/// Reads a file.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>> {
	bounded::read(path, MAX_FILE_BYTES).map_err(|error| {
		let message = format!("{} can't be read: {error}", path.display());
		match error.kind() {
			std::io::ErrorKind::NotFound => Error::not_found(message),
			_ => Error::input(message),
		}
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn document_needs_little() {
		let text = r#"{ "invoiceLines": [{ "itemName": "Bread", "invoicedQuantity": 2,
			"itemNetPrice": "1.50", "taxCode": "vat-standard" }] }"#;
		let document = Document::parse(text).expect("is valid");
		assert_eq!(document.invoice_lines[0].tax_code, CodeRef::Name("vat-standard".into()));
		assert_eq!(document.ourledger.prices, Prices::Net);
		assert_eq!(Document::parse(&document.json().to_string()), Ok(document));
	}

	#[test]
	fn field_that_stands_twice_is_refused() {
		// Of two values, readers take either, and the hash is of one.
		for text in [
			r#"{ "invoiceLines": [], "invoiceLines": [] }"#,
			r#"{ "invoiceLines": [], "seller": { "twin": 2, "twin": 3 } }"#,
		] {
			let error = Document::parse(text).expect_err("is two documents");
			assert!(error.to_string().contains("stands twice"), "{error}");
		}
	}

	#[test]
	fn unknown_fields_are_refused() {
		let error = Document::parse(r#"{ "invoiceLine": [] }"#).expect_err("is misspelt");
		assert!(error.to_string().contains("invoiceLine"), "{error}");
	}

	#[test]
	fn equal_documents_have_hashes_of_their_own() {
		let document = Document::default();
		let hash = |document: &Document| canonical::hash(&document.json()).expect("is canonical");
		let [one, other] = [document.clone().salted(), document.clone().salted()];
		assert_ne!(hash(&one), hash(&other));
		assert_eq!(one.ourledger.salt.as_ref().map(String::len), Some(2 * SALT_BYTES));
		// A copy of a document is no document to issue: its salt is known.
		assert_ne!(one.clone().salted().ourledger.salt, one.ourledger.salt);
		assert_eq!(Document::parse(&one.json().to_string()), Ok(one));
	}

	#[test]
	fn document_without_salt_keeps_its_hash() {
		let text = r#"{"invoiceLines":[],"ourledger":{"prices":"net"},"seller":{"twin":2}}"#;
		let document = Document::parse(text).expect("is valid");
		assert_eq!(document.ourledger.salt, None);
		assert_eq!(canonical::bytes(&document.json()), Ok(text.as_bytes().to_vec()));
	}

	#[test]
	fn codes_are_numbers_or_names() {
		assert_eq!(CodeRef::from("7"), CodeRef::Number(7));
		assert_eq!(CodeRef::from("vat-standard"), CodeRef::Name("vat-standard".into()));
		assert_eq!(serde_json::to_string(&CodeRef::Number(7)).expect("is one"), "7");
	}
}
