//! The view functions, called as a wallet calls them.

use crate::{mock::*, *};
use frame::{
	deps::{
		codec::Decode,
		frame_support::view_functions::{
			DispatchViewFunction, ViewFunctionId, ViewFunctionIdPrefix,
		},
		sp_io::hashing::twox_128,
	},
	testing_prelude::*,
};

/// Call the view function of this `signature` with encoded `input`.
fn view<Output: Decode>(signature: &str, input: &[u8]) -> Output {
	let id =
		ViewFunctionId { prefix: Validators::prefix(), suffix: twox_128(signature.as_bytes()) };
	let mut output = Vec::new();
	RuntimeViewFunction::dispatch_view_function(&id, &mut &input[..], &mut output)
		.expect("the view function exists");
	Output::decode(&mut &output[..]).expect("the output is of this type")
}

#[test]
fn candidacy_tells_where_an_account_stands() {
	execute(|| {
		let view = |account: AccountId| -> Option<CandidacyOf<Test>> {
			view("candidacy(T::AccountId) -> Option<CandidacyOf<T>>", &account.encode())
		};
		assert_ok!(Validators::apply(signed(ALICE)));
		offend(1, 0, Perbill::from_percent(10));

		let until = 2 + LEAVING_SESSIONS;
		assert_eq!(
			view(1),
			Some(Candidacy { bond: BOND, slashed: 100, state: CandidacyState::Leaving { until } })
		);
		assert_eq!(
			view(ALICE),
			Some(Candidacy { bond: BOND, slashed: 0, state: CandidacyState::Applied })
		);
		assert_eq!(view(BOB), None);
	});
}

#[test]
fn validators_lists_the_approved_set() {
	execute(|| {
		assert_ok!(Validators::leave(signed(2)));
		join(ALICE);
		let validators: Vec<AccountId> = view("validators() -> Vec<T::AccountId>", &[]);
		assert_eq!(validators, [1, 3, 4, ALICE]);
	});
}

#[test]
fn bond_tells_what_an_application_costs_today() {
	execute(|| {
		GovernedBond::set(3 * BOND);
		assert_eq!(view::<Balance>("bond() -> BalanceOf<T>", &[]), 3 * BOND);
	});
}

#[test]
fn leaving_sessions_tells_the_offence_window() {
	execute(|| {
		assert_eq!(view::<u32>("leaving_sessions() -> SessionIndex", &[]), LEAVING_SESSIONS);
	});
}
