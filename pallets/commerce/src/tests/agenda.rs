//! What happens in idle time, and `prune`.

use crate::{mock::*, *};
use frame::{
	deps::sp_io::storage::next_key, deps::sp_runtime::traits::BadOrigin, testing_prelude::*,
};
use ourledger_primitives::{invoice::Settlement, money::Day};

/// How many entries this pallet has in the storage.
fn entries() -> usize {
	let prefix = frame::hashing::twox_128(b"Commerce").to_vec();
	std::iter::successors(next_key(&prefix), |key| next_key(key))
		.take_while(|key| key.starts_with(&prefix))
		.count()
}

fn prune(number: u64) -> DispatchResult {
	Commerce::prune(signed(Eve), SELLER, number)
}

const REMOVAL: Day = START + CORRECTION + RETENTION as Day;

#[test]
fn prune_leaves_nothing_of_the_invoice() {
	build_and_execute(|| {
		// The book exists, and stays.
		let before = entries();
		issue(1_000, Settlement::Direct);
		assert_ok!(pay(Bob, 1, None));
		issue(1_000, ESCROW);
		assert_ok!(pay(Bob, 2, None));
		assert_ok!(Commerce::confirm(signed(Bob), SELLER, 2));
		issue(1_000, ESCROW);
		assert_ok!(pay(Bob, 3, None));
		assert_ok!(Commerce::cancel(signed(Alice), SELLER, 3));
		assert_ok!(sell(Bob, quote(1, 1, net(10)), Ferdie));
		assert_ok!(credit_note(1, 10));
		assert!(entries() > before);

		System::set_block_number(12);
		assert_ok!(Commerce::prune_quotes(signed(Eve), 99));
		set_day(REMOVAL);
		// The fifth is a note.
		for number in 1..=4 {
			events();
			assert_ok!(prune(number));
			assert_eq!(events(), [Event::InvoicePruned { invoice: invoice_id(number) }]);
			assert_eq!(Commerce::invoice(SELLER, number), None);
			check_invariants();
		}
		assert_eq!(entries(), before);
		let book = Commerce::book(SELLER);
		assert_eq!((book.next, book.open), (6, TILLS));
	});
}

#[test]
fn prune_waits_for_the_retention() {
	build_and_execute(|| {
		issue(1_000, Settlement::Direct);
		assert_noop!(prune(1), Error::<Test>::NotOpen);
		assert_ok!(pay(Bob, 1, None));
		set_day(REMOVAL - 1);
		assert_noop!(prune(1), Error::<Test>::RetentionRunning);
		assert_noop!(prune(2), Error::<Test>::InvoiceNotFound);
		assert_noop!(Commerce::prune(RuntimeOrigin::root(), SELLER, 1), BadOrigin);
		set_day(REMOVAL);
		assert_ok!(prune(1));
		assert_noop!(prune(1), Error::<Test>::InvoiceNotFound);
	});
}

#[test]
fn removal_happens_by_itself_when_idle() {
	build_and_execute(|| {
		let before = entries();
		issue(1_000, Settlement::Direct);
		assert_ok!(pay(Bob, 1, None));
		set_day(REMOVAL - 1);
		idle(100_000);
		assert_eq!(Commerce::book(SELLER).open, TILLS + 1);
		set_day(REMOVAL);
		idle(100_000);
		assert_eq!((Commerce::book(SELLER).open, entries()), (TILLS, before));
		assert_eq!(AgendaCursor::<Test>::get(), Some(REMOVAL + 1));
	});
}

#[test]
fn idle_stays_within_its_weight_and_goes_on_later() {
	build_and_execute(|| {
		for _ in 0..5 {
			let number = issue(1_000, ESCROW);
			assert_ok!(pay(Bob, number, None));
		}
		System::set_block_number(2);
		set_day(START + 11);
		// One for nothing, two for a block of quotes, 22 for eleven empty days; a day costs two and
		// each of its entries fifty and three newcomers.
		let mut open = Vec::new();
		for millis in [0, 1, 2, 3, 5, 27, 76, 78, 200, 1_000] {
			let limit = Weight::from_parts(millis * 1_000_000_000, 1 << 20);
			assert!(idle(millis).all_lte(limit), "{millis}");
			check_invariants();
			open.push(in_escrow() / 1_150);
		}
		assert_eq!(open, [5, 5, 5, 5, 5, 5, 4, 3, 0, 0]);
		assert_eq!(AgendaCursor::<Test>::get(), Some(START + 12));
	});
}

#[test]
fn idle_costs_the_same_however_many_invoices_wait() {
	build_and_execute(|| {
		set_day(START + 1);
		idle(10_000);
		let empty = idle(10_000);
		for _ in 0..20 {
			let number = issue(1_000, ESCROW);
			assert_ok!(pay(Bob, number, None));
		}
		assert_eq!(idle(10_000), empty);
	});
}

#[test]
fn sale_at_a_till_is_removed_even_if_its_quote_is_forgotten_late() {
	build_and_execute(|| {
		let before = entries();
		assert_ok!(sell(Dave, quote(1, 1, net(10)), Ferdie));
		assert_ok!(sell(Dave, quote(1, 2, net(10)), Ferdie));
		// Somebody didn't wait.
		set_day(REMOVAL);
		assert_ok!(prune(1));
		idle(100_000);
		assert_eq!(AgendaCursor::<Test>::get(), Some(REMOVAL + 1));
		check_invariants();
		System::set_block_number(12);
		idle(100_000);
		assert_eq!(invoice(2).removal, Some(REMOVAL + 1));
		check_invariants();
		set_day(REMOVAL + 1);
		idle(100_000);
		assert_eq!((Commerce::book(SELLER).open, entries()), (TILLS, before));
	});
}

#[test]
fn idle_forgets_quotes_block_by_block() {
	build_and_execute(|| {
		for nonce in 0..4 {
			assert_ok!(sell(Dave, quote(1, nonce, net(10)), Ferdie));
		}
		System::set_block_number(11);
		idle(10_000);
		assert_eq!(Quotes::<Test>::iter().count(), 4);
		assert_eq!(QuoteCursor::<Test>::get().map(|it| it.tick), Some(11));
		System::set_block_number(13);
		// One, two for the block, ten for each quote.
		idle(24);
		assert_eq!(Quotes::<Test>::iter().count(), 2);
		idle(10_000);
		assert_eq!(Quotes::<Test>::iter().count(), 0);
		assert_eq!(QuoteCursor::<Test>::get().map(|it| it.tick), Some(13));
	});
}

#[test]
fn idle_does_nothing_before_there_is_anything() {
	TestState::new_empty().execute_with(|| {
		set_day(START);
		System::set_block_number(1_000);
		assert_eq!(idle(10_000), <()>::idle());
		assert_eq!(entries(), 0);
	});
}
