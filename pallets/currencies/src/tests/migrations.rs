use crate::{
	migrations::ToV2,
	mock::{Currencies, *},
	*,
};
use frame::{
	deps::frame_support::traits::OnRuntimeUpgrade, testing_prelude::*, traits::fungibles::Mutate,
};
use ourledger_primitives::money::LocalMoney;

/// A chain as it was before: no pots but those that somebody had opened.
fn forget_pots() {
	for pot in crate::Pallet::<Test>::known_pots() {
		Pots::<Test>::remove(&pot);
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
