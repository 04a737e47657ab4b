//! Receipts: the chain of hashes of a seller's series, and what it proves.
//!
//! Invoices and the credit notes on them share one series of numbers and one chain. So whoever has
//! the links from an invoice on knows what notes left of it, as far as the links go.

use crate::{
	invoice::{Bill, InvoiceNumber},
	money::{CurrencyId, Day},
	tax::JurisdictionId,
	twin::TwinNumber,
	Balance, Hashing,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::traits::Hash;

/// What the link of a credit note begins with, after the one before it. That of an invoice begins
/// with nothing of the kind, and never is as long: neither can be taken for the other.
pub const NOTE_TAG: [u8; 16] = *b"ourledger/note/1";

/// What stands before a seller's first link.
pub const NO_RECEIPT: [u8; 32] = [0; 32];

/// What an invoice or a note comes to, in minor units: net + tax + tip = gross.
#[derive(
	Clone,
	Copy,
	Debug,
	Default,
	Eq,
	PartialEq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Totals {
	/// Without tax.
	pub net: Balance,
	/// VAT that the seller charges, and levies.
	pub tax: Balance,
	/// Untaxed.
	pub tip: Balance,
	/// Net + tax + tip.
	pub gross: Balance,
}

impl Totals {
	/// What is left of it once `taken` is gone. Nothing if any part is less.
	pub fn less(&self, taken: &Self) -> Option<Self> {
		Some(Self {
			net: self.net.checked_sub(taken.net)?,
			tax: self.tax.checked_sub(taken.tax)?,
			tip: self.tip.checked_sub(taken.tip)?,
			gross: self.gross.checked_sub(taken.gross)?,
		})
	}
}

impl From<&Bill> for Totals {
	fn from(bill: &Bill) -> Self {
		Self { net: bill.net(), tax: bill.tax(), tip: bill.tip, gross: bill.gross }
	}
}

/// What a receipt proves of an invoice, as it was issued.
#[derive(
	Clone, Debug, Eq, PartialEq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct ReceiptCore {
	/// Who sold.
	pub seller: TwinNumber,
	/// Number in the seller's series.
	pub number: InvoiceNumber,
	/// Who bought, if it is known.
	pub buyer: Option<TwinNumber>,
	/// Place of supply.
	pub jurisdiction: JurisdictionId,
	/// What was to be paid in.
	pub currency: CurrencyId,
	/// Day of supply, in the jurisdiction's own time.
	pub supply: Day,
	/// Without tax.
	pub net: Balance,
	/// VAT that the seller charged, and levies.
	pub tax: Balance,
	/// Untaxed.
	pub tip: Balance,
	/// Net + tax + tip.
	pub gross: Balance,
	/// Hash of the whole document.
	pub document: [u8; 32],
}

impl ReceiptCore {
	/// The receipt: BLAKE2b-256 of the seller's previous one, or of 32 zero bytes for its first
	/// invoice, and of this in SCALE.
	pub fn receipt(&self, previous: &[u8; 32]) -> [u8; 32] {
		Hashing::hash_of(&(previous, self)).0
	}

	/// What it came to.
	pub fn totals(&self) -> Totals {
		Totals { net: self.net, tax: self.tax, tip: self.tip, gross: self.gross }
	}
}

/// What a receipt proves of a credit note, as it took effect.
#[derive(
	Clone, Debug, Eq, PartialEq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct NoteCore {
	/// Who sold, and took back.
	pub seller: TwinNumber,
	/// Number in the seller's series: its own.
	pub number: InvoiceNumber,
	/// Number of the invoice of which it took something back.
	pub invoice: InvoiceNumber,
	/// Day on which it took effect, in the jurisdiction's own time.
	pub day: Day,
	/// What it took of the invoice.
	pub taken: Totals,
	/// What it left of the invoice.
	pub left: Totals,
	/// Hash of the note's whole document.
	pub document: [u8; 32],
}

impl NoteCore {
	/// The receipt: BLAKE2b-256 of the seller's previous one, of [`NOTE_TAG`] and of this in SCALE.
	pub fn receipt(&self, previous: &[u8; 32]) -> [u8; 32] {
		Hashing::hash_of(&(previous, NOTE_TAG, self)).0
	}
}

/// One link of a seller's chain: what was given the number.
#[derive(
	Clone, Debug, Eq, PartialEq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Link {
	/// An invoice.
	#[codec(index = 0)]
	Invoice(ReceiptCore),
	/// A note.
	#[codec(index = 1)]
	Note(NoteCore),
}

impl Link {
	/// Whose series it is in.
	pub fn seller(&self) -> TwinNumber {
		match self {
			Self::Invoice(core) => core.seller,
			Self::Note(core) => core.seller,
		}
	}

	/// Its number there.
	pub fn number(&self) -> InvoiceNumber {
		match self {
			Self::Invoice(core) => core.number,
			Self::Note(core) => core.number,
		}
	}

	/// The receipt, from the one before it.
	pub fn receipt(&self, previous: &[u8; 32]) -> [u8; 32] {
		match self {
			Self::Invoice(core) => core.receipt(previous),
			Self::Note(core) => core.receipt(previous),
		}
	}
}

/// Why links prove nothing.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum BrokenProof {
	/// There are none, or the first isn't an invoice.
	NoInvoice,
	/// This number is missing, or out of its place, or of another seller.
	Gap(InvoiceNumber),
	/// The note of this number doesn't take from what there was left, or not what it says.
	WrongNote(InvoiceNumber),
}

/// What links prove of the invoice with which they begin.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Proof {
	/// What is left of the invoice, the notes among the links taken off.
	pub left: Totals,
	/// The last link's receipt. It has to be the chain's.
	pub receipt: [u8; 32],
}

/// What `links`, without gaps and from an invoice on, say of that invoice, `previous` being the
/// receipt before it.
///
/// It is proved if the last receipt is the one in the seller's book, read when no further note could
/// take effect: after the days of correction from its supply. Fewer links prove what it was once.
/// While the invoice is still in the state, its jurisdiction can lengthen those days, also once they
/// are over: notes can take effect again then. What has left the state stays as it is proved.
pub fn prove(links: &[Link], previous: &[u8; 32]) -> Result<Proof, BrokenProof> {
	let Some(Link::Invoice(invoice)) = links.first() else { return Err(BrokenProof::NoInvoice) };
	let mut proof = Proof { left: invoice.totals(), receipt: *previous };
	for (link, number) in links.iter().zip(invoice.number..) {
		let in_place = (link.seller(), link.number()) == (invoice.seller, number);
		if !in_place {
			return Err(BrokenProof::Gap(number));
		}
		match link {
			Link::Note(note) if note.invoice == invoice.number => {
				let left = proof.left.less(&note.taken);
				if left != Some(note.left) {
					return Err(BrokenProof::WrongNote(number));
				}
				proof.left = note.left;
			},
			_ => (),
		}
		proof.receipt = link.receipt(&proof.receipt);
	}
	Ok(proof)
}

#[cfg(test)]
mod tests {
	use super::*;
	use alloc::{vec, vec::Vec};

	fn invoice(number: InvoiceNumber) -> ReceiptCore {
		ReceiptCore {
			seller: 1,
			number,
			buyer: None,
			jurisdiction: 3,
			currency: 4,
			supply: 5,
			net: 100,
			tax: 15,
			tip: 6,
			gross: 121,
			document: [7; 32],
		}
	}

	const HALF: Totals = Totals { net: 50, tax: 7, tip: 6, gross: 63 };
	const REST: Totals = Totals { net: 50, tax: 8, tip: 0, gross: 58 };

	fn note(number: InvoiceNumber) -> NoteCore {
		NoteCore {
			seller: 1,
			number,
			invoice: 2,
			day: 6,
			taken: HALF,
			left: REST,
			document: [8; 32],
		}
	}

	#[test]
	fn receipt_hashes_the_previous_one_and_every_field() {
		let bytes = [
			&[9; 32][..],
			&1u64.to_le_bytes(),
			&2u64.to_le_bytes(),
			&[0, 3, 0, 0, 0, 4, 0, 0, 0, 5, 0, 0, 0],
			&100u128.to_le_bytes(),
			&15u128.to_le_bytes(),
			&6u128.to_le_bytes(),
			&121u128.to_le_bytes(),
			&[7; 32],
		]
		.concat();
		assert_eq!(invoice(2).receipt(&[9; 32]), Hashing::hash(&bytes).0);
	}

	#[test]
	fn receipt_of_a_note_hashes_its_kind_and_every_field() {
		let totals = |parts: [u128; 4]| parts.map(u128::to_le_bytes).concat();
		let bytes = [
			&[9; 32][..],
			b"ourledger/note/1",
			&1u64.to_le_bytes(),
			&3u64.to_le_bytes(),
			&2u64.to_le_bytes(),
			&[6, 0, 0, 0],
			&totals([50, 7, 6, 63]),
			&totals([50, 8, 0, 58]),
			&[8; 32],
		]
		.concat();
		assert_eq!(note(3).receipt(&[9; 32]), Hashing::hash(&bytes).0);
		// No invoice's link is hashed over as many bytes.
		let longest = ReceiptCore { buyer: Some(1), ..invoice(2) };
		assert!(longest.encode().len() < NOTE_TAG.len() + note(3).encode().len());
		assert_eq!(longest.encode().len(), ReceiptCore::max_encoded_len());
	}

	#[test]
	fn proof_takes_off_what_notes_took() {
		let links = vec![Link::Invoice(invoice(2)), Link::Invoice(invoice(3)), Link::Note(note(4))];
		let whole = prove(&links, &[9; 32]).expect("nothing is missing");
		let receipts = [9; 32];
		let receipts = invoice(2).receipt(&receipts);
		let receipts = invoice(3).receipt(&receipts);
		assert_eq!(whole, Proof { left: REST, receipt: note(4).receipt(&receipts) });
		// Without the note it ends elsewhere.
		let early = prove(&links[..2], &[9; 32]).expect("nothing is missing");
		assert_eq!(early, Proof { left: invoice(2).totals(), receipt: receipts });
		// A note on another invoice takes nothing from this one.
		let other = NoteCore { invoice: 3, ..note(4) };
		let links = [&links[..2], &[Link::Note(other)]].concat();
		assert_eq!(prove(&links, &[9; 32]).map(|it| it.left), Ok(invoice(2).totals()));
	}

	#[test]
	fn proof_fails_when_links_are_missing_or_wrong() {
		let first = || Link::Invoice(invoice(2));
		let fails = |links: Vec<Link>, why| assert_eq!(prove(&links, &NO_RECEIPT), Err(why));
		fails(vec![], BrokenProof::NoInvoice);
		fails(vec![Link::Note(note(2))], BrokenProof::NoInvoice);
		fails(vec![first(), Link::Note(note(4))], BrokenProof::Gap(3));
		fails(vec![first(), first()], BrokenProof::Gap(3));
		let stranger = NoteCore { seller: 9, ..note(3) };
		fails(vec![first(), Link::Note(stranger)], BrokenProof::Gap(3));
		let less = NoteCore { left: HALF, ..note(3) };
		fails(vec![first(), Link::Note(less)], BrokenProof::WrongNote(3));
		let more = Totals { net: 101, ..HALF };
		fails(
			vec![first(), Link::Note(NoteCore { taken: more, ..note(3) })],
			BrokenProof::WrongNote(3),
		);
	}
}
