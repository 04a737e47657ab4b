//! Why a sale, a payment or a note is refused.

use crate::{
	tax::{Ppm, TaxCode},
	Balance, CurrencyId, Day,
};
use core::{error::Error, fmt};
use ourledger_math::MathError;

/// Why a sale, a payment or a note is refused, with all that a sentence about it needs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Refusal {
	/// The amounts can't be.
	Math(MathError),
	/// Seller and buyer are the same twin.
	SameParty,
	/// The supply is in the future.
	SupplyInFuture,
	/// The supply was too long ago to be invoiced.
	SupplyOutsideBound {
		/// The first day that an invoice of today can name.
		first: Day,
	},
	/// There is nothing on the invoice, or on the note.
	NothingSold,
	/// An amount is beyond [`MAX_AMOUNT`](crate::invoice::MAX_AMOUNT).
	TooLarge,
	/// A code is there twice.
	DuplicateCode,
	/// There are more than [`MAX_LINES`](crate::invoice::MAX_LINES).
	TooManyLines {
		/// How many.
		lines: u32,
	},
	/// There is no such code: in the jurisdiction or, for a note, on the invoice.
	CodeNotFound(TaxCode),
	/// The code had no rate on the day of supply.
	NoRateYet(TaxCode),
	/// The code's rate is no share.
	RateInvalid(TaxCode),
	/// The code is none of VAT.
	NotVat(TaxCode),
	/// The code is no levy.
	NotLevy(TaxCode),
	/// The code withholds nothing.
	NotWithholding(TaxCode),
	/// The levy is on something that isn't there.
	LevyOnUnknownItem {
		/// The levy's code.
		levy: TaxCode,
		/// What it would be on.
		on: TaxCode,
	},
	/// The invoice has no such levy.
	LevyNotFound {
		/// The levy's code.
		levy: TaxCode,
		/// What it would be on.
		on: TaxCode,
	},
	/// The levy is set in another currency.
	LevyInOtherCurrency {
		/// The levy's code.
		levy: TaxCode,
		/// Its currency.
		currency: CurrencyId,
	},
	/// A levy per unit needs a quantity.
	QuantityMissing(TaxCode),
	/// VAT is rounded per line: the lines of this code are needed.
	LinesMissing(TaxCode),
	/// VAT isn't rounded per line, or not that of this code.
	LinesUnexpected(TaxCode),
	/// The invoice has other lines, or the note lacks some of its codes.
	LinesDiffer,
	/// The tip is more than its share of net and tax.
	TipTooHigh {
		/// The tip.
		tip: Balance,
		/// Its share, in parts per million.
		limit: Ppm,
		/// What that comes to.
		most: Balance,
	},
	/// A reverse charge under this code is booked as it is paid for: there has to be something to pay.
	NothingToPay(TaxCode),
	/// Returns outweigh under a code of reverse charge: the buyer books what it buys, and returns by a
	/// note.
	ReturnsOfReverse(TaxCode),
	/// What is out of scope of VAT needs an invoice of its own.
	OutOfScopeAlone(TaxCode),
	/// A seller that isn't registered can only sell what is out of scope of VAT.
	SellerNotRegistered(TaxCode),
	/// The seller, being registered, isn't allowed this code of zero tax.
	CodeNotAllowed(TaxCode),
	/// A reverse charge or an export under this code needs a known buyer.
	BuyerUnknown(TaxCode),
	/// A reverse charge under this code needs a registered buyer, who buys as a business.
	BuyerNotRegistered(TaxCode),
	/// The buyer still owes tax of an earlier reverse charge in this currency.
	BuyerInArrears {
		/// The code of reverse charge.
		code: TaxCode,
		/// What it owes.
		arrears: Balance,
	},
	/// An export under this code needs evidence.
	ExportNeedsEvidence(TaxCode),
	/// An export under this code can't go to a taxpayer of the jurisdiction.
	ExportToTaxpayer(TaxCode),
	/// The buyer may deduct different shares of the two codes, whose VAT is taken as one.
	SharesDiffer(TaxCode, TaxCode),
	/// Returns under the code outweigh what is sold at its rate or a higher one, and leave less than a
	/// third of the VAT on what is sold.
	ReturnsTaxedHigher(TaxCode),
	/// The note takes back what isn't there, or raises something.
	NoteTooLarge,
	/// The bill isn't one that this crate made, or what is left isn't of this bill.
	BillMalformed,
}

impl From<MathError> for Refusal {
	fn from(error: MathError) -> Self {
		match error {
			MathError::NoteRaisesInvoice => Self::NoteTooLarge,
			MathError::LengthMismatch => Self::LinesDiffer,
			error => Self::Math(error),
		}
	}
}

impl fmt::Display for Refusal {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Math(error) => write!(f, "{error}"),
			Self::SameParty => f.write_str("seller and buyer are the same twin"),
			Self::SupplyInFuture => f.write_str("the supply is in the future"),
			Self::SupplyOutsideBound { .. } => f.write_str("the supply was too long ago"),
			Self::NothingSold => f.write_str("there is nothing on it"),
			Self::TooLarge => f.write_str("an amount is beyond 2¹⁰⁰"),
			Self::DuplicateCode => f.write_str("a code is there twice"),
			Self::TooManyLines { lines } => write!(f, "{lines} lines are too many"),
			Self::CodeNotFound(code) => write!(f, "there is no code {code}"),
			Self::NoRateYet(code) => write!(f, "code {code} has no rate on the day of supply"),
			Self::RateInvalid(code) => write!(f, "the rate of code {code} is no share"),
			Self::NotVat(code) => write!(f, "code {code} is not one of VAT"),
			Self::NotLevy(code) => write!(f, "code {code} is no levy"),
			Self::NotWithholding(code) => write!(f, "code {code} withholds nothing"),
			Self::LevyOnUnknownItem { levy, on } => {
				write!(f, "the levy {levy} is on code {on}, of which there is nothing")
			},
			Self::LevyNotFound { levy, on } => write!(f, "there is no levy {levy} on code {on}"),
			Self::LevyInOtherCurrency { levy, currency } => {
				write!(f, "the levy {levy} is in currency {currency}")
			},
			Self::QuantityMissing(levy) => write!(f, "the levy {levy} needs a quantity"),
			Self::LinesMissing(code) => write!(f, "the lines of code {code} are needed"),
			Self::LinesUnexpected(code) => write!(f, "code {code} isn't rounded per line"),
			Self::LinesDiffer => f.write_str("the invoice has other lines"),
			Self::TipTooHigh { tip, most, .. } => write!(f, "the tip of {tip} is above {most}"),
			Self::NothingToPay(code) => {
				write!(f, "nothing is to be paid, but code {code} is under reverse charge")
			},
			Self::ReturnsOfReverse(code) => {
				write!(f, "returns outweigh under code {code}, which is under reverse charge")
			},
			Self::OutOfScopeAlone(code) => {
				write!(f, "code {code} is out of scope of VAT, and needs an invoice of its own")
			},
			Self::SellerNotRegistered(code) => {
				write!(f, "the seller isn't registered, and so can't sell under code {code}")
			},
			Self::CodeNotAllowed(code) => write!(f, "the seller may not use code {code}"),
			Self::BuyerUnknown(code) => write!(f, "code {code} needs a buyer who is known"),
			Self::BuyerNotRegistered(code) => {
				write!(f, "code {code} needs a buyer who is registered, and buys as a business")
			},
			Self::BuyerInArrears { arrears, .. } => write!(f, "the buyer still owes {arrears}"),
			Self::ExportNeedsEvidence(code) => {
				write!(f, "an export under code {code} needs evidence")
			},
			Self::ExportToTaxpayer(code) => {
				write!(f, "an export under code {code} can't go to a taxpayer of the jurisdiction")
			},
			Self::SharesDiffer(one, other) => {
				write!(f, "the buyer may deduct different shares of codes {one} and {other}")
			},
			Self::ReturnsTaxedHigher(code) => {
				write!(f, "returns under code {code}, taxed higher than what is sold, take off too much VAT")
			},
			Self::NoteTooLarge => f.write_str("the note takes back what isn't there"),
			Self::BillMalformed => f.write_str("the bill isn't one of these"),
		}
	}
}

impl Error for Refusal {}
