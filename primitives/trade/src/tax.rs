//! What taxes are called: jurisdictions, codes, kinds, and who trades with whom.

use crate::{CurrencyId, Day, TwinNumber};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use ourledger_math::rounding::MILLION;
use scale_info::TypeInfo;

/// Id of a jurisdiction. Sequential from 0, never reused.
pub type JurisdictionId = u32;

/// Id of a tax code within its jurisdiction, chosen by the authority.
pub type TaxCode = u16;

/// Parts per million: a tax rate, or a share.
pub type Ppm = u32;

/// A period of a jurisdiction's calendar: months since January of year 0, so that 2026-11 is
/// 2026 × 12 + 10.
pub type Period = u32;

/// What a tax code charges.
#[derive(
	Clone,
	Copy,
	Debug,
	Eq,
	PartialEq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum TaxKind {
	/// Value-added tax; its rate is in parts per million. The only kind that nets.
	#[codec(index = 0)]
	Vat(VatCategory),
	/// A levy on the net; its rate is in parts per million.
	#[codec(index = 1)]
	LevyOnNet {
		/// Whether VAT is charged on it.
		in_vat_base: bool,
	},
	/// A levy per unit; its rate is in minor units for one unit.
	#[codec(index = 2)]
	LevyPerUnit {
		/// Whether VAT is charged on it.
		in_vat_base: bool,
		/// The currency of its rate: an amount means nothing in another.
		currency: CurrencyId,
	},
	/// Kept back by the payer for the seller's account; its rate is in parts per million of the net.
	#[codec(index = 3)]
	Withholding,
}

/// Category of VAT, by the letters of EN 16931 (UNCL 5305).
#[derive(
	Clone,
	Copy,
	Debug,
	Eq,
	PartialEq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum VatCategory {
	/// S: taxed at the code's rate.
	#[codec(index = 0)]
	Standard,
	/// Z: taxed at zero.
	#[codec(index = 1)]
	Zero,
	/// E: exempt.
	#[codec(index = 2)]
	Exempt,
	/// AE: reverse charge. The invoice shows no tax; the buyer books it at the code's rate.
	#[codec(index = 3)]
	ReverseCharge,
	/// G: export. Needs a buyer from abroad and evidence.
	#[codec(index = 4)]
	Export,
	/// O: out of scope of VAT. Stands alone on an invoice; all that an unregistered seller may use,
	/// and it without permission. Its turnover is counted, whoever sells.
	#[codec(index = 5)]
	OutOfScope,
}

impl VatCategory {
	/// The letter of EN 16931.
	pub fn letter(&self) -> &'static str {
		match self {
			Self::Standard => "S",
			Self::Zero => "Z",
			Self::Exempt => "E",
			Self::ReverseCharge => "AE",
			Self::Export => "G",
			Self::OutOfScope => "O",
		}
	}

	/// Whether a taxpayer has to be allowed it: tax is charged at zero or not at all.
	pub fn needs_permission(&self) -> bool {
		!matches!(self, Self::Standard)
	}
}

/// Who trades with whom, in what, and when: all that taxes depend on besides what is sold.
#[derive(
	Clone,
	Copy,
	Debug,
	Eq,
	PartialEq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Trade {
	/// Seller's and invoice's number: which invoice this is.
	pub seller: TwinNumber,
	/// Number of the invoice in the seller's series.
	pub number: u64,
	/// The buyer, if it is known.
	pub buyer: Option<TwinNumber>,
	/// Place of supply.
	pub jurisdiction: JurisdictionId,
	/// What is paid in.
	pub currency: CurrencyId,
	/// Day of supply, in the jurisdiction's own time: it chooses the rates.
	pub supply: Day,
	/// Whether the buyer buys as a business: at a till it says so, elsewhere it does. A private
	/// purchase gives it no credit, stands in no statement of its own, and can't be under reverse
	/// charge.
	pub business: bool,
}

/// Which part of a code's VAT a buyer may deduct, where it isn't all of it; none, if the buyer deducts
/// nothing: it isn't registered, or doesn't buy as a business.
pub type Deductible<'a> = Option<&'a [(TaxCode, Ppm)]>;

/// Which part of the VAT under `code` a buyer may deduct.
pub fn share_of(deductible: Deductible<'_>, code: TaxCode) -> Ppm {
	let Some(shares) = deductible else { return 0 };
	shares.iter().find(|(other, _)| *other == code).map_or(MILLION, |(_, share)| *share)
}
