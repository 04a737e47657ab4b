//! What is stored about a candidate, and the types that the runtime wires into other pallets.

use crate::{Config, EpochSlots, LeavingSessions, SlotMillis};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use core::marker::PhantomData;
use frame::prelude::*;
use ourledger_primitives::Moment;
use sp_session::{GetSessionNumber, GetValidatorCount, ValidatorCount};
use sp_staking::SessionIndex;

/// The currency that bonds are held in.
pub type CurrencyOf<T> = <T as Config>::Currency;

/// An amount of that currency.
pub type BalanceOf<T> =
	<CurrencyOf<T> as fungible::Inspect<<T as frame_system::Config>::AccountId>>::Balance;

/// Slashed money on its way to [`Config::Slashed`].
pub type CreditOf<T> = fungible::Credit<<T as frame_system::Config>::AccountId, CurrencyOf<T>>;

/// [`Candidacy`] in the runtime's currency.
pub type CandidacyOf<T> = Candidacy<BalanceOf<T>>;

/// [`Identification`] in the runtime's currency.
pub type IdentificationOf<T> = Identification<BalanceOf<T>>;

/// Fraction of the bond that each offender of one session has been charged with.
pub type FractionsOf<T> =
	BoundedBTreeMap<<T as frame_system::Config>::AccountId, Perbill, <T as Config>::MaxValidators>;

/// Where a candidate stands. The only way is down this list; to return, one applies anew.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum CandidacyState {
	/// Bonded and waiting for the council. Has never validated.
	#[codec(index = 0)]
	Applied,
	/// In the approved set: validates in every session that starts with its keys registered.
	#[codec(index = 1)]
	Approved,
	/// Out of the approved set, by its own wish, by the council, or for an offence.
	#[codec(index = 2)]
	Leaving {
		/// First session in which the bond may be withdrawn. By then nobody can report an offence
		/// of the last session this validator served in.
		until: SessionIndex,
	},
}

/// What an account has at stake, and where it stands.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Candidacy<Balance> {
	/// What was held at application. Never changes: an offence is known by it, and all slashes of
	/// a session are parts of the same whole.
	pub bond: Balance,
	/// What slashes have taken. `bond - slashed` is still held.
	pub slashed: Balance,
	/// Where the candidate stands.
	pub state: CandidacyState,
}

/// What a report says of an offender, besides its account.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Identification<Balance> {
	/// The bond at stake in that session: the base of every slash for it.
	pub bond: Balance,
}

/// A validator as reports of its offences name it; wire it as the offences pallet's
/// `IdentificationTuple`.
pub type OffenderOf<T> = (<T as frame_system::Config>::AccountId, IdentificationOf<T>);

/// One line of a roll.
#[derive(
	Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo,
)]
pub struct Enrolled<AccountId, Keys, Balance> {
	/// Who serves.
	pub validator: AccountId,
	/// The keys in use in that session, whatever the validator has registered since.
	pub keys: Keys,
	/// The bond at stake in that session: the base of every slash for it.
	pub bond: Balance,
}

/// A session's roll: all who serve in it, in the order in which the consensus pallets count them.
pub type RollOf<T> = BoundedVec<
	Enrolled<
		<T as frame_system::Config>::AccountId,
		<T as pallet_session::Config>::Keys,
		BalanceOf<T>,
	>,
	<T as Config>::MaxValidators,
>;

/// Proof that a key was in use: the session to look it up in. The roll itself is on chain.
///
/// Wire it as BABE's and GRANDPA's `KeyOwnerProof`.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct KeyProof {
	/// The session.
	pub session: SessionIndex,
	/// How many served in it. Whoever weighs a report must know without reading the state.
	pub validator_count: ValidatorCount,
}

impl GetSessionNumber for KeyProof {
	fn session(&self) -> SessionIndex {
		self.session
	}
}

impl GetValidatorCount for KeyProof {
	fn validator_count(&self) -> ValidatorCount {
		self.validator_count
	}
}

/// Length of a slot, in milliseconds, as genesis wrote it.
///
/// Wire it as BABE's `ExpectedBlockTime`, and nowhere let it be written: a live chain whose slot
/// changes length stops.
pub struct SlotMillisOf<T>(PhantomData<T>);

impl<T: Config> Get<Moment> for SlotMillisOf<T> {
	fn get() -> Moment {
		SlotMillis::<T>::get()
	}
}

/// Half a slot, in milliseconds: the least time between two blocks, so that a late block does not
/// push the next one out of its slot.
///
/// Wire it as the timestamp's `MinimumPeriod`. BABE takes twice that for the length of a slot.
pub struct MinimumPeriodOf<T>(PhantomData<T>);

impl<T: Config> Get<Moment> for MinimumPeriodOf<T> {
	fn get() -> Moment {
		// Even: slots are whole seconds.
		SlotMillis::<T>::get() / 2
	}
}

/// Length of a BABE epoch in slots, as genesis wrote it.
///
/// Wire it as BABE's `EpochDuration`, and nowhere let it be written: a live chain whose epoch
/// changes length stops.
pub struct EpochSlotsOf<T>(PhantomData<T>);

impl<T: Config> Get<u64> for EpochSlotsOf<T> {
	fn get() -> u64 {
		EpochSlots::<T>::get()
	}
}

/// Number of past sessions whose offences can be reported.
pub struct LeavingSessionsOf<T>(PhantomData<T>);

impl<T: Config> Get<u64> for LeavingSessionsOf<T> {
	fn get() -> u64 {
		LeavingSessions::<T>::get().into()
	}
}

/// Number of authority sets whose sessions GRANDPA must remember, to check any report that can be
/// made.
///
/// Wire it as GRANDPA's `MaxSetIdSessionEntries`.
pub struct SetIdEntriesOf<T>(PhantomData<T>);

impl<T: Config> Get<u64> for SetIdEntriesOf<T> {
	fn get() -> u64 {
		// At most one set per session of the window, the current set, and the set before the
		// oldest of them, whose last session tells GRANDPA where the oldest began.
		LeavingSessionsOf::<T>::get().saturating_add(2)
	}
}

/// Number of slots, and so at most of blocks, for which an offence can be reported.
///
/// Wire it as the longevity of BABE's and GRANDPA's equivocation reports.
pub struct ReportLongevityOf<T>(PhantomData<T>);

impl<T: Config> Get<u64> for ReportLongevityOf<T> {
	fn get() -> u64 {
		// Saturating: an absurd genesis then means "for ever", which only lengthens the time.
		LeavingSessionsOf::<T>::get().saturating_mul(EpochSlotsOf::<T>::get())
	}
}
