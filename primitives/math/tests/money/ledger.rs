//! A small ledger on top of the arithmetic: firms trade, credit, claim; a coalition gains nothing.

use ourledger_math::{
	credit_note::{settle, Buyer, Code, Invoice, Movement, Note, Outcome},
	netting::{buyer_credit, offset},
	payment::{split, Bill},
	rounding::MILLION,
	tax::{tax_on, within},
};
use proptest::prelude::*;

#[derive(Clone, Debug, Default)]
struct Firm {
	money: i128,
	credit: u128,
	share: u32,
}

#[derive(Clone, Debug)]
struct Sale {
	seller: usize,
	buyer: usize,
	nets: [u128; 2],
	invoice: Invoice,
}

/// VAT, and a levy on net that nobody is credited for.
const VAT: u32 = 150_000;
const LEVY: u32 = 10_000;

#[derive(Clone, Debug, Default)]
struct Books {
	firms: Vec<Firm>,
	sales: Vec<Sale>,
	treasury: i128,
	output: u128,
	used: u128,
	remitted: u128,
}

/// Gross and taxes on a net under both codes, and one under none.
fn terms(nets: [u128; 2]) -> (u128, [u128; 2]) {
	let tax = |rate| tax_on(nets[0] as i128, rate).expect("small").unsigned_abs();
	let taxes = [tax(VAT), tax(LEVY)];
	(nets[0] + nets[1] + taxes[0] + taxes[1], taxes)
}

impl Books {
	fn new(shares: &[u32]) -> Self {
		let firm = |share: &u32| Firm { money: 0, credit: 0, share: *share };
		Self { firms: shares.iter().map(firm).collect(), ..Self::default() }
	}

	/// VAT that a seller owes: against its credit first, then in money.
	fn settle_vat(&mut self, seller: usize, vat: u128) {
		let firm = &mut self.firms[seller];
		let offset = offset(vat, firm.credit);
		firm.credit = offset.credit;
		firm.money -= offset.remitted as i128;
		self.treasury += offset.remitted as i128;
		self.output += vat;
		self.used += offset.used;
		self.remitted += offset.remitted;
	}

	fn sell(&mut self, seller: usize, buyer: usize, nets: [u128; 2]) -> usize {
		let (gross, taxes) = terms(nets);
		let share = if seller == buyer { 0 } else { self.firms[buyer].share };
		let code = |tax, share| Code { tax, taken: 0, credited: 0, share };
		let codes = vec![code(taxes[0], share), code(taxes[1], 0)];
		let invoice = Invoice { gross, paid: 0, codes };
		self.sales.push(Sale { seller, buyer, nets, invoice });
		self.sales.len() - 1
	}

	fn pay(&mut self, sale: usize, payment: u128) {
		let Sale { seller, buyer, mut invoice, .. } = self.sales[sale].clone();
		let payment = payment.min(invoice.gross - invoice.paid);
		let taxes = invoice.codes.iter().map(|code| code.tax).collect::<Vec<_>>();
		let taken = invoice.codes.iter().map(|code| code.taken).collect::<Vec<_>>();
		let bill = Bill { gross: invoice.gross, taxes: &taxes, paid: invoice.paid, taken: &taken };
		let split = split(&bill, payment).expect("within the gross");
		self.firms[buyer].money -= payment as i128;
		// The seller gets all, then the taxes go.
		self.firms[seller].money += payment as i128;
		self.settle_vat(seller, split.taxes[0]);
		self.firms[seller].money -= split.taxes[1] as i128;
		self.treasury += split.taxes[1] as i128;
		let code = &mut invoice.codes[0];
		let credit = buyer_credit(code.taken, code.taken + split.taxes[0], code.share);
		let credit = credit.expect("rising");
		code.credited += credit;
		self.firms[buyer].credit += credit;
		for (code, tax) in invoice.codes.iter_mut().zip(split.taxes) {
			code.taken += tax;
		}
		invoice.paid += payment;
		self.sales[sale].invoice = invoice;
	}

	/// Credits the sale down to these nets; whether it took effect.
	fn note(&mut self, sale: usize, nets: [u128; 2], cover: u128) -> bool {
		let Sale { seller, buyer, invoice, .. } = self.sales[sale].clone();
		let (gross, taxes) = terms(nets);
		let having = Buyer { credit: self.firms[buyer].credit, cover };
		let outcome = settle(&invoice, &Note { gross, taxes: &taxes }, &having);
		let Outcome::Settled { movements, invoice } = outcome.expect("a smaller invoice") else {
			return false;
		};
		for movement in movements {
			let signed = movement.amount() as i128;
			match movement {
				Movement::Refund(_) => {
					self.firms[seller].money -= signed;
					self.firms[buyer].money += signed;
				},
				Movement::MadeGood(_) => {
					self.firms[seller].money -= signed;
					self.treasury += signed;
				},
				Movement::Covered(_) => {
					self.firms[buyer].money -= signed;
					self.treasury += signed;
				},
				Movement::Excess { amount, .. } => self.firms[seller].credit += amount,
				Movement::Shortfall { code: 0, amount } => self.settle_vat(seller, amount),
				Movement::Shortfall { .. } => {
					self.firms[seller].money -= signed;
					self.treasury += signed;
				},
				Movement::Credited(amount) => self.firms[buyer].credit += amount,
				Movement::Reversed(amount) => self.firms[buyer].credit -= amount,
			}
		}
		self.sales[sale].invoice = invoice;
		self.sales[sale].nets = nets;
		true
	}

	fn claim(&mut self, firm: usize) {
		let firm = &mut self.firms[firm];
		self.treasury -= firm.credit as i128;
		firm.money += firm.credit as i128;
		firm.credit = 0;
	}

	/// What the treasury may call its own: for each sale, tax taken less credit given.
	fn revenue(&self) -> i128 {
		let codes = self.sales.iter().flat_map(|sale| &sale.invoice.codes);
		codes.map(|code| (code.taken - code.credited) as i128).sum()
	}

	fn check(&self) {
		let credits = self.firms.iter().map(|firm| firm.credit as i128).sum::<i128>();
		let money = self.firms.iter().map(|firm| firm.money).sum::<i128>();
		assert_eq!(money + self.treasury, 0, "money is neither made nor lost");
		assert_eq!(self.treasury - credits, self.revenue(), "the treasury keeps its revenue");
		assert!(self.revenue() >= 0, "the treasury is solvent");
		assert_eq!(self.output - self.used, self.remitted);
	}
}

const A: usize = 0;
const B: usize = 1;
const C: usize = 2;

#[test]
fn ring_of_the_issue_gains_nobody_anything() {
	let mut books = Books::new(&[MILLION, MILLION, MILLION]);
	let first = books.sell(A, B, [0, 1_000]);
	// The issue's ring has VAT alone: a code without levy.
	books.sales[first].invoice.codes[0].tax = 150;
	books.sales[first].invoice.gross = 1_150;
	let second = books.sell(B, C, [0, 2_000]);
	books.sales[second].invoice.codes[0].tax = 300;
	books.sales[second].invoice.gross = 2_300;

	books.pay(first, 1_150);
	assert_eq!((books.treasury, books.firms[B].credit), (150, 150));
	books.pay(second, 2_300);
	assert_eq!((books.treasury, books.remitted, books.used), (300, 300, 150));
	assert_eq!((books.firms[B].credit, books.firms[C].credit), (0, 300));
	books.check();

	// B has used its credit: what it lacks comes out of the money going back.
	assert!(books.note(first, [0, 0], 0));
	assert_eq!(books.treasury, 450);
	assert_eq!((books.firms[A].credit, books.firms[B].credit), (150, 0));
	books.check();

	for firm in [A, B, C] {
		books.claim(firm);
		books.check();
	}
	// B vanishes with what it has: 2,300 from C, less 150 in VAT and 150 made good.
	assert_eq!(books.treasury, 0);
	let money = books.firms.iter().map(|firm| firm.money).collect::<Vec<_>>();
	assert_eq!(money, [0, 2_000, -2_000]);
}

#[derive(Clone, Debug)]
enum Step {
	Sell { seller: usize, buyer: usize, nets: [u128; 2] },
	Pay { sale: usize, percent: u128 },
	Note { sale: usize, percents: [u128; 2], cover: u128 },
	Claim { firm: usize },
}

fn step() -> impl Strategy<Value = Step> {
	let firm = || 0..4usize;
	prop_oneof![
		(firm(), firm(), prop::array::uniform2(0..5_000u128))
			.prop_map(|(seller, buyer, nets)| Step::Sell { seller, buyer, nets }),
		(any::<usize>(), 0..=100u128).prop_map(|(sale, percent)| Step::Pay { sale, percent }),
		(any::<usize>(), prop::array::uniform2(0..=100u128), 0..200u128)
			.prop_map(|(sale, percents, cover)| Step::Note { sale, percents, cover }),
		firm().prop_map(|firm| Step::Claim { firm }),
	]
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(1_000))]

	#[test]
	fn no_order_of_trade_notes_and_claims_costs_the_treasury(
		steps in prop::collection::vec(step(), 0..120),
		shares in prop::collection::vec(prop_oneof![Just(MILLION), Just(0), 0..MILLION], 4),
	) {
		let mut books = Books::new(&shares);
		for step in steps {
			let count = books.sales.len();
			match step {
				Step::Sell { seller, buyer, nets } => {
					books.sell(seller, buyer, nets);
				},
				Step::Claim { firm } => books.claim(firm),
				_ if count == 0 => {},
				Step::Pay { sale, percent } => {
					let sale = sale % count;
					let open = books.sales[sale].invoice.gross - books.sales[sale].invoice.paid;
					books.pay(sale, open * percent / 100);
				},
				Step::Note { sale, percents, cover } => {
					let nets = books.sales[sale % count].nets;
					let left = [nets[0] * percents[0] / 100, nets[1] * percents[1] / 100];
					books.note(sale % count, left, cover);
				},
			}
			books.check();
		}
	}

	#[test]
	fn price_with_tax_pays_the_same_in_one_step_or_many(
		price in 1..100_000i128,
		cuts in prop::collection::vec(1..100u128, 0..6),
	) {
		let (_, tax) = within(price, VAT).expect("small");
		let (gross, tax) = (price as u128, tax as u128);
		let (mut paid, mut taken) = (0, 0);
		for cut in cuts.iter().map(|cut| gross * cut / 400).chain([gross]) {
			let payment = cut.min(gross - paid);
			let bill = Bill { gross, taxes: &[tax], paid, taken: &[taken] };
			taken += split(&bill, payment).expect("within the gross").tax;
			paid += payment;
		}
		prop_assert_eq!(taken, tax);
	}
}
