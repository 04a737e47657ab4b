//! Payments of invoices.

use super::{
	acts::Case,
	place::{credits, registration},
	Place, Settlement,
};
use crate::bill::{self, Shares};
use ourledger_client::{
	error::{Error, Result},
	money::{self, holding::Holding, Kind},
	party::Party,
	submit::Draft,
	twin::TwinInfo,
	State,
};

/// A payment of an invoice that is to be made.
pub struct Payment<'state> {
	state: &'state State,
	case: Case<'state>,
	place: Place,
	payer: Party,
	/// How much, in minor units.
	pays: u128,
	/// Whether the buyer is a registered taxpayer today.
	pub is_registered: bool,
}

impl<'state> Payment<'state> {
	/// Of so much, as people write it, or of all that is open. Refuses what isn't there to be paid.
	pub async fn of(
		state: &'state State,
		case: Case<'state>,
		payer: Party,
		amount: Option<&str>,
	) -> Result<Self> {
		let open = case.invoice.outstanding();
		let wanted = amount.map(|text| case.currency.parse(text)).transpose()?;
		let pays = wanted.unwrap_or(open);
		if open == 0 {
			return Err(Error::input(format!(
				"nothing of {} is open, so there is nothing to pay",
				case.at
			)));
		}
		if pays == 0 || pays > open {
			return Err(Error::input(format!(
				"{} of {} are open, so {} can't be paid",
				case.currency.show(open),
				case.at,
				case.currency.show(pays)
			)));
		}
		let place = case.place().await?;
		let is_registered = registration(state, &place, case.invoice.buyer).await?.is_some();
		Ok(Self { state, case, place, payer, pays, is_registered })
	}

	/// The invoice.
	pub fn case(&self) -> &Case<'state> {
		&self.case
	}

	/// Whether the buyer pays.
	pub fn is_buyers(&self) -> bool {
		self.payer.twin.is_some() && self.payer.twin == self.case.invoice.buyer
	}

	/// The call, where the invoice is bought as a `business` or not; and who gets what, if it doesn't
	/// wait in escrow.
	pub async fn draft(&self, business: bool) -> Result<(Draft, Option<Shares>)> {
		let Self { state, place, pays, .. } = self;
		let Case { at, invoice, currency, .. } = &self.case;
		let credits = credits(state, place, at.seller, invoice.buyer, business).await?;
		// What is shown is what is signed: "all that is open" may be another amount by then.
		let of = (at.seller, at.number, Some(*pays), business);
		let mut draft = Draft::new(state.call("Commerce", "pay", of)?)
			.spends(Kind::WithId(currency.id), *pays)
			.effect(format!(
				"{} are paid, {} stay open",
				currency.show(*pays),
				currency.show(invoice.outstanding().saturating_sub(*pays))
			));
		if self.is_buyers() && self.is_registered && invoice.payers.is_empty() {
			draft = draft.effect(match business {
				true => "you buy as a business: what is paid says so for all of it",
				false => {
					"you buy for yourself, and aren't credited: what is paid says so for all of it"
				},
			});
		}
		let lines = bill::lines(&invoice.bill, &place.rules, currency);
		let lines =
			lines.into_iter().map(|(label, amount)| format!("the invoice's {label}: {amount}"));
		draft = draft.effects(lines);
		let Settlement::Escrow { arbiter, days } = invoice.settlement else {
			let shares = Shares::of(&invoice.bill, *pays, &place.rules, &credits)?;
			self.ensure_funds(shares.reverse.paid).await?;
			if self.is_buyers() {
				draft = draft.spends(Kind::WithId(currency.id), shares.reverse.paid);
			}
			let effects = shares.effects(at.seller, invoice.buyer, currency);
			return Ok((draft.effects(effects), Some(shares)));
		};
		if credits.buyer_arrears > 0 {
			let buyer = invoice.buyer.unwrap_or_default();
			return Err(Error::refused(format!(
				"the buyer, twin {buyer}, owes {} of reverse charge, and pays nothing into escrow \
				 meanwhile: \"ourledger tax pay-arrears {} {buyer} {} all\" pays that",
				currency.show(credits.buyer_arrears),
				place.id,
				currency.symbol
			)));
		}
		self.ensure_funds(0).await?;
		draft = draft.effect(format!(
			"the money waits in escrow until you confirm, twin {arbiter} decides, or the deadline \
			 passes; tax is taken, and set against credits, then"
		));
		if *pays == invoice.outstanding() {
			let today = money::today(state).await?;
			draft = draft.effect(format!(
				"the deadline is {}: {days} whole days from now on",
				money::midnight(money::after_a_wait(today, days))
			));
		}
		Ok((draft, None))
	}

	/// Refuses a payment for which the payer lacks the money, or the buyer that for its own tax under
	/// reverse charge.
	async fn ensure_funds(&self, reverse: u128) -> Result<()> {
		let Self { state, case: Case { currency, invoice, .. }, payer, pays, .. } = self;
		let own = if self.is_buyers() { pays.saturating_add(reverse) } else { *pays };
		let holding = Holding::read(state, currency.id, payer.account).await?;
		holding.ensure_can_pay(currency, payer, own)?;
		let stranger = !self.is_buyers() && reverse > 0;
		let Some(buyer) = invoice.buyer.filter(|_| stranger) else { return Ok(()) };
		let twin = TwinInfo::read(state, buyer).await?;
		let buyers = Holding::read(state, currency.id, twin.controller).await?;
		let name = format!("twin {buyer}");
		buyers.ensure_can_pay(currency, &name, reverse).map_err(|error| {
			error.explained(|why| {
				format!(
					"under reverse charge its buyer pays {} to the treasury besides, but {why}",
					currency.show(reverse)
				)
			})
		})
	}
}
