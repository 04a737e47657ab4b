//! What is stored of jurisdictions, codes, taxpayers, their books and claims.

pub use ourledger_trade::books::{CodeTotal, CodeTotals, Item};

use crate::{limits::*, Config};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame::{prelude::*, traits::ConstU32};
use ourledger_primitives::{
	money::{CurrencyId, Day, Kept},
	tax::{JurisdictionId, Period, Ppm, TaxCode, TaxKind},
	twin::TwinNumber,
	Balance,
};

/// Hash of a document that isn't on the chain: a decision and its reasons.
pub type Reason = [u8; 32];
/// Number of a claim within its jurisdiction, from 0, never given twice.
pub type ClaimId = u64;
/// A calendar year.
pub type Year = u32;
/// Name of a jurisdiction.
pub type JurisdictionName = BoundedVec<u8, ConstU32<MAX_JURISDICTION_NAME>>;
/// Name of a code.
pub type CodeName = BoundedVec<u8, ConstU32<MAX_CODE_NAME>>;
/// Tax number of a taxpayer.
pub type TaxNumber = BoundedVec<u8, ConstU32<MAX_TAX_NUMBER>>;
/// Credit by the period it is from, oldest first.
pub type Credits = BoundedVec<(Period, Balance), ConstU32<CREDIT_PERIODS>>;
/// [`Jurisdiction`] of this runtime.
pub type JurisdictionOf<T> = Jurisdiction<<T as frame_system::Config>::AccountId>;
/// [`Taxpayer`] of this runtime.
pub type TaxpayerOf<T> =
	Taxpayer<<T as frame_system::Config>::AccountId, <T as Config>::TaxpayerDeposit>;

/// Where VAT is rounded.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Rounding {
	/// Once per code of an invoice.
	#[codec(index = 0)]
	Category,
	/// Per line; the sale has each of them.
	#[codec(index = 1)]
	Line,
}

/// Up to how much is refunded without anybody's looking at it.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct RefundCap {
	/// For whoever has been registered for so many days.
	pub age_days: u16,
	/// Whole units, of any currency. It counts all of a taxpayer's claims in one: those that aren't
	/// done with, and what was paid of others in this period and the one before.
	pub cap: Balance,
}

/// A change of a jurisdiction's clock, as where summer time begins or ends.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct ClockChange {
	/// The first day that begins by it. A clock that is put forward at two in the morning of a Sunday
	/// changes with the Monday.
	pub from: Day,
	/// Its distance from UTC.
	pub utc_offset_minutes: i16,
}

/// How a jurisdiction works. Governance decides it.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Settings {
	/// The twin that does the daily work.
	pub authority: TwinNumber,
	/// Twins that may read its taxpayers' documents. The chain only says who they are.
	pub auditors: BoundedVec<TwinNumber, ConstU32<8>>,
	/// What can be paid in.
	pub currencies: BoundedVec<CurrencyId, ConstU32<MAX_CURRENCIES>>,
	/// ISO 4217 letters of what the authority reports in.
	pub reporting: [u8; 3],
	/// Its clock, by ascending day; at least one. The first counts for all days before it, too. Only
	/// days to come can be changed.
	pub clock: BoundedVec<ClockChange, ConstU32<MAX_CLOCK_CHANGES>>,
	/// Where VAT is rounded.
	pub rounding: Rounding,
	/// For how many days of the calendar before its issue an invoice may say that the supply took
	/// place.
	pub supply_bound_days: u16,
	/// For how many days of the calendar after its supply an invoice can be corrected.
	pub correction_days: u16,
	/// After how many days past due the tax of an accepted, unpaid business invoice is taken. A wait,
	/// as the two below: at least so many times 24 hours, over on the day that comes one later.
	pub unpaid_days: u16,
	/// Which share of net and tax a tip can be.
	pub tip_limit: Ppm,
	/// The least that is claimed, in whole units of any currency. Whoever isn't registered may claim
	/// less, if it is all of its credit.
	pub least_claim: Balance,
	/// What is refunded automatically, by ascending age. None below the first age.
	pub refund_caps: BoundedVec<RefundCap, ConstU32<4>>,
	/// For how many days after it was made a claim can be held.
	pub hold_days: u16,
	/// For how many days a taxpayer can appeal against an assessment or a denial.
	pub appeal_days: u16,
	/// Share of output tax that went back, by notes or within invoices, above which no refund is
	/// automatic.
	pub returns_alert: Ppm,
	/// Turnover per calendar year, in minor units of a currency, from which one has to
	/// register.
	pub thresholds: BoundedVec<(CurrencyId, Balance), ConstU32<MAX_CURRENCIES>>,
}

/// A place with its own taxes.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Jurisdiction<AccountId> {
	/// What people call it.
	pub name: JurisdictionName,
	/// How it works.
	pub settings: Settings,
	/// Where its taxes are: an account without a key.
	pub treasury: AccountId,
}

/// A tax with its rates over time.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Code {
	/// What people call it.
	pub name: CodeName,
	/// What it charges.
	pub kind: TaxKind,
	/// Its rate from a day on, by ascending day. See [`TaxKind`] for the unit.
	pub rates: BoundedVec<(Day, Balance), ConstU32<MAX_RATES>>,
}

/// What the authority registers of a taxpayer.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct TaxpayerTerms {
	/// Its tax number.
	pub tax_number: TaxNumber,
	/// The first day on which it is registered.
	pub effective: Day,
	/// Codes of zero tax, or of reverse charge, that it may use.
	pub zero_codes: BoundedVec<TaxCode, ConstU32<8>>,
	/// Which part of a code's VAT it may deduct; all of it, of codes that aren't here.
	pub deductible: BoundedVec<(TaxCode, Ppm), ConstU32<8>>,
}

/// Where a registration stands.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum TaxpayerState {
	/// Asked for; it counts for nothing yet.
	#[codec(index = 0)]
	Requested,
	/// In force from its effective day on.
	#[codec(index = 1)]
	Registered,
	/// Ended on this day.
	#[codec(index = 2)]
	Deregistered(Day),
}

/// A registration, as reads return it.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct TaxpayerInfo {
	/// Its tax number.
	pub tax_number: TaxNumber,
	/// Where it stands.
	pub state: TaxpayerState,
	/// The first day on which it counts.
	pub effective: Day,
	/// The day on which it was requested or, once in force, registered.
	pub registered: Day,
	/// Codes of zero tax, or of reverse charge, that it may use.
	pub zero_codes: BoundedVec<TaxCode, ConstU32<8>>,
	/// Which part of a code's VAT it may deduct; all of it, of codes that aren't here.
	pub deductible: BoundedVec<(TaxCode, Ppm), ConstU32<8>>,
}

/// What a twin and its jurisdiction have to do with each other in a period, in minor units. Output +
/// settled = used + remitted + deferred.
#[derive(
	Clone,
	Debug,
	Default,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Statement {
	/// What it was paid for.
	pub sales: CodeTotals,
	/// What it paid for, as a registered buyer.
	pub purchases: CodeTotals,
	/// Tips that it was paid, less what notes took back.
	pub tips: i128,
	/// VAT on its sales, and what it booked under reverse charge.
	pub output: Balance,
	/// VAT that it was credited.
	pub input: Balance,
	/// VAT that went to the treasury, arrears included.
	pub remitted: Balance,
	/// VAT that was set against its credit or its claims, arrears included.
	pub used: Balance,
	/// VAT under reverse charge that became arrears.
	pub deferred: Balance,
	/// What of its arrears was used or remitted.
	pub settled: Balance,
	/// By how much returns within its invoices lowered the output: they are looked at as notes are.
	pub taken_off: Balance,
	/// Tax on its sales that notes gave back to it as credit.
	pub returned: Balance,
	/// Input that notes took off it.
	pub reversed: Balance,
	/// Credit that was paid out to it, demurrage included.
	pub refunded: Balance,
	/// Demurrage of that.
	pub charged: Balance,
	/// Levies on its sales.
	pub levies: Balance,
	/// What was withheld for its account, or by it of dividends.
	pub withheld: Balance,
}

/// Credit of a taxpayer in one currency, in minor units.
#[derive(
	Clone,
	Debug,
	Default,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Account {
	/// What it has, by the period it is from, oldest first. Twelve periods are told apart;
	/// what is older counts as of the oldest.
	pub credits: Credits,
	/// What it has claimed.
	pub pending: Balance,
	/// What it owes of reverse charge. As long as it does, it has no credit: that goes against it.
	pub arrears: Balance,
}

/// Credit of a taxpayer, as reads return it.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct AccountInfo {
	/// All of it, in minor units.
	pub credit: Balance,
	/// What is claimed besides.
	pub pending: Balance,
	/// What it owes of reverse charge.
	pub arrears: Balance,
	/// By the period it is from, oldest first.
	pub credits: Credits,
}

/// What went through a treasury in one currency since its beginning, in minor units.
#[derive(
	Clone,
	Debug,
	Default,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct TreasuryBook {
	/// VAT that became due.
	pub output: Balance,
	/// Of it, what was set against credit.
	pub used: Balance,
	/// Of it, what was paid in.
	pub remitted: Balance,
	/// Of it, what buyers still owe of reverse charge.
	pub arrears: Balance,
	/// Levies paid in.
	pub levies: Balance,
	/// Withholding paid in.
	pub withheld: Balance,
	/// Paid in for credit that was spent before a note took it back.
	pub made_good: Balance,
	/// Given by anybody.
	pub gifts: Balance,
	/// Paid out as refunds.
	pub refunds: Balance,
	/// Taken out by the authority.
	pub sweeps: Balance,
	/// Credited to buyers.
	pub credited: Balance,
	/// Credited to sellers by notes.
	pub returned: Balance,
	/// Taken off buyers by notes, of their credit or made good.
	pub reversed: Balance,
	/// Claimed and lost by assessment.
	pub forfeited: Balance,
	/// Credit of all taxpayers now.
	pub credits: Balance,
	/// Claims of all taxpayers now.
	pub pending: Balance,
	/// VAT taken ahead of payment, of invoices that stay unpaid: payments turn it into the buyers'
	/// credit.
	pub ahead: Balance,
	/// Tax that gave no buyer a credit, by the period of supply, oldest first: a note turns it
	/// into credit. Of arrears, what was settled, by the period of that.
	pub uncredited: BoundedVec<(Period, Balance), ConstU32<WINDOW_PERIODS>>,
}

/// What is held today, in base units of OUR.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct TaxDeposits {
	/// For a registration, from whoever applies or from the authority's controller.
	pub taxpayer: Balance,
}

/// A treasury, as reads return it; in minor units.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct TreasuryInfo {
	/// What went through it.
	pub book: TreasuryBook,
	/// What it has.
	pub balance: Balance,
	/// What it needs for credits, claims and corrections.
	pub reserved: Balance,
	/// What the authority may sweep.
	pub free: Balance,
}

/// Where a claim stands.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum ClaimState {
	/// To be paid as soon as the treasury has the money.
	#[codec(index = 0)]
	Ready,
	/// To be paid from a day on, unless something is decided before.
	#[codec(index = 1)]
	Held {
		/// The day.
		until: Day,
	},
	/// To be paid less a part that is forfeited, from a day on, unless it is appealed before.
	#[codec(index = 2)]
	Assessed {
		/// Minor units.
		forfeited: Balance,
		/// The day.
		final_on: Day,
	},
	/// Governance has to decide about an assessment.
	#[codec(index = 3)]
	Appealed {
		/// What the authority assessed, in minor units.
		forfeited: Balance,
	},
	/// It is credit again. Forgotten on a day, unless it is appealed before.
	#[codec(index = 4)]
	Denied {
		/// The day.
		final_on: Day,
	},
	/// Governance has to decide about a denial; meanwhile it is claimed.
	#[codec(index = 5)]
	DenialAppealed,
}

/// What governance decides of an appeal.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Decision {
	/// The claim is paid, less what is forfeited.
	#[codec(index = 0)]
	Pay {
		/// Minor units.
		forfeited: Balance,
	},
	/// It is credit again.
	#[codec(index = 1)]
	Deny,
}

/// Credit that is to be paid out.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Claim {
	/// Whose it is.
	pub twin: TwinNumber,
	/// In what.
	pub currency: CurrencyId,
	/// Minor units, what is forfeited included.
	pub amount: Balance,
	/// The day on which it was made.
	pub claimed: Day,
	/// Where it stands.
	pub state: ClaimState,
	/// Why the last decision about it was taken.
	pub reason: Option<Reason>,
}

/// What a claim waits as.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Waits {
	/// Its money.
	pub kept: Kept,
	/// The credit that it was made of, and is again if it isn't paid.
	pub from: Credits,
}

/// A code's part of a credit note, in minor units.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct NoteItem {
	/// The code.
	pub code: TaxCode,
	/// What it charges.
	pub kind: TaxKind,
	/// Change of the net that counts as sold; zero for levies and withholding.
	pub net: i128,
	/// Change of the tax that is taken; under reverse charge of what the buyer booked.
	pub tax: i128,
}

/// A registration as stored.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Taxpayer<AccountId, Ticket> {
	/// What was registered; of a request, the tax number.
	pub terms: TaxpayerTerms,
	/// Where it stands.
	pub state: TaxpayerState,
	/// The day on which it was requested or, once in force, registered.
	pub registered: Day,
	/// Whoever paid the deposit, and gets it back.
	pub depositor: AccountId,
	/// The deposit; none once it has ended.
	pub ticket: Option<Ticket>,
}

/// A place in an agenda: which claim of which jurisdiction.
pub type ClaimKey = (JurisdictionId, ClaimId);
