//! What the pallet stores, and the names of longer types.

use crate::pallet::Config;
use frame::{deps::frame_support::traits::Bounded, prelude::*, traits::OriginTrait};

/// Number of a proposal: counts up from zero, never used twice.
pub type ProposalId = u64;

/// Any call of the runtime.
pub type CallOf<T> = <T as Config>::RuntimeCall;

/// A call by value when it is short, else by hash and length in the preimage store.
pub type BoundedCallOf<T> = Bounded<CallOf<T>, <T as frame_system::Config>::Hashing>;

/// Any origin of the runtime's pallets.
pub type PalletsOriginOf<T> =
	<<T as frame_system::Config>::RuntimeOrigin as OriginTrait>::PalletsOrigin;

/// A call on its way through the timelock.
#[derive(
	Encode, Decode, CloneNoBound, PartialEqNoBound, EqNoBound, DebugNoBound, TypeInfo, MaxEncodedLen,
)]
#[scale_info(skip_type_params(T))]
#[codec(mel_bound())]
pub struct QueuedCall<T: Config> {
	/// The call.
	pub call: BoundedCallOf<T>,
	/// Weight that it declared when it was queued; an upgrade can change what it needs.
	pub weight: Weight,
	/// Tick in which it was queued.
	pub queued_at: BlockNumberFor<T>,
	/// First tick in which it can be enacted.
	pub enact_at: BlockNumberFor<T>,
	/// Who objected. Each account once; accounts that left the council since do not count.
	pub vetoes: BoundedVec<T::AccountId, T::MaxCouncil>,
}

/// Counts whoever did not vote on a motion as a no, whatever the prime member voted.
///
/// `DefaultVote` of the council's collective: only ayes that were given can pass a motion.
#[derive(Debug)]
pub struct AbstentionsVoteNo;

impl pallet_collective::DefaultVote for AbstentionsVoteNo {
	fn default_vote(
		_prime_vote: Option<bool>,
		_yes_votes: pallet_collective::MemberCount,
		_no_votes: pallet_collective::MemberCount,
		_len: pallet_collective::MemberCount,
	) -> bool {
		false
	}
}

/// Vetoes that stop a proposal in a council of `members`: a third, but never fewer than two, so
/// that no single member can stop anything.
// Rounds up: the majority gains, a council of four needs two vetoes and one of seven three.
pub fn veto_threshold_of(members: u32) -> u32 {
	members.div_ceil(3).max(2)
}
