//! `register`.

use crate::{mock::*, *};
use frame::{
	deps::sp_runtime::TokenError,
	testing_prelude::*,
	traits::{fungible::Inspect as _, fungible::InspectHold as _},
};
use ourledger_primitives::twin::{Profile, TwinKind};

fn register_as(
	who: Sr25519Keyring,
	profile: Profile,
	controller: ControllerChoice,
) -> DispatchResult {
	TwinsPallet::register(signed(who), TwinKind::Company, profile, controller)
}

#[test]
fn register_enters_the_caller() {
	build_and_execute(|| {
		assert_ok!(register_as(Alice, full_profile(), ControllerChoice::Caller));

		assert_eq!(
			events(),
			[Event::TwinRegistered {
				twin: 1,
				kind: TwinKind::Company,
				controller: id(Alice),
				depositor: id(Alice),
				profile: full_profile(),
			}]
		);
		let twin = twin(1);
		assert_eq!(twin.kind, TwinKind::Company);
		assert_eq!(twin.controller, id(Alice));
		assert_eq!(twin.state, TwinState::Active);
		assert_eq!(twin.profile, full_profile());
		assert_eq!(twin.name, None);
		assert_eq!(twin.next_key, 0);
		assert_eq!(twin.registered, START);
		assert_eq!(twin.depositor, id(Alice));
		assert_eq!(Numbers::<Test>::get(id(Alice)), Some(1));
		assert_eq!(held(Alice), (TWIN_DEPOSIT, 0, 0));
		assert_eq!(free(Alice), ENDOWMENT - TWIN_DEPOSIT);
		assert_eq!(Made::get(), []);
	});
}

#[test]
fn register_enters_a_keyless_account() {
	build_and_execute(|| {
		register(Bob);
		events();
		assert_ok!(register_as(Alice, full_profile(), ControllerChoice::Keyless));

		let made = Made::get();
		let (owner, number, controller) = &made[0];
		assert_eq!((made.len(), owner, *number), (1, &id(Alice), 2));
		assert_eq!(
			events(),
			[Event::TwinRegistered {
				twin: 2,
				kind: TwinKind::Company,
				controller: controller.clone(),
				depositor: id(Alice),
				profile: full_profile(),
			}]
		);
		assert_eq!(Numbers::<Test>::get(controller), Some(2));
		assert_eq!(Numbers::<Test>::get(id(Alice)), None);
		assert_eq!(twin(2).controller, *controller);
		assert_eq!(twin(2).depositor, id(Alice));
		assert_eq!(held(Alice), (TWIN_DEPOSIT, 0, 0));
		assert_eq!(Balances::total_balance(controller), 0);
		assert_eq!(Balances::total_balance_on_hold(controller), 0);
	});
}

#[test]
fn register_makes_a_keyless_account_exist() {
	build_and_execute(|| {
		assert_ok!(register_as(Alice, named("a"), ControllerChoice::Keyless));
		let controller = Made::get()[0].2.clone();
		assert!(System::account_exists(&controller));
		assert_eq!(System::providers(&controller), 1);

		assert_ok!(TwinsPallet::set_profile(signed(controller), full_profile()));
	});
}

#[test]
fn register_adds_a_provider_to_the_caller() {
	build_and_execute(|| {
		assert_eq!(System::providers(&id(Alice)), 1);
		register(Alice);
		assert_eq!(System::providers(&id(Alice)), 2);
	});
}

#[test]
fn register_keeps_the_account_when_its_money_is_gone() {
	build_and_execute(|| {
		register_for(Bob, Alice);
		System::inc_account_nonce(id(Alice));
		let all = free(Alice);
		assert_ok!(Balances::transfer_allow_death(signed(Alice), id(Bob), all));

		assert_eq!(free(Alice), 0);
		assert!(System::account_exists(&id(Alice)));
		assert_eq!(System::account_nonce(id(Alice)), 2);
	});
}

#[test]
fn register_gives_consecutive_numbers() {
	build_and_execute(|| {
		assert_eq!(NextTwin::<Test>::get(), 1);
		assert_eq!(register(Bob), 1);
		assert_eq!(register(Alice), 2);
		deactivate(Bob);
		assert_eq!(register(Dave), 3);
		assert_eq!(NextTwin::<Test>::get(), 4);
		assert_eq!(Numbers::<Test>::get(id(Alice)), Some(2));
		assert_eq!(Numbers::<Test>::get(id(Dave)), Some(3));
	});
}

#[test]
fn register_lets_an_owner_have_many_keyless_twins() {
	build_and_execute(|| {
		for _ in 0..3 {
			assert_ok!(register_as(Alice, named("a"), ControllerChoice::Keyless));
		}
		assert_ok!(register_as(Alice, named("a"), ControllerChoice::Caller));

		let numbers: Vec<_> = Made::get().into_iter().map(|(_, number, _)| number).collect();
		assert_eq!(numbers, [1, 2, 3]);
		assert_eq!(Numbers::<Test>::get(id(Alice)), Some(4));
		assert_eq!(held(Alice), (4 * TWIN_DEPOSIT, 0, 0));
	});
}

#[test]
fn register_holds_the_same_for_any_profile() {
	build_and_execute(|| {
		assert_ok!(register_as(Alice, named("a"), ControllerChoice::Caller));
		assert_ok!(register_as(Bob, full_profile(), ControllerChoice::Caller));
		assert_eq!(held(Alice), held(Bob));
	});
}

#[test]
fn register_leaves_the_caller_exactly_the_existential_deposit() {
	build_and_execute(|| {
		set_free(Alice, TWIN_DEPOSIT + EXISTENTIAL_DEPOSIT);
		register(Alice);
		assert_eq!(free(Alice), EXISTENTIAL_DEPOSIT);
	});
}

#[test]
fn register_fails_when_the_existential_deposit_would_be_touched() {
	build_and_execute(|| {
		set_free(Alice, TWIN_DEPOSIT + EXISTENTIAL_DEPOSIT - 1);
		for choice in [ControllerChoice::Caller, ControllerChoice::Keyless] {
			assert_noop!(register_as(Alice, named("a"), choice), TokenError::FundsUnavailable);
		}
	});
}

#[test]
fn register_fails_when_the_caller_has_a_twin() {
	build_and_execute(|| {
		register(Alice);
		assert_noop!(
			register_as(Alice, named("a"), ControllerChoice::Caller),
			Error::<Test>::ControllerTaken
		);
	});
}

#[test]
fn register_fails_when_the_caller_had_a_twin() {
	build_and_execute(|| {
		register(Alice);
		deactivate(Alice);
		assert_noop!(
			register_as(Alice, named("a"), ControllerChoice::Caller),
			Error::<Test>::ControllerTaken
		);
		assert_ok!(register_as(Alice, named("a"), ControllerChoice::Keyless));
	});
}

#[test]
fn register_fails_when_the_keyless_account_has_a_twin() {
	build_and_execute(|| {
		assert_ok!(register_as(Alice, named("a"), ControllerChoice::Keyless));
		// Makes the same account once more.
		Made::set(Vec::new());
		assert_noop!(
			register_as(Alice, named("a"), ControllerChoice::Keyless),
			Error::<Test>::ControllerTaken
		);
	});
}

#[test]
fn register_fails_when_no_keyless_account_can_be_made() {
	build_and_execute(|| {
		KeylessFails::set(true);
		assert_noop!(
			register_as(Alice, named("a"), ControllerChoice::Keyless),
			DispatchError::Unavailable
		);
		assert_ok!(register_as(Alice, named("a"), ControllerChoice::Caller));
	});
}

#[test]
fn register_fails_when_the_profile_is_invalid() {
	build_and_execute(|| {
		for choice in [ControllerChoice::Caller, ControllerChoice::Keyless] {
			for name in ["", "  ", "a\nb", "a\u{202e}b", "a\u{61c}b", "\u{3164}", "\u{2800}"] {
				assert_noop!(
					register_as(Alice, named(name), choice),
					Error::<Test>::InvalidDisplayName
				);
			}
			let profile = Profile { country: Some(*b"Be"), ..named("a") };
			assert_noop!(register_as(Alice, profile, choice), Error::<Test>::InvalidCountry);
		}
		assert_eq!(Made::get(), []);
	});
}

#[test]
fn register_fails_when_numbers_have_run_out() {
	build().execute_with(|| {
		NextTwin::<Test>::put(u64::MAX);
		assert_noop!(
			register_as(Alice, named("a"), ControllerChoice::Caller),
			ArithmeticError::Overflow
		);
		NextTwin::<Test>::put(u64::MAX - 1);
		assert_ok!(register_as(Alice, named("a"), ControllerChoice::Caller));
	});
}

#[test]
fn register_fails_unless_signed() {
	build_and_execute(|| {
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none()] {
			assert_noop!(
				TwinsPallet::register(
					origin,
					TwinKind::Person,
					named("a"),
					ControllerChoice::Caller
				),
				BadOrigin
			);
		}
	});
}
