use super::*;
use crate::{
	assess::tests::{rules, DEPOSIT, OUTSIDE, REDUCED, REVERSE, STANDARD, TOURISM, WITHHOLDING},
	check::ensure_adds_up,
	fill::OUTSIDE_VAT,
};
use ourledger_primitives::tax::VatCategory;
use serde_json::{json, Value as Json};

fn line(name: &str, quantity: &str, price: &str, code: TaxCode) -> Json {
	json!({
		"itemName": name,
		"invoicedQuantity": quantity,
		"itemNetPrice": price,
		"taxCode": code,
	})
}

fn document(json: Json) -> Document {
	serde_json::from_value(json).expect("is a document")
}

fn completed(json: Json) -> Completed {
	let done = complete(document(json), &rules(), Of::Invoice, &Writing::default());
	let done = done.expect("is fine");
	assert_eq!(ensure_adds_up(&done.document), Ok(()));
	done
}

fn refusal(json: Json) -> String {
	complete(document(json), &rules(), Of::Invoice, &Writing::default())
		.expect_err("is refused")
		.to_string()
}

fn text(decimal: Option<Decimal>) -> String {
	decimal.map_or_else(|| "none".into(), |decimal| decimal.to_string())
}

#[test]
fn lines_become_a_sale_and_totals() {
	let done = completed(json!({ "invoiceLines": [
		line("Bread", "2", "1.50", STANDARD),
		line("Book", "1", "10.00", REDUCED),
		line("Bread returned", "-1", "1.50", STANDARD),
	] }));
	let items: Vec<_> =
		done.sale.items.iter().map(|item| (item.code, item.amounts.sum().expect("fits"))).collect();
	assert_eq!(items, [(STANDARD, 150), (REDUCED, 1_000)]);
	let totals = done.document.document_totals.expect("is complete");
	assert_eq!(totals.sum_of_invoice_line_net_amount.to_string(), "11.50");
	assert_eq!(totals.invoice_total_vat_amount.to_string(), "0.73");
	assert_eq!(totals.amount_due_for_payment.to_string(), "12.23");
	assert_eq!(done.bill.gross, 1_223);
	let first = &done.document.invoice_lines[0];
	assert_eq!(first.invoice_line_identifier.as_deref(), Some("1"));
	assert_eq!(first.invoiced_item_vat_category_code.as_deref(), Some("S"));
	assert_eq!(text(first.invoiced_item_vat_rate), "15");
	assert_eq!(text(first.invoice_line_net_amount), "3.00");
	let rates: Vec<_> = done
		.document
		.vat_breakdown
		.iter()
		.map(|part| (text(part.vat_category_rate), part.vat_category_tax_amount.to_string()))
		.collect();
	assert_eq!(rates, [("15".into(), "0.23".into()), ("5".into(), "0.50".to_string())]);
	assert_eq!(done.document.invoice_currency_code.as_deref(), Some("XXX"));
}

#[test]
fn allowances_and_charges_keep_the_code_of_their_goods() {
	let done = completed(json!({
		"invoiceLines": [{
			"itemName": "Chair",
			"invoicedQuantity": 4,
			"itemNetPrice": "100.00",
			"itemPriceBaseQuantity": "2",
			"taxCode": "vat-standard",
			"invoiceLineAllowances": [{ "amount": "10.00", "reason": "Scratch" }],
			"invoiceLineCharges": [{ "amount": "5.00" }],
		}],
		"documentLevelAllowances": [{ "amount": "20.00", "taxCode": 1 }],
		"documentLevelCharges": [{ "amount": "7.50", "taxCode": 2, "reason": "Freight" }],
	}));
	let items: Vec<_> =
		done.sale.items.iter().map(|item| (item.code, item.amounts.sum().expect("fits"))).collect();
	assert_eq!(items, [(STANDARD, 19_500 - 2_000), (REDUCED, 750)]);
	let totals = done.document.document_totals.expect("is complete");
	assert_eq!(text(totals.sum_of_allowances_on_document_level), "20.00");
	assert_eq!(text(totals.sum_of_charges_on_document_level), "7.50");
	assert_eq!(totals.invoice_total_amount_without_vat.to_string(), "182.50");
	assert_eq!(done.document.document_level_charges[0].vat_category_code.as_deref(), Some("S"));
}

#[test]
fn levies_tip_and_withholding_are_in_their_places() {
	let mut bread = line("Cola", "6", "1.00", STANDARD);
	bread["levies"] = json!([{ "taxCode": "sugar" }, { "taxCode": "tourism" }]);
	let done = completed(json!({
		"invoiceLines": [bread],
		"ourledger": { "tip": "1.00", "withholdings": [{ "taxCode": WITHHOLDING }] },
	}));
	let levies: Vec<_> =
		done.sale.levies.iter().map(|levy| (levy.code, levy.on, levy.thousandths)).collect();
	assert_eq!(levies, [(TOURISM, STANDARD, 0), (DEPOSIT, STANDARD, 6_000)]);
	// 6.00, sugar 0.60 in the base, tourism 0.09, VAT on 6.60, the tip.
	let charges = &done.document.document_level_charges;
	let charges: Vec<_> = charges
		.iter()
		.map(|it| (it.amount.to_string(), it.vat_category_code.clone().expect("has one")))
		.collect();
	assert_eq!(
		charges,
		[
			("0.09".to_string(), "E".to_string()),
			("0.60".into(), "S".into()),
			("1.00".into(), "E".into())
		]
	);
	let breakdown = &done.document.vat_breakdown;
	assert_eq!(breakdown[0].vat_category_taxable_amount.to_string(), "6.60");
	assert_eq!(breakdown[0].vat_category_tax_amount.to_string(), "0.99");
	assert_eq!(breakdown[1].vat_category_taxable_amount.to_string(), "1.09");
	assert_eq!(breakdown[1].vat_exemption_reason_text.as_deref(), Some(OUTSIDE_VAT));
	let totals = done.document.document_totals.expect("is complete");
	assert_eq!(totals.invoice_total_amount_with_vat.to_string(), "8.68");
	assert_eq!(text(done.document.ourledger.withholdings[0].amount), "0.12");
}

#[test]
fn category_o_stands_alone() {
	let mut room = line("Room", "1", "50.00", OUTSIDE);
	room["levies"] = json!([{ "taxCode": TOURISM }]);
	let done = completed(json!({ "invoiceLines": [room] }));
	let breakdown = &done.document.vat_breakdown;
	assert_eq!(breakdown.len(), 1);
	assert_eq!(breakdown[0].vat_category_code, "O");
	assert_eq!(breakdown[0].vat_category_rate, None);
	assert_eq!(breakdown[0].vat_category_taxable_amount.to_string(), "50.75");
}

#[test]
fn reverse_charge_shows_no_tax() {
	let done = completed(json!({ "invoiceLines": [line("Work", "1", "100.00", REVERSE)] }));
	let part = &done.document.vat_breakdown[0];
	assert_eq!((part.vat_category_code.as_str(), text(part.vat_category_rate)), ("AE", "0".into()));
	assert_eq!(part.vat_exemption_reason_code.as_deref(), Some("VATEX-EU-AE"));
	let bill = done.bill;
	assert_eq!((bill.gross, bill.subtotals[0].vat), (10_000, 1_500));
}

#[test]
fn net_of_prices_with_tax_is_shared_to_the_unit() {
	let priced = |price: &str, quantity: &str| {
		json!({
			"itemName": "Bread",
			"invoicedQuantity": quantity,
			"priceWithTax": price,
			"taxCode": STANDARD,
		})
	};
	let done = completed(json!({
		"invoiceLines": [priced("1.00", "1"), priced("1.00", "1"), priced("0.50", "3")],
		"documentLevelAllowances": [{ "amount": "0.10", "taxCode": STANDARD }],
		"ourledger": { "prices": "gross" },
	}));
	let bill = done.bill;
	// 3.40 with 15 %: 2.96 and 0.44.
	assert_eq!((bill.gross, bill.subtotals[0].net, bill.subtotals[0].vat), (340, 296, 44));
	let totals = done.document.document_totals.expect("is complete");
	assert_eq!(totals.invoice_total_amount_without_vat.to_string(), "2.96");
	let lines = &done.document.invoice_lines;
	let nets: Vec<_> = lines.iter().map(|line| text(line.invoice_line_net_amount)).collect();
	assert_eq!(nets, ["0.87", "0.87", "1.31"]);
	assert_eq!(text(lines[2].item_net_price), "1.31");
	assert_eq!(text(lines[2].item_price_base_quantity), "3");
	assert_eq!(text(lines[2].amount_with_tax), "1.50");
	let allowance = &done.document.document_level_allowances[0];
	assert_eq!(
		(allowance.amount.to_string(), text(allowance.amount_with_tax)),
		("0.09".into(), "0.10".into())
	);
}

#[test]
fn tax_per_line_is_summed() {
	let rules = Rules { rounding: Rounding::Line, ..rules() };
	let lines: Vec<_> = (0..3).map(|_| line("Sweet", "1", "0.03", STANDARD)).collect();
	let json = json!({ "invoiceLines": lines });
	let done = complete(document(json), &rules, Of::Invoice, &Writing::default()).expect("is fine");
	// 0.0045 each is nothing; of all together it would be 0.01.
	assert_eq!(done.sale.items[0].amounts.lines(), 3);
	assert_eq!(done.bill.gross, 9);
}

#[test]
fn reporting_currency_is_told_where_it_is_another() {
	let json = || json!({ "invoiceLines": [line("Bread", "100", "1.00", STANDARD)] });
	let writing = |peg: Option<&str>| Writing {
		peg: peg.map(Into::into),
		reporting: Some(("EUR".into(), (1, 2))),
	};
	let done = complete(document(json()), &rules(), Of::Invoice, &writing(None)).expect("is fine");
	assert_eq!(done.document.vat_accounting_currency_code.as_deref(), Some("EUR"));
	let totals = done.document.document_totals.expect("is complete");
	assert_eq!(text(totals.invoice_total_vat_amount_in_accounting_currency), "7.50");

	let writing = writing(Some("EUR"));
	let done = complete(document(json()), &rules(), Of::Invoice, &writing).expect("is fine");
	assert_eq!(done.document.invoice_currency_code.as_deref(), Some("EUR"));
	assert_eq!(done.document.vat_accounting_currency_code, None);
	let totals = done.document.document_totals.expect("is complete");
	assert_eq!(totals.invoice_total_vat_amount_in_accounting_currency, None);
}

#[test]
fn note_on_a_part_is_worked_out_by_difference() {
	let sold = completed(json!({ "invoiceLines": [
		line("Bread", "6", "0.01", STANDARD),
		line("Book", "1", "10.00", REDUCED),
	] }));
	let bill = sold.bill;
	let json = json!({ "invoiceLines": [line("Bread", "3", "0.01", STANDARD)] });
	let note = complete(
		document(json),
		&rules(),
		Of::Note(&bill, &AllLines::default()),
		&Writing::default(),
	)
	.expect("is fine");
	assert_eq!(note.charges.gross, 4);
	assert_eq!(ensure_adds_up(&note.document), Ok(()));
	assert_eq!(note.document.vat_breakdown.len(), 1);
	let totals = note.document.document_totals.expect("is complete");
	assert_eq!(totals.invoice_total_vat_amount.to_string(), "0.01");
}

#[test]
fn invoice_of_nothing_is_refused() {
	for lines in [
		json!([line("X", "1", "0", STANDARD)]),
		json!([line("X", "0", "1.50", STANDARD)]),
		json!([line("X", "1", "0.001", STANDARD)]),
	] {
		let done = completed(json!({ "invoiceLines": lines }));
		let why = done.ensure_issuable(&rules()).expect_err("is of nothing").to_string();
		assert!(why.contains("nothing is charged"), "{why}");
	}
	// All was paid ahead, on an invoice of its own.
	let done = completed(json!({ "invoiceLines": [
		line("Cake", "1", "150.00", STANDARD),
		line("Paid ahead by 2/7", "-1", "150.00", STANDARD),
	] }));
	assert_eq!(done.ensure_issuable(&rules()), Ok(()));
	assert_eq!((done.bill.gross, done.bill.net()), (0, 0));
}

#[test]
fn bottles_that_come_back_make_a_code_negative() {
	let done = completed(json!({ "invoiceLines": [
		line("Milk", "10", "1.00", STANDARD),
		line("Bottles", "-5", "0.50", REDUCED),
	] }));
	let vat = |part: &crate::document::Breakdown| part.vat_category_tax_amount.to_string();
	let breakdown: Vec<_> = done.document.vat_breakdown.iter().map(vat).collect();
	assert_eq!(breakdown, ["1.50", "-0.13"]);
	let totals = done.document.document_totals.expect("is complete");
	assert_eq!(totals.amount_due_for_payment.to_string(), "8.87");
}

#[test]
fn note_on_lines_carries_them_as_they_were_and_as_they_remain() {
	let rules = Rules { rounding: Rounding::Line, ..rules() };
	let json = json!({ "invoiceLines": [
		line("Sweet", "1", "0.04", STANDARD),
		line("Bread", "2", "1.50", STANDARD),
		line("Room", "1", "9.00", REVERSE),
	] });
	let sold = complete(document(json), &rules, Of::Invoice, &Writing::default()).expect("is fine");
	assert_eq!(sold.sale.lines(), 2, "a reverse charge has no lines");
	let lines = AllLines::of_document(&sold.document, &sold.bill, 2).expect("has amounts");
	let bread = || {
		let mut bread = line("#2", "1", "1.50", STANDARD);
		bread["ofLine"] = json!("2");
		json!({ "invoiceLines": [bread] })
	};
	let note =
		complete(document(bread()), &rules, Of::Note(&sold.bill, &lines), &Writing::default());
	let note = note.expect("is fine");
	assert_eq!((note.charges.parts[0].net, note.charges.parts[0].vat), (150, 22));
	assert_eq!(note.document.invoice_lines[0].item_name, "Bread");
	let told = note.note.expect("is one");
	assert_eq!((told.lines(), told.parts.len()), (4, 1));
	let left = &note.document.ourledger.lines_left;
	let amounts: Vec<_> = left[0].amounts.iter().map(ToString::to_string).collect();
	assert_eq!(amounts, ["0.04", "1.50"]);
	// The next one goes on from there.
	let next = lines.clone().left_by(left, 2).expect("are as many");
	assert!(next.are_of(&note.bill));
	let of = Of::WholeNote(&note.bill, &next);
	let all = json!({ "invoiceLines": [
		line("Everything", "1", "1.54", STANDARD),
		line("Everything", "1", "9.00", REVERSE),
	] });
	let whole = complete(document(all), &rules, of, &Writing::default()).expect("is fine");
	assert_eq!(whole.bill.gross, 0);
	// Nobody knows the lines any more.
	let unknown = AllLines::default();
	let error =
		complete(document(bread()), &rules, Of::Note(&sold.bill, &unknown), &Writing::default());
	let error = error.expect_err("are unknown").to_string();
	assert!(error.contains("--invoice-document"), "{error}");
	// What has no lines is taken back without them.
	let room = json!({ "invoiceLines": [line("Room", "1", "1.00", REVERSE)] });
	let note =
		complete(document(room), &rules, Of::Note(&sold.bill, &unknown), &Writing::default());
	assert_eq!(note.expect("is fine").note.expect("is one").lines(), 0);
	let error = complete(document(bread()), &rules, Of::Invoice, &Writing::default());
	assert!(error.expect_err("is no note").to_string().contains("for credit notes alone"));
}

#[test]
fn export_needs_evidence() {
	let mut rules = rules();
	rules.codes[0].kind = TaxKind::Vat(VatCategory::Export);
	let issuable = |extension: Json| {
		let lines = json!([line("Cake", "1", "12.00", STANDARD)]);
		let json = json!({ "invoiceLines": lines, "ourledger": extension });
		let done = complete(document(json), &rules, Of::Invoice, &Writing::default());
		done.expect("is fine").ensure_issuable(&rules)
	};
	let why = issuable(json!({})).expect_err("has no evidence").to_string();
	assert!(why.contains("--evidence"), "{why}");
	let evidence = format!("0x{}", "12".repeat(32));
	assert_eq!(issuable(json!({ "evidence": evidence })), Ok(()));
}

#[test]
fn documents_that_make_no_sense_are_refused() {
	let with = |field: &str, value: Json| {
		let mut bread = line("Bread", "2", "1.50", STANDARD);
		bread[field] = value;
		refusal(json!({ "invoiceLines": [bread] }))
	};
	for (why, said) in [
		(refusal(json!({ "invoiceLines": [] })), "no invoiceLines"),
		(with("taxCode", json!("luxury")), "no tax code \"luxury\""),
		(with("taxCode", json!(TOURISM)), "not one of VAT"),
		(with("itemNetPrice", json!("-1.00")), "negative"),
		(with("priceWithTax", json!("1.00")), "prices are net"),
		(with("invoiceLineNetAmount", json!("3.05")), "not 3.00"),
		(with("invoiceLineAllowances", json!([{ "amount": "0.005" }])), "more places"),
		(with("levies", json!([{ "taxCode": STANDARD }])), "is no levy"),
		(with("levies", json!([{ "taxCode": DEPOSIT, "quantity": "0.0005" }])), "up to 3 places"),
		(with("levies", json!([{ "taxCode": TOURISM, "quantity": "1" }])), "has no quantity"),
		(
			refusal(json!({
				"invoiceLines": [line("Bread", "2", "1.50", STANDARD)],
				"documentLevelCharges": [{ "amount": "1.00" }],
			})),
			"lacks the taxCode",
		),
		(refusal(json!({ "invoiceLines": [line("Bread", "-2", "1.50", STANDARD)] })), "outweigh"),
	] {
		assert!(why.contains(said), "{why:?} doesn't say {said:?}");
	}
}

/// Every invoice of the golden vectors that a document can have: the totals that it is given are
/// the published ones.
#[test]
fn totals_are_those_of_the_golden_vectors() {
	let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../primitives/math/vectors/tax.json");
	let text = std::fs::read_to_string(path).expect("is there");
	let vectors: Json = serde_json::from_str(&text).expect("is JSON");
	let mut checked = 0;
	for vector in vectors["invoices"].as_array().expect("is a list") {
		check(vector);
		checked += 1;
	}
	assert!(checked > 90, "{checked}");
}

fn check(vector: &Json) {
	let name = vector["name"].as_str().expect("has one");
	let decimals = u8::try_from(vector["decimals"].as_u64().expect("is one")).expect("is small");
	let ppm = |percent: &Json| {
		let percent: Decimal = percent.as_str().expect("is text").parse().expect("is a decimal");
		u128::try_from(percent.units(4).expect("has four places")).expect("isn't negative")
	};
	let list = |field: &str| vector[field].as_array().cloned().unwrap_or_default();
	let mut codes = Vec::new();
	for (place, category) in list("categories").iter().enumerate() {
		// Zero rates are all alike here, and O may not stand beside others on the chain.
		let rate = ppm(&category[1]);
		codes.push(Code {
			number: u16::try_from(place).expect("are few"),
			name: format!("code-{place}"),
			kind: TaxKind::Vat(VatCategory::Standard),
			rate: Some(rate),
		});
	}
	let category = |entry: &Json| entry[0].as_u64().expect("is a place");
	let is_gross = vector["prices"] == "gross";
	let mut lines: Vec<Json> = list("lines")
		.iter()
		.map(|entry| {
			let amount = entry[1].as_str().expect("is text");
			let (quantity, price) = match amount.strip_prefix('-') {
				Some(price) => ("-1", price),
				None => ("1", amount),
			};
			let field = if is_gross { "priceWithTax" } else { "itemNetPrice" };
			json!({
				"itemName": "x",
				"invoicedQuantity": quantity,
				field: price,
				"taxCode": category(entry),
			})
		})
		.collect();
	for (place, levy) in list("levies").iter().enumerate() {
		let number = u16::try_from(100 + place).expect("are few");
		let in_vat_base = levy["in_base"].as_bool().expect("is one");
		let (kind, rate) = match &levy["each"] {
			Json::Null => (TaxKind::LevyOnNet { in_vat_base }, ppm(&levy["rate"])),
			each => {
				let each: Decimal = each.as_str().expect("is text").parse().expect("is a decimal");
				let rate = u128::try_from(each.units(decimals).expect("fits")).expect("is one");
				(TaxKind::LevyPerUnit { in_vat_base, currency: 1 }, rate)
			},
		};
		codes.push(Code { number, name: format!("levy-{place}"), kind, rate: Some(rate) });
		let on = levy["category"].clone();
		let line = lines.iter_mut().find(|line| line["taxCode"] == on).expect("is on a line");
		let mut of_line = json!({ "taxCode": number });
		if !levy["quantity"].is_null() {
			of_line["quantity"] = levy["quantity"].clone();
		}
		match line["levies"].as_array_mut() {
			Some(levies) => levies.push(of_line),
			None => line["levies"] = json!([of_line]),
		}
	}
	let adjustments = list("adjustments");
	let adjustments = |negative: bool| -> Json {
		let of_sign = adjustments
			.iter()
			.filter(|it| it[1].as_str().expect("is text").starts_with('-') == negative);
		of_sign
			.map(|it| {
				let amount = it[1].as_str().expect("is text").trim_start_matches('-');
				json!({ "amount": amount, "taxCode": category(it) })
			})
			.collect()
	};
	let mut extension = json!({ "prices": vector["prices"] });
	if !vector["untaxed"].is_null() {
		extension["tip"] = vector["untaxed"].clone();
	}
	let rules = Rules {
		rounding: match vector["rounding"].as_str() {
			Some("line") => Rounding::Line,
			_ => Rounding::Category,
		},
		currency: 1,
		decimals,
		tip_limit: 1_000_000,
		codes,
	};
	let json = json!({
		"invoiceLines": lines,
		"documentLevelAllowances": adjustments(true),
		"documentLevelCharges": adjustments(false),
		"ourledger": extension,
	});
	let done = complete(document(json), &rules, Of::Invoice, &Writing::default())
		.unwrap_or_else(|error| panic!("{name}: {error}"));
	assert_eq!(ensure_adds_up(&done.document), Ok(()), "{name}");
	let expected = &vector["expected"];
	let bill = done.bill;
	let totals = done.document.document_totals.expect("is complete");
	let units = |units: u128| Decimal::of_units(i128::try_from(units).expect("fits"), decimals);
	assert_eq!(units(bill.net()).to_string(), expected["net"], "{name}: net");
	assert_eq!(units(bill.tax()).to_string(), expected["tax"], "{name}: tax");
	assert_eq!(
		totals.invoice_total_amount_with_vat.to_string(),
		expected["gross"],
		"{name}: gross"
	);
	for (place, wanted) in expected["subtotals"].as_array().expect("is a list").iter().enumerate() {
		let part = bill.subtotals.iter().find(|part| usize::from(part.code) == place);
		let Some(part) = part else { continue };
		let vat = Decimal::of_units(part.vat, decimals).to_string();
		assert_eq!(vat, wanted[1], "{name}: VAT {place}");
		assert_eq!(
			Decimal::of_units(part.net, decimals).to_string(),
			wanted[0],
			"{name}: net {place}"
		);
	}
}

/// Units that are rounded away are no amount of a line that has none.
#[test]
fn free_sample_stays_free_where_prices_are_with_tax() {
	let priced = |name: &str, price: &str, code: u16| {
		json!({
			"itemName": name, "invoicedQuantity": 1, "priceWithTax": price, "taxCode": code,
		})
	};
	let mut rules = rules();
	rules.codes[0].rate = Some(210_000);
	let lines = |free: &[Json]| {
		let chair = || priced("Chair", "379.00", STANDARD);
		json!([free, &[chair(), chair()]].concat())
	};
	let sample = priced("Free sample", "0.00", STANDARD);
	for free in [vec![sample.clone()], vec![sample.clone(), sample]] {
		let many = free.len();
		let json = json!({ "invoiceLines": lines(&free), "ourledger": { "prices": "gross" } });
		let done = complete(document(json), &rules, Of::Invoice, &Writing::default());
		let done = done.expect("is fine");
		// 758.00 with 21 %: 626.45, of which half for each chair would be 313.23.
		assert_eq!((done.bill.subtotals[0].net, done.bill.gross), (62_645, 75_800));
		let nets = done.document.invoice_lines.iter();
		let nets: Vec<_> = nets.map(|line| text(line.invoice_line_net_amount)).collect();
		assert!(nets[..many].iter().all(|net| net == "0.00"), "{nets:?}");
		assert_eq!(nets[many..], ["313.22", "313.23"]);
		assert_eq!(ensure_adds_up(&done.document), Ok(()));
	}
}
