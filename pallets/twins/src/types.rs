//! What is stored about a twin, what reads return, and what the runtime supplies.

use crate::Config;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame::prelude::*;
use ourledger_primitives::{
	name::{Name, NameError},
	twin::{
		Endpoint, KeyId, KeyPurpose, Profile, PublicKey, TwinKind, TwinNumber, MAX_ENDPOINTS,
		MAX_KEYS,
	},
	Moment,
};

/// [`Twin`] in the runtime's types.
pub type TwinOf<T> =
	Twin<<T as frame_system::Config>::AccountId, BlockNumberFor<T>, <T as Config>::TwinDeposit>;

/// [`TwinInfo`] in the runtime's types.
pub type TwinInfoOf<T> = TwinInfo<<T as frame_system::Config>::AccountId, BlockNumberFor<T>>;

/// [`TwinKeys`] in the runtime's types.
pub type TwinKeysOf<T> = TwinKeys<<T as Config>::KeyDeposit>;

/// [`NameEntry`] in the runtime's types.
pub type NameEntryOf<T> = NameEntry<<T as Config>::NameDeposit>;

/// [`Permit`] in the runtime's types.
pub type PermitOf<T> = Permit<<T as frame_system::Config>::Nonce, BlockNumberFor<T>>;

/// The endpoints of a twin, in its order of preference.
pub type EndpointList = BoundedVec<Endpoint, ConstU32<MAX_ENDPOINTS>>;

/// The keys of a twin, in order of id.
pub type KeyList = BoundedVec<TwinKey, ConstU32<MAX_KEYS>>;

/// Makes accounts that have no key of their own.
pub trait KeylessAccounts<AccountId> {
	/// Make an account that nobody has used before, for twin `twin`, in whose name `owner` may do
	/// everything. What that costs is `owner`'s to pay.
	fn create(owner: &AccountId, twin: TwinNumber) -> Result<AccountId, DispatchError>;

	/// See to it that `owner` can pay for one account.
	#[cfg(feature = "runtime-benchmarks")]
	fn ensure_successful(owner: &AccountId);
}

/// Signs in benchmarks, where the runtime's keys are known to nobody.
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkHelper<AccountId, Signature> {
	/// An account without a twin and without transactions, and its signature over `payload`. The
	/// signature should be of the kind that takes longest to check among those in common use.
	fn sign(payload: &[u8]) -> (AccountId, Signature);
}

/// Who is to act for a new twin.
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
pub enum ControllerChoice {
	/// A new account without a key, which the caller may act for: its keys can be changed later.
	#[codec(index = 0)]
	Keyless,
	/// The caller itself: if its key is lost, so is the twin, unless friends can recover it.
	#[codec(index = 1)]
	Caller,
}

/// Whether a twin can act. The only way is down.
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
pub enum TwinState<BlockNumber> {
	/// It can.
	#[codec(index = 0)]
	Active,
	/// Never again, since this block.
	#[codec(index = 1)]
	Deactivated(BlockNumber),
}

/// A twin as stored.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Twin<AccountId, BlockNumber, Ticket> {
	/// What it is.
	pub kind: TwinKind,
	/// The account that acts for it, for ever.
	pub controller: AccountId,
	/// Whether it can act.
	pub state: TwinState<BlockNumber>,
	/// How it presents itself; empty once deactivated.
	pub profile: Profile,
	/// Its name, if it claimed one.
	pub name: Option<Name>,
	/// Id of its next key.
	pub next_key: KeyId,
	/// Block of its registration.
	pub registered: BlockNumber,
	/// Whoever paid the two deposits below, and gets back what comes back.
	pub depositor: AccountId,
	/// Deposit for what stays for ever: this entry, the number and the account reference.
	pub ticket: Ticket,
	/// Deposit for profile and endpoints at their longest; none once deactivated.
	// Apart from the other, so that deactivation only ever gives back. Shrinking one deposit would
	// reckon it anew, and at a price that has risen would take more from a sponsor, or fail.
	pub active_ticket: Option<Ticket>,
}

/// A key of a twin.
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
pub struct TwinKey {
	/// Its number within the twin.
	pub id: KeyId,
	/// What it may be used for.
	pub purpose: KeyPurpose,
	/// The key.
	pub key: PublicKey,
}

/// The keys of a twin as stored.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct TwinKeys<Ticket> {
	/// At least one.
	pub keys: KeyList,
	/// The controller's deposit for all of them.
	pub ticket: Ticket,
}

/// A name as stored: claimed, or at rest after it was given up.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct NameEntry<Ticket> {
	/// The name, of all that look alike the one that was claimed.
	pub name: Name,
	/// Whose name it is, or was.
	pub twin: TwinNumber,
	/// The deposit of that twin's controller for it.
	pub ticket: Ticket,
	/// Of a name that was given up, the time until which only `twin` may claim it.
	pub rests_until: Option<Moment>,
}

/// How long, and how often, a newcomer's signature lets a sponsor register it: once.
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
pub struct Permit<Nonce, BlockNumber> {
	/// The newcomer's account nonce.
	pub nonce: Nonce,
	/// The last tick in which it is valid.
	pub expires: BlockNumber,
}

/// Everything about a twin, as reads return it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct TwinInfo<AccountId, BlockNumber> {
	/// Its number.
	pub number: TwinNumber,
	/// What it is.
	pub kind: TwinKind,
	/// The account that acts for it.
	pub controller: AccountId,
	/// Whether it can act.
	pub state: TwinState<BlockNumber>,
	/// How it presents itself; empty once deactivated.
	pub profile: Profile,
	/// Its name, if it claimed one.
	pub name: Option<Name>,
	/// How it can be reached.
	pub endpoints: EndpointList,
	/// Its keys.
	pub keys: KeyList,
	/// Block of its registration.
	pub registered: BlockNumber,
	/// Whoever paid for its registration.
	pub depositor: AccountId,
}

/// What claiming a name would meet with.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub enum NameStatus {
	/// It can be claimed.
	#[codec(index = 0)]
	Free,
	/// This twin has it.
	#[codec(index = 1)]
	Taken(TwinNumber),
	/// Another name that looks like it was claimed.
	#[codec(index = 2)]
	LooksAlike {
		/// By this twin.
		twin: TwinNumber,
		/// The name that was claimed.
		name: Name,
	},
	/// It isn't a name.
	#[codec(index = 3)]
	Invalid(NameError),
	/// It is kept back: it is this word, or looks like it. Nobody has claimed one of that look.
	#[codec(index = 4)]
	Reserved(Name),
	/// It, or one that looks like it, was given up and rests.
	#[codec(index = 5)]
	Resting {
		/// By this twin, the only one that may claim it.
		twin: TwinNumber,
		/// The name that was given up.
		name: Name,
		/// Until this time.
		until: Moment,
	},
}

/// What is held today, in base units of the native token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct TwinDeposits {
	/// For a registration, from the caller or sponsor.
	pub twin: u128,
	/// The part of `twin` that stays held when the twin is deactivated.
	pub tombstone: u128,
	/// For the first key, from the controller.
	pub key: u128,
	/// For each further key, from the controller.
	pub further_key: u128,
	/// For a name, from the controller.
	pub name: u128,
}
