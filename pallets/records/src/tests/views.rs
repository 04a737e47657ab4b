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
use ourledger_primitives::record::Descriptor;

/// Call the view function of this `signature` with encoded `input`.
fn view<Output: Decode>(signature: &str, input: impl Encode) -> Output {
	let id = ViewFunctionId { prefix: Records::prefix(), suffix: twox_128(signature.as_bytes()) };
	let mut output = Vec::new();
	RuntimeViewFunction::dispatch_view_function(&id, &mut &input.encode()[..], &mut output)
		.expect("the view function exists");
	Output::decode(&mut &output[..]).expect("the output is of this type")
}

#[test]
fn index_of_tells_count_and_peaks() {
	build_and_execute(|| {
		let view = |twin: u64| -> Index { view("index_of(TwinNumber) -> Index", twin) };
		assert_ok!(append(ALICE, &leaves(0..11)));

		assert_eq!(view(1), index_of(&leaves(0..11)));
		assert_eq!(view(2), Index { count: 0, peaks: bounded(vec![]) });
		assert_eq!(view(99), Index::default());
	});
}

#[test]
fn pinned_tells_the_descriptor() {
	build_and_execute(|| {
		let view = |twin: u64, number: u64| -> Option<Descriptor> {
			view("pinned(TwinNumber,RecordNumber) -> Option<Descriptor>", (twin, number))
		};
		assert_ok!(append(ALICE, &leaves(0..3)));
		assert_ok!(pin(ALICE, 2, 3));

		assert_eq!(view(1, 2), Some(descriptor(2)));
		assert_eq!(view(1, 1), None);
		assert_eq!(view(2, 2), None);
	});
}

#[test]
fn deposits_tells_what_will_be_held() {
	build_and_execute(|| {
		let view = |count: u64, bytes: u32| -> Deposits {
			view("deposits(u64,u32) -> Deposits", (count, bytes))
		};
		for (item, byte) in [(PER_ITEM, PER_BYTE), (3, 2)] {
			ItemPrice::set(item);
			BytePrice::set(byte);
			let controller = if item == PER_ITEM { ALICE } else { BOB };
			assert_ok!(append(controller, &leaves(0..11)));
			assert_ok!(pin(controller, 6, 11));
			let told = view(11, descriptor(6).encoded_size() as u32);
			assert_eq!(told.index, held_for_index(controller));
			assert_eq!(told.pin, held_for_pins(controller));
		}
		assert_eq!(view(8, 0), view(15, 0));
		assert!(view(7, 0).index < view(8, 0).index);
	});
}
