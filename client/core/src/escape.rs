//! Text that others wrote, as it can be shown: names, files, what nodes answer, what parsers say of
//! those.

/// Text as it can be shown: what would control the terminal, or the order of what is shown, is
/// written out. Lines and tabs stay.
pub fn escaped(text: &str) -> String {
	let mut result = String::with_capacity(text.len());
	for character in text.chars() {
		match controls(character) && !matches!(character, '\n' | '\t') {
			true => result.extend(character.escape_unicode()),
			false => result.push(character),
		}
	}
	result
}

/// As [`escaped`], on one line.
pub fn escaped_line(text: &str) -> String {
	escaped(text).replace(['\n', '\t'], " ")
}

/// Whether a character does something to what is shown besides being shown: the controls of C0 and
/// C1, those of writing direction, those that end lines or mark languages, and what shows nothing at
/// all. Joiners and variation selectors stay: scripts, names and emoji need them, and what they are
/// applied to looks different.
pub fn controls(character: char) -> bool {
	character.is_control()
		|| matches!(
			character,
			'\u{ad}'
				| '\u{34f}'
				| '\u{61c}'
				| '\u{115f}'..='\u{1160}'
				| '\u{17b4}'..='\u{17b5}'
				| '\u{180e}'
				| '\u{200b}'
				| '\u{200e}'..='\u{200f}'
				| '\u{2028}'..='\u{202e}'
				| '\u{2060}'..='\u{206f}'
				| '\u{3164}'
				| '\u{fdd0}'
				| '\u{feff}'
				| '\u{ffa0}'
				| '\u{fff0}'..='\u{fffb}'
				| '\u{1bca0}'..='\u{1bca3}'
				| '\u{1d173}'..='\u{1d17a}'
				| '\u{e0000}'..='\u{e00ff}'
				| '\u{e01f0}'..='\u{e0fff}'
		)
}

#[cfg(test)]
mod tests {
	use super::*;
	use ourledger_primitives::text::{flaw, Flaw};

	#[test]
	fn what_shows_nothing_is_written_out() {
		let list = "\u{ad}\u{34f}\u{115f}\u{1160}\u{17b4}\u{17b5}\u{180e}\u{3164}\u{ffa0}\u{1bca0}\u{1d173}\u{e0001}";
		for character in list.chars() {
			let escaped = escaped(&format!("a{character}b"));
			assert_eq!(escaped, format!("a\\u{{{:x}}}b", u32::from(character)));
		}
	}

	#[test]
	fn line_stays_one() {
		assert_eq!(escaped_line("a\nVerified."), "a Verified.");
	}

	#[test]
	fn what_scripts_names_and_emoji_need_stays() {
		for text in ["نامه\u{200c}ای", "👩\u{200d}🌾", "❤\u{fe0f}", "葛\u{e0100}城", "ᠠ\u{180b}ᠨ"]
		{
			assert_eq!(escaped(text), text);
			assert_eq!(flaw(text.as_bytes()), None, "{text}");
		}
	}

	#[test]
	fn nothing_is_written_out_that_a_name_may_have() {
		for character in (char::MIN..=char::MAX).filter(|character| controls(*character)) {
			let name = format!("a{character}b");
			assert_eq!(flaw(name.as_bytes()), Some(Flaw::Character(character)), "{character:?}");
		}
	}
}
