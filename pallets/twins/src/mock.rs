//! A chain with nothing but balances and this pallet. Signatures are real.

use crate::{self as pallet_twins, *};
use frame::{
	deps::sp_runtime::{AccountId32, MultiSignature},
	testing_prelude::*,
	traits::{
		fungible::{HoldConsideration, Inspect, InspectHold, Mutate},
		Footprint, IdentityLookup, LinearStoragePrice, Time, Verify,
	},
};
use ourledger_primitives::{
	twin::{Profile, PublicKey, TwinKind, TwinNumber},
	Moment,
};
pub use Sr25519Keyring::{Alice, Bob, Charlie, Dave, Eve, Ferdie};

pub type AccountId = AccountId32;
pub type Balance = u128;

/// Free balance of Alice to Dave before any deposit. Eve and Ferdie have nothing.
pub const ENDOWMENT: Balance = 100_000;
/// Smallest balance of an account.
pub const EXISTENTIAL_DEPOSIT: Balance = 10;
/// Price of an item, unless a test changes it.
pub const ITEM_PRICE: Balance = 100;
/// Price of a byte, unless a test changes it.
pub const BYTE_PRICE: Balance = 1;
/// How far ahead a permit may expire.
pub const MAX_SPONSORSHIP_TICKS: u64 = 50;
/// Block in which tests begin.
pub const START: u64 = 3;

/// What stays of a twin: number and entry, controller and number, and the reference to the account
/// of 32 + 80 bytes.
pub const TOMBSTONE_DEPOSIT: Balance = ITEM_PRICE + 8 + ENTRY_BYTES + 40 + 112;
/// The entry: kind, controller, state, empty profile, no name, next key, block, depositor, and two
/// tickets, one of them optional.
const ENTRY_BYTES: Balance = 1 + 32 + 9 + 3 + 1 + 2 + 8 + 32 + 16 + 17;
/// The rest of an active twin: 99 bytes of profile, and 8 + 1 + 8 × 130 of endpoints.
pub const ACTIVE_DEPOSIT: Balance = ITEM_PRICE + 99 + 8 + 1 + 8 * 130;
/// Both.
pub const TWIN_DEPOSIT: Balance = TOMBSTONE_DEPOSIT + ACTIVE_DEPOSIT;
/// A key: id, purpose, kind and 33 bytes.
pub const FURTHER_KEY_DEPOSIT: Balance = 37;
/// The first key: number, length and ticket besides.
pub const KEY_DEPOSIT: Balance = ITEM_PRICE + 8 + 1 + 16 + FURTHER_KEY_DEPOSIT;
/// A name: 66 bytes of skeleton, 33 each of name and of name in the twin's entry; number, ticket and
/// the time until which it rests.
pub const NAME_DEPOSIT: Balance = ITEM_PRICE + 66 + 33 + 8 + 16 + 9 + 33;

/// How long a name rests.
pub const NAME_REST: Moment = 1_000;
/// Time at which tests begin.
pub const NOON: Moment = 500;

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
	pub type TwinsPallet = pallet_twins;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = MockBlock<Test>;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
}

parameter_types! {
	/// The price of an item, as an upgrade might change it.
	pub static GovernedItemPrice: Balance = ITEM_PRICE;
	/// The price of a byte, as an upgrade might change it.
	pub static GovernedBytePrice: Balance = BYTE_PRICE;
	/// The keyless accounts that were made: owner, twin, account.
	pub static Made: Vec<(AccountId, TwinNumber, AccountId)> = Vec::new();
	/// Whether no keyless account can be made.
	pub static KeylessFails: bool = false;
	/// Ticks in which there was no block.
	pub static Blockless: u64 = 0;
	pub static Window: u64 = MAX_SPONSORSHIP_TICKS;
	pub static Rest: Moment = NAME_REST;
	/// The time.
	pub static Now: Moment = NOON;
	pub const TwinReason: RuntimeHoldReason = RuntimeHoldReason::TwinsPallet(HoldReason::Twin);
	pub const KeyReason: RuntimeHoldReason = RuntimeHoldReason::TwinsPallet(HoldReason::Key);
	pub const NameReason: RuntimeHoldReason = RuntimeHoldReason::TwinsPallet(HoldReason::Name);
}

type Price = LinearStoragePrice<GovernedItemPrice, GovernedBytePrice, Balance>;
type Deposit<Reason> = HoldConsideration<AccountId, Balances, Reason, Price, Footprint>;

/// Makes accounts that differ by a counter.
pub struct CountedAccounts;

impl KeylessAccounts<AccountId> for CountedAccounts {
	fn create(owner: &AccountId, twin: TwinNumber) -> Result<AccountId, DispatchError> {
		ensure!(!KeylessFails::get(), DispatchError::Unavailable);
		let mut made = Made::get();
		let mut account = [0xee; 32];
		account[..8].copy_from_slice(&(made.len() as u64).to_le_bytes());
		made.push((owner.clone(), twin, account.into()));
		Made::set(made);
		Ok(account.into())
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn ensure_successful(_: &AccountId) {}
}

/// Tells the time that a test says it is.
pub struct WallClock;

impl Time for WallClock {
	type Moment = Moment;

	fn now() -> Moment {
		Now::get()
	}
}

/// Signs as Ferdie.
#[cfg(feature = "runtime-benchmarks")]
pub struct FerdieSigns;

#[cfg(feature = "runtime-benchmarks")]
impl BenchmarkHelper<AccountId, MultiSignature> for FerdieSigns {
	fn sign(payload: &[u8]) -> (AccountId, MultiSignature) {
		(id(Ferdie), Ferdie.sign(payload).into())
	}
}

/// Ticks: as many as blocks, and those in which there was none.
pub struct Clock;

impl BlockNumberProvider for Clock {
	type BlockNumber = u64;

	fn current_block_number() -> u64 {
		System::block_number() + Blockless::get()
	}

	fn set_block_number(tick: u64) {
		System::set_block_number(tick - Blockless::get());
	}
}

impl Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Signature = MultiSignature;
	type Signer = <MultiSignature as Verify>::Signer;
	type TwinDeposit = Deposit<TwinReason>;
	type KeyDeposit = Deposit<KeyReason>;
	type NameDeposit = Deposit<NameReason>;
	type DepositPrice = Price;
	type KeylessAccounts = CountedAccounts;
	type BlockNumberProvider = Clock;
	type MaxSponsorshipTicks = Window;
	type Time = WallClock;
	type NameRestMillis = Rest;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = FerdieSigns;
}

/// A genesis in which Alice to Dave have money, at the prices above.
pub fn build() -> TestState {
	GovernedItemPrice::set(ITEM_PRICE);
	GovernedBytePrice::set(BYTE_PRICE);
	Made::set(Vec::new());
	Now::set(NOON);
	let balances = [Alice, Bob, Charlie, Dave].map(|who| (id(who), ENDOWMENT)).to_vec();
	let mut state: TestState = RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
		..Default::default()
	}
	.build_storage()
	.expect("the genesis of a test can be built")
	.into();
	state.execute_with(|| System::set_block_number(START));
	state
}

/// Run `test` in block [`START`], then check that the invariants hold.
pub fn build_and_execute(test: impl FnOnce()) {
	build().execute_with(|| {
		test();
		check_invariants();
	});
}

/// Genesis for the benchmarks, which build their own state.
#[cfg(feature = "runtime-benchmarks")]
pub fn benchmark_state() -> TestState {
	build()
}

pub fn check_invariants() {
	TwinsPallet::do_try_state().expect("every invariant holds");
}

pub fn id(who: Sr25519Keyring) -> AccountId {
	who.to_account_id()
}

pub fn signed(who: impl Into<AccountId>) -> RuntimeOrigin {
	RuntimeOrigin::signed(who.into())
}

/// `text` as bytes of limited length.
pub fn bounded<Limit: Get<u32>>(text: impl AsRef<[u8]>) -> BoundedVec<u8, Limit> {
	text.as_ref().to_vec().try_into().expect("a test's text fits")
}

/// A profile with this display name and nothing else.
pub fn named(display_name: &str) -> Profile {
	Profile { display_name: bounded(display_name), ..Profile::default() }
}

/// A profile with everything.
pub fn full_profile() -> Profile {
	Profile { logo: Some([7; 32]), country: Some(*b"BE"), ..named("Zoë") }
}

pub fn endpoint_list(endpoints: &[&str]) -> EndpointList {
	let endpoints: Vec<_> = endpoints.iter().map(bounded).collect();
	endpoints.try_into().expect("a test's endpoints fit")
}

/// A key that signs, other for each `seed` above zero.
pub fn signing_key(seed: u8) -> PublicKey {
	PublicKey::Ed25519([seed; 32])
}

/// A key to encrypt to, other for each `seed` above zero.
pub fn sealing_key(seed: u8) -> PublicKey {
	PublicKey::X25519([seed; 32])
}

/// Register a twin that `who` controls and pays for.
pub fn register(who: Sr25519Keyring) -> TwinNumber {
	let number = TwinsPallet::count() + 1;
	assert_ok!(TwinsPallet::register(
		signed(who),
		TwinKind::Person,
		named("someone"),
		ControllerChoice::Caller
	));
	number
}

/// A permit that is good now and for ten blocks more.
pub fn permit_of(who: Sr25519Keyring) -> PermitOf<Test> {
	Permit { nonce: System::account_nonce(id(who)), expires: System::block_number() + 10 }
}

/// What `who` signs for `sponsor` to register it as a person with [`full_profile`].
pub fn payload_for(sponsor: Sr25519Keyring, permit: &PermitOf<Test>) -> Vec<u8> {
	TwinsPallet::payload(&id(sponsor), TwinKind::Person, &full_profile(), permit)
}

/// Let `sponsor` register `newcomer` as a person with [`full_profile`].
pub fn sponsor(
	sponsor: Sr25519Keyring,
	newcomer: Sr25519Keyring,
	permit: PermitOf<Test>,
	signature: impl Into<MultiSignature>,
) -> DispatchResult {
	TwinsPallet::register_for(
		signed(sponsor),
		TwinKind::Person,
		full_profile(),
		id(newcomer),
		permit,
		signature.into(),
	)
}

/// Register a twin that `newcomer` controls and `payer` pays for.
pub fn register_for(payer: Sr25519Keyring, newcomer: Sr25519Keyring) -> TwinNumber {
	let permit = permit_of(newcomer);
	let signature = newcomer.sign(&payload_for(payer, &permit));
	assert_ok!(sponsor(payer, newcomer, permit, signature));
	TwinsPallet::count()
}

/// Let `who` claim `name`.
pub fn claim(who: Sr25519Keyring, name: &str) -> DispatchResult {
	TwinsPallet::claim_name(signed(who), bounded(name))
}

/// Let time pass.
pub fn wait(millis: Moment) {
	Now::mutate(|now| *now += millis);
}

/// Deactivate the twin of `who`.
pub fn deactivate(who: Sr25519Keyring) {
	assert_ok!(TwinsPallet::deactivate(signed(who)));
}

pub fn twin(number: TwinNumber) -> TwinOf<Test> {
	Twins::<Test>::get(number).expect("the twin exists")
}

/// What is held of `who` for twins, keys and names.
pub fn held(who: Sr25519Keyring) -> (Balance, Balance, Balance) {
	let on_hold = |reason: HoldReason| Balances::balance_on_hold(&reason.into(), &id(who));
	(on_hold(HoldReason::Twin), on_hold(HoldReason::Key), on_hold(HoldReason::Name))
}

pub fn free(who: Sr25519Keyring) -> Balance {
	Balances::balance(&id(who))
}

/// Make the free balance of `who` exactly `amount`.
pub fn set_free(who: Sr25519Keyring, amount: Balance) {
	Balances::set_balance(&id(who), amount);
}

/// Events of this pallet since the last look.
pub fn events() -> Vec<Event<Test>> {
	let events = System::read_events_for_pallet::<Event<Test>>();
	System::reset_events();
	events
}
