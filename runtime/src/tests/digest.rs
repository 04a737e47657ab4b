//! The digest of the metadata that transactions are signed for.

use crate::{Runtime, VERSION};
use codec::{Decode, Encode};
use frame_metadata::{RuntimeMetadata, RuntimeMetadataPrefixed};
use merkleized_metadata::{generate_metadata_digest, types::MetadataDigest, ExtraInfo};
use ourledger_primitives::{currency, SS58_PREFIX};

/// What the runtime is built with.
const ROOTS: &str = include_str!("../../metadata.digest");
const BUILD: &str = include_str!("../../build.rs");

fn digest() -> MetadataDigest {
	let metadata = Runtime::metadata_at_version(15).expect("is there");
	let metadata = RuntimeMetadataPrefixed::decode(&mut &metadata[..]).expect("is metadata").1;
	assert!(matches!(metadata, RuntimeMetadata::V15(_)));
	let extra = ExtraInfo {
		spec_version: VERSION.spec_version,
		spec_name: VERSION.spec_name.clone().into(),
		base58_prefix: SS58_PREFIX,
		decimals: currency::DECIMALS,
		token_symbol: currency::SYMBOL.into(),
	};
	generate_metadata_digest(&metadata, extra).expect("has a digest")
}

#[test]
fn digest_that_the_runtime_is_built_with_is_its_metadatas() {
	let MetadataDigest::V1 { types_tree_root, extrinsic_metadata_hash, .. } = digest() else {
		panic!("the digest is in another version");
	};
	let roots = [("types", types_tree_root), ("extrinsic", extrinsic_metadata_hash)];
	let lines = roots.map(|(name, hash)| format!("{name} = 0x{}", hex(&hash)));
	let are_kept = lines.iter().all(|line| ROOTS.lines().any(|kept| kept == line));
	assert!(are_kept, "calls have changed; runtime/metadata.digest needs:\n{}", lines.join("\n"));
}

/// The build script can't ask the crates that it builds.
#[test]
fn build_script_puts_the_digest_together_as_signers_do() {
	assert!(BUILD.contains(&format!("text(\"{}\", &mut bytes)", VERSION.spec_name)));
	assert!(BUILD.contains(&format!("{SS58_PREFIX}u16")));
	assert!(BUILD.contains(&format!("bytes.push({})", currency::DECIMALS)));
	assert!(BUILD.contains(&format!("text(\"{}\", &mut bytes)", currency::SYMBOL)));
	let digest = digest();
	let MetadataDigest::V1 { types_tree_root, extrinsic_metadata_hash, .. } = &digest else {
		panic!("the digest is in another version");
	};
	let short = |text: &str| [&[(text.len() as u8) << 2], text.as_bytes()].concat();
	let bytes = [
		&[1][..],
		&types_tree_root[..],
		&extrinsic_metadata_hash[..],
		&VERSION.spec_version.to_le_bytes(),
		&short(&VERSION.spec_name),
		&SS58_PREFIX.to_le_bytes(),
		&[currency::DECIMALS],
		&short(currency::SYMBOL),
	];
	assert_eq!(digest.encode(), bytes.concat());
}

fn hex(bytes: &[u8]) -> String {
	bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
