//! A jurisdiction's trade as tables of events, and the books that follow from them.
//!
//! Whatever reads blocks does so through [`source::Source`], so that exports, checks and
//! recomputed books can be tested without a chain.

pub mod auditor;
pub mod chain_source;
pub mod conserved;
pub mod fields;
pub mod ledgers;
pub mod manifest;
pub mod row;
pub mod runtimes;
pub mod scope;
pub mod source;
pub mod state;
pub mod tables;
pub mod trace;
pub mod verify;
