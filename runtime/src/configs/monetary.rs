//! Money: the native token, its fees, and the treasury.
//!
//! **Fee policy.** A transaction pays for its base weight and for each byte, at fixed prices, and
//! for all other weight at a price that a multiplier raises while blocks stay fuller than a quarter,
//! and lowers again, never below 1. When a block ends, half of its fees go to the treasury, and the
//! rest and all tips to its author.

use crate::{
	configs::{
		currencies::{CurrencyKind, NativeAndCurrencies},
		time::Ticks,
	},
	weights, AccountId, Authorship, Balance, Balances, Currencies, Fees, Runtime, RuntimeEvent,
	RuntimeFreezeReason, RuntimeHoldReason, System,
};
use alloc::boxed::Box;
use frame_support::{
	ensure, parameter_types,
	traits::{
		fungible::{Credit, Mutate},
		fungibles,
		tokens::{
			imbalance::{ResolveTo, UnsafeManualAccounting},
			Pay, PaymentStatus, Preservation, UnityAssetBalanceConversion,
		},
		ConstU128, ConstU32, ConstU8, Imbalance, OnUnbalanced, VariantCountOf,
	},
	weights::{ConstantMultiplier, IdentityFee},
	PalletId,
};
use frame_system::{EnsureRoot, EnsureRootWithSuccess};
use ourledger_primitives::{
	currency::{EXISTENTIAL_DEPOSIT, MICRO_OUR},
	money::LocalMoney,
	time::DAYS,
	BlockNumber,
};
use pallet_transaction_payment::{FungibleAdapter, Multiplier, TargetedFeeAdjustment};
use sp_runtime::{
	traits::{AccountIdConversion, IdentityLookup, One},
	DispatchError, DispatchResult, FixedPointNumber, Permill, Perquintill,
};

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

/// Price of a byte of a transaction, in base units: 0.000001 OUR, so that a full block of bytes
/// costs about 4 OUR.
pub const BYTE_FEE: Balance = MICRO_OUR;

/// Price of weight: a base unit for each picosecond of reference time, so one OUR for each second.
/// It depends on no measurement: a better one changes what something weighs, not the price of time.
pub type WeightFee = IdentityFee<Balance>;

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

parameter_types! {
	/// Author of this block, if its digest names a validator.
	pub BlockAuthor: Option<AccountId> = Authorship::author();
}

impl pallet_fees::Config for Runtime {
	type Currency = Balances;
	type Author = BlockAuthor;
	type Treasury = TreasuryAccount;
	type WeightInfo = weights::pallet_fees::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::AuthorHelper;
}

/// Gathers fees that name a currency, be it OUR: the SDK pays them by another way than those that
/// name none, and with another type of credit.
pub struct GatherFees;

impl OnUnbalanced<fungibles::Credit<AccountId, NativeAndCurrencies>> for GatherFees {
	fn on_unbalanceds(
		fee_then_tip: impl Iterator<Item = fungibles::Credit<AccountId, NativeAndCurrencies>>,
	) {
		Fees::on_unbalanceds(fee_then_tip.map(as_our));
	}
}

/// The same money as a credit of the other type. Exact: the one lets go of what the other takes, so
/// that nothing is issued or burned.
fn as_our(paid: fungibles::Credit<AccountId, NativeAndCurrencies>) -> Credit<AccountId, Balances> {
	let mut our = Credit::<AccountId, Balances>::zero();
	// Units of another currency would turn into as many of OUR. None come here; if some did, they
	// would go into that currency's pot.
	if paid.asset() == CurrencyKind::Native {
		our.saturating_subsume(Box::new(paid));
	}
	our
}

impl pallet_transaction_payment::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type OnChargeTransaction = FungibleAdapter<Balances, Fees>;
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
	/// Account id of the treasury.
	pub const TreasuryPalletId: PalletId = PalletId(*b"our/trsy");
	/// The treasury's account. Nobody holds its key.
	pub TreasuryAccount: AccountId = TreasuryPalletId::get().into_account_truncating();
	/// Ticks between the treasury's housekeeping: a week.
	pub const SpendPeriod: BlockNumber = 7 * DAYS;
	/// Ticks for which an approved payment can be claimed: thirty days.
	pub const PayoutPeriod: BlockNumber = 30 * DAYS;
	/// Share of unspent money that is burnt at each housekeeping: none, it is the public's.
	pub const TreasuryBurn: Permill = Permill::zero();
	/// Largest amount that the governance queue may spend at once: no bound of its own.
	pub const MaxSpend: Balance = Balance::MAX;
}

/// Pays from the treasury, in OUR or in a currency under its rules.
// The SDK's own wants to create currencies, for its benchmarks.
pub struct PayFromTreasury;

impl Pay for PayFromTreasury {
	type Balance = Balance;
	type Beneficiary = AccountId;
	type AssetKind = CurrencyKind;
	type Id = ();
	type Error = DispatchError;

	fn pay(who: &AccountId, currency: CurrencyKind, amount: Balance) -> DispatchResult {
		let treasury = TreasuryAccount::get();
		match currency {
			// The existential deposit stays: without it, what comes in smaller parts would be burned.
			CurrencyKind::Native => {
				Balances::transfer(&treasury, who, amount, Preservation::Preserve)?;
			},
			CurrencyKind::WithId(id) => {
				// What the adapter lets out of a pot arrives whoever is paid; here it is a payment.
				ensure!(!Currencies::is_pot(who), pallet_currencies::Error::<Runtime>::ToPot);
				Currencies::pay(id, &treasury, who, amount)?;
			},
		}
		Ok(())
	}

	fn check_payment((): ()) -> PaymentStatus {
		PaymentStatus::Success
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn ensure_successful(_who: &AccountId, currency: CurrencyKind, amount: Balance) {
		let treasury = TreasuryAccount::get();
		if let CurrencyKind::WithId(id) = currency {
			pallet_currencies::NextCurrency::<Runtime>::put(id);
			<Currencies as LocalMoney<AccountId>>::create_plain();
		}
		<NativeAndCurrencies as fungibles::Mutate<_>>::mint_into(currency, &treasury, amount)
			.expect("issuance is far from its bound");
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn ensure_concluded((): ()) {}
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
	type Paymaster = PayFromTreasury;
	// Only compared with `MaxSpend`, which never binds.
	type BalanceConverter = UnityAssetBalanceConversion;
	type PayoutPeriod = PayoutPeriod;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::TreasuryHelper;
	type BlockNumberProvider = Ticks;
}

#[cfg(test)]
mod tests {
	use super::*;
	use frame_support::weights::{constants::WEIGHT_REF_TIME_PER_SECOND, Weight, WeightToFee};
	use hex_literal::hex;
	use ourledger_primitives::currency::OUR;

	#[test]
	fn existential_deposit_is_pinned() {
		assert_eq!(ExistentialDeposit::get(), 1_000_000_000);
	}

	#[test]
	fn fees_are_pinned() {
		let second = Weight::from_parts(WEIGHT_REF_TIME_PER_SECOND, 0);
		assert_eq!(WeightFee::weight_to_fee(&second), OUR);
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
	fn treasury_periods_are_pinned() {
		assert_eq!((SpendPeriod::get(), PayoutPeriod::get()), (201_600, 864_000));
	}
}
