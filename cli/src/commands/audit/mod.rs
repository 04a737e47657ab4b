//! `ourledger audit`: a jurisdiction's books, checked against the chain's blocks.

mod books;
mod export;
mod follow;

use super::{
	tax::{StatementArguments, TotalsArguments},
	Context,
};
use crate::output::Output;
use clap::{Args, Subcommand, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use ourledger_audit::tables::Format;
use ourledger_client::Result;
use std::{io::IsTerminal, path::PathBuf};

/// Commands on books. Whatever reads blocks needs an archive node.
#[derive(Debug, Subcommand)]
pub enum Command {
	/// What went through a jurisdiction's treasury, and whether its sums are right.
	Totals {
		/// Of what.
		#[command(flatten)]
		of: TotalsArguments,
		/// Compute it anew from all events, and compare.
		#[arg(long)]
		from_events: bool,
	},
	/// What a twin sold, bought, owed and was credited in a month.
	Statement {
		/// Of what.
		#[command(flatten)]
		of: StatementArguments,
		/// Compute it anew from all events, and compare.
		#[arg(long)]
		from_events: bool,
	},
	/// Follow a payment: who paid, what went to whom, which tax was in it, which credit arose and
	/// where that was used, also after a claim to it was denied; what waited in escrow, whose it was
	/// and where it went; and what credit notes gave back.
	Trace {
		/// An invoice as seller/number, or an extrinsic as block-index.
		what: String,
	},
	/// Write all events of money, tax and trade into tables: CSV, JSON Lines, or both.
	///
	/// The folder then has a table per kind of event, the tax ledgers at the last block as
	/// state.jsonl, and manifest.json with the range, and each file's hash, rows and column totals.
	/// Amounts are minor units. Of a whole chain, from its first block on, without --jurisdiction and
	/// with JSON Lines, it also has state.json: with that, "scripts/audit-check --export FOLDER" can
	/// rebuild all ledgers and compare them.
	Export(ExportArguments),
	/// Check the tables of an export, against their manifest and against the chain.
	///
	/// Every row must be in the chain, and every such event of the chain in the tables. The first
	/// difference is named.
	Verify {
		/// The folder of the export.
		folder: PathBuf,
		/// Only against their manifest, without a chain.
		#[arg(long)]
		offline: bool,
	},
}

/// Arguments of `audit export`.
#[derive(Args, Debug)]
pub struct ExportArguments {
	/// The first block to export.
	#[arg(long, value_name = "BLOCK", default_value_t = 0)]
	from: u64,
	/// The last block; without it, the newest that is final.
	#[arg(long, value_name = "BLOCK")]
	to: Option<u64>,
	/// Only what belongs to this jurisdiction: events that name it, one of its currencies or one of
	/// its invoices, and those that name none.
	#[arg(long, value_name = "N")]
	jurisdiction: Option<u32>,
	/// A new folder for the tables.
	#[arg(long, value_name = "FOLDER")]
	out: PathBuf,
	/// What the tables are written as.
	#[arg(long, value_enum, default_value = "both")]
	format: Formats,
}

/// What tables are written as.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Formats {
	/// Comma-separated values with a heading.
	Csv,
	/// An object per line.
	Jsonl,
	/// Each of the two.
	Both,
}

impl Formats {
	fn all(self) -> &'static [Format] {
		match self {
			Self::Csv => &[Format::Csv],
			Self::Jsonl => &[Format::Jsonl],
			Self::Both => &[Format::Csv, Format::Jsonl],
		}
	}
}

/// Runs a command.
pub async fn run(ctx: &Context, command: Command) -> Result<()> {
	match command {
		Command::Totals { of, from_events } => books::totals(ctx, of, from_events).await,
		Command::Statement { of, from_events } => books::statement(ctx, of, from_events).await,
		Command::Trace { what } => follow::run(ctx, &what).await,
		Command::Export(arguments) => export::run(ctx, arguments).await,
		Command::Verify { folder, offline } => export::verify(ctx, &folder, offline).await,
	}
}

/// A bar on standard error that tells how many blocks were read; hidden where nobody looks.
fn bar(out: &Output, blocks: u64) -> ProgressBar {
	if out.is_json() || !std::io::stderr().is_terminal() {
		return ProgressBar::hidden();
	}
	let bar = ProgressBar::new(blocks);
	let template = "reading blocks {wide_bar} {pos} of {len}, {eta} to go";
	bar.set_style(ProgressStyle::with_template(template).expect("the template is valid; qed"));
	bar
}
