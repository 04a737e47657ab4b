use crate::{mock::*, *};
use frame::testing_prelude::*;

#[test]
fn veto_counts_and_the_last_one_removes_the_proposal() {
	ExtBuilder::default().build_and_execute(|| {
		let id = queue(long_call());
		events();
		assert_ok!(Governance::veto(signed(CHARLIE), id));
		assert_eq!(events(), vec![Event::VetoCast { id, member: CHARLIE, vetoes: 1, needed: 2 }]);
		assert_eq!(Proposals::<Test>::get(id).expect("queued").vetoes, vec![CHARLIE]);

		assert_ok!(Governance::veto(signed(ALICE), id));
		assert_eq!(
			events(),
			vec![Event::VetoCast { id, member: ALICE, vetoes: 2, needed: 2 }, Event::Vetoed { id }]
		);
		assert!(!Proposals::<Test>::contains_key(id));
		assert_eq!(preimages(), (0, 0));
		assert_eq!(tasks(), 0);
		run_to(50);
		assert_eq!(runs(), 0);
	});
}

#[test]
fn veto_needs_a_third_of_the_council_and_at_least_two() {
	for (size, needed) in [(1, 2), (2, 2), (3, 2), (4, 2), (6, 2), (7, 3), (9, 3), (10, 4)] {
		ExtBuilder::default().council_of(size).build_and_execute(|| {
			assert_eq!(Governance::veto_threshold(), needed);
			let id = queue(short_call());
			for member in 1..=size.min(u64::from(needed) - 1) {
				assert_ok!(Governance::veto(signed(member), id));
			}
			assert!(Proposals::<Test>::contains_key(id), "{size}: one veto too few");
			if size >= u64::from(needed) {
				assert_ok!(Governance::veto(signed(u64::from(needed)), id));
				assert!(!Proposals::<Test>::contains_key(id), "{size}: enough vetoes");
			}
		});
	}
}

#[test]
fn veto_fails_for_whoever_is_not_in_the_council() {
	ExtBuilder::default().build_and_execute(|| {
		let id = queue(short_call());
		assert_noop!(Governance::veto(signed(EVE), id), Error::<Test>::NotCouncilMember);
		set_council(vec![BOB, CHARLIE], None);
		assert_noop!(Governance::veto(signed(ALICE), id), Error::<Test>::NotCouncilMember);
	});
}

#[test]
fn veto_fails_for_other_origins() {
	ExtBuilder::default().build_and_execute(|| {
		let id = queue(short_call());
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none(), motion(3, 3)] {
			assert_noop!(Governance::veto(origin, id), BadOrigin);
		}
	});
}

#[test]
fn veto_fails_when_not_queued() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(Governance::veto(signed(ALICE), 0), Error::<Test>::NotQueued);
		let id = queue(short_call());
		run_to(1 + TIMELOCK);
		assert_noop!(Governance::veto(signed(ALICE), id), Error::<Test>::NotQueued);
	});
}

#[test]
fn veto_fails_the_second_time() {
	ExtBuilder::default().build_and_execute(|| {
		let id = queue(short_call());
		assert_ok!(Governance::veto(signed(ALICE), id));
		assert_noop!(Governance::veto(signed(ALICE), id), Error::<Test>::AlreadyVetoed);
	});
}

#[test]
fn veto_does_not_count_members_who_left() {
	ExtBuilder::default().build_and_execute(|| {
		let id = queue(short_call());
		assert_ok!(Governance::veto(signed(ALICE), id));
		set_council(vec![BOB, CHARLIE, 4], None);
		assert_ok!(Governance::veto(signed(BOB), id));
		assert_eq!(
			events().last(),
			Some(&Event::VetoCast { id, member: BOB, vetoes: 1, needed: 2 })
		);
		assert_eq!(Proposals::<Test>::get(id).expect("queued").vetoes, vec![BOB]);
	});
}

#[test]
fn veto_counts_members_who_left_and_came_back() {
	ExtBuilder::default().build_and_execute(|| {
		let id = queue(short_call());
		assert_ok!(Governance::veto(signed(ALICE), id));
		set_council(vec![BOB, CHARLIE], None);
		set_council(vec![ALICE, BOB, CHARLIE], None);
		assert_ok!(Governance::veto(signed(BOB), id));
		assert!(!Proposals::<Test>::contains_key(id));
	});
}

#[test]
fn veto_goes_by_the_size_of_the_council_now() {
	ExtBuilder::default().council_of(7).build_and_execute(|| {
		let id = queue(short_call());
		assert_ok!(Governance::veto(signed(1), id));
		set_council(vec![1, 2, 3], None);
		assert_ok!(Governance::veto(signed(2), id));
		assert!(!Proposals::<Test>::contains_key(id));
	});
}

#[test]
fn veto_is_possible_until_a_late_proposal_is_enacted() {
	ExtBuilder::default().build_and_execute(|| {
		fill_agenda(1 + TIMELOCK);
		let id = queue(short_call());
		run_to(30);
		assert_ok!(Governance::veto(signed(ALICE), id));
		assert_ok!(Governance::veto(signed(BOB), id));
		assert_noop!(
			Governance::enact(signed(EVE), id, MaxCallWeight::get()),
			Error::<Test>::NotQueued
		);
	});
}

#[test]
fn veto_fails_when_a_council_above_the_limit_fills_the_list() {
	// Twenty-five members need nine vetoes; the list holds eight.
	ExtBuilder::default().council_of(25).build_and_execute(|| {
		let id = queue(short_call());
		for member in 1..=8 {
			assert_ok!(Governance::veto(signed(member), id));
		}
		// One more would be enough, so it needs no room.
		hypothetically!({
			assert_ok!(Governance::veto(signed(9), id));
			assert!(!Proposals::<Test>::contains_key(id));
		});
		// In a council of twenty-eight it would not be.
		set_council((1..=28).collect(), None);
		assert_noop!(Governance::veto(signed(9), id), Error::<Test>::TooManyVetoes);
	});
}

#[test]
fn veto_stops_a_proposal_that_the_scheduler_postponed() {
	ExtBuilder::default().build_and_execute(|| {
		// The two do not fit one block. The scheduler forgets the name of the postponed task, so
		// that it cannot be cancelled any more.
		queue(heavy_call(MaxCallWeight::get()));
		let id = queue(heavy_call(MaxCallWeight::get()));
		run_to(1 + TIMELOCK);
		assert_eq!(runs(), 1);
		assert!(Proposals::<Test>::contains_key(id));
		assert_ok!(Governance::veto(signed(ALICE), id));
		assert_ok!(Governance::veto(signed(BOB), id));
		assert_eq!(tasks(), 1);

		run_to(2 + TIMELOCK);
		assert_eq!(tasks(), 0);
		assert_eq!(runs(), 1);
	});
}

#[test]
fn veto_has_room_in_blocks_full_of_other_traffic() {
	let info = RuntimeCall::Governance(Call::veto { id: 0 }).get_dispatch_info();
	assert_eq!(info.class, DispatchClass::Operational);
	assert_eq!(info.call_weight, <() as WeightInfo>::veto());
}
