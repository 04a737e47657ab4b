//! Trade: jurisdictions and their taxes, invoices and receipts.

use crate::{
	configs::{
		accounts::{StorageDeposit, StoragePrice},
		time::Ticks,
	},
	weights, AccountId, Currencies, Runtime, RuntimeHoldReason, Signature, Tax, Timestamp, Twins,
};
use frame_support::{parameter_types, PalletId};
use frame_system::EnsureRoot;
use ourledger_primitives::{time::HOURS, BlockNumber};
use sp_runtime::traits::Verify;

parameter_types! {
	/// Account id from which the jurisdictions' treasuries derive.
	pub const TaxPalletId: PalletId = PalletId(*b"our/taxs");
	/// Why the deposit of a taxpayer is held.
	pub const TaxpayerDepositReason: RuntimeHoldReason =
		RuntimeHoldReason::Tax(pallet_tax::HoldReason::Taxpayer);
}

impl pallet_tax::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Twins = Twins;
	type Money = Currencies;
	type Time = Timestamp;
	// Through the governance queue, with its timelock and veto.
	type GovernanceOrigin = EnsureRoot<AccountId>;
	type TaxpayerDeposit = StorageDeposit<TaxpayerDepositReason>;
	type DepositPrice = StoragePrice;
	type PalletId = TaxPalletId;
	type WeightInfo = weights::pallet_tax::WeightInfo<Runtime>;
}

parameter_types! {
	/// Account id of the escrow.
	pub const EscrowPalletId: PalletId = PalletId(*b"our/escr");
	/// Ticks for which a till's quote may stay open: an hour, so that a customer may go and fetch
	/// money, and a till may be offline for as long.
	pub const MaxQuoteTicks: BlockNumber = HOURS;
	/// Days for which a closed invoice stays in state beyond its correction window.
	pub const RetentionDays: u16 = 7;
	/// Days in which an arbiter has to decide: a year, since what it decides about may be a season's
	/// work, and experts may have to see it.
	pub const DisputeDays: u16 = 365;
	/// Why the deposit of room for invoices is held.
	pub const RoomDepositReason: RuntimeHoldReason =
		RuntimeHoldReason::Commerce(pallet_commerce::HoldReason::Room);
	/// Why the deposit of a consent to self-billing is held.
	pub const ConsentDepositReason: RuntimeHoldReason =
		RuntimeHoldReason::Commerce(pallet_commerce::HoldReason::Consent);
}

impl pallet_commerce::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Twins = Twins;
	type Money = Currencies;
	type Tax = Tax;
	type Time = Timestamp;
	type Signature = Signature;
	type Signer = <Signature as Verify>::Signer;
	type RoomDeposit = StorageDeposit<RoomDepositReason>;
	type ConsentDeposit = StorageDeposit<ConsentDepositReason>;
	type DepositPrice = StoragePrice;
	type BlockNumberProvider = Ticks;
	type MaxQuoteTicks = MaxQuoteTicks;
	type RetentionDays = RetentionDays;
	type DisputeDays = DisputeDays;
	type EscrowPalletId = EscrowPalletId;
	type WeightInfo = weights::pallet_commerce::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::TillHelper;
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn accounts_are_pinned() {
		assert_eq!(TaxPalletId::get().0, *b"our/taxs");
		assert_eq!(EscrowPalletId::get().0, *b"our/escr");
	}

	#[test]
	fn spans_are_pinned() {
		assert_eq!(MaxQuoteTicks::get(), 1_200);
		assert_eq!(RetentionDays::get(), 7);
		assert_eq!(DisputeDays::get(), 365);
	}
}
