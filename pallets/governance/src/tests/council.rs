//! The council's way into the queue, and what a single member of three cannot do.

use crate::{mock::*, *};
use codec::Encode;
use frame::testing_prelude::*;

/// `governance.queue` of a call that would run as Root.
fn queue_call() -> RuntimeCall {
	RuntimeCall::Governance(Call::queue { call: Box::new(short_call()) })
}

/// Opens a motion for `call` by `member` and returns its hash.
fn propose(member: u64, threshold: u32, call: RuntimeCall) -> H256 {
	let hash = BlakeTwo256::hash(&call.encode());
	let len = call.encoded_size() as u32;
	assert_ok!(Collective::propose(signed(member), threshold, Box::new(call), len));
	hash
}

fn vote(member: u64, motion: H256, index: u32, approve: bool) {
	assert_ok!(Collective::vote(signed(member), motion, index, approve));
}

fn close(motion: H256, index: u32) -> DispatchResultWithPostInfo {
	Collective::close(signed(EVE), motion, index, MaxCallWeight::get(), 10_000)
}

fn assert_nothing_queued() {
	assert_eq!(NextProposalId::<Test>::get(), 0);
	run_to(System::block_number() + MaxTimelock::get());
	assert_eq!(runs(), 0);
}

#[test]
fn two_of_three_pass_a_root_call_through_the_whole_path() {
	ExtBuilder::default().build_and_execute(|| {
		let call = RuntimeCall::System(frame_system::Call::set_storage {
			items: vec![(b"key".to_vec(), b"value".to_vec())],
		});
		let motion = RuntimeCall::Governance(Call::queue { call: Box::new(call) });
		let hash = propose(ALICE, 2, motion);
		vote(ALICE, hash, 0, true);
		vote(BOB, hash, 0, true);
		assert_ok!(close(hash, 0));
		assert_eq!(Proposals::<Test>::count(), 1);

		run_to(TIMELOCK);
		assert_eq!(frame::deps::sp_io::storage::get(b"key"), None);
		run_to(1 + TIMELOCK);
		assert_eq!(frame::deps::sp_io::storage::get(b"key").as_deref(), Some(&b"value"[..]));
		assert_eq!(Proposals::<Test>::count(), 0);
	});
}

#[test]
fn a_council_of_one_passes_a_call_with_one_motion() {
	ExtBuilder::default().council_of(1).timelock(0).build_and_execute(|| {
		propose(ALICE, 1, queue_call());
		run_to(2);
		assert_eq!(runs(), 1);
	});
}

#[test]
fn one_of_three_cannot_pass_a_motion_of_its_own() {
	ExtBuilder::default().build_and_execute(|| {
		propose(ALICE, 1, queue_call());
		propose(ALICE, 0, queue_call());
		let refused = Err(BadOrigin.into());
		let proposal_hash = BlakeTwo256::hash(&queue_call().encode());
		System::assert_has_event(
			pallet_collective::Event::Executed { proposal_hash, result: refused }.into(),
		);
		assert_nothing_queued();
	});
}

#[test]
fn one_of_three_cannot_execute_as_member() {
	ExtBuilder::default().build_and_execute(|| {
		let call = Box::new(queue_call());
		let len = call.encoded_size() as u32;
		assert_ok!(Collective::execute(signed(ALICE), call, len));
		assert_nothing_queued();
	});
}

#[test]
fn one_of_three_cannot_pass_a_motion_in_which_the_others_do_not_vote() {
	for threshold in [2, 3] {
		for prime in [None, Some(ALICE), Some(BOB)] {
			ExtBuilder::default().build_and_execute(|| {
				set_council(vec![ALICE, BOB, CHARLIE], prime);
				let hash = propose(ALICE, threshold, queue_call());
				vote(ALICE, hash, 0, true);
				assert!(close(hash, 0).is_err());
				run_to(1 + MOTION_BLOCKS);
				assert_ok!(close(hash, 0));
				System::assert_has_event(
					pallet_collective::Event::Closed { proposal_hash: hash, yes: 1, no: 2 }.into(),
				);
				assert_nothing_queued();
			});
		}
	}
}

#[test]
fn a_prime_does_not_turn_two_abstentions_of_seven_into_ayes() {
	// Four of seven are a majority, but not two thirds.
	ExtBuilder::default().council_of(7).build_and_execute(|| {
		set_council((1..=7).collect(), Some(1));
		let hash = propose(1, 5, queue_call());
		for member in 1..=4 {
			vote(member, hash, 0, true);
		}
		run_to(1 + MOTION_BLOCKS);
		assert_ok!(close(hash, 0));
		assert_nothing_queued();
	});
}

#[test]
fn a_low_threshold_does_not_lower_the_majority() {
	ExtBuilder::default().council_of(4).build_and_execute(|| {
		let hash = propose(1, 2, queue_call());
		vote(1, hash, 0, true);
		vote(2, hash, 0, true);
		assert_ok!(close(hash, 0));
		assert_nothing_queued();
	});
}

#[test]
fn one_of_three_cannot_veto() {
	ExtBuilder::default().build_and_execute(|| {
		set_council(vec![ALICE, BOB, CHARLIE], Some(ALICE));
		let id = queue(short_call());
		assert_ok!(Governance::veto(signed(ALICE), id));
		for _ in 0..3 {
			assert_noop!(Governance::veto(signed(ALICE), id), Error::<Test>::AlreadyVetoed);
			assert_ok!(Governance::withdraw_veto(signed(ALICE), id));
			assert_ok!(Governance::veto(signed(ALICE), id));
		}
		// Nor through the collective: a veto needs the member's own signature.
		let veto = RuntimeCall::Governance(Call::veto { id });
		let len = veto.encoded_size() as u32;
		assert_ok!(Collective::execute(signed(ALICE), Box::new(veto.clone()), len));
		assert_ok!(Collective::propose(signed(ALICE), 1, Box::new(veto), len));
		// Nor by cancelling the task or taking the bytes.
		let name = Governance::task_name(id);
		assert!(Scheduler::cancel_named(signed(ALICE), name).is_err());

		run_to(1 + TIMELOCK);
		assert_eq!(runs(), 1);
	});
}

#[test]
fn one_of_three_cannot_reach_root_by_other_calls() {
	ExtBuilder::default().build_and_execute(|| {
		let id = queue(long_call());
		for origin in [signed(ALICE), pallet_collective::RawOrigin::Member(ALICE).into()] {
			let early = Governance::enact(origin.clone(), id, MaxCallWeight::get());
			assert!(early.is_err());
			assert!(Governance::set_timelock(origin.clone(), 0).is_err());
			assert!(short_call().dispatch(origin).is_err());
		}
		assert_eq!(runs(), 0);
	});
}

#[test]
fn abstentions_vote_no_whatever_the_prime_says() {
	use pallet_collective::DefaultVote;
	for prime in [None, Some(false), Some(true)] {
		for (yes, no, len) in [(0, 0, 3), (1, 0, 3), (2, 1, 4), (99, 0, 100)] {
			assert!(!AbstentionsVoteNo::default_vote(prime, yes, no, len));
		}
	}
}
