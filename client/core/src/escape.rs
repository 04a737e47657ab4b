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
/// C1, those of writing direction, and those that end lines, mark languages or show nothing.
pub fn controls(character: char) -> bool {
	character.is_control()
		|| matches!(
			character,
			'\u{61c}'
				| '\u{200b}'
				| '\u{200e}'..='\u{200f}'
				| '\u{2028}'..='\u{202e}'
				| '\u{2060}'..='\u{206f}'
				| '\u{feff}'
				| '\u{fff9}'..='\u{fffb}'
				| '\u{fdd0}'
				| '\u{e0000}'..='\u{e007f}'
		)
}
