//! `ourledger record append`: files become records.

use super::{
	deposits, descriptor_json, height, hex, index_of, open_book, own_twin, settle, unusable,
};
use crate::{
	commands::Context,
	output::{self, Output},
};
use clap::Args;
use codec::Encode;
use indicatif::ProgressBar;
use ourledger_client::{
	account::Account,
	amount,
	chain::State,
	error::{Error, Result},
	submit::{progress, Draft, Sending, Submitted},
};
use ourledger_math::mmr::{self, Blake2b256};
use ourledger_primitives::{
	record::{Descriptor, RecordNumber, MAX_LEAVES},
	twin::TwinNumber,
};
use ourledger_records::{
	book::{Book, Settled},
	describe::{describe_file, describe_folder, DescribeError, Progress},
	proof::Index,
};
use serde_json::{json, Value as Json};
use std::{
	collections::HashMap,
	path::{Path, PathBuf},
};

/// Rows of a table that people still read.
const MAX_ROWS: usize = 40;

/// Arguments of `append`.
#[derive(Args, Debug)]
pub struct Arguments {
	/// Files, and folders of them. Links within folders are left out.
	#[arg(required = true, value_name = "PATH")]
	paths: Vec<PathBuf>,
}

/// A file, and what it is as a record.
pub(super) struct Entry {
	path: PathBuf,
	pub(super) descriptor: Descriptor,
	pub(super) leaf: mmr::Hash,
	/// Its number, once it has one.
	number: Option<RecordNumber>,
	/// Whether it had the number before.
	is_old: bool,
}

/// Runs the command.
pub async fn run(ctx: &Context, arguments: Arguments) -> Result<()> {
	let twin = own_twin(ctx).await?;
	let (mut entries, skipped) = describe(ctx.out, &arguments.paths)?;
	for path in &skipped {
		ctx.out.notice(format!("{} is a link or no file: left out", path.display()));
	}

	let mut book = open_book(ctx, ctx.chain().await?.genesis_hash(), twin)?;
	settle(ctx, &mut book, twin).await?;
	let mut numbers: HashMap<_, _> = book.leaves().zip(0..).collect();
	for entry in &mut entries {
		entry.number = numbers.get(&entry.leaf).copied();
		entry.is_old = entry.number.is_some();
	}
	let new = without_numbers(&entries);
	if new.len() > MAX_LEAVES as usize && ctx.sign_only().is_some() {
		return Err(Error::usage(format!(
			"{} new records need several transactions, but --sign-only makes one: append up to \
			 {MAX_LEAVES} at a time",
			new.len()
		)));
	}

	let calls = new.len().div_ceil(MAX_LEAVES as usize);
	let mut transactions = Vec::new();
	for (call, batch) in new.chunks(MAX_LEAVES as usize).enumerate() {
		if calls > 1 {
			ctx.out.line(format!("\nCall {} of {calls}", call + 1));
		}
		let appended = match append(ctx, &mut book, twin, batch).await {
			Ok(appended) => appended,
			Err(error) if call > 0 => {
				let done = format!("{call} of {calls} calls are done, run this again for the rest");
				return Err(error.explained(|why| format!("{why} ({done})")));
			},
			Err(error) => return Err(error),
		};
		let Some((done, first)) = appended else {
			ctx.out.notice("The record book counts them as pending, until the chain has them.");
			return Ok(());
		};
		let count = batch.len() as u64;
		numbers.extend(batch.iter().map(|(leaf, _)| *leaf).zip(first..));
		transactions.push((done.json(json!({ "first": first, "count": count })), done));
	}
	for entry in &mut entries {
		entry.number = entry.number.or_else(|| numbers.get(&entry.leaf).copied());
	}
	print(ctx.out, twin, book.index(), &entries, &skipped, &transactions);
	Ok(())
}

/// Appends what was described elsewhere as a record, unless it is one already, and returns its
/// number. Nothing comes back when the call was only signed to a file.
pub async fn append_descriptor(
	ctx: &Context,
	twin: TwinNumber,
	descriptor: &Descriptor,
) -> Result<Option<RecordNumber>> {
	let mut book = open_book(ctx, ctx.chain().await?.genesis_hash(), twin)?;
	settle(ctx, &mut book, twin).await?;
	let encoded = descriptor.encode();
	let leaf = mmr::leaf_hash::<Blake2b256>(&encoded);
	if let Some((_, number)) = book.leaves().zip(0..).find(|(known, _)| *known == leaf) {
		return Ok(Some(number));
	}
	let appended = append(ctx, &mut book, twin, &[(leaf, encoded)]).await?;
	Ok(appended.map(|(_, number)| number))
}

/// Leaves and encoded descriptors of those that are no records yet, each once: two files of the
/// same content and type are one record.
fn without_numbers(entries: &[Entry]) -> Vec<(mmr::Hash, Vec<u8>)> {
	let mut new: Vec<(mmr::Hash, Vec<u8>)> = Vec::new();
	let mut seen = std::collections::HashSet::new();
	for entry in entries.iter().filter(|entry| entry.number.is_none()) {
		if seen.insert(entry.leaf) {
			new.push((entry.leaf, entry.descriptor.encode()));
		}
	}
	new
}

/// Appends a batch. Nothing comes back when the call was only signed to a file.
async fn append(
	ctx: &Context,
	book: &mut Book,
	twin: TwinNumber,
	batch: &[(mmr::Hash, Vec<u8>)],
) -> Result<Option<(Submitted, RecordNumber)>> {
	let state = ctx.state().await?;
	let leaves: Vec<_> = batch.iter().map(|(leaf, _)| *leaf).collect();
	let draft = draft(&state, twin, book.index(), leaves).await?;

	// Written down as late as can be, but before the transaction is out.
	let mut sending = None;
	let descriptors: Vec<_> = batch.iter().map(|(_, encoded)| encoded.clone()).collect();
	let submitted = ctx
		.submit_noting(draft, |transaction: Sending| {
			let last_block = transaction.last_block.try_into().unwrap_or(u32::MAX);
			if sending.is_some() {
				// The transaction before it can never be.
				book.abandon()?;
			}
			book.begin(descriptors.clone(), last_block)?;
			sending = Some(transaction);
			Ok(())
		})
		.await;
	let done = match submitted {
		Ok(Some(done)) => done,
		Ok(None) => return Ok(None),
		Err(error) => {
			if let Some(transaction) = sending {
				// If the chain can't be asked now, the next run does it.
				let _ = give_up(ctx, book, twin, transaction).await;
			}
			return Err(error);
		},
	};
	let after = ctx.chain().await?.at(done.block_hash).await?;
	let index = index_of(&after, twin).await?;
	match book.settle(&index, height(&after))? {
		Settled::Committed { first, .. } => Ok(Some((done, first))),
		_ => Err(Error::connection(format!(
			"the transaction is in block {}, but twin {twin} has no new records there",
			done.block
		))),
	}
}

/// The draft of a call that appends `leaves` after those of `index`.
async fn draft(
	state: &State,
	twin: TwinNumber,
	index: &Index,
	leaves: Vec<mmr::Hash>,
) -> Result<Draft> {
	let (first, count) = (index.count, leaves.len() as u64);
	let total = first
		.checked_add(count)
		.ok_or_else(|| Error::input(format!("twin {twin} can have no more records")))?;
	let call = state.call("Records", "append", (leaves,))?;
	let effect = match count {
		1 => format!("the record {twin}:{first} begins to exist, for ever"),
		_ => format!("the records {twin}:{first} to {twin}:{} begin to exist, for ever", total - 1),
	};
	let draft = Draft::new(call).for_twin(twin).effect(effect);
	// The deposit is for as many hashes as the count has bits.
	if first.leading_zeros() == total.leading_zeros() {
		return Ok(draft);
	}
	let more = deposits(state, total, 0).await?.index;
	let held = if first == 0 { 0 } else { deposits(state, first, 0).await?.index };
	let deposit = more.saturating_sub(held);
	// The index stays for ever, and the deposit with it.
	Ok(draft.deposit(deposit).kept(deposit))
}

/// After an error: if the transaction can't happen any more, the batch isn't pending any more.
/// Otherwise the next run finds out.
async fn give_up(ctx: &Context, book: &mut Book, twin: TwinNumber, sent: Sending) -> Result<()> {
	let state = ctx.state().await?;
	let (account, nonce) = sent.uses();
	let is_over = u64::from(Account::read(&state, account).await?.nonce) > nonce;
	// That its nonce is used, by itself or by another in its place, is as final as its block.
	if is_over && index_of(&state, twin).await? == *book.index() {
		book.abandon()?;
	}
	Ok(())
}

/// Describes all files, with a line that tells how far it is.
pub(super) fn describe(out: Output, paths: &[PathBuf]) -> Result<(Vec<Entry>, Vec<PathBuf>)> {
	let line = progress::line(&out);
	let mut entries = Vec::new();
	let mut skipped = Vec::new();
	for path in paths {
		if path.is_dir() {
			let described = describe_folder(path, None, |at| show(&line, at))?;
			skipped.extend(described.skipped.iter().map(|below| path.join(below)));
			let files = described.files.into_iter();
			entries.extend(files.map(|(below, descriptor)| entry(path.join(below), descriptor)));
		} else {
			line.set_message(format!("hashing {}", name_of(path)));
			entries.push(entry(path.clone(), describe_file(path, None)?));
		}
	}
	line.finish_and_clear();
	Ok((entries, skipped))
}

fn entry(path: PathBuf, descriptor: Descriptor) -> Entry {
	let leaf = mmr::leaf_hash::<Blake2b256>(&descriptor.encode());
	Entry { path, descriptor, leaf, number: None, is_old: false }
}

/// A file's name for a line of progress, which doesn't go through the output's own escaping.
fn name_of(path: &Path) -> String {
	output::escaped_line(&path.display().to_string())
}

fn show(line: &ProgressBar, progress: Progress) {
	let name = name_of(progress.at.unwrap_or(Path::new("")));
	let mebibytes = progress.bytes / (1024 * 1024);
	line.set_message(format!(
		"hashing {} of {} files, {mebibytes} MiB read: {name}",
		progress.files, progress.of_files
	));
}

fn print(
	out: Output,
	twin: TwinNumber,
	index: &Index,
	entries: &[Entry],
	skipped: &[PathBuf],
	transactions: &[(Json, Submitted)],
) {
	let json = json!({
		"twin": twin,
		"total": index.count,
		"records": entries.iter().map(entry_json).collect::<Json>(),
		"skipped": skipped.iter().map(|path| path.display().to_string()).collect::<Json>(),
		"transactions": transactions.iter().map(|(json, _)| json.clone()).collect::<Json>(),
	});
	out.print(&json, || {
		let old = entries.iter().filter(|entry| entry.is_old).count();
		let fees: u128 = transactions.iter().map(|(_, done)| done.fee).sum();
		// All are paid in the same money.
		let paid = transactions.last().map_or(amount::format(0), |(_, done)| done.show_fee(fees));
		let mut lines = vec![
			("appended", format!("{} file(s)", entries.len() - old)),
			("twin", format!("{twin}, which has {} record(s) now", index.count)),
			("fees paid", paid),
		];
		if old > 0 {
			lines.insert(1, ("not again", format!("{old} file(s) that are records already")));
		}
		let rows = entries.iter().take(MAX_ROWS).map(|entry| {
			let number = entry.number.map(|number| format!("{twin}:{number}"));
			let note = if entry.is_old { "already" } else { "" };
			[number.unwrap_or_default(), entry.path.display().to_string(), note.to_owned()]
		});
		let table = output::table(["record", "file", ""], rows);
		let more = entries.len().saturating_sub(MAX_ROWS);
		let more = if more > 0 { format!("\n… and {more} more") } else { String::new() };
		format!("{}\n{}\n\n{table}{more}", out.green("Done."), output::fields(lines))
	});
}

fn entry_json(entry: &Entry) -> Json {
	json!({
		"path": entry.path.display().to_string(),
		"number": entry.number,
		"new": !entry.is_old,
		"leaf": hex(&entry.leaf),
		"descriptor": descriptor_json(&entry.descriptor),
	})
}

impl From<DescribeError> for Error {
	fn from(error: DescribeError) -> Self {
		match &error {
			DescribeError::Unreadable { path, source } => unusable("read", path, source),
			_ => Self::input(error.to_string()),
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::fs;

	#[test]
	fn files_and_folders_are_described_in_order() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = |name: &str| folder.path().join(name);
		fs::create_dir(path("sub")).expect("can be made");
		for (name, content) in [("z", "1"), ("sub/b", "2"), ("sub/a", "3"), ("twin", "1")] {
			fs::write(path(name), content).expect("can be written");
		}
		let out = Output::new(true, true);
		let (entries, skipped) =
			describe(out, &[path("z"), path("sub"), path("twin")]).expect("can be described");
		let paths: Vec<_> = entries.iter().map(|entry| entry.path.clone()).collect();
		assert_eq!(paths, [path("z"), path("sub/a"), path("sub/b"), path("twin")]);
		assert!(skipped.is_empty());
		// The two of equal content are one record.
		assert_eq!(entries[0].leaf, entries[3].leaf);
		let new = without_numbers(&entries);
		assert_eq!(new.len(), 3);
		assert_eq!(new[0], (entries[0].leaf, entries[0].descriptor.encode()));
	}

	#[test]
	fn records_are_not_appended_again() {
		let folder = tempfile::tempdir().expect("a folder");
		fs::write(folder.path().join("a"), "1").expect("can be written");
		let paths = [folder.path().join("a")];
		let (mut entries, _) = describe(Output::new(true, true), &paths).expect("is there");
		entries[0].number = Some(7);
		assert!(without_numbers(&entries).is_empty());
	}

	#[test]
	fn missing_file_is_not_found() {
		let out = Output::new(true, true);
		let error = describe(out, &[PathBuf::from("no such file")]).err().expect("is missing");
		assert_eq!(error.code(), 5);
		let folder = tempfile::tempdir().expect("a folder");
		let error = describe(out, &[folder.path().into()]).err().expect("is empty");
		assert_eq!(error.code(), 4);
	}
}
