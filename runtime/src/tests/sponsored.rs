//! A person who never has OUR: a sponsor registers the twin, and from then on the person pays,
//! sells, exchanges and claims refunds, with fees in local money.

use super::{account, chain, check_state, share_fees, signed, Call, Origin};
use crate::{
	configs::{currencies::CurrencyKind, monetary::TreasuryAccount},
	AccountId, AssetConversion, Balance, Balances, Commerce, Currencies, Runtime, RuntimeEvent,
	RuntimeHoldReason, Signature, System, Tax, Twins,
};
use codec::Encode;
use frame_support::{
	assert_ok,
	traits::fungible::{Inspect, InspectHold},
};
use ourledger_primitives::{
	currency::OUR,
	invoice::{Amounts, Conditions, Prices, Quote, Sale, SaleItem, Settlement},
	money::{CurrencyId, LocalMoney, DAY_MILLIS},
	tax::{TaxCode, TaxKind, VatCategory},
	twin::{Profile, TwinKind, TwinNumber},
};
use pallet_asset_conversion::PoolLocator;
use pallet_currencies::{Access, Call as Money, Supply, Terms};
use pallet_twins::{ControllerChoice, Permit};
use sp_keyring::Sr25519Keyring::{self, Alice, Bob, Charlie, Dave, One as NEWCOMER};
use sp_runtime::{
	traits::Dispatchable,
	transaction_validity::{InvalidTransaction, TransactionValidityError},
	BoundedVec, DispatchResult,
};

/// What fees are paid in.
const TSH: CurrencyId = 0;
/// Another currency.
const SHELLS: CurrencyId = 1;
/// The only jurisdiction.
const PLACE: u32 = 0;
/// VAT of 15 %.
const VAT: TaxCode = 1;
/// What the newcomer begins with, in minor units.
const ENDOWMENT: Balance = 100_000;
/// How often everything is done.
const ROUNDS: u8 = 5;

/// Room for one invoice of each round.
const ROOM: u32 = ROUNDS as u32;

fn newcomer() -> AccountId {
	account(NEWCOMER)
}

fn local(currency: CurrencyId) -> CurrencyKind {
	CurrencyKind::WithId(currency)
}

fn money(currency: CurrencyId, who: &AccountId) -> Balance {
	<Currencies as LocalMoney<_>>::balance(currency, who)
}

fn pool(a: CurrencyKind, b: CurrencyKind) -> AccountId {
	<Runtime as pallet_asset_conversion::Config>::PoolLocator::pool_address(&a, &b)
		.expect("they differ")
}

fn twin_of(account: &AccountId) -> TwinNumber {
	Twins::number_of(account.clone()).expect("a twin")
}

pub(super) fn profile() -> Profile {
	let display_name = BoundedVec::truncate_from(b"Somebody".to_vec());
	Profile { display_name, logo: None, country: None }
}

/// Runs `call` for somebody who has OUR, and pays no fee here.
pub(super) fn act(who: &AccountId, call: impl Into<Call>) {
	let call = call.into();
	let done = call.clone().dispatch(signed(who)).map(|_| ()).map_err(|error| error.error);
	assert_eq!(done, Ok(()), "{call:?}");
}

/// Applies a transaction of the newcomer's, whose fee is paid in `fee`, or in OUR.
fn apply(
	call: impl Into<Call>,
	fee: Option<CurrencyId>,
) -> Result<DispatchResult, TransactionValidityError> {
	super::apply(NEWCOMER, call.into(), fee.map(local))
}

/// The fee of the last transaction, in [`TSH`].
fn last_fee() -> Balance {
	System::events()
		.into_iter()
		.rev()
		.find_map(|record| match record.event {
			RuntimeEvent::AssetConversionTxPayment(
				pallet_asset_conversion_tx_payment::Event::AssetTxFeePaid {
					who, actual_fee, ..
				},
			) if who == newcomer() => Some(actual_fee),
			_ => None,
		})
		.expect("the newcomer paid a fee")
}

/// Applies a transaction of the newcomer's that succeeds and moves `change` of its [`TSH`] besides
/// the fee. Checks that the fee went through the pool to the treasury, and that no OUR stayed.
fn transact(call: impl Into<Call>, change: i128) {
	let of_fees = pool(CurrencyKind::Native, local(TSH));
	let look = || {
		let our = Balances::free_balance(&of_fees);
		(money(TSH, &newcomer()), Balances::free_balance(TreasuryAccount::get()), our)
	};
	let before = look();
	let call = call.into();
	assert_eq!(apply(call.clone(), Some(TSH)), Ok(Ok(())), "{call:?}");
	share_fees();
	let (after, fee) = (look(), last_fee());
	assert!(fee > 0, "{call:?}");
	assert_eq!(after.0 as i128, before.0 as i128 + change - fee as i128, "{call:?}");
	assert!(after.1 > before.1, "the treasury got the fee in OUR");
	assert_never_had_our();
	// What is exchanged for something else passes through the same pool.
	if !matches!(call, Call::Currencies(Money::swap { .. })) {
		assert_eq!(before.2 - after.2, after.1 - before.1, "{call:?}");
	}
}

/// The newcomer has no OUR: neither free, nor reserved, nor held, nor frozen.
fn assert_never_had_our() {
	let entry = System::account(newcomer());
	assert_eq!(entry.data, pallet_balances::AccountData::default());
	assert_eq!(Balances::total_balance(&newcomer()), 0);
	assert_eq!(Balances::total_balance_on_hold(&newcomer()), 0);
	assert_eq!(pallet_balances::Holds::<Runtime>::get(newcomer()).len(), 0);
	assert_eq!(pallet_balances::Reserves::<Runtime>::get(newcomer()).len(), 0);
	let mut entries =
		pallet_assets::Account::<Runtime, frame_support::instances::Instance1>::iter()
			.filter(|(_, who, _)| *who == newcomer());
	// Nobody puts anything down for its entries.
	assert!(entries.all(|(.., entry)| entry.reason.encode() == [0]));
}

/// Registers the newcomer; Bob pays.
fn sponsor() {
	let (sponsor, newcomer) = (account(Bob), newcomer());
	assert!(!System::account_exists(&newcomer));
	let permit = Permit { nonce: 0, expires: System::block_number() + 100 };
	let payload = Twins::sponsorship_payload(sponsor.clone(), TwinKind::Person, profile(), permit);
	let signature = Signature::Sr25519(NEWCOMER.sign(&payload));
	let kind = TwinKind::Person;
	assert_ok!(Twins::register_for(signed(&sponsor), kind, profile(), newcomer, permit, signature));
}

fn create(symbol: &[u8]) {
	let terms = Terms {
		supply: Supply::Issued { cap: 1_000_000_000_000 },
		access: Access::Open,
		invoice_only: false,
		demurrage: 0,
	};
	assert_ok!(Currencies::create(
		signed(&account(Alice)),
		BoundedVec::truncate_from(b"Money".to_vec()),
		BoundedVec::truncate_from(symbol.to_vec()),
		2,
		None,
		terms,
		7,
	));
}

/// A currency of Alice's with a pool for fees; and a place, of which she is the authority, where
/// Charlie has a shop and Dave buys.
pub(super) fn market() {
	let alice = account(Alice);
	pallet_timestamp::Now::<Runtime>::put(20_000 * DAY_MILLIS);
	for who in [Alice, Charlie] {
		let by = signed(&account(who));
		assert_ok!(Twins::register(by, TwinKind::Company, profile(), ControllerChoice::Caller));
	}
	for (currency, symbol) in [(TSH, b"TSH"), (SHELLS, b"SHL")] {
		create(symbol);
		let (a, b) = (CurrencyKind::Native, local(currency));
		let amount = 10_000_000_000;
		act(&alice, Money::issue { currency, to: alice.clone(), amount });
		act(&alice, Money::create_pool { a: a.clone(), b: b.clone() });
		// An OUR for a hundred.
		let (amount_a, amount_b) = (100_000 * OUR, 1_000_000_000);
		act(&alice, Money::add_liquidity { a, b, amount_a, amount_b, min_a: 1, min_b: 1 });
	}
	for who in [Charlie, Dave] {
		act(&alice, Money::issue { currency: TSH, to: account(who), amount: 1_000_000 });
	}
	let caps = vec![pallet_tax::RefundCap { age_days: 0, cap: 1_000 }];
	let settings = pallet_tax::Settings {
		authority: twin_of(&alice),
		auditors: BoundedVec::new(),
		currencies: BoundedVec::truncate_from(vec![TSH]),
		reporting: *b"TZS",
		clock: BoundedVec::truncate_from(vec![pallet_tax::ClockChange {
			from: 0,
			utc_offset_minutes: 180,
		}]),
		rounding: pallet_tax::Rounding::Category,
		supply_bound_days: 0,
		correction_days: 30,
		unpaid_days: 30,
		tip_limit: 200_000,
		least_claim: 0,
		refund_caps: BoundedVec::truncate_from(caps),
		hold_days: 30,
		appeal_days: 14,
		returns_alert: 1_000_000,
		thresholds: BoundedVec::new(),
	};
	let name = BoundedVec::truncate_from(b"Place".to_vec());
	assert_ok!(Tax::create_jurisdiction(Origin::root(), name, settings));
	let name = BoundedVec::truncate_from(b"VAT".to_vec());
	let kind = TaxKind::Vat(VatCategory::Standard);
	let (jurisdiction, code, from, rate) = (PLACE, VAT, 0, 150_000);
	act(&alice, pallet_tax::Call::set_code { jurisdiction, code, name, kind, from, rate });
	tax(&account(Charlie));
	let shop = twin_of(&account(Charlie));
	act(
		&account(Charlie),
		pallet_commerce::Call::add_room { seller: shop, invoices: 2 * ROOM + 1 },
	);
	let (key, expires) = (account(Sr25519Keyring::Two), 1_000);
	act(&account(Charlie), pallet_commerce::Call::set_till { till: 1, key, expires });
}

/// Registers a taxpayer, for which the authority puts the deposit down.
pub(super) fn tax(who: &AccountId) {
	let terms = pallet_tax::TaxpayerTerms {
		tax_number: BoundedVec::truncate_from(b"100".to_vec()),
		effective: 0,
		zero_codes: BoundedVec::new(),
		deductible: BoundedVec::new(),
	};
	let twin = twin_of(who);
	act(&account(Alice), pallet_tax::Call::register { jurisdiction: PLACE, twin, terms });
}

/// So much with tax.
fn goods(gross: i128) -> Sale {
	let item = SaleItem { code: VAT, amounts: Amounts::Sum(gross) };
	Sale {
		prices: Prices::Gross,
		items: BoundedVec::truncate_from(vec![item]),
		levies: BoundedVec::new(),
		withholdings: BoundedVec::new(),
		tip: 0,
		evidence: None,
	}
}

/// What the till of Charlie's shop offers.
pub(super) fn offer(nonce: u8, gross: i128) -> Call {
	let quote = Quote {
		seller: twin_of(&account(Charlie)),
		till: 1,
		nonce: [nonce; 16],
		jurisdiction: PLACE,
		currency: TSH,
		buyer: None,
		sale: goods(gross),
		expires: System::block_number() + 10,
	};
	let payload = quote.payload(System::block_hash(0));
	let signature = Signature::Sr25519(Sr25519Keyring::Two.sign(&payload));
	pallet_commerce::Call::sell { quote, signature, business: true }.into()
}

/// An invoice over so much with tax.
fn invoice(buyer: Option<TwinNumber>, gross: i128) -> Call {
	let conditions = Conditions {
		jurisdiction: PLACE,
		currency: TSH,
		supply: None,
		due_days: 0,
		settlement: Settlement::Direct,
		delivery: false,
		document: [1; 32],
	};
	pallet_commerce::Call::issue { buyer, conditions, sale: goods(gross) }.into()
}

/// The newcomer pays an invoice of Charlie's.
fn pay(round: u8) {
	act(&account(Charlie), invoice(Some(twin_of(&newcomer())), 230));
	// What the till sells is in the same series.
	let (seller, number) = (twin_of(&account(Charlie)), 2 * u64::from(round));
	transact(pallet_commerce::Call::pay { seller, number, amount: None, business: true }, -230);
}

/// The newcomer sells to Dave, who pays by himself.
fn sell(round: u8) {
	let seller = twin_of(&newcomer());
	transact(invoice(None, 1_150), 0);
	let (number, before) = (u64::from(round), money(TSH, &newcomer()));
	act(
		&account(Dave),
		pallet_commerce::Call::pay { seller, number, amount: None, business: true },
	);
	// All of its VAT is netted against what the newcomer paid in the shop.
	assert_eq!(money(TSH, &newcomer()), before + 1_150);
	assert_never_had_our();
}

/// What the newcomer gets of SHELLS for `amount` of TSH, or the reverse.
fn exchange(from: CurrencyId, to: CurrencyId, amount_in: Balance) -> Money<Runtime> {
	let path = [local(from), CurrencyKind::Native, local(to)].to_vec();
	Money::swap { path: BoundedVec::truncate_from(path), amount_in, min_out: 1 }
}

/// What all accounts together have reserved or on hold.
fn put_down() -> Balance {
	frame_system::Account::<Runtime>::iter_values().map(|entry| entry.data.reserved).sum()
}

/// What `who` has on hold for `reason`.
fn held(reason: impl Into<RuntimeHoldReason>, who: &AccountId) -> Balance {
	Balances::balance_on_hold(&reason.into(), who)
}

#[test]
fn who_never_has_our_pays_sells_exchanges_and_is_refunded() {
	chain("development").execute_with(|| {
		market();
		let (alice, bob) = (account(Alice), account(Bob));
		let (before, taxpayers) = (put_down(), held(pallet_tax::HoldReason::Taxpayer, &alice));
		sponsor();
		assert_never_had_our();
		let twin = twin_of(&newcomer());
		act(&bob, pallet_commerce::Call::add_room { seller: twin, invoices: ROOM });
		tax(&newcomer());
		act(&alice, Money::issue { currency: TSH, to: newcomer(), amount: ENDOWMENT });

		let account_of = || Tax::account(PLACE, twin, TSH);
		for round in 1..=ROUNDS {
			// In a shop, with 300 of VAT in the price.
			transact(offer(round, 2_300), -2_300);
			assert_eq!(account_of().credit, 300);
			// An invoice, with 30.
			pay(round);
			assert_eq!(account_of().credit, 330);
			sell(round);
			assert_eq!(account_of().credit, 180);

			let refund =
				pallet_tax::Call::claim_refund { jurisdiction: PLACE, currency: TSH, amount: 180 };
			transact(refund, 180);
			assert_eq!((account_of().credit, account_of().pending), (0, 0));

			let to = account(Dave);
			transact(Money::transfer { currency: TSH, to, amount: 77, reference: [1; 32] }, -77);
			transact(exchange(TSH, SHELLS, 1_000), -1_000);
			let shells = money(SHELLS, &newcomer());
			assert!(shells > 990 * Balance::from(round) - 10, "{shells}");
		}
		// Back again: whatever comes.
		let shells = money(SHELLS, &newcomer());
		let before_swap = money(TSH, &newcomer());
		assert_eq!(apply(exchange(SHELLS, TSH, shells), Some(TSH)), Ok(Ok(())));
		assert!(money(TSH, &newcomer()) > before_swap + shells * 98 / 100 - last_fee());
		assert_eq!(money(SHELLS, &newcomer()), 0);
		assert_never_had_our();

		// All that anybody put down: the sponsor for the twin and for room, the authority for the
		// taxpayer that it registered.
		let (twins, rooms) = (162_100_000_000, 1_087_500_000_000);
		assert_eq!(held(pallet_twins::HoldReason::Twin, &bob), twins);
		assert_eq!(held(pallet_commerce::HoldReason::Room, &bob), rooms);
		let of_taxpayer = held(pallet_tax::HoldReason::Taxpayer, &alice) - taxpayers;
		assert_eq!(of_taxpayer, 26_100_000_000);
		assert_eq!(put_down(), before + twins + rooms + of_taxpayer);
		assert_eq!((twins, rooms), (Twins::deposits().twin, Commerce::room_deposit(ROOM)));
		assert_eq!(Commerce::book(twin).open, ROOM);
		check_state();
	});
}

#[test]
fn a_fee_is_what_the_pool_asks_for_it() {
	chain("development").execute_with(|| {
		market();
		sponsor();
		act(&account(Alice), Money::issue { currency: TSH, to: newcomer(), amount: ENDOWMENT });
		let remark = frame_system::Call::remark { remark: vec![0; 1_000] };
		let ours = Balances::free_balance(TreasuryAccount::get());
		let (a, b) = (local(TSH), CurrencyKind::Native);
		let of_fees = pool(b.clone(), a.clone());
		let before = money(TSH, &of_fees);
		transact(remark, 0);
		let fee = Balances::free_balance(TreasuryAccount::get()) - ours;
		assert_eq!(money(TSH, &of_fees), before + last_fee());
		let quoted = AssetConversion::quote_price_tokens_for_exact_tokens(a, b, fee, true);
		let quoted = quoted.expect("there is a pool");
		// Estimated before and corrected after: each step rounds in the pool's favour.
		assert!(last_fee() >= quoted && last_fee() <= quoted + 2, "{} {quoted}", last_fee());
		check_state();
	});
}

#[test]
fn without_a_currency_for_the_fee_nothing_happens() {
	chain("development").execute_with(|| {
		market();
		sponsor();
		let remark = || frame_system::Call::remark { remark: vec![] };
		let poor = Err(TransactionValidityError::Invalid(InvalidTransaction::Payment));
		// Neither in OUR nor in a currency that it doesn't have.
		assert_eq!(apply(remark(), None), poor);
		assert_eq!(apply(remark(), Some(TSH)), poor);
		act(&account(Alice), Money::issue { currency: TSH, to: newcomer(), amount: ENDOWMENT });
		assert_eq!(apply(remark(), None), poor);
		assert_eq!(apply(remark(), Some(SHELLS)), poor);
		transact(remark(), 0);
		check_state();
	});
}

#[test]
fn a_call_that_fails_costs_its_fee_and_nothing_else() {
	chain("development").execute_with(|| {
		market();
		sponsor();
		act(&account(Alice), Money::issue { currency: TSH, to: newcomer(), amount: ENDOWMENT });
		let to = account(Dave);
		let before = money(TSH, &to);
		let too_much = Money::transfer {
			currency: TSH,
			to: to.clone(),
			amount: ENDOWMENT,
			reference: [0; 32],
		};
		let low = pallet_currencies::Error::<Runtime>::BalanceTooLow;
		assert_eq!(apply(too_much, Some(TSH)), Ok(Err(low.into())));
		assert_eq!(money(TSH, &newcomer()), ENDOWMENT - last_fee());
		assert_eq!(money(TSH, &to), before);
		assert_never_had_our();
		check_state();
	});
}

#[test]
fn a_till_takes_a_place_of_the_room_that_a_sponsor_pays_for() {
	chain("development").execute_with(|| {
		market();
		sponsor();
		act(&account(Alice), Money::issue { currency: TSH, to: newcomer(), amount: ENDOWMENT });
		let seller = twin_of(&newcomer());
		act(&account(Bob), pallet_commerce::Call::add_room { seller, invoices: 1 });
		let (key, expires) = (account(Sr25519Keyring::Two), 1_000);
		let set = pallet_commerce::Call::set_till { till: 1, key: key.clone(), expires };
		assert_eq!(apply(set, Some(TSH)), Ok(Ok(())));
		assert_eq!(Commerce::till(seller, 1).map(|it| it.key), Some(key));
		assert_eq!(Commerce::book(seller).open, 1);
		assert_never_had_our();
		check_state();
	});
}
