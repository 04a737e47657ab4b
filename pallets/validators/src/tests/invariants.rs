//! What must always hold: each check of `try_state` sees its corruption, and random sequences of
//! calls, sessions and offences agree with a model that shares no code with the pallet.

use crate::{mock::*, *};
use frame::{deps::sp_runtime::TryRuntimeError, testing_prelude::*};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// Check that `corrupt` makes `try_state` fail with `message`.
fn assert_detected(message: &'static str, corrupt: impl FnOnce()) {
	ExtBuilder::default().build().execute_with(|| {
		System::run_to_block::<AllPalletsWithSystem>(1);
		check_invariants();
		corrupt();
		assert_eq!(Validators::do_try_state(), Err(TryRuntimeError::Other(message)));
	});
}

fn alter(account: AccountId, change: impl FnOnce(&mut CandidacyOf<Test>)) {
	Candidacies::<Test>::mutate_extant(account, change);
}

fn charge(session: u32, charges: &[(AccountId, Perbill)]) {
	let charged = BTreeMap::from_iter(charges.iter().copied());
	let charged = charged.try_into().expect("a test charges few");
	SlashedFractions::<Test>::insert::<_, FractionsOf<Test>>(session, charged);
}

#[test]
fn slashes_beyond_the_bond_are_detected() {
	assert_detected("a candidate was slashed beyond its bond", || {
		alter(1, |candidacy| candidacy.slashed = BOND + 1)
	});
}

#[test]
fn a_hold_that_is_not_the_bond_is_detected() {
	let message = "a candidate's hold differs from its bond less its slashes";
	assert_detected(message, || alter(1, |candidacy| candidacy.slashed = 1));
	assert_detected(message, || alter(1, |candidacy| candidacy.bond += 1));
}

#[test]
fn a_slashed_applicant_is_detected() {
	assert_detected("an applicant was slashed", || {
		assert_ok!(Validators::apply(signed(ALICE)));
		alter(ALICE, |candidacy| {
			candidacy.bond += 1;
			candidacy.slashed = 1;
		});
	});
}

#[test]
fn a_duplicate_is_detected() {
	assert_detected("the approved set has a duplicate", || {
		assert!(Approved::<Test>::try_append(1).is_ok());
	});
}

#[test]
fn a_disagreement_about_approval_is_detected() {
	let message = "a candidacy and the approved set disagree";
	assert_detected(message, || Approved::<Test>::mutate(|approved| _ = approved.pop()));
	assert_detected(message, || {
		alter(1, |candidacy| candidacy.state = CandidacyState::Leaving { until: 6 })
	});
}

#[test]
fn a_member_without_candidacy_is_detected() {
	assert_detected("a member of the approved set has no candidacy", || {
		assert!(Approved::<Test>::try_append(ALICE).is_ok());
	});
}

#[test]
fn an_emptied_set_is_detected() {
	assert_detected("the approved set was emptied", || {
		Approved::<Test>::kill();
		for validator in GENESIS_VALIDATORS {
			alter(validator, |candidacy| candidacy.state = CandidacyState::Leaving { until: 6 });
		}
	});
}

#[test]
fn a_bond_that_frees_too_early_is_detected() {
	let message = "a serving validator's bond frees too early";
	assert_detected(message, || {
		assert_ok!(Validators::leave(signed(1)));
		// Right for whoever serves in session 0, but 1 is queued for session 1.
		let until = 1 + LEAVING_SESSIONS;
		alter(1, |candidacy| candidacy.state = CandidacyState::Leaving { until });
	});
}

#[test]
fn a_bond_that_frees_too_late_is_detected() {
	assert_detected("a bond frees later than it need", || {
		assert_ok!(Validators::leave(signed(1)));
		let until = 3 + LEAVING_SESSIONS;
		alter(1, |candidacy| candidacy.state = CandidacyState::Leaving { until });
	});
}

#[test]
fn an_applicant_that_serves_is_detected() {
	assert_detected("an applicant serves without approval", || {
		assert_ok!(Validators::apply(signed(ALICE)));
		pallet_session::Validators::<Test>::append(ALICE);
	});
}

#[test]
fn a_validator_without_bond_is_detected() {
	let message = "a serving validator has no bond";
	assert_detected(message, || pallet_session::Validators::<Test>::append(ALICE));
	assert_detected(message, || {
		pallet_session::QueuedKeys::<Test>::append((ALICE, keys_of(ALICE)))
	});
}

#[test]
fn impossible_spans_are_detected() {
	assert_detected("offences can't be reported", || LeavingSessions::<Test>::put(0));
	assert_detected("an epoch has no slot", || EpochSlots::<Test>::put(0));
	assert_detected("a slot is no whole seconds, or too many", || SlotMillis::<Test>::put(1_500));
}

#[test]
fn a_record_outside_the_window_is_detected() {
	let message = "a record of offences outlived its window";
	assert_detected(message, || {
		to_session(LEAVING_SESSIONS + 1);
		charge(0, &[(1, Perbill::one())]);
	});
	assert_detected(message, || charge(1, &[(1, Perbill::one())]));
}

#[test]
fn a_record_of_nothing_is_detected() {
	assert_detected("a record of offences is empty", || charge(0, &[]));
	assert_detected("a record of offences charges nothing", || charge(0, &[(1, Perbill::zero())]));
}

fn alter_roll(since: u32, change: impl FnOnce(&mut RollOf<Test>)) {
	Rolls::<Test>::mutate_extant(since, change);
}

#[test]
fn a_missing_roll_is_detected() {
	assert_detected("a session has no roll", || RollSince::<Test>::remove(0));
	assert_detected("a session has no roll", || Rolls::<Test>::remove(0));
}

#[test]
fn a_roll_outside_the_window_is_detected() {
	let message = "a roll outlived its window";
	assert_detected(message, || {
		to_session(LEAVING_SESSIONS + 1);
		RollSince::<Test>::insert(0, 0);
	});
	assert_detected(message, || RollSince::<Test>::insert(1, 0));
	assert_detected(message, || Rolls::<Test>::insert(1, Validators::roll(0)));
}

#[test]
fn a_later_sessions_roll_is_detected() {
	assert_detected("a session has a later one's roll", || {
		Rolls::<Test>::insert(1, Validators::roll(0));
		RollSince::<Test>::insert(0, 1);
	});
}

#[test]
fn a_roll_of_others_than_serve_is_detected() {
	let message = "who serves isn't who is on the roll";
	assert_detected(message, || alter_roll(0, |roll| _ = roll.pop()));
	assert_detected(message, || alter_roll(0, |roll| roll.as_mut().swap(0, 1)));
}

#[test]
fn a_roll_with_another_bond_is_detected() {
	assert_detected("a roll and a candidacy differ in the bond", || {
		alter_roll(0, |roll| roll[0].bond += 1)
	});
}

#[test]
fn a_bond_that_was_freed_before_its_roll_is_detected() {
	assert_detected("a bond was freed before its roll", || {
		alter_roll(0, |roll| roll[0].validator = ALICE)
	});
}

/// What can happen to the chain.
#[derive(Clone, Debug)]
enum Step {
	Apply(AccountId),
	WithdrawApplication(AccountId),
	Approve(AccountId),
	Remove(AccountId),
	Leave(AccountId),
	WithdrawBond(AccountId),
	/// Each time other keys.
	SetKeys(AccountId),
	PurgeKeys(AccountId),
	ChangeBond(Balance),
	/// Some member of the session this many sessions ago offends by this many percent.
	Offend {
		age: u32,
		seat: usize,
		percent: u32,
	},
	Sessions(u32),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
	let account = || 1..=11u64;
	let step = prop_oneof![
		6 => account().prop_map(Step::Apply),
		1 => account().prop_map(Step::WithdrawApplication),
		8 => account().prop_map(Step::Approve),
		2 => account().prop_map(Step::Remove),
		2 => account().prop_map(Step::Leave),
		6 => account().prop_map(Step::WithdrawBond),
		6 => account().prop_map(Step::SetKeys),
		2 => account().prop_map(Step::PurgeKeys),
		1 => (500..4_000u64).prop_map(Step::ChangeBond),
		4 => (0..LEAVING_SESSIONS + 3, 0..8usize, 0..=100u32)
			.prop_map(|(age, seat, percent)| Step::Offend { age, seat, percent }),
		8 => (1..4u32).prop_map(Step::Sessions),
	];
	prop::collection::vec(step, 1..120)
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Standing {
	Applied,
	Approved,
	Leaving(u32),
}

/// What the pallet should do, said the plain way.
struct Model {
	candidates: BTreeMap<AccountId, (Balance, Balance, Standing)>,
	approved: Vec<AccountId>,
	/// The key that each account has registered.
	keys: BTreeMap<AccountId, u64>,
	/// Number of keys made so far.
	made: u64,
	bond: Balance,
	now: u32,
	/// Who serves in each session up to the next one.
	sets: Vec<Vec<(AccountId, u64)>>,
	charged: BTreeMap<(u32, AccountId), u32>,
	treasury: Balance,
}

impl Model {
	fn new() -> Self {
		let first = GENESIS_VALIDATORS.to_vec();
		Self {
			candidates: first.iter().map(|who| (*who, (BOND, 0, Standing::Approved))).collect(),
			approved: first.clone(),
			keys: first.iter().map(|who| (*who, *who)).collect(),
			made: 0,
			bond: BOND,
			now: 0,
			sets: vec![first.iter().map(|who| (*who, *who)).collect(); 2],
			charged: BTreeMap::new(),
			treasury: 0,
		}
	}

	/// Who serves in a session.
	fn serving(&self, session: u32) -> Vec<AccountId> {
		self.sets[session as usize].iter().map(|(who, _)| *who).collect()
	}

	fn standing(&self, who: AccountId) -> Result<Standing, Error<Test>> {
		self.candidates.get(&who).map(|(_, _, standing)| *standing).ok_or(Error::NotCandidate)
	}

	fn go(&mut self, who: AccountId) -> Result<(), Error<Test>> {
		if self.approved == [who] {
			return Err(Error::LastValidator);
		}
		self.approved.retain(|other| *other != who);
		self.stay_until(who, self.now + 1);
		Ok(())
	}

	fn stay_until(&mut self, who: AccountId, last_session: u32) {
		if let Some((_, _, standing)) = self.candidates.get_mut(&who) {
			*standing = Standing::Leaving(last_session + LEAVING_SESSIONS + 1);
		}
	}

	fn apply(&mut self, who: AccountId) -> Result<(), Error<Test>> {
		if self.candidates.contains_key(&who) {
			return Err(Error::AlreadyCandidate);
		}
		self.candidates.insert(who, (self.bond, 0, Standing::Applied));
		Ok(())
	}

	fn withdraw_application(&mut self, who: AccountId) -> Result<(), Error<Test>> {
		match self.standing(who)? {
			Standing::Applied => _ = self.candidates.remove(&who),
			_ => return Err(Error::NotApplied),
		}
		Ok(())
	}

	fn approve(&mut self, who: AccountId) -> Result<(), Error<Test>> {
		match self.standing(who)? {
			Standing::Applied if !self.keys.contains_key(&who) => Err(Error::KeysNotSet),
			Standing::Applied if self.approved.len() == 8 => Err(Error::TooManyValidators),
			Standing::Applied => {
				self.approved.push(who);
				self.candidates.entry(who).and_modify(|it| it.2 = Standing::Approved);
				Ok(())
			},
			_ => Err(Error::NotApplied),
		}
	}

	fn remove(&mut self, who: AccountId) -> Result<(), Error<Test>> {
		match self.standing(who)? {
			Standing::Applied => self.withdraw_application(who),
			Standing::Approved => self.go(who),
			Standing::Leaving(_) => Err(Error::AlreadyLeaving),
		}
	}

	fn leave(&mut self, who: AccountId) -> Result<(), Error<Test>> {
		match self.standing(who)? {
			Standing::Approved => self.go(who),
			_ => Err(Error::NotApproved),
		}
	}

	fn withdraw_bond(&mut self, who: AccountId) -> Result<(), Error<Test>> {
		match self.standing(who)? {
			Standing::Leaving(until) if until > self.now => return Err(Error::StillLeaving),
			Standing::Leaving(_) => _ = self.candidates.remove(&who),
			_ => return Err(Error::NotLeaving),
		}
		Ok(())
	}

	fn offend(&mut self, who: AccountId, session: u32, percent: u32) {
		if session + LEAVING_SESSIONS < self.now {
			return;
		}
		let before = self.charged.get(&(session, who)).copied().unwrap_or(0);
		if percent <= before {
			return;
		}
		self.charged.insert((session, who), percent);
		let (bond, slashed, standing) =
			self.candidates.get_mut(&who).expect("who can be reported has a bond");
		let share = |percent: u32| *bond * u64::from(percent) / 100;
		let amount = (share(percent) - share(before)).min(*bond - *slashed);
		*slashed += amount;
		self.treasury += amount;
		if *standing == Standing::Approved {
			// The last one stays.
			_ = self.go(who);
		}
	}

	fn next_session(&mut self) {
		self.now += 1;
		let keyed = |set: &[AccountId]| -> Vec<_> {
			set.iter().filter_map(|who| Some((*who, *self.keys.get(who)?))).collect()
		};
		let serving: Vec<_> = self.serving(self.now);
		let mut planned = keyed(&self.approved);
		if planned.is_empty() {
			planned = keyed(&serving);
			for (who, _) in planned.clone() {
				if matches!(self.standing(who), Ok(Standing::Leaving(_))) {
					self.stay_until(who, self.now + 1);
				}
			}
		}
		self.sets.push(planned);
	}
}

fn run(step: Step, model: &mut Model) -> Result<(), TestCaseError> {
	let as_error = |expected: Result<(), Error<Test>>| expected.map_err(DispatchError::from);
	match step {
		Step::Apply(who) => {
			prop_assert_eq!(Validators::apply(signed(who)), as_error(model.apply(who)))
		},
		Step::WithdrawApplication(who) => prop_assert_eq!(
			Validators::withdraw_application(signed(who)),
			as_error(model.withdraw_application(who))
		),
		Step::Approve(who) => prop_assert_eq!(
			Validators::approve(signed(APPROVER), who),
			as_error(model.approve(who))
		),
		Step::Remove(who) => {
			prop_assert_eq!(Validators::remove(signed(REMOVER), who), as_error(model.remove(who)))
		},
		Step::Leave(who) => {
			prop_assert_eq!(Validators::leave(signed(who)), as_error(model.leave(who)))
		},
		Step::WithdrawBond(who) => prop_assert_eq!(
			Validators::withdraw_bond(signed(who)),
			as_error(model.withdraw_bond(who))
		),
		Step::SetKeys(who) => {
			model.made += 1;
			let key = 1_000 + model.made;
			set_key(who, key);
			model.keys.insert(who, key);
		},
		Step::PurgeKeys(who) => {
			if model.keys.remove(&who).is_some() {
				purge_keys(who);
			}
		},
		Step::ChangeBond(bond) => {
			GovernedBond::set(bond);
			model.bond = bond;
		},
		Step::Offend { age, seat, percent } => {
			let Some(session) = model.now.checked_sub(age) else { return Ok(()) };
			let set = &model.sets[session as usize];
			let Some((who, _)) = set.get(seat).copied() else { return Ok(()) };
			offend(who, session, Perbill::from_percent(percent));
			model.offend(who, session, percent);
		},
		Step::Sessions(count) => {
			for _ in 0..count {
				next_session();
				model.next_session();
			}
		},
	}
	Ok(())
}

/// Each key can be proven to be its user's in just the sessions of the window that it was used in.
fn compare_rolls(model: &Model) -> Result<(), TestCaseError> {
	let oldest = model.now.saturating_sub(LEAVING_SESSIONS);
	for (session, set) in (0..).zip(&model.sets) {
		for (who, key) in set {
			let expected = (oldest..=model.now).contains(&session).then_some(*who);
			let owner = prove_in(session, *key).and_then(|proof| owner(*key, proof));
			prop_assert_eq!(owner, expected, "key {} in session {}", key, session);
		}
	}
	Ok(())
}

fn compare(model: &Model) -> Result<(), TestCaseError> {
	prop_assert_eq!(Session::current_index(), model.now);
	prop_assert_eq!(Session::validators(), model.serving(model.now));
	compare_rolls(model)?;
	prop_assert_eq!(&approved(), &model.approved);
	prop_assert_eq!(treasury(), model.treasury);
	for who in 1..=11 {
		let actual = Candidacies::<Test>::get(who).map(|it| {
			let standing = match it.state {
				CandidacyState::Applied => Standing::Applied,
				CandidacyState::Approved => Standing::Approved,
				CandidacyState::Leaving { until } => Standing::Leaving(until),
			};
			(it.bond, it.slashed, standing)
		});
		let expected = model.candidates.get(&who).copied();
		prop_assert_eq!(actual, expected, "account {}", who);
		let left = expected.map_or(0, |(bond, slashed, _)| bond - slashed);
		prop_assert_eq!(held(who), left, "account {}", who);
	}
	Validators::do_try_state()
		.map_err(|message| TestCaseError::fail(format!("try_state: {message:?}")))
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(48))]

	#[test]
	fn random_sequences_follow_the_model(steps in steps()) {
		GovernedBond::set(BOND);
		ExtBuilder::default().build().execute_with(|| {
			System::run_to_block::<AllPalletsWithSystem>(1);
			let mut model = Model::new();
			for step in steps {
				run(step, &mut model)?;
				compare(&model)?;
			}
			Ok::<_, TestCaseError>(())
		})?;
	}
}
