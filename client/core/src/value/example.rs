//! A value with a part of every kind, to test with.

use super::{is_named, Typed};
use codec::{Compact, Encode};
use scale_info::TypeInfo;
use subxt::{
	ext::{
		frame_metadata::v16::{CustomMetadata, ExtrinsicMetadata, OuterEnums, RuntimeMetadataV16},
		scale_value::scale,
	},
	ArcMetadata, Metadata,
};

/// Named as the runtime's.
mod runtime {
	use super::*;

	#[derive(Encode, TypeInfo)]
	pub struct AccountId32(pub [u8; 32]);

	/// As the chain's bounded lists are described.
	#[derive(Encode, TypeInfo)]
	pub struct BoundedVec<T>(pub Vec<T>);

	#[derive(Encode, TypeInfo)]
	pub enum MultiAddress {
		Id(AccountId32),
	}
}
use runtime::{AccountId32 as Account, BoundedVec, MultiAddress};

#[derive(Encode, TypeInfo)]
enum Choice {
	Plain,
	Tuple(u8, bool),
	Named { count: u32 },
	Within(Letter),
}

#[derive(Encode, TypeInfo)]
enum Letter {
	Standard,
}

#[derive(Encode, TypeInfo)]
struct Wrapper(u64);

#[derive(Encode, TypeInfo)]
struct Item {
	kind: Choice,
	net: i128,
}

#[derive(Encode, TypeInfo)]
struct Everything {
	account: Account,
	address: MultiAddress,
	amount: u128,
	compact: Compact<u128>,
	change: i128,
	offset: i16,
	number: u64,
	wrapper: Wrapper,
	hash: [u8; 32],
	text: Vec<u8>,
	bytes: Vec<u8>,
	tricky: BoundedVec<u8>,
	list: Vec<u16>,
	items: BoundedVec<Item>,
	from: BoundedVec<(u32, u128)>,
	nothing: Option<u8>,
	something: Option<u8>,
	plain: Choice,
	tuple: Choice,
	named: Choice,
}

fn everything() -> Everything {
	Everything {
		account: Account([1; 32]),
		address: MultiAddress::Id(Account([2; 32])),
		amount: u128::MAX,
		compact: Compact(2_500_000_000_000),
		change: -5,
		offset: -60,
		number: u64::MAX,
		wrapper: Wrapper(7),
		hash: [3; 32],
		text: b"hello".to_vec(),
		bytes: vec![0, 255],
		tricky: BoundedVec(b"0x00".to_vec()),
		list: vec![4, 5],
		items: BoundedVec(vec![Item { kind: Choice::Within(Letter::Standard), net: -1 }]),
		from: BoundedVec(vec![(24_322, 9)]),
		nothing: None,
		something: Some(6),
		plain: Choice::Plain,
		tuple: Choice::Tuple(8, true),
		named: Choice::Named { count: 9 },
	}
}

/// The value, and metadata that describes it.
pub(super) fn typed() -> (Typed, ArcMetadata) {
	described(everything(), "Everything")
}

/// A value of the type of this name, and metadata that describes it.
pub fn described<T: Encode + TypeInfo + 'static>(value: T, name: &str) -> (Typed, ArcMetadata) {
	let metadata: Metadata = RuntimeMetadataV16::new(
		vec![],
		ExtrinsicMetadata {
			versions: vec![4],
			address_ty: scale_info::meta_type::<T>(),
			call_ty: scale_info::meta_type::<()>(),
			signature_ty: scale_info::meta_type::<()>(),
			transaction_extensions_by_version: Default::default(),
			transaction_extensions: vec![],
		},
		vec![],
		OuterEnums {
			call_enum_ty: scale_info::meta_type::<()>(),
			event_enum_ty: scale_info::meta_type::<()>(),
			error_enum_ty: scale_info::meta_type::<()>(),
		},
		CustomMetadata { map: Default::default() },
	)
	.try_into()
	.expect("is valid");
	let mut types = metadata.types().types.iter().map(|ty| ty.id);
	let ty = types.find(|id| is_named(&metadata, *id, name)).expect("is described");
	let bytes = value.encode();
	let value =
		scale::decode_as_type(&mut &bytes[..], ty, metadata.types()).expect("fits its type");
	(value, metadata.arc())
}

/// Metadata with hardly anything in it.
pub fn test_metadata() -> ArcMetadata {
	typed().1
}

/// A type in that metadata, with a part of every kind.
pub fn test_type() -> (ArcMetadata, u32) {
	let (value, metadata) = typed();
	(metadata, value.context)
}
