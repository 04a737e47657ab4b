//! Governance: the council, and the queue through which alone it reaches Root.
//!
//! No single member has any power. A motion needs two thirds of the council's seats; members who
//! do not vote count as votes against; there is no prime.

use crate::{
	configs::{
		carriers::Weighed,
		limits::of_block,
		time::{blocks_in, Ticks},
	},
	weights, AccountId, Balance, Balances, Council, CouncilMembership, Preimage, Runtime,
	RuntimeCall, RuntimeEvent, RuntimeHoldReason, RuntimeOrigin, Scheduler,
};
use frame_support::{
	instances::Instance1,
	parameter_types,
	traits::{fungible::HoldConsideration, ConstU32, EitherOf},
	weights::Weight,
};
use frame_system::{EnsureNever, EnsureRoot};
use ourledger_primitives::{currency::OUR, time::DAYS, BlockNumber};
use pallet_collective::{
	deposit::{Delayed, Geometric},
	EnsureProportionAtLeast,
};
use sp_runtime::FixedU128;

/// The council.
pub type CouncilInstance = Instance1;

/// Two thirds of the council's seats: in a council of three, two.
pub type CouncilSupermajority = EnsureProportionAtLeast<AccountId, CouncilInstance, 2, 3>;

/// Root, which only the governance queue reaches, or two thirds of the council at once. For what
/// must be quick and can be undone.
pub type RootOrSupermajority = EitherOf<EnsureRoot<AccountId>, CouncilSupermajority>;

/// Most members of the council.
pub type MaxCouncilMembers = ConstU32<50>;

parameter_types! {
	/// Blocks for which a motion stays open: a week's. The collective knows no other clock than the
	/// number of blocks, so a motion stays open for longer where blocks are rare, for eleven weeks
	/// and more. That takes no power from anyone: it passes as soon as it has its ayes, and a motion
	/// that nobody wants two thirds of the council can disapprove.
	pub MotionDuration: BlockNumber = blocks_in(7 * DAYS);
	/// Largest weight of a call that a motion may carry: half a block.
	pub MaxMotionWeight: Weight = of_block(50);
}

/// Motions that may be open before a further one takes a deposit.
pub const FREE_MOTIONS: u32 = 8;

parameter_types! {
	/// Deposit of the first motion beyond [`FREE_MOTIONS`], in base units: an OUR. It doubles with
	/// each further one, so that no member can fill every slot and keep the others from acting.
	pub const MotionDeposit: Balance = OUR;
	/// Growth of that deposit with each further motion.
	pub const MotionDepositGrowth: FixedU128 = FixedU128::from_u32(2);
	/// Why the council holds a deposit.
	pub const MotionDepositReason: RuntimeHoldReason =
		RuntimeHoldReason::Council(pallet_collective::HoldReason::ProposalSubmission);
}

impl pallet_collective::Config<CouncilInstance> for Runtime {
	type RuntimeOrigin = RuntimeOrigin;
	type Proposal = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type MotionDuration = MotionDuration;
	type MaxProposals = ConstU32<100>;
	type MaxMembers = MaxCouncilMembers;
	type DefaultVote = pallet_governance::AbstentionsVoteNo;
	type WeightInfo = pallet_collective::weights::SubstrateWeight<Runtime>;
	// Membership is kept by the membership pallet alone.
	type SetMembersOrigin = EnsureNever<()>;
	type MaxProposalWeight = MaxMotionWeight;
	type DisapproveOrigin = RootOrSupermajority;
	type KillOrigin = EnsureRoot<AccountId>;
	type Consideration = HoldConsideration<
		AccountId,
		Balances,
		MotionDepositReason,
		Delayed<ConstU32<FREE_MOTIONS>, Geometric<MotionDepositGrowth, MotionDeposit>>,
		u32,
	>;
}

impl pallet_membership::Config<CouncilInstance> for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type AddOrigin = EnsureRoot<AccountId>;
	type RemoveOrigin = EnsureRoot<AccountId>;
	type SwapOrigin = EnsureRoot<AccountId>;
	type ResetOrigin = EnsureRoot<AccountId>;
	type PrimeOrigin = EnsureNever<()>;
	type MembershipInitialized = Council;
	type MembershipChanged = Council;
	type MaxMembers = MaxCouncilMembers;
	type WeightInfo = pallet_membership::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
	/// Ticks that a queued call waits where genesis says nothing else: a week.
	pub const DefaultTimelock: BlockNumber = 7 * DAYS;
	/// Longest timelock that can be set, in ticks: ninety days. A longer one could lock
	/// governance out of its own repair.
	pub const MaxTimelock: BlockNumber = 90 * DAYS;
	/// Largest weight of a queued call: 60 % of a block, less than the scheduler may spend and
	/// less than a normal transaction may weigh, so that anyone can run it by hand too.
	pub MaxQueuedCallWeight: Weight = of_block(60);
}

/// Largest queued call, in bytes. An upgrade queues the hash of its code, not the code.
pub type MaxQueuedCallBytes = ConstU32<{ 64 * 1024 }>;

impl pallet_governance::Config for Runtime {
	type RuntimeCall = RuntimeCall;
	type QueueOrigin = CouncilSupermajority;
	type Members = CouncilMembership;
	type BlockNumberProvider = Ticks;
	type Scheduler = Scheduler;
	type Preimages = Preimage;
	type DefaultTimelock = DefaultTimelock;
	type MaxTimelock = MaxTimelock;
	// No more than the scheduler can hold in one block.
	type MaxQueued = ConstU32<32>;
	type MaxCouncil = MaxCouncilMembers;
	type MaxCallLen = MaxQueuedCallBytes;
	type MaxCallWeight = MaxQueuedCallWeight;
	type Weighed = Weighed;
	type WeightInfo = weights::pallet_governance::WeightInfo<Runtime>;
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn durations_are_pinned() {
		sp_io::TestExternalities::default().execute_with(|| {
			assert_eq!(MotionDuration::get(), 201_600);
			pallet_validators::SlotMillis::<Runtime>::put(1_000);
			assert_eq!(MotionDuration::get(), 604_800);
		});
		assert_eq!(DefaultTimelock::get(), 201_600);
		assert_eq!(MaxTimelock::get(), 2_592_000);
	}

	#[test]
	fn motions_beyond_the_free_ones_cost_ever_more() {
		use sp_runtime::traits::Convert;
		type Deposit =
			Delayed<ConstU32<FREE_MOTIONS>, Geometric<MotionDepositGrowth, MotionDeposit>>;
		for (open, deposit) in [(0, 0), (7, 0), (8, OUR), (9, 2 * OUR), (28, 1_048_576 * OUR)] {
			assert_eq!(<Deposit as Convert<u32, Balance>>::convert(open), deposit, "{open} open");
		}
	}

	#[test]
	fn a_queued_call_fits_the_scheduler_and_a_transaction() {
		use frame_support::dispatch::DispatchClass;
		let call = MaxQueuedCallWeight::get().ref_time();
		assert!(call < crate::configs::operations::MaxSchedulerWeight::get().ref_time());
		let weights = crate::configs::system::RuntimeBlockWeights::get();
		let normal = weights.get(DispatchClass::Normal).max_extrinsic.expect("is set");
		assert!(call < normal.ref_time());
	}
}
