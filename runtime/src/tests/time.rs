//! Time: ticks pass with the clock, whatever the slots and however rare the blocks.

use super::{check_state, Call};
use crate::{
	configs::time::{blocks_in, Ticks},
	presets, AccountId, Babe, BlockNumber, Executive, Governance, Header, Runtime, RuntimeOrigin,
	Scheduler, System, Timestamp,
};
use frame_support::{
	assert_ok,
	traits::{Hooks, OnFinalize},
};
use ourledger_primitives::time::{DAYS, TICK_MILLIS};
use pallet_validators::SlotMillis;
use sp_consensus_babe::{
	digests::{CompatibleDigestItem, PreDigest, SecondaryPlainPreDigest},
	Slot,
};
use sp_runtime::{
	traits::{BlockNumberProvider, Header as _},
	Digest, DigestItem,
};

/// A slot of our days, whatever its length.
const FIRST: u64 = 1_700_000_001;

fn now() -> BlockNumber {
	Ticks::current_block_number()
}

fn digest(slot: u64) -> Digest {
	let claim = PreDigest::SecondaryPlain(SecondaryPlainPreDigest {
		authority_index: 0,
		slot: slot.into(),
	});
	Digest { logs: vec![DigestItem::babe_pre_digest(claim)] }
}

/// Begin the block after the last one, in a slot counted from the first block's.
fn begin(slot: u64) {
	let last = System::block_number();
	let parent = System::parent_hash();
	Executive::initialize_block(&Header::new(
		last + 1,
		Default::default(),
		Default::default(),
		parent,
		digest(FIRST + slot),
	));
}

/// Make the block after the last one, with nothing in it but its time, and look at it before its end.
fn make(slot: u64, look: impl FnOnce()) {
	begin(slot);
	let moment = (FIRST + slot) * SlotMillis::<Runtime>::get();
	assert_ok!(Timestamp::set(RuntimeOrigin::none(), moment));
	System::note_finished_extrinsics();
	look();
	<crate::AllPalletsWithSystem as OnFinalize<BlockNumber>>::on_finalize(System::block_number());
	System::finalize();
}

/// A chain with slots of so many milliseconds that has no block yet.
fn chain_of(slot_millis: u64) -> sp_io::TestExternalities {
	let mut state = presets::tests::build("local_testnet");
	state.execute_with(|| SlotMillis::<Runtime>::put(slot_millis));
	state
}

/// Schedule a call that leaves `name` in the state, for `tick`.
fn schedule(name: &[u8], tick: BlockNumber) {
	let items = vec![(name.to_vec(), vec![1])];
	let call = Call::System(frame_system::Call::set_storage { items });
	assert_ok!(Scheduler::schedule(RuntimeOrigin::root(), tick, None, 0, Box::new(call)));
}

fn is_done(name: &[u8]) -> bool {
	frame_support::storage::unhashed::get_raw(name).is_some()
}

#[test]
fn the_first_block_is_in_tick_0() {
	for slot_millis in [1_000, 3_000] {
		chain_of(slot_millis).execute_with(|| {
			assert_eq!(now(), 0, "there is no block");
			System::initialize(&1, &Default::default(), &digest(FIRST));
			assert_eq!(now(), 0, "BABE knows no slot yet");
		});
		chain_of(slot_millis).execute_with(|| {
			make(0, || assert_eq!(now(), 0));
			assert_eq!(now(), 0);
		});
	}
}

#[test]
fn ticks_take_three_seconds_whatever_the_slots() {
	for (slot_millis, ticks) in [
		(1_000, [(1, 0), (2, 0), (3, 1), (5, 1), (6, 2), (3_000, 1_000)]),
		(2_000, [(1, 0), (2, 1), (3, 2), (4, 2), (6, 4), (3_000, 2_000)]),
		(3_000, [(1, 1), (2, 2), (3, 3), (10, 10), (100, 100), (3_000, 3_000)]),
		(6_000, [(1, 2), (2, 4), (3, 6), (4, 8), (6, 12), (3_000, 6_000)]),
	] {
		chain_of(slot_millis).execute_with(|| {
			make(0, || ());
			for (slot, tick) in ticks {
				make(slot, || assert_eq!(now(), tick, "slot {slot} of {slot_millis} ms"));
				assert_eq!(now(), tick, "after the block in slot {slot} of {slot_millis} ms");
			}
			assert_eq!(System::block_number(), 7, "whatever the number of blocks");
			check_state();
		});
	}
}

#[test]
fn hooks_before_babe_see_the_slot_of_their_block() {
	chain_of(3_000).execute_with(|| {
		make(0, || ());
		System::initialize(&2, &Default::default(), &digest(FIRST + 40));
		assert_eq!(Babe::current_slot(), Slot::from(FIRST), "BABE's hook has yet to run");
		assert_eq!(now(), 40);
		Babe::on_initialize(2);
		assert_eq!(now(), 40);
	});
}

#[test]
fn transactions_are_judged_in_the_tick_of_the_last_block() {
	chain_of(3_000).execute_with(|| {
		make(0, || ());
		make(8, || ());
		// What the pool does before it asks whether a transaction is valid.
		System::initialize(&3, &Default::default(), &Digest::default());
		assert_eq!(now(), 8);
	});
}

#[test]
fn ticks_can_be_set_for_tests() {
	for slot_millis in [1_000, 3_000] {
		chain_of(slot_millis).execute_with(|| {
			for tick in [0, 1, 7, DAYS] {
				Ticks::set_block_number(tick);
				assert_eq!(now(), tick);
			}
		});
	}
}

#[test]
fn scheduled_calls_run_in_the_first_block_of_their_time() {
	for slot_millis in [1_000, 3_000] {
		let slots = |ticks: u64| ticks * TICK_MILLIS / slot_millis;
		chain_of(slot_millis).execute_with(|| {
			make(0, || {
				for (name, tick) in [(b"a", 4), (b"b", 5), (b"c", 9), (b"d", 30), (b"e", 31)] {
					schedule(name, tick);
				}
			});
			let done = || [b"a", b"b", b"c", b"d", b"e"].map(|name| is_done(name));
			make(slots(4) - 1, || assert_eq!(done(), [false; 5]));
			// In this very block, though BABE learns its slot later.
			make(slots(4), || assert_eq!(done(), [true, false, false, false, false]));
			// The clock jumps over two of them and to a third.
			make(slots(30), || assert_eq!(done(), [true, true, true, true, false]));
			make(slots(31), || assert_eq!(done(), [true; 5]));
			check_state();
		});
	}
}

#[test]
fn a_call_is_never_scheduled_for_a_tick_that_is_worked_off() {
	chain_of(1_000).execute_with(|| {
		make(0, || ());
		make(3, || {
			let call = Call::System(frame_system::Call::remark { remark: vec![] });
			let at = |tick| {
				let call = Box::new(call.clone());
				Scheduler::schedule(RuntimeOrigin::root(), tick, None, 0, call)
			};
			assert!(at(1).is_err(), "the present tick");
			assert_ok!(at(2));
		});
	});
}

#[test]
fn the_scheduler_catches_up_after_days_without_blocks() {
	use crate::configs::{limits::MAX_BLOCK_WEIGHT, operations::MaxSchedulerWeight};
	chain_of(3_000).execute_with(|| {
		let days = 3 * DAYS;
		make(0, || {
			schedule(b"early", 10);
			schedule(b"late", days - 1);
		});
		make(1, || ());
		let mut blocks = 0;
		while !is_done(b"late") {
			blocks += 1;
			assert!(blocks <= 6, "three days of ticks take at most six blocks");
			make(u64::from(days) + blocks, || {
				assert!(is_done(b"early"), "the oldest come first");
				let used = System::block_weight();
				let used = used.get(frame_support::dispatch::DispatchClass::Mandatory).ref_time();
				// A session opens, for which the session pallet counts a whole block.
				let session = if blocks == 1 { MAX_BLOCK_WEIGHT.ref_time() } else { 0 };
				let most = session + MaxSchedulerWeight::get().ref_time();
				assert!(used < most + most / 20, "{used} of {most} in block {blocks}");
			});
		}
		assert!(blocks > 1, "the first block can't do it all");
		// And then it is in time again.
		let next = days + blocks as u32 + 5;
		make(u64::from(days) + blocks + 1, || schedule(b"next", next));
		make(u64::from(next) - 1, || assert!(!is_done(b"next")));
		make(u64::from(next), || assert!(is_done(b"next")));
	});
}

#[test]
fn a_timelock_takes_its_time_while_blocks_are_rare() {
	for slot_millis in [1_000, 3_000] {
		let slots = |ticks: u64| ticks * TICK_MILLIS / slot_millis;
		chain_of(slot_millis).execute_with(|| {
			// As rare as the back-off makes them once finality is lost.
			const EVERY: u64 = 11;
			let timelock = 100;
			make(0, || {
				assert_ok!(Governance::set_timelock(RuntimeOrigin::root(), timelock));
				let items = vec![(b"mark".to_vec(), vec![1])];
				let call = Call::System(frame_system::Call::set_storage { items });
				let council = pallet_collective::RawOrigin::<AccountId, _>::Members(3, 3);
				assert_ok!(Governance::queue(council.into(), Box::new(call)));
			});
			let over = slots(timelock.into());
			let mut slot = EVERY;
			while slot < over {
				make(slot, || assert!(!is_done(b"mark"), "slot {slot} of {over}"));
				slot += EVERY;
			}
			make(slot, || assert!(is_done(b"mark")));
			assert!(slot < over + EVERY);
			assert_eq!(u64::from(System::block_number()), slot / EVERY + 1);
			check_state();
		});
	}
}

#[test]
fn what_counts_in_blocks_is_given_as_many_as_its_time_has_slots() {
	for (slot_millis, blocks) in
		[(1_000, 86_400), (2_000, 43_200), (3_000, 28_800), (6_000, 14_400)]
	{
		chain_of(slot_millis).execute_with(|| assert_eq!(blocks_in(DAYS), blocks));
	}
}

#[test]
fn clients_are_told_the_slot_of_the_chain_that_they_ask() {
	let constant = |slot_millis: u64| {
		chain_of(slot_millis).execute_with(|| {
			use frame_support::traits::Get;
			assert_eq!(Babe::slot_duration(), slot_millis);
			assert_eq!(crate::Validators::slot_millis(), slot_millis);
			assert_eq!(
				<Runtime as pallet_timestamp::Config>::MinimumPeriod::get(),
				slot_millis / 2
			);
			let metadata: sp_core::OpaqueMetadata =
				Runtime::metadata_at_version(15).expect("it is served");
			// Name, type and value of a constant stand one behind the other.
			let name = codec::Encode::encode("ExpectedBlockTime");
			let at = metadata.windows(name.len()).position(|bytes| bytes == name);
			let at = at.expect("the constant is in the metadata") + name.len();
			let value = codec::Encode::encode(&slot_millis.to_le_bytes().to_vec());
			metadata[at..at + 16].windows(value.len()).any(|bytes| bytes == value)
		})
	};
	assert!(constant(1_000) && constant(3_000));
}

#[test]
fn a_multisig_names_its_transaction_by_the_block() {
	// Two blocks of one tick must not look alike.
	chain_of(1_000).execute_with(|| {
		make(0, || ());
		let mut points = Vec::new();
		for slot in [3, 4] {
			make(slot, || {
				points.push(pallet_multisig::Pallet::<Runtime>::timepoint().height);
			});
		}
		assert_eq!(points, [2, 3]);
	});
}
