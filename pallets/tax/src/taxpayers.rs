//! Registrations, and who owns whom.

use crate::{settings::all_different, *};
use codec::MaxEncodedLen;
use frame::{
	prelude::*,
	traits::{Consideration, Footprint},
};
use ourledger_math::rounding::MILLION;
use ourledger_primitives::{
	money::Day,
	tax::{JurisdictionId, TaxCode, TaxKind},
	twin::{TwinNumber, Twins},
};

impl<AccountId, Ticket> Taxpayer<AccountId, Ticket> {
	/// Whether it counts as a business on `day`.
	pub(crate) fn is_registered_on(&self, day: Day) -> bool {
		self.state == TaxpayerState::Registered && self.terms.effective <= day
	}

	/// As reads return it.
	pub(crate) fn info(self) -> TaxpayerInfo {
		let TaxpayerTerms { tax_number, effective, zero_codes, deductible } = self.terms;
		let (state, registered) = (self.state, self.registered);
		TaxpayerInfo { tax_number, state, effective, registered, zero_codes, deductible }
	}
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_apply(
		caller: T::AccountId,
		jurisdiction: JurisdictionId,
		tax_number: TaxNumber,
	) -> DispatchResult {
		let twin = T::Twins::acting(&caller)?;
		let today = Self::local_today(&Self::jurisdiction_of(jurisdiction)?.settings);
		ensure!(is_tax_number(&tax_number), Error::<T>::TaxNumberMalformed);
		Self::ensure_ended(Taxpayers::<T>::get(jurisdiction, twin).as_ref())?;

		let terms = TaxpayerTerms {
			tax_number: tax_number.clone(),
			effective: today,
			zero_codes: BoundedVec::new(),
			deductible: BoundedVec::new(),
		};
		Self::put_taxpayer(jurisdiction, twin, terms, TaxpayerState::Requested, today, caller)?;
		Self::deposit_event(Event::TaxpayerApplied { jurisdiction, twin, tax_number });
		Ok(())
	}

	pub(crate) fn do_register(
		caller: T::AccountId,
		jurisdiction: JurisdictionId,
		twin: TwinNumber,
		terms: TaxpayerTerms,
	) -> DispatchResult {
		let entry = Self::ensure_authority(&caller, jurisdiction)?;
		T::Twins::ensure_active(twin)?;
		Self::ensure_terms(jurisdiction, &terms)?;
		let today = Self::local_today(&entry.settings);
		match Taxpayers::<T>::get(jurisdiction, twin) {
			// Whoever asked has paid the deposit.
			Some(mut taxpayer) if taxpayer.state == TaxpayerState::Requested => {
				taxpayer.terms = terms.clone();
				taxpayer.state = TaxpayerState::Registered;
				taxpayer.registered = today;
				Taxpayers::<T>::insert(jurisdiction, twin, taxpayer);
			},
			other => {
				Self::ensure_ended(other.as_ref())?;
				let (terms, state) = (terms.clone(), TaxpayerState::Registered);
				Self::put_taxpayer(jurisdiction, twin, terms, state, today, caller)?;
			},
		}
		Self::deposit_event(Event::TaxpayerRegistered { jurisdiction, twin, terms });
		Ok(())
	}

	pub(crate) fn do_amend_taxpayer(
		caller: &T::AccountId,
		jurisdiction: JurisdictionId,
		twin: TwinNumber,
		terms: TaxpayerTerms,
	) -> DispatchResult {
		Self::ensure_authority(caller, jurisdiction)?;
		Self::ensure_terms(jurisdiction, &terms)?;
		let taxpayer = Taxpayers::<T>::get(jurisdiction, twin);
		let mut taxpayer = taxpayer.ok_or(Error::<T>::NotTaxpayer)?;
		ensure!(taxpayer.state == TaxpayerState::Registered, Error::<T>::NotTaxpayer);
		taxpayer.terms = terms.clone();
		Taxpayers::<T>::insert(jurisdiction, twin, taxpayer);
		Self::deposit_event(Event::TaxpayerAmended { jurisdiction, twin, terms });
		Ok(())
	}

	pub(crate) fn do_deregister(
		caller: &T::AccountId,
		jurisdiction: JurisdictionId,
		twin: TwinNumber,
	) -> DispatchResult {
		let own = T::Twins::acting(caller)?;
		let entry = Self::jurisdiction_of(jurisdiction)?;
		let by_authority = own == entry.settings.authority;
		ensure!(by_authority || own == twin, Error::<T>::NotAuthority);
		let taxpayer = Taxpayers::<T>::get(jurisdiction, twin);
		let mut taxpayer = taxpayer.ok_or(Error::<T>::NotTaxpayer)?;
		// An applicant may think better of it; a taxpayer can't walk away.
		let requested = taxpayer.state == TaxpayerState::Requested;
		ensure!(by_authority || requested, Error::<T>::NotRequested);
		let ticket = taxpayer.ticket.take().ok_or(Error::<T>::NotTaxpayer)?;

		ticket.drop(&taxpayer.depositor)?;
		if requested {
			Taxpayers::<T>::remove(jurisdiction, twin);
		} else {
			taxpayer.state = TaxpayerState::Deregistered(Self::local_today(&entry.settings));
			Taxpayers::<T>::insert(jurisdiction, twin, taxpayer);
		}
		Self::deposit_event(Event::TaxpayerDeregistered { jurisdiction, twin });
		Ok(())
	}

	/// The registration of `twin`, if it counts on `day`.
	pub(crate) fn registration(
		jurisdiction: JurisdictionId,
		twin: TwinNumber,
		day: Day,
	) -> Option<TaxpayerOf<T>> {
		Taxpayers::<T>::get(jurisdiction, twin).filter(|taxpayer| taxpayer.is_registered_on(day))
	}

	/// What the deposit is for: the entry at its longest, with its keys. Counted as one item, since
	/// the SDK's linear price multiplies the bytes by the items.
	pub(crate) fn taxpayer_footprint() -> Footprint {
		let keys = JurisdictionId::max_encoded_len() + TwinNumber::max_encoded_len();
		Footprint::from_parts(1, keys + TaxpayerOf::<T>::max_encoded_len())
	}

	fn put_taxpayer(
		jurisdiction: JurisdictionId,
		twin: TwinNumber,
		terms: TaxpayerTerms,
		state: TaxpayerState,
		registered: Day,
		depositor: T::AccountId,
	) -> DispatchResult {
		let ticket = Some(T::TaxpayerDeposit::new(&depositor, Self::taxpayer_footprint())?);
		let taxpayer = Taxpayer { terms, state, registered, depositor, ticket };
		Taxpayers::<T>::insert(jurisdiction, twin, taxpayer);
		Ok(())
	}

	fn ensure_ended(taxpayer: Option<&TaxpayerOf<T>>) -> Result<(), Error<T>> {
		let state = taxpayer.map(|it| it.state);
		let ended = matches!(state, None | Some(TaxpayerState::Deregistered(_)));
		ensure!(ended, Error::<T>::AlreadyTaxpayer);
		Ok(())
	}

	fn ensure_terms(jurisdiction: JurisdictionId, terms: &TaxpayerTerms) -> Result<(), Error<T>> {
		ensure!(is_tax_number(&terms.tax_number), Error::<T>::TaxNumberMalformed);
		let deductible = terms.deductible.iter().map(|(code, _)| code);
		let different = all_different(terms.zero_codes.iter()) && all_different(deductible.clone());
		ensure!(different, Error::<T>::DuplicateCode);
		for code in terms.zero_codes.iter() {
			let needs_permission = |kind| match kind {
				TaxKind::Vat(category) => category.needs_permission(),
				_ => false,
			};
			ensure!(
				needs_permission(Self::kind_of(jurisdiction, *code)?),
				Error::<T>::WrongCodeKind
			);
		}
		for code in deductible {
			let is_vat = matches!(Self::kind_of(jurisdiction, *code)?, TaxKind::Vat(_));
			ensure!(is_vat, Error::<T>::WrongCodeKind);
		}
		let shares = terms.deductible.iter().all(|(_, share)| *share <= MILLION);
		ensure!(shares, Error::<T>::RateInvalid);
		Ok(())
	}

	fn kind_of(jurisdiction: JurisdictionId, code: TaxCode) -> Result<TaxKind, Error<T>> {
		let code = Codes::<T>::get(jurisdiction, code).ok_or(Error::<T>::CodeNotFound)?;
		Ok(code.kind)
	}
}

/// Letters, digits and what stands between them; something at all.
pub(crate) fn is_tax_number(bytes: &[u8]) -> bool {
	let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'/');
	!bytes.is_empty() && bytes.iter().all(is_part)
}
