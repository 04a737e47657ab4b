pub type WeightInfo<T> = ::pallet_validators::weights::SubstrateWeight<T>;
