//! What views return.

use crate::{types::Account, *};
use alloc::vec::Vec;
use frame::traits::Convert;
use ourledger_primitives::{
	money::CurrencyId,
	tax::{JurisdictionId, TaxCode},
	twin::TwinNumber,
};

impl<T: Config> Pallet<T> {
	/// Up to `limit` jurisdictions from `from` on.
	pub(crate) fn page(
		from: JurisdictionId,
		limit: u32,
	) -> Vec<(JurisdictionId, JurisdictionOf<T>)> {
		let end = from.saturating_add(limit.min(MAX_PAGE)).min(NextJurisdiction::<T>::get());
		(from..end).filter_map(|id| Some((id, Jurisdictions::<T>::get(id)?))).collect()
	}

	/// At most [`MAX_CODES`].
	pub(crate) fn codes_of(jurisdiction: JurisdictionId) -> Vec<(TaxCode, Code)> {
		let mut codes = Codes::<T>::iter_prefix(jurisdiction).collect::<Vec<_>>();
		codes.sort_by_key(|(code, _)| *code);
		codes
	}

	pub(crate) fn account_info(
		jurisdiction: JurisdictionId,
		twin: TwinNumber,
		currency: CurrencyId,
	) -> AccountInfo {
		let account = Accounts::<T>::get((jurisdiction, twin, currency));
		let credit = account.credit();
		let Account { credits, pending, arrears } = account;
		AccountInfo { credit, pending, arrears, credits }
	}

	pub(crate) fn read_deposits() -> TaxDeposits {
		TaxDeposits { taxpayer: T::DepositPrice::convert(Self::taxpayer_footprint()) }
	}
}
