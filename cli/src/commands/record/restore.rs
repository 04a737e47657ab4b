//! `ourledger record restore`: the record book from the chain's own transactions, for a book that
//! was lost, or doesn't have what was appended from another machine.

use super::{append::describe, own_twin};
use crate::{commands::Context, output::report::Report, terminal};
use clap::Args;
use codec::Encode;
use ourledger_client::Result;
use ourledger_records::{
	book::{Book, Item},
	restore::{leaves_after, Step},
	settle::settle_or_diverge,
};
use std::{collections::HashMap, path::PathBuf};

/// Arguments of `restore`.
#[derive(Args, Debug)]
pub struct Arguments {
	/// Files that may be among the records, and folders of them: the chain knows their hashes, but
	/// not what they were. A record whose file isn't given can't be proved from this book.
	#[arg(value_name = "PATH")]
	paths: Vec<PathBuf>,
}

/// Runs the command.
pub async fn run(ctx: &Context, arguments: Arguments) -> Result<()> {
	let twin = own_twin(ctx).await?;
	let (entries, _) = describe(ctx, &arguments.paths)?;
	let known: HashMap<_, _> =
		entries.iter().map(|entry| (entry.leaf, entry.descriptor.encode())).collect();

	let chain = ctx.chain_to_read().await?;
	let mut book = Book::open(ctx.folder(), chain.genesis_hash(), twin)?;
	let (state, index, difference) =
		settle_or_diverge(chain, &mut book, |found| ctx.out.notice(found)).await?;
	let first = book.index().count;
	let mut items = Vec::new();
	if let Some(difference) = difference {
		if index.count <= first {
			return Err(difference);
		}
		let line = terminal::line(&ctx.out);
		let last = (state.number(), &index);
		let leaves = leaves_after(chain, twin, book.index(), last, |step| {
			line.set_message(match step {
				Step::Asked(blocks) => {
					format!("looking for the transactions: {blocks} blocks asked")
				},
				Step::Reading(number) => format!("reading block {number}"),
			});
		});
		let leaves = leaves.await;
		line.finish_and_clear();
		items.extend(leaves?.into_iter().map(|leaf| match known.get(&leaf) {
			Some(encoded) => Item::Descriptor(encoded.clone()),
			None => Item::Leaf(leaf),
		}));
	}
	let restored = items.len();
	let unknown = items.iter().filter(|item| matches!(item, Item::Leaf(_))).count();
	if restored > 0 {
		book.restore(items, &index)?;
	}
	let note = "whose files were not given: they can't be proved from this book";
	let report = Report::new()
		.line("restored", format!("{restored} record(s)"))
		.json("twin", twin)
		.line("twin", format!("{twin}, which has {} record(s)", index.count))
		.json("count", index.count)
		.json("first", first)
		.json("restored", restored)
		.json("unknown", unknown)
		.lines((unknown > 0).then(|| ("not known", format!("{unknown}, {note}"))));
	ctx.out.show(&report);
	Ok(())
}
