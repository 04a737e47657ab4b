//! Genesis, the values that other pallets read from it, and the constants it starts from.

use crate::{mock::*, *};
use frame::testing_prelude::*;

#[test]
fn genesis_bonds_and_approves_its_validators() {
	execute(|| {
		assert_eq!(approved(), GENESIS_VALIDATORS);
		for validator in GENESIS_VALIDATORS {
			assert_eq!(held(validator), BOND);
			assert_eq!(
				Candidacies::<Test>::get(validator),
				Some(Candidacy { bond: BOND, slashed: 0, state: CandidacyState::Approved })
			);
		}
	});
}

#[test]
fn genesis_validators_serve_from_session_zero() {
	execute(|| {
		assert_eq!(Session::current_index(), 0);
		assert_eq!(Session::validators(), GENESIS_VALIDATORS);
		let queued: Vec<_> = Session::queued_keys().into_iter().map(|(who, _)| who).collect();
		assert_eq!(queued, GENESIS_VALIDATORS);
		// Proofs of both sessions can be checked later.
		let enrolled: Vec<_> = Validators::roll(0).into_iter().map(|it| it.validator).collect();
		assert_eq!(enrolled, GENESIS_VALIDATORS);
	});
}

#[test]
fn genesis_writes_the_spans_it_is_given() {
	let genesis = ExtBuilder {
		leaving_sessions: Some(9),
		slot_millis: Some(1_000),
		epoch_slots: Some(20),
		..Default::default()
	};
	genesis.build_and_execute(|| {
		assert_eq!(LeavingSessions::<Test>::get(), 9);
		assert_eq!(LeavingSessionsOf::<Test>::get(), 9);
		assert_eq!(SetIdEntriesOf::<Test>::get(), 11);
		assert_eq!(EpochSlotsOf::<Test>::get(), 20);
		assert_eq!(SlotMillisOf::<Test>::get(), 1_000);
		assert_eq!(MinimumPeriodOf::<Test>::get(), 500);
		assert_eq!(ReportLongevityOf::<Test>::get(), 180);
	});
}

#[test]
fn genesis_writes_the_defaults_down() {
	let genesis = ExtBuilder { leaving_sessions: None, epoch_slots: None, ..Default::default() };
	genesis.build_and_execute(|| {
		// Not only read as such: a later default must not reach this chain.
		assert!(LeavingSessions::<Test>::exists());
		assert!(EpochSlots::<Test>::exists());
		assert!(SlotMillis::<Test>::exists());
		assert_eq!(LeavingSessions::<Test>::get(), 672);
		assert_eq!(EpochSlots::<Test>::get(), 1_200);
		assert_eq!(SlotMillis::<Test>::get(), 3_000);
	});
}

#[test]
fn spans_have_defaults_before_genesis() {
	TestState::default().execute_with(|| {
		assert_eq!(LeavingSessionsOf::<Test>::get(), 672);
		assert_eq!(EpochSlotsOf::<Test>::get(), 1_200);
		assert_eq!(SlotMillisOf::<Test>::get(), 3_000);
		assert_eq!(MinimumPeriodOf::<Test>::get(), 1_500);
	});
}

#[test]
fn genesis_may_be_empty() {
	let empty: GenesisConfig<Test> = serde_json::from_str("{}").expect("every field may be absent");
	assert!(empty.validators.is_empty());
	assert_eq!(empty.leaving_sessions, None);
	assert_eq!(empty.slot_millis, None);
	assert_eq!(empty.epoch_slots, None);

	ExtBuilder::default().validators([]).build_and_execute(|| {
		assert!(approved().is_empty());
	});
}

#[test]
fn genesis_reads_camel_case() {
	let genesis: GenesisConfig<Test> = serde_json::from_str(
		r#"{"validators":[1],"leavingSessions":5,"slotMillis":1000,"epochSlots":10}"#,
	)
	.expect("the documented names");
	assert_eq!(genesis.validators, [1]);
	assert_eq!(genesis.leaving_sessions, Some(5));
	assert_eq!(genesis.slot_millis, Some(1_000));
	assert_eq!(genesis.epoch_slots, Some(10));
}

#[test]
fn a_council_can_seat_the_first_validator_of_an_empty_genesis() {
	ExtBuilder::default().validators([]).build_and_execute(|| {
		join(ALICE);
		to_session(2);
		assert_eq!(Session::validators(), [ALICE]);
	});
}

#[test]
fn genesis_fills_every_seat() {
	ExtBuilder::default().validators(1..=MAX_VALIDATORS.into()).build_and_execute(|| {
		assert_eq!(approved().len(), MAX_VALIDATORS as usize);
	});
}

#[test]
#[should_panic = "TooManyValidators"]
fn genesis_fails_beyond_the_last_seat() {
	ExtBuilder::default().validators(1..=u64::from(MAX_VALIDATORS) + 1).build();
}

#[test]
#[should_panic = "genesis validator 99 can't bond or join"]
fn genesis_fails_when_a_validator_cannot_bond() {
	ExtBuilder::default().validators([1, 99]).build();
}

#[test]
#[should_panic = "AlreadyCandidate"]
fn genesis_fails_on_a_duplicate() {
	ExtBuilder::default().validators([1, 1]).build();
}

#[test]
#[should_panic = "must leave time to report"]
fn genesis_fails_without_an_offence_window() {
	ExtBuilder { leaving_sessions: Some(0), ..Default::default() }.build();
}

#[test]
#[should_panic = "an epoch must have a slot"]
fn genesis_fails_without_slots() {
	ExtBuilder { epoch_slots: Some(0), ..Default::default() }.build();
}

#[test]
fn genesis_takes_slots_from_one_second_to_sixty() {
	for slot_millis in [1_000, 60_000] {
		ExtBuilder { slot_millis: Some(slot_millis), ..Default::default() }.build();
	}
}

#[test]
#[should_panic = "must be whole seconds, from 1 to 60: 0"]
fn genesis_fails_without_a_length_of_slots() {
	ExtBuilder { slot_millis: Some(0), ..Default::default() }.build();
}

#[test]
#[should_panic = "must be whole seconds, from 1 to 60: 1500"]
fn genesis_fails_with_slots_of_part_of_a_second() {
	ExtBuilder { slot_millis: Some(1_500), ..Default::default() }.build();
}

#[test]
#[should_panic = "must be whole seconds, from 1 to 60: 61000"]
fn genesis_fails_with_slots_beyond_a_minute() {
	ExtBuilder { slot_millis: Some(61_000), ..Default::default() }.build();
}

#[test]
#[should_panic = "`DefaultSlotMillis` must be whole seconds"]
fn integrity_test_fails_with_a_default_slot_of_part_of_a_second() {
	DefaultSlot::set(500);
	<Validators as Hooks<u64>>::integrity_test();
}

#[test]
#[should_panic = "`MaxValidators` must let someone validate"]
fn integrity_test_fails_without_seats() {
	Seats::set(0);
	<Validators as Hooks<u64>>::integrity_test();
}

#[test]
#[should_panic = "`DefaultLeavingSessions` must leave time to report"]
fn integrity_test_fails_without_a_default_window() {
	DefaultWindow::set(0);
	<Validators as Hooks<u64>>::integrity_test();
}

#[test]
#[should_panic = "an epoch must have a slot"]
fn integrity_test_fails_without_default_slots() {
	DefaultSlots::set(0);
	<Validators as Hooks<u64>>::integrity_test();
}
