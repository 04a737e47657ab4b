//! Whether the books that a chain keeps add up, and are what its events make of them.
//!
//! Of books that are wrong it is said how, in words; those that are right are no news.

use ourledger_client::{
	money::Currency,
	tax::{books::Figure, Statement, TreasuryBook, TreasuryInfo},
};

/// What must hold of a treasury: what is summed up, what it has to be, and what it is.
fn rules(treasury: &TreasuryInfo) -> [(&'static str, Option<u128>, u128); 3] {
	let book = &treasury.book;
	let came = [book.levies, book.withheld, book.made_good, book.gifts]
		.into_iter()
		.try_fold(book.remitted, u128::checked_add);
	let money = came.and_then(|came| came.checked_sub(book.refunds)?.checked_sub(book.sweeps));
	let rose =
		book.credited.checked_add(book.returned).and_then(|it| it.checked_add(book.made_good));
	let owed = [book.reversed, book.used, book.refunds, book.forfeited]
		.into_iter()
		.try_fold(rose, |left, it| Some(left?.checked_sub(it)))
		.flatten();
	[
		(
			"remitted = output - used - arrears",
			book.output.checked_sub(book.used).and_then(|due| due.checked_sub(book.arrears)),
			book.remitted,
		),
		(
			"treasury = remitted + levies + withheld + made good + gifts - refunds - sweeps",
			money,
			treasury.balance,
		),
		(
			"credits + pending = credited + returned + made good - reversed - used - refunds - \
			 forfeited",
			owed,
			book.credits.saturating_add(book.pending),
		),
	]
}

/// The rules of a treasury's sums, as formulas.
pub fn treasury_rules() -> [&'static str; 3] {
	rules(&TreasuryInfo::default()).map(|(rule, _, _)| rule)
}

/// The first rule that a treasury breaks.
pub fn broken_treasury(currency: &Currency, treasury: &TreasuryInfo) -> Option<String> {
	rules(treasury).into_iter().find(|(_, right, is)| *right != Some(*is)).map(
		|(rule, right, is)| {
			let right = right.map_or("no amount".into(), |right| currency.show(right));
			format!("{rule} doesn't hold in {currency}: it is {}, not {right}", currency.show(is))
		},
	)
}

/// The first figure of a treasury's book in which what the chain keeps differs from what its events
/// make.
pub fn treasury_difference(
	currency: &Currency,
	kept: &TreasuryBook,
	computed: &TreasuryBook,
) -> Option<String> {
	difference(currency, &kept.figures(), &computed.figures())
}

/// The first figure in which two differ.
fn difference(currency: &Currency, kept: &[Figure], computed: &[Figure]) -> Option<String> {
	let (kept, computed) = kept.iter().zip(computed).find(|(kept, computed)| kept != computed)?;
	Some(differs(kept.name, currency.show(kept.units), currency.show(computed.units)))
}

fn differs(name: &str, kept: String, computed: String) -> String {
	format!("the chain keeps {kept} as {name}, but the events make it {computed}")
}

/// The sum of a statement that doesn't hold.
pub fn broken_statement(currency: &Currency, statement: &Statement) -> Option<String> {
	let Statement { output, settled, used, remitted, deferred, .. } = statement;
	let sum = |parts: &[u128]| parts.iter().try_fold(0u128, |sum, part| sum.checked_add(*part));
	let (due, met) = (sum(&[*output, *settled]), sum(&[*used, *remitted, *deferred]));
	if due.is_some() && due == met {
		return None;
	}
	let show = |amount: Option<u128>| amount.map_or("too much".into(), |it| currency.show(it));
	Some(format!(
		"output + settled = used + remitted + deferred: one side is {}, the other {}",
		show(due),
		show(met)
	))
}

/// The first figure of a statement in which what the chain keeps differs from what its events make.
pub fn statement_difference(
	currency: &Currency,
	kept: &Statement,
	computed: &Statement,
) -> Option<String> {
	let figures = difference(currency, &kept.figures(), &computed.figures());
	let codes = [
		("sales", &kept.sales, &computed.sales),
		("purchases", &kept.purchases, &computed.purchases),
	];
	let show = |tips| currency.show_signed(tips);
	let tips =
		(kept.tips != computed.tips).then(|| differs("tips", show(kept.tips), show(computed.tips)));
	figures.or(tips).or_else(|| {
		let (name, ..) = codes.into_iter().find(|(_, kept, computed)| kept != computed)?;
		Some(format!("the events make other {name} by code than the chain keeps"))
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use ourledger_client::{money, tax::CodeTotal};

	fn treasury() -> TreasuryInfo {
		let book = TreasuryBook {
			output: 1_000,
			used: 300,
			remitted: 700,
			gifts: 50,
			sweeps: 100,
			credited: 500,
			credits: 150,
			pending: 50,
			..TreasuryBook::default()
		};
		TreasuryInfo { book, balance: 650, reserved: 200, free: 450 }
	}

	#[test]
	fn sums_that_hold_are_no_news() {
		assert_eq!(broken_treasury(&money::example(3, "TSH"), &treasury()), None);
		assert_eq!(treasury_rules()[0], "remitted = output - used - arrears");
	}

	#[test]
	fn arrears_are_due_and_not_paid() {
		let shilling = money::example(3, "TSH");
		let mut owed = treasury();
		(owed.book.output, owed.book.arrears) = (1_200, 200);
		assert_eq!(broken_treasury(&shilling, &owed), None);
		owed.book.arrears = 199;
		assert!(broken_treasury(&shilling, &owed).is_some());
	}

	#[test]
	fn statement_that_does_not_add_up_is_named() {
		let shilling = money::example(3, "TSH");
		let statement = Statement {
			output: 100,
			settled: 30,
			used: 60,
			remitted: 20,
			deferred: 50,
			..Statement::default()
		};
		assert_eq!(broken_statement(&shilling, &statement), None);
		let wrong = Statement { deferred: 49, ..statement };
		let text = broken_statement(&shilling, &wrong).expect("is broken");
		assert_eq!(
			text,
			"output + settled = used + remitted + deferred: one side is 1.30 TSH, the other 1.29 TSH"
		);
	}

	#[test]
	fn broken_sum_is_named() {
		let shilling = money::example(3, "TSH");
		let mut wrong = treasury();
		wrong.balance = 649;
		let text = broken_treasury(&shilling, &wrong).expect("is broken");
		assert!(text.starts_with("treasury = remitted + levies"), "{text}");
		assert!(text.ends_with("it is 6.49 TSH, not 6.50 TSH"), "{text}");
		let mut wrong = treasury();
		wrong.book.used = 1_001;
		let text = broken_treasury(&shilling, &wrong).expect("is broken");
		assert!(text.contains("not no amount"), "{text}");
	}

	#[test]
	fn figure_that_differs_is_named() {
		let shilling = money::example(3, "TSH");
		let kept = Statement { output: 100, ..Statement::default() };
		let computed = Statement { output: 101, ..Statement::default() };
		assert_eq!(
			statement_difference(&shilling, &kept, &computed).expect("differ"),
			"the chain keeps 1.00 TSH as output, but the events make it 1.01 TSH"
		);
		let sales = vec![CodeTotal { code: 1, net: 1, tax: 0 }];
		let computed = Statement { sales, ..kept.clone() };
		let text = statement_difference(&shilling, &kept, &computed).expect("differ");
		assert!(text.contains("other sales by code"), "{text}");
		assert_eq!(statement_difference(&shilling, &kept, &kept), None);
	}
}
