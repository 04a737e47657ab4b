//! The session pallet asks here who validates next, and tells when a session starts.

use crate::*;
use alloc::vec::Vec;
use frame::prelude::*;
use pallet_session::Pallet as Session;
use sp_staking::{offence::OffenceSeverity, SessionIndex};

impl<T: Config> pallet_session::SessionManager<T::AccountId> for Pallet<T> {
	/// The approved set, less those without keys; `None` to go on with the set of the session that
	/// is starting. O([`Config::MaxValidators`]).
	fn new_session(planned: SessionIndex) -> Option<Vec<T::AccountId>> {
		let mut set = Self::with_keys(Approved::<T>::get());
		if set.is_empty() {
			set = Self::serve_on(planned);
		}
		// At this moment the queued keys are those of the session that is starting. Saying "the
		// same" when nothing changed spares GRANDPA a change of authorities, and whoever follows
		// its finality a proof of it.
		if set.is_empty() || set == Session::<T>::queued_keys() {
			return None;
		}
		Some(set.into_iter().map(|(validator, _)| validator).collect())
	}

	fn start_session(started: SessionIndex) {
		Self::prune(started);
		Self::call_the_roll(started);
		Self::disable_departed_offenders();
	}

	fn end_session(_ended: SessionIndex) {}
}

impl<T: Config> Pallet<T> {
	/// Forget what belongs to sessions whose offences can no longer be reported.
	///
	/// Each session that starts closes exactly one, so this is O(1).
	fn prune(started: SessionIndex) {
		let Some(closed) = Self::oldest_open_session(started).checked_sub(1) else { return };
		Self::forget_the_roll(closed);
		SlashedFractions::<T>::remove(closed);
	}

	/// Disable again the offenders that were dropped too late to miss this session.
	///
	/// The session pallet enables everyone when the set changes, but a dropped offender was already
	/// queued for one more session. O(validators of this session).
	fn disable_departed_offenders() {
		for validator in Session::<T>::validators() {
			let Some(candidacy) = Candidacies::<T>::get(&validator) else { continue };
			let departed = matches!(candidacy.state, CandidacyState::Leaving { .. });
			if departed && !candidacy.slashed.is_zero() {
				let lost = Perbill::from_rational(candidacy.slashed, candidacy.bond);
				Session::<T>::report_offence(validator, OffenceSeverity(lost));
			}
		}
	}

	/// For want of any approved validator with keys, the set of the starting session serves in
	/// session `planned` too, and whoever of it is leaving waits so much longer.
	///
	/// O(validators of the starting session).
	fn serve_on(planned: SessionIndex) -> Vec<(T::AccountId, T::Keys)> {
		log::warn!(
			target: LOG_TARGET,
			"no approved validator has session keys; the set of session {} serves on",
			Session::<T>::current_index(),
		);
		let set = Self::with_keys(Session::<T>::validators());
		let until = Self::bond_free_from(planned);
		for (validator, _) in &set {
			let state = Candidacies::<T>::get(validator).map(|candidacy| candidacy.state);
			if matches!(state, Some(CandidacyState::Leaving { .. })) {
				Self::set_state(validator, CandidacyState::Leaving { until });
				Self::deposit_event(Event::LeavingExtended { validator: validator.clone(), until });
			}
		}
		set
	}

	/// Those of `validators` that can serve, with the keys they would serve with.
	fn with_keys(
		validators: impl IntoIterator<Item = T::AccountId>,
	) -> Vec<(T::AccountId, T::Keys)> {
		validators
			.into_iter()
			.filter_map(|validator| {
				Session::<T>::load_keys(&validator).map(|keys| (validator, keys))
			})
			.collect()
	}
}
