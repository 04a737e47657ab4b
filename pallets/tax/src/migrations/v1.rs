//! How this pallet's state was laid out in version 1, where it differs.

// Fields are documented where they are now: only what differs is said here.
#![allow(missing_docs)]

use crate::{
	limits::{MAX_CURRENCIES, MAX_WINDOW_DAYS, WINDOW_PERIODS},
	types::{
		Account, ClockChange, CodeTotals, Credits, Jurisdiction, JurisdictionName, RefundCap,
		Rounding, Settings, Statement, TreasuryBook, Year,
	},
	Config,
};
use codec::{Decode, Encode};
use frame::prelude::*;
use ourledger_math::rounding::MILLION;
use ourledger_primitives::{
	invoice::MAX_AMOUNT,
	money::{CurrencyId, MAX_CURRENCY_DECIMALS},
	tax::{JurisdictionId, Period, Ppm},
	twin::TwinNumber,
	Balance,
};

/// In whole units. The least that stops a claim of one minor unit.
const LEAST_CLAIM: Balance = 1;

/// See [`super::ToV2`].
#[derive(Clone, Debug, Encode, Decode)]
pub struct OldSettings {
	pub authority: TwinNumber,
	pub auditors: BoundedVec<TwinNumber, ConstU32<8>>,
	pub currencies: BoundedVec<CurrencyId, ConstU32<MAX_CURRENCIES>>,
	pub reporting: [u8; 3],
	/// For ever: there was no summer time.
	pub utc_offset_minutes: i16,
	pub rounding: Rounding,
	pub supply_bound_days: u16,
	pub correction_days: u16,
	/// Without a limit.
	pub unpaid_days: u16,
	/// In minor units, whatever the currency's decimals.
	pub refund_caps: BoundedVec<RefundCap, ConstU32<4>>,
	pub hold_days: u16,
	pub appeal_days: u16,
	pub returns_alert: Ppm,
	pub thresholds: BoundedVec<(CurrencyId, Balance), ConstU32<MAX_CURRENCIES>>,
}

#[derive(Clone, Debug, Encode, Decode)]
pub struct OldJurisdiction<AccountId> {
	pub name: JurisdictionName,
	pub settings: OldSettings,
	pub treasury: AccountId,
}

/// Without arrears.
#[derive(Clone, Debug, Encode, Decode)]
pub struct OldAccount {
	pub credits: Credits,
	pub pending: Balance,
}

/// Without tips, arrears, and what returns within invoices took off.
#[derive(Clone, Debug, Encode, Decode)]
pub struct OldStatement {
	pub sales: CodeTotals,
	pub purchases: CodeTotals,
	pub output: Balance,
	pub input: Balance,
	pub remitted: Balance,
	pub used: Balance,
	pub returned: Balance,
	pub reversed: Balance,
	pub refunded: Balance,
	pub levies: Balance,
	pub withheld: Balance,
}

/// Without arrears.
#[derive(Clone, Debug, Encode, Decode)]
pub struct OldBook {
	pub output: Balance,
	pub used: Balance,
	pub remitted: Balance,
	pub levies: Balance,
	pub withheld: Balance,
	pub made_good: Balance,
	pub gifts: Balance,
	pub refunds: Balance,
	pub sweeps: Balance,
	pub credited: Balance,
	pub returned: Balance,
	pub reversed: Balance,
	pub forfeited: Balance,
	pub credits: Balance,
	pub pending: Balance,
	pub ahead: Balance,
	pub uncredited: BoundedVec<(Period, Balance), ConstU32<WINDOW_PERIODS>>,
}

mod alias {
	use super::*;
	use crate::Pallet;
	use frame::deps::frame_support::{storage::types::Key, storage_alias, Twox64Concat};

	/// Jurisdiction, owner, currency, year → turnover of the sellers that it owns.
	#[storage_alias]
	pub type Turnovers<T: Config> = StorageNMap<
		Pallet<T>,
		(
			Key<Twox64Concat, JurisdictionId>,
			Key<Twox64Concat, TwinNumber>,
			Key<Twox64Concat, CurrencyId>,
			Key<Twox64Concat, Year>,
		),
		Balance,
	>;
}

pub use alias::Turnovers as OldTurnovers;

/// Jurisdiction, owner, currency and year of an entry of [`OldTurnovers`]; nothing, of a new one. Their
/// keys begin alike, but the hashes within, of 8 bytes before each part, tell them apart.
pub fn turnover_key<T: Config>(
	key: &[u8],
) -> Option<(JurisdictionId, TwinNumber, CurrencyId, Year)> {
	// Behind the map's prefix.
	let rest = &mut key.get(32..)?;
	let (_, jurisdiction) = <([u8; 8], JurisdictionId)>::decode(rest).ok()?;
	let (_, owner) = <([u8; 8], TwinNumber)>::decode(rest).ok()?;
	let (_, currency) = <([u8; 8], CurrencyId)>::decode(rest).ok()?;
	let (_, year) = <([u8; 8], Year)>::decode(rest).ok()?;
	let parts = (jurisdiction, owner, currency, year);
	(OldTurnovers::<T>::hashed_key_for(parts) == key).then_some(parts)
}

impl<AccountId> OldJurisdiction<AccountId> {
	/// `decimals` of a currency, if there is such a one.
	pub fn renew(self, decimals: impl Fn(CurrencyId) -> Option<u8>) -> Jurisdiction<AccountId> {
		let Self { name, settings, treasury } = self;
		let most = settings.currencies.iter().filter_map(|currency| decimals(*currency)).max();
		let most = most.unwrap_or(MAX_CURRENCY_DECIMALS);
		Jurisdiction { name, settings: settings.renew(most), treasury }
	}
}

impl OldSettings {
	/// `decimals`: the most that an accepted currency has. Caps counted minor units of any; in whole
	/// ones they are as large in that currency, and in others no larger than they were. So nothing is
	/// refunded by itself that wasn't before.
	fn renew(self, decimals: u8) -> Settings {
		let clock = ClockChange { from: 0, utc_offset_minutes: self.utc_offset_minutes };
		let mut refund_caps = self.refund_caps;
		for it in refund_caps.iter_mut() {
			it.cap = (it.cap / 10u128.saturating_pow(decimals.into())).min(MAX_AMOUNT);
		}
		Settings {
			authority: self.authority,
			auditors: self.auditors,
			currencies: self.currencies,
			reporting: self.reporting,
			clock: BoundedVec::truncate_from([clock].into()),
			rounding: self.rounding,
			supply_bound_days: self.supply_bound_days,
			correction_days: self.correction_days,
			unpaid_days: self.unpaid_days.min(MAX_WINDOW_DAYS),
			// As much again: who takes tips as they are usual won't feel it. Governance can lower it.
			tip_limit: MILLION,
			least_claim: LEAST_CLAIM,
			refund_caps,
			hold_days: self.hold_days,
			appeal_days: self.appeal_days,
			returns_alert: self.returns_alert,
			thresholds: self.thresholds,
		}
	}
}

impl OldAccount {
	pub fn renew(self) -> Account {
		let Self { credits, pending } = self;
		Account { credits, pending, arrears: 0 }
	}
}

impl OldStatement {
	/// What wasn't booked stays unknown, and so nothing: all output had been used or remitted.
	pub fn renew(self) -> Statement {
		Statement {
			sales: self.sales,
			purchases: self.purchases,
			tips: 0,
			output: self.output,
			input: self.input,
			remitted: self.remitted,
			used: self.used,
			deferred: 0,
			settled: 0,
			taken_off: 0,
			returned: self.returned,
			reversed: self.reversed,
			refunded: self.refunded,
			charged: 0,
			levies: self.levies,
			withheld: self.withheld,
		}
	}
}

impl OldBook {
	pub fn renew(self) -> TreasuryBook {
		TreasuryBook {
			output: self.output,
			used: self.used,
			remitted: self.remitted,
			arrears: 0,
			levies: self.levies,
			withheld: self.withheld,
			made_good: self.made_good,
			gifts: self.gifts,
			refunds: self.refunds,
			sweeps: self.sweeps,
			credited: self.credited,
			returned: self.returned,
			reversed: self.reversed,
			forfeited: self.forfeited,
			credits: self.credits,
			pending: self.pending,
			ahead: self.ahead,
			uncredited: self.uncredited,
		}
	}
}
