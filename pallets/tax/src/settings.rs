//! Jurisdictions: their settings, clocks and treasuries.

use crate::{books::Books, *};
use frame::{
	prelude::*,
	traits::{AccountIdConversion, Time},
};
use ourledger_math::rounding::MILLION;
use ourledger_primitives::{
	invoice::MAX_AMOUNT,
	money::{day_of, CurrencyId, Day, LocalMoney},
	tax::{JurisdictionId, Period},
	twin::{is_display_name, Twins},
	Balance,
};

/// A jurisdiction, now.
pub(crate) struct Place<T: Config> {
	pub treasury: T::AccountId,
	pub settings: Settings,
	/// By its own clock.
	pub today: Day,
	pub period: Period,
}

impl<T: Config> Place<T> {
	/// The turnover from which one has to register.
	pub fn threshold_of(&self, currency: CurrencyId) -> Option<Balance> {
		let thresholds = &self.settings.thresholds;
		thresholds.iter().find(|(other, _)| *other == currency).map(|(_, threshold)| *threshold)
	}

	/// The first day whose supplies can still be corrected.
	pub fn oldest_correctable(&self) -> Day {
		// Saturates at 1970.
		self.today.saturating_sub(self.settings.correction_days.into())
	}
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_create_jurisdiction(
		name: JurisdictionName,
		settings: Settings,
	) -> DispatchResult {
		ensure!(is_display_name(&name), Error::<T>::NameMalformed);
		Self::ensure_settings(&settings)?;
		let jurisdiction = NextJurisdiction::<T>::get();
		let next = jurisdiction.checked_add(1).ok_or(Error::<T>::Overflow)?;
		let treasury = Self::treasury_of(jurisdiction);
		T::Money::open_pot(&treasury)?;
		// Before anybody can put something there: its address follows from its id.
		T::Money::open_pot(&Self::treasury_of(next))?;

		NextJurisdiction::<T>::put(next);
		let (stored, account) = (settings.clone(), treasury.clone());
		let entry = Jurisdiction { name: name.clone(), settings: stored, treasury: account };
		Jurisdictions::<T>::insert(jurisdiction, entry);
		Self::deposit_event(Event::JurisdictionCreated { jurisdiction, name, settings, treasury });
		Ok(())
	}

	pub(crate) fn do_amend_jurisdiction(
		jurisdiction: JurisdictionId,
		settings: Settings,
	) -> DispatchResult {
		let mut entry = Self::jurisdiction_of(jurisdiction)?;
		Self::ensure_settings(&settings)?;
		let today = Self::local_today(&entry.settings);
		let offset = |settings: &Settings| calendar::offset_on(&settings.clock, today);
		// A day that has begun stays as it is, and so do all before it.
		ensure!(offset(&settings) == offset(&entry.settings), Error::<T>::ClockInPast);
		entry.settings = settings.clone();
		Jurisdictions::<T>::insert(jurisdiction, entry);
		Self::deposit_event(Event::JurisdictionAmended { jurisdiction, settings });
		Ok(())
	}

	pub(crate) fn do_publish_rate(
		caller: &T::AccountId,
		jurisdiction: JurisdictionId,
		currency: CurrencyId,
		numerator: u64,
		denominator: u64,
	) -> DispatchResult {
		let entry = Self::ensure_authority(caller, jurisdiction)?;
		ensure!(entry.settings.currencies.contains(&currency), Error::<T>::CurrencyNotAccepted);
		ensure!(numerator > 0 && denominator > 0, Error::<T>::RateInvalid);
		Rates::<T>::insert(jurisdiction, currency, (numerator, denominator));
		Self::deposit_event(Event::RatePublished {
			jurisdiction,
			currency,
			numerator,
			denominator,
		});
		Ok(())
	}

	pub(crate) fn do_sweep(
		caller: &T::AccountId,
		jurisdiction: JurisdictionId,
		currency: CurrencyId,
		amount: Balance,
		to: T::AccountId,
	) -> DispatchResult {
		Self::ensure_authority(caller, jurisdiction)?;
		ensure!(amount > 0, Error::<T>::AmountZero);
		let place = Self::place(jurisdiction)?;
		ensure!(T::Money::is_payee(&to), Error::<T>::ToPot);
		let info = Self::treasury_info(&place, jurisdiction, currency);
		ensure!(amount <= info.free, Error::<T>::TreasuryReserved);

		T::Money::pay(currency, &place.treasury, &to, amount)?;
		let mut books = Books::<T>::open(jurisdiction, currency, place.period);
		books.sweep(amount)?;
		books.close();
		Self::deposit_event(Event::Swept { jurisdiction, currency, amount, to });
		Ok(())
	}

	pub(crate) fn do_give(
		from: T::AccountId,
		jurisdiction: JurisdictionId,
		currency: CurrencyId,
		amount: Balance,
	) -> DispatchResult {
		let place = Self::place(jurisdiction)?;
		let accepted = place.settings.currencies.contains(&currency);
		ensure!(accepted, Error::<T>::CurrencyNotAccepted);
		ensure!(amount > 0, Error::<T>::AmountZero);
		T::Money::pay(currency, &from, &place.treasury, amount)?;
		let mut books = Books::<T>::open(jurisdiction, currency, place.period);
		books.gift(amount)?;
		books.close();
		Self::deposit_event(Event::GiftReceived { jurisdiction, currency, from, amount });
		Ok(())
	}

	/// The treasury of a jurisdiction: an account that nobody has the key of.
	pub fn treasury_of(jurisdiction: JurisdictionId) -> T::AccountId {
		T::PalletId::get().into_sub_account_truncating(jurisdiction)
	}

	pub(crate) fn treasury_info(
		place: &Place<T>,
		jurisdiction: JurisdictionId,
		currency: CurrencyId,
	) -> TreasuryInfo {
		let book = Treasuries::<T>::get(jurisdiction, currency);
		let balance = T::Money::balance(currency, &place.treasury);
		let reserved = book.reserved(place.oldest_correctable());
		// Saturates: older notes can make it owe more than it has.
		TreasuryInfo { book, balance, reserved, free: balance.saturating_sub(reserved) }
	}

	pub(crate) fn jurisdiction_of(
		jurisdiction: JurisdictionId,
	) -> Result<JurisdictionOf<T>, Error<T>> {
		Jurisdictions::<T>::get(jurisdiction).ok_or(Error::<T>::JurisdictionNotFound)
	}

	pub(crate) fn place(jurisdiction: JurisdictionId) -> Result<Place<T>, Error<T>> {
		let Jurisdiction { settings, treasury, .. } = Self::jurisdiction_of(jurisdiction)?;
		let today = Self::local_today(&settings);
		Ok(Place { treasury, settings, today, period: calendar::period_of(today) })
	}

	pub(crate) fn local_today(settings: &Settings) -> Day {
		calendar::local_day(T::Time::now(), &settings.clock)
	}

	/// Today, by UTC.
	pub(crate) fn utc_today() -> Day {
		day_of(T::Time::now())
	}

	/// The jurisdiction, if `caller` acts for its authority.
	pub(crate) fn ensure_authority(
		caller: &T::AccountId,
		jurisdiction: JurisdictionId,
	) -> Result<JurisdictionOf<T>, DispatchError> {
		let twin = T::Twins::acting(caller)?;
		let entry = Self::jurisdiction_of(jurisdiction)?;
		ensure!(entry.settings.authority == twin, Error::<T>::NotAuthority);
		Ok(entry)
	}

	fn ensure_settings(settings: &Settings) -> DispatchResult {
		let twins = settings.auditors.iter().chain([&settings.authority]);
		for twin in twins {
			T::Twins::ensure_active(*twin)?;
		}
		let priced = settings.thresholds.iter().map(|(currency, _)| currency);
		for currency in settings.currencies.iter().chain(priced.clone()) {
			ensure!(T::Money::exists(*currency), Error::<T>::CurrencyNotFound);
		}
		let caps = &settings.refund_caps;
		let Settings { correction_days, unpaid_days, hold_days, appeal_days, .. } = *settings;
		let windows = [correction_days, unpaid_days, hold_days, appeal_days];
		let mut offsets = settings.clock.iter().map(|it| it.utc_offset_minutes);
		let valid = all_different(settings.auditors.iter())
			&& all_different(settings.currencies.iter())
			&& all_different(priced)
			&& settings.reporting.iter().all(u8::is_ascii_uppercase)
			&& calendar::is_clock(&settings.clock)
			&& offsets.all(|offset| (-720..=840).contains(&offset))
			&& settings.tip_limit <= MILLION
			&& settings.least_claim <= MAX_AMOUNT
			&& caps.iter().all(|it| it.cap <= MAX_AMOUNT)
			&& windows.iter().all(|days| *days <= MAX_WINDOW_DAYS)
			&& caps.windows(2).all(|pair| pair[0].age_days < pair[1].age_days);
		ensure!(valid, Error::<T>::SettingsInvalid);
		Ok(())
	}
}

/// Whether no two of a few are equal.
pub(crate) fn all_different<I: PartialEq>(items: impl Iterator<Item = I> + Clone) -> bool {
	items.clone().enumerate().all(|(place, item)| !items.clone().take(place).any(|it| it == item))
}
