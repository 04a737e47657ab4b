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

/// Migrations that end within the block of the upgrade.
pub type SingleBlockMigrations = (
	// Pots that a new chain has from genesis on.
	pallet_currencies::migrations::ToV2<crate::Runtime>,
);

/// Migrations that take several blocks, since what they change has no bound.
pub type MultiBlockMigrations = ();
