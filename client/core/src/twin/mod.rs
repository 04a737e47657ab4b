//! Twins, as the chain knows them, and the calls on them.

pub mod did;
pub mod keys;
pub mod lookup;
pub mod name;
pub mod party;
pub mod permit;
pub mod profile;
pub mod registration;

use crate::{
	chain::State,
	error::{Error, Result},
	hash, texts,
	twin::did::Did,
};
use ourledger_primitives::twin;
use serde_json::{json, Value as Json};
use subxt::{
	ext::{scale_decode::DecodeAsType, scale_encode::EncodeAsType},
	utils::AccountId32,
};

/// Twins on one page, as many as the chain gives.
const PAGE: u64 = 100;

/// What a twin is.
#[derive(Clone, Copy, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub enum Kind {
	/// A human being.
	Person,
	/// A business, whatever its legal form.
	Company,
	/// People who act together.
	Community,
	/// A machine.
	Device,
	/// A program that others call.
	Service,
}

impl Kind {
	/// Every kind.
	const ALL: [Self; 5] =
		[Self::Person, Self::Company, Self::Community, Self::Device, Self::Service];

	/// The kind that is written so.
	pub fn named(name: &str) -> Option<Self> {
		Self::ALL.into_iter().find(|kind| kind.name() == name)
	}

	/// As it is written in JSON and as an argument.
	pub fn name(self) -> &'static str {
		match self {
			Self::Person => "person",
			Self::Company => "company",
			Self::Community => "community",
			Self::Device => "device",
			Self::Service => "service",
		}
	}
}

impl From<Kind> for twin::TwinKind {
	fn from(kind: Kind) -> Self {
		match kind {
			Kind::Person => Self::Person,
			Kind::Company => Self::Company,
			Kind::Community => Self::Community,
			Kind::Device => Self::Device,
			Kind::Service => Self::Service,
		}
	}
}

/// What a key is for.
#[derive(Clone, Copy, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub enum Purpose {
	/// To prove to be the twin.
	Authentication,
	/// To sign statements in the twin's name.
	Assertion,
	/// To encrypt to the twin.
	KeyAgreement,
}

impl Purpose {
	/// As it is written in JSON and as an argument.
	pub fn name(self) -> &'static str {
		match self {
			Self::Authentication => "authentication",
			Self::Assertion => "assertion",
			Self::KeyAgreement => "key-agreement",
		}
	}
}

impl From<Purpose> for twin::KeyPurpose {
	fn from(purpose: Purpose) -> Self {
		match purpose {
			Purpose::Authentication => Self::Authentication,
			Purpose::Assertion => Self::Assertion,
			Purpose::KeyAgreement => Self::KeyAgreement,
		}
	}
}

/// A public key, or the hash of one.
#[derive(Clone, Copy, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub enum PublicKey {
	/// Schnorr signatures on Ristretto.
	Sr25519([u8; 32]),
	/// Ed25519 signatures.
	Ed25519([u8; 32]),
	/// ECDSA on NIST P-256, compressed.
	P256([u8; 33]),
	/// Diffie-Hellman on Curve25519.
	X25519([u8; 32]),
	/// BLAKE2b-256 of an ML-KEM-768 encapsulation key.
	MlKem768Hash([u8; 32]),
}

impl PublicKey {
	/// The kind, as it is written in JSON and as an argument.
	pub fn kind(&self) -> &'static str {
		match self {
			Self::Sr25519(_) => "sr25519",
			Self::Ed25519(_) => "ed25519",
			Self::P256(_) => "p256",
			Self::X25519(_) => "x25519",
			Self::MlKem768Hash(_) => "ml-kem-768-hash",
		}
	}

	/// The key itself.
	pub fn bytes(&self) -> &[u8] {
		match self {
			Self::Sr25519(key)
			| Self::Ed25519(key)
			| Self::X25519(key)
			| Self::MlKem768Hash(key) => key,
			Self::P256(key) => key,
		}
	}

	/// Kind and bytes: `ed25519:0x…`.
	pub fn text(&self) -> String {
		format!("{}:{}", self.kind(), hash::text(self.bytes()))
	}
}

impl From<PublicKey> for twin::PublicKey {
	fn from(key: PublicKey) -> Self {
		match key {
			PublicKey::Sr25519(key) => Self::Sr25519(key),
			PublicKey::Ed25519(key) => Self::Ed25519(key),
			PublicKey::P256(key) => Self::P256(key),
			PublicKey::X25519(key) => Self::X25519(key),
			PublicKey::MlKem768Hash(key) => Self::MlKem768Hash(key),
		}
	}
}

/// A key of a twin.
#[derive(Clone, Copy, Debug, DecodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Key {
	/// Its number within the twin.
	pub id: u16,
	/// What it is for.
	pub purpose: Purpose,
	/// The key.
	pub key: PublicKey,
}

/// How a twin presents itself.
#[derive(Clone, Debug, Default, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct Profile {
	/// What people see, UTF-8.
	pub display_name: Vec<u8>,
	/// BLAKE3 of an image.
	pub logo: Option<[u8; 32]>,
	/// Country, two capitals.
	pub country: Option<[u8; 2]>,
}

impl Profile {
	/// What people see.
	pub fn display_name(&self) -> String {
		texts::shown(&self.display_name)
	}

	/// The country's two letters.
	pub fn country(&self) -> Option<String> {
		self.country.map(|letters| String::from_utf8_lossy(&letters).into_owned())
	}

	/// The logo's hash in hexadecimal.
	pub fn logo(&self) -> Option<String> {
		self.logo.map(|logo| hash::text(&logo))
	}
}

/// Whether a twin can act.
#[derive(Clone, Copy, Debug, DecodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub enum TwinState {
	/// It can.
	Active,
	/// Never again, since this block.
	Deactivated(u64),
}

/// Everything about a twin.
#[derive(Clone, Debug, DecodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct TwinInfo {
	/// Its number.
	pub number: u64,
	/// What it is.
	pub kind: Kind,
	/// The account that acts for it.
	pub controller: AccountId32,
	/// Whether it can act.
	pub state: TwinState,
	/// How it presents itself; empty once deactivated.
	pub profile: Profile,
	/// Its name, if it claimed one.
	pub name: Option<Vec<u8>>,
	/// How it can be reached, the preferred way first.
	pub endpoints: Vec<Vec<u8>>,
	/// Its keys.
	pub keys: Vec<Key>,
	/// Block of its registration.
	pub registered: u64,
	/// Who paid for its registration.
	pub depositor: AccountId32,
}

impl TwinInfo {
	/// The twin of this number.
	pub async fn read(state: &State, number: u64) -> Result<Self> {
		Self::numbered(state, number)
			.await?
			.ok_or_else(|| Error::not_found(format!("there is no twin {number}")))
	}

	/// The twin of this number, if there is one.
	pub async fn numbered(state: &State, number: u64) -> Result<Option<Self>> {
		state.view("Twins", "twin", (number,)).await
	}

	/// The twin that this account controls, or did before it was deactivated.
	pub async fn of(state: &State, account: AccountId32) -> Result<Option<Self>> {
		state.view("Twins", "twin_of", (account,)).await
	}

	/// How many twins there are: the last one's number.
	pub async fn count(state: &State) -> Result<u64> {
		state.view("Twins", "count", ()).await
	}

	/// Twins in order of their numbers: so many at most, from `first` on.
	pub async fn list(state: &State, first: u64, limit: u64) -> Result<Vec<Self>> {
		let mut twins: Vec<Self> = Vec::new();
		while (twins.len() as u64) < limit {
			let wanted = PAGE.min(limit - twins.len() as u64) as u32;
			let next = first.saturating_add(twins.len() as u64);
			let page: Vec<Self> = state.view("Twins", "twins", (next, wanted)).await?;
			if page.is_empty() {
				break;
			}
			twins.extend(page);
		}
		Ok(twins)
	}

	/// The name as text.
	pub fn name(&self) -> Option<String> {
		self.name.as_ref().map(|name| String::from_utf8_lossy(name).into_owned())
	}

	/// The endpoints as text.
	pub fn endpoints(&self) -> impl Iterator<Item = String> + '_ {
		self.endpoints.iter().map(|endpoint| String::from_utf8_lossy(endpoint).into_owned())
	}

	/// The block since which it can't act any more.
	pub fn deactivated(&self) -> Option<u64> {
		match self.state {
			TwinState::Active => None,
			TwinState::Deactivated(block) => Some(block),
		}
	}

	/// "active" or "deactivated".
	fn state_name(&self) -> &'static str {
		match self.state {
			TwinState::Active => "active",
			TwinState::Deactivated(_) => "deactivated",
		}
	}

	/// All of it as JSON.
	pub fn json(&self, did: &Did) -> Json {
		json!({
			"number": self.number,
			"did": did.to_string(),
			"kind": self.kind.name(),
			"state": self.state_name(),
			"deactivated": self.deactivated(),
			"displayName": self.profile.display_name(),
			"country": self.profile.country(),
			"logo": self.profile.logo(),
			"name": self.name(),
			"controller": self.controller,
			"depositor": self.depositor,
			"endpoints": self.endpoints().collect::<Json>(),
			"keys": self.keys.iter().map(Key::json).collect::<Json>(),
			"registered": self.registered,
		})
	}

	/// What lists and searches say of it.
	pub fn summary(&self) -> Json {
		json!({
			"number": self.number,
			"kind": self.kind.name(),
			"state": self.state_name(),
			"displayName": self.profile.display_name(),
			"country": self.profile.country(),
			"name": self.name(),
			"controller": self.controller,
		})
	}
}

impl Key {
	/// As JSON.
	pub fn json(&self) -> Json {
		json!({ "id": self.id, "purpose": self.purpose.name(), "key": self.key.text() })
	}
}

/// What is held today for a twin, its keys and its name, in base units.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct Deposits {
	/// For a registration.
	pub twin: u128,
	/// The part of it that never comes back.
	pub tombstone: u128,
	/// For the first key.
	pub key: u128,
	/// For each further key.
	pub further_key: u128,
	/// For a name.
	pub name: u128,
}

impl Deposits {
	/// Those of today.
	pub async fn read(state: &State) -> Result<Self> {
		state.view("Twins", "deposits", ()).await
	}
}

/// A twin for tests: nothing in it but what must be.
#[cfg(any(test, feature = "testing"))]
pub fn example(number: u64) -> TwinInfo {
	TwinInfo {
		number,
		kind: Kind::Person,
		controller: AccountId32([1; 32]),
		state: TwinState::Active,
		profile: Profile { display_name: b"Anna".into(), ..Profile::default() },
		name: None,
		endpoints: Vec::new(),
		keys: Vec::new(),
		registered: 5,
		depositor: AccountId32([2; 32]),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use subxt::utils::H256;

	#[test]
	fn json_has_its_stable_shape() {
		let twin = TwinInfo {
			name: Some(b"anna".into()),
			endpoints: vec![b"https://example.org".into()],
			keys: vec![Key {
				id: 3,
				purpose: Purpose::KeyAgreement,
				key: PublicKey::X25519([9; 32]),
			}],
			profile: Profile {
				display_name: "Anná".into(),
				logo: Some([7; 32]),
				country: Some(*b"BE"),
			},
			..example(7)
		};
		assert_eq!(
			twin.json(&Did::of(H256([0xab; 32]), 7)),
			json!({
				"number": 7,
				"did": "did:ourledger:abababababababababababababababab:7",
				"kind": "person",
				"state": "active",
				"deactivated": null,
				"displayName": "Anná",
				"country": "BE",
				"logo": format!("0x{}", "07".repeat(32)),
				"name": "anna",
				"controller": AccountId32([1; 32]).to_string(),
				"depositor": AccountId32([2; 32]).to_string(),
				"endpoints": ["https://example.org"],
				"keys": [{
					"id": 3,
					"purpose": "key-agreement",
					"key": format!("x25519:0x{}", "09".repeat(32)),
				}],
				"registered": 5,
			})
		);
	}

	#[test]
	fn summary_has_its_stable_shape() {
		assert_eq!(
			example(7).summary().to_string(),
			format!(
				r#"{{"number":7,"kind":"person","state":"active","displayName":"Anna","country":null,"name":null,"controller":"{}"}}"#,
				AccountId32([1; 32])
			)
		);
	}

	#[test]
	fn deactivated_twin_says_since_when() {
		let twin = TwinInfo { state: TwinState::Deactivated(9), ..example(7) };
		let did = Did::of(H256([0; 32]), 7);
		assert_eq!(twin.json(&did)["state"], "deactivated");
		assert_eq!(twin.json(&did)["deactivated"], 9);
	}
}
