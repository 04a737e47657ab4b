//! `credit_note`, `cover_note` and `withdraw_note`.

use crate::{mock::*, *};
use frame::{deps::sp_runtime::traits::BadOrigin, testing_prelude::*};
use ourledger_primitives::{
	invoice::{Amounts, Change, InvoiceNumber, NotePart, Prices, Sale, SaleItem, Settlement},
	money::DAY_MILLIS,
	receipt::Totals,
};

const NOTE: Hash32 = [0xcd; 32];

fn totals(net: Balance, tax: Balance) -> Totals {
	Totals { net, tax, tip: 0, gross: net + tax }
}

/// The latest note, which has this number.
fn issued(note: InvoiceNumber, taken: Totals, left: Totals, refund: Balance) -> Event<Test> {
	Event::CreditNoteIssued {
		invoice: invoice_id(1),
		note,
		day: START,
		taken,
		left,
		document: NOTE,
		refund,
		receipt: Commerce::book(SELLER).receipt,
	}
}

fn refunded(payer: Sr25519Keyring, amount: Balance) -> Event<Test> {
	Event::Refunded { invoice: invoice_id(1), payer: id(payer), amount, set_aside: 0 }
}

/// Two halves, one taxed, of which Bob has paid 860 of 2,150; his credit of 60 is spent. A note on
/// the taxed half takes all of that credit, while no money goes back.
fn spent() {
	let sale = sale_of(Prices::Net, &[(VAT, 1_000), (ZERO, 1_000)], 0);
	assert_ok!(issue_as(Some(BUYER), sale, Settlement::Direct, false));
	assert_ok!(pay(Bob, 1, Some(860)));
	assert_eq!(credit_of(BUYER), 60);
	Credits::insert((MONEY, BUYER), 0);
	events();
}

#[test]
fn credit_note_takes_a_part_and_then_the_rest() {
	build_and_execute(|| {
		issue(1_000, Settlement::Direct);
		assert_ok!(pay(Bob, 1, None));
		events();

		assert_ok!(credit_note(1, 400));
		assert_eq!(
			events(),
			[issued(2, totals(400, 60), totals(600, 90), 460), refunded(Bob, 460)]
		);
		assert_eq!((money(Bob), money(Alice)), (ENDOWMENT - 690, ENDOWMENT + 540));
		// What had been remitted becomes the seller's credit, and the buyer's falls.
		assert_eq!((credit_of(SELLER), credit_of(BUYER), treasury()), (60, 90, 150));
		assert_eq!(payers(1), [(id(Bob), 690)]);

		assert_ok!(credit_note(1, 600));
		assert_eq!(events(), [issued(3, totals(600, 90), totals(0, 0), 690), refunded(Bob, 690)]);
		assert_eq!((money(Bob), money(Alice)), (ENDOWMENT, ENDOWMENT - 150));
		assert_eq!((credit_of(SELLER), credit_of(BUYER)), (150, 0));
		assert_eq!((payers(1), invoice(1).bill.paid), (vec![], 0));
		assert_eq!(invoice(1).state, InvoiceState::Closed(START));
		assert_noop!(credit_note(1, 1), DispatchError::Other("mock: note too large"));
	});
}

#[test]
fn credit_note_refunds_the_newest_payer_first() {
	build_and_execute(|| {
		issue(1_000, Settlement::Direct);
		for (payer, amount) in [(Bob, 900), (Eve, 250)] {
			assert_ok!(pay(payer, 1, Some(amount)));
		}
		events();
		assert_ok!(credit_note(1, 400));
		let note = issued(2, totals(400, 60), totals(600, 90), 460);
		assert_eq!(events(), [note, refunded(Eve, 250), refunded(Bob, 210)]);
		assert_eq!(payers(1), [(id(Bob), 690)]);
		assert_eq!((money(Eve), money(Bob)), (ENDOWMENT, ENDOWMENT - 690));
		assert_ok!(credit_note(1, 600));
		assert_eq!(money(Bob), ENDOWMENT);
	});
}

#[test]
fn credit_note_on_what_is_unpaid_closes() {
	build_and_execute(|| {
		issue(1_000, Settlement::Direct);
		assert_ok!(pay(Bob, 1, Some(460)));
		events();
		assert_ok!(credit_note(1, 600));
		let closed = Event::InvoiceClosed { invoice: invoice_id(1) };
		assert_eq!(events(), [issued(2, totals(600, 90), totals(400, 60), 0), closed]);
		assert_eq!(invoice(1).state, InvoiceState::Closed(START));
		assert_eq!(payers(1), [(id(Bob), 460)]);
	});
}

#[test]
fn credit_note_voids_an_accepted_invoice_without_the_buyer() {
	build_and_execute(|| {
		issue(1_000, Settlement::Direct);
		accept(1);
		assert_ok!(credit_note(1, 1_000));
		assert_eq!(invoice(1).state, InvoiceState::Closed(START));
	});
}

#[test]
fn credit_note_makes_good_what_the_buyer_spent() {
	build_and_execute(|| {
		issue(1_000, Settlement::Direct);
		assert_ok!(pay(Bob, 1, Some(575)));
		assert_ok!(pay(Dave, 1, None));
		Credits::insert((MONEY, BUYER), 20);
		events();
		assert_ok!(credit_note(1, 1_000));
		// 130 of the 1,150 go to the treasury.
		let note = issued(2, totals(1_000, 150), totals(0, 0), 1_020);
		assert_eq!(events(), [note, refunded(Dave, 575), refunded(Bob, 445)]);
		assert_eq!((treasury(), credit_of(SELLER), credit_of(BUYER)), (280, 150, 0));
		assert_eq!(payers(1), []);
	});
}

#[test]
fn credit_note_waits_until_it_is_covered() {
	build_and_execute(|| {
		spent();
		let before = (money(Alice), money(Bob), treasury());
		assert_ok!(credit_note(1, 1_000));
		let waits = Event::CreditNoteWaits { invoice: invoice_id(1), document: NOTE, missing: 60 };
		assert_eq!(events(), [waits]);
		assert_eq!((money(Alice), money(Bob), treasury()), before);
		assert_eq!((invoice(1).bill.gross, credit_of(SELLER)), (2_150, 0));
		assert!(invoice(1).note.is_some());
		assert_eq!(Commerce::book(SELLER).next, 2);
		assert_noop!(credit_note(1, 1), Error::<Test>::NoteWaiting);

		let cover = |who, max| Commerce::cover_note(signed(who), SELLER, 1, max);
		assert_noop!(cover(Alice, 60), Error::<Test>::NotBuyer);
		assert_noop!(cover(Dave, 60), NOT_ACTING);
		assert_noop!(cover(Bob, 59), Error::<Test>::NoteWaiting);
		assert_noop!(
			Commerce::cover_note(signed(Bob), SELLER, 2, 1),
			Error::<Test>::InvoiceNotFound
		);
		assert_noop!(Commerce::cover_note(RuntimeOrigin::root(), SELLER, 1, 1), BadOrigin);
		assert_ok!(cover(Bob, 1_000));
		assert_eq!(events(), [issued(2, totals(1_000, 150), totals(1_000, 0), 0)]);
		assert_eq!((money(Bob), treasury()), (before.1 - 60, before.2 + 60));
		assert_eq!((credit_of(SELLER), credit_of(BUYER)), (60, 0));
		assert_eq!(invoice(1).note, None);
		assert_noop!(cover(Bob, 60), Error::<Test>::NoNoteWaiting);
		assert_ok!(pay(Bob, 1, None));
		assert_eq!(invoice(1).state, InvoiceState::Closed(START));
	});
}

#[test]
fn waiting_note_takes_only_what_is_missing_later() {
	build_and_execute(|| {
		spent();
		assert_ok!(credit_note(1, 1_000));
		Credits::insert((MONEY, BUYER), 45);
		let before = money(Bob);
		assert_ok!(Commerce::cover_note(signed(Bob), SELLER, 1, 1_000));
		assert_eq!((money(Bob), credit_of(BUYER)), (before - 15, 0));
	});
}

#[test]
fn withdraw_note_makes_way_for_another() {
	build_and_execute(|| {
		spent();
		let withdraw = |who| Commerce::withdraw_note(signed(who), 1);
		assert_noop!(withdraw(Alice), Error::<Test>::NoNoteWaiting);
		assert_ok!(credit_note(1, 1_000));
		assert_noop!(withdraw(Bob), Error::<Test>::InvoiceNotFound);
		assert_noop!(withdraw(Dave), NOT_ACTING);
		assert_noop!(Commerce::withdraw_note(RuntimeOrigin::none(), 1), BadOrigin);
		events();
		assert_ok!(withdraw(Alice));
		assert_eq!(events(), [Event::CreditNoteWithdrawn { invoice: invoice_id(1) }]);
		assert_noop!(
			Commerce::cover_note(signed(Bob), SELLER, 1, 60),
			Error::<Test>::NoNoteWaiting
		);
		let note = note_of(&[(ZERO, 1_000)], 0);
		assert_ok!(Commerce::credit_note(signed(Alice), 1, note, NOTE));
	});
}

#[test]
fn credit_note_is_possible_until_the_last_day_of_correction() {
	build_and_execute(|| {
		issue(1_000, Settlement::Direct);
		assert_ok!(pay(Bob, 1, None));
		set_day(START + CORRECTION);
		assert_ok!(credit_note(1, 100));
		// Midnight comes earlier in the jurisdiction than by UTC.
		OffsetMillis::set(DAY_MILLIS / 2);
		assert_noop!(credit_note(1, 100), Error::<Test>::CorrectionOver);
		OffsetMillis::set(0);
		assert_ok!(credit_note(1, 100));
		set_day(START + CORRECTION + 1);
		assert_noop!(credit_note(1, 100), Error::<Test>::CorrectionOver);
		CorrectionDays::set(CORRECTION + 1);
		assert_ok!(credit_note(1, 100));
	});
}

#[test]
fn waiting_note_lapses_with_the_correction() {
	build_and_execute(|| {
		spent();
		assert_ok!(credit_note(1, 1_000));
		set_day(START + CORRECTION + 1);
		assert_noop!(
			Commerce::cover_note(signed(Bob), SELLER, 1, 60),
			Error::<Test>::CorrectionOver
		);
		assert_ok!(Commerce::withdraw_note(signed(Alice), 1));
	});
}

#[test]
fn credit_note_fails_when_the_invoice_forbids_it() {
	build_and_execute(|| {
		issue(1_000, ESCROW);
		// A deadline runs, or the arbiter has to decide.
		hypothetically!({
			assert_ok!(pay(Bob, 1, None));
			assert_noop!(credit_note(1, 100), Error::<Test>::InEscrow);
		});
		assert_ok!(pay(Bob, 1, Some(1)));
		hypothetically!({
			assert_ok!(Commerce::dispute(signed(Bob), SELLER, 1, [1; 32]));
			assert_noop!(credit_note(1, 100), Error::<Test>::InEscrow);
		});
		assert_ok!(Commerce::cancel(signed(Alice), SELLER, 1));
		assert_noop!(credit_note(1, 100), Error::<Test>::NotOpen);
		assert_noop!(credit_note(2, 100), Error::<Test>::InvoiceNotFound);
		let note = |origin| Commerce::credit_note(origin, 1, note_of(&[(VAT, 100)], 0), NOTE);
		assert_noop!(note(signed(Bob)), Error::<Test>::InvoiceNotFound);
		assert_noop!(note(signed(Dave)), NOT_ACTING);
		assert_noop!(note(RuntimeOrigin::root()), BadOrigin);
	});
}

#[test]
fn a_unit_that_waits_keeps_no_seller_from_correcting() {
	build_and_execute(|| {
		let number = issue(1_000, ESCROW);
		accept(number);
		// Bob never pays the rest: no deadline runs, and only both cancel.
		assert_ok!(pay(Bob, number, Some(1)));
		let before = money(Bob);
		set_day(START + CORRECTION);
		events();
		hypothetically!({
			// Of a part, too: then the rest is to be paid anew.
			assert_ok!(credit_note(number, 400));
			assert_eq!((invoice(number).escrowed, invoice(number).outstanding()), (0, 690));
			assert_ok!(pay(Bob, number, None));
			assert!(invoice(number).release.is_some());
		});
		assert_ok!(credit_note(number, 1_000));
		let told = events();
		assert!(told.iter().any(|it| matches!(it, Event::EscrowReturned { amount: 1, .. })));
		assert!(told.iter().any(|it| matches!(it, Event::InvoiceClosed { .. })));
		assert_eq!(money(Bob), before + 1);
		let after = money(Alice);
		set_day(START + 30 + UNPAID + 1);
		let late = Commerce::collect_unpaid(signed(Eve), SELLER, number);
		assert_noop!(late, Error::<Test>::NotOpen);
		assert_eq!(money(Alice), after);
	});
}

#[test]
fn what_waits_goes_back_before_what_had_arrived() {
	build_and_execute(|| {
		let number = issue(1_000, ESCROW);
		assert_ok!(pay(Bob, number, Some(575)));
		assert_ok!(Commerce::confirm(signed(Bob), SELLER, number));
		assert_ok!(pay(Bob, number, Some(100)));
		let (alice, bob) = (money(Alice), money(Bob));
		// Of 1,150, 230 are left to pay: 345 of 575 go back, and all that waits.
		assert_ok!(credit_note(number, 800));
		let after = invoice(number);
		assert_eq!((after.escrowed, after.bill.gross, after.bill.paid), (0, 230, 230));
		assert_eq!((money(Alice), money(Bob)), (alice - 345, bob + 345 + 100));
	});
}

#[test]
fn credit_note_fails_whole_when_a_refund_fails() {
	build_and_execute(|| {
		issue(1_000, Settlement::Direct);
		assert_ok!(pay(Bob, 1, None));
		set_money(Alice, 459);
		assert!(credit_note(1, 400).is_err());
		assert_eq!((invoice(1).bill.gross, credit_of(SELLER)), (1_150, 0));
		set_money(Alice, 460);
		assert_ok!(credit_note(1, 400));
		assert_eq!(money(Alice), 0);
	});
}

#[test]
fn credit_note_works_for_a_sale_at_a_till() {
	build_and_execute(|| {
		let sale = sale_of(Prices::Gross, &[(VAT, 230)], 20);
		assert_ok!(sell(Dave, quote(1, 1, sale), Ferdie));
		let note = note_of(&[(VAT, 230)], 20);
		assert_ok!(Commerce::credit_note(signed(Alice), 1, note, NOTE));
		assert_eq!((money(Dave), credit_of(SELLER)), (ENDOWMENT, 30));
		assert_eq!(invoice(1).bill.gross, 0);
	});
}

#[test]
fn credit_note_takes_a_number_and_no_room() {
	build_and_execute(|| {
		assert_ok!(Commerce::remove_room(signed(Alice), SELLER, 99));
		issue(1_000, Settlement::Direct);
		assert_ok!(pay(Bob, 1, None));
		let full = Commerce::book(SELLER);
		assert_eq!(full.open, full.room);
		assert_ok!(credit_note(1, 400));
		assert_ok!(credit_note(1, 100));
		let book = Commerce::book(SELLER);
		assert_eq!((book.next, book.open), (full.next + 2, full.open));
		assert_eq!(Commerce::invoice(SELLER, 2), None);
		// The next invoice goes on from there.
		assert_ok!(Commerce::add_room(signed(Alice), SELLER, 1));
		assert_eq!(issue(1, Settlement::Direct), 4);
	});
}

#[test]
fn credit_note_reaches_whoever_can_not_be_paid() {
	build_and_execute(|| {
		issue(1_000, Settlement::Direct);
		assert_ok!(pay(Bob, 1, Some(900)));
		assert_ok!(pay(Eve, 1, None));
		set_expelled(Bob, true);
		set_gone(Eve, true);
		events();
		assert_ok!(credit_note(1, 1_000));
		let (invoice, payer) = (invoice_id(1), id(Eve));
		let aside = Event::Refunded { invoice, payer, amount: 250, set_aside: 250 };
		assert_eq!(events()[1..], [aside, refunded(Bob, 900)]);
		assert_eq!((money(Bob), set_aside(Eve)), (ENDOWMENT, 250));
	});
}

#[test]
fn credit_note_is_the_sellers_to_pay() {
	build_and_execute(|| {
		issue(1_000, Settlement::Direct);
		assert_ok!(pay(Bob, 1, None));
		// Its own account's rules hold.
		set_expelled(Alice, true);
		assert!(credit_note(1, 400).is_err());
		set_expelled(Alice, false);
		assert_ok!(credit_note(1, 400));
	});
}

#[test]
fn lines_are_kept_as_a_hash_and_taken_back_as_they_were() {
	build_and_execute(|| {
		PerLine::set(true);
		let by_line = |amounts: &[i128]| Sale {
			items: BoundedVec::truncate_from(vec![SaleItem {
				code: VAT,
				amounts: Amounts::Lines(lines(amounts)),
			}]),
			..net(0)
		};
		// 0.06 each, and not 0.18 on the sum of 1.14.
		assert_ok!(issue_as(Some(BUYER), by_line(&[38, 38, 38]), Settlement::Direct, false));
		assert_eq!(invoice(1).bill.tax(), 18);
		assert_ok!(pay(Bob, 1, None));
		let note = |was: &[i128], remain: &[i128]| {
			let change = Change::Lines { was: lines(was), remain: lines(remain) };
			let mut note = note_of(&[], 0);
			note.parts = BoundedVec::truncate_from(vec![NotePart { code: VAT, change }]);
			Commerce::credit_note(signed(Alice), 1, note, NOTE)
		};
		let wrong = DispatchError::Other("mock: note too large");
		assert_noop!(note(&[38, 38, 37], &[0, 0, 0]), wrong);
		assert_ok!(note(&[38, 38, 38], &[38, 0, 4]));
		assert_eq!((invoice(1).bill.net(), invoice(1).bill.tax()), (42, 7));
		// From now on, what remained is there.
		assert_noop!(note(&[38, 38, 38], &[0, 0, 0]), wrong);
		assert_ok!(note(&[38, 0, 4], &[0, 0, 0]));
		assert_eq!(invoice(1).bill.gross, 0);
	});
}

#[test]
fn waiting_note_is_no_larger_for_its_lines() {
	let most = WaitingNote::max_encoded_len();
	// Eight amounts and taxes, four quantities, a tip and two hashes.
	assert!(most < 8 * 32 + 4 * 8 + 16 + 2 * 33 + 16, "{most}");
}
