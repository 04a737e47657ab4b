//! One instance or more of each call of the pallets that local money is for, each of which succeeds
//! in the [`Market`].

use super::{
	market::{
		conditions, goods_back, hours, invoice, latecomer, place, sale, taxpayer, Market,
		Person::{self, *},
		COIN, GOODS, HOURS, INCOME, SERVICES, TILL, TILL_KEY,
	},
	town::{local, payee, terms, FIRST_DAY, NATIVE, PLACE},
};
use crate::{
	configs::currencies::CurrencyKind,
	tests::{account, Call},
	AccountId, Balance, Runtime, Signature, System,
};
use frame_support::traits::Get;
use ourledger_primitives::{
	currency::OUR,
	invoice::{Quote, Settlement},
	money::CurrencyId,
	tax::{TaxKind, VatCategory},
	twin::TwinNumber,
};
use pallet_commerce::Call as Trade;
use pallet_currencies::{Access, Call as Money};
use pallet_tax::Call as Taxes;
use sp_keyring::Sr25519Keyring::One;
use sp_runtime::BoundedVec;

/// A call that succeeds.
pub struct Case {
	/// Who makes it; nobody is Root.
	pub by: Option<Person>,
	pub call: Call,
}

fn case(by: Person, call: impl Into<Call>) -> Case {
	Case { by: Some(by), call: call.into() }
}

fn by_root(call: impl Into<Call>) -> Case {
	Case { by: None, call: call.into() }
}

fn text<S: Get<u32>>(text: &[u8]) -> BoundedVec<u8, S> {
	BoundedVec::truncate_from(text.to_vec())
}

const REFERENCE: [u8; 32] = [0; 32];

/// All cases, of calls that can be in several currencies those in these.
pub fn cases(market: &Market, currencies: &[CurrencyId]) -> Vec<Case> {
	let mut cases = once(market);
	for currency in currencies.iter().copied() {
		cases.extend(of_money(currency));
		cases.extend(of_taxes(market, currency));
		cases.extend(of_trade(market, currency));
		cases.extend(of_escrow(market, currency));
	}
	cases.extend(of_coins());
	cases.extend(of_hours(market));
	cases
}

fn transfer(currency: CurrencyId, to: AccountId) -> Money<Runtime> {
	Money::transfer { currency, to, amount: 1_000, reference: REFERENCE }
}

fn swap(path: [CurrencyKind; 2], amount_in: Balance) -> Money<Runtime> {
	Money::swap { path: BoundedVec::truncate_from(path.to_vec()), amount_in, min_out: 0 }
}

fn swap_for(path: [CurrencyKind; 2], amount_out: Balance) -> Money<Runtime> {
	let path = BoundedVec::truncate_from(path.to_vec());
	Money::swap_for { path, amount_out, max_in: 100 * OUR }
}

/// In either currency.
fn of_money(currency: CurrencyId) -> Vec<Case> {
	let (a, b) = (NATIVE, local(currency));
	let buys = [a.clone(), b.clone()];
	let sells = [b.clone(), a.clone()];
	let (amount_a, amount_b) = (OUR, 1_000);
	let join =
		Money::add_liquidity { a: a.clone(), b: b.clone(), amount_a, amount_b, min_a: 1, min_b: 1 };
	let leave = Money::remove_liquidity { a, b, shares: 100_000_000, min_a: 1, min_b: 1 };
	vec![
		case(Friend, transfer(currency, payee())),
		case(Friend, swap(buys.clone(), OUR)),
		case(Friend, swap(sells.clone(), 1_000)),
		case(Friend, swap_for(buys, 1_000)),
		case(Friend, swap_for(sells.clone(), OUR / 10)),
		case(Friend, join.clone()),
		// Who has nothing of a mutual credit draws.
		case(Arbiter, transfer(currency, payee())),
		case(Arbiter, swap(sells.clone(), 1_000)),
		case(Arbiter, swap_for(sells, OUR / 10)),
		case(Arbiter, join),
		case(Issuer, leave),
		case(Friend, Money::take { currency, owner: latecomer() }),
		case(Arbiter, Money::discard { currency }),
	]
}

fn of_coins() -> Vec<Case> {
	let (currency, to, amount) = (COIN, payee(), 100);
	vec![
		case(Issuer, Money::issue { currency, to, amount }),
		case(Friend, Money::redeem { currency, amount, reference: REFERENCE }),
	]
}

fn of_hours(market: &Market) -> Vec<Case> {
	let (currency, amount, to) = (HOURS, 100, payee());
	let (a, b) = (local(COIN), local(HOURS));
	let twin = market.twin(Seller);
	vec![
		case(Seller, Money::repay { currency, amount }),
		case(Issuer, Money::write_off { currency, twin, amount }),
		case(Issuer, Money::spend_pot { currency, to, amount, reference: REFERENCE }),
		case(Friend, Money::charge { currency, account: payee() }),
		case(Friend, Money::create_pool { a, b }),
	]
}

/// Calls that change no balance, and those of which there is one instance.
fn once(market: &Market) -> Vec<Case> {
	let (jurisdiction, currency, limit) = (PLACE, HOURS, 1);
	let [issuer, buyer, friend, arbiter] =
		[Issuer, Buyer, Friend, Arbiter].map(|person| market.twin(person));
	let tax_number = text(b"BE2");
	let settings = place(issuer);
	let kind = TaxKind::Vat(VatCategory::Zero);
	let (until, reason) = (System::block_number() + 10, REFERENCE);
	let thaw = Money::unfreeze { currency: COIN, account: account(One) };
	let create = Money::create {
		name: text(b"Name"),
		symbol: text(b"NEW"),
		decimals: 2,
		jurisdiction: None,
		terms: terms(Access::Open),
		notice_days: 7,
	};
	let day = FIRST_DAY + 20;
	vec![
		case(Friend, pallet_treasury::Call::payout { index: 0 }),
		case(Issuer, create),
		case(Issuer, Money::amend { currency, terms: hours() }),
		case(Issuer, Money::admit { currency, twin: buyer }),
		case(Issuer, Money::expel { currency, twin: friend }),
		case(Issuer, Money::set_credit_line { currency, twin: friend, limit }),
		case(Issuer, Money::freeze { currency, account: payee(), reason, until }),
		case(Issuer, thaw),
		by_root(Taxes::create_jurisdiction { name: text(b"Name"), settings: settings.clone() }),
		by_root(Taxes::amend_jurisdiction { jurisdiction, settings }),
		case(
			Issuer,
			Taxes::set_code {
				jurisdiction,
				code: 9,
				name: text(b"Name"),
				kind,
				from: day,
				rate: 0,
			},
		),
		case(Issuer, Taxes::set_rate { jurisdiction, code: GOODS, from: day, rate: 1 }),
		case(Issuer, Taxes::set_dividend_code { jurisdiction, code: Some(INCOME) }),
		case(Arbiter, Taxes::apply { jurisdiction, tax_number }),
		case(Issuer, Taxes::register { jurisdiction, twin: arbiter, terms: taxpayer() }),
		case(Issuer, Taxes::amend_taxpayer { jurisdiction, twin: friend, terms: taxpayer() }),
		case(Issuer, Taxes::deregister { jurisdiction, twin: friend }),
		case(Issuer, Taxes::publish_rate { jurisdiction, currency, numerator: 1, denominator: 2 }),
		case(Friend, Taxes::declare_owner { owner: issuer }),
		case(Issuer, Taxes::confirm_owner { twin: friend }),
		case(Seller, Trade::set_till { till: 2, key: payee(), expires: 100_000 }),
		case(Seller, Trade::remove_till { till: TILL }),
		case(Friend, Trade::add_room { seller: market.twin(Seller), invoices: 1 }),
		case(Seller, Trade::remove_room { seller: market.twin(Seller), invoices: 1 }),
		case(
			Seller,
			Trade::allow_self_billing { buyer, until: FIRST_DAY + 200, objection: Some(14) },
		),
		case(Seller, Trade::end_self_billing { seller: market.twin(Seller), buyer }),
		case(Friend, Trade::prune_quotes { limit: 9 }),
	]
}

fn of_taxes(market: &Market, currency: CurrencyId) -> Vec<Case> {
	let (jurisdiction, amount, reason, to) = (PLACE, 100, REFERENCE, payee());
	let deals = market.deals(currency);
	let decision = pallet_tax::Decision::Pay { forfeited: 10 };
	let decide = Taxes::decide_appeal { jurisdiction, claim: deals.appealed, decision };
	let twin = market.twin(Arbiter);
	vec![
		case(Friend, Taxes::pay_arrears { jurisdiction, twin, currency, amount }),
		case(Arbiter, Taxes::pay_arrears { jurisdiction, twin, currency, amount }),
		case(Friend, Taxes::give { jurisdiction, currency, amount }),
		case(Arbiter, Taxes::give { jurisdiction, currency, amount }),
		case(Friend, Taxes::claim_refund { jurisdiction, currency, amount }),
		case(Arbiter, Taxes::pay_refund { jurisdiction, claim: deals.ripe }),
		case(Issuer, Taxes::sweep { jurisdiction, currency, amount, to }),
		by_root(decide),
		case(Buyer, Taxes::appeal { jurisdiction, claim: deals.assessed, reason }),
		case(Issuer, Taxes::hold_refund { jurisdiction, claim: deals.held, days: 1, reason }),
		case(Issuer, Taxes::deny_refund { jurisdiction, claim: deals.held, reason }),
		case(
			Issuer,
			Taxes::assess_refund { jurisdiction, claim: deals.held, forfeited: 10, reason },
		),
	]
}

/// What the till offers for goods and services.
fn sell(seller: TwinNumber, currency: CurrencyId) -> Trade<Runtime> {
	let quote = Quote {
		seller,
		till: TILL,
		nonce: [0; 16],
		jurisdiction: PLACE,
		currency,
		buyer: None,
		sale: sale(&[(GOODS, 1_000), (SERVICES, 20_000)]),
		expires: System::block_number() + 1_000,
	};
	let payload = quote.payload(System::block_hash(0));
	let signature = Signature::Sr25519(TILL_KEY.sign(&payload));
	Trade::sell { quote, signature, business: true }
}

fn of_trade(market: &Market, currency: CurrencyId) -> Vec<Case> {
	let (seller, buyer) = (market.twin(Seller), market.twin(Buyer));
	let deals = market.deals(currency);
	let (fresh, accepted, noted) = (deals.fresh, deals.accepted, deals.noted);
	let pay = |number, amount| Trade::pay { seller, number, amount, business: true };
	let goods = || sale(&[(GOODS, 1_000)]);
	let note = |number, amount| Trade::credit_note {
		number,
		note: goods_back(amount),
		document: REFERENCE,
	};
	let conditions = conditions(currency, Settlement::Direct, true);
	let self_bill = Trade::self_bill { seller, conditions, sale: goods() };
	vec![
		case(Seller, invoice(buyer, currency, goods(), Settlement::Direct, false)),
		case(Buyer, self_bill),
		case(Buyer, Trade::accept { seller, number: fresh }),
		case(Buyer, Trade::reject { seller, number: fresh }),
		case(Seller, Trade::cancel { seller, number: fresh }),
		// A request.
		case(Buyer, Trade::cancel { seller, number: accepted }),
		case(Buyer, Trade::withdraw_cancel { seller, number: deals.asked }),
		case(Seller, Trade::deliver { seller, number: fresh }),
		case(Arbiter, Trade::prune { seller, number: deals.cancelled }),
		case(Buyer, pay(fresh, None)),
		case(Buyer, pay(fresh, Some(100))),
		case(Friend, pay(accepted, None)),
		case(Buyer, pay(accepted, Some(100))),
		case(Buyer, sell(seller, currency)),
		case(Friend, sell(seller, currency)),
		case(Arbiter, Trade::collect_unpaid { seller, number: accepted }),
		case(Seller, note(fresh, 1_000)),
		case(Seller, note(deals.paid, 1_000)),
		case(Seller, note(deals.escrowed, 1)),
		case(Seller, note(deals.paid, 10_000)),
		case(Seller, note(deals.paid_by_gone, 1_000)),
		case(Buyer, Trade::cover_note { seller, number: noted, max: 10_000 }),
		case(Seller, Trade::withdraw_note { number: noted }),
	]
}

fn of_escrow(market: &Market, currency: CurrencyId) -> Vec<Case> {
	let (seller, reason) = (market.twin(Seller), REFERENCE);
	let deals = market.deals(currency);
	let (part, whole) = (deals.escrowed, deals.due);
	let resolve = |number, to_buyer| Trade::resolve { seller, number, to_buyer, reason };
	vec![
		case(Friend, Trade::pay { seller, number: part, amount: None, business: true }),
		case(Buyer, Trade::reject { seller, number: part }),
		case(Seller, Trade::cancel { seller, number: part }),
		case(Buyer, Trade::confirm { seller, number: part }),
		case(Buyer, Trade::dispute { seller, number: whole, reason }),
		case(Buyer, Trade::confirm { seller, number: whole }),
		case(Arbiter, Trade::release { seller, number: whole }),
		case(Buyer, Trade::reject { seller, number: deals.orphaned }),
		case(Seller, Trade::cancel { seller, number: deals.orphaned }),
		case(Arbiter, resolve(deals.orphaned, 1_150)),
		case(Arbiter, resolve(part, 0)),
		case(Arbiter, resolve(part, 1_100)),
		case(Arbiter, resolve(whole, 5_000)),
		case(Arbiter, resolve(whole, 0)),
	]
}
