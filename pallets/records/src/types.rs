//! What is stored of a twin's records, and the hash function behind it.

use crate::Config;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame::{deps::sp_io::hashing::blake2_256, prelude::*, traits::ConstU32};
use ourledger_math::mmr::{Hash, Hasher, MAX_PEAKS};
use ourledger_primitives::{record::Descriptor, Balance};

/// Room for the proof of one record, in hashes. The longest has 63.
pub const MAX_PROOF: u32 = 64;

/// [`Pin`] in the runtime's deposit.
pub type PinOf<T> = Pin<<T as Config>::PinDeposit>;

/// All that the chain knows of a twin's records; see [`ourledger_math::mmr`].
#[derive(
	Clone,
	Debug,
	Default,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Index {
	/// How many records there are; the number of the next one.
	pub count: u64,
	/// Roots of the mountains over them, the highest first.
	pub peaks: BoundedVec<Hash, ConstU32<MAX_PEAKS>>,
}

/// A descriptor on chain.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Pin<Ticket> {
	/// What the record is.
	pub descriptor: Descriptor,
	/// The deposit, held on the twin's controller.
	pub ticket: Ticket,
}

/// What deposits come to, in base units.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Deposits {
	/// For an index.
	pub index: Balance,
	/// For a pin.
	pub pin: Balance,
}

/// BLAKE2b-256 as the node computes it, which is faster than in the runtime.
#[derive(Clone, Copy, Debug)]
pub struct HostBlake2b256;

impl Hasher for HostBlake2b256 {
	fn hash(bytes: &[u8]) -> Hash {
		blake2_256(bytes)
	}
}
