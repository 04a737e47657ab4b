//! Records of twins, and what describes them.
//!
//! The canonical bytes of a [`Descriptor`] are its SCALE encoding, and
//! `ourledger_math::mmr::leaf_hash` of those bytes is what a twin appends to its index.

use crate::{
	twin::{KeyId, TwinNumber},
	Moment,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::{error::Error, fmt};
use scale_info::TypeInfo;
use sp_runtime::{traits::ConstU32, BoundedVec};

/// Number of a record: its place among its twin's records, from 0. With the twin's number it is an
/// address, `twin:record`.
pub type RecordNumber = u64;

/// Most records that one call appends.
pub const MAX_LEAVES: u32 = 512;

/// Room for an encoded [`Descriptor`], in bytes. Nobody needs to read more than this.
pub const MAX_DESCRIPTOR_BYTES: u32 = 2_048;

/// Longest media type, in bytes.
pub const MAX_MEDIA_TYPE_BYTES: u32 = 128;

/// Most readers that a record names.
pub const MAX_ENVELOPES: u32 = 8;

/// Longest sealed key of an [`Envelope`], in bytes.
pub const MAX_SEALED_BYTES: u32 = 128;

/// Most shards that a record is dispersed into.
pub const MAX_SHARDS: u32 = 32;

/// Media type, as in `text/plain`.
pub type MediaType = BoundedVec<u8, ConstU32<MAX_MEDIA_TYPE_BYTES>>;

/// The key of a record's content, sealed for one reader.
#[derive(
	Clone, Debug, Eq, PartialEq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Envelope {
	/// The twin that can open it.
	pub reader: TwinNumber,
	/// Which of the reader's keys opens it.
	pub key: KeyId,
	/// The content's key, encrypted to that key. How, is between the writer and the readers.
	pub sealed: BoundedVec<u8, ConstU32<MAX_SEALED_BYTES>>,
}

/// Whether the content is readable by all.
#[derive(
	Clone, Debug, Eq, PartialEq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub enum Encryption {
	/// By everyone who has it.
	#[codec(index = 0)]
	None,
	/// By those who can open one of these, at least one.
	#[codec(index = 1)]
	Envelopes(BoundedVec<Envelope, ConstU32<MAX_ENVELOPES>>),
}

/// How the content is spread over leases, so that some of them suffice to restore it.
#[derive(
	Clone, Debug, Eq, PartialEq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Dispersal {
	/// How many shards restore the content: at least 1, and no more than there are.
	pub needed: u8,
	/// The lease that holds each shard, in the order of the shards.
	pub shards: BoundedVec<u64, ConstU32<MAX_SHARDS>>,
}

/// What a record is: enough to find its content, to check it and to read it.
#[derive(
	Clone, Debug, Eq, PartialEq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Descriptor {
	/// BLAKE3 of what is stored; of the ciphertext, if it is encrypted.
	pub content: [u8; 32],
	/// Length of what is stored, in bytes.
	pub size: u64,
	/// Media type of the content once decrypted, in lower case, without parameters.
	pub media_type: MediaType,
	/// Who can read it.
	pub encryption: Encryption,
	/// Where its shards are, if it is dispersed.
	pub dispersal: Option<Dispersal>,
	/// The earlier record of the same twin that this one replaces. Readers ignore a number that
	/// isn't below the record's own.
	pub supersedes: Option<RecordNumber>,
	/// When the content may be thrown away.
	pub expires: Option<Moment>,
}

/// Why a descriptor makes no sense.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum DescriptorError {
	/// The media type isn't `type/subtype` in lower-case ASCII.
	MediaTypeMalformed,
	/// Encrypted, but nobody can open it.
	NoEnvelope,
	/// No number of shards restores the content, or more than there are.
	DispersalMalformed,
}

impl fmt::Display for DescriptorError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::MediaTypeMalformed => "the media type isn't type/subtype in lower case",
			Self::NoEnvelope => "the record is encrypted, but nobody can open it",
			Self::DispersalMalformed => "needed must be from 1 to the number of shards",
		})
	}
}

impl Error for DescriptorError {}

impl Descriptor {
	/// Whether the descriptor makes sense by itself. Whether readers, leases and the record that it
	/// supersedes exist is not looked at.
	pub fn check(&self) -> Result<(), DescriptorError> {
		if !is_media_type(&self.media_type) {
			return Err(DescriptorError::MediaTypeMalformed);
		}
		if matches!(&self.encryption, Encryption::Envelopes(envelopes) if envelopes.is_empty()) {
			return Err(DescriptorError::NoEnvelope);
		}
		if let Some(Dispersal { needed, shards }) = &self.dispersal {
			if !(1..=shards.len()).contains(&usize::from(*needed)) {
				return Err(DescriptorError::DispersalMalformed);
			}
		}
		Ok(())
	}
}

/// Two names of RFC 6838 with a slash between them, in lower case.
fn is_media_type(bytes: &[u8]) -> bool {
	let first = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
	let further = |byte: &u8| first(byte) || b"!#$&-^_.+".contains(byte);
	let is_name = |name: &[u8]| name.first().is_some_and(first) && name.iter().all(further);

	let mut names = bytes.split(|byte| *byte == b'/');
	names.next().is_some_and(is_name) && names.next().is_some_and(is_name) && names.next().is_none()
}

#[cfg(test)]
mod tests {
	use super::*;

	fn bounded<T: Clone + fmt::Debug, const N: u32>(items: &[T]) -> BoundedVec<T, ConstU32<N>> {
		items.to_vec().try_into().expect("a test stays within bounds")
	}

	fn plain() -> Descriptor {
		Descriptor {
			content: [7; 32],
			size: 1_000,
			media_type: bounded(b"text/plain"),
			encryption: Encryption::None,
			dispersal: None,
			supersedes: None,
			expires: None,
		}
	}

	fn envelope() -> Envelope {
		Envelope { reader: 5, key: 2, sealed: bounded(&[0xaa, 0xbb]) }
	}

	fn dispersed(needed: u8, shards: u64) -> Descriptor {
		let shards = bounded(&(0..shards).collect::<Vec<_>>());
		Descriptor { dispersal: Some(Dispersal { needed, shards }), ..plain() }
	}

	fn of_type(media_type: &str) -> Descriptor {
		Descriptor { media_type: bounded(media_type.as_bytes()), ..plain() }
	}

	/// These bytes are hashed by every client: changing them orphans all records there are.
	#[test]
	fn descriptor_keeps_its_bytes() {
		let mut expected = vec![7; 32];
		expected.extend(1_000u64.to_le_bytes());
		expected.push(10 << 2);
		expected.extend(b"text/plain");
		expected.extend([0, 0, 0, 0]);
		assert_eq!(plain().encode(), expected);

		let full = Descriptor {
			encryption: Encryption::Envelopes(bounded(&[envelope()])),
			dispersal: Some(Dispersal { needed: 2, shards: bounded(&[9, 8, 7]) }),
			supersedes: Some(4),
			expires: Some(1_700_000_000_000),
			..plain()
		};
		let mut expected = vec![7; 32];
		expected.extend(1_000u64.to_le_bytes());
		expected.push(10 << 2);
		expected.extend(b"text/plain");
		expected.extend([1, 1 << 2]);
		expected.extend(5u64.to_le_bytes());
		expected.extend(2u16.to_le_bytes());
		expected.extend([2 << 2, 0xaa, 0xbb]);
		expected.extend([1, 2, 3 << 2]);
		for lease in [9u64, 8, 7] {
			expected.extend(lease.to_le_bytes());
		}
		expected.push(1);
		expected.extend(4u64.to_le_bytes());
		expected.push(1);
		expected.extend(1_700_000_000_000u64.to_le_bytes());
		assert_eq!(full.encode(), expected);
		assert_eq!(Descriptor::decode(&mut &expected[..]), Ok(full));
	}

	#[test]
	fn descriptor_of_any_kind_has_room() {
		assert_eq!(Descriptor::max_encoded_len(), 1_569);
		assert!(Descriptor::max_encoded_len() <= MAX_DESCRIPTOR_BYTES as usize);
	}

	#[test]
	fn check_accepts_media_types_in_lower_case() {
		let longest = format!("a/{}", "b".repeat(62));
		for media_type in
			["text/plain", "image/svg+xml", "application/vnd.a-b_c.1", "a/b", &longest]
		{
			assert_eq!(of_type(media_type).check(), Ok(()), "{media_type}");
		}
	}

	#[test]
	fn check_fails_when_the_media_type_is_malformed() {
		for media_type in [
			"",
			"text",
			"/",
			"text/",
			"/plain",
			"text/plain/x",
			"Text/plain",
			"text/plaiN",
			"text/plain;charset=utf-8",
			"text/ plain",
			" text/plain",
			".a/b",
			"a/+b",
			"text/plaïn",
			"text/plain\n",
		] {
			let error = Err(DescriptorError::MediaTypeMalformed);
			assert_eq!(of_type(media_type).check(), error, "{media_type:?}");
		}
	}

	#[test]
	fn check_fails_when_nobody_can_open_it() {
		let sealed_for = |envelopes: &[Envelope]| Descriptor {
			encryption: Encryption::Envelopes(bounded(envelopes)),
			..plain()
		};
		assert_eq!(sealed_for(&[]).check(), Err(DescriptorError::NoEnvelope));
		assert_eq!(sealed_for(&[envelope()]).check(), Ok(()));
		assert_eq!(sealed_for(&vec![envelope(); 8]).check(), Ok(()));
	}

	#[test]
	fn check_wants_from_one_to_all_shards() {
		for (needed, shards, result) in [
			(1, 1, Ok(())),
			(1, 32, Ok(())),
			(32, 32, Ok(())),
			(2, 3, Ok(())),
			(0, 3, Err(DescriptorError::DispersalMalformed)),
			(0, 0, Err(DescriptorError::DispersalMalformed)),
			(1, 0, Err(DescriptorError::DispersalMalformed)),
			(4, 3, Err(DescriptorError::DispersalMalformed)),
			(33, 32, Err(DescriptorError::DispersalMalformed)),
		] {
			assert_eq!(dispersed(needed, shards).check(), result, "{needed} of {shards}");
		}
	}
}
