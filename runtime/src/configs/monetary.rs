//! Money: the native token, fees, the assets below local currencies, and the treasury.
//!
//! **Fee policy.** A transaction pays a base fee and a price for each byte, both fixed, and for its
//! weight at a price that a multiplier raises while blocks stay fuller than a quarter, and lowers
//! again, never below 1. Half of the fee goes to the treasury and half to the block's author, whose
//! tip is all its own.

use crate::{
	weights, AccountId, AssetConversion, Assets, AssetsFreezer, AssetsHolder, Authorship, Balance,
	Balances, PoolAssets, Runtime, RuntimeEvent, RuntimeFreezeReason, RuntimeHoldReason, System,
};
use frame_support::{
	instances::{Instance1, Instance2},
	parameter_types,
	traits::{
		fungible::{Balanced, Credit, NativeFromLeft, NativeOrWithId, UnionOf},
		tokens::{
			imbalance::{ResolveAssetTo, ResolveTo},
			pay::PayAssetFromAccount,
			UnityAssetBalanceConversion,
		},
		AsEnsureOriginWithArg, ConstU128, ConstU32, ConstU8, Imbalance, OnUnbalanced,
		VariantCountOf,
	},
	weights::{ConstantMultiplier, Weight, WeightToFee},
	PalletId,
};
use frame_system::{EnsureNever, EnsureRoot, EnsureRootWithSuccess};
use ourledger_primitives::{
	currency::{deposit, EXISTENTIAL_DEPOSIT, MICRO_OUR, OUR},
	time::DAYS,
	BlockNumber,
};
use pallet_asset_conversion::{AccountIdConverter, Ascending, Chain, WithFirstAsset};
use pallet_transaction_payment::{FungibleAdapter, Multiplier, TargetedFeeAdjustment};
use sp_runtime::{
	traits::{AccountIdConversion, IdentityLookup, One},
	FixedPointNumber, Permill, Perquintill,
};

/// Id of a local currency. Sequential, never reused.
pub type CurrencyId = u32;

/// Either OUR or a local currency.
pub type CurrencyKind = NativeOrWithId<CurrencyId>;

parameter_types! {
	/// Least balance of an account, in base units of OUR.
	pub const ExistentialDeposit: Balance = EXISTENTIAL_DEPOSIT;
}

impl pallet_balances::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeHoldReason = RuntimeHoldReason;
	type RuntimeFreezeReason = RuntimeFreezeReason;
	type WeightInfo = pallet_balances::weights::SubstrateWeight<Runtime>;
	type Balance = Balance;
	// Dust of removed accounts is public money.
	type DustRemoval = ResolveTo<TreasuryAccount, Balances>;
	type ExistentialDeposit = ExistentialDeposit;
	type AccountStore = System;
	type ReserveIdentifier = [u8; 8];
	type FreezeIdentifier = RuntimeFreezeReason;
	type MaxLocks = ConstU32<50>;
	type MaxReserves = ConstU32<50>;
	type MaxFreezes = VariantCountOf<RuntimeFreezeReason>;
	type DoneSlashHandler = ();
}

/// Fee for the base weight of a transaction, in base units: 0.0002 OUR.
pub const BASE_FEE: Balance = 200 * MICRO_OUR;

/// Price of a byte of a transaction, in base units: 0.000001 OUR, so that a full block of bytes
/// costs about 4 OUR.
pub const BYTE_FEE: Balance = MICRO_OUR;

/// Prices weight so that a transaction's base weight costs [`BASE_FEE`]; all other computation
/// costs the same per unit of reference time.
pub struct WeightFee;

impl WeightToFee for WeightFee {
	type Balance = Balance;

	fn weight_to_fee(weight: &Weight) -> Balance {
		let base = weights::overhead::ExtrinsicBaseWeight::get().ref_time();
		// Below 2^28 times 2^64. Rounds down: less than a base unit.
		BASE_FEE * Balance::from(weight.ref_time()) / Balance::from(base)
	}
}

parameter_types! {
	/// Fullness of normal blocks at which fees stay as they are.
	pub const TargetBlockFullness: Perquintill = Perquintill::from_percent(25);
	/// Speed of the multiplier: a day of full blocks raises fees about five times.
	pub AdjustmentVariable: Multiplier = Multiplier::saturating_from_rational(75, 1_000_000);
	/// Fees never fall below the stated ones: they pay for state and signatures, also when idle.
	pub MinimumMultiplier: Multiplier = Multiplier::one();
	/// Fees never rise beyond a hundred times the stated ones, so that a flood can't lock people
	/// out for long after it ends.
	pub MaximumMultiplier: Multiplier = Multiplier::saturating_from_integer(100);
}

/// Shares fees: half to the treasury, half to the author; tips to the author. Where no author is
/// known everything goes to the treasury.
pub struct ShareFees;

impl OnUnbalanced<Credit<AccountId, Balances>> for ShareFees {
	fn on_unbalanceds(mut fees_then_tips: impl Iterator<Item = Credit<AccountId, Balances>>) {
		let Some(fees) = fees_then_tips.next() else { return };
		let (treasury, mut author) = fees.ration(50, 50);
		ResolveTo::<TreasuryAccount, Balances>::on_unbalanced(treasury);
		if let Some(tips) = fees_then_tips.next() {
			tips.merge_into(&mut author);
		}
		let unresolved = match Authorship::author() {
			Some(account) => Balances::resolve(&account, author).err(),
			None => Some(author),
		};
		// An author below the existential deposit can't be paid a share smaller than it.
		if let Some(credit) = unresolved {
			ResolveTo::<TreasuryAccount, Balances>::on_unbalanced(credit);
		}
	}
}

impl pallet_transaction_payment::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type OnChargeTransaction = FungibleAdapter<Balances, ShareFees>;
	type WeightToFee = WeightFee;
	type LengthToFee = ConstantMultiplier<Balance, ConstU128<BYTE_FEE>>;
	type FeeMultiplierUpdate = TargetedFeeAdjustment<
		Self,
		TargetBlockFullness,
		AdjustmentVariable,
		MinimumMultiplier,
		MaximumMultiplier,
	>;
	// An operational transaction's priority grows by five times its fee.
	type OperationalFeeMultiplier = ConstU8<5>;
	type WeightInfo = weights::pallet_transaction_payment::WeightInfo<Runtime>;
}

parameter_types! {
	/// Deposit of the account entry of a holder that no currency keeps alive, in base units.
	pub const CurrencyAccountDeposit: Balance = deposit(1, 16);
	/// Deposit for a currency, in base units.
	pub const CurrencyDeposit: Balance = deposit(1, 190);
	/// Deposit for a currency's name, symbol and decimals, in base units.
	pub const CurrencyMetadataDeposit: Balance = deposit(1, 68);
	/// Deposit for each byte of name and symbol, in base units.
	pub const CurrencyMetadataByteDeposit: Balance = deposit(0, 1);
}

/// Balances of local currencies. Their policy lives in the currencies pallet.
impl pallet_assets::Config<Instance1> for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Balance = Balance;
	type RemoveItemsLimit = ConstU32<1_000>;
	type AssetId = CurrencyId;
	type AssetIdParameter = codec::Compact<CurrencyId>;
	type ReserveData = ();
	type Currency = Balances;
	type CreateOrigin = AsEnsureOriginWithArg<EnsureNever<AccountId>>;
	type ForceOrigin = EnsureRoot<AccountId>;
	type AssetDeposit = CurrencyDeposit;
	type AssetAccountDeposit = CurrencyAccountDeposit;
	type MetadataDepositBase = CurrencyMetadataDeposit;
	type MetadataDepositPerByte = CurrencyMetadataByteDeposit;
	type ApprovalDeposit = CurrencyAccountDeposit;
	type StringLimit = ConstU32<50>;
	type Freezer = AssetsFreezer;
	type Holder = AssetsHolder;
	type Extra = ();
	type CallbackHandle = ();
	type AssetIdAllocator = ();
	type WeightInfo = pallet_assets::weights::SubstrateWeight<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
}

impl pallet_assets_holder::Config<Instance1> for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeHoldReason = RuntimeHoldReason;
}

impl pallet_assets_freezer::Config<Instance1> for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeFreezeReason = RuntimeFreezeReason;
}

/// Shares in the pools of asset conversion.
impl pallet_assets::Config<Instance2> for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Balance = Balance;
	type RemoveItemsLimit = ConstU32<1_000>;
	type AssetId = u32;
	type AssetIdParameter = u32;
	type ReserveData = ();
	type Currency = Balances;
	type CreateOrigin = AsEnsureOriginWithArg<EnsureNever<AccountId>>;
	type ForceOrigin = EnsureRoot<AccountId>;
	// Pools belong to their own keyless account, which has no money to deposit.
	type AssetDeposit = ConstU128<0>;
	type AssetAccountDeposit = CurrencyAccountDeposit;
	type MetadataDepositBase = ConstU128<0>;
	type MetadataDepositPerByte = ConstU128<0>;
	type ApprovalDeposit = CurrencyAccountDeposit;
	type StringLimit = ConstU32<50>;
	type Freezer = ();
	type Holder = ();
	type Extra = ();
	type CallbackHandle = ();
	type AssetIdAllocator = ();
	type WeightInfo = pallet_assets::weights::SubstrateWeight<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
}

/// OUR and all local currencies as one set, for conversion, fees and the treasury.
pub type NativeAndCurrencies = UnionOf<Balances, Assets, NativeFromLeft, CurrencyKind, AccountId>;

parameter_types! {
	/// Account id of the conversion pallet, from which those of the pools derive.
	pub const ConversionPalletId: PalletId = PalletId(*b"our/conv");
	/// What a pool's set-up is paid in.
	pub const PoolSetupCurrency: CurrencyKind = NativeOrWithId::Native;
	/// Price of setting up a pool, in base units of OUR: a pool stays for ever.
	pub const PoolSetupFee: Balance = 10 * OUR;
	/// Share of a swap that its pool keeps.
	pub const SwapFee: Permill = Permill::from_parts(3_000);
	/// Highest share of a swap that a pool may be set to keep.
	pub const MaxSwapFee: Permill = Permill::from_percent(10);
	/// Share that leaving a pool costs: nothing.
	pub const LiquidityWithdrawalFee: Permill = Permill::zero();
}

impl pallet_asset_conversion::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Balance = Balance;
	type HigherPrecisionBalance = sp_core::U256;
	type AssetKind = CurrencyKind;
	type Assets = NativeAndCurrencies;
	type PoolId = (Self::AssetKind, Self::AssetKind);
	type PoolLocator = Chain<
		WithFirstAsset<
			PoolSetupCurrency,
			AccountId,
			Self::AssetKind,
			AccountIdConverter<ConversionPalletId, Self::PoolId>,
		>,
		Ascending<AccountId, Self::AssetKind, AccountIdConverter<ConversionPalletId, Self::PoolId>>,
	>;
	type PoolAssetId = u32;
	type PoolAssets = PoolAssets;
	type LPFee = SwapFee;
	type AdminOrigin = EnsureRoot<AccountId>;
	type MaxSwapFee = MaxSwapFee;
	type PoolSetupFee = PoolSetupFee;
	type PoolSetupFeeAsset = PoolSetupCurrency;
	type PoolSetupFeeTarget = ResolveAssetTo<TreasuryAccount, NativeAndCurrencies>;
	type LiquidityWithdrawalFee = LiquidityWithdrawalFee;
	// Locked for ever in each pool, so that nobody can make a share so dear that others can't join.
	type MintMinLiquidity = ConstU128<100>;
	type MaxSwapPathLength = ConstU32<4>;
	type PalletId = ConversionPalletId;
	type WeightInfo = pallet_asset_conversion::weights::SubstrateWeight<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
}

impl pallet_asset_conversion_tx_payment::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type AssetId = CurrencyKind;
	type OnChargeAssetTransaction = pallet_asset_conversion_tx_payment::SwapAssetAdapter<
		PoolSetupCurrency,
		NativeAndCurrencies,
		AssetConversion,
		ResolveAssetTo<TreasuryAccount, NativeAndCurrencies>,
	>;
	type WeightInfo = weights::pallet_asset_conversion_tx_payment::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::FeeCurrencyHelper;
}

parameter_types! {
	/// Account id of the treasury.
	pub const TreasuryPalletId: PalletId = PalletId(*b"our/trsy");
	/// The treasury's account. Nobody holds its key.
	pub TreasuryAccount: AccountId = TreasuryPalletId::get().into_account_truncating();
	/// Blocks between the treasury's housekeeping: a week.
	pub const SpendPeriod: BlockNumber = 7 * DAYS;
	/// Blocks for which an approved payment can be claimed: thirty days.
	pub const PayoutPeriod: BlockNumber = 30 * DAYS;
	/// Share of unspent money that is burnt at each housekeeping: none, it is the public's.
	pub const TreasuryBurn: Permill = Permill::zero();
	/// Largest amount that the governance queue may spend at once: no bound of its own.
	pub const MaxSpend: Balance = Balance::MAX;
}

impl pallet_treasury::Config for Runtime {
	type Currency = Balances;
	type RejectOrigin = EnsureRoot<AccountId>;
	type RuntimeEvent = RuntimeEvent;
	type SpendPeriod = SpendPeriod;
	type Burn = TreasuryBurn;
	type PalletId = TreasuryPalletId;
	type BurnDestination = ();
	type WeightInfo = pallet_treasury::weights::SubstrateWeight<Runtime>;
	type SpendFunds = ();
	type MaxApprovals = ConstU32<100>;
	// Through the governance queue, with its timelock and veto.
	type SpendOrigin = EnsureRootWithSuccess<AccountId, MaxSpend>;
	type AssetKind = CurrencyKind;
	type Beneficiary = AccountId;
	type BeneficiaryLookup = IdentityLookup<AccountId>;
	type Paymaster = PayAssetFromAccount<NativeAndCurrencies, TreasurySource>;
	// Only compared with `MaxSpend`, which never binds.
	type BalanceConverter = UnityAssetBalanceConversion;
	type PayoutPeriod = PayoutPeriod;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::TreasuryHelper;
	type BlockNumberProvider = System;
}

/// The treasury's account, as the account that payments come from.
pub type TreasurySource = pallet_treasury::TreasuryAccountId<Runtime>;

#[cfg(test)]
mod tests {
	use super::*;
	use hex_literal::hex;

	#[test]
	fn existential_deposit_is_pinned() {
		assert_eq!(ExistentialDeposit::get(), 1_000_000_000);
	}

	#[test]
	fn fees_are_pinned() {
		let base = weights::overhead::ExtrinsicBaseWeight::get();
		assert_eq!(WeightFee::weight_to_fee(&base), 200_000_000);
		assert_eq!(WeightFee::weight_to_fee(&(base * 3)), 600_000_000);
		assert_eq!(BYTE_FEE, 1_000_000);
	}

	#[test]
	fn multiplier_bounds_are_pinned() {
		assert_eq!(MinimumMultiplier::get(), Multiplier::from(1));
		assert_eq!(MaximumMultiplier::get(), Multiplier::from(100));
	}

	#[test]
	fn treasury_account_is_pinned() {
		sp_io::TestExternalities::default().execute_with(|| {
			let expected = AccountId::from(hex!(
				"6d6f646c6f75722f747273790000000000000000000000000000000000000000"
			));
			assert_eq!(TreasuryAccount::get(), expected);
			assert_eq!(crate::Treasury::account_id(), expected);
		});
	}

	#[test]
	fn deposits_are_pinned() {
		assert_eq!(CurrencyAccountDeposit::get(), 11_600_000_000);
		assert_eq!(CurrencyDeposit::get(), 29_000_000_000);
	}

	#[test]
	fn treasury_periods_are_pinned() {
		assert_eq!((SpendPeriod::get(), PayoutPeriod::get()), (201_600, 864_000));
	}
}
