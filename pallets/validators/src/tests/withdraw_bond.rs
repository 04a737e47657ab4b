//! `withdraw_bond`.

use crate::{mock::*, *};
use frame::testing_prelude::*;

#[test]
fn withdraw_bond_releases_it_once_the_wait_is_over() {
	execute(|| {
		assert_ok!(Validators::leave(signed(1)));
		to_session(2 + LEAVING_SESSIONS);
		assert_ok!(Validators::withdraw_bond(signed(1)));

		assert_eq!(held(1), 0);
		assert_eq!(free(1), ENDOWMENT);
		assert_eq!(Candidacies::<Test>::get(1), None);
		assert_eq!(last_event(), Some(Event::BondWithdrawn { validator: 1, released: BOND }));
	});
}

#[test]
fn withdraw_bond_works_at_any_later_time() {
	execute(|| {
		assert_ok!(Validators::leave(signed(1)));
		to_session(12 + LEAVING_SESSIONS);
		assert_ok!(Validators::withdraw_bond(signed(1)));
	});
}

#[test]
fn withdraw_bond_fails_one_session_early() {
	execute(|| {
		assert_ok!(Validators::leave(signed(1)));
		to_session(1 + LEAVING_SESSIONS);
		assert_noop!(Validators::withdraw_bond(signed(1)), Error::<Test>::StillLeaving);
	});
}

#[test]
fn withdraw_bond_releases_what_slashes_have_left() {
	execute(|| {
		offend(1, 0, Perbill::from_percent(30));
		to_session(2 + LEAVING_SESSIONS);
		assert_ok!(Validators::withdraw_bond(signed(1)));

		assert_eq!(free(1), ENDOWMENT - 300);
		assert_eq!(last_event(), Some(Event::BondWithdrawn { validator: 1, released: 700 }));
	});
}

#[test]
fn withdraw_bond_ends_the_candidacy_when_nothing_is_left() {
	execute(|| {
		offend(1, 0, Perbill::one());
		to_session(2 + LEAVING_SESSIONS);
		assert_ok!(Validators::withdraw_bond(signed(1)));

		assert_eq!(free(1), ENDOWMENT - BOND);
		assert_eq!(Candidacies::<Test>::get(1), None);
		assert_eq!(last_event(), Some(Event::BondWithdrawn { validator: 1, released: 0 }));
	});
}

#[test]
fn withdraw_bond_allows_to_apply_and_validate_anew() {
	execute(|| {
		assert_ok!(Validators::leave(signed(1)));
		to_session(2 + LEAVING_SESSIONS);
		assert_ok!(Validators::withdraw_bond(signed(1)));
		assert_ok!(Validators::apply(signed(1)));
		assert_ok!(Validators::approve(signed(APPROVER), 1));
		to_session(4 + LEAVING_SESSIONS);

		assert_eq!(Session::validators(), [2, 3, 4, 1]);
	});
}

#[test]
fn withdraw_bond_fails_when_applied_or_approved() {
	execute(|| {
		assert_ok!(Validators::apply(signed(ALICE)));
		assert_noop!(Validators::withdraw_bond(signed(ALICE)), Error::<Test>::NotLeaving);
		assert_noop!(Validators::withdraw_bond(signed(1)), Error::<Test>::NotLeaving);
	});
}

#[test]
fn withdraw_bond_fails_when_not_a_candidate() {
	execute(|| {
		assert_noop!(Validators::withdraw_bond(signed(ALICE)), Error::<Test>::NotCandidate);
	});
}

#[test]
fn withdraw_bond_fails_unless_signed() {
	execute(|| {
		assert_noop!(Validators::withdraw_bond(RuntimeOrigin::root()), BadOrigin);
	});
}
