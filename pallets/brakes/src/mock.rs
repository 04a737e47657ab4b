//! A runtime with a clock of its own, and a call that carries another.

use crate as pallet_brakes;
use crate::*;
use frame::testing_prelude::{frame_construct_runtime as construct, *};

/// Longest round, in ticks.
pub const ROUND: u64 = 30;
/// Longest span, in ticks.
pub const SPAN: u64 = 100;

/// Calls that others can be made of.
#[frame::pallet(dev_mode)]
pub mod probe {
	use super::*;

	#[pallet::config]
	pub trait Config: frame_system::Config {}

	#[pallet::pallet]
	pub struct Pallet<T>(_);

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Can wait.
		pub fn pay(_: OriginFor<T>) -> DispatchResult {
			Ok(())
		}

		/// Can't.
		pub fn vote(_: OriginFor<T>) -> DispatchResult {
			Ok(())
		}

		/// Runs another.
		pub fn wrap(origin: OriginFor<T>, inner: Box<T::RuntimeCall>) -> DispatchResult {
			inner.dispatch(origin).map(|_| ()).map_err(|failed| failed.error)
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
	pub type Brakes = pallet_brakes;
	#[runtime::pallet_index(2)]
	pub type Probe = probe;
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = MockBlock<Test>;
	type BaseCallFilter = Brakes;
}

impl probe::Config for Test {}

/// What the tests' brakes never stop.
pub struct Unstoppable;

impl Contains<CallName> for Unstoppable {
	fn contains(name: &CallName) -> bool {
		let (pallet, call) = (&name.pallet[..], &name.call[..]);
		pallet == b"Brakes" || pallet == b"Probe" && call == b"vote"
	}
}

impl Contains<RuntimeCall> for Unstoppable {
	fn contains(call: &RuntimeCall) -> bool {
		match call {
			RuntimeCall::Probe(probe::Call::wrap { inner }) => Self::contains(&**inner),
			RuntimeCall::Probe(call) => matches!(call, probe::Call::vote {}),
			call => matches!(call, RuntimeCall::Brakes(_)),
		}
	}
}

/// Account 2 stands for bounded power, 3 for nearly everybody.
pub struct Majorities;

impl EnsureOrigin<RuntimeOrigin> for Majorities {
	type Success = Power;

	fn try_origin(origin: RuntimeOrigin) -> Result<Power, RuntimeOrigin> {
		match ensure_signed_or_root(origin.clone()) {
			Ok(None) | Ok(Some(3)) => Ok(Power::Free),
			Ok(Some(2)) => Ok(Power::Bounded),
			_ => Err(origin),
		}
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn try_successful_origin() -> Result<RuntimeOrigin, ()> {
		Ok(bare())
	}
}

parameter_types! {
	/// Static, so that one test after the other can break one constant.
	pub static LongestRound: u64 = ROUND;
	pub static LongestSpan: u64 = SPAN;
	/// The clock; blocks don't move it.
	pub static Tick: u64 = 1_000;
}

/// Counts what the test says.
pub struct Clock;

impl BlockNumberProvider for Clock {
	type BlockNumber = u64;

	fn current_block_number() -> u64 {
		Tick::get()
	}
}

impl Config for Test {
	type BrakeOrigin = Majorities;
	type Unstoppable = Unstoppable;
	type BlockNumberProvider = Clock;
	type LongestRound = LongestRound;
	type LongestSpan = LongestSpan;
	type WeightInfo = ();
}

/// Genesis, then block 1.
pub fn new_state() -> TestState {
	let storage = RuntimeGenesisConfig::default().build_storage().expect("it is valid");
	let mut state = TestState::new(storage);
	state.execute_with(|| {
		System::set_block_number(1);
		Tick::set(1_000);
	});
	state
}

/// Runs `test` and checks the invariants afterwards.
pub fn execute(test: impl FnOnce()) {
	new_state().execute_with(|| {
		test();
		assert_ok!(Brakes::do_try_state());
	});
}

/// Origin with bounded power.
pub fn bare() -> RuntimeOrigin {
	RuntimeOrigin::signed(2)
}

/// Origin of nearly everybody.
pub fn broad() -> RuntimeOrigin {
	RuntimeOrigin::signed(3)
}

/// Lets the clock go on.
pub fn wait(ticks: u64) {
	Tick::set(Tick::get() + ticks);
}

/// The pause of a call of the probe.
pub fn pause(call: &str) -> Brake {
	Brake::Call(CallName::new("Probe", call).expect("a short name"))
}

/// A call that can wait.
pub fn pay() -> RuntimeCall {
	RuntimeCall::Probe(probe::Call::pay {})
}

/// A call that can't.
pub fn vote() -> RuntimeCall {
	RuntimeCall::Probe(probe::Call::vote {})
}

/// A call that carries another.
pub fn wrap(inner: RuntimeCall) -> RuntimeCall {
	RuntimeCall::Probe(probe::Call::wrap { inner: Box::new(inner) })
}

/// Whether somebody's call runs; the only reason why not is the filter.
pub fn runs(call: RuntimeCall) -> bool {
	match call.dispatch(RuntimeOrigin::signed(9)) {
		Ok(_) => true,
		Err(failed) => {
			assert_eq!(failed.error, frame_system::Error::<Test>::CallFiltered.into());
			false
		},
	}
}

/// Takes this pallet's events since the last look.
pub fn events() -> Vec<Event<Test>> {
	let events = System::read_events_for_pallet();
	System::reset_events();
	events
}
