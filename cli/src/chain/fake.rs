//! A node that isn't one: a few blocks, and two runtimes that disagree about what is in them.
//!
//! The later runtime has the fields of `Currencies.Transferred` in another order, and the supply of
//! a currency elsewhere in its entry. It comes with block 2.

pub mod preview;

use super::Chain;
use crate::{chain::Head, hash::blake2_256};
use codec::{Compact, Encode};
use scale_info::{meta_type, MetaType, TypeInfo};
use serde_json::{json, value::to_raw_value, Value as Json};
use sp_crypto_hashing::twox_128;
use std::collections::BTreeMap;
use subxt::{
	events::Phase,
	ext::frame_metadata::{
		v16::{
			CustomMetadata, EnumDeprecationInfo, ExtrinsicMetadata, ItemDeprecationInfo,
			OuterEnums, PalletCallMetadata, PalletEventMetadata, PalletMetadata,
			PalletStorageMetadata, RuntimeApiMetadata, RuntimeMetadataV16, StorageEntryMetadata,
			StorageEntryModifier, StorageEntryType, StorageHasher,
		},
		RuntimeMetadata, RuntimeMetadataPrefixed,
	},
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
/// The last block.
pub const LAST: u64 = 3;
/// How many transactions the payer has sent in the end: one in each block.
pub const NONCE: u64 = LAST;
/// The version of the earlier runtime.
pub const SPEC_VERSION: u32 = 104;

const SYSTEM: u8 = 0;
const TIMESTAMP: u8 = 1;
const ASSETS: u8 = 2;
const CURRENCIES: u8 = 3;

/// Begins what metadata is prefixed with.
const META_RESERVED: u32 = 0x6174_656d;

/// Types by the names that the chain gives them.
mod runtime {
	use super::*;

	#[derive(Clone, Copy, Encode, TypeInfo)]
	pub struct AccountId32(pub [u8; 32]);

	#[derive(Encode, TypeInfo)]
	pub enum SystemCall {
		#[allow(non_camel_case_types)]
		remark { remark: Vec<u8> },
	}

	#[derive(Encode, TypeInfo)]
	pub struct Data {
		pub free: u128,
		pub reserved: u128,
		pub frozen: u128,
	}

	#[derive(Encode, TypeInfo)]
	pub struct AccountInfo {
		pub nonce: u32,
		pub consumers: u32,
		pub providers: u32,
		pub sufficients: u32,
		pub data: Data,
	}

	#[derive(Encode, TypeInfo)]
	pub enum AssetsEvent {
		Issued { asset_id: u32, owner: AccountId32, amount: u128 },
		Transferred { asset_id: u32, from: AccountId32, to: AccountId32, amount: u128 },
	}

	#[derive(Encode, TypeInfo)]
	pub enum RuntimeCall {
		#[codec(index = 0)]
		System(SystemCall),
	}

	pub mod earlier {
		use super::*;

		#[derive(Encode, TypeInfo)]
		pub enum CurrenciesEvent {
			Issued { currency: u32, to: AccountId32, amount: u128 },
			Transferred { currency: u32, from: AccountId32, to: AccountId32, amount: u128 },
		}

		#[derive(Encode, TypeInfo)]
		pub struct Asset {
			pub owner: AccountId32,
			pub supply: u128,
		}
	}

	pub mod later {
		use super::*;

		#[derive(Encode, TypeInfo)]
		pub enum CurrenciesEvent {
			// Nothing is issued after the upgrade.
			#[allow(dead_code)]
			Issued {
				currency: u32,
				to: AccountId32,
				amount: u128,
			},
			Transferred {
				amount: u128,
				currency: u32,
				from: AccountId32,
				to: AccountId32,
			},
		}

		#[derive(Encode, TypeInfo)]
		pub struct Asset {
			pub supply: u128,
			pub owner: AccountId32,
		}
	}
}
use runtime::{
	earlier, later, AccountId32, AccountInfo, AssetsEvent, Data, RuntimeCall, SystemCall,
};

/// A runtime, as a node tells of it.
struct Runtime {
	code: Vec<u8>,
	spec_version: u32,
	metadata: Vec<u8>,
}

impl Runtime {
	fn of(
		code: &str,
		spec_version: u32,
		currencies: MetaType,
		asset: MetaType,
		apis: Vec<RuntimeApiMetadata>,
	) -> Self {
		let nothing = meta_type::<()>();
		let pallet = |name, index, event: Option<MetaType>, entries: Vec<StorageEntryMetadata>| {
			let deprecation_info = EnumDeprecationInfo::nothing_deprecated;
			PalletMetadata {
				name,
				storage: Some(PalletStorageMetadata { prefix: name, entries }),
				calls: (index == SYSTEM).then(|| PalletCallMetadata {
					ty: meta_type::<SystemCall>(),
					deprecation_info: deprecation_info(),
				}),
				event: event
					.map(|ty| PalletEventMetadata { ty, deprecation_info: deprecation_info() }),
				constants: Vec::new(),
				error: None,
				associated_types: Vec::new(),
				view_functions: Vec::new(),
				index,
				docs: Vec::new(),
				deprecation_info: ItemDeprecationInfo::NotDeprecated,
			}
		};
		let entry = |name, ty| StorageEntryMetadata {
			name,
			modifier: StorageEntryModifier::Optional,
			ty,
			default: vec![0],
			docs: Vec::new(),
			deprecation_info: ItemDeprecationInfo::NotDeprecated,
		};
		let now = entry("Now", StorageEntryType::Plain(meta_type::<u64>()));
		let hashers = vec![StorageHasher::Identity];
		let (key, value) = (meta_type::<AccountId32>(), meta_type::<AccountInfo>());
		let accounts = StorageEntryType::Map { hashers: hashers.clone(), key, value };
		let assets = StorageEntryType::Map { hashers, key: meta_type::<u32>(), value: asset };
		let metadata = RuntimeMetadataV16::new(
			vec![
				pallet("System", SYSTEM, None, vec![entry("Account", accounts)]),
				pallet("Timestamp", TIMESTAMP, None, vec![now]),
				pallet(
					"Assets",
					ASSETS,
					Some(meta_type::<AssetsEvent>()),
					vec![entry("Asset", assets)],
				),
				pallet("Currencies", CURRENCIES, Some(currencies), Vec::new()),
			],
			ExtrinsicMetadata {
				versions: vec![4, 5],
				address_ty: meta_type::<AccountId32>(),
				call_ty: meta_type::<RuntimeCall>(),
				signature_ty: nothing,
				transaction_extensions_by_version: Default::default(),
				transaction_extensions: vec![],
			},
			apis,
			OuterEnums {
				call_enum_ty: meta_type::<RuntimeCall>(),
				event_enum_ty: nothing,
				error_enum_ty: nothing,
			},
			CustomMetadata { map: Default::default() },
		);
		let metadata = RuntimeMetadataPrefixed(META_RESERVED, RuntimeMetadata::V16(metadata));
		Self { code: code.into(), spec_version, metadata: metadata.encode() }
	}

	fn version(&self) -> Vec<u8> {
		let apis: Vec<([u8; 8], u32)> = Vec::new();
		("our", "our", 1u32, self.spec_version, 0u32, apis, 1u32).encode()
	}
}

/// A block, and the state after it.
struct Block {
	runtime: usize,
	extrinsics: Vec<Vec<u8>>,
	storage: BTreeMap<Vec<u8>, Vec<u8>>,
	digest: Vec<&'static str>,
}

/// The node.
pub struct Node {
	runtimes: [Runtime; 2],
	blocks: Vec<Block>,
	/// What it says of a transaction beforehand; or, without an answer, that it gives up.
	preview: Option<Vec<u8>>,
}

impl Node {
	/// In block 1, the currency is made; in each one from then on, something is paid. Block 2
	/// brings the later runtime, which makes block 3.
	pub fn new() -> Self {
		Self::with(Vec::new)
	}

	/// It previews transactions, and tells this of each.
	pub fn telling(told: Result<preview::DryRun, preview::NotRun>) -> Self {
		Self { preview: Some(told.encode()), ..Self::with(|| vec![preview::api()]) }
	}

	/// It gives up when it is asked for a preview.
	pub fn panicking() -> Self {
		Self::with(|| vec![preview::api()])
	}

	fn with(apis: fn() -> Vec<RuntimeApiMetadata>) -> Self {
		let earlier = Runtime::of(
			"earlier",
			SPEC_VERSION,
			meta_type::<earlier::CurrenciesEvent>(),
			meta_type::<earlier::Asset>(),
			apis(),
		);
		let later = Runtime::of(
			"later",
			SPEC_VERSION + 1,
			meta_type::<later::CurrenciesEvent>(),
			meta_type::<later::Asset>(),
			apis(),
		);
		let blocks = (0..=LAST).map(block).collect();
		Self { runtimes: [earlier, later], blocks, preview: None }
	}

	/// Both runtimes say that they are the same version.
	pub fn of_one_version(mut self) -> Self {
		self.runtimes[1].spec_version = SPEC_VERSION;
		self
	}

	/// The header doesn't tell of the later runtime: somebody wrote it over the earlier one's code.
	pub fn unannounced(mut self) -> Self {
		self.blocks.iter_mut().for_each(|block| block.digest.clear());
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

	fn answer(&self, method: &str, params: &[Json]) -> Option<Json> {
		let at = |place: usize| {
			let hash = params.get(place).and_then(Json::as_str);
			let number = hash.and_then(|hash| (0..=LAST).find(|it| hash == hash_text(*it)));
			let number = number.unwrap_or(LAST);
			(number, &self.blocks[number as usize])
		};
		let bytes = |place: usize| {
			let text = params.get(place).and_then(Json::as_str)?;
			hex::decode(text.trim_start_matches("0x")).ok()
		};
		Some(match method {
			"chain_getFinalizedHead" => hash_text(LAST).into(),
			"chain_getBlockHash" => match params.first().and_then(Json::as_u64) {
				Some(number) if number > LAST => Json::Null,
				number => hash_text(number.unwrap_or(LAST)).into(),
			},
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
				"specVersion": self.runtime(at(0).1).spec_version, "transactionVersion": 1,
			}),
			"state_getMetadata" => text(&self.runtime(at(0).1).metadata).into(),
			"state_call" => {
				let runtime = self.runtime(at(2).1);
				text(&match params[0].as_str()? {
					"Core_version" => runtime.version(),
					"Metadata_metadata_versions" => vec![16u32].encode(),
					"Metadata_metadata_at_version" => Some(runtime.metadata.clone()).encode(),
					"PreviewApi_dry_run" => self.preview.clone()?,
					_ => return None,
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
		_params: Option<Box<RawValue>>,
		_unsub: &'a str,
	) -> RawRpcFuture<'a, RawRpcSubscription> {
		Box::pin(async move { Err(RpcError::Client(format!("there is no {sub} here").into())) })
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

fn hash_text(number: u64) -> String {
	text(&hash(number).0)
}

fn text(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
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

fn block(number: u64) -> Block {
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
	let key = |pallet: &str, item: &str| [twox_128(pallet.as_bytes()), twox_128(item.as_bytes())];
	let events = [Compact(events.len() as u32).encode(), events.concat()].concat();
	let supply = if number == 0 { 0 } else { SUPPLY };
	let asset = match is_later {
		false => earlier::Asset { owner: payer, supply }.encode(),
		true => later::Asset { supply, owner: payer }.encode(),
	};
	let asset_key = [key("Assets", "Asset").concat(), CURRENCY.encode()].concat();
	let account_key = [key("System", "Account").concat(), payer.encode()].concat();
	let account = AccountInfo {
		nonce: number as u32,
		consumers: 0,
		providers: 1,
		sufficients: 0,
		data: Data { free: 1, reserved: 0, frozen: 0 },
	};
	Block {
		runtime: usize::from(number >= UPGRADED),
		extrinsics: if number > 0 { vec![remark(100 + number), remark(number)] } else { vec![] },
		storage: BTreeMap::from([
			(key("System", "Events").concat(), events),
			(key("Timestamp", "Now").concat(), (1_795_219_200_000 + number * 3_000).encode()),
			(asset_key, asset),
			(account_key, account.encode()),
		]),
		digest: if number == UPGRADED { vec!["0x08"] } else { Vec::new() },
	}
}
