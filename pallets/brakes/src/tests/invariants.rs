//! Each invariant is broken once, to see that `try_state` notices; then random sequences of calls
//! run against a model that shares no code with the pallet.

use crate::{mock::*, *};
use frame::testing_prelude::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Runs `corrupt` while a pause is on, then expects `try_state` to say `complaint`.
fn assert_detected(complaint: &'static str, corrupt: impl FnOnce()) {
	new_state().execute_with(|| {
		assert_ok!(Brakes::apply(bare(), pause("pay"), 10));
		assert_ok!(Brakes::do_try_state());
		corrupt();
		assert_eq!(Brakes::do_try_state(), Err(complaint.into()));
	});
}

fn set_round(since: u64, until: u64) {
	LatestRound::<Test>::put(Round { since, until });
}

#[test]
fn try_state_detects_a_pause_without_end() {
	assert_detected("a pause has no end", || Applied::<Test>::insert(pause("pay"), u64::MAX));
}

#[test]
fn try_state_detects_a_brake_that_lasts_too_long() {
	assert_detected("a brake lasts longer than LongestSpan", || {
		Applied::<Test>::insert(Brake::SafeMode, 1_001 + SPAN)
	});
}

#[test]
fn try_state_detects_a_round_that_has_not_begun() {
	assert_detected("the round has not begun", || set_round(1_001, 1_002));
}

#[test]
fn try_state_detects_a_round_without_length() {
	assert_detected("the round has no length", || set_round(1_000, 1_000));
}

#[test]
fn try_state_detects_a_round_that_is_too_long() {
	assert_detected("the round is too long", || set_round(900, 901 + ROUND));
}

#[cfg(feature = "try-runtime")]
#[test]
fn try_state_is_wired_into_the_hook() {
	new_state().execute_with(|| {
		assert_ok!(<Brakes as Hooks<u64>>::try_state(1));
		set_round(5, 5);
		assert!(<Brakes as Hooks<u64>>::try_state(1).is_err());
	});
}

/// What may happen to the chain.
#[derive(Clone, Copy, Debug)]
enum Step {
	Apply { broad: bool, brake: usize, ticks: u64 },
	Release { brake: usize },
	Fail,
	Wait { ticks: u64 },
}

/// The brakes that the steps name by their place.
fn brakes() -> [Brake; 4] {
	[Brake::SafeMode, pause("pay"), pause("wrap"), pause("vote")]
}

fn step() -> impl Strategy<Value = Step> {
	let ticks = prop_oneof![8 => 1..=ROUND + 2, 2 => 0..=SPAN + 1];
	prop_oneof![
		12 => (prop::bool::weighted(0.2), 0..4usize, ticks)
			.prop_map(|(broad, brake, ticks)| Step::Apply { broad, brake, ticks }),
		3 => (0..4usize).prop_map(|brake| Step::Release { brake }),
		1 => Just(Step::Fail),
		12 => (1..=ROUND).prop_map(|ticks| Step::Wait { ticks }),
	]
}

/// The rules once more, written from the README.
#[derive(Debug, Default)]
struct Model {
	now: u64,
	ends: BTreeMap<usize, u64>,
	/// When the round began, and when it ends.
	round: Option<(u64, u64)>,
	/// Ticks in which a brake of bounded power stood, whether released early or not.
	stopped: Vec<u64>,
}

impl Model {
	fn apply(&mut self, broad: bool, brake: usize, ticks: u64) -> bool {
		let end = self.now + ticks;
		let shorter = self.ends.get(&brake).is_some_and(|other| end <= *other);
		// 3 is the pause of what can't be stopped.
		if ticks == 0 || ticks > SPAN || brake == 3 || shorter {
			return false;
		}
		if !broad {
			let (began, ends) = match self.round {
				Some((began, ends)) if self.now >= ends => {
					if self.now - ends < ends - began {
						return false;
					}
					(self.now, end)
				},
				Some((began, ends)) => (began, ends.max(end)),
				None => (self.now, end),
			};
			if ends - began > ROUND {
				return false;
			}
			self.round = Some((began, ends));
			self.stopped.extend(self.now..end);
		}
		self.ends.insert(brake, end);
		true
	}

	fn release(&mut self, brake: usize) -> bool {
		let was_on = self.is_on(brake);
		self.ends.remove(&brake);
		was_on
	}

	fn is_on(&self, brake: usize) -> bool {
		self.ends.get(&brake).is_some_and(|end| end > &self.now)
	}

	/// Bounded power stops nothing for longer than a round at a stretch.
	fn check_rests(&mut self) {
		self.stopped.sort();
		self.stopped.dedup();
		let (first, last) = (self.stopped.first().copied(), self.stopped.last().copied());
		let (Some(first), Some(last)) = (first, last) else { return };
		for start in first..last.saturating_sub(ROUND) {
			let mut window = start..=start + ROUND;
			let free = window.any(|tick| self.stopped.binary_search(&tick).is_err());
			assert!(free, "{ROUND} ticks and one from {start} on are all stopped");
		}
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(300))]

	#[test]
	fn random_calls_follow_the_model(steps in prop::collection::vec(step(), 1..80)) {
		new_state().execute_with(|| {
			let mut model = Model { now: 1_000, ..Default::default() };
			for step in steps {
				match step {
					Step::Apply { broad: all, brake, ticks } => {
						let origin = if all { broad() } else { bare() };
						let pallet = Brakes::apply(origin, brakes()[brake].clone(), ticks).is_ok();
						assert_eq!(pallet, model.apply(all, brake, ticks), "{step:?}, {model:?}");
					},
					Step::Release { brake } => {
						let pallet = Brakes::release(bare(), brakes()[brake].clone()).is_ok();
						assert_eq!(pallet, model.release(brake), "{step:?} in {model:?}");
					},
					Step::Fail => {
						Brakes::stop_everything();
						model.ends.insert(0, u64::MAX);
					},
					Step::Wait { ticks } => {
						wait(ticks);
						model.now += ticks;
					},
				}
				assert_ok!(Brakes::do_try_state());
				let on = [0, 1, 2, 3].map(|brake| model.is_on(brake));
				assert_eq!(brakes().map(|brake| Brakes::is_on(&brake)), on, "{model:?}");
				assert!(runs(vote()));
				assert_eq!(runs(pay()), !on[0] && !on[1]);
				assert_eq!(runs(wrap(pay())), !on[0] && !on[1] && !on[2]);
			}
			model.check_rests();
		});
	}
}
