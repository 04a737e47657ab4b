//! How this pallet's state was laid out in version 1, where it differs.

// Fields are documented where they are now: only what differs is said here.
#![allow(missing_docs)]

use super::PastMoney;
use crate::{Config, Hash32, InvoiceOf, InvoiceState, WaitingNote, Writer};
use alloc::vec::Vec;
use codec::{Decode, Encode};
use frame::prelude::*;
use ourledger_math::rounding::MILLION;
use ourledger_primitives::{
	invoice::{
		Bill, Change, Delivery, LevyItem, Note, NotePart, Payer, Prices, SaleLevy, Settlement,
		Subtotal, TillNumber, WithheldItem, MAX_LEVIES, MAX_PAYERS, MAX_SUBTOTALS,
		MAX_WITHHOLDINGS,
	},
	money::{CurrencyId, Day, Kept, LocalMoney},
	tax::{JurisdictionId, Ppm, TaxCode, TaxRules, VatCategory},
	twin::TwinNumber,
	Balance,
};

/// What a waiting note took back.
#[derive(Clone, Debug, Encode, Decode)]
pub struct OldItem {
	pub code: TaxCode,
	pub amount: i128,
	/// As the seller said.
	pub line_tax: Option<Balance>,
	pub lines: u16,
}

/// What was sold, and what a note took back.
#[derive(Clone, Debug, Encode, Decode)]
pub struct OldSale {
	pub prices: Prices,
	pub items: BoundedVec<OldItem, ConstU32<MAX_SUBTOTALS>>,
	pub levies: BoundedVec<SaleLevy, ConstU32<MAX_LEVIES>>,
	pub withholdings: BoundedVec<TaxCode, ConstU32<MAX_WITHHOLDINGS>>,
	pub tip: Balance,
	pub evidence: Option<[u8; 32]>,
}

#[derive(Clone, Debug, Encode, Decode)]
pub struct OldNote {
	pub note: OldSale,
	pub document: Hash32,
}

/// None was negative.
#[derive(Clone, Debug, Encode, Decode)]
pub struct OldSubtotal {
	pub code: TaxCode,
	pub category: VatCategory,
	pub rate: Ppm,
	pub amount: i128,
	pub net: i128,
	pub vat: Balance,
	pub taken: Balance,
	pub credited: Balance,
}

#[derive(Clone, Debug, Encode, Decode)]
pub struct OldBill {
	pub prices: Prices,
	/// The lines themselves were never known.
	pub per_line: bool,
	pub subtotals: BoundedVec<OldSubtotal, ConstU32<MAX_SUBTOTALS>>,
	pub levies: BoundedVec<LevyItem, ConstU32<MAX_LEVIES>>,
	pub withheld: BoundedVec<WithheldItem, ConstU32<MAX_WITHHOLDINGS>>,
	pub tip: Balance,
	pub gross: Balance,
	pub paid: Balance,
}

/// What waited in escrow was charged from the day of the last payment on.
#[derive(Clone, Debug, Encode, Decode)]
pub struct OldPayer<AccountId> {
	pub account: AccountId,
	/// What waited included.
	pub paid: Balance,
	pub since: Day,
}

#[derive(Clone, Debug, Encode, Decode)]
pub struct OldInvoice<AccountId> {
	pub buyer: Option<TwinNumber>,
	pub jurisdiction: JurisdictionId,
	pub currency: CurrencyId,
	pub supply: Day,
	pub issued: Day,
	pub due: Day,
	pub document: Hash32,
	pub settlement: Settlement,
	pub delivery: Delivery,
	pub till: Option<TillNumber>,
	pub bill: OldBill,
	pub payers: BoundedVec<OldPayer<AccountId>, ConstU32<MAX_PAYERS>>,
	pub escrowed: Balance,
	pub release: Option<Day>,
	pub state: InvoiceState,
	pub note: Option<OldNote>,
	/// Whatever was done since.
	pub cancel: Option<TwinNumber>,
	pub reporting: Option<(u64, u64)>,
	pub removal: Option<Day>,
}

impl OldBill {
	/// Amounts, taxes and what was taken of them stay to the unit.
	pub fn renew(self) -> Bill {
		let subtotals = self.subtotals.into_iter().map(|it| Subtotal {
			code: it.code,
			category: it.category,
			rate: it.rate,
			amount: it.amount,
			net: it.net,
			// No invoice had so much.
			vat: it.vat.try_into().unwrap_or(i128::MAX),
			taken: it.taken.try_into().unwrap_or(i128::MAX),
			credited: it.credited,
		});
		Bill {
			prices: self.prices,
			// What nobody knows can't be asked for: notes are rounded per code.
			lines: None,
			as_one: None,
			// As many as there were.
			subtotals: BoundedVec::truncate_from(subtotals.collect()),
			levies: self.levies,
			withheld: self.withheld,
			tip: self.tip,
			// There was no limit, and a tip that was given can only fall.
			tip_limit: MILLION,
			gross: self.gross,
			paid: self.paid,
		}
	}
}

impl OldNote {
	/// What it leaves of `bill`; nothing, if it takes what isn't there.
	fn renew<T: Config>(self, bill: &Bill) -> Option<WaitingNote> {
		let Self { note: OldSale { items, levies, tip, .. }, document } = self;
		let part = |it: OldItem| NotePart { code: it.code, change: Change::Less(it.amount) };
		// As many as there were.
		let parts = BoundedVec::truncate_from(items.into_iter().map(part).collect());
		let left = T::Tax::remainder(bill, &Note { parts, levies, tip }).ok()?;
		Some(WaitingNote { left, document })
	}
}

impl<AccountId: Clone> OldInvoice<AccountId> {
	/// Who paid what of what has arrived, and of what waits: since money went back to the newest payer
	/// first, what waits is what that came to.
	fn payers<T: Config, P: PastMoney>(&self) -> Vec<Payer<AccountId>> {
		let mut left = self.escrowed;
		let mut payers = Vec::new();
		for OldPayer { account, paid, since } in self.payers.iter().rev().cloned() {
			let waits = paid.min(left);
			left -= waits;
			let kept = kept_since::<T, P>(self.currency, waits, since);
			payers.push(Payer { account, paid: paid - waits, kept });
		}
		payers.reverse();
		payers
	}

	/// As it is now, and whether its waiting note could not be kept.
	pub fn renew<T, P>(self) -> (InvoiceOf<T>, bool)
	where
		T: Config<AccountId = AccountId>,
		P: PastMoney,
	{
		// As many as there were.
		let payers = BoundedVec::truncate_from(self.payers::<T, P>());
		let bill = self.bill.renew();
		let had_note = self.note.is_some();
		let note = self.note.and_then(|note| note.renew::<T>(&bill));
		let lost_note = had_note && note.is_none();
		let invoice = InvoiceOf::<T> {
			buyer: self.buyer,
			jurisdiction: self.jurisdiction,
			currency: self.currency,
			supply: self.supply,
			issued: self.issued,
			due: self.due,
			document: self.document,
			settlement: self.settlement,
			delivery: self.delivery,
			till: self.till,
			bill,
			// Nobody noted who it was, and until now the buyer accepted whatever was written.
			writer: Writer::Seller,
			// Every buyer that was registered has been credited.
			business: true,
			payers,
			escrowed: self.escrowed,
			release: self.release,
			state: self.state,
			note,
			// Nobody knows whether something was done since, so whoever still wants to asks again.
			cancel: None,
			reporting: self.reporting,
			removal: self.removal,
		};
		(invoice, lost_note)
	}
}

fn kept_since<T: Config, P: PastMoney>(currency: CurrencyId, amount: Balance, since: Day) -> Kept {
	if amount == 0 {
		return Kept::default();
	}
	P::kept_since(currency, amount, since)
		.or_else(|_| T::Money::keep(currency, amount))
		// Never: no currency goes.
		.unwrap_or(Kept { nominal: amount, units: amount.into() })
}
