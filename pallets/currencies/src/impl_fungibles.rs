//! The adapter: `fungibles` over pallet-assets, under every rule of a currency.
//!
//! Nothing comes into being or disappears through it but what an issuer could issue or a holder
//! redeem, so that a mutual credit is always worth its debts. Therefore [`Balanced::issue`] and
//! [`Balanced::rescind`] give nothing, supply can't be set, and a credit that is dropped goes into
//! the currency's pot.
//!
//! What pallet-assets has besides currencies, such as shares, isn't money: nothing here moves it.

use crate::{ledger::Ledger, *};
use alloc::vec::Vec;
use frame::{
	deps::frame_support::storage::with_storage_layer,
	prelude::*,
	traits::{
		fungibles::{
			metadata, Balanced, Credit, Debt, Dust, HandleImbalanceDrop, IncreaseIssuance, Inspect,
			Mutate, Refund, Unbalanced,
		},
		AccountTouch, Defensive,
	},
};
use ourledger_primitives::{money::CurrencyId, Balance};

/// What an account keeps at least.
fn kept(preservation: Preservation) -> Balance {
	match preservation {
		Preservation::Expendable => 0,
		Preservation::Protect | Preservation::Preserve => 1,
	}
}

impl<T: Config> Inspect<T::AccountId> for Pallet<T> {
	type AssetId = CurrencyId;
	type Balance = Balance;

	fn total_issuance(currency: CurrencyId) -> Balance {
		T::Assets::total_issuance(currency)
	}

	fn minimum_balance(currency: CurrencyId) -> Balance {
		T::Assets::minimum_balance(currency)
	}

	fn total_balance(currency: CurrencyId, who: &T::AccountId) -> Balance {
		Ledger::<T>::of(currency).map_or(0, |ledger| {
			// What is owed is a part of it.
			T::Assets::total_balance(currency, who).saturating_sub(ledger.owed(who))
		})
	}

	fn balance(currency: CurrencyId, who: &T::AccountId) -> Balance {
		Ledger::<T>::of(currency).map_or(0, |ledger| ledger.balance(who))
	}

	/// With what `who` can draw on its credit line.
	fn reducible_balance(
		currency: CurrencyId,
		who: &T::AccountId,
		preservation: Preservation,
		_: Fortitude,
	) -> Balance {
		let keep = kept(preservation);
		Ledger::<T>::of(currency).map_or(0, |ledger| ledger.spendable(who, keep))
	}

	fn can_deposit(
		currency: CurrencyId,
		who: &T::AccountId,
		amount: Balance,
		provenance: Provenance,
	) -> DepositConsequence {
		let Ok(ledger) = Ledger::<T>::of(currency) else { return DepositConsequence::UnknownAsset };
		if ledger.ensure_may_receive(who).is_err() {
			return DepositConsequence::Blocked;
		}
		if provenance == Provenance::Minted {
			match ledger.ensure_room(amount) {
				Err(Error::WrongSupply) => return DepositConsequence::Blocked,
				Err(_) => return DepositConsequence::Overflow,
				Ok(()) => {},
			}
		}
		T::Assets::can_deposit(currency, who, amount, provenance)
	}

	fn can_withdraw(
		currency: CurrencyId,
		who: &T::AccountId,
		amount: Balance,
	) -> WithdrawConsequence<Balance> {
		let Ok(ledger) = Ledger::<T>::of(currency) else {
			return WithdrawConsequence::UnknownAsset;
		};
		if ledger.ensure_may_pay(who).is_err() {
			return WithdrawConsequence::Frozen;
		}
		match ledger.spendable(who, 0).checked_sub(amount) {
			_ if amount == 0 => WithdrawConsequence::Success,
			None => WithdrawConsequence::BalanceLow,
			Some(0) => WithdrawConsequence::ReducedToZero(0),
			Some(_) => WithdrawConsequence::Success,
		}
	}

	fn asset_exists(currency: CurrencyId) -> bool {
		Currencies::<T>::contains_key(currency)
	}
}

impl<T: Config> Unbalanced<T::AccountId> for Pallet<T> {
	// The minimum balance is 1: there is no dust.
	fn handle_dust(_: Dust<T::AccountId, Self>) {
		defensive!("a balance can't be below 1 and above 0");
	}

	fn handle_raw_dust(_: CurrencyId, _: Balance) {
		defensive!("a balance can't be below 1 and above 0");
	}

	// What used it is implemented below.
	fn write_balance(
		_: CurrencyId,
		_: &T::AccountId,
		_: Balance,
	) -> Result<Option<Balance>, DispatchError> {
		Err(DispatchError::Unavailable)
	}

	// What used it is implemented below.
	fn set_total_issuance(_: CurrencyId, _: Balance) {
		defensive!("the supply of a currency can't be set");
	}

	fn decrease_balance(
		currency: CurrencyId,
		who: &T::AccountId,
		amount: Balance,
		precision: Precision,
		preservation: Preservation,
		_: Fortitude,
	) -> Result<Balance, DispatchError> {
		let (ledger, keep) = (Ledger::<T>::of(currency)?, kept(preservation));
		ledger.ensure_may_pay(who)?;
		let spendable = ledger.spendable(who, keep);
		let amount = match precision {
			Precision::BestEffort => amount.min(spendable),
			Precision::Exact => amount,
		};
		ensure!(amount <= spendable, Error::<T>::BalanceTooLow);
		if amount > 0 {
			with_storage_layer(|| ledger.withdraw(who, amount, keep))?;
		}
		Ok(amount)
	}

	fn increase_balance(
		currency: CurrencyId,
		who: &T::AccountId,
		amount: Balance,
		_: Precision,
	) -> Result<Balance, DispatchError> {
		let ledger = Ledger::<T>::of(currency)?;
		ledger.ensure_may_receive(who)?;
		if amount > 0 {
			with_storage_layer(|| ledger.deposit(who, amount))?;
		}
		Ok(amount)
	}
}

impl<T: Config> Mutate<T::AccountId> for Pallet<T> {
	/// What an issuer may do; nobody may with a mutual credit.
	fn mint_into(
		currency: CurrencyId,
		who: &T::AccountId,
		amount: Balance,
	) -> Result<Balance, DispatchError> {
		let ledger = Ledger::<T>::of(currency)?;
		ledger.ensure_may_receive(who)?;
		ledger.ensure_room(amount)?;
		if amount > 0 {
			with_storage_layer(|| ledger.mint(who, amount))?;
		}
		Ok(amount)
	}

	/// What a holder may do; nobody may with a mutual credit.
	fn burn_from(
		currency: CurrencyId,
		who: &T::AccountId,
		amount: Balance,
		preservation: Preservation,
		precision: Precision,
		force: Fortitude,
	) -> Result<Balance, DispatchError> {
		let ledger = Ledger::<T>::of(currency)?;
		ledger.ensure_issued()?;
		ledger.ensure_may_pay(who)?;
		let reducible = Self::reducible_balance(currency, who, preservation, force);
		let amount = match precision {
			Precision::BestEffort => amount.min(reducible),
			Precision::Exact => amount,
		};
		ensure!(amount <= reducible, Error::<T>::BalanceTooLow);
		if amount > 0 {
			with_storage_layer(|| ledger.burn(who, amount))?;
		}
		Ok(amount)
	}

	fn shelve(_: CurrencyId, _: &T::AccountId, _: Balance) -> Result<Balance, DispatchError> {
		Err(DispatchError::Unavailable)
	}

	fn restore(_: CurrencyId, _: &T::AccountId, _: Balance) -> Result<Balance, DispatchError> {
		Err(DispatchError::Unavailable)
	}

	/// What leaves a pot arrives, whether its owner is still a member or not: who leaves a pool
	/// takes everything.
	fn transfer(
		currency: CurrencyId,
		source: &T::AccountId,
		dest: &T::AccountId,
		amount: Balance,
		preservation: Preservation,
	) -> Result<Balance, DispatchError> {
		let (ledger, keep) = (Ledger::<T>::of(currency)?, kept(preservation));
		if amount == 0 {
			return Ok(amount);
		}
		with_storage_layer(|| {
			let parts = [(dest.clone(), amount)];
			if Pots::<T>::contains_key(source) && source != dest {
				ledger.move_money(source, &parts, amount, keep)
			} else {
				Self::pay_several(&ledger, source, &parts, keep)
			}
		})?;
		Ok(amount)
	}
}

/// Puts a credit that nobody took into the currency's pot.
pub struct IntoPot<T>(PhantomData<T>);

impl<T: Config> HandleImbalanceDrop<CurrencyId, Balance> for IntoPot<T> {
	fn handle(currency: CurrencyId, amount: Balance) {
		if amount == 0 {
			return;
		}
		// A currency has a pot, which can hold it.
		let deposit = Ledger::<T>::of(currency).and_then(|ledger| {
			with_storage_layer(|| ledger.deposit(&ledger.pot, amount))?;
			T::Assets::done_deposit(currency, &ledger.pot, amount);
			Ok(())
		});
		let _ = deposit.defensive();
	}
}

impl<T: Config> Balanced<T::AccountId> for Pallet<T> {
	type OnDropCredit = IntoPot<T>;
	// Nobody makes debts but `resolve`, which settles them.
	type OnDropDebt = IncreaseIssuance<T::AccountId, T::Assets>;

	fn issue(currency: CurrencyId, _: Balance) -> Credit<T::AccountId, Self> {
		Credit::<T::AccountId, Self>::zero(currency)
	}

	fn rescind(currency: CurrencyId, _: Balance) -> Debt<T::AccountId, Self> {
		Debt::<T::AccountId, Self>::zero(currency)
	}

	fn done_deposit(currency: CurrencyId, who: &T::AccountId, amount: Balance) {
		T::Assets::done_deposit(currency, who, amount);
	}

	fn done_withdraw(currency: CurrencyId, who: &T::AccountId, amount: Balance) {
		T::Assets::done_withdraw(currency, who, amount);
	}
}

impl<T: Config> metadata::Inspect<T::AccountId> for Pallet<T> {
	fn name(currency: CurrencyId) -> Vec<u8> {
		T::Assets::name(currency)
	}

	fn symbol(currency: CurrencyId) -> Vec<u8> {
		T::Assets::symbol(currency)
	}

	fn decimals(currency: CurrencyId) -> u8 {
		T::Assets::decimals(currency)
	}
}

impl<T: Config> AccountTouch<CurrencyId, T::AccountId> for Pallet<T> {
	type Balance = Balance;

	fn deposit_required(currency: CurrencyId) -> Balance {
		T::Assets::deposit_required(currency)
	}

	/// Also of what is no currency, so that `touch` is asked, and refuses.
	fn should_touch(currency: CurrencyId, who: &T::AccountId) -> bool {
		!Currencies::<T>::contains_key(currency) || T::Assets::should_touch(currency, who)
	}

	fn touch(currency: CurrencyId, who: &T::AccountId, depositor: &T::AccountId) -> DispatchResult {
		ensure!(Currencies::<T>::contains_key(currency), Error::<T>::CurrencyNotFound);
		T::Assets::touch(currency, who, depositor)
	}
}

impl<T: Config> Refund<T::AccountId> for Pallet<T> {
	type AssetId = CurrencyId;
	type Balance = <T::Assets as Refund<T::AccountId>>::Balance;

	fn deposit_held(
		currency: CurrencyId,
		who: T::AccountId,
	) -> Option<(T::AccountId, Self::Balance)> {
		T::Assets::deposit_held(currency, who)
	}

	fn refund(currency: CurrencyId, who: T::AccountId) -> DispatchResult {
		ensure!(Currencies::<T>::contains_key(currency), Error::<T>::CurrencyNotFound);
		T::Assets::refund(currency, who)
	}
}

/// For benchmarks of other pallets, which make what they need: a currency under no rule.
#[cfg(feature = "runtime-benchmarks")]
impl<T: Config> frame::traits::fungibles::Create<T::AccountId> for Pallet<T> {
	fn create(currency: CurrencyId, _: T::AccountId, _: bool, _: Balance) -> DispatchResult {
		Self::create_for_benchmark(currency)
	}
}
