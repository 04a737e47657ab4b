//! What the calls do: decide first, then write.

use crate::*;
use codec::Encode;
use frame::{
	deps::frame_support::traits::{Bounded, BoundedInline},
	traits::{
		schedule::{v3::TaskName, DispatchTime, HIGHEST_PRIORITY},
		Hash, One, Zero,
	},
};

impl<T: Config> Pallet<T> {
	/// Checks `call` against the bounds, stores it and schedules its enactment.
	pub(crate) fn do_queue(call: CallOf<T>) -> DispatchResult {
		ensure!(T::Weighed::contains(&call), Error::<T>::CallNotWeighed);
		let weight = call.get_dispatch_info().call_weight;
		ensure!(weight.all_lte(T::MaxCallWeight::get()), Error::<T>::CallTooHeavy);
		ensure!(Proposals::<T>::count() < T::MaxQueued::get(), Error::<T>::QueueFull);
		let id = NextProposalId::<T>::get();
		let next_id = id.checked_add(1).ok_or(ArithmeticError::Overflow)?;

		let call = Self::note(&call)?;
		let queued_at = T::BlockNumberProvider::current_block_number();
		// The scheduler has already served this tick, so nothing can run before the next.
		let enact_at = queued_at.saturating_add(Timelock::<T>::get().max(One::one()));
		NextProposalId::<T>::put(next_id);
		Proposals::<T>::insert(
			id,
			QueuedCall {
				call: call.clone(),
				weight,
				queued_at,
				enact_at,
				vetoes: BoundedVec::new(),
			},
		);
		Self::deposit_event(Event::Queued { id, call, weight, enact_at });
		Self::schedule(id, weight, enact_at);
		Ok(())
	}

	/// Takes a due proposal from the queue and dispatches it, unless vetoes or unreadable bytes
	/// forbid it.
	pub(crate) fn do_enact(id: ProposalId, weight_bound: Weight) -> DispatchResultWithPostInfo {
		let queued = Proposals::<T>::get(id).ok_or(Error::<T>::NotQueued)?;
		let now = T::BlockNumberProvider::current_block_number();
		ensure!(now >= queued.enact_at, Error::<T>::TooEarly);

		// The council may have shrunk since the last veto, which lowers the threshold.
		let (vetoes, needed) = Self::tally(&queued.vetoes);
		if vetoes >= needed {
			Self::remove(id, &queued);
			Self::deposit_event(Event::Vetoed { id });
			return Ok(Self::free_after(Weight::zero()));
		}

		let call = match T::Preimages::peek(&queued.call) {
			Ok((call, _)) => call,
			Err(error) => {
				log::warn!(target: LOG_TARGET, "proposal {id} cannot be read: {error:?}");
				Self::remove(id, &queued);
				Self::deposit_event(Event::Discarded { id, error });
				return Ok(Self::free_after(Weight::zero()));
			},
		};
		let weight = call.get_dispatch_info().call_weight;
		ensure!(weight.all_lte(weight_bound), Error::<T>::WeightBoundTooLow);

		// Removed before it runs, so that the call cannot find and enact itself again.
		Self::remove(id, &queued);
		let (post_info, result) = match call.dispatch(frame_system::RawOrigin::Root.into()) {
			Ok(post_info) => (post_info, Ok(())),
			Err(failed) => (failed.post_info, Err(failed.error)),
		};
		Self::deposit_event(Event::Enacted { id, result });
		Ok(Self::free_after(post_info.actual_weight.unwrap_or(weight)))
	}

	/// Adds a veto; removes the proposal when that was the last one needed.
	pub(crate) fn do_veto(member: T::AccountId, id: ProposalId) -> DispatchResult {
		let members = T::Members::sorted_members();
		ensure!(members.binary_search(&member).is_ok(), Error::<T>::NotCouncilMember);
		let mut queued = Proposals::<T>::get(id).ok_or(Error::<T>::NotQueued)?;
		ensure!(!queued.vetoes.contains(&member), Error::<T>::AlreadyVetoed);

		// Whoever left the council makes room, so that the list never outgrows the council.
		queued.vetoes.retain(|account| members.binary_search(account).is_ok());
		let vetoes = queued.vetoes.len() as u32 + 1;
		let needed = veto_threshold_of(members.len() as u32);
		let stopped = vetoes >= needed;
		if stopped {
			Self::remove(id, &queued);
		} else {
			let room = queued.vetoes.try_push(member.clone());
			ensure!(room.is_ok(), Error::<T>::TooManyVetoes);
			Proposals::<T>::insert(id, queued);
		}
		Self::deposit_event(Event::VetoCast { id, member, vetoes, needed });
		if stopped {
			Self::deposit_event(Event::Vetoed { id });
		}
		Ok(())
	}

	/// Removes the veto of `member`.
	pub(crate) fn do_withdraw_veto(member: T::AccountId, id: ProposalId) -> DispatchResult {
		let mut queued = Proposals::<T>::get(id).ok_or(Error::<T>::NotQueued)?;
		let position = queued.vetoes.iter().position(|account| *account == member);
		queued.vetoes.remove(position.ok_or(Error::<T>::NotVetoed)?);
		let (vetoes, needed) = Self::tally(&queued.vetoes);
		Proposals::<T>::insert(id, queued);
		Self::deposit_event(Event::VetoWithdrawn { id, member, vetoes, needed });
		Ok(())
	}

	/// Proposals from `start` on, sorted by id.
	// Reads the whole queue, at most `MaxQueued` entries: the map is in hash order.
	pub(crate) fn page(start: ProposalId, limit: u32) -> Vec<(ProposalId, QueuedCall<T>)> {
		let mut page: Vec<_> = Proposals::<T>::iter().filter(|(id, _)| *id >= start).collect();
		page.sort_by_key(|(id, _)| *id);
		page.truncate(limit.min(MAX_PAGE_SIZE) as usize);
		page
	}

	/// Vetoes of current members, and how many of them stop a proposal.
	fn tally(vetoes: &[T::AccountId]) -> (u32, u32) {
		let members = T::Members::sorted_members();
		let standing = vetoes.iter().filter(|who| members.binary_search(who).is_ok()).count();
		(standing as u32, veto_threshold_of(members.len() as u32))
	}

	/// Puts the bytes of `call` where they stay until the proposal leaves the queue.
	// Not `StorePreimage::bound`: when the hash is noted already, it adds no request of ours. Two
	// proposals with the same call would share one, and the first to end would take the bytes
	// from the other. Requesting before noting counts exactly one request for each proposal.
	fn note(call: &CallOf<T>) -> Result<BoundedCallOf<T>, DispatchError> {
		let bytes = call.encode();
		let len = bytes.len() as u32;
		ensure!(len <= T::MaxCallLen::get(), Error::<T>::CallTooLong);
		match BoundedInline::try_from(bytes) {
			Ok(inline) => Ok(Bounded::Inline(inline)),
			Err(bytes) => {
				let hash = T::Hashing::hash(&bytes);
				T::Preimages::request(&hash);
				T::Preimages::note(bytes.into())?;
				Ok(Bounded::Lookup { hash, len })
			},
		}
	}

	/// Asks the scheduler to enact `id`. A refusal is told, not returned: the proposal can be
	/// enacted by hand, and a full agenda must not be a way to keep calls out of the queue.
	fn schedule(id: ProposalId, weight: Weight, enact_at: BlockNumberFor<T>) {
		let call: CallOf<T> = Call::enact { id, weight_bound: weight }.into();
		// Inline, so that the scheduler holds no preimage that a cancellation could leave behind.
		let scheduled = T::Preimages::bound(call).and_then(|call| {
			T::Scheduler::schedule_named(
				Self::task_name(id),
				DispatchTime::At(enact_at),
				None,
				HIGHEST_PRIORITY,
				frame_system::RawOrigin::Root.into(),
				call,
			)
		});
		if let Err(error) = scheduled {
			log::warn!(target: LOG_TARGET, "enact proposal {id} by hand: {error:?}");
			Self::deposit_event(Event::SchedulingFailed { id, error });
		}
	}

	/// Takes a proposal out of the queue, with its scheduled task and its bytes.
	fn remove(id: ProposalId, queued: &QueuedCall<T>) {
		Proposals::<T>::remove(id);
		// Fails when there is no such task: never placed, postponed, or the one that runs just
		// now. One that stays behind finds no proposal and does nothing.
		let _ = T::Scheduler::cancel_named(Self::task_name(id));
		// Root may have removed our request: what nobody holds cannot be let go.
		if queued.call.lookup_hash().is_some_and(|hash| T::Preimages::is_requested(&hash)) {
			T::Preimages::drop(&queued.call);
		}
	}

	/// The scheduler's name for the enactment of `id`.
	pub(crate) fn task_name(id: ProposalId) -> TaskName {
		(b"governance/enact", id).using_encoded(blake2_256)
	}

	/// Post-dispatch info of an enactment whose call used `weight`: no fee, since this happens
	/// once for each proposal and its caller does the chain's work.
	fn free_after(weight: Weight) -> PostDispatchInfo {
		let actual_weight = Some(<T as Config>::WeightInfo::enact().saturating_add(weight));
		PostDispatchInfo { actual_weight, pays_fee: Pays::No }
	}

	/// Panics when the runtime's constants do not fit each other.
	pub(crate) fn check_constants() {
		assert!(
			T::DefaultTimelock::get() <= T::MaxTimelock::get(),
			"DefaultTimelock must not be above MaxTimelock",
		);
		assert!(!T::DefaultTimelock::get().is_zero(), "DefaultTimelock must be safe, not zero");
		assert!(T::MaxQueued::get() > 0, "MaxQueued must let something be queued");
		assert!(T::MaxCouncil::get() > 1, "MaxCouncil must let two members object");
		assert!(
			(1..=T::Preimages::MAX_LENGTH).contains(&(T::MaxCallLen::get() as usize)),
			"MaxCallLen must fit the preimage store",
		);
		let weights = T::BlockWeights::get();
		let normal = weights.get(DispatchClass::Normal);
		let heaviest = <T as Config>::WeightInfo::enact().saturating_add(T::MaxCallWeight::get());
		assert!(
			heaviest.all_lte(normal.max_extrinsic.unwrap_or(weights.max_block)),
			"a call of MaxCallWeight must be enactable by hand",
		);
	}

	/// Checks the invariants of the README; reads the whole queue.
	#[cfg(any(feature = "try-runtime", test))]
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut count = 0u32;
		for (id, queued) in Proposals::<T>::iter() {
			count += 1;
			ensure!(id < NextProposalId::<T>::get(), "a proposal has an id not yet given");
			ensure!(queued.queued_at < queued.enact_at, "a proposal skips the timelock");
			ensure!(T::Preimages::have(&queued.call), "the bytes of a proposal are missing");
			let hash = queued.call.lookup_hash();
			ensure!(
				hash.is_none_or(|hash| T::Preimages::is_requested(&hash)),
				"nobody holds the bytes of a proposal",
			);
			let mut vetoes = queued.vetoes.to_vec();
			vetoes.sort();
			vetoes.dedup();
			ensure!(vetoes.len() == queued.vetoes.len(), "an account vetoes twice");
		}
		ensure!(count == Proposals::<T>::count(), "the counter differs from the queue");
		ensure!(count <= T::MaxQueued::get(), "more than MaxQueued proposals are queued");
		ensure!(Timelock::<T>::get() <= T::MaxTimelock::get(), "the timelock is too long");
		Ok(())
	}
}
