//! Each invariant is broken once, to see that `try_state` notices; then random sequences of calls
//! run against a model that shares no code with the pallet.

use crate::{mock::*, *};
use frame::{deps::frame_support::storage::unhashed, testing_prelude::*};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Runs `corrupt` on a queue of one long call, then expects `try_state` to say `complaint`.
fn assert_detected(complaint: &'static str, corrupt: impl FnOnce(ProposalId)) {
	ExtBuilder::default().build().execute_with(|| {
		let id = queue(long_call());
		assert_ok!(Governance::do_try_state());
		corrupt(id);
		assert_eq!(Governance::do_try_state(), Err(complaint.into()));
	});
}

/// Changes the stored proposal `id`.
fn change(id: ProposalId, change: impl FnOnce(&mut QueuedCall<Test>)) {
	Proposals::<Test>::mutate(id, |queued| change(queued.as_mut().expect("queued")));
}

#[test]
fn try_state_detects_an_id_not_yet_given() {
	assert_detected("a proposal has an id not yet given", NextProposalId::<Test>::put);
}

#[test]
fn try_state_detects_a_proposal_without_timelock() {
	assert_detected("a proposal skips the timelock", |id| {
		change(id, |queued| queued.enact_at = queued.queued_at)
	});
}

#[test]
fn try_state_detects_missing_bytes() {
	assert_detected("the bytes of a proposal are missing", |_| {
		let (hash, _) = pallet_preimage::PreimageFor::<Test>::iter_keys().next().expect("noted");
		pallet_preimage::RequestStatusFor::<Test>::remove(hash);
	});
}

#[test]
fn try_state_detects_bytes_that_nobody_holds() {
	assert_detected("nobody holds the bytes of a proposal", |_| {
		let (hash, len) = pallet_preimage::PreimageFor::<Test>::iter_keys().next().expect("noted");
		let status = pallet_preimage::RequestStatus::Unrequested { ticket: (EVE, ()), len };
		pallet_preimage::RequestStatusFor::<Test>::insert(hash, status);
	});
}

#[test]
fn try_state_detects_a_double_veto() {
	assert_detected("an account vetoes twice", |id| {
		change(id, |queued| {
			queued.vetoes = vec![BOB, ALICE, BOB].try_into().expect("room");
		})
	});
}

#[test]
fn try_state_detects_a_wrong_counter() {
	assert_detected("the counter differs from the queue", |id| {
		let key = Proposals::<Test>::hashed_key_for(id);
		unhashed::kill(&key);
	});
}

#[test]
fn try_state_detects_a_queue_above_its_limit() {
	assert_detected("more than MaxQueued proposals are queued", |_| MaxQueued::set(0));
}

#[test]
fn try_state_detects_a_timelock_above_its_limit() {
	assert_detected("the timelock is too long", |_| Timelock::<Test>::put(MaxTimelock::get() + 1));
}

#[test]
fn try_state_is_wired_into_the_hook() {
	ExtBuilder::default().build().execute_with(|| {
		assert_ok!(<Governance as Hooks<u64>>::try_state(1));
		Timelock::<Test>::put(u64::MAX);
		assert!(<Governance as Hooks<u64>>::try_state(1).is_err());
	});
}

/// What may happen to the chain.
#[derive(Clone, Copy, Debug)]
enum Step {
	Queue { ayes: u32, call: Kind },
	Veto { who: u64, age: u64 },
	Withdraw { who: u64, age: u64 },
	Enact { age: u64, weight: u64 },
	SetTimelock { ticks: u64 },
	SetCouncil { first: u64, size: u64 },
	Advance { blocks: u64 },
}

/// Calls by what matters to the model.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
	Short,
	Long,
	Failing,
	TooLong,
	TooHeavy,
}

impl Kind {
	fn call(self) -> RuntimeCall {
		match self {
			Kind::Short => short_call(),
			Kind::Long => long_call(),
			Kind::Failing => failing_call(),
			Kind::TooLong => call_of_len(1025),
			Kind::TooHeavy => heavy_call(Weight::from_parts(500_000_000_001, 0)),
		}
	}
}

fn step() -> impl Strategy<Value = Step> {
	let kind = prop_oneof![
		4 => Just(Kind::Short),
		4 => Just(Kind::Long),
		2 => Just(Kind::Failing),
		1 => Just(Kind::TooLong),
		1 => Just(Kind::TooHeavy),
	];
	// Proposals are named by their age, so that most names mean one that is waiting; 0 is none.
	let (who, age) = (1..=12u64, 0..=4u64);
	prop_oneof![
		6 => (1..=3u32, kind).prop_map(|(ayes, call)| Step::Queue { ayes, call }),
		16 => (who.clone(), age.clone()).prop_map(|(who, age)| Step::Veto { who, age }),
		3 => (who, age.clone()).prop_map(|(who, age)| Step::Withdraw { who, age }),
		4 => (age, 999..=1_000u64).prop_map(|(age, weight)| Step::Enact { age, weight }),
		1 => prop_oneof![0..=12u64, 99..=101u64].prop_map(|ticks| Step::SetTimelock { ticks }),
		4 => (1..=3u64, 0..=10u64).prop_map(|(first, size)| Step::SetCouncil { first, size }),
		4 => (1..=6u64).prop_map(|blocks| Step::Advance { blocks }),
	]
}

/// A proposal in the model.
#[derive(Debug)]
struct Waiting {
	kind: Kind,
	due: u64,
	scheduled: bool,
	objectors: BTreeSet<u64>,
}

/// The rules once more, written from the README.
#[derive(Debug)]
struct Model {
	now: u64,
	timelock: u64,
	given: u64,
	council: BTreeSet<u64>,
	waiting: BTreeMap<u64, Waiting>,
	ran: u32,
}

impl Model {
	fn new() -> Self {
		Self {
			now: 1,
			timelock: TIMELOCK,
			given: 0,
			council: [ALICE, BOB, CHARLIE].into(),
			waiting: BTreeMap::new(),
			ran: 0,
		}
	}

	/// The id given `age` proposals ago.
	fn id(&self, age: u64) -> u64 {
		self.given.wrapping_sub(age)
	}

	/// Whether enough of the present council objects: at least two, and a third or more.
	fn is_stopped(&self, objectors: &BTreeSet<u64>) -> bool {
		let against = objectors.intersection(&self.council).count();
		against >= 2 && 3 * against >= self.council.len()
	}

	fn queue(&mut self, ayes: u32, kind: Kind) -> bool {
		let refused =
			ayes < 2 || matches!(kind, Kind::TooLong | Kind::TooHeavy) || self.waiting.len() == 4;
		if refused {
			return false;
		}
		let due = self.now + if self.timelock == 0 { 1 } else { self.timelock };
		let beside = self.waiting.values().filter(|other| other.scheduled && other.due == due);
		let scheduled = beside.count() < 3;
		let objectors = BTreeSet::new();
		self.waiting.insert(self.given, Waiting { kind, due, scheduled, objectors });
		self.given += 1;
		true
	}

	fn veto(&mut self, who: u64, id: u64) -> bool {
		if !self.council.contains(&who) {
			return false;
		}
		let council = self.council.clone();
		let Some(waiting) = self.waiting.get_mut(&id) else { return false };
		if waiting.objectors.contains(&who) {
			return false;
		}
		waiting.objectors.retain(|objector| council.contains(objector));
		waiting.objectors.insert(who);
		let objectors = waiting.objectors.clone();
		if self.is_stopped(&objectors) {
			self.waiting.remove(&id);
		}
		true
	}

	fn withdraw(&mut self, who: u64, id: u64) -> bool {
		self.waiting.get_mut(&id).is_some_and(|waiting| waiting.objectors.remove(&who))
	}

	fn enact(&mut self, id: u64, weight: u64) -> bool {
		let Some(waiting) = self.waiting.get(&id) else { return false };
		if waiting.due > self.now {
			return false;
		}
		if !self.is_stopped(&waiting.objectors) {
			if weight < 1_000 {
				return false;
			}
			if waiting.kind != Kind::Failing {
				self.ran += 1;
			}
		}
		self.waiting.remove(&id);
		true
	}

	fn advance(&mut self, blocks: u64) {
		for _ in 0..blocks {
			self.now += 1;
			let due = self.waiting.iter().filter(|(_, w)| w.scheduled && w.due == self.now);
			for id in due.map(|(id, _)| *id).collect::<Vec<_>>() {
				self.enact(id, 1_000);
			}
		}
	}
}

/// Applies `step` to both and tells whether each accepted it.
fn apply(step: Step, model: &mut Model) -> (bool, bool) {
	match step {
		Step::Queue { ayes, call } => (
			Governance::queue(motion(ayes, 3), Box::new(call.call())).is_ok(),
			model.queue(ayes, call),
		),
		Step::Veto { who, age } => {
			let id = model.id(age);
			(Governance::veto(signed(who), id).is_ok(), model.veto(who, id))
		},
		Step::Withdraw { who, age } => {
			let id = model.id(age);
			(Governance::withdraw_veto(signed(who), id).is_ok(), model.withdraw(who, id))
		},
		Step::Enact { age, weight } => {
			let id = model.id(age);
			let bound = Weight::from_parts(weight, 0);
			(Governance::enact(signed(EVE), id, bound).is_ok(), model.enact(id, weight))
		},
		Step::SetTimelock { ticks } => {
			let allowed = ticks <= 100;
			if allowed {
				model.timelock = ticks;
			}
			(Governance::set_timelock(RuntimeOrigin::root(), ticks).is_ok(), allowed)
		},
		Step::SetCouncil { first, size } => {
			let members = first..first + size;
			model.council = members.clone().collect();
			set_council(members.collect(), None);
			(true, true)
		},
		Step::Advance { blocks } => {
			run_to(model.now + blocks);
			model.advance(blocks);
			(true, true)
		},
	}
}

/// The pallet's state and the model's must tell the same.
fn assert_equal(model: &Model) {
	assert_ok!(Governance::do_try_state());
	assert_eq!(NextProposalId::<Test>::get(), model.given);
	assert_eq!(Timelock::<Test>::get(), model.timelock);
	assert_eq!(runs(), model.ran);
	let stored: BTreeMap<_, _> = Proposals::<Test>::iter().collect();
	assert!(stored.keys().eq(model.waiting.keys()), "{:?} {:?}", stored.keys(), model.waiting);
	for (id, waiting) in &model.waiting {
		let queued = &stored[id];
		assert_eq!(queued.enact_at, waiting.due);
		let vetoes: BTreeSet<_> = queued.vetoes.iter().copied().collect();
		assert_eq!(vetoes, waiting.objectors);
	}
	let long = model.waiting.values().any(|waiting| waiting.kind == Kind::Long);
	assert_eq!(preimages(), (usize::from(long), usize::from(long)));
	let scheduled =
		model.waiting.values().filter(|waiting| waiting.scheduled && waiting.due > model.now);
	assert_eq!(tasks(), scheduled.count());
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(300))]

	#[test]
	fn random_calls_follow_the_model(steps in prop::collection::vec(step(), 1..80)) {
		ExtBuilder::default().build().execute_with(|| {
			let mut model = Model::new();
			for step in steps {
				let (pallet, rules) = apply(step, &mut model);
				assert_eq!(pallet, rules, "{step:?} in {model:?}");
				assert_equal(&model);
			}
		});
	}
}
