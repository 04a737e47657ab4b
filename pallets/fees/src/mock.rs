//! A runtime that charges fees as the SDK does: takes them out of an account, and hands on what is
//! left after the refund.

use crate as pallet_fees;
use crate::*;
use frame::{
	testing_prelude::{frame_construct_runtime as construct, *},
	traits::{
		fungible::{Balanced, Mutate},
		tokens::imbalance::ResolveTo,
		Imbalance,
	},
};

pub type AccountId = u64;
pub type Balance = u64;

/// Receives the public's part, and dust.
pub const TREASURY: AccountId = 100;
/// Makes blocks, unless a test says otherwise.
pub const AUTHOR: AccountId = 101;
/// Has no account.
pub const NEWCOMER: AccountId = 102;
/// Pays.
pub const ALICE: AccountId = 1;
/// Pays, too.
pub const BOB: AccountId = 2;
/// Smallest balance of an account; treasury and author have as much.
pub const DEPOSIT: Balance = 10;
/// What those who pay begin with.
pub const ENDOWMENT: Balance = 1_000_000;

#[construct]
mod runtime {
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
	pub struct Test;

	#[runtime::pallet_index(0)]
	pub type System = frame_system;
	#[runtime::pallet_index(1)]
	pub type Balances = pallet_balances;
	#[runtime::pallet_index(2)]
	pub type Fees = pallet_fees;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = MockBlock<Test>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type ExistentialDeposit = ConstU64<DEPOSIT>;
	type DustRemoval = ResolveTo<Treasury, Balances>;
}

parameter_types! {
	/// Whom the block names as its author.
	pub static MadeBy: Option<AccountId> = Some(AUTHOR);
	pub const Treasury: AccountId = TREASURY;
}

impl Config for Test {
	type Currency = Balances;
	type Author = MadeBy;
	type Treasury = Treasury;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = Helper;
}

#[cfg(feature = "runtime-benchmarks")]
pub struct Helper;

#[cfg(feature = "runtime-benchmarks")]
impl BenchmarkHelper<AccountId> for Helper {
	fn set_author(author: &AccountId) {
		MadeBy::set(Some(*author));
	}
}

/// Genesis, then block 1.
pub fn new_state() -> TestState {
	let balances =
		vec![(TREASURY, DEPOSIT), (AUTHOR, DEPOSIT), (ALICE, ENDOWMENT), (BOB, ENDOWMENT)];
	let balances = pallet_balances::GenesisConfig::<Test> { balances, ..Default::default() };
	let genesis = RuntimeGenesisConfig { balances, ..Default::default() };
	let mut state = TestState::new(genesis.build_storage().expect("it is valid"));
	state.execute_with(|| {
		System::set_block_number(1);
		MadeBy::set(Some(AUTHOR));
	});
	state
}

/// Runs `test`, after which a block has ended, and checks that nothing was made or lost.
pub fn execute(test: impl FnOnce()) {
	new_state().execute_with(|| {
		test();
		assert_ok!(Fees::do_try_state());
		assert_eq!(in_accounts(), Balances::total_issuance());
	});
}

/// What all accounts have.
pub fn in_accounts() -> Balance {
	frame_system::Account::<Test>::iter_values().map(|it| it.data.free + it.data.reserved).sum()
}

/// What an account has.
pub fn has(who: AccountId) -> Balance {
	Balances::free_balance(who)
}

/// Has an account pay a fee and a tip.
pub fn pay(who: AccountId, fee: Balance, tip: Balance) {
	let paid = Balances::withdraw(
		&who,
		fee + tip,
		Precision::Exact,
		Preservation::Preserve,
		Fortitude::Polite,
	);
	let (tip, fee) = paid.expect("it has so much").split(tip);
	Fees::on_unbalanceds([fee, tip].into_iter());
}

/// Has an account send all that it has to another, by which it is gone.
pub fn leave(who: AccountId, to: AccountId) {
	assert_ok!(Balances::transfer(&who, &to, has(who), Preservation::Expendable));
	assert!(!System::account_exists(&who));
}

/// Ends the block.
pub fn finish() {
	Fees::on_finalize(System::block_number());
}

/// Fees and tips that are gathered, as their bytes in the state say.
pub fn gathered() -> Option<(Balance, Balance)> {
	frame::deps::frame_support::storage::unhashed::get(&Gathered::<Test>::hashed_key())
}

/// Takes all events since the last look.
pub fn events() -> Vec<RuntimeEvent> {
	let events = System::events().into_iter().map(|record| record.event).collect();
	System::reset_events();
	events
}

/// Takes this pallet's events since the last look.
pub fn shared() -> Vec<Event<Test>> {
	let own = |event| match event {
		RuntimeEvent::Fees(event) => Some(event),
		_ => None,
	};
	events().into_iter().filter_map(own).collect()
}
