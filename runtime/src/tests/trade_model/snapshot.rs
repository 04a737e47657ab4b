//! What everybody has, read once after each operation.

use super::town::{Town, CURRENCIES, HOURS, JURISDICTIONS};
use crate::{AccountId, Currencies, Runtime, Tax};
use ourledger_primitives::{
	money::{CurrencyId, LocalMoney},
	tax::JurisdictionId,
	twin::TwinNumber,
	Balance,
};
use pallet_currencies::CreditLines;
use pallet_tax::{Treasuries, TreasuryBook};
use std::collections::BTreeMap;

/// Credit and claims of a taxpayer.
pub type CreditKey = (JurisdictionId, TwinNumber, CurrencyId);

/// All money, credits and treasuries, at one moment.
pub struct Snapshot {
	/// By the account's place among all of the town's.
	pub purses: BTreeMap<(CurrencyId, usize), Balance>,
	/// Credit, and what of it is claimed.
	pub credits: BTreeMap<CreditKey, (Balance, Balance)>,
	pub treasuries: BTreeMap<(JurisdictionId, CurrencyId), TreasuryBook>,
}

impl Snapshot {
	pub fn take(town: &Town) -> Self {
		let (mut purses, mut credits) = (BTreeMap::new(), BTreeMap::new());
		let mut treasuries = BTreeMap::new();
		for currency in CURRENCIES {
			for (place, (_, account)) in town.accounts.iter().enumerate() {
				purses.insert((currency, place), purse(currency, account));
			}
			for jurisdiction in JURISDICTIONS {
				let book = Treasuries::<Runtime>::get(jurisdiction, currency);
				treasuries.insert((jurisdiction, currency), book);
				for twin in town.parties.iter().filter_map(|it| it.twin) {
					let account = Tax::account(jurisdiction, twin, currency);
					let key = (jurisdiction, twin, currency);
					credits.insert(key, (account.credit, account.pending));
				}
			}
		}
		Self { purses, credits, treasuries }
	}

	/// All money of a currency.
	pub fn total(&self, currency: CurrencyId) -> Balance {
		let own = self.purses.iter().filter(|((other, _), _)| *other == currency);
		own.map(|(_, purse)| purse).sum()
	}
}

/// What somebody can spend, credit lines included: of those the model doesn't know, so to it what
/// somebody may draw is money like any other.
pub fn purse(currency: CurrencyId, account: &AccountId) -> Balance {
	let balance = <Currencies as LocalMoney<_>>::balance(currency, account);
	if currency != HOURS {
		return balance;
	}
	let line = CreditLines::<Runtime>::get(currency, account);
	balance + line.map_or(0, |line| line.limit - line.debt)
}
