//! Random sequences of calls agree with a model that shares no code with the pallet: it keeps every
//! leaf, and pairs them up anew each time.

use crate::{mock::*, *};
use frame::testing_prelude::*;
use ourledger_math::mmr::{node_hash, Blake2b256, Hash};
use proptest::prelude::*;
use std::collections::BTreeMap;

/// What can happen. Twins are named by their controllers; [`CAROL`] has none.
#[derive(Clone, Debug)]
enum Step {
	Append(AccountId, u64),
	Pin {
		caller: AccountId,
		number: u64,
		/// Show the descriptor that stands there, or another one's.
		right: bool,
	},
	Unpin(AccountId, u64, u64),
	Deactivate(u64),
	ChangePrice(Balance),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
	let account = || ALICE..=CAROL;
	let step = prop_oneof![
		8 => (account(), 0..24u64).prop_map(|(caller, count)| Step::Append(caller, count)),
		10 => (account(), 0..40u64, prop::bool::weighted(0.8))
			.prop_map(|(caller, number, right)| Step::Pin { caller, number, right }),
		8 => (account(), 0..4u64, 0..40u64)
			.prop_map(|(caller, twin, number)| Step::Unpin(caller, twin, number)),
		1 => (1..=2u64).prop_map(Step::Deactivate),
		1 => (1..300u128).prop_map(Step::ChangePrice),
	];
	prop::collection::vec(step, 1..80)
}

#[derive(Default)]
struct Twin {
	deactivated: bool,
	leaves: Vec<Hash>,
	/// Number → deposit.
	pins: BTreeMap<u64, Balance>,
	index_deposit: Balance,
}

/// What the pallet should do, said the plain way.
struct Model {
	twins: [Twin; 2],
	per_item: Balance,
}

impl Model {
	fn acting(&mut self, caller: AccountId) -> Result<&mut Twin, DispatchError> {
		let place = [ALICE, BOB].iter().position(|controller| *controller == caller);
		let twin = &mut self.twins[place.ok_or(NOT_ACTING)?];
		if twin.deactivated {
			return Err(NOT_ACTING);
		}
		Ok(twin)
	}

	fn append(&mut self, caller: AccountId, added: &[Hash]) -> DispatchResult {
		let per_item = self.per_item;
		let twin = self.acting(caller)?;
		if added.is_empty() {
			return Err(Error::<Test>::NoLeaves.into());
		}
		let doublings = |count: usize| (0..64).take_while(|bit| count >> bit > 0).count();
		let before = doublings(twin.leaves.len());
		twin.leaves.extend(added);
		let after = doublings(twin.leaves.len());
		if after > before {
			twin.index_deposit = per_item + 42 + 32 * after as Balance;
		}
		Ok(())
	}

	fn pin(&mut self, caller: AccountId, number: u64, right: bool) -> DispatchResult {
		let per_item = self.per_item;
		let twin = self.acting(caller)?;
		if number >= twin.leaves.len() as u64 {
			return Err(Error::<Test>::RecordNotFound.into());
		}
		if twin.pins.contains_key(&number) {
			return Err(Error::<Test>::AlreadyPinned.into());
		}
		if !right {
			return Err(Error::<Test>::ProofRejected.into());
		}
		twin.pins.insert(number, per_item + descriptor(0).encoded_size() as Balance + 32);
		Ok(())
	}

	fn unpin(&mut self, caller: AccountId, twin: u64, number: u64) -> DispatchResult {
		let Some(place) = twin.checked_sub(1).filter(|place| *place < 2) else {
			return Err(Error::<Test>::NotPinned.into());
		};
		let place = place as usize;
		if !self.twins[place].deactivated && [ALICE, BOB][place] != caller {
			self.acting(caller)?;
			return Err(Error::<Test>::NotOwner.into());
		}
		let pin = self.twins[place].pins.remove(&number);
		pin.map(|_| ()).ok_or(Error::<Test>::NotPinned.into())
	}
}

/// Pair up level after level; whoever has no partner is a peak.
fn peaks(mut level: Vec<Hash>) -> Vec<Hash> {
	let mut peaks = Vec::new();
	while !level.is_empty() {
		if level.len() % 2 == 1 {
			peaks.extend(level.pop());
		}
		level = level.chunks(2).map(|pair| node_hash::<Blake2b256>(&pair[0], &pair[1])).collect();
	}
	peaks.reverse();
	peaks
}

fn run(step: Step, model: &mut Model) -> Result<(), TestCaseError> {
	match step {
		Step::Append(caller, count) => {
			let first = model.acting(caller).map_or(0, |twin| twin.leaves.len() as u64);
			let added = leaves(first..first + count);
			let result = append(caller, &added);
			prop_assert_eq!(result, model.append(caller, &added));
		},
		Step::Pin { caller, number, right } => {
			let count = model.acting(caller).map_or(0, |twin| twin.leaves.len() as u64);
			let proof = if number < count { proof(number, count) } else { bounded(vec![]) };
			let shown = descriptor(if right { number } else { number + 1 });
			let result = Records::pin(signed(caller), number, shown, proof);
			prop_assert_eq!(result, model.pin(caller, number, right));
		},
		Step::Unpin(caller, twin, number) => {
			let result = Records::unpin(signed(caller), twin, number);
			prop_assert_eq!(result, model.unpin(caller, twin, number));
		},
		Step::Deactivate(twin) => {
			deactivate(twin);
			model.twins[twin as usize - 1].deactivated = true;
		},
		Step::ChangePrice(price) => {
			ItemPrice::set(price);
			model.per_item = price;
		},
	}
	Ok(())
}

fn compare(model: &Model) -> Result<(), TestCaseError> {
	for (place, twin) in model.twins.iter().enumerate() {
		let (number, controller) = (place as u64 + 1, [ALICE, BOB][place]);
		let index = Records::index_of(number);
		prop_assert_eq!(index.count, twin.leaves.len() as u64);
		prop_assert_eq!(index.peaks.into_inner(), peaks(twin.leaves.clone()));
		let pinned: Vec<_> = (0..200).filter(|it| Records::pinned(number, *it).is_some()).collect();
		prop_assert_eq!(pinned, twin.pins.keys().copied().collect::<Vec<_>>());
		for pin in twin.pins.keys() {
			prop_assert_eq!(Records::pinned(number, *pin), Some(descriptor(*pin)));
		}
		prop_assert_eq!(held_for_index(controller), twin.index_deposit);
		prop_assert_eq!(held_for_pins(controller), twin.pins.values().sum::<Balance>());
		prop_assert_eq!(
			free(controller),
			ENDOWMENT - held_for_index(controller) - held_for_pins(controller)
		);
	}
	prop_assert_eq!(free(CAROL), ENDOWMENT);
	Records::do_try_state()
		.map_err(|message| TestCaseError::fail(format!("try_state: {message:?}")))
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	#[test]
	fn random_sequences_follow_the_model(steps in steps()) {
		state().execute_with(|| {
			let mut model = Model { twins: Default::default(), per_item: PER_ITEM };
			for step in steps {
				run(step, &mut model)?;
				compare(&model)?;
			}
			Ok::<_, TestCaseError>(())
		})?;
	}
}
