//! `issue`, `accept` and `reject`.

use crate::{mock::*, *};
use frame::{deps::sp_runtime::traits::BadOrigin, testing_prelude::*};
use ourledger_primitives::{
	invoice::{Delivery, Prices, Settlement},
	money::{Day, DAY_MILLIS},
};

#[test]
fn issue_enters_the_invoice_under_the_next_number() {
	build_and_execute(|| {
		let sale = sale_of(Prices::Net, &[(VAT, 1_000), (ZERO, 200)], 7);
		assert_ok!(issue_as(Some(BUYER), sale, ESCROW, true));

		let book = Commerce::book(SELLER);
		assert_eq!((book.next, book.open, book.room), (2, TILLS + 1, TILLS + 100));
		assert_eq!(
			events(),
			[Event::InvoiceIssued {
				invoice: invoice_id(1),
				buyer: Some(BUYER),
				jurisdiction: TOWN,
				currency: MONEY,
				supply: START,
				net: 1_200,
				tax: 150,
				tip: 7,
				gross: 1_357,
				document: DOCUMENT,
				receipt: book.receipt,
				till: None,
				reporting: Some((3, 2)),
			}]
		);
		let stored = invoice(1);
		assert_eq!((stored.supply, stored.issued, stored.due), (START, START, START + 30));
		assert_eq!((stored.settlement, stored.delivery), (ESCROW, Delivery::Pending));
		assert_eq!((stored.state, stored.bill.gross), (InvoiceState::Issued, 1_357));
		assert_eq!((stored.escrowed, stored.release, stored.removal), (0, None, None));
		assert_eq!((stored.writer, stored.business), (Writer::Seller, true));
	});
}

#[test]
fn issue_needs_no_buyer_when_it_is_paid_directly() {
	build_and_execute(|| {
		ReportingRate::set(None);
		assert_ok!(issue_as(None, net(100), Settlement::Direct, false));
		assert_eq!((invoice(1).buyer, invoice(1).reporting), (None, None));
		assert_noop!(issue_as(None, net(100), ESCROW, false), Error::<Test>::BuyerNeeded);
	});
}

#[test]
fn issue_numbers_each_seller_without_gaps() {
	build_and_execute(|| {
		assert_ok!(Commerce::add_room(signed(Eve), BUYER, 1));
		for number in 1..=3 {
			assert_eq!(issue(100, Settlement::Direct), number);
			assert!(issue_as(Some(9), net(100), Settlement::Direct, false).is_err());
		}
		assert_ok!(Commerce::issue(signed(Bob), None, CONDITIONS, net(100)));
		assert_eq!((Commerce::book(SELLER).next, Commerce::book(BUYER).next), (4, 2));
	});
}

#[test]
fn issue_takes_days_from_the_jurisdictions_clock() {
	build_and_execute(|| {
		OffsetMillis::set(DAY_MILLIS * 3 / 4);
		issue(100, Settlement::Direct);
		assert_eq!((invoice(1).supply, invoice(1).issued), (START + 1, START + 1));
		let with_supply = |supply: Day| {
			let conditions = Conditions { supply: Some(supply), due_days: 5, ..CONDITIONS };
			Commerce::issue(signed(Alice), None, conditions, net(100))
		};
		assert_ok!(with_supply(START - 3));
		let past = invoice(2);
		assert_eq!((past.supply, past.issued, past.due), (START - 3, START + 1, START + 6));
		assert_noop!(with_supply(START + 2), DispatchError::Other("mock: supply in future"));
	});
}

#[test]
fn issue_closes_what_costs_nothing() {
	build_and_execute(|| {
		assert_ok!(issue_as(Some(BUYER), net(0), Settlement::Direct, false));
		assert_eq!(invoice(1).state, InvoiceState::Closed(START));
		assert!(events().contains(&Event::InvoiceClosed { invoice: invoice_id(1) }));
		assert_noop!(pay(Bob, 1, None), Error::<Test>::AlreadyPaid);
	});
}

#[test]
fn issue_fails_when_a_party_is_wrong() {
	build_and_execute(|| {
		let direct = Settlement::Direct;
		assert_noop!(issue_as(Some(9), net(100), direct, false), NO_SUCH_TWIN);
		for arbiter in [SELLER, BUYER] {
			let settlement = Settlement::Escrow { arbiter, days: 10 };
			assert_noop!(
				issue_as(Some(BUYER), net(100), settlement, false),
				Error::<Test>::ArbiterIsParty
			);
		}
		let settlement = Settlement::Escrow { arbiter: 9, days: 10 };
		assert_noop!(
			issue_as(Some(BUYER), net(100), settlement, false),
			Error::<Test>::ArbiterNotFound
		);
		deactivate(ARBITER);
		assert_noop!(
			issue_as(Some(BUYER), net(100), ESCROW, false),
			Error::<Test>::ArbiterNotFound
		);
		deactivate(BUYER);
		assert_noop!(issue_as(Some(BUYER), net(100), direct, false), NO_SUCH_TWIN);
		deactivate(SELLER);
		assert_noop!(issue_as(None, net(100), direct, false), NOT_ACTING);
	});
}

#[test]
fn issue_fails_when_place_or_currency_is_wrong() {
	build_and_execute(|| {
		let issue_in = |origin, jurisdiction, currency| {
			let conditions = Conditions { jurisdiction, currency, ..CONDITIONS };
			Commerce::issue(origin, None, conditions, net(100))
		};
		assert_noop!(issue_in(signed(Alice), 9, MONEY), NO_SUCH_PLACE);
		assert_noop!(issue_in(signed(Alice), TOWN, FOREIGN), NOT_ACCEPTED);
		assert_noop!(issue_in(signed(Dave), TOWN, MONEY), NOT_ACTING);
		assert_noop!(issue_in(RuntimeOrigin::root(), TOWN, MONEY), BadOrigin);
		assert_noop!(
			issue_as(Some(SELLER), net(100), Settlement::Direct, false),
			DispatchError::Other("mock: same party")
		);
	});
}

#[test]
fn issue_fails_when_there_is_no_room() {
	build_and_execute(|| {
		assert_ok!(Commerce::remove_room(signed(Alice), SELLER, 98));
		issue(100, Settlement::Direct);
		issue(100, Settlement::Direct);
		assert_noop!(issue_as(None, net(100), Settlement::Direct, false), Error::<Test>::NoRoom);
	});
}

#[test]
fn accept_is_the_buyers_and_happens_once() {
	build_and_execute(|| {
		issue(100, Settlement::Direct);
		let accept_as = |who| Commerce::accept(signed(who), SELLER, 1);
		assert_noop!(accept_as(Alice), Error::<Test>::NotBuyer);
		assert_noop!(accept_as(Charlie), Error::<Test>::NotBuyer);
		assert_noop!(accept_as(Dave), NOT_ACTING);
		assert_noop!(Commerce::accept(RuntimeOrigin::none(), SELLER, 1), BadOrigin);
		assert_noop!(Commerce::accept(signed(Bob), SELLER, 2), Error::<Test>::InvoiceNotFound);
		events();

		assert_ok!(accept_as(Bob));
		assert_eq!(events(), [Event::InvoiceAccepted { invoice: invoice_id(1) }]);
		assert_eq!(invoice(1).state, InvoiceState::Accepted);
		assert_noop!(accept_as(Bob), Error::<Test>::AlreadyAccepted);
		assert_ok!(pay(Bob, 1, None));
		assert_noop!(accept_as(Bob), Error::<Test>::NotOpen);
	});
}

#[test]
fn reject_ends_an_invoice_and_returns_its_escrow() {
	build_and_execute(|| {
		issue(1_000, ESCROW);
		assert_ok!(pay(Bob, 1, Some(400)));
		assert_ok!(pay(Eve, 1, None));
		set_day(START + 2);
		let reject = |who| Commerce::reject(signed(who), SELLER, 1);
		assert_noop!(reject(Alice), Error::<Test>::NotBuyer);
		assert_noop!(reject(Dave), NOT_ACTING);
		events();

		assert_ok!(reject(Bob));
		let returned = |payer, amount| Event::EscrowReturned {
			invoice: invoice_id(1),
			payer: id(payer),
			amount,
			charged: 0,
			set_aside: 0,
		};
		assert_eq!(
			events(),
			[
				returned(Eve, 750),
				returned(Bob, 400),
				Event::InvoiceRejected { invoice: invoice_id(1) },
			]
		);
		assert_eq!((money(Bob), money(Eve), in_escrow()), (ENDOWMENT, ENDOWMENT, 0));
		assert_eq!(invoice(1).state, InvoiceState::Rejected);
		assert_eq!(invoice(1).removal, Some(START + 2 + u32::from(RETENTION)));
		assert_noop!(reject(Bob), Error::<Test>::NotOpen);
		assert_noop!(pay(Bob, 1, None), Error::<Test>::NotOpen);
	});
}

#[test]
fn reject_fails_when_accepted_or_paid() {
	build_and_execute(|| {
		issue(1_000, Settlement::Direct);
		issue(1_000, Settlement::Direct);
		accept(1);
		assert_ok!(pay(Bob, 2, Some(1)));
		let reject = |number| Commerce::reject(signed(Bob), SELLER, number);
		assert_noop!(reject(1), Error::<Test>::AlreadyAccepted);
		assert_noop!(reject(2), Error::<Test>::AlreadyPaid);
		assert_noop!(reject(3), Error::<Test>::InvoiceNotFound);
	});
}

#[test]
fn issue_names_no_day_that_is_years_away() {
	build_and_execute(|| {
		let issue_for = |due_days, settlement| {
			let conditions = Conditions { due_days, settlement, ..CONDITIONS };
			Commerce::issue(signed(Alice), Some(BUYER), conditions, net(100))
		};
		let escrow = |days| Settlement::Escrow { arbiter: ARBITER, days };
		for (due_days, settlement) in [
			(MAX_DAYS + 1, Settlement::Direct),
			(u16::MAX, Settlement::Direct),
			(0, escrow(MAX_DAYS + 1)),
		] {
			assert_noop!(issue_for(due_days, settlement), Error::<Test>::TooManyDays);
		}
		assert_ok!(issue_for(MAX_DAYS, escrow(MAX_DAYS)));
		assert_eq!(invoice(1).due, START + 1_827);
	});
}

#[test]
fn what_is_nothing_costs_the_booking_and_all_else_gets_that_back() {
	build_and_execute(|| {
		let weight = |zero| {
			let sold = sale_of(Prices::Net, &[(ZERO, 10), (OTHER_ZERO, zero)], 0);
			let issued = Commerce::issue(signed(Alice), Some(BUYER), CONDITIONS, sold);
			issued.expect("it can be issued").actual_weight
		};
		assert_eq!(weight(-10), None);
		assert!(matches!(invoice(1).state, InvoiceState::Closed(_)));
		assert_eq!(weight(-9), Some(<()>::issue(2, 0)));
		// No more than was declared, where nothing comes back.
		assert_eq!(weight(1), Some(<()>::issue(2, 0)));
	});
}
