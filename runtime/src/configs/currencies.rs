//! Local money: balances of currencies, the policy over them, exchange, and fees in them.

use crate::{
	configs::{
		accounts::{StorageDeposit, StoragePrice},
		monetary::{GatherFees, TreasuryAccount},
		time::Ticks,
	},
	weights, AccountId, AssetConversion, Assets, Balance, Balances, Commerce, Currencies,
	PoolAssets, Runtime, RuntimeEvent, RuntimeHoldReason, Tax, Timestamp, Twins,
};
use alloc::{vec, vec::Vec};
use frame_support::{
	instances::{Instance1, Instance2},
	parameter_types,
	traits::{
		fungible::{NativeFromLeft, NativeOrWithId, UnionOf},
		tokens::imbalance::ResolveAssetTo,
		AsEnsureOriginWithArg, ConstU128, ConstU32, Get,
	},
	PalletId,
};
use frame_system::{EnsureNever, EnsureRoot};
use ourledger_primitives::{
	currency::{deposit, OUR},
	money::CurrencyId,
	time::DAYS,
	BlockNumber,
};
use pallet_asset_conversion::{AccountIdConverter, Ascending, Chain, WithFirstAsset};
use sp_runtime::Permill;

/// Either OUR or a local currency.
pub type CurrencyKind = NativeOrWithId<CurrencyId>;

parameter_types! {
	/// Deposit of the account entry of a holder that no currency keeps alive, in base units.
	pub const CurrencyAccountDeposit: Balance = deposit(1, 16);
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
	// The currencies pallet takes one deposit for all that a currency occupies.
	type AssetDeposit = ConstU128<0>;
	type AssetAccountDeposit = CurrencyAccountDeposit;
	type MetadataDepositBase = ConstU128<0>;
	type MetadataDepositPerByte = ConstU128<0>;
	type ApprovalDeposit = CurrencyAccountDeposit;
	type StringLimit = ConstU32<50>;
	// Nothing is held or frozen here: the currencies pallet freezes accounts, and pots hold money.
	// Both would write four entries for each account that spends its last.
	type Freezer = ();
	type Holder = ();
	type Extra = ();
	type CallbackHandle = ();
	type AssetIdAllocator = ();
	type WeightInfo = pallet_assets::weights::SubstrateWeight<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = ();
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

/// OUR and all local currencies, under their rules, as one set: for conversion, fees and the
/// treasury.
pub type NativeAndCurrencies =
	UnionOf<Balances, Currencies, NativeFromLeft, CurrencyKind, AccountId>;

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

/// A pool's account: a hash of what it exchanges.
type PoolAccount = AccountIdConverter<ConversionPalletId, (CurrencyKind, CurrencyKind)>;

/// Where pools are: those with OUR, and those of two currencies.
pub type Pools = Chain<
	WithFirstAsset<PoolSetupCurrency, AccountId, CurrencyKind, PoolAccount>,
	Ascending<AccountId, CurrencyKind, PoolAccount>,
>;

impl pallet_asset_conversion::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type Balance = Balance;
	type HigherPrecisionBalance = sp_core::U256;
	type AssetKind = CurrencyKind;
	type Assets = NativeAndCurrencies;
	type PoolId = (Self::AssetKind, Self::AssetKind);
	type PoolLocator = Pools;
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
		// Whatever currency it was paid in, by now it is OUR.
		GatherFees,
	>;
	type WeightInfo = weights::PaymentAfterNonce<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::FeeCurrencyHelper;
}

parameter_types! {
	/// Account id from which the currencies' pots derive.
	pub const CurrenciesPalletId: PalletId = PalletId(*b"our/curr");
	/// Least notice of a change of a currency's terms: a week, so that people can leave.
	pub const MinNoticeDays: u16 = 7;
	/// Longest freeze of an account, in ticks: 90 days. An authority that needs longer decides
	/// again.
	pub const MaxFreezeTicks: BlockNumber = 90 * DAYS;
	/// Why the deposit of a currency is held.
	pub const CurrencyDepositReason: RuntimeHoldReason =
		RuntimeHoldReason::Currencies(pallet_currencies::HoldReason::Currency);
	/// Why the deposit of a member is held.
	pub const MemberDepositReason: RuntimeHoldReason =
		RuntimeHoldReason::Currencies(pallet_currencies::HoldReason::Member);
	/// Why the deposit of a credit line is held.
	pub const CreditLineDepositReason: RuntimeHoldReason =
		RuntimeHoldReason::Currencies(pallet_currencies::HoldReason::CreditLine);
	/// Why the deposit of a freeze is held.
	pub const FreezeDepositReason: RuntimeHoldReason =
		RuntimeHoldReason::Currencies(pallet_currencies::HoldReason::Freeze);
}

/// The escrow, and the treasury of the next jurisdiction. Whoever makes one opens the one after it.
pub struct StandingPots;

impl Get<Vec<AccountId>> for StandingPots {
	fn get() -> Vec<AccountId> {
		let next = pallet_tax::NextJurisdiction::<Runtime>::get();
		vec![Commerce::escrow(), Tax::treasury_of(next)]
	}
}

impl pallet_currencies::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Assets = Assets;
	type Native = Balances;
	type Conversion = AssetConversion;
	type PoolLocator = Pools;
	type Twins = Twins;
	type Jurisdictions = Tax;
	type Time = Timestamp;
	type CurrencyDeposit = StorageDeposit<CurrencyDepositReason>;
	type MemberDeposit = StorageDeposit<MemberDepositReason>;
	type CreditLineDeposit = StorageDeposit<CreditLineDepositReason>;
	type FreezeDeposit = StorageDeposit<FreezeDepositReason>;
	type DepositPrice = StoragePrice;
	type PalletId = CurrenciesPalletId;
	type Treasury = TreasuryAccount;
	type StandingPots = StandingPots;
	type MinNoticeDays = MinNoticeDays;
	type BlockNumberProvider = Ticks;
	type MaxFreezeTicks = MaxFreezeTicks;
	type WeightInfo = weights::pallet_currencies::WeightInfo<Runtime>;
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn deposits_are_pinned() {
		assert_eq!(CurrencyAccountDeposit::get(), 11_600_000_000);
	}

	#[test]
	fn terms_are_pinned() {
		assert_eq!(CurrenciesPalletId::get().0, *b"our/curr");
		assert_eq!(ConversionPalletId::get().0, *b"our/conv");
		assert_eq!(MinNoticeDays::get(), 7);
		assert_eq!(MaxFreezeTicks::get(), 2_592_000);
		assert_eq!(SwapFee::get(), Permill::from_parts(3_000));
		assert_eq!(PoolSetupFee::get(), 10 * OUR);
	}
}
