//! The votes of this node, as GRANDPA itself notes them in the database.
//!
//! Before GRANDPA signs a vote, it writes its state, which holds that vote. So whoever keeps that
//! state at each signature can put each vote back. It is kept as it is, since its form is private
//! to the SDK. Only two places in it are looked at: the number of the last completed round, with
//! which it begins, and the votes of one round: that the vote about to be signed is among them is
//! checked each time, so another form would be noticed at once.

use super::{blocks::Target, database::Database, Journal};
use codec::{Compact, Decode, DecodeAll, Encode};
use ourledger_primitives::{BlockNumber, Hash, Header};
use sc_consensus_grandpa::{AuthoritySet, SharedAuthoritySet};
use sp_consensus_grandpa::{
	AuthorityId, Message, Precommit, Prevote, PrimaryPropose, RoundNumber, SetId,
};

/// Where GRANDPA keeps its state, and where the current set of authorities.
pub const STATE_KEY: &[u8] = b"grandpa_completed_round";
const SET_KEY: &[u8] = b"grandpa_voters";

/// A vote that GRANDPA wants signed.
pub struct Vote {
	pub set_id: SetId,
	pub round: RoundNumber,
	pub voter: AuthorityId,
	message: Message<Header>,
}

impl Vote {
	/// Read what is to be signed; `None` for the hint of a round's primary, of which two are no
	/// offence.
	pub fn read(voter: AuthorityId, payload: &[u8]) -> Result<Option<Self>, String> {
		let (message, round, set_id) =
			<(Message<Header>, RoundNumber, SetId)>::decode_all(&mut &payload[..])
				.map_err(|_| "not a vote of GRANDPA".to_owned())?;
		Ok(match message {
			Message::<Header>::PrimaryPropose(_) => None,
			message => Some(Self { set_id, round, voter, message }),
		})
	}

	/// The block it is for.
	pub fn target(&self) -> Target {
		let (hash, number) = self.message.target();
		Target { hash: *hash, number }
	}

	/// Remember this vote by the state that holds it. Returns only when that is on disk.
	pub fn claim(&self, journal: &Journal, database: &dyn Database) -> Result<(), String> {
		let state = database.aux(STATE_KEY)?;
		let set_id = authority_set(database)?.map(|set| set.set_id());
		journal.change(|memory| {
			let earlier = memory
				.voted_in(self.set_id)
				.and_then(|voted| Cast::find(voted.state.as_ref()?, self.round, &self.voter));
			match earlier.as_ref().and_then(|(_, cast)| cast.agrees_with(&self.message)) {
				Some(true) => return Ok(()),
				Some(false) => {
					return Err(format!(
						"in round {} of authority set {} this node has cast another vote",
						self.round, self.set_id,
					));
				},
				None => {},
			}
			let state = state.and_then(|state| self.held_in(state, earlier.map(|(_, cast)| cast)));
			// A change of the set that comes with a block of others replaces the state, some moments
			// before GRANDPA stops voting in the set before. Such a vote can't be put back.
			if state.is_none() && set_id <= Some(self.set_id) {
				return Err("GRANDPA's state doesn't hold this vote".into());
			}
			memory.note(Voted {
				set_id: self.set_id,
				round: self.round,
				voter: self.voter.clone(),
				target: self.target(),
				state,
			});
			Ok(())
		})
	}

	/// `state`, if it holds this vote.
	///
	/// If GRANDPA has proposed a block anew after a start, it has overwritten the prevote in its
	/// state, though it repeats the old one (`Environment::proposed`, sc-consensus-grandpa 0.45.0).
	/// So what was signed `earlier` is put right.
	fn held_in(&self, mut state: Vec<u8>, earlier: Option<Cast>) -> Option<Vec<u8>> {
		let (at, mut cast) = Cast::find(&state, self.round, &self.voter)?;
		if let (Some(Cast::Prevote(_, signed)), Cast::Precommit(_, noted, _)) = (earlier, &mut cast)
		{
			*noted = signed;
		}
		cast.agrees_with(&self.message)?.then(|| {
			cast.using_encoded(|bytes| state[at..at + bytes.len()].copy_from_slice(bytes));
			state
		})
	}
}

/// The last vote in an authority set.
#[derive(Clone, Debug, Decode, Encode, PartialEq)]
pub struct Voted {
	pub set_id: SetId,
	pub round: RoundNumber,
	pub voter: AuthorityId,
	pub target: Target,
	/// GRANDPA's state, which holds this vote and all before it that may still be repeated.
	pub state: Option<Vec<u8>>,
}

impl Voted {
	/// Whether GRANDPA, with this state in the database, would vote without knowing of this vote.
	pub fn is_forgotten_in(&self, noted: &[u8]) -> bool {
		let Some(state) = &self.state else { return true };
		let cast = |state| Cast::find(state, self.round, &self.voter).map(|(_, cast)| cast);
		// Nothing was ever signed in a round behind the one that this state goes on with.
		completed_round(noted) <= completed_round(state) && cast(noted) != cast(state)
	}
}

/// What a node has cast in a round, as it is noted in GRANDPA's state. Private to the SDK.
#[derive(Decode, Encode, PartialEq)]
enum Cast {
	#[codec(index = 0)]
	Propose(PrimaryPropose<Header>),
	#[codec(index = 1)]
	Prevote(Option<PrimaryPropose<Header>>, Prevote<Header>),
	#[codec(index = 2)]
	Precommit(Option<PrimaryPropose<Header>>, Prevote<Header>, Precommit<Header>),
}

impl Cast {
	/// What `voter` has cast in `round`, and where in `state` that stands.
	fn find(state: &[u8], round: RoundNumber, voter: &AuthorityId) -> Option<(usize, Self)> {
		// The 1 says that there is a vote. The rounds that go on are the last thing in the state.
		let before = (round, 1u8, voter).encode();
		let start = state.windows(before.len()).rposition(|bytes| bytes == before)?;
		let at = start + before.len();
		Some((at, Self::decode(&mut &state[at..]).ok()?))
	}

	/// Whether what was cast is this vote; `None` if nothing of its kind was.
	fn agrees_with(&self, message: &Message<Header>) -> Option<bool> {
		match (self, message) {
			(
				Self::Prevote(_, cast) | Self::Precommit(_, cast, _),
				Message::<Header>::Prevote(vote),
			) => Some(cast == vote),
			(Self::Precommit(_, _, cast), Message::<Header>::Precommit(vote)) => Some(cast == vote),
			_ => None,
		}
	}
}

/// The last round that is completed in this state.
fn completed_round(state: &[u8]) -> Option<RoundNumber> {
	// Before it: whether the voter is paused, and the number of completed rounds that are kept.
	let (_, _, round) = <(u8, Compact<u32>, RoundNumber)>::decode(&mut &state[..]).ok()?;
	Some(round)
}

/// The set of authorities that votes now; `None` before GRANDPA's first start.
pub fn authority_set(
	database: &dyn Database,
) -> Result<Option<SharedAuthoritySet<Hash, BlockNumber>>, String> {
	let Some(bytes) = database.aux(SET_KEY)? else { return Ok(None) };
	AuthoritySet::decode(&mut &bytes[..])
		.map(|set| Some(set.into()))
		.map_err(|e| format!("GRANDPA's authorities in the database have an unknown form: {e}"))
}

#[cfg(test)]
pub mod tests {
	use super::{
		super::{
			database::tests::MemoryDatabase,
			file::tests::{journal_in, TempDir},
		},
		*,
	};
	use sp_core::crypto::UncheckedFrom;

	pub fn voter(seed: u8) -> AuthorityId {
		AuthorityId::unchecked_from([seed; 32])
	}

	pub fn prevote(target_hash: Hash, target_number: BlockNumber) -> Message<Header> {
		Message::<Header>::Prevote(Prevote::<Header> { target_hash, target_number })
	}

	pub fn precommit(target_hash: Hash, target_number: BlockNumber) -> Message<Header> {
		Message::<Header>::Precommit(Precommit::<Header> { target_hash, target_number })
	}

	pub fn propose(target_number: BlockNumber) -> Message<Header> {
		let target_hash = Hash::zero();
		Message::<Header>::PrimaryPropose(PrimaryPropose::<Header> { target_hash, target_number })
	}

	pub fn vote_in(
		(set_id, round): (SetId, RoundNumber),
		voter: AuthorityId,
		message: Message<Header>,
	) -> Vote {
		Vote { set_id, round, voter, message }
	}

	/// A prevote of voter 1 for a block that nobody has.
	fn vote(round: RoundNumber, block: u8) -> Vote {
		vote_in((1, round), voter(1), prevote(Hash::repeat_byte(block), block.into()))
	}

	/// What GRANDPA wants signed for this vote.
	pub fn payload(vote: &Vote) -> Vec<u8> {
		(&vote.message, vote.round, vote.set_id).encode()
	}

	/// The set of authorities, as GRANDPA stores it.
	pub fn store_set(database: &dyn Database, set_id: SetId, voters: &[AuthorityId]) {
		let weighted: Vec<_> = voters.iter().map(|id| (id.clone(), 1u64)).collect();
		let no_changes = (Vec::<()>::new(), None::<BlockNumber>, Vec::<()>::new());
		let set = (weighted, set_id, no_changes, Vec::<()>::new()).encode();
		database.set_aux(SET_KEY, &set).expect("stores");
	}

	/// A state as far as it is looked at here: the beginning, something, the rounds that go on.
	fn state(completed: RoundNumber, casts: &[(RoundNumber, &AuthorityId, &Cast)]) -> Vec<u8> {
		let casts: Vec<_> =
			casts.iter().map(|(round, voter, cast)| (*round, 1u8, *voter, *cast)).collect();
		(0u8, Compact(1u32), completed, [0u8; 40], casts).encode()
	}

	impl Vote {
		fn cast(&self) -> Cast {
			match self.message.clone() {
				Message::<Header>::PrimaryPropose(propose) => Cast::Propose(propose),
				Message::<Header>::Prevote(vote) => Cast::Prevote(None, vote),
				Message::<Header>::Precommit(vote) => {
					let Message::<Header>::Prevote(first) =
						prevote(vote.target_hash, vote.target_number)
					else {
						unreachable!("it is a prevote");
					};
					Cast::Precommit(None, first, vote)
				},
			}
		}

		/// Note this vote in the database as GRANDPA does before it signs, with this last round
		/// completed, in a set of two.
		pub fn note(&self, database: &dyn Database, completed: RoundNumber) {
			store_set(database, self.set_id, &[self.voter.clone(), voter(9)]);
			let state = state(completed, &[(self.round, &self.voter, &self.cast())]);
			database.set_aux(STATE_KEY, &state).expect("stores");
		}
	}

	#[test]
	fn vote_is_remembered_by_the_state_that_holds_it() {
		let (dir, database) = (TempDir::new(), MemoryDatabase::default());
		let vote = vote(3, 7);
		vote.note(&database, 2);
		assert!(vote.claim(&journal_in(&dir), &database).is_ok());
		let memory = journal_in(&dir).memory();
		assert_eq!(memory.voted.len(), 1);
		assert_eq!(memory.voted[0].state, database.aux(STATE_KEY).expect("reads"));
		assert_eq!(memory.voted[0].target, vote.target());
	}

	#[test]
	fn vote_is_refused_unless_the_state_holds_it() {
		let (dir, database) = (TempDir::new(), MemoryDatabase::default());
		let journal = journal_in(&dir);
		assert!(vote(3, 7).claim(&journal, &database).is_err());
		vote(3, 7).note(&database, 2);
		for other in [
			vote(2, 7),
			vote(3, 8),
			Vote { voter: voter(2), ..vote(3, 7) },
			Vote { message: precommit(Hash::repeat_byte(7), 7), ..vote(3, 7) },
			Vote { set_id: 2, ..vote(3, 8) },
		] {
			assert!(other.claim(&journal, &database).is_err());
		}
		assert!(vote(3, 7).claim(&journal, &database).is_ok());
	}

	#[test]
	fn vote_repeats_but_never_differs() {
		let (dir, database) = (TempDir::new(), MemoryDatabase::default());
		let journal = journal_in(&dir);
		vote(3, 7).note(&database, 2);
		assert!(vote(3, 7).claim(&journal, &database).is_ok());
		// Even if GRANDPA's state says so.
		vote(3, 8).note(&database, 2);
		assert!(vote(3, 8).claim(&journal, &database).is_err());
		let before = journal.memory();
		assert!(vote(3, 7).claim(&journal, &database).is_ok());
		assert_eq!(journal.memory(), before);
		vote(4, 8).note(&database, 3);
		assert!(vote(4, 8).claim(&journal, &database).is_ok());
	}

	#[test]
	fn prevote_that_a_proposal_overwrote_is_put_right() {
		let (dir, database) = (TempDir::new(), MemoryDatabase::default());
		let journal = journal_in(&dir);
		vote(3, 7).note(&database, 2);
		assert!(vote(3, 7).claim(&journal, &database).is_ok());

		let last = Vote { message: precommit(Hash::repeat_byte(8), 8), ..vote(3, 0) };
		last.note(&database, 2);
		assert!(last.claim(&journal, &database).is_ok());
		let state = journal.memory().voted[0].state.clone().expect("is kept");
		let (_, cast) = Cast::find(&state, 3, &voter(1)).expect("is there");
		assert_eq!(cast.agrees_with(&vote(3, 7).message), Some(true));
		assert_eq!(cast.agrees_with(&last.message), Some(true));
	}

	#[test]
	fn vote_of_a_set_that_is_over_has_no_state() {
		let (dir, database) = (TempDir::new(), MemoryDatabase::default());
		let journal = journal_in(&dir);
		store_set(&database, 2, &[voter(1)]);
		assert!(vote(3, 7).claim(&journal, &database).is_ok());
		assert_eq!(journal.memory().voted[0].state, None);
	}

	#[test]
	fn two_sets_are_remembered() {
		let (dir, database) = (TempDir::new(), MemoryDatabase::default());
		let journal = journal_in(&dir);
		for set_id in [1, 2, 3] {
			let vote = Vote { set_id, ..vote(3, 7) };
			vote.note(&database, 2);
			assert!(vote.claim(&journal, &database).is_ok());
		}
		let sets: Vec<_> = journal.memory().voted.iter().map(|voted| voted.set_id).collect();
		assert_eq!(sets, [2, 3]);
	}

	/// GRANDPA itself writes what is looked at here, and takes a state with a vote in it.
	#[test]
	fn form_is_the_one_of_the_sdk() {
		use crate::{cli::Cli, service::Parts};
		use sc_cli::SubstrateCli;
		use sp_core::{ed25519, Pair};

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

		let keys = ed25519::Pair::from_string("//Alice//grandpa", None).expect("is a path");
		let alice = AuthorityId::from(keys.public());
		let set = authority_set(&*parts.client).expect("is understood").expect("exists");
		assert_eq!(set.set_id(), 0);
		assert!(set.current_authorities().contains(&alice));
		let mut state = parts.client.aux(STATE_KEY).expect("reads").expect("exists");
		assert_eq!(completed_round(&state), Some(0));

		// Its last word is that nothing was cast in the first round.
		let nothing = (1 as RoundNumber, 0u8).encode();
		assert_eq!(state.split_off(state.len() - nothing.len()), nothing);
		let vote = vote_in((0, 1), alice.clone(), precommit(Hash::repeat_byte(1), 1));
		state.extend((1 as RoundNumber, 1u8, &alice, vote.cast()).encode());
		assert_eq!(vote.held_in(state.clone(), None), Some(state.clone()));
		parts.client.set_aux(STATE_KEY, &state).expect("stores");
		let again = sc_consensus_grandpa::block_import(
			parts.client.clone(),
			512,
			&parts.client,
			parts.select_chain.clone(),
			None,
		);
		assert!(again.is_ok(), "GRANDPA understands the state");
	}
}
