//! `leave`.

use crate::{mock::*, *};
use frame::testing_prelude::*;

#[test]
fn leave_starts_the_wait() {
	execute(|| {
		to_session(3);
		assert_ok!(Validators::leave(signed(4)));

		let until = 3 + 2 + LEAVING_SESSIONS;
		assert_eq!(approved(), [1, 2, 3]);
		assert_eq!(state_of(4), Some(CandidacyState::Leaving { until }));
		assert_eq!(held(4), BOND);
		assert_eq!(events(), [Event::ValidatorLeft { validator: 4, until }]);
	});
}

#[test]
fn leave_works_down_to_one_validator() {
	ExtBuilder::default().validators([1, 2]).build_and_execute(|| {
		assert_ok!(Validators::leave(signed(2)));
		assert_eq!(approved(), [1]);
	});
}

#[test]
fn leave_fails_for_the_last_validator() {
	ExtBuilder::default().validators([1]).build_and_execute(|| {
		// An applicant is no replacement.
		assert_ok!(Validators::apply(signed(ALICE)));
		assert_noop!(Validators::leave(signed(1)), Error::<Test>::LastValidator);
	});
}

#[test]
fn leave_fails_when_not_a_candidate() {
	execute(|| {
		assert_noop!(Validators::leave(signed(ALICE)), Error::<Test>::NotCandidate);
	});
}

#[test]
fn leave_fails_when_applied_or_leaving() {
	execute(|| {
		assert_ok!(Validators::apply(signed(ALICE)));
		assert_noop!(Validators::leave(signed(ALICE)), Error::<Test>::NotApproved);
		assert_ok!(Validators::leave(signed(1)));
		assert_noop!(Validators::leave(signed(1)), Error::<Test>::NotApproved);
	});
}

#[test]
fn leave_fails_unless_signed() {
	execute(|| {
		assert_noop!(Validators::leave(RuntimeOrigin::root()), BadOrigin);
	});
}
