//! A runtime with a council of three, its collective, a scheduler and a preimage store.

use crate as pallet_governance;
use crate::*;
use codec::Encode;
use frame::{
	testing_prelude::{frame_construct_runtime as construct, *},
	traits::{EqualPrivilegeOnly, SortedMembers},
};
use frame_system::limits::BlockWeights;

/// Council members at genesis.
pub const ALICE: u64 = 1;
pub const BOB: u64 = 2;
pub const CHARLIE: u64 = 3;
/// Not a member.
pub const EVE: u64 = 9;

/// Timelock at genesis, in ticks.
pub const TIMELOCK: u64 = 10;
/// Blocks for which a motion stays open.
pub const MOTION_BLOCKS: u64 = 5;

/// Calls with a weight, a length and a result of the test's choice; all of them need Root.
#[frame::pallet(dev_mode)]
pub mod probe {
	use super::*;

	#[pallet::config]
	pub trait Config: frame_system::Config {}

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	/// How often a call of this pallet ran without being rolled back.
	#[pallet::storage]
	pub type Runs<T> = StorageValue<_, u32, ValueQuery>;

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Declares `weight` (and what an upgrade added), uses `used`; `padding` makes it long.
		#[pallet::weight(weight.saturating_add(UpgradeWeight::get()))]
		pub fn run(
			origin: OriginFor<T>,
			weight: Weight,
			used: Option<Weight>,
			padding: Vec<u8>,
		) -> DispatchResultWithPostInfo {
			ensure_root(origin)?;
			let _ = (weight, padding);
			Runs::<T>::mutate(|runs| *runs += 1);
			Ok(used.into())
		}

		/// Fails after it wrote.
		#[pallet::weight(Weight::from_parts(1_000, 0))]
		pub fn fail(origin: OriginFor<T>) -> DispatchResult {
			ensure_root(origin)?;
			Runs::<T>::mutate(|runs| *runs += 1);
			Err(DispatchError::Unavailable)
		}
	}
}

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
	pub type Scheduler = pallet_scheduler;
	#[runtime::pallet_index(3)]
	pub type Preimage = pallet_preimage;
	#[runtime::pallet_index(4)]
	pub type Collective = pallet_collective;
	#[runtime::pallet_index(5)]
	pub type Governance = pallet_governance;
	#[runtime::pallet_index(6)]
	pub type Probe = probe;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = MockBlock<Test>;
	type AccountData = pallet_balances::AccountData<u64>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type AccountStore = System;
}

parameter_types! {
	/// Ticks that pass in a block.
	pub static TicksPerBlock: u64 = 1;
	/// What a runtime upgrade added to the weight of `probe.run`.
	pub static UpgradeWeight: Weight = Weight::zero();
	/// Static, so that one test after the other can break one constant.
	pub static DefaultTimelock: u64 = 20;
	pub static MaxTimelock: u64 = 100;
	pub static MaxQueued: u32 = 4;
	pub static MaxCouncil: u32 = 8;
	pub static MaxCallLen: u32 = 1024;
	pub static MaxCallWeight: Weight = Weight::from_parts(500_000_000_000, 1_000_000);
	pub MaxScheduledWeight: Weight =
		Perbill::from_percent(80) * block_weights().max_block;
}

/// Takes `system.remark_with_event` for a call whose caller names its weight.
pub struct NoRemark;

impl Contains<RuntimeCall> for NoRemark {
	fn contains(call: &RuntimeCall) -> bool {
		!matches!(call, RuntimeCall::System(frame_system::Call::remark_with_event { .. }))
	}
}

/// Counts what the timelock and the scheduler count.
pub struct Ticks;

impl BlockNumberProvider for Ticks {
	type BlockNumber = u64;

	fn current_block_number() -> u64 {
		System::block_number() * TicksPerBlock::get()
	}

	fn set_block_number(tick: u64) {
		System::set_block_number(tick / TicksPerBlock::get());
	}
}

impl pallet_scheduler::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type RuntimeOrigin = RuntimeOrigin;
	type PalletsOrigin = OriginCaller;
	type RuntimeCall = RuntimeCall;
	type MaximumWeight = MaxScheduledWeight;
	type ScheduleOrigin = EnsureRoot<u64>;
	type OriginPrivilegeCmp = EqualPrivilegeOnly;
	type MaxScheduledPerBlock = ConstU32<3>;
	type WeightInfo = ();
	type Preimages = Preimage;
	type BlockNumberProvider = Ticks;
}

impl pallet_preimage::Config for Test {
	type RuntimeEvent = RuntimeEvent;
	type WeightInfo = ();
	type Currency = Balances;
	type ManagerOrigin = EnsureRoot<u64>;
	type Consideration = ();
}

impl pallet_collective::Config for Test {
	type RuntimeOrigin = RuntimeOrigin;
	type Proposal = RuntimeCall;
	type RuntimeEvent = RuntimeEvent;
	type MotionDuration = ConstU64<MOTION_BLOCKS>;
	type MaxProposals = ConstU32<10>;
	type MaxMembers = ConstU32<100>;
	type DefaultVote = AbstentionsVoteNo;
	type WeightInfo = ();
	type SetMembersOrigin = EnsureRoot<u64>;
	type MaxProposalWeight = MaxCallWeight;
	type DisapproveOrigin = EnsureRoot<u64>;
	type KillOrigin = EnsureRoot<u64>;
	type Consideration = ();
}

/// The collective's members; a real runtime has a membership pallet in this place.
pub struct Council;
impl SortedMembers<u64> for Council {
	fn sorted_members() -> Vec<u64> {
		pallet_collective::Members::<Test>::get()
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn add(member: &u64) {
		let mut members = Self::sorted_members();
		members.push(*member);
		set_council(members, None);
	}
}

impl Config for Test {
	type RuntimeCall = RuntimeCall;
	type QueueOrigin = pallet_collective::EnsureProportionAtLeast<u64, (), 2, 3>;
	type Members = Council;
	type BlockNumberProvider = Ticks;
	type Scheduler = Scheduler;
	type Preimages = Preimage;
	type DefaultTimelock = DefaultTimelock;
	type MaxTimelock = MaxTimelock;
	type MaxQueued = MaxQueued;
	type MaxCouncil = MaxCouncil;
	type MaxCallLen = MaxCallLen;
	type MaxCallWeight = MaxCallWeight;
	type Weighed = NoRemark;
	type WeightInfo = ();
}

impl probe::Config for Test {}

/// Genesis of a test.
pub struct ExtBuilder {
	council: Vec<u64>,
	timelock: u64,
}

impl Default for ExtBuilder {
	fn default() -> Self {
		Self { council: vec![ALICE, BOB, CHARLIE], timelock: TIMELOCK }
	}
}

impl ExtBuilder {
	/// A council of the accounts 1 to `size`.
	pub fn council_of(mut self, size: u64) -> Self {
		self.council = (1..=size).collect();
		self
	}

	/// Another timelock.
	pub fn timelock(mut self, ticks: u64) -> Self {
		self.timelock = ticks;
		self
	}

	/// Genesis, then block 1.
	pub fn build(self) -> TestState {
		let config = RuntimeGenesisConfig {
			collective: pallet_collective::GenesisConfig {
				members: self.council,
				..Default::default()
			},
			governance: GenesisConfig { timelock: self.timelock },
			..Default::default()
		};
		let storage = config.build_storage().expect("the genesis of the mock is valid");
		let mut state = TestState::new(storage);
		state.execute_with(|| run_to(1));
		state
	}

	/// Runs `test` in block 1 and checks the invariants afterwards.
	pub fn build_and_execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			test();
			assert_ok!(Governance::do_try_state());
		});
	}
}

/// The mock's limits of a block.
pub fn block_weights() -> BlockWeights {
	<Test as frame_system::Config>::BlockWeights::get()
}

/// Executes the blocks up to `block`, with the scheduler at the start of each.
pub fn run_to(block: u64) {
	System::run_to_block::<AllPalletsWithSystem>(block);
}

/// Origin of a transaction of `account`.
pub fn signed(account: u64) -> RuntimeOrigin {
	RuntimeOrigin::signed(account)
}

/// Origin of a motion with `ayes` of `seats`.
pub fn motion(ayes: u32, seats: u32) -> RuntimeOrigin {
	pallet_collective::RawOrigin::Members(ayes, seats).into()
}

/// Replaces the council.
pub fn set_council(members: Vec<u64>, prime: Option<u64>) {
	assert_ok!(Collective::set_members(RuntimeOrigin::root(), members, prime, 100));
}

/// A light call that is stored in the proposal itself.
pub fn short_call() -> RuntimeCall {
	heavy_call(Weight::from_parts(1_000, 0))
}

/// A light call of `len` encoded bytes; above 128 it goes to the preimage store.
pub fn call_of_len(len: u32) -> RuntimeCall {
	// A length prefix takes one byte below 64 bytes of padding, two below 2^14.
	(0..=len)
		.map(|padding| {
			let padding = vec![0; padding as usize];
			let weight = Weight::from_parts(1_000, 0);
			RuntimeCall::Probe(probe::Call::run { weight, used: None, padding })
		})
		.find(|call| call.encoded_size() == len as usize)
		.expect("some padding gives this length")
}

/// A call that goes to the preimage store.
pub fn long_call() -> RuntimeCall {
	call_of_len(200)
}

/// A call that declares `weight` and uses it.
pub fn heavy_call(weight: Weight) -> RuntimeCall {
	RuntimeCall::Probe(probe::Call::run { weight, used: None, padding: vec![] })
}

/// A call that stands for one whose caller names its weight.
pub fn remark() -> RuntimeCall {
	RuntimeCall::System(frame_system::Call::remark_with_event { remark: vec![] })
}

/// A call that writes and then fails.
pub fn failing_call() -> RuntimeCall {
	RuntimeCall::Probe(probe::Call::fail {})
}

/// Queues `call` as two thirds of the council and returns its id.
pub fn queue(call: RuntimeCall) -> ProposalId {
	let id = NextProposalId::<Test>::get();
	assert_ok!(Governance::queue(motion(2, 3), Box::new(call)));
	id
}

/// Leaves no room in the scheduler's agenda of `block`.
pub fn fill_agenda(block: u64) {
	let call = Box::new(RuntimeCall::System(frame_system::Call::remark { remark: vec![] }));
	while Scheduler::schedule(RuntimeOrigin::root(), block, None, 0, call.clone()).is_ok() {}
}

/// How often a queued probe ran.
pub fn runs() -> u32 {
	probe::Runs::<Test>::get()
}

/// Number of calls in the preimage store, and of hashes that somebody holds there.
pub fn preimages() -> (usize, usize) {
	(
		pallet_preimage::PreimageFor::<Test>::iter().count(),
		pallet_preimage::RequestStatusFor::<Test>::iter().count(),
	)
}

/// Number of tasks in the scheduler's agendas.
pub fn tasks() -> usize {
	pallet_scheduler::Agenda::<Test>::iter()
		.map(|(_, agenda)| agenda.iter().flatten().count())
		.sum()
}

/// Takes this pallet's events since the last look.
pub fn events() -> Vec<Event<Test>> {
	let events = System::read_events_for_pallet();
	System::reset_events();
	events
}
