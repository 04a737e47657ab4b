//! `self_bill` and `consent_to_self_billing`.

use crate::{mock::*, *};
use frame::{
	deps::sp_runtime::{traits::BadOrigin, TokenError},
	testing_prelude::*,
};
use ourledger_primitives::{invoice::Settlement, money::Day, twin::TwinNumber};

fn self_bill(who: Sr25519Keyring, seller: TwinNumber) -> DispatchResult {
	let billed = Commerce::self_bill(signed(who), seller, CONDITIONS, net(1_000));
	billed.map(|_| ()).map_err(|error| error.error)
}

/// Alice's consent: she accepts each invoice herself.
fn allow(who: Sr25519Keyring, until: Day) -> DispatchResult {
	Commerce::allow_self_billing(signed(who), BUYER, until, None)
}

fn end(who: Sr25519Keyring) -> DispatchResult {
	Commerce::end_self_billing(signed(who), SELLER, BUYER)
}

fn accept_as(who: Sr25519Keyring) -> DispatchResult {
	Commerce::accept(signed(who), SELLER, 1)
}

#[test]
fn self_bill_goes_into_the_sellers_series() {
	build_and_execute(|| {
		issue(1, Settlement::Direct);
		assert_noop!(self_bill(Bob, SELLER), Error::<Test>::NoConsent);
		events();
		assert_ok!(allow(Alice, START + 5));
		let allowed = Event::SelfBillingAllowed {
			seller: SELLER,
			buyer: BUYER,
			until: START + 5,
			objection: None,
		};
		assert_eq!(events(), [allowed]);
		let consent = Commerce::self_billing(SELLER, BUYER).expect("it was given");
		assert_eq!((consent.until, consent.objection), (START + 5, None));

		assert_ok!(self_bill(Bob, SELLER));
		let told = events();
		let [Event::InvoiceIssued { invoice: issued, buyer, .. }] = told[..] else {
			panic!("{told:?}")
		};
		assert_eq!((issued, buyer), (invoice_id(2), Some(BUYER)));
		assert_eq!(invoice(2).state, InvoiceState::Issued);
		assert_eq!(invoice(2).writer, Writer::Buyer { silence: None });
		assert_ok!(pay(Bob, 2, None));
		assert_eq!(money(Alice), ENDOWMENT + 1_000);
		// The seller cancels alone what it doesn't agree with, and the buyer drops it.
		assert_ok!(self_bill(Bob, SELLER));
		assert_ok!(Commerce::cancel(signed(Alice), SELLER, 3));
		assert_ok!(self_bill(Bob, SELLER));
		assert_ok!(Commerce::reject(signed(Bob), SELLER, 4));
	});
}

#[test]
fn self_billers_accept_nothing_in_the_sellers_name() {
	build_and_execute(|| {
		assert_ok!(allow(Alice, START));
		assert_ok!(self_bill(Bob, SELLER));
		for day in [START, START + 1_000] {
			set_day(day);
			assert_noop!(accept_as(Bob), Error::<Test>::NotSeller);
			assert_noop!(accept_as(Dave), NOT_ACTING);
			// So the seller owes no tax for what it never agreed to.
			let collect = Commerce::collect_unpaid(signed(Eve), SELLER, 1);
			assert_noop!(collect, Error::<Test>::NotOpen);
		}
		events();
		assert_ok!(accept_as(Alice));
		assert_eq!(events(), [Event::InvoiceAccepted { invoice: invoice_id(1) }]);
		assert_noop!(accept_as(Alice), Error::<Test>::AlreadyAccepted);
		// From now on both have to cancel it.
		assert_ok!(Commerce::cancel(signed(Alice), SELLER, 1));
		assert_eq!(invoice(1).state, InvoiceState::Accepted);
	});
}

#[test]
fn silence_accepts_after_the_days_to_object() {
	build_and_execute(|| {
		assert_ok!(Commerce::allow_self_billing(signed(Alice), BUYER, START, Some(14)));
		assert_ok!(self_bill(Bob, SELLER));
		assert_eq!(invoice(1).writer, Writer::Buyer { silence: Some(START + 15) });
		set_day(START + 14);
		assert_noop!(accept_as(Bob), Error::<Test>::NotSeller);
		hypothetically!({
			assert_ok!(accept_as(Alice));
		});
		hypothetically!({
			assert_ok!(Commerce::cancel(signed(Alice), SELLER, 1));
		});
		set_day(START + 15);
		hypothetically!({
			assert_ok!(accept_as(Bob));
		});
		// Also the authority, or whoever it is.
		assert_ok!(accept_as(Dave));
		assert_eq!(invoice(1).state, InvoiceState::Accepted);
		// Another consent is for other invoices.
		assert_ok!(Commerce::allow_self_billing(signed(Alice), BUYER, START + 15, None));
		assert_eq!(invoice(1).writer, Writer::Buyer { silence: Some(START + 15) });
	});
}

#[test]
fn silence_says_nothing_about_what_the_arbiter_left() {
	build_and_execute(|| {
		assert_ok!(Commerce::allow_self_billing(signed(Alice), BUYER, START, Some(1)));
		let conditions = Conditions { settlement: ESCROW, ..CONDITIONS };
		assert_ok!(Commerce::self_bill(signed(Bob), SELLER, conditions, net(1_000)));
		set_day(START + 2);
		assert_ok!(accept_as(Bob));
		assert_ok!(pay(Bob, 1, Some(115)));
		assert_ok!(Commerce::dispute(signed(Bob), SELLER, 1, [1; 32]));
		hypothetically!({
			// Nor does the buyer agree to its own bill by being content.
			assert_ok!(Commerce::confirm(signed(Bob), SELLER, 1));
			assert_eq!(invoice(1).state, InvoiceState::Issued);
		});
		assert_ok!(Commerce::resolve(signed(Charlie), SELLER, 1, 115, [2; 32]));
		assert_noop!(accept_as(Bob), Error::<Test>::NotSeller);
		assert_ok!(accept_as(Alice));
	});
}

#[test]
fn self_bill_fails_when_the_consent_has_ended() {
	build_and_execute(|| {
		assert_ok!(allow(Alice, START + 5));
		set_day(START + 5);
		assert_ok!(self_bill(Bob, SELLER));
		set_day(START + 6);
		assert_noop!(self_bill(Bob, SELLER), Error::<Test>::NoConsent);
		assert_ok!(allow(Alice, START + 6));
		events();
		assert_ok!(end(Alice));
		assert_eq!(events(), [Event::SelfBillingEnded { seller: SELLER, buyer: BUYER }]);
		assert_noop!(self_bill(Bob, SELLER), Error::<Test>::NoConsent);
		assert_eq!(SelfBilling::<Test>::iter().count(), 0);
	});
}

#[test]
fn self_bill_fails_when_a_party_is_wrong() {
	build_and_execute(|| {
		assert_ok!(allow(Alice, START));
		// The consent is for one buyer and one seller.
		assert_noop!(self_bill(Charlie, SELLER), Error::<Test>::NoConsent);
		assert_noop!(self_bill(Alice, BUYER), Error::<Test>::NoConsent);
		assert_noop!(self_bill(Bob, 9), NO_SUCH_TWIN);
		assert_noop!(self_bill(Dave, SELLER), NOT_ACTING);
		let root = RuntimeOrigin::root();
		assert_noop!(Commerce::self_bill(root, SELLER, CONDITIONS, net(1)), BadOrigin);
		deactivate(SELLER);
		assert_noop!(self_bill(Bob, SELLER), NO_SUCH_TWIN);
	});
}

#[test]
fn consent_fails_when_it_makes_no_sense() {
	build_and_execute(|| {
		assert_noop!(allow(Alice, START - 1), Error::<Test>::NoConsent);
		assert_noop!(allow(Dave, START), NOT_ACTING);
		let allow = |origin, buyer, objection| {
			Commerce::allow_self_billing(origin, buyer, START, objection)
		};
		assert_noop!(allow(signed(Alice), 9, None), NO_SUCH_TWIN);
		assert_noop!(allow(signed(Alice), BUYER, Some(0)), Error::<Test>::AmountZero);
		let too_long = allow(signed(Alice), BUYER, Some(MAX_DAYS + 1));
		assert_noop!(too_long, Error::<Test>::TooManyDays);
		assert_noop!(allow(RuntimeOrigin::root(), BUYER, None), BadOrigin);
		assert_ok!(allow(signed(Alice), BUYER, Some(MAX_DAYS)));
	});
}

#[test]
fn consent_holds_a_deposit_until_it_ends() {
	build_and_execute(|| {
		let held = |who| held(HoldReason::Consent, who);
		assert_eq!(Commerce::self_billing_deposit(), PER_INVOICE);
		assert_ok!(allow(Alice, START));
		assert_eq!(held(Alice), PER_INVOICE);
		// Once, at the price of the day.
		InvoicePrice::set(2 * PER_INVOICE);
		assert_ok!(allow(Alice, START + 1));
		assert_eq!(held(Alice), 2 * PER_INVOICE);
		assert_ok!(end(Alice));
		assert_eq!(held(Alice), 0);
		assert_noop!(end(Alice), Error::<Test>::NoConsent);
		InvoicePrice::set(2 * ENDOWMENT);
		assert_noop!(allow(Alice, START), TokenError::FundsUnavailable);
	});
}

#[test]
fn consent_of_another_account_gives_its_deposit_back() {
	build_and_execute(|| {
		assert_ok!(allow(Alice, START));
		Phonebook::mutate(|twins| twins[0].0 = id(Dave));
		assert_ok!(allow(Dave, START));
		assert_eq!(held(HoldReason::Consent, Alice), 0);
		assert_eq!(held(HoldReason::Consent, Dave), PER_INVOICE);
		Phonebook::mutate(|twins| twins[0].0 = id(Alice));
	});
}

#[test]
fn consent_is_ended_by_its_seller_its_payer_or_by_time() {
	build_and_execute(|| {
		assert_ok!(allow(Alice, START + 1));
		assert_noop!(end(Bob), Error::<Test>::NotSeller);
		assert_noop!(end(Dave), NOT_ACTING);
		let root = Commerce::end_self_billing(RuntimeOrigin::root(), SELLER, BUYER);
		assert_noop!(root, BadOrigin);
		hypothetically!({
			// Whoever paid, even if its twin is gone.
			deactivate(SELLER);
			assert_ok!(end(Alice));
			assert_eq!(held(HoldReason::Consent, Alice), 0);
		});
		Phonebook::set([Alice, Bob, Charlie].map(|who| (id(who), true)).to_vec());
		set_day(START + 1);
		assert_noop!(end(Dave), NOT_ACTING);
		set_day(START + 2);
		assert_ok!(end(Dave));
		assert_eq!(held(HoldReason::Consent, Alice), 0);
	});
}

/// Bob writes a bill in Alice's name, under her consent that names 14 days to object.
fn bill_in_escrow() {
	assert_ok!(Commerce::allow_self_billing(signed(Alice), BUYER, START, Some(14)));
	let conditions = Conditions { due_days: 0, settlement: ESCROW, ..CONDITIONS };
	assert_ok!(Commerce::self_bill(signed(Bob), SELLER, conditions, net(100_000)));
}

/// When her days are over, only Alice accepts.
fn ensure_silence_says_nothing() {
	assert_eq!(invoice(1).writer, Writer::Buyer { silence: None });
	set_day(START + 15);
	assert_noop!(accept_as(Bob), Error::<Test>::NotSeller);
	set_day(START + UNPAID + 1);
	// So nobody has tax taken from her for what she never sold.
	let collect = Commerce::collect_unpaid(signed(Bob), SELLER, 1);
	assert_noop!(collect, Error::<Test>::NotOpen);
	assert_ok!(accept_as(Alice));
}

#[test]
fn a_buyer_takes_no_objection_from_the_seller_by_paying_a_unit() {
	build_and_execute(|| {
		bill_in_escrow();
		// A unit reaches the seller, and another waits: Alice can't cancel alone any more.
		assert_ok!(pay(Bob, 1, Some(1)));
		assert_ok!(Commerce::confirm(signed(Bob), SELLER, 1));
		assert_ok!(pay(Bob, 1, Some(1)));
		assert_noop!(Commerce::cancel(signed(Alice), SELLER, 1), Error::<Test>::AlreadyPaid);
		// But she can take it back, what waits included.
		hypothetically!({
			assert_ok!(credit_note(1, 100_000));
			assert!(matches!(invoice(1).state, InvoiceState::Closed(_)));
		});
		ensure_silence_says_nothing();
	});
}

#[test]
fn a_dispute_takes_no_objection_from_the_seller() {
	build_and_execute(|| {
		bill_in_escrow();
		assert_ok!(pay(Bob, 1, Some(1)));
		// In a dispute Alice can't cancel alone.
		assert_ok!(Commerce::dispute(signed(Bob), SELLER, 1, [1; 32]));
		set_day(START + 15);
		assert_ok!(Commerce::confirm(signed(Bob), SELLER, 1));
		ensure_silence_says_nothing();
	});
}

#[test]
fn a_payment_takes_no_objection_from_the_seller() {
	build_and_execute(|| {
		assert_ok!(Commerce::allow_self_billing(signed(Alice), BUYER, START, Some(14)));
		let conditions = Conditions { due_days: 0, ..CONDITIONS };
		assert_ok!(Commerce::self_bill(signed(Bob), SELLER, conditions, net(1_000)));
		assert_ok!(pay(Bob, 1, Some(1)));
		assert_noop!(Commerce::cancel(signed(Alice), SELLER, 1), Error::<Test>::AlreadyPaid);
		ensure_silence_says_nothing();
	});
}

#[test]
fn a_stranger_takes_no_objection_from_the_seller() {
	build_and_execute(|| {
		bill_in_escrow();
		// Another account of Bob's, perhaps.
		assert_ok!(pay(Eve, 1, None));
		assert_eq!(invoice(1).writer, Writer::Buyer { silence: None });
		set_day(START + 15);
		assert_noop!(accept_as(Bob), Error::<Test>::NotSeller);
	});
}
