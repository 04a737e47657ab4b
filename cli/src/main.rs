//! `ourledger`: the command line of OurLedger.

mod ask;
mod commands;
mod output;
mod profile;
mod terminal;

use clap::{error::ErrorKind, Parser};
use commands::args::Cli;
use ourledger_client::{escape, Error, Result};
use output::Output;
use std::{
	io::{self, Write},
	process::ExitCode,
};

#[tokio::main]
async fn main() -> ExitCode {
	let cli = match Cli::try_parse() {
		Ok(cli) => cli,
		Err(error) => return misused(&error),
	};
	let out = Output::new(cli.options.json, cli.options.no_color);
	end(out, commands::run(cli, out).await)
}

/// Says what went wrong, also if that is only that nobody could read the result.
fn end(out: Output, result: Result<()>) -> ExitCode {
	let printed = || {
		let done = |why| format!("the command is done, but what it had to print is lost: {why}");
		output::ensure_printed().map_err(|error| error.explained(done))
	};
	match result.and_then(|()| printed()) {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			out.error(&error);
			error.code().into()
		},
	}
}

/// The command line was not understood, or asked for help or the version.
fn misused(error: &clap::Error) -> ExitCode {
	let asked_for = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
	// The option itself may be what was not understood, so it is looked for by hand.
	let json = std::env::args().any(|argument| argument == "--json");
	if !asked_for && json {
		// The first paragraph says what is wrong; the rest is how to use the command.
		let message = error.render().to_string();
		let lines = message.lines().map(str::trim).take_while(|line| !line.is_empty());
		let sentence = lines.collect::<Vec<_>>().join(" ");
		let error = Error::usage(sentence.trim_start_matches("error: "));
		Output::new(true, true).error(&error);
		return error.code().into();
	}
	let text = error.render().to_string();
	if !asked_for && escape::escaped(&text) != text {
		// It repeats what was typed, or what a script put there.
		Output::new(false, true).notice(text.trim_end());
		return Error::usage("").code().into();
	}
	let printed = error.print().and_then(|()| io::stdout().flush());
	if asked_for {
		output::note(printed);
		end(Output::new(json, true), Ok(()))
	} else {
		Error::usage("").code().into()
	}
}
