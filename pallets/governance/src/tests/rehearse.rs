use crate::{mock::*, *};
use codec::Encode;
use frame::testing_prelude::*;

fn root() -> OriginCaller {
	frame_system::RawOrigin::<u64>::Root.into()
}

fn rehearse(call: &RuntimeCall) -> Rehearsal<Test> {
	Governance::rehearse(root(), call.encode()).expect("is within the bounds")
}

/// The state's root, which changes with any change.
fn state_root() -> Vec<u8> {
	frame::deps::sp_io::storage::root(frame::deps::sp_core::storage::StateVersion::V1)
}

#[test]
fn rehearse_tells_events_and_keeps_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		queue(short_call());
		let before = state_root();

		let call = RuntimeCall::from(Call::set_timelock { ticks: 7 });
		let told = rehearse(&call);

		assert_eq!(told.result, Ok(()));
		// Not that of the proposal which was queued in this block.
		assert_eq!(told.events, [RuntimeEvent::from(Event::TimelockSet { ticks: 7 })]);
		assert_eq!(told.declared, call.get_dispatch_info().call_weight);
		assert_eq!(Governance::timelock(), TIMELOCK);
		assert_eq!(state_root(), before);
	});
}

#[test]
fn rehearse_tells_the_error_of_a_call_that_fails() {
	ExtBuilder::default().build_and_execute(|| {
		let told = rehearse(&failing_call());
		assert_eq!(told.result, Err(DispatchError::Unavailable));
		assert!(told.events.is_empty());
		assert_eq!(runs(), 0);
	});
}

#[test]
fn rehearse_tells_the_weight_that_was_used() {
	ExtBuilder::default().build_and_execute(|| {
		let [weight, used] = [9_000, 4_000].map(|time| Weight::from_parts(time, 0));
		let call = probe::Call::run { weight, used: Some(used), padding: vec![] };
		let told = rehearse(&RuntimeCall::Probe(call));
		assert_eq!((told.declared, told.used), (weight, used));

		let told = rehearse(&heavy_call(weight));
		assert_eq!((told.declared, told.used), (weight, weight));
	});
}

#[test]
fn rehearse_uses_the_origin_that_it_is_given() {
	ExtBuilder::default().build_and_execute(|| {
		let alice: OriginCaller = frame_system::RawOrigin::Signed(ALICE).into();
		let told = Governance::rehearse(alice, short_call().encode()).expect("is a call");
		assert_eq!(told.result, Err(DispatchError::BadOrigin));

		let council: OriginCaller = pallet_collective::RawOrigin::Members(2, 3).into();
		let call = RuntimeCall::from(Call::queue { call: Box::new(short_call()) });
		let told = Governance::rehearse(council, call.encode()).expect("is a call");
		assert_eq!(told.result, Ok(()));
		let queued = |event: &RuntimeEvent| {
			matches!(event, RuntimeEvent::Governance(Event::Queued { id: 0, .. }))
		};
		assert!(told.events.iter().any(queued));
		assert_eq!(Proposals::<Test>::count(), 0);
	});
}

#[test]
fn rehearse_refuses_bytes_that_are_not_one_call() {
	ExtBuilder::default().build_and_execute(|| {
		let longer = [short_call().encode(), vec![0]].concat();
		for bytes in [vec![], vec![255, 255], longer] {
			assert_eq!(Governance::rehearse(root(), bytes), Err(NotRehearsed::NotACall));
		}
	});
}

#[test]
fn rehearse_takes_no_longer_call_than_the_queue() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(Governance::rehearse(root(), call_of_len(MaxCallLen::get()).encode()));
		let longer = call_of_len(MaxCallLen::get() + 1).encode();
		assert_eq!(Governance::rehearse(root(), longer), Err(NotRehearsed::TooLong));
	});
}

#[test]
fn rehearse_takes_no_call_whose_caller_names_the_weight() {
	ExtBuilder::default().build_and_execute(|| {
		let told = Governance::rehearse(root(), remark().encode());
		assert_eq!(told, Err(NotRehearsed::NotWeighed));
	});
}

#[test]
fn rehearse_takes_no_heavier_call_than_the_queue() {
	ExtBuilder::default().build_and_execute(|| {
		let most = MaxCallWeight::get();
		assert_ok!(Governance::rehearse(root(), heavy_call(most).encode()));
		for more in [Weight::from_parts(1, 0), Weight::from_parts(0, 1)] {
			let call = heavy_call(most.saturating_add(more));
			assert_eq!(Governance::rehearse(root(), call.encode()), Err(NotRehearsed::TooHeavy));
		}
		assert_eq!(runs(), 0);
	});
}
