//! `remove`.

use crate::{mock::*, *};
use frame::testing_prelude::*;

#[test]
fn remove_starts_the_wait_of_a_validator() {
	execute(|| {
		assert_ok!(Validators::remove(signed(REMOVER), 2));

		// Session 0: it serves in 1, which reports reach until 5.
		let until = 2 + LEAVING_SESSIONS;
		assert_eq!(approved(), [1, 3, 4]);
		assert_eq!(state_of(2), Some(CandidacyState::Leaving { until }));
		assert_eq!(held(2), BOND);
		assert_eq!(events(), [Event::ValidatorRemoved { validator: 2, until }]);
	});
}

#[test]
fn remove_counts_the_wait_from_today() {
	execute(|| {
		to_session(7);
		assert_ok!(Validators::remove(signed(REMOVER), 2));
		let until = 7 + 2 + LEAVING_SESSIONS;
		assert_eq!(state_of(2), Some(CandidacyState::Leaving { until }));
	});
}

#[test]
fn remove_rejects_an_applicant() {
	execute(|| {
		assert_ok!(Validators::apply(signed(ALICE)));
		assert_ok!(Validators::remove(signed(REMOVER), ALICE));

		assert_eq!(free(ALICE), ENDOWMENT);
		assert_eq!(Candidacies::<Test>::get(ALICE), None);
		assert_eq!(
			last_event(),
			Some(Event::ApplicationRejected { candidate: ALICE, released: BOND })
		);
	});
}

#[test]
fn remove_works_down_to_one_validator() {
	ExtBuilder::default().validators([1, 2]).build_and_execute(|| {
		assert_ok!(Validators::remove(signed(REMOVER), 1));
		assert_eq!(approved(), [2]);
	});
}

#[test]
fn remove_fails_for_the_last_validator() {
	ExtBuilder::default().validators([1]).build_and_execute(|| {
		assert_noop!(Validators::remove(signed(REMOVER), 1), Error::<Test>::LastValidator);
	});
}

#[test]
fn remove_rejects_an_applicant_beside_the_last_validator() {
	ExtBuilder::default().validators([1]).build_and_execute(|| {
		assert_ok!(Validators::apply(signed(ALICE)));
		assert_ok!(Validators::remove(signed(REMOVER), ALICE));
	});
}

#[test]
fn remove_fails_when_already_leaving() {
	execute(|| {
		assert_ok!(Validators::leave(signed(1)));
		assert_noop!(Validators::remove(signed(REMOVER), 1), Error::<Test>::AlreadyLeaving);
	});
}

#[test]
fn remove_fails_when_not_a_candidate() {
	execute(|| {
		assert_noop!(Validators::remove(signed(REMOVER), ALICE), Error::<Test>::NotCandidate);
	});
}

#[test]
fn remove_fails_for_any_other_origin() {
	execute(|| {
		for origin in [signed(1), signed(APPROVER), RuntimeOrigin::none(), RuntimeOrigin::root()] {
			assert_noop!(Validators::remove(origin, 1), BadOrigin);
		}
	});
}
