use crate::{mock::*, *};
use frame::testing_prelude::*;

#[test]
fn withdraw_veto_takes_the_veto_back() {
	ExtBuilder::default().build_and_execute(|| {
		let id = queue(short_call());
		assert_ok!(Governance::veto(signed(ALICE), id));
		events();
		assert_ok!(Governance::withdraw_veto(signed(ALICE), id));
		assert_eq!(
			events(),
			vec![Event::VetoWithdrawn { id, member: ALICE, vetoes: 0, needed: 2 }]
		);
		assert!(Proposals::<Test>::get(id).expect("queued").vetoes.is_empty());

		// One veto after the other is not two at once.
		assert_ok!(Governance::veto(signed(BOB), id));
		assert!(Proposals::<Test>::contains_key(id));
		assert_ok!(Governance::veto(signed(ALICE), id));
		assert!(!Proposals::<Test>::contains_key(id));
	});
}

#[test]
fn withdraw_veto_leaves_the_vetoes_of_others() {
	ExtBuilder::default().council_of(10).build_and_execute(|| {
		let id = queue(short_call());
		for member in 1..=3 {
			assert_ok!(Governance::veto(signed(member), id));
		}
		assert_ok!(Governance::withdraw_veto(signed(2), id));
		assert_eq!(Proposals::<Test>::get(id).expect("queued").vetoes, vec![1, 3]);
		assert_eq!(
			events().last(),
			Some(&Event::VetoWithdrawn { id, member: 2, vetoes: 2, needed: 4 })
		);
	});
}

#[test]
fn withdraw_veto_works_for_a_member_who_left() {
	ExtBuilder::default().council_of(7).build_and_execute(|| {
		let id = queue(short_call());
		assert_ok!(Governance::veto(signed(1), id));
		assert_ok!(Governance::veto(signed(2), id));
		set_council((2..=7).collect(), None);
		assert_ok!(Governance::withdraw_veto(signed(1), id));
		assert_eq!(
			events().last(),
			Some(&Event::VetoWithdrawn { id, member: 1, vetoes: 1, needed: 2 })
		);
		set_council((1..=7).collect(), None);
		assert_eq!(Proposals::<Test>::get(id).expect("queued").vetoes, vec![2]);
	});
}

#[test]
fn withdraw_veto_fails_without_a_veto() {
	ExtBuilder::default().build_and_execute(|| {
		let id = queue(short_call());
		assert_ok!(Governance::veto(signed(ALICE), id));
		for other in [BOB, EVE] {
			assert_noop!(Governance::withdraw_veto(signed(other), id), Error::<Test>::NotVetoed);
		}
	});
}

#[test]
fn withdraw_veto_fails_when_not_queued() {
	ExtBuilder::default().build_and_execute(|| {
		assert_noop!(Governance::withdraw_veto(signed(ALICE), 0), Error::<Test>::NotQueued);
	});
}

#[test]
fn withdraw_veto_fails_for_other_origins() {
	ExtBuilder::default().build_and_execute(|| {
		let id = queue(short_call());
		assert_ok!(Governance::veto(signed(ALICE), id));
		for origin in [RuntimeOrigin::root(), RuntimeOrigin::none(), motion(3, 3)] {
			assert_noop!(Governance::withdraw_veto(origin, id), BadOrigin);
		}
	});
}
