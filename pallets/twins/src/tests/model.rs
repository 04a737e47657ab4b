//! Random sequences of calls agree with a model that shares no code with the pallet.

use crate::{mock::*, *};
use frame::{deps::sp_runtime::TokenError, testing_prelude::*};
use ourledger_primitives::twin::{KeyPurpose, TwinKind};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Who takes part. The last two have no money.
const PEOPLE: [Sr25519Keyring; 6] = [Alice, Bob, Charlie, Dave, Eve, Ferdie];

/// What to expect of a name.
enum Name {
	/// It looks like the others of this group.
	LooksLike(u8),
	Reserved,
	Malformed,
}

const NAMES: [(&str, Name); 9] = [
	("alice", Name::LooksLike(1)),
	("A1ice", Name::LooksLike(1)),
	("al-ice", Name::LooksLike(1)),
	("modern", Name::LooksLike(2)),
	("modem", Name::LooksLike(2)),
	("MODERN", Name::LooksLike(2)),
	("farm-7", Name::LooksLike(3)),
	("r00t", Name::Reserved),
	("a--b", Name::Malformed),
];

/// What can happen to the chain, by places in the tables above.
#[derive(Clone, Debug)]
enum Step {
	Register { who: usize, keyless: bool },
	RegisterFor { sponsor: usize, who: usize, nonce_ahead: i8, expires_in: i8, honest: bool },
	SetProfile { who: usize, valid: bool },
	SetEndpoints { who: usize, endpoints: Vec<u8> },
	AddKey { who: usize, seed: u8 },
	RemoveKey { who: usize, id: u16 },
	ClaimName { who: usize, name: usize },
	ReleaseName { who: usize },
	ClearName { who: usize, name: usize },
	Deactivate { who: usize },
	Pay { from: usize, to: usize },
	NextBlock,
	Wait { millis: u64 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
	let who = || 0..PEOPLE.len();
	let mostly_zero = || prop_oneof![4 => Just(0i8), 1 => Just(-1), 1 => Just(1)];
	let step = prop_oneof![
		3 => (who(), any::<bool>()).prop_map(|(who, keyless)| Step::Register { who, keyless }),
		6 => (who(), who(), mostly_zero(), -1..=51i8, 0..4u8).prop_map(
			|(sponsor, who, nonce_ahead, expires_in, honest)| Step::RegisterFor {
				sponsor,
				who,
				nonce_ahead,
				expires_in,
				honest: honest > 0,
			}
		),
		3 => (who(), any::<bool>()).prop_map(|(who, valid)| Step::SetProfile { who, valid }),
		3 => (who(), prop::collection::vec(0..12u8, 0..=8))
			.prop_map(|(who, endpoints)| Step::SetEndpoints { who, endpoints }),
		24 => (who(), 0..24u8).prop_map(|(who, seed)| Step::AddKey { who, seed }),
		8 => (who(), 0..24u16).prop_map(|(who, id)| Step::RemoveKey { who, id }),
		6 => (who(), 0..NAMES.len()).prop_map(|(who, name)| Step::ClaimName { who, name }),
		3 => who().prop_map(|who| Step::ReleaseName { who }),
		2 => (who(), 0..NAMES.len()).prop_map(|(who, name)| Step::ClearName { who, name }),
		3 => (0..=NAME_REST).prop_map(|millis| Step::Wait { millis }),
		1 => who().prop_map(|who| Step::Deactivate { who }),
		3 => (who(), who()).prop_map(|(from, to)| Step::Pay { from, to }),
		3 => Just(Step::NextBlock),
	];
	prop::collection::vec(step, 1..160)
}

/// A twin, said the plain way.
#[derive(Clone, Debug, Default)]
struct Entry {
	active: bool,
	profile: &'static str,
	endpoints: Vec<String>,
	keys: BTreeMap<u16, u8>,
	next_key: u16,
	name: Option<(String, u8)>,
	depositor: usize,
}

/// A name that was given up: its spelling, what it looks like, by which twin, and its rest's end.
type Resting = (String, u8, usize, u64);

/// What the pallet should do, said the plain way.
struct Model {
	twins: Vec<Entry>,
	resting: Vec<Resting>,
	clock: u64,
	/// Whose twin it is, by place; keyless ones are nobody's.
	of: BTreeMap<usize, usize>,
	money: [Balance; 6],
	nonces: [u32; 6],
	now: u64,
}

impl Model {
	fn new() -> Self {
		let (rich, poor) = (ENDOWMENT, 0);
		Self {
			twins: Vec::new(),
			resting: Vec::new(),
			clock: NOON,
			of: BTreeMap::new(),
			money: [rich, rich, rich, rich, poor, poor],
			nonces: [0; 6],
			now: START,
		}
	}

	/// What of the money of `who` is tied up in keys and names.
	fn tied(&self, who: usize) -> (Balance, Balance, Balance) {
		let own = self.of.get(&who).map(|place| &self.twins[*place]);
		let keys = own.map_or(0, |twin| match twin.keys.len() as Balance {
			0 => 0,
			count => KEY_DEPOSIT + (count - 1) * FURTHER_KEY_DEPOSIT,
		});
		let names = own.map_or(0, |twin| twin.name.iter().count())
			+ self.resting.iter().filter(|it| self.of.get(&who) == Some(&it.2)).count();
		let name = names as Balance * NAME_DEPOSIT;
		let paid = self.twins.iter().filter(|twin| twin.depositor == who);
		let twins = paid.map(|it| if it.active { TWIN_DEPOSIT } else { TOMBSTONE_DEPOSIT }).sum();
		(twins, keys, name)
	}

	fn spare(&self, who: usize) -> Balance {
		let (twins, keys, name) = self.tied(who);
		self.money[who] - twins - keys - name
	}

	/// Whether `who` can have `amount` held. Whoever controls a twin may give its last.
	fn pay(&self, who: usize, amount: Balance) -> DispatchResult {
		let keeps = if self.of.contains_key(&who) { 0 } else { EXISTENTIAL_DEPOSIT };
		let enough = self.spare(who) >= amount + keeps;
		enough.then_some(()).ok_or(TokenError::FundsUnavailable.into())
	}

	fn own(&mut self, who: usize) -> Result<&mut Entry, DispatchError> {
		let place = *self.of.get(&who).ok_or(Error::<Test>::NotController)?;
		let twin = &mut self.twins[place];
		if twin.active {
			Ok(twin)
		} else {
			Err(Error::<Test>::TwinDeactivated.into())
		}
	}

	fn enter(&mut self, depositor: usize, controller: Option<usize>) -> DispatchResult {
		let taken = controller.is_some_and(|who| self.of.contains_key(&who));
		ensure!(!taken, Error::<Test>::ControllerTaken);
		self.pay(depositor, TWIN_DEPOSIT)?;
		if let Some(who) = controller {
			self.of.insert(who, self.twins.len());
		}
		self.twins.push(Entry { active: true, profile: "new", depositor, ..Entry::default() });
		Ok(())
	}

	fn register_for(
		&mut self,
		sponsor: usize,
		who: usize,
		nonce: u32,
		expires: u64,
		honest: bool,
	) -> DispatchResult {
		ensure!(sponsor != who, Error::<Test>::SelfSponsored);
		ensure!(self.now <= expires, Error::<Test>::SponsorshipExpired);
		ensure!(expires - self.now <= 50, Error::<Test>::SponsorshipTooLong);
		ensure!(nonce >= self.nonces[who], Error::<Test>::SponsorshipReplayed);
		ensure!(nonce == self.nonces[who], Error::<Test>::SponsorshipNonceAhead);
		ensure!(honest, Error::<Test>::BadSponsorshipSignature);
		self.enter(sponsor, Some(who))?;
		self.nonces[who] += 1;
		Ok(())
	}

	fn set_profile(&mut self, who: usize, valid: bool) -> DispatchResult {
		let twin = self.own(who)?;
		ensure!(valid, Error::<Test>::InvalidDisplayName);
		twin.profile = "changed";
		Ok(())
	}

	fn set_endpoints(&mut self, who: usize, endpoints: &[String]) -> DispatchResult {
		let twin = self.own(who)?;
		let mut seen = BTreeSet::new();
		for endpoint in endpoints {
			ensure!(endpoint != "11", Error::<Test>::InvalidEndpoint);
			ensure!(seen.insert(endpoint), Error::<Test>::EndpointTwice);
		}
		twin.endpoints = endpoints.to_vec();
		Ok(())
	}

	fn add_key(&mut self, who: usize, seed: u8) -> DispatchResult {
		let twin = self.own(who)?;
		ensure!(seed != 0, Error::<Test>::KeyMalformed);
		ensure!(!twin.keys.values().any(|other| *other == seed), Error::<Test>::KeyExists);
		ensure!(twin.keys.len() < 16, Error::<Test>::TooManyKeys);
		let cost = if twin.keys.is_empty() { KEY_DEPOSIT } else { FURTHER_KEY_DEPOSIT };
		self.pay(who, cost)?;
		let twin = self.own(who)?;
		twin.keys.insert(twin.next_key, seed);
		twin.next_key += 1;
		Ok(())
	}

	fn remove_key(&mut self, who: usize, id: u16) -> DispatchResult {
		self.own(who)?.keys.remove(&id).map(drop).ok_or(Error::<Test>::KeyNotFound.into())
	}

	fn claim_name(&mut self, who: usize, place: usize) -> DispatchResult {
		ensure!(self.own(who)?.name.is_none(), Error::<Test>::NameAlreadyClaimed);
		let (raw, group) = &NAMES[place];
		let name = raw.to_lowercase();
		let group = match group {
			Name::LooksLike(group) => *group,
			Name::Reserved => return Err(Error::<Test>::NameReserved.into()),
			Name::Malformed => return Err(Error::<Test>::NameMalformed.into()),
		};
		for (other, taken) in self.twins.iter().filter_map(|twin| twin.name.as_ref()) {
			ensure!(*other != name, Error::<Test>::NameTaken);
			ensure!(*taken != group, Error::<Test>::NameLooksAlike);
		}
		match self.resting.iter().position(|it| it.1 == group) {
			Some(place) if self.resting[place].2 == self.of[&who] => {
				self.resting.remove(place);
			},
			Some(place) => {
				ensure!(self.clock >= self.resting[place].3, Error::<Test>::NameRests);
				self.pay(who, NAME_DEPOSIT)?;
				self.resting.remove(place);
			},
			None => self.pay(who, NAME_DEPOSIT)?,
		}
		self.own(who)?.name = Some((name, group));
		Ok(())
	}

	fn release_name(&mut self, who: usize) -> DispatchResult {
		let (name, group) = self.own(who)?.name.take().ok_or(Error::<Test>::NoName)?;
		self.resting.push((name, group, self.of[&who], self.clock + NAME_REST));
		Ok(())
	}

	fn clear_name(&mut self, place: usize) -> DispatchResult {
		let (raw, group) = &NAMES[place];
		ensure!(!matches!(group, Name::Malformed), Error::<Test>::NameMalformed);
		let name = raw.to_lowercase();
		let mut taken = self.twins.iter().filter_map(|twin| twin.name.as_ref());
		ensure!(!taken.any(|(other, _)| *other == name), Error::<Test>::NameTaken);
		let place = self.resting.iter().position(|it| it.0 == name);
		let place = place.ok_or(Error::<Test>::NameNotFound)?;
		ensure!(self.clock >= self.resting[place].3, Error::<Test>::NameRests);
		self.resting.remove(place);
		Ok(())
	}

	fn deactivate(&mut self, who: usize) -> DispatchResult {
		self.own(who)?;
		// It may have none.
		let _ = self.release_name(who);
		let twin = self.own(who)?;
		let (next_key, depositor) = (twin.next_key, twin.depositor);
		*twin = Entry { next_key, depositor, ..Entry::default() };
		Ok(())
	}
}

fn run(step: Step, model: &mut Model) -> Result<(), TestCaseError> {
	let origin = |who: usize| signed(PEOPLE[who]);
	match step {
		Step::Register { who, keyless } => {
			let choice = if keyless { ControllerChoice::Keyless } else { ControllerChoice::Caller };
			prop_assert_eq!(
				TwinsPallet::register(origin(who), TwinKind::Person, named("new"), choice),
				model.enter(who, (!keyless).then_some(who))
			);
		},
		Step::RegisterFor { sponsor, who, nonce_ahead, expires_in, honest } => {
			let nonce = model.nonces[who].saturating_add_signed(nonce_ahead.into());
			let expires = model.now.saturating_add_signed(expires_in.into());
			let permit = Permit { nonce, expires };
			let payload = TwinsPallet::payload(
				&id(PEOPLE[sponsor]),
				TwinKind::Person,
				&named("new"),
				&permit,
			);
			let signer = if honest { PEOPLE[who] } else { Sr25519Keyring::One };
			prop_assert_eq!(
				TwinsPallet::register_for(
					origin(sponsor),
					TwinKind::Person,
					named("new"),
					id(PEOPLE[who]),
					permit,
					signer.sign(&payload).into()
				),
				model.register_for(sponsor, who, nonce, expires, honest)
			);
		},
		Step::SetProfile { who, valid } => prop_assert_eq!(
			TwinsPallet::set_profile(origin(who), named(if valid { "changed" } else { " " })),
			model.set_profile(who, valid)
		),
		Step::SetEndpoints { who, endpoints } => {
			let endpoints: Vec<_> = endpoints
				.iter()
				.map(|it| if *it == 11 { "11".into() } else { format!("a:{it}") })
				.collect();
			let list: Vec<_> = endpoints.iter().map(String::as_str).collect();
			prop_assert_eq!(
				TwinsPallet::set_endpoints(origin(who), endpoint_list(&list)),
				model.set_endpoints(who, &endpoints)
			);
		},
		Step::AddKey { who, seed } => prop_assert_eq!(
			TwinsPallet::add_key(origin(who), KeyPurpose::Assertion, signing_key(seed)),
			model.add_key(who, seed)
		),
		Step::RemoveKey { who, id } => {
			prop_assert_eq!(TwinsPallet::remove_key(origin(who), id), model.remove_key(who, id))
		},
		Step::ClaimName { who, name } => prop_assert_eq!(
			TwinsPallet::claim_name(origin(who), bounded(NAMES[name].0)),
			model.claim_name(who, name)
		),
		Step::ReleaseName { who } => {
			prop_assert_eq!(TwinsPallet::release_name(origin(who)), model.release_name(who))
		},
		Step::ClearName { who, name } => prop_assert_eq!(
			TwinsPallet::clear_name(origin(who), bounded(NAMES[name].0)),
			model.clear_name(name)
		),
		Step::Wait { millis } => {
			model.clock += millis;
			wait(millis);
		},
		Step::Deactivate { who } => {
			prop_assert_eq!(TwinsPallet::deactivate(origin(who)), model.deactivate(who))
		},
		Step::Pay { from, to } => {
			if from != to && model.spare(from) > 2_000 {
				let to_account = id(PEOPLE[to]);
				assert_ok!(Balances::transfer_keep_alive(origin(from), to_account, 500));
				model.money[from] -= 500;
				model.money[to] += 500;
			}
		},
		Step::NextBlock => {
			model.now += 1;
			System::set_block_number(model.now);
		},
	}
	Ok(())
}

fn compare(model: &Model) -> Result<(), TestCaseError> {
	prop_assert_eq!(TwinsPallet::count(), model.twins.len() as u64);
	for (place, expected) in model.twins.iter().enumerate() {
		let number = place as u64 + 1;
		let twin = TwinsPallet::twin(number).expect("each number has a twin");
		prop_assert_eq!(twin.state == TwinState::Active, expected.active);
		prop_assert_eq!(&twin.profile.display_name[..], expected.profile.as_bytes());
		let endpoints = expected.endpoints.iter().map(String::as_bytes);
		prop_assert!(twin.endpoints.iter().map(|it| &it[..]).eq(endpoints));
		let keys = expected.keys.iter().map(|(id, seed)| (*id, signing_key(*seed)));
		prop_assert!(twin.keys.iter().map(|it| (it.id, it.key)).eq(keys));
		let name = expected.name.as_ref().map(|(name, _)| name.as_bytes().to_vec());
		prop_assert_eq!(twin.name.map(|name| name.into_inner()), name);
		prop_assert_eq!(twin.depositor, id(PEOPLE[expected.depositor]));
	}
	for (place, who) in PEOPLE.into_iter().enumerate() {
		let number = model.of.get(&place).map(|place| *place as u64 + 1);
		prop_assert_eq!(TwinsPallet::number_of(id(who)), number);
		prop_assert_eq!(held(who), model.tied(place), "{}", who);
		prop_assert_eq!(free(who), model.spare(place), "{}", who);
		prop_assert_eq!(System::account_nonce(id(who)), model.nonces[place]);
	}
	TwinsPallet::do_try_state()
		.map_err(|message| TestCaseError::fail(format!("try_state: {message:?}")))
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(48))]

	#[test]
	fn random_sequences_follow_the_model(steps in steps()) {
		build().execute_with(|| {
			let mut model = Model::new();
			for step in steps {
				run(step, &mut model)?;
				compare(&model)?;
			}
			Ok::<_, TestCaseError>(())
		})?;
	}
}
