//! The OurLedger runtime: the state transition function that every node executes.
//!
//! Where to find what:
//!
//! - `configs/<topic>.rs`: every pallet's configuration, each constant with its unit and reason,
//!   and the tests that pin them;
//! - [`apis`]: what the node and clients may ask the runtime;
//! - `dry_run`: what a call would do;
//! - [`presets`]: the genesis of each network;
//! - `session_keys`: making a validator's keys;
//! - [`migrations`]: what an upgrade changes in state;
//! - [`weights`]: what a call costs, as measured.

#![cfg_attr(not(feature = "std"), no_std)]
#![recursion_limit = "512"]

extern crate alloc;

#[cfg(feature = "std")]
include!(concat!(env!("OUT_DIR"), "/wasm_binary.rs"));

pub mod apis;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarks;
pub mod configs;
mod dry_run;
pub mod migrations;
pub mod presets;
mod session_keys;
#[cfg(test)]
mod tests;
pub mod weights;

use alloc::{borrow::Cow, vec::Vec};
use codec::MaxEncodedLen;
use ourledger_primitives::witness;
use sp_runtime::{generic, impl_opaque_keys};
use sp_version::{runtime_version, RuntimeVersion};

pub use configs::{
	accounts::ProxyScope, consensus::BABE_GENESIS_EPOCH_CONFIG, operations::RuntimeParameters,
};
pub use ourledger_primitives::{
	money::CurrencyId, AccountId, Address, Balance, BlockNumber, Hash, Hashing, Header, Moment,
	Nonce, Signature,
};

/// Version of this runtime. Nodes compare it to know whether they may execute natively and which
/// transactions are valid.
///
/// `spec_version` rises with every release; `transaction_version` only when a call's index or
/// arguments change, since it makes offline signers refuse older descriptions.
#[runtime_version]
pub const VERSION: RuntimeVersion = RuntimeVersion {
	spec_name: Cow::Borrowed("ourledger"),
	impl_name: Cow::Borrowed("ourledger"),
	authoring_version: 1,
	spec_version: 2,
	impl_version: 1,
	apis: apis::RUNTIME_API_VERSIONS,
	transaction_version: 2,
	system_version: 1,
};

impl_opaque_keys! {
	/// The keys with which a validator takes part in a session.
	///
	/// All of them are here from the first genesis: a key that is added later costs every
	/// validator a new `set_keys`.
	#[derive(MaxEncodedLen)]
	pub struct SessionKeys {
		/// Signs blocks.
		pub babe: Babe,
		/// Signs finality votes.
		pub grandpa: Grandpa,
		/// Signs what the validator saw of a node.
		pub witness: configs::consensus::Witness,
	}
}

/// Public witness key, named here because [`SessionKeys`] holds one.
pub type WitnessId = witness::AuthorityId;

/// What a transaction carries besides its call, in the order in which it is checked.
///
/// `AuthorizeCall` stands first, so that calls which authorise themselves get their origin before
/// any other check; `WeightReclaim` stands last, so that it sees what all others really used.
pub type TxExtension = (
	frame_system::AuthorizeCall<Runtime>,
	frame_system::CheckNonZeroSender<Runtime>,
	frame_system::CheckSpecVersion<Runtime>,
	frame_system::CheckTxVersion<Runtime>,
	frame_system::CheckGenesis<Runtime>,
	frame_system::CheckEra<Runtime>,
	frame_system::CheckNonce<Runtime>,
	frame_system::CheckWeight<Runtime>,
	pallet_asset_conversion_tx_payment::ChargeAssetTxPayment<Runtime>,
	frame_metadata_hash_extension::CheckMetadataHash<Runtime>,
	frame_system::WeightReclaim<Runtime>,
);

/// A transaction as it arrives.
pub type UncheckedExtrinsic =
	generic::UncheckedExtrinsic<Address, RuntimeCall, Signature, TxExtension>;

/// A block of this chain.
pub type Block = generic::Block<Header, UncheckedExtrinsic>;

/// Runs blocks: initialises, applies transactions, runs hooks and migrations, finalises.
pub type Executive = frame_executive::Executive<
	Runtime,
	Block,
	frame_system::ChainContext<Runtime>,
	Runtime,
	AllPalletsWithSystem,
>;

/// The pallets and their indices.
///
/// An index is part of every encoded call, event and error, so it never changes. Topics start at
/// round numbers and leave gaps. Genesis is built in the order of the indices, so what others
/// depend on stands first.
#[frame_support::runtime]
mod runtime {
	/// The runtime.
	#[runtime::runtime]
	#[runtime::derive(
		RuntimeCall,
		RuntimeEvent,
		RuntimeError,
		RuntimeOrigin,
		RuntimeFreezeReason,
		RuntimeHoldReason,
		RuntimeSlashReason,
		RuntimeLockId,
		RuntimeTask,
		RuntimeViewFunction
	)]
	pub struct Runtime;

	// 0: system and operations
	#[runtime::pallet_index(0)]
	pub type System = frame_system::Pallet<Runtime>;
	#[runtime::pallet_index(1)]
	pub type Timestamp = pallet_timestamp::Pallet<Runtime>;
	#[runtime::pallet_index(2)]
	pub type Parameters = pallet_parameters::Pallet<Runtime>;
	#[runtime::pallet_index(3)]
	pub type MultiBlockMigrations = pallet_migrations::Pallet<Runtime>;
	#[runtime::pallet_index(4)]
	pub type Preimage = pallet_preimage::Pallet<Runtime>;
	#[runtime::pallet_index(5)]
	pub type Scheduler = pallet_scheduler::Pallet<Runtime>;
	#[runtime::pallet_index(6)]
	pub type Brakes = pallet_brakes::Pallet<Runtime>;

	// 10: money
	#[runtime::pallet_index(10)]
	pub type Balances = pallet_balances::Pallet<Runtime>;
	#[runtime::pallet_index(11)]
	pub type TransactionPayment = pallet_transaction_payment::Pallet<Runtime>;
	// Money in currencies moves through the currencies pallet alone, which keeps each currency's
	// policy. A call filter would not do: Root skips it. So these pallets have no calls at all.
	#[runtime::pallet_index(12)]
	#[runtime::disable_call]
	pub type Assets = pallet_assets::Pallet<Runtime, Instance1>;
	#[runtime::pallet_index(15)]
	#[runtime::disable_call]
	pub type PoolAssets = pallet_assets::Pallet<Runtime, Instance2>;
	#[runtime::pallet_index(16)]
	#[runtime::disable_call]
	pub type AssetConversion = pallet_asset_conversion::Pallet<Runtime>;
	#[runtime::pallet_index(17)]
	pub type AssetConversionTxPayment = pallet_asset_conversion_tx_payment::Pallet<Runtime>;
	#[runtime::pallet_index(18)]
	pub type Treasury = pallet_treasury::Pallet<Runtime>;
	// Hooks run in the order of the indices, and in its own Authorship forgets who the author is.
	#[runtime::pallet_index(19)]
	pub type Fees = pallet_fees::Pallet<Runtime>;

	// 20: consensus
	#[runtime::pallet_index(20)]
	pub type Babe = pallet_babe::Pallet<Runtime>;
	#[runtime::pallet_index(21)]
	pub type Authorship = pallet_authorship::Pallet<Runtime>;
	#[runtime::pallet_index(22)]
	pub type Validators = pallet_validators::Pallet<Runtime>;
	#[runtime::pallet_index(23)]
	pub type Offences = pallet_offences::Pallet<Runtime>;
	#[runtime::pallet_index(25)]
	pub type Session = pallet_session::Pallet<Runtime>;
	#[runtime::pallet_index(26)]
	pub type Grandpa = pallet_grandpa::Pallet<Runtime>;

	// 30: governance
	#[runtime::pallet_index(30)]
	pub type Council = pallet_collective::Pallet<Runtime, Instance1>;
	#[runtime::pallet_index(31)]
	pub type CouncilMembership = pallet_membership::Pallet<Runtime, Instance1>;
	#[runtime::pallet_index(32)]
	pub type Governance = pallet_governance::Pallet<Runtime>;

	// 40: accounts
	#[runtime::pallet_index(40)]
	pub type Utility = pallet_utility::Pallet<Runtime>;
	#[runtime::pallet_index(41)]
	pub type Proxy = pallet_proxy::Pallet<Runtime>;
	#[runtime::pallet_index(42)]
	pub type Multisig = pallet_multisig::Pallet<Runtime>;
	#[runtime::pallet_index(43)]
	pub type Recovery = pallet_recovery::Pallet<Runtime>;
	#[runtime::pallet_index(44)]
	pub type MetaTx = pallet_meta_tx::Pallet<Runtime>;
	#[runtime::pallet_index(45)]
	pub type VerifySignature = pallet_verify_signature::Pallet<Runtime>;

	// 50: the phonebook
	#[runtime::pallet_index(50)]
	pub type Twins = pallet_twins::Pallet<Runtime>;
	#[runtime::pallet_index(51)]
	pub type Records = pallet_records::Pallet<Runtime>;

	// 60: local money and trade
	#[runtime::pallet_index(60)]
	pub type Currencies = pallet_currencies::Pallet<Runtime>;
	#[runtime::pallet_index(61)]
	pub type Tax = pallet_tax::Pallet<Runtime>;
	#[runtime::pallet_index(62)]
	pub type Commerce = pallet_commerce::Pallet<Runtime>;
}
