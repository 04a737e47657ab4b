//! What a migration must not change, read from either layout.

use super::{prefix_of, v1};
use crate::{types::Account, *};
use codec::{Decode, Encode};
use frame::{deps::sp_runtime::TryRuntimeError, prelude::*};
use ourledger_primitives::{
	migration::{either, entries},
	Balance,
};

/// Numbers of entries, and sums over all of them, in minor units of whatever currency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Totals {
	jurisdictions: u32,
	accounts: u32,
	statements: u32,
	books: u32,
	credit: Balance,
	pending: Balance,
	/// Of statements: output, input, remitted, used, returned, reversed, refunded, levies, withheld.
	statement: [Balance; 9],
	/// Of nets and of taxes.
	by_code: [i128; 2],
	/// Of books, the same, and what only they have.
	book: [Balance; 15],
	turnover: Balance,
}

impl Totals {
	pub fn of<T: Config>() -> Result<Self, TryRuntimeError> {
		let mut totals = Self::default();
		for (_, bytes) in entries(&prefix_of::<T>(b"Jurisdictions")) {
			let renew = |old: v1::OldJurisdiction<T::AccountId>| old.renew(|_| None);
			either(&bytes, renew).ok_or("a jurisdiction can't be read")?;
			totals.jurisdictions += 1;
		}
		for (_, bytes) in entries(&prefix_of::<T>(b"Accounts")) {
			let it = either(&bytes, v1::OldAccount::renew).ok_or("an account can't be read")?;
			totals.add_account(&it);
		}
		for (_, bytes) in entries(&prefix_of::<T>(b"Statements")) {
			let it = either(&bytes, v1::OldStatement::renew).ok_or("a statement can't be read")?;
			totals.add_statement(&it);
		}
		for (_, bytes) in entries(&prefix_of::<T>(b"Treasuries")) {
			let it = either(&bytes, v1::OldBook::renew).ok_or("a book can't be read")?;
			totals.add_book(&it);
		}
		for (_, bytes) in entries(&prefix_of::<T>(b"Turnovers")) {
			let it = Balance::decode(&mut &bytes[..]).map_err(|_| "turnover can't be read")?;
			totals.turnover += it;
		}
		Ok(totals)
	}

	/// That these are what there were before.
	pub fn ensure_follow(&self, before: &[u8]) -> Result<(), TryRuntimeError> {
		let before = Self::decode(&mut &before[..]).map_err(|_| "no totals from before")?;
		if *self != before {
			log::error!(target: LOG_TARGET, "before: {before:?}, after: {self:?}");
		}
		ensure!(*self == before, "a migration changed amounts");
		Ok(())
	}

	fn add_account(&mut self, it: &Account) {
		self.accounts += 1;
		self.credit += it.credit();
		self.pending += it.pending;
	}

	fn add_statement(&mut self, it: &Statement) {
		self.statements += 1;
		for total in it.sales.iter().chain(&it.purchases) {
			self.by_code[0] += total.net;
			self.by_code[1] += total.tax;
		}
		let amounts = [
			it.output,
			it.input,
			it.remitted,
			it.used,
			it.returned,
			it.reversed,
			it.refunded,
			it.levies,
			it.withheld,
		];
		add(&mut self.statement, amounts);
	}

	fn add_book(&mut self, it: &TreasuryBook) {
		self.books += 1;
		let uncredited = it.uncredited.iter().map(|(_, amount)| amount).sum::<Balance>();
		let amounts = [
			it.output,
			it.used,
			it.remitted,
			it.levies,
			it.withheld,
			it.made_good,
			it.gifts,
			it.refunds + it.sweeps,
			it.credited,
			it.returned,
			it.reversed,
			it.forfeited,
			it.credits,
			it.pending,
			it.ahead + uncredited,
		];
		add(&mut self.book, amounts);
	}
}

fn add<const N: usize>(sums: &mut [Balance; N], amounts: [Balance; N]) {
	sums.iter_mut().zip(amounts).for_each(|(sum, amount)| *sum += amount);
}
