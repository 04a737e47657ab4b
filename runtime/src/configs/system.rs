//! Blocks: how much fits in one, and what every transaction and hook builds on.

use crate::{
	configs::{
		brakes,
		currencies::CurrencyKind,
		limits::{
			of_block, INITIALIZATION_PERCENT, MAX_BLOCK_BYTES, MAX_BLOCK_WEIGHT, MAX_NORMAL_BYTES,
			NORMAL_PERCENT,
		},
	},
	weights, AccountId, Balance, Block, Hash, MultiBlockMigrations, Nonce, PalletInfo, Runtime,
	RuntimeCall, RuntimeEvent, RuntimeOrigin, RuntimeTask, TxExtension, UncheckedExtrinsic,
	VERSION,
};
use frame_support::{
	derive_impl,
	dispatch::{DispatchClass, PerDispatchClass},
	parameter_types,
	traits::ConstU32,
	weights::{constants::ParityDbWeight, Weight},
};
use frame_system::limits::{BlockLength, BlockWeights, WeightsPerClass};
use ourledger_primitives::{BlockNumber, SS58_PREFIX};
use sp_runtime::generic::Era;
use sp_version::RuntimeVersion;

/// What [`BlockWeights::builder`] would build, as a test compares. Every transaction asks for the
/// weights a dozen times, and building and checking them takes longer than all that is done with them.
fn block_weights() -> BlockWeights {
	let base_extrinsic = weights::overhead::ExtrinsicBaseWeight::get();
	let normal = of_block(NORMAL_PERCENT);
	let besides = of_block(INITIALIZATION_PERCENT).ref_time() + base_extrinsic.ref_time();
	let largest = |class: Weight| class.set_ref_time(class.ref_time().saturating_sub(besides));
	BlockWeights {
		base_block: weights::overhead::BlockExecutionWeight::get(),
		max_block: MAX_BLOCK_WEIGHT,
		per_class: PerDispatchClass::new(|class| {
			let (max_total, reserved) = match class {
				DispatchClass::Normal => (Some(normal), Some(Weight::zero())),
				DispatchClass::Operational => {
					(Some(MAX_BLOCK_WEIGHT), Some(of_block(100 - NORMAL_PERCENT)))
				},
				DispatchClass::Mandatory => (None, None),
			};
			let max_extrinsic = max_total.map(largest);
			WeightsPerClass { base_extrinsic, max_extrinsic, max_total, reserved }
		}),
	}
}

fn block_length() -> BlockLength {
	BlockLength::builder()
		.max_length(MAX_BLOCK_BYTES)
		.modify_max_length_for_class(DispatchClass::Normal, |bytes| *bytes = MAX_NORMAL_BYTES)
		.build()
}

parameter_types! {
	/// Blocks whose hashes stay in state, so the longest life of a mortal transaction. Counted in
	/// blocks, since it is blocks that are stored: two hours of them at a block per 3 s.
	pub const BlockHashCount: BlockNumber = 2_400;
	/// Weights and limits of blocks.
	pub RuntimeBlockWeights: BlockWeights = block_weights();
	/// Lengths of blocks, in bytes.
	pub RuntimeBlockLength: BlockLength = block_length();
	/// Version that the runtime reports.
	pub const Version: RuntimeVersion = VERSION;
	/// SS58 prefix of addresses, also in the chain specs.
	pub const SS58Prefix: u16 = SS58_PREFIX;
}

#[derive_impl(frame_system::config_preludes::SolochainDefaultConfig)]
impl frame_system::Config for Runtime {
	type BaseCallFilter = brakes::Filter;
	type BlockWeights = RuntimeBlockWeights;
	type BlockLength = RuntimeBlockLength;
	type BlockHashCount = BlockHashCount;
	type Block = Block;
	type AccountId = AccountId;
	type Nonce = Nonce;
	type Hash = Hash;
	type AccountData = pallet_balances::AccountData<Balance>;
	type DbWeight = ParityDbWeight;
	type Version = Version;
	type SS58Prefix = SS58Prefix;
	type SystemWeightInfo = frame_system::weights::SubstrateWeight<Runtime>;
	type ExtensionsWeightInfo = weights::frame_system_extensions::WeightInfo<Runtime>;
	// Each currency that an account holds takes a reference, since none is sufficient by itself, and
	// anybody can pay it in one. So nobody must be able to use them all up: nothing loops over them,
	// and the limit is read in checked comparisons alone.
	type MaxConsumers = ConstU32<{ u32::MAX }>;
	type SingleBlockMigrations = crate::migrations::SingleBlockMigrations;
	type MultiBlockMigrator = MultiBlockMigrations;
}

impl<C> frame_system::offchain::CreateTransactionBase<C> for Runtime
where
	RuntimeCall: From<C>,
{
	type Extrinsic = UncheckedExtrinsic;
	type RuntimeCall = RuntimeCall;
}

impl<C> frame_system::offchain::CreateBare<C> for Runtime
where
	RuntimeCall: From<C>,
{
	fn create_bare(call: RuntimeCall) -> UncheckedExtrinsic {
		UncheckedExtrinsic::new_bare(call)
	}
}

impl<C> frame_system::offchain::CreateTransaction<C> for Runtime
where
	RuntimeCall: From<C>,
{
	type Extension = TxExtension;

	fn create_transaction(call: RuntimeCall, extension: TxExtension) -> UncheckedExtrinsic {
		UncheckedExtrinsic::new_transaction(call, extension)
	}
}

impl<C> frame_system::offchain::CreateAuthorizedTransaction<C> for Runtime
where
	RuntimeCall: From<C>,
{
	fn create_extension() -> Self::Extension {
		transaction_extension(Era::Immortal, 0, 0, None)
	}
}

/// What a transaction carries besides its call, if its fee is paid in `asset`, or in OUR.
pub fn transaction_extension(
	era: Era,
	nonce: Nonce,
	tip: Balance,
	asset: Option<CurrencyKind>,
) -> TxExtension {
	(
		frame_system::AuthorizeCall::new(),
		frame_system::CheckNonZeroSender::new(),
		frame_system::CheckSpecVersion::new(),
		frame_system::CheckTxVersion::new(),
		frame_system::CheckGenesis::new(),
		frame_system::CheckEra::from(era),
		frame_system::CheckNonce::from(nonce),
		frame_system::CheckWeight::new(),
		pallet_asset_conversion_tx_payment::ChargeAssetTxPayment::from(tip, asset),
		frame_metadata_hash_extension::CheckMetadataHash::new(false),
		frame_system::WeightReclaim::new(),
	)
}

#[cfg(test)]
mod tests {
	use super::*;
	use frame_support::weights::constants::WEIGHT_REF_TIME_PER_MILLIS;
	use sp_runtime::Perbill;

	#[test]
	fn block_limits_are_pinned() {
		let weights = RuntimeBlockWeights::get();
		assert_eq!(weights.max_block.ref_time(), 2_000 * WEIGHT_REF_TIME_PER_MILLIS);
		let normal = weights.get(DispatchClass::Normal).max_total.expect("is set");
		assert_eq!(normal.ref_time(), 1_700 * WEIGHT_REF_TIME_PER_MILLIS);
		assert_eq!(*RuntimeBlockLength::get().max.get(DispatchClass::Normal), 4 * 1024 * 1024);
		assert_eq!(*RuntimeBlockLength::get().max.get(DispatchClass::Operational), 5 * 1024 * 1024);
		assert_eq!(BlockHashCount::get(), 2_400);
	}

	/// In reference time, that is: there is no bound on proof size, of which the builder takes shares.
	#[test]
	fn block_weights_are_as_the_builder_builds_them() {
		let (max, normal) = (MAX_BLOCK_WEIGHT, of_block(NORMAL_PERCENT));
		let built = BlockWeights::builder()
			.base_block(weights::overhead::BlockExecutionWeight::get())
			.for_class(DispatchClass::all(), |class| {
				class.base_extrinsic = weights::overhead::ExtrinsicBaseWeight::get();
			})
			.for_class(DispatchClass::Normal, |class| class.max_total = Some(normal))
			.for_class(DispatchClass::Operational, |class| {
				class.max_total = Some(max);
				class.reserved = Some(of_block(100 - NORMAL_PERCENT));
			})
			.avg_block_initialization(Perbill::from_percent(INITIALIZATION_PERCENT))
			.build_or_panic();
		let ours = RuntimeBlockWeights::get().validate().expect("is valid");
		let times = |weights: &BlockWeights| {
			let class = |class: &DispatchClass| {
				let it = weights.get(*class);
				let limits = [it.max_extrinsic, it.max_total, it.reserved];
				(it.base_extrinsic, limits.map(|limit| limit.map(|weight| weight.ref_time())))
			};
			let classes = DispatchClass::all().iter().map(class).collect::<Vec<_>>();
			(weights.base_block, weights.max_block.ref_time(), classes)
		};
		assert_eq!(times(&ours), times(&built));
	}

	#[test]
	fn database_weights_are_those_of_parity_db() {
		let weight = <Runtime as frame_system::Config>::DbWeight::get();
		assert_eq!((weight.read, weight.write), (8_000_000, 50_000_000));
	}
}
