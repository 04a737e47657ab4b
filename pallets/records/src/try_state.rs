//! What must always hold. Iterates over all indexes and pins, so it never runs on a live chain.

#![cfg(any(test, feature = "try-runtime"))]

use crate::*;
use frame::{deps::sp_runtime::TryRuntimeError, prelude::*};
use ourledger_primitives::twin::Twins;

impl<T: Config> Pallet<T> {
	/// Checks every invariant that the README lists.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::try_state_indexes()?;
		Self::try_state_pins()
	}

	/// Count and peaks agree, and each index is somebody's and paid for.
	fn try_state_indexes() -> Result<(), TryRuntimeError> {
		for (twin, Index { count, peaks }) in Indexes::<T>::iter() {
			ensure!(count > 0, "an index has no record");
			ensure!(
				peaks.len() as u32 == count.count_ones(),
				"an index's peaks don't match its count"
			);
			ensure!(IndexTickets::<T>::contains_key(twin), "an index has no deposit");
			ensure!(T::Twins::controller_of(twin).is_some(), "an index has no twin");
		}
		for twin in IndexTickets::<T>::iter_keys() {
			ensure!(Indexes::<T>::contains_key(twin), "a deposit has no index");
		}
		Ok(())
	}

	/// Whatever is pinned exists and makes sense.
	fn try_state_pins() -> Result<(), TryRuntimeError> {
		for (twin, number, Pin { descriptor, .. }) in Pinned::<T>::iter() {
			ensure!(number < Indexes::<T>::get(twin).count, "a pinned record doesn't exist");
			ensure!(descriptor.check().is_ok(), "a pinned descriptor is malformed");
		}
		Ok(())
	}
}
