//! Historical session proofs: an offence of any session inside the window can be proven, whatever
//! happened in between.

use crate::{mock::*, *};
use frame::testing_prelude::*;

#[test]
fn a_proof_carries_the_bond() {
	execute(|| {
		let proof = prove(1);
		assert_eq!(proven(1, &proof), Some((1, Identification { bond: BOND })));
		to_session(2);
		assert_eq!(proven(1, &proof), Some((1, Identification { bond: BOND })));
		assert_eq!(proven(ALICE, &proof), None);
	});
}

#[test]
fn a_proof_survives_slashes_within_its_session() {
	execute(|| {
		to_session(2);
		// The root of session 2 is stored; whoever proves must arrive at the same one.
		offend(2, 2, Perbill::from_percent(40));
		let proof = prove(1);
		next_session();
		assert_eq!(proven(1, &proof), Some((1, Identification { bond: BOND })));
	});
}

#[test]
fn a_proof_survives_departures_and_applications_within_its_session() {
	execute(|| {
		to_session(2);
		assert_ok!(Validators::leave(signed(2)));
		assert_ok!(Validators::remove(signed(REMOVER), 3));
		GovernedBond::set(2 * BOND);
		join(ALICE);
		let proof = prove(1);
		next_session();
		assert_eq!(proven(1, &proof), Some((1, Identification { bond: BOND })));
	});
}

#[test]
fn a_bond_is_held_exactly_as_long_as_the_last_session_can_be_proven() {
	execute(|| {
		assert_ok!(Validators::leave(signed(1)));
		// Session 1 is the last that 1 serves in.
		to_session(1);
		assert!(Session::validators().contains(&1));
		let proof = prove(1);
		to_session(2);
		assert!(!Session::validators().contains(&1));

		to_session(1 + LEAVING_SESSIONS);
		assert!(proven(1, &proof).is_some());
		assert_noop!(Validators::withdraw_bond(signed(1)), Error::<Test>::StillLeaving);

		next_session();
		assert!(proven(1, &proof).is_none());
		assert_ok!(Validators::withdraw_bond(signed(1)));
	});
}

#[test]
fn who_serves_on_is_held_as_long_as_the_last_session_can_be_proven() {
	ExtBuilder::default().validators([1, 2]).build_and_execute(|| {
		purge_keys(1);
		assert_ok!(Validators::leave(signed(2)));
		to_session(3);
		set_keys(1);
		to_session(4);
		assert!(Session::validators().contains(&2));
		let proof = prove(2);
		to_session(5);
		assert!(!Session::validators().contains(&2));

		to_session(4 + LEAVING_SESSIONS);
		assert!(proven(2, &proof).is_some());
		assert_noop!(Validators::withdraw_bond(signed(2)), Error::<Test>::StillLeaving);

		next_session();
		assert!(proven(2, &proof).is_none());
		assert_ok!(Validators::withdraw_bond(signed(2)));
	});
}
