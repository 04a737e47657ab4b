//! Session keys: making them, and proving that they belong to an account.

use super::{calls::Submission, NodeArgs};
use crate::cli::Cli;
use clap::Args;
use codec::{DecodeAll, Encode};
use ourledger_primitives::AccountId;
use ourledger_runtime::SessionKeys;
use sc_cli::{Error, Result};
use sp_keystore::{KeystoreExt, KeystorePtr};
use sp_runtime::traits::OpaqueKeys;

/// `validator keys`
#[derive(Args, Debug)]
pub struct KeysCmd {
	/// Account that will validate: it submits the keys and pays the bond.
	#[arg(long, value_name = "ADDRESS")]
	account: AccountId,

	/// Print JSON.
	#[arg(long)]
	json: bool,

	#[command(flatten)]
	node: NodeArgs,
}

impl KeysCmd {
	/// Make keys, print what to submit.
	pub fn run(&self, cli: &Cli) -> Result<()> {
		let prepared = generate(self.node.open_keystore(cli)?, &self.account)?;
		Submission::new(&self.account, prepared).print(self.json)
	}
}

/// `validator show`
#[derive(Args, Debug)]
pub struct ShowCmd {
	/// Account that will validate.
	#[arg(long, value_name = "ADDRESS")]
	account: AccountId,

	/// Session keys as `validator keys` printed them. Needed only if the keystore holds more than
	/// one set.
	#[arg(long, value_name = "HEX")]
	keys: Option<String>,

	/// Print JSON.
	#[arg(long)]
	json: bool,

	#[command(flatten)]
	node: NodeArgs,
}

impl ShowCmd {
	/// Print what to submit.
	pub fn run(&self, cli: &Cli) -> Result<()> {
		let keystore = self.node.open_keystore(cli)?;
		let keys = match &self.keys {
			Some(keys) => parse(keys)?,
			None => only_set(&keystore)?,
		};
		let prepared = prove(keystore, &self.account, keys)?;
		Submission::new(&self.account, prepared).print(self.json)
	}
}

/// Session keys with the proof that their holder means them for a certain account. Without it,
/// anyone could register the keys of someone else.
#[derive(Clone, Debug)]
pub struct Prepared {
	pub keys: SessionKeys,
	pub proof: Vec<u8>,
}

/// Make one key of each kind in `keystore`.
fn generate(keystore: KeystorePtr, owner: &AccountId) -> Result<Prepared> {
	let owner = owner.encode();
	let prepared = with_keystore(keystore, || {
		let generated = SessionKeys::generate(&owner, None);
		Prepared { keys: generated.keys, proof: generated.proof.encode() }
	});
	checked(prepared, &owner)
}

/// Prove ownership of keys that are in `keystore`.
fn prove(keystore: KeystorePtr, owner: &AccountId, keys: SessionKeys) -> Result<Prepared> {
	let owner = owner.encode();
	let mut signing = keys.clone();
	let proof = with_keystore(keystore, || signing.create_ownership_proof(&owner))
		.map_err(|()| Error::Input("The keystore doesn't hold the secret of each key".into()))?;
	checked(Prepared { keys, proof: proof.encode() }, &owner)
}

/// What the runtime will check, so that a wrong keystore password shows here and not on chain.
fn checked(prepared: Prepared, owner: &[u8]) -> Result<Prepared> {
	if prepared.keys.ownership_proof_is_valid(owner, &prepared.proof) {
		Ok(prepared)
	} else {
		Err(Error::Input("The keys can't be proved; is the keystore's password right?".into()))
	}
}

/// Run the runtime's own key code on `keystore`.
fn with_keystore<R>(keystore: KeystorePtr, run: impl FnOnce() -> R) -> R {
	let mut environment = sp_io::TestExternalities::default();
	environment.register_extension(KeystoreExt(keystore));
	environment.execute_with(run)
}

/// The keys in `keystore`, if there is just one of each kind.
fn only_set(keystore: &KeystorePtr) -> Result<SessionKeys> {
	let mut encoded = Vec::new();
	for key_type in SessionKeys::key_ids() {
		let name = String::from_utf8_lossy(&key_type.0).into_owned();
		match &keystore.keys(*key_type).map_err(|e| Error::Input(e.to_string()))?[..] {
			[key] => encoded.extend_from_slice(key),
			[] => {
				return Err(Error::Input(format!(
					"The keystore holds no \"{name}\" key. Make keys with: validator keys",
				)))
			},
			several => {
				return Err(Error::Input(format!(
					"The keystore holds {} \"{name}\" keys. Say which set with --keys, as printed \
					 when it was made.",
					several.len(),
				)))
			},
		}
	}
	SessionKeys::decode_all(&mut &encoded[..])
		.map_err(|_| Error::Input("The keystore holds keys of an unknown form".into()))
}

fn parse(keys: &str) -> Result<SessionKeys> {
	let bytes = sp_core::bytes::from_hex(keys).map_err(|e| Error::Input(e.to_string()))?;
	SessionKeys::decode_all(&mut &bytes[..])
		.map_err(|_| Error::Input("These aren't session keys of this chain".into()))
}

#[cfg(test)]
pub mod tests {
	use super::*;
	use sp_keyring::Sr25519Keyring;
	use sp_keystore::testing::MemoryKeystore;
	use std::sync::Arc;

	pub fn keystore() -> KeystorePtr {
		Arc::new(MemoryKeystore::new())
	}

	#[test]
	fn made_keys_are_in_the_keystore_and_proved_for_their_owner_alone() {
		let keystore = keystore();
		let alice = Sr25519Keyring::Alice.to_account_id();
		let bob = Sr25519Keyring::Bob.to_account_id();
		let prepared = generate(keystore.clone(), &alice).expect("makes keys");

		assert!(keystore.has_keys(&prepared.keys.clone().into_raw_public_keys()));
		assert!(prepared.keys.ownership_proof_is_valid(&alice.encode(), &prepared.proof));
		assert!(!prepared.keys.ownership_proof_is_valid(&bob.encode(), &prepared.proof));
	}

	#[test]
	fn keys_cover_babe_grandpa_and_witness() {
		let kinds: Vec<_> = SessionKeys::key_ids().iter().map(|kind| kind.0).collect();
		assert_eq!(kinds, [*b"babe", *b"gran", *b"witn"]);
	}

	#[test]
	fn each_run_makes_other_keys() {
		let keystore = keystore();
		let alice = Sr25519Keyring::Alice.to_account_id();
		let first = generate(keystore.clone(), &alice).expect("makes keys");
		let second = generate(keystore.clone(), &alice).expect("makes keys");
		assert_ne!(first.keys, second.keys);
		assert!(keystore.has_keys(&first.keys.into_raw_public_keys()));
	}

	#[test]
	fn keys_can_be_shown_again() {
		let keystore = keystore();
		let alice = Sr25519Keyring::Alice.to_account_id();
		let made = generate(keystore.clone(), &alice).expect("makes keys");

		let found = only_set(&keystore).expect("there is one set");
		assert_eq!(found, made.keys);
		let shown = prove(keystore.clone(), &alice, found).expect("proves");
		assert!(shown.keys.ownership_proof_is_valid(&alice.encode(), &shown.proof));

		generate(keystore.clone(), &alice).expect("makes keys");
		assert!(only_set(&keystore).is_err());
		let named = parse(&super::super::hex(made.keys.encode())).expect("parses");
		assert!(prove(keystore, &alice, named).is_ok());
	}

	#[test]
	fn keys_of_others_cannot_be_proved() {
		let alice = Sr25519Keyring::Alice.to_account_id();
		let made = generate(keystore(), &alice).expect("makes keys");
		assert!(prove(keystore(), &alice, made.keys).is_err());
		assert!(only_set(&keystore()).is_err());
		assert!(parse("0x00").is_err());
	}
}
