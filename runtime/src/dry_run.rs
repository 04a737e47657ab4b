//! What a call would do: it is run in the next block's place, and taken back (design note 0021).

use crate::{
	configs::{
		accounts::MetaTxExtension,
		currencies::CurrencyKind,
		limits::MAX_BLOCK_BYTES,
		system::{transaction_extension, RuntimeBlockWeights},
	},
	AccountId, AllPalletsWithSystem, Balance, Governance, OriginCaller, Runtime, RuntimeCall,
	RuntimeEvent, RuntimeOrigin, System, TransactionPayment,
};
use alloc::{string::ToString, vec::Vec};
use codec::{DecodeLimit, Encode};
use frame_support::{
	dispatch::{
		extract_actual_weight, DispatchClass, DispatchInfo, DispatchResultWithPostInfo,
		GetDispatchInfo, Pays, PostDispatchInfo,
	},
	ensure,
	storage::{
		unhashed, with_storage_layer, with_transaction_unchecked, TransactionOutcome::Rollback,
	},
	traits::{OriginTrait, PalletsInfoAccess},
	weights::Weight,
	MAX_EXTRINSIC_DEPTH,
};
use frame_system::RawOrigin;
use ourledger_runtime_api::{DryRun, ErrorName, NotRun, Outcome};
use pallet_governance::NotRehearsed;
use pallet_meta_tx::WeightInfo;
use pallet_verify_signature::VerifySignature;
use sp_core::storage::well_known_keys::EXTRINSIC_INDEX;
use sp_runtime::{
	generic::{CheckedExtrinsic, Era, ExtrinsicFormat},
	traits::{Applyable, DispatchTransaction, TransactionExtension},
	transaction_validity::InvalidTransaction,
	ApplyExtrinsicResultWithInfo, DispatchError, ModuleError,
};

/// Blocks for which the transaction is valid. A mortal one's weight is the same for any number.
const VALID_BLOCKS: u64 = 64;

/// Place of the transaction in its block, after the inherent.
const PLACE: u32 = 1;

type Told = Result<DryRun<RuntimeEvent>, NotRun>;
type Applied = ApplyExtrinsicResultWithInfo<PostDispatchInfo>;

/// How the fee of a transaction is reckoned and paid.
struct Payment {
	asset: Option<CurrencyKind>,
	tip: Balance,
	/// Length of the transaction, in bytes.
	length: u32,
}

/// See [`ourledger_runtime_api::PreviewApi`].
// Taken back though a node drops the state anyway: nothing of this may depend on who asks.
pub fn dry_run(
	origin: OriginCaller,
	call: Vec<u8>,
	asset: Option<CurrencyKind>,
	tip: Balance,
	length: u32,
) -> Told {
	with_transaction_unchecked(|| {
		begin_block();
		Rollback(match origin {
			OriginCaller::system(RawOrigin::Signed(who)) => {
				as_transaction(who, call, Payment { asset, tip, length })
			},
			origin => without_transaction(origin, call),
		})
	})
}

/// Begins the next block as far as a transaction sees it. Of its author nothing is known, and no call
/// asks: fees are shared when a block ends. Hooks don't run, nor does time pass.
fn begin_block() {
	// The hash of the last block isn't in its own state, and no call depends on it.
	System::initialize(&(System::block_number() + 1), &Default::default(), &Default::default());
	System::note_finished_initialize();
	unhashed::put(EXTRINSIC_INDEX, &PLACE);
	// Else those of the last block would come first.
	System::reset_events();
}

fn decode(call: &[u8]) -> Result<RuntimeCall, NotRun> {
	ensure!(call.len() <= MAX_BLOCK_BYTES as usize, NotRun::TooLong);
	RuntimeCall::decode_all_with_depth_limit(MAX_EXTRINSIC_DEPTH, &mut &call[..])
		.map_err(|_| NotRun::NotACall)
}

/// Refuses what no block has room for. Anybody may ask a node, and nothing else bounds its work.
fn ensure_fits(info: &DispatchInfo) -> Result<(), NotRun> {
	let limits = RuntimeBlockWeights::get();
	let most = limits.get(info.class).max_extrinsic.unwrap_or(limits.max_block);
	ensure!(info.total_weight().all_lte(most), NotRun::TooHeavy);
	Ok(())
}

fn as_transaction(who: AccountId, call: Vec<u8>, payment: Payment) -> Told {
	let call = decode(&call)?;
	let era = Era::mortal(VALID_BLOCKS, (System::block_number() - 1).into());
	let nonce = System::account_nonce(&who);
	let extension = transaction_extension(era, nonce, payment.tip, payment.asset.clone());
	let checked: CheckedExtrinsic<_, _, _> =
		CheckedExtrinsic { format: ExtrinsicFormat::Signed(who, extension), function: call };
	let info = checked.get_dispatch_info();
	ensure_fits(&info)?;
	let applied = match info.class {
		// Its place is in a block alone, as an inherent.
		DispatchClass::Mandatory => Err(InvalidTransaction::MandatoryValidation.into()),
		_ => apply(checked, &info, payment.length as usize),
	};
	Ok(tell(applied, info, payment))
}

fn apply(
	checked: CheckedExtrinsic<AccountId, RuntimeCall, crate::TxExtension>,
	info: &DispatchInfo,
	length: usize,
) -> Applied {
	match checked {
		CheckedExtrinsic {
			format: ExtrinsicFormat::Signed(who, extension),
			function: RuntimeCall::MetaTx(call),
		} => {
			let origin = RuntimeOrigin::signed(who);
			let outer = RuntimeCall::MetaTx(call.clone());
			extension
				.test_run(origin, &outer, info, length, 0, |origin| run_meta(origin, &outer, &call))
		},
		checked => checked.apply::<Runtime>(info, length),
	}
}

fn tell(applied: Applied, info: DispatchInfo, payment: Payment) -> DryRun<RuntimeEvent> {
	let Payment { asset, tip, length } = payment;
	let result = match applied {
		Ok(result) => result,
		Err(invalid) => {
			return DryRun {
				outcome: Outcome::Invalid(invalid),
				weight: Weight::zero(),
				fee: TransactionPayment::compute_fee(length, &info, tip),
				paid: None,
				events: Vec::new(),
			}
		},
	};
	System::note_applied_extrinsic(&result, info);
	let post_info = match &result {
		Ok(post_info) => post_info,
		Err(failed) => &failed.post_info,
	};
	let events = events();
	DryRun {
		weight: extract_actual_weight(&result, &info),
		fee: TransactionPayment::compute_actual_fee(length, &info, post_info, tip),
		paid: asset.and_then(|_| paid(&events)),
		outcome: outcome(result.map(|_| ()).map_err(|failed| failed.error)),
		events,
	}
}

fn events() -> Vec<RuntimeEvent> {
	System::read_events_no_consensus().map(|record| record.event).collect()
}

/// What was taken of an asset for the fee: nothing where there was none to pay.
fn paid(events: &[RuntimeEvent]) -> Option<Balance> {
	use pallet_asset_conversion_tx_payment::Event::AssetTxFeePaid;
	events.iter().rev().find_map(|event| match event {
		RuntimeEvent::AssetConversionTxPayment(AssetTxFeePaid { actual_fee, .. }) => {
			Some(*actual_fee)
		},
		_ => None,
	})
}

fn outcome(result: Result<(), DispatchError>) -> Outcome {
	match result {
		Ok(()) => Outcome::Done,
		Err(error) => Outcome::Failed { error, name: name_of(error) },
	}
}

fn name_of(error: DispatchError) -> Option<ErrorName> {
	let DispatchError::Module(ModuleError { index, message: Some(error), .. }) = error else {
		return None;
	};
	let pallets = AllPalletsWithSystem::infos();
	let pallet = pallets.into_iter().find(|pallet| pallet.index == usize::from(index))?;
	Some(ErrorName { pallet: pallet.name.to_string(), error: error.to_string() })
}

/// Whatever nobody signs is bounded as what may be queued is: it can be what Root may do, under a
/// weight that it names itself.
fn without_transaction(origin: OriginCaller, call: Vec<u8>) -> Told {
	if let Ok(RuntimeCall::MetaTx(meta)) = decode(&call) {
		let call = RuntimeCall::MetaTx(meta.clone());
		let info = call.get_dispatch_info();
		ensure_fits(&info)?;
		let result = run_meta(origin.into(), &call, &meta);
		let weight = extract_actual_weight(&result, &info);
		return Ok(dispatched(result.map(|_| ()).map_err(|it| it.error), weight, events()));
	}
	let told = Governance::rehearse(origin, call).map_err(|why| match why {
		NotRehearsed::NotACall => NotRun::NotACall,
		NotRehearsed::TooLong => NotRun::TooLong,
		NotRehearsed::TooHeavy => NotRun::TooHeavy,
		NotRehearsed::NotWeighed => NotRun::NotWeighed,
	})?;
	Ok(dispatched(told.result, told.used, told.events))
}

/// What came of a call that is no transaction.
fn dispatched(
	result: Result<(), DispatchError>,
	weight: Weight,
	events: Vec<RuntimeEvent>,
) -> DryRun<RuntimeEvent> {
	DryRun { outcome: outcome(result), weight, fee: 0, paid: None, events }
}

/// Runs the pallet's call `meta`, which is `call`, as a dispatch would, but for the signature within.
fn run_meta(
	origin: RuntimeOrigin,
	call: &RuntimeCall,
	meta: &pallet_meta_tx::Call<Runtime>,
) -> DispatchResultWithPostInfo {
	ensure!(origin.filter_call(call), frame_system::Error::<Runtime>::CallFiltered);
	let pallet_meta_tx::Call::dispatch { meta_tx, meta_tx_encoded_len } = meta else {
		return Err(pallet_meta_tx::Error::<Runtime>::Invalid.into());
	};
	with_storage_layer(|| run_as_signer(&meta_tx.encode(), *meta_tx_encoded_len))
}

/// As the pallet does it, whose types are private: `VerifySignature` gives no other origin than the
/// signer's, and asks for nothing but its signature.
fn run_as_signer(meta_tx: &[u8], most: u32) -> DispatchResultWithPostInfo {
	type Error = pallet_meta_tx::Error<Runtime>;
	type MetaTx = (RuntimeCall, u8, MetaTxExtension);

	ensure!(meta_tx.len() <= most as usize, Error::InvalidLength);
	let (call, version, extension) =
		MetaTx::decode_all_with_depth_limit(MAX_EXTRINSIC_DEPTH, &mut &meta_tx[..])
			.map_err(|_| Error::Invalid)?;
	let mut info = call.get_dispatch_info();
	info.extension_weight = extension.weight(&call);
	let (verify, a, b, c, d, e, f, g, h) = extension;
	let VerifySignature::Signed { account, .. } = verify else {
		return Err(Error::UnknownOrigin.into());
	};
	let signer = RuntimeOrigin::signed(account);
	let result = (a, b, c, d, e, f, g, h)
		.dispatch_transaction(signer, call, &info, meta_tx.len(), version)
		.map_err(Error::from)?;
	System::deposit_event(pallet_meta_tx::Event::<Runtime>::Dispatched { result });
	let used = result.map_or_else(|it| it.post_info.actual_weight, |it| it.actual_weight);
	let weight =
		<Runtime as pallet_meta_tx::Config>::WeightInfo::bare_dispatch(meta_tx.len() as u32)
			.saturating_add(used.unwrap_or(info.total_weight()));
	Ok((Some(weight), Pays::Yes).into())
}
