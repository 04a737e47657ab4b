//! `add_key`.

use crate::{mock::*, *};
use frame::{deps::sp_runtime::TokenError, testing_prelude::*};
use ourledger_primitives::twin::{KeyId, KeyPurpose, PublicKey};

use KeyPurpose::{Assertion, Authentication, KeyAgreement};

fn add(who: Sr25519Keyring, purpose: KeyPurpose, key: PublicKey) -> DispatchResult {
	TwinsPallet::add_key(signed(who), purpose, key)
}

fn keys() -> Vec<(KeyId, KeyPurpose, PublicKey)> {
	let entry = Keys::<Test>::get(1).expect("the twin has keys");
	entry.keys.iter().map(|key| (key.id, key.purpose, key.key)).collect()
}

#[test]
fn add_key_numbers_and_keeps_it() {
	build_and_execute(|| {
		register(Alice);
		events();
		assert_ok!(add(Alice, Assertion, signing_key(1)));
		assert_ok!(add(Alice, KeyAgreement, sealing_key(1)));

		assert_eq!(keys(), [(0, Assertion, signing_key(1)), (1, KeyAgreement, sealing_key(1))]);
		assert_eq!(twin(1).next_key, 2);
		assert_eq!(
			events(),
			[
				Event::KeyAdded { twin: 1, id: 0, purpose: Assertion, key: signing_key(1) },
				Event::KeyAdded { twin: 1, id: 1, purpose: KeyAgreement, key: sealing_key(1) },
			]
		);
	});
}

#[test]
fn add_key_holds_a_deposit_for_each() {
	build_and_execute(|| {
		register(Alice);
		for count in 0..4 {
			assert_ok!(add(Alice, Assertion, signing_key(count as u8 + 1)));
			let expected = KEY_DEPOSIT + count * FURTHER_KEY_DEPOSIT;
			assert_eq!(held(Alice), (TWIN_DEPOSIT, expected, 0));
			assert_eq!(free(Alice), ENDOWMENT - TWIN_DEPOSIT - expected);
		}
	});
}

#[test]
fn add_key_is_paid_by_the_controller_not_the_sponsor() {
	build_and_execute(|| {
		register_for(Alice, Bob);
		assert_ok!(add(Bob, Assertion, signing_key(1)));
		assert_eq!(held(Alice), (TWIN_DEPOSIT, 0, 0));
		assert_eq!(held(Bob), (0, KEY_DEPOSIT, 0));
	});
}

#[test]
fn add_key_fails_when_the_controller_cannot_pay() {
	build_and_execute(|| {
		register_for(Alice, Eve);
		assert_noop!(add(Eve, Assertion, signing_key(1)), TokenError::FundsUnavailable);

		set_free(Eve, KEY_DEPOSIT - 1);
		assert_noop!(add(Eve, Assertion, signing_key(1)), TokenError::FundsUnavailable);
		set_free(Eve, KEY_DEPOSIT);
		assert_ok!(add(Eve, Assertion, signing_key(1)));
		set_free(Eve, FURTHER_KEY_DEPOSIT - 1);
		assert_noop!(add(Eve, Assertion, signing_key(2)), TokenError::FundsUnavailable);
		set_free(Eve, FURTHER_KEY_DEPOSIT);
		assert_ok!(add(Eve, Assertion, signing_key(2)));
		assert_eq!((free(Eve), held(Eve)), (0, (0, KEY_DEPOSIT + FURTHER_KEY_DEPOSIT, 0)));
	});
}

#[test]
fn add_key_reckons_all_keys_at_the_price_of_the_day() {
	build_and_execute(|| {
		register(Alice);
		assert_ok!(add(Alice, Assertion, signing_key(1)));
		GovernedBytePrice::set(3);
		assert_ok!(add(Alice, Assertion, signing_key(2)));
		assert_eq!(held(Alice).1, ITEM_PRICE + 3 * (8 + 1 + 16 + 2 * 37));
	});
}

#[test]
fn add_key_takes_sixteen_at_a_time() {
	build_and_execute(|| {
		register(Alice);
		for seed in 1..=16 {
			assert_ok!(add(Alice, Assertion, signing_key(seed)));
		}
		assert_noop!(add(Alice, Assertion, signing_key(17)), Error::<Test>::TooManyKeys);
		assert_noop!(add(Alice, Assertion, signing_key(16)), Error::<Test>::KeyExists);

		assert_ok!(TwinsPallet::remove_key(signed(Alice), 3));
		assert_ok!(add(Alice, Assertion, signing_key(17)));
		assert_eq!(keys().last(), Some(&(16, Assertion, signing_key(17))));
	});
}

#[test]
fn add_key_never_gives_an_id_twice() {
	build_and_execute(|| {
		register(Alice);
		for id in 0..40 {
			assert_ok!(add(Alice, Assertion, signing_key(1)));
			assert_eq!(keys(), [(id, Assertion, signing_key(1))]);
			assert_ok!(TwinsPallet::remove_key(signed(Alice), id));
		}
	});
}

#[test]
fn add_key_fails_when_ids_have_run_out() {
	build_and_execute(|| {
		register(Alice);
		Twins::<Test>::mutate_extant(1, |twin| twin.next_key = KeyId::MAX - 1);
		assert_ok!(add(Alice, Assertion, signing_key(1)));
		assert_noop!(add(Alice, Assertion, signing_key(2)), Error::<Test>::TooManyKeys);
	});
}

#[test]
fn add_key_takes_every_kind_for_its_purposes_alone() {
	build_and_execute(|| {
		register(Alice);
		let mut p256 = [1; 33];
		p256[0] = 3;
		let kinds = [
			(PublicKey::Sr25519([1; 32]), true),
			(PublicKey::Ed25519([1; 32]), true),
			(PublicKey::P256(p256), true),
			(PublicKey::X25519([1; 32]), false),
			(PublicKey::MlKem768Hash([1; 32]), false),
		];
		for (key, signs) in kinds {
			for (purpose, serves) in
				[(Authentication, signs), (Assertion, signs), (KeyAgreement, !signs)]
			{
				if serves {
					assert_ok!(add(Alice, purpose, key));
				} else {
					assert_noop!(add(Alice, purpose, key), Error::<Test>::KeyPurposeMismatch);
				}
			}
		}
		assert_eq!(keys().len(), 8);
	});
}

#[test]
fn add_key_fails_when_malformed() {
	build_and_execute(|| {
		register(Alice);
		let uncompressed = PublicKey::P256([4; 33]);
		for (purpose, key) in [
			(Assertion, signing_key(0)),
			(KeyAgreement, sealing_key(0)),
			(Authentication, uncompressed),
			// The purpose is looked at later.
			(KeyAgreement, uncompressed),
		] {
			assert_noop!(add(Alice, purpose, key), Error::<Test>::KeyMalformed);
		}
	});
}

#[test]
fn add_key_fails_when_the_twin_has_it() {
	build_and_execute(|| {
		register(Alice);
		register(Bob);
		assert_ok!(add(Alice, Assertion, signing_key(1)));
		assert_ok!(add(Alice, Assertion, signing_key(2)));
		assert_noop!(add(Alice, Assertion, signing_key(1)), Error::<Test>::KeyExists);
		// For another purpose, of another kind, or of another twin, it is another key.
		assert_ok!(add(Alice, Authentication, signing_key(1)));
		assert_ok!(add(Alice, Assertion, PublicKey::Sr25519([1; 32])));
		assert_ok!(add(Bob, Assertion, signing_key(1)));
		assert_ok!(TwinsPallet::remove_key(signed(Alice), 0));
		assert_ok!(add(Alice, Assertion, signing_key(1)));
	});
}

#[test]
fn add_key_fails_when_not_the_controller() {
	build_and_execute(|| {
		register_for(Alice, Eve);
		for who in [Alice, Bob] {
			assert_noop!(add(who, Assertion, signing_key(1)), Error::<Test>::NotController);
		}
	});
}

#[test]
fn add_key_fails_when_deactivated() {
	build_and_execute(|| {
		register(Alice);
		deactivate(Alice);
		assert_noop!(add(Alice, Assertion, signing_key(1)), Error::<Test>::TwinDeactivated);
	});
}

#[test]
fn add_key_fails_unless_signed() {
	build_and_execute(|| {
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(TwinsPallet::add_key(origin, Assertion, signing_key(1)), BadOrigin);
		}
	});
}
