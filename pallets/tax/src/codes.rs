//! Tax codes and their rates by day.

use crate::*;
use frame::prelude::*;
use ourledger_math::rounding::MILLION;
use ourledger_primitives::{
	invoice::MAX_AMOUNT,
	money::{Day, LocalMoney},
	tax::{JurisdictionId, TaxCode, TaxKind, VatCategory},
	twin::is_display_name,
	Balance,
};
use ourledger_trade::{assess::Rate, Refusal};

impl Code {
	/// The rate that a supply on `day` has.
	pub(crate) fn rate_on(&self, day: Day) -> Option<Balance> {
		self.rates.iter().rev().find(|(from, _)| *from <= day).map(|(_, rate)| *rate)
	}
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_code(
		caller: &T::AccountId,
		jurisdiction: JurisdictionId,
		code: TaxCode,
		name: CodeName,
		kind: TaxKind,
		from: Day,
		rate: Balance,
	) -> DispatchResult {
		Self::ensure_authority(caller, jurisdiction)?;
		ensure!(code != OTHER_CODES, Error::<T>::CodeReserved);
		ensure!(is_display_name(&name), Error::<T>::NameMalformed);
		ensure!(!Codes::<T>::contains_key(jurisdiction, code), Error::<T>::CodeExists);
		let count = CodeCounts::<T>::get(jurisdiction);
		ensure!(count < MAX_CODES, Error::<T>::TooManyCodes);
		if let TaxKind::LevyPerUnit { currency, .. } = kind {
			ensure!(T::Money::exists(currency), Error::<T>::CurrencyNotFound);
		}
		ensure!(is_rate(kind, rate), Error::<T>::RateInvalid);

		let rates = BoundedVec::truncate_from(alloc::vec![(from, rate)]);
		Codes::<T>::insert(jurisdiction, code, Code { name: name.clone(), kind, rates });
		CodeCounts::<T>::insert(jurisdiction, count.saturating_add(1));
		Self::deposit_event(Event::CodeSet { jurisdiction, code, name, kind });
		Self::deposit_event(Event::RateSet { jurisdiction, code, from, rate });
		Ok(())
	}

	pub(crate) fn do_set_rate(
		caller: &T::AccountId,
		jurisdiction: JurisdictionId,
		code: TaxCode,
		from: Day,
		rate: Balance,
	) -> DispatchResult {
		let entry = Self::ensure_authority(caller, jurisdiction)?;
		// Nobody is taxed by surprise, nor after the fact.
		ensure!(from > Self::local_today(&entry.settings), Error::<T>::RateInPast);
		let mut stored = Codes::<T>::get(jurisdiction, code).ok_or(Error::<T>::CodeNotFound)?;
		ensure!(is_rate(stored.kind, rate), Error::<T>::RateInvalid);
		match stored.rates.binary_search_by_key(&from, |entry| entry.0) {
			Ok(place) => stored.rates[place].1 = rate,
			Err(place) => {
				let inserted = stored.rates.try_insert(place, (from, rate));
				inserted.map_err(|_| Error::<T>::TooManyRates)?;
			},
		}
		Codes::<T>::insert(jurisdiction, code, stored);
		Self::deposit_event(Event::RateSet { jurisdiction, code, from, rate });
		Ok(())
	}

	/// Kind of a code, and its rate on `day`.
	pub(crate) fn kind_and_rate(jurisdiction: JurisdictionId, code: TaxCode, day: Day) -> Rate {
		let entry = Codes::<T>::get(jurisdiction, code).ok_or(Refusal::CodeNotFound(code))?;
		let rate = entry.rate_on(day).ok_or(Refusal::NoRateYet(code))?;
		Ok((entry.kind, rate))
	}
}

/// Whether a code of this kind can have this rate.
pub(crate) fn is_rate(kind: TaxKind, rate: Balance) -> bool {
	match kind {
		TaxKind::Vat(VatCategory::Standard | VatCategory::ReverseCharge)
		| TaxKind::LevyOnNet { .. }
		| TaxKind::Withholding => rate <= MILLION.into(),
		TaxKind::Vat(_) => rate == 0,
		TaxKind::LevyPerUnit { .. } => rate <= MAX_AMOUNT,
	}
}
