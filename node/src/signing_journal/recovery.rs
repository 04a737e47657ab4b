//! At start: what the database has forgotten is put back from the journal, and where that isn't
//! possible, the node doesn't vote until the network is past it.

use super::{
	blocks::is_restorable,
	memory::{Memory, Position},
	voter_state::VoterState,
	Journal, VotedBlocks, LOG_TARGET,
};
use ourledger_primitives::Hash;
use sc_client_api::AuxStore;
use sp_consensus_grandpa::{RoundNumber, SetId};
use std::{
	collections::BTreeMap,
	sync::{
		atomic::{AtomicBool, Ordering},
		Arc,
	},
};

/// Decides per round whether the node votes or only listens.
pub struct Gate {
	closed: Closed,
	/// The authority set that the database knew when the node started.
	set_at_start: SetId,
	/// The round GRANDPA is about to begin. `None` if that can't be told.
	position: Box<dyn Fn() -> Option<Position> + Send + Sync>,
	/// Whether the operator was told that the node abstains.
	told: AtomicBool,
}

/// The rounds in which this node may have cast votes that it can't repeat.
#[derive(Debug, Default, Eq, PartialEq)]
struct Closed {
	/// All rounds up to this one.
	up_to: Option<Position>,
	/// In these authority sets, all rounds up to the given one.
	in_sets: BTreeMap<SetId, RoundNumber>,
}

impl Closed {
	fn is_empty(&self) -> bool {
		self.up_to.is_none() && self.in_sets.is_empty()
	}

	fn contains(&self, (set_id, round): Position) -> bool {
		self.up_to >= Some((set_id, round))
			|| self.in_sets.get(&set_id).is_some_and(|last| round <= *last)
	}
}

impl Gate {
	/// A gate that lets every vote through.
	#[cfg(test)]
	pub fn open() -> Self {
		Self::new(Closed::default(), 0, || None)
	}

	/// A gate that lets nothing through.
	#[cfg(test)]
	pub fn closed_for_tests() -> Self {
		Self::new(Closed { up_to: Some((9, 9)), ..Default::default() }, 0, || Some((1, 1)))
	}

	/// A gate that a restart would open.
	#[cfg(test)]
	pub fn awaiting_for_tests() -> Self {
		let closed = Closed { in_sets: BTreeMap::from([(1, 5)]), ..Default::default() };
		Self::new(closed, 0, || Some((1, 1)))
	}

	fn new(
		closed: Closed,
		set_at_start: SetId,
		position: impl Fn() -> Option<Position> + Send + Sync + 'static,
	) -> Self {
		Self { closed, set_at_start, position: Box::new(position), told: AtomicBool::new(false) }
	}

	/// Whether a new start would let the node repeat votes that it can't repeat now: the database
	/// has meanwhile reached the authority set in which they were cast.
	pub fn awaits_restart(&self) -> bool {
		!self.closed.in_sets.is_empty()
			&& (self.position)().is_some_and(|(set_id, round)| {
				set_id > self.set_at_start
					&& self.closed.in_sets.get(&set_id).is_some_and(|last| round <= *last)
			})
	}

	/// Whether the node may vote in the round that begins now. If the round can't be told, it may
	/// not.
	///
	/// GRANDPA asks before it begins a round. After catching up with its peers it asks before it
	/// has noted how far it came, so the answer may be about an earlier round; then it is the more
	/// careful one.
	pub fn lets_vote(&self) -> bool {
		if self.closed.is_empty() {
			return true;
		}
		let position = (self.position)();
		let open = position.is_some_and(|position| !self.closed.contains(position));
		if !open && !self.told.swap(true, Ordering::Relaxed) {
			log::warn!(
				target: LOG_TARGET,
				"This node has voted further than its database remembers, so it only listens to \
				 GRANDPA until the network is past that round.",
			);
		}
		if open && self.told.swap(false, Ordering::Relaxed) {
			log::info!(target: LOG_TARGET, "This node votes in GRANDPA again.");
		}
		open
	}
}

/// Bring GRANDPA's state in the database up to what the journal knows. To be called before GRANDPA
/// reads it.
pub fn recover<Store: AuxStore + Send + Sync + 'static>(
	journal: &Journal,
	blocks: &VotedBlocks,
	store: Arc<Store>,
	is_known: impl Fn(Hash) -> bool,
) -> Result<Gate, String> {
	let (closed, set_at_start) = repair(journal, blocks, &*store, is_known)?;
	Ok(Gate::new(closed, set_at_start, move || {
		// Before its first start GRANDPA has no state and begins with the first round.
		VoterState::load(&*store)
			.map(|state| state.map_or((0, 1), |state| state.position()))
			.map_err(|e| log::error!(target: LOG_TARGET, "{e}"))
			.ok()
	}))
}

fn repair(
	journal: &Journal,
	blocks: &VotedBlocks,
	store: &impl AuxStore,
	is_known: impl Fn(Hash) -> bool,
) -> Result<(Closed, SetId), String> {
	let memory = journal.memory();
	let Some(mut state) = VoterState::load(store)? else {
		return Ok((all_closed(&memory), 0));
	};
	let (closed, restored) = restore_votes(&mut state, &memory);

	// With a single validator nobody else can be led to finalise another block. If the one node
	// can't go on from where it was, it begins anew rather than waiting for itself for ever.
	let next = state.position();
	let kept = blocks.missing(&is_known);
	let lost_a_block = memory
		.votes()
		.iter()
		.filter(|((position, _), _)| *position >= next)
		.flat_map(|(_, votes)| votes.prevote.into_iter().chain(votes.precommit))
		.any(|target| !is_restorable(&kept, target.hash, &is_known));
	if is_only_voter(&state, &memory) && (lost_a_block || !closed.is_empty()) {
		log::warn!(
			target: LOG_TARGET,
			"The database of this chain's only validator is older than its votes; they are \
			 forgotten. Blocks finalised since then may be replaced.",
		);
		journal.forget_votes().map_err(|e| e.to_string())?;
		return Ok((Closed::default(), next.0));
	}

	if restored > 0 {
		log::info!(
			target: LOG_TARGET,
			"Restored this node's votes of {restored} round(s) which the database had forgotten.",
		);
		state.store(store)?;
	}
	Ok((closed, next.0))
}

/// Whether all that the journal remembers was voted as the only validator: in the state's authority
/// set or before, by its one member. A later set may have had more.
fn is_only_voter(state: &VoterState, memory: &Memory) -> bool {
	let completed = state.completed();
	let [only] = &completed.voters[..] else { return false };
	memory.votes().keys().all(|((set_id, _), voter)| *set_id <= completed.set_id && voter == only)
		&& memory.vote_floor().is_none_or(|(set_id, _)| set_id <= completed.set_id)
}

/// Put the votes of the state's authority set back. Returns the rounds for which that isn't
/// possible, and the number of those for which it was and made a difference.
fn restore_votes(state: &mut VoterState, memory: &Memory) -> (Closed, usize) {
	let next = state.position();
	let mut closed = Closed {
		up_to: memory.vote_floor().filter(|floor| *floor >= next),
		in_sets: BTreeMap::new(),
	};
	let mut restored = 0;
	for ((position, voter), votes) in memory.votes() {
		let (set_id, round) = *position;
		if *position < next {
			continue;
		}
		if set_id == next.0 && state.completed().voters.contains(voter) {
			let before = codec::Encode::encode(state);
			if state.restore(round, voter, *votes) {
				restored += usize::from(before != codec::Encode::encode(state));
				continue;
			}
		}
		let last = closed.in_sets.entry(set_id).or_default();
		*last = (*last).max(round);
	}
	(closed, restored)
}

/// Without a state to restore anything into, every round of the journal stays closed.
fn all_closed(memory: &Memory) -> Closed {
	let last = memory.votes().keys().map(|(position, _)| *position).max();
	Closed { up_to: memory.vote_floor().max(last), in_sets: BTreeMap::new() }
}

#[cfg(test)]
mod tests {
	use super::{
		super::{
			blocks::tests::Chain,
			file::tests::{journal_in, TempDir},
			memory::{
				tests::{target, vote, voter},
				Stage, Target, Votes,
			},
			voter_state::tests::{state, votes_in, MemoryStore},
		},
		*,
	};

	/// A journal with prevotes in these rounds, each for the block with the round's number.
	fn journal_with(dir: &TempDir, rounds: &[Position]) -> Journal {
		let journal = journal_in(dir);
		for (set_id, round) in rounds {
			let block = u8::try_from(*round).expect("small");
			let cast = vote((*set_id, *round), Stage::Prevote, block);
			journal.claim_vote(&cast).expect("is allowed");
		}
		journal
	}

	fn store_with(state: &VoterState) -> Arc<MemoryStore> {
		let store = MemoryStore::default();
		state.store(&store).expect("stores");
		Arc::new(store)
	}

	fn blocks_in(dir: &TempDir) -> VotedBlocks {
		VotedBlocks::open(dir.path().join("blocks")).expect("opens")
	}

	fn loaded(store: &Arc<MemoryStore>) -> VoterState {
		VoterState::load(&**store).expect("loads").expect("is there")
	}

	/// Go on to the next round, in this process.
	fn advance(store: &Arc<MemoryStore>, set_id: SetId, last: RoundNumber) {
		state(set_id, last, &[voter(1), voter(2)]).store(&**store).expect("stores");
	}

	const TWO: fn() -> [sp_consensus_grandpa::AuthorityId; 2] = || [voter(1), voter(2)];

	#[test]
	fn nothing_changes_when_the_database_is_not_behind() {
		let dir = TempDir::new();
		let journal = journal_with(&dir, &[(0, 5), (1, 3), (1, 4)]);
		let store = store_with(&state(1, 4, &TWO()));
		let gate = recover(&journal, &blocks_in(&dir), store.clone(), |_| true).expect("recovers");
		assert!(gate.lets_vote());
		assert_eq!(votes_in(&loaded(&store), 5), Votes::default());
	}

	#[test]
	fn forgotten_votes_of_the_current_set_are_repeated() {
		let dir = TempDir::new();
		let journal = journal_with(&dir, &[(1, 4), (1, 5), (1, 6)]);
		let store = store_with(&state(1, 4, &TWO()));
		let gate = recover(&journal, &blocks_in(&dir), store.clone(), |_| false).expect("recovers");
		assert!(gate.lets_vote());
		for round in [5, 6] {
			let prevote = Some(target(round as u8));
			assert_eq!(votes_in(&loaded(&store), round), Votes { prevote, precommit: None });
		}
	}

	#[test]
	fn votes_of_a_later_set_keep_the_gate_closed_there_only() {
		let dir = TempDir::new();
		let journal = journal_with(&dir, &[(1, 5), (2, 1), (2, 2)]);
		let store = store_with(&state(1, 4, &TWO()));
		let gate = recover(&journal, &blocks_in(&dir), store.clone(), |_| true).expect("recovers");
		// The set that the database knows: votes are repeated, and new ones are cast.
		assert!(gate.lets_vote());
		advance(&store, 1, 5);
		assert!(gate.lets_vote());
		assert!(!gate.awaits_restart());
		// The set it has forgotten.
		advance(&store, 2, 0);
		assert!(!gate.lets_vote());
		assert!(gate.awaits_restart());
		advance(&store, 2, 1);
		assert!(!gate.lets_vote());
		advance(&store, 2, 2);
		assert!(gate.lets_vote());
		assert!(!gate.awaits_restart());
		advance(&store, 3, 0);
		assert!(gate.lets_vote());
	}

	#[test]
	fn second_start_repeats_the_votes_of_the_later_set() {
		let dir = TempDir::new();
		let journal = journal_with(&dir, &[(2, 1)]);
		let store = store_with(&state(2, 0, &TWO()));
		let gate = recover(&journal, &blocks_in(&dir), store.clone(), |_| true).expect("recovers");
		assert!(gate.lets_vote());
		assert_eq!(votes_in(&loaded(&store), 1).prevote, Some(target(1)));
	}

	#[test]
	fn rounds_below_the_floor_are_closed() {
		let dir = TempDir::new();
		let journal = journal_in(&dir);
		for round in 1..=300 {
			journal.claim_vote(&vote((1, round), Stage::Prevote, 1)).expect("is allowed");
		}
		let floor = journal.memory().vote_floor().expect("some are forgotten").1;
		let store = store_with(&state(1, 0, &TWO()));
		let gate = recover(&journal, &blocks_in(&dir), store.clone(), |_| true).expect("recovers");
		assert!(!gate.lets_vote());
		advance(&store, 1, floor - 1);
		assert!(!gate.lets_vote());
		advance(&store, 1, floor);
		assert!(gate.lets_vote());
	}

	#[test]
	fn fresh_database_listens_until_the_journal_is_passed() {
		let dir = TempDir::new();
		let journal = journal_with(&dir, &[(1, 5), (2, 2)]);
		let store = Arc::new(MemoryStore::default());
		let gate = recover(&journal, &blocks_in(&dir), store.clone(), |_| true).expect("recovers");
		assert!(!gate.lets_vote());
		for (set_id, last) in [(0, 0), (1, 4), (1, 9), (2, 1)] {
			advance(&store, set_id, last);
			assert!(!gate.lets_vote(), "after round {last} of set {set_id}");
		}
		advance(&store, 2, 2);
		assert!(gate.lets_vote());
	}

	#[test]
	fn fresh_node_votes_at_once() {
		let dir = TempDir::new();
		let store = Arc::new(MemoryStore::default());
		let gate = recover(&journal_in(&dir), &blocks_in(&dir), store, |_| true).expect("recovers");
		assert!(gate.lets_vote());
	}

	#[test]
	fn votes_of_a_key_outside_the_set_are_not_repeated() {
		let dir = TempDir::new();
		let journal = journal_with(&dir, &[(1, 5)]);
		let store = store_with(&state(1, 4, &[voter(7), voter(8)]));
		let gate = recover(&journal, &blocks_in(&dir), store.clone(), |_| true).expect("recovers");
		assert_eq!(votes_in(&loaded(&store), 5), Votes::default());
		assert!(!gate.lets_vote());
		// It would not help: the key is no member after a restart either.
		assert!(!gate.awaits_restart());
		advance(&store, 1, 5);
		assert!(gate.lets_vote());
	}

	#[test]
	fn only_validator_begins_anew_when_it_cannot_go_on() {
		// Its votes are for blocks that are gone.
		let dir = TempDir::new();
		let journal = journal_with(&dir, &[(1, 5)]);
		let store = store_with(&state(1, 4, &[voter(1)]));
		let gate = recover(&journal, &blocks_in(&dir), store.clone(), |_| false).expect("recovers");
		assert!(gate.lets_vote());
		assert_eq!(votes_in(&loaded(&store), 5), Votes::default());
		assert!(journal.claim_vote(&vote((1, 5), Stage::Prevote, 77)).is_ok());

		// Its rounds count from one again, as after a revert.
		let dir = TempDir::new();
		let journal = journal_in(&dir);
		for round in 1..=300 {
			journal.claim_vote(&vote((1, round), Stage::Prevote, 1)).expect("is allowed");
		}
		let store = store_with(&state(1, 0, &[voter(1)]));
		let gate = recover(&journal, &blocks_in(&dir), store, |_| true).expect("recovers");
		assert!(gate.lets_vote());
		assert!(journal.memory().votes().is_empty());
	}

	#[test]
	fn only_validator_keeps_votes_that_it_cast_among_others() {
		// In a later set, which may have had more members.
		let dir = TempDir::new();
		let journal = journal_with(&dir, &[(2, 5)]);
		let store = store_with(&state(1, 4, &[voter(1)]));
		recover(&journal, &blocks_in(&dir), store, |_| false).expect("recovers");
		assert!(journal.claim_vote(&vote((2, 5), Stage::Prevote, 77)).is_err());

		// With a key that isn't the only member's.
		let dir = TempDir::new();
		let journal = journal_with(&dir, &[(1, 5)]);
		let store = store_with(&state(1, 4, &[voter(7)]));
		recover(&journal, &blocks_in(&dir), store, |_| false).expect("recovers");
		assert!(journal.claim_vote(&vote((1, 5), Stage::Prevote, 77)).is_err());
	}

	#[test]
	fn only_validator_repeats_votes_for_blocks_it_has() {
		let dir = TempDir::new();
		let journal = journal_with(&dir, &[(1, 5)]);
		let store = store_with(&state(1, 4, &[voter(1)]));
		recover(&journal, &blocks_in(&dir), store.clone(), |_| true).expect("recovers");
		assert_eq!(votes_in(&loaded(&store), 5).prevote, Some(target(5)));
	}

	#[test]
	fn only_validator_repeats_votes_for_blocks_that_can_be_put_back() {
		let dir = TempDir::new();
		let (chain, hashes) = Chain::of_length(5);
		let journal = journal_in(&dir);
		let mut cast = vote((1, 5), Stage::Prevote, 0);
		cast.target = Target { hash: hashes[5], number: 5 };
		journal.claim_vote(&cast).expect("is allowed");
		blocks_in(&dir).keep(cast.target, &chain).expect("keeps");

		let store = store_with(&state(1, 4, &[voter(1)]));
		let is_known = |hash| hash == hashes[0];
		recover(&journal, &blocks_in(&dir), store.clone(), is_known).expect("recovers");
		assert_eq!(votes_in(&loaded(&store), 5).prevote, Some(cast.target));
	}

	#[test]
	fn unreadable_state_is_an_error() {
		let dir = TempDir::new();
		let store = MemoryStore::default();
		store.insert_aux(&[(&b"grandpa_completed_round"[..], &[9u8, 9][..])], &[]).expect("stores");
		assert!(recover(&journal_in(&dir), &blocks_in(&dir), Arc::new(store), |_| true).is_err());
	}
}
