use crate::{
	mock::{Currencies, *},
	*,
};
use frame::testing_prelude::*;
use pallet_asset_conversion::PoolLocator;

type Conversion = pallet_asset_conversion::Error<Test>;

fn pool_of(a: &CurrencyKind, b: &CurrencyKind) -> AccountId {
	Locator::pool_address(a, b).expect("they differ")
}

/// A pool of OUR and `id`, each 100,000, from BOB.
fn pool(id: u32) -> AccountId {
	assert_ok!(Currencies::create_pool(signed(CAROL), OUR, kind(id)));
	admit(id, BOB);
	match Currencies::currency(id).expect("it exists").terms.supply {
		Supply::Issued { .. } => issue(id, BOB, 1_000_000),
		Supply::MutualCredit => set_line(id, BOB, 1_000_000),
	}
	assert_ok!(add(BOB, OUR, kind(id), 100_000, 100_000));
	pool_of(&OUR, &kind(id))
}

fn add(
	who: AccountId,
	a: CurrencyKind,
	b: CurrencyKind,
	amount_a: Balance,
	amount_b: Balance,
) -> DispatchResult {
	Currencies::add_liquidity(signed(who), a, b, amount_a, amount_b, 1, 1)
}

fn swap(
	who: AccountId,
	path: &[CurrencyKind],
	amount_in: Balance,
	min_out: Balance,
) -> DispatchResult {
	Currencies::swap(signed(who), bounded(path.to_vec()), amount_in, min_out)
}

#[test]
fn create_pool_opens_a_pot() {
	build_and_execute(|| {
		let id = currency(closed(PLAIN));
		assert_ok!(Currencies::create_pool(signed(DAVE), kind(id), OUR));
		let account = pool_of(&OUR, &kind(id));
		let event = Event::PoolCreated { a: kind(id), b: OUR, account };
		assert_eq!(last_event(), Some(event));
		assert!(Pots::<Test>::contains_key(account));
		// The fee is all it costs.
		assert_eq!(free(DAVE), ENDOWMENT - POOL_FEE);
		assert_eq!(Balances::reserved_balance(DAVE), 0);
		assert_noop!(Currencies::create_pool(signed(DAVE), OUR, kind(id)), Conversion::PoolExists);
		assert_noop!(Currencies::create_pool(signed(DAVE), OUR, OUR), Conversion::InvalidAssetPair);
		assert_noop!(
			Currencies::create_pool(signed(DAVE), OUR, kind(9)),
			Error::<Test>::CurrencyNotFound
		);
		assert_noop!(
			Currencies::create_pool(RuntimeOrigin::none(), OUR, kind(id)),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn what_was_sent_to_a_pool_before_it_was_one_goes_to_the_pot() {
	build_and_execute(|| {
		let id = currency(losing(10_000, PLAIN));
		let account = pool_of(&OUR, &kind(id));
		assert_ok!(Balances::transfer_allow_death(signed(DAVE), account, 1_000));
		issue(id, account, 1_001);
		pass_days(1);
		assert_ok!(Currencies::create_pool(signed(CAROL), OUR, kind(id)));
		assert_eq!((stored(id, account), stored(id, pot(id))), (0, 1_001));
		assert_eq!(Holdings::<Test>::get(id, account), None);
	});
}

#[test]
fn nobody_sets_a_pools_first_price_before_it_is_one() {
	build_and_execute(|| {
		let (a, b) = (currency(PLAIN), currency(PLAIN));
		let account = pool_of(&kind(a), &kind(b));
		assert_ok!(Balances::transfer_allow_death(signed(DAVE), account, 1_000));
		issue(a, account, 1);
		issue(b, account, 1_000);
		for id in [a, b] {
			issue(id, ALICE, 10_001);
		}
		assert_ok!(Currencies::create_pool(signed(CAROL), kind(a), kind(b)));
		// One for one, as she says, not one for a thousand.
		assert_ok!(Currencies::add_liquidity(
			signed(ALICE),
			kind(a),
			kind(b),
			10_000,
			10_000,
			10_000,
			10_000
		));
		assert_eq!((balance(a, account), balance(b, account)), (10_000, 10_000));
	});
}

#[test]
fn swap_changes_one_into_the_other() {
	build_and_execute(|| {
		for terms in [PLAIN, closed(PLAIN), losing(5_000, PLAIN), MUTUAL, closed(MUTUAL)] {
			let id = currency(terms);
			let account = pool(id);
			admit(id, ALICE);
			pass_days(3);
			let our = free(ALICE);
			assert_ok!(swap(ALICE, &[OUR, kind(id)], 1_000, 900));
			let got = balance(id, ALICE);
			assert_eq!(got, 987);
			let path = bounded(vec![OUR, kind(id)]);
			let event = Event::Swapped { who: ALICE, path, amount_in: 1_000, amount_out: got };
			assert_eq!(last_event(), Some(event));
			assert_eq!((free(ALICE), free(account)), (our - 1_000, 101_000));
			assert_eq!(balance(id, account), 100_000 - got);

			// All of it, back.
			assert_ok!(swap(ALICE, &[kind(id), OUR], got, 0));
			assert_eq!(balance(id, ALICE), 0);
			assert_eq!(balance(id, account), 100_000);
			check_invariants();
		}
	});
}

#[test]
fn swap_for_gives_exactly_what_was_asked() {
	build_and_execute(|| {
		let id = currency(PLAIN);
		pool(id);
		let path = || bounded(vec![OUR, kind(id)]);
		assert_ok!(Currencies::swap_for(signed(ALICE), path(), 500, 600));
		assert_eq!(balance(id, ALICE), 500);
		let paid = ENDOWMENT - free(ALICE);
		let event = Event::Swapped { who: ALICE, path: path(), amount_in: paid, amount_out: 500 };
		assert_eq!(last_event(), Some(event));
		assert_noop!(
			Currencies::swap_for(signed(ALICE), path(), 500, 500),
			Conversion::ProvidedMaximumNotSufficientForSwap
		);
		assert_noop!(Currencies::swap_for(signed(ALICE), path(), 0, 500), Conversion::ZeroAmount);
		assert_noop!(
			Currencies::swap_for(RuntimeOrigin::none(), path(), 1, 1),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn swap_draws_on_a_credit_line() {
	build_and_execute(|| {
		let id = currency(MUTUAL);
		pool(id);
		set_line(id, ALICE, 500);
		assert_noop!(swap(ALICE, &[kind(id), OUR], 501, 0), Error::<Test>::BalanceTooLow);
		assert_ok!(swap(ALICE, &[kind(id), OUR], 500, 1));
		assert_eq!((debt(id, ALICE), balance(id, ALICE)), (500, 0));
		assert_eq!(supply(id), 100_501);
	});
}

#[test]
fn swap_is_for_those_who_may_use_every_currency_on_the_way() {
	build_and_execute(|| {
		let (town, open) = (currency(closed(PLAIN)), currency(PLAIN));
		pool(town);
		pool(open);
		assert_ok!(Currencies::create_pool(signed(CAROL), kind(town), kind(open)));
		assert_ok!(add(BOB, kind(town), kind(open), 100_000, 100_000));
		assert_noop!(swap(ALICE, &[OUR, kind(town)], 100, 1), Error::<Test>::NotAdmitted);
		assert_noop!(swap(ALICE, &[OUR, kind(town), kind(open)], 100, 1), Error::<Test>::NotMember);
		issue(open, ALICE, 1_000);
		assert_noop!(swap(ALICE, &[kind(open), kind(town), OUR], 100, 1), Error::<Test>::NotMember);
		admit(town, ALICE);
		assert_ok!(swap(ALICE, &[OUR, kind(town), kind(open)], 100, 1));
		assert_eq!(balance(town, ALICE), 0);
		assert_ok!(swap(ALICE, &[kind(open), kind(town), OUR], 100, 1));
		freeze(open, ALICE);
		assert_noop!(swap(ALICE, &[kind(open), OUR], 100, 1), Error::<Test>::AccountFrozen);
		assert_ok!(swap(ALICE, &[OUR, kind(open)], 100, 1));
	});
}

#[test]
fn swap_fails_when_it_makes_no_sense() {
	build_and_execute(|| {
		let (id, other) = (currency(PLAIN), currency(PLAIN));
		pool(id);
		assert_noop!(swap(ALICE, &[OUR], 1, 1), Conversion::InvalidPath);
		assert_noop!(swap(ALICE, &[], 1, 1), Conversion::InvalidPath);
		assert_noop!(swap(ALICE, &[OUR, kind(9)], 1, 1), Error::<Test>::CurrencyNotFound);
		assert_noop!(swap(ALICE, &[OUR, kind(other)], 1, 1), Conversion::PoolEmpty);
		assert_noop!(swap(ALICE, &[OUR, kind(id)], 0, 1), Conversion::ZeroAmount);
		assert_noop!(
			swap(ALICE, &[OUR, kind(id)], 100, 100),
			Conversion::ProvidedMinimumNotSufficientForSwap
		);
		assert_noop!(
			Currencies::swap(RuntimeOrigin::none(), bounded(vec![OUR, kind(id)]), 1, 1),
			DispatchError::BadOrigin
		);
		// Nobody who doesn't exist can receive: OUR are needed to swap, so there is no such caller.
		while System::inc_consumers(&DAVE).is_ok() {}
		assert_noop!(swap(DAVE, &[OUR, kind(id)], 100, 1), Error::<Test>::ReceiverCantHold);
	});
}

#[test]
fn liquidity_is_added_and_removed_by_oneself() {
	build_and_execute(|| {
		let id = currency(losing(1_000, PLAIN));
		let account = pool(id);
		issue(id, ALICE, 10_000);
		System::reset_events();
		assert_ok!(add(ALICE, kind(id), OUR, 5_000, 9_000));
		let event = Event::LiquidityAdded {
			who: ALICE,
			a: kind(id),
			b: OUR,
			amount_a: 5_000,
			amount_b: 5_000,
			shares: 5_000,
		};
		assert_eq!(last_event(), Some(event));
		assert_eq!((balance(id, ALICE), balance(id, account)), (5_000, 105_000));
		pass_days(100);
		// Pools lose nothing.
		assert_eq!(balance(id, account), 105_000);
		let out = Currencies::remove_liquidity(signed(ALICE), kind(id), OUR, 5_000, 1, 1);
		assert_ok!(out);
		let event = Event::LiquidityRemoved {
			who: ALICE,
			a: kind(id),
			b: OUR,
			amount_a: 5_000,
			amount_b: 5_000,
			shares: 5_000,
		};
		assert_eq!(last_event(), Some(event));
		assert_eq!(balance(id, account), 100_000);
		assert_eq!(free(ALICE), ENDOWMENT);
	});
}

#[test]
fn whoever_was_expelled_leaves_the_pool_with_everything() {
	build_and_execute(|| {
		let id = currency(closed(PLAIN));
		pool(id);
		admit(id, ALICE);
		issue(id, ALICE, 5_001);
		assert_ok!(add(ALICE, OUR, kind(id), 5_000, 5_000));
		assert_ok!(Currencies::expel(signed(ISSUER), id, twin(ALICE)));
		freeze(id, ALICE);
		assert_noop!(add(ALICE, OUR, kind(id), 1, 1), Error::<Test>::AccountFrozen);
		let leave = Currencies::remove_liquidity(signed(ALICE), OUR, kind(id), 5_000, 1, 1);
		assert_ok!(leave);
		assert_eq!(balance(id, ALICE), 5_001);
	});
}

#[test]
fn add_liquidity_fails_when_not_allowed() {
	build_and_execute(|| {
		let (id, town) = (currency(PLAIN), currency(closed(PLAIN)));
		pool(id);
		pool(town);
		assert_noop!(add(ALICE, OUR, kind(town), 500, 500), Error::<Test>::NotMember);
		assert_noop!(add(ALICE, OUR, kind(id), 500, 500), Error::<Test>::BalanceTooLow);
		assert_noop!(add(ALICE, OUR, kind(9), 500, 500), Error::<Test>::CurrencyNotFound);
		assert_noop!(add(ALICE, kind(id), kind(town), 5, 5), Conversion::PoolNotFound);
		assert_noop!(add(ALICE, OUR, kind(id), 0, 5), Conversion::WrongDesiredAmount);
		assert_noop!(add(ALICE, OUR, OUR, 5, 5), Conversion::InvalidAssetPair);
		let remove =
			|who, kind, shares| Currencies::remove_liquidity(signed(who), OUR, kind, shares, 1, 1);
		assert_noop!(remove(BOB, kind(9), 1), Error::<Test>::CurrencyNotFound);
		assert_noop!(remove(BOB, kind(id), 0), Conversion::ZeroLiquidity);
		assert_noop!(remove(ALICE, kind(id), 500), TokenError::FundsUnavailable);
		assert_noop!(
			Currencies::remove_liquidity(RuntimeOrigin::none(), OUR, kind(id), 1, 1, 1),
			DispatchError::BadOrigin
		);
		assert_noop!(
			Currencies::add_liquidity(RuntimeOrigin::none(), OUR, kind(id), 1, 1, 1, 1),
			DispatchError::BadOrigin
		);
	});
}

#[test]
fn a_fee_is_swapped_through_the_union() {
	use frame::traits::{
		fungibles::Balanced,
		tokens::{Fortitude::Polite, Precision::Exact, Preservation::Preserve},
	};
	use pallet_asset_conversion::SwapCredit;

	build_and_execute(|| {
		for terms in [PLAIN, closed(losing(2_000, PLAIN)), losing(2_000, MUTUAL)] {
			let id = currency(terms);
			pool(id);
			match terms.supply {
				Supply::MutualCredit => set_line(id, ALICE, 10_000),
				Supply::Issued { .. } => {
					admit(id, ALICE);
					issue(id, ALICE, 10_000)
				},
			}
			pass_days(5);
			// What `SwapAssetAdapter` does.
			let credit = Union::withdraw(kind(id), &ALICE, 600, Exact, Preserve, Polite);
			let path = vec![kind(id), OUR];
			let (fee, change) = <AssetConversion as SwapCredit<_>>::swap_tokens_for_exact_tokens(
				path,
				credit.expect("she can pay"),
				500,
			)
			.map_err(|(_, error)| error)
			.expect("the pool has enough");
			assert_eq!((fee.asset(), fee.peek()), (OUR, 500));
			assert!(Union::resolve(&ALICE, change).is_ok(), "change comes back");
			assert!(Union::resolve(&TREASURY, fee).is_ok(), "the treasury takes the fee");
			check_invariants();

			// A swap that fails gives the credit back.
			let credit = Union::withdraw(kind(id), &ALICE, 600, Exact, Preserve, Polite);
			let failed = <AssetConversion as SwapCredit<_>>::swap_tokens_for_exact_tokens(
				vec![kind(id), OUR],
				credit.expect("she can pay"),
				5_000,
			);
			let (credit, _) = failed.map(|_| ()).expect_err("600 don't buy 5,000");
			assert_eq!(credit.peek(), 600);
			assert!(Union::resolve(&ALICE, credit).is_ok(), "it comes back");
			check_invariants();
		}
	});
}
