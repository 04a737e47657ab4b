//! Random sequences of calls: after each, every invariant holds, and money is neither made nor lost.

use crate::{mock::*, InvoiceOf, InvoiceState};
use frame::testing_prelude::*;
use ourledger_primitives::{
	invoice::{Delivery, Prices, Settlement},
	money::{Day, DAY_MILLIS},
};
use proptest::prelude::*;

const PEOPLE: [Sr25519Keyring; 5] = [Alice, Bob, Charlie, Dave, Eve];

/// What can happen. Invoices are named by a number that [`pick`] makes something of.
#[derive(Clone, Debug)]
enum Step {
	Issue {
		buyer: bool,
		vat: i128,
		zero: i128,
		tip: Balance,
		escrow: bool,
		delivery: bool,
	},
	SelfBill(i128),
	Consent(Option<Day>),
	Accept(usize),
	Reject(usize),
	Pay(usize, usize, Option<Balance>),
	Sell {
		who: usize,
		nonce: u8,
		gross: i128,
		expires: u32,
	},
	Deliver(usize),
	Confirm(usize),
	Dispute(usize),
	Resolve(usize, Balance),
	/// Of each code, so many hundredths.
	CreditNote(usize, [i128; 2]),
	/// A note on the taxed half of an invoice that was paid in part, the buyer's credit being spent.
	Strand(Balance),
	CoverNote(usize, Balance),
	WithdrawNote(usize),
	Cancel(usize, usize),
	Release(usize),
	CollectUnpaid(usize),
	AddRoom(usize, u32),
	RemoveRoom(usize, u32),
	Prune(usize),
	SpendCredit,
	Expel(usize, bool),
	Pass {
		days: Day,
		millis: u64,
	},
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
	use Step::*;
	let number = || 0..40usize;
	let who = || 0..PEOPLE.len();
	let amount = || prop_oneof![3 => 1..2_000u128, 1 => Just(0u128)];
	let step = prop_oneof![
		8 => (prop::bool::weighted(0.8), 0..2_000i128, 0..500i128, 0..50u128, any::<bool>(), any::<bool>())
			.prop_map(|(buyer, vat, zero, tip, escrow, delivery)| {
				Issue { buyer, vat, zero, tip, escrow, delivery }
			}),
		2 => (1..2_000i128).prop_map(SelfBill),
		1 => prop::option::of(START..START + 400).prop_map(Consent),
		4 => number().prop_map(Accept),
		1 => number().prop_map(Reject),
		14 => (who(), number(), prop::option::of(amount()))
			.prop_map(|(who, number, amount)| Pay(who, number, amount)),
		6 => (who(), 0..4u8, 1..500i128, 0..20u32)
			.prop_map(|(who, nonce, gross, expires)| Sell { who, nonce, gross, expires }),
		2 => number().prop_map(Deliver),
		3 => number().prop_map(Confirm),
		2 => number().prop_map(Dispute),
		3 => (number(), amount()).prop_map(|(number, amount)| Resolve(number, amount)),
		6 => (number(), [0..=101i128, 0..=50i128])
			.prop_map(|(number, percent)| CreditNote(number, percent)),
		2 => (1..1_000u128).prop_map(Strand),
		5 => (number(), amount()).prop_map(|(number, amount)| CoverNote(number, amount)),
		1 => number().prop_map(WithdrawNote),
		3 => (who(), number()).prop_map(|(who, number)| Cancel(who, number)),
		2 => number().prop_map(Release),
		2 => number().prop_map(CollectUnpaid),
		1 => (who(), 0..5u32).prop_map(|(who, count)| AddRoom(who, count)),
		1 => (who(), 0..30u32).prop_map(|(who, count)| RemoveRoom(who, count)),
		2 => number().prop_map(Prune),
		3 => Just(SpendCredit),
		1 => (who(), prop::bool::weighted(0.3)).prop_map(|(who, expelled)| Expel(who, expelled)),
		4 => (prop_oneof![0..5u32, 0..100u32], 0..300u64).prop_map(|(days, millis)| Pass { days, millis }),
	];
	prop::collection::vec(step, 1..200)
}

fn is_issued(invoice: &InvoiceOf<Test>) -> bool {
	invoice.state == InvoiceState::Issued && invoice.buyer.is_some()
}

fn is_accepted(invoice: &InvoiceOf<Test>) -> bool {
	invoice.state == InvoiceState::Accepted
}

/// Mostly one of the invoices for which the call makes sense; sometimes any, or none.
fn pick(number: usize, makes_sense: impl Fn(&InvoiceOf<Test>) -> bool) -> u64 {
	let next = Commerce::book(SELLER).next;
	if number < 6 {
		return next.saturating_sub(number as u64);
	}
	let all = Commerce::invoices(SELLER, next.saturating_sub(60), 60);
	let wanted: Vec<_> = all.iter().filter(|(_, it)| makes_sense(it)).collect();
	wanted.get(number % wanted.len().max(1)).map_or(0, |(number, _)| *number)
}

fn run(step: Step) -> DispatchResult {
	let s = SELLER;
	match step {
		Step::Issue { buyer, vat, zero, tip, escrow, delivery } => {
			let sale = sale_of(Prices::Net, &[(VAT, vat), (ZERO, zero)], tip);
			let settlement = if escrow { ESCROW } else { Settlement::Direct };
			issue_as(buyer.then_some(BUYER), sale, settlement, delivery)
		},
		Step::SelfBill(amount) => {
			let (origin, sale) = (signed(Bob), net(amount));
			Commerce::self_bill(origin, s, TOWN, MONEY, None, 9, sale, ESCROW, true, DOCUMENT)
		},
		Step::Consent(until) => Commerce::consent_to_self_billing(signed(Alice), BUYER, until),
		Step::Accept(back) => Commerce::accept(signed(Bob), s, pick(back, is_issued)),
		Step::Reject(back) => Commerce::reject(signed(Bob), s, pick(back, is_issued)),
		Step::Pay(who, back, amount) => pay(PEOPLE[who], pick(back, |it| it.is_open()), amount),
		Step::Sell { who, nonce, gross, expires } => {
			let mut offer = quote(1, nonce, sale_of(Prices::Gross, &[(VAT, gross)], 0));
			offer.expires += expires;
			sell(PEOPLE[who], offer, Ferdie)
		},
		Step::Deliver(back) => {
			Commerce::deliver(signed(Alice), s, pick(back, |it| it.delivery == Delivery::Pending))
		},
		Step::Confirm(back) => Commerce::confirm(signed(Bob), s, pick(back, |it| it.escrowed > 0)),
		Step::Dispute(back) => {
			Commerce::dispute(signed(Bob), s, pick(back, |it| it.escrowed > 0), [1; 32])
		},
		Step::Resolve(back, to_buyer) => {
			let number = pick(back, |it| it.escrowed > 0);
			let escrowed = Commerce::invoice(s, number).map_or(0, |it| it.escrowed);
			let to_buyer = to_buyer.min(escrowed + 1);
			Commerce::resolve(signed(Charlie), s, number, to_buyer, [2; 32])
		},
		Step::CreditNote(back, percent) => {
			let number = pick(back, |it| it.escrowed == 0 && it.bill.gross > 0);
			let bill = Commerce::invoice(s, number).map(|it| it.bill);
			let items = bill.into_iter().flat_map(|bill| bill.subtotals);
			let items = items.zip(percent).map(|(it, part)| (it.code, it.amount * part / 100));
			let note = sale_of(Prices::Net, &items.collect::<Vec<_>>(), 0);
			Commerce::credit_note(signed(Alice), number, note, [3; 32])
		},
		Step::Strand(amount) => {
			let sale = sale_of(Prices::Net, &[(VAT, 1_000), (ZERO, 1_000)], 0);
			issue_as(Some(BUYER), sale, Settlement::Direct, false)?;
			let number = Commerce::book(s).next - 1;
			pay(Bob, number, Some(amount))?;
			Credits::insert((MONEY, BUYER), 0);
			credit_note(number, 1_000)
		},
		Step::CoverNote(back, max) => {
			Commerce::cover_note(signed(Bob), s, pick(back, |it| it.note.is_some()), max)
		},
		Step::WithdrawNote(back) => {
			Commerce::withdraw_note(signed(Alice), pick(back, |it| it.note.is_some()))
		},
		Step::Cancel(who, back) => {
			Commerce::cancel(signed(PEOPLE[who]), s, pick(back, |it| it.bill.paid == 0))
		},
		Step::Release(back) => {
			Commerce::release(signed(Eve), s, pick(back, |it| it.release.is_some()))
		},
		Step::CollectUnpaid(back) => {
			Commerce::collect_unpaid(signed(Eve), s, pick(back, is_accepted))
		},
		Step::AddRoom(who, count) => Commerce::add_room(signed(PEOPLE[who]), s, count),
		Step::RemoveRoom(who, count) => Commerce::remove_room(signed(PEOPLE[who]), s, count),
		Step::Prune(back) => Commerce::prune(signed(Eve), s, pick(back, |it| it.removal.is_some())),
		Step::SpendCredit => {
			Credits::insert((MONEY, BUYER), 0);
			Ok(())
		},
		Step::Expel(who, expelled) => {
			set_expelled(PEOPLE[who], expelled);
			Ok(())
		},
		Step::Pass { days, millis } => {
			System::set_block_number(System::block_number() + u64::from(days));
			Now::mutate(|now| *now += u64::from(days) * DAY_MILLIS);
			let limit = Weight::from_parts(millis * 1_000_000_000, 1 << 20);
			assert!(idle(millis).all_lte(limit));
			Ok(())
		},
	}
}

fn all_money() -> Balance {
	PEOPLE.into_iter().map(money).sum::<Balance>() + treasury() + in_escrow()
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(24))]

	#[test]
	fn random_sequences_keep_every_invariant(steps in steps()) {
		state().execute_with(|| {
			let mut next = 1;
			for step in steps {
				let issues = matches!(
					step,
					Step::Issue { .. }
						| Step::SelfBill(_)
						| Step::Strand(_)
						| Step::Sell { .. }
				);
				let result = frame::deps::frame_support::storage::with_storage_layer(|| run(step));
				let book = Commerce::book(SELLER);
				next += u64::from(issues && result.is_ok());
				prop_assert_eq!(book.next, next);
				prop_assert_eq!(all_money(), 5 * ENDOWMENT);
				Commerce::do_try_state()
					.map_err(|message| TestCaseError::fail(format!("try_state: {message:?}")))?;
			}
			Ok::<_, TestCaseError>(())
		})?;
	}
}
