//! What a program wants done: a call, and what it does.

use crate::{call::Call, chain::Kind};

/// What a program wants done.
#[derive(Clone, Debug)]
pub struct Draft {
	pub(crate) call: Call,
	pub(crate) effects: Vec<String>,
	/// Effects shown even to somebody who agrees to everything.
	pub(crate) warnings: Vec<String>,
	pub(crate) deposit: Option<u128>,
	twin: Option<u64>,
	pub(crate) kept: u128,
	pub(crate) spends: Vec<(Kind, u128)>,
	in_own_name: bool,
}

impl Draft {
	/// A draft of a call without a deposit.
	pub fn new(call: Call) -> Self {
		let (effects, warnings, spends) = Default::default();
		let (deposit, twin, kept, in_own_name) = Default::default();
		Self { call, effects, warnings, deposit, twin, kept, spends, in_own_name }
	}

	/// Adds a sentence on what the call changes, for the person to agree to.
	pub fn effect(mut self, effect: impl Into<String>) -> Self {
		self.effects.push(effect.into());
		self
	}

	/// Adds several, in their order.
	pub fn effects(mut self, effects: impl IntoIterator<Item = String>) -> Self {
		self.effects.extend(effects);
		self
	}

	/// Adds effects that are shown even to somebody who agrees to everything.
	pub(crate) fn warnings(mut self, warnings: impl IntoIterator<Item = String>) -> Self {
		let warnings: Vec<_> = warnings.into_iter().collect();
		self.warnings.extend(warnings.iter().cloned());
		self.effects(warnings)
	}

	/// Names the refundable deposit that the call takes, in base units.
	pub fn deposit(mut self, units: u128) -> Self {
		self.deposit = Some(units);
		self
	}

	/// Names the part of the deposit that never comes back.
	pub fn kept(mut self, units: u128) -> Self {
		self.kept = units;
		self
	}

	/// Names what the call takes of the money of the account that it is made for, besides a
	/// deposit. A fee that is paid in the same money has to be there, too.
	pub fn spends(mut self, money: Kind, units: u128) -> Self {
		self.spends.push((money, units));
		self
	}

	/// Makes the call in the key's own name, whatever twin the wallet acts for.
	pub fn in_own_name(mut self) -> Self {
		self.in_own_name = true;
		self
	}

	/// The twin to act for, where the wallet acts for `twin`.
	pub(crate) fn twin(&self, twin: Option<u64>) -> Option<u64> {
		if self.in_own_name {
			None
		} else {
			self.twin.or(twin)
		}
	}

	/// Names the twin to act for, whichever the wallet acts for.
	pub fn for_twin(mut self, twin: u64) -> Self {
		self.twin = Some(twin);
		self
	}
}
