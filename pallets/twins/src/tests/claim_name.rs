//! `claim_name`.

use crate::{mock::*, *};
use frame::{deps::sp_runtime::TokenError, testing_prelude::*};
use ourledger_primitives::name::{skeleton, NameError};

#[test]
fn claim_name_gives_it_to_the_twin() {
	build_and_execute(|| {
		register(Bob);
		register(Alice);
		events();
		assert_ok!(claim(Alice, "alice-7"));

		assert_eq!(twin(2).name, Some(bounded("alice-7")));
		assert_eq!(twin(1).name, None);
		let entry = Names::<Test>::get(skeleton(&bounded("alice-7"))).expect("it is claimed");
		assert_eq!((entry.name, entry.twin), (bounded("alice-7"), 2));
		assert_eq!(entry.rests_until, None);
		assert_eq!(events(), [Event::NameClaimed { twin: 2, name: bounded("alice-7") }]);
		assert_eq!(held(Alice), (TWIN_DEPOSIT, 0, NAME_DEPOSIT));
		assert_eq!(free(Alice), ENDOWMENT - TWIN_DEPOSIT - NAME_DEPOSIT);
	});
}

#[test]
fn claim_name_makes_capitals_small() {
	build_and_execute(|| {
		register(Alice);
		events();
		assert_ok!(claim(Alice, "ALICE-Bob"));
		assert_eq!(twin(1).name, Some(bounded("alice-bob")));
		assert_eq!(events(), [Event::NameClaimed { twin: 1, name: bounded("alice-bob") }]);
	});
}

#[test]
fn claim_name_holds_the_same_for_any_length() {
	build_and_execute(|| {
		register(Alice);
		register(Bob);
		assert_ok!(claim(Alice, "abc"));
		assert_ok!(claim(Bob, &"w".repeat(32)));
		assert_eq!(held(Alice), held(Bob));
	});
}

#[test]
fn claim_name_is_paid_by_the_controller_not_the_sponsor() {
	build_and_execute(|| {
		register_for(Alice, Bob);
		assert_ok!(claim(Bob, "bob"));
		assert_eq!(held(Alice), (TWIN_DEPOSIT, 0, 0));
		assert_eq!(held(Bob), (0, 0, NAME_DEPOSIT));
	});
}

#[test]
fn claim_name_fails_when_the_controller_cannot_pay() {
	build_and_execute(|| {
		register_for(Alice, Eve);
		set_free(Eve, NAME_DEPOSIT - 1);
		assert_noop!(claim(Eve, "eve"), TokenError::FundsUnavailable);
		set_free(Eve, NAME_DEPOSIT);
		assert_ok!(claim(Eve, "eve"));
	});
}

#[test]
fn claim_name_fails_when_another_has_it() {
	build_and_execute(|| {
		register(Alice);
		register(Bob);
		assert_ok!(claim(Alice, "paypal"));
		for name in ["paypal", "PayPal", "PAYPAL"] {
			assert_noop!(claim(Bob, name), Error::<Test>::NameTaken);
		}
	});
}

#[test]
fn claim_name_fails_when_it_looks_like_anothers() {
	build_and_execute(|| {
		register(Alice);
		register(Bob);
		for (claimed, look_alikes) in [
			("paypal", &["paypa1", "paypai", "pay-pal", "PAYPAI", "p-a-y-p-a-1"][..]),
			("modern", &["modem", "rnodern", "moclern", "m0dem"]),
			("savvy", &["sawy", "sav-vy"]),
			("vvvx", &["vwx", "wvx", "v-wx", "uwx"]),
			("a12589", &["al2589", "ai2589", "a1z589", "a12s89", "a125b9", "a1258g", "a1258q"]),
			("bob", &["bo6", "b06", "bo8", "BO-6"]),
			("savings", &["sauings", "saving5"]),
		] {
			assert_ok!(claim(Alice, claimed));
			for name in look_alikes {
				assert_noop!(claim(Bob, name), Error::<Test>::NameLooksAlike);
			}
			assert_ok!(TwinsPallet::release_name(signed(Alice)));
		}
	});
}

#[test]
fn claim_name_fails_when_the_twin_has_one() {
	build_and_execute(|| {
		register(Alice);
		assert_ok!(claim(Alice, "alice"));
		for name in ["alice", "a1ice", "other", "", "admin"] {
			assert_noop!(claim(Alice, name), Error::<Test>::NameAlreadyClaimed);
		}
	});
}

#[test]
fn claim_name_limits_the_length() {
	build_and_execute(|| {
		register(Alice);
		register(Bob);
		assert_noop!(claim(Alice, ""), Error::<Test>::NameTooShort);
		assert_noop!(claim(Alice, "ab"), Error::<Test>::NameTooShort);
		assert_ok!(claim(Alice, "abc"));
		assert_ok!(claim(Bob, &"x".repeat(32)));
	});
}

#[test]
fn claim_name_fails_when_it_is_no_name() {
	build_and_execute(|| {
		register(Alice);
		for name in ["al ice", "al.ice", "al_ice", "zoë", "alice\n", "аlice"] {
			assert_noop!(claim(Alice, name), Error::<Test>::NameBadCharacter);
		}
		for name in ["-alice", "alice-", "al--ice", "1alice"] {
			assert_noop!(claim(Alice, name), Error::<Test>::NameMalformed);
		}
		for name in
			["admin", "Admin", "adrnin", "r00t", "our-ledger", "ourledger", "treasvry", "covncil"]
		{
			assert_noop!(claim(Alice, name), Error::<Test>::NameReserved);
		}
	});
}

#[test]
fn errors_of_names_have_errors_of_calls() {
	for (error, expected) in [
		(NameError::TooShort, Error::<Test>::NameTooShort),
		(NameError::TooLong, Error::<Test>::NameMalformed),
		(NameError::BadCharacter, Error::<Test>::NameBadCharacter),
		(NameError::Malformed, Error::<Test>::NameMalformed),
	] {
		assert_eq!(DispatchError::from(Error::<Test>::from(error)), expected.into());
	}
}

#[test]
fn claim_name_fails_when_not_the_controller() {
	build_and_execute(|| {
		register_for(Alice, Eve);
		assert_noop!(claim(Alice, "alice"), Error::<Test>::NotController);
	});
}

#[test]
fn claim_name_fails_when_deactivated() {
	build_and_execute(|| {
		register(Alice);
		deactivate(Alice);
		assert_noop!(claim(Alice, "alice"), Error::<Test>::TwinDeactivated);
	});
}

#[test]
fn claim_name_fails_unless_signed() {
	build_and_execute(|| {
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(TwinsPallet::claim_name(origin, bounded("alice")), BadOrigin);
		}
	});
}
