//! Each check of `try_state` sees its corruption.

use crate::{mock::*, *};
use frame::{deps::sp_runtime::TryRuntimeError, testing_prelude::*};

/// Check that `corrupt` makes `try_state` fail with `message`. Twin 1 has three records, one of
/// them pinned.
fn assert_detected(message: &'static str, corrupt: impl FnOnce()) {
	state().execute_with(|| {
		assert_ok!(append(ALICE, &leaves(0..3)));
		assert_ok!(pin(ALICE, 2, 3));
		check_invariants();
		corrupt();
		assert_eq!(Records::do_try_state(), Err(TryRuntimeError::Other(message)));
	});
}

#[test]
fn an_index_without_records_is_detected() {
	assert_detected("an index has no record", || {
		Indexes::<Test>::insert(2, Index::default());
	});
}

#[test]
fn peaks_that_do_not_match_the_count_are_detected() {
	let message = "an index's peaks don't match its count";
	assert_detected(message, || Indexes::<Test>::mutate(1, |index| index.count = 4));
	assert_detected(message, || Indexes::<Test>::mutate(1, |index| _ = index.peaks.pop()));
}

#[test]
fn an_index_without_deposit_is_detected() {
	assert_detected("an index has no deposit", || IndexTickets::<Test>::remove(1));
}

#[test]
fn an_index_without_twin_is_detected() {
	assert_detected("an index has no twin", || Phonebook::set(vec![]));
}

#[test]
fn a_deposit_without_index_is_detected() {
	assert_detected("a deposit has no index", || {
		let ticket = IndexTickets::<Test>::get(1).expect("it was paid for");
		IndexTickets::<Test>::insert(2, ticket);
	});
}

#[test]
fn a_pin_beyond_the_records_is_detected() {
	let message = "a pinned record doesn't exist";
	for (twin, number) in [(1, 3), (2, 0)] {
		assert_detected(message, || {
			let pin = Pinned::<Test>::get(1, 2).expect("it was pinned");
			Pinned::<Test>::insert(twin, number, pin);
		});
	}
}

#[test]
fn a_malformed_pin_is_detected() {
	assert_detected("a pinned descriptor is malformed", || {
		Pinned::<Test>::mutate(1, 2, |pin| {
			pin.as_mut().expect("it was pinned").descriptor.media_type = bounded(vec![])
		});
	});
}
