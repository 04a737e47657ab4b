//! Claims, from `claim_refund` to being paid.

use crate::{mock::*, *};
use frame::{testing_prelude::*, traits::BadOrigin};
use ourledger_primitives::tax::Trade;

pub const WHY: Reason = [7; 32];

/// Give B credit of so much.
pub fn fund(amount: Balance) {
	trade_and_pay(A, B, &[(S20, amount as i128 * 5)]);
	assert_eq!(credit(B), amount);
	System::reset_events();
}

pub fn state_of(claim: ClaimId) -> ClaimState {
	mock::claim(claim).expect("a test's claim is there").state
}

/// B has 500 of credit, and claims them, which is too much to be paid at once.
pub fn held_claim() {
	fund(500);
	assert_ok!(claim_refund(B, 500));
	assert_eq!(state_of(0), ClaimState::Held { until: TODAY + 21 });
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
					used: 0,
					charged: 0,
					set_aside: 0,
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
		assert_eq!(state_of(1), ClaimState::Held { until: TODAY + 21 });
		// What is held counts as what was paid does.
		assert_ok!(claim_refund(B, 1));
		assert_eq!(state_of(2), ClaimState::Held { until: TODAY + 21 });
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
		invoice.credit(&note(&[(S20, 200)]), 0);
		assert_ok!(claim_refund(B, 10));
		assert_eq!(mock::claim(0), None);
		invoice.credit(&note(&[(S20, 5)]), 0);
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
		assert_noop!(claim(signed(STRANGER), TOWN), NOT_ACTING);
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
		set_day(TODAY + 21);
		idle();
		assert_eq!(mock::claim(0), None);
	});
}

#[test]
fn a_held_claim_is_paid_at_its_deadline_by_itself() {
	build_and_execute(|| {
		held_claim();
		let before = money(B);
		set_day(TODAY + 20);
		idle();
		assert_noop!(Tax::pay_refund(signed(STRANGER), TOWN, 0), Error::<Test>::ClaimNotReady);
		assert_eq!(money(B), before);
		set_day(TODAY + 21);
		idle();
		assert_eq!((money(B), mock::claim(0)), (before + 500, None));
		assert_eq!(Due::<Test>::iter().count(), 0);
	});
}

#[test]
fn anyone_can_pay_a_held_claim_at_its_deadline() {
	build_and_execute(|| {
		held_claim();
		set_day(TODAY + 21);
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
		set_clock(&[(0, -720)]);
		fund(500);
		// It is midnight there.
		assert_eq!(Tax::today(TOWN), Some(TODAY));
		assert_ok!(claim_refund(B, 500));
		let deadline = u64::from(TODAY + 21) * 86_400_000 + 43_200_000;
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
		amend(|settings| settings.clock = clock(&[(0, 0), (TODAY + 1, -720)]));
		Now::set(u64::from(TODAY + 21) * 86_400_000);
		idle();
		assert!(mock::claim(0).is_some());
		set_day(TODAY + 22);
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
		assert_eq!(state_of(0), ClaimState::Held { until: TODAY + 6 });
		let event =
			Event::RefundHeld { jurisdiction: TOWN, claim: 0, until: TODAY + 6, reason: WHY };
		assert_eq!(last_event(), Some(event));
		set_day(TODAY + 4);
		assert_noop!(hold(17), Error::<Test>::HoldTooLong);
		assert_ok!(hold(16));
		set_day(TODAY + 6);
		idle();
		assert_eq!(state_of(0), ClaimState::Held { until: TODAY + 21 });
		set_day(TODAY + 21);
		idle();
		assert_eq!(mock::claim(0), None);
		assert_noop!(hold(0), Error::<Test>::ClaimNotFound);
	});
}

#[test]
fn n_days_are_n_times_24_hours() {
	const DAY: u64 = 86_400_000;
	build_and_execute(|| {
		amend(|settings| (settings.hold_days, settings.appeal_days) = (1, 1));
		// A second before midnight.
		let begins = u64::from(TODAY + 1) * DAY - 1_000;
		Now::set(begins);
		fund(1_000);
		assert_ok!(claim_refund(B, 500));
		assert_ok!(claim_refund(B, 500));
		assert_ok!(Tax::assess_refund(authority(), TOWN, 1, 500, WHY));
		let pay = |claim| Tax::pay_refund(signed(STRANGER), TOWN, claim);
		for after in [3_000, DAY - 1, DAY] {
			Now::set(begins + after);
			idle();
			for claim in [0, 1] {
				assert_noop!(pay(claim), Error::<Test>::ClaimNotReady);
			}
		}
		assert_ok!(Tax::appeal(by(B), TOWN, 1, WHY));
		Now::set(begins + DAY + 1_000);
		assert_ok!(pay(0));
	});
}

/// A treasury that lacks money: raising the correction window after a sweep lets older notes give
/// credit that it doesn't have.
fn emptied() -> Invoice {
	let mut invoice = trade_and_pay(A, None, &[(S15, 1_000)]);
	set_day(TODAY + 120);
	assert_ok!(Tax::sweep(authority(), TOWN, MONEY, 150, STRANGER));
	invoice.credit(&note(&[(S15, 1_000)]), 0);
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
		set_day(TODAY + 141);
		idle();
		assert_eq!(state_of(0), ClaimState::Ready);
		let queued = Event::RefundQueued { jurisdiction: TOWN, claim: 0, amount: 150 };
		assert_eq!(last_event(), Some(queued));
		Tax::do_try_state().expect("every invariant holds");
	});
}

#[test]
fn a_refund_that_its_account_cannot_hold_counts_as_paid() {
	build_and_execute(|| {
		fund(100);
		Gone::set(vec![controller(B)]);
		assert_ok!(claim_refund(B, 100));
		assert_eq!((mock::claim(0), statement(B).refunded), (None, 100));
		assert_eq!((treasury(), purse(MONEY, SET_ASIDE)), (0, 100));
		let Some(Event::RefundPaid { amount, set_aside, .. }) = last_event() else {
			panic!("a refund has an event")
		};
		assert_eq!((amount, set_aside), (100, 100));
		// It doesn't come back.
		assert_eq!(Due::<Test>::iter().count(), 0);
	});
}

#[test]
fn a_refund_reaches_a_frozen_account() {
	build_and_execute(|| {
		fund(100);
		Frozen::set(vec![controller(B)]);
		let before = money(B);
		assert_ok!(claim_refund(B, 100));
		assert_eq!((money(B), purse(MONEY, SET_ASIDE)), (before + 100, 0));
	});
}

#[test]
fn caps_and_the_least_claim_are_in_whole_units() {
	for (decimals, unit) in [(0, 1), (2, 100), (3, 1_000)] {
		build_and_execute(|| {
			Decimals::set(decimals);
			one_cap();
			amend(|settings| settings.least_claim = 5);
			set_money(controller(B), 1_500_000_000);
			fund(1_000 * unit);
			assert_noop!(claim_refund(B, 5 * unit - 1), Error::<Test>::ClaimTooSmall);
			assert_ok!(claim_refund(B, 5 * unit));
			assert_ok!(claim_refund(B, 195 * unit));
			assert_eq!(statement(B).refunded, 200 * unit);
			assert_ok!(claim_refund(B, 5 * unit));
			assert_eq!(state_of(2), ClaimState::Held { until: TODAY + 21 });
		});
	}
}

#[test]
fn whoever_is_not_registered_claims_all_that_is_left() {
	build_and_execute(|| {
		amend(|settings| settings.least_claim = 200);
		fund(100);
		assert_noop!(claim_refund(B, 100), Error::<Test>::ClaimTooSmall);
		assert_ok!(Tax::deregister(authority(), TOWN, B));
		assert_noop!(claim_refund(B, 99), Error::<Test>::ClaimTooSmall);
		assert_ok!(claim_refund(B, 100));
	});
}

#[test]
fn returns_within_invoices_hold_a_claim() {
	build_and_execute(|| {
		trade_and_pay(A, B, &[(S20, 1_000)]);
		// 20 % of 200 that were taken off are still usual.
		trade_and_pay(B, A, &[(S20, 1_000), (S15, -266)]);
		assert_eq!((statement(B).output, statement(B).taken_off), (160, 40));
		assert_ok!(claim_refund(B, 10));
		assert_eq!(mock::claim(0), None);
		trade_and_pay(B, A, &[(S20, 5), (S15, -5)]);
		assert_ok!(claim_refund(B, 10));
		assert!(matches!(state_of(1), ClaimState::Held { .. }));
	});
}

#[test]
fn a_day_of_many_claims_takes_as_long_as_they_are_many() {
	/// Seconds that it takes to pay so many claims in one block.
	fn seconds(count: u64) -> f64 {
		state().execute_with(|| {
			amend(|settings| settings.refund_caps = bounded(vec![]));
			fund(50_000);
			for _ in 0..count {
				assert_ok!(claim_refund(B, 1));
			}
			set_day(TODAY + 21);
			let begins = std::time::Instant::now();
			idle();
			assert_eq!(Claims::<Test>::iter().count(), 0);
			begins.elapsed().as_secs_f64()
		})
	}
	let (few, many) = (seconds(500), seconds(4_000));
	// Eight times as many took 64 times as long while each look passed all that were removed.
	assert!(many < 24.0 * few, "{few} s and {many} s");
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
		let limit = of_day.saturating_mul(22).saturating_add(of_claim.saturating_mul(2));
		let used = Tax::on_idle(1, limit);
		assert!(used.all_lte(limit));
		assert_eq!(Claims::<Test>::iter().count(), 2);
		idle();
		assert_eq!(Claims::<Test>::iter().count(), 0);
		assert_eq!(DueCursor::<Test>::get(), Some(TODAY + 25));
	});
}
