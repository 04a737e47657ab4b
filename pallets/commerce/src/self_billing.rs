//! Buyers that write invoices in a seller's name, and the seller's consent to it.

use crate::*;
use frame::{
	prelude::*,
	traits::{Consideration, Footprint},
};
use ourledger_primitives::{
	money::Day,
	twin::{TwinNumber, Twins},
};

impl<T: Config> Pallet<T> {
	/// Who writes what `buyer` bills itself now, by the seller's consent.
	pub(crate) fn ensure_consent(
		seller: TwinNumber,
		buyer: TwinNumber,
	) -> Result<Writer, Error<T>> {
		let consent = SelfBilling::<T>::get(seller, buyer).ok_or(Error::<T>::NoConsent)?;
		ensure!(consent.until >= Self::today(), Error::<T>::NoConsent);
		Ok(Writer::Buyer { silence: consent.objection.map(Self::after_a_wait) })
	}

	pub(crate) fn do_allow_self_billing(
		caller: T::AccountId,
		buyer: TwinNumber,
		until: Day,
		objection: Option<u16>,
	) -> DispatchResult {
		let seller = T::Twins::acting(&caller)?;
		T::Twins::ensure_active(buyer)?;
		ensure!(until >= Self::today(), Error::<T>::NoConsent);
		if let Some(days) = objection {
			ensure!(days > 0, Error::<T>::AmountZero);
			Self::ensure_days(days)?;
		}

		let payer = caller.clone();
		let ticket = match SelfBilling::<T>::get(seller, buyer) {
			Some(Consent { payer, ticket, .. }) if payer == caller => {
				ticket.update(&caller, Self::consent_footprint())?
			},
			earlier => {
				if let Some(Consent { payer, ticket, .. }) = earlier {
					ticket.drop(&payer)?;
				}
				T::ConsentDeposit::new(&caller, Self::consent_footprint())?
			},
		};
		let consent = Consent { until, objection, payer, ticket };
		SelfBilling::<T>::insert(seller, buyer, consent);
		Self::deposit_event(Event::SelfBillingAllowed { seller, buyer, until, objection });
		Ok(())
	}

	pub(crate) fn do_end_self_billing(
		caller: T::AccountId,
		seller: TwinNumber,
		buyer: TwinNumber,
	) -> DispatchResult {
		let consent = SelfBilling::<T>::get(seller, buyer).ok_or(Error::<T>::NoConsent)?;
		// What is over, anyone may tidy up; and whoever paid, also for a seller that can't act any more.
		let may = consent.until < Self::today() || consent.payer == caller;
		ensure!(may || T::Twins::acting(&caller)? == seller, Error::<T>::NotSeller);

		consent.ticket.drop(&consent.payer)?;
		SelfBilling::<T>::remove(seller, buyer);
		Self::deposit_event(Event::SelfBillingEnded { seller, buyer });
		Ok(())
	}

	/// One entry of [`SelfBilling`]. With the keys of the map, but not their hashes.
	pub(crate) fn consent_footprint() -> Footprint {
		let size = 2 * TwinNumber::max_encoded_len() + ConsentOf::<T>::max_encoded_len();
		Footprint::from_parts(1, size)
	}
}
