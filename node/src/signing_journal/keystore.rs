//! The keystore that GRANDPA gets: the node's own, with the journal in front of its GRANDPA keys.

use super::{
	blocks::BlockSource,
	memory::{Stage, Target, Vote},
	Gate, Journal, VotedBlocks, LOG_TARGET,
};
use codec::DecodeAll;
use ourledger_primitives::Header;
use sp_consensus_grandpa::{AuthorityId, Message, RoundNumber, SetId};
use sp_core::{
	crypto::{key_types::GRANDPA, KeyTypeId},
	ecdsa, ed25519, sr25519,
};
use sp_keystore::{Error, Keystore, KeystorePtr};
use std::sync::Arc;

/// Signs GRANDPA votes only when the journal allows it. Everything else goes to the keystore
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
	source: Arc<dyn BlockSource>,
	gate: Arc<Gate>,
}

impl GuardedKeystore {
	/// Guard the GRANDPA keys of `inner`. The blocks voted for are taken from `source`.
	pub fn new(
		inner: KeystorePtr,
		journal: Arc<Journal>,
		blocks: Arc<VotedBlocks>,
		source: Arc<dyn BlockSource>,
		gate: Arc<Gate>,
	) -> Self {
		Self { inner, journal, blocks, source, gate }
	}

	/// Claim the right to sign `payload` with a GRANDPA key, or say why not.
	fn claim(&self, public: &ed25519::Public, payload: &[u8]) -> Result<(), String> {
		let (message, round, set_id) =
			<(Message<Header>, RoundNumber, SetId)>::decode_all(&mut &payload[..])
				.map_err(|_| "Refused to sign: not a GRANDPA vote".to_owned())?;
		let (stage, target) = match message {
			Message::<Header>::Prevote(vote) => {
				(Stage::Prevote, Target { hash: vote.target_hash, number: vote.target_number })
			},
			Message::<Header>::Precommit(vote) => {
				(Stage::Precommit, Target { hash: vote.target_hash, number: vote.target_number })
			},
			// A hint of the round's primary, not a vote: two of them are no offence.
			Message::<Header>::PrimaryPropose(_) => return Ok(()),
		};
		if let Err(e) = self.blocks.keep(target, &*self.source) {
			// The vote is safe without it; only a disaster on all validators would miss it.
			log::warn!(target: LOG_TARGET, "Can't keep block #{}: {e}", target.number);
		}
		let vote =
			Vote { position: (set_id, round), voter: AuthorityId::from(*public), stage, target };
		self.journal.claim_vote(&vote).map_err(|e| e.to_string())
	}
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
				log::error!(target: LOG_TARGET, "{reason}");
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

	fn sr25519_public_keys(&self, key_type: KeyTypeId) -> Vec<sr25519::Public> {
		self.inner.sr25519_public_keys(key_type)
	}

	fn sr25519_generate_new(
		&self,
		key_type: KeyTypeId,
		seed: Option<&str>,
	) -> Result<sr25519::Public, Error> {
		self.inner.sr25519_generate_new(key_type, seed)
	}

	fn sr25519_sign(
		&self,
		key_type: KeyTypeId,
		public: &sr25519::Public,
		msg: &[u8],
	) -> Result<Option<sr25519::Signature>, Error> {
		self.inner.sr25519_sign(key_type, public, msg)
	}

	fn sr25519_vrf_sign(
		&self,
		key_type: KeyTypeId,
		public: &sr25519::Public,
		data: &sr25519::vrf::VrfSignData,
	) -> Result<Option<sr25519::vrf::VrfSignature>, Error> {
		self.inner.sr25519_vrf_sign(key_type, public, data)
	}

	fn sr25519_vrf_pre_output(
		&self,
		key_type: KeyTypeId,
		public: &sr25519::Public,
		input: &sr25519::vrf::VrfInput,
	) -> Result<Option<sr25519::vrf::VrfPreOutput>, Error> {
		self.inner.sr25519_vrf_pre_output(key_type, public, input)
	}

	fn ed25519_public_keys(&self, key_type: KeyTypeId) -> Vec<ed25519::Public> {
		self.inner.ed25519_public_keys(key_type)
	}

	fn ed25519_generate_new(
		&self,
		key_type: KeyTypeId,
		seed: Option<&str>,
	) -> Result<ed25519::Public, Error> {
		self.inner.ed25519_generate_new(key_type, seed)
	}

	fn ecdsa_public_keys(&self, key_type: KeyTypeId) -> Vec<ecdsa::Public> {
		self.inner.ecdsa_public_keys(key_type)
	}

	fn ecdsa_generate_new(
		&self,
		key_type: KeyTypeId,
		seed: Option<&str>,
	) -> Result<ecdsa::Public, Error> {
		self.inner.ecdsa_generate_new(key_type, seed)
	}

	fn ecdsa_sign(
		&self,
		key_type: KeyTypeId,
		public: &ecdsa::Public,
		msg: &[u8],
	) -> Result<Option<ecdsa::Signature>, Error> {
		self.inner.ecdsa_sign(key_type, public, msg)
	}

	fn ecdsa_sign_prehashed(
		&self,
		key_type: KeyTypeId,
		public: &ecdsa::Public,
		msg: &[u8; 32],
	) -> Result<Option<ecdsa::Signature>, Error> {
		self.inner.ecdsa_sign_prehashed(key_type, public, msg)
	}

	fn insert(&self, key_type: KeyTypeId, suri: &str, public: &[u8]) -> Result<(), ()> {
		self.inner.insert(key_type, suri, public)
	}

	fn keys(&self, key_type: KeyTypeId) -> Result<Vec<Vec<u8>>, Error> {
		self.inner.keys(key_type)
	}
}

#[cfg(test)]
mod tests {
	use super::{
		super::{
			blocks::tests::Chain,
			file::tests::{journal_in, TempDir},
			memory::Position,
		},
		*,
	};
	use codec::Encode;
	use ourledger_primitives::Hash;
	use sp_consensus_grandpa::{Precommit, Prevote, PrimaryPropose};
	use sp_keystore::testing::MemoryKeystore;

	/// A keystore with one GRANDPA key, guarded by the journal in `dir`.
	fn guarded(dir: &TempDir, gate: Gate) -> (GuardedKeystore, ed25519::Public) {
		let inner: KeystorePtr = Arc::new(MemoryKeystore::new());
		let public = inner.ed25519_generate_new(GRANDPA, Some("//Alice")).expect("makes a key");
		let blocks = VotedBlocks::open(dir.path().join("blocks")).expect("opens");
		let keystore = GuardedKeystore::new(
			inner,
			Arc::new(journal_in(dir)),
			Arc::new(blocks),
			Arc::new(Chain::default()),
			Arc::new(gate),
		);
		(keystore, public)
	}

	fn payload(message: Message<Header>, (set_id, round): Position) -> Vec<u8> {
		(message, round, set_id).encode()
	}

	fn prevote(block: u8) -> Message<Header> {
		Message::<Header>::Prevote(Prevote::<Header> {
			target_hash: Hash::repeat_byte(block),
			target_number: block.into(),
		})
	}

	fn precommit(block: u8) -> Message<Header> {
		Message::<Header>::Precommit(Precommit::<Header> {
			target_hash: Hash::repeat_byte(block),
			target_number: block.into(),
		})
	}

	fn propose(block: u8) -> Message<Header> {
		Message::<Header>::PrimaryPropose(PrimaryPropose::<Header> {
			target_hash: Hash::repeat_byte(block),
			target_number: block.into(),
		})
	}

	fn signs(keystore: &GuardedKeystore, public: &ed25519::Public, payload: &[u8]) -> bool {
		matches!(keystore.ed25519_sign(GRANDPA, public, payload), Ok(Some(_)))
	}

	#[test]
	fn votes_are_signed_once_per_stage_and_repeated() {
		let dir = TempDir::new();
		let (keystore, public) = guarded(&dir, Gate::open());
		assert!(signs(&keystore, &public, &payload(prevote(1), (0, 1))));
		assert!(signs(&keystore, &public, &payload(prevote(1), (0, 1))));
		assert!(!signs(&keystore, &public, &payload(prevote(2), (0, 1))));
		assert!(signs(&keystore, &public, &payload(precommit(2), (0, 1))));
		assert!(!signs(&keystore, &public, &payload(precommit(1), (0, 1))));
		assert!(signs(&keystore, &public, &payload(prevote(2), (0, 2))));
	}

	#[test]
	fn block_is_kept_before_a_vote_for_it_is_signed() {
		let dir = TempDir::new();
		let (mut keystore, public) = guarded(&dir, Gate::open());
		let (chain, hashes) = Chain::of_length(2);
		keystore.source = Arc::new(chain);
		let vote = Message::<Header>::Prevote(Prevote::<Header> {
			target_hash: hashes[2],
			target_number: 2,
		});
		assert!(signs(&keystore, &public, &payload(vote, (0, 1))));
		assert_eq!(keystore.blocks.missing(|_| false).len(), 2);
	}

	#[test]
	fn second_vote_is_refused_after_a_restart() {
		let dir = TempDir::new();
		let (keystore, public) = guarded(&dir, Gate::open());
		assert!(signs(&keystore, &public, &payload(prevote(1), (0, 1))));

		let (keystore, same) = guarded(&dir, Gate::open());
		assert_eq!(public, same);
		assert!(!signs(&keystore, &public, &payload(prevote(2), (0, 1))));
		assert!(signs(&keystore, &public, &payload(prevote(1), (0, 1))));
	}

	#[test]
	fn proposals_are_no_votes() {
		let dir = TempDir::new();
		let (keystore, public) = guarded(&dir, Gate::open());
		assert!(signs(&keystore, &public, &payload(propose(1), (0, 1))));
		assert!(signs(&keystore, &public, &payload(propose(2), (0, 1))));
		assert!(signs(&keystore, &public, &payload(prevote(2), (0, 1))));
	}

	#[test]
	fn only_votes_are_signed_with_a_grandpa_key() {
		let dir = TempDir::new();
		let (keystore, public) = guarded(&dir, Gate::open());
		assert!(!signs(&keystore, &public, b"anything"));
		let mut longer = payload(prevote(1), (0, 1));
		longer.push(0);
		assert!(!signs(&keystore, &public, &longer));
	}

	#[test]
	fn other_keys_are_not_guarded() {
		let dir = TempDir::new();
		let (keystore, _) = guarded(&dir, Gate::open());
		let other = KeyTypeId(*b"test");
		let public = keystore.ed25519_generate_new(other, None).expect("makes a key");
		assert!(matches!(keystore.ed25519_sign(other, &public, b"anything"), Ok(Some(_))));
	}

	#[test]
	fn closed_gate_hides_grandpa_keys_only() {
		let dir = TempDir::new();
		let (keystore, grandpa) = guarded(&dir, Gate::closed_for_tests());
		let other = KeyTypeId(*b"test");
		let public = keystore.ed25519_generate_new(other, None).expect("makes a key");
		assert!(!keystore.has_keys(&[(grandpa.0.to_vec(), GRANDPA)]));
		assert!(keystore.has_keys(&[(public.0.to_vec(), other)]));

		let (keystore, grandpa) = guarded(&dir, Gate::open());
		assert!(keystore.has_keys(&[(grandpa.0.to_vec(), GRANDPA)]));
	}
}
