use super::*;
use crate::invoices::{
	assess::tests::{rules, DEPOSIT, OUTSIDE, STANDARD},
	complete::{complete, Of, Writing},
};
use quick_xml::Reader;
use serde_json::{json, Value as Json};

fn input() -> Json {
	json!({
		"invoiceIssueDate": "2026-11-21",
		"invoiceTypeCode": "380",
		"paymentDueDate": "2026-12-21",
		"seller": {
			"name": "Modern Bakery <& Sons>",
			"vatIdentifier": "BE0123",
			"twin": 2,
			"electronicAddress": { "identifier": "post@bakery.example", "schemeIdentifier": "EM" },
			"postalAddress": { "city": "Ghent", "countryCode": "BE" },
		},
		"buyer": { "name": "Mira", "twin": 3, "postalAddress": { "countryCode": "BE" } },
		"actualDeliveryDate": "2026-11-20",
		"documentLevelAllowances": [{ "amount": "1.00", "taxCode": STANDARD }],
		"invoiceLines": [{
			"itemName": "Cola",
			"invoicedQuantity": 6,
			"itemNetPrice": "1.50",
			"taxCode": STANDARD,
			"levies": [{ "taxCode": DEPOSIT }],
		}],
	})
}

fn completed(json: Json, writing: &Writing) -> Document {
	let document = serde_json::from_value(json).expect("is a document");
	complete(document, &rules(), Of::Invoice, writing).expect("is fine").document
}

/// Path and text of each element that has text; fails if the XML isn't well-formed.
fn elements(xml: &str) -> Vec<(String, String)> {
	let mut reader = Reader::from_str(xml);
	let (mut path, mut found) = (Vec::new(), Vec::new());
	let mut text = String::new();
	loop {
		match reader.read_event().expect("is well-formed") {
			Event::Start(start) => {
				path.push(start.local_name().as_ref().to_owned());
				text.clear();
			},
			Event::Text(part) => text += part.as_ref(),
			Event::GeneralRef(part) => {
				let name = part.as_ref();
				text += quick_xml::escape::resolve_predefined_entity(name).expect("is known");
			},
			Event::End(_) => {
				if !text.trim().is_empty() {
					found.push((path.join("/"), text.trim().to_owned()));
				}
				text.clear();
				path.pop();
			},
			Event::Eof => break,
			_ => (),
		}
	}
	assert!(path.is_empty());
	found
}

fn value<'a>(elements: &'a [(String, String)], path: &str) -> Vec<&'a str> {
	let found = elements.iter().filter(|(at, _)| at == path);
	found.map(|(_, text)| text.as_str()).collect()
}

#[test]
fn invoice_has_the_elements_of_peppol() {
	let writing = Writing { peg: None, reporting: Some(("EUR".into(), (1, 1))) };
	let document = completed(input(), &writing);
	let xml = write(&document, Some("2/7")).expect("is written");
	let found = elements(&xml);
	for (path, wanted) in [
		("Invoice/CustomizationID", CUSTOMIZATION),
		("Invoice/ID", "2/7"),
		("Invoice/IssueDate", "2026-11-21"),
		("Invoice/DueDate", "2026-12-21"),
		("Invoice/InvoiceTypeCode", "380"),
		("Invoice/DocumentCurrencyCode", "XXX"),
		("Invoice/TaxCurrencyCode", "EUR"),
		("Invoice/BuyerReference", "twin 3"),
		("Invoice/AccountingSupplierParty/Party/EndpointID", "post@bakery.example"),
		("Invoice/AccountingSupplierParty/Party/PartyName/Name", "Modern Bakery <& Sons>"),
		("Invoice/AccountingSupplierParty/Party/PartyTaxScheme/CompanyID", "BE0123"),
		("Invoice/AccountingCustomerParty/Party/PartyLegalEntity/RegistrationName", "Mira"),
		("Invoice/Delivery/ActualDeliveryDate", "2026-11-20"),
		("Invoice/LegalMonetaryTotal/LineExtensionAmount", "9.00"),
		("Invoice/LegalMonetaryTotal/AllowanceTotalAmount", "1.00"),
		("Invoice/LegalMonetaryTotal/ChargeTotalAmount", "0.60"),
		("Invoice/LegalMonetaryTotal/TaxExclusiveAmount", "8.60"),
		("Invoice/LegalMonetaryTotal/TaxInclusiveAmount", "9.89"),
		("Invoice/LegalMonetaryTotal/PayableAmount", "9.89"),
		("Invoice/InvoiceLine/InvoicedQuantity", "6"),
		("Invoice/InvoiceLine/Item/ClassifiedTaxCategory/Percent", "15"),
		("Invoice/InvoiceLine/Price/PriceAmount", "1.50"),
	] {
		assert_eq!(value(&found, path), [wanted], "{path}");
	}
	// The tax in the document's currency, then in the reporting currency.
	assert_eq!(value(&found, "Invoice/TaxTotal/TaxAmount"), ["1.29", "1.29"]);
	assert!(xml.contains("<cbc:TaxAmount currencyID=\"EUR\">1.29</cbc:TaxAmount>"));
	// The allowance, and the levy as a charge of the document.
	assert_eq!(value(&found, "Invoice/AllowanceCharge/ChargeIndicator"), ["false", "true"]);
	assert_eq!(value(&found, "Invoice/AllowanceCharge/Amount"), ["1.00", "0.60"]);
}

#[test]
fn elements_stand_in_the_order_of_the_schema() {
	let xml = write(&completed(input(), &Writing::default()), Some("2/7")).expect("is written");
	let order = [
		"<cbc:CustomizationID>",
		"<cbc:ProfileID>",
		"<cbc:ID>2/7",
		"<cbc:IssueDate>",
		"<cbc:DueDate>",
		"<cbc:InvoiceTypeCode>",
		"<cbc:DocumentCurrencyCode>",
		"<cbc:BuyerReference>",
		"<cac:AccountingSupplierParty>",
		"<cac:AccountingCustomerParty>",
		"<cac:Delivery>",
		"<cac:AllowanceCharge>",
		"<cac:TaxTotal>",
		"<cac:LegalMonetaryTotal>",
		"<cac:InvoiceLine>",
	];
	let places: Vec<_> = order.iter().map(|it| xml.find(it).expect(it)).collect();
	assert!(places.is_sorted(), "{places:?}");
	assert!(!xml.contains("TaxCurrencyCode"));
}

#[test]
fn document_out_of_scope_has_no_vat_numbers() {
	let mut json = input();
	json["buyer"]["vatIdentifier"] = json!("BE0456");
	let taxed = write(&completed(json.clone(), &Writing::default()), Some("2/7"));
	assert_eq!(taxed.expect("is written").matches("<cac:PartyTaxScheme>").count(), 2);
	for (place, line) in [("documentLevelAllowances", 0), ("invoiceLines", 0)] {
		json[place][line]["taxCode"] = json!(OUTSIDE);
	}
	json["invoiceLines"][0]["levies"] = json!([]);
	let xml = write(&completed(json, &Writing::default()), Some("2/7")).expect("is written");
	let found = elements(&xml);
	assert_eq!(value(&found, "Invoice/TaxTotal/TaxSubtotal/TaxCategory/ID"), ["O"]);
	// BR-O-02 forbids BT-31 and BT-48; BR-CO-26 demands another identifier of the seller.
	assert!(!xml.contains("PartyTaxScheme"), "{xml}");
	for (party, twin) in [("Supplier", "twin 2"), ("Customer", "twin 3")] {
		let path = format!("Invoice/Accounting{party}Party/Party/PartyIdentification/ID");
		assert_eq!(value(&found, &path), [twin]);
	}
}

#[test]
fn credit_note_has_its_own_elements() {
	let mut json = input();
	json["invoiceTypeCode"] = json!("381");
	json["precedingInvoiceReference"] = json!({ "precedingInvoiceNumber": "2/6" });
	let xml = write(&completed(json, &Writing::default()), Some("2/6")).expect("is written");
	let found = elements(&xml);
	assert_eq!(value(&found, "CreditNote/CreditNoteTypeCode"), ["381"]);
	assert_eq!(value(&found, "CreditNote/CreditNoteLine/CreditedQuantity"), ["6"]);
	assert_eq!(value(&found, "CreditNote/BillingReference/InvoiceDocumentReference/ID"), ["2/6"]);
	assert_eq!(value(&found, "CreditNote/PaymentMeans/PaymentDueDate"), ["2026-12-21"]);
	assert!(!xml.contains("<cbc:DueDate>"));
}

#[test]
fn what_ubl_has_no_place_for_is_refused() {
	let document = completed(input(), &Writing::default());
	let refusal = |change: &dyn Fn(&mut Document)| {
		let mut document = document.clone();
		change(&mut document);
		write(&document, Some("2/7")).expect_err("is refused").to_string()
	};
	for (why, said) in [
		(refusal(&|it| it.ourledger.currency_decimals = Some(3)), "JSON only"),
		(refusal(&|it| it.buyer = None), "no buyer"),
		(refusal(&|it| it.document_totals = None), "lacks documentTotals"),
		(refusal(&|it| it.seller.postal_address = None), "no country"),
		(refusal(&|it| it.invoice_note = Some("\u{1}".into())), "XML can't have"),
	] {
		assert!(why.contains(said), "{why:?} doesn't say {said:?}");
	}
	assert_eq!(write(&document, None).map_err(|error| error.code()), Err(2));
	let mut own = document.clone();
	own.invoice_number = Some("R-1".into());
	assert!(write(&own, None).expect("has a number").contains("<cbc:ID>R-1</cbc:ID>"));
}
