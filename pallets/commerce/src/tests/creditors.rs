//! What a pallet that winds up a twin's affairs asks: `pay_accepted` and `collect_tax`.

use crate::{mock::*, *};
use frame::{
	deps::{frame_support::storage::with_storage_layer, sp_runtime::TokenError},
	testing_prelude::*,
};
use ourledger_primitives::{
	invoice::{Creditors, Prices, Settlement},
	twin::TwinNumber,
};

/// Let a call of a pallet pay Alice's invoice for `buyer` out of the account of `who`.
fn pay_accepted(
	who: Sr25519Keyring,
	buyer: TwinNumber,
	number: u64,
) -> Result<Balance, DispatchError> {
	with_storage_layer(|| Commerce::pay_accepted(&id(who), buyer, invoice_id(number)))
}

/// Let a call of a pallet collect the tax of Alice's invoice.
fn collect_tax(number: u64) -> Result<Balance, DispatchError> {
	with_storage_layer(|| Commerce::collect_tax(SELLER, number))
}

/// Alice's invoice over 1,150, accepted by Bob.
fn accepted(settlement: Settlement) {
	accept(issue(1_000, settlement));
}

#[test]
fn pay_accepted_pays_all_that_is_outstanding() {
	build_and_execute(|| {
		accepted(Settlement::Direct);
		assert_ok!(pay(Bob, 1, Some(115)));
		events();
		assert_eq!(pay_accepted(Bob, BUYER, 1), Ok(1_035));

		assert_eq!(
			events(),
			[
				Event::PaymentReceived {
					invoice: invoice_id(1),
					payer: id(Bob),
					amount: 1_035,
					to_seller: 900,
					to_treasury: 135,
					used: 0,
					credited: 135,
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
		assert_eq!(payers(1), [(id(Bob), 1_150)]);
		assert_noop!(pay_accepted(Bob, BUYER, 1), Error::<Test>::AlreadyPaid);
	});
}

#[test]
fn pay_accepted_pays_into_escrow() {
	build_and_execute(|| {
		accepted(ESCROW);
		assert_eq!(pay_accepted(Bob, BUYER, 1), Ok(1_150));
		assert_eq!((in_escrow(), treasury()), (1_150, 0));
		assert_eq!(invoice(1).release, Some(START + 11));
		assert_eq!(invoice(1).state, InvoiceState::Accepted);
		// What waits is paid.
		assert_noop!(pay_accepted(Bob, BUYER, 1), Error::<Test>::AlreadyPaid);
	});
}

#[test]
fn pay_accepted_leaves_what_the_buyer_has_said() {
	build_and_execute(|| {
		accepted(Settlement::Direct);
		assert_ok!(Commerce::pay(signed(Bob), SELLER, 1, Some(575), false));
		assert_eq!(pay_accepted(Bob, BUYER, 1), Ok(575));
		assert_eq!((treasury(), credit_of(BUYER)), (150, 0));
	});
}

#[test]
fn pay_accepted_ends_a_request_to_cancel() {
	build_and_execute(|| {
		accepted(ESCROW);
		assert_ok!(Commerce::cancel(signed(Alice), SELLER, 1));
		assert!(invoice(1).cancel.is_some());
		assert_ok!(pay_accepted(Bob, BUYER, 1));
		assert_eq!(invoice(1).cancel, None);
	});
}

#[test]
fn pay_accepted_pays_the_tax_of_a_reverse_charge_besides() {
	build_and_execute(|| {
		let sale = sale_of(Prices::Net, &[(REVERSE, 1_000)], 0);
		assert_ok!(issue_as(Some(BUYER), sale, Settlement::Direct, false));
		accept(1);
		set_money(Bob, 1_149);
		assert_noop!(pay_accepted(Bob, BUYER, 1), TokenError::FundsUnavailable);
		set_money(Bob, 1_150);
		assert_eq!(pay_accepted(Bob, BUYER, 1), Ok(1_000));
		assert_eq!((money(Bob), treasury()), (0, 150));
	});
}

#[test]
fn pay_accepted_fails_when_nothing_is_owed_by_the_buyer() {
	build_and_execute(|| {
		for _ in 0..3 {
			issue(1_000, Settlement::Direct);
		}
		assert_noop!(pay_accepted(Bob, BUYER, 4), Error::<Test>::InvoiceNotFound);
		assert_noop!(pay_accepted(Bob, BUYER, 1), Error::<Test>::NotAccepted);
		accept(1);
		for other in [SELLER, ARBITER, 9] {
			assert_noop!(pay_accepted(Bob, other, 1), Error::<Test>::NotBuyer);
		}
		assert_ok!(Commerce::reject(signed(Bob), SELLER, 2));
		assert_noop!(pay_accepted(Bob, BUYER, 2), Error::<Test>::NotOpen);
		assert_ok!(pay(Bob, 3, None));
		assert_noop!(pay_accepted(Bob, BUYER, 3), Error::<Test>::AlreadyPaid);
		set_money(Bob, 1_149);
		assert_noop!(pay_accepted(Bob, BUYER, 1), TokenError::FundsUnavailable);
		set_money(Bob, 1_150);
		assert_ok!(pay_accepted(Bob, BUYER, 1));
	});
}

#[test]
fn pay_accepted_pays_no_invoice_without_a_buyer() {
	build_and_execute(|| {
		assert_ok!(issue_as(None, net(1_000), Settlement::Direct, false));
		assert_noop!(pay_accepted(Bob, BUYER, 1), Error::<Test>::NotBuyer);
	});
}

#[test]
fn collect_tax_takes_it_before_it_falls_due() {
	build_and_execute(|| {
		Credits::insert((MONEY, SELLER), 30);
		accepted(Settlement::Direct);
		assert_ok!(pay(Bob, 1, Some(115)));
		assert_eq!((treasury(), credit_of(SELLER)), (0, 15));
		events();
		assert_noop!(Commerce::collect_unpaid(signed(Eve), SELLER, 1), Error::<Test>::NotDue);
		assert_eq!(collect_tax(1), Ok(135));
		assert_eq!(events(), [Event::UnpaidTaxCollected { invoice: invoice_id(1), amount: 135 }]);
		assert_eq!((treasury(), credit_of(SELLER)), (120, 0));
		assert_noop!(collect_tax(1), Error::<Test>::AlreadyPaid);

		// When the buyer pays after all, the seller gets all of it.
		let before = money(Alice);
		assert_ok!(pay(Bob, 1, None));
		assert_eq!((money(Alice), treasury()), (before + 1_035, 120));
		assert_eq!(credit_of(BUYER), 150);
	});
}

#[test]
fn collect_tax_fails_when_none_is_owed() {
	build_and_execute(|| {
		issue(1_000, Settlement::Direct);
		assert_noop!(collect_tax(2), Error::<Test>::InvoiceNotFound);
		assert_noop!(collect_tax(1), Error::<Test>::NotOpen);
		accept(1);
		set_money(Alice, 149);
		assert_noop!(collect_tax(1), TokenError::FundsUnavailable);
		hypothetically!({
			assert_ok!(pay(Bob, 1, None));
			assert_noop!(collect_tax(1), Error::<Test>::NotOpen);
		});
		accepted(ESCROW);
		assert_ok!(pay(Bob, 2, None));
		assert_noop!(collect_tax(2), Error::<Test>::AlreadyPaid);
		set_money(Alice, 150);
		assert_ok!(collect_tax(1));
	});
}
