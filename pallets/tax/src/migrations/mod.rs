//! What an upgrade changes in this pallet's state.

#[cfg(any(test, feature = "runtime-benchmarks"))]
pub mod aged;
#[cfg(feature = "try-runtime")]
mod totals;
pub mod v1;

use crate::*;
use alloc::vec::Vec;
#[cfg(feature = "try-runtime")]
use frame::deps::sp_runtime::TryRuntimeError;
use frame::{
	deps::frame_support::{
		migrations::{MigrationId, SteppedMigration, SteppedMigrationError},
		storage::{storage_prefix, unhashed},
		storage_alias,
		traits::{GetStorageVersion, OnRuntimeUpgrade, PalletInfoAccess},
		weights::WeightMeter,
	},
	prelude::*,
};
use ourledger_primitives::{
	migration::{translate, Map, Progress, Walk},
	money::LocalMoney,
	twin::TwinNumber,
	Balance,
};

/// How far [`ToV2`] has come. Gone once it has ended.
#[storage_alias]
type MigratedTo<T: Config> = StorageValue<Pallet<T>, Progress, ValueQuery>;

/// From version 1: clocks that change, a limit to tips, a least claim, caps of refunds in whole units;
/// arrears; tips and returns in statements; turnover by owner and year, so that an owner has all that
/// its firms have sold this year.
///
/// Entries of taxpayers have no bound, so it takes as many blocks as it needs; [`BeginToV2`] does what
/// there is room for in that of the upgrade, and so first all that governance made. It goes through all
/// once, keeps how far it has come itself, and so can be begun again at any time. Meanwhile `on_idle` does
/// nothing, and what governance decides of claims may be refused, to be decided again.
pub struct ToV2<T>(PhantomData<T>);

/// Begins [`ToV2`] in the block of the upgrade, with as much weight as `Limit` says: a small chain has it
/// done at once.
pub struct BeginToV2<T, Limit>(PhantomData<(T, Limit)>);

impl<T: Config> Walk for ToV2<T> {
	fn is_due() -> bool {
		Pallet::<T>::on_chain_storage_version() == 1
	}

	fn maps() -> Vec<Map> {
		let (entry, owner) = (T::WeightInfo::migrate_entry(), T::WeightInfo::migrate_owner());
		let moved = entry.saturating_add(T::DbWeight::get().reads_writes(1, 1));
		let all: [Plan; 6] = [
			// First of all, so that a jurisdiction that is made meanwhile is none of the old.
			(b"Jurisdictions", T::WeightInfo::migrate_jurisdiction(), migrate_jurisdiction::<T>),
			(b"Treasuries", entry, |key| translate(key, |old: v1::OldBook| Some(old.renew()))),
			(b"Accounts", entry, |key| translate(key, |old: v1::OldAccount| Some(old.renew()))),
			(b"Statements", entry, |key| translate(key, |old: v1::OldStatement| Some(old.renew()))),
			(b"Turnovers", moved, migrate_turnover::<T>),
			// Once all turnover is where it belongs.
			(b"Owners", owner, migrate_owner::<T>),
		];
		let map = |(name, each, migrate)| Map { prefix: prefix_of::<T>(name), each, migrate };
		all.into_iter().map(map).collect()
	}

	fn overhead() -> Weight {
		T::DbWeight::get().reads_writes(2, 2)
	}

	fn progress() -> Progress {
		MigratedTo::<T>::get()
	}

	fn keep(progress: Progress) {
		MigratedTo::<T>::put(progress);
	}

	fn end() {
		MigratedTo::<T>::kill();
		StorageVersion::new(2).put::<Pallet<T>>();
	}
}

impl<T: Config> SteppedMigration for ToV2<T> {
	/// It keeps one itself.
	type Cursor = ();
	type Identifier = MigrationId<10>;

	fn id() -> Self::Identifier {
		MigrationId { pallet_id: *b"pallet-tax", version_from: 1, version_to: 2 }
	}

	fn step(
		_: Option<Self::Cursor>,
		meter: &mut WeightMeter,
	) -> Result<Option<Self::Cursor>, SteppedMigrationError> {
		match Self::advance(meter) {
			Ok(has_ended) => Ok((!has_ended).then_some(())),
			Err(required) => Err(SteppedMigrationError::InsufficientWeight { required }),
		}
	}

	#[cfg(feature = "try-runtime")]
	fn pre_upgrade() -> Result<Vec<u8>, TryRuntimeError> {
		Ok(totals::Totals::of::<T>()?.encode())
	}

	#[cfg(feature = "try-runtime")]
	fn post_upgrade(before: Vec<u8>) -> Result<(), TryRuntimeError> {
		totals::Totals::of::<T>()?.ensure_follow(&before)?;
		ensure!(!Self::is_due() && !MigratedTo::<T>::exists(), "it hasn't ended");
		Pallet::<T>::do_try_state()
	}
}

impl<T: Config, Limit: Get<Weight>> OnRuntimeUpgrade for BeginToV2<T, Limit> {
	fn on_runtime_upgrade() -> Weight {
		ToV2::<T>::begin_within(Limit::get())
	}

	#[cfg(feature = "try-runtime")]
	fn pre_upgrade() -> Result<Vec<u8>, TryRuntimeError> {
		<ToV2<T> as SteppedMigration>::pre_upgrade()
	}

	#[cfg(feature = "try-runtime")]
	fn post_upgrade(before: Vec<u8>) -> Result<(), TryRuntimeError> {
		if ToV2::<T>::is_due() {
			return totals::Totals::of::<T>()?.ensure_follow(&before);
		}
		<ToV2<T> as SteppedMigration>::post_upgrade(before)
	}
}

/// A map's name, what an entry of it costs at most, and what becomes of it.
type Plan = (&'static [u8], Weight, fn(&[u8]));

/// What the keys of a map begin with.
fn prefix_of<T: Config>(name: &[u8]) -> [u8; 32] {
	storage_prefix(Pallet::<T>::name().as_bytes(), name)
}

pub(crate) fn migrate_jurisdiction<T: Config>(key: &[u8]) {
	translate(key, |old: v1::OldJurisdiction<T::AccountId>| Some(old.renew(T::Money::decimals)));
}

/// From jurisdiction, owner, currency, year to owner, year, jurisdiction, currency.
pub(crate) fn migrate_turnover<T: Config>(key: &[u8]) {
	let Some((jurisdiction, owner, currency, year)) = v1::turnover_key::<T>(key) else { return };
	let amount = unhashed::take::<Balance>(key).unwrap_or_default();
	Turnovers::<T>::mutate((owner, year, jurisdiction, currency), |turnover| {
		// Nothing is there but by this very migration.
		*turnover = turnover.saturating_add(amount);
	});
}

/// What a firm had sold before it said who owns it counted for itself, below another threshold.
pub(crate) fn migrate_owner<T: Config>(key: &[u8]) {
	let Some(owner) = unhashed::get::<TwinNumber>(key) else { return };
	// Behind the map's prefix, and a hash of 8 bytes.
	let Ok(twin) = TwinNumber::decode(&mut key.get(40..).unwrap_or_default()) else { return };
	Pallet::<T>::gather_turnover(twin, owner);
}
