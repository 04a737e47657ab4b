//! The adapter, as conversion, fees and other pallets see it, alone and within the union with OUR.

use crate::{
	mock::{Currencies, *},
	*,
};
use frame::{
	testing_prelude::*,
	traits::{
		fungibles::{Balanced, Credit, Inspect, Mutate, Refund, Unbalanced},
		tokens::{
			DepositConsequence, Fortitude::Polite, Precision::*, Preservation::*, Provenance::*,
			WithdrawConsequence,
		},
		AccountTouch,
	},
};

type Adapter = crate::Pallet<Test>;

/// As fee payment does: what is left of a withdrawal comes back, the rest goes to a pot.
fn pay_fee(id: u32, who: AccountId, amount: Balance) -> DispatchResult {
	let credit = Union::withdraw(kind(id), &who, amount, Exact, Preserve, Polite)?;
	assert_eq!((credit.asset(), credit.peek()), (kind(id), amount));
	let (refund, fee) = credit.split(amount / 4);
	assert!(Union::resolve(&who, refund).is_ok(), "a payer can get change");
	assert!(Union::resolve(&pot(id), fee).is_ok(), "a pot takes what comes");
	Ok(())
}

#[test]
fn a_fee_is_withdrawn_and_resolved() {
	build_and_execute(|| {
		for terms in [PLAIN, closed(PLAIN), losing(5_000, PLAIN), closed(losing(5_000, PLAIN))] {
			let id = currency(terms);
			admit(id, ALICE);
			issue(id, ALICE, 100_000);
			pass_days(3);
			let before = balance(id, ALICE);
			assert_ok!(pay_fee(id, ALICE, 400));
			assert_eq!(balance(id, ALICE), before - 300);
			assert_eq!(stored(id, pot(id)), 300 + (100_000 - before));
			assert_eq!(supply(id), 100_000);
		}
	});
}

#[test]
fn a_fee_keeps_the_account_alive() {
	build_and_execute(|| {
		let id = currency(PLAIN);
		issue(id, ALICE, 400);
		assert_eq!(Union::reducible_balance(kind(id), &ALICE, Preserve, Polite), 399);
		assert_noop!(pay_fee(id, ALICE, 400), Error::<Test>::BalanceTooLow);
		assert_eq!(
			Union::can_withdraw(kind(id), &ALICE, 400),
			WithdrawConsequence::ReducedToZero(0)
		);
		assert_eq!(Union::can_withdraw(kind(id), &ALICE, 399), WithdrawConsequence::Success);
		assert_eq!(Union::can_withdraw(kind(id), &ALICE, 401), WithdrawConsequence::BalanceLow);
	});
}

#[test]
fn a_fee_draws_on_a_credit_line() {
	build_and_execute(|| {
		let id = currency(MUTUAL);
		set_line(id, ALICE, 500);
		assert_eq!(Union::reducible_balance(kind(id), &ALICE, Preserve, Polite), 499);
		assert_eq!(Union::can_withdraw(kind(id), &ALICE, 499), WithdrawConsequence::Success);
		assert_ok!(pay_fee(id, ALICE, 400));
		// One unit stays to keep the account, and a quarter came back.
		assert_eq!((debt(id, ALICE), balance(id, ALICE)), (401, 101));
		assert_eq!((supply(id), stored(id, pot(id))), (401, 300));
		assert_noop!(pay_fee(id, ALICE, 200), Error::<Test>::BalanceTooLow);
	});
}

#[test]
fn a_fee_is_refused_to_the_frozen_and_to_strangers() {
	build_and_execute(|| {
		let (id, town) = (currency(PLAIN), currency(closed(PLAIN)));
		issue(id, ALICE, 1_000);
		freeze(id, ALICE);
		admit(town, BOB);
		issue(town, BOB, 1_000);
		assert_ok!(Currencies::expel(signed(ISSUER), town, twin(BOB)));
		for (id, who, error) in
			[(id, ALICE, Error::<Test>::AccountFrozen), (town, BOB, Error::NotMember)]
		{
			assert_noop!(pay_fee(id, who, 400), error);
			assert_eq!(Union::reducible_balance(kind(id), &who, Expendable, Polite), 0);
			assert_eq!(Union::can_withdraw(kind(id), &who, 1), WithdrawConsequence::Frozen);
		}
	});
}

#[test]
fn a_credit_that_nobody_takes_goes_into_the_pot() {
	build_and_execute(|| {
		for terms in [MUTUAL, losing(1_000, MUTUAL)] {
			let id = currency(terms);
			set_line(id, ALICE, 500);
			drop(Adapter::withdraw(id, &ALICE, 200, Exact, Expendable, Polite));
			assert_eq!((supply(id), debt(id, ALICE), stored(id, pot(id))), (200, 200, 200));
			let town = currency(closed(terms));
			admit(town, ALICE);
			set_line(town, ALICE, 500);
			let credit = Union::withdraw(kind(town), &ALICE, 200, Exact, Expendable, Polite);
			let refused = Union::resolve(&BOB, credit.expect("she has credit"));
			drop(refused.expect_err("a stranger can't have it"));
			assert_eq!((supply(town), stored(town, pot(town))), (200, 200));
		}
	});
}

#[test]
fn nothing_comes_from_nowhere() {
	build_and_execute(|| {
		for terms in [PLAIN, MUTUAL] {
			let id = currency(terms);
			assert_eq!(<Adapter as Balanced<_>>::issue(id, 100).peek(), 0);
			assert_eq!(Adapter::rescind(id, 100).peek(), 0);
			assert!(Adapter::pair(id, 100).is_err());
			assert_eq!(supply(id), 0);
			assert_err!(Adapter::restore(id, &ALICE, 1), DispatchError::Unavailable);
			assert_err!(Adapter::shelve(id, &ALICE, 1), DispatchError::Unavailable);
			assert_err!(Adapter::write_balance(id, &ALICE, 1), DispatchError::Unavailable);
		}
		let mutual = 1;
		assert_noop!(Adapter::mint_into(mutual, &ALICE, 1), Error::<Test>::WrongSupply);
		set_line(mutual, ALICE, 10);
		let burn = Adapter::burn_from(mutual, &ALICE, 1, Expendable, Exact, Polite);
		assert_err!(burn, Error::<Test>::WrongSupply);
	});
}

#[test]
fn mint_and_burn_are_what_issuer_and_holder_may_do() {
	build_and_execute(|| {
		let id = currency(closed(Terms { supply: Supply::Issued { cap: 100 }, ..PLAIN }));
		assert_noop!(Adapter::mint_into(id, &ALICE, 1), Error::<Test>::NotAdmitted);
		admit(id, ALICE);
		assert_ok!(Adapter::mint_into(id, &ALICE, 100), 100);
		assert_noop!(Adapter::mint_into(id, &ALICE, 1), Error::<Test>::CapExceeded);
		let burn =
			|amount, precision| Adapter::burn_from(id, &ALICE, amount, Preserve, precision, Polite);
		assert_noop!(burn(100, Exact), Error::<Test>::BalanceTooLow);
		assert_ok!(burn(40, Exact), 40);
		assert_ok!(burn(100, BestEffort), 59);
		assert_eq!((supply(id), balance(id, ALICE)), (1, 1));
	});
}

#[test]
fn deposits_are_told_beforehand() {
	build_and_execute(|| {
		let (id, town, mutual) = (currency(PLAIN), currency(closed(PLAIN)), currency(MUTUAL));
		let can = |id, who, amount, provenance| Adapter::can_deposit(id, &who, amount, provenance);
		assert_eq!(can(id, ALICE, 1, Extant), DepositConsequence::Success);
		assert_eq!(can(id, ALICE, 1, Minted), DepositConsequence::Success);
		assert_eq!(can(id, NOBODY, 1, Extant), DepositConsequence::CannotCreate);
		assert_eq!(can(town, ALICE, 1, Extant), DepositConsequence::Blocked);
		assert_eq!(can(mutual, ALICE, 1, Extant), DepositConsequence::Success);
		assert_eq!(can(mutual, ALICE, 1, Minted), DepositConsequence::Blocked);
		assert_eq!(can(id, ALICE, 2_000_000_000_000, Minted), DepositConsequence::Overflow);
		assert_eq!(can(9, ALICE, 1, Extant), DepositConsequence::UnknownAsset);
	});
}

#[test]
fn transfer_follows_every_rule_and_reports_what_fails() {
	build_and_execute(|| {
		let (id, town) = (currency(PLAIN), currency(closed(PLAIN)));
		for id in [id, town] {
			admit(id, ALICE);
			issue(id, ALICE, 100);
		}
		let send = |id, from, to, amount| Union::transfer(kind(id), &from, &to, amount, Preserve);
		assert_ok!(send(id, ALICE, BOB, 40), 40);
		assert_ok!(send(id, ALICE, BOB, 0), 0);
		assert_noop!(send(id, ALICE, BOB, 60), Error::<Test>::BalanceTooLow);
		assert_noop!(send(town, ALICE, BOB, 1), Error::<Test>::NotAdmitted);
		assert_noop!(send(town, BOB, ALICE, 1), Error::<Test>::NotMember);
		// The default of `transfer` would lose what doesn't arrive.
		assert_noop!(send(id, ALICE, NOBODY, 1), Error::<Test>::NoSuchAccount);
		while System::inc_consumers(&DAVE).is_ok() {}
		assert_noop!(send(id, ALICE, DAVE, 1), Error::<Test>::ReceiverCantHold);
		freeze(id, ALICE);
		assert_noop!(send(id, ALICE, BOB, 1), Error::<Test>::AccountFrozen);
		assert_noop!(send(9, ALICE, BOB, 1), Error::<Test>::CurrencyNotFound);
	});
}

#[test]
fn what_leaves_a_pot_arrives_but_elsewhere_rules_hold() {
	build_and_execute(|| {
		let town = currency(closed(PLAIN));
		admit(town, ALICE);
		issue(town, ALICE, 100);
		assert_ok!(<Adapter as Mutate<_>>::transfer(town, &ALICE, &pot(town), 50, Preserve));
		assert_ok!(<Adapter as Mutate<_>>::transfer(town, &pot(town), &BOB, 20, Preserve));
		assert_eq!(balance(town, BOB), 20);
		assert_noop!(
			<Adapter as Mutate<_>>::transfer(town, &BOB, &ALICE, 1, Expendable),
			Error::<Test>::NotMember
		);
		assert_ok!(Currencies::redeem(signed(BOB), town, 20, REFERENCE));
	});
}

#[test]
fn balances_are_net_and_best_effort_takes_what_there_is() {
	build_and_execute(|| {
		let id = currency(losing(10_000, PLAIN));
		issue(id, ALICE, 1_001);
		pass_days(1);
		assert_eq!(Adapter::balance(id, &ALICE), 990);
		assert_eq!(Adapter::total_balance(id, &ALICE), 990);
		assert_eq!(Adapter::total_issuance(id), 1_001);
		assert_eq!(Adapter::minimum_balance(id), 1);
		let take = |amount, precision| {
			Adapter::decrease_balance(id, &ALICE, amount, precision, Preserve, Polite)
		};
		assert_noop!(take(990, Exact), Error::<Test>::BalanceTooLow);
		hypothetically!({
			let credit = Adapter::withdraw(id, &ALICE, 990, BestEffort, Preserve, Polite);
			assert_eq!(credit.map(|credit: Credit<AccountId, Adapter>| credit.peek()), Ok(989));
		});
		assert_eq!(Adapter::balance(9, &ALICE), 0);
		assert!(Adapter::asset_exists(id) && !Adapter::asset_exists(9));
	});
}

#[test]
fn touch_and_refund_are_those_of_pallet_assets() {
	build_and_execute(|| {
		let id = currency(losing(10_000, PLAIN));
		assert_eq!(Adapter::deposit_required(id), 100);
		assert!(!Adapter::should_touch(id, &ALICE));
		while System::inc_consumers(&DAVE).is_ok() {}
		assert!(Adapter::should_touch(id, &DAVE));
		assert_ok!(Adapter::touch(id, &DAVE, &ALICE));
		assert_eq!(Adapter::deposit_held(id, DAVE), Some((ALICE, 100)));
		pass_days(1);
		issue(id, DAVE, 10);
		assert_eq!(balance(id, DAVE), 10);
		assert_ok!(transfer(id, DAVE, BOB, 10));
		assert_ok!(Adapter::refund(id, DAVE));
		assert_eq!(Balances::reserved_balance(ALICE), 0);
	});
}
