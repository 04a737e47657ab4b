//! Decisions about claims, and appeals against them.

use super::refunds::{held_claim, state_of, WHY};
use crate::{mock::*, *};
use frame::{testing_prelude::*, traits::BadOrigin};

#[test]
fn a_denied_claim_is_credit_again() {
	build_and_execute(|| {
		held_claim();
		set_day(TODAY + 31);
		assert_ok!(Tax::deny_refund(authority(), TOWN, 0, WHY));
		assert_eq!(account(B).credits.into_inner(), [(OCTOBER, 500)]);
		let final_on = TODAY + 42;
		assert_eq!((account(B).pending, state_of(0)), (0, ClaimState::Denied { final_on }));
		let (jurisdiction, to, reason) = (TOWN, bounded(vec![(OCTOBER, 500)]), WHY);
		let event = Event::RefundDenied { jurisdiction, claim: 0, to, final_on, reason };
		assert_eq!(last_event(), Some(event));
		// Nothing more can be decided about it, nor is it paid.
		assert_noop!(Tax::deny_refund(authority(), TOWN, 0, WHY), Error::<Test>::ClaimClosed);
		set_day(TODAY + 41);
		idle();
		assert_noop!(Tax::pay_refund(signed(STRANGER), TOWN, 0), Error::<Test>::ClaimClosed);
		assert_eq!(state_of(0), ClaimState::Denied { final_on });
		set_day(final_on);
		assert_noop!(Tax::appeal(by(B), TOWN, 0, WHY), Error::<Test>::AppealTooLate);
		assert_noop!(Tax::pay_refund(signed(STRANGER), TOWN, 0), Error::<Test>::ClaimClosed);
		idle();
		assert_eq!((mock::claim(0), credit(B)), (None, 500));
	});
}

#[test]
fn a_denial_can_be_appealed() {
	for (decision, paid, left) in [
		(Decision::Pay { forfeited: 0 }, 500, 0),
		(Decision::Pay { forfeited: 500 }, 0, 0),
		(Decision::Deny, 0, 500),
	] {
		build_and_execute(|| {
			held_claim();
			assert_ok!(Tax::deny_refund(authority(), TOWN, 0, WHY));
			assert_noop!(Tax::appeal(by(A), TOWN, 0, WHY), Error::<Test>::NotTaxpayer);
			set_day(TODAY + 10);
			assert_ok!(Tax::appeal(by(B), TOWN, 0, WHY));
			assert_eq!((credit(B), account(B).pending), (0, 500));
			assert_eq!(state_of(0), ClaimState::DenialAppealed);
			let from = bounded(vec![(OCTOBER, 500)]);
			let event = Event::RefundAppealed { jurisdiction: TOWN, claim: 0, reason: WHY, from };
			assert_eq!(last_event(), Some(event));
			// What is left of it in the agenda does no harm.
			set_day(TODAY + 40);
			idle();
			let (before, root) = (money(B), RuntimeOrigin::root());
			let too_much = Decision::Pay { forfeited: 501 };
			assert_noop!(
				Tax::decide_appeal(root.clone(), TOWN, 0, too_much),
				Error::<Test>::ForfeitTooHigh
			);
			assert_ok!(Tax::decide_appeal(root, TOWN, 0, decision));
			assert_eq!((money(B), credit(B), mock::claim(0)), (before + paid, left, None));
			let denied = decision == Decision::Deny;
			let to = bounded(if denied { vec![(OCTOBER, 500)] } else { vec![] });
			let decided = Event::AppealDecided { jurisdiction: TOWN, claim: 0, decision, to };
			assert!(events().contains(&decided));
		});
	}
}

#[test]
fn a_denied_claim_whose_credit_is_used_cannot_be_appealed() {
	build_and_execute(|| {
		held_claim();
		assert_ok!(Tax::deny_refund(authority(), TOWN, 0, WHY));
		trade_and_pay(B, A, &[(S20, 5)]);
		assert_eq!(credit(B), 499);
		assert_noop!(Tax::appeal(by(B), TOWN, 0, WHY), Error::<Test>::CreditTooLow);
	});
}

#[test]
fn an_assessment_becomes_final() {
	build_and_execute(|| {
		held_claim();
		let assess = |forfeited| Tax::assess_refund(authority(), TOWN, 0, forfeited, WHY);
		assert_noop!(assess(501), Error::<Test>::ForfeitTooHigh);
		assert_ok!(assess(120));
		let final_on = TODAY + 11;
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
		set_day(TODAY + 11);
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
		let decide = |forfeited| {
			let decision = Decision::Pay { forfeited };
			Tax::decide_appeal(RuntimeOrigin::root(), TOWN, 0, decision)
		};
		assert_noop!(decide(0), Error::<Test>::NotAppealed);
		set_day(TODAY + 10);
		assert_ok!(Tax::appeal(by(B), TOWN, 0, WHY));
		assert_eq!(state_of(0), ClaimState::Appealed { forfeited: 500 });
		// Nothing happens until it is decided.
		set_day(TODAY + 40);
		idle();
		assert_noop!(Tax::pay_refund(signed(STRANGER), TOWN, 0), Error::<Test>::ClaimNotReady);
		assert_noop!(decide(501), Error::<Test>::ForfeitTooHigh);
		assert_noop!(Tax::decide_appeal(authority(), TOWN, 0, Decision::Deny), BadOrigin);
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
		let decided = Tax::decide_appeal(RuntimeOrigin::root(), 1, 0, Decision::Deny);
		assert_eq!(decided, Err(missing().into()));
	});
}
