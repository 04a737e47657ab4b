//! `deactivate`.

use crate::{mock::*, *};
use frame::testing_prelude::*;
use ourledger_primitives::twin::{KeyPurpose, Profile, TwinNumber};

/// Give the twin of `who`, which must have money, everything there is.
fn furnish(who: Sr25519Keyring) {
	assert_ok!(TwinsPallet::set_profile(signed(who), full_profile()));
	assert_ok!(TwinsPallet::set_endpoints(signed(who), endpoint_list(&["a:1", "a:2"])));
	for seed in 1..=3 {
		assert_ok!(TwinsPallet::add_key(signed(who), KeyPurpose::Assertion, signing_key(seed)));
	}
	assert_ok!(TwinsPallet::claim_name(signed(who), bounded("furnished")));
	events();
}

fn assert_bare(number: TwinNumber) {
	assert!(!Endpoints::<Test>::contains_key(number));
	assert!(!Keys::<Test>::contains_key(number));
	let mut names = Names::<Test>::iter_values().filter(|entry| entry.twin == number);
	assert!(names.all(|entry| entry.rests_until.is_some()));
	assert_eq!(twin(number).profile, Profile::default());
	assert_eq!(twin(number).name, None);
	assert_eq!(twin(number).state, TwinState::Deactivated(System::block_number()));
}

#[test]
fn deactivate_clears_everything_but_number_and_controller() {
	build_and_execute(|| {
		register(Alice);
		furnish(Alice);
		System::set_block_number(START + 4);
		deactivate(Alice);

		assert_bare(1);
		assert_eq!(Numbers::<Test>::get(id(Alice)), Some(1));
		assert_eq!(twin(1).controller, id(Alice));
		assert_eq!(twin(1).registered, START);
		assert_eq!(twin(1).next_key, 3);
		assert_eq!(
			events(),
			[
				Event::NameReleased {
					twin: 1,
					name: bounded("furnished"),
					rests_until: NOON + NAME_REST
				},
				Event::TwinDeactivated { twin: 1 }
			]
		);
		// The name's comes back when it has rested.
		assert_eq!(held(Alice), (TOMBSTONE_DEPOSIT, 0, NAME_DEPOSIT));
		assert_eq!(free(Alice), ENDOWMENT - TOMBSTONE_DEPOSIT - NAME_DEPOSIT);
	});
}

#[test]
fn deactivate_works_on_a_bare_twin() {
	build_and_execute(|| {
		register(Alice);
		events();
		deactivate(Alice);
		assert_eq!(events(), [Event::TwinDeactivated { twin: 1 }]);
		assert_eq!(held(Alice), (TOMBSTONE_DEPOSIT, 0, 0));
	});
}

#[test]
fn deactivate_gives_each_payer_its_own_back() {
	build_and_execute(|| {
		register_for(Alice, Bob);
		furnish(Bob);
		deactivate(Bob);

		assert_bare(1);
		assert_eq!(held(Alice), (TOMBSTONE_DEPOSIT, 0, 0));
		assert_eq!(free(Alice), ENDOWMENT - TOMBSTONE_DEPOSIT);
		assert_eq!((free(Bob), held(Bob)), (ENDOWMENT - NAME_DEPOSIT, (0, 0, NAME_DEPOSIT)));
	});
}

#[test]
fn deactivate_works_for_a_controller_without_money() {
	build_and_execute(|| {
		register_for(Alice, Eve);
		deactivate(Eve);
		assert_eq!(held(Alice), (TOMBSTONE_DEPOSIT, 0, 0));
		assert_eq!((free(Eve), held(Eve)), (0, (0, 0, 0)));
	});
}

#[test]
fn deactivate_leaves_the_deposits_of_other_twins() {
	build_and_execute(|| {
		register_for(Alice, Eve);
		register_for(Alice, Ferdie);
		register(Alice);
		furnish(Alice);
		let before = held(Alice);
		deactivate(Eve);
		assert_eq!(held(Alice), (before.0 - ACTIVE_DEPOSIT, before.1, before.2));
		deactivate(Alice);
		assert_eq!(held(Alice), (TWIN_DEPOSIT + 2 * TOMBSTONE_DEPOSIT, 0, NAME_DEPOSIT));
	});
}

#[test]
fn deactivate_only_gives_back_when_the_price_has_changed() {
	for price in [0, 1_000] {
		build_and_execute(|| {
			register_for(Alice, Bob);
			furnish(Bob);
			set_free(Alice, EXISTENTIAL_DEPOSIT);
			GovernedItemPrice::set(price);
			GovernedBytePrice::set(price);
			deactivate(Bob);
			assert_eq!(held(Alice), (TOMBSTONE_DEPOSIT, 0, 0));
			assert_eq!(free(Alice), EXISTENTIAL_DEPOSIT + ACTIVE_DEPOSIT);
			assert_eq!((free(Bob), held(Bob)), (ENDOWMENT - NAME_DEPOSIT, (0, 0, NAME_DEPOSIT)));
		});
	}
}

#[test]
fn deactivate_is_not_blocked_by_consumers() {
	build_and_execute(|| {
		register_for(Alice, Eve);
		for _ in 0..3 {
			assert_ok!(System::inc_consumers(&id(Eve)));
		}
		deactivate(Eve);
		assert_eq!(System::consumers(&id(Eve)), 3);
	});
}

#[test]
fn deactivate_keeps_the_account() {
	build_and_execute(|| {
		register_for(Alice, Eve);
		deactivate(Eve);
		assert_eq!(System::providers(&id(Eve)), 1);
		assert_eq!(System::account_nonce(id(Eve)), 1);
	});
}

#[test]
fn deactivate_lets_the_name_rest() {
	build_and_execute(|| {
		register(Alice);
		register(Bob);
		furnish(Alice);
		deactivate(Alice);
		wait(NAME_REST - 1);
		assert_noop!(claim(Bob, "furnished"), Error::<Test>::NameRests);
		wait(1);
		assert_ok!(TwinsPallet::claim_name(signed(Bob), bounded("furnished")));
	});
}

#[test]
fn deactivate_never_gives_the_number_again() {
	build_and_execute(|| {
		register(Alice);
		deactivate(Alice);
		assert_eq!(register(Bob), 2);
		assert_eq!(twin(1).controller, id(Alice));
	});
}

#[test]
fn deactivate_fails_when_deactivated() {
	build_and_execute(|| {
		register(Alice);
		deactivate(Alice);
		assert_noop!(TwinsPallet::deactivate(signed(Alice)), Error::<Test>::TwinDeactivated);
	});
}

#[test]
fn deactivate_fails_when_not_the_controller() {
	build_and_execute(|| {
		register_for(Alice, Eve);
		for who in [Alice, Bob] {
			assert_noop!(TwinsPallet::deactivate(signed(who)), Error::<Test>::NotController);
		}
	});
}

#[test]
fn deactivate_fails_unless_signed() {
	build_and_execute(|| {
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(TwinsPallet::deactivate(origin), BadOrigin);
		}
	});
}
