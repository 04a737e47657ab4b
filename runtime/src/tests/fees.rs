//! What a transaction costs, and where the fee goes.

use super::{account, apply, chain, check_state};
use crate::{
	configs::{
		currencies::CurrencyKind,
		monetary::{ShareFees, TreasuryAccount, BASE_FEE, BYTE_FEE},
	},
	tests::choke_point::town,
	AccountId, Balances, TransactionPayment,
};
use frame_support::{
	dispatch::GetDispatchInfo,
	storage::storage_prefix,
	traits::{fungible::Balanced, OnUnbalanced},
};
use ourledger_primitives::currency::{EXISTENTIAL_DEPOSIT, OUR};
use sp_keyring::Sr25519Keyring::{Bob, Eve};

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

/// The author of this block.
fn author() -> AccountId {
	let author = account(Bob);
	let key = storage_prefix(b"Authorship", b"Author");
	frame_support::storage::unhashed::put(&key, &author);
	author
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
		let author = author();
		let before = Balances::free_balance(&author);
		ShareFees::on_unbalanceds([Balances::issue(10 * OUR), Balances::issue(OUR)].into_iter());
		assert_eq!(treasury(), EXISTENTIAL_DEPOSIT + 5 * OUR);
		assert_eq!(Balances::free_balance(&author), before + 6 * OUR);
		check_state();
	});
}

#[test]
fn a_fee_is_shared_the_same_whatever_it_is_paid_in() {
	chain("local_testnet").execute_with(|| {
		town::Town::build(account);
		let author = author();
		let local = town::local(town::OPEN);
		for fee in [None, Some(CurrencyKind::Native), Some(local)] {
			let before = (treasury(), Balances::free_balance(&author));
			let remark = frame_system::Call::remark { remark: vec![0; 10_000] };
			assert_eq!(apply(Eve, remark.into(), fee.clone()), Ok(Ok(())));
			let to_treasury = treasury() - before.0;
			let to_author = Balances::free_balance(&author) - before.1;
			assert!(to_treasury > BYTE_FEE * 5_000, "{fee:?}: {to_treasury}");
			assert!(to_author - to_treasury <= 1, "{fee:?}: {to_treasury}, {to_author}");
		}
		check_state();
	});
}

#[test]
fn a_tip_is_the_authors_whatever_it_is_paid_in() {
	use crate::configs::currencies::NativeAndCurrencies;
	use frame_support::traits::fungibles;

	chain("development").execute_with(|| {
		let author = author();
		let before = Balances::free_balance(&author);
		let issue = |amount| {
			<NativeAndCurrencies as fungibles::Balanced<_>>::issue(CurrencyKind::Native, amount)
		};
		ShareFees::on_unbalanceds([issue(10 * OUR), issue(OUR)].into_iter());
		assert_eq!(treasury(), EXISTENTIAL_DEPOSIT + 5 * OUR);
		assert_eq!(Balances::free_balance(&author), before + 6 * OUR);
		check_state();
	});
}
