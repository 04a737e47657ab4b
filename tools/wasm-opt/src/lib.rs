#![doc = include_str!("../README.md")]
#![deny(missing_docs)]

#[cfg(feature = "binaryen")]
pub use binaryen::*;

#[cfg(not(feature = "binaryen"))]
mod stand_in;
#[cfg(not(feature = "binaryen"))]
pub use stand_in::*;
