//! A call, encoded as the chain's metadata says.

use crate::{
	error::{Error, Result},
	hash::{self, blake2_256},
	nesting, value,
};
use serde_json::{json, Value as Json};
use std::borrow::Cow;
use subxt::{
	ext::{
		scale_encode::{EncodeAsFields, EncodeAsType, Error as EncodeError, FieldIter},
		scale_type_resolver::TypeResolver,
		scale_value::Composite,
	},
	transactions::Payload,
	ArcMetadata,
};

/// Calls longer than this are not shown argument by argument.
const MAX_SHOWN_BYTES: usize = 1024;

/// Bytes that are encoded already, and go where a value of any type is wanted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Encoded(pub Vec<u8>);

impl EncodeAsType for Encoded {
	fn encode_as_type_to<R: TypeResolver>(
		&self,
		_type_id: R::TypeId,
		_types: &R,
		out: &mut Vec<u8>,
	) -> Result<(), EncodeError> {
		out.extend(&self.0);
		Ok(())
	}
}

impl EncodeAsFields for Encoded {
	fn encode_as_fields_to<R: TypeResolver>(
		&self,
		_fields: &mut dyn FieldIter<'_, R::TypeId>,
		_types: &R,
		out: &mut Vec<u8>,
	) -> Result<(), EncodeError> {
		out.extend(&self.0);
		Ok(())
	}
}

/// A call of a pallet. Made by [`State::call`](crate::chain::State::call); may be an argument of
/// another call.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Call {
	pallet: String,
	name: String,
	index: [u8; 2],
	arguments: Encoded,
}

impl Call {
	/// The call that these bytes encode, by the metadata of the chain.
	pub fn decode(bytes: &[u8], metadata: &ArcMetadata) -> Result<Self> {
		let mut rest = bytes;
		let call = Self::decode_next(&mut rest, metadata)?;
		if !rest.is_empty() {
			return Err(Error::input(format!("the call has {} bytes too many", rest.len())));
		}
		Ok(call)
	}

	/// The call that `bytes` begin with, which is taken off them.
	pub fn decode_next(bytes: &mut &[u8], metadata: &ArcMetadata) -> Result<Self> {
		let not_valid = || Error::input("the call is not one of this chain");
		let (index, arguments) = bytes.split_first_chunk::<2>().ok_or_else(not_valid)?;
		let pallet = metadata.pallet_by_call_index(index[0]).ok_or_else(not_valid)?;
		let variant = pallet.call_variant_by_index(index[1]).ok_or_else(not_valid)?;
		let mut rest = arguments;
		for field in &variant.fields {
			nesting::decode(&mut rest, field.ty.id, metadata)
				.map_err(|why| Error::input(format!("the call is not one of this chain: {why}")))?;
		}
		let length = arguments.len() - rest.len();
		*bytes = rest;
		Ok(Self {
			pallet: pallet.name().into(),
			name: variant.name.clone(),
			index: *index,
			arguments: Encoded(arguments[..length].into()),
		})
	}

	/// A call whose arguments are encoded already, by whoever knows them to be right.
	pub(crate) fn from_parts(
		pallet: &str,
		name: &str,
		encoded: &[u8],
		metadata: &ArcMetadata,
	) -> Option<Self> {
		let (index, arguments) = encoded.split_first_chunk::<2>()?;
		metadata.pallet_by_call_index(index[0])?;
		Some(Self {
			pallet: pallet.into(),
			name: name.into(),
			index: *index,
			arguments: Encoded(arguments.into()),
		})
	}

	/// Refuses a call that another runtime made: what is named so may be another one by now.
	pub fn ensure_of(&self, metadata: &ArcMetadata) -> Result<()> {
		if Self::decode(&self.encode(), metadata).as_ref() == Ok(self) {
			return Ok(());
		}
		Err(Error::refused(
			"nothing was signed: the chain's runtime changed while the command ran; run it again",
		))
	}

	/// The pallet's name, as `Balances`.
	pub fn pallet(&self) -> &str {
		&self.pallet
	}

	/// Its name, as `transfer_keep_alive`.
	pub fn name(&self) -> &str {
		&self.name
	}

	/// The encoded call.
	pub fn encode(&self) -> Vec<u8> {
		[&self.index[..], &self.arguments.0].concat()
	}

	/// The call as a person reads it: `Balances.transfer_keep_alive(dest: 5F…, value: 2.5 OUR)`. Of
	/// arguments that are very long there are only the length and the hash, and that they are not
	/// shown.
	pub fn to_text(&self, metadata: &ArcMetadata) -> String {
		let arguments = match self.arguments(metadata) {
			Some(arguments) => value::arguments_to_text(&self.pallet, &arguments, metadata),
			None => format!(
				"{} bytes that are not shown, BLAKE2b-256 {}",
				self.arguments.0.len(),
				hash::text(&blake2_256(&self.arguments.0))
			),
		};
		format!("{}.{}({arguments})", self.pallet, self.name)
	}

	/// The call as JSON: `{"pallet", "name", "args"}`. Of arguments that are very long there is
	/// only the length and the hash.
	pub fn to_json(&self, metadata: &ArcMetadata) -> Json {
		let arguments = match self.arguments(metadata) {
			Some(arguments) => value::composite_to_json(&arguments, metadata),
			None => json!({
				"bytes": self.arguments.0.len(),
				"hash": hash::text(&blake2_256(&self.arguments.0)),
			}),
		};
		json!({ "pallet": self.pallet, "name": self.name, "args": arguments })
	}

	/// The arguments by name; nothing if they are too long to be shown.
	fn arguments(&self, metadata: &ArcMetadata) -> Option<Composite<u32>> {
		if self.arguments.0.len() > MAX_SHOWN_BYTES {
			return None;
		}
		let pallet = metadata.pallet_by_call_index(self.index[0])?;
		let variant = pallet.call_variant_by_index(self.index[1])?;
		let mut rest = &self.arguments.0[..];
		let arguments = variant.fields.iter().enumerate().map(|(position, field)| {
			let name = field.name.clone().unwrap_or_else(|| position.to_string());
			let value = nesting::decode(&mut rest, field.ty.id, metadata).ok()?;
			Some((name, value))
		});
		Some(Composite::Named(arguments.collect::<Option<_>>()?))
	}
}

/// As an argument of another call.
impl EncodeAsType for Call {
	fn encode_as_type_to<R: TypeResolver>(
		&self,
		_type_id: R::TypeId,
		_types: &R,
		out: &mut Vec<u8>,
	) -> Result<(), EncodeError> {
		out.extend(self.encode());
		Ok(())
	}
}

/// As the call of a transaction.
impl Payload for Call {
	type CallData = Encoded;

	fn pallet_name(&self) -> &str {
		&self.pallet
	}

	fn call_name(&self) -> &str {
		&self.name
	}

	fn call_data(&self) -> &Encoded {
		&self.arguments
	}
}

/// A pallet's call by its name in `Pallet.call`.
pub fn split_name(text: &str) -> Result<(Cow<'_, str>, &str)> {
	let (pallet, name) = text
		.split_once('.')
		.filter(|(pallet, name)| !pallet.is_empty() && !name.is_empty())
		.ok_or_else(|| Error::input(format!("the call {text:?} is not written as Pallet.call")))?;
	// Wallets and guides write the pallet in lower case.
	let pallet = match pallet.chars().next() {
		Some(first) if first.is_lowercase() => {
			Cow::Owned(first.to_uppercase().chain(pallet.chars().skip(1)).collect())
		},
		_ => Cow::Borrowed(pallet),
	};
	Ok((pallet, name))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::chain::fake::Node;

	#[tokio::test]
	async fn long_call_is_hashed_and_said_not_to_be_shown() {
		let state = Node::new().chain().await.finalised().await.expect("is there");
		let metadata = state.metadata();
		let text = |byte: u8, length: usize| {
			let call = state.call("System", "remark", (vec![byte; length],)).expect("is known");
			call.to_text(&metadata)
		};
		let long = text(1, 2_000);
		// The length of the bytes stands before them.
		assert!(long.contains("2002 bytes that are not shown, BLAKE2b-256 0x"), "{long}");
		assert_ne!(long, text(2, 2_000));
		assert!(text(1, 1_000).contains("remark: 0x"), "{}", text(1, 1_000));
	}

	#[tokio::test]
	async fn call_of_another_name_than_its_bytes_have_is_refused() {
		let state = Node::new().chain().await.finalised().await.expect("is there");
		let metadata = state.metadata();
		let of = |name: &str, encoded: &[u8]| {
			Call::from_parts("System", name, encoded, &metadata).expect("has a pallet")
		};
		assert_eq!(of("remark", &[0, 0, 4, 7]).ensure_of(&metadata), Ok(()));
		for (name, encoded) in [
			// The runtime calls it a batch.
			("remark", &[0, 1, 0][..]),
			("batch", &[0, 0, 4, 7][..]),
			// Too short, too long, and nothing.
			("remark", &[0, 0, 8, 7][..]),
			("remark", &[0, 0, 4, 7, 7][..]),
			("remark", &[0, 9][..]),
		] {
			let error = of(name, encoded).ensure_of(&metadata).expect_err("is another one");
			assert_eq!(error.code(), 1, "{name} {encoded:?}");
			assert!(error.to_string().starts_with("nothing was signed"), "{error}");
		}
	}

	#[tokio::test]
	async fn call_within_calls_without_end_is_refused() {
		let state = Node::new().chain().await.finalised().await.expect("is there");
		let metadata = state.metadata();
		// A batch of one call, within a batch of one call.
		let nested = |levels: usize| [[0, 1, 4].repeat(levels), vec![0, 0, 0]].concat();
		assert!(Call::decode(&nested(10), &metadata).is_ok());
		let error = Call::decode(&nested(100_000), &metadata).expect_err("is too deep");
		assert_eq!(error.code(), 4);
		assert!(error.to_string().contains("nested"), "{error}");
	}

	#[test]
	fn split_name_wants_pallet_and_call() {
		assert_eq!(split_name("System.remark"), Ok(("System".into(), "remark")));
		assert_eq!(split_name("metaTx.dispatch"), Ok(("MetaTx".into(), "dispatch")));
		for text in ["", "System", "System.", ".remark"] {
			assert_eq!(split_name(text).map_err(|error| error.code()), Err(4), "{text:?}");
		}
	}
}
