//! A node that isn't one: a few blocks, and two runtimes that disagree about what is in them.
//!
//! The later runtime has the fields of `Currencies.Transferred` in another order, and the supply of
//! a currency elsewhere in its entry. It comes with block 2.
//!
//! It also takes transactions, and can be told to lie about them, or to fall silent; and it says of
//! them beforehand what it is told to say.

mod exchange;
// They are named as the runtime names them, whose documentation says what they are.
#[allow(missing_docs)]
pub mod preview;
mod runtime;

use super::Chain;
use crate::{
	chain::Head,
	hash::{blake2_256, text},
};
use codec::{Compact, Encode};
use runtime::{
	types::{
		earlier, later, AccountId32, AccountInfo, AssetsEvent, Data, DispatchError, MetaTxEvent,
		RuntimeCall, SystemCall, SystemEvent,
	},
	Calls, Runtime, ASSETS, CURRENCIES, META_TX, SYSTEM,
};
use scale_info::meta_type;
use serde_json::{json, value::to_raw_value, Value as Json};
use sp_crypto_hashing::twox_128;
use std::{
	collections::BTreeMap,
	sync::{Arc, Mutex},
};
use subxt::{
	events::Phase,
	ext::frame_metadata::v16::RuntimeApiMetadata,
	rpcs::{
		client::{RawRpcFuture, RawRpcSubscription, RawValue},
		Error as RpcError, RpcClient, RpcClientT,
	},
	utils::H256,
};

/// Whoever pays.
pub const PAYER: [u8; 32] = [1; 32];
/// Whoever is paid.
pub const PAYEE: [u8; 32] = [2; 32];
/// The currency.
pub const CURRENCY: u32 = 0;
/// What is paid in each block.
pub const AMOUNT: u128 = 7;
/// What was made of the currency in block 1.
pub const SUPPLY: u128 = 1_000;
/// The block that brings the later runtime.
pub const UPGRADED: u64 = 2;
/// When the first block was made.
pub const TIME_MILLIS: u64 = 1_795_219_200_000;
/// The last block.
pub const LAST: u64 = 3;
/// How many transactions the payer has sent in the end: one in each block.
pub const NONCE: u64 = LAST;
/// The seed of a key that signs: its account has sent as many as the payer.
pub const SIGNER: &str = "//Alice";
/// The version of the earlier runtime.
pub const SPEC_VERSION: u32 = 104;

/// A block, and the state after it.
struct Block {
	runtime: usize,
	extrinsics: Vec<Vec<u8>>,
	storage: BTreeMap<Vec<u8>, Vec<u8>>,
	digest: Vec<&'static str>,
}

/// What the node says of a transaction, and does with it.
#[derive(Clone, Default)]
pub struct Conduct {
	/// The answer to the submission itself is an error.
	pub refusal: Option<&'static str>,
	/// What it says afterwards, in its own words; `inBlock` and `finalized` are of the block that
	/// holds it. Then nothing more.
	pub statuses: Vec<&'static str>,
	/// The connection breaks afterwards.
	pub is_cut: bool,
	/// It puts the transaction into the next block all the same.
	pub includes: bool,
	/// It makes the next block without it.
	pub is_passed_over: bool,
	/// Where the transaction fails.
	pub fails: bool,
	/// Where it makes an event of calls within calls, a hundred thousand deep.
	pub nests: bool,
	/// Where the signed call within it runs, and fails.
	pub runs_inner: bool,
	/// After this, nothing is answered any more.
	pub falls_silent: bool,
}

/// The node.
pub struct Node {
	runtimes: [Runtime; 2],
	blocks: Mutex<Vec<Arc<Block>>>,
	conduct: Conduct,
	is_silent: Mutex<bool>,
	/// Transactions that it was given.
	given: Given,
	/// What it says of a transaction beforehand; or, without an answer, that it gives up.
	preview: Option<Vec<u8>>,
}

impl Default for Node {
	fn default() -> Self {
		Self::new()
	}
}

/// Transactions that a node was given.
pub type Given = Arc<Mutex<Vec<Vec<u8>>>>;

impl Node {
	/// In block 1, the currency is made; in each one from then on, something is paid. Block 2
	/// brings the later runtime, which makes block 3.
	pub fn new() -> Self {
		Self::with(Calls::true_ones(), Vec::new)
	}

	/// It previews transactions, and tells this of each.
	pub fn telling(told: Result<preview::DryRun, preview::NotRun>) -> Self {
		Self { preview: Some(told.encode()), ..Self::panicking() }
	}

	/// It gives up when it is asked for a preview.
	pub fn panicking() -> Self {
		Self::with(Calls::true_ones(), || vec![preview::api()])
	}

	/// It has pools, and quotes what they give.
	pub fn quoting() -> Self {
		Self::with(Calls::true_ones(), || vec![exchange::api()])
	}

	/// Its metadata has another name for a call than the runtime.
	pub fn swapping() -> Self {
		Self::with(Calls::swapped(), Vec::new)
	}

	/// As [`Node::swapping`], also where it describes what is signed.
	pub fn swapping_all() -> Self {
		Self::with(Calls::all_swapped(), Vec::new)
	}

	/// As [`Node::swapping`], in one place of two.
	pub fn half_swapping() -> Self {
		Self::with(Calls::half_swapped(), Vec::new)
	}

	fn with(calls: Calls, apis: fn() -> Vec<RuntimeApiMetadata>) -> Self {
		let earlier = Runtime::of(
			"earlier",
			SPEC_VERSION,
			meta_type::<earlier::CurrenciesEvent>(),
			meta_type::<earlier::Asset>(),
			calls,
			apis(),
		);
		let later = Runtime::of(
			"later",
			SPEC_VERSION + 1,
			meta_type::<later::CurrenciesEvent>(),
			meta_type::<later::Asset>(),
			calls,
			apis(),
		);
		let blocks = (0..=LAST).map(|number| Arc::new(block(number, None))).collect();
		let (conduct, is_silent, given) = Default::default();
		Self {
			runtimes: [earlier, later],
			blocks: Mutex::new(blocks),
			conduct,
			is_silent,
			given,
			preview: None,
		}
	}

	/// It does this with a transaction.
	pub fn conducting(mut self, conduct: Conduct) -> Self {
		self.conduct = conduct;
		self
	}

	/// It was given the transaction of this number, and did this with it.
	pub fn holding(self, number: u64) -> Self {
		self.take(remark(number)).expect("is taken");
		self
	}

	/// Where the transactions are that it is given.
	pub fn given(&self) -> Given {
		self.given.clone()
	}

	/// Both runtimes say that they are the same version.
	pub fn of_one_version(mut self) -> Self {
		self.runtimes[1].spec_version = SPEC_VERSION;
		self
	}

	/// The header doesn't tell of the later runtime: somebody wrote it over the earlier one's code.
	pub fn unannounced(self) -> Self {
		self.blocks.lock().expect("is whole")[UPGRADED as usize] =
			Arc::new(Block { digest: Vec::new(), ..block(UPGRADED, None) });
		self
	}

	/// A connection to it.
	pub async fn chain(self) -> Chain {
		let chain = Chain::over_old(RpcClient::new(self)).await.expect("answers");
		assert_eq!(chain.head(), Head::Final);
		chain
	}

	fn runtime(&self, block: &Block) -> &Runtime {
		&self.runtimes[block.runtime]
	}

	/// Takes a transaction, and says what becomes of it.
	fn take(&self, bytes: Vec<u8>) -> Result<Vec<Result<Box<RawValue>, RpcError>>, RpcError> {
		self.given.lock().expect("is whole").push(bytes.clone());
		let conduct = &self.conduct;
		if conduct.includes {
			let mut blocks = self.blocks.lock().expect("is whole");
			let number = blocks.len() as u64;
			blocks.push(Arc::new(block(number, Some((bytes, conduct)))));
		}
		if conduct.is_passed_over {
			let mut blocks = self.blocks.lock().expect("is whole");
			let number = blocks.len() as u64;
			blocks.push(Arc::new(block(number, None)));
		}
		if conduct.falls_silent {
			*self.is_silent.lock().expect("is whole") = true;
		}
		if let Some(refusal) = conduct.refusal {
			return Err(RpcError::Client(refusal.into()));
		}
		let of_block = json!(hash_text(LAST + 1));
		let statuses = conduct.statuses.iter().map(|status| match *status {
			"inBlock" | "finalized" => json!({ *status: of_block }),
			other => other.into(),
		});
		let statuses = statuses.map(|it| to_raw_value(&it).map_err(RpcError::Serialization));
		let cut = conduct.is_cut.then(|| Err(RpcError::Client("the connection was closed".into())));
		Ok(statuses.chain(cut).collect())
	}

	fn answer(&self, method: &str, params: &[Json]) -> Option<Json> {
		if *self.is_silent.lock().expect("is whole") {
			return None;
		}
		let blocks = self.blocks.lock().expect("is whole").clone();
		let last = blocks.len() as u64 - 1;
		let at = |place: usize| {
			let hash = params.get(place).and_then(Json::as_str);
			let number = hash.and_then(|hash| (0..=last).find(|it| hash == hash_text(*it)));
			let number = number.unwrap_or(last);
			(number, &*blocks[number as usize])
		};
		let bytes = |place: usize| {
			let text = params.get(place).and_then(Json::as_str)?;
			hex::decode(text.trim_start_matches("0x")).ok()
		};
		Some(match method {
			"chain_getFinalizedHead" => hash_text(last).into(),
			"chain_getBlockHash" => match params.first().and_then(Json::as_u64) {
				Some(number) if number > last => Json::Null,
				number => hash_text(number.unwrap_or(last)).into(),
			},
			"system_accountNextIndex" => last.into(),
			"system_chain" => "Fake".into(),
			"chain_getHeader" => header(at(0).0, at(0).1),
			"chain_getBlock" => {
				let extrinsics: Json = at(0).1.extrinsics.iter().map(|it| text(it)).collect();
				json!({
					"block": { "header": header(at(0).0, at(0).1), "extrinsics": extrinsics },
					"justifications": null,
				})
			},
			"state_getStorage" => {
				at(1).1.storage.get(&bytes(0)?).map_or(Json::Null, |value| text(value).into())
			},
			"state_getStorageHash" if bytes(0)? == b":code" => {
				text(&blake2_256(&self.runtime(at(1).1).code)).into()
			},
			"state_getKeysPaged" => {
				let (prefix, start) = (bytes(0)?, bytes(2).unwrap_or_default());
				let keys = at(3).1.storage.keys();
				let keys = keys.filter(|key| key.starts_with(&prefix) && **key > start);
				keys.map(|key| text(key)).collect()
			},
			"state_queryStorageAt" => {
				let asked = params[0].as_array()?.iter();
				let changes = asked.map(|key| {
					let raw = hex::decode(key.as_str()?.trim_start_matches("0x")).ok()?;
					let value = at(1).1.storage.get(&raw).map(|value| text(value));
					Some(json!([key, value]))
				});
				let changes: Json = changes.collect::<Option<_>>()?;
				json!([{ "block": hash_text(at(1).0), "changes": changes }])
			},
			"state_getRuntimeVersion" => json!({
				"specName": "ourledger",
				"specVersion": self.runtime(at(0).1).spec_version,
				"transactionVersion": 1,
			}),
			"state_getMetadata" => text(&self.runtime(at(0).1).metadata).into(),
			"state_call" => {
				let runtime = self.runtime(at(2).1);
				text(&match params[0].as_str()? {
					"Core_version" => runtime.version(),
					"AccountNonceApi_account_nonce" => (last as u32).encode(),
					"Metadata_metadata_versions" => vec![16u32].encode(),
					"Metadata_metadata_at_version" if bytes(1)? == 15u32.encode() => {
						Some(runtime.older.clone()).encode()
					},
					"Metadata_metadata_at_version" => Some(runtime.metadata.clone()).encode(),
					"PreviewApi_dry_run" => self.preview.clone()?,
					method => exchange::answer(method, &bytes(1)?)?,
				})
				.into()
			},
			_ => return None,
		})
	}
}

impl RpcClientT for Node {
	fn request_raw<'a>(
		&'a self,
		method: &'a str,
		params: Option<Box<RawValue>>,
	) -> RawRpcFuture<'a, Box<RawValue>> {
		let params: Vec<Json> = params
			.map(|params| serde_json::from_str(params.get()).expect("is a list"))
			.unwrap_or_default();
		let answer = self.answer(method, &params);
		Box::pin(async move {
			let answer = answer.ok_or_else(|| {
				if params.first().is_some_and(|call| call == "PreviewApi_dry_run") {
					return RpcError::Client(preview::PANIC.into());
				}
				RpcError::Client(format!("there is no {method}({params:?}) here").into())
			})?;
			to_raw_value(&answer).map_err(RpcError::Serialization)
		})
	}

	fn subscribe_raw<'a>(
		&'a self,
		sub: &'a str,
		params: Option<Box<RawValue>>,
		_unsub: &'a str,
	) -> RawRpcFuture<'a, RawRpcSubscription> {
		Box::pin(async move {
			if sub != "author_submitAndWatchExtrinsic" {
				return Err(RpcError::Client(format!("there is no {sub} here").into()));
			}
			let params = params.map_or_else(String::new, |params| params.get().into());
			let params: [String; 1] = serde_json::from_str(&params).expect("is one");
			let bytes = hex::decode(params[0].trim_start_matches("0x")).expect("are bytes");
			let statuses = self.take(bytes)?;
			let stream = Box::pin(subxt::ext::futures::stream::iter(statuses));
			Ok(RawRpcSubscription { stream, id: Some("1".into()) })
		})
	}
}

/// The hash of a block.
pub fn hash(number: u64) -> H256 {
	H256([number as u8 + 1; 32])
}

/// The hash of what a block's second transaction is.
pub fn transaction(number: u64) -> H256 {
	H256(blake2_256(&remark(number)))
}

/// The key of [`SIGNER`].
pub fn signer() -> subxt_signer::sr25519::Keypair {
	let uri = SIGNER.parse().expect("is a seed");
	subxt_signer::sr25519::Keypair::from_uri(&uri).expect("is a key")
}

fn hash_text(number: u64) -> String {
	text(&hash(number).0)
}

fn header(number: u64, block: &Block) -> Json {
	let parent = number.checked_sub(1).map_or_else(|| text(&[0; 32]), hash_text);
	json!({
		"parentHash": parent,
		"number": format!("{number:#x}"),
		"stateRoot": text(&[0; 32]),
		"extrinsicsRoot": text(&[0; 32]),
		"digest": { "logs": block.digest },
	})
}

/// A transaction without a signature.
fn remark(number: u64) -> Vec<u8> {
	let call = RuntimeCall::System(SystemCall::remark { remark: number.to_le_bytes().to_vec() });
	let body = [vec![4], call.encode()].concat();
	[Compact(body.len() as u32).encode(), body].concat()
}

/// A block; with a transaction in it that may have failed.
fn block(number: u64, sent: Option<(Vec<u8>, &Conduct)>) -> Block {
	let (payer, payee) = (AccountId32(PAYER), AccountId32(PAYEE));
	// Block 2 is still the earlier runtime's.
	let is_later = number > UPGRADED;
	let mut events: Vec<Vec<u8>> = Vec::new();
	let mut happened = |extrinsic: u32, pallet: u8, event: Vec<u8>| {
		let topics: Vec<H256> = Vec::new();
		let phase = Phase::ApplyExtrinsic(extrinsic).encode();
		events.push([phase, vec![pallet], event, topics.encode()].concat());
	};
	if number == 1 {
		let issued = AssetsEvent::Issued { asset_id: CURRENCY, owner: payer, amount: SUPPLY };
		happened(0, ASSETS, issued.encode());
		let told =
			earlier::CurrenciesEvent::Issued { currency: CURRENCY, to: payer, amount: SUPPLY };
		happened(0, CURRENCIES, told.encode());
	}
	if number > 0 {
		let moved =
			AssetsEvent::Transferred { asset_id: CURRENCY, from: payer, to: payee, amount: AMOUNT };
		happened(1, ASSETS, moved.encode());
		let (currency, from, to, amount) = (CURRENCY, payer, payee, AMOUNT);
		let told = match is_later {
			false => earlier::CurrenciesEvent::Transferred { currency, from, to, amount }.encode(),
			true => later::CurrenciesEvent::Transferred { amount, currency, from, to }.encode(),
		};
		happened(1, CURRENCIES, told);
	}
	let conduct = sent.as_ref().map(|(_, conduct)| *conduct);
	if conduct.is_some_and(|conduct| conduct.runs_inner) {
		let result = Err(DispatchError::BadOrigin);
		happened(2, META_TX, MetaTxEvent::Dispatched { result }.encode());
	}
	if conduct.is_some_and(|conduct| conduct.fails) {
		let dispatch_error = DispatchError::BadOrigin;
		happened(2, SYSTEM, SystemEvent::ExtrinsicFailed { dispatch_error }.encode());
	}
	if conduct.is_some_and(|conduct| conduct.nests) {
		// Its variant; batches of one call; a remark of nothing.
		let called = [&[1][..], &[0, 1, 4].repeat(100_000), &[0, 0, 0]].concat();
		happened(2, SYSTEM, called);
	}
	let key = |pallet: &str, item: &str| [twox_128(pallet.as_bytes()), twox_128(item.as_bytes())];
	let events = [Compact(events.len() as u32).encode(), events.concat()].concat();
	let supply = if number == 0 { 0 } else { SUPPLY };
	let asset = match is_later {
		false => earlier::Asset { owner: payer, supply }.encode(),
		true => later::Asset { supply, owner: payer }.encode(),
	};
	let asset_key = [key("Assets", "Asset").concat(), CURRENCY.encode()].concat();
	let account_key =
		|account: [u8; 32]| [key("System", "Account").concat(), account.to_vec()].concat();
	let account = AccountInfo {
		nonce: number as u32,
		consumers: 0,
		providers: 1,
		sufficients: 0,
		data: Data { free: 1, reserved: 0, frozen: 0 },
	};
	Block {
		runtime: usize::from(number >= UPGRADED),
		extrinsics: match number {
			0 => vec![],
			_ => [remark(100 + number), remark(number)]
				.into_iter()
				.chain(sent.map(|(bytes, _)| bytes))
				.collect(),
		},
		storage: BTreeMap::from([
			(key("System", "Events").concat(), events),
			(key("Timestamp", "Now").concat(), (TIME_MILLIS + number * 3_000).encode()),
			(asset_key, asset),
			(account_key(PAYER), account.encode()),
			(account_key(signer().public_key().0), account.encode()),
		]),
		digest: if number == UPGRADED { vec!["0x08"] } else { Vec::new() },
	}
}
