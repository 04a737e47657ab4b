pub type WeightInfo<T> = ::pallet_verify_signature::weights::SubstrateWeight<T>;
