//! What a transaction costs, and where the fee goes.

use super::{chain, check_state};
use crate::{
	configs::monetary::{ShareFees, TreasuryAccount, BASE_FEE, BYTE_FEE},
	Balances, TransactionPayment,
};
use frame_support::{
	dispatch::GetDispatchInfo,
	storage::storage_prefix,
	traits::{fungible::Balanced, OnUnbalanced},
};
use ourledger_primitives::currency::{EXISTENTIAL_DEPOSIT, OUR};
use sp_keyring::Sr25519Keyring::Bob;

fn transfer() -> crate::RuntimeCall {
	crate::RuntimeCall::Balances(pallet_balances::Call::transfer_keep_alive {
		dest: Bob.to_account_id().into(),
		value: OUR,
	})
}

/// What the treasury holds. Genesis gives it the existential deposit.
fn treasury() -> u128 {
	Balances::free_balance(TreasuryAccount::get())
}

#[test]
fn a_transfer_costs_between_a_base_fee_and_five() {
	chain("development").execute_with(|| {
		let info = transfer().get_dispatch_info();
		let bytes = 145;
		let fee = TransactionPayment::compute_fee(bytes, &info, 0);
		assert!(fee > BASE_FEE + BYTE_FEE * u128::from(bytes), "{fee}");
		assert!(fee < 5 * BASE_FEE, "{fee}");
	});
}

#[test]
fn a_tip_is_added_to_the_fee() {
	chain("development").execute_with(|| {
		let info = transfer().get_dispatch_info();
		let without = TransactionPayment::compute_fee(145, &info, 0);
		assert_eq!(TransactionPayment::compute_fee(145, &info, OUR), without + OUR);
	});
}

#[test]
fn fees_and_tips_of_a_block_without_author_go_to_the_treasury() {
	chain("development").execute_with(|| {
		let before = Balances::total_issuance();
		let fee = Balances::issue(10 * OUR);
		let tip = Balances::issue(OUR);
		ShareFees::on_unbalanceds([fee, tip].into_iter());
		assert_eq!(treasury(), EXISTENTIAL_DEPOSIT + 11 * OUR);
		assert_eq!(Balances::total_issuance(), before + 11 * OUR);
		check_state();
	});
}

#[test]
fn half_of_a_fee_and_the_whole_tip_go_to_the_author() {
	chain("development").execute_with(|| {
		let author = Bob.to_account_id();
		let key = storage_prefix(b"Authorship", b"Author");
		frame_support::storage::unhashed::put(&key, &author);
		let before = Balances::free_balance(&author);
		ShareFees::on_unbalanceds([Balances::issue(10 * OUR), Balances::issue(OUR)].into_iter());
		assert_eq!(treasury(), EXISTENTIAL_DEPOSIT + 5 * OUR);
		assert_eq!(Balances::free_balance(&author), before + 6 * OUR);
		check_state();
	});
}
