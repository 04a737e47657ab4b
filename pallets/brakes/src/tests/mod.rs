//! One file per call, one for what the brakes stop, one for the constants, one for the invariants.

mod apply;
mod constants;
mod filter;
mod invariants;
mod release;
