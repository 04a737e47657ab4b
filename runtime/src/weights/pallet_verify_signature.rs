//! Weights of `pallet_verify_signature`.
//!
//! NOT MEASURED here yet: the figures that the SDK measured on its reference hardware, with our
//! database's weights. `scripts/bench-weights pallet_verify_signature` replaces this file.

/// Weights of `pallet_verify_signature`.
pub type WeightInfo<T> = ::pallet_verify_signature::weights::SubstrateWeight<T>;
