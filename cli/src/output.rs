//! What a command prints: for people, or one JSON object for programs.
//!
//! With `--json` standard output carries exactly one JSON object; everything else (questions,
//! progress) goes to standard error.

use crate::error::{Error, Result};
use comfy_table::{presets, ContentArrangement, Table};
use serde_json::Value as Json;
use std::{
	io::{self, IsTerminal, Write},
	sync::OnceLock,
};

/// Why something could not be written to standard output; the first reason.
static LOST: OnceLock<Error> = OnceLock::new();

/// How to print.
#[derive(Clone, Copy, Debug)]
pub struct Output {
	/// One JSON object instead of text.
	json: bool,
	/// Colours, where the stream is a terminal.
	color: bool,
}

impl Output {
	/// Colours follow `--no-color` and the `NO_COLOR` convention.
	pub fn new(json: bool, no_color: bool) -> Self {
		let asked_not_to = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
		Self { json, color: !no_color && !asked_not_to }
	}

	/// Whether a program reads the output.
	pub fn is_json(&self) -> bool {
		self.json
	}

	/// Prints a command's result: `json` for programs, else what `text` makes.
	///
	/// ```ignore
	/// ctx.out.print(&json!({ "twin": 7 }), || "Twin 7".into());
	/// ```
	pub fn print(&self, json: &Json, text: impl FnOnce() -> String) {
		note(self.write(json, text));
	}

	/// As [`Output::print`], for what is shown once and never again. Fails if it wasn't written,
	/// also when the reader went away.
	pub fn print_once(&self, json: &Json, text: impl FnOnce() -> String) -> Result<()> {
		self.write(json, text).map_err(|error| unwritable(&error))
	}

	fn write(&self, json: &Json, text: impl FnOnce() -> String) -> io::Result<()> {
		let result = if self.json { json.to_string() } else { text() };
		write_line(io::stdout(), &result)
	}

	/// Prints a line for people; with `--json`, nothing.
	pub fn line(&self, text: impl AsRef<str>) {
		if !self.json {
			note(write_line(io::stdout(), text.as_ref()));
		}
	}

	/// Prints a line on standard error, whoever reads the output.
	pub fn notice(&self, text: impl AsRef<str>) {
		let _ = write_line(io::stderr(), text.as_ref());
	}

	/// Prints why a command failed.
	pub fn error(&self, error: &Error) {
		let text = if self.json {
			error.json().to_string()
		} else if self.color && io::stderr().is_terminal() {
			format!("\u{1b}[1;31mError:\u{1b}[0m {error}")
		} else {
			format!("Error: {error}")
		};
		// There is no other place to say so.
		let _ = write_line(io::stderr(), &text);
	}

	/// `text` in bold, if standard output is a terminal with colours.
	pub fn bold(&self, text: &str) -> String {
		self.paint("1", text)
	}

	/// `text` in green, if standard output is a terminal with colours.
	pub fn green(&self, text: &str) -> String {
		self.paint("32", text)
	}

	fn paint(&self, style: &str, text: &str) -> String {
		if self.color && !self.json && io::stdout().is_terminal() {
			format!("\u{1b}[{style}m{text}\u{1b}[0m")
		} else {
			text.into()
		}
	}
}

fn write_line(mut stream: impl Write, text: &str) -> io::Result<()> {
	writeln!(stream, "{text}").and_then(|()| stream.flush())
}

/// Remembers that something could not be written to standard output, for [`ensure_printed`].
pub fn note(written: io::Result<()>) {
	if let Some(error) = lost(written) {
		// Only the first one counts.
		let _ = LOST.set(error);
	}
}

/// A reader that went away (`ourledger … | head`) is no reason to fail; a full disk is.
fn lost(written: io::Result<()>) -> Option<Error> {
	let error = written.err().filter(|error| error.kind() != io::ErrorKind::BrokenPipe)?;
	Some(unwritable(&error))
}

fn unwritable(error: &io::Error) -> Error {
	Error::output(format!("standard output can't be written: {error}"))
}

/// Fails if anything that was printed is lost.
pub fn ensure_printed() -> Result<()> {
	LOST.get().map_or(Ok(()), |error| Err(error.clone()))
}

/// Labels and values below each other, the values aligned.
///
/// ```ignore
/// fields([("free", "2.5 OUR".into()), ("nonce", "7".into())])
/// ```
pub fn fields<'a>(fields: impl IntoIterator<Item = (&'a str, String)>) -> String {
	let fields: Vec<_> = fields.into_iter().collect();
	let width = fields.iter().map(|(label, _)| label.chars().count()).max().unwrap_or(0);
	let lines = fields.iter().map(|(label, value)| {
		let value = value.replace('\n', &format!("\n{:width$}  ", ""));
		format!("{label:width$}  {value}").trim_end().to_owned()
	});
	lines.collect::<Vec<_>>().join("\n")
}

/// A table with a heading.
pub fn table<const COLUMNS: usize>(
	heading: [&str; COLUMNS],
	rows: impl IntoIterator<Item = [String; COLUMNS]>,
) -> String {
	let mut table = Table::new();
	table
		.load_preset(presets::NOTHING)
		.set_content_arrangement(ContentArrangement::Disabled)
		.set_header(heading);
	for row in rows {
		table.add_row(row);
	}
	for column in table.column_iter_mut() {
		column.set_padding((0, 2));
	}
	table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn fields_align_their_values() {
		let text = fields([("a", "1".into()), ("long", "2\n3".into()), ("b", String::new())]);
		assert_eq!(text, "a     1\nlong  2\n      3\nb");
	}

	#[test]
	fn reader_that_went_away_loses_nothing() {
		assert_eq!(lost(Ok(())), None);
		assert_eq!(lost(Err(io::ErrorKind::BrokenPipe.into())), None);
	}

	#[cfg(target_os = "linux")]
	#[test]
	fn what_has_no_room_is_lost() {
		let full = || std::fs::File::options().write(true).open("/dev/full").expect("exists");
		// Buffered, as standard output is.
		for written in [write_line(full(), "x"), write_line(io::BufWriter::new(full()), "x")] {
			let error = lost(written).expect("there is no room");
			assert_eq!(error.code(), 8);
			assert!(error.to_string().starts_with("standard output can't be written: "), "{error}");
		}
	}

	#[test]
	fn table_aligns_its_columns() {
		let text = table(["name", "value"], [["x".into(), "1".into()]]);
		assert_eq!(text, "name  value\nx     1");
	}

	#[test]
	fn json_output_has_no_colours() {
		assert_eq!(Output::new(true, false).bold("x"), "x");
		assert_eq!(Output::new(false, true).green("x"), "x");
	}
}
