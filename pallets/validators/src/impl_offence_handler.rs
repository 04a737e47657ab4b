//! The offences pallet reports proven offences here.

use crate::*;
use frame::{prelude::*, traits::fungible::BalancedHold as _};
use pallet_session::Pallet as Session;
use sp_staking::{
	offence::{OffenceDetails, OffenceSeverity, OnOffenceHandler},
	SessionIndex,
};

impl<T: Config> OnOffenceHandler<T::AccountId, OffenderOf<T>, Weight> for Pallet<T> {
	/// Slash, disable and drop each offender, unless this session has cost it as much already.
	///
	/// An offence of fraction zero is one that its own rule forgives: nothing happens. Infallible,
	/// so that it is right in a hook, too. O(offenders × [`Config::MaxValidators`]).
	fn on_offence(
		offenders: &[OffenceDetails<T::AccountId, OffenderOf<T>>],
		fractions: &[Perbill],
		session: SessionIndex,
	) -> Weight {
		let weight = <T as Config>::WeightInfo::on_offence(offenders.len() as u32);
		let now = Session::<T>::current_index();
		if session < Self::oldest_open_session(now) || session > now {
			// Its record would never be pruned, and the bond may be gone.
			log::warn!(target: LOG_TARGET, "ignored an offence of session {session} in {now}");
			return weight;
		}

		let mut charged = SlashedFractions::<T>::get(session);
		for (details, fraction) in offenders.iter().zip(fractions) {
			let (validator, Identification { bond }) = &details.offender;
			let earlier = charged.get(validator).copied().unwrap_or_default();
			if *fraction <= earlier {
				continue;
			}
			if charged.try_insert(validator.clone(), *fraction).is_err() {
				defensive!("offenders are of one session, which has at most `MaxValidators`");
				continue;
			}
			// Rounds down, twice from the same bond: all slashes of a session together never take
			// more than its highest fraction; dust stays with the validator.
			let amount = fraction.mul_floor(*bond).saturating_sub(earlier.mul_floor(*bond));
			Self::slash(validator, session, *fraction, amount);
			Session::<T>::report_offence(validator.clone(), OffenceSeverity(*fraction));
			Self::drop_offender(validator);
		}
		if !charged.is_empty() {
			SlashedFractions::<T>::insert(session, charged);
		}
		weight
	}
}

impl<T: Config> Pallet<T> {
	/// Take up to `amount` out of the held bond.
	fn slash(
		validator: &T::AccountId,
		session: SessionIndex,
		fraction: Perbill,
		amount: BalanceOf<T>,
	) {
		let (credit, missing) = CurrencyOf::<T>::slash(&HoldReason::Bond.into(), validator, amount);
		T::Slashed::on_unbalanced(credit);
		// Saturating: `missing` is a part of `amount`, and slashes can't exceed what is held.
		let amount = amount.saturating_sub(missing);
		Candidacies::<T>::mutate_extant(validator, |candidacy| {
			candidacy.slashed = candidacy.slashed.saturating_add(amount)
		});
		Self::deposit_event(Event::BondSlashed {
			validator: validator.clone(),
			session,
			fraction,
			amount,
		});
	}

	fn drop_offender(validator: &T::AccountId) {
		let state = Candidacies::<T>::get(validator).map(|candidacy| candidacy.state);
		if state != Some(CandidacyState::Approved) {
			return;
		}
		let validator = validator.clone();
		Self::deposit_event(match Self::depart(&validator) {
			Ok(until) => Event::OffenderDropped { validator, until },
			// `LastValidator`, its only error: a chain with an offender beats a chain with nobody.
			Err(_) => Event::OffenderKept { validator },
		});
	}
}
