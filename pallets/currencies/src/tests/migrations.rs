use crate::{
	migrations::{kept_since, ToV2},
	mock::{Currencies, *},
	*,
};
use frame::{
	deps::frame_support::traits::OnRuntimeUpgrade, testing_prelude::*, traits::fungibles::Mutate,
};
use ourledger_math::demurrage::Holding;
use ourledger_primitives::money::LocalMoney;

/// A chain as it was before: no pots but those that somebody had opened.
fn forget_pots() {
	for pot in crate::Pallet::<Test>::known_pots() {
		Pots::<Test>::remove(pot);
		System::dec_providers(&pot).expect("nobody needs it");
	}
	StorageVersion::new(1).put::<crate::Pallet<Test>>();
}

#[test]
fn to_v2_opens_what_is_needed_and_clears_what_was_sent_there() {
	build_and_execute(|| {
		let (id, losing) = (currency(PLAIN), currency(losing(10_000, PLAIN)));
		forget_pots();
		let place = crate::Pallet::<Test>::set_aside_pot();
		assert_ok!(Balances::transfer_allow_death(signed(DAVE), place, 1_000));
		for id in [id, losing] {
			issue(id, ALICE, 1_000);
			// As a transfer did, then.
			assert_ok!(<Assets as Mutate<_>>::transfer(
				id,
				&ALICE,
				&place,
				101,
				Preservation::Expendable
			));
		}
		Holdings::<Test>::insert(losing, place, (0, 100 << 80));
		pass_days(1);
		assert!(crate::Pallet::<Test>::do_try_state().is_err());

		ToV2::<Test>::on_runtime_upgrade();
		check_invariants();
		for pot in crate::Pallet::<Test>::known_pots() {
			assert!(Currencies::is_pot(&pot));
		}
		assert_eq!([id, losing].map(|id| stored(id, place)), [0, 0]);
		assert_eq!([id, losing].map(|id| stored(id, pot(id))), [101, 101]);
		assert_eq!(Holdings::<Test>::get(losing, place), None);
		assert_eq!(StorageVersion::get::<crate::Pallet<Test>>(), 2);
	});
}

#[test]
fn to_v2_changes_nothing_when_it_runs_again() {
	build_and_execute(|| {
		let id = currency(PLAIN);
		forget_pots();
		ToV2::<Test>::on_runtime_upgrade();
		issue(id, ALICE, 100);
		let repaid = <Currencies as LocalMoney<_>>::repay(id, &ALICE, &NOBODY, 100);
		assert_eq!(repaid.map(|settled| settled.set_aside), Ok(100));
		// As if the upgrade had failed after this, and was tried again.
		StorageVersion::new(1).put::<crate::Pallet<Test>>();
		System::reset_events();
		ToV2::<Test>::on_runtime_upgrade();
		assert_eq!((set_aside(id, NOBODY), events()), (100, vec![]));
	});
}

#[test]
fn to_v2_collects_what_the_treasury_owes() {
	build_and_execute(|| {
		let (id, plain) = (currency(losing(10_000, PLAIN)), currency(PLAIN));
		forget_pots();
		let treasury = <Test as Config>::Treasury::get();
		assert_ok!(Balances::transfer_allow_death(signed(DAVE), treasury, 1_000));
		for id in [id, plain] {
			issue(id, ALICE, 10_000);
			assert_ok!(transfer(id, ALICE, treasury, 10_000));
		}
		pass_days(10);
		let owed = 10_000 - balance(id, treasury);
		assert!(owed > 0);
		ToV2::<Test>::on_runtime_upgrade();
		// As a pot it is charged nothing more.
		pass_days(10);
		assert_eq!((balance(id, treasury), stored(id, pot(id))), (10_000 - owed, owed));
		assert_eq!((balance(plain, treasury), stored(plain, pot(plain))), (10_000, 0));
		assert_eq!(Holdings::<Test>::get(id, treasury), None);
	});
}

/// What waits by its day costs its owner what it would have cost when only the day was known: what came
/// back was put into its account as of that day.
#[test]
fn what_came_in_on_a_day_is_charged_from_it() {
	build_and_execute(|| {
		let id = currency(losing(10_000, PLAIN));
		issue(id, ALICE, 1_000_000);
		let escrow = 777;
		assert_ok!(Currencies::open_pot(&escrow));
		let index = |day| {
			let currency = crate::Currencies::<Test>::get(id).expect("it exists");
			currency.index_of(day).expect("its index is known")
		};
		let first = Today::get();
		for _ in 0..3 {
			pass_days(7);
			for since in [first, Today::get() - 3, Today::get()] {
				for amount in [1, 100, 12_345] {
					assert_ok!(<Currencies as LocalMoney<_>>::pay(id, &ALICE, &escrow, amount));
					let kept = kept_since::<Test>(id, amount, since).expect("it exists");
					assert_eq!(kept.nominal, amount);
					let settled = <Currencies as LocalMoney<_>>::settle(id, &escrow, &BOB, kept);
					let paid = settled.expect("the pot has it").paid;

					let account = Holding::open(1, index(Today::get())).expect("it is the least");
					let account = account.deposit(amount, index(since)).expect("it is little");
					let before = account.balance(index(Today::get())).expect("it is little") - 1;
					assert_eq!(paid, before, "{amount} since {since}");
				}
			}
		}
		let keep = <Currencies as LocalMoney<_>>::keep(id, 5);
		assert_eq!(kept_since::<Test>(id, 5, Today::get()), keep);
		assert_eq!(kept_since::<Test>(id, 5, Today::get() + 9), keep, "no later than today");
		assert!(kept_since::<Test>(99, 5, Today::get()).is_err());
	});
}
