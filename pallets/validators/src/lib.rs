//! Decides who validates, and holds validators to account with their bonds.
#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs, rustdoc::broken_intra_doc_links)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod finality;
mod functions;
mod impl_key_owner_proofs;
mod impl_offence_handler;
mod impl_session_manager;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
mod try_state;
pub mod types;
pub mod weights;

pub use finality::{FinalityOf, MIN_RESTORE_DELAY};
pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

/// Target of this pallet's log lines.
pub const LOG_TARGET: &str = "runtime::validators";

#[frame::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec::Vec;
	use frame::{prelude::*, traits::fungible};
	use ourledger_primitives::{time::is_slot_length, Moment};
	use pallet_grandpa::{fg_primitives::SetId, AuthorityId};
	use sp_staking::SessionIndex;

	/// Layout of the storage below.
	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	/// The pallet: see the [crate].
	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the runtime decides.
	#[pallet::config]
	pub trait Config:
		frame_system::Config
		+ pallet_session::Config<
			ValidatorId = <Self as frame_system::Config>::AccountId,
			Keys: MaxEncodedLen,
		> + pallet_grandpa::Config
	{
		/// The runtime's hold reasons.
		type RuntimeHoldReason: From<HoldReason>;

		/// Native token; bonds are held in it, and slashes come out of the hold.
		type Currency: fungible::MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>
			+ fungible::BalancedHold<Self::AccountId>;

		/// Bond of a new application, in base units. Changing it leaves earlier bonds as they are.
		/// Keep it well above zero: it is all that a validator can lose, and it pays for the record.
		type Bond: Get<BalanceOf<Self>>;

		/// Size of the approved set. At most what BABE and GRANDPA take as authorities. Never lower
		/// it below the number approved, or the set and the records of offences can't be decoded.
		#[pallet::constant]
		type MaxValidators: Get<u32>;

		/// Who approves a candidate: a proportion of the council, never one member.
		type ApproveOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Who removes a validator or rejects an applicant: a proportion of the council.
		type RemoveOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Who hands finality to the rest when too many validators are lost: a proportion of the
		/// council, at once, since nothing else helps before finality is back.
		type RestoreOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Receives slashed bonds; the treasury.
		type Slashed: OnUnbalanced<CreditOf<Self>>;

		/// [`LeavingSessions`] of a genesis that names none, in sessions. At least 1; safe is what
		/// it takes people to notice and report an offence: 28 days.
		type DefaultLeavingSessions: Get<SessionIndex>;

		/// [`SlotMillis`] of a genesis that names none, in milliseconds. Whole seconds, from 1 to 60;
		/// safe is 3: half of it is what a block's execution may take on reference hardware.
		type DefaultSlotMillis: Get<Moment>;

		/// [`EpochSlots`] of a genesis that names none, in slots. At least 1. It is asked when
		/// [`SlotMillis`] is written already, so it may follow from that.
		type DefaultEpochSlots: Get<u64>;

		/// Measured weights.
		type WeightInfo: WeightInfo;
	}

	/// Why money is held.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// The bond of a candidate, from its application until it is withdrawn.
		#[codec(index = 0)]
		Bond,
	}

	/// Account → candidacy. Invariant: `bond - slashed` is what the account has on hold for
	/// [`HoldReason::Bond`]. Grows with every applicant, each of whom pays a bond; no loop over it.
	// Blake2: anyone may apply, so keys can be ground.
	#[pallet::storage]
	pub type Candidacies<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, CandidacyOf<T>, OptionQuery>;

	/// The approved set, in order of approval. Invariant: exactly the accounts whose candidacy is
	/// [`CandidacyState::Approved`], each once; never emptied again once it has a member.
	#[pallet::storage]
	pub type Approved<T: Config> =
		StorageValue<_, BoundedVec<T::AccountId, T::MaxValidators>, ValueQuery>;

	/// Session → what its offenders have been charged with so far. Invariant: only sessions whose
	/// offences can still be reported, only fractions above zero.
	// Twox64: keys are indices of past sessions, so nobody can grind collisions.
	#[pallet::storage]
	pub type SlashedFractions<T: Config> =
		StorageMap<_, Twox64Concat, SessionIndex, FractionsOf<T>, ValueQuery>;

	/// Session → who serves in it, with which keys and at what stake. A roll stands under the first
	/// session that it holds for. Invariant: written when that session starts, never changed, there
	/// as long as [`RollSince`] names it. A runtime with other session keys has to migrate it.
	// Twox64: keys are indices of past sessions, so nobody can grind collisions.
	#[pallet::storage]
	pub type Rolls<T: Config> = StorageMap<_, Twox64Concat, SessionIndex, RollOf<T>, ValueQuery>;

	/// Session → the session under which its roll stands in [`Rolls`]. Invariant: exactly the
	/// sessions whose offences can still be reported, the current one among them.
	// Twox64: as above.
	#[pallet::storage]
	pub type RollSince<T: Config> =
		StorageMap<_, Twox64Concat, SessionIndex, SessionIndex, OptionQuery>;

	/// Number of past sessions whose offences can be reported. Written at genesis, never after: a
	/// shorter one would free bonds that can still be slashed.
	#[pallet::storage]
	pub type LeavingSessions<T: Config> =
		StorageValue<_, SessionIndex, ValueQuery, T::DefaultLeavingSessions>;

	/// Length of a slot, in milliseconds. Written at genesis, never after: slots are numbered by wall
	/// clock, so a live chain whose slot changes length stops.
	#[pallet::storage]
	pub type SlotMillis<T: Config> = StorageValue<_, Moment, ValueQuery, T::DefaultSlotMillis>;

	/// Length of a BABE epoch in slots, which is a session. Written at genesis, never after: a live
	/// chain whose epoch changes length stops.
	#[pallet::storage]
	pub type EpochSlots<T: Config> = StorageValue<_, u64, ValueQuery, T::DefaultEpochSlots>;

	/// Whom GRANDPA counts, each with the key that it counts: those that were announced last.
	/// Invariant: the keys are GRANDPA's authorities or, where a change waits, those that follow.
	#[pallet::storage]
	pub type Voters<T: Config> =
		StorageValue<_, BoundedVec<(T::AccountId, AuthorityId), T::MaxValidators>, ValueQuery>;

	/// Who was given up by [`Pallet::restore_finality`] and may still be in a session's set.
	/// Invariant: none of them is among the [`Voters`].
	#[pallet::storage]
	pub type Lost<T: Config> =
		StorageValue<_, BoundedVec<T::AccountId, T::MaxValidators>, ValueQuery>;

	/// Authority set → the block that nodes take it with, once that is final. As many as GRANDPA
	/// remembers; genesis has none.
	// Twox64: set ids count up, so nobody can grind collisions.
	#[pallet::storage]
	pub type SetBlocks<T: Config> =
		StorageMap<_, Twox64Concat, SetId, BlockNumberFor<T>, OptionQuery>;

	/// By how many authority sets, at most, nodes may be ahead of GRANDPA's count here. It isn't zero
	/// where `restore_finality` named a set that isn't the newest: nodes may have been further.
	#[pallet::storage]
	pub type SetsAhead<T: Config> = StorageValue<_, SetId, ValueQuery>;

	/// Whether validators changed while GRANDPA could take no change. The next session tells it.
	#[pallet::storage]
	pub type ChangeOwed<T: Config> = StorageValue<_, bool, ValueQuery>;

	/// The first validators, and the spans that tests shorten.
	///
	/// The balances must be built before, the session pallet's keys after.
	#[pallet::genesis_config]
	#[derive(DefaultNoBound)]
	pub struct GenesisConfig<T: Config> {
		/// Approved from the start. Each pays the bond from its genesis balance; the keys come from
		/// the session pallet's genesis.
		#[serde(default)]
		pub validators: Vec<T::AccountId>,
		/// [`LeavingSessions`]; [`Config::DefaultLeavingSessions`] if absent.
		#[serde(default)]
		pub leaving_sessions: Option<SessionIndex>,
		/// [`SlotMillis`]; [`Config::DefaultSlotMillis`] if absent.
		#[serde(default)]
		pub slot_millis: Option<Moment>,
		/// [`EpochSlots`]; [`Config::DefaultEpochSlots`] if absent.
		#[serde(default)]
		pub epoch_slots: Option<u64>,
	}

	#[pallet::genesis_build]
	impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
		fn build(&self) {
			Pallet::<T>::do_genesis(self);
		}
	}

	/// What happened.
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An account applied and bonded.
		CandidateApplied {
			/// Who applied.
			candidate: T::AccountId,
			/// What is held of it.
			bond: BalanceOf<T>,
		},
		/// An applicant took its application back.
		ApplicationWithdrawn {
			/// Who had applied.
			candidate: T::AccountId,
			/// What was given back.
			released: BalanceOf<T>,
		},
		/// The council turned an applicant down.
		ApplicationRejected {
			/// Who had applied.
			candidate: T::AccountId,
			/// What was given back.
			released: BalanceOf<T>,
		},
		/// The council approved an applicant, who validates from the session after next.
		ValidatorApproved {
			/// Who joined the approved set.
			validator: T::AccountId,
		},
		/// A validator left of its own accord.
		ValidatorLeft {
			/// Who left the approved set.
			validator: T::AccountId,
			/// First session in which the bond may be withdrawn.
			until: SessionIndex,
		},
		/// The council removed a validator.
		ValidatorRemoved {
			/// Who left the approved set.
			validator: T::AccountId,
			/// First session in which the bond may be withdrawn.
			until: SessionIndex,
		},
		/// Too many validators were lost, and finality goes to the rest.
		FinalityHandedOver {
			/// Who votes no more.
			lost: Vec<T::AccountId>,
			/// Newest block that any of the rest knows to be final; they go on from there.
			last_finalized: BlockNumberFor<T>,
			/// The authority set of the rest.
			set_id: SetId,
			/// Block from which on they vote.
			at: BlockNumberFor<T>,
		},
		/// An offender was dropped from the approved set.
		OffenderDropped {
			/// Who left the approved set.
			validator: T::AccountId,
			/// First session in which the bond may be withdrawn.
			until: SessionIndex,
		},
		/// An offender stays in the approved set, having been the last in it. The council should
		/// approve another and remove this one.
		OffenderKept {
			/// Who offended.
			validator: T::AccountId,
		},
		/// A bond was slashed.
		BondSlashed {
			/// Who offended.
			validator: T::AccountId,
			/// The session of the offence.
			session: SessionIndex,
			/// Share of the bond that this session's offences cost so far, this one included.
			fraction: Perbill,
			/// What was taken now; less than asked for once the bond is used up.
			amount: BalanceOf<T>,
		},
		/// A leaving validator has to serve on, since nobody approved has keys, and waits longer.
		LeavingExtended {
			/// Who serves on.
			validator: T::AccountId,
			/// First session in which the bond may be withdrawn.
			until: SessionIndex,
		},
		/// What was left of a bond was given back and the candidacy is over.
		BondWithdrawn {
			/// Who had validated.
			validator: T::AccountId,
			/// What was given back.
			released: BalanceOf<T>,
		},
	}

	/// What stands in the way of a call.
	#[pallet::error]
	pub enum Error<T> {
		/// The account already has a candidacy, in whatever state.
		AlreadyCandidate,
		/// The account has no candidacy.
		NotCandidate,
		/// The candidacy is past the application.
		NotApplied,
		/// The candidacy isn't in the approved set.
		NotApproved,
		/// The validator has already left or been removed.
		AlreadyLeaving,
		/// The candidacy hasn't left; an applicant withdraws its application instead.
		NotLeaving,
		/// Offences of the validator's last session can still be reported.
		StillLeaving,
		/// The candidate has no session keys.
		KeysNotSet,
		/// The approved set is full.
		TooManyValidators,
		/// The approved set, or GRANDPA's, would become empty.
		LastValidator,
		/// One who is called lost isn't among the [`Voters`].
		NotAuthority,
		/// The block that is called final isn't older than the present one.
		NotYetMade,
		/// With that block final, nodes follow another authority set than the one that was named.
		OtherAuthoritySet,
		/// The delay is below [`MIN_RESTORE_DELAY`], or as long as an epoch.
		DelayOutOfRange,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxValidators::get() > 0, "`MaxValidators` must let someone validate");
			assert!(
				T::DefaultLeavingSessions::get() > 0,
				"`DefaultLeavingSessions` must leave time to report"
			);
			assert!(T::DefaultEpochSlots::get() > 0, "an epoch must have a slot");
			assert!(
				is_slot_length(T::DefaultSlotMillis::get()),
				"`DefaultSlotMillis` must be whole seconds, from 1 to 60"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(
			_now: BlockNumberFor<T>,
		) -> Result<(), frame::deps::sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight = <T as Config>::WeightInfo)]
	impl<T: Config> Pallet<T> {
		/// Apply to validate, and bond.
		///
		/// ## Dispatch Origin
		/// Signed; the caller becomes a candidate. It needs the bond and the existential deposit in
		/// free balance, but no session keys yet.
		///
		/// ## Details
		/// Holds [`Config::Bond`] as it stands today. O(1). Emits [`Event::CandidateApplied`].
		///
		/// ## Errors
		/// [`Error::AlreadyCandidate`], or the currency's if the bond can't be held.
		#[pallet::call_index(0)]
		pub fn apply(origin: OriginFor<T>) -> DispatchResult {
			let candidate = ensure_signed(origin)?;
			Self::do_apply(candidate)
		}

		/// Take an application back.
		///
		/// ## Dispatch Origin
		/// Signed by an applicant.
		///
		/// ## Details
		/// The bond is free at once, since an applicant has never validated. O(1). Emits
		/// [`Event::ApplicationWithdrawn`].
		///
		/// ## Errors
		/// [`Error::NotCandidate`], [`Error::NotApplied`].
		#[pallet::call_index(1)]
		pub fn withdraw_application(origin: OriginFor<T>) -> DispatchResult {
			let candidate = ensure_signed(origin)?;
			Self::do_withdraw_application(candidate)
		}

		/// Put an applicant into the approved set.
		///
		/// ## Dispatch Origin
		/// [`Config::ApproveOrigin`].
		///
		/// ## Details
		/// It validates from the session after next. O([`Config::MaxValidators`]). Emits
		/// [`Event::ValidatorApproved`].
		///
		/// ## Errors
		/// [`Error::NotCandidate`], [`Error::NotApplied`], [`Error::KeysNotSet`],
		/// [`Error::TooManyValidators`].
		#[pallet::call_index(2)]
		pub fn approve(origin: OriginFor<T>, candidate: T::AccountId) -> DispatchResult {
			T::ApproveOrigin::ensure_origin(origin)?;
			Self::do_approve(candidate)
		}

		/// Remove a validator, or reject an applicant.
		///
		/// ## Dispatch Origin
		/// [`Config::RemoveOrigin`].
		///
		/// ## Details
		/// A validator leaves the approved set, serves until the end of the next session and may
		/// withdraw its bond once the offence window has passed. An applicant gets its bond back at
		/// once. O([`Config::MaxValidators`]). Emits [`Event::ValidatorRemoved`] or
		/// [`Event::ApplicationRejected`].
		///
		/// ## Errors
		/// [`Error::NotCandidate`], [`Error::AlreadyLeaving`], [`Error::LastValidator`].
		#[pallet::call_index(3)]
		#[pallet::weight(
			<T as Config>::WeightInfo::remove_validator()
				.max(<T as Config>::WeightInfo::remove_applicant())
		)]
		pub fn remove(origin: OriginFor<T>, candidate: T::AccountId) -> DispatchResult {
			T::RemoveOrigin::ensure_origin(origin)?;
			Self::do_remove(candidate)
		}

		/// Leave the approved set.
		///
		/// ## Dispatch Origin
		/// Signed by a validator.
		///
		/// ## Details
		/// The validator must serve until the end of the next session, and may withdraw its bond
		/// once the offence window has passed. O([`Config::MaxValidators`]). Emits
		/// [`Event::ValidatorLeft`].
		///
		/// ## Errors
		/// [`Error::NotCandidate`], [`Error::NotApproved`], [`Error::LastValidator`].
		#[pallet::call_index(4)]
		pub fn leave(origin: OriginFor<T>) -> DispatchResult {
			let validator = ensure_signed(origin)?;
			Self::do_leave(validator)
		}

		/// Take back what is left of the bond, and end the candidacy.
		///
		/// ## Dispatch Origin
		/// Signed by a leaving validator whose wait is over.
		///
		/// ## Details
		/// The account may apply anew afterwards. O(1). Emits [`Event::BondWithdrawn`].
		///
		/// ## Errors
		/// [`Error::NotCandidate`], [`Error::NotLeaving`], [`Error::StillLeaving`].
		#[pallet::call_index(5)]
		pub fn withdraw_bond(origin: OriginFor<T>) -> DispatchResult {
			let validator = ensure_signed(origin)?;
			Self::do_withdraw_bond(validator)
		}

		/// Hand finality to the validators that are left when too many are `lost` for good.
		///
		/// `last_finalized` is the highest block that any of those left knows to be final, and
		/// `set_id` the authority set that their nodes follow. **Never name a higher block**: if a
		/// set change was announced up to it that is not final, no node can import the block that
		/// ends the `delay`, and the chain is dead.
		///
		/// ## Dispatch Origin
		/// [`Config::RestoreOrigin`].
		///
		/// ## Details
		/// Forces GRANDPA's authorities to be the present ones less the lost, `delay` blocks from
		/// now, and numbers the set as nodes will. The lost leave the approved set as by
		/// [`Pallet::remove`]; they make blocks until the end of the next session, if they can, but
		/// vote no more. `lost` may be empty, if they left before and only nodes still count them.
		/// Nobody joins. O(`lost` × [`Config::MaxValidators`]). Emits
		/// [`Event::ValidatorRemoved`] and [`Event::FinalityHandedOver`].
		///
		/// ## Errors
		/// [`Error::NotYetMade`], [`Error::DelayOutOfRange`], [`Error::OtherAuthoritySet`],
		/// [`Error::NotAuthority`], [`Error::LastValidator`]; GRANDPA's `ChangePending`, also in the
		/// first block of a session with other validators, and `TooSoon` within twice the `delay`.
		#[pallet::call_index(6)]
		#[pallet::weight(<T as Config>::WeightInfo::restore_finality(lost.len() as u32))]
		pub fn restore_finality(
			origin: OriginFor<T>,
			lost: BoundedVec<T::AccountId, T::MaxValidators>,
			last_finalized: BlockNumberFor<T>,
			set_id: SetId,
			delay: BlockNumberFor<T>,
		) -> DispatchResult {
			T::RestoreOrigin::ensure_origin(origin)?;
			Self::do_restore_finality(lost.into_inner(), last_finalized, set_id, delay)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// What `account` has at stake and where it stands, if it is a candidate.
		pub fn candidacy(account: T::AccountId) -> Option<CandidacyOf<T>> {
			Candidacies::<T>::get(account)
		}

		/// The approved set, in order of approval. Who validates right now is the session pallet's
		/// to say: changes take two sessions.
		pub fn validators() -> Vec<T::AccountId> {
			Approved::<T>::get().into_inner()
		}

		/// Whom GRANDPA counts, with the key of each, as announced last. Nodes follow once that is
		/// final.
		pub fn voters() -> Vec<(T::AccountId, AuthorityId)> {
			Voters::<T>::get().into_inner()
		}

		/// What an application costs today.
		pub fn bond() -> BalanceOf<T> {
			T::Bond::get()
		}

		/// Length of a slot, in milliseconds.
		pub fn slot_millis() -> Moment {
			SlotMillis::<T>::get()
		}

		/// Number of past sessions whose offences can be reported.
		pub fn leaving_sessions() -> SessionIndex {
			LeavingSessions::<T>::get()
		}
	}
}
