//! The chain of receipts, recomputed from the events alone.

use crate::{mock::*, *};
use frame::testing_prelude::*;
use ourledger_primitives::{
	invoice::{Prices, ReceiptCore, Settlement},
	twin::TwinNumber,
};

/// The cores that the events tell of one seller, and the last receipt that they tell.
fn told(events: &[Event<Test>], of: TwinNumber) -> (Vec<ReceiptCore>, Hash32) {
	let mut last = [0; 32];
	let mut cores = Vec::new();
	for event in events.iter().cloned() {
		if let Event::InvoiceIssued {
			seller,
			number,
			buyer,
			jurisdiction,
			currency,
			supply,
			net,
			tax,
			tip,
			gross,
			document,
			receipt,
			..
		} = event
		{
			if seller == of {
				last = receipt;
				cores.push(ReceiptCore {
					seller,
					number,
					buyer,
					jurisdiction,
					currency,
					supply,
					net,
					tax,
					tip,
					gross,
					document,
				});
			}
		}
	}
	(cores, last)
}

fn link(cores: &[ReceiptCore]) -> Hash32 {
	cores.iter().fold([0; 32], |previous, core| core.receipt(&previous))
}

#[test]
fn receipts_chain_up_to_the_book() {
	build_and_execute(|| {
		assert_eq!(Commerce::book(SELLER).receipt, [0; 32]);
		issue(1_000, Settlement::Direct);
		assert_ok!(sell(Bob, quote(1, 1, sale_of(Prices::Gross, &[(VAT, 115)], 5)), Ferdie));
		assert_ok!(issue_as(None, net(77), Settlement::Direct, true));
		assert_ok!(Commerce::add_room(signed(Eve), BUYER, 1));
		let (origin, sale, direct) = (signed(Bob), net(1), Settlement::Direct);
		assert_ok!(Commerce::issue(
			origin, None, TOWN, MONEY, None, 0, sale, direct, false, DOCUMENT
		));

		let events = events();
		for seller in [SELLER, BUYER] {
			let (cores, last) = told(&events, seller);
			assert_eq!(link(&cores), last);
			assert_eq!(Commerce::book(seller).receipt, last);
		}
		// Whoever changes, drops or swaps one is found out.
		let (cores, last) = told(&events, SELLER);
		assert_eq!(cores.iter().map(|core| core.number).collect::<Vec<_>>(), [1, 2, 3]);
		let mut changed = cores.clone();
		changed[0].tax += 1;
		assert_ne!(link(&changed), last);
		assert_ne!(link(&cores[1..]), last);
		let mut swapped = cores;
		swapped.swap(0, 1);
		assert_ne!(link(&swapped), last);
	});
}

#[test]
fn receipts_stay_provable_when_everything_is_pruned() {
	build_and_execute(|| {
		for nonce in 0..3 {
			assert_ok!(sell(Bob, quote(1, nonce, net(100)), Ferdie));
			assert_ok!(credit_note(u64::from(nonce) + 1, 50));
		}
		let events = events();
		System::set_block_number(12);
		set_day(START + CORRECTION + u32::from(RETENTION));
		idle(100_000);
		assert_eq!(Commerce::book(SELLER).open, TILLS);
		let (cores, last) = told(&events, SELLER);
		assert_eq!((cores.len(), link(&cores)), (3, last));
		assert_eq!(Commerce::book(SELLER).receipt, last);
		// And the chain goes on from there.
		assert_ok!(sell(Bob, quote(2, 9, net(100)), Eve));
		let (more, last) = told(&crate::mock::events(), SELLER);
		assert_eq!(more[0].receipt(&link(&cores)), last);
	});
}
