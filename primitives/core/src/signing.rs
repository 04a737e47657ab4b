//! Signatures of people and tills under bytes that are no transaction.

use alloc::vec::Vec;
use sp_runtime::traits::{IdentifyAccount, Verify};

/// `payload` as wallet extensions sign it: they sign bytes only in such a wrapping.
pub fn wrapped(payload: &[u8]) -> Vec<u8> {
	[&b"<Bytes>"[..], payload, b"</Bytes>"].concat()
}

/// Whether `signer` signed `payload`, as it is or [`wrapped`]. Up to two checks of a signature.
pub fn is_signed<S: Verify>(
	signature: &S,
	payload: &[u8],
	signer: &<S::Signer as IdentifyAccount>::AccountId,
) -> bool {
	signature.verify(payload, signer) || signature.verify(wrapped(payload).as_slice(), signer)
}
