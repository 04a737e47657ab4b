use crate::{mock::*, *};
use frame::testing_prelude::*;

/// An application with bounded power.
fn apply(brake: Brake, ticks: u64) -> DispatchResult {
	Brakes::apply(bare(), brake, ticks)
}

#[test]
fn a_brake_ends_by_itself() {
	execute(|| {
		assert_ok!(apply(Brake::SafeMode, 10));
		assert_eq!(events(), [Event::Applied { brake: Brake::SafeMode, until: 1_010 }]);
		wait(9);
		assert!(Brakes::is_on(&Brake::SafeMode));
		assert_eq!(Brakes::applied(), [(Brake::SafeMode, 1_010)]);
		wait(1);
		assert!(!Brakes::is_on(&Brake::SafeMode));
		assert!(Brakes::applied().is_empty());
	});
}

#[test]
fn blocks_do_not_end_a_brake() {
	execute(|| {
		assert_ok!(apply(Brake::SafeMode, 10));
		System::set_block_number(1_000_000);
		assert!(Brakes::is_on(&Brake::SafeMode));
	});
}

#[test]
fn an_end_moves_later_and_never_earlier() {
	execute(|| {
		assert_ok!(apply(pause("pay"), 10));
		wait(5);
		assert_ok!(apply(pause("pay"), 10));
		assert_eq!(Brakes::applied(), [(pause("pay"), 1_015)]);
		for ticks in [1, 10] {
			assert_noop!(apply(pause("pay"), ticks), Error::<Test>::EndsLater);
			assert_noop!(Brakes::apply(broad(), pause("pay"), ticks), Error::<Test>::EndsLater);
		}
	});
}

#[test]
fn a_round_has_a_longest_length_whatever_it_is_made_of() {
	execute(|| {
		assert_noop!(apply(Brake::SafeMode, ROUND + 1), Error::<Test>::RoundTooLong);
		assert_ok!(apply(Brake::SafeMode, ROUND - 10));
		wait(5);
		// Another brake belongs to the same round.
		assert_noop!(apply(pause("pay"), ROUND - 4), Error::<Test>::RoundTooLong);
		assert_ok!(apply(pause("pay"), ROUND - 5));
		wait(1);
		assert_noop!(apply(Brake::SafeMode, ROUND - 5), Error::<Test>::RoundTooLong);
		assert_ok!(apply(Brake::SafeMode, ROUND - 6));
	});
}

#[test]
fn a_rest_as_long_as_the_round_follows() {
	execute(|| {
		assert_ok!(apply(Brake::SafeMode, 10));
		assert_eq!(Brakes::resting_until(), Some(1_020));
		wait(10);
		for brake in [Brake::SafeMode, pause("pay")] {
			assert_noop!(apply(brake, 1), Error::<Test>::Resting);
		}
		wait(9);
		assert_noop!(apply(Brake::SafeMode, 1), Error::<Test>::Resting);
		wait(1);
		assert_eq!(Brakes::resting_until(), None);
		assert_ok!(apply(Brake::SafeMode, ROUND));
	});
}

#[test]
fn releasing_wins_no_time() {
	execute(|| {
		assert_ok!(apply(Brake::SafeMode, ROUND));
		assert_ok!(Brakes::release(bare(), Brake::SafeMode));
		// The round goes on, so it can be applied again until its end.
		wait(1);
		assert_noop!(apply(Brake::SafeMode, ROUND), Error::<Test>::RoundTooLong);
		assert_ok!(apply(Brake::SafeMode, ROUND - 1));
		wait(ROUND - 1);
		assert_noop!(apply(Brake::SafeMode, 1), Error::<Test>::Resting);
	});
}

#[test]
fn nearly_everybody_needs_no_round() {
	execute(|| {
		assert_ok!(Brakes::apply(broad(), Brake::SafeMode, SPAN));
		assert_eq!(LatestRound::<Test>::get(), None);
		for _ in 0..5 {
			wait(SPAN / 2);
			assert_ok!(Brakes::apply(broad(), Brake::SafeMode, SPAN));
		}
		assert_ok!(Brakes::release(bare(), Brake::SafeMode));
		assert_ok!(apply(Brake::SafeMode, ROUND));
		wait(ROUND);
		assert_noop!(apply(Brake::SafeMode, 1), Error::<Test>::Resting);
		assert_ok!(Brakes::apply(broad(), Brake::SafeMode, 1));
	});
}

#[test]
fn a_span_has_bounds_for_everybody() {
	execute(|| {
		for origin in [bare(), broad(), RuntimeOrigin::root()] {
			for ticks in [0, SPAN + 1, u64::MAX] {
				assert_noop!(
					Brakes::apply(origin.clone(), Brake::SafeMode, ticks),
					Error::<Test>::SpanOutOfRange
				);
			}
		}
		assert_ok!(Brakes::apply(RuntimeOrigin::root(), Brake::SafeMode, SPAN));
	});
}

#[test]
fn only_calls_that_are_there_can_be_paused() {
	execute(|| {
		let named = |pallet, call| Brake::Call(CallName::new(pallet, call).expect("short names"));
		for (pallet, call) in [
			("Probe", "pays"),
			("Probe", "Pay"),
			("Probe", ""),
			("probe", "pay"),
			("System", "pay"),
		] {
			assert_noop!(apply(named(pallet, call), 1), Error::<Test>::NoSuchCall);
		}
		assert_ok!(apply(named("System", "remark"), 1));
	});
}

#[test]
fn what_is_unstoppable_cannot_be_paused() {
	execute(|| {
		let own = Brake::Call(CallName::new("Brakes", "release").expect("short names"));
		for brake in [own, pause("vote")] {
			assert_noop!(
				Brakes::apply(RuntimeOrigin::root(), brake, 1),
				Error::<Test>::Unstoppable
			);
		}
		// It is looked into instead.
		assert_ok!(apply(pause("wrap"), 1));
	});
}

#[test]
fn only_the_origin_of_brakes_may() {
	execute(|| {
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::signed(1)] {
			assert_noop!(Brakes::apply(origin.clone(), Brake::SafeMode, 1), BadOrigin);
			assert_noop!(Brakes::release(origin, Brake::SafeMode), BadOrigin);
		}
	});
}

#[test]
fn stopping_everything_has_no_end_and_no_round() {
	execute(|| {
		assert_ok!(apply(Brake::SafeMode, 5));
		events();
		Brakes::stop_everything();
		assert_eq!(events(), [Event::Applied { brake: Brake::SafeMode, until: u64::MAX }]);
		assert_eq!(LatestRound::<Test>::get(), Some(Round { since: 1_000, until: 1_005 }));
		wait(1_000_000);
		assert!(!runs(pay()) && runs(vote()));
		assert_noop!(Brakes::apply(broad(), Brake::SafeMode, SPAN), Error::<Test>::EndsLater);
		assert_ok!(Brakes::release(bare(), Brake::SafeMode));
		assert!(runs(pay()));
	});
}
