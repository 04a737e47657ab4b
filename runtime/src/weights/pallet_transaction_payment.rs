//! Weights of `pallet_transaction_payment`.
//!
//! NOT MEASURED here yet: the figures that the SDK measured on its reference hardware, with our
//! database's weights. `scripts/bench-weights pallet_transaction_payment` replaces this file.

/// Weights of `pallet_transaction_payment`.
pub type WeightInfo<T> = ::pallet_transaction_payment::weights::SubstrateWeight<T>;
