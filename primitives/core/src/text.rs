//! Text that people write and others read: what may stand in it.
//!
//! There is one rule, for the chain as for documents: a text shows something, and consists of what
//! has a meaning, moves nothing around it and can be written as XML 1.0. A name, which stands amid
//! the text of others, is one line besides, and hides nothing ([`flaw`]); a longer text has lines and
//! what people copy without seeing it ([`flaw_of_lines`]).
//!
//! Decided from Unicode's character data, in the version that the crate `icu_properties` carries.
//! A newer version may know more characters; it takes effect with a runtime upgrade.

use crate::blanks::BLANKS;

use icu_properties::{
	props::{
		BidiClass, DefaultIgnorableCodePoint, GeneralCategory, GeneralCategoryGroup, JoinControl,
		VariationSelector,
	},
	CodePointMapData, CodePointSetData,
};

/// Most marks in a row, as UTS 39 (section 5.4) has it. More would cover the lines above and below.
const MAX_MARKS: u32 = 4;

/// Why a text can't be shown amid the text of others.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Flaw {
	/// It isn't UTF-8.
	NotUtf8,
	/// It has nothing that one could see.
	ShowsNothing,
	/// It has a character that no text needs: one that controls, reorders or hides what is shown,
	/// that has no meaning, or that means what somebody privately agreed.
	Character(char),
	/// A mark or a joiner has nothing to attach to, so it would attach to the text of others.
	Loose(char),
	/// More marks in a row than any script needs.
	TooManyMarks,
}

/// What is wrong with `bytes` as one line of text in the midst of other text, if anything.
///
/// It has something to see; letters, marks, numbers, punctuation, symbols and spaces of any script;
/// and the joiners and variation selectors that scripts and emoji need, between or after what they
/// apply to.
pub fn flaw(bytes: &[u8]) -> Option<Flaw> {
	let Ok(text) = core::str::from_utf8(bytes) else { return Some(Flaw::NotUtf8) };
	let mut shows = false;
	let mut marks = 0u32;
	// What the last character can't carry, at the start and after a space.
	let mut last = Kind::Space;
	for character in text.chars() {
		let kind = Kind::of(character);
		match kind {
			Kind::Unfit => return Some(Flaw::Character(character)),
			// One selector, then one joiner: as between the parts of an emoji.
			Kind::Joiner if matches!(last, Kind::Space | Kind::Joiner) => {
				return Some(Flaw::Loose(character))
			},
			Kind::Selector if matches!(last, Kind::Space | Kind::Joiner | Kind::Selector) => {
				return Some(Flaw::Loose(character))
			},
			Kind::Mark if last == Kind::Space => return Some(Flaw::Loose(character)),
			_ => (),
		}
		marks = match kind {
			Kind::Mark => marks.saturating_add(1),
			Kind::Joiner | Kind::Selector => marks,
			_ => 0,
		};
		if marks > MAX_MARKS {
			return Some(Flaw::TooManyMarks);
		}
		shows |= kind == Kind::Visible;
		last = kind;
	}
	match (shows, last) {
		(false, _) => Some(Flaw::ShowsNothing),
		// It would join what comes after.
		(_, Kind::Joiner) => text.chars().last().map(Flaw::Loose),
		_ => None,
	}
}

/// What is wrong with a longer text, such as one of an invoice, if anything: it has something to see,
/// in characters that are [of text](is_of_text).
pub fn flaw_of_lines(text: &str) -> Option<Flaw> {
	match text.chars().find(|character| !is_of_text(*character)) {
		Some(character) => Some(Flaw::Character(character)),
		None => (!shows(text)).then_some(Flaw::ShowsNothing),
	}
}

/// Whether there is anything to see. What is invisible says so by `Default_Ignorable_Code_Point`.
fn shows(text: &str) -> bool {
	text.chars().any(|character| Kind::of(character) == Kind::Visible)
}

/// Whether XML 1.0 has a way to write `character`: what its production `Char` has. Everything that
/// is of text does; what older chains hold may not.
pub fn is_of_xml(character: char) -> bool {
	match character {
		'\t' | '\n' | '\r' => true,
		'\u{fffe}' | '\u{ffff}' => false,
		_ => character >= ' ',
	}
}

/// Whether `character` may stand in a longer text: everything that has a meaning, tabulators and
/// line ends, also what people don't know they have copied; but no other controls, and nothing that
/// reorders what stands around it.
pub fn is_of_text(character: char) -> bool {
	let category = CodePointMapData::<GeneralCategory>::new().get(character);
	match category {
		GeneralCategory::Control => matches!(character, '\t' | '\n' | '\r'),
		GeneralCategory::Unassigned | GeneralCategory::PrivateUse | GeneralCategory::Surrogate => {
			false
		},
		_ => !reorders(character),
	}
}

/// Whether a character embeds, overrides or isolates a direction. The marks of one, which Hebrew and
/// Arabic text has, only say which way their own place reads.
fn reorders(character: char) -> bool {
	matches!(
		CodePointMapData::<BidiClass>::new().get(character),
		BidiClass::LeftToRightEmbedding
			| BidiClass::LeftToRightOverride
			| BidiClass::RightToLeftEmbedding
			| BidiClass::RightToLeftOverride
			| BidiClass::PopDirectionalFormat
			| BidiClass::LeftToRightIsolate
			| BidiClass::RightToLeftIsolate
			| BidiClass::FirstStrongIsolate
			| BidiClass::PopDirectionalIsolate
	)
}

/// What a character is to those who see the text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
	/// Seen by itself.
	Visible,
	/// A space of any width, or blank.
	Space,
	/// Seen on what it follows, and moves nothing.
	Mark,
	/// Joins its neighbours, or keeps them apart.
	Joiner,
	/// Chooses another form of what it follows.
	Selector,
	/// Not for text.
	Unfit,
}

impl Kind {
	fn of(character: char) -> Self {
		// Most text, and not worth a search.
		match character {
			' ' => return Self::Space,
			'!'..='~' => return Self::Visible,
			_ => (),
		}
		// Marks of direction are among these.
		if CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character) {
			return if CodePointSetData::new::<JoinControl>().contains(character) {
				Self::Joiner
			} else if CodePointSetData::new::<VariationSelector>().contains(character) {
				Self::Selector
			} else {
				Self::Unfit
			};
		}
		let category = CodePointMapData::<GeneralCategory>::new().get(character);
		match category {
			GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark => Self::Mark,
			GeneralCategory::SpaceSeparator => Self::Space,
			_ if BLANKS.contains(&character) => Self::Space,
			// A spacing mark has a width of its own, but needs a letter too.
			GeneralCategory::SpacingMark => Self::Mark,
			_ if is_seen(category) => Self::Visible,
			_ => Self::Unfit,
		}
	}
}

fn is_seen(category: GeneralCategory) -> bool {
	GeneralCategoryGroup::Letter.contains(category)
		|| GeneralCategoryGroup::Number.contains(category)
		|| GeneralCategoryGroup::Punctuation.contains(category)
		|| GeneralCategoryGroup::Symbol.contains(category)
}

#[cfg(test)]
mod tests {
	use super::*;
	use icu_properties::props::{BidiControl, WhiteSpace};
	use proptest::prelude::*;

	fn flaw_of(text: &str) -> Option<Flaw> {
		flaw(text.as_bytes())
	}

	/// `character` between two letters.
	fn amid(character: char) -> Option<Flaw> {
		flaw_of(&format!("a{character}b"))
	}

	fn all() -> impl Iterator<Item = char> {
		(0..=0x10_ffff).filter_map(char::from_u32)
	}

	#[test]
	fn text_may_be_of_any_script() {
		for text in [
			"a",
			"Zoë de Vries",
			"Zoe\u{308} de Vries",
			"中文",
			"한국어",
			"שָׁלוֹם",
			"می‌خواهم",
			"क्‍ष",
			"ನಿಮ್ಮ",
			"ᠮᠣᠩᠭᠣᠯ ᠤᠨ",
			"葛\u{e0100}城",
			"👩‍🌾 farm",
			"❤️‍🔥",
			"🇧🇪",
			"O'Neil & Sons, Ltd.",
			"€ 5 + ½ %",
			" x ",
			"\u{a0}x\u{3000}",
		] {
			assert_eq!(flaw_of(text), None, "{text:?}");
		}
	}

	#[test]
	fn text_that_shows_nothing_is_refused() {
		for text in [
			"",
			" ",
			"\u{a0}\u{3000}\u{2003}\u{1680}\u{202f}",
			"\u{2800}",
			"\u{2800}\u{2800} \u{2800}",
			"\u{1d159}",
			"\u{13441}\u{13442}",
			"\u{fffc}",
		] {
			assert_eq!(flaw_of(text), Some(Flaw::ShowsNothing), "{text:?}");
		}
	}

	#[test]
	fn fillers_and_what_has_no_width_are_refused() {
		for code in [
			0xad, 0x34f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180e, 0x200b, 0x2060, 0x2064, 0x206a,
			0x206f, 0x3164, 0xfeff, 0xffa0, 0xfff0, 0x1bca0, 0x1d173, 0xe0001, 0xe0041, 0xe007f,
		] {
			let character = char::from_u32(code).expect("none of them is a surrogate");
			assert_eq!(amid(character), Some(Flaw::Character(character)), "{code:x}");
			assert_eq!(flaw_of(&character.to_string()), Some(Flaw::Character(character)));
		}
	}

	#[test]
	fn what_controls_or_reorders_is_refused() {
		let bidi = [0x61c, 0x200e, 0x200f, 0xfff9, 0x110bd];
		let controls = (0..0x20).chain(0x7f..0xa0).chain(0x2028..0x202f).chain(0x2066..0x206a);
		for code in controls.chain(bidi) {
			let character = char::from_u32(code).expect("none of them is a surrogate");
			assert_eq!(amid(character), Some(Flaw::Character(character)), "{code:x}");
		}
		for code in [0x20, 0x7e, 0xa0, 0x2027, 0x202f] {
			let character = char::from_u32(code).expect("none of them is a surrogate");
			assert_eq!(amid(character), None, "{code:x}");
		}
	}

	#[test]
	fn properties_say_the_same() {
		for character in all() {
			let kind = Kind::of(character);
			if CodePointSetData::new::<BidiControl>().contains(character) {
				assert_eq!(kind, Kind::Unfit, "{character:?}");
			}
			if CodePointSetData::new::<WhiteSpace>().contains(character) {
				assert!(matches!(kind, Kind::Space | Kind::Unfit), "{character:?}");
			}
		}
	}

	#[test]
	fn what_has_no_meaning_is_refused() {
		// Not characters, not assigned, privately agreed.
		for code in [0xfffe, 0xffff, 0xfdd0, 0x1fffe, 0x10ffff, 0x378, 0xe000, 0xf0000, 0x10fffd] {
			let character = char::from_u32(code).expect("none of them is a surrogate");
			assert_eq!(amid(character), Some(Flaw::Character(character)), "{code:x}");
		}
		for bytes in [&[0xff][..], &[b'a', 0xc3], &[0xed, 0xa0, 0x80]] {
			assert_eq!(flaw(bytes), Some(Flaw::NotUtf8));
		}
	}

	#[test]
	fn joiners_selectors_and_marks_need_what_they_apply_to() {
		for text in [
			"\u{200d}a",
			"a\u{200d}",
			"a \u{200c}b",
			"a\u{200d}\u{200d}b",
			"\u{fe0f}a",
			"a\u{fe0f}\u{fe0f}b",
			"a\u{200d}\u{fe0f}b",
			"\u{301}a",
			"a \u{301}",
			"\u{903}",
		] {
			assert!(matches!(flaw_of(text), Some(Flaw::Loose(_))), "{text:?}");
		}
		assert_eq!(flaw_of("a\u{301}\u{302}\u{303}\u{304}b"), None);
		assert_eq!(
			flaw_of("a\u{301}\u{302}\u{303}\u{304}\u{305}"),
			Some(Flaw::TooManyMarks),
			"five"
		);
		// A joiner between them doesn't start anew.
		assert_eq!(
			flaw_of("a\u{301}\u{302}\u{200d}\u{303}\u{304}\u{305}"),
			Some(Flaw::TooManyMarks)
		);
	}

	#[test]
	fn longer_text_may_have_lines_and_what_people_copy() {
		for character in all() {
			if Kind::of(character) != Kind::Unfit {
				assert!(is_of_text(character), "{character:?}");
			}
		}
		for character in ['\t', '\n', '\r', '\u{ad}', '\u{200b}', '\u{200f}', '\u{61c}', '\u{feff}']
		{
			assert!(is_of_text(character), "{character:?}");
		}
		for character in
			['\u{202a}', '\u{202e}', '\u{202c}', '\u{2066}', '\u{2069}', '\u{85}', '\u{e000}']
		{
			assert!(!is_of_text(character), "{character:?}");
		}
	}

	/// What XML 1.0 has no way to write is nothing that text has.
	#[test]
	fn longer_text_can_be_written_as_xml() {
		for character in all() {
			// Production 2 of XML 1.0, as it is written there.
			let of_xml = matches!(u32::from(character),
				0x9 | 0xa | 0xd | 0x20..=0xd7ff | 0xe000..=0xfffd | 0x1_0000..=0x10_ffff);
			assert_eq!(is_of_xml(character), of_xml, "{character:?}");
			assert!(!is_of_text(character) || of_xml, "{character:?}");
		}
		for character in ['\0', '\u{b}', '\u{c}', '\u{1f}', '\u{fffe}', '\u{ffff}'] {
			assert!(!is_of_text(character) && !is_of_xml(character));
		}
	}

	/// What was accepted elsewhere and shows nothing, or can't be exported.
	#[test]
	fn what_shows_nothing_is_neither_a_name_nor_a_text() {
		for code in [
			0xfffe, 0xb, 0x3164, 0x2800, 0xffa0, 0x115f, 0x1160, 0x2063, 0xfe0f, 0xe0020, 0xfdd0,
			0x200b, 0x200d, 0x301, 0xfffc, 0x1d159, 0x13441, 0x20, 0xa0, 0xa, 0xad, 0x1_ffff,
		] {
			let character = char::from_u32(code).expect("none of them is a surrogate");
			for text in [character.to_string(), format!("{character} {character}")] {
				assert!(flaw_of(&text).is_some(), "{code:x}");
				assert!(flaw_of_lines(&text).is_some(), "{code:x}");
			}
		}
		assert_eq!(flaw_of_lines(""), Some(Flaw::ShowsNothing));
		assert_eq!(flaw_of_lines("a\u{b}b"), Some(Flaw::Character('\u{b}')));
		assert_eq!(flaw_of_lines("a\u{fffe}b"), Some(Flaw::Character('\u{fffe}')));
		for text in ["a", "Two\nlines\tof it", "soft\u{ad}ly", "\u{feff}שלום\u{200f}", "❤\u{fe0f}"]
		{
			assert_eq!(flaw_of_lines(text), None, "{text:?}");
		}
	}

	/// Each of the table is needed: no property says it.
	#[test]
	fn blanks_would_be_seen_by_their_category() {
		assert!(BLANKS.is_sorted());
		for character in BLANKS {
			let category = CodePointMapData::<GeneralCategory>::new().get(character);
			assert!(is_seen(category), "{character:?}");
			assert!(!CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(character));
			assert_eq!(Kind::of(character), Kind::Space, "{character:?}");
		}
	}

	/// The data itself: another version shows here, before it shows on a chain.
	#[test]
	fn unicode_data_is_pinned() {
		let count = |kind| all().filter(|character| Kind::of(*character) == kind).count();
		let found =
			[Kind::Visible, Kind::Space, Kind::Mark, Kind::Joiner, Kind::Selector].map(count);
		assert_eq!(found, [170_030, 22, 2_317, 2, 260]);
	}

	#[test]
	fn ascii_is_as_everybody_expects() {
		for byte in 0..=0x7f {
			let character = char::from(byte);
			let kind = match byte {
				b' ' => Kind::Space,
				0x21..=0x7e => Kind::Visible,
				_ => Kind::Unfit,
			};
			assert_eq!(Kind::of(character), kind, "{byte:x}");
		}
	}

	proptest! {
		#[test]
		fn any_bytes_have_a_verdict(bytes: Vec<u8>) {
			if flaw(&bytes).is_none() {
				let text = String::from_utf8(bytes).expect("is UTF-8");
				// One line that is seen, whatever it stands in.
				prop_assert_eq!(flaw_of_lines(&text), None);
				prop_assert!(!text.chars().any(char::is_control));
				prop_assert!(!text.trim().is_empty());
				prop_assert_eq!(text.lines().count(), 1);
			}
		}

		#[test]
		fn any_text_has_a_verdict(text: String) {
			let verdict = flaw_of(&text);
			let alone = text.chars().find(|character| !is_of_text(*character));
			if let Some(unfit) = alone {
				prop_assert!(verdict.is_some(), "{:?}", unfit);
			}
			// What was accepted is accepted amid other text.
			if verdict.is_none() {
				prop_assert_eq!(flaw_of(&format!("a {text} b")), None);
				prop_assert_eq!(flaw_of(&format!("a{text}b")), None);
			}
		}
	}
}
