//! Stops single calls, or all that can wait, for a bounded time.
#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs, rustdoc::broken_intra_doc_links)]

extern crate alloc;

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

use alloc::vec::Vec;
#[cfg(any(feature = "try-runtime", test))]
use frame::deps::sp_runtime::TryRuntimeError;
use frame::{
	prelude::*,
	traits::{Contains, EnsureOrigin, GetCallMetadata},
};

#[frame::pallet]
pub mod pallet {
	use super::*;

	/// Layout of this pallet's storage; raise it together with a migration.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: frame_system::Config<RuntimeCall: GetCallMetadata> {
		/// Who may apply and release brakes, and how far each may go. Give [`Power::Free`] only to
		/// those against whom less than a third can be.
		type BrakeOrigin: EnsureOrigin<Self::RuntimeOrigin, Success = Power>;

		/// What no brake stops. It has to look into calls that carry others: such a call is
		/// unstoppable if all that it carries is. Asked by name, it answers for calls that can't be
		/// paused.
		type Unstoppable: Contains<Self::RuntimeCall> + Contains<CallName>;

		/// Counts the ticks in which brakes end. Must never go back.
		type BlockNumberProvider: BlockNumberProvider<BlockNumber = BlockNumberFor<Self>>;

		/// Longest round in ticks. Keep it below half of the timelock of governance, so that in
		/// each timelock there is a time without brakes.
		#[pallet::constant]
		type LongestRound: Get<BlockNumberFor<Self>>;

		/// Longest span in ticks for which a brake can be applied at a time, whoever applies it.
		/// Never lower it while brakes are on that are longer.
		#[pallet::constant]
		type LongestSpan: Get<BlockNumberFor<Self>>;

		/// Weights of this pallet's calls.
		type WeightInfo: WeightInfo;
	}

	/// Brake → first tick in which it is off again; the largest number for one that ends only when
	/// it is released. Invariants: only safe mode has no end, and no other end is more than
	/// `LongestSpan` away. An entry whose tick has come means nothing.
	#[pallet::storage]
	pub type Applied<T: Config> = StorageMap<_, Blake2_128Concat, Brake, BlockNumberFor<T>>;

	/// The latest round. Invariant: it has begun, and it is no longer than `LongestRound`.
	#[pallet::storage]
	pub type LatestRound<T: Config> = StorageValue<_, Round<BlockNumberFor<T>>>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A brake is on.
		Applied {
			/// The brake.
			brake: Brake,
			/// First tick in which it is off again; the largest number if it has to be released.
			until: BlockNumberFor<T>,
		},
		/// A brake was released before its time.
		Released {
			/// The brake.
			brake: Brake,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The span is zero, or longer than `LongestSpan`.
		SpanOutOfRange,
		/// The runtime has no call of this name.
		NoSuchCall,
		/// No brake may stop this call.
		Unstoppable,
		/// The brake is on, and ends no earlier than that.
		EndsLater,
		/// The round would be longer than `LongestRound`.
		RoundTooLong,
		/// The rest after the latest round is not over.
		Resting,
		/// The brake is not on.
		NotApplied,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			Self::check_constants();
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight = <T as Config>::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Have `brake` on for `ticks` from now on.
		///
		/// ## Dispatch Origin
		/// [`Config::BrakeOrigin`].
		///
		/// ## Details
		/// A brake that is on already can be given a later end, not an earlier one. An origin of
		/// bounded power must keep within the round. Emits [`Event::Applied`]. Constant.
		///
		/// ## Errors
		/// [`Error::SpanOutOfRange`], [`Error::NoSuchCall`], [`Error::Unstoppable`],
		/// [`Error::EndsLater`], [`Error::Resting`], [`Error::RoundTooLong`].
		#[pallet::call_index(0)]
		pub fn apply(
			origin: OriginFor<T>,
			brake: Brake,
			ticks: BlockNumberFor<T>,
		) -> DispatchResult {
			let power = T::BrakeOrigin::ensure_origin(origin)?;
			Self::do_apply(brake, ticks, power)
		}

		/// Release `brake`.
		///
		/// ## Dispatch Origin
		/// [`Config::BrakeOrigin`], whatever its power.
		///
		/// ## Details
		/// The round stays as it is. Emits [`Event::Released`]. Constant.
		///
		/// ## Errors
		/// [`Error::NotApplied`].
		#[pallet::call_index(1)]
		pub fn release(origin: OriginFor<T>, brake: Brake) -> DispatchResult {
			T::BrakeOrigin::ensure_origin(origin)?;
			Self::do_release(brake)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// The brakes that are on now, with the first tick in which each is off again.
		pub fn applied() -> Vec<(Brake, BlockNumberFor<T>)> {
			Self::on_now()
		}

		/// The tick from which on a new round can begin; nothing if it can begin now.
		pub fn resting_until() -> Option<BlockNumberFor<T>> {
			let rested = LatestRound::<T>::get()?.rested();
			(Self::now() < rested).then_some(rested)
		}
	}
}
