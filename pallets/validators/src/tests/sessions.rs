//! The session manager: who serves when, and what is forgotten when.

use crate::{mock::*, *};
use frame::testing_prelude::*;

#[test]
fn an_approved_validator_serves_from_the_session_after_next() {
	execute(|| {
		to_session(3);
		join(ALICE);

		to_session(4);
		assert_eq!(Session::validators(), [1, 2, 3, 4]);
		to_session(5);
		assert_eq!(Session::validators(), [1, 2, 3, 4, ALICE]);
	});
}

#[test]
fn a_leaving_validator_serves_until_the_end_of_the_next_session() {
	execute(|| {
		to_session(3);
		assert_ok!(Validators::leave(signed(1)));

		to_session(4);
		assert_eq!(Session::validators(), [1, 2, 3, 4]);
		to_session(5);
		assert_eq!(Session::validators(), [2, 3, 4]);
	});
}

#[test]
fn an_unchanged_set_changes_no_authorities() {
	execute(|| {
		for session in 1..=5 {
			to_session(session);
			// What the first planning after genesis says can't be compared with anything.
			assert!(!AuthoritiesChanged::get(), "session {session}");
			assert_eq!(Session::validators(), GENESIS_VALIDATORS);
		}
	});
}

#[test]
fn a_changed_set_changes_authorities_once() {
	execute(|| {
		join(ALICE);
		to_session(1);
		assert!(!AuthoritiesChanged::get());
		to_session(2);
		assert!(AuthoritiesChanged::get());
		to_session(3);
		assert!(!AuthoritiesChanged::get());
	});
}

#[test]
fn changed_keys_change_authorities() {
	execute(|| {
		set_key(1, 91);
		to_session(1);
		assert!(!AuthoritiesChanged::get());
		to_session(2);
		assert!(AuthoritiesChanged::get());
	});
}

#[test]
fn a_validator_without_keys_sits_out() {
	execute(|| {
		purge_keys(2);
		to_session(2);
		assert_eq!(Session::validators(), [1, 3, 4]);
		assert_eq!(approved(), [1, 2, 3, 4]);

		set_keys(2);
		to_session(4);
		assert_eq!(Session::validators(), [1, 2, 3, 4]);
	});
}

#[test]
fn the_set_goes_on_when_nobody_approved_has_keys() {
	ExtBuilder::default().validators([1, 2]).build_and_execute(|| {
		purge_keys(1);
		assert_ok!(Validators::leave(signed(2)));
		assert_eq!(state_of(2), Some(CandidacyState::Leaving { until: 2 + LEAVING_SESSIONS }));

		// Planning session 2: 1 has no keys, so 2 has to stay, and to wait a session longer.
		next_session();
		let until = 3 + LEAVING_SESSIONS;
		assert_eq!(state_of(2), Some(CandidacyState::Leaving { until }));
		assert_eq!(last_event(), Some(Event::LeavingExtended { validator: 2, until }));

		to_session(5);
		assert_eq!(Session::validators(), [2]);
		assert_eq!(state_of(2), Some(CandidacyState::Leaving { until: 7 + LEAVING_SESSIONS }));

		// Once 1 has keys again, 2 is free to go.
		set_keys(1);
		to_session(7);
		assert_eq!(Session::validators(), [1]);
		assert_eq!(state_of(2), Some(CandidacyState::Leaving { until: 7 + LEAVING_SESSIONS }));
		to_session(7 + LEAVING_SESSIONS);
		assert_ok!(Validators::withdraw_bond(signed(2)));
	});
}

#[test]
fn going_on_extends_nobody_who_is_out_already() {
	ExtBuilder::default().validators([1, 2, 3]).build_and_execute(|| {
		assert_ok!(Validators::leave(signed(3)));
		to_session(2);
		assert_eq!(Session::validators(), [1, 2]);
		purge_keys(1);
		purge_keys(2);
		next_session();
		assert_eq!(state_of(3), Some(CandidacyState::Leaving { until: 2 + LEAVING_SESSIONS }));
	});
}

#[test]
fn no_set_is_planned_when_nobody_at_all_has_keys() {
	execute(|| {
		GENESIS_VALIDATORS.into_iter().for_each(purge_keys);
		assert_eq!(<Validators as pallet_session::SessionManager<_>>::new_session(2), None);
	});
}

#[test]
fn a_set_that_genesis_left_unbonded_is_not_emptied() {
	ExtBuilder::default().validators([]).build().execute_with(|| {
		pallet_session::Validators::<Test>::put(vec![1]);
		pallet_session::QueuedKeys::<Test>::put(vec![(1, keys_of(1))]);
		set_key(1, 91);
		System::run_to_block::<AllPalletsWithSystem>(3 * SESSION_BLOCKS);
		assert_eq!(Session::validators(), [1]);
	});
}

#[test]
fn records_of_offences_are_pruned_with_the_window() {
	execute(|| {
		offend(1, 0, Perbill::one());
		to_session(1);
		offend(2, 1, Perbill::one());

		to_session(LEAVING_SESSIONS);
		assert!(SlashedFractions::<Test>::contains_key(0));
		next_session();
		assert!(!SlashedFractions::<Test>::contains_key(0));
		assert!(SlashedFractions::<Test>::contains_key(1));
		next_session();
		assert_eq!(SlashedFractions::<Test>::iter().count(), 0);
	});
}
