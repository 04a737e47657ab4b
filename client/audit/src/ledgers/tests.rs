use super::{figures::*, *};
use crate::row::example::row;
use ourledger_client::tax::{CodeTotal, OTHER_CODES};
use serde_json::{json, Value as Json};

const PERIOD: Period = 2026 * 12 + 10;
const VAT: &str = "Standard";

fn settings() -> Json {
	json!({ "jurisdiction": 0, "name": "Town", "settings": { "utc_offset_minutes": 60 } })
}

fn registered(twin: u64) -> Json {
	json!({ "jurisdiction": 0, "twin": twin, "terms": { "effective": 20_000 } })
}

fn item(code: u16, kind: Json, net: i128, tax: i128) -> Json {
	json!({ "code": code, "kind": kind, "net": net.to_string(), "tax": tax.to_string() })
}

fn collected(seller: u64, buyer: u64, vat: u128, used: u128, credited: u128) -> Json {
	json!({
		"jurisdiction": 0,
		"currency": 3,
		"period": PERIOD,
		"seller": seller,
		"number": 1,
		"buyer": buyer,
		"payer": "5F",
		"amount": "11500",
		"items": [item(1, json!({ "Vat": VAT }), 10_000, vat as i128)],
		"used": used.to_string(),
		"remitted": (vat - used).to_string(),
		"credited": credited.to_string(),
	})
}

fn block(rows: Vec<Row>) -> Block {
	let number = rows.first().map_or(0, |row| row.block);
	Block { number, runtime: Default::default(), rows }
}

/// Mill sells to bakery, which is credited and sells on.
fn chain_of_two() -> (Ledgers, Vec<Movement>) {
	let mut ledgers = Ledgers::default();
	let mut movements = Vec::new();
	let rows = vec![
		row(1, 0, "Tax.JurisdictionCreated", settings()),
		row(1, 1, "Tax.TaxpayerRegistered", registered(2)),
		row(1, 2, "Tax.TaxCollected", collected(1, 2, 1_500, 0, 1_500)),
		row(1, 3, "Tax.TaxCollected", collected(2, 9, 2_000, 1_500, 0)),
	];
	let noted = ledgers.apply(&block(rows), |_, movement| movements.push(movement.clone()));
	noted.expect("can be booked");
	(ledgers, movements)
}

#[test]
fn credit_arises_and_is_used() {
	let (ledgers, movements) = chain_of_two();
	let bakery = &ledgers.statements[&(0, 2, 3, PERIOD)];
	assert_eq!((bakery.output, bakery.input), (2_000, 1_500));
	assert_eq!((bakery.used, bakery.remitted), (1_500, 500));
	assert_eq!(bakery.sales, [CodeTotal { code: 1, net: 10_000, tax: 2_000 }]);
	assert_eq!(bakery.purchases, [CodeTotal { code: 1, net: 10_000, tax: 1_500 }]);
	assert!(ledgers.accounts.is_empty() || ledgers.accounts.values().all(|it| it.credit() == 0));
	let book = &ledgers.treasuries[&(0, 3)];
	assert_eq!((book.output, book.used, book.remitted), (3_500, 1_500, 2_000));
	assert_eq!((book.credited, book.credits), (1_500, 0));
	let changes: Vec<_> = movements.iter().map(|it| (it.account.1, it.change)).collect();
	assert_eq!(changes, [(2, 1_500), (2, -1_500)]);
	// Nobody registered the customer.
	assert!(!ledgers.statements.contains_key(&(0, 9, 3, PERIOD)));
}

#[test]
fn credit_that_never_arose_is_noticed() {
	let mut ledgers = Ledgers::default();
	let rows = vec![
		row(1, 0, "Tax.JurisdictionCreated", settings()),
		row(1, 1, "Tax.TaxCollected", collected(2, 9, 2_000, 1_500, 0)),
	];
	let error = ledgers.apply(&block(rows), |_, _| ()).expect_err("lacks credit");
	assert_eq!(error.code(), 6);
	assert!(error.to_string().contains("event 1 of block 1"), "{error}");
}

#[test]
fn claims_are_pending_until_paid_or_denied() {
	let (mut ledgers, _) = chain_of_two();
	let claim = |claim: u64, amount: &str| json!({ "jurisdiction": 0, "claim": claim, "twin": 2, "currency": 3, "amount": amount });
	let rows = vec![
		row(2, 0, "Tax.TaxCollected", collected(1, 2, 1_000, 0, 1_000)),
		row(2, 1, "Tax.RefundClaimed", claim(0, "600")),
		row(2, 2, "Tax.RefundClaimed", claim(1, "400")),
	];
	ledgers.apply(&block(rows), |_, _| ()).expect("can be booked");
	assert_eq!(ledgers.accounts[&(0, 2, 3)], Account { pending: 1_000, ..Account::default() });
	let paid = json!({ "jurisdiction": 0, "claim": 0, "amount": "500", "forfeited": "100" });
	let denied = json!({ "jurisdiction": 0, "claim": 1, "period": PERIOD - 1 });
	let rows = vec![row(3, 0, "Tax.RefundPaid", paid), row(3, 1, "Tax.RefundDenied", denied)];
	ledgers.apply(&block(rows), |_, _| ()).expect("can be booked");
	let account = &ledgers.accounts[&(0, 2, 3)];
	assert_eq!((account.credit(), account.pending), (400, 0));
	assert_eq!(account.credits, [(PERIOD - 1, 400)]);
	let book = &ledgers.treasuries[&(0, 3)];
	assert_eq!((book.refunds, book.forfeited, book.pending), (500, 100, 0));
	assert_eq!(book.credits, 400);
	assert_eq!(ledgers.statements[&(0, 2, 3, PERIOD)].refunded, 500);
}

#[test]
fn note_takes_credit_back() {
	let mut ledgers = Ledgers::default();
	let reversed = json!({
		"jurisdiction": 0, "currency": 3, "period": PERIOD, "supply": PERIOD - 2,
		"seller": 1, "number": 1, "buyer": 2,
		"items": [item(1, json!({ "Vat": VAT }), -10_000, -1_500)],
		"returned": "1500", "used": "0", "remitted": "0", "reversed": "1500", "credited": "0",
		"made_good": "300", "covered": "200",
	});
	let rows = vec![
		row(1, 0, "Tax.JurisdictionCreated", settings()),
		row(1, 1, "Tax.TaxpayerRegistered", registered(2)),
		row(1, 2, "Tax.TaxCollected", collected(1, 2, 1_500, 0, 1_500)),
		row(1, 3, "Tax.TaxReversed", reversed),
	];
	ledgers.apply(&block(rows), |_, _| ()).expect("can be booked");
	// It is as old as the supply.
	assert_eq!(ledgers.accounts[&(0, 1, 3)].credits, [(PERIOD - 2, 1_500)]);
	// Of what it was credited, 500 had been spent, and were paid in.
	assert_eq!(ledgers.accounts[&(0, 2, 3)].credit(), 500);
	let book = &ledgers.treasuries[&(0, 3)];
	assert_eq!((book.returned, book.reversed, book.made_good), (1_500, 1_500, 500));
	assert_eq!(book.credits, 2_000);
	let seller = &ledgers.statements[&(0, 1, 3, PERIOD)];
	assert_eq!(seller.sales, [CodeTotal { code: 1, net: 0, tax: 0 }]);
}

#[test]
fn reverse_charge_is_the_buyers() {
	let mut ledgers = Ledgers::default();
	let mut trade = collected(1, 2, 0, 0, 0);
	trade["items"] = json!([item(5, json!({ "Vat": "ReverseCharge" }), 10_000, 1_500)]);
	let charged = json!({
		"jurisdiction": 0, "currency": 3, "period": PERIOD, "seller": 1, "number": 1, "buyer": 2,
		"code": 5, "output": "1500", "input": "1000", "used": "0", "remitted": "500",
	});
	let rows = vec![
		row(1, 0, "Tax.JurisdictionCreated", settings()),
		row(1, 1, "Tax.TaxCollected", trade),
		row(1, 2, "Tax.ReverseCharged", charged),
	];
	ledgers.apply(&block(rows), |_, _| ()).expect("can be booked");
	let seller = &ledgers.statements[&(0, 1, 3, PERIOD)];
	assert_eq!(seller.sales, [CodeTotal { code: 5, net: 10_000, tax: 0 }]);
	let buyer = &ledgers.statements[&(0, 2, 3, PERIOD)];
	assert_eq!((buyer.output, buyer.input, buyer.used, buyer.remitted), (1_500, 1_000, 1_000, 500));
	assert_eq!(buyer.purchases, [CodeTotal { code: 5, net: 10_000, tax: 1_500 }]);
	let book = &ledgers.treasuries[&(0, 3)];
	assert_eq!(book.output - book.used, book.remitted);
}

#[test]
fn note_gives_back_a_reverse_charge_before_it_takes_anything() {
	let mut ledgers = Ledgers::default();
	let trade = json!({
		"jurisdiction": 0, "currency": 3, "period": PERIOD, "seller": 1, "number": 1, "buyer": 2,
	});
	let with = |fields: Json| {
		let both = [trade.clone(), fields].into_iter().filter_map(|it| it.as_object().cloned());
		Json::Object(both.flatten().collect())
	};
	let reverse = json!({ "Vat": "ReverseCharge" });
	let undone = json!({ "code": 5, "output": "400", "input": "100", "returned": "300" });
	let reversed = json!({
		"items": [item(5, reverse, -4_000, -400), item(1, json!({ "Vat": VAT }), -1_000, -150)],
		"returned": "150", "used": "0", "remitted": "0", "reversed": "150", "credited": "0",
		"made_good": "0", "covered": "0",
	});
	let charged = json!({
		"code": 6, "output": "90", "input": "0", "used": "90", "remitted": "0",
	});
	let rows = vec![
		row(1, 0, "Tax.JurisdictionCreated", settings()),
		row(2, 0, "Tax.ReverseUndone", with(undone)),
		row(2, 1, "Tax.TaxReversed", with(reversed)),
		row(2, 2, "Tax.ReverseCharged", with(charged)),
	];
	ledgers.apply(&block(rows), |_, _| ()).expect("can be booked");
	// The 300 that came back are there for the 150 that fall away, and for the 90.
	assert_eq!(ledgers.accounts[&(0, 2, 3)].credit(), 60);
	let buyer = &ledgers.statements[&(0, 2, 3, PERIOD)];
	assert_eq!((buyer.returned, buyer.reversed, buyer.used), (300, 150, 90));
	// It isn't registered any more, and yet the note is about what it bought.
	assert_eq!(buyer.purchases.len(), 2);
}

#[test]
fn reverse_charge_undone_touches_the_purchases_of_its_note_alone() {
	let mut ledgers = Ledgers::default();
	let trade = json!({
		"jurisdiction": 0, "currency": 3, "period": PERIOD, "seller": 1, "number": 1, "buyer": 2,
	});
	let mut undone = trade.clone();
	let more = json!({ "code": 5, "output": "400", "input": "400", "returned": "0" });
	undone.as_object_mut().expect("is one").extend(more.as_object().cloned().expect("is one"));
	let mut reversed = trade;
	let more = json!({
		"items": [item(5, json!({ "Vat": "ReverseCharge" }), -4_000, -400)],
		"returned": "0", "used": "0", "remitted": "0", "reversed": "0", "credited": "0",
		"made_good": "0", "covered": "0",
	});
	reversed.as_object_mut().expect("is one").extend(more.as_object().cloned().expect("is one"));
	let rows = vec![
		row(1, 0, "Tax.JurisdictionCreated", settings()),
		row(2, 0, "Tax.TaxCollected", collected(1, 2, 1_500, 0, 0)),
		row(2, 1, "Tax.ReverseUndone", undone),
		row(2, 2, "Tax.TaxReversed", reversed),
	];
	ledgers.apply(&block(rows), |_, _| ()).expect("can be booked");
	let buyer = &ledgers.statements[&(0, 2, 3, PERIOD)];
	// Of the payment before it, the unregistered buyer's statement has nothing.
	assert_eq!(buyer.purchases, [CodeTotal { code: 5, net: -4_000, tax: -400 }]);
}

#[test]
fn tax_of_an_unpaid_invoice_is_no_purchase() {
	let mut ledgers = Ledgers::default();
	let mut trade = collected(1, 2, 1_500, 0, 0);
	trade["items"] = json!([
		item(1, json!({ "Vat": VAT }), 0, 1_500),
		item(7, json!({ "LevyOnNet": { "in_vat_base": false } }), 0, 20),
		item(8, json!("Withholding"), 0, 30),
	]);
	let rows = vec![
		row(1, 0, "Tax.JurisdictionCreated", settings()),
		row(1, 1, "Tax.TaxpayerRegistered", registered(2)),
		row(1, 2, "Tax.TaxCollected", trade),
		row(1, 3, "Commerce.UnpaidTaxCollected", json!({ "seller": 1, "number": 1 })),
	];
	ledgers.apply(&block(rows), |_, _| ()).expect("can be booked");
	let seller = &ledgers.statements[&(0, 1, 3, PERIOD)];
	assert_eq!((seller.output, seller.levies, seller.withheld), (1_500, 20, 30));
	assert!(!ledgers.statements.contains_key(&(0, 2, 3, PERIOD)));
}

#[test]
fn purchase_in_the_transaction_of_an_unpaid_invoice_counts() {
	let mut ledgers = Ledgers::default();
	let rows = vec![
		row(1, 0, "Tax.JurisdictionCreated", settings()),
		row(1, 1, "Tax.TaxpayerRegistered", registered(2)),
		row(1, 2, "Tax.TaxCollected", collected(1, 2, 1_500, 0, 0)),
		row(1, 3, "Commerce.UnpaidTaxCollected", json!({ "seller": 1, "number": 1 })),
		row(1, 4, "Tax.TaxCollected", collected(1, 2, 0, 0, 1_500)),
	];
	ledgers.apply(&block(rows), |_, _| ()).expect("can be booked");
	let buyer = &ledgers.statements[&(0, 2, 3, PERIOD)];
	assert_eq!(buyer.input, 1_500);
	assert_eq!(buyer.purchases, [CodeTotal { code: 1, net: 10_000, tax: 0 }]);
}

#[test]
fn thirteenth_period_joins_the_oldest() {
	let mut account = Account::default();
	for period in 1..=13 {
		add(&mut account, period, 10).expect("fits");
	}
	assert_eq!(account.credits.len(), 12);
	assert_eq!(account.credits[..2], [(1, 20), (3, 10)]);
	take(&mut account, 25, None).expect("is there");
	assert_eq!(account.credits[0], (3, 5));
	// What a note takes is of its month, as far as there is credit of it or since; then of before.
	take(&mut account, 15, Some(12)).expect("is there");
	assert_eq!(account.credits.last(), Some(&(13, 5)));
	take(&mut account, 7, Some(13)).expect("is there");
	assert_eq!((account.credits[0], account.credits.last()), ((3, 3), Some(&(11, 10))));
	assert!(take(&mut account, 1_000, Some(3)).is_err());
}

#[test]
fn seventeenth_code_counts_under_the_others() {
	let mut totals = Vec::new();
	for code in 0..17 {
		sum_up(&mut totals, &[CodeTotal { code, net: 1, tax: 0 }]).expect("fits");
	}
	assert_eq!(totals.len(), 16);
	assert_eq!(totals[15], CodeTotal { code: OTHER_CODES, net: 2, tax: 0 });
}

fn settings_by(clock: Json) -> Json {
	json!({ "jurisdiction": 0, "settings": { "clock": clock } })
}

#[test]
fn both_forms_of_a_clock_are_read() {
	for settings in [settings(), settings_by(json!([{ "from": 0, "utc_offset_minutes": 60 }]))] {
		let mut ledgers = Ledgers::default();
		let rows = vec![row(1, 0, "Tax.JurisdictionCreated", settings)];
		ledgers.apply(&block(rows), |_, _| ()).expect("can be read");
		assert_eq!(ledgers.clocks[&0][0].utc_offset_minutes, 60);
	}
}

/// The buyer of an escrow that is released can't pay its reverse charge; then it earns credit.
fn in_arrears() -> Vec<Row> {
	let mut trade = collected(1, 2, 0, 0, 0);
	trade["items"] = json!([item(5, json!({ "Vat": "ReverseCharge" }), 10_000, 1_500)]);
	let charged = json!({
		"jurisdiction": 0, "currency": 3, "period": PERIOD, "seller": 1, "number": 1, "buyer": 2,
		"code": 5, "output": "1500", "input": "0", "used": "0", "remitted": "0", "deferred": "1500",
	});
	vec![
		row(1, 0, "Tax.JurisdictionCreated", settings()),
		row(1, 1, "Tax.TaxpayerRegistered", registered(2)),
		row(2, 0, "Tax.TaxCollected", trade),
		row(2, 1, "Tax.ReverseCharged", charged),
	]
}

fn settled(payer: Json, used: &str, remitted: &str, left: &str) -> Json {
	json!({
		"jurisdiction": 0, "currency": 3, "period": PERIOD, "twin": 2, "payer": payer,
		"used": used, "remitted": remitted, "left": left,
	})
}

#[test]
fn arrears_are_settled_by_credit_and_by_money() {
	let mut ledgers = Ledgers::default();
	let mut movements = Vec::new();
	let mut rows = in_arrears();
	rows.extend([
		row(3, 0, "Tax.TaxCollected", collected(1, 2, 1_000, 0, 1_000)),
		row(3, 1, "Tax.ArrearsSettled", settled(Json::Null, "1000", "0", "500")),
		row(4, 0, "Tax.ArrearsSettled", settled("5F".into(), "0", "200", "300")),
	]);
	let noted = ledgers.apply(&block(rows), |_, movement| movements.push(movement.clone()));
	noted.expect("can be booked");
	let account = &ledgers.accounts[&(0, 2, 3)];
	assert_eq!((account.credit(), account.arrears), (0, 300));
	let buyer = &ledgers.statements[&(0, 2, 3, PERIOD)];
	assert_eq!((buyer.output, buyer.deferred, buyer.settled), (1_500, 1_500, 1_200));
	assert_eq!((buyer.used, buyer.remitted), (1_000, 200));
	assert_eq!(buyer.output + buyer.settled, buyer.used + buyer.remitted + buyer.deferred);
	let book = &ledgers.treasuries[&(0, 3)];
	assert_eq!(book.output - book.used - book.arrears, book.remitted);
	assert_eq!((book.arrears, book.credits), (300, 0));
	let last = movements.last().expect("are some");
	assert_eq!((last.change, last.why), (-1_000, "set against arrears"));
}

#[test]
fn arrears_that_never_arose_or_differ_are_noticed() {
	for wrong in [
		settled("5F".into(), "0", "1501", "0"),
		settled("5F".into(), "0", "200", "1299"),
		settled(Json::Null, "1", "0", "1499"),
	] {
		let mut rows = in_arrears();
		rows.push(row(3, 0, "Tax.ArrearsSettled", wrong));
		let error = Ledgers::default().apply(&block(rows), |_, _| ()).expect_err("doesn't fit");
		assert_eq!(error.code(), 6);
	}
}

#[test]
fn claim_goes_against_arrears_before_it_is_paid() {
	let (mut ledgers, _) = chain_of_two();
	let claim = json!({ "jurisdiction": 0, "claim": 0, "twin": 2, "currency": 3, "amount": "600" });
	let mut rows = vec![
		row(2, 0, "Tax.TaxCollected", collected(1, 2, 600, 0, 600)),
		row(2, 1, "Tax.RefundClaimed", claim),
	];
	rows.extend(in_arrears().drain(2..));
	let paid =
		json!({ "jurisdiction": 0, "claim": 0, "amount": "0", "forfeited": "0", "used": "600" });
	rows.push(row(3, 0, "Tax.RefundPaid", paid));
	ledgers.apply(&block(rows), |_, _| ()).expect("can be booked");
	let account = &ledgers.accounts[&(0, 2, 3)];
	assert_eq!((account.pending, account.arrears), (0, 900));
	let book = &ledgers.treasuries[&(0, 3)];
	assert_eq!((book.arrears, book.refunds), (900, 0));
	assert_eq!(book.output - book.used - book.arrears, book.remitted);
}

#[test]
fn denied_claim_that_is_appealed_is_claimed_again() {
	let (mut ledgers, _) = chain_of_two();
	let claim = |more: Json| {
		let mut json = json!({ "jurisdiction": 0, "claim": 0 });
		let fields = more.as_object().cloned().expect("is one");
		json.as_object_mut().expect("is one").extend(fields);
		json
	};
	let rows = vec![
		row(2, 0, "Tax.TaxCollected", collected(1, 2, 600, 0, 600)),
		row(2, 1, "Tax.RefundClaimed", claim(json!({ "twin": 2, "currency": 3, "amount": "600" }))),
		row(2, 2, "Tax.RefundDenied", claim(json!({ "period": PERIOD, "final_on": 9 }))),
		row(2, 3, "Tax.RefundAppealed", claim(json!({ "from": [[PERIOD, "600"]] }))),
	];
	ledgers.apply(&block(rows), |_, _| ()).expect("can be booked");
	assert_eq!(ledgers.accounts[&(0, 2, 3)], Account { pending: 600, ..Account::default() });
	// Of two months, and so again.
	let denied = claim(json!({
		"decision": "Deny", "to": [[PERIOD - 1, "200"], [PERIOD, "400"]],
	}));
	let rows = vec![row(3, 0, "Tax.AppealDecided", denied)];
	ledgers.apply(&block(rows), |_, _| ()).expect("can be booked");
	let account = &ledgers.accounts[&(0, 2, 3)];
	assert_eq!(
		(account.credits.as_slice(), account.pending),
		(&[(PERIOD - 1, 200), (PERIOD, 400)][..], 0,)
	);
	let paid = claim(json!({ "decision": { "Pay": { "forfeited": "0" } }, "to": [] }));
	let rows = vec![row(4, 0, "Tax.AppealDecided", paid)];
	ledgers.apply(&block(rows), |_, _| ()).expect("says nothing of ledgers");
}

#[test]
fn returns_within_an_invoice_lower_its_output() {
	let mut ledgers = Ledgers::default();
	let mut trade = collected(1, 2, 1_375, 0, 1_375);
	let vat = || json!({ "Vat": VAT });
	trade["items"] = json!([item(1, vat(), 10_000, 1_500), item(6, vat(), -500, -125)]);
	trade["tip"] = "40".into();
	let rows = vec![
		row(1, 0, "Tax.JurisdictionCreated", settings()),
		row(1, 1, "Tax.TaxpayerRegistered", registered(2)),
		row(1, 2, "Tax.TaxCollected", trade.clone()),
	];
	ledgers.apply(&block(rows), |_, _| ()).expect("can be booked");
	let seller = &ledgers.statements[&(0, 1, 3, PERIOD)];
	assert_eq!((seller.output, seller.taken_off, seller.tips), (1_375, 125, 40));
	assert_eq!(seller.sales[1], CodeTotal { code: 6, net: -500, tax: -125 });
	// Whoever buys privately has it in no statement.
	trade["business"] = false.into();
	trade["credited"] = "0".into();
	ledgers.apply(&block(vec![row(2, 0, "Tax.TaxCollected", trade)]), |_, _| ()).expect("fits");
	assert_eq!(ledgers.statements[&(0, 2, 3, PERIOD)].purchases.len(), 2);
	assert_eq!(ledgers.statements[&(0, 2, 3, PERIOD)].purchases[0].net, 10_000);
}

fn dividend(rate: u32, amount: &str, tax: &str, rest: u32) -> Json {
	json!({
		"jurisdiction": 0, "currency": 3, "period": PERIOD, "twin": 7, "payer": "5F", "code": 30,
		"rate": rate, "amount": amount, "tax": tax, "rest": rest,
	})
}

fn of_dividends(dividends: impl IntoIterator<Item = Json>) -> Result<Ledgers> {
	let mut ledgers = Ledgers::default();
	let rows =
		dividends.into_iter().zip(1..).map(|(it, event)| row(1, event, "Tax.TaxWithheld", it));
	ledgers.apply(&block(rows.collect()), |_, _| panic!("no credit moves"))?;
	Ok(ledgers)
}

#[test]
fn what_dividends_leave_of_a_unit_is_due_with_the_next() {
	let ledgers = of_dividends([
		dividend(100_000, "4", "0", 900_000),
		dividend(100_000, "4", "1", 300_000),
		dividend(250_000, "123457", "30864", 550_000),
	])
	.expect("fits");
	let statement = &ledgers.statements[&(0, 7, 3, PERIOD)];
	let sales = vec![CodeTotal { code: 30, net: 0, tax: 30_865 }];
	assert_eq!(*statement, Statement { sales, withheld: 30_865, ..Statement::default() });
	let book = TreasuryBook { withheld: 30_865, ..TreasuryBook::default() };
	assert_eq!(ledgers.treasuries[&(0, 3)], book);
	assert!(ledgers.accounts.is_empty());
	// Of less than a unit, no book is opened.
	let ledgers = of_dividends([dividend(100_000, "4", "0", 900_000)]).expect("fits");
	assert!(ledgers.statements.is_empty() && ledgers.treasuries.is_empty());
}

#[test]
fn dividend_whose_tax_is_another_is_noticed() {
	for wrong in [
		dividend(100_000, "1000", "99", 500_000),
		dividend(100_000, "1000", "101", 500_000),
		dividend(100_000, "1000", "100", 500_001),
		// What was left of a unit is gone, or a whole unit is left.
		dividend(100_000, "1000", "100", 0),
		dividend(100_000, "1000", "99", 1_500_000),
		dividend(100_000, "340282366920938463463374607431768211455", "0", 0),
	] {
		let error = of_dividends([wrong]).err().expect("doesn't fit");
		assert_eq!(error.code(), 6);
	}
	// Each twin, place and currency has its own.
	let others = ["twin", "jurisdiction", "currency"].map(|name| {
		let mut other = dividend(100_000, "4", "0", 900_000);
		other[name] = 9.into();
		other
	});
	of_dividends(others.into_iter().chain([dividend(100_000, "4", "0", 900_000)])).expect("fits");
}
