//! `clear_name`.

use crate::{mock::*, *};
use frame::testing_prelude::*;

fn clear(who: Sr25519Keyring, name: &str) -> DispatchResult {
	TwinsPallet::clear_name(signed(who), bounded(name))
}

/// Alice is twin 1 and has given up the name alice.
fn given_up() {
	register(Alice);
	assert_ok!(claim(Alice, "alice"));
	assert_ok!(TwinsPallet::release_name(signed(Alice)));
}

#[test]
fn clear_name_removes_it_and_gives_the_deposit_back() {
	build_and_execute(|| {
		given_up();
		wait(NAME_REST);
		events();
		// By anyone, in any capitals.
		assert_ok!(clear(Dave, "ALICE"));

		assert_eq!(Names::<Test>::iter().count(), 0);
		assert_eq!(events(), [Event::NameCleared { twin: 1, name: bounded("alice") }]);
		assert_eq!((free(Alice), held(Alice)), (ENDOWMENT - TWIN_DEPOSIT, (TWIN_DEPOSIT, 0, 0)));
		assert_eq!(free(Dave), ENDOWMENT);
	});
}

#[test]
fn clear_name_gives_back_what_was_held_for_a_deactivated_twin() {
	build_and_execute(|| {
		register_for(Alice, Bob);
		assert_ok!(claim(Bob, "bob"));
		deactivate(Bob);
		assert_eq!(held(Bob), (0, 0, NAME_DEPOSIT));
		wait(NAME_REST);
		assert_ok!(clear(Bob, "bob"));
		assert_eq!((free(Bob), held(Bob)), (ENDOWMENT, (0, 0, 0)));
	});
}

#[test]
fn clear_name_fails_while_the_name_rests() {
	build_and_execute(|| {
		given_up();
		for millis in [0, NAME_REST - 1] {
			wait(millis);
			for who in [Alice, Bob] {
				assert_noop!(clear(who, "alice"), Error::<Test>::NameRests);
			}
		}
		wait(1);
		assert_ok!(clear(Bob, "alice"));
	});
}

#[test]
fn clear_name_fails_when_a_twin_has_it() {
	build_and_execute(|| {
		register(Alice);
		assert_ok!(claim(Alice, "alice"));
		wait(10 * NAME_REST);
		assert_noop!(clear(Alice, "alice"), Error::<Test>::NameTaken);
	});
}

#[test]
fn clear_name_fails_when_there_is_none() {
	build_and_execute(|| {
		given_up();
		wait(NAME_REST);
		for name in ["bob", "a1ice", "admin"] {
			assert_noop!(clear(Bob, name), Error::<Test>::NameNotFound);
		}
		assert_noop!(clear(Bob, "ab"), Error::<Test>::NameTooShort);
		assert_noop!(clear(Bob, "a b"), Error::<Test>::NameBadCharacter);
		assert_noop!(clear(Bob, "a--b"), Error::<Test>::NameMalformed);
		assert_ok!(clear(Bob, "alice"));
		assert_noop!(clear(Bob, "alice"), Error::<Test>::NameNotFound);
	});
}

#[test]
fn clear_name_fails_unless_signed() {
	build_and_execute(|| {
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(TwinsPallet::clear_name(origin, bounded("alice")), BadOrigin);
		}
	});
}
