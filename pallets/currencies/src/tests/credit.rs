use crate::{
	mock::{Currencies, *},
	*,
};
use frame::testing_prelude::*;

fn repay(id: u32, account: AccountId, amount: Balance) -> DispatchResult {
	Currencies::repay(signed(account), id, amount)
}

fn write_off(id: u32, account: AccountId, amount: Balance) -> DispatchResult {
	Currencies::write_off(signed(ISSUER), id, twin(account), amount)
}

#[test]
fn a_payment_draws_what_is_missing() {
	build_and_execute(|| {
		let id = currency(MUTUAL);
		set_line(id, ALICE, 100);
		let event = Event::CreditLineSet {
			currency: id,
			twin: twin(ALICE),
			account: ALICE,
			limit: 100,
			debt: 0,
		};
		assert_eq!(last_event(), Some(event));
		assert_eq!(supply(id), 0);
		assert_ok!(transfer(id, ALICE, BOB, 70));
		let drawn = Event::CreditDrawn { currency: id, account: ALICE, amount: 70, debt: 70 };
		assert!(events().contains(&drawn));
		assert_eq!((debt(id, ALICE), balance(id, ALICE), balance(id, BOB)), (70, 0, 70));
		assert_eq!((supply(id), Debts::<Test>::get(id)), (70, 70));

		// What one has comes first.
		assert_ok!(transfer(id, BOB, ALICE, 20));
		assert_ok!(transfer(id, ALICE, BOB, 25));
		assert_eq!((debt(id, ALICE), balance(id, ALICE)), (75, 0));
		assert_eq!(Currencies::holding(id, ALICE).spendable, 25);
		assert_noop!(transfer(id, ALICE, BOB, 26), Error::<Test>::BalanceTooLow);
		assert_ok!(transfer(id, ALICE, BOB, 25));
		assert_noop!(transfer(id, ALICE, BOB, 1), Error::<Test>::BalanceTooLow);
	});
}

#[test]
fn lowering_a_line_stops_new_draws_alone() {
	build_and_execute(|| {
		let id = currency(MUTUAL);
		set_line(id, ALICE, 100);
		assert_ok!(transfer(id, ALICE, BOB, 70));
		set_line(id, ALICE, 10);
		assert_eq!((debt(id, ALICE), supply(id)), (70, 70));
		assert_noop!(transfer(id, ALICE, BOB, 1), Error::<Test>::BalanceTooLow);
		assert_ok!(transfer(id, BOB, ALICE, 65));
		assert_ok!(repay(id, ALICE, 65));
		assert_ok!(transfer(id, ALICE, BOB, 5));
		assert_eq!(debt(id, ALICE), 10);
	});
}

#[test]
fn repay_burns_and_a_closed_line_ends_with_its_debt() {
	build_and_execute(|| {
		let id = currency(MUTUAL);
		set_line(id, ALICE, 100);
		let deposit = held(LineReason::get(), ISSUER);
		assert!(deposit > 1_000);
		assert_ok!(transfer(id, ALICE, BOB, 70));
		assert_ok!(transfer(id, BOB, ALICE, 70));
		set_line(id, ALICE, 0);
		assert_ok!(repay(id, ALICE, 30));
		let event = Event::Repaid { currency: id, account: ALICE, amount: 30, debt: 40 };
		assert_eq!(last_event(), Some(event));
		assert_eq!((supply(id), debt(id, ALICE)), (40, 40));
		assert_noop!(repay(id, ALICE, 41), Error::<Test>::DebtTooLow);
		assert_eq!(held(LineReason::get(), ISSUER), deposit);
		assert_ok!(repay(id, ALICE, 40));
		assert_eq!(held(LineReason::get(), ISSUER), 0);
		assert_noop!(repay(id, ALICE, 1), Error::<Test>::NoCreditLine);
	});
}

#[test]
fn an_unused_line_is_closed_at_once() {
	build_and_execute(|| {
		let id = currency(MUTUAL);
		set_line(id, ALICE, 100);
		set_line(id, ALICE, 0);
		assert_eq!(held(LineReason::get(), ISSUER), 0);
		assert_noop!(
			Currencies::set_credit_line(signed(ISSUER), id, twin(ALICE), 0),
			Error::<Test>::NoCreditLine
		);
	});
}

#[test]
fn repay_draws_on_no_line_and_works_when_frozen() {
	build_and_execute(|| {
		let id = currency(MUTUAL);
		set_line(id, ALICE, 100);
		assert_ok!(transfer(id, ALICE, BOB, 70));
		assert_noop!(repay(id, ALICE, 1), Error::<Test>::BalanceTooLow);
		assert_ok!(transfer(id, BOB, ALICE, 10));
		freeze(id, ALICE);
		assert_ok!(repay(id, ALICE, 10));
	});
}

#[test]
fn write_off_is_paid_by_the_pot() {
	build_and_execute(|| {
		let id = currency(losing(10_000, MUTUAL));
		set_line(id, ALICE, 10_000);
		assert_ok!(transfer(id, ALICE, BOB, 10_000));
		pass_days(10);
		assert_ok!(Currencies::charge(signed(DAVE), id, BOB));
		let income = stored(id, pot(id));
		assert!(income > 900);
		assert_noop!(write_off(id, ALICE, income + 1), Error::<Test>::PotTooLow);
		assert_ok!(write_off(id, ALICE, 900));
		let event = Event::WrittenOff {
			currency: id,
			twin: twin(ALICE),
			account: ALICE,
			amount: 900,
			debt: 9_100,
		};
		assert_eq!(last_event(), Some(event));
		assert_eq!((supply(id), stored(id, pot(id))), (9_100, income - 900));
	});
}

#[test]
fn credit_calls_fail_when_not_allowed() {
	build_and_execute(|| {
		let (id, issued, town) = (currency(MUTUAL), currency(PLAIN), currency(closed(MUTUAL)));
		let set = Currencies::set_credit_line;
		let off = Currencies::write_off;
		for call in [set, off] {
			assert_noop!(call(signed(DAVE), id, 2, 1), NOT_ACTING);
			assert_noop!(call(signed(ALICE), id, 2, 1), Error::<Test>::NotIssuer);
			assert_noop!(call(signed(ISSUER), 9, 2, 1), Error::<Test>::CurrencyNotFound);
			assert_noop!(call(signed(ISSUER), issued, 2, 1), Error::<Test>::WrongSupply);
			assert_noop!(call(signed(ISSUER), id, 99, 1), NO_SUCH_TWIN);
			assert_noop!(call(RuntimeOrigin::none(), id, 2, 1), DispatchError::BadOrigin);
		}
		assert_noop!(set(signed(ISSUER), town, 2, 1), Error::<Test>::NotMember);
		assert_noop!(off(signed(ISSUER), id, 2, 0), Error::<Test>::AmountZero);
		assert_noop!(repay(9, ALICE, 1), Error::<Test>::CurrencyNotFound);
		assert_noop!(repay(issued, ALICE, 1), Error::<Test>::WrongSupply);
		assert_noop!(repay(id, ALICE, 0), Error::<Test>::AmountZero);
		assert_noop!(repay(id, ALICE, 1), Error::<Test>::NoCreditLine);
		assert_noop!(Currencies::repay(RuntimeOrigin::none(), id, 1), DispatchError::BadOrigin);
		let bob = twin(BOB);
		deactivate(BOB);
		assert_noop!(set(signed(ISSUER), id, bob, 1), NO_SUCH_TWIN);
	});
}

#[test]
fn write_off_fails_without_debt() {
	build_and_execute(|| {
		let id = currency(losing(10_000, MUTUAL));
		set_line(id, ALICE, 10_000);
		assert_ok!(transfer(id, ALICE, BOB, 1_000));
		pass_days(100);
		assert_ok!(Currencies::charge(signed(DAVE), id, BOB));
		assert_noop!(write_off(id, CAROL, 1), Error::<Test>::NoCreditLine);
		set_line(id, CAROL, 1);
		assert_noop!(write_off(id, CAROL, 1), Error::<Test>::DebtTooLow);
	});
}

#[test]
fn all_lines_together_stay_within_what_any_currency_may_have() {
	build_and_execute(|| {
		let id = currency(MUTUAL);
		set_line(id, ALICE, Balance::MAX);
		assert_ok!(transfer(id, ALICE, BOB, MAX_SUPPLY));
		assert_noop!(transfer(id, ALICE, BOB, 1), ArithmeticError::Overflow);
		assert_noop!(transfer(id, ALICE, BOB, Balance::MAX), Error::<Test>::BalanceTooLow);
	});
}
