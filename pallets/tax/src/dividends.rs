//! Dividends: the code by which tax is withheld of them, and what is withheld.

use crate::{books::Books, *};
use frame::prelude::*;
use ourledger_math::shares::withheld;
use ourledger_primitives::{
	money::{CurrencyId, Day, LocalMoney},
	tax::{JurisdictionId, Ppm, TaxCode, TaxKind},
	twin::TwinNumber,
	Balance,
};
use ourledger_trade::books::Delta;

impl<T: Config> Pallet<T> {
	pub(crate) fn do_set_dividend_code(
		caller: &T::AccountId,
		jurisdiction: JurisdictionId,
		code: Option<TaxCode>,
	) -> DispatchResult {
		let entry = Self::ensure_authority(caller, jurisdiction)?;
		if let Some(code) = code {
			Self::dividend_rate(jurisdiction, code, Self::local_today(&entry.settings))?;
		}
		DividendCodes::<T>::set(jurisdiction, code);
		Self::deposit_event(Event::DividendCodeSet { jurisdiction, code });
		Ok(())
	}

	/// Of the dividend of a twin that has its money in `payer`.
	pub(crate) fn do_withhold(
		jurisdiction: JurisdictionId,
		(twin, payer): (TwinNumber, &T::AccountId),
		currency: CurrencyId,
		amount: Balance,
		rest: &mut Ppm,
	) -> Result<Balance, DispatchError> {
		let place = Self::place(jurisdiction)?;
		let Some(code) = DividendCodes::<T>::get(jurisdiction) else { return Ok(0) };
		let rate = Self::dividend_rate(jurisdiction, code, place.today)?;
		// Nothing can be wrong but a rest of a whole unit, and this never leaves one.
		let (tax, left) = withheld(amount, rate, *rest).map_err(|_| DispatchError::Corruption)?;

		if tax > 0 {
			// As of an invoice: withholding has no net of its own.
			let total = i128::try_from(tax).map_err(|_| Error::<T>::Overflow)?;
			let sales = alloc::vec![CodeTotal { code, net: 0, tax: total }];
			let delta = Delta { withheld: tax, sales, ..Delta::default() };
			T::Money::collect(currency, payer, &place.treasury, tax)?;
			let mut books = Books::<T>::open(jurisdiction, currency, place.period);
			books.apply(twin, &delta, None)?;
			// Nobody is credited, so that nothing goes against arrears; and no note ever gives it back,
			// so that nothing is reserved.
			books.close();
		}
		*rest = left;
		Self::deposit_event(Event::TaxWithheld {
			jurisdiction,
			currency,
			period: place.period,
			twin,
			payer: payer.clone(),
			code,
			rate,
			amount,
			tax,
			rest: left,
		});
		Ok(tax)
	}

	/// The rate of a code on `day`, if dividends can have it.
	fn dividend_rate(
		jurisdiction: JurisdictionId,
		code: TaxCode,
		day: Day,
	) -> Result<Ppm, DispatchError> {
		let code = Codes::<T>::get(jurisdiction, code).ok_or(Error::<T>::CodeNotFound)?;
		ensure!(code.kind == TaxKind::Withholding, Error::<T>::WrongCodeKind);
		let rate = code.rate_on(day).ok_or(Error::<T>::NoRateYet)?;
		// A code of this kind has no rate above a million.
		Ppm::try_from(rate).map_err(|_| DispatchError::Corruption)
	}
}
