//! Documents that only their readers can read.
//!
//! A random key encrypts the document (XChaCha20-Poly1305), and is sealed for each reader to an
//! X25519 key of its twin (libsodium's anonymous sealed box: 80 bytes). The file is
//!
//! ```text
//! "ourledger/sealed/1" ‖ SCALE of the envelopes ‖ nonce (24 bytes) ‖ ciphertext and tag
//! ```
//!
//! All before the nonce is authenticated with the content. The same envelopes are in the
//! descriptor, when the file is a record.

use crate::canonical;
use chacha20poly1305::{
	aead::{Aead, KeyInit, Payload},
	Key, XChaCha20Poly1305, XNonce,
};
use codec::{Decode, Encode};
use crypto_box::{PublicKey, SecretKey};
use ourledger_client::{
	bounded,
	error::{Error, Result},
};
use ourledger_primitives::{
	record::{Descriptor, Encryption, Envelope, MediaType, MAX_ENVELOPES},
	twin::{KeyId, TwinNumber},
};
use rand::{rngs::OsRng, RngCore};
use serde_json::Value as Json;
use sp_runtime::{traits::ConstU32, BoundedVec};

/// Begins such a file.
const MAGIC: &[u8] = b"ourledger/sealed/1";

/// What is encrypted.
const MEDIA_TYPE: &[u8] = b"application/json";

const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 24;

type Envelopes = BoundedVec<Envelope, ConstU32<MAX_ENVELOPES>>;

/// Who can read a document, and the key to seal to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Reader {
	/// The twin.
	pub twin: TwinNumber,
	/// Its key's id.
	pub key: KeyId,
	/// Its key.
	pub public: [u8; 32],
}

/// A document that is sealed for its readers.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Sealed {
	envelopes: Envelopes,
	/// What is authenticated beside the content.
	head: Vec<u8>,
	nonce: [u8; NONCE_BYTES],
	content: Vec<u8>,
}

impl Sealed {
	/// Seals a document.
	pub fn new(document: &[u8], readers: &[Reader]) -> Result<Self> {
		if readers.is_empty() {
			return Err(Error::input("nobody could read the document"));
		}
		let (mut key, mut nonce) = ([0; KEY_BYTES], [0; NONCE_BYTES]);
		OsRng.fill_bytes(&mut key);
		OsRng.fill_bytes(&mut nonce);
		let mut envelopes = Envelopes::default();
		for reader in readers {
			let sealed = PublicKey::from(reader.public).seal(&mut OsRng, &key);
			let sealed = sealed.ok().and_then(|sealed| BoundedVec::try_from(sealed).ok());
			let sealed = sealed.ok_or_else(|| {
				Error::input(format!("nothing can be sealed to twin {}'s key", reader.twin))
			})?;
			envelopes.try_push(Envelope { reader: reader.twin, key: reader.key, sealed }).map_err(
				|_| Error::input(format!("a document has at most {MAX_ENVELOPES} readers")),
			)?;
		}
		let head = [MAGIC, &envelopes.encode()].concat();
		let content = XChaCha20Poly1305::new(Key::from_slice(&key))
			.encrypt(XNonce::from_slice(&nonce), Payload { msg: document, aad: &head })
			.map_err(|_| Error::input("the document is too large to be encrypted"))?;
		Ok(Self { envelopes, head, nonce, content })
	}

	/// Reads a file's bytes.
	pub fn parse(bytes: &[u8]) -> Result<Self> {
		let parsed = || {
			let mut rest = bytes.strip_prefix(MAGIC)?;
			let envelopes = Envelopes::decode(&mut rest).ok()?;
			let head = bytes[..bytes.len() - rest.len()].to_vec();
			let (nonce, content) = rest.split_first_chunk::<NONCE_BYTES>()?;
			Some(Self { envelopes, head, nonce: *nonce, content: content.to_vec() })
		};
		parsed().ok_or_else(|| Error::input("this is no sealed document"))
	}

	/// The file's bytes.
	pub fn bytes(&self) -> Vec<u8> {
		[&self.head[..], &self.nonce, &self.content].concat()
	}

	/// Who can read it.
	pub fn readers(&self) -> Vec<TwinNumber> {
		self.envelopes.iter().map(|envelope| envelope.reader).collect()
	}

	/// Opens it with the key of one of its readers.
	pub fn open(&self, secret: &SecretKey) -> Result<Vec<u8>> {
		// Which envelope is this key's isn't said: the key says so by opening it.
		let keys =
			self.envelopes.iter().filter_map(|envelope| secret.unseal(&envelope.sealed).ok());
		let keys = keys.filter(|key| key.len() == KEY_BYTES);
		let key = keys.into_iter().next().ok_or_else(|| {
			let readers: Vec<_> = self.readers().iter().map(u64::to_string).collect();
			Error::input(format!(
				"this key opens none of the document's envelopes, which are for the twins {}",
				readers.join(", ")
			))
		})?;
		XChaCha20Poly1305::new(Key::from_slice(&key))
			.decrypt(
				XNonce::from_slice(&self.nonce),
				Payload { msg: &self.content, aad: &self.head },
			)
			.map_err(|_| Error::verification("the sealed document was changed"))
	}

	/// As [`Sealed::open`]; besides the bytes what they are as JSON, and the hash that the chain is told.
	pub fn open_document(&self, secret: &SecretKey) -> Result<(Vec<u8>, Json, [u8; 32])> {
		let content = self.open(secret)?;
		let text = std::str::from_utf8(&content)
			.map_err(|_| Error::verification("what is sealed is no text"))?;
		let json = bounded::parse_unique(text).map_err(|error| {
			Error::verification(format!("what is sealed is no document: {error}"))
		})?;
		let hash = canonical::hash(&json)?;
		Ok((content, json, hash))
	}

	/// What it is as a record.
	pub fn descriptor(&self) -> Descriptor {
		let bytes = self.bytes();
		Descriptor {
			content: *blake3::hash(&bytes).as_bytes(),
			size: bytes.len() as u64,
			media_type: MediaType::truncate_from(MEDIA_TYPE.to_vec()),
			encryption: Encryption::Envelopes(self.envelopes.clone()),
			dispersal: None,
			supersedes: None,
			expires: None,
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use ourledger_primitives::record::MAX_DESCRIPTOR_BYTES;

	fn reader(twin: u64) -> (SecretKey, Reader) {
		let secret = SecretKey::generate(&mut OsRng);
		let public = *secret.public_key().as_bytes();
		(secret, Reader { twin, key: 3, public })
	}

	#[test]
	fn every_reader_opens_it_and_nobody_else() {
		let ((seller, one), (buyer, two), (other, _)) = (reader(1), reader(2), reader(3));
		let sealed = Sealed::new(b"{}", &[one, two]).expect("is sealed");
		let read = Sealed::parse(&sealed.bytes()).expect("is one");
		assert_eq!(read, sealed);
		assert_eq!(read.readers(), [1, 2]);
		assert_eq!(read.open(&seller).expect("is a reader"), b"{}");
		assert_eq!(read.open(&buyer).expect("is a reader"), b"{}");
		let error = read.open(&other).expect_err("is no reader");
		assert!(error.to_string().contains("the twins 1, 2"), "{error}");
	}

	#[test]
	fn changes_are_noticed() {
		let (secret, one) = reader(1);
		let bytes = Sealed::new(b"{}", &[one]).expect("is sealed").bytes();
		let mut content = bytes.clone();
		*content.last_mut().expect("has bytes") ^= 1;
		let error = Sealed::parse(&content).expect("is one").open(&secret).expect_err("changed");
		assert_eq!(error.code(), 6);
		// The reader's number is authenticated, too.
		let mut head = bytes.clone();
		head[MAGIC.len() + 1] ^= 1;
		assert_eq!(
			Sealed::parse(&head).expect("is one").open(&secret).map_err(|error| error.code()),
			Err(6)
		);
		assert!(Sealed::parse(&bytes[..MAGIC.len() + 10]).is_err());
		assert!(Sealed::parse(b"{}").is_err());
	}

	#[test]
	fn envelopes_fit_a_descriptor() {
		let readers: Vec<_> = (0..u64::from(MAX_ENVELOPES)).map(|twin| reader(twin).1).collect();
		let sealed = Sealed::new(b"{}", &readers).expect("is sealed");
		assert_eq!(sealed.envelopes[0].sealed.len(), 80);
		let descriptor = sealed.descriptor();
		assert!(descriptor.check().is_ok());
		assert!(descriptor.encode().len() <= MAX_DESCRIPTOR_BYTES as usize);
		assert_eq!(descriptor.size, sealed.bytes().len() as u64);
		let one_more = [&readers[..], &readers[..1]].concat();
		assert!(Sealed::new(b"{}", &one_more).is_err());
		assert!(Sealed::new(b"{}", &[]).is_err());
	}
}
