//! The papers of an invoice: its document, the sealed copy, the record, the receipt.

use super::{
	given::hex,
	known_keys::{fingerprint, KnownKeys},
	reads::{self, Place},
	Address,
};
use crate::{
	chain::State,
	commands::{
		record,
		twin::info::{Key, PublicKey, Purpose, TwinInfo},
		Context,
	},
	error::{Error, Result},
	invoices::{
		canonical, codes,
		complete::Writing,
		document::{Document, ElectronicAddress, Party, PostalAddress},
		iso,
		receipt::Receipt,
		sealed::{Reader, Sealed},
	},
	private,
	submit::{Draft, Submitted},
	texts,
};
use ourledger_primitives::{record::MAX_ENVELOPES, twin::TwinNumber};
use serde_json::{json, Value as Json};
use std::{
	fs,
	io::ErrorKind,
	path::{Path, PathBuf},
};
use subxt::ext::scale_decode::DecodeAsType;

/// Where the papers go.
#[derive(clap::Args, Clone, Debug)]
pub struct PaperArguments {
	/// Where to write the document; the sealed copy is beside it, with the ending .sealed. The name
	/// is made from the hash unless given.
	#[arg(long, value_name = "FILE")]
	pub out: Option<PathBuf>,
	/// ISO 4217 code that the currency is pegged to, one to one: documents say it instead of XXX. It
	/// is refused where the authority publishes another rate for it.
	#[arg(long, value_name = "CODE", value_parser = iso::code)]
	pub peg: Option<String>,
	/// A note to the buyer.
	#[arg(long, value_name = "TEXT")]
	pub note: Option<String>,
	#[command(flatten)]
	pub parties: PartyArguments,
	/// Append the sealed document as a record of the own twin.
	#[arg(long)]
	pub record: bool,
}

/// What a document says of its parties, where neither it nor the phonebook does.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct PartyArguments {
	/// The seller's electronic address, with its scheme in the EAS list, such as 0208:0403170701. That
	/// of the phonebook unless given: an endpoint iso6523-actorid-upis::SCHEME:ADDRESS, else
	/// mailto:ADDRESS. If both parties have one in Peppol's network, the UBL is for it.
	#[arg(long, value_name = "SCHEME:ADDRESS", value_parser = codes::parse_address)]
	pub seller_address: Option<ElectronicAddress>,
	/// The buyer's electronic address, in the same form.
	#[arg(long, value_name = "SCHEME:ADDRESS", value_parser = codes::parse_address)]
	pub buyer_address: Option<ElectronicAddress>,
	/// The seller's country, such as BE; the phonebook's unless given.
	#[arg(long, value_name = "CODE", value_parser = codes::parse_country)]
	pub seller_country: Option<String>,
	/// The buyer's country, such as BE; the phonebook's unless given.
	#[arg(long, value_name = "CODE", value_parser = codes::parse_country)]
	pub buyer_country: Option<String>,
}

impl PartyArguments {
	/// Puts it into a document: what the command line says goes before what the document does.
	pub fn put_into(&self, document: &mut Document) {
		put(&mut document.seller, self.seller_address.as_ref(), self.seller_country.as_ref());
		if self.buyer_address.is_some() || self.buyer_country.is_some() {
			let buyer = document.buyer.get_or_insert_with(Party::default);
			put(buyer, self.buyer_address.as_ref(), self.buyer_country.as_ref());
		}
	}
}

fn put(party: &mut Party, address: Option<&ElectronicAddress>, country: Option<&String>) {
	if let Some(address) = address {
		party.electronic_address = Some(address.clone());
	}
	if let Some(country) = country {
		let postal = party.postal_address.get_or_insert_with(PostalAddress::default);
		postal.country_code = Some(country.clone());
	}
}

impl PaperArguments {
	/// In which currencies documents of a place are written.
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

/// Puts into a document what the phonebook and the jurisdiction know of a party.
pub async fn fill_party(
	state: &State,
	place: &Place,
	party: &mut Party,
	twin: &TwinInfo,
) -> Result<()> {
	if party.twin.is_some_and(|named| named != twin.number) {
		return Err(Error::input(format!(
			"the document names another twin than {} as a party",
			twin.number
		)));
	}
	party.twin = Some(twin.number);
	party.name.get_or_insert_with(|| texts::for_document(&twin.profile.display_name));
	if party.vat_identifier.is_none() && party.tax_registration_identifier.is_none() {
		let number = reads::tax_number(state, place.id, twin.number).await?;
		let has_country = number.as_deref().is_some_and(codes::has_country);
		match has_country {
			true => party.vat_identifier = number,
			false => party.tax_registration_identifier = number,
		}
	}
	if party.electronic_address.is_none() {
		party.electronic_address = codes::address_of(twin.endpoints());
	}
	if let Some(country) = twin.profile.country() {
		let address = party.postal_address.get_or_insert_with(PostalAddress::default);
		address.country_code.get_or_insert(country);
	}
	Ok(())
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
}

impl Papers {
	/// Makes the papers of a document, which gets its salt. `parties` come before the jurisdiction's
	/// officials.
	pub async fn new(
		state: &State,
		document: Document,
		arguments: &PaperArguments,
		parties: &[TwinNumber],
		place: &Place,
	) -> Result<Self> {
		let json = document.salted().json();
		let text = canonical::bytes(&json)?;
		let hash = canonical::hash(&json)?;
		let path = arguments.out.clone().unwrap_or_else(|| usual_path(&hash));
		let mut wanted: Vec<TwinNumber> = Vec::new();
		for twin in parties.iter().chain(&place.officials) {
			if !wanted.contains(twin) {
				wanted.push(*twin);
			}
		}
		let (mut readers, mut keyless) = (Vec::new(), Vec::new());
		for twin in wanted {
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
		if sealed.is_none() && arguments.record {
			return Err(Error::input(
				"the document can't become a record: none of its readers has an X25519 key in the \
				 phonebook (make one with \"ourledger invoice document key FILE\")",
			));
		}
		Ok(Self { text, hash, path, sealed, readers, keyless })
	}

	/// Sentences on who can read it.
	pub fn effects(&self) -> Vec<String> {
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

	/// Writes the files. None that exists is replaced.
	fn write(&self) -> Result<()> {
		write_new(&self.path, &self.text)?;
		if let Some((sealed, path)) = &self.sealed {
			write_new(path, &sealed.bytes()).inspect_err(|_| {
				// Half of the papers would be in the way of the next try.
				let _ = fs::remove_file(&self.path);
			})?;
		}
		Ok(())
	}

	/// Takes the files away again, since what they describe won't be.
	fn discard(&self) {
		let _ = fs::remove_file(&self.path);
		if let Some((_, path)) = &self.sealed {
			let _ = fs::remove_file(path);
		}
	}

	/// Submits what has these papers. They are on disk before anybody else knows of it, and gone
	/// again only if it is certain that it will never be: whoever doesn't know what became of an
	/// invoice has the one document of it.
	pub async fn submit(&self, ctx: &Context, draft: Draft) -> Result<Option<Submitted>> {
		let mut known = KnownKeys::read(ctx).await?;
		let draft = draft.effects(self.effects()).effects(known.effects(&self.readers));
		let mut is_written = false;
		let submitted = ctx
			.submit_noting(draft, |_| {
				if !is_written {
					self.write()?;
					is_written = true;
					// What can't be kept is no reason not to send.
					if let Err(error) = known.keep(&self.readers) {
						ctx.out.notice(error.to_string());
					}
				}
				Ok(())
			})
			.await;
		if is_written {
			self.keep_unless_refused(&submitted);
		}
		submitted
	}

	fn keep_unless_refused<T>(&self, submitted: &Result<T>) {
		if matches!(submitted, Err(Error::Refused(_))) {
			self.discard();
		}
	}

	/// Appends the sealed copy as a record, and returns its number. `done` is what is done already.
	pub async fn record(&self, ctx: &Context, twin: TwinNumber, done: &str) -> Result<Option<u64>> {
		let Some((sealed, path)) = &self.sealed else {
			return Ok(None);
		};
		let appended = record::append_descriptor(ctx, twin, &sealed.descriptor()).await;
		appended.map_err(|error| {
			error.explained(|why| {
				format!(
					"{why} ({done}; for the record run \"ourledger invoice document record {}\")",
					path.display()
				)
			})
		})
	}

	/// As they stand in results.
	pub fn json(&self) -> Json {
		let sealed = self.sealed.as_ref();
		json!({
			"hash": hex(&self.hash),
			"file": self.path.display().to_string(),
			"sealed": sealed.map(|(_, path)| path.display().to_string()),
			"readers": sealed.map(|(sealed, _)| sealed.readers()).unwrap_or_default(),
			"keys": self.readers.iter().map(|it| fingerprint(&it.public)).collect::<Json>(),
			"withoutKey": self.keyless,
		})
	}

	/// As lines for people.
	pub fn lines(&self) -> Vec<(&'static str, String)> {
		let mut lines =
			vec![("document", self.path.display().to_string()), ("its hash", hex(&self.hash))];
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
		let path = path.display();
		Error::input(match error.kind() {
			ErrorKind::AlreadyExists => {
				format!("{path} exists already; name another file by --out, or remove it first")
			},
			_ => format!("{path} can't be written: {error}"),
		})
	})
}

/// The receipt of an invoice that was just issued.
pub fn receipt_of(done: &Submitted) -> Result<Receipt> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct InvoiceIssued {
		invoice: Address,
		buyer: Option<u64>,
		jurisdiction: u32,
		currency: u32,
		supply: u32,
		net: u128,
		tax: u128,
		tip: u128,
		gross: u128,
		document: [u8; 32],
		receipt: [u8; 32],
	}
	let issued: InvoiceIssued = done.expect("Commerce", "InvoiceIssued")?;
	Ok(Receipt {
		seller: issued.invoice.seller,
		number: issued.invoice.number,
		buyer: issued.buyer,
		jurisdiction: issued.jurisdiction,
		currency: issued.currency,
		supply: issued.supply,
		net: issued.net.to_string(),
		tax: issued.tax.to_string(),
		tip: issued.tip.to_string(),
		gross: issued.gross.to_string(),
		document: hex(&issued.document),
		receipt: Some(hex(&issued.receipt)),
	})
}

#[cfg(test)]
mod tests {
	use super::*;

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
	fn command_line_says_what_the_phonebook_lacks() {
		let address = |text| codes::parse_address(text).expect("is one");
		let arguments = PartyArguments {
			seller_address: Some(address("0208:0403170701")),
			buyer_country: Some("NL".into()),
			..PartyArguments::default()
		};
		let mut document = Document::default();
		document.seller.electronic_address = Some(address("EM:post@bakery.example"));
		arguments.put_into(&mut document);
		assert_eq!(document.seller.electronic_address, arguments.seller_address);
		assert_eq!(document.seller.postal_address, None);
		let buyer = document.buyer.expect("is named by its country");
		let country = buyer.postal_address.and_then(|it| it.country_code);
		assert_eq!((country, buyer.electronic_address), (Some("NL".into()), None));
		let mut document = Document::default();
		PartyArguments::default().put_into(&mut document);
		assert_eq!(document, Document::default());
	}

	#[test]
	fn papers_go_only_with_a_refusal() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("invoice.json");
		let papers = Papers {
			text: b"{}".into(),
			hash: [1; 32],
			path: path.clone(),
			sealed: None,
			readers: Vec::new(),
			keyless: Vec::new(),
		};
		papers.write().expect("is new");
		for kept in [
			Error::unknown(subxt::utils::H256([1; 32]), "lost"),
			Error::connection("cut"),
			Error::output("full"),
			Error::verification("odd"),
		] {
			papers.keep_unless_refused::<()>(&Err(kept));
			assert!(path.exists());
		}
		papers.keep_unless_refused(&Ok(()));
		assert!(path.exists());
		papers.keep_unless_refused::<()>(&Err(Error::refused("failed in block 7")));
		assert!(!path.exists());
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

	#[test]
	fn existing_file_is_kept() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join("invoice.json");
		write_new(&path, b"{}").expect("is new");
		let error = write_new(&path, b"[]").expect_err("is there");
		assert!(error.to_string().contains("exists already"), "{error}");
		assert_eq!(fs::read(&path).expect("is there"), b"{}");
	}
}
