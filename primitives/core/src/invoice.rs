//! Invoices: who paid them, how they are settled, and what tills sign. What is sold, what it is taxed, and
//! what of it was paid is of [`ourledger_trade`].
//!
//! Amounts are whole numbers of the currency's minor unit.

pub use ourledger_trade::invoice::*;

use crate::{
	money::{CurrencyId, Day, Kept},
	signing::wrapped,
	tax::{JurisdictionId, TaxCode},
	twin::TwinNumber,
	Balance, BlockNumber, Hashing,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::{traits::Hash, DispatchError};

/// Number of an invoice in its seller's series, from 1, without gaps.
pub type InvoiceNumber = u64;

/// Names any invoice: people write `seller/number`.
#[derive(
	Clone,
	Copy,
	Debug,
	Eq,
	Ord,
	PartialEq,
	PartialOrd,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct InvoiceId {
	/// The seller, in whose series it is.
	pub seller: TwinNumber,
	/// Its number in that series.
	pub number: InvoiceNumber,
}

/// Number of a till, chosen by its seller.
pub type TillNumber = u16;

/// Longest span that an invoice or a consent can name, in days: until it is due, until an escrow's
/// deadline, or for an objection. Five years, as long as what is sold by instalments is commonly paid
/// for. A longer one would only put off the tax of what stays unpaid, and keep places taken.
pub const MAX_DAYS: u16 = 1_827;

/// Most accounts that pay one invoice.
pub const MAX_PAYERS: u32 = 4;

/// The node's BLAKE2b-256, for [`ourledger_trade`], which brings none.
pub fn blake2_256(bytes: &[u8]) -> [u8; 32] {
	Hashing::hash(bytes).0
}

/// [`hash_lines`] by [`blake2_256`].
pub fn hash_of_lines<'a>(lines: impl IntoIterator<Item = (TaxCode, &'a Lines)>) -> [u8; 32] {
	hash_lines(lines, blake2_256)
}

/// What an account paid of an invoice.
#[derive(
	Clone, Debug, Eq, PartialEq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Payer<AccountId> {
	/// Which account.
	pub account: AccountId,
	/// What of it reached the seller or the treasury, less what went back.
	pub paid: Balance,
	/// What waits in escrow. Apart from what has arrived: that isn't charged for a wait any more.
	pub kept: Kept,
}

/// How the buyer's money reaches the seller.
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
pub enum Settlement {
	/// At once.
	#[codec(index = 0)]
	Direct,
	/// Kept until the buyer confirms, the arbiter decides, or the deadline passes.
	#[codec(index = 1)]
	Escrow {
		/// Decides a dispute; neither party.
		arbiter: TwinNumber,
		/// Days after full payment on which the money goes to the seller if nobody objects.
		days: u16,
	},
}

/// What an invoice says besides who trades and what is sold.
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
pub struct Conditions {
	/// Place of supply.
	pub jurisdiction: JurisdictionId,
	/// What it is paid in.
	pub currency: CurrencyId,
	/// Day of supply, by the jurisdiction's clock, which chooses the tax rates; that of issue if there
	/// is none.
	pub supply: Option<Day>,
	/// Days from that of issue until it is to be paid.
	pub due_days: u16,
	/// How the buyer's money reaches the seller.
	pub settlement: Settlement,
	/// Whether something is to be delivered.
	pub delivery: bool,
	/// Hash of the whole document.
	pub document: [u8; 32],
}

/// Where the delivery stands.
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
pub enum Delivery {
	/// Nothing is to be delivered.
	#[codec(index = 0)]
	None,
	/// Not yet.
	#[codec(index = 1)]
	Pending,
	/// The seller says so.
	#[codec(index = 2)]
	Delivered,
	/// The buyer says so.
	#[codec(index = 3)]
	Confirmed,
}

/// What a till's signature begins with, so that it can't be taken for one of another purpose.
pub const QUOTE_TAG: [u8; 17] = *b"ourledger/quote/2";

/// What a till offers: the customer submits it, with the till's signature, and pays.
#[derive(
	Clone, Debug, Eq, PartialEq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Quote {
	/// Who sells.
	pub seller: TwinNumber,
	/// At which of its tills.
	pub till: TillNumber,
	/// Random bytes: the same offer can be made twice, but no quote can be used twice.
	pub nonce: [u8; 16],
	/// Place of supply.
	pub jurisdiction: JurisdictionId,
	/// What is paid in.
	pub currency: CurrencyId,
	/// Who alone may use it; without one, anybody may.
	pub buyer: Option<TwinNumber>,
	/// What is sold.
	pub sale: Sale,
	/// The last tick in which it is valid, of [`TICK_MILLIS`](crate::time::TICK_MILLIS) since the first
	/// block's slot.
	pub expires: BlockNumber,
}

impl Quote {
	/// What the till signs on the chain with this genesis hash: tag, hash and quote, between
	/// `<Bytes>` and `</Bytes>`. Always in this wrapping, which some wallets can't do without, so
	/// that one check of a signature is enough.
	pub fn payload(&self, genesis: impl AsRef<[u8]>) -> Vec<u8> {
		let mut payload = QUOTE_TAG.to_vec();
		payload.extend_from_slice(genesis.as_ref());
		self.encode_to(&mut payload);
		wrapped(&payload)
	}

	/// Hash of the document behind a sale at a till, which is the quote: BLAKE2b-256 of its SCALE
	/// encoding.
	pub fn document(&self) -> [u8; 32] {
		Hashing::hash_of(self).0
	}
}

/// What a pallet that winds up a twin's affairs asks of commerce. What it refuses, it refuses with
/// errors of its own, which callers pass on.
pub trait Creditors<AccountId> {
	/// Pay all that is outstanding of an invoice that its buyer, the twin `buyer`, has accepted, out of
	/// `account`. Returns what was paid, in minor units.
	///
	/// As a payment by `account` that somebody signs: taxes are split off at once, or all of it goes
	/// into escrow. Under reverse charge `account`, if it is the buyer's, pays the tax besides. The
	/// buyer buys as what it has said, and as a business if it has said nothing.
	fn pay_accepted(
		account: &AccountId,
		buyer: TwinNumber,
		invoice: InvoiceId,
	) -> Result<Balance, DispatchError>;

	/// Take from `seller` the tax that its accepted, unpaid invoice still owes, before it falls due: the
	/// seller winds up. Later payments give no more tax. Returns what was taken, in minor units, with
	/// what was set against the seller's credit; fails if there is none.
	fn collect_tax(seller: TwinNumber, number: InvoiceNumber) -> Result<Balance, DispatchError>;
}

#[cfg(test)]
mod tests;
