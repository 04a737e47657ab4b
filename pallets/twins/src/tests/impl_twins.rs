//! The phonebook as other pallets see it.

use crate::{mock::*, ControllerChoice, Error, Event, NextTwin, Numbers, TwinState};
use frame::{
	deps::{frame_support::storage::with_storage_layer, sp_runtime::TokenError},
	testing_prelude::*,
};
use ourledger_primitives::twin::{
	KeyPurpose, Profile, Registrar, TwinKind, TwinNumber, Twins as Phonebook,
};

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

#[test]
fn kind_of_knows_every_twin() {
	build_and_execute(|| {
		let (kind, own) = (TwinKind::Device, ControllerChoice::Caller);
		assert_ok!(TwinsPallet::register(signed(Alice), kind, named("a"), own));
		register(Bob);
		deactivate(Alice);
		let kinds = [0, 1, 2, 3].map(TwinsPallet::kind_of);
		assert_eq!(kinds, [None, Some(kind), Some(TwinKind::Person), None]);
	});
}

/// Register the account of `who` as another pallet does that acts for it.
fn register_keyless(who: Sr25519Keyring, profile: Profile) -> Result<TwinNumber, DispatchError> {
	let account = id(who);
	with_storage_layer(|| TwinsPallet::register_keyless(&account, TwinKind::Company, profile))
}

fn deactivate_by_number(number: TwinNumber) -> DispatchResult {
	<TwinsPallet as Registrar<AccountId>>::deactivate(number)
}

#[test]
fn register_keyless_makes_an_account_the_controller_at_its_own_cost() {
	build_and_execute(|| {
		register(Alice);
		events();
		set_free(Eve, TWIN_DEPOSIT + EXISTENTIAL_DEPOSIT);
		assert_eq!(register_keyless(Eve, full_profile()), Ok(2));

		assert_eq!(
			events(),
			[Event::TwinRegistered {
				twin: 2,
				kind: TwinKind::Company,
				controller: id(Eve),
				depositor: id(Eve),
				profile: full_profile(),
			}]
		);
		let twin = twin(2);
		assert_eq!((twin.controller, twin.depositor), (id(Eve), id(Eve)));
		assert_eq!((twin.state, twin.kind), (TwinState::Active, TwinKind::Company));
		assert_eq!(Numbers::<Test>::get(id(Eve)), Some(2));
		assert_eq!((free(Eve), held(Eve)), (EXISTENTIAL_DEPOSIT, (TWIN_DEPOSIT, 0, 0)));
		// No other account was made.
		assert_eq!(Made::get(), []);
		assert_eq!(System::providers(&id(Eve)), 2);
	});
}

#[test]
fn keyless_deposit_is_what_is_held() {
	build_and_execute(|| {
		assert_eq!(TwinsPallet::keyless_deposit(), TWIN_DEPOSIT);
		assert_ok!(register_keyless(Alice, named("a")));
		assert_eq!(held(Alice).0, TWIN_DEPOSIT);
		// Whatever the price is.
		GovernedItemPrice::set(3 * ITEM_PRICE);
		GovernedBytePrice::set(2 * BYTE_PRICE);
		assert_ok!(register_keyless(Bob, named("a")));
		assert_eq!(held(Bob).0, TwinsPallet::keyless_deposit());
		assert!(held(Bob).0 > TWIN_DEPOSIT);
	});
}

#[test]
fn register_keyless_fails_when_not_allowed() {
	build_and_execute(|| {
		set_free(Eve, TWIN_DEPOSIT + EXISTENTIAL_DEPOSIT - 1);
		assert_noop!(register_keyless(Eve, named("a")), TokenError::FundsUnavailable);
		for name in ["", "a\nb"] {
			assert_noop!(register_keyless(Alice, named(name)), Error::<Test>::InvalidDisplayName);
		}
		let profile = Profile { country: Some(*b"Be"), ..named("a") };
		assert_noop!(register_keyless(Alice, profile), Error::<Test>::InvalidCountry);
		register(Alice);
		assert_noop!(register_keyless(Alice, named("a")), Error::<Test>::ControllerTaken);
		deactivate(Alice);
		assert_noop!(register_keyless(Alice, named("a")), Error::<Test>::ControllerTaken);
	});
	build().execute_with(|| {
		NextTwin::<Test>::put(u64::MAX);
		assert_noop!(register_keyless(Alice, named("a")), ArithmeticError::Overflow);
	});
}

#[test]
fn deactivate_by_number_does_what_the_controllers_call_does() {
	build_and_execute(|| {
		assert_ok!(register_keyless(Alice, full_profile()));
		assert_ok!(TwinsPallet::set_endpoints(signed(Alice), endpoint_list(&["a:1"])));
		assert_ok!(TwinsPallet::add_key(signed(Alice), KeyPurpose::Assertion, signing_key(1)));
		register_for(Alice, Eve);
		events();
		for number in [1, 2] {
			assert_ok!(deactivate_by_number(number));
			assert_eq!(events(), [Event::TwinDeactivated { twin: number }]);
			assert_eq!(twin(number).state, TwinState::Deactivated(START));
		}
		// What pays for the numbers stays; all else is free, whoever put it down.
		assert_eq!(held(Alice), (2 * TOMBSTONE_DEPOSIT, 0, 0));
		assert_eq!(free(Alice), ENDOWMENT - 2 * TOMBSTONE_DEPOSIT);
		assert_noop!(TwinsPallet::acting(&id(Alice)), Error::<Test>::TwinDeactivated);
	});
}

#[test]
fn deactivate_by_number_fails_when_there_is_nobody_to_end() {
	build_and_execute(|| {
		register(Alice);
		for number in [0, 2] {
			assert_noop!(deactivate_by_number(number), Error::<Test>::TwinNotFound);
		}
		assert_ok!(deactivate_by_number(1));
		assert_noop!(deactivate_by_number(1), Error::<Test>::TwinDeactivated);
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
