//! `withdraw_application`.

use crate::{mock::*, *};
use frame::testing_prelude::*;

#[test]
fn withdraw_application_releases_the_bond_at_once() {
	execute(|| {
		assert_ok!(Validators::apply(signed(ALICE)));
		assert_ok!(Validators::withdraw_application(signed(ALICE)));

		assert_eq!(held(ALICE), 0);
		assert_eq!(free(ALICE), ENDOWMENT);
		assert_eq!(Candidacies::<Test>::get(ALICE), None);
		assert_eq!(
			last_event(),
			Some(Event::ApplicationWithdrawn { candidate: ALICE, released: BOND })
		);
	});
}

#[test]
fn withdraw_application_releases_what_was_held_not_the_bond_of_the_day() {
	execute(|| {
		assert_ok!(Validators::apply(signed(ALICE)));
		GovernedBond::set(2 * BOND);
		assert_ok!(Validators::withdraw_application(signed(ALICE)));

		assert_eq!(free(ALICE), ENDOWMENT);
		assert_eq!(
			last_event(),
			Some(Event::ApplicationWithdrawn { candidate: ALICE, released: BOND })
		);
	});
}

#[test]
fn withdraw_application_allows_another_application() {
	execute(|| {
		assert_ok!(Validators::apply(signed(ALICE)));
		assert_ok!(Validators::withdraw_application(signed(ALICE)));
		assert_ok!(Validators::apply(signed(ALICE)));
	});
}

#[test]
fn withdraw_application_fails_when_not_a_candidate() {
	execute(|| {
		assert_noop!(Validators::withdraw_application(signed(ALICE)), Error::<Test>::NotCandidate);
	});
}

#[test]
fn withdraw_application_fails_when_approved_or_leaving() {
	execute(|| {
		assert_noop!(Validators::withdraw_application(signed(1)), Error::<Test>::NotApplied);
		assert_ok!(Validators::leave(signed(1)));
		assert_noop!(Validators::withdraw_application(signed(1)), Error::<Test>::NotApplied);
	});
}

#[test]
fn withdraw_application_fails_unless_signed() {
	execute(|| {
		assert_noop!(Validators::withdraw_application(RuntimeOrigin::root()), BadOrigin);
	});
}
