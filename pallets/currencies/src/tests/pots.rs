//! Pots are there before anybody can put something at their addresses, and sign nothing.

use crate::{
	mock::{Currencies, *},
	*,
};
use frame::testing_prelude::*;
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

#[test]
fn pots_sign_nothing() {
	build_and_execute(|| {
		let (id, mutual) = (currency(PLAIN), currency(MUTUAL));
		issue(id, ALICE, 1_000);
		let pot = STANDING;
		assert_ok!(Currencies::pay(id, &ALICE, &pot, 500));
		assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), pot, ENDOWMENT));
		let path = || bounded(vec![kind(id), OUR]);
		let by = || signed(pot);
		let attempts = [
			transfer(id, pot, BOB, 1),
			Currencies::redeem(by(), id, 1, REFERENCE),
			Currencies::repay(by(), mutual, 1),
			Currencies::swap(by(), path(), 10, 0),
			Currencies::swap_for(by(), path(), 10, 100),
			Currencies::add_liquidity(by(), OUR, kind(id), 500, 500, 1, 1),
			Currencies::remove_liquidity(by(), OUR, kind(id), 1, 1, 1),
			Currencies::discard(by(), id),
		];
		for attempt in attempts {
			assert_eq!(attempt, Err(Error::<Test>::PotSigns.into()));
		}
		assert_eq!(balance(id, pot), 500);
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
