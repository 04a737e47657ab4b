//! `invoice document` and `invoice ubl`.

use super::{
	given::hex,
	paper::{write_new, PartyArguments},
	reads::{Book, Invoice},
	Address,
};
use crate::{
	ask,
	commands::{record, Context},
	output,
};
use ourledger_client::{
	bounded,
	error::{Error, Result},
	twin::TwinInfo,
};
use ourledger_documents::{
	canonical, check,
	document::{read_bytes, read_text, Document},
	export, number,
	sealed::Sealed,
	ubl as xml,
	x25519::KeyFile,
};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Commands on documents.
///
/// A document's hash is BLAKE2b-256 of its canonical form: JSON without spaces, the fields of each
/// object in order of their names, decimals as strings (RFC 8785 for strings, whole numbers and
/// truth values). A random salt in it keeps others from finding out by the hash what it says.
#[derive(clap::Subcommand, Debug)]
pub enum Command {
	/// Make an X25519 key, with which documents are opened, and say how to put it into the
	/// phonebook.
	Key {
		/// Where to write it, encrypted under a password.
		file: PathBuf,
	},
	/// Open a sealed document.
	Open {
		/// The sealed file.
		file: PathBuf,
		/// The file of a reader's X25519 key.
		#[arg(long, value_name = "FILE")]
		key_file: PathBuf,
		/// Check that it is the document of this invoice.
		#[arg(long, value_name = "SELLER/NUMBER")]
		invoice: Option<Address>,
		/// Where to write it; standard output unless given.
		#[arg(long, value_name = "FILE")]
		out: Option<PathBuf>,
	},
	/// The hash of a document, and whether it is that of an invoice.
	Hash {
		/// The document.
		file: PathBuf,
		/// Check that it is the document of this invoice.
		#[arg(long, value_name = "SELLER/NUMBER")]
		invoice: Option<Address>,
	},
	/// Append a sealed document as a record of the own twin, if it isn't one yet.
	Record {
		/// The sealed file.
		file: PathBuf,
	},
}

/// Runs a command.
pub async fn run(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::Key { file } => key(ctx, &file),
		Command::Open { file, key_file, invoice, out } => {
			open(ctx, &file, &key_file, invoice, out.as_deref()).await
		},
		Command::Hash { file, invoice } => hash(ctx, &file, invoice).await,
		Command::Record { file } => append(ctx, &file).await,
	}
}

fn key(ctx: &Context, path: &Path) -> Result<()> {
	let key = KeyFile::generate(&ask::new_password(&path.display().to_string())?);
	key.write(path)?;
	let json = json!({ "file": path.display().to_string(), "public": key.public });
	ctx.out.print(&json, || {
		output::fields([
			("file", path.display().to_string()),
			("public", key.public.clone()),
			("next", format!("ourledger twin add-key key-agreement {}", key.public)),
		])
	});
	Ok(())
}

async fn open(
	ctx: &Context,
	path: &Path,
	key_file: &Path,
	invoice: Option<Address>,
	out: Option<&Path>,
) -> Result<()> {
	let sealed = Sealed::parse(&read_bytes(path)?)
		.map_err(|error| error.explained(|why| format!("{}: {why}", path.display())))?;
	let secret = KeyFile::read(key_file)?;
	let secret = secret.decrypt(&ask::password(&key_file.display().to_string())?)?;
	let content = sealed.open(&secret)?;
	let not_json = |error| Error::verification(format!("what is sealed is no document: {error}"));
	let text = std::str::from_utf8(&content);
	let text = text.map_err(|_| Error::verification("what is sealed is no text"))?;
	let json = bounded::parse_unique(text).map_err(not_json)?;
	let hash = canonical::hash(&json)?;
	if let Some(at) = invoice {
		ensure_of(ctx, at, &hash).await?;
	}
	if let Some(out) = out {
		write_new(out, &content)?;
	}
	let result = json!({
		"hash": hex(&hash),
		"invoice": invoice.map(|at| at.to_string()),
		"readers": sealed.readers(),
		"file": out.map(|out| out.display().to_string()),
		"document": json,
	});
	ctx.out.print(&result, || match out {
		None => format!("{json:#}"),
		Some(out) => {
			let mut lines = vec![("written to", out.display().to_string()), ("hash", hex(&hash))];
			lines.extend(invoice.map(|at| ("invoice", format!("{at}: it is its document"))));
			output::fields(lines)
		},
	});
	Ok(())
}

async fn hash(ctx: &Context, path: &Path, invoice: Option<Address>) -> Result<()> {
	let json = bounded::parse_unique(&read_text(path)?)
		.map_err(|error| Error::input(format!("{} is no document: {error}", path.display())))?;
	let hash = canonical::hash(&json)?;
	if let Some(at) = invoice {
		ensure_of(ctx, at, &hash).await?;
	}
	let result = json!({ "hash": hex(&hash), "invoice": invoice.map(|at| at.to_string()) });
	ctx.out.print(&result, || {
		let mut lines = vec![("hash", hex(&hash))];
		lines.extend(invoice.map(|at| ("invoice", format!("{at}: it is its document"))));
		output::fields(lines)
	});
	Ok(())
}

/// Insists that a document is the one of an invoice.
async fn ensure_of(ctx: &Context, at: Address, hash: &[u8; 32]) -> Result<()> {
	let invoice = Invoice::read(&ctx.state().await?, at).await?;
	ensure_same(at, &invoice.document, hash)
}

fn ensure_same(at: Address, issued: &[u8; 32], hash: &[u8; 32]) -> Result<()> {
	if issued == hash {
		return Ok(());
	}
	Err(Error::verification(format!(
		"this is not the document of {at}: its hash is {}, not {}",
		hex(hash),
		hex(issued)
	)))
}

/// Insists that a credit note is on this invoice, by what it says itself: the chain keeps no hash
/// of a note once it has taken effect.
fn ensure_note_on(at: Address, named: &str) -> Result<()> {
	if named == at.to_string() {
		return Ok(());
	}
	Err(Error::verification(format!(
		"this is no credit note on {at}, but on {named:?} (ourledger.precedingInvoice)"
	)))
}

/// Refuses what can't be the number of a note on this invoice: one that isn't after it in the same
/// series, or that the series hasn't come to. `next` is the series' next one.
fn ensure_possible(at: Address, on: Address, next: u64) -> Result<()> {
	if at.seller != on.seller || at.number <= on.number {
		return Err(Error::verification(format!(
			"{at} is no number of a credit note on {on}: it would be a later one in the same series"
		)));
	}
	match at.number < next {
		true => Ok(()),
		false => Err(Error::verification(format!("the chain hasn't given the number {at} yet"))),
	}
}

/// What the chain says of a document: the number that it gave, if that is the document's.
///
/// Insists that it is the document of the invoice `at`, as far as the state still tells: documents are
/// kept for longer than invoices. Of a credit note, `at` is its own number in the same series, of which
/// the state has nothing, or the invoice that it is on.
async fn number_on_chain(
	ctx: &Context,
	at: Address,
	document: &Document,
	hash: &[u8; 32],
) -> Result<Option<String>> {
	let state = ctx.state().await?;
	let found = Invoice::find(&state, at).await?;
	let warn = |text: String| ctx.out.notice(format!("Warning: {text}"));
	if !number::is_note(document) {
		match found {
			Some(invoice) => ensure_same(at, &invoice.document, hash)?,
			None => warn(format!(
				"the hash could not be checked. The chain's state has no invoice {at}: it was pruned, or \
				 never issued."
			)),
		}
		return Ok(Some(at.to_string()));
	}
	let on = number::invoice_of(document).unwrap_or_default();
	let is_on = on == at.to_string();
	if is_on && found.is_none() {
		warn(format!(
			"that there is an invoice {at} could not be checked. The chain's state has none: it was \
			 pruned, or never issued."
		));
	}
	if is_on || found.is_some() {
		return ensure_note_on(at, on).map(|()| None);
	}
	// No invoice has this number, so it can be the note's.
	let Ok(on) = on.parse::<Address>() else {
		return ensure_note_on(at, on).map(|()| None);
	};
	let book = Book::read(&state, at.seller).await?;
	ensure_possible(at, on, book.next)?;
	warn(format!(
		"that this is the credit note {at} could not be checked. The chain's state keeps nothing of \
		 credit notes: the seller's receipts tell which has this number (\"ourledger invoice receipt \
		 verify\")."
	));
	Ok(Some(at.to_string()))
}

async fn append(ctx: &Context, path: &Path) -> Result<()> {
	let sealed = Sealed::parse(&read_bytes(path)?)
		.map_err(|error| error.explained(|why| format!("{}: {why}", path.display())))?;
	let twin = ctx.own_twin(&ctx.state().await?).await?.number;
	let Some(number) = record::append_descriptor(ctx, twin, &sealed.descriptor()).await? else {
		return Ok(());
	};
	let json = json!({ "twin": twin, "number": number, "readers": sealed.readers() });
	ctx.out.print(&json, || output::fields([("record", format!("{twin}:{number}"))]));
	Ok(())
}

/// Arguments of `ubl`.
#[derive(clap::Args, Clone, Debug)]
pub struct UblArguments {
	/// The document.
	document: PathBuf,
	/// The number that the chain gave to the invoice, for a document without a number of its own:
	/// checked with the chain, as long as its state has the invoice. Of a credit note, the number that
	/// the chain gave the note itself, which "invoice credit" told and receipts tell.
	#[arg(long, value_name = "SELLER/NUMBER")]
	number: Option<Address>,
	/// Where to write it; standard output unless given.
	#[arg(long, value_name = "FILE")]
	out: Option<PathBuf>,
	#[command(flatten)]
	parties: PartyArguments,
}

/// `invoice ubl`.
pub async fn ubl(ctx: &Context, arguments: UblArguments) -> Result<()> {
	let UblArguments { document: path, number: at, out, parties } = arguments;
	let out = out.as_deref();
	let of_file = |error: Error| error.explained(|why| format!("{}: {why}", path.display()));
	let mut document = Document::read(&path)?;
	check::ensure_adds_up(&document).map_err(of_file)?;
	let json = bounded::parse_unique(&read_text(&path)?)
		.map_err(|error| Error::input(format!("it is no document: {error}")))?;
	let hash = canonical::hash(&json)?;
	let number = match at {
		Some(at) => number_on_chain(ctx, at, &document, &hash).await?,
		None => None,
	};
	let number = match number::is_note(&document) {
		true => number::of_note(&document, number.as_deref())?,
		false => number::of_invoice(&document, number.as_deref())?,
	};
	parties.put_into(&mut document);
	let text = xml::write(&document, &number)?;
	export::ensure_accepted(&document, &text).map_err(of_file)?;
	if export::Form::of(&document) == export::Form::Core {
		ctx.out.notice(
			"This UBL is for readers of EN 16931. Peppol's network wants an electronic address of both \
			 parties there besides: name what is missing by --seller-address and --buyer-address.",
		);
	}
	if let Some(out) = out {
		write_new(out, text.as_bytes())?;
	}
	let json = json!({
		"file": out.map(|out| out.display().to_string()),
		"xml": text,
	});
	ctx.out.print(&json, || match out {
		Some(out) => output::fields([("written to", out.display().to_string())]),
		None => text.trim_end().into(),
	});
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn document_of_another_invoice_is_refused() {
		let at = Address { seller: 2, number: 7 };
		assert_eq!(ensure_same(at, &[1; 32], &[1; 32]), Ok(()));
		let error = ensure_same(at, &[1; 32], &[2; 32]).expect_err("differs");
		assert!(error.to_string().contains("not the document of 2/7"), "{error}");
		assert_eq!(ensure_note_on(at, "2/7"), Ok(()));
		let error = ensure_note_on(at, "2/8").expect_err("is on another");
		assert!(error.to_string().contains("no credit note on 2/7"), "{error}");
	}

	#[test]
	fn note_has_a_later_number_of_the_same_series() {
		let on = Address { seller: 2, number: 7 };
		let check = |seller, number| ensure_possible(Address { seller, number }, on, 10);
		assert_eq!(check(2, 8), Ok(()));
		assert_eq!(check(2, 9), Ok(()));
		for (seller, number) in [(2, 7), (2, 6), (3, 8), (2, 10)] {
			assert_eq!(check(seller, number).map_err(|error| error.code()), Err(6), "{number}");
		}
	}
}
