//! The phonebook: numbered twins with profile, endpoints, keys and a unique name.
#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs, rustdoc::broken_intra_doc_links)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod deposits;
mod functions;
mod impl_twins;
#[cfg(test)]
mod mock;
mod reads;
mod sponsorship;
#[cfg(test)]
mod tests;
mod try_state;
pub mod types;
pub mod weights;

pub use pallet::*;
pub use types::*;
pub use weights::WeightInfo;

/// Target of this pallet's log lines.
pub const LOG_TARGET: &str = "runtime::twins";

/// Most twins that one page of [`Pallet::twins`] holds.
pub const MAX_PAGE: u32 = 100;

#[frame::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec::Vec;
	use frame::{
		prelude::*,
		traits::{Consideration, ConstU64, Footprint, Time, Verify},
	};
	use ourledger_primitives::{
		name::{Name, Skeleton, MAX_NAME},
		twin::{KeyId, KeyPurpose, Profile, PublicKey, TwinKind, TwinNumber},
		Moment,
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

		/// A newcomer's signature under its own registration.
		type Signature: Verify<Signer = Self::Signer> + Parameter;

		/// Whom such a signature identifies.
		type Signer: IdentifyAccount<AccountId = Self::AccountId>;

		/// Deposit of whoever registers a twin. Two tickets per twin, each counted as one item: one
		/// for what stays for ever, one for the rest.
		type TwinDeposit: Consideration<Self::AccountId, Footprint>;

		/// Deposit of a controller for its keys: one ticket, one item, a size linear in their
		/// number.
		type KeyDeposit: Consideration<Self::AccountId, Footprint>;

		/// Deposit of a controller for its name: one ticket, one item, always the same size.
		type NameDeposit: Consideration<Self::AccountId, Footprint>;

		/// What those three hold for a footprint, in base units. Only reads use it: if it differs
		/// from what they hold, wallets show a wrong deposit.
		type DepositPrice: Convert<Footprint, u128>;

		/// Makes the controllers of [`ControllerChoice::Keyless`].
		type KeylessAccounts: KeylessAccounts<Self::AccountId>;

		/// What spans are counted by: ticks, so that they take the same time however many blocks there
		/// are. Its numbers never fall.
		type BlockNumberProvider: BlockNumberProvider<BlockNumber = BlockNumberFor<Self>>;

		/// How far ahead a newcomer's permit may expire, in ticks. At least 1; safe is a day. The
		/// longer, the longer must a newcomer mind a permit that it gave and that wasn't used.
		#[pallet::constant]
		type MaxSponsorshipTicks: Get<BlockNumberFor<Self>>;

		/// The chain's clock.
		type Time: Time<Moment = Moment>;

		/// How long a name rests that was given up, in milliseconds by the clock: until then only
		/// the twin that had it may claim it. Above 0; safe are months. The shorter, the more of
		/// what is meant for its last owner reaches the next.
		#[pallet::constant]
		type NameRestMillis: Get<Moment>;

		/// Measured weights.
		type WeightInfo: WeightInfo;

		/// Signs in benchmarks.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper<Self::AccountId, Self::Signature>;
	}

	/// Why money is held.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// For a twin, from whoever registered it.
		#[codec(index = 0)]
		Twin,
		/// For the keys of a twin, from its controller.
		#[codec(index = 1)]
		Key,
		/// For the name of a twin, from its controller.
		#[codec(index = 2)]
		Name,
	}

	/// Number of the next twin. Invariant: above the number of every twin, and one more than there
	/// are twins.
	#[pallet::storage]
	pub type NextTwin<T: Config> = StorageValue<_, TwinNumber, ValueQuery, ConstU64<1>>;

	/// Number → twin. Invariant: every number below [`NextTwin`] has an entry, for ever. Grows with
	/// every registration, for which somebody pays; no loop over it.
	// Twox64: keys are consecutive numbers that the pallet gives, so nobody can grind collisions.
	#[pallet::storage]
	pub type Twins<T: Config> = StorageMap<_, Twox64Concat, TwinNumber, TwinOf<T>, OptionQuery>;

	/// Number → endpoints. Invariant: no entry for a twin that has none or that is deactivated.
	// Twox64: as above.
	#[pallet::storage]
	pub type Endpoints<T: Config> =
		StorageMap<_, Twox64Concat, TwinNumber, EndpointList, ValueQuery>;

	/// Number → keys. Invariant: ids ascend and stay below the twin's next one; no entry for a twin
	/// that has none or that is deactivated.
	// Twox64: as above.
	#[pallet::storage]
	pub type Keys<T: Config> = StorageMap<_, Twox64Concat, TwinNumber, TwinKeysOf<T>, OptionQuery>;

	/// Controller → number. Invariant: one to one with [`Twins`], for ever.
	// Blake2: anyone may bring an account, so keys can be ground.
	#[pallet::storage]
	pub type Numbers<T: Config> =
		StorageMap<_, Blake2_128Concat, T::AccountId, TwinNumber, OptionQuery>;

	/// Skeleton → the one name of that look that is claimed, or rests. Invariant: those that don't
	/// rest are one to one with the names in [`Twins`]. What rests longer than it has to stays until
	/// it is claimed or cleared, and so does its deposit; no loop over it.
	// Blake2: names are anyone's choice, so keys can be ground.
	#[pallet::storage]
	pub type Names<T: Config> =
		StorageMap<_, Blake2_128Concat, Skeleton, NameEntryOf<T>, OptionQuery>;

	/// What happened. The state can be rebuilt from these.
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A twin was registered.
		TwinRegistered {
			/// Its number.
			twin: TwinNumber,
			/// What it is.
			kind: TwinKind,
			/// The account that acts for it.
			controller: T::AccountId,
			/// Whoever paid the deposit.
			depositor: T::AccountId,
			/// How it presents itself.
			profile: Profile,
		},
		/// A twin presents itself differently.
		ProfileSet {
			/// Which one.
			twin: TwinNumber,
			/// How.
			profile: Profile,
		},
		/// A twin can be reached differently.
		EndpointsSet {
			/// Which one.
			twin: TwinNumber,
			/// All its endpoints from now on.
			endpoints: EndpointList,
		},
		/// A twin has one more key.
		KeyAdded {
			/// Which one.
			twin: TwinNumber,
			/// Number of the key within the twin.
			id: KeyId,
			/// What the key may be used for.
			purpose: KeyPurpose,
			/// The key.
			key: PublicKey,
		},
		/// A key of a twin is no longer to be trusted.
		KeyRemoved {
			/// Which one.
			twin: TwinNumber,
			/// Number of the key within the twin.
			id: KeyId,
		},
		/// A twin claimed a name.
		NameClaimed {
			/// Which one.
			twin: TwinNumber,
			/// The name, in small letters.
			name: Name,
		},
		/// A twin gave its name up.
		NameReleased {
			/// Whose it was, and who alone may claim it at first.
			twin: TwinNumber,
			/// The name.
			name: Name,
			/// Until this time.
			rests_until: Moment,
		},
		/// A name that had rested has left the state, and its deposit went back.
		NameCleared {
			/// Whose it was.
			twin: TwinNumber,
			/// The name.
			name: Name,
		},
		/// A twin will never act again: profile, endpoints, keys and name are gone.
		TwinDeactivated {
			/// Which one.
			twin: TwinNumber,
		},
	}

	/// What stands in the way of a call.
	#[pallet::error]
	pub enum Error<T> {
		/// The account controls a twin, or did: one account, one twin, for ever.
		ControllerTaken,
		/// The account controls no twin.
		NotController,
		/// The twin of the account was deactivated.
		TwinDeactivated,
		/// There is no such twin, or it was deactivated.
		TwinNotFound,
		/// The display name isn't UTF-8, shows nothing, or has characters that no text needs.
		InvalidDisplayName,
		/// The country isn't two capital letters.
		InvalidCountry,
		/// An endpoint isn't `scheme:rest` in printable ASCII without spaces.
		InvalidEndpoint,
		/// An endpoint is in the list twice.
		EndpointTwice,
		/// The twin has this key for this purpose.
		KeyExists,
		/// The twin has no key of this id.
		KeyNotFound,
		/// The key is all zeroes, or not a compressed point.
		KeyMalformed,
		/// A key of this kind doesn't serve this purpose.
		KeyPurposeMismatch,
		/// The twin has as many keys as it may, or has had as many as there are ids.
		TooManyKeys,
		/// Another twin has this name.
		NameTaken,
		/// Another twin has a name that looks like this one.
		NameLooksAlike,
		/// A name has three characters at least.
		NameTooShort,
		/// A name is made of letters of ASCII, digits and hyphens.
		NameBadCharacter,
		/// A name begins with a letter, doesn't end in a hyphen, and has no two hyphens in a row.
		NameMalformed,
		/// The name is kept back, or looks like one that is.
		NameReserved,
		/// The name, or one that looks like it, was given up not long ago: only the twin that had it
		/// may claim it yet.
		NameRests,
		/// Nobody has this name, nor had it.
		NameNotFound,
		/// The twin has a name, which it must release first.
		NameAlreadyClaimed,
		/// The twin has no name.
		NoName,
		/// The permit's last tick is over.
		SponsorshipExpired,
		/// The permit expires later than [`Config::MaxSponsorshipTicks`] from now.
		SponsorshipTooLong,
		/// The newcomer has sent a transaction, or was registered, since it gave the permit.
		SponsorshipReplayed,
		/// The permit is for a later nonce than the newcomer's.
		SponsorshipNonceAhead,
		/// The newcomer didn't sign this: another account did, or for another chain, sponsor, kind,
		/// profile or permit.
		BadSponsorshipSignature,
		/// Whoever sponsors itself can register without a permit.
		SelfSponsored,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(
				!T::MaxSponsorshipTicks::get().is_zero(),
				"`MaxSponsorshipTicks` must leave time to use a permit"
			);
			assert!(T::NameRestMillis::get() > 0, "`NameRestMillis` must let a name rest");
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
		/// Register a twin.
		///
		/// ## Dispatch Origin
		/// Signed; the caller pays the deposit. It becomes the controller, or the owner of the
		/// keyless account that does.
		///
		/// ## Details
		/// The twin gets the next number. Its controller exists from then on, whatever its balance.
		/// O(1). Emits [`Event::TwinRegistered`].
		///
		/// ## Errors
		/// [`Error::InvalidDisplayName`], [`Error::InvalidCountry`], [`Error::ControllerTaken`], or
		/// the currency's if the deposit can't be held or the keyless account not be paid for.
		#[pallet::call_index(0)]
		#[pallet::weight(match controller {
			ControllerChoice::Keyless => <T as Config>::WeightInfo::register_keyless(),
			ControllerChoice::Caller => <T as Config>::WeightInfo::register_caller(),
		})]
		pub fn register(
			origin: OriginFor<T>,
			kind: TwinKind,
			profile: Profile,
			controller: ControllerChoice,
		) -> DispatchResult {
			let caller = ensure_signed(origin)?;
			Self::do_register(caller, kind, profile, controller)
		}

		/// Register a twin for somebody else, and pay for it.
		///
		/// ## Dispatch Origin
		/// Signed by the sponsor, which pays the deposit.
		///
		/// ## Details
		/// `controller` needs no money: it signs what [`Pallet::sponsorship_payload`] returns, as it
		/// is or between `<Bytes>` and `</Bytes>`. Its nonce rises by one. O(1), with up to two
		/// checks of a signature. Emits [`Event::TwinRegistered`].
		///
		/// ## Errors
		/// In this order: [`Error::SelfSponsored`], [`Error::InvalidDisplayName`],
		/// [`Error::InvalidCountry`], [`Error::SponsorshipExpired`],
		/// [`Error::SponsorshipTooLong`], [`Error::SponsorshipReplayed`],
		/// [`Error::SponsorshipNonceAhead`], [`Error::BadSponsorshipSignature`],
		/// [`Error::ControllerTaken`], or the currency's if the deposit can't be held.
		#[pallet::call_index(1)]
		pub fn register_for(
			origin: OriginFor<T>,
			kind: TwinKind,
			profile: Profile,
			controller: T::AccountId,
			permit: PermitOf<T>,
			signature: T::Signature,
		) -> DispatchResult {
			let sponsor = ensure_signed(origin)?;
			Self::do_register_for(sponsor, kind, profile, controller, permit, signature)
		}

		/// Replace the profile.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of an active twin.
		///
		/// ## Details
		/// Costs no deposit: that of the registration covers the longest profile. O(1). Emits
		/// [`Event::ProfileSet`].
		///
		/// ## Errors
		/// [`Error::NotController`], [`Error::TwinDeactivated`], [`Error::InvalidDisplayName`],
		/// [`Error::InvalidCountry`].
		#[pallet::call_index(2)]
		pub fn set_profile(origin: OriginFor<T>, profile: Profile) -> DispatchResult {
			let controller = ensure_signed(origin)?;
			Self::do_set_profile(controller, profile)
		}

		/// Replace all endpoints.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of an active twin.
		///
		/// ## Details
		/// Costs no deposit: that of the registration covers the longest list. O(endpoints). Emits
		/// [`Event::EndpointsSet`].
		///
		/// ## Errors
		/// [`Error::NotController`], [`Error::TwinDeactivated`], [`Error::InvalidEndpoint`],
		/// [`Error::EndpointTwice`].
		#[pallet::call_index(3)]
		#[pallet::weight(<T as Config>::WeightInfo::set_endpoints(endpoints.len() as u32))]
		pub fn set_endpoints(origin: OriginFor<T>, endpoints: EndpointList) -> DispatchResult {
			let controller = ensure_signed(origin)?;
			Self::do_set_endpoints(controller, endpoints)
		}

		/// Add a key.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of an active twin, which pays the deposit.
		///
		/// ## Details
		/// The key gets the twin's next id. Nobody proves here to have its secret. At most 16 keys
		/// at one time and 65,535 in a twin's life. O(keys). Emits [`Event::KeyAdded`].
		///
		/// ## Errors
		/// [`Error::NotController`], [`Error::TwinDeactivated`], [`Error::KeyMalformed`],
		/// [`Error::KeyPurposeMismatch`], [`Error::KeyExists`], [`Error::TooManyKeys`], or the
		/// currency's if the deposit can't be held.
		#[pallet::call_index(4)]
		pub fn add_key(
			origin: OriginFor<T>,
			purpose: KeyPurpose,
			key: PublicKey,
		) -> DispatchResult {
			let controller = ensure_signed(origin)?;
			Self::do_add_key(controller, purpose, key)
		}

		/// Remove a key.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of an active twin, which gets the deposit back.
		///
		/// ## Details
		/// O(keys). Emits [`Event::KeyRemoved`].
		///
		/// ## Errors
		/// [`Error::NotController`], [`Error::TwinDeactivated`], [`Error::KeyNotFound`].
		#[pallet::call_index(5)]
		pub fn remove_key(origin: OriginFor<T>, id: KeyId) -> DispatchResult {
			let controller = ensure_signed(origin)?;
			Self::do_remove_key(controller, id)
		}

		/// Claim a name that nobody has, nor one that looks like it.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of an active twin, which pays the deposit.
		///
		/// ## Details
		/// Capitals become small. A name that the twin gave up costs no further deposit, for as long
		/// as nobody else has claimed it. O(1), however many names there are. Emits
		/// [`Event::NameCleared`] if another twin had the name before, and [`Event::NameClaimed`].
		///
		/// ## Errors
		/// [`Error::NotController`], [`Error::TwinDeactivated`], [`Error::NameAlreadyClaimed`],
		/// [`Error::NameTooShort`], [`Error::NameBadCharacter`], [`Error::NameMalformed`],
		/// [`Error::NameReserved`], [`Error::NameTaken`], [`Error::NameLooksAlike`],
		/// [`Error::NameRests`], or the currency's if the deposit can't be held.
		#[pallet::call_index(6)]
		pub fn claim_name(
			origin: OriginFor<T>,
			name: BoundedVec<u8, ConstU32<MAX_NAME>>,
		) -> DispatchResult {
			let controller = ensure_signed(origin)?;
			Self::do_claim_name(controller, &name)
		}

		/// Give the name up.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of an active twin.
		///
		/// ## Details
		/// The name rests for [`Config::NameRestMillis`]: the twin may claim it again, others can't.
		/// Its deposit comes back to the controller when another twin claims it after that, or with
		/// [`Pallet::clear_name`]. O(1). Emits [`Event::NameReleased`].
		///
		/// ## Errors
		/// [`Error::NotController`], [`Error::TwinDeactivated`], [`Error::NoName`].
		#[pallet::call_index(7)]
		pub fn release_name(origin: OriginFor<T>) -> DispatchResult {
			let controller = ensure_signed(origin)?;
			Self::do_release_name(controller)
		}

		/// End the twin. There is no way back.
		///
		/// ## Dispatch Origin
		/// Signed by the controller of an active twin.
		///
		/// ## Details
		/// Profile, endpoints, keys and name go, and their deposits come back to whoever paid them;
		/// that of the name as with [`Pallet::release_name`]. Number and controller stay, and so does
		/// the deposit for them: nobody gets either again.
		/// O(keys). Emits [`Event::TwinDeactivated`], and [`Event::NameReleased`] before it if the
		/// twin has a name.
		///
		/// ## Errors
		/// [`Error::NotController`], [`Error::TwinDeactivated`].
		#[pallet::call_index(8)]
		pub fn deactivate(origin: OriginFor<T>) -> DispatchResult {
			let controller = ensure_signed(origin)?;
			Self::do_deactivate(controller)
		}

		/// Take a name that has rested long enough out of the state.
		///
		/// ## Dispatch Origin
		/// Signed by anyone.
		///
		/// ## Details
		/// The deposit goes back to the controller of the twin that had the name, also of one that
		/// was deactivated. O(1). Emits [`Event::NameCleared`].
		///
		/// ## Errors
		/// [`Error::NameTooShort`], [`Error::NameBadCharacter`], [`Error::NameMalformed`],
		/// [`Error::NameNotFound`], [`Error::NameTaken`], [`Error::NameRests`].
		#[pallet::call_index(9)]
		pub fn clear_name(
			origin: OriginFor<T>,
			name: BoundedVec<u8, ConstU32<MAX_NAME>>,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_clear_name(&name)
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// How many twins were ever registered, which is the highest number.
		pub fn count() -> TwinNumber {
			Self::last_number()
		}

		/// Everything about twin `number`.
		pub fn twin(number: TwinNumber) -> Option<TwinInfoOf<T>> {
			Self::info(number)
		}

		/// Number of the twin that `account` controls, or did before it was deactivated.
		pub fn number_of(account: T::AccountId) -> Option<TwinNumber> {
			Numbers::<T>::get(account)
		}

		/// Everything about the twin that `account` controls, or did before it was deactivated.
		pub fn twin_of(account: T::AccountId) -> Option<TwinInfoOf<T>> {
			Numbers::<T>::get(account).and_then(Self::info)
		}

		/// Everything about the twin that has exactly this name, whatever its capitals.
		pub fn twin_named(name: Vec<u8>) -> Option<TwinInfoOf<T>> {
			Self::number_named(&name).and_then(Self::info)
		}

		/// Up to `limit` twins, and never more than [`MAX_PAGE`], with numbers from `from` on.
		pub fn twins(from: TwinNumber, limit: u32) -> Vec<TwinInfoOf<T>> {
			Self::page(from, limit)
		}

		/// What claiming `name` would meet with.
		pub fn name_status(name: Vec<u8>) -> NameStatus {
			Self::status_of(&name)
		}

		/// What is held today for a twin, its keys and its name.
		pub fn deposits() -> TwinDeposits {
			Self::deposits_today()
		}

		/// What a newcomer signs, so that `sponsor` can register it with [`Pallet::register_for`].
		pub fn sponsorship_payload(
			sponsor: T::AccountId,
			kind: TwinKind,
			profile: Profile,
			permit: PermitOf<T>,
		) -> Vec<u8> {
			Self::payload(&sponsor, kind, &profile, &permit)
		}
	}
}
