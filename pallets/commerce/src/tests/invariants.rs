//! Each invariant is seen to be broken; constants and indices are pinned.

use crate::{mock::*, *};
use frame::{
	deps::frame_support::{dispatch::GetDispatchInfo, weights::constants::ParityDbWeight},
	testing_prelude::*,
	traits::Hooks,
};
use ourledger_primitives::{
	invoice::{Amounts, Change, Note, Payer, Prices, Quote, Sale, Settlement},
	money::{Kept, LocalMoney},
};

/// Corrupt a sound state of one open, one escrowed and one closed invoice.
fn assert_found(message: &'static str, corrupt: impl FnOnce()) {
	state().execute_with(|| {
		issue(1_000, Settlement::Direct);
		assert_ok!(pay(Bob, 1, Some(100)));
		issue(1_000, ESCROW);
		assert_ok!(pay(Bob, 2, None));
		issue(1_000, Settlement::Direct);
		assert_ok!(pay(Bob, 3, None));
		assert_ok!(sell(Bob, quote(1, 1, net(10)), Ferdie));
		check_invariants();
		corrupt();
		assert_eq!(Commerce::do_try_state(), Err(message.into()));
	});
}

fn change(number: u64, how: impl FnOnce(&mut InvoiceOf<Test>)) {
	Invoices::<Test>::mutate(SELLER, number, |invoice| {
		how(invoice.as_mut().expect("the invoice is in the state"))
	});
}

#[test]
fn wrong_amounts_are_found() {
	assert_found("net, tax and tip don't sum to the gross", || change(1, |it| it.bill.tip = 1));
	assert_found("more is paid than the gross", || change(2, |it| it.bill.paid = 1));
	assert_found("the payers didn't pay what was paid", || change(1, |it| it.bill.paid = 99));
	assert_found("the payers didn't pay what is in escrow", || change(2, |it| it.escrowed = 1_149));
	assert_found("what waits has no units, or units wait", || {
		change(2, |it| it.payers[0].kept.units = 0u32.into());
	});
	assert_found("what waits has no units, or units wait", || {
		change(1, |it| it.payers[0].kept.units = 1u32.into());
	});
	assert_found("a payer paid nothing", || {
		let payer = Payer { account: id(Eve), paid: 0, kept: Kept::default() };
		change(1, |it| it.payers.try_push(payer).expect("there is one so far"));
	});
	assert_found("a payer is there twice", || {
		change(1, |it| {
			it.payers[0].paid = 50;
			let payer = it.payers[0].clone();
			it.payers.try_push(payer).expect("there is one so far");
		});
	});
}

#[test]
fn wrong_states_are_found() {
	let misfit = "an invoice's state doesn't fit what was paid";
	assert_found(misfit, || change(1, |it| it.state = InvoiceState::Closed(START)));
	assert_found(misfit, || change(1, |it| it.state = InvoiceState::Disputed));
	assert_found(misfit, || change(1, |it| it.state = InvoiceState::Cancelled));
	assert_found(misfit, || change(2, |it| it.state = InvoiceState::Rejected));
	assert_found(misfit, || change(3, |it| it.state = InvoiceState::Issued));
	assert_found("a direct invoice has money in escrow", || {
		change(2, |it| it.settlement = Settlement::Direct);
	});
	assert_found("nobody can confirm an escrow", || change(2, |it| it.buyer = None));
	assert_found("nobody wrote an invoice", || {
		change(1, |it| (it.writer, it.buyer) = (Writer::Buyer { silence: None }, None));
	});
	assert_found("what one party can cancel is asked for", || {
		change(1, |it| it.cancel = Some(BUYER));
	});
}

#[test]
fn wrong_days_are_found() {
	assert_found("the wrong invoices are to be removed", || change(1, |it| it.removal = Some(1)));
	assert_found("the wrong invoices are to be removed", || change(3, |it| it.removal = None));
	assert_found("a removal isn't on the agenda", || change(3, |it| it.removal = Some(1)));
	assert_found("the wrong escrows have a deadline", || change(2, |it| it.release = None));
	assert_found("the wrong escrows have a deadline", || change(1, |it| it.release = Some(1)));
	assert_found("a deadline isn't on the agenda", || {
		change(2, |it| it.release = Some(START + 1));
	});
}

#[test]
fn wrong_escrow_is_found() {
	let wrong = "the escrow doesn't hold its sum";
	let shift = |from: &AccountId, to: &AccountId| {
		MockMoney::pay(MONEY, from, to, 1).expect("there is money");
	};
	assert_found(wrong, || shift(&Commerce::escrow(), &id(Eve)));
	assert_found("the escrow is no pot", || ledger::Pots::remove(Commerce::escrow()));
}

#[test]
fn wrong_books_are_found() {
	let book = |how: fn(&mut Book)| move || Books::<Test>::mutate(SELLER, how);
	assert_found("an invoice's number was never given", book(|it| it.next = 3));
	assert_found("a book miscounts its places", book(|it| it.open = 3));
	assert_found("a book miscounts the room", book(|it| it.room = 99));
	assert_found("an entry of room is for nothing", || {
		Rooms::<Test>::mutate(SELLER, id(Alice), |room| {
			room.as_mut().expect("there is room").invoices = 0;
		});
	});
	assert_found("more places are taken than there are", || {
		Rooms::<Test>::mutate(SELLER, id(Alice), |room| {
			room.as_mut().expect("there is room").invoices = 1;
		});
		Books::<Test>::mutate(SELLER, |book| book.room = TILLS + 1);
	});
	assert_found("a seller has no book", || {
		let room = Rooms::<Test>::get(SELLER, id(Alice)).expect("there is room");
		Rooms::<Test>::insert(9, id(Eve), room);
	});
}

#[test]
fn wrong_cursors_are_found() {
	assert_found("nothing would work off the agenda", AgendaCursor::<Test>::kill);
	assert_found("the agenda has a day that is over", || AgendaCursor::<Test>::put(START + 999));
	assert_found("the agenda has a missing invoice", || {
		Agenda::<Test>::insert(START + 5, invoice_id(9), ());
	});
	assert_found("the agenda has the wrong day of an invoice", || {
		Agenda::<Test>::insert(START + 5, invoice_id(1), ());
	});
	assert_found("nothing would forget quotes", QuoteCursor::<Test>::kill);
	let lost = "a quote would never be forgotten";
	assert_found(lost, || QuoteCursor::<Test>::put(Cursor { tick: 12, after: None }));
	let after = Some((SELLER, 1, [1; 16]));
	assert_found(lost, || QuoteCursor::<Test>::put(Cursor { tick: 11, after }));
}

#[test]
fn codec_indices_are_pinned() {
	use InvoiceState::*;
	for (index, state) in
		[Issued, Accepted, Rejected, Disputed, Cancelled, Closed(7)].iter().enumerate()
	{
		assert_eq!(state.encode()[0], index as u8);
	}
	let writers = [Writer::Seller, Writer::Buyer { silence: None }];
	for (index, writer) in writers.iter().enumerate() {
		assert_eq!(writer.encode()[0], index as u8);
	}
	for (index, by) in [Release::Buyer, Release::Arbiter, Release::Deadline].iter().enumerate() {
		assert_eq!(by.encode(), [index as u8]);
	}
}

#[test]
fn room_is_as_large_as_the_largest_invoice() {
	let footprint = Commerce::room_footprint(7);
	assert_eq!(footprint.count, 7);
	let invoice = InvoiceOf::<Test>::max_encoded_len() as u64;
	assert_eq!(footprint.size, 16 + invoice + 4 + 16);
	// Deposits follow from it: it should change knowingly.
	assert_eq!(invoice, 2_039);
}

#[test]
fn calls_weigh_what_was_measured() {
	let weighs = |call: Call<Test>, weight: Weight| {
		// No state is there to be read: whoever offers a transaction hasn't paid for a look.
		assert_eq!(RuntimeCall::from(call).get_dispatch_info().call_weight, weight);
	};
	let newcomers = |count| ParityDbWeight::get().reads_writes(count, count);
	let (seller, number) = (1, 1);
	let pay = Call::pay { seller, number, amount: None, business: true };
	weighs(pay, <()>::pay() + newcomers(2));
	let sale = net(10);
	let offer = Quote {
		seller,
		till: 1,
		nonce: [0; 16],
		jurisdiction: TOWN,
		currency: MONEY,
		buyer: None,
		sale: sale.clone(),
		expires: 1,
	};
	let sell = |sale: &Sale| Call::sell {
		quote: Quote { sale: sale.clone(), ..offer.clone() },
		signature: Ferdie.sign(&[]).into(),
		business: true,
	};
	weighs(sell(&sale), <()>::sell_dear(1, 0) + newcomers(2));
	let twice = sale_of(Prices::Net, &[(VAT, 1), (ZERO, 1)], 0);
	weighs(sell(&twice), <()>::sell_dear(2, 0) + newcomers(2));
	let mut lined = net(0);
	lined.items[0].amounts = Amounts::Lines(lines(&[1, 2, 3]));
	weighs(sell(&lined), <()>::sell_dear(1, 3) + newcomers(2));
	let conditions = CONDITIONS;
	let issue = |sale: &Sale| Call::issue { buyer: None, conditions, sale: sale.clone() };
	weighs(issue(&lined), <()>::issue(1, 3));
	// Only what comes to nothing under some code can come to nothing in all.
	for zero in [0, -1] {
		let sold = sale_of(Prices::Net, &[(VAT, 1), (ZERO, zero)], 0);
		weighs(issue(&sold), <()>::issue(2, 0) + <()>::nothing());
	}
	lined.items[0].amounts = Amounts::Lines(lines(&[1, 2, -3]));
	weighs(issue(&lined), <()>::issue(1, 3) + <()>::nothing());
	let more = <()>::cancel() + <()>::charge() + newcomers(5);
	let mut note = note_of(&[(VAT, 1)], 0);
	let credit = |note: &Note| Call::credit_note { number, note: note.clone(), document: DOCUMENT };
	weighs(credit(&note), <()>::credit_note(0) + more);
	note.parts[0].change = Change::Lines { was: lines(&[1, 2]), remain: lines(&[1, 0]) };
	weighs(credit(&note), <()>::credit_note(4) + more);
	let cover = Call::cover_note { seller, number, max: 1 };
	weighs(cover, <()>::cover_note() + more);
	weighs(Call::cancel { seller, number }, <()>::cancel() + newcomers(5));
	weighs(Call::reject { seller, number }, <()>::reject() + newcomers(5));
	let resolve = Call::resolve { seller, number, to_buyer: 1, reason: DOCUMENT };
	weighs(resolve, <()>::resolve() + newcomers(8));
	weighs(Call::confirm { seller, number }, <()>::confirm() + newcomers(3));
	let release = <()>::release().max(<()>::lapse());
	weighs(Call::release { seller, number }, release + newcomers(5));
	weighs(Call::withdraw_cancel { seller, number }, <()>::withdraw_cancel());
	weighs(Call::prune_quotes { limit: 9 }, <()>::prune_quotes(9));
}

#[test]
fn constants_make_sense() {
	state().execute_with(|| {
		<Commerce as Hooks<u64>>::integrity_test();
	});
}
