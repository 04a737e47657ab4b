//! Weights, deposits and codec indices.

use crate::{mock::*, *};
use frame::{testing_prelude::*, traits::Footprint};
use ourledger_primitives::twin::{KeyPurpose, TwinKind};

type Weights = <Test as Config>::WeightInfo;

fn weight_of(call: Call<Test>) -> Weight {
	call.get_dispatch_info().call_weight
}

#[test]
fn calls_weigh_what_was_measured() {
	let register =
		|controller| Call::register { kind: TwinKind::Person, profile: full_profile(), controller };
	let register_for = Call::register_for {
		kind: TwinKind::Person,
		profile: full_profile(),
		controller: id(Eve),
		permit: Permit { nonce: 0, expires: 0 },
		signature: Eve.sign(&[]).into(),
	};
	let add_key = Call::add_key { purpose: KeyPurpose::Assertion, key: signing_key(1) };
	for (call, weight) in [
		(register(ControllerChoice::Keyless), Weights::register_keyless()),
		(register(ControllerChoice::Caller), Weights::register_caller()),
		(register_for, Weights::register_for()),
		(Call::set_profile { profile: full_profile() }, Weights::set_profile()),
		(Call::set_endpoints { endpoints: endpoint_list(&[]) }, Weights::set_endpoints(0)),
		(
			Call::set_endpoints { endpoints: endpoint_list(&["a:1", "a:2", "a:3"]) },
			Weights::set_endpoints(3),
		),
		(add_key, Weights::add_key()),
		(Call::remove_key { id: 0 }, Weights::remove_key()),
		(Call::claim_name { name: bounded("alice") }, Weights::claim_name()),
		(Call::release_name {}, Weights::release_name()),
		(Call::deactivate {}, Weights::deactivate()),
		(Call::clear_name { name: bounded("alice") }, Weights::clear_name()),
	] {
		assert_eq!(weight_of(call.clone()), weight, "{call:?}");
	}
}

#[test]
fn calls_keep_their_index() {
	let calls: [Call<Test>; 10] = [
		Call::register {
			kind: TwinKind::Person,
			profile: full_profile(),
			controller: ControllerChoice::Caller,
		},
		Call::register_for {
			kind: TwinKind::Person,
			profile: full_profile(),
			controller: id(Eve),
			permit: Permit { nonce: 0, expires: 0 },
			signature: Eve.sign(&[]).into(),
		},
		Call::set_profile { profile: full_profile() },
		Call::set_endpoints { endpoints: endpoint_list(&[]) },
		Call::add_key { purpose: KeyPurpose::Assertion, key: signing_key(1) },
		Call::remove_key { id: 0 },
		Call::claim_name { name: bounded("alice") },
		Call::release_name {},
		Call::deactivate {},
		Call::clear_name { name: bounded("alice") },
	];
	for (index, call) in calls.iter().enumerate() {
		assert_eq!(call.encode()[0], index as u8, "{call:?}");
	}
}

#[test]
fn codec_indices_are_pinned() {
	assert_eq!(HoldReason::Twin.encode(), [0]);
	assert_eq!(HoldReason::Key.encode(), [1]);
	assert_eq!(HoldReason::Name.encode(), [2]);
	assert_eq!(ControllerChoice::Keyless.encode(), [0]);
	assert_eq!(ControllerChoice::Caller.encode(), [1]);
	assert_eq!(TwinState::<u32>::Active.encode(), [0]);
	assert_eq!(TwinState::Deactivated(7u8).encode(), [1, 7]);
	assert_eq!(NameStatus::Free.encode(), [0]);
	assert_eq!(NameStatus::Taken(1).encode()[0], 1);
	assert_eq!(NameStatus::LooksAlike { twin: 1, name: bounded("abc") }.encode()[0], 2);
	let invalid = NameStatus::Invalid(ourledger_primitives::name::NameError::TooShort);
	assert_eq!(invalid.encode(), [3, 0]);
	assert_eq!(NameStatus::Reserved(bounded("abc")).encode()[0], 4);
	let resting = NameStatus::Resting { twin: 1, name: bounded("abc"), until: 2 };
	assert_eq!(resting.encode()[0], 5);
}

#[test]
fn footprints_cover_the_longest_entries() {
	build_and_execute(|| {
		register(Alice);
		let longest = ourledger_primitives::twin::Profile {
			display_name: bounded([b'x'; 64]),
			..full_profile()
		};
		let empty = twin(1).encoded_size() - named("someone").encoded_size();
		assert_ok!(TwinsPallet::set_profile(signed(Alice), longest.clone()));
		assert_eq!(twin(1).encoded_size(), empty + longest.encoded_size());

		// An empty profile has a length and two flags, which stay in a tombstone.
		let endpoints = 8 + EndpointList::max_encoded_len();
		let active = longest.encoded_size() - 3 + endpoints;
		assert_eq!(TwinsPallet::active_footprint(), Footprint::from_parts(1, active));
		assert_eq!(
			TwinsPallet::keys_footprint(16).size,
			8 + TwinKeysOf::<Test>::max_encoded_len() as u64
		);
	});
}

#[test]
fn a_window_without_time_is_refused() {
	TwinsPallet::integrity_test();
	Window::set(0);
	assert!(std::panic::catch_unwind(TwinsPallet::integrity_test).is_err());
}

#[test]
fn a_name_that_does_not_rest_is_refused() {
	Window::set(1);
	Rest::set(0);
	assert!(std::panic::catch_unwind(TwinsPallet::integrity_test).is_err());
}
