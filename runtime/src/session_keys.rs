//! Making session keys in a node's keystore.

use crate::{SessionKeys, WitnessId};
use alloc::vec::Vec;
use codec::Encode;
use sp_consensus_babe::AuthorityId as BabeId;
use sp_consensus_grandpa::AuthorityId as GrandpaId;
use sp_runtime::RuntimeAppPublic;
use sp_session::OpaqueGeneratedSessionKeys;

/// Make one key of each kind, and prove that they are meant for `owner`.
///
/// With a `seed`, a secret URI without password such as `//Alice`, each derives from it on a path of
/// its own: `//Alice//babe`, `//Alice//grandpa`, `//Alice//witness`. So none of them is the key of
/// the account `//Alice`. Nodes ask this at their start, when a flag such as `--alice` names a seed;
/// the presets of development chains expect the same (`presets/keys.rs`).
// The SDK's own gives the seed itself to every kind, and so makes the account's key the babe key.
pub fn generate(owner: &[u8], seed: Option<Vec<u8>>) -> OpaqueGeneratedSessionKeys {
	let Some(seed) = seed else { return SessionKeys::generate(owner, None).into() };
	let below = |path: &str| Some([&seed[..], path.as_bytes()].concat());
	let mut keys = SessionKeys {
		babe: BabeId::generate_pair(below("//babe")),
		grandpa: GrandpaId::generate_pair(below("//grandpa")),
		witness: WitnessId::generate_pair(below("//witness")),
	};
	let proof = keys
		.create_ownership_proof(owner)
		.expect("their secrets were put into the keystore a moment ago; qed");
	OpaqueGeneratedSessionKeys { keys: keys.encode(), proof: proof.encode() }
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{presets, Runtime, Session};
	use codec::DecodeAll;
	use sp_core::{sr25519, Pair};
	use sp_keystore::{testing::MemoryKeystore, KeystoreExt};
	use sp_runtime::traits::OpaqueKeys;

	fn with_keystore<R>(run: impl FnOnce() -> R) -> R {
		let mut state = presets::tests::build("local_testnet");
		state.register_extension(KeystoreExt::new(MemoryKeystore::new()));
		state.execute_with(run)
	}

	fn generated(seed: Option<&str>) -> SessionKeys {
		let made = generate(b"owner", seed.map(|seed| seed.as_bytes().to_vec()));
		let keys = SessionKeys::decode_all(&mut &made.keys[..]).expect("they are session keys");
		assert!(keys.ownership_proof_is_valid(b"owner", &made.proof));
		assert!(!keys.ownership_proof_is_valid(b"other", &made.proof));
		keys
	}

	/// What the flags `--alice` to `--dave` put into a keystore are the keys that the presets expect.
	#[test]
	fn keys_from_a_name_are_those_of_the_preset() {
		with_keystore(|| {
			for name in ["Alice", "Bob", "Charlie", "Dave"] {
				let seed = format!("//{name}");
				let account = sr25519::Pair::from_string(&seed, None).expect("is valid").public();
				let expected =
					pallet_session::NextKeys::<Runtime>::get(crate::AccountId::from(account));
				assert_eq!(Some(generated(Some(&seed))), expected, "{name}");
			}
			assert_eq!(Session::validators().len(), 4);
		});
	}

	#[test]
	fn keys_without_a_name_are_new_each_time() {
		with_keystore(|| assert_ne!(generated(None), generated(None)));
	}
}
