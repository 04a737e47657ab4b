use crate::{mock::*, *};
use frame::testing_prelude::*;
use ourledger_primitives::money::{CurrencyPolicy, Day, Kept, LocalMoney};

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

#[test]
fn members_are_those_recorded_and_not_expelled_whatever_the_access() {
	build_and_execute(|| {
		for terms in [PLAIN, closed(PLAIN), MUTUAL] {
			let id = currency(terms);
			assert!(!Money::is_member(id, &ALICE));
			admit(id, ALICE);
			assert!(Money::is_member(id, &ALICE));
			assert!(!Money::is_member(id, &BOB) && !Money::is_member(id + 1, &ALICE));
		}
		for id in [0, 1] {
			// With money, an expelled member is remembered as such.
			issue(id, ALICE, 10);
			assert_ok!(Money::expel(signed(ISSUER), id, twin(ALICE)));
			assert_eq!(Money::holding(id, ALICE).member, Some(true));
			assert!(!Money::is_member(id, &ALICE));
			admit(id, ALICE);
			assert!(Money::is_member(id, &ALICE));
		}
	});
}

#[test]
fn a_freeze_stops_an_account_until_its_end_and_never_a_pot() {
	build_and_execute(|| {
		let (id, other) = (currency(PLAIN), currency(PLAIN));
		assert!(!Money::is_frozen(id, &ALICE));
		for who in [ALICE, 777] {
			freeze(id, who);
			assert!(Money::is_frozen(id, &who) && !Money::is_frozen(other, &who));
		}
		assert!(!Money::is_frozen(id, &BOB));
		assert_ok!(Money::open_pot(&777));
		assert!(!Money::is_frozen(id, &777));
		System::set_block_number(49);
		assert!(Money::is_frozen(id, &ALICE));
		System::set_block_number(50);
		assert!(!Money::is_frozen(id, &ALICE));
	});
}

#[test]
fn demurrage_is_told_from_its_announcement_to_its_last_day() {
	build_and_execute(|| {
		let notice = Day::from(NOTICE);
		assert!(!Money::has_demurrage(0));
		let id = currency(PLAIN);
		assert!(!Money::has_demurrage(id));
		let amend = |terms| Money::amend(signed(ISSUER), id, terms);
		// Announced, and given up again.
		assert_ok!(amend(losing(1, PLAIN)));
		assert!(Money::has_demurrage(id));
		assert_ok!(amend(closed(PLAIN)));
		assert!(!Money::has_demurrage(id));
		assert_ok!(amend(losing(1, PLAIN)));
		pass_days(notice + 1);
		assert!(Money::has_demurrage(id));
		assert_ok!(amend(PLAIN));
		pass_days(notice);
		assert!(Money::has_demurrage(id));
		pass_days(1);
		assert!(!Money::has_demurrage(id));
		assert!(Money::has_demurrage(currency(losing(1, MUTUAL))));
	});
}

#[test]
fn jurisdiction_and_pot_are_those_of_a_currency_that_exists() {
	build_and_execute(|| {
		assert_eq!(<Money as CurrencyPolicy<_>>::pot_of(0), None);
		assert_eq!(Money::jurisdiction_of(0), None);
		let id = currency(PLAIN);
		let (name, symbol) = (bounded(b"Free".to_vec()), bounded(b"FREE".to_vec()));
		assert_ok!(Money::create(signed(ISSUER), name, symbol, 0, None, PLAIN, NOTICE));
		assert_eq!(Money::jurisdiction_of(id), Some(TOWN));
		assert_eq!(Money::jurisdiction_of(id + 1), None);
		for id in [id, id + 1] {
			assert_eq!(<Money as CurrencyPolicy<_>>::pot_of(id), Some(pot(id)));
		}
	});
}

#[test]
fn a_currency_admits_whom_its_access_lets_be_paid() {
	build_and_execute(|| {
		assert!(!Money::admits(0, &ALICE));
		let (open, town) = (currency(PLAIN), currency(closed(PLAIN)));
		let admitted = |who: AccountId| [open, town].map(|id| Money::admits(id, &who));
		// Whether it can hold anything is another matter.
		assert_eq!([ALICE, NOBODY].map(admitted), [[true, false]; 2]);
		assert_eq!([STANDING, TREASURY].map(admitted), [[true, true]; 2]);
		assert_eq!(admitted(Money::set_aside_pot()), [false, false]);
		for id in [open, town] {
			admit(id, ALICE);
			issue(id, ALICE, 10);
			freeze(id, ALICE);
		}
		assert_eq!(admitted(ALICE), [true, true]);
		for id in [open, town] {
			assert_ok!(Money::expel(signed(ISSUER), id, twin(ALICE)));
		}
		assert_eq!(admitted(ALICE), [true, false]);
		assert_ok!(Money::amend(signed(ISSUER), town, PLAIN));
		pass_days(Day::from(NOTICE) + 1);
		assert_eq!(admitted(ALICE), [true, true]);
	});
}

#[test]
fn collect_reaches_whoever_is_not_frozen() {
	build_and_execute(|| {
		let id = currency(PLAIN);
		for who in [ALICE, BOB, CAROL] {
			issue(id, who, 100);
		}
		for who in [ALICE, BOB] {
			admit(id, who);
		}
		assert_ok!(Money::amend(signed(ISSUER), id, closed(PLAIN)));
		pass_days(Day::from(NOTICE) + 1);
		assert_ok!(Money::expel(signed(ISSUER), id, twin(ALICE)));
		// Expelled, a member, and never admitted.
		for who in [ALICE, BOB, CAROL] {
			assert_ok!(Money::collect(id, &who, &STANDING, 40));
			assert_eq!(balance(id, who), 60);
		}
		assert_eq!((balance(id, STANDING), supply(id)), (120, 300));

		for who in [ALICE, BOB] {
			freeze(id, who);
			assert_noop!(Money::collect(id, &who, &STANDING, 1), Error::<Test>::AccountFrozen);
		}
		System::set_block_number(50);
		// With its last, an expelled member is forgotten.
		let deposits = held(MemberReason::get(), ISSUER);
		for who in [ALICE, BOB] {
			assert_noop!(Money::collect(id, &who, &STANDING, 61), Error::<Test>::BalanceTooLow);
			assert_ok!(Money::collect(id, &who, &STANDING, 60));
		}
		assert_eq!([ALICE, BOB].map(|who| Money::holding(id, who).member), [None, Some(false)]);
		assert_eq!(held(MemberReason::get(), ISSUER), deposits / 2);
	});
}

#[test]
fn collect_draws_nothing_and_leaves_demurrage_to_the_currency() {
	build_and_execute(|| {
		let id = currency(MUTUAL);
		for who in [ALICE, BOB] {
			set_line(id, who, 100);
		}
		assert_ok!(transfer(id, BOB, ALICE, 60));
		assert_noop!(Money::collect(id, &ALICE, &STANDING, 61), Error::<Test>::BalanceTooLow);
		assert_ok!(Money::collect(id, &ALICE, &STANDING, 60));
		assert_eq!((debt(id, ALICE), balance(id, ALICE), balance(id, STANDING)), (0, 0, 60));

		let id = currency(losing(10_000, PLAIN));
		issue(id, ALICE, 1_001);
		pass_days(1);
		assert_noop!(Money::collect(id, &ALICE, &STANDING, 991), Error::<Test>::BalanceTooLow);
		assert_ok!(Money::collect(id, &ALICE, &STANDING, 990));
		assert_eq!([ALICE, STANDING, pot(id)].map(|who| stored(id, who)), [0, 990, 11]);
	});
}

#[test]
fn collect_is_from_accounts_into_pots() {
	build_and_execute(|| {
		let id = currency(PLAIN);
		issue(id, ALICE, 100);
		assert_ok!(Money::pay(id, &ALICE, &STANDING, 50));
		let collect = |from: AccountId, to: AccountId| Money::collect(id, &from, &to, 10);
		assert_noop!(collect(ALICE, BOB), DispatchError::Unavailable);
		assert_noop!(collect(STANDING, TREASURY), DispatchError::Unavailable);
		assert_noop!(collect(STANDING, STANDING), DispatchError::Unavailable);
		assert_noop!(collect(ALICE, Money::set_aside_pot()), Error::<Test>::ToPot);
		assert_noop!(Money::collect(9, &ALICE, &STANDING, 1), Error::<Test>::CurrencyNotFound);
		// Of nothing, nothing is asked.
		assert_ok!(Money::collect(9, &ALICE, &BOB, 0));
		assert_ok!(collect(ALICE, pot(id)));
		assert_eq!([ALICE, STANDING, pot(id)].map(|who| balance(id, who)), [40, 50, 10]);
	});
}
