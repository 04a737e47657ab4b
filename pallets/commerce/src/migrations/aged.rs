//! Entries as version 1 would have had them, for tests and benchmarks.

#![allow(missing_docs)]

use super::v1::*;
use crate::{Config, InvoiceOf};
use alloc::vec::Vec;
use frame::prelude::*;
use ourledger_primitives::{
	invoice::{Bill, Prices, Subtotal},
	money::Day,
	tax::TaxCode,
	Balance,
};

/// A note that takes back these amounts by code.
pub fn old_note(prices: Prices, amounts: &[(TaxCode, i128)], tip: Balance) -> OldNote {
	let item = |(code, amount): &(TaxCode, i128)| OldItem {
		code: *code,
		amount: *amount,
		line_tax: None,
		lines: 0,
	};
	let note = OldSale {
		prices,
		items: BoundedVec::truncate_from(amounts.iter().map(item).collect()),
		levies: BoundedVec::new(),
		withholdings: BoundedVec::new(),
		tip,
		evidence: None,
	};
	OldNote { note, document: [0xcd; 32] }
}

impl OldBill {
	fn of(bill: &Bill) -> Self {
		let old = |it: &Subtotal| OldSubtotal {
			code: it.code,
			category: it.category,
			rate: it.rate,
			amount: it.amount,
			net: it.net,
			vat: it.vat.unsigned_abs(),
			taken: it.taken.unsigned_abs(),
			credited: it.credited,
		};
		Self {
			prices: bill.prices,
			per_line: bill.lines.is_some(),
			subtotals: BoundedVec::truncate_from(bill.subtotals.iter().map(old).collect()),
			levies: bill.levies.clone(),
			withheld: bill.withheld.clone(),
			tip: bill.tip,
			gross: bill.gross,
			paid: bill.paid,
		}
	}
}

/// `invoice`, whose payers paid on day `since`; without its waiting note.
pub fn old_invoice<T: Config>(invoice: &InvoiceOf<T>, since: Day) -> OldInvoice<T::AccountId> {
	let payers = invoice.payers.iter().map(|it| OldPayer {
		account: it.account.clone(),
		paid: it.paid.saturating_add(it.kept.nominal),
		since,
	});
	OldInvoice {
		buyer: invoice.buyer,
		jurisdiction: invoice.jurisdiction,
		currency: invoice.currency,
		supply: invoice.supply,
		issued: invoice.issued,
		due: invoice.due,
		document: invoice.document,
		settlement: invoice.settlement,
		delivery: invoice.delivery,
		till: invoice.till,
		bill: OldBill::of(&invoice.bill),
		payers: BoundedVec::truncate_from(payers.collect::<Vec<_>>()),
		escrowed: invoice.escrowed,
		release: invoice.release,
		state: invoice.state,
		note: None,
		cancel: invoice.cancel,
		reporting: invoice.reporting,
		removal: invoice.removal,
	}
}
