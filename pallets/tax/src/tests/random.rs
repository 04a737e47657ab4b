//! Random sequences of trade, notes, claims and sweeps keep every invariant, and gain nobody
//! anything.

use crate::{mock::*, types::Rounding, *};
use frame::{deps::frame_support::storage::with_storage_layer, testing_prelude::*};
use ourledger_primitives::{
	invoice::{Amounts, Change, Lines, Note, NotePart, Sale, SaleItem},
	money::Kept,
	tax::{NoteOutcome, SeatTax, TaxCode, TaxRules},
	twin::TwinNumber,
};
use proptest::prelude::*;

const REASON: Reason = [1; 32];

/// What can happen. Invoices and claims are named by any number, which is taken modulo how many
/// there are.
#[derive(Clone, Debug)]
enum Step {
	Issue {
		seller: TwinNumber,
		buyer: Option<TwinNumber>,
		items: Vec<(TaxCode, i128)>,
		tip: Balance,
		levied: bool,
		withheld: bool,
		business: bool,
	},
	Pay(usize, Balance),
	Escrow(usize, Balance),
	Release(usize),
	CollectUnpaid(usize),
	/// Of each code, and of the tip, so many hundredths are taken back.
	Credit(usize, Vec<i128>, Balance),
	/// Whatever is said.
	CreditWild(usize, Vec<(TaxCode, i128)>, Balance),
	Deduct(TwinNumber, TaxCode, u32),
	Register(TwinNumber, bool),
	Claim(TwinNumber, Balance),
	Hold(ClaimId, u16),
	Deny(ClaimId),
	Assess(ClaimId, Balance),
	Appeal(ClaimId, TwinNumber),
	Decide(ClaimId, Option<Balance>),
	PayArrears(TwinNumber, Balance),
	Dividend(TwinNumber, Balance),
	DividendCode(Option<TaxCode>),
	Own(TwinNumber, TwinNumber),
	/// Take all money of a twin's account away, or give it some.
	Purse(TwinNumber, Balance),
	Freeze(TwinNumber),
	Go(TwinNumber),
	Open,
	Sweep(Balance),
	Give(Balance),
	Age(u128),
	Wait(u32),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
	let twin = || A..=E;
	let code = || prop::sample::select(vec![S15, S20, ZERO, REVERSE, OUTSIDE]);
	let price = || prop_oneof![4 => 1..3_000i128, 1 => -1_500..0i128];
	let items = || prop::collection::vec((code(), price()), 1..4);
	let amount = || prop_oneof![3 => 0..3_000u128, 1 => Just(Balance::MAX)];
	let place = || 0..40usize;
	let claim = || 0..12u64;
	let hundredths = || prop_oneof![3 => 0..=100i128, 1 => Just(100), 1 => -20..130i128];
	let issue = (
		(twin(), prop::option::weighted(0.8, twin()), items()),
		(prop_oneof![3 => Just(0), 1 => 0..300u128], any::<[bool; 2]>(), prop::bool::weighted(0.9)),
	);
	let issue = issue.prop_map(|((seller, buyer, items), (tip, [levied, withheld], business))| {
		Step::Issue { seller, buyer, items, tip, levied, withheld, business }
	});
	let trade = prop_oneof![
		8 => issue,
		12 => (place(), amount()).prop_map(|(invoice, amount)| Step::Pay(invoice, amount)),
		4 => (place(), amount()).prop_map(|(invoice, amount)| Step::Escrow(invoice, amount)),
		5 => place().prop_map(Step::Release),
		2 => place().prop_map(Step::CollectUnpaid),
		8 => (place(), prop::collection::vec(hundredths(), 5), 0..200u128)
			.prop_map(|(invoice, parts, cover)| Step::Credit(invoice, parts, cover)),
		2 => (place(), items(), 0..200u128)
			.prop_map(|(invoice, items, cover)| Step::CreditWild(invoice, items, cover)),
		1 => (twin(), code(), 0..=1_000_000u32)
			.prop_map(|(twin, code, share)| Step::Deduct(twin, code, share)),
		1 => (twin(), any::<bool>()).prop_map(|(twin, is)| Step::Register(twin, is)),
		1 => (twin(), twin()).prop_map(|(twin, owner)| Step::Own(twin, owner)),
	];
	let claims = prop_oneof![
		5 => (twin(), amount()).prop_map(|(twin, amount)| Step::Claim(twin, amount)),
		1 => (claim(), 0..25u16).prop_map(|(claim, days)| Step::Hold(claim, days)),
		1 => claim().prop_map(Step::Deny),
		1 => (claim(), 0..500u128).prop_map(|(claim, part)| Step::Assess(claim, part)),
		2 => (claim(), twin()).prop_map(|(claim, twin)| Step::Appeal(claim, twin)),
		2 => (claim(), prop::option::of(0..500u128))
			.prop_map(|(claim, part)| Step::Decide(claim, part)),
		2 => (twin(), amount()).prop_map(|(twin, amount)| Step::PayArrears(twin, amount)),
		3 => (twin(), amount()).prop_map(|(twin, amount)| Step::Dividend(twin, amount)),
		1 => prop::option::of(Just(WITHHELD)).prop_map(Step::DividendCode),
	];
	let world = prop_oneof![
		2 => (twin(), prop_oneof![Just(0), 0..2_000u128, Just(PURSE)])
			.prop_map(|(twin, amount)| Step::Purse(twin, amount)),
		1 => twin().prop_map(Step::Freeze),
		1 => twin().prop_map(Step::Go),
		2 => Just(Step::Open),
		2 => amount().prop_map(Step::Sweep),
		1 => (0..500u128).prop_map(Step::Give),
		1 => (0..5u128).prop_map(Step::Age),
		3 => (1..40u32).prop_map(Step::Wait),
	];
	prop::collection::vec(prop_oneof![6 => trade, 2 => claims, 2 => world], 1..80)
}

/// All money there is.
fn all_money() -> Balance {
	let others = [STRANGER, ESCROW, POT, SET_ASIDE, BANK].map(|account| purse(MONEY, account));
	(1..=TWINS).map(money).sum::<Balance>() + others.iter().sum::<Balance>() + treasury()
}

/// Has what is taken out of purses.
const BANK: AccountId = 95;

/// Twin → its dividends times their rate, what was withheld of them, and what that leaves.
#[storage_alias]
type Dividends = StorageMap<Mock, Twox64Concat, TwinNumber, (Balance, Balance, u32)>;

/// An invoice with its lines, and what waits of it.
struct Case {
	invoice: Invoice,
	lines: Vec<(TaxCode, Vec<i128>)>,
	kept: Kept,
}

/// Lines of an amount, a return among them.
fn cut(amount: i128) -> Vec<i128> {
	let third = amount / 3;
	vec![third, third + 7, amount - 2 * third, -7]
}

fn run(step: Step, per_line: bool, cases: &mut Vec<Case>) {
	let place = |any: usize, cases: &[Case]| (!cases.is_empty()).then(|| any % cases.len());
	match step {
		Step::Issue { .. } => issue_one(step, per_line, cases),
		Step::Pay(any, amount) => {
			let Some(place) = place(any, cases) else { return };
			let Case { invoice, kept, .. } = &mut cases[place];
			let before = invoice.bill.clone();
			let amount = amount.min(before.open() - kept.nominal);
			match invoice.try_pay(amount) {
				Ok(split) => {
					assert_eq!(split.seller + split.treasury + split.charged, amount);
					assert_eq!(invoice.bill.paid, before.paid + amount);
				},
				Err(_) => assert_eq!(invoice.bill, before),
			}
		},
		Step::Escrow(any, amount) => {
			let Some(place) = place(any, cases) else { return };
			let Case { invoice, kept, .. } = &mut cases[place];
			// Of such a one nothing waits: so it is with commerce.
			if invoice.bill.as_one.is_some() {
				return;
			}
			let payer = invoice.trade.buyer.map_or(STRANGER, controller);
			let amount = amount.min(invoice.bill.open() - kept.nominal).min(purse(MONEY, payer));
			if amount > 0 && !Gone::get().contains(&payer) && !Frozen::get().contains(&payer) {
				kept.add(invoice.escrow(amount));
			}
		},
		Step::Release(any) => {
			let Some(place) = place(any, cases) else { return };
			let Case { invoice, kept, .. } = &mut cases[place];
			let waited = core::mem::take(kept);
			if waited.nominal > 0 {
				let split = invoice.release(waited);
				assert_eq!(split.seller + split.treasury + split.charged, waited.nominal);
			}
		},
		Step::CollectUnpaid(any) => {
			let Some(place) = place(any, cases) else { return };
			let invoice = &mut cases[place].invoice;
			let before = invoice.bill.clone();
			let taken = with_storage_layer(|| {
				<Tax as TaxRules<AccountId>>::collect_unpaid(&invoice.trade, &mut invoice.bill)
			});
			if taken.is_err() {
				invoice.bill = before;
			}
		},
		Step::Credit(any, parts, cover) => {
			let Some(place) = place(any, cases) else { return };
			let (note, lines) = hundredths(&cases[place], &parts);
			if credit_one(&mut cases[place], &note, cover) {
				cases[place].lines = lines;
			}
		},
		Step::CreditWild(any, items, cover) => {
			let Some(place) = place(any, cases) else { return };
			credit_one(&mut cases[place], &note(&items), cover);
		},
		other => administer(other),
	}
}

fn issue_one(step: Step, per_line: bool, cases: &mut Vec<Case>) {
	let Step::Issue { seller, buyer, items, tip, levied, withheld, business } = step else {
		return;
	};
	let is_lined = |code: TaxCode| per_line && [S15, S20].contains(&code);
	let mut lines = Vec::new();
	let item = |(code, amount): &(TaxCode, i128)| {
		if !is_lined(*code) {
			return item(*code, *amount);
		}
		let own = cut(*amount);
		let amounts = Amounts::Lines(crate::mock::lines(&own));
		lines.push((*code, own));
		SaleItem { code: *code, amounts }
	};
	let sold = Sale {
		items: bounded(items.iter().map(item).collect()),
		levies: bounded(if levied { vec![levy(LEVY_IN, items[0].0, 0)] } else { vec![] }),
		withholdings: bounded(if withheld { vec![WITHHELD] } else { vec![] }),
		tip,
		..sale(&[])
	};
	let mut trade = trade(seller, buyer);
	(trade.number, trade.business) = (cases.len() as u64, business);
	if let Ok(invoice) = with_storage_layer(|| issue(trade, &sold)) {
		cases.push(Case { invoice, lines, kept: Kept::default() });
	}
}

/// A note that takes so many hundredths of each code back, and the lines that it leaves.
fn hundredths(case: &Case, parts: &[i128]) -> (Note, Vec<(TaxCode, Vec<i128>)>) {
	let mut left = Vec::new();
	let part = |(place, it): (usize, &ourledger_primitives::invoice::Subtotal)| {
		let hundredths = parts[place % parts.len()];
		let own = case.lines.iter().find(|(code, _)| *code == it.code);
		let change = match own {
			Some((code, was)) => {
				let remain = was.iter().map(|line| line - line * hundredths / 100);
				let remain = remain.collect::<Vec<_>>();
				left.push((*code, remain.clone()));
				let (was, remain): (Lines, Lines) = (lines(was), lines(&remain));
				Change::Lines { was, remain }
			},
			None => Change::Less(it.amount * hundredths / 100),
		};
		NotePart { code: it.code, change }
	};
	let subtotals = case.invoice.bill.subtotals.iter().enumerate();
	let back = bounded(subtotals.map(part).collect());
	let tip = case.invoice.bill.tip * parts[0].clamp(0, 130) as Balance / 100;
	(Note { parts: back, tip, ..note(&[]) }, left)
}

/// Whether the note took effect.
fn credit_one(case: &mut Case, note: &Note, cover: Balance) -> bool {
	let Case { invoice, kept, .. } = case;
	// As commerce has it: within the window, and not while something waits.
	let today = Tax::today(TOWN).expect("the town was founded");
	if today > invoice.trade.supply + 90 || kept.nominal > 0 {
		return false;
	}
	let before = invoice.bill.clone();
	match invoice.try_credit(note, cover) {
		Ok(NoteOutcome::Settled { .. }) => {
			let after = &invoice.bill;
			assert!(after.paid <= after.gross && after.gross <= before.gross);
			assert!(after.vat() <= before.vat() && after.net() <= before.net());
			true
		},
		Ok(NoteOutcome::Waits { .. }) | Err(_) => {
			assert_eq!(invoice.bill, before);
			false
		},
	}
}

fn administer(step: Step) {
	// Whether a call succeeds doesn't matter, as long as it leaves no trace if it fails.
	let _ = with_storage_layer(|| match step {
		Step::Deduct(twin, code, share) => {
			let terms = TaxpayerTerms { deductible: bounded(vec![(code, share)]), ..terms() };
			Tax::amend_taxpayer(authority(), TOWN, twin, terms)
		},
		Step::Register(twin, true) => Tax::register(authority(), TOWN, twin, terms()),
		Step::Register(twin, false) => Tax::deregister(authority(), TOWN, twin),
		Step::Own(twin, owner) => own(twin, owner),
		Step::Claim(twin, amount) => claim_refund(twin, amount.min(credit(twin))),
		Step::Hold(claim, days) => Tax::hold_refund(authority(), TOWN, claim, days, REASON),
		Step::Deny(claim) => Tax::deny_refund(authority(), TOWN, claim, REASON),
		Step::Assess(claim, part) => Tax::assess_refund(authority(), TOWN, claim, part, REASON),
		Step::Appeal(claim, twin) => Tax::appeal(by(twin), TOWN, claim, REASON),
		Step::Decide(claim, part) => {
			let pay = |forfeited| Decision::Pay { forfeited };
			let decision = part.map_or(Decision::Deny, pay);
			Tax::decide_appeal(RuntimeOrigin::root(), TOWN, claim, decision)
		},
		Step::PayArrears(twin, amount) => {
			let amount = amount.min(arrears(twin));
			Tax::pay_arrears(signed(STRANGER), TOWN, twin, MONEY, amount)
		},
		Step::Dividend(twin, amount) => {
			let account = controller(twin);
			let (due, taken, mut rest) = Dividends::get(twin).unwrap_or((0, 0, 500_000));
			let tax = Tax::withhold(TOWN, twin, &account, MONEY, amount, &mut rest)?;
			let due = if Tax::dividend_code(TOWN).is_some() { due + 50_000 * amount } else { due };
			Dividends::insert(twin, (due, taken + tax, rest));
			Ok(())
		},
		Step::DividendCode(code) => Tax::set_dividend_code(authority(), TOWN, code),
		Step::Purse(twin, amount) => {
			let all = money(twin) + purse(MONEY, BANK);
			let amount = amount.min(all);
			set_money(controller(twin), amount);
			set_money(BANK, all - amount);
			Ok(())
		},
		Step::Freeze(twin) => {
			Frozen::mutate(|accounts| accounts.push(controller(twin)));
			Ok(())
		},
		Step::Go(twin) => {
			Gone::mutate(|accounts| accounts.push(controller(twin)));
			Ok(())
		},
		Step::Open => {
			Frozen::set(vec![]);
			Gone::set(vec![]);
			Ok(())
		},
		Step::Sweep(amount) => {
			let free = Tax::treasury(TOWN, MONEY).expect("the town was founded").free;
			Tax::sweep(authority(), TOWN, MONEY, amount.min(free), controller(AUTHORITY))
		},
		Step::Give(amount) => Tax::give(signed(STRANGER), TOWN, MONEY, amount),
		Step::Age(rise) => {
			let (today, before) = (Tax::today(TOWN).expect("the town was founded"), Index::get());
			Index::set(before + rise);
			Past::mutate(|past| {
				if past.is_empty() {
					past.push((0, before));
				}
				past.push((today, before + rise));
			});
			Ok(())
		},
		Step::Wait(days) => {
			let today = Tax::today(TOWN).expect("the town was founded");
			set_day(today + days);
			idle();
			Ok(())
		},
		_ => Ok(()),
	});
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(256))]

	#[test]
	fn random_sequences_keep_every_invariant(steps in steps(), per_line: bool) {
		state().execute_with(|| {
			if per_line {
				amend(|settings| settings.rounding = Rounding::Line);
			}
			assert_ok!(Tax::set_dividend_code(authority(), TOWN, Some(WITHHELD)));
			let before = all_money();
			let mut cases = Vec::new();
			for step in steps {
				run(step, per_line, &mut cases);
				check_invariants();
				assert_eq!(all_money(), before);
			}
			// To half a unit, as much is withheld as is due of all dividends together.
			for (due, taken, rest) in Dividends::iter_values() {
				assert_eq!(1_000_000 * taken + Balance::from(rest), due + 500_000);
			}
			// Nothing is credited that wasn't taken, of any invoice.
			for Case { invoice: Invoice { bill, .. }, .. } in &cases {
				let sound = bill.subtotals.iter().all(|it| match bill.as_one {
					Some(_) if !it.is_reverse() => it.credited == 0,
					_ => it.credited as i128 <= it.taken && it.taken <= it.vat,
				});
				let as_one = bill.as_one.is_none_or(|it| {
					let own = bill.subtotals.iter().filter(|it| !it.is_reverse());
					let shown = own.map(|it| it.taken).sum::<i128>();
					it.credited <= it.taken && it.taken <= bill.vat() && shown == it.taken as i128
				});
				assert!(sound && as_one, "{bill:?}");
			}
		});
	}
}
