//! `sweep` and `give`.

use crate::{mock::*, *};
use frame::{testing_prelude::*, traits::BadOrigin};

fn sweep(amount: Balance) -> DispatchResult {
	Tax::sweep(authority(), TOWN, MONEY, amount, STRANGER)
}

fn free() -> Balance {
	Tax::treasury(TOWN, MONEY).expect("the town was founded").free
}

#[test]
fn a_sweep_leaves_credits_claims_and_what_corrections_can_need() {
	build_and_execute(|| {
		// 150 of B's credit, of which 100 are claimed; 150 that gave nobody credit.
		trade_and_pay(A, B, &[(S15, 1_000)]);
		let mut retail = trade_and_pay(A, None, &[(S15, 1_000)]);
		amend(|settings| settings.refund_caps = bounded(vec![]));
		assert_ok!(claim_refund(B, 100));
		assert_eq!((treasury(), free()), (300, 0));
		assert_noop!(sweep(1), Error::<Test>::TreasuryReserved);

		// The window is 90 days from the supply; all of its month stays.
		let window_ends = TODAY + 27 + 90;
		set_day(window_ends);
		assert_eq!(free(), 0);
		set_day(window_ends + 1);
		assert_eq!(free(), 150);
		assert_noop!(sweep(151), Error::<Test>::TreasuryReserved);
		assert_ok!(sweep(100));
		let event = Event::Swept { jurisdiction: TOWN, currency: MONEY, amount: 100, to: STRANGER };
		assert_eq!(last_event(), Some(event));
		assert_eq!((treasury(), free(), book().sweeps), (200, 50, 100));
		// Had it been swept within the window, this couldn't be paid out.
		retail.credit(&note(&[(S15, 300)]), 0);
		assert_eq!((credit(A), free()), (45, 5));
	});
}

#[test]
fn tax_taken_ahead_is_kept_until_the_buyer_has_paid() {
	build_and_execute(|| {
		let mut late = invoice(A, B, &sale(&[(S15, 1_000)]));
		late.collect_unpaid();
		assert_eq!((treasury(), book().ahead), (150, 150));
		// However long ago the supply was: the payment will credit the buyer.
		set_day(TODAY + 400);
		assert_eq!(free(), 0);
		assert_noop!(sweep(1), Error::<Test>::TreasuryReserved);
		late.pay_all();
		assert_eq!((credit(B), book().ahead, free()), (150, 0, 0));
	});
}

#[test]
fn a_note_within_the_window_is_always_covered() {
	build_and_execute(|| {
		let sold = ourledger_primitives::invoice::Sale {
			levies: bounded(vec![levy(LEVY_OUT, S15, 0)]),
			withholdings: bounded(vec![WITHHELD]),
			..sale(&[(S15, 1_000)])
		};
		let mut invoice = invoice(A, None, &sold);
		invoice.pay_all();
		assert_eq!((treasury(), free()), (210, 0));
		set_day(TODAY + 89);
		invoice.credit(&note(&[(S15, 1_000)]), 0);
		assert_eq!((credit(A), free()), (210, 0));
	});
}

#[test]
fn a_gift_is_free_at_once() {
	build_and_execute(|| {
		assert_ok!(Tax::give(signed(STRANGER), TOWN, MONEY, 70));
		let event =
			Event::GiftReceived { jurisdiction: TOWN, currency: MONEY, from: STRANGER, amount: 70 };
		assert_eq!(last_event(), Some(event));
		assert_eq!((free(), book().gifts), (70, 70));
		assert_ok!(sweep(70));
		assert_eq!(purse(MONEY, STRANGER), PURSE);
	});
}

#[test]
fn sweep_fails_when_it_may_not_be() {
	build_and_execute(|| {
		assert_ok!(Tax::give(signed(STRANGER), TOWN, MONEY, 70));
		assert_noop!(sweep(0), Error::<Test>::AmountZero);
		assert_noop!(sweep(71), Error::<Test>::TreasuryReserved);
		let by_other = Tax::sweep(by(A), TOWN, MONEY, 1, STRANGER);
		assert_eq!(by_other, Err(Error::<Test>::NotAuthority.into()));
		let elsewhere = Tax::sweep(authority(), 1, MONEY, 1, STRANGER);
		assert_eq!(elsewhere, Err(Error::<Test>::JurisdictionNotFound.into()));
		// It would be booked, and stay where it is.
		let to = |account| Tax::sweep(authority(), TOWN, MONEY, 1, account);
		assert_noop!(to(Tax::treasury_of(TOWN)), Error::<Test>::ToPot);
		// Nor does any other pot have it in its books.
		assert_noop!(to(Tax::treasury_of(TOWN + 1)), Error::<Test>::ToPot);
		assert_noop!(Tax::sweep(RuntimeOrigin::root(), TOWN, MONEY, 1, STRANGER), BadOrigin);
		let stranger = Tax::sweep(signed(STRANGER), TOWN, MONEY, 1, STRANGER);
		assert_eq!(stranger, Err(NOT_ACTING));
	});
}

#[test]
fn give_fails_when_there_is_nothing_to_give() {
	build_and_execute(|| {
		let give = |town, currency, amount| Tax::give(signed(STRANGER), town, currency, amount);
		assert_noop!(give(TOWN, MONEY, 0), Error::<Test>::AmountZero);
		assert_noop!(give(TOWN, FOREIGN_MONEY, 1), Error::<Test>::CurrencyNotAccepted);
		assert_noop!(give(TOWN, 9, 1), Error::<Test>::CurrencyNotAccepted);
		assert_noop!(give(1, MONEY, 1), Error::<Test>::JurisdictionNotFound);
		assert_noop!(give(TOWN, MONEY, PURSE + 1), TokenError::FundsUnavailable);
		assert_noop!(Tax::give(RuntimeOrigin::none(), TOWN, MONEY, 1), BadOrigin);
	});
}

#[test]
fn arrears_hold_back_no_sweep_and_settled_ones_do() {
	build_and_execute(|| {
		assert_ok!(Tax::give(signed(STRANGER), TOWN, MONEY, 1_000));
		deduct(B, REVERSE, 0);
		let mut invoice = invoice(A, B, &sale(&[(REVERSE, 100_000)]));
		let kept = invoice.escrow(100_000);
		set_money(controller(B), 0);
		invoice.release(kept);
		// However much is owed, nothing of it has to be there.
		assert_eq!((arrears(B), treasury(), free()), (20_000, 1_000, 1_000));
		assert!(book().uncredited.is_empty());
		set_day(TODAY + 31);
		assert_ok!(Tax::pay_arrears(by(C), TOWN, B, MONEY, 20_000));
		assert_eq!((treasury(), free()), (21_000, 1_000));
		assert_eq!(book().uncredited.into_inner(), [(OCTOBER + 1, 20_000)]);
		assert_ok!(sweep(1_000));
		// A note gives all of it back.
		invoice.credit(&note(&[(REVERSE, 100_000)]), 0);
		assert_eq!((credit(B), treasury()), (20_000, 20_000));
		assert_ok!(claim_refund(B, 20_000));
	});
}
