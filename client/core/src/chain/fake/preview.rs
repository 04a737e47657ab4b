//! What the fake node says of a transaction beforehand.

pub use super::runtime::types::DispatchError;

use super::runtime::types::{later, AccountId32};
use codec::{Compact, Encode};
use scale_info::{form::MetaForm, meta_type, MetaType, TypeInfo};
use subxt::ext::frame_metadata::v16::{
	FunctionParamMetadata, ItemDeprecationInfo, RuntimeApiMetadata, RuntimeApiMethodMetadata,
};

/// The fee in base units of OUR.
pub const FEE: u128 = 700_000_000;
/// What is paid for that.
pub const PAID: u128 = 3;
/// How a node says that the runtime gave up.
pub const PANIC: &str = "Execution failed: Execution aborted due to trap: unreachable";

#[derive(Encode, TypeInfo)]
#[allow(non_camel_case_types, dead_code)]
enum OriginCaller {
	system(RawOrigin),
}

#[derive(Encode, TypeInfo)]
#[allow(dead_code)]
enum RawOrigin {
	Root,
	Signed(AccountId32),
	None,
}

#[derive(Encode, TypeInfo)]
#[allow(dead_code)]
enum Asset {
	Native,
	WithId(u32),
}

#[derive(Encode, TypeInfo)]
pub struct Weight {
	ref_time: Compact<u64>,
	proof_size: Compact<u64>,
}

#[derive(Encode, TypeInfo)]
pub enum Outcome {
	Done,
	Failed { error: DispatchError, name: Option<()> },
	Invalid(Validity),
}

#[derive(Encode, TypeInfo)]
pub enum Validity {
	Invalid(Invalid),
}

#[derive(Encode, TypeInfo)]
#[allow(dead_code)]
pub enum Invalid {
	Call,
	Payment,
}

#[derive(Encode, TypeInfo)]
pub enum RuntimeEvent {
	TransactionPayment(Payment),
	Currencies(later::CurrenciesEvent),
	Proxy(ProxyEvent),
	Council(CouncilEvent),
	Governance(GovernanceEvent),
	Utility(UtilityEvent),
}

#[derive(Encode, TypeInfo)]
pub enum Payment {
	TransactionFeePaid { actual_fee: u128 },
}

#[derive(Encode, TypeInfo)]
pub enum ProxyEvent {
	ProxyExecuted { result: Result<(), DispatchError> },
}

#[derive(Encode, TypeInfo)]
pub enum CouncilEvent {
	Executed { result: Result<(), DispatchError> },
}

#[derive(Encode, TypeInfo)]
pub enum GovernanceEvent {
	Enacted { result: Result<(), DispatchError> },
	Discarded { error: DispatchError },
}

#[derive(Encode, TypeInfo)]
pub enum UtilityEvent {
	BatchInterrupted { index: u32, error: DispatchError },
	BatchCompletedWithErrors,
	ItemFailed { error: DispatchError },
	IfElseFallbackCalled { main_error: DispatchError },
}

#[derive(Encode, TypeInfo)]
pub struct DryRun {
	outcome: Outcome,
	weight: Weight,
	fee: u128,
	paid: Option<u128>,
	events: Vec<RuntimeEvent>,
}

#[derive(Encode, TypeInfo)]
pub enum NotRun {
	NotACall,
	TooLong,
	TooHeavy,
	NotWeighed,
}

fn told(outcome: Outcome, paid: Option<u128>, events: Vec<RuntimeEvent>) -> DryRun {
	let weight = Weight { ref_time: Compact(1), proof_size: Compact(2) };
	DryRun { outcome, weight, fee: FEE, paid, events }
}

/// A payment whose fee is paid in a currency.
pub fn paid(outcome: Outcome) -> DryRun {
	let [from, to] = [AccountId32(super::PAYER), AccountId32(super::PAYEE)];
	let (amount, currency) = (super::AMOUNT, super::CURRENCY);
	let moved = later::CurrenciesEvent::Transferred { amount, currency, from, to };
	let fee = RuntimeEvent::TransactionPayment(Payment::TransactionFeePaid { actual_fee: FEE });
	told(outcome, Some(PAID), vec![RuntimeEvent::Currencies(moved), fee])
}

/// A transaction whose fee can't be paid.
pub fn not_valid() -> DryRun {
	told(Outcome::Invalid(Validity::Invalid(Invalid::Payment)), None, vec![])
}

/// A proxy's call that fails.
pub fn proxied(error: DispatchError) -> DryRun {
	let executed = RuntimeEvent::Proxy(ProxyEvent::ProxyExecuted { result: Err(error) });
	told(Outcome::Done, None, vec![executed])
}

/// The end of a motion whose call fails.
pub fn closed(error: DispatchError) -> DryRun {
	let executed = RuntimeEvent::Council(CouncilEvent::Executed { result: Err(error) });
	told(Outcome::Done, None, vec![executed])
}

/// A transaction that is done, and told by these events.
pub fn told_by<const COUNT: usize>(events: [RuntimeEvent; COUNT]) -> DryRun {
	told(Outcome::Done, None, events.into())
}

const FAILURE: DispatchError = DispatchError::BadOrigin;

/// A proxy's call that fails.
pub fn proxy_executed() -> RuntimeEvent {
	RuntimeEvent::Proxy(ProxyEvent::ProxyExecuted { result: Err(FAILURE) })
}

/// A motion whose call fails.
pub fn executed() -> RuntimeEvent {
	RuntimeEvent::Council(CouncilEvent::Executed { result: Err(FAILURE) })
}

/// A proposal whose call fails.
pub fn enacted() -> RuntimeEvent {
	RuntimeEvent::Governance(GovernanceEvent::Enacted { result: Err(FAILURE) })
}

/// A proposal that is no call any more.
pub fn discarded() -> RuntimeEvent {
	RuntimeEvent::Governance(GovernanceEvent::Discarded { error: FAILURE })
}

/// A batch that ends at a call that fails.
pub fn interrupted() -> RuntimeEvent {
	RuntimeEvent::Utility(UtilityEvent::BatchInterrupted { index: 0, error: FAILURE })
}

/// A call that fails in a batch that goes on.
pub fn item_failed() -> RuntimeEvent {
	RuntimeEvent::Utility(UtilityEvent::ItemFailed { error: FAILURE })
}

/// The end of such a batch.
pub fn with_errors() -> RuntimeEvent {
	RuntimeEvent::Utility(UtilityEvent::BatchCompletedWithErrors)
}

/// Another call in the place of one that fails.
pub fn fell_back() -> RuntimeEvent {
	RuntimeEvent::Utility(UtilityEvent::IfElseFallbackCalled { main_error: FAILURE })
}

/// The API, as metadata describes it.
pub fn api() -> RuntimeApiMetadata {
	let input = |name: &'static str, ty: MetaType| FunctionParamMetadata::<MetaForm> { name, ty };
	let method = RuntimeApiMethodMetadata {
		name: "dry_run",
		inputs: vec![
			input("origin", meta_type::<OriginCaller>()),
			input("call", meta_type::<Vec<u8>>()),
			input("asset", meta_type::<Option<Asset>>()),
			input("tip", meta_type::<u128>()),
			input("length", meta_type::<u32>()),
		],
		output: meta_type::<Result<DryRun, NotRun>>(),
		docs: Vec::new(),
		deprecation_info: ItemDeprecationInfo::NotDeprecated,
	};
	RuntimeApiMetadata {
		name: "PreviewApi",
		methods: vec![method],
		docs: Vec::new(),
		version: Compact(1),
		deprecation_info: ItemDeprecationInfo::NotDeprecated,
	}
}

/// The question whose answer is told: what `payer` would do, for a fee in currency 3.
pub fn question(call: &[u8]) -> Vec<u8> {
	let origin = OriginCaller::system(RawOrigin::Signed(AccountId32(super::PAYER)));
	(origin, call, Some(Asset::WithId(3)), 0u128, 145u32).encode()
}
