//! Hashes.

use ourledger_math::mmr::{Blake2b256, Hasher};

/// BLAKE2b with 256 bits, the chain's hash.
pub fn blake2_256(bytes: &[u8]) -> [u8; 32] {
	Blake2b256::hash(bytes)
}

/// Bytes as `0x…`, which is how text and JSON have hashes, keys and signatures.
pub fn text(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

/// 32 bytes as `0x…`, if `text` is that.
pub fn parse(text: &str) -> Option<[u8; 32]> {
	hex::decode(text.strip_prefix("0x")?).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn hash_has_32_bytes() {
		assert_eq!(parse(&text(&[7; 32])), Some([7; 32]));
		assert_eq!(parse(&format!("0x{}", "07".repeat(31))), None);
		assert_eq!(parse(&"07".repeat(32)), None);
	}

	#[test]
	fn blake2_256_is_the_chains() {
		// The test vector of RFC 7693 is for 512 bits; this one is Python's hashlib.
		assert_eq!(
			hex::encode(blake2_256(b"abc")),
			"bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"
		);
	}
}
