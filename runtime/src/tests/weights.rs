//! What calls may cost at most.

use super::{
	account, chain, every_call, signed,
	sponsored::{act, market, offer, profile, tax},
};
use crate::{configs::system::transaction_extension, weights, Runtime, Twins, TxExtension};
use codec::{Decode, Encode};
use frame_support::{
	assert_ok,
	dispatch::GetDispatchInfo,
	weights::{constants::WEIGHT_REF_TIME_PER_MILLIS, Weight},
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
use sp_runtime::{generic::Era, traits::TransactionExtension, BoundedVec};
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

/// Of a signed transaction whose call weighs so much: its base and its extensions come on top.
fn whole(call: Weight) -> u64 {
	let remark = frame_system::Call::remark { remark: vec![] }.into();
	let extension = transaction_extension(Era::Immortal, 0, 0, None).weight(&remark);
	let base = weights::overhead::ExtrinsicBaseWeight::get();
	(base + extension + call).ref_time()
}

/// Whole against whole, since that is what fills a block and what is paid for.
#[test]
fn a_sale_at_a_till_weighs_at_most_eight_transfers() {
	let transfer = whole(<Runtime as pallet_balances::Config>::WeightInfo::transfer_keep_alive());
	let (plain, dear) = (whole(Commerce::sell(1, 0)), whole(Commerce::sell_dear(1, 0)));
	assert!(plain <= 8 * transfer, "{plain} for a sale, {transfer} for a transfer");
	assert!(dear > plain, "{dear} for a sale in a dear currency");
}

/// 2.6 times the check of a signature, which is most of it.
#[test]
fn the_base_of_a_transaction_is_little_more_than_its_signature() {
	const SIGNATURE_PICOSECONDS: u64 = 49_000_000;
	let base = weights::overhead::ExtrinsicBaseWeight::get().ref_time();
	assert!(base > SIGNATURE_PICOSECONDS, "{base} ps with the check of a signature");
	assert!(base <= SIGNATURE_PICOSECONDS * 26 / 10, "{base} ps");
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

/// By its own name, or one that begins with it where a call has several weights.
#[cfg(feature = "runtime-benchmarks")]
#[test]
fn every_call_of_our_pallets_has_a_benchmark() {
	use crate::RuntimeCall;
	use frame_support::traits::GetCallMetadata;

	let (listed, _) = crate::benchmarks::metadata(true);
	let ours = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../pallets"))
		.expect("the pallets are beside the runtime")
		.map(|entry| entry.expect("can be read").file_name().into_string().expect("is ASCII"));
	for name in ours {
		let crate_name = format!("pallet_{name}");
		let list = listed.iter().find(|it| it.pallet == crate_name.as_bytes());
		let list = list.unwrap_or_else(|| panic!("{crate_name} is not among the benchmarks"));
		let instance = std::str::from_utf8(&list.instance).expect("is ASCII");
		if !RuntimeCall::get_module_names().contains(&instance) {
			continue;
		}
		for call in RuntimeCall::get_call_names(instance) {
			let with_more = format!("{call}_");
			let is_of_it =
				|name: &[u8]| name == call.as_bytes() || name.starts_with(with_more.as_bytes());
			let has = list.benchmarks.iter().any(|it| is_of_it(&it.name));
			assert!(has, "{instance}.{call} has no benchmark");
		}
	}
}
