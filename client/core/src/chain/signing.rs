//! What a transaction carries besides its call: as the client library has it, but the digest of the
//! metadata, which that never signs.

use super::ChainConfig;
use codec::{Decode, Encode};
use ourledger_primitives::money::CurrencyId;
use scale_info::PortableRegistry;
use subxt::{
	config::{
		transaction_extensions::{self as known, Params as IsParams},
		ClientState, TransactionExtension, TransactionExtensions as AreExtensions,
	},
	error::TransactionExtensionError,
	ext::{
		frame_decode::extrinsics as encoding, scale_decode::DecodeAsType,
		scale_encode::EncodeAsType,
	},
};

/// What the chain calls a kind of money, in pools and as the payer of a fee.
#[derive(
	Clone, Copy, Debug, Decode, DecodeAsType, Encode, EncodeAsType, Eq, Ord, PartialEq, PartialOrd,
)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub enum Kind {
	/// OUR.
	Native,
	/// A local currency.
	WithId(CurrencyId),
}

/// The extensions of transactions.
pub type Extensions = (
	known::VerifySignature<ChainConfig>,
	known::CheckSpecVersion,
	known::CheckTxVersion,
	known::CheckNonce,
	known::CheckGenesis<ChainConfig>,
	known::CheckMortality<ChainConfig>,
	known::ChargeAssetTxPayment<ChainConfig>,
	known::ChargeTransactionPayment,
	CheckMetadataHash,
);

/// What they are made from.
pub type Params = <Extensions as AreExtensions<ChainConfig>>::Params;

/// A transaction that is valid for so many blocks, pays in this money and, if a digest is given,
/// only counts where the runtime's metadata has it.
pub fn params(
	nonce: u64,
	valid_blocks: u64,
	paid_in: Option<Kind>,
	digest: Option<[u8; 32]>,
) -> Params {
	let tip: known::ChargeAssetTxPaymentParams<ChainConfig> = match paid_in {
		None => known::ChargeAssetTxPaymentParams::no_tip(),
		Some(money) => known::ChargeAssetTxPaymentParams::tip_of(0, money),
	};
	(
		(),
		(),
		(),
		known::CheckNonceParams::with_nonce(nonce),
		(),
		known::CheckMortalityParams::mortal(valid_blocks),
		tip,
		known::ChargeTransactionPaymentParams::no_tip(),
		Digest(digest),
	)
}

/// A digest of metadata, if one is signed for.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Digest(pub Option<[u8; 32]>);

impl Digest {
	/// What stands in the transaction: whether its signature is for a digest.
	pub fn explicit(&self) -> Vec<u8> {
		vec![self.0.is_some().into()]
	}

	/// What is signed besides.
	pub fn implicit(&self) -> Vec<u8> {
		self.0.encode()
	}
}

impl IsParams<ChainConfig> for Digest {}

/// Has the chain check that its metadata is what the signer saw.
pub struct CheckMetadataHash(Digest);

impl TransactionExtension<ChainConfig> for CheckMetadataHash {
	type Decoded = known::CheckMetadataHashMode;
	type Params = Digest;

	fn new(
		_client: &ClientState<ChainConfig>,
		digest: Digest,
	) -> Result<Self, TransactionExtensionError> {
		Ok(Self(digest))
	}
}

impl encoding::TransactionExtension<PortableRegistry> for CheckMetadataHash {
	const NAME: &str = "CheckMetadataHash";

	fn encode_value_to(
		&self,
		_type_id: u32,
		_types: &PortableRegistry,
		out: &mut Vec<u8>,
	) -> Result<(), encoding::TransactionExtensionError> {
		out.extend(self.0.explicit());
		Ok(())
	}

	fn encode_implicit_to(
		&self,
		_type_id: u32,
		_types: &PortableRegistry,
		out: &mut Vec<u8>,
	) -> Result<(), encoding::TransactionExtensionError> {
		out.extend(self.0.implicit());
		Ok(())
	}
}
