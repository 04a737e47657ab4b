//! Calls that carry others: wrappers, which pass on an origin, and the ways to the council and Root.

use crate::RuntimeCall;
use codec::{DecodeLimit, Encode};
use frame_support::{traits::Contains, MAX_EXTRINSIC_DEPTH};

/// Whether `holds` for every call that `call` carries; nothing where it carries none.
pub fn carried(call: &RuntimeCall, holds: &dyn Fn(&RuntimeCall) -> bool) -> Option<bool> {
	use pallet_collective::Call::{execute, propose};
	use pallet_multisig::Call::{as_multi, as_multi_threshold_1};
	use pallet_proxy::Call::{proxy, proxy_announced};
	use pallet_recovery::Call::control_inherited_account;
	use pallet_scheduler::Call::{schedule, schedule_after, schedule_named, schedule_named_after};
	use pallet_utility::Call::{
		as_derivative, batch, batch_all, dispatch_as, dispatch_as_fallible, force_batch, if_else,
		with_weight,
	};
	Some(match call {
		RuntimeCall::Proxy(proxy { call, .. } | proxy_announced { call, .. })
		| RuntimeCall::Multisig(as_multi { call, .. } | as_multi_threshold_1 { call, .. })
		| RuntimeCall::Recovery(control_inherited_account { call, .. })
		| RuntimeCall::Utility(
			as_derivative { call, .. }
			| dispatch_as { call, .. }
			| dispatch_as_fallible { call, .. }
			| with_weight { call, .. },
		)
		| RuntimeCall::Scheduler(
			schedule { call, .. }
			| schedule_after { call, .. }
			| schedule_named { call, .. }
			| schedule_named_after { call, .. },
		)
		| RuntimeCall::Council(execute { proposal: call, .. } | propose { proposal: call, .. })
		| RuntimeCall::Governance(pallet_governance::Call::queue { call }) => holds(call),
		RuntimeCall::Utility(batch { calls } | batch_all { calls } | force_batch { calls }) => {
			calls.iter().all(holds)
		},
		RuntimeCall::Utility(if_else { main, fallback }) => holds(main) && holds(fallback),
		RuntimeCall::MetaTx(pallet_meta_tx::Call::dispatch { meta_tx, .. }) => {
			// Its parts are private to that pallet. The call stands first.
			let bytes = meta_tx.encode();
			RuntimeCall::decode_with_depth_limit(MAX_EXTRINSIC_DEPTH, &mut &bytes[..])
				.is_ok_and(|call| holds(&call))
		},
		_ => return None,
	})
}

/// The calls that declare their weight themselves, and carry only such.
pub struct Weighed;

impl Contains<RuntimeCall> for Weighed {
	// However deep, since calls are decoded with a limit of their depth.
	fn contains(call: &RuntimeCall) -> bool {
		!matches!(call, RuntimeCall::Utility(pallet_utility::Call::with_weight { .. }))
			&& carried(call, &Self::contains).unwrap_or(true)
	}
}
