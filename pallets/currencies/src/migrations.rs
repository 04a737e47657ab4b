//! What an upgrade changes in this pallet's state.

use crate::*;
#[cfg(feature = "try-runtime")]
use alloc::vec::Vec;
use frame::{
	deps::frame_support::{migrations::VersionedMigration, traits::UncheckedOnRuntimeUpgrade},
	prelude::*,
};

/// Opens the pots that a new chain has from genesis on: what is set aside, the chain's treasury, the
/// next currency's, and those of other pallets.
pub type ToV2<T> =
	VersionedMigration<1, 2, OpenPots<T>, Pallet<T>, <T as frame_system::Config>::DbWeight>;

/// See [`ToV2`]. Idempotent.
pub struct OpenPots<T>(PhantomData<T>);

impl<T: Config> UncheckedOnRuntimeUpgrade for OpenPots<T> {
	fn on_runtime_upgrade() -> Weight {
		// Whoever read the code before could send something there.
		let currencies = Pallet::<T>::clear_set_aside_pot();
		Pallet::<T>::open_known_pots();
		// Of each currency a balance; of each pot whether it is one, and its account. Whatever has
		// to be cleared away costs more, and was paid for by who put it there.
		let pots = Pallet::<T>::known_pots().len() as u64;
		let reads = 2 * pots + u64::from(currencies) + 4;
		T::DbWeight::get().reads_writes(reads, 2 * pots)
	}

	#[cfg(feature = "try-runtime")]
	fn post_upgrade(_: Vec<u8>) -> Result<(), frame::deps::sp_runtime::TryRuntimeError> {
		Pallet::<T>::do_try_state()
	}
}
