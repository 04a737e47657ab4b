//! What a buyer owes of reverse charge.

use crate::{mock::*, *};
use frame::{
	deps::frame_support::storage::with_storage_layer, testing_prelude::*, traits::BadOrigin,
};
use ourledger_primitives::{
	tax::{NoteOutcome, SeatTax, TaxRules, Trade},
	twin::TwinNumber,
};

/// B owes 200: it can deduct nothing of a reverse charge, and had no money when what it had paid was
/// released.
fn owing() -> Invoice {
	deduct(B, REVERSE, 0);
	let mut invoice = invoice(A, B, &sale(&[(REVERSE, 1_000)]));
	let kept = invoice.escrow(1_000);
	let (purse, before) = (money(B), treasury());
	set_money(controller(B), 199);
	let split = invoice.release(kept);
	assert_eq!((split.seller, split.treasury), (1_000, 0));
	assert_eq!((money(B), arrears(B), treasury()), (199, 200, before));
	set_money(controller(B), purse);
	invoice
}

fn pay_arrears(amount: Balance) -> DispatchResult {
	Tax::pay_arrears(signed(STRANGER), TOWN, B, MONEY, amount)
}

#[test]
fn a_release_books_as_arrears_what_its_buyer_cannot_pay() {
	type Spoil = fn();
	let spoils: [Spoil; 4] = [
		|| set_money(controller(B), 199),
		|| Frozen::set(vec![controller(B)]),
		|| Gone::set(vec![controller(B)]),
		|| {
			assert_ok!(Tax::deregister(authority(), TOWN, B));
		},
	];
	for (place, spoil) in spoils.into_iter().enumerate() {
		build_and_execute(|| {
			deduct(B, REVERSE, 0);
			let mut invoice = invoice(A, B, &sale(&[(REVERSE, 1_000)]));
			let kept = invoice.escrow(1_000);
			spoil();
			// Whoever ends its registration pays its tax all the same.
			let owed = if place == 3 { 0 } else { 200 };
			let (seller, buyer) = (money(A), money(B));
			let split = invoice.release(kept);
			assert_eq!((split.seller, money(A)), (1_000, seller + 1_000));
			assert_eq!((money(B), arrears(B)), (buyer - (200 - owed), owed));
			let of_b = statement(B);
			assert_eq!((of_b.output, of_b.deferred, of_b.remitted), (200, owed, 200 - owed));
			assert_eq!((book().output, book().arrears), (200, owed));
			let Some(Event::ReverseCharged { output, used, remitted, deferred, .. }) = last_event()
			else {
				panic!("a reverse charge has an event")
			};
			assert_eq!((output, used, remitted, deferred), (200, 0, 200 - owed, owed));
		});
	}
}

#[test]
fn a_release_takes_what_its_buyer_can_pay() {
	build_and_execute(|| {
		deduct(B, REVERSE, 0);
		let mut invoice = invoice(A, B, &sale(&[(REVERSE, 1_000)]));
		let kept = invoice.escrow(1_000);
		set_money(controller(B), 200);
		invoice.release(kept);
		assert_eq!((money(B), arrears(B), treasury()), (0, 0, 200));
	});
}

#[test]
fn a_direct_payment_without_the_buyers_tax_is_refused() {
	build_and_execute(|| {
		deduct(B, REVERSE, 0);
		let mut invoice = invoice(A, B, &sale(&[(REVERSE, 1_000)]));
		set_money(controller(B), 1_199);
		assert_noop!(invoice.try_pay(1_000), TokenError::FundsUnavailable);
		set_money(controller(B), 1_200);
		invoice.pay_all();
		assert_eq!((money(B), arrears(B), treasury()), (0, 0, 200));
	});
}

#[test]
fn credit_is_set_against_the_charge_before_anything_is_owed() {
	build_and_execute(|| {
		deduct(B, REVERSE, 0);
		trade_and_pay(A, B, &[(S15, 1_000)]);
		let mut invoice = invoice(A, B, &sale(&[(REVERSE, 1_000)]));
		let kept = invoice.escrow(1_000);
		set_money(controller(B), 49);
		invoice.release(kept);
		// 150 were used; 50 are owed, whole.
		assert_eq!((credit(B), arrears(B), money(B)), (0, 50, 49));
	});
}

#[test]
fn anyone_pays_arrears() {
	build_and_execute(|| {
		owing();
		assert_noop!(pay_arrears(0), Error::<Test>::AmountZero);
		assert_noop!(pay_arrears(201), Error::<Test>::ArrearsLower);
		let nobody = Tax::pay_arrears(RuntimeOrigin::root(), TOWN, B, MONEY, 1);
		assert_eq!(nobody, Err(BadOrigin.into()));
		let elsewhere = Tax::pay_arrears(by(B), 1, B, MONEY, 1);
		assert_eq!(elsewhere, Err(Error::<Test>::JurisdictionNotFound.into()));
		for (twin, currency) in [(A, MONEY), (B, OTHER_MONEY)] {
			let other = Tax::pay_arrears(by(B), TOWN, twin, currency, 1);
			assert_eq!(other, Err(Error::<Test>::ArrearsLower.into()));
		}
		assert_ok!(pay_arrears(80));
		let event = |remitted, left, payer| Event::ArrearsSettled {
			jurisdiction: TOWN,
			currency: MONEY,
			period: OCTOBER,
			twin: B,
			payer: Some(payer),
			used: 0,
			remitted,
			left,
		};
		assert_eq!(last_event(), Some(event(80, 120, STRANGER)));
		assert_eq!((purse(MONEY, STRANGER), treasury()), (PURSE - 80, 80));
		set_day(TODAY + 31);
		assert_ok!(Tax::pay_arrears(by(B), TOWN, B, MONEY, 120));
		assert_eq!((arrears(B), treasury(), book().remitted), (0, 200, 200));
		let (october, november) =
			(Tax::statement(TOWN, B, MONEY, OCTOBER), Tax::statement(TOWN, B, MONEY, OCTOBER + 1));
		assert_eq!((october.deferred, october.settled, october.remitted), (200, 80, 80));
		assert_eq!((november.deferred, november.settled, november.remitted), (0, 120, 120));
		// Nothing is left of an account of nothing.
		assert!(!Accounts::<Test>::contains_key((TOWN, B, MONEY)));
		set_money(STRANGER, 0);
		assert_noop!(pay_arrears(1), Error::<Test>::ArrearsLower);
	});
}

#[test]
fn arrears_are_not_paid_with_money_that_is_not_there() {
	build_and_execute(|| {
		owing();
		set_money(STRANGER, 199);
		assert_noop!(pay_arrears(200), TokenError::FundsUnavailable);
	});
}

/// A pallet that acts for `twin` lets it pay what B owes.
fn pay_out_of(twin: TwinNumber) -> Result<Balance, DispatchError> {
	let account = controller(twin);
	with_storage_layer(|| <Tax as SeatTax<AccountId>>::pay_arrears(TOWN, B, MONEY, &account))
}

#[test]
fn whoever_acts_for_an_account_pays_arrears_as_far_as_it_goes() {
	build_and_execute(|| {
		owing();
		System::reset_events();
		set_money(controller(E), 80);
		assert_eq!(pay_out_of(E), Ok(80));
		let event = |remitted, left, payer| Event::ArrearsSettled {
			jurisdiction: TOWN,
			currency: MONEY,
			period: OCTOBER,
			twin: B,
			payer: Some(controller(payer)),
			used: 0,
			remitted,
			left,
		};
		assert_eq!(events(), [event(80, 120, E)]);
		assert_eq!((money(E), arrears(B), treasury()), (0, 120, 80));
		// There is nothing any more, and nothing is told.
		assert_eq!((pay_out_of(E), events().len()), (Ok(0), 1));
		set_money(controller(E), 1_000);
		assert_eq!(pay_out_of(E), Ok(120));
		assert_eq!(last_event(), Some(event(120, 0, E)));
		assert_eq!((money(E), arrears(B), book().remitted), (880, 0, 200));
		let of_b = statement(B);
		assert_eq!((of_b.settled, of_b.remitted), (200, 200));
		assert_eq!((pay_out_of(E), money(E), events().len()), (Ok(0), 880, 2));
	});
}

#[test]
fn arrears_are_taken_of_who_may_pay_nobody_else_and_not_of_the_frozen() {
	build_and_execute(|| {
		owing();
		Frozen::set(vec![controller(E)]);
		assert_noop!(pay_out_of(E), TokenError::Blocked);
		Frozen::set(vec![]);
		Gone::set(vec![controller(E)]);
		assert_eq!((pay_out_of(E), arrears(B)), (Ok(200), 0));
		let elsewhere = <Tax as SeatTax<AccountId>>::pay_arrears(1, B, MONEY, &controller(E));
		assert_eq!(elsewhere, Err(Error::<Test>::JurisdictionNotFound.into()));
	});
}

#[test]
fn every_credit_goes_against_arrears_first() {
	build_and_execute(|| {
		owing();
		// As a buyer.
		trade_and_pay(A, B, &[(S15, 600)]);
		assert_eq!((credit(B), arrears(B)), (0, 110));
		let [.., Event::TaxCollected { credited, .. }, settled] = &events()[..] else {
			panic!("a payment has events")
		};
		let used = |used, left| Event::ArrearsSettled {
			jurisdiction: TOWN,
			currency: MONEY,
			period: OCTOBER,
			twin: B,
			payer: None,
			used,
			remitted: 0,
			left,
		};
		assert_eq!((*credited, settled), (90, &used(90, 110)));
		let of_b = statement(B);
		assert_eq!((of_b.used, of_b.settled, of_b.input), (90, 90, 90));

		// As a seller, by a note.
		let mut sold = trade_and_pay(B, C, &[(S15, 1_000)]);
		assert_eq!((treasury(), arrears(B)), (90 + 150, 110));
		assert_eq!(sold.credit(&note(&[(S15, 600)]), 0), NoteOutcome::Settled { refund: 690 });
		assert_eq!((credit(B), arrears(B)), (0, 20));
		assert_eq!(last_event(), Some(used(90, 20)));
		sold.credit(&note(&[(S15, 400)]), 0);
		assert_eq!((credit(B), arrears(B)), (40, 0));
	});
}

#[test]
fn what_is_undone_of_a_reverse_charge_that_is_owed_is_owed_no_more() {
	build_and_execute(|| {
		let mut invoice = owing();
		assert_eq!(
			invoice.credit(&note(&[(REVERSE, 400)]), 0),
			NoteOutcome::Settled { refund: 400 }
		);
		assert_eq!((arrears(B), credit(B)), (120, 0));
		assert_ok!(pay_arrears(20));
		invoice.credit(&note(&[(REVERSE, 600)]), 0);
		// 100 went against what was left, and 20 had been paid.
		assert_eq!((arrears(B), credit(B), treasury()), (0, 20, 20));
	});
}

#[test]
fn reverse_charge_that_was_never_paid_is_no_credit() {
	build_and_execute(|| {
		// All is deductible: half of the invoice leaves the buyer a credit of 100, which is paid out.
		let mut invoice = invoice(A, B, &sale(&[(REVERSE, 1_000), (S20, 1_000)]));
		let half = invoice.escrow(1_100);
		invoice.release(half);
		assert_eq!((credit(B), treasury()), (100, 100));
		assert_ok!(claim_refund(B, 100));
		// Then nothing is, and it can't pay the reverse charge of the other half.
		let deductible = bounded(vec![(REVERSE, 0), (S20, 0)]);
		let terms = TaxpayerTerms { deductible, ..terms() };
		assert_ok!(Tax::amend_taxpayer(authority(), TOWN, B, terms));
		let half = invoice.escrow(1_100);
		set_money(controller(B), 0);
		invoice.release(half);
		assert_eq!((credit(B), arrears(B), treasury()), (0, 100, 100));
		// What comes back is what it owes, so that the credit which was paid out is made good.
		let all = note(&[(REVERSE, 1_000), (S20, 1_000)]);
		assert_eq!(invoice.credit(&all, 0), NoteOutcome::Settled { refund: 2_200 - 100 });
		assert_eq!((arrears(B), credit(B), credit(A), treasury()), (0, 0, 200, 200));
	});
}

#[test]
fn what_a_note_gives_goes_against_arrears_before_the_note_takes_any() {
	build_and_execute(|| {
		deduct(B, REVERSE, 0);
		let mut invoice = trade_and_pay(A, B, &[(REVERSE, 1_000), (S20, 500)]);
		assert_eq!((credit(B), treasury()), (100, 300));
		// It has its credit paid out.
		assert_ok!(claim_refund(B, 100));
		assert_eq!((credit(B), treasury()), (0, 200));
		owing();
		let all = note(&[(REVERSE, 1_000), (S20, 500)]);
		// 200 come back to the buyer, which owes 200: the seller makes good the 100 that it has no more.
		assert_eq!(invoice.credit(&all, 0), NoteOutcome::Settled { refund: 1_600 - 100 });
		assert_eq!((arrears(B), credit(B), credit(A), treasury()), (0, 0, 100, 300));
	});
}

#[test]
fn claims_go_against_arrears_before_they_are_paid() {
	build_and_execute(|| {
		trade_and_pay(A, B, &[(S20, 1_500)]);
		assert_ok!(claim_refund(B, 300));
		owing();
		let before = money(B);
		set_day(TODAY + 21);
		idle();
		assert_eq!((money(B), arrears(B)), (before + 100, 0));
		assert_eq!(
			last_event(),
			Some(Event::RefundPaid {
				jurisdiction: TOWN,
				claim: 0,
				twin: B,
				currency: MONEY,
				amount: 100,
				forfeited: 0,
				used: 200,
				charged: 0,
				set_aside: 0,
			})
		);
		let of_b = statement(B);
		assert_eq!((of_b.refunded, of_b.settled), (100, 200));
		assert_eq!((book().used, book().refunds), (200, 100));
	});
}

#[test]
fn a_denied_claim_goes_against_arrears() {
	build_and_execute(|| {
		trade_and_pay(A, B, &[(S20, 1_500)]);
		assert_ok!(claim_refund(B, 300));
		owing();
		assert_ok!(Tax::deny_refund(authority(), TOWN, 0, [1; 32]));
		assert_eq!((arrears(B), credit(B)), (0, 100));
		let [.., Event::RefundDenied { .. }, Event::ArrearsSettled { used, left, .. }] =
			&events()[..]
		else {
			panic!("a denial has events")
		};
		assert_eq!((*used, *left), (200, 0));
	});
}

#[test]
fn nothing_is_sold_under_reverse_charge_to_whoever_is_in_arrears() {
	build_and_execute(|| {
		owing();
		let no_arrears = |twin, currency| Tax::ensure_no_arrears(TOWN, twin, currency);
		assert_noop!(no_arrears(B, MONEY), Error::<Test>::BuyerInArrears);
		assert_ok!(no_arrears(B, OTHER_MONEY));
		assert_ok!(no_arrears(A, MONEY));
		let assess = |currency, sale| {
			let trade = Trade { currency, ..trade(A, Some(B)) };
			mock::assess(&trade, &sale).map(|bill| bill.gross)
		};
		let sold = || sale(&[(REVERSE, 10)]);
		assert_noop!(assess(MONEY, sold()), Error::<Test>::BuyerInArrears);
		assert_eq!(assess(OTHER_MONEY, sold()), Ok(10));
		assert_eq!(assess(MONEY, sale(&[(S15, 100)])), Ok(115));
		assert_ok!(pay_arrears(199));
		assert_noop!(assess(MONEY, sold()), Error::<Test>::BuyerInArrears);
		assert_ok!(pay_arrears(1));
		assert_eq!(assess(MONEY, sold()), Ok(10));
		assert_ok!(no_arrears(B, MONEY));
	});
}
