//! Entries as version 1 would have had them, for tests and benchmarks.

#![allow(missing_docs)]

use super::v1::*;
use crate::types::{Account, Jurisdiction, Settings, Statement, TreasuryBook};

/// Caps as they are, whatever they count.
pub fn old_jurisdiction<AccountId>(it: Jurisdiction<AccountId>) -> OldJurisdiction<AccountId> {
	let Jurisdiction { name, settings, treasury } = it;
	OldJurisdiction { name, settings: old_settings(settings), treasury }
}

fn old_settings(it: Settings) -> OldSettings {
	OldSettings {
		authority: it.authority,
		auditors: it.auditors,
		currencies: it.currencies,
		reporting: it.reporting,
		utc_offset_minutes: it.clock.first().map_or(0, |change| change.utc_offset_minutes),
		rounding: it.rounding,
		supply_bound_days: it.supply_bound_days,
		correction_days: it.correction_days,
		unpaid_days: it.unpaid_days,
		refund_caps: it.refund_caps,
		hold_days: it.hold_days,
		appeal_days: it.appeal_days,
		returns_alert: it.returns_alert,
		thresholds: it.thresholds,
	}
}

pub fn old_account(it: Account) -> OldAccount {
	OldAccount { credits: it.credits, pending: it.pending }
}

pub fn old_statement(it: Statement) -> OldStatement {
	OldStatement {
		sales: it.sales,
		purchases: it.purchases,
		output: it.output,
		input: it.input,
		remitted: it.remitted,
		used: it.used,
		returned: it.returned,
		reversed: it.reversed,
		refunded: it.refunded,
		levies: it.levies,
		withheld: it.withheld,
	}
}

pub fn old_book(it: TreasuryBook) -> OldBook {
	OldBook {
		output: it.output,
		used: it.used,
		remitted: it.remitted,
		levies: it.levies,
		withheld: it.withheld,
		made_good: it.made_good,
		gifts: it.gifts,
		refunds: it.refunds,
		sweeps: it.sweeps,
		credited: it.credited,
		returned: it.returned,
		reversed: it.reversed,
		forfeited: it.forfeited,
		credits: it.credits,
		pending: it.pending,
		ahead: it.ahead,
		uncredited: it.uncredited,
	}
}
