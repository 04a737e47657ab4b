use crate::{
	mock::{Currencies, *},
	*,
};
use frame::testing_prelude::*;

fn freeze_until(id: u32, account: AccountId, until: u64) -> DispatchResult {
	Currencies::freeze(signed(AUTHORITY), id, account, REFERENCE, until)
}

#[test]
fn nothing_leaves_a_frozen_account_and_money_still_arrives() {
	build_and_execute(|| {
		let id = currency(PLAIN);
		issue(id, ALICE, 100);
		issue(id, BOB, 100);
		assert_ok!(freeze_until(id, ALICE, 50));
		let event =
			Event::AccountFrozen { currency: id, account: ALICE, reason: REFERENCE, until: 50 };
		assert_eq!(last_event(), Some(event));
		assert!(held(FreezeReason::get(), AUTHORITY) > 1_000);
		assert_noop!(transfer(id, ALICE, BOB, 1), Error::<Test>::AccountFrozen);
		assert_ok!(transfer(id, BOB, ALICE, 1));
		issue(id, ALICE, 1);
		let info = Currencies::holding(id, ALICE);
		assert_eq!((info.balance, info.spendable, info.frozen_until), (102, 0, Some(50)));
	});
}

#[test]
fn a_freeze_ends_by_itself() {
	build_and_execute(|| {
		let id = currency(PLAIN);
		issue(id, ALICE, 100);
		assert_ok!(freeze_until(id, ALICE, 50));
		System::set_block_number(49);
		assert_noop!(transfer(id, ALICE, BOB, 1), Error::<Test>::AccountFrozen);
		assert_noop!(freeze_until(id, ALICE, 60), Error::<Test>::AlreadyFrozen);
		System::set_block_number(50);
		assert_ok!(transfer(id, ALICE, BOB, 1));
		// A new one needs no clearing away, and costs once.
		let deposit = held(FreezeReason::get(), AUTHORITY);
		assert_ok!(freeze_until(id, ALICE, 60));
		assert_eq!(held(FreezeReason::get(), AUTHORITY), deposit);
	});
}

#[test]
fn unfreeze_is_for_the_authority_and_then_for_anyone() {
	build_and_execute(|| {
		let id = currency(PLAIN);
		let unfreeze = |caller| Currencies::unfreeze(signed(caller), id, ALICE);
		assert_noop!(unfreeze(AUTHORITY), Error::<Test>::NotFrozen);
		assert_ok!(freeze_until(id, ALICE, 50));
		assert_noop!(unfreeze(BOB), Error::<Test>::NotAuthority);
		assert_noop!(unfreeze(DAVE), NOT_ACTING);
		assert_ok!(unfreeze(AUTHORITY));
		let event = Event::AccountUnfrozen { currency: id, account: ALICE };
		assert_eq!(last_event(), Some(event));
		assert_eq!(held(FreezeReason::get(), AUTHORITY), 0);
		assert_ok!(freeze_until(id, ALICE, 50));
		System::set_block_number(50);
		assert_ok!(unfreeze(DAVE));
		assert_eq!(held(FreezeReason::get(), AUTHORITY), 0);
	});
}

#[test]
fn the_deposit_goes_back_to_who_froze() {
	build_and_execute(|| {
		let id = currency(PLAIN);
		assert_ok!(freeze_until(id, ALICE, 50));
		Authorities::set(vec![(TOWN, twin(BOB))]);
		let unfreeze = |caller| Currencies::unfreeze(signed(caller), id, ALICE);
		assert_noop!(unfreeze(AUTHORITY), Error::<Test>::NotAuthority);
		assert_ok!(unfreeze(BOB));
		assert_eq!(free(AUTHORITY), ENDOWMENT);
	});
}

#[test]
fn freeze_ends_when_its_time_is_over_however_few_blocks_there_were() {
	build_and_execute(|| {
		let id = currency(PLAIN);
		issue(id, ALICE, 100);
		assert_ok!(freeze_until(id, ALICE, 50));
		Blockless::set(48);
		assert_noop!(transfer(id, ALICE, BOB, 1), Error::<Test>::AccountFrozen);
		Blockless::set(49);
		assert_ok!(transfer(id, ALICE, BOB, 1));
	});
}

#[test]
fn freeze_lasts_at_most_so_long() {
	build_and_execute(|| {
		let id = currency(PLAIN);
		System::set_block_number(10);
		for until in [9, 10, 11 + MAX_FREEZE] {
			assert_noop!(freeze_until(id, ALICE, until), Error::<Test>::FreezeTooLong);
		}
		assert_ok!(freeze_until(id, ALICE, 11));
		assert_ok!(freeze_until(id, BOB, 10 + MAX_FREEZE));
	});
}

#[test]
fn freeze_fails_when_not_allowed() {
	build_and_execute(|| {
		let id = currency(PLAIN);
		let freeze =
			|caller, id, account| Currencies::freeze(signed(caller), id, account, REFERENCE, 50);
		assert_noop!(freeze(DAVE, id, ALICE), NOT_ACTING);
		assert_noop!(freeze(ISSUER, id, ALICE), Error::<Test>::NotAuthority);
		assert_noop!(freeze(AUTHORITY, 9, ALICE), Error::<Test>::CurrencyNotFound);
		assert_noop!(freeze(AUTHORITY, id, pot(id)), Error::<Test>::ToPot);
		let (name, symbol) = (bounded(b"Free".to_vec()), bounded(b"FREE".to_vec()));
		let create = Currencies::create(signed(ISSUER), name, symbol, 0, None, PLAIN, NOTICE);
		assert_ok!(create);
		assert_noop!(freeze(AUTHORITY, 1, ALICE), Error::<Test>::NoAuthority);
		assert_noop!(
			Currencies::freeze(RuntimeOrigin::root(), id, ALICE, REFERENCE, 50),
			DispatchError::BadOrigin
		);
		assert_ok!(Balances::force_set_balance(RuntimeOrigin::root(), AUTHORITY, 500));
		assert_noop!(freeze(AUTHORITY, id, ALICE), TokenError::FundsUnavailable);
	});
}
