//! `restore_finality`, and what GRANDPA is told of sessions.

use crate::{mock::*, *};
use codec::Decode;
use frame::{
	deps::{
		frame_support::hypothetically,
		sp_runtime::{testing::UintAuthorityId, DigestItem},
	},
	testing_prelude::*,
};
use pallet_grandpa::{
	fg_primitives::{ConsensusLog, SetId, GRANDPA_ENGINE_ID},
	CurrentSetId, PendingChange, SetIdSession, Stalled,
};
use pallet_session::QueuedKeys;

const DELAY: u64 = MIN_RESTORE_DELAY as u64;

fn restore(lost: &[AccountId], last_finalized: u64, set_id: SetId, delay: u64) -> DispatchResult {
	let lost = lost.to_vec().try_into().expect("no more than can validate");
	Validators::restore_finality(signed(RESTORER), lost, last_finalized, set_id, delay)
}

/// What a block told nodes of GRANDPA when it was finished.
fn announced() -> Vec<ConsensusLog<u64>> {
	let log = |item: &DigestItem| match item {
		DigestItem::Consensus(GRANDPA_ENGINE_ID, log) => ConsensusLog::decode(&mut &log[..]).ok(),
		_ => None,
	};
	System::digest().logs().iter().filter_map(log).collect()
}

fn keys(validators: &[AccountId]) -> Vec<pallet_grandpa::AuthorityId> {
	validators.iter().map(|validator| grandpa_key(*validator)).collect()
}

/// A chain that stands since block 2: three set changes were announced afterwards, of which nodes
/// know nothing. It has come to the middle of a session.
fn stalled(test: impl FnOnce()) {
	execute(|| {
		pass_blocks(3);
		for newcomer in [ALICE, BOB, 7] {
			join(newcomer);
			next_session();
			pass_blocks(1);
		}
		next_session();
		next_session();
		pass_blocks(1);
		assert_eq!(CurrentSetId::<Test>::get(), 3);
		assert_eq!(voters(), [1, 2, 3, 4, ALICE, BOB, 7]);
		System::reset_events();
		test();
	});
}

#[test]
fn restore_finality_hands_it_to_the_rest() {
	execute(|| {
		pass_blocks(1);
		System::reset_events();
		assert_ok!(restore(&[2, 4], 1, 0, DELAY));

		let until = 2 + LEAVING_SESSIONS;
		let handed_over = Event::FinalityHandedOver {
			lost: vec![2, 4],
			last_finalized: 1,
			set_id: 1,
			at: 2 + DELAY,
		};
		let removed = |validator| Event::ValidatorRemoved { validator, until };
		assert_eq!(events(), [removed(2), removed(4), handed_over]);
		assert_eq!(approved(), [1, 3]);
		assert_eq!(state_of(2), Some(CandidacyState::Leaving { until }));
		assert_eq!(held(2), BOND);
		assert_eq!(voters(), [1, 3]);
		let change = PendingChange::<Test>::get().expect("a change waits");
		assert_eq!((change.scheduled_at, change.delay, change.forced), (2, DELAY, Some(1)));
	});
}

#[test]
fn restore_finality_tells_nodes_in_its_block_and_counts_after_the_delay() {
	execute(|| {
		pass_blocks(1);
		assert_ok!(restore(&[2, 4], 1, 0, DELAY));
		<Grandpa as Hooks<u64>>::on_finalize(System::block_number());
		let [ConsensusLog::ForcedChange(1, change)] = &announced()[..] else {
			panic!("{:?}", announced());
		};
		assert_eq!(change.delay, DELAY);
		assert_eq!(change.next_authorities, [(grandpa_key(1), 1), (grandpa_key(3), 1)]);

		pass_blocks(DELAY);
		assert_eq!(authorities(), keys(&GENESIS_VALIDATORS));
		pass_blocks(1);
		assert_eq!(authorities(), keys(&[1, 3]));
	});
}

#[test]
fn restore_finality_counts_sets_as_nodes_do() {
	stalled(|| {
		let session = Session::current_index();
		assert_ok!(restore(&[2, 4, ALICE], 2, 0, DELAY));

		assert_eq!(CurrentSetId::<Test>::get(), 1);
		assert_eq!(SetIdSession::<Test>::get(0), Some(session - 1));
		assert_eq!(SetIdSession::<Test>::get(1), Some(session));
		assert_eq!(SetIdSession::<Test>::get(3), None);
		assert_eq!(SetBlocks::<Test>::get(1), Some(2));
		check_invariants();
		// The lost leave: the first change that nodes see after the forced one.
		to_session(session + 4);
		pass_blocks(1);
		assert_eq!(CurrentSetId::<Test>::get(), 2);
		assert_eq!(authorities(), keys(&[1, 3, BOB, 7]));
	});
}

#[test]
fn restore_finality_leaves_the_authors_of_the_next_session() {
	execute(|| {
		assert_ok!(restore(&[2, 4], 0, 0, DELAY));
		next_session();
		// They are announced already, and BABE must find the same.
		assert_eq!(Session::validators(), GENESIS_VALIDATORS);
		assert_eq!(QueuedKeys::<Test>::get().len(), 2);
		next_session();
		assert_eq!(Session::validators(), [1, 3]);
	});
}

#[test]
fn restore_finality_keeps_the_lost_out_of_a_change_of_the_next_session() {
	execute(|| {
		join(ALICE);
		next_session();
		pass_blocks(1);
		// ALICE serves from the next session on, and so would 2 and 4. The change is announced
		// when the forced one is done, which takes longer than a session here.
		assert_ok!(restore(&[2, 4], 1, 0, DELAY));
		next_session();
		assert!(AuthoritiesChanged::get());
		assert_eq!(Session::validators(), [1, 2, 3, 4, ALICE]);
		assert_eq!(voters(), [1, 3]);
		assert_eq!(CurrentSetId::<Test>::get(), 1);
		assert!(ChangeOwed::<Test>::get());
		assert_eq!(Lost::<Test>::get().into_inner(), [2, 4]);

		next_session();
		next_session();
		assert!(!ChangeOwed::<Test>::get());
		assert_eq!(voters(), [1, 3, ALICE]);
		assert_eq!(CurrentSetId::<Test>::get(), 2);
		assert!(Lost::<Test>::get().is_empty());
		pass_blocks(1);
		assert_eq!(authorities(), keys(&[1, 3, ALICE]));
	});
}

#[test]
fn a_change_that_waits_for_nothing_leaves_the_lost_out_at_once() {
	execute(|| {
		join(ALICE);
		next_session();
		pass_blocks(1);
		// As if given up long ago, and still in a coming session.
		Lost::<Test>::put(BoundedVec::truncate_from(vec![2]));
		Voters::<Test>::mutate(|voters| voters.retain(|(voter, _)| *voter != 2));
		pallet_grandpa::Authorities::<Test>::mutate(|it| {
			let rest = it.iter().filter(|(key, _)| *key != grandpa_key(2)).cloned().collect();
			*it = frame::deps::frame_support::WeakBoundedVec::force_from(rest, None);
		});
		next_session();
		assert_eq!(voters(), [1, 3, 4, ALICE]);
		pass_blocks(1);
		assert_eq!(authorities(), keys(&[1, 3, 4, ALICE]));
	});
}

#[test]
fn a_session_of_lost_alone_leaves_who_votes() {
	ExtBuilder::default().validators([1, 2]).build_and_execute(|| {
		join(ALICE);
		assert_ok!(Validators::remove(signed(REMOVER), 1));
		assert_ok!(restore(&[2], 0, 0, DELAY));
		// Keys go, so that the lost one serves on alone.
		purge_keys(ALICE);
		purge_keys(1);
		to_session(4);
		assert!(!PendingChange::<Test>::exists());
		assert_eq!(Session::validators(), [2]);
		assert_eq!(voters(), [1]);
		assert_eq!(authorities(), keys(&[1]));
		assert!(ChangeOwed::<Test>::get());

		set_keys(ALICE);
		to_session(7);
		assert_eq!(voters(), [ALICE]);
	});
}

#[test]
fn restore_finality_needs_nobody_lost_who_left_before() {
	execute(|| {
		assert_ok!(Validators::remove(signed(REMOVER), 2));
		assert_ok!(Validators::remove(signed(REMOVER), 4));
		next_session();
		next_session();
		pass_blocks(1);
		assert_eq!(voters(), [1, 3]);
		// Nodes still count all four.
		assert_noop!(restore(&[2], 1, 0, DELAY), Error::<Test>::NotAuthority);
		assert_ok!(restore(&[], 1, 0, DELAY));
		assert_eq!(voters(), [1, 3]);
		assert_eq!(CurrentSetId::<Test>::get(), 1);
	});
}

#[test]
fn restore_finality_works_again_when_more_are_lost() {
	execute(|| {
		assert_ok!(restore(&[4], 0, 0, DELAY));
		pass_blocks(2 * DELAY);
		// The set without 4 was announced meanwhile, but nothing became final.
		assert_eq!(CurrentSetId::<Test>::get(), 2);
		assert_noop!(restore(&[3], 0, 2, DELAY), Error::<Test>::OtherAuthoritySet);
		assert_ok!(restore(&[3], 0, 1, DELAY));
		assert_eq!(CurrentSetId::<Test>::get(), 2);
		assert_eq!(approved(), [1, 2]);
		pass_blocks(2 * DELAY);
		assert_eq!(voters(), [1, 2]);
	});
}

#[test]
fn restore_finality_takes_back_a_note_that_would_elect_the_lost() {
	execute(|| {
		assert_ok!(Grandpa::note_stalled(RuntimeOrigin::root(), 5, 0));
		assert_ok!(restore(&[2, 4], 0, 0, DELAY));
		assert!(!Stalled::<Test>::exists());
	});
}

#[test]
fn restore_finality_forgets_a_return_only_when_it_is_approved_anew() {
	execute(|| {
		assert_ok!(restore(&[2], 0, 0, DELAY));
		to_session(2 + LEAVING_SESSIONS);
		assert_ok!(Validators::withdraw_bond(signed(2)));
		join(2);
		next_session();
		next_session();
		assert_eq!(voters(), [1, 3, 4, 2]);
	});
}

#[test]
fn restore_finality_fails_for_a_block_that_is_not_made() {
	execute(|| {
		assert_noop!(restore(&[2, 4], 1, 0, DELAY), Error::<Test>::NotYetMade);
		assert_noop!(restore(&[2, 4], u64::MAX, 0, DELAY), Error::<Test>::NotYetMade);
		assert_ok!(restore(&[2, 4], 0, 0, DELAY));
	});
}

#[test]
fn restore_finality_fails_with_another_set_than_nodes_follow() {
	stalled(|| {
		// Sets 1, 2 and 3 were announced in these.
		let blocks: Vec<_> = (1..=3).map(|set| SetBlocks::<Test>::get(set).expect("is")).collect();
		assert!(blocks.is_sorted() && blocks[0] > 2, "{blocks:?}");
		let wrong = [
			(2, 1),
			(2, 3),
			(2, 4),
			(2, SetId::MAX),
			(blocks[0] - 1, 1),
			(blocks[0], 0),
			(blocks[1], 1),
			(blocks[2], 2),
		];
		for (last_finalized, set_id) in wrong {
			assert_noop!(
				restore(&[2], last_finalized, set_id, DELAY),
				Error::<Test>::OtherAuthoritySet
			);
		}
		for (last_finalized, set_id) in
			[(2, 0), (blocks[0] - 1, 0), (blocks[0], 1), (blocks[1], 2), (blocks[2], 3)]
		{
			let done = hypothetically!(restore(&[2], last_finalized, set_id, DELAY));
			assert_ok!(done);
		}
	});
}

#[test]
fn restore_finality_fails_outside_of_the_bounds_of_its_delay() {
	let with_epoch = ExtBuilder { epoch_slots: Some(20), ..Default::default() };
	with_epoch.build_and_execute(|| {
		for delay in [0, DELAY - 1, 20, u64::MAX] {
			assert_noop!(restore(&[2], 0, 0, delay), Error::<Test>::DelayOutOfRange);
		}
		assert_ok!(restore(&[2], 0, 0, 19));
	});
}

#[test]
fn restore_finality_fails_for_who_is_no_authority() {
	execute(|| {
		join(ALICE);
		for stranger in [ALICE, BOB] {
			assert_noop!(restore(&[2, stranger], 0, 0, DELAY), Error::<Test>::NotAuthority);
		}
	});
}

#[test]
fn restore_finality_never_empties_a_set() {
	execute(|| {
		// A newcomer is approved, but doesn't vote yet.
		join(ALICE);
		assert_noop!(restore(&GENESIS_VALIDATORS, 0, 0, DELAY), Error::<Test>::LastValidator);
	});
	execute(|| {
		assert_noop!(restore(&GENESIS_VALIDATORS, 0, 0, DELAY), Error::<Test>::LastValidator);
		for validator in [1, 2, 3] {
			assert_ok!(Validators::remove(signed(REMOVER), validator));
		}
		// The others vote, but leave; the approved set would be empty.
		assert_noop!(restore(&[4], 0, 0, DELAY), Error::<Test>::LastValidator);
	});
}

#[test]
fn restore_finality_fails_while_a_change_waits() {
	execute(|| {
		assert_ok!(restore(&[2], 0, 0, DELAY));
		let pending = pallet_grandpa::Error::<Test>::ChangePending;
		assert_noop!(restore(&[3], 0, 1, DELAY), pending);
		pass_blocks(DELAY + 1);
		let too_soon = pallet_grandpa::Error::<Test>::TooSoon;
		assert_noop!(restore(&[3], 0, 1, DELAY), too_soon);
	});
	// In the first block of a session with other validators, too.
	execute(|| {
		join(ALICE);
		next_session();
		next_session();
		let pending = pallet_grandpa::Error::<Test>::ChangePending;
		assert_noop!(restore(&[2], 0, 0, DELAY), pending);
	});
}

#[test]
fn restore_finality_fails_for_anyone_but_its_origin() {
	execute(|| {
		let lost = BoundedVec::truncate_from(vec![2]);
		for origin in [signed(1), signed(REMOVER), signed(APPROVER), RuntimeOrigin::none()] {
			assert_noop!(
				Validators::restore_finality(origin, lost.clone(), 0, 0, DELAY),
				DispatchError::BadOrigin
			);
		}
	});
}

#[test]
fn voters_are_told_with_their_keys() {
	execute(|| {
		assert_eq!(Validators::voters()[1], (2, grandpa_key(2)));
		set_keys_to(2, SessionKeys { dummy: UintAuthorityId(92) });
		next_session();
		assert_eq!(Validators::voters()[1], (2, grandpa_key(2)));
		next_session();
		assert_eq!(Validators::voters()[1], (2, grandpa_key(92)));
	});
}

#[test]
fn blocks_of_old_sets_are_forgotten() {
	execute(|| {
		// Every session has another key, and so another set.
		for round in 0..12u64 {
			set_keys_to(2, SessionKeys { dummy: UintAuthorityId(200 + round) });
			next_session();
			pass_blocks(1);
		}
		let remembered = LEAVING_SESSIONS as usize + 2;
		assert_eq!(SetBlocks::<Test>::iter().count(), remembered);
		assert_eq!(SetIdSession::<Test>::iter().count(), remembered);
	});
}

#[test]
fn try_state_finds_a_voter_that_grandpa_does_not_count() {
	ExtBuilder::default().build().execute_with(|| {
		Voters::<Test>::mutate(|voters| voters.pop());
		assert!(Validators::do_try_state().is_err());
	});
}

#[test]
fn try_state_finds_a_lost_one_that_votes() {
	ExtBuilder::default().build().execute_with(|| {
		Lost::<Test>::put(BoundedVec::truncate_from(vec![3]));
		assert!(Validators::do_try_state().is_err());
	});
}

/// With the set that goes with it, too low a block passes every check, and the runtime then counts
/// fewer sets than nodes do. A later call may name the set that nodes really follow.
#[test]
fn restore_finality_can_correct_a_call_that_named_too_low_a_block() {
	stalled(|| {
		// Of the sets 1, 2 and 3 that were announced, nodes follow 2: its block was final.
		let last_finalized = SetBlocks::<Test>::get(2).expect("is announced");
		// The member's own node was behind: final up to 2, set 0.
		assert_ok!(restore(&[2], 2, 0, DELAY));
		pass_blocks(2 * DELAY + 1);
		// On nodes the forced set is their own plus one: 3. More are lost, or the council wants the
		// number put right.
		let furthest = CurrentSetId::<Test>::get() + SetsAhead::<Test>::get();
		let further = restore(&[], last_finalized, furthest + 1, DELAY);
		assert_eq!(further, Err(Error::<Test>::OtherAuthoritySet.into()));
		assert_ok!(restore(&[], last_finalized, 3, DELAY));
		assert_eq!(CurrentSetId::<Test>::get(), 4);
	});
}
