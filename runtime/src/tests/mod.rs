//! Tests of the runtime as a whole.

mod blocks;
mod brakes;
mod choke_point;
mod council;
mod dry_run;
mod evidence;
mod fees;
mod finality;
mod interface;
#[cfg(feature = "try-runtime")]
mod migrations;
mod phonebook;
mod pots;
mod proxy_deposits;
pub(crate) mod real_migrations;
mod rehearsal;
mod scopes;
mod sponsored;
mod state_price;
mod texts;
mod time;
mod trade_model;
mod upgrade;
mod weights;

use crate::{
	configs::{currencies::CurrencyKind, system::transaction_extension},
	presets, AccountId, Balance, Executive, RuntimeCall, Signature, System, UncheckedExtrinsic,
};
use codec::{Decode, Encode, Input};
use frame_support::traits::GetCallMetadata;
use sp_keyring::Sr25519Keyring;
use sp_runtime::{
	generic::{Era, SignedPayload},
	transaction_validity::TransactionValidityError,
	DispatchResult,
};
use std::collections::BTreeMap;

/// State of the chain at the genesis of the preset `name`, in block 1 and tick 1.
fn chain(name: &str) -> sp_io::TestExternalities {
	let mut state = presets::tests::build(name);
	state.execute_with(|| set_block(1));
	state
}

/// Goes to `block`, and to the tick of the same number.
fn set_block(block: u32) {
	use sp_runtime::traits::BlockNumberProvider;
	System::set_block_number(block);
	crate::configs::time::Ticks::set_block_number(block);
}

/// Advances to `block`, one for each tick, running what is scheduled on the way.
fn run_to(block: u32) {
	use frame_support::traits::OnInitialize;
	while System::block_number() < block {
		set_block(System::block_number() + 1);
		System::reset_events();
		crate::Scheduler::on_initialize(System::block_number());
	}
}

/// Shares the fees of this block, as its end does.
fn share_fees() {
	use frame_support::traits::OnFinalize;
	crate::Fees::on_finalize(System::block_number());
}

/// Checks the invariants of every pallet that states some, as they are once the block is over.
#[cfg(feature = "try-runtime")]
fn check_state() {
	use frame_support::traits::{TryState, TryStateSelect};
	share_fees();
	crate::AllPalletsWithSystem::try_state(System::block_number(), TryStateSelect::All)
		.expect("every invariant holds");
}

#[cfg(not(feature = "try-runtime"))]
fn check_state() {}

type Call = crate::RuntimeCall;
type Origin = crate::RuntimeOrigin;

fn account(of: Sr25519Keyring) -> AccountId {
	of.to_account_id()
}

fn signed(by: &AccountId) -> Origin {
	Origin::signed(by.clone())
}

/// The call that runs `call` in the name of `real`, whose proxy is to sign it.
fn by_proxy(real: &AccountId, call: Call) -> Call {
	Call::Proxy(pallet_proxy::Call::proxy {
		real: real.clone().into(),
		force_proxy_type: None,
		call: Box::new(call),
	})
}

/// Has the owner of `key` sign `call` as its next transaction, with these extensions of it.
fn transaction(
	key: Sr25519Keyring,
	call: Call,
	era: Era,
	tip: Balance,
	fee: Option<CurrencyKind>,
) -> UncheckedExtrinsic {
	let signer = account(key);
	let nonce = System::account_nonce(&signer);
	let extension = transaction_extension(era, nonce, tip, fee);
	let payload = SignedPayload::new(call, extension).expect("the era has begun");
	let signature = Signature::Sr25519(payload.using_encoded(|bytes| key.sign(bytes)));
	let (call, extension, _) = payload.deconstruct();
	UncheckedExtrinsic::new_signed(call, signer.into(), signature, extension)
}

/// Has the owner of `key` sign `call` as a transaction whose fee is paid in `fee`, or in OUR, and
/// applies it as a block would.
fn apply(
	key: Sr25519Keyring,
	call: Call,
	fee: Option<CurrencyKind>,
) -> Result<DispatchResult, TransactionValidityError> {
	Executive::apply_extrinsic(transaction(key, call, Era::Immortal, 0, fee))
}

/// Known bytes, then zeros without end. Every call of this runtime decodes from them: numbers are 0,
/// lists are empty, accounts are all zeros, and a call within a call is an empty remark.
struct Zeros<'a>(&'a [u8]);

impl Input for Zeros<'_> {
	fn remaining_len(&mut self) -> Result<Option<usize>, codec::Error> {
		Ok(None)
	}

	fn read(&mut self, into: &mut [u8]) -> Result<(), codec::Error> {
		let known = self.0.len().min(into.len());
		into[..known].copy_from_slice(&self.0[..known]);
		into[known..].fill(0);
		self.0 = &self.0[known..];
		Ok(())
	}
}

/// One instance of each call of the runtime, by pallet and name.
fn every_call() -> BTreeMap<(&'static str, &'static str), RuntimeCall> {
	let mut calls = BTreeMap::new();
	for pallet in 0..=u8::MAX {
		for index in 0..=u8::MAX {
			// One enum begins at 1.
			let known = [&[pallet, index][..], &[pallet, index, 1]];
			let call = known.iter().find_map(|known| RuntimeCall::decode(&mut Zeros(known)).ok());
			if let Some(call) = call {
				let name = call.get_call_metadata();
				calls.insert((name.pallet_name, name.function_name), call);
			}
		}
	}
	for pallet in RuntimeCall::get_module_names() {
		for name in RuntimeCall::get_call_names(pallet) {
			let found = calls.contains_key(&(*pallet, *name));
			assert!(found, "{pallet}.{name} does not decode from zeros");
		}
	}
	calls
}
