use crate::{
	mock::{Currencies, *},
	*,
};
use frame::{deps::sp_core::U256, testing_prelude::*};
use ourledger_primitives::money::{Kept, LocalMoney, Settled};

type Money = crate::Pallet<Test>;

/// A pot of another pallet, in which money waits.
const ESCROW: AccountId = STANDING;

fn keep(id: u32, from: AccountId, amount: Balance) -> Kept {
	assert_ok!(Money::pay(id, &from, &ESCROW, amount));
	Money::keep(id, amount).expect("there is such a currency")
}

fn settle(id: u32, owner: AccountId, kept: Kept) -> Result<Settled, DispatchError> {
	Money::settle(id, &ESCROW, &owner, kept)
}

fn repay(
	id: u32,
	from: AccountId,
	to: AccountId,
	amount: Balance,
) -> Result<Settled, DispatchError> {
	<Money as LocalMoney<_>>::repay(id, &from, &to, amount)
}

fn take(id: u32, owner: AccountId) -> DispatchResult {
	Currencies::take(signed(DAVE), id, owner)
}

fn place() -> AccountId {
	Money::set_aside_pot()
}

fn paid(paid: Balance, charged: Balance) -> Result<Settled, DispatchError> {
	Ok(Settled { paid, charged, set_aside: 0 })
}

fn aside(set_aside: Balance) -> Result<Settled, DispatchError> {
	Ok(Settled { set_aside, ..Default::default() })
}

/// A currency in which ALICE has 100,000 and loses 1 % a day, on its first day.
fn losing_town() -> u32 {
	let id = currency(losing(10_000, PLAIN));
	issue(id, ALICE, 100_000);
	id
}

#[test]
fn settle_pays_what_has_waited_less_its_demurrage() {
	build_and_execute(|| {
		let id = losing_town();
		let kept = keep(id, ALICE, 1_000);
		assert_eq!(kept, Kept { nominal: 1_000, units: U256::from(1_000) << 80 });
		pass_days(1);
		let has = balance(id, BOB);
		assert_eq!(settle(id, BOB, kept), paid(989, 11));
		assert_eq!(
			(has, balance(id, BOB), balance(id, ESCROW), stored(id, pot(id))),
			(0, 989, 0, 11)
		);
		let event = Event::DemurrageCharged { currency: id, account: BOB, amount: 11 };
		assert_eq!(last_event(), Some(event));

		// On the day on which it came there is nothing to charge.
		let kept = keep(id, ALICE, 1_000);
		assert_eq!(settle(id, BOB, kept), paid(1_000, 0));
		assert_eq!(balance(id, BOB), 1_989);
		assert_eq!(SetAside::<Test>::iter().count(), 0);
	});
}

#[test]
fn money_that_came_later_makes_nothing_younger() {
	build_and_execute(|| {
		let id = losing_town();
		let mut kept = keep(id, ALICE, 50_000);
		pass_days(365);
		issue(id, ALICE, 10_000);
		// One unit more, a year later, and all of it comes back.
		kept.add(keep(id, ALICE, 1));
		let left = (50_000.0 * 0.99f64.powi(365)).floor() as Balance + 1;
		assert_eq!(settle(id, ALICE, kept), paid(left, 50_001 - left));
	});
}

#[test]
fn parts_come_back_in_proportion() {
	build_and_execute(|| {
		let id = losing_town();
		let mut kept = keep(id, ALICE, 1_000);
		pass_days(10);
		kept.add(keep(id, ALICE, 1_000));
		pass_days(10);
		// (1,000 × 0.99²⁰ + 1,000 × 0.99¹⁰) ÷ 2,000 of each unit is left.
		let half = kept.split(1_000).expect("there is as much");
		assert_eq!(settle(id, BOB, half), paid(861, 139));
		assert_eq!(settle(id, BOB, kept), paid(861, 139));
		assert_eq!(balance(id, ESCROW), 0);
	});
}

#[test]
fn a_thousand_parts_gain_nothing_by_rounding() {
	build_and_execute(|| {
		let id = losing_town();
		let mut parts = keep(id, ALICE, 5_000);
		let whole = keep(id, ALICE, 5_000);
		pass_days(7);
		let mut came = 0;
		for _ in 0..1_000 {
			let part = parts.split(5).expect("there is as much");
			came += settle(id, BOB, part).expect("the pot has it").paid;
		}
		assert_eq!(parts, Kept::default());
		let at_once = settle(id, CAROL, whole).expect("the pot has it").paid;
		assert!(came <= at_once, "{came} of {at_once}");
	});
}

#[test]
fn settle_reaches_whoever_it_belongs_to() {
	build_and_execute(|| {
		let id = currency(PLAIN);
		for who in [ALICE, BOB] {
			admit(id, who);
		}
		issue(id, ALICE, 1_000);
		let kept = keep(id, ALICE, 100);
		assert_ok!(Currencies::amend(signed(ISSUER), id, closed(PLAIN)));
		pass_days(u32::from(NOTICE) + 1);
		assert_ok!(Currencies::expel(signed(ISSUER), id, twin(ALICE)));
		freeze(id, BOB);
		// Expelled, frozen, and no member since the currency has members.
		for who in [ALICE, BOB, CAROL] {
			let before = balance(id, who);
			let mut part = kept;
			let part = part.split(30).expect("there is as much");
			assert_eq!(settle(id, who, part), paid(30, 0));
			assert_eq!(balance(id, who), before + 30);
		}
		deactivate(BOB);
		let mut part = kept;
		assert_eq!(settle(id, BOB, part.split(10).expect("there is as much")), paid(10, 0));
	});
}

#[test]
fn what_an_account_cant_hold_is_set_aside() {
	build_and_execute(|| {
		let id = losing_town();
		let first = keep(id, ALICE, 1_000);
		fill(BOB);
		for who in [NOBODY, BOB] {
			assert_eq!(settle(id, who, first), aside(1_000));
			let Kept { nominal, units } = first;
			let event = Event::SetAside { currency: id, owner: who, nominal, units };
			assert_eq!(last_event(), Some(event));
			assert_eq!((stored(id, who), set_aside(id, who)), (0, 1_000));
			assert_ok!(Money::pay(id, &ALICE, &ESCROW, 1_000));
		}
		assert_eq!((stored(id, place()), SetAsideTotals::<Test>::get(id)), (2_000, 2_000));

		// More of it, on another day: each is charged for its own time.
		pass_days(10);
		assert_eq!(set_aside(id, NOBODY), 904);
		let second = Money::keep(id, 1_000).expect("there is such a currency");
		assert_eq!(settle(id, NOBODY, second), aside(1_000));
		let mut both = first;
		both.add(second);
		assert_eq!(SetAside::<Test>::get(id, NOBODY), Some(both));
		assert_eq!(set_aside(id, NOBODY), 1_904);
		let told = Some(SetAsideInfo { nominal: 2_000, payable: 1_904 });
		assert_eq!(Currencies::set_aside(id, NOBODY), told);
		assert_eq!(Currencies::set_aside(id, ALICE), None);
		assert_eq!(Currencies::set_aside(9, NOBODY), None);
		assert_eq!((stored(id, place()), SetAsideTotals::<Test>::get(id)), (3_000, 3_000));
		// It loses nothing itself, and nothing was made of it.
		assert_eq!(supply(id), 100_000);
	});
}

#[test]
fn what_is_worth_nothing_any_more_needs_no_account() {
	build_and_execute(|| {
		let id = losing_town();
		let kept = keep(id, ALICE, 1);
		pass_days(1);
		assert_eq!(settle(id, NOBODY, kept), paid(0, 1));
		assert_eq!((SetAside::<Test>::get(id, NOBODY), stored(id, pot(id))), (None, 1));
		assert!(Assets::balance(id, NOBODY) == 0);
	});
}

#[test]
fn settle_fails_only_for_a_bug() {
	build_and_execute(|| {
		let id = losing_town();
		let kept = keep(id, ALICE, 1_000);
		let none = Kept::default();
		assert_noop!(Money::settle(id, &ALICE, &BOB, kept), DispatchError::Unavailable);
		assert_noop!(settle(9, BOB, kept), Error::<Test>::CurrencyNotFound);
		let more = Kept { nominal: 1_001, ..kept };
		for who in [BOB, NOBODY] {
			assert_noop!(settle(id, who, more), Error::<Test>::PotTooLow);
		}
		// Of nothing, nothing.
		assert_eq!(Money::settle(9, &ALICE, &NOBODY, none), Ok(Settled::default()));
		assert_eq!(Money::keep(9, 0), Ok(none));
		assert_noop!(Money::keep(9, 1), Error::<Test>::CurrencyNotFound);
	});
}

#[test]
fn pots_are_paid_the_nominal() {
	build_and_execute(|| {
		let id = losing_town();
		let kept = keep(id, ALICE, 1_000);
		pass_days(100);
		assert_ok!(Money::open_pot(&777));
		assert_eq!(settle(id, 777, kept), paid(1_000, 0));
		assert_eq!((balance(id, 777), stored(id, pot(id))), (1_000, 0));
		// Itself, too: then nothing moves.
		assert_eq!(Money::settle(id, &777, &777, kept), paid(1_000, 0));
		assert_eq!(balance(id, 777), 1_000);
	});
}

#[test]
fn take_pays_the_owner_whoever_calls() {
	build_and_execute(|| {
		let id = losing_town();
		let kept = keep(id, ALICE, 1_000);
		assert_ok!(settle(id, NOBODY, kept));
		pass_days(1);
		assert_noop!(take(id, NOBODY), Error::<Test>::NoSuchAccount);
		appear(NOBODY);
		fill(NOBODY);
		assert_noop!(take(id, NOBODY), Error::<Test>::ReceiverCantHold);
		System::dec_consumers(&NOBODY);
		System::dec_consumers(&NOBODY);
		assert_ok!(take(id, NOBODY));
		let (nominal, charge) = (1_000, 11);
		let event = Event::Taken { currency: id, owner: NOBODY, nominal, charge };
		assert_eq!(last_event(), Some(event));
		assert_eq!((balance(id, NOBODY), balance(id, DAVE), stored(id, pot(id))), (989, 0, 11));
		assert_eq!((stored(id, place()), SetAsideTotals::<Test>::get(id)), (0, 0));
		assert!(!SetAsideTotals::<Test>::contains_key(id));
		assert_noop!(take(id, NOBODY), Error::<Test>::NothingSetAside);
		assert_noop!(take(9, NOBODY), Error::<Test>::CurrencyNotFound);
		for origin in [RuntimeOrigin::none(), RuntimeOrigin::root()] {
			assert_noop!(Currencies::take(origin, id, NOBODY), DispatchError::BadOrigin);
		}
	});
}

#[test]
fn take_reaches_the_frozen_and_whoever_is_no_member() {
	build_and_execute(|| {
		let id = currency(closed(PLAIN));
		admit(id, ALICE);
		issue(id, ALICE, 100);
		let kept = keep(id, ALICE, 100);
		fill(CAROL);
		assert_ok!(settle(id, CAROL, kept));
		System::dec_consumers(&CAROL);
		System::dec_consumers(&CAROL);
		freeze(id, CAROL);
		assert_ok!(take(id, CAROL));
		assert_eq!((balance(id, CAROL), balance(id, ALICE)), (100, 0));
	});
}

#[test]
fn take_clears_away_what_is_worth_nothing_any_more() {
	build_and_execute(|| {
		let id = losing_town();
		let kept = keep(id, ALICE, 2);
		assert_ok!(settle(id, NOBODY, kept));
		pass_days(100);
		assert_eq!(set_aside(id, NOBODY), 0);
		// Whether the owner is there or not.
		assert_ok!(take(id, NOBODY));
		let (nominal, charge) = (2, 2);
		let event = Event::Taken { currency: id, owner: NOBODY, nominal, charge };
		assert_eq!(last_event(), Some(event));
		assert_eq!((stored(id, pot(id)), SetAside::<Test>::get(id, NOBODY)), (2, None));
	});
}

#[test]
fn repay_follows_the_payers_rules_and_none_of_the_owners() {
	build_and_execute(|| {
		let id = currency(closed(PLAIN));
		for who in [ALICE, BOB] {
			admit(id, who);
		}
		issue(id, ALICE, 100);
		assert_ok!(Currencies::expel(signed(ISSUER), id, twin(BOB)));
		freeze(id, BOB);
		for who in [BOB, CAROL, DAVE] {
			assert_eq!(repay(id, ALICE, who, 10), paid(10, 0));
			assert_eq!(balance(id, who), 10);
		}
		assert_eq!(repay(id, ALICE, ALICE, 70), paid(70, 0));
		assert_eq!(balance(id, ALICE), 70);
		assert_eq!(repay(9, ALICE, BOB, 0), Ok(Settled::default()));
		for who in [ALICE, CAROL, NOBODY] {
			assert_noop!(repay(id, ALICE, who, 71), Error::<Test>::BalanceTooLow);
		}
		assert_noop!(repay(9, ALICE, BOB, 1), Error::<Test>::CurrencyNotFound);
		assert_noop!(repay(id, CAROL, ALICE, 1), Error::<Test>::NotMember);
		freeze(id, ALICE);
		for who in [CAROL, NOBODY] {
			assert_noop!(repay(id, ALICE, who, 1), Error::<Test>::AccountFrozen);
		}
	});
}

#[test]
fn repay_sets_aside_what_the_owner_cant_hold() {
	build_and_execute(|| {
		let id = losing_town();
		pass_days(10);
		let has = balance(id, ALICE);
		assert_eq!(repay(id, ALICE, NOBODY, 1_000), aside(1_000));
		assert_eq!((balance(id, ALICE), set_aside(id, NOBODY)), (has - 1_000, 1_000));
		assert_eq!(stored(id, place()), 1_000);
		// It is charged from the day on which it was repaid.
		assert_eq!(SetAside::<Test>::get(id, NOBODY), Money::keep(id, 1_000).ok());
	});
}

#[test]
fn repay_draws_on_a_credit_line_whether_it_arrives_or_not() {
	build_and_execute(|| {
		let id = currency(MUTUAL);
		set_line(id, ALICE, 100);
		assert_eq!(repay(id, ALICE, BOB, 40), paid(40, 0));
		assert_eq!(repay(id, ALICE, NOBODY, 60), aside(60));
		assert_eq!((debt(id, ALICE), supply(id), balance(id, ALICE)), (100, 100, 0));
		assert_noop!(repay(id, ALICE, NOBODY, 1), Error::<Test>::BalanceTooLow);
	});
}

#[test]
fn repay_of_its_last_forgets_an_expelled_member() {
	build_and_execute(|| {
		let id = currency(closed(MUTUAL));
		for who in [ALICE, BOB] {
			admit(id, who);
		}
		set_line(id, BOB, 100);
		assert_ok!(transfer(id, BOB, ALICE, 60));
		assert_ok!(Currencies::expel(signed(ISSUER), id, twin(ALICE)));
		assert_eq!(repay(id, ALICE, NOBODY, 60), aside(60));
		assert_eq!(Currencies::holding(id, ALICE).member, None);
	});
}

#[test]
fn nobody_pays_into_what_is_set_aside() {
	use frame::traits::fungibles::{Mutate, Unbalanced};
	build_and_execute(|| {
		let id = losing_town();
		let to_pot = || Error::<Test>::ToPot;
		assert_noop!(transfer(id, ALICE, place(), 1), to_pot());
		assert_noop!(Currencies::issue(signed(ISSUER), id, place(), 1), to_pot());
		// Nor do other pallets, which may pay any other pot.
		assert_noop!(Money::pay(id, &ALICE, &place(), 1), to_pot());
		assert_noop!(Money::pay_parts(id, &ALICE, &[(BOB, 1), (place(), 1)]), to_pot());
		assert_noop!(Money::mint_into(id, &place(), 1), to_pot());
		let (exact, place) = (Precision::Exact, place());
		assert_noop!(Money::increase_balance(id, &place, 1, exact), to_pot());
	});
}
