//! What an upgrade changes in this pallet's state.

use crate::*;
#[cfg(feature = "try-runtime")]
use alloc::vec::Vec;
use frame::{
	deps::frame_support::{migrations::VersionedMigration, traits::UncheckedOnRuntimeUpgrade},
	prelude::*,
};
use ledger::Ledger;
use ourledger_primitives::{
	money::{CurrencyId, Day, Kept},
	Balance,
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
		let balances = Pallet::<T>::prepare_pots();
		Pallet::<T>::open_known_pots();
		// Balances; of each pot whether it is one, and its account. Whatever has to be cleared away
		// costs more, and was paid for by who put it there.
		let pots = Pallet::<T>::known_pots().len() as u64;
		let reads = 2 * pots + u64::from(balances) + 4;
		T::DbWeight::get().reads_writes(reads, 2 * pots)
	}

	#[cfg(feature = "try-runtime")]
	fn post_upgrade(_: Vec<u8>) -> Result<(), frame::deps::sp_runtime::TryRuntimeError> {
		Pallet::<T>::do_try_state()
	}
}

/// What `amount` that came into a pot on day `since`, by UTC, is kept as: so that its owner is charged
/// what it would have been charged when only the day was known.
pub fn kept_since<T: Config>(
	currency: CurrencyId,
	amount: Balance,
	since: Day,
) -> Result<Kept, DispatchError> {
	Ledger::<T>::of(currency)?.kept_since(amount, since)
}
