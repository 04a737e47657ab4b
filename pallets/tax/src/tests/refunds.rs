//! Claims, from `claim_refund` to being paid.

use crate::{mock::*, *};
use frame::{testing_prelude::*, traits::BadOrigin};
use ourledger_primitives::tax::Trade;

const WHY: Reason = [7; 32];

/// Give B credit of so much.
fn fund(amount: Balance) {
	trade_and_pay(A, B, &[(S20, amount as i128 * 5)]);
	assert_eq!(credit(B), amount);
	System::reset_events();
}

fn state_of(claim: ClaimId) -> ClaimState {
	mock::claim(claim).expect("a test's claim is there").state
}

/// B has 500 of credit, and claims them, which is too much to be paid at once.
fn held_claim() {
	fund(500);
	assert_ok!(claim_refund(B, 500));
	assert_eq!(state_of(0), ClaimState::Held { until: TODAY + 20 });
}

#[test]
fn a_small_claim_is_paid_at_once() {
	build_and_execute(|| {
		fund(500);
		let before = money(B);
		assert_ok!(claim_refund(B, 200));
		assert_eq!((credit(B), money(B), treasury()), (300, before + 200, 300));
		assert_eq!(mock::claim(0), None);
		assert_eq!(
			events(),
			[
				Event::RefundClaimed {
					jurisdiction: TOWN,
					claim: 0,
					twin: B,
					currency: MONEY,
					amount: 200,
					from: bounded(vec![(OCTOBER, 200)]),
					state: ClaimState::Ready,
				},
				Event::RefundPaid {
					jurisdiction: TOWN,
					claim: 0,
					twin: B,
					currency: MONEY,
					amount: 200,
					forfeited: 0,
				},
			]
		);
		assert_eq!(statement(B).refunded, 200);
		assert_eq!((book().refunds, book().pending), (200, 0));
	});
}

#[test]
fn the_cap_grows_with_the_time_since_registration() {
	build_and_execute(|| {
		fund(3_000);
		for (claim, (day, amount)) in
			[(TODAY, 201), (TODAY + 29, 201), (TODAY + 30, 1_001)].into_iter().enumerate()
		{
			let claim = claim as ClaimId;
			set_day(day);
			assert_ok!(claim_refund(B, amount));
			assert!(matches!(state_of(claim), ClaimState::Held { .. }));
			assert_ok!(Tax::deny_refund(authority(), TOWN, claim, WHY));
		}
		assert_ok!(claim_refund(B, 1_000));
		assert_eq!((mock::claim(3), account(B).pending), (None, 0));
	});
}

/// Let 200 be refunded automatically, however long one has been registered.
fn one_cap() {
	amend(|settings| settings.refund_caps = bounded(vec![RefundCap { age_days: 0, cap: 200 }]));
}

#[test]
fn a_split_claim_gains_nothing() {
	build_and_execute(|| {
		one_cap();
		fund(500);
		assert_ok!(claim_refund(B, 150));
		assert_eq!(mock::claim(0), None);
		assert_ok!(claim_refund(B, 51));
		assert_eq!(state_of(1), ClaimState::Held { until: TODAY + 20 });
		// What is held counts as what was paid does.
		assert_ok!(claim_refund(B, 1));
		assert_eq!(state_of(2), ClaimState::Held { until: TODAY + 20 });
		// What was denied doesn't: now both come to exactly the cap.
		for claim in [1, 2] {
			assert_ok!(Tax::deny_refund(authority(), TOWN, claim, WHY));
		}
		assert_ok!(claim_refund(B, 50));
		assert_eq!((mock::claim(3), statement(B).refunded), (None, 200));
		assert_ok!(claim_refund(B, 1));
		assert!(matches!(state_of(4), ClaimState::Held { .. }));
	});
}

#[test]
fn claims_count_for_the_cap_till_the_end_of_the_next_period() {
	build_and_execute(|| {
		one_cap();
		fund(500);
		assert_ok!(claim_refund(B, 200));
		assert_eq!(mock::claim(0), None);
		set_day(TODAY + 31);
		assert_ok!(claim_refund(B, 1));
		assert!(matches!(state_of(1), ClaimState::Held { .. }));
		assert_ok!(Tax::deny_refund(authority(), TOWN, 1, WHY));
		set_day(TODAY + 62);
		assert_ok!(claim_refund(B, 200));
		assert_eq!((mock::claim(2), credit(B)), (None, 100));
	});
}

#[test]
fn a_held_claim_counts_for_the_cap_from_the_day_it_is_paid() {
	build_and_execute(|| {
		one_cap();
		fund(500);
		assert_ok!(claim_refund(B, 300));
		set_day(TODAY + 31);
		idle();
		assert_eq!((mock::claim(0), statement(B).refunded), (None, 300));
		set_day(TODAY + 62);
		assert_ok!(claim_refund(B, 1));
		assert!(matches!(state_of(1), ClaimState::Held { .. }));
	});
}

#[test]
fn each_taxpayer_has_a_cap_of_its_own_in_each_currency() {
	build_and_execute(|| {
		one_cap();
		fund(500);
		trade_and_pay(A, C, &[(S20, 1_000)]);
		let other = Trade { currency: OTHER_MONEY, ..trade(A, Some(B)) };
		let bill = assess(&other, &sale(&[(S20, 1_000)])).expect("both money is accepted");
		Invoice { trade: other, bill }.pay_all();
		assert_ok!(claim_refund(B, 200));
		assert_ok!(claim_refund(C, 200));
		assert_ok!(Tax::claim_refund(by(B), TOWN, OTHER_MONEY, 200));
		assert_eq!(Claims::<Test>::iter().count(), 0);
	});
}

#[test]
fn oldest_credit_is_claimed_first() {
	build_and_execute(|| {
		fund(100);
		set_day(TODAY + 31);
		trade_and_pay(A, B, &[(S20, 500)]);
		assert_ok!(claim_refund(B, 150));
		assert_eq!(account(B).credits.into_inner(), [(OCTOBER + 1, 50)]);
		let from: Credits = bounded(vec![(OCTOBER, 100), (OCTOBER + 1, 50)]);
		let is_it = |event: &Event<Test>| matches!(event, Event::RefundClaimed { from: it, .. } if *it == from);
		assert!(events().iter().any(is_it));
	});
}

#[test]
fn unusual_returns_hold_a_claim() {
	build_and_execute(|| {
		let mut invoice = trade_and_pay(B, A, &[(S20, 1_000)]);
		// 20 % are still usual.
		invoice.credit(&sale(&[(S20, 200)]), 0);
		assert_ok!(claim_refund(B, 10));
		assert_eq!(mock::claim(0), None);
		invoice.credit(&sale(&[(S20, 5)]), 0);
		assert_ok!(claim_refund(B, 10));
		assert!(matches!(state_of(1), ClaimState::Held { .. }));
		// In the next month they count still, in the one after not any more.
		set_day(TODAY + 31);
		assert_ok!(claim_refund(B, 10));
		assert!(matches!(state_of(2), ClaimState::Held { .. }));
		set_day(TODAY + 62);
		assert_ok!(claim_refund(B, 10));
		assert_eq!(mock::claim(3), None);
	});
}

#[test]
fn claim_refund_fails_when_there_is_nothing_to_claim() {
	build_and_execute(|| {
		fund(100);
		assert_noop!(claim_refund(B, 0), Error::<Test>::AmountZero);
		assert_noop!(claim_refund(B, 101), Error::<Test>::CreditTooLow);
		assert_noop!(claim_refund(D, 1), Error::<Test>::NotTaxpayer);
		let claim = |origin, town| Tax::claim_refund(origin, town, MONEY, 1);
		assert_noop!(claim(by(B), 1), Error::<Test>::JurisdictionNotFound);
		assert_noop!(claim(signed(STRANGER), TOWN), Error::<Test>::NotController);
		assert_noop!(claim(RuntimeOrigin::root(), TOWN), BadOrigin);
	});
}

#[test]
fn credit_outlives_the_registration() {
	build_and_execute(|| {
		fund(100);
		assert_ok!(Tax::deregister(authority(), TOWN, B));
		assert_ok!(claim_refund(B, 100));
		assert!(matches!(state_of(0), ClaimState::Held { .. }));
		set_day(TODAY + 20);
		idle();
		assert_eq!(mock::claim(0), None);
	});
}

#[test]
fn a_held_claim_is_paid_at_its_deadline_by_itself() {
	build_and_execute(|| {
		held_claim();
		let before = money(B);
		set_day(TODAY + 19);
		idle();
		assert_noop!(Tax::pay_refund(signed(STRANGER), TOWN, 0), Error::<Test>::ClaimNotReady);
		assert_eq!(money(B), before);
		set_day(TODAY + 20);
		idle();
		assert_eq!((money(B), mock::claim(0)), (before + 500, None));
		assert_eq!(Due::<Test>::iter().count(), 0);
	});
}

#[test]
fn anyone_can_pay_a_held_claim_at_its_deadline() {
	build_and_execute(|| {
		held_claim();
		set_day(TODAY + 20);
		assert_ok!(Tax::pay_refund(signed(STRANGER), TOWN, 0));
		assert_noop!(Tax::pay_refund(signed(STRANGER), TOWN, 0), Error::<Test>::ClaimNotFound);
		assert_noop!(Tax::pay_refund(RuntimeOrigin::root(), TOWN, 0), BadOrigin);
		// What is left of it in the agenda does no harm.
		idle();
		assert_eq!(Due::<Test>::iter().count(), 0);
	});
}

#[test]
fn deadlines_keep_the_jurisdictions_midnight() {
	build_and_execute(|| {
		amend(|settings| settings.utc_offset_minutes = -720);
		fund(500);
		// It is midnight there.
		assert_eq!(Tax::today(TOWN), Some(TODAY));
		assert_ok!(claim_refund(B, 500));
		let deadline = u64::from(TODAY + 20) * 86_400_000 + 43_200_000;
		Now::set(deadline - 1);
		idle();
		assert_noop!(Tax::pay_refund(signed(STRANGER), TOWN, 0), Error::<Test>::ClaimNotReady);
		Now::set(deadline);
		assert_ok!(Tax::pay_refund(signed(STRANGER), TOWN, 0));
	});
}

#[test]
fn a_change_of_the_clock_forgets_no_claim() {
	build_and_execute(|| {
		held_claim();
		amend(|settings| settings.utc_offset_minutes = -720);
		Now::set(u64::from(TODAY + 20) * 86_400_000);
		idle();
		assert!(mock::claim(0).is_some());
		set_day(TODAY + 21);
		idle();
		assert_eq!(mock::claim(0), None);
	});
}

#[test]
fn the_authority_holds_a_claim_within_bounds() {
	build_and_execute(|| {
		held_claim();
		let hold = |days| Tax::hold_refund(authority(), TOWN, 0, days, WHY);
		assert_noop!(hold(21), Error::<Test>::HoldTooLong);
		assert_ok!(hold(5));
		assert_eq!(state_of(0), ClaimState::Held { until: TODAY + 5 });
		let event =
			Event::RefundHeld { jurisdiction: TOWN, claim: 0, until: TODAY + 5, reason: WHY };
		assert_eq!(last_event(), Some(event));
		set_day(TODAY + 4);
		assert_noop!(hold(17), Error::<Test>::HoldTooLong);
		assert_ok!(hold(16));
		set_day(TODAY + 5);
		idle();
		assert_eq!(state_of(0), ClaimState::Held { until: TODAY + 20 });
		set_day(TODAY + 20);
		idle();
		assert_eq!(mock::claim(0), None);
		assert_noop!(hold(0), Error::<Test>::ClaimNotFound);
	});
}

#[test]
fn a_denied_claim_is_credit_again() {
	build_and_execute(|| {
		held_claim();
		set_day(TODAY + 31);
		assert_ok!(Tax::deny_refund(authority(), TOWN, 0, WHY));
		assert_eq!(account(B).credits.into_inner(), [(OCTOBER, 500)]);
		assert_eq!((account(B).pending, mock::claim(0)), (0, None));
		let event =
			Event::RefundDenied { jurisdiction: TOWN, claim: 0, period: OCTOBER, reason: WHY };
		assert_eq!(last_event(), Some(event));
		idle();
		assert_eq!(credit(B), 500);
	});
}

#[test]
fn an_assessment_becomes_final() {
	build_and_execute(|| {
		held_claim();
		let assess = |forfeited| Tax::assess_refund(authority(), TOWN, 0, forfeited, WHY);
		assert_noop!(assess(501), Error::<Test>::ForfeitTooHigh);
		assert_ok!(assess(120));
		let final_on = TODAY + 10;
		assert_eq!(state_of(0), ClaimState::Assessed { forfeited: 120, final_on });
		assert_noop!(assess(0), Error::<Test>::ClaimClosed);
		let (hold, deny) = (
			Tax::hold_refund(authority(), TOWN, 0, 0, WHY),
			Tax::deny_refund(authority(), TOWN, 0, WHY),
		);
		assert_eq!(hold, Err(Error::<Test>::ClaimClosed.into()));
		assert_eq!(deny, Err(Error::<Test>::ClaimClosed.into()));
		let before = money(B);
		set_day(final_on);
		assert_noop!(Tax::appeal(by(B), TOWN, 0, WHY), Error::<Test>::AppealTooLate);
		idle();
		assert_eq!((money(B), credit(B), mock::claim(0)), (before + 380, 0, None));
		assert_eq!((book().forfeited, book().refunds, treasury()), (120, 380, 120));
	});
}

#[test]
fn a_wholly_forfeited_claim_pays_nothing() {
	build_and_execute(|| {
		held_claim();
		assert_ok!(Tax::assess_refund(authority(), TOWN, 0, 500, WHY));
		set_day(TODAY + 10);
		assert_ok!(Tax::pay_refund(signed(STRANGER), TOWN, 0));
		assert_eq!((treasury(), book().forfeited, book().credits), (500, 500, 0));
	});
}

#[test]
fn governance_decides_an_appeal() {
	build_and_execute(|| {
		held_claim();
		assert_noop!(Tax::appeal(by(B), TOWN, 0, WHY), Error::<Test>::NothingToAppeal);
		assert_ok!(Tax::assess_refund(authority(), TOWN, 0, 500, WHY));
		assert_noop!(Tax::appeal(by(A), TOWN, 0, WHY), Error::<Test>::NotTaxpayer);
		let decide = |forfeited| Tax::decide_appeal(RuntimeOrigin::root(), TOWN, 0, forfeited);
		assert_noop!(decide(0), Error::<Test>::NotAppealed);
		set_day(TODAY + 9);
		assert_ok!(Tax::appeal(by(B), TOWN, 0, WHY));
		assert_eq!(state_of(0), ClaimState::Appealed { forfeited: 500 });
		// Nothing happens until it is decided.
		set_day(TODAY + 40);
		idle();
		assert_noop!(Tax::pay_refund(signed(STRANGER), TOWN, 0), Error::<Test>::ClaimNotReady);
		assert_noop!(decide(501), Error::<Test>::ForfeitTooHigh);
		assert_noop!(Tax::decide_appeal(authority(), TOWN, 0, 0), BadOrigin);
		let before = money(B);
		assert_ok!(decide(100));
		assert_eq!((money(B), mock::claim(0)), (before + 400, None));
	});
}

#[test]
fn only_the_authority_decides_about_claims() {
	build_and_execute(|| {
		held_claim();
		for twin in [A, B] {
			let not = || Error::<Test>::NotAuthority;
			assert_noop!(Tax::hold_refund(by(twin), TOWN, 0, 1, WHY), not());
			assert_noop!(Tax::deny_refund(by(twin), TOWN, 0, WHY), not());
			assert_noop!(Tax::assess_refund(by(twin), TOWN, 0, 1, WHY), not());
		}
		assert_noop!(Tax::deny_refund(authority(), TOWN, 1, WHY), Error::<Test>::ClaimNotFound);
		let missing = || Error::<Test>::JurisdictionNotFound;
		assert_noop!(Tax::deny_refund(authority(), 1, 0, WHY), missing());
		assert_noop!(Tax::pay_refund(authority(), 1, 0), missing());
		assert_noop!(Tax::appeal(by(B), 1, 0, WHY), missing());
		assert_noop!(Tax::decide_appeal(RuntimeOrigin::root(), 1, 0, 0), missing());
	});
}

/// A treasury that lacks money: raising the correction window after a sweep lets older notes give
/// credit that it doesn't have.
fn emptied() -> Invoice {
	let mut invoice = trade_and_pay(A, None, &[(S15, 1_000)]);
	set_day(TODAY + 120);
	assert_ok!(Tax::sweep(authority(), TOWN, MONEY, 150, STRANGER));
	invoice.credit(&sale(&[(S15, 1_000)]), 0);
	invoice
}

#[test]
fn a_claim_is_queued_while_the_treasury_lacks_money() {
	// The treasury owes more than it has here, which the mock's own check doesn't know.
	state().execute_with(|| {
		emptied();
		assert_eq!((treasury(), credit(A)), (0, 150));
		amend(|settings| settings.returns_alert = 1_000_000);
		set_day(TODAY + 240);
		assert_ok!(claim_refund(A, 150));
		let queued = Event::RefundQueued { jurisdiction: TOWN, claim: 0, amount: 150 };
		assert_eq!(last_event(), Some(queued.clone()));
		assert_eq!(state_of(0), ClaimState::Ready);
		assert_ok!(Tax::pay_refund(signed(STRANGER), TOWN, 0));
		assert_eq!(last_event(), Some(queued));
		Tax::do_try_state().expect("every invariant holds");
		System::reset_events();
		for day in 241..245 {
			set_day(TODAY + day);
			idle();
		}
		assert!(events().is_empty());
		assert_ok!(Tax::give(signed(STRANGER), TOWN, MONEY, 150));
		set_day(TODAY + 245);
		idle();
		assert_eq!((mock::claim(0), credit(A), treasury()), (None, 0, 0));
		check_invariants();
	});
}

#[test]
fn a_held_claim_is_queued_when_its_time_comes() {
	state().execute_with(|| {
		emptied();
		assert_ok!(claim_refund(A, 150));
		assert!(matches!(state_of(0), ClaimState::Held { .. }));
		set_day(TODAY + 140);
		idle();
		assert_eq!(state_of(0), ClaimState::Ready);
		let queued = Event::RefundQueued { jurisdiction: TOWN, claim: 0, amount: 150 };
		assert_eq!(last_event(), Some(queued));
		Tax::do_try_state().expect("every invariant holds");
	});
}

#[test]
fn a_claim_waits_for_an_account_that_cannot_be_paid() {
	build_and_execute(|| {
		fund(100);
		Closed::set(Some(controller(B)));
		assert_ok!(claim_refund(B, 100));
		assert_eq!(state_of(0), ClaimState::Ready);
		set_day(TODAY + 1);
		idle();
		Closed::set(None);
		set_day(TODAY + 2);
		idle();
		assert_eq!(mock::claim(0), None);
	});
}

#[test]
fn idle_stays_within_its_limit_and_goes_on_later() {
	build_and_execute(|| {
		fund(2_000);
		for _ in 0..4 {
			assert_ok!(claim_refund(B, 500));
		}
		set_day(TODAY + 25);
		let (of_day, of_claim) = (<() as WeightInfo>::idle_day(), <() as WeightInfo>::idle_claim());
		let none = Tax::on_idle(1, of_day.saturating_sub(Weight::from_parts(1, 0)));
		assert_eq!(none, Weight::zero());
		// As many days as lie between, and two claims.
		let limit = of_day.saturating_mul(21).saturating_add(of_claim.saturating_mul(2));
		let used = Tax::on_idle(1, limit);
		assert!(used.all_lte(limit));
		assert_eq!(Claims::<Test>::iter().count(), 2);
		idle();
		assert_eq!(Claims::<Test>::iter().count(), 0);
		assert_eq!(DueCursor::<Test>::get(), Some(TODAY + 25));
	});
}
