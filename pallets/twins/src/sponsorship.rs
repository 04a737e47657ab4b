//! What a newcomer signs, and what makes its signature count.

use crate::*;
use alloc::vec::Vec;
use frame::prelude::*;
use frame_system::Pallet as System;
use ourledger_primitives::{
	signing::is_signed,
	twin::{Profile, TwinKind, SPONSORSHIP_TAG},
};

impl<T: Config> Pallet<T> {
	/// What a newcomer signs.
	pub(crate) fn payload(
		sponsor: &T::AccountId,
		kind: TwinKind,
		profile: &Profile,
		permit: &PermitOf<T>,
	) -> Vec<u8> {
		// The pallet that keeps them never prunes the first.
		let genesis = System::<T>::block_hash(BlockNumberFor::<T>::zero());
		(SPONSORSHIP_TAG, genesis, sponsor, kind, profile, &permit.nonce, &permit.expires).encode()
	}

	pub(crate) fn ensure_timely(permit: &PermitOf<T>) -> Result<(), Error<T>> {
		let now = T::BlockNumberProvider::current_block_number();
		ensure!(permit.expires >= now, Error::<T>::SponsorshipExpired);
		// Saturating: no tick is numbered that high.
		let latest = now.saturating_add(T::MaxSponsorshipTicks::get());
		ensure!(permit.expires <= latest, Error::<T>::SponsorshipTooLong);
		Ok(())
	}

	pub(crate) fn ensure_next(
		permit: &PermitOf<T>,
		controller: &T::AccountId,
	) -> Result<(), Error<T>> {
		let nonce = System::<T>::account_nonce(controller);
		ensure!(permit.nonce >= nonce, Error::<T>::SponsorshipReplayed);
		ensure!(permit.nonce <= nonce, Error::<T>::SponsorshipNonceAhead);
		Ok(())
	}

	pub(crate) fn ensure_signature(
		signature: &T::Signature,
		payload: &[u8],
		controller: &T::AccountId,
	) -> Result<(), Error<T>> {
		let valid = is_signed(signature, payload, controller);
		ensure!(valid, Error::<T>::BadSponsorshipSignature);
		Ok(())
	}
}
