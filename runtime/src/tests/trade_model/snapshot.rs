//! What everybody has, read once after each operation.

use super::town::{Town, CURRENCIES, HOURS, JURISDICTIONS};
use crate::{AccountId, Assets, Runtime, Tax};
use ourledger_primitives::{money::CurrencyId, tax::JurisdictionId, twin::TwinNumber, Balance};
use pallet_currencies::{CreditLines, SetAside};
use pallet_tax::{Treasuries, TreasuryBook};
use std::collections::BTreeMap;

/// Credit and claims of a taxpayer.
pub type CreditKey = (JurisdictionId, TwinNumber, CurrencyId);

/// All money, credits and treasuries, at one moment.
pub struct Snapshot {
	/// What is stored, with demurrage that wasn't collected yet, by the account's place among all of
	/// the town's.
	pub purses: BTreeMap<(CurrencyId, usize), Balance>,
	/// What accounts have drawn on their lines of credit.
	pub debts: BTreeMap<(CurrencyId, usize), Balance>,
	/// What is set aside for accounts that couldn't hold it.
	pub aside: BTreeMap<(CurrencyId, usize), Balance>,
	/// Credit, what of it is claimed, and arrears.
	pub credits: BTreeMap<CreditKey, [Balance; 3]>,
	pub treasuries: BTreeMap<(JurisdictionId, CurrencyId), TreasuryBook>,
}

impl Snapshot {
	pub fn take(town: &Town) -> Self {
		let (mut purses, mut debts) = (BTreeMap::new(), BTreeMap::new());
		let mut aside = BTreeMap::new();
		let (mut credits, mut treasuries) = (BTreeMap::new(), BTreeMap::new());
		for (place, party) in town.parties.iter().enumerate() {
			if party.twin.is_some() {
				let line = CreditLines::<Runtime>::get(HOURS, &party.account);
				debts.insert((HOURS, place), line.map_or(0, |line| line.debt));
			}
		}
		for currency in CURRENCIES {
			for (place, (_, account)) in town.accounts.iter().enumerate() {
				purses.insert((currency, place), stored(currency, account));
				if place < town.parties.len() {
					let kept = SetAside::<Runtime>::get(currency, account);
					aside.insert((currency, place), kept.map_or(0, |kept| kept.nominal));
				}
			}
			for jurisdiction in JURISDICTIONS {
				let book = Treasuries::<Runtime>::get(jurisdiction, currency);
				treasuries.insert((jurisdiction, currency), book);
				for twin in town.parties.iter().filter_map(|it| it.twin) {
					let account = Tax::account(jurisdiction, twin, currency);
					let key = (jurisdiction, twin, currency);
					credits.insert(key, [account.credit, account.pending, account.arrears]);
				}
			}
		}
		Self { purses, debts, aside, credits, treasuries }
	}

	/// All money of a currency.
	pub fn total(&self, currency: CurrencyId) -> Balance {
		let own = self.purses.iter().filter(|((other, _), _)| *other == currency);
		own.map(|(_, purse)| purse).sum()
	}

	/// All debts in a currency.
	pub fn owed(&self, currency: CurrencyId) -> Balance {
		let own = self.debts.iter().filter(|((other, _), _)| *other == currency);
		own.map(|(_, debt)| debt).sum()
	}

	/// What an account has, wherever it is, less what it owes for it.
	pub fn worth(&self, currency: CurrencyId, place: usize) -> i128 {
		let of = |amounts: &BTreeMap<_, Balance>| {
			amounts.get(&(currency, place)).copied().unwrap_or(0) as i128
		};
		of(&self.purses) + of(&self.aside) - of(&self.debts)
	}
}

/// What an account is shown to have in wallets: demurrage that wasn't collected yet is in it.
pub fn stored(currency: CurrencyId, account: &AccountId) -> Balance {
	Assets::balance(currency, account)
}
