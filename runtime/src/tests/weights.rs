//! What calls may cost at most.

use super::{
	account, chain, every_call, signed,
	sponsored::{act, market, offer, profile, tax},
};
use crate::{weights, Runtime, Twins, TxExtension};
use codec::{Decode, Encode};
use frame_support::{
	assert_ok, dispatch::GetDispatchInfo, weights::constants::WEIGHT_REF_TIME_PER_MILLIS,
};
use ourledger_primitives::{
	invoice::{Amounts, Conditions, Prices, Sale, SaleItem, Settlement},
	twin::TwinKind,
};
use pallet_balances::WeightInfo as _;
use pallet_commerce::WeightInfo as _;
use pallet_records::{Index, WeightInfo as _};
use pallet_twins::ControllerChoice;
use sp_io::{hashing::twox_128, storage};
use sp_keyring::Sr25519Keyring::{Charlie, Dave};
use sp_runtime::{traits::TransactionExtension, BoundedVec};
use std::{collections::BTreeMap, iter::successors};

type Commerce = weights::pallet_commerce::WeightInfo<Runtime>;
type Records = weights::pallet_records::WeightInfo<Runtime>;

#[test]
fn appending_512_records_costs_at_most_four_times_32_and_a_millisecond() {
	let (few, many) = (Records::append(32).ref_time(), Records::append(512).ref_time());
	assert!(many <= 4 * few, "{many} for 512, {few} for 32");
	assert!(many <= WEIGHT_REF_TIME_PER_MILLIS, "{many} ps");
}

#[test]
fn the_index_of_a_million_records_takes_less_than_a_kilobyte() {
	// The most peaks that any count up to a million has: one for each of 19 bits.
	let count = (1 << 19) - 1;
	let peaks = vec![[7; 32]; 19].try_into().expect("fewer than the most");
	assert!(Index { count, peaks }.encoded_size() < 1_000);
}

/// Where every look at the state panics, since there is none: whoever offers a transaction hasn't paid
/// for one when its weight is asked, for each call of a batch.
#[test]
fn no_weight_reads_the_state() {
	// Zeroes are the least of everything, so they are one of these, too.
	let extension = TxExtension::decode(&mut &[0; 1_000][..]).expect("zeroes are one");
	for (name, call) in every_call() {
		let info = call.get_dispatch_info();
		let weight = info.call_weight.saturating_add(extension.weight(&call));
		assert!(weight.ref_time() > 0, "{name:?}");
	}
}

/// The aim is eight: see docs/design/0015-weight-of-a-sale.md.
#[test]
fn a_sale_at_a_till_weighs_less_than_twelve_transfers() {
	let transfer = <Runtime as pallet_balances::Config>::WeightInfo::transfer_allow_death();
	let (sale, transfer) = (Commerce::sell(1, 0).ref_time(), transfer.ref_time());
	assert!(sale < 12 * transfer, "{sale} for a sale, {transfer} for a transfer");
}

/// All of the state but for what belongs to each transaction and is in its base weight: events and
/// the signer's account.
fn state() -> BTreeMap<Vec<u8>, Vec<u8>> {
	successors(storage::next_key(&[]), |key| storage::next_key(key))
		.filter(|key| !key.starts_with(&twox_128(b"System")))
		.map(|key| (key.clone(), storage::get(&key).expect("it is there").to_vec()))
		.collect()
}

#[test]
fn a_sale_at_a_till_changes_ten_entries() {
	chain("development").execute_with(|| {
		market();
		let (dave, kind) = (account(Dave), TwinKind::Company);
		let controller = ControllerChoice::Caller;
		assert_ok!(Twins::register(signed(&dave), kind, profile(), controller));
		tax(&dave);
		// So that the shop and the treasury have something already.
		act(&dave, offer(1, 115));

		let before = state();
		act(&dave, offer(2, 115));
		let changed = state().into_iter().filter(|(key, value)| before.get(key) != Some(value));
		// Two less than the worst case: the seller has no credit to set its tax against, and the
		// currency's supply is written as it was.
		assert_eq!(changed.count(), 10);
	});
}

/// Where nothing is to be paid, the sale is booked and its removal put on the agenda at once.
#[test]
fn an_invoice_of_nothing_is_declared_to_be_booked() {
	chain("development").execute_with(|| {
		market();
		let (dave, charlie) = (account(Dave), account(Charlie));
		let (kind, controller) = (TwinKind::Company, ControllerChoice::Caller);
		assert_ok!(Twins::register(signed(&dave), kind, profile(), controller));
		tax(&dave);
		let buyer = Twins::number_of(dave.clone());
		let call = |amounts: &[i128]| {
			let item = |amount: &i128| SaleItem { code: 1, amounts: Amounts::Sum(*amount) };
			let sale = Sale {
				prices: Prices::Net,
				items: BoundedVec::truncate_from(amounts.iter().map(item).collect()),
				levies: BoundedVec::new(),
				withholdings: BoundedVec::new(),
				tip: 0,
				evidence: None,
			};
			let conditions = Conditions {
				jurisdiction: 0,
				currency: 0,
				supply: None,
				due_days: 0,
				settlement: Settlement::Direct,
				delivery: false,
				document: [1; 32],
			};
			pallet_commerce::Call::<Runtime>::issue { buyer, conditions, sale }
		};
		let changes = |amount: i128| {
			let before = state();
			act(&charlie, call(&[amount]));
			state().into_iter().filter(|(key, value)| before.get(key) != Some(value)).count()
		};
		// The invoice and the book of its series; besides, the place on the agenda.
		assert_eq!(changes(1_000), 2);
		assert_eq!(changes(0), 3);
		let weight = |amount| call(&[amount]).get_dispatch_info().call_weight;
		assert_eq!(weight(1_000), Commerce::issue(1, 0));
		assert!(weight(0).all_gte(Commerce::issue(1, 0).saturating_add(Commerce::nothing())));
	});
}
