//! `approve`.

use crate::{mock::*, *};
use frame::testing_prelude::*;

/// Approve accounts until `count` are.
fn fill_to(count: u32) {
	for account in (approved().len() as u64 + 1)..=count.into() {
		join(account);
	}
}

#[test]
fn approve_adds_the_candidate_to_the_set() {
	execute(|| {
		assert_ok!(Validators::apply(signed(ALICE)));
		set_keys(ALICE);
		assert_ok!(Validators::approve(signed(APPROVER), ALICE));

		assert_eq!(approved(), [1, 2, 3, 4, ALICE]);
		assert_eq!(state_of(ALICE), Some(CandidacyState::Approved));
		assert_eq!(held(ALICE), BOND);
		assert_eq!(last_event(), Some(Event::ValidatorApproved { validator: ALICE }));
	});
}

#[test]
fn approve_fills_the_last_seat() {
	execute(|| {
		fill_to(MAX_VALIDATORS);
		assert_eq!(approved().len(), MAX_VALIDATORS as usize);
	});
}

#[test]
fn approve_fails_when_the_set_is_full() {
	execute(|| {
		fill_to(MAX_VALIDATORS);
		let late = u64::from(MAX_VALIDATORS) + 1;
		assert_ok!(Validators::apply(signed(late)));
		set_keys(late);

		assert_noop!(Validators::approve(signed(APPROVER), late), Error::<Test>::TooManyValidators);
	});
}

#[test]
fn approve_fails_without_keys() {
	execute(|| {
		assert_ok!(Validators::apply(signed(ALICE)));
		assert_noop!(Validators::approve(signed(APPROVER), ALICE), Error::<Test>::KeysNotSet);
	});
}

#[test]
fn approve_fails_when_keys_were_purged() {
	execute(|| {
		assert_ok!(Validators::apply(signed(ALICE)));
		set_keys(ALICE);
		purge_keys(ALICE);
		assert_noop!(Validators::approve(signed(APPROVER), ALICE), Error::<Test>::KeysNotSet);
	});
}

#[test]
fn approve_fails_when_not_a_candidate() {
	execute(|| {
		set_keys(ALICE);
		assert_noop!(Validators::approve(signed(APPROVER), ALICE), Error::<Test>::NotCandidate);
	});
}

#[test]
fn approve_fails_when_approved_or_leaving() {
	execute(|| {
		assert_noop!(Validators::approve(signed(APPROVER), 1), Error::<Test>::NotApplied);
		assert_ok!(Validators::leave(signed(1)));
		assert_noop!(Validators::approve(signed(APPROVER), 1), Error::<Test>::NotApplied);
	});
}

#[test]
fn approve_fails_for_any_other_origin() {
	execute(|| {
		assert_ok!(Validators::apply(signed(ALICE)));
		set_keys(ALICE);
		for origin in [signed(ALICE), signed(REMOVER), RuntimeOrigin::none(), RuntimeOrigin::root()]
		{
			assert_noop!(Validators::approve(origin, ALICE), BadOrigin);
		}
	});
}
