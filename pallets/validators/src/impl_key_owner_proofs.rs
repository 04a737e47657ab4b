//! Rolls, and the proofs that stand on them.
//!
//! A report of an offence must prove whose key signed. The SDK's historical sessions rebuild that
//! proof from the keys that are registered *now*, and the accused may register others whenever it
//! likes. So a roll is written here at the moment from which on a session's keys can't change any
//! more, and nothing writes to it afterwards.

use crate::*;
use core::ops::RangeInclusive;
use frame::{
	deps::sp_runtime::{traits::OpaqueKeys, KeyTypeId},
	traits::KeyOwnerProofSystem,
};
use pallet_session::Pallet as Session;
use sp_staking::SessionIndex;

impl<T: Config> Pallet<T> {
	/// Write the roll of the session that starts.
	///
	/// At this moment the queued keys are the very ones that BABE and GRANDPA are about to be
	/// given. In a session whose roll is that of the session before, nothing but a number is
	/// written. O([`Config::MaxValidators`]).
	pub(crate) fn call_the_roll(started: SessionIndex) {
		let enrolled = Session::<T>::queued_keys()
			.into_iter()
			.map(|(validator, keys)| {
				// The bond of a candidacy never changes. Only a genesis that gave keys to whom it
				// didn't bond leaves somebody without: there is nothing to slash then.
				let bond = Candidacies::<T>::get(&validator).map(|candidacy| candidacy.bond);
				Enrolled { validator, keys, bond: bond.unwrap_or_default() }
			})
			.collect();
		// Nothing is cut off: whoever serves was in the approved set, which has the same bound.
		let roll = RollOf::<T>::truncate_from(enrolled);

		let before = started.checked_sub(1).and_then(RollSince::<T>::get);
		let since = before.filter(|since| Rolls::<T>::get(since) == roll).unwrap_or_else(|| {
			Rolls::<T>::insert(started, &roll);
			started
		});
		RollSince::<T>::insert(started, since);
	}

	/// Forget the roll of session `closed`, unless it is that of the session after it, too.
	pub(crate) fn forget_the_roll(closed: SessionIndex) {
		let Some(since) = RollSince::<T>::take(closed) else { return };
		// Saturating: no session is numbered that high.
		if RollSince::<T>::get(closed.saturating_add(1)) != Some(since) {
			Rolls::<T>::remove(since);
		}
	}

	/// Who served in `session`, with which keys and at what stake. Empty if its offences can't be
	/// reported, because it has yet to come or was too long ago.
	pub fn roll(session: SessionIndex) -> RollOf<T> {
		RollSince::<T>::get(session).map(Rolls::<T>::get).unwrap_or_default()
	}

	/// Prove that `key` was in use in one of these sessions, the last of them if it was in several.
	///
	/// One read per different roll, so this is for the node to ask and not for a block.
	pub fn prove_key(
		sessions: RangeInclusive<SessionIndex>,
		(kind, key): (KeyTypeId, &[u8]),
	) -> Option<KeyProof> {
		let mut session = *sessions.end();
		while sessions.contains(&session) {
			let since = RollSince::<T>::get(session)?;
			let roll = Rolls::<T>::get(since);
			if roll.iter().any(|enrolled| enrolled.has(kind, key)) {
				return Some(KeyProof { session, validator_count: roll.len() as u32 });
			}
			session = since.checked_sub(1)?;
		}
		None
	}
}

impl<T: Config, D: AsRef<[u8]>> KeyOwnerProofSystem<(KeyTypeId, D)> for Pallet<T> {
	type Proof = KeyProof;
	type IdentificationTuple = OffenderOf<T>;

	/// Prove that a key is in use in the session that runs.
	fn prove((kind, key): (KeyTypeId, D)) -> Option<KeyProof> {
		let now = Session::<T>::current_index();
		Self::prove_key(now..=now, (kind, key.as_ref()))
	}

	/// Whose key it was. O([`Config::MaxValidators`]), two reads.
	fn check_proof((kind, key): (KeyTypeId, D), proof: KeyProof) -> Option<OffenderOf<T>> {
		let roll = Self::roll(proof.session);
		// The fraction of a slash is reckoned from this number, so it must be the true one.
		if roll.len() as u32 != proof.validator_count {
			return None;
		}
		// One at most: no two accounts can have the same key registered at once.
		let Enrolled { validator, bond, .. } =
			roll.into_iter().find(|enrolled| enrolled.has(kind, key.as_ref()))?;
		Some((validator, Identification { bond }))
	}
}

impl<AccountId, Keys: OpaqueKeys, Balance> Enrolled<AccountId, Keys, Balance> {
	fn has(&self, kind: KeyTypeId, key: &[u8]) -> bool {
		// Of a kind that there isn't, everybody has the same key: none.
		!key.is_empty() && self.keys.get_raw(kind) == key
	}
}
