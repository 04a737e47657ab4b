use crate::{mock::*, *};
use frame::testing_prelude::*;

#[test]
fn set_timelock_goes_through_the_queue() {
	ExtBuilder::default().build_and_execute(|| {
		let id = queue(RuntimeCall::Governance(Call::set_timelock { ticks: 3 }));
		let earlier = queue(short_call());
		run_to(TIMELOCK);
		assert_eq!(Timelock::<Test>::get(), TIMELOCK);
		events();

		run_to(1 + TIMELOCK);
		assert_eq!(Timelock::<Test>::get(), 3);
		assert_eq!(
			events(),
			vec![
				Event::TimelockSet { ticks: 3 },
				Event::Enacted { id, result: Ok(()) },
				Event::Enacted { id: earlier, result: Ok(()) }
			]
		);
		let later = queue(short_call());
		assert_eq!(Proposals::<Test>::get(later).expect("queued").enact_at, 1 + TIMELOCK + 3);
	});
}

#[test]
fn set_timelock_leaves_what_is_queued() {
	ExtBuilder::default().build_and_execute(|| {
		queue(short_call());
		assert_ok!(Governance::set_timelock(RuntimeOrigin::root(), 0));
		run_to(TIMELOCK);
		assert_eq!(runs(), 0);
		run_to(1 + TIMELOCK);
		assert_eq!(runs(), 1);
	});
}

#[test]
fn set_timelock_fails_above_the_limit() {
	ExtBuilder::default().build_and_execute(|| {
		let max = MaxTimelock::get();
		assert_noop!(
			Governance::set_timelock(RuntimeOrigin::root(), max + 1),
			Error::<Test>::TimelockTooLong
		);
		assert_ok!(Governance::set_timelock(RuntimeOrigin::root(), max));
		assert_eq!(Timelock::<Test>::get(), max);
	});
}

#[test]
fn set_timelock_fails_for_anyone_but_root() {
	ExtBuilder::default().build_and_execute(|| {
		for origin in [RuntimeOrigin::none(), signed(ALICE), motion(3, 3)] {
			assert_noop!(Governance::set_timelock(origin, 0), BadOrigin);
		}
	});
}
