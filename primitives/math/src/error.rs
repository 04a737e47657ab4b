//! Why a computation is refused.

use core::{error::Error, fmt};

/// Why a computation is refused. Nothing wraps or saturates: what can't be computed exactly as
/// stated is one of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MathError {
	/// A result doesn't fit its type.
	Overflow,
	/// A divisor is zero.
	DivisionByZero,
	/// A share, or a daily rate, is above one million parts per million, or leaves nothing; a part
	/// is more than its whole.
	ShareAboveWhole,
	/// Two lists that belong together differ in length.
	LengthMismatch,
	/// All weights are zero, so that nothing says who gets the amount.
	NoWeight,
	/// A line, levy or withholding names a category that the document doesn't have.
	UnknownCategory,
	/// The total net of a document is negative: it is a credit note, not an invoice.
	NegativeNet,
	/// The VAT of a document, or another tax, would be negative.
	NegativeTax,
	/// A levy is on a category in which returns outweigh.
	LevyOnReturns,
	/// Levies within tax-inclusive prices are worked out per category, never per line.
	LevyWithinLinePrices,
	/// More would be withheld than is to be paid.
	WithheldBeyondGross,
	/// The taxes together are more than the gross.
	TaxBeyondGross,
	/// A code has already given more than its tax.
	TakenBeyondTax,
	/// A buyer's credit is more than the tax that it comes from.
	CreditBeyondTax,
	/// More would be paid than the gross.
	Overpaid,
	/// A cumulative amount falls where it may only rise.
	NotCumulative,
	/// A note would raise the gross or one of the taxes, or takes back what isn't there.
	NoteRaisesInvoice,
	/// An account would hold less than the minimum balance.
	BelowMinimum,
	/// An account doesn't hold that much.
	BalanceTooLow,
	/// A day lies before the first day of its rate.
	DayBeforeStart,
	/// There are more shares than a venture can have.
	TooManyShares,
}

impl fmt::Display for MathError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::Overflow => "the result is too large",
			Self::DivisionByZero => "the divisor is zero",
			Self::ShareAboveWhole => "the share is more than there is",
			Self::LengthMismatch => "the lists differ in length",
			Self::NoWeight => "all weights are zero",
			Self::UnknownCategory => "the document has no such category",
			Self::NegativeNet => "the total net is negative",
			Self::NegativeTax => "a tax is negative",
			Self::LevyOnReturns => "a levy is on what is given back",
			Self::LevyWithinLinePrices => "levies can't be within prices that are taxed per line",
			Self::WithheldBeyondGross => "more is withheld than is to be paid",
			Self::TaxBeyondGross => "the taxes are more than the gross",
			Self::TakenBeyondTax => "more tax was taken than there is",
			Self::CreditBeyondTax => "the credit is more than the tax",
			Self::Overpaid => "more is paid than the gross",
			Self::NotCumulative => "a cumulative amount falls",
			Self::NoteRaisesInvoice => "the note raises the invoice",
			Self::BelowMinimum => "the balance would fall below the minimum",
			Self::BalanceTooLow => "the balance is too low",
			Self::DayBeforeStart => "the day lies before the start of the rate",
			Self::TooManyShares => "there are too many shares",
		})
	}
}

impl Error for MathError {}
