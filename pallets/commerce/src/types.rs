//! What is stored of invoices, tills and room, and what the runtime supplies.

use crate::Config;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame::prelude::*;
use ourledger_primitives::{
	invoice::{
		Bill, Delivery, InvoiceNumber, Payer, Remainder, Settlement, TillNumber, MAX_PAYERS,
	},
	money::{CurrencyId, Day},
	tax::{JurisdictionId, Trade},
	twin::TwinNumber,
	Balance,
};

pub use ourledger_primitives::invoice::{Conditions, InvoiceId};

/// A hash of something that is kept elsewhere.
pub type Hash32 = [u8; 32];

/// What makes a quote one of a kind, among those of its till.
pub type QuoteNonce = [u8; 16];

/// Names any quote among those that expire in the same tick.
pub type QuoteId = (TwinNumber, TillNumber, QuoteNonce);

/// [`Invoice`] in the runtime's types.
pub type InvoiceOf<T> = Invoice<<T as frame_system::Config>::AccountId>;

/// [`Till`] in the runtime's types.
pub type TillOf<T> = Till<<T as frame_system::Config>::AccountId, BlockNumberFor<T>>;

/// [`Room`] in the runtime's deposit.
pub type RoomOf<T> = Room<<T as Config>::RoomDeposit>;

/// [`Consent`] in the runtime's types.
pub type ConsentOf<T> =
	Consent<<T as frame_system::Config>::AccountId, <T as Config>::ConsentDeposit>;

/// [`Cursor`] in the runtime's ticks.
pub type CursorOf<T> = Cursor<BlockNumberFor<T>>;

/// What benchmarks can't do through the traits of [`Config`].
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkHelper<AccountId, Signature> {
	/// An account and its signature over `payload`, of the kind that takes longest to check among
	/// those in common use.
	fn sign(payload: &[u8]) -> (AccountId, Signature);

	/// Make it noon of `day`, by UTC.
	fn set_day(day: Day);
}

/// Where an invoice stands.
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
pub enum InvoiceState {
	/// The seller, or a buyer with its consent, wrote it. The other hasn't accepted it.
	#[codec(index = 0)]
	Issued,
	/// Both agree that the buyer owes it: only both together cancel it.
	#[codec(index = 1)]
	Accepted,
	/// The buyer doesn't owe it. Final.
	#[codec(index = 2)]
	Rejected,
	/// The arbiter has to decide, within the days that it has.
	#[codec(index = 3)]
	Disputed,
	/// It is void. Final.
	#[codec(index = 4)]
	Cancelled,
	/// Nothing is left to pay nor to release, since this day by UTC. Notes may still lower it.
	#[codec(index = 5)]
	Closed(Day),
}

/// Who wrote an invoice. The other accepts it.
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
pub enum Writer {
	/// The seller.
	#[codec(index = 0)]
	Seller,
	/// The buyer, with the seller's consent.
	#[codec(index = 1)]
	Buyer {
		/// The day, by UTC, from which the seller's silence is as good as its word. Without one, its
		/// word alone is: so it becomes with whatever is done from the buyer's side.
		silence: Option<Day>,
	},
}

/// A credit note that waits for the buyer to cover what it lacks.
#[derive(Clone, Debug, Eq, PartialEq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct WaitingNote {
	/// What it leaves of the invoice.
	pub left: Remainder,
	/// Hash of the note's document.
	pub document: Hash32,
}

/// An invoice as stored.
///
/// Days of supply, issue and payment are those of the jurisdiction's clock, all others are by UTC.
#[derive(Clone, Debug, Eq, PartialEq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Invoice<AccountId> {
	/// Who buys; unknown at a till that asks nobody's name.
	pub buyer: Option<TwinNumber>,
	/// Place of supply.
	pub jurisdiction: JurisdictionId,
	/// What it is paid in.
	pub currency: CurrencyId,
	/// Day of supply, which chose the tax rates.
	pub supply: Day,
	/// Day of issue.
	pub issued: Day,
	/// Day by which it is to be paid.
	pub due: Day,
	/// Hash of the whole document; of a sale at a till, of its quote.
	pub document: Hash32,
	/// How the buyer's money reaches the seller.
	pub settlement: Settlement,
	/// Where the delivery stands.
	pub delivery: Delivery,
	/// The till that sold it.
	pub till: Option<TillNumber>,
	/// What it charges, and what of that reached the seller and the treasury.
	pub bill: Bill,
	/// Who wrote it.
	pub writer: Writer,
	/// Whether the buyer buys as a business, so that it may be credited. The first payment of its own
	/// says so.
	pub business: bool,
	/// Who paid, escrowed money included, in the order of their last payments. The last place is
	/// the buyer's, if it is known.
	pub payers: BoundedVec<Payer<AccountId>, ConstU32<MAX_PAYERS>>,
	/// What is in escrow, in minor units.
	pub escrowed: Balance,
	/// The day from which anybody can release the escrow or, of a dispute, let it go back.
	pub release: Option<Day>,
	/// Where it stands.
	pub state: InvoiceState,
	/// The credit note that waits, if one does.
	pub note: Option<WaitingNote>,
	/// The party that asks to cancel it. Whatever is done with the invoice after that ends it.
	pub cancel: Option<TwinNumber>,
	/// Minor units of the reporting currency for one of its own, at its issue: a fraction.
	pub reporting: Option<(u64, u64)>,
	/// The day from which anybody can take it out of the state, once its state is final.
	pub removal: Option<Day>,
}

impl<AccountId> Invoice<AccountId> {
	/// What nobody has paid yet, neither to the seller nor into the escrow.
	pub fn outstanding(&self) -> Balance {
		// Saturating: what is paid and what is escrowed never exceed the gross.
		self.bill.open().saturating_sub(self.escrowed)
	}

	/// Whether something can still be paid.
	pub fn is_open(&self) -> bool {
		matches!(self.state, InvoiceState::Issued | InvoiceState::Accepted)
	}

	/// What its taxes depend on.
	pub(crate) fn trade(&self, id: InvoiceId) -> Trade {
		let InvoiceId { seller, number } = id;
		Trade {
			seller,
			number,
			buyer: self.buyer,
			jurisdiction: self.jurisdiction,
			currency: self.currency,
			supply: self.supply,
			business: self.business,
		}
	}

	/// The seller's silence no longer counts as its word, if it ever would have. For whatever is done
	/// from the buyer's side of a bill that the buyer wrote: that may stand in the way of the seller's
	/// objection, and an objection that can't be made isn't missing.
	pub(crate) fn end_silence(&mut self) {
		if let Writer::Buyer { silence } = &mut self.writer {
			*silence = None;
		}
	}

	/// Whether nobody but the seller will ever move what waits: the buyer hasn't paid all of it, so no
	/// deadline runs, and no arbiter was called.
	pub(crate) fn waits_for_nobody(&self) -> bool {
		self.escrowed > 0 && self.release.is_none() && self.is_open()
	}

	/// Whether the buyer books some of its VAT.
	pub(crate) fn has_reverse_charge(&self) -> bool {
		self.bill.subtotals.iter().any(|it| it.is_reverse())
	}
}

/// A seller's series of invoices and of notes on them, and the room for the invoices.
#[derive(
	Clone, Debug, Eq, PartialEq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Book {
	/// Number of the next invoice or note.
	pub next: InvoiceNumber,
	/// Receipt of the latest one, in which all before it are hashed; zeroes if there is none.
	pub receipt: Hash32,
	/// How many places are taken: by invoices in the state, and by tills.
	pub open: u32,
	/// How many places there are.
	pub room: u32,
}

impl Default for Book {
	fn default() -> Self {
		Self { next: 1, receipt: [0; 32], open: 0, room: 0 }
	}
}

/// Room for a seller's invoices that one account pays for.
#[derive(Clone, Debug, Eq, PartialEq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Room<Ticket> {
	/// How many places. At least one.
	pub invoices: u32,
	/// The deposit, held on that account.
	pub ticket: Ticket,
}

/// A seller's consent that a buyer bills itself in its name.
#[derive(Clone, Debug, Eq, PartialEq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Consent<AccountId, Ticket> {
	/// The last day, by UTC, on which the buyer may.
	pub until: Day,
	/// Within how many days the seller has to object to an invoice, if its silence is as good as its
	/// word.
	pub objection: Option<u16>,
	/// Who paid the deposit.
	pub payer: AccountId,
	/// The deposit, held on that account.
	pub ticket: Ticket,
}

/// How far used quotes have been forgotten.
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
pub struct Cursor<BlockNumber> {
	/// The tick whose quotes are forgotten next.
	pub tick: BlockNumber,
	/// The last of that tick's that was. Those before it are gone, so no search begins before it:
	/// what was removed in the same block is still in a search's way.
	pub after: Option<QuoteId>,
}

impl<BlockNumber: Copy + One + Saturating> Cursor<BlockNumber> {
	/// Go on to the next tick.
	pub(crate) fn step(&mut self) {
		// Saturating: no tick is numbered that high.
		*self = Self { tick: self.tick.saturating_add(One::one()), after: None };
	}
}

/// A till.
#[derive(Clone, Debug, Eq, PartialEq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Till<AccountId, BlockNumber> {
	/// Whose signature makes a quote. It can sign quotes and nothing else.
	pub key: AccountId,
	/// The last tick in which it can.
	pub expires: BlockNumber,
}

/// What released an escrow.
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
pub enum Release {
	/// The buyer confirmed.
	#[codec(index = 0)]
	Buyer,
	/// The arbiter decided.
	#[codec(index = 1)]
	Arbiter,
	/// The deadline passed.
	#[codec(index = 2)]
	Deadline,
}
