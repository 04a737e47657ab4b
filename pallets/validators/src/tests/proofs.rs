//! Rolls and proofs: an offence of any session inside the window can be proven, whatever its author
//! does.

use crate::{mock::*, *};
use frame::{
	deps::{
		sp_core::crypto::key_types::{BABE, DUMMY},
		sp_runtime::testing::UintAuthorityId,
	},
	testing_prelude::*,
	traits::KeyOwnerProofSystem,
};

/// The key that account 1 registers in `session`.
fn key_made_in(session: u32) -> u64 {
	1_000 + u64::from(session)
}

/// The key of account 1 that is in use in `session`, if it registers one in each: it is the one of
/// two sessions before.
fn key_used_in(session: u32) -> u64 {
	session.checked_sub(2).map_or(1, key_made_in)
}

/// Have account 1 register a key in each session, until `last` runs.
fn rotate_until(last: u32) {
	set_key(1, key_made_in(0));
	for session in 1..=last {
		to_session(session);
		set_key(1, key_made_in(session));
	}
}

#[test]
fn a_proof_carries_the_bond() {
	execute(|| {
		let proof = prove(1).expect("the key is in use");
		let key = || (DUMMY, UintAuthorityId(1).encode());
		let offender = Some((1, Identification { bond: BOND }));
		assert_eq!(Validators::check_proof(key(), proof), offender);
		to_session(2);
		assert_eq!(Validators::check_proof(key(), proof), offender);
	});
}

#[test]
fn a_key_in_use_is_proven_although_others_are_registered() {
	execute(|| {
		set_key(1, 91);
		let proof = prove(1).expect("the key is in use");
		assert_eq!(owner(1, proof), Some(1));
		assert_eq!(prove(91), None);

		// Session 1 was planned with the old key, session 2 is the first with the new one.
		to_session(1);
		assert_eq!(prove(91), None);
		assert_eq!(owner(1, prove(1).expect("the key is in use")), Some(1));
		to_session(2);
		assert_eq!(prove(1), None);
		assert_eq!(owner(91, prove(91).expect("the key is in use")), Some(1));
	});
}

#[test]
fn new_keys_in_every_session_hide_nothing() {
	execute(|| {
		let now = LEAVING_SESSIONS + 3;
		rotate_until(now);
		for session in now - LEAVING_SESSIONS..=now {
			let key = key_used_in(session);
			let proof = prove_in(session, key).expect("the key was in use");
			assert_eq!(proof, KeyProof { session, validator_count: 4 });
			assert_eq!(owner(key, proof), Some(1));
			// In no other session, and no other key in this one.
			for other in 0..=now + 1 {
				assert_eq!(prove_in(other, key).is_some(), other == session, "session {other}");
			}
			assert_eq!(owner(key_used_in(session + 1), proof), None);
		}
	});
}

#[test]
fn a_proof_holds_in_later_sessions_although_keys_change_in_each() {
	execute(|| {
		rotate_until(3);
		let key = key_used_in(3);
		let proof = prove(key).expect("the key is in use");
		for session in 4..=3 + LEAVING_SESSIONS {
			to_session(session);
			set_key(1, key_made_in(session));
			assert_eq!(owner(key, proof), Some(1), "session {session}");
		}
		next_session();
		assert_eq!(owner(key, proof), None);
	});
}

#[test]
fn purged_keys_were_in_use_all_the_same() {
	execute(|| {
		purge_keys(1);
		let proof = prove(1).expect("the key is in use");
		assert_eq!(owner(1, proof), Some(1));
		to_session(2);
		assert_eq!(owner(1, proof), Some(1));
		assert_eq!(prove(1), None);
		assert_eq!(prove(2), Some(KeyProof { session: 2, validator_count: 3 }));
	});
}

#[test]
fn a_key_that_changes_hands_is_of_who_used_it() {
	execute(|| {
		set_key(1, 91);
		to_session(2);
		// Nobody has the old key any more; 2 may take it.
		set_key(2, 1);
		to_session(4);

		let of = |session| prove_in(session, 1).and_then(|proof| owner(1, proof));
		assert_eq!([0, 1, 2, 3, 4].map(of), [Some(1), Some(1), None, None, Some(2)]);
	});
}

#[test]
fn the_last_of_several_sessions_is_proven() {
	execute(|| {
		to_session(3);
		set_key(1, 91);
		to_session(6);
		let between = |first, last, key: u64| {
			Validators::prove_key(first..=last, (DUMMY, &UintAuthorityId(key).encode()))
				.map(|proof| proof.session)
		};
		// 91 is in use from session 5 on.
		assert_eq!(between(2, 6, 1), Some(4));
		assert_eq!(between(2, 3, 1), Some(3));
		assert_eq!(between(2, 6, 91), Some(6));
		assert_eq!(between(2, 4, 91), None);
		assert_eq!(between(5, 6, 1), None);
		assert_eq!(between(2, 6, 92), None);
		// Session 1 is out of the window, session 7 has yet to come.
		assert_eq!(between(0, 1, 1), None);
		assert_eq!(between(6, 7, 91), None);
	});
}

#[test]
fn a_false_proof_proves_nothing() {
	execute(|| {
		to_session(2);
		let proof = prove(1).expect("the key is in use");
		assert_eq!(owner(1, proof), Some(1));
		for validator_count in [0, 3, 5, u32::MAX] {
			assert_eq!(owner(1, KeyProof { validator_count, ..proof }), None);
		}
		for session in [3, u32::MAX] {
			assert_eq!(owner(1, KeyProof { session, ..proof }), None);
		}
		assert_eq!(owner(ALICE, proof), None);
		// Nobody has a key of a kind that there isn't.
		assert_eq!(Validators::check_proof((BABE, UintAuthorityId(1).encode()), proof), None);
		assert_eq!(Validators::check_proof((BABE, Vec::new()), proof), None);
		assert_eq!(Validators::prove((BABE, Vec::new())), None);
	});
}

#[test]
fn a_proof_survives_slashes_within_its_session() {
	execute(|| {
		to_session(2);
		offend(2, 2, Perbill::from_percent(40));
		let proof = prove(1).expect("the key is in use");
		assert_eq!(owner(1, proof), Some(1));
		next_session();
		assert_eq!(owner(1, proof), Some(1));
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
		let proof = prove(1).expect("the key is in use");
		assert_eq!(owner(1, proof), Some(1));
		next_session();
		assert_eq!(owner(1, proof), Some(1));
	});
}

#[test]
fn a_bond_is_held_exactly_as_long_as_the_last_session_can_be_proven() {
	execute(|| {
		assert_ok!(Validators::leave(signed(1)));
		// Session 1 is the last that 1 serves in.
		to_session(1);
		assert!(Session::validators().contains(&1));
		let proof = prove(1).expect("the key is in use");
		to_session(2);
		assert!(!Session::validators().contains(&1));
		purge_keys(1);

		to_session(1 + LEAVING_SESSIONS);
		assert_eq!(owner(1, proof), Some(1));
		assert_noop!(Validators::withdraw_bond(signed(1)), Error::<Test>::StillLeaving);

		next_session();
		assert_eq!(owner(1, proof), None);
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
		let proof = prove(2).expect("the key is in use");
		to_session(5);
		assert!(!Session::validators().contains(&2));

		to_session(4 + LEAVING_SESSIONS);
		assert_eq!(owner(2, proof), Some(2));
		assert_noop!(Validators::withdraw_bond(signed(2)), Error::<Test>::StillLeaving);

		next_session();
		assert_eq!(owner(2, proof), None);
		assert_ok!(Validators::withdraw_bond(signed(2)));
	});
}

#[test]
fn a_validator_that_was_never_bonded_can_be_proven_but_has_nothing_at_stake() {
	ExtBuilder::default().validators([]).build().execute_with(|| {
		pallet_session::Validators::<Test>::put(vec![1]);
		pallet_session::QueuedKeys::<Test>::put(vec![(1, keys_of(1))]);
		set_keys(1);
		System::run_to_block::<AllPalletsWithSystem>(SESSION_BLOCKS);
		let proof = prove(1).expect("the key is in use");
		let offender = Validators::check_proof((DUMMY, UintAuthorityId(1).encode()), proof);
		assert_eq!(offender, Some((1, Identification { bond: 0 })));
	});
}

#[test]
fn an_unchanged_set_keeps_one_roll() {
	execute(|| {
		to_session(20);
		let rolls: Vec<_> = Rolls::<Test>::iter_keys().collect();
		assert_eq!(rolls, [0]);
		assert_eq!(RollSince::<Test>::iter().count(), LEAVING_SESSIONS as usize + 1);

		// Another key is in use from session 22 on. Session 21 is the last that needs the old roll.
		set_key(1, 91);
		to_session(21 + LEAVING_SESSIONS);
		assert!(prove_in(21, 1).is_some() && prove_in(22, 91).is_some());
		assert_eq!(Rolls::<Test>::iter_keys().count(), 2);
		next_session();
		let rolls: Vec<_> = Rolls::<Test>::iter_keys().collect();
		assert_eq!(rolls, [22]);
	});
}

#[test]
fn rolls_are_forgotten_with_the_window() {
	execute(|| {
		rotate_until(LEAVING_SESSIONS);
		assert!(prove_in(0, 1).is_some());
		assert_eq!(Rolls::<Test>::iter().count(), LEAVING_SESSIONS as usize);

		next_session();
		assert_eq!(prove_in(0, 1), None);
		// Session 1 has the same roll and is still open.
		assert!(prove_in(1, 1).is_some());
		next_session();
		assert_eq!(prove_in(1, 1), None);
		assert!(!Rolls::<Test>::contains_key(0));

		to_session(50);
		assert_eq!(Rolls::<Test>::iter().count(), 1);
		assert_eq!(RollSince::<Test>::iter().count(), LEAVING_SESSIONS as usize + 1);
	});
}
