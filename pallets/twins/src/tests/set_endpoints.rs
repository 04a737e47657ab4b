//! `set_endpoints`.

use crate::{mock::*, *};
use frame::testing_prelude::*;

fn set(who: Sr25519Keyring, endpoints: &[&str]) -> DispatchResult {
	TwinsPallet::set_endpoints(signed(who), endpoint_list(endpoints))
}

/// The most, and the longest, endpoints.
fn longest() -> Vec<String> {
	(0..8).map(|index| format!("{:x<127}{index}", "a:")).collect()
}

#[test]
fn set_endpoints_replaces_them_all() {
	build_and_execute(|| {
		register(Alice);
		assert_ok!(set(Alice, &["a:1", "a:2", "a:3"]));
		events();
		assert_ok!(set(Alice, &["b:2", "a:1"]));

		let endpoints = endpoint_list(&["b:2", "a:1"]);
		assert_eq!(Endpoints::<Test>::get(1), endpoints);
		assert_eq!(events(), [Event::EndpointsSet { twin: 1, endpoints }]);
		assert_eq!(held(Alice), (TWIN_DEPOSIT, 0, 0));
	});
}

#[test]
fn set_endpoints_is_each_twins_own() {
	build_and_execute(|| {
		register(Alice);
		register(Bob);
		assert_ok!(set(Alice, &["a:1"]));
		assert_ok!(set(Bob, &["a:1", "b:1"]));
		assert_eq!(Endpoints::<Test>::get(1), endpoint_list(&["a:1"]));
		assert_eq!(Endpoints::<Test>::get(2), endpoint_list(&["a:1", "b:1"]));
	});
}

#[test]
fn set_endpoints_removes_the_entry_when_empty() {
	build_and_execute(|| {
		register(Alice);
		assert_ok!(set(Alice, &["a:1"]));
		events();
		assert_ok!(set(Alice, &[]));
		assert!(!Endpoints::<Test>::contains_key(1));
		assert_eq!(events(), [Event::EndpointsSet { twin: 1, endpoints: endpoint_list(&[]) }]);
	});
}

#[test]
fn set_endpoints_costs_a_controller_without_money_nothing() {
	build_and_execute(|| {
		register_for(Alice, Eve);
		let longest = longest();
		assert_eq!(longest[0].len(), 128);
		let endpoints: Vec<_> = longest.iter().map(String::as_str).collect();
		assert_ok!(set(Eve, &endpoints));
		assert_eq!(Endpoints::<Test>::get(1).encoded_size(), EndpointList::max_encoded_len());
		assert_eq!(held(Alice), (TWIN_DEPOSIT, 0, 0));
	});
}

#[test]
fn set_endpoints_takes_eight_at_most() {
	let eight = (0..8).map(|index| format!("a:{index}")).collect::<Vec<_>>();
	let nine = (0..9).map(|index| format!("a:{index}")).collect::<Vec<_>>();
	let decode = |list: &Vec<String>| EndpointList::decode(&mut &list.encode()[..]);
	assert!(decode(&eight).is_ok());
	assert!(decode(&nine).is_err());
}

#[test]
fn set_endpoints_fails_when_one_is_invalid() {
	build_and_execute(|| {
		register(Alice);
		for endpoint in ["", "a", "a:", ":b", "a:b c", "1:a", "a:\n", "ä:b"] {
			for list in [&[endpoint][..], &["a:1", "a:2", endpoint], &[endpoint, "a:1"]] {
				assert_noop!(set(Alice, list), Error::<Test>::InvalidEndpoint);
			}
		}
	});
}

#[test]
fn set_endpoints_fails_when_one_is_there_twice() {
	build_and_execute(|| {
		register(Alice);
		for list in [&["a:1", "a:1"][..], &["a:1", "a:2", "a:1"], &["a:0", "a:1", "a:2", "a:2"]] {
			assert_noop!(set(Alice, list), Error::<Test>::EndpointTwice);
		}
	});
}

#[test]
fn set_endpoints_fails_when_not_the_controller() {
	build_and_execute(|| {
		register(Alice);
		assert_noop!(set(Bob, &["a:1"]), Error::<Test>::NotController);
	});
}

#[test]
fn set_endpoints_fails_when_deactivated() {
	build_and_execute(|| {
		register(Alice);
		deactivate(Alice);
		assert_noop!(set(Alice, &["a:1"]), Error::<Test>::TwinDeactivated);
		assert_noop!(set(Alice, &[]), Error::<Test>::TwinDeactivated);
	});
}

#[test]
fn set_endpoints_fails_unless_signed() {
	build_and_execute(|| {
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(TwinsPallet::set_endpoints(origin, endpoint_list(&[])), BadOrigin);
		}
	});
}
