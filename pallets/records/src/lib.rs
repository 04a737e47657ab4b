//! Numbered records of twins: an append-only Merkle mountain range per twin, and pinned descriptors.
#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs, rustdoc::broken_intra_doc_links)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod functions;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
mod try_state;
pub mod types;
pub mod weights;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

#[frame::pallet]
pub mod pallet {
	use super::*;
	use frame::{
		prelude::*,
		traits::{Consideration, Footprint},
	};
	use ourledger_math::mmr::Hash;
	use ourledger_primitives::{
		record::{Descriptor, DescriptorError, RecordNumber, MAX_LEAVES},
		twin::{TwinNumber, Twins},
		Balance,
	};

	/// Layout of the storage below.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// The pallet: see the [crate].
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the runtime decides.
	#[pallet::config]
	pub trait Config: frame_system::Config {
		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// The phonebook: who controls which twin.
		type Twins: Twins<Self::AccountId>;

		/// What the controller puts down for its twin's index, under [`HoldReason::Index`].
		type IndexDeposit: Consideration<Self::AccountId, Footprint>;

		/// What the controller puts down for a pinned descriptor, under [`HoldReason::Pin`].
		type PinDeposit: Consideration<Self::AccountId, Footprint>;

		/// What both deposits take for a footprint, in base units; for [`Pallet::deposits`] to
		/// tell. Must be the price behind them.
		type DepositPrice: Convert<Footprint, Balance>;

		/// Measured weights.
		type WeightInfo: WeightInfo;
	}

	/// Why money is held.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// The room that a twin's index takes.
		#[codec(index = 0)]
		Index,
		/// The room that a pinned descriptor takes, until it is unpinned.
		#[codec(index = 1)]
		Pin,
	}

	/// Twin → count and peaks of its records. Light clients read and prove this very entry, so that
	/// its key and layout are part of the chain's interface. Invariant: as many peaks as `count`
	/// has bits set; `count` never falls, and the entry is never removed. Each is paid for by a
	/// deposit; no loop over them.
	// Twox64: keys are numbers given in order, so nobody can grind collisions.
	#[pallet::storage]
	pub type Indexes<T: Config> = StorageMap<_, Twox64Concat, TwinNumber, Index, ValueQuery>;

	/// Twin → the deposit for its index. Invariant: exactly the twins in [`Indexes`]. Apart from
	/// the index, which light clients read.
	// Twox64: as for `Indexes`.
	#[pallet::storage]
	pub type IndexTickets<T: Config> =
		StorageMap<_, Twox64Concat, TwinNumber, T::IndexDeposit, OptionQuery>;

	/// Twin, record → its descriptor, which its twin wants on chain. Invariant: the record exists,
	/// and the descriptor is the one that was appended. Each is paid for by a deposit; no loop over
	/// them.
	// Twox64: a record has a number once so many have been appended, so nobody can choose keys.
	#[pallet::storage]
	pub type Pinned<T: Config> = StorageDoubleMap<
		_,
		Twox64Concat,
		TwinNumber,
		Twox64Concat,
		RecordNumber,
		PinOf<T>,
		OptionQuery,
	>;

	/// What happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A twin appended records. Their leaves are in the call.
		RecordsAppended {
			/// Whose they are.
			twin: TwinNumber,
			/// Number of the first of them.
			first: RecordNumber,
			/// How many they are.
			count: u32,
			/// How many records the twin has now.
			total: u64,
		},
		/// A twin put a descriptor on chain.
		RecordPinned {
			/// Whose record it describes.
			twin: TwinNumber,
			/// Which record.
			number: RecordNumber,
			/// What it is.
			descriptor: Descriptor,
		},
		/// A descriptor was taken off the chain. The record stays.
		RecordUnpinned {
			/// Whose record it described.
			twin: TwinNumber,
			/// Which record.
			number: RecordNumber,
		},
	}

	/// What stands in the way of a call.
	#[pallet::error]
	pub enum Error<T> {
		/// The record is another twin's than the caller's.
		NotOwner,
		/// There is nothing to append.
		NoLeaves,
		/// Numbers would run out.
		TooManyRecords,
		/// The twin has no record of this number.
		RecordNotFound,
		/// The record's descriptor is on chain already.
		AlreadyPinned,
		/// The record's descriptor isn't on chain.
		NotPinned,
		/// The proof doesn't show that this descriptor was appended under this number. A proof goes
		/// stale when further records complete a mountain: make it anew from the present count.
		ProofRejected,
		/// The media type isn't `type/subtype` in lower case.
		MediaTypeMalformed,
		/// The record is encrypted, but for nobody.
		NoEnvelope,
		/// The content can't be restored from its shards: none of them suffices, or more are needed
		/// than there are.
		DispersalMalformed,
	}

	impl<T> From<DescriptorError> for Error<T> {
		fn from(error: DescriptorError) -> Self {
			match error {
				DescriptorError::MediaTypeMalformed => Self::MediaTypeMalformed,
				DescriptorError::NoEnvelope => Self::NoEnvelope,
				DescriptorError::DispersalMalformed => Self::DispersalMalformed,
			}
		}
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		#[cfg(feature = "try-runtime")]
		fn try_state(
			_now: BlockNumberFor<T>,
		) -> Result<(), frame::deps::sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight = <T as Config>::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Append records: they get the caller's twin's next numbers, in this order.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of an active twin.
		///
		/// ## Details
		/// Takes leaf hashes: BLAKE2b-256 of a zero byte and the encoded descriptor. Nothing is
		/// known of what is behind them until a descriptor is shown. The deposit grows whenever the
		/// number of records doubles. One hash per leaf and 63 at most besides; storage is accessed
		/// as often for one leaf as for 512. Emits [`Event::RecordsAppended`].
		///
		/// ## Errors
		/// [`Error::NoLeaves`], [`Error::TooManyRecords`], those of the phonebook, or the
		/// currency's if the deposit can't be held.
		#[pallet::call_index(0)]
		#[pallet::weight(<T as Config>::WeightInfo::append(leaves.len() as u32))]
		pub fn append(
			origin: OriginFor<T>,
			leaves: BoundedVec<Hash, ConstU32<MAX_LEAVES>>,
		) -> DispatchResult {
			let controller = ensure_signed(origin)?;
			Self::do_append(controller, &leaves)
		}

		/// Put the descriptor of a record on chain.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of the record's twin, which must be active.
		///
		/// ## Details
		/// `proof` is the range proof of this one leaf against the present index. Holds a deposit
		/// for the descriptor's length. O(log n) hashes. Emits [`Event::RecordPinned`].
		///
		/// ## Errors
		/// [`Error::RecordNotFound`], [`Error::AlreadyPinned`], [`Error::MediaTypeMalformed`],
		/// [`Error::NoEnvelope`], [`Error::DispersalMalformed`], [`Error::ProofRejected`], those of
		/// the phonebook, or the currency's if the deposit can't be held.
		#[pallet::call_index(1)]
		pub fn pin(
			origin: OriginFor<T>,
			number: RecordNumber,
			descriptor: Descriptor,
			proof: BoundedVec<Hash, ConstU32<MAX_PROOF>>,
		) -> DispatchResult {
			let controller = ensure_signed(origin)?;
			Self::do_pin(controller, number, descriptor, &proof)
		}

		/// Take the descriptor of a record off the chain.
		///
		/// ## Dispatch Origin
		/// Signed by the twin's controller; by anyone once the twin is deactivated, since nobody
		/// can act for it any more.
		///
		/// ## Details
		/// The deposit goes back to the controller, whoever calls. The record stays. O(1). Emits
		/// [`Event::RecordUnpinned`].
		///
		/// ## Errors
		/// [`Error::NotPinned`], or those of the phonebook.
		#[pallet::call_index(2)]
		pub fn unpin(
			origin: OriginFor<T>,
			twin: TwinNumber,
			number: RecordNumber,
		) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_unpin(caller, twin, number)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// Count and peaks of the records of `twin`; a count of 0 if it has none.
		// Not `index`: that is the pallet's place in the runtime.
		pub fn index_of(twin: TwinNumber) -> Index {
			Indexes::<T>::get(twin)
		}

		/// Descriptor of record `number` of `twin`, if it is pinned.
		pub fn pinned(twin: TwinNumber, number: RecordNumber) -> Option<Descriptor> {
			Pinned::<T>::get(twin, number).map(|pin| pin.descriptor)
		}

		/// What is held today for an index of `count` records, and for a pin whose encoded
		/// descriptor has `descriptor_bytes`.
		pub fn deposits(count: u64, descriptor_bytes: u32) -> Deposits {
			Deposits {
				index: T::DepositPrice::convert(Self::index_footprint(count)),
				pin: T::DepositPrice::convert(Self::pin_footprint(descriptor_bytes as usize)),
			}
		}
	}
}
