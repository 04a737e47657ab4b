//! The arithmetic of money against slow models in exact fractions.

// 33_33 is 33.33.
#![allow(clippy::inconsistent_digit_grouping)]

mod apportion;
mod credit_note;
mod demurrage;
mod ledger;
mod model;
mod netting;
mod payment;
mod rounding;
mod tax;
