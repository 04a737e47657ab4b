//! Tax as other pallets see it.

use crate::*;
use frame::prelude::*;
use ourledger_primitives::{
	invoice::{Bill, Note, Remainder, Sale},
	money::{CurrencyId, Day},
	tax::{
		JurisdictionId, Jurisdictions as JurisdictionRules, NoteOutcome, PaymentSplit, Ppm,
		SeatTax, Source, TaxRules, Trade,
	},
	twin::TwinNumber,
	Balance,
};

impl<T: Config> TaxRules<T::AccountId> for Pallet<T> {
	fn today(jurisdiction: JurisdictionId) -> Result<Day, DispatchError> {
		Ok(Self::local_today(&Self::jurisdiction_of(jurisdiction)?.settings))
	}

	fn treasury(jurisdiction: JurisdictionId) -> Option<T::AccountId> {
		Jurisdictions::<T>::get(jurisdiction).map(|it| it.treasury)
	}

	fn correction_days(jurisdiction: JurisdictionId) -> Result<u32, DispatchError> {
		Ok(Self::jurisdiction_of(jurisdiction)?.settings.correction_days.into())
	}

	fn unpaid_days(jurisdiction: JurisdictionId) -> Result<u32, DispatchError> {
		Ok(Self::jurisdiction_of(jurisdiction)?.settings.unpaid_days.into())
	}

	fn ensure_no_arrears(
		jurisdiction: JurisdictionId,
		buyer: TwinNumber,
		currency: CurrencyId,
	) -> DispatchResult {
		let arrears = Self::arrears_of(jurisdiction, buyer, currency);
		ensure!(arrears == 0, Error::<T>::BuyerInArrears);
		Ok(())
	}

	fn reporting_rate(jurisdiction: JurisdictionId, currency: CurrencyId) -> Option<(u64, u64)> {
		Rates::<T>::get(jurisdiction, currency)
	}

	fn assess(trade: &Trade, sale: &Sale) -> Result<Bill, DispatchError> {
		Self::do_assess(trade, sale)
	}

	fn book_issue(trade: &Trade, bill: &mut Bill) -> Result<(), DispatchError> {
		Self::do_book_issue(trade, bill)
	}

	fn collect(
		trade: &Trade,
		bill: &mut Bill,
		from: Source<'_, T::AccountId>,
		amount: Balance,
	) -> Result<PaymentSplit, DispatchError> {
		Self::do_collect(trade, bill, from, amount)
	}

	fn collect_unpaid(trade: &Trade, bill: &mut Bill) -> Result<PaymentSplit, DispatchError> {
		Self::do_collect_unpaid(trade, bill)
	}

	fn remainder(bill: &Bill, note: &Note) -> Result<Remainder, DispatchError> {
		Ok(Self::do_remainder(bill, note)?)
	}

	fn credit(
		trade: &Trade,
		bill: &mut Bill,
		left: &Remainder,
		cover: Balance,
	) -> Result<NoteOutcome, DispatchError> {
		Self::do_credit(trade, bill, left, cover)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn prepare(
		currency: CurrencyId,
		seller: TwinNumber,
		buyer: TwinNumber,
		per_line: bool,
	) -> (JurisdictionId, ourledger_primitives::tax::BenchmarkCodes) {
		benchmarking::prepare::<T>(currency, seller, buyer, per_line)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn fill_books(jurisdiction: JurisdictionId, currency: CurrencyId, twin: TwinNumber) {
		benchmarking::fill_books::<T>(jurisdiction, twin, currency);
	}
}

impl<T: Config> SeatTax<T::AccountId> for Pallet<T> {
	fn accepts(jurisdiction: JurisdictionId, currency: CurrencyId) -> bool {
		Jurisdictions::<T>::get(jurisdiction)
			.is_some_and(|it| it.settings.currencies.contains(&currency))
	}

	fn pay_arrears(
		jurisdiction: JurisdictionId,
		twin: TwinNumber,
		currency: CurrencyId,
		account: &T::AccountId,
	) -> Result<Balance, DispatchError> {
		Self::do_pay_arrears_out_of(account, jurisdiction, twin, currency)
	}

	fn withhold(
		jurisdiction: JurisdictionId,
		payer: TwinNumber,
		account: &T::AccountId,
		currency: CurrencyId,
		amount: Balance,
		rest: &mut Ppm,
	) -> Result<Balance, DispatchError> {
		Self::do_withhold(jurisdiction, (payer, account), currency, amount, rest)
	}
}

impl<T: Config> JurisdictionRules for Pallet<T> {
	fn authority_of(jurisdiction: JurisdictionId) -> Result<TwinNumber, DispatchError> {
		Ok(Self::jurisdiction_of(jurisdiction)?.settings.authority)
	}

	fn is_business(jurisdiction: JurisdictionId, twin: TwinNumber) -> bool {
		let Some(entry) = Jurisdictions::<T>::get(jurisdiction) else { return false };
		let today = Self::local_today(&entry.settings);
		Self::registration(jurisdiction, twin, today).is_some()
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn create(authority: TwinNumber) -> JurisdictionId {
		benchmarking::create::<T>(authority, alloc::vec::Vec::new())
	}
}
