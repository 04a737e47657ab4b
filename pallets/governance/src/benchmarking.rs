//! Worst cases: a full council, a full agenda, the longest call.

use crate::{Pallet as Governance, *};
use alloc::vec;
use codec::Encode;
use frame::{
	benchmarking::prelude::*,
	traits::{
		schedule::{DispatchTime, LOWEST_PRIORITY},
		One,
	},
};

const SEED: u32 = 0;

/// Fills the council up to its largest size and returns it.
fn full_council<T: Config>() -> Vec<T::AccountId> {
	let mut index = 0;
	while (T::Members::count() as u32) < T::MaxCouncil::get() {
		T::Members::add(&account("member", index, SEED));
		index += 1;
	}
	T::Members::sorted_members()
}

/// A call of the greatest length.
fn longest_call<T: Config>() -> CallOf<T> {
	let call = |padding: u32| -> CallOf<T> {
		frame_system::Call::remark { remark: vec![0; padding as usize] }.into()
	};
	let max = T::MaxCallLen::get();
	let overhead = call(max).encoded_size() as u32 - max;
	call(max - overhead)
}

/// Leaves room for one task in the agenda of `tick`.
fn crowd_agenda<T: Config>(tick: BlockNumberFor<T>) {
	let name = |index: u32| (b"crowd", index).using_encoded(blake2_256);
	let mut index = 0;
	loop {
		let call: CallOf<T> = frame_system::Call::remark { remark: vec![0; 100] }.into();
		let placed = T::Preimages::bound(call).and_then(|call| {
			let root = RawOrigin::Root.into();
			let at = DispatchTime::At(tick);
			T::Scheduler::schedule_named(name(index), at, None, LOWEST_PRIORITY, root, call)
		});
		if placed.is_err() {
			break;
		}
		index += 1;
	}
	let last = index.checked_sub(1).expect("an empty agenda takes a task");
	T::Scheduler::cancel_named(name(last)).expect("the task was placed above");
}

/// Tick in which a call queued now is enacted.
fn next_enactment<T: Config>() -> BlockNumberFor<T> {
	T::BlockNumberProvider::current_block_number() + Timelock::<T>::get().max(One::one())
}

/// Queues the longest call into a crowded agenda.
fn queue_longest<T: Config>() -> Result<ProposalId, BenchmarkError> {
	crowd_agenda::<T>(next_enactment::<T>());
	let id = NextProposalId::<T>::get();
	Governance::<T>::do_queue(longest_call::<T>())?;
	Ok(id)
}

/// Gives proposal `id` the vetoes of `members`, without counting them.
fn add_vetoes<T: Config>(id: ProposalId, members: &[T::AccountId]) {
	Proposals::<T>::mutate(id, |queued| {
		let queued = queued.as_mut().expect("the proposal was queued above");
		queued.vetoes = members.to_vec().try_into().expect("no more than the council has");
	});
}

#[benchmarks]
mod benches {
	use super::*;

	#[benchmark]
	fn queue() -> Result<(), BenchmarkError> {
		let origin = T::QueueOrigin::try_successful_origin()
			.map_err(|_| BenchmarkError::Stop("no origin may queue"))?;
		let id = NextProposalId::<T>::get();
		crowd_agenda::<T>(next_enactment::<T>());

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, Box::new(longest_call::<T>()));

		assert!(Proposals::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn enact() -> Result<(), BenchmarkError> {
		let council = full_council::<T>();
		let id = queue_longest::<T>()?;
		// As many vetoes as leave it alive.
		let vetoes = veto_threshold_of(council.len() as u32) as usize - 1;
		add_vetoes::<T>(id, &council[..vetoes]);
		T::BlockNumberProvider::set_block_number(next_enactment::<T>());
		let bound = longest_call::<T>().get_dispatch_info().call_weight;
		let caller: T::AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), id, bound);

		let enacted: <T as frame_system::Config>::RuntimeEvent =
			Event::<T>::Enacted { id, result: Ok(()) }.into();
		frame_system::Pallet::<T>::assert_last_event(enacted);
		Ok(())
	}

	#[benchmark]
	fn veto() -> Result<(), BenchmarkError> {
		let council = full_council::<T>();
		let id = queue_longest::<T>()?;
		// The last veto also removes the proposal, its task and its bytes.
		let vetoes = veto_threshold_of(council.len() as u32) as usize - 1;
		add_vetoes::<T>(id, &council[..vetoes]);
		let member = council[vetoes].clone();

		#[extrinsic_call]
		_(RawOrigin::Signed(member), id);

		assert!(!Proposals::<T>::contains_key(id));
		Ok(())
	}

	#[benchmark]
	fn withdraw_veto() -> Result<(), BenchmarkError> {
		let council = full_council::<T>();
		let id = queue_longest::<T>()?;
		// A full list, possible when the council was larger, and the caller at its end.
		add_vetoes::<T>(id, &council);
		let member = council.last().expect("a council has members").clone();

		#[extrinsic_call]
		_(RawOrigin::Signed(member), id);

		let vetoes = Proposals::<T>::get(id).expect("still queued").vetoes;
		assert_eq!(vetoes.len(), council.len() - 1);
		Ok(())
	}

	#[benchmark]
	fn set_timelock() {
		let ticks = T::MaxTimelock::get();

		#[extrinsic_call]
		_(RawOrigin::Root, ticks);

		assert_eq!(Timelock::<T>::get(), ticks);
	}

	impl_benchmark_test_suite!(Governance, mock::ExtBuilder::default().build(), mock::Test);
}
