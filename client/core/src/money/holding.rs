//! What an account has of a currency, and whether it may pay or be paid in it.

use super::{Access, Currency};
use crate::{
	chain::{Chain, State},
	error::{Error, Result},
	ticks::{Clock, When},
};
use ourledger_primitives::money::CurrencyId;
use serde_json::{json, Value as Json};
use std::fmt::Display;
use subxt::{ext::scale_decode::DecodeAsType, utils::AccountId32};

/// What an account has of a currency today, in minor units.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Holding {
	/// What it has, after demurrage.
	pub balance: u128,
	/// What it can pay, with its credit line.
	pub spendable: u128,
	/// When something can leave it again.
	pub frozen_until: Option<When>,
	/// How much it may owe.
	pub credit_limit: u128,
	/// How much it owes.
	pub debt: u128,
	/// Whether it was expelled, if it is or was a member.
	pub member: Option<bool>,
	/// Whether it can be paid.
	pub may_receive: bool,
	/// What is set aside for it, after demurrage: it couldn't hold what it was owed.
	pub set_aside: u128,
}

impl Holding {
	/// What `account` has.
	pub async fn read(state: &State, currency: CurrencyId, account: AccountId32) -> Result<Self> {
		#[derive(DecodeAsType)]
		#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
		struct Info {
			balance: u128,
			spendable: u128,
			frozen_until: Option<u32>,
			credit_limit: u128,
			debt: u128,
			member: Option<bool>,
			may_receive: bool,
			set_aside: u128,
		}
		let info: Info = state.view("Currencies", "holding", (currency, account)).await?;
		let frozen_until = match info.frozen_until {
			Some(tick) => Some(Clock::at(state).await?.when(tick)),
			None => None,
		};
		Ok(Self {
			balance: info.balance,
			spendable: info.spendable,
			frozen_until,
			credit_limit: info.credit_limit,
			debt: info.debt,
			member: info.member,
			may_receive: info.may_receive,
			set_aside: info.set_aside,
		})
	}

	/// What `account` has in all currencies that it has something in, or a credit line, or in which
	/// something is set aside for it, in order of their ids.
	///
	/// The chain keeps no list of them: where it has something is asked for all currencies together.
	pub async fn all(
		chain: &Chain,
		state: &State,
		account: AccountId32,
	) -> Result<Vec<(Currency, Self)>> {
		// Before the upgrade that brought currencies, there are none.
		if !state.has_view("Currencies", "holding") {
			return Ok(Vec::new());
		}
		let currencies = Currency::list(state, 0, usize::MAX).await?;
		let mut keys = Vec::new();
		for Currency { id, .. } in &currencies {
			keys.push(state.storage_key("Assets", "Account", (*id, account))?);
			keys.push(state.storage_key("Currencies", "CreditLines", (*id, account))?);
			keys.push(state.storage_key("Currencies", "SetAside", (*id, account))?);
		}
		let are_there = chain.have(state, &keys).await?;
		let mut found = Vec::new();
		for (currency, entries) in currencies.into_iter().zip(are_there.chunks(3)) {
			if entries.contains(&true) {
				let holding = Self::read(state, currency.id, account).await?;
				found.push((currency, holding));
			}
		}
		Ok(found)
	}

	/// Refuses a payment that the chain would refuse.
	pub fn ensure_can_pay(
		&self,
		currency: &Currency,
		who: &impl Display,
		amount: u128,
	) -> Result<()> {
		self.ensure_free(currency, who)?;
		if self.spendable < amount {
			// Without membership nothing can be spent, but for what is left of a mutual credit.
			self.ensure_member(currency, who)?;
			return Err(Error::refused(format!(
				"{who} has {} to spend, not {}",
				currency.show(self.spendable),
				currency.show(amount)
			)));
		}
		Ok(())
	}

	/// Refuses to take from what is frozen.
	pub fn ensure_free(&self, currency: &Currency, who: &impl Display) -> Result<()> {
		match self.frozen_until {
			Some(when) => {
				Err(Error::refused(format!("what {who} has of {currency} is frozen until {when}")))
			},
			None => Ok(()),
		}
	}

	/// Refuses to pay somebody whom the chain would not let be paid.
	pub fn ensure_may_receive(&self, currency: &Currency, who: &impl Display) -> Result<()> {
		if self.may_receive {
			return Ok(());
		}
		self.ensure_member(currency, who)?;
		Err(Error::refused(format!(
			"{who} can't be paid in {currency}: the account doesn't exist, or can't hold more \
			 currencies"
		)))
	}

	/// Refuses who isn't admitted, where one has to be.
	fn ensure_member(&self, currency: &Currency, who: &impl Display) -> Result<()> {
		match (self.member, currency.terms.access) {
			(Some(true), Access::Members) => Err(Error::refused(format!(
				"{who} was expelled from {currency}, and can only redeem or repay or, where nobody \
				 redeems, spend what it has"
			))),
			(None, Access::Members) => {
				Err(Error::refused(format!("{who} is no member of {currency}")))
			},
			_ => Ok(()),
		}
	}

	/// What of a payment its credit line gives.
	pub fn drawn_by(&self, amount: u128) -> u128 {
		amount.saturating_sub(self.balance)
	}

	/// Whether it is a member, in a word.
	pub fn membership(&self) -> &'static str {
		match self.member {
			None => "none",
			Some(false) => "member",
			Some(true) => "expelled",
		}
	}

	/// As JSON. Amounts are decimal strings of minor units.
	pub fn json(&self) -> Json {
		json!({
			"balance": self.balance.to_string(),
			"spendable": self.spendable.to_string(),
			"frozenUntil": self.frozen_until.map(|when| when.tick),
			"creditLimit": self.credit_limit.to_string(),
			"debt": self.debt.to_string(),
			"membership": self.membership(),
			"mayReceive": self.may_receive,
			"setAside": self.set_aside.to_string(),
		})
	}

	/// For people, in one line.
	pub fn text(&self, currency: &Currency) -> String {
		let mut text = currency.show(self.balance);
		if self.spendable != self.balance {
			text += &format!(", to spend {}", currency.show(self.spendable));
		}
		if self.debt > 0 {
			text += &format!(", owed {}", currency.show(self.debt));
		}
		if let Some(when) = self.frozen_until {
			text += &format!(", frozen until {when}");
		}
		if self.set_aside > 0 {
			text += &format!(", set aside {}", currency.show(self.set_aside));
		}
		text
	}

	/// For people.
	pub fn lines(&self, currency: &Currency) -> Vec<(&'static str, String)> {
		let mut lines = vec![
			("balance", currency.show(self.balance)),
			("to spend", currency.show(self.spendable)),
		];
		if self.credit_limit > 0 || self.debt > 0 {
			lines.push(("credit line", currency.show(self.credit_limit)));
			lines.push(("owed", currency.show(self.debt)));
		}
		if self.member.is_some() {
			lines.push(("membership", self.membership().into()));
		}
		lines.extend(self.frozen_until.map(|when| ("frozen", format!("until {when}"))));
		if self.set_aside > 0 {
			let amount = currency.show(self.set_aside);
			lines.push(("set aside", format!("{amount}, which \"currency take\" pays to it")));
		}
		if !self.may_receive {
			lines.push(("", "can't be paid".into()));
		}
		lines
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	/// 27 s after the first of May 2026 begins.
	const FROZEN: When = When { tick: 9, moment: 1_777_593_627_000 };
	use crate::money;

	fn holding() -> Holding {
		Holding {
			balance: 1_000,
			spendable: 1_500,
			frozen_until: None,
			credit_limit: 800,
			debt: 300,
			member: Some(false),
			may_receive: true,
			set_aside: 0,
		}
	}

	#[test]
	fn what_is_set_aside_is_told() {
		let shilling = money::example(1, "TSH");
		let holding = Holding { set_aside: 700, ..holding() };
		assert!(holding.text(&shilling).ends_with(", set aside 7.00 TSH"));
		assert_eq!(holding.lines(&shilling).len(), 6);
		assert_eq!(holding.json()["setAside"], "700");
	}

	#[test]
	fn payment_needs_enough_to_spend() {
		let shilling = money::example(1, "TSH");
		assert_eq!(holding().ensure_can_pay(&shilling, &"twin 2", 1_500), Ok(()));
		let error = holding().ensure_can_pay(&shilling, &"twin 2", 1_501).expect_err("too much");
		assert_eq!(error.to_string(), "twin 2 has 15.00 TSH to spend, not 15.01 TSH");
	}

	#[test]
	fn frozen_and_expelled_accounts_do_not_pay() {
		let mut shilling = money::example(1, "TSH");
		shilling.terms.access = Access::Members;
		let frozen = Holding { frozen_until: Some(FROZEN), ..holding() };
		let expelled =
			Holding { spendable: 0, member: Some(true), may_receive: false, ..holding() };
		for (refused, why) in [(&frozen, "frozen"), (&expelled, "expelled")] {
			let error = refused.ensure_can_pay(&shilling, &"twin 2", 1).expect_err("can't");
			assert_eq!(error.code(), 1);
			assert!(error.to_string().contains(why), "{error}");
		}
		// Of a mutual credit, it may spend what it has.
		let with_hours = Holding { spendable: 5, ..expelled.clone() };
		assert_eq!(with_hours.ensure_can_pay(&shilling, &"twin 2", 5), Ok(()));
		assert_eq!(frozen.ensure_may_receive(&shilling, &"twin 2"), Ok(()));
		assert!(expelled.ensure_may_receive(&shilling, &"twin 2").is_err());
	}

	#[test]
	fn strangers_use_no_currency_of_members() {
		let mut currency = money::example(1, "TSH");
		let stranger = Holding { spendable: 0, member: None, may_receive: false, ..holding() };
		assert_eq!(stranger.ensure_can_pay(&currency, &"twin 2", 0), Ok(()));
		currency.terms.access = Access::Members;
		let error = stranger.ensure_may_receive(&currency, &"twin 2").expect_err("is none");
		assert_eq!(error.to_string(), "twin 2 is no member of currency 1 (TSH)");
		assert!(stranger.ensure_can_pay(&currency, &"twin 2", 1).is_err());
	}

	#[test]
	fn credit_line_gives_what_the_balance_lacks() {
		assert_eq!(holding().drawn_by(1_000), 0);
		assert_eq!(holding().drawn_by(1_200), 200);
	}

	#[test]
	fn text_says_what_differs_from_the_balance() {
		let shilling = money::example(1, "TSH");
		assert_eq!(holding().text(&shilling), "10.00 TSH, to spend 15.00 TSH, owed 3.00 TSH");
		let plain = Holding { spendable: 1_000, debt: 0, ..holding() };
		assert_eq!(plain.text(&shilling), "10.00 TSH");
		let frozen = Holding { spendable: 0, debt: 0, frozen_until: Some(FROZEN), ..holding() };
		assert_eq!(
			frozen.text(&shilling),
			"10.00 TSH, to spend 0.00 TSH, frozen until 2026-05-01 00:00:27 UTC"
		);
	}

	#[test]
	fn lines_say_only_what_there_is() {
		let shilling = money::example(1, "TSH");
		assert_eq!(holding().lines(&shilling).len(), 5);
		let plain = Holding { credit_limit: 0, debt: 0, member: None, ..holding() };
		assert_eq!(plain.lines(&shilling).len(), 2);
		assert_eq!(plain.json()["membership"], "none");
	}
}
