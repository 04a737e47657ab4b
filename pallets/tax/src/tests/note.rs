//! Credit notes.

use crate::{mock::*, *};
use frame::testing_prelude::*;
use ourledger_primitives::{
	invoice::{Note, Remainder, Sale},
	tax::{NoteOutcome, TaxCode, TaxKind, TaxRules, VatCategory},
};

const S: TaxKind = TaxKind::Vat(VatCategory::Standard);

fn settled(refund: Balance) -> NoteOutcome {
	NoteOutcome::Settled { refund }
}

#[test]
fn a_note_after_remittance_turns_tax_into_credit() {
	build_and_execute(|| {
		let mut invoice = trade_and_pay(A, B, &[(S15, 1_000)]);
		assert_eq!(invoice.credit(&note(&[(S15, 1_000)]), 0), settled(1_150));
		assert_eq!((treasury(), credit(A), credit(B)), (150, 150, 0));
		assert_eq!(money(A), PURSE - 150);
		assert_eq!(money(B), PURSE);
		let (of_a, of_b) = (statement(A), statement(B));
		assert_eq!((of_a.output, of_a.returned), (150, 150));
		assert_eq!((of_b.input, of_b.reversed), (150, 150));
		assert_eq!(of_a.sales[0], CodeTotal { code: S15, net: 0, tax: 0 });
		assert_eq!(of_b.purchases[0], CodeTotal { code: S15, net: 0, tax: 0 });
		assert!(book().uncredited.is_empty());
		assert_eq!((invoice.bill.gross, invoice.bill.paid), (0, 0));
		assert_eq!(
			last_event(),
			Some(Event::TaxReversed {
				booking: booking(A, B),
				supply: OCTOBER,
				business: true,
				items: bounded(vec![NoteItem { code: S15, kind: S, net: -1_000, tax: -150 }]),
				tip: 0,
				returned: 150,
				used: 0,
				remitted: 0,
				reversed: 150,
				credited: 0,
				made_good: 0,
				covered: 0,
				charged: 0,
			})
		);
	});
}

#[test]
fn what_the_buyer_has_used_is_taken_from_the_money_going_back() {
	build_and_execute(|| {
		let mut invoice = trade_and_pay(A, B, &[(S15, 1_000)]);
		trade_and_pay(B, C, &[(S15, 2_000)]);
		assert_eq!(invoice.credit(&note(&[(S15, 1_000)]), 0), settled(1_000));
		assert_eq!(treasury(), 150 + 150 + 150);
		assert_eq!((credit(A), credit(B), credit(C)), (150, 0, 300));
		assert_eq!(book().made_good, 150);
		assert_eq!(statement(B).reversed, 150);
		let Some(Event::TaxReversed { reversed, made_good, covered, .. }) = last_event() else {
			panic!("a note has an event")
		};
		assert_eq!((reversed, made_good, covered), (150, 150, 0));
	});
}

#[test]
fn what_the_buyer_has_used_in_part_comes_from_both() {
	build_and_execute(|| {
		let mut invoice = trade_and_pay(A, B, &[(S15, 1_000)]);
		trade_and_pay(B, C, &[(S15, 600)]);
		assert_eq!(invoice.credit(&note(&[(S15, 800)]), 0), settled(920 - 60));
		assert_eq!((credit(A), credit(B)), (120, 0));
	});
}

#[test]
fn a_note_in_a_later_period_is_booked_there() {
	build_and_execute(|| {
		let mut invoice = trade_and_pay(A, B, &[(S15, 1_000)]);
		set_day(TODAY + 40);
		assert_eq!(invoice.credit(&note(&[(S15, 1_000)]), 0), settled(1_150));
		let (october, november) =
			(Tax::statement(TOWN, A, MONEY, OCTOBER), Tax::statement(TOWN, A, MONEY, OCTOBER + 1));
		assert_eq!((october.output, october.returned), (150, 0));
		assert_eq!((november.output, november.returned), (0, 150));
		assert_eq!(november.sales[0], CodeTotal { code: S15, net: -1_000, tax: -150 });
		// It has been in the treasury since October.
		assert_eq!(account(A).credits.into_inner(), [(OCTOBER, 150)]);
	});
}

#[test]
fn two_notes_end_as_one_does() {
	build_and_execute(|| {
		let mut invoice = trade_and_pay(A, B, &[(S15, 1_000)]);
		assert_eq!(invoice.credit(&note(&[(S15, 333)]), 0), settled(383));
		assert_eq!((credit(A), credit(B)), (50, 100));
		assert_eq!((invoice.bill.gross, invoice.bill.subtotals[0].net), (767, 667));
		assert_eq!(invoice.credit(&note(&[(S15, 667)]), 0), settled(767));
		assert_eq!((credit(A), credit(B)), (150, 0));
		assert_noop!(invoice.try_credit(&note(&[(S15, 1)]), 0), Error::<Test>::NoteTooLarge);
	});
}

#[test]
fn a_note_on_mixed_rates_of_a_half_paid_invoice_moves_tax_between_codes() {
	build_and_execute(|| {
		let mut invoice = invoice(A, B, &sale(&[(S15, 1_000), (S20, 500)]));
		invoice.pay(875);
		assert_eq!((treasury(), credit(B)), (125, 125));
		assert_eq!(invoice.credit(&note(&[(S20, 500)]), 0), settled(0));
		// 875 of 1,150 stay paid: 114 of tax. 50 come back, 39 are owed and set against them.
		assert_eq!((treasury(), credit(A), credit(B)), (125, 11, 114));
		let of_a = statement(A);
		assert_eq!((of_a.output, of_a.used, of_a.returned), (164, 39, 50));
		assert_eq!(statement(B).reversed, 11);
		invoice.pay_all();
		assert_eq!(credit(B), 150);
	});
}

#[test]
fn a_shortfall_is_paid_by_the_seller_and_credited_to_the_buyer() {
	build_and_execute(|| {
		let mut invoice = invoice(A, B, &sale(&[(S15, 1_000), (ZERO, 1_000)]));
		invoice.pay(1_000);
		// 150 × 1,000 / 2,150.
		assert_eq!((treasury(), credit(B)), (70, 70));
		let before = money(A);
		assert_eq!(invoice.credit(&note(&[(ZERO, 1_000)]), 0), settled(0));
		// 150 × 1,000 / 1,150 = 130.
		assert_eq!((treasury(), credit(B), money(A)), (130, 130, before - 60));
	});
}

#[test]
fn a_note_waits_until_the_buyer_covers_it() {
	build_and_execute(|| {
		let mut invoice = invoice(A, B, &sale(&[(S15, 1_000), (ZERO, 1_000)]));
		invoice.pay(1_000);
		trade_and_pay(B, C, &[(S15, 1_000)]);
		assert_eq!(credit(B), 0);
		let note = note(&[(S15, 1_000)]);
		let before = invoice.bill.clone();
		for (cover, missing) in [(0, 70), (69, 1)] {
			assert_storage_noop!(assert_eq!(
				invoice.credit(&note, cover),
				NoteOutcome::Waits { missing }
			));
		}
		assert_eq!(invoice.bill, before);
		let (money_before, treasury_before) = (money(B), treasury());
		assert_eq!(invoice.credit(&note, 1_000), settled(0));
		assert_eq!((money(B), treasury()), (money_before - 70, treasury_before + 70));
		assert_eq!((credit(A), book().made_good), (70, 70));
	});
}

#[test]
fn a_note_uses_the_rate_of_its_original() {
	build_and_execute(|| {
		let mut invoice = trade_and_pay(A, B, &[(S15, 1_000)]);
		assert_ok!(Tax::set_rate(authority(), TOWN, S15, TODAY + 1, 300_000));
		set_day(TODAY + 2);
		assert_eq!(invoice.credit(&note(&[(S15, 500)]), 0), settled(575));
		assert_eq!(credit(A), 75);
	});
}

#[test]
fn a_ring_of_firms_gains_nothing() {
	build_and_execute(|| {
		amend(|settings| settings.returns_alert = 10_000_000);
		let before = money(A) + money(B) + money(C);
		let mut first = trade_and_pay(A, B, &[(S15, 1_000)]);
		trade_and_pay(B, C, &[(S15, 1_000)]);
		assert_eq!((credit(B), credit(C)), (0, 150));
		assert_eq!(first.credit(&note(&[(S15, 1_000)]), 0), settled(1_000));
		assert_ok!(claim_refund(A, credit(A)));
		assert_ok!(claim_refund(C, credit(C)));
		assert_noop!(claim_refund(B, 1), Error::<Test>::CreditTooLow);
		// B has vanished with what it has.
		assert_eq!(money(A) + money(B) + money(C), before);
		assert_eq!((treasury(), book().credits), (0, 0));
	});
}

#[test]
fn tax_taken_ahead_goes_back_without_touching_the_buyers_credit() {
	build_and_execute(|| {
		let mut invoice = invoice(A, B, &sale(&[(S15, 1_000)]));
		invoice.pay(575);
		invoice.collect_unpaid();
		assert_eq!((treasury(), credit(B)), (150, 75));
		assert_eq!(invoice.credit(&note(&[(S15, 100)]), 0), settled(0));
		// Of 1,035, 575 are paid: 75 of tax.
		assert_eq!((credit(A), credit(B)), (75, 75));
		assert_eq!(invoice.credit(&note(&[(S15, 900)]), 0), settled(575));
		assert_eq!((treasury(), credit(A), credit(B)), (150, 150, 0));
	});
}

#[test]
fn levies_and_withholding_come_back_as_the_sellers_credit() {
	build_and_execute(|| {
		let sold = Sale {
			levies: bounded(vec![levy(LEVY_OUT, S15, 0), levy(LEVY_UNIT, S15, 4_000)]),
			withholdings: bounded(vec![WITHHELD]),
			tip: 10,
			..sale(&[(S15, 1_000)])
		};
		let mut invoice = invoice(A, B, &sold);
		assert_eq!(invoice.bill.gross, 1_000 + 150 + 10 + 100 + 10);
		invoice.pay_all();
		let half = Note {
			levies: bounded(vec![levy(LEVY_UNIT, S15, 1_000)]),
			tip: 10,
			..note(&[(S15, 500)])
		};
		// 500 + 75 + 5 + 25 + 10.
		assert_eq!(invoice.credit(&half, 0), settled(615));
		assert_eq!(statement(A).tips, 0);
		assert_eq!((credit(A), credit(B)), (75 + 5 + 25 + 25, 75));
		let all =
			Note { levies: bounded(vec![levy(LEVY_UNIT, S15, 3_000)]), ..note(&[(S15, 500)]) };
		assert_eq!(invoice.credit(&all, 0), settled(655));
		assert_eq!((credit(A), credit(B)), (150 + 10 + 100 + 50, 0));
		assert_eq!(treasury(), 310);
	});
}

#[test]
fn reverse_charge_comes_back_to_the_buyer() {
	build_and_execute(|| {
		deduct(B, REVERSE, 250_000);
		let mut invoice = trade_and_pay(A, B, &[(REVERSE, 1_000)]);
		assert_eq!(treasury(), 150);
		assert_eq!(invoice.credit(&note(&[(REVERSE, 400)]), 0), settled(400));
		assert_eq!((credit(A), credit(B)), (0, 60));
		// Told before the note itself, which may take of what it returns.
		let [.., undone, Event::TaxReversed { .. }] = &events()[..] else {
			panic!("a note has events")
		};
		assert_eq!(
			*undone,
			Event::ReverseUndone {
				booking: booking(A, B),
				supply: OCTOBER,
				code: REVERSE,
				output: 80,
				input: 20,
				returned: 60,
			}
		);
		assert_eq!(invoice.credit(&note(&[(REVERSE, 600)]), 0), settled(600));
		assert_eq!((treasury(), credit(B)), (150, 150));
	});
}

#[test]
fn reverse_charge_that_a_note_makes_due_is_covered_or_owed_whole() {
	// Of 10, one who covers 9 pays nothing, and owes 10.
	for (cover, owed) in [(0, 10), (9, 10), (10, 0), (100, 0)] {
		build_and_execute(|| {
			deduct(B, REVERSE, 0);
			let mut invoice = invoice(A, B, &sale(&[(S20, 100), (REVERSE, 100)]));
			assert_eq!(invoice.bill.gross, 220);
			invoice.pay(110);
			assert_eq!((treasury(), credit(B)), (20, 10));
			let before = money(B);
			assert_eq!(invoice.credit(&note(&[(S20, 100)]), cover), settled(10));
			assert_eq!(money(B), before + 10 - (10 - owed));
			assert_eq!((credit(A), credit(B), arrears(B)), (10, 0, owed));
			assert_eq!((treasury(), invoice.bill.subtotals[1].taken), (30 - owed, 20));
			let of_b = statement(B);
			assert_eq!((of_b.output, of_b.deferred, of_b.remitted), (20, owed, 20 - owed));
		});
	}
}

/// What was used of the buyer's credit, and paid by it, for reverse charge.
fn reverse_charged() -> Vec<(TaxCode, Balance, Balance)> {
	let charged = |event| match event {
		Event::ReverseCharged { code, used, remitted, .. } => Some((code, used, remitted)),
		_ => None,
	};
	events().into_iter().filter_map(charged).collect()
}

#[test]
fn reverse_charge_is_set_against_what_the_same_note_credits() {
	build_and_execute(|| {
		deduct(B, REVERSE, 0);
		let mut invoice = invoice(A, B, &sale(&[(S20, 100), (REVERSE, 100), (ZERO, 100)]));
		invoice.pay(160);
		assert_eq!((treasury(), credit(B)), (20, 10));
		assert_ok!(claim_refund(B, 10));
		System::reset_events();
		let before = money(B);
		// 160 of 220 stay paid: 15 of each tax instead of 10. B gets 5, and owes 5.
		assert_eq!(invoice.credit(&note(&[(ZERO, 100)]), 0), settled(0));
		assert_eq!((money(B), credit(B), treasury()), (before, 0, 15));
		assert_eq!(reverse_charged(), [(REVERSE, 5, 0)]);
		let of_b = statement(B);
		assert_eq!((of_b.output, of_b.input, of_b.used, of_b.remitted), (15, 15, 5, 10));
	});
}

#[test]
fn undone_reverse_charge_makes_good_what_the_same_note_takes() {
	build_and_execute(|| {
		deduct(B, REVERSE, 0);
		let sold = sale(&[(S20, 100), (REVERSE, 100), (ZERO, 100)]);
		let (mut part, mut whole) = (invoice(A, B, &sold), invoice(A, B, &sold));
		// 6 of each tax, and 20. What B is credited, it spends.
		for (invoice, paid, tax) in [(&mut part, 100, 6), (&mut whole, 320, 20)] {
			let before = treasury();
			invoice.pay(paid);
			assert_eq!((treasury(), credit(B)), (before + 2 * tax, tax));
			assert_ok!(claim_refund(B, tax));
		}
		let (before, note) = (money(B), note(&[(S20, 100), (REVERSE, 100)]));
		// Nothing goes back, and nothing has to be covered.
		assert_eq!(part.credit(&note, 0), settled(0));
		assert_eq!((money(B), credit(A), credit(B)), (before, 6, 0));
		// All that goes back reaches the buyer.
		assert_eq!(whole.credit(&note, 0), settled(220));
		assert_eq!((money(B), credit(A), credit(B)), (before + 220, 26, 0));
		let of_b = statement(B);
		assert_eq!((of_b.returned, of_b.reversed, book().made_good), (26, 26, 0));
	});
}

#[test]
fn undone_reverse_charge_is_set_against_that_of_another_code_in_any_order() {
	const OTHER: TaxCode = 77;
	for (code, other) in [(REVERSE, OTHER), (OTHER, REVERSE)] {
		build_and_execute(|| {
			let kind = TaxKind::Vat(VatCategory::ReverseCharge);
			assert_ok!(Tax::set_code(authority(), TOWN, OTHER, text("code"), kind, 0, 200_000));
			let seller =
				TaxpayerTerms { zero_codes: bounded(vec![REVERSE, OTHER, ZERO]), ..terms() };
			assert_ok!(Tax::amend_taxpayer(authority(), TOWN, A, seller));
			let deductible = bounded(vec![(REVERSE, 0), (OTHER, 0)]);
			let buyer = TaxpayerTerms { deductible, ..terms() };
			assert_ok!(Tax::amend_taxpayer(authority(), TOWN, B, buyer));
			let sold = sale(&[(REVERSE, 100), (OTHER, 100), (ZERO, 100)]);
			let mut invoice = invoice(A, B, &sold);
			invoice.pay(160);
			assert_eq!((treasury(), credit(B)), (22, 0));
			System::reset_events();
			let before = money(B);
			// 160 of 200 stay paid: 11 come back, and 5 more are due of the other.
			assert_eq!(invoice.credit(&note(&[(code, 100)]), 0), settled(0));
			assert_eq!((money(B), credit(B), treasury()), (before, 6, 22));
			assert_eq!(reverse_charged(), [(other, 5, 0)]);
		});
	}
}

#[test]
fn what_a_note_asks_beyond_all_credit_is_covered_credit_first() {
	fn run(cover: Balance, paid: Balance) {
		deduct(B, REVERSE, 0);
		let sold = sale(&[(S20, 100), (REVERSE, 100), (ZERO, 200)]);
		let mut invoice = invoice(A, B, &sold);
		invoice.pay(200);
		assert_eq!((treasury(), credit(B)), (20, 10));
		assert_ok!(claim_refund(B, 6));
		// 10 of credit fall, of which 4 are there; 220 remain, of which 200 stay paid: 8 more of
		// reverse charge.
		let note = note(&[(S20, 100), (ZERO, 80)]);
		for (cover, missing) in [(0, 6), (5, 1)] {
			assert_storage_noop!(assert_eq!(
				invoice.credit(&note, cover),
				NoteOutcome::Waits { missing }
			));
		}
		let before = money(B);
		assert_eq!(invoice.credit(&note, cover), settled(0));
		assert_eq!((money(B), credit(B), book().made_good), (before - paid, 0, 6));
		assert_eq!(arrears(B), 14 - paid);
	}
	for (cover, paid) in [(6, 6), (13, 6), (14, 14)] {
		build_and_execute(|| run(cover, paid));
	}
}

#[test]
fn a_note_on_unregistered_turnover_lowers_it() {
	build_and_execute(|| {
		let mut invoice = trade_and_pay(D, None, &[(OUTSIDE, 1_000)]);
		assert_eq!(invoice.credit(&note(&[(OUTSIDE, 400)]), 0), settled(400));
		assert_eq!(Turnovers::<Test>::get((D, 2024, TOWN, MONEY)), 600);
		let amount = -400;
		let event = Event::TurnoverCounted {
			jurisdiction: TOWN,
			owner: D,
			currency: MONEY,
			year: 2024,
			amount,
			turnover: 600,
		};
		assert_eq!(last_event(), Some(event));
	});
}

#[test]
fn a_note_is_refused_when_it_makes_no_sense() {
	build_and_execute(|| {
		let sold = Sale {
			levies: bounded(vec![levy(LEVY_UNIT, S15, 1_000)]),
			tip: 5,
			..sale(&[(S15, 1_000), (S20, 1_000), (ZERO, -1), (EXEMPT, 0)])
		};
		let mut invoice = invoice(A, B, &sold);
		invoice.pay_all();
		let nothing = note(&[]);
		let with_levy = |code, on, count| Note {
			levies: bounded(vec![levy(code, on, count)]),
			..nothing.clone()
		};
		for (note, error) in [
			(nothing.clone(), Error::<Test>::NothingSold),
			(note(&[(EXPORT, 1)]), Error::<Test>::CodeNotFound),
			(note(&[(S15, 1), (S15, 1)]), Error::<Test>::DuplicateCode),
			(note(&[(S15, (1 << 100) + 1)]), Error::<Test>::TooLarge),
			(note(&[(S15, 1_001)]), Error::<Test>::NoteTooLarge),
			(note(&[(S15, -1)]), Error::<Test>::NoteTooLarge),
			// No part pays for another.
			(note(&[(S15, 100), (S20, -100)]), Error::<Test>::NoteTooLarge),
			(note(&[(S15, 100), (ZERO, 1)]), Error::<Test>::NoteTooLarge),
			(note(&[(S15, 100), (ZERO, -2)]), Error::<Test>::NoteTooLarge),
			(note(&[(S15, 100), (EXEMPT, -1)]), Error::<Test>::NoteTooLarge),
			// A return alone can't be undone: the invoice would rise.
			(note(&[(ZERO, -1)]), Error::<Test>::NoteTooLarge),
			(line_note(&[(S15, &[1_000], &[1])]), Error::<Test>::LinesUnexpected),
			(Note { tip: 6, ..nothing.clone() }, Error::<Test>::NoteTooLarge),
			(with_levy(LEVY_UNIT, S15, 1_001), Error::<Test>::NoteTooLarge),
			(with_levy(LEVY_UNIT, S20, 1), Error::<Test>::CodeNotFound),
			(with_levy(LEVY_UNIT, EXPORT, 1), Error::<Test>::LevyOnUnknownItem),
		] {
			assert_noop!(invoice.try_credit(&note, 0), error);
		}
		// Together with what was sold, it can.
		assert_eq!(invoice.credit(&note(&[(S15, 100), (ZERO, -1)]), 0), settled(114));
	});
}

#[test]
fn a_note_whose_parts_have_opposite_signs_gains_nothing() {
	build_and_execute(|| {
		let mut invoice = trade_and_pay(A, B, &[(S15, 10_000), (ZERO, 1)]);
		// Nothing would go back, and A would get a credit of 1,500.
		let attack = note(&[(S15, 10_000), (ZERO, -11_500)]);
		assert_noop!(invoice.try_credit(&attack, 10_000), Error::<Test>::NoteTooLarge);
		// Nor is what was taxed turned into what isn't, though no total rises.
		let turned = note(&[(S15, 10_000), (ZERO, -10_000)]);
		assert_noop!(invoice.try_credit(&turned, 10_000), Error::<Test>::NoteTooLarge);
		assert_eq!((credit(A), credit(B)), (0, 1_500));
	});
}

#[test]
fn what_a_note_leaves_is_checked_again() {
	build_and_execute(|| {
		let mut invoice = trade_and_pay(A, B, &[(S15, 1_000), (ZERO, 50)]);
		let right = Tax::do_remainder(&invoice.bill, &note(&[(S15, 400)])).expect("it is there");
		assert_eq!(right.amounts.to_vec(), [(600, 0), (50, 0)]);
		let change = |change: fn(&mut Remainder)| {
			let mut left = right.clone();
			change(&mut left);
			left
		};
		for (left, error) in [
			(change(|it| it.amounts.truncate(1)), Error::<Test>::BillMalformed),
			(change(|it| it.thousandths = bounded(vec![1])), Error::<Test>::BillMalformed),
			(change(|it| it.lines = Some([0; 32])), Error::<Test>::BillMalformed),
			(change(|it| it.amounts[1].0 = 51), Error::<Test>::NoteTooLarge),
			(change(|it| it.tip = 1), Error::<Test>::NoteTooLarge),
		] {
			let credited = Tax::credit(&invoice.trade, &mut invoice.bill, &left, 0);
			assert_noop!(credited, error);
		}
	});
}

#[test]
fn a_note_leaves_a_tip_within_its_share() {
	build_and_execute(|| {
		// 20 % of 1,150.
		let sold = Sale { tip: 230, ..sale(&[(S15, 1_000)]) };
		let mut invoice = invoice(A, B, &sold);
		invoice.pay_all();
		assert_eq!(statement(A).tips, 230);
		// What is issued keeps its limit.
		amend(|settings| settings.tip_limit = 0);
		// Of 1,035 it is 207.
		for (tip, fits) in [(0, false), (22, false), (23, true)] {
			let back = Note { tip, ..note(&[(S15, 100)]) };
			if !fits {
				assert_noop!(invoice.try_credit(&back, 0), Error::<Test>::TipTooHigh);
			} else {
				assert_eq!(invoice.credit(&back, 0), settled(138));
				let Some(Event::TaxReversed { tip, .. }) = last_event() else {
					panic!("a note has an event")
				};
				assert_eq!((tip, statement(A).tips), (-23, 207));
			}
		}
		let all = Note { tip: 207, ..note(&[(S15, 900)]) };
		assert_eq!(invoice.credit(&all, 0), settled(1_242));
		assert_eq!(statement(A).tips, 0);
	});
}

#[test]
fn a_note_fails_when_the_seller_lacks_the_money() {
	build_and_execute(|| {
		let mut invoice = trade_and_pay(A, B, &[(S15, 1_000)]);
		set_money(controller(A), 1_149);
		let note = note(&[(S15, 1_000)]);
		assert_noop!(invoice.try_credit(&note, 0), TokenError::FundsUnavailable);
	});
}

#[test]
fn a_note_on_last_years_sales_leaves_this_years_turnover() {
	build_and_execute(|| {
		// 31 December, to a friend.
		set_day(TODAY + 88);
		let mut invoice = trade_and_pay(D, E, &[(OUTSIDE, 9_999)]);
		set_day(TODAY + 89);
		trade_and_pay(D, None, &[(OUTSIDE, 9_999)]);
		assert_eq!(invoice.credit(&note(&[(OUTSIDE, 9_999)]), 0), settled(9_999));
		assert_eq!(Turnovers::<Test>::get((D, 2025, TOWN, MONEY)), 9_999);
		// The threshold is 10,000.
		trade_and_pay(D, None, &[(OUTSIDE, 9_999)]);
		let crossed = |it: &Event<Test>| matches!(it, Event::ThresholdCrossed { .. });
		assert!(events().iter().any(crossed));
	});
}
