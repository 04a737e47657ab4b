//! Holds every powerful call for a while in public, lets a third of the council stop it, then
//! runs it as Root.
#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs, rustdoc::broken_intra_doc_links)]

extern crate alloc;

mod functions;
mod rehearsal;
mod types;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use rehearsal::{NotRehearsed, Rehearsal};
pub use types::*;
pub use weights::WeightInfo;

use alloc::{boxed::Box, vec::Vec};
#[cfg(any(feature = "try-runtime", test))]
use frame::deps::sp_runtime::TryRuntimeError;
use frame::{
	prelude::*,
	traits::{schedule::v3::Named, EnsureOrigin, QueryPreimage, SortedMembers, StorePreimage},
};

/// Target of this pallet's log lines.
pub(crate) const LOG_TARGET: &str = "runtime::governance";

/// Most proposals that one page of [`Pallet::proposals`] holds.
pub const MAX_PAGE_SIZE: u32 = 50;

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
		/// Every call of the runtime: any of them may be queued.
		type RuntimeCall: Parameter
			+ Dispatchable<RuntimeOrigin = Self::RuntimeOrigin, PostInfo = PostDispatchInfo>
			+ GetDispatchInfo
			+ From<Call<Self>>
			+ From<frame_system::Call<Self>>
			+ IsType<<Self as frame_system::Config>::RuntimeCall>;

		/// Who may queue a call, which is as good as Root after the timelock. Never let a single
		/// account meet it outside of a development chain.
		type QueueOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// The council as it is now: its members may veto, and its size sets the threshold.
		type Members: SortedMembers<Self::AccountId>;

		/// What the timelock is counted in. Called ticks here, since it should go with time and not
		/// with blocks: a chain that has lost finality makes few of them. Never change it on a live
		/// chain, since what is queued is due by it.
		type BlockNumberProvider: BlockNumberProvider<BlockNumber = BlockNumberFor<Self>>;

		/// Runs `enact` at its tick. A convenience: whatever it fails to run, anyone can. It must
		/// count by the same [`Config::BlockNumberProvider`].
		type Scheduler: Named<
			BlockNumberFor<Self>,
			CallOf<Self>,
			PalletsOriginOf<Self>,
			Hasher = Self::Hashing,
		>;

		/// Keeps calls longer than 128 bytes. Only Root may remove what it keeps.
		type Preimages: QueryPreimage<H = Self::Hashing> + StorePreimage;

		/// Timelock in ticks until [`Pallet::set_timelock`] or genesis sets another. Safe: seven
		/// days.
		#[pallet::constant]
		type DefaultTimelock: Get<BlockNumberFor<Self>>;

		/// Longest timelock in ticks. Too long a timelock would delay its own correction by as
		/// much.
		#[pallet::constant]
		type MaxTimelock: Get<BlockNumberFor<Self>>;

		/// Most proposals in the queue. Keep it at or below the scheduler's tasks per tick, so
		/// that a full queue still fits one tick. Lowering it keeps what is already queued.
		#[pallet::constant]
		type MaxQueued: Get<u32>;

		/// Most vetoes kept with one proposal: the largest size of the council. Never lower it:
		/// longer lists would no longer decode.
		#[pallet::constant]
		type MaxCouncil: Get<u32>;

		/// Longest queued call in encoded bytes. Bounds the weight of `queue` and `enact`.
		#[pallet::constant]
		type MaxCallLen: Get<u32>;

		/// Heaviest queued call. Together with `enact` itself it must fit a normal extrinsic and
		/// the scheduler's share of a block, or nobody could ever run it.
		#[pallet::constant]
		type MaxCallWeight: Get<Weight>;

		/// The calls that declare their weight themselves. Where one lets its caller name it, or
		/// carries such a call, `MaxCallWeight` bounds nothing.
		type Weighed: Contains<CallOf<Self>>;

		/// Weights of this pallet's calls.
		type WeightInfo: WeightInfo;
	}

	/// Proposal → queued call and its vetoes. Invariants: at most `MaxQueued` entries, and the
	/// bytes of each call are available as long as its entry stands.
	// Twox64: ids count up from zero, so nobody can choose one that collides.
	#[pallet::storage]
	pub type Proposals<T: Config> =
		CountedStorageMap<_, Twox64Concat, ProposalId, QueuedCall<T>, OptionQuery>;

	/// Id of the next proposal. Invariant: above every id ever given; it never goes back, so that
	/// a task left in the scheduler can never meet a later proposal.
	#[pallet::storage]
	pub type NextProposalId<T: Config> = StorageValue<_, ProposalId, ValueQuery>;

	/// Ticks between queueing and enactment; zero counts as one. Invariant: at most
	/// `MaxTimelock`. A change leaves what is already queued as it was.
	#[pallet::storage]
	pub type Timelock<T: Config> =
		StorageValue<_, BlockNumberFor<T>, ValueQuery, T::DefaultTimelock>;

	/// State at genesis.
	#[pallet::genesis_config]
	pub struct GenesisConfig<T: Config> {
		/// Timelock in ticks, at most `MaxTimelock`; zero lets a development chain enact in the
		/// next tick.
		pub timelock: BlockNumberFor<T>,
	}

	impl<T: Config> Default for GenesisConfig<T> {
		fn default() -> Self {
			Self { timelock: T::DefaultTimelock::get() }
		}
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			assert!(self.timelock <= T::MaxTimelock::get(), "timelock above MaxTimelock");
			Timelock::<T>::put(self.timelock);
		}
	}

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A call joined the queue.
		Queued {
			/// The new proposal.
			id: ProposalId,
			/// The call: its bytes, or their hash and length in the preimage store.
			call: BoundedCallOf<T>,
			/// Its declared weight, the bound of the scheduled enactment.
			weight: Weight,
			/// First tick in which it can be enacted.
			enact_at: BlockNumberFor<T>,
		},
		/// The scheduler had no place for the enactment: from `enact_at` on, somebody has to call
		/// `enact`. The proposal itself is queued.
		SchedulingFailed {
			/// The proposal to enact by hand.
			id: ProposalId,
			/// The scheduler's reason.
			error: DispatchError,
		},
		/// A council member vetoed a proposal.
		VetoCast {
			/// The vetoed proposal.
			id: ProposalId,
			/// The member.
			member: T::AccountId,
			/// Vetoes of current members, this one included.
			vetoes: u32,
			/// Vetoes that remove the proposal, for the council's current size.
			needed: u32,
		},
		/// A veto was taken back.
		VetoWithdrawn {
			/// The proposal.
			id: ProposalId,
			/// Whose veto it was.
			member: T::AccountId,
			/// Vetoes of current members that are left.
			vetoes: u32,
			/// Vetoes that remove the proposal, for the council's current size.
			needed: u32,
		},
		/// A proposal left the queue unrun, because enough of the council objects.
		Vetoed {
			/// The removed proposal.
			id: ProposalId,
		},
		/// A proposal left the queue and its call was dispatched as Root.
		Enacted {
			/// The removed proposal.
			id: ProposalId,
			/// What the call returned. On an error the call changed nothing.
			result: DispatchResult,
		},
		/// A proposal left the queue unrun, because its bytes are missing or no longer a call of
		/// this runtime. Nothing else changed.
		Discarded {
			/// The removed proposal.
			id: ProposalId,
			/// Why its call could not be read.
			error: DispatchError,
		},
		/// The timelock of calls queued from now on changed.
		TimelockSet {
			/// The new timelock.
			ticks: BlockNumberFor<T>,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The call declares more weight than `MaxCallWeight`.
		CallTooHeavy,
		/// The encoded call is longer than `MaxCallLen`.
		CallTooLong,
		/// The call, or one that it carries, takes its weight from its caller.
		CallNotWeighed,
		/// `MaxQueued` proposals are waiting already.
		QueueFull,
		/// No such proposal is in the queue.
		NotQueued,
		/// The timelock of this proposal has not run out.
		TooEarly,
		/// The call needs more weight than the given bound.
		WeightBoundTooLow,
		/// The caller is not a member of the council.
		NotCouncilMember,
		/// The caller's veto stands already.
		AlreadyVetoed,
		/// The caller has no veto on this proposal.
		NotVetoed,
		/// The proposal has no room for another veto: the council is larger than `MaxCouncil`.
		TooManyVetoes,
		/// The timelock is longer than `MaxTimelock`.
		TimelockTooLong,
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
		/// Queue `call`, to run as Root when the timelock is over.
		///
		/// ## Dispatch Origin
		/// [`Config::QueueOrigin`].
		///
		/// ## Details
		/// Stores the call, gives it the next id and schedules [`Pallet::enact`] after the
		/// timelock, at the earliest in the next tick. When the scheduler has no place the
		/// proposal is queued all the same. Emits [`Event::Queued`], and
		/// [`Event::SchedulingFailed`] if somebody must enact it by hand. Linear in the length of
		/// the call, at most `MaxCallLen`.
		///
		/// ## Errors
		/// [`Error::CallTooHeavy`], [`Error::CallNotWeighed`], [`Error::CallTooLong`],
		/// [`Error::QueueFull`].
		#[pallet::call_index(0)]
		pub fn queue(origin: OriginFor<T>, call: Box<CallOf<T>>) -> DispatchResult {
			T::QueueOrigin::ensure_origin(origin)?;
			Self::do_queue(*call)
		}

		/// Run proposal `id` as Root, if its call needs no more weight than `weight_bound`.
		///
		/// ## Dispatch Origin
		/// Root (the scheduler), or signed by anyone; the latter pays nothing when the proposal
		/// leaves the queue.
		///
		/// ## Details
		/// Takes the proposal from the queue and dispatches its call. A call that fails is gone as
		/// well: [`Event::Enacted`] carries its error. If enough current members object the call
		/// does not run ([`Event::Vetoed`]), nor if its bytes cannot be read
		/// ([`Event::Discarded`]). Constant, plus the weight of the call.
		///
		/// ## Errors
		/// [`Error::NotQueued`], [`Error::TooEarly`], [`Error::WeightBoundTooLow`]; all of them
		/// leave the proposal in the queue.
		#[pallet::call_index(1)]
		#[pallet::weight(<T as Config>::WeightInfo::enact().saturating_add(*weight_bound))]
		pub fn enact(
			origin: OriginFor<T>,
			id: ProposalId,
			weight_bound: Weight,
		) -> DispatchResultWithPostInfo {
			ensure_signed_or_root(origin)?;
			Self::do_enact(id, weight_bound)
		}

		/// Object to proposal `id`.
		///
		/// ## Dispatch Origin
		/// Signed by a current member of the council.
		///
		/// ## Details
		/// Possible until the proposal is enacted. When the vetoes of current members reach
		/// max(2, a third of the council, rounded up) the proposal is removed. Emits
		/// [`Event::VetoCast`], then [`Event::Vetoed`] if that was the last one needed. Linear in
		/// the size of the council.
		///
		/// ## Errors
		/// [`Error::NotCouncilMember`], [`Error::NotQueued`], [`Error::AlreadyVetoed`],
		/// [`Error::TooManyVetoes`].
		// Operational: blocks full of other traffic must not keep a veto out until it is too late.
		#[pallet::call_index(2)]
		#[pallet::weight((<T as Config>::WeightInfo::veto(), DispatchClass::Operational))]
		pub fn veto(origin: OriginFor<T>, id: ProposalId) -> DispatchResult {
			let member = ensure_signed(origin)?;
			Self::do_veto(member, id)
		}

		/// Take back the caller's veto on proposal `id`.
		///
		/// ## Dispatch Origin
		/// Signed by an account whose veto stands; it may have left the council since.
		///
		/// ## Details
		/// Emits [`Event::VetoWithdrawn`]. Linear in the size of the council.
		///
		/// ## Errors
		/// [`Error::NotQueued`], [`Error::NotVetoed`].
		#[pallet::call_index(3)]
		pub fn withdraw_veto(origin: OriginFor<T>, id: ProposalId) -> DispatchResult {
			let member = ensure_signed(origin)?;
			Self::do_withdraw_veto(member, id)
		}

		/// Set the timelock of calls queued from now on to `ticks`.
		///
		/// ## Dispatch Origin
		/// Root, that is the queue itself: whoever wants a shorter timelock waits the present one.
		///
		/// ## Details
		/// Emits [`Event::TimelockSet`]. Constant.
		///
		/// ## Errors
		/// [`Error::TimelockTooLong`].
		#[pallet::call_index(4)]
		pub fn set_timelock(origin: OriginFor<T>, ticks: BlockNumberFor<T>) -> DispatchResult {
			ensure_root(origin)?;
			ensure!(ticks <= T::MaxTimelock::get(), Error::<T>::TimelockTooLong);
			Timelock::<T>::put(ticks);
			Self::deposit_event(Event::TimelockSet { ticks });
			Ok(())
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// The queued proposal `id`, or nothing if it was never queued or has left the queue.
		pub fn proposal(id: ProposalId) -> Option<QueuedCall<T>> {
			Proposals::<T>::get(id)
		}

		/// Up to `limit` queued proposals with ids from `start` on, lowest first; never more than
		/// [`MAX_PAGE_SIZE`].
		pub fn proposals(start: ProposalId, limit: u32) -> Vec<(ProposalId, QueuedCall<T>)> {
			Self::page(start, limit)
		}

		/// Ticks between queueing and enactment for a call queued now; zero counts as one.
		pub fn timelock() -> BlockNumberFor<T> {
			Timelock::<T>::get()
		}

		/// Vetoes that remove a proposal, for the council's current size.
		pub fn veto_threshold() -> u32 {
			veto_threshold_of(T::Members::count() as u32)
		}

		/// What the encoded `call` would do if it ran now with `origin`: the queue runs calls as
		/// Root. Nothing of it is kept.
		pub fn rehearse(
			origin: PalletsOriginOf<T>,
			call: Vec<u8>,
		) -> Result<Rehearsal<T>, NotRehearsed> {
			Self::do_rehearse(origin, call)
		}
	}
}
