//! To which keys documents were sealed before, so that a changed one is told.
//!
//! A key comes from the phonebook, as the node tells it. Whoever seals to it sees its fingerprint,
//! and can compare it with what the reader says; once seen, another one is pointed out.

use crate::sealed::Reader;
use ourledger_client::{
	bounded,
	error::{Error, Result},
	hash::blake2_256,
	private,
};
use ourledger_primitives::twin::TwinNumber;
use std::{
	collections::BTreeMap,
	path::{Path, PathBuf},
};
use subxt::utils::H256;

/// Longest file that is read.
const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;

/// The fingerprints of keys, by twin.
#[derive(Debug)]
pub struct KnownKeys {
	path: PathBuf,
	of: BTreeMap<TwinNumber, String>,
}

/// What people compare of a key: the beginning of its hash.
pub fn fingerprint(key: &[u8; 32]) -> String {
	let hash = blake2_256(key);
	hash[..8].chunks(2).map(hex::encode).collect::<Vec<_>>().join(" ")
}

impl KnownKeys {
	/// Those of the chain with this first block, where a program keeps its files.
	pub fn of_chain(genesis: H256, folder: &Path) -> Result<Self> {
		Self::at(folder.join("known-keys").join(format!("{genesis:?}.json")))
	}

	/// Those in this file; none if it isn't there.
	pub fn at(path: PathBuf) -> Result<Self> {
		let of = match path.exists() {
			true => bounded::read_json(&path, MAX_FILE_BYTES)?,
			false => BTreeMap::new(),
		};
		Ok(Self { path, of })
	}

	/// Sentences on the keys of readers.
	pub fn effects(&self, readers: &[Reader]) -> Vec<String> {
		let sentence = |reader: &Reader| {
			let (twin, is) = (reader.twin, fingerprint(&reader.public));
			match self.of.get(&twin) {
				Some(was) if *was != is => format!(
					"twin {twin} has ANOTHER KEY than before: {is}, which was {was}; ask twin {twin} \
					 whether it changed it"
				),
				_ => format!("twin {twin} reads by the key {is}"),
			}
		};
		readers.iter().map(sentence).collect()
	}

	/// Keeps what was agreed to.
	pub fn keep(&mut self, readers: &[Reader]) -> Result<()> {
		self.of.extend(readers.iter().map(|it| (it.twin, fingerprint(&it.public))));
		let text = serde_json::to_string_pretty(&self.of).expect("its keys are numbers; qed");
		private::replace(&self.path, text.as_bytes()).map_err(|error| {
			Error::input(format!("{} can't be written: {error}", self.path.display()))
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn changed_key_is_told() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("known-keys").join("0x00.json");
		let reader = |public| Reader { twin: 7, key: 0, public };
		let mut known = KnownKeys::at(path.clone()).expect("is new");
		let first = known.effects(&[reader([1; 32])]);
		assert_eq!(first, [format!("twin 7 reads by the key {}", fingerprint(&[1; 32]))]);
		known.keep(&[reader([1; 32])]).expect("there is room");
		let known = KnownKeys::at(path).expect("can be read");
		assert_eq!(known.effects(&[reader([1; 32])]), first);
		let told = known.effects(&[reader([2; 32])]).concat();
		for part in ["ANOTHER KEY", &fingerprint(&[1; 32]), &fingerprint(&[2; 32])] {
			assert!(told.contains(part), "{part} in {told}");
		}
	}
}
