//! The chain of receipts, recomputed from the events alone.

use crate::{mock::*, *};
use frame::testing_prelude::*;
use ourledger_primitives::{
	invoice::{Prices, Settlement},
	receipt::{Link, NoteCore, ReceiptCore, Totals, NO_RECEIPT},
	twin::TwinNumber,
};

/// The links that the events tell of one seller, and the last receipt that they tell.
fn told(events: &[Event<Test>], of: TwinNumber) -> (Vec<Link>, Hash32) {
	let mut last = NO_RECEIPT;
	let mut links = Vec::new();
	for event in events.iter().cloned() {
		match event {
			Event::InvoiceIssued {
				invoice: InvoiceId { seller, number },
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
			} if seller == of => {
				last = receipt;
				links.push(Link::Invoice(ReceiptCore {
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
				}));
			},
			Event::CreditNoteIssued {
				invoice: InvoiceId { seller, number: invoice },
				note: number,
				day,
				taken,
				left,
				document,
				receipt,
				..
			} if seller == of => {
				last = receipt;
				links.push(Link::Note(NoteCore {
					seller,
					number,
					invoice,
					day,
					taken,
					left,
					document,
				}));
			},
			_ => (),
		}
	}
	(links, last)
}

fn link(links: &[Link]) -> Hash32 {
	links.iter().fold(NO_RECEIPT, |previous, link| link.receipt(&previous))
}

#[test]
fn receipts_chain_up_to_the_book() {
	build_and_execute(|| {
		assert_eq!(Commerce::book(SELLER).receipt, [0; 32]);
		issue(1_000, Settlement::Direct);
		assert_ok!(sell(Bob, quote(1, 1, sale_of(Prices::Gross, &[(VAT, 115)], 5)), Ferdie));
		assert_ok!(issue_as(None, net(77), Settlement::Direct, true));
		assert_ok!(pay(Bob, 1, Some(460)));
		assert_ok!(credit_note(1, 700));
		assert_ok!(Commerce::add_room(signed(Eve), BUYER, 1));
		assert_ok!(Commerce::issue(signed(Bob), None, CONDITIONS, net(1)));

		let events = events();
		for seller in [SELLER, BUYER] {
			let (cores, last) = told(&events, seller);
			assert_eq!(link(&cores), last);
			assert_eq!(Commerce::book(seller).receipt, last);
		}
		// Whoever changes, drops or swaps one is found out.
		let (cores, last) = told(&events, SELLER);
		assert_eq!(cores.iter().map(Link::number).collect::<Vec<_>>(), [1, 2, 3, 4]);
		let mut changed = cores.clone();
		let Link::Invoice(core) = &mut changed[0] else { panic!("{changed:?}") };
		core.tax += 1;
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
			assert_ok!(credit_note(2 * u64::from(nonce) + 1, 50));
		}
		let events = events();
		System::set_block_number(12);
		set_day(START + CORRECTION + u32::from(RETENTION));
		idle(100_000);
		assert_eq!(Commerce::book(SELLER).open, TILLS);
		let (links, last) = told(&events, SELLER);
		assert_eq!((links.len(), link(&links)), (6, last));
		assert_eq!(Commerce::book(SELLER).receipt, last);
		// And the chain goes on from there.
		assert_ok!(sell(Bob, quote(2, 9, net(100)), Eve));
		let (more, last) = told(&crate::mock::events(), SELLER);
		assert_eq!(more[0].receipt(&link(&links)), last);
	});
}

#[test]
fn pruned_invoice_no_longer_proves_what_a_note_took_back() {
	build_and_execute(|| {
		issue(500, Settlement::Direct);
		let before = Commerce::book(SELLER).receipt;
		issue(1_000, Settlement::Direct);
		assert_ok!(pay(Bob, 2, None));
		issue(77, Settlement::Direct);
		let told_so_far = events();
		let (early, _) = told(&told_so_far, SELLER);
		let whole = Totals { net: 1_000, tax: 150, tip: 0, gross: 1_150 };
		// So far, it is what it was.
		assert_eq!(Commerce::proven(before, early[1..].to_vec()), Some(whole));

		assert_ok!(credit_note(2, 1_000));
		let (notes, _) = told(&events(), SELLER);
		set_day(START + CORRECTION + u32::from(RETENTION));
		idle(100_000);
		assert_eq!(Commerce::invoice(SELLER, 2), None);
		// What was true once doesn't lead to the last receipt; nor does hiding the note.
		assert_eq!(Commerce::proven(before, early[1..].to_vec()), None);
		let links = [early[1..].to_vec(), notes].concat();
		assert_eq!(Commerce::proven(before, links.clone()), Some(Totals::default()));
		assert_eq!(Commerce::proven(before, links[..links.len() - 1].to_vec()), None);
		assert_eq!(Commerce::proven([9; 32], links.clone()), None);
		assert_eq!(Commerce::proven(before, links[1..].to_vec()), None);
		assert_eq!(Commerce::proven(before, vec![]), None);
		// What it takes part of is final after the last day of correction.
		assert_eq!(Commerce::correctable_until(TOWN, START), Some(START + CORRECTION));
		assert_eq!(Commerce::correctable_until(9, START), None);
	});
}

#[test]
fn proof_is_final_for_ever_once_the_invoice_has_left_the_state() {
	build_and_execute(|| {
		let before = Commerce::book(SELLER).receipt;
		issue(1_000, Settlement::Direct);
		assert_ok!(pay(Bob, 1, None));
		let (links, _) = told(&events(), SELLER);
		set_day(START + CORRECTION + 1);
		let whole = Totals { net: 1_000, tax: 150, tip: 0, gross: 1_150 };
		assert_eq!(Commerce::proven(before, links.clone()), Some(whole));
		assert_noop!(credit_note(1, 100), Error::<Test>::CorrectionOver);

		// Longer days of correction bring a last day back that has passed, for what is still there.
		CorrectionDays::set(CORRECTION + 10);
		assert_eq!(Commerce::correctable_until(TOWN, START), Some(START + CORRECTION + 10));
		assert_ok!(credit_note(1, 100));
		assert_eq!(Commerce::proven(before, links.clone()), None);
		let (notes, _) = told(&events(), SELLER);
		let links = [links, notes].concat();
		let left = Totals { net: 900, tax: 135, tip: 0, gross: 1_035 };
		assert_eq!(Commerce::proven(before, links.clone()), Some(left));

		// And for nothing else.
		set_day(START + CORRECTION + 10 + u32::from(RETENTION));
		idle(100_000);
		assert_eq!(Commerce::invoice(SELLER, 1), None);
		CorrectionDays::set(10_000);
		assert_noop!(credit_note(1, 100), Error::<Test>::InvoiceNotFound);
		assert_eq!(Commerce::proven(before, links), Some(left));
	});
}

#[test]
fn links_of_invoices_keep_their_form() {
	build_and_execute(|| {
		issue(1_000, Settlement::Direct);
		let core = (1u64, 1u64, Some(2u64), TOWN, MONEY, START);
		let core = (core, [1_000u128, 150, 0, 1_150], DOCUMENT);
		let receipt = frame::hashing::blake2_256(&([0u8; 32], core).encode());
		assert_eq!(Commerce::book(SELLER).receipt, receipt);
	});
}
