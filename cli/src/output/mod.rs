//! What a command prints: for people, or one JSON object for programs.
//!
//! With `--json` standard output carries exactly one JSON object; everything else (questions,
//! progress) goes to standard error.
//!
//! Much of it others wrote: names, files, what nodes answer, what parsers say of those. So whatever
//! is printed goes through [`escaped`], here and nowhere else: what controls a terminal, or the
//! order in which text is shown, is written out instead.

use crate::output::report::Report;
pub mod report;

use comfy_table::{presets, ContentArrangement, Table};
use ourledger_client::{
	escape::{controls, escaped},
	submit::Submitted,
	Error, Result,
};
use serde_json::Value as Json;
use std::{
	fmt::Write as _,
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
		match self.json {
			true => write_raw(io::stdout(), &escaped_json(json)),
			false => write_line(io::stdout(), &text()),
		}
	}

	/// Prints the outcome of a transaction: one JSON object with `result` in it, or the given lines and
	/// where the transaction is.
	///
	/// ```ignore
	/// ctx.out.done(&done, json!({ "twin": 7 }), [("twin", "7".into())]);
	/// ```
	pub fn done<'a>(
		&self,
		done: &Submitted,
		result: Json,
		lines: impl IntoIterator<Item = (&'a str, String)>,
	) {
		self.print(&done.json(result), || {
			let block = format!("{} {:?}", done.block, done.block_hash);
			let own = [("block", block), ("fee paid", done.show_fee(done.fee))];
			format!("{}\n{}", self.green("Done."), fields(lines.into_iter().chain(own)))
		});
	}

	/// Prints a report.
	pub fn show(&self, report: &Report) {
		self.print(&report.to_json(), || report.to_text());
	}

	/// Prints the outcome of a transaction: for programs all that is known of it, with the report as its
	/// `result`; for people the report, and where the transaction is.
	pub fn told(&self, done: &Submitted, report: Report) {
		let result = report.to_json();
		self.done(done, result, report.into_lines());
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
		// No line of it looks like a result.
		let why = error.to_string().replace('\n', "\n  ");
		let head = match self.color && io::stderr().is_terminal() {
			true => styled("1;31", "Error:"),
			false => "Error:".into(),
		};
		// There is no other place to say so.
		let _ = match self.json {
			true => write_raw(io::stderr(), &escaped_json(&error.json())),
			false => write_line(io::stderr(), &format!("{head} {why}")),
		};
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
			styled(style, text)
		} else {
			text.into()
		}
	}
}

/// The one place where text reaches a terminal.
fn write_line(stream: impl Write, text: &str) -> io::Result<()> {
	write_raw(stream, &with_styles(text))
}

fn write_raw(mut stream: impl Write, text: &str) -> io::Result<()> {
	writeln!(stream, "{text}").and_then(|()| stream.flush())
}

/// Begins a style in text that isn't escaped yet. Another one each time, so that nobody else's text
/// has it.
fn mark() -> &'static str {
	static MARK: OnceLock<String> = OnceLock::new();
	MARK.get_or_init(|| format!("\u{fdd0}{:016x}:", rand::random::<u64>()))
}

/// `text` in a style, for [`with_styles`].
fn styled(style: &str, text: &str) -> String {
	let mark = mark();
	format!("{mark}{style}m{text}{mark}0m")
}

/// Escapes text, and puts in the styles that are the tool's own.
fn with_styles(text: &str) -> String {
	let mut parts = text.split(mark());
	let mut result = escaped(parts.next().unwrap_or_default());
	for part in parts {
		let (style, rest) = part.split_once('m').unwrap_or(("0", part));
		let _ = write!(result, "\u{1b}[{style}m{}", escaped(rest));
	}
	result
}

/// JSON as it can be shown: the same value, since such characters are in its strings alone.
fn escaped_json(json: &Json) -> String {
	let mut result = String::new();
	for character in json.to_string().chars() {
		if controls(character) {
			for unit in character.encode_utf16(&mut [0; 2]) {
				let _ = write!(result, "\\u{unit:04x}");
			}
		} else {
			result.push(character);
		}
	}
	result
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
	columns(heading.map(str::to_owned).into(), rows.into_iter().map(Vec::from))
}

/// As [`table`], with as many columns as the heading has.
pub fn columns(heading: Vec<String>, rows: impl IntoIterator<Item = Vec<String>>) -> String {
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

	#[test]
	fn what_others_wrote_controls_no_terminal() {
		let printed = |text: &str| {
			let mut bytes = Vec::new();
			write_line(&mut bytes, text).expect("there is room");
			String::from_utf8(bytes).expect("is text")
		};
		assert_eq!(printed("a\u{1b}[2J\u{1b}[HVerified."), "a\\u{1b}[2J\\u{1b}[HVerified.\n");
		assert_eq!(printed("a\u{9b}2J\rb\u{7}"), "a\\u{9b}2J\\u{d}b\\u{7}\n");
		for bidi in ['\u{202e}', '\u{2066}', '\u{2069}', '\u{200f}', '\u{61c}', '\u{2028}'] {
			assert!(!printed(&bidi.to_string()).contains(bidi));
		}
		assert_eq!(printed("Zoë שלום\n👩\u{200d}🌾\tx"), "Zoë שלום\n👩\u{200d}🌾\tx\n");
	}

	#[test]
	fn styles_are_the_tools_own() {
		let text = format!("{} a\u{1b}[1mb", styled("32", "Done.\u{1b}"));
		assert_eq!(with_styles(&text), "\u{1b}[32mDone.\\u{1b}\u{1b}[0m a\\u{1b}[1mb");
		// Nobody else knows the mark.
		assert!(!with_styles("\u{fdd0}0000000000000000:32mx").contains('\u{1b}'));
	}

	#[test]
	fn json_says_the_same_without_controls() {
		let json = serde_json::json!({ "a\u{9b}": "\u{1b}[2J\u{202e}\u{e0041}x" });
		let text = escaped_json(&json);
		assert!(text.is_ascii() && !text.contains('\u{1b}'), "{text}");
		assert_eq!(serde_json::from_str::<Json>(&text).expect("is JSON"), json);
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
