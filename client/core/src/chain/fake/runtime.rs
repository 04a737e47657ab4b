//! The runtimes of the fake node, as it tells of them.

use codec::{Compact, Encode};
use scale_info::{build::Variants, meta_type, MetaType, Path, Type, TypeInfo};
use subxt::ext::frame_metadata::{
	v15,
	v16::{
		CustomMetadata, EnumDeprecationInfo, ExtrinsicMetadata, ItemDeprecationInfo, OuterEnums,
		PalletCallMetadata, PalletEventMetadata, PalletMetadata, PalletStorageMetadata,
		RuntimeApiMetadata, RuntimeMetadataV16, StorageEntryMetadata, StorageEntryModifier,
		StorageEntryType, StorageHasher, TransactionExtensionMetadata,
	},
	RuntimeMetadata, RuntimeMetadataPrefixed,
};

pub const SYSTEM: u8 = 0;
const TIMESTAMP: u8 = 1;
pub const ASSETS: u8 = 2;
pub const CURRENCIES: u8 = 3;
pub const META_TX: u8 = 4;

/// Begins what metadata is prefixed with.
const META_RESERVED: u32 = 0x6174_656d;

/// Types by the names that the chain gives them.
pub mod types {
	use super::*;

	#[derive(Clone, Copy, Encode, TypeInfo)]
	pub struct AccountId32(pub [u8; 32]);

	#[derive(Encode, TypeInfo)]
	pub enum SystemCall {
		#[allow(non_camel_case_types)]
		remark { remark: Vec<u8> },
		/// Calls within a call.
		#[allow(non_camel_case_types, dead_code)]
		batch { calls: Vec<RuntimeCall> },
	}

	/// The same, with another name.
	#[derive(Encode, TypeInfo)]
	pub enum SwappedCall {
		#[allow(non_camel_case_types, dead_code)]
		praise { remark: Vec<u8> },
	}

	#[derive(Encode, TypeInfo)]
	pub enum SystemEvent {
		ExtrinsicFailed {
			dispatch_error: DispatchError,
		},
		// Written as bytes.
		#[allow(dead_code)]
		Called {
			call: RuntimeCall,
		},
	}

	/// A signed call ran.
	#[derive(Encode, TypeInfo)]
	pub enum MetaTxEvent {
		Dispatched { result: Result<(), DispatchError> },
	}

	/// By the path at which clients look for it.
	#[derive(Clone, Copy, Encode)]
	pub enum DispatchError {
		/// The call is not for this account to make.
		#[codec(index = 2)]
		BadOrigin,
	}

	impl TypeInfo for DispatchError {
		type Identity = Self;

		fn type_info() -> Type {
			let variants = Variants::new().variant("BadOrigin", |variant| variant.index(2));
			let path = Path::from_segments(["sp_runtime", "DispatchError"]).expect("is a path");
			Type::builder().path(path).variant(variants)
		}
	}

	// Only what metadata says of them counts.
	#[allow(dead_code)]
	#[derive(TypeInfo)]
	pub enum MultiAddress {
		Id(AccountId32),
	}

	#[allow(dead_code)]
	#[derive(TypeInfo)]
	pub enum MultiSignature {
		Ed25519([u8; 64]),
		Sr25519([u8; 64]),
	}

	#[allow(dead_code)]
	#[derive(TypeInfo)]
	pub enum Mode {
		Disabled,
		Enabled,
	}

	#[derive(Encode, TypeInfo)]
	pub enum SwappedRuntimeCall {
		#[codec(index = 0)]
		#[allow(dead_code)]
		System(SwappedCall),
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
use types::{
	AccountId32, AccountInfo, AssetsEvent, MetaTxEvent, Mode, MultiAddress, MultiSignature,
	RuntimeCall, SwappedCall, SwappedRuntimeCall, SystemCall, SystemEvent,
};

/// A runtime, as a node tells of it.
pub struct Runtime {
	pub code: Vec<u8>,
	pub spec_version: u32,
	pub metadata: Vec<u8>,
	/// In version 15, with all that is signed.
	pub older: Vec<u8>,
}

/// How an extension of transactions is described.
struct Extension {
	name: &'static str,
	explicit: MetaType,
	implicit: MetaType,
}

fn extensions() -> [Extension; 3] {
	let of = |name, explicit, implicit| Extension { name, explicit, implicit };
	let nothing = meta_type::<()>;
	[
		of("CheckSpecVersion", nothing(), meta_type::<u32>()),
		of("CheckNonce", meta_type::<Compact<u64>>(), nothing()),
		of("CheckMetadataHash", meta_type::<Mode>(), meta_type::<Option<[u8; 32]>>()),
	]
}

/// As the runtime makes metadata of version 15, of what the digest is of.
fn older_metadata(calls: MetaType) -> Vec<u8> {
	let extensions = extensions().map(|it| v15::SignedExtensionMetadata {
		identifier: it.name,
		ty: it.explicit,
		additional_signed: it.implicit,
	});
	let nothing = meta_type::<()>();
	let metadata = v15::RuntimeMetadataV15::new(
		vec![],
		v15::ExtrinsicMetadata {
			version: 4,
			address_ty: meta_type::<MultiAddress>(),
			call_ty: calls,
			signature_ty: meta_type::<MultiSignature>(),
			extra_ty: nothing,
			signed_extensions: extensions.into(),
		},
		nothing,
		vec![],
		v15::OuterEnums { call_enum_ty: calls, event_enum_ty: nothing, error_enum_ty: nothing },
		v15::CustomMetadata { map: Default::default() },
	);
	RuntimeMetadataPrefixed(META_RESERVED, RuntimeMetadata::V15(metadata)).encode()
}

/// What a runtime is said to call.
#[derive(Clone, Copy)]
pub struct Calls {
	system: MetaType,
	all: MetaType,
	/// In what signatures are for.
	signed: MetaType,
}

impl Calls {
	pub fn true_ones() -> Self {
		let all = meta_type::<RuntimeCall>();
		Self { system: meta_type::<SystemCall>(), all, signed: all }
	}

	/// With another name.
	pub fn swapped() -> Self {
		let all = meta_type::<SwappedRuntimeCall>();
		Self { system: meta_type::<SwappedCall>(), all, ..Self::true_ones() }
	}

	/// With another name, and nowhere the true one.
	pub fn all_swapped() -> Self {
		let all = meta_type::<SwappedRuntimeCall>();
		Self { signed: all, ..Self::swapped() }
	}

	/// With another name, but not where all calls are described.
	pub fn half_swapped() -> Self {
		Self { all: meta_type::<RuntimeCall>(), ..Self::swapped() }
	}
}

impl Runtime {
	pub fn of(
		code: &str,
		spec_version: u32,
		currencies: MetaType,
		asset: MetaType,
		calls: Calls,
		apis: Vec<RuntimeApiMetadata>,
	) -> Self {
		let nothing = meta_type::<()>();
		let pallet = |name, index, event: Option<MetaType>, entries: Vec<StorageEntryMetadata>| {
			let deprecation_info = EnumDeprecationInfo::nothing_deprecated;
			PalletMetadata {
				name,
				storage: Some(PalletStorageMetadata { prefix: name, entries }),
				calls: (index == SYSTEM).then(|| PalletCallMetadata {
					ty: calls.system,
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
				pallet(
					"System",
					SYSTEM,
					Some(meta_type::<SystemEvent>()),
					vec![entry("Account", accounts)],
				),
				pallet("Timestamp", TIMESTAMP, None, vec![now]),
				pallet(
					"Assets",
					ASSETS,
					Some(meta_type::<AssetsEvent>()),
					vec![entry("Asset", assets)],
				),
				pallet("Currencies", CURRENCIES, Some(currencies), Vec::new()),
				pallet("MetaTx", META_TX, Some(meta_type::<MetaTxEvent>()), Vec::new()),
			],
			ExtrinsicMetadata {
				versions: vec![4, 5],
				address_ty: meta_type::<MultiAddress>(),
				call_ty: calls.all,
				signature_ty: meta_type::<MultiSignature>(),
				transaction_extensions_by_version: [(0, vec![Compact(0), Compact(1), Compact(2)])]
					.into(),
				transaction_extensions: extensions()
					.map(|it| TransactionExtensionMetadata {
						identifier: it.name,
						ty: it.explicit,
						implicit: it.implicit,
					})
					.into(),
			},
			apis,
			OuterEnums { call_enum_ty: calls.all, event_enum_ty: nothing, error_enum_ty: nothing },
			CustomMetadata { map: Default::default() },
		);
		let metadata = RuntimeMetadataPrefixed(META_RESERVED, RuntimeMetadata::V16(metadata));
		Self {
			code: code.into(),
			spec_version,
			metadata: metadata.encode(),
			older: older_metadata(calls.signed),
		}
	}

	pub fn version(&self) -> Vec<u8> {
		let apis: Vec<([u8; 8], u32)> = Vec::new();
		("our", "our", 1u32, self.spec_version, 0u32, apis, 1u32).encode()
	}
}
