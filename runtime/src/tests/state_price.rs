//! What state costs that is kept without a storage deposit: an account, and what fees alone pay for.
//! `docs/design/0002-money-and-fees.md` states these figures.

use super::{account, chain, Call};
use crate::{AccountId, Balance, Nonce, TransactionPayment};
use codec::{Encode, MaxEncodedLen};
use frame_support::dispatch::GetDispatchInfo;
use ourledger_primitives::currency::{deposit, EXISTENTIAL_DEPOSIT, MICRO_OUR, OUR};
use pallet_balances::AccountData;
use sp_keyring::Sr25519Keyring::Bob;

/// Calls in a batch: so many that the transaction's own fee no longer counts.
const BATCH: usize = 1_000;

/// Bytes of a signed transaction besides its call.
const ENVELOPE: usize = 110;

/// What one of many calls in a batch costs, at the lowest multiplier.
fn fee_of(call: Call) -> Balance {
	chain("development").execute_with(|| {
		let calls = vec![call; BATCH];
		let batch = Call::Utility(pallet_utility::Call::batch { calls });
		let length = batch.encoded_size() + ENVELOPE;
		let info = batch.get_dispatch_info();
		TransactionPayment::compute_fee(length as u32, &info, 0) / BATCH as Balance
	})
}

/// How much a gigabyte costs in things of so many bytes, each at this price, in whole OUR.
fn of_a_gigabyte(price: Balance, bytes: usize) -> Balance {
	price * 1_000_000_000 / bytes as Balance / OUR
}

#[test]
fn a_gigabyte_of_bare_accounts_costs_a_tenth_of_the_price() {
	let bytes = AccountId::max_encoded_len()
		+ frame_system::AccountInfo::<Nonce, AccountData<Balance>>::max_encoded_len();
	assert_eq!(bytes, 112);
	assert_eq!(deposit(1, bytes as u32), 21_200 * MICRO_OUR);
	assert_eq!(of_a_gigabyte(deposit(0, bytes as u32), bytes), 100_000);

	// What comes back, and what is spent.
	assert_eq!(of_a_gigabyte(EXISTENTIAL_DEPOSIT, bytes), 8_928);
	let spent = of_a_gigabyte(
		fee_of(Call::Balances(pallet_balances::Call::transfer_allow_death {
			dest: account(Bob).into(),
			value: EXISTENTIAL_DEPOSIT,
		})),
		bytes,
	);
	assert!((1_000..2_000).contains(&spent), "{spent} OUR");
}

/// Nothing of this comes back.
#[test]
fn a_gigabyte_that_fees_alone_pay_for_costs_thousands() {
	// An account's entry in a currency: currency, account, balance, status and reason.
	let entry = 4 + 32 + 16 + 1 + 1;
	let transfer = Call::Currencies(pallet_currencies::Call::transfer {
		currency: 1,
		to: account(Bob),
		amount: 1,
		reference: [0; 32],
	});
	let spent = of_a_gigabyte(fee_of(transfer), entry);
	assert!(spent >= 5_000, "{spent} OUR");
}
