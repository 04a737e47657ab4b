//! One file per call or concern. Every test ends with all invariants checked, see
//! [`crate::mock::ExtBuilder::build_and_execute`].

mod apply;
mod approve;
mod genesis;
mod invariants;
mod leave;
mod offences;
mod proofs;
mod remove;
mod restore_finality;
mod sessions;
mod views;
mod withdraw_application;
mod withdraw_bond;
