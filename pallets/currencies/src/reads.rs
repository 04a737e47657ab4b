//! What the views answer.

use crate::{ledger::Ledger, *};
use alloc::vec::Vec;
use frame::{
	prelude::*,
	traits::fungibles::{metadata, Inspect},
};
use ourledger_primitives::money::CurrencyId;

impl<T: Config> Pallet<T> {
	pub(crate) fn read_currency(id: CurrencyId) -> Option<CurrencyInfoOf<T>> {
		let Ledger { currency, pot, .. } = Ledger::<T>::of(id).ok()?;
		let Currency { issuer, jurisdiction, decimals, terms, notice_days, pending, .. } = currency;
		// Never longer than they were when they were set.
		let name = BoundedVec::truncate_from(<T::Assets as metadata::Inspect<_>>::name(id));
		let symbol = BoundedVec::truncate_from(<T::Assets as metadata::Inspect<_>>::symbol(id));
		let (supply, debts) = (T::Assets::total_issuance(id), Debts::<T>::get(id));
		Some(CurrencyInfo {
			issuer,
			jurisdiction,
			name,
			symbol,
			decimals,
			terms,
			pending,
			notice_days,
			supply,
			debts,
			pot,
		})
	}

	pub(crate) fn read_currencies(
		from: CurrencyId,
		limit: u32,
	) -> Vec<(CurrencyId, CurrencyInfoOf<T>)> {
		(from..NextCurrency::<T>::get())
			.take(limit.min(MAX_PAGE) as usize)
			.filter_map(|id| Some((id, Self::read_currency(id)?)))
			.collect()
	}

	pub(crate) fn read_holding(id: CurrencyId, account: &T::AccountId) -> HoldingInfoOf<T> {
		let line = CreditLines::<T>::get(id, account);
		let ledger = Ledger::<T>::of(id).ok();
		let balance = ledger.as_ref().map_or(0, |ledger| ledger.balance(account));
		let spendable = ledger.as_ref().map_or(0, |ledger| ledger.spendable(account, 0));
		let set_aside = ledger.as_ref().and_then(|ledger| {
			let kept = SetAside::<T>::get(id, account)?;
			ledger.worth(account, &kept).ok()
		});
		let may_receive = ledger.is_some_and(|ledger| {
			ledger.ensure_may_receive(account).is_ok()
				&& ledger.ensure_can_hold(account, balance).is_ok()
		});
		HoldingInfo {
			balance,
			spendable,
			frozen_until: Self::frozen_until(id, account),
			credit_limit: line.as_ref().map_or(0, |line| line.limit),
			debt: line.as_ref().map_or(0, |line| line.debt),
			member: Members::<T>::get(id, account).map(|member| member.expelled),
			may_receive,
			set_aside: set_aside.unwrap_or(0),
		}
	}

	pub(crate) fn read_set_aside(id: CurrencyId, owner: &T::AccountId) -> Option<SetAsideInfo> {
		let kept = SetAside::<T>::get(id, owner)?;
		let payable = Ledger::<T>::of(id).ok()?.worth(owner, &kept).ok()?;
		Some(SetAsideInfo { nominal: kept.nominal, payable })
	}

	pub(crate) fn read_deposits() -> CurrencyDeposits {
		CurrencyDeposits {
			currency: T::DepositPrice::convert(Self::currency_footprint()),
			member: T::DepositPrice::convert(Self::member_footprint()),
			credit_line: T::DepositPrice::convert(Self::line_footprint()),
			freeze: T::DepositPrice::convert(Self::freeze_footprint()),
		}
	}
}
