//! The views.

use crate::{mock::*, *};
use frame::testing_prelude::*;
use ourledger_primitives::invoice::Settlement;

#[test]
fn invoices_lists_what_is_in_the_state() {
	build_and_execute(|| {
		for _ in 0..5 {
			issue(100, Settlement::Direct);
		}
		assert_ok!(Commerce::cancel(signed(Alice), SELLER, 2));
		set_day(START + u32::from(RETENTION));
		assert_ok!(Commerce::prune(signed(Eve), SELLER, 2));
		let numbers = |from, limit| {
			let page = Commerce::invoices(SELLER, from, limit);
			page.into_iter().map(|(number, _)| number).collect::<Vec<_>>()
		};
		assert_eq!(numbers(0, 3), [1, 3]);
		assert_eq!(numbers(1, 100), [1, 3, 4, 5]);
		assert_eq!(numbers(4, 1), [4]);
		assert!(numbers(6, 9).is_empty());
		assert!(numbers(u64::MAX, u32::MAX).is_empty());
		assert_eq!(Commerce::invoices(BUYER, 0, 9), []);
		assert_eq!(Commerce::invoices(SELLER, 3, 1), [(3, invoice(3))]);
	});
}

#[test]
fn invoices_gives_no_more_than_a_page() {
	build_and_execute(|| {
		assert_ok!(Commerce::add_room(signed(Eve), SELLER, 1));
		for _ in 0..=MAX_PAGE {
			issue(100, Settlement::Direct);
		}
		assert_eq!(Commerce::invoices(SELLER, 1, u32::MAX).len(), MAX_PAGE as usize);
	});
}

#[test]
fn till_shows_key_and_last_block() {
	build_and_execute(|| {
		let till = Till { key: id(Ferdie), expires: 1_000 };
		assert_eq!(Commerce::till(SELLER, 1), Some(till));
		assert_eq!(Commerce::till(SELLER, 3), None);
		assert_eq!(Commerce::till(BUYER, 1), None);
	});
}

#[test]
fn missing_things_are_answered() {
	build_and_execute(|| {
		assert_eq!(Commerce::invoice(SELLER, 1), None);
		assert_eq!(Commerce::book(9), Book { next: 1, receipt: [0; 32], open: 0, room: 0 });
		assert!(!Commerce::quote_used(11, SELLER, 1, [0; 16]));
		assert_eq!(Commerce::room(SELLER, id(Dave)), 0);
		assert_eq!(Commerce::room_deposit(0), 0);
		assert_eq!(Commerce::self_billing(SELLER, BUYER), None);
	});
}
