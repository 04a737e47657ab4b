//! One file per call or concern. Every test ends with all invariants checked, see
//! [`crate::mock::build_and_execute`].

mod add_key;
mod claim_name;
mod clear_name;
mod constants;
mod deactivate;
mod impl_twins;
mod invariants;
mod model;
mod register;
mod register_for;
mod release_name;
mod remove_key;
mod set_endpoints;
mod set_profile;
mod views;
