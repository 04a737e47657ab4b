use super::*;
use ourledger_primitives::record::{Encryption, MediaType};
use serde_json::json;
use sp_trie::{trie_types, LayoutV0, MemoryDB, TrieConfiguration, TrieMut};

const TWIN: TwinNumber = 12;

fn descriptor(seed: u8) -> Descriptor {
	Descriptor {
		content: [seed; 32],
		size: 100,
		media_type: MediaType::try_from(b"text/plain".to_vec()).expect("fits"),
		encryption: Encryption::None,
		dispersal: None,
		supersedes: None,
		expires: None,
	}
}

fn leaves(count: u8) -> Vec<mmr::Hash> {
	(0..count).map(|seed| mmr::leaf_hash::<Blake2b256>(&descriptor(seed).encode())).collect()
}

fn index(count: u8) -> Index {
	Index::default().append(&leaves(count)).expect("is short")
}

fn prove(number: RecordNumber, count: u8) -> Vec<mmr::Hash> {
	mmr::prove::<Blake2b256>(&leaves(count), number, 1).expect("is there")
}

/// A state with the twin's index, an item that state version 1 hashes, and others.
fn state() -> Vec<(Vec<u8>, Vec<u8>)> {
	let mut state = vec![
		(Index::key(TWIN), index(11).encode()),
		(Index::key(TWIN + 1), index(3).encode()),
		(b":code".to_vec(), vec![9; 500]),
	];
	state.extend((0..50u8).map(|seed| (vec![seed, 1, 2], vec![seed; 40])));
	state
}

fn trie<L: TrieConfiguration<Hash = Hashing>>() -> (Hash, Vec<Vec<u8>>) {
	let mut nodes = MemoryDB::<Hashing>::default();
	let mut root = Hash::default();
	{
		let mut trie = sp_trie::TrieDBMutBuilder::<L>::new(&mut nodes, &mut root).build();
		for (key, value) in state() {
			trie.insert(&key, &value).expect("can be inserted");
		}
	}
	(root, nodes.drain().into_values().map(|(node, _)| node).collect())
}

fn trie_v1() -> (Hash, Vec<Vec<u8>>) {
	trie::<LayoutV1<Hashing>>()
}

fn block(root: Hash) -> FinalState {
	FinalState { block: Hash::repeat_byte(1), number: 7, root }
}

fn answer(nodes: &[Vec<u8>]) -> Value {
	let proof: Vec<_> = nodes.iter().map(|node| format!("0x{}", hex::encode(node))).collect();
	json!({ "at": Hash::repeat_byte(1), "proof": proof })
}

fn header(number: BlockNumber) -> Value {
	json!({
		"parentHash": Hash::repeat_byte(2),
		"number": format!("{number:#x}"),
		"stateRoot": Hash::repeat_byte(3),
		"extrinsicsRoot": Hash::repeat_byte(4),
		"digest": { "logs": ["0x0642414245140100000000"] },
	})
}

fn hash_of(header: &Value) -> Hash {
	serde_json::from_value::<Header>(header.clone()).expect("is a header").hash()
}

fn claim(number: BlockNumber) -> Claim {
	let header = header(number);
	Claim::new(json!(hash_of(&header)), header).expect("is coherent")
}

/// One record alone.
fn check_record(
	index: &Index,
	number: RecordNumber,
	encoded: &[u8],
	made_for: u64,
	proof: &[mmr::Hash],
) -> Result<Descriptor, ProofError> {
	check_records(index, TWIN, number, &[encoded.to_vec()], made_for, proof)
		.map(|mut descriptors| descriptors.remove(0))
}

fn is_bad_state(result: Result<Option<Vec<u8>>, ProofError>) -> bool {
	matches!(result, Err(ProofError::BadStateProof(_)))
}

#[test]
fn claim_is_believed_when_vouched_for() {
	let claim = claim(7);
	assert_eq!(claim.number(), 7);
	let hash = claim.head;
	let state = claim.check(Vouched::Hash(hash)).expect("is right");
	let root = Hash::repeat_byte(3);
	assert_eq!(state, FinalState { block: hash, number: 7, root });
}

#[test]
fn claim_is_refused_when_the_header_is_another_blocks() {
	let right = header(7);
	let head = json!(hash_of(&right));
	for (field, lie) in [
		("parentHash", json!(Hash::repeat_byte(9))),
		("number", json!("0x8")),
		("stateRoot", json!(Hash::repeat_byte(9))),
		("extrinsicsRoot", json!(Hash::repeat_byte(9))),
		("digest", json!({ "logs": [] })),
	] {
		let mut header = right.clone();
		header[field] = lie;
		let error = Claim::new(head.clone(), header).err();
		assert!(matches!(error, Some(ProofError::BadHeader(_))), "{field}: {error:?}");
	}
}

#[test]
fn claim_is_refused_when_it_is_not_one() {
	let head = json!(hash_of(&header(7)));
	let cases = [
		(Value::Null, header(7)),
		(json!("0x12"), header(7)),
		(head.clone(), Value::Null),
		(head, json!({})),
	];
	for (head, header) in cases {
		let error = Claim::new(head, header).err();
		assert!(matches!(error, Some(ProofError::BadHeader(_))), "{error:?}");
	}
}

#[test]
fn claim_is_refused_when_another_block_is_final() {
	let claim = claim(7);
	let (claimed, finalised) = (claim.head, Hash::repeat_byte(5));
	let error = ProofError::WrongHead { number: 7, claimed, finalised };
	assert_eq!(claim.check(Vouched::Hash(finalised)), Err(error));
}

#[test]
fn claim_is_refused_when_nothing_is_final_there() {
	let error = ProofError::NotFinal { number: 7, finalised: 6 };
	assert_eq!(claim(7).check(Vouched::NotYet { finalised: 6 }), Err(error));
	let error = ProofError::HeadTooOld { number: 7, oldest: 8 };
	assert_eq!(claim(7).check(Vouched::TooOld { oldest: 8 }), Err(error));
}

#[test]
fn read_believes_a_proof_in_either_state_version() {
	for (root, nodes) in [trie_v1(), trie::<LayoutV0<Hashing>>()] {
		for (key, value) in state() {
			assert_eq!(block(root).read(&key, answer(&nodes)), Ok(Some(value)));
		}
	}
	assert_ne!(trie_v1().0, trie::<LayoutV0<Hashing>>().0);
}

#[test]
fn read_believes_that_there_is_nothing_when_proved() {
	let (root, nodes) = trie_v1();
	assert_eq!(block(root).read(&Index::key(999), answer(&nodes)), Ok(None));
	assert_eq!(block(root).read(b"", answer(&nodes)), Ok(None));
}

#[test]
fn read_is_refused_when_any_node_on_the_way_is_missing_or_changed() {
	let (root, nodes) = trie_v1();
	let key = Index::key(TWIN);
	let mut on_the_way = 0;
	for place in 0..nodes.len() {
		let mut lacking = nodes.clone();
		lacking.remove(place);
		let read = block(root).read(&key, answer(&lacking));
		if read.is_ok() {
			assert_eq!(read, Ok(Some(index(11).encode())));
			continue;
		}
		on_the_way += 1;
		assert!(is_bad_state(read));
		for byte in 0..nodes[place].len() {
			let mut changed = nodes.clone();
			changed[place][byte] ^= 1;
			assert!(is_bad_state(block(root).read(&key, answer(&changed))));
		}
	}
	assert!(on_the_way >= 2, "{on_the_way}");
}

#[test]
fn read_is_refused_when_it_is_of_another_state() {
	let (_, nodes) = trie_v1();
	let key = Index::key(TWIN);
	assert!(is_bad_state(block(Hash::repeat_byte(8)).read(&key, answer(&nodes))));

	// An honest proof of a state in which the twin has nothing.
	let (mut db, mut other) = (MemoryDB::<Hashing>::default(), Hash::default());
	trie_types::TrieDBMutBuilderV1::new(&mut db, &mut other)
		.build()
		.insert(b"key", b"value")
		.expect("can be inserted");
	let others: Vec<_> = db.drain().into_values().map(|(node, _)| node).collect();
	let (root, _) = trie_v1();
	assert!(is_bad_state(block(root).read(&key, answer(&others))));
}

#[test]
fn read_is_refused_when_the_answer_is_not_one() {
	let (root, nodes) = trie_v1();
	let mut elsewhere = answer(&nodes);
	elsewhere["at"] = json!(Hash::repeat_byte(9));
	let odd = json!({ "at": Hash::repeat_byte(1), "proof": ["zz"] });
	for lie in [Value::Null, json!({}), answer(&[]), answer(&[vec![], vec![0xff]]), odd, elsewhere]
	{
		assert!(is_bad_state(block(root).read(&Index::key(TWIN), lie)));
	}
}

#[test]
fn index_is_what_the_value_says() {
	let value = index(11).encode();
	assert_eq!(Index::from_value(Some(&value)), Ok(index(11)));
	assert_eq!(Index::from_value(None), Ok(Index::default()));
}

#[test]
fn index_is_refused_when_the_value_is_none() {
	let mut longer = index(11).encode();
	longer.push(0);
	let fewer_peaks = Index { count: 11, peaks: index(3).peaks }.encode();
	for value in [vec![], longer, fewer_peaks] {
		let error = Index::from_value(Some(&value));
		assert!(matches!(error, Err(ProofError::BadStateProof(_))), "{error:?}");
	}
}

#[test]
fn index_key_is_pinned() {
	let key = map_key("Records", "Indexes", &[12, 0, 0, 0, 0, 0, 0, 0]);
	assert_eq!(Index::key(TWIN), key);
	assert_eq!(key.len(), 48);
}

#[test]
fn record_is_believed_at_its_place() {
	for count in 1..=20 {
		for number in 0..count {
			let record = descriptor(number);
			let number = u64::from(number);
			let proof = prove(number, count);
			let made_for = u64::from(count);
			let checked = check_record(&index(count), number, &record.encode(), made_for, &proof);
			assert_eq!(checked, Ok(record));
		}
	}
}

#[test]
fn record_is_believed_by_an_old_proof_when_its_mountain_still_stands() {
	// Of 11 = 8 + 2 + 1 records the first 8 keep their mountain.
	let encoded = descriptor(5).encode();
	assert!(check_record(&index(11), 5, &encoded, 8, &prove(5, 8)).is_ok());
}

#[test]
fn records_in_a_row_are_believed_together() {
	let encoded: Vec<_> = (0..11).map(|number| descriptor(number).encode()).collect();
	for first in 0..11 {
		for end in first + 1..=11 {
			let proof = mmr::prove::<Blake2b256>(&leaves(11), first as u64, (end - first) as u64)
				.expect("is there");
			let check = |encoded: &[Vec<u8>]| {
				check_records(&index(11), TWIN, first as u64, encoded, 11, &proof)
			};
			let expected: Vec<_> = (first as u8..end as u8).map(descriptor).collect();
			assert_eq!(check(&encoded[first..end]), Ok(expected));
			let mut swapped = encoded[first..end].to_vec();
			swapped[0] = descriptor(99).encode();
			assert!(check(&swapped).is_err());
			// The last record is a mountain of its own, about which the proof says nothing.
			assert_eq!(check(&encoded[first..end - 1]).is_ok(), first < 10 && end == 11);
		}
	}
}

#[test]
fn records_are_refused_when_the_last_is_beyond_the_index() {
	let encoded: Vec<_> = (9..12).map(|number| descriptor(number).encode()).collect();
	let error = ProofError::RecordNotFound { twin: TWIN, number: 11, count: 11 };
	assert_eq!(check_records(&index(11), TWIN, 9, &encoded, 11, &[]), Err(error));
	let error = ProofError::RecordNotFound { twin: TWIN, number: u64::MAX, count: 11 };
	assert_eq!(check_records(&index(11), TWIN, u64::MAX, &encoded, 11, &[]), Err(error));
}

#[test]
fn record_is_refused_with_the_reason_when_its_mountain_was_merged() {
	let encoded = descriptor(5).encode();
	let error = ProofError::OtherCount { made_for: 6, on_chain: 11 };
	let proof = prove(5, 6);
	assert_eq!(check_record(&index(11), 5, &encoded, 6, &proof), Err(error));
	// The proof of an index that the chain doesn't have yet.
	let error = ProofError::OtherCount { made_for: 11, on_chain: 6 };
	let proof = prove(5, 11);
	assert_eq!(check_record(&index(6), 5, &encoded, 11, &proof), Err(error));
}

#[test]
fn record_is_refused_when_there_is_none() {
	let encoded = descriptor(11).encode();
	let error = ProofError::RecordNotFound { twin: TWIN, number: 11, count: 11 };
	let proof = prove(11, 12);
	assert_eq!(check_record(&index(11), 11, &encoded, 12, &proof), Err(error));
}

#[test]
fn record_is_refused_when_descriptor_place_or_proof_is_another() {
	let (encoded, proof) = (descriptor(5).encode(), prove(5, 11));
	let is_refused = |number, encoded: &[u8], proof: &[mmr::Hash]| {
		let checked = check_record(&index(11), number, encoded, 11, proof);
		matches!(checked, Err(ProofError::BadRangeProof(_)))
	};
	assert!(!is_refused(5, &encoded, &proof));
	assert!(is_refused(5, &descriptor(4).encode(), &proof));
	assert!(is_refused(4, &encoded, &proof));
	assert!(is_refused(10, &encoded, &proof));
	assert!(is_refused(5, &encoded, &proof[1..]));
	assert!(is_refused(5, &encoded, &[&proof[..], &[[0; 32]]].concat()));
	assert!(is_refused(5, &encoded, &[]));
	for place in 0..proof.len() {
		let mut changed = proof.clone();
		changed[place][0] ^= 1;
		assert!(is_refused(5, &encoded, &changed));
	}
}

#[test]
fn descriptor_is_refused_when_its_bytes_are_not_canonical() {
	let canonical = descriptor(5).encode();
	assert_eq!(decode_descriptor(&canonical), Ok(descriptor(5)));
	let mut longer = canonical.clone();
	longer.push(0);
	// A length of 10 in the form that is for lengths from 64 on.
	let mut roundabout = canonical.clone();
	roundabout.splice(40..41, [(10 << 2) | 1, 0]);
	let mut meaningless = descriptor(5);
	meaningless.media_type = MediaType::default();
	let shorter = canonical[..canonical.len() - 1].to_vec();
	let long = vec![0; MAX_DESCRIPTOR_BYTES as usize + 1];
	for bytes in [longer, roundabout, meaningless.encode(), shorter, Vec::new(), long] {
		let error = decode_descriptor(&bytes);
		assert!(matches!(error, Err(ProofError::DescriptorMismatch(_))), "{error:?}");
	}
}

#[test]
fn content_is_refused_when_hash_or_size_differ() {
	let descriptor = descriptor(5);
	assert_eq!(check_content(&descriptor, &[5; 32], 100), Ok(()));
	for (hash, size) in [([5; 32], 99), ([5; 32], 101), ([6; 32], 100)] {
		let error = check_content(&descriptor, &hash, size);
		assert!(matches!(error, Err(ProofError::ContentMismatch(_))), "{error:?}");
	}
}
