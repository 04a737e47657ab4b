//! Accounts: acting for another, acting together, getting back in, and acting without a fee.

use crate::{
	configs::{
		proxy_deposits::{ProxyCurrency, ProxyWeight},
		time::Ticks,
	},
	weights, AccountId, Balance, Balances, Runtime, RuntimeCall, RuntimeEvent, RuntimeHoldReason,
	Signature, System,
};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{
	parameter_types,
	traits::{
		fungible::HoldConsideration, tokens::imbalance::ResolveTo, ConstU32, Footprint,
		InstanceFilter,
	},
};
use ourledger_primitives::currency::{deposit, OUR};
use scale_info::TypeInfo;
use sp_runtime::traits::Convert;

parameter_types! {
	/// Base of a storage deposit, in base units.
	pub const ItemDeposit: Balance = deposit(1, 0);
	/// Storage deposit for each byte, in base units.
	pub const ByteDeposit: Balance = deposit(0, 1);
}

/// The chain's one price of storage, [`deposit`], for each item of a footprint.
// Not the SDK's linear price: that charges the base once, however many the items.
pub struct StoragePrice;

impl Convert<Footprint, Balance> for StoragePrice {
	fn convert(footprint: Footprint) -> Balance {
		let bytes = ByteDeposit::get().saturating_mul(footprint.size.into());
		ItemDeposit::get().saturating_add(bytes).saturating_mul(footprint.count.into())
	}
}

/// Storage deposit at that price, held for `Reason`.
pub type StorageDeposit<Reason> = HoldConsideration<AccountId, Balances, Reason, StoragePrice>;

impl pallet_utility::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type PalletsOrigin = crate::OriginCaller;
	type WeightInfo = pallet_utility::weights::SubstrateWeight<Runtime>;
}

/// What a proxy may do in another account's name.
///
/// Each scope but [`ProxyScope::Any`] is an allowlist. None allows a call that changes the origin
/// (proxy, multisig, recovery, meta-transactions, dispatch-as), since such a call would drop the
/// filter. The codec indices are part of the chain's interface. 5 belongs to the scope Grid, which
/// comes with its pallets; 3 stays free, since tills have keys of their own.
#[derive(
	Clone,
	Copy,
	Debug,
	Default,
	Eq,
	PartialEq,
	Ord,
	PartialOrd,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum ProxyScope {
	/// Everything the account itself may do.
	#[default]
	#[codec(index = 0)]
	Any,
	/// Paying others, in any money, and invoices.
	#[codec(index = 1)]
	Payments,
	/// A business's daily trade: invoices from issue to credit note, as seller and as buyer, refunds
	/// of tax and what it owes of it. Not its tills and its room, which outlast the day.
	#[codec(index = 2)]
	Commerce,
	/// A twin's records: appending, pinning and unpinning.
	#[codec(index = 4)]
	Records,
	/// A council member's motions, votes and vetoes.
	#[codec(index = 6)]
	Voting,
}

impl InstanceFilter<RuntimeCall> for ProxyScope {
	fn filter(&self, call: &RuntimeCall) -> bool {
		match self {
			ProxyScope::Any => true,
			ProxyScope::Payments => matches!(
				call,
				RuntimeCall::Balances(
					pallet_balances::Call::transfer_allow_death { .. }
						| pallet_balances::Call::transfer_keep_alive { .. }
				) | RuntimeCall::Currencies(pallet_currencies::Call::transfer { .. })
					| RuntimeCall::Commerce(
						pallet_commerce::Call::pay { .. } | pallet_commerce::Call::sell { .. }
					)
			),
			ProxyScope::Commerce => matches!(
				call,
				RuntimeCall::Commerce(
					pallet_commerce::Call::issue { .. }
						| pallet_commerce::Call::accept { .. }
						| pallet_commerce::Call::reject { .. }
						| pallet_commerce::Call::pay { .. }
						| pallet_commerce::Call::sell { .. }
						| pallet_commerce::Call::deliver { .. }
						| pallet_commerce::Call::confirm { .. }
						| pallet_commerce::Call::dispute { .. }
						| pallet_commerce::Call::credit_note { .. }
						| pallet_commerce::Call::cover_note { .. }
						| pallet_commerce::Call::withdraw_note { .. }
						| pallet_commerce::Call::self_bill { .. }
						| pallet_commerce::Call::cancel { .. }
						| pallet_commerce::Call::withdraw_cancel { .. }
				) | RuntimeCall::Tax(
					pallet_tax::Call::claim_refund { .. } | pallet_tax::Call::pay_arrears { .. }
				)
			),
			ProxyScope::Records => matches!(
				call,
				RuntimeCall::Records(
					pallet_records::Call::append { .. }
						| pallet_records::Call::pin { .. }
						| pallet_records::Call::unpin { .. }
				)
			),
			// Not `execute`, which would run any call with a member's origin.
			ProxyScope::Voting => matches!(
				call,
				RuntimeCall::Council(
					pallet_collective::Call::propose { .. }
						| pallet_collective::Call::vote { .. }
						| pallet_collective::Call::close { .. }
				) | RuntimeCall::Governance(
					pallet_governance::Call::veto { .. }
						| pallet_governance::Call::withdraw_veto { .. }
				)
			),
		}
	}

	fn is_superset(&self, other: &Self) -> bool {
		self == &ProxyScope::Any || self == other
	}
}

parameter_types! {
	/// Deposit of an account that has proxies, in base units.
	pub const ProxyDeposit: Balance = deposit(1, 8);
	/// Deposit for each proxy: account, scope and delay, in base units.
	pub const ProxyDepositFactor: Balance = deposit(0, 37);
	/// Deposit of an account that has announcements, in base units.
	pub const AnnouncementDeposit: Balance = deposit(1, 16);
	/// Deposit for each announcement: account, hash and tick, in base units.
	pub const AnnouncementDepositFactor: Balance = deposit(0, 68);
}

impl pallet_proxy::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type Currency = ProxyCurrency;
	type ProxyType = ProxyScope;
	type ProxyDepositBase = ProxyDeposit;
	type ProxyDepositFactor = ProxyDepositFactor;
	type MaxProxies = ConstU32<32>;
	type WeightInfo = ProxyWeight;
	type MaxPending = ConstU32<32>;
	type CallHasher = crate::Hashing;
	type AnnouncementDepositBase = AnnouncementDeposit;
	type AnnouncementDepositFactor = AnnouncementDepositFactor;
	type BlockNumberProvider = Ticks;
}

parameter_types! {
	/// Deposit of an open multisig call, in base units.
	pub const MultisigDeposit: Balance = deposit(1, 88);
	/// Deposit for each signatory that a multisig call waits for, in base units.
	pub const MultisigDepositFactor: Balance = deposit(0, 32);
}

impl pallet_multisig::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeCall = RuntimeCall;
	type Currency = Balances;
	type DepositBase = MultisigDeposit;
	type DepositFactor = MultisigDepositFactor;
	type MaxSignatories = ConstU32<100>;
	type WeightInfo = pallet_multisig::weights::SubstrateWeight<Runtime>;
	// Blocks, not ticks: it counts no span by them, but names a transaction by its block and its
	// place in it. Ticks don't tell the blocks of a chain of one second apart.
	type BlockNumberProvider = System;
}

parameter_types! {
	/// Why recovery holds the deposit of a list of friends.
	pub const FriendsDepositReason: RuntimeHoldReason =
		RuntimeHoldReason::Recovery(pallet_recovery::HoldReason::FriendGroupsStorage);
	/// Why recovery holds the deposit of an attempt.
	pub const AttemptDepositReason: RuntimeHoldReason =
		RuntimeHoldReason::Recovery(pallet_recovery::HoldReason::AttemptStorage);
	/// Why recovery holds the deposit of an heir's entry.
	pub const InheritorDepositReason: RuntimeHoldReason =
		RuntimeHoldReason::Recovery(pallet_recovery::HoldReason::InheritorStorage);
	/// What an attempt puts at stake, in base units: an attempt that the account's owner sees as
	/// theft is slashed.
	pub const RecoverySecurityDeposit: Balance = 10 * OUR;
}

impl pallet_recovery::Config for Runtime {
	type RuntimeCall = RuntimeCall;
	type RuntimeHoldReason = RuntimeHoldReason;
	type BlockNumberProvider = Ticks;
	type Currency = Balances;
	type FriendGroupsConsideration = StorageDeposit<FriendsDepositReason>;
	type AttemptConsideration = StorageDeposit<AttemptDepositReason>;
	type InheritorConsideration = StorageDeposit<InheritorDepositReason>;
	type SecurityDeposit = RecoverySecurityDeposit;
	type Slash = ResolveTo<super::monetary::TreasuryAccount, Balances>;
	type MaxFriendsPerConfig = ConstU32<32>;
	type WeightInfo = pallet_recovery::weights::SubstrateWeight<Runtime>;
}

/// What a meta-transaction carries besides its call: what its signer agreed to. The one who
/// submits it pays.
pub type MetaTxExtension = (
	pallet_verify_signature::VerifySignature<Runtime>,
	pallet_meta_tx::MetaTxMarker<Runtime>,
	frame_system::CheckNonZeroSender<Runtime>,
	frame_system::CheckSpecVersion<Runtime>,
	frame_system::CheckTxVersion<Runtime>,
	frame_system::CheckGenesis<Runtime>,
	frame_system::CheckEra<Runtime>,
	frame_system::CheckNonce<Runtime>,
	frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
);

impl pallet_meta_tx::Config for Runtime {
	type WeightInfo = pallet_meta_tx::weights::SubstrateWeight<Runtime>;
	type RuntimeEvent = RuntimeEvent;
	type Extension = MetaTxExtension;
}

impl pallet_verify_signature::Config for Runtime {
	type Signature = Signature;
	type AccountIdentifier = <Signature as sp_runtime::traits::Verify>::Signer;
	type WeightInfo = weights::pallet_verify_signature::WeightInfo<Runtime>;
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = crate::benchmarks::VerifySignatureHelper;
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn deposits_are_pinned() {
		assert_eq!(ProxyDeposit::get(), 10_800_000_000);
		assert_eq!(ProxyDepositFactor::get(), 3_700_000_000);
		assert_eq!(MultisigDeposit::get(), 18_800_000_000);
		assert_eq!(MultisigDepositFactor::get(), 3_200_000_000);
		assert_eq!(RecoverySecurityDeposit::get(), 10_000_000_000_000);
	}

	#[test]
	fn storage_is_priced_per_item() {
		for (items, bytes, price) in
			[(1, 0, deposit(1, 0)), (1, 9, deposit(1, 9)), (3, 7, deposit(3, 21))]
		{
			assert_eq!(StoragePrice::convert(Footprint::from_parts(items, bytes)), price);
		}
	}

	#[test]
	fn scopes_keep_their_codec_index() {
		assert_eq!(ProxyScope::Any.encode(), [0]);
		assert_eq!(ProxyScope::Payments.encode(), [1]);
		assert_eq!(ProxyScope::Commerce.encode(), [2]);
		assert_eq!(ProxyScope::Records.encode(), [4]);
		assert_eq!(ProxyScope::Voting.encode(), [6]);
	}

	#[test]
	fn only_any_contains_other_scopes() {
		use ProxyScope::*;
		for (outer, inner, contains) in [
			(Any, Payments, true),
			(Any, Commerce, true),
			(Any, Records, true),
			(Commerce, Payments, false),
			(Any, Voting, true),
			(Payments, Payments, true),
			(Payments, Any, false),
			(Payments, Voting, false),
			(Records, Payments, false),
			(Voting, Any, false),
		] {
			assert_eq!(outer.is_superset(&inner), contains, "{outer:?} ⊇ {inner:?}");
		}
	}
}
