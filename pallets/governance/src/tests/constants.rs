use crate::{mock::*, *};
use frame::testing_prelude::*;

#[test]
fn genesis_uses_the_default_timelock_when_it_says_nothing() {
	let storage = RuntimeGenesisConfig::default().build_storage().expect("valid");
	TestState::new(storage).execute_with(|| {
		assert!(Timelock::<Test>::exists());
		assert_eq!(Timelock::<Test>::get(), DefaultTimelock::get());
	});
}

#[test]
fn timelock_is_the_default_when_there_was_no_genesis() {
	TestState::default().execute_with(|| {
		assert_eq!(Timelock::<Test>::get(), DefaultTimelock::get());
	});
}

#[test]
fn genesis_accepts_the_longest_timelock() {
	ExtBuilder::default().timelock(MaxTimelock::get()).build_and_execute(|| {
		assert_eq!(Timelock::<Test>::get(), MaxTimelock::get());
	});
}

#[test]
#[should_panic = "timelock above MaxTimelock"]
fn genesis_rejects_a_longer_timelock() {
	ExtBuilder::default().timelock(MaxTimelock::get() + 1).build();
}

#[test]
fn integrity_test_accepts_the_limits() {
	DefaultTimelock::set(MaxTimelock::get());
	MaxQueued::set(1);
	MaxCouncil::set(2);
	MaxCallLen::set(pallet_preimage::MAX_SIZE);
	MaxCallWeight::set(heaviest());
	Governance::integrity_test();
}

#[test]
#[should_panic = "DefaultTimelock must not be above MaxTimelock"]
fn integrity_test_rejects_a_default_timelock_above_the_limit() {
	DefaultTimelock::set(MaxTimelock::get() + 1);
	Governance::integrity_test();
}

#[test]
#[should_panic = "DefaultTimelock must be safe"]
fn integrity_test_rejects_a_default_of_no_timelock() {
	DefaultTimelock::set(0);
	Governance::integrity_test();
}

#[test]
#[should_panic = "MaxQueued must let something be queued"]
fn integrity_test_rejects_an_empty_queue() {
	MaxQueued::set(0);
	Governance::integrity_test();
}

#[test]
#[should_panic = "MaxCouncil must let two members object"]
fn integrity_test_rejects_a_council_of_one() {
	MaxCouncil::set(1);
	Governance::integrity_test();
}

#[test]
#[should_panic = "MaxCallLen must fit the preimage store"]
fn integrity_test_rejects_calls_that_the_store_cannot_keep() {
	MaxCallLen::set(pallet_preimage::MAX_SIZE + 1);
	Governance::integrity_test();
}

#[test]
#[should_panic = "MaxCallLen must fit the preimage store"]
fn integrity_test_rejects_calls_without_length() {
	MaxCallLen::set(0);
	Governance::integrity_test();
}

#[test]
#[should_panic = "enactable by hand"]
fn integrity_test_rejects_calls_that_no_extrinsic_can_carry() {
	MaxCallWeight::set(heaviest() + Weight::from_parts(1, 0));
	Governance::integrity_test();
}

/// The heaviest call that fits an extrinsic of the mock together with `enact`.
fn heaviest() -> Weight {
	let extrinsic = block_weights().get(DispatchClass::Normal).max_extrinsic.expect("limited");
	extrinsic - <() as WeightInfo>::enact()
}
