//! Invoices in which returns of one code outweigh: VAT is taken, and credited, as one.

use crate::{mock::*, *};
use frame::testing_prelude::*;
use ourledger_primitives::{
	invoice::{AsOne, Prices, Sale},
	tax::{NoteOutcome, TaxCode, TaxKind, VatCategory},
};

const S: TaxKind = TaxKind::Vat(VatCategory::Standard);
/// S at 7.7 %.
const S77: TaxCode = 77;
/// S at 2.5 %.
const S25: TaxCode = 25;
/// S at 15 %, as [`S15`]: under which a prepayment was.
const OTHER15: TaxCode = 16;

fn settled(refund: Balance) -> NoteOutcome {
	NoteOutcome::Settled { refund }
}

fn with_codes(test: impl FnOnce()) {
	build_and_execute(|| {
		for (code, rate) in [(S77, 77_000), (S25, 25_000), (OTHER15, 150_000)] {
			assert_ok!(Tax::set_code(authority(), TOWN, code, text("code"), S, 0, rate));
		}
		System::reset_events();
		test();
	});
}

/// 10 × 100.00 at 7.7 %, 5 × 100.00 at 2.5 % given back.
const SOLD: &[(TaxCode, i128)] = &[(S77, 100_000), (S25, -50_000)];

#[test]
fn a_category_may_be_negative_where_the_whole_is_not() {
	with_codes(|| {
		let bill = invoice(A, B, &sale(SOLD)).bill;
		let vats = bill.subtotals.iter().map(|it| it.vat).collect::<Vec<_>>();
		assert_eq!((vats, bill.vat(), bill.gross), (vec![7_700, -1_250], 6_450, 56_450));
		assert_eq!(bill.as_one, Some(AsOne { share: 1_000_000, taken: 0, credited: 0 }));
		// Where none is, each code is taken on its own.
		assert_eq!(invoice(A, B, &sale(&[(S77, 100), (ZERO, -50)])).bill.as_one, None);
		for (items, error) in [
			(&[(S77, 100_000), (S25, -100_001)][..], Error::<Test>::NegativeNet),
			(&[(S25, 100_000), (S77, -50_000)], Error::<Test>::NegativeTax),
		] {
			assert_noop!(mock::assess(&trade(A, Some(B)), &sale(items)), error);
		}
	});
}

#[test]
fn vat_is_taken_and_credited_as_one() {
	with_codes(|| {
		let mut invoice = invoice(A, B, &sale(SOLD));
		let split = invoice.pay(18_817);
		// 64.50 × 188.17 ÷ 564.50.
		assert_eq!((split.treasury, split.credited), (2_150, 2_150));
		let Some(Event::TaxCollected { items, used, remitted, credited, .. }) = last_event() else {
			panic!("a payment has an event")
		};
		let shown = items.iter().map(|it| (it.code, it.net, it.tax, it.credited));
		let expected = [(S77, 33_334, 2_567, 0), (S25, -16_667, -417, 0)];
		assert_eq!(shown.collect::<Vec<_>>(), expected);
		assert_eq!((used, remitted, credited), (0, 2_150, 2_150));
		invoice.pay_all();
		assert_eq!((treasury(), credit(B)), (6_450, 6_450));
		let of_a = statement(A);
		assert_eq!((of_a.output, of_a.remitted, of_a.taken_off), (6_450, 6_450, 1_250));
		let sales = [(S77, 100_000, 7_700), (S25, -50_000, -1_250)];
		let sales = sales.map(|(code, net, tax)| CodeTotal { code, net, tax });
		assert_eq!(of_a.sales.into_inner(), sales);
		assert_eq!(statement(B).purchases.into_inner(), sales);
		let taken = invoice.bill.subtotals.iter().map(|it| it.taken).collect::<Vec<_>>();
		assert_eq!(taken, [7_700, -1_250]);
	});
}

#[test]
fn a_buyer_deducts_the_same_share_of_each_code() {
	with_codes(|| {
		let shares = |of_77, of_25| {
			let deductible = bounded(vec![(S77, of_77), (S25, of_25)]);
			let terms = TaxpayerTerms { deductible, ..terms() };
			assert_ok!(Tax::amend_taxpayer(authority(), TOWN, B, terms));
		};
		// 77 would be credited of 64.50 that are remitted.
		shares(1_000_000, 0);
		let assessed = mock::assess(&trade(A, Some(B)), &sale(SOLD));
		assert_noop!(assessed, Error::<Test>::SharesDiffer);
		// What bears no tax has no share.
		assert_ok!(mock::assess(&trade(A, Some(B)), &sale(&[(S20, 1_000), (S25, 0), (S77, -100)])));
		// Whoever isn't credited may buy.
		for buyer in [None, Some(D)] {
			assert_eq!(issue(trade(A, buyer), &sale(SOLD)).map(|it| it.bill.gross), Ok(56_450));
		}
		shares(500_000, 500_000);
		let mut invoice = invoice(A, B, &sale(SOLD));
		// What it is at issue, it stays.
		shares(1_000_000, 0);
		invoice.pay_all();
		assert_eq!(credit(B), 3_225);
		// Whoever isn't registered when it pays isn't credited.
		shares(1_000_000, 1_000_000);
		let mut late = crate::mock::invoice(A, B, &sale(SOLD));
		assert_ok!(Tax::deregister(authority(), TOWN, B));
		late.pay_all();
		assert_eq!(credit(B), 3_225);
	});
}

#[test]
fn one_that_was_not_registered_at_issue_is_not_credited() {
	with_codes(|| {
		let mut invoice = invoice(A, D, &sale(SOLD));
		assert_ok!(Tax::register(authority(), TOWN, D, terms()));
		invoice.pay_all();
		assert_eq!((credit(D), treasury()), (0, 6_450));
	});
}

#[test]
fn a_note_raises_neither_total() {
	with_codes(|| {
		let mut invoice = trade_and_pay(A, B, SOLD);
		for parts in [
			// What was given back is sold after all: the invoice would rise.
			&[(S25, -50_000)][..],
			&[(S77, 1_000), (S25, -1_001)],
			// Net falls, VAT would too; but not below nothing.
			&[(S77, 60_000)],
			&[(S25, 1)],
			&[(S77, -1)],
		] {
			assert!(invoice.try_credit(&note(parts), 100_000).is_err(), "{parts:?}");
		}
		// Half of both.
		assert_eq!(invoice.credit(&note(&[(S77, 50_000), (S25, -25_000)]), 0), settled(28_225));
		assert_eq!((credit(A), credit(B), invoice.bill.vat()), (3_225, 3_225, 3_225));
		let Some(Event::TaxReversed { items, returned, used, remitted, reversed, .. }) =
			last_event()
		else {
			panic!("a note has an event")
		};
		let taxes = items.iter().map(|it| (it.code, it.net, it.tax)).collect::<Vec<_>>();
		assert_eq!(taxes, [(S77, -50_000, -3_850), (S25, 25_000, 625)]);
		assert_eq!((returned, used, remitted, reversed), (3_225, 0, 0, 3_225));
		// All of it.
		assert_eq!(invoice.credit(&note(&[(S77, 50_000), (S25, -25_000)]), 0), settled(28_225));
		assert_eq!((credit(A), credit(B), treasury()), (6_450, 0, 6_450));
		assert_eq!(statement(A).sales.iter().map(|it| it.tax).sum::<i128>(), 0);
	});
}

#[test]
fn one_that_comes_to_nothing_is_booked_at_issue() {
	with_codes(|| {
		// A final invoice, after a prepayment of all.
		let sold = Sale { prices: Prices::Gross, ..sale(&[(S15, 11_500), (S20, -11_500)]) };
		assert_noop!(mock::assess(&trade(A, Some(B)), &sold), Error::<Test>::NegativeTax);
		let mut invoice = invoice(A, B, &sale(&[(S15, 10_000), (OTHER15, -10_000)]));
		assert_eq!((invoice.bill.gross, invoice.bill.vat()), (0, 0));
		let Some(Event::TaxCollected { amount, items, payer, .. }) = last_event() else {
			panic!("it is booked")
		};
		assert_eq!((amount, items.len(), payer), (0, 2, controller(A)));
		let totals = [(S15, 10_000, 1_500), (OTHER15, -10_000, -1_500)];
		let totals = totals.map(|(code, net, tax)| CodeTotal { code, net, tax });
		let (of_a, of_b) = (statement(A), statement(B));
		assert_eq!(of_a.sales.into_inner(), totals);
		assert_eq!((of_a.output, of_a.taken_off), (0, 1_500));
		assert_eq!(of_b.purchases.into_inner(), totals);
		// Once.
		assert_noop!(invoice.try_pay(1), Error::<Test>::Overpaid);
		let all = note(&[(S15, 10_000), (OTHER15, -10_000)]);
		assert_eq!(invoice.credit(&all, 0), settled(0));
		assert!(statement(A).sales.iter().all(|it| (it.net, it.tax) == (0, 0)));
	});
}

#[test]
fn what_is_free_is_not_booked() {
	build_and_execute(|| {
		invoice(A, B, &sale(&[(S15, 0)]));
		assert_eq!((events(), statement(A)), (vec![], Statement::default()));
	});
}

#[test]
fn tax_of_an_unpaid_invoice_is_taken_as_one() {
	with_codes(|| {
		let mut invoice = invoice(A, B, &sale(SOLD));
		let split = invoice.collect_unpaid();
		assert_eq!((split.treasury, credit(B), book().ahead), (6_450, 0, 6_450));
		let taken = invoice.bill.subtotals.iter().map(|it| it.taken).collect::<Vec<_>>();
		assert_eq!(taken, [7_700, -1_250]);
		assert_eq!(invoice.pay(28_225).credited, 3_225);
		invoice.pay_all();
		assert_eq!((credit(B), book().ahead, treasury()), (6_450, 0, 6_450));
	});
}

#[test]
fn returns_that_are_taxed_higher_leave_a_third() {
	with_codes(|| {
		let assess = |items| mock::assess(&trade(A, None), &sale(items)).map(|it| it.vat());
		// 80,000 at 2.5 % are 2,000; so are 10,000 at 20 % that "come back".
		assert_noop!(assess(&[(S25, 80_000), (S20, -10_000)]), Error::<Test>::ReturnsTaxedHigher);
		assert_eq!(assess(&[(S25, 80_000), (S20, -6_666)]), Ok(667));
		assert_noop!(assess(&[(S25, 80_000), (S20, -6_670)]), Error::<Test>::ReturnsTaxedHigher);
		// Against what is sold at their rate, or a higher one, they may take off all.
		let beside = [(S15, 5_000), (S25, 800), (OTHER15, -5_000)];
		assert_eq!(assess(&beside), Ok(20));
		let more = [(S15, 5_000), (S25, 800), (OTHER15, -5_010)];
		assert_noop!(assess(&more), Error::<Test>::ReturnsTaxedHigher);
		assert_eq!(assess(&[(S20, 10), (S15, 5_000), (S25, 800), (OTHER15, -5_010)]), Ok(20));
		// It holds of what a note leaves, too: the goods alone don't go.
		let mut invoice = trade_and_pay(A, None, &beside);
		let goods = invoice.try_credit(&note(&[(S15, 10)]), 0);
		assert_eq!(goods, Err(Error::<Test>::ReturnsTaxedHigher.into()));
		assert_eq!(invoice.credit(&note(&[(S15, 10), (OTHER15, -10)]), 0), settled(0));
	});
}
