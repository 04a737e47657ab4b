//! A chain with nothing but balances, a phonebook that tests write, and this pallet.

use crate::{self as pallet_records, *};
use frame::{
	testing_prelude::*,
	traits::{
		fungible::{HoldConsideration, Inspect, InspectHold},
		LinearStoragePrice,
	},
};
use ourledger_math::mmr::{self, Blake2b256, Hash};
use ourledger_primitives::{
	record::{Descriptor, Dispersal, Encryption, Envelope, RecordNumber},
	twin::{TwinNumber, Twins},
};

pub type AccountId = u64;
pub type Balance = u128;

/// Controller of twin 1.
pub const ALICE: AccountId = 11;
/// Controller of twin 2.
pub const BOB: AccountId = 12;
/// Controller of nothing.
pub const CAROL: AccountId = 13;
/// Free balance of the three before any deposit.
pub const ENDOWMENT: Balance = 1_000_000;
/// Smallest balance of an account.
pub const EXISTENTIAL_DEPOSIT: Balance = 10;
/// Deposit per item, unless a test changes it.
pub const PER_ITEM: Balance = 100;
/// Deposit per byte, unless a test changes it.
pub const PER_BYTE: Balance = 1;
/// Length of a ticket: the amount.
pub const TICKET_BYTES: Balance = 16;

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
	#[runtime::pallet_index(51)]
	pub type Records = pallet_records;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = MockBlock<Test>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
}

parameter_types! {
	/// Controller of twin 1, of twin 2, and so on, and whether the twin is active.
	pub static Phonebook: Vec<(AccountId, bool)> = vec![(ALICE, true), (BOB, true)];
	pub static ItemPrice: Balance = PER_ITEM;
	pub static BytePrice: Balance = PER_BYTE;
	pub const IndexReason: RuntimeHoldReason = RuntimeHoldReason::Records(HoldReason::Index);
	pub const PinReason: RuntimeHoldReason = RuntimeHoldReason::Records(HoldReason::Pin);
}

/// What the phonebook says of an account that acts for no twin.
pub const NOT_ACTING: DispatchError = DispatchError::Other("mock: acts for no twin");
/// What it says of a twin that there isn't, or that can't act.
pub const NO_SUCH_TWIN: DispatchError = DispatchError::Other("mock: no such twin");

/// Stands in for the phonebook, which isn't under test.
pub struct MockTwins;

impl Twins<AccountId> for MockTwins {
	fn acting(account: &AccountId) -> Result<TwinNumber, DispatchError> {
		let place = Phonebook::get().into_iter().position(|twin| twin == (*account, true));
		place.map(|place| place as TwinNumber + 1).ok_or(NOT_ACTING)
	}

	fn controller_of(number: TwinNumber) -> Option<AccountId> {
		let place = usize::try_from(number).ok()?.checked_sub(1)?;
		Phonebook::get().get(place).map(|(controller, _)| *controller)
	}

	fn is_active(number: TwinNumber) -> bool {
		Self::controller_of(number)
			.is_some_and(|controller| Self::number_of(&controller) == Some(number))
	}

	fn not_found() -> DispatchError {
		NO_SUCH_TWIN
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn register(account: AccountId) -> TwinNumber {
		// A benchmark starts over with new storage, but this isn't in storage.
		Self::number_of(&account).unwrap_or_else(|| {
			Phonebook::mutate(|twins| {
				twins.push((account, true));
				twins.len() as TwinNumber
			})
		})
	}
}

type Price = LinearStoragePrice<ItemPrice, BytePrice, Balance>;

impl Config for Test {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Twins = MockTwins;
	type IndexDeposit = HoldConsideration<AccountId, Balances, IndexReason, Price>;
	type PinDeposit = HoldConsideration<AccountId, Balances, PinReason, Price>;
	type DepositPrice = Price;
	type WeightInfo = ();
}

/// Genesis: three accounts with money, two of which have a twin.
pub fn state() -> TestState {
	Phonebook::set(vec![(ALICE, true), (BOB, true)]);
	ItemPrice::set(PER_ITEM);
	BytePrice::set(PER_BYTE);
	let balances = [ALICE, BOB, CAROL].map(|account| (account, ENDOWMENT)).to_vec();
	let mut state: TestState = RuntimeGenesisConfig {
		balances: pallet_balances::GenesisConfig { balances, ..Default::default() },
		..Default::default()
	}
	.build_storage()
	.expect("the genesis of a test can be built")
	.into();
	// Block 0 has no events.
	state.execute_with(|| System::set_block_number(1));
	state
}

/// Run `test`, then check that the invariants hold.
pub fn build_and_execute(test: impl FnOnce()) {
	state().execute_with(|| {
		test();
		check_invariants();
	});
}

pub fn check_invariants() {
	Records::do_try_state().expect("every invariant holds");
}

pub fn signed(account: AccountId) -> RuntimeOrigin {
	RuntimeOrigin::signed(account)
}

/// What only ever happens in the phonebook.
pub fn deactivate(twin: TwinNumber) {
	Phonebook::mutate(|twins| twins[twin as usize - 1].1 = false);
}

/// A descriptor like no other one's `number`.
pub fn descriptor(number: RecordNumber) -> Descriptor {
	let mut content = [7; 32];
	content[..8].copy_from_slice(&number.to_le_bytes());
	Descriptor {
		content,
		size: 1_000,
		media_type: bounded(b"text/plain".to_vec()),
		encryption: Encryption::None,
		dispersal: None,
		supersedes: None,
		expires: None,
	}
}

/// The largest descriptor there can be.
pub fn largest_descriptor() -> Descriptor {
	let envelope = Envelope { reader: u64::MAX, key: u16::MAX, sealed: bounded(vec![0xff; 128]) };
	let media_type = [b"a/", &[b'b'; 62][..]].concat();
	Descriptor {
		content: [0xff; 32],
		size: u64::MAX,
		media_type: bounded(media_type),
		encryption: Encryption::Envelopes(bounded(vec![envelope; 8])),
		dispersal: Some(Dispersal { needed: 32, shards: bounded(vec![u64::MAX; 32]) }),
		supersedes: Some(u64::MAX),
		expires: Some(u64::MAX),
	}
}

pub fn bounded<T, const N: u32>(items: Vec<T>) -> BoundedVec<T, ConstU32<N>> {
	BoundedVec::try_from(items).unwrap_or_else(|_| panic!("a test stays within {N}"))
}

pub fn leaf(descriptor: &Descriptor) -> Hash {
	mmr::leaf_hash::<Blake2b256>(&descriptor.encode())
}

/// Leaves of [`descriptor`]s with these numbers.
pub fn leaves(numbers: std::ops::Range<u64>) -> Vec<Hash> {
	numbers.map(|number| leaf(&descriptor(number))).collect()
}

/// Append leaves, at most 512.
pub fn append(controller: AccountId, leaves: &[Hash]) -> DispatchResult {
	Records::append(signed(controller), bounded(leaves.to_vec()))
}

/// Pin what [`descriptor`] says of record `number`, of `count` records that all are so described.
pub fn pin(controller: AccountId, number: RecordNumber, count: u64) -> DispatchResult {
	Records::pin(signed(controller), number, descriptor(number), proof(number, count))
}

/// Proof of record `number` among `count` records, each as [`descriptor`] says.
pub fn proof(number: RecordNumber, count: u64) -> BoundedVec<Hash, ConstU32<MAX_PROOF>> {
	let proof = mmr::prove::<Blake2b256>(&leaves(0..count), number, 1);
	bounded(proof.expect("a test proves what is there"))
}

/// Index over all these leaves.
pub fn index_of(leaves: &[Hash]) -> Index {
	let mut peaks = Vec::new();
	let count = mmr::append::<Blake2b256>(0, &mut peaks, leaves).expect("a test has few leaves");
	Index { count, peaks: bounded(peaks) }
}

/// Put the index of twin 1 where no test can append it to, and its deposit beside it.
pub fn set_index(count: u64, peaks: Vec<Hash>) {
	use frame::traits::Consideration as _;
	let ticket = <Test as Config>::IndexDeposit::new(&ALICE, Records::index_footprint(count));
	IndexTickets::<Test>::insert(1, ticket.expect("the controller can pay"));
	Indexes::<Test>::insert(1, Index { count, peaks: bounded(peaks) });
}

/// What an index with this many bits in its count costs, reckoned anew.
pub fn index_deposit(bits: u32) -> Balance {
	PER_ITEM + PER_BYTE * (8 + 10 + 32 * Balance::from(bits) + 8 + TICKET_BYTES)
}

/// What a pin costs, reckoned anew.
pub fn pin_deposit(descriptor: &Descriptor) -> Balance {
	PER_ITEM + PER_BYTE * (16 + descriptor.encoded_size() as Balance + TICKET_BYTES)
}

pub fn held_for_index(account: AccountId) -> Balance {
	Balances::balance_on_hold(&IndexReason::get(), &account)
}

pub fn held_for_pins(account: AccountId) -> Balance {
	Balances::balance_on_hold(&PinReason::get(), &account)
}

pub fn free(account: AccountId) -> Balance {
	Balances::balance(&account)
}

/// This pallet's events.
pub fn events() -> Vec<Event<Test>> {
	System::read_events_for_pallet::<Event<Test>>()
}

pub fn last_event() -> Option<Event<Test>> {
	events().pop()
}
