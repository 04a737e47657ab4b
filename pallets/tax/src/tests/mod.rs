//! One file per concern. Every test ends with all invariants checked, see
//! [`crate::mock::build_and_execute`].

mod admin;
mod appeals;
mod arrears;
mod as_one;
mod assess;
mod charges;
mod collect;
mod dividends;
mod invariants;
mod lines;
mod migrations;
mod note;
mod random;
mod refunds;
mod treasury;
