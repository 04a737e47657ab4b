use crate::{mock::*, *};
use frame::testing_prelude::*;
use ourledger_primitives::money::LocalMoney;

type Money = crate::Pallet<Test>;

#[test]
fn pay_follows_the_rules_and_reaches_pots() {
	build_and_execute(|| {
		let id = currency(Terms { invoice_only: true, ..closed(PLAIN) });
		admit(id, ALICE);
		admit(id, BOB);
		Businesses::set(vec![twin(BOB)]);
		issue(id, ALICE, 100);
		assert_ok!(Money::open_pot(&777));
		// This is how an invoice is paid.
		assert_ok!(Money::pay(id, &ALICE, &BOB, 10));
		assert_ok!(Money::pay(id, &ALICE, &777, 20));
		assert_ok!(Money::pay(id, &777, &BOB, 5));
		assert_ok!(Money::pay(id, &ALICE, &CAROL, 0));
		assert_ok!(Money::pay(9, &ALICE, &CAROL, 0));
		assert_eq!([ALICE, BOB, 777].map(|who| Money::balance(id, &who)), [70, 15, 15]);
		assert_noop!(Money::pay(id, &ALICE, &CAROL, 1), Error::<Test>::NotAdmitted);
		assert_noop!(Money::pay(id, &CAROL, &ALICE, 1), Error::<Test>::NotMember);
		assert_noop!(Money::pay(id, &777, &CAROL, 1), Error::<Test>::NotAdmitted);
		assert_noop!(Money::pay(id, &777, &ALICE, 16), Error::<Test>::BalanceTooLow);
		assert_noop!(Money::pay(id, &ALICE, &BOB, 71), Error::<Test>::BalanceTooLow);
		assert_noop!(Money::pay(9, &ALICE, &BOB, 1), Error::<Test>::CurrencyNotFound);
		freeze(id, ALICE);
		assert_noop!(Money::pay(id, &ALICE, &BOB, 1), Error::<Test>::AccountFrozen);
		assert!(Money::exists(id) && !Money::exists(9));
		assert_eq!(Money::balance(9, &ALICE), 0);
	});
}

#[test]
fn pay_draws_on_a_credit_line_to_the_last_unit() {
	build_and_execute(|| {
		let id = currency(MUTUAL);
		set_line(id, ALICE, 100);
		assert_ok!(Money::pay(id, &ALICE, &BOB, 100));
		assert_eq!((debt(id, ALICE), balance(id, ALICE), balance(id, BOB)), (100, 0, 100));
	});
}

#[test]
fn open_pot_makes_the_account_exist_once() {
	build_and_execute(|| {
		assert!(!Money::is_pot(&777) && !System::account_exists(&777));
		assert_ok!(Money::open_pot(&777));
		assert_ok!(Money::open_pot(&777));
		assert!(Money::is_pot(&777));
		assert_eq!(System::providers(&777), 1);
		assert_eq!(events(), [Event::PotOpened { account: 777 }]);
	});
}

#[test]
fn give_back_is_for_pots_alone() {
	build_and_execute(|| {
		let id = currency(PLAIN);
		issue(id, ALICE, 100);
		assert_ok!(Money::open_pot(&777));
		assert_ok!(Money::pay(id, &ALICE, &777, 60));
		let back = |id, pot: AccountId, to: AccountId, amount| {
			Money::give_back(id, &pot, &to, amount, DAY_ONE)
		};
		assert_noop!(back(id, ALICE, BOB, 1), DispatchError::Unavailable);
		assert_noop!(back(id, 777, ALICE, 61), Error::<Test>::PotTooLow);
		assert_noop!(back(9, 777, ALICE, 1), Error::<Test>::CurrencyNotFound);
		assert_noop!(back(id, 777, NOBODY, 1), Error::<Test>::NoSuchAccount);
		assert_ok!(back(id, 777, ALICE, 0));
		// A frozen account still gets what is its own.
		freeze(id, ALICE);
		assert_ok!(back(id, 777, ALICE, 60));
		assert_eq!((balance(id, ALICE), balance(id, 777)), (100, 0));
	});
}

#[test]
fn a_pot_that_is_closed_to_nobody_holds_every_currency() {
	build_and_execute(|| {
		assert_ok!(Money::open_pot(&777));
		for terms in [PLAIN, closed(PLAIN), losing(10_000, closed(PLAIN))] {
			let id = currency(terms);
			admit(id, ALICE);
			issue(id, ALICE, 1_000);
			assert_ok!(Money::pay(id, &ALICE, &777, 1_000));
			pass_days(1_000);
			assert_eq!(balance(id, 777), 1_000);
		}
	});
}
