//! What GRANDPA keeps in the database about its own rounds and votes.
//!
//! The SDK's types for it are private, so they are described here once more, as far as their
//! encoding goes. The SDK's version is pinned exactly, the end-to-end tests restart real nodes from
//! older databases, and a node that finds anything else refuses to start as a validator.

use super::memory::{Position, Target, Votes};
use codec::{Decode, DecodeAll, Encode};
use ourledger_primitives::{BlockNumber, Hash, Header};
use sc_client_api::AuxStore;
use sp_consensus_grandpa::{
	AuthorityId, Precommit, Prevote, PrimaryPropose, RoundNumber, SetId, SignedMessage,
};
use std::collections::BTreeMap;

/// Key of the state among the auxiliary data.
const KEY: &[u8] = b"grandpa_completed_round";

/// The state of the voter.
#[derive(Debug, Decode, Encode)]
pub enum VoterState {
	#[codec(index = 0)]
	Live { completed: CompletedRounds, current: BTreeMap<RoundNumber, HasVoted> },
	#[codec(index = 1)]
	Paused { completed: CompletedRounds },
}

/// The last rounds of one authority set that were completed, the latest first.
#[derive(Debug, Decode, Encode)]
pub struct CompletedRounds {
	pub rounds: Vec<CompletedRound>,
	pub set_id: SetId,
	pub voters: Vec<AuthorityId>,
}

/// One completed round.
#[derive(Debug, Decode, Encode)]
pub struct CompletedRound {
	pub number: RoundNumber,
	pub state: RoundState,
	pub base: (Hash, BlockNumber),
	pub votes: Vec<SignedMessage<Header>>,
}

/// How far a round has come.
#[derive(Debug, Decode, Encode)]
pub struct RoundState {
	pub prevote_ghost: Option<(Hash, BlockNumber)>,
	pub finalized: Option<(Hash, BlockNumber)>,
	pub estimate: Option<(Hash, BlockNumber)>,
	pub completable: bool,
}

/// What this node has voted in a round.
#[derive(Debug, Decode, Encode)]
pub enum HasVoted {
	#[codec(index = 0)]
	No,
	#[codec(index = 1)]
	Yes(AuthorityId, CastVotes),
}

/// The votes themselves; each variant includes the earlier ones.
#[derive(Debug, Decode, Encode)]
pub enum CastVotes {
	#[codec(index = 0)]
	Propose(PrimaryPropose<Header>),
	#[codec(index = 1)]
	Prevote(Option<PrimaryPropose<Header>>, Prevote<Header>),
	#[codec(index = 2)]
	Precommit(Option<PrimaryPropose<Header>>, Prevote<Header>, Precommit<Header>),
}

impl VoterState {
	/// Read the state; `None` before GRANDPA's first start.
	pub fn load(store: &impl AuxStore) -> Result<Option<Self>, String> {
		store
			.get_aux(KEY)
			.map_err(|e| e.to_string())?
			.map(|bytes| {
				Self::decode_all(&mut &bytes[..]).map_err(|e| {
					format!("GRANDPA's state in the database has an unknown form: {e}")
				})
			})
			.transpose()
	}

	/// Write the state.
	pub fn store(&self, store: &impl AuxStore) -> Result<(), String> {
		store.insert_aux(&[(KEY, &self.encode()[..])], &[]).map_err(|e| e.to_string())
	}

	/// The rounds that are completed.
	pub fn completed(&self) -> &CompletedRounds {
		match self {
			Self::Live { completed, .. } | Self::Paused { completed } => completed,
		}
	}

	/// The round that GRANDPA votes in next.
	pub fn position(&self) -> Position {
		let completed = self.completed();
		let last = completed.rounds.iter().map(|round| round.number).max().unwrap_or_default();
		(completed.set_id, last + 1)
	}

	/// Note that `voter` has cast `votes` in `round`, keeping what was known already. Returns
	/// whether that was possible.
	pub fn restore(&mut self, round: RoundNumber, voter: &AuthorityId, votes: Votes) -> bool {
		let (Self::Live { current, .. }, Some(prevote)) = (self, votes.prevote) else {
			return false;
		};
		let known = current.entry(round).or_insert(HasVoted::No);
		let (propose, known_precommit) = match known {
			HasVoted::No => (None, None),
			HasVoted::Yes(other, _) if other != voter => return false,
			HasVoted::Yes(_, CastVotes::Propose(propose)) => (Some(propose.clone()), None),
			HasVoted::Yes(_, CastVotes::Prevote(propose, _)) => (propose.clone(), None),
			HasVoted::Yes(_, CastVotes::Precommit(propose, known_prevote, precommit)) => {
				// A precommit that was never sent belongs to its prevote; if that one was never
				// sent either, both go.
				let same = known_prevote.target_hash == prevote.hash;
				(propose.clone(), same.then(|| precommit.clone()))
			},
		};
		let prevote = prevote_for(prevote);
		let precommit = votes.precommit.map(precommit_for).or(known_precommit);
		*known = HasVoted::Yes(
			voter.clone(),
			match precommit {
				Some(precommit) => CastVotes::Precommit(propose, prevote, precommit),
				None => CastVotes::Prevote(propose, prevote),
			},
		);
		true
	}
}

fn prevote_for(target: Target) -> Prevote<Header> {
	Prevote::<Header> { target_hash: target.hash, target_number: target.number }
}

fn precommit_for(target: Target) -> Precommit<Header> {
	Precommit::<Header> { target_hash: target.hash, target_number: target.number }
}

#[cfg(test)]
pub mod tests {
	use super::{
		super::memory::tests::{target, voter},
		*,
	};
	use std::{collections::HashMap, sync::Mutex};

	/// Auxiliary data in memory.
	#[derive(Default)]
	pub struct MemoryStore(Mutex<HashMap<Vec<u8>, Vec<u8>>>);

	impl AuxStore for MemoryStore {
		fn insert_aux<
			'a,
			'b: 'a,
			'c: 'a,
			I: IntoIterator<Item = &'a (&'c [u8], &'c [u8])>,
			D: IntoIterator<Item = &'a &'b [u8]>,
		>(
			&self,
			insert: I,
			delete: D,
		) -> sp_blockchain::Result<()> {
			let mut data = self.0.lock().expect("not poisoned");
			insert.into_iter().for_each(|(key, value)| {
				data.insert(key.to_vec(), value.to_vec());
			});
			delete.into_iter().for_each(|key| {
				data.remove(*key);
			});
			Ok(())
		}

		fn get_aux(&self, key: &[u8]) -> sp_blockchain::Result<Option<Vec<u8>>> {
			Ok(self.0.lock().expect("not poisoned").get(key).cloned())
		}
	}

	/// The state of a voter that has completed `last` in set `set_id` of `voters`.
	pub fn state(set_id: SetId, last: RoundNumber, voters: &[AuthorityId]) -> VoterState {
		let base = (Hash::repeat_byte(0), 0);
		VoterState::Live {
			completed: CompletedRounds {
				rounds: vec![CompletedRound {
					number: last,
					state: RoundState {
						prevote_ghost: Some(base),
						finalized: Some(base),
						estimate: Some(base),
						completable: true,
					},
					base,
					votes: Vec::new(),
				}],
				set_id,
				voters: voters.to_vec(),
			},
			current: BTreeMap::from([(last + 1, HasVoted::No)]),
		}
	}

	/// What the state says about `round`: prevote and precommit.
	pub fn votes_in(state: &VoterState, round: RoundNumber) -> Votes {
		let VoterState::Live { current, .. } = state else { return Votes::default() };
		let target = |hash, number| Some(Target { hash, number });
		match current.get(&round) {
			Some(HasVoted::Yes(_, CastVotes::Prevote(_, vote))) => {
				Votes { prevote: target(vote.target_hash, vote.target_number), precommit: None }
			},
			Some(HasVoted::Yes(_, CastVotes::Precommit(_, first, second))) => Votes {
				prevote: target(first.target_hash, first.target_number),
				precommit: target(second.target_hash, second.target_number),
			},
			_ => Votes::default(),
		}
	}

	fn votes(prevote: Option<u8>, precommit: Option<u8>) -> Votes {
		Votes { prevote: prevote.map(target), precommit: precommit.map(target) }
	}

	/// GRANDPA itself writes a state that is understood here, and understands what is written here.
	#[test]
	fn form_is_the_one_of_the_sdk() {
		use super::super::file::tests::TempDir;
		use crate::{cli::Cli, service::Parts};
		use sc_cli::SubstrateCli;
		use sp_keyring::Ed25519Keyring;

		if ourledger_runtime::WASM_BINARY.is_none() {
			eprintln!("skipped: built without a runtime");
			return;
		}
		let dir = TempDir::new();
		let base_path = dir.path().display().to_string();
		let cli = Cli::try_from_iter(["ourledger-node", "--dev", "--base-path", &base_path])
			.expect("parses");
		let tokio = sc_cli::build_runtime().expect("starts");
		let config = cli.create_configuration(&cli.run, tokio.handle().clone()).expect("is sound");
		let parts = Parts::new(&config).expect("opens a database");

		let alice = AuthorityId::from(Ed25519Keyring::Alice.public());
		let mut state = VoterState::load(&*parts.client).expect("is understood").expect("exists");
		assert_eq!(state.position(), (0, 1));
		assert_eq!(state.completed().voters, vec![alice.clone()]);

		assert!(state.restore(1, &alice, votes(Some(1), None)));
		assert!(state.restore(2, &alice, votes(Some(1), Some(2))));
		state.store(&*parts.client).expect("stores");
		let again = sc_consensus_grandpa::block_import(
			parts.client.clone(),
			512,
			&parts.client,
			parts.select_chain.clone(),
			None,
		);
		assert!(again.is_ok(), "GRANDPA understands the state");
	}

	#[test]
	fn position_is_the_round_after_the_last_completed() {
		assert_eq!(state(3, 7, &[]).position(), (3, 8));
	}

	#[test]
	fn state_is_stored_and_loaded() {
		let store = MemoryStore::default();
		assert!(VoterState::load(&store).expect("loads").is_none());
		let mut state = state(3, 7, &[voter(1)]);
		assert!(state.restore(8, &voter(1), votes(Some(1), Some(2))));
		state.store(&store).expect("stores");
		let loaded = VoterState::load(&store).expect("loads").expect("is there");
		assert_eq!(loaded.encode(), state.encode());
	}

	#[test]
	fn unknown_form_is_an_error() {
		let store = MemoryStore::default();
		let mut bytes = state(3, 7, &[]).encode();
		bytes.push(0);
		store.insert_aux(&[(KEY, &bytes[..])], &[]).expect("stores");
		assert!(VoterState::load(&store).is_err());
	}

	#[test]
	fn forgotten_votes_are_restored() {
		for cast in [votes(Some(1), None), votes(Some(1), Some(2))] {
			let mut state = state(3, 7, &[voter(1)]);
			assert!(state.restore(8, &voter(1), cast));
			assert!(state.restore(9, &voter(1), cast));
			assert_eq!(votes_in(&state, 8), cast);
			assert_eq!(votes_in(&state, 9), cast);
		}
	}

	#[test]
	fn known_votes_are_kept() {
		let mut state = state(3, 7, &[voter(1)]);
		assert!(state.restore(8, &voter(1), votes(Some(1), Some(2))));
		assert!(state.restore(8, &voter(1), votes(Some(1), None)));
		assert_eq!(votes_in(&state, 8), votes(Some(1), Some(2)));
	}

	#[test]
	fn what_was_signed_wins() {
		let mut state = state(3, 7, &[voter(1)]);
		assert!(state.restore(8, &voter(1), votes(Some(1), Some(2))));
		assert!(state.restore(8, &voter(1), votes(Some(3), None)));
		assert_eq!(votes_in(&state, 8), votes(Some(3), None));
	}

	#[test]
	fn nothing_is_restored_without_a_prevote_or_for_another_voter() {
		let mut state = state(3, 7, &[voter(1)]);
		assert!(!state.restore(8, &voter(1), votes(None, Some(2))));
		assert!(state.restore(8, &voter(1), votes(Some(1), None)));
		assert!(!state.restore(8, &voter(2), votes(Some(1), None)));
	}
}
