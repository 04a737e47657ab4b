//! `cancel`.

use crate::{mock::*, *};
use frame::{deps::sp_runtime::traits::BadOrigin, testing_prelude::*};
use ourledger_primitives::invoice::Settlement;

fn cancel(who: Sr25519Keyring) -> DispatchResult {
	Commerce::cancel(signed(who), SELLER, 1)
}

fn cancelled() -> Event<Test> {
	Event::InvoiceCancelled { invoice: invoice_id(1) }
}

#[test]
fn cancel_is_the_sellers_before_acceptance() {
	build_and_execute(|| {
		issue(1_000, Settlement::Direct);
		assert_noop!(cancel(Bob), Error::<Test>::NotSeller);
		assert_noop!(cancel(Charlie), Error::<Test>::NotSeller);
		assert_noop!(cancel(Dave), NOT_ACTING);
		assert_noop!(Commerce::cancel(RuntimeOrigin::root(), SELLER, 1), BadOrigin);
		assert_noop!(Commerce::cancel(signed(Alice), SELLER, 2), Error::<Test>::InvoiceNotFound);
		events();
		assert_ok!(cancel(Alice));
		assert_eq!(events(), [cancelled()]);
		assert_eq!(invoice(1).state, InvoiceState::Cancelled);
		assert_eq!(invoice(1).removal, Some(START + u32::from(RETENTION)));
		assert_noop!(cancel(Alice), Error::<Test>::NotOpen);
		assert_noop!(pay(Bob, 1, None), Error::<Test>::NotOpen);
		assert_noop!(Commerce::accept(signed(Bob), SELLER, 1), Error::<Test>::NotOpen);
	});
}

#[test]
fn cancel_needs_both_after_acceptance() {
	for (first, second, twin) in [(Alice, Bob, SELLER), (Bob, Alice, BUYER)] {
		build_and_execute(|| {
			issue(1_000, Settlement::Direct);
			accept(1);
			assert_noop!(cancel(Charlie), Error::<Test>::NotSeller);
			events();
			for _ in 0..2 {
				assert_ok!(cancel(first));
				let asked = Event::CancelRequested { invoice: invoice_id(1), by: twin };
				assert_eq!(events(), [asked]);
				assert_eq!(invoice(1).state, InvoiceState::Accepted);
			}
			assert_ok!(cancel(second));
			assert_eq!(events(), [cancelled()]);
			assert_eq!(invoice(1).cancel, None);
		});
	}
}

#[test]
fn cancel_returns_the_escrow() {
	build_and_execute(|| {
		issue(1_000, ESCROW);
		assert_ok!(pay(Bob, 1, None));
		assert_ok!(cancel(Alice));
		assert_eq!((money(Bob), in_escrow(), treasury()), (ENDOWMENT, 0, 0));
		// Only the removal is on the agenda.
		assert_eq!(Agenda::<Test>::iter().count(), 1);
	});
}

#[test]
fn cancel_needs_both_during_a_dispute() {
	build_and_execute(|| {
		issue(1_000, ESCROW);
		assert_ok!(pay(Bob, 1, None));
		assert_ok!(Commerce::dispute(signed(Bob), SELLER, 1, [1; 32]));
		assert_ok!(cancel(Alice));
		assert_eq!(in_escrow(), 1_150);
		assert_ok!(cancel(Bob));
		assert_eq!((money(Bob), in_escrow()), (ENDOWMENT, 0));
	});
}

#[test]
fn cancel_request_is_void_after_a_decision() {
	build_and_execute(|| {
		issue(1_000, ESCROW);
		assert_ok!(pay(Bob, 1, None));
		assert_ok!(Commerce::dispute(signed(Bob), SELLER, 1, [1; 32]));
		assert_ok!(cancel(Bob));
		assert_ok!(Commerce::resolve(signed(Charlie), SELLER, 1, 1_150, [2; 32]));
		accept(1);
		assert_ok!(cancel(Alice));
		assert_eq!(invoice(1).state, InvoiceState::Accepted);
	});
}

#[test]
fn cancel_fails_when_something_was_paid() {
	build_and_execute(|| {
		issue(1_000, Settlement::Direct);
		assert_ok!(pay(Bob, 1, Some(1)));
		assert_noop!(cancel(Alice), Error::<Test>::AlreadyPaid);
		accept(1);
		assert_noop!(cancel(Bob), Error::<Test>::AlreadyPaid);
	});
}

#[test]
fn cancel_request_lapses_with_any_later_act() {
	type Act = (&'static str, Settlement, fn() -> DispatchResult);
	let acts: [Act; 7] = [
		("pay", Settlement::Direct, || pay(Bob, 1, Some(1))),
		("escrow", ESCROW, || pay(Bob, 1, Some(1))),
		("deliver", ESCROW, || Commerce::deliver(signed(Alice), SELLER, 1)),
		("note", Settlement::Direct, || credit_note(1, 100)),
		("unpaid", Settlement::Direct, || {
			set_day(START + 30 + UNPAID + 1);
			Commerce::collect_unpaid(signed(Eve), SELLER, 1)
		}),
		("dispute", ESCROW, || Commerce::dispute(signed(Bob), SELLER, 1, [1; 32])),
		("withdraw", ESCROW, || Commerce::withdraw_cancel(signed(Alice), SELLER, 1)),
	];
	for (name, settlement, act) in acts {
		build_and_execute(|| {
			assert_ok!(issue_as(Some(BUYER), net(1_000), settlement, true));
			accept(1);
			if name == "dispute" {
				assert_ok!(pay(Bob, 1, Some(1)));
			}
			assert_ok!(cancel(Alice));
			assert_eq!(invoice(1).cancel, Some(SELLER));
			assert!(act().is_ok(), "{name}");
			assert_eq!(invoice(1).cancel, None, "{name}");
			// The buyer alone can't end it: it only asks, if it still can.
			let _ = cancel(Bob);
			assert_ne!(invoice(1).state, InvoiceState::Cancelled, "{name}");
		});
	}
}

#[test]
fn cancel_request_gives_no_delivered_goods_away() {
	build_and_execute(|| {
		assert_ok!(issue_as(Some(BUYER), net(1_000), ESCROW, true));
		accept(1);
		assert_ok!(cancel(Alice));
		assert_ok!(pay(Bob, 1, None));
		assert_ok!(Commerce::deliver(signed(Alice), SELLER, 1));
		assert_ok!(cancel(Bob));
		assert_eq!((invoice(1).state, in_escrow()), (InvoiceState::Accepted, 1_150));
	});
}

#[test]
fn withdraw_cancel_is_for_whoever_asked() {
	build_and_execute(|| {
		issue(1_000, Settlement::Direct);
		accept(1);
		let withdraw = |who| Commerce::withdraw_cancel(signed(who), SELLER, 1);
		assert_noop!(withdraw(Bob), Error::<Test>::NoCancelRequest);
		assert_ok!(cancel(Bob));
		assert_noop!(withdraw(Alice), Error::<Test>::NoCancelRequest);
		assert_noop!(withdraw(Dave), NOT_ACTING);
		assert_noop!(
			Commerce::withdraw_cancel(signed(Bob), SELLER, 2),
			Error::<Test>::InvoiceNotFound
		);
		assert_noop!(Commerce::withdraw_cancel(RuntimeOrigin::root(), SELLER, 1), BadOrigin);
		events();
		assert_ok!(withdraw(Bob));
		assert_eq!(events(), [Event::CancelWithdrawn { invoice: invoice_id(1), by: BUYER }]);
		assert_noop!(withdraw(Bob), Error::<Test>::NoCancelRequest);
		assert_ok!(cancel(Alice));
		assert_eq!(invoice(1).state, InvoiceState::Accepted);
	});
}
