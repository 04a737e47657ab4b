//! `pay`, directly.

use crate::{mock::*, *};
use frame::{
	deps::sp_runtime::{traits::BadOrigin, TokenError},
	testing_prelude::*,
};
use ourledger_primitives::{
	invoice::{Prices, Settlement},
	money::Day,
};

#[test]
fn pay_splits_the_tax_off_and_closes() {
	build_and_execute(|| {
		issue(1_000, Settlement::Direct);
		events();
		assert_ok!(pay(Bob, 1, None));

		assert_eq!(
			events(),
			[
				Event::PaymentReceived {
					invoice: invoice_id(1),
					payer: id(Bob),
					amount: 1_150,
					to_seller: 1_000,
					to_treasury: 150,
					used: 0,
					credited: 150,
					charged: 0,
					escrowed: false,
					paid: 1_150,
					gross: 1_150,
				},
				Event::InvoiceClosed { invoice: invoice_id(1) },
			]
		);
		assert_eq!((money(Alice), money(Bob)), (ENDOWMENT + 1_000, ENDOWMENT - 1_150));
		assert_eq!((treasury(), credit_of(BUYER)), (150, 150));
		let removal: Day = START + CORRECTION + u32::from(RETENTION);
		assert_eq!(invoice(1).state, InvoiceState::Closed(START));
		assert_eq!(invoice(1).removal, Some(removal));
		assert!(Agenda::<Test>::contains_key(removal, invoice_id(1)));
		assert_noop!(pay(Bob, 1, None), Error::<Test>::AlreadyPaid);
		assert_noop!(pay(Bob, 1, Some(1)), Error::<Test>::AlreadyPaid);
	});
}

#[test]
fn pay_in_parts_gives_the_same_tax() {
	build_and_execute(|| {
		issue(10_000, Settlement::Direct);
		let parts = [(Bob, 3_333), (Bob, 3_333), (Bob, 4_833), (Dave, 1)];
		let mut treasury_after = Vec::new();
		for (payer, amount) in parts {
			assert_ok!(pay(payer, 1, Some(amount)));
			treasury_after.push(treasury());
		}
		assert_eq!(treasury_after, [435, 869, 1_500, 1_500]);
		assert_eq!(invoice(1).state, InvoiceState::Closed(START));
		assert_eq!(payers(1), [(id(Bob), 11_499), (id(Dave), 1)]);
		assert_eq!(credit_of(BUYER), 1_500);
	});
}

#[test]
fn pay_uses_the_sellers_credit_first() {
	build_and_execute(|| {
		Credits::insert((MONEY, SELLER), 100);
		issue(1_000, Settlement::Direct);
		events();
		assert_ok!(pay(Dave, 1, None));
		assert_eq!((treasury(), credit_of(SELLER)), (50, 0));
		let received = Event::PaymentReceived {
			invoice: invoice_id(1),
			payer: id(Dave),
			amount: 1_150,
			to_seller: 1_100,
			to_treasury: 50,
			used: 100,
			credited: 150,
			charged: 0,
			escrowed: false,
			paid: 1_150,
			gross: 1_150,
		};
		assert_eq!(events()[0], received);
	});
}

#[test]
fn strangers_pay_all_that_is_outstanding_or_nothing() {
	build_and_execute(|| {
		issue(1_000, Settlement::Direct);
		issue(1_000, ESCROW);
		for number in [1, 2] {
			for stranger in [Alice, Charlie, Dave, Eve] {
				for amount in [1, 1_149] {
					let part = pay(stranger, number, Some(amount));
					assert_noop!(part, Error::<Test>::PartByStranger);
				}
			}
		}
		// So the parties can do what they could, and the buyer finds its place.
		hypothetically!({
			assert_ok!(Commerce::reject(signed(Bob), SELLER, 1));
		});
		hypothetically!({
			assert_ok!(Commerce::cancel(signed(Alice), SELLER, 2));
		});
		assert_ok!(pay(Bob, 1, Some(1)));
		assert_noop!(pay(Dave, 1, Some(1_148)), Error::<Test>::PartByStranger);
		assert_ok!(pay(Dave, 1, Some(1_149)));
		assert_eq!(invoice(1).state, InvoiceState::Closed(START));
		assert_ok!(pay(Eve, 2, None));
	});
}

#[test]
fn nobody_pays_a_part_when_no_buyer_is_known() {
	build_and_execute(|| {
		assert_ok!(issue_as(None, net(1_000), Settlement::Direct, false));
		for payer in [Bob, Dave] {
			assert_noop!(pay(payer, 1, Some(1_149)), Error::<Test>::PartByStranger);
		}
		assert_ok!(pay(Dave, 1, Some(1_150)));
	});
}

#[test]
fn strangers_take_no_place_of_an_old_invoice() {
	build_and_execute(|| {
		issue(1_000, Settlement::Direct);
		accept(1);
		set_day(START + CORRECTION + 1);
		assert_noop!(pay(Eve, 1, Some(1)), Error::<Test>::PartByStranger);
		assert_ok!(Commerce::cancel(signed(Alice), SELLER, 1));
		assert_ok!(Commerce::cancel(signed(Bob), SELLER, 1));
		set_day(START + CORRECTION + 1 + u32::from(RETENTION));
		assert_ok!(Commerce::prune(signed(Eve), SELLER, 1));
		assert_eq!(Commerce::book(SELLER).open, TILLS);
	});
}

#[test]
fn the_last_place_is_the_buyers() {
	build_and_execute(|| {
		issue(1_000, ESCROW);
		// The arbiter releases a little each time, so that everybody has paid something.
		let mut left = 1_150;
		for payer in [Dave, Eve, Charlie] {
			assert_ok!(pay(payer, 1, None));
			left -= 10;
			assert_ok!(Commerce::resolve(signed(Charlie), SELLER, 1, left, [1; 32]));
		}
		assert_eq!(invoice(1).payers.len(), 3);
		assert_noop!(pay(Alice, 1, None), Error::<Test>::TooManyPayers);
		assert_ok!(pay(Bob, 1, Some(5)));
		// Whoever has a place keeps it.
		assert_ok!(pay(Dave, 1, None));
		let paid = [(id(Eve), 10), (id(Charlie), 10), (id(Bob), 5), (id(Dave), left + 5)];
		assert_eq!(payers(1), paid);
	});
}

#[test]
fn pay_says_once_whether_the_buyer_is_a_business() {
	build_and_execute(|| {
		let pay_as =
			|who, number, business| Commerce::pay(signed(who), SELLER, number, Some(575), business);
		issue(1_000, Settlement::Direct);
		assert_ok!(pay_as(Bob, 1, false));
		assert!(!invoice(1).business);
		assert_noop!(pay_as(Bob, 1, true), Error::<Test>::PurposeFixed);
		// Others can say nothing.
		hypothetically!({
			assert_ok!(pay_as(Dave, 1, true));
			assert!(!invoice(1).business);
		});
		assert_ok!(pay_as(Bob, 1, false));
		assert_eq!((treasury(), credit_of(BUYER)), (150, 0));

		issue(1_000, Settlement::Direct);
		assert_ok!(pay_as(Bob, 2, true));
		assert_noop!(pay_as(Bob, 2, false), Error::<Test>::PurposeFixed);
		assert_ok!(Commerce::pay(signed(Dave), SELLER, 2, None, false));
		assert_eq!(credit_of(BUYER), 150);
		// A note finds nothing to take from the buyer that wasn't credited.
		assert_ok!(credit_note(1, 1_000));
		assert_eq!(credit_of(BUYER), 150);
	});
}

#[test]
fn reverse_charge_is_paid_by_a_business_alone() {
	build_and_execute(|| {
		let sale = sale_of(Prices::Net, &[(REVERSE, 1_000)], 0);
		assert_ok!(issue_as(Some(BUYER), sale, Settlement::Direct, false));
		let private = Commerce::pay(signed(Bob), SELLER, 1, None, false);
		assert_noop!(private, Error::<Test>::PurposeFixed);
		assert_ok!(pay(Bob, 1, None));
		assert_eq!((money(Bob), treasury()), (ENDOWMENT - 1_150, 150));
	});
}

#[test]
fn pay_fails_when_the_amount_is_wrong() {
	build_and_execute(|| {
		issue(1_000, Settlement::Direct);
		assert_noop!(pay(Bob, 1, Some(0)), Error::<Test>::AmountZero);
		assert_noop!(pay(Bob, 1, Some(1_151)), Error::<Test>::PaymentTooLarge);
		assert_noop!(pay(Bob, 2, None), Error::<Test>::InvoiceNotFound);
		assert_noop!(Commerce::pay(RuntimeOrigin::root(), SELLER, 1, None, true), BadOrigin);
		set_money(Bob, 1_149);
		assert_noop!(pay(Bob, 1, None), TokenError::FundsUnavailable);
		assert_ok!(pay(Bob, 1, Some(1_149)));
		assert_noop!(pay(Dave, 1, Some(2)), Error::<Test>::PaymentTooLarge);
		assert_ok!(pay(Dave, 1, Some(1)));
	});
}

#[test]
fn pay_goes_to_the_controller_of_a_deactivated_seller() {
	build_and_execute(|| {
		issue(1_000, Settlement::Direct);
		deactivate(SELLER);
		assert_ok!(pay(Bob, 1, None));
		assert_eq!(money(Alice), ENDOWMENT + 1_000);
	});
}

#[test]
fn pay_under_reverse_charge_is_the_buyers_until_it_accepts() {
	build_and_execute(|| {
		let sale = sale_of(Prices::Net, &[(REVERSE, 1_000)], 0);
		assert_ok!(issue_as(Some(BUYER), sale, Settlement::Direct, false));
		assert_noop!(pay(Charlie, 1, None), Error::<Test>::NotAccepted);
		assert_ok!(pay(Bob, 1, Some(10)));
		accept(1);
		assert_ok!(pay(Charlie, 1, None));
	});
}
