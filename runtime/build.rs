//! Builds the runtime a second time as WASM, the form in which the chain stores and executes it.

fn main() {
	#[cfg(feature = "std")]
	{
		let builder = substrate_wasm_builder::WasmBuilder::init_with_defaults();
		// Symbol and decimals as in `ourledger_primitives::currency`; a runtime test compares them.
		#[cfg(feature = "metadata-hash")]
		let builder = builder.enable_metadata_hash("OUR", 12);
		// Without a second build: from what `metadata.digest` says, which a runtime test checks.
		#[cfg(not(feature = "metadata-hash"))]
		std::env::set_var("RUNTIME_METADATA_HASH", digest::of_metadata());
		builder.build();
	}
}

/// The digest of the metadata, which signers sign for (RFC 78).
#[cfg(all(feature = "std", not(feature = "metadata-hash")))]
mod digest {
	use std::{env, fs, path::Path};

	const ROOTS: &str = "metadata.digest";
	const VERSION: &str = "src/lib.rs";

	pub fn of_metadata() -> String {
		let folder = env::var("CARGO_MANIFEST_DIR").expect("cargo names it");
		let read = |name: &str| {
			println!("cargo:rerun-if-changed={name}");
			fs::read_to_string(Path::new(&folder).join(name)).expect(name)
		};
		let (roots, source) = (read(ROOTS), read(VERSION));
		// Variant 1 of the digest, in SCALE.
		let mut bytes = vec![1];
		bytes.extend(hash(&roots, "types"));
		bytes.extend(hash(&roots, "extrinsic"));
		bytes.extend(spec_version(&source).to_le_bytes());
		text("ourledger", &mut bytes);
		bytes.extend(42u16.to_le_bytes());
		bytes.push(12);
		text("OUR", &mut bytes);
		format!("0x{}", blake3::hash(&bytes).to_hex())
	}

	fn hash(roots: &str, name: &str) -> [u8; 32] {
		let value = roots.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(" = 0x"));
		let value = value.unwrap_or_else(|| panic!("{ROOTS} has no {name}"));
		blake3::Hash::from_hex(value.trim()).expect("is a hash").into()
	}

	fn spec_version(source: &str) -> u32 {
		let value = source.split("\tspec_version: ").nth(1).and_then(|rest| rest.split(',').next());
		value.and_then(|value| value.parse().ok()).expect("the runtime says its version")
	}

	/// A short text in SCALE.
	fn text(text: &str, bytes: &mut Vec<u8>) {
		bytes.push((text.len() as u8) << 2);
		bytes.extend(text.as_bytes());
	}
}
