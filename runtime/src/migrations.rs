//! What an upgrade changes in state.
//!
//! A migration stays here until every network has run it; the changelog names the release that
//! drops it.
//!
//! **Every migration is idempotent:** run again on what it left, at whatever step it ended, it
//! changes nothing that is right already. The SDK keeps no place to go on from when one fails: the
//! next upgrade, or `force_onboard_mbms`, runs it from its start, and those behind it for the first
//! time. So what is migrated has to be told from what is not, by a version in the entry, by another
//! prefix, or by a cursor that the migration keeps itself.
//!
//! **Hooks see half-migrated state**, in the blocks that a multi-block migration takes, and for as
//! long as it takes the council to repair one that failed
//! ([`StopEverything`](crate::configs::brakes::StopEverything)): blocks are made and sessions change
//! meanwhile, only transactions are stopped. So hooks that read what is migrated must read both
//! layouts, or leave it alone while `MultiBlockMigrations` is at work.
//!
//! So ours keep how far they have come in the state themselves
//! ([`Progress`](ourledger_primitives::migration::Progress)), and the hooks of a pallet whose storage
//! version is still the old one do nothing.
//!
//! **A small chain has it done at once:** of what takes several blocks, the upgrade's own block does as
//! much as fits into a tenth of it for each pallet. Then nothing is half-migrated at any time, and the
//! SDK's checks, which read all of the state at the end of that block, hold.

use crate::{configs::system::RuntimeBlockWeights, Runtime};
use frame_support::{parameter_types, weights::Weight};
use ourledger_primitives::{
	money::{CurrencyId, Day, Kept},
	Balance,
};
use sp_runtime::{DispatchError, Perbill};

parameter_types! {
	/// What each pallet may migrate in the block of the upgrade, as long as it takes a tenth of one.
	/// Together with what multi-block migrations may take, a block isn't full.
	pub UpgradeWeight: Weight = Perbill::from_percent(10) * RuntimeBlockWeights::get().max_block;
}

/// What waits in escrow is kept as in the pallet of the money.
pub struct PastMoney;

impl pallet_commerce::migrations::PastMoney for PastMoney {
	fn kept_since(
		currency: CurrencyId,
		amount: Balance,
		since: Day,
	) -> Result<Kept, DispatchError> {
		pallet_currencies::migrations::kept_since::<Runtime>(currency, amount, since)
	}
}

/// Migrations within the block of the upgrade.
pub type SingleBlockMigrations = (
	// Pots that a new chain has from genesis on; the others' checks look for them.
	pallet_currencies::migrations::ToV2<Runtime>,
	pallet_tax::migrations::BeginToV2<Runtime, UpgradeWeight>,
	pallet_commerce::migrations::BeginToV2<Runtime, PastMoney, UpgradeWeight>,
);

/// Migrations that take several blocks, since what they change has no bound.
pub type MultiBlockMigrations =
	(pallet_tax::migrations::ToV2<Runtime>, pallet_commerce::migrations::ToV2<Runtime, PastMoney>);
