pub type WeightInfo<T> = ::pallet_governance::weights::SubstrateWeight<T>;
