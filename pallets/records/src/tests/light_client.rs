//! What clients rely on: the key and the bytes of an index, and descriptors' canonical bytes.

use crate::{mock::*, *};
use frame::{deps::sp_io, testing_prelude::*, traits::StorageInstance};
use ourledger_math::mmr::{leaf_hash, verify, Blake2b256, Hash};
use ourledger_primitives::record::{Descriptor, Dispersal, Encryption, Envelope};
use serde_json::Value;

/// The key of the index of twin 1, as the README gives it.
const KEY: &str = "bb8fcc88c3da5bf159c1e1a5f46fe4320cc3d85a6ceeee81a3a69709f80fb4d99599a4a217cb299f0100000000000000";

fn hex(bytes: &[u8]) -> String {
	bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &Value) -> Vec<u8> {
	let text = text.as_str().expect("hexadecimal is text").as_bytes();
	let digit = |byte: u8| (byte as char).to_digit(16).expect("a hexadecimal digit") as u8;
	text.chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

#[test]
fn index_keeps_its_storage_key() {
	// The runtime calls the pallet by the same name.
	assert_eq!(_GeneratedPrefixForStorageIndexes::<Test>::pallet_prefix(), "Records");
	assert_eq!(hex(&Indexes::<Test>::hashed_key_for(1)), KEY);
	let readme = include_str!("../../README.md");
	assert!(readme.contains(KEY));
}

#[test]
fn index_keeps_its_bytes() {
	build_and_execute(|| {
		assert_ok!(append(ALICE, &leaves(0..11)));
		let bytes = sp_io::storage::get(&Indexes::<Test>::hashed_key_for(1)).expect("it is there");
		let peaks = index_of(&leaves(0..11)).peaks;
		let expected = [&11u64.to_le_bytes()[..], &[3 << 2], &peaks.concat()].concat();
		assert_eq!(bytes.to_vec(), expected);
	});
}

/// The steps of the README, by hand.
#[test]
fn light_client_verifies_an_address() {
	build_and_execute(|| {
		assert_ok!(append(ALICE, &leaves(0..11)));
		let bytes = sp_io::storage::get(&Indexes::<Test>::hashed_key_for(1)).expect("it is there");
		let count = u64::from_le_bytes(bytes[..8].try_into().expect("8 bytes"));
		assert_eq!(bytes[8], (count.count_ones() << 2) as u8);
		let peaks: Vec<Hash> =
			bytes[9..].chunks(32).map(|peak| peak.try_into().expect("32 bytes")).collect();

		let shown = descriptor(6).encode();
		let leaf = leaf_hash::<Blake2b256>(&shown);
		let proof = proof(6, 11);
		assert_eq!(verify::<Blake2b256>(count, &peaks, 6, &[leaf], &proof), Ok(()));
		assert!(verify::<Blake2b256>(count, &peaks, 7, &[leaf], &proof).is_err());
	});
}

/// Descriptor of an entry of the golden vectors.
fn described(entry: &Value) -> Descriptor {
	let number = |value: &Value| value.as_u64().expect("a number");
	let envelopes = entry["envelopes"].as_array().map(|envelopes| {
		let envelopes = envelopes.iter().map(|envelope| Envelope {
			reader: number(&envelope["reader"]),
			key: number(&envelope["key"]) as u16,
			sealed: bounded(unhex(&envelope["sealed"])),
		});
		bounded(envelopes.collect())
	});
	let dispersal = entry["dispersal"].as_object().map(|dispersal| Dispersal {
		needed: number(&dispersal["needed"]) as u8,
		shards: bounded(
			dispersal["shards"].as_array().expect("a list").iter().map(number).collect(),
		),
	});
	Descriptor {
		content: unhex(&entry["content"]).try_into().expect("32 bytes"),
		size: number(&entry["size"]),
		media_type: bounded(entry["media_type"].as_str().expect("text").as_bytes().to_vec()),
		encryption: envelopes.map_or(Encryption::None, Encryption::Envelopes),
		dispersal,
		supersedes: entry["supersedes"].as_u64(),
		expires: entry["expires"].as_u64(),
	}
}

#[test]
fn descriptors_of_the_vectors_can_be_appended_and_pinned() {
	build_and_execute(|| {
		let vectors = include_str!("../../../../primitives/math/vectors/mmr.json");
		let vectors: Value = serde_json::from_str(vectors).expect("the vectors are well-formed");
		let entries = vectors["descriptors"].as_array().expect("a list");
		assert_eq!(entries.len(), 3);
		let leaves: Vec<Hash> = entries
			.iter()
			.map(|entry| unhex(&entry["leaf"]).try_into().expect("32 bytes"))
			.collect();
		assert_ok!(append(ALICE, &leaves));
		for (number, entry) in entries.iter().enumerate() {
			let descriptor = described(entry);
			assert_eq!(descriptor.encode(), unhex(&entry["encoded"]));
			let proof = ourledger_math::mmr::prove::<Blake2b256>(&leaves, number as u64, 1)
				.expect("a test proves what is there");
			assert_ok!(Records::pin(signed(ALICE), number as u64, descriptor, bounded(proof)));
		}
	});
}
