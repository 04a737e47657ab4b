//! `release_name`, and the rest that follows.

use crate::{mock::*, *};
use frame::{deps::sp_runtime::TokenError, testing_prelude::*};
use ourledger_primitives::Moment;

fn release(who: Sr25519Keyring) -> DispatchResult {
	TwinsPallet::release_name(signed(who))
}

/// When a name rests until that is given up now.
fn rest() -> Moment {
	Now::get() + NAME_REST
}

#[test]
fn release_name_lets_it_rest_and_keeps_the_deposit() {
	build_and_execute(|| {
		register(Alice);
		assert_ok!(claim(Alice, "alice"));
		events();
		assert_ok!(release(Alice));

		assert_eq!(twin(1).name, None);
		let entry = Names::<Test>::iter_values().next().expect("it rests");
		assert_eq!((entry.twin, entry.rests_until), (1, Some(rest())));
		let name = bounded("alice");
		assert_eq!(events(), [Event::NameReleased { twin: 1, name, rests_until: rest() }]);
		assert_eq!(held(Alice), (TWIN_DEPOSIT, 0, NAME_DEPOSIT));
	});
}

#[test]
fn name_that_rests_is_only_its_last_owners() {
	build_and_execute(|| {
		register(Alice);
		register(Bob);
		assert_ok!(claim(Alice, "alice"));
		assert_ok!(release(Alice));
		for millis in [0, 1, NAME_REST - 2] {
			wait(millis);
			for name in ["alice", "a1ice", "al-ice"] {
				assert_noop!(claim(Bob, name), Error::<Test>::NameRests);
			}
		}
		// A millisecond before the end.
		assert_eq!(Now::get(), NOON + NAME_REST - 1);
		assert_ok!(claim(Alice, "alice"));
		wait(10 * NAME_REST);
		assert_noop!(claim(Bob, "alice"), Error::<Test>::NameTaken);
	});
}

#[test]
fn name_that_has_rested_is_anyones() {
	build_and_execute(|| {
		register(Alice);
		register(Bob);
		assert_ok!(claim(Alice, "alice"));
		assert_ok!(release(Alice));
		wait(NAME_REST);
		events();
		assert_ok!(claim(Bob, "a1ice"));

		let cleared = Event::NameCleared { twin: 1, name: bounded("alice") };
		assert_eq!(events(), [cleared, Event::NameClaimed { twin: 2, name: bounded("a1ice") }]);
		// The deposit of the one comes back when the other's is held.
		assert_eq!(held(Alice), (TWIN_DEPOSIT, 0, 0));
		assert_eq!(held(Bob), (TWIN_DEPOSIT, 0, NAME_DEPOSIT));
		assert_noop!(claim(Alice, "alice"), Error::<Test>::NameLooksAlike);
	});
}

#[test]
fn name_that_rests_costs_its_last_owner_no_second_deposit() {
	build_and_execute(|| {
		register_for(Alice, Eve);
		set_free(Eve, NAME_DEPOSIT);
		assert_ok!(claim(Eve, "eve"));
		assert_ok!(release(Eve));
		// Another spelling is the same name.
		assert_ok!(claim(Eve, "e-ve"));
		assert_eq!((free(Eve), held(Eve)), (0, (0, 0, NAME_DEPOSIT)));
		assert_eq!(twin(1).name, Some(bounded("e-ve")));

		// Also when the rest is over, for as long as nobody else has claimed it.
		assert_ok!(release(Eve));
		wait(NAME_REST);
		assert_ok!(claim(Eve, "eve"));
		assert_eq!((free(Eve), held(Eve)), (0, (0, 0, NAME_DEPOSIT)));
	});
}

#[test]
fn each_name_that_rests_is_paid_for() {
	build_and_execute(|| {
		register(Alice);
		for (count, name) in ["one-name", "another", "a-third"].into_iter().enumerate() {
			assert_ok!(claim(Alice, name));
			assert_ok!(release(Alice));
			assert_eq!(held(Alice).2, (count as Balance + 1) * NAME_DEPOSIT);
		}
		assert_eq!(Names::<Test>::iter().count(), 3);
	});
}

#[test]
fn name_rests_anew_each_time() {
	build_and_execute(|| {
		register(Alice);
		register(Bob);
		assert_ok!(claim(Alice, "alice"));
		assert_ok!(release(Alice));
		wait(NAME_REST - 1);
		assert_ok!(claim(Alice, "alice"));
		assert_ok!(release(Alice));
		wait(NAME_REST - 1);
		assert_noop!(claim(Bob, "alice"), Error::<Test>::NameRests);
		wait(1);
		assert_ok!(claim(Bob, "alice"));
	});
}

#[test]
fn newcomer_who_cannot_pay_leaves_the_name_as_it_is() {
	build_and_execute(|| {
		register(Alice);
		register_for(Alice, Eve);
		assert_ok!(claim(Alice, "alice"));
		assert_ok!(release(Alice));
		wait(NAME_REST);
		assert_noop!(claim(Eve, "alice"), TokenError::FundsUnavailable);
		assert_eq!(held(Alice).2, NAME_DEPOSIT);
	});
}

#[test]
fn deposit_comes_back_whole_when_the_price_has_changed() {
	for price in [0, 5] {
		build_and_execute(|| {
			register_for(Alice, Bob);
			register(Charlie);
			assert_ok!(claim(Bob, "bob"));
			GovernedBytePrice::set(price);
			GovernedItemPrice::set(price);
			assert_ok!(release(Bob));
			wait(NAME_REST);
			assert_ok!(claim(Charlie, "bob"));
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
