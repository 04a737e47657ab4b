//! Blocks: how much fits in one, and what every transaction and hook builds on.

use crate::{
	configs::{
		brakes,
		currencies::CurrencyKind,
		limits::{max_block_weight, INITIALIZATION_SHARE, MAX_BLOCK_BYTES, NORMAL_SHARE},
	},
	weights, AccountId, Balance, Block, Hash, MultiBlockMigrations, Nonce, PalletInfo, Runtime,
	RuntimeCall, RuntimeEvent, RuntimeOrigin, RuntimeTask, TxExtension, UncheckedExtrinsic,
	VERSION,
};
use frame_support::{
	derive_impl, dispatch::DispatchClass, parameter_types, traits::ConstU32,
	weights::constants::ParityDbWeight,
};
use frame_system::limits::{BlockLength, BlockWeights};
use ourledger_primitives::{BlockNumber, SS58_PREFIX};
use sp_runtime::generic::Era;
use sp_version::RuntimeVersion;

fn block_weights() -> BlockWeights {
	let max = max_block_weight();
	let normal = NORMAL_SHARE * max;
	BlockWeights::builder()
		.base_block(weights::overhead::BlockExecutionWeight::get())
		.for_class(DispatchClass::all(), |class| {
			class.base_extrinsic = weights::overhead::ExtrinsicBaseWeight::get();
		})
		.for_class(DispatchClass::Normal, |class| class.max_total = Some(normal))
		.for_class(DispatchClass::Operational, |class| {
			class.max_total = Some(max);
			class.reserved = Some(max.saturating_sub(normal));
		})
		.avg_block_initialization(INITIALIZATION_SHARE)
		.build_or_panic()
}

fn block_length() -> BlockLength {
	BlockLength::builder()
		.max_length(MAX_BLOCK_BYTES)
		.modify_max_length_for_class(DispatchClass::Normal, |bytes| *bytes = NORMAL_SHARE * *bytes)
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

	#[test]
	fn block_limits_are_pinned() {
		let weights = RuntimeBlockWeights::get();
		assert_eq!(weights.max_block.ref_time(), 1_500 * WEIGHT_REF_TIME_PER_MILLIS);
		let normal = weights.get(DispatchClass::Normal).max_total.expect("is set");
		assert_eq!(normal.ref_time(), 1_200 * WEIGHT_REF_TIME_PER_MILLIS);
		assert_eq!(*RuntimeBlockLength::get().max.get(DispatchClass::Normal), 4 * 1024 * 1024);
		assert_eq!(*RuntimeBlockLength::get().max.get(DispatchClass::Operational), 5 * 1024 * 1024);
		assert_eq!(BlockHashCount::get(), 2_400);
	}

	#[test]
	fn database_weights_are_those_of_parity_db() {
		let weight = <Runtime as frame_system::Config>::DbWeight::get();
		assert_eq!((weight.read, weight.write), (8_000_000, 50_000_000));
	}
}
