//! Claims for credit, from being made to being paid.

use crate::{
	books::{Books, Refund},
	settings::Place,
	*,
};
use alloc::{vec, vec::Vec};
use frame::{
	deps::frame_support::{storage::with_storage_layer, weights::WeightMeter},
	prelude::*,
};
use ourledger_math::rounding::{mul_div_up, MILLION};
use ourledger_primitives::{
	migration::Walk,
	money::{CurrencyId, Day, Kept, LocalMoney},
	tax::{JurisdictionId, Period, Ppm},
	twin::{TwinNumber, Twins},
	Balance,
};

impl Claim {
	/// From which day on it is to be paid, and how much of it is forfeited. Never, if an appeal has
	/// to be decided first.
	pub(crate) fn due(&self) -> Option<(Day, Balance)> {
		match self.state {
			ClaimState::Ready => Some((self.claimed, 0)),
			ClaimState::Held { until } => Some((until, 0)),
			ClaimState::Assessed { forfeited, final_on } => Some((final_on, forfeited)),
			ClaimState::Appealed { .. }
			| ClaimState::Denied { .. }
			| ClaimState::DenialAppealed => None,
		}
	}

	/// What is in its account's pending.
	#[cfg(any(test, feature = "try-runtime"))]
	pub(crate) fn pending(&self) -> Balance {
		match self.state {
			ClaimState::Denied { .. } => 0,
			_ => self.amount,
		}
	}

	/// Whether the authority can still decide about it.
	pub(crate) fn is_open(&self) -> bool {
		matches!(self.state, ClaimState::Ready | ClaimState::Held { .. })
	}
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_claim_refund(
		caller: &T::AccountId,
		jurisdiction: JurisdictionId,
		currency: CurrencyId,
		amount: Balance,
	) -> DispatchResult {
		let twin = T::Twins::acting(caller)?;
		let place = Self::place(jurisdiction)?;
		ensure!(amount > 0, Error::<T>::AmountZero);
		let taxpayer = Taxpayers::<T>::get(jurisdiction, twin);
		let mut books = Books::<T>::open(jurisdiction, currency, place.period);
		let credit = books.credit_of(twin);
		// Notes give credit for levies to sellers who never registered.
		ensure!(taxpayer.is_some() || credit > 0, Error::<T>::NotTaxpayer);
		ensure!(amount <= credit, Error::<T>::CreditTooLow);
		let is_registered =
			taxpayer.as_ref().is_some_and(|it| it.state == TaxpayerState::Registered);
		// Whoever won't trade any more gets what it has left.
		let is_last = !is_registered && amount == credit;
		let least = in_minor_units::<T>(place.settings.least_claim, currency);
		ensure!(is_last || amount >= least, Error::<T>::ClaimTooSmall);
		let claim = NextClaim::<T>::get(jurisdiction);
		let next = claim.checked_add(1).ok_or(Error::<T>::Overflow)?;

		let automatic = Self::is_automatic(&place, jurisdiction, twin, currency, amount, taxpayer);
		let state = if automatic {
			ClaimState::Ready
		} else {
			ClaimState::Held { until: after(place.today, place.settings.hold_days) }
		};
		let from = books.claim(twin, amount)?;
		books.close();
		Waiting::<T>::insert(jurisdiction, claim, Self::waits(currency, from.clone())?);
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
		let until = after(place.today, days);
		let latest = after(entry.claimed, place.settings.hold_days);
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
		let mut entry = Self::open_claim(jurisdiction, claim)?;
		let final_on = after(place.today, place.settings.appeal_days);
		entry.state = ClaimState::Denied { final_on };
		entry.reason = Some(reason);
		Claims::<T>::insert(jurisdiction, claim, entry);
		Self::schedule(&place, (jurisdiction, claim), final_on);
		let to = Self::credit_again((jurisdiction, claim), &entry)?;
		let told = to.clone();
		let event = Event::RefundDenied { jurisdiction, claim, to: told, final_on, reason };
		Self::give_back_credit(&place, (jurisdiction, claim), &entry, &to, event)
	}

	/// Which credit a claim becomes if it isn't paid: that of which it was made. Of one from before that
	/// was noted, of the period in which it was made.
	fn credit_again(
		(jurisdiction, claim): ClaimKey,
		entry: &Claim,
	) -> Result<Credits, DispatchError> {
		match Waiting::<T>::take(jurisdiction, claim) {
			Some(waits) => Ok(waits.from),
			None => Credits::try_from(vec![(calendar::period_of(entry.claimed), entry.amount)])
				.map_err(|_| DispatchError::Corruption),
		}
	}

	/// Make a claim credit again, and tell it.
	fn give_back_credit(
		place: &Place<T>,
		(jurisdiction, _): ClaimKey,
		entry: &Claim,
		to: &Credits,
		event: Event<T>,
	) -> DispatchResult {
		let Claim { twin, currency, amount, .. } = *entry;
		let mut books = Books::<T>::open(jurisdiction, currency, place.period);
		books.unclaim(twin, to, amount)?;
		let settlings = books.close();
		Self::deposit_event(event);
		Self::announce_settlings(jurisdiction, currency, place.period, settlings);
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
		let final_on = after(place.today, place.settings.appeal_days);
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
		let twin = T::Twins::acting(caller)?;
		let place = Self::place(jurisdiction)?;
		let mut entry = Self::claim_of(jurisdiction, claim)?;
		ensure!(entry.twin == twin, Error::<T>::NotTaxpayer);
		let (state, final_on) = match entry.state {
			ClaimState::Assessed { forfeited, final_on } => {
				(ClaimState::Appealed { forfeited }, final_on)
			},
			ClaimState::Denied { final_on } => (ClaimState::DenialAppealed, final_on),
			_ => return Err(Error::<T>::NothingToAppeal.into()),
		};
		ensure!(place.today < final_on, Error::<T>::AppealTooLate);
		let mut from = Credits::new();
		if state == ClaimState::DenialAppealed {
			// It became credit, which may have been used meanwhile.
			let mut books = Books::<T>::open(jurisdiction, entry.currency, place.period);
			ensure!(books.credit_of(twin) >= entry.amount, Error::<T>::CreditTooLow);
			from = books.claim(twin, entry.amount)?;
			books.close();
			Waiting::<T>::insert(jurisdiction, claim, Self::waits(entry.currency, from.clone())?);
		}
		(entry.state, entry.reason) = (state, Some(reason));
		Claims::<T>::insert(jurisdiction, claim, entry);
		Self::deposit_event(Event::RefundAppealed { jurisdiction, claim, reason, from });
		Ok(())
	}

	pub(crate) fn do_decide_appeal(
		jurisdiction: JurisdictionId,
		claim: ClaimId,
		decision: Decision,
	) -> DispatchResult {
		let place = Self::place(jurisdiction)?;
		let mut entry = Self::claim_of(jurisdiction, claim)?;
		let appealed =
			matches!(entry.state, ClaimState::Appealed { .. } | ClaimState::DenialAppealed);
		ensure!(appealed, Error::<T>::NotAppealed);
		let Decision::Pay { forfeited } = decision else {
			Claims::<T>::remove(jurisdiction, claim);
			let to = Self::credit_again((jurisdiction, claim), &entry)?;
			let event = Event::AppealDecided { jurisdiction, claim, decision, to: to.clone() };
			return Self::give_back_credit(&place, (jurisdiction, claim), &entry, &to, event);
		};
		ensure!(forfeited <= entry.amount, Error::<T>::ForfeitTooHigh);
		let to = Credits::new();
		let event = Event::AppealDecided { jurisdiction, claim, decision, to };
		entry.state = ClaimState::Assessed { forfeited, final_on: place.today };
		Claims::<T>::insert(jurisdiction, claim, entry);
		Self::deposit_event(event);
		Self::pay_or_queue(&place, (jurisdiction, claim), entry, true)
	}

	pub(crate) fn do_pay_refund(jurisdiction: JurisdictionId, claim: ClaimId) -> DispatchResult {
		let place = Self::place(jurisdiction)?;
		let entry = Self::claim_of(jurisdiction, claim)?;
		let denied = matches!(entry.state, ClaimState::Denied { .. });
		ensure!(!denied, Error::<T>::ClaimClosed);
		ensure!(is_due(&entry, &place), Error::<T>::ClaimNotReady);
		Self::pay_or_queue(&place, (jurisdiction, claim), entry, true)
	}

	/// Pay claims whose day has come, day by day, as far as `meter` allows.
	pub(crate) fn pay_due(meter: &mut WeightMeter) {
		let (of_day, of_claim) = (T::WeightInfo::idle_day(), T::WeightInfo::idle_claim());
		// Half-migrated books are left alone, also while a migration that failed is repaired.
		if !meter.can_consume(of_day) || migrations::ToV2::<T>::is_due() {
			return;
		}
		let today = Self::utc_today();
		let first = DueCursor::<T>::get().unwrap_or(today);
		let mut day = first;
		while meter.try_consume(of_day).is_ok() {
			// Listed once: to look for the first of a day again and again would be to pass, each time,
			// all that were removed before it in this block. None is put into this day meanwhile.
			let mut keys = Due::<T>::iter_key_prefix(day);
			let is_done = loop {
				if !meter.can_consume(of_claim) {
					break keys.next().is_none();
				}
				let Some(key) = keys.next() else { break true };
				meter.consume(of_claim);
				Due::<T>::remove(day, key);
				Self::pay_in_time(key, today);
			};
			// What is left of a day is for the next block.
			if day >= today || !is_done {
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
		let Ok(place) = Self::place(jurisdiction) else { return };
		let due = match entry.state {
			ClaimState::Denied { final_on } => final_on,
			// An appeal comes back when it is decided.
			_ => match entry.due() {
				Some((due, _)) => due,
				None => return,
			},
		};
		if due > place.today {
			// The clock was changed, or another day was set.
			let day = agenda_day(&place, due).max(today.saturating_add(1));
			Self::put_due(day, (jurisdiction, claim));
			return;
		}
		if let ClaimState::Denied { .. } = entry.state {
			Claims::<T>::remove(jurisdiction, claim);
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
		let mut books = Books::<T>::open(jurisdiction, currency, place.period);
		let money = amount.checked_sub(forfeited).ok_or(DispatchError::Corruption)?;
		let used = books.against_claim(twin, money);
		let money = money.saturating_sub(used);
		if T::Money::balance(currency, &place.treasury) < money {
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
		Claims::<T>::remove(jurisdiction, number);
		let taxpayer = T::Twins::account_of(twin)?;
		let kept = match Waiting::<T>::take(jurisdiction, number) {
			Some(Waits { mut kept, .. }) => kept.split(money).ok_or(DispatchError::Corruption)?,
			// From before it was noted.
			None => T::Money::keep(currency, money)?,
		};
		// Charged for the time, as if it had waited in a purse. What the account can't hold is set aside
		// for it, and paid.
		let settled = T::Money::settle(currency, &place.treasury, &taxpayer, kept)?;
		books.refund(
			twin,
			amount,
			Refund { forfeited, against: used, charged: settled.charged },
		)?;
		books.close();
		Self::deposit_event(Event::RefundPaid {
			jurisdiction,
			claim: number,
			twin,
			currency,
			amount: money,
			forfeited,
			used,
			charged: settled.charged,
			set_aside: settled.set_aside,
		});
		Ok(())
	}

	/// What credit of some periods waits as once it is claimed.
	fn waits(currency: CurrencyId, from: Credits) -> Result<Waits, DispatchError> {
		Ok(Waits { kept: Self::kept_of(currency, &from)?, from })
	}

	/// What credit of some periods is kept as: it has been in the treasury since, while what is in
	/// purses is charged. Each month's may be claimed at its end.
	pub(crate) fn kept_of(currency: CurrencyId, from: &Credits) -> Result<Kept, DispatchError> {
		let end_of = |period: Period| calendar::first_day_of(period.saturating_add(1));
		let parts = from.iter().map(|(period, amount)| (*amount, end_of(*period)));
		T::Money::kept_since(currency, &parts.collect::<Vec<_>>())
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
		let mut caps = place.settings.refund_caps.iter().rev();
		let cap = caps.find(|it| Day::from(it.age_days) <= age);
		let cap = cap.map(|it| in_minor_units::<T>(it.cap, currency));
		let Some(cap) = cap.filter(|cap| amount <= *cap) else { return false };
		let pending = Accounts::<T>::get((jurisdiction, twin, currency)).pending;
		// Saturates: too much for the arithmetic is above every cap that could matter.
		let mut claimed = pending.saturating_add(amount);
		let (mut returned, mut output): (Balance, Balance) = (0, 0);
		for period in [place.period.saturating_sub(1), place.period] {
			let statement = Statements::<T>::get((jurisdiction, twin, currency, period));
			claimed = claimed.saturating_add(statement.refunded);
			// What invoices took off for returns is taken back as by a note.
			let taken_off = statement.taken_off;
			returned = returned.saturating_add(statement.returned).saturating_add(taken_off);
			output = output.saturating_add(statement.output).saturating_add(taken_off);
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

/// The day on which a wait of `days` that begins on `day` is over: whenever in the day it began, so
/// many times 24 hours have passed.
fn after(day: Day, days: u16) -> Day {
	day.saturating_add(days.into()).saturating_add(1)
}

/// Whole units of a currency in its minor units.
fn in_minor_units<T: Config>(whole: Balance, currency: CurrencyId) -> Balance {
	let decimals = T::Money::decimals(currency).unwrap_or(0);
	// Saturates only beyond what there can be of any money.
	whole.saturating_mul(10u128.saturating_pow(decimals.into()))
}

/// The first day by UTC that lies within `day` of a jurisdiction from its beginning on.
fn agenda_day<T: Config>(place: &Place<T>, day: Day) -> Day {
	day.saturating_add((calendar::offset_on(&place.settings.clock, day) < 0).into())
}

/// Whether no more was given back, of output, than the alert allows.
fn is_usual(returned: Balance, output: Balance, alert: Ppm) -> bool {
	// Too much for the arithmetic is too much.
	let allowed = mul_div_up(returned, MILLION.into(), output.max(1));
	returned == 0 || (output > 0 && allowed.is_ok_and(|share| share <= alert.into()))
}
