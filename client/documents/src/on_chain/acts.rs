//! What the parties of an invoice do about it: one call each.

use super::{
	credit::ensure_seller_pays, place::credits, Invoice, InvoiceId, InvoiceState, Place, Writer,
};
use crate::{
	assess::left_by,
	bill::Shares,
	note::{self, Foreseen, Moves},
};
use ourledger_client::{
	error::{Error, Result},
	money::{self, holding::Holding, Currency, Kind},
	party::Party,
	submit::Draft,
	twin::TwinInfo,
	State,
};
use ourledger_primitives::{money::Day, twin::TwinNumber};

/// An invoice about which something is done.
pub struct Case<'state> {
	state: &'state State,
	/// Which.
	pub at: InvoiceId,
	/// The invoice, as it stands.
	pub invoice: Invoice,
	/// What it is paid in.
	pub currency: Currency,
}

/// A decision of an arbiter.
pub struct Decision {
	/// The call, and what it does.
	pub draft: Draft,
	/// What goes to the seller, in minor units.
	pub released: u128,
	/// What it doesn't say of money that goes back, if any does.
	pub stays_open: Option<String>,
}

impl<'state> Case<'state> {
	/// Reads an invoice, and what it is paid in.
	pub async fn read(state: &'state State, at: InvoiceId) -> Result<Self> {
		let invoice = Invoice::read(state, at).await?;
		let currency = Currency::read(state, invoice.currency).await?;
		Ok(Self { state, at, invoice, currency })
	}

	/// Where it was supplied, by the rules of that day.
	pub async fn place(&self) -> Result<Place> {
		let Invoice { jurisdiction, supply, .. } = self.invoice;
		Place::read(self.state, jurisdiction, self.currency.clone(), Some(supply)).await
	}

	/// The draft of a call that takes nothing but the invoice's address.
	fn draft(&self, call: &str) -> Result<Draft> {
		let of = (self.at.seller, self.at.number);
		Ok(Draft::new(self.state.call("Commerce", call, of)?))
	}

	/// `own` accepts it: it is owed from then on.
	pub async fn accept(&self, own: &Party) -> Result<Draft> {
		let Self { at, invoice, currency, .. } = self;
		ensure_time_to_object(*at, invoice, own.twin, money::today(self.state).await?)?;
		let owed = currency.show(invoice.outstanding());
		let is_buyers = own.twin.is_some() && own.twin == invoice.buyer;
		let mut draft = self.draft("accept")?.effect(match (is_buyers, invoice.buyer) {
			(false, Some(buyer)) => format!("twin {buyer} owes twin {} {owed}", at.seller),
			_ => format!("you owe twin {} {owed}", at.seller),
		});
		let counts_silence = matches!(invoice.writer, Writer::Buyer { silence: Some(_) });
		if counts_silence && own.twin != Some(at.seller) {
			draft = draft.effect(format!(
				"you accept it in the name of twin {}, which hasn't objected in time",
				at.seller
			));
		}
		Ok(draft.effect("only both parties together can cancel it then"))
	}

	/// Its buyer refuses to owe it.
	pub fn reject(&self) -> Result<Draft> {
		ensure_unpaid(self.at, &self.invoice)?;
		let effect = format!("nobody owes {}, for ever", self.at);
		Ok(self.draft("reject")?.effect(effect).effects(self.goes_back()))
	}

	/// What becomes of escrowed money that goes back to whoever paid.
	fn goes_back(&self) -> Vec<String> {
		let payers = self.invoice.payers.iter().filter(|payer| payer.kept.nominal > 0);
		let demurrage = match self.currency.terms.demurrage {
			0 => "",
			_ => ", less demurrage for the time that they waited",
		};
		let payers = payers.map(|payer| {
			let amount = self.currency.show(payer.kept.nominal);
			format!("{amount} go back to {}{demurrage}", payer.account)
		});
		payers.collect()
	}

	/// Its seller says that it is delivered.
	pub fn deliver(&self) -> Result<Draft> {
		Ok(self.draft("deliver")?.effect(format!("you say that {} is delivered", self.at)))
	}

	/// Its buyer confirms that it is delivered.
	pub async fn confirm(&self) -> Result<Draft> {
		let draft = self.draft("confirm")?.effect(format!("you have got {}", self.at));
		Ok(draft.effects(self.released(self.invoice.escrowed).await?))
	}

	/// Who gets what of money that leaves the escrow towards the seller, as the chain stands.
	async fn released(&self, amount: u128) -> Result<Vec<String>> {
		if amount == 0 {
			return Ok(vec![]);
		}
		let Self { at, invoice, .. } = self;
		let place = self.place().await?;
		let credits =
			credits(self.state, &place, at.seller, invoice.buyer, invoice.business).await?;
		let shares = Shares::of(&invoice.bill, amount, &place.rules, &credits)?;
		let show = |units| place.currency.show(units);
		let mut effects = vec![format!("{} leave the escrow", show(amount))];
		effects.extend(shares.effects(at.seller, invoice.buyer, &place.currency));
		if shares.reverse.paid > 0 {
			effects.push(format!(
				"if its buyer can't pay the {} of reverse charge, it owes them from then on: nothing is \
				 sold to it under reverse charge before it has paid that",
				show(shares.reverse.paid)
			));
		}
		if place.currency.terms.demurrage > 0 {
			effects.push(format!(
				"demurrage for the time in escrow comes off what twin {} gets; the tax is on all of it",
				at.seller
			));
		}
		Ok(effects)
	}

	/// Its buyer disputes it. `reason` is a hash of why, or zeroes.
	pub fn dispute(&self, reason: [u8; 32]) -> Result<Draft> {
		let of = (self.at.seller, self.at.number, reason);
		Ok(Draft::new(self.state.call("Commerce", "dispute", of)?).effect(format!(
			"{} stay in escrow until the arbiter decides",
			self.currency.show(self.invoice.escrowed)
		)))
	}

	/// Its arbiter decides: `back` minor units go back to whoever paid, the rest to the seller.
	pub async fn resolve(&self, back: u128, reason: [u8; 32]) -> Result<Decision> {
		let Self { at, currency, invoice, .. } = self;
		let released = invoice.escrowed.checked_sub(back).ok_or_else(|| {
			Error::input(format!(
				"{} can't go back: only {} are in escrow",
				currency.show(back),
				currency.show(invoice.escrowed)
			))
		})?;
		let of = (at.seller, at.number, back, reason);
		let stays_open = stays_open(*at, back, currency);
		let draft = Draft::new(self.state.call("Commerce", "resolve", of)?)
			.effect(format!(
				"{} go back to whoever paid, the newest payment first",
				currency.show(back)
			))
			.effects(self.released(released).await?)
			.effect(format!("{at} counts as not accepted"))
			.effects(stays_open.clone());
		Ok(Decision { draft, released, stays_open })
	}

	/// `own`, the buyer, covers up to `max` minor units that a credit note which waits lacks.
	pub async fn cover(&self, own: &Party, max: u128) -> Result<Draft> {
		let Self { state, at, invoice, .. } = self;
		let Some(waiting) = &invoice.note else {
			return Err(Error::refused(format!("no credit note on {at} waits")));
		};
		let place = self.place().await?;
		let rest = left_by(&waiting.left, &invoice.bill, &place.rules)?;
		let credits = credits(state, &place, at.seller, invoice.buyer, invoice.business).await?;
		let foresee = |max| note::foresee(&invoice.bill, &rest, &place.rules, &credits, max);
		let show = |units| place.currency.show(units);
		let missing = match foresee(0)? {
			Foreseen::Waits(missing) => missing,
			Foreseen::Settles(_) => 0,
		};
		if max < missing {
			return Err(Error::refused(format!(
				"the note lacks {} now, so {} aren't enough",
				show(missing),
				show(max)
			)));
		}
		let foreseen = foresee(max)?;
		let seller = TwinInfo::read(state, at.seller).await?;
		ensure_seller_pays(state, &seller, &place.currency, &foreseen).await?;
		// With what is missing, all that it books of reverse charge, if the most that it pays reaches.
		let pays = foreseen.moves().map_or(missing, Moves::buyer_pays);
		if pays > 0 {
			let holding = Holding::read(state, place.currency.id, own.account).await?;
			holding.ensure_can_pay(&place.currency, own, pays)?;
		}
		let call = state.call("Commerce", "cover_note", (at.seller, at.number, max))?;
		let goes = (missing > 0).then(|| {
			format!("{} go to the treasury, for credit that you have used", show(missing))
		});
		Ok(Draft::new(call)
			.spends(Kind::WithId(place.currency.id), pays)
			.effects(goes)
			.effect("the note takes effect, and gets its number")
			.effects(foreseen.effects(at.seller, invoice.buyer, &place.currency)))
	}

	/// Its seller takes back the credit note that waits.
	pub fn withdraw_note(&self) -> Result<Draft> {
		let call = self.state.call("Commerce", "withdraw_note", (self.at.number,))?;
		Ok(Draft::new(call)
			.for_twin(self.at.seller)
			.effect(format!("the credit note that waits on {} is void", self.at)))
	}

	/// `own` makes it void, or asks the other party to do the same: whether it only asks is told, too.
	pub fn cancel(&self, own: Option<TwinNumber>) -> Result<(Draft, bool)> {
		let at = self.at;
		let asks = asks_only(at, &self.invoice, own)?;
		let draft = self.draft("cancel")?;
		let draft = match asks {
			true => draft
				.effect(format!("{at} becomes void once the other party cancels it, too"))
				.effect("whatever else is done with it before that ends your request"),
			false => draft.effect(format!("{at} becomes void")).effects(self.goes_back()),
		};
		Ok((draft, asks))
	}

	/// A party takes back what it asked for.
	pub fn withdraw_cancel(&self) -> Result<Draft> {
		let effect = format!("you don't ask any more to cancel {}", self.at);
		Ok(self.draft("withdraw_cancel")?.effect(effect))
	}

	/// Escrowed money goes to the seller, since its deadline has come; or back to whoever paid, if
	/// nobody has decided a dispute.
	pub async fn release(&self) -> Result<Draft> {
		ensure_deadline(self.at, &self.invoice, money::today(self.state).await?)?;
		let draft = self.draft("release")?;
		Ok(match self.invoice.state {
			InvoiceState::Disputed => draft
				.effects(self.goes_back())
				.effect(format!("nobody decided the dispute: {} counts as not accepted", self.at)),
			_ => draft.effects(self.released(self.invoice.escrowed).await?),
		})
	}

	/// Its seller pays the tax of what its buyer hasn't paid for too long.
	pub async fn collect_unpaid(&self) -> Result<Draft> {
		let Self { at, invoice, .. } = self;
		let place = self.place().await?;
		let over = invoice.due.saturating_add(1).saturating_add(place.unpaid_days.into());
		if place.today < over {
			return Err(Error::refused(format!(
				"{at} is due by the end of {}, and its tax is collected from {} on, by the clock of {}",
				money::date(invoice.due),
				money::date(over),
				place.name
			)));
		}
		let effect = format!("twin {} pays all tax of {at} that is still open", at.seller);
		Ok(self.draft("collect_unpaid")?.effect(effect))
	}

	/// It leaves the chain's state, which needn't keep it any longer.
	pub async fn prune(&self) -> Result<Draft> {
		let Self { at, invoice, .. } = self;
		if let Some(day) = invoice.removal {
			if day > money::today(self.state).await? {
				return Err(Error::refused(format!(
					"{at} stays in the chain's state until {}",
					money::midnight(day)
				)));
			}
		}
		let effect = format!("{at} leaves the chain's state; its receipt stays provable");
		Ok(self.draft("prune")?.effect(effect))
	}
}

/// The chain forgets used quotes that have expired, the oldest first.
pub fn prune_quotes(state: &State, limit: u32) -> Result<Draft> {
	let call = state.call("Commerce", "prune_quotes", (limit,))?;
	Ok(Draft::new(call).effect(format!(
		"the chain forgets up to {limit} used quotes that have expired, the oldest first"
	)))
}

/// Refuses to accept in the name of a seller that still has time to object.
fn ensure_time_to_object(
	at: InvoiceId,
	invoice: &Invoice,
	own: Option<TwinNumber>,
	today: Day,
) -> Result<()> {
	match invoice.writer {
		Writer::Buyer { silence: Some(day) } if today < day && own != Some(at.seller) => {
			Err(Error::refused(format!(
				"its buyer wrote {at}, so only twin {} accepts it before {}; from then on anybody can in its \
				 name",
				at.seller,
				money::midnight(day)
			)))
		},
		_ => Ok(()),
	}
}

/// Refuses to make something void of which somebody has got money already.
fn ensure_unpaid(at: InvoiceId, invoice: &Invoice) -> Result<()> {
	let bill = &invoice.bill;
	let vat = bill.subtotals.iter().any(|it| it.taken != 0);
	let others =
		bill.levies.iter().map(|it| it.taken).chain(bill.withheld.iter().map(|it| it.taken));
	match bill.paid > 0 || vat || others.sum::<u128>() > 0 {
		true => Err(Error::refused(format!(
			"{at} has been paid in part, or its tax was collected: only a credit note takes it back"
		))),
		false => Ok(()),
	}
}

/// Whether to cancel an invoice only asks the other party to do the same.
fn asks_only(at: InvoiceId, invoice: &Invoice, own: Option<TwinNumber>) -> Result<bool> {
	ensure_unpaid(at, invoice)?;
	let is_shared = matches!(invoice.state, InvoiceState::Accepted | InvoiceState::Disputed);
	Ok(is_shared && invoice.cancel.is_none_or(|asked| Some(asked) == own))
}

/// Refuses to release what its buyer can still object to.
fn ensure_deadline(at: InvoiceId, invoice: &Invoice, today: Day) -> Result<()> {
	match invoice.release {
		Some(day) if today < day => Err(Error::refused(format!(
			"the deadline of {at} is {}: only its buyer or its arbiter can release the money before",
			money::midnight(day)
		))),
		_ => Ok(()),
	}
}

/// What a decision doesn't say of money that goes back, if any does.
fn stays_open(at: InvoiceId, back: u128, currency: &Currency) -> Option<String> {
	(back > 0).then(|| {
		format!(
			"the {} of {at} that go back stay open, until they are paid again or twin {} takes them \
			 back by a credit note",
			currency.show(back),
			at.seller
		)
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		assess::{
			assess,
			tests::{rules, sale, STANDARD},
		},
		on_chain::example::invoice,
	};

	const AT: InvoiceId = InvoiceId { seller: 2, number: 7 };

	/// An invoice of twin 2 to twin 3 over 100.00 and 15.00 of VAT.
	fn open() -> Invoice {
		invoice(assess(&sale(&[(STANDARD, 10_000)]), &rules()).expect("is fine").1)
	}

	#[test]
	fn what_goes_back_stays_open() {
		let shilling = money::example(1, "TSH");
		let said = stays_open(AT, 2_500, &shilling).expect("something goes back");
		assert!(said.starts_with("the 25.00 TSH of 2/7 that go back stay open"), "{said}");
		assert_eq!(stays_open(AT, 0, &shilling), None);
	}

	#[test]
	fn suppliers_silence_counts_when_it_had_its_days() {
		let written = |silence| Invoice { writer: Writer::Buyer { silence }, ..open() };
		let accepts = |silence, own| ensure_time_to_object(AT, &written(silence), own, 20_780);
		assert!(accepts(Some(20_781), Some(3)).is_err());
		for (silence, own) in
			[(Some(20_781), Some(2)), (Some(20_780), Some(3)), (Some(20_780), None), (None, None)]
		{
			assert_eq!(accepts(silence, own), Ok(()), "{silence:?} {own:?}");
		}
	}

	#[test]
	fn cancelling_asks_the_other_party_once_it_is_accepted() {
		let accepted = |cancel| Invoice { state: InvoiceState::Accepted, cancel, ..open() };
		assert_eq!(asks_only(AT, &open(), Some(2)), Ok(false));
		for (by, asked, asks) in [
			(2, None, true),
			(3, None, true),
			(2, Some(2), true),
			(3, Some(2), false),
			(2, Some(3), false),
		] {
			assert_eq!(asks_only(AT, &accepted(asked), Some(by)), Ok(asks), "{by} {asked:?}");
		}
		let (mut paid, mut taxed) = (accepted(None), accepted(None));
		paid.bill.paid = 1;
		taxed.bill.subtotals[0].taken = 1;
		for invoice in [paid, taxed] {
			assert!(asks_only(AT, &invoice, Some(2)).is_err());
		}
	}

	#[test]
	fn escrow_is_released_from_its_deadline_on() {
		let escrowed = |day| Invoice { escrowed: 11_500, release: Some(day), ..open() };
		let released = |invoice: &Invoice| ensure_deadline(AT, invoice, 20_780);
		assert_eq!(released(&escrowed(20_780)), Ok(()));
		let early = released(&escrowed(20_781)).expect_err("is early").to_string();
		assert!(early.contains("2026-11-24 00:00 UTC"), "{early}");
	}
}
