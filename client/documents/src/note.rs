//! What a credit note moves, worked out as the chain does.

use super::{assess::Charges, bill::Credits, refusal::of_note, rules::Rules};
use ourledger_client::{
	error::Result,
	money::{percent, Currency},
};
use ourledger_primitives::{invoice::Bill, tax::VatCategory};
use ourledger_trade::note::Outcome;
use serde_json::{json, Value as Json};

/// What comes of a credit note.
#[expect(clippy::large_enum_variant, reason = "there is one of it, and it is copied")]
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Foreseen {
	/// It takes effect.
	Settles(Moves),
	/// It waits until the buyer covers this much, in minor units.
	Waits(u128),
}

/// What a credit note moves, in minor units.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Moves {
	/// Goes from the seller back to whoever paid.
	pub refund: u128,
	/// Is kept from that and goes to the treasury, for credit that the buyer has used already.
	pub made_good: u128,
	/// The buyer pays to the treasury, for credit that it has used already.
	pub covered: u128,
	/// Becomes the seller's credit.
	pub returned: u128,
	/// Tax that the seller owes at once, since it wasn't taken yet.
	pub shortfall: u128,
	/// Of it, what is set against the seller's credit.
	pub used: u128,
	/// Comes off the buyer's credit.
	pub reversed: u128,
	/// The buyer is credited with.
	pub credited: u128,
	/// VAT under reverse charge that the buyer gets back as credit.
	pub undone: u128,
	/// VAT under reverse charge that it books in addition.
	pub booked: u128,
	/// Of it, what the buyer pays at once.
	pub reverse_paid: u128,
	/// Of it, what the buyer owes from then on: its arrears.
	pub deferred: u128,
	/// Of what becomes the seller's credit, what goes against its arrears.
	pub seller_settled: u128,
	/// Of what becomes the buyer's credit, what goes against its arrears.
	pub buyer_settled: u128,
}

/// Foresees what a note moves that leaves `rest` of a bill, if the parties have these credits and the
/// buyer is ready to add `cover`.
pub fn foresee(
	bill: &Bill,
	rest: &Bill,
	rules: &Rules,
	credits: &Credits,
	cover: u128,
) -> Result<Foreseen> {
	let outcome = Outcome::of(bill, rest.clone(), rules.currency, &credits.parties(), cover);
	let plan = match outcome.map_err(|refusal| of_note(refusal, rules))? {
		Outcome::Waits { missing } => return Ok(Foreseen::Waits(missing)),
		Outcome::Settles(plan) => plan,
	};
	let (seller, buyer) = (plan.of_seller(), plan.of_buyer()?.unwrap_or_default());
	let (buyers, taken) = (plan.buyers, plan.taken);
	Ok(Foreseen::Settles(Moves {
		refund: buyers.refund,
		made_good: buyers.made_good,
		covered: buyers.covered,
		returned: plan.returned,
		// Sums of parts of one bill.
		shortfall: taken.to_treasury().saturating_add(taken.used),
		used: taken.used,
		reversed: buyers.from_credit,
		credited: buyers.credited,
		undone: plan.reverse.returned()?,
		booked: plan.reverse.output()?,
		reverse_paid: plan.reverse.paid()?,
		deferred: plan.reverse.deferred()?,
		seller_settled: seller.settled(credits.seller, credits.seller_arrears)?,
		buyer_settled: buyer.settled(credits.buyer, credits.buyer_arrears)?,
	}))
}

impl Moves {
	/// What leaves the seller's account.
	pub fn seller_pays(&self) -> u128 {
		// Sums of parts of one bill.
		let taxes = self.made_good.saturating_add(self.shortfall.saturating_sub(self.used));
		self.refund.saturating_add(taxes)
	}

	/// What leaves the buyer's account.
	pub fn buyer_pays(&self) -> u128 {
		self.covered.saturating_add(self.reverse_paid)
	}
}

impl Foreseen {
	/// What it moves, if it takes effect.
	pub fn moves(&self) -> Option<&Moves> {
		match self {
			Self::Settles(moves) => Some(moves),
			Self::Waits(_) => None,
		}
	}

	/// Sentences for the parties.
	pub fn effects(&self, seller: u64, buyer: Option<u64>, currency: &Currency) -> Vec<String> {
		let show = |units| currency.show(units);
		// A buyer that nobody knows has no credit.
		let buyer = buyer.map_or("the buyer".into(), |buyer| format!("twin {buyer}"));
		let moves = match self {
			Self::Settles(moves) => moves,
			Self::Waits(missing) => {
				return vec![format!(
					"nothing moves yet, and the note waits: it takes more from {buyer} than its \
					 credit covers; {} are missing, until {buyer} covers them or you withdraw the note. \
					 It gets its number when it takes effect",
					show(*missing)
				)]
			},
		};
		let mut effects = vec![match moves.refund {
			0 => "nothing goes back to whoever paid".into(),
			refund => format!(
				"{} go back from twin {seller} to whoever paid, the newest payment first",
				show(refund)
			),
		}];
		let mut add = |amount: u128, effect: String| {
			if amount > 0 {
				effects.push(effect);
			}
		};
		add(
			moves.made_good,
			format!(
				"{} of what was paid go to the treasury instead, for credit that {buyer} has used",
				show(moves.made_good)
			),
		);
		add(
			moves.returned,
			format!("{} of tax become the credit of twin {seller}", show(moves.returned)),
		);
		add(
			moves.seller_settled,
			format!(
				"of that, {} go against the arrears of twin {seller}",
				show(moves.seller_settled)
			),
		);
		add(
			moves.shortfall,
			format!(
				"twin {seller} pays {} of tax at once, of which {} are set against its credit",
				show(moves.shortfall),
				show(moves.used)
			),
		);
		add(moves.reversed, format!("the credit of {buyer} falls by {}", show(moves.reversed)));
		add(moves.credited, format!("{buyer} is credited with {}", show(moves.credited)));
		add(
			moves.undone,
			format!("{buyer} gets {} of VAT under reverse charge as credit", show(moves.undone)),
		);
		add(
			moves.booked,
			format!("{buyer} books {} of VAT under reverse charge", show(moves.booked)),
		);
		add(moves.reverse_paid, format!("{buyer} pays {} of it at once", show(moves.reverse_paid)));
		add(
			moves.deferred,
			format!(
				"{} of it {buyer} owes from then on: until it has paid that, nothing is sold to it \
				 under reverse charge, and it pays nothing into escrow",
				show(moves.deferred)
			),
		);
		add(
			moves.buyer_settled,
			format!(
				"{} of what becomes its credit go against the arrears of {buyer}",
				show(moves.buyer_settled)
			),
		);
		effects
	}

	/// As it stands in results: decimal strings of minor units.
	pub fn json(&self) -> Json {
		match self {
			Self::Waits(missing) => json!({ "missing": missing.to_string() }),
			Self::Settles(moves) => json!({
				"refund": moves.refund.to_string(),
				"madeGood": moves.made_good.to_string(),
				"covered": moves.covered.to_string(),
				"returned": moves.returned.to_string(),
				"shortfall": moves.shortfall.to_string(),
				"used": moves.used.to_string(),
				"reversed": moves.reversed.to_string(),
				"credited": moves.credited.to_string(),
				"reverseUndone": moves.undone.to_string(),
				"reverseBooked": moves.booked.to_string(),
				"reversePaid": moves.reverse_paid.to_string(),
				"deferred": moves.deferred.to_string(),
				"sellerSettled": moves.seller_settled.to_string(),
				"buyerSettled": moves.buyer_settled.to_string(),
			}),
		}
	}
}

/// What a note takes back, line by line: net and each tax by code, and the tip.
pub fn lines(charges: &Charges, rules: &Rules, currency: &Currency) -> Vec<(String, String)> {
	let mut lines = Vec::new();
	let mut add = |label: String, amount: i128| {
		if amount != 0 {
			lines.push((label, currency.show_signed(amount)));
		}
	};
	for part in &charges.parts {
		add(format!("net, {}", rules.name(part.code)), part.net);
		if part.category == VatCategory::Standard {
			add(format!("VAT {}", percent(part.rate)), part.vat);
		}
	}
	for levy in &charges.levies {
		add(format!("levy {}", rules.name(levy.code)), levy.tax);
	}
	add("tip".into(), charges.tip);
	for (code, amount) in &charges.withheld {
		add(format!("kept back of it, {}", rules.name(*code)), *amount);
	}
	lines
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::assess::{
		assess, assess_note,
		tests::{note, rules, sale, REDUCED, REVERSE, STANDARD},
	};
	use ourledger_client::money;
	use ourledger_primitives::tax::TaxCode;

	/// A bill of 100.00 under a code, of which so much is paid and taken.
	fn bill(code: TaxCode, paid: u128, taken: u128, credited: u128) -> Bill {
		let (_, mut bill) = assess(&sale(&[(code, 10_000)]), &rules()).expect("is fine");
		bill.paid = paid;
		let taken = i128::try_from(taken).expect("is small");
		(bill.subtotals[0].taken, bill.subtotals[0].credited) = (taken, credited);
		bill
	}

	fn foreseen(bill: &Bill, parts: &[(TaxCode, i128)], credits: &Credits) -> Foreseen {
		covered(bill, parts, credits, 0)
	}

	fn covered(bill: &Bill, parts: &[(TaxCode, i128)], credits: &Credits, cover: u128) -> Foreseen {
		let (_, rest) = assess_note(&note(parts), bill, &rules()).expect("is fine");
		foresee(bill, &rest, &rules(), credits, cover).expect("is fine")
	}

	#[test]
	fn tax_of_what_is_taken_back_becomes_the_sellers_credit() {
		let bill = bill(STANDARD, 11_500, 1_500, 1_500);
		let credits = Credits { buyer: 1_500, deductible: Some(vec![]), ..Credits::default() };
		let foreseen = foreseen(&bill, &[(STANDARD, 1_200)], &credits);
		let moves = Moves { refund: 1_380, returned: 180, reversed: 180, ..Moves::default() };
		assert_eq!(foreseen, Foreseen::Settles(moves));
		assert_eq!(
			foreseen.effects(2, Some(3), &money::example(1, "TSH")),
			[
				"13.80 TSH go back from twin 2 to whoever paid, the newest payment first",
				"1.80 TSH of tax become the credit of twin 2",
				"the credit of twin 3 falls by 1.80 TSH",
			]
		);
		assert_eq!(foreseen.json()["refund"], "1380");
		let (charges, _) =
			assess_note(&note(&[(STANDARD, 1_200)]), &bill, &rules()).expect("is fine");
		let lines = lines(&charges, &rules(), &money::example(1, "TSH"));
		assert_eq!(
			lines,
			[
				("net, vat-standard".into(), "12.00 TSH".into()),
				("VAT 15 %".into(), "1.80 TSH".into())
			]
		);
	}

	#[test]
	fn credit_that_the_buyer_has_used_is_kept_from_the_money_going_back() {
		let bill = bill(STANDARD, 11_500, 1_500, 1_500);
		let credits = Credits { buyer: 30, deductible: Some(vec![]), ..Credits::default() };
		let foreseen = foreseen(&bill, &[(STANDARD, 1_200)], &credits);
		let moves = Moves {
			refund: 1_230,
			made_good: 150,
			returned: 180,
			reversed: 30,
			..Moves::default()
		};
		assert_eq!(foreseen, Foreseen::Settles(moves));
		// All of what was paid leaves the seller, to one or the other.
		assert_eq!((moves.seller_pays(), moves.buyer_pays()), (1_380, 0));
		let effects = foreseen.effects(2, Some(3), &money::example(1, "TSH"));
		assert_eq!(
			effects[1],
			"1.50 TSH of what was paid go to the treasury instead, for credit that twin 3 has used"
		);
	}

	#[test]
	fn note_settles_where_nothing_goes_back_to_make_credit_good() {
		// Half is paid, all its tax was credited and used; the note leaves as much as is paid.
		let bill = bill(STANDARD, 5_750, 750, 750);
		let credits = Credits { deductible: Some(vec![]), ..Credits::default() };
		let lowers_tax = &[(STANDARD, 5_000)];
		let settles = foreseen(&bill, lowers_tax, &credits);
		assert_eq!(settles, Foreseen::Settles(Moves::default()));
		let effects = settles.effects(2, Some(3), &money::example(1, "TSH"));
		assert_eq!(effects, ["nothing goes back to whoever paid"]);
	}

	#[test]
	fn note_that_waits_says_what_is_missing() {
		let waits = Foreseen::Waits(150);
		let effects = waits.effects(2, Some(3), &money::example(1, "TSH")).join("");
		assert!(effects.contains("1.50 TSH are missing"), "{effects}");
		assert_eq!(waits.json(), json!({ "missing": "150" }));
	}

	#[test]
	fn note_waits_for_credit_that_the_buyer_lacks() {
		// The taxed half is taken back, while what is paid covers no more than the untaxed one.
		let both = sale(&[(STANDARD, 10_000), (crate::assess::tests::OUTSIDE, 10_000)]);
		let (_, mut bill) = assess(&both, &rules()).expect("is fine");
		bill.paid = 10_000;
		(bill.subtotals[0].taken, bill.subtotals[0].credited) = (698, 698);
		let credits = Credits { buyer: 98, deductible: Some(vec![]), ..Credits::default() };
		let waits = foreseen(&bill, &[(STANDARD, 10_000)], &credits);
		assert_eq!(waits, Foreseen::Waits(600));
	}

	#[test]
	fn tax_that_was_taken_ahead_comes_back_first() {
		// All tax was collected of an invoice that nobody paid.
		let bill = bill(STANDARD, 0, 1_500, 0);
		let credits = Credits { deductible: Some(vec![]), ..Credits::default() };
		let foreseen = foreseen(&bill, &[(STANDARD, 10_000)], &credits);
		assert_eq!(foreseen, Foreseen::Settles(Moves { returned: 1_500, ..Moves::default() }));
	}

	#[test]
	fn reverse_charge_comes_back_to_the_buyer() {
		let bill = bill(REVERSE, 10_000, 1_500, 900);
		let credits = Credits { deductible: Some(vec![(REVERSE, 600_000)]), ..Credits::default() };
		let foreseen = foreseen(&bill, &[(REVERSE, 5_000)], &credits);
		let moves = Moves { refund: 5_000, undone: 300, ..Moves::default() };
		assert_eq!(foreseen, Foreseen::Settles(moves));
	}

	#[test]
	fn what_comes_back_goes_against_arrears_before_the_note_takes_credit() {
		let (_, mut bill) =
			assess(&sale(&[(REVERSE, 10_000), (STANDARD, 10_000)]), &rules()).expect("is fine");
		bill.paid = 21_500;
		bill.subtotals[0].taken = 1_500;
		(bill.subtotals[1].taken, bill.subtotals[1].credited) = (1_500, 1_500);
		let deductible = Some(vec![(REVERSE, 0)]);
		let credits = Credits { buyer_arrears: 400, deductible, ..Credits::default() };
		let moves = Moves {
			refund: 21_100,
			made_good: 400,
			returned: 1_500,
			reversed: 1_100,
			undone: 1_500,
			buyer_settled: 400,
			..Moves::default()
		};
		let all = [(REVERSE, 10_000), (STANDARD, 10_000)];
		assert_eq!(foreseen(&bill, &all, &credits), Foreseen::Settles(moves));
	}

	#[test]
	fn reverse_charge_that_a_note_makes_due_becomes_arrears_and_never_waits() {
		// Half of it is paid, nothing deducted; the note takes the other code away, so that all that is
		// paid is for what is under reverse charge.
		let both = sale(&[(REVERSE, 10_000), (REDUCED, 10_000)]);
		let (_, mut bill) = assess(&both, &rules()).expect("is fine");
		(bill.paid, bill.subtotals[0].taken) = (10_000, 732);
		bill.subtotals[1].taken = 244;
		let credits = Credits { buyer: 8, ..Credits::default() };
		let of_all = &[(REDUCED, 10_000)];
		let Foreseen::Settles(moves) = foreseen(&bill, of_all, &credits) else {
			panic!("doesn't wait");
		};
		assert_eq!((moves.booked, moves.deferred, moves.returned), (768, 760, 244));
		let effects = Foreseen::Settles(moves).effects(2, Some(3), &money::example(1, "TSH"));
		assert!(
			effects.iter().any(|it| it.starts_with("7.60 TSH of it twin 3 owes")),
			"{effects:?}"
		);
		// Covered whole, or not at all.
		for (cover, deferred, paid) in [(759, 760, 0), (760, 0, 760), (900, 0, 760)] {
			let settles = covered(&bill, of_all, &credits, cover);
			let moves = settles.moves().expect("doesn't wait");
			assert_eq!((moves.deferred, moves.reverse_paid), (deferred, paid), "{cover}");
			assert_eq!(moves.buyer_pays(), paid, "{cover}");
			let effects = settles.effects(2, Some(3), &money::example(1, "TSH"));
			let said = effects.contains(&"twin 3 pays 7.60 TSH of it at once".into());
			assert_eq!(said, paid > 0, "{effects:?}");
		}
	}

	#[test]
	fn buyer_pays_the_credit_that_it_lacks() {
		let both = sale(&[(STANDARD, 10_000), (crate::assess::tests::OUTSIDE, 10_000)]);
		let (_, mut bill) = assess(&both, &rules()).expect("is fine");
		bill.paid = 10_000;
		(bill.subtotals[0].taken, bill.subtotals[0].credited) = (698, 698);
		let credits = Credits { buyer: 98, deductible: Some(vec![]), ..Credits::default() };
		for (cover, pays) in [(599, None), (600, Some(600)), (1_000, Some(600))] {
			let foreseen = covered(&bill, &[(STANDARD, 10_000)], &credits, cover);
			assert_eq!(foreseen.moves().map(Moves::buyer_pays), pays, "{cover}");
		}
	}

	#[test]
	fn seller_pays_tax_that_its_credit_does_not() {
		let moves = Moves { refund: 10, made_good: 2, shortfall: 30, used: 7, ..Moves::default() };
		assert_eq!(moves.seller_pays(), 35);
	}

	#[test]
	fn what_a_note_gives_goes_against_arrears_first() {
		let bill = bill(STANDARD, 11_500, 1_500, 0);
		let credits = Credits { seller_arrears: 100, ..Credits::default() };
		let Foreseen::Settles(moves) = foreseen(&bill, &[(STANDARD, 1_200)], &credits) else {
			panic!("doesn't wait");
		};
		assert_eq!((moves.returned, moves.seller_settled), (180, 100));
		let effects = Foreseen::Settles(moves).effects(2, Some(3), &money::example(1, "TSH"));
		assert!(effects.contains(&"of that, 1.00 TSH go against the arrears of twin 2".into()));
	}

	#[test]
	fn vat_of_both_signs_is_one_code() {
		let (_, mut bill) =
			assess(&sale(&[(STANDARD, 10_000), (REDUCED, -2_000)]), &rules()).expect("is fine");
		assert_eq!(bill.gross, 9_400);
		bill.paid = 9_400;
		let as_one = bill.as_one.as_mut().expect("has one");
		(as_one.share, as_one.taken, as_one.credited) = (1_000_000, 1_400, 1_400);
		let credits = Credits { buyer: 1_400, deductible: Some(vec![]), ..Credits::default() };
		let parts = [(STANDARD, 10_000), (REDUCED, -2_000)];
		let foreseen = foreseen(&bill, &parts, &credits);
		let moves = Moves { refund: 9_400, returned: 1_400, reversed: 1_400, ..Moves::default() };
		assert_eq!(foreseen, Foreseen::Settles(moves));
	}
}
