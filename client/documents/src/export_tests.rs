use super::*;
use crate::{
	assess::tests::{rules, DEPOSIT, OUTSIDE, REDUCED, REVERSE, STANDARD},
	complete::{complete, Of, Writing},
	rules::Rules,
	ubl::tests::{accepted, completed, input},
};
use ourledger_math::tax::Rounding;
use rand::{rngs::StdRng, Rng, SeedableRng};
use serde_json::{json, Value as Json};

fn document(json: Json) -> Document {
	completed(json, &Writing::default())
}

fn refusal(change: impl FnOnce(&mut Document)) -> String {
	let mut document = document(input());
	change(&mut document);
	ensure_exportable(&document, "2/7").expect_err("is refused").to_string()
}

/// What is judged is the very UBL, so changing that shows what is found: all of it.
fn found(change: impl Fn(String) -> String) -> String {
	let document = document(input());
	let xml = ubl::write(&document, "2/7").expect("is written");
	let changed = change(xml.clone());
	assert_ne!(changed, xml);
	assert!(ensure_accepted(&document, &changed).is_err());
	findings(&document, &changed).map_or_else(|error| error.to_string(), |all| all.join("\n"))
}

#[test]
fn whole_document_is_exportable() {
	assert_eq!(ensure_exportable(&document(input()), "2/7"), Ok(()));
}

#[test]
fn what_receivers_refuse_is_not_issued() {
	for (why, said) in [
		(
			refusal(|it| {
				it.invoice_lines[0].invoiced_quantity_unit_of_measure_code = Some("pcs".into())
			}),
			"perhaps H87",
		),
		(refusal(|it| it.seller.vat_identifier = Some("0403170701".into())), "vatIdentifier"),
		(refusal(|it| it.invoice_lines[0].item_name = String::new()), "itemName"),
		(refusal(|it| it.invoice_note = Some("\u{b}".into())), "U+000B"),
		(refusal(|it| it.buyer_reference = Some(" ".into())), "buyerReference"),
		// Belgian numbers have a checksum (PEPPOL-COMMON-R043).
		(
			refusal(|it| {
				let address = it.seller.electronic_address.as_mut().expect("is there");
				address.identifier = "0403170702".into();
			}),
			"PEPPOL-COMMON-R043",
		),
	] {
		assert!(why.contains(said), "{why:?} doesn't say {said:?}");
	}
}

/// Each of these rules is the checker's: here it is seen to hold what it should, on the inputs that
/// others ran into.
#[test]
fn checker_knows_the_rules_by_their_numbers() {
	let replaced =
		|from: &'static str, to: &'static str| found(move |xml| xml.replacen(from, to, 1));
	for (rule, why) in [
		("BR-CL-14", replaced(">BE</cbc:IdentificationCode>", ">UK</cbc:IdentificationCode>")),
		("BR-CL-23", replaced("unitCode=\"C62\"", "unitCode=\"pcs\"")),
		("PEPPOL-EN16931-CL008", replaced("schemeID=\"0208\"", "schemeID=\"0000\"")),
		("BR-CO-09", replaced("BE0403170701", "0403170701")),
		("BR-25", replaced("<cbc:Name>Cola</cbc:Name>", "")),
		("BR-02", replaced("<cbc:ID>2/7</cbc:ID>", "")),
		(
			"BR-CO-17",
			replaced(
				">1.29</cbc:TaxAmount>\n      <cac:TaxCategory>",
				">2.49</cbc:TaxAmount>\n      <cac:TaxCategory>",
			),
		),
		("BR-CL-25", replaced("schemeID=\"0208\"", "schemeID=\"0000\"")),
		("PEPPOL-EN16931-R003", replaced("<cbc:BuyerReference>twin 3</cbc:BuyerReference>", "")),
		("PEPPOL-EN16931-R120", replaced(">1.50</cbc:PriceAmount>", ">1.60</cbc:PriceAmount>")),
		// Of the binding: an amount of three places (UBL-DT-01), and what is no date.
		("TaxAmount", replaced(">1.29</cbc:TaxAmount>", ">1.299</cbc:TaxAmount>")),
		("IssueDate", replaced("2026-11-21", "21.11.2026")),
		("XML", replaced("</cbc:IssueDate>", "")),
		("XML", replaced("Mira", "Mi\u{fffe}ra")),
		("XML", replaced("Mira", "Mi\u{b}ra")),
	] {
		assert!(why.contains(rule), "{rule}: {why}");
	}
}

#[test]
fn document_that_ubl_has_no_place_for_is_issued_all_the_same() {
	for change in [(|it: &mut Document| it.buyer = None) as fn(&mut Document), |it| {
		it.ourledger.currency_decimals = Some(3)
	}] {
		let mut document = document(input());
		change(&mut document);
		assert!(obstacle(&document).is_some_and(|why| why.contains("JSON only")));
		if document.buyer.is_none() {
			assert_eq!(ensure_exportable(&document, "2/7"), Ok(()));
		}
	}
	assert_eq!(obstacle(&document(input())), None);
	assert!(reservations(&document(input())).is_empty());
}

/// The phonebook may have no country of a party. It can be named with the UBL, so the rest is judged.
#[test]
fn country_can_be_named_later() {
	let mut document = document(input());
	document.buyer = Some(Party { name: Some("Mira".into()), ..Party::default() });
	assert_eq!(ensure_exportable(&document, "2/7"), Ok(()));
	let told = reservations(&document);
	assert!(told.len() == 1 && told[0].contains("--buyer-country"), "{told:?}");
	assert!(ubl::write(&document, "2/7").is_err());
	document.invoice_lines[0].invoiced_quantity_unit_of_measure_code = Some("pcs".into());
	assert!(ensure_exportable(&document, "2/7").is_err());
}

/// 300 lines of 0.03 whose tax of 0.0045 each is nothing: UBL couldn't say it, but a sale has at most
/// 128 lines then.
#[test]
fn tax_of_many_lines_that_was_rounded_away_is_refused_in_one_sentence() {
	let rules = Rules { rounding: Rounding::Line, ..rules() };
	let of = |count: usize| {
		let mut json = input();
		let line = json!({
			"itemName": "Sweet", "invoicedQuantity": 1, "itemNetPrice": "0.03", "taxCode": STANDARD,
		});
		json["documentLevelAllowances"] = json!([]);
		json["invoiceLines"] = json!(vec![line; count]);
		let document = serde_json::from_value(json).expect("is a document");
		let done = complete(document, &rules, Of::Invoice, &Writing::default())?;
		ensure_exportable(&done.document, "2/7")
	};
	assert_eq!(of(128), Ok(()));
	for count in [129, 300] {
		let why = of(count).expect_err("is refused").to_string();
		assert!(why.contains("make several invoices of it"), "{why}");
	}
}

/// The input that could be issued and never exported.
#[test]
fn free_sample_with_tax_in_the_prices_is_exportable() {
	let mut rules = rules();
	rules.codes[0].rate = Some(210_000);
	let priced = |name: &str, price: &str| {
		json!({
			"itemName": name, "invoicedQuantity": 1, "priceWithTax": price, "taxCode": STANDARD,
		})
	};
	let mut json = input();
	json["documentLevelAllowances"] = json!([]);
	json["ourledger"]["prices"] = json!("gross");
	json["invoiceLines"] = json!([
		priced("Free sample", "0.00"),
		priced("Chair", "379.00"),
		priced("Chair", "379.00")
	]);
	let document = serde_json::from_value(json).expect("is a document");
	let done = complete(document, &rules, Of::Invoice, &Writing::default()).expect("is fine");
	assert_eq!(ensure_exportable(&done.document, "2/7"), Ok(()));
	accepted(&done.document, "2/7");
}

/// Whatever is sold, by whichever prices and rounding: what can be completed can be exported, and no
/// line gets an amount that it doesn't have.
#[test]
fn any_sale_makes_ubl_that_is_accepted() {
	let mut dice = StdRng::seed_from_u64(10);
	let mut made = 0;
	for _ in 0..400 {
		let is_gross = dice.gen_bool(0.6);
		let rounding = if dice.gen_bool(0.3) { Rounding::Line } else { Rounding::Category };
		let price = if is_gross { "priceWithTax" } else { "itemNetPrice" };
		let codes: &[u16] = match dice.gen_range(0..4) {
			0 => &[OUTSIDE],
			1 => &[REVERSE],
			_ => &[STANDARD, REDUCED],
		};
		let lines = (0..dice.gen_range(1..9)).map(|_| {
			let cents: u32 = if dice.gen_bool(0.3) { 0 } else { dice.gen_range(1..40_000) };
			let count = if dice.gen_bool(0.1) { -1 } else { dice.gen_range(1..7) };
			let code = codes[dice.gen_range(0..codes.len())];
			let levies = if dice.gen_bool(0.2) && count > 0 && code == STANDARD {
				json!([{ "taxCode": DEPOSIT }])
			} else {
				json!([])
			};
			json!({
				"itemName": "Thing", "invoicedQuantity": count, "taxCode": code, "levies": levies,
				price: format!("{}.{:02}", cents / 100, cents % 100),
			})
		});
		let mut json = input();
		json["buyer"]["vatIdentifier"] = json!("BE0403170701");
		json["documentLevelAllowances"] = json!([]);
		json["ourledger"]["prices"] = json!(if is_gross { "gross" } else { "net" });
		json["invoiceLines"] = lines.collect();
		let rules = Rules { rounding, ..rules() };
		let given: Document = serde_json::from_value(json.clone()).expect("is a document");
		// A sum that is negative is no sale.
		let Ok(done) = complete(given, &rules, Of::Invoice, &Writing::default()) else { continue };
		assert_eq!(ensure_exportable(&done.document, "2/7"), Ok(()), "{json:#}");
		accepted(&done.document, "2/7");
		for line in &done.document.invoice_lines {
			let net = line.invoice_line_net_amount.expect("is complete");
			let is_free =
				line.price_with_tax.or(line.item_net_price).is_some_and(|it| it.is_zero());
			assert!(!is_free || net.is_zero(), "{json:#}");
			assert!(!net.is_negative() || line.invoiced_quantity.is_negative(), "{json:#}");
		}
		made += 1;
	}
	assert!(made > 200, "{made}");
}
