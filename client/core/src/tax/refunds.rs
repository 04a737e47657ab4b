//! Refunds: credit that is claimed to be paid out, and what is decided about it.

use super::{
	books::Account,
	clock::{self, ClockChange},
	today, Jurisdiction, Settings, TaxpayerInfo,
};
use crate::{
	call::Call,
	draft::Draft,
	error::{Error, Result},
	hash,
	money::{self, Currency},
	outcome::Submitted,
	State,
};
use ourledger_primitives::{
	money::{CurrencyId, Day},
	tax::JurisdictionId,
	twin::TwinNumber,
};
use serde_json::{json, Value as Json};
use subxt::ext::{scale_decode::DecodeAsType, scale_encode::EncodeAsType};

/// Where a claim stands.
#[derive(Clone, Copy, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub enum ClaimState {
	/// To be paid as soon as the treasury has the money.
	Ready,
	/// To be paid from a day on, unless something is decided before.
	Held {
		/// The day.
		until: Day,
	},
	/// To be paid less a part that is forfeited, from a day on, unless it is appealed before.
	Assessed {
		/// Minor units.
		forfeited: u128,
		/// The day.
		final_on: Day,
	},
	/// Governance has to decide about an assessment.
	Appealed {
		/// What the authority assessed, in minor units.
		forfeited: u128,
	},
	/// It is credit again. Forgotten on a day, unless it is appealed before.
	Denied {
		/// The day.
		final_on: Day,
	},
	/// Governance has to decide about a denial; meanwhile it is claimed.
	DenialAppealed,
}

impl ClaimState {
	/// For people, by the jurisdiction's clock.
	pub fn text(&self, currency: &Currency, clock: &[ClockChange]) -> String {
		let begins = |day| clock::midnight(clock, day);
		match self {
			Self::Ready => "ready: paid as soon as the treasury has the money".into(),
			Self::Held { until } => {
				format!("held: paid on {}, unless something is decided before", begins(*until))
			},
			Self::Assessed { forfeited, final_on } => format!(
				"assessed: {} are forfeited on {}, unless it is appealed before",
				currency.show(*forfeited),
				begins(*final_on)
			),
			Self::Appealed { forfeited } => format!(
				"appealed against forfeiting {}: governance decides",
				currency.show(*forfeited)
			),
			Self::Denied { final_on } => format!(
				"denied: it is credit again, for good on {}, unless it is appealed before",
				begins(*final_on)
			),
			Self::DenialAppealed => {
				"appealed against a denial: it is claimed again, and governance decides".into()
			},
		}
	}

	/// As JSON. Amounts are decimal strings of minor units.
	pub fn json(&self) -> Json {
		match self {
			Self::Ready => json!({ "is": "ready" }),
			Self::Held { until } => json!({ "is": "held", "until": money::date(*until) }),
			Self::Assessed { forfeited, final_on } => json!({
				"is": "assessed",
				"forfeited": forfeited.to_string(),
				"finalOn": money::date(*final_on),
			}),
			Self::Appealed { forfeited } => {
				json!({ "is": "appealed", "forfeited": forfeited.to_string() })
			},
			Self::Denied { final_on } => {
				json!({ "is": "denied", "finalOn": money::date(*final_on) })
			},
			Self::DenialAppealed => json!({ "is": "denialAppealed" }),
		}
	}
}

/// What governance decides of an appeal.
#[derive(Clone, Copy, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub enum Decision {
	/// The claim is paid, less what is forfeited.
	Pay {
		/// Minor units.
		forfeited: u128,
	},
	/// It is credit again.
	Deny,
}

/// Credit that is to be paid out.
#[derive(Clone, Debug, DecodeAsType, EncodeAsType, Eq, PartialEq)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
#[encode_as_type(crate_path = "subxt::ext::scale_encode")]
pub struct Claim {
	/// Whose it is.
	pub twin: TwinNumber,
	/// In what.
	pub currency: CurrencyId,
	/// Minor units, what is forfeited included.
	pub amount: u128,
	/// The day on which it was made.
	pub claimed: Day,
	/// Where it stands.
	pub state: ClaimState,
	/// Why the last decision about it was taken.
	pub reason: Option<[u8; 32]>,
}

/// A claim was made.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct RefundClaimed {
	/// Its number.
	pub claim: u64,
	/// Where it stands, unless it was paid at once.
	pub state: ClaimState,
}

/// A claim was paid. Amounts are in minor units.
#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
pub struct RefundPaid {
	/// The jurisdiction.
	pub jurisdiction: JurisdictionId,
	/// The claim's number.
	pub claim: u64,
	/// What was paid, demurrage and what is set aside included.
	pub amount: u128,
	/// What was forfeited.
	pub forfeited: u128,
	/// What went against arrears instead.
	pub used: u128,
	/// What of it the account couldn't hold.
	pub set_aside: u128,
}

impl RefundPaid {
	/// Whether it is about this claim.
	pub fn is_of(&self, jurisdiction: JurisdictionId, claim: u64) -> bool {
		(self.jurisdiction, self.claim) == (jurisdiction, claim)
	}

	/// What was paid for a claim by a transaction, if it was.
	pub fn find(
		done: &Submitted,
		jurisdiction: JurisdictionId,
		claim: u64,
	) -> Result<Option<Self>> {
		let paid: Option<Self> = done.find("Tax", "RefundPaid")?;
		Ok(paid.filter(|paid| paid.is_of(jurisdiction, claim)))
	}

	/// For people.
	pub fn text(&self, currency: &Currency) -> String {
		let mut parts = vec![currency.show(self.amount)];
		for (units, what) in [
			(self.forfeited, "are forfeited"),
			(self.used, "went against arrears"),
			(self.set_aside, "of it are set aside: the account couldn't hold them"),
		] {
			if units > 0 {
				parts.push(format!("{} {what}", currency.show(units)));
			}
		}
		parts.join("; ")
	}
}

/// A claim that isn't done with, and what there is to know of its place.
#[derive(Clone, Debug)]
pub struct OpenClaim {
	/// The jurisdiction.
	pub jurisdiction: JurisdictionId,
	/// Its number.
	pub id: u64,
	/// What the chain keeps of it.
	pub claim: Claim,
	/// What it is in.
	pub currency: Currency,
	/// The jurisdiction's.
	clock: Vec<ClockChange>,
	/// For how many days a decision can be appealed.
	appeal_days: u16,
	/// Today, by that clock.
	today: Day,
}

impl OpenClaim {
	/// The claim of this number, as it stands.
	pub async fn read(state: &State, jurisdiction: JurisdictionId, id: u64) -> Result<Self> {
		let claim: Option<Claim> = state.view("Tax", "claim", (jurisdiction, id)).await?;
		let claim = claim.ok_or_else(|| {
			Error::not_found(format!(
				"jurisdiction {jurisdiction} has no open claim {id}; those that were paid or denied \
				 are gone"
			))
		})?;
		let currency = Currency::read(state, claim.currency).await?;
		let Settings { clock, appeal_days, .. } =
			Jurisdiction::read(state, jurisdiction).await?.settings;
		let today = today(state, jurisdiction).await?;
		Ok(Self { jurisdiction, id, claim, currency, clock, appeal_days, today })
	}

	/// Where it stands, for people.
	pub fn state_text(&self) -> String {
		self.claim.state.text(&self.currency, &self.clock)
	}

	/// How much it is for, for people.
	pub fn amount(&self) -> String {
		self.currency.show(self.claim.amount)
	}

	/// Why the last decision about it was taken, in hexadecimal.
	pub fn reason(&self) -> Option<String> {
		self.claim.reason.map(|reason| hash::text(&reason))
	}

	/// As JSON. Amounts are decimal strings of minor units.
	pub fn json(&self) -> Json {
		json!({
			"jurisdiction": self.jurisdiction,
			"claim": self.id,
			"twin": self.claim.twin,
			"currency": self.claim.currency,
			"amount": self.claim.amount.to_string(),
			"claimed": money::date(self.claim.claimed),
			"state": self.claim.state.json(),
			"reason": self.reason(),
		})
	}

	/// When a wait of so many days is over that begins today: they are whole days, so that of today
	/// doesn't count.
	fn after(&self, days: u16) -> String {
		clock::midnight(&self.clock, money::after_a_wait(self.today, days))
	}

	/// The minor units that `text` says are forfeited, at most all of it.
	pub fn forfeit(&self, text: &str) -> Result<u128> {
		let forfeited = self.currency.parse(text)?;
		if forfeited > self.claim.amount {
			return Err(Error::input(format!(
				"claim {} is for {}, and can't forfeit {}",
				self.id,
				self.amount(),
				self.currency.show(forfeited)
			)));
		}
		Ok(forfeited)
	}

	/// An authority holds it back, for so many days from today on.
	pub fn hold(&self, state: &State, days: u16, reason: [u8; 32]) -> Result<Draft> {
		let call = state.call("Tax", "hold_refund", (self.jurisdiction, self.id, days, reason))?;
		Ok(Draft::new(call).effect(format!(
			"claim {} of twin {}, {}, is held until {}",
			self.id,
			self.claim.twin,
			self.amount(),
			self.after(days)
		)))
	}

	/// An authority denies it.
	pub fn deny(&self, state: &State, reason: [u8; 32]) -> Result<Draft> {
		let call = state.call("Tax", "deny_refund", (self.jurisdiction, self.id, reason))?;
		Ok(Draft::new(call).effect(format!(
			"claim {} is denied: {} are credit of twin {} again, unless it appeals before {}",
			self.id,
			self.amount(),
			self.claim.twin,
			self.after(self.appeal_days)
		)))
	}

	/// An authority assesses that so many minor units of it are forfeited.
	pub fn assess(&self, state: &State, forfeited: u128, reason: [u8; 32]) -> Result<Draft> {
		let values = (self.jurisdiction, self.id, forfeited, reason);
		let call = state.call("Tax", "assess_refund", values)?;
		Ok(Draft::new(call).effect(format!(
			"of the {} of claim {}, twin {} forfeits {} unless it appeals before {}",
			self.amount(),
			self.id,
			self.claim.twin,
			self.currency.show(forfeited),
			self.after(self.appeal_days)
		)))
	}

	/// The taxpayer appeals. What was denied is claimed again, so it has to be credit still.
	pub async fn appeal(&self, state: &State, reason: [u8; 32]) -> Result<Draft> {
		let call = state.call("Tax", "appeal", (self.jurisdiction, self.id, reason))?;
		let draft =
			Draft::new(call).effect(format!("governance has to decide about claim {}", self.id));
		if !matches!(self.claim.state, ClaimState::Denied { .. }) {
			return Ok(draft);
		}
		let twin = self.claim.twin;
		let account = Account::read(state, self.jurisdiction, twin, self.currency.id).await?;
		if account.credit() < self.claim.amount {
			return Err(Error::refused(format!(
				"what was denied is claimed again, but of its {} twin {twin} has only {} of credit left",
				self.amount(),
				self.currency.show(account.credit())
			)));
		}
		Ok(draft.effect(format!(
			"{} of the credit of twin {twin} are claimed again meanwhile",
			self.amount()
		)))
	}

	/// Governance decides about an appeal. A Root call, which nobody previews.
	pub fn decide(&self, state: &State, decision: Decision) -> Result<Call> {
		let (ClaimState::Appealed { .. } | ClaimState::DenialAppealed) = self.claim.state else {
			return Err(Error::refused(format!(
				"claim {} is {}: nobody appealed",
				self.id,
				self.state_text()
			)));
		};
		state.call("Tax", "decide_appeal", (self.jurisdiction, self.id, decision))
	}

	/// Anyone has it paid, if it is due.
	pub fn pay(&self, state: &State) -> Result<Draft> {
		let call = state.call("Tax", "pay_refund", (self.jurisdiction, self.id))?;
		Ok(Draft::new(call).effect(format!(
			"the treasury pays claim {} of {} to twin {}, if it is due and the money is there",
			self.id,
			self.amount(),
			self.claim.twin
		)))
	}
}

/// A taxpayer claims so much of its credit, or all. Comes back with how much, and with the
/// jurisdiction's clock.
pub async fn claim(
	state: &State,
	jurisdiction: JurisdictionId,
	twin: TwinNumber,
	currency: &Currency,
	amount: Option<u128>,
) -> Result<(Draft, u128, Vec<ClockChange>)> {
	let account = Account::read(state, jurisdiction, twin, currency.id).await?;
	let credit = account.credit();
	let amount = amount.unwrap_or(credit);
	if amount == 0 || amount > credit {
		return Err(Error::refused(format!(
			"twin {twin} has {} of credit in jurisdiction {jurisdiction}{}",
			currency.show(credit),
			match account.arrears {
				0 => String::new(),
				arrears => format!(
					": it owes {} of reverse charge, against which credit goes first",
					currency.show(arrears)
				),
			}
		)));
	}
	let settings = Jurisdiction::read(state, jurisdiction).await?.settings;
	let least = currency.units_of(settings.least_claim);
	let taxpayer = TaxpayerInfo::find(state, jurisdiction, twin).await?;
	// Whoever isn't registered may take all that it has left.
	let is_last = amount == credit && !taxpayer.is_some_and(|it| it.is_registered());
	if amount < least && !is_last {
		return Err(Error::refused(format!(
			"a claim in jurisdiction {jurisdiction} is at least {}, not {}",
			currency.show(least),
			currency.show(amount)
		)));
	}
	let call = state.call("Tax", "claim_refund", (jurisdiction, currency.id, amount))?;
	let draft = Draft::new(call).effect(format!(
		"{} of the credit of twin {twin} are claimed, the oldest first",
		currency.show(amount)
	));
	Ok((draft, amount, settings.clock))
}

/// A claim of 10.00 TSH in jurisdiction 0, to test with.
#[cfg(any(test, feature = "testing"))]
pub fn example(state: ClaimState) -> OpenClaim {
	let claim = Claim { twin: 2, currency: 3, amount: 1_000, claimed: 20_574, state, reason: None };
	let change = |from, utc_offset_minutes| ClockChange { from, utc_offset_minutes };
	OpenClaim {
		jurisdiction: 0,
		id: 7,
		claim,
		currency: money::example(3, "TSH"),
		clock: vec![change(20_500, 60), change(20_541, 120)],
		appeal_days: 14,
		today: 20_574,
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn no_more_is_forfeited_than_claimed() {
		let claim = example(ClaimState::Ready);
		assert_eq!(claim.forfeit("10"), Ok(1_000));
		assert_eq!(claim.forfeit("0"), Ok(0));
		assert!(claim.forfeit("10.01").is_err());
	}

	#[test]
	fn payment_is_told_with_what_is_forfeited() {
		let shilling = money::example(3, "TSH");
		let paid = RefundPaid {
			jurisdiction: 0,
			claim: 7,
			amount: 750,
			forfeited: 250,
			used: 0,
			set_aside: 0,
		};
		assert_eq!(paid.text(&shilling), "7.50 TSH; 2.50 TSH are forfeited");
		let whole = RefundPaid { forfeited: 0, ..paid };
		assert_eq!(whole.text(&shilling), "7.50 TSH");
		let aside = RefundPaid { used: 100, set_aside: 650, ..whole };
		assert_eq!(
			aside.text(&shilling),
			"7.50 TSH; 1.00 TSH went against arrears; 6.50 TSH of it are set aside: the account \
			 couldn't hold them"
		);
		assert!(aside.is_of(0, 7) && !aside.is_of(1, 7) && !aside.is_of(0, 8));
	}

	#[test]
	fn states_have_their_dates() {
		let held = example(ClaimState::Held { until: 20_574 });
		let text = held.state_text();
		assert!(text.contains("paid on 2026-05-01 00:00 UTC+02:00"), "{text}");
		// A wait of a day never ends at the next midnight.
		assert_eq!(held.after(1), "2026-05-03 00:00 UTC+02:00");
		assert_eq!(held.json()["state"]["until"], "2026-05-01");
		let assessed = example(ClaimState::Assessed { forfeited: 250, final_on: 20_574 });
		assert!(assessed.state_text().contains("2.50 TSH are forfeited"));
		assert_eq!(assessed.json()["state"]["forfeited"], "250");
		let denied = example(ClaimState::Denied { final_on: 20_574 });
		assert!(denied.state_text().contains("for good on 2026-05-01"));
		assert_eq!(denied.json()["state"]["finalOn"], "2026-05-01");
	}
}
