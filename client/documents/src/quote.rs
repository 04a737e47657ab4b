//! Quotes: what a till signs, and the customer submits.
//!
//! As text, which fits a QR code: `OURQ1:` and the URL-safe base64, without padding, of the quote's
//! SCALE encoding and the signature's.

use base64::{engine::general_purpose::URL_SAFE_NO_PAD, Engine};
use codec::{Decode, Encode};
use ourledger_client::{
	bounded,
	error::{Error, Result},
	hash,
};
use ourledger_primitives::invoice::Quote;
use serde_json::{json, Value as Json};
use std::path::Path;
use subxt::utils::{AccountId32, MultiSignature};
use subxt_signer::sr25519;

/// Begins a quote's text.
const PREFIX: &str = "OURQ1:";

/// A quote with a till's signature.
#[derive(Clone, Debug)]
pub struct Signed {
	/// The quote.
	pub quote: Quote,
	/// The till's signature of its payload.
	pub signature: MultiSignature,
}

/// A quote as somebody hands it over.
#[derive(Clone, Debug)]
pub struct Given {
	/// What counts.
	pub signed: Signed,
	/// What a file says besides of what is charged: for people, and signed by nobody.
	bill: Option<Json>,
}

impl Given {
	/// Reads a quote from its text, or from the file that it or its JSON is in. A file that says
	/// anything else than its signed bytes is refused.
	pub fn read(given: &str) -> Result<Self> {
		let plain = |text| Ok(Self { signed: Signed::parse(text)?, bill: None });
		if given.starts_with(PREFIX) {
			return plain(given);
		}
		let text = super::document::read_text(Path::new(given))?;
		let text = text.trim();
		if text.starts_with(PREFIX) {
			return plain(text);
		}
		let json = bounded::parse_unique(text)
			.map_err(|error| Error::input(format!("{given} is no quote: {error}")))?;
		// What "invoice quote --json" prints, too.
		let json = if json["text"].is_string() { &json } else { &json["result"] };
		let text = json["text"].as_str();
		let signed =
			Signed::parse(text.ok_or_else(|| Error::input(format!("{given} is no quote")))?)?;
		for (field, value) in signed.json().as_object().into_iter().flatten() {
			if json.get(field).is_some_and(|said| said != value) {
				return Err(Error::verification(format!(
					"{given} says another {field:?} than what is signed in it: {}, not {value}",
					json[field]
				)));
			}
		}
		Ok(Self { signed, bill: json.get("bill").cloned() })
	}

	/// Insists that a file that says what is charged says the same as what is signed charges: `bill`.
	pub fn ensure_charges(&self, bill: &Json) -> Result<()> {
		let Some(said) = self.bill.as_ref().filter(|said| *said != bill) else {
			return Ok(());
		};
		let gross = |bill: &Json| bill["gross"].as_str().unwrap_or("none").to_owned();
		Err(Error::verification(format!(
			"the file's \"bill\" is not what the quote in it charges: it says a gross of {} minor \
			 units, and what is signed makes {}. It was changed, or a tax rate has changed since",
			gross(said),
			gross(bill)
		)))
	}
}

impl Signed {
	/// Signs a quote.
	pub fn new(quote: Quote, genesis: [u8; 32], till: &sr25519::Keypair) -> Self {
		let signature = till.sign(&quote.payload(genesis));
		Self { quote, signature: MultiSignature::Sr25519(signature.0) }
	}

	/// Reads a quote's text.
	pub fn parse(text: &str) -> Result<Self> {
		let parsed = || {
			let bytes = URL_SAFE_NO_PAD.decode(text.trim().strip_prefix(PREFIX)?).ok()?;
			let mut rest = &bytes[..];
			let quote = Quote::decode(&mut rest).ok()?;
			let signature = MultiSignature::decode(&mut rest).ok()?;
			rest.is_empty().then_some(Self { quote, signature })
		};
		parsed().ok_or_else(|| {
			Error::input(format!("this is no quote: it has to be {PREFIX} and what a till signed"))
		})
	}

	/// Its text.
	pub fn text(&self) -> String {
		format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode((&self.quote, &self.signature).encode()))
	}

	/// Whether the key of `till` has signed it for this chain.
	pub fn is_signed_by(&self, till: AccountId32, genesis: [u8; 32]) -> bool {
		let MultiSignature::Sr25519(signature) = self.signature else {
			// Keys of other kinds are for the chain to check.
			return true;
		};
		let payload = self.quote.payload(genesis);
		sr25519::verify(&sr25519::Signature(signature), payload, &sr25519::PublicKey(till.0))
	}

	/// As it stands in files.
	pub fn json(&self) -> Json {
		let quote = &self.quote;
		json!({
			"seller": quote.seller,
			"till": quote.till,
			"nonce": hash::text(&quote.nonce),
			"jurisdiction": quote.jurisdiction,
			"currency": quote.currency,
			"buyer": quote.buyer,
			"expires": quote.expires,
			"bytes": hash::text(&quote.encode()),
			"signature": hash::text(&self.signature.encode()),
			"text": self.text(),
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::assess::tests::{sale, STANDARD};
	use ourledger_primitives::signing;
	use subxt_signer::sr25519::dev;

	const GENESIS: [u8; 32] = [9; 32];

	fn quote() -> Quote {
		Quote {
			seller: 2,
			till: 1,
			nonce: [3; 16],
			jurisdiction: 0,
			currency: 1,
			buyer: None,
			sale: sale(&[(STANDARD, 345)]),
			expires: 100,
		}
	}

	/// What the chain checks a signature of.
	#[test]
	fn payload_keeps_its_bytes() {
		let mut expected = b"<Bytes>ourledger/quote/2".to_vec();
		expected.extend(GENESIS);
		expected.extend(2u64.to_le_bytes());
		expected.extend(1u16.to_le_bytes());
		expected.extend([3; 16]);
		expected.extend(0u32.to_le_bytes());
		expected.extend(1u32.to_le_bytes());
		expected.push(0);
		// The sale: net prices, one item, without levies, withholdings, tip and evidence.
		expected.extend([0, 1 << 2]);
		expected.extend(STANDARD.to_le_bytes());
		expected.push(0);
		expected.extend(345i128.to_le_bytes());
		expected.extend([0, 0]);
		expected.extend(0u128.to_le_bytes());
		expected.push(0);
		expected.extend(100u32.to_le_bytes());
		expected.extend(b"</Bytes>");
		assert_eq!(quote().payload(GENESIS), expected);
	}

	#[test]
	fn quote_survives_a_qr_code() {
		let signed = Signed::new(quote(), GENESIS, &dev::alice());
		let text = signed.text();
		// Version 12 of QR codes takes 287 bytes at medium correction.
		assert!(text.len() <= 287, "{}", text.len());
		let read = Signed::parse(&text).expect("is one");
		assert_eq!(read.quote, quote());
		assert_eq!(read.text(), text);
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("quote.json");
		std::fs::write(&path, signed.json().to_string()).expect("is written");
		let path = path.to_str().expect("is UTF-8");
		assert_eq!(Given::read(path).expect("is one").signed.text(), text);
		for wrong in ["OURQ1:", "OURQ1:AAAA", "OURQ2:AAAA"] {
			assert!(Signed::parse(wrong).is_err(), "{wrong}");
		}
	}

	#[test]
	fn signature_is_the_tills_for_this_chain() {
		let signed = Signed::new(quote(), GENESIS, &dev::alice());
		let alice = AccountId32(dev::alice().public_key().0);
		let bob = AccountId32(dev::bob().public_key().0);
		assert!(signed.is_signed_by(alice, GENESIS));
		assert!(!signed.is_signed_by(bob, GENESIS));
		assert!(!signed.is_signed_by(alice, [8; 32]));
		// The payload is wrapped as wallets do it, once.
		let payload = quote().payload(GENESIS);
		for (bytes, is_right) in [(payload.clone(), true), (signing::wrapped(&payload), false)] {
			let signature = MultiSignature::Sr25519(dev::alice().sign(&bytes).0);
			let signed = Signed { quote: quote(), signature };
			assert_eq!(signed.is_signed_by(alice, GENESIS), is_right);
		}
	}

	#[test]
	fn file_that_says_something_else_than_what_is_signed_is_refused() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("quote.json");
		let path = path.to_str().expect("is UTF-8");
		let read = |json: &Json| {
			std::fs::write(path, json.to_string()).expect("is written");
			Given::read(path)
		};
		let bill = json!({ "gross": "397", "subtotals": [{ "net": "345" }] });
		let mut json = Signed::new(quote(), GENESIS, &dev::alice()).json();
		assert_eq!(read(&json).expect("is one").ensure_charges(&bill), Ok(()));
		json["bill"] = bill.clone();
		for file in [json.clone(), json!({ "result": json.clone() })] {
			let given = read(&file).expect("is one");
			assert_eq!(given.ensure_charges(&bill), Ok(()));
			let other = json!({ "gross": "398", "subtotals": [{ "net": "345" }] });
			let error = given.ensure_charges(&other).expect_err("is another");
			assert!(error.to_string().contains("397 minor units"), "{error}");
			assert_eq!(error.code(), 6);
		}
		for (field, value) in [
			("seller", json!(3)),
			("currency", json!(0)),
			("buyer", json!(9)),
			("expires", json!(101)),
			("bytes", json!("0x00")),
			("signature", Json::Null),
		] {
			let mut changed = json.clone();
			changed[field] = value;
			let error = read(&changed).expect_err(field).to_string();
			assert!(error.contains(field), "{error}");
		}
	}
}
