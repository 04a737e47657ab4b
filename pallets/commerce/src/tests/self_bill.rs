//! `self_bill` and `consent_to_self_billing`.

use crate::{mock::*, *};
use frame::{deps::sp_runtime::traits::BadOrigin, testing_prelude::*};
use ourledger_primitives::{invoice::Settlement, money::Day, twin::TwinNumber};

fn self_bill(who: Sr25519Keyring, seller: TwinNumber) -> DispatchResult {
	let direct = Settlement::Direct;
	let sale = net(1_000);
	let origin = signed(who);
	Commerce::self_bill(origin, seller, TOWN, MONEY, None, 30, sale, direct, false, DOCUMENT)
}

fn consent(who: Sr25519Keyring, until: Option<Day>) -> DispatchResult {
	Commerce::consent_to_self_billing(signed(who), BUYER, until)
}

#[test]
fn self_bill_goes_into_the_sellers_series() {
	build_and_execute(|| {
		issue(1, Settlement::Direct);
		assert_noop!(self_bill(Bob, SELLER), Error::<Test>::NoConsent);
		events();
		assert_ok!(consent(Alice, Some(START + 5)));
		let allowed = Event::SelfBillingAllowed { seller: SELLER, buyer: BUYER, until: START + 5 };
		assert_eq!(events(), [allowed]);
		assert_eq!(Commerce::self_billing(SELLER, BUYER), Some(START + 5));

		assert_ok!(self_bill(Bob, SELLER));
		let event = events();
		assert!(matches!(
			event[..],
			[Event::InvoiceIssued { seller: SELLER, number: 2, buyer: Some(BUYER), .. }]
		));
		assert_eq!(invoice(2).state, InvoiceState::Issued);
		assert_ok!(pay(Bob, 2, None));
		assert_eq!(money(Alice), ENDOWMENT + 1_000);
		// The seller cancels alone what it doesn't agree with.
		assert_ok!(self_bill(Bob, SELLER));
		assert_ok!(Commerce::cancel(signed(Alice), SELLER, 3));
	});
}

#[test]
fn self_bill_fails_when_the_consent_has_ended() {
	build_and_execute(|| {
		assert_ok!(consent(Alice, Some(START + 5)));
		set_day(START + 5);
		assert_ok!(self_bill(Bob, SELLER));
		set_day(START + 6);
		assert_noop!(self_bill(Bob, SELLER), Error::<Test>::NoConsent);
		assert_ok!(consent(Alice, Some(START + 6)));
		events();
		assert_ok!(consent(Alice, None));
		assert_eq!(events(), [Event::SelfBillingEnded { seller: SELLER, buyer: BUYER }]);
		assert_noop!(self_bill(Bob, SELLER), Error::<Test>::NoConsent);
		assert_eq!(SelfBilling::<Test>::iter().count(), 0);
	});
}

#[test]
fn self_bill_fails_when_a_party_is_wrong() {
	build_and_execute(|| {
		assert_ok!(consent(Alice, Some(START)));
		// The consent is for one buyer and one seller.
		assert_noop!(self_bill(Charlie, SELLER), Error::<Test>::NoConsent);
		assert_noop!(self_bill(Alice, BUYER), Error::<Test>::NoConsent);
		assert_noop!(self_bill(Bob, 9), Error::<Test>::TwinNotFound);
		assert_noop!(self_bill(Dave, SELLER), Error::<Test>::NotController);
		let direct = Settlement::Direct;
		let origin = RuntimeOrigin::root();
		let sale = net(1);
		assert_noop!(
			Commerce::self_bill(
				origin, SELLER, TOWN, MONEY, None, 30, sale, direct, false, DOCUMENT
			),
			BadOrigin
		);
		deactivate(SELLER);
		assert_noop!(self_bill(Bob, SELLER), Error::<Test>::TwinNotFound);
	});
}

#[test]
fn consent_fails_when_it_makes_no_sense() {
	build_and_execute(|| {
		assert_noop!(consent(Alice, None), Error::<Test>::NoConsent);
		assert_noop!(consent(Alice, Some(START - 1)), Error::<Test>::NoConsent);
		assert_noop!(consent(Dave, Some(START)), Error::<Test>::NotController);
		let stranger = Commerce::consent_to_self_billing(signed(Alice), 9, Some(START));
		assert_noop!(stranger, Error::<Test>::TwinNotFound);
		let root = Commerce::consent_to_self_billing(RuntimeOrigin::root(), BUYER, None);
		assert_noop!(root, BadOrigin);
	});
}
