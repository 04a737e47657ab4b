//! What an export says of itself: its range, its files, their sums and hashes.

use super::{
	source::Block,
	tables::{Format, Summary},
};
use crate::{
	chain::written::RuntimeId,
	error::{Error, Result},
	invoices::canonical,
	new_file,
};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::{collections::BTreeMap, path::Path};

/// Its file.
pub const MANIFEST_FILE: &str = "manifest.json";

/// The tax ledgers at the last block.
pub const STATE_FILE: &str = "state.jsonl";

/// What this form is called.
const FORM: &str = "ourledger/audit/2";

/// What it was called while a block that brought a new runtime could be read by that one.
const FORM_WITHOUT_RUNTIMES: &str = "ourledger/audit/1";

/// A block, by height and hash.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BlockId {
	/// Height.
	pub number: u64,
	/// Hash.
	pub hash: String,
}

/// Which runtime wrote the blocks from one on, up to the next entry's: their events are read as
/// that runtime's metadata says. It is the runtime in the state of each block's *parent*.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Wrote {
	/// The first block.
	pub from: u64,
	/// Version of the runtime.
	pub spec_version: u32,
	/// BLAKE2b-256 of its code, as the state has it.
	pub code: String,
	/// BLAKE2b-256 of its metadata, as a node's `state_getMetadata` answers.
	pub metadata: String,
}

impl Wrote {
	/// From a block on.
	pub fn of(from: u64, runtime: &RuntimeId) -> Self {
		Self {
			from,
			spec_version: runtime.spec_version,
			code: format!("{:?}", runtime.code),
			metadata: format!("{:?}", runtime.metadata),
		}
	}

	/// Adds an entry if another runtime wrote this block than those before it.
	pub fn note(all: &mut Vec<Self>, block: &Block) {
		let new = Self::of(block.number, &block.runtime);
		let known = all.last().is_some_and(|last| Self { from: new.from, ..last.clone() } == new);
		if !known {
			all.push(new);
		}
	}
}

/// What an export was made of.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Manifest {
	/// What this form is called.
	pub form: String,
	/// The chain, by the hash of its first block.
	pub genesis: String,
	/// The first block of the range.
	pub first: BlockId,
	/// The last block of the range.
	pub last: BlockId,
	/// Root of the state after the last block.
	pub state_root: String,
	/// Version of the runtime at the last block.
	pub spec_version: u32,
	/// Which runtimes wrote the blocks.
	pub runtimes: Vec<Wrote>,
	/// The jurisdiction, if not all.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub jurisdiction: Option<u32>,
	/// The currencies of the jurisdiction.
	#[serde(default, skip_serializing_if = "Option::is_none")]
	pub currencies: Option<Vec<u32>>,
	/// What tables are written as.
	pub formats: Vec<Format>,
	/// The files, by name.
	pub files: BTreeMap<String, Summary>,
	/// BLAKE3 of the canonical bytes (RFC 8785) of all of the above.
	pub blake3: String,
}

/// The range and scope of an export.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Head {
	/// The chain, by the hash of its first block.
	pub genesis: String,
	/// The first block of the range.
	pub first: BlockId,
	/// The last block of the range.
	pub last: BlockId,
	/// Root of the state after the last block.
	pub state_root: String,
	/// Version of the runtime at the last block.
	pub spec_version: u32,
	/// Which runtimes wrote the blocks.
	pub runtimes: Vec<Wrote>,
	/// The jurisdiction, if not all.
	pub jurisdiction: Option<u32>,
	/// The currencies of the jurisdiction.
	pub currencies: Option<Vec<u32>>,
}

impl Manifest {
	/// The manifest of these files.
	pub fn new(head: Head, formats: &[Format], files: BTreeMap<String, Summary>) -> Result<Self> {
		let Head { genesis, first, last, state_root, spec_version, .. } = head;
		let Head { runtimes, jurisdiction, currencies, .. } = head;
		let mut manifest = Self {
			form: FORM.into(),
			genesis,
			first,
			last,
			state_root,
			spec_version,
			runtimes,
			jurisdiction,
			currencies,
			formats: formats.to_vec(),
			files,
			blake3: String::new(),
		};
		manifest.blake3 = manifest.hash()?;
		Ok(manifest)
	}

	/// Reads the manifest of a folder, and checks its own hash.
	pub fn read(folder: &Path) -> Result<Self> {
		let path = folder.join(MANIFEST_FILE);
		let text = std::fs::read_to_string(&path)
			.map_err(|error| Error::input(format!("{} can't be read: {error}", path.display())))?;
		let no_manifest =
			|error| Error::input(format!("{} is no manifest: {error}", path.display()));
		let json: Json = serde_json::from_str(&text).map_err(no_manifest)?;
		if json["form"] == FORM_WITHOUT_RUNTIMES {
			return Err(Error::input(format!(
				"{} doesn't say by which runtime each block was read, which could be the wrong one \
				 where the chain was upgraded: export the books anew",
				path.display()
			)));
		}
		let manifest: Self = serde_json::from_value(json).map_err(no_manifest)?;
		if manifest.form != FORM {
			return Err(Error::input(format!(
				"{} is of the form {:?}, not {FORM:?}",
				path.display(),
				manifest.form
			)));
		}
		let hash = manifest.hash()?;
		if hash != manifest.blake3 {
			return Err(Error::verification(format!(
				"{MANIFEST_FILE}, field blake3: it says {}, but its content has {hash}",
				manifest.blake3
			)));
		}
		Ok(manifest)
	}

	/// Writes it into a folder.
	pub fn write(&self, folder: &Path) -> Result<()> {
		new_file::write_json(&folder.join(MANIFEST_FILE), self)
	}

	/// The first field in which `self`, a file, differs from what it has to be.
	pub fn ensure_is(&self, expected: &Self) -> Result<()> {
		let said = serde_json::to_value(self).map_err(|error| Error::input(error.to_string()))?;
		let right =
			serde_json::to_value(expected).map_err(|error| Error::input(error.to_string()))?;
		match super::verify::first_difference("", &said, &right) {
			None => Ok(()),
			Some((field, said, right)) => Err(Error::verification(format!(
				"{MANIFEST_FILE}, field {field}: it says {said}, but it is {right}"
			))),
		}
	}

	/// The hash of everything but the hash.
	fn hash(&self) -> Result<String> {
		let mut json =
			serde_json::to_value(self).map_err(|error| Error::input(error.to_string()))?;
		if let Some(fields) = json.as_object_mut() {
			fields.remove("blake3");
		}
		Ok(blake3::hash(&canonical::bytes(&json)?).to_hex().to_string())
	}
}

/// Manifests to test with.
#[cfg(test)]
pub mod example {
	use super::*;

	/// Of blocks 1 to 9 of jurisdiction 0.
	pub fn head() -> Head {
		Head {
			genesis: "0x00".into(),
			first: BlockId { number: 1, hash: "0x01".into() },
			last: BlockId { number: 9, hash: "0x09".into() },
			state_root: "0x10".into(),
			spec_version: 104,
			runtimes: vec![Wrote {
				from: 1,
				spec_version: 104,
				code: "0x0c".into(),
				metadata: "0x0d".into(),
			}],
			jurisdiction: Some(0),
			currencies: Some(vec![3]),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn manifest() -> Manifest {
		let summary = Summary { rows: 2, blake3: "ab".into(), totals: BTreeMap::new() };
		let files = [("Tax.Swept.csv".to_owned(), summary)].into();
		Manifest::new(example::head(), &[Format::Csv], files).expect("is canonical")
	}

	#[test]
	fn manifest_is_read_as_it_was_written() {
		let folder = tempfile::tempdir().expect("there is room");
		manifest().write(folder.path()).expect("is new");
		assert_eq!(Manifest::read(folder.path()), Ok(manifest()));
	}

	#[test]
	fn changed_manifest_is_noticed() {
		let folder = tempfile::tempdir().expect("there is room");
		let path = folder.path().join(MANIFEST_FILE);
		manifest().write(folder.path()).expect("is new");
		let text = std::fs::read_to_string(&path).expect("was written");
		std::fs::write(&path, text.replace("\"rows\": 2", "\"rows\": 3")).expect("can be written");
		let error = Manifest::read(folder.path()).expect_err("was changed");
		assert_eq!(error.code(), 6);
		assert!(error.to_string().contains("field blake3"), "{error}");
	}

	#[test]
	fn hash_is_of_sorted_and_compact_json() {
		let manifest = manifest();
		let text =
			"{\"currencies\":[3],\"files\":{\"Tax.Swept.csv\":{\"blake3\":\"ab\",\"rows\":2,\
		            \"totals\":{}}},\"first\":{\"hash\":\"0x01\",\"number\":1},\"form\":\
		            \"ourledger/audit/2\",\"formats\":[\"csv\"],\"genesis\":\"0x00\",\
		            \"jurisdiction\":0,\
		            \"last\":{\"hash\":\"0x09\",\"number\":9},\"runtimes\":[{\"code\":\"0x0c\",\
		            \"from\":1,\"metadata\":\"0x0d\",\"specVersion\":104}],\
		            \"specVersion\":104,\"stateRoot\":\"0x10\"}";
		assert_eq!(manifest.blake3, blake3::hash(text.as_bytes()).to_hex().to_string());
	}

	#[test]
	fn manifest_without_runtimes_is_refused_with_what_to_do() {
		let folder = tempfile::tempdir().expect("there is room");
		let text = format!("{{\"form\":{FORM_WITHOUT_RUNTIMES:?}}}");
		std::fs::write(folder.path().join(MANIFEST_FILE), text).expect("can be written");
		let error = Manifest::read(folder.path()).expect_err("says too little");
		assert_eq!(error.code(), 4);
		assert!(error.to_string().ends_with("export the books anew"), "{error}");
	}

	#[test]
	fn runtimes_have_an_entry_where_another_one_wrote() {
		let one = RuntimeId { spec_version: 1, ..RuntimeId::default() };
		let two = RuntimeId { spec_version: 2, ..RuntimeId::default() };
		let mut all = Vec::new();
		for (number, runtime) in [(4, one), (5, one), (6, two), (7, one), (8, one)] {
			Wrote::note(&mut all, &Block { number, runtime, rows: Vec::new() });
		}
		assert_eq!(all, [Wrote::of(4, &one), Wrote::of(6, &two), Wrote::of(7, &one)]);
	}

	#[test]
	fn first_field_that_differs_is_named() {
		let mut other = manifest();
		other.last.hash = "0x08".into();
		let error = other.ensure_is(&manifest()).expect_err("differs");
		assert_eq!(
			error.to_string(),
			"manifest.json, field last.hash: it says \"0x08\", but it is \"0x09\""
		);
		assert_eq!(manifest().ensure_is(&manifest()), Ok(()));
	}
}
