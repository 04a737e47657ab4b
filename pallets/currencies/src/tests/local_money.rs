use crate::{mock::*, *};
use frame::testing_prelude::*;
use ourledger_primitives::money::{Day, Kept, LocalMoney};

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
fn pay_parts_pays_all_or_nobody() {
	build_and_execute(|| {
		let id = currency(closed(PLAIN));
		for who in [ALICE, BOB] {
			admit(id, who);
		}
		issue(id, ALICE, 100);
		assert_ok!(Money::open_pot(&777));
		let pay = |parts: &[(AccountId, Balance)]| Money::pay_parts(id, &ALICE, parts);
		assert_ok!(pay(&[(777, 15), (BOB, 60)]));
		assert_eq!([ALICE, BOB, 777].map(|who| balance(id, who)), [25, 60, 15]);
		// What is for nobody asks nothing, and what is for oneself has to be there.
		assert_ok!(pay(&[(CAROL, 0)]));
		assert_ok!(pay(&[(777, 5), (ALICE, 20), (CAROL, 0)]));
		assert_eq!((balance(id, ALICE), balance(id, 777)), (20, 20));
		assert_noop!(pay(&[(777, 5), (ALICE, 16)]), Error::<Test>::BalanceTooLow);
		assert_noop!(pay(&[(777, 5), (BOB, 16)]), Error::<Test>::BalanceTooLow);
		assert_noop!(pay(&[(777, 5), (CAROL, 1)]), Error::<Test>::NotAdmitted);
		assert_noop!(pay(&[(777, Balance::MAX), (BOB, 1)]), ArithmeticError::Overflow);
		assert_noop!(Money::pay_parts(id, &CAROL, &[(BOB, 1)]), Error::<Test>::NotMember);
		freeze(id, ALICE);
		assert_noop!(pay(&[(777, 1)]), Error::<Test>::AccountFrozen);
	});
}

#[test]
fn pay_parts_draws_once_and_not_to_pay_oneself() {
	build_and_execute(|| {
		let id = currency(MUTUAL);
		set_line(id, ALICE, 100);
		assert_ok!(Money::pay_parts(id, &ALICE, &[(BOB, 30), (ALICE, 70)]));
		assert_eq!((debt(id, ALICE), balance(id, BOB)), (30, 30));
		assert_ok!(Money::pay_parts(id, &ALICE, &[(BOB, 30), (CAROL, 40)]));
		assert_eq!((debt(id, ALICE), balance(id, CAROL)), (100, 40));
		assert_noop!(Money::pay_parts(id, &ALICE, &[(BOB, 1)]), Error::<Test>::BalanceTooLow);
	});
}

#[test]
fn plain_is_what_only_moves_balances() {
	build_and_execute(|| {
		assert!(!Money::is_plain(9));
		let id = currency(PLAIN);
		assert!(Money::is_plain(id));
		for terms in [closed(PLAIN), MUTUAL, losing(1, PLAIN)] {
			let id = currency(terms);
			assert!(!Money::is_plain(id), "{terms:?}");
		}
		// Announced terms count from the announcement on.
		let cap = Terms { supply: Supply::Issued { cap: 5 }, ..PLAIN };
		assert_ok!(Money::amend(signed(ISSUER), id, cap));
		assert!(Money::is_plain(id));
		assert_ok!(Money::amend(signed(ISSUER), id, losing(9, PLAIN)));
		assert!(!Money::is_plain(id));
		// An index that rose once still makes each account have an entry.
		let id = currency(losing(9, PLAIN));
		pass_days(10);
		assert_ok!(Money::amend(signed(ISSUER), id, PLAIN));
		pass_days(Day::from(NOTICE) + 1);
		assert_ok!(Money::amend(signed(ISSUER), id, cap));
		let entry = Money::currency(id).expect("it exists");
		assert_eq!(entry.terms.demurrage, 0);
		assert!(!Money::is_plain(id));
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
fn whoever_keeps_no_books_may_be_paid_by_all() {
	build_and_execute(|| {
		assert_ok!(Money::open_pot(&777));
		let payees = [ALICE, NOBODY, TREASURY, 777, STANDING, pot(0), Money::set_aside_pot()];
		let expected = [true, true, true, false, false, false, false];
		assert_eq!(payees.map(|who| Money::is_payee(&who)), expected);
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

#[test]
fn what_has_waited_is_charged_in_money() {
	build_and_execute(|| {
		let id = currency(losing(10_000, closed(PLAIN)));
		for who in [ALICE, BOB] {
			admit(id, who);
		}
		let first = Today::get();
		pass_days(20);
		issue(id, ALICE, 100);
		let kept = Money::kept_since(id, &[(40, first)]).expect("it exists");
		let lost = Money::demurrage(id, &kept).expect("it is little");
		let worth = {
			assert_ok!(Money::open_pot(&777));
			assert_ok!(Money::pay(id, &ALICE, &777, 40));
			Money::settle(id, &777, &BOB, kept).expect("the pot has it").paid
		};
		assert!((1..40).contains(&lost));
		// Both are rounded down.
		assert_eq!(lost + 1, 40 - worth);
		let both = Money::kept_since(id, &[(15, first), (25, first)]);
		assert_eq!(both, Ok(kept));
		assert_eq!(Money::kept_since(9, &[]), Ok(Kept::default()));
		assert_noop!(Money::kept_since(9, &[(1, first)]), Error::<Test>::CurrencyNotFound);
		let today = Money::keep(id, 40).expect("it exists");
		assert_eq!(Money::demurrage(id, &today), Ok(0));
		assert_eq!(Money::demurrage(9, &Kept::default()), Ok(0));
		assert_noop!(Money::demurrage(9, &today), Error::<Test>::CurrencyNotFound);

		let (pot, before) = (pot(id), balance(id, ALICE));
		let had = balance(id, pot);
		System::reset_events();
		assert_ok!(Money::pay_demurrage(id, &ALICE, &BOB, 7));
		assert_eq!((balance(id, ALICE), balance(id, pot)), (before - 7, had + 7));
		let charged = Event::DemurrageCharged { currency: id, account: BOB, amount: 7 };
		System::assert_last_event(charged.into());
		// Of nothing, nothing is asked.
		assert_ok!(Money::pay_demurrage(9, &CAROL, &BOB, 0));
		assert_noop!(Money::pay_demurrage(id, &CAROL, &BOB, 1), Error::<Test>::NotMember);
		assert_noop!(Money::pay_demurrage(id, &ALICE, &BOB, before), Error::<Test>::BalanceTooLow);
		freeze(id, ALICE);
		assert_noop!(Money::pay_demurrage(id, &ALICE, &BOB, 1), Error::<Test>::AccountFrozen);
	});
}
