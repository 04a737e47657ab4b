//! Characters that are seen by their category, and yet are blank, or stand for what isn't there.
//!
//! Written by primitives/core/blanks.py from UnicodeData.txt of Unicode 17.0. Don't edit it.

/// In order.
pub(crate) const BLANKS: [char; 5] = [
	// Braille pattern blank.
	'\u{2800}',
	// Object replacement character.
	'\u{fffc}',
	// Egyptian hieroglyph full blank.
	'\u{13441}',
	// Egyptian hieroglyph half blank.
	'\u{13442}',
	// Musical symbol null notehead.
	'\u{1d159}',
];
