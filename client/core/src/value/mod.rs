//! Values of the chain as text for people and as JSON for programs, by the metadata's types.
//!
//! JSON loses nothing: amounts are decimal strings of base units, bytes are hexadecimal, accounts
//! are SS58 addresses, everything smaller than 128 bits is a number. As text, amounts are OUR,
//! except in calls on local money: what currency those mean can't be seen from their type, so they
//! are the numbers that they are.

#[cfg(any(test, feature = "testing"))]
mod example;

#[cfg(any(test, feature = "testing"))]
pub use example::{described, test_metadata, test_type};

use crate::{
	amount,
	hash::{self, blake2_256},
};
use codec::{Decode, Encode};
use ourledger_primitives::text::flaw;
use scale_info::{TypeDef, TypeDefPrimitive};
use serde_json::{json, Map, Value as Json};
use subxt::{
	error::DispatchError,
	ext::scale_value::{Composite, Primitive, Value, ValueDef, Variant},
	utils::AccountId32,
	ArcMetadata, Metadata,
};

/// A value and the type of each of its parts.
pub type Typed = Value<u32>;

/// Bytes that text shows before it cuts off.
const MAX_SHOWN_BYTES: usize = 48;

/// Pallets whose amounts are minor units of a local currency.
const LOCAL_MONEY: [&str; 3] = ["Commerce", "Currencies", "Tax"];

/// Begins bytes in hexadecimal.
const HEX: &str = "0x";

/// `value` as JSON.
pub fn to_json(value: &Typed, metadata: &ArcMetadata) -> Json {
	Form::Exact.value(value, metadata)
}

/// As [`to_json`], for tables that are read and summed up: bytes of any length are text where nobody
/// can take one for the other, and amounts that may be negative are decimal strings, too.
pub fn to_readable_json(value: &Typed, metadata: &ArcMetadata) -> Json {
	Form::Readable.value(value, metadata)
}

/// The parts of a call or an event as JSON: an object if they have names, else an array.
pub fn composite_to_json(parts: &Composite<u32>, metadata: &ArcMetadata) -> Json {
	Form::Exact.composite(parts, metadata)
}

/// Whether a type has 128 bits, and so is an amount.
pub fn is_amount(ty: u32, metadata: &Metadata) -> bool {
	match metadata.types().resolve(ty).map(|ty| &ty.type_def) {
		Some(TypeDef::Primitive(TypeDefPrimitive::U128 | TypeDefPrimitive::I128)) => true,
		Some(TypeDef::Compact(inner)) => is_amount(inner.type_param.id, metadata),
		_ => false,
	}
}

/// How a value stands in JSON.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Form {
	Exact,
	Readable,
}

impl Form {
	fn value(self, value: &Typed, metadata: &ArcMetadata) -> Json {
		match Shape::of(value, metadata) {
			Shape::Account(account) => account.to_string().into(),
			Shape::Amount(amount) => amount.to_string().into(),
			Shape::Text(bytes) if self == Self::Readable => readable(&bytes).into(),
			Shape::Bytes(bytes) | Shape::Text(bytes) => hash::text(&bytes).into(),
			Shape::Nothing => Json::Null,
			Shape::Inner(inner) => self.value(inner, metadata),
			Shape::Error(error) => error.into(),
			Shape::Other => match &value.value {
				ValueDef::Composite(parts) => self.composite(parts, metadata),
				ValueDef::Variant(Variant { name, values }) if values.is_empty() => {
					name.clone().into()
				},
				ValueDef::Variant(Variant { name, values }) => {
					let inner = match values {
						Composite::Unnamed(parts) if parts.len() == 1 => {
							self.value(&parts[0], metadata)
						},
						parts => self.composite(parts, metadata),
					};
					json!({ name: inner })
				},
				ValueDef::BitSequence(bits) => bits.iter().map(Json::from).collect(),
				ValueDef::Primitive(Primitive::I128(amount))
					if self == Self::Readable && is_amount(value.context, metadata) =>
				{
					amount.to_string().into()
				},
				ValueDef::Primitive(primitive) => primitive_to_json(primitive),
			},
		}
	}

	fn composite(self, parts: &Composite<u32>, metadata: &ArcMetadata) -> Json {
		match parts {
			Composite::Named(parts) => parts
				.iter()
				.map(|(name, part)| (name.clone(), self.value(part, metadata)))
				.collect::<Map<_, _>>()
				.into(),
			Composite::Unnamed(parts) => {
				parts.iter().map(|part| self.value(part, metadata)).collect()
			},
		}
	}
}

fn primitive_to_json(primitive: &Primitive) -> Json {
	match primitive {
		Primitive::Bool(value) => (*value).into(),
		Primitive::Char(value) => value.to_string().into(),
		Primitive::String(value) => value.clone().into(),
		Primitive::U128(value) => {
			u64::try_from(*value).map_or_else(|_| value.to_string().into(), Json::from)
		},
		Primitive::I128(value) => {
			i64::try_from(*value).map_or_else(|_| value.to_string().into(), Json::from)
		},
		Primitive::U256(value) | Primitive::I256(value) => hash::text(value).into(),
	}
}

/// Bytes as text where nobody can take one for the other.
fn readable(bytes: &[u8]) -> String {
	match std::str::from_utf8(bytes) {
		Ok(text) if !text.starts_with(HEX) && !text.chars().any(char::is_control) => text.into(),
		_ => hash::text(bytes),
	}
}

/// The arguments of a pallet's call as a person reads them, separated by commas.
pub fn arguments_to_text(pallet: &str, parts: &Composite<u32>, metadata: &ArcMetadata) -> String {
	composite_to_text(parts, metadata, Amounts::of(pallet))
}

/// How amounts are shown.
#[derive(Clone, Copy)]
enum Amounts {
	Our,
	Numbers,
}

impl Amounts {
	fn of(pallet: &str) -> Self {
		if LOCAL_MONEY.contains(&pallet) {
			Self::Numbers
		} else {
			Self::Our
		}
	}

	fn show(self, units: u128) -> String {
		match self {
			Self::Our => amount::format(units),
			Self::Numbers => units.to_string(),
		}
	}
}

/// `value` as a person reads it.
fn to_text(value: &Typed, metadata: &ArcMetadata, amounts: Amounts) -> String {
	match Shape::of(value, metadata) {
		Shape::Account(account) => account.to_string(),
		Shape::Amount(units) => amounts.show(units),
		Shape::Bytes(bytes) => bytes_to_text(&bytes),
		Shape::Text(bytes) => match std::str::from_utf8(&bytes) {
			Ok(text) if flaw(&bytes).is_none() => format!("{text:?}"),
			_ => bytes_to_text(&bytes),
		},
		Shape::Nothing => "none".into(),
		Shape::Inner(inner) => to_text(inner, metadata, amounts),
		Shape::Error(error) => error,
		Shape::Other => match &value.value {
			ValueDef::Composite(Composite::Unnamed(parts)) => {
				format!("[{}]", joined(parts.iter().map(|part| to_text(part, metadata, amounts))))
			},
			ValueDef::Composite(parts) => {
				format!("{{{}}}", composite_to_text(parts, metadata, amounts))
			},
			ValueDef::Variant(variant) => {
				variant_to_text(variant, value.context, metadata, amounts)
			},
			ValueDef::BitSequence(_) => to_json(value, metadata).to_string(),
			ValueDef::Primitive(Primitive::String(text)) => format!("{text:?}"),
			ValueDef::Primitive(_) => match to_json(value, metadata) {
				Json::String(text) => text,
				other => other.to_string(),
			},
		},
	}
}

/// The parts of a composite, separated by commas.
fn composite_to_text(parts: &Composite<u32>, metadata: &ArcMetadata, amounts: Amounts) -> String {
	match parts {
		Composite::Named(parts) => joined(
			parts
				.iter()
				.map(|(name, part)| format!("{name}: {}", to_text(part, metadata, amounts))),
		),
		Composite::Unnamed(parts) => {
			joined(parts.iter().map(|part| to_text(part, metadata, amounts)))
		},
	}
}

/// Bytes in hexadecimal. Of many, only the beginning, and what all of them hash to: whoever signs
/// them can compare that, and isn't left to guess the rest.
pub fn bytes_to_text(bytes: &[u8]) -> String {
	if bytes.len() <= MAX_SHOWN_BYTES {
		hash::text(bytes)
	} else {
		format!(
			"{}… ({} bytes, BLAKE2b-256 {})",
			hash::text(&bytes[..MAX_SHOWN_BYTES / 2]),
			bytes.len(),
			hash::text(&blake2_256(bytes))
		)
	}
}

fn variant_to_text(
	variant: &Variant<u32>,
	ty: u32,
	metadata: &ArcMetadata,
	amounts: Amounts,
) -> String {
	let Variant { name, values } = variant;
	// A call within a call: `Pallet.call(…)`, like the outer one.
	if is_named(metadata, ty, "RuntimeCall") {
		if let Some(Value { value: ValueDef::Variant(call), .. }) = values.values().next() {
			let arguments = arguments_to_text(name, &call.values, metadata);
			return format!("{name}.{}({arguments})", call.name);
		}
	}
	if values.is_empty() {
		name.clone()
	} else {
		format!("{name}({})", composite_to_text(values, metadata, amounts))
	}
}

/// What a value stands for, beyond its bare structure.
enum Shape<'value> {
	Account(AccountId32),
	Amount(u128),
	/// Bytes of fixed length: hashes, keys.
	Bytes(Vec<u8>),
	/// Bytes of any length, which may be text.
	Text(Vec<u8>),
	/// The `None` of an option.
	Nothing,
	/// A wrapper that says nothing by itself.
	Inner(&'value Typed),
	/// A dispatch error.
	Error(String),
	Other,
}

impl<'value> Shape<'value> {
	fn of(value: &'value Typed, metadata: &ArcMetadata) -> Self {
		if metadata.dispatch_error_ty() == Some(value.context) {
			if let Some(error) = dispatch_error(value, metadata) {
				return Self::Error(error_name(&error));
			}
		}
		let Some(ty) = metadata.types().resolve(value.context) else {
			return Self::Other;
		};
		let name = ty.path.segments.last().map(String::as_str);
		match &value.value {
			ValueDef::Composite(_) if name == Some("AccountId32") => bytes_of(value)
				.and_then(|bytes| bytes.try_into().ok())
				.map_or(Self::Other, |bytes| Self::Account(AccountId32(bytes))),
			ValueDef::Composite(parts) => match &ty.type_def {
				TypeDef::Array(array) if is_byte(metadata, array.type_param.id) => {
					bytes_of(value).map_or(Self::Other, Self::Bytes)
				},
				TypeDef::Sequence(list) if is_byte(metadata, list.type_param.id) => {
					bytes_of(value).map_or(Self::Other, Self::Text)
				},
				TypeDef::Composite(_) => match parts {
					Composite::Unnamed(parts) if parts.len() == 1 => Self::Inner(&parts[0]),
					_ => Self::Other,
				},
				_ => Self::Other,
			},
			ValueDef::Variant(Variant { name: variant, values }) => {
				match (name, variant.as_str(), values.values().next()) {
					(Some("Option"), "None", _) => Self::Nothing,
					(Some("Option"), "Some", Some(inner))
					| (Some("MultiAddress"), "Id", Some(inner)) => Self::Inner(inner),
					_ => Self::Other,
				}
			},
			ValueDef::Primitive(Primitive::U128(number)) if is_amount(value.context, metadata) => {
				Self::Amount(*number)
			},
			_ => Self::Other,
		}
	}
}

/// The dispatch error that `value`, of the dispatch error's type, is.
pub fn dispatch_error(value: &Typed, metadata: &ArcMetadata) -> Option<DispatchError> {
	use subxt::ext::scale_encode::EncodeAsType;

	let ty = metadata.dispatch_error_ty()?;
	let bytes = value.encode_as_type(ty, metadata.types()).ok()?;
	DispatchError::decode_from(bytes, metadata.clone()).ok()
}

/// The name of a dispatch error: `Pallet.Error`, `Token.BelowMinimum`, `BadOrigin`.
pub fn error_name(error: &DispatchError) -> String {
	match error {
		DispatchError::Module(error) => match error.details() {
			Ok(details) => format!("{}.{}", details.pallet.name(), details.variant.name),
			Err(_) => format!("pallet {}, error {}", error.pallet_index(), error.error_index()),
		},
		DispatchError::Token(error) => format!("Token.{error:?}"),
		DispatchError::Arithmetic(error) => format!("Arithmetic.{error:?}"),
		DispatchError::Transactional(error) => format!("Transactional.{error:?}"),
		other => format!("{other:?}"),
	}
}

/// All the bytes of a value that is made of bytes alone, however wrapped.
fn bytes_of(value: &Typed) -> Option<Vec<u8>> {
	match &value.value {
		ValueDef::Primitive(Primitive::U128(byte)) => Some(vec![u8::try_from(*byte).ok()?]),
		ValueDef::Composite(parts) => {
			let parts: Option<Vec<_>> = parts.values().map(bytes_of).collect();
			Some(parts?.concat())
		},
		_ => None,
	}
}

fn is_byte(metadata: &Metadata, ty: u32) -> bool {
	let ty = metadata.types().resolve(ty);
	ty.is_some_and(|ty| matches!(ty.type_def, TypeDef::Primitive(TypeDefPrimitive::U8)))
}

/// Whether the type's own name, without its module, is `name`.
pub fn is_named(metadata: &Metadata, ty: u32, name: &str) -> bool {
	let ty = metadata.types().resolve(ty);
	ty.and_then(|ty| ty.path.segments.last()).is_some_and(|last| last == name)
}

fn joined(parts: impl Iterator<Item = String>) -> String {
	parts.collect::<Vec<_>>().join(", ")
}

/// Decodes what the chain encodes the same way everywhere, such as a block number.
pub fn decode_all<T: Decode + Encode>(bytes: &[u8]) -> Option<T> {
	let mut rest = bytes;
	let value = T::decode(&mut rest).ok()?;
	rest.is_empty().then_some(value)
}

#[cfg(test)]
mod tests {
	use super::{example::typed, *};

	#[test]
	fn json_loses_nothing() {
		let (value, metadata) = typed();
		let exact = json!({
			"account": AccountId32([1; 32]).to_string(),
			"address": AccountId32([2; 32]).to_string(),
			"amount": u128::MAX.to_string(),
			"compact": "2500000000000",
			"change": -5,
			"offset": -60,
			"number": u64::MAX,
			"wrapper": 7,
			"hash": format!("0x{}", "03".repeat(32)),
			"text": "0x68656c6c6f",
			"bytes": "0x00ff",
			"tricky": "0x30783030",
			"list": [4, 5],
			"items": [{ "kind": { "Within": "Standard" }, "net": -1 }],
			"from": [[24_322, "9"]],
			"nothing": null,
			"something": 6,
			"plain": "Plain",
			"tuple": { "Tuple": [8, true] },
			"named": { "Named": { "count": 9 } },
		});
		assert_eq!(to_json(&value, &metadata), exact);
		let mut readable = exact;
		readable["change"] = "-5".into();
		readable["text"] = "hello".into();
		readable["items"][0]["net"] = "-1".into();
		assert_eq!(to_readable_json(&value, &metadata), readable);
	}

	#[test]
	fn text_is_for_people() {
		let (value, metadata) = typed();
		let text = to_text(&value, &metadata, Amounts::Our);
		for part in [
			&format!("account: {}", AccountId32([1; 32])),
			"compact: 2.5 OUR",
			"number: 18446744073709551615",
			"text: \"hello\"",
			"bytes: 0x00ff",
			"list: [4, 5]",
			"nothing: none",
			"something: 6",
			"plain: Plain",
			"tuple: Tuple(8, true)",
			"named: Named(count: 9)",
		] {
			assert!(text.contains(part), "{part} in {text}");
		}
	}

	#[test]
	fn amounts_of_local_money_are_not_shown_as_our() {
		let (value, metadata) = typed();
		let text = to_text(&value, &metadata, Amounts::of("Currencies"));
		assert!(text.contains("compact: 2500000000000"), "{text}");
		assert!(!text.contains("OUR"), "{text}");
	}

	#[test]
	fn long_bytes_are_cut_off() {
		assert_eq!(bytes_to_text(&[1; MAX_SHOWN_BYTES]), format!("0x{}", "01".repeat(48)));
		let [long, other] =
			[[1; MAX_SHOWN_BYTES + 1], [2; MAX_SHOWN_BYTES + 1]].map(|mut bytes| {
				bytes[..MAX_SHOWN_BYTES].fill(1);
				bytes_to_text(&bytes)
			});
		assert!(long.contains("… (49 bytes, BLAKE2b-256 0x"), "{long}");
		// What isn't shown of them still tells them apart.
		assert_ne!(long, other);
	}

	#[test]
	fn decode_all_wants_all_bytes() {
		assert_eq!(decode_all::<u16>(&[1, 0]), Some(1));
		assert_eq!(decode_all::<u16>(&[1, 0, 0]), None);
		assert_eq!(decode_all::<u16>(&[1]), None);
	}
}
