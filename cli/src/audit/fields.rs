//! Values of events as JSON that loses nothing and that tables can sum up.
//!
//! Amounts, which are all that has 128 bits, are decimal strings, negative ones too. Accounts are
//! SS58 addresses. Bytes of a fixed length, hashes, are hexadecimal; those of any length are text
//! where they can be read, else hexadecimal.

use super::row::Field;
use crate::value::{is_named, Typed};
use scale_info::{TypeDef, TypeDefPrimitive};
use serde_json::{json, Map, Value as Json};
use subxt::{
	ext::scale_value::{Composite, Primitive, ValueDef, Variant},
	utils::AccountId32,
	ArcMetadata,
};

/// Begins bytes in hexadecimal.
const HEX: &str = "0x";

/// Types whose parts stand in columns of their own, as if each were a field of the event: whoever
/// has a table sorts and filters by them. Events of older runtimes have such fields, and so the same
/// columns.
const BUNDLES: [&str; 2] = ["Booking", "InvoiceId"];

/// The columns of a field: one or, of a bundle, those of its parts.
pub fn columns(name: &str, value: &Typed, metadata: &ArcMetadata) -> Vec<Field> {
	let is_bundle = BUNDLES.iter().any(|bundle| is_named(metadata, value.context, bundle));
	match &value.value {
		ValueDef::Composite(Composite::Named(parts)) if is_bundle => {
			parts.iter().flat_map(|(name, part)| columns(name, part, metadata)).collect()
		},
		_ => vec![Field {
			name: name.into(),
			value: to_json(value, metadata),
			is_amount: is_amount(value.context, metadata),
		}],
	}
}

/// A value as JSON.
pub fn to_json(value: &Typed, metadata: &ArcMetadata) -> Json {
	match &value.value {
		ValueDef::Primitive(primitive) => {
			primitive_to_json(primitive, is_amount(value.context, metadata))
		},
		ValueDef::Variant(Variant { name, values }) => {
			let is_option = is_named(metadata, value.context, "Option");
			match (values.values().next(), name.as_str()) {
				(None, "None") if is_option => Json::Null,
				(None, name) => name.into(),
				(Some(inner), "Some") if is_option => to_json(inner, metadata),
				(Some(_), name) => json!({ name: composite_to_json(values, metadata) }),
			}
		},
		ValueDef::Composite(parts) => match bytes_of(value, metadata) {
			Some(Bytes::Account(account)) => account.to_string().into(),
			Some(Bytes::Fixed(bytes)) => hex(&bytes).into(),
			Some(Bytes::Text(bytes)) => text(&bytes).into(),
			None if is_list(value.context, metadata) => {
				parts.values().map(|part| to_json(part, metadata)).collect()
			},
			None => composite_to_json(parts, metadata),
		},
		ValueDef::BitSequence(bits) => bits.iter().map(Json::from).collect(),
	}
}

/// Whether a type has 128 bits, and so is an amount.
fn is_amount(ty: u32, metadata: &ArcMetadata) -> bool {
	match metadata.types().resolve(ty).map(|ty| &ty.type_def) {
		Some(TypeDef::Primitive(TypeDefPrimitive::U128 | TypeDefPrimitive::I128)) => true,
		Some(TypeDef::Compact(inner)) => is_amount(inner.type_param.id, metadata),
		_ => false,
	}
}

fn primitive_to_json(primitive: &Primitive, is_amount: bool) -> Json {
	match primitive {
		Primitive::Bool(value) => (*value).into(),
		Primitive::Char(value) => value.to_string().into(),
		Primitive::String(value) => value.clone().into(),
		Primitive::U128(value) if is_amount => value.to_string().into(),
		Primitive::I128(value) if is_amount => value.to_string().into(),
		Primitive::U128(value) => {
			u64::try_from(*value).map_or_else(|_| value.to_string().into(), Json::from)
		},
		Primitive::I128(value) => {
			i64::try_from(*value).map_or_else(|_| value.to_string().into(), Json::from)
		},
		Primitive::U256(bytes) | Primitive::I256(bytes) => hex(bytes).into(),
	}
}

/// Named parts as an object, a single one without a name as itself, several as a list.
fn composite_to_json(parts: &Composite<u32>, metadata: &ArcMetadata) -> Json {
	match parts {
		Composite::Named(parts) => parts
			.iter()
			.map(|(name, part)| (name.clone(), to_json(part, metadata)))
			.collect::<Map<_, _>>()
			.into(),
		Composite::Unnamed(parts) => match &parts[..] {
			[only] => to_json(only, metadata),
			parts => parts.iter().map(|part| to_json(part, metadata)).collect(),
		},
	}
}

/// What a value made of bytes alone is.
enum Bytes {
	Account(AccountId32),
	Fixed(Vec<u8>),
	Text(Vec<u8>),
}

fn bytes_of(value: &Typed, metadata: &ArcMetadata) -> Option<Bytes> {
	let ty = metadata.types().resolve(value.context)?;
	let is_byte = |id: u32| {
		let inner = metadata.types().resolve(id).map(|inner| &inner.type_def);
		inner == Some(&TypeDef::Primitive(TypeDefPrimitive::U8))
	};
	match &ty.type_def {
		TypeDef::Array(array) if is_byte(array.type_param.id) => {
			Some(Bytes::Fixed(all_bytes(value)?))
		},
		TypeDef::Sequence(list) if is_byte(list.type_param.id) => {
			Some(Bytes::Text(all_bytes(value)?))
		},
		_ if is_named(metadata, value.context, "AccountId32") => {
			Some(Bytes::Account(AccountId32(all_bytes(value)?.try_into().ok()?)))
		},
		_ => None,
	}
}

/// Whether a value is a list, which stays one when it has a single part.
fn is_list(ty: u32, metadata: &ArcMetadata) -> bool {
	let ty = metadata.types().resolve(ty).map(|ty| &ty.type_def);
	matches!(ty, Some(TypeDef::Array(_) | TypeDef::Sequence(_)))
}

fn all_bytes(value: &Typed) -> Option<Vec<u8>> {
	match &value.value {
		ValueDef::Primitive(Primitive::U128(byte)) => Some(vec![u8::try_from(*byte).ok()?]),
		ValueDef::Composite(parts) => {
			let parts: Option<Vec<_>> = parts.values().map(all_bytes).collect();
			Some(parts?.concat())
		},
		_ => None,
	}
}

fn hex(bytes: &[u8]) -> String {
	format!("{HEX}{}", hex::encode(bytes))
}

/// Bytes as text where nobody can take one for the other.
fn text(bytes: &[u8]) -> String {
	match std::str::from_utf8(bytes) {
		Ok(text) if !text.starts_with(HEX) && !text.chars().any(char::is_control) => text.into(),
		_ => hex(bytes),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::Encode;
	use scale_info::TypeInfo;
	use subxt::{
		ext::{
			frame_metadata::v16::{
				CustomMetadata, ExtrinsicMetadata, OuterEnums, RuntimeMetadataV16,
			},
			scale_value::scale,
		},
		Metadata,
	};

	mod runtime {
		use super::*;

		#[derive(Encode, TypeInfo)]
		pub struct AccountId32(pub [u8; 32]);

		/// As the chain's bounded lists are described.
		#[derive(Encode, TypeInfo)]
		pub struct BoundedVec<T>(pub Vec<T>);
	}
	use runtime::BoundedVec;

	#[derive(Encode, TypeInfo)]
	enum Kind {
		Vat(Letter),
		Levy { in_vat_base: bool },
	}

	#[derive(Encode, TypeInfo)]
	enum Letter {
		Standard,
	}

	#[derive(Encode, TypeInfo)]
	struct Item {
		kind: Kind,
		net: i128,
	}

	#[derive(Encode, TypeInfo)]
	struct Everything {
		payer: runtime::AccountId32,
		amount: u128,
		change: i128,
		offset: i16,
		number: u64,
		hash: [u8; 3],
		name: BoundedVec<u8>,
		tricky: BoundedVec<u8>,
		items: BoundedVec<Item>,
		levy: Kind,
		from: BoundedVec<(u32, u128)>,
		nobody: Option<u64>,
		somebody: Option<u64>,
	}

	#[derive(Encode, TypeInfo)]
	struct InvoiceId {
		seller: u64,
		number: u64,
	}

	#[derive(Encode, TypeInfo)]
	struct Booking {
		period: u32,
		invoice: InvoiceId,
		buyer: Option<u64>,
	}

	#[derive(Encode, TypeInfo)]
	struct Told {
		booking: Booking,
		item: Item,
		amount: u128,
	}

	/// A value as metadata describes it.
	fn typed<T: Encode + TypeInfo + 'static>(value: T, name: &str) -> (Typed, Metadata) {
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
		(value, metadata)
	}

	#[test]
	fn nothing_is_lost_and_amounts_are_strings() {
		let everything = Everything {
			payer: runtime::AccountId32([1; 32]),
			amount: 5,
			change: -5,
			offset: -60,
			number: 7,
			hash: [0, 1, 2],
			name: BoundedVec(b"Bakery".to_vec()),
			tricky: BoundedVec(b"0x00".to_vec()),
			items: BoundedVec(vec![Item { kind: Kind::Vat(Letter::Standard), net: -1 }]),
			levy: Kind::Levy { in_vat_base: true },
			from: BoundedVec(vec![(24_322, 9)]),
			nobody: None,
			somebody: Some(3),
		};
		let (value, metadata) = typed(everything, "Everything");
		assert_eq!(
			to_json(&value, &metadata.arc()),
			json!({
				"payer": AccountId32([1; 32]).to_string(),
				"amount": "5",
				"change": "-5",
				"offset": -60,
				"number": 7,
				"hash": "0x000102",
				"name": "Bakery",
				"tricky": "0x30783030",
				"items": [{ "kind": { "Vat": "Standard" }, "net": "-1" }],
				"levy": { "Levy": { "in_vat_base": true } },
				"from": [[24_322, "9"]],
				"nobody": null,
				"somebody": 3,
			})
		);
	}

	#[test]
	fn parts_of_a_bundle_are_columns() {
		let invoice = InvoiceId { seller: 2, number: 5 };
		let told = Told {
			booking: Booking { period: 24_322, invoice, buyer: None },
			item: Item { kind: Kind::Vat(Letter::Standard), net: 100 },
			amount: 7,
		};
		let (value, metadata) = typed(told, "Told");
		let metadata = metadata.arc();
		let ValueDef::Composite(Composite::Named(parts)) = &value.value else {
			panic!("{value:?}")
		};
		let columns = parts.iter().flat_map(|(name, part)| columns(name, part, &metadata));
		let found: Vec<_> = columns.map(|it| (it.name, it.value, it.is_amount)).collect();
		let column = |name: &str, value, is_amount| (name.to_owned(), value, is_amount);
		assert_eq!(
			found,
			[
				column("period", json!(24_322), false),
				column("seller", json!(2), false),
				column("number", json!(5), false),
				column("buyer", Json::Null, false),
				// Any other composite stays one.
				column("item", json!({ "kind": { "Vat": "Standard" }, "net": "100" }), false),
				column("amount", json!("7"), true),
			]
		);
	}
}
