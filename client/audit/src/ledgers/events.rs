//! What the ledgers read of events. The fields have the names that the chain gives them.

use crate::row::amount;
use ourledger_client::tax::{clock::ClockChange, CodeTotal};
use ourledger_primitives::{
	money::{CurrencyId, Day},
	tax::{JurisdictionId, Period, Ppm, TaxCode},
	twin::TwinNumber,
};
use serde::Deserialize;
use serde_json::Value as Json;

/// What a code charges, as far as it matters here.
#[derive(Deserialize)]
pub enum Kind {
	/// Value added tax, of a category such as `Standard`.
	Vat(String),
	/// A share of the net amount.
	LevyOnNet(#[allow(dead_code)] Json),
	/// So much for each unit.
	LevyPerUnit(#[allow(dead_code)] Json),
	/// What is kept back of the payment.
	Withholding,
}

impl Kind {
	/// Whether it is VAT.
	pub fn is_vat(&self) -> bool {
		matches!(self, Self::Vat(_))
	}

	/// Whether the buyer books it.
	pub fn is_reverse(&self) -> bool {
		matches!(self, Self::Vat(category) if category == "ReverseCharge")
	}
}

/// A code's part of a payment or of a credit note.
#[derive(Deserialize)]
pub struct Item {
	/// The code.
	pub code: TaxCode,
	/// What it charges.
	pub kind: Kind,
	/// What it is charged on, in minor units.
	#[serde(with = "amount")]
	pub net: i128,
	/// What it comes to, in minor units.
	#[serde(with = "amount")]
	pub tax: i128,
}

impl Item {
	/// What the seller's statement has of it: a reverse charge's tax is the buyer's.
	pub fn of_seller(&self) -> CodeTotal {
		let tax = if self.kind.is_reverse() { 0 } else { self.tax };
		CodeTotal { code: self.code, net: self.net, tax }
	}

	/// What the buyer's statement has of it: VAT alone.
	pub fn of_buyer(&self) -> Option<CodeTotal> {
		let total = CodeTotal { code: self.code, net: self.net, tax: self.tax };
		self.kind.is_vat().then_some(total)
	}
}

/// Which part of what trade an event is about.
#[derive(Clone, Copy, Deserialize)]
pub struct Trade {
	pub jurisdiction: JurisdictionId,
	pub currency: CurrencyId,
	pub period: Period,
	/// Of the supply, in events that tell of a credit note; older ones don't.
	pub supply: Option<Period>,
	pub seller: TwinNumber,
	pub buyer: Option<TwinNumber>,
	/// Whether it buys as a business. Before anybody said so, all did.
	#[serde(default = "yes")]
	pub business: bool,
}

fn yes() -> bool {
	true
}

impl Trade {
	/// The key of the statement of one of its parties.
	pub fn statement(&self, twin: TwinNumber) -> (JurisdictionId, TwinNumber, CurrencyId, Period) {
		(self.jurisdiction, twin, self.currency, self.period)
	}
}

/// Tax was split off a payment, or taken of an unpaid invoice.
#[derive(Deserialize)]
pub struct TaxCollected {
	pub items: Vec<Item>,
	#[serde(default, with = "amount")]
	pub tip: i128,
	#[serde(with = "amount")]
	pub used: u128,
	#[serde(with = "amount")]
	pub remitted: u128,
	#[serde(with = "amount")]
	pub credited: u128,
}

/// The buyer booked tax under reverse charge.
#[derive(Deserialize)]
pub struct ReverseCharged {
	#[serde(with = "amount")]
	pub output: u128,
	#[serde(with = "amount")]
	pub input: u128,
	#[serde(with = "amount")]
	pub used: u128,
	#[serde(with = "amount")]
	pub remitted: u128,
	#[serde(default, with = "amount")]
	pub deferred: u128,
}

/// Arrears fell, by credit or by a payment.
#[derive(Deserialize)]
pub struct ArrearsSettled {
	pub jurisdiction: JurisdictionId,
	pub currency: CurrencyId,
	pub period: Period,
	pub twin: TwinNumber,
	#[serde(with = "amount")]
	pub used: u128,
	#[serde(with = "amount")]
	pub remitted: u128,
	#[serde(with = "amount")]
	pub left: u128,
}

/// A credit note undid a part of that.
#[derive(Deserialize)]
pub struct ReverseUndone {
	#[serde(with = "amount")]
	pub returned: u128,
}

/// A credit note took effect. Amounts are minor units.
#[derive(Deserialize)]
pub struct TaxReversed {
	/// What changes, by code.
	pub items: Vec<Item>,
	/// What changes of the tip.
	#[serde(default, with = "amount")]
	pub tip: i128,
	/// What the seller is credited again.
	#[serde(with = "amount")]
	pub returned: u128,
	/// What of the seller's credit was set against more VAT.
	#[serde(with = "amount")]
	pub used: u128,
	/// What the seller paid to the treasury.
	#[serde(with = "amount")]
	pub remitted: u128,
	/// What falls away of that with which the buyer had been credited.
	#[serde(with = "amount")]
	pub reversed: u128,
	/// What the buyer is credited.
	#[serde(with = "amount")]
	pub credited: u128,
	/// What of the reversed credit the treasury got out of the money that goes back.
	#[serde(with = "amount")]
	pub made_good: u128,
	/// What of it the buyer paid to the treasury.
	#[serde(with = "amount")]
	pub covered: u128,
}

/// Credit was claimed.
#[derive(Deserialize)]
pub struct RefundClaimed {
	pub jurisdiction: JurisdictionId,
	pub claim: u64,
	pub twin: TwinNumber,
	pub currency: CurrencyId,
	#[serde(with = "amount")]
	pub amount: u128,
}

/// Which claim an event is about.
#[derive(Deserialize)]
pub struct ClaimOf {
	pub jurisdiction: JurisdictionId,
	pub claim: u64,
}

/// A claim became credit again: of the periods that it was made of. Older events say of which one.
#[derive(Deserialize)]
pub struct RefundDenied {
	#[serde(default)]
	pub to: Vec<Credit>,
	pub period: Option<Period>,
}

/// Credit of a period.
#[derive(Deserialize)]
pub struct Credit(pub Period, #[serde(with = "amount")] pub u128);

impl RefundDenied {
	/// What a claim of `amount` became.
	pub fn credits(self, amount: u128) -> Vec<Credit> {
		match self.period {
			Some(period) => vec![Credit(period, amount)],
			None => self.to,
		}
	}
}

/// A claim was paid, but for what was forfeited.
#[derive(Deserialize)]
pub struct RefundPaid {
	#[serde(with = "amount")]
	pub amount: u128,
	#[serde(with = "amount")]
	pub forfeited: u128,
	/// What of it went against arrears instead.
	#[serde(default, with = "amount")]
	pub used: u128,
	/// Demurrage of what was paid; before that was charged, none.
	#[serde(default, with = "amount")]
	pub charged: u128,
}

/// An appeal was decided; before denials could be appealed, always by saying what is forfeited.
#[derive(Deserialize)]
pub struct AppealDecided {
	pub decision: Option<Json>,
}

impl AppealDecided {
	/// Whether the claim becomes credit again.
	pub fn is_denied(&self) -> bool {
		self.decision.as_ref().is_some_and(|it| it == "Deny")
	}
}

/// Money that went into a treasury or out of it, by no trade.
#[derive(Deserialize)]
pub struct TreasuryMoved {
	pub jurisdiction: JurisdictionId,
	pub currency: CurrencyId,
	#[serde(with = "amount")]
	pub amount: u128,
}

/// Tax on a dividend was withheld.
#[derive(Deserialize)]
pub struct TaxWithheld {
	pub jurisdiction: JurisdictionId,
	pub currency: CurrencyId,
	pub period: Period,
	/// Who pays the dividend.
	pub twin: TwinNumber,
	pub code: TaxCode,
	/// In millionths.
	pub rate: Ppm,
	/// The dividend.
	#[serde(with = "amount")]
	pub amount: u128,
	#[serde(with = "amount")]
	pub tax: u128,
	/// What is left of a unit for the twin's next one, in millionths.
	pub rest: Ppm,
}

/// A jurisdiction's clock.
#[derive(Deserialize)]
pub struct Clock {
	pub jurisdiction: JurisdictionId,
	pub settings: ClockSettings,
}

/// Of its settings, what its clock needs. Once it was one number.
#[derive(Deserialize)]
pub struct ClockSettings {
	utc_offset_minutes: Option<i16>,
	#[serde(default)]
	clock: Vec<ClockChange>,
}

impl ClockSettings {
	/// The changes, by ascending day.
	pub fn changes(self) -> Vec<ClockChange> {
		let always = |utc_offset_minutes| ClockChange { from: 0, utc_offset_minutes };
		let mut changes = self.clock;
		changes.extend(self.utc_offset_minutes.map(always));
		changes
	}
}

/// A taxpayer was registered, or not any more.
#[derive(Deserialize)]
pub struct Taxpayer {
	pub jurisdiction: JurisdictionId,
	pub twin: TwinNumber,
	pub terms: Option<Effective>,
}

/// Of its terms, the day from which on it is registered.
#[derive(Deserialize)]
pub struct Effective {
	pub effective: Day,
}
