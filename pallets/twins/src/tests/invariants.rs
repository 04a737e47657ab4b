//! What must always hold: each check of `try_state` sees its corruption.

use crate::{mock::*, *};
use frame::{deps::sp_runtime::TryRuntimeError, testing_prelude::*};
use ourledger_primitives::{
	name::skeleton,
	twin::{KeyPurpose, PublicKey, TwinNumber},
};

/// Check that `corrupt` makes `try_state` fail with `message`. Twin 1 is Alice's and has everything,
/// twin 2 is Bob's and has nothing, twin 3 was Charlie's.
fn assert_detected(message: &'static str, corrupt: impl FnOnce()) {
	build().execute_with(|| {
		register(Alice);
		assert_ok!(TwinsPallet::set_endpoints(signed(Alice), endpoint_list(&["a:1", "a:2"])));
		for seed in 1..=2 {
			assert_ok!(TwinsPallet::add_key(
				signed(Alice),
				KeyPurpose::Assertion,
				signing_key(seed)
			));
		}
		assert_ok!(TwinsPallet::claim_name(signed(Alice), bounded("alice")));
		register(Bob);
		register(Charlie);
		deactivate(Charlie);
		check_invariants();

		corrupt();
		assert_eq!(TwinsPallet::do_try_state(), Err(TryRuntimeError::Other(message)));
	});
}

fn alter(number: TwinNumber, change: impl FnOnce(&mut TwinOf<Test>)) {
	Twins::<Test>::mutate_extant(number, change);
}

fn alter_keys(change: impl FnOnce(&mut KeyList)) {
	Keys::<Test>::mutate_extant(1, |entry| change(&mut entry.keys));
}

fn alter_key(place: usize, change: impl FnOnce(&mut TwinKey)) {
	alter_keys(|keys| change(&mut keys[place]));
}

fn keys_of_alice() -> TwinKeysOf<Test> {
	Keys::<Test>::get(1).expect("Alice has keys")
}

#[test]
fn a_number_that_was_never_given_is_detected() {
	let message = "a twin's number was never given";
	assert_detected(message, || NextTwin::<Test>::put(3));
	assert_detected(message, || {
		Twins::<Test>::insert(0, twin(2));
		Twins::<Test>::remove(2);
	});
}

#[test]
fn a_twin_that_is_not_its_controllers_is_detected() {
	let message = "a twin isn't its controller's";
	assert_detected(message, || Numbers::<Test>::remove(id(Bob)));
	assert_detected(message, || Numbers::<Test>::insert(id(Bob), 1));
	assert_detected(message, || alter(2, |twin| twin.controller = id(Alice)));
	assert_detected(message, || Numbers::<Test>::remove(id(Charlie)));
}

#[test]
fn a_number_without_twin_is_detected() {
	let message = "a number has no twin";
	assert_detected(message, || NextTwin::<Test>::put(5));
	assert_detected(message, || {
		Twins::<Test>::remove(2);
		Numbers::<Test>::remove(id(Bob));
	});
}

#[test]
fn an_account_without_its_twin_is_detected() {
	let message = "an account isn't its twin's controller";
	assert_detected(message, || Numbers::<Test>::insert(id(Dave), 2));
	assert_detected(message, || Numbers::<Test>::insert(id(Dave), 9));
}

#[test]
fn a_controller_whose_account_may_vanish_is_detected() {
	assert_detected("a controller's account may vanish", || {
		alter(2, |twin| twin.controller = id(Eve));
		Numbers::<Test>::remove(id(Bob));
		Numbers::<Test>::insert(id(Eve), 2);
	});
}

#[test]
fn an_invalid_profile_is_detected() {
	let message = "a profile is invalid";
	assert_detected(message, || alter(2, |twin| twin.profile = named("")));
	assert_detected(message, || alter(2, |twin| twin.profile.country = Some(*b"be")));
}

#[test]
fn an_active_twin_without_deposit_is_detected() {
	assert_detected("an active twin has no deposit", || alter(2, |twin| twin.active_ticket = None));
}

#[test]
fn leftovers_of_a_deactivated_twin_are_detected() {
	let message = "a deactivated twin has something left";
	assert_detected(message, || alter(3, |twin| twin.profile = named("a")));
	assert_detected(message, || alter(3, |twin| twin.name = Some(bounded("charlie"))));
	assert_detected(message, || {
		let ticket = twin(2).active_ticket;
		alter(3, |twin| twin.active_ticket = ticket);
	});
	assert_detected(message, || Keys::<Test>::insert(3, keys_of_alice()));
	assert_detected(message, || Endpoints::<Test>::insert(3, endpoint_list(&["a:1"])));
}

#[test]
fn a_name_that_is_not_registered_is_detected() {
	let message = "a twin's name isn't registered as its own";
	assert_detected(message, || Names::<Test>::remove(skeleton(&bounded("alice"))));
	assert_detected(message, || alter(2, |twin| twin.name = Some(bounded("bob"))));
	assert_detected(message, || alter(2, |twin| twin.name = Some(bounded("alice"))));
	// Nor is one that rests.
	assert_detected(message, || {
		Names::<Test>::mutate_extant(skeleton(&bounded("alice")), |entry| {
			entry.rests_until = Some(0);
		})
	});
}

#[test]
fn a_name_under_anothers_look_is_detected() {
	assert_detected("a name is registered under another's look", || {
		let entry = Names::<Test>::get(skeleton(&bounded("alice"))).expect("Alice has a name");
		Names::<Test>::insert(skeleton(&bounded("bob")), entry);
	});
}

#[test]
fn a_registered_name_that_is_no_twins_is_detected() {
	let message = "a registered name isn't its twin's";
	assert_detected(message, || alter(1, |twin| twin.name = None));
	assert_detected(message, || {
		let name = bounded("bob");
		let entry = Names::<Test>::get(skeleton(&bounded("alice"))).expect("Alice has a name");
		let bones = skeleton(&name);
		Names::<Test>::insert(bones, NameEntry { name, twin: 2, ..entry });
	});
	// Of all look-alikes, the twin must have this one.
	assert_detected(message, || {
		Names::<Test>::mutate_extant(skeleton(&bounded("alice")), |entry| {
			entry.name = bounded("a1ice")
		})
	});
}

#[test]
fn a_name_of_nobody_is_detected() {
	for rests_until in [None, Some(0)] {
		assert_detected("a name was never any twin's", || {
			let name = bounded("bob");
			let entry = Names::<Test>::get(skeleton(&bounded("alice"))).expect("Alice has a name");
			let bones = skeleton(&name);
			Names::<Test>::insert(bones, NameEntry { name, twin: 9, rests_until, ..entry });
		});
	}
}

#[test]
fn keys_without_twin_are_detected() {
	assert_detected("keys belong to no twin", || Keys::<Test>::insert(9, keys_of_alice()));
}

#[test]
fn an_empty_entry_of_keys_is_detected() {
	assert_detected("an entry of keys is empty", || alter_keys(KeyList::clear));
}

#[test]
fn an_id_that_was_never_given_is_detected() {
	let message = "a key's id was never given";
	assert_detected(message, || alter_key(1, |key| key.id = 2));
	assert_detected(message, || alter(1, |twin| twin.next_key = 1));
}

#[test]
fn ids_that_do_not_ascend_are_detected() {
	let message = "key ids don't ascend";
	assert_detected(message, || alter_key(1, |key| key.id = 0));
	assert_detected(message, || alter_keys(|keys| keys.as_mut().reverse()));
}

#[test]
fn a_key_that_does_not_serve_is_detected() {
	let message = "a key doesn't serve its purpose";
	assert_detected(message, || alter_key(0, |key| key.purpose = KeyPurpose::KeyAgreement));
	assert_detected(message, || alter_key(0, |key| key.key = PublicKey::P256([7; 33])));
}

#[test]
fn a_key_that_is_there_twice_is_detected() {
	assert_detected("a key is there twice", || alter_key(1, |key| key.key = signing_key(1)));
}

#[test]
fn endpoints_without_twin_are_detected() {
	assert_detected("endpoints belong to no twin", || {
		Endpoints::<Test>::insert(9, endpoint_list(&["a:1"]))
	});
}

#[test]
fn impossible_endpoints_are_detected() {
	for (message, endpoints) in [
		("an entry of endpoints is empty", &[][..]),
		("an endpoint is invalid", &["a:1", "b"]),
		("an endpoint is there twice", &["a:1", "a:1"]),
	] {
		assert_detected(message, || Endpoints::<Test>::insert(2, endpoint_list(endpoints)));
	}
}
