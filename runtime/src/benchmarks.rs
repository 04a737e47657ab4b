//! What the benchmarks need of this runtime.

use crate::*;
use crate::{
	configs::currencies::CurrencyKind, AccountId, Balance, Balances, Currencies, Runtime,
	RuntimeOrigin, Signature,
};
use alloc::{string::String, vec::Vec};
use frame_benchmarking::{define_benchmarks, BenchmarkBatch, BenchmarkConfig, BenchmarkList};
use frame_support::{
	storage::{storage_prefix, unhashed},
	traits::{
		fungible::{Mutate as _, NativeOrWithId},
		StorageInfo, StorageInfoTrait, WhitelistedStorageKeys,
	},
};
use frame_system_benchmarking::{extensions::Pallet as SystemExtensions, Pallet as SystemBench};
use ourledger_primitives::money::{Day, LocalMoney, DAY_MILLIS};

define_benchmarks!(
	[frame_system, SystemBench::<Runtime>]
	[frame_system_extensions, SystemExtensions::<Runtime>]
	[pallet_asset_conversion_tx_payment, AssetConversionTxPayment]
	[pallet_balances, Balances]
	[pallet_brakes, Brakes]
	[pallet_commerce, Commerce]
	[pallet_currencies, Currencies]
	[pallet_fees, Fees]
	[pallet_governance, Governance]
	[pallet_parameters, Parameters]
	[pallet_records, Records]
	[pallet_tax, Tax]
	[pallet_transaction_payment, TransactionPayment]
	[pallet_twins, Twins]
	[pallet_validators, Validators]
	[pallet_verify_signature, VerifySignature]
);

impl frame_system_benchmarking::Config for Runtime {}

impl pallet_transaction_payment::BenchmarkConfig for Runtime {}

/// All benchmarks of the runtime.
pub fn metadata(extra: bool) -> (Vec<BenchmarkList>, Vec<StorageInfo>) {
	let mut list = Vec::new();
	list_benchmarks!(list, extra);
	(list, AllPalletsWithSystem::storage_info())
}

/// Runs the benchmark that `config` names.
pub fn dispatch(config: BenchmarkConfig) -> Result<Vec<BenchmarkBatch>, String> {
	let whitelist = AllPalletsWithSystem::whitelisted_storage_keys();
	let mut batches = Vec::new();
	let params = (&config, &whitelist);
	add_benchmarks!(params, batches);
	Ok(batches)
}

/// Makes a currency with a pool, so that a fee can be paid in it.
pub struct FeeCurrencyHelper;

impl pallet_asset_conversion_tx_payment::BenchmarkHelperTrait<AccountId, CurrencyKind, CurrencyKind>
	for FeeCurrencyHelper
{
	fn create_asset_id_parameter(id: u32) -> (CurrencyKind, CurrencyKind) {
		(NativeOrWithId::WithId(id), NativeOrWithId::WithId(id))
	}

	fn setup_balances_and_pool(currency: CurrencyKind, account: AccountId) {
		let NativeOrWithId::WithId(id) = currency else { return };
		let plenty = Balance::from(u64::MAX) * 100;
		pallet_currencies::NextCurrency::<Runtime>::put(id);
		let made = <Currencies as LocalMoney<AccountId>>::create();
		assert_eq!(made, id, "ids follow one another");
		Balances::mint_into(&account, plenty).expect("issuance is far from its bound");
		<Currencies as LocalMoney<AccountId>>::mint(id, &account, plenty);
		let native = CurrencyKind::Native;
		let origin = RuntimeOrigin::signed(account);
		Currencies::create_pool(origin.clone(), native.clone(), currency.clone())
			.expect("there is no such pool");
		let amount = Balance::from(u64::MAX);
		Currencies::add_liquidity(origin, native, currency, amount, amount, 1, 1)
			.expect("the account holds both");
	}
}

/// Says who makes the block.
pub struct AuthorHelper;

impl pallet_fees::BenchmarkHelper<AccountId> for AuthorHelper {
	fn set_author(author: &AccountId) {
		// As `Authorship` keeps it during a block, once it has found it.
		unhashed::put(&storage_prefix(b"Authorship", b"Author"), author);
	}
}

/// Makes arguments for the treasury.
pub struct TreasuryHelper;

impl pallet_treasury::ArgumentsFactory<CurrencyKind, AccountId> for TreasuryHelper {
	fn create_asset_kind(seed: u32) -> CurrencyKind {
		NativeOrWithId::WithId(seed)
	}

	fn create_beneficiary(seed: [u8; 32]) -> AccountId {
		seed.into()
	}
}

/// A new account, and its sr25519 signature: of the kinds in use the one that takes longest.
fn signed_by_new_account(message: &[u8]) -> (Signature, AccountId) {
	use sp_runtime::traits::IdentifyAccount;
	let key_type = sp_core::crypto::KeyTypeId(*b"test");
	let public = sp_io::crypto::sr25519_generate(key_type, None);
	let account = sp_runtime::MultiSigner::from(public).into_account();
	let signature = sp_io::crypto::sr25519_sign(key_type, &public, message)
		.expect("the key was made a moment ago");
	(Signature::from(signature), account)
}

/// Makes a signature for the signature extension.
pub struct VerifySignatureHelper;

impl pallet_verify_signature::BenchmarkHelper<Signature, AccountId> for VerifySignatureHelper {
	fn create_signature(_entropy: &[u8], message: &[u8]) -> (Signature, AccountId) {
		signed_by_new_account(message)
	}
}

/// Makes a newcomer's signature for its sponsor.
pub struct SponsorshipHelper;

impl pallet_twins::BenchmarkHelper<AccountId, Signature> for SponsorshipHelper {
	fn sign(payload: &[u8]) -> (AccountId, Signature) {
		let (signature, account) = signed_by_new_account(payload);
		(account, signature)
	}
}

/// Signs for tills, and sets the clock.
pub struct TillHelper;

impl pallet_commerce::BenchmarkHelper<AccountId, Signature> for TillHelper {
	fn sign(payload: &[u8]) -> (AccountId, Signature) {
		let (signature, account) = signed_by_new_account(payload);
		(account, signature)
	}

	fn set_day(day: Day) {
		// Not `set_timestamp`, which BABE compares with the slot.
		pallet_timestamp::Now::<Runtime>::put(Moment::from(day) * DAY_MILLIS + DAY_MILLIS / 2);
	}
}
