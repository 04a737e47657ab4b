use crate::{mock::*, *};
use frame::testing_prelude::*;

#[test]
fn proposal_shows_what_is_queued() {
	ExtBuilder::default().build_and_execute(|| {
		let id = queue(short_call());
		assert_eq!(Governance::proposal(id), Proposals::<Test>::get(id));
		assert!(Governance::proposal(id).is_some());
		assert_eq!(Governance::proposal(id + 1), None);
	});
}

#[test]
fn proposals_come_in_pages_by_id() {
	ExtBuilder::default().build_and_execute(|| {
		for _ in 0..4 {
			queue(short_call());
		}
		let ids = |start, limit| -> Vec<_> {
			Governance::proposals(start, limit).into_iter().map(|(id, _)| id).collect()
		};
		assert_eq!(ids(0, 10), [0, 1, 2, 3]);
		assert_eq!(ids(0, 2), [0, 1]);
		assert_eq!(ids(2, 2), [2, 3]);
		assert_eq!(ids(3, u32::MAX), [3]);
		assert!(ids(4, 10).is_empty());
		assert!(ids(0, 0).is_empty());
		assert_eq!(Governance::proposals(1, 1)[0].1, Proposals::<Test>::get(1).expect("queued"));
	});
}

#[test]
fn proposals_never_exceed_the_page_size() {
	ExtBuilder::default().build_and_execute(|| {
		MaxQueued::set(MAX_PAGE_SIZE + 1);
		for _ in 0..=MAX_PAGE_SIZE {
			queue(short_call());
		}
		let page = Governance::proposals(0, u32::MAX);
		assert_eq!(page.len() as u32, MAX_PAGE_SIZE);
		let last = page.last().expect("not empty").0;
		assert_eq!(Governance::proposals(last + 1, u32::MAX).len(), 1);
	});
}

#[test]
fn timelock_shows_the_present_one() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(Governance::timelock(), TIMELOCK);
		assert_ok!(Governance::set_timelock(RuntimeOrigin::root(), 3));
		assert_eq!(Governance::timelock(), 3);
	});
}

#[test]
fn veto_threshold_follows_the_council() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(Governance::veto_threshold(), 2);
		set_council((1..=10).collect(), None);
		assert_eq!(Governance::veto_threshold(), 4);
		set_council(vec![], None);
		assert_eq!(Governance::veto_threshold(), 2);
	});
}
