use crate::{
	mock::{Currencies, *},
	*,
};
use frame::testing_prelude::*;

fn redeem(id: u32, from: AccountId, amount: Balance) -> DispatchResult {
	Currencies::redeem(signed(from), id, amount, REFERENCE)
}

#[test]
fn issue_mints_up_to_the_cap() {
	build_and_execute(|| {
		let id = currency(Terms { supply: Supply::Issued { cap: 100 }, ..PLAIN });
		issue(id, ALICE, 60);
		let event = Event::Issued { currency: id, to: ALICE, amount: 60 };
		assert_eq!(last_event(), Some(event));
		assert_eq!((balance(id, ALICE), stored(id, ALICE), supply(id)), (60, 60, 60));
		let issue = |amount| Currencies::issue(signed(ISSUER), id, BOB, amount);
		assert_noop!(issue(41), Error::<Test>::CapExceeded);
		assert_ok!(issue(40));
		assert_noop!(issue(1), Error::<Test>::CapExceeded);
		assert_noop!(issue(Balance::MAX), Error::<Test>::CapExceeded);
	});
}

#[test]
fn issue_stays_within_what_any_currency_may_have() {
	build_and_execute(|| {
		let id = currency(Terms { supply: Supply::Issued { cap: Balance::MAX }, ..PLAIN });
		issue(id, ALICE, MAX_SUPPLY);
		assert_noop!(Currencies::issue(signed(ISSUER), id, BOB, 1), Error::<Test>::CapExceeded);
		// All of it moves.
		assert_ok!(transfer(id, ALICE, BOB, MAX_SUPPLY));
	});
}

#[test]
fn a_cap_below_supply_stops_further_issue_alone() {
	build_and_execute(|| {
		let id = currency(PLAIN);
		issue(id, ALICE, 100);
		let terms = Terms { supply: Supply::Issued { cap: 50 }, ..PLAIN };
		assert_ok!(Currencies::amend(signed(ISSUER), id, terms));
		pass_days(u32::from(NOTICE) + 1);
		let issue = |amount| Currencies::issue(signed(ISSUER), id, BOB, amount);
		assert_noop!(issue(1), Error::<Test>::CapExceeded);
		assert_ok!(transfer(id, ALICE, BOB, 70));
		assert_ok!(redeem(id, BOB, 70));
		assert_ok!(issue(20));
	});
}

#[test]
fn issue_fails_when_not_allowed() {
	build_and_execute(|| {
		let (id, mutual, town) = (currency(PLAIN), currency(MUTUAL), currency(closed(PLAIN)));
		let issue = |caller, id, to, amount| Currencies::issue(signed(caller), id, to, amount);
		assert_noop!(issue(DAVE, id, ALICE, 1), NOT_ACTING);
		assert_noop!(issue(ALICE, id, ALICE, 1), Error::<Test>::NotIssuer);
		assert_noop!(issue(ISSUER, 9, ALICE, 1), Error::<Test>::CurrencyNotFound);
		assert_noop!(issue(ISSUER, mutual, ALICE, 1), Error::<Test>::WrongSupply);
		assert_noop!(issue(ISSUER, id, ALICE, 0), Error::<Test>::AmountZero);
		assert_noop!(issue(ISSUER, id, pot(id), 1), Error::<Test>::ToPot);
		assert_noop!(issue(ISSUER, town, ALICE, 1), Error::<Test>::NotAdmitted);
		assert_noop!(issue(ISSUER, id, NOBODY, 1), Error::<Test>::NoSuchAccount);
		assert_noop!(
			Currencies::issue(RuntimeOrigin::none(), id, ALICE, 1),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn issue_fails_when_the_account_has_no_room() {
	build_and_execute(|| {
		let id = currency(PLAIN);
		while System::inc_consumers(&DAVE).is_ok() {}
		assert_noop!(
			Currencies::issue(signed(ISSUER), id, DAVE, 1),
			Error::<Test>::ReceiverCantHold
		);
	});
}

#[test]
fn redeem_burns() {
	build_and_execute(|| {
		let id = currency(PLAIN);
		issue(id, DAVE, 100);
		assert_ok!(redeem(id, DAVE, 40));
		let event = Event::Redeemed { currency: id, from: DAVE, amount: 40, reference: REFERENCE };
		assert_eq!(last_event(), Some(event));
		assert_eq!((balance(id, DAVE), supply(id)), (60, 60));
		assert_ok!(redeem(id, DAVE, 60));
		assert_eq!((balance(id, DAVE), supply(id)), (0, 0));
	});
}

#[test]
fn redeem_fails_when_not_allowed() {
	build_and_execute(|| {
		let (id, mutual) = (currency(PLAIN), currency(MUTUAL));
		issue(id, ALICE, 100);
		assert_noop!(redeem(9, ALICE, 1), Error::<Test>::CurrencyNotFound);
		assert_noop!(redeem(mutual, ALICE, 1), Error::<Test>::WrongSupply);
		assert_noop!(redeem(id, ALICE, 0), Error::<Test>::AmountZero);
		assert_noop!(redeem(id, ALICE, 101), Error::<Test>::BalanceTooLow);
		assert_noop!(redeem(id, BOB, 1), Error::<Test>::BalanceTooLow);
		freeze(id, ALICE);
		assert_noop!(redeem(id, ALICE, 1), Error::<Test>::AccountFrozen);
		assert_noop!(
			Currencies::redeem(RuntimeOrigin::none(), id, 1, REFERENCE),
			DispatchError::BadOrigin
		);
	});
}
