//! Each check of `try_state` sees its corruption.

use crate::{mock::*, *};
use frame::{
	deps::{
		frame_support::instances::Instance1, sp_core::U256, sp_io::storage,
		sp_runtime::TryRuntimeError,
	},
	testing_prelude::*,
	traits::fungibles::{Mutate, Unbalanced},
};

use ourledger_primitives::money::{Kept, FIRST_SHARE};

type Asset = pallet_assets::Asset<Test, Instance1>;

/// Check that `corrupt` makes `try_state` fail with `message`. Currency 0 is issued, with
/// demurrage and a freeze, 1 a mutual credit with a member and a debtor, ALICE.
fn assert_detected(message: &'static str, corrupt: impl FnOnce()) {
	state().execute_with(|| {
		let issued = currency(losing(1_000, PLAIN));
		let mutual = currency(MUTUAL);
		issue(issued, ALICE, 1_000);
		pass_days(1);
		issue(issued, BOB, 1_000);
		freeze(issued, ALICE);
		admit(mutual, ALICE);
		set_line(mutual, ALICE, 100);
		assert_ok!(transfer(mutual, ALICE, BOB, 50));
		check_invariants();
		corrupt();
		let found = crate::Pallet::<Test>::do_try_state();
		assert_eq!(found, Err(TryRuntimeError::Other(message)));
	});
}

fn change(id: u32, change: impl FnOnce(&mut CurrencyOf<Test>)) {
	crate::Currencies::<Test>::mutate(id, |entry| change(entry.as_mut().expect("it was made")));
}

#[test]
fn broken_currencies_are_detected() {
	assert_detected("an id is a share's", || NextCurrency::<Test>::put(FIRST_SHARE + 1));
	assert_detected("ids have a gap", || NextCurrency::<Test>::put(FIRST_SHARE));
	assert_detected("ids have a gap", || NextCurrency::<Test>::put(3));
	assert_detected("a currency has an id that wasn't given yet", || {
		let entry = crate::Currencies::<Test>::take(0).expect("it was made");
		crate::Currencies::<Test>::insert(7, entry);
	});
	assert_detected("a currency's issuer isn't in the phonebook", || {
		change(0, |entry| entry.issuer = 99)
	});
	assert_detected("demurrage is too high", || {
		change(0, |entry| entry.pending = Some((losing(10_001, PLAIN), DAY_ONE + 9)))
	});
	assert_detected("a kind of supply changes", || {
		change(0, |entry| entry.pending = Some((MUTUAL, DAY_ONE + 9)))
	});
	assert_detected("demurrage can't be worked out", || change(0, |entry| entry.index = 1));
	assert_detected("there is too much of a currency", || {
		Assets::set_total_issuance(0, MAX_SUPPLY + 1)
	});
	assert_detected("a currency has no pot", || Pots::<Test>::remove(pot(1)));
	assert_detected("a currency has no asset", || Asset::remove(1));
	assert_detected("a minimum balance isn't 1", || {
		let key = Asset::hashed_key_for(1);
		let mut bytes = storage::get(&key).expect("it is there").to_vec();
		// Four accounts of 16 bytes, the supply and the deposit of as many, then the minimum.
		bytes[96] = 2;
		storage::set(&key, &bytes);
	});
}

#[test]
fn broken_credit_is_detected() {
	assert_detected("the sum of debts is wrong", || Debts::<Test>::insert(1, 49));
	assert_detected("a mutual credit isn't worth its debts", || {
		assert_ok!(<Assets as Mutate<_>>::mint_into(1, &BOB, 1));
	});
	assert_detected("an issued currency has a credit line", || {
		let line = CreditLines::<Test>::get(1, ALICE).expect("she has one");
		CreditLines::<Test>::insert(0, ALICE, CreditLine { debt: 0, ..line });
	});
	assert_detected("a credit line has no currency", || {
		let line = CreditLines::<Test>::get(1, ALICE).expect("she has one");
		CreditLines::<Test>::insert(5, ALICE, line);
	});
	assert_detected("a credit line is empty", || {
		let line = CreditLines::<Test>::get(1, ALICE).expect("she has one");
		CreditLines::<Test>::insert(1, BOB, CreditLine { debt: 0, limit: 0, ..line });
	});
}

#[test]
fn broken_holdings_are_detected() {
	assert_detected("a holding has no currency", || Holdings::<Test>::insert(5, BOB, (1, 1)));
	assert_detected("a holding is kept for nothing", || Holdings::<Test>::insert(1, BOB, (1, 1)));
	assert_detected("a holding has no balance", || Holdings::<Test>::insert(0, DAVE, (0, 1)));
	assert_detected("a holding is more than its balance", || {
		Holdings::<Test>::mutate(0, BOB, |bits| {
			bits.as_mut().expect("he has one").0 += 1 << 40;
		})
	});
}

#[test]
fn broken_members_freezes_and_pots_are_detected() {
	assert_detected("a member has no currency", || {
		let member = Members::<Test>::get(1, ALICE).expect("she is one");
		Members::<Test>::insert(5, ALICE, member);
	});
	assert_detected("a freeze has no currency", || {
		let freeze = Freezes::<Test>::get(0, ALICE).expect("there is one");
		Freezes::<Test>::insert(5, ALICE, freeze);
	});
	assert_detected("an account is frozen by nobody", || {
		change(0, |entry| entry.jurisdiction = None)
	});
	assert_detected("a freeze's authority isn't in the phonebook", || {
		Freezes::<Test>::mutate(0, ALICE, |freeze| {
			freeze.as_mut().expect("there is one").authority = 99;
		})
	});
	assert_detected("a pot doesn't exist", || Pots::<Test>::insert(777, ()));
	for pot in [STANDING, TREASURY, pot(2), crate::Pallet::<Test>::set_aside_pot()] {
		assert_detected("a pot that has to be there isn't open", || Pots::<Test>::remove(pot));
	}
}

#[test]
fn broken_set_aside_is_detected() {
	let put = |id, kept| SetAside::<Test>::insert(id, NOBODY, kept);
	let kept = |nominal, days: u32| Kept {
		nominal,
		units: U256::from(nominal) * (U256::from(100 + days) << 80) / U256::from(100),
	};
	assert_detected("the sum of what is set aside is wrong", || put(0, kept(1, 0)));
	assert_detected("the sum of what is set aside is wrong", || {
		SetAsideTotals::<Test>::insert(0, 1)
	});
	assert_detected("what is set aside isn't in its pot", || {
		put(0, kept(1, 0));
		SetAsideTotals::<Test>::insert(0, 1);
	});
	assert_detected("what is set aside isn't in its pot", || {
		let place = crate::Pallet::<Test>::set_aside_pot();
		assert_ok!(<Assets as Mutate<_>>::mint_into(0, &place, 1));
	});
	assert_detected("nothing is set aside", || put(0, Kept::default()));
	assert_detected("what is set aside has grown", || {
		let place = crate::Pallet::<Test>::set_aside_pot();
		assert_ok!(<Assets as Mutate<_>>::mint_into(0, &place, 10));
		put(0, kept(10, 20));
		SetAsideTotals::<Test>::insert(0, 10);
	});
	assert_detected("what is set aside has no currency", || put(5, kept(1, 0)));
	assert_detected("what is set aside has no currency", || SetAsideTotals::<Test>::insert(5, 1));
}
