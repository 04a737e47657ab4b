//! The golden vectors, which `tests/vectors/mmr.py` makes by its own means.

use ourledger_math::mmr::{append, leaf_hash, node_hash, prove, verify, Blake2b256, Hash};
use serde::Deserialize;

#[derive(Deserialize)]
struct Vectors {
	leaves: Vec<Leaf>,
	nodes: Vec<Node>,
	descriptors: Vec<Described>,
	peaks: Vec<Peaks>,
	appends: Vec<Appends>,
	proofs: Vec<Proof>,
	rejected: Vec<Rejected>,
}

#[derive(Deserialize)]
struct Leaf {
	encoded: String,
	hash: String,
}

#[derive(Deserialize)]
struct Node {
	left: String,
	right: String,
	hash: String,
}

#[derive(Deserialize)]
struct Described {
	encoded: String,
	leaf: String,
}

#[derive(Deserialize)]
struct Peaks {
	count: u64,
	peaks: Vec<String>,
}

#[derive(Deserialize)]
struct Appends {
	sizes: Vec<usize>,
	peaks: Vec<Vec<String>>,
}

#[derive(Deserialize)]
struct Proof {
	name: String,
	count: u64,
	first: u64,
	len: u64,
	proof: Vec<String>,
}

#[derive(Deserialize)]
struct Rejected {
	name: String,
	count: u64,
	first: u64,
	leaves: Vec<String>,
	proof: Vec<String>,
}

fn vectors() -> Vectors {
	serde_json::from_str(include_str!("../vectors/mmr.json")).expect("the vectors are well-formed")
}

fn bytes(text: &str) -> Vec<u8> {
	let pairs = text.as_bytes().chunks(2);
	pairs
		.map(|pair| {
			let pair = std::str::from_utf8(pair).expect("hexadecimal is ASCII");
			u8::from_str_radix(pair, 16).expect("two hexadecimal digits")
		})
		.collect()
}

fn hash(text: &str) -> Hash {
	bytes(text).try_into().expect("32 bytes")
}

fn hashes(texts: &[String]) -> Vec<Hash> {
	texts.iter().map(|text| hash(text)).collect()
}

fn leaves(count: u64) -> Vec<Hash> {
	(0..count).map(|number| leaf_hash::<Blake2b256>(&number.to_le_bytes())).collect()
}

fn peaks(count: u64) -> Vec<Hash> {
	let mut peaks = Vec::new();
	assert_eq!(append::<Blake2b256>(0, &mut peaks, &leaves(count)), Ok(count));
	peaks
}

#[test]
fn vectors_have_all_their_parts() {
	let vectors = vectors();
	assert_eq!(vectors.leaves.len(), 4);
	assert_eq!(vectors.nodes.len(), 3);
	assert_eq!(vectors.descriptors.len(), 3);
	let counts: Vec<_> = vectors.peaks.iter().map(|it| it.count).collect();
	assert_eq!(counts, (0..=20).chain([511, 512, 513, 1000]).collect::<Vec<_>>());
	assert_eq!(vectors.appends.len(), 8);
	assert_eq!(vectors.proofs.len(), 17);
	assert_eq!(vectors.rejected.len(), 23);
}

#[test]
fn leaves_hash_as_in_the_vectors() {
	for Leaf { encoded, hash: expected } in vectors().leaves {
		assert_eq!(leaf_hash::<Blake2b256>(&bytes(&encoded)), hash(&expected), "{encoded}");
	}
	for Described { encoded, leaf } in vectors().descriptors {
		assert_eq!(leaf_hash::<Blake2b256>(&bytes(&encoded)), hash(&leaf), "{encoded}");
	}
}

#[test]
fn nodes_hash_as_in_the_vectors() {
	for Node { left, right, hash: expected } in vectors().nodes {
		assert_eq!(node_hash::<Blake2b256>(&hash(&left), &hash(&right)), hash(&expected));
	}
}

#[test]
fn peaks_are_as_in_the_vectors() {
	for Peaks { count, peaks: expected } in vectors().peaks {
		assert_eq!(peaks(count), hashes(&expected), "{count} leaves");
	}
}

#[test]
fn appends_lead_to_the_peaks_in_the_vectors() {
	for Appends { sizes, peaks: expected } in vectors().appends {
		assert_eq!(sizes.len(), expected.len());
		let (mut count, mut peaks) = (0, Vec::new());
		let mut rest = &leaves(sizes.iter().sum::<usize>() as u64)[..];
		for (size, expected) in sizes.iter().zip(expected) {
			let (part, others) = rest.split_at(*size);
			rest = others;
			count = append::<Blake2b256>(count, &mut peaks, part).expect("few leaves");
			assert_eq!(peaks, hashes(&expected), "{sizes:?} at {count}");
		}
	}
}

#[test]
fn proofs_are_as_in_the_vectors() {
	for Proof { name, count, first, len, proof } in vectors().proofs {
		let leaves = leaves(count);
		assert_eq!(prove::<Blake2b256>(&leaves, first, len), Ok(hashes(&proof)), "{name}");
		let part = &leaves[first as usize..(first + len) as usize];
		let verdict = verify::<Blake2b256>(count, &peaks(count), first, part, &hashes(&proof));
		assert_eq!(verdict, Ok(()), "{name}");
	}
}

#[test]
fn proofs_in_the_vectors_that_do_not_hold_are_refused() {
	for Rejected { name, count, first, leaves, proof } in vectors().rejected {
		let verdict =
			verify::<Blake2b256>(count, &peaks(count), first, &hashes(&leaves), &hashes(&proof));
		assert!(verdict.is_err(), "{name}");
	}
}
