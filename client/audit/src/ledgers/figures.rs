//! Arithmetic of the ledgers.

use ourledger_client::{
	error::{Error, Result},
	tax::{Account, CodeTotal, OTHER_CODES, STATEMENT_CODES},
};
use ourledger_primitives::tax::Period;

/// Periods that credit is kept apart by.
const CREDIT_PERIODS: usize = 12;

/// More credit. Beyond twelve periods, the two oldest become one.
pub fn add(account: &mut Account, period: Period, amount: u128) -> Result<()> {
	if amount == 0 {
		return Ok(());
	}
	match account.credits.binary_search_by_key(&period, |entry| entry.0) {
		Ok(place) => raise(&mut account.credits[place].1, amount)?,
		Err(place) => account.credits.insert(place, (period, amount)),
	}
	if account.credits.len() > CREDIT_PERIODS {
		let (_, second) = account.credits.remove(1);
		raise(&mut account.credits[0].1, second)?;
	}
	Ok(())
}

/// Less credit, oldest period first; what is of `since` or later before all else.
pub fn take(account: &mut Account, amount: u128, since: Option<Period>) -> Result<()> {
	let mut left = amount;
	let first = since.unwrap_or(0);
	let place = account.credits.partition_point(|(period, _)| *period < first);
	let (older, newer) = account.credits.split_at_mut(place);
	for (_, credit) in newer.iter_mut().chain(older) {
		let part = left.min(*credit);
		*credit -= part;
		left -= part;
	}
	account.credits.retain(|(_, credit)| *credit > 0);
	match left {
		0 => Ok(()),
		left => Err(Error::verification(format!("{left} minor units of credit are lacking"))),
	}
}

/// Adds to totals by code; what has no room of its own counts under the others.
pub fn sum_up(totals: &mut Vec<CodeTotal>, more: &[CodeTotal]) -> Result<()> {
	for it in more.iter().filter(|it| it.net != 0 || it.tax != 0) {
		let known = totals.iter().any(|total| total.code == it.code);
		let has_room = totals.len() + 1 < STATEMENT_CODES as usize;
		let code = if known || has_room { it.code } else { OTHER_CODES };
		match totals.iter_mut().find(|total| total.code == code) {
			Some(total) => {
				total.net = total.net.checked_add(it.net).ok_or_else(overflow)?;
				total.tax = total.tax.checked_add(it.tax).ok_or_else(overflow)?;
			},
			None => totals.push(CodeTotal { code, ..*it }),
		}
	}
	Ok(())
}

/// More.
pub fn raise(amount: &mut u128, by: u128) -> Result<()> {
	*amount = amount.checked_add(by).ok_or_else(overflow)?;
	Ok(())
}

/// Less, and never below zero.
pub fn lower(amount: &mut u128, by: u128) -> Result<()> {
	*amount = amount
		.checked_sub(by)
		.ok_or_else(|| Error::verification("the events take away more than there is"))?;
	Ok(())
}

/// What no chain can have let happen.
pub fn overflow() -> Error {
	Error::verification("the events' amounts sum up to more than fits")
}
