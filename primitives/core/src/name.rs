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

/// Longest skeleton, in bytes: each character of a name stands for two at most.
pub const MAX_SKELETON: u32 = 2 * MAX_NAME;

/// What all names that look alike have in common. See [`skeleton`].
pub type Skeleton = BoundedVec<u8, ConstU32<MAX_SKELETON>>;

/// A character, and what it is easily taken for.
pub type LookAlike = (u8, &'static [u8]);

/// What Unicode calls confusable (UTS 39, its file `confusables.txt`) among the characters of names,
/// whose capitals are small. A capital `I` is in it.
///
/// With [`OUR_LOOK_ALIKES`] it makes the keys under which names are kept. So it is written down, and
/// only compared to Unicode's data: when that changes, a test fails, and taking the change over is a
/// migration of all names.
pub const UNICODE_LOOK_ALIKES: [LookAlike; 4] =
	[(b'0', b"o"), (b'1', b"l"), (b'i', b"l"), (b'm', b"rn")];

/// What Unicode's data lacks. It compares what a good font draws, at reading size. Names are also
/// seen in small print, in handwriting and in capitals, and remembered.
pub const OUR_LOOK_ALIKES: [LookAlike; 9] = [
	(b'2', b"z"),
	(b'5', b"s"),
	(b'6', b"b"),
	(b'8', b"b"),
	(b'9', b"g"),
	(b'q', b"g"),
	(b'u', b"v"),
	(b'd', b"cl"),
	(b'w', b"vv"),
];

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
}

/// `raw` as a name: its capitals made small. Costs the same whatever names exist. Whether it can be
/// claimed is another question: see [`reserved`].
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
	Ok(name)
}

/// The name in [`RESERVED`] that `name` is or looks like, if any.
///
/// Asked of a claim alone. A name that was claimed before its word was reserved is found like any
/// other, and so is its owner.
pub fn reserved(name: &Name) -> Option<&'static str> {
	RESERVED.into_iter().find(|word| bones(word.as_bytes()).eq(bones(name)))
}

/// What `name` has in common with all names that look like it, and with no other.
///
/// Hyphens go, and each character becomes what it is easily taken for, by [`UNICODE_LOOK_ALIKES`] and
/// [`OUR_LOOK_ALIKES`].
pub fn skeleton(name: &Name) -> Skeleton {
	skeleton_of(name)
}

fn skeleton_of(name: &[u8]) -> Skeleton {
	let mut skeleton = Skeleton::default();
	for bone in bones(name) {
		// Never full: a name is at most half as long.
		_ = skeleton.try_push(bone);
	}
	skeleton
}

/// A skeleton, byte by byte.
fn bones(name: &[u8]) -> impl Iterator<Item = u8> + '_ {
	name.iter().filter(|byte| **byte != b'-').flat_map(|byte| bones_of(byte).iter().copied())
}

fn bones_of(byte: &u8) -> &[u8] {
	let look_alikes = UNICODE_LOOK_ALIKES.iter().chain(&OUR_LOOK_ALIKES);
	let found = look_alikes.into_iter().find(|(from, _)| from == byte);
	found.map_or(core::slice::from_ref(byte), |(_, to)| to)
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;
	use std::collections::{BTreeMap, BTreeSet};

	/// Every character of a name.
	const ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789-";

	fn name(raw: &str) -> Name {
		normalise(raw.as_bytes()).unwrap_or_else(|error| panic!("{raw}: {error:?}"))
	}

	fn skeleton_text(raw: &str) -> String {
		String::from_utf8(skeleton_of(raw.as_bytes()).into_inner()).expect("it is ASCII")
	}

	/// All strings of `length` over `alphabet`.
	fn strings(alphabet: &[u8], length: u32) -> impl Iterator<Item = Vec<u8>> + '_ {
		let size = alphabet.len();
		(0..size.pow(length)).map(move |index| {
			(0..length).map(|place| alphabet[index / size.pow(place) % size]).collect()
		})
	}

	#[test]
	fn codec_indices_are_pinned() {
		use NameError::*;
		for (index, error) in [TooShort, TooLong, BadCharacter, Malformed].iter().enumerate() {
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
	fn reserved_names_have_look_alikes() {
		for word in RESERVED {
			assert_eq!(reserved(&name(word)), Some(word));
			assert_eq!(reserved(&name(&word.to_uppercase())), Some(word));
		}
		for (raw, word) in [
			("adrnin", "admin"),
			("aclmin", "admin"),
			("acimin", "admin"),
			("a-d-m-i-n", "admin"),
			("ourledger", "our-ledger"),
			("our1ed9er", "our-ledger"),
			("ovrledger", "our-ledger"),
			("rn-o-derator", "moderator"),
			("r00t", "root"),
			("treasvry", "treasury"),
			("covncil", "council"),
			("s-upport", "support"),
			("vvvvvv", "www"),
			("vwv-v-v", "www"),
			("uwuu-u", "www"),
		] {
			assert_eq!(reserved(&name(raw)), Some(word), "{raw}");
		}
		for raw in ["admins", "hour", "rooted", "supports", "ours", "vwv"] {
			assert_eq!(reserved(&name(raw)), None, "{raw}");
		}
	}

	#[test]
	fn reserved_names_would_be_names() {
		for reserved in RESERVED {
			let bytes = reserved.as_bytes();
			assert!((MIN_NAME..=MAX_NAME as usize).contains(&bytes.len()), "{reserved}");
			assert!(bytes.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'-'));
		}
		let skeletons: BTreeSet<_> =
			RESERVED.iter().map(|reserved| skeleton_text(reserved)).collect();
		assert_eq!(skeletons.len(), RESERVED.len(), "two reserved names look alike");
	}

	#[test]
	fn skeletons_are_pinned() {
		// Every character: these are keys of the storage.
		assert_eq!(skeleton_text("abcdefghijklmnopqrstuvwxyz"), "abcclefghljklrnnopgrstvvvvxyz");
		assert_eq!(skeleton_text("0123456789-"), "olz34sb7bg");
		for (raw, expected) in [
			("alice", "allce"),
			("a-b-c", "abc"),
			("modern", "rnoclern"),
			("r-n", "rn"),
			("clear", "clear"),
			("ci", "cl"),
			("savvy", "savvy"),
			("sawy", "savvy"),
			("vwv", "vvvv"),
			("ww", "vvvv"),
		] {
			assert_eq!(skeleton_text(raw), expected, "{raw}");
		}
	}

	/// What a character is in a table.
	fn in_table<'a>(table: &'a [LookAlike], byte: &'a u8) -> &'a [u8] {
		let found = table.iter().find(|(from, _)| from == byte);
		found.map_or(core::slice::from_ref(byte), |(_, to)| to)
	}

	/// The table is what Unicode says now, no more and no less.
	#[test]
	fn unicode_look_alikes_are_those_of_the_data() {
		assert_eq!(unicode_security::UNICODE_VERSION, (18, 0, 0));
		let by_unicode = |text: &str| -> String {
			// As it is written, and with its capitals made small: what Unicode takes a character
			// for may be a capital.
			unicode_security::skeleton(text).collect::<String>().to_ascii_lowercase()
		};
		for byte in ALPHABET {
			let ours = in_table(&UNICODE_LOOK_ALIKES, byte);
			for written in [*byte, byte.to_ascii_uppercase()] {
				let theirs = by_unicode(char::from(written).encode_utf8(&mut [0; 4]));
				let is_taken_for_itself = theirs.as_bytes() == [*byte];
				assert!(
					theirs.as_bytes() == ours || is_taken_for_itself,
					"{} is {theirs}",
					char::from(written)
				);
			}
			// What is in the table is in the data, of one case or the other.
			let from_data = [*byte, byte.to_ascii_uppercase()]
				.map(|written| by_unicode(char::from(written).encode_utf8(&mut [0; 4])));
			assert!(from_data.iter().any(|theirs| theirs.as_bytes() == ours), "{byte}");
		}
		// Nor does the data know what is in the other table.
		for (from, to) in OUR_LOOK_ALIKES {
			let theirs = by_unicode(char::from(from).encode_utf8(&mut [0; 4]));
			assert_ne!(theirs.as_bytes(), to, "{}", char::from(from));
		}
	}

	#[test]
	fn no_look_alike_is_taken_for_another() {
		let all = || UNICODE_LOOK_ALIKES.iter().chain(&OUR_LOOK_ALIKES);
		let different: BTreeSet<_> = all().map(|(from, _)| from).collect();
		assert_eq!(different.len(), all().count(), "a character is there twice");
		for (from, to) in all() {
			assert!(ALPHABET.contains(from) && *from != b'-');
			assert!((1..=2).contains(&to.len()));
			for bone in *to {
				assert!(!different.contains(bone), "{} goes on", char::from(*bone));
			}
		}
	}

	#[test]
	fn look_alikes_share_a_skeleton() {
		let look_alikes: [&[&str]; 11] = [
			&["paypal", "paypa1", "paypai", "pay-pal", "p-a-y-p-a-1"],
			&["modern", "modem", "m0dem", "rnodern", "moclem", "rno-cle-rn"],
			&["savvy", "sawy", "sav-vy", "s-a-w-y", "sauuy"],
			&["vvv-x", "wv-x", "vw-x", "vvvx"],
			&["cloud", "doud", "c1ouc1", "cioud", "dou-cl"],
			&["google", "g00gle", "goog1e", "gooqie", "q-o-o-9-le"],
			&["zoe5", "zoes", "z0e5", "z-o-e-s"],
			&["bob", "b0b", "bo8", "b08", "bo-b", "bo6", "b06"],
			&["savings", "sauings", "saving5", "sa-uin9s"],
			&["wood", "vvood", "uuood", "vuoocl"],
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

	/// A change of one character for a look-alike, wherever it stands, changes no skeleton; any
	/// other change does.
	#[test]
	fn skeleton_changes_with_any_other_character() {
		for first in ALPHABET {
			for second in ALPHABET {
				let same =
					skeleton_of(&[b'x', *first, b'x']) == skeleton_of(&[b'x', *second, b'x']);
				assert_eq!(same, bones_of(first) == bones_of(second));
			}
		}
	}

	/// A pair is one letter whatever is beside it, also what could make another pair.
	#[test]
	fn pairs_look_alike_wherever_they_meet() {
		for (raw, other) in [
			("rn", "m"),
			("vv", "w"),
			("cl", "d"),
			("ci", "d"),
			("c1", "d"),
			("uv", "w"),
			("r-n", "m"),
		] {
			for before in strings(b"rvcnxw", 2) {
				for after in strings(b"nvlmx1", 2) {
					let with = |middle: &str| {
						skeleton_of(&[&before[..], middle.as_bytes(), &after[..]].concat())
					};
					assert_eq!(with(raw), with(other), "{raw} {other}");
				}
			}
		}
	}

	#[test]
	fn all_short_names_of_one_skeleton_are_of_one_drawing() {
		// Found another way: by replacing text.
		let drawing = |raw: &[u8]| {
			let raw = core::str::from_utf8(raw).expect("it is ASCII").replace('-', "");
			[
				("0", "o"),
				("1", "l"),
				("i", "l"),
				("2", "z"),
				("5", "s"),
				("6", "b"),
				("8", "b"),
				("9", "g"),
				("q", "g"),
				("u", "v"),
				("m", "rn"),
				("w", "vv"),
				("d", "cl"),
			]
			.iter()
			.fold(raw, |drawn, (from, to)| drawn.replace(from, to))
		};
		let mut by_drawing = BTreeMap::new();
		for raw in strings(ALPHABET, 3) {
			let first = by_drawing.entry(drawing(&raw)).or_insert_with(|| skeleton_of(&raw));
			assert_eq!(*first, skeleton_of(&raw));
		}
		let skeletons: BTreeSet<_> = by_drawing.values().collect();
		assert_eq!(skeletons.len(), by_drawing.len());
	}

	#[test]
	fn skeleton_has_room_for_every_name() {
		for letter in [b'w', b'm', b'd', b'a'] {
			let bones = skeleton_of(&[letter; MAX_NAME as usize]);
			assert_eq!(bones.len(), bones_of(&letter).len() * MAX_NAME as usize);
		}
		let longest = UNICODE_LOOK_ALIKES.iter().chain(&OUR_LOOK_ALIKES).map(|(_, to)| to.len());
		assert_eq!(longest.max(), Some((MAX_SKELETON / MAX_NAME) as usize));
	}

	proptest! {
		#[test]
		fn skeleton_is_idempotent_and_never_empty(raw in "[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,7}){0,3}") {
			let Ok(name) = normalise(raw.as_bytes()) else { return Ok(()) };
			let bones = skeleton(&name);
			prop_assert!(!bones.is_empty() && bones.len() <= 2 * name.len());
			prop_assert_eq!(skeleton_of(&bones), bones);
		}

		#[test]
		fn look_alikes_of_a_name_share_its_skeleton(
			raw in "[a-z][a-z0-9]{2,31}",
			place: proptest::sample::Index,
			hyphen: bool,
		) {
			let bones = skeleton_of(raw.as_bytes());
			let place = place.index(raw.len());
			for other in ALPHABET.iter().filter(|byte| bones_of(byte) == bones_of(&raw.as_bytes()[place])) {
				let mut twin = raw.clone().into_bytes();
				twin[place] = *other;
				if hyphen {
					twin.insert(place, b'-');
				}
				prop_assert_eq!(skeleton_of(&twin), bones.clone());
			}
		}
	}
}
