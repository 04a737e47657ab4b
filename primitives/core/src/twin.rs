//! Twins: what the phonebook lists, in the types that pallets, runtime and clients share.

use crate::{text, Balance};
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use sp_runtime::{traits::ConstU32, BoundedVec, DispatchError, DispatchResult};

pub use ourledger_trade::TwinNumber;

/// What a newcomer's signature under its registration by a sponsor begins with, so that it can't be
/// taken for one of another purpose.
pub const SPONSORSHIP_TAG: [u8; 25] = *b"ourledger/register-for/v1";

/// Number of a key within its twin. Given in order from 0 and never given twice.
pub type KeyId = u16;

/// Most endpoints of a twin.
pub const MAX_ENDPOINTS: u32 = 8;

/// Most keys of a twin at one time.
pub const MAX_KEYS: u32 = 16;

/// Longest display name, in bytes of UTF-8.
pub const MAX_DISPLAY_NAME: u32 = 64;

/// Longest endpoint, in bytes.
pub const MAX_ENDPOINT: u32 = 128;

/// How a twin can be reached: `scheme:rest` in printable ASCII, such as
/// `https://example.org/inbox`. See [`is_endpoint`].
pub type Endpoint = BoundedVec<u8, ConstU32<MAX_ENDPOINT>>;

/// What a twin is.
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
pub enum TwinKind {
	/// A human being.
	#[codec(index = 0)]
	Person,
	/// A business, whatever its legal form.
	#[codec(index = 1)]
	Company,
	/// People who act together.
	#[codec(index = 2)]
	Community,
	/// A machine.
	#[codec(index = 3)]
	Device,
	/// A program that others call.
	#[codec(index = 4)]
	Service,
}

/// What a key may be used for.
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
pub enum KeyPurpose {
	/// To prove to be the twin.
	#[codec(index = 0)]
	Authentication,
	/// To sign statements in the twin's name.
	#[codec(index = 1)]
	Assertion,
	/// To encrypt to the twin.
	#[codec(index = 2)]
	KeyAgreement,
}

/// A public key, or the hash of one that is too long to keep on chain.
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
pub enum PublicKey {
	/// Schnorr signatures on Ristretto.
	#[codec(index = 0)]
	Sr25519([u8; 32]),
	/// Ed25519 signatures.
	#[codec(index = 1)]
	Ed25519([u8; 32]),
	/// ECDSA on NIST P-256, compressed: what passkeys and secure elements hold.
	#[codec(index = 2)]
	P256([u8; 33]),
	/// Diffie-Hellman on Curve25519.
	#[codec(index = 3)]
	X25519([u8; 32]),
	/// BLAKE2b-256 of an ML-KEM-768 encapsulation key, which has 1,184 bytes.
	#[codec(index = 4)]
	MlKem768Hash([u8; 32]),
}

impl PublicKey {
	/// Whether a key of this kind can be used for `purpose`: one encrypts or signs, never both.
	pub fn serves(&self, purpose: KeyPurpose) -> bool {
		let encrypts = matches!(self, Self::X25519(_) | Self::MlKem768Hash(_));
		encrypts == (purpose == KeyPurpose::KeyAgreement)
	}

	/// Whether this could be a key. Catches zeroes and a wrong encoding; says nothing of who has
	/// the secret, nor whether the point is on its curve.
	pub fn is_well_formed(&self) -> bool {
		match self {
			Self::P256(key) => matches!(key[0], 2 | 3) && key[1..].iter().any(|byte| *byte != 0),
			Self::Sr25519(key)
			| Self::Ed25519(key)
			| Self::X25519(key)
			| Self::MlKem768Hash(key) => key.iter().any(|byte| *byte != 0),
		}
	}
}

/// How a twin presents itself. Anyone may claim anything here; only the number and the name are
/// unique.
#[derive(
	Clone,
	Debug,
	Default,
	Eq,
	PartialEq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct Profile {
	/// What people see, UTF-8. Not unique.
	pub display_name: BoundedVec<u8, ConstU32<MAX_DISPLAY_NAME>>,
	/// BLAKE3 of an image, as in the descriptor of a record that holds it.
	pub logo: Option<[u8; 32]>,
	/// Country, two capitals as in ISO 3166-1. Not checked against the list, which changes.
	pub country: Option<[u8; 2]>,
}

/// What is wrong with a [`Profile`].
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
pub enum ProfileError {
	/// The display name has a [`text::Flaw`].
	#[codec(index = 0)]
	DisplayName,
	/// The country isn't two capital letters.
	#[codec(index = 1)]
	Country,
}

impl Profile {
	/// Whether a twin may present itself like this.
	pub fn check(&self) -> Result<(), ProfileError> {
		if !is_display_name(&self.display_name) {
			return Err(ProfileError::DisplayName);
		}
		match self.country {
			Some(letters) if !letters.iter().all(u8::is_ascii_uppercase) => {
				Err(ProfileError::Country)
			},
			_ => Ok(()),
		}
	}
}

/// Whether `bytes` can be shown as a name, amid the text of others: see [`text::flaw`]. The length is
/// the type's to limit.
pub fn is_display_name(bytes: &[u8]) -> bool {
	text::flaw(bytes).is_none()
}

/// Whether `bytes` are an [`Endpoint`]: `scheme:rest`, where the scheme is a letter and then
/// letters, digits, `+`, `-` and `.`, and the rest is not empty; all of it printable ASCII without
/// spaces. The length is the type's to limit.
pub fn is_endpoint(bytes: &[u8]) -> bool {
	let Some(colon) = bytes.iter().position(|byte| *byte == b':') else { return false };
	let (scheme, rest) = (&bytes[..colon], &bytes[colon + 1..]);
	scheme.first().is_some_and(u8::is_ascii_alphabetic)
		&& scheme
			.iter()
			.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
		&& !rest.is_empty()
		&& rest.iter().all(u8::is_ascii_graphic)
}

/// What other pallets ask the phonebook. What it refuses, it refuses with errors of its own, which
/// callers pass on.
pub trait Twins<AccountId> {
	/// Number of the twin that `account` controls. Active twins only: a deactivated one can't act.
	fn number_of(account: &AccountId) -> Option<TwinNumber> {
		Self::acting(account).ok()
	}

	/// The twin that `account` acts for, or why it acts for none.
	fn acting(account: &AccountId) -> Result<TwinNumber, DispatchError>;

	/// The account that controls twin `number`, or did when it was deactivated. It never changes.
	fn controller_of(number: TwinNumber) -> Option<AccountId>;

	/// As [`Self::controller_of`], of a twin that there has to be.
	fn account_of(number: TwinNumber) -> Result<AccountId, DispatchError> {
		Self::controller_of(number).ok_or_else(Self::not_found)
	}

	/// Whether twin `number` exists and can act.
	fn is_active(number: TwinNumber) -> bool;

	/// Refuse a twin that doesn't exist or can't act.
	fn ensure_active(number: TwinNumber) -> DispatchResult {
		Self::is_active(number).then_some(()).ok_or_else(Self::not_found)
	}

	/// What is said of a number that is no twin's, or of one that can't act.
	fn not_found() -> DispatchError;

	/// Make `account` the controller of a new twin, and see to the deposit.
	#[cfg(feature = "runtime-benchmarks")]
	fn register(account: AccountId) -> TwinNumber;
}

/// What a pallet that registers twins and acts for them asks the phonebook besides.
pub trait Registrar<AccountId>: Twins<AccountId> {
	/// What twin `number` is, also once it is deactivated. It never changes.
	fn kind_of(number: TwinNumber) -> Option<TwinKind>;

	/// Register a twin whose controller is `account`, which has no key: another pallet acts for it.
	/// Returns the twin's number.
	///
	/// `account` pays the deposits out of its own OUR, and keeps the existential deposit besides. It is
	/// refused if it controls a twin, or did, and so is a profile that can't be shown. The caller has
	/// to fail with the error: one of the deposits may be held by then.
	fn register_keyless(
		account: &AccountId,
		kind: TwinKind,
		profile: Profile,
	) -> Result<TwinNumber, DispatchError>;

	/// What [`Self::register_keyless`] holds of the account, in base units.
	fn keyless_deposit() -> Balance;

	/// End twin `number`, as its controller's own call does: for a pallet that acts for it. Deposits go
	/// back to whoever paid them, except for what stays for ever, number and controller, and for a
	/// name, whose deposit goes back after its rest. Refuses a twin that there isn't, or that was
	/// deactivated.
	fn deactivate(number: TwinNumber) -> DispatchResult;
}

#[cfg(test)]
mod tests {
	use super::*;

	const ONE: [u8; 32] = [1; 32];

	fn keys() -> [PublicKey; 5] {
		let mut p256 = [1; 33];
		p256[0] = 2;
		[
			PublicKey::Sr25519(ONE),
			PublicKey::Ed25519(ONE),
			PublicKey::P256(p256),
			PublicKey::X25519(ONE),
			PublicKey::MlKem768Hash(ONE),
		]
	}

	fn named(name: &[u8]) -> Profile {
		let display_name = name.to_vec().try_into().expect("a test's name is short");
		Profile { display_name, ..Profile::default() }
	}

	#[test]
	fn codec_indices_are_pinned() {
		use KeyPurpose::*;
		use TwinKind::*;
		for (index, kind) in [Person, Company, Community, Device, Service].iter().enumerate() {
			assert_eq!(kind.encode(), [index as u8]);
		}
		for (index, purpose) in [Authentication, Assertion, KeyAgreement].iter().enumerate() {
			assert_eq!(purpose.encode(), [index as u8]);
		}
		for (index, key) in keys().iter().enumerate() {
			assert_eq!(key.encode()[0], index as u8);
		}
		assert_eq!(ProfileError::DisplayName.encode(), [0]);
		assert_eq!(ProfileError::Country.encode(), [1]);
	}

	#[test]
	fn lengths_are_pinned() {
		assert_eq!(Profile::max_encoded_len(), 2 + 64 + 33 + 3);
		assert_eq!(PublicKey::max_encoded_len(), 34);
		assert_eq!(Endpoint::max_encoded_len(), 130);
	}

	#[test]
	fn key_serves_signing_or_encryption_alone() {
		for (index, key) in keys().iter().enumerate() {
			let signs = index < 3;
			assert_eq!(key.serves(KeyPurpose::Authentication), signs);
			assert_eq!(key.serves(KeyPurpose::Assertion), signs);
			assert_eq!(key.serves(KeyPurpose::KeyAgreement), !signs);
		}
	}

	#[test]
	fn key_is_malformed_when_all_zeroes() {
		for key in keys() {
			assert!(key.is_well_formed());
		}
		let zero = [0; 32];
		let mut infinity = [0; 33];
		infinity[0] = 2;
		for key in [
			PublicKey::Sr25519(zero),
			PublicKey::Ed25519(zero),
			PublicKey::P256([0; 33]),
			PublicKey::P256(infinity),
			PublicKey::X25519(zero),
			PublicKey::MlKem768Hash(zero),
		] {
			assert!(!key.is_well_formed(), "{key:?}");
		}
	}

	#[test]
	fn key_is_well_formed_when_one_bit_is_set() {
		let mut last = [0; 32];
		last[31] = 1;
		assert!(PublicKey::X25519(last).is_well_formed());
		let mut last = [0; 33];
		(last[0], last[32]) = (3, 1);
		assert!(PublicKey::P256(last).is_well_formed());
	}

	#[test]
	fn p256_key_is_well_formed_only_when_compressed() {
		for first in 0..=u8::MAX {
			let mut key = [7; 33];
			key[0] = first;
			assert_eq!(PublicKey::P256(key).is_well_formed(), matches!(first, 2 | 3), "{first}");
		}
	}

	#[test]
	fn display_name_may_be_any_script() {
		for name in
			["a", "Zoë de Vries", "中文", "می‌خواهم", "👩‍🌾 farm", "O'Neil & Sons, Ltd.", " x "]
		{
			assert_eq!(named(name.as_bytes()).check(), Ok(()), "{name}");
		}
		assert_eq!(named(&[b'a'; MAX_DISPLAY_NAME as usize]).check(), Ok(()));
	}

	#[test]
	fn display_name_is_refused_when_flawed() {
		for name in [
			"",
			" ",
			"\u{2800}",
			"\u{3164}",
			"a\nb",
			"a\u{61c}b",
			"a\u{202e}b",
			"\u{301}",
			"a\u{fffe}",
		] {
			assert_eq!(named(name.as_bytes()).check(), Err(ProfileError::DisplayName), "{name:?}");
		}
		assert_eq!(named(&[0xff]).check(), Err(ProfileError::DisplayName));
	}

	#[test]
	fn country_is_two_capitals() {
		for first in 0..=u8::MAX {
			for second in [b'A' - 1, b'A', b'Z', b'Z' + 1, b'a'] {
				let profile = Profile { country: Some([first, second]), ..named(b"a") };
				let valid = first.is_ascii_uppercase() && matches!(second, b'A' | b'Z');
				assert_eq!(profile.check().is_ok(), valid, "{first} {second}");
			}
		}
		let profile = Profile { country: Some(*b"be"), ..named(b"a") };
		assert_eq!(profile.check(), Err(ProfileError::Country));
	}

	#[test]
	fn endpoint_is_a_scheme_and_a_rest() {
		for endpoint in [
			"https://example.org/inbox?a=b#c",
			"mailto:a@b",
			"a:b",
			"ourledger+tcp://[2001:db8::1]:443",
			"h-2.x:y",
			"a::",
		] {
			assert!(is_endpoint(endpoint.as_bytes()), "{endpoint}");
		}
		for endpoint in ["", ":", "a", "a:", ":b", "1a:b", "+a:b", "a b:c", "a:b c", "a/b:c", "ä:b"]
		{
			assert!(!is_endpoint(endpoint.as_bytes()), "{endpoint}");
		}
	}

	#[test]
	fn endpoint_is_printable() {
		for byte in 0..=u8::MAX {
			assert_eq!(is_endpoint(&[b'a', b':', byte]), (0x21..=0x7e).contains(&byte), "{byte}");
		}
	}
}
