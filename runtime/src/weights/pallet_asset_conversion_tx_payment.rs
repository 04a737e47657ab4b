//! Weights of `pallet_asset_conversion_tx_payment`.
//!
//! NOT MEASURED here yet: the figures that the SDK measured on its reference hardware, with our
//! database's weights. `scripts/bench-weights pallet_asset_conversion_tx_payment` replaces this file.

/// Weights of `pallet_asset_conversion_tx_payment`.
pub type WeightInfo<T> = ::pallet_asset_conversion_tx_payment::weights::SubstrateWeight<T>;
