//! Jurisdictions, codes, registrations, owners.

use crate::{mock::*, *};
use frame::{testing_prelude::*, traits::BadOrigin};
use ourledger_primitives::{
	tax::{Jurisdictions as _, TaxCode, TaxKind, TaxRules, VatCategory},
	twin::TwinNumber,
};

const S: TaxKind = TaxKind::Vat(VatCategory::Standard);

/// What makes something invalid, and what is said of it.
type Change<I> = (fn(&mut I), Error<Test>);

fn deposit() -> Balance {
	let bytes = Tax::taxpayer_footprint().size as Balance;
	ItemPrice::get() + BytePrice::get() * bytes
}

#[test]
fn create_jurisdiction_opens_a_treasury() {
	build_and_execute(|| {
		let settings = settings();
		let root = RuntimeOrigin::root();
		assert_ok!(Tax::create_jurisdiction(root, text("Next Town"), settings.clone()));
		let treasury = Tax::treasury_of(1);
		assert_ne!(treasury, Tax::treasury_of(TOWN));
		let name = text("Next Town");
		let event = Event::JurisdictionCreated { jurisdiction: 1, name, settings, treasury };
		assert_eq!(last_event(), Some(event));
		assert_eq!(Tax::jurisdictions(0, 100).len(), 2);
		assert_eq!(Tax::jurisdictions(1, 100).first().map(|(id, _)| *id), Some(1));
		assert_eq!(Tax::jurisdictions(0, 1).len(), 1);
		assert_eq!(Tax::authority_of(1), Ok(AUTHORITY));
		assert_eq!(Tax::authority_of(2), Err(Error::<Test>::JurisdictionNotFound.into()));
	});
}

#[test]
fn a_treasury_is_open_before_its_jurisdiction_is_made() {
	build_and_execute(|| {
		let is_open = |id| Pots::contains_key(Tax::treasury_of(id));
		assert!(is_open(1) && !is_open(2));
		let root = RuntimeOrigin::root();
		assert_ok!(Tax::create_jurisdiction(root, text("Next Town"), settings()));
		assert!(is_open(2) && !is_open(3));
	});
}

#[test]
fn summer_time_begins_on_the_day_that_was_set_ahead() {
	const DAY: u64 = 86_400_000;
	const HOUR: u64 = 3_600_000;
	build_and_execute(|| {
		amend(|settings| {
			settings.clock = clock(&[(0, 0), (TODAY + 10, 60), (TODAY + 20, 0)]);
		});
		for (day, offset) in [(5, 0), (10, 1), (15, 1), (20, 0), (25, 0)] {
			let midnight = u64::from(TODAY + day) * DAY - offset * HOUR;
			Now::set(midnight - 1);
			assert_eq!(Tax::today(TOWN), Some(TODAY + day - 1));
			Now::set(midnight);
			assert_eq!(Tax::today(TOWN), Some(TODAY + day));
		}
		// Rates change with it.
		assert_ok!(Tax::set_rate(authority(), TOWN, S15, TODAY + 26, 200_000));
		let past = Tax::set_rate(authority(), TOWN, S15, TODAY + 25, 1);
		assert_eq!(past, Err(Error::<Test>::RateInPast.into()));
		// What is past may be forgotten; today stays.
		amend(|settings| settings.clock = clock(&[(TODAY, 0), (TODAY + 26, 60)]));
		assert_eq!(Tax::today(TOWN), Some(TODAY + 25));
	});
}

#[test]
fn jurisdictions_are_governances_to_make() {
	build_and_execute(|| {
		let create = |origin| Tax::create_jurisdiction(origin, text("x"), settings());
		assert_noop!(create(authority()), BadOrigin);
		assert_noop!(Tax::amend_jurisdiction(authority(), TOWN, settings()), BadOrigin);
		let unnamed = Tax::create_jurisdiction(RuntimeOrigin::root(), text(" "), settings());
		assert_eq!(unnamed, Err(Error::<Test>::NameMalformed.into()));
		let amend = Tax::amend_jurisdiction(RuntimeOrigin::root(), 1, settings());
		assert_eq!(amend, Err(Error::<Test>::JurisdictionNotFound.into()));
	});
}

#[test]
fn settings_are_checked() {
	build_and_execute(|| {
		let changes: Vec<Change<Settings>> = vec![
			(|it| it.auditors = bounded(vec![A, A]), Error::SettingsInvalid),
			(|it| it.currencies = bounded(vec![9]), Error::CurrencyNotFound),
			(|it| it.currencies = bounded(vec![MONEY, MONEY]), Error::SettingsInvalid),
			(|it| it.thresholds = bounded(vec![(9, 1)]), Error::CurrencyNotFound),
			(|it| it.thresholds = bounded(vec![(MONEY, 1), (MONEY, 2)]), Error::SettingsInvalid),
			(|it| it.reporting = *b"eur", Error::SettingsInvalid),
			(|it| it.clock = clock(&[]), Error::SettingsInvalid),
			(|it| it.clock = clock(&[(0, 0), (99_000, -721)]), Error::SettingsInvalid),
			(|it| it.clock = clock(&[(0, 0), (99_000, 841)]), Error::SettingsInvalid),
			(|it| it.clock = clock(&[(5, 0), (5, 0)]), Error::SettingsInvalid),
			(|it| it.clock = clock(&[(0, 0), (TODAY, 60)]), Error::ClockInPast),
			(|it| it.clock = clock(&[(0, 60), (TODAY + 1, 0)]), Error::ClockInPast),
			(|it| it.tip_limit = 1_000_001, Error::SettingsInvalid),
			(|it| it.least_claim = (1 << 100) + 1, Error::SettingsInvalid),
			(
				|it| it.refund_caps = bounded(vec![RefundCap { age_days: 5, cap: 1 << 101 }]),
				Error::SettingsInvalid,
			),
			(|it| it.unpaid_days = 367, Error::SettingsInvalid),
			(|it| it.correction_days = 367, Error::SettingsInvalid),
			(|it| it.hold_days = 367, Error::SettingsInvalid),
			(|it| it.appeal_days = 367, Error::SettingsInvalid),
			(
				|it| it.refund_caps = bounded(vec![RefundCap { age_days: 5, cap: 1 }; 2]),
				Error::SettingsInvalid,
			),
		];
		let amended = |change: fn(&mut Settings)| {
			let mut settings = settings();
			change(&mut settings);
			Tax::amend_jurisdiction(RuntimeOrigin::root(), TOWN, settings)
		};
		for (change, error) in changes {
			assert_noop!(amended(change), error);
		}
		assert_noop!(amended(|it| it.authority = 9), NO_SUCH_TWIN);
		assert_noop!(amended(|it| it.auditors = bounded(vec![0])), NO_SUCH_TWIN);
		for (offset, days) in [(-720, 0), (840, 366)] {
			let changes = [(0, 0), (TODAY + 1, offset)];
			amend(|it| (it.clock, it.correction_days) = (clock(&changes), days));
		}
		let rules = (Tax::correction_days(TOWN), Tax::unpaid_days(TOWN));
		assert_eq!(rules, (Ok(366), Ok(30)));
	});
}

#[test]
fn a_code_is_made_once() {
	build_and_execute(|| {
		let set =
			|code, kind, rate| Tax::set_code(authority(), TOWN, code, text("x"), kind, 5, rate);
		assert_ok!(set(500, S, 1_000_000));
		let name = text("x");
		let made = Event::CodeSet { jurisdiction: TOWN, code: 500, name, kind: S };
		let rated = Event::RateSet { jurisdiction: TOWN, code: 500, from: 5, rate: 1_000_000 };
		assert_eq!(events(), [made, rated]);
		assert_noop!(set(500, S, 1), Error::<Test>::CodeExists);
		assert_noop!(set(OTHER_CODES, S, 1), Error::<Test>::CodeReserved);
		let per_unit = |currency| TaxKind::LevyPerUnit { in_vat_base: true, currency };
		for (kind, rate) in [
			(S, 1_000_001),
			(TaxKind::Withholding, 1_000_001),
			(TaxKind::LevyOnNet { in_vat_base: true }, 1_000_001),
			(TaxKind::Vat(VatCategory::ReverseCharge), 1_000_001),
			(TaxKind::Vat(VatCategory::Zero), 1),
			(TaxKind::Vat(VatCategory::Exempt), 1),
			(TaxKind::Vat(VatCategory::Export), 1),
			(TaxKind::Vat(VatCategory::OutOfScope), 1),
			(per_unit(MONEY), (1 << 100) + 1),
		] {
			assert_noop!(set(501, kind, rate), Error::<Test>::RateInvalid);
		}
		assert_noop!(set(501, per_unit(9), 1), Error::<Test>::CurrencyNotFound);
		assert_ok!(set(501, per_unit(MONEY), 1 << 100));
		let unnamed = Tax::set_code(authority(), TOWN, 502, text(""), S, 5, 1);
		assert_eq!(unnamed, Err(Error::<Test>::NameMalformed.into()));
		let by_other = Tax::set_code(by(A), TOWN, 502, text("x"), S, 5, 1);
		assert_eq!(by_other, Err(Error::<Test>::NotAuthority.into()));
		let known = Tax::codes(TOWN).len() as TaxCode;
		for code in 0..64 - known {
			assert_ok!(set(1_000 + code, S, 1));
		}
		assert_noop!(set(2_000, S, 1), Error::<Test>::TooManyCodes);
		assert!(Tax::codes(TOWN).windows(2).all(|pair| pair[0].0 < pair[1].0));
	});
}

#[test]
fn a_rate_changes_tomorrow_at_the_earliest() {
	build_and_execute(|| {
		let set = |day, rate| Tax::set_rate(authority(), TOWN, S15, day, rate);
		assert_noop!(set(TODAY, 1), Error::<Test>::RateInPast);
		assert_ok!(set(TODAY + 2, 1));
		assert_ok!(set(TODAY + 1, 2));
		assert_ok!(set(TODAY + 2, 3));
		let rates = Tax::code(TOWN, S15).map(|it| it.rates.into_inner());
		assert_eq!(rates, Some(vec![(19_000, 150_000), (TODAY + 1, 2), (TODAY + 2, 3)]));
		let event = Event::RateSet { jurisdiction: TOWN, code: S15, from: TODAY + 2, rate: 3 };
		assert_eq!(last_event(), Some(event));
		assert_noop!(set(TODAY + 3, 1_000_001), Error::<Test>::RateInvalid);
		for day in 3..32 {
			assert_ok!(set(TODAY + day, 1));
		}
		assert_noop!(set(TODAY + 32, 1), Error::<Test>::TooManyRates);
		assert_ok!(set(TODAY + 31, 2));
		let unknown = Tax::set_rate(authority(), TOWN, 999, TODAY + 1, 1);
		assert_eq!(unknown, Err(Error::<Test>::CodeNotFound.into()));
		let by_other = Tax::set_rate(by(A), TOWN, S15, TODAY + 1, 1);
		assert_eq!(by_other, Err(Error::<Test>::NotAuthority.into()));
	});
}

#[test]
fn a_request_is_approved_on_the_applicants_deposit() {
	build_and_execute(|| {
		assert_ok!(Tax::apply(by(D), TOWN, text("BE-0123.456/7")));
		let tax_number = text("BE-0123.456/7");
		let event = Event::TaxpayerApplied { jurisdiction: TOWN, twin: D, tax_number };
		assert_eq!(last_event(), Some(event));
		assert_eq!((held(D), Tax::deposits().taxpayer), (deposit(), deposit()));
		assert!(!Tax::is_business(TOWN, D));
		assert_noop!(Tax::apply(by(D), TOWN, text("1")), Error::<Test>::AlreadyTaxpayer);
		let before = held(AUTHORITY);
		set_day(TODAY + 3);
		assert_ok!(Tax::register(authority(), TOWN, D, terms()));
		let event = Event::TaxpayerRegistered { jurisdiction: TOWN, twin: D, terms: terms() };
		assert_eq!(last_event(), Some(event));
		assert_eq!((held(D), held(AUTHORITY)), (deposit(), before));
		assert!(Tax::is_business(TOWN, D));
		let info = Tax::taxpayer(TOWN, D).expect("it was registered");
		assert_eq!((info.state, info.registered), (TaxpayerState::Registered, TODAY + 3));

		assert_ok!(Tax::deregister(authority(), TOWN, D));
		let event = Event::TaxpayerDeregistered { jurisdiction: TOWN, twin: D };
		assert_eq!(last_event(), Some(event));
		assert_eq!(held(D), 0);
		assert!(!Tax::is_business(TOWN, D));
		// It may come back.
		assert_ok!(Tax::apply(by(D), TOWN, text("1")));
		assert_eq!(held(D), deposit());
	});
}

#[test]
fn the_authority_registers_outright_on_its_own_deposit() {
	build_and_execute(|| {
		let before = held(AUTHORITY);
		assert_ok!(Tax::register(authority(), TOWN, D, terms()));
		assert_eq!((held(D), held(AUTHORITY)), (0, before + deposit()));
		let again = Tax::register(authority(), TOWN, D, terms());
		assert_eq!(again, Err(Error::<Test>::AlreadyTaxpayer.into()));
		assert_ok!(Tax::deregister(authority(), TOWN, D));
		assert_eq!(held(AUTHORITY), before);
	});
}

#[test]
fn a_request_can_be_turned_down_or_withdrawn() {
	build_and_execute(|| {
		for by_whom in [authority(), by(D)] {
			assert_ok!(Tax::apply(by(D), TOWN, text("1")));
			assert_noop!(Tax::deregister(by(E), TOWN, D), Error::<Test>::NotAuthority);
			assert_ok!(Tax::deregister(by_whom, TOWN, D));
			assert_eq!((held(D), Tax::taxpayer(TOWN, D)), (0, None));
		}
		assert_noop!(Tax::deregister(by(A), TOWN, A), Error::<Test>::NotRequested);
		assert_noop!(Tax::deregister(authority(), TOWN, D), Error::<Test>::NotTaxpayer);
		assert_ok!(Tax::deregister(authority(), TOWN, A));
		assert_noop!(Tax::deregister(authority(), TOWN, A), Error::<Test>::NotTaxpayer);
		assert_noop!(Tax::deregister(authority(), 1, A), Error::<Test>::JurisdictionNotFound);
	});
}

#[test]
fn terms_are_checked() {
	build_and_execute(|| {
		let changes: Vec<Change<TaxpayerTerms>> = vec![
			(|it| it.tax_number = text(""), Error::TaxNumberMalformed),
			(|it| it.tax_number = text("1 2"), Error::TaxNumberMalformed),
			(|it| it.zero_codes = bounded(vec![999]), Error::CodeNotFound),
			(|it| it.zero_codes = bounded(vec![S15]), Error::WrongCodeKind),
			(|it| it.zero_codes = bounded(vec![WITHHELD]), Error::WrongCodeKind),
			(|it| it.zero_codes = bounded(vec![ZERO, ZERO]), Error::DuplicateCode),
			(|it| it.deductible = bounded(vec![(999, 1)]), Error::CodeNotFound),
			(|it| it.deductible = bounded(vec![(LEVY_IN, 1)]), Error::WrongCodeKind),
			(|it| it.deductible = bounded(vec![(S15, 1_000_001)]), Error::RateInvalid),
			(|it| it.deductible = bounded(vec![(S15, 1), (S15, 2)]), Error::DuplicateCode),
		];
		for (change, error) in changes {
			let mut terms = terms();
			change(&mut terms);
			let amended = Tax::amend_taxpayer(authority(), TOWN, A, terms.clone());
			assert_eq!(amended, Err(DispatchError::from(error)));
			assert!(Tax::register(authority(), TOWN, D, terms).is_err());
		}
		let amended = TaxpayerTerms { deductible: bounded(vec![(S15, 1_000_000)]), ..terms() };
		assert_ok!(Tax::amend_taxpayer(authority(), TOWN, A, amended.clone()));
		let event = Event::TaxpayerAmended { jurisdiction: TOWN, twin: A, terms: amended };
		assert_eq!(last_event(), Some(event));
		let unknown = Tax::amend_taxpayer(authority(), TOWN, D, terms());
		assert_eq!(unknown, Err(Error::<Test>::NotTaxpayer.into()));
		let by_other = Tax::amend_taxpayer(by(A), TOWN, A, terms());
		assert_eq!(by_other, Err(Error::<Test>::NotAuthority.into()));
		assert_noop!(Tax::apply(by(D), TOWN, text("ä")), Error::<Test>::TaxNumberMalformed);
		assert_noop!(Tax::apply(by(D), 1, text("1")), Error::<Test>::JurisdictionNotFound);
		assert_noop!(Tax::apply(signed(STRANGER), TOWN, text("1")), NOT_ACTING);
	});
}

#[test]
fn nobody_is_registered_who_cannot_act_or_pay() {
	build_and_execute(|| {
		Deactivated::set(vec![D]);
		let registered = Tax::register(authority(), TOWN, D, terms());
		assert_eq!(registered, Err(NO_SUCH_TWIN));
		assert_noop!(Tax::apply(by(D), TOWN, text("1")), NOT_ACTING);
		let by_other = Tax::register(by(A), TOWN, E, terms());
		assert_eq!(by_other, Err(Error::<Test>::NotAuthority.into()));
		let spare = ENDOWMENT - 1;
		assert_ok!(Balances::transfer_allow_death(by(E), STRANGER, spare));
		assert_noop!(Tax::apply(by(E), TOWN, text("1")), TokenError::FundsUnavailable);
	});
}

#[test]
fn ownership_has_one_level() {
	build_and_execute(|| {
		assert_ok!(Tax::declare_owner(by(D), E));
		assert_eq!(last_event(), Some(Event::OwnerDeclared { twin: D, owner: E }));
		assert_ok!(Tax::confirm_owner(by(E), D));
		assert_eq!(last_event(), Some(Event::OwnerConfirmed { twin: D, owner: E }));
		assert_eq!((Owners::<Test>::get(D), DeclaredOwners::<Test>::get(D)), (Some(E), None));
		assert_noop!(Tax::declare_owner(by(D), A), Error::<Test>::AlreadyOwned);
		assert_noop!(Tax::confirm_owner(by(E), D), Error::<Test>::NotDeclared);
		for (twin, owner) in [(A, A), (A, 99), (A, D), (E, A)] {
			assert_noop!(Tax::declare_owner(by(twin), owner), Error::<Test>::OwnerInvalid);
		}
		assert_ok!(own(A, E));
		assert_noop!(Tax::declare_owner(signed(STRANGER), A), NOT_ACTING);
		assert_noop!(Tax::confirm_owner(signed(STRANGER), A), NOT_ACTING);
	});
}

#[test]
fn nobody_is_made_an_owner_unasked() {
	build_and_execute(|| {
		trade_and_pay(D, None, &[(OUTSIDE, 9_999)]);
		// E never heard of D.
		assert_ok!(Tax::declare_owner(by(D), E));
		trade_and_pay(E, None, &[(OUTSIDE, 1)]);
		let of_e = |it: &Event<Test>| matches!(it, Event::ThresholdCrossed { owner: E, .. });
		assert!(!events().iter().any(of_e), "a stranger's sales are E's");
		assert_eq!((turnover(D), turnover(E)), (9_999, 1));
		assert_noop!(Tax::confirm_owner(by(A), D), Error::<Test>::NotDeclared);
		hypothetically!({
			// D thinks better of it; who was named first can't confirm it any more.
			assert_ok!(Tax::declare_owner(by(D), A));
			assert_noop!(Tax::confirm_owner(by(E), D), Error::<Test>::NotDeclared);
			assert_ok!(Tax::confirm_owner(by(A), D));
			assert_eq!(turnover(A), 9_999);
		});
		// Nor does a stranger decide whether E has an owner.
		assert_ok!(own(E, C));
		assert_noop!(Tax::confirm_owner(by(E), D), Error::<Test>::OwnerInvalid);
		assert_eq!(turnover(D), 9_999);
	});
}

#[test]
fn an_owner_that_has_one_meanwhile_is_none() {
	build_and_execute(|| {
		assert_ok!(Tax::declare_owner(by(D), E));
		assert_ok!(own(A, D));
		// D owns A by now.
		assert_noop!(Tax::confirm_owner(by(E), D), Error::<Test>::OwnerInvalid);
	});
}

/// Turnover of a twin this year, in the town's money.
fn turnover(twin: TwinNumber) -> Balance {
	Turnovers::<Test>::get((twin, 2024, TOWN, MONEY))
}

#[test]
fn an_owner_declared_in_mid_year_has_the_turnover_until_then() {
	build_and_execute(|| {
		trade_and_pay(D, None, &[(OUTSIDE, 9_999)]);
		assert_ok!(own(D, E));
		let moved = Event::TurnoverMoved {
			jurisdiction: TOWN,
			from: D,
			to: E,
			currency: MONEY,
			year: 2024,
			amount: 9_999,
			turnover: 9_999,
		};
		assert_eq!(last_event(), Some(moved));
		assert_eq!((turnover(D), turnover(E)), (0, 9_999));
		trade_and_pay(D, None, &[(OUTSIDE, 1)]);
		let crossed = |event: &Event<Test>| matches!(event, Event::ThresholdCrossed { .. });
		assert!(last_event().is_some_and(|event| crossed(&event)));
		assert_eq!((turnover(D), turnover(E)), (0, 10_000));
	});
}

#[test]
fn declaring_an_owner_may_cross_the_threshold() {
	build_and_execute(|| {
		// Around New Year's Eve, clocks differ by a year.
		set_day(TODAY + 88);
		assert_eq!(Tax::period_of(TOWN, TODAY + 88), Some(OCTOBER + 2));
		for twin in [D, E] {
			trade_and_pay(twin, None, &[(OUTSIDE, 5_000)]);
		}
		set_day(TODAY + 89);
		assert_eq!(Tax::period_of(TOWN, TODAY + 89), Some(OCTOBER + 3));
		trade_and_pay(D, None, &[(OUTSIDE, 70)]);
		assert_ok!(own(D, E));
		let crossed = Event::ThresholdCrossed {
			jurisdiction: TOWN,
			owner: E,
			currency: MONEY,
			year: 2024,
			turnover: 10_000,
		};
		assert!(events().contains(&crossed));
		assert_eq!(Turnovers::<Test>::get((E, 2025, TOWN, MONEY)), 70);
	});
}

#[test]
fn turnover_moves_of_so_many_places() {
	build_and_execute(|| {
		for place in 0..=MAX_TURNOVER_PLACES {
			Turnovers::<Test>::insert((D, 2024, TOWN, 100 + place), 1);
		}
		assert_ok!(Tax::declare_owner(by(D), E));
		assert_noop!(Tax::confirm_owner(by(E), D), Error::<Test>::TooManyPlaces);
		Turnovers::<Test>::remove((D, 2024, TOWN, 100));
		// Of other years doesn't matter.
		Turnovers::<Test>::insert((D, 2022, TOWN, 100), 1);
		assert_ok!(Tax::confirm_owner(by(E), D));
		let left = Turnovers::<Test>::iter_prefix((D,)).count();
		let moved = Turnovers::<Test>::iter_prefix((E,)).count();
		assert_eq!((left, moved), (1, MAX_TURNOVER_PLACES as usize));
	});
}

#[test]
fn a_published_rate_is_a_fraction() {
	build_and_execute(|| {
		let publish = |currency, n, d| Tax::publish_rate(authority(), TOWN, currency, n, d);
		assert_eq!(Tax::reporting_rate(TOWN, MONEY), None);
		assert_ok!(publish(MONEY, 3, 2));
		assert_eq!(Tax::reporting_rate(TOWN, MONEY), Some((3, 2)));
		let (numerator, denominator) = (3, 2);
		let event =
			Event::RatePublished { jurisdiction: TOWN, currency: MONEY, numerator, denominator };
		assert_eq!(last_event(), Some(event));
		assert_noop!(publish(MONEY, 0, 1), Error::<Test>::RateInvalid);
		assert_noop!(publish(MONEY, 1, 0), Error::<Test>::RateInvalid);
		assert_noop!(publish(FOREIGN_MONEY, 1, 1), Error::<Test>::CurrencyNotAccepted);
		let by_other = Tax::publish_rate(by(A), TOWN, MONEY, 1, 1);
		assert_eq!(by_other, Err(Error::<Test>::NotAuthority.into()));
	});
}

#[test]
fn clock_and_calendar_are_the_jurisdictions() {
	build_and_execute(|| {
		assert_eq!(Tax::today(TOWN), Some(TODAY));
		set_clock(&[(0, 720)]);
		assert_eq!(Tax::today(TOWN), Some(TODAY + 1));
		assert_eq!(<Tax as TaxRules<AccountId>>::today(TOWN), Ok(TODAY + 1));
		assert_eq!(Tax::period_of(TOWN, TODAY), Some(OCTOBER));
		assert_eq!((Tax::today(1), Tax::period_of(1, TODAY)), (None, None));
		assert_eq!(Tax::treasury(1, MONEY), None);
		let missing = DispatchError::from(Error::<Test>::JurisdictionNotFound);
		assert_eq!(<Tax as TaxRules<AccountId>>::today(1), Err(missing));
		assert_eq!((Tax::correction_days(1), Tax::unpaid_days(1)), (Err(missing), Err(missing)));
		assert!(TaxPalletId::get() != PalletId(*b"py/trsry"));
	});
}
