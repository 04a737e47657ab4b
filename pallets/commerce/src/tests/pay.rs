//! `pay`, directly.

use crate::{mock::*, *};
use frame::{
	deps::sp_runtime::{traits::BadOrigin, TokenError},
	testing_prelude::*,
};
use ourledger_primitives::{invoice::Settlement, money::Day, tax::VatCategory};

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
					seller: SELLER,
					number: 1,
					payer: id(Bob),
					amount: 1_150,
					to_seller: 1_000,
					to_treasury: 150,
					used: 0,
					credited: 150,
					escrowed: false,
					paid: 1_150,
					gross: 1_150,
				},
				Event::InvoiceClosed { seller: SELLER, number: 1 },
			]
		);
		assert_eq!((money(Alice), money(Bob)), (ENDOWMENT + 1_000, ENDOWMENT - 1_150));
		assert_eq!((treasury(), credit_of(BUYER)), (150, 150));
		let removal: Day = START + CORRECTION + u32::from(RETENTION);
		assert_eq!(invoice(1).state, InvoiceState::Closed(START));
		assert_eq!(invoice(1).removal, Some(removal));
		assert!(Agenda::<Test>::contains_key(removal, (SELLER, 1)));
		assert_noop!(pay(Bob, 1, None), Error::<Test>::AlreadyPaid);
		assert_noop!(pay(Bob, 1, Some(1)), Error::<Test>::AlreadyPaid);
	});
}

#[test]
fn pay_in_parts_by_several_accounts_gives_the_same_tax() {
	build_and_execute(|| {
		issue(10_000, Settlement::Direct);
		let parts = [(Bob, 3_333), (Dave, 3_333), (Eve, 4_833), (Bob, 1)];
		let mut treasury_after = Vec::new();
		for (payer, amount) in parts {
			assert_ok!(pay(payer, 1, Some(amount)));
			treasury_after.push(treasury());
		}
		assert_eq!(treasury_after, [435, 869, 1_500, 1_500]);
		assert_eq!(invoice(1).state, InvoiceState::Closed(START));
		// Whoever pays again is the newest.
		assert_eq!(payers(1), [(id(Dave), 3_333), (id(Eve), 4_833), (id(Bob), 3_334)]);
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
			seller: SELLER,
			number: 1,
			payer: id(Dave),
			amount: 1_150,
			to_seller: 1_100,
			to_treasury: 50,
			used: 100,
			credited: 150,
			escrowed: false,
			paid: 1_150,
			gross: 1_150,
		};
		assert_eq!(events()[0], received);
	});
}

#[test]
fn pay_takes_four_accounts_and_no_fifth() {
	build_and_execute(|| {
		issue(1_000, Settlement::Direct);
		for payer in [Alice, Bob, Charlie, Dave] {
			assert_ok!(pay(payer, 1, Some(10)));
		}
		assert_noop!(pay(Eve, 1, Some(10)), Error::<Test>::TooManyPayers);
		assert_ok!(pay(Charlie, 1, Some(10)));
		assert_eq!(payers(1), [(id(Alice), 10), (id(Bob), 10), (id(Dave), 10), (id(Charlie), 20)]);
	});
}

#[test]
fn pay_fails_when_the_amount_is_wrong() {
	build_and_execute(|| {
		issue(1_000, Settlement::Direct);
		assert_noop!(pay(Bob, 1, Some(0)), Error::<Test>::AmountZero);
		assert_noop!(pay(Bob, 1, Some(1_151)), Error::<Test>::PaymentTooLarge);
		assert_noop!(pay(Bob, 2, None), Error::<Test>::InvoiceNotFound);
		assert_noop!(Commerce::pay(RuntimeOrigin::root(), SELLER, 1, None), BadOrigin);
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
		let number = issue(1_000, Settlement::Direct);
		Invoices::<Test>::mutate(SELLER, number, |invoice| {
			let bill = &mut invoice.as_mut().expect("it was issued").bill;
			bill.subtotals[0].category = VatCategory::ReverseCharge;
			bill.gross = 1_000;
		});
		assert_noop!(pay(Charlie, number, Some(10)), Error::<Test>::NotAccepted);
		assert_ok!(pay(Bob, number, Some(10)));
		accept(number);
		assert_ok!(pay(Charlie, number, Some(10)));
	});
}
