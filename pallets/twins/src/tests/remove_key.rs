//! `remove_key`.

use crate::{mock::*, *};
use frame::testing_prelude::*;
use ourledger_primitives::twin::{KeyId, KeyPurpose};

/// Register Alice with `count` keys.
fn with_keys(count: u8) {
	register(Alice);
	for seed in 1..=count {
		assert_ok!(TwinsPallet::add_key(signed(Alice), KeyPurpose::Assertion, signing_key(seed)));
	}
	events();
}

fn remove(who: Sr25519Keyring, id: KeyId) -> DispatchResult {
	TwinsPallet::remove_key(signed(who), id)
}

fn ids() -> Vec<KeyId> {
	Keys::<Test>::get(1).map_or(vec![], |entry| entry.keys.iter().map(|key| key.id).collect())
}

#[test]
fn remove_key_takes_that_one_out() {
	build_and_execute(|| {
		with_keys(4);
		assert_ok!(remove(Alice, 1));
		assert_eq!(ids(), [0, 2, 3]);
		assert_eq!(events(), [Event::KeyRemoved { twin: 1, id: 1 }]);
		assert_ok!(remove(Alice, 3));
		assert_ok!(remove(Alice, 0));
		assert_eq!(ids(), [2]);
		assert_eq!(twin(1).next_key, 4);
	});
}

#[test]
fn remove_key_gives_back_the_deposit_of_each() {
	build_and_execute(|| {
		with_keys(16);
		for left in (1..16).rev() {
			assert_ok!(remove(Alice, left as KeyId));
			let expected = KEY_DEPOSIT + (left - 1) * FURTHER_KEY_DEPOSIT;
			assert_eq!(held(Alice), (TWIN_DEPOSIT, expected, 0));
		}
		assert_ok!(remove(Alice, 0));
		assert_eq!(held(Alice), (TWIN_DEPOSIT, 0, 0));
		assert_eq!(free(Alice), ENDOWMENT - TWIN_DEPOSIT);
		assert!(!Keys::<Test>::contains_key(1));
	});
}

#[test]
fn remove_key_gives_back_to_the_controller_not_the_sponsor() {
	build_and_execute(|| {
		register_for(Alice, Bob);
		assert_ok!(TwinsPallet::add_key(signed(Bob), KeyPurpose::Assertion, signing_key(1)));
		assert_ok!(remove(Bob, 0));
		assert_eq!(free(Bob), ENDOWMENT);
		assert_eq!(held(Alice), (TWIN_DEPOSIT, 0, 0));
	});
}

#[test]
fn remove_key_works_when_the_price_has_risen_beyond_means() {
	build_and_execute(|| {
		with_keys(3);
		set_free(Alice, EXISTENTIAL_DEPOSIT);
		GovernedBytePrice::set(1_000);
		let before = held(Alice).1;
		assert_ok!(remove(Alice, 1));
		assert_eq!(ids(), [0, 2]);
		assert_eq!(held(Alice).1, before);

		assert_ok!(remove(Alice, 0));
		assert_ok!(remove(Alice, 2));
		assert_eq!(held(Alice).1, 0);
		assert_eq!(free(Alice), EXISTENTIAL_DEPOSIT + before);
	});
}

#[test]
fn remove_key_loses_no_deposit_when_the_price_has_changed() {
	for price in [0, 1, 2, 5] {
		build_and_execute(|| {
			with_keys(3);
			GovernedBytePrice::set(price);
			assert_ok!(remove(Alice, 2));
			assert_eq!(held(Alice).1, ITEM_PRICE + price * (8 + 1 + 16 + 2 * 37));
			GovernedBytePrice::set(price + 1);
			assert_ok!(remove(Alice, 1));
			assert_ok!(remove(Alice, 0));
			assert_eq!(free(Alice), ENDOWMENT - TWIN_DEPOSIT);
		});
	}
}

#[test]
fn remove_key_fails_when_there_is_none_of_this_id() {
	build_and_execute(|| {
		with_keys(0);
		assert_noop!(remove(Alice, 0), Error::<Test>::KeyNotFound);
		assert_ok!(TwinsPallet::add_key(signed(Alice), KeyPurpose::Assertion, signing_key(1)));
		for id in [1, KeyId::MAX] {
			assert_noop!(remove(Alice, id), Error::<Test>::KeyNotFound);
		}
		assert_ok!(remove(Alice, 0));
		assert_noop!(remove(Alice, 0), Error::<Test>::KeyNotFound);
	});
}

#[test]
fn remove_key_fails_when_the_key_is_another_twins() {
	build_and_execute(|| {
		with_keys(1);
		register(Bob);
		assert_noop!(remove(Bob, 0), Error::<Test>::KeyNotFound);
	});
}

#[test]
fn remove_key_fails_when_not_the_controller() {
	build_and_execute(|| {
		with_keys(1);
		assert_noop!(remove(Bob, 0), Error::<Test>::NotController);
	});
}

#[test]
fn remove_key_fails_when_deactivated() {
	build_and_execute(|| {
		with_keys(1);
		deactivate(Alice);
		assert_noop!(remove(Alice, 0), Error::<Test>::TwinDeactivated);
	});
}

#[test]
fn remove_key_fails_unless_signed() {
	build_and_execute(|| {
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(TwinsPallet::remove_key(origin, 0), BadOrigin);
		}
	});
}
