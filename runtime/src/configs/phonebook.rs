//! The phonebook: twins and their records.

use crate::{
	configs::{
		accounts::{ProxyScope, StorageDeposit, StoragePrice},
		time::Ticks,
	},
	weights, AccountId, Runtime, RuntimeHoldReason, RuntimeOrigin, Signature, Timestamp, Twins,
};
use frame_support::parameter_types;
use ourledger_primitives::{money::DAY_MILLIS, time::DAYS, twin::TwinNumber, BlockNumber, Moment};
use sp_runtime::{traits::Verify, DispatchError};

parameter_types! {
	/// Why the phonebook holds the deposit of a twin.
	pub const TwinDepositReason: RuntimeHoldReason =
		RuntimeHoldReason::Twins(pallet_twins::HoldReason::Twin);
	/// Why the phonebook holds the deposit of a twin's keys.
	pub const KeyDepositReason: RuntimeHoldReason =
		RuntimeHoldReason::Twins(pallet_twins::HoldReason::Key);
	/// Why the phonebook holds the deposit of a name.
	pub const NameDepositReason: RuntimeHoldReason =
		RuntimeHoldReason::Twins(pallet_twins::HoldReason::Name);
	/// Ticks for which a newcomer's signature for a sponsor may stay valid: a day. What is signed
	/// and forgotten can't be used much later.
	pub const MaxSponsorshipTicks: BlockNumber = DAYS;
	/// How long a name rests that was given up, by the clock: 90 days. Links, contacts and standing
	/// orders that name it have until then to find out.
	pub const NameRestMillis: Moment = 90 * DAY_MILLIS;
}

/// Makes keyless controllers: pure proxies, whose owner is their first [`ProxyScope::Any`] proxy
/// and pays the deposit of the list of proxies.
pub struct PureProxies;

impl pallet_twins::KeylessAccounts<AccountId> for PureProxies {
	fn create(owner: &AccountId, twin: TwinNumber) -> Result<AccountId, DispatchError> {
		let scope = ProxyScope::Any;
		// Tells apart what one owner makes in one transaction. Wraps: nobody registers 65,536
		// twins in a single one.
		let index = twin as u16;
		pallet_proxy::Pallet::<Runtime>::create_pure(
			RuntimeOrigin::signed(owner.clone()),
			scope,
			0,
			index,
		)?;
		Ok(pallet_proxy::Pallet::<Runtime>::pure_account(owner, &scope, index, None))
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn ensure_successful(owner: &AccountId) {
		use frame_support::traits::fungible::Mutate;
		crate::Balances::mint_into(owner, 100 * ourledger_primitives::currency::OUR)
			.expect("issuance is far from its bound");
	}
}

impl pallet_twins::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Signature = Signature;
	type Signer = <Signature as Verify>::Signer;
	type TwinDeposit = StorageDeposit<TwinDepositReason>;
	type KeyDeposit = StorageDeposit<KeyDepositReason>;
	type NameDeposit = StorageDeposit<NameDepositReason>;
	type DepositPrice = StoragePrice;
	type KeylessAccounts = PureProxies;
	type BlockNumberProvider = Ticks;
	type MaxSponsorshipTicks = MaxSponsorshipTicks;
	type Time = Timestamp;
	type NameRestMillis = NameRestMillis;
	type WeightInfo = weights::pallet_twins::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::SponsorshipHelper;
}

parameter_types! {
	/// Why the records hold the deposit of a twin's index.
	pub const IndexDepositReason: RuntimeHoldReason =
		RuntimeHoldReason::Records(pallet_records::HoldReason::Index);
	/// Why the records hold the deposit of a pinned descriptor.
	pub const PinDepositReason: RuntimeHoldReason =
		RuntimeHoldReason::Records(pallet_records::HoldReason::Pin);
}

impl pallet_records::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Twins = Twins;
	type IndexDeposit = StorageDeposit<IndexDepositReason>;
	type PinDeposit = StorageDeposit<PinDepositReason>;
	type DepositPrice = StoragePrice;
	type WeightInfo = weights::pallet_records::WeightInfo<Runtime>;
}
