//! At start: what the database has forgotten is put back from the journal, and where that isn't
//! possible, the node doesn't vote.

use super::{
	database::Database,
	file::Memory,
	votes::{authority_set, STATE_KEY},
	Journal, VotedBlocks, LOG_TARGET,
};
use sp_consensus_grandpa::SetId;
use std::sync::{
	atomic::{AtomicBool, Ordering},
	Arc,
};

/// Decides whether the node votes or only listens.
///
/// It listens in the authority sets up to the last one it voted in, until the database is past the
/// last vote in that set. The exception is the set in which votes were put back.
pub struct Gate {
	/// What the journal knew at start.
	memory: Memory,
	/// The set whose votes GRANDPA knew at start.
	known: Option<SetId>,
	blocks: Arc<VotedBlocks>,
	database: Arc<dyn Database>,
	/// Whether the operator was told that the node abstains.
	told: AtomicBool,
}

impl Gate {
	/// Bring GRANDPA's state in the database up to what the journal knows. To be called before
	/// GRANDPA reads it.
	pub fn recover(
		journal: &Journal,
		blocks: &Arc<VotedBlocks>,
		database: Arc<dyn Database>,
	) -> Result<Self, String> {
		let blocks = blocks.clone();
		let mut gate =
			Self { memory: journal.memory(), known: None, blocks, database, told: false.into() };
		// Before GRANDPA's first start there is no set, and nothing to put a state into.
		let Some(set) = authority_set(&*gate.database)? else { return Ok(gate) };
		let set_id = set.set_id();
		let Some(last) = gate.memory.voted_in(set_id) else { return Ok(gate) };
		if gate.is_past(set_id) {
			gate.known = Some(set_id);
		} else if !gate.blocks.can_provide(last.target.hash, &*gate.database) {
			let voters = set.current_authorities();
			let is_alone = voters.len().get() == 1 && voters.contains(&last.voter);
			if is_alone && gate.memory.voted.last() == Some(last) {
				// Nobody else can be led to finalise another block. The one node begins anew rather
				// than waiting for itself for ever.
				log::warn!(
					target: LOG_TARGET,
					"The database of this chain's only validator is older than its votes; they \
					 are forgotten. Blocks finalised since then may be replaced.",
				);
				gate.memory.voted.clear();
				journal.change(|memory| {
					memory.voted.clear();
					Ok(())
				})?;
			}
		} else if let Some(state) = &last.state {
			gate.database.set_aux(STATE_KEY, state)?;
			log::info!(
				target: LOG_TARGET,
				"The database had forgotten this node's last vote, in round {} of authority set \
				 {set_id}; it is put back.",
				last.round,
			);
			gate.known = Some(set_id);
		}
		Ok(gate)
	}

	/// Whether the node may have cast votes in this authority set which it can't repeat.
	pub fn is_closed(&self, set_id: SetId) -> bool {
		self.memory.voted.last().is_some_and(|last| set_id <= last.set_id)
			&& self.known != Some(set_id)
			&& !self.is_past(set_id)
	}

	/// Whether the node may vote in the round that begins now. If the set can't be told, it may
	/// not.
	pub fn lets_vote(&self) -> bool {
		if self.memory.voted.is_empty() {
			return true;
		}
		let open = self.set_id().is_some_and(|set_id| !self.is_closed(set_id));
		if !open && !self.told.swap(true, Ordering::Relaxed) {
			log::warn!(
				target: LOG_TARGET,
				"This node has voted further than its database remembers, so it only listens to \
				 GRANDPA until it has caught up.",
			);
		}
		if open && self.told.swap(false, Ordering::Relaxed) {
			log::info!(target: LOG_TARGET, "This node votes in GRANDPA again.");
		}
		open
	}

	/// Whether a new start would let the node vote: the database has meanwhile reached the set and
	/// the block of a vote that couldn't be put back.
	pub fn awaits_restart(&self) -> bool {
		self.set_id().filter(|set_id| self.is_closed(*set_id)).is_some_and(|set_id| {
			self.memory.voted_in(set_id).is_some_and(|last| {
				last.state.is_some() && self.blocks.can_provide(last.target.hash, &*self.database)
			})
		})
	}

	/// Whether the database is in this set and knows of the last vote there, or is past its round.
	fn is_past(&self, set_id: SetId) -> bool {
		let noted = self.database.aux(STATE_KEY).ok().flatten();
		self.set_id() == Some(set_id)
			&& self
				.memory
				.voted_in(set_id)
				.is_some_and(|last| !last.is_forgotten_in(&noted.unwrap_or_default()))
	}

	/// The set that the database is in.
	fn set_id(&self) -> Option<SetId> {
		authority_set(&*self.database)
			.map_err(|e| log::error!(target: LOG_TARGET, "{e}"))
			.ok()
			.flatten()
			.map(|set| set.set_id())
	}
}

#[cfg(test)]
mod tests {
	use super::{
		super::{
			blocks::tests::blocks_in,
			database::tests::{chain, MemoryDatabase},
			file::tests::{journal_in, TempDir},
			votes::{
				tests::{precommit, prevote, store_set, vote_in, voter},
				Vote,
			},
		},
		*,
	};
	use sp_consensus_grandpa::RoundNumber;

	impl Gate {
		/// A gate that lets every vote through, or that a new start would open.
		pub fn for_tests(closed: bool) -> Self {
			let (dir, database) = (TempDir::new(), Arc::new(chain(3).0));
			if closed {
				cast(&dir, &database, &[(1, 5)]);
			}
			let gate = recovered(&dir, &database);
			if closed {
				vote(1, 4).note(&*database, 3);
			}
			Self { known: None, ..gate }
		}
	}

	/// A prevote for block 3 of the chain.
	fn vote(set_id: SetId, round: RoundNumber) -> Vote {
		vote_in((set_id, round), voter(1), prevote(chain(3).1[3], 3))
	}

	/// Cast votes in these rounds, each after the completion of the one before.
	fn cast(dir: &TempDir, database: &MemoryDatabase, rounds: &[(SetId, RoundNumber)]) {
		let (journal, blocks) = (journal_in(dir), blocks_in(dir));
		for (set_id, round) in rounds {
			let vote = vote(*set_id, *round);
			vote.note(database, *round - 1);
			blocks.keep(vote.target(), database).expect("keeps");
			vote.claim(&journal, database).expect("is allowed");
		}
	}

	fn recovered(dir: &TempDir, database: &Arc<MemoryDatabase>) -> Gate {
		Gate::recover(&journal_in(dir), &blocks_in(dir).into(), database.clone()).expect("recovers")
	}

	/// Lose the blocks that were kept.
	fn blocks_gone(dir: &TempDir) {
		std::fs::remove_dir_all(super::super::blocks::path_in(dir.path())).expect("removes");
	}

	fn noted(database: &MemoryDatabase) -> Option<Vec<u8>> {
		database.aux(STATE_KEY).expect("reads")
	}

	#[test]
	fn state_of_the_current_set_is_put_back() {
		let (dir, database) = (TempDir::new(), Arc::new(chain(3).0));
		cast(&dir, &database, &[(1, 4), (1, 5)]);
		let last = noted(&database);
		// Older, by a round and by a vote; and of the same round, but with a vote more.
		for (stale, completed) in [
			(vote(1, 4), 3),
			(vote(1, 4), 4),
			(vote_in((1, 5), voter(1), precommit(chain(3).1[3], 3)), 4),
		] {
			stale.note(&*database, completed);
			let gate = recovered(&dir, &database);
			assert_eq!(noted(&database), last);
			assert!(gate.lets_vote());
			// In this round it goes on.
			vote_in((1, 5), voter(1), precommit(chain(3).1[3], 3)).note(&*database, 4);
			assert!(gate.lets_vote());
		}
	}

	#[test]
	fn database_that_is_not_behind_is_left_alone() {
		let (dir, database) = (TempDir::new(), Arc::new(chain(3).0));
		cast(&dir, &database, &[(1, 4)]);
		let more = [noted(&database).unwrap_or_default(), vec![0]].concat();
		database.set_aux(STATE_KEY, &more).expect("stores");
		let gate = recovered(&dir, &database);
		assert_eq!(noted(&database), Some(more));
		assert!(gate.lets_vote());
		// In this round it goes on.
		vote_in((1, 4), voter(1), precommit(chain(3).1[3], 3)).note(&*database, 3);
		assert!(gate.lets_vote());
		for (set_id, completed) in [(1, 4), (1, 9), (2, 0)] {
			vote(set_id, completed + 1).note(&*database, completed);
			let before = noted(&database);
			assert!(recovered(&dir, &database).lets_vote());
			assert_eq!(noted(&database), before);
		}
	}

	#[test]
	fn later_set_is_closed_until_a_new_start() {
		let (dir, database) = (TempDir::new(), Arc::new(chain(3).0));
		cast(&dir, &database, &[(1, 5), (2, 2)]);
		let last = noted(&database);
		// The set that the database knows: votes are repeated, and new ones are cast.
		vote(1, 4).note(&*database, 3);
		let gate = recovered(&dir, &database);
		assert!(gate.lets_vote() && !gate.is_closed(1) && !gate.awaits_restart());
		// The set it has forgotten.
		vote(2, 1).note(&*database, 0);
		assert!(!gate.lets_vote() && gate.is_closed(2) && gate.awaits_restart());
		// Past its last vote, or past it.
		vote(2, 3).note(&*database, 2);
		assert!(gate.lets_vote() && !gate.is_closed(2) && !gate.awaits_restart());
		vote(3, 1).note(&*database, 0);
		assert!(gate.lets_vote() && !gate.is_closed(3) && !gate.awaits_restart());

		vote(2, 1).note(&*database, 0);
		let gate = recovered(&dir, &database);
		assert!(gate.lets_vote() && !gate.awaits_restart());
		assert_eq!(noted(&database), last);
	}

	#[test]
	fn sets_before_those_in_the_journal_are_closed() {
		let (dir, database) = (TempDir::new(), Arc::new(chain(3).0));
		cast(&dir, &database, &[(1, 5), (2, 2), (3, 2)]);
		vote(1, 4).note(&*database, 3);
		let gate = recovered(&dir, &database);
		assert!(!gate.lets_vote() && !gate.awaits_restart());
		// That the database is past the last vote in its set says nothing of the sets before.
		vote(3, 4).note(&*database, 3);
		assert!(gate.lets_vote() && gate.is_closed(2));
	}

	#[test]
	fn state_is_put_back_only_when_its_block_can_be() {
		let (dir, database) = (TempDir::new(), Arc::new(chain(3).0));
		cast(&dir, &database, &[(1, 5)]);
		let (last, block) = (noted(&database), database.block(chain(3).1[3]).expect("is there"));
		vote(1, 4).note(&*database, 3);
		database.forget(chain(3).1[3]);
		// From the kept blocks.
		assert!(recovered(&dir, &database).lets_vote());
		assert_eq!(noted(&database), last);
		// From nowhere, but later from others.
		vote(1, 4).note(&*database, 3);
		blocks_gone(&dir);
		let gate = recovered(&dir, &database);
		assert!(!gate.lets_vote() && !gate.awaits_restart());
		database.add(block);
		assert!(!gate.lets_vote() && gate.awaits_restart());
		assert!(recovered(&dir, &database).lets_vote());
		assert_eq!(noted(&database), last);
	}

	#[test]
	fn fresh_database_listens_until_it_has_caught_up() {
		let dir = TempDir::new();
		cast(&dir, &chain(3).0, &[(0, 5)]);
		blocks_gone(&dir);
		let database = Arc::new(MemoryDatabase::default());
		let gate = recovered(&dir, &database);
		assert!(!gate.lets_vote() && !gate.awaits_restart());
		// GRANDPA has started.
		store_set(&*database, 0, &[voter(1), voter(9)]);
		assert!(!gate.lets_vote() && !gate.awaits_restart());
		chain(3).1[1..].iter().for_each(|hash| {
			database.add(chain(3).0.block(*hash).expect("is there"));
		});
		assert!(!gate.lets_vote() && gate.awaits_restart());
	}

	#[test]
	fn fresh_node_votes_at_once() {
		assert!(recovered(&TempDir::new(), &Arc::new(MemoryDatabase::default())).lets_vote());
	}

	#[test]
	fn set_that_was_over_at_the_last_vote_stays_closed() {
		let (dir, database) = (TempDir::new(), Arc::new(chain(3).0));
		store_set(&*database, 2, &[voter(1), voter(9)]);
		vote(1, 5).claim(&journal_in(&dir), &*database).expect("is allowed");
		vote(1, 4).note(&*database, 3);
		let gate = recovered(&dir, &database);
		assert!(!gate.lets_vote() && !gate.awaits_restart());
		store_set(&*database, 2, &[voter(1), voter(9)]);
		assert!(gate.lets_vote());
	}

	#[test]
	fn only_validator_begins_anew_when_it_cannot_go_on() {
		let dir = TempDir::new();
		cast(&dir, &chain(3).0, &[(1, 5)]);
		blocks_gone(&dir);
		let alone = [voter(1)];
		let in_later_set = (0, &alone[..]);
		let with_another_key = (1, &[voter(7)][..]);
		let among_others = (1, &[voter(1), voter(9)][..]);
		for (set_id, voters) in [in_later_set, with_another_key, among_others] {
			let database = Arc::new(MemoryDatabase::default());
			store_set(&*database, set_id, voters);
			assert!(!recovered(&dir, &database).lets_vote());
		}
		// With its block it goes on from there.
		let database = Arc::new(chain(3).0);
		store_set(&*database, 1, &alone);
		assert!(recovered(&dir, &database).lets_vote());
		assert!(noted(&database).is_some());

		let database = Arc::new(MemoryDatabase::default());
		store_set(&*database, 1, &alone);
		assert!(recovered(&dir, &database).lets_vote());
		assert!(noted(&database).is_none());
		assert!(journal_in(&dir).memory().voted.is_empty());

		// In a later set there may have been more.
		cast(&dir, &chain(3).0, &[(1, 5), (2, 2)]);
		blocks_gone(&dir);
		assert!(!recovered(&dir, &database).lets_vote());
		assert_eq!(journal_in(&dir).memory().voted.len(), 2);
	}

	#[test]
	fn unreadable_set_is_an_error() {
		let (dir, database) = (TempDir::new(), Arc::new(MemoryDatabase::default()));
		database.set_aux(b"grandpa_voters", &[9, 9]).expect("stores");
		let blocks = blocks_in(&dir).into();
		assert!(Gate::recover(&journal_in(&dir), &blocks, database.clone()).is_err());
		let gate = Gate { database, ..Gate::for_tests(true) };
		assert!(!gate.lets_vote());
	}
}
