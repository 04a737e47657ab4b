//! Exchange, by pallet-asset-conversion: always with oneself.

use crate::{ledger::Ledger, *};
use frame::{
	prelude::*,
	traits::fungible::{Inspect, NativeOrWithId},
};
use ourledger_primitives::{money::LocalMoney, Balance};
use pallet_asset_conversion::{AddLiquidityAsset, MutateLiquidity, PoolLocator, Swap};

/// What goes into a pool, of one of its two currencies.
pub(crate) struct Side {
	pub kind: CurrencyKind,
	/// The most.
	pub amount: Balance,
	/// The least.
	pub min: Balance,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_swap(
		who: T::AccountId,
		path: SwapPath,
		amount_in: Balance,
		min_out: Balance,
	) -> DispatchResult {
		Self::ensure_may_exchange(&who, &path)?;
		let amount_out = <T::Conversion as Swap<_>>::swap_exact_tokens_for_tokens(
			who.clone(),
			path.to_vec(),
			amount_in,
			(min_out > 0).then_some(min_out),
			who.clone(),
			Self::keeps_alive(&path),
		)?;
		Self::deposit_event(Event::Swapped { who, path, amount_in, amount_out });
		Ok(())
	}

	pub(crate) fn do_swap_for(
		who: T::AccountId,
		path: SwapPath,
		amount_out: Balance,
		max_in: Balance,
	) -> DispatchResult {
		Self::ensure_may_exchange(&who, &path)?;
		let amount_in = <T::Conversion as Swap<_>>::swap_tokens_for_exact_tokens(
			who.clone(),
			path.to_vec(),
			amount_out,
			Some(max_in),
			who.clone(),
			Self::keeps_alive(&path),
		)?;
		Self::deposit_event(Event::Swapped { who, path, amount_in, amount_out });
		Ok(())
	}

	pub(crate) fn do_create_pool(
		who: T::AccountId,
		a: CurrencyKind,
		b: CurrencyKind,
	) -> DispatchResult {
		// A pair that has no account is refused by conversion, in its own words.
		let account = T::PoolLocator::pool_address(&a, &b).ok();
		let ledgers = [Self::ledger_of(&a)?, Self::ledger_of(&b)?];
		if let Some(account) = account.as_ref().filter(|account| !Self::is_pot(account)) {
			// Whatever somebody sent there before would else set the pool's first price.
			ledgers.iter().flatten().try_for_each(|ledger| ledger.clear(account))?;
			// First, so that the account exists, and nobody has to pay for its entries.
			Self::open_pot(account)?;
		}
		T::Conversion::create_pool(&who, a.clone(), b.clone())?;
		let account = account.ok_or(DispatchError::Corruption)?;
		Self::deposit_event(Event::PoolCreated { a, b, account });
		Ok(())
	}

	pub(crate) fn do_add_liquidity(who: T::AccountId, a: Side, b: Side) -> DispatchResult {
		let before = Self::reserves(&a.kind, &b.kind)?;
		let asset = |side: &Side| AddLiquidityAsset {
			asset: side.kind.clone(),
			amount_desired: side.amount,
			amount_min: side.min,
		};
		let shares = T::Conversion::add_liquidity(&who, asset(&a), asset(&b), &who)?;
		let after = Self::reserves(&a.kind, &b.kind)?;

		let amount_a = after.0.saturating_sub(before.0);
		let amount_b = after.1.saturating_sub(before.1);
		let (a, b) = (a.kind, b.kind);
		Self::deposit_event(Event::LiquidityAdded { who, a, b, amount_a, amount_b, shares });
		Ok(())
	}

	pub(crate) fn do_remove_liquidity(
		who: T::AccountId,
		a: CurrencyKind,
		b: CurrencyKind,
		shares: Balance,
		min_a: Balance,
		min_b: Balance,
	) -> DispatchResult {
		Self::ledger_of(&a)?;
		Self::ledger_of(&b)?;
		let (amount_a, amount_b) = T::Conversion::remove_liquidity(
			&who,
			a.clone(),
			b.clone(),
			shares,
			min_a,
			min_b,
			&who,
		)?;
		Self::deposit_event(Event::LiquidityRemoved { who, a, b, amount_a, amount_b, shares });
		Ok(())
	}

	/// Who swaps is admitted to all currencies on the way, also where only pools touch them.
	fn ensure_may_exchange(who: &T::AccountId, path: &[CurrencyKind]) -> DispatchResult {
		let last = path.len().saturating_sub(1);
		for (place, kind) in path.iter().enumerate() {
			let Some(ledger) = Self::ledger_of(kind)? else { continue };
			match place {
				0 => ledger.ensure_may_pay(who)?,
				// Conversion drops the reason why somebody can't receive.
				_ if place == last => {
					ledger.ensure_may_receive(who)?;
					ledger.ensure_can_hold(who, ledger.balance(who))?;
				},
				_ => ensure!(ledger.admits(who), Error::<T>::NotMember),
			}
		}
		Ok(())
	}

	/// OUR keeps accounts alive, local currencies don't: of them all may be swapped.
	fn keeps_alive(path: &[CurrencyKind]) -> bool {
		path.first() == Some(&NativeOrWithId::Native)
	}

	/// The ledger of a local currency; none for OUR.
	fn ledger_of(kind: &CurrencyKind) -> Result<Option<Ledger<T>>, DispatchError> {
		match kind {
			NativeOrWithId::Native => Ok(None),
			NativeOrWithId::WithId(currency) => Ledger::<T>::of(*currency).map(Some),
		}
	}

	/// What the pool of two currencies has of each. Nothing, of a pair that has no pool.
	fn reserves(a: &CurrencyKind, b: &CurrencyKind) -> Result<(Balance, Balance), DispatchError> {
		let pool = T::PoolLocator::pool_address(a, b).ok();
		let reserve = |kind| -> Result<Balance, DispatchError> {
			let ledger = Self::ledger_of(kind)?;
			Ok(match (&pool, ledger) {
				(None, _) => 0,
				(Some(pool), None) => T::Native::balance(pool),
				(Some(pool), Some(ledger)) => ledger.balance(pool),
			})
		};
		Ok((reserve(a)?, reserve(b)?))
	}
}
