//! The view functions, called as a wallet calls them.

use crate::{mock::*, *};
use frame::{
	deps::{
		codec::Decode,
		frame_support::view_functions::{
			DispatchViewFunction, ViewFunctionId, ViewFunctionIdPrefix,
		},
		sp_io::hashing::twox_128,
	},
	testing_prelude::*,
};
use ourledger_primitives::{
	name::{skeleton, Name, NameError},
	twin::{KeyPurpose, TwinKind, TwinNumber},
};

/// Call the view function of this `signature` with encoded `input`.
fn view<Output: Decode>(signature: &str, input: impl Encode) -> Output {
	let id =
		ViewFunctionId { prefix: TwinsPallet::prefix(), suffix: twox_128(signature.as_bytes()) };
	let mut output = Vec::new();
	RuntimeViewFunction::dispatch_view_function(&id, &mut &input.encode()[..], &mut output)
		.expect("the view function exists");
	Output::decode(&mut &output[..]).expect("the output is of this type")
}

fn view_twin(number: TwinNumber) -> Option<TwinInfoOf<Test>> {
	view("twin(TwinNumber) -> Option<TwinInfoOf<T>>", number)
}

fn view_twins(from: TwinNumber, limit: u32) -> Vec<TwinNumber> {
	let page: Vec<TwinInfoOf<Test>> =
		view("twins(TwinNumber,u32) -> Vec<TwinInfoOf<T>>", (from, limit));
	page.into_iter().map(|twin| twin.number).collect()
}

fn view_named(name: &str) -> Option<TwinNumber> {
	let twin: Option<TwinInfoOf<Test>> =
		view("twin_named(Vec<u8>) -> Option<TwinInfoOf<T>>", name.as_bytes());
	twin.map(|twin| twin.number)
}

fn view_status(name: &str) -> NameStatus {
	view("name_status(Vec<u8>) -> NameStatus", name.as_bytes())
}

#[test]
fn count_is_the_highest_number() {
	build_and_execute(|| {
		let count = || view::<u64>("count() -> TwinNumber", ());
		assert_eq!(count(), 0);
		register(Alice);
		register(Bob);
		assert_eq!(count(), 2);
		deactivate(Bob);
		assert_eq!(count(), 2);
	});
}

#[test]
fn twin_tells_everything() {
	build_and_execute(|| {
		register_for(Alice, Bob);
		let endpoints = endpoint_list(&["a:1", "a:2"]);
		assert_ok!(TwinsPallet::set_endpoints(signed(Bob), endpoints.clone()));
		assert_ok!(TwinsPallet::add_key(signed(Bob), KeyPurpose::Assertion, signing_key(1)));
		assert_ok!(TwinsPallet::claim_name(signed(Bob), bounded("bobby")));
		let key = TwinKey { id: 0, purpose: KeyPurpose::Assertion, key: signing_key(1) };
		let expected = TwinInfo {
			number: 1,
			kind: TwinKind::Person,
			controller: id(Bob),
			state: TwinState::Active,
			profile: full_profile(),
			name: Some(bounded("bobby")),
			endpoints,
			keys: vec![key].try_into().expect("one fits"),
			registered: START,
			depositor: id(Alice),
		};
		assert_eq!(view_twin(1), Some(expected));
		assert_eq!(view_twin(0), None);
		assert_eq!(view_twin(2), None);
	});
}

#[test]
fn twin_tells_of_a_deactivated_one() {
	build_and_execute(|| {
		register_for(Alice, Bob);
		System::set_block_number(START + 2);
		deactivate(Bob);
		let expected = TwinInfo {
			number: 1,
			kind: TwinKind::Person,
			controller: id(Bob),
			state: TwinState::Deactivated(START + 2),
			profile: Default::default(),
			name: None,
			endpoints: EndpointList::new(),
			keys: KeyList::new(),
			registered: START,
			depositor: id(Alice),
		};
		assert_eq!(view_twin(1), Some(expected));
	});
}

#[test]
fn number_of_and_twin_of_know_every_controller() {
	build_and_execute(|| {
		register(Alice);
		register_for(Alice, Eve);
		deactivate(Eve);
		let number = |who| -> Option<TwinNumber> {
			view("number_of(T::AccountId) -> Option<TwinNumber>", id(who))
		};
		let twin = |who| -> Option<TwinInfoOf<Test>> {
			view("twin_of(T::AccountId) -> Option<TwinInfoOf<T>>", id(who))
		};
		assert_eq!((number(Alice), number(Eve), number(Bob)), (Some(1), Some(2), None));
		assert_eq!(twin(Alice), view_twin(1));
		assert_eq!(twin(Eve), view_twin(2));
		assert_eq!(twin(Bob), None);
	});
}

#[test]
fn twin_named_finds_exactly_that_name() {
	build_and_execute(|| {
		register(Bob);
		register(Alice);
		assert_ok!(TwinsPallet::claim_name(signed(Alice), bounded("alice")));
		assert_eq!(view_named("alice"), Some(2));
		assert_eq!(view_named("ALICE"), Some(2));
		for name in ["a1ice", "al-ice", "bob", "", "admin", "al ice", &"a".repeat(1_000)] {
			assert_eq!(view_named(name), None, "{name}");
		}
		assert_ok!(TwinsPallet::release_name(signed(Alice)));
		assert_eq!(view_named("alice"), None);
	});
}

#[test]
fn twins_pages_through_all() {
	build_and_execute(|| {
		set_free(Alice, 10_000_000);
		for _ in 0..103 {
			assert_ok!(TwinsPallet::register(
				signed(Alice),
				TwinKind::Device,
				named("d"),
				ControllerChoice::Keyless
			));
		}
		assert_eq!(view_twins(1, 3), [1, 2, 3]);
		assert_eq!(view_twins(0, 3), [1, 2, 3]);
		assert_eq!(view_twins(50, 2), [50, 51]);
		assert!(view_twins(5, 0).is_empty());
		assert_eq!(view_twins(1, 100).len(), 100);
		for limit in [101, u32::MAX] {
			assert_eq!(view_twins(1, limit), (1..=100).collect::<Vec<_>>());
		}
		assert_eq!(view_twins(101, 100), [101, 102, 103]);
		assert_eq!(view_twins(103, 1), [103]);
		for from in [104, u64::MAX] {
			assert!(view_twins(from, 100).is_empty());
		}
	});
}

#[test]
fn twins_lists_deactivated_ones() {
	build_and_execute(|| {
		register(Alice);
		register(Bob);
		deactivate(Alice);
		assert_eq!(view_twins(1, 10), [1, 2]);
	});
}

#[test]
fn name_status_tells_what_a_claim_would_meet_with() {
	build_and_execute(|| {
		register(Bob);
		register(Alice);
		assert_eq!(view_status("modern"), NameStatus::Free);
		assert_ok!(TwinsPallet::claim_name(signed(Alice), bounded("Modern")));
		assert_eq!(view_status("modern"), NameStatus::Taken(2));
		assert_eq!(view_status("MODERN"), NameStatus::Taken(2));
		let look_alike = NameStatus::LooksAlike { twin: 2, name: bounded("modern") };
		assert_eq!(view_status("modem"), look_alike);
		assert_eq!(view_status("mod-em"), look_alike);
		assert_eq!(view_status("modest"), NameStatus::Free);
		for (name, error) in [
			("ab", NameError::TooShort),
			("a".repeat(33).as_str(), NameError::TooLong),
			("a b", NameError::BadCharacter),
			("a--b", NameError::Malformed),
		] {
			assert_eq!(view_status(name), NameStatus::Invalid(error), "{name}");
		}
		for name in ["admin", "Adrnin"] {
			assert_eq!(view_status(name), NameStatus::Reserved(bounded("admin")));
		}
	});
}

#[test]
fn name_status_tells_of_a_name_that_rests() {
	build_and_execute(|| {
		register(Alice);
		assert_ok!(TwinsPallet::claim_name(signed(Alice), bounded("modern")));
		wait(3);
		assert_ok!(TwinsPallet::release_name(signed(Alice)));
		let until = NOON + 3 + NAME_REST;
		let resting = NameStatus::Resting { twin: 1, name: bounded("modern"), until };
		wait(NAME_REST - 1);
		for name in ["modern", "MODERN", "modem"] {
			assert_eq!(view_status(name), resting, "{name}");
			assert_eq!(view_named(name), None);
		}
		wait(1);
		assert_eq!(view_status("modern"), NameStatus::Free);
	});
}

/// As an upgrade may do: the word is reserved after somebody claimed it.
#[test]
fn reserving_a_word_does_not_hide_who_has_it() {
	build_and_execute(|| {
		register(Alice);
		register(Bob);
		assert_ok!(TwinsPallet::claim_name(signed(Alice), bounded("modern")));
		let entry = Names::<Test>::take(skeleton(&bounded("modern"))).expect("it is claimed");
		let name: Name = bounded("treasury");
		Names::<Test>::insert(skeleton(&name), NameEntry { name: name.clone(), ..entry });
		Twins::<Test>::mutate_extant(1, |twin| twin.name = Some(name.clone()));

		assert_eq!(view_named("Treasury"), Some(1));
		assert_eq!(view_status("treasury"), NameStatus::Taken(1));
		assert_eq!(view_status("treasvry"), NameStatus::LooksAlike { twin: 1, name });
		assert_eq!(view_twin(1).and_then(|twin| twin.name), Some(bounded("treasury")));
		assert_noop!(claim(Bob, "treasvry"), Error::<Test>::NameReserved);

		// Once given up, it is nobody's any more, and that is told too.
		assert_ok!(TwinsPallet::release_name(signed(Alice)));
		assert!(matches!(view_status("treasvry"), NameStatus::Resting { twin: 1, .. }));
		assert_noop!(claim(Alice, "treasury"), Error::<Test>::NameReserved);
		wait(NAME_REST);
		assert_eq!(view_status("treasvry"), NameStatus::Reserved(bounded("treasury")));
		assert_ok!(TwinsPallet::clear_name(signed(Bob), bounded("treasury")));
		assert_eq!(held(Alice).2, 0);
	});
}

#[test]
fn deposits_tell_what_is_held() {
	build_and_execute(|| {
		let deposits = || view::<TwinDeposits>("deposits() -> TwinDeposits", ());
		let expected = TwinDeposits {
			twin: TWIN_DEPOSIT,
			tombstone: TOMBSTONE_DEPOSIT,
			key: KEY_DEPOSIT,
			further_key: FURTHER_KEY_DEPOSIT,
			name: NAME_DEPOSIT,
		};
		assert_eq!(deposits(), expected);
		GovernedBytePrice::set(3);
		assert_eq!(deposits().further_key, 3 * FURTHER_KEY_DEPOSIT);
		register(Alice);
		assert_eq!(held(Alice).0, deposits().twin);
	});
}

#[test]
fn sponsorship_payload_is_what_a_newcomer_signs() {
	build_and_execute(|| {
		let permit = permit_of(Eve);
		let payload: Vec<u8> = view(
			"sponsorship_payload(T::AccountId,TwinKind,Profile,PermitOf<T>) -> Vec<u8>",
			(id(Alice), TwinKind::Person, full_profile(), permit),
		);
		assert_eq!(payload, payload_for(Alice, &permit));
		assert_ok!(sponsor(Alice, Eve, permit, Eve.sign(&payload)));
	});
}
