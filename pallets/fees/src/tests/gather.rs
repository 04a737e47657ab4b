use crate::mock::*;
use frame::{
	testing_prelude::*,
	traits::{fungible::Balanced, Imbalance},
};

#[test]
fn fees_and_tips_of_a_block_are_added_up_apart() {
	execute(|| {
		let issued = Balances::total_issuance();
		pay(ALICE, 100, 7);
		assert_eq!(gathered(), Some((100, 7)));
		pay(BOB, 50, 0);
		assert_eq!(gathered(), Some((150, 7)));
		pay(ALICE, 0, 3);
		assert_eq!(gathered(), Some((150, 10)));
		// It is in no account, and there all the same.
		assert_eq!(Balances::total_issuance(), issued);
		assert_eq!(in_accounts() + 160, issued);
		finish();
		assert_eq!(Balances::total_issuance(), issued);
	});
}

#[test]
fn a_transaction_changes_its_payers_account_alone_and_tells_no_more_than_that() {
	execute(|| {
		events();
		pay(ALICE, 100, 7);
		assert_eq!((has(TREASURY), has(AUTHOR)), (DEPOSIT, DEPOSIT));
		let withdraw = pallet_balances::Event::Withdraw { who: ALICE, amount: 107 };
		assert_eq!(events(), [RuntimeEvent::from(withdraw)]);
		finish();
	});
}

#[test]
fn what_costs_nothing_is_not_written() {
	execute(|| {
		pay(ALICE, 0, 0);
		Fees::on_unbalanceds(std::iter::empty());
		Fees::on_unbalanced(Imbalance::zero());
		assert_eq!(gathered(), None);
		finish();
		assert!(shared().is_empty());
	});
}

#[test]
fn credit_that_comes_alone_is_a_fee() {
	execute(|| {
		Fees::on_unbalanced(Balances::issue(20));
		assert_eq!(gathered(), Some((20, 0)));
		Fees::on_unbalanceds([Balances::issue(5)].into_iter());
		assert_eq!(gathered(), Some((25, 0)));
		finish();
	});
}

#[test]
fn all_that_comes_after_a_fee_are_tips() {
	execute(|| {
		Fees::on_unbalanceds([5, 3, 2].map(Balances::issue).into_iter());
		assert_eq!(gathered(), Some((5, 5)));
		finish();
	});
}

/// As where a call is rolled back, or previewed.
#[test]
fn what_is_rolled_back_is_not_gathered() {
	use frame::deps::frame_support::storage::{with_transaction_unchecked, TransactionOutcome};
	execute(|| {
		pay(ALICE, 100, 7);
		with_transaction_unchecked(|| {
			pay(BOB, 50, 1);
			assert_eq!(gathered(), Some((150, 8)));
			TransactionOutcome::Rollback(())
		});
		assert_eq!((gathered(), has(BOB)), (Some((100, 7)), ENDOWMENT));
		finish();
	});
}
