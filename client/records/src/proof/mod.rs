//! Checks of what untrusted servers and other people say about a record.
//!
//! Nothing here is trusted except what a light client vouches for ([`Vouched`], or a value that it
//! read itself). Every way to lie has its own error, so that people learn what was wrong.

use crate::{light::Vouched, storage::map_key};
use codec::{Decode, DecodeAll, Encode};
use ourledger_math::mmr::{self, Blake2b256};
use ourledger_primitives::{
	record::{Descriptor, RecordNumber, MAX_DESCRIPTOR_BYTES},
	twin::TwinNumber,
	BlockNumber, Hash, Hashing, Header,
};
use serde::Deserialize;
use serde_json::Value;
use sp_trie::{LayoutV1, StorageProof};

/// Why something is not believed.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
	/// The server's header can't be one, or isn't that of the head it names.
	#[error("the server's header is wrong: {0}")]
	BadHeader(String),
	/// The server's head isn't on the finalised chain.
	#[error(
		"the server shows block {claimed:?} as number {number}, but the network finalised {finalised:?}"
	)]
	WrongHead {
		/// Height.
		number: BlockNumber,
		/// What the server shows.
		claimed: Hash,
		/// What is final there.
		finalised: Hash,
	},
	/// The network hasn't finalised the server's head.
	#[error(
		"the server's head {number} is not final: the network has finalised up to {finalised}"
	)]
	NotFinal {
		/// The head's height.
		number: BlockNumber,
		/// Up to where the chain is final.
		finalised: BlockNumber,
	},
	/// Nobody can say any more whether the server's head was ever finalised.
	#[error("the server's head {number} is too old to be checked: it lags behind {oldest}")]
	HeadTooOld {
		/// The head's height.
		number: BlockNumber,
		/// The first height that can be checked.
		oldest: BlockNumber,
	},
	/// The state doesn't have what the server says.
	#[error("the server's proof of the state is wrong: {0}")]
	BadStateProof(String),
	/// The record isn't where it is said to be.
	#[error("the record is not at this place of the twin's index: {0}")]
	BadRangeProof(mmr::ProofError),
	/// The proof was made when the twin's index had another length, and doesn't hold any more.
	#[error(
		"the proof was made for an index of {made_for} records, but the chain has {on_chain}: ask \
		 for a new one"
	)]
	OtherCount {
		/// Records in the index that the proof was made for.
		made_for: u64,
		/// Records that the chain has.
		on_chain: u64,
	},
	/// The proof is for another network.
	#[error("the proof is for the network {theirs:?}, not {ours:?}")]
	OtherNetwork {
		/// Hash of block 0 of the proof's network.
		theirs: Hash,
		/// That of the one that is asked.
		ours: Hash,
	},
	/// The bytes aren't those of a descriptor, so no record can have them.
	#[error("this describes no record: {0}")]
	DescriptorMismatch(String),
	/// What was fetched isn't what the record describes.
	#[error("this is not the content of the record: {0}")]
	ContentMismatch(String),
	/// There is no such record on the chain.
	#[error("there is no record {twin}:{number}: the twin has {count} record(s)")]
	RecordNotFound {
		/// Whose it would be.
		twin: TwinNumber,
		/// Its number.
		number: RecordNumber,
		/// How many records the twin has.
		count: u64,
	},
}

/// A twin's index as it is on chain: how many records it has, and the peaks over them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Index {
	/// Number of records.
	pub count: u64,
	/// Peaks of the Merkle mountain range, the highest mountain's first.
	pub peaks: Vec<mmr::Hash>,
}

impl Index {
	/// Key of a twin's index in the chain's state.
	pub fn key(twin: TwinNumber) -> Vec<u8> {
		map_key("Records", "Indexes", &twin.to_le_bytes())
	}

	/// The index that a value of the state, already proved, stands for. No value, no records.
	pub fn from_value(value: Option<&[u8]>) -> Result<Self, ProofError> {
		let Some(value) = value else { return Ok(Self::default()) };
		let index = Self::decode_all(&mut &value[..])
			.map_err(|error| ProofError::BadStateProof(format!("no index: {error}")))?;
		if index.peaks.len() != index.count.count_ones() as usize {
			return Err(ProofError::BadStateProof("no index: count and peaks differ".into()));
		}
		Ok(index)
	}

	/// The index once `leaves` have been appended.
	pub fn append(&self, leaves: &[mmr::Hash]) -> Result<Self, mmr::MmrError> {
		let mut peaks = self.peaks.clone();
		let count = mmr::append::<Blake2b256>(self.count, &mut peaks, leaves)?;
		Ok(Self { count, peaks })
	}
}

/// What a server says about the head of the chain: nothing of it is checked.
#[derive(Clone, Debug)]
pub struct Claim {
	head: Hash,
	header: Header,
}

impl Claim {
	/// From the results of `chain_getFinalizedHead` and of `chain_getHeader` for that hash.
	///
	/// Fails if the header isn't the head's own.
	pub fn new(head: Value, header: Value) -> Result<Self, ProofError> {
		let head: Hash = serde_json::from_value(head)
			.map_err(|error| ProofError::BadHeader(format!("the head is no hash: {error}")))?;
		let header: Header = serde_json::from_value(header)
			.map_err(|error| ProofError::BadHeader(error.to_string()))?;
		if header.hash() != head {
			return Err(ProofError::BadHeader(format!(
				"it belongs to another block than {head:?}"
			)));
		}
		Ok(Self { head, header })
	}

	/// Height of the head: a light client has to vouch for the block there.
	pub fn number(&self) -> BlockNumber {
		self.header.number
	}

	/// Compare with what a light client says about that height.
	pub fn check(self, vouched: Vouched) -> Result<FinalState, ProofError> {
		let number = self.header.number;
		match vouched {
			Vouched::Hash(finalised) if finalised == self.head => {
				Ok(FinalState { block: self.head, number, root: self.header.state_root })
			},
			Vouched::Hash(finalised) => {
				Err(ProofError::WrongHead { number, claimed: self.head, finalised })
			},
			Vouched::NotYet { finalised } => Err(ProofError::NotFinal { number, finalised }),
			Vouched::TooOld { oldest } => Err(ProofError::HeadTooOld { number, oldest }),
		}
	}
}

/// The state after a block that a light client has vouched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FinalState {
	/// The block.
	pub block: Hash,
	/// Its height.
	pub number: BlockNumber,
	root: Hash,
}

/// Result of `state_getReadProof`.
#[derive(Deserialize)]
struct ReadProof {
	at: Hash,
	proof: Vec<String>,
}

impl FinalState {
	/// The value under `key`, from the result of `state_getReadProof` for that key and this block.
	/// None if it is proved that there is none.
	pub fn read(&self, key: &[u8], answer: Value) -> Result<Option<Vec<u8>>, ProofError> {
		let bad = |reason: String| ProofError::BadStateProof(reason);
		let answer: ReadProof =
			serde_json::from_value(answer).map_err(|error| bad(error.to_string()))?;
		if answer.at != self.block {
			return Err(bad(format!("it is about the block {:?}", answer.at)));
		}
		let nodes = answer
			.proof
			.iter()
			.map(|node| from_hex(node).ok_or_else(|| bad("it is not in hexadecimal".into())))
			.collect::<Result<Vec<_>, _>>()?;
		let nodes = StorageProof::new(nodes).into_memory_db::<Hashing>();
		// Reads tries of state version 0 and 1 alike: the nodes say which they are.
		sp_trie::read_trie_value::<LayoutV1<Hashing>, _>(&nodes, &self.root, key, None, None)
			.map_err(|error| bad(error.to_string()))
	}
}

/// Check that `encoded` are the descriptors of the records of `twin` from `first` on, by the twin's
/// `index` and a range proof of them; returns the descriptors.
///
/// `made_for` is the number of records that the maker of the proof says there were. It decides
/// about the reason given for a refusal alone.
pub fn check_records(
	index: &Index,
	twin: TwinNumber,
	first: RecordNumber,
	encoded: &[Vec<u8>],
	made_for: u64,
	proof: &[mmr::Hash],
) -> Result<Vec<Descriptor>, ProofError> {
	let mut numbers = first..first.saturating_add(encoded.len() as u64);
	if numbers.end > index.count {
		let number = first.max(index.count);
		return Err(ProofError::RecordNotFound { twin, number, count: index.count });
	}
	let descriptors = encoded.iter().map(|encoded| decode_descriptor(encoded));
	let descriptors = descriptors.collect::<Result<_, _>>()?;
	let leaves: Vec<_> =
		encoded.iter().map(|encoded| mmr::leaf_hash::<Blake2b256>(encoded)).collect();
	// A mountain keeps its proofs until it is merged into a higher one.
	let was_merged = |number| height_over(number, made_for) != height_over(number, index.count);
	match mmr::verify::<Blake2b256>(index.count, &index.peaks, first, &leaves, proof) {
		Ok(()) => Ok(descriptors),
		Err(_) if numbers.any(was_merged) => {
			Err(ProofError::OtherCount { made_for, on_chain: index.count })
		},
		Err(error) => Err(ProofError::BadRangeProof(error)),
	}
}

/// The descriptor that these bytes stand for: exactly these, since other bytes are another leaf.
pub fn decode_descriptor(encoded: &[u8]) -> Result<Descriptor, ProofError> {
	let mismatch = |reason: String| ProofError::DescriptorMismatch(reason);
	if encoded.len() > MAX_DESCRIPTOR_BYTES as usize {
		return Err(mismatch(format!("it is longer than {MAX_DESCRIPTOR_BYTES} bytes")));
	}
	// SCALE has one form for each value: it refuses roundabout lengths and bytes that are left over.
	let descriptor =
		Descriptor::decode_all(&mut &encoded[..]).map_err(|error| mismatch(error.to_string()))?;
	descriptor.check().map_err(|error| mismatch(error.to_string()))?;
	Ok(descriptor)
}

/// Check that what was fetched, of this BLAKE3 hash and size, is what a record describes.
pub fn check_content(
	descriptor: &Descriptor,
	content: &[u8; 32],
	size: u64,
) -> Result<(), ProofError> {
	let mismatch = |reason: String| Err(ProofError::ContentMismatch(reason));
	if size != descriptor.size {
		return mismatch(format!("it has {size} bytes instead of {}", descriptor.size));
	}
	if *content != descriptor.content {
		return mismatch(format!(
			"its BLAKE3 hash is {} instead of {}",
			hex::encode(content),
			hex::encode(descriptor.content)
		));
	}
	Ok(())
}

/// Bytes of a hexadecimal number with a leading `0x`.
pub(crate) fn from_hex(text: &str) -> Option<Vec<u8>> {
	hex::decode(text.strip_prefix("0x")?).ok()
}

/// Height of the mountain that record `number` is in, in an index of `count` records.
fn height_over(number: RecordNumber, count: u64) -> Option<u32> {
	// The highest bit in which they differ is the mountain that ends beyond the record.
	(number < count).then(|| (number ^ count).ilog2())
}

#[cfg(test)]
mod tests;
