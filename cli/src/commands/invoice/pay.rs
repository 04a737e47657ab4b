//! `invoice pay`.

use super::{
	purpose::{registration, PurposeArguments},
	reads::{credits, Invoice, InvoiceState, Place, Settlement},
	Address,
};
use crate::commands::Context;
use ourledger_client::party::Party;
use ourledger_client::{
	chain::State,
	error::{Error, Result},
	money::{holding::Holding, Currency, Kind},
	submit::{Draft, Submitted},
	twin::TwinInfo,
};
use ourledger_documents::bill::{self, Shares};
use ourledger_primitives::invoice::MAX_PAYERS;
use serde_json::{json, Value as Json};
use subxt::{ext::scale_decode::DecodeAsType, utils::AccountId32};

/// `invoice pay`.
pub async fn pay(
	ctx: &Context,
	at: Address,
	amount: Option<&str>,
	purpose: PurposeArguments,
) -> Result<()> {
	let state = ctx.state().await?;
	let invoice = Invoice::read(&state, at).await?;
	let currency = Currency::read(&state, invoice.currency).await?;
	let place = Place::read(&state, invoice.jurisdiction, currency, Some(invoice.supply)).await?;
	let currency = &place.currency;
	let open = invoice.outstanding();
	let wanted = amount.map(|text| currency.parse(text)).transpose()?;
	let pays = wanted.unwrap_or(open);
	let payer = ctx.own_party(&state).await?;
	let is_buyers = payer.twin.is_some() && payer.twin == invoice.buyer;
	ensure_payable(at, &invoice, currency, pays, (is_buyers, payer.account))?;
	let is_registered = registration(&state, &place, invoice.buyer).await?.is_some();
	let business = purpose.of_payment(ctx, &invoice, is_buyers, is_registered)?;
	let credits = credits(&state, &place, at.seller, invoice.buyer, business).await?;

	// What is shown is what is signed: "all that is open" may be another amount by then.
	let call = state.call("Commerce", "pay", (at.seller, at.number, Some(pays), business))?;
	let mut draft = Draft::new(call).effect(format!(
		"{} are paid, {} stay open",
		currency.show(pays),
		currency.show(open - pays)
	));
	if is_buyers && is_registered && invoice.payers.is_empty() {
		draft = draft.effect(match business {
			true => "you buy as a business: what is paid says so for all of it",
			false => {
				"you buy for yourself, and aren't credited: what is paid says so for all of it"
			},
		});
	}
	draft = draft.spends(Kind::WithId(currency.id), pays);
	for (label, amount) in bill::lines(&invoice.bill, &place.rules, currency) {
		draft = draft.effect(format!("the invoice's {label}: {amount}"));
	}
	let shares = match invoice.settlement {
		Settlement::Direct => {
			let shares = Shares::of(&invoice.bill, pays, &place.rules, &credits)?;
			ensure_funds(&state, currency, &payer, invoice.buyer, pays, shares.reverse.paid)
				.await?;
			if is_buyers {
				draft = draft.spends(Kind::WithId(currency.id), shares.reverse.paid);
			}
			for effect in shares.effects(at.seller, invoice.buyer, currency) {
				draft = draft.effect(effect);
			}
			Some(shares)
		},
		Settlement::Escrow { arbiter, days } => {
			if credits.buyer_arrears > 0 {
				return Err(Error::refused(format!(
					"the buyer, twin {}, owes {} of reverse charge, and pays nothing into escrow \
					 meanwhile: \"ourledger tax pay-arrears {} {} {} all\" pays that",
					invoice.buyer.unwrap_or_default(),
					currency.show(credits.buyer_arrears),
					place.id,
					invoice.buyer.unwrap_or_default(),
					currency.symbol
				)));
			}
			ensure_funds(&state, currency, &payer, invoice.buyer, pays, 0).await?;
			draft = draft.effect(format!(
				"the money waits in escrow until you confirm, twin {arbiter} decides, or the \
				 deadline passes; tax is taken, and set against credits, then"
			));
			if pays == open {
				let today = ourledger_client::money::today(&state).await?;
				draft = draft.effect(format!(
					"the deadline is {}: {days} whole days from now on",
					ourledger_client::money::midnight(ourledger_client::money::after_a_wait(
						today, days
					))
				));
			}
			None
		},
	};
	let Some(done) = ctx.submit(draft).await? else {
		return Ok(());
	};
	let (mut result, lines) = outcome(&done, currency)?;
	result["seller"] = at.seller.into();
	result["number"] = at.number.into();
	result["business"] = business.into();
	result["expected"] = shares.map_or(Json::Null, |shares| shares.json());
	ctx.out.done(&done, result, [("invoice", at.to_string())].into_iter().chain(lines));
	Ok(())
}

/// Refuses a payment that the chain would refuse for what the invoice is, or who pays.
fn ensure_payable(
	at: Address,
	invoice: &Invoice,
	currency: &Currency,
	pays: u128,
	(is_buyers, account): (bool, AccountId32),
) -> Result<()> {
	let open = invoice.outstanding();
	if open == 0 {
		return Err(Error::input(format!("nothing of {at} is open, so there is nothing to pay")));
	}
	if !invoice.is_open() {
		return Err(Error::refused(format!(
			"{at} is {}, so nothing can be paid of it",
			invoice.state.name()
		)));
	}
	if pays == 0 || pays > open {
		return Err(Error::input(format!(
			"{} of {at} are open, so {} can't be paid",
			currency.show(open),
			currency.show(pays)
		)));
	}
	if is_buyers {
		return Ok(());
	}
	if pays != open {
		return Err(Error::refused(format!(
			"only the buyer pays {at} in parts: anybody else pays all that is open, {}",
			currency.show(open)
		)));
	}
	if invoice.has_reverse_charge() && invoice.state == InvoiceState::Issued {
		return Err(Error::refused(format!(
			"{at} is under reverse charge, so a payment makes its buyer owe tax: nobody else pays it \
			 before the buyer has accepted it"
		)));
	}
	let most = usize::try_from(MAX_PAYERS).unwrap_or(usize::MAX);
	let has_paid = invoice.payers.iter().any(|payer| payer.account == account);
	let is_kept = invoice.buyer.is_some() && invoice.payers.len() + 1 >= most;
	match !has_paid && (is_kept || invoice.payers.len() >= most) {
		true => Err(Error::refused(format!(
			"as many accounts have paid parts of {at} as can, but for its buyer"
		))),
		false => Ok(()),
	}
}

/// Refuses a payment for which the payer lacks the money, or the buyer that for its own tax under
/// reverse charge.
async fn ensure_funds(
	state: &State,
	currency: &Currency,
	payer: &Party,
	buyer: Option<u64>,
	pays: u128,
	reverse: u128,
) -> Result<()> {
	let is_buyers = buyer.is_some() && payer.twin == buyer;
	let own = if is_buyers { pays.saturating_add(reverse) } else { pays };
	let holding = Holding::read(state, currency.id, payer.account).await?;
	holding.ensure_can_pay(currency, payer, own)?;
	let Some(buyer) = buyer.filter(|_| !is_buyers && reverse > 0) else { return Ok(()) };
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

/// What became of a payment, as the chain says.
pub fn outcome(
	done: &Submitted,
	currency: &Currency,
) -> Result<(Json, Vec<(&'static str, String)>)> {
	#[derive(DecodeAsType)]
	#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
	struct PaymentReceived {
		amount: u128,
		to_seller: u128,
		to_treasury: u128,
		used: u128,
		credited: u128,
		charged: u128,
		escrowed: bool,
		paid: u128,
		gross: u128,
	}
	// Of an invoice of nothing, nothing is paid.
	let paid: Option<PaymentReceived> = done.find("Commerce", "PaymentReceived")?;
	let Some(paid) = paid else {
		return Ok((Json::Null, vec![("amount", currency.show(0))]));
	};
	let result = json!({
		"amount": paid.amount.to_string(),
		"toSeller": paid.to_seller.to_string(),
		"toTreasury": paid.to_treasury.to_string(),
		"used": paid.used.to_string(),
		"credited": paid.credited.to_string(),
		"charged": paid.charged.to_string(),
		"escrowed": paid.escrowed,
		"paid": paid.paid.to_string(),
		"gross": paid.gross.to_string(),
	});
	let mut lines = vec![("amount", currency.show(paid.amount))];
	if paid.escrowed {
		lines.push(("in escrow", "until it is released".into()));
	} else {
		lines.push(("to the seller", currency.show(paid.to_seller)));
		lines.push(("to the treasury", currency.show(paid.to_treasury)));
		if paid.used > 0 {
			let used = currency.show(paid.used);
			lines.push(("netted", format!("{used}, which the seller keeps against its credit")));
		}
		if paid.charged > 0 {
			let charged = currency.show(paid.charged);
			lines.push(("charged", format!("{charged} of demurrage, for the credit's wait")));
		}
		if paid.credited > 0 {
			lines.push(("credited", format!("{} to the buyer", currency.show(paid.credited))));
		}
	}
	lines.push((
		"paid in all",
		format!("{} of {}", currency.show(paid.paid), currency.show(paid.gross)),
	));
	Ok((result, lines))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::commands::invoice::reads::{tests::invoice, Kept, Payer};
	use ourledger_client::money;
	use ourledger_documents::assess::{
		assess,
		tests::{rules, sale, REVERSE, STANDARD},
	};
	use ourledger_primitives::tax::TaxCode;

	const AT: Address = Address { seller: 2, number: 7 };

	fn open(code: TaxCode) -> Invoice {
		invoice(assess(&sale(&[(code, 10_000)]), &rules()).expect("is fine").1)
	}

	fn account(byte: u8) -> AccountId32 {
		AccountId32([byte; 32])
	}

	fn refusal(invoice: &Invoice, pays: u128, who: (bool, AccountId32)) -> Option<String> {
		let shilling = money::example(1, "TSH");
		let payable = ensure_payable(AT, invoice, &shilling, pays, who);
		payable.err().map(|error| error.to_string())
	}

	#[test]
	fn strangers_pay_all_or_nothing() {
		let invoice = open(STANDARD);
		let (buyer, stranger) = ((true, account(1)), (false, account(2)));
		for (pays, who, said) in [
			(11_500, buyer, None),
			(1, buyer, None),
			(11_500, stranger, None),
			(11_499, stranger, Some("only the buyer pays 2/7 in parts")),
			(11_501, buyer, Some("can't be paid")),
			(0, buyer, Some("can't be paid")),
		] {
			let refusal = refusal(&invoice, pays, who);
			assert_eq!(refusal.is_some(), said.is_some(), "{pays}: {refusal:?}");
			assert!(refusal.unwrap_or_default().contains(said.unwrap_or_default()), "{pays}");
		}
		let paid = Invoice { state: InvoiceState::Rejected, ..open(STANDARD) };
		assert!(refusal(&paid, 1, buyer).expect("is void").contains("2/7 is rejected"));
	}

	#[test]
	fn nobody_else_starts_a_reverse_charge() {
		let mut invoice = open(REVERSE);
		let stranger = (false, account(2));
		let said = refusal(&invoice, 10_000, stranger).expect("isn't accepted");
		assert!(said.contains("before the buyer has accepted"), "{said}");
		assert_eq!(refusal(&invoice, 10_000, (true, account(1))), None);
		invoice.state = InvoiceState::Accepted;
		assert_eq!(refusal(&invoice, 10_000, stranger), None);
	}

	#[test]
	fn buyers_place_is_kept_for_it() {
		let mut invoice = open(STANDARD);
		let payer = |byte| Payer { account: account(byte), paid: 1, kept: Kept { nominal: 0 } };
		invoice.payers = vec![payer(4), payer(5), payer(6)];
		invoice.bill.paid = 3;
		let said = refusal(&invoice, 11_497, (false, account(7))).expect("are too many");
		assert!(said.contains("but for its buyer"), "{said}");
		assert_eq!(refusal(&invoice, 11_497, (false, account(4))), None);
		assert_eq!(refusal(&invoice, 5, (true, account(1))), None);
		// Where no buyer is known, the place is anybody's.
		invoice.buyer = None;
		assert_eq!(refusal(&invoice, 11_497, (false, account(7))), None);
	}
}
