//! Pots are there before anybody can put something at their addresses, and sign nothing; and nobody
//! can use up what an account has for holding currencies.

use super::{account, chain, check_state, choke_point::town, signed, Call, Origin};
use crate::{
	configs::{currencies::StandingPots, monetary::TreasuryAccount},
	AccountId, Commerce, Currencies, OriginCaller, Runtime, System, Tax, Utility,
};
use frame_support::{assert_ok, traits::Get};
use frame_system::RawOrigin;
use ourledger_primitives::money::LocalMoney;
use pallet_currencies::{Call as Money, Error as Rule};
use sp_keyring::Sr25519Keyring::{Alice, Eve};
use sp_runtime::{traits::Dispatchable, BoundedVec, DispatchError};
use town::{act, issuer, payee, Town, OPEN, PLACE};

/// All that the chain's parts will need, now.
fn known() -> Vec<AccountId> {
	let next = pallet_currencies::NextCurrency::<Runtime>::get();
	let own = [TreasuryAccount::get(), Currencies::set_aside_pot(), Currencies::pot_of(next)];
	own.into_iter().chain(StandingPots::get()).collect()
}

fn refused(call: impl Into<Call>, by: &AccountId) -> DispatchError {
	let call = call.into();
	let done = call.clone().dispatch(signed(by)).map(|_| ()).map_err(|error| error.error);
	done.expect_err(&format!("{call:?}"))
}

#[test]
fn every_network_opens_them_at_genesis() {
	for preset in ["development", "local_testnet", "staging"] {
		chain(preset).execute_with(|| {
			let known = known();
			assert_eq!(known.len(), 5);
			assert!(known.contains(&Commerce::escrow()));
			for pot in known {
				assert!(Currencies::is_pot(&pot) && System::account_exists(&pot), "{preset}");
				// Of no key, but of one of the pallets.
				assert!(AsRef::<[u8]>::as_ref(&pot).starts_with(b"modlour/"), "{preset}");
			}
		});
	}
}

#[test]
fn whoever_makes_one_opens_the_next_and_nobody_fills_it_before() {
	chain("local_testnet").execute_with(|| {
		Town::build(account);
		let fills = |to: AccountId| {
			let pay =
				Money::transfer { currency: OPEN, to: to.clone(), amount: 1, reference: [0; 32] };
			let issue = Money::issue { currency: OPEN, to, amount: 1 };
			(refused(pay, &account(Eve)), refused(issue, &issuer()))
		};
		let to_pot = DispatchError::from(Rule::<Runtime>::ToPot);
		for _ in 0..2 {
			let place = pallet_tax::NextJurisdiction::<Runtime>::get();
			for pot in known().into_iter().filter(|pot| *pot != TreasuryAccount::get()) {
				assert_eq!(fills(pot), (to_pot, to_pot));
			}
			let next = Tax::treasury_of(place);
			let (name, twin) =
				(BoundedVec::truncate_from(b"Next".to_vec()), town::twin_of(&issuer()));
			assert_ok!(Tax::create_jurisdiction(Origin::root(), name, town::settings(twin, &[])));
			assert_eq!(Tax::jurisdiction(place).map(|it| it.treasury), Some(next));
			town::create(&issuer(), b"NEXT", town::terms(pallet_currencies::Access::Open));
			check_state();
		}
	});
}

#[test]
fn root_speaks_for_no_pot() {
	chain("local_testnet").execute_with(|| {
		Town::build(account);
		let treasury = Tax::jurisdiction(PLACE).expect("there is one").treasury;
		act(
			&account(Eve),
			pallet_tax::Call::give { jurisdiction: PLACE, currency: OPEN, amount: 100 },
		);
		let to = payee();
		let pay = Money::transfer { currency: OPEN, to, amount: 1, reference: [0; 32] };
		for pot in [treasury, TreasuryAccount::get()] {
			let as_origin = Box::new(OriginCaller::system(RawOrigin::Signed(pot.clone())));
			let done = Utility::dispatch_as_fallible(
				Origin::root(),
				as_origin,
				Box::new(pay.clone().into()),
			);
			let why = done.map(|_| ());
			assert_eq!(why, Err(Rule::<Runtime>::PotSigns.into()));
		}
		check_state();
	});
}

#[test]
fn the_treasury_pays_no_pot_in_local_money() {
	use frame_support::traits::tokens::Pay;
	chain("local_testnet").execute_with(|| {
		Town::build(account);
		for pot in [Commerce::escrow(), Currencies::set_aside_pot()] {
			let paid = crate::configs::monetary::PayFromTreasury::pay(&pot, town::local(OPEN), 100);
			assert_eq!(paid, Err(Rule::<Runtime>::ToPot.into()));
		}
	});
}

/// Each currency that an account holds takes a consumer, and everybody can pay it in each.
#[test]
fn nobody_fills_an_account() {
	use frame_system::ConsumerLimits;
	assert_eq!(<Runtime as frame_system::Config>::MaxConsumers::max_consumers(), u32::MAX);
	chain("local_testnet").execute_with(|| {
		Town::build(account);
		let victim = account(Alice);
		for _ in 0..5_000 {
			assert_ok!(System::inc_consumers(&victim));
		}
		town::create(&issuer(), b"MORE", town::terms(pallet_currencies::Access::Open));
		let currency = pallet_currencies::NextCurrency::<Runtime>::get() - 1;
		act(&issuer(), Money::issue { currency, to: victim, amount: 1 });
	});
}
