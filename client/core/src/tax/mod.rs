//! What the chain keeps of jurisdictions, codes, taxpayers, books and claims.

pub mod notation;

use crate::{
	chain::State,
	error::{Error, Result},
	texts,
};
use ourledger_primitives::{
	money::{CurrencyId, Day},
	tax::{self, JurisdictionId, Period, Ppm, TaxCode},
	twin::TwinNumber,
};
use ourledger_trade::books;
use subxt::{
	ext::{scale_decode::DecodeAsType, scale_encode::EncodeAsType},
	utils::AccountId32,
};

pub use books::OTHER_CODES;

/// Where VAT is rounded.
#[derive(Clone, Copy, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub enum Rounding {
	/// Once per code of an invoice.
	Category,
	/// Per line of it.
	Line,
}

/// Up to how much is refunded without anybody's looking at it.
#[derive(Clone, Copy, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct RefundCap {
	/// For whoever has been registered for so many days.
	pub age_days: u16,
	/// Whole units of any currency, of all claims that aren't done with and what was paid of others in
	/// this and the previous month.
	pub cap: u128,
}

/// A change of a jurisdiction's clock.
#[derive(Clone, Copy, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct ClockChange {
	/// The first day that begins by it.
	pub from: Day,
	/// Its distance from UTC.
	pub utc_offset_minutes: i16,
}

/// How a jurisdiction works.
#[derive(Clone, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct Settings {
	/// The twin that does the daily work.
	pub authority: TwinNumber,
	/// Twins that may read its taxpayers' documents.
	pub auditors: Vec<TwinNumber>,
	/// What can be paid in.
	pub currencies: Vec<CurrencyId>,
	/// ISO 4217 letters of what the authority reports in.
	pub reporting: [u8; 3],
	/// Its clock, by ascending day. The first counts for all days before it, too.
	pub clock: Vec<ClockChange>,
	/// Where VAT is rounded.
	pub rounding: Rounding,
	/// For how many days before its issue an invoice may say that the supply took place.
	pub supply_bound_days: u16,
	/// For how many days after its supply an invoice can be corrected.
	pub correction_days: u16,
	/// After how many days past due the tax of an accepted, unpaid invoice is taken: a wait of at least
	/// so many times 24 hours, as the two below.
	pub unpaid_days: u16,
	/// Which share of net and tax a tip can be.
	pub tip_limit: Ppm,
	/// The least that is claimed, in whole units of any currency.
	pub least_claim: u128,
	/// What is refunded automatically, by ascending age.
	pub refund_caps: Vec<RefundCap>,
	/// For how many days after it was made a claim can be held.
	pub hold_days: u16,
	/// For how many days a taxpayer can appeal against an assessment or a denial.
	pub appeal_days: u16,
	/// Share of output tax that went back, by notes or within invoices, above which no refund is
	/// automatic.
	pub returns_alert: Ppm,
	/// Turnover per year, in minor units, from which one has to register.
	pub thresholds: Vec<(CurrencyId, u128)>,
}

/// A place with its own taxes.
#[derive(Clone, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct Jurisdiction {
	/// What people call it, UTF-8.
	pub name: Vec<u8>,
	/// How it works.
	pub settings: Settings,
	/// Where its taxes are.
	pub treasury: AccountId32,
}

/// Category of VAT.
#[derive(Clone, Copy, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub enum VatCategory {
	/// S.
	Standard,
	/// Z.
	Zero,
	/// E.
	Exempt,
	/// AE.
	ReverseCharge,
	/// G.
	Export,
	/// O.
	OutOfScope,
}

/// What a tax code charges.
#[derive(Clone, Copy, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub enum TaxKind {
	/// Value-added tax.
	Vat(VatCategory),
	/// A levy on the net.
	LevyOnNet {
		/// Whether VAT is charged on it.
		in_vat_base: bool,
	},
	/// A levy per unit.
	LevyPerUnit {
		/// Whether VAT is charged on it.
		in_vat_base: bool,
		/// The currency of its rate.
		currency: CurrencyId,
	},
	/// Kept back by the payer for the seller's account.
	Withholding,
}

/// A tax with its rates over time.
#[derive(Clone, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct Code {
	/// What people call it, UTF-8.
	pub name: Vec<u8>,
	/// What it charges.
	pub kind: TaxKind,
	/// Its rate from a day on, by ascending day.
	pub rates: Vec<(Day, u128)>,
}

/// What the authority registers of a taxpayer.
#[derive(Clone, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct TaxpayerTerms {
	/// Its tax number.
	pub tax_number: Vec<u8>,
	/// The first day on which it is registered.
	pub effective: Day,
	/// Codes of zero tax, or of reverse charge, that it may use.
	pub zero_codes: Vec<TaxCode>,
	/// Which part of a code's VAT it may deduct; all of it, of codes that aren't here.
	pub deductible: Vec<(TaxCode, Ppm)>,
}

/// Where a registration stands.
#[derive(Clone, Copy, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub enum TaxpayerState {
	/// Asked for.
	Requested,
	/// In force from its effective day on.
	Registered,
	/// Ended on this day.
	Deregistered(Day),
}

/// A registration.
#[derive(Clone, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct TaxpayerInfo {
	/// Its tax number.
	pub tax_number: Vec<u8>,
	/// Where it stands.
	pub state: TaxpayerState,
	/// The first day on which it counts.
	pub effective: Day,
	/// The day on which it was requested or registered.
	pub registered: Day,
	/// Codes of zero tax, or of reverse charge, that it may use.
	pub zero_codes: Vec<TaxCode>,
	/// Which part of a code's VAT it may deduct; all of it, of codes that aren't here.
	pub deductible: Vec<(TaxCode, Ppm)>,
}

impl TaxpayerInfo {
	/// Reads the registration of a twin, if it ever had one.
	pub async fn find(
		state: &State,
		jurisdiction: JurisdictionId,
		twin: TwinNumber,
	) -> Result<Option<Self>> {
		state.view("Tax", "taxpayer", (jurisdiction, twin)).await
	}

	/// Whether it is registered, whenever that counts.
	pub fn is_registered(&self) -> bool {
		self.state == TaxpayerState::Registered
	}

	/// Whether its registration counts on a day of the jurisdiction.
	pub fn counts_on(&self, today: Day) -> bool {
		self.is_registered() && self.effective <= today
	}
}

/// What was sold or bought under a code in a period.
#[derive(Clone, Copy, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct CodeTotal {
	/// The code, or [`OTHER_CODES`].
	pub code: TaxCode,
	/// Net, in minor units.
	pub net: i128,
	/// Its tax.
	pub tax: i128,
}

/// What a twin and its jurisdiction have to do with each other in a period, in minor units.
#[derive(Clone, Debug, DecodeAsType, Default, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct Statement {
	/// What it was paid for.
	pub sales: Vec<CodeTotal>,
	/// What it paid for, as a registered buyer.
	pub purchases: Vec<CodeTotal>,
	/// Tips that it was paid, less what notes took back.
	pub tips: i128,
	/// VAT on its sales, and what it booked under reverse charge.
	pub output: u128,
	/// VAT that it was credited.
	pub input: u128,
	/// VAT that went to the treasury, arrears included.
	pub remitted: u128,
	/// VAT that was set against its credit or its claims, arrears included.
	pub used: u128,
	/// VAT under reverse charge that became arrears.
	pub deferred: u128,
	/// What of its arrears was used or remitted.
	pub settled: u128,
	/// By how much returns within its invoices lowered the output.
	pub taken_off: u128,
	/// Tax on its sales that notes gave back to it as credit.
	pub returned: u128,
	/// Input that notes took off it.
	pub reversed: u128,
	/// Credit that was paid out to it, demurrage included.
	pub refunded: u128,
	/// Demurrage of that.
	pub charged: u128,
	/// Levies on its sales.
	pub levies: u128,
	/// What was withheld for its account.
	pub withheld: u128,
}

/// Credit of a taxpayer in one currency, as it is stored; in minor units.
#[derive(Clone, Debug, DecodeAsType, Default, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct Account {
	/// What it has, by the period it is from, oldest first.
	pub credits: Vec<(Period, u128)>,
	/// What it has claimed.
	pub pending: u128,
	/// What it owes of reverse charge. As long as it does, it has no credit: that goes against it.
	pub arrears: u128,
}

/// What went through a treasury in one currency, in minor units.
#[derive(Clone, Debug, DecodeAsType, Default, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct TreasuryBook {
	/// VAT that became due.
	pub output: u128,
	/// Of it, what was set against credit.
	pub used: u128,
	/// Of it, what was paid in.
	pub remitted: u128,
	/// Of it, what buyers still owe of reverse charge.
	pub arrears: u128,
	/// Levies paid in.
	pub levies: u128,
	/// Withholding paid in.
	pub withheld: u128,
	/// Paid in for credit that was spent before a note took it back.
	pub made_good: u128,
	/// Given by anybody.
	pub gifts: u128,
	/// Paid out as refunds.
	pub refunds: u128,
	/// Taken out by the authority.
	pub sweeps: u128,
	/// Credited to buyers.
	pub credited: u128,
	/// Credited to sellers by notes.
	pub returned: u128,
	/// Taken off buyers by notes, of their credit or made good.
	pub reversed: u128,
	/// Claimed and lost by assessment.
	pub forfeited: u128,
	/// Credit of all taxpayers now.
	pub credits: u128,
	/// Claims of all taxpayers now.
	pub pending: u128,
}

/// A treasury in one currency, in minor units.
#[derive(Clone, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct TreasuryInfo {
	/// What went through it.
	pub book: TreasuryBook,
	/// What it has.
	pub balance: u128,
	/// What it needs for credits, claims and corrections.
	pub reserved: u128,
	/// What the authority may sweep.
	pub free: u128,
}

/// Where a claim stands.
#[derive(Clone, Copy, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub enum ClaimState {
	/// To be paid as soon as the treasury has the money.
	Ready,
	/// To be paid from a day on, unless something is decided before.
	Held {
		/// The day.
		until: Day,
	},
	/// To be paid less a part that is forfeited, from a day on, unless it is appealed before.
	Assessed {
		/// Minor units.
		forfeited: u128,
		/// The day.
		final_on: Day,
	},
	/// Governance has to decide about an assessment.
	Appealed {
		/// What the authority assessed, in minor units.
		forfeited: u128,
	},
	/// It is credit again. Forgotten on a day, unless it is appealed before.
	Denied {
		/// The day.
		final_on: Day,
	},
	/// Governance has to decide about a denial; meanwhile it is claimed.
	DenialAppealed,
}

/// What governance decides of an appeal.
#[derive(Clone, Copy, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub enum Decision {
	/// The claim is paid, less what is forfeited.
	Pay {
		/// Minor units.
		forfeited: u128,
	},
	/// It is credit again.
	Deny,
}

/// Credit that is to be paid out.
#[derive(Clone, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct Claim {
	/// Whose it is.
	pub twin: TwinNumber,
	/// In what.
	pub currency: CurrencyId,
	/// Minor units, what is forfeited included.
	pub amount: u128,
	/// The day on which it was made.
	pub claimed: Day,
	/// Where it stands.
	pub state: ClaimState,
	/// Why the last decision about it was taken.
	pub reason: Option<[u8; 32]>,
}
impl Jurisdiction {
	/// The jurisdiction of this id.
	pub async fn read(state: &State, id: JurisdictionId) -> Result<Self> {
		let found: Option<Self> = state.view("Tax", "jurisdiction", (id,)).await?;
		found.ok_or_else(|| Error::not_found(format!("there is no jurisdiction {id}")))
	}

	/// All of them, by id.
	pub async fn all(state: &State) -> Result<Vec<(JurisdictionId, Self)>> {
		let found: Vec<((JurisdictionId,), Self)> =
			state.entries("Tax", "Jurisdictions", ()).await?;
		let mut found: Vec<_> = found.into_iter().map(|((id,), it)| (id, it)).collect();
		found.sort_by_key(|(id, _)| *id);
		Ok(found)
	}

	/// What people call it.
	pub fn name(&self) -> String {
		texts::shown(&self.name)
	}
}

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

impl VatCategory {
	/// The letter of EN 16931.
	pub fn letter(self) -> &'static str {
		match self {
			Self::Standard => "S",
			Self::Zero => "Z",
			Self::Exempt => "E",
			Self::ReverseCharge => "AE",
			Self::Export => "G",
			Self::OutOfScope => "O",
		}
	}
}

impl TaxKind {
	/// As the command line and JSON write it.
	pub fn name(&self) -> String {
		match self {
			Self::Vat(category) => format!("vat-{}", category.letter().to_ascii_lowercase()),
			Self::LevyOnNet { .. } => "levy".into(),
			Self::LevyPerUnit { .. } => "levy-per-unit".into(),
			Self::Withholding => "withholding".into(),
		}
	}

	/// Whether VAT is charged on it.
	pub fn is_in_vat_base(&self) -> bool {
		match self {
			Self::LevyOnNet { in_vat_base } | Self::LevyPerUnit { in_vat_base, .. } => *in_vat_base,
			Self::Vat(_) | Self::Withholding => false,
		}
	}
}

impl Code {
	/// The code of this number.
	pub async fn read(state: &State, jurisdiction: JurisdictionId, code: TaxCode) -> Result<Self> {
		let found: Option<Self> = state.view("Tax", "code", (jurisdiction, code)).await?;
		found.ok_or_else(|| {
			Error::not_found(format!("jurisdiction {jurisdiction} has no tax code {code}"))
		})
	}

	/// What people call it.
	pub fn name(&self) -> String {
		texts::shown(&self.name)
	}

	/// The rate of a supply on this day.
	pub fn rate_on(&self, day: Day) -> Option<u128> {
		self.rates.iter().rev().find(|(from, _)| *from <= day).map(|(_, rate)| *rate)
	}
}

impl Account {
	/// That of a twin in a currency; empty if it never had any.
	pub async fn read(
		state: &State,
		jurisdiction: JurisdictionId,
		twin: TwinNumber,
		currency: CurrencyId,
	) -> Result<Self> {
		state.view("Tax", "account", (jurisdiction, twin, currency)).await
	}

	/// All of its credit.
	pub fn credit(&self) -> u128 {
		self.credits.iter().map(|(_, amount)| amount).sum()
	}
}

/// Today, by the jurisdiction's clock.
pub async fn today(state: &State, jurisdiction: JurisdictionId) -> Result<Day> {
	let today: Option<Day> = state.view("Tax", "today", (jurisdiction,)).await?;
	today.ok_or_else(|| Error::not_found(format!("there is no jurisdiction {jurisdiction}")))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn rate_is_the_last_one_before_the_day() {
		let code = Code {
			name: b"VAT".to_vec(),
			kind: TaxKind::Vat(VatCategory::Standard),
			rates: vec![(10, 150_000), (20, 170_000)],
		};
		for (day, rate) in
			[(9, None), (10, Some(150_000)), (19, Some(150_000)), (20, Some(170_000))]
		{
			assert_eq!(code.rate_on(day), rate, "day {day}");
		}
	}

	#[test]
	fn kinds_are_named_by_their_letters() {
		assert_eq!(TaxKind::Vat(VatCategory::ReverseCharge).name(), "vat-ae");
		let levy = TaxKind::LevyPerUnit { in_vat_base: true, currency: 1 };
		assert_eq!(levy.name(), "levy-per-unit");
		assert!(levy.is_in_vat_base());
	}
}
