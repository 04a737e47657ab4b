//! Random sequences of trade, notes, claims and sweeps keep every invariant, and gain nobody
//! anything.

use crate::{mock::*, *};
use frame::{deps::frame_support::storage::with_storage_layer, testing_prelude::*};
use ourledger_primitives::{
	invoice::Sale,
	tax::{NoteOutcome, TaxCode, TaxRules},
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
		levied: bool,
		withheld: bool,
	},
	Pay(usize, Balance),
	CollectUnpaid(usize),
	Credit(usize, Vec<(TaxCode, i128)>, Balance),
	Deduct(TwinNumber, TaxCode, u32),
	Claim(TwinNumber, Balance),
	Hold(ClaimId, u16),
	Deny(ClaimId),
	Assess(ClaimId, Balance),
	Appeal(ClaimId, TwinNumber),
	Decide(ClaimId, Balance),
	Sweep(Balance),
	Give(Balance),
	Wait(u32),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
	let twin = || A..=E;
	let code = || prop::sample::select(vec![S15, S20, ZERO, REVERSE, OUTSIDE]);
	let items = || prop::collection::vec((code(), 1..3_000i128), 1..4);
	let amount = || prop_oneof![3 => 0..3_000u128, 1 => Just(Balance::MAX)];
	let place = || 0..40usize;
	let claim = || 0..12u64;
	let step = prop_oneof![
		8 => (twin(), prop::option::weighted(0.8, twin()), items(), any::<bool>(), any::<bool>())
			.prop_map(|(seller, buyer, items, levied, withheld)| {
				Step::Issue { seller, buyer, items, levied, withheld }
			}),
		12 => (place(), amount()).prop_map(|(invoice, amount)| Step::Pay(invoice, amount)),
		2 => place().prop_map(Step::CollectUnpaid),
		8 => (place(), items(), 0..200u128)
			.prop_map(|(invoice, items, cover)| Step::Credit(invoice, items, cover)),
		1 => (twin(), code(), 0..=1_000_000u32)
			.prop_map(|(twin, code, share)| Step::Deduct(twin, code, share)),
		5 => (twin(), amount()).prop_map(|(twin, amount)| Step::Claim(twin, amount)),
		1 => (claim(), 0..25u16).prop_map(|(claim, days)| Step::Hold(claim, days)),
		1 => claim().prop_map(Step::Deny),
		1 => (claim(), 0..500u128).prop_map(|(claim, part)| Step::Assess(claim, part)),
		1 => (claim(), twin()).prop_map(|(claim, twin)| Step::Appeal(claim, twin)),
		1 => (claim(), 0..500u128).prop_map(|(claim, part)| Step::Decide(claim, part)),
		2 => amount().prop_map(Step::Sweep),
		1 => (0..500u128).prop_map(Step::Give),
		3 => (1..40u32).prop_map(Step::Wait),
	];
	prop::collection::vec(step, 1..60)
}

/// All money there is.
fn all_money() -> Balance {
	(1..=TWINS).map(money).sum::<Balance>() + purse(MONEY, STRANGER) + treasury()
}

fn run(step: Step, invoices: &mut Vec<Invoice>) {
	let place =
		|any: usize, invoices: &[Invoice]| (!invoices.is_empty()).then(|| any % invoices.len());
	match step {
		Step::Issue { seller, buyer, items, levied, withheld } => {
			let sold = Sale {
				levies: bounded(if levied { vec![levy(LEVY_IN, items[0].0, 0)] } else { vec![] }),
				withholdings: bounded(if withheld { vec![WITHHELD] } else { vec![] }),
				..sale(&items)
			};
			let mut trade = trade(seller, buyer);
			trade.number = invoices.len() as u64;
			if let Ok(bill) = crate::mock::assess(&trade, &sold) {
				invoices.push(Invoice { trade, bill });
			}
		},
		Step::Pay(any, amount) => {
			let Some(place) = place(any, invoices) else { return };
			let invoice = &mut invoices[place];
			let before = invoice.bill.clone();
			let amount = amount.min(invoice.bill.open());
			match invoice.try_pay(amount) {
				Ok(split) => {
					assert_eq!(split.seller + split.treasury, amount);
					assert_eq!(invoice.bill.paid, before.paid + amount);
				},
				Err(_) => invoice.bill = before,
			}
		},
		Step::CollectUnpaid(any) => {
			let Some(place) = place(any, invoices) else { return };
			let invoice = &mut invoices[place];
			let before = invoice.bill.clone();
			let taken = with_storage_layer(|| {
				<Tax as TaxRules<AccountId>>::collect_unpaid(&invoice.trade, &mut invoice.bill)
			});
			if taken.is_err() {
				invoice.bill = before;
			}
		},
		Step::Credit(any, items, cover) => {
			let Some(place) = place(any, invoices) else { return };
			let invoice = &mut invoices[place];
			// As commerce has it, within the window.
			let today = Tax::today(TOWN).expect("the town was founded");
			if today > invoice.trade.supply + 90 {
				return;
			}
			let before = invoice.bill.clone();
			match invoice.try_credit(&sale(&items), cover) {
				Ok(NoteOutcome::Settled { .. }) => assert!(invoice.bill.paid <= invoice.bill.gross),
				Ok(NoteOutcome::Waits { .. }) | Err(_) => assert_eq!(invoice.bill, before),
			}
		},
		other => administer(other),
	}
}

fn administer(step: Step) {
	// Whether a call succeeds doesn't matter, as long as it leaves no trace if it fails.
	let _ = with_storage_layer(|| match step {
		Step::Deduct(twin, code, share) => {
			let terms = TaxpayerTerms { deductible: bounded(vec![(code, share)]), ..terms() };
			Tax::amend_taxpayer(authority(), TOWN, twin, terms)
		},
		Step::Claim(twin, amount) => claim_refund(twin, amount.min(credit(twin))),
		Step::Hold(claim, days) => Tax::hold_refund(authority(), TOWN, claim, days, REASON),
		Step::Deny(claim) => Tax::deny_refund(authority(), TOWN, claim, REASON),
		Step::Assess(claim, part) => Tax::assess_refund(authority(), TOWN, claim, part, REASON),
		Step::Appeal(claim, twin) => Tax::appeal(by(twin), TOWN, claim, REASON),
		Step::Decide(claim, part) => Tax::decide_appeal(RuntimeOrigin::root(), TOWN, claim, part),
		Step::Sweep(amount) => {
			let free = Tax::treasury(TOWN, MONEY).expect("the town was founded").free;
			Tax::sweep(authority(), TOWN, MONEY, amount.min(free), controller(AUTHORITY))
		},
		Step::Give(amount) => Tax::give(signed(STRANGER), TOWN, MONEY, amount),
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
	#![proptest_config(ProptestConfig::with_cases(192))]

	#[test]
	fn random_sequences_keep_every_invariant(steps in steps()) {
		state().execute_with(|| {
			let before = all_money();
			let mut invoices = Vec::new();
			for step in steps {
				run(step, &mut invoices);
				check_invariants();
				assert_eq!(all_money(), before);
			}
			// Nothing is credited that wasn't taken, of any invoice.
			for Invoice { bill, .. } in &invoices {
				let sound = bill.subtotals.iter().all(|it| {
					it.credited <= it.taken && it.taken <= it.vat
				});
				assert!(sound, "{bill:?}");
			}
		});
	}
}
