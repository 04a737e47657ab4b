//! One file per concern. Every test ends with all invariants checked, see
//! [`crate::mock::build_and_execute`].

mod adapter;
mod create;
mod credit;
mod demurrage;
mod exchange;
mod freeze;
mod invariants;
mod issue;
mod local_money;
mod members;
mod random;
mod transfer;
mod views;
mod weights;
