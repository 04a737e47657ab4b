//! What clients build on: indices, names, metadata.

use crate::{Runtime, RuntimeCall, VERSION};
use codec::Decode;
use frame_support::traits::{GetCallMetadata, PalletInfoAccess, PalletsInfoAccess};
use ourledger_primitives::currency;
use sp_core::OpaqueMetadata;

#[test]
fn pallet_indices_are_pinned() {
	let pallets: Vec<_> =
		crate::AllPalletsWithSystem::infos().into_iter().map(|p| (p.index, p.name)).collect();
	assert_eq!(
		pallets,
		[
			(0, "System"),
			(1, "Timestamp"),
			(2, "Parameters"),
			(3, "MultiBlockMigrations"),
			(4, "Preimage"),
			(5, "Scheduler"),
			(6, "Brakes"),
			(10, "Balances"),
			(11, "TransactionPayment"),
			(12, "Assets"),
			(15, "PoolAssets"),
			(16, "AssetConversion"),
			(17, "AssetConversionTxPayment"),
			(18, "Treasury"),
			(19, "Fees"),
			(20, "Babe"),
			(21, "Authorship"),
			(22, "Validators"),
			(23, "Offences"),
			(25, "Session"),
			(26, "Grandpa"),
			(30, "Council"),
			(31, "CouncilMembership"),
			(32, "Governance"),
			(40, "Utility"),
			(41, "Proxy"),
			(42, "Multisig"),
			(43, "Recovery"),
			(44, "MetaTx"),
			(45, "VerifySignature"),
			(50, "Twins"),
			(51, "Records"),
			(60, "Currencies"),
			(61, "Tax"),
			(62, "Commerce"),
		]
	);
}

#[test]
fn money_behind_currencies_has_no_calls() {
	let with_calls = RuntimeCall::get_module_names();
	for pallet in ["Assets", "PoolAssets", "AssetConversion"] {
		assert!(!with_calls.contains(&pallet), "{pallet} can be called past the currency's policy");
	}
}

/// Runs `look` on the metadata of each version that the runtime says it serves.
fn each_metadata(mut look: impl FnMut(u32, &[u8])) {
	sp_io::TestExternalities::default().execute_with(|| {
		for version in Runtime::metadata_versions() {
			let metadata: OpaqueMetadata =
				Runtime::metadata_at_version(version).expect("a version that is served exists");
			look(version, &metadata);
		}
	});
}

#[test]
fn metadata_is_served_in_versions_14_to_16() {
	let mut served = Vec::new();
	each_metadata(|version, bytes| {
		frame_metadata(bytes);
		served.push(version);
	});
	for version in [14, 15, 16] {
		assert!(served.contains(&version), "no metadata V{version}");
	}
}

/// Decodes metadata far enough to know that it is some: the magic number "meta".
fn frame_metadata(bytes: &[u8]) {
	let magic = u32::decode(&mut &bytes[..]).expect("metadata starts with a number");
	assert_eq!(magic, 0x6174_656d);
}

#[test]
fn there_is_no_sudo() {
	each_metadata(|version, bytes| {
		let sudo = bytes.windows(4).any(|name| name.eq_ignore_ascii_case(b"sudo"));
		assert!(!sudo, "metadata V{version} names sudo");
	});
}

#[test]
fn view_functions_are_in_the_metadata() {
	each_metadata(|version, bytes| {
		let listed = bytes.windows(14).any(|name| name == b"veto_threshold");
		// Older versions know no view functions.
		assert_eq!(listed, version == 16, "metadata V{version}");
	});
}

#[test]
fn runtime_apis_are_those_that_somebody_calls() {
	each_metadata(|version, bytes| {
		let names = |name: &[u8]| bytes.windows(name.len()).any(|it| it == name);
		for api in ["PreviewApi", "AssetConversionApi"] {
			// Older versions know no runtime APIs.
			assert_eq!(names(api.as_bytes()), version > 14, "{api} in metadata V{version}");
		}
		for gone in ["TwinsApi", "RecordsApi"] {
			assert!(!names(gone.as_bytes()), "{gone} in metadata V{version}");
		}
	});
}

/// The build script can't ask the crates that it builds. Signers take this for the digest's.
#[test]
fn digest_of_the_metadata_is_made_with_the_token_s_symbol_and_decimals() {
	let build = include_str!("../../build.rs");
	let made = format!("enable_metadata_hash(\"{}\", {})", currency::SYMBOL, currency::DECIMALS);
	assert!(build.contains(&made), "runtime/build.rs lacks {made}");
}

#[test]
fn version_names_the_chain() {
	assert_eq!((&*VERSION.spec_name, &*VERSION.impl_name), ("ourledger", "ourledger"));
	// The state version that current clients expect.
	assert_eq!(VERSION.system_version, 1);
}

/// In the order of the indices, hooks run at the end of a block.
#[test]
fn fees_are_shared_before_the_author_is_forgotten() {
	assert!(crate::Fees::index() < crate::Authorship::index());
}

#[test]
fn validators_are_built_before_the_session_that_asks_for_them() {
	assert!(crate::Balances::index() < crate::Validators::index());
	assert!(crate::Validators::index() < crate::Session::index());
}
