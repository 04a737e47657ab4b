//! Invoices: what is sold, what it is taxed, and what of it was paid.

use crate::{
	tax::{Ppm, TaxCode, VatCategory},
	Balance,
};
use alloc::vec::Vec;
use bounded_collections::{BoundedVec, ConstU32};
use codec::{Compact, Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Most VAT codes of one invoice.
pub const MAX_SUBTOTALS: u32 = 8;

/// Most codes of one invoice.
pub const MAX_CODES: u32 = MAX_SUBTOTALS + MAX_LEVIES + MAX_WITHHOLDINGS;

/// Most levies of one invoice.
pub const MAX_LEVIES: u32 = 4;

/// Most withholdings of one invoice.
pub const MAX_WITHHOLDINGS: u32 = 2;

/// Most lines of one sale, over all its items.
pub const MAX_LINES: u32 = 128;

/// Largest amount in one invoice, in minor units: sums and products of a few stay far within 128
/// bits.
pub const MAX_AMOUNT: Balance = 1 << 100;

/// What the amounts of a sale are.
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
pub enum Prices {
	/// Without tax, as between businesses.
	#[codec(index = 0)]
	Net,
	/// With VAT and levies, as in shops.
	#[codec(index = 1)]
	Gross,
}

/// A signed amount that is short when it is small: 0, -1, 1, -2, 2 … are written as 0, 1, 2, 3, 4 …,
/// in the compact form of SCALE.
#[derive(
	Clone, Copy, Debug, Default, Eq, PartialEq, Encode, Decode, DecodeWithMemTracking, TypeInfo,
)]
pub struct Zigzag(#[codec(compact)] u128);

// Not derived: that would forget the byte that the compact form adds to the longest.
impl MaxEncodedLen for Zigzag {
	fn max_encoded_len() -> usize {
		Compact::<u128>::max_encoded_len()
	}
}

impl From<i128> for Zigzag {
	fn from(amount: i128) -> Self {
		// The sign moves to the last bit.
		Self(((amount << 1) ^ (amount >> 127)) as u128)
	}
}

impl From<Zigzag> for i128 {
	fn from(Zigzag(bits): Zigzag) -> Self {
		(bits >> 1) as i128 ^ -((bits & 1) as i128)
	}
}

/// Amounts of lines, in minor units. Over all the items of a sale there are at most [`MAX_LINES`].
pub type Lines = BoundedVec<Zigzag, ConstU32<MAX_LINES>>;

/// The sum of lines; nothing if it is too large.
pub fn sum_of(lines: &Lines) -> Option<i128> {
	lines.iter().try_fold(0i128, |sum, line| sum.checked_add((*line).into()))
}

/// What is sold under one VAT code, in minor units.
#[derive(
	Clone, Debug, Eq, PartialEq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Amounts {
	/// All of it together.
	#[codec(index = 0)]
	Sum(i128),
	/// Line by line, which a standard rate needs where the jurisdiction rounds per line, and nothing
	/// else can have. At least one.
	#[codec(index = 1)]
	Lines(Lines),
}

impl Amounts {
	/// What they come to; nothing if it is too large.
	pub fn sum(&self) -> Option<i128> {
		match self {
			Self::Sum(amount) => Some(*amount),
			Self::Lines(lines) => sum_of(lines),
		}
	}

	/// How many lines are told apart.
	pub fn lines(&self) -> u32 {
		match self {
			Self::Sum(_) => 0,
			// Within its bound.
			Self::Lines(lines) => lines.len() as u32,
		}
	}
}

/// What is sold under one VAT code, allowances and charges included.
#[derive(
	Clone, Debug, Eq, PartialEq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct SaleItem {
	/// The VAT code. Each stands once in a sale, in any order.
	pub code: TaxCode,
	/// With or without tax, as the sale's prices say. Negative where returns outweigh.
	pub amounts: Amounts,
}

/// A levy on what is sold under one VAT code.
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
pub struct SaleLevy {
	/// The levy's code.
	pub code: TaxCode,
	/// The VAT code of what it is on.
	pub on: TaxCode,
	/// Quantity in thousandths of a unit, of a levy per unit; else 0.
	pub thousandths: u64,
}

/// What is sold: all that the seller says, before taxes.
#[derive(
	Clone, Debug, Eq, PartialEq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Sale {
	/// What the amounts are.
	pub prices: Prices,
	/// At least one.
	pub items: BoundedVec<SaleItem, ConstU32<MAX_SUBTOTALS>>,
	/// Levies.
	pub levies: BoundedVec<SaleLevy, ConstU32<MAX_LEVIES>>,
	/// Codes of what the payer keeps back.
	pub withholdings: BoundedVec<TaxCode, ConstU32<MAX_WITHHOLDINGS>>,
	/// Untaxed, and no turnover. At most the jurisdiction's share of net and tax.
	pub tip: Balance,
	/// Hash of the evidence that an export needs.
	pub evidence: Option<[u8; 32]>,
}

impl Sale {
	/// How many codes it names, on which the work of assessing and collecting depends.
	pub fn codes(&self) -> u32 {
		let codes = self.items.len() + self.levies.len() + self.withholdings.len();
		// At most the sum of the bounds.
		codes as u32
	}

	/// How many lines it has: the work of assessing depends on them, too.
	pub fn lines(&self) -> u32 {
		// Each is below 2³², and there are few.
		self.items.iter().map(|item| item.amounts.lines()).fold(0, u32::saturating_add)
	}
}

/// What a credit note takes off one VAT code of an invoice.
#[derive(
	Clone, Debug, Eq, PartialEq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Change {
	/// So much of its amount, in the invoice's prices. It has the amount's sign, and isn't larger.
	#[codec(index = 0)]
	Less(i128),
	/// Of an invoice whose VAT was rounded per line: every line of the code as it is now, and as it
	/// remains. Each remains with its sign, and no larger; so does their sum.
	#[codec(index = 1)]
	Lines {
		/// As the invoice, or the last note on it, has them.
		was: Lines,
		/// As many, in the same order. One that is taken back whole remains as zero.
		remain: Lines,
	},
}

/// What a credit note takes off one VAT code of an invoice.
#[derive(
	Clone, Debug, Eq, PartialEq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct NotePart {
	/// The VAT code. Each stands once in a note, in any order.
	pub code: TaxCode,
	/// What happens to it.
	pub change: Change,
}

/// What a credit note takes back. Taxes follow from what remains.
#[derive(
	Clone, Debug, Eq, PartialEq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Note {
	/// By VAT code. If one of them has lines, all of the invoice's that have some are here, whether
	/// they change or not: one hash covers them.
	pub parts: BoundedVec<NotePart, ConstU32<MAX_SUBTOTALS>>,
	/// Of levies per unit, the quantity that is taken back. Others follow the net.
	pub levies: BoundedVec<SaleLevy, ConstU32<MAX_LEVIES>>,
	/// Of the tip, what is taken back. What remains is within the share that tips could have when
	/// the invoice was issued.
	pub tip: Balance,
}

impl Note {
	/// How many lines it has, as they were and as they remain.
	pub fn lines(&self) -> u32 {
		let lines = self.parts.iter().map(|part| match &part.change {
			Change::Less(_) => 0,
			// Within their bounds.
			Change::Lines { was, remain } => (was.len() + remain.len()) as u32,
		});
		lines.fold(0, u32::saturating_add)
	}
}

/// What a credit note leaves of an invoice, as far as its taxes don't follow from that: what is kept
/// of a note that waits, which so never is larger.
#[derive(
	Clone, Debug, Eq, PartialEq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Remainder {
	/// By subtotal of the bill: its amount and, if VAT is rounded per line, the VAT of its lines;
	/// else nothing.
	pub amounts: BoundedVec<(i128, i128), ConstU32<MAX_SUBTOTALS>>,
	/// By levy of the bill: the quantity of one per unit, in thousandths; else nothing.
	pub thousandths: BoundedVec<u64, ConstU32<MAX_LEVIES>>,
	/// The tip.
	pub tip: Balance,
	/// [`hash_lines`] of the lines that remain, if VAT is rounded per line.
	pub lines: Option<[u8; 32]>,
}

/// BLAKE2b-256, whose ever. The runtime brings the node's own.
pub type Blake2 = fn(&[u8]) -> [u8; 32];

/// What a bill remembers of its lines: BLAKE2b-256 of the SCALE encoding of a list of pairs, VAT code
/// and lines, of those codes that have lines, in the order of the sale.
pub fn hash_lines<'a>(
	lines: impl IntoIterator<Item = (TaxCode, &'a Lines)>,
	blake2: Blake2,
) -> [u8; 32] {
	blake2(&lines.into_iter().collect::<Vec<_>>().encode())
}

/// What is sold under one VAT code, and its VAT.
#[derive(
	Clone, Debug, Eq, PartialEq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Subtotal {
	/// The VAT code.
	pub code: TaxCode,
	/// Its category.
	pub category: VatCategory,
	/// Parts per million: what the seller charges or, under reverse charge, what the buyer books.
	pub rate: Ppm,
	/// As sold, less what notes took back; with tax if the bill's prices are gross.
	pub amount: i128,
	/// Without tax.
	pub net: i128,
	/// VAT that the seller charges; under reverse charge what the buyer books. Negative where returns
	/// outweigh: the bill then has [`AsOne`].
	pub vat: i128,
	/// How much of it has been taken from payments, or booked by the buyer. Of a bill with [`AsOne`]
	/// this only shows how what was taken is shared.
	pub taken: i128,
	/// How much of that the buyer was credited; nothing if the bill has [`AsOne`].
	pub credited: Balance,
}

impl Subtotal {
	/// Whether the buyer books its VAT, rather than paying it to the seller.
	pub fn is_reverse(&self) -> bool {
		self.category == VatCategory::ReverseCharge
	}
}

/// How much a levy is.
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
pub enum LevyAmount {
	/// Parts per million of the net.
	#[codec(index = 0)]
	OnNet(Ppm),
	/// Minor units for one unit, and the quantity in thousandths, less what notes took back.
	#[codec(index = 1)]
	PerUnit(Balance, u64),
}

/// A levy of an invoice.
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
pub struct LevyItem {
	/// Its code.
	pub code: TaxCode,
	/// Place of the subtotal that it is on.
	pub on: u8,
	/// How much it is.
	pub amount: LevyAmount,
	/// Whether VAT is charged on it.
	pub in_vat_base: bool,
	/// The levy.
	pub tax: Balance,
	/// How much of it has been taken from payments.
	pub taken: Balance,
}

/// What the payer keeps back of an invoice, for the seller's account.
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
pub struct WithheldItem {
	/// Its code.
	pub code: TaxCode,
	/// Parts per million of the total net.
	pub rate: Ppm,
	/// What is kept back.
	pub tax: Balance,
	/// How much of it has been taken from payments.
	pub taken: Balance,
}

/// The VAT of a bill in which that of a code is negative: it is taken, and credited, for the bill as
/// one. Else a buyer that may deduct one code and not the other would be credited with tax that
/// nobody paid.
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
pub struct AsOne {
	/// Which part the buyer may deduct, of each of these codes, since the issue. None, if it wasn't
	/// registered then.
	pub share: Ppm,
	/// How much VAT has been taken from payments, in minor units.
	pub taken: Balance,
	/// How much of that the buyer was credited.
	pub credited: Balance,
}

/// What an invoice charges, and what of it was paid.
///
/// Net + tax + tip = gross, where tax is the VAT that the seller charges and the levies. What is
/// withheld is part of the gross.
#[derive(
	Clone, Debug, Eq, PartialEq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Bill {
	/// What the amounts of the subtotals are.
	pub prices: Prices,
	/// [`hash_lines`] of its lines, less what notes took back, if VAT was rounded per line.
	pub lines: Option<[u8; 32]>,
	/// Present if the VAT of a code was negative at issue.
	pub as_one: Option<AsOne>,
	/// By VAT code, in the order of the sale.
	pub subtotals: BoundedVec<Subtotal, ConstU32<MAX_SUBTOTALS>>,
	/// Levies.
	pub levies: BoundedVec<LevyItem, ConstU32<MAX_LEVIES>>,
	/// What is withheld.
	pub withheld: BoundedVec<WithheldItem, ConstU32<MAX_WITHHOLDINGS>>,
	/// Untaxed, and no turnover.
	pub tip: Balance,
	/// Which share of net and tax the tip can be, as at issue.
	pub tip_limit: Ppm,
	/// What is to be paid in all, less what notes took back.
	pub gross: Balance,
	/// What was paid, less what went back. Never more than the gross.
	pub paid: Balance,
}

impl Bill {
	/// VAT that the seller charges. Never negative.
	pub fn vat(&self) -> Balance {
		let vat = self.subtotals.iter().filter(|it| !it.is_reverse()).map(|it| it.vat);
		vat.fold(0, i128::saturating_add).try_into().unwrap_or(0)
	}

	/// VAT that the seller charges, and levies.
	pub fn tax(&self) -> Balance {
		// Each is at most `MAX_AMOUNT`.
		self.levies.iter().map(|it| it.tax).fold(self.vat(), Balance::saturating_add)
	}

	/// Whether more than half of the gross is kept from the seller: VAT, levies, withholding. Such money
	/// doesn't wait in escrow. Its seller bears the demurrage of the whole, and if it got hardly any of
	/// it, the wait would be charged next to nothing.
	pub fn is_mostly_tax(&self) -> bool {
		let withheld = self.withheld.iter().map(|it| it.tax);
		let kept = withheld.fold(self.tax(), Balance::saturating_add);
		kept.saturating_mul(2) > self.gross
	}

	/// Sum of the nets. Never negative.
	pub fn net(&self) -> Balance {
		let net = self.subtotals.iter().map(|it| it.net).fold(0, i128::saturating_add);
		net.try_into().unwrap_or(0)
	}

	/// What is left to pay.
	pub fn open(&self) -> Balance {
		self.gross.saturating_sub(self.paid)
	}
}
