//! Bounds, errors and random lists, against a recomputation that knows no mountains.

use hex_literal::hex;
use ourledger_math::mmr::*;
use proptest::{collection::vec, prelude::*};
use std::cell::Cell;

type H = Blake2b256;

fn leaves(count: u64) -> Vec<Hash> {
	(0..count).map(|number| leaf_hash::<H>(&number.to_le_bytes())).collect()
}

fn built(leaves: &[Hash]) -> Vec<Hash> {
	let mut peaks = Vec::new();
	assert_eq!(append::<H>(0, &mut peaks, leaves), Ok(leaves.len() as u64));
	peaks
}

/// Peaks the plain way: pair up level after level; whoever has no partner is a peak.
fn naive_peaks(leaves: &[Hash]) -> Vec<Hash> {
	let mut peaks = Vec::new();
	let mut level = leaves.to_vec();
	while !level.is_empty() {
		if level.len() % 2 == 1 {
			peaks.extend(level.pop());
		}
		level = level.chunks(2).map(|pair| node_hash::<H>(&pair[0], &pair[1])).collect();
	}
	peaks.reverse();
	peaks
}

#[test]
fn blake2b_is_the_known_one() {
	let expected = hex!("0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
	assert_eq!(Blake2b256::hash(b""), expected);
}

#[test]
fn leaves_and_nodes_are_hashed_apart() {
	let (left, right) = ([1; 32], [2; 32]);
	let both = [left, right].concat();
	assert_eq!(leaf_hash::<H>(&both), H::hash(&[&[0][..], &both].concat()));
	assert_eq!(node_hash::<H>(&left, &right), H::hash(&[&[1][..], &both].concat()));
	assert_ne!(leaf_hash::<H>(&both), node_hash::<H>(&left, &right));
	assert_ne!(node_hash::<H>(&left, &right), node_hash::<H>(&right, &left));
}

#[test]
fn append_of_nothing_changes_nothing() {
	let mut peaks = built(&leaves(5));
	let before = peaks.clone();
	assert_eq!(append::<H>(5, &mut peaks, &[]), Ok(5));
	assert_eq!(peaks, before);
}

#[test]
fn append_reaches_the_last_number_and_no_further() {
	let [leaf, other] = [[8; 32], [9; 32]];
	let mut peaks = vec![[7; 32]; 63];
	// u64::MAX - 1 has every bit but the lowest.
	assert_eq!(append::<H>(u64::MAX - 1, &mut peaks, &[leaf]), Ok(u64::MAX));
	assert_eq!(peaks.len(), MAX_PEAKS as usize);
	assert_eq!(peaks.last(), Some(&leaf));

	let full = peaks.clone();
	assert_eq!(append::<H>(u64::MAX, &mut peaks, &[other]), Err(MmrError::TooManyLeaves));
	assert_eq!(peaks, full);
	let mut peaks = full[..63].to_vec();
	let error = Err(MmrError::TooManyLeaves);
	assert_eq!(append::<H>(u64::MAX - 1, &mut peaks, &[leaf, other]), error);
	assert_eq!(peaks, full[..63]);
}

#[test]
fn append_carries_through_all_mountains() {
	let mut peaks: Vec<_> = (0..63).map(|number| [number; 32]).collect();
	let expected = peaks.iter().rev().fold([0xff; 32], |node, left| node_hash::<H>(left, &node));
	assert_eq!(append::<H>((1 << 63) - 1, &mut peaks, &[[0xff; 32]]), Ok(1 << 63));
	assert_eq!(peaks, [expected]);
}

#[test]
fn append_fails_when_the_peaks_are_of_another_count() {
	for (count, len) in [(0, 1), (1, 0), (3, 1), (4, 2), (u64::MAX, 63)] {
		let mut peaks = vec![[0; 32]; len];
		let error = Err(MmrError::PeaksMismatch);
		assert_eq!(append::<H>(count, &mut peaks, &[[1; 32]]), error, "{count}, {len}");
	}
}

/// [`Blake2b256`] that counts.
struct Counting;

thread_local! {
	static HASHES: Cell<u64> = const { Cell::new(0) };
}

impl Hasher for Counting {
	fn hash(bytes: &[u8]) -> Hash {
		assert_eq!(bytes.len(), 65);
		HASHES.set(HASHES.get() + 1);
		Blake2b256::hash(bytes)
	}
}

/// How often `work` hashes.
fn hashes_of(work: impl FnOnce()) -> u64 {
	HASHES.set(0);
	work();
	HASHES.get()
}

#[test]
fn append_hashes_about_once_per_leaf() {
	for count in [0u64, 1, 511, 512, (1 << 63) - 512, (1 << 63) - 1] {
		for added in [1u64, 32, 512] {
			let mut peaks = vec![[0; 32]; count.count_ones() as usize];
			let leaves = vec![[1; 32]; added as usize];
			let hashes = hashes_of(|| {
				append::<Counting>(count, &mut peaks, &leaves).expect("not too many");
			});
			let merged = count.count_ones() + added as u32 - (count + added).count_ones();
			assert_eq!(hashes, u64::from(merged), "{added} onto {count}");
			assert!(hashes < added + 64);
		}
	}
}

#[test]
fn verify_hashes_at_most_once_per_hash_it_gets() {
	let leaves = leaves(1000);
	let peaks = built(&leaves);
	for (first, len) in [(0, 1000), (1, 998), (500, 1), (0, 1), (300, 513)] {
		let proof = prove::<H>(&leaves, first, len).expect("a range within the list");
		let part = &leaves[first as usize..][..len as usize];
		let hashes = hashes_of(|| {
			assert_eq!(verify::<Counting>(1000, &peaks, first, part, &proof), Ok(()));
		});
		assert!(hashes <= len + proof.len() as u64, "{first}, {len}: {hashes}");
	}
}

#[test]
fn prove_fails_when_the_range_is_empty_or_beyond() {
	let leaves = leaves(11);
	for (first, len, error) in [
		(0, 0, MmrError::EmptyRange),
		(11, 0, MmrError::EmptyRange),
		(11, 1, MmrError::OutOfRange),
		(10, 2, MmrError::OutOfRange),
		(0, 12, MmrError::OutOfRange),
		(u64::MAX, 1, MmrError::OutOfRange),
		(1, u64::MAX, MmrError::OutOfRange),
	] {
		assert_eq!(prove::<H>(&leaves, first, len), Err(error), "{first}, {len}");
	}
	assert_eq!(prove::<H>(&leaves, 10, 1), Ok(vec![]));
	assert_eq!(prove::<H>(&[], 0, 1), Err(MmrError::OutOfRange));
}

#[test]
fn verify_says_what_is_wrong() {
	let leaves = leaves(11);
	let peaks = built(&leaves);
	let proof = prove::<H>(&leaves, 6, 3).expect("a range within the list");
	let part = &leaves[6..9];
	let check = |count, peaks: &[Hash], first, leaves: &[Hash], proof: &[Hash]| {
		verify::<H>(count, peaks, first, leaves, proof)
	};

	assert_eq!(check(11, &peaks, 6, part, &proof), Ok(()));
	assert_eq!(check(11, &peaks[..2], 6, part, &proof), Err(ProofError::PeaksMismatch));
	assert_eq!(check(12, &peaks, 6, part, &proof), Err(ProofError::PeaksMismatch));
	assert_eq!(check(11, &peaks, 6, &[], &proof), Err(ProofError::EmptyRange));
	assert_eq!(check(11, &peaks, 9, part, &proof), Err(ProofError::OutOfRange));
	assert_eq!(check(11, &peaks, u64::MAX, part, &proof), Err(ProofError::OutOfRange));
	assert_eq!(check(11, &peaks, 6, part, &proof[..2]), Err(ProofError::TooShort));
	assert_eq!(check(11, &peaks, 6, part, &[]), Err(ProofError::TooShort));
	let longer = [&proof[..], &[[0; 32]]].concat();
	assert_eq!(check(11, &peaks, 6, part, &longer), Err(ProofError::TooLong));
	assert_eq!(check(11, &peaks, 6, &leaves[5..8], &proof), Err(ProofError::WrongPeak));
}

#[test]
fn verify_climbs_the_highest_mountain() {
	// A list of u64::MAX leaves, of which all that is known is the path to one.
	let siblings: Vec<_> = (0..MAX_HEIGHT as u8).map(|height| [height; 32]).collect();
	let leaf = [0xee; 32];
	let left = siblings.iter().fold(leaf, |node, right| node_hash::<H>(&node, right));
	let right = siblings.iter().fold(leaf, |node, left| node_hash::<H>(left, &node));
	let mut peaks = vec![[0; 32]; MAX_PEAKS as usize];

	peaks[0] = left;
	assert_eq!(verify::<H>(u64::MAX, &peaks, 0, &[leaf], &siblings), Ok(()));
	assert!(verify::<H>(u64::MAX, &peaks, 1, &[leaf], &siblings).is_err());
	peaks[0] = right;
	assert_eq!(verify::<H>(u64::MAX, &peaks, (1 << 63) - 1, &[leaf], &siblings), Ok(()));
	// The last leaf of all is a mountain by itself.
	peaks[63] = leaf;
	assert_eq!(verify::<H>(u64::MAX, &peaks, u64::MAX - 1, &[leaf], &[]), Ok(()));
}

#[test]
fn every_range_of_small_lists_is_proved_and_stands_nowhere_else() {
	for count in 1..=20 {
		let leaves = leaves(count);
		let peaks = built(&leaves);
		for first in 0..count {
			for len in 1..=count - first {
				let part = &leaves[first as usize..][..len as usize];
				let proof = prove::<H>(&leaves, first, len).expect("a range within the list");
				for place in 0..=count {
					let verdict = verify::<H>(count, &peaks, place, part, &proof);
					assert_eq!(verdict.is_ok(), place == first, "{len} from {first} of {count}");
				}
			}
		}
	}
}

/// A list, and a range of it.
fn list_and_range() -> impl Strategy<Value = (Vec<Hash>, u64, u64)> {
	vec(any::<Hash>(), 1..200).prop_flat_map(|leaves| {
		let count = leaves.len();
		(Just(leaves), 0..count).prop_flat_map(move |(leaves, first)| {
			(Just(leaves), Just(first as u64), 1..=(count - first) as u64)
		})
	})
}

proptest! {
	#[test]
	fn peaks_equal_the_naive_ones(leaves in vec(any::<Hash>(), 0..300)) {
		let peaks = built(&leaves);
		prop_assert_eq!(peaks.len() as u32, (leaves.len() as u64).count_ones());
		prop_assert_eq!(peaks, naive_peaks(&leaves));
	}

	#[test]
	fn splits_make_no_difference(
		leaves in vec(any::<Hash>(), 0..300),
		sizes in vec(0..60usize, 0..20),
	) {
		let (mut count, mut peaks) = (0, Vec::new());
		let mut rest = &leaves[..];
		for size in sizes.into_iter().chain([usize::MAX]) {
			let (part, others) = rest.split_at(size.min(rest.len()));
			rest = others;
			count = append::<H>(count, &mut peaks, part).expect("few leaves");
		}
		prop_assert_eq!(count, leaves.len() as u64);
		prop_assert_eq!(peaks, built(&leaves));
	}

	#[test]
	fn every_proved_range_verifies((leaves, first, len) in list_and_range()) {
		let proof = prove::<H>(&leaves, first, len).expect("a range within the list");
		let part = &leaves[first as usize..][..len as usize];
		let count = leaves.len() as u64;
		prop_assert_eq!(verify::<H>(count, &built(&leaves), first, part, &proof), Ok(()));
	}

	#[test]
	fn any_changed_byte_is_refused(
		(leaves, first, len) in list_and_range(),
		place in any::<prop::sample::Index>(),
		byte in 0..32usize,
		change in 1..=255u8,
	) {
		let count = leaves.len() as u64;
		let mut peaks = built(&leaves);
		let mut proof = prove::<H>(&leaves, first, len).expect("a range within the list");
		let mut part = leaves[first as usize..][..len as usize].to_vec();
		// The peaks of the mountains that the range touches are part of what is checked.
		let (mut start, mut touched) = (0, Vec::new());
		for (peak, height) in
			peaks.iter_mut().zip((0..64).rev().filter(|height| count >> height & 1 == 1))
		{
			let end = start + (1u64 << height);
			if first < end && first + len > start {
				touched.push(peak);
			}
			start = end;
		}
		let mut all: Vec<_> = part.iter_mut().chain(&mut proof).chain(touched).collect();
		let index = place.index(all.len());
		all[index][byte] ^= change;
		prop_assert_eq!(
			verify::<H>(count, &peaks, first, &part, &proof),
			Err(ProofError::WrongPeak)
		);
	}

	#[test]
	fn any_other_number_of_hashes_is_refused(
		(leaves, first, len) in list_and_range(),
		place in any::<prop::sample::Index>(),
	) {
		let (count, peaks) = (leaves.len() as u64, built(&leaves));
		let part = &leaves[first as usize..][..len as usize];
		let proof = prove::<H>(&leaves, first, len).expect("a range within the list");

		let mut longer = proof.clone();
		longer.insert(place.index(proof.len() + 1), leaves[0]);
		prop_assert!(verify::<H>(count, &peaks, first, part, &longer).is_err());
		if !proof.is_empty() {
			let mut shorter = proof.clone();
			shorter.remove(place.index(proof.len()));
			prop_assert!(verify::<H>(count, &peaks, first, part, &shorter).is_err());
		}
	}
}
