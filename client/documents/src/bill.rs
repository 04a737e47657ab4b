//! Who gets what of a payment.

use super::{refusal::said, rules::Rules};
use ourledger_client::{error::Result, money::Currency};
use ourledger_primitives::{
	invoice::Bill,
	tax::{Ppm, TaxCode, VatCategory},
};
use ourledger_trade::{
	assess,
	books::{Buyer, Parties},
	charges::HeadKind,
	payment::Plan,
};
use serde_json::{json, Value as Json};

/// What the parties of an invoice have of tax credit when it is paid, in minor units.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Credits {
	/// The seller's.
	pub seller: u128,
	/// The buyer's.
	pub buyer: u128,
	/// Which part of a code's VAT the buyer may deduct, where it isn't all of it; nothing if it
	/// isn't registered, or doesn't buy as a business.
	pub deductible: Option<Vec<(TaxCode, Ppm)>>,
	/// What the seller owes of reverse charge: its credit goes against that first.
	pub seller_arrears: u128,
	/// What the buyer owes of it.
	pub buyer_arrears: u128,
}

impl Credits {
	/// As the arithmetic takes it. A buyer that nobody knows has nothing.
	pub(super) fn parties(&self) -> Parties<'_> {
		Parties {
			seller_credit: self.seller,
			buyer: Some(Buyer {
				credit: self.buyer,
				arrears: self.buyer_arrears,
				deductible: self.deductible.as_deref(),
			}),
		}
	}
}

/// Keeps in a new bill what the buyer may deduct of its VAT as one, if the VAT of a code is negative:
/// the same share of each code, or the chain refuses it.
pub fn keep_share(bill: &mut Bill, credits: &Credits, rules: &Rules) -> Result<()> {
	let kept = assess::keep_share(bill, credits.deductible.as_deref());
	kept.map_err(|refusal| said(refusal, rules))
}

/// How a tax is taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum TakenAs {
	/// Set against the seller's credit as far as that goes.
	Vat,
	/// Whole.
	Levy,
	/// Whole, and of the seller's net.
	Withheld,
}

impl TakenAs {
	fn name(self) -> &'static str {
		match self {
			Self::Vat => "vat",
			Self::Levy => "levy",
			Self::Withheld => "withholding",
		}
	}
}

/// What a code takes of a payment, in minor units.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Taken {
	/// The code; none of VAT that is taken for all codes as one, since that of one is negative.
	pub code: Option<TaxCode>,
	/// Its name.
	pub name: String,
	/// How it is taken.
	pub kind: TakenAs,
	/// How much.
	pub amount: u128,
}

/// What the buyer does about VAT that the seller didn't charge, in minor units.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Reverse {
	/// VAT that the buyer owes the treasury for the purchase.
	pub booked: u128,
	/// Of it, deducted at once.
	pub deducted: u128,
	/// Of it, set against the buyer's credit.
	pub used: u128,
	/// Of it, paid by the buyer besides the invoice.
	pub paid: u128,
}

/// A payment, and who gets what of it, in minor units.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Shares {
	/// The payment.
	pub amount: u128,
	/// What is kept of it as tax.
	pub taxes: Vec<Taken>,
	/// Of the VAT, what is set against the seller's credit: the seller keeps it.
	pub used: u128,
	/// What the buyer is credited with.
	pub credited: u128,
	/// Of that, what goes against its arrears.
	pub settled: u128,
	/// What the buyer books.
	pub reverse: Reverse,
}

/// What VAT is called that is taken for all codes as one.
const AS_ONE: &str = "all codes as one";

impl Shares {
	/// Splits a payment of a bill as the chain does, if the parties have these credits.
	pub fn of(bill: &Bill, amount: u128, rules: &Rules, credits: &Credits) -> Result<Self> {
		let plan = Plan::of_payment(bill, amount, rules.currency, &credits.parties())
			.map_err(|refusal| said(refusal, rules))?;
		let taxes = plan.heads.iter().filter(|(_, amount)| *amount > 0);
		let taxes = taxes.map(|(kind, amount)| {
			let (kind, code) = match *kind {
				HeadKind::Vat(code) => (TakenAs::Vat, code),
				HeadKind::Levy(code) => (TakenAs::Levy, Some(code)),
				HeadKind::Withholding(code) => (TakenAs::Withheld, Some(code)),
			};
			let name = code.map_or_else(|| AS_ONE.into(), |code| rules.name(code));
			Taken { code, name, kind, amount: *amount }
		});
		let taxes = taxes.collect();
		let buyer = plan.of_buyer()?.unwrap_or_default();
		let settled = buyer.settled(credits.buyer, credits.buyer_arrears)?;
		let reverse = Reverse {
			booked: buyer.output,
			deducted: buyer.cancelled,
			used: buyer.used,
			paid: buyer.remitted,
		};
		Ok(Self { amount, taxes, used: plan.taken.used, credited: plan.credited, settled, reverse })
	}

	/// All tax that is kept.
	pub fn tax(&self) -> u128 {
		self.taxes.iter().map(|taken| taken.amount).sum()
	}

	/// What is neither VAT nor a levy: what is sold, and tips.
	pub fn net(&self) -> u128 {
		let charged = self.taxes.iter().filter(|taken| taken.kind != TakenAs::Withheld);
		self.amount.saturating_sub(charged.map(|taken| taken.amount).sum())
	}

	/// What goes to the treasury.
	pub fn to_treasury(&self) -> u128 {
		self.tax().saturating_sub(self.used)
	}

	/// What the seller gets.
	pub fn to_seller(&self) -> u128 {
		self.amount.saturating_sub(self.to_treasury())
	}

	/// As it stands in results: decimal strings of minor units.
	pub fn json(&self) -> Json {
		let taxes = self.taxes.iter();
		json!({
			"amount": self.amount.to_string(),
			"net": self.net().to_string(),
			"tax": self.tax().to_string(),
			"taxes": taxes
				.map(|taken| json!({
					"code": taken.code,
					"name": taken.name,
					"kind": taken.kind.name(),
					"amount": taken.amount.to_string(),
				}))
				.collect::<Json>(),
			"used": self.used.to_string(),
			"toSeller": self.to_seller().to_string(),
			"toTreasury": self.to_treasury().to_string(),
			"credited": self.credited.to_string(),
			"settled": self.settled.to_string(),
			"reverse": {
				"booked": self.reverse.booked.to_string(),
				"deducted": self.reverse.deducted.to_string(),
				"used": self.reverse.used.to_string(),
				"paid": self.reverse.paid.to_string(),
			},
		})
	}

	/// Sentences for the payer.
	pub fn effects(&self, seller: u64, buyer: Option<u64>, currency: &Currency) -> Vec<String> {
		let show = |units| currency.show(units);
		let mut effects = vec![format!("of this payment, net: {}", show(self.net()))];
		for Taken { name, kind, amount, .. } in &self.taxes {
			let what = match kind {
				TakenAs::Vat => "VAT",
				TakenAs::Levy => "levy",
				TakenAs::Withheld => "kept back of the net",
			};
			effects.push(format!("of this payment, {what} ({name}): {}", show(*amount)));
		}
		let of_which = match self.used {
			0 => String::new(),
			used => format!(", of which {} of VAT are set against its credit", show(used)),
		};
		effects.push(format!("twin {seller} gets {}{of_which}", show(self.to_seller())));
		effects.push(format!("the treasury gets {}", show(self.to_treasury())));
		let Some(buyer) = buyer else { return effects };
		if self.credited > 0 {
			let against = match self.settled {
				0 => String::new(),
				settled => format!(", of which {} go against its arrears", show(settled)),
			};
			effects.push(format!("twin {buyer} is credited with {}{against}", show(self.credited)));
		}
		let Reverse { booked, deducted, used, paid } = self.reverse;
		if booked > 0 {
			effects.push(format!(
				"twin {buyer} books {} of VAT under reverse charge: {} are deducted, {} set against \
				 its credit, and {} paid by it to the treasury on top",
				show(booked),
				show(deducted),
				show(used),
				show(paid)
			));
		}
		effects
	}
}

/// What a bill charges, line by line: net, each tax, tip, gross.
pub fn lines(bill: &Bill, rules: &Rules, currency: &Currency) -> Vec<(String, String)> {
	let mut lines = Vec::new();
	for part in &bill.subtotals {
		let rate = ourledger_client::money::percent(part.rate);
		let name = rules.name(part.code);
		lines.push((format!("net, {name}"), currency.show_signed(part.net)));
		let label = match part.category {
			VatCategory::Standard => format!("VAT {rate}"),
			VatCategory::ReverseCharge => format!("VAT {rate}, booked by the buyer"),
			_ => continue,
		};
		lines.push((label, currency.show_signed(part.vat)));
	}
	for levy in &bill.levies {
		lines.push((format!("levy {}", rules.name(levy.code)), currency.show(levy.tax)));
	}
	if bill.tip > 0 {
		lines.push(("tip".into(), currency.show(bill.tip)));
	}
	lines.push(("gross".into(), currency.show(bill.gross)));
	for kept in &bill.withheld {
		lines
			.push((format!("kept back of it, {}", rules.name(kept.code)), currency.show(kept.tax)));
	}
	lines
}

/// What a bill charges as JSON: decimal strings of minor units.
pub fn json(bill: &Bill, rules: &Rules) -> Json {
	let subtotals = bill.subtotals.iter().map(|part| {
		json!({
			"code": part.code,
			"name": rules.name(part.code),
			"category": part.category.letter(),
			"ratePpm": part.rate,
			"net": part.net.to_string(),
			"vat": part.vat.to_string(),
			"taken": part.taken.to_string(),
			"credited": part.credited.to_string(),
		})
	});
	let levies = bill.levies.iter().map(|levy| {
		json!({
			"code": levy.code,
			"name": rules.name(levy.code),
			"tax": levy.tax.to_string(),
			"taken": levy.taken.to_string(),
		})
	});
	let withheld = bill.withheld.iter().map(|kept| {
		json!({
			"code": kept.code,
			"name": rules.name(kept.code),
			"tax": kept.tax.to_string(),
			"taken": kept.taken.to_string(),
		})
	});
	json!({
		"subtotals": subtotals.collect::<Json>(),
		"asOne": bill.as_one.map(|it| json!({
			"deductiblePpm": it.share,
			"taken": it.taken.to_string(),
			"credited": it.credited.to_string(),
		})),
		"levies": levies.collect::<Json>(),
		"withheld": withheld.collect::<Json>(),
		"net": bill.net().to_string(),
		"tax": bill.tax().to_string(),
		"tip": bill.tip.to_string(),
		"gross": bill.gross.to_string(),
		"paid": bill.paid.to_string(),
		"open": bill.open().to_string(),
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::assess::{
		assess,
		tests::{rules, sale, REDUCED, REVERSE, STANDARD, WITHHOLDING},
	};
	use ourledger_client::money;

	fn shares(bill: &Bill, amount: u128, credits: &Credits) -> Shares {
		Shares::of(bill, amount, &rules(), credits).expect("is fine")
	}

	#[test]
	fn payments_are_split_as_on_the_chain() {
		let (_, mut bill) = assess(&sale(&[(STANDARD, 10_000)]), &rules()).expect("is fine");
		// The example of issue 4: 4.35, 4.34, 6.31.
		for (payment, tax) in [(3_333, 435), (3_333, 434), (4_834, 631)] {
			let shares = shares(&bill, payment, &Credits::default());
			assert_eq!((shares.tax(), shares.to_seller()), (tax, payment - tax));
			assert_eq!((shares.net(), shares.to_treasury()), (payment - tax, tax));
			assert_eq!(shares.taxes[0].name, "vat-standard");
			assert_eq!(shares.credited, 0);
			bill.paid += payment;
			bill.subtotals[0].taken += i128::try_from(tax).expect("is small");
		}
		assert!(Shares::of(&bill, 1, &rules(), &Credits::default()).is_err());
	}

	#[test]
	fn seller_keeps_what_its_credit_covers() {
		let (_, bill) = assess(&sale(&[(STANDARD, 10_000)]), &rules()).expect("is fine");
		for (credit, used) in [(0, 0), (400, 400), (1_500, 1_500), (9_000, 1_500)] {
			let credits = Credits { seller: credit, ..Credits::default() };
			let shares = shares(&bill, 11_500, &credits);
			assert_eq!((shares.used, shares.to_treasury()), (used, 1_500 - used));
			assert_eq!(shares.to_seller(), 10_000 + used);
			assert_eq!((shares.net(), shares.tax()), (10_000, 1_500));
		}
		let credits = Credits { seller: 400, ..Credits::default() };
		let shares = shares(&bill, 11_500, &credits);
		let effects = shares.effects(2, None, &money::example(1, "TSH"));
		assert_eq!(
			effects,
			[
				"of this payment, net: 100.00 TSH",
				"of this payment, VAT (vat-standard): 15.00 TSH",
				"twin 2 gets 104.00 TSH, of which 4.00 TSH of VAT are set against its credit",
				"the treasury gets 11.00 TSH",
			]
		);
		assert_eq!(shares.json()["toSeller"], "10400");
	}

	#[test]
	fn registered_buyer_is_credited_with_its_share() {
		let (_, mut bill) = assess(&sale(&[(STANDARD, 10_000)]), &rules()).expect("is fine");
		let half = Credits { deductible: Some(vec![(STANDARD, 500_000)]), ..Credits::default() };
		assert_eq!(shares(&bill, 11_500, &half).credited, 750);
		let whole = Credits { deductible: Some(vec![]), ..Credits::default() };
		assert_eq!(shares(&bill, 11_500, &whole).credited, 1_500);
		// All tax was taken ahead: the buyer is credited as it pays.
		bill.subtotals[0].taken = 1_500;
		let ahead = shares(&bill, 3_333, &whole);
		assert_eq!((ahead.tax(), ahead.to_seller(), ahead.credited), (0, 3_333, 435));
	}

	#[test]
	fn withholding_is_of_the_net() {
		let mut sale = sale(&[(REVERSE, 10_000)]);
		sale.withholdings = vec![WITHHOLDING].try_into().expect("is one");
		let (_, bill) = assess(&sale, &rules()).expect("is fine");
		let shares = shares(&bill, 10_000, &Credits { seller: 999, ..Credits::default() });
		assert_eq!((shares.to_seller(), shares.tax(), shares.net()), (9_800, 200, 10_000));
		assert_eq!(shares.used, 0);
		let effects = shares.effects(2, Some(3), &money::example(1, "TSH")).join("\n");
		assert!(effects.contains("kept back of the net (withholding): 2.00 TSH"));
		let lines = lines(&bill, &rules(), &money::example(1, "TSH"));
		assert!(lines.contains(&("gross".into(), "100.00 TSH".into())), "{lines:?}");
		assert_eq!(json(&bill, &rules())["gross"], "10000");
	}

	#[test]
	fn reverse_charge_is_deducted_then_netted_then_paid() {
		let (_, bill) = assess(&sale(&[(REVERSE, 10_000)]), &rules()).expect("is fine");
		for (credits, expected) in [
			(Credits::default(), (0, 0, 1_500)),
			(Credits { deductible: Some(vec![]), ..Credits::default() }, (1_500, 0, 0)),
			(
				Credits {
					buyer: 200,
					deductible: Some(vec![(REVERSE, 600_000)]),
					..Credits::default()
				},
				(900, 200, 400),
			),
		] {
			let Reverse { booked, deducted, used, paid } = shares(&bill, 10_000, &credits).reverse;
			assert_eq!(booked, 1_500);
			assert_eq!((deducted, used, paid), expected);
		}
		let credits = Credits { buyer: 200, ..Credits::default() };
		let effects = shares(&bill, 5_000, &credits).effects(2, Some(3), &money::example(1, "TSH"));
		assert_eq!(
			effects.last().map(String::as_str),
			Some(
				"twin 3 books 7.50 TSH of VAT under reverse charge: 0.00 TSH are deducted, 2.00 TSH \
				 set against its credit, and 5.50 TSH paid by it to the treasury on top"
			)
		);
	}

	#[test]
	fn vat_of_both_signs_is_taken_and_credited_as_one() {
		// The example of issue 10: S 77, R −12.5.
		let rules = rules();
		let with_returns = || sale(&[(STANDARD, 51_333), (REDUCED, -25_000)]);
		let (_, mut bill) = assess(&with_returns(), &rules).expect("is fine");
		assert_eq!((bill.subtotals[0].vat, bill.subtotals[1].vat), (7_700, -1_250));
		let unequal = Credits { deductible: Some(vec![(REDUCED, 0)]), ..Credits::default() };
		let error = keep_share(&mut bill, &unequal, &rules).expect_err("differ").to_string();
		assert!(error.contains("of vat-standard than of vat-reduced"), "{error}");
		let half = vec![(STANDARD, 500_000), (REDUCED, 500_000)];
		let half = Credits { deductible: Some(half), ..Credits::default() };
		assert_eq!(keep_share(&mut bill, &half, &rules), Ok(()));
		assert_eq!(bill.as_one.map(|it| it.share), Some(500_000));
		let all = shares(&bill, bill.gross, &half);
		assert_eq!((all.tax(), all.credited), (6_450, 3_225));
		assert_eq!((all.taxes.len(), all.taxes[0].code), (1, None));
		let effects = all.effects(2, Some(3), &money::example(1, "TSH"));
		assert_eq!(effects[1], "of this payment, VAT (all codes as one): 64.50 TSH");
		// Who isn't registered any more isn't credited.
		assert_eq!(shares(&bill, bill.gross, &Credits::default()).credited, 0);
		// Without returns nothing is kept, and shares may differ.
		let (_, mut bill) =
			assess(&sale(&[(STANDARD, 100), (REDUCED, 100)]), &rules).expect("is fine");
		assert_eq!(keep_share(&mut bill, &unequal, &rules), Ok(()));
	}

	#[test]
	fn credit_goes_against_arrears_first() {
		let (_, bill) = assess(&sale(&[(STANDARD, 10_000)]), &rules()).expect("is fine");
		for (buyer_arrears, settled) in [(0, 0), (400, 400), (9_000, 1_500)] {
			let credits = Credits { deductible: Some(vec![]), buyer_arrears, ..Credits::default() };
			let shares = shares(&bill, 11_500, &credits);
			assert_eq!((shares.credited, shares.settled), (1_500, settled));
			let effects = shares.effects(2, Some(3), &money::example(1, "TSH")).join("\n");
			assert_eq!(effects.contains("go against its arrears"), settled > 0, "{effects}");
		}
	}
}
