//! The code of a runtime, from a file: its hash as the chain knows it, and the version within.

use crate::{
	bounded,
	error::{Error, Result},
	hash::blake2_256,
};
use codec::Decode;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use serde_json::{json, Value as Json};
use std::path::Path;
use subxt::utils::H256;

/// Longest file that is read.
const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;

/// Says "compressed" to a node; zstandard follows.
const COMPRESSED: [u8; 8] = [82, 188, 83, 118, 70, 219, 142, 5];

/// Begins WebAssembly of the version that nodes run.
const WASM: [u8; 8] = *b"\0asm\x01\0\0\0";

/// Most bytes that nodes decompress.
const MAX_RAW_BYTES: usize = 50 * 1024 * 1024;

/// The section in which a runtime states its version.
const VERSION_SECTION: &[u8] = b"runtime_version";

/// What a runtime says of itself.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Version {
	/// The chain's kind: code of another one can't be applied.
	pub spec_name: String,
	/// Rises with every upgrade.
	pub spec_version: u32,
}

/// The code of a runtime.
#[derive(Clone, Debug)]
pub struct RuntimeCode {
	/// As it goes to the chain.
	pub bytes: Vec<u8>,
	/// What the council authorises.
	pub hash: H256,
	/// The version that it states.
	pub version: Version,
}

impl RuntimeCode {
	/// Reads a file.
	pub fn read(path: &Path) -> Result<Self> {
		let bytes = bounded::read(path, MAX_FILE_BYTES)
			.map_err(|error| Error::input(format!("{} can't be read: {error}", path.display())))?;
		Self::from_bytes(bytes).map_err(|why| Error::input(format!("{}: {why}", path.display())))
	}

	/// Reads the bytes of a runtime.
	pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, &'static str> {
		let version = match bytes.strip_prefix(&COMPRESSED) {
			Some(rest) => version(&decompressed(rest)?),
			None => version(&bytes),
		};
		Ok(Self { hash: H256(blake2_256(&bytes)), version: version?, bytes })
	}

	/// For programs.
	pub fn json(&self) -> Json {
		json!({
			"codeHash": format!("{:?}", self.hash),
			"bytes": self.bytes.len(),
			"spec": { "name": self.version.spec_name, "version": self.version.spec_version },
		})
	}

	/// Its version for people.
	pub fn version_text(&self) -> String {
		format!("{} {}", self.version.spec_name, self.version.spec_version)
	}
}

fn decompressed(mut rest: &[u8]) -> Result<Vec<u8>, &'static str> {
	let broken = "the compressed code is damaged";
	let mut decoder = FrameDecoder::new();
	decoder.init(&mut rest).map_err(|_| broken)?;
	let most = BlockDecodingStrategy::UptoBytes(MAX_RAW_BYTES);
	match decoder.decode_blocks(&mut rest, most) {
		Ok(true) => decoder.collect().ok_or(broken),
		Ok(false) => Err("the code is longer than nodes take"),
		Err(_) => Err(broken),
	}
}

/// The version that WebAssembly states in a section of its own.
fn version(wasm: &[u8]) -> Result<Version, &'static str> {
	let mut rest = wasm.strip_prefix(&WASM).ok_or("this is no WebAssembly")?;
	let broken = "the WebAssembly is damaged";
	while let Some((kind, after)) = rest.split_first() {
		let (section, after) = part(after).ok_or(broken)?;
		rest = after;
		// Sections with a name.
		if *kind == 0 {
			let (name, mut content) = part(section).ok_or(broken)?;
			if name == VERSION_SECTION {
				// The implementation's name and the version for authors stand between; more follows.
				let (spec_name, _, _, spec_version) =
					<(String, String, u32, u32)>::decode(&mut content).map_err(|_| broken)?;
				return Ok(Version { spec_name, spec_version });
			}
		}
	}
	Err("the code states no version, so it is not the code of a runtime")
}

/// The first part of `bytes`, which begin with its length, and what follows.
fn part(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
	let (length, rest) = length(bytes)?;
	rest.split_at_checked(length)
}

/// A length as WebAssembly writes it, seven bits in each byte, and what follows.
fn length(bytes: &[u8]) -> Option<(usize, &[u8])> {
	let mut length = 0usize;
	for (position, byte) in bytes.iter().take(5).enumerate() {
		length |= usize::from(byte & 0x7f) << (7 * position);
		if byte & 0x80 == 0 {
			return Some((length, &bytes[position + 1..]));
		}
	}
	None
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::{Compact, Encode};

	/// A section with a name, its length written in as many bytes as it needs.
	fn section(name: &str, content: &[u8]) -> Vec<u8> {
		let inner = [&[name.len() as u8], name.as_bytes(), content].concat();
		let mut length = inner.len();
		let mut bytes = vec![0];
		while length > 0x7f {
			bytes.push(length as u8 | 0x80);
			length >>= 7;
		}
		bytes.push(length as u8);
		[bytes, inner].concat()
	}

	fn runtime() -> Vec<u8> {
		// Authoring and implementation stand around the versions; the rest follows.
		let version = ("ourledger", "ourledger-node", 1u32, 7u32, 0u32, Compact(0u32), 2u32);
		let code = [&[10, 2, 1, 0][..], &section("name", &[5; 300])].concat();
		[&WASM[..], &code, &section("runtime_version", &version.encode())].concat()
	}

	#[test]
	fn version_is_read_past_other_sections() {
		let code = RuntimeCode::from_bytes(runtime()).expect("is a runtime");
		assert_eq!(code.version_text(), "ourledger 7");
		assert_eq!(code.hash, H256(blake2_256(&runtime())));
	}

	/// Uncompressed blocks, as zstandard allows them.
	fn stored(content: &[u8]) -> Vec<u8> {
		// One segment, a content size of four bytes.
		let size = (content.len() as u32).to_le_bytes();
		// The last block, raw.
		let block = (((content.len() as u32) << 3) | 1).to_le_bytes();
		let head = [&COMPRESSED[..], &[0x28, 0xb5, 0x2f, 0xfd, 0xa0], &size, &block[..3]].concat();
		[head, content.to_vec()].concat()
	}

	#[test]
	fn compressed_code_is_hashed_as_it_is() {
		let bytes = stored(&runtime());
		let code = RuntimeCode::from_bytes(bytes.clone()).expect("is a runtime");
		assert_eq!(code.version.spec_version, 7);
		assert_eq!(code.hash, H256(blake2_256(&bytes)));
	}

	#[test]
	fn what_is_no_runtime_is_refused() {
		let whole = runtime();
		let cut = whole[..whole.len() - 40].to_vec();
		for bytes in [vec![], b"hello, world".to_vec(), WASM.to_vec(), cut, COMPRESSED.to_vec()] {
			assert!(RuntimeCode::from_bytes(bytes).is_err());
		}
		assert!(RuntimeCode::from_bytes([&WASM[..], &[0, 0x80, 0x80]].concat()).is_err());
	}
}
