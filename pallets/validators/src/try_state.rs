//! What must always hold. Iterates over all candidates, so it never runs on a live chain.

#![cfg(any(test, feature = "try-runtime"))]

use crate::*;
use alloc::collections::BTreeSet;
use frame::{deps::sp_runtime::TryRuntimeError, prelude::*, traits::fungible::InspectHold as _};
use ourledger_primitives::time::is_slot_length;
use pallet_grandpa::{Pallet as Grandpa, PendingChange};
use pallet_session::Pallet as Session;

impl<T: Config> Pallet<T> {
	/// Checks every invariant that the README lists.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::try_state_bonds()?;
		Self::try_state_approved()?;
		Self::try_state_serving()?;
		Self::try_state_voters()?;
		Self::try_state_window()?;
		Self::try_state_rolls()
	}

	/// What is recorded is what is held.
	fn try_state_bonds() -> Result<(), TryRuntimeError> {
		for (account, candidacy) in Candidacies::<T>::iter() {
			let left = candidacy
				.bond
				.checked_sub(&candidacy.slashed)
				.ok_or("a candidate was slashed beyond its bond")?;
			let held = CurrencyOf::<T>::balance_on_hold(&HoldReason::Bond.into(), &account);
			ensure!(held == left, "a candidate's hold differs from its bond less its slashes");
			if candidacy.state == CandidacyState::Applied {
				ensure!(candidacy.slashed.is_zero(), "an applicant was slashed");
			}
		}
		Ok(())
	}

	/// The approved set and the candidacies agree.
	fn try_state_approved() -> Result<(), TryRuntimeError> {
		let approved = Approved::<T>::get();
		let members: BTreeSet<_> = approved.iter().collect();
		ensure!(members.len() == approved.len(), "the approved set has a duplicate");

		let mut leaving = false;
		for (account, candidacy) in Candidacies::<T>::iter() {
			let approved = candidacy.state == CandidacyState::Approved;
			ensure!(
				members.contains(&account) == approved,
				"a candidacy and the approved set disagree"
			);
			leaving |= matches!(candidacy.state, CandidacyState::Leaving { .. });
		}
		for member in &approved {
			ensure!(
				Candidacies::<T>::contains_key(member),
				"a member of the approved set has no candidacy"
			);
		}
		ensure!(!leaving || !approved.is_empty(), "the approved set was emptied");
		Ok(())
	}

	/// Whoever serves, now or in the next session, has a bond that stays beyond the window.
	fn try_state_serving() -> Result<(), TryRuntimeError> {
		let now = Session::<T>::current_index();
		let next = now.saturating_add(1);
		let current = Session::<T>::validators().into_iter().map(|validator| (validator, now));
		let queued =
			Session::<T>::queued_keys().into_iter().map(|(validator, _)| (validator, next));

		for (validator, session) in current.chain(queued) {
			match Candidacies::<T>::get(validator).map(|candidacy| candidacy.state) {
				Some(CandidacyState::Approved) => (),
				Some(CandidacyState::Leaving { until }) => {
					let earliest = Self::bond_free_from(session);
					ensure!(until >= earliest, "a serving validator's bond frees too early");
				},
				Some(CandidacyState::Applied) => {
					return Err("an applicant serves without approval".into())
				},
				None => return Err("a serving validator has no bond".into()),
			}
		}
		for candidacy in Candidacies::<T>::iter_values() {
			if let CandidacyState::Leaving { until } = candidacy.state {
				ensure!(until <= Self::bond_free_from(next), "a bond frees later than it need");
			}
		}
		Ok(())
	}

	/// GRANDPA counts, or is about to count, the keys of exactly the voters.
	fn try_state_voters() -> Result<(), TryRuntimeError> {
		let voters = Voters::<T>::get();
		let counted = match PendingChange::<T>::get() {
			Some(pending) => pending.next_authorities.into_inner(),
			None => Grandpa::<T>::grandpa_authorities(),
		};
		let keys = voters.iter().map(|(_, key)| key);
		ensure!(
			keys.eq(counted.iter().map(|(key, _)| key)),
			"GRANDPA counts others than the voters"
		);
		let lost = Lost::<T>::get();
		ensure!(voters.iter().all(|(who, _)| !lost.contains(who)), "one of the lost votes");
		let members: BTreeSet<_> = lost.iter().collect();
		ensure!(members.len() == lost.len(), "the lost have a duplicate");
		Ok(())
	}

	/// Records of offences reach back no further than reports may.
	fn try_state_window() -> Result<(), TryRuntimeError> {
		ensure!(LeavingSessions::<T>::get() > 0, "offences can't be reported");
		ensure!(EpochSlots::<T>::get() > 0, "an epoch has no slot");
		ensure!(is_slot_length(SlotMillis::<T>::get()), "a slot is no whole seconds, or too many");

		let now = Session::<T>::current_index();
		let oldest = Self::oldest_open_session(now);
		for (session, charged) in SlashedFractions::<T>::iter() {
			ensure!((oldest..=now).contains(&session), "a record of offences outlived its window");
			ensure!(!charged.is_empty(), "a record of offences is empty");
			ensure!(
				charged.values().all(|fraction| !fraction.is_zero()),
				"a record of offences charges nothing"
			);
		}
		Ok(())
	}

	/// There is a roll for every session that reports may be about, and no other; it says what is
	/// so.
	fn try_state_rolls() -> Result<(), TryRuntimeError> {
		let now = Session::<T>::current_index();
		let open = Self::oldest_open_session(now)..=now;

		let mut named = BTreeSet::new();
		for session in open.clone() {
			let since = RollSince::<T>::get(session).ok_or("a session has no roll")?;
			ensure!(since <= session, "a session has a later one's roll");
			ensure!(Rolls::<T>::contains_key(since), "a session has no roll");
			named.insert(since);
		}
		ensure!(RollSince::<T>::iter().count() == open.count(), "a roll outlived its window");
		for (since, roll) in Rolls::<T>::iter() {
			ensure!(named.contains(&since), "a roll outlived its window");
			for Enrolled { validator, bond, .. } in roll {
				let candidacy = Candidacies::<T>::get(validator);
				let candidacy = candidacy.ok_or("a bond was freed before its roll")?;
				ensure!(candidacy.bond == bond, "a roll and a candidacy differ in the bond");
			}
		}

		let enrolled = Self::roll(now).into_iter().map(|enrolled| enrolled.validator);
		ensure!(enrolled.eq(Session::<T>::validators()), "who serves isn't who is on the roll");
		Ok(())
	}
}
