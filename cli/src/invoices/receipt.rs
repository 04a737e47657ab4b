//! Receipts: each invoice hashes the one before it, so that a seller's series can be checked as a
//! whole against the last hash, which the chain keeps.

use crate::error::{Error, Result};
use ourledger_primitives::receipt::ReceiptCore;
use serde::{Deserialize, Serialize};

/// What stands before the first receipt.
pub const NONE: [u8; 32] = [0; 32];

/// A receipt as files have it: what is hashed, and the hash. Amounts are decimal strings of minor
/// units.
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
		let amount = |field: &str, text: &str| {
			text.parse::<u128>().map_err(|_| {
				Error::input(format!(
					"the {field} of the receipt {}/{} is no whole number of minor units",
					self.seller, self.number
				))
			})
		};
		Ok(ReceiptCore {
			seller: self.seller,
			number: self.number,
			buyer: self.buyer,
			jurisdiction: self.jurisdiction,
			currency: self.currency,
			supply: self.supply,
			net: amount("net", &self.net)?,
			tax: amount("tax", &self.tax)?,
			tip: amount("tip", &self.tip)?,
			gross: amount("gross", &self.gross)?,
			document: hash_of(&self.document, "document")?,
		})
	}
}

/// A hash in hexadecimal.
fn hash_of(text: &str, field: &str) -> Result<[u8; 32]> {
	crate::commands::parse::hash(text).ok_or_else(|| {
		Error::input(format!("the {field} {text:?} is no hash of 32 bytes, written 0x…"))
	})
}

/// Checks a series of receipts, which has to be in order and without gaps, and returns its last.
///
/// `previous` is the receipt before the first; needed unless the series begins with number 1.
pub fn verify(receipts: &[Receipt], previous: Option<[u8; 32]>) -> Result<[u8; 32]> {
	let first = receipts.first().ok_or_else(|| Error::input("there are no receipts to verify"))?;
	let mut head = match (previous, first.number) {
		(Some(previous), _) => previous,
		(None, 1) => NONE,
		(None, number) => {
			return Err(Error::usage(format!(
				"the receipts begin with number {number}: name the receipt before it by --previous"
			)))
		},
	};
	for (receipt, number) in receipts.iter().zip(first.number..) {
		let name = format!("{}/{}", receipt.seller, receipt.number);
		if (receipt.seller, receipt.number) != (first.seller, number) {
			return Err(Error::verification(format!(
				"the receipt {name} stands where {}/{number} should: a series has one seller and no \
				 gaps",
				first.seller
			)));
		}
		head = receipt.core()?.receipt(&head);
		let claimed =
			receipt.receipt.as_deref().map(|text| hash_of(text, "receipt")).transpose()?;
		if claimed.is_some_and(|claimed| claimed != head) {
			return Err(Error::verification(format!(
				"the receipt {name} is not what it says: its hash is 0x{}",
				hex::encode(head)
			)));
		}
	}
	Ok(head)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::hash::blake2_256;

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
		assert_eq!(core.receipt(&NONE), blake2_256(&bytes));
	}

	#[test]
	fn series_is_verified_as_a_whole() {
		let series = [receipt(1), receipt(2), receipt(3)];
		let head = verify(&series, None).expect("is one");
		let before = verify(&series[..1], None).expect("is one");
		assert_eq!(verify(&series[1..], Some(before)), Ok(head));
		assert_eq!(verify(&series[1..], None).map_err(|error| error.code()), Err(2));
		let gap = [receipt(1), receipt(3)];
		assert_eq!(verify(&gap, None).map_err(|error| error.code()), Err(6));
		assert!(verify(&[], None).is_err());
	}

	#[test]
	fn changed_receipt_is_noticed() {
		let mut one = receipt(1);
		let head = verify(&[one.clone()], None).expect("is one");
		one.receipt = Some(format!("0x{}", hex::encode(head)));
		assert_eq!(verify(&[one.clone()], None), Ok(head));
		one.tax = "44".into();
		let error = verify(&[one], None).expect_err("was changed");
		assert!(error.to_string().contains("2/1 is not what it says"), "{error}");
	}
}
