//! What the calls and genesis do: decide first, then write.

use crate::*;
use frame::{
	prelude::*,
	traits::{fungible::MutateHold as _, ValidatorRegistration},
};
use ourledger_primitives::time::is_slot_length;
use pallet_session::Pallet as Session;
use sp_staking::SessionIndex;

impl<T: Config> Pallet<T> {
	/// Panics on a genesis that can't work, as genesis must.
	pub(crate) fn do_genesis(config: &GenesisConfig<T>) {
		let leaving_sessions =
			config.leaving_sessions.unwrap_or_else(T::DefaultLeavingSessions::get);
		let slot_millis = config.slot_millis.unwrap_or_else(T::DefaultSlotMillis::get);
		assert!(leaving_sessions > 0, "`leavingSessions` must leave time to report");
		assert!(
			is_slot_length(slot_millis),
			"`slotMillis` must be whole seconds, from 1 to 60: {slot_millis}"
		);

		// Written even where they are the default, so that a later default can't change them.
		SlotMillis::<T>::put(slot_millis);
		let epoch_slots = config.epoch_slots.unwrap_or_else(T::DefaultEpochSlots::get);
		assert!(epoch_slots > 0, "an epoch must have a slot");
		LeavingSessions::<T>::put(leaving_sessions);
		EpochSlots::<T>::put(epoch_slots);

		for validator in &config.validators {
			let joined =
				Self::do_apply(validator.clone()).and_then(|()| Self::join(validator.clone()));
			if let Err(reason) = joined {
				panic!("genesis validator {validator:?} can't bond or join: {reason:?}");
			}
		}
	}

	pub(crate) fn do_apply(candidate: T::AccountId) -> DispatchResult {
		ensure!(!Candidacies::<T>::contains_key(&candidate), Error::<T>::AlreadyCandidate);
		let bond = T::Bond::get();

		CurrencyOf::<T>::hold(&HoldReason::Bond.into(), &candidate, bond)?;
		let candidacy = Candidacy { bond, slashed: Zero::zero(), state: CandidacyState::Applied };
		Candidacies::<T>::insert(&candidate, candidacy);
		Self::deposit_event(Event::CandidateApplied { candidate, bond });
		Ok(())
	}

	pub(crate) fn do_withdraw_application(candidate: T::AccountId) -> DispatchResult {
		let candidacy = Self::ensure_candidate(&candidate)?;
		ensure!(candidacy.state == CandidacyState::Applied, Error::<T>::NotApplied);

		let released = Self::end_candidacy(&candidate)?;
		Self::deposit_event(Event::ApplicationWithdrawn { candidate, released });
		Ok(())
	}

	pub(crate) fn do_approve(candidate: T::AccountId) -> DispatchResult {
		let candidacy = Self::ensure_candidate(&candidate)?;
		ensure!(candidacy.state == CandidacyState::Applied, Error::<T>::NotApplied);
		ensure!(Session::<T>::is_registered(&candidate), Error::<T>::KeysNotSet);

		Self::join(candidate.clone())?;
		Self::deposit_event(Event::ValidatorApproved { validator: candidate });
		Ok(())
	}

	pub(crate) fn do_remove(candidate: T::AccountId) -> DispatchResult {
		match Self::ensure_candidate(&candidate)?.state {
			CandidacyState::Applied => {
				let released = Self::end_candidacy(&candidate)?;
				Self::deposit_event(Event::ApplicationRejected { candidate, released });
			},
			CandidacyState::Approved => {
				let until = Self::depart(&candidate)?;
				Self::deposit_event(Event::ValidatorRemoved { validator: candidate, until });
			},
			CandidacyState::Leaving { .. } => return Err(Error::<T>::AlreadyLeaving.into()),
		}
		Ok(())
	}

	pub(crate) fn do_leave(validator: T::AccountId) -> DispatchResult {
		let candidacy = Self::ensure_candidate(&validator)?;
		ensure!(candidacy.state == CandidacyState::Approved, Error::<T>::NotApproved);

		let until = Self::depart(&validator)?;
		Self::deposit_event(Event::ValidatorLeft { validator, until });
		Ok(())
	}

	pub(crate) fn do_withdraw_bond(validator: T::AccountId) -> DispatchResult {
		let CandidacyState::Leaving { until } = Self::ensure_candidate(&validator)?.state else {
			return Err(Error::<T>::NotLeaving.into());
		};
		ensure!(Session::<T>::current_index() >= until, Error::<T>::StillLeaving);

		let released = Self::end_candidacy(&validator)?;
		Self::deposit_event(Event::BondWithdrawn { validator, released });
		Ok(())
	}

	/// Take `validator`, which must be approved, out of the approved set unless it is the last.
	///
	/// Returns the first session in which its bond may be withdrawn.
	pub(crate) fn depart(validator: &T::AccountId) -> Result<SessionIndex, Error<T>> {
		Approved::<T>::try_mutate(|approved| {
			ensure!(approved.len() > 1, Error::<T>::LastValidator);
			approved.retain(|member| member != validator);
			Ok(())
		})?;

		// The set of the next session is already queued, so that is the last one it serves in.
		let last_session = Session::<T>::current_index().saturating_add(1);
		let until = Self::bond_free_from(last_session);
		Self::set_state(validator, CandidacyState::Leaving { until });
		Ok(until)
	}

	/// First session in which no offence of session `last_session` can be reported any more.
	pub(crate) fn bond_free_from(last_session: SessionIndex) -> SessionIndex {
		// Session `s` is open to reports up to and including session `s + LeavingSessions`.
		// Saturating: an absurd genesis then means "never", and no session is numbered that high.
		last_session.saturating_add(LeavingSessions::<T>::get()).saturating_add(1)
	}

	/// The oldest session whose offences can be reported in session `now`.
	pub(crate) fn oldest_open_session(now: SessionIndex) -> SessionIndex {
		// Saturating: a young chain has no session before 0.
		now.saturating_sub(LeavingSessions::<T>::get())
	}

	pub(crate) fn set_state(candidate: &T::AccountId, state: CandidacyState) {
		Candidacies::<T>::mutate_extant(candidate, |candidacy| candidacy.state = state);
	}

	fn ensure_candidate(account: &T::AccountId) -> Result<CandidacyOf<T>, Error<T>> {
		Candidacies::<T>::get(account).ok_or(Error::<T>::NotCandidate)
	}

	fn join(candidate: T::AccountId) -> DispatchResult {
		Approved::<T>::try_append(candidate.clone()).map_err(|()| Error::<T>::TooManyValidators)?;
		Self::set_state(&candidate, CandidacyState::Approved);
		Ok(())
	}

	fn end_candidacy(candidate: &T::AccountId) -> Result<BalanceOf<T>, DispatchError> {
		Candidacies::<T>::remove(candidate);
		// Best effort: whatever is held goes back, and nothing can block it.
		CurrencyOf::<T>::release_all(&HoldReason::Bond.into(), candidate, Precision::BestEffort)
	}
}
