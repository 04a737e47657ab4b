//! The papers of an invoice, in files: its document, and the sealed copy for its readers.
//!
//! They are on disk before anybody else knows of the invoice, and removed only once the invoice can no
//! longer come to be: whoever doesn't know what became of an invoice has the one document of it.

use super::{
	known_keys::{fingerprint, KnownKeys},
	parties::Said,
	Place,
};
use crate::{
	canonical,
	complete::Writing,
	document::Document,
	iso,
	sealed::{Reader, Sealed},
};
use ourledger_client::{
	error::{Error, Result},
	hash, new_file, private,
	submit::Draft,
	twin::{Key, PublicKey, Purpose, TwinInfo},
	State,
};
use ourledger_primitives::{record::MAX_ENVELOPES, twin::TwinNumber};
use serde_json::{json, Value as Json};
use std::{
	fs,
	path::{Path, PathBuf},
};

/// What is wanted of the papers.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
	/// Where the document goes; the sealed copy is beside it, with the ending .sealed. By
	/// [`usual_path`] unless given.
	pub out: Option<PathBuf>,
	/// ISO 4217 code that the currency is pegged to.
	pub peg: Option<String>,
	/// A note to the buyer.
	pub note: Option<String>,
	/// What the document says of its parties, whatever else is known of them.
	pub parties: Said,
	/// Whether the sealed copy becomes a record, so that there has to be one.
	pub record: bool,
}

impl Wanted {
	/// Puts into a document what it says besides what is sold.
	pub fn put_into(&self, document: &mut Document) {
		if self.note.is_some() {
			document.invoice_note.clone_from(&self.note);
		}
		self.parties.put_into(document);
	}

	/// In which currencies documents of a place are written. Refuses a peg that the place's authority
	/// contradicts.
	pub fn writing(&self, place: &Place) -> Result<Writing> {
		let rate = place.rate.filter(|(_, denominator)| *denominator > 0);
		if let Some(peg) = &self.peg {
			iso::ensure_peg(peg, &place.currency, &place.reporting, rate)?;
		}
		Ok(Writing {
			peg: self.peg.clone(),
			reporting: rate.map(|rate| (place.reporting.clone(), rate)),
		})
	}
}

/// Where a document goes unless something else is said.
pub fn usual_path(hash: &[u8; 32]) -> PathBuf {
	PathBuf::from(format!("invoice-{}.json", &hex::encode(hash)[..8]))
}

/// A completed document with its hash, and the copy for its readers.
pub struct Papers {
	/// The canonical bytes.
	text: Vec<u8>,
	/// The hash that the chain is told.
	pub hash: [u8; 32],
	path: PathBuf,
	sealed: Option<(Sealed, PathBuf)>,
	/// To whose keys.
	readers: Vec<Reader>,
	/// Who should be able to read it, but has no key.
	keyless: Vec<TwinNumber>,
	is_written: bool,
}

impl Papers {
	/// Makes the papers of a document, which gets its salt. `parties` come before the jurisdiction's
	/// officials.
	pub async fn new(
		state: &State,
		document: Document,
		wanted: &Wanted,
		parties: &[TwinNumber],
		place: &Place,
	) -> Result<Self> {
		let json = document.salted().json();
		let text = canonical::bytes(&json)?;
		let hash = canonical::hash(&json)?;
		let path = wanted.out.clone().unwrap_or_else(|| usual_path(&hash));
		let mut all: Vec<TwinNumber> = Vec::new();
		for twin in parties.iter().chain(&place.officials) {
			if !all.contains(twin) {
				all.push(*twin);
			}
		}
		let (mut readers, mut keyless) = (Vec::new(), Vec::new());
		for twin in all {
			let found = TwinInfo::numbered(state, twin).await?;
			match found.and_then(|twin| reader(twin.number, &twin.keys)) {
				Some(reader) if readers.len() < MAX_ENVELOPES as usize => readers.push(reader),
				_ => keyless.push(twin),
			}
		}
		let sealed = match readers.is_empty() {
			true => None,
			false => Some((Sealed::new(&text, &readers)?, path.with_extension("sealed"))),
		};
		if sealed.is_none() && wanted.record {
			return Err(Error::input(
				"the document can't become a record: none of its readers has an X25519 key in the \
				 phonebook (make one with \"ourledger invoice document key FILE\")",
			));
		}
		Ok(Self { text, hash, path, sealed, readers, keyless, is_written: false })
	}

	/// The copy for its readers, and where it goes; none if nobody has a key.
	pub fn sealed(&self) -> Option<(&Sealed, &Path)> {
		self.sealed.as_ref().map(|(sealed, path)| (sealed, &**path))
	}

	/// The draft of what has these papers, which says where they go, and by which keys they are read.
	pub fn drafted(&self, draft: Draft, known: &KnownKeys) -> Draft {
		draft.effects(self.effects()).effects(known.effects(&self.readers))
	}

	/// Sentences on who can read it.
	fn effects(&self) -> Vec<String> {
		let mut effects = vec![format!("its document goes to {}", self.path.display())];
		if let Some((sealed, path)) = &self.sealed {
			let readers = sealed.readers();
			effects.push(format!("{} can be read by {}", path.display(), twins(&readers)));
		}
		if !self.keyless.is_empty() {
			effects.push(format!(
				"no sealed copy for {}: no X25519 key in the phonebook, or too many readers",
				twins(&self.keyless)
			));
		}
		effects
	}

	/// Writes the files, once, and keeps to which keys they are sealed; to be called before the signed
	/// transaction leaves. No file that exists is replaced. What comes back is why the keys weren't
	/// kept, which is no reason not to send.
	pub fn file(&mut self, known: &mut KnownKeys) -> Result<Option<Error>> {
		if self.is_written {
			return Ok(None);
		}
		write_new(&self.path, &self.text)?;
		if let Some((sealed, path)) = &self.sealed {
			write_new(path, &sealed.bytes()).inspect_err(|_| {
				// Half of the papers would be in the way of the next try.
				let _ = fs::remove_file(&self.path);
			})?;
		}
		self.is_written = true;
		Ok(known.keep(&self.readers).err())
	}

	/// Takes the files away again if what they describe was refused, and so will never be.
	pub fn settle<T>(&self, submitted: &Result<T>) {
		if !self.is_written || !matches!(submitted, Err(Error::Refused(_))) {
			return;
		}
		let _ = fs::remove_file(&self.path);
		if let Some((_, path)) = &self.sealed {
			let _ = fs::remove_file(path);
		}
	}

	/// As they stand in results.
	pub fn json(&self) -> Json {
		let sealed = self.sealed.as_ref();
		json!({
			"hash": hash::text(&self.hash),
			"file": self.path.display().to_string(),
			"sealed": sealed.map(|(_, path)| path.display().to_string()),
			"readers": sealed.map(|(sealed, _)| sealed.readers()).unwrap_or_default(),
			"keys": self.readers.iter().map(|it| fingerprint(&it.public)).collect::<Json>(),
			"withoutKey": self.keyless,
		})
	}

	/// As lines for people.
	pub fn lines(&self) -> Vec<(&'static str, String)> {
		let mut lines = vec![
			("document", self.path.display().to_string()),
			("its hash", hash::text(&self.hash)),
		];
		if let Some((sealed, path)) = &self.sealed {
			let readers = sealed.readers();
			lines.push(("sealed copy", format!("{}, for {}", path.display(), twins(&readers))));
		}
		lines
	}
}

fn twins(numbers: &[TwinNumber]) -> String {
	let numbers: Vec<_> = numbers.iter().map(|number| format!("twin {number}")).collect();
	numbers.join(", ")
}

/// The first key to which something can be sealed.
fn reader(twin: TwinNumber, keys: &[Key]) -> Option<Reader> {
	keys.iter().filter(|key| key.purpose == Purpose::KeyAgreement).find_map(|key| match key.key {
		PublicKey::X25519(public) => Some(Reader { twin, key: key.id, public }),
		_ => None,
	})
}

/// Writes a new file, which is nobody else's to read: what people buy is in it.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<()> {
	private::write_new(path, bytes).map_err(|error| {
		new_file::not_written(path, &error, "name another file by --out, or remove it first")
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	fn papers_at(path: &Path) -> Papers {
		Papers {
			text: b"{}".into(),
			hash: [1; 32],
			path: path.into(),
			sealed: None,
			readers: Vec::new(),
			keyless: Vec::new(),
			is_written: false,
		}
	}

	#[test]
	fn first_x25519_key_for_key_agreement_is_sealed_to() {
		let key = |id, purpose, key| Key { id, purpose, key };
		let keys = [
			key(0, Purpose::Authentication, PublicKey::Ed25519([1; 32])),
			key(1, Purpose::KeyAgreement, PublicKey::MlKem768Hash([2; 32])),
			key(4, Purpose::KeyAgreement, PublicKey::X25519([3; 32])),
			key(5, Purpose::KeyAgreement, PublicKey::X25519([4; 32])),
		];
		assert_eq!(reader(7, &keys), Some(Reader { twin: 7, key: 4, public: [3; 32] }));
		assert_eq!(reader(7, &keys[..2]), None);
	}

	#[test]
	fn papers_go_only_with_a_refusal() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("invoice.json");
		let mut papers = papers_at(&path);
		let mut known = KnownKeys::at(folder.path().join("keys.json")).expect("is new");
		papers.file(&mut known).expect("is new");
		// Another transaction in the place of the first has the same papers.
		papers.file(&mut known).expect("is there");
		for kept in [
			Error::unknown(subxt::utils::H256([1; 32]), "lost"),
			Error::connection("cut"),
			Error::output("full"),
			Error::verification("odd"),
		] {
			papers.settle::<()>(&Err(kept));
			assert!(path.exists());
		}
		papers.settle(&Ok(()));
		assert!(path.exists());
		papers.settle::<()>(&Err(Error::refused("failed in block 7")));
		assert!(!path.exists());
	}

	#[test]
	fn refusal_leaves_what_others_wrote() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("invoice.json");
		fs::write(&path, "[]").expect("is written");
		let mut papers = papers_at(&path);
		let mut known = KnownKeys::at(folder.path().join("keys.json")).expect("is new");
		let error = papers.file(&mut known).expect_err("is there");
		assert!(error.to_string().contains("exists already"), "{error}");
		papers.settle::<()>(&Err(Error::refused("failed in block 7")));
		assert_eq!(fs::read(&path).expect("is there"), b"[]");
	}

	#[cfg(unix)]
	#[test]
	fn nobody_else_reads_a_document() {
		use std::os::unix::fs::PermissionsExt;
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("invoice.json");
		write_new(&path, b"{}").expect("is new");
		let mode = fs::metadata(&path).expect("is there").permissions().mode();
		assert_eq!(mode & 0o777, 0o600);
	}
}
