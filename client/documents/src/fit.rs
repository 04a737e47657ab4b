//! What a document has to be, whatever it is of: text that other programs can be given, days that
//! are days, and codes of the published lists.

use super::{
	codes,
	document::{Document, Party},
};
use ourledger_client::{
	error::{Error, Result},
	money, texts,
};
use serde_json::Value as Json;

/// Insists that what a document says can be given to other programs.
pub fn ensure_fit(document: &Document) -> Result<()> {
	ensure_texts(&document.json(), "")?;
	for (field, date) in [
		("invoiceIssueDate", &document.invoice_issue_date),
		("paymentDueDate", &document.payment_due_date),
		("actualDeliveryDate", &document.actual_delivery_date),
	] {
		ensure_date(field, date.as_deref())?;
	}
	if let Some(preceding) = &document.preceding_invoice_reference {
		let date = preceding.preceding_invoice_issue_date.as_deref();
		ensure_date("precedingInvoiceIssueDate", date)?;
	}
	ensure_party("seller", &document.seller)?;
	if let Some(buyer) = &document.buyer {
		ensure_party("buyer", buyer)?;
	}
	for (place, line) in document.invoice_lines.iter().enumerate() {
		if let Some(unit) = &line.invoiced_quantity_unit_of_measure_code {
			codes::unit(unit).map_err(|why| {
				let place = place + 1;
				not_valid(&format!("line {place}: invoicedQuantityUnitOfMeasureCode"), &why)
			})?;
		}
	}
	Ok(())
}

/// Insists that all text in `json`, which is at `place` of a document, is text.
fn ensure_texts(json: &Json, place: &str) -> Result<()> {
	match json {
		Json::String(text) => texts::ensure_lines(place, text),
		Json::Array(parts) => parts
			.iter()
			.enumerate()
			.try_for_each(|(at, part)| ensure_texts(part, &format!("{place} {}:", at + 1))),
		Json::Object(fields) => fields.iter().try_for_each(|(field, part)| {
			let between = match place.chars().last() {
				None => "",
				Some(':') => " ",
				Some(_) => ".",
			};
			ensure_texts(part, &format!("{place}{between}{field}"))
		}),
		_ => Ok(()),
	}
}

fn ensure_date(field: &str, date: Option<&str>) -> Result<()> {
	let Some(date) = date else { return Ok(()) };
	let day = money::parse_date(date).map_err(|error| not_valid(field, &error.to_string()))?;
	match money::date(day) == date {
		true => Ok(()),
		false => Err(not_valid(field, &format!("{date:?} is not a date such as 2026-05-01"))),
	}
}

fn ensure_party(role: &str, party: &Party) -> Result<()> {
	if let Some(name) = &party.name {
		texts::ensure_name(name)?;
	}
	let address = party.postal_address.as_ref();
	if let Some(country) = address.and_then(|it| it.country_code.as_ref()) {
		codes::country(country)
			.map_err(|why| not_valid(&format!("{role}.postalAddress.countryCode"), &why))?;
	}
	if let Some(address) = &party.electronic_address {
		codes::electronic_address(address)
			.map_err(|why| not_valid(&format!("{role}.electronicAddress"), &why))?;
	}
	if let Some(scheme) = &party.legal_registration_scheme_identifier {
		let field = format!("{role}.legalRegistrationSchemeIdentifier");
		codes::register(scheme).map_err(|why| not_valid(&field, &why))?;
		if party.legal_registration_identifier.is_none() {
			return Err(not_valid(&field, "there is no legalRegistrationIdentifier of it"));
		}
	}
	match party.vat_identifier.as_ref().filter(|number| !codes::has_country(number)) {
		None => Ok(()),
		Some(number) => Err(not_valid(
			&format!("{role}.vatIdentifier"),
			&format!(
				"{number:?} doesn't begin with the country that gave it, such as BE; a number of \
				 another kind is the taxRegistrationIdentifier"
			),
		)),
	}
}

fn not_valid(field: &str, why: &str) -> Error {
	Error::input(format!("the document is not valid: {field}: {why}"))
}

#[cfg(test)]
mod tests {
	use super::*;
	use serde_json::json;

	fn given() -> Json {
		json!({
			"buyerReference": "Order 7",
			"invoiceNote": "Two\nlines",
			"seller": {
				"name": "Bakery",
				"vatIdentifier": "BE0403170701",
				"electronicAddress": { "identifier": "0403170701", "schemeIdentifier": "0208" },
				"legalRegistrationIdentifier": "0403170701",
				"legalRegistrationSchemeIdentifier": "0208",
				"postalAddress": { "city": "Ghent", "countryCode": "BE" },
			},
			"buyer": { "name": "Mira", "postalAddress": { "countryCode": "BE" } },
			"invoiceLines": [{
				"itemName": "Bread", "invoicedQuantity": 2, "itemNetPrice": "1.50", "taxCode": 1,
				"invoicedQuantityUnitOfMeasureCode": "C62",
			}],
		})
	}

	fn refusal(path: &str, value: Json) -> String {
		let mut json = given();
		*json.pointer_mut(path).expect(path) = value;
		let document: Document = serde_json::from_value(json).expect("is a document");
		let error = ensure_fit(&document).expect_err(path);
		assert_eq!(error.code(), 4);
		error.to_string()
	}

	#[test]
	fn plain_document_is_fit() {
		let document: Document = serde_json::from_value(given()).expect("is a document");
		assert_eq!(ensure_fit(&document), Ok(()));
	}

	/// The rules are those of EN 16931 and Peppol that receivers check, by their numbers.
	#[test]
	fn what_receivers_refuse_is_refused_with_its_field() {
		for (rule, path, value, said) in [
			("BR-CL-14", "/seller/postalAddress/countryCode", "UK", "GB"),
			("BR-CL-14", "/buyer/postalAddress/countryCode", "uk", "GB"),
			("BR-CL-23", "/invoiceLines/0/invoicedQuantityUnitOfMeasureCode", "pcs", "line 1"),
			("BR-CL-25", "/seller/electronicAddress/schemeIdentifier", "email", "EAS"),
			("BR-CO-09", "/seller/vatIdentifier", "0403170701", "taxRegistrationIdentifier"),
			("BR-CO-09", "/seller/vatIdentifier", "be0403170701", "seller.vatIdentifier"),
			("BR-CL-11", "/seller/legalRegistrationSchemeIdentifier", "KBO", "6523"),
			("BR-25", "/invoiceLines/0/itemName", "", "invoiceLines 1: itemName"),
			("BR-25", "/invoiceLines/0/itemName", " \u{2800}", "itemName"),
			("PEPPOL-EN16931-R008", "/buyerReference", "", "leave it out"),
			("PEPPOL-EN16931-R008", "/invoiceNote", " \n", "invoiceNote"),
			("BR-06", "/seller/name", "", "seller.name shows nothing"),
		] {
			let why = refusal(path, json!(value));
			assert!(why.contains(said), "{rule}: {why:?} doesn't say {said:?}");
		}
	}

	#[test]
	fn what_is_no_text_is_refused_with_its_field() {
		for character in [
			'\u{fffe}',
			'\u{b}',
			'\u{3164}',
			'\u{2800}',
			'\u{ffa0}',
			'\u{115f}',
			'\u{2063}',
			'\u{fe0f}',
			'\u{e0020}',
		] {
			let alone = refusal("/invoiceLines/0/itemName", json!(character.to_string()));
			assert!(alone.contains("itemName"), "{alone}");
			let named = refusal("/buyer/name", json!(character.to_string()));
			assert!(named.contains("buyer.name"), "{named}");
		}
		for character in ['\u{fffe}', '\u{b}', '\0', '\u{202e}'] {
			for path in ["/invoiceLines/0/itemName", "/seller/postalAddress/city", "/invoiceNote"] {
				let amid = refusal(path, json!(format!("a{character}b")));
				assert!(amid.contains("U+"), "{amid}");
			}
		}
	}

	#[test]
	fn dates_are_days() {
		let mut json = given();
		for (field, date) in [
			("paymentDueDate", "soon"),
			("paymentDueDate", "2026-02-30"),
			("actualDeliveryDate", "2026-5-1"),
			("invoiceIssueDate", " 2026-05-01"),
		] {
			json[field] = json!(date);
			let document: Document = serde_json::from_value(json.clone()).expect("is a document");
			let error = ensure_fit(&document).expect_err(date).to_string();
			assert!(error.contains(field), "{error}");
			json.as_object_mut().expect("is one").remove(field);
		}
	}
}
