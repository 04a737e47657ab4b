//! Meta-transactions: a call that one account signs and another one submits and pays for, so that
//! somebody who owns no OUR can act.
//!
//! Which extensions a meta-transaction has, and in which order, is read from the metadata. What
//! each of them adds to the bytes, and to what is signed, has to be known here.

use super::{inner::Inner, VALID_BLOCKS};
use crate::{
	account::Account,
	bounded,
	call::{Call, Encoded},
	chain::{signing::Digest, Chain, State},
	error::{Error, Result},
	hash::{self, blake2_256},
	keys::Key,
	nesting, new_file, value,
};
use codec::{Compact, Decode, Encode};
use ourledger_primitives::{time::SLOT_MILLIS, Moment};
use scale_info::TypeDef;
use serde::{Deserialize, Serialize};
use serde_json::{json, Value as Json};
use std::path::{Path, PathBuf};
use subxt::{
	utils::{AccountId32, Era, MultiSignature, H256},
	ArcMetadata,
};
use subxt_signer::sr25519;

/// Marks the layout of [`MetaFile`].
const FORMAT: &str = "ourledger-meta-tx/1";

/// The extension that carries signature and signer.
const SIGNATURE: &str = "VerifySignature";

/// Version of the extensions as a whole; the pallet knows this one alone.
const EXTENSION_VERSION: u8 = 0;

/// Begins the extension that checks the metadata's digest, where the signature is for one.
const WITH_DIGEST: [u8; 1] = [1];

/// Longest file of a meta-transaction that is read.
const MAX_FILE_BYTES: u64 = 16 * 1024 * 1024;

/// A meta-transaction of the chain.
#[derive(Debug)]
pub struct MetaTx {
	call: Call,
	signer: AccountId32,
	nonce: u64,
	/// The last block that can hold it.
	last_block: u64,
	bytes: Vec<u8>,
}

impl MetaTx {
	/// Signs `call`, valid for so many blocks from the block of `state` on, a power of two, and
	/// only by metadata of this digest, if one is given.
	pub fn signed(
		state: &State,
		call: &Call,
		key: &Key,
		nonce: u64,
		valid_blocks: u64,
		digest: Option<[u8; 32]>,
	) -> Result<Self> {
		let layout = Layout::of(&state.metadata())?;
		let terms = Terms { digest: Digest(digest), ..Terms::at(state, nonce, valid_blocks) };
		let parts = layout.parts(&terms)?;
		let payload = layout.payload(&call.encode(), EXTENSION_VERSION, &parts);
		let signature = MultiSignature::Sr25519(key.pair.sign(&payload).0);
		Self::assemble(&layout, &parts, call, (key.account(), &signature), &terms)
	}

	/// As [`MetaTx::signed`], but without a signature that fits, and with the nonce that is next at
	/// the best block: for what the chain says beforehand.
	pub async fn next(
		chain: &Chain,
		state: &State,
		call: &Call,
		signer: AccountId32,
	) -> Result<Self> {
		let nonce = existing(&chain.best().await?, signer).await?.nonce;
		Self::unsigned(state, call, signer, nonce.into())
	}

	/// Without a signature that fits.
	fn unsigned(state: &State, call: &Call, signer: AccountId32, nonce: u64) -> Result<Self> {
		let layout = Layout::of(&state.metadata())?;
		let terms = Terms::at(state, nonce, VALID_BLOCKS);
		let parts = layout.parts(&terms)?;
		let signature = MultiSignature::Sr25519([0; 64]);
		Self::assemble(&layout, &parts, call, (signer, &signature), &terms)
	}

	/// The call that the signer agreed to.
	pub fn call(&self) -> &Call {
		&self.call
	}

	/// Who signed.
	pub fn signer(&self) -> AccountId32 {
		self.signer
	}

	/// What anybody can submit who sees it.
	pub fn inner(&self) -> Inner {
		Inner { signer: self.signer, nonce: self.nonce, last_block: self.last_block }
	}

	/// The call with which a sponsor submits it.
	pub fn dispatch(&self, state: &State) -> Result<Call> {
		let length = self.bytes.len() as u32;
		state.call("MetaTx", "dispatch", (Encoded(self.bytes.clone()), length))
	}

	/// What is written to a file. `call` is shown there, which is what the signer wants done: the
	/// signed call may wrap it.
	pub fn to_file(
		&self,
		state: &State,
		genesis: H256,
		call: &Call,
		valid_blocks: u64,
	) -> MetaFile {
		let metadata = state.metadata();
		MetaFile {
			format: FORMAT.into(),
			meta_tx: hash::text(&self.bytes),
			genesis: format!("{genesis:?}"),
			spec_version: state.spec_version(),
			signer: self.signer,
			nonce: self.nonce,
			valid_until: state.number() + valid_blocks - 1,
			summary: call.to_text(&metadata),
			call: self.call.to_json(&metadata),
		}
	}

	/// Reads a meta-transaction that somebody signed, and checks that it is one of this chain, is
	/// still valid, and bears its signer's signature.
	pub async fn from_file(file: &MetaFile, chain: &Chain) -> Result<Self> {
		if file.format != FORMAT {
			return Err(Error::input(format!("the field \"format\" is not {FORMAT:?}")));
		}
		if file.genesis != format!("{:?}", chain.genesis_hash()) {
			return Err(Error::input("the meta-transaction was signed for another chain"));
		}
		let state = chain.current().await?;
		if file.spec_version != state.spec_version() {
			return Err(Error::refused(format!(
				"the meta-transaction was signed for version {} of the runtime, which is {} now; \
				 it has to be signed anew",
				file.spec_version,
				state.spec_version()
			)));
		}
		if state.number() > file.valid_until {
			return Err(Error::refused(format!(
				"the meta-transaction expired at block {}; it has to be signed anew",
				file.valid_until
			)));
		}
		let bytes = file
			.meta_tx
			.strip_prefix("0x")
			.and_then(|digits| hex::decode(digits).ok())
			.ok_or_else(|| Error::input("the field \"metaTx\" is not hexadecimal"))?;
		let meta = Self::decode(bytes, chain, &state).await?;
		let nonce = usable_nonce(chain, &state, meta.signer).await?;
		if meta.nonce < nonce {
			return Err(Error::refused(format!(
				"the meta-transaction was used already, or another one in its place: it has the \
				 nonce {}, and the account {} is at {nonce}",
				meta.nonce, meta.signer
			)));
		}
		Ok(meta)
	}

	async fn decode(bytes: Vec<u8>, chain: &Chain, state: &State) -> Result<Self> {
		let not_valid = || Error::input("the field \"metaTx\" is not a meta-transaction");
		let metadata = state.metadata();
		let layout = Layout::of(&metadata)?;
		let mut rest = &bytes[..];
		let call = Call::decode_next(&mut rest, &metadata)?;
		let version = u8::decode(&mut rest).map_err(|_| not_valid())?;
		let explicit = layout.split(&mut rest, &metadata).ok_or_else(not_valid)?;
		if !rest.is_empty() {
			return Err(not_valid());
		}

		let of = |name: &str| explicit.iter().find(|(of, _)| *of == name).map(|(_, bytes)| *bytes);
		let (signature, signer) = of(SIGNATURE)
			.and_then(|bytes| bytes.strip_prefix(&[layout.signed_index]))
			.and_then(value::decode_all::<(MultiSignature, AccountId32)>)
			.ok_or_else(not_valid)?;
		let Compact(nonce) =
			of("CheckNonce").and_then(value::decode_all::<Compact<u64>>).ok_or_else(not_valid)?;
		let era = of("CheckMortality").and_then(value::decode_all).ok_or_else(not_valid)?;

		let birth = birth_of(era, state.number());
		let birth_hash = chain.block_hash(birth).await?.ok_or_else(not_valid)?;
		let digest = match of("CheckMetadataHash") {
			Some(bytes) if bytes == WITH_DIGEST => Some(chain.metadata_digest(state).await?),
			_ => None,
		};
		let mut parts = layout.parts(&Terms {
			era,
			birth,
			birth_hash,
			digest: Digest(digest),
			..Terms::at(state, nonce, VALID_BLOCKS)
		})?;
		for (part, (_, bytes)) in parts.iter_mut().zip(&explicit) {
			part.explicit = bytes.to_vec();
		}
		let payload = layout.payload(&call.encode(), version, &parts);
		let fits = match signature {
			MultiSignature::Sr25519(signature) => sr25519::verify(
				&sr25519::Signature(signature),
				payload,
				&sr25519::PublicKey(signer.0),
			),
			_ => return Err(Error::input("the meta-transaction is not signed with sr25519")),
		};
		if !fits {
			return Err(Error::verification(format!(
				"the meta-transaction does not bear the signature of {signer}"
			)));
		}
		let last_block = last_of(era, birth);
		Ok(Self { call, signer, nonce, last_block, bytes })
	}

	fn assemble(
		layout: &Layout,
		parts: &[Part],
		call: &Call,
		(signer, signature): (AccountId32, &MultiSignature),
		terms: &Terms,
	) -> Result<Self> {
		let mut bytes = call.encode();
		EXTENSION_VERSION.encode_to(&mut bytes);
		for (extension, part) in layout.extensions.iter().zip(parts) {
			if extension.name == SIGNATURE {
				layout.signed_index.encode_to(&mut bytes);
				(signature, signer).encode_to(&mut bytes);
			} else {
				bytes.extend(&part.explicit);
			}
		}
		let (nonce, last_block) = (terms.nonce, last_of(terms.era, terms.birth));
		Ok(Self { call: call.clone(), signer, nonce, last_block, bytes })
	}
}

/// The next nonce of an account that exists. Without an account there is nothing to count in, and
/// the chain refuses.
pub async fn usable_nonce(chain: &Chain, state: &State, account: AccountId32) -> Result<u64> {
	existing(state, account).await?;
	chain.next_nonce(&account).await
}

async fn existing(state: &State, account: AccountId32) -> Result<Account> {
	let found = Account::read(state, account).await?;
	if found.exists() {
		return Ok(found);
	}
	Err(Error::input(format!(
		"the account {account} does not exist on this chain, so nothing can be done in its name; it \
		 begins with a twin, or with some OUR"
	)))
}

/// What the signer agrees to besides the call.
struct Terms {
	genesis: H256,
	spec_version: u32,
	transaction_version: u32,
	nonce: u64,
	era: Era,
	/// The block in which the validity begins.
	birth: u64,
	birth_hash: H256,
	digest: Digest,
}

impl Terms {
	fn at(state: &State, nonce: u64, valid_blocks: u64) -> Self {
		Self {
			genesis: state.inner().online_client().genesis_hash(),
			spec_version: state.spec_version(),
			transaction_version: state.transaction_version(),
			nonce,
			era: Era::mortal(valid_blocks, state.number()),
			birth: state.number(),
			birth_hash: state.hash(),
			digest: Digest::default(),
		}
	}
}

/// An extension's share: what stands in the transaction, and what is only signed.
#[derive(Default)]
struct Part {
	explicit: Vec<u8>,
	implicit: Vec<u8>,
}

/// One extension of the chain's meta-transactions.
struct Extension {
	name: String,
	ty: u32,
}

/// How the chain's meta-transactions look.
struct Layout {
	extensions: Vec<Extension>,
	/// Index of the variant of [`SIGNATURE`] that carries a signature.
	signed_index: u8,
}

impl Layout {
	fn of(metadata: &ArcMetadata) -> Result<Self> {
		Self::find(metadata).ok_or_else(|| {
			Error::connection("this chain has no meta-transactions that this program understands")
		})
	}

	fn find(metadata: &ArcMetadata) -> Option<Self> {
		let types = metadata.types();
		let pallet = metadata.pallet_by_name("MetaTx")?;
		let meta_tx = pallet.call_variant_by_name("dispatch")?.fields.first()?.ty.id;
		let TypeDef::Composite(meta_tx) = &types.resolve(meta_tx)?.type_def else {
			return None;
		};
		let names: Vec<_> = meta_tx.fields.iter().map(|field| field.name.as_deref()).collect();
		if names != [Some("call"), Some("extension_version"), Some("extension")] {
			return None;
		}
		let TypeDef::Tuple(tuple) = &types.resolve(meta_tx.fields[2].ty.id)?.type_def else {
			return None;
		};
		let extensions = tuple.fields.iter().map(|ty| {
			let name = types.resolve(ty.id)?.path.segments.last()?.clone();
			Some(Extension { name, ty: ty.id })
		});
		let extensions: Vec<_> = extensions.collect::<Option<_>>()?;
		let signature = extensions.iter().find(|extension| extension.name == SIGNATURE)?;
		let TypeDef::Variant(signature) = &types.resolve(signature.ty)?.type_def else {
			return None;
		};
		let signed = signature.variants.iter().find(|variant| variant.name == "Signed")?;
		Some(Self { signed_index: signed.index, extensions })
	}

	/// Each extension's share under these terms.
	fn parts(&self, terms: &Terms) -> Result<Vec<Part>> {
		self.extensions.iter().map(|extension| part_of(&extension.name, terms)).collect()
	}

	/// What is signed: the hash of the call and of all that follows the signature.
	fn payload(&self, call: &[u8], version: u8, parts: &[Part]) -> [u8; 32] {
		let after = self.extensions.iter().position(|extension| extension.name == SIGNATURE);
		let signed = &parts[after.map_or(0, |position| position + 1)..];
		let mut bytes = vec![version];
		bytes.extend(call);
		signed.iter().for_each(|part| bytes.extend(&part.explicit));
		signed.iter().for_each(|part| bytes.extend(&part.implicit));
		blake2_256(&bytes)
	}

	/// Splits the extensions' bytes off `bytes`.
	fn split<'bytes>(
		&self,
		bytes: &mut &'bytes [u8],
		metadata: &ArcMetadata,
	) -> Option<Vec<(&str, &'bytes [u8])>> {
		let parts = self.extensions.iter().map(|extension| {
			let whole = *bytes;
			nesting::decode(bytes, extension.ty, metadata).ok()?;
			Some((&extension.name[..], &whole[..whole.len() - bytes.len()]))
		});
		parts.collect()
	}
}

fn part_of(extension: &str, terms: &Terms) -> Result<Part> {
	let (explicit, implicit) = match extension {
		SIGNATURE | "CheckNonZeroSender" => (vec![], vec![]),
		"MetaTxMarker" => (vec![], b"_meta_tx".to_vec()),
		"CheckSpecVersion" => (vec![], terms.spec_version.encode()),
		"CheckTxVersion" => (vec![], terms.transaction_version.encode()),
		"CheckGenesis" => (vec![], terms.genesis.encode()),
		"CheckMortality" => (terms.era.encode(), terms.birth_hash.encode()),
		"CheckNonce" => (Compact(terms.nonce).encode(), vec![]),
		"CheckMetadataHash" => (terms.digest.explicit(), terms.digest.implicit()),
		other => {
			return Err(Error::connection(format!(
				"the chain's meta-transactions have the extension {other}, which this version of \
				 the program does not know"
			)))
		},
	};
	Ok(Part { explicit, implicit })
}

/// Blocks for which a signature in a file is valid: at least three minutes of them, which people need
/// to hand it on, however short the slots are. A power of two, as the chain wants it.
pub fn valid_blocks_of_a_file(state: &State) -> Result<u64> {
	let slot_millis: Moment = state.constant("Babe", "ExpectedBlockTime")?;
	Ok(blocks_of_minutes(slot_millis))
}

fn blocks_of_minutes(slot_millis: Moment) -> u64 {
	(VALID_BLOCKS * SLOT_MILLIS).div_ceil(slot_millis.max(1)).next_power_of_two()
}

/// The block in which a signature's validity begins, seen from a block within it.
fn birth_of(era: Era, current: u64) -> u64 {
	match era {
		Era::Immortal => 0,
		Era::Mortal { period, phase } => (current.max(phase) - phase) / period * period + phase,
	}
}

/// The last block that can hold what is valid from a block on.
fn last_of(era: Era, birth: u64) -> u64 {
	match era {
		Era::Immortal => u64::MAX,
		Era::Mortal { period, .. } => birth.saturating_add(period.saturating_sub(1)),
	}
}

/// A signed meta-transaction, as it goes from the signer to the sponsor.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MetaFile {
	format: String,
	/// The meta-transaction itself. All that follows only explains it.
	meta_tx: String,
	genesis: String,
	spec_version: u32,
	signer: AccountId32,
	nonce: u64,
	/// The last block in which it can be included.
	pub valid_until: u64,
	summary: String,
	call: Json,
}

impl MetaFile {
	/// Reads a file.
	pub fn read(path: &Path) -> Result<Self> {
		let fail =
			|why: String| Error::input(format!("the meta-transaction {}: {why}", path.display()));
		let text = bounded::read_text(path, MAX_FILE_BYTES);
		let text = text.map_err(|error| fail(error.to_string()))?;
		bounded::parse(&text).map_err(|error| fail(error.to_string()))
	}

	/// Writes a new file.
	pub fn write(&self, path: &Path) -> Result<()> {
		new_file::write_json(path, self)
	}

	/// What is printed of it when it was written to `path`.
	pub fn summary(&self, path: &Path) -> Json {
		json!({
			"call": self.call,
			"signer": self.signer,
			"nonce": self.nonce,
			"validUntil": self.valid_until,
			"file": PathBuf::from(path).display().to_string(),
		})
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn terms() -> Terms {
		Terms {
			genesis: H256([1; 32]),
			spec_version: 2,
			transaction_version: 3,
			nonce: 64,
			era: Era::mortal(VALID_BLOCKS, 100),
			birth: 100,
			birth_hash: H256([4; 32]),
			digest: Digest::default(),
		}
	}

	#[test]
	fn a_file_is_valid_for_minutes_whatever_the_slots() {
		for (slot_millis, blocks) in [(1_000, 256), (2_000, 128), (3_000, 64), (6_000, 32)] {
			assert_eq!(blocks_of_minutes(slot_millis), blocks);
		}
	}

	#[test]
	fn birth_is_the_block_of_signing_throughout_the_validity() {
		for signed_at in [0, 1, 63, 64, 65, 1_000_003] {
			let era = Era::mortal(VALID_BLOCKS, signed_at);
			for age in [0, 1, VALID_BLOCKS - 1] {
				assert_eq!(birth_of(era, signed_at + age), signed_at, "{signed_at} + {age}");
			}
			assert_ne!(birth_of(era, signed_at + VALID_BLOCKS), signed_at);
			assert_eq!(last_of(era, signed_at), signed_at + VALID_BLOCKS - 1);
		}
	}

	#[test]
	fn extensions_add_what_the_runtime_expects() {
		let part = |name| part_of(name, &terms()).expect("is known");
		assert_eq!(part("MetaTxMarker").implicit, b"_meta_tx");
		assert_eq!(part("CheckSpecVersion").implicit, [2, 0, 0, 0]);
		assert_eq!(part("CheckTxVersion").implicit, [3, 0, 0, 0]);
		assert_eq!(part("CheckGenesis").implicit, [1; 32]);
		assert_eq!(part("CheckMortality").implicit, [4; 32]);
		assert_eq!(part("CheckMortality").explicit.len(), 2);
		assert_eq!(part("CheckNonce").explicit, [1, 1]);
		assert_eq!(part("CheckMetadataHash").explicit, [0]);
		assert_eq!(part("CheckMetadataHash").implicit, [0]);
		let terms = Terms { digest: Digest(Some([5; 32])), ..terms() };
		let part = part_of("CheckMetadataHash", &terms).expect("is known");
		assert_eq!(part.explicit, WITH_DIGEST);
		assert_eq!(part.implicit, [&[1][..], &[5; 32]].concat());
	}

	#[test]
	fn unknown_extension_is_refused() {
		let error = part_of("CheckMoon", &terms()).err().expect("is not known");
		assert!(error.to_string().contains("CheckMoon"), "{error}");
	}
}
