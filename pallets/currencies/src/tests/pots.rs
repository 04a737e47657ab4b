//! Pots are there before anybody can put something at their addresses, and sign nothing.

use super::weights::every_call;
use crate::{
	mock::{Currencies, *},
	*,
};
use frame::{testing_prelude::*, traits::GetCallName};
use ourledger_primitives::money::LocalMoney;

fn set_aside_pot() -> AccountId {
	crate::Pallet::<Test>::set_aside_pot()
}

#[test]
fn genesis_opens_what_will_be_needed() {
	build_and_execute(|| {
		for pot in [set_aside_pot(), pot(0), TREASURY, STANDING] {
			assert!(Currencies::is_pot(&pot) && System::account_exists(&pot), "{pot}");
		}
		assert_eq!(Pots::<Test>::iter().count(), 4);
	});
}

#[test]
fn nobody_fills_a_pot_that_is_still_to_come() {
	build_and_execute(|| {
		let id = currency(PLAIN);
		issue(id, ALICE, 100);
		for pot in [pot(id), pot(id + 1), set_aside_pot(), STANDING] {
			assert_noop!(transfer(id, ALICE, pot, 1), Error::<Test>::ToPot);
			assert_noop!(Currencies::issue(signed(ISSUER), id, pot, 1), Error::<Test>::ToPot);
			let spend = Currencies::spend_pot(signed(ISSUER), id, pot, 1, REFERENCE);
			assert_noop!(spend, Error::<Test>::ToPot);
		}
		// Each opens the next.
		assert_eq!(currency(PLAIN), id + 1);
		assert_noop!(transfer(id, ALICE, pot(id + 2), 1), Error::<Test>::ToPot);
		assert!(!Currencies::is_pot(&pot(id + 3)));
	});
}

#[test]
fn the_chains_treasury_is_a_pot_to_which_everybody_may_give() {
	build_and_execute(|| {
		let id = currency(closed(losing(10_000, PLAIN)));
		admit(id, ALICE);
		issue(id, ALICE, 1_000);
		// No member, and charged nothing.
		assert_ok!(transfer(id, ALICE, TREASURY, 400));
		issue(id, TREASURY, 100);
		pass_days(100);
		assert_eq!(balance(id, TREASURY), 500);
		assert_noop!(
			Currencies::freeze(signed(AUTHORITY), id, TREASURY, REFERENCE, 50),
			Error::<Test>::ToPot
		);
	});
}

/// By none of all calls: also where the pot has money and OUR, controls the issuer, and is the
/// authority.
#[test]
fn pots_sign_nothing() {
	build_and_execute(|| {
		let id = currency(PLAIN);
		issue(id, ALICE, 1_000);
		let known = [STANDING, TREASURY, set_aside_pot(), pot(id), pot(id + 1)];
		assert_ok!(Currencies::pay(id, &ALICE, &STANDING, 500));
		for pot in known {
			assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), pot, ENDOWMENT));
			Phonebook::mutate(|twins| twins[0].0 = pot);
			Authorities::set(vec![(TOWN, twin(pot))]);
			for call in every_call() {
				let name = call.get_call_name();
				let done = RuntimeCall::from(call).dispatch(signed(pot));
				let why = done.map(|_| ()).map_err(|failed| failed.error);
				assert_eq!(why, Err(Error::<Test>::PotSigns.into()), "{name} by {pot}");
			}
		}
		assert_eq!(balance(id, STANDING), 500);
	});
}

#[test]
fn a_currencys_pot_holds_its_currency_whatever_was_sent_to_it_before() {
	build_and_execute(|| {
		// Somebody who knows the address sends OUR there, which a pot doesn't mind.
		let id = NextCurrency::<Test>::get();
		assert_ok!(Balances::transfer_allow_death(signed(DAVE), pot(id), 1_000));
		let other = currency(losing(10_000, PLAIN));
		assert_eq!(other, id);
		issue(id, ALICE, 1_001);
		pass_days(1);
		assert_ok!(Currencies::charge(signed(DAVE), id, ALICE));
		assert_eq!(stored(id, pot(id)), 11);
	});
}
