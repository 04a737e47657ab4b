//! One file per call or concern. Every test ends with all invariants checked, see
//! [`crate::mock::build_and_execute`].

mod append;
mod invariants;
mod light_client;
mod pin;
mod random;
mod unpin;
mod views;
