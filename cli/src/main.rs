//! `ourledger`: the command line of OurLedger.

mod account;
mod amount;
mod args;
mod ask;
mod audit;
mod call;
mod chain;
mod commands;
mod did;
mod error;
mod errors_of_chain;
mod exchange;
mod hash;
mod invoices;
mod keys;
mod money;
mod new_file;
mod output;
mod profile;
mod records;
mod rehearsal;
mod runtime_code;
mod submit;
mod texts;
mod ticks;
mod value;

use args::Cli;
use clap::{error::ErrorKind, Parser};
use error::Error;
use output::Output;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
	let cli = match Cli::try_parse() {
		Ok(cli) => cli,
		Err(error) => return misused(&error),
	};
	let out = Output::new(cli.options.json, cli.options.no_color);
	match commands::run(cli, out).await {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			out.error(&error);
			ExitCode::from(&error)
		},
	}
}

/// The command line was not understood, or asked for help or the version.
fn misused(error: &clap::Error) -> ExitCode {
	let asked_for = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
	// The option itself may be what was not understood, so it is looked for by hand.
	if !asked_for && std::env::args().any(|argument| argument == "--json") {
		// The first paragraph says what is wrong; the rest is how to use the command.
		let message = error.render().to_string();
		let lines = message.lines().map(str::trim).take_while(|line| !line.is_empty());
		let sentence = lines.collect::<Vec<_>>().join(" ");
		let error = Error::usage(sentence.trim_start_matches("error: "));
		Output::new(true, true).error(&error);
		return ExitCode::from(&error);
	}
	let _ = error.print();
	if asked_for {
		ExitCode::SUCCESS
	} else {
		ExitCode::from(&Error::usage(""))
	}
}
