//! One file per concern. Every test ends with all invariants checked, see
//! [`crate::mock::build_and_execute`].

mod adapter;
mod create;
mod credit;
mod demurrage;
mod discard;
mod exchange;
mod freeze;
mod invariants;
mod issue;
mod local_money;
mod members;
mod migrations;
mod pots;
mod random;
mod set_aside;
mod shares;
mod transfer;
mod views;
mod weights;
