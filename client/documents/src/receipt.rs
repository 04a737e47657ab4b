//! Receipts: each invoice, and each credit note, hashes the one before it in its seller's series, so
//! that the series can be checked as a whole against the last hash, which the chain keeps.

use ourledger_client::{
	bounded,
	error::{Error, Result},
	hash,
};
use ourledger_primitives::receipt::{
	prove, BrokenProof, Link, NoteCore, Proof, ReceiptCore, Totals, NO_RECEIPT,
};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// What an invoice comes to, or what a note takes or leaves of it: decimal strings of minor units.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Sums {
	/// Without taxes.
	pub net: String,
	/// Taxes.
	pub tax: String,
	/// The tip.
	pub tip: String,
	/// All together.
	pub gross: String,
}

impl From<Totals> for Sums {
	fn from(totals: Totals) -> Self {
		let Totals { net, tax, tip, gross } = totals;
		let [net, tax, tip, gross] = [net, tax, tip, gross].map(|units| units.to_string());
		Self { net, tax, tip, gross }
	}
}

impl Sums {
	fn totals(&self, of: &str) -> Result<Totals> {
		Ok(Totals {
			net: amount(of, "net", &self.net)?,
			tax: amount(of, "tax", &self.tax)?,
			tip: amount(of, "tip", &self.tip)?,
			gross: amount(of, "gross", &self.gross)?,
		})
	}
}

fn amount(of: &str, field: &str, text: &str) -> Result<u128> {
	text.parse().map_err(|_| {
		Error::input(format!("the {field} of the receipt {of} is no whole number of minor units"))
	})
}

/// An invoice's receipt as files have it: what is hashed, and the hash. Amounts are decimal strings
/// of minor units.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Receipt {
	/// The seller.
	pub seller: u64,
	/// The invoice's number.
	pub number: u64,
	/// The buyer, if it is known.
	#[serde(default)]
	pub buyer: Option<u64>,
	/// The place of supply.
	pub jurisdiction: u32,
	/// The currency.
	pub currency: u32,
	/// The day of supply, counted from 1970.
	pub supply: u32,
	/// Without taxes.
	pub net: String,
	/// Taxes.
	pub tax: String,
	/// The tip.
	pub tip: String,
	/// All together.
	pub gross: String,
	/// The document's hash.
	pub document: String,
	/// The receipt, if the file has it.
	#[serde(default)]
	pub receipt: Option<String>,
}

impl Receipt {
	/// What is hashed.
	pub fn core(&self) -> Result<ReceiptCore> {
		let of = format!("{}/{}", self.seller, self.number);
		Ok(ReceiptCore {
			seller: self.seller,
			number: self.number,
			buyer: self.buyer,
			jurisdiction: self.jurisdiction,
			currency: self.currency,
			supply: self.supply,
			net: amount(&of, "net", &self.net)?,
			tax: amount(&of, "tax", &self.tax)?,
			tip: amount(&of, "tip", &self.tip)?,
			gross: amount(&of, "gross", &self.gross)?,
			document: hash_of(&self.document, "document")?,
		})
	}
}

/// A credit note's receipt as files have it.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NoteReceipt {
	/// The seller.
	pub seller: u64,
	/// The note's own number in the seller's series.
	pub number: u64,
	/// The number of the invoice of which it took something back.
	pub invoice: u64,
	/// The day on which it took effect, counted from 1970.
	pub day: u32,
	/// What it took of the invoice.
	pub taken: Sums,
	/// What it left of the invoice.
	pub left: Sums,
	/// Hash of the note's document.
	pub document: String,
	/// The receipt, if the file has it.
	#[serde(default)]
	pub receipt: Option<String>,
}

impl NoteReceipt {
	/// What is hashed.
	pub fn core(&self) -> Result<NoteCore> {
		let of = format!("{}/{}", self.seller, self.number);
		Ok(NoteCore {
			seller: self.seller,
			number: self.number,
			invoice: self.invoice,
			day: self.day,
			taken: self.taken.totals(&of)?,
			left: self.left.totals(&of)?,
			document: hash_of(&self.document, "document")?,
		})
	}
}

/// A link of a seller's chain, with the receipt that it claims to have.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Claimed {
	/// What was given the number.
	pub link: Link,
	receipt: Option<[u8; 32]>,
}

impl Claimed {
	/// Reads a link: a note's names the invoice that it is on.
	pub fn read(json: Json) -> Result<Self> {
		let not_valid = |error| Error::input(format!("the file has what is no receipt: {error}"));
		let (link, receipt) = if json.get("invoice").is_some() {
			let note: NoteReceipt = serde_json::from_value(json).map_err(not_valid)?;
			(Link::Note(note.core()?), note.receipt)
		} else {
			let invoice: Receipt = serde_json::from_value(json).map_err(not_valid)?;
			(Link::Invoice(invoice.core()?), invoice.receipt)
		};
		let receipt = receipt.as_deref().map(|text| hash_of(text, "receipt")).transpose()?;
		Ok(Self { link, receipt })
	}
}

/// The receipts in a text: values one after the other, lists of them, and outputs of the command line
/// that have them at `receipt`, or at `result.receipt`.
pub fn read_all(text: &str) -> Result<Vec<Claimed>> {
	let mut receipts = Vec::new();
	for value in bounded::parse_all_unique(text) {
		let value =
			value.map_err(|error| Error::input(format!("the receipts are no JSON: {error}")))?;
		match value {
			Json::Array(list) => {
				for value in list {
					receipts.push(one(value)?);
				}
			},
			value => receipts.push(one(value)?),
		}
	}
	Ok(receipts)
}

fn one(value: Json) -> Result<Claimed> {
	// A receipt has a field of that name itself, which is text.
	let inner = [&value["result"]["receipt"], &value["receipt"]];
	let inner = inner.into_iter().find(|inner| inner.is_object()).cloned();
	Claimed::read(inner.unwrap_or(value))
}

/// A hash in hexadecimal.
fn hash_of(text: &str, field: &str) -> Result<[u8; 32]> {
	hash::parse(text).ok_or_else(|| {
		Error::input(format!("the {field} {text:?} is no hash of 32 bytes, written 0x…"))
	})
}

/// Checks a series of receipts, which has to be in order and without gaps, and returns them all.
///
/// `previous` is the receipt before the first; needed unless the series begins with number 1.
pub fn verify(links: &[Claimed], previous: Option<[u8; 32]>) -> Result<Vec<[u8; 32]>> {
	let first = links.first().ok_or_else(|| Error::input("there are no receipts to verify"))?;
	let seller = first.link.seller();
	let mut head = match (previous, first.link.number()) {
		(Some(previous), _) => previous,
		(None, 1) => NO_RECEIPT,
		(None, number) => {
			return Err(Error::usage(format!(
				"the receipts begin with number {number}: name the receipt before it by --previous"
			)))
		},
	};
	let mut heads = vec![head];
	for (Claimed { link, receipt }, number) in links.iter().zip(first.link.number()..) {
		let name = format!("{}/{}", link.seller(), link.number());
		if (link.seller(), link.number()) != (seller, number) {
			return Err(Error::verification(format!(
				"the receipt {name} stands where {seller}/{number} should: a series has one seller and \
				 no gaps"
			)));
		}
		head = link.receipt(&head);
		if receipt.is_some_and(|claimed| claimed != head) {
			return Err(Error::verification(format!(
				"the receipt {name} is not what it says: its hash is {}",
				hash::text(&head)
			)));
		}
		heads.push(head);
	}
	Ok(heads)
}

/// What receipts, checked already, prove of one of the invoices among them, `previous` being the
/// receipt before it.
pub fn proof_of(links: &[Claimed], number: u64, previous: &[[u8; 32]]) -> Result<Proof> {
	let place = links.iter().position(|it| it.link.number() == number);
	let place = place.ok_or_else(|| {
		Error::input(format!(
			"the file has no receipt of number {number}, with which a proof begins"
		))
	})?;
	let links: Vec<_> = links[place..].iter().map(|it| it.link.clone()).collect();
	prove(&links, &previous[place]).map_err(|why| match why {
		BrokenProof::NoInvoice => Error::input(format!(
			"number {number} is a credit note's: name the invoice that it is on"
		)),
		BrokenProof::Gap(at) => {
			Error::verification(format!("the receipt of number {at} is missing"))
		},
		BrokenProof::WrongNote(at) => Error::verification(format!(
			"the credit note of number {at} doesn't take from what there was left of number {number}, \
			 or not what it says"
		)),
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use ourledger_client::hash::blake2_256;
	use serde_json::json;

	fn receipt(number: u64) -> Receipt {
		Receipt {
			seller: 2,
			number,
			buyer: Some(3),
			jurisdiction: 0,
			currency: 1,
			supply: 20_778,
			net: "300".into(),
			tax: "45".into(),
			tip: "0".into(),
			gross: "345".into(),
			document: format!("0x{}", "07".repeat(32)),
			receipt: None,
		}
	}

	/// Python: hashlib.blake2b(previous + bytes, digest_size=32), the bytes written out by hand.
	#[test]
	fn receipt_hashes_the_one_before_it_and_the_encoded_core() {
		let core = receipt(1).core().expect("is valid");
		let mut bytes = vec![0; 32];
		bytes.extend(2u64.to_le_bytes());
		bytes.extend(1u64.to_le_bytes());
		bytes.push(1);
		bytes.extend(3u64.to_le_bytes());
		for number in [0u32, 1, 20_778] {
			bytes.extend(number.to_le_bytes());
		}
		for amount in [300u128, 45, 0, 345] {
			bytes.extend(amount.to_le_bytes());
		}
		bytes.extend([7; 32]);
		assert_eq!(core.receipt(&NO_RECEIPT), blake2_256(&bytes));
	}

	fn claimed(number: u64) -> Claimed {
		Claimed::read(serde_json::to_value(receipt(number)).expect("is JSON")).expect("is valid")
	}

	fn sums(net: u128, tax: u128) -> Sums {
		Totals { net, tax, tip: 0, gross: net + tax }.into()
	}

	fn note(number: u64, invoice: u64) -> NoteReceipt {
		NoteReceipt {
			seller: 2,
			number,
			invoice,
			day: 20_780,
			taken: sums(100, 15),
			left: sums(200, 30),
			document: format!("0x{}", "08".repeat(32)),
			receipt: None,
		}
	}

	fn claimed_note(note: &NoteReceipt) -> Claimed {
		Claimed::read(serde_json::to_value(note).expect("is JSON")).expect("is valid")
	}

	#[test]
	fn receipts_are_found_in_outputs_and_lists() {
		let text = format!(
			"{}\n{}\n{}\n{}",
			json!(receipt(1)),
			json!({ "result": { "receipt": receipt(2) } }),
			json!({ "receipt": note(3, 1) }),
			json!([receipt(4), receipt(5)])
		);
		let receipts = read_all(&text).expect("are some");
		let numbers: Vec<_> = receipts.iter().map(|receipt| receipt.link.number()).collect();
		assert_eq!(numbers, [1, 2, 3, 4, 5]);
		assert!(verify(&receipts, None).is_ok());
		assert!(read_all("{}").is_err());
		assert!(read_all("[").is_err());
	}

	#[test]
	fn field_that_stands_twice_is_refused() {
		let text = json!(receipt(1)).to_string().replace("\"gross\"", "\"gross\":\"1\",\"gross\"");
		let error = read_all(&text).expect_err("is two receipts");
		assert!(error.to_string().contains("stands twice"), "{error}");
	}

	#[test]
	fn series_is_verified_as_a_whole() {
		let series = [claimed(1), claimed(2), claimed(3)];
		let heads = verify(&series, None).expect("is one");
		assert_eq!(heads[0], NO_RECEIPT);
		assert_eq!(verify(&series[1..], Some(heads[1])), Ok(heads[1..].to_vec()));
		assert_eq!(verify(&series[1..], None).map_err(|error| error.code()), Err(2));
		let gap = [claimed(1), claimed(3)];
		assert_eq!(verify(&gap, None).map_err(|error| error.code()), Err(6));
		assert!(verify(&[], None).is_err());
	}

	#[test]
	fn changed_receipt_is_noticed() {
		let mut one = receipt(1);
		let read = |one: &Receipt| {
			Claimed::read(serde_json::to_value(one).expect("is JSON")).expect("is valid")
		};
		let heads = verify(&[read(&one)], None).expect("is one");
		one.receipt = Some(format!("0x{}", hex::encode(heads[1])));
		assert_eq!(verify(&[read(&one)], None), Ok(heads));
		one.tax = "44".into();
		let error = verify(&[read(&one)], None).expect_err("was changed");
		assert!(error.to_string().contains("2/1 is not what it says"), "{error}");
	}

	#[test]
	fn notes_are_links_of_the_same_series() {
		let series = [claimed(1), claimed(2), claimed_note(&note(3, 1)), claimed(4)];
		let heads = verify(&series, None).expect("is one");
		let core = note(3, 1).core().expect("is valid");
		assert_eq!(heads[3], core.receipt(&heads[2]));
		// A note's link left out, the series has a gap.
		let without = [claimed(1), claimed(2), claimed(4)];
		assert_eq!(verify(&without, None).map_err(|error| error.code()), Err(6));
	}

	#[test]
	fn proof_takes_off_what_notes_took() {
		let series = [claimed(1), claimed(2), claimed_note(&note(3, 1)), claimed(4)];
		let heads = verify(&series, None).expect("is one");
		let proof = proof_of(&series, 1, &heads).expect("is one");
		assert_eq!((proof.left.gross, proof.receipt), (230, heads[4]));
		let proof = proof_of(&series, 2, &heads).expect("is one");
		assert_eq!((proof.left.gross, proof.receipt), (345, heads[4]));
		for (number, code) in [(3, 4), (9, 4)] {
			assert_eq!(proof_of(&series, number, &heads).map_err(|error| error.code()), Err(code));
		}
		let wrong = NoteReceipt { left: sums(200, 29), ..note(2, 1) };
		let series = [claimed(1), claimed_note(&wrong)];
		let heads = verify(&series, None).expect("is one");
		assert_eq!(proof_of(&series, 1, &heads).map_err(|error| error.code()), Err(6));
	}
}
