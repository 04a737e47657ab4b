//! `release_name`.

use crate::{mock::*, *};
use frame::testing_prelude::*;

fn claim(who: Sr25519Keyring, name: &str) -> DispatchResult {
	TwinsPallet::claim_name(signed(who), bounded(name))
}

#[test]
fn release_name_frees_it_and_gives_the_deposit_back() {
	build_and_execute(|| {
		register(Alice);
		assert_ok!(claim(Alice, "alice"));
		events();
		assert_ok!(TwinsPallet::release_name(signed(Alice)));

		assert_eq!(twin(1).name, None);
		assert_eq!(Names::<Test>::iter().count(), 0);
		assert_eq!(events(), [Event::NameReleased { twin: 1, name: bounded("alice") }]);
		assert_eq!(held(Alice), (TWIN_DEPOSIT, 0, 0));
		assert_eq!(free(Alice), ENDOWMENT - TWIN_DEPOSIT);
	});
}

#[test]
fn release_name_lets_anyone_claim_it_and_its_look_alikes() {
	build_and_execute(|| {
		register(Alice);
		register(Bob);
		assert_ok!(claim(Alice, "alice"));
		assert_ok!(TwinsPallet::release_name(signed(Alice)));
		assert_ok!(claim(Bob, "a1ice"));
		assert_noop!(claim(Alice, "alice"), Error::<Test>::NameLooksAlike);
		assert_ok!(claim(Alice, "alicia"));
	});
}

#[test]
fn release_name_gives_back_what_was_held_when_the_price_has_changed() {
	for price in [0, 5] {
		build_and_execute(|| {
			register_for(Alice, Bob);
			assert_ok!(claim(Bob, "bob"));
			GovernedBytePrice::set(price);
			GovernedItemPrice::set(price);
			assert_ok!(TwinsPallet::release_name(signed(Bob)));
			assert_eq!((free(Bob), held(Bob)), (ENDOWMENT, (0, 0, 0)));
		});
	}
}

#[test]
fn release_name_fails_when_there_is_none() {
	build_and_execute(|| {
		register(Alice);
		assert_noop!(TwinsPallet::release_name(signed(Alice)), Error::<Test>::NoName);
		assert_ok!(claim(Alice, "alice"));
		assert_ok!(TwinsPallet::release_name(signed(Alice)));
		assert_noop!(TwinsPallet::release_name(signed(Alice)), Error::<Test>::NoName);
	});
}

#[test]
fn release_name_fails_when_not_the_controller() {
	build_and_execute(|| {
		register(Alice);
		assert_ok!(claim(Alice, "alice"));
		assert_noop!(TwinsPallet::release_name(signed(Bob)), Error::<Test>::NotController);
	});
}

#[test]
fn release_name_fails_when_deactivated() {
	build_and_execute(|| {
		register(Alice);
		assert_ok!(claim(Alice, "alice"));
		deactivate(Alice);
		assert_noop!(TwinsPallet::release_name(signed(Alice)), Error::<Test>::TwinDeactivated);
	});
}

#[test]
fn release_name_fails_unless_signed() {
	build_and_execute(|| {
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(TwinsPallet::release_name(origin), BadOrigin);
		}
	});
}
