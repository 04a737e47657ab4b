//! One file for what happens in a block, one for its end, one for the invariants.

mod gather;
mod invariants;
mod share;
