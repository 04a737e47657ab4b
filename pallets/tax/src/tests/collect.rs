//! Payments: split, netted, credited, booked.

use crate::{mock::*, *};
use frame::testing_prelude::*;
use ourledger_primitives::{
	invoice::Sale,
	tax::{NoteOutcome, PaymentSplit, TaxKind, TaxRules, Trade, VatCategory},
};

const S: TaxKind = TaxKind::Vat(VatCategory::Standard);

fn settled(refund: Balance) -> NoteOutcome {
	NoteOutcome::Settled { refund }
}

#[test]
fn a_chain_of_sales_nets_in_the_same_calls() {
	build_and_execute(|| {
		let mut first = invoice(A, B, &sale(&[(S15, 1_000)]));
		let split = first.pay(1_150);
		let expected =
			PaymentSplit { seller: 1_000, treasury: 150, credited: 150, ..Default::default() };
		assert_eq!(split, expected);
		assert_eq!((treasury(), credit(A), credit(B)), (150, 0, 150));

		let mut second = invoice(B, C, &sale(&[(S15, 2_000)]));
		let split = second.pay(2_300);
		let (used, credited) = (150, 300);
		let expected =
			PaymentSplit { seller: 2_150, treasury: 150, used, credited, ..Default::default() };
		assert_eq!(split, expected);
		assert_eq!((treasury(), credit(B), credit(C)), (300, 0, 300));

		let of_b = statement(B);
		assert_eq!((of_b.output, of_b.input), (300, 150));
		assert_eq!((of_b.remitted, of_b.used), (150, 150));
		assert_eq!(of_b.sales.into_inner(), [CodeTotal { code: S15, net: 2_000, tax: 300 }]);
		assert_eq!(of_b.purchases.into_inner(), [CodeTotal { code: S15, net: 1_000, tax: 150 }]);
		assert_eq!(money(A), PURSE + 1_000);
		assert_eq!(money(B), PURSE - 1_150 + 2_150);
		assert_eq!(money(C), PURSE - 2_300);
		assert_eq!(
			last_event(),
			Some(Event::TaxCollected {
				booking: booking(B, C),
				business: true,
				payer: controller(C),
				amount: 2_300,
				tip: 0,
				items: bounded(vec![Item {
					code: S15,
					kind: S,
					net: 2_000,
					tax: 300,
					credited: 300
				}]),
				used: 150,
				remitted: 150,
				credited: 300,
				charged: 0,
				set_aside: 0,
			})
		);
	});
}

#[test]
fn part_payments_take_tax_cumulatively() {
	build_and_execute(|| {
		let mut invoice = invoice(A, B, &sale(&[(S15, 10_000)]));
		let parts = [3_333, 3_333, 4_834].map(|amount| invoice.pay(amount).treasury);
		assert_eq!(parts, [435, 434, 631]);
		assert_eq!((credit(B), invoice.bill.paid), (1_500, 11_500));
		assert_eq!(statement(A).sales[0], CodeTotal { code: S15, net: 10_000, tax: 1_500 });
		assert_noop!(invoice.try_pay(1), Error::<Test>::Overpaid);
	});
}

#[test]
fn a_payment_fails_when_the_payer_lacks_money() {
	build_and_execute(|| {
		set_money(controller(B), 100);
		let mut invoice = invoice(A, B, &sale(&[(S15, 1_000)]));
		assert_noop!(invoice.try_pay(1_150), TokenError::FundsUnavailable);
	});
}

#[test]
fn a_buyer_is_credited_only_while_it_is_registered() {
	build_and_execute(|| {
		trade_and_pay(A, D, &[(S15, 1_000)]);
		trade_and_pay(A, None, &[(S15, 1_000)]);
		assert_eq!((credit(D), statement(D)), (0, Statement::default()));
		assert_eq!(book().uncredited.into_inner(), [(OCTOBER, 300)]);

		// Its status is what it is when it pays.
		let mut invoice = invoice(A, D, &sale(&[(S15, 1_000)]));
		invoice.pay(575);
		let terms = TaxpayerTerms { effective: TODAY + 1, ..terms() };
		assert_ok!(Tax::register(authority(), TOWN, D, terms));
		invoice.pay(115);
		assert_eq!(credit(D), 0);
		set_day(TODAY + 1);
		invoice.pay_all();
		assert_eq!(credit(D), 60);
		assert_eq!(book().uncredited.into_inner(), [(OCTOBER, 390)]);
		assert_ok!(Tax::deregister(authority(), TOWN, D));
		trade_and_pay(A, D, &[(S15, 1_000)]);
		assert_eq!(credit(D), 60);
	});
}

#[test]
fn a_buyer_is_credited_what_it_may_deduct() {
	build_and_execute(|| {
		deduct(B, S15, 333_333);
		let mut invoice = invoice(A, B, &sale(&[(S15, 1_000), (S20, 100)]));
		let credits = [400, 400, 470].map(|amount| invoice.pay(amount).credited);
		// 333,333 of 150, rounded down; all of 20.
		assert_eq!(credits.iter().sum::<Balance>(), 49 + 20);
		assert_eq!(credit(B), 69);
		assert_eq!(book().uncredited.into_inner(), [(OCTOBER, 101)]);
	});
}

#[test]
fn only_vat_nets() {
	build_and_execute(|| {
		trade_and_pay(B, A, &[(S15, 10_000)]);
		assert_eq!(credit(A), 1_500);
		let sold = Sale {
			levies: bounded(vec![
				levy(LEVY_IN, S15, 0),
				levy(LEVY_OUT, S15, 0),
				levy(LEVY_UNIT, S15, 2_500),
			]),
			withholdings: bounded(vec![WITHHELD]),
			tip: 7,
			..sale(&[(S15, 1_000)])
		};
		let mut invoice = invoice(A, B, &sold);
		// Levies 100 + 10 + 62.5 → 63; VAT on 1,100; 50 is withheld.
		assert_eq!(invoice.bill.gross, 1_000 + 100 + 10 + 63 + 165 + 7);
		let before = treasury();
		let split = invoice.pay_all();
		assert_eq!((split.used, split.credited), (165, 165));
		assert_eq!(split.treasury, 100 + 10 + 63 + 50);
		assert_eq!(treasury(), before + 223);
		let of_a = statement(A);
		assert_eq!((of_a.levies, of_a.withheld, of_a.remitted), (173, 50, 0));
		assert_eq!(of_a.tips, 7);
		let Some(Event::TaxCollected { tip, .. }) = last_event() else {
			panic!("a payment has an event")
		};
		assert_eq!(tip, 7);
		assert_eq!(of_a.sales.len(), 5);
		assert_eq!(credit(A), 1_335);
		// Levies and what was withheld gave nobody credit.
		assert_eq!(book().uncredited.into_inner(), [(OCTOBER, 223)]);
	});
}

#[test]
fn oldest_credit_is_used_first_and_the_thirteenth_period_merges() {
	build_and_execute(|| {
		let mut day = TODAY;
		for _ in 0..13 {
			set_day(day);
			trade_and_pay(A, B, &[(S15, 100)]);
			day += 31;
		}
		let credits = account(B).credits;
		assert_eq!(credits.len(), 12);
		assert_eq!(credits[0], (OCTOBER, 30));
		assert_eq!(credits[1], (OCTOBER + 2, 15));
		trade_and_pay(B, A, &[(S15, 200)]);
		assert_eq!(account(B).credits[0], (OCTOBER + 2, 15));
		trade_and_pay(B, A, &[(S15, 160)]);
		assert_eq!(account(B).credits[0], (OCTOBER + 3, 6));
		// Only so many periods can be corrected that a window touches.
		assert!(book().uncredited.is_empty());
	});
}

#[test]
fn reverse_charge_is_booked_by_the_buyer() {
	build_and_execute(|| {
		let mut invoice = invoice(A, B, &sale(&[(REVERSE, 1_000)]));
		assert_eq!((invoice.bill.gross, invoice.bill.subtotals[0].vat), (1_000, 200));
		let split = invoice.pay(400);
		assert_eq!(split, PaymentSplit { seller: 400, ..Default::default() });
		invoice.pay(600);
		// All deductible: output and input cancel.
		assert_eq!((treasury(), credit(B)), (0, 0));
		let of_b = statement(B);
		assert_eq!((of_b.output, of_b.input, of_b.used, of_b.remitted), (200, 200, 200, 0));
		assert_eq!(of_b.purchases[0], CodeTotal { code: REVERSE, net: 1_000, tax: 200 });
		assert_eq!(statement(A).sales[0], CodeTotal { code: REVERSE, net: 1_000, tax: 0 });
		assert_eq!(statement(A).output, 0);
	});
}

#[test]
fn reverse_charge_costs_what_cannot_be_deducted() {
	build_and_execute(|| {
		deduct(B, REVERSE, 250_000);
		trade_and_pay(A, B, &[(S15, 100)]);
		let (treasury_before, money_before) = (treasury(), money(B));
		let mut invoice = invoice(A, B, &sale(&[(REVERSE, 1_000)]));
		invoice.pay_all();
		// 200 of output, 50 of input, 15 set against credit, 135 paid.
		assert_eq!(credit(B), 0);
		assert_eq!(treasury(), treasury_before + 135);
		assert_eq!(money(B), money_before - 1_000 - 135);
		assert_eq!(
			last_event(),
			Some(Event::ReverseCharged {
				booking: booking(A, B),
				supply: None,
				code: REVERSE,
				output: 200,
				input: 50,
				used: 15,
				remitted: 135,
				deferred: 0,
			})
		);
		let book = book();
		assert_eq!((book.output, book.used, book.remitted), (215, 65, 150));
	});
}

#[test]
fn tax_of_an_unpaid_invoice_is_taken_from_the_seller_and_credited_with_payment() {
	build_and_execute(|| {
		trade_and_pay(B, A, &[(S15, 400)]);
		let mut invoice = invoice(A, B, &sale(&[(S15, 1_000), (S20, 100)]));
		invoice.pay(127);
		assert_eq!(credit(B), 17);
		let before = money(A);
		let split = invoice.collect_unpaid();
		// 170 in all, 17 taken; the 43 that A has left of its credit are used.
		assert_eq!(split, PaymentSplit { treasury: 110, used: 43, ..Default::default() });
		assert_eq!(money(A), before - 110);
		assert_eq!(credit(B), 17);
		assert_eq!(statement(A).sales[0].net, 100);
		assert_eq!(invoice.collect_unpaid(), PaymentSplit::default());

		let split = invoice.pay(508);
		assert_eq!((split.seller, split.treasury), (508, 0));
		assert_eq!(credit(B), 85);
		invoice.pay_all();
		assert_eq!(credit(B), 170);
		assert_eq!(statement(A).sales[0].net, 1_000);
		assert!(book().uncredited.is_empty());
	});
}

#[test]
fn turnover_is_summed_up_by_owner_and_crosses_the_threshold_once() {
	build_and_execute(|| {
		assert_ok!(own(D, E));
		trade_and_pay(D, None, &[(OUTSIDE, 6_000)]);
		trade_and_pay(E, A, &[(OUTSIDE, 3_999)]);
		let crossed = |event: &Event<Test>| matches!(event, Event::ThresholdCrossed { .. });
		assert_eq!(events().iter().filter(|event| crossed(event)).count(), 0);
		trade_and_pay(D, None, &[(OUTSIDE, 1)]);
		assert_eq!(
			last_event(),
			Some(Event::ThresholdCrossed {
				jurisdiction: TOWN,
				owner: E,
				currency: MONEY,
				year: 2024,
				turnover: 10_000
			})
		);
		trade_and_pay(D, None, &[(OUTSIDE, 1)]);
		assert_eq!(events().iter().filter(|event| crossed(event)).count(), 1);
		assert_eq!(Turnovers::<Test>::get((E, 2024, TOWN, MONEY)), 10_001);
		// Another year, another count.
		set_day(TODAY + 100);
		trade_and_pay(D, None, &[(OUTSIDE, 5)]);
		assert_eq!(Turnovers::<Test>::get((E, 2025, TOWN, MONEY)), 5);
	});
}

#[test]
fn turnover_out_of_scope_is_counted_whoever_sells() {
	build_and_execute(|| {
		trade_and_pay(A, None, &[(OUTSIDE, 500)]);
		assert_eq!(Turnovers::<Test>::get((A, 2024, TOWN, MONEY)), 500);
		let (owner, amount, turnover) = (A, 500, 500);
		let event = Event::TurnoverCounted {
			jurisdiction: TOWN,
			owner,
			currency: MONEY,
			year: 2024,
			amount,
			turnover,
		};
		assert_eq!(last_event(), Some(event));
		// What is within its scope isn't.
		trade_and_pay(A, None, &[(ZERO, 500)]);
		assert_eq!(Turnovers::<Test>::get((A, 2024, TOWN, MONEY)), 500);
	});
}

#[test]
fn a_private_purchase_gives_no_credit() {
	build_and_execute(|| {
		let private = Trade { business: false, ..trade(A, Some(B)) };
		let mut invoice = issue(private, &sale(&[(S15, 1_000)])).expect("it can be sold");
		assert_eq!(invoice.pay_all().credited, 0);
		assert_eq!((credit(B), statement(B)), (0, Statement::default()));
		assert_eq!(invoice.credit(&note(&[(S15, 1_000)]), 0), settled(1_150));
		assert_eq!((credit(A), statement(B)), (150, Statement::default()));
		let reverse = crate::mock::assess(&private, &sale(&[(REVERSE, 10)]));
		assert_noop!(reverse, Error::<Test>::BuyerNotRegistered);
	});
}

#[test]
fn a_released_payment_is_taxed_whole_and_its_seller_bears_the_wait() {
	build_and_execute(|| {
		let mut invoice = invoice(A, B, &sale(&[(S15, 1_000)]));
		let kept = invoice.escrow(1_150);
		// A tenth is gone.
		Index::set(111);
		let before = money(A);
		let split = invoice.release(kept);
		// 1,150 × 100 ÷ 111 = 1,036: 114 are charged, all of it to the seller.
		assert_eq!((split.treasury, split.seller, split.charged), (150, 886, 114));
		assert_eq!((money(A), treasury()), (before + 886, 150));
		assert_eq!((purse(MONEY, POT), purse(MONEY, ESCROW)), (114, 0));
		assert_eq!((invoice.bill.paid, credit(B)), (1_150, 150));
		assert_eq!(statement(A).sales[0], CodeTotal { code: S15, net: 1_000, tax: 150 });
		let Some(Event::TaxCollected { amount, charged, set_aside, payer, .. }) = last_event()
		else {
			panic!("a payment has an event")
		};
		assert_eq!((amount, charged, set_aside, payer), (1_150, 114, 0, ESCROW));
	});
}

#[test]
fn demurrage_of_a_wait_takes_at_most_the_sellers_part() {
	build_and_execute(|| {
		let mut invoice = invoice(A, B, &sale(&[(S15, 1_000)]));
		let kept = invoice.escrow(1_150);
		// Less is left than the tax.
		Index::set(2_000);
		let split = invoice.release(kept);
		assert_eq!((split.treasury, split.seller, split.charged), (150, 0, 1_000));
		assert_eq!((treasury(), credit(B)), (150, 150));
	});
}

#[test]
fn a_release_reaches_a_seller_that_cannot_be_paid() {
	for frozen in [false, true] {
		build_and_execute(|| {
			let mut invoice = invoice(A, B, &sale(&[(S15, 1_000)]));
			let kept = invoice.escrow(1_150);
			let accounts = vec![controller(A)];
			if frozen {
				Frozen::set(accounts);
			} else {
				Gone::set(accounts);
			}
			let split = invoice.release(kept);
			let set_aside = if frozen { 0 } else { 1_000 };
			assert_eq!((split.seller, split.set_aside), (1_000, set_aside));
			assert_eq!(purse(MONEY, SET_ASIDE), set_aside);
			assert_eq!((treasury(), credit(B)), (150, 150));
			// Whoever pays directly can't.
			let mut direct = crate::mock::invoice(A, B, &sale(&[(S15, 100)]));
			assert_noop!(direct.try_pay(115), TokenError::Blocked);
		});
	}
}

#[test]
fn a_statement_sums_up_codes_that_it_has_no_room_for() {
	build_and_execute(|| {
		for code in 100..120 {
			let name = text("many");
			assert_ok!(Tax::set_code(authority(), TOWN, code, name, S, 0, 100_000));
			trade_and_pay(A, None, &[(code, 10)]);
		}
		let sales = statement(A).sales;
		assert_eq!(sales.len(), STATEMENT_CODES as usize);
		assert_eq!(sales[15], CodeTotal { code: OTHER_CODES, net: 50, tax: 5 });
	});
}

#[test]
fn nothing_is_collected_where_there_is_nothing() {
	build_and_execute(|| {
		let mut invoice = invoice(A, B, &sale(&[(S15, 1_000)]));
		invoice.trade.jurisdiction = 7;
		let missing = || Error::<Test>::JurisdictionNotFound;
		assert_noop!(invoice.try_pay(1), missing());
		assert_noop!(Tax::collect_unpaid(&invoice.trade, &mut invoice.bill), missing());
		assert_noop!(invoice.try_credit(&note(&[(S15, 1)]), 0), missing());
	});
}

/// All entries of this pallet's storage.
fn entries() -> std::collections::BTreeMap<Vec<u8>, Vec<u8>> {
	use frame::deps::{frame_support::traits::PalletInfoAccess, sp_io};
	let prefix = sp_io::hashing::twox_128(Tax::name().as_bytes());
	let mut key = prefix.to_vec();
	let mut entries = std::collections::BTreeMap::new();
	while let Some(next) = sp_io::storage::next_key(&key).filter(|key| key.starts_with(&prefix)) {
		let value = sp_io::storage::get(&next).expect("it is the next key");
		entries.insert(next.clone(), value.to_vec());
		key = next;
	}
	entries
}

#[test]
fn a_payment_writes_two_statements_two_accounts_and_a_book() {
	build_and_execute(|| {
		trade_and_pay(A, B, &[(S15, 1_000)]);
		let mut second = invoice(B, C, &sale(&[(S15, 2_000)]));
		let before = entries();
		second.pay_all();
		let after = entries();
		let written = after.iter().filter(|(key, value)| before.get(*key) != Some(value)).count();
		let removed = before.keys().filter(|key| !after.contains_key(*key)).count();
		// B's credit is used up, so its account goes.
		assert_eq!((written, removed), (4, 1));
	});
}
