//! What the brakes stop.

use crate::{mock::*, *};
use frame::testing_prelude::*;

/// Which of the calls run: one that can wait, one that can't, each by itself and within another.
fn all_run() -> [bool; 4] {
	[pay(), vote(), wrap(pay()), wrap(wrap(vote()))].map(runs)
}

#[test]
fn without_brakes_everything_runs() {
	execute(|| assert_eq!(all_run(), [true; 4]));
}

#[test]
fn safe_mode_stops_what_can_wait() {
	execute(|| {
		assert_ok!(Brakes::apply(bare(), Brake::SafeMode, 10));
		assert_eq!(all_run(), [false, true, false, true]);
		wait(10);
		assert_eq!(all_run(), [true; 4]);
	});
}

#[test]
fn a_pause_holds_within_other_calls() {
	execute(|| {
		assert_ok!(Brakes::apply(bare(), pause("pay"), 10));
		assert_eq!(all_run(), [false, true, false, true]);
		let remark = RuntimeCall::System(frame_system::Call::remark { remark: vec![] });
		assert!(runs(remark.clone()) && runs(wrap(remark)));
		wait(10);
		assert_eq!(all_run(), [true; 4]);
	});
}

#[test]
fn a_paused_wrapper_lets_through_what_cannot_be_stopped() {
	execute(|| {
		assert_ok!(Brakes::apply(bare(), pause("wrap"), 10));
		assert_eq!(all_run(), [true, true, false, true]);
	});
}

#[test]
fn root_passes_every_brake() {
	execute(|| {
		for brake in [Brake::SafeMode, pause("pay"), pause("wrap")] {
			assert_ok!(Brakes::apply(bare(), brake, 10));
		}
		assert_ok!(wrap(pay()).dispatch(RuntimeOrigin::root()));
	});
}
