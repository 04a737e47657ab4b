//! What the council asks before it decides: what a call would do.

use super::*;
use crate::{Governance, OriginCaller, RuntimeEvent};
use pallet_governance::{NotRehearsed, Rehearsal};
use sp_core::H256;
use sp_runtime::DispatchError;

fn root() -> OriginCaller {
	frame_system::RawOrigin::<AccountId>::Root.into()
}

/// A motion with two of three ayes.
fn council() -> OriginCaller {
	pallet_collective::RawOrigin::Members(2, 3).into()
}

fn remark() -> Call {
	Call::System(frame_system::Call::remark { remark: vec![] })
}

fn rehearse(origin: OriginCaller, call: &Call) -> Rehearsal<crate::Runtime> {
	Governance::rehearse(origin, call.encode()).expect("is within the bounds")
}

#[test]
fn upgrade_is_roots_and_not_the_councils() {
	chain("local_testnet").execute_with(|| {
		let code_hash = H256::repeat_byte(7);
		let call = Call::System(frame_system::Call::authorize_upgrade { code_hash });
		let told = rehearse(root(), &call);
		assert_eq!(told.result, Ok(()));
		let authorised = frame_system::Event::UpgradeAuthorized { code_hash, check_version: true };
		assert_eq!(told.events, [RuntimeEvent::System(authorised)]);

		let told = rehearse(council(), &call);
		assert_eq!(told.result, Err(DispatchError::BadOrigin));
		let queue = pallet_governance::Call::queue { call: Box::new(call) };
		let told = rehearse(council(), &Call::Governance(queue));
		assert_eq!(told.result, Ok(()));
		assert!(Governance::proposals(0, 1).is_empty());
		check_state();
	});
}

#[test]
fn what_can_never_be_queued_is_not_rehearsed() {
	chain("local_testnet").execute_with(|| {
		let subkeys = u32::MAX;
		let call = Call::System(frame_system::Call::kill_prefix { prefix: vec![1], subkeys });
		let told = Governance::rehearse(root(), call.encode());
		assert_eq!(told, Err(NotRehearsed::TooHeavy));
	});
}

/// Else a stranger could have a node do as much work as he likes.
#[test]
fn no_call_is_rehearsed_under_a_weight_that_its_caller_names() {
	chain("local_testnet").execute_with(|| {
		let subkeys = u32::MAX;
		let heavy = Call::System(frame_system::Call::kill_prefix { prefix: vec![1], subkeys });
		let weight = frame_support::weights::Weight::zero();
		let light: Call =
			pallet_utility::Call::with_weight { call: Box::new(heavy), weight }.into();
		let batch = pallet_utility::Call::batch { calls: vec![light.clone()] }.into();
		let carried =
			pallet_utility::Call::if_else { main: Box::new(remark()), fallback: Box::new(batch) };
		let queue = pallet_governance::Call::queue { call: Box::new(light.clone()) };
		for call in [light, carried.into(), queue.into()] {
			let told = Governance::rehearse(root(), call.encode());
			assert_eq!(told, Err(NotRehearsed::NotWeighed), "{call:?}");
		}
		let batch = Call::from(pallet_utility::Call::batch { calls: vec![remark()] });
		assert_eq!(rehearse(root(), &batch).result, Ok(()));
	});
}
