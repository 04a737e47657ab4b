//! `ourledger record`: numbered records of twins. The chain has a commitment to them, the record
//! book on this machine their descriptors, and the owner the files.

mod append;
mod list;
mod pin;
mod prove;
mod restore;
mod show;
mod verify;

pub use append::append_descriptor;

use super::Context;
use crate::output::report::Report;
use clap::Subcommand;
use ourledger_client::{hash, Error, Result, State};
use ourledger_primitives::{
	record::{Descriptor, Encryption},
	twin::TwinNumber,
};
use ourledger_records::{
	address::Address,
	book::Book,
	describe::{self, media_type_of},
	on_chain::height,
	proof::Index,
	settle,
};

/// Commands on records.
///
/// The chain keeps of a twin's records no more than how many there are, and hashes that commit to
/// them. Their descriptors are in the record book, a file in the configuration directory: keep a
/// copy of it, since nobody can prove a record without its descriptor.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// Append files as records of a twin: --twin's, else the one that the key controls.
	///
	/// Each file gets a number of its own. A file that is a record already keeps its number. It is
	/// safe to interrupt this and to run it again.
	Append(append::Arguments),
	/// The records of a twin that the record book knows.
	List(list::Arguments),
	/// One record, and whether the chain commits to it, as the node says.
	Show {
		/// The record, as twin:number.
		record: Address,
	},
	/// Put a record's descriptor on the chain, for those who have nothing but the chain.
	Pin {
		/// The record, as twin:number.
		record: Address,
	},
	/// Take a record's descriptor off the chain. The record stays.
	Unpin {
		/// The record, as twin:number.
		record: Address,
	},
	/// Write a proof of records for others, who need nothing else but the files.
	Prove(prove::Arguments),
	/// Bring into the record book what the chain has and the book has not: after a loss, or when
	/// records were appended from elsewhere. Takes an archive node.
	Restore(restore::Arguments),
	/// Verify a record without trusting any node.
	///
	/// A light client starts from the chain specification, which has to come from somebody you
	/// trust, and checks everything else: what is final, the state, the record's place, the file.
	/// Any node can be asked, and none can lie. The record's descriptor comes from --proof, else
	/// from the record book, else from the chain if it is pinned.
	///
	/// For a development chain on this machine (scripts/run) there is no specification of such
	/// origin: --trust-node-spec takes it from the node, as in
	///
	///   ourledger record verify 1:0 --file letter.pdf --trust-node-spec
	#[command(verbatim_doc_comment)]
	Verify(verify::Arguments),
}

/// Runs a command.
pub async fn run(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::Append(arguments) => append::run(ctx, arguments).await,
		Command::List(arguments) => list::run(ctx, arguments).await,
		Command::Show { record } => show::run(ctx, record).await,
		Command::Pin { record } => pin::pin(ctx, record).await,
		Command::Unpin { record } => pin::unpin(ctx, record).await,
		Command::Prove(arguments) => prove::run(ctx, arguments).await,
		Command::Restore(arguments) => restore::run(ctx, arguments).await,
		Command::Verify(arguments) => verify::run(ctx, arguments).await,
	}
}

/// The twin to act for: the one that the command line or the profile names, else the one that the
/// key's account controls.
async fn own_twin(ctx: &Context) -> Result<TwinNumber> {
	if let Some(twin) = ctx.twin() {
		return Ok(twin);
	}
	let account = ctx.key_account()?;
	let found: Option<TwinNumber> =
		ctx.state().await?.view("Twins", "number_of", (account,)).await?;
	found.ok_or_else(|| {
		Error::usage(format!("{account} controls no twin: name the twin to act for by --twin"))
	})
}

/// Insists that the command line names no other twin than the record's own.
fn ensure_own(ctx: &Context, record: Address) -> Result<()> {
	match ctx.twin() {
		Some(twin) if twin != record.twin => Err(Error::usage(format!(
			"the record {record} is one of twin {}, but --twin or the profile names twin {twin}",
			record.twin
		))),
		_ => Ok(()),
	}
}

/// The record book of a twin; nothing if there is none.
async fn find_book(ctx: &Context, twin: TwinNumber) -> Result<Option<Book>> {
	Ok(Book::find(ctx.folder(), ctx.chain().await?.genesis_hash(), twin)?)
}

/// As [`find_book`], for commands that only read: whatever is still open is left alone.
async fn find_book_to_read(
	ctx: &Context,
	twin: TwinNumber,
	(state, index): (&State, &Index),
) -> Result<Option<Book>> {
	let mut book = find_book(ctx, twin).await?;
	if let Some(book) = &mut book {
		// One that doesn't go with the chain is still good for what it proves: proofs are checked.
		let _ = book.settle(index, height(state));
	}
	Ok(book)
}

/// The record book of a twin, begun if there is none, in accord with the chain.
async fn open_book(ctx: &Context, twin: TwinNumber) -> Result<Book> {
	let mut book = Book::open(ctx.folder(), ctx.chain().await?.genesis_hash(), twin)?;
	settle(ctx, &mut book).await?;
	Ok(book)
}

/// Brings the book in accord with the chain, and returns what the twin has there.
async fn settle(ctx: &Context, book: &mut Book) -> Result<Index> {
	settle::settle(ctx.chain_to_read().await?, book, |found| ctx.out.notice(found)).await
}

/// What a descriptor says.
fn descriptor_report(descriptor: &Descriptor) -> Report {
	let mut report = Report::new()
		.json("descriptor", describe::json(descriptor))
		.line("content", hash::text(&descriptor.content))
		.line("size", format!("{} bytes", descriptor.size))
		.line("media type", media_type_of(descriptor));
	if let Encryption::Envelopes(envelopes) = &descriptor.encryption {
		let readers = envelopes.iter().map(|envelope| format!("twin {}", envelope.reader));
		report = report.line("readable by", readers.collect::<Vec<_>>().join(", "));
	}
	if let Some(dispersal) = &descriptor.dispersal {
		let shards = dispersal.shards.len();
		report = report.line("dispersal", format!("any {} of {shards} shards", dispersal.needed));
	}
	report
		.lines(descriptor.supersedes.map(|number| ("supersedes", format!("record {number}"))))
		.lines(descriptor.expires.map(|moment| ("expires", format!("{moment} ms since 1970"))))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn descriptor_is_told_as_far_as_it_says_something() {
		let text = |is_full| descriptor_report(&describe::example(is_full)).to_text();
		let plain = format!(
			"content     0x{}\nsize        9 bytes\nmedia type  text/plain",
			"07".repeat(32)
		);
		assert_eq!(text(false), plain);
		let rest = "readable by  twin 3\ndispersal    any 1 of 2 shards\nsupersedes   record 4\n\
			expires      5 ms since 1970";
		assert!(text(true).ends_with(rest), "{}", text(true));
	}
}
