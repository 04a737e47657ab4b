//! Random sequences of calls: after each, every invariant holds, and money is neither made nor lost.

use crate::{mock::*, Conditions, Event, InvoiceId, InvoiceOf, InvoiceState, Writer};
use frame::testing_prelude::*;
use ourledger_primitives::{
	invoice::{Delivery, Prices, Settlement},
	money::{Day, LocalMoney, DAY_MILLIS},
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
	Allow(Day, Option<u16>),
	EndSelfBilling(usize),
	Accept(usize),
	Reject(usize),
	AcceptOwn(usize, usize),
	Pay(usize, usize, Option<Balance>, bool),
	Sell {
		who: usize,
		nonce: u8,
		gross: i128,
		expires: u32,
		business: bool,
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
	PruneQuotes(u32),
	WithdrawCancel(usize, usize),
	SpendCredit,
	Expel(usize, bool),
	Gone(usize, bool),
	Lose(u128),
	/// An invoice under reverse charge, of so much, into escrow.
	Reverse(i128),
	PayArrears,
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
		2 => (START..START + 400, prop::option::of(0..20u16))
			.prop_map(|(until, objection)| Allow(until, objection)),
		1 => who().prop_map(EndSelfBilling),
		2 => (who(), number()).prop_map(|(who, number)| AcceptOwn(who, number)),
		4 => number().prop_map(Accept),
		1 => number().prop_map(Reject),
		14 => (who(), number(), prop::option::of(amount()), prop::bool::weighted(0.8))
			.prop_map(|(who, number, amount, business)| Pay(who, number, amount, business)),
		6 => (who(), 0..4u8, 1..500i128, 0..20u32, any::<bool>()).prop_map(
			|(who, nonce, gross, expires, business)| Sell { who, nonce, gross, expires, business }
		),
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
		1 => (0..30u32).prop_map(PruneQuotes),
		1 => (who(), number()).prop_map(|(who, number)| WithdrawCancel(who, number)),
		1 => (who(), prop::bool::weighted(0.3)).prop_map(|(who, gone)| Gone(who, gone)),
		1 => (0..20u128).prop_map(Lose),
		1 => (1..2_000i128).prop_map(Reverse),
		1 => Just(PayArrears),
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
			let (due_days, settlement, delivery) = (9, ESCROW, true);
			let conditions = Conditions { due_days, settlement, delivery, ..CONDITIONS };
			let billed = Commerce::self_bill(signed(Bob), s, conditions, net(amount));
			billed.map(|_| ()).map_err(|error| error.error)
		},
		Step::Allow(until, objection) => {
			Commerce::allow_self_billing(signed(Alice), BUYER, until, objection)
		},
		Step::EndSelfBilling(who) => Commerce::end_self_billing(signed(PEOPLE[who]), s, BUYER),
		Step::AcceptOwn(who, back) => {
			let number = pick(back, |it| it.writer != Writer::Seller && is_issued(it));
			Commerce::accept(signed(PEOPLE[who]), s, number)
		},
		Step::Reverse(amount) => {
			let sale = sale_of(Prices::Net, &[(REVERSE, amount)], 0);
			issue_as(Some(BUYER), sale, ESCROW, false)?;
			pay(Bob, Commerce::book(s).next - 1, None)
		},
		Step::PayArrears => {
			let owed = Arrears::take((MONEY, BUYER));
			MockMoney::pay(MONEY, &id(Bob), &treasury_account(), owed)
		},
		Step::Accept(back) => Commerce::accept(signed(Bob), s, pick(back, is_issued)),
		Step::Reject(back) => Commerce::reject(signed(Bob), s, pick(back, is_issued)),
		Step::Pay(who, back, amount, business) => {
			let number = pick(back, |it| it.is_open());
			Commerce::pay(signed(PEOPLE[who]), s, number, amount, business)
		},
		Step::Sell { who, nonce, gross, expires, business } => {
			let mut offer = quote(1, nonce, sale_of(Prices::Gross, &[(VAT, gross)], 0));
			offer.expires += expires;
			let signature = Ferdie.sign(&payload(&offer)).into();
			let result = Commerce::sell(signed(PEOPLE[who]), offer, signature, business);
			result.map(drop).map_err(|it| it.error)
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
			let note = note_of(&items.collect::<Vec<_>>(), 0);
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
		Step::PruneQuotes(limit) => {
			Commerce::prune_quotes(signed(Eve), limit).map(drop).map_err(|it| it.error)
		},
		Step::WithdrawCancel(who, back) => {
			Commerce::withdraw_cancel(signed(PEOPLE[who]), s, pick(back, |it| it.cancel.is_some()))
		},
		Step::Prune(back) => Commerce::prune(signed(Eve), s, pick(back, |it| it.removal.is_some())),
		Step::SpendCredit => {
			Credits::insert((MONEY, BUYER), 0);
			Ok(())
		},
		Step::Expel(who, expelled) => {
			set_expelled(PEOPLE[who], expelled);
			Ok(())
		},
		Step::Gone(who, gone) => {
			set_gone(PEOPLE[who], gone);
			Ok(())
		},
		Step::Lose(parts) => {
			lose(1_000, 1_000 + parts);
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
	let aside = MockMoney::balance(MONEY, &aside_pot());
	let kept = PEOPLE.into_iter().map(set_aside).sum::<Balance>();
	assert_eq!(aside, kept, "what is set aside isn't there");
	PEOPLE.into_iter().map(money).sum::<Balance>() + treasury() + in_escrow() + charged() + aside
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(24))]

	#[test]
	fn random_sequences_keep_every_invariant(steps in steps()) {
		state().execute_with(|| {
			for step in steps {
				System::reset_events();
				let before = Commerce::book(SELLER);
				let result = frame::deps::frame_support::storage::with_storage_layer(|| {
					run(step.clone())
				});
				ends_only_by_its_parties(&step, &result)?;
				// Every number is given once, to an invoice or to a note, and each is told.
				let numbers = events().iter().filter_map(number_given).collect::<Vec<_>>();
				let next = Commerce::book(SELLER).next;
				prop_assert_eq!(numbers, (before.next..next).collect::<Vec<_>>());
				prop_assert_eq!(all_money(), 5 * ENDOWMENT);
				Commerce::do_try_state()
					.map_err(|message| TestCaseError::fail(format!("try_state: {message:?}")))?;
			}
			Ok::<_, TestCaseError>(())
		})?;
	}
}

/// The number that the event says was given.
fn number_given(event: &Event<Test>) -> Option<u64> {
	match event {
		Event::InvoiceIssued { invoice: InvoiceId { number, .. }, .. }
		| Event::CreditNoteIssued { note: number, .. } => Some(*number),
		_ => None,
	}
}

/// What goes back or is released never fails because of whoever is to be paid.
fn ends_only_by_its_parties(step: &Step, result: &DispatchResult) -> Result<(), TestCaseError> {
	let settles = matches!(
		step,
		Step::Reject(_)
			| Step::Cancel(..)
			| Step::Resolve(..)
			| Step::Release(_)
			| Step::Confirm(_)
	);
	let by_money = matches!(
		result,
		Err(DispatchError::Token(_) | DispatchError::Arithmetic(_) | DispatchError::Corruption)
	);
	prop_assert!(!settles || !by_money, "{:?} failed: {:?}", step, result);
	Ok(())
}
