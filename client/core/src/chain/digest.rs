//! The digest of a runtime's metadata, and whether what is shown is what it is of.
//!
//! Metadata comes from the node. One that swaps two names in it has the screen say one thing and
//! the signature another. So transactions are signed for the digest of the metadata (RFC 78), and
//! the chain's runtime, which has its own digest compiled in, takes no other: a signature by wrong
//! metadata fits nothing.
//!
//! The digest is of metadata in version 15, as the runtime makes it; what is shown and encoded here
//! goes by version 16, which tells more. A digest of the one says nothing of the other unless both
//! describe calls and extensions alike, to the last name.

use super::{Chain, State};
use crate::error::{Error, Result};
use codec::{Decode, Encode};
use merkleized_metadata::{generate_metadata_digest, ExtraInfo};
use ourledger_primitives::{currency, SS58_PREFIX};
use scale_info::{form::PortableForm, Field, PortableRegistry, TypeDef};
use std::collections::HashSet;
use subxt::{
	ext::frame_metadata::{v15::RuntimeMetadataV15, RuntimeMetadata, RuntimeMetadataPrefixed},
	ArcMetadata,
};

/// The version of metadata that the digest is of.
const VERSION: u32 = 15;

/// More types than any runtime has. The digest is made by calling itself for types within.
const MAX_TYPES: usize = 10_000;

impl Chain {
	/// The digest of the metadata by which a state's calls are shown and encoded. What the node
	/// says only counts if the chain has the same, which nobody finds out before it checks a
	/// signature.
	pub async fn metadata_digest(&self, state: &State) -> Result<[u8; 32]> {
		let version = state.spec_version();
		let mut known = self.digests.lock().await;
		if let Some(digest) = known.get(&version) {
			return Ok(*digest);
		}
		let asked = VERSION.encode();
		let answer = self
			.rpc
			.state_call("Metadata_metadata_at_version", Some(&asked), Some(state.hash()))
			.await?;
		let runtime = self.rpc.state_get_runtime_version(Some(state.hash())).await?;
		let name = runtime.other.get("specName").and_then(|name| name.as_str());
		let name = name.ok_or_else(|| odd("it doesn't say its name".into()))?;
		let digest = digest(&answer, &state.metadata(), name, version)?;
		known.insert(version, digest);
		Ok(digest)
	}
}

fn odd(why: String) -> Error {
	Error::connection(format!(
		"the metadata of the node can't be signed for, since {why}; --trust-metadata signs all the \
		 same, by the node's word alone"
	))
}

/// The digest of the metadata in a node's answer, if it says of calls what `shown` says.
fn digest(answer: &[u8], shown: &ArcMetadata, name: &str, version: u32) -> Result<[u8; 32]> {
	let metadata = Option::<Vec<u8>>::decode(&mut &answer[..]).ok().flatten();
	let metadata = metadata.and_then(|bytes| RuntimeMetadataPrefixed::decode(&mut &bytes[..]).ok());
	let Some(RuntimeMetadataPrefixed(_, RuntimeMetadata::V15(metadata))) = metadata else {
		return Err(odd(format!("it has none of version {VERSION}")));
	};
	if metadata.types.types.len() > MAX_TYPES {
		return Err(odd("it has too many types".into()));
	}
	agree(&metadata, shown).map_err(|what| {
		Error::verification(format!(
			"the node describes {what} in two ways, so what is shown may not be what is signed: \
			 nothing was sent"
		))
	})?;
	let extra = ExtraInfo {
		spec_version: version,
		spec_name: name.into(),
		base58_prefix: SS58_PREFIX,
		decimals: currency::DECIMALS,
		token_symbol: currency::SYMBOL.into(),
	};
	let digest = generate_metadata_digest(&RuntimeMetadata::V15(metadata), extra);
	digest.map(|digest| digest.hash()).map_err(odd)
}

/// Whether two descriptions of a runtime say the same of calls, addresses, signatures and
/// extensions; else of what they don't.
fn agree(signed: &RuntimeMetadataV15, shown: &ArcMetadata) -> Result<(), String> {
	let mut same = Same { a: &signed.types, b: shown.types(), seen: HashSet::new() };
	let calls = shown.outer_enums().call_enum_ty();
	if !same.types(signed.extrinsic.call_ty.id, calls) {
		return Err("calls".into());
	}
	// Calls are looked up by their pallets, not in the type of all calls.
	let Some(TypeDef::Variant(all)) = shown.types().resolve(calls).map(|ty| &ty.type_def) else {
		return Err("calls".into());
	};
	for pallet in shown.pallets() {
		let Some(ty) = pallet.call_ty_id() else {
			continue;
		};
		let is_same = all.variants.iter().any(|variant| {
			let fields = variant.fields.iter().map(|field| field.ty.id);
			(variant.index, &variant.name[..]) == (pallet.call_index(), pallet.name())
				&& fields.eq([ty])
		});
		if !is_same {
			return Err(format!("the calls of {}", pallet.name()));
		}
	}
	let extrinsic = shown.extrinsic();
	let version = extrinsic.transaction_extension_version_to_use_for_encoding();
	let extensions = extrinsic.transaction_extensions_by_version(version);
	let mut extensions = extensions.ok_or("its extensions")?;
	for extension in &signed.extrinsic.signed_extensions {
		let is_same = extensions.next().is_some_and(|it| {
			it.identifier() == extension.identifier
				&& same.types(extension.ty.id, it.extra_ty())
				&& same.types(extension.additional_signed.id, it.additional_ty())
		});
		if !is_same {
			return Err(format!("the extension {}", extension.identifier));
		}
	}
	match extensions.next() {
		Some(extension) => Err(format!("the extension {}", extension.identifier())),
		None => Ok(()),
	}
}

/// Compares types of two registries, in which they have other numbers.
struct Same<'a> {
	a: &'a PortableRegistry,
	b: &'a PortableRegistry,
	/// Pairs that are compared already, or being so.
	seen: HashSet<(u32, u32)>,
}

impl Same<'_> {
	fn types(&mut self, a: u32, b: u32) -> bool {
		let mut open = vec![(a, b)];
		while let Some(pair) = open.pop() {
			if self.seen.insert(pair) && !self.one(pair.0, pair.1, &mut open) {
				return false;
			}
		}
		true
	}

	/// Compares all of two types but those within, which it adds to `open`.
	fn one(&self, a: u32, b: u32, open: &mut Vec<(u32, u32)>) -> bool {
		let (Some(a), Some(b)) = (self.a.resolve(a), self.b.resolve(b)) else {
			return false;
		};
		if a.path != b.path {
			return false;
		}
		match (&a.type_def, &b.type_def) {
			(TypeDef::Composite(a), TypeDef::Composite(b)) => fields(&a.fields, &b.fields, open),
			(TypeDef::Variant(a), TypeDef::Variant(b)) => {
				a.variants.len() == b.variants.len()
					&& a.variants.iter().zip(&b.variants).all(|(a, b)| {
						(&a.name, a.index) == (&b.name, b.index)
							&& fields(&a.fields, &b.fields, open)
					})
			},
			(TypeDef::Sequence(a), TypeDef::Sequence(b)) => {
				open.push((a.type_param.id, b.type_param.id));
				true
			},
			(TypeDef::Array(a), TypeDef::Array(b)) => {
				open.push((a.type_param.id, b.type_param.id));
				a.len == b.len
			},
			(TypeDef::Tuple(a), TypeDef::Tuple(b)) => {
				open.extend(a.fields.iter().zip(&b.fields).map(|(a, b)| (a.id, b.id)));
				a.fields.len() == b.fields.len()
			},
			(TypeDef::Primitive(a), TypeDef::Primitive(b)) => a == b,
			(TypeDef::Compact(a), TypeDef::Compact(b)) => {
				open.push((a.type_param.id, b.type_param.id));
				true
			},
			(TypeDef::BitSequence(a), TypeDef::BitSequence(b)) => {
				open.push((a.bit_store_type.id, b.bit_store_type.id));
				open.push((a.bit_order_type.id, b.bit_order_type.id));
				true
			},
			_ => false,
		}
	}
}

fn fields(
	a: &[Field<PortableForm>],
	b: &[Field<PortableForm>],
	open: &mut Vec<(u32, u32)>,
) -> bool {
	open.extend(a.iter().zip(b).map(|(a, b)| (a.ty.id, b.ty.id)));
	a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.name == b.name)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::chain::fake::{hash, Node};

	async fn digest_at(node: Node, block: u64) -> Result<[u8; 32]> {
		let chain = node.chain().await;
		let state = chain.at(hash(block)).await.expect("is there");
		chain.metadata_digest(&state).await
	}

	#[tokio::test]
	async fn node_that_describes_calls_in_two_ways_is_refused() {
		for (node, what) in
			[(Node::swapping(), "calls"), (Node::half_swapping(), "the calls of System")]
		{
			let error = digest_at(node, 3).await.expect_err("lies");
			assert_eq!(error.code(), 6);
			assert!(error.to_string().contains(&format!("describes {what} in two")), "{error}");
		}
	}

	#[tokio::test]
	async fn signature_by_other_metadata_is_for_another_digest() {
		let right = digest_at(Node::new(), 3).await.expect("is one");
		assert_eq!(digest_at(Node::new(), 3).await, Ok(right));
		// The node lies everywhere: the chain's runtime has another digest.
		assert_ne!(digest_at(Node::swapping_all(), 3).await, Ok(right));
		// So has the runtime before.
		assert_ne!(digest_at(Node::new(), 1).await, Ok(right));
	}
}
