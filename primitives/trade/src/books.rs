//! What changes in the books of a seller, a buyer and a treasury.

use crate::{
	charges::{ahead, parts, signed, so_far, total, uncredited, Part},
	invoice::Bill,
	tax::{Deductible, TaxCode, TaxKind, VatCategory},
	Balance, CurrencyId,
};
use alloc::vec::Vec;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use ourledger_math::MathError;
use scale_info::TypeInfo;

/// Most codes that a statement tells apart, [`OTHER_CODES`] included.
pub const STATEMENT_CODES: u32 = 16;

/// Under which a statement sums up whatever it has no room to tell apart. No code has this number.
pub const OTHER_CODES: TaxCode = TaxCode::MAX;

/// What a statement tells apart by code, in the order of first use.
pub type CodeTotals = BoundedVec<CodeTotal, ConstU32<STATEMENT_CODES>>;

/// What was sold or bought under a code in a period.
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
pub struct CodeTotal {
	/// The code, or [`OTHER_CODES`].
	pub code: TaxCode,
	/// Net, in minor units. Zero for levies and withholding, whose nets are VAT's already.
	pub net: i128,
	/// Its tax. Negative where returns outweighed.
	pub tax: i128,
}

/// A code's part of a payment, in minor units.
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
pub struct Item {
	/// The code.
	pub code: TaxCode,
	/// What it charges.
	pub kind: TaxKind,
	/// Its part of the net; zero for levies and withholding.
	pub net: i128,
	/// Its tax; under reverse charge what the buyer booked. Where VAT is taken as one, it may be
	/// negative, and only the sum counts.
	pub tax: i128,
	/// What the buyer was credited of that, reverse charge apart; nothing where VAT is taken as one.
	pub credited: Balance,
}

/// What the parties of an invoice have when something happens to it, in its currency.
#[derive(Clone, Copy, Debug, Default)]
pub struct Parties<'a> {
	/// The seller's credit, in minor units.
	pub seller_credit: Balance,
	/// The buyer, if it is known.
	pub buyer: Option<Buyer<'a>>,
}

/// What a buyer has.
#[derive(Clone, Copy, Debug, Default)]
pub struct Buyer<'a> {
	/// Its credit, in minor units. Of a payment it only counts if something is under reverse charge.
	pub credit: Balance,
	/// What it owes of reverse charge, in minor units. It only counts for a note: nothing that arises
	/// in a payment is set against anything of the same payment.
	pub arrears: Balance,
	/// What it may deduct.
	pub deductible: Deductible<'a>,
}

impl Buyer<'_> {
	/// The credit that it has once so much comes back to it: arrears are settled of that first.
	pub(crate) fn credit_with(&self, returned: Balance) -> Result<Balance, MathError> {
		total([self.credit, returned.saturating_sub(self.arrears)])
	}
}

impl<'a> Parties<'a> {
	/// What the buyer may deduct.
	pub(crate) fn deductible(&self) -> Deductible<'a> {
		self.buyer.and_then(|buyer| buyer.deductible)
	}

	/// Whether the buyer is registered, and buys as a business.
	pub(crate) fn is_registered(&self) -> bool {
		self.deductible().is_some()
	}
}

/// What changes for a twin, in minor units.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delta {
	/// VAT on its sales, or booked by it under reverse charge.
	pub output: Balance,
	/// VAT that it is credited.
	pub input: Balance,
	/// Input under reverse charge, which cancels output at once.
	pub cancelled: Balance,
	/// VAT set against its credit.
	pub used: Balance,
	/// VAT paid in.
	pub remitted: Balance,
	/// Levies on its sales.
	pub levies: Balance,
	/// What is withheld for its account, or by it of dividends.
	pub withheld: Balance,
	/// Tax that a note gives back to it as credit.
	pub returned: Balance,
	/// Input that a note takes off it.
	pub reversed: Balance,
	/// Of that, what is paid in instead of coming off its credit.
	pub made_good: Balance,
	/// Output that becomes its arrears.
	pub deferred: Balance,
	/// Output that returns within its invoices took off.
	pub taken_off: Balance,
	/// Tips on its sales.
	pub tips: i128,
	/// By code, what it sold.
	pub sales: Vec<CodeTotal>,
	/// By code, what it bought.
	pub purchases: Vec<CodeTotal>,
}

impl Delta {
	/// What its credit rises by.
	pub fn rise(&self) -> Result<Balance, MathError> {
		total([self.input, self.returned])
	}

	/// What then comes off its credit.
	pub fn fall(&self) -> Result<Balance, MathError> {
		let reversed = self.reversed.checked_sub(self.made_good).ok_or(MathError::Overflow)?;
		total([self.used, reversed])
	}

	/// What goes against the arrears of a twin with this credit and these arrears.
	pub fn settled(&self, credit: Balance, arrears: Balance) -> Result<Balance, MathError> {
		let credit = total([credit, self.rise()?])?;
		let credit = credit.checked_sub(self.fall()?).ok_or(MathError::Overflow)?;
		Ok(against_arrears(credit, total([arrears, self.deferred])?))
	}

	/// Whether it may change an account.
	pub fn touches_account(&self) -> bool {
		let changes = [self.input, self.returned, self.used, self.reversed, self.deferred];
		changes.iter().any(|amount| *amount > 0)
	}
}

/// What of `credit` goes against `arrears`: nobody has both.
pub fn against_arrears(credit: Balance, arrears: Balance) -> Balance {
	arrears.min(credit)
}

/// What a treasury has to keep for an invoice: before and after, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reserve {
	/// Tax that gave nobody credit: a note can turn it into credit.
	pub uncredited: (Balance, Balance),
	/// VAT that was taken ahead of payment: a payment can turn it into the buyer's credit.
	pub ahead: (Balance, Balance),
}

impl Reserve {
	/// Of a bill that goes from `was` to `bill`.
	pub(crate) fn between(was: &Bill, bill: &Bill) -> Result<Self, MathError> {
		Ok(Self {
			uncredited: (uncredited(was)?, uncredited(bill)?),
			ahead: (ahead(was)?, ahead(bill)?),
		})
	}
}

impl Item {
	/// What the seller's statement has of it: a reverse charge's tax is the buyer's.
	pub(crate) fn of_seller(&self) -> Option<CodeTotal> {
		let reverse = self.kind == TaxKind::Vat(VatCategory::ReverseCharge);
		let tax = if reverse { 0 } else { self.tax };
		Some(CodeTotal { code: self.code, net: self.net, tax })
	}

	/// What the buyer's statement has of it: VAT alone.
	pub(crate) fn of_buyer(&self) -> Option<CodeTotal> {
		let vat = matches!(self.kind, TaxKind::Vat(_));
		vat.then_some(CodeTotal { code: self.code, net: self.net, tax: self.tax })
	}
}

/// What each code has of a payment or a note: the difference between two states of a bill, or all of one.
pub(crate) fn items(
	was: Option<&Bill>,
	bill: &Bill,
	currency: CurrencyId,
) -> Result<Vec<Item>, MathError> {
	let new = parts(bill, currency)?;
	let old = match was {
		Some(was) => parts(was, currency)?,
		None => new.iter().map(|it| Part { sold: 0, taken: 0, credited: 0, ..*it }).collect(),
	};
	let item = |(old, new): (Part, Part)| {
		Ok(Item {
			code: new.code,
			kind: new.kind,
			net: new.sold.checked_sub(old.sold).ok_or(MathError::Overflow)?,
			tax: new.taken.checked_sub(old.taken).ok_or(MathError::Overflow)?,
			credited: new.credited.saturating_sub(old.credited),
		})
	};
	old.into_iter().zip(new).map(item).collect()
}

/// How much more, or less, of the tip was paid.
pub(crate) fn tip_between(was: &Bill, bill: &Bill) -> Result<i128, MathError> {
	let of = |bill: &Bill| so_far(bill, signed(bill.tip)?);
	of(bill)?.checked_sub(of(was)?).ok_or(MathError::Overflow)
}

/// Net of all items: what counts as turnover.
pub(crate) fn turnover(items: &[Item]) -> i128 {
	items.iter().map(|it| it.net).fold(0, i128::saturating_add)
}

/// Totals for a statement, but for those of nothing.
pub(crate) fn totals_of(
	items: &[Item],
	total: impl Fn(&Item) -> Option<CodeTotal>,
) -> Vec<CodeTotal> {
	items.iter().filter_map(total).filter(|it| it.net != 0 || it.tax != 0).collect()
}
