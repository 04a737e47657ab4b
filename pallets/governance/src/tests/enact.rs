use crate::{mock::*, *};
use frame::{deps::frame_support::traits::Bounded, testing_prelude::*};

/// Enough for the light calls of the mock.
fn bound() -> Weight {
	Weight::from_parts(1_000, 0)
}

/// Goes to `block` without the scheduler's work, so that its tasks wait.
fn skip_to(block: u64) {
	System::set_block_number(block);
}

/// Bytes that are no call of the mock.
fn garbage() -> Vec<u8> {
	vec![255; 200]
}

#[test]
fn enact_runs_by_itself_when_the_timelock_is_over() {
	ExtBuilder::default().build_and_execute(|| {
		let id = queue(short_call());
		run_to(TIMELOCK);
		assert_eq!(runs(), 0);
		assert!(Proposals::<Test>::contains_key(id));
		events();

		run_to(1 + TIMELOCK);
		assert_eq!(runs(), 1);
		assert!(!Proposals::<Test>::contains_key(id));
		assert_eq!(events(), vec![Event::Enacted { id, result: Ok(()) }]);
		assert_eq!(tasks(), 0);
	});
}

#[test]
fn enact_fails_before_its_block_for_everyone() {
	ExtBuilder::default().build_and_execute(|| {
		let id = queue(short_call());
		skip_to(TIMELOCK);
		for origin in [signed(ALICE), signed(EVE), RuntimeOrigin::root()] {
			assert_noop!(Governance::enact(origin, id, bound()), Error::<Test>::TooEarly);
		}
		skip_to(1 + TIMELOCK);
		assert_ok!(Governance::enact(signed(EVE), id, bound()));
		assert_eq!(runs(), 1);
	});
}

#[test]
fn enact_by_hand_works_when_the_agenda_was_full() {
	ExtBuilder::default().build_and_execute(|| {
		fill_agenda(1 + TIMELOCK);
		let id = queue(long_call());
		run_to(50);
		events();

		let post_info = Governance::enact(signed(EVE), id, bound()).expect("due");
		assert_eq!(post_info.pays_fee, Pays::No);
		assert_eq!(runs(), 1);
		assert_eq!(events(), vec![Event::Enacted { id, result: Ok(()) }]);
		assert_eq!(preimages(), (0, 0));
	});
}

#[test]
fn enact_by_hand_works_for_root() {
	ExtBuilder::default().build_and_execute(|| {
		let id = queue(short_call());
		skip_to(1 + TIMELOCK);
		assert_ok!(Governance::enact(RuntimeOrigin::root(), id, bound()));
		assert_eq!(runs(), 1);
	});
}

#[test]
fn enact_by_hand_works_when_the_scheduler_gave_up() {
	ExtBuilder::default().build_and_execute(|| {
		let id = queue(heavy_call(MaxCallWeight::get()));
		// The block begins with little weight left: too little for the call, which is the first
		// of its agenda, so that the scheduler gives up on it.
		let used = block_weights().max_block.ref_time() - MaxCallWeight::get().ref_time();
		run_to(TIMELOCK);
		skip_to(1 + TIMELOCK);
		System::set_block_consumed_resources(Weight::from_parts(used, 0), 0);
		Scheduler::on_initialize(1 + TIMELOCK);
		System::assert_has_event(
			pallet_scheduler::Event::PermanentlyOverweight {
				task: (1 + TIMELOCK, 0),
				id: Some(Governance::task_name(id)),
			}
			.into(),
		);
		assert_eq!(runs(), 0);
		run_to(20);

		assert_ok!(Governance::enact(signed(EVE), id, MaxCallWeight::get()));
		assert_eq!(runs(), 1);
	});
}

#[test]
fn enact_happens_a_block_later_when_the_scheduler_had_no_weight_left() {
	ExtBuilder::default().build_and_execute(|| {
		queue(heavy_call(MaxCallWeight::get()));
		queue(heavy_call(MaxCallWeight::get()));
		run_to(1 + TIMELOCK);
		assert_eq!(runs(), 1);
		run_to(2 + TIMELOCK);
		assert_eq!(runs(), 2);
		assert_eq!(Proposals::<Test>::count(), 0);
	});
}

#[test]
fn enact_by_hand_cancels_the_scheduled_task() {
	ExtBuilder::default().build_and_execute(|| {
		let id = queue(short_call());
		assert_eq!(tasks(), 1);
		skip_to(1 + TIMELOCK);
		assert_ok!(Governance::enact(signed(EVE), id, bound()));
		assert_eq!(tasks(), 0);
		Scheduler::on_initialize(1 + TIMELOCK);
		assert_eq!(runs(), 1);
	});
}

#[test]
fn enact_fails_for_other_origins() {
	ExtBuilder::default().build_and_execute(|| {
		let id = queue(short_call());
		skip_to(1 + TIMELOCK);
		for origin in [RuntimeOrigin::none(), motion(3, 3)] {
			assert_noop!(Governance::enact(origin, id, bound()), BadOrigin);
		}
	});
}

#[test]
fn enact_fails_when_not_queued() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(Governance::enact(signed(EVE), 0, bound()), Error::<Test>::NotQueued);
		let id = queue(short_call());
		run_to(1 + TIMELOCK);
		assert_noop!(Governance::enact(signed(EVE), id, bound()), Error::<Test>::NotQueued);
		assert_eq!(runs(), 1);
	});
}

#[test]
fn enact_fails_when_the_bound_is_below_the_calls_weight() {
	ExtBuilder::default().build_and_execute(|| {
		let weight = Weight::from_parts(5_000, 70);
		let id = queue(heavy_call(weight));
		skip_to(1 + TIMELOCK);
		for bound in [Weight::from_parts(4_999, 70), Weight::from_parts(5_000, 69)] {
			assert_noop!(
				Governance::enact(signed(EVE), id, bound),
				Error::<Test>::WeightBoundTooLow
			);
		}
		assert_ok!(Governance::enact(signed(EVE), id, weight));
		assert_eq!(runs(), 1);
	});
}

#[test]
fn enact_waits_for_a_higher_bound_when_an_upgrade_made_the_call_heavier() {
	ExtBuilder::default().build_and_execute(|| {
		let id = queue(long_call());
		UpgradeWeight::set(Weight::from_parts(1, 0));
		run_to(20);
		assert_eq!(runs(), 0);
		assert!(Proposals::<Test>::contains_key(id));
		assert_ok!(Governance::do_try_state());

		let heavier = bound() + UpgradeWeight::get();
		assert_ok!(Governance::enact(signed(EVE), id, heavier));
		assert_eq!(runs(), 1);
		UpgradeWeight::set(Weight::zero());
	});
}

#[test]
fn enact_declares_the_bound_and_refunds_what_the_call_left() {
	ExtBuilder::default().build_and_execute(|| {
		let used = Weight::from_parts(300, 20);
		let weight = Weight::from_parts(5_000, 70);
		let id = queue(RuntimeCall::Probe(probe::Call::run {
			weight,
			used: Some(used),
			padding: vec![],
		}));
		skip_to(1 + TIMELOCK);

		let weight_bound = Weight::from_parts(9_000, 90);
		let call = RuntimeCall::Governance(Call::enact { id, weight_bound });
		let base = <() as WeightInfo>::enact();
		assert_eq!(call.get_dispatch_info().call_weight, base + weight_bound);
		let post_info = call.dispatch(signed(EVE)).expect("due");
		assert_eq!(post_info.actual_weight, Some(base + used));
	});
}

#[test]
fn enact_counts_the_declared_weight_of_a_call_that_does_not_tell() {
	ExtBuilder::default().build_and_execute(|| {
		let weight = Weight::from_parts(5_000, 70);
		let id = queue(heavy_call(weight));
		skip_to(1 + TIMELOCK);
		let post_info = Governance::enact(signed(EVE), id, weight * 2).expect("due");
		assert_eq!(post_info.actual_weight, Some(<() as WeightInfo>::enact() + weight));
	});
}

#[test]
fn enact_tells_the_error_of_a_call_that_fails() {
	ExtBuilder::default().build_and_execute(|| {
		let id = queue(failing_call());
		run_to(1 + TIMELOCK);

		let result = Err(DispatchError::Unavailable);
		assert_eq!(events().last(), Some(&Event::Enacted { id, result }));
		assert_eq!(runs(), 0);
		assert!(!Proposals::<Test>::contains_key(id));
	});
}

#[test]
fn enact_cannot_run_a_call_that_enacts_itself() {
	ExtBuilder::default().build_and_execute(|| {
		let id = NextProposalId::<Test>::get();
		queue(RuntimeCall::Governance(Call::enact { id, weight_bound: bound() }));
		run_to(1 + TIMELOCK);
		let result = Err(Error::<Test>::NotQueued.into());
		assert_eq!(events().last(), Some(&Event::Enacted { id, result }));
		assert_eq!(Proposals::<Test>::count(), 0);
	});
}

#[test]
fn enact_discards_a_short_call_that_no_longer_decodes() {
	ExtBuilder::default().build_and_execute(|| {
		let id = queue(short_call());
		Proposals::<Test>::mutate(id, |queued| {
			let bytes = garbage()[..100].to_vec().try_into().expect("short");
			queued.as_mut().expect("queued").call = Bounded::Inline(bytes);
		});
		run_to(1 + TIMELOCK);

		let error = DispatchError::Corruption;
		assert_eq!(events().last(), Some(&Event::Discarded { id, error }));
		assert!(!Proposals::<Test>::contains_key(id));
		assert_eq!(runs(), 0);
	});
}

#[test]
fn enact_discards_a_long_call_that_no_longer_decodes() {
	ExtBuilder::default().build_and_execute(|| {
		let id = queue(long_call());
		let key = pallet_preimage::PreimageFor::<Test>::iter_keys().next().expect("noted");
		let bytes: BoundedVec<_, _> = garbage().try_into().expect("short");
		pallet_preimage::PreimageFor::<Test>::insert(key, bytes);
		skip_to(1 + TIMELOCK);

		let post_info = Governance::enact(signed(EVE), id, bound()).expect("due");
		assert_eq!(post_info.actual_weight, Some(<() as WeightInfo>::enact()));
		assert_eq!(post_info.pays_fee, Pays::No);
		let error = DispatchError::Corruption;
		assert_eq!(events().last(), Some(&Event::Discarded { id, error }));
		assert_eq!(preimages(), (0, 0));
		assert_eq!(tasks(), 0);
	});
}

#[test]
fn enact_discards_a_call_whose_bytes_root_removed() {
	ExtBuilder::default().build_and_execute(|| {
		let id = queue(long_call());
		let (hash, _) = pallet_preimage::PreimageFor::<Test>::iter_keys().next().expect("noted");
		assert_ok!(Preimage::unrequest_preimage(RuntimeOrigin::root(), hash));
		run_to(1 + TIMELOCK);

		let error = DispatchError::Unavailable;
		assert_eq!(events().last(), Some(&Event::Discarded { id, error }));
		assert!(!Proposals::<Test>::contains_key(id));
	});
}

#[test]
fn enact_counts_vetoes_again_because_the_council_may_have_shrunk() {
	ExtBuilder::default().council_of(7).build_and_execute(|| {
		let id = queue(long_call());
		assert_ok!(Governance::veto(signed(1), id));
		assert_ok!(Governance::veto(signed(2), id));
		// Two of seven are not enough, two of four are.
		set_council(vec![1, 2, 3, 4], None);
		run_to(1 + TIMELOCK);

		assert_eq!(events().last(), Some(&Event::Vetoed { id }));
		assert!(!Proposals::<Test>::contains_key(id));
		assert_eq!(runs(), 0);
		assert_eq!(preimages(), (0, 0));
	});
}

#[test]
fn enact_ignores_vetoes_of_members_who_left() {
	ExtBuilder::default().council_of(7).build_and_execute(|| {
		let id = queue(short_call());
		assert_ok!(Governance::veto(signed(1), id));
		assert_ok!(Governance::veto(signed(2), id));
		set_council(vec![2, 3, 4], None);
		run_to(1 + TIMELOCK);
		assert_eq!(runs(), 1);
	});
}

#[test]
fn enact_charges_nothing_beyond_itself_when_vetoes_stop_the_call() {
	ExtBuilder::default().council_of(7).build_and_execute(|| {
		let id = queue(short_call());
		assert_ok!(Governance::veto(signed(1), id));
		assert_ok!(Governance::veto(signed(2), id));
		set_council(vec![1, 2, 3], None);
		skip_to(1 + TIMELOCK);
		let post_info = Governance::enact(signed(EVE), id, bound()).expect("due");
		assert_eq!(post_info.actual_weight, Some(<() as WeightInfo>::enact()));
		assert_eq!(post_info.pays_fee, Pays::No);
	});
}
