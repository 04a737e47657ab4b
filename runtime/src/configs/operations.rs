//! Operations: scheduled calls, stored calls, values that governance may change, upgrades, and the
//! emergency brakes.

use crate::{
	configs::{
		accounts::StorageDeposit,
		governance::RootOrSupermajority,
		system::RuntimeBlockWeights,
		time::{blocks_in, Ticks},
	},
	weights, AccountId, Balance, Balances, OriginCaller, Preimage, Runtime, RuntimeCall,
	RuntimeEvent, RuntimeHoldReason, RuntimeOrigin, SafeMode,
};
use frame_support::{
	dynamic_params::{dynamic_pallet_params, dynamic_params},
	migrations::{EnterSafeModeOnFailedMigration, FreezeChainOnFailedMigration},
	parameter_types,
	traits::{AsEnsureOriginWithArg, ConstU32, Contains, EnsureOrigin, EqualPrivilegeOnly},
	weights::Weight,
};
use frame_system::EnsureRoot;
use ourledger_primitives::{currency::OUR, time::DAYS, BlockNumber};
use pallet_tx_pause::RuntimeCallNameOf;
use sp_runtime::Perbill;

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
	pub MaxSchedulerWeight: Weight =
		Perbill::from_percent(80) * RuntimeBlockWeights::get().max_block;
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
	pub MaxMigrationWeight: Weight =
		Perbill::from_percent(60) * RuntimeBlockWeights::get().max_block;
}

impl pallet_migrations::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	#[cfg(not(feature = "runtime-benchmarks"))]
	type Migrations = crate::migrations::MultiBlockMigrations;
	#[cfg(feature = "runtime-benchmarks")]
	type Migrations = pallet_migrations::mock_helpers::MockedMigrations;
	type CursorMaxLen = ConstU32<65_536>;
	type IdentifierMaxLen = ConstU32<256>;
	type MigrationStatusHandler = ();
	// Keeps the council able to act; where safe mode can't be entered, nothing but stopping is safe.
	type FailedMigrationHandler =
		EnterSafeModeOnFailedMigration<SafeMode, FreezeChainOnFailedMigration>;
	type MaxServiceWeight = MaxMigrationWeight;
	type WeightInfo = pallet_migrations::weights::SubstrateWeight<Runtime>;
}

/// What no brake can stop: what a block must contain, reports of cheating, and the means by which
/// the council lets go of the brake again.
///
/// The pause pallet asks by name, safe mode by call; both ask here.
pub struct Unstoppable;

impl Unstoppable {
	/// Pallets of which every call is unstoppable.
	const PALLETS: [&'static str; 7] = [
		"Timestamp",
		"Council",
		"CouncilMembership",
		"Governance",
		"Preimage",
		"TxPause",
		"SafeMode",
	];

	/// Further calls that are unstoppable.
	const CALLS: [(&'static str, &'static str); 6] = [
		// The council authorises an upgrade, anyone applies it: it may be the cure.
		("System", "apply_authorized_upgrade"),
		("Babe", "report_equivocation"),
		("Babe", "report_equivocation_unsigned"),
		("Grandpa", "report_equivocation"),
		("Grandpa", "report_equivocation_unsigned"),
		("Validators", "restore_finality"),
	];

	fn is(pallet: &[u8], call: &[u8]) -> bool {
		Self::PALLETS.iter().any(|name| name.as_bytes() == pallet)
			|| Self::CALLS.iter().any(|(p, c)| p.as_bytes() == pallet && c.as_bytes() == call)
	}
}

impl Contains<RuntimeCallNameOf<Runtime>> for Unstoppable {
	fn contains((pallet, call): &RuntimeCallNameOf<Runtime>) -> bool {
		Self::is(pallet, call)
	}
}

impl Contains<RuntimeCall> for Unstoppable {
	fn contains(call: &RuntimeCall) -> bool {
		use frame_support::traits::GetCallMetadata;
		let metadata = call.get_call_metadata();
		Self::is(metadata.pallet_name.as_bytes(), metadata.function_name.as_bytes())
	}
}

impl pallet_tx_pause::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type PauseOrigin = RootOrSupermajority;
	type UnpauseOrigin = RootOrSupermajority;
	type WhitelistedCalls = Unstoppable;
	type MaxNameLen = ConstU32<256>;
	type WeightInfo = pallet_tx_pause::weights::SubstrateWeight<Runtime>;
}

parameter_types! {
	/// Blocks for which safe mode lasts once entered, and by which it can be extended: a day's. Safe
	/// mode knows no other clock than the number of blocks, so it lasts for longer where blocks are
	/// rare, for ten days at most; two thirds of the council leave it at any time.
	pub SafeModeDuration: BlockNumber = blocks_in(DAYS);
	/// Nobody can buy safe mode: it is the council's.
	pub const SafeModeDeposit: Option<Balance> = None;
}

/// Root or two thirds of the council, for [`SafeModeDuration`] at a time.
pub struct SafeModeOrigin;

impl EnsureOrigin<RuntimeOrigin> for SafeModeOrigin {
	type Success = BlockNumber;

	fn try_origin(origin: RuntimeOrigin) -> Result<BlockNumber, RuntimeOrigin> {
		RootOrSupermajority::try_origin(origin).map(|_| SafeModeDuration::get())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn try_successful_origin() -> Result<RuntimeOrigin, ()> {
		RootOrSupermajority::try_successful_origin()
	}
}

impl pallet_safe_mode::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type WhitelistedCalls = Unstoppable;
	type EnterDuration = SafeModeDuration;
	type ExtendDuration = SafeModeDuration;
	type EnterDepositAmount = SafeModeDeposit;
	type ExtendDepositAmount = SafeModeDeposit;
	type ForceEnterOrigin = SafeModeOrigin;
	type ForceExtendOrigin = SafeModeOrigin;
	type ForceExitOrigin = RootOrSupermajority;
	type ForceDepositOrigin = EnsureRoot<AccountId>;
	type Notify = ();
	type ReleaseDelay = ();
	type WeightInfo = pallet_safe_mode::weights::SubstrateWeight<Runtime>;
}

#[cfg(test)]
mod tests {
	use super::*;
	use frame_support::traits::GetCallMetadata;

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
	fn brakes_stop_payments_but_not_governance() {
		let transfer = RuntimeCall::Balances(pallet_balances::Call::transfer_keep_alive {
			dest: AccountId::new([1; 32]).into(),
			value: 1,
		});
		let veto = RuntimeCall::Governance(pallet_governance::Call::veto { id: 0 });
		let time = RuntimeCall::Timestamp(pallet_timestamp::Call::set { now: 0 });
		assert!(!<Unstoppable as Contains<RuntimeCall>>::contains(&transfer));
		assert!(<Unstoppable as Contains<RuntimeCall>>::contains(&veto));
		assert!(<Unstoppable as Contains<RuntimeCall>>::contains(&time));
	}

	#[test]
	fn safe_mode_cannot_be_bought() {
		assert_eq!(SafeModeDeposit::get(), None);
		sp_io::TestExternalities::default().execute_with(|| {
			assert_eq!(SafeModeDuration::get(), 28_800);
			pallet_validators::SlotMillis::<Runtime>::put(1_000);
			assert_eq!(SafeModeDuration::get(), 86_400);
		});
	}

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
