//! What a migration must not change, read from either layout.

use super::{prefix_of, v1, PastMoney};
use crate::*;
use alloc::collections::BTreeMap;
use codec::{Decode, Encode};
use frame::{deps::sp_runtime::TryRuntimeError, prelude::*};
use ourledger_primitives::{
	migration::{either, entries},
	money::{CurrencyId, LocalMoney},
	Balance,
};

/// Sums over all invoices in one currency, in minor units.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
struct Sums {
	invoices: u32,
	notes: u32,
	gross: Balance,
	paid: Balance,
	escrowed: Balance,
	/// What the payers paid, waiting or not.
	by_payers: Balance,
	nets: i128,
	/// VAT, and what of it was taken.
	vat: [i128; 2],
	/// Levies and withholding, and what of them was taken.
	others: [Balance; 2],
	credited: Balance,
	/// What the escrow has.
	in_pot: Balance,
}

/// By currency.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Totals(BTreeMap<CurrencyId, Sums>);

impl Totals {
	pub fn of<T: Config, P: PastMoney>() -> Result<Self, TryRuntimeError> {
		let mut all = BTreeMap::<CurrencyId, Sums>::new();
		for (_, bytes) in entries(&prefix_of::<T>(b"Invoices")) {
			let renew = |old: v1::OldInvoice<T::AccountId>| old.renew::<T, P>().0;
			let invoice = either(&bytes, renew).ok_or("an invoice can't be read")?;
			all.entry(invoice.currency).or_default().add::<T>(&invoice);
		}
		for (currency, sums) in &mut all {
			sums.in_pot = T::Money::balance(*currency, &Pallet::<T>::escrow_account());
		}
		Ok(Self(all))
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
}

impl Sums {
	fn add<T: Config>(&mut self, invoice: &InvoiceOf<T>) {
		let bill = &invoice.bill;
		self.invoices += 1;
		self.notes += u32::from(invoice.note.is_some());
		self.gross += bill.gross;
		self.paid += bill.paid;
		self.escrowed += invoice.escrowed;
		self.by_payers +=
			invoice.payers.iter().map(|it| it.paid + it.kept.nominal).sum::<Balance>();
		for it in &bill.subtotals {
			self.nets += it.net;
			self.vat[0] += it.vat;
			self.vat[1] += it.taken;
			self.credited += it.credited;
		}
		let levies = bill.levies.iter().map(|it| (it.tax, it.taken));
		let withheld = bill.withheld.iter().map(|it| (it.tax, it.taken));
		for (tax, taken) in levies.chain(withheld) {
			self.others[0] += tax;
			self.others[1] += taken;
		}
	}
}
