use super::*;
use crate::{
	assess::tests::{rules, DEPOSIT, OUTSIDE, STANDARD},
	complete::{complete, Of, Writing},
	export::ensure_accepted,
};
use quick_xml::Reader;
use serde_json::{json, Value as Json};

pub fn input() -> Json {
	json!({
		"invoiceIssueDate": "2026-11-21",
		"invoiceTypeCode": "380",
		"paymentDueDate": "2026-12-21",
		"seller": {
			"name": "Modern Bakery <& Sons>",
			"vatIdentifier": "BE0403170701",
			"legalRegistrationIdentifier": "0403170701",
			"legalRegistrationSchemeIdentifier": "0208",
			"twin": 2,
			"electronicAddress": { "identifier": "0403170701", "schemeIdentifier": "0208" },
			"postalAddress": { "city": "Ghent", "countryCode": "BE" },
		},
		"buyer": {
			"name": "Mira",
			"twin": 3,
			"electronicAddress": { "identifier": "4012345000009", "schemeIdentifier": "0088" },
			"postalAddress": { "countryCode": "BE" },
		},
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

pub fn completed(json: Json, writing: &Writing) -> Document {
	let document = serde_json::from_value(json).expect("is a document");
	complete(document, &rules(), Of::Invoice, writing).expect("is fine").document
}

/// The UBL of a document, which its receivers accept. Where `OURLEDGER_UBL` names a folder it is
/// written there, so that it can be held against the published files of rules.
pub fn accepted(document: &Document, number: &str) -> String {
	let xml = write(document, number).expect("is written");
	assert_eq!(ensure_accepted(document, &xml), Ok(()), "{xml}");
	// What the checker leaves to writers, PEPPOL-EN16931-R008: no element is empty.
	assert!(!xml.contains("/>") && !xml.contains("></"), "{xml}");
	if let Some(folder) = std::env::var_os("OURLEDGER_UBL") {
		let name = hex::encode(&ourledger_client::hash::blake2_256(xml.as_bytes())[..8]);
		let path = std::path::Path::new(&folder).join(name).with_extension("xml");
		std::fs::write(path, &xml).expect("the folder is there");
	}
	xml
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
	let xml = accepted(&document, "2/7");
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
		("Invoice/AccountingSupplierParty/Party/EndpointID", "0403170701"),
		("Invoice/AccountingSupplierParty/Party/PartyName/Name", "Modern Bakery <& Sons>"),
		("Invoice/AccountingSupplierParty/Party/PartyTaxScheme/CompanyID", "BE0403170701"),
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
	let xml = accepted(&completed(input(), &Writing::default()), "2/7");
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
	let taxed = accepted(&completed(json.clone(), &Writing::default()), "2/7");
	assert_eq!(taxed.matches("<cac:PartyTaxScheme>").count(), 2);
	for (place, line) in [("documentLevelAllowances", 0), ("invoiceLines", 0)] {
		json[place][line]["taxCode"] = json!(OUTSIDE);
	}
	json["invoiceLines"][0]["levies"] = json!([]);
	let xml = accepted(&completed(json, &Writing::default()), "2/7");
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
	json["precedingInvoiceReference"] = json!({ "precedingInvoiceNumber": "INV-2026-0042" });
	json["ourledger"]["precedingInvoice"] = json!("2/40");
	let xml = accepted(&completed(json, &Writing::default()), "2/41");
	let found = elements(&xml);
	assert_eq!(value(&found, "CreditNote/ID"), ["2/41"]);
	assert_eq!(value(&found, "CreditNote/CreditNoteTypeCode"), ["381"]);
	assert_eq!(value(&found, "CreditNote/CreditNoteLine/CreditedQuantity"), ["6"]);
	let reference = "CreditNote/BillingReference/InvoiceDocumentReference/ID";
	assert_eq!(value(&found, reference), ["INV-2026-0042"]);
	assert_eq!(value(&found, "CreditNote/PaymentMeans/PaymentDueDate"), ["2026-12-21"]);
	assert!(!xml.contains("<cbc:DueDate>"));
}

#[test]
fn ubl_without_addresses_in_peppols_network_does_not_claim_to_be_for_it() {
	for (party, address) in [
		("seller", Json::Null),
		("buyer", Json::Null),
		("buyer", json!({ "identifier": "post@mira.example", "schemeIdentifier": "EM" })),
	] {
		let mut json = input();
		json[party]["electronicAddress"] = address;
		let found = elements(&accepted(&completed(json, &Writing::default()), "2/7"));
		assert_eq!(value(&found, "Invoice/CustomizationID"), [CORE_CUSTOMIZATION]);
		assert!(value(&found, "Invoice/ProfileID").is_empty());
	}
}

#[test]
fn bill_of_the_buyer_has_names_of_its_own() {
	let mut json = input();
	json["invoiceTypeCode"] = json!("389");
	let found = elements(&accepted(&completed(json, &Writing::default()), "2/7"));
	assert_eq!(value(&found, "Invoice/CustomizationID"), [SELF_BILLING_CUSTOMIZATION]);
	assert_eq!(value(&found, "Invoice/ProfileID"), [SELF_BILLING_PROFILE]);
}

/// BR-CO-09: what doesn't begin with a country is no VAT identifier, but BT-32 of the seller, and
/// BT-47 of the buyer.
#[test]
fn tax_numbers_without_a_country_are_of_another_kind() {
	let path = |party: &str, rest: &str| format!("Invoice/Accounting{party}Party/Party/{rest}");
	// As it is filled in now, and as documents of old have it.
	for field in ["taxRegistrationIdentifier", "vatIdentifier"] {
		let mut json = input();
		for (party, number) in [("seller", "T-1"), ("buyer", "T-2")] {
			json[party]["vatIdentifier"] = Json::Null;
			json[party][field] = json!(number);
		}
		let found = elements(&accepted(&completed(json, &Writing::default()), "2/7"));
		let seller = path("Supplier", "PartyTaxScheme/");
		assert_eq!(value(&found, &format!("{seller}CompanyID")), ["T-1"]);
		assert_eq!(value(&found, &format!("{seller}TaxScheme/ID")), [OTHER_TAX]);
		assert!(value(&found, &path("Customer", "PartyTaxScheme/CompanyID")).is_empty());
		assert_eq!(value(&found, &path("Customer", "PartyLegalEntity/CompanyID")), ["T-2"]);
	}
	// Who has no tax number is known by its twin (BR-S-02).
	let mut json = input();
	json["seller"]["vatIdentifier"] = Json::Null;
	let found = elements(&accepted(&completed(json, &Writing::default()), "2/7"));
	assert_eq!(value(&found, &path("Supplier", "PartyTaxScheme/CompanyID")), ["twin 2"]);
}

/// UBL-DT-01, of a document that was completed before two places were the most.
#[test]
fn tax_in_the_accounting_currency_has_two_places() {
	let writing = Writing { peg: None, reporting: Some(("KWD".into(), (1, 1))) };
	let mut document = completed(input(), &writing);
	let xml = accepted(&document, "2/7");
	assert!(xml.contains("<cbc:TaxAmount currencyID=\"KWD\">0.13</cbc:TaxAmount>"), "{xml}");
	let totals = document.document_totals.as_mut().expect("is complete");
	totals.invoice_total_vat_amount_in_accounting_currency = Some(Decimal::of_units(129, 3));
	let xml = accepted(&document, "2/7");
	assert!(xml.contains("<cbc:TaxAmount currencyID=\"KWD\">0.13</cbc:TaxAmount>"), "{xml}");
}

/// What chains and documents of old hold: the UBL is well-formed all the same.
#[test]
fn what_xml_cannot_carry_is_replaced() {
	let mut document = completed(input(), &Writing::default());
	let bad = "a\u{fffe}b\u{b}c\0";
	document.buyer.as_mut().expect("is there").name = Some(bad.into());
	document.invoice_note = Some(bad.into());
	document.invoice_lines[0].item_name = bad.into();
	document.invoice_lines[0].invoiced_quantity_unit_of_measure_code = Some("C62".into());
	let found = elements(&accepted(&document, "2/7"));
	for path in [
		"Invoice/Note",
		"Invoice/AccountingCustomerParty/Party/PartyName/Name",
		"Invoice/InvoiceLine/Item/Name",
	] {
		assert_eq!(value(&found, path), ["a\u{fffd}b\u{fffd}c\u{fffd}"], "{path}");
	}
	let scheme = |document: &mut Document| {
		let address = document.seller.electronic_address.as_mut().expect("is there");
		address.scheme_identifier = bad.into();
	};
	scheme(&mut document);
	elements(&write(&document, "2/7").expect("is written"));
}

#[test]
fn what_ubl_has_no_place_for_is_refused() {
	let document = completed(input(), &Writing::default());
	let refusal = |change: &dyn Fn(&mut Document)| {
		let mut document = document.clone();
		change(&mut document);
		write(&document, "2/7").expect_err("is refused").to_string()
	};
	for (why, said) in [
		(refusal(&|it| it.ourledger.currency_decimals = Some(3)), "JSON only"),
		(refusal(&|it| it.buyer = None), "no buyer"),
		(refusal(&|it| it.document_totals = None), "lacks documentTotals"),
		(refusal(&|it| it.seller.postal_address = None), "--seller-country"),
	] {
		assert!(why.contains(said), "{why:?} doesn't say {said:?}");
	}
}
