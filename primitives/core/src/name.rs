//! Names of twins: what may be one, and which two look alike.
//!
//! A name is read, typed and remembered by people. Of all names that look the same only one can be
//! claimed, so that nobody is paid by mistake: two names look alike when they have the same
//! [`skeleton`].

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::{traits::ConstU32, BoundedVec};

/// Shortest name, in bytes.
pub const MIN_NAME: usize = 3;

/// Longest name, in bytes.
pub const MAX_NAME: u32 = 32;

/// A name as [`normalise`] returns it: `a-z`, `0-9` and `-`.
pub type Name = BoundedVec<u8, ConstU32<MAX_NAME>>;

/// What all names that look alike have in common. See [`skeleton`].
pub type Skeleton = BoundedVec<u8, ConstU32<MAX_NAME>>;

/// Names that nobody can claim, nor anything that looks like them: they would seem to speak for the
/// chain or for those who run it. Names that were claimed before they came onto this list remain.
pub const RESERVED: [&str; 32] = [
	"abuse",
	"admin",
	"administrator",
	"anonymous",
	"billing",
	"contact",
	"council",
	"did",
	"faucet",
	"foundation",
	"governance",
	"help",
	"helpdesk",
	"hostmaster",
	"localhost",
	"moderator",
	"none",
	"null",
	"official",
	"our",
	"our-chain",
	"our-ledger",
	"postmaster",
	"root",
	"security",
	"support",
	"system",
	"treasury",
	"undefined",
	"validator",
	"webmaster",
	"www",
];

/// Why something can't be a name.
#[derive(
	Clone,
	Copy,
	Debug,
	Eq,
	PartialEq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum NameError {
	/// Shorter than [`MIN_NAME`].
	#[codec(index = 0)]
	TooShort,
	/// Longer than [`MAX_NAME`].
	#[codec(index = 1)]
	TooLong,
	/// A character other than a letter of ASCII, a digit or a hyphen.
	#[codec(index = 2)]
	BadCharacter,
	/// The first character isn't a letter, the last is a hyphen, or two hyphens meet.
	#[codec(index = 3)]
	Malformed,
	/// It is, or looks like, a name in [`RESERVED`].
	#[codec(index = 4)]
	Reserved,
}

/// `raw` as a name: its capitals made small. Costs the same whatever names exist.
pub fn normalise(raw: &[u8]) -> Result<Name, NameError> {
	if raw.len() < MIN_NAME {
		return Err(NameError::TooShort);
	}
	let mut name = Name::default();
	for byte in raw {
		name.try_push(byte.to_ascii_lowercase()).map_err(|_| NameError::TooLong)?;
	}
	if !name.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-')) {
		return Err(NameError::BadCharacter);
	}
	let well_formed = name.first().is_some_and(u8::is_ascii_lowercase)
		&& name.last() != Some(&b'-')
		&& !name.windows(2).any(|pair| pair == b"--");
	if !well_formed {
		return Err(NameError::Malformed);
	}
	let looks = skeleton(&name);
	if RESERVED.iter().any(|reserved| skeleton_of(reserved.as_bytes()) == looks) {
		return Err(NameError::Reserved);
	}
	Ok(name)
}

/// What `name` has in common with all names that look like it, and with no other.
///
/// Hyphens go, a character stands for all that are easily taken for it, and so does a letter for a
/// pair: `rn` is `m`, `vv` is `w`, `cl` is `d`.
pub fn skeleton(name: &Name) -> Skeleton {
	skeleton_of(name)
}

fn skeleton_of(name: &[u8]) -> Skeleton {
	let mut bones = Skeleton::default();
	for byte in name {
		match byte {
			b'-' => (),
			b'0' => add(&mut bones, b'o'),
			b'1' | b'i' => add(&mut bones, b'l'),
			b'2' => add(&mut bones, b'z'),
			b'5' => add(&mut bones, b's'),
			b'8' => add(&mut bones, b'b'),
			b'9' | b'q' => add(&mut bones, b'g'),
			// Two, so that `vw` pairs up like `wv`: both look like `vvv`.
			b'w' => {
				add(&mut bones, b'v');
				add(&mut bones, b'v');
			},
			other => add(&mut bones, *other),
		}
	}
	bones
}

/// Adds `letter`, or lets it form a pair with the last. No pair forms another one: neither `m`, `w`
/// nor `d` is part of a pair.
fn add(bones: &mut Skeleton, letter: u8) {
	let pair = match (bones.last(), letter) {
		(Some(b'r'), b'n') => Some(b'm'),
		(Some(b'v'), b'v') => Some(b'w'),
		(Some(b'c'), b'l') => Some(b'd'),
		_ => None,
	};
	match (pair, bones.last_mut()) {
		(Some(pair), Some(last)) => *last = pair,
		// Never full: each byte of a name adds one letter, but for `w`, whose second `v` always
		// pairs, and a name is no longer than a skeleton.
		_ => _ = bones.try_push(letter),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::collections::{BTreeMap, BTreeSet};

	/// Every character of a name.
	const ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789-";

	fn name(raw: &str) -> Name {
		normalise(raw.as_bytes()).unwrap_or_else(|error| panic!("{raw}: {error:?}"))
	}

	fn bones(raw: &str) -> String {
		String::from_utf8(skeleton_of(raw.as_bytes()).into_inner()).expect("it is ASCII")
	}

	/// All strings of `length` over `alphabet`.
	fn strings(alphabet: &[u8], length: u32) -> impl Iterator<Item = Vec<u8>> + '_ {
		let size = alphabet.len();
		(0..size.pow(length)).map(move |index| {
			(0..length).map(|place| alphabet[index / size.pow(place) % size]).collect()
		})
	}

	/// The look of a name, found another way: every letter drawn with as many strokes as it can be
	/// taken for. Two names look alike exactly if their drawings are the same.
	fn drawing(raw: &[u8]) -> String {
		let raw = core::str::from_utf8(raw).expect("it is ASCII").replace('-', "");
		[
			("0", "o"),
			("1", "l"),
			("i", "l"),
			("2", "z"),
			("5", "s"),
			("8", "b"),
			("9", "g"),
			("q", "g"),
			("m", "rn"),
			("w", "vv"),
			("d", "cl"),
		]
		.iter()
		.fold(raw, |drawn, (from, to)| drawn.replace(from, to))
	}

	#[test]
	fn codec_indices_are_pinned() {
		use NameError::*;
		for (index, error) in
			[TooShort, TooLong, BadCharacter, Malformed, Reserved].iter().enumerate()
		{
			assert_eq!(error.encode(), [index as u8]);
		}
	}

	#[test]
	fn normalise_makes_capitals_small() {
		assert_eq!(name("ALICE-Bob-7").as_slice(), b"alice-bob-7");
		assert_eq!(name("alice-bob-7").as_slice(), b"alice-bob-7");
	}

	#[test]
	fn normalise_limits_the_length() {
		assert_eq!(normalise(b""), Err(NameError::TooShort));
		assert_eq!(normalise(b"ab"), Err(NameError::TooShort));
		assert!(normalise(b"abc").is_ok());
		assert!(normalise(&[b'a'; 32]).is_ok());
		assert_eq!(normalise(&[b'a'; 33]), Err(NameError::TooLong));
		assert_eq!(normalise(&[b'a'; 100_000]), Err(NameError::TooLong));
	}

	#[test]
	fn normalise_knows_every_byte() {
		for byte in 0..=u8::MAX {
			let valid = byte.is_ascii_alphanumeric() || byte == b'-';
			let expected = if valid { Ok(()) } else { Err(NameError::BadCharacter) };
			assert_eq!(normalise(&[b'x', byte, b'x']).map(drop), expected, "{byte}");
		}
	}

	#[test]
	fn normalise_refuses_other_scripts() {
		for raw in ["аlice", "alicé", "名字", "al ice", "al.ice", "al_ice", "alice\0"] {
			assert_eq!(normalise(raw.as_bytes()), Err(NameError::BadCharacter), "{raw}");
		}
	}

	#[test]
	fn normalise_refuses_hyphens_and_digits_out_of_place() {
		for raw in ["-ab", "ab-", "a--b", "1ab", "0-a", "---", "a-b--", "123"] {
			assert_eq!(normalise(raw.as_bytes()), Err(NameError::Malformed), "{raw}");
		}
		for raw in ["a-b", "ab1", "a1-2b", "a-1-2"] {
			assert!(normalise(raw.as_bytes()).is_ok(), "{raw}");
		}
	}

	#[test]
	fn normalise_is_idempotent() {
		for raw in strings(b"aZ0-rn", 5) {
			if let Ok(once) = normalise(&raw) {
				assert_eq!(normalise(&once), Ok(once));
			}
		}
	}

	#[test]
	fn normalise_refuses_the_reserved_and_their_look_alikes() {
		for reserved in RESERVED {
			assert_eq!(normalise(reserved.as_bytes()), Err(NameError::Reserved), "{reserved}");
			let capitals = reserved.to_uppercase();
			assert_eq!(normalise(capitals.as_bytes()), Err(NameError::Reserved), "{reserved}");
		}
		for raw in [
			"adrnin",
			"aclmin",
			"acimin",
			"a-d-m-i-n",
			"ourledger",
			"our1ed9er",
			"rn-o-derator",
			"r00t",
			"vvvvvv",
			"vwv-v-v",
		] {
			assert_eq!(normalise(raw.as_bytes()), Err(NameError::Reserved), "{raw}");
		}
		for raw in ["admins", "hour", "rooted", "supports", "ours", "vwv"] {
			assert!(normalise(raw.as_bytes()).is_ok(), "{raw}");
		}
	}

	#[test]
	fn reserved_names_would_be_names() {
		for reserved in RESERVED {
			let bytes = reserved.as_bytes();
			assert!((MIN_NAME..=MAX_NAME as usize).contains(&bytes.len()), "{reserved}");
			assert!(bytes.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'-'));
		}
		let skeletons: BTreeSet<_> = RESERVED.iter().map(|reserved| bones(reserved)).collect();
		assert_eq!(skeletons.len(), RESERVED.len(), "two reserved names look alike");
	}

	#[test]
	fn skeletons_are_pinned() {
		for (raw, expected) in [
			("alice", "allce"),
			("a-b-c", "abc"),
			("o0l1i5s2z8b9gq", "oolllsszzbbggg"),
			("modern", "modem"),
			("r-n", "m"),
			("clear", "dear"),
			("c1", "d"),
			("ci", "d"),
			("c-i", "d"),
			("savvy", "sawy"),
			("sawy", "sawy"),
			("vvv", "wv"),
			("wv", "wv"),
			("vw", "wv"),
			("vwv", "ww"),
			("rrnn", "rmn"),
		] {
			assert_eq!(bones(raw), expected, "{raw}");
		}
	}

	#[test]
	fn look_alikes_share_a_skeleton() {
		let look_alikes: [&[&str]; 9] = [
			&["paypal", "paypa1", "paypai", "pay-pal", "p-a-y-p-a-1"],
			&["modern", "modem", "m0dem", "rnodern", "moclem", "rno-cle-rn"],
			&["savvy", "sawy", "sav-vy", "s-a-w-y"],
			&["vvv-x", "wv-x", "vw-x", "vvvx"],
			&["cloud", "doud", "c1ouc1", "cioud", "dou-cl"],
			&["google", "g00gle", "goog1e", "gooqie", "q-o-o-9-le"],
			&["zoe5", "zoes", "z0e5", "z-o-e-s"],
			&["bob", "b0b", "bo8", "b08", "bo-b"],
			&["corn", "com", "c-o-r-n", "c0rn"],
		];
		let mut seen = BTreeSet::new();
		for group in look_alikes {
			let skeletons: BTreeSet<_> = group.iter().map(|raw| skeleton(&name(raw))).collect();
			assert_eq!(skeletons.len(), 1, "{group:?}");
			seen.extend(skeletons);
		}
		assert_eq!(seen.len(), look_alikes.len(), "two groups share a skeleton");
	}

	#[test]
	fn names_share_a_skeleton_exactly_when_drawn_alike() {
		// All characters for short strings, then those that form pairs for longer ones.
		let short = strings(ALPHABET, 3);
		let long = (4..=7).flat_map(|length| strings(b"rnmvwc", length));
		let mut by_drawing = BTreeMap::new();
		let mut by_skeleton = BTreeMap::new();
		for raw in short.chain(long) {
			let (drawn, bones) = (drawing(&raw), skeleton_of(&raw));
			let first = by_drawing.entry(drawn.clone()).or_insert_with(|| bones.clone());
			assert_eq!(*first, bones, "{drawn} has two skeletons");
			let first = by_skeleton.entry(bones.clone()).or_insert_with(|| drawn.clone());
			assert_eq!(*first, drawn, "{bones:?} has two drawings");
		}
	}

	#[test]
	fn skeleton_is_idempotent() {
		for raw in strings(ALPHABET, 3).chain(strings(b"rnvwcldi1-", 6)) {
			let once = skeleton_of(&raw);
			assert_eq!(skeleton(&once), once);
		}
	}

	#[test]
	fn skeleton_is_never_empty_nor_longer_than_its_name() {
		for raw in (1..=6).flat_map(|length| strings(b"vwrnc-", length)) {
			let length = skeleton_of(&raw).len();
			assert!(length <= raw.len());
			assert_eq!(length == 0, raw.iter().all(|byte| *byte == b'-'));
		}
		for raw in [[b'w'; 32], [b'a'; 32]] {
			assert_eq!(skeleton_of(&raw).as_slice(), raw);
		}
		let mut odd = [b'w'; 32];
		odd[0] = b'v';
		assert_eq!(skeleton_of(&odd).len(), 32);
	}
}
