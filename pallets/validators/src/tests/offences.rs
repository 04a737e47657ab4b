//! The offence handler: what an offence costs, and whom.

use crate::{mock::*, *};
use frame::testing_prelude::*;

const TENTH: Perbill = Perbill::from_percent(10);
const HALF: Perbill = Perbill::from_percent(50);

fn slash_of(validator: AccountId, session: u32, fraction: Perbill, amount: Balance) -> Event<Test> {
	Event::BondSlashed { validator, session, fraction, amount }
}

#[test]
fn an_offence_slashes_into_the_treasury() {
	execute(|| {
		let issuance = Balances::total_issuance();
		offend(1, 0, TENTH);

		assert_eq!(held(1), 900);
		assert_eq!(free(1), ENDOWMENT - BOND);
		assert_eq!(treasury(), 100);
		assert_eq!(Balances::total_issuance(), issuance);
		assert_eq!(Candidacies::<Test>::get(1).map(|candidacy| candidacy.slashed), Some(100));
		assert!(events().contains(&slash_of(1, 0, TENTH, 100)));
	});
}

#[test]
fn an_offence_drops_and_disables_at_once() {
	execute(|| {
		to_session(2);
		offend(1, 2, TENTH);

		let until = 4 + LEAVING_SESSIONS;
		assert_eq!(approved(), [2, 3, 4]);
		assert_eq!(state_of(1), Some(CandidacyState::Leaving { until }));
		assert_eq!(disabled(), [1]);
		assert_eq!(
			events(),
			[slash_of(1, 2, TENTH, 100), Event::OffenderDropped { validator: 1, until }]
		);

		// Session 3 was planned with it already; session 4 is without it.
		next_session();
		assert_eq!(Session::validators(), [1, 2, 3, 4]);
		assert_eq!(disabled(), [1]);
		next_session();
		assert_eq!(Session::validators(), [2, 3, 4]);
		assert_eq!(disabled(), [0; 0]);
	});
}

#[test]
fn an_offender_stays_disabled_although_the_next_set_is_new() {
	execute(|| {
		to_session(2);
		join(ALICE);
		// From here on, session 4 has another set than session 3, so everyone is enabled in it.
		next_session();
		offend(2, 3, TENTH);
		assert_eq!(disabled(), [2]);

		next_session();
		assert!(AuthoritiesChanged::get());
		assert_eq!(Session::validators(), [1, 2, 3, 4, ALICE]);
		assert_eq!(disabled(), [2]);

		next_session();
		assert_eq!(Session::validators(), [1, 3, 4, ALICE]);
		assert_eq!(disabled(), [0; 0]);
	});
}

#[test]
fn who_leaves_without_offence_is_not_disabled() {
	execute(|| {
		assert_ok!(Validators::leave(signed(1)));
		assert_ok!(Validators::remove(signed(REMOVER), 2));
		next_session();
		assert_eq!(Session::validators(), GENESIS_VALIDATORS);
		assert_eq!(disabled(), [0; 0]);
	});
}

#[test]
fn a_second_offence_of_the_session_costs_nothing_more() {
	execute(|| {
		offend(1, 0, TENTH);
		let before = events().len();
		for _ in 0..10 {
			offend(1, 0, TENTH);
		}
		offend(1, 0, Perbill::from_percent(9));

		assert_eq!(held(1), 900);
		assert_eq!(treasury(), 100);
		assert_eq!(events().len(), before);
	});
}

#[test]
fn a_higher_fraction_of_the_session_costs_the_difference() {
	execute(|| {
		offend(1, 0, TENTH);
		offend(1, 0, HALF);

		assert_eq!(held(1), 500);
		assert_eq!(last_event(), Some(slash_of(1, 0, HALF, 400)));

		offend(1, 0, TENTH);
		offend(1, 0, HALF);
		assert_eq!(held(1), 500);
	});
}

#[test]
fn steps_of_a_session_never_add_up_to_more_than_the_highest() {
	GovernedBond::set(999);
	execute(|| {
		for parts in 1..=1_000 {
			offend(1, 0, Perbill::from_rational(parts, 3_000u32));
		}
		// What one report of just under a third takes: 332.99… rounded down.
		assert_eq!(treasury(), 332);
	});
}

#[test]
fn an_offence_in_another_session_costs_again() {
	execute(|| {
		offend(1, 0, TENTH);
		to_session(1);
		offend(1, 1, TENTH);
		offend(1, 0, TENTH);

		// Both times from the whole bond, not from what is left.
		assert_eq!(held(1), 800);
		assert_eq!(treasury(), 200);
	});
}

#[test]
fn others_of_the_session_are_charged_for_themselves() {
	execute(|| {
		offend(1, 0, TENTH);
		// The offences pallet reports the first offender again beside the second.
		offend_together(&[1, 2], 0, HALF);

		assert_eq!(held(1), 500);
		assert_eq!(held(2), 500);
		assert_eq!(approved(), [3, 4]);
		let charged = SlashedFractions::<Test>::get(0);
		assert_eq!(charged.get(&1), Some(&HALF));
		assert_eq!(charged.get(&2), Some(&HALF));
	});
}

#[test]
fn slashes_stop_when_the_bond_is_used_up() {
	execute(|| {
		offend(1, 0, Perbill::from_percent(70));
		to_session(1);
		offend(1, 1, Perbill::from_percent(70));

		assert_eq!(held(1), 0);
		assert_eq!(free(1), ENDOWMENT - BOND);
		assert_eq!(treasury(), BOND);
		assert_eq!(last_event(), Some(slash_of(1, 1, Perbill::from_percent(70), 300)));
		assert_eq!(Candidacies::<Test>::get(1).map(|candidacy| candidacy.slashed), Some(BOND));
	});
}

#[test]
fn an_offence_of_fraction_zero_is_forgiven() {
	execute(|| {
		offend(1, 0, Perbill::zero());

		assert_eq!(held(1), BOND);
		assert_eq!(approved(), GENESIS_VALIDATORS);
		assert_eq!(disabled(), [0; 0]);
		assert_eq!(events(), []);
		assert!(!SlashedFractions::<Test>::contains_key(0));
	});
}

#[test]
fn a_leaving_validator_is_slashed_and_disabled_but_keeps_its_date() {
	execute(|| {
		assert_ok!(Validators::leave(signed(1)));
		to_session(1);
		offend(1, 1, TENTH);

		assert_eq!(held(1), 900);
		assert_eq!(disabled(), [1]);
		assert_eq!(state_of(1), Some(CandidacyState::Leaving { until: 2 + LEAVING_SESSIONS }));
		assert_eq!(events(), [slash_of(1, 1, TENTH, 100)]);
	});
}

#[test]
fn an_offence_is_slashed_after_leaving_inside_the_window() {
	execute(|| {
		assert_ok!(Validators::leave(signed(1)));
		to_session(1 + LEAVING_SESSIONS);
		offend(1, 1, HALF);

		assert_eq!(held(1), 500);
		assert_eq!(disabled(), [0; 0]);
	});
}

#[test]
fn an_offence_outside_the_window_is_ignored() {
	execute(|| {
		to_session(LEAVING_SESSIONS + 1);
		offend(1, 0, HALF);
		assert_eq!(held(1), BOND);
		assert_eq!(approved(), GENESIS_VALIDATORS);

		// The oldest open session.
		offend(1, 1, HALF);
		assert_eq!(held(1), 500);
	});
}

#[test]
fn an_offence_of_a_session_to_come_is_ignored() {
	execute(|| {
		to_session(1);
		offend(1, 2, HALF);
		assert_eq!(held(1), BOND);
		assert_eq!(events(), []);
		offend(1, 1, HALF);
		assert_eq!(held(1), 500);
	});
}

#[test]
fn the_last_validator_is_slashed_but_stays() {
	ExtBuilder::default().validators([1]).build_and_execute(|| {
		offend(1, 0, HALF);

		assert_eq!(held(1), 500);
		assert_eq!(approved(), [1]);
		assert_eq!(state_of(1), Some(CandidacyState::Approved));
		assert_eq!(disabled(), [0; 0]);
		assert_eq!(events(), [slash_of(1, 0, HALF, 500), Event::OffenderKept { validator: 1 }]);

		to_session(3);
		assert_eq!(Session::validators(), [1]);
	});
}

#[test]
fn a_kept_offender_is_dropped_by_its_next_offence_once_it_has_company() {
	ExtBuilder::default().validators([1]).build_and_execute(|| {
		offend(1, 0, HALF);
		join(ALICE);
		to_session(2);
		offend(1, 2, TENTH);

		assert_eq!(approved(), [ALICE]);
		assert_eq!(held(1), 400);
	});
}

#[test]
fn a_kept_offender_serves_on_with_its_company() {
	ExtBuilder::default().validators([1]).build_and_execute(|| {
		offend(1, 0, HALF);
		[5, 6, 7].into_iter().for_each(join);
		to_session(2);

		// One of four may be disabled, but who was kept is there to serve.
		assert_eq!(Session::validators(), [1, 5, 6, 7]);
		assert_eq!(disabled(), [0; 0]);
	});
}

#[test]
fn offenders_together_never_empty_the_set() {
	execute(|| {
		offend_together(&GENESIS_VALIDATORS, 0, Perbill::one());

		assert_eq!(treasury(), 4 * BOND);
		assert_eq!(approved(), [4]);
		assert_eq!(last_event(), Some(Event::OffenderKept { validator: 4 }));
	});
}

#[test]
fn disabling_stops_short_of_a_third() {
	ExtBuilder::default().validators(1..=7).build_and_execute(|| {
		offend_together(&[1, 2, 3], 0, TENTH);
		assert_eq!(disabled().len(), 2);
		next_session();
		assert_eq!(disabled().len(), 2);
	});
}

#[test]
fn the_worst_offenders_are_the_ones_disabled() {
	ExtBuilder::default().validators(1..=5).build_and_execute(|| {
		// One of five may be disabled.
		offend(1, 0, HALF);
		offend(2, 0, TENTH);
		assert_eq!(disabled(), [1]);
		offend(3, 0, Perbill::one());
		assert_eq!(disabled(), [3]);
	});
}

#[test]
fn the_worst_offenders_are_the_ones_disabled_again() {
	ExtBuilder::default().validators(1..=5).build_and_execute(|| {
		join(6);
		to_session(1);
		for (validator, fraction) in [(1, TENTH), (3, HALF), (5, TENTH)] {
			offend(validator, 1, fraction);
		}
		next_session();
		assert!(AuthoritiesChanged::get());
		assert_eq!(Session::validators(), [1, 2, 3, 4, 5, 6]);
		assert_eq!(disabled(), [3]);
	});
}

#[test]
fn an_unbonded_offender_harms_nobody() {
	execute(|| {
		offend(ALICE, 0, HALF);
		assert_eq!(free(ALICE), ENDOWMENT);
		assert_eq!(treasury(), 0);
		assert_eq!(approved(), GENESIS_VALIDATORS);
	});
}

#[test]
fn an_offence_weighs_what_was_measured_for_its_offenders() {
	execute(|| {
		assert_eq!(offend(1, 0, HALF), <() as WeightInfo>::on_offence(1));
		assert_eq!(offend_together(&[1, 2, 3], 0, HALF), <() as WeightInfo>::on_offence(3));
	});
}
