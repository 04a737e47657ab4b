//! Claims for credit, from being made to being paid.

use crate::{books::Books, settings::Place, *};
use frame::{
	deps::frame_support::{storage::with_storage_layer, weights::WeightMeter},
	prelude::*,
};
use ourledger_math::rounding::{mul_div_up, MILLION};
use ourledger_primitives::{
	money::{CurrencyId, Day, LocalMoney},
	tax::{JurisdictionId, Ppm},
	twin::TwinNumber,
	Balance,
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_claim_refund(
		caller: &T::AccountId,
		jurisdiction: JurisdictionId,
		currency: CurrencyId,
		amount: Balance,
	) -> DispatchResult {
		let twin = Self::ensure_twin(caller)?;
		let place = Self::place(jurisdiction)?;
		ensure!(amount > 0, Error::<T>::AmountZero);
		let taxpayer = Taxpayers::<T>::get(jurisdiction, twin);
		let mut books = Books::<T>::open(jurisdiction, currency, place.period);
		let credit = books.credit_of(twin);
		// Notes give credit for levies to sellers who never registered.
		ensure!(taxpayer.is_some() || credit > 0, Error::<T>::NotTaxpayer);
		ensure!(amount <= credit, Error::<T>::CreditTooLow);
		let claim = NextClaim::<T>::get(jurisdiction);
		let next = claim.checked_add(1).ok_or(Error::<T>::Overflow)?;

		let automatic = Self::is_automatic(&place, jurisdiction, twin, currency, amount, taxpayer);
		let hold = place.settings.hold_days.into();
		let state = if automatic {
			ClaimState::Ready
		} else {
			ClaimState::Held { until: place.today.saturating_add(hold) }
		};
		let from = books.claim(twin, amount)?;
		books.close();
		NextClaim::<T>::insert(jurisdiction, next);
		let entry = Claim { twin, currency, amount, claimed: place.today, state, reason: None };
		Claims::<T>::insert(jurisdiction, claim, entry);
		Self::deposit_event(Event::RefundClaimed {
			jurisdiction,
			claim,
			twin,
			currency,
			amount,
			from,
			state,
		});
		match state {
			ClaimState::Held { until } => Self::schedule(&place, (jurisdiction, claim), until),
			_ => Self::pay_or_queue(&place, (jurisdiction, claim), entry, true)?,
		}
		Ok(())
	}

	pub(crate) fn do_hold_refund(
		caller: &T::AccountId,
		jurisdiction: JurisdictionId,
		claim: ClaimId,
		days: u16,
		reason: Reason,
	) -> DispatchResult {
		Self::ensure_authority(caller, jurisdiction)?;
		let place = Self::place(jurisdiction)?;
		let mut entry = Self::open_claim(jurisdiction, claim)?;
		let until = place.today.saturating_add(days.into());
		let latest = entry.claimed.saturating_add(place.settings.hold_days.into());
		ensure!(until <= latest, Error::<T>::HoldTooLong);
		(entry.state, entry.reason) = (ClaimState::Held { until }, Some(reason));
		Claims::<T>::insert(jurisdiction, claim, entry);
		Self::schedule(&place, (jurisdiction, claim), until);
		Self::deposit_event(Event::RefundHeld { jurisdiction, claim, until, reason });
		Ok(())
	}

	pub(crate) fn do_deny_refund(
		caller: &T::AccountId,
		jurisdiction: JurisdictionId,
		claim: ClaimId,
		reason: Reason,
	) -> DispatchResult {
		Self::ensure_authority(caller, jurisdiction)?;
		let place = Self::place(jurisdiction)?;
		let Claim { twin, currency, amount, claimed, .. } = Self::open_claim(jurisdiction, claim)?;
		let mut books = Books::<T>::open(jurisdiction, currency, place.period);
		let period = calendar::period_of(claimed);
		books.unclaim(twin, period, amount)?;
		books.close();
		Claims::<T>::remove(jurisdiction, claim);
		Self::deposit_event(Event::RefundDenied { jurisdiction, claim, period, reason });
		Ok(())
	}

	pub(crate) fn do_assess_refund(
		caller: &T::AccountId,
		jurisdiction: JurisdictionId,
		claim: ClaimId,
		forfeited: Balance,
		reason: Reason,
	) -> DispatchResult {
		Self::ensure_authority(caller, jurisdiction)?;
		let place = Self::place(jurisdiction)?;
		let mut entry = Self::open_claim(jurisdiction, claim)?;
		ensure!(forfeited <= entry.amount, Error::<T>::ForfeitTooHigh);
		let final_on = place.today.saturating_add(place.settings.appeal_days.into());
		entry.state = ClaimState::Assessed { forfeited, final_on };
		entry.reason = Some(reason);
		Claims::<T>::insert(jurisdiction, claim, entry);
		Self::schedule(&place, (jurisdiction, claim), final_on);
		let event = Event::RefundAssessed { jurisdiction, claim, forfeited, final_on, reason };
		Self::deposit_event(event);
		Ok(())
	}

	pub(crate) fn do_appeal(
		caller: &T::AccountId,
		jurisdiction: JurisdictionId,
		claim: ClaimId,
		reason: Reason,
	) -> DispatchResult {
		let twin = Self::ensure_twin(caller)?;
		let place = Self::place(jurisdiction)?;
		let mut entry = Self::claim_of(jurisdiction, claim)?;
		ensure!(entry.twin == twin, Error::<T>::NotTaxpayer);
		let ClaimState::Assessed { forfeited, final_on } = entry.state else {
			return Err(Error::<T>::NothingToAppeal.into());
		};
		ensure!(place.today < final_on, Error::<T>::AppealTooLate);
		(entry.state, entry.reason) = (ClaimState::Appealed { forfeited }, Some(reason));
		Claims::<T>::insert(jurisdiction, claim, entry);
		Self::deposit_event(Event::RefundAppealed { jurisdiction, claim, reason });
		Ok(())
	}

	pub(crate) fn do_decide_appeal(
		jurisdiction: JurisdictionId,
		claim: ClaimId,
		forfeited: Balance,
	) -> DispatchResult {
		let place = Self::place(jurisdiction)?;
		let mut entry = Self::claim_of(jurisdiction, claim)?;
		ensure!(matches!(entry.state, ClaimState::Appealed { .. }), Error::<T>::NotAppealed);
		ensure!(forfeited <= entry.amount, Error::<T>::ForfeitTooHigh);
		entry.state = ClaimState::Assessed { forfeited, final_on: place.today };
		Claims::<T>::insert(jurisdiction, claim, entry);
		Self::deposit_event(Event::AppealDecided { jurisdiction, claim, forfeited });
		Self::pay_or_queue(&place, (jurisdiction, claim), entry, true)
	}

	pub(crate) fn do_pay_refund(jurisdiction: JurisdictionId, claim: ClaimId) -> DispatchResult {
		let place = Self::place(jurisdiction)?;
		let entry = Self::claim_of(jurisdiction, claim)?;
		ensure!(is_due(&entry, &place), Error::<T>::ClaimNotReady);
		Self::pay_or_queue(&place, (jurisdiction, claim), entry, true)
	}

	/// Pay claims whose day has come, day by day, as far as `meter` allows.
	pub(crate) fn pay_due(meter: &mut WeightMeter) {
		let (of_day, of_claim) = (T::WeightInfo::idle_day(), T::WeightInfo::idle_claim());
		let today = Self::utc_today();
		let first = DueCursor::<T>::get().unwrap_or(today);
		let mut day = first;
		while meter.try_consume(of_day).is_ok() {
			while meter.can_consume(of_claim) {
				let Some(key) = Due::<T>::iter_key_prefix(day).next() else { break };
				meter.consume(of_claim);
				Due::<T>::remove(day, key);
				Self::pay_in_time(key, today);
			}
			// What is left of a day is for the next block.
			if day >= today || Due::<T>::iter_key_prefix(day).next().is_some() {
				break;
			}
			day = day.saturating_add(1);
		}
		if day != first || !DueCursor::<T>::exists() {
			DueCursor::<T>::put(day);
		}
	}

	/// Pay a claim if it is still there and due; else see to it on another day.
	pub(crate) fn pay_in_time((jurisdiction, claim): ClaimKey, today: Day) {
		let Some(entry) = Claims::<T>::get(jurisdiction, claim) else { return };
		// An appeal comes back when it is decided.
		let (Ok(place), Some((due, _))) = (Self::place(jurisdiction), entry.due()) else { return };
		if !is_due(&entry, &place) {
			// The clock was changed, or another day was set.
			let day = agenda_day(&place, due).max(today.saturating_add(1));
			Self::put_due(day, (jurisdiction, claim));
			return;
		}
		// One that was ready before has been announced.
		let announce = entry.state != ClaimState::Ready;
		let pay = || Self::pay_or_queue(&place, (jurisdiction, claim), entry, announce);
		let paid = with_storage_layer(pay);
		if let Err(error) = paid {
			log::error!(target: LOG_TARGET, "claim {jurisdiction}/{claim} can't be paid: {error:?}");
			Self::put_due(today.saturating_add(1), (jurisdiction, claim));
		}
	}

	/// Pay a claim that is due, or leave it for when the treasury has the money, and say so if it is
	/// to be announced.
	fn pay_or_queue(
		place: &Place<T>,
		key: ClaimKey,
		claim: Claim,
		announce: bool,
	) -> DispatchResult {
		let (jurisdiction, number) = key;
		let Claim { twin, currency, amount, .. } = claim;
		let (_, forfeited) = claim.due().ok_or(Error::<T>::ClaimNotReady)?;
		let money = amount.checked_sub(forfeited).ok_or(DispatchError::Corruption)?;
		if !Self::pay_out(place, &claim, money)? {
			if let ClaimState::Held { .. } = claim.state {
				let claim = Claim { state: ClaimState::Ready, ..claim };
				Claims::<T>::insert(jurisdiction, number, claim);
			}
			Self::put_due(Self::utc_today().saturating_add(1), key);
			if announce {
				let event = Event::RefundQueued { jurisdiction, claim: number, amount: money };
				Self::deposit_event(event);
			}
			return Ok(());
		}
		let mut books = Books::<T>::open(jurisdiction, currency, place.period);
		books.refund(twin, amount, forfeited)?;
		books.close();
		Claims::<T>::remove(jurisdiction, number);
		Self::deposit_event(Event::RefundPaid {
			jurisdiction,
			claim: number,
			twin,
			currency,
			amount: money,
			forfeited,
		});
		Ok(())
	}

	/// Pay money to whoever claimed it. Says whether it could: the treasury may lack it, and the
	/// account may not be able to hold it.
	fn pay_out(place: &Place<T>, claim: &Claim, money: Balance) -> Result<bool, DispatchError> {
		let taxpayer = Self::controller_of(claim.twin)?;
		if T::Money::balance(claim.currency, &place.treasury) < money {
			return Ok(false);
		}
		let today = Self::utc_today();
		// As a pot gives back, so that nobody's membership stands in the way. It was the treasury's
		// till today, so nothing is charged for the time.
		let give = || T::Money::give_back(claim.currency, &place.treasury, &taxpayer, money, today);
		Ok(money == 0 || with_storage_layer(give).is_ok())
	}

	/// Whether a claim is paid without anybody's looking at it: a small one, for the time since the
	/// registration, of a taxpayer that doesn't take back an unusual share of its sales.
	///
	/// The cap counts what still has to be decided or paid, and what was paid in this period and the
	/// one before: so splitting a claim gains nothing. What was denied is credit again.
	fn is_automatic(
		place: &Place<T>,
		jurisdiction: JurisdictionId,
		twin: TwinNumber,
		currency: CurrencyId,
		amount: Balance,
		taxpayer: Option<TaxpayerOf<T>>,
	) -> bool {
		let Some(taxpayer) = taxpayer.filter(|it| it.state == TaxpayerState::Registered) else {
			return false;
		};
		let age = place.today.saturating_sub(taxpayer.registered);
		let caps = place.settings.refund_caps.iter().rev();
		let cap = caps.skip_while(|it| Day::from(it.age_days) > age).map(|it| it.cap).next();
		let Some(cap) = cap.filter(|cap| amount <= *cap) else { return false };
		let pending = Accounts::<T>::get((jurisdiction, twin, currency)).pending;
		// Saturates: too much for the arithmetic is above every cap that could matter.
		let mut claimed = pending.saturating_add(amount);
		let (mut returned, mut output): (Balance, Balance) = (0, 0);
		for period in [place.period.saturating_sub(1), place.period] {
			let statement = Statements::<T>::get((jurisdiction, twin, currency, period));
			claimed = claimed.saturating_add(statement.refunded);
			returned = returned.saturating_add(statement.returned);
			output = output.saturating_add(statement.output);
		}
		claimed <= cap && is_usual(returned, output, place.settings.returns_alert)
	}

	pub(crate) fn claim_of(
		jurisdiction: JurisdictionId,
		claim: ClaimId,
	) -> Result<Claim, Error<T>> {
		Claims::<T>::get(jurisdiction, claim).ok_or(Error::<T>::ClaimNotFound)
	}

	/// A claim about which nothing was decided yet.
	fn open_claim(jurisdiction: JurisdictionId, claim: ClaimId) -> Result<Claim, Error<T>> {
		let entry = Self::claim_of(jurisdiction, claim)?;
		ensure!(entry.is_open(), Error::<T>::ClaimClosed);
		Ok(entry)
	}

	/// See to a claim on `day` of its jurisdiction.
	fn schedule(place: &Place<T>, key: ClaimKey, day: Day) {
		// Never before the cursor, which isn't beyond today.
		Self::put_due(agenda_day(place, day).max(Self::utc_today()), key);
	}

	fn put_due(day: Day, key: ClaimKey) {
		if !DueCursor::<T>::exists() {
			DueCursor::<T>::put(Self::utc_today());
		}
		Due::<T>::insert(day, key, ());
	}
}

/// Whether a claim is to be paid today.
fn is_due<T: Config>(claim: &Claim, place: &Place<T>) -> bool {
	claim.due().is_some_and(|(due, _)| due <= place.today)
}

/// The first day by UTC that lies within `day` of a jurisdiction from its beginning on.
fn agenda_day<T: Config>(place: &Place<T>, day: Day) -> Day {
	day.saturating_add((place.settings.utc_offset_minutes < 0).into())
}

/// Whether no more was given back, of output, than the alert allows.
fn is_usual(returned: Balance, output: Balance, alert: Ppm) -> bool {
	// Too much for the arithmetic is too much.
	let allowed = mul_div_up(returned, MILLION.into(), output.max(1));
	returned == 0 || (output > 0 && allowed.is_ok_and(|share| share <= alert.into()))
}
