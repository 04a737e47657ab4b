//! The brakes: what stops transactions, what nothing stops, and what nobody may call.

use crate::{
	configs::{
		carriers::carried,
		governance::{CouncilInstance, CouncilSupermajority},
		time::Ticks,
	},
	weights, AccountId, Brakes, Runtime, RuntimeCall, RuntimeOrigin,
};
use frame_support::{
	migrations::{FailedMigrationHandler, FailedMigrationHandling},
	parameter_types,
	traits::{Contains, EitherOf, EnsureOrigin, GetCallMetadata, InsideBoth},
};
use frame_system::EnsureRoot;
use ourledger_primitives::{time::DAYS, BlockNumber};
use pallet_brakes::{CallName, Power};
use pallet_collective::EnsureProportionMoreThan;

/// The calls that run, for everybody but Root.
///
/// The SDK asks it whenever a call is dispatched, so also for each call that another one carries: a
/// proxy's, a multisig's, a batch. Only Root gets past it.
pub type Filter = InsideBoth<Callable, Brakes>;

/// Every call but those that nobody may make.
pub struct Callable;

impl Contains<RuntimeCall> for Callable {
	fn contains(call: &RuntimeCall) -> bool {
		use pallet_membership::Call::change_key;
		// Moves a seat of the council at once, while every other change of its members waits in the
		// queue; and the pallet asks nobody but the member. Through the queue there is `swap_member`.
		!matches!(call, RuntimeCall::CouncilMembership(change_key { .. }))
	}
}

/// What no brake can stop: what a block must contain, reports of cheating, and the means by which
/// the council acts and lets go of the brake again. By whatever way: a call that carries others is
/// unstoppable if all of them are.
pub struct Unstoppable;

impl Unstoppable {
	/// Pallets of which every call is unstoppable.
	// Some calls of the council carry others, which are asked about again when they run.
	const PALLETS: [&'static str; 6] =
		["Timestamp", "Council", "CouncilMembership", "Governance", "Preimage", "Brakes"];

	/// Further calls that are unstoppable.
	const CALLS: [(&'static str, &'static str); 17] = [
		// The council authorises an upgrade, anyone applies it: it may be the cure.
		("System", "apply_authorized_upgrade"),
		("Babe", "report_equivocation"),
		("Babe", "report_equivocation_unsigned"),
		("Grandpa", "report_equivocation"),
		("Grandpa", "report_equivocation_unsigned"),
		// What the council may do at once, and needs most when something is wrong.
		("Validators", "approve"),
		("Validators", "remove"),
		("Validators", "restore_finality"),
		// Steps to a member's vote. They name what is to run by its hash alone, and run nothing.
		("Multisig", "approve_as_multi"),
		("Multisig", "cancel_as_multi"),
		("Proxy", "announce"),
		("Proxy", "reject_announcement"),
		("Proxy", "remove_announcement"),
		// Objections. What they object to goes on by itself, at a time that no brake puts off.
		("Recovery", "slash_attempt"),
		("Recovery", "cancel_attempt"),
		("Commerce", "dispute"),
		("Tax", "appeal"),
	];

	/// How many calls that carry others may be around what can't be stopped: a member's proxy may be
	/// a multisig, one of whose signatories acts by a proxy, in a batch.
	// A bound, since the question comes up again for each of the calls, when it is dispatched.
	const DEPTH: u32 = 4;

	/// Whether a call by this name can't be stopped, whatever it carries.
	fn is(pallet: &[u8], call: &[u8]) -> bool {
		Self::PALLETS.iter().any(|name| name.as_bytes() == pallet)
			|| Self::CALLS.iter().any(|(p, c)| p.as_bytes() == pallet && c.as_bytes() == call)
	}

	/// Whether `call` can't be stopped, looking so many calls deep into it.
	fn is_call(call: &RuntimeCall, depth: u32) -> bool {
		let name = call.get_call_metadata();
		Self::is(name.pallet_name.as_bytes(), name.function_name.as_bytes())
			|| depth.checked_sub(1).is_some_and(|depth| Self::carries_only_such(call, depth))
	}

	/// Whether `call` carries others, none of which can be stopped.
	fn carries_only_such(call: &RuntimeCall, depth: u32) -> bool {
		carried(call, &|call| Self::is_call(call, depth)).unwrap_or(false)
	}
}

impl Contains<CallName> for Unstoppable {
	fn contains(name: &CallName) -> bool {
		Self::is(&name.pallet, &name.call)
	}
}

impl Contains<RuntimeCall> for Unstoppable {
	fn contains(call: &RuntimeCall) -> bool {
		Self::is_call(call, Self::DEPTH)
	}
}

/// So large a part of the council that fewer than a third of the seats can be against it: in a
/// council of three all of them. Whoever is silent counts as against.
pub type AllButThird = EnsureProportionMoreThan<AccountId, CouncilInstance, 2, 3>;

/// Two thirds of the council apply brakes within rounds. Root, and those against whom there is no
/// third, need no rounds.
pub struct BrakeOrigin;

impl EnsureOrigin<RuntimeOrigin> for BrakeOrigin {
	type Success = Power;

	fn try_origin(origin: RuntimeOrigin) -> Result<Power, RuntimeOrigin> {
		type Free = EitherOf<EnsureRoot<AccountId>, AllButThird>;
		match Free::try_origin(origin) {
			Ok(()) => Ok(Power::Free),
			Err(origin) => CouncilSupermajority::try_origin(origin).map(|()| Power::Bounded),
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn try_successful_origin() -> Result<RuntimeOrigin, ()> {
		Ok(pallet_collective::RawOrigin::<AccountId, CouncilInstance>::Members(2, 3).into())
	}
}

parameter_types! {
	/// Longest round of brakes, in ticks: three days. Less than half of the timelock, so that two
	/// thirds of the council can't stop everything for as long as what they queued waits. With as
	/// long a rest after it, any week has three days without.
	pub const LongestRound: BlockNumber = 3 * DAYS;
	/// Longest span of a brake that is applied at once, in ticks: thirty days. A repair that waits in
	/// the queue takes less.
	pub const LongestSpan: BlockNumber = 30 * DAYS;
}

impl pallet_brakes::Config for Runtime {
	type BrakeOrigin = BrakeOrigin;
	type Unstoppable = Unstoppable;
	type BlockNumberProvider = Ticks;
	type LongestRound = LongestRound;
	type LongestSpan = LongestSpan;
	type WeightInfo = weights::pallet_brakes::WeightInfo<Runtime>;
}

/// What becomes of the chain when a multi-block migration fails: safe mode until the council
/// releases it, and blocks that take transactions, so that the council can act.
// Not the SDK's handler, which enters safe mode too, but leaves the migration's cursor: then blocks
// take inherents alone, and nobody can act at all.
pub struct StopEverything;

impl FailedMigrationHandler for StopEverything {
	fn failed(_migration: Option<u32>) -> FailedMigrationHandling {
		Brakes::stop_everything();
		FailedMigrationHandling::ForceUnstuck
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::configs::governance::DefaultTimelock;
	use sp_runtime::traits::BlockNumberProvider;

	#[test]
	fn unstoppable_names_exist() {
		let pallets = RuntimeCall::get_module_names();
		for pallet in Unstoppable::PALLETS {
			assert!(pallets.contains(&pallet), "{pallet} is not a pallet with calls");
		}
		for (pallet, call) in Unstoppable::CALLS {
			assert!(RuntimeCall::get_call_names(pallet).contains(&call), "no call {pallet}.{call}");
		}
	}

	#[test]
	fn spans_are_pinned() {
		assert_eq!((LongestRound::get(), LongestSpan::get()), (86_400, 864_000));
	}

	#[test]
	fn a_timelock_is_longer_than_a_round_and_the_rest_after_it() {
		assert!(2 * LongestRound::get() < DefaultTimelock::get());
	}

	#[test]
	fn a_failed_migration_leaves_the_chain_to_the_council() {
		sp_io::TestExternalities::default().execute_with(|| {
			let handling = StopEverything::failed(Some(0));
			assert_eq!(handling, FailedMigrationHandling::ForceUnstuck);
			Ticks::set_block_number(BlockNumber::MAX - 1);
			assert!(Brakes::is_on(&pallet_brakes::Brake::SafeMode));
		});
	}
}
