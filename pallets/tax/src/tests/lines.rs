//! Where VAT is rounded per line: the chain rounds, and remembers the lines by their hash.

use crate::{mock::*, types::Rounding, *};
use frame::testing_prelude::*;
use ourledger_primitives::{
	invoice::{hash_of_lines, Amounts, Note, Prices, Sale, SaleItem, MAX_AMOUNT, MAX_LINES},
	tax::{NoteOutcome, TaxCode},
};

/// In a town that rounds per line.
fn by_line(test: impl FnOnce()) {
	build_and_execute(|| {
		amend(|settings| settings.rounding = Rounding::Line);
		test();
	});
}

fn refuse(sale: &Sale, error: Error<Test>) {
	assert_noop!(mock::assess(&trade(A, Some(B)), sale), error);
}

fn hash(items: &[(TaxCode, &[i128])]) -> Option<[u8; 32]> {
	let items = items.iter().map(|(code, amounts)| (*code, lines(amounts))).collect::<Vec<_>>();
	Some(hash_of_lines(items.iter().map(|(code, lines)| (*code, lines))))
}

#[test]
fn tax_is_rounded_line_by_line() {
	by_line(|| {
		// Three times 4.95.
		let bill = invoice(A, B, &lined(&[(S15, &[33, 33, 33])])).bill;
		assert_eq!((bill.subtotals[0].vat, bill.gross), (15, 114));
		assert_eq!(bill.lines, hash(&[(S15, &[33, 33, 33])]));
		// 100 × 0.6.
		let bill = invoice(A, B, &lined(&[(S15, &[4; 100])])).bill;
		assert_eq!((bill.subtotals[0].vat, bill.gross), (100, 500));
		// Within a price: 3 times 23 / 1.15.
		let gross = Sale { prices: Prices::Gross, ..lined(&[(S15, &[23, 23, 23])]) };
		let bill = invoice(A, B, &gross).bill;
		assert_eq!((bill.subtotals[0].net, bill.subtotals[0].vat, bill.gross), (60, 9, 69));
		// A levy in the base is a line of its own.
		let levies = bounded(vec![levy(LEVY_IN, S15, 0)]);
		let sold = Sale { levies: levies.clone(), ..lined(&[(S15, &[100])]) };
		let bill = invoice(A, B, &sold).bill;
		assert_eq!((bill.subtotals[0].vat, bill.gross), (17, 127));
		refuse(&Sale { prices: Prices::Gross, levies, ..gross }, Error::LevyWithinLinePrices);
	});
}

#[test]
fn no_tax_is_stated_that_the_chain_does_not_round() {
	by_line(|| {
		// Whatever the lines, 2,000.00 at 15 % isn't free of tax: 128 lines are off by 64 at most.
		let amounts = [156_250; 128].map(|amount| amount / 100);
		let bill = invoice(A, B, &lined(&[(S15, &amounts)])).bill;
		assert_eq!(bill.net(), 199_936);
		let exact = 29_990;
		assert!((bill.subtotals[0].vat - exact).abs() <= 64);
	});
}

#[test]
fn lines_are_told_where_they_are_needed_and_nowhere_else() {
	build_and_execute(|| refuse(&lined(&[(S15, &[100])]), Error::LinesUnexpected));
	by_line(|| {
		refuse(&sale(&[(S15, 100)]), Error::LinesMissing);
		refuse(&lined(&[(S15, &[])]), Error::LinesMissing);
		refuse(&lined(&[(ZERO, &[100])]), Error::LinesUnexpected);
		let mut mixed = lined(&[(S15, &[100])]);
		let zero = SaleItem { code: ZERO, amounts: Amounts::Sum(10) };
		mixed.items.try_push(zero).expect("there is room");
		assert_eq!(invoice(A, B, &mixed).bill.gross, 125);
		// What has no lines is none the less rounded per line.
		assert_eq!(invoice(A, B, &sale(&[(ZERO, 10)])).bill.lines, hash(&[]));
	});
}

#[test]
fn a_sale_has_so_many_lines_over_all_its_codes() {
	by_line(|| {
		let most = [1; MAX_LINES as usize];
		assert_eq!(invoice(A, B, &lined(&[(S15, &most)])).bill.net(), 128);
		refuse(&lined(&[(S15, &most), (S20, &[1])]), Error::TooManyLines);
		let half = &most[..64];
		assert_eq!(invoice(A, B, &lined(&[(S15, half), (S20, half)])).bill.net(), 128);
		let max = MAX_AMOUNT as i128;
		refuse(&lined(&[(S15, &[max, 1])]), Error::TooLarge);
		refuse(&lined(&[(S15, &[max + 1, -1])]), Error::TooLarge);
		refuse(&lined(&[(S15, &[i128::MAX, 1])]), Error::TooLarge);
	});
}

#[test]
fn a_note_shows_the_lines_as_they_were_and_as_they_remain() {
	by_line(|| {
		let mut invoice = invoice(A, B, &lined(&[(S15, &[333, 333, 334]), (S20, &[50])]));
		invoice.pay_all();
		let tax = invoice.bill.vat();
		// 49.95, 49.95, 50.1 and 10.
		assert_eq!((tax, credit(B)), (160, 160));
		let whole: &[(TaxCode, &[i128], &[i128])] =
			&[(S15, &[333, 333, 334], &[333, 0, 334]), (S20, &[50], &[50])];
		for (note, error) in [
			(note(&[(S15, 333)]), Error::<Test>::LinesMissing),
			(line_note(&whole[..1]), Error::<Test>::LinesDiffer),
			(line_note(&[(S15, &[666, 334], &[333, 334]), whole[1]]), Error::<Test>::LinesDiffer),
			(line_note(&[(S15, &[333, 333, 334], &[333]), whole[1]]), Error::<Test>::LinesDiffer),
			// No line grows, or turns.
			(
				line_note(&[(S15, &[333, 333, 334], &[334, 0, 333]), whole[1]]),
				Error::<Test>::NoteTooLarge,
			),
			(
				line_note(&[(S15, &[333, 333, 334], &[333, -1, 334]), whole[1]]),
				Error::<Test>::NoteTooLarge,
			),
		] {
			assert_noop!(invoice.try_credit(&note, 0), error);
		}
		// In any order.
		let back = line_note(&[whole[1], whole[0]]);
		assert_eq!(invoice.credit(&back, 0), NoteOutcome::Settled { refund: 383 });
		assert_eq!((credit(A), credit(B)), (50, 110));
		assert_eq!(invoice.bill.lines, hash(&[(S15, &[333, 0, 334]), (S20, &[50])]));
		// The lines are other ones now.
		assert_noop!(invoice.try_credit(&back, 0), Error::<Test>::LinesDiffer);
		let rest = line_note(&[(S15, &[333, 0, 334], &[0, 0, 0]), (S20, &[50], &[0])]);
		invoice.credit(&rest, 0);
		assert_eq!((invoice.bill.gross, credit(A), credit(B)), (0, 160, 0));
	});
}

#[test]
fn no_note_turns_tax_into_credit_that_it_takes_nothing_for() {
	by_line(|| {
		let mut invoice = trade_and_pay_lined(&[100_000]);
		assert_eq!(credit(B), 15_000);
		// An amount of nothing with a tax of its own can't be said any more.
		let nothing = line_note(&[(S15, &[100_000], &[100_000])]);
		assert_eq!(invoice.credit(&nothing, 0), NoteOutcome::Settled { refund: 0 });
		assert_eq!((credit(A), credit(B)), (0, 15_000));
		// Nor can lines of 0.04, which would take back 25 %: what remains of the line is taxed.
		let most = line_note(&[(S15, &[100_000], &[99_996])]);
		invoice.credit(&most, 0);
		assert_eq!(credit(A), 1);
	});
}

fn trade_and_pay_lined(amounts: &[i128]) -> Invoice {
	let mut invoice = invoice(A, B, &lined(&[(S15, amounts)]));
	invoice.pay_all();
	invoice
}

#[test]
fn a_note_on_something_else_needs_no_lines() {
	by_line(|| {
		let sold = Sale {
			levies: bounded(vec![levy(LEVY_UNIT, S15, 4_000)]),
			tip: 10,
			..lined(&[(S15, &[333, 333])])
		};
		let mut invoice = invoice(A, B, &sold);
		invoice.pay_all();
		let before = invoice.bill.clone();
		let back =
			Note { levies: bounded(vec![levy(LEVY_UNIT, S15, 4_000)]), tip: 10, ..note(&[]) };
		assert_eq!(invoice.credit(&back, 0), NoteOutcome::Settled { refund: 110 });
		let bill = &invoice.bill;
		assert_eq!((bill.lines, bill.vat()), (before.lines, before.vat()));
		assert_eq!((bill.tip, bill.levies[0].tax), (0, 0));
	});
}

#[test]
fn a_note_that_waits_keeps_no_lines() {
	by_line(|| {
		let mut sold = lined(&[(S15, &[500, 500])]);
		let zero = SaleItem { code: ZERO, amounts: Amounts::Sum(1_000) };
		sold.items.try_push(zero).expect("there is room");
		let mut invoice = invoice(A, B, &sold);
		invoice.pay(1_000);
		assert_ok!(claim_refund(B, credit(B)));
		let back = line_note(&[(S15, &[500, 500], &[0, 0])]);
		let left = Tax::do_remainder(&invoice.bill, &back).expect("it is there");
		assert_eq!(left.amounts.to_vec(), [(0, 0), (1_000, 0)]);
		assert_eq!(left.lines, hash(&[(S15, &[0, 0])]));
		assert_eq!(invoice.credit(&back, 0), NoteOutcome::Waits { missing: 70 });
		// What is paid meanwhile doesn't matter.
		invoice.pay(100);
		let credited = Tax::do_credit(&invoice.trade, &mut invoice.bill, &left, 1_000);
		// 77 of credit are gone; 7 came back with the payment.
		assert_eq!(credited, Ok(NoteOutcome::Settled { refund: 30 }));
		assert_eq!(invoice.bill.lines, left.lines);
	});
}

#[test]
fn lines_that_remain_bring_back_no_more_tax_than_all_did() {
	by_line(|| {
		invoice(A, B, &lined(&[(S15, &[1_000])])).pay_all();
		// Each of twenty returns of 4 brings back a unit, rounded from 0.6.
		let mut was = [-4; 21];
		was[0] = 100;
		let mut invoice = invoice(A, B, &lined(&[(S15, &was), (S20, &[1_000])]));
		let returned = &invoice.bill.subtotals[0];
		assert_eq!((returned.net, returned.vat), (20, -5));
		let note = |remain: &[i128]| line_note(&[(S15, &was, remain), (S20, &[1_000], &[1_000])]);
		let mut less = was;
		less[0] = 90;
		assert_noop!(invoice.try_credit(&note(&less), 0), Error::<Test>::NoteTooLarge);
		let mut fewer = was;
		fewer[1..11].fill(0);
		assert_noop!(invoice.try_credit(&note(&fewer), 0), Error::<Test>::NoteTooLarge);
	});
}
