//! Chain specifications: of what genesis they are.

use crate::{
	bounded,
	error::{Error, Result},
	hash::blake2_256,
};
use codec::{Compact, Encode};
use serde::Deserialize;
use sp_runtime::traits::BlakeTwo256;
use sp_trie::{LayoutV1, TrieConfiguration};
use std::{collections::BTreeMap, path::Path};
use subxt::utils::H256;

/// Longest specification that is read.
pub const MAX_SPEC_BYTES: u64 = 256 * 1024 * 1024;

/// The root of no extrinsics.
fn no_extrinsics() -> [u8; 32] {
	trie_root(Vec::new())
}

fn trie_root(pairs: Vec<(Vec<u8>, Vec<u8>)>) -> [u8; 32] {
	LayoutV1::<BlakeTwo256>::trie_root(pairs).0
}

/// The hash of the first block of a specification's chain.
pub fn genesis_hash(path: &Path) -> Result<H256> {
	let not_valid =
		|why: String| Error::input(format!("the chain specification {}: {why}", path.display()));
	let text = bounded::read_text(path, MAX_SPEC_BYTES);
	let text = text.map_err(|error| not_valid(error.to_string()))?;
	let root = state_root(&text).map_err(not_valid)?;
	// Of parent zero and number zero, with nothing in it.
	let header = ([0u8; 32], Compact(0u32), root, no_extrinsics(), Compact(0u32)).encode();
	Ok(H256(blake2_256(&header)))
}

/// The root of the state that a specification begins with.
fn state_root(text: &str) -> Result<[u8; 32], String> {
	#[derive(Deserialize)]
	struct Spec {
		genesis: Genesis,
	}
	#[derive(Deserialize)]
	#[serde(rename_all = "camelCase")]
	struct Genesis {
		raw: Option<Raw>,
		state_root_hash: Option<String>,
	}
	#[derive(Deserialize)]
	#[serde(rename_all = "camelCase")]
	struct Raw {
		top: BTreeMap<String, String>,
		#[serde(default)]
		children_default: BTreeMap<String, serde_json::Value>,
	}
	let bytes = |text: &str| {
		let digits = text.strip_prefix("0x").unwrap_or(text);
		hex::decode(digits).map_err(|_| "its genesis is not hexadecimal".to_owned())
	};
	let spec: Spec = serde_json::from_str(text).map_err(|error| error.to_string())?;
	if let Some(root) = spec.genesis.state_root_hash {
		let root: Result<[u8; 32], _> = bytes(&root)?.try_into();
		return root.map_err(|_| "its state's root is not 32 bytes".into());
	}
	let raw = spec.genesis.raw.ok_or("it describes its genesis instead of containing it")?;
	if !raw.children_default.is_empty() {
		return Err("its genesis has more than one trie".into());
	}
	let pairs = raw.top.iter().map(|(key, value)| Ok((bytes(key)?, bytes(value)?)));
	Ok(trie_root(pairs.collect::<Result<_, String>>()?))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn genesis_is_the_header_of_the_state_that_the_specification_has() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("spec.json");
		let hash = |spec: &str| {
			std::fs::write(&path, spec).expect("is written");
			genesis_hash(&path)
		};
		let raw = hash(r#"{"genesis":{"raw":{"top":{"0x01":"0x02"},"childrenDefault":{}}}}"#);
		let root = hex::encode(trie_root(vec![(vec![1], vec![2])]));
		let light = hash(&format!(r#"{{"genesis":{{"stateRootHash":"0x{root}"}}}}"#));
		assert_eq!(raw, light);
		assert_ne!(raw, hash(r#"{"genesis":{"raw":{"top":{"0x01":"0x03"}}}}"#));
		// The well-known root of an empty trie.
		let empty = "03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314";
		assert_eq!(hex::encode(no_extrinsics()), empty);
		for spec in ["{}", r#"{"genesis":{"runtimeGenesis":{}}}"#, "[", r#"{"genesis":{"raw":{}}}"#]
		{
			assert_eq!(hash(spec).map_err(|error| error.code()), Err(4), "{spec}");
		}
	}
}
