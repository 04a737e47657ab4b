use crate::{
	mock::{Currencies, *},
	*,
};
use frame::testing_prelude::*;

fn discard(id: u32, account: AccountId) -> DispatchResult {
	Currencies::discard(signed(account), id)
}

#[test]
fn discard_moves_all_that_one_has_to_the_pot() {
	build_and_execute(|| {
		let id = currency(losing(10_000, PLAIN));
		issue(id, ALICE, 1_001);
		pass_days(1);
		assert_ok!(discard(id, ALICE));
		let charged = Event::DemurrageCharged { currency: id, account: ALICE, amount: 11 };
		let event = Event::Discarded { currency: id, from: ALICE, amount: 990 };
		assert_eq!(events()[events().len() - 2..], [charged, event]);
		assert_eq!((stored(id, ALICE), stored(id, pot(id)), supply(id)), (0, 1_001, 1_001));
		assert_eq!(Holdings::<Test>::get(id, ALICE), None);
		assert_noop!(discard(id, ALICE), Error::<Test>::AmountZero);
	});
}

#[test]
fn discard_frees_an_account_that_others_have_filled() {
	build_and_execute(|| {
		let wanted = currency(PLAIN);
		// As much dust as an account has room for: the mock has little.
		let mut dust = Vec::new();
		loop {
			let id = currency(PLAIN);
			if Currencies::issue(signed(ISSUER), id, DAVE, 1).is_err() {
				break;
			}
			dust.push(id);
		}
		let wants = || Currencies::issue(signed(ISSUER), wanted, DAVE, 100);
		assert_noop!(wants(), Error::<Test>::ReceiverCantHold);
		assert_ok!(discard(dust[0], DAVE));
		assert_ok!(wants());
	});
}

#[test]
fn discard_gives_away_the_dust_of_a_closed_mutual_credit() {
	build_and_execute(|| {
		let id = currency(closed(MUTUAL));
		for who in [ALICE, BOB] {
			admit(id, who);
		}
		set_line(id, ALICE, 100);
		assert_ok!(transfer(id, ALICE, BOB, 7));
		assert_ok!(Currencies::expel(signed(ISSUER), id, twin(BOB)));
		let deposit = held(MemberReason::get(), ISSUER);
		assert_noop!(Currencies::redeem(signed(BOB), id, 7, REFERENCE), Error::<Test>::WrongSupply);
		// Nothing is burned: it is still what the debts are worth.
		assert_ok!(discard(id, BOB));
		assert_eq!((supply(id), debt(id, ALICE), stored(id, pot(id))), (7, 7, 7));
		assert_eq!(Currencies::holding(id, BOB).member, None);
		assert_eq!(held(MemberReason::get(), ISSUER), deposit / 2);
	});
}

#[test]
fn discard_is_for_those_who_are_no_members_as_well() {
	build_and_execute(|| {
		let id = currency(PLAIN);
		issue(id, DAVE, 5);
		assert_ok!(Currencies::amend(signed(ISSUER), id, closed(PLAIN)));
		pass_days(u32::from(NOTICE) + 1);
		assert_ok!(discard(id, DAVE));
		assert_eq!((stored(id, DAVE), stored(id, pot(id))), (0, 5));
	});
}

#[test]
fn who_owes_repays_instead() {
	build_and_execute(|| {
		let id = currency(MUTUAL);
		set_line(id, ALICE, 100);
		assert_ok!(transfer(id, ALICE, BOB, 60));
		assert_ok!(transfer(id, BOB, ALICE, 20));
		assert_noop!(discard(id, ALICE), Error::<Test>::InDebt);
		// Which it always can, to the last unit.
		set_line(id, ALICE, 0);
		freeze(id, ALICE);
		assert_ok!(Currencies::repay(signed(ALICE), id, 20));
		assert_eq!((stored(id, ALICE), debt(id, ALICE)), (0, 40));
		// A line on which nothing is drawn is no debt.
		set_line(id, CAROL, 100);
		assert_ok!(transfer(id, BOB, CAROL, 10));
		assert_ok!(discard(id, CAROL));
		assert_eq!(Currencies::holding(id, CAROL).credit_limit, 100);
	});
}

#[test]
fn discard_fails_when_not_allowed() {
	build_and_execute(|| {
		let id = currency(PLAIN);
		issue(id, ALICE, 100);
		freeze(id, ALICE);
		assert_noop!(discard(id, ALICE), Error::<Test>::AccountFrozen);
		assert_noop!(discard(id, BOB), Error::<Test>::AmountZero);
		assert_noop!(discard(9, BOB), Error::<Test>::CurrencyNotFound);
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			assert_noop!(Currencies::discard(origin, id), DispatchError::BadOrigin);
		}
	});
}
