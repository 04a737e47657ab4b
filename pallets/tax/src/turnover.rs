//! Turnover outside of VAT: counted for whoever owns the sellers, since that is who has to register.

use crate::{settings::Place, *};
use alloc::vec::Vec;
use frame::prelude::*;
use ourledger_primitives::{
	invoice::Bill,
	money::CurrencyId,
	tax::{JurisdictionId, Trade, VatCategory},
	twin::{TwinNumber, Twins},
	Balance,
};

impl<T: Config> Pallet<T> {
	/// Add to the turnover of whoever owns a seller that sells what is out of scope of VAT, registered
	/// or not.
	pub(crate) fn count_turnover(
		trade: &Trade,
		place: &Place<T>,
		bill: &Bill,
		amount: i128,
	) -> DispatchResult {
		let out_of_scope = |it: &VatCategory| *it == VatCategory::OutOfScope;
		if amount == 0 || !bill.subtotals.iter().all(|it| out_of_scope(&it.category)) {
			return Ok(());
		}
		let (jurisdiction, currency) = (trade.jurisdiction, trade.currency);
		let owner = Owners::<T>::get(trade.seller).unwrap_or(trade.seller);
		// A sale counts when it is paid. A note lowers the year of the supply and never a later one, or
		// last year's sales would make room below this year's threshold.
		let period = if amount < 0 { calendar::period_of(trade.supply) } else { place.period };
		let year = period / 12;
		let key = (owner, year, jurisdiction, currency);
		let before = Turnovers::<T>::get(key);
		// What was supplied in one year and paid in the next isn't in the first.
		let turnover = before.saturating_add_signed(amount);
		Turnovers::<T>::insert(key, turnover);
		Self::deposit_event(Event::TurnoverCounted {
			jurisdiction,
			owner,
			currency,
			year,
			amount,
			turnover,
		});
		Self::announce_crossing(place, key, before, turnover);
		Ok(())
	}

	pub(crate) fn do_declare_owner(caller: &T::AccountId, owner: TwinNumber) -> DispatchResult {
		let twin = T::Twins::acting(caller)?;
		Self::ensure_ownable(twin, owner)?;

		// Nothing follows from it before the owner agrees: else a stranger's sales would be its own, and
		// a stranger would keep it from having an owner itself.
		DeclaredOwners::<T>::insert(twin, owner);
		Self::deposit_event(Event::OwnerDeclared { twin, owner });
		Ok(())
	}

	pub(crate) fn do_confirm_owner(caller: &T::AccountId, twin: TwinNumber) -> DispatchResult {
		let owner = T::Twins::acting(caller)?;
		ensure!(DeclaredOwners::<T>::get(twin) == Some(owner), Error::<T>::NotDeclared);
		Self::ensure_ownable(twin, owner)?;
		let owned = OwnedCounts::<T>::get(owner).checked_add(1).ok_or(Error::<T>::Overflow)?;
		let own = Self::turnover_of(twin);
		ensure!(own.len() <= MAX_TURNOVER_PLACES as usize, Error::<T>::TooManyPlaces);

		DeclaredOwners::<T>::remove(twin);
		Owners::<T>::insert(twin, owner);
		OwnedCounts::<T>::insert(owner, owned);
		Self::deposit_event(Event::OwnerConfirmed { twin, owner });
		own.into_iter().try_for_each(|place| Self::move_turnover(twin, owner, place))
	}

	/// One level, so that turnover is summed up in one place: an owner has none itself.
	fn ensure_ownable(twin: TwinNumber, owner: TwinNumber) -> Result<(), Error<T>> {
		ensure!(!Owners::<T>::contains_key(twin), Error::<T>::AlreadyOwned);
		let valid = owner != twin
			&& T::Twins::is_active(owner)
			&& !Owners::<T>::contains_key(owner)
			&& OwnedCounts::<T>::get(twin) == 0;
		ensure!(valid, Error::<T>::OwnerInvalid);
		Ok(())
	}

	/// Let what `twin` has sold this year count for its owner, as far as it is in as many places as can be
	/// moved. For [`crate::migrations`].
	pub(crate) fn gather_turnover(twin: TwinNumber, owner: TwinNumber) {
		for place in Self::turnover_of(twin) {
			let moved = Self::move_turnover(twin, owner, place);
			if let Err(error) = moved {
				log::error!(target: LOG_TARGET, "turnover of {twin} stays its own: {error:?}");
			}
		}
	}

	/// Where, and in which year, `twin` has turnover that counts today: at most one more than can be
	/// moved.
	fn turnover_of(twin: TwinNumber) -> Vec<(Year, JurisdictionId, CurrencyId)> {
		// Around New Year's Eve clocks differ by a year.
		let today = Self::utc_today();
		let years = [today.saturating_sub(1), today.saturating_add(1)]
			.map(|day| calendar::period_of(day) / 12);
		let years = years.into_iter().skip((years[0] == years[1]).into());
		let places = years.flat_map(|year| {
			let keys = Turnovers::<T>::iter_key_prefix((twin, year));
			keys.map(move |(jurisdiction, currency)| (year, jurisdiction, currency))
		});
		places.take(MAX_TURNOVER_PLACES as usize + 1).collect()
	}

	/// What `twin` has sold this year counts for `owner` from now on, too: else whoever declares it in
	/// the middle of a year would have two thresholds.
	fn move_turnover(
		twin: TwinNumber,
		owner: TwinNumber,
		(year, jurisdiction, currency): (Year, JurisdictionId, CurrencyId),
	) -> DispatchResult {
		let place = Self::place(jurisdiction)?;
		let amount = Turnovers::<T>::take((twin, year, jurisdiction, currency));
		let key = (owner, year, jurisdiction, currency);
		let before = Turnovers::<T>::get(key);
		let turnover = before.checked_add(amount).ok_or(Error::<T>::Overflow)?;
		Turnovers::<T>::insert(key, turnover);
		Self::deposit_event(Event::TurnoverMoved {
			jurisdiction,
			from: twin,
			to: owner,
			currency,
			year,
			amount,
			turnover,
		});
		Self::announce_crossing(&place, key, before, turnover);
		Ok(())
	}

	fn announce_crossing(
		place: &Place<T>,
		(owner, year, jurisdiction, currency): (TwinNumber, Year, JurisdictionId, CurrencyId),
		before: Balance,
		turnover: Balance,
	) {
		let threshold = place.threshold_of(currency);
		if threshold.is_some_and(|threshold| before < threshold && turnover >= threshold) {
			Self::deposit_event(Event::ThresholdCrossed {
				jurisdiction,
				owner,
				currency,
				year,
				turnover,
			});
		}
	}
}
