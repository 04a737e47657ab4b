//! `add_room` and `remove_room`.

use crate::{mock::*, *};
use frame::{
	deps::sp_runtime::{traits::BadOrigin, TokenError},
	testing_prelude::*,
};
use ourledger_primitives::invoice::Settlement;

fn add(who: Sr25519Keyring, invoices: u32) -> DispatchResult {
	Commerce::add_room(signed(who), SELLER, invoices)
}

fn remove(who: Sr25519Keyring, invoices: u32) -> DispatchResult {
	Commerce::remove_room(signed(who), SELLER, invoices)
}

#[test]
fn add_room_is_paid_by_whoever_calls() {
	build_and_execute(|| {
		assert_eq!(held(HoldReason::Room, Alice), 100 * PER_INVOICE);
		assert_ok!(add(Eve, 3));
		assert_ok!(add(Eve, 2));
		let added = |invoices| Event::RoomAdded { seller: SELLER, payer: id(Eve), invoices };
		assert_eq!(events(), [added(3), added(2)]);
		assert_eq!(held(HoldReason::Room, Eve), 5 * PER_INVOICE);
		assert_eq!(Commerce::book(SELLER).room, TILLS + 105);
		assert_eq!(Commerce::room(SELLER, id(Eve)), 5);
		assert_eq!(Commerce::room_deposit(5), 5 * PER_INVOICE);
	});
}

#[test]
fn add_room_fails_when_it_cannot_be_had() {
	build_and_execute(|| {
		assert_noop!(add(Eve, 0), Error::<Test>::AmountZero);
		assert_noop!(Commerce::add_room(signed(Eve), 9, 1), NO_SUCH_TWIN);
		assert_noop!(add(Eve, 1_000_000), TokenError::FundsUnavailable);
		assert_noop!(add(Eve, u32::MAX), ArithmeticError::Overflow);
		assert_noop!(Commerce::add_room(RuntimeOrigin::root(), SELLER, 1), BadOrigin);
	});
}

#[test]
fn remove_room_gives_back_what_is_unused() {
	build_and_execute(|| {
		assert_ok!(add(Eve, 2));
		assert_ok!(remove(Alice, 99));
		for _ in 0..3 {
			issue(100, Settlement::Direct);
		}
		assert_noop!(remove(Eve, 1), Error::<Test>::RoomInUse);
		assert_noop!(remove(Alice, 1), Error::<Test>::RoomInUse);
		assert_ok!(Commerce::cancel(signed(Alice), SELLER, 1));
		assert_noop!(remove(Eve, 1), Error::<Test>::RoomInUse);
		set_day(START + u32::from(RETENTION));
		assert_ok!(Commerce::prune(signed(Eve), SELLER, 1));
		events();

		assert_ok!(remove(Eve, 1));
		let removed = Event::RoomRemoved { seller: SELLER, payer: id(Eve), invoices: 1 };
		assert_eq!(events(), [removed]);
		assert_eq!(held(HoldReason::Room, Eve), PER_INVOICE);
		assert_ok!(Commerce::cancel(signed(Alice), SELLER, 2));
		set_day(START + 2 * u32::from(RETENTION));
		idle(10_000);
		assert_ok!(remove(Eve, 1));
		assert_eq!(held(HoldReason::Room, Eve), 0);
		assert!(!Rooms::<Test>::contains_key(SELLER, id(Eve)));
		assert_noop!(remove(Eve, 1), Error::<Test>::NoRoom);
	});
}

#[test]
fn remove_room_gives_nobody_elses() {
	build_and_execute(|| {
		assert_noop!(remove(Eve, 1), Error::<Test>::NoRoom);
		assert_ok!(add(Eve, 2));
		assert_noop!(remove(Eve, 3), Error::<Test>::NoRoom);
		assert_noop!(remove(Eve, 0), Error::<Test>::AmountZero);
		assert_noop!(Commerce::remove_room(RuntimeOrigin::root(), SELLER, 1), BadOrigin);
		// A sponsor gets it back also from a seller that can't act any more.
		deactivate(SELLER);
		assert_ok!(remove(Eve, 2));
	});
}

#[test]
fn room_is_reckoned_at_the_price_of_the_day() {
	build_and_execute(|| {
		assert_ok!(add(Eve, 4));
		InvoicePrice::set(2 * PER_INVOICE);
		assert_ok!(remove(Eve, 1));
		assert_eq!(held(HoldReason::Room, Eve), 6 * PER_INVOICE);
		// All of it always comes back.
		InvoicePrice::set(ENDOWMENT);
		assert!(remove(Eve, 1).is_err());
		assert_ok!(remove(Eve, 3));
		assert_eq!(held(HoldReason::Room, Eve), 0);
	});
}
