//! The phonebook as other pallets see it.

use crate::{mock::*, Error};
use frame::testing_prelude::*;
use ourledger_primitives::twin::{TwinNumber, Twins as Phonebook};

fn number_of(who: Sr25519Keyring) -> Option<TwinNumber> {
	<TwinsPallet as Phonebook<AccountId>>::number_of(&id(who))
}

#[test]
fn number_of_knows_active_twins_alone() {
	build_and_execute(|| {
		register(Alice);
		register_for(Alice, Eve);
		assert_eq!((number_of(Alice), number_of(Eve), number_of(Bob)), (Some(1), Some(2), None));
		deactivate(Alice);
		assert_eq!((number_of(Alice), number_of(Eve)), (None, Some(2)));
	});
}

#[test]
fn acting_says_why_an_account_acts_for_no_twin() {
	build_and_execute(|| {
		register(Alice);
		assert_eq!(TwinsPallet::acting(&id(Alice)), Ok(1));
		assert_noop!(TwinsPallet::acting(&id(Bob)), Error::<Test>::NotController);
		deactivate(Alice);
		assert_noop!(TwinsPallet::acting(&id(Alice)), Error::<Test>::TwinDeactivated);
	});
}

#[test]
fn controller_of_knows_every_twin() {
	build_and_execute(|| {
		register(Alice);
		register_for(Alice, Eve);
		deactivate(Eve);
		assert_eq!(TwinsPallet::controller_of(1), Some(id(Alice)));
		assert_eq!(TwinsPallet::controller_of(2), Some(id(Eve)));
		assert_eq!(TwinsPallet::controller_of(0), None);
		assert_eq!(TwinsPallet::controller_of(3), None);
		assert_eq!(TwinsPallet::account_of(2), Ok(id(Eve)));
		assert_noop!(TwinsPallet::account_of(3), Error::<Test>::TwinNotFound);
	});
}

#[test]
fn is_active_until_deactivated() {
	build_and_execute(|| {
		register(Alice);
		assert!(TwinsPallet::is_active(1));
		assert!(!TwinsPallet::is_active(0) && !TwinsPallet::is_active(2));
		assert_ok!(TwinsPallet::ensure_active(1));
		assert_noop!(TwinsPallet::ensure_active(2), Error::<Test>::TwinNotFound);
		deactivate(Alice);
		assert!(!TwinsPallet::is_active(1));
		assert_noop!(TwinsPallet::ensure_active(1), Error::<Test>::TwinNotFound);
	});
}

#[cfg(feature = "runtime-benchmarks")]
#[test]
fn register_makes_a_twin_and_sees_to_the_deposit() {
	build_and_execute(|| {
		assert_eq!(free(Eve), 0);
		let number = <TwinsPallet as Phonebook<AccountId>>::register(id(Eve));
		assert_eq!((number, number_of(Eve)), (1, Some(1)));
		assert_eq!(held(Eve), (TWIN_DEPOSIT, 0, 0));
	});
}
