//! What becomes of a payment.

use super::*;
use crate::{
	books::{CodeTotal, Delta, Reserve},
	charges::HeadKind,
	payment::{Plan, Taken},
	reverse::Reverse,
};
use ourledger_math::MathError;

fn pay(bill: &Bill, amount: Balance, parties: &Parties<'_>) -> Plan {
	Plan::of_payment(bill, amount, MONEY, parties).expect("can be paid")
}

fn total(code: TaxCode, net: i128, tax: i128) -> CodeTotal {
	CodeTotal { code, net, tax }
}

#[test]
fn payments_give_their_share_of_the_tax() {
	let mut bill = bill(&[(STANDARD, 10_000)], None);
	for (amount, tax) in [(3_333, 435), (3_333, 434), (4_834, 631)] {
		let plan = pay(&bill, amount, &Parties::default());
		assert_eq!(plan.heads, [(HeadKind::Vat(Some(STANDARD)), tax)]);
		assert_eq!((plan.taken.to_treasury(), plan.to_seller(amount)), (tax, Ok(amount - tax)));
		assert_eq!(plan.credited, 0);
		// Nobody else has books of it.
		assert_eq!(plan.of_buyer(), Ok(None));
		bill = plan.bill;
	}
	assert_eq!((bill.paid, bill.subtotals[0].taken), (11_500, 1_500));
	let more = Plan::of_payment(&bill, 1, MONEY, &Parties::default());
	assert_eq!(more, Err(MathError::Overpaid.into()));
}

#[test]
fn payment_is_netted_credited_and_booked() {
	let bill = bill(&[(STANDARD, 10_000)], WHOLE);
	let half: &[_] = &[(STANDARD, HALF)];
	let plan = pay(&bill, 11_500, &parties(400, 0, Some(half)));
	assert_eq!(plan.taken, Taken { vat: 1_500, used: 400, ..Taken::default() });
	assert_eq!((plan.taken.remitted(), plan.credited, plan.turnover()), (1_100, 750, 10_000));
	assert_eq!(plan.reserve, Reserve { uncredited: (0, 750), ahead: (0, 0) });
	let seller = Delta {
		output: 1_500,
		used: 400,
		remitted: 1_100,
		sales: vec![total(STANDARD, 10_000, 1_500)],
		..Delta::default()
	};
	assert_eq!(plan.of_seller(), Ok(seller));
	let buyer =
		Delta { input: 750, purchases: vec![total(STANDARD, 10_000, 1_500)], ..Delta::default() };
	assert_eq!(plan.of_buyer(), Ok(Some(buyer.clone())));
	// What it is credited goes against what it owes first.
	for (arrears, settled) in [(0, 0), (749, 749), (750, 750), (751, 750)] {
		assert_eq!(buyer.settled(0, arrears), Ok(settled));
	}
}

#[test]
fn levies_and_withholding_never_net() {
	let mut sale = levied(sale(&[(STANDARD, 10_000)]), TOURISM, STANDARD, 0);
	sale.withholdings = BoundedVec::truncate_from([WITHHOLDING].to_vec());
	sale.tip = 100;
	let bill = assessed(&sale, terms()).expect("is fine");
	let plan = pay(&bill, bill.gross, &parties(9_999, 0, WHOLE));
	assert_eq!(plan.taken, Taken { vat: 1_500, levies: 150, withheld: 200, used: 1_500 });
	assert_eq!((plan.taken.to_treasury(), plan.tip, plan.credited), (350, 100, 1_500));
	let delta = plan.of_seller().expect("is small");
	assert_eq!((delta.levies, delta.withheld, delta.tips), (150, 200, 100));
	assert_eq!(delta.sales.iter().map(|it| it.net).sum::<i128>(), 10_000);
	// Neither is in the buyer's books.
	let buyer = plan.of_buyer().expect("is small").expect("is registered");
	assert_eq!(buyer.purchases, [total(STANDARD, 10_000, 1_500)]);
}

#[test]
fn tax_that_was_taken_ahead_is_credited_as_it_is_paid() {
	let bill = bill(&[(STANDARD, 10_000)], WHOLE);
	let unpaid = Plan::of_unpaid(&bill, MONEY, 100).expect("is fine").expect("owes tax");
	assert_eq!((unpaid.taken.used, unpaid.taken.to_treasury()), (100, 1_400));
	assert_eq!(unpaid.heads, [(HeadKind::Vat(Some(STANDARD)), 1_500)]);
	assert_eq!((unpaid.turnover(), unpaid.credited, unpaid.bill.paid), (0, 0, 0));
	assert_eq!(unpaid.reserve, Reserve { uncredited: (0, 1_500), ahead: (0, 1_500) });
	assert_eq!(unpaid.of_buyer(), Ok(None));
	// Once.
	assert_eq!(Plan::of_unpaid(&unpaid.bill, MONEY, 0), Ok(None));
	let paid = pay(&unpaid.bill, 3_333, &parties(0, 0, WHOLE));
	assert_eq!((paid.taken, paid.credited), (Taken::default(), 435));
	assert_eq!(paid.reserve, Reserve { uncredited: (1_500, 1_065), ahead: (1_500, 1_065) });
}

#[test]
fn reverse_charge_is_deducted_then_netted_then_paid() {
	let bill = bill(&[(REVERSE, 10_000)], None);
	let part: &[_] = &[(REVERSE, 600_000)];
	for (deductible, credit, (input, used, remitted)) in
		[(None, 0, (0, 0, 1_500)), (WHOLE, 0, (1_500, 0, 0)), (Some(part), 200, (900, 200, 400))]
	{
		let mut plan = pay(&bill, 10_000, &parties(0, credit, deductible));
		let reverse = Reverse { code: REVERSE, output: 1_500, input, used, remitted, deferred: 0 };
		assert_eq!(plan.reverse, [reverse]);
		assert_eq!((plan.reverse_paid(), plan.deferred()), (Ok(remitted), Ok(0)));
		// The seller has nothing to do with it.
		assert_eq!((plan.taken, plan.to_seller(10_000)), (Taken::default(), Ok(10_000)));
		let seller = plan.of_seller().expect("is small");
		assert_eq!((seller.output, seller.sales), (0, vec![total(REVERSE, 10_000, 0)]));
		// Whole, or not at all.
		plan.defer();
		assert_eq!((plan.reverse_paid(), plan.deferred()), (Ok(0), Ok(remitted)));
		let buyer = plan.of_buyer().expect("is small").expect("books it");
		assert_eq!((buyer.output, buyer.cancelled, buyer.used), (1_500, input, used));
		assert_eq!((buyer.remitted, buyer.deferred), (0, remitted));
		assert_eq!(buyer.purchases, [total(REVERSE, 10_000, 1_500)]);
	}
	let nobody = Plan::of_payment(&bill, 1_000, MONEY, &Parties::default());
	assert_eq!(nobody, Err(Refusal::BuyerUnknown(REVERSE)));
}

#[test]
fn vat_of_both_signs_is_taken_and_credited_as_one() {
	// The example of issue 10: S 77, R −12.5.
	let half: &[_] = &[(STANDARD, HALF), (REDUCED, HALF)];
	let bill = bill(&[(STANDARD, 51_333), (REDUCED, -25_000)], Some(half));
	let plan = pay(&bill, bill.gross, &parties(0, 0, Some(half)));
	assert_eq!(plan.heads, [(HeadKind::Vat(None), 6_450)]);
	assert_eq!((plan.credited, plan.items[0].tax, plan.items[1].tax), (3_225, 7_700, -1_250));
	let seller = plan.of_seller().expect("is small");
	assert_eq!((seller.output, seller.taken_off), (6_450, 1_250));
	// Who isn't registered any more isn't credited.
	assert_eq!(pay(&bill, bill.gross, &parties(0, 0, None)).credited, 0);
}

#[test]
fn bill_of_nothing_is_booked_at_issue() {
	let sold = bill(&[(STANDARD, 1)], None);
	assert_eq!(Plan::at_issue(&sold, MONEY, true), Ok(None));
	// All was paid ahead.
	let nothing = bill(&[(STANDARD, 0)], None);
	assert_eq!(Plan::at_issue(&nothing, MONEY, true), Ok(None));
	let even = bill(&[(OUTSIDE, 100), (EXPORT, -100)], None);
	assert_eq!(even.gross, 0);
	for is_registered in [true, false] {
		let plan = Plan::at_issue(&even, MONEY, is_registered).expect("is fine");
		let plan = plan.expect("is booked");
		assert_eq!((plan.items[0].net, plan.items[1].net), (100, -100));
		assert_eq!(plan.taken, Taken::default());
		assert_eq!(plan.of_buyer().map(|it| it.is_some()), Ok(is_registered));
	}
}
