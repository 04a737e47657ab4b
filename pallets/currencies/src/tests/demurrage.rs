use crate::{
	mock::{Currencies, *},
	*,
};
use frame::testing_prelude::*;
use ourledger_primitives::money::LocalMoney;

const THREE_PERCENT_A_YEAR: u32 = 83;

fn charge(id: u32, account: AccountId) {
	assert_ok!(Currencies::charge(signed(DAVE), id, account));
}

/// What a balance comes to, worked out another way: day by day, without any index.
fn after(amount: f64, ppm: u32, days: u32) -> f64 {
	1.0 + (amount - 1.0) * (1.0 - f64::from(ppm) / 1e6).powi(days as i32)
}

#[test]
fn a_thousand_touches_or_none_give_the_same() {
	for ppm in [1, THREE_PERCENT_A_YEAR, 1_000, MAX_DEMURRAGE] {
		build_and_execute(|| {
			let id = currency(losing(ppm, PLAIN));
			for account in [ALICE, BOB, CAROL] {
				issue(id, account, 123_457);
			}
			for day in 0..400 {
				pass_days(1);
				charge(id, ALICE);
				if day % 7 == 0 {
					// In and out is a touch as well.
					assert_ok!(transfer(id, ALICE, CAROL, 1));
					assert_ok!(transfer(id, CAROL, ALICE, 1));
				}
				assert_eq!(balance(id, ALICE), balance(id, BOB), "day {day}");
				assert_eq!(balance(id, CAROL), balance(id, BOB), "day {day}");
				assert_eq!(stored(id, BOB), 123_457);
				assert_eq!(stored(id, ALICE), balance(id, ALICE));
			}
			let expected = after(123_457.0, ppm, 400);
			assert!((balance(id, BOB) as f64 - expected).abs() < 1.5, "{ppm}");
			for account in [ALICE, BOB, CAROL] {
				charge(id, account);
			}
			assert_eq!(stored(id, BOB), stored(id, ALICE));
			assert_eq!(supply(id), 3 * 123_457);
			assert_eq!(stored(id, pot(id)), supply(id) - 3 * stored(id, BOB));
		});
	}
}

#[test]
fn charge_moves_what_is_owed_into_the_pot() {
	build_and_execute(|| {
		let id = currency(losing(10_000, PLAIN));
		issue(id, ALICE, 1_001);
		charge(id, ALICE);
		assert_eq!(stored(id, pot(id)), 0);
		pass_days(1);
		assert_eq!((balance(id, ALICE), stored(id, ALICE)), (990, 1_001));
		charge(id, ALICE);
		let event = Event::DemurrageCharged { currency: id, account: ALICE, amount: 11 };
		assert_eq!(last_event(), Some(event));
		assert_eq!((stored(id, ALICE), stored(id, pot(id)), supply(id)), (990, 11, 1_001));
		System::reset_events();
		charge(id, ALICE);
		assert_eq!(events(), []);
		assert_noop!(Currencies::charge(signed(DAVE), 9, ALICE), Error::<Test>::CurrencyNotFound);
		assert_noop!(
			Currencies::charge(RuntimeOrigin::none(), id, ALICE),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn the_last_unit_and_pots_are_never_charged() {
	build_and_execute(|| {
		let id = currency(losing(MAX_DEMURRAGE, PLAIN));
		issue(id, ALICE, 1);
		issue(id, BOB, 1_000);
		pass_days(100);
		charge(id, BOB);
		let income = stored(id, pot(id));
		pass_days(10_000);
		for account in [ALICE, BOB, pot(id)] {
			charge(id, account);
		}
		assert_eq!((balance(id, ALICE), balance(id, BOB)), (1, 1));
		assert!(income > 0);
		assert_eq!(balance(id, pot(id)), 999);
	});
}

#[test]
fn nobody_has_an_entry_before_the_index_rises() {
	build_and_execute(|| {
		let id = currency(PLAIN);
		issue(id, ALICE, 1_000);
		issue(id, BOB, 1_000);
		assert_ok!(Currencies::amend(signed(ISSUER), id, losing(10_000, PLAIN)));
		pass_days(u32::from(NOTICE) + 1);
		assert_ok!(transfer(id, ALICE, CAROL, 10));
		assert_eq!(Holdings::<Test>::iter().count(), 0);
		assert_eq!((balance(id, ALICE), balance(id, BOB)), (990, 1_000));
		pass_days(1);
		// Who never moved and who moved before are charged the same.
		assert_eq!(balance(id, BOB), 990);
		assert_ok!(transfer(id, ALICE, CAROL, 1));
		assert_eq!(Holdings::<Test>::iter().count(), 2);
		issue(id, DAVE, 5);
		assert_eq!(Holdings::<Test>::iter().count(), 3);
		assert_ok!(transfer(id, DAVE, CAROL, 5));
		assert_eq!(Holdings::<Test>::iter().count(), 2);
	});
}

#[test]
fn payments_arrive_to_the_unit_on_any_day() {
	build_and_execute(|| {
		let id = currency(losing(777, PLAIN));
		issue(id, ALICE, 1_000_000);
		issue(id, BOB, 1_000);
		for day in 0..200 {
			pass_days(1);
			let (from, to) = (balance(id, ALICE), balance(id, BOB));
			assert_ok!(transfer(id, ALICE, BOB, 100));
			assert_eq!(balance(id, ALICE), from - 100, "day {day}");
			assert_eq!(balance(id, BOB), to + 100, "day {day}");
		}
		// All of it, and there is no entry left.
		let rest = balance(id, ALICE);
		assert_noop!(transfer(id, ALICE, BOB, rest + 1), Error::<Test>::BalanceTooLow);
		assert_ok!(transfer(id, ALICE, BOB, rest));
		assert_eq!((stored(id, ALICE), Holdings::<Test>::get(id, ALICE)), (0, None));
	});
}

#[test]
fn a_rate_changes_after_notice_and_stops_as_well() {
	build_and_execute(|| {
		let id = currency(losing(10_000, PLAIN));
		issue(id, ALICE, 10_001);
		assert_ok!(Currencies::amend(signed(ISSUER), id, losing(0, PLAIN)));
		pass_days(400);
		let expected = after(10_001.0, 10_000, u32::from(NOTICE) + 1);
		assert!((balance(id, ALICE) as f64 - expected).abs() < 1.5);
		let settled = balance(id, ALICE);
		assert_ok!(Currencies::amend(signed(ISSUER), id, losing(5_000, PLAIN)));
		assert_eq!(balance(id, ALICE), settled);
		pass_days(u32::from(NOTICE) + 2);
		let expected = after(settled as f64, 5_000, 1);
		assert!((balance(id, ALICE) as f64 - expected).abs() < 1.5);
	});
}

#[test]
fn an_amendment_of_something_else_leaves_the_schedule_alone() {
	build_and_execute(|| {
		let (id, same) = (currency(losing(500, PLAIN)), currency(losing(500, PLAIN)));
		for id in [id, same] {
			issue(id, ALICE, 1_000_000);
		}
		let terms = Terms { supply: Supply::Issued { cap: 5 }, ..losing(500, PLAIN) };
		for _ in 0..20 {
			assert_ok!(Currencies::amend(signed(ISSUER), id, terms));
			pass_days(12);
		}
		assert_eq!(balance(id, ALICE), balance(same, ALICE));
		let since = |id| crate::Currencies::<Test>::get(id).map(|currency| currency.since);
		assert_eq!(since(id), since(same));
	});
}

#[test]
fn what_a_pot_gives_back_is_charged_for_the_time_held() {
	build_and_execute(|| {
		let id = currency(losing(1_000, PLAIN));
		issue(id, ALICE, 100_000);
		issue(id, BOB, 100_000);
		issue(id, CAROL, 1);
		assert_ok!(Currencies::open_pot(&777));
		pass_days(50);
		assert_ok!(Currencies::pay(id, &ALICE, &777, 60_000));
		let kept = Currencies::keep(id, 60_000).expect("there is such a currency");
		pass_days(100);
		assert_eq!(balance(id, 777), 60_000);
		assert_ok!(Currencies::settle(id, &777, &ALICE, kept));
		// As if it had never been away, but for what rounding hides.
		assert!(balance(id, BOB).abs_diff(balance(id, ALICE)) <= 1);
		assert_eq!(balance(id, 777), 0);
		let charged: Balance = events()
			.iter()
			.filter_map(|event| match event {
				Event::DemurrageCharged { amount, .. } => Some(*amount),
				_ => None,
			})
			.sum();
		assert_eq!(charged, stored(id, pot(id)));
		charge(id, BOB);
		assert!(stored(id, ALICE).abs_diff(stored(id, BOB)) <= 1);
	});
}

#[test]
fn what_comes_back_to_an_empty_account_keeps_its_first_unit_from_then_on() {
	build_and_execute(|| {
		let id = currency(losing(10_000, PLAIN));
		issue(id, ALICE, 1_001);
		assert_ok!(Currencies::open_pot(&777));
		assert_ok!(Currencies::pay(id, &ALICE, &777, 1_001));
		let kept = Currencies::keep(id, 1_001).expect("there is such a currency");
		pass_days(1);
		assert_ok!(Currencies::settle(id, &777, &ALICE, kept));
		assert_eq!((balance(id, ALICE), stored(id, pot(id))), (990, 11));
		pass_days(10_000);
		assert_eq!(balance(id, ALICE), 1);
	});
}

#[test]
fn mutual_credit_loses_too_and_stays_worth_its_debts() {
	build_and_execute(|| {
		let id = currency(losing(5_000, MUTUAL));
		set_line(id, ALICE, 100_000);
		assert_ok!(transfer(id, ALICE, BOB, 50_000));
		pass_days(30);
		let rest = balance(id, BOB);
		assert!(rest < 50_000);
		assert_noop!(transfer(id, BOB, CAROL, rest + 1), Error::<Test>::BalanceTooLow);
		assert_ok!(transfer(id, BOB, CAROL, rest));
		assert_eq!((supply(id), debt(id, ALICE)), (50_000, 50_000));
		// A draw by somebody who has a little left.
		assert_ok!(transfer(id, CAROL, ALICE, 10));
		pass_days(10);
		assert_ok!(transfer(id, ALICE, CAROL, 1_000));
		assert_eq!(balance(id, ALICE), 0);
		assert_eq!(debt(id, ALICE), supply(id));
	});
}

#[test]
fn spend_pot_pays_what_demurrage_brought() {
	build_and_execute(|| {
		let id = currency(losing(10_000, PLAIN));
		issue(id, ALICE, 1_001);
		pass_days(1);
		charge(id, ALICE);
		let spend =
			|caller, to, amount| Currencies::spend_pot(signed(caller), id, to, amount, REFERENCE);
		assert_noop!(spend(ISSUER, BOB, 12), Error::<Test>::PotTooLow);
		assert_noop!(spend(ISSUER, BOB, 0), Error::<Test>::AmountZero);
		assert_noop!(spend(ISSUER, pot(id), 1), Error::<Test>::ToPot);
		assert_noop!(spend(ISSUER, NOBODY, 1), Error::<Test>::NoSuchAccount);
		assert_noop!(spend(ALICE, BOB, 1), Error::<Test>::NotIssuer);
		assert_noop!(spend(DAVE, BOB, 1), NOT_ACTING);
		assert_ok!(spend(ISSUER, BOB, 11));
		let event = Event::PotSpent { currency: id, to: BOB, amount: 11, reference: REFERENCE };
		assert_eq!(last_event(), Some(event));
		assert_eq!((balance(id, BOB), stored(id, pot(id))), (11, 0));
		let town = currency(closed(Terms { invoice_only: true, ..losing(10_000, PLAIN) }));
		admit(town, ALICE);
		issue(town, ALICE, 1_001);
		pass_days(1);
		charge(town, ALICE);
		let spend = |to| Currencies::spend_pot(signed(ISSUER), town, to, 1, REFERENCE);
		assert_noop!(spend(BOB), Error::<Test>::NotAdmitted);
		Businesses::set(vec![twin(ALICE)]);
		assert_noop!(spend(ALICE), Error::<Test>::InvoiceNeeded);
		assert_noop!(
			Currencies::spend_pot(RuntimeOrigin::none(), id, BOB, 1, REFERENCE),
			DispatchError::BadOrigin
		);
		assert_noop!(
			Currencies::spend_pot(signed(ISSUER), 9, BOB, 1, REFERENCE),
			Error::<Test>::CurrencyNotFound
		);
	});
}
