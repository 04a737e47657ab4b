//! What the council decides: its motions, the calls that wait for their timelock and the vetoes of
//! them, upgrades of the runtime, and finality after validators were lost.

pub mod enacted;
pub mod finality;
pub mod motions;
mod pending;
pub mod queue;
pub mod rehearsal;
pub mod upgrades;

pub use pending::Pending;
