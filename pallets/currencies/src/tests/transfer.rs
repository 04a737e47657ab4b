use crate::{
	mock::{Currencies, *},
	*,
};
use frame::testing_prelude::*;

#[test]
fn transfer_moves_money() {
	build_and_execute(|| {
		let id = currency(PLAIN);
		issue(id, ALICE, 100);
		assert_ok!(transfer(id, ALICE, BOB, 30));
		let event = Event::Transferred {
			currency: id,
			from: ALICE,
			to: BOB,
			amount: 30,
			reference: REFERENCE,
		};
		assert_eq!(last_event(), Some(event));
		assert_eq!((balance(id, ALICE), balance(id, BOB), supply(id)), (70, 30, 100));
		// Wallets see it.
		System::assert_has_event(RuntimeEvent::Assets(pallet_assets::Event::Transferred {
			asset_id: id,
			from: ALICE,
			to: BOB,
			amount: 30,
		}));
	});
}

#[test]
fn transfer_of_everything_leaves_no_entry() {
	build_and_execute(|| {
		let id = currency(PLAIN);
		let before = System::consumers(&DAVE);
		issue(id, DAVE, 1);
		assert_eq!(System::consumers(&DAVE), before + 1);
		assert_ok!(transfer(id, DAVE, BOB, 1));
		assert_eq!(System::consumers(&DAVE), before);
	});
}

#[test]
fn transfer_to_oneself_changes_nothing() {
	build_and_execute(|| {
		let (id, mutual) = (currency(PLAIN), currency(MUTUAL));
		issue(id, ALICE, 100);
		assert_ok!(transfer(id, ALICE, ALICE, 100));
		assert_noop!(transfer(id, ALICE, ALICE, 101), Error::<Test>::BalanceTooLow);
		set_line(mutual, ALICE, 50);
		assert_ok!(transfer(mutual, ALICE, ALICE, 50));
		assert_eq!((balance(id, ALICE), debt(mutual, ALICE)), (100, 0));
	});
}

#[test]
fn transfer_fails_when_not_allowed() {
	build_and_execute(|| {
		let (id, town) = (currency(PLAIN), currency(closed(PLAIN)));
		issue(id, ALICE, 100);
		admit(town, ALICE);
		issue(town, ALICE, 100);
		assert_noop!(transfer(9, ALICE, BOB, 1), Error::<Test>::CurrencyNotFound);
		assert_noop!(transfer(id, ALICE, BOB, 0), Error::<Test>::AmountZero);
		assert_noop!(transfer(id, ALICE, BOB, 101), Error::<Test>::BalanceTooLow);
		assert_noop!(transfer(id, BOB, ALICE, 1), Error::<Test>::BalanceTooLow);
		assert_noop!(transfer(id, ALICE, pot(id), 1), Error::<Test>::ToPot);
		assert_noop!(transfer(id, ALICE, NOBODY, 1), Error::<Test>::NoSuchAccount);
		assert_noop!(transfer(town, ALICE, BOB, 1), Error::<Test>::NotAdmitted);
		assert_noop!(transfer(town, BOB, ALICE, 1), Error::<Test>::NotMember);
		while System::inc_consumers(&DAVE).is_ok() {}
		assert_noop!(transfer(id, ALICE, DAVE, 1), Error::<Test>::ReceiverCantHold);
		assert_noop!(
			Currencies::transfer(RuntimeOrigin::root(), id, ALICE, 1, REFERENCE),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn transfer_to_a_business_fails_when_invoices_are_the_only_way() {
	build_and_execute(|| {
		let id = currency(Terms { invoice_only: true, ..PLAIN });
		let free_for_all = currency(PLAIN);
		Businesses::set(vec![twin(BOB)]);
		for id in [id, free_for_all] {
			issue(id, ALICE, 100);
		}
		assert_noop!(transfer(id, ALICE, BOB, 1), Error::<Test>::InvoiceNeeded);
		assert_ok!(transfer(id, ALICE, CAROL, 1));
		assert_ok!(transfer(id, ALICE, DAVE, 1));
		assert_ok!(transfer(free_for_all, ALICE, BOB, 1));
	});
}
