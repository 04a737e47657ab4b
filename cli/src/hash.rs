//! Hashes.

use ourledger_math::mmr::{Blake2b256, Hasher};

/// BLAKE2b with 256 bits, the chain's hash.
pub fn blake2_256(bytes: &[u8]) -> [u8; 32] {
	Blake2b256::hash(bytes)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn blake2_256_is_the_chains() {
		// The test vector of RFC 7693 is for 512 bits; this one is Python's hashlib.
		assert_eq!(
			hex::encode(blake2_256(b"abc")),
			"bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319"
		);
	}
}
