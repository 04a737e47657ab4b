//! Demurrage of credit: it is money that waits in a treasury.

use super::refunds::{fund, held_claim, state_of, WHY};
use crate::{mock::*, *};
use frame::testing_prelude::*;
use ourledger_primitives::{
	tax::{NoteOutcome, PaymentSplit, Period, TaxCode},
	twin::TwinNumber,
};

/// A unit of money is worth half of what it was, from November on.
fn half_since_november() {
	Past::set(vec![(TODAY, 100), (TODAY + 28, 200), (TODAY + 60, 400)]);
}

#[test]
fn credit_is_no_room_to_wait_in() {
	build_and_execute(|| {
		half_since_november();
		fund(500);
		let before = money(B);
		// In its own month a claim is charged nothing.
		hypothetically!({
			assert_ok!(claim_refund(B, 200));
			assert_eq!((money(B), statement(B).charged), (before + 200, 0));
		});
		// On 10 December, half of what October's credit was worth on 1 November is gone.
		Index::set(400);
		set_day(TODAY + 67);
		assert_ok!(claim_refund(B, 200));
		assert_eq!((money(B), purse(MONEY, POT), treasury()), (before + 100, 100, 300));
		assert!(matches!(
			last_event(),
			Some(Event::RefundPaid { amount: 200, charged: 100, set_aside: 0, .. })
		));
		assert_eq!((statement(B).refunded, statement(B).charged), (200, 100));
		assert_eq!((book().refunds, Waiting::<Test>::iter().count()), (200, 0));
	});
}

#[test]
fn a_held_claim_is_charged_for_its_wait() {
	build_and_execute(|| {
		half_since_november();
		held_claim();
		let before = money(B);
		assert_eq!(Waiting::<Test>::get(TOWN, 0).map(|it| it.kept.nominal), Some(500));
		// 100 are forfeited: the demurrage of these isn't B's.
		assert_ok!(Tax::assess_refund(authority(), TOWN, 0, 100, WHY));
		Index::set(400);
		set_day(TODAY + 67);
		idle();
		// It was claimed when a minor unit had 100.
		assert_eq!((mock::claim(0), money(B), statement(B).charged), (None, before + 100, 300));
		assert_eq!(Waiting::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_denied_claim_no_longer_waits() {
	build_and_execute(|| {
		half_since_november();
		held_claim();
		assert_ok!(Tax::deny_refund(authority(), TOWN, 0, WHY));
		assert_eq!(Waiting::<Test>::get(TOWN, 0), None);
		assert_ok!(Tax::appeal(by(B), TOWN, 0, WHY));
		assert_eq!(Waiting::<Test>::get(TOWN, 0).map(|it| it.kept.nominal), Some(500));
		assert_ok!(Tax::decide_appeal(RuntimeOrigin::root(), TOWN, 0, Decision::Deny));
		assert_eq!((Waiting::<Test>::get(TOWN, 0), credit(B)), (None, 500));
	});
}

#[test]
fn a_claim_from_before_is_charged_nothing() {
	build_and_execute(|| {
		half_since_november();
		held_claim();
		Waiting::<Test>::remove(TOWN, 0);
		let before = money(B);
		Index::set(400);
		set_day(TODAY + 67);
		idle();
		assert_eq!((mock::claim(0), money(B), statement(B).charged), (None, before + 500, 0));
	});
}

/// The middle of December, when what October's credit was worth on 1 November has lost half.
fn in_december() {
	Index::set(400);
	set_day(TODAY + 67);
}

fn credits(twin: TwinNumber) -> Vec<(Period, Balance)> {
	Accounts::<Test>::get((TOWN, twin, MONEY)).credits.into_inner()
}

#[test]
fn credit_is_charged_when_it_is_set_against_tax() {
	build_and_execute(|| {
		half_since_november();
		fund(500);
		let before = money(B);
		hypothetically!({
			// In its own month it is worth all.
			let split = trade_and_pay_split(B, C, &[(S20, 1_000)]);
			assert_eq!((split.used, split.charged, split.seller), (200, 0, 1_200));
		});
		in_december();
		let split = trade_and_pay_split(B, C, &[(S20, 1_000)]);
		assert_eq!((split.used, split.charged, split.treasury, split.seller), (200, 100, 0, 1_100));
		assert_eq!((money(B), purse(MONEY, POT), treasury()), (before + 1_100, 100, 500));
		assert!(matches!(
			last_event(),
			Some(Event::TaxCollected { amount: 1_200, used: 200, charged: 100, .. })
		));
		// The tax is on all of it: so is what the buyer is credited, afresh.
		assert_eq!((credits(B), credits(C)), (vec![(OCTOBER, 300)], vec![(OCTOBER + 2, 200)]));
	});
}

#[test]
fn credit_is_charged_when_escrow_is_released() {
	build_and_execute(|| {
		half_since_november();
		fund(500);
		Index::set(200);
		set_day(TODAY + 30);
		let mut invoice = invoice(B, C, &sale(&[(S20, 1_000)]));
		let kept = invoice.escrow(1_200);
		let before = money(B);
		in_december();
		// Half of 1,200 for their wait, and half of 200 that were used.
		let split = invoice.release(kept);
		assert_eq!((split.used, split.charged, split.treasury, split.seller), (200, 700, 0, 500));
		assert_eq!((money(B), purse(MONEY, POT)), (before + 500, 700));
	});
}

#[test]
fn credit_is_charged_when_unpaid_tax_is_taken() {
	build_and_execute(|| {
		half_since_november();
		fund(500);
		in_december();
		let mut invoice = invoice(B, C, &sale(&[(S20, 1_000)]));
		let before = money(B);
		let split = invoice.collect_unpaid();
		assert_eq!((split.used, split.charged, split.treasury), (200, 100, 0));
		assert_eq!((money(B), purse(MONEY, POT)), (before - 100, 100));
		assert!(matches!(last_event(), Some(Event::TaxCollected { amount: 0, charged: 100, .. })));
	});
}

#[test]
fn a_buyer_is_charged_for_what_it_uses_of_reverse_charge() {
	build_and_execute(|| {
		let deductible = bounded(vec![(REVERSE, 500_000)]);
		assert_ok!(Tax::amend_taxpayer(
			authority(),
			TOWN,
			B,
			TaxpayerTerms { deductible, ..terms() }
		));
		half_since_november();
		fund(500);
		in_december();
		let mut invoice = invoice(A, B, &sale(&[(REVERSE, 1_000)]));
		let before = money(B);
		hypothetically!({
			// Of 200 it owes half, from its credit: 100 that were worth 50.
			invoice.clone().pay(1_000);
			assert_eq!((money(B), purse(MONEY, POT)), (before - 1_050, 50));
			assert_eq!(credits(B), [(OCTOBER, 400)]);
		});
		// Out of escrow it is let off, if it can't pay.
		let kept = invoice.escrow(1_000);
		Purses::insert(MONEY, controller(B), 49);
		invoice.release(kept);
		assert_eq!((money(B), credits(B), arrears(B)), (49, vec![(OCTOBER, 400)], 0));
	});
}

#[test]
fn what_a_note_gives_is_as_old_as_the_supply() {
	build_and_execute(|| {
		half_since_november();
		let mut sold = trade_and_pay(A, None, &[(S20, 1_000)]);
		in_december();
		assert_eq!(sold.credit(&note(&[(S20, 1_000)]), 0), NoteOutcome::Settled { refund: 1_200 });
		assert_eq!(credits(A), [(OCTOBER, 200)]);
		let before = money(A);
		// All of its sales came back: it waits for its hold to end.
		assert_ok!(claim_refund(A, 200));
		set_day(TODAY + 67 + 21);
		idle();
		assert_eq!((money(A), statement(A).charged), (before + 100, 100));
	});
}

#[test]
fn what_a_note_takes_of_old_credit_is_charged() {
	build_and_execute(|| {
		half_since_november();
		fund(500);
		in_december();
		// 2,200 are half paid: half of its tax is taken. Less its exempt half, all of it is.
		let mut sold = invoice(B, None, &sale(&[(S20, 1_000), (ZERO, 1_000)]));
		sold.pay(1_100);
		let (before, pot) = (money(B), purse(MONEY, POT));
		assert_eq!(sold.credit(&note(&[(ZERO, 1_000)]), 0), NoteOutcome::Settled { refund: 0 });
		let Some(Event::TaxReversed { used, remitted, charged, .. }) = last_event() else {
			panic!("a note has an event")
		};
		assert_eq!((used, remitted, charged), (83, 0, 41));
		assert_eq!((money(B), purse(MONEY, POT)), (before - 41, pot + 41));
	});
}

#[test]
fn a_claim_that_is_denied_is_as_old_as_it_was() {
	build_and_execute(|| {
		half_since_november();
		fund(500);
		in_december();
		trade_and_pay(A, B, &[(S20, 5_000)]);
		assert_eq!(credits(B), [(OCTOBER, 500), (OCTOBER + 2, 1_000)]);
		amend(|settings| settings.refund_caps = bounded(vec![]));
		assert_ok!(claim_refund(B, 600));
		assert!(matches!(state_of(0), ClaimState::Held { .. }));
		assert_ok!(Tax::deny_refund(authority(), TOWN, 0, WHY));
		let Some(Event::RefundDenied { to, .. }) = last_event() else {
			panic!("a denial has an event")
		};
		assert_eq!(to.into_inner(), [(OCTOBER, 500), (OCTOBER + 2, 100)]);
		assert_eq!(credits(B), [(OCTOBER, 500), (OCTOBER + 2, 1_000)]);
		assert_ok!(Tax::appeal(by(B), TOWN, 0, WHY));
		assert_ok!(Tax::decide_appeal(RuntimeOrigin::root(), TOWN, 0, Decision::Deny));
		let Some(Event::AppealDecided { to, .. }) = last_event() else {
			panic!("a decision has an event")
		};
		assert_eq!(to.into_inner(), [(OCTOBER, 500), (OCTOBER + 2, 100)]);
		assert_eq!(credits(B), [(OCTOBER, 500), (OCTOBER + 2, 1_000)]);
	});
}

#[test]
fn a_note_makes_no_old_credit_new() {
	build_and_execute(|| {
		half_since_november();
		fund(500);
		in_december();
		// A sale between sisters, and its note: what was given in December is taken.
		let mut sold = trade_and_pay(A, B, &[(S20, 2_500)]);
		assert_eq!(credits(B), [(OCTOBER, 500), (OCTOBER + 2, 500)]);
		assert_eq!(sold.credit(&note(&[(S20, 2_500)]), 0), NoteOutcome::Settled { refund: 3_000 });
		assert_eq!((credits(A), credits(B)), (vec![(OCTOBER + 2, 500)], vec![(OCTOBER, 500)]));
		// What of that was spent goes on with older credit, oldest first.
		let mut sold = trade_and_pay(A, B, &[(S20, 2_500)]);
		assert_ok!(claim_refund(B, 600));
		assert_eq!(credits(B), [(OCTOBER + 2, 400)]);
		assert_eq!(sold.credit(&note(&[(S20, 2_500)]), 0), NoteOutcome::Settled { refund: 2_900 });
		assert_eq!(credits(B), []);
	});
}

#[test]
fn a_note_moves_no_credit_that_it_gives_and_takes() {
	build_and_execute(|| {
		half_since_november();
		fund(500);
		in_december();
		// Of 4,100 half are paid. Without the half at 15 %, more is taken of that at 20 %.
		let mut sold = invoice(B, None, &sale(&[(S20, 1_000), (S15, 1_000), (ZERO, 2_000)]));
		sold.pay(sold.bill.gross / 2);
		let before = credits(B);
		sold.credit(&note(&[(S15, 1_000)]), 0);
		let Some(Event::TaxReversed { returned, used, charged, .. }) = last_event() else {
			panic!("a note has an event")
		};
		assert!(returned > used && used > 0 && charged == 0, "{returned} {used} {charged}");
		assert_eq!(credits(B)[0], before[0]);
	});
}

#[test]
fn whoever_has_no_money_still_uses_its_credit() {
	build_and_execute(|| {
		half_since_november();
		fund(500);
		in_december();
		let mut invoice = invoice(B, C, &sale(&[(S20, 1_000)]));
		Purses::insert(MONEY, controller(B), 99);
		let split = invoice.collect_unpaid();
		assert_eq!((split.used, split.charged, split.treasury, money(B)), (200, 0, 0, 99));
	});
}

#[test]
fn small_payments_are_charged_no_more_than_a_large_one() {
	build_and_execute(|| {
		half_since_november();
		fund(500);
		in_december();
		let mut invoice = invoice(B, C, &sale(&[(S20, 1_000)]));
		let charges = (0..1_200).map(|_| invoice.pay(1).charged);
		assert!(charges.sum::<Balance>() <= 100);
	});
}

#[test]
fn a_buyer_that_can_pay_its_tax_alone_owes_nothing() {
	build_and_execute(|| {
		let deductible = bounded(vec![(REVERSE, 0)]);
		let terms = TaxpayerTerms { deductible, ..terms() };
		assert_ok!(Tax::amend_taxpayer(authority(), TOWN, B, terms));
		half_since_november();
		fund(100);
		in_december();
		let invoice = invoice(A, B, &sale(&[(REVERSE, 1_000)]));
		// 100 of credit, charged 50, and 100 in money.
		for (purse, left, owed) in [(150, 0, 0), (149, 49, 0), (100, 0, 0), (99, 99, 100)] {
			hypothetically!({
				let mut invoice = invoice.clone();
				let kept = invoice.escrow(1_000);
				Purses::insert(MONEY, controller(B), purse);
				invoice.release(kept);
				assert_eq!((money(B), arrears(B)), (left, owed), "{purse}");
			});
		}
	});
}

fn trade_and_pay_split(
	seller: TwinNumber,
	buyer: TwinNumber,
	items: &[(TaxCode, i128)],
) -> PaymentSplit {
	invoice(seller, buyer, &sale(items)).pay_all()
}
