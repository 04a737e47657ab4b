//! Proof of records, as people hand it to each other.

use crate::proof::{check_records, from_hex, Index, ProofError};
use ourledger_client::hash;
use ourledger_math::mmr;
use ourledger_primitives::{
	record::{Descriptor, RecordNumber},
	twin::TwinNumber,
	Hash,
};
use serde::{de::Error as _, Deserialize, Deserializer, Serialize, Serializer};

/// Records in a row with the proof that they belong to their twin's index. Bytes are hexadecimal,
/// with `0x`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
	/// The network: hash of its block 0.
	pub genesis: Hash,
	/// Whose records they are.
	pub twin: TwinNumber,
	/// Number of the first of them.
	pub first: RecordNumber,
	/// Their descriptors, encoded.
	#[serde(serialize_with = "write_list", deserialize_with = "read_list")]
	pub descriptors: Vec<Vec<u8>>,
	/// Number of records in the index for which the proof was made.
	pub count: u64,
	/// Range proof of them.
	#[serde(serialize_with = "write_list", deserialize_with = "read_hashes")]
	pub proof: Vec<mmr::Hash>,
}

impl Bundle {
	/// Check it by the `index` that its twin has on the chain, on the network `genesis`.
	pub fn check(&self, genesis: Hash, index: &Index) -> Result<Vec<Descriptor>, ProofError> {
		if self.genesis != genesis {
			return Err(ProofError::OtherNetwork { theirs: self.genesis, ours: genesis });
		}
		check_records(index, self.twin, self.first, &self.descriptors, self.count, &self.proof)
	}

	/// The encoded descriptor of a record, if it is among these.
	pub fn descriptor(&self, number: RecordNumber) -> Option<&[u8]> {
		let place = usize::try_from(number.checked_sub(self.first)?).ok()?;
		self.descriptors.get(place).map(Vec::as_slice)
	}
}

fn write_list<S: Serializer, T: AsRef<[u8]>>(list: &[T], to: S) -> Result<S::Ok, S::Error> {
	to.collect_seq(list.iter().map(|bytes| hash::text(bytes.as_ref())))
}

fn read_list<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Vec<u8>>, D::Error> {
	let read = |text: String| {
		from_hex(&text).ok_or_else(|| D::Error::custom("expected hexadecimal with 0x"))
	};
	Vec::deserialize(from)?.into_iter().map(read).collect()
}

fn read_hashes<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<mmr::Hash>, D::Error> {
	let read = |bytes: Vec<u8>| {
		bytes.try_into().map_err(|_| D::Error::custom("expected 32 bytes with 0x"))
	};
	read_list(from)?.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;
	use ourledger_math::mmr::Blake2b256;
	use ourledger_primitives::record::{Encryption, MediaType};
	use serde_json::{json, Value};

	fn described() -> Descriptor {
		Descriptor {
			content: [1; 32],
			size: 2,
			media_type: MediaType::try_from(b"a/b".to_vec()).expect("fits"),
			encryption: Encryption::None,
			dispersal: None,
			supersedes: None,
			expires: None,
		}
	}

	/// The second of three records.
	fn bundle() -> (Bundle, Index) {
		let descriptor = described().encode();
		let leaf = mmr::leaf_hash::<Blake2b256>(&descriptor);
		let index = Index::default().append(&[[7; 32], leaf, [8; 32]]).expect("is short");
		let genesis = Hash::repeat_byte(6);
		let proof = vec![[7; 32]];
		let descriptors = vec![descriptor];
		(Bundle { genesis, twin: 12, first: 1, descriptors, count: 3, proof }, index)
	}

	#[test]
	fn bundle_is_believed_on_its_network() {
		let (bundle, index) = bundle();
		assert_eq!(bundle.check(Hash::repeat_byte(6), &index), Ok(vec![described()]));
	}

	#[test]
	fn bundle_is_refused_on_another_network() {
		let (bundle, index) = bundle();
		let (theirs, ours) = (Hash::repeat_byte(6), Hash::repeat_byte(5));
		let error = ProofError::OtherNetwork { theirs, ours };
		assert_eq!(bundle.check(ours, &index), Err(error));
	}

	#[test]
	fn bundle_is_refused_when_changed() {
		let (bundle, index) = bundle();
		let check = |bundle: Bundle| bundle.check(Hash::repeat_byte(6), &index);
		assert!(check(Bundle { first: 0, ..bundle.clone() }).is_err());
		assert!(check(Bundle { first: 3, ..bundle.clone() }).is_err());
		assert!(check(Bundle { descriptors: Vec::new(), ..bundle.clone() }).is_err());
		assert!(check(Bundle { proof: vec![[9; 32]], ..bundle.clone() }).is_err());
		let mut descriptors = bundle.descriptors.clone();
		descriptors[0][0] ^= 1;
		assert!(check(Bundle { descriptors, ..bundle }).is_err());
	}

	#[test]
	fn descriptor_is_that_of_the_number() {
		let (mut bundle, _) = bundle();
		bundle.descriptors.push(vec![7]);
		assert_eq!(bundle.descriptor(0), None);
		assert_eq!(bundle.descriptor(1), Some(&described().encode()[..]));
		assert_eq!(bundle.descriptor(2), Some(&[7][..]));
		assert_eq!(bundle.descriptor(3), None);
	}

	#[test]
	fn bundle_keeps_its_form() {
		let (bundle, _) = bundle();
		let json = serde_json::to_value(&bundle).expect("can be written");
		let expected = json!({
			"genesis": format!("0x{}", "06".repeat(32)),
			"twin": 12,
			"first": 1,
			"descriptors": [format!("0x{}{}", "01".repeat(32), "02000000000000000c612f6200000000")],
			"count": 3,
			"proof": [format!("0x{}", "07".repeat(32))],
		});
		assert_eq!(json, expected);
		assert_eq!(serde_json::from_value::<Bundle>(json).expect("can be read"), bundle);
	}

	#[test]
	fn bundle_is_not_read_when_malformed() {
		let (bundle, _) = bundle();
		let json = serde_json::to_value(&bundle).expect("can be written");
		for (field, value) in [
			("descriptors", json!(["01"])),
			("descriptors", json!(["0x1"])),
			("descriptors", json!("0x01")),
			("proof", json!(["0x0102"])),
			("proof", json!([format!("0x{}", "07".repeat(33))])),
			("first", json!(-1)),
			("genesis", json!("0x01")),
			("more", Value::Null),
		] {
			let mut json = json.clone();
			json[field] = value;
			assert!(serde_json::from_value::<Bundle>(json).is_err(), "{field}");
		}
	}
}
