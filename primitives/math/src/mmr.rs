//! Merkle mountain range: a list that only grows, known by its length and a few hashes.
//!
//! # Leaves and mountains
//!
//! Leaf `i` stands for item `i` of the list, counted from 0. A list of `count` leaves is cut, from
//! the left, into *mountains*: perfect binary trees, one for each set bit of `count`, the largest
//! first. Of 11 = 8 + 2 + 1 leaves:
//!
//! ```text
//!  height 3         *
//!               /       \
//!         2    *         *
//!             / \       / \
//!         1  *   *     *   *     *
//!           / \ / \   / \ / \   / \
//!         0 0 1 2 3   4 5 6 7   8 9   10
//! ```
//!
//! The roots of the mountains are the *peaks*, the highest mountain's first. `count` and the peaks
//! commit to every leaf, to its place, and to the length; they are all that has to be stored.
//!
//! # Hashing
//!
//! | | Hash of |
//! |---|---|
//! | leaf | one byte `00`, then the encoded item |
//! | node | one byte `01`, then its left child (32 bytes), then its right child (32 bytes) |
//!
//! The first byte keeps a leaf from being passed off as a node, or a node as a leaf. [`append`],
//! [`prove`] and [`verify`] take leaf *hashes*; whoever makes them calls [`leaf_hash`].
//!
//! # Range proofs
//!
//! A proof shows that `len` consecutive leaves, `first` to `first + len - 1`, are in the list. It
//! is a plain row of hashes, in this order:
//!
//! 1. Mountains that hold none of these leaves are left out: their peaks are known.
//! 2. The other mountains follow one another, the highest first.
//! 3. Within a mountain, level by level from the leaves up, but not the peak itself: the hash of
//!    each node that covers none of these leaves while its parent covers one. A level has at most
//!    two such nodes, and the left one comes first.
//!
//! Verification consumes exactly these hashes: one too many is refused like one too few.
//!
//! # Limits
//!
//! A list has at most `u64::MAX` leaves, so at most [`MAX_PEAKS`] peaks, and the proof of a single
//! leaf has at most [`MAX_HEIGHT`] hashes.

use alloc::vec::Vec;
use core::{error::Error, fmt, ops::Range};

/// Hash of a leaf or a node.
pub type Hash = [u8; 32];

/// Most peaks a list can have: the bits of its length.
pub const MAX_PEAKS: u32 = u64::BITS;

/// Height of the highest mountain there can be.
pub const MAX_HEIGHT: u32 = u64::BITS - 1;

/// First byte of what is hashed for a leaf.
const LEAF_TAG: u8 = 0x00;

/// First byte of what is hashed for a node.
const NODE_TAG: u8 = 0x01;

/// The hash function of a list. It must resist collisions.
pub trait Hasher {
	/// Hash of `bytes`.
	fn hash(bytes: &[u8]) -> Hash;
}

/// BLAKE2b with an output of 256 bits, unkeyed, in software.
#[cfg(feature = "blake2")]
#[derive(Clone, Copy, Debug)]
pub struct Blake2b256;

#[cfg(feature = "blake2")]
impl Hasher for Blake2b256 {
	fn hash(bytes: &[u8]) -> Hash {
		use blake2::{digest::consts::U32, Blake2b, Digest};
		Blake2b::<U32>::digest(bytes).into()
	}
}

/// Why a list can't be extended, or a range of it not proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MmrError {
	/// The list would have more than `u64::MAX` leaves.
	TooManyLeaves,
	/// The number of peaks doesn't belong to the number of leaves.
	PeaksMismatch,
	/// The range has no leaf.
	EmptyRange,
	/// The range goes beyond the last leaf.
	OutOfRange,
}

impl fmt::Display for MmrError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::TooManyLeaves => "the list would have too many leaves",
			Self::PeaksMismatch => "the number of peaks doesn't belong to the number of leaves",
			Self::EmptyRange => "the range has no leaf",
			Self::OutOfRange => "the range goes beyond the last leaf",
		})
	}
}

impl Error for MmrError {}

/// Why a proof is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofError {
	/// The number of peaks doesn't belong to the number of leaves.
	PeaksMismatch,
	/// The range has no leaf.
	EmptyRange,
	/// The range goes beyond the last leaf.
	OutOfRange,
	/// The proof lacks a hash.
	TooShort,
	/// The proof has a hash that nothing asks for.
	TooLong,
	/// The leaves and the proof lead to another peak: one of them, or the place, is wrong.
	WrongPeak,
}

impl fmt::Display for ProofError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(match self {
			Self::PeaksMismatch => "the number of peaks doesn't belong to the number of leaves",
			Self::EmptyRange => "the range has no leaf",
			Self::OutOfRange => "the range goes beyond the last leaf",
			Self::TooShort => "the proof lacks a hash",
			Self::TooLong => "the proof has a hash too many",
			Self::WrongPeak => "the proof leads to another peak",
		})
	}
}

impl Error for ProofError {}

/// Hash of the leaf for an `encoded` item.
pub fn leaf_hash<H: Hasher>(encoded: &[u8]) -> Hash {
	let mut bytes = Vec::with_capacity(1 + encoded.len());
	bytes.push(LEAF_TAG);
	bytes.extend_from_slice(encoded);
	H::hash(&bytes)
}

/// Hash of the node above `left` and `right`.
pub fn node_hash<H: Hasher>(left: &Hash, right: &Hash) -> Hash {
	let mut bytes = [NODE_TAG; 65];
	bytes[1..33].copy_from_slice(left);
	bytes[33..].copy_from_slice(right);
	H::hash(&bytes)
}

/// Append `leaves` to a list of `count` leaves with these `peaks`; returns the new count.
///
/// Where the leaves are split into calls makes no difference. `n` leaves cost less than `n + 64`
/// hashes, and no memory besides the peaks. On an error the peaks are as before.
pub fn append<H: Hasher>(
	count: u64,
	peaks: &mut Vec<Hash>,
	leaves: &[Hash],
) -> Result<u64, MmrError> {
	if peaks.len() != count.count_ones() as usize {
		return Err(MmrError::PeaksMismatch);
	}
	let total = u64::try_from(leaves.len())
		.ok()
		.and_then(|added| count.checked_add(added))
		.ok_or(MmrError::TooManyLeaves)?;

	for (place, leaf) in (count..total).zip(leaves) {
		// Each low bit that is set is a mountain as high as the one that the new leaf has become.
		let mut node = *leaf;
		for _ in 0..place.trailing_ones() {
			let left = peaks.pop().ok_or(MmrError::PeaksMismatch)?;
			node = node_hash::<H>(&left, &node);
		}
		peaks.push(node);
	}
	Ok(total)
}

/// Prove that `len` leaves from number `first` on are in the list of all these `leaves`.
///
/// Hashes each mountain that the range touches once.
pub fn prove<H: Hasher>(leaves: &[Hash], first: u64, len: u64) -> Result<Vec<Hash>, MmrError> {
	let count = leaves.len() as u64;
	if len == 0 {
		return Err(MmrError::EmptyRange);
	}
	let end = first.checked_add(len).filter(|end| *end <= count).ok_or(MmrError::OutOfRange)?;

	let mut proof = Vec::new();
	for mountain in mountains(count) {
		let Some(range) = mountain.part_of(first, end) else { continue };
		let base = mountain.start as usize;
		let mut level = leaves[base..base + mountain.width() as usize].to_vec();
		let (mut left, mut right) = (range.start as usize - base, range.end as usize - base);
		while level.len() > 1 {
			if left % 2 == 1 {
				proof.push(level[left - 1]);
			}
			if right % 2 == 1 {
				proof.push(level[right]);
			}
			level = level.chunks_exact(2).map(|pair| node_hash::<H>(&pair[0], &pair[1])).collect();
			left /= 2;
			right = right.div_ceil(2);
		}
	}
	Ok(proof)
}

/// Check that `leaves` stand from number `first` on in the list of `count` leaves with these
/// `peaks`.
///
/// Costs at most one hash per leaf and one per hash of the proof. Nothing here is trusted except
/// `count` and `peaks`.
pub fn verify<H: Hasher>(
	count: u64,
	peaks: &[Hash],
	first: u64,
	leaves: &[Hash],
	proof: &[Hash],
) -> Result<(), ProofError> {
	if peaks.len() != count.count_ones() as usize {
		return Err(ProofError::PeaksMismatch);
	}
	if leaves.is_empty() {
		return Err(ProofError::EmptyRange);
	}
	let end = u64::try_from(leaves.len())
		.ok()
		.and_then(|len| first.checked_add(len))
		.filter(|end| *end <= count)
		.ok_or(ProofError::OutOfRange)?;

	let mut proof = proof.iter();
	for (mountain, peak) in mountains(count).zip(peaks) {
		let Some(range) = mountain.part_of(first, end) else { continue };
		// Both ends lie within `leaves`, so they fit.
		let part = (range.start - first) as usize..(range.end - first) as usize;
		let nodes = leaves[part].to_vec();
		let root = climb::<H>(nodes, range.start - mountain.start, mountain.height, &mut proof)?;
		if root != *peak {
			return Err(ProofError::WrongPeak);
		}
	}
	if proof.next().is_some() {
		return Err(ProofError::TooLong);
	}
	Ok(())
}

/// Root of a mountain of this `height` whose leaves from `place` on are `nodes`, at least one.
fn climb<'a, H: Hasher>(
	mut nodes: Vec<Hash>,
	mut place: u64,
	height: u32,
	proof: &mut impl Iterator<Item = &'a Hash>,
) -> Result<Hash, ProofError> {
	for _ in 0..height {
		// A node at an odd place is a right child, at an even place a left one. So a range that
		// starts at an odd place lacks a left child, one that ends before an odd place a right one.
		let lacks_left = place % 2 == 1;
		let lacks_right = (place + nodes.len() as u64) % 2 == 1;
		let left = if lacks_left { Some(proof.next().ok_or(ProofError::TooShort)?) } else { None };
		let right =
			if lacks_right { Some(proof.next().ok_or(ProofError::TooShort)?) } else { None };

		let (mut read, mut written) = (0, 0);
		if let Some(left) = left {
			nodes[0] = node_hash::<H>(left, &nodes[0]);
			(read, written) = (1, 1);
		}
		while read < nodes.len() {
			// Only the last node may lack its right sibling, and then the proof has given it.
			let sibling = nodes.get(read + 1).or(right).ok_or(ProofError::TooShort)?;
			nodes[written] = node_hash::<H>(&nodes[read], sibling);
			read += 2;
			written += 1;
		}
		nodes.truncate(written);
		place /= 2;
	}
	nodes.first().copied().ok_or(ProofError::EmptyRange)
}

/// A perfect binary tree over consecutive leaves.
struct Mountain {
	/// Number of the first leaf.
	start: u64,
	/// Levels above the leaves.
	height: u32,
}

impl Mountain {
	/// Number of leaves.
	fn width(&self) -> u64 {
		1 << self.height
	}

	/// The leaves from `first` up to before `end` that this mountain holds, if any.
	fn part_of(&self, first: u64, end: u64) -> Option<Range<u64>> {
		// No overflow: the last leaf of a mountain is one of a list of at most `u64::MAX`.
		let part = first.max(self.start)..end.min(self.start + self.width());
		(!part.is_empty()).then_some(part)
	}
}

/// The mountains over `count` leaves, the highest first.
fn mountains(count: u64) -> impl Iterator<Item = Mountain> {
	(0..u64::BITS).rev().filter(move |height| (count >> height) & 1 == 1).map(move |height| {
		// Every higher bit of `count` is a mountain to the left of this one.
		Mountain { start: ((count >> height) ^ 1) << height, height }
	})
}
