//! `ourledger record append`: files become records.

use super::{open_book, own_twin};
use crate::{commands::Context, output, output::report::Report, terminal};
use clap::Args;
use codec::Encode;
use ourledger_client::{amount, escape, submit::Submitted, Error, Result};
use ourledger_math::mmr::{self, Blake2b256};
use ourledger_primitives::{
	record::{Descriptor, RecordNumber, MAX_LEAVES},
	twin::TwinNumber,
};
use ourledger_records::{
	append::{describe_all, new_ones, number, Appending, Entry},
	book::Book,
	describe::Progress,
};
use serde_json::{json, Value as Json};
use std::path::{Path, PathBuf};

/// Rows of a table that people still read.
const MAX_ROWS: usize = 40;

/// Arguments of `append`.
#[derive(Args, Debug)]
pub struct Arguments {
	/// Files, and folders of them. Links within folders are left out.
	#[arg(required = true, value_name = "PATH")]
	paths: Vec<PathBuf>,
}

/// Runs the command.
pub async fn run(ctx: &Context, arguments: Arguments) -> Result<()> {
	let twin = own_twin(ctx).await?;
	let (mut entries, skipped) = describe(ctx, &arguments.paths)?;
	for path in &skipped {
		ctx.out.notice(format!("{} is a link or no file: left out", path.display()));
	}

	let mut book = open_book(ctx, twin).await?;
	let new = new_ones(&mut entries, &book);
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
		let appended =
			append(ctx, &mut book, batch.to_vec()).await.map_err(|error| match call {
				0 => error,
				_ => error.explained(|why| {
					format!("{why} ({call} of {calls} calls are done, run this again for the rest)")
				}),
			})?;
		let Some((done, first)) = appended else {
			ctx.out.notice("The record book counts them as pending, until the chain has them.");
			return Ok(());
		};
		transactions.push((done.json(json!({ "first": first, "count": batch.len() })), done));
	}
	number(&mut entries, &book);
	print(ctx, &book, &entries, &skipped, transactions);
	Ok(())
}

/// Appends what was described elsewhere as a record, unless it is one already, and returns its
/// number. Nothing comes back when the call was only signed to a file.
pub async fn append_descriptor(
	ctx: &Context,
	twin: TwinNumber,
	descriptor: &Descriptor,
) -> Result<Option<RecordNumber>> {
	let mut book = open_book(ctx, twin).await?;
	let encoded = descriptor.encode();
	if let Some(number) = book.number_of(&mmr::leaf_hash::<Blake2b256>(&encoded)) {
		return Ok(Some(number));
	}
	let appended = append(ctx, &mut book, vec![encoded]).await?;
	Ok(appended.map(|(_, number)| number))
}

/// Appends a batch. Nothing comes back when the call was only signed to a file.
async fn append(
	ctx: &Context,
	book: &mut Book,
	batch: Vec<Vec<u8>>,
) -> Result<Option<(Submitted, RecordNumber)>> {
	let (draft, mut appending) = Appending::begin(&ctx.state().await?, book, batch).await?;
	let chain = ctx.chain().await?;
	match ctx.submit_noting(draft, |transaction| appending.note(transaction)).await {
		Ok(Some(done)) => {
			let first = appending.done(chain, &done).await?;
			Ok(Some((done, first)))
		},
		Ok(None) => Ok(None),
		Err(error) => {
			// If the chain can't be asked now, the next run does it.
			let _ = appending.failed(chain).await;
			Err(error)
		},
	}
}

/// Describes all files, with a line that tells how far it is.
pub(super) fn describe(ctx: &Context, paths: &[PathBuf]) -> Result<(Vec<Entry>, Vec<PathBuf>)> {
	let line = terminal::line(&ctx.out);
	let described = describe_all(paths, |Progress { files, of_files, bytes, at }| {
		// A line of progress doesn't go through the output's own escaping.
		let name = at.unwrap_or(Path::new("")).display().to_string();
		let name = escape::escaped_line(&name);
		let mebibytes = bytes / (1024 * 1024);
		line.set_message(match of_files {
			1 => format!("hashing {name}"),
			_ => format!("hashing {files} of {of_files} files, {mebibytes} MiB read: {name}"),
		});
	});
	line.finish_and_clear();
	Ok(described?)
}

fn print(
	ctx: &Context,
	book: &Book,
	entries: &[Entry],
	skipped: &[PathBuf],
	transactions: Vec<(Json, Submitted)>,
) {
	let (twin, total) = (book.twin(), book.index().count);
	let old = entries.iter().filter(|entry| !entry.is_new).count();
	let fees: u128 = transactions.iter().map(|(_, done)| done.fee).sum();
	// All are paid in the same money.
	let paid = transactions.last().map_or(amount::format(0), |(_, done)| done.show_fee(fees));
	let transactions: Vec<_> = transactions.into_iter().map(|(json, _)| json).collect();
	let skipped: Vec<_> = skipped.iter().map(|path| path.display().to_string()).collect();
	let report = Report::new()
		.json("twin", twin)
		.json("total", total)
		.json("records", entries.iter().map(Entry::json).collect::<Json>())
		.json("skipped", skipped)
		.json("transactions", transactions)
		.line("appended", format!("{} file(s)", entries.len() - old))
		.lines((old > 0).then(|| ("not again", format!("{old} file(s) that are records already"))))
		.line("twin", format!("{twin}, which has {total} record(s) now"))
		.line("fees paid", paid);
	ctx.out.print(&report.to_json(), || {
		let rows = entries.iter().take(MAX_ROWS).map(|entry| {
			let number = entry.number.map(|number| format!("{twin}:{number}"));
			let note = if entry.is_new { "" } else { "already" };
			[number.unwrap_or_default(), entry.path.display().to_string(), note.to_owned()]
		});
		let table = output::table(["record", "file", ""], rows);
		let more = entries.len().saturating_sub(MAX_ROWS);
		let more = if more > 0 { format!("\n… and {more} more") } else { String::new() };
		format!("{}\n{}\n\n{table}{more}", ctx.out.green("Done."), report.to_text())
	});
}
