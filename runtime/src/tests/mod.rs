//! Tests of the runtime as a whole.

mod council;
mod fees;
mod interface;
mod phonebook;
mod scopes;
mod upgrade;
mod weights;

use crate::{presets, System};

/// State of the chain at the genesis of the preset `name`, in block 1.
fn chain(name: &str) -> sp_io::TestExternalities {
	let mut state = presets::tests::build(name);
	state.execute_with(|| System::set_block_number(1));
	state
}

/// Advances to `block`, running what is scheduled on the way.
fn run_to(block: u32) {
	use frame_support::traits::OnInitialize;
	while System::block_number() < block {
		System::set_block_number(System::block_number() + 1);
		System::reset_events();
		crate::Scheduler::on_initialize(System::block_number());
	}
}

/// Checks the invariants of every pallet that states some.
#[cfg(feature = "try-runtime")]
fn check_state() {
	use frame_support::traits::{TryState, TryStateSelect};
	crate::AllPalletsWithSystem::try_state(System::block_number(), TryStateSelect::All)
		.expect("every invariant holds");
}

#[cfg(not(feature = "try-runtime"))]
fn check_state() {}

type Call = crate::RuntimeCall;
type Origin = crate::RuntimeOrigin;
