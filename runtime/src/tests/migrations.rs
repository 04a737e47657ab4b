//! The state of the demo town, as the runtime of spec version 1 left it, after an upgrade.
//!
//! `tests/state/save` has written it from a chain: what is stored in old layouts is what that runtime
//! wrote, and not what this one takes for it.

mod town;

use super::{check_state, signed, Call};
use crate::{
	migrations::{MultiBlockMigrations, PastMoney, SingleBlockMigrations},
	AllPalletsWithSystem, Commerce, Currencies, Executive, Runtime, RuntimeEvent, System, Tax,
	VERSION,
};
use frame_support::{
	assert_ok,
	migrations::{MultiStepMigrator, SteppedMigrationError, SteppedMigrations},
	traits::{
		fungibles, GetStorageVersion, OnRuntimeUpgrade, StorageVersion, TryDecodeEntireStorage,
		TryState, TryStateSelect, UpgradeCheckSelect,
	},
	weights::{Weight, WeightMeter},
};
use ourledger_primitives::{
	invoice::{Change, Note, NotePart},
	money::LocalMoney,
	Balance,
};
use sp_runtime::BoundedVec;
use town::*;

/// The money of the town, its jurisdiction, and its code for food.
const TSH: u32 = 0;
const MILLBROOK: u32 = 0;
const FOOD: u16 = 2;

/// What has been left behind, and where it is now.
fn versions() -> [StorageVersion; 3] {
	[
		Currencies::on_chain_storage_version(),
		Tax::on_chain_storage_version(),
		Commerce::on_chain_storage_version(),
	]
}

fn ongoing() -> bool {
	crate::MultiBlockMigrations::ongoing()
}

/// As often as it takes, but no more than is reasonable for a town; how many blocks that were.
fn run_to_the_end() -> u32 {
	let mut blocks = 0;
	while ongoing() {
		assert!(blocks < 10, "it doesn't end");
		make_block();
		blocks += 1;
	}
	blocks
}

/// What a migration must leave to the unit, as reads tell it once they can.
fn money_in_town() -> Vec<Balance> {
	let pots = [Commerce::escrow(), Tax::treasury_of(MILLBROOK), Currencies::pot_of(TSH)];
	let firms = (1..=13).map(controller);
	let balances = pots.into_iter().chain(firms).map(|who| Currencies::balance(TSH, &who));
	balances.chain([<crate::Assets as fungibles::Inspect<_>>::total_issuance(TSH)]).collect()
}

/// Everything that the SDK and the pallets can check.
fn check_all() {
	check_state();
	let read = AllPalletsWithSystem::try_decode_entire_state();
	assert!(read.is_ok(), "{read:?}");
}

#[test]
fn the_demo_town_passes_every_check_in_the_block_of_the_upgrade() {
	town().execute_with(|| {
		assert_eq!(versions(), [1, 1, 1].map(StorageVersion::new));
		assert!(AllPalletsWithSystem::try_decode_entire_state().is_err(), "it is old");
		let before = money_in_town();

		assert_ok!(Executive::try_runtime_upgrade(UpgradeCheckSelect::All));
		assert_eq!(versions(), [2, 2, 2].map(StorageVersion::new));
		assert_eq!(money_in_town(), before);

		assert!(ongoing());
		assert_eq!(run_to_the_end(), 1);
		check_all();
		// Whoever runs it again changes nothing.
		assert_ok!(Executive::try_runtime_upgrade(UpgradeCheckSelect::All));
		run_to_the_end();
		check_all();
	});
}

#[test]
fn the_demo_town_is_upgraded_by_its_next_block() {
	town().execute_with(|| {
		let before = money_in_town();
		make_block();
		assert_eq!(versions(), [2, 2, 2].map(StorageVersion::new));
		assert!(!ongoing());
		let is_done = |event| {
			event == RuntimeEvent::from(pallet_migrations::Event::<Runtime>::UpgradeCompleted)
		};
		assert!(System::events().into_iter().any(|record| is_done(record.event)));
		assert_eq!(money_in_town(), before);
		check_all();
	});
}

#[test]
fn none_of_them_can_be_left_out() {
	type Limit = crate::migrations::UpgradeWeight;
	let money = pallet_currencies::migrations::ToV2::<Runtime>::on_runtime_upgrade;
	let tax = pallet_tax::migrations::BeginToV2::<Runtime, Limit>::on_runtime_upgrade;
	let trade =
		pallet_commerce::migrations::BeginToV2::<Runtime, PastMoney, Limit>::on_runtime_upgrade;
	let migrations: [fn() -> Weight; 3] = [money, tax, trade];
	let is_sound_without = |left_out| {
		town().execute_with(|| {
			let others = migrations.iter().enumerate().filter(|(place, _)| *place != left_out);
			others.for_each(|(_, migrate)| {
				migrate();
			});
			let state =
				AllPalletsWithSystem::try_state(System::block_number(), TryStateSelect::All);
			state.is_ok() && AllPalletsWithSystem::try_decode_entire_state().is_ok()
		})
	};
	assert_eq!([0, 1, 2, 3].map(is_sound_without), [false, false, false, true]);
}

/// As where there is no room for any of it in the block of the upgrade.
#[test]
fn multi_block_migrations_do_it_alone() {
	town().execute_with(|| {
		let before = money_in_town();
		pallet_currencies::migrations::ToV2::<Runtime>::on_runtime_upgrade();
		frame_system::LastRuntimeUpgrade::<Runtime>::put(
			frame_system::LastRuntimeUpgradeInfo::from(VERSION),
		);
		crate::MultiBlockMigrations::on_runtime_upgrade();
		run_to_the_end();
		assert_eq!(versions(), [2, 2, 2].map(StorageVersion::new));
		assert_eq!(money_in_town(), before);
		check_all();
	});
}

/// As where there is room for a few entries at a time, and blocks go on meanwhile.
#[test]
fn the_least_steps_come_to_the_same() {
	let mut roots = Vec::new();
	for at_once in [true, false] {
		town().execute_with(|| {
			pallet_currencies::migrations::ToV2::<Runtime>::on_runtime_upgrade();
			if at_once {
				SingleBlockMigrations::on_runtime_upgrade();
			}
			for migration in 0..MultiBlockMigrations::len() {
				advance_little_by_little(migration);
			}
			System::reset_events();
			check_all();
			roots.push(sp_io::storage::root(VERSION.state_version()));
		});
	}
	roots.dedup();
	assert_eq!(roots.len(), 1);
}

fn advance_little_by_little(migration: u32) {
	let step = |cursor, limit| {
		let mut meter = WeightMeter::with_limit(limit);
		let step = MultiBlockMigrations::nth_transactional_step(migration, cursor, &mut meter);
		step.expect("it is there")
	};
	let least = match step(None, Weight::zero()) {
		Err(SteppedMigrationError::InsufficientWeight { required }) => required,
		ended => return assert_eq!(ended, Ok(None)),
	};
	let (mut cursor, mut steps) = (None, 0);
	loop {
		cursor = step(cursor, least).expect("there is enough weight");
		steps += 1;
		if cursor.is_none() {
			break;
		}
		assert!(steps < 1_000, "it doesn't end");
	}
	assert!(steps > 1, "{steps}");
}

#[test]
fn what_waited_in_the_town_can_be_used() {
	town().execute_with(|| {
		let waiting = let_things_wait();
		assert_ok!(Executive::try_runtime_upgrade(UpgradeCheckSelect::All));
		run_to_the_end();
		check_all();
		use_what_waited(&waiting);
		check_all();
	});
}

#[test]
fn the_town_goes_on_trading() {
	town().execute_with(|| {
		make_block();
		run_to_the_end();
		// The bookshop's invoice was decided to half; the school pays the rest, and is delivered.
		let (school, shop) = (controller(13), controller(8));
		let before = Currencies::balance(TSH, &shop);
		assert_ok!(Commerce::pay(signed(&school), 8, 15, None, true));
		let invoice = Commerce::invoice(8, 15).expect("it can be read");
		assert_eq!((invoice.escrowed, invoice.payers.len()), (2_979, 1));
		assert_eq!((invoice.payers[0].paid, invoice.payers[0].kept.nominal), (2_980, 2_979));
		assert_ok!(Commerce::deliver(signed(&shop), 8, 15));
		assert_ok!(Commerce::confirm(signed(&school), 8, 15));
		let invoice = Commerce::invoice(8, 15).expect("it can be read");
		assert!(matches!(invoice.state, pallet_commerce::InvoiceState::Closed(_)));
		assert_eq!(invoice.bill.subtotals[0].taken, 284);
		assert!(Currencies::balance(TSH, &shop) > before);

		// The baker takes back half of what it sold to the inn.
		let (inn, before) = (controller(6), Currencies::balance(TSH, &controller(6)));
		let part = NotePart { code: FOOD, change: Change::Less(5_000) };
		let note = Note {
			parts: BoundedVec::truncate_from(vec![part]),
			levies: BoundedVec::new(),
			tip: 0,
		};
		assert_ok!(Commerce::credit_note(signed(&controller(4)), 1, note, [1; 32]));
		let invoice = Commerce::invoice(4, 1).expect("it can be read");
		assert_eq!((invoice.bill.net(), invoice.bill.vat()), (5_825, 291));
		assert_eq!(Currencies::balance(TSH, &inn), before + 5_000);
		check_state();
	});
}

#[test]
fn an_upgrade_has_a_higher_version() {
	// Of the chain on which the town is.
	let (spec, transactions) = (1, 1);
	assert!(VERSION.spec_version > spec && VERSION.transaction_version > transactions);
}
