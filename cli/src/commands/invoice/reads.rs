//! What the chain says of invoices and of the places where things are sold.

use super::bill_info::BillInfo;
use crate::{
	commands::tax::books,
	paging::{self, Found},
};
use ourledger_client::{
	chain::State,
	error::{Error, Result},
	money::Currency,
	tax::{self, Jurisdiction, Rounding, TaxKind, TaxpayerInfo, VatCategory},
};
use ourledger_documents::{
	bill::Credits,
	rules::{Code, Rules},
};
use ourledger_math::tax as math;
use ourledger_primitives::{
	invoice::{self, Bill, Remainder},
	money::{CurrencyId, Day},
	tax::{self, JurisdictionId, TaxCode},
	twin::TwinNumber,
};
use std::ops::Range;
use subxt::{ext::scale_decode::DecodeAsType, utils::AccountId32};

impl From<VatCategory> for tax::VatCategory {
	fn from(category: VatCategory) -> Self {
		match category {
			VatCategory::Standard => Self::Standard,
			VatCategory::Zero => Self::Zero,
			VatCategory::Exempt => Self::Exempt,
			VatCategory::ReverseCharge => Self::ReverseCharge,
			VatCategory::Export => Self::Export,
			VatCategory::OutOfScope => Self::OutOfScope,
		}
	}
}

impl From<TaxKind> for tax::TaxKind {
	fn from(kind: TaxKind) -> Self {
		match kind {
			TaxKind::Vat(category) => Self::Vat(category.into()),
			TaxKind::LevyOnNet { in_vat_base } => Self::LevyOnNet { in_vat_base },
			TaxKind::LevyPerUnit { in_vat_base, currency } => {
				Self::LevyPerUnit { in_vat_base, currency }
			},
			TaxKind::Withholding => Self::Withholding,
		}
	}
}

/// Where something is sold, for which money, on which day.
pub struct Place {
	/// The jurisdiction.
	pub id: JurisdictionId,
	/// Its name.
	pub name: String,
	/// Its authority, then its auditors.
	pub officials: Vec<TwinNumber>,
	/// ISO code of what it reports in.
	pub reporting: String,
	/// What one minor unit of the currency is worth in it.
	pub rate: Option<(u64, u64)>,
	/// Whether something can be sold in the currency there.
	pub accepts_currency: bool,
	/// For how many days before its issue an invoice may say that the supply took place.
	pub supply_bound_days: u16,
	/// After how many days past due the tax of an unpaid invoice is collected.
	pub unpaid_days: u16,
	/// Today, by its clock.
	pub today: Day,
	/// The day of supply.
	pub supply: Day,
	/// The currency.
	pub currency: Currency,
	/// Its tax codes on that day.
	pub rules: Rules,
}

impl Place {
	/// Reads a place. The day of supply is today unless given.
	pub async fn read(
		state: &State,
		id: JurisdictionId,
		currency: Currency,
		supply: Option<Day>,
	) -> Result<Self> {
		let jurisdiction = Jurisdiction::read(state, id).await?;
		let today = types::today(state, id).await?;
		let supply = supply.unwrap_or(today);
		let codes: Vec<(TaxCode, types::Code)> = state.view("Tax", "codes", (id,)).await?;
		let codes = codes.into_iter().map(|(number, code)| Code {
			number,
			name: code.name(),
			kind: code.kind.into(),
			rate: code.rate_on(supply),
		});
		let name = jurisdiction.name();
		let settings = jurisdiction.settings;
		let rate = state.storage("Tax", "Rates", (id, currency.id)).await?;
		let rules = Rules {
			rounding: match settings.rounding {
				Rounding::Category => math::Rounding::Category,
				Rounding::Line => math::Rounding::Line,
			},
			currency: currency.id,
			decimals: currency.decimals,
			tip_limit: settings.tip_limit,
			codes: codes.collect(),
		};
		let mut officials = vec![settings.authority];
		officials.extend(settings.auditors);
		Ok(Self {
			id,
			name,
			officials,
			reporting: String::from_utf8_lossy(&settings.reporting).into_owned(),
			rate,
			accepts_currency: settings.currencies.contains(&currency.id),
			supply_bound_days: settings.supply_bound_days,
			unpaid_days: settings.unpaid_days,
			today,
			supply,
			currency,
			rules,
		})
	}
}

/// What the parties of an invoice have of credit, and what its buyer may deduct if it buys as a
/// `business` and is registered today.
pub async fn credits(
	state: &State,
	place: &Place,
	seller: TwinNumber,
	buyer: Option<TwinNumber>,
	business: bool,
) -> Result<Credits> {
	let of = |twin| books::account(state, place.id, twin, place.currency.id);
	let own = of(seller).await?;
	let own = Credits { seller: own.credit(), seller_arrears: own.arrears, ..Credits::default() };
	let Some(buyer) = buyer.filter(|buyer| *buyer != seller) else {
		return Ok(own);
	};
	let found = TaxpayerInfo::find(state, place.id, buyer).await?;
	let registered = found.filter(|taxpayer| taxpayer.counts_on(place.today));
	let buyers = of(buyer).await?;
	Ok(Credits {
		buyer: buyers.credit(),
		deductible: registered.filter(|_| business).map(|taxpayer| taxpayer.deductible),
		buyer_arrears: buyers.arrears,
		..own
	})
}

/// The tax number of a registered taxpayer.
pub async fn tax_number(
	state: &State,
	jurisdiction: JurisdictionId,
	twin: TwinNumber,
) -> Result<Option<String>> {
	let found = TaxpayerInfo::find(state, jurisdiction, twin).await?;
	let found = found.filter(TaxpayerInfo::is_registered);
	Ok(found.map(|taxpayer| String::from_utf8_lossy(&taxpayer.tax_number).into_owned()))
}

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

impl From<Settlement> for invoice::Settlement {
	fn from(settlement: Settlement) -> Self {
		match settlement {
			Settlement::Direct => Self::Direct,
			Settlement::Escrow { arbiter, days } => Self::Escrow { arbiter, days },
		}
	}
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
	fn waiting(self) -> Option<Waiting> {
		let Self { left: RemainderInfo { amounts, thousandths, tip, lines }, document } = self;
		let (amounts, thousandths) = (amounts.try_into().ok()?, thousandths.try_into().ok()?);
		Some(Waiting { left: Remainder { amounts, thousandths, tip, lines }, document })
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
		let unknown =
			|| Error::connection("an invoice of this chain has more parts than this tool knows");
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
			bill: self.bill.bill().ok_or_else(unknown)?,
			writer: self.writer,
			business: self.business,
			payers: self.payers,
			escrowed: self.escrowed,
			release: self.release,
			state: self.state,
			note: match self.note {
				Some(note) => Some(note.waiting().ok_or_else(unknown)?),
				None => None,
			},
			cancel: self.cancel,
			reporting: self.reporting,
			removal: self.removal,
		})
	}
}

impl Invoice {
	/// Reads an invoice.
	pub async fn read(state: &State, seller: TwinNumber, number: u64) -> Result<Self> {
		Self::find(state, seller, number).await?.ok_or_else(|| {
			Error::not_found(format!(
				"there is no invoice {seller}/{number} in the chain's state: it was never issued, is \
				 pruned, or the number is a credit note's"
			))
		})
	}

	/// Reads an invoice, if the state has it: it has none that was pruned.
	pub async fn find(state: &State, seller: TwinNumber, number: u64) -> Result<Option<Self>> {
		let found: Option<InvoiceInfo> =
			state.view("Commerce", "invoice", (seller, number)).await?;
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

/// A seller's series of invoices, and the room for them.
#[derive(Clone, Copy, Debug, DecodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Book {
	/// Number of the next invoice or credit note.
	pub next: u64,
	/// The last receipt.
	pub receipt: [u8; 32],
	/// Invoices in the chain's state, and tills, each of which takes the place of one.
	pub open: u32,
	/// For how many there is room.
	pub room: u32,
}

impl Book {
	/// Reads a seller's book.
	pub async fn read(state: &State, seller: TwinNumber) -> Result<Self> {
		state.view("Commerce", "book", (seller,)).await
	}

	/// Insists on room for one more.
	pub fn ensure_room(&self, seller: TwinNumber) -> Result<()> {
		if self.open < self.room {
			return Ok(());
		}
		Err(Error::refused(format!(
			"twin {seller} has no room left: {} of {} places are taken; add some with \
			 \"ourledger invoice room add\"",
			self.open, self.room
		)))
	}
}

/// A seller's consent that a buyer bills itself in its name.
#[derive(Clone, Copy, Debug, DecodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Consent {
	/// The last day, by UTC, on which the buyer may.
	pub until: Day,
	/// Within how many days the seller has to object to an invoice, if its silence is as good as its
	/// word.
	pub objection: Option<u16>,
	/// Who paid the deposit.
	pub payer: AccountId32,
}

impl Consent {
	/// Reads a consent, if there is one.
	pub async fn find(
		state: &State,
		seller: TwinNumber,
		buyer: TwinNumber,
	) -> Result<Option<Self>> {
		state.view("Commerce", "self_billing", (seller, buyer)).await
	}

	/// Who accepts what the buyer writes today.
	pub async fn effect(&self, state: &State, seller: TwinNumber) -> Result<String> {
		let today = ourledger_client::money::today(state).await?;
		Ok(match self.objection {
			Some(days) => format!(
				"twin {seller} accepts it, or cancels it: from {} on, {days} whole days after today, \
				 anybody can accept it in its name",
				ourledger_client::money::midnight(ourledger_client::money::after_a_wait(today, days))
			),
			None => format!("twin {seller} has to accept it; until then it can cancel it alone"),
		})
	}

	/// What it says, for people.
	pub fn text(&self) -> String {
		let until = ourledger_client::money::date(self.until);
		match self.objection {
			Some(days) => format!(
				"until {until}; what isn't cancelled within {days} whole days counts as accepted"
			),
			None => format!("until {until}; the seller accepts each invoice itself"),
		}
	}
}

/// A till.
#[derive(Clone, Copy, Debug, DecodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Till {
	/// Whose signature makes a quote.
	pub key: AccountId32,
	/// The last block in which it does.
	pub expires: u32,
}

impl Till {
	/// Reads a till, if there is one.
	pub async fn find(state: &State, seller: TwinNumber, number: u16) -> Result<Option<Self>> {
		state.view("Commerce", "till", (seller, number)).await
	}

	/// Reads a till.
	pub async fn read(state: &State, seller: TwinNumber, number: u16) -> Result<Self> {
		let found = Self::find(state, seller, number).await?;
		found.ok_or_else(|| Error::not_found(format!("twin {seller} has no till {number}")))
	}
}

#[cfg(test)]
#[path = "reads_tests.rs"]
pub mod tests;
