//! What the pallet stores, and what others decide for it.

use frame::prelude::*;

/// Most bytes of a pallet's or a call's name.
pub type MaxNameLen = ConstU32<64>;

/// Name of a pallet or a call, as the runtime writes it.
pub type Name = BoundedVec<u8, MaxNameLen>;

/// A call by its names.
#[derive(
	Clone,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub struct CallName {
	/// The pallet, for instance `Balances`.
	pub pallet: Name,
	/// The call, for instance `transfer_keep_alive`.
	pub call: Name,
}

impl CallName {
	/// The name, unless one of its parts is too long.
	pub fn new(pallet: &str, call: &str) -> Option<Self> {
		let bounded = |name: &str| Name::try_from(name.as_bytes().to_vec()).ok();
		Some(Self { pallet: bounded(pallet)?, call: bounded(call)? })
	}
}

/// What can be stopped.
#[derive(
	Clone,
	Debug,
	PartialEq,
	Eq,
	PartialOrd,
	Ord,
	Encode,
	Decode,
	DecodeWithMemTracking,
	MaxEncodedLen,
	TypeInfo,
)]
pub enum Brake {
	/// Safe mode: everything but what is unstoppable.
	#[codec(index = 0)]
	SafeMode,
	/// A pause: one call.
	#[codec(index = 1)]
	Call(CallName),
}

/// How far an origin may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Power {
	/// Within a round, of which each is followed by a rest.
	Bounded,
	/// Without rounds, [`crate::Config::LongestSpan`] at a time.
	Free,
}

/// A time in which those of bounded power may have brakes on. A rest follows, as long as the round
/// was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Round<Tick> {
	/// Tick in which its first brake was applied.
	pub since: Tick,
	/// Tick in which the last of its brakes ends by itself.
	pub until: Tick,
}

impl<Tick: Copy + Saturating> Round<Tick> {
	/// Tick in which the rest is over.
	pub fn rested(&self) -> Tick {
		self.until.saturating_add(self.until.saturating_sub(self.since))
	}
}
