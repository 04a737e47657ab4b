//! The keystore that GRANDPA gets: the node's own, with the journal in front of its GRANDPA keys.

use super::{database::Database, votes::Vote, Gate, Journal, VotedBlocks, LOG_TARGET};
use sp_core::{
	crypto::{key_types::GRANDPA, KeyTypeId},
	ecdsa, ed25519, sr25519,
};
use sp_keystore::{Error, Keystore, KeystorePtr};
use std::sync::Arc;

/// Signs GRANDPA votes only when the journal remembers them. Everything else goes to the keystore
/// behind it.
///
/// There are two lines of defence. GRANDPA asks at the start of each round whether the key is here
/// ([`Keystore::has_keys`]) and only listens if it isn't; the [`Gate`] makes use of that, so that a
/// vote which would be refused is not even tried. Should one be tried nonetheless, it isn't
/// signed. GRANDPA takes that for a fatal error and the node stops, which is better than a slash.
pub struct GuardedKeystore {
	inner: KeystorePtr,
	journal: Arc<Journal>,
	blocks: Arc<VotedBlocks>,
	database: Arc<dyn Database>,
	gate: Arc<Gate>,
}

impl GuardedKeystore {
	/// Guard the GRANDPA keys of `inner`, of a node with this database.
	pub fn new(
		inner: KeystorePtr,
		journal: Arc<Journal>,
		blocks: Arc<VotedBlocks>,
		database: Arc<dyn Database>,
		gate: Arc<Gate>,
	) -> Self {
		Self { inner, journal, blocks, database, gate }
	}

	/// Claim the right to sign `payload` with a GRANDPA key, or say why not.
	fn claim(&self, public: &ed25519::Public, payload: &[u8]) -> Result<(), String> {
		let Some(vote) = Vote::read((*public).into(), payload)? else { return Ok(()) };
		if self.gate.is_closed(vote.set_id) {
			return Err(format!("this node has voted in authority set {} before", vote.set_id));
		}
		let target = vote.target();
		if let Err(e) = self.blocks.keep(target, &*self.database) {
			// The vote is safe without it; only a disaster on all validators would miss it.
			log::warn!(target: LOG_TARGET, "Can't keep block #{}: {e}", target.number);
		}
		vote.claim(&self.journal, &*self.database)
	}
}

/// Methods that only pass on what they are asked.
macro_rules! pass_on {
	($(fn $name:ident($($argument:ident: $type:ty),*) -> $result:ty;)*) => {
		$(fn $name(&self, $($argument: $type),*) -> $result {
			self.inner.$name($($argument),*)
		})*
	};
}

impl Keystore for GuardedKeystore {
	fn ed25519_sign(
		&self,
		key_type: KeyTypeId,
		public: &ed25519::Public,
		msg: &[u8],
	) -> Result<Option<ed25519::Signature>, Error> {
		if key_type == GRANDPA {
			self.claim(public, msg).map_err(|reason| {
				log::error!(target: LOG_TARGET, "Refused to sign: {reason}");
				Error::Other(reason)
			})?;
		}
		self.inner.ed25519_sign(key_type, public, msg)
	}

	fn has_keys(&self, public_keys: &[(Vec<u8>, KeyTypeId)]) -> bool {
		// The key is looked up first, so that the gate only speaks on a validator.
		self.inner.has_keys(public_keys)
			&& (public_keys.iter().all(|(_, key_type)| *key_type != GRANDPA)
				|| self.gate.lets_vote())
	}

	pass_on! {
		fn keys(kind: KeyTypeId) -> Result<Vec<Vec<u8>>, Error>;
		fn insert(kind: KeyTypeId, suri: &str, public: &[u8]) -> Result<(), ()>;
		fn sr25519_public_keys(kind: KeyTypeId) -> Vec<sr25519::Public>;
		fn sr25519_generate_new(kind: KeyTypeId, seed: Option<&str>)
			-> Result<sr25519::Public, Error>;
		fn sr25519_sign(kind: KeyTypeId, public: &sr25519::Public, msg: &[u8])
			-> Result<Option<sr25519::Signature>, Error>;
		fn sr25519_vrf_sign(
			kind: KeyTypeId, public: &sr25519::Public, data: &sr25519::vrf::VrfSignData
		) -> Result<Option<sr25519::vrf::VrfSignature>, Error>;
		fn sr25519_vrf_pre_output(
			kind: KeyTypeId, public: &sr25519::Public, input: &sr25519::vrf::VrfInput
		) -> Result<Option<sr25519::vrf::VrfPreOutput>, Error>;
		fn ed25519_public_keys(kind: KeyTypeId) -> Vec<ed25519::Public>;
		fn ed25519_generate_new(kind: KeyTypeId, seed: Option<&str>)
			-> Result<ed25519::Public, Error>;
		fn ecdsa_public_keys(kind: KeyTypeId) -> Vec<ecdsa::Public>;
		fn ecdsa_generate_new(kind: KeyTypeId, seed: Option<&str>)
			-> Result<ecdsa::Public, Error>;
		fn ecdsa_sign(kind: KeyTypeId, public: &ecdsa::Public, msg: &[u8])
			-> Result<Option<ecdsa::Signature>, Error>;
		fn ecdsa_sign_prehashed(kind: KeyTypeId, public: &ecdsa::Public, msg: &[u8; 32])
			-> Result<Option<ecdsa::Signature>, Error>;
	}
}

#[cfg(test)]
mod tests {
	use super::{
		super::{
			blocks::tests::blocks_in,
			database::tests::{chain, MemoryDatabase},
			file::tests::{journal_in, TempDir},
			votes::tests::{payload, prevote, propose, vote_in},
		},
		*,
	};

	/// A keystore with one GRANDPA key, guarded by the journal in `dir`.
	fn guarded(dir: &TempDir, database: MemoryDatabase) -> (GuardedKeystore, ed25519::Public) {
		let inner: KeystorePtr = Arc::new(sp_keystore::testing::MemoryKeystore::new());
		let public = inner.ed25519_generate_new(GRANDPA, Some("//Alice")).expect("makes a key");
		let (journal, blocks) = (Arc::new(journal_in(dir)), Arc::new(blocks_in(dir)));
		let database = Arc::new(database);
		let gate = Arc::new(Gate::recover(&journal, &blocks, database.clone()).expect("recovers"));
		(GuardedKeystore::new(inner, journal, blocks, database, gate), public)
	}

	fn signs(keystore: &GuardedKeystore, public: &ed25519::Public, payload: &[u8]) -> bool {
		matches!(keystore.ed25519_sign(GRANDPA, public, payload), Ok(Some(_)))
	}

	#[test]
	fn vote_is_signed_when_it_and_its_block_are_kept() {
		let dir = TempDir::new();
		let (database, hashes) = chain(2);
		let (keystore, public) = guarded(&dir, database);
		let vote = vote_in((1, 3), public.into(), prevote(hashes[2], 2));
		assert!(!signs(&keystore, &public, &payload(&vote)));
		vote.note(&*keystore.database, 2);
		assert!(signs(&keystore, &public, &payload(&vote)));
		assert_eq!(keystore.blocks.missing(&MemoryDatabase::default()).len(), 2);
		assert_eq!(keystore.journal.memory().voted.len(), 1);
	}

	#[test]
	fn only_votes_and_hints_are_signed_with_a_grandpa_key() {
		let dir = TempDir::new();
		let (keystore, public) = guarded(&dir, MemoryDatabase::default());
		let hint = payload(&vote_in((1, 3), public.into(), propose(1)));
		assert!(signs(&keystore, &public, &hint));
		assert!(!signs(&keystore, &public, &[hint, vec![0]].concat()));
		assert!(!signs(&keystore, &public, b"anything"));
		let other = KeyTypeId(*b"test");
		let public = keystore.ed25519_generate_new(other, None).expect("makes a key");
		assert!(matches!(keystore.ed25519_sign(other, &public, b"anything"), Ok(Some(_))));
	}

	#[test]
	fn closed_gate_hides_grandpa_keys_and_signs_nothing() {
		let dir = TempDir::new();
		let (database, hashes) = chain(2);
		let (keystore, grandpa) = guarded(&dir, database);
		let vote = vote_in((1, 3), grandpa.into(), prevote(hashes[2], 2));
		vote.note(&*keystore.database, 2);
		assert!(signs(&keystore, &grandpa, &payload(&vote)));
		assert!(keystore.has_keys(&[(grandpa.0.to_vec(), GRANDPA)]));

		// The database has lost that round.
		let (keystore, grandpa) = guarded(&dir, MemoryDatabase::default());
		vote_in((1, 2), grandpa.into(), prevote(hashes[1], 1)).note(&*keystore.database, 1);
		assert!(!keystore.has_keys(&[(grandpa.0.to_vec(), GRANDPA)]));
		assert!(!signs(&keystore, &grandpa, &payload(&vote)));
		let other = KeyTypeId(*b"test");
		let public = keystore.ed25519_generate_new(other, None).expect("makes a key");
		assert!(keystore.has_keys(&[(public.0.to_vec(), other)]));
	}
}
