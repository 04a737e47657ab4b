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
		storage::storage_prefix,
		storage_alias,
		traits::{GetStorageVersion, OnRuntimeUpgrade, PalletInfoAccess},
		weights::WeightMeter,
	},
	prelude::*,
	traits::{Consideration, Footprint},
};
use ourledger_primitives::{
	migration::{translate, Map, Progress, Walk},
	money::{CurrencyId, Day, Kept},
	twin::Twins,
	Balance,
};

/// What money of a day that is over is kept as.
pub trait PastMoney {
	/// What `amount` that came into a pot on day `since`, by UTC, is kept as.
	fn kept_since(currency: CurrencyId, amount: Balance, since: Day)
		-> Result<Kept, DispatchError>;
}

/// How far [`ToV2`] has come. Gone once it has ended.
#[storage_alias]
type MigratedTo<T: Config> = StorageValue<Pallet<T>, Progress, ValueQuery>;

/// From version 1: a cursor of quotes that knows its place within a tick; consents with a deposit;
/// invoices that know what of each payer's money waits and since when, who wrote them and who buys, and
/// whose waiting note keeps what it leaves.
///
/// - What waits costs its owner what it would have cost: it is charged from the day that was noted.
/// - Whoever asked to cancel an invoice has to ask again: nobody noted what was done since.
/// - A consent stays, without a deposit, until its seller changes or ends it: to take one for what it said
///   before there were any would be to take it unasked. One that is over goes; so does one of a seller
///   whose account is gone. The seller accepts what is billed from now on; what was billed before, the
///   buyer still can.
/// - Where VAT was rounded per line, notes are rounded per code: the lines were never known.
/// - A release stays on the day on which both parties expect it; a dispute has its days from now on.
///
/// Invoices have no bound, so it takes as many blocks as it needs; [`BeginToV2`] does what there is room
/// for in that of the upgrade. It goes through all once, keeps how far it has come itself, and so can be
/// begun again at any time. Meanwhile `on_idle` does nothing. `P` tells what past money is kept as.
pub struct ToV2<T, P>(PhantomData<(T, P)>);

/// Begins [`ToV2`] in the block of the upgrade, with as much weight as `Limit` says: a small chain has it
/// done at once.
pub struct BeginToV2<T, P, Limit>(PhantomData<(T, P, Limit)>);

/// Whether version 1 hasn't been left.
pub(crate) fn is_due<T: Config>() -> bool {
	Pallet::<T>::on_chain_storage_version() == 1
}

impl<T: Config, P: PastMoney> Walk for ToV2<T, P> {
	fn is_due() -> bool {
		is_due::<T>()
	}

	fn maps() -> Vec<Map> {
		let all: [Plan; 2] = [
			(b"SelfBilling", T::WeightInfo::migrate_consent(), migrate_consent::<T>),
			(b"Invoices", T::WeightInfo::migrate_invoice(), migrate_invoice::<T, P>),
		];
		let map = |(name, each, migrate)| Map { prefix: prefix_of::<T>(name), each, migrate };
		all.into_iter().map(map).collect()
	}

	fn overhead() -> Weight {
		T::DbWeight::get().reads_writes(3, 3)
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

	fn begin() {
		migrate_cursor::<T>();
	}
}

impl<T: Config, P: PastMoney> SteppedMigration for ToV2<T, P> {
	/// It keeps one itself.
	type Cursor = ();
	type Identifier = MigrationId<15>;

	fn id() -> Self::Identifier {
		MigrationId { pallet_id: *b"pallet-commerce", version_from: 1, version_to: 2 }
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
		Ok(totals::Totals::of::<T, P>()?.encode())
	}

	#[cfg(feature = "try-runtime")]
	fn post_upgrade(before: Vec<u8>) -> Result<(), TryRuntimeError> {
		totals::Totals::of::<T, P>()?.ensure_follow(&before)?;
		ensure!(!is_due::<T>() && !MigratedTo::<T>::exists(), "it hasn't ended");
		Pallet::<T>::do_try_state()
	}
}

impl<T: Config, P: PastMoney, Limit: Get<Weight>> OnRuntimeUpgrade for BeginToV2<T, P, Limit> {
	fn on_runtime_upgrade() -> Weight {
		ToV2::<T, P>::begin_within(Limit::get())
	}

	#[cfg(feature = "try-runtime")]
	fn pre_upgrade() -> Result<Vec<u8>, TryRuntimeError> {
		<ToV2<T, P> as SteppedMigration>::pre_upgrade()
	}

	#[cfg(feature = "try-runtime")]
	fn post_upgrade(before: Vec<u8>) -> Result<(), TryRuntimeError> {
		if is_due::<T>() {
			return totals::Totals::of::<T, P>()?.ensure_follow(&before);
		}
		<ToV2<T, P> as SteppedMigration>::post_upgrade(before)
	}
}

/// A map's name, what an entry of it costs at most, and what becomes of it.
type Plan = (&'static [u8], Weight, fn(&[u8]));

/// What the keys of a map begin with.
fn prefix_of<T: Config>(name: &[u8]) -> [u8; 32] {
	storage_prefix(Pallet::<T>::name().as_bytes(), name)
}

/// Two numbers of 8 bytes, each behind a hash of 8 bytes, behind the prefix of a map.
fn numbers_in(key: &[u8]) -> Option<(u64, u64)> {
	let rest = &mut key.get(32..)?;
	let (_, first) = <([u8; 8], u64)>::decode(rest).ok()?;
	let (_, second) = <([u8; 8], u64)>::decode(rest).ok()?;
	Some((first, second))
}

/// Nothing of its tick was forgotten that is still there.
fn migrate_cursor<T: Config>() {
	let key = QuoteCursor::<T>::hashed_key();
	translate(&key, |tick: BlockNumberFor<T>| Some(CursorOf::<T> { tick, after: None }));
}

pub(crate) fn migrate_consent<T: Config>(key: &[u8]) {
	let Some((seller, buyer)) = numbers_in(key) else { return };
	translate(key, |until: Day| {
		let consent = grandfathered::<T>(seller, until);
		if consent.is_none() {
			Pallet::<T>::deposit_event(Event::SelfBillingEnded { seller, buyer });
		}
		consent
	});
}

/// A consent without a deposit, unless it is over.
fn grandfathered<T: Config>(seller: u64, until: Day) -> Option<ConsentOf<T>> {
	let payer = T::Twins::controller_of(seller).filter(|_| until >= Pallet::<T>::today())?;
	let ticket = T::ConsentDeposit::new(&payer, Footprint::from_parts(0, 0)).ok()?;
	Some(Consent { until, objection: None, payer, ticket })
}

pub(crate) fn migrate_invoice<T: Config, P: PastMoney>(key: &[u8]) {
	let Some((seller, number)) = numbers_in(key) else { return };
	let id = InvoiceId { seller, number };
	translate(key, |old: v1::OldInvoice<T::AccountId>| {
		if let Some(by) = old.cancel {
			Pallet::<T>::deposit_event(Event::CancelWithdrawn { invoice: id, by });
		}
		let (mut invoice, lost_note) = old.renew::<T, P>();
		if invoice.state == InvoiceState::Disputed {
			Pallet::<T>::schedule_release(id, &mut invoice, T::DisputeDays::get());
		}
		if lost_note {
			Pallet::<T>::deposit_event(Event::CreditNoteWithdrawn { invoice: id });
		}
		Some(invoice)
	});
}
