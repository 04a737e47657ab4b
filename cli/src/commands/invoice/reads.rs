//! What the chain says of invoices and of the places where things are sold.

use crate::{
	chain::State,
	commands::tax::{
		books,
		types::{self, Jurisdiction, Rounding, TaxKind, TaxpayerInfo, TaxpayerState, VatCategory},
	},
	error::{Error, Result},
	invoices::{
		assess::{Code, Rules},
		bill::Credits,
	},
	money::Currency,
};
use ourledger_math::tax as math;
use ourledger_primitives::{
	invoice::{self, Bill, LevyAmount, LevyItem, Prices, Subtotal, WithheldItem},
	money::{CurrencyId, Day},
	tax::{self, JurisdictionId, Ppm, TaxCode},
	twin::TwinNumber,
};
use subxt::{ext::scale_decode::DecodeAsType, utils::AccountId32};

/// Invoices on one page, as many as the chain gives.
const PAGE: u32 = 100;

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
			today,
			supply,
			currency,
			rules,
		})
	}
}

/// What the parties of an invoice have of credit, and whether its buyer is registered today.
pub async fn credits(
	state: &State,
	place: &Place,
	seller: TwinNumber,
	buyer: Option<TwinNumber>,
) -> Result<Credits> {
	let of = |twin| books::account(state, place.id, twin, place.currency.id);
	let seller_credit = of(seller).await?.credit();
	let Some(buyer) = buyer.filter(|buyer| *buyer != seller) else {
		return Ok(Credits { seller: seller_credit, ..Credits::default() });
	};
	let found: Option<TaxpayerInfo> = state.view("Tax", "taxpayer", (place.id, buyer)).await?;
	let registered = found.filter(|taxpayer| {
		taxpayer.state == TaxpayerState::Registered && taxpayer.effective <= place.today
	});
	Ok(Credits {
		seller: seller_credit,
		buyer: of(buyer).await?.credit(),
		deductible: registered.map(|taxpayer| taxpayer.deductible),
	})
}

/// The tax number of a registered taxpayer.
pub async fn tax_number(
	state: &State,
	jurisdiction: JurisdictionId,
	twin: TwinNumber,
) -> Result<Option<String>> {
	let found: Option<TaxpayerInfo> = state.view("Tax", "taxpayer", (jurisdiction, twin)).await?;
	let found = found.filter(|taxpayer| taxpayer.state == TaxpayerState::Registered);
	Ok(found.map(|taxpayer| String::from_utf8_lossy(&taxpayer.tax_number).into_owned()))
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
enum PricesInfo {
	Net,
	Gross,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct SubtotalInfo {
	code: TaxCode,
	category: VatCategory,
	rate: Ppm,
	amount: i128,
	net: i128,
	vat: u128,
	taken: u128,
	credited: u128,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
enum LevyAmountInfo {
	OnNet(Ppm),
	PerUnit(u128, u64),
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct LevyInfo {
	code: TaxCode,
	on: u8,
	amount: LevyAmountInfo,
	in_vat_base: bool,
	tax: u128,
	taken: u128,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct WithheldInfo {
	code: TaxCode,
	rate: Ppm,
	tax: u128,
	taken: u128,
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct BillInfo {
	prices: PricesInfo,
	per_line: bool,
	subtotals: Vec<SubtotalInfo>,
	levies: Vec<LevyInfo>,
	withheld: Vec<WithheldInfo>,
	tip: u128,
	gross: u128,
	paid: u128,
}

impl BillInfo {
	fn bill(self) -> Option<Bill> {
		let subtotals = self.subtotals.into_iter().map(|it| Subtotal {
			code: it.code,
			category: it.category.into(),
			rate: it.rate,
			amount: it.amount,
			net: it.net,
			vat: it.vat,
			taken: it.taken,
			credited: it.credited,
		});
		let levies = self.levies.into_iter().map(|it| LevyItem {
			code: it.code,
			on: it.on,
			amount: match it.amount {
				LevyAmountInfo::OnNet(rate) => LevyAmount::OnNet(rate),
				LevyAmountInfo::PerUnit(each, thousandths) => {
					LevyAmount::PerUnit(each, thousandths)
				},
			},
			in_vat_base: it.in_vat_base,
			tax: it.tax,
			taken: it.taken,
		});
		let withheld = self.withheld.into_iter().map(|it| WithheldItem {
			code: it.code,
			rate: it.rate,
			tax: it.tax,
			taken: it.taken,
		});
		Some(Bill {
			prices: match self.prices {
				PricesInfo::Net => Prices::Net,
				PricesInfo::Gross => Prices::Gross,
			},
			per_line: self.per_line,
			subtotals: subtotals.collect::<Vec<_>>().try_into().ok()?,
			levies: levies.collect::<Vec<_>>().try_into().ok()?,
			withheld: withheld.collect::<Vec<_>>().try_into().ok()?,
			tip: self.tip,
			gross: self.gross,
			paid: self.paid,
		})
	}
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
	/// How much, in minor units.
	pub paid: u128,
}

/// A credit note that waits for the buyer.
#[derive(Clone, Copy, Debug, DecodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Waiting {
	/// Hash of its document.
	pub document: [u8; 32],
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
	payers: Vec<Payer>,
	escrowed: u128,
	release: Option<Day>,
	state: InvoiceState,
	note: Option<Waiting>,
	cancel: Option<TwinNumber>,
	reporting: Option<(u64, u64)>,
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
			bill: self.bill.bill().ok_or_else(|| {
				Error::connection("an invoice of this chain has more parts than this tool knows")
			})?,
			payers: self.payers,
			escrowed: self.escrowed,
			release: self.release,
			state: self.state,
			note: self.note,
			cancel: self.cancel,
			reporting: self.reporting,
		})
	}
}

impl Invoice {
	/// Reads an invoice.
	pub async fn read(state: &State, seller: TwinNumber, number: u64) -> Result<Self> {
		Self::find(state, seller, number).await?.ok_or_else(|| {
			Error::not_found(format!(
				"there is no invoice {seller}/{number} in the chain's state: it was never issued, or \
				 is pruned"
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
	pub async fn list(
		state: &State,
		seller: TwinNumber,
		from: u64,
		limit: usize,
	) -> Result<Vec<(u64, Self)>> {
		let mut found = Vec::new();
		let mut next = Some(from);
		while let Some(first) = next.filter(|_| found.len() < limit) {
			let wanted = u32::try_from(limit - found.len()).unwrap_or(PAGE).min(PAGE);
			let page: Vec<(u64, InvoiceInfo)> =
				state.view("Commerce", "invoices", (seller, first, wanted)).await?;
			next = page.last().and_then(|(last, _)| last.checked_add(1));
			for (number, invoice) in page {
				found.push((number, invoice.invoice()?));
			}
		}
		Ok(found)
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
	/// Number of the next invoice.
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
