//! Sales at a till: what it offers by a quote, and what whoever comes with the quote buys.

use super::{
	allowed::{ensure_allowed, ensure_place, ensure_reverse},
	calls,
	place::{credits, registration},
	room::Book,
	till::Till,
	Place,
};
use crate::{
	assess::assess,
	bill::{self, Shares},
	complete::{complete, Of, Writing},
	document::Document,
	quote::{Given, Signed},
};
use ourledger_client::{
	error::{Error, Result},
	money::{holding::Holding, Currency, Kind},
	party::Party,
	submit::Draft,
	ticks::{self, Clock},
	State,
};
use ourledger_primitives::{
	invoice::{Bill, Quote},
	twin::TwinNumber,
};
use ourledger_trade::{rules, Refusal};
use rand::{rngs::OsRng, RngCore};
use subxt::utils::AccountId32;

/// Refuses a document that no till can sell: what is sold there is supplied at once.
pub fn ensure_supplied_at_once(document: &Document) -> Result<()> {
	match document.actual_delivery_date {
		None => Ok(()),
		Some(_) => Err(Error::input(
			"actualDeliveryDate has no place at a till: what is sold there is supplied at once",
		)),
	}
}

/// What a till offers, for it to sign.
pub struct Offer {
	/// What is to be signed.
	pub quote: Quote,
	/// What it charges.
	pub bill: Bill,
	/// The chain's clock.
	pub clock: Clock,
	/// Who is to sign it.
	pub till: Till,
}

/// Who offers, to whom, for how long.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
	/// Who sells.
	pub seller: TwinNumber,
	/// Its till.
	pub till: u16,
	/// The only twin that may buy; whoever comes unless given.
	pub buyer: Option<TwinNumber>,
	/// For how long the quote is valid, in ticks.
	pub span: u32,
}

impl Offer {
	/// What a till offers of a document's sale. Refuses what the chain would refuse: no preview tells
	/// that of a quote, and whoever comes with it would know too late.
	pub async fn new(
		state: &State,
		place: &Place,
		document: Document,
		terms: Terms,
	) -> Result<Self> {
		let Terms { seller, till: number, buyer, span } = terms;
		ensure_place(place)?;
		let completed = complete(document, &place.rules, Of::Invoice, &Writing::default())?;
		completed.ensure_issuable(&place.rules)?;
		let registered = registration(state, place, Some(seller)).await?;
		ensure_allowed(&completed.bill, place, seller, registered.as_ref())?;
		// Unless it is named, the buyer is whoever comes.
		if let Some(buyer) = buyer {
			let is_registered = registration(state, place, Some(buyer)).await?.is_some();
			ensure_buyer(place, &completed.bill, seller, (buyer, is_registered))?;
		}
		let till = Till::read(state, seller, number).await?;
		let most: u32 = state.constant("Commerce", "MaxQuoteTicks")?;
		if span > most {
			return Err(Error::input(format!(
				"a quote is valid for up to {}, not {}",
				ticks::span(most),
				ticks::span(span)
			)));
		}
		let clock = Clock::at(state).await?;
		let mut nonce = [0; 16];
		OsRng.fill_bytes(&mut nonce);
		let quote = Quote {
			seller,
			till: number,
			nonce,
			jurisdiction: place.id,
			currency: place.currency.id,
			buyer,
			sale: completed.sale,
			expires: clock.after(span)?,
		};
		Ok(Self { quote, bill: completed.bill, clock, till })
	}
}

impl Till {
	/// Insists that it is this till's key.
	pub fn ensure_key(&self, number: u16, key: AccountId32) -> Result<()> {
		match key == self.key {
			true => Ok(()),
			false => Err(Error::input(format!(
				"the key {key} is not that of till {number}, which is {}",
				self.key
			))),
		}
	}
}

/// Refuses a buyer that is the seller, or a taxpayer of the place if it is an export.
fn ensure_buyer(
	place: &Place,
	bill: &Bill,
	seller: TwinNumber,
	(buyer, is_registered): (TwinNumber, bool),
) -> Result<()> {
	// That there is evidence has been seen to with the document.
	let allowed = rules::ensure_parties(seller, Some(buyer))
		.and_then(|()| rules::ensure_export(&bill.subtotals, true, || Some(is_registered)));
	allowed.map_err(|refusal| {
		Error::refused(match refusal {
			Refusal::ExportToTaxpayer(code) => format!(
				"the tax code {} is one of exports, and twin {buyer} is a registered taxpayer of {}: \
				 nothing is exported to it",
				place.rules.name(code),
				place.name
			),
			_ => format!("twin {seller} can't sell to itself"),
		})
	})
}

/// What somebody buys by a quote.
pub struct Purchase {
	signed: Signed,
	buyer: Party,
	place: Place,
	/// What it charges.
	pub bill: Bill,
	/// Whether the buyer is registered, and so can buy as a business.
	pub is_registered: bool,
}

/// A purchase that is ready to be made.
pub struct Drafted {
	/// The call, and what it does.
	pub draft: Draft,
	/// What the purchase charges.
	pub bill: Bill,
	/// Who will get what.
	pub shares: Shares,
	/// Where it is.
	pub place: Place,
}

impl Purchase {
	/// Checks a quote against the chain of this first block, as far as the chain can't say it better.
	pub async fn read(
		state: &State,
		genesis: [u8; 32],
		given: Given,
		buyer: Party,
	) -> Result<Self> {
		let Signed { quote, .. } = &given.signed;
		let till = Till::read(state, quote.seller, quote.till).await?;
		if !given.signed.is_signed_by(till.key, genesis) {
			return Err(Error::verification(format!(
				"till {} of twin {} has not signed this quote for this chain",
				quote.till, quote.seller
			)));
		}
		let clock = Clock::at(state).await?;
		let last = quote.expires.min(till.expires);
		if last < clock.now() {
			return Err(Error::refused(format!(
				"the quote was valid until {}, and it is {}",
				clock.when(last),
				clock.when(clock.now())
			)));
		}
		let used = (quote.expires, quote.seller, quote.till, quote.nonce);
		if state.view("Commerce", "quote_used", used).await? {
			return Err(Error::refused("the quote is paid already, and nothing is paid twice"));
		}
		if let Some(wanted) = quote.buyer.filter(|_| quote.buyer != buyer.twin) {
			return Err(Error::refused(format!(
				"the quote is for twin {wanted} alone, and this would be paid by {buyer}"
			)));
		}
		Book::read(state, quote.seller).await?.ensure_room(quote.seller)?;
		let currency = Currency::read(state, quote.currency).await?;
		let place = Place::read(state, quote.jurisdiction, currency, None).await?;
		ensure_place(&place)?;
		let (_, bill) = assess(&quote.sale, &place.rules)?;
		given.ensure_charges(&bill::json(&bill, &place.rules))?;
		let sellers = registration(state, &place, Some(quote.seller)).await?;
		ensure_allowed(&bill, &place, quote.seller, sellers.as_ref())?;
		let is_registered = registration(state, &place, buyer.twin).await?.is_some();
		Ok(Self { signed: given.signed, buyer, place, bill, is_registered })
	}

	/// Drafts the call, for a buyer that buys as a `business`, or not.
	pub async fn draft(self, state: &State, business: bool) -> Result<Drafted> {
		let Self { signed, buyer, place, mut bill, is_registered } = self;
		let Place { rules, currency, .. } = &place;
		let Quote { seller, till, .. } = signed.quote;
		let credits = credits(state, &place, seller, buyer.twin, business).await?;
		ensure_reverse(&bill, &place, buyer.twin, &credits)?;
		bill::keep_share(&mut bill, &credits, rules)?;
		let shares = Shares::of(&bill, bill.gross, rules, &credits)?;
		let pays = bill.gross.saturating_add(shares.reverse.paid);
		let holding = Holding::read(state, currency.id, buyer.account).await?;
		holding.ensure_can_pay(currency, &buyer, pays)?;
		let gross = currency.show(bill.gross);
		let lines = bill::lines(&bill, rules, currency);
		let mut draft = Draft::new(calls::sell(state, &signed, business)?)
			.spends(Kind::WithId(currency.id), pays)
			.effect(format!("you pay {gross} at till {till} of twin {seller}"))
			.effects(lines.into_iter().map(|(label, amount)| format!("{label}: {amount}")));
		if is_registered {
			draft = draft.effect(match business {
				true => "you buy as a business",
				false => "you buy for yourself, and aren't credited",
			});
		}
		let draft = draft
			.effect("the fee is the most that the sale can take; what it doesn't comes back")
			.effects(shares.effects(seller, buyer.twin, currency));
		Ok(Drafted { draft, bill, shares, place })
	}
}

#[cfg(test)]
mod tests {
	use super::{super::example::place, *};
	use crate::assess::tests::{rules, sale, STANDARD};
	use ourledger_primitives::tax::VatCategory;

	#[test]
	fn quote_names_a_buyer_that_can_buy() {
		let (_, mut bill) = assess(&sale(&[(STANDARD, 10_000)]), &rules()).expect("is fine");
		assert_eq!(ensure_buyer(&place(), &bill, 2, (3, true)), Ok(()));
		let error = ensure_buyer(&place(), &bill, 2, (2, true)).expect_err("is itself");
		assert!(error.to_string().contains("can't sell to itself"), "{error}");
		bill.subtotals[0].category = VatCategory::Export;
		assert_eq!(ensure_buyer(&place(), &bill, 2, (3, false)), Ok(()));
		let error = ensure_buyer(&place(), &bill, 2, (3, true)).expect_err("is from here");
		assert!(error.to_string().contains("taxpayer of OurTown"), "{error}");
	}

	#[test]
	fn nothing_is_delivered_later_at_a_till() {
		let mut document = Document::default();
		assert_eq!(ensure_supplied_at_once(&document), Ok(()));
		document.actual_delivery_date = Some("2026-11-21".into());
		assert!(ensure_supplied_at_once(&document).is_err());
	}

	#[test]
	fn quote_is_signed_by_the_tills_key() {
		let till = Till { key: AccountId32([1; 32]), expires: 9 };
		assert_eq!(till.ensure_key(1, AccountId32([1; 32])), Ok(()));
		let error = till.ensure_key(1, AccountId32([2; 32])).expect_err("is another");
		assert!(error.to_string().contains("not that of till 1"), "{error}");
	}
}
