//! Where the runtime keeps what a verifier reads.

use sp_crypto_hashing::{twox_128, twox_64};

/// Key of a single value.
pub fn value_key(pallet: &str, value: &str) -> Vec<u8> {
	[twox_128(pallet.as_bytes()), twox_128(value.as_bytes())].concat()
}

/// Key of an entry of a map that is hashed with `Twox64Concat`, given its encoded key.
pub fn map_key(pallet: &str, map: &str, encoded: &[u8]) -> Vec<u8> {
	let mut key = value_key(pallet, map);
	concat(&mut key, encoded);
	key
}

/// As [`map_key`], of a map with two such keys.
pub fn map_key_2(pallet: &str, map: &str, first: &[u8], second: &[u8]) -> Vec<u8> {
	let mut key = map_key(pallet, map, first);
	concat(&mut key, second);
	key
}

fn concat(key: &mut Vec<u8>, encoded: &[u8]) {
	key.extend(twox_64(encoded));
	key.extend(encoded);
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn map_key_is_the_well_known_one() {
		// `System::BlockHash(0)`, in every Substrate chain.
		let key = "26aa394eea5630e07c48ae0c9558cef7a44704b568d21667356a5a050c118746\
		           b4def25cfda6ef3a00000000";
		assert_eq!(hex::encode(map_key("System", "BlockHash", &0u32.to_le_bytes())), key);
	}

	#[test]
	fn map_key_2_has_both_keys_with_their_hashes() {
		let key = map_key_2("Records", "Pinned", &[1; 8], &[2; 8]);
		assert_eq!(key[..48], map_key("Records", "Pinned", &[1; 8]));
		assert_eq!(key[48..], [&twox_64(&[2; 8])[..], &[2; 8]].concat());
	}
}
