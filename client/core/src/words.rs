//! A call from the words that people write, by the types of the metadata.

use crate::{
	amount,
	call::{split_name, Call, Encoded},
	chain::State,
	error::{Error, Result},
};
use codec::Encode;
use scale_info::{form::PortableForm, Field, TypeDef, TypeDefPrimitive};
use std::ops::AsyncFn;
use subxt::{
	ext::{
		scale_encode::EncodeAsType,
		scale_value::{stringify, Composite, Primitive, Value, ValueDef, Variant},
	},
	utils::{AccountId32, MultiAddress},
	Metadata,
};

/// The call `name` (`Pallet.call`) with these arguments, or the encoded call (`0x…`). Amounts are
/// `2.5 OUR` or base units, bytes are text or `0x…`, calls are `0x…`, and all else is as in
/// `{ a: 1, b: (true, Variant(2)) }`. `account` knows whom a name stands for.
///
/// ```no_run
/// use ourledger_client::{words, Error};
/// use subxt::utils::AccountId32;
///
/// # async fn example(state: ourledger_client::State) -> ourledger_client::Result<()> {
/// let to: [String; 2] = ["5F…".into(), "2.5 OUR".into()];
/// let named =
///     async |text: &str| text.parse::<AccountId32>().map_err(|_| Error::input("no account"));
/// let call = words::call(&state, "Balances.transfer_keep_alive", &to, named).await?;
/// # Ok(())
/// # }
/// ```
pub async fn call(
	state: &State,
	name: &str,
	arguments: &[String],
	account: impl AsyncFn(&str) -> Result<AccountId32>,
) -> Result<Call> {
	let metadata = state.metadata();
	if let Some(digits) = name.strip_prefix("0x") {
		let bytes = hex::decode(digits)
			.map_err(|_| Error::input(format!("the call {name:?} is not hexadecimal")))?;
		return Call::decode(&bytes, &metadata);
	}
	let (pallet, function) = split_name(name)?;
	let variant = metadata
		.pallet_by_name(&pallet)
		.and_then(|pallet| pallet.call_variant_by_name(function))
		.ok_or_else(|| Error::input(format!("this chain has no call {pallet}.{function}")))?;
	let names: Vec<_> =
		variant.fields.iter().map(|field| field.name.clone().unwrap_or_default()).collect();
	if names.len() != arguments.len() {
		return Err(Error::input(format!(
			"the call {pallet}.{function} takes {} arguments ({}), not {}",
			names.len(),
			names.join(", "),
			arguments.len()
		)));
	}
	let mut bytes = Vec::new();
	for ((field, name), text) in variant.fields.iter().zip(&names).zip(arguments) {
		let argument = argument(&account, &metadata, field.ty.id, text).await;
		bytes.extend(argument.map_err(|error| {
			Error::input(format!("the argument {name} of {pallet}.{function}: {error}"))
		})?);
	}
	state.call(&pallet, function, Encoded(bytes))
}

/// What a type's values are written as, besides the general notation.
enum Notation {
	Account,
	Address,
	Amount,
	Bytes,
	Call,
	General,
}

impl Notation {
	fn of(metadata: &Metadata, ty: u32) -> Self {
		let Some(resolved) = metadata.types().resolve(ty) else {
			return Self::General;
		};
		let is = |id: u32, wanted: TypeDefPrimitive| {
			let inner = metadata.types().resolve(id).map(|inner| &inner.type_def);
			inner == Some(&TypeDef::Primitive(wanted))
		};
		match (resolved.path.segments.last().map(String::as_str), &resolved.type_def) {
			(Some("AccountId32"), _) => Self::Account,
			(Some("MultiAddress"), _) => Self::Address,
			(Some("RuntimeCall"), _) => Self::Call,
			(_, TypeDef::Primitive(TypeDefPrimitive::U128)) => Self::Amount,
			(_, TypeDef::Compact(inner)) if is(inner.type_param.id, TypeDefPrimitive::U128) => {
				Self::Amount
			},
			(_, TypeDef::Sequence(list)) if is(list.type_param.id, TypeDefPrimitive::U8) => {
				Self::Bytes
			},
			(Some("BoundedVec" | "WeakBoundedVec"), TypeDef::Composite(inner)) => {
				inner.fields.first().map_or(Self::General, |field| Self::of(metadata, field.ty.id))
			},
			_ => Self::General,
		}
	}
}

async fn argument(
	account: &impl AsyncFn(&str) -> Result<AccountId32>,
	metadata: &Metadata,
	ty: u32,
	text: &str,
) -> Result<Vec<u8>> {
	let types = metadata.types();
	match Notation::of(metadata, ty) {
		Notation::Account => Ok(account(text).await?.encode()),
		Notation::Address => {
			let address = MultiAddress::<_, ()>::Id(account(text).await?);
			encoded(address.encode_as_type(ty, types))
		},
		Notation::Call => {
			let digits = text.strip_prefix("0x").and_then(|digits| hex::decode(digits).ok());
			digits.ok_or_else(|| Error::input("a call within a call is written in hexadecimal"))
		},
		Notation::Amount => encoded(units(text)?.encode_as_type(ty, types)),
		Notation::Bytes => {
			let bytes = match text.strip_prefix("0x") {
				Some(digits) => {
					hex::decode(digits).map_err(|error| Error::input(error.to_string()))
				},
				None => Ok(text.as_bytes().to_vec()),
			};
			encoded(bytes?.encode_as_type(ty, types))
		},
		Notation::General => {
			let value = texts_as_bytes(general(text)?, ty, metadata);
			encoded(value.encode_as_type(ty, types))
		},
	}
}

/// An amount: base units as a whole number, or OUR when the unit is written.
fn units(text: &str) -> Result<u128> {
	if text.ends_with("OUR") {
		return amount::parse(text);
	}
	text.parse().map_err(|_| {
		Error::input(format!(
			"the amount {text:?} is neither a whole number of base units nor one such as \"2.5 OUR\""
		))
	})
}

/// The notation for everything else: numbers, `true`, `(a, b)`, `{ a: 1 }`, `Variant(1)`, `0x00`.
fn general(text: &str) -> Result<Value> {
	let notation = stringify::from_str_custom()
		.add_custom_parser(stringify::custom_parsers::parse_hex)
		.add_custom_parser(stringify::custom_parsers::parse_ss58);
	match notation.parse(text) {
		(Ok(value), "") => Ok(value),
		(Ok(_), rest) => Err(Error::input(format!("{rest:?} is too much"))),
		// A variant without fields is written by its name alone.
		(Err(_), _) if text.chars().all(|letter| letter.is_ascii_alphanumeric()) => {
			Ok(Value::unnamed_variant(text, []))
		},
		(Err(error), _) => Err(Error::input(format!("{text:?} is not a value: {error}"))),
	}
}

/// A value in which texts are bytes, wherever the type wants bytes.
fn texts_as_bytes(value: Value, ty: u32, metadata: &Metadata) -> Value {
	let Some(resolved) = metadata.types().resolve(ty) else {
		return value;
	};
	let within = |value, ty: u32| texts_as_bytes(value, ty, metadata);
	let parts = |values: Composite<()>, fields: &[Field<PortableForm>]| match values {
		Composite::Named(parts) => Composite::Named(
			parts
				.into_iter()
				.map(|(name, part)| {
					let field = fields.iter().find(|it| it.name.as_deref() == Some(name.as_str()));
					match field.map(|field| field.ty.id) {
						Some(ty) => (name, within(part, ty)),
						None => (name, part),
					}
				})
				.collect(),
		),
		Composite::Unnamed(parts) => {
			let parts =
				parts.into_iter().zip(fields.iter().map(Some).chain(std::iter::repeat(None)));
			let typed = parts.map(|(part, field)| match field {
				Some(field) => within(part, field.ty.id),
				None => part,
			});
			Composite::Unnamed(typed.collect())
		},
	};
	match (value.value, &resolved.type_def) {
		(ValueDef::Primitive(Primitive::String(text)), TypeDef::Sequence(list))
			if metadata.types().resolve(list.type_param.id).is_some_and(|inner| {
				inner.type_def == TypeDef::Primitive(TypeDefPrimitive::U8)
			}) =>
		{
			Value::from_bytes(text.into_bytes())
		},
		// A wrapper, such as that of a bounded list.
		(inner @ ValueDef::Primitive(Primitive::String(_)), TypeDef::Composite(wrapper))
			if wrapper.fields.len() == 1 =>
		{
			within(Value { value: inner, context: () }, wrapper.fields[0].ty.id)
		},
		(ValueDef::Composite(values), TypeDef::Composite(it)) => {
			Value { value: ValueDef::Composite(parts(values, &it.fields)), context: () }
		},
		(ValueDef::Composite(Composite::Unnamed(values)), TypeDef::Tuple(it))
			if values.len() == it.fields.len() =>
		{
			let typed = values.into_iter().zip(&it.fields);
			Value::unnamed_composite(typed.map(|(part, ty)| within(part, ty.id)))
		},
		(ValueDef::Composite(Composite::Unnamed(values)), TypeDef::Sequence(it)) => {
			let typed = values.into_iter().map(|part| within(part, it.type_param.id));
			Value::unnamed_composite(typed)
		},
		(ValueDef::Variant(Variant { name, values }), TypeDef::Variant(it)) => {
			let fields = it.variants.iter().find(|it| it.name == name).map(|it| &it.fields[..]);
			let values = parts(values, fields.unwrap_or_default());
			Value { value: ValueDef::Variant(Variant { name, values }), context: () }
		},
		(value, _) => Value { value, context: () },
	}
}

fn encoded(result: Result<Vec<u8>, subxt::ext::scale_encode::Error>) -> Result<Vec<u8>> {
	result.map_err(|error| Error::input(error.to_string()))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::chain::fake::Node;

	#[tokio::test]
	async fn call_is_read_by_its_name_or_its_bytes() {
		let state = Node::new().chain().await.finalised().await.expect("is there");
		let state = &state;
		let read = |name: &'static str, arguments: &'static [&'static str]| async move {
			let arguments: Vec<_> = arguments.iter().map(|it| (*it).to_owned()).collect();
			let nobody = async |_: &str| Err(Error::input("nobody is named"));
			call(state, name, &arguments, nobody).await.map(|call| call.encode())
		};
		let hello = [&[0, 0, 20][..], b"hello"].concat();
		assert_eq!(read("system.remark", &["hello"]).await, Ok(hello.clone()));
		assert_eq!(read("System.remark", &["0x68656c6c6f"]).await, Ok(hello.clone()));
		assert_eq!(read("0x00001468656c6c6f", &[]).await, Ok(hello));
		for (name, arguments, why) in [
			("System.remark", &[][..], "takes 1 arguments (remark), not 0"),
			("System.praise", &["hello"][..], "has no call System.praise"),
			("System.batch", &["(//Alice)"][..], "the argument calls of System.batch"),
			("0x0000", &[][..], "not one of this chain"),
		] {
			let error = read(name, arguments).await.expect_err(why);
			assert_eq!(error.code(), 4, "{name}");
			assert!(error.to_string().contains(why), "{error}");
		}
	}

	#[test]
	fn units_are_base_units_unless_the_unit_is_written() {
		assert_eq!(units("7"), Ok(7));
		assert_eq!(units("2.5 OUR"), Ok(2_500_000_000_000));
		assert!(units("2.5").is_err());
	}

	#[test]
	fn general_notation_knows_bytes_numbers_and_variants() {
		assert_eq!(general("0x0102"), Ok(Value::from_bytes([1, 2])));
		assert_eq!(
			general("(0x0102, 3)"),
			Ok(Value::unnamed_composite([Value::from_bytes([1, 2]), Value::u128(3)]))
		);
		assert_eq!(general("7"), Ok(Value::u128(7)));
		assert_eq!(general("true"), Ok(Value::bool(true)));
		assert_eq!(general("Native"), Ok(Value::unnamed_variant("Native", [])));
		assert!(general("7 8").is_err());
		assert!(general("(").is_err());
	}

	#[test]
	fn texts_are_bytes_where_the_type_wants_bytes() {
		let (metadata, ty) = crate::value::test_type();
		let parts = |text: Value, list: Value| {
			let plain = Value::unnamed_variant("Plain", []);
			Value::named_composite([("text", text), ("list", list), ("plain", plain)])
		};
		let numbers = || Value::unnamed_composite([Value::u128(4), Value::u128(5)]);
		let read = texts_as_bytes(parts(Value::string("hello"), numbers()), ty, &metadata);
		assert_eq!(read, parts(Value::from_bytes(b"hello"), numbers()));
		// Where no bytes are wanted a text stays one, for the encoder to refuse.
		let wrong = parts(Value::from_bytes([1]), Value::string("no"));
		let read = texts_as_bytes(wrong.clone(), ty, &metadata);
		assert_eq!(read, wrong);
	}
}
