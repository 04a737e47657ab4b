//! Whom GRANDPA counts, and how the council hands finality to the rest when too many are lost.
//!
//! See design note 0017 for what nodes make of it.

use crate::*;
use alloc::vec::Vec;
use core::marker::PhantomData;
use frame::{
	deps::sp_runtime::BoundToRuntimeAppPublic,
	prelude::*,
	traits::{DefensiveTruncateFrom, OneSessionHandler},
};
use pallet_grandpa::{
	fg_primitives::SetId, AuthorityId, CurrentSetId, Pallet as Grandpa, SetIdSession, Stalled,
};
use pallet_session::Pallet as Session;

/// Shortest delay of [`Pallet::restore_finality`], in blocks. Nodes apply the change on whatever
/// fork reaches that far, and never take it back: two blocks at one height are usual, two forks of
/// this length are not.
pub const MIN_RESTORE_DELAY: u32 = 5;

/// A validator as GRANDPA counts it.
type Voter<T> = (<T as frame_system::Config>::AccountId, AuthorityId);

impl<T: Config> Pallet<T> {
	pub(crate) fn do_restore_finality(
		lost: Vec<T::AccountId>,
		last_finalized: BlockNumberFor<T>,
		set_id: SetId,
		delay: BlockNumberFor<T>,
	) -> DispatchResult {
		let now = frame_system::Pallet::<T>::block_number();
		let epoch = EpochSlots::<T>::get().saturated_into::<BlockNumberFor<T>>();
		ensure!(last_finalized < now, Error::<T>::NotYetMade);
		ensure!(delay >= MIN_RESTORE_DELAY.into() && delay < epoch, Error::<T>::DelayOutOfRange);
		ensure!(Self::is_followed(set_id, last_finalized), Error::<T>::OtherAuthoritySet);
		let new_set_id = set_id.checked_add(1).ok_or(ArithmeticError::Overflow)?;

		let mut voters = Voters::<T>::get();
		let votes = |who: &T::AccountId| voters.iter().any(|(voter, _)| voter == who);
		ensure!(lost.iter().all(votes), Error::<T>::NotAuthority);
		voters.retain(|(voter, _)| !lost.contains(voter));
		ensure!(!voters.is_empty(), Error::<T>::LastValidator);
		let stays = Approved::<T>::get().iter().any(|validator| !lost.contains(validator));
		ensure!(stays, Error::<T>::LastValidator);
		let mut given_up = Lost::<T>::get();
		for validator in &lost {
			if !given_up.contains(validator) {
				let room = given_up.try_push(validator.clone());
				ensure!(room.is_ok(), Error::<T>::TooManyValidators);
			}
		}
		let authorities = voters.iter().map(|(_, key)| (key.clone(), 1)).collect();
		// Refused while another change waits, and too soon after the last of this kind.
		Grandpa::<T>::schedule_change(authorities, delay, Some(last_finalized))?;

		Voters::<T>::put(voters);
		// Authors of the next session are announced already, and BABE must find the same ones then.
		// So the lost stay in that session, and GRANDPA is not told of them.
		Lost::<T>::put(given_up);
		for validator in &lost {
			let state = Candidacies::<T>::get(validator).map(|candidacy| candidacy.state);
			if state == Some(CandidacyState::Approved) {
				let until = Self::depart(validator)?;
				let validator = validator.clone();
				Self::deposit_event(Event::ValidatorRemoved { validator, until });
			}
		}
		// It would elect the lost again.
		Stalled::<T>::kill();
		Self::renumber_sets(set_id, new_set_id, last_finalized);
		let at = now.saturating_add(delay);
		Self::deposit_event(Event::FinalityHandedOver {
			lost,
			last_finalized,
			set_id: new_set_id,
			at,
		});
		Ok(())
	}

	/// Whether nodes for which nothing after `last_finalized` is final follow authority set
	/// `set_id`.
	///
	/// They take the next set when the block that announced it is final. What the runtime has
	/// forgotten, being older than the window, can't be checked and passes. Nor can a set that nodes
	/// are ahead by, which is how a call that named too low a block can be put right.
	fn is_followed(set_id: SetId, last_finalized: BlockNumberFor<T>) -> bool {
		let newest = CurrentSetId::<T>::get();
		if set_id > newest {
			return set_id <= newest.saturating_add(SetsAhead::<T>::get());
		}
		let is_final = |set| SetBlocks::<T>::get(set).map(|block| block <= last_finalized);
		let begun = is_final(set_id).unwrap_or(true);
		let ended = set_id < newest && is_final(set_id.saturating_add(1)).unwrap_or(false);
		begun && !ended
	}

	/// Count authority sets as nodes do: those announced after `old` never came to be.
	///
	/// The newest of those goes, or else a report could name it for the present session. Others are
	/// left behind: they are of earlier sessions, and nobody ever voted in them. They are replaced
	/// when their number is given again.
	fn renumber_sets(old: SetId, new: SetId, last_finalized: BlockNumberFor<T>) {
		let session = Session::<T>::current_index();
		let before = CurrentSetId::<T>::get();
		// Nodes have made one more of the newest that they may have had.
		let furthest = before.saturating_add(SetsAhead::<T>::get()).saturating_add(1);
		SetsAhead::<T>::put(furthest.saturating_sub(new));
		SetIdSession::<T>::remove(before);
		CurrentSetId::<T>::put(new);
		// A session is of one set alone. The present one is the new set's, whose offences can still
		// be prevented. Saturating: in session 0 it stays the old one's.
		SetIdSession::<T>::insert(old, session.saturating_sub(1));
		SetIdSession::<T>::insert(new, session);
		SetBlocks::<T>::insert(new, last_finalized);
	}

	fn note_voters(voters: Vec<Voter<T>>) {
		// No more validators can be approved, so nobody is cut off.
		Voters::<T>::put(BoundedVec::defensive_truncate_from(voters));
	}
}

/// GRANDPA as a session handler: it is told of every session, but of nobody who is lost.
///
/// Wire it in GRANDPA's place among the `SessionHandler`s.
pub struct FinalityOf<T>(PhantomData<T>);

impl<T> BoundToRuntimeAppPublic for FinalityOf<T> {
	type Public = AuthorityId;
}

impl<T: Config> OneSessionHandler<T::AccountId> for FinalityOf<T> {
	type Key = AuthorityId;

	fn on_genesis_session<'a, I>(validators: I)
	where
		I: Iterator<Item = (&'a T::AccountId, AuthorityId)> + 'a,
	{
		let voters = owned(validators);
		Grandpa::<T>::on_genesis_session(voters.iter().map(by_account));
		Pallet::<T>::note_voters(voters);
	}

	fn on_new_session<'a, I>(changed: bool, validators: I, queued: I)
	where
		I: Iterator<Item = (&'a T::AccountId, AuthorityId)> + 'a,
	{
		let (validators, queued) = (owned(validators), owned(queued));
		let serves =
			|who: &T::AccountId| validators.iter().chain(&queued).any(|(other, _)| other == who);
		let lost = Lost::<T>::mutate(|lost| {
			lost.retain(serves);
			lost.clone()
		});
		let changed = changed || ChangeOwed::<T>::get();
		let mut voters: Vec<_> =
			validators.into_iter().filter(|(who, _)| !lost.contains(who)).collect();
		// Nodes refuse a block that announces an empty set, so who votes now goes on.
		let nobody = voters.is_empty();
		if nobody {
			voters = Voters::<T>::get().into_inner();
		}

		let before = CurrentSetId::<T>::get();
		Grandpa::<T>::on_new_session(
			changed && !nobody,
			voters.iter().map(by_account),
			queued.iter().map(by_account),
		);
		let set_id = CurrentSetId::<T>::get();
		let announced = set_id != before;
		if announced {
			Pallet::<T>::note_voters(voters);
			SetBlocks::<T>::insert(set_id, frame_system::Pallet::<T>::block_number());
			// As many as GRANDPA remembers.
			if let Some(forgotten) = set_id.checked_sub(SetIdEntriesOf::<T>::get()) {
				SetBlocks::<T>::remove(forgotten);
			}
		}
		// GRANDPA takes no change while one waits, and forgets that there was any.
		ChangeOwed::<T>::set(changed && !announced);
	}

	fn on_disabled(validator: u32) {
		<Grandpa<T> as OneSessionHandler<T::AccountId>>::on_disabled(validator);
	}
}

fn owned<'a, A: Clone + 'a, K>(validators: impl Iterator<Item = (&'a A, K)>) -> Vec<(A, K)> {
	validators.map(|(who, key)| (who.clone(), key)).collect()
}

fn by_account<A, K: Clone>((who, key): &(A, K)) -> (&A, K) {
	(who, key.clone())
}
