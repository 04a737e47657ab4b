//! `unpin`.

use crate::{mock::*, *};
use frame::testing_prelude::*;

/// Twin 1 has three records, of which 0 and 2 are pinned.
fn with_pins(test: impl FnOnce()) {
	build_and_execute(|| {
		assert_ok!(append(ALICE, &leaves(0..3)));
		assert_ok!(pin(ALICE, 0, 3));
		assert_ok!(pin(ALICE, 2, 3));
		test();
	});
}

#[test]
fn unpin_removes_the_descriptor_and_releases_its_deposit() {
	with_pins(|| {
		let index = Indexes::<Test>::get(1);
		assert_ok!(Records::unpin(signed(ALICE), 1, 0));

		assert!(!Pinned::<Test>::contains_key(1, 0));
		assert!(Pinned::<Test>::contains_key(1, 2));
		assert_eq!(last_event(), Some(Event::RecordUnpinned { twin: 1, number: 0 }));
		assert_eq!(held_for_pins(ALICE), pin_deposit(&descriptor(2)));
		assert_eq!(held_for_index(ALICE), index_deposit(2));
		assert_eq!(free(ALICE), ENDOWMENT - index_deposit(2) - pin_deposit(&descriptor(2)));
		assert_eq!(Indexes::<Test>::get(1), index);
	});
}

#[test]
fn unpin_releases_what_was_held_when_the_price_has_changed() {
	with_pins(|| {
		ItemPrice::set(7 * PER_ITEM);
		assert_ok!(Records::unpin(signed(ALICE), 1, 0));
		assert_eq!(held_for_pins(ALICE), pin_deposit(&descriptor(2)));
	});
}

#[test]
fn unpin_allows_to_pin_anew() {
	with_pins(|| {
		assert_ok!(Records::unpin(signed(ALICE), 1, 0));
		assert_ok!(pin(ALICE, 0, 3));
		assert_eq!(held_for_pins(ALICE), 2 * pin_deposit(&descriptor(0)));
	});
}

#[test]
fn unpin_is_open_to_anyone_once_the_twin_is_deactivated() {
	with_pins(|| {
		deactivate(1);
		// One with a twin, one without.
		assert_ok!(Records::unpin(signed(BOB), 1, 0));
		assert_ok!(Records::unpin(signed(CAROL), 1, 2));

		assert_eq!(held_for_pins(ALICE), 0);
		assert_eq!(free(ALICE), ENDOWMENT - index_deposit(2));
		assert_eq!([free(BOB), free(CAROL)], [ENDOWMENT; 2]);
		assert_eq!(Indexes::<Test>::get(1), index_of(&leaves(0..3)));
	});
}

#[test]
fn unpin_is_open_to_the_controller_once_the_twin_is_deactivated() {
	with_pins(|| {
		deactivate(1);
		assert_ok!(Records::unpin(signed(ALICE), 1, 0));
	});
}

#[test]
fn unpin_fails_when_not_the_controller() {
	with_pins(|| {
		assert_noop!(Records::unpin(signed(BOB), 1, 0), Error::<Test>::NotOwner);
		assert_noop!(Records::unpin(signed(CAROL), 1, 0), NOT_ACTING);
		deactivate(2);
		assert_noop!(Records::unpin(signed(BOB), 1, 0), NOT_ACTING);
	});
}

#[test]
fn unpin_fails_when_not_pinned() {
	with_pins(|| {
		assert_noop!(Records::unpin(signed(ALICE), 1, 1), Error::<Test>::NotPinned);
		assert_noop!(Records::unpin(signed(ALICE), 1, 3), Error::<Test>::NotPinned);
		assert_noop!(Records::unpin(signed(BOB), 2, 0), Error::<Test>::NotPinned);
		for nobody in [0, 3, u64::MAX] {
			assert_noop!(Records::unpin(signed(ALICE), nobody, 0), Error::<Test>::NotPinned);
		}
		assert_ok!(Records::unpin(signed(ALICE), 1, 0));
		assert_noop!(Records::unpin(signed(ALICE), 1, 0), Error::<Test>::NotPinned);
	});
}

#[test]
fn unpin_fails_unless_signed() {
	with_pins(|| {
		assert_noop!(Records::unpin(RuntimeOrigin::root(), 1, 0), BadOrigin);
		assert_noop!(Records::unpin(RuntimeOrigin::none(), 1, 0), BadOrigin);
	});
}
