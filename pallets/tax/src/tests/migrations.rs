//! From version 1: entries as they were, made of what calls left behind.

use crate::{
	migrations::{aged::*, v1::*, *},
	mock::*,
	*,
};
use frame::{
	deps::{
		frame_support::{
			migrations::{SteppedMigration, SteppedMigrationError},
			storage::unhashed,
			traits::OnRuntimeUpgrade,
			weights::WeightMeter,
		},
		sp_io,
	},
	testing_prelude::*,
	traits::Hooks,
};
use ourledger_math::rounding::MILLION;
use ourledger_primitives::invoice::Sale;

parameter_types! {
	pub static UpgradeLimit: Weight = Weight::MAX;
}

const YEAR: Year = 2024;

fn begin() -> Weight {
	UpgradeLimit::set(Weight::MAX);
	BeginToV2::<Test, UpgradeLimit>::on_runtime_upgrade()
}

fn age_jurisdiction(change: impl FnOnce(&mut OldJurisdiction<AccountId>)) {
	let town = Jurisdictions::<Test>::get(TOWN).expect("the town was founded");
	let mut old = old_jurisdiction(town);
	change(&mut old);
	unhashed::put(&Jurisdictions::<Test>::hashed_key_for(TOWN), &old);
}

/// Let everything be as version 1 had it.
fn age_state() {
	age_jurisdiction(|_| ());
	for (key, it) in Accounts::<Test>::iter().collect::<Vec<_>>() {
		unhashed::put(&Accounts::<Test>::hashed_key_for(key), &old_account(it));
	}
	for (key, it) in Statements::<Test>::iter().collect::<Vec<_>>() {
		unhashed::put(&Statements::<Test>::hashed_key_for(key), &old_statement(it));
	}
	for (a, b, it) in Treasuries::<Test>::iter().collect::<Vec<_>>() {
		unhashed::put(&Treasuries::<Test>::hashed_key_for(a, b), &old_book(it));
	}
	for ((owner, year, place, currency), it) in Turnovers::<Test>::drain().collect::<Vec<_>>() {
		OldTurnovers::<Test>::insert((place, owner, currency, year), it);
	}
	StorageVersion::new(1).put::<Pallet<Test>>();
	System::reset_events();
}

/// Trade of many kinds: levies, withholding, reverse charge, notes, claims, turnover.
fn trade_for_a_while() {
	trade_and_pay(A, B, &[(S20, 1_000), (S15, 100)]);
	trade_and_pay(B, C, &[(REVERSE, 500)]);
	trade_and_pay(D, A, &[(OUTSIDE, 70)]);
	trade_and_pay(E, None, &[(OUTSIDE, 30)]);
	let sold = Sale { levies: bounded(vec![levy(LEVY_IN, S20, 0)]), ..sale(&[(S20, 300)]) };
	invoice(A, C, &Sale { withholdings: bounded(vec![WITHHELD]), ..sold }).pay(100);
	assert_ok!(claim_refund(B, 150));
	assert_ok!(claim_refund(B, 60));
	set_day(TODAY + 31);
	trade_and_pay(A, B, &[(S20, 1_000)]);
}

/// All that is stored of the books.
fn stored() -> impl PartialEq + core::fmt::Debug {
	(
		Jurisdictions::<Test>::get(TOWN),
		Accounts::<Test>::iter().collect::<Vec<_>>(),
		Statements::<Test>::iter().collect::<Vec<_>>(),
		Treasuries::<Test>::iter().collect::<Vec<_>>(),
		Turnovers::<Test>::iter().collect::<Vec<_>>(),
		Claims::<Test>::iter().collect::<Vec<_>>(),
	)
}

#[test]
fn books_stay_what_they_are() {
	build_and_execute(|| {
		// As settings are once they have been migrated.
		amend(|it| (it.tip_limit, it.least_claim) = (MILLION, 1));
		trade_for_a_while();
		let before = stored();
		age_state();
		assert_eq!(Tax::treasury(TOWN, MONEY).map(|it| it.book), None, "it can't be read");

		begin();
		check_invariants();
		assert_eq!(stored(), before);
		assert_eq!(events(), []);
		for key in Turnovers::<Test>::iter_keys() {
			let key = Turnovers::<Test>::hashed_key_for(key);
			assert_eq!(turnover_key::<Test>(&key), None, "it is an old one");
		}
		assert_eq!(StorageVersion::get::<Pallet<Test>>(), 2);
		// And go on.
		trade_and_pay(B, A, &[(S20, 1_000)]);
	});
}

#[test]
fn settings_keep_their_meaning() {
	let migrated = |decimals, change: fn(&mut OldSettings)| {
		let mut settings = None;
		build_and_execute(|| {
			Decimals::set(decimals);
			StorageVersion::new(1).put::<Pallet<Test>>();
			age_jurisdiction(|it| change(&mut it.settings));
			begin();
			let town = Jurisdictions::<Test>::get(TOWN).expect("it can be read");
			assert_eq!(town.treasury, Tax::treasury_of(TOWN));
			// What governance reads it can decide again.
			let origin = RuntimeOrigin::root();
			assert_ok!(Tax::amend_jurisdiction(origin, TOWN, town.settings.clone()));
			settings = Some(town.settings);
		});
		settings.expect("a test sets it")
	};
	let new = Settings { tip_limit: MILLION, least_claim: 1, ..settings() };
	assert_eq!(migrated(0, |_| ()), new);

	let cap = |age_days, cap| RefundCap { age_days, cap };
	let caps = |decimals, change| migrated(decimals, change).refund_caps.into_inner();
	assert_eq!(caps(2, |_| ()), [cap(0, 2), cap(30, 10)]);
	// Rounded down, and no more than there can be of anything.
	assert_eq!(caps(3, |it| it.refund_caps[1].cap = u128::MAX)[0], cap(0, 0));
	let most = ourledger_primitives::invoice::MAX_AMOUNT;
	assert_eq!(caps(3, |it| it.refund_caps[1].cap = u128::MAX)[1], cap(30, most));
	// Whatever it accepts later.
	let without = |it: &mut OldSettings| {
		(it.currencies, it.thresholds) = (bounded(vec![]), bounded(vec![]));
	};
	assert_eq!(caps(0, without), [cap(0, 0), cap(30, 1)]);

	assert_eq!(migrated(0, |it| it.utc_offset_minutes = -720).clock, clock(&[(0, -720)]));
	assert_eq!(migrated(0, |it| it.unpaid_days = 366).unpaid_days, 366);
	assert_eq!(migrated(0, |it| it.unpaid_days = 367).unpaid_days, 366);
}

#[test]
fn turnover_goes_to_the_owner() {
	build_and_execute(|| {
		assert_ok!(own(D, E));
		age_state();
		// Before it said so, in this year and the last, and of the owner.
		for (owner, year, amount) in [(D, YEAR, 6_000), (D, YEAR - 1, 5), (E, YEAR, 4_000)] {
			OldTurnovers::<Test>::insert((TOWN, owner, MONEY, year), amount);
		}
		begin();
		let turnover = |owner, year| Turnovers::<Test>::get((owner, year, TOWN, MONEY));
		assert_eq!((turnover(D, YEAR), turnover(E, YEAR)), (0, 10_000));
		assert_eq!((turnover(D, YEAR - 1), turnover(E, YEAR - 1)), (5, 0));
		let (jurisdiction, currency, year, turnover) = (TOWN, MONEY, YEAR, 10_000);
		let moved = Event::TurnoverMoved {
			jurisdiction,
			from: D,
			to: E,
			currency,
			year,
			amount: 6_000,
			turnover,
		};
		let crossed = Event::ThresholdCrossed { jurisdiction, owner: E, currency, year, turnover };
		assert_eq!(events(), [moved, crossed]);
	});
}

#[test]
fn keys_of_turnover_are_told_apart() {
	build_and_execute(|| {
		for part in [0, 1, 2, 2_024, u32::MAX] {
			let old = OldTurnovers::<Test>::hashed_key_for((part, u64::from(part), part, part));
			let parts = Some((part, u64::from(part), part, part));
			assert_eq!(turnover_key::<Test>(&old), parts);
			let new = Turnovers::<Test>::hashed_key_for((u64::from(part), part, part, part));
			assert_eq!(turnover_key::<Test>(&new), None);
			assert_eq!(turnover_key::<Test>(&new[..40]), None);
		}
	});
}

/// Enough for an entry, but hardly for two.
fn step() -> Result<Option<()>, SteppedMigrationError> {
	let limit = <() as WeightInfo>::migrate_owner() * 2;
	ToV2::<Test>::step(None, &mut WeightMeter::with_limit(limit))
}

#[test]
fn a_step_at_a_time_comes_to_the_same() {
	let mut ends = Vec::new();
	for steps_before_it_fails in [None, Some(1), Some(3)] {
		build_and_execute(|| {
			trade_for_a_while();
			assert_ok!(own(D, E));
			age_state();
			OldTurnovers::<Test>::insert((TOWN, D, MONEY, YEAR), 7);
			let mut steps = 0;
			while step().expect("there is enough weight").is_some() {
				steps += 1;
				// Half-migrated, nothing is touched: claims are due.
				set_day(TODAY + 100);
				assert_storage_noop!(Tax::on_idle(1, Weight::MAX));
				set_day(TODAY + 31);
				if steps_before_it_fails == Some(steps) {
					// What is begun again goes on.
					UpgradeLimit::set(<() as WeightInfo>::migrate_entry());
					BeginToV2::<Test, UpgradeLimit>::on_runtime_upgrade();
				}
			}
			assert!(steps > 3, "{steps}");
			System::reset_events();
			ends.push(sp_io::storage::root(Default::default()));
			check_invariants();
			set_day(TODAY + 100);
			Tax::on_idle(1, Weight::MAX);
			assert_eq!(Claims::<Test>::iter().count(), 0);
		});
	}
	build_and_execute(|| {
		trade_for_a_while();
		assert_ok!(own(D, E));
		age_state();
		OldTurnovers::<Test>::insert((TOWN, D, MONEY, YEAR), 7);
		begin();
		System::reset_events();
		ends.push(sp_io::storage::root(Default::default()));
	});
	ends.dedup();
	assert_eq!(ends.len(), 1);
}

#[test]
fn what_has_ended_does_nothing() {
	build_and_execute(|| {
		trade_for_a_while();
		age_state();
		begin();
		assert_storage_noop!(begin());
		assert_storage_noop!(assert_eq!(step(), Ok(None)));
	});
}

#[test]
fn too_little_weight_is_told() {
	build_and_execute(|| {
		age_state();
		let step = |limit| ToV2::<Test>::step(None, &mut WeightMeter::with_limit(limit));
		let Err(SteppedMigrationError::InsufficientWeight { required }) = step(Weight::zero())
		else {
			panic!("it can't advance");
		};
		let less = required.saturating_sub(Weight::from_parts(1, 0));
		assert_storage_noop!(assert!(step(less).is_err()));
		assert!(step(required).is_ok());
		begin();
	});
}

#[test]
fn a_jurisdiction_that_is_made_meanwhile_stays() {
	build_and_execute(|| {
		trade_for_a_while();
		age_state();
		assert_ok!(step());
		let create = Tax::create_jurisdiction(RuntimeOrigin::root(), text("Next"), settings());
		assert_ok!(create);
		while step().expect("there is enough weight").is_some() {}
		let made = Jurisdictions::<Test>::get(TOWN + 1).expect("it can be read");
		assert_eq!(made.settings, settings());
	});
}

#[cfg(feature = "try-runtime")]
mod checks {
	use super::*;

	#[test]
	fn checks_before_and_after_agree() {
		build_and_execute(|| {
			trade_for_a_while();
			age_state();
			let before = ToV2::<Test>::pre_upgrade().expect("all can be read");
			assert_ok!(step());
			assert_ok!(step());
			assert_eq!(ToV2::<Test>::pre_upgrade(), Ok(before.clone()), "half-way, too");
			assert!(ToV2::<Test>::post_upgrade(before.clone()).is_err(), "it hasn't ended");
			type Begin = BeginToV2<Test, UpgradeLimit>;
			assert_ok!(Begin::post_upgrade(before.clone()));
			begin();
			assert_ok!(ToV2::<Test>::post_upgrade(before.clone()));
			assert_ok!(Begin::post_upgrade(before));
		});
	}

	#[test]
	fn a_changed_amount_is_found() {
		build_and_execute(|| {
			trade_for_a_while();
			age_state();
			let before = ToV2::<Test>::pre_upgrade().expect("all can be read");
			begin();
			let found = |change: fn()| {
				let _ = frame::deps::frame_support::storage::with_storage_layer(|| {
					change();
					let after = ToV2::<Test>::post_upgrade(before.clone());
					assert_eq!(after, Err("a migration changed amounts".into()));
					Err::<(), DispatchError>(DispatchError::Unavailable)
				});
			};
			let month = (TOWN, A, MONEY, OCTOBER);
			found(|| Accounts::<Test>::mutate((TOWN, B, MONEY), |it| it.pending += 1));
			found(|| Statements::<Test>::mutate((TOWN, A, MONEY, OCTOBER), |it| it.output += 1));
			found(|| Statements::<Test>::remove((TOWN, A, MONEY, OCTOBER)));
			found(|| Treasuries::<Test>::mutate(TOWN, MONEY, |it| it.remitted += 1));
			found(|| Turnovers::<Test>::insert((D, YEAR, TOWN, MONEY), 1));
			assert!(Statements::<Test>::contains_key(month));
			assert_ok!(ToV2::<Test>::post_upgrade(before.clone()));
		});
	}
}
