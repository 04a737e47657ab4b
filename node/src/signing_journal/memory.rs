//! The rules: what may be signed, given what was signed before. No input or output here.

use codec::{Decode, Encode};
use ourledger_primitives::{BlockNumber, Hash};
use sp_consensus_grandpa::{AuthorityId, RoundNumber, SetId};
use std::collections::{BTreeMap, BTreeSet};

/// Number of authored slots that are remembered one by one. Slots below are refused outright.
/// Keeping more than the last one lets a node author again whose clock was once far ahead.
const KEPT_SLOTS: usize = 256;

/// Number of GRANDPA rounds whose votes are remembered, and so can be repeated. At over a second
/// per round this covers minutes; a killed database lags by milliseconds, one that lost power by
/// about the half minute after which a system writes its cache to disk.
const KEPT_ROUNDS: usize = 256;

/// A round of voting: authority set, then round within it. Orders as the network goes through
/// them.
pub type Position = (SetId, RoundNumber);

/// Which of the two votes of a round.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq)]
pub enum Stage {
	/// First vote: the best chain this node sees.
	#[codec(index = 0)]
	Prevote,
	/// Second vote: what two thirds prevoted for.
	#[codec(index = 1)]
	Precommit,
}

/// The block a vote is for.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq)]
pub struct Target {
	pub hash: Hash,
	pub number: BlockNumber,
}

/// One vote, as it is recorded.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
pub struct Vote {
	pub position: Position,
	pub voter: AuthorityId,
	pub stage: Stage,
	pub target: Target,
}

/// One record of the journal.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
pub enum Entry {
	/// A block was begun in this slot.
	#[codec(index = 0)]
	Slot(u64),
	/// This vote was cast.
	#[codec(index = 1)]
	Vote(Vote),
	/// Slots up to this one are forgotten, some of them were used.
	#[codec(index = 2)]
	SlotFloor(u64),
	/// Rounds up to this one are forgotten, there were votes in some of them.
	#[codec(index = 3)]
	VoteFloor(Position),
}

/// The votes of one voter in one round.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Votes {
	pub prevote: Option<Target>,
	pub precommit: Option<Target>,
}

impl Votes {
	fn get(&self, stage: Stage) -> Option<Target> {
		match stage {
			Stage::Prevote => self.prevote,
			Stage::Precommit => self.precommit,
		}
	}

	fn set(&mut self, stage: Stage, target: Target) {
		match stage {
			Stage::Prevote => self.prevote = Some(target),
			Stage::Precommit => self.precommit = Some(target),
		}
	}
}

/// What may happen with something that is allowed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Verdict {
	/// Never signed before: record it first.
	New,
	/// Signed before, with the same content: signing again changes nothing.
	Repeat,
}

/// Why something must not be signed.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Refusal {
	SlotUsed { slot: u64 },
	SlotForgotten { slot: u64, floor: u64 },
	OtherVoteCast { vote: Vote, cast: Target },
	RoundForgotten { position: Position, floor: Position },
}

impl std::fmt::Display for Refusal {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		match self {
			Self::SlotUsed { slot } => {
				write!(f, "this node has already authored a block in slot {slot}")
			},
			Self::SlotForgotten { slot, floor } => write!(
				f,
				"slot {slot} lies before slot {floor}, in which this node may have authored a \
				 block; is the clock right?",
			),
			Self::OtherVoteCast { vote, cast } => write!(
				f,
				"in round {} of authority set {} this node has already cast its {} for block \
				 #{} ({:?})",
				vote.position.1,
				vote.position.0,
				match vote.stage {
					Stage::Prevote => "prevote",
					Stage::Precommit => "precommit",
				},
				cast.number,
				cast.hash,
			),
			Self::RoundForgotten { position, floor } => write!(
				f,
				"round {} of authority set {} isn't later than round {} of set {}, in which this \
				 node may have voted",
				position.1, position.0, floor.1, floor.0,
			),
		}
	}
}

/// Everything the journal remembers.
#[derive(Clone, Debug, Default)]
pub struct Memory {
	slots: BTreeSet<u64>,
	slot_floor: Option<u64>,
	votes: BTreeMap<(Position, AuthorityId), Votes>,
	vote_floor: Option<Position>,
}

impl Memory {
	/// Whether a block may be authored in `slot`. There is no repeating: a second block in a slot
	/// is never the same block.
	pub fn judge_slot(&self, slot: u64) -> Result<(), Refusal> {
		if self.slots.contains(&slot) {
			return Err(Refusal::SlotUsed { slot });
		}
		match self.slot_floor {
			Some(floor) if slot <= floor => Err(Refusal::SlotForgotten { slot, floor }),
			_ => Ok(()),
		}
	}

	/// Whether `vote` may be signed.
	pub fn judge_vote(&self, vote: &Vote) -> Result<Verdict, Refusal> {
		let cast = self
			.votes
			.get(&(vote.position, vote.voter.clone()))
			.and_then(|votes| votes.get(vote.stage));
		match (cast, self.vote_floor) {
			(Some(cast), _) if cast == vote.target => Ok(Verdict::Repeat),
			(Some(cast), _) => Err(Refusal::OtherVoteCast { vote: vote.clone(), cast }),
			(None, Some(floor)) if vote.position <= floor => {
				Err(Refusal::RoundForgotten { position: vote.position, floor })
			},
			(None, _) => Ok(Verdict::New),
		}
	}

	/// Take in one record, and forget the lowest ones beyond the limits.
	pub fn absorb(&mut self, entry: Entry) {
		match entry {
			Entry::Slot(slot) => {
				self.slots.insert(slot);
			},
			Entry::Vote(vote) => self
				.votes
				.entry((vote.position, vote.voter))
				.or_default()
				.set(vote.stage, vote.target),
			Entry::SlotFloor(slot) => self.slot_floor = self.slot_floor.max(Some(slot)),
			Entry::VoteFloor(position) => self.vote_floor = self.vote_floor.max(Some(position)),
		}
		while self.slots.len() > KEPT_SLOTS {
			self.slot_floor = self.slot_floor.max(self.slots.pop_first());
		}
		while self.votes.len() > KEPT_ROUNDS {
			let forgotten = self.votes.pop_first().map(|((position, _), _)| position);
			self.vote_floor = self.vote_floor.max(forgotten);
		}
	}

	/// The records from which this memory can be built again.
	pub fn entries(&self) -> Vec<Entry> {
		let votes = self.votes.iter().flat_map(|((position, voter), votes)| {
			[Stage::Prevote, Stage::Precommit].into_iter().filter_map(move |stage| {
				votes.get(stage).map(|target| {
					Entry::Vote(Vote { position: *position, voter: voter.clone(), stage, target })
				})
			})
		});
		self.slot_floor
			.map(Entry::SlotFloor)
			.into_iter()
			.chain(self.vote_floor.map(Entry::VoteFloor))
			.chain(self.slots.iter().copied().map(Entry::Slot))
			.chain(votes)
			.collect()
	}

	/// The remembered votes, in the order of rounds.
	pub fn votes(&self) -> &BTreeMap<(Position, AuthorityId), Votes> {
		&self.votes
	}

	/// The last round of which the votes are forgotten, if any are.
	pub fn vote_floor(&self) -> Option<Position> {
		self.vote_floor
	}

	/// Forget every vote, but no slot.
	pub fn forget_votes(&mut self) {
		self.votes.clear();
		self.vote_floor = None;
	}
}

#[cfg(test)]
pub mod tests {
	use super::*;
	use sp_core::crypto::UncheckedFrom;

	pub fn voter(seed: u8) -> AuthorityId {
		AuthorityId::unchecked_from([seed; 32])
	}

	pub fn target(seed: u8) -> Target {
		Target { hash: Hash::repeat_byte(seed), number: seed.into() }
	}

	pub fn vote(position: Position, stage: Stage, block: u8) -> Vote {
		Vote { position, voter: voter(1), stage, target: target(block) }
	}

	fn memory_of(entries: impl IntoIterator<Item = Entry>) -> Memory {
		let mut memory = Memory::default();
		entries.into_iter().for_each(|entry| memory.absorb(entry));
		memory
	}

	#[test]
	fn slot_is_allowed_once() {
		let memory = memory_of([Entry::Slot(7)]);
		assert_eq!(memory.judge_slot(7), Err(Refusal::SlotUsed { slot: 7 }));
		assert_eq!(memory.judge_slot(8), Ok(()));
		assert_eq!(memory.judge_slot(6), Ok(()));
	}

	#[test]
	fn slot_is_refused_when_it_may_be_forgotten() {
		let last = KEPT_SLOTS as u64 + 10;
		let memory = memory_of((10..=last).map(Entry::Slot));
		assert_eq!(memory.judge_slot(10), Err(Refusal::SlotForgotten { slot: 10, floor: 10 }));
		assert_eq!(memory.judge_slot(9), Err(Refusal::SlotForgotten { slot: 9, floor: 10 }));
		assert_eq!(memory.judge_slot(11), Err(Refusal::SlotUsed { slot: 11 }));
		assert_eq!(memory.judge_slot(last + 1), Ok(()));
	}

	#[test]
	fn slot_is_allowed_after_the_clock_was_far_ahead() {
		let mut memory = memory_of([Entry::Slot(1_000_000)]);
		memory.absorb(Entry::Slot(100));
		assert_eq!(memory.judge_slot(101), Ok(()));
	}

	#[test]
	fn vote_repeats_but_never_differs() {
		let cast = vote((3, 5), Stage::Prevote, 9);
		let memory = memory_of([Entry::Vote(cast.clone())]);
		assert_eq!(memory.judge_vote(&cast), Ok(Verdict::Repeat));

		let other = vote((3, 5), Stage::Prevote, 8);
		assert_eq!(
			memory.judge_vote(&other),
			Err(Refusal::OtherVoteCast { vote: other, cast: target(9) })
		);
	}

	#[test]
	fn vote_is_new_in_another_stage_round_set_or_by_another_voter() {
		let memory = memory_of([Entry::Vote(vote((3, 5), Stage::Prevote, 9))]);
		for new in [
			vote((3, 5), Stage::Precommit, 8),
			vote((3, 6), Stage::Prevote, 8),
			vote((3, 4), Stage::Prevote, 8),
			vote((4, 5), Stage::Prevote, 8),
			Vote { voter: voter(2), ..vote((3, 5), Stage::Prevote, 8) },
		] {
			assert_eq!(memory.judge_vote(&new), Ok(Verdict::New), "{new:?}");
		}
	}

	#[test]
	fn vote_is_refused_when_it_may_be_forgotten() {
		let last = KEPT_ROUNDS as u64 + 1;
		let memory = memory_of((1..=last).map(|r| Entry::Vote(vote((2, r), Stage::Prevote, 1))));
		assert_eq!(memory.vote_floor(), Some((2, 1)));

		let floor = (2, 1);
		for position in [(2, 1), (2, 0), (1, 900)] {
			assert_eq!(
				memory.judge_vote(&vote(position, Stage::Precommit, 1)),
				Err(Refusal::RoundForgotten { position, floor })
			);
		}
		assert_eq!(memory.judge_vote(&vote((2, 2), Stage::Precommit, 1)), Ok(Verdict::New));
		assert_eq!(memory.judge_vote(&vote((3, 1), Stage::Prevote, 1)), Ok(Verdict::New));
	}

	#[test]
	fn memory_is_rebuilt_from_its_entries() {
		let mut memory = memory_of((1..=300).map(Entry::Slot));
		(1..=300).for_each(|r| {
			memory.absorb(Entry::Vote(vote((2, r), Stage::Prevote, 1)));
			memory.absorb(Entry::Vote(vote((2, r), Stage::Precommit, 2)));
		});
		let copy = memory_of(memory.entries());
		assert_eq!(copy.entries(), memory.entries());
		assert_eq!(copy.vote_floor(), Some((2, 300 - KEPT_ROUNDS as u64)));
		assert_eq!(copy.judge_slot(300 - KEPT_SLOTS as u64), memory.judge_slot(44));
	}
}
