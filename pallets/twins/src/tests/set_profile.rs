//! `set_profile`.

use crate::{mock::*, *};
use frame::testing_prelude::*;
use ourledger_primitives::twin::Profile;

#[test]
fn set_profile_replaces_it() {
	build_and_execute(|| {
		register(Alice);
		events();
		assert_ok!(TwinsPallet::set_profile(signed(Alice), full_profile()));

		assert_eq!(twin(1).profile, full_profile());
		assert_eq!(events(), [Event::ProfileSet { twin: 1, profile: full_profile() }]);
		assert_eq!(held(Alice), (TWIN_DEPOSIT, 0, 0));
	});
}

#[test]
fn set_profile_leaves_everything_else() {
	build_and_execute(|| {
		register(Alice);
		register(Bob);
		assert_ok!(TwinsPallet::claim_name(signed(Alice), bounded("alice")));
		assert_ok!(TwinsPallet::set_endpoints(signed(Alice), endpoint_list(&["a:b"])));
		let before = (twin(1), twin(2), Endpoints::<Test>::get(1));
		assert_ok!(TwinsPallet::set_profile(signed(Alice), full_profile()));

		let after = (twin(1), twin(2), Endpoints::<Test>::get(1));
		assert_eq!(after.0, Twin { profile: full_profile(), ..before.0 });
		assert_eq!((after.1, after.2), (before.1, before.2));
	});
}

#[test]
fn set_profile_costs_a_controller_without_money_nothing() {
	build_and_execute(|| {
		register_for(Alice, Eve);
		let longest = Profile { display_name: bounded([b'x'; 64]), ..full_profile() };
		assert_ok!(TwinsPallet::set_profile(signed(Eve), longest));
		assert_eq!(held(Alice), (TWIN_DEPOSIT, 0, 0));
	});
}

#[test]
fn set_profile_fails_when_invalid() {
	build_and_execute(|| {
		register(Alice);
		assert_noop!(
			TwinsPallet::set_profile(signed(Alice), named("")),
			Error::<Test>::InvalidDisplayName
		);
		let profile = Profile { country: Some(*b"be"), ..named("a") };
		assert_noop!(
			TwinsPallet::set_profile(signed(Alice), profile),
			Error::<Test>::InvalidCountry
		);
	});
}

#[test]
fn set_profile_fails_when_not_the_controller() {
	build_and_execute(|| {
		register(Alice);
		assert_noop!(
			TwinsPallet::set_profile(signed(Bob), named("a")),
			Error::<Test>::NotController
		);
	});
}

#[test]
fn set_profile_fails_when_deactivated() {
	build_and_execute(|| {
		register(Alice);
		deactivate(Alice);
		assert_noop!(
			TwinsPallet::set_profile(signed(Alice), named("a")),
			Error::<Test>::TwinDeactivated
		);
	});
}

#[test]
fn set_profile_fails_unless_signed() {
	build_and_execute(|| {
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(TwinsPallet::set_profile(origin, named("a")), BadOrigin);
		}
	});
}
