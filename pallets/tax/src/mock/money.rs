//! Local money of the mock, as strict as the chain's.

use super::*;

/// Currency, account → balance.
#[storage_alias]
pub type Purses =
	StorageDoubleMap<Mock, Twox64Concat, CurrencyId, Twox64Concat, AccountId, Balance, ValueQuery>;

/// Which accounts are pots.
#[storage_alias]
pub type Pots = StorageMap<Mock, Twox64Concat, AccountId, ()>;

/// Stands in for local money. Paying can fail as it can on the chain: for want of money, and because
/// of who pays or is paid. What a rule owes can't.
pub struct MockMoney;

impl MockMoney {
	fn shift(
		currency: CurrencyId,
		from: &AccountId,
		to: &AccountId,
		amount: Balance,
	) -> DispatchResult {
		Purses::try_mutate(currency, from, |balance| -> DispatchResult {
			*balance = balance.checked_sub(amount).ok_or(TokenError::FundsUnavailable)?;
			Ok(())
		})?;
		Purses::mutate(currency, to, |balance| *balance += amount);
		Ok(())
	}

	fn ensure_open(who: &AccountId) -> DispatchResult {
		let closed = Gone::get().contains(who) || Frozen::get().contains(who);
		ensure!(!closed, TokenError::Blocked);
		Ok(())
	}
}

impl LocalMoney<AccountId> for MockMoney {
	fn exists(currency: CurrencyId) -> bool {
		currency <= LatestMoney::get()
	}

	fn decimals(currency: CurrencyId) -> Option<u8> {
		Self::exists(currency).then(Decimals::get)
	}

	fn balance(currency: CurrencyId, who: &AccountId) -> Balance {
		Purses::get(currency, who)
	}

	fn pay(
		currency: CurrencyId,
		from: &AccountId,
		to: &AccountId,
		amount: Balance,
	) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		Self::ensure_open(from)?;
		Self::ensure_open(to)?;
		Self::shift(currency, from, to, amount)
	}

	fn is_plain(currency: CurrencyId) -> bool {
		currency == MONEY && Past::get().is_empty()
	}

	fn keep(currency: CurrencyId, amount: Balance) -> Result<Kept, DispatchError> {
		ensure!(Self::exists(currency), TokenError::UnknownAsset);
		Ok(Kept { nominal: amount, units: (amount * Index::get()).into() })
	}

	fn kept_since(currency: CurrencyId, parts: &[(Balance, Day)]) -> Result<Kept, DispatchError> {
		ensure!(Self::exists(currency), TokenError::UnknownAsset);
		let (past, now) = (Past::get(), Index::get());
		let mut all = Kept::default();
		for (amount, since) in parts {
			let known = past.iter().rev().find(|(day, _)| day <= since);
			let then = known.map_or(now, |(_, index)| *index).min(now);
			all.add(Kept { nominal: *amount, units: (amount * then).into() });
		}
		Ok(all)
	}

	fn demurrage(_: CurrencyId, kept: &Kept) -> Result<Balance, DispatchError> {
		let worth = kept.units.as_u128().div_ceil(Index::get());
		Ok(kept.nominal - worth)
	}

	fn pay_demurrage(
		currency: CurrencyId,
		from: &AccountId,
		_: &AccountId,
		amount: Balance,
	) -> DispatchResult {
		Self::pay(currency, from, &POT, amount)
	}

	fn settle(
		currency: CurrencyId,
		pot: &AccountId,
		owner: &AccountId,
		kept: Kept,
	) -> Result<Settled, DispatchError> {
		ensure!(Self::is_pot(pot), TokenError::Unsupported);
		if Gone::get().contains(owner) {
			Self::shift(currency, pot, &SET_ASIDE, kept.nominal)?;
			return Ok(Settled { set_aside: kept.nominal, ..Default::default() });
		}
		let paid = (kept.units / Index::get()).as_u128();
		let charged = kept.nominal - paid;
		Self::shift(currency, pot, owner, paid)?;
		Self::shift(currency, pot, &POT, charged)?;
		Ok(Settled { paid, charged, set_aside: 0 })
	}

	fn repay(
		currency: CurrencyId,
		from: &AccountId,
		owner: &AccountId,
		amount: Balance,
	) -> Result<Settled, DispatchError> {
		if amount > 0 {
			Self::ensure_open(from)?;
		}
		if Gone::get().contains(owner) {
			Self::shift(currency, from, &SET_ASIDE, amount)?;
			return Ok(Settled { set_aside: amount, ..Default::default() });
		}
		Self::shift(currency, from, owner, amount)?;
		Ok(Settled { paid: amount, ..Default::default() })
	}

	/// Also from who pays nobody else, unless it is frozen.
	fn collect(
		currency: CurrencyId,
		from: &AccountId,
		pot: &AccountId,
		amount: Balance,
	) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		ensure!(Self::exists(currency), TokenError::UnknownAsset);
		ensure!(Self::is_pot(pot) && !Self::is_pot(from), DispatchError::Unavailable);
		ensure!(!Frozen::get().contains(from), TokenError::Blocked);
		Self::shift(currency, from, pot, amount)
	}

	fn open_pot(account: &AccountId) -> DispatchResult {
		Pots::insert(account, ());
		Ok(())
	}

	fn is_pot(account: &AccountId) -> bool {
		Pots::contains_key(account)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn create() -> CurrencyId {
		LatestMoney::mutate(|latest| {
			*latest += 1;
			*latest
		})
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn create_plain() -> CurrencyId {
		Self::create()
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn mint(currency: CurrencyId, who: &AccountId, amount: Balance) {
		Purses::mutate(currency, who, |balance| *balance += amount);
	}
}
