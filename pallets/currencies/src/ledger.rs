//! Balances: what pallet-assets keeps, and what of it is demurrage that wasn't collected yet.
//!
//! Nothing here asks whether somebody may: that is for [`crate::rules`].

use crate::*;
use frame::{
	deps::sp_core::U256,
	prelude::*,
	traits::{
		fungibles::{Inspect, Mutate, Unbalanced},
		Defensive,
	},
};
use ourledger_math::{
	demurrage::{Holding, Index, Waiting},
	MathError,
};
use ourledger_primitives::{
	money::{CurrencyId, Day, Kept},
	Balance,
};

/// A currency as it is today. Read once, whatever is done with it.
pub(crate) struct Ledger<T: Config> {
	pub id: CurrencyId,
	pub currency: CurrencyOf<T>,
	pub pot: T::AccountId,
	index: Index,
}

/// What an account has once its demurrage is collected.
struct Entry {
	/// Whether it is charged at all.
	charged: bool,
	balance: Balance,
	/// None if it isn't charged, or has nothing.
	holding: Option<Holding>,
}

impl<T: Config> Ledger<T> {
	/// The ledger of currency `id`.
	pub fn of(id: CurrencyId) -> Result<Self, DispatchError> {
		let currency = Currencies::<T>::get(id).ok_or(Error::<T>::CurrencyNotFound)?;
		let today = Pallet::<T>::today();
		let currency = currency.on(today).map_err(arithmetic)?;
		let index = currency.index_of(today).map_err(arithmetic)?;
		Ok(Self { id, currency, pot: Pallet::<T>::pot_account(id), index })
	}

	/// What `who` has today.
	pub fn balance(&self, who: &T::AccountId) -> Balance {
		let stored = T::Assets::balance(self.id, who);
		if stored == 0 || !self.is_charged(who) {
			return stored;
		}
		let net = self.holding(who, stored).and_then(|holding| holding.balance(self.index));
		// Never more than what is stored, so that it fits.
		net.defensive_unwrap_or_default()
	}

	/// What of `who`'s stored balance is demurrage, to be collected.
	pub fn owed(&self, who: &T::AccountId) -> Balance {
		T::Assets::balance(self.id, who).saturating_sub(self.balance(who))
	}

	/// Collect what `who` owes.
	pub fn collect(&self, who: &T::AccountId) -> DispatchResult {
		let entry = self.touch(who)?;
		self.keep(who, entry.holding);
		Ok(())
	}

	/// Move `parts` that sum up to `total`, those to `from` itself apart, leaving at least `keep`
	/// behind. Draws on a credit line for what is missing.
	pub fn move_money(
		&self,
		from: &T::AccountId,
		parts: &[(T::AccountId, Balance)],
		total: Balance,
		keep: Balance,
	) -> DispatchResult {
		if total == 0 {
			return Ok(());
		}
		self.withdraw(from, total, keep)?;
		for (to, amount) in parts.iter().filter(|(to, amount)| to != from && *amount > 0) {
			self.deposit(to, *amount)?;
			T::Assets::done_transfer(self.id, from, to, *amount);
		}
		Ok(())
	}

	/// Take `amount` out of an account, leaving at least `keep` behind. Draws on its credit line
	/// for what is missing.
	pub fn withdraw(&self, who: &T::AccountId, amount: Balance, keep: Balance) -> DispatchResult {
		let mut entry = self.touch(who)?;
		let needed = amount.checked_add(keep).ok_or(ArithmeticError::Overflow)?;
		let missing = needed.saturating_sub(entry.balance);
		if missing > 0 {
			self.draw(who, missing)?;
			self.add(&mut entry, missing)?;
		}
		self.decrease(who, amount)?;
		self.take(who, entry, amount)
	}

	/// Put `amount` into an account.
	pub fn deposit(&self, who: &T::AccountId, amount: Balance) -> DispatchResult {
		let mut entry = self.touch(who)?;
		self.ensure_can_hold(who, entry.balance)?;
		self.add(&mut entry, amount)?;
		self.increase(who, amount)?;
		self.keep(who, entry.holding);
		Ok(())
	}

	/// What `amount` that comes in today is to be kept as.
	pub fn kept(&self, amount: Balance) -> Kept {
		kept(amount, self.index)
	}

	/// What `amount` that came in on day `since` is to be kept as: as of the rate's first day, if that
	/// was later, since no earlier index is known.
	pub fn kept_since(&self, amount: Balance, since: Day) -> Result<Kept, DispatchError> {
		let then = self.currency.index_of(since).map_err(arithmetic)?;
		Ok(kept(amount, then.min(self.index)))
	}

	/// What is left today of what was kept for `owner`.
	pub fn worth(&self, owner: &T::AccountId, kept: &Kept) -> Result<Balance, DispatchError> {
		if !self.is_charged(owner) {
			return Ok(kept.nominal);
		}
		let worth = waiting(kept).worth(self.index).map_err(arithmetic)?;
		// An index never falls, so this can't be more.
		Ok(worth.min(kept.nominal))
	}

	/// What has been lost by today of what was kept, whole units of it.
	pub fn lost(&self, kept: &Kept) -> Result<Balance, DispatchError> {
		waiting(kept).lost(kept.nominal, self.index).map_err(arithmetic)
	}

	/// Leave nothing of what `who` has, for it is about to become a pot: what somebody put there
	/// belongs to no pot's books.
	pub fn clear(&self, who: &T::AccountId) -> DispatchResult {
		self.touch(who)?;
		let rest = T::Assets::balance(self.id, who);
		self.shift(who, &self.pot, rest)?;
		Holdings::<T>::remove(self.id, who);
		Ok(())
	}

	/// Bring `amount` into being.
	pub fn mint(&self, who: &T::AccountId, amount: Balance) -> DispatchResult {
		let mut entry = self.touch(who)?;
		self.ensure_can_hold(who, entry.balance)?;
		self.add(&mut entry, amount)?;
		T::Assets::mint_into(self.id, who, amount)?;
		self.keep(who, entry.holding);
		Ok(())
	}

	/// Make `amount` disappear. Draws on no credit line.
	pub fn burn(&self, who: &T::AccountId, amount: Balance) -> DispatchResult {
		let entry = self.touch(who)?;
		ensure!(entry.balance >= amount, Error::<T>::BalanceTooLow);
		T::Assets::burn_from(
			self.id,
			who,
			amount,
			Preservation::Expendable,
			Precision::Exact,
			Fortitude::Force,
		)?;
		self.take(who, entry, amount)
	}

	/// Whether demurrage is charged to `who`: not to a pot, and to nobody before it ever was.
	fn is_charged(&self, who: &T::AccountId) -> bool {
		self.index > Index::ONE && !Pots::<T>::contains_key(who)
	}

	/// The holding behind a stored balance. Whoever has no entry has held it since before the index
	/// began to rise.
	fn holding(&self, who: &T::AccountId, stored: Balance) -> Result<Holding, MathError> {
		match Holdings::<T>::get(self.id, who) {
			Some(bits) => Ok(Holding::from_bits(bits)),
			None => Holding::open(stored, Index::ONE),
		}
	}

	/// Move what `who` owes into the currency's pot. The holding still has to be kept.
	fn touch(&self, who: &T::AccountId) -> Result<Entry, DispatchError> {
		let stored = T::Assets::balance(self.id, who);
		let charged = self.is_charged(who);
		if stored == 0 || !charged {
			return Ok(Entry { charged, balance: stored, holding: None });
		}
		let holding = self.holding(who, stored).map_err(arithmetic)?;
		let owed = holding.charge(stored, self.index).map_err(arithmetic)?;
		if owed > 0 {
			self.shift(who, &self.pot, owed)?;
			self.charged(who, owed);
		}
		Ok(Entry { charged, balance: stored.saturating_sub(owed), holding: Some(holding) })
	}

	/// Count `amount` in, which comes in today.
	fn add(&self, entry: &mut Entry, amount: Balance) -> DispatchResult {
		if !entry.charged {
			entry.balance = entry.balance.checked_add(amount).ok_or(ArithmeticError::Overflow)?;
			return Ok(());
		}
		let holding = match entry.holding {
			Some(holding) => holding.deposit(amount, self.index),
			None => Holding::open(amount, self.index),
		};
		let holding = holding.map_err(arithmetic)?;
		entry.balance = holding.balance(self.index).map_err(arithmetic)?;
		entry.holding = Some(holding);
		Ok(())
	}

	/// Count `amount` out, and keep the rest.
	fn take(&self, who: &T::AccountId, entry: Entry, amount: Balance) -> DispatchResult {
		let holding = match entry.holding {
			Some(holding) => holding.withdraw(amount, self.index).map_err(arithmetic)?,
			None => None,
		};
		if entry.charged {
			self.keep(who, holding);
			if holding.is_none() {
				Holdings::<T>::remove(self.id, who);
			}
		}
		Ok(())
	}

	fn keep(&self, who: &T::AccountId, holding: Option<Holding>) {
		if let Some(holding) = holding {
			Holdings::<T>::insert(self.id, who, holding.to_bits());
		}
	}

	/// Bring `amount` into being on somebody's credit line.
	fn draw(&self, who: &T::AccountId, amount: Balance) -> DispatchResult {
		ensure!(amount <= self.credit(who), Error::<T>::BalanceTooLow);
		// Cheaper than to mint first and fail: who holds nothing may not be able to.
		self.ensure_can_hold(who, T::Assets::balance(self.id, who))?;
		let debts = Debts::<T>::get(self.id).checked_add(amount);
		let debts = debts.filter(|sum| *sum <= MAX_SUPPLY).ok_or(ArithmeticError::Overflow)?;
		let debt = CreditLines::<T>::try_mutate(self.id, who, |line| {
			let line = line.as_mut().ok_or(Error::<T>::NoCreditLine)?;
			// Within the limit, so that it fits.
			line.debt = line.debt.saturating_add(amount);
			Ok::<_, Error<T>>(line.debt)
		})?;
		Debts::<T>::insert(self.id, debts);
		T::Assets::mint_into(self.id, who, amount)?;
		let (currency, account) = (self.id, who.clone());
		Pallet::<T>::deposit_event(Event::CreditDrawn { currency, account, amount, debt });
		Ok(())
	}

	/// Move what is stored, and let wallets know.
	pub(crate) fn shift(
		&self,
		from: &T::AccountId,
		to: &T::AccountId,
		amount: Balance,
	) -> DispatchResult {
		if amount == 0 || from == to {
			return Ok(());
		}
		self.decrease(from, amount)?;
		self.increase(to, amount)?;
		T::Assets::done_transfer(self.id, from, to, amount);
		Ok(())
	}

	// Both exact: the defaults of `transfer` try their best, and lose what doesn't arrive.
	fn decrease(&self, who: &T::AccountId, amount: Balance) -> DispatchResult {
		let (exact, all) = (Precision::Exact, Preservation::Expendable);
		T::Assets::decrease_balance(self.id, who, amount, exact, all, Fortitude::Force).map(|_| ())
	}

	fn increase(&self, who: &T::AccountId, amount: Balance) -> DispatchResult {
		T::Assets::increase_balance(self.id, who, amount, Precision::Exact).map(|_| ())
	}

	pub(crate) fn charged(&self, who: &T::AccountId, amount: Balance) {
		let (currency, account) = (self.id, who.clone());
		Pallet::<T>::deposit_event(Event::DemurrageCharged { currency, account, amount });
	}
}

fn waiting(kept: &Kept) -> Waiting {
	Waiting::from_bits(((kept.units >> 128).low_u128(), kept.units.low_u128()))
}

fn kept(amount: Balance, index: Index) -> Kept {
	let (high, low) = Waiting::new(amount, index).to_bits();
	Kept { nominal: amount, units: (U256::from(high) << 128) | U256::from(low) }
}

/// What demurrage can't work out. None of it can happen to what this pallet wrote, but for sums
/// beyond all bounds.
pub(crate) fn arithmetic(error: MathError) -> DispatchError {
	match error {
		MathError::Overflow => ArithmeticError::Overflow.into(),
		_ => DispatchError::Corruption,
	}
}
