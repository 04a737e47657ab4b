//! Consensus: who makes blocks, who finalises them, and what happens to those who cheat.

use crate::{
	configs::{
		governance::RootOrSupermajority, monetary::TreasuryAccount, operations::dynamic_params,
	},
	weights, AccountId, Babe, Balances, Grandpa, Offences, Runtime, RuntimeEvent,
	RuntimeHoldReason, Session, SessionKeys, Validators,
};
use core::ops::RangeInclusive;
use frame_support::{
	parameter_types,
	traits::{tokens::imbalance::ResolveTo, ConstU32, Get, OneSessionHandler},
};
use ourledger_primitives::{
	currency::deposit,
	time::{EPOCH_MILLIS, PRIMARY_PROBABILITY, SLOT_MILLIS},
	witness, Balance, Moment,
};
use pallet_session::disabling::UpToLimitWithReEnablingDisablingStrategy;
use pallet_validators::{
	EpochSlotsOf, FinalityOf, KeyProof, MinimumPeriodOf, OffenderOf, ReportLongevityOf,
	SetIdEntriesOf, SlotMillis, SlotMillisOf,
};
use sp_consensus_babe::{epoch_index, AllowedSlots, Slot};
use sp_consensus_grandpa::SetId;
use sp_runtime::{traits::ConvertInto, BoundToRuntimeAppPublic, SaturatedConversion};
use sp_staking::SessionIndex;

/// Most validators. GRANDPA's votes grow with the square of it.
pub type MaxValidators = ConstU32<100>;

/// BABE's settings at genesis: a fallback author without secrecy for slots that nobody won.
pub const BABE_GENESIS_EPOCH_CONFIG: sp_consensus_babe::BabeEpochConfiguration =
	sp_consensus_babe::BabeEpochConfiguration {
		c: PRIMARY_PROBABILITY,
		allowed_slots: AllowedSlots::PrimaryAndSecondaryVRFSlots,
	};

impl pallet_timestamp::Config for Runtime {
	type Moment = Moment;
	type OnTimestampSet = Babe;
	// BABE's slot is twice this.
	type MinimumPeriod = MinimumPeriodOf<Self>;
	type WeightInfo = pallet_timestamp::weights::SubstrateWeight<Runtime>;
}

impl pallet_babe::Config for Runtime {
	type EpochDuration = EpochSlotsOf<Self>;
	type ExpectedBlockTime = SlotMillisOf<Self>;
	type EpochChangeTrigger = pallet_babe::ExternalTrigger;
	type DisabledValidators = Session;
	// Not a missing weight: upstream's `()` is a formula over the number of validators.
	type WeightInfo = ();
	type MaxAuthorities = MaxValidators;
	type MaxNominators = ConstU32<0>;
	type KeyOwnerProof = KeyProof;
	type EquivocationReportSystem =
		pallet_babe::EquivocationReportSystem<Self, Offences, Validators, ReportLongevityOf<Self>>;
}

impl pallet_grandpa::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	// Not a missing weight: upstream's `()` is a formula over the number of validators.
	type WeightInfo = ();
	type MaxAuthorities = MaxValidators;
	type MaxNominators = ConstU32<0>;
	type MaxSetIdSessionEntries = SetIdEntriesOf<Self>;
	type KeyOwnerProof = KeyProof;
	type EquivocationReportSystem = pallet_grandpa::EquivocationReportSystem<
		Self,
		Offences,
		Validators,
		ReportLongevityOf<Self>,
	>;
}

impl pallet_authorship::Config for Runtime {
	type FindAuthor = pallet_session::FindAccountFromAuthorIndex<Self, Babe>;
	type EventHandler = ();
}

impl pallet_offences::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type IdentificationTuple = OffenderOf<Self>;
	type OnOffenceHandler = Validators;
}

/// The session that `slot` was in, by the same count as BABE's own when it checks a report.
pub fn session_of_slot(slot: Slot) -> SessionIndex {
	let epoch = epoch_index(slot, Babe::genesis_slot(), EpochSlotsOf::<Runtime>::get());
	// Sessions come one after another; while nobody makes a block, epochs pass without one.
	let without = Babe::skipped_epochs()
		.iter()
		.rev()
		.find(|(resumed, _)| *resumed <= epoch)
		.map_or(0, |(resumed, session)| resumed.saturating_sub((*session).into()));
	epoch.saturating_sub(without).saturated_into()
}

/// The sessions in which the authority set `id` votes or voted. None if GRANDPA knows no such set,
/// or has forgotten it.
pub fn sessions_of_set(id: SetId) -> Option<RangeInclusive<SessionIndex>> {
	let last = Grandpa::session_for_set(id)?;
	let first = match id.checked_sub(1) {
		// Saturating: no session is numbered that high.
		Some(before) => Grandpa::session_for_set(before)?.saturating_add(1),
		None => 0,
	};
	Some(first..=last)
}

parameter_types! {
	/// Sessions that a leaving validator's bond stays held where genesis says nothing else: 28
	/// days of sessions of an hour. As long as this, cheating can be proved and punished.
	pub const DefaultLeavingSessions: u32 = 28 * 24;
	/// Length of a slot where genesis says nothing else, in milliseconds.
	pub const DefaultSlotMillis: Moment = SLOT_MILLIS;
	/// Slots of a BABE epoch where genesis says nothing else: an hour's, however long they are.
	pub DefaultEpochSlots: u64 = EPOCH_MILLIS / SlotMillis::<Runtime>::get().max(1);
}

impl pallet_validators::Config for Runtime {
	type RuntimeHoldReason = RuntimeHoldReason;
	type Currency = Balances;
	type Bond = dynamic_params::validators::Bond;
	type MaxValidators = MaxValidators;
	type ApproveOrigin = RootOrSupermajority;
	type RemoveOrigin = RootOrSupermajority;
	type RestoreOrigin = RootOrSupermajority;
	type Slashed = ResolveTo<TreasuryAccount, Balances>;
	type DefaultLeavingSessions = DefaultLeavingSessions;
	type DefaultSlotMillis = DefaultSlotMillis;
	type DefaultEpochSlots = DefaultEpochSlots;
	type WeightInfo = weights::pallet_validators::WeightInfo<Runtime>;
}

parameter_types! {
	/// Deposit for a validator's session keys: four entries, three keys of 32 bytes stored once
	/// whole and once each by type.
	pub const SessionKeyDeposit: Balance = deposit(4, 300);
}

impl pallet_session::Config for Runtime {
	type RuntimeEvent = RuntimeEvent;
	type ValidatorId = AccountId;
	type ValidatorIdOf = ConvertInto;
	type ShouldEndSession = Babe;
	type NextSessionRotation = Babe;
	type SessionManager = Validators;
	// As the keys, but GRANDPA isn't told of validators that are lost for good.
	type SessionHandler = (Babe, FinalityOf<Self>, Witness);
	type Keys = SessionKeys;
	// Disables offenders, but never so many that too few are left to finalise.
	type DisablingStrategy = UpToLimitWithReEnablingDisablingStrategy;
	type WeightInfo = pallet_session::weights::SubstrateWeight<Runtime>;
	type Currency = Balances;
	type KeyDeposit = SessionKeyDeposit;
}

/// Keeper of the witness keys. The session pallet stores them; no pallet needs to be told of a
/// change, since who signs as a witness is looked up when a report arrives.
pub struct Witness;

impl BoundToRuntimeAppPublic for Witness {
	type Public = witness::AuthorityId;
}

impl OneSessionHandler<AccountId> for Witness {
	type Key = witness::AuthorityId;

	fn on_genesis_session<'a, I>(_validators: I)
	where
		I: Iterator<Item = (&'a AccountId, Self::Key)> + 'a,
	{
	}

	fn on_new_session<'a, I>(_changed: bool, _validators: I, _queued: I)
	where
		I: Iterator<Item = (&'a AccountId, Self::Key)> + 'a,
	{
	}

	fn on_disabled(_validator: u32) {}
}

#[cfg(test)]
mod tests {
	use super::*;
	use codec::{Decode, Encode};
	use sp_core::crypto::KeyTypeId;

	#[test]
	fn durations_are_pinned() {
		assert_eq!(DefaultSlotMillis::get(), 3_000);
		assert_eq!(DefaultLeavingSessions::get(), 672);
		sp_io::TestExternalities::default().execute_with(|| {
			assert_eq!(DefaultEpochSlots::get(), 1_200);
			SlotMillis::<Runtime>::put(1_000);
			assert_eq!(DefaultEpochSlots::get(), 3_600);
		});
	}

	#[test]
	fn session_keys_are_three_in_this_order() {
		use sp_runtime::traits::OpaqueKeys;
		let ids = SessionKeys::key_ids();
		assert_eq!(ids, [KeyTypeId(*b"babe"), KeyTypeId(*b"gran"), KeyTypeId(*b"witn")]);
		type Handler = <Runtime as pallet_session::Config>::SessionHandler;
		let told = <Handler as pallet_session::SessionHandler<AccountId>>::KEY_TYPE_IDS;
		assert_eq!(told, ids);
	}

	#[test]
	fn session_key_deposit_covers_what_is_stored() {
		assert_eq!(SessionKeyDeposit::get(), 70_000_000_000);
		let keys = SessionKeys::decode(&mut &[0; 96][..]).expect("three keys of 32 bytes");
		assert_eq!(keys.encode().len(), 96);
	}
}
