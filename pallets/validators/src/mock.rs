//! A chain with nothing but sessions, GRANDPA, balances and this pallet. Sessions last three blocks.

use crate::{self as pallet_validators, *};
use frame::{
	deps::{
		sp_core::crypto::key_types::DUMMY,
		sp_runtime::{
			impl_opaque_keys,
			testing::UintAuthorityId,
			traits::{ConvertInto, OpaqueKeys},
			KeyTypeId, RuntimeAppPublic,
		},
	},
	testing_prelude::*,
	traits::{
		fungible::{Inspect, InspectHold},
		tokens::imbalance::ResolveTo,
		KeyOwnerProofSystem, OneSessionHandler,
	},
};
use ourledger_primitives::Moment;
use pallet_grandpa::AuthorityId;
use pallet_session::disabling::UpToLimitWithReEnablingDisablingStrategy;
use sp_staking::{
	offence::{OffenceDetails, OnOffenceHandler},
	SessionIndex,
};

pub type AccountId = u64;
pub type Balance = u64;

/// Approves, and nothing else.
pub const APPROVER: AccountId = 100;
/// Removes, and nothing else.
pub const REMOVER: AccountId = 101;
/// Restores finality, and nothing else.
pub const RESTORER: AccountId = 103;
/// Receives slashes.
pub const TREASURY: AccountId = 102;
/// Validators of the default genesis.
pub const GENESIS_VALIDATORS: [AccountId; 4] = [1, 2, 3, 4];
/// Bonded neither at genesis nor ever, unless a test says so.
pub const ALICE: AccountId = 5;
/// As [`ALICE`].
pub const BOB: AccountId = 6;
/// Free balance of accounts 1 to 20 before any bond.
pub const ENDOWMENT: Balance = 10_000;
/// The bond, unless a test changes it.
pub const BOND: Balance = 1_000;
/// Smallest balance of an account.
pub const EXISTENTIAL_DEPOSIT: Balance = 10;
/// Size of the approved set.
pub const MAX_VALIDATORS: u32 = 8;
/// Offence window in sessions, unless a test changes it.
pub const LEAVING_SESSIONS: SessionIndex = 4;
/// Blocks of a session.
pub const SESSION_BLOCKS: u64 = 3;

#[frame_construct_runtime]
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
	pub type Validators = pallet_validators;
	#[runtime::pallet_index(3)]
	pub type Session = pallet_session;
	#[runtime::pallet_index(5)]
	pub type Grandpa = pallet_grandpa;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = MockBlock<Test>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type ExistentialDeposit = ConstU64<EXISTENTIAL_DEPOSIT>;
}

impl_opaque_keys! {
	#[derive(MaxEncodedLen)]
	pub struct SessionKeys {
		pub dummy: UintAuthorityId,
	}
}

/// Tells GRANDPA of sessions. Its keys are made from those that a test can sign with.
pub struct Consensus;

impl pallet_session::SessionHandler<AccountId> for Consensus {
	const KEY_TYPE_IDS: &'static [KeyTypeId] = &[UintAuthorityId::ID];

	fn on_genesis_session<Ks: OpaqueKeys>(validators: &[(AccountId, Ks)]) {
		FinalityOf::<Test>::on_genesis_session(validators.iter().map(with_grandpa_key));
	}

	fn on_new_session<Ks: OpaqueKeys>(
		changed: bool,
		validators: &[(AccountId, Ks)],
		queued: &[(AccountId, Ks)],
	) {
		AuthoritiesChanged::set(changed);
		FinalityOf::<Test>::on_new_session(
			changed,
			validators.iter().map(with_grandpa_key),
			queued.iter().map(with_grandpa_key),
		);
	}

	fn on_disabled(_: u32) {}
}

fn with_grandpa_key<Ks: OpaqueKeys>((who, keys): &(AccountId, Ks)) -> (&AccountId, AuthorityId) {
	let key: UintAuthorityId = keys.get(DUMMY).expect("there is one key");
	(who, grandpa_key(key.0))
}

/// The GRANDPA key that goes with the other one.
pub fn grandpa_key(key: u64) -> AuthorityId {
	let mut bytes = [0; 32];
	bytes[..8].copy_from_slice(&key.to_le_bytes());
	AuthorityId::decode(&mut &bytes[..]).expect("any 32 bytes are a key")
}

type Sessions = pallet_session::PeriodicSessions<ConstU64<SESSION_BLOCKS>, ConstU64<0>>;

impl pallet_session::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type ValidatorId = AccountId;
	type ValidatorIdOf = ConvertInto;
	type ShouldEndSession = Sessions;
	type NextSessionRotation = Sessions;
	type SessionManager = Validators;
	type SessionHandler = Consensus;
	type Keys = SessionKeys;
	type DisablingStrategy = UpToLimitWithReEnablingDisablingStrategy;
	type WeightInfo = ();
	type Currency = Balances;
	type KeyDeposit = ConstU64<0>;
}

impl pallet_grandpa::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = ();
	type MaxAuthorities = Seats;
	type MaxNominators = ConstU32<0>;
	type MaxSetIdSessionEntries = SetIdEntriesOf<Test>;
	type KeyOwnerProof = KeyProof;
	type EquivocationReportSystem = ();
}

parameter_types! {
	/// The bond of new applications, as governance might change it.
	pub static GovernedBond: Balance = BOND;
	pub static Seats: u32 = MAX_VALIDATORS;
	pub static DefaultWindow: SessionIndex = 672;
	pub static DefaultSlot: Moment = 3_000;
	pub static DefaultSlots: u64 = 1_200;
	/// Whether consensus was told of other authorities when this session started.
	pub static AuthoritiesChanged: bool = false;
	pub const Treasury: AccountId = TREASURY;
}

ord_parameter_types! {
	pub const Approver: AccountId = APPROVER;
	pub const Remover: AccountId = REMOVER;
	pub const Restorer: AccountId = RESTORER;
}

impl Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Bond = GovernedBond;
	type MaxValidators = Seats;
	type ApproveOrigin = EnsureSignedBy<Approver, AccountId>;
	type RemoveOrigin = EnsureSignedBy<Remover, AccountId>;
	type RestoreOrigin = EnsureSignedBy<Restorer, AccountId>;
	type Slashed = ResolveTo<Treasury, Balances>;
	type DefaultLeavingSessions = DefaultWindow;
	type DefaultSlotMillis = DefaultSlot;
	type DefaultEpochSlots = DefaultSlots;
	type WeightInfo = ();
}

/// A genesis to start a test from.
pub struct ExtBuilder {
	pub validators: Vec<AccountId>,
	pub leaving_sessions: Option<SessionIndex>,
	pub slot_millis: Option<Moment>,
	pub epoch_slots: Option<u64>,
}

impl Default for ExtBuilder {
	fn default() -> Self {
		Self {
			validators: GENESIS_VALIDATORS.to_vec(),
			leaving_sessions: Some(LEAVING_SESSIONS),
			slot_millis: None,
			epoch_slots: None,
		}
	}
}

impl ExtBuilder {
	/// Start with these validators instead of four.
	pub fn validators(mut self, validators: impl IntoIterator<Item = AccountId>) -> Self {
		self.validators = validators.into_iter().collect();
		self
	}

	pub fn build(self) -> TestState {
		let mut balances: Vec<_> = (1..=20).map(|account| (account, ENDOWMENT)).collect();
		balances.push((TREASURY, EXISTENTIAL_DEPOSIT));
		// Twice the same account is for this pallet to refuse, not for the session pallet.
		let owners: std::collections::BTreeSet<_> = self.validators.iter().copied().collect();
		let keys = owners.into_iter().map(|account| (account, account, keys_of(account))).collect();

		RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
			validators: GenesisConfig {
				validators: self.validators,
				leaving_sessions: self.leaving_sessions,
				slot_millis: self.slot_millis,
				epoch_slots: self.epoch_slots,
			},
			session: pallet_session::GenesisConfig { keys, ..Default::default() },
			..Default::default()
		}
		.build_storage()
		.expect("the genesis of a test can be built")
		.into()
	}

	/// Run `test` in block 1, then check that the invariants hold.
	pub fn build_and_execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			System::run_to_block::<AllPalletsWithSystem>(1);
			test();
			check_invariants();
		});
	}
}

/// Run `test` on the default genesis.
pub fn execute(test: impl FnOnce()) {
	ExtBuilder::default().build_and_execute(test);
}

/// Genesis for the benchmarks, which build their own state.
#[cfg(feature = "runtime-benchmarks")]
pub fn benchmark_state() -> TestState {
	ExtBuilder::default().build()
}

pub fn check_invariants() {
	Validators::do_try_state().expect("every invariant holds");
}

pub fn signed(account: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(account)
}

/// The session keys that `account` uses unless it changes them.
pub fn keys_of(account: AccountId) -> SessionKeys {
	SessionKeys { dummy: UintAuthorityId(account) }
}

/// Register `keys` the way a validator does.
pub fn set_keys_to(account: AccountId, keys: SessionKeys) {
	let proof = keys.dummy.sign(&account.encode()).expect("a test key signs").encode();
	assert_ok!(Session::set_keys(signed(account), keys, proof));
}

pub fn set_keys(account: AccountId) {
	set_keys_to(account, keys_of(account));
}

pub fn purge_keys(account: AccountId) {
	assert_ok!(Session::purge_keys(signed(account)));
}

/// Take `account` through application, keys and approval.
pub fn join(account: AccountId) {
	assert_ok!(Validators::apply(signed(account)));
	set_keys(account);
	assert_ok!(Validators::approve(signed(APPROVER), account));
}

/// Run to the first block of the next session, and forget the events before it.
pub fn next_session() {
	System::reset_events();
	let session = Session::current_index();
	let blocks_in = System::block_number() % SESSION_BLOCKS;
	System::run_to_block::<AllPalletsWithSystem>(
		System::block_number() + SESSION_BLOCKS - blocks_in,
	);
	assert_eq!(Session::current_index(), session + 1);
	check_invariants();
}

pub fn to_session(index: SessionIndex) {
	while Session::current_index() < index {
		next_session();
	}
}

/// Report an offence of `validator` in `session`.
pub fn offend(validator: AccountId, session: SessionIndex, fraction: Perbill) -> Weight {
	offend_together(&[validator], session, fraction)
}

/// Report an offence that `validators` committed together.
pub fn offend_together(
	validators: &[AccountId],
	session: SessionIndex,
	fraction: Perbill,
) -> Weight {
	let offenders: Vec<_> = validators
		.iter()
		.map(|validator| {
			// Without a candidacy, as nobody is who can be reported, it is what it was at genesis.
			let bond = Candidacies::<Test>::get(validator).map_or(BOND, |candidacy| candidacy.bond);
			OffenceDetails {
				offender: (*validator, Identification { bond }),
				reporters: Vec::new(),
			}
		})
		.collect();
	let fractions = vec![fraction; offenders.len()];
	Validators::on_offence(&offenders, &fractions, session)
}

/// Register keys of which the only one is `key`.
pub fn set_key(account: AccountId, key: u64) {
	set_keys_to(account, SessionKeys { dummy: UintAuthorityId(key) });
}

/// Prove that `key` is in use in the session that runs.
pub fn prove(key: u64) -> Option<KeyProof> {
	Validators::prove((DUMMY, UintAuthorityId(key).encode()))
}

/// Prove that `key` was in use in `session`.
pub fn prove_in(session: SessionIndex, key: u64) -> Option<KeyProof> {
	Validators::prove_key(session..=session, (DUMMY, &UintAuthorityId(key).encode()))
}

/// Who owned `key`, by a proof.
pub fn owner(key: u64, proof: KeyProof) -> Option<AccountId> {
	Validators::check_proof((DUMMY, UintAuthorityId(key).encode()), proof).map(|(owner, _)| owner)
}

pub fn disabled() -> Vec<AccountId> {
	let validators = Session::validators();
	Session::disabled_validators().into_iter().map(|index| validators[index as usize]).collect()
}

pub fn held(account: AccountId) -> Balance {
	Balances::balance_on_hold(&HoldReason::Bond.into(), &account)
}

pub fn free(account: AccountId) -> Balance {
	Balances::balance(&account)
}

/// What the treasury has received.
pub fn treasury() -> Balance {
	free(TREASURY) - EXISTENTIAL_DEPOSIT
}

pub fn approved() -> Vec<AccountId> {
	Approved::<Test>::get().into_inner()
}

pub fn state_of(account: AccountId) -> Option<CandidacyState> {
	Candidacies::<Test>::get(account).map(|candidacy| candidacy.state)
}

/// Run `blocks` blocks to their end, and begin the one after.
pub fn pass_blocks(blocks: u64) {
	System::run_to_block::<AllPalletsWithSystem>(System::block_number() + blocks);
	check_invariants();
}

/// Whom GRANDPA counts in this block.
pub fn authorities() -> Vec<AuthorityId> {
	Grandpa::grandpa_authorities().into_iter().map(|(key, _)| key).collect()
}

/// Whom GRANDPA was told to count last.
pub fn voters() -> Vec<AccountId> {
	Voters::<Test>::get().into_iter().map(|(voter, _)| voter).collect()
}

/// Events of this pallet since the session began.
pub fn events() -> Vec<Event<Test>> {
	System::read_events_for_pallet::<Event<Test>>()
}

pub fn last_event() -> Option<Event<Test>> {
	events().pop()
}
