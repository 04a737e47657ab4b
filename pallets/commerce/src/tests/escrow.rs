//! Escrow: `pay` into it, `deliver`, `confirm`, `dispute`, `resolve` and `release`.

use crate::{mock::*, *};
use frame::{deps::sp_runtime::traits::BadOrigin, testing_prelude::*};
use ourledger_primitives::{
	invoice::{Delivery, Prices, Settlement},
	money::{Day, DAY_MILLIS},
	Moment,
};

const WHY: Hash32 = [0xaa; 32];

fn released(amount: Balance, by: Release) -> Event<Test> {
	let to_treasury = amount * 15 / 115;
	Event::EscrowReleased {
		invoice: invoice_id(1),
		amount,
		to_seller: amount - to_treasury,
		to_treasury,
		used: 0,
		credited: to_treasury,
		charged: 0,
		set_aside: 0,
		by,
	}
}

fn returned(payer: Sr25519Keyring, amount: Balance) -> Event<Test> {
	let (invoice, payer) = (invoice_id(1), id(payer));
	Event::EscrowReturned { invoice, payer, amount, charged: 0, set_aside: 0 }
}

fn closed() -> Event<Test> {
	Event::InvoiceClosed { invoice: invoice_id(1) }
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
				invoice: invoice_id(1),
				payer: id(Bob),
				amount: 650,
				to_seller: 0,
				to_treasury: 0,
				used: 0,
				credited: 0,
				charged: 0,
				escrowed: true,
				paid: 650,
				gross: 1_150,
			}]
		);
		assert_eq!(invoice(1).release, None);
		assert_ok!(pay(Dave, 1, None));
		assert_eq!((in_escrow(), treasury(), money(Alice)), (1_150, 0, ENDOWMENT));
		assert_eq!((invoice(1).escrowed, invoice(1).bill.paid), (1_150, 0));
		assert_eq!(invoice(1).release, Some(START + 11));
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
		assert_noop!(deliver(Dave), NOT_ACTING);
		assert_noop!(Commerce::deliver(signed(Alice), SELLER, 2), Error::<Test>::InvoiceNotFound);
		assert_noop!(Commerce::deliver(RuntimeOrigin::root(), SELLER, 1), BadOrigin);
		events();

		assert_ok!(deliver(Alice));
		assert_eq!(events(), [Event::Delivered { invoice: invoice_id(1) }]);
		assert_noop!(deliver(Alice), Error::<Test>::NothingToDeliver);
		assert_noop!(confirm(Alice), Error::<Test>::NotBuyer);
		assert_noop!(confirm(Dave), NOT_ACTING);
		assert_noop!(Commerce::confirm(RuntimeOrigin::none(), SELLER, 1), BadOrigin);

		assert_ok!(confirm(Bob));
		let confirmed = Event::DeliveryConfirmed { invoice: invoice_id(1) };
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
		assert_noop!(release_at(START + 110), Error::<Test>::NotDue);
		assert_noop!(Commerce::release(RuntimeOrigin::root(), SELLER, 1), BadOrigin);
		assert_noop!(Commerce::release(signed(Eve), SELLER, 2), Error::<Test>::InvoiceNotFound);
		events();
		assert_ok!(release_at(START + 111));
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
		set_day(START + 10);
		idle(10_000);
		assert_eq!(events(), []);
		set_day(START + 11);
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
fn release_comes_after_as_many_times_24_hours() {
	build_and_execute(|| {
		issue(1_000, Settlement::Escrow { arbiter: ARBITER, days: 1 });
		// The last second of a day.
		Now::set(Moment::from(START + 1) * DAY_MILLIS - 1_000);
		assert_ok!(pay(Bob, 1, None));
		let day = |moment| {
			Now::set(moment);
			Commerce::release(signed(Eve), SELLER, 1)
		};
		let paid = Now::get();
		assert_noop!(day(paid + 3_000), Error::<Test>::NotDue);
		assert_noop!(day(paid + DAY_MILLIS), Error::<Test>::NotDue);
		assert_ok!(day(paid + DAY_MILLIS + 1_000));
	});
}

#[test]
fn release_reaches_a_seller_that_cannot_be_paid() {
	build_and_execute(|| {
		issue(1_000, ESCROW);
		issue(500, ESCROW);
		assert_ok!(pay(Bob, 1, None));
		assert_ok!(pay(Bob, 2, None));
		set_expelled(Alice, true);
		assert_ok!(Commerce::confirm(signed(Bob), SELLER, 2));
		assert_eq!(money(Alice), ENDOWMENT + 500);
		set_gone(Alice, true);
		set_day(START + 11);
		events();
		idle(10_000);
		assert_eq!((in_escrow(), treasury(), Agenda::<Test>::iter().count()), (0, 225, 2));
		assert_eq!((set_aside(Alice), money(Alice)), (1_000, ENDOWMENT + 500));
		assert!(matches!(events()[0], Event::EscrowReleased { set_aside: 1_000, .. }));
		assert_eq!(invoice(1).state, InvoiceState::Closed(START + 11));
	});
}

#[test]
fn nobody_who_can_not_be_paid_stops_the_way_back() {
	type End = fn() -> DispatchResult;
	let ends: [End; 3] = [
		|| Commerce::reject(signed(Bob), SELLER, 1),
		|| Commerce::cancel(signed(Alice), SELLER, 1),
		|| Commerce::resolve(signed(Charlie), SELLER, 1, 1_150, WHY),
	];
	for end in ends {
		build_and_execute(|| {
			issue(1_000, ESCROW);
			assert_ok!(pay(Bob, 1, Some(150)));
			assert_ok!(pay(Dave, 1, None));
			set_gone(Dave, true);
			events();
			assert_ok!(end());
			assert_eq!((money(Bob), set_aside(Dave), in_escrow()), (ENDOWMENT, 1_000, 0));
			let aside = Event::EscrowReturned {
				invoice: invoice_id(1),
				payer: id(Dave),
				amount: 1_000,
				charged: 0,
				set_aside: 1_000,
			};
			assert!(events().contains(&aside));
		});
	}
}

#[test]
fn a_buyer_without_money_does_not_hold_up_the_release() {
	build_and_execute(|| {
		let sale = || sale_of(Prices::Net, &[(REVERSE, 1_000)], 0);
		assert_ok!(issue_as(Some(BUYER), sale(), ESCROW, false));
		assert_ok!(pay(Bob, 1, None));
		set_money(Bob, 149);
		assert_ok!(release_at(START + 11));
		assert_eq!((money(Alice), money(Bob), treasury()), (ENDOWMENT + 1_000, 149, 0));
		assert_eq!(Arrears::get((MONEY, BUYER)), 150);

		// Meanwhile nothing waits for it, whoever pays; directly, it may buy.
		issue(100, ESCROW);
		set_money(Bob, 1_000);
		for payer in [Bob, Dave] {
			assert_noop!(pay(payer, 2, None), IN_ARREARS);
		}
		issue(100, Settlement::Direct);
		assert_ok!(pay(Bob, 3, None));
		Arrears::remove((MONEY, BUYER));
		assert_ok!(pay(Bob, 2, None));
	});
}

#[test]
fn money_is_charged_for_all_of_its_wait() {
	build_and_execute(|| {
		issue(100_000, ESCROW);
		assert_ok!(pay(Bob, 1, Some(100_000)));
		lose(4, 5);
		// A unit more makes nothing of it young again.
		assert_ok!(pay(Bob, 1, Some(1)));
		events();
		assert_ok!(Commerce::cancel(signed(Alice), SELLER, 1));
		assert_eq!((money(Bob), charged()), (ENDOWMENT - 20_000, 20_000));
		let back = Event::EscrowReturned {
			invoice: invoice_id(1),
			payer: id(Bob),
			amount: 100_001,
			charged: 20_000,
			set_aside: 0,
		};
		assert_eq!(events()[0], back);
	});
}

#[test]
fn parts_come_back_in_proportion_and_the_rest_is_charged_to_the_seller() {
	build_and_execute(|| {
		issue(1_000, ESCROW);
		assert_ok!(pay(Bob, 1, Some(575)));
		lose(1, 2);
		assert_ok!(pay(Bob, 1, None));
		events();
		// The half of all, whose parts are one old and one young, each in its half.
		assert_ok!(resolve(Charlie, 575));
		let events = events();
		let Event::EscrowReturned { amount: 575, charged: 144, .. } = events[1] else {
			panic!("{events:?}")
		};
		// 75 of tax, and 144 of the wait, which the seller bears.
		let Event::EscrowReleased {
			amount: 575,
			to_seller: 356,
			to_treasury: 75,
			charged: 144,
			..
		} = events[2]
		else {
			panic!("{events:?}")
		};
		assert_eq!((money(Alice), treasury(), charged()), (ENDOWMENT + 356, 75, 288));
		assert_eq!((invoice(1).bill.paid, in_escrow()), (575, 0));
	});
}

#[test]
fn what_was_released_is_not_charged_again() {
	build_and_execute(|| {
		issue(1_000, ESCROW);
		assert_ok!(pay(Bob, 1, Some(575)));
		assert_ok!(Commerce::confirm(signed(Bob), SELLER, 1));
		lose(1, 2);
		assert_ok!(pay(Bob, 1, None));
		// The part that has come in today goes back whole, to whoever paid it.
		assert_ok!(resolve(Charlie, 575));
		assert_eq!((money(Bob), charged()), (ENDOWMENT - 575, 0));
		assert_eq!(payers(1), [(id(Bob), 575)]);
	});
}

#[test]
fn only_what_waits_goes_back() {
	build_and_execute(|| {
		issue(1_000, ESCROW);
		assert_ok!(pay(Bob, 1, Some(400)));
		assert_ok!(Commerce::confirm(signed(Bob), SELLER, 1));
		assert_ok!(pay(Dave, 1, None));
		assert_ok!(resolve(Charlie, 100));
		assert_ok!(pay(Bob, 1, Some(100)));
		// Bob is the newest payer, but only 100 of his are there.
		assert_ok!(resolve(Charlie, 100));
		assert_eq!((money(Bob), money(Dave)), (ENDOWMENT - 400, ENDOWMENT - 650));
		assert_eq!(payers(1), [(id(Dave), 650), (id(Bob), 400)]);
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
		assert_noop!(dispute(Dave), NOT_ACTING);
		assert_noop!(Commerce::dispute(RuntimeOrigin::root(), SELLER, 1, WHY), BadOrigin);
		events();
		assert_ok!(dispute(Bob));
		assert_eq!(events(), [Event::Disputed { invoice: invoice_id(1), reason: WHY }]);
		let last = START + Day::from(DISPUTE) + 1;
		assert_eq!((invoice(1).state, invoice(1).release), (InvoiceState::Disputed, Some(last)));
		assert_noop!(dispute(Bob), Error::<Test>::NotOpen);
		assert_noop!(release_at(START + 50), Error::<Test>::NotDue);
		idle(10_000);
		assert_eq!((in_escrow(), Agenda::<Test>::iter().count()), (1_150, 1));
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
		assert_noop!(resolve(Dave, 0), NOT_ACTING);
		assert_noop!(resolve(Charlie, 1_151), Error::<Test>::PaymentTooLarge);
		assert_noop!(Commerce::resolve(RuntimeOrigin::root(), SELLER, 1, 0, WHY), BadOrigin);
		events();

		assert_ok!(resolve(Charlie, 690));
		let this = invoice_id(1);
		let resolved =
			Event::Resolved { invoice: this, to_buyer: 690, to_seller: 460, reason: WHY };
		assert_eq!(
			events(),
			[resolved, returned(Dave, 500), returned(Bob, 190), released(460, Release::Arbiter)]
		);
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

#[test]
fn nothing_waits_that_is_mostly_tax() {
	build_and_execute(|| {
		// Of 2,000 half is tax; of 1,999 it is more.
		let sold = |back| sale_of(Prices::Net, &[(DOUBLE, 1_000), (OTHER_VAT, back)], 0);
		let issue = |back, settlement| issue_as(Some(BUYER), sold(back), settlement, false);
		assert_noop!(issue(-1, ESCROW), Error::<Test>::EscrowMostlyTax);
		hypothetically!({
			assert_ok!(issue(-1, Settlement::Direct));
		});
		assert_ok!(issue(0, ESCROW));
		hypothetically!({
			assert_ok!(pay(Bob, 1, None));
		});
		// A note may leave more than may wait.
		Invoices::<Test>::mutate(SELLER, 1, |entry| {
			let bill = &mut entry.as_mut().expect("it was issued").bill;
			(bill.subtotals[1].amount, bill.subtotals[1].net, bill.gross) = (-1, -1, 1_999);
		});
		assert_noop!(pay(Bob, 1, None), Error::<Test>::EscrowMostlyTax);
	});
}

#[test]
fn dispute_that_nobody_decides_gives_back() {
	build_and_execute(|| {
		issue(1_000, ESCROW);
		assert_ok!(pay(Bob, 1, Some(650)));
		assert_ok!(pay(Dave, 1, None));
		assert_ok!(Commerce::accept(signed(Bob), SELLER, 1));
		assert_ok!(Commerce::dispute(signed(Bob), SELLER, 1, WHY));
		let last = START + Day::from(DISPUTE) + 1;
		assert_eq!(invoice(1).release, Some(last));
		assert_noop!(release_at(last - 1), Error::<Test>::NotDue);
		hypothetically!({
			set_day(last);
			idle(10_000);
			assert_eq!((in_escrow(), invoice(1).state), (0, InvoiceState::Issued));
		});
		events();
		assert_ok!(release_at(last));
		let lapsed = Event::DisputeLapsed { invoice: invoice_id(1) };
		assert_eq!(events(), [lapsed, returned(Dave, 500), returned(Bob, 650)]);
		assert_eq!((money(Bob), money(Dave), in_escrow()), (ENDOWMENT, ENDOWMENT, 0));
		assert_eq!((invoice(1).state, invoice(1).release), (InvoiceState::Issued, None));
		assert_eq!(Agenda::<Test>::iter().count(), 0);
		assert_noop!(release_at(last + 1), Error::<Test>::NothingEscrowed);
	});
}

#[test]
fn arbiter_decides_until_its_days_are_over() {
	build_and_execute(|| {
		issue(1_000, ESCROW);
		assert_ok!(pay(Bob, 1, None));
		assert_ok!(Commerce::dispute(signed(Bob), SELLER, 1, WHY));
		set_day(START + Day::from(DISPUTE));
		assert_ok!(resolve(Charlie, 0));
		assert_eq!((in_escrow(), invoice(1).release), (0, None));
		assert_eq!(Agenda::<Test>::iter().count(), 1, "its removal alone");
	});
}
