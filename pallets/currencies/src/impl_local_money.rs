//! What other pallets do with local money.

use crate::{ledger::Ledger, *};
use frame::prelude::*;
use ourledger_primitives::{
	money::{CurrencyId, CurrencyPolicy, Day, Kept, LocalMoney, Settled},
	tax::JurisdictionId,
	Balance,
};

impl<T: Config> LocalMoney<T::AccountId> for Pallet<T> {
	fn exists(currency: CurrencyId) -> bool {
		Currencies::<T>::contains_key(currency)
	}

	fn decimals(currency: CurrencyId) -> Option<u8> {
		Currencies::<T>::get(currency).map(|it| it.decimals)
	}

	fn balance(currency: CurrencyId, who: &T::AccountId) -> Balance {
		Ledger::<T>::of(currency).map_or(0, |ledger| ledger.balance(who))
	}

	fn pay(
		currency: CurrencyId,
		from: &T::AccountId,
		to: &T::AccountId,
		amount: Balance,
	) -> DispatchResult {
		Self::pay_parts(currency, from, &[(to.clone(), amount)])
	}

	fn pay_parts(
		currency: CurrencyId,
		from: &T::AccountId,
		parts: &[(T::AccountId, Balance)],
	) -> DispatchResult {
		if parts.iter().all(|(_, amount)| *amount == 0) {
			return Ok(());
		}
		Self::pay_several(&Ledger::<T>::of(currency)?, from, parts, 0)
	}

	fn is_plain(currency: CurrencyId) -> bool {
		Currencies::<T>::get(currency).is_some_and(|it| it.is_plain())
	}

	fn keep(currency: CurrencyId, amount: Balance) -> Result<Kept, DispatchError> {
		if amount == 0 {
			return Ok(Kept::default());
		}
		Ok(Ledger::<T>::of(currency)?.kept(amount))
	}

	fn kept_since(currency: CurrencyId, parts: &[(Balance, Day)]) -> Result<Kept, DispatchError> {
		let mut all = Kept::default();
		if parts.is_empty() {
			return Ok(all);
		}
		let ledger = Ledger::<T>::of(currency)?;
		for (amount, since) in parts {
			all.add(ledger.kept_since(*amount, *since)?);
		}
		Ok(all)
	}

	fn demurrage(currency: CurrencyId, kept: &Kept) -> Result<Balance, DispatchError> {
		if kept.nominal == 0 {
			return Ok(0);
		}
		Ledger::<T>::of(currency)?.lost(kept)
	}

	fn pay_demurrage(
		currency: CurrencyId,
		from: &T::AccountId,
		owner: &T::AccountId,
		amount: Balance,
	) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		let ledger = Ledger::<T>::of(currency)?;
		Self::pay_several(&ledger, from, &[(ledger.pot.clone(), amount)], 0)?;
		ledger.charged(owner, amount);
		Ok(())
	}

	fn settle(
		currency: CurrencyId,
		pot: &T::AccountId,
		owner: &T::AccountId,
		kept: Kept,
	) -> Result<Settled, DispatchError> {
		if kept.nominal == 0 {
			return Ok(Settled::default());
		}
		let ledger = Ledger::<T>::of(currency)?;
		// Anybody else has rules to follow.
		ensure!(Pots::<T>::contains_key(pot), DispatchError::Unavailable);
		ensure!(ledger.balance(pot) >= kept.nominal, Error::<T>::PotTooLow);
		ledger.settle(pot, owner, kept)
	}

	fn repay(
		currency: CurrencyId,
		from: &T::AccountId,
		owner: &T::AccountId,
		amount: Balance,
	) -> Result<Settled, DispatchError> {
		if amount == 0 {
			return Ok(Settled::default());
		}
		let ledger = Ledger::<T>::of(currency)?;
		ledger.ensure_may_pay(from)?;
		let settled = ledger.repay(from, owner, amount)?;
		if !ledger.admits(from) {
			// It may have been the last of a mutual credit.
			Self::forget_expelled(&ledger, from)?;
		}
		Ok(settled)
	}

	fn collect(
		currency: CurrencyId,
		from: &T::AccountId,
		pot: &T::AccountId,
		amount: Balance,
	) -> DispatchResult {
		if amount == 0 {
			return Ok(());
		}
		let ledger = Ledger::<T>::of(currency)?;
		// To anybody else there are payments, and what is in a pot is settled.
		let applies = Self::is_pot(pot) && !Self::is_pot(from);
		ensure!(applies, DispatchError::Unavailable);
		ledger.ensure_may_receive(pot)?;
		ledger.ensure_not_frozen(from)?;
		// So that nothing is drawn on a credit line.
		ensure!(ledger.balance(from) >= amount, Error::<T>::BalanceTooLow);

		ledger.move_money(from, &[(pot.clone(), amount)], amount, 0)?;
		Self::forget_expelled(&ledger, from)
	}

	fn open_pot(account: &T::AccountId) -> DispatchResult {
		if !Pots::<T>::contains_key(account) {
			frame_system::Pallet::<T>::inc_providers(account);
			Pots::<T>::insert(account, ());
			Self::deposit_event(Event::PotOpened { account: account.clone() });
		}
		Ok(())
	}

	fn is_pot(account: &T::AccountId) -> bool {
		Pots::<T>::contains_key(account)
	}

	fn is_payee(account: &T::AccountId) -> bool {
		!Self::is_pot(account) || *account == T::Treasury::get()
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn create() -> CurrencyId {
		let currency = Self::create_plain();
		Currencies::<T>::mutate(currency, |entry| {
			let entry = entry.as_mut().expect("it was just made");
			// Demurrage has begun, so that each account has an entry that moves with its balance; and
			// long ago, so that what has waited is charged.
			entry.index = 2 * ourledger_math::demurrage::Index::ONE.to_bits();
			entry.since = Self::today().saturating_sub(1_000);
			entry.terms = Terms {
				supply: Supply::MutualCredit,
				access: Access::Members,
				invoice_only: false,
				demurrage: 1,
			};
		});
		currency
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn create_plain() -> CurrencyId {
		let currency = NextCurrency::<T>::get();
		Self::create_for_benchmark(currency).expect("nothing is in the way of a new currency");
		currency
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn mint(currency: CurrencyId, who: &T::AccountId, amount: Balance) {
		use frame::traits::fungibles::Mutate;
		if !frame_system::Pallet::<T>::account_exists(who) {
			frame_system::Pallet::<T>::inc_providers(who);
		}
		let ledger = Ledger::<T>::of(currency).expect("a benchmark has made it");
		if ledger.currency.is_plain() || Pots::<T>::contains_key(who) {
			return ledger.mint(who, amount).expect("whoever exists can be paid");
		}
		// The dearest kind of holder: of what it has it owes a part and, where it can, it draws.
		let own = match ledger.currency.terms.supply {
			Supply::Issued { .. } => amount,
			Supply::MutualCredit => {
				Self::lend_for_benchmark(currency, who, amount);
				1
			},
		};
		ledger.mint(who, own).expect("whoever exists can be paid");
		T::Assets::mint_into(currency, who, 1).expect("whoever exists can be paid");
	}
}

impl<T: Config> CurrencyPolicy<T::AccountId> for Pallet<T> {
	fn has_demurrage(currency: CurrencyId) -> bool {
		// As it is today: terms that were replaced meanwhile don't count.
		Ledger::<T>::of(currency).is_ok_and(|ledger| ledger.currency.has_demurrage())
	}

	fn jurisdiction_of(currency: CurrencyId) -> Option<JurisdictionId> {
		Currencies::<T>::get(currency)?.jurisdiction
	}

	fn is_member(currency: CurrencyId, who: &T::AccountId) -> bool {
		Members::<T>::get(currency, who).is_some_and(|member| !member.expelled)
	}

	fn is_frozen(currency: CurrencyId, who: &T::AccountId) -> bool {
		// An account may have been frozen before it became a pot.
		Self::frozen_until(currency, who).is_some() && !Self::is_pot(who)
	}

	fn admits(currency: CurrencyId, who: &T::AccountId) -> bool {
		Ledger::<T>::of(currency).is_ok_and(|ledger| ledger.ensure_may_receive(who).is_ok())
	}

	fn pot_of(currency: CurrencyId) -> Option<T::AccountId> {
		Self::exists(currency).then(|| Self::pot_account(currency))
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl<T: Config> Pallet<T> {
	/// Make `who` a member that can draw `amount` more.
	fn lend_for_benchmark(currency: CurrencyId, who: &T::AccountId, amount: Balance) {
		use frame::traits::Consideration;

		T::MemberDeposit::ensure_successful(who, Self::member_footprint());
		T::CreditLineDeposit::ensure_successful(who, Self::line_footprint());
		let ticket = T::MemberDeposit::new(who, Self::member_footprint());
		let member = crate::types::Member { expelled: false, ticket: ticket.expect("it can pay") };
		Members::<T>::insert(currency, who, member);
		let ticket = T::CreditLineDeposit::new(who, Self::line_footprint());
		let ticket = ticket.expect("it can pay");
		let limit = amount + CreditLines::<T>::get(currency, who).map_or(0, |line| line.limit);
		CreditLines::<T>::insert(currency, who, CreditLine { limit, debt: 0, ticket });
	}

	/// A currency of this id, open to all, without limit.
	pub(crate) fn create_for_benchmark(currency: CurrencyId) -> DispatchResult {
		use frame::{
			benchmarking::prelude::account,
			traits::{
				fungibles::{metadata, Create},
				Consideration,
			},
		};
		use ourledger_math::demurrage::Index;
		use ourledger_primitives::twin::Twins;

		let controller: T::AccountId = account("issuer", currency, 0);
		let issuer = T::Twins::register(controller.clone());
		T::CurrencyDeposit::ensure_successful(&controller, Self::currency_footprint());
		let ticket = T::CurrencyDeposit::new(&controller, Self::currency_footprint())?;
		let terms = Terms {
			supply: Supply::Issued { cap: MAX_SUPPLY },
			access: Access::Open,
			invoice_only: false,
			demurrage: 0,
		};
		let entry = Currency {
			issuer,
			jurisdiction: None,
			decimals: 2,
			terms,
			notice_days: T::MinNoticeDays::get(),
			pending: None,
			index: Index::ONE.to_bits(),
			since: Self::today(),
			ticket,
		};
		Currencies::<T>::insert(currency, entry);
		NextCurrency::<T>::mutate(|next| *next = (*next).max(currency.saturating_add(1)));
		let pot = Self::pot_account(currency);
		Self::open_pot(&pot)?;
		Self::open_known_pots();
		T::Assets::create(currency, pot.clone(), false, 1)?;
		let (name, symbol) = (b"Currency".to_vec(), b"CUR".to_vec());
		<T::Assets as metadata::Mutate<_>>::set(currency, &pot, name, symbol, 2)
	}
}
