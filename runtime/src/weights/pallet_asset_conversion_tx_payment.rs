pub type WeightInfo<T> = ::pallet_asset_conversion_tx_payment::weights::SubstrateWeight<T>;
