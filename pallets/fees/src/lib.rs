//! Gathers the fees of a block, and shares them when it ends.
#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs, rustdoc::broken_intra_doc_links)]

mod functions;
mod types;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

#[cfg(any(feature = "try-runtime", test))]
use frame::deps::sp_runtime::TryRuntimeError;
use frame::prelude::*;

#[frame::pallet]
pub mod pallet {
	use super::*;

	/// Layout of this pallet's storage; raise it together with a migration.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// What fees are gathered and shared in.
		type Currency: fungible::Balanced<Self::AccountId>;

		/// Author of this block, if it is known. Asked when the block ends, and only if there is
		/// something to share.
		type Author: Get<Option<Self::AccountId>>;

		/// Account of the treasury. Keep the existential deposit on it: what it can't receive is
		/// burned.
		type Treasury: Get<Self::AccountId>;

		/// Weights of this pallet's hooks.
		type WeightInfo: WeightInfo;

		/// Names the author in benchmarks.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper<Self::AccountId>;
	}

	/// What the transactions of this block have paid. Invariant: there is nothing between blocks.
	// Read it by `take` or `mutate`, never by `get`: the credit would be there twice. It is in no
	// state that is kept, so in a block the first look at it is the only one at the database.
	#[pallet::storage]
	#[pallet::whitelist_storage]
	pub(super) type Gathered<T: Config> = StorageValue<_, FeesAndTips<CreditOf<T>>>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// Fees and tips of this block were shared.
		Shared {
			/// Author of the block, if it is known.
			author: Option<T::AccountId>,
			/// What the author got, in base units: nothing, if its account can't receive so little.
			to_author: BalanceOf<T>,
			/// What the treasury got, in base units.
			to_treasury: BalanceOf<T>,
		},
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		/// Sets aside the weight of what the block ends with.
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			T::WeightInfo::share()
		}

		fn on_finalize(_: BlockNumberFor<T>) {
			Self::share();
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), TryRuntimeError> {
			Self::do_try_state()
		}
	}
}
