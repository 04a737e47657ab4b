//! `append`.

use crate::{mock::*, *};
use frame::{
	deps::{frame_support::dispatch::GetDispatchInfo, sp_runtime::TokenError},
	testing_prelude::*,
};

#[test]
fn append_numbers_the_first_records() {
	build_and_execute(|| {
		assert_ok!(append(ALICE, &leaves(0..3)));

		assert_eq!(Indexes::<Test>::get(1), index_of(&leaves(0..3)));
		let event = Event::RecordsAppended { twin: 1, first: 0, count: 3, total: 3 };
		assert_eq!(events(), [event]);
		assert_eq!(held_for_index(ALICE), index_deposit(2));
		assert_eq!(free(ALICE), ENDOWMENT - index_deposit(2));
		assert_eq!(held_for_pins(ALICE), 0);
	});
}

#[test]
fn append_goes_on_where_it_ended() {
	build_and_execute(|| {
		assert_ok!(append(ALICE, &leaves(0..3)));
		assert_ok!(append(ALICE, &leaves(3..12)));

		assert_eq!(Indexes::<Test>::get(1), index_of(&leaves(0..12)));
		let event = Event::RecordsAppended { twin: 1, first: 3, count: 9, total: 12 };
		assert_eq!(last_event(), Some(event));
	});
}

#[test]
fn append_gives_the_same_index_in_any_split() {
	build_and_execute(|| {
		assert_ok!(append(ALICE, &leaves(0..20)));
		for number in 0..20 {
			assert_ok!(append(BOB, &leaves(number..number + 1)));
		}
		assert_eq!(Indexes::<Test>::get(1), Indexes::<Test>::get(2));
	});
}

#[test]
fn append_keeps_twins_apart() {
	build_and_execute(|| {
		assert_ok!(append(ALICE, &leaves(0..3)));
		assert_ok!(append(BOB, &leaves(5..6)));

		assert_eq!(Indexes::<Test>::get(1), index_of(&leaves(0..3)));
		assert_eq!(Indexes::<Test>::get(2), index_of(&leaves(5..6)));
		assert_eq!(held_for_index(ALICE), index_deposit(2));
		assert_eq!(held_for_index(BOB), index_deposit(1));
	});
}

#[test]
fn append_takes_512_leaves_and_no_more() {
	build_and_execute(|| {
		let call = |count: usize| {
			let bytes = (51u8, 0u8, vec![[1u8; 32]; count]).encode();
			RuntimeCall::decode(&mut &bytes[..])
		};
		assert_ok!(call(512).expect("512 leaves fit").dispatch(signed(ALICE)));
		assert_eq!(Indexes::<Test>::get(1).count, 512);
		assert!(call(513).is_err());
	});
}

#[test]
fn append_weighs_by_its_leaves() {
	for count in [0, 1, 512] {
		let call = Call::<Test>::append { leaves: bounded(vec![[1; 32]; count]) };
		let expected = <() as WeightInfo>::append(count as u32);
		assert_eq!(call.get_dispatch_info().call_weight, expected);
	}
}

#[test]
fn append_takes_a_deposit_at_doublings_alone() {
	build_and_execute(|| {
		for bits in [1, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 5, 5] {
			assert_ok!(append(ALICE, &leaves(0..1)));
			assert_eq!(held_for_index(ALICE), index_deposit(bits));
		}
		assert_eq!(Indexes::<Test>::get(1).count, 17);
	});
}

#[test]
fn append_takes_the_deposit_for_all_doublings_at_once() {
	build_and_execute(|| {
		assert_ok!(append(ALICE, &leaves(0..1)));
		assert_ok!(append(ALICE, &leaves(1..512)));
		assert_eq!(held_for_index(ALICE), index_deposit(10));
	});
}

#[test]
fn append_takes_the_deposit_at_the_price_of_the_day() {
	build_and_execute(|| {
		assert_ok!(append(ALICE, &leaves(0..2)));
		ItemPrice::set(2 * PER_ITEM);
		assert_ok!(append(ALICE, &leaves(2..3)));
		assert_eq!(held_for_index(ALICE), index_deposit(2));
		assert_ok!(append(ALICE, &leaves(3..4)));
		assert_eq!(held_for_index(ALICE), index_deposit(3) + PER_ITEM);
	});
}

#[test]
fn append_leaves_exactly_the_existential_deposit() {
	build_and_execute(|| {
		ItemPrice::set(ENDOWMENT - EXISTENTIAL_DEPOSIT - 74);
		assert_ok!(append(ALICE, &leaves(0..1)));
		assert_eq!(free(ALICE), EXISTENTIAL_DEPOSIT);
	});
}

#[test]
fn append_fails_when_the_existential_deposit_would_be_touched() {
	build_and_execute(|| {
		ItemPrice::set(ENDOWMENT - EXISTENTIAL_DEPOSIT - 73);
		assert_noop!(append(ALICE, &leaves(0..1)), TokenError::FundsUnavailable);
	});
}

#[test]
fn append_costs_nothing_between_doublings_when_no_money_is_left() {
	build_and_execute(|| {
		assert_ok!(append(ALICE, &leaves(0..2)));
		let left = free(ALICE) - EXISTENTIAL_DEPOSIT;
		assert_ok!(Balances::transfer_keep_alive(signed(ALICE), CAROL, left));
		assert_ok!(append(ALICE, &leaves(2..3)));
		assert_noop!(append(ALICE, &leaves(3..4)), TokenError::FundsUnavailable);
	});
}

#[test]
fn append_reaches_the_last_number_and_no_further() {
	build_and_execute(|| {
		set_index(u64::MAX - 1, vec![[0; 32]; 63]);
		assert_noop!(append(ALICE, &leaves(0..2)), Error::<Test>::TooManyRecords);
		assert_ok!(append(ALICE, &leaves(0..1)));
		assert_eq!(Indexes::<Test>::get(1).peaks.len(), 64);
		let event =
			Event::RecordsAppended { twin: 1, first: u64::MAX - 1, count: 1, total: u64::MAX };
		assert_eq!(last_event(), Some(event));
		assert_noop!(append(ALICE, &leaves(0..1)), Error::<Test>::TooManyRecords);
	});
}

#[test]
fn append_fails_when_there_is_no_leaf() {
	build_and_execute(|| {
		assert_noop!(append(ALICE, &[]), Error::<Test>::NoLeaves);
	});
}

#[test]
fn append_fails_when_not_a_controller() {
	build_and_execute(|| {
		assert_noop!(append(CAROL, &leaves(0..1)), NOT_ACTING);
	});
}

#[test]
fn append_fails_when_the_twin_is_deactivated() {
	build_and_execute(|| {
		assert_ok!(append(ALICE, &leaves(0..1)));
		deactivate(1);
		assert_noop!(append(ALICE, &leaves(1..2)), NOT_ACTING);
		assert_eq!(held_for_index(ALICE), index_deposit(1));
	});
}

#[test]
fn append_fails_when_the_index_is_corrupt() {
	state().execute_with(|| {
		assert_ok!(append(ALICE, &leaves(0..3)));
		Indexes::<Test>::mutate(1, |index| index.count = 4);
		assert_noop!(append(ALICE, &leaves(3..4)), DispatchError::Corruption);
	});
}

#[test]
fn append_fails_unless_signed() {
	build_and_execute(|| {
		let one = || bounded(leaves(0..1));
		assert_noop!(Records::append(RuntimeOrigin::root(), one()), BadOrigin);
		assert_noop!(Records::append(RuntimeOrigin::none(), one()), BadOrigin);
	});
}

/// Whatever `append` of so many leaves to `before` of them reads from state, proven, and the keys
/// that it writes.
fn accesses(before: u64, added: u64) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
	let mut state = state();
	state.execute_with(|| {
		if before > 0 {
			assert_ok!(append(ALICE, &leaves(0..before)));
		}
		System::reset_events();
	});
	state.commit_all().expect("there is a state to commit");
	let (result, read) = state.execute_and_prove(|| append(ALICE, &leaves(0..added)));
	assert_ok!(result);
	let written = state.overlayed_changes().changes().map(|(key, _)| key.clone());
	let mut written: Vec<_> = written.collect();
	written.sort();
	(read.into_iter_nodes().collect(), written)
}

#[test]
fn append_reads_and_writes_the_same_for_512_leaves_as_for_one() {
	// The first deposit, a larger one, and none.
	for before in [0, 511, 16] {
		let one = accesses(before, 1);
		assert!(!one.0.is_empty() && !one.1.is_empty());
		let last = if before == 16 { 15 } else { 512 };
		assert!(one == accesses(before, last), "{last} onto {before}");
	}
}
