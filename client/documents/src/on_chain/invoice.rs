//! An invoice, as the chain has it.

use super::{
	bill::{bounded, BillInfo},
	Address,
};
use ourledger_client::{
	error::{Error, Result},
	money::{self, Currency},
	paging::{self, Found},
	State,
};
use ourledger_primitives::{
	invoice::{Bill, Remainder},
	money::{CurrencyId, Day},
	tax::JurisdictionId,
	twin::TwinNumber,
};
use serde_json::{json, Value as Json};
use std::ops::Range;
use subxt::{ext::scale_decode::DecodeAsType, utils::AccountId32};

/// How the buyer's money reaches the seller.
#[derive(Clone, Copy, Debug, DecodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub enum Settlement {
	/// At once.
	Direct,
	/// Through an escrow.
	Escrow {
		/// Decides a dispute.
		arbiter: TwinNumber,
		/// Days after full payment until the seller has the money.
		days: u16,
	},
}

/// Where the delivery stands.
#[derive(Clone, Copy, Debug, DecodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub enum Delivery {
	/// Nothing is to be delivered.
	None,
	/// Not yet.
	Pending,
	/// The seller says so.
	Delivered,
	/// The buyer says so.
	Confirmed,
}

impl Delivery {
	/// As text and JSON have it.
	pub fn name(self) -> &'static str {
		match self {
			Self::None => "none",
			Self::Pending => "pending",
			Self::Delivered => "delivered",
			Self::Confirmed => "confirmed",
		}
	}
}

/// Where an invoice stands.
#[derive(Clone, Copy, Debug, DecodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub enum InvoiceState {
	/// Nobody has agreed to it yet.
	Issued,
	/// The buyer owes it.
	Accepted,
	/// The buyer doesn't.
	Rejected,
	/// The arbiter decides.
	Disputed,
	/// It is void.
	Cancelled,
	/// Nothing is open, since this day.
	Closed(Day),
}

impl InvoiceState {
	/// As text and JSON have it.
	pub fn name(self) -> &'static str {
		match self {
			Self::Issued => "issued",
			Self::Accepted => "accepted",
			Self::Rejected => "rejected",
			Self::Disputed => "disputed",
			Self::Cancelled => "cancelled",
			Self::Closed(_) => "closed",
		}
	}
}

/// What an account paid.
#[derive(Clone, Copy, Debug, DecodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Payer {
	/// Which account.
	pub account: AccountId32,
	/// What of it reached the seller or the treasury, in minor units.
	pub paid: u128,
	/// What waits in escrow.
	pub kept: Kept,
}

/// Money that waits in somebody's name.
#[derive(Clone, Copy, Debug, DecodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Kept {
	/// Minor units, as they came in.
	pub nominal: u128,
}

/// Who wrote an invoice. The other accepts it.
#[derive(Clone, Copy, Debug, DecodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub enum Writer {
	/// The seller.
	Seller,
	/// The buyer, with the seller's consent.
	Buyer {
		/// The day, by UTC, from which anybody can accept it in the seller's name, if its silence is
		/// as good as its word.
		silence: Option<Day>,
	},
}

/// A credit note that waits for the buyer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Waiting {
	/// What it leaves of the invoice.
	pub left: Remainder,
	/// Hash of its document.
	pub document: [u8; 32],
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct RemainderInfo {
	amounts: Vec<(i128, i128)>,
	thousandths: Vec<u64>,
	tip: u128,
	lines: Option<[u8; 32]>,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct WaitingInfo {
	left: RemainderInfo,
	document: [u8; 32],
}

impl WaitingInfo {
	fn waiting(self) -> Result<Waiting> {
		let Self { left: RemainderInfo { amounts, thousandths, tip, lines }, document } = self;
		let (amounts, thousandths) = (bounded(amounts)?, bounded(thousandths)?);
		Ok(Waiting { left: Remainder { amounts, thousandths, tip, lines }, document })
	}
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct InvoiceInfo {
	buyer: Option<TwinNumber>,
	jurisdiction: JurisdictionId,
	currency: CurrencyId,
	supply: Day,
	issued: Day,
	due: Day,
	document: [u8; 32],
	settlement: Settlement,
	delivery: Delivery,
	till: Option<u16>,
	bill: BillInfo,
	writer: Writer,
	business: bool,
	payers: Vec<Payer>,
	escrowed: u128,
	release: Option<Day>,
	state: InvoiceState,
	note: Option<WaitingInfo>,
	cancel: Option<TwinNumber>,
	reporting: Option<(u64, u64)>,
	removal: Option<Day>,
}

/// An invoice, as the chain has it.
#[derive(Clone, Debug)]
pub struct Invoice {
	/// Who buys, if it is known.
	pub buyer: Option<TwinNumber>,
	/// Place of supply.
	pub jurisdiction: JurisdictionId,
	/// What it is paid in.
	pub currency: CurrencyId,
	/// Day of supply.
	pub supply: Day,
	/// Day of issue.
	pub issued: Day,
	/// Day by which it is to be paid.
	pub due: Day,
	/// Hash of the document.
	pub document: [u8; 32],
	/// How the money reaches the seller.
	pub settlement: Settlement,
	/// Where the delivery stands.
	pub delivery: Delivery,
	/// The till that sold it.
	pub till: Option<u16>,
	/// What it charges.
	pub bill: Bill,
	/// Who wrote it.
	pub writer: Writer,
	/// Whether the buyer buys as a business.
	pub business: bool,
	/// Who paid.
	pub payers: Vec<Payer>,
	/// What is in escrow, in minor units.
	pub escrowed: u128,
	/// The day from which anybody can release it.
	pub release: Option<Day>,
	/// Where it stands.
	pub state: InvoiceState,
	/// The credit note that waits.
	pub note: Option<Waiting>,
	/// Who asked to cancel it.
	pub cancel: Option<TwinNumber>,
	/// The reporting rate.
	pub reporting: Option<(u64, u64)>,
	/// The day from which anybody can take it out of the state.
	pub removal: Option<Day>,
}

impl InvoiceInfo {
	fn invoice(self) -> Result<Invoice> {
		Ok(Invoice {
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
			bill: self.bill.bill()?,
			writer: self.writer,
			business: self.business,
			payers: self.payers,
			escrowed: self.escrowed,
			release: self.release,
			state: self.state,
			note: self.note.map(WaitingInfo::waiting).transpose()?,
			cancel: self.cancel,
			reporting: self.reporting,
			removal: self.removal,
		})
	}
}

impl Invoice {
	/// Reads an invoice.
	pub async fn read(state: &State, at: Address) -> Result<Self> {
		Self::find(state, at).await?.ok_or_else(|| {
			Error::not_found(format!(
				"there is no invoice {at} in the chain's state: it was never issued, is \
				 pruned, or the number is a credit note's"
			))
		})
	}

	/// Reads an invoice, if the state has it: it has none that was pruned.
	pub async fn find(state: &State, at: Address) -> Result<Option<Self>> {
		let found: Option<InvoiceInfo> =
			state.view("Commerce", "invoice", (at.seller, at.number)).await?;
		found.map(InvoiceInfo::invoice).transpose()
	}

	/// Up to `limit` invoices of a seller, in order of their numbers.
	/// Credit notes, and invoices that were pruned, leave gaps.
	pub async fn list(
		state: &State,
		seller: TwinNumber,
		numbers: Range<u64>,
		limit: usize,
	) -> Result<Found<Self>> {
		let found = paging::found(numbers, limit, |first, wanted| {
			state.view::<Vec<(u64, InvoiceInfo)>>("Commerce", "invoices", (seller, first, wanted))
		});
		let Found { entries, next } = found.await?;
		let entries = entries.into_iter().map(|(number, info)| Ok((number, info.invoice()?)));
		Ok(Found { entries: entries.collect::<Result<_>>()?, next })
	}

	/// The twin that accepts it: not the one that wrote it.
	pub fn accepts(&self, seller: TwinNumber) -> Option<TwinNumber> {
		match self.writer {
			Writer::Seller => self.buyer,
			Writer::Buyer { .. } => Some(seller),
		}
	}

	/// Whether the buyer books some of its VAT.
	pub fn has_reverse_charge(&self) -> bool {
		self.bill.subtotals.iter().any(|part| part.is_reverse() && part.vat > 0)
	}

	/// Whether something can still be paid.
	pub fn is_open(&self) -> bool {
		matches!(self.state, InvoiceState::Issued | InvoiceState::Accepted)
	}

	/// What nobody has paid yet, in minor units.
	pub fn outstanding(&self) -> u128 {
		self.bill.open().saturating_sub(self.escrowed)
	}
}
