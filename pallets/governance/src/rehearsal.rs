//! What a call would do, tried out and taken back.

use crate::*;
use codec::DecodeLimit;
use frame::deps::{
	frame_support::{
		storage::{with_transaction_unchecked, TransactionOutcome},
		MAX_EXTRINSIC_DEPTH,
	},
	frame_system::Pallet as System,
};

/// What a call did when it was tried out.
#[derive(Encode, Decode, CloneNoBound, PartialEqNoBound, EqNoBound, DebugNoBound, TypeInfo)]
#[scale_info(skip_type_params(T))]
pub struct Rehearsal<T: Config> {
	/// What it returned. On an error it changed nothing.
	pub result: DispatchResult,
	/// Its events, in their order.
	pub events: Vec<<T as frame_system::Config>::RuntimeEvent>,
	/// Weight that it declares.
	pub declared: Weight,
	/// Weight that it says it used.
	pub used: Weight,
}

/// Why a call was not tried out.
#[derive(Encode, Decode, Clone, Copy, PartialEq, Eq, Debug, TypeInfo)]
pub enum NotRehearsed {
	/// The bytes are not one call of this runtime.
	NotACall,
	/// The encoded call is longer than `MaxCallLen`.
	TooLong,
	/// The call declares more weight than `MaxCallWeight`.
	TooHeavy,
	/// The call, or one that it carries, takes its weight from its caller.
	NotWeighed,
}

impl<T: Config> Pallet<T> {
	/// Dispatches the encoded call with `origin`, and takes back whatever it changed.
	// Anybody may ask a node for this, so it is bounded as what may be queued is. Taken back though
	// the node drops the state anyway: nothing of this may depend on who asks.
	pub(crate) fn do_rehearse(
		origin: PalletsOriginOf<T>,
		call: Vec<u8>,
	) -> Result<Rehearsal<T>, NotRehearsed> {
		ensure!(call.len() <= T::MaxCallLen::get() as usize, NotRehearsed::TooLong);
		let call = CallOf::<T>::decode_all_with_depth_limit(MAX_EXTRINSIC_DEPTH, &mut &call[..])
			.map_err(|_| NotRehearsed::NotACall)?;
		ensure!(T::Weighed::contains(&call), NotRehearsed::NotWeighed);
		let declared = call.get_dispatch_info().call_weight;
		ensure!(declared.all_lte(T::MaxCallWeight::get()), NotRehearsed::TooHeavy);

		Ok(with_transaction_unchecked(|| {
			// Else those of the block itself would come first.
			System::<T>::reset_events();
			let (post_info, result) = match call.dispatch(origin.into()) {
				Ok(post_info) => (post_info, Ok(())),
				Err(failed) => (failed.post_info, Err(failed.error)),
			};
			let events = System::<T>::read_events_no_consensus().map(|record| record.event);
			TransactionOutcome::Rollback(Rehearsal {
				result,
				events: events.collect(),
				declared,
				used: post_info.actual_weight.unwrap_or(declared),
			})
		}))
	}
}
