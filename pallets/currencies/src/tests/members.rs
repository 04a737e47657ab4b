use crate::{
	mock::{Currencies, *},
	*,
};
use frame::testing_prelude::*;
use ourledger_primitives::money::LocalMoney;

fn expel(id: u32, account: AccountId) -> DispatchResult {
	Currencies::expel(signed(ISSUER), id, twin(account))
}

fn member_deposit() -> Balance {
	held(MemberReason::get(), ISSUER)
}

#[test]
fn admit_lets_a_twin_in_at_the_issuers_cost() {
	build_and_execute(|| {
		let id = currency(closed(PLAIN));
		admit(id, ALICE);
		let event = Event::MemberAdmitted { currency: id, twin: twin(ALICE), account: ALICE };
		assert_eq!(last_event(), Some(event));
		assert!(member_deposit() > 1_000);
		issue(id, ALICE, 10);
		assert_noop!(
			Currencies::admit(signed(ISSUER), id, twin(ALICE)),
			Error::<Test>::AlreadyMember
		);
	});
}

#[test]
fn expel_forgets_a_member_without_money() {
	build_and_execute(|| {
		let id = currency(closed(PLAIN));
		admit(id, ALICE);
		assert_ok!(expel(id, ALICE));
		let event = Event::MemberExpelled { currency: id, twin: twin(ALICE), account: ALICE };
		assert_eq!(last_event(), Some(event));
		assert_eq!(member_deposit(), 0);
		assert_eq!(Currencies::holding(id, ALICE).member, None);
		assert_noop!(expel(id, ALICE), Error::<Test>::NotMember);
	});
}

#[test]
fn an_expelled_member_redeems_and_does_nothing_else() {
	build_and_execute(|| {
		let id = currency(closed(PLAIN));
		admit(id, ALICE);
		admit(id, BOB);
		issue(id, ALICE, 100);
		issue(id, BOB, 100);
		assert_ok!(expel(id, ALICE));
		assert_eq!(Currencies::holding(id, ALICE).member, Some(true));
		assert_noop!(expel(id, ALICE), Error::<Test>::NotMember);
		assert_noop!(transfer(id, ALICE, BOB, 1), Error::<Test>::NotMember);
		assert_noop!(transfer(id, BOB, ALICE, 1), Error::<Test>::NotAdmitted);
		assert_noop!(Currencies::issue(signed(ISSUER), id, ALICE, 1), Error::<Test>::NotAdmitted);
		let deposits = member_deposit();
		assert_ok!(Currencies::redeem(signed(ALICE), id, 60, REFERENCE));
		assert_eq!(member_deposit(), deposits);
		assert_ok!(Currencies::redeem(signed(ALICE), id, 40, REFERENCE));
		assert_eq!(member_deposit(), deposits / 2);
		assert_eq!(Currencies::holding(id, ALICE).member, None);
	});
}

#[test]
fn an_expelled_debtor_repays_and_is_forgotten() {
	build_and_execute(|| {
		let id = currency(closed(MUTUAL));
		admit(id, ALICE);
		admit(id, BOB);
		set_line(id, ALICE, 100);
		assert_ok!(transfer(id, ALICE, BOB, 60));
		assert_ok!(transfer(id, BOB, ALICE, 40));
		assert_ok!(expel(id, ALICE));
		assert_noop!(transfer(id, BOB, ALICE, 1), Error::<Test>::NotAdmitted);
		assert_ok!(Currencies::repay(signed(ALICE), id, 40));
		assert_eq!((debt(id, ALICE), balance(id, ALICE)), (20, 0));
		assert_eq!(Currencies::holding(id, ALICE).member, None);
	});
}

#[test]
fn an_expelled_holder_of_mutual_credit_spends_what_it_has_and_draws_nothing() {
	build_and_execute(|| {
		let id = currency(closed(MUTUAL));
		for who in [ALICE, BOB] {
			admit(id, who);
			set_line(id, who, 100);
		}
		assert_ok!(transfer(id, BOB, ALICE, 60));
		let deposits = member_deposit();
		assert_ok!(expel(id, ALICE));
		assert_eq!(Currencies::holding(id, ALICE).spendable, 60);
		assert_noop!(transfer(id, ALICE, BOB, 61), Error::<Test>::BalanceTooLow);
		assert_ok!(transfer(id, ALICE, BOB, 20));
		assert_noop!(transfer(id, BOB, ALICE, 1), Error::<Test>::NotAdmitted);
		assert_eq!(member_deposit(), deposits);
		assert_ok!(transfer(id, ALICE, BOB, 40));
		assert_eq!((member_deposit(), Currencies::holding(id, ALICE).member), (deposits / 2, None));
		assert_noop!(transfer(id, ALICE, BOB, 1), Error::<Test>::NotMember);
	});
}

#[test]
fn admit_takes_an_expelled_member_back() {
	build_and_execute(|| {
		let id = currency(closed(PLAIN));
		admit(id, ALICE);
		issue(id, ALICE, 100);
		assert_ok!(expel(id, ALICE));
		let deposit = member_deposit();
		admit(id, ALICE);
		assert_eq!(member_deposit(), deposit);
		admit(id, BOB);
		assert_ok!(transfer(id, ALICE, BOB, 1));
	});
}

#[test]
fn expel_again_clears_an_entry_that_lost_its_money_while_the_currency_was_open() {
	build_and_execute(|| {
		let id = currency(PLAIN);
		admit(id, ALICE);
		issue(id, ALICE, 100);
		assert_ok!(expel(id, ALICE));
		assert_ok!(transfer(id, ALICE, BOB, 100));
		assert_ok!(expel(id, ALICE));
		assert_eq!(member_deposit(), 0);
	});
}

#[test]
fn an_expelled_member_gets_back_what_a_pot_keeps_for_it() {
	build_and_execute(|| {
		let id = currency(closed(PLAIN));
		admit(id, ALICE);
		issue(id, ALICE, 100);
		assert_ok!(Currencies::open_pot(&777));
		assert_ok!(Currencies::pay(id, &ALICE, &777, 60));
		assert_ok!(expel(id, ALICE));
		assert_noop!(Currencies::pay(id, &777, &ALICE, 60), Error::<Test>::NotAdmitted);
		let kept = Currencies::keep(id, 60).expect("there is such a currency");
		assert_ok!(Currencies::settle(id, &777, &ALICE, kept));
		assert_eq!(balance(id, ALICE), 100);
	});
}

#[test]
fn admit_and_expel_fail_when_not_allowed() {
	build_and_execute(|| {
		let id = currency(closed(PLAIN));
		for call in [Currencies::admit, Currencies::expel] {
			assert_noop!(call(signed(DAVE), id, 2), NOT_ACTING);
			assert_noop!(call(signed(ALICE), id, 2), Error::<Test>::NotIssuer);
			assert_noop!(call(signed(ISSUER), 9, 2), Error::<Test>::CurrencyNotFound);
			assert_noop!(call(signed(ISSUER), id, 99), NO_SUCH_TWIN);
			assert_noop!(call(RuntimeOrigin::none(), id, 2), DispatchError::BadOrigin);
		}
		assert_noop!(expel(id, ALICE), Error::<Test>::NotMember);
		let bob = twin(BOB);
		deactivate(BOB);
		assert_noop!(Currencies::admit(signed(ISSUER), id, bob), NO_SUCH_TWIN);
		assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), ISSUER, 500));
		assert_noop!(
			Currencies::admit(signed(ISSUER), id, twin(ALICE)),
			TokenError::FundsUnavailable
		);
	});
}
