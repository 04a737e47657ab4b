//! What an export says of itself: its range, its files, their sums and hashes.

use crate::{
	difference::first_difference,
	source::Wrote,
	tables::{Format, Summary},
};
use ourledger_client::{
	bounded,
	error::{Error, Result},
	new_file,
};
use ourledger_documents::canonical;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, path::Path};

/// Its file.
pub const MANIFEST_FILE: &str = "manifest.json";

/// The tax ledgers at the last block.
pub const STATE_FILE: &str = "state.jsonl";

/// What the auditor compares its own ledgers with.
pub const AUDITOR_FILE: &str = "state.json";

/// Longest manifest that is read.
const MAX_MANIFEST_BYTES: u64 = 64 * 1024 * 1024;

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
		let text = bounded::read_text(&path, MAX_MANIFEST_BYTES)
			.map_err(|error| Error::input(format!("{} can't be read: {error}", path.display())))?;
		let no_manifest =
			|error| Error::input(format!("{} is no manifest: {error}", path.display()));
		let json = bounded::parse_unique(&text).map_err(no_manifest)?;
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
		manifest.ensure_whole()?;
		Ok(manifest)
	}

	/// Refuses what no export says of itself: then its files are verified by nothing, or the same
	/// rows twice, or are none of the folder's.
	fn ensure_whole(&self) -> Result<()> {
		let wrong = |what: String| Err(Error::verification(format!("{MANIFEST_FILE}, {what}")));
		if !self.formats.is_sorted_by(|one, next| one < next) || self.formats.is_empty() {
			return wrong("field formats: it has to name csv, jsonl or both, each once".into());
		}
		if self.first.number > self.last.number {
			return wrong("field last: it is before the first".into());
		}
		let begins = self.runtimes.first().is_some_and(|it| it.from == self.first.number);
		if !begins || !self.runtimes.is_sorted_by(|one, next| one.from < next.from) {
			return wrong("field runtimes: they aren't those of its blocks, in their order".into());
		}
		for (name, file) in &self.files {
			if !is_plain(name) {
				return wrong(format!("field files: {name:?} is no name of a file in its folder"));
			}
			if [STATE_FILE, AUDITOR_FILE].contains(&&name[..]) {
				continue;
			}
			let Some((stem, format)) = self.table(name) else {
				return wrong(format!("field files: {name:?} is no table in one of its formats"));
			};
			for other in self.formats.iter().filter(|other| **other != format) {
				let twin = self.files.get(&format!("{stem}.{other}"));
				if twin.map(|twin| twin.rows) != Some(file.rows) {
					return wrong(format!(
						"field files: {name:?} has {} rows, and not as many as {other}",
						file.rows
					));
				}
			}
		}
		Ok(())
	}

	/// The stem and format of a table's name.
	fn table<'name>(&self, name: &'name str) -> Option<(&'name str, Format)> {
		self.formats.iter().find_map(|format| {
			Some((name.strip_suffix(&format.to_string())?.strip_suffix('.')?, *format))
		})
	}

	/// Rows of all files.
	pub fn rows(&self) -> u64 {
		self.files.values().map(|file| file.rows).sum()
	}

	/// What it is of, for people: who reads that it is verified has to know what isn't in it.
	pub fn covers(&self) -> String {
		match (self.jurisdiction, &self.currencies) {
			(None, _) => "all jurisdictions and currencies".into(),
			(Some(id), currencies) => {
				let currencies: Vec<_> =
					currencies.iter().flatten().map(|id| id.to_string()).collect();
				let currencies = match currencies.is_empty() {
					true => "no currency".into(),
					false => format!("currencies {}", currencies.join(", ")),
				};
				format!("jurisdiction {id} alone, with {currencies}")
			},
		}
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
		match first_difference("", &said, &right) {
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

/// Whether a name is that of a file in the folder itself.
fn is_plain(name: &str) -> bool {
	!name.starts_with('.') && !name.contains(['/', '\\', ':', '\0']) && !name.is_empty()
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

	/// The error of a folder whose manifest is this one, by a hash that fits.
	fn refused(change: impl FnOnce(&mut Manifest)) -> String {
		let folder = tempfile::tempdir().expect("there is room");
		let mut manifest = manifest();
		change(&mut manifest);
		manifest.blake3 = manifest.hash().expect("is canonical");
		manifest.write(folder.path()).expect("is new");
		let error = Manifest::read(folder.path()).expect_err("is no export's");
		assert_eq!(error.code(), 6);
		error.to_string()
	}

	#[test]
	fn formats_are_one_or_both_and_each_once() {
		for formats in [
			vec![],
			vec![Format::Csv, Format::Csv],
			vec![Format::Jsonl, Format::Jsonl],
			vec![Format::Jsonl, Format::Csv],
		] {
			let error = refused(|manifest| manifest.formats = formats);
			assert!(error.contains("field formats"), "{error}");
		}
	}

	#[test]
	fn files_are_those_of_the_folder_in_its_formats() {
		for name in ["/dev/zero", "../Tax.Swept.csv", "a/b.csv", ".csv", "..", "", "a\\b.csv"] {
			let error = refused(|manifest| {
				manifest.files.insert(name.into(), Summary::default());
			});
			assert!(error.contains("no name of a file in its folder"), "{name}: {error}");
		}
		let error = refused(|manifest| {
			manifest.files.insert("Tax.Swept.jsonl".into(), Summary::default());
		});
		assert!(error.contains("no table in one of its formats"), "{error}");
	}

	#[test]
	fn each_format_has_the_same_rows() {
		let both = |manifest: &mut Manifest| manifest.formats = vec![Format::Csv, Format::Jsonl];
		assert!(refused(both).contains("not as many as jsonl"));
		let error = refused(|manifest| {
			both(manifest);
			manifest.files.insert("Tax.Swept.jsonl".into(), Summary::default());
		});
		assert!(error.contains("not as many as"), "{error}");
	}

	#[test]
	fn blocks_are_a_range_whose_runtimes_are_named() {
		for change in [
			(|manifest| manifest.last.number = 0) as fn(&mut Manifest),
			|manifest| manifest.runtimes.clear(),
			|manifest| manifest.runtimes[0].from = 2,
			|manifest| manifest.runtimes.push(manifest.runtimes[0].clone()),
		] {
			let error = refused(change);
			assert!(error.contains("field last") || error.contains("field runtimes"), "{error}");
		}
	}

	#[test]
	fn what_it_covers_is_said() {
		assert_eq!(manifest().covers(), "jurisdiction 0 alone, with currencies 3");
		let all = Head { jurisdiction: None, currencies: None, ..example::head() };
		let all = Manifest::new(all, &[Format::Csv], BTreeMap::new()).expect("is canonical");
		assert_eq!(all.covers(), "all jurisdictions and currencies");
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
