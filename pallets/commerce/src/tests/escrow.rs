//! Escrow: `pay` into it, `deliver`, `confirm`, `dispute`, `resolve` and `release`.

use crate::{mock::*, *};
use frame::{
	deps::sp_runtime::{traits::BadOrigin, TokenError},
	testing_prelude::*,
};
use ourledger_primitives::invoice::{Delivery, Settlement};

const WHY: Hash32 = [0xaa; 32];

fn released(amount: Balance, by: Release) -> Event<Test> {
	let to_treasury = amount * 15 / 115;
	let to_seller = amount - to_treasury;
	Event::EscrowReleased { seller: SELLER, number: 1, amount, to_seller, to_treasury, by }
}

fn returned(payer: Sr25519Keyring, amount: Balance) -> Event<Test> {
	Event::EscrowReturned { seller: SELLER, number: 1, payer: id(payer), amount }
}

fn closed() -> Event<Test> {
	Event::InvoiceClosed { seller: SELLER, number: 1 }
}

fn release_at(day: u32) -> DispatchResult {
	set_day(day);
	Commerce::release(signed(Eve), SELLER, 1)
}

fn resolve(who: Sr25519Keyring, to_buyer: Balance) -> DispatchResult {
	Commerce::resolve(signed(who), SELLER, 1, to_buyer, WHY)
}

#[test]
fn pay_waits_in_the_pot_untaxed() {
	build_and_execute(|| {
		issue(1_000, ESCROW);
		events();
		assert_ok!(pay(Bob, 1, Some(650)));
		assert_eq!(
			events(),
			[Event::PaymentReceived {
				seller: SELLER,
				number: 1,
				payer: id(Bob),
				amount: 650,
				to_seller: 0,
				to_treasury: 0,
				used: 0,
				credited: 0,
				escrowed: true,
				paid: 650,
				gross: 1_150,
			}]
		);
		assert_eq!(invoice(1).release, None);
		assert_ok!(pay(Dave, 1, None));
		assert_eq!((in_escrow(), treasury(), money(Alice)), (1_150, 0, ENDOWMENT));
		assert_eq!((invoice(1).escrowed, invoice(1).bill.paid), (1_150, 0));
		assert_eq!(invoice(1).release, Some(START + 10));
		assert_eq!(invoice(1).state, InvoiceState::Issued);
		assert_noop!(pay(Dave, 1, None), Error::<Test>::AlreadyPaid);
		assert_eq!(payers(1), [(id(Bob), 650), (id(Dave), 500)]);
	});
}

#[test]
fn confirm_releases_what_was_delivered() {
	build_and_execute(|| {
		assert_ok!(issue_as(Some(BUYER), net(1_000), ESCROW, true));
		assert_ok!(pay(Bob, 1, None));
		let confirm = |who| Commerce::confirm(signed(who), SELLER, 1);
		let deliver = |who| Commerce::deliver(signed(who), SELLER, 1);
		assert_noop!(confirm(Bob), Error::<Test>::NotDelivered);
		assert_noop!(deliver(Bob), Error::<Test>::NotSeller);
		assert_noop!(deliver(Dave), Error::<Test>::NotController);
		assert_noop!(Commerce::deliver(signed(Alice), SELLER, 2), Error::<Test>::InvoiceNotFound);
		assert_noop!(Commerce::deliver(RuntimeOrigin::root(), SELLER, 1), BadOrigin);
		events();

		assert_ok!(deliver(Alice));
		assert_eq!(events(), [Event::Delivered { seller: SELLER, number: 1 }]);
		assert_noop!(deliver(Alice), Error::<Test>::NothingToDeliver);
		assert_noop!(confirm(Alice), Error::<Test>::NotBuyer);
		assert_noop!(confirm(Dave), Error::<Test>::NotController);
		assert_noop!(Commerce::confirm(RuntimeOrigin::none(), SELLER, 1), BadOrigin);

		assert_ok!(confirm(Bob));
		let confirmed = Event::DeliveryConfirmed { seller: SELLER, number: 1 };
		assert_eq!(events(), [confirmed, released(1_150, Release::Buyer), closed()]);
		assert_eq!((in_escrow(), treasury(), money(Alice)), (0, 150, ENDOWMENT + 1_000));
		assert_eq!(invoice(1).delivery, Delivery::Confirmed);
		assert_eq!((invoice(1).release, credit_of(BUYER)), (None, 150));
		assert_eq!(Agenda::<Test>::iter().count(), 1);
		assert_noop!(confirm(Bob), Error::<Test>::NothingToDeliver);
	});
}

#[test]
fn confirm_releases_a_part_and_later_the_rest() {
	build_and_execute(|| {
		issue(1_000, ESCROW);
		let confirm = || Commerce::confirm(signed(Bob), SELLER, 1);
		assert_noop!(confirm(), Error::<Test>::NothingToDeliver);
		assert_ok!(pay(Bob, 1, Some(460)));
		assert_ok!(confirm());
		assert_eq!((in_escrow(), treasury()), (0, 60));
		assert_eq!(invoice(1).state, InvoiceState::Issued);
		assert_ok!(pay(Bob, 1, None));
		assert_ok!(confirm());
		assert_eq!((in_escrow(), treasury()), (0, 150));
		assert_eq!(invoice(1).state, InvoiceState::Closed(START));
	});
}

#[test]
fn deliver_and_confirm_work_without_escrow_and_after_payment() {
	build_and_execute(|| {
		assert_ok!(issue_as(Some(BUYER), net(1_000), Settlement::Direct, true));
		assert_ok!(pay(Bob, 1, None));
		assert_ok!(Commerce::deliver(signed(Alice), SELLER, 1));
		assert_ok!(Commerce::confirm(signed(Bob), SELLER, 1));
		assert_eq!(invoice(1).delivery, Delivery::Confirmed);
		assert_eq!(invoice(1).state, InvoiceState::Closed(START));
		issue(1_000, Settlement::Direct);
		assert_noop!(Commerce::deliver(signed(Alice), SELLER, 2), Error::<Test>::NothingToDeliver);
	});
}

#[test]
fn nothing_is_delivered_when_cancelled() {
	build_and_execute(|| {
		assert_ok!(issue_as(Some(BUYER), net(1_000), ESCROW, true));
		assert_ok!(Commerce::cancel(signed(Alice), SELLER, 1));
		assert_noop!(Commerce::deliver(signed(Alice), SELLER, 1), Error::<Test>::NotOpen);
		assert_noop!(Commerce::confirm(signed(Bob), SELLER, 1), Error::<Test>::NotOpen);
	});
}

#[test]
fn release_happens_from_the_deadline_on() {
	build_and_execute(|| {
		issue(1_000, ESCROW);
		assert_noop!(release_at(START), Error::<Test>::NothingEscrowed);
		assert_ok!(pay(Bob, 1, Some(150)));
		assert_noop!(release_at(START + 100), Error::<Test>::NotDue);
		assert_ok!(pay(Bob, 1, None));
		assert_noop!(release_at(START + 109), Error::<Test>::NotDue);
		assert_noop!(Commerce::release(RuntimeOrigin::root(), SELLER, 1), BadOrigin);
		assert_noop!(Commerce::release(signed(Eve), SELLER, 2), Error::<Test>::InvoiceNotFound);
		events();
		assert_ok!(release_at(START + 110));
		assert_eq!(events(), [released(1_150, Release::Deadline), closed()]);
		assert_eq!(money(Alice), ENDOWMENT + 1_000);
	});
}

#[test]
fn release_happens_by_itself_when_idle() {
	build_and_execute(|| {
		issue(1_000, ESCROW);
		assert_ok!(pay(Bob, 1, None));
		events();
		set_day(START + 9);
		idle(10_000);
		assert_eq!(events(), []);
		set_day(START + 10);
		idle(10_000);
		assert_eq!(events(), [released(1_150, Release::Deadline), closed()]);
		assert_eq!((in_escrow(), money(Alice)), (0, ENDOWMENT + 1_000));
	});
}

#[test]
fn release_of_no_days_happens_tomorrow() {
	build_and_execute(|| {
		issue(1_000, Settlement::Escrow { arbiter: ARBITER, days: 0 });
		idle(10_000);
		assert_ok!(pay(Bob, 1, None));
		idle(10_000);
		assert_eq!(in_escrow(), 1_150);
		set_day(START + 1);
		idle(10_000);
		assert_eq!(in_escrow(), 0);
	});
}

#[test]
fn release_waits_when_the_seller_cannot_be_paid() {
	build_and_execute(|| {
		issue(1_000, ESCROW);
		issue(500, ESCROW);
		assert_ok!(pay(Bob, 1, None));
		assert_ok!(pay(Bob, 2, None));
		set_expelled(Alice, true);
		set_day(START + 10);
		idle(10_000);
		assert_eq!((in_escrow(), treasury(), Agenda::<Test>::iter().count()), (1_725, 0, 0));
		check_invariants();
		assert_noop!(release_at(START + 11), TokenError::Blocked);
		set_expelled(Alice, false);
		assert_ok!(release_at(START + 12));
		assert_eq!(in_escrow(), 575);
	});
}

#[test]
fn dispute_stops_the_deadline() {
	build_and_execute(|| {
		issue(1_000, ESCROW);
		let dispute = |who| Commerce::dispute(signed(who), SELLER, 1, WHY);
		assert_noop!(dispute(Bob), Error::<Test>::NothingEscrowed);
		assert_ok!(pay(Bob, 1, None));
		assert_noop!(dispute(Alice), Error::<Test>::NotBuyer);
		assert_noop!(dispute(Dave), Error::<Test>::NotController);
		assert_noop!(Commerce::dispute(RuntimeOrigin::root(), SELLER, 1, WHY), BadOrigin);
		events();
		assert_ok!(dispute(Bob));
		assert_eq!(events(), [Event::Disputed { seller: SELLER, number: 1, reason: WHY }]);
		assert_eq!((invoice(1).state, invoice(1).release), (InvoiceState::Disputed, None));
		assert_noop!(dispute(Bob), Error::<Test>::NotOpen);
		assert_noop!(release_at(START + 50), Error::<Test>::NotOpen);
		idle(10_000);
		assert_eq!((in_escrow(), Agenda::<Test>::iter().count()), (1_150, 0));
		assert_noop!(credit_note(1, 10), Error::<Test>::InEscrow);
	});
}

#[test]
fn confirm_ends_a_dispute() {
	build_and_execute(|| {
		issue(1_000, ESCROW);
		assert_ok!(pay(Bob, 1, Some(575)));
		assert_ok!(Commerce::dispute(signed(Bob), SELLER, 1, WHY));
		assert_ok!(Commerce::confirm(signed(Bob), SELLER, 1));
		assert_eq!((in_escrow(), treasury()), (0, 75));
		assert_eq!(invoice(1).state, InvoiceState::Accepted);
	});
}

#[test]
fn resolve_gives_the_newest_payer_back_and_the_rest_to_the_seller() {
	build_and_execute(|| {
		issue(1_000, ESCROW);
		assert_ok!(pay(Bob, 1, Some(650)));
		set_day(START + 3);
		assert_ok!(pay(Dave, 1, None));
		assert_ok!(Commerce::dispute(signed(Bob), SELLER, 1, WHY));
		for who in [Alice, Bob] {
			assert_noop!(resolve(who, 0), Error::<Test>::NotArbiter);
		}
		assert_noop!(resolve(Dave, 0), Error::<Test>::NotController);
		assert_noop!(resolve(Charlie, 1_151), Error::<Test>::PaymentTooLarge);
		assert_noop!(Commerce::resolve(RuntimeOrigin::root(), SELLER, 1, 0, WHY), BadOrigin);
		events();

		assert_ok!(resolve(Charlie, 690));
		let resolved = Event::Resolved {
			seller: SELLER,
			number: 1,
			to_buyer: 690,
			to_seller: 460,
			reason: WHY,
		};
		assert_eq!(
			events(),
			[resolved, returned(Dave, 500), returned(Bob, 190), released(460, Release::Arbiter)]
		);
		assert_eq!(GivenBack::get(), [(id(Dave), 500, START + 3), (id(Bob), 190, START)]);
		assert_eq!((money(Dave), money(Bob)), (ENDOWMENT, ENDOWMENT - 460));
		assert_eq!((in_escrow(), treasury(), money(Alice)), (0, 60, ENDOWMENT + 400));
		assert_eq!(payers(1), [(id(Bob), 460)]);
		assert_eq!(invoice(1).state, InvoiceState::Issued);
		assert_noop!(resolve(Charlie, 0), Error::<Test>::NothingEscrowed);
		// The seller takes the rest back, and the invoice is closed.
		assert_ok!(credit_note(1, 600));
		assert_eq!(invoice(1).state, InvoiceState::Closed(START + 3));
	});
}

#[test]
fn resolve_gives_all_to_either_side() {
	build_and_execute(|| {
		issue(1_000, ESCROW);
		assert_ok!(pay(Bob, 1, None));
		assert_ok!(Commerce::dispute(signed(Bob), SELLER, 1, WHY));
		assert_ok!(resolve(Charlie, 1_150));
		assert_eq!((in_escrow(), money(Bob), treasury()), (0, ENDOWMENT, 0));
		assert_eq!(payers(1), []);
		// Open again. This time the arbiter decides without a dispute.
		assert_ok!(pay(Bob, 1, None));
		assert_ok!(resolve(Charlie, 0));
		assert_eq!(money(Alice), ENDOWMENT + 1_000);
		assert_eq!(invoice(1).state, InvoiceState::Closed(START));
		assert_eq!(Agenda::<Test>::iter().count(), 1);
	});
}

#[test]
fn resolve_needs_an_escrow() {
	build_and_execute(|| {
		issue(1_000, Settlement::Direct);
		assert_noop!(resolve(Charlie, 0), Error::<Test>::NotArbiter);
		issue(1_000, ESCROW);
		assert_noop!(
			Commerce::resolve(signed(Charlie), SELLER, 2, 0, WHY),
			Error::<Test>::NothingEscrowed
		);
		assert_noop!(
			Commerce::resolve(signed(Charlie), SELLER, 3, 0, WHY),
			Error::<Test>::InvoiceNotFound
		);
	});
}

#[test]
fn escrow_gives_back_to_whoever_was_expelled() {
	build_and_execute(|| {
		issue(1_000, ESCROW);
		assert_ok!(pay(Bob, 1, None));
		set_expelled(Bob, true);
		assert_ok!(resolve(Charlie, 1_150));
		assert_eq!(money(Bob), ENDOWMENT);
	});
}
