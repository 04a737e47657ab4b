//! Random blocks, each made as nodes make it: after each, treasury and author have their parts to
//! the base unit, nobody else has any of it, and all money that there is is in accounts.

use super::*;
use crate::{
	tests::{
		blocks::{begin_block, end_first_block},
		trade_model::dice::Dice,
		transaction,
	},
	Executive, Session,
};
use pallet_asset_conversion_tx_payment::Event::AssetTxFeePaid;
use pallet_transaction_payment::{Event::TransactionFeePaid, Multiplier, NextFeeMultiplier};
use sp_keyring::Sr25519Keyring::{self, Charlie, Dave};
use sp_runtime::{generic::Era, FixedPointNumber};
use std::collections::BTreeSet;

/// Reproducible runs, and blocks in each.
const SEEDS: [u64; 3] = [1, 2, 3];
const BLOCKS: u32 = 40;
/// Most transactions in a block.
const TRANSACTIONS: u64 = 5;
/// A place that no authority has.
const NOBODY: u32 = 100;

/// Who pays. All have OUR, and money that is open to all.
const PAYERS: [Sr25519Keyring; 4] = [Bob, Charlie, Dave, Eve];

/// What has come up.
type Seen = BTreeSet<&'static str>;

/// Begins a block of a validator, of nobody whom the chain knows, or of some account: the
/// treasury's, one of those who pay, or one that may have nothing yet.
fn begin(dice: &mut Dice, seen: &mut Seen) -> Option<AccountId> {
	let validators = Session::validators();
	let author = match dice.below(10) {
		0..4 => {
			let place = dice.below(validators.len() as u64) as u32;
			begin_block(place);
			seen.insert("a validator");
			return Some(validators[place as usize].clone());
		},
		4 => None,
		5 => Some(TreasuryAccount::get()),
		6 => Some(account(dice.pick(&PAYERS))),
		_ => Some(AccountId::from([200 + dice.below(16) as u8; 32])),
	};
	begin_block(NOBODY);
	author.iter().for_each(set_author);
	author
}

/// Something that costs a fee: most of it succeeds, all of it weighs less than it declares.
fn call(dice: &mut Dice) -> Call {
	let to = account(dice.pick(&PAYERS));
	let transfer = |value| -> Call {
		pallet_balances::Call::transfer_keep_alive { dest: to.clone().into(), value }.into()
	};
	let too_much = 1_000_000_000 * OUR;
	match dice.below(5) {
		0 => remark(dice.below(8_000) as usize),
		1 => transfer(dice.between(1, OUR as u64).into()),
		2 => transfer(too_much),
		// Ends at its first call.
		3 => pallet_utility::Call::batch { calls: vec![transfer(too_much), remark(0)] }.into(),
		_ => {
			let (currency, amount, reference) = (town::OPEN, 1, [0; 32]);
			pallet_currencies::Call::transfer { currency, to, amount, reference }.into()
		},
	}
}

/// What somebody paid, as the SDK tells it, in units of what it was paid in.
fn told() -> Option<Balance> {
	System::events().into_iter().rev().find_map(|record| match record.event {
		RuntimeEvent::TransactionPayment(TransactionFeePaid { actual_fee, .. })
		| RuntimeEvent::AssetConversionTxPayment(AssetTxFeePaid { actual_fee, .. }) => Some(actual_fee),
		_ => None,
	})
}

fn total() -> Balance {
	books().values().sum()
}

/// Makes a transaction. Says what it cost, and of that the tip.
fn pay(dice: &mut Dice, seen: &mut Seen) -> (Balance, Balance) {
	let open = town::local(town::OPEN);
	let currency = dice.pick(&[None, None, Some(CurrencyKind::Native), Some(open.clone())]);
	let some = dice.below((OUR / 100) as u64).into();
	let tip = dice.pick(&[0, 0, 1, EXISTENTIAL_DEPOSIT, some]);
	let by = dice.pick(&PAYERS);
	let transaction = transaction(by, call(dice), Era::Immortal, tip, currency.clone());
	let (info, length) = (transaction.get_dispatch_info(), transaction.encoded_size() as u32);
	let declared = TransactionPayment::compute_fee(length, &info, tip);
	let before = total();
	let result = Executive::apply_extrinsic(transaction).expect("it is paid for");
	let paid = before - total();
	assert!(paid > tip && paid <= declared, "{paid} of {declared}");
	match &currency {
		None => seen.insert("OUR"),
		Some(CurrencyKind::Native) => seen.insert("OUR by name"),
		Some(_) => seen.insert("local money"),
	};
	if currency != Some(open) {
		assert_eq!(told(), Some(paid));
	}
	let cases = [("a refund", paid < declared), ("a tip", tip > 0), ("a failure", result.is_err())];
	seen.extend(cases.into_iter().filter(|(_, is_so)| *is_so).map(|(case, _)| case));
	(paid, tip)
}

/// Ends a block that was paid this much. The rules, in other words than the pallet's.
fn end(author: Option<AccountId>, fees: Balance, tips: Balance, seen: &mut Seen) {
	let mut books = books();
	let mut left = fees + tips;
	let mut own = fees.div_ceil(2) + tips;
	match &author {
		None => {
			seen.insert("nobody");
			own = 0;
		},
		Some(author) => {
			let free = Balances::free_balance(author);
			if own > 0 && free + own < EXISTENTIAL_DEPOSIT {
				seen.insert("an author who is too poor");
				own = 0;
			} else if own > 0 && free == 0 {
				seen.insert("an author whose account is made");
			}
			*books.entry(author.clone()).or_default() += own;
		},
	}
	left -= own;
	*books.entry(TreasuryAccount::get()).or_default() += left;
	books.retain(|_, all| *all > 0);

	Executive::finalize_block();
	assert_eq!(super::books(), books);
	let told = (fees + tips > 0).then_some((author, own, left));
	assert_eq!(shared(), told.into_iter().collect::<Vec<_>>());
	if fees % 2 == 1 {
		seen.insert("an odd unit");
	}
	if fees + tips == 0 {
		seen.insert("a block without fees");
	}
}

fn run(seed: u64, seen: &mut Seen) {
	let dice = &mut Dice::new(seed);
	town::Town::build(account);
	end_first_block();
	let issued = Balances::total_issuance();
	assert_eq!(total(), issued);
	for _ in 0..BLOCKS {
		let session = Session::current_index();
		let author = begin(dice, seen);
		assert_eq!((total(), gathered()), (issued, None));
		// So that fees come to odd sums: weights are thousands of picoseconds.
		let multiplier = Multiplier::saturating_from_rational(dice.between(10_000, 20_000), 9_999);
		NextFeeMultiplier::<Runtime>::put(multiplier);
		// Ending a session counts as a whole block.
		let is_full = Session::current_index() > session;
		let transactions = if is_full { 0 } else { dice.below(TRANSACTIONS + 1) };
		let (mut fees, mut tips) = (0, 0);
		for _ in 0..transactions {
			let (paid, tip) = pay(dice, seen);
			(fees, tips) = (fees + paid - tip, tips + tip);
			assert_eq!(gathered(), Some((fees, tips)));
			assert_eq!(total() + fees + tips, issued);
			assert_eq!(Balances::total_issuance(), issued);
		}
		end(author, fees, tips, seen);
		assert_eq!((total(), Balances::total_issuance()), (issued, issued));
		assert_eq!(gathered(), None);
		check_state();
	}
}

#[test]
fn random_blocks_share_what_was_paid_in_them_to_the_base_unit() {
	let mut seen = Seen::new();
	for seed in SEEDS {
		chain("local_testnet").execute_with(|| run(seed, &mut seen));
	}
	let all = [
		"OUR",
		"OUR by name",
		"a block without fees",
		"a failure",
		"a refund",
		"a tip",
		"a validator",
		"an author who is too poor",
		"an author whose account is made",
		"an odd unit",
		"local money",
		"nobody",
	];
	assert_eq!(seen, Seen::from(all));
}
