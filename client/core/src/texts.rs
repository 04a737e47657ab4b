//! Text of people: what is wrong with it, in words, and how what others wrote is shown.

use crate::error::{Error, Result};
use ourledger_primitives::text::{self, Flaw};

/// Longest text of a person's that an error repeats, in characters. The rest is cut off.
const MAX_QUOTED: usize = 80;

/// Stands for what can't be shown.
const REPLACEMENT: char = char::REPLACEMENT_CHARACTER;

/// Insists that `name` can be shown amid other text, as the chain does of every name.
pub fn ensure_name(name: &str) -> Result<()> {
	match text::flaw(name.as_bytes()) {
		None => Ok(()),
		Some(flaw) => Err(Error::input(format!("the name {} {}", quoted(name), why(flaw)))),
	}
}

/// Insists that `text`, which is `field` of a document, is text.
pub fn ensure_lines(field: &str, text: &str) -> Result<()> {
	let why = match text::flaw_of_lines(text) {
		None => return Ok(()),
		Some(Flaw::ShowsNothing) => "shows nothing: leave it out, or say something".into(),
		Some(flaw) => why(flaw),
	};
	Err(Error::input(format!("the document is not valid: {field} {why}")))
}

/// What a person gave, in quotation marks; only the beginning, if it is long.
pub fn quoted(text: &str) -> String {
	match text.char_indices().nth(MAX_QUOTED) {
		None => format!("{text:?}"),
		Some((end, _)) => format!("{:?}… ({} bytes)", &text[..end], text.len()),
	}
}

/// What a text's flaw is, said of it.
fn why(flaw: Flaw) -> String {
	match flaw {
		Flaw::NotUtf8 => "is not UTF-8".into(),
		Flaw::ShowsNothing => "shows nothing".into(),
		Flaw::Character(character) => format!(
			"has the character {}, which controls or hides what is shown, or means nothing",
			code_point(character)
		),
		Flaw::Loose(character) => {
			format!("has the character {} where it has nothing to attach to", code_point(character))
		},
		Flaw::TooManyMarks => "has too many marks on one letter".into(),
	}
}

/// A character as Unicode's charts name it.
fn code_point(character: char) -> String {
	format!("U+{:04X}", u32::from(character))
}

/// Text that somebody else wrote, for a terminal. Nodes are asked for it, and may answer anything.
pub fn shown(bytes: &[u8]) -> String {
	let text = String::from_utf8_lossy(bytes);
	match text::flaw(bytes) {
		None => text.into_owned(),
		Some(_) => text.escape_debug().to_string(),
	}
}

/// Text that somebody else wrote, for a document: what older chains hold, and no document can, is
/// replaced.
pub fn for_document(bytes: &[u8]) -> String {
	let text = String::from_utf8_lossy(bytes);
	let fit = |character: char| match text::flaw(format!("a{character}").as_bytes()) {
		Some(Flaw::Character(_)) => REPLACEMENT,
		_ => character,
	};
	match text::flaw(text.as_bytes()) {
		None => text.into_owned(),
		Some(Flaw::ShowsNothing) => REPLACEMENT.into(),
		Some(_) => text.chars().map(fit).collect(),
	}
}

/// What XML can't carry is replaced, wherever it comes from: a document is read by others as a whole,
/// or not at all.
pub fn for_xml(text: &str) -> String {
	let fit = |character| if text::is_of_xml(character) { character } else { REPLACEMENT };
	text.chars().map(fit).collect()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn names_are_refused_with_what_is_wrong() {
		for (name, word) in [
			("", "shows nothing"),
			(" ", "shows nothing"),
			("\u{2800}", "shows nothing"),
			("\u{3164}", "U+3164"),
			("a\nb", "U+000A"),
			("a\u{b}b", "U+000B"),
			("a\u{61c}b", "U+061C"),
			("a\u{202e}b", "U+202E"),
			("a\u{fffe}b", "U+FFFE"),
			("\u{301}a", "nothing to attach to"),
			("a\u{301}\u{301}\u{301}\u{301}\u{301}", "too many marks"),
		] {
			let error = ensure_name(name).expect_err("is refused");
			assert_eq!(error.code(), 4);
			assert!(error.to_string().contains(word), "{name:?}: {error}");
			// The message itself controls nothing.
			assert!(!error.to_string().contains(['\n', '\u{202e}', '\u{61c}']), "{error}");
		}
		for name in ["Zoë", "שלום", "名字", "👩‍🌾"] {
			assert_eq!(ensure_name(name), Ok(()));
		}
	}

	#[test]
	fn long_text_is_quoted_in_part() {
		assert_eq!(quoted("a\nb"), r#""a\nb""#);
		let longest = "é".repeat(MAX_QUOTED);
		assert_eq!(quoted(&longest), format!("{longest:?}"));
		assert_eq!(quoted(&format!("{longest}x")), format!("{longest:?}… (161 bytes)"));
	}

	#[test]
	fn what_others_wrote_controls_no_terminal() {
		assert_eq!(shown("Zoë".as_bytes()), "Zoë");
		assert_eq!(shown(b"a\x1b[2Jb"), "a\\u{1b}[2Jb");
		assert_eq!(shown("a\u{202e}b".as_bytes()), "a\\u{202e}b");
		assert_eq!(shown(b""), "");
		assert_eq!(shown(b"a\xff"), "a\u{fffd}");
	}

	#[test]
	fn what_older_chains_hold_is_replaced_in_documents() {
		for (held, written) in [
			(&b"Zo\xc3\xab"[..], "Zoë"),
			("a\u{fffe}b".as_bytes(), "a\u{fffd}b"),
			("a\u{b}b\u{202e}".as_bytes(), "a\u{fffd}b\u{fffd}"),
			("\u{3164}".as_bytes(), "\u{fffd}"),
			("\u{2800}".as_bytes(), "\u{fffd}"),
			(b"", "\u{fffd}"),
			(b"a\xff", "a\u{fffd}"),
		] {
			let fit = for_document(held);
			assert_eq!(fit, written);
			assert_eq!(ensure_name(&fit), Ok(()));
			assert_eq!(for_xml(&fit), fit);
		}
		assert_eq!(for_xml("a\u{fffe}\0\u{b}\tb\n"), "a\u{fffd}\u{fffd}\u{fffd}\tb\n");
	}

	#[test]
	fn texts_of_documents_are_refused_with_their_field() {
		assert_eq!(ensure_lines("invoiceNote", "Two\nlines"), Ok(()));
		for (text, word) in [
			("", "leave it out"),
			("\u{2800}", "leave it out"),
			("a\u{b}b", "U+000B"),
			("a\u{fffe}b", "U+FFFE"),
		] {
			let error = ensure_lines("invoiceNote", text).expect_err(text).to_string();
			assert!(error.contains("invoiceNote") && error.contains(word), "{error}");
		}
	}
}
