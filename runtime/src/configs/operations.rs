//! Operations: scheduled calls, stored calls, values that governance may change, and upgrades.

use crate::{
	configs::{accounts::StorageDeposit, brakes::StopEverything, limits::of_block, time::Ticks},
	weights, AccountId, Balance, Balances, OriginCaller, Preimage, Runtime, RuntimeCall,
	RuntimeEvent, RuntimeHoldReason, RuntimeOrigin,
};
use frame_support::{
	dynamic_params::{dynamic_pallet_params, dynamic_params},
	parameter_types,
	traits::{AsEnsureOriginWithArg, ConstU32, EqualPrivilegeOnly},
	weights::Weight,
};
use frame_system::EnsureRoot;
use ourledger_primitives::currency::OUR;

/// Amounts that governance may change without an upgrade. Durations are not among them: they are
/// storage values of their pallets, set at genesis.
#[dynamic_params(RuntimeParameters, pallet_parameters::Parameters::<Runtime>)]
pub mod dynamic_params {
	use super::*;

	/// Values of the validators pallet.
	#[dynamic_pallet_params]
	#[codec(index = 0)]
	pub mod validators {
		/// What a candidate bonds, in base units. A change binds new candidates alone.
		#[codec(index = 0)]
		pub static Bond: Balance = 10_000 * OUR;
	}
}

#[cfg(feature = "runtime-benchmarks")]
impl Default for RuntimeParameters {
	fn default() -> Self {
		RuntimeParameters::Validators(dynamic_params::validators::Parameters::Bond(
			dynamic_params::validators::Bond,
			Some(1),
		))
	}
}

impl pallet_parameters::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeParameters = RuntimeParameters;
	type AdminOrigin = AsEnsureOriginWithArg<EnsureRoot<AccountId>>;
	type WeightInfo = weights::pallet_parameters::WeightInfo<Runtime>;
}

parameter_types! {
	/// Why the preimage pallet holds a deposit.
	pub const PreimageDepositReason: RuntimeHoldReason =
		RuntimeHoldReason::Preimage(pallet_preimage::HoldReason::Preimage);
}

impl pallet_preimage::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = pallet_preimage::weights::SubstrateWeight<Runtime>;
	type Currency = Balances;
	type ManagerOrigin = EnsureRoot<AccountId>;
	type Consideration = StorageDeposit<PreimageDepositReason>;
}

parameter_types! {
	/// What scheduled calls may take of a block: 80 %, so that they can't fill one.
	pub MaxSchedulerWeight: Weight = of_block(80);
}

impl pallet_scheduler::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeOrigin = RuntimeOrigin;
	type PalletsOrigin = OriginCaller;
	type RuntimeCall = RuntimeCall;
	type MaximumWeight = MaxSchedulerWeight;
	type ScheduleOrigin = EnsureRoot<AccountId>;
	type OriginPrivilegeCmp = EqualPrivilegeOnly;
	type MaxScheduledPerBlock = ConstU32<50>;
	type WeightInfo = pallet_scheduler::weights::SubstrateWeight<Runtime>;
	type Preimages = Preimage;
	type BlockNumberProvider = Ticks;
}

parameter_types! {
	/// What a multi-block migration may take of a block: 60 %.
	pub MaxMigrationWeight: Weight = of_block(60);
}

impl pallet_migrations::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	#[cfg(not(feature = "runtime-benchmarks"))]
	type Migrations = crate::migrations::MultiBlockMigrations;
	#[cfg(all(feature = "runtime-benchmarks", not(test)))]
	type Migrations = pallet_migrations::mock_helpers::MockedMigrations;
	#[cfg(all(feature = "runtime-benchmarks", test))]
	type Migrations = crate::tests::real_migrations::RealMigrations;
	type CursorMaxLen = ConstU32<65_536>;
	type IdentifierMaxLen = ConstU32<256>;
	type MigrationStatusHandler = ();
	type FailedMigrationHandler = StopEverything;
	type MaxServiceWeight = MaxMigrationWeight;
	type WeightInfo = pallet_migrations::weights::SubstrateWeight<Runtime>;
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn bond_is_pinned() {
		sp_io::TestExternalities::default().execute_with(|| {
			use frame_support::traits::Get;
			assert_eq!(
				<dynamic_params::validators::Bond as Get<Balance>>::get(),
				10_000_000_000_000_000
			);
		});
	}
}
