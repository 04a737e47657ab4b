//! The invariant is broken once, to see that `try_state` notices; then random blocks run against a
//! model that shares no code with the pallet.

use crate::mock::*;
use frame::testing_prelude::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

#[test]
fn try_state_detects_what_was_not_shared() {
	new_state().execute_with(|| {
		assert_ok!(Fees::do_try_state());
		pay(ALICE, 1, 0);
		assert_eq!(Fees::do_try_state(), Err("fees were gathered and not shared".into()));
	});
}

#[cfg(feature = "try-runtime")]
#[test]
fn try_state_is_wired_into_the_hook() {
	new_state().execute_with(|| {
		assert_ok!(<Fees as Hooks<u64>>::try_state(1));
		pay(ALICE, 1, 0);
		assert!(<Fees as Hooks<u64>>::try_state(1).is_err());
	});
}

/// A block: who makes it, who leaves before it ends, and what is paid: by whom, fee and tip.
#[derive(Clone, Debug)]
struct Block {
	author: Option<AccountId>,
	leaves: Option<AccountId>,
	payments: Vec<(AccountId, Balance, Balance)>,
}

/// Accounts that are there, that aren't, the treasury, and those who pay.
const ANYBODY: [AccountId; 7] = [TREASURY, AUTHOR, NEWCOMER, 103, 104, ALICE, BOB];

fn block() -> impl Strategy<Value = Block> {
	let amount = || prop_oneof![3 => 0..=1u64, 5 => 0..=2 * DEPOSIT, 2 => 0..=500u64];
	let payment = (prop_oneof![Just(ALICE), Just(BOB)], amount(), amount());
	let leaver = prop_oneof![Just(AUTHOR), Just(NEWCOMER), Just(103)];
	(
		prop::option::weighted(0.8, 0..ANYBODY.len()),
		prop::option::weighted(0.2, leaver),
		prop::collection::vec(payment, 0..6),
	)
		.prop_map(|(author, leaves, payments)| Block {
			author: author.map(|place| ANYBODY[place]),
			leaves,
			payments,
		})
}

/// Who has what.
type Books = BTreeMap<AccountId, Balance>;

/// The rules, in other words.
fn end(books: &mut Books, author: Option<AccountId>, fees: Balance, tips: Balance) {
	let mut left = fees + tips;
	if let Some(author) = author {
		let own = tips + fees.div_ceil(2);
		let had = books.get(&author).copied().unwrap_or(0);
		if own > 0 && had + own >= DEPOSIT {
			books.insert(author, had + own);
			left -= own;
		}
	}
	if left > 0 {
		*books.entry(TREASURY).or_default() += left;
	}
}

fn in_state() -> Books {
	let accounts = frame_system::Account::<Test>::iter();
	accounts.map(|(who, it)| (who, it.data.free)).filter(|(_, free)| *free > 0).collect()
}

proptest! {
	#[test]
	fn random_blocks_agree_with_a_model(blocks in prop::collection::vec(block(), 1..20)) {
		execute(|| {
			let mut books = in_state();
			let issued = Balances::total_issuance();
			for Block { author, leaves, payments } in blocks {
				MadeBy::set(author);
				let (mut fees, mut tips) = (0, 0);
				for (who, fee, tip) in payments {
					pay(who, fee, tip);
					*books.get_mut(&who).expect("it pays") -= fee + tip;
					fees += fee;
					tips += tip;
					let all = gathered().unwrap_or_default();
					assert_eq!(all, (fees, tips));
					assert_eq!(in_accounts() + fees + tips, issued);
				}
				if let Some(who) = leaves.filter(|who| has(*who) > 0) {
					leave(who, BOB);
					let all = books.remove(&who).expect("it was there");
					*books.entry(BOB).or_default() += all;
				}
				shared();
				finish();
				end(&mut books, author, fees, tips);
				assert_eq!(in_state(), books);
				assert_eq!(in_accounts(), issued);
				assert_eq!(Balances::total_issuance(), issued);
				assert_eq!(shared().len(), usize::from(fees + tips > 0));
			}
		});
	}
}
