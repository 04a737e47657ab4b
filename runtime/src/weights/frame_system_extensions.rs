//! Weights of `frame_system_extensions`.
//!
//! NOT MEASURED here yet: the figures that the SDK measured on its reference hardware, with our
//! database's weights. `scripts/bench-weights frame_system_extensions` replaces this file.

/// Weights of `frame_system_extensions`.
pub type WeightInfo<T> = frame_system::SubstrateExtensionsWeight<T>;
