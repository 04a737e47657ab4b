use crate::{mock::*, *};
use codec::Encode;
use frame::{
	deps::frame_support::traits::Bounded, testing_prelude::*, traits::schedule::v3::Named,
};

type Schedule = <Test as Config>::Scheduler;

fn next_dispatch(id: ProposalId) -> Result<u64, DispatchError> {
	<Schedule as Named<u64, RuntimeCall, OriginCaller>>::next_dispatch_time(Governance::task_name(
		id,
	))
}

#[test]
fn queue_stores_and_schedules_the_call() {
	ExtBuilder::default().build_and_execute(|| {
		run_to(4);
		assert_ok!(Governance::queue(motion(2, 3), Box::new(short_call())));

		let inline = short_call().encode().try_into().expect("short");
		let call = Bounded::Inline(inline);
		let weight = Weight::from_parts(1_000, 0);
		let queued = Proposals::<Test>::get(0).expect("queued");
		assert_eq!(
			queued,
			QueuedCall {
				call: call.clone(),
				weight,
				queued_at: 4,
				enact_at: 4 + TIMELOCK,
				vetoes: Default::default(),
			}
		);
		assert_eq!(next_dispatch(0), Ok(4 + TIMELOCK));
		assert_eq!(events(), vec![Event::Queued { id: 0, call, weight, enact_at: 4 + TIMELOCK }]);
		assert_eq!(preimages(), (0, 0));
	});
}

#[test]
fn queue_notes_a_long_call_as_preimage() {
	ExtBuilder::default().build_and_execute(|| {
		let id = queue(long_call());

		let hash = BlakeTwo256::hash(&long_call().encode());
		let queued = Proposals::<Test>::get(id).expect("queued");
		assert_eq!(queued.call, Bounded::Lookup { hash, len: 200 });
		let bytes = pallet_preimage::PreimageFor::<Test>::get((hash, 200)).expect("noted");
		assert_eq!(bytes.into_inner(), long_call().encode());
	});
}

#[test]
fn queue_stores_128_bytes_inline_and_129_as_preimage() {
	ExtBuilder::default().build_and_execute(|| {
		queue(call_of_len(128));
		assert_eq!(preimages(), (0, 0));
		queue(call_of_len(129));
		assert_eq!(preimages(), (1, 1));
	});
}

#[test]
fn queue_holds_the_bytes_once_for_each_proposal() {
	ExtBuilder::default().build_and_execute(|| {
		let first = queue(long_call());
		run_to(2);
		let second = queue(long_call());
		assert_eq!(preimages(), (1, 1));

		assert_ok!(Governance::veto(signed(ALICE), first));
		assert_ok!(Governance::veto(signed(BOB), first));
		assert_eq!(preimages(), (1, 1));
		assert_ok!(Governance::do_try_state());

		run_to(2 + TIMELOCK);
		assert!(!Proposals::<Test>::contains_key(second));
		assert_eq!(runs(), 1);
		assert_eq!(preimages(), (0, 0));
	});
}

#[test]
fn queue_keeps_bytes_that_their_uploader_takes_back() {
	ExtBuilder::default().build_and_execute(|| {
		let bytes = long_call().encode();
		let hash = BlakeTwo256::hash(&bytes);
		assert_ok!(Preimage::note_preimage(signed(EVE), bytes));
		queue(long_call());
		assert_ok!(Preimage::unnote_preimage(signed(EVE), hash));
		assert_ok!(Governance::do_try_state());

		run_to(1 + TIMELOCK);
		assert_eq!(runs(), 1);
		assert_eq!(preimages(), (0, 0));
	});
}

#[test]
fn queue_leaves_an_uploaders_bytes_behind_when_done() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(Preimage::note_preimage(signed(EVE), long_call().encode()));
		queue(long_call());
		run_to(1 + TIMELOCK);
		assert_eq!(runs(), 1);
		assert_eq!(preimages(), (1, 1));
		let hash = BlakeTwo256::hash(&long_call().encode());
		assert_ok!(Preimage::unnote_preimage(signed(EVE), hash));
		assert_eq!(preimages(), (0, 0));
	});
}

#[test]
fn queue_never_gives_an_id_twice() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(queue(short_call()), 0);
		assert_eq!(queue(short_call()), 1);
		assert_ok!(Governance::veto(signed(ALICE), 1));
		assert_ok!(Governance::veto(signed(BOB), 1));
		assert_eq!(queue(short_call()), 2);
		run_to(1 + TIMELOCK);
		assert_eq!(Proposals::<Test>::count(), 0);
		assert_eq!(queue(short_call()), 3);
	});
}

#[test]
fn queue_fails_when_ids_run_out() {
	ExtBuilder::default().build_and_execute(|| {
		NextProposalId::<Test>::put(u64::MAX - 1);
		assert_ok!(Governance::queue(motion(2, 3), Box::new(short_call())));
		assert_noop!(
			Governance::queue(motion(2, 3), Box::new(short_call())),
			ArithmeticError::Overflow
		);
	});
}

#[test]
fn queue_fails_for_any_lesser_origin() {
	ExtBuilder::default().build_and_execute(|| {
		let lesser = [
			RuntimeOrigin::root(),
			RuntimeOrigin::none(),
			signed(ALICE),
			signed(EVE),
			pallet_collective::RawOrigin::Member(ALICE).into(),
			motion(1, 3),
			motion(2, 4),
			motion(0, 3),
		];
		for origin in lesser {
			assert_noop!(Governance::queue(origin, Box::new(short_call())), BadOrigin);
		}
	});
}

#[test]
fn queue_fails_when_the_call_is_too_heavy() {
	ExtBuilder::default().build_and_execute(|| {
		let max = MaxCallWeight::get();
		for heavier in [max + Weight::from_parts(1, 0), max + Weight::from_parts(0, 1)] {
			assert_noop!(
				Governance::queue(motion(2, 3), Box::new(heavy_call(heavier))),
				Error::<Test>::CallTooHeavy
			);
		}
		queue(heavy_call(max));
		run_to(1 + TIMELOCK);
		assert_eq!(runs(), 1);
	});
}

#[test]
fn queue_fails_when_the_caller_names_the_weight() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(
			Governance::queue(motion(2, 3), Box::new(remark())),
			Error::<Test>::CallNotWeighed
		);
	});
}

#[test]
fn queue_fails_when_the_call_is_too_long() {
	ExtBuilder::default().build_and_execute(|| {
		let max = MaxCallLen::get();
		assert_noop!(
			Governance::queue(motion(2, 3), Box::new(call_of_len(max + 1))),
			Error::<Test>::CallTooLong
		);
		queue(call_of_len(max));
		run_to(1 + TIMELOCK);
		assert_eq!(runs(), 1);
	});
}

#[test]
fn queue_fails_when_the_queue_is_full() {
	ExtBuilder::default().build_and_execute(|| {
		for _ in 0..MaxQueued::get() {
			queue(short_call());
		}
		assert_noop!(
			Governance::queue(motion(2, 3), Box::new(short_call())),
			Error::<Test>::QueueFull
		);
		assert_ok!(Governance::veto(signed(ALICE), 2));
		assert_ok!(Governance::veto(signed(BOB), 2));
		queue(short_call());
	});
}

#[test]
fn queue_enacts_in_the_next_block_when_there_is_no_timelock() {
	ExtBuilder::default().timelock(0).build_and_execute(|| {
		let id = queue(short_call());
		assert_eq!(Proposals::<Test>::get(id).expect("queued").enact_at, 2);
		run_to(2);
		assert_eq!(runs(), 1);
	});
}

#[test]
fn queue_treats_a_timelock_of_one_tick_as_it_says() {
	ExtBuilder::default().timelock(1).build_and_execute(|| {
		let id = queue(short_call());
		assert_eq!(Proposals::<Test>::get(id).expect("queued").enact_at, 2);
	});
}

#[test]
fn queue_waits_for_ticks_however_few_blocks_they_take() {
	TicksPerBlock::set(4);
	ExtBuilder::default().build_and_execute(|| {
		let id = queue(short_call());
		let queued = Proposals::<Test>::get(id).expect("queued");
		assert_eq!((queued.queued_at, queued.enact_at), (4, 4 + TIMELOCK));

		// Tick 12 is too early, tick 16 is late enough.
		run_to(3);
		let early = Governance::enact(signed(EVE), id, MaxCallWeight::get());
		assert_err_ignore_postinfo!(early, Error::<Test>::TooEarly);
		run_to(4);
		assert_eq!(runs(), 1);
	});
}

#[test]
fn queue_tells_when_the_agenda_is_full() {
	ExtBuilder::default().build_and_execute(|| {
		fill_agenda(1 + TIMELOCK);
		let full = tasks();
		let id = queue(short_call());

		let error = DispatchError::Exhausted;
		assert_eq!(events().last(), Some(&Event::SchedulingFailed { id, error }));
		assert!(Proposals::<Test>::contains_key(id));
		assert_eq!(tasks(), full);
		run_to(1 + TIMELOCK);
		assert_eq!(runs(), 0);
		assert!(Proposals::<Test>::contains_key(id));
	});
}

#[test]
fn queue_succeeds_when_its_task_name_is_taken() {
	ExtBuilder::default().build_and_execute(|| {
		let name = Governance::task_name(0);
		let call = Box::new(failing_call());
		assert_ok!(Scheduler::schedule_named(RuntimeOrigin::root(), name, 5, None, 0, call));
		let id = queue(short_call());
		assert!(matches!(events().last(), Some(Event::SchedulingFailed { id: 0, .. })));
		run_to(1 + TIMELOCK);
		assert_eq!(runs(), 0);
		assert_ok!(Governance::enact(signed(EVE), id, MaxCallWeight::get()));
		assert_eq!(runs(), 1);
	});
}
