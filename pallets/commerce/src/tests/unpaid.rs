//! `collect_unpaid`.

use crate::{mock::*, *};
use frame::{deps::sp_runtime::traits::BadOrigin, testing_prelude::*};
use ourledger_primitives::invoice::Settlement;

fn collect() -> DispatchResult {
	Commerce::collect_unpaid(signed(Eve), SELLER, 1)
}

#[test]
fn collect_unpaid_takes_the_sellers_tax() {
	build_and_execute(|| {
		Credits::insert((MONEY, SELLER), 30);
		issue(1_000, Settlement::Direct);
		accept(1);
		events();
		set_day(START + 30 + UNPAID + 1);
		assert_ok!(collect());
		assert_eq!(events(), [Event::UnpaidTaxCollected { invoice: invoice_id(1), amount: 150 }]);
		assert_eq!((money(Alice), treasury(), credit_of(SELLER)), (ENDOWMENT - 120, 120, 0));
		assert_noop!(collect(), Error::<Test>::AlreadyPaid);

		// When the buyer pays at last, no more tax is taken, and it is credited.
		assert_ok!(pay(Bob, 1, None));
		assert_eq!((money(Alice), treasury()), (ENDOWMENT - 120 + 1_150, 120));
		assert_eq!(credit_of(BUYER), 150);
		assert_noop!(collect(), Error::<Test>::NotOpen);
	});
}

#[test]
fn collect_unpaid_takes_what_parts_have_left() {
	build_and_execute(|| {
		CorrectionDays::set(CORRECTION + 1);
		issue(1_000, Settlement::Direct);
		accept(1);
		assert_ok!(pay(Bob, 1, Some(460)));
		set_day(START + 30 + UNPAID + 1);
		assert_ok!(collect());
		assert_eq!(treasury(), 150);
		// A note within the correction gives it back, where a cancellation wouldn't.
		assert_ok!(credit_note(1, 600));
		assert_eq!(credit_of(SELLER), 90);
		assert_eq!(invoice(1).state, InvoiceState::Closed(START + 91));
	});
}

#[test]
fn collect_unpaid_fails_before_its_time() {
	build_and_execute(|| {
		issue(1_000, Settlement::Direct);
		set_day(START + 30 + UNPAID + 1);
		assert_noop!(collect(), Error::<Test>::NotOpen);
		accept(1);
		set_day(START + 30 + UNPAID);
		assert_noop!(collect(), Error::<Test>::NotDue);
		assert_noop!(
			Commerce::collect_unpaid(signed(Eve), SELLER, 2),
			Error::<Test>::InvoiceNotFound
		);
		assert_noop!(Commerce::collect_unpaid(RuntimeOrigin::root(), SELLER, 1), BadOrigin);
	});
}

#[test]
fn collect_unpaid_spares_what_waits_in_escrow() {
	build_and_execute(|| {
		issue(1_000, Settlement::Escrow { arbiter: ARBITER, days: 365 });
		accept(1);
		assert_ok!(pay(Bob, 1, Some(1_149)));
		set_day(START + 30 + UNPAID + 1);
		hypothetically!({
			assert_ok!(pay(Bob, 1, None));
			assert_noop!(collect(), Error::<Test>::AlreadyPaid);
		});
		assert_ok!(collect());
		assert_eq!((treasury(), in_escrow()), (150, 1_149));
		// Whoever has paid tax needs a credit note, and can't cancel by mistake.
		assert_noop!(Commerce::cancel(signed(Alice), SELLER, 1), Error::<Test>::AlreadyPaid);
	});
}
