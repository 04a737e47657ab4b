//! What issuers and authorities do.

use crate::{ledger::Ledger, types::Member, *};
use codec::MaxEncodedLen;
use frame::{
	prelude::*,
	traits::{
		fungibles::{metadata, Create, Inspect},
		Consideration, Footprint,
	},
};
use ourledger_math::demurrage::Index;
use ourledger_primitives::{
	money::{CurrencyId, Day, LocalMoney, FIRST_SHARE, MAX_CURRENCY_DECIMALS},
	tax::{JurisdictionId, Jurisdictions},
	twin::{is_display_name, TwinNumber, Twins},
	Balance,
};

/// What a currency's entries in pallet-assets take besides name and symbol: details, metadata, and
/// the pot's account in frame-system.
const ASSET_BYTES: usize = 400;

/// What makes a currency, besides its issuer.
pub(crate) struct Plan {
	pub name: CurrencyName,
	pub symbol: CurrencySymbol,
	pub decimals: u8,
	pub jurisdiction: Option<JurisdictionId>,
	pub terms: Terms,
	pub notice_days: u16,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_create(controller: T::AccountId, plan: Plan) -> DispatchResult {
		let issuer = T::Twins::acting(&controller)?;
		let Plan { name, symbol, decimals, jurisdiction, terms, notice_days } = plan;
		ensure!(is_display_name(&name), Error::<T>::NameMalformed);
		let capital = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
		let length = symbol.len() as u32;
		ensure!(length >= MIN_SYMBOL && symbol.iter().all(capital), Error::<T>::SymbolMalformed);
		ensure!(decimals <= MAX_CURRENCY_DECIMALS, Error::<T>::TooManyDecimals);
		if let Some(place) = jurisdiction {
			T::Jurisdictions::authority_of(place)?;
		}
		ensure!(notice_days >= T::MinNoticeDays::get(), Error::<T>::NoticeTooShort);
		Self::ensure_terms(&terms, jurisdiction)?;

		let currency = NextCurrency::<T>::get();
		ensure!(currency < FIRST_SHARE, Error::<T>::TooManyCurrencies);
		// Saturating: it is below 2³¹.
		let next = currency.saturating_add(1);
		let pot = Self::pot_account(currency);
		let ticket = T::CurrencyDeposit::new(&controller, Self::currency_footprint())?;
		let (index, since) = (Index::ONE.to_bits(), Self::today());
		NextCurrency::<T>::put(next);
		let entry = Currency {
			issuer,
			jurisdiction,
			decimals,
			terms,
			notice_days,
			pending: None,
			index,
			since,
			ticket,
		};
		Currencies::<T>::insert(currency, entry);
		// Long open, but for the first on a chain that is older than this.
		<Self as LocalMoney<_>>::open_pot(&pot)?;
		// Before anybody can fill the account with something else.
		<Self as LocalMoney<_>>::open_pot(&Self::pot_account(next))?;
		T::Assets::create(currency, pot.clone(), false, 1)?;
		<T::Assets as metadata::Mutate<_>>::set(
			currency,
			&pot,
			name.to_vec(),
			symbol.to_vec(),
			decimals,
		)?;
		Self::deposit_event(Event::CurrencyCreated {
			currency,
			issuer,
			jurisdiction,
			name,
			symbol,
			decimals,
			terms,
			notice_days,
			pot,
		});
		Ok(())
	}

	pub(crate) fn do_amend(
		controller: T::AccountId,
		currency: CurrencyId,
		terms: Terms,
	) -> DispatchResult {
		let mut entry = Self::ensure_issuer(&controller, currency)?.currency;
		ensure!(terms.supply.is_like(&entry.terms.supply), Error::<T>::SupplyKindFixed);
		Self::ensure_terms(&terms, entry.jurisdiction)?;
		// The day of the announcement may be over in a second, so it doesn't count.
		let notice = Day::from(entry.notice_days).saturating_add(1);
		let effective = Self::today().checked_add(notice).ok_or(ArithmeticError::Overflow)?;

		// As it is today: what was announced and has come stays.
		entry.pending = Some((terms, effective));
		Currencies::<T>::insert(currency, entry);
		Self::deposit_event(Event::TermsAnnounced { currency, terms, effective });
		Ok(())
	}

	pub(crate) fn do_admit(
		controller: T::AccountId,
		currency: CurrencyId,
		twin: TwinNumber,
	) -> DispatchResult {
		Self::ensure_issuer(&controller, currency)?;
		let account = Self::ensure_active(twin)?;
		let ticket = match Members::<T>::get(currency, &account) {
			None => T::MemberDeposit::new(&controller, Self::member_footprint())?,
			Some(Member { expelled: true, ticket }) => ticket,
			Some(_) => return Err(Error::<T>::AlreadyMember.into()),
		};
		Members::<T>::insert(currency, &account, Member { expelled: false, ticket });
		Self::deposit_event(Event::MemberAdmitted { currency, twin, account });
		Ok(())
	}

	pub(crate) fn do_expel(
		controller: T::AccountId,
		currency: CurrencyId,
		twin: TwinNumber,
	) -> DispatchResult {
		let ledger = Self::ensure_issuer(&controller, currency)?;
		let account = T::Twins::account_of(twin)?;
		let member = Members::<T>::get(currency, &account).ok_or(Error::<T>::NotMember)?;
		let has_money = ledger.balance(&account) > 0;
		ensure!(!member.expelled || !has_money, Error::<T>::NotMember);

		if has_money {
			Members::<T>::insert(currency, &account, Member { expelled: true, ..member });
		} else {
			Members::<T>::remove(currency, &account);
			member.ticket.drop(&controller)?;
		}
		Self::deposit_event(Event::MemberExpelled { currency, twin, account });
		Ok(())
	}

	pub(crate) fn do_issue(
		controller: T::AccountId,
		currency: CurrencyId,
		to: T::AccountId,
		amount: Balance,
	) -> DispatchResult {
		let ledger = Self::ensure_issuer(&controller, currency)?;
		ledger.ensure_issued()?;
		ensure!(amount > 0, Error::<T>::AmountZero);
		ledger.ensure_payee(&to)?;
		ledger.ensure_room(amount)?;

		ledger.mint(&to, amount)?;
		Self::deposit_event(Event::Issued { currency, to, amount });
		Ok(())
	}

	pub(crate) fn do_set_credit_line(
		controller: T::AccountId,
		currency: CurrencyId,
		twin: TwinNumber,
		limit: Balance,
	) -> DispatchResult {
		let ledger = Self::ensure_issuer(&controller, currency)?;
		ledger.ensure_mutual()?;
		let account = if limit > 0 {
			let account = Self::ensure_active(twin)?;
			ensure!(ledger.admits(&account), Error::<T>::NotMember);
			account
		} else {
			T::Twins::account_of(twin)?
		};
		let line = match CreditLines::<T>::get(currency, &account) {
			Some(line) => CreditLine { limit, ..line },
			None if limit == 0 => return Err(Error::<T>::NoCreditLine.into()),
			None => {
				let ticket = T::CreditLineDeposit::new(&controller, Self::line_footprint())?;
				CreditLine { limit, debt: 0, ticket }
			},
		};

		let debt = line.debt;
		Self::put_line(&ledger, &account, line)?;
		Self::deposit_event(Event::CreditLineSet { currency, twin, account, limit, debt });
		Ok(())
	}

	pub(crate) fn do_write_off(
		controller: T::AccountId,
		currency: CurrencyId,
		twin: TwinNumber,
		amount: Balance,
	) -> DispatchResult {
		let ledger = Self::ensure_issuer(&controller, currency)?;
		ledger.ensure_mutual()?;
		ensure!(amount > 0, Error::<T>::AmountZero);
		let account = T::Twins::account_of(twin)?;
		ensure!(ledger.balance(&ledger.pot) >= amount, Error::<T>::PotTooLow);

		let debt = Self::lower_debt(&ledger, &account, amount)?;
		ledger.burn(&ledger.pot, amount)?;
		Self::deposit_event(Event::WrittenOff { currency, twin, account, amount, debt });
		Ok(())
	}

	pub(crate) fn do_spend_pot(
		controller: T::AccountId,
		currency: CurrencyId,
		to: T::AccountId,
		amount: Balance,
		reference: Hash32,
	) -> DispatchResult {
		let ledger = Self::ensure_issuer(&controller, currency)?;
		ensure!(amount > 0, Error::<T>::AmountZero);
		ledger.ensure_payee(&to)?;
		ledger.ensure_no_invoice_needed(&to)?;
		ensure!(ledger.balance(&ledger.pot) >= amount, Error::<T>::PotTooLow);

		ledger.move_money(&ledger.pot, &[(to.clone(), amount)], amount, 0)?;
		Self::deposit_event(Event::PotSpent { currency, to, amount, reference });
		Ok(())
	}

	pub(crate) fn do_freeze(
		controller: T::AccountId,
		currency: CurrencyId,
		account: T::AccountId,
		reason: Hash32,
		until: BlockNumberFor<T>,
	) -> DispatchResult {
		let authority = Self::ensure_authority(&controller, currency)?;
		// What pots hold belongs to others.
		ensure!(!Pots::<T>::contains_key(&account), Error::<T>::ToPot);
		ensure!(Self::frozen_until(currency, &account).is_none(), Error::<T>::AlreadyFrozen);
		let now = T::BlockNumberProvider::current_block_number();
		let latest = now.saturating_add(T::MaxFreezeTicks::get());
		ensure!(until > now && until <= latest, Error::<T>::FreezeTooLong);

		// One that has expired makes room.
		if let Some(expired) = Freezes::<T>::take(currency, &account) {
			Self::drop_freeze(expired)?;
		}
		let ticket = T::FreezeDeposit::new(&controller, Self::freeze_footprint())?;
		Freezes::<T>::insert(currency, &account, Freeze { until, reason, ticket, authority });
		Self::deposit_event(Event::AccountFrozen { currency, account, reason, until });
		Ok(())
	}

	pub(crate) fn do_unfreeze(
		caller: T::AccountId,
		currency: CurrencyId,
		account: T::AccountId,
	) -> DispatchResult {
		let freeze = Freezes::<T>::get(currency, &account).ok_or(Error::<T>::NotFrozen)?;
		if Self::frozen_until(currency, &account).is_some() {
			Self::ensure_authority(&caller, currency)?;
		}
		Freezes::<T>::remove(currency, &account);
		Self::drop_freeze(freeze)?;
		Self::deposit_event(Event::AccountUnfrozen { currency, account });
		Ok(())
	}

	/// Terms that a currency can have.
	fn ensure_terms(terms: &Terms, jurisdiction: Option<JurisdictionId>) -> DispatchResult {
		ensure!(terms.demurrage <= MAX_DEMURRAGE, Error::<T>::DemurrageTooHigh);
		// Without jurisdiction nobody is a business, so the rule would never hold.
		ensure!(!terms.invoice_only || jurisdiction.is_some(), Error::<T>::NoAuthority);
		Ok(())
	}

	/// Take `amount` off a debt, and off the sum of debts. The caller burns as much.
	pub(crate) fn lower_debt(
		ledger: &Ledger<T>,
		account: &T::AccountId,
		amount: Balance,
	) -> Result<Balance, DispatchError> {
		let line = CreditLines::<T>::get(ledger.id, account).ok_or(Error::<T>::NoCreditLine)?;
		let debt = line.debt.checked_sub(amount).ok_or(Error::<T>::DebtTooLow)?;
		let debts = Debts::<T>::get(ledger.id).checked_sub(amount);
		Debts::<T>::insert(ledger.id, debts.ok_or(DispatchError::Corruption)?);
		Self::put_line(ledger, account, CreditLine { debt, ..line })?;
		Ok(debt)
	}

	/// Keep a credit line, or give its deposit back if nothing is left of it.
	fn put_line(
		ledger: &Ledger<T>,
		account: &T::AccountId,
		line: CreditLineOf<T>,
	) -> DispatchResult {
		if line.limit > 0 || line.debt > 0 {
			CreditLines::<T>::insert(ledger.id, account, line);
			return Ok(());
		}
		CreditLines::<T>::remove(ledger.id, account);
		line.ticket.drop(&Self::controller_of(ledger.currency.issuer)?)
	}

	/// Forget an expelled member that has nothing any more.
	pub(crate) fn forget_expelled(ledger: &Ledger<T>, account: &T::AccountId) -> DispatchResult {
		if T::Assets::balance(ledger.id, account) > 0 {
			return Ok(());
		}
		match Members::<T>::get(ledger.id, account) {
			Some(Member { expelled: true, ticket }) => {
				Members::<T>::remove(ledger.id, account);
				ticket.drop(&Self::controller_of(ledger.currency.issuer)?)
			},
			_ => Ok(()),
		}
	}

	fn drop_freeze(freeze: FreezeOf<T>) -> DispatchResult {
		freeze.ticket.drop(&Self::controller_of(freeze.authority)?)
	}

	/// Who paid a deposit as this twin. The phonebook forgets no controller.
	fn controller_of(twin: TwinNumber) -> Result<T::AccountId, DispatchError> {
		T::Twins::controller_of(twin).ok_or(DispatchError::Corruption)
	}

	/// Room that a currency takes, wherever it is.
	// Counted as one item, as all deposits are: the SDK's linear price multiplies bytes by items.
	// With the longest name, so that the price of a currency is known before it has one.
	pub(crate) fn currency_footprint() -> Footprint {
		let names = (MAX_NAME + MAX_SYMBOL) as usize;
		let own = CurrencyId::max_encoded_len() + CurrencyOf::<T>::max_encoded_len();
		Footprint::from_parts(1, own + names + ASSET_BYTES)
	}

	/// Room that a member takes.
	pub(crate) fn member_footprint() -> Footprint {
		Footprint::from_parts(1, Self::key_bytes() + MemberOf::<T>::max_encoded_len())
	}

	/// Room that a credit line takes.
	pub(crate) fn line_footprint() -> Footprint {
		Footprint::from_parts(1, Self::key_bytes() + CreditLineOf::<T>::max_encoded_len())
	}

	/// Room that a freeze takes.
	pub(crate) fn freeze_footprint() -> Footprint {
		Footprint::from_parts(1, Self::key_bytes() + FreezeOf::<T>::max_encoded_len())
	}

	fn key_bytes() -> usize {
		CurrencyId::max_encoded_len() + T::AccountId::max_encoded_len()
	}
}
