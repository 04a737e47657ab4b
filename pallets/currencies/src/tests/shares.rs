//! Shares are ids of pallet-assets as currencies are, and no money: nothing here moves them.

use crate::{
	mock::{Currencies, *},
	*,
};
use frame::{
	deps::frame_support::storage::with_storage_layer,
	testing_prelude::*,
	traits::{
		fungibles::{Balanced, Create, Inspect, Mutate, Refund, Unbalanced},
		tokens::{
			DepositConsequence, Fortitude::Polite, Precision::*, Preservation::*, Provenance::*,
			WithdrawConsequence,
		},
		AccountTouch,
	},
};
use ourledger_primitives::money::{CurrencyId, CurrencyPolicy, Kept, LocalMoney, FIRST_SHARE};
use pallet_asset_conversion::MutateLiquidity;

type Adapter = crate::Pallet<Test>;

/// The last id that a currency could have, the first of shares, and the last of all.
const IDS: [CurrencyId; 3] = [FIRST_SHARE - 1, FIRST_SHARE, CurrencyId::MAX];

const NO_CURRENCY: Error<Test> = Error::CurrencyNotFound;

/// Run `test` with each of [`IDS`], an asset as shares are and no currency: sufficient, with a least
/// balance of 1. ALICE, BOB and a pot have 1,000 each, also afterwards.
fn with_shares(test: impl Fn(CurrencyId)) {
	let holders = [ALICE, BOB, STANDING];
	for id in IDS {
		build_and_execute(|| {
			assert_ok!(<Assets as Create<_>>::create(id, STANDING, true, 1));
			for who in holders {
				assert_ok!(<Assets as Mutate<_>>::mint_into(id, &who, 1_000));
			}
			test(id);
			assert_eq!(holders.map(|who| stored(id, who)), [1_000; 3]);
			assert_eq!(supply(id), 3_000);
		});
	}
}

fn assert_refused<const N: usize>(attempts: [DispatchResult; N]) {
	for (place, attempt) in attempts.into_iter().enumerate() {
		assert_eq!(attempt, Err(NO_CURRENCY.into()), "attempt {place}");
	}
}

#[test]
fn no_call_takes_shares_for_money() {
	with_shares(|id| {
		let money = currency(PLAIN);
		issue(money, ALICE, 1_000);
		assert_ok!(Currencies::create_pool(signed(DAVE), OUR, kind(money)));
		let (alice, issuer) = (|| signed(ALICE), || signed(ISSUER));
		let swaps = [
			vec![kind(id), OUR],
			vec![OUR, kind(id)],
			vec![kind(money), kind(id)],
			vec![OUR, kind(money), kind(id)],
			vec![OUR, kind(id), kind(money)],
		];
		for path in swaps {
			let path = || bounded(path.clone());
			assert_noop!(Currencies::swap(alice(), path(), 10, 0), NO_CURRENCY);
			assert_noop!(Currencies::swap_for(alice(), path(), 10, 100), NO_CURRENCY);
		}
		for (a, b) in [(OUR, kind(id)), (kind(id), OUR), (kind(money), kind(id))] {
			let (a, b) = (|| a.clone(), || b.clone());
			assert_noop!(Currencies::create_pool(alice(), a(), b()), NO_CURRENCY);
			let add = Currencies::add_liquidity(alice(), a(), b(), 500, 500, 1, 1);
			assert_noop!(add, NO_CURRENCY);
			let remove = Currencies::remove_liquidity(alice(), a(), b(), 1, 1, 1);
			assert_noop!(remove, NO_CURRENCY);
		}
		let attempts = [
			Currencies::amend(issuer(), id, PLAIN),
			Currencies::admit(issuer(), id, twin(ALICE)),
			Currencies::expel(issuer(), id, twin(ALICE)),
			Currencies::issue(issuer(), id, ALICE, 1),
			Currencies::redeem(alice(), id, 1, REFERENCE),
			transfer(id, ALICE, BOB, 1),
			Currencies::set_credit_line(issuer(), id, twin(ALICE), 1),
			Currencies::repay(alice(), id, 1),
			Currencies::write_off(issuer(), id, twin(ALICE), 1),
			Currencies::freeze(signed(AUTHORITY), id, ALICE, REFERENCE, 50),
			Currencies::charge(alice(), id, BOB),
			Currencies::spend_pot(issuer(), id, BOB, 1, REFERENCE),
			Currencies::take(alice(), id, ALICE),
			Currencies::discard(alice(), id),
		];
		assert_refused(attempts);
		let unfreeze = Currencies::unfreeze(signed(AUTHORITY), id, ALICE);
		assert_noop!(unfreeze, Error::<Test>::NotFrozen);
		let nothing = Currencies::holding(id, ALICE);
		assert_eq!((nothing.balance, nothing.spendable, nothing.may_receive), (0, 0, false));
		assert_eq!(Currencies::currency(id), None);
	});
}

#[test]
fn no_door_takes_shares_for_money() {
	with_shares(|id| {
		let withdraw = || -> Result<Balance, DispatchError> {
			let credit = Union::withdraw(kind(id), &ALICE, 1, Exact, Preserve, Polite)?;
			Ok(credit.peek())
		};
		// As a fee is.
		assert_noop!(withdraw(), NO_CURRENCY);
		let deposit = || -> Result<Balance, DispatchError> {
			let debt = Union::deposit(kind(id), &ALICE, 1, Exact)?;
			Ok(debt.peek())
		};
		assert_noop!(deposit(), NO_CURRENCY);
		assert!(!Union::asset_exists(kind(id)));
		assert_eq!(Union::balance(kind(id), &ALICE), 0);
		assert_eq!(Union::total_balance(kind(id), &ALICE), 0);
		assert_eq!(Union::reducible_balance(kind(id), &ALICE, Expendable, Polite), 0);
		let withdrawn = Union::can_withdraw(kind(id), &ALICE, 1);
		assert_eq!(withdrawn, WithdrawConsequence::UnknownAsset);
		for provenance in [Extant, Minted] {
			let deposited = Union::can_deposit(kind(id), &ALICE, 1, provenance);
			assert_eq!(deposited, DepositConsequence::UnknownAsset);
		}
		for (from, amount) in [(ALICE, 0), (ALICE, 1), (STANDING, 1)] {
			let sent = Union::transfer(kind(id), &from, &BOB, amount, Expendable);
			assert_noop!(sent, NO_CURRENCY);
		}
		assert_noop!(Union::mint_into(kind(id), &ALICE, 1), NO_CURRENCY);
		let burnt = Union::burn_from(kind(id), &ALICE, 1, Expendable, Exact, Polite);
		assert_noop!(burnt, NO_CURRENCY);
		let taken = Adapter::decrease_balance(id, &ALICE, 1, BestEffort, Expendable, Polite);
		assert_noop!(taken, NO_CURRENCY);
		assert_noop!(Adapter::increase_balance(id, &ALICE, 1, BestEffort), NO_CURRENCY);
		assert_eq!(<Adapter as Balanced<_>>::issue(id, 1).peek(), 0);
		assert_eq!(Adapter::rescind(id, 1).peek(), 0);
		assert_noop!(Adapter::touch(id, &DAVE, &ALICE), NO_CURRENCY);
		assert_noop!(Adapter::refund(id, ALICE), NO_CURRENCY);
	});
}

/// Conversion refuses it by itself, too, without the calls of this pallet.
#[test]
fn conversion_makes_no_pool_of_shares() {
	with_shares(|id| {
		// In a layer, since it takes its fee first.
		let create = |a: CurrencyKind, b: CurrencyKind| {
			with_storage_layer(|| {
				<AssetConversion as MutateLiquidity<_>>::create_pool(&ALICE, a, b)
			})
		};
		assert_noop!(create(OUR, kind(id)), NO_CURRENCY);
		let money = currency(PLAIN);
		assert_noop!(create(kind(money), kind(id)), NO_CURRENCY);
	});
}

#[test]
fn no_pallet_pays_in_shares() {
	with_shares(|id| {
		let kept = Kept { nominal: 1, units: 1u128.into() };
		let attempts = [
			Adapter::pay(id, &ALICE, &BOB, 1),
			Adapter::pay_parts(id, &ALICE, &[(BOB, 1)]),
			Adapter::pay_demurrage(id, &ALICE, &BOB, 1),
			Adapter::collect(id, &ALICE, &STANDING, 1),
			<Adapter as LocalMoney<_>>::settle(id, &STANDING, &BOB, kept).map(|_| ()),
			<Adapter as LocalMoney<_>>::repay(id, &ALICE, &BOB, 1).map(|_| ()),
			Adapter::keep(id, 1).map(|_| ()),
			Adapter::kept_since(id, &[(1, DAY_ONE)]).map(|_| ()),
			Adapter::demurrage(id, &kept).map(|_| ()),
		];
		assert_refused(attempts);
		assert!(!Adapter::exists(id) && !Adapter::is_plain(id) && !Adapter::admits(id, &ALICE));
		assert_eq!(<Adapter as LocalMoney<_>>::decimals(id), None);
		assert_eq!(<Adapter as LocalMoney<_>>::balance(id, &ALICE), 0);
		assert_eq!(<Adapter as CurrencyPolicy<_>>::pot_of(id), None);
	});
}
