//! `invoice document` and `invoice ubl`.

use super::{paper::PartyArguments, InvoiceId};
use crate::{
	ask,
	commands::{record, Context},
	output::report::Report,
};
use ourledger_client::{hash, Error, Result};
use ourledger_documents::{
	check,
	document::{read_bytes, read_hashed, Document},
	export, number,
	on_chain::{
		identity::{self, Numbered},
		papers::write_new,
	},
	sealed::Sealed,
	x25519::KeyFile,
};
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
		invoice: Option<InvoiceId>,
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
		invoice: Option<InvoiceId>,
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
		Command::Hash { file, invoice } => {
			let (_, hash) = read_hashed(&file)?;
			ctx.out.show(&hashed(ctx, hash, invoice).await?);
			Ok(())
		},
		Command::Record { file } => append(ctx, &file).await,
	}
}

fn key(ctx: &Context, path: &Path) -> Result<()> {
	let key = KeyFile::generate(&ask::new_password(&path.display().to_string())?);
	key.write(path)?;
	let report = Report::new()
		.field("file", "file", path.display().to_string())
		.field("public", "public", &key.public)
		.line("next", format!("ourledger twin add-key key-agreement {}", key.public));
	ctx.out.show(&report);
	Ok(())
}

async fn open(
	ctx: &Context,
	path: &Path,
	key_file: &Path,
	invoice: Option<InvoiceId>,
	out: Option<&Path>,
) -> Result<()> {
	let sealed = read_sealed(path)?;
	let secret = KeyFile::read(key_file)?;
	let secret = secret.decrypt(&ask::password(&key_file.display().to_string())?)?;
	let (content, json, hash) = sealed.open_document(&secret)?;
	let hashed = hashed(ctx, hash, invoice).await?;
	if let Some(out) = out {
		write_new(out, &content)?;
	}
	let file = out.map(|out| out.display().to_string());
	let report = Report::new()
		.lines(file.clone().map(|file| ("written to", file)))
		.and(hashed)
		.json("readers", sealed.readers())
		.json("file", file)
		.json("document", &json);
	ctx.out.print(&report.to_json(), || match out {
		None => format!("{json:#}"),
		Some(_) => report.to_text(),
	});
	Ok(())
}

fn read_sealed(path: &Path) -> Result<Sealed> {
	Sealed::parse(&read_bytes(path)?)
		.map_err(|error| error.explained(|why| format!("{}: {why}", path.display())))
}

/// A document's hash, which has to be that of the invoice if one is named.
async fn hashed(ctx: &Context, hash: [u8; 32], invoice: Option<InvoiceId>) -> Result<Report> {
	if let Some(at) = invoice {
		identity::ensure_of(&ctx.state().await?, at, &hash).await?;
	}
	Ok(Report::new()
		.field("hash", "hash", hash::text(&hash))
		.json("invoice", invoice.map(|at| at.to_string()))
		.lines(invoice.map(|at| ("invoice", format!("{at}: it is its document")))))
}

async fn append(ctx: &Context, path: &Path) -> Result<()> {
	let sealed = read_sealed(path)?;
	let twin = ctx.own_twin(&ctx.state().await?).await?.number;
	let Some(number) = record::append_descriptor(ctx, twin, &sealed.descriptor()).await? else {
		return Ok(());
	};
	let report = Report::new()
		.json("twin", twin)
		.json("number", number)
		.json("readers", sealed.readers())
		.line("record", format!("{twin}:{number}"));
	ctx.out.show(&report);
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
	number: Option<InvoiceId>,
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
	let (_, hash) = read_hashed(&path)?;
	let numbered = match at {
		Some(at) => Numbered::read(&ctx.state().await?, at, &document, &hash).await?,
		None => Numbered::default(),
	};
	for warning in &numbered.warnings {
		ctx.out.notice(format!("Warning: {warning}"));
	}
	let number = number::of(&document, numbered.number.as_deref())?;
	parties.said().put_into(&mut document);
	let text = export::ubl_of(&document, &number).map_err(of_file)?;
	if export::Form::of(&document) == export::Form::Core {
		ctx.out.notice(
			"This UBL is for readers of EN 16931. Peppol's network wants an electronic address of both \
			 parties there besides: name what is missing by --seller-address and --buyer-address.",
		);
	}
	if let Some(out) = out {
		write_new(out, text.as_bytes())?;
	}
	let file = out.map(|out| out.display().to_string());
	let report = Report::new().optional("file", "written to", file).json("xml", &text);
	ctx.out.print(&report.to_json(), || match out {
		Some(_) => report.to_text(),
		None => text.trim_end().into(),
	});
	Ok(())
}
