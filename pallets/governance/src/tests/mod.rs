//! One file per call, one for the council's share of the rules, one for the invariants.

mod constants;
mod council;
mod enact;
mod invariants;
mod queue;
mod rehearse;
mod set_timelock;
mod veto;
mod views;
mod withdraw_veto;
