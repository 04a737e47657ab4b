//! The rules of a currency: who may pay, who may be paid, and how much.

use crate::{ledger::Ledger, *};
use frame::{
	prelude::*,
	traits::{fungibles::Inspect, Time},
};
use ourledger_primitives::{
	money::{CurrencyId, CurrencyPolicy, Day, LocalMoney},
	tax::Jurisdictions,
	twin::{TwinNumber, Twins},
	Balance,
};

impl<T: Config> Ledger<T> {
	/// Who pays isn't frozen and, if the currency has members, is one.
	///
	/// Pots always may: they belong to the chain, and what they hold has to get out.
	pub fn ensure_may_pay(&self, who: &T::AccountId) -> Result<(), Error<T>> {
		let as_holder = || {
			self.ensure_not_frozen(who)?;
			ensure!(self.admits(who) || self.spends_the_rest(who), Error::<T>::NotMember);
			Ok(())
		};
		// Last, since it is seldom asked.
		as_holder().or_else(|error| if Pots::<T>::contains_key(who) { Ok(()) } else { Err(error) })
	}

	/// Whoever has something of a mutual credit may spend it, a member or not: nobody redeems it.
	fn spends_the_rest(&self, who: &T::AccountId) -> bool {
		self.ensure_mutual().is_ok() && self.balance(who) > 0
	}

	/// Nothing leaves a frozen account.
	pub fn ensure_not_frozen(&self, who: &T::AccountId) -> Result<(), Error<T>> {
		ensure!(Pallet::<T>::frozen_until(self.id, who).is_none(), Error::<T>::AccountFrozen);
		Ok(())
	}

	/// Who is paid is a member, if the currency has members; or a pot.
	pub fn ensure_may_receive(&self, who: &T::AccountId) -> Result<(), Error<T>> {
		// Only what is set aside is there, and that comes by no payment.
		ensure!(*who != Pallet::<T>::set_aside_pot(), Error::<T>::ToPot);
		let may = self.currency.terms.access == Access::Open
			|| Pots::<T>::contains_key(who)
			|| self.admits(who);
		ensure!(may, Error::<T>::NotAdmitted);
		Ok(())
	}

	/// A person, not a pot, is paid: what enters a pot enters by the pallet that keeps its books. Of
	/// the chain's treasury nobody keeps books, so everybody may give to it.
	pub fn ensure_payee(&self, who: &T::AccountId) -> Result<(), Error<T>> {
		ensure!(Pallet::<T>::is_payee(who), Error::<T>::ToPot);
		self.ensure_may_receive(who)
	}

	/// A business is paid by invoice, if the terms say so.
	pub fn ensure_no_invoice_needed(&self, who: &T::AccountId) -> Result<(), Error<T>> {
		if let (true, Some(place)) = (self.currency.terms.invoice_only, self.currency.jurisdiction)
		{
			let business = T::Twins::number_of(who)
				.is_some_and(|twin| T::Jurisdictions::is_business(place, twin));
			ensure!(!business, Error::<T>::InvoiceNeeded);
		}
		Ok(())
	}

	/// An account with this balance can hold the currency: it exists and has room for what it has.
	pub fn ensure_can_hold(&self, who: &T::AccountId, balance: Balance) -> Result<(), Error<T>> {
		if balance > 0 {
			return Ok(());
		}
		match T::Assets::can_deposit(self.id, who, 1, Provenance::Extant) {
			DepositConsequence::Success => Ok(()),
			_ if !frame_system::Pallet::<T>::account_exists(who) => Err(Error::<T>::NoSuchAccount),
			_ => Err(Error::<T>::ReceiverCantHold),
		}
	}

	/// The supply is of the kind that `call` is for.
	pub fn ensure_issued(&self) -> Result<Balance, Error<T>> {
		match self.currency.terms.supply {
			Supply::Issued { cap } => Ok(cap),
			Supply::MutualCredit => Err(Error::<T>::WrongSupply),
		}
	}

	/// As [`Self::ensure_issued`], of the other kind.
	pub fn ensure_mutual(&self) -> Result<(), Error<T>> {
		ensure!(self.currency.terms.supply == Supply::MutualCredit, Error::<T>::WrongSupply);
		Ok(())
	}

	/// The cap leaves room for `amount` more.
	pub fn ensure_room(&self, amount: Balance) -> Result<(), Error<T>> {
		let cap = self.ensure_issued()?.min(MAX_SUPPLY);
		let supply = T::Assets::total_issuance(self.id).checked_add(amount);
		ensure!(supply.is_some_and(|supply| supply <= cap), Error::<T>::CapExceeded);
		Ok(())
	}

	/// What `who` can still draw.
	pub fn credit(&self, who: &T::AccountId) -> Balance {
		if self.currency.terms.supply != Supply::MutualCredit || !self.admits(who) {
			return 0;
		}
		let line = CreditLines::<T>::get(self.id, who);
		line.map_or(0, |line| line.limit.saturating_sub(line.debt))
	}

	/// The most that `who` can pay and keep `keep`.
	pub fn spendable(&self, who: &T::AccountId, keep: Balance) -> Balance {
		if self.ensure_may_pay(who).is_err() {
			return 0;
		}
		self.funds(who, keep)
	}

	/// As [`Self::spendable`], of somebody who may pay.
	pub fn funds(&self, who: &T::AccountId, keep: Balance) -> Balance {
		self.balance(who).saturating_add(self.credit(who)).saturating_sub(keep)
	}

	/// Whether `who` may use the currency as its members do.
	pub fn admits(&self, who: &T::AccountId) -> bool {
		self.currency.terms.access == Access::Open || Pallet::<T>::is_member(self.id, who)
	}
}

impl<T: Config> Pallet<T> {
	/// The ledger of a currency that `caller` issues.
	pub(crate) fn ensure_issuer(
		caller: &T::AccountId,
		currency: CurrencyId,
	) -> Result<Ledger<T>, DispatchError> {
		let twin = T::Twins::acting(caller)?;
		let ledger = Ledger::<T>::of(currency)?;
		ensure!(ledger.currency.issuer == twin, Error::<T>::NotIssuer);
		Ok(ledger)
	}

	/// The twin, if `caller` is that of the authority of the currency's jurisdiction.
	pub(crate) fn ensure_authority(
		caller: &T::AccountId,
		currency: CurrencyId,
	) -> Result<TwinNumber, DispatchError> {
		let twin = T::Twins::acting(caller)?;
		let found = Currencies::<T>::get(currency).ok_or(Error::<T>::CurrencyNotFound)?;
		let place = found.jurisdiction.ok_or(Error::<T>::NoAuthority)?;
		let authority = T::Jurisdictions::authority_of(place)?;
		ensure!(authority == twin, Error::<T>::NotAuthority);
		Ok(twin)
	}

	/// Who signed, unless it is a pot: what is in it moves by the pallet that keeps its books, and by
	/// nobody's word, also where Root speaks in its name. Every call asks this first.
	pub(crate) fn ensure_person(origin: OriginFor<T>) -> Result<T::AccountId, DispatchError> {
		let who = ensure_signed(origin)?;
		ensure!(!Pots::<T>::contains_key(&who), Error::<T>::PotSigns);
		Ok(who)
	}

	/// The account of a twin that can act.
	pub(crate) fn ensure_active(twin: TwinNumber) -> Result<T::AccountId, DispatchError> {
		T::Twins::ensure_active(twin)?;
		T::Twins::account_of(twin)
	}

	/// The first tick in which `who` can pay again, if it is frozen.
	pub(crate) fn frozen_until(
		currency: CurrencyId,
		who: &T::AccountId,
	) -> Option<BlockNumberFor<T>> {
		let until = Freezes::<T>::get(currency, who)?.until;
		(until > T::BlockNumberProvider::current_block_number()).then_some(until)
	}

	/// Today, by UTC: demurrage and notice are the same everywhere.
	pub(crate) fn today() -> Day {
		ourledger_primitives::money::day_of(T::Time::now())
	}
}
