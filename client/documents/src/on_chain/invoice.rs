//! An invoice, as the chain has it.

use super::{
	bill::{bounded, BillInfo},
	InvoiceId, Place,
};
use crate::iso::in_reporting;
use ourledger_client::{
	error::{Error, Result},
	hash,
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
use serde::Serialize;
use serde_json::{json, Value as Json};
use std::{fmt, ops::Range};
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
	pub async fn read(state: &State, at: InvoiceId) -> Result<Self> {
		Self::find(state, at).await?.ok_or_else(|| {
			Error::not_found(format!(
				"there is no invoice {at} in the chain's state: it was never issued, is \
				 pruned, or the number is a credit note's"
			))
		})
	}

	/// Reads an invoice, if the state has it: it has none that was pruned.
	pub async fn find(state: &State, at: InvoiceId) -> Result<Option<Self>> {
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

	/// Whether the buyer books some of its VAT.
	fn has_reverse_charge(&self) -> bool {
		self.bill.subtotals.iter().any(|part| part.is_reverse() && part.vat > 0)
	}

	/// What nobody has paid yet, in minor units.
	pub fn outstanding(&self) -> u128 {
		self.bill.open().saturating_sub(self.escrowed)
	}

	/// It without its bill as JSON. Amounts are decimal strings of minor units, days as 2026-11-21.
	pub fn json(&self, at: InvoiceId, currency: &Currency) -> Json {
		json!({
			"seller": at.seller,
			"number": at.number,
			"buyer": self.buyer,
			"jurisdiction": self.jurisdiction,
			"currency": currency.id,
			"symbol": currency.symbol,
			"decimals": currency.decimals,
			"supply": money::date(self.supply),
			"issued": money::date(self.issued),
			"due": money::date(self.due),
			"state": self.state.name(),
			"closed": match self.state {
				InvoiceState::Closed(day) => Some(money::date(day)),
				_ => None,
			},
			"settlement": match self.settlement {
				Settlement::Direct => json!("direct"),
				Settlement::Escrow { arbiter, days } => {
					json!({ "arbiter": arbiter, "days": days })
				},
			},
			"delivery": self.delivery.name(),
			"till": self.till,
			"net": self.bill.net().to_string(),
			"tax": self.bill.tax().to_string(),
			"tip": self.bill.tip.to_string(),
			"gross": self.bill.gross.to_string(),
			"paid": self.bill.paid.to_string(),
			"escrowed": self.escrowed.to_string(),
			"open": self.outstanding().to_string(),
			"release": self.release.map(money::date),
			"payers": self
				.payers
				.iter()
				.map(|payer| json!({
					"account": payer.account,
					"paid": payer.paid.to_string(),
					"escrowed": payer.kept.nominal.to_string(),
				}))
				.collect::<Json>(),
			"business": self.business,
			"writtenBy": match self.writer {
				Writer::Seller => "seller",
				Writer::Buyer { .. } => "buyer",
			},
			"acceptedBySilence": match self.writer {
				Writer::Buyer { silence } => silence.map(money::date),
				Writer::Seller => None,
			},
			"removal": self.removal.map(money::date),
			"waitingNote": self.note.as_ref().map(|note| hash::text(&note.document)),
			"cancelAskedBy": self.cancel,
			"reporting": self.reporting.map(|(numerator, denominator)| {
				json!({ "numerator": numerator, "denominator": denominator })
			}),
			"document": hash::text(&self.document),
		})
	}

	/// What it charges in its place's reporting currency, at its own rate; nothing if it has none.
	pub fn reported(&self, place: &Place) -> Result<Option<Reported>> {
		let Some(rate) = self.reporting.filter(|(_, denominator)| *denominator > 0) else {
			return Ok(None);
		};
		let amount = |units| in_reporting(units, &place.reporting, rate).map(|it| it.to_string());
		Ok(Some(Reported {
			currency: place.reporting.clone(),
			gross: amount(self.bill.gross)?,
			tax: amount(self.bill.tax())?,
		}))
	}

	/// Until when credit notes can correct it, by its place's clock.
	pub async fn correctable_until(&self, state: &State) -> Result<Option<Day>> {
		state.view("Commerce", "correctable_until", (self.jurisdiction, self.supply)).await
	}

	/// What it is bought as, by what whoever pays now has `said`: a business' purchase, or not. Nothing
	/// if that has still to be said: the buyer says so with its first payment.
	pub fn bought_as(&self, is_buyers: bool, said: Option<bool>) -> Option<bool> {
		match is_buyers {
			false => Some(self.business),
			// What only a business books.
			true if self.has_reverse_charge() => said.or(Some(true)),
			true if self.payers.is_empty() => said,
			true => said.or(Some(self.business)),
		}
	}
}

/// What an invoice charges, in the reporting currency of its place.
#[derive(Clone, Debug, Serialize)]
pub struct Reported {
	/// Its ISO 4217 code.
	currency: String,
	/// A decimal, taxes included.
	gross: String,
	/// The taxes.
	tax: String,
}

impl fmt::Display for Reported {
	fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
		let Self { currency, gross, tax } = self;
		write!(formatter, "{gross} {currency}, of which {tax} {currency} are tax")
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		assess::{
			assess,
			tests::{rules, sale, REVERSE, STANDARD},
		},
		on_chain::example::{invoice, place},
	};
	use ourledger_primitives::tax::TaxCode;

	fn open(code: TaxCode) -> Invoice {
		invoice(assess(&sale(&[(code, 10_000)]), &rules()).expect("is fine").1)
	}

	#[test]
	fn buyers_first_payment_says_what_it_buys_as() {
		let mut open = open(STANDARD);
		assert_eq!(open.bought_as(true, None), None);
		assert_eq!(open.bought_as(true, Some(false)), Some(false));
		let payer = Payer { account: AccountId32([1; 32]), paid: 1, kept: Kept { nominal: 0 } };
		open.payers.push(payer);
		assert_eq!(open.bought_as(true, None), Some(true));
		// Others have no say.
		assert_eq!(open.bought_as(false, None), Some(true));
	}

	#[test]
	fn reverse_charge_is_a_business_matter() {
		assert_eq!(open(REVERSE).bought_as(true, None), Some(true));
	}

	#[test]
	fn reporting_equivalent_is_told_with_its_tax() {
		let mut reported = open(STANDARD);
		assert!(reported.reported(&place()).expect("fits").is_none());
		reported.reporting = Some((1, 20));
		let told = reported.reported(&place()).expect("fits").expect("has a rate");
		assert_eq!(told.to_string(), "5.75 EUR, of which 0.75 EUR are tax");
		let json = json!({ "currency": "EUR", "gross": "5.75", "tax": "0.75" });
		assert_eq!(json!(told), json);
	}

	#[test]
	fn amounts_are_strings_in_json() {
		let open = open(STANDARD);
		let json = open.json(InvoiceId { seller: 2, number: 7 }, &money::example(1, "TSH"));
		assert_eq!((&json["seller"], &json["open"]), (&json!(2), &json!("11500")));
		assert_eq!((&json["settlement"], &json["state"]), (&json!("direct"), &json!("issued")));
		assert_eq!(json["acceptedBySilence"], Json::Null);
	}
}
