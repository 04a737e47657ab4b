//! What the chain says of invoices and credit notes as they come to be, and as they are paid.

use super::InvoiceId;
use crate::receipt::{NoteReceipt, Receipt, Sums};
use ourledger_client::{error::Result, hash, submit::Submitted};
use ourledger_primitives::{money::Day, receipt::Totals, twin::TwinNumber};
use serde_json::{json, Value as Json};
use subxt::ext::scale_decode::DecodeAsType;

/// An invoice was issued.
#[derive(Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct InvoiceIssued {
	/// Which one.
	pub invoice: InvoiceId,
	/// Who buys, if it is known.
	pub buyer: Option<TwinNumber>,
	/// The place of supply.
	pub jurisdiction: u32,
	/// What it is paid in.
	pub currency: u32,
	/// The day of supply.
	pub supply: Day,
	/// Without taxes, in minor units.
	pub net: u128,
	/// Taxes.
	pub tax: u128,
	/// The tip.
	pub tip: u128,
	/// All together.
	pub gross: u128,
	/// Hash of its document.
	pub document: [u8; 32],
	/// The seller's last receipt from then on.
	pub receipt: [u8; 32],
}

/// Totals, in minor units.
#[derive(Clone, Copy, Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct TotalsInfo {
	/// Without taxes.
	pub net: u128,
	/// Taxes.
	pub tax: u128,
	/// The tip.
	pub tip: u128,
	/// All together.
	pub gross: u128,
}

impl From<TotalsInfo> for Totals {
	fn from(TotalsInfo { net, tax, tip, gross }: TotalsInfo) -> Self {
		Self { net, tax, tip, gross }
	}
}

/// A credit note took effect.
#[derive(Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct CreditNoteIssued {
	/// The invoice.
	pub invoice: InvoiceId,
	/// The note's own number in the same series.
	pub note: u64,
	/// The day on which it took effect.
	pub day: Day,
	/// What it took.
	pub taken: TotalsInfo,
	/// What it left of the invoice.
	pub left: TotalsInfo,
	/// What went back to whoever paid, in minor units.
	pub refund: u128,
	/// Hash of its document.
	pub document: [u8; 32],
	/// The seller's last receipt from then on.
	pub receipt: [u8; 32],
}

/// A credit note waits for its buyer.
#[derive(Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct CreditNoteWaits {
	/// What the buyer has to cover, in minor units.
	pub missing: u128,
}

impl InvoiceIssued {
	/// The invoice that a transaction issued.
	pub fn of(done: &Submitted) -> Result<Self> {
		done.expect("Commerce", "InvoiceIssued")
	}

	/// Its receipt.
	pub fn into_receipt(self) -> Receipt {
		Receipt {
			seller: self.invoice.seller,
			number: self.invoice.number,
			buyer: self.buyer,
			jurisdiction: self.jurisdiction,
			currency: self.currency,
			supply: self.supply,
			net: self.net.to_string(),
			tax: self.tax.to_string(),
			tip: self.tip.to_string(),
			gross: self.gross.to_string(),
			document: hash::text(&self.document),
			receipt: Some(hash::text(&self.receipt)),
		}
	}
}

impl CreditNoteIssued {
	/// The note that a transaction brought into effect, if it did.
	pub fn of(done: &Submitted) -> Result<Option<Self>> {
		done.find("Commerce", "CreditNoteIssued")
	}

	/// Its receipt.
	pub fn receipt(&self) -> NoteReceipt {
		NoteReceipt {
			seller: self.invoice.seller,
			number: self.note,
			invoice: self.invoice.number,
			day: self.day,
			taken: Sums::from(Totals::from(self.taken)),
			left: Sums::from(Totals::from(self.left)),
			document: hash::text(&self.document),
			receipt: Some(hash::text(&self.receipt)),
		}
	}
}

impl CreditNoteWaits {
	/// What a note waits for that a transaction made, if it does.
	pub fn of(done: &Submitted) -> Result<Option<Self>> {
		done.find("Commerce", "CreditNoteWaits")
	}
}

/// What became of a payment, in minor units.
#[derive(Clone, Copy, Debug, DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct PaymentReceived {
	/// What was paid.
	pub amount: u128,
	/// Of it, what the seller got.
	pub to_seller: u128,
	/// Of it, what the treasury got.
	pub to_treasury: u128,
	/// Of the VAT, what was set against the seller's credit.
	pub used: u128,
	/// What the buyer was credited with.
	pub credited: u128,
	/// Demurrage for the wait of the seller's credit.
	pub charged: u128,
	/// Whether all of it waits in escrow.
	pub escrowed: bool,
	/// What of the invoice is paid now.
	pub paid: u128,
	/// What it charges.
	pub gross: u128,
}

impl PaymentReceived {
	/// What a transaction paid; nothing of an invoice of nothing.
	pub fn of(done: &Submitted) -> Result<Option<Self>> {
		done.find("Commerce", "PaymentReceived")
	}

	/// As it stands in results: decimal strings of minor units.
	pub fn json(&self) -> Json {
		json!({
			"amount": self.amount.to_string(),
			"toSeller": self.to_seller.to_string(),
			"toTreasury": self.to_treasury.to_string(),
			"used": self.used.to_string(),
			"credited": self.credited.to_string(),
			"charged": self.charged.to_string(),
			"escrowed": self.escrowed,
			"paid": self.paid.to_string(),
			"gross": self.gross.to_string(),
		})
	}
}

/// All tax of an unpaid invoice was taken from its seller.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct UnpaidTaxCollected {
	/// Minor units.
	pub amount: u128,
}

impl UnpaidTaxCollected {
	/// What a transaction collected.
	pub fn of(done: &Submitted) -> Result<Self> {
		done.expect("Commerce", "UnpaidTaxCollected")
	}
}
