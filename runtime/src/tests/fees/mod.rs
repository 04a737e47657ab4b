//! What a transaction costs, and where the fee goes.

mod model;

use super::{account, apply, chain, check_state, share_fees, signed, Call};
use crate::{
	configs::{
		currencies::{CurrencyKind, NativeAndCurrencies},
		monetary::{GatherFees, PayFromTreasury, TreasuryAccount, WeightFee, BYTE_FEE},
		system::RuntimeBlockWeights,
	},
	tests::choke_point::town,
	AccountId, Balance, Balances, Council, Currencies, Fees, Runtime, RuntimeEvent, System,
	TransactionPayment,
};
use codec::Encode;
use frame_support::{
	assert_ok,
	dispatch::GetDispatchInfo,
	storage::{storage_prefix, unhashed},
	traits::{
		fungible::Balanced,
		fungibles,
		tokens::{Fortitude, Pay, Precision, Preservation},
		OnUnbalanced,
	},
	weights::WeightToFee,
};
use ourledger_primitives::{
	currency::{EXISTENTIAL_DEPOSIT, OUR},
	money::LocalMoney,
};
use pallet_fees::Event::Shared;
use sp_keyring::Sr25519Keyring::{Alice, Bob, Eve};
use sp_runtime::{traits::Hash, TokenError};
use std::collections::BTreeMap;

/// What all accounts have, deposits included.
type Books = BTreeMap<AccountId, Balance>;

fn books() -> Books {
	frame_system::Account::<Runtime>::iter()
		.map(|(who, it)| (who, it.data.free + it.data.reserved))
		.filter(|(_, all)| *all > 0)
		.collect()
}

/// What the treasury holds. Genesis gives it the existential deposit.
fn treasury() -> Balance {
	Balances::free_balance(TreasuryAccount::get())
}

/// Makes an account the author of this block.
fn set_author(author: &AccountId) {
	unhashed::put(&storage_prefix(b"Authorship", b"Author"), author);
}

/// Fees and tips that are gathered, as their bytes in the state say.
fn gathered() -> Option<(Balance, Balance)> {
	unhashed::get(&storage_prefix(b"Fees", b"Gathered"))
}

/// What was shared in this block: the author, its part, the treasury's.
fn shared() -> Vec<(Option<AccountId>, Balance, Balance)> {
	let of_it = |event| match event {
		RuntimeEvent::Fees(Shared { author, to_author, to_treasury }) => {
			Some((author, to_author, to_treasury))
		},
		_ => None,
	};
	System::events().into_iter().filter_map(|record| of_it(record.event)).collect()
}

/// As the SDK pays a fee and a tip that name no currency, and as it pays those that do.
const WAYS: [fn([Balance; 2]); 2] = [without_currency, with_currency];

fn without_currency(fee_and_tip: [Balance; 2]) {
	Fees::on_unbalanceds(fee_and_tip.map(Balances::issue).into_iter());
}

fn with_currency(fee_and_tip: [Balance; 2]) {
	let issue = |amount| {
		<NativeAndCurrencies as fungibles::Balanced<_>>::issue(CurrencyKind::Native, amount)
	};
	GatherFees::on_unbalanceds(fee_and_tip.map(issue).into_iter());
}

/// Takes money out of an account as the SDK does for a fee that names a currency.
fn withdraw(
	currency: CurrencyKind,
	who: &AccountId,
	amount: Balance,
) -> fungibles::Credit<AccountId, NativeAndCurrencies> {
	let taken = <NativeAndCurrencies as fungibles::Balanced<_>>::withdraw(
		currency,
		who,
		amount,
		Precision::Exact,
		Preservation::Preserve,
		Fortitude::Polite,
	);
	taken.expect("there is so much")
}

fn remark(bytes: usize) -> Call {
	frame_system::Call::remark { remark: vec![0; bytes] }.into()
}

#[test]
fn a_transfer_costs_less_than_a_thousandth() {
	chain("development").execute_with(|| {
		let dest = account(Bob).into();
		let transfer: Call = pallet_balances::Call::transfer_keep_alive { dest, value: OUR }.into();
		let (info, bytes) = (transfer.get_dispatch_info(), 145);
		let base = RuntimeBlockWeights::get().get(info.class).base_extrinsic;
		let least = WeightFee::weight_to_fee(&base) + BYTE_FEE * u128::from(bytes);
		let fee = TransactionPayment::compute_fee(bytes, &info, 0);
		assert!(fee > least, "{fee}");
		assert!(fee < OUR / 1_000, "{fee}");
	});
}

#[test]
fn a_tip_is_added_to_the_fee() {
	chain("development").execute_with(|| {
		let info = remark(1).get_dispatch_info();
		let without = TransactionPayment::compute_fee(145, &info, 0);
		assert_eq!(TransactionPayment::compute_fee(145, &info, OUR), without + OUR);
	});
}

#[test]
fn fees_and_tips_of_a_block_without_author_go_to_the_treasury() {
	for pay in WAYS {
		chain("development").execute_with(|| {
			let before = Balances::total_issuance();
			pay([10 * OUR, OUR]);
			assert_eq!(treasury(), EXISTENTIAL_DEPOSIT);
			share_fees();
			assert_eq!(treasury(), EXISTENTIAL_DEPOSIT + 11 * OUR);
			assert_eq!(Balances::total_issuance(), before + 11 * OUR);
			assert_eq!(shared(), [(None, 0, 11 * OUR)]);
			check_state();
		});
	}
}

/// So its part of a fee is never too little for its account, and nothing is burned.
#[test]
fn the_treasury_keeps_the_existential_deposit_whatever_is_spent() {
	chain("development").execute_with(|| {
		let bob = account(Bob);
		let spend = |amount| PayFromTreasury::pay(&bob, CurrencyKind::Native, amount);
		without_currency([4 * OUR, 0]);
		share_fees();
		assert_eq!(spend(4 * OUR + 1), Err(TokenError::NotExpendable.into()));
		assert_ok!(spend(4 * OUR));
		assert_eq!(treasury(), EXISTENTIAL_DEPOSIT);

		let before = Balances::total_issuance();
		without_currency([1, 0]);
		share_fees();
		assert_eq!(treasury(), EXISTENTIAL_DEPOSIT + 1);
		assert_eq!(Balances::total_issuance(), before + 1);
		check_state();
	});
}

#[test]
fn half_of_the_fees_and_all_tips_go_to_the_author() {
	for pay in WAYS {
		chain("development").execute_with(|| {
			let author = account(Bob);
			set_author(&author);
			let before = Balances::free_balance(&author);
			pay([10 * OUR, OUR]);
			share_fees();
			assert_eq!(treasury(), EXISTENTIAL_DEPOSIT + 5 * OUR);
			assert_eq!(Balances::free_balance(&author), before + 6 * OUR);
			assert_eq!(shared(), [(Some(author), 6 * OUR, 5 * OUR)]);
			check_state();
		});
	}
}

#[test]
fn a_part_that_the_authors_account_cannot_receive_goes_to_the_treasury() {
	let least = EXISTENTIAL_DEPOSIT;
	for pay in WAYS {
		for (fee, tip, gets) in [
			(2 * least - 2, 0, false),
			(2 * least - 1, 0, true),
			(0, least - 1, false),
			(0, least, true),
		] {
			chain("development").execute_with(|| {
				let author = AccountId::from([0xee; 32]);
				set_author(&author);
				pay([fee, tip]);
				share_fees();
				let own = if gets { fee - fee / 2 + tip } else { 0 };
				assert_eq!(Balances::free_balance(&author), own);
				assert_eq!(treasury(), EXISTENTIAL_DEPOSIT + fee + tip - own);
				assert_eq!(shared(), [(Some(author), own, fee + tip - own)]);
				check_state();
			});
		}
	}
}

#[test]
fn what_is_paid_by_different_ways_is_gathered_together() {
	chain("development").execute_with(|| {
		without_currency([3, 1]);
		with_currency([4, 2]);
		without_currency([2, 0]);
		assert_eq!(gathered(), Some((9, 3)));
		set_author(&account(Bob));
		share_fees();
		assert_eq!(shared(), [(Some(account(Bob)), 8, 4)]);
		check_state();
	});
}

#[test]
fn credit_of_the_other_type_is_neither_issued_nor_burned_on_its_way() {
	chain("development").execute_with(|| {
		let (payer, issued) = (account(Eve), Balances::total_issuance());
		System::reset_events();
		let (fee, tip) = withdraw(CurrencyKind::Native, &payer, OUR).split(OUR - 7);
		GatherFees::on_unbalanceds([fee, tip].into_iter());
		assert_eq!(gathered(), Some((OUR - 7, 7)));
		assert_eq!(Balances::total_issuance(), issued);
		let paid = pallet_balances::Event::Withdraw { who: payer, amount: OUR };
		let events: Vec<_> = System::events().into_iter().map(|it| it.event).collect();
		assert_eq!(events, [RuntimeEvent::from(paid)]);
		share_fees();
		assert_eq!(Balances::total_issuance(), issued);
		assert_eq!(books().values().sum::<Balance>(), issued);
		check_state();
	});
}

#[test]
fn credit_in_another_currency_is_not_taken_for_our() {
	chain("local_testnet").execute_with(|| {
		town::Town::build(account);
		let money = |who: &AccountId| <Currencies as LocalMoney<_>>::balance(town::OPEN, who);
		let (payer, pot) = (account(Eve), Currencies::pot_of(town::OPEN));
		let (before, issued) = ((money(&payer), money(&pot)), Balances::total_issuance());
		let credit = withdraw(town::local(town::OPEN), &payer, 100);
		GatherFees::on_unbalanceds([credit].into_iter());
		assert_eq!(gathered(), None);
		assert_eq!((money(&payer), money(&pot)), (before.0 - 100, before.1 + 100));
		assert_eq!(Balances::total_issuance(), issued);
		check_state();
	});
}

#[test]
fn a_fee_is_shared_the_same_whatever_it_is_paid_in() {
	chain("local_testnet").execute_with(|| {
		town::Town::build(account);
		let author = account(Bob);
		set_author(&author);
		let local = town::local(town::OPEN);
		for fee in [None, Some(CurrencyKind::Native), Some(local)] {
			let before = (treasury(), Balances::free_balance(&author));
			assert_eq!(apply(Eve, remark(10_000), fee.clone()), Ok(Ok(())));
			assert_eq!((treasury(), Balances::free_balance(&author)), before);
			share_fees();
			let to_treasury = treasury() - before.0;
			let to_author = Balances::free_balance(&author) - before.1;
			assert!(to_treasury > BYTE_FEE * 5_000, "{fee:?}: {to_treasury}");
			assert!(to_author - to_treasury <= 1, "{fee:?}: {to_treasury}, {to_author}");
		}
		check_state();
	});
}

#[test]
fn a_transaction_pays_out_of_one_account_and_into_none() {
	chain("local_testnet").execute_with(|| {
		town::Town::build(account);
		set_author(&account(Bob));
		for currency in [None, Some(CurrencyKind::Native)] {
			let before = books();
			System::reset_events();
			assert_eq!(apply(Eve, remark(100), currency), Ok(Ok(())));
			let after = books();
			let changed: Vec<_> =
				before.iter().filter(|(who, all)| after.get(who) != Some(all)).collect();
			assert_eq!(changed, [(&account(Eve), &before[&account(Eve)])]);
			assert_eq!(before.len(), after.len());
			// But for what comes back to whoever paid it.
			let deposits = System::events().into_iter().filter_map(|record| match record.event {
				RuntimeEvent::Balances(pallet_balances::Event::Deposit { who, .. }) => Some(who),
				_ => None,
			});
			assert!(deposits.into_iter().all(|who| who == account(Eve)));
		}
		check_state();
	});
}

/// As a member's first vote on a motion.
#[test]
fn what_is_free_is_not_gathered() {
	chain("local_testnet").execute_with(|| {
		let (motion, before) = (remark(0), books());
		let length = motion.encoded_size() as u32;
		assert_ok!(Council::propose(signed(&account(Alice)), 2, Box::new(motion.clone()), length));
		let proposal = <Runtime as frame_system::Config>::Hashing::hash_of(&motion);
		let vote = pallet_collective::Call::vote { proposal, index: 0, approve: true };
		assert_eq!(apply(Bob, Call::Council(vote), None), Ok(Ok(())));
		assert_eq!(gathered(), None);
		share_fees();
		assert!(shared().is_empty());
		assert_eq!(books(), before);
		check_state();
	});
}
