//! `apply`.

use crate::{mock::*, *};
use frame::{deps::sp_runtime::TokenError, testing_prelude::*};

#[test]
fn apply_holds_the_bond() {
	execute(|| {
		assert_ok!(Validators::apply(signed(ALICE)));

		assert_eq!(held(ALICE), BOND);
		assert_eq!(free(ALICE), ENDOWMENT - BOND);
		assert_eq!(
			Candidacies::<Test>::get(ALICE),
			Some(Candidacy { bond: BOND, slashed: 0, state: CandidacyState::Applied })
		);
		assert_eq!(events(), [Event::CandidateApplied { candidate: ALICE, bond: BOND }]);
	});
}

#[test]
fn apply_does_not_make_a_validator() {
	execute(|| {
		set_keys(ALICE);
		assert_ok!(Validators::apply(signed(ALICE)));
		to_session(3);

		assert_eq!(approved(), GENESIS_VALIDATORS);
		assert_eq!(Session::validators(), GENESIS_VALIDATORS);
	});
}

#[test]
fn apply_works_without_keys() {
	execute(|| {
		assert_eq!(Session::load_keys(&ALICE), None);
		assert_ok!(Validators::apply(signed(ALICE)));
	});
}

#[test]
fn apply_takes_the_bond_of_the_day() {
	execute(|| {
		assert_ok!(Validators::apply(signed(ALICE)));
		GovernedBond::set(2 * BOND);
		assert_ok!(Validators::apply(signed(BOB)));

		assert_eq!(held(ALICE), BOND);
		assert_eq!(held(BOB), 2 * BOND);
		assert_eq!(held(GENESIS_VALIDATORS[0]), BOND);
	});
}

#[test]
fn apply_leaves_exactly_the_existential_deposit() {
	execute(|| {
		GovernedBond::set(ENDOWMENT - EXISTENTIAL_DEPOSIT);
		assert_ok!(Validators::apply(signed(ALICE)));
		assert_eq!(free(ALICE), EXISTENTIAL_DEPOSIT);
	});
}

#[test]
fn apply_fails_when_the_existential_deposit_would_be_touched() {
	execute(|| {
		GovernedBond::set(ENDOWMENT - EXISTENTIAL_DEPOSIT + 1);
		assert_noop!(Validators::apply(signed(ALICE)), TokenError::FundsUnavailable);
	});
}

#[test]
fn apply_fails_when_already_a_candidate() {
	execute(|| {
		assert_ok!(Validators::apply(signed(ALICE)));
		assert_noop!(Validators::apply(signed(ALICE)), Error::<Test>::AlreadyCandidate);
	});
}

#[test]
fn apply_fails_when_approved_or_leaving() {
	execute(|| {
		assert_noop!(Validators::apply(signed(1)), Error::<Test>::AlreadyCandidate);
		assert_ok!(Validators::leave(signed(1)));
		assert_noop!(Validators::apply(signed(1)), Error::<Test>::AlreadyCandidate);
	});
}

#[test]
fn apply_fails_unless_signed() {
	execute(|| {
		assert_noop!(Validators::apply(RuntimeOrigin::root()), BadOrigin);
		assert_noop!(Validators::apply(RuntimeOrigin::none()), BadOrigin);
	});
}
