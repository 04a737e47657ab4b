//! What calls, extensions and blocks cost, as measured on this runtime by `scripts/bench-weights`.
//!
//! Stock pallets that are not here keep the weights that the SDK measured, on its reference
//! hardware, with our database's weights.

pub mod frame_system_extensions;
pub mod overhead;
pub mod pallet_asset_conversion_tx_payment;
pub mod pallet_brakes;
pub mod pallet_commerce;
pub mod pallet_currencies;
pub mod pallet_fees;
pub mod pallet_governance;
pub mod pallet_parameters;
pub mod pallet_records;
pub mod pallet_tax;
pub mod pallet_transaction_payment;
pub mod pallet_twins;
pub mod pallet_validators;
pub mod pallet_verify_signature;

use core::marker::PhantomData;
use frame_support::{traits::Get, weights::Weight};
use frame_system::Config;

/// A weight of `picoseconds` on a machine of `speed` hundredths of the SDK's reference hardware, on
/// that hardware. There is no proof size: no relay chain verifies this chain's blocks.
///
/// The speed is taken from one figure that both have: the time to verify an sr25519 signature, as
/// the benchmark of `pallet_verify_signature` measures it in the same hour (see
/// docs/design/0006-weights.md). Weights are promises to validators with reference hardware, so a
/// faster machine's figures are too low.
pub(crate) const fn scaled(picoseconds: u64, speed: u64) -> Weight {
	Weight::from_parts(picoseconds.saturating_mul(speed) / 100, 0)
}

/// What paying the fee weighs, once the check of the nonce has weighed the payer's account: who pays in
/// OUR pays from the same entry, which both measurements count.
pub struct PaymentAfterNonce<T>(PhantomData<T>);

/// As measured.
type Payment<T> = pallet_asset_conversion_tx_payment::WeightInfo<T>;

impl<T: Config> ::pallet_asset_conversion_tx_payment::WeightInfo for PaymentAfterNonce<T> {
	fn charge_asset_tx_payment_zero() -> Weight {
		Payment::<T>::charge_asset_tx_payment_zero()
	}

	fn charge_asset_tx_payment_native() -> Weight {
		let payment = Payment::<T>::charge_asset_tx_payment_native();
		payment.saturating_sub(T::DbWeight::get().reads_writes(1, 1))
	}

	fn charge_asset_tx_payment_asset() -> Weight {
		Payment::<T>::charge_asset_tx_payment_asset()
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn scaled_is_on_reference_hardware() {
		assert_eq!(scaled(1_000, 120), Weight::from_parts(1_200, 0));
		assert_eq!(scaled(0, 120), Weight::zero());
	}
}
