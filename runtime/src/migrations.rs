//! What an upgrade changes in state.
//!
//! A migration stays here until every network has run it; the changelog names the release that
//! drops it.

/// Migrations that end within the block of the upgrade.
pub type SingleBlockMigrations = ();

/// Migrations that take several blocks, since what they change has no bound.
pub type MultiBlockMigrations = ();
