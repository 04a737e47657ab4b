//! Decentralised identifiers of twins, and their documents: `docs/did-method.md`.
//!
//! The documents follow W3C DID Core 1.0, in its JSON-LD representation.

use crate::{
	call::Call,
	chain::{Chain, State},
	error::{Error, Result},
	twin::{Key, PublicKey, Purpose, TwinInfo},
};
use chrono::{DateTime, SecondsFormat};
use codec::{Compact, Decode};
use serde_json::{json, Map, Value as Json};
use std::{
	fmt::{self, Display, Formatter},
	str::FromStr,
};
use subxt::{utils::H256, ArcMetadata};

/// What every identifier of this method begins with.
const PREFIX: &str = "did:ourledger:";

/// Hexadecimal digits of the genesis hash that name a network: 128 bits, so that nobody can make a
/// second network of the same name.
const NETWORK_DIGITS: usize = 32;

/// The context of DID Core, which has to be the first.
const CORE_CONTEXT: &str = "https://www.w3.org/ns/did/v1";

/// Defines `Multikey` and `publicKeyMultibase`.
const MULTIKEY_CONTEXT: &str = "https://w3id.org/security/multikey/v1";

/// Defines `LinkedDomains`.
const DOMAINS_CONTEXT: &str = "https://identity.foundation/.well-known/did-configuration/v1";

/// Begins the names of what this method adds to the documents.
const VOCABULARY: &str = "ourledger:vocab#";

/// The media type of the documents.
const MEDIA_TYPE: &str = "application/did+ld+json";

/// Type of a service that DID Core's registries have no word for.
const ENDPOINT_TYPE: &str = "OurLedgerEndpoint";

/// Type of a verification method that has only the hash of its key.
const HASH_TYPE: &str = "OurLedgerKeyHash";

/// Header of a BLAKE2b-256 multihash: the varint of 0xb220, then the length.
const BLAKE2B_256: [u8; 4] = [0xa0, 0xe4, 0x02, 32];

/// An identifier: a network and the number of a twin on it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Did {
	network: String,
	/// The twin.
	pub number: u64,
}

impl Did {
	/// The identifier of a twin on the network with this genesis.
	pub fn of(genesis: H256, number: u64) -> Self {
		Self { network: hex::encode(genesis)[..NETWORK_DIGITS].into(), number }
	}

	/// Refuses an identifier of another network than that with this genesis.
	pub fn ensure_on(&self, genesis: H256) -> Result<()> {
		let here = Self::of(genesis, self.number);
		if self != &here {
			return Err(Error::not_found(format!(
				"{self} is on another network; this one is {}",
				here.network
			)));
		}
		Ok(())
	}

	/// What a twin's name is as a URI.
	fn name_uri(&self, name: &str) -> String {
		format!("ourledger://{}/{name}", self.network)
	}
}

impl Display for Did {
	fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
		write!(out, "{PREFIX}{}:{}", self.network, self.number)
	}
}

impl FromStr for Did {
	type Err = Error;

	fn from_str(text: &str) -> Result<Self> {
		let parsed = || {
			let (network, number) = text.strip_prefix(PREFIX)?.split_once(':')?;
			let did = Self { network: network.into(), number: number.parse().ok()? };
			let is_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
			let valid = network.len() == NETWORK_DIGITS && network.bytes().all(is_hex);
			// One way to write each: no leading zero, no sign.
			(valid && did.number > 0 && did.to_string() == text).then_some(did)
		};
		parsed().ok_or_else(|| {
			Error::input(format!(
				"{text:?} is not written as {PREFIX}NETWORK:NUMBER, where NETWORK is the first \
				 {NETWORK_DIGITS} digits of the genesis hash"
			))
		})
	}
}

/// Whether this is meant as an identifier.
pub fn is_did(text: &str) -> bool {
	text.starts_with("did:")
}

/// The document of a twin. That of a deactivated one says nothing but who it was.
pub fn document(did: &Did, twin: &TwinInfo) -> Json {
	if twin.deactivated().is_some() {
		return json!({ "@context": [CORE_CONTEXT], "id": did.to_string() });
	}
	let services: Vec<_> =
		twin.endpoints().enumerate().map(|(place, uri)| service(did, place, &uri)).collect();
	let mut document = Map::new();
	document.insert("@context".into(), context(&twin.keys, &services));
	document.insert("id".into(), did.to_string().into());
	let mut list = |property: &str, items: Vec<Json>| {
		// An empty set means the same as none.
		if !items.is_empty() {
			document.insert(property.into(), items.into());
		}
	};
	list("alsoKnownAs", twin.name().iter().map(|name| did.name_uri(name).into()).collect());
	list("verificationMethod", twin.keys.iter().map(|key| method(did, key)).collect());
	for (purpose, relationship) in [
		(Purpose::Authentication, "authentication"),
		(Purpose::Assertion, "assertionMethod"),
		(Purpose::KeyAgreement, "keyAgreement"),
	] {
		let keys = twin.keys.iter().filter(|key| key.purpose == purpose);
		list(relationship, keys.map(|key| key_id(did, key).into()).collect());
	}
	list("service", services);
	document.into()
}

/// Resolves the identifier of a twin that was read from a state: the document with what is known of
/// it.
pub async fn resolve(chain: &Chain, state: &State, did: &Did, twin: &TwinInfo) -> Json {
	let created = time_of(chain, state, twin.registered).await;
	resolution(did, twin, created.as_deref(), state.number())
}

/// When a block was made. From its body: its state is soon forgotten. Nothing if the node has
/// neither.
async fn time_of(chain: &Chain, state: &State, number: u64) -> Option<String> {
	let hash: H256 = chain.block_hash(number).await.ok()??;
	let block = chain.node().chain_get_block(Some(hash)).await.ok()??.block;
	// Where that is forgotten, the present runtime's words have to do: those for the time are old.
	let written = chain.archived(number).await;
	let metadata = written.map_or_else(|_| state.metadata(), |(written, _)| written.dictionary());
	let moment = block.extrinsics.iter().find_map(|bytes| moment(bytes, &metadata))?;
	let time = DateTime::from_timestamp_millis(i64::try_from(moment).ok()?)?;
	Some(time.to_rfc3339_opts(SecondsFormat::Secs, true))
}

/// The milliseconds that a transaction says it is, if it is the one that says so.
fn moment(mut bytes: &[u8], metadata: &ArcMetadata) -> Option<u64> {
	Compact::<u32>::decode(&mut bytes).ok()?;
	// Its version comes first, and it has neither signature nor extensions.
	let call = Call::decode(bytes.get(1..)?, metadata).ok()?;
	if call.pallet() != "Timestamp" {
		return None;
	}
	call.to_json(metadata)["args"]["now"].as_u64()
}

/// The result of resolving. `created` is the time of registration, where the node still knows it;
/// `version` the block that was read.
fn resolution(did: &Did, twin: &TwinInfo, created: Option<&str>, version: u64) -> Json {
	let deactivated = twin.deactivated().is_some();
	let mut metadata = Map::new();
	if let Some(created) = created {
		metadata.insert("created".into(), created.into());
	}
	metadata.insert("versionId".into(), version.to_string().into());
	metadata.insert("deactivated".into(), deactivated.into());
	json!({
		"didDocument": if deactivated { Json::Null } else { document(did, twin) },
		"didResolutionMetadata": { "contentType": MEDIA_TYPE },
		"didDocumentMetadata": metadata,
	})
}

/// The contexts of the terms that a document uses, and no others.
fn context(keys: &[Key], services: &[Json]) -> Json {
	let mut contexts = vec![json!(CORE_CONTEXT)];
	let is_hash = |key: &Key| matches!(key.key, PublicKey::MlKem768Hash(_));
	if !keys.iter().all(is_hash) {
		contexts.push(json!(MULTIKEY_CONTEXT));
	}
	if services.iter().any(|service| service["type"] == "LinkedDomains") {
		contexts.push(json!(DOMAINS_CONTEXT));
	}
	let mut own = Map::new();
	let term = |name: &str| json!(format!("{VOCABULARY}{name}"));
	if keys.iter().any(is_hash) {
		for name in [HASH_TYPE, "keyType", "keyMultihash"] {
			own.insert(name.into(), term(name));
		}
	}
	if services.iter().any(|service| service["type"] == ENDPOINT_TYPE) {
		own.insert(ENDPOINT_TYPE.into(), term(ENDPOINT_TYPE));
	}
	if !own.is_empty() {
		contexts.push(own.into());
	}
	contexts.into()
}

fn key_id(did: &Did, key: &Key) -> String {
	format!("{did}#key-{}", key.id)
}

fn method(did: &Did, key: &Key) -> Json {
	let id = key_id(did, key);
	match multicodec(&key.key) {
		Some(codec) => json!({
			"id": id,
			"type": "Multikey",
			"controller": did.to_string(),
			"publicKeyMultibase": multibase(&codec, key.key.bytes()),
		}),
		None => json!({
			"id": id,
			"type": HASH_TYPE,
			"controller": did.to_string(),
			"keyType": "ML-KEM-768",
			"keyMultihash": multibase(&BLAKE2B_256, key.key.bytes()),
		}),
	}
}

/// What the table of multicodecs has for a kind of key, as a varint; nothing for a hash.
fn multicodec(key: &PublicKey) -> Option<[u8; 2]> {
	match key {
		PublicKey::X25519(_) => Some([0xec, 0x01]),
		PublicKey::Ed25519(_) => Some([0xed, 0x01]),
		PublicKey::Sr25519(_) => Some([0xef, 0x01]),
		PublicKey::P256(_) => Some([0x80, 0x24]),
		PublicKey::MlKem768Hash(_) => None,
	}
}

/// Multibase in base 58, with Bitcoin's alphabet.
fn multibase(header: &[u8], bytes: &[u8]) -> String {
	format!("z{}", bs58::encode([header, bytes].concat()).into_string())
}

fn service(did: &Did, place: usize, endpoint: &str) -> Json {
	let id = format!("{did}#endpoint-{place}");
	match origin(endpoint) {
		Some(origin) => json!({ "id": id, "type": "LinkedDomains", "serviceEndpoint": origin }),
		None => json!({ "id": id, "type": ENDPOINT_TYPE, "serviceEndpoint": uri(endpoint) }),
	}
}

/// The endpoint as the origin of a website, if it is nothing else: `https://host`, perhaps a port
/// and a slash.
fn origin(endpoint: &str) -> Option<&str> {
	let scheme = endpoint.get(..8).filter(|scheme| scheme.eq_ignore_ascii_case("https://"))?;
	let host = endpoint[scheme.len()..].strip_suffix('/').unwrap_or(&endpoint[scheme.len()..]);
	let valid = !host.is_empty()
		&& host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
	valid.then(|| &endpoint[..scheme.len() + host.len()])
}

/// The endpoint as a URI: the characters that no URI may have are escaped, and nothing else.
fn uri(endpoint: &str) -> String {
	let bytes = endpoint.as_bytes();
	let is_escape = |place: usize| {
		let digits = bytes.get(place + 1..place + 3);
		digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
	};
	// Brackets are for an address in the place of a host, and there is one fragment.
	let host = endpoint.find("://").map_or(0..0, |scheme| {
		let rest = scheme + 3;
		rest..rest + endpoint[rest..].find(['/', '?', '#']).unwrap_or(bytes.len() - rest)
	});
	let fragment = endpoint.find('#');
	let escaped = bytes.iter().enumerate().map(|(place, byte)| {
		let allowed = match byte {
			b'%' => is_escape(place),
			b'[' | b']' => host.contains(&place),
			b'#' => fragment == Some(place),
			b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' => false,
			_ => true,
		};
		if allowed {
			char::from(*byte).to_string()
		} else {
			format!("%{byte:02X}")
		}
	});
	escaped.collect()
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::twin::{example, TwinState};

	const ID: &str = "did:ourledger:abababababababababababababababab:7";

	fn did() -> Did {
		Did::of(H256([0xab; 32]), 7)
	}

	fn key(id: u16, purpose: Purpose, key: PublicKey) -> Key {
		Key { id, purpose, key }
	}

	#[test]
	fn did_is_the_first_half_of_the_genesis_hash_and_the_number() {
		assert_eq!(did().to_string(), ID);
		assert_eq!(ID.parse(), Ok(did()));
		let text = format!("did:ourledger:{}:{}", "0123456789abcdef".repeat(2), u64::MAX);
		assert_eq!(text.parse::<Did>().map(|did| did.to_string()), Ok(text));
	}

	#[test]
	fn did_is_refused_when_it_is_written_otherwise() {
		for text in [
			"",
			"did:ourledger:",
			"did:key:z6Mk",
			&ID.replace("ab", "AB"),
			&ID.replace("abab:", "ab:"),
			&ID.replace("abab:", "ababab:"),
			&ID.replace("abab:", "abag:"),
			&ID.replace(":7", ":0"),
			&ID.replace(":7", ":07"),
			&ID.replace(":7", ":+7"),
			&ID.replace(":7", ":"),
			&ID.replace(":7", ":18446744073709551616"),
			&format!("{ID}#key-0"),
		] {
			assert_eq!(text.parse::<Did>().map_err(|error| error.code()), Err(4), "{text:?}");
		}
	}

	#[test]
	fn did_of_another_network_is_not_found() {
		assert_eq!(did().ensure_on(H256([0xab; 32])), Ok(()));
		assert_eq!(did().ensure_on(H256([0xac; 32])).map_err(|error| error.code()), Err(5));
	}

	#[test]
	fn bare_document_has_the_core_context_alone() {
		assert_eq!(
			document(&did(), &example(7)),
			json!({ "@context": ["https://www.w3.org/ns/did/v1"], "id": ID })
		);
	}

	#[test]
	fn full_document_is_exactly_this() {
		// The sr25519 key is //Alice's, the P-256 key the curve's base point, the Ed25519 key the
		// first of RFC 8032, the X25519 key Alice's of RFC 7748. Their multibase forms come from a
		// few lines of Python.
		let mut p256 = [0; 33];
		hex::decode_to_slice(
			"036b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296",
			&mut p256,
		)
		.expect("is hexadecimal");
		let array = |digits: &str| {
			let mut bytes = [0; 32];
			hex::decode_to_slice(digits, &mut bytes).expect("is hexadecimal");
			bytes
		};
		let ed25519 = array("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
		let sr25519 = array("d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d");
		let x25519 = array("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
		let twin = TwinInfo {
			name: Some(b"anna".into()),
			endpoints: [
				"https://example.org",
				"https://example.org/inbox",
				"mailto:anna@example.org",
			]
			.map(Vec::from)
			.into(),
			keys: vec![
				key(0, Purpose::Authentication, PublicKey::Sr25519(sr25519)),
				key(1, Purpose::Authentication, PublicKey::P256(p256)),
				key(2, Purpose::Assertion, PublicKey::Ed25519(ed25519)),
				key(4, Purpose::KeyAgreement, PublicKey::X25519(x25519)),
				key(5, Purpose::KeyAgreement, PublicKey::MlKem768Hash([7; 32])),
			],
			..example(7)
		};
		let method = |id: u16, multibase: &str| {
			json!({
				"id": format!("{ID}#key-{id}"),
				"type": "Multikey",
				"controller": ID,
				"publicKeyMultibase": multibase,
			})
		};
		let expected = json!({
			"@context": [
				"https://www.w3.org/ns/did/v1",
				"https://w3id.org/security/multikey/v1",
				"https://identity.foundation/.well-known/did-configuration/v1",
				{
					"OurLedgerKeyHash": "ourledger:vocab#OurLedgerKeyHash",
					"keyType": "ourledger:vocab#keyType",
					"keyMultihash": "ourledger:vocab#keyMultihash",
					"OurLedgerEndpoint": "ourledger:vocab#OurLedgerEndpoint",
				},
			],
			"id": ID,
			"alsoKnownAs": ["ourledger://abababababababababababababababab/anna"],
			"verificationMethod": [
				method(0, "z6QNzHod3tSSJbwo4e5xGDcnsndsR9WByZzPoCGdbv3sv1jJ"),
				method(1, "zDnaepsL7AXenJkVYdkh5KuKsSU7Ykh7kyXaLLU7auN9FWSiZ"),
				method(2, "z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw"),
				method(4, "z6LSkdrX4EvewpktHBjvNxRDogPdC5iVF8LT3LPKefGAgi89"),
				{
					"id": format!("{ID}#key-5"),
					"type": "OurLedgerKeyHash",
					"controller": ID,
					"keyType": "ML-KEM-768",
					"keyMultihash": "z2Drjgb4jKnfXF7xTpQXMe5TagxxcfPDJ8KJWs3DeVeSnaSpCdC",
				},
			],
			"authentication": [format!("{ID}#key-0"), format!("{ID}#key-1")],
			"assertionMethod": [format!("{ID}#key-2")],
			"keyAgreement": [format!("{ID}#key-4"), format!("{ID}#key-5")],
			"service": [
				{
					"id": format!("{ID}#endpoint-0"),
					"type": "LinkedDomains",
					"serviceEndpoint": "https://example.org",
				},
				{
					"id": format!("{ID}#endpoint-1"),
					"type": "OurLedgerEndpoint",
					"serviceEndpoint": "https://example.org/inbox",
				},
				{
					"id": format!("{ID}#endpoint-2"),
					"type": "OurLedgerEndpoint",
					"serviceEndpoint": "mailto:anna@example.org",
				},
			],
		});
		// As text: the order of the properties is part of it.
		assert_eq!(document(&did(), &twin).to_string(), expected.to_string());
	}

	#[test]
	fn multikey_context_is_absent_when_there_are_hashes_alone() {
		let twin = TwinInfo {
			keys: vec![key(0, Purpose::KeyAgreement, PublicKey::MlKem768Hash([7; 32]))],
			..example(7)
		};
		assert_eq!(
			document(&did(), &twin)["@context"],
			json!([
				"https://www.w3.org/ns/did/v1",
				{
					"OurLedgerKeyHash": "ourledger:vocab#OurLedgerKeyHash",
					"keyType": "ourledger:vocab#keyType",
					"keyMultihash": "ourledger:vocab#keyMultihash",
				},
			])
		);
	}

	#[test]
	fn deactivated_twin_has_no_document_but_metadata() {
		let twin = TwinInfo { state: TwinState::Deactivated(9), ..example(7) };
		assert_eq!(
			document(&did(), &twin),
			json!({ "@context": ["https://www.w3.org/ns/did/v1"], "id": ID })
		);
		assert_eq!(
			resolution(&did(), &twin, None, 12).to_string(),
			r#"{"didDocument":null,"didResolutionMetadata":{"contentType":"application/did+ld+json"},"didDocumentMetadata":{"versionId":"12","deactivated":true}}"#
		);
	}

	#[test]
	fn resolution_says_when_and_which_version() {
		let twin = example(7);
		let result = resolution(&did(), &twin, Some("2026-01-02T03:04:05Z"), 12);
		assert_eq!(result["didDocument"], document(&did(), &twin));
		assert_eq!(
			result["didDocumentMetadata"].to_string(),
			r#"{"created":"2026-01-02T03:04:05Z","versionId":"12","deactivated":false}"#
		);
	}

	#[test]
	fn origin_is_nothing_but_host_and_port() {
		for (endpoint, expected) in [
			("https://example.org", Some("https://example.org")),
			("https://example.org/", Some("https://example.org")),
			("HTTPS://example.org:8443/", Some("HTTPS://example.org:8443")),
			("https://[2001:db8::1]", Some("https://[2001:db8::1]")),
			("https://", None),
			("https:///", None),
			("https://example.org//", None),
			("https://example.org/a", None),
			("https://example.org?a", None),
			("https://example.org#a", None),
			("https://me@example.org", None),
			("http://example.org", None),
			("https:example.org", None),
		] {
			assert_eq!(origin(endpoint), expected, "{endpoint}");
		}
	}

	#[test]
	fn uri_escapes_what_no_uri_may_have() {
		for (endpoint, expected) in [
			("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
			("a:<b>", "a:%3Cb%3E"),
			("a:100%", "a:100%25"),
			("a:%4", "a:%254"),
			("a:%41%zz", "a:%41%25zz"),
			("tcp://[2001:db8::1]:443/[x]", "tcp://[2001:db8::1]:443/%5Bx%5D"),
			("a:b#c#d", "a:b#c%23d"),
			("a:\"\\^`{|}", "a:%22%5C%5E%60%7B%7C%7D"),
		] {
			assert_eq!(uri(endpoint), expected);
		}
	}
}
