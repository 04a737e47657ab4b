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
use clap::Subcommand;
use codec::{Decode, Encode};
use ourledger_client::{
	chain::State,
	error::{Error, Result},
	submit::acting,
};
use ourledger_primitives::{
	record::{Descriptor, Encryption, RecordNumber},
	twin::TwinNumber,
	BlockNumber, Hash,
};
use ourledger_records::{
	book::{Book, BookError, Settled},
	journal::JournalError,
	proof::Index,
};
use serde_json::{json, Value as Json};
use std::{fmt, io, str::FromStr, time::Duration};
use subxt::ext::scale_decode::DecodeAsType;

/// Time between two looks at the chain while something is waited for.
const LOOK: Duration = Duration::from_secs(1);

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

/// Where a record is: `twin:number`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Address {
	twin: TwinNumber,
	number: RecordNumber,
}

impl FromStr for Address {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		let parsed = || {
			let (twin, number) = text.split_once(':')?;
			Some(Self { twin: twin.parse().ok()?, number: number.parse().ok()? })
		};
		parsed().ok_or_else(|| "a record is written as twin:number, such as 12:5".into())
	}
}

impl fmt::Display for Address {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "{}:{}", self.twin, self.number)
	}
}

impl Address {
	fn not_found(self, count: u64) -> Error {
		Error::not_found(format!("there is no record {self}: the twin has {count} record(s)"))
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

/// How many records a twin has and what commits to them, as the node says.
async fn index_of(state: &State, twin: TwinNumber) -> Result<Index> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct Found {
		count: u64,
		peaks: Vec<[u8; 32]>,
	}
	let Found { count, peaks } = state.view("Records", "index_of", (twin,)).await?;
	Ok(Index { count, peaks })
}

/// The encoded descriptor of a pinned record, as the node says.
async fn pinned(state: &State, record: Address) -> Result<Option<Vec<u8>>> {
	let keys = (record.twin, record.number);
	let pin = state.storage_bytes("Records", "Pinned", keys).await?;
	Ok(pin.as_deref().and_then(descriptor_of_pin))
}

/// The descriptor in an entry of the map of pins, which begins with it.
fn descriptor_of_pin(mut pin: &[u8]) -> Option<Vec<u8>> {
	Some(Descriptor::decode(&mut pin).ok()?.encode())
}

/// What the chain holds for an index of `count` records, and for a pin of a descriptor of so many
/// bytes.
async fn deposits(state: &State, count: u64, bytes: u32) -> Result<Deposits> {
	state.view("Records", "deposits", (count, bytes)).await
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
struct Deposits {
	index: u128,
	pin: u128,
}

/// Insists that a twin is registered.
async fn ensure_twin(state: &State, twin: TwinNumber) -> Result<()> {
	acting::controller_of(state, twin).await.map(|_| ())
}

/// The record book of a twin; nothing if there is none.
fn find_book(ctx: &Context, genesis: Hash, twin: TwinNumber) -> Result<Option<Book>> {
	if !Book::exists(ctx.folder(), genesis, twin) {
		return Ok(None);
	}
	open_book(ctx, genesis, twin).map(Some)
}

/// The record book of a twin, begun if there is none.
fn open_book(ctx: &Context, genesis: Hash, twin: TwinNumber) -> Result<Book> {
	Ok(Book::open(ctx.folder(), genesis, twin)?)
}

/// Brings the book in accord with the chain: finds out what became of a batch that an interrupted
/// run left behind, and waits for it if need be.
async fn settle(ctx: &Context, book: &mut Book, twin: TwinNumber) -> Result<Index> {
	match settle_or_diverge(ctx, book, twin).await? {
		(_, index, None) => Ok(index),
		(_, _, Some(difference)) => Err(difference),
	}
}

/// As [`settle`], but tells the state, and why the book doesn't go with the chain, if it doesn't.
async fn settle_or_diverge(
	ctx: &Context,
	book: &mut Book,
	twin: TwinNumber,
) -> Result<(State, Index, Option<Error>)> {
	let mut is_told = false;
	loop {
		let state = ctx.state().await?;
		let index = index_of(&state, twin).await?;
		match book.settle(&index, height(&state)) {
			Ok(Settled::Nothing) => return Ok((state, index, None)),
			Ok(Settled::Committed { first, count }) => ctx.out.notice(format!(
				"An interrupted run had appended {count} record(s), from {twin}:{first} on."
			)),
			Ok(Settled::Dropped(descriptors)) => ctx.out.notice(format!(
				"The {} record(s) of an interrupted run are not on the chain, and won't be.",
				descriptors.len()
			)),
			Ok(Settled::InFlight { valid_until }) => {
				if !is_told {
					ctx.out.notice(format!(
						"The transaction of an interrupted run may still get into a block: waiting \
						 until it is final, or until block {valid_until}."
					));
					is_told = true;
				}
				tokio::time::sleep(LOOK).await;
			},
			Err(error @ BookError::Diverged { .. }) => {
				let path = book.path().display();
				let difference = Error::input(format!(
					"{error}; \"ourledger record restore\" reads them from the chain (the book: {path})"
				));
				return Ok((state, index, Some(difference)));
			},
			Err(error) => {
				return Err(Error::input(format!("{error} (the book: {})", book.path().display())))
			},
		}
	}
}

/// As [`settle`], for commands that only read: whatever is still open is left alone.
fn settle_if_known(book: &mut Book, index: &Index, at: BlockNumber) {
	// A book that doesn't go with the chain is still good for what it proves: proofs are checked.
	let _ = book.settle(index, at);
}

/// Height of a block, as the chain counts.
fn height(state: &State) -> BlockNumber {
	BlockNumber::try_from(state.number()).unwrap_or(BlockNumber::MAX)
}

impl From<BookError> for Error {
	fn from(error: BookError) -> Self {
		let message = error.to_string();
		match error {
			BookError::NotInBook(_) | BookError::DescriptorUnknown(_) => Self::NotFound(message),
			BookError::NoDescriptor(_) => Self::Verification(message),
			_ => Self::Input(message),
		}
	}
}

impl From<JournalError> for Error {
	fn from(error: JournalError) -> Self {
		Self::Input(error.to_string())
	}
}

/// A file that can't be read or written.
fn unusable(what: &str, path: &std::path::Path, error: &io::Error) -> Error {
	let message = format!("{} can't be {what}: {error}", path.display());
	match error.kind() {
		io::ErrorKind::NotFound => Error::not_found(message),
		_ => Error::input(message),
	}
}

/// A descriptor as JSON.
fn descriptor_json(descriptor: &Descriptor) -> Json {
	let readers = match &descriptor.encryption {
		Encryption::None => Json::Null,
		Encryption::Envelopes(envelopes) => envelopes
			.iter()
			.map(|envelope| json!({ "twin": envelope.reader, "key": envelope.key }))
			.collect(),
	};
	json!({
		"content": hex(&descriptor.content),
		"size": descriptor.size,
		"mediaType": media_type(descriptor),
		"readers": readers,
		"dispersal": descriptor.dispersal.as_ref().map(|dispersal| json!({
			"needed": dispersal.needed,
			"leases": dispersal.shards.to_vec(),
		})),
		"supersedes": descriptor.supersedes,
		"expires": descriptor.expires,
	})
}

/// A descriptor as lines for people.
fn descriptor_lines(descriptor: &Descriptor) -> Vec<(&'static str, String)> {
	let mut lines = vec![
		("content", hex(&descriptor.content)),
		("size", format!("{} bytes", descriptor.size)),
		("media type", media_type(descriptor)),
	];
	if let Encryption::Envelopes(envelopes) = &descriptor.encryption {
		let readers: Vec<_> =
			envelopes.iter().map(|envelope| format!("twin {}", envelope.reader)).collect();
		lines.push(("readable by", readers.join(", ")));
	}
	if let Some(dispersal) = &descriptor.dispersal {
		let shards = dispersal.shards.len();
		lines.push(("dispersal", format!("any {} of {shards} shards", dispersal.needed)));
	}
	lines.extend(descriptor.supersedes.map(|number| ("supersedes", format!("record {number}"))));
	lines.extend(descriptor.expires.map(|moment| ("expires", format!("{moment} ms since 1970"))));
	lines
}

fn media_type(descriptor: &Descriptor) -> String {
	String::from_utf8_lossy(&descriptor.media_type).into_owned()
}

fn hex(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

#[cfg(test)]
mod tests {
	use super::*;
	use ourledger_primitives::record::{Dispersal, Envelope, MediaType};

	fn descriptor() -> Descriptor {
		Descriptor {
			content: [7; 32],
			size: 9,
			media_type: MediaType::try_from(b"text/plain".to_vec()).expect("fits"),
			encryption: Encryption::None,
			dispersal: None,
			supersedes: None,
			expires: None,
		}
	}

	#[test]
	fn address_is_two_numbers() {
		assert_eq!("12:5".parse(), Ok(Address { twin: 12, number: 5 }));
		assert_eq!(Address { twin: 12, number: 5 }.to_string(), "12:5");
		for text in ["", "12", "12:", ":5", "12:5:1", "a:5", "-1:5", "12:18446744073709551616"] {
			let error = text.parse::<Address>().expect_err(text);
			assert!(error.contains("twin:number"), "{error}");
		}
	}

	#[test]
	fn descriptor_is_found_in_a_pin() {
		let encoded = descriptor().encode();
		let pin = [&encoded[..], &7u128.encode()].concat();
		assert_eq!(descriptor_of_pin(&pin), Some(encoded));
		assert_eq!(descriptor_of_pin(&pin[..20]), None);
	}

	#[test]
	fn descriptor_json_has_its_stable_shape() {
		let mut full = descriptor();
		let envelope = Envelope { reader: 3, key: 2, sealed: Default::default() };
		let envelopes = vec![envelope].try_into().expect("is one");
		full.encryption = Encryption::Envelopes(envelopes);
		let shards = vec![8, 9].try_into().expect("are two");
		full.dispersal = Some(Dispersal { needed: 1, shards });
		full.supersedes = Some(4);
		full.expires = Some(5);
		let content = format!("0x{}", "07".repeat(32));
		assert_eq!(
			descriptor_json(&full),
			json!({
				"content": content,
				"size": 9,
				"mediaType": "text/plain",
				"readers": [{ "twin": 3, "key": 2 }],
				"dispersal": { "needed": 1, "leases": [8, 9] },
				"supersedes": 4,
				"expires": 5,
			})
		);
		let plain = descriptor_json(&descriptor());
		assert_eq!(plain["readers"], Json::Null);
		assert_eq!(plain["dispersal"], Json::Null);
		assert_eq!(descriptor_lines(&full).len(), 7);
		assert_eq!(descriptor_lines(&descriptor()).len(), 3);
	}
}
