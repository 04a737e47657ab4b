use super::*;
use codec::Encode;
use serde_json::json;
use sp_runtime::Digest;

const PEER: &str = "12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp";

fn address(port: u16) -> String {
	format!("/ip4/127.0.0.1/tcp/{port}/p2p/{PEER}")
}

fn spec(own: &[String]) -> Value {
	json!({ "genesis": { "raw": { "top": {} } }, "bootNodes": own })
}

fn header(logs: Vec<DigestItem>) -> Header {
	Header {
		parent_hash: Hash::zero(),
		number: 7,
		state_root: Hash::repeat_byte(3),
		extrinsics_root: Hash::zero(),
		digest: Digest { logs },
	}
}

#[test]
fn prepare_puts_further_nodes_first() {
	let spec = spec(&[address(1), address(2)]).to_string();
	let prepared = prepare(&spec, &[address(3), address(2)]).expect("is right");
	let prepared: Value = serde_json::from_str(&prepared).expect("is JSON");
	assert_eq!(prepared["bootNodes"], json!([address(3), address(2), address(1)]));
	assert_eq!(prepared["genesis"], json!({ "raw": { "top": {} } }));
}

#[test]
fn prepare_takes_the_root_of_genesis_for_genesis() {
	let mut spec = spec(&[]);
	spec["genesis"] = json!({ "stateRootHash": Hash::zero() });
	assert!(prepare(&spec.to_string(), &[address(1)]).is_ok());
}

#[test]
fn prepare_fails_when_the_spec_is_plain() {
	let mut spec = spec(&[address(1)]);
	spec["genesis"] = json!({ "runtimeGenesis": { "code": "0x" } });
	let error = prepare(&spec.to_string(), &[]);
	assert!(matches!(error, Err(LightError::PlainSpec)), "{error:?}");
}

#[test]
fn prepare_fails_when_the_spec_is_none() {
	for spec in ["", "1", "{}", r#"{"genesis":{}}"#, r#"{"genesis":{"raw":{}},"bootNodes":1}"#] {
		let error = prepare(spec, &[address(1)]);
		assert!(matches!(error, Err(LightError::BadSpec(_))), "{spec}: {error:?}");
	}
}

#[test]
fn prepare_fails_without_any_node() {
	let error = prepare(&spec(&[]).to_string(), &[]);
	assert!(matches!(error, Err(LightError::NoBootnode)), "{error:?}");
}

#[test]
fn prepare_fails_when_an_address_is_of_no_use() {
	for address in [
		"127.0.0.1:30333".to_owned(),
		"ws://127.0.0.1:9944".to_owned(),
		"/ip4/127.0.0.1/tcp/30333".to_owned(),
		format!("/ip4/127.0.0.1/udp/30333/quic-v1/p2p/{PEER}"),
		format!("/dns/node.example/tcp/443/wss/p2p/{PEER}"),
		format!("/ip4/127.0.0.1/tcp/0/p2p/{PEER}"),
		format!("/ip4/127.0.0.1/tcp/70000/p2p/{PEER}"),
		"/ip4/127.0.0.1/tcp/30333/p2p/12D3".to_owned(),
	] {
		let error = prepare(&spec(&[]).to_string(), std::slice::from_ref(&address));
		assert!(matches!(error, Err(LightError::BadBootnode(_))), "{address}: {error:?}");
	}
}

#[test]
fn prepare_takes_addresses_that_smoldot_connects_to() {
	for start in ["/ip4/127.0.0.1", "/ip6/::1", "/dns/node.example", "/dns4/a", "/dns6/a"] {
		for end in ["/tcp/30333", "/tcp/30333/ws"] {
			let address = format!("{start}{end}/p2p/{PEER}");
			assert!(prepare(&spec(&[]).to_string(), &[address]).is_ok(), "{start}{end}");
		}
	}
}

#[test]
fn head_tells_when_it_was_made() {
	let claims: [Vec<u8>; 3] = [
		(1u8, 2u32, 500u64, [0u8; 96]).encode(),
		(2u8, 2u32, 500u64).encode(),
		(3u8, 2u32, 500u64, [0u8; 96]).encode(),
	];
	for claim in claims {
		let other = DigestItem::PreRuntime(*b"AURA", vec![0; 20]);
		let logs = vec![other, DigestItem::PreRuntime(*b"BABE", claim)];
		for millis in [1_000, 3_000] {
			let head = Head::new(Hash::repeat_byte(1), &header(logs.clone()), Some(millis));
			assert_eq!((head.number, head.state_root), (7, Hash::repeat_byte(3)));
			assert_eq!(head.made_at, Some(500 * millis));
		}
		assert_eq!(Head::new(Hash::zero(), &header(logs), None).made_at, None);
	}
	assert_eq!(Head::new(Hash::zero(), &header(vec![]), Some(SLOT_MILLIS)).made_at, None);
}

#[test]
fn slot_is_that_of_genesis() {
	let key = format!("0x{}", hex::encode(value_key("Validators", "SlotMillis")));
	let mut spec = spec(&[]);
	assert_eq!(slot_of_genesis(&spec.to_string()).expect("is right"), Some(3_000), "the default");
	spec["genesis"]["raw"]["top"][&key] = "0xe803000000000000".into();
	assert_eq!(slot_of_genesis(&spec.to_string()).expect("is right"), Some(1_000));
	spec["genesis"]["raw"]["top"][&key] = "0xe803".into();
	assert!(matches!(slot_of_genesis(&spec.to_string()), Err(LightError::BadSpec(_))));
	spec["genesis"] = json!({ "stateRootHash": Hash::zero() });
	assert_eq!(slot_of_genesis(&spec.to_string()).expect("is right"), None, "asked for later");
}

#[test]
fn start_runs_out_of_time_for_a_reason() {
	let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("is past");
	let head = |number, age: u64| {
		let made_at = Some(now.as_millis() as u64 - 1_000 * age);
		Some(Head { made_at, number, ..Head::new(Hash::zero(), &header(vec![]), None) })
	};
	let patience = Patience::default();
	let known = |peers, head| Known { peers, head };

	let reason = |known: Known| known.why_not(patience);
	assert!(matches!(reason(known(0, None)), LightError::Unreachable(90)));
	assert!(matches!(reason(known(0, head(5, 9_999))), LightError::Unreachable(90)));
	let nothing = reason(known(2, head(0, 9_999)));
	assert!(matches!(nothing, LightError::NothingFinalised { peers: 2, seconds: 90 }));
	let stale = reason(known(2, head(5, 9_999)));
	assert!(matches!(stale, LightError::Stale { number: 5, age_seconds: 9_999 | 10_000 }));

	let is_present = |head, max_age| known(2, head).is_present(max_age);
	let minutes = |count: u64| Some(Duration::from_secs(60 * count));
	assert!(is_present(head(5, 100), minutes(2)));
	assert!(!is_present(head(5, 130), minutes(2)));
	assert!(is_present(head(5, 130), None));
	assert!(!is_present(head(0, 0), None));
	assert!(!is_present(None, None));
}
